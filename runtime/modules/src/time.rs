//! `time`: clocks, sleeping, calendar time through the C library.
//!
//! Clocks are `clock_gettime`; `struct_time` is a struct sequence of nine visible fields plus zone name and offset.

use crate::support::*;
use hotpy_objects::def::{Downcast, fast, noargs, one};
use hotpy_objects::*;
use std::sync::atomic::{AtomicPtr, Ordering};

static STRUCT_TIME: AtomicPtr<PyTypeObject> = AtomicPtr::new(std::ptr::null_mut());

fn clock(id: libc::clockid_t) -> PyResult<i64> {
    // SAFETY: the structure is written by the call.
    unsafe {
        let mut ts: libc::timespec = std::mem::zeroed();
        if libc::clock_gettime(id, &mut ts) != 0 {
            return Err(errors::raise_errno(None, None));
        }
        Ok(ts.tv_sec * 1_000_000_000 + ts.tv_nsec)
    }
}

fn seconds(ns: i64) -> PyResult {
    float(ns as f64 * 1e-9)
}

/// The same value as dividing exactly: whole seconds and the rest are converted apart.
fn exact_seconds(ns: i64) -> PyResult {
    if ns % 1_000_000_000 == 0 {
        float((ns / 1_000_000_000) as f64)
    } else {
        float(ns as f64 / 1e9)
    }
}

macro_rules! clocks {
    ($($f:ident $f_ns:ident $id:expr;)*) => { $(
        extern "C" fn $f(_: &PyObject) -> PyResult { exact_seconds(clock($id)?) }
        extern "C" fn $f_ns(_: &PyObject) -> PyResult { int(clock($id)?) }
    )* };
}
clocks! {
    time time_ns libc::CLOCK_REALTIME;
    monotonic monotonic_ns libc::CLOCK_MONOTONIC;
    perf_counter perf_counter_ns libc::CLOCK_MONOTONIC;
    process_time process_time_ns libc::CLOCK_PROCESS_CPUTIME_ID;
    thread_time thread_time_ns libc::CLOCK_THREAD_CPUTIME_ID;
}

extern "C" fn clock_gettime(_: &PyObject, id: &PyObject) -> PyResult {
    exact_seconds(clock(parsed_int_arg(id)?)?)
}

extern "C" fn clock_gettime_ns(_: &PyObject, id: &PyObject) -> PyResult {
    int(clock(parsed_int_arg(id)?)?)
}

fn set_clock(id: &PyObject, ns: i64) -> PyResult {
    let time = libc::timespec {
        tv_sec: ns.div_euclid(1_000_000_000),
        tv_nsec: ns.rem_euclid(1_000_000_000),
    };
    // SAFETY: a plain system call.
    if unsafe { libc::clock_settime(parsed_int_arg(id)?, &time) } != 0 {
        return Err(errors::raise_errno(None, None));
    }
    none()
}

extern "C" fn clock_settime(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    hotpy_objects::cfunction::check_count("clock_settime", args.len(), 2, 2)?;
    set_clock(args[0], timeout_ns(args[1])?)
}

extern "C" fn clock_settime_ns(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    hotpy_objects::cfunction::check_count("clock_settime_ns", args.len(), 2, 2)?;
    set_clock(args[0], i64_arg(args[1])?)
}

extern "C" fn pthread_getcpuclockid(_: &PyObject, thread: &PyObject) -> PyResult {
    if !thread.is_instance::<PyLongObject>() {
        return Err(raise!(
            TypeError,
            "pthread_getcpuclockid() argument 1 must be int, not {}",
            type_text(thread)
        ));
    }
    let thread = i64_arg(thread)? as libc::pthread_t;
    let mut id = 0;
    // SAFETY: the caller names a live thread, as in C.
    let error = unsafe { libc::pthread_getcpuclockid(thread, &mut id) };
    if error != 0 {
        return Err(errors::raise_errno_value(error, None, None));
    }
    int(id as i64)
}

extern "C" fn clock_getres(_: &PyObject, id: &PyObject) -> PyResult {
    // SAFETY: the structure is written by the call.
    unsafe {
        let mut ts: libc::timespec = std::mem::zeroed();
        if libc::clock_getres(parsed_int_arg(id)?, &mut ts) != 0 {
            return Err(errors::raise_errno(None, None));
        }
        seconds(ts.tv_sec * 1_000_000_000 + ts.tv_nsec)
    }
}

/// Nanoseconds of a Python number of seconds, rounded away from zero as timeouts are.
pub fn timeout_ns(o: &PyObject) -> PyResult<i64> {
    let overflow = || {
        raise!(
            OverflowError,
            "timestamp too large to convert to C _PyTime_t"
        )
    };
    if let Some(f) = o.downcast::<PyFloatObject>() {
        let value = f.ob_fval.get();
        if value.is_nan() {
            return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
        }
        let ns = value * 1e9;
        let ns = if ns >= 0.0 { ns.ceil() } else { ns.floor() };
        if !(-9.223372036854775e18..9.223372036854775e18).contains(&ns) {
            return Err(raise!(
                OverflowError,
                "timestamp out of range for platform time_t"
            ));
        }
        return Ok(ns as i64);
    }
    match number::index(o)?
        .to_i64()
        .and_then(|s| s.checked_mul(1_000_000_000))
    {
        Some(ns) => Ok(ns),
        None => Err(overflow()),
    }
}

extern "C" fn sleep(_: &PyObject, duration: &PyObject) -> PyResult {
    let ns = timeout_ns(duration)?;
    if ns < 0 {
        return Err(raise!(ValueError, "sleep length must be non-negative"));
    }
    let deadline = clock(libc::CLOCK_MONOTONIC)?.saturating_add(ns);
    let ts = libc::timespec {
        tv_sec: deadline / 1_000_000_000,
        tv_nsec: deadline % 1_000_000_000,
    };
    loop {
        // SAFETY: the deadline is a complete structure.
        let error = crate::thread::without_gil(|| unsafe {
            libc::clock_nanosleep(
                libc::CLOCK_MONOTONIC,
                libc::TIMER_ABSTIME,
                &ts,
                std::ptr::null_mut(),
            )
        });
        match error {
            0 => return none(),
            libc::EINTR => crate::signal::check()?,
            other => return Err(errors::raise_errno_value(other, None, None)),
        }
    }
}

fn struct_time_type() -> &'static PyTypeObject {
    // SAFETY: set by `init`, never freed.
    unsafe { &*STRUCT_TIME.load(Ordering::Relaxed) }
}

fn from_tm(tm: &libc::tm, zone: Option<(&str, i64)>) -> PyResult {
    // SAFETY: the C library's zone name is a C string.
    let (name, offset) = match zone {
        Some((name, offset)) => (name.to_owned(), offset),
        None if tm.tm_zone.is_null() => (String::new(), tm.tm_gmtoff),
        None => (
            unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) }
                .to_string_lossy()
                .into_owned(),
            tm.tm_gmtoff,
        ),
    };
    structseq::new(
        struct_time_type(),
        vec![
            int(tm.tm_year as i64 + 1900)?,
            int(tm.tm_mon as i64 + 1)?,
            int(tm.tm_mday as i64)?,
            int(tm.tm_hour as i64)?,
            int(tm.tm_min as i64)?,
            int(tm.tm_sec as i64)?,
            int((tm.tm_wday as i64 + 6) % 7)?,
            int(tm.tm_yday as i64 + 1)?,
            int(tm.tm_isdst as i64)?,
            text(&name)?,
            int(offset)?,
        ],
    )
}

/// Seconds since the epoch: an argument, rounded down, or now.
fn stamp(args: &[&PyObject], function: &str) -> PyResult<i64> {
    cfunction::check_count(function, args.len(), 0, 1)?;
    match args.first() {
        Some(o) if !singletons::is_none(*o) => {
            if let Some(f) = o.downcast::<PyFloatObject>() {
                let value = f.ob_fval.get();
                if value.is_nan() {
                    return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
                }
                let value = value.floor();
                if !(-9.2e18..9.2e18).contains(&value) {
                    return Err(raise!(
                        OverflowError,
                        "timestamp out of range for platform time_t"
                    ));
                }
                return Ok(value as i64);
            }
            match number::index(o)?.to_i64() {
                Some(v) => Ok(v),
                None => Err(raise!(
                    OverflowError,
                    "timestamp out of range for platform time_t"
                )),
            }
        }
        _ => Ok(clock(libc::CLOCK_REALTIME)?.div_euclid(1_000_000_000)),
    }
}

fn local(when: i64) -> PyResult<libc::tm> {
    // SAFETY: both structures are ours.
    unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        if libc::localtime_r(&when, &mut tm).is_null() {
            return Err(errors::raise_errno(None, None));
        }
        Ok(tm)
    }
}

extern "C" fn gmtime(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let when = stamp(args.slice(count), "gmtime")?;
    // SAFETY: both structures are ours.
    unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        if libc::gmtime_r(&when, &mut tm).is_null() {
            return Err(errors::raise_errno(None, None));
        }
        from_tm(&tm, Some(("UTC", 0)))
    }
}

extern "C" fn localtime(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    from_tm(&local(stamp(args.slice(count), "localtime")?)?, None)
}

/// Nine integers of a time tuple, not yet checked for their ranges.
fn to_tm(o: &PyObject, function: &str) -> PyResult<libc::tm> {
    let Some(items) = o.downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "Tuple or struct_time argument required"));
    };
    if items.len() != 9 {
        return Err(raise!(
            TypeError,
            "{function}(): illegal time tuple argument"
        ));
    }
    let mut v = [0i32; 9];
    for (slot, item) in v.iter_mut().zip(items.items()) {
        *slot = parsed_int_arg(item)?;
    }
    if v[0] < i32::MIN + 1900 {
        return Err(raise!(OverflowError, "year out of range"));
    }
    // SAFETY: plain integers and a null pointer.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    tm.tm_year = v[0] - 1900;
    tm.tm_mon = v[1] - 1;
    tm.tm_mday = v[2];
    tm.tm_hour = v[3];
    tm.tm_min = v[4];
    tm.tm_sec = v[5];
    tm.tm_wday = (v[6] + 1) % 7;
    tm.tm_yday = v[7] - 1;
    tm.tm_isdst = v[8];
    Ok(tm)
}

/// Zeroes stand for the first of their kind; anything out of range is a ValueError.
fn checked_tm(o: &PyObject, function: &str) -> PyResult<libc::tm> {
    let mut tm = to_tm(o, function)?;
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    }
    let bad = |what: &str| Err(raise!(ValueError, "{what} out of range"));
    if !(0..=11).contains(&tm.tm_mon) {
        return bad("month");
    }
    if !(1..=31).contains(&tm.tm_mday) {
        return bad("day of month");
    }
    if !(0..=23).contains(&tm.tm_hour) {
        return bad("hour");
    }
    if !(0..=59).contains(&tm.tm_min) {
        return bad("minute");
    }
    if !(0..=61).contains(&tm.tm_sec) {
        return bad("seconds");
    }
    if tm.tm_wday < 0 {
        return bad("day of week");
    }
    if !(0..=365).contains(&tm.tm_yday) {
        return bad("day of year");
    }
    Ok(tm)
}

extern "C" fn mktime(_: &PyObject, when: &PyObject) -> PyResult {
    let mut tm = to_tm(when, "mktime")?;
    tm.tm_wday = -1;
    // SAFETY: a complete structure.
    let stamp = unsafe { libc::mktime(&mut tm) };
    if stamp == -1 && tm.tm_wday == -1 {
        return Err(raise!(OverflowError, "mktime argument out of range"));
    }
    float(stamp as f64)
}

fn ascii_time(tm: &libc::tm) -> PyResult {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    text(&format!(
        "{} {} {:2} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday as usize % 7],
        MONTHS[tm.tm_mon as usize % 12],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        tm.tm_year as i64 + 1900
    ))
}

extern "C" fn asctime(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    cfunction::check_count("asctime", args.len(), 0, 1)?;
    match args.first() {
        Some(o) => ascii_time(&checked_tm(o, "asctime")?),
        None => ascii_time(&local(stamp(&[], "asctime")?)?),
    }
}

extern "C" fn ctime(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    ascii_time(&local(stamp(args.slice(count), "ctime")?)?)
}

extern "C" fn strftime(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    cfunction::check_count("strftime", args.len(), 1, 2)?;
    let format = str_arg("strftime", "argument 1", args[0])?;
    let tm = match args.get(1) {
        Some(o) => checked_tm(o, "strftime")?,
        None => local(stamp(&[], "strftime")?)?,
    };
    let mut format = str_::encode_fs(format)?;
    if format.contains(&0) {
        return Err(raise!(ValueError, "embedded null character"));
    }
    if format.is_empty() {
        return text("");
    }
    format.push(0);
    let mut room = 1024;
    loop {
        let mut out = vec![0u8; room];
        // SAFETY: the buffer has `room` bytes, the format ends with a null.
        let n =
            unsafe { libc::strftime(out.as_mut_ptr().cast(), room, format.as_ptr().cast(), &tm) };
        if n > 0 || room >= 256 * format.len() {
            return Ok(str_::decode_fs(&out[..n])?.into_object());
        }
        room *= 2;
    }
}

extern "C" fn strptime(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    call::call(
        &*imported("_strptime", "_strptime_time")?,
        args.slice(count),
    )
}

extern "C" fn tzset(module: &PyObject) -> PyResult {
    // SAFETY: the module's functions are bound to the module; tzset has no preconditions under the GIL.
    unsafe {
        tz_set();
        set_zone(module.cast())?;
    }
    none()
}

unsafe extern "C" {
    #[link_name = "tzset"]
    fn tz_set();
}

/// `timezone`, `altzone`, `daylight`, `tzname`: the zone's offsets in January and July of this year.
fn set_zone(module: &PyModuleObject) -> PyResult<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let now = clock(libc::CLOCK_REALTIME)? / 1_000_000_000;
    let january = (now / YEAR) * YEAR;
    let zone = |at: i64| -> PyResult<(i64, String)> {
        let tm = local(at)?;
        // SAFETY: the C library's zone name is a C string.
        let name = unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) }
            .to_string_lossy()
            .into_owned();
        Ok((-tm.tm_gmtoff, name))
    };
    let (january, july) = (zone(january)?, zone(january + YEAR / 2)?);
    let (standard, summer) = if january.0 < july.0 {
        (july, january)
    } else {
        (january, july)
    };
    add_int(module, "timezone", standard.0)?;
    add_int(module, "altzone", summer.0)?;
    add_int(module, "daylight", (standard.0 != summer.0) as i64)?;
    module.add(
        "tzname",
        &*tuple(vec![text(&standard.1)?, text(&summer.1)?])?,
    )
}

extern "C" fn get_clock_info(_: &PyObject, name: &PyObject) -> PyResult {
    let name = str_arg("get_clock_info", "argument 1", name)?.to_string_lossy();
    let (implementation, monotonic, adjustable, id) = match name.as_str() {
        "time" => (
            "clock_gettime(CLOCK_REALTIME)",
            false,
            true,
            libc::CLOCK_REALTIME,
        ),
        "monotonic" | "perf_counter" => (
            "clock_gettime(CLOCK_MONOTONIC)",
            true,
            false,
            libc::CLOCK_MONOTONIC,
        ),
        "process_time" => (
            "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)",
            true,
            false,
            libc::CLOCK_PROCESS_CPUTIME_ID,
        ),
        "thread_time" => (
            "clock_gettime(CLOCK_THREAD_CPUTIME_ID)",
            true,
            false,
            libc::CLOCK_THREAD_CPUTIME_ID,
        ),
        _ => return Err(raise!(ValueError, "unknown clock")),
    };
    let info = dict::new()?;
    info.set_text("implementation", &*text(implementation)?)?;
    info.set_text("monotonic", &*boolean::from(monotonic))?;
    info.set_text("adjustable", &*boolean::from(adjustable))?;
    // SAFETY: the structure is written by the call.
    let resolution = unsafe {
        let mut ts: libc::timespec = std::mem::zeroed();
        libc::clock_getres(id, &mut ts);
        ts.tv_sec as f64 + ts.tv_nsec as f64 * 1e-9
    };
    info.set_text("resolution", &*float(resolution)?)?;
    namespace::new(Some(&info))
}

static_table! {
static METHODS: [PyMethodDef] = [
    noargs::<PyObject>(c"time", time, c"time() -> seconds since the epoch, a float"),
    noargs::<PyObject>(c"time_ns", time_ns, c"time_ns() -> nanoseconds since the epoch"),
    noargs::<PyObject>(c"monotonic", monotonic, c"monotonic() -> float\n\nA clock that never goes back."),
    noargs::<PyObject>(c"monotonic_ns", monotonic_ns, c"monotonic_ns() -> int"),
    noargs::<PyObject>(c"perf_counter", perf_counter, c"perf_counter() -> float\n\nFor measuring short times."),
    noargs::<PyObject>(c"perf_counter_ns", perf_counter_ns, c"perf_counter_ns() -> int"),
    noargs::<PyObject>(c"process_time", process_time, c"process_time() -> float\n\nProcessor time of the process."),
    noargs::<PyObject>(c"process_time_ns", process_time_ns, c"process_time_ns() -> int"),
    noargs::<PyObject>(c"thread_time", thread_time, c"thread_time() -> float\n\nProcessor time of the thread."),
    noargs::<PyObject>(c"thread_time_ns", thread_time_ns, c"thread_time_ns() -> int"),
    one::<PyObject>(c"clock_gettime", clock_gettime, c"clock_gettime(clk_id) -> float"),
    one::<PyObject>(c"clock_gettime_ns", clock_gettime_ns, c"clock_gettime_ns(clk_id) -> int"),
    fast::<PyObject>(c"clock_settime", clock_settime, c"clock_settime(clk_id, time)\n\nSets a clock, in seconds."),
    fast::<PyObject>(c"clock_settime_ns", clock_settime_ns, c"clock_settime_ns(clk_id, time)\n\nSets a clock, in nanoseconds."),
    one::<PyObject>(c"pthread_getcpuclockid", pthread_getcpuclockid, c"pthread_getcpuclockid(thread_id) -> int\n\nThe clock of a thread's processor time."),
    one::<PyObject>(c"clock_getres", clock_getres, c"clock_getres(clk_id) -> float"),
    one::<PyObject>(c"sleep", sleep, c"sleep(seconds)\n\nWaits; signals are handled meanwhile."),
    fast::<PyObject>(c"gmtime", gmtime, c"gmtime([seconds]) -> struct_time in UTC"),
    fast::<PyObject>(c"localtime", localtime, c"localtime([seconds]) -> struct_time in local time"),
    one::<PyObject>(c"mktime", mktime, c"mktime(tuple) -> seconds since the epoch"),
    fast::<PyObject>(c"asctime", asctime, c"asctime([tuple]) -> string"),
    fast::<PyObject>(c"ctime", ctime, c"ctime([seconds]) -> string"),
    fast::<PyObject>(c"strftime", strftime, c"strftime(format[, tuple]) -> string"),
    fast::<PyObject>(c"strptime", strptime, c"strptime(string, format) -> struct_time"),
    noargs::<PyObject>(c"tzset", tzset, c"tzset()\n\nReads the TZ variable anew."),
    one::<PyObject>(c"get_clock_info", get_clock_info, c"get_clock_info(name) -> namespace"),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods("time", "Clocks, and times of the calendar.", METHODS)?;
    // Numbers are converted before anything is done.
    for name in [
        "gmtime",
        "localtime",
        "ctime",
        "mktime",
        "asctime",
        "clock_getres",
        "clock_gettime",
        "clock_gettime_ns",
        "clock_settime",
        "clock_settime_ns",
    ] {
        if let Some(function) = module.dict().get_text(name) {
            hotpy_vm::builtin_calls::mark_asking(&function);
        }
    }
    let ty = structseq::new_type(
        "time.struct_time",
        "A time of the calendar, as gmtime() and localtime() give it.",
        &[
            ("tm_year", "the year, for instance 1993"),
            ("tm_mon", "month, 1 to 12"),
            ("tm_mday", "day of the month, 1 to 31"),
            ("tm_hour", "hour, 0 to 23"),
            ("tm_min", "minute, 0 to 59"),
            ("tm_sec", "second, 0 to 61"),
            ("tm_wday", "day of the week, Monday is 0"),
            ("tm_yday", "day of the year, 1 to 366"),
            ("tm_isdst", "1 in summer time, 0 if not, -1 if unknown"),
            ("tm_zone", "abbreviated name of the zone"),
            ("tm_gmtoff", "seconds east of UTC"),
        ],
        9,
    )?;
    module.add("struct_time", &ty)?;
    STRUCT_TIME.store(ty.into_raw(), Ordering::Relaxed);
    for (name, id) in [
        ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
        ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
        ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
        ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
        ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
        ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
        ("CLOCK_TAI", libc::CLOCK_TAI),
    ] {
        add_int(&module, name, id as i64)?;
    }
    // SAFETY: no preconditions under the GIL.
    unsafe { tz_set() };
    set_zone(&module)?;
    add_int(&module, "_STRUCT_TM_ITEMS", 11)?;
    Ok(module)
}
