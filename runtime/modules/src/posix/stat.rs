//! `stat` and its family: file status, access, modes, owners, times, file systems.

use super::more::id_arg;
use super::path::*;
use crate::support::*;
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::{Downcast, fast_kw, one};
use hotpy_objects::*;

static STAT_RESULT: TypeCell = TypeCell::EMPTY;
static STATVFS_RESULT: TypeCell = TypeCell::EMPTY;

/// A `stat_result`.
pub fn stat_object(st: &libc::stat) -> PyResult {
    let seconds = |s: i64, ns: i64| float(s as f64 + 1e-9 * ns as f64);
    let nanoseconds =
        |s: i64, ns: i64| match s.checked_mul(1_000_000_000).and_then(|v| v.checked_add(ns)) {
            Some(v) => int(v),
            None => {
                let big = num_bigint::BigInt::from(s) * 1_000_000_000 + ns;
                Ok(int::from_bigint(&big)?.into_object())
            }
        };
    structseq::new(
        STAT_RESULT.get(),
        vec![
            int(st.st_mode as i64)?,
            uint(st.st_ino)?,
            uint(st.st_dev)?,
            int(st.st_nlink as i64)?,
            int(st.st_uid as i64)?,
            int(st.st_gid as i64)?,
            int(st.st_size)?,
            int(st.st_atime)?,
            int(st.st_mtime)?,
            int(st.st_ctime)?,
            seconds(st.st_atime, st.st_atime_nsec)?,
            seconds(st.st_mtime, st.st_mtime_nsec)?,
            seconds(st.st_ctime, st.st_ctime_nsec)?,
            nanoseconds(st.st_atime, st.st_atime_nsec)?,
            nanoseconds(st.st_mtime, st.st_mtime_nsec)?,
            nanoseconds(st.st_ctime, st.st_ctime_nsec)?,
            int(st.st_blksize)?,
            int(st.st_blocks)?,
            int(st.st_rdev as i64)?,
        ],
    )
}

fn status(function: &str, path: &Path, at: i32, follow: bool) -> PyResult<libc::stat> {
    // SAFETY: the structure is written by the call.
    let mut st: libc::stat = unsafe { std::mem::zeroed() };
    let failed = match path.fd {
        Some(_) if at != libc::AT_FDCWD => {
            return Err(raise!(
                ValueError,
                "{function}: can't specify dir_fd without matching path"
            ));
        }
        Some(_) if !follow => {
            return Err(raise!(
                ValueError,
                "{function}: cannot use fd and follow_symlinks together"
            ));
        }
        // SAFETY: plain system calls with valid arguments.
        Some(fd) => unsafe { libc::fstat(fd, &mut st) },
        None => unsafe {
            let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
            libc::fstatat(at, path.ptr(), &mut st, flags)
        },
    };
    if failed != 0 {
        Err(path.error())
    } else {
        Ok(st)
    }
}

extern "C" fn stat(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "stat",
        names: &["path", "dir_fd", "follow_symlinks"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("stat", "path", a[0], Allow::Descriptor)?;
    stat_object(&status(
        "stat",
        &path,
        dir_fd(a[1])?,
        bool_arg(a[2], true)?,
    )?)
}

extern "C" fn lstat(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "lstat",
        names: &["path", "dir_fd"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("lstat", "path", a[0], Allow::Name)?;
    stat_object(&status("lstat", &path, dir_fd(a[1])?, false)?)
}

extern "C" fn fstat(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "fstat",
        names: &["fd"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let fd = a[0].map_or(Ok(0), int_arg)?;
    // SAFETY: the structure is written by the call.
    unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        if libc::fstat(fd, &mut st) != 0 {
            return Err(errors::raise_errno(None, None));
        }
        stat_object(&st)
    }
}

extern "C" fn access(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "access",
        names: &["path", "mode", "dir_fd", "effective_ids", "follow_symlinks"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("access", "path", a[0], Allow::Name)?;
    let mode = a[1].map_or(Ok(0), int_arg)?;
    let mut flags = 0;
    if bool_arg(a[3], false)? {
        flags |= libc::AT_EACCESS;
    }
    if !bool_arg(a[4], true)? {
        flags |= libc::AT_SYMLINK_NOFOLLOW;
    }
    let at = dir_fd(a[2])?;
    // SAFETY: the path is a C string.
    boolean(unsafe { libc::faccessat(at, path.ptr(), mode, flags) } == 0)
}

extern "C" fn chmod(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "chmod",
        names: &["path", "mode", "dir_fd", "follow_symlinks"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("chmod", "path", a[0], Allow::Descriptor)?;
    let mode = a[1].map_or(Ok(0), int_arg)? as libc::mode_t;
    let at = dir_fd(a[2])?;
    let flags = if bool_arg(a[3], true)? {
        0
    } else {
        libc::AT_SYMLINK_NOFOLLOW
    };
    // SAFETY: plain system calls with valid arguments.
    let failed = unsafe {
        match path.fd {
            Some(fd) => libc::fchmod(fd, mode),
            None => libc::fchmodat(at, path.ptr(), mode, flags),
        }
    };
    if failed != 0 {
        Err(path.error())
    } else {
        none()
    }
}

extern "C" fn fchmod(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    cfunction::check_count("fchmod", args.len(), 2, 2)?;
    let (fd, mode) = (int_arg(args[0])?, int_arg(args[1])?);
    // SAFETY: a plain system call.
    retry(
        || unsafe { libc::fchmod(fd, mode as _) as isize },
        || errors::raise_errno(None, None),
    )?;
    none()
}

extern "C" fn chown(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "chown",
        names: &["path", "uid", "gid", "dir_fd", "follow_symlinks"],
        positional_only: 0,
        positional: 3,
        required: 3,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("chown", "path", a[0], Allow::Descriptor)?;
    let (uid, gid) = (a[1].map_or(Ok(0), id_arg)?, a[2].map_or(Ok(0), id_arg)?);
    let at = dir_fd(a[3])?;
    let flags = if bool_arg(a[4], true)? {
        0
    } else {
        libc::AT_SYMLINK_NOFOLLOW
    };
    // SAFETY: plain system calls with valid arguments.
    let failed = unsafe {
        match path.fd {
            Some(fd) => libc::fchown(fd, uid, gid),
            None => libc::fchownat(at, path.ptr(), uid, gid, flags),
        }
    };
    if failed != 0 {
        Err(path.error())
    } else {
        none()
    }
}

fn ns_spec(o: &PyObject) -> PyResult<libc::timespec> {
    let ns = i64_arg(o)?;
    Ok(libc::timespec {
        tv_sec: ns.div_euclid(1_000_000_000),
        tv_nsec: ns.rem_euclid(1_000_000_000),
    })
}

fn seconds_spec(o: &PyObject) -> PyResult<libc::timespec> {
    if let Some(f) = o.downcast::<PyFloatObject>() {
        let value = f.ob_fval.get();
        if value.is_nan() {
            return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
        }
        let whole = value.floor();
        let ns = ((value - whole) * 1e9).floor() as i64;
        return Ok(libc::timespec {
            tv_sec: whole as i64,
            tv_nsec: ns.clamp(0, 999_999_999),
        });
    }
    Ok(libc::timespec {
        tv_sec: i64_arg(o)?,
        tv_nsec: 0,
    })
}

extern "C" fn utime(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "utime",
        names: &["path", "times", "ns", "dir_fd", "follow_symlinks"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("utime", "path", a[0], Allow::Descriptor)?;
    let (times, ns) = (not_none(a[1]), a[2]);
    if times.is_some() && ns.is_some() {
        return Err(raise!(
            ValueError,
            "utime: you may specify either 'times' or 'ns' but not both"
        ));
    }
    let pair = |o: &PyObject, what: &str, convert: fn(&PyObject) -> PyResult<libc::timespec>| {
        match o.downcast::<PyTupleObject>() {
            Some(t) if t.len() == 2 => Ok([convert(t.items()[0])?, convert(t.items()[1])?]),
            _ => Err(raise!(
                TypeError,
                "utime: '{what}' must be either a tuple of two ints or None"
            )),
        }
    };
    let now = libc::timespec {
        tv_sec: 0,
        tv_nsec: libc::UTIME_NOW,
    };
    let spec = match (times, ns) {
        (Some(o), _) => pair(o, "times", seconds_spec)?,
        (None, Some(o)) => match o.downcast::<PyTupleObject>() {
            Some(t) if t.len() == 2 => [ns_spec(t.items()[0])?, ns_spec(t.items()[1])?],
            _ => return Err(raise!(TypeError, "utime: 'ns' must be a tuple of two ints")),
        },
        (None, None) => [now, now],
    };
    let at = dir_fd(a[3])?;
    let flags = if bool_arg(a[4], true)? {
        0
    } else {
        libc::AT_SYMLINK_NOFOLLOW
    };
    // SAFETY: plain system calls with valid arguments.
    let failed = unsafe {
        match path.fd {
            Some(fd) => libc::futimens(fd, spec.as_ptr()),
            None => libc::utimensat(at, path.ptr(), spec.as_ptr(), flags),
        }
    };
    if failed != 0 {
        Err(path.error())
    } else {
        none()
    }
}

fn statvfs_object(st: &libc::statvfs) -> PyResult {
    structseq::new(
        STATVFS_RESULT.get(),
        vec![
            uint(st.f_bsize)?,
            uint(st.f_frsize)?,
            uint(st.f_blocks)?,
            uint(st.f_bfree)?,
            uint(st.f_bavail)?,
            uint(st.f_files)?,
            uint(st.f_ffree)?,
            uint(st.f_favail)?,
            uint(st.f_flag)?,
            uint(st.f_namemax)?,
            uint(st.f_fsid)?,
        ],
    )
}

extern "C" fn statvfs(_: &PyObject, path: &PyObject) -> PyResult {
    let path = path_arg("statvfs", "path", Some(path), Allow::Descriptor)?;
    // SAFETY: the structure is written by the call.
    unsafe {
        let mut st: libc::statvfs = std::mem::zeroed();
        let failed = match path.fd {
            Some(fd) => libc::fstatvfs(fd, &mut st),
            None => libc::statvfs(path.ptr(), &mut st),
        };
        if failed != 0 {
            Err(path.error())
        } else {
            statvfs_object(&st)
        }
    }
}

extern "C" fn fstatvfs(_: &PyObject, fd: &PyObject) -> PyResult {
    let fd = int_arg(fd)?;
    // SAFETY: the structure is written by the call.
    unsafe {
        let mut st: libc::statvfs = std::mem::zeroed();
        retry(|| libc::fstatvfs(fd, &mut st) as isize, || errors::raise_errno(None, None))?;
        statvfs_object(&st)
    }
}

static_table! {
/// The functions of this file.
pub static METHODS: [PyMethodDef] = [
    fast_kw::<PyObject>(
        c"stat",
        stat,
        c"stat($module, /, path, *, dir_fd=None, follow_symlinks=True)\n--\n\nThe status of a file.",
    ),
    fast_kw::<PyObject>(
        c"lstat",
        lstat,
        c"lstat($module, /, path, *, dir_fd=None)\n--\n\nThe status of a file, links not followed.",
    ),
    fast_kw::<PyObject>(c"fstat", fstat, c"fstat($module, /, fd)\n--\n\nThe status of an open file."),
    fast_kw::<PyObject>(
        c"access",
        access,
        c"access($module, /, path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)\n--\n\nWhether the real user may use the file so.",
    ),
    fast_kw::<PyObject>(
        c"chmod",
        chmod,
        c"chmod($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)\n--\n\nChanges a file's permissions.",
    ),
    by_name!(fast c"fchmod", fchmod, c"fchmod($module, /, fd, mode)\n--\n\nChanges an open file's permissions.", ["fd", "mode"], 2),
    fast_kw::<PyObject>(
        c"chown",
        chown,
        c"chown($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)\n--\n\nChanges a file's owner and group.",
    ),
    fast_kw::<PyObject>(
        c"utime",
        utime,
        c"utime($module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, follow_symlinks=True)\n--\n\nSets a file's times of access and change.",
    ),
    by_name!(one c"statvfs", statvfs, c"statvfs($module, /, path)\n--\n\nThe status of a file system.", ["path"], 1),
    one::<PyObject>(c"fstatvfs", fstatvfs, c"fstatvfs($module, fd, /)\n--\n\nThe status of an open file's file system."),
];
}

/// Makes the result types.
pub fn init(module: &PyModuleObject) -> PyResult<()> {
    let stat_result = structseq::new_type(
        "os.stat_result",
        "What stat() answers: ten items, and more as attributes.",
        &[
            ("st_mode", "protection bits"),
            ("st_ino", "inode"),
            ("st_dev", "device"),
            ("st_nlink", "number of hard links"),
            ("st_uid", "user ID of owner"),
            ("st_gid", "group ID of owner"),
            ("st_size", "size in bytes"),
            ("", "access time, whole seconds"),
            ("", "modification time, whole seconds"),
            ("", "change time, whole seconds"),
            ("st_atime", "time of last access"),
            ("st_mtime", "time of last modification"),
            ("st_ctime", "time of last change"),
            ("st_atime_ns", "time of last access in nanoseconds"),
            ("st_mtime_ns", "time of last modification in nanoseconds"),
            ("st_ctime_ns", "time of last change in nanoseconds"),
            ("st_blksize", "block size for I/O"),
            ("st_blocks", "number of 512-byte blocks"),
            ("st_rdev", "device type, of a device"),
        ],
        10,
    )?;
    module.add("stat_result", &*stat_result)?;
    STAT_RESULT.set(stat_result);
    let statvfs_result = structseq::new_type(
        "os.statvfs_result",
        "What statvfs() answers.",
        &[
            ("f_bsize", ""),
            ("f_frsize", ""),
            ("f_blocks", ""),
            ("f_bfree", ""),
            ("f_bavail", ""),
            ("f_files", ""),
            ("f_ffree", ""),
            ("f_favail", ""),
            ("f_flag", ""),
            ("f_namemax", ""),
            ("f_fsid", ""),
        ],
        10,
    )?;
    module.add("statvfs_result", &*statvfs_result)?;
    STATVFS_RESULT.set(statvfs_result);
    for (name, value) in [
        ("F_OK", libc::F_OK),
        ("R_OK", libc::R_OK),
        ("W_OK", libc::W_OK),
        ("X_OK", libc::X_OK),
        ("ST_RDONLY", 1),
        ("ST_NOSUID", 2),
    ] {
        add_int(module, name, value as i64)?;
    }
    Ok(())
}
