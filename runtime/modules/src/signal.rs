//! `_signal`: signal handlers in Python.
//!
//! The C handler only notes the signal and requests the eval breaker; [`check`], called there and by interrupted system
//! calls, runs the Python handlers in the main thread.

use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::{fast, fast_kw, noargs, one};
use hotpy_objects::*;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::Relaxed, Ordering::SeqCst};

/// Signals are numbered below this.
pub const COUNT: usize = 65;

static PENDING: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
static ANY: AtomicBool = AtomicBool::new(false);
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
/// Whether a full buffer of the wakeup descriptor is reported.
static WARN_ON_FULL: AtomicBool = AtomicBool::new(true);
/// Why the last write to it failed, if that is to be reported.
static WAKEUP_ERROR: AtomicI32 = AtomicI32::new(0);
static HANDLERS: [Global; COUNT] = [Global::EMPTY; COUNT];

extern "C" fn note(signal: c_int) {
    // SAFETY: errno is preserved; write is async-signal-safe.
    unsafe {
        let error = *libc::__errno_location();
        simulate(signal);
        let fd = WAKEUP_FD.load(Relaxed);
        if fd >= 0 {
            let byte = signal as u8;
            let written = libc::write(fd, (&raw const byte).cast(), 1);
            let why = *libc::__errno_location();
            if written < 0 && (why != libc::EAGAIN || WARN_ON_FULL.load(Relaxed)) {
                // Reported where the handlers run.
                WAKEUP_ERROR.store(why, SeqCst);
            }
        }
        *libc::__errno_location() = error;
    }
}

/// As if the signal had come.
pub fn simulate(signal: i32) {
    PENDING[signal as usize].store(true, SeqCst);
    ANY.store(true, SeqCst);
    crate::engine::request_break();
}

/// Whether the signal has come and was not served yet; it is taken for served then. For the main thread alone.
pub fn take(signal: i32) -> bool {
    crate::engine::is_main_thread() && PENDING[signal as usize].swap(false, SeqCst)
}

/// Whether the signal has been left to its default action, or is ignored.
pub fn is_left_alone(signal: i32) -> bool {
    let handler = HANDLERS[signal as usize].get();
    handler
        .is_some_and(|h| is_number(&h, libc::SIG_DFL as i64) || is_number(&h, libc::SIG_IGN as i64))
}

/// At the interpreter's end: signals do what they do by default, and no handler is known any more.
pub fn finish() {
    for signal in 1..COUNT {
        PENDING[signal].store(false, SeqCst);
        let handler = HANDLERS[signal].take();
        if handler.is_some_and(|h| protocol::callable(&h))
            && install(signal as i32, libc::SIG_DFL).is_err()
        {
            errors::clear();
        }
    }
}

/// In the child of a fork: what came for the parent does not concern it.
pub fn after_fork() {
    ANY.store(false, SeqCst);
    for pending in &PENDING {
        pending.store(false, SeqCst);
    }
}

/// Runs the handlers of the signals that came. Whatever they raise.
pub fn check() -> PyResult<()> {
    if !ANY.load(Relaxed) || !crate::engine::is_main_thread() {
        return Ok(());
    }
    ANY.store(false, SeqCst);
    let why = WAKEUP_ERROR.swap(0, SeqCst);
    if why != 0 {
        let message = "Exception ignored when trying to write to the signal wakeup fd";
        errors::raise_errno_value(why, None, None);
        errors::write_unraisable_message(Some(message), None);
    }
    for signal in 1..COUNT {
        if !PENDING[signal].swap(false, SeqCst) {
            continue;
        }
        let handler = HANDLERS[signal].get();
        let Some(handler) = handler.filter(|h| protocol::callable(h)) else {
            let message = format!("Signal {signal} ignored due to race condition");
            errors::raise_text(&exceptions::OSError, &message);
            errors::write_unraisable(Some(&singletons::_Py_NoneStruct));
            continue;
        };
        let frame = crate::engine::current_frame_object().unwrap_or_else(singletons::none);
        if let Err(raised) = call::call(&handler, &[&*int(signal as i64)?, &frame]) {
            // The rest later.
            ANY.store(true, SeqCst);
            crate::engine::request_break();
            return Err(raised);
        }
    }
    Ok(())
}

fn install(signal: i32, f: usize) -> PyResult<()> {
    // SAFETY: the handler is async-signal-safe, or one of the two special values.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = f;
        libc::sigemptyset(&mut action.sa_mask);
        if libc::sigaction(signal, &action, std::ptr::null_mut()) != 0 {
            return Err(errors::raise_errno(None, None));
        }
    }
    Ok(())
}

fn number(o: &PyObject) -> PyResult<i32> {
    let signal = int_arg(o)?;
    if (1..COUNT as i32).contains(&signal) {
        Ok(signal)
    } else {
        Err(raise!(ValueError, "signal number out of range"))
    }
}

fn is_number(o: &PyObject, value: i64) -> bool {
    use hotpy_objects::def::Downcast;
    o.downcast::<PyLongObject>().and_then(|n| n.to_i64()) == Some(value)
}

extern "C" fn signal(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("signal", args.len(), 2, 2)?;
    let signal = int_arg(args[0])?;
    if !crate::engine::is_main_thread() {
        return Err(raise!(
            ValueError,
            "signal only works in main thread of the main interpreter"
        ));
    }
    if !(1..COUNT as i32).contains(&signal) {
        return Err(raise!(ValueError, "signal number out of range"));
    }
    let f = if is_number(args[1], libc::SIG_IGN as i64) {
        libc::SIG_IGN
    } else if is_number(args[1], libc::SIG_DFL as i64) {
        libc::SIG_DFL
    } else if protocol::callable(args[1]) {
        note as *const () as usize
    } else {
        return Err(raise!(
            TypeError,
            "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
        ));
    };
    check()?;
    install(signal, f)?;
    let slot = &HANDLERS[signal as usize];
    let old = slot.get();
    slot.set(Some(args[1].to_ref()));
    Ok(old.unwrap_or_else(singletons::none))
}

extern "C" fn getsignal(_: &PyObject, signal: &PyObject) -> PyResult {
    Ok(HANDLERS[number(signal)? as usize].or_none())
}

extern "C" fn default_int_handler(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    check_count("default_int_handler", args.slice(count).len(), 2, 2)?;
    Err(errors::raise_none(&exceptions::KeyboardInterrupt))
}

extern "C" fn raise_signal(_: &PyObject, signal: &PyObject) -> PyResult {
    // SAFETY: a plain library call.
    if unsafe { libc::raise(int_arg(signal)?) } != 0 {
        return Err(errors::raise_errno(None, None));
    }
    check()?;
    none()
}

extern "C" fn alarm(_: &PyObject, seconds: &PyObject) -> PyResult {
    // SAFETY: a plain system call.
    int(unsafe { libc::alarm(int_arg(seconds)? as u32) } as i64)
}

extern "C" fn pause(_: &PyObject) -> PyResult {
    // SAFETY: a plain system call.
    crate::thread::without_gil(|| unsafe { libc::pause() });
    check()?;
    none()
}

extern "C" fn set_wakeup_fd(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: cfunction::Params = cfunction::Params {
        function: "set_wakeup_fd",
        names: &["", "warn_on_full_buffer"],
        positional_only: 1,
        positional: 1,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let fd = a[0].map_or(Ok(-1), int_arg)?;
    let warn = bool_arg(a[1], true)?;
    if !crate::engine::is_main_thread() {
        return Err(raise!(
            ValueError,
            "set_wakeup_fd only works in main thread of the main interpreter"
        ));
    }
    if fd != -1 {
        // SAFETY: plain system calls.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
        if flags < 0 {
            return Err(errors::raise_errno(None, None));
        }
        if flags & libc::O_NONBLOCK == 0 {
            return Err(raise!(
                ValueError,
                "the fd {fd} must be in non-blocking mode"
            ));
        }
    }
    WARN_ON_FULL.store(warn, SeqCst);
    int(WAKEUP_FD.swap(fd, SeqCst) as i64)
}

extern "C" fn siginterrupt(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("siginterrupt", args.len(), 2, 2)?;
    let (signal, flag) = (number(args[0])?, int_arg(args[1])?);
    // SAFETY: the old action is read, then written back with one flag changed.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &mut action);
        if flag != 0 {
            action.sa_flags &= !libc::SA_RESTART;
        } else {
            action.sa_flags |= libc::SA_RESTART;
        }
        if libc::sigaction(signal, &action, std::ptr::null_mut()) < 0 {
            return Err(errors::raise_errno(None, None));
        }
    }
    none()
}

extern "C" fn strsignal(_: &PyObject, signal: &PyObject) -> PyResult {
    let signal = number(signal)?;
    // SAFETY: the library's text is a C string.
    let message = unsafe { std::ffi::CStr::from_ptr(libc::strsignal(signal)) };
    let message = message.to_string_lossy();
    if message.starts_with("Unknown signal") {
        none()
    } else {
        text(&message)
    }
}

fn set_of(numbers: impl Iterator<Item = i32>) -> PyResult {
    let result = set::new()?;
    for n in numbers {
        result.add(&*int(n as i64)?)?;
    }
    Ok(result.into_object())
}

extern "C" fn valid_signals(_: &PyObject) -> PyResult {
    // The C library keeps 32 and 33.
    set_of((1..COUNT as i32).filter(|n| !(32..34).contains(n)))
}

pub fn mask_arg(o: &PyObject) -> PyResult<libc::sigset_t> {
    // SAFETY: an empty set, then members added.
    let mut mask: libc::sigset_t = unsafe {
        let mut mask = std::mem::zeroed();
        libc::sigemptyset(&mut mask);
        mask
    };
    for item in protocol::collect(o)? {
        // What does not even fit is reported as -1.
        let signal = number::index(&item)?.to_i64().unwrap_or(-1);
        if !(1..COUNT as i64).contains(&signal) {
            return Err(raise!(
                ValueError,
                "signal number {signal} out of range [1; {}]",
                COUNT - 1
            ));
        }
        // SAFETY: a valid set and number.
        unsafe { libc::sigaddset(&mut mask, signal as i32) };
    }
    Ok(mask)
}

fn mask_object(mask: &libc::sigset_t) -> PyResult {
    // SAFETY: a valid set.
    set_of((1..COUNT as i32).filter(|&n| unsafe { libc::sigismember(mask, n) } == 1))
}

extern "C" fn pthread_sigmask(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("pthread_sigmask", args.len(), 2, 2)?;
    let how = int_arg(args[0])?;
    let mask = mask_arg(args[1])?;
    // SAFETY: both sets are valid.
    unsafe {
        let mut old = std::mem::zeroed();
        let error = libc::pthread_sigmask(how, &mask, &mut old);
        if error != 0 {
            return Err(errors::raise_errno_value(error, None, None));
        }
        check()?;
        mask_object(&old)
    }
}

extern "C" fn sigpending(_: &PyObject) -> PyResult {
    // SAFETY: the set is written by the call.
    unsafe {
        let mut mask = std::mem::zeroed();
        if libc::sigpending(&mut mask) != 0 {
            return Err(errors::raise_errno(None, None));
        }
        mask_object(&mask)
    }
}

extern "C" fn sigwait(_: &PyObject, set: &PyObject) -> PyResult {
    let mask = mask_arg(set)?;
    let mut signal = 0;
    // SAFETY: the number is written by the call.
    let error = crate::thread::without_gil(|| unsafe { libc::sigwait(&mask, &mut signal) });
    if error != 0 {
        return Err(errors::raise_errno_value(error, None, None));
    }
    int(signal as i64)
}

static SIGINFO: TypeCell = TypeCell::EMPTY;

fn siginfo_object(info: &libc::siginfo_t) -> PyResult {
    // SAFETY: the fields overlap; which are meaningful depends on the signal, as in C.
    let (pid, uid, status, band) = unsafe {
        let band = (&raw const *info).cast::<u8>().add(16).cast::<i64>().read();
        (info.si_pid(), info.si_uid(), info.si_status(), band)
    };
    structseq::new(
        SIGINFO.get(),
        vec![
            int(info.si_signo as i64)?,
            int(info.si_code as i64)?,
            int(info.si_errno as i64)?,
            int(pid as i64)?,
            int(uid as i64)?,
            int(status as i64)?,
            int(band)?,
        ],
    )
}

extern "C" fn sigwaitinfo(_: &PyObject, set: &PyObject) -> PyResult {
    let mask = mask_arg(set)?;
    // SAFETY: written by the call.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    crate::posix::path::retry(
        // SAFETY: as above.
        || unsafe { libc::sigwaitinfo(&mask, &mut info) as isize },
        || errors::raise_errno(None, None),
    )?;
    siginfo_object(&info)
}

extern "C" fn sigtimedwait(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("sigtimedwait", args.len(), 2, 2)?;
    let mask = mask_arg(args[0])?;
    let timeout = crate::time::timeout_ns(args[1])?;
    if timeout < 0 {
        return Err(raise!(ValueError, "timeout must be non-negative"));
    }
    let end = std::time::Instant::now() + std::time::Duration::from_nanos(timeout as u64);
    // SAFETY: written by the call.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    loop {
        let left = end.saturating_duration_since(std::time::Instant::now());
        let wait = libc::timespec {
            tv_sec: left.as_secs() as i64,
            tv_nsec: left.subsec_nanos() as i64,
        };
        // SAFETY: as above.
        let status =
            crate::thread::without_gil(|| unsafe { libc::sigtimedwait(&mask, &mut info, &wait) });
        if status >= 0 {
            return siginfo_object(&info);
        }
        match crate::posix::path::errno() {
            libc::EAGAIN => return none(),
            libc::EINTR => check()?,
            _ => return Err(errors::raise_errno(None, None)),
        }
    }
}

extern "C" fn pidfd_send_signal(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("pidfd_send_signal", args.len(), 2, 4)?;
    let (fd, signal) = (int_arg(args[0])?, int_arg(args[1])?);
    if not_none(args.get(2).copied()).is_some() {
        return Err(raise!(TypeError, "siginfo must be None"));
    }
    let flags = args.get(3).map_or(Ok(0), |o| int_arg(o))?;
    // SAFETY: a plain system call.
    let status = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            fd,
            signal,
            std::ptr::null::<c_void>(),
            flags,
        )
    };
    if status < 0 {
        return Err(errors::raise_errno(None, None));
    }
    check()?;
    none()
}

extern "C" fn pthread_kill(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("pthread_kill", args.len(), 2, 2)?;
    let thread = i64_arg(args[0])? as libc::pthread_t;
    // SAFETY: the caller names a live thread, as in C.
    let error = unsafe { libc::pthread_kill(thread, int_arg(args[1])?) };
    if error != 0 {
        return Err(errors::raise_errno_value(error, None, None));
    }
    check()?;
    none()
}

fn timer_pair(timer: &libc::itimerval) -> PyResult {
    let seconds = |t: &libc::timeval| float(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6);
    tuple(vec![
        seconds(&timer.it_value)?,
        seconds(&timer.it_interval)?,
    ])
}

unsafe extern "C" {
    #[link_name = "setitimer"]
    fn set_timer(which: c_int, new: *const libc::itimerval, old: *mut libc::itimerval) -> c_int;
    #[link_name = "getitimer"]
    fn get_timer(which: c_int, current: *mut libc::itimerval) -> c_int;
}

static ITIMER_ERROR: TypeCell = TypeCell::EMPTY;

fn timer_error() -> Raised {
    let code = crate::posix::path::errno();
    let message = std::io::Error::from_raw_os_error(code);
    let message = message.to_string();
    let message = message.split(" (os error").next().unwrap_or("");
    match (int(code as i64), text(message)) {
        (Ok(code), Ok(message)) => match tuple(vec![code, message]) {
            Ok(args) => errors::raise_value(ITIMER_ERROR.get(), Some(&args)),
            Err(raised) => raised,
        },
        _ => Raised,
    }
}

extern "C" fn setitimer(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("setitimer", args.len(), 2, 3)?;
    let value = |o: &PyObject| -> PyResult<libc::timeval> {
        let ns = crate::time::timeout_ns(o)?;
        let micros = ns.div_euclid(1000) + (ns.rem_euclid(1000) > 0) as i64;
        Ok(libc::timeval {
            tv_sec: micros.div_euclid(1_000_000),
            tv_usec: micros.rem_euclid(1_000_000),
        })
    };
    let new = libc::itimerval {
        it_value: value(args[1])?,
        it_interval: args.get(2).map_or(
            Ok(libc::timeval {
                tv_sec: 0,
                tv_usec: 0,
            }),
            |o| value(o),
        )?,
    };
    // SAFETY: the old value is written by the call.
    unsafe {
        let mut old = std::mem::zeroed();
        if set_timer(int_arg(args[0])?, &new, &mut old) != 0 {
            return Err(timer_error());
        }
        timer_pair(&old)
    }
}

extern "C" fn getitimer(_: &PyObject, which: &PyObject) -> PyResult {
    // SAFETY: the value is written by the call.
    unsafe {
        let mut timer = std::mem::zeroed();
        if get_timer(int_arg(which)?, &mut timer) != 0 {
            return Err(timer_error());
        }
        timer_pair(&timer)
    }
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast::<PyObject>(c"signal", signal, c"signal($module, signalnum, handler, /)\n--\n\nSets a signal's handler, answering the old one."),
    one::<PyObject>(c"getsignal", getsignal, c"getsignal($module, signalnum, /)\n--\n\nA signal's handler."),
    fast::<PyObject>(c"default_int_handler", default_int_handler, c"default_int_handler($module, signalnum, frame, /)\n--\n\nRaises KeyboardInterrupt."),
    one::<PyObject>(c"raise_signal", raise_signal, c"raise_signal($module, signalnum, /)\n--\n\nSends a signal to this process."),
    one::<PyObject>(c"alarm", alarm, c"alarm($module, seconds, /)\n--\n\nSIGALRM after some seconds."),
    noargs::<PyObject>(c"pause", pause, c"pause($module, /)\n--\n\nWaits for a signal."),
    fast_kw::<PyObject>(c"set_wakeup_fd", set_wakeup_fd, c"set_wakeup_fd(fd, *, warn_on_full_buffer=True) -> fd\n\nWhere a byte is written for each signal."),
    fast::<PyObject>(c"siginterrupt", siginterrupt, c"siginterrupt($module, signalnum, flag, /)\n--\n\nWhether system calls are interrupted."),
    one::<PyObject>(c"strsignal", strsignal, c"strsignal($module, signalnum, /)\n--\n\nThe text of a signal."),
    noargs::<PyObject>(c"valid_signals", valid_signals, c"valid_signals($module, /)\n--\n\nThe set of signals."),
    fast::<PyObject>(c"pthread_sigmask", pthread_sigmask, c"pthread_sigmask($module, how, mask, /)\n--\n\nChanges the thread's mask."),
    noargs::<PyObject>(c"sigpending", sigpending, c"sigpending($module, /)\n--\n\nThe signals that wait."),
    one::<PyObject>(c"sigwait", sigwait, c"sigwait($module, sigset, /)\n--\n\nWaits for one of the signals."),
    one::<PyObject>(c"sigwaitinfo", sigwaitinfo, c"sigwaitinfo($module, sigset, /)\n--\n\nWaits for one of the signals, telling about it."),
    fast::<PyObject>(c"sigtimedwait", sigtimedwait, c"sigtimedwait($module, sigset, timeout, /)\n--\n\nThe same for a limited time."),
    fast::<PyObject>(c"pidfd_send_signal", pidfd_send_signal, c"pidfd_send_signal($module, pidfd, signalnum, siginfo=None, flags=0, /)\n--\n\nSends a signal to a process by its descriptor."),
    fast::<PyObject>(c"pthread_kill", pthread_kill, c"pthread_kill($module, thread_id, signalnum, /)\n--\n\nSends a signal to a thread."),
    fast::<PyObject>(c"setitimer", setitimer, c"setitimer($module, which, seconds, interval=0.0, /)\n--\n\nStarts a timer."),
    one::<PyObject>(c"getitimer", getitimer, c"getitimer($module, which, /)\n--\n\nThe state of a timer."),
    PyMethodDef::END,
];
}

const SIGNALS: &[(&str, i32)] = &[
    ("SIGHUP", libc::SIGHUP),
    ("SIGINT", libc::SIGINT),
    ("SIGQUIT", libc::SIGQUIT),
    ("SIGILL", libc::SIGILL),
    ("SIGTRAP", libc::SIGTRAP),
    ("SIGIOT", libc::SIGABRT),
    ("SIGABRT", libc::SIGABRT),
    ("SIGFPE", libc::SIGFPE),
    ("SIGKILL", libc::SIGKILL),
    ("SIGBUS", libc::SIGBUS),
    ("SIGSEGV", libc::SIGSEGV),
    ("SIGSYS", libc::SIGSYS),
    ("SIGPIPE", libc::SIGPIPE),
    ("SIGALRM", libc::SIGALRM),
    ("SIGTERM", libc::SIGTERM),
    ("SIGUSR1", libc::SIGUSR1),
    ("SIGUSR2", libc::SIGUSR2),
    ("SIGCLD", libc::SIGCHLD),
    ("SIGCHLD", libc::SIGCHLD),
    ("SIGPWR", libc::SIGPWR),
    ("SIGIO", libc::SIGIO),
    ("SIGURG", libc::SIGURG),
    ("SIGWINCH", libc::SIGWINCH),
    ("SIGPOLL", libc::SIGIO),
    ("SIGSTOP", libc::SIGSTOP),
    ("SIGTSTP", libc::SIGTSTP),
    ("SIGCONT", libc::SIGCONT),
    ("SIGTTIN", libc::SIGTTIN),
    ("SIGTTOU", libc::SIGTTOU),
    ("SIGVTALRM", libc::SIGVTALRM),
    ("SIGPROF", libc::SIGPROF),
    ("SIGXCPU", libc::SIGXCPU),
    ("SIGXFSZ", libc::SIGXFSZ),
    ("SIGSTKFLT", libc::SIGSTKFLT),
    ("SIGRTMIN", 34),
    ("SIGRTMAX", 64),
    ("ITIMER_REAL", 0),
    ("ITIMER_VIRTUAL", 1),
    ("ITIMER_PROF", 2),
    ("SIG_BLOCK", libc::SIG_BLOCK),
    ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
    ("SIG_SETMASK", libc::SIG_SETMASK),
    ("NSIG", COUNT as i32),
    ("SIG_DFL", libc::SIG_DFL as i32),
    ("SIG_IGN", libc::SIG_IGN as i32),
];

/// Creates the module; notes what handlers the process has inherited.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods("_signal", "Signal handlers. Programs use signal.", METHODS)?;
    for name in [
        "getsignal",
        "signal",
        "strsignal",
        "getitimer",
        "siginterrupt",
    ] {
        if let Some(function) = module.dict().get_text(name) {
            hotpy_vm::builtin_calls::mark_asking(&function);
        }
    }
    for (name, value) in SIGNALS {
        add_int(&module, name, *value as i64)?;
    }
    let ty = structseq::new_type(
        "signal.struct_siginfo",
        "What sigwaitinfo() answers.",
        &[
            ("si_signo", "signal number"),
            ("si_code", "signal code"),
            ("si_errno", "errno associated with this signal"),
            ("si_pid", "sending process ID"),
            ("si_uid", "real user ID of sending process"),
            ("si_status", "exit value or signal"),
            ("si_band", "band event for SIGPOLL"),
        ],
        7,
    )?;
    module.add("struct_siginfo", &*ty)?;
    SIGINFO.set(ty);
    let error = ITIMER_ERROR.once(|| {
        let bases = tuple::from_owned(vec![Ref::new(&*exceptions::OSError).into_object()])?;
        let body = dict::new()?;
        body.set_text("__module__", &*text("signal")?)?;
        let name = str_::new("itimer_error")?;
        typeobject::new_type(&typeobject::PyType_Type, &name, &bases, &body, None)
    })?;
    module.add("ItimerError", error)?;
    if !interpreter().is_main() {
        // The handlers are the process's.
        return Ok(module);
    }
    for signal in 1..COUNT as i32 {
        // SAFETY: the action is written by the call.
        let f = unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            libc::sigaction(signal, std::ptr::null(), &mut action);
            action.sa_sigaction
        };
        let slot = &HANDLERS[signal as usize];
        slot.set(Some(match f {
            libc::SIG_DFL | libc::SIG_IGN => int(f as i64)?,
            _ => singletons::none(),
        }));
    }
    Ok(module)
}

/// SIGINT raises KeyboardInterrupt from now on, unless the process was started with it ignored.
pub fn handle_interrupts(module: &PyModuleObject) -> PyResult<()> {
    let slot = &HANDLERS[libc::SIGINT as usize];
    if slot
        .get()
        .is_some_and(|h| is_number(&h, libc::SIG_DFL as i64))
    {
        slot.set(module.dict().get_text("default_int_handler"));
        install(libc::SIGINT, note as *const () as usize)?;
    }
    Ok(())
}

/// SIGINT's default action: ends the process as the shell expects it of an interrupted program.
pub fn die_of_interrupt() -> ! {
    // SAFETY: plain library calls.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
        libc::_exit(130)
    }
}
