//! Rarer calls: vectored and in-kernel copying, extended attributes, scheduling, credentials, devices, events, waiting.

use super::path::*;
use crate::support::*;
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::{Downcast, fast_kw, noargs};
use hotpy_objects::memoryview::Buffer;
use hotpy_objects::*;
use std::ffi::CString;
use std::ptr;

static WAITID_RESULT: TypeCell = TypeCell::EMPTY;
static SCHED_PARAM: TypeCell = TypeCell::EMPTY;

fn failed() -> Raised {
    errors::raise_errno(None, None)
}

/// A user or group number; -1 means "leave as it is".
pub fn id_arg(o: &PyObject) -> PyResult<u32> {
    if !number::has_index(o) {
        return Err(raise!(
            TypeError,
            "uid should be integer, not {}",
            o.ty().name()
        ));
    }
    match number::index(o)?.to_i64() {
        Some(v) if (-1..=u32::MAX as i64).contains(&v) => Ok(v as u32),
        Some(v) if v < -1 => Err(raise!(OverflowError, "uid is less than minimum")),
        _ => Err(raise!(OverflowError, "uid is greater than maximum")),
    }
}

/// None, or OSError if the status is not 0.
fn done(status: c_int) -> PyResult {
    if status == 0 { none() } else { Err(failed()) }
}

/// A number, or OSError if it is negative.
fn number_or_error(n: i64) -> PyResult {
    if n < 0 { Err(failed()) } else { int(n) }
}

/// Defines a function with bound arguments `$a`: name, parameters, how many are positional only, positional, required.
macro_rules! function {
    ($f:ident($a:ident): $name:literal [$($p:literal),*] $only:literal $positional:literal $required:literal => $body:expr) => {
        extern "C" fn $f(_: &PyObject, args: Args<'_>, count: isize, kwnames: Option<&PyTupleObject>) -> PyResult {
            static PARAMS: Params = Params {
                function: $name, names: &[$($p),*], positional_only: $only, positional: $positional, required: $required,
            };
            let $a = PARAMS.bind(args, count, kwnames)?;
            $body
        }
    };
}

type Given<'a> = Option<&'a PyObject>;

/// A required argument.
fn given<'a>(o: Given<'a>) -> PyResult<&'a PyObject> {
    o.ok_or(Raised)
}

fn num(o: Given<'_>) -> PyResult<i32> {
    int_arg(given(o)?)
}

fn num_or(o: Given<'_>, default: i32) -> PyResult<i32> {
    o.map_or(Ok(default), int_arg)
}

fn long(o: Given<'_>) -> PyResult<i64> {
    i64_arg(given(o)?)
}

// ---- copying ----

/// An optional offset of a file.
fn offset(o: Given<'_>) -> PyResult<Option<i64>> {
    not_none(o).map(i64_arg).transpose()
}

function!(copy_file_range(a): "copy_file_range" ["src", "dst", "count", "offset_src", "offset_dst"] 0 5 3 => {
    let (src, dst, count) = (num(a[0])?, num(a[1])?, isize_arg(given(a[2])?)?);
    if count < 0 {
        return Err(raise!(ValueError, "negative value for 'count' not allowed"));
    }
    let (mut from, mut to) = (offset(a[3])?, offset(a[4])?);
    let place = |o: &mut Option<i64>| o.as_mut().map_or(ptr::null_mut(), |o| o as *mut i64);
    let (from, to) = (place(&mut from), place(&mut to));
    // SAFETY: the offsets live during the call.
    let n = retry(|| unsafe { libc::copy_file_range(src, from, dst, to, count as usize, 0) }, failed)?;
    int(n as i64)
});

function!(splice(a): "splice" ["src", "dst", "count", "offset_src", "offset_dst", "flags"] 0 6 3 => {
    let (src, dst, count) = (num(a[0])?, num(a[1])?, isize_arg(given(a[2])?)?);
    if count < 0 {
        return Err(raise!(ValueError, "negative value for 'count' not allowed"));
    }
    let (mut from, mut to) = (offset(a[3])?, offset(a[4])?);
    let flags = num_or(a[5], 0)? as u32;
    let place = |o: &mut Option<i64>| o.as_mut().map_or(ptr::null_mut(), |o| o as *mut i64);
    let (from, to) = (place(&mut from), place(&mut to));
    // SAFETY: the offsets live during the call.
    let n = retry(|| unsafe { libc::splice(src, from, dst, to, count as usize, flags) }, failed)?;
    int(n as i64)
});

/// The memory of a sequence of buffers.
struct Vectors {
    _buffers: Vec<Buffer>,
    vectors: Vec<libc::iovec>,
}

impl Vectors {
    fn new(function: &str, o: &PyObject, flags: c_int) -> PyResult<Vectors> {
        if !protocol::is_sequence(o) {
            return Err(raise!(TypeError, "{function}() arg 2 must be a sequence"));
        }
        let buffers: Vec<Buffer> = protocol::collect(o)?
            .iter()
            .map(|item| Buffer::get(item, flags))
            .collect::<PyResult<_>>()?;
        let vectors = buffers
            .iter()
            .map(|b| libc::iovec {
                iov_base: b.raw().buf.get().cast(),
                iov_len: b.raw().len.get() as usize,
            })
            .collect();
        Ok(Vectors {
            _buffers: buffers,
            vectors,
        })
    }
    fn ptr(&self) -> *const libc::iovec {
        self.vectors.as_ptr()
    }
    fn len(&self) -> c_int {
        self.vectors.len() as c_int
    }
}

use flags::buffer::{SIMPLE, WRITABLE};

function!(readv(a): "readv" ["", ""] 2 2 2 => {
    let fd = num(a[0])?;
    let v = Vectors::new("readv", given(a[1])?, WRITABLE)?;
    // SAFETY: the exporters keep the memory in place.
    int(retry(|| unsafe { libc::readv(fd, v.ptr(), v.len()) }, failed)? as i64)
});

function!(writev(a): "writev" ["", ""] 2 2 2 => {
    let fd = num(a[0])?;
    let v = Vectors::new("writev", given(a[1])?, SIMPLE)?;
    // SAFETY: as above.
    int(retry(|| unsafe { libc::writev(fd, v.ptr(), v.len()) }, failed)? as i64)
});

function!(preadv(a): "preadv" ["", "", "", ""] 4 4 3 => {
    let (fd, at, flags) = (num(a[0])?, long(a[2])?, num_or(a[3], 0)?);
    let v = Vectors::new("preadv2", given(a[1])?, WRITABLE)?;
    // SAFETY: as above.
    int(retry(|| unsafe { libc::preadv2(fd, v.ptr(), v.len(), at, flags) }, failed)? as i64)
});

function!(pwritev(a): "pwritev" ["", "", "", ""] 4 4 3 => {
    let (fd, at, flags) = (num(a[0])?, long(a[2])?, num_or(a[3], 0)?);
    let v = Vectors::new("pwritev", given(a[1])?, SIMPLE)?;
    // SAFETY: as above.
    int(retry(|| unsafe { libc::pwritev2(fd, v.ptr(), v.len(), at, flags) }, failed)? as i64)
});

/// None, or the OSError of a status that is itself an error number.
fn by_number(error: isize) -> PyResult {
    if error == 0 {
        none()
    } else {
        Err(errors::raise_errno_value(error as i32, None, None))
    }
}

function!(posix_fadvise(a): "posix_fadvise" ["", "", "", ""] 4 4 4 => {
    let (fd, at, len, advice) = (num(a[0])?, long(a[1])?, long(a[2])?, num(a[3])?);
    // SAFETY: a plain system call.
    by_number(crate::thread::without_gil(|| unsafe { libc::posix_fadvise(fd, at, len, advice) }) as isize)
});

function!(posix_fallocate(a): "posix_fallocate" ["", "", ""] 3 3 3 => {
    let (fd, at, len) = (num(a[0])?, long(a[1])?, long(a[2])?);
    // SAFETY: a plain system call.
    by_number(crate::thread::without_gil(|| unsafe { libc::posix_fallocate(fd, at, len) }) as isize)
});

// ---- owners, nodes, devices ----

function!(fchown(a): "fchown" ["fd", "uid", "gid"] 0 3 3 => {
    let (fd, uid, gid) = (fd_arg(given(a[0])?)?, id_arg(given(a[1])?)?, id_arg(given(a[2])?)?);
    // SAFETY: a plain system call.
    retry(|| unsafe { libc::fchown(fd, uid, gid) as isize }, failed)?;
    none()
});

function!(lchown(a): "lchown" ["path", "uid", "gid"] 0 3 3 => {
    let path = path_arg("lchown", "path", a[0], Allow::Name)?;
    let (uid, gid) = (id_arg(given(a[1])?)?, id_arg(given(a[2])?)?);
    // SAFETY: a C string.
    if unsafe { libc::lchown(path.ptr(), uid, gid) } != 0 { Err(path.error()) } else { none() }
});

function!(mknod(a): "mknod" ["path", "mode", "device", "dir_fd"] 0 3 1 => {
    let path = path_arg("mknod", "path", a[0], Allow::Name)?;
    let (mode, device) = (num_or(a[1], 0o600)?, a[2].map_or(Ok(0), device)?);
    let at = dir_fd(a[3])?;
    // SAFETY: a C string.
    if unsafe { libc::mknodat(at, path.ptr(), mode as u32, device) } != 0 { Err(path.error()) } else { none() }
});

/// A device's number.
fn device(o: &PyObject) -> PyResult<u64> {
    let number = plain_int_arg(o)?;
    match number.to_u64() {
        Some(n) => Ok(n),
        None if number.is_negative() => Err(raise!(
            OverflowError,
            "can't convert negative int to unsigned"
        )),
        None => Err(raise!(OverflowError, "int too big to convert")),
    }
}

function!(major(a): "major" [""] 1 1 1 => int(libc::major(device(given(a[0])?)?) as i64));
function!(minor(a): "minor" [""] 1 1 1 => int(libc::minor(device(given(a[0])?)?) as i64));
function!(makedev(a): "makedev" ["", ""] 2 2 2 => {
    int(libc::makedev(num(a[0])? as u32, num(a[1])? as u32) as i64)
});

// ---- extended attributes ----

fn attribute_path<'a>(function: &str, o: Given<'a>, follow: bool) -> PyResult<Path> {
    let path = path_arg(function, "path", o, Allow::Descriptor)?;
    if path.fd.is_some() && !follow {
        return Err(raise!(
            ValueError,
            "{function}: cannot use fd and follow_symlinks together"
        ));
    }
    Ok(path)
}

/// Calls with growing room until the answer fits.
fn sized(path: &Path, mut f: impl FnMut(*mut u8, usize) -> isize) -> PyResult<Vec<u8>> {
    let mut size = 128;
    loop {
        let mut room = vec![0u8; size];
        let n = crate::thread::without_gil(|| f(room.as_mut_ptr(), room.len()));
        if n >= 0 {
            room.truncate(n as usize);
            return Ok(room);
        }
        if errno() != libc::ERANGE || size >= 1 << 17 {
            return Err(path.error());
        }
        size = if size == 128 { 1 << 16 } else { 1 << 17 };
    }
}

function!(getxattr(a): "getxattr" ["path", "attribute", "follow_symlinks"] 0 2 2 => {
    let follow = bool_arg(a[2], true)?;
    let path = attribute_path("getxattr", a[0], follow)?;
    let name = path_arg("getxattr", "attribute", a[1], Allow::Name)?;
    // SAFETY: C strings; room for as many bytes as told.
    let value = sized(&path, |room, len| unsafe {
        match path.fd {
            Some(fd) => libc::fgetxattr(fd, name.ptr(), room.cast(), len),
            None if follow => libc::getxattr(path.ptr(), name.ptr(), room.cast(), len),
            None => libc::lgetxattr(path.ptr(), name.ptr(), room.cast(), len),
        }
    })?;
    bytes(&value)
});

function!(setxattr(a): "setxattr" ["path", "attribute", "value", "flags", "follow_symlinks"] 0 4 3 => {
    let follow = bool_arg(a[4], true)?;
    let path = attribute_path("setxattr", a[0], follow)?;
    let name = path_arg("setxattr", "attribute", a[1], Allow::Name)?;
    let flags = num_or(a[3], 0)?;
    let value = Buffer::get(given(a[2])?, SIMPLE)?;
    let data = value.as_slice();
    let (start, len) = (data.as_ptr().cast(), data.len());
    // SAFETY: C strings; the exporter keeps the memory in place.
    let status = crate::thread::without_gil(|| unsafe {
        match path.fd {
            Some(fd) => libc::fsetxattr(fd, name.ptr(), start, len, flags),
            None if follow => libc::setxattr(path.ptr(), name.ptr(), start, len, flags),
            None => libc::lsetxattr(path.ptr(), name.ptr(), start, len, flags),
        }
    });
    if status != 0 { Err(path.error()) } else { none() }
});

function!(removexattr(a): "removexattr" ["path", "attribute", "follow_symlinks"] 0 2 2 => {
    let follow = bool_arg(a[2], true)?;
    let path = attribute_path("removexattr", a[0], follow)?;
    let name = path_arg("removexattr", "attribute", a[1], Allow::Name)?;
    // SAFETY: C strings.
    let status = crate::thread::without_gil(|| unsafe {
        match path.fd {
            Some(fd) => libc::fremovexattr(fd, name.ptr()),
            None if follow => libc::removexattr(path.ptr(), name.ptr()),
            None => libc::lremovexattr(path.ptr(), name.ptr()),
        }
    });
    if status != 0 { Err(path.error()) } else { none() }
});

function!(listxattr(a): "listxattr" ["path", "follow_symlinks"] 0 1 0 => {
    let follow = bool_arg(a[1], true)?;
    let path = match not_none(a[0]) {
        Some(_) => attribute_path("listxattr", a[0], follow)?,
        None => path_arg("listxattr", "path", None, Allow::MissingOrDescriptor)?,
    };
    // SAFETY: as above.
    let names = sized(&path, |room, len| unsafe {
        match path.fd {
            Some(fd) => libc::flistxattr(fd, room.cast(), len),
            None if follow => libc::listxattr(path.ptr(), room.cast(), len),
            None => libc::llistxattr(path.ptr(), room.cast(), len),
        }
    })?;
    let names = names.split(|&b| b == 0).filter(|n| !n.is_empty());
    list(names.map(|n| fs_name(n, false)).collect::<PyResult<_>>()?)
});

// ---- scheduling ----

function!(sched_get_priority_max(a): "sched_get_priority_max" ["policy"] 0 1 1 => {
    // SAFETY: a plain system call.
    number_or_error(unsafe { libc::sched_get_priority_max(num(a[0])?) } as i64)
});

function!(sched_get_priority_min(a): "sched_get_priority_min" ["policy"] 0 1 1 => {
    // SAFETY: a plain system call.
    number_or_error(unsafe { libc::sched_get_priority_min(num(a[0])?) } as i64)
});

function!(sched_getscheduler(a): "sched_getscheduler" [""] 1 1 1 => {
    // SAFETY: a plain system call.
    number_or_error(unsafe { libc::sched_getscheduler(num(a[0])?) } as i64)
});

/// The priority in a `sched_param`.
pub fn priority_of(o: &PyObject) -> PyResult<libc::sched_param> {
    if !o.ty().is(SCHED_PARAM.get()) {
        return Err(raise!(TypeError, "must have a sched_param object"));
    }
    // SAFETY: a struct sequence is a tuple.
    let priority = unsafe { o.cast::<PyTupleObject>() }.items()[0].to_ref();
    let Some(n) = number::index(&priority)?
        .to_i64()
        .and_then(|n| i32::try_from(n).ok())
    else {
        return Err(raise!(OverflowError, "sched_priority out of range"));
    };
    Ok(libc::sched_param { sched_priority: n })
}

function!(sched_getparam(a): "sched_getparam" [""] 1 1 1 => {
    let pid = num(a[0])?;
    // SAFETY: written by the call.
    let param = unsafe {
        let mut param: libc::sched_param = std::mem::zeroed();
        if libc::sched_getparam(pid, &mut param) != 0 {
            return Err(failed());
        }
        param
    };
    structseq::new(SCHED_PARAM.get(), vec![int(param.sched_priority as i64)?])
});

function!(sched_setparam(a): "sched_setparam" ["", ""] 2 2 2 => {
    let (pid, param) = (num(a[0])?, priority_of(given(a[1])?)?);
    // SAFETY: a plain system call.
    done(unsafe { libc::sched_setparam(pid, &param) })
});

function!(sched_setscheduler(a): "sched_setscheduler" ["", "", ""] 3 3 3 => {
    let (pid, policy, param) = (num(a[0])?, num(a[1])?, priority_of(given(a[2])?)?);
    // SAFETY: a plain system call.
    if unsafe { libc::sched_setscheduler(pid, policy, &param) } < 0 { Err(failed()) } else { none() }
});

function!(sched_rr_get_interval(a): "sched_rr_get_interval" [""] 1 1 1 => {
    let pid = num(a[0])?;
    // SAFETY: written by the call.
    let time = unsafe {
        let mut time: libc::timespec = std::mem::zeroed();
        if libc::sched_rr_get_interval(pid, &mut time) != 0 {
            return Err(failed());
        }
        time
    };
    float(time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64)
});

function!(sched_setaffinity(a): "sched_setaffinity" ["", ""] 2 2 2 => {
    let pid = num(a[0])?;
    let mut mask: Vec<u64> = vec![0; 16];
    for item in protocol::collect(given(a[1])?)? {
        if !item.is_instance::<PyLongObject>() {
            return Err(raise!(TypeError, "expected an iterator of ints, but iterator yielded {}", item.ty().name()));
        }
        let cpu = i64_arg(&item)?;
        if cpu < 0 {
            return Err(raise!(ValueError, "negative CPU number"));
        }
        if cpu > i32::MAX as i64 - 1 {
            return Err(raise!(OverflowError, "CPU number too large"));
        }
        let cpu = cpu as usize;
        if cpu / 64 >= mask.len() {
            if cpu > 1 << 20 {
                return Err(errors::raise_errno_value(libc::EINVAL, None, None));
            }
            mask.resize(cpu / 64 + 1, 0);
        }
        mask[cpu / 64] |= 1 << (cpu % 64);
    }
    // SAFETY: the mask is of that many bytes.
    done(unsafe { libc::sched_setaffinity(pid, mask.len() * 8, mask.as_ptr().cast()) })
});

extern "C" fn new_sched_param(
    _: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "sched_param",
        names: &["sched_priority"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    structseq::new(SCHED_PARAM.get(), vec![given(a[0])?.to_ref()])
}

function!(getpriority(a): "getpriority" ["which", "who"] 0 2 2 => {
    let (which, who) = (num(a[0])?, num(a[1])?);
    // SAFETY: errno tells -1 from an error.
    let n = unsafe {
        *libc::__errno_location() = 0;
        libc::getpriority(which as _, who as u32)
    };
    if errno() != 0 { Err(failed()) } else { int(n as i64) }
});

function!(setpriority(a): "setpriority" ["which", "who", "priority"] 0 3 3 => {
    let (which, who, priority) = (num(a[0])?, num(a[1])?, num(a[2])?);
    // SAFETY: a plain system call.
    done(unsafe { libc::setpriority(which as _, who as u32, priority) })
});

// ---- credentials ----

function!(setreuid(a): "setreuid" ["", ""] 2 2 2 => {
    // SAFETY: a plain system call.
    done(unsafe { libc::setreuid(id_arg(given(a[0])?)?, id_arg(given(a[1])?)?) })
});

function!(setregid(a): "setregid" ["", ""] 2 2 2 => {
    // SAFETY: a plain system call.
    done(unsafe { libc::setregid(id_arg(given(a[0])?)?, id_arg(given(a[1])?)?) })
});

function!(setresuid(a): "setresuid" ["", "", ""] 3 3 3 => {
    // SAFETY: a plain system call.
    done(unsafe { libc::setresuid(id_arg(given(a[0])?)?, id_arg(given(a[1])?)?, id_arg(given(a[2])?)?) })
});

function!(setresgid(a): "setresgid" ["", "", ""] 3 3 3 => {
    // SAFETY: a plain system call.
    done(unsafe { libc::setresgid(id_arg(given(a[0])?)?, id_arg(given(a[1])?)?, id_arg(given(a[2])?)?) })
});

fn three(get: unsafe extern "C" fn(*mut u32, *mut u32, *mut u32) -> c_int) -> PyResult {
    let (mut real, mut effective, mut saved) = (0, 0, 0);
    // SAFETY: written by the call.
    if unsafe { get(&mut real, &mut effective, &mut saved) } < 0 {
        return Err(failed());
    }
    tuple(vec![
        int(real as i64)?,
        int(effective as i64)?,
        int(saved as i64)?,
    ])
}

extern "C" fn getresuid(_: &PyObject) -> PyResult {
    three(libc::getresuid)
}

extern "C" fn getresgid(_: &PyObject) -> PyResult {
    three(libc::getresgid)
}

extern "C" fn setpgrp(_: &PyObject) -> PyResult {
    // SAFETY: a plain system call.
    done(unsafe { libc::setpgid(0, 0) })
}

function!(setgroups(a): "setgroups" [""] 1 1 1 => {
    let groups = given(a[0])?;
    if !protocol::is_sequence(groups) {
        return Err(raise!(TypeError, "setgroups argument must be a sequence"));
    }
    let mut ids = Vec::new();
    for item in protocol::collect(groups)? {
        if !item.is_instance::<PyLongObject>() {
            return Err(raise!(TypeError, "groups must be integers"));
        }
        ids.push(id_arg(&item)?);
    }
    if ids.len() > 65536 {
        return Err(raise!(ValueError, "too many groups"));
    }
    // SAFETY: an array of that length.
    done(unsafe { libc::setgroups(ids.len(), ids.as_ptr()) })
});

function!(getgrouplist(a): "getgrouplist" ["", ""] 2 2 2 => {
    let user = fs_text(given(a[0])?)?;
    let group = id_arg(given(a[1])?)?;
    let mut n = 64;
    loop {
        let mut groups = vec![0; n as usize];
        // SAFETY: room for `n`; the call tells how many there are.
        if unsafe { libc::getgrouplist(user.as_ptr(), group, groups.as_mut_ptr(), &mut n) } >= 0 {
            groups.truncate(n as usize);
            return list(groups.iter().map(|&g| int(g as i64)).collect::<PyResult<_>>()?);
        }
        if n as usize <= groups.len() {
            n = groups.len() as i32 * 2;
        }
    }
});

function!(initgroups(a): "initgroups" ["", ""] 2 2 2 => {
    let user = fs_text(given(a[0])?)?;
    // SAFETY: a C string.
    done(unsafe { libc::initgroups(user.as_ptr(), id_arg(given(a[1])?)?) })
});

// ---- terminals ----

function!(tcgetpgrp(a): "tcgetpgrp" [""] 1 1 1 => {
    // SAFETY: a plain system call.
    number_or_error(unsafe { libc::tcgetpgrp(num(a[0])?) } as i64)
});

function!(tcsetpgrp(a): "tcsetpgrp" ["", ""] 2 2 2 => {
    // SAFETY: a plain system call.
    done(unsafe { libc::tcsetpgrp(num(a[0])?, num(a[1])?) })
});

function!(login_tty(a): "login_tty" [""] 1 1 1 => {
    // SAFETY: a plain library call.
    done(unsafe { libc::login_tty(fd_arg(given(a[0])?)?) })
});

extern "C" fn ctermid(_: &PyObject) -> PyResult {
    fs_name(b"/dev/tty", false)
}

extern "C" fn forkpty(_: &PyObject) -> PyResult {
    if !interpreter().is_main() {
        return Err(raise!(
            RuntimeError,
            "fork not supported for subinterpreters"
        ));
    }
    let mut master = -1;
    // SAFETY: the descriptor is written by the call; see `fork`.
    let pid = super::process::forking("os.forkpty", || unsafe {
        libc::forkpty(&mut master, ptr::null_mut(), ptr::null(), ptr::null())
    })?;
    tuple(vec![
        int(pid as i64)?,
        int(if pid == 0 { -1 } else { master } as i64)?,
    ])
}

// ---- events ----

function!(eventfd(a): "eventfd" ["initval", "flags"] 0 2 1 => {
    let initial = number::index(given(a[0])?)?.to_i64().unwrap_or(i64::MAX);
    if initial < 0 {
        return Err(raise!(ValueError, "value must be positive"));
    }
    if initial > u32::MAX as i64 {
        return Err(raise!(OverflowError, "Python int too large for C unsigned int"));
    }
    // SAFETY: a plain system call.
    number_or_error(unsafe { libc::eventfd(initial as u32, num_or(a[1], libc::EFD_CLOEXEC)?) } as i64)
});

function!(eventfd_read(a): "eventfd_read" ["fd"] 0 1 1 => {
    let fd = fd_arg(given(a[0])?)?;
    let mut value = 0;
    // SAFETY: written by the call.
    if crate::thread::without_gil(|| unsafe { libc::eventfd_read(fd, &mut value) }) != 0 { Err(failed()) } else { uint(value) }
});

function!(eventfd_write(a): "eventfd_write" ["fd", "value"] 0 2 2 => {
    let fd = fd_arg(given(a[0])?)?;
    let Some(value) = number::index(given(a[1])?)?.to_u64() else {
        return Err(raise!(OverflowError, "Python int too large to convert to C unsigned long long"));
    };
    // SAFETY: a plain system call.
    done(crate::thread::without_gil(|| unsafe { libc::eventfd_write(fd, value) }))
});

function!(memfd_create(a): "memfd_create" ["name", "flags"] 0 2 1 => {
    let name = fs_text(given(a[0])?)?;
    // SAFETY: a C string.
    number_or_error(unsafe { libc::memfd_create(name.as_ptr(), num_or(a[1], libc::MFD_CLOEXEC as i32)? as u32) } as i64)
});

function!(pidfd_open(a): "pidfd_open" ["pid", "flags"] 0 2 1 => {
    let (pid, flags) = (num(a[0])?, num_or(a[1], 0)?);
    // SAFETY: a plain system call.
    number_or_error(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) })
});

// ---- waiting ----

/// (pid, status, resource usage).
fn waited(pid: isize, status: c_int, usage: &libc::rusage) -> PyResult {
    let seconds = |t: libc::timeval| float(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6);
    let mut fields = vec![seconds(usage.ru_utime)?, seconds(usage.ru_stime)?];
    for n in [
        usage.ru_maxrss,
        usage.ru_ixrss,
        usage.ru_idrss,
        usage.ru_isrss,
        usage.ru_minflt,
        usage.ru_majflt,
        usage.ru_nswap,
        usage.ru_inblock,
        usage.ru_oublock,
        usage.ru_msgsnd,
        usage.ru_msgrcv,
        usage.ru_nsignals,
        usage.ru_nvcsw,
        usage.ru_nivcsw,
    ] {
        fields.push(int(n)?);
    }
    let ty = imported("resource", "struct_rusage")?;
    let usage = call::call1(&ty, &*tuple(fields)?)?;
    tuple(vec![int(pid as i64)?, int(status as i64)?, usage])
}

fn wait_with_usage(pid: i32, options: i32) -> PyResult {
    // SAFETY: written by the call.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let mut status = 0;
    // SAFETY: as above.
    let pid = retry(
        || unsafe { libc::wait4(pid, &mut status, options, &mut usage) as isize },
        failed,
    )?;
    waited(pid, status, &usage)
}

function!(wait3(a): "wait3" ["options"] 0 1 1 => wait_with_usage(-1, num(a[0])?));
function!(wait4(a): "wait4" ["pid", "options"] 0 2 2 => wait_with_usage(num(a[0])?, num(a[1])?));

function!(waitid(a): "waitid" ["", "", ""] 3 3 3 => {
    let (kind, id, options) = (num(a[0])?, long(a[1])?, num(a[2])?);
    // SAFETY: written by the call.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    retry(|| unsafe { libc::waitid(kind as libc::idtype_t, id as libc::id_t, &mut info, options) as isize }, failed)?;
    // SAFETY: the fields of SIGCHLD, which `waitid` fills.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    if pid == 0 {
        return none();
    }
    structseq::new(
        WAITID_RESULT.get(),
        vec![
            int(pid as i64)?,
            int(uid as i64)?,
            int(info.si_signo as i64)?,
            int(status as i64)?,
            int(info.si_code as i64)?,
        ],
    )
});

// ---- paths ----

/// `a//b/./c/..` without what does not matter, on characters; nothing may be left.
fn normalized(path: &[u32]) -> Vec<u32> {
    const SLASH: u32 = '/' as u32;
    let dots = |part: &[u32], n: usize| part.len() == n && part.iter().all(|&c| c == '.' as u32);
    let slashes = path.iter().take_while(|&&c| c == SLASH).count();
    // Exactly two slashes at the start are something else than one.
    let root = match slashes {
        0 => 0,
        2 => 2,
        _ => 1,
    };
    let mut parts: Vec<&[u32]> = Vec::new();
    for part in path.split(|&c| c == SLASH) {
        if part.is_empty() || dots(part, 1) {
            continue;
        }
        if !dots(part, 2) || root == 0 && parts.last().is_none_or(|last| dots(last, 2)) {
            parts.push(part);
        } else {
            parts.pop();
        }
    }
    let mut out = vec![SLASH; root];
    out.extend(parts.join(&SLASH));
    out
}

function!(path_normpath(a): "_path_normpath" ["path"] 0 1 1 => {
    let path = str_arg("_path_normpath", "argument 'path'", given(a[0])?)?;
    Ok(str_::from_code_points(&normalized(&path.units().to_vec()))?.into_object())
});

/// A `str` or `bytes` argument as a C string.
fn fs_text(o: &PyObject) -> PyResult<CString> {
    super::process::fs_text(o)
}

static_table! {
/// The functions of this file.
pub static METHODS: [PyMethodDef] = [
    fast_kw::<PyObject>(c"copy_file_range", copy_file_range, c"copy_file_range($module, /, src, dst, count, offset_src=None,\n                offset_dst=None)\n--\n\nCopies between files."),
    fast_kw::<PyObject>(c"splice", splice, c"splice($module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)\n--\n\nMoves data to or from a pipe."),
    fast_kw::<PyObject>(c"readv", readv, c"readv($module, fd, buffers, /)\n--\n\nReads into several buffers."),
    fast_kw::<PyObject>(c"writev", writev, c"writev($module, fd, buffers, /)\n--\n\nWrites several buffers."),
    fast_kw::<PyObject>(c"preadv", preadv, c"preadv($module, fd, buffers, offset, flags=0, /)\n--\n\nReads at a position into several buffers."),
    fast_kw::<PyObject>(c"pwritev", pwritev, c"pwritev($module, fd, buffers, offset, flags=0, /)\n--\n\nWrites several buffers at a position."),
    fast_kw::<PyObject>(c"posix_fadvise", posix_fadvise, c"posix_fadvise($module, fd, offset, length, advice, /)\n--\n\nTells how a file will be used."),
    fast_kw::<PyObject>(c"posix_fallocate", posix_fallocate, c"posix_fallocate($module, fd, offset, length, /)\n--\n\nReserves room for a file."),
    fast_kw::<PyObject>(c"fchown", fchown, c"fchown($module, /, fd, uid, gid)\n--\n\nChanges an open file's owner."),
    fast_kw::<PyObject>(c"lchown", lchown, c"lchown($module, /, path, uid, gid)\n--\n\nChanges a link's owner."),
    fast_kw::<PyObject>(c"mknod", mknod, c"mknod($module, /, path, mode=384, device=0, *, dir_fd=None)\n--\n\nMakes a node of the file system."),
    fast_kw::<PyObject>(c"major", major, c"major($module, device, /)\n--\n\nA device's major number."),
    fast_kw::<PyObject>(c"minor", minor, c"minor($module, device, /)\n--\n\nA device's minor number."),
    fast_kw::<PyObject>(c"makedev", makedev, c"makedev($module, major, minor, /)\n--\n\nA device's number."),
    fast_kw::<PyObject>(c"getxattr", getxattr, c"getxattr($module, /, path, attribute, *, follow_symlinks=True)\n--\n\nThe value of an extended attribute."),
    fast_kw::<PyObject>(c"setxattr", setxattr, c"setxattr($module, /, path, attribute, value, flags=0, *,\n         follow_symlinks=True)\n--\n\nSets an extended attribute."),
    fast_kw::<PyObject>(c"removexattr", removexattr, c"removexattr($module, /, path, attribute, *, follow_symlinks=True)\n--\n\nRemoves an extended attribute."),
    fast_kw::<PyObject>(c"listxattr", listxattr, c"listxattr($module, /, path=None, *, follow_symlinks=True)\n--\n\nThe names of extended attributes."),
    fast_kw::<PyObject>(c"sched_get_priority_max", sched_get_priority_max, c"sched_get_priority_max($module, /, policy)\n--\n\nA policy's highest priority."),
    fast_kw::<PyObject>(c"sched_get_priority_min", sched_get_priority_min, c"sched_get_priority_min($module, /, policy)\n--\n\nA policy's lowest priority."),
    fast_kw::<PyObject>(c"sched_getscheduler", sched_getscheduler, c"sched_getscheduler($module, pid, /)\n--\n\nA process's policy."),
    fast_kw::<PyObject>(c"sched_setscheduler", sched_setscheduler, c"sched_setscheduler($module, pid, policy, param, /)\n--\n\nSets a process's policy."),
    fast_kw::<PyObject>(c"sched_getparam", sched_getparam, c"sched_getparam($module, pid, /)\n--\n\nA process's priority."),
    fast_kw::<PyObject>(c"sched_setparam", sched_setparam, c"sched_setparam($module, pid, param, /)\n--\n\nSets a process's priority."),
    fast_kw::<PyObject>(c"sched_rr_get_interval", sched_rr_get_interval, c"sched_rr_get_interval($module, pid, /)\n--\n\nThe round-robin interval in seconds."),
    fast_kw::<PyObject>(c"sched_setaffinity", sched_setaffinity, c"sched_setaffinity($module, pid, mask, /)\n--\n\nSets the processors a process may use."),
    fast_kw::<PyObject>(c"getpriority", getpriority, c"getpriority($module, /, which, who)\n--\n\nA priority."),
    fast_kw::<PyObject>(c"setpriority", setpriority, c"setpriority($module, /, which, who, priority)\n--\n\nSets a priority."),
    fast_kw::<PyObject>(c"setreuid", setreuid, c"setreuid($module, ruid, euid, /)\n--\n\nSets the real and effective user."),
    fast_kw::<PyObject>(c"setregid", setregid, c"setregid($module, rgid, egid, /)\n--\n\nSets the real and effective group."),
    fast_kw::<PyObject>(c"setresuid", setresuid, c"setresuid($module, ruid, euid, suid, /)\n--\n\nSets the three users."),
    fast_kw::<PyObject>(c"setresgid", setresgid, c"setresgid($module, rgid, egid, sgid, /)\n--\n\nSets the three groups."),
    noargs::<PyObject>(c"getresuid", getresuid, c"getresuid($module, /)\n--\n\nThe real, effective, saved user."),
    noargs::<PyObject>(c"getresgid", getresgid, c"getresgid($module, /)\n--\n\nThe real, effective, saved group."),
    noargs::<PyObject>(c"setpgrp", setpgrp, c"setpgrp($module, /)\n--\n\nStarts a process group."),
    fast_kw::<PyObject>(c"setgroups", setgroups, c"setgroups($module, groups, /)\n--\n\nSets the further groups."),
    fast_kw::<PyObject>(c"getgrouplist", getgrouplist, c"getgrouplist($module, user, group, /)\n--\n\nThe groups of a user."),
    fast_kw::<PyObject>(c"initgroups", initgroups, c"initgroups($module, username, gid, /)\n--\n\nTakes a user's groups."),
    fast_kw::<PyObject>(c"tcgetpgrp", tcgetpgrp, c"tcgetpgrp($module, fd, /)\n--\n\nThe process group of a terminal."),
    fast_kw::<PyObject>(c"tcsetpgrp", tcsetpgrp, c"tcsetpgrp($module, fd, pgid, /)\n--\n\nSets the process group of a terminal."),
    fast_kw::<PyObject>(c"login_tty", login_tty, c"login_tty($module, fd, /)\n--\n\nMakes a terminal the session's."),
    noargs::<PyObject>(c"ctermid", ctermid, c"ctermid($module, /)\n--\n\nThe name of the terminal."),
    noargs::<PyObject>(c"forkpty", forkpty, c"forkpty($module, /)\n--\n\nForks with a new pseudo-terminal."),
    fast_kw::<PyObject>(c"eventfd", eventfd, c"eventfd($module, /, initval, flags=EFD_CLOEXEC)\n--\n\nA counter as a descriptor."),
    fast_kw::<PyObject>(c"eventfd_read", eventfd_read, c"eventfd_read($module, /, fd)\n--\n\nReads such a counter."),
    fast_kw::<PyObject>(c"eventfd_write", eventfd_write, c"eventfd_write($module, /, fd, value)\n--\n\nAdds to such a counter."),
    fast_kw::<PyObject>(c"memfd_create", memfd_create, c"memfd_create($module, /, name, flags=MFD_CLOEXEC)\n--\n\nA file in memory."),
    fast_kw::<PyObject>(c"pidfd_open", pidfd_open, c"pidfd_open($module, /, pid, flags=0)\n--\n\nA process as a descriptor."),
    fast_kw::<PyObject>(c"wait3", wait3, c"wait3($module, /, options)\n--\n\nWaits for a child and its resource usage."),
    fast_kw::<PyObject>(c"wait4", wait4, c"wait4($module, /, pid, options)\n--\n\nWaits for a process and its resource usage."),
    fast_kw::<PyObject>(c"waitid", waitid, c"waitid($module, idtype, id, options, /)\n--\n\nWaits for some processes."),
    fast_kw::<PyObject>(c"_path_normpath", path_normpath, c"_path_normpath($module, /, path)\n--\n\nA path without superfluous parts."),
    PyMethodDef::END,
];
}

/// Constants that belong here, and a few of other chapters.
const CONSTANTS: &[(&str, i64)] = &[
    ("CLD_CONTINUED", 6),
    ("CLD_DUMPED", 3),
    ("CLD_EXITED", 1),
    ("CLD_KILLED", 2),
    ("CLD_STOPPED", 5),
    ("CLD_TRAPPED", 4),
    ("EFD_CLOEXEC", 524288),
    ("EFD_NONBLOCK", 2048),
    ("EFD_SEMAPHORE", 1),
    ("MFD_ALLOW_SEALING", 2),
    ("MFD_CLOEXEC", 1),
    ("MFD_HUGETLB", 4),
    ("MFD_HUGE_MASK", 63),
    ("MFD_HUGE_SHIFT", 26),
    ("O_FSYNC", 1052672),
    ("POSIX_FADV_DONTNEED", 4),
    ("POSIX_FADV_NOREUSE", 5),
    ("POSIX_FADV_NORMAL", 0),
    ("POSIX_FADV_RANDOM", 1),
    ("POSIX_FADV_SEQUENTIAL", 2),
    ("POSIX_FADV_WILLNEED", 3),
    ("POSIX_SPAWN_CLOSE", 1),
    ("POSIX_SPAWN_OPEN", 0),
    ("PRIO_PGRP", 1),
    ("PRIO_USER", 2),
    ("P_PIDFD", 3),
    ("RTLD_DEEPBIND", 8),
    ("RTLD_NODELETE", 4096),
    ("RTLD_NOLOAD", 4),
    ("RWF_APPEND", 16),
    ("RWF_DSYNC", 2),
    ("RWF_HIPRI", 1),
    ("RWF_NOWAIT", 8),
    ("RWF_SYNC", 4),
    ("SCHED_BATCH", 3),
    ("SCHED_FIFO", 1),
    ("SCHED_IDLE", 5),
    ("SCHED_RESET_ON_FORK", 1073741824),
    ("SCHED_RR", 2),
    ("SPLICE_F_MORE", 4),
    ("SPLICE_F_MOVE", 1),
    ("SPLICE_F_NONBLOCK", 2),
    ("ST_APPEND", 256),
    ("ST_MANDLOCK", 64),
    ("ST_NOATIME", 1024),
    ("ST_NODEV", 4),
    ("ST_NODIRATIME", 2048),
    ("ST_NOEXEC", 8),
    ("ST_RELATIME", 4096),
    ("ST_SYNCHRONOUS", 16),
    ("ST_WRITE", 128),
    ("WEXITED", 4),
    ("WNOWAIT", 16777216),
    ("WSTOPPED", 2),
    ("XATTR_CREATE", 1),
    ("XATTR_REPLACE", 2),
    ("XATTR_SIZE_MAX", 65536),
    ("MFD_HUGE_16GB", 2281701376),
    ("MFD_HUGE_16MB", 1610612736),
    ("MFD_HUGE_1GB", 2013265920),
    ("MFD_HUGE_1MB", 1342177280),
    ("MFD_HUGE_256MB", 1879048192),
    ("MFD_HUGE_2GB", 2080374784),
    ("MFD_HUGE_2MB", 1409286144),
    ("MFD_HUGE_32MB", 1677721600),
    ("MFD_HUGE_512KB", 1275068416),
    ("MFD_HUGE_512MB", 1946157056),
    ("MFD_HUGE_64KB", 1073741824),
    ("MFD_HUGE_8MB", 1543503872),
    ("POSIX_SPAWN_DUP2", 2),
];

/// Types and constants.
pub fn init(module: &PyModuleObject) -> PyResult<()> {
    for (name, value) in CONSTANTS {
        add_int(module, name, *value)?;
    }
    let ty = structseq::new_type(
        "posix.waitid_result",
        "What waitid() answers.",
        &[
            ("si_pid", ""),
            ("si_uid", ""),
            ("si_signo", ""),
            ("si_status", ""),
            ("si_code", ""),
        ],
        5,
    )?;
    module.add("waitid_result", &*ty)?;
    WAITID_RESULT.set(ty);
    let ty = structseq::new_type(
        "posix.sched_param",
        "Parameters of scheduling: the priority.",
        &[("sched_priority", "the scheduling priority")],
        1,
    )?;
    ty.tp_new.set(Some(new_sched_param));
    module.add("sched_param", &*ty)?;
    SCHED_PARAM.set(ty);
    Ok(())
}
