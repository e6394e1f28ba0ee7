//! Open files by descriptor: opening, reading, writing, positions, pipes, terminals.

use super::path::*;
use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{fast, fast_kw, noargs, one};
use hotpy_objects::*;

static TERMINAL_SIZE: TypeCell = TypeCell::EMPTY;

fn failed() -> Raised {
    errors::raise_errno(None, None)
}

/// Opens a file, not inherited by children. OSError.
pub fn open_path(path: &Path, flags: i32, mode: u32, at: i32) -> PyResult<i32> {
    // SAFETY: the path is a C string that outlives the call.
    let fd = retry(
        || unsafe { libc::openat(at, path.ptr(), flags | libc::O_CLOEXEC, mode) as isize },
        || path.error(),
    )?;
    Ok(fd as i32)
}

extern "C" fn open(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "open",
        names: &["path", "flags", "mode", "dir_fd"],
        positional_only: 0,
        positional: 3,
        required: 2,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("open", "path", a[0], Allow::Name)?;
    let flags = a[1].map_or(Ok(0), int_arg)?;
    let mode = a[2].map_or(Ok(0o777), int_arg)?;
    let at = dir_fd(a[3])?;
    crate::sys::audit("open", &[&path.object, &*none()?, &*int(flags as i64)?])?;
    int(open_path(&path, flags, mode as u32, at)? as i64)
}

extern "C" fn close(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "close",
        names: &["fd"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let fd = PARAMS.bind(args, count, kwnames)?[0].map_or(Ok(0), int_arg)?;
    // SAFETY: a plain system call; an interrupted close has closed.
    if unsafe { libc::close(fd) } != 0 && errno() != libc::EINTR {
        return Err(failed());
    }
    none()
}

extern "C" fn closerange(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("closerange", args.len(), 2, 2)?;
    for fd in int_arg(args[0])?..int_arg(args[1])? {
        // SAFETY: a plain system call; errors do not matter.
        unsafe { libc::close(fd) };
    }
    none()
}

extern "C" fn read(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("read", args.len(), 2, 2)?;
    let (fd, length) = (int_arg(args[0])?, isize_arg(args[1])?);
    if length < 0 {
        return Err(errors::raise_errno_value(libc::EINVAL, None, None));
    }
    let mut data = vec![0u8; (length as usize).min(0x7fff_f000)];
    // SAFETY: the buffer has that many bytes.
    let n = retry(
        || unsafe { libc::read(fd, data.as_mut_ptr().cast(), data.len()) },
        failed,
    )?;
    bytes(&data[..n as usize])
}

extern "C" fn pread(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("pread", args.len(), 3, 3)?;
    let (fd, length, at) = (int_arg(args[0])?, isize_arg(args[1])?, i64_arg(args[2])?);
    if length < 0 {
        return Err(errors::raise_errno_value(libc::EINVAL, None, None));
    }
    let mut data = vec![0u8; (length as usize).min(0x7fff_f000)];
    // SAFETY: the buffer has that many bytes.
    let n = retry(
        || unsafe { libc::pread(fd, data.as_mut_ptr().cast(), data.len(), at) },
        failed,
    )?;
    bytes(&data[..n as usize])
}

extern "C" fn write(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("write", args.len(), 2, 2)?;
    let fd = int_arg(args[0])?;
    bytes::with_buffer(args[1], |data| {
        let n = data.len().min(0x7fff_f000);
        // SAFETY: the buffer stays exported during the call.
        int(retry(
            || unsafe { libc::write(fd, data.as_ptr().cast(), n) },
            failed,
        )? as i64)
    })
}

extern "C" fn pwrite(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("pwrite", args.len(), 3, 3)?;
    let (fd, at) = (int_arg(args[0])?, i64_arg(args[2])?);
    bytes::with_buffer(args[1], |data| {
        // SAFETY: the buffer stays exported during the call.
        int(retry(
            || unsafe { libc::pwrite(fd, data.as_ptr().cast(), data.len(), at) },
            failed,
        )? as i64)
    })
}

extern "C" fn lseek(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("lseek", args.len(), 3, 3)?;
    // SAFETY: a plain system call.
    let at = unsafe { libc::lseek(int_arg(args[0])?, i64_arg(args[1])?, int_arg(args[2])?) };
    if at < 0 { Err(failed()) } else { int(at) }
}

extern "C" fn isatty(_: &PyObject, fd: &PyObject) -> PyResult {
    // SAFETY: a plain system call.
    boolean(unsafe { libc::isatty(int_arg(fd)?) } == 1)
}

extern "C" fn ttyname(_: &PyObject, fd: &PyObject) -> PyResult {
    let mut name = [0u8; 256];
    // SAFETY: the buffer has that many bytes.
    let error = unsafe { libc::ttyname_r(int_arg(fd)?, name.as_mut_ptr().cast(), name.len()) };
    if error != 0 {
        return Err(errors::raise_errno_value(error, None, None));
    }
    let end = name.iter().position(|&b| b == 0).unwrap_or(name.len());
    fs_name(&name[..end], false)
}

extern "C" fn dup(_: &PyObject, fd: &PyObject) -> PyResult {
    // SAFETY: a plain system call.
    let new = unsafe { libc::fcntl(int_arg(fd)?, libc::F_DUPFD_CLOEXEC, 0) };
    if new < 0 {
        Err(failed())
    } else {
        int(new as i64)
    }
}

extern "C" fn dup2(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "dup2",
        names: &["fd", "fd2", "inheritable"],
        positional_only: 0,
        positional: 3,
        required: 2,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let (from, to) = (a[0].map_or(Ok(0), int_arg)?, a[1].map_or(Ok(0), int_arg)?);
    // SAFETY: plain system calls.
    let new = unsafe {
        if bool_arg(a[2], true)? || from == to {
            libc::dup2(from, to)
        } else {
            libc::dup3(from, to, libc::O_CLOEXEC)
        }
    };
    if new < 0 {
        Err(failed())
    } else {
        int(new as i64)
    }
}

extern "C" fn pipe(_: &PyObject) -> PyResult {
    pipe_with(libc::O_CLOEXEC)
}

fn pipe_with(flags: i32) -> PyResult {
    let mut fds = [0i32; 2];
    // SAFETY: room for two descriptors.
    if unsafe { libc::pipe2(fds.as_mut_ptr(), flags) } != 0 {
        return Err(failed());
    }
    tuple(vec![int(fds[0] as i64)?, int(fds[1] as i64)?])
}

extern "C" fn pipe2(_: &PyObject, flags: &PyObject) -> PyResult {
    pipe_with(int_arg(flags)?)
}

macro_rules! on_descriptor {
    ($($f:ident $name:literal |$fd:ident| $call:expr;)*) => { $(
        extern "C" fn $f(_: &PyObject, fd: &PyObject) -> PyResult {
            let $fd = fd_arg(fd)?;
            // SAFETY: a plain system call on a descriptor.
            retry(|| unsafe { $call as isize }, failed)?;
            none()
        }
    )* };
}
on_descriptor! {
    fsync "fsync" |fd| libc::fsync(fd);
    fdatasync "fdatasync" |fd| libc::fdatasync(fd);
    fchdir "fchdir" |fd| libc::fchdir(fd);
}

extern "C" fn ftruncate(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("ftruncate", args.len(), 2, 2)?;
    let (fd, length) = (int_arg(args[0])?, i64_arg(args[1])?);
    // SAFETY: a plain system call.
    retry(|| unsafe { libc::ftruncate(fd, length) as isize }, failed)?;
    none()
}

extern "C" fn truncate(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("truncate", args.len(), 2, 2)?;
    let path = path_arg("truncate", "path", Some(args[0]), Allow::Descriptor)?;
    let length = i64_arg(args[1])?;
    // SAFETY: plain system calls.
    let bad = unsafe {
        match path.fd {
            Some(fd) => libc::ftruncate(fd, length),
            None => libc::truncate(path.ptr(), length),
        }
    };
    if bad != 0 { Err(path.error()) } else { none() }
}

extern "C" fn get_inheritable(_: &PyObject, fd: &PyObject) -> PyResult {
    // SAFETY: a plain system call.
    let flags = unsafe { libc::fcntl(int_arg(fd)?, libc::F_GETFD) };
    if flags < 0 {
        Err(failed())
    } else {
        boolean(flags & libc::FD_CLOEXEC == 0)
    }
}

extern "C" fn set_inheritable(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("set_inheritable", args.len(), 2, 2)?;
    let fd = int_arg(args[0])?;
    let inheritable = int_arg(args[1])? != 0;
    // SAFETY: plain system calls.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFD);
        let new = if inheritable {
            flags & !libc::FD_CLOEXEC
        } else {
            flags | libc::FD_CLOEXEC
        };
        if flags < 0 || libc::fcntl(fd, libc::F_SETFD, new) < 0 {
            return Err(failed());
        }
    }
    none()
}

extern "C" fn get_blocking(_: &PyObject, fd: &PyObject) -> PyResult {
    // SAFETY: a plain system call.
    let flags = unsafe { libc::fcntl(int_arg(fd)?, libc::F_GETFL) };
    if flags < 0 {
        Err(failed())
    } else {
        boolean(flags & libc::O_NONBLOCK == 0)
    }
}

extern "C" fn set_blocking(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("set_blocking", args.len(), 2, 2)?;
    let fd = int_arg(args[0])?;
    let blocking = protocol::truth(args[1])?;
    // SAFETY: plain system calls.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFL);
        let new = if blocking {
            flags & !libc::O_NONBLOCK
        } else {
            flags | libc::O_NONBLOCK
        };
        if flags < 0 || libc::fcntl(fd, libc::F_SETFL, new) < 0 {
            return Err(failed());
        }
    }
    none()
}

extern "C" fn get_terminal_size(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("get_terminal_size", args.len(), 0, 1)?;
    let fd = args.first().map_or(Ok(1), |o| int_arg(o))?;
    // SAFETY: the structure is written by the call.
    unsafe {
        let mut size: libc::winsize = std::mem::zeroed();
        if libc::ioctl(fd, libc::TIOCGWINSZ, &mut size) != 0 {
            return Err(failed());
        }
        structseq::new(
            TERMINAL_SIZE.get(),
            vec![int(size.ws_col as i64)?, int(size.ws_row as i64)?],
        )
    }
}

extern "C" fn device_encoding(_: &PyObject, fd: &PyObject) -> PyResult {
    // SAFETY: a plain system call.
    if unsafe { libc::isatty(int_arg(fd)?) } == 1 {
        text("UTF-8")
    } else {
        none()
    }
}

extern "C" fn openpty(_: &PyObject) -> PyResult {
    let (mut master, mut slave) = (0, 0);
    let null = std::ptr::null_mut();
    // SAFETY: the descriptors are written by the call.
    if unsafe { libc::openpty(&mut master, &mut slave, null, null.cast(), null.cast()) } != 0 {
        return Err(failed());
    }
    for fd in [master, slave] {
        // SAFETY: plain system calls on our own descriptors.
        unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    tuple(vec![int(master as i64)?, int(slave as i64)?])
}

extern "C" fn lockf(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("lockf", args.len(), 3, 3)?;
    let (fd, command, length) = (int_arg(args[0])?, int_arg(args[1])?, i64_arg(args[2])?);
    // SAFETY: a plain system call.
    retry(
        || unsafe { libc::lockf(fd, command, length) as isize },
        failed,
    )?;
    none()
}

extern "C" fn sendfile(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("sendfile", args.len(), 4, 4)?;
    let (out, from, length) = (int_arg(args[0])?, int_arg(args[1])?, isize_arg(args[3])?);
    let offset = if singletons::is_none(args[2]) {
        None
    } else {
        Some(i64_arg(args[2])?)
    };
    let n = retry(
        // SAFETY: the offset lives during the call.
        || unsafe {
            let mut at = offset.unwrap_or(0);
            let place = if offset.is_some() {
                &raw mut at
            } else {
                std::ptr::null_mut()
            };
            libc::sendfile(out, from, place, length as usize)
        },
        failed,
    )?;
    int(n as i64)
}

static_table! {
/// The functions of this file.
pub static METHODS: [PyMethodDef] = [
    fast_kw::<PyObject>(
        c"open",
        open,
        c"open($module, /, path, flags, mode=511, *, dir_fd=None)\n--\n\nOpens a file, answering its descriptor.",
    ),
    fast_kw::<PyObject>(c"close", close, c"close($module, /, fd)\n--\n\nCloses a file descriptor."),
    fast::<PyObject>(c"closerange", closerange, c"closerange($module, fd_low, fd_high, /)\n--\n\nCloses a range of descriptors."),
    fast::<PyObject>(c"read", read, c"read($module, fd, length, /)\n--\n\nReads from a descriptor."),
    fast::<PyObject>(c"pread", pread, c"pread($module, fd, length, offset, /)\n--\n\nReads at a position."),
    fast::<PyObject>(c"write", write, c"write($module, fd, data, /)\n--\n\nWrites to a descriptor."),
    fast::<PyObject>(c"pwrite", pwrite, c"pwrite($module, fd, buffer, offset, /)\n--\n\nWrites at a position."),
    fast::<PyObject>(c"lseek", lseek, c"lseek($module, fd, position, whence, /)\n--\n\nMoves the position."),
    one::<PyObject>(c"isatty", isatty, c"isatty($module, fd, /)\n--\n\nWhether it is a terminal."),
    one::<PyObject>(c"ttyname", ttyname, c"ttyname($module, fd, /)\n--\n\nThe terminal's name."),
    one::<PyObject>(c"dup", dup, c"dup($module, fd, /)\n--\n\nA second descriptor of the same file."),
    fast_kw::<PyObject>(c"dup2", dup2, c"dup2($module, /, fd, fd2, inheritable=True)\n--\n\nDuplicates to a given number."),
    noargs::<PyObject>(c"pipe", pipe, c"pipe($module, /)\n--\n\nThe two ends of a new pipe."),
    one::<PyObject>(c"pipe2", pipe2, c"pipe2($module, flags, /)\n--\n\nThe same with flags."),
    by_name!(one c"fsync", fsync, c"fsync($module, /, fd)\n--\n\nForces a file's data to the disk.", ["fd"], 1),
    by_name!(one c"fdatasync", fdatasync, c"fdatasync($module, /, fd)\n--\n\nThe same without its status.", ["fd"], 1),
    by_name!(one c"fchdir", fchdir, c"fchdir($module, /, fd)\n--\n\nChanges the current directory.", ["fd"], 1),
    fast::<PyObject>(c"ftruncate", ftruncate, c"ftruncate($module, fd, length, /)\n--\n\nCuts or extends an open file."),
    by_name!(fast c"truncate", truncate, c"truncate($module, /, path, length)\n--\n\nCuts or extends a file.", ["path", "length"], 2),
    one::<PyObject>(c"get_inheritable", get_inheritable, c"get_inheritable($module, fd, /)\n--\n\nWhether children inherit it."),
    fast::<PyObject>(c"set_inheritable", set_inheritable, c"set_inheritable($module, fd, inheritable, /)\n--\n\nWhether children shall inherit it."),
    one::<PyObject>(c"get_blocking", get_blocking, c"get_blocking($module, fd, /)\n--\n\nWhether it blocks."),
    fast::<PyObject>(c"set_blocking", set_blocking, c"set_blocking($module, fd, blocking, /)\n--\n\nWhether it shall block."),
    fast::<PyObject>(c"get_terminal_size", get_terminal_size, c"get_terminal_size($module, fd=<unrepresentable>, /)\n--\n\nThe terminal's columns and lines."),
    by_name!(one c"device_encoding", device_encoding, c"device_encoding($module, /, fd)\n--\n\nA terminal's encoding.", ["fd"], 1),
    noargs::<PyObject>(c"openpty", openpty, c"openpty($module, /)\n--\n\nThe two ends of a new pseudo-terminal."),
    fast::<PyObject>(c"lockf", lockf, c"lockf($module, fd, command, length, /)\n--\n\nLocks a part of a file."),
    by_name!(fast c"sendfile", sendfile, c"sendfile($module, /, out_fd, in_fd, offset, count)\n--\n\nCopies between descriptors.", ["out_fd", "in_fd", "offset", "count"], 4),
];
}

/// Constants and result types.
pub fn init(module: &PyModuleObject) -> PyResult<()> {
    let size = structseq::new_type(
        "os.terminal_size",
        "Columns and lines of a terminal.",
        &[
            ("columns", "width in characters"),
            ("lines", "height in characters"),
        ],
        2,
    )?;
    module.add("terminal_size", &*size)?;
    TERMINAL_SIZE.set(size);
    for (name, value) in [
        ("O_RDONLY", libc::O_RDONLY),
        ("O_WRONLY", libc::O_WRONLY),
        ("O_RDWR", libc::O_RDWR),
        ("O_CREAT", libc::O_CREAT),
        ("O_EXCL", libc::O_EXCL),
        ("O_TRUNC", libc::O_TRUNC),
        ("O_APPEND", libc::O_APPEND),
        ("O_NONBLOCK", libc::O_NONBLOCK),
        ("O_NDELAY", libc::O_NDELAY),
        ("O_NOCTTY", libc::O_NOCTTY),
        ("O_SYNC", libc::O_SYNC),
        ("O_DSYNC", libc::O_DSYNC),
        ("O_RSYNC", libc::O_RSYNC),
        ("O_CLOEXEC", libc::O_CLOEXEC),
        ("O_DIRECTORY", libc::O_DIRECTORY),
        ("O_NOFOLLOW", libc::O_NOFOLLOW),
        ("O_NOATIME", libc::O_NOATIME),
        ("O_PATH", libc::O_PATH),
        ("O_TMPFILE", libc::O_TMPFILE),
        ("O_ACCMODE", libc::O_ACCMODE),
        ("O_ASYNC", libc::O_ASYNC),
        ("O_DIRECT", libc::O_DIRECT),
        ("O_LARGEFILE", 0),
        ("SEEK_DATA", libc::SEEK_DATA),
        ("SEEK_HOLE", libc::SEEK_HOLE),
        ("F_LOCK", libc::F_LOCK),
        ("F_TLOCK", libc::F_TLOCK),
        ("F_ULOCK", libc::F_ULOCK),
        ("F_TEST", libc::F_TEST),
    ] {
        add_int(module, name, value as i64)?;
    }
    Ok(())
}
