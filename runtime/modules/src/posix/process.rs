//! Processes: identity, environment, starting, waiting, signals, limits.

use super::path::*;
use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, fast_kw, noargs, one};
use hotpy_objects::*;
use std::ffi::{CStr, CString};

static UNAME: TypeCell = TypeCell::EMPTY;
static TIMES: TypeCell = TypeCell::EMPTY;

fn failed() -> Raised {
    errors::raise_errno(None, None)
}

macro_rules! identities {
    ($($f:ident;)*) => { $(
        extern "C" fn $f(_: &PyObject) -> PyResult {
            // SAFETY: cannot fail.
            int(unsafe { libc::$f() } as i64)
        }
    )* };
}
identities! { getpid; getppid; getuid; geteuid; getgid; getegid; getpgrp; }

extern "C" fn getpgid(_: &PyObject, pid: &PyObject) -> PyResult {
    // SAFETY: a plain system call.
    let id = unsafe { libc::getpgid(parsed_int_arg(pid)?) };
    if id < 0 {
        Err(failed())
    } else {
        int(id as i64)
    }
}

extern "C" fn getsid(_: &PyObject, pid: &PyObject) -> PyResult {
    // SAFETY: a plain system call.
    let id = unsafe { libc::getsid(parsed_int_arg(pid)?) };
    if id < 0 {
        Err(failed())
    } else {
        int(id as i64)
    }
}

extern "C" fn setsid(_: &PyObject) -> PyResult {
    // SAFETY: a plain system call.
    if unsafe { libc::setsid() } < 0 {
        Err(failed())
    } else {
        none()
    }
}

extern "C" fn setpgid(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("setpgid", args.len(), 2, 2)?;
    // SAFETY: a plain system call.
    if unsafe { libc::setpgid(parsed_int_arg(args[0])?, parsed_int_arg(args[1])?) } < 0 {
        Err(failed())
    } else {
        none()
    }
}

macro_rules! set_identity {
    ($($f:ident;)*) => { $(
        extern "C" fn $f(_: &PyObject, id: &PyObject) -> PyResult {
            let id = super::more::id_arg(id)?;
            // SAFETY: a plain system call.
            if unsafe { libc::$f(id) } < 0 { Err(failed()) } else { none() }
        }
    )* };
}
set_identity! { setuid; setgid; seteuid; setegid; }

extern "C" fn getgroups(_: &PyObject) -> PyResult {
    // SAFETY: asked for the number first, then for that many.
    unsafe {
        let n = libc::getgroups(0, std::ptr::null_mut());
        if n < 0 {
            return Err(failed());
        }
        let mut groups = vec![0; n as usize];
        let n = libc::getgroups(n, groups.as_mut_ptr());
        if n < 0 {
            return Err(failed());
        }
        list(
            groups[..n as usize]
                .iter()
                .map(|&g| int(g as i64))
                .collect::<PyResult<_>>()?,
        )
    }
}

unsafe extern "C" {
    fn getlogin_r(name: *mut c_char, size: usize) -> c_int;
}

extern "C" fn getlogin(_: &PyObject) -> PyResult {
    let mut name = [0u8; 256];
    // SAFETY: the buffer has that many bytes.
    let error = unsafe { getlogin_r(name.as_mut_ptr().cast(), name.len()) };
    if error != 0 {
        return Err(errors::raise_errno_value(error, None, None));
    }
    let end = name.iter().position(|&b| b == 0).unwrap_or(name.len());
    fs_name(&name[..end], false)
}

extern "C" fn getloadavg(_: &PyObject) -> PyResult {
    let mut loads = [0f64; 3];
    // SAFETY: room for three.
    if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } != 3 {
        return Err(raise!(OSError, "Load averages are unobtainable"));
    }
    tuple(loads.iter().map(|&l| float(l)).collect::<PyResult<_>>()?)
}

extern "C" fn cpu_count(_: &PyObject) -> PyResult {
    // SAFETY: a plain library call.
    let n = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    if n > 0 { int(n) } else { none() }
}

extern "C" fn sched_yield(_: &PyObject) -> PyResult {
    // SAFETY: a plain system call.
    crate::thread::without_gil(|| unsafe { libc::sched_yield() });
    none()
}

extern "C" fn sched_getaffinity(_: &PyObject, pid: &PyObject) -> PyResult {
    // SAFETY: the set is written by the call.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        if libc::sched_getaffinity(parsed_int_arg(pid)?, size_of::<libc::cpu_set_t>(), &mut set)
            != 0
        {
            return Err(failed());
        }
        let cpus = set::new()?;
        for cpu in 0..libc::CPU_SETSIZE as usize {
            if libc::CPU_ISSET(cpu, &set) {
                cpus.add(&*int(cpu as i64)?)?;
            }
        }
        Ok(cpus.into_object())
    }
}

extern "C" fn nice(_: &PyObject, increment: &PyObject) -> PyResult {
    // SAFETY: errno is reset, since -1 is a good answer.
    unsafe {
        *libc::__errno_location() = 0;
        let value = libc::nice(int_arg(increment)?);
        if value == -1 && errno() != 0 {
            Err(failed())
        } else {
            int(value as i64)
        }
    }
}

extern "C" fn uname(_: &PyObject) -> PyResult {
    // SAFETY: the structure of C strings is written by the call.
    unsafe {
        let mut info: libc::utsname = std::mem::zeroed();
        if libc::uname(&mut info) < 0 {
            return Err(failed());
        }
        let field = |f: &[c_char]| fs_name(CStr::from_ptr(f.as_ptr()).to_bytes(), false);
        structseq::new(
            UNAME.get(),
            vec![
                field(&info.sysname)?,
                field(&info.nodename)?,
                field(&info.release)?,
                field(&info.version)?,
                field(&info.machine)?,
            ],
        )
    }
}

extern "C" fn times(_: &PyObject) -> PyResult {
    // SAFETY: the structure is written by the call.
    unsafe {
        let mut t: libc::tms = std::mem::zeroed();
        let elapsed = libc::times(&mut t);
        let per_second = libc::sysconf(libc::_SC_CLK_TCK) as f64;
        let seconds = |ticks: i64| float(ticks as f64 / per_second);
        structseq::new(
            TIMES.get(),
            vec![
                seconds(t.tms_utime)?,
                seconds(t.tms_stime)?,
                seconds(t.tms_cutime)?,
                seconds(t.tms_cstime)?,
                seconds(elapsed)?,
            ],
        )
    }
}

extern "C" fn urandom(_: &PyObject, size: &PyObject) -> PyResult {
    let n = isize_arg(size)?;
    if n < 0 {
        return Err(raise!(ValueError, "negative argument not allowed"));
    }
    bytes(&random_bytes(n as usize)?)
}

/// Bytes from the system's random source. OSError.
pub fn random_bytes(n: usize) -> PyResult<Vec<u8>> {
    let mut data = vec![0u8; n];
    let mut at = 0;
    while at < n {
        // SAFETY: the rest of the buffer.
        let rest = &mut data[at..];
        at += retry(
            || unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) },
            failed,
        )? as usize;
    }
    Ok(data)
}

extern "C" fn getrandom(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("getrandom", args.len(), 1, 2)?;
    let n = isize_arg(args[0])?;
    if n < 0 {
        return Err(errors::raise_errno_value(libc::EINVAL, None, None));
    }
    let flags = args.get(1).map_or(Ok(0), |o| int_arg(o))?;
    let mut data = vec![0u8; n as usize];
    // SAFETY: the buffer has that many bytes.
    let got = retry(
        || unsafe { libc::getrandom(data.as_mut_ptr().cast(), data.len(), flags as u32) },
        failed,
    )?;
    bytes(&data[..got as usize])
}

extern "C" fn strerror(_: &PyObject, code: &PyObject) -> PyResult {
    // SAFETY: the library's text is a C string.
    let message = unsafe { CStr::from_ptr(libc::strerror(int_arg(code)?)) };
    Ok(str_::decode_fs(message.to_bytes())?.into_object())
}

// ---- environment ----

/// `posix.environ`: a dict of bytes.
pub fn environment() -> PyResult {
    unsafe extern "C" {
        static environ: *const *const c_char;
    }
    let result = dict::new()?;
    // SAFETY: a null-terminated array of C strings.
    unsafe {
        let mut entry = environ;
        while !entry.is_null() && !(*entry).is_null() {
            let text = CStr::from_ptr(*entry).to_bytes();
            if let Some(at) = text.iter().position(|&b| b == b'=') {
                result.set_default(&*bytes(&text[..at])?, &*bytes(&text[at + 1..])?)?;
            }
            entry = entry.add(1);
        }
    }
    Ok(result.into_object())
}

pub fn fs_text(o: &PyObject) -> PyResult<CString> {
    narrow(&*fspath(o)?)
}

extern "C" fn putenv(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("putenv", args.len(), 2, 2)?;
    let (name, value) = (fs_text(args[0])?, fs_text(args[1])?);
    if name.as_bytes().contains(&b'=') {
        return Err(raise!(ValueError, "illegal environment variable name"));
    }
    // SAFETY: both are C strings, which the library copies.
    if unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) } != 0 {
        Err(failed())
    } else {
        none()
    }
}

extern "C" fn unsetenv(_: &PyObject, name: &PyObject) -> PyResult {
    let name = fs_text(name)?;
    // SAFETY: a C string.
    if unsafe { libc::unsetenv(name.as_ptr()) } != 0 {
        Err(failed())
    } else {
        none()
    }
}

// ---- starting and waiting ----

extern "C" fn fork(_: &PyObject) -> PyResult {
    if interpreter().config_isolated_interpreter.get() != 0 {
        return Err(raise!(
            RuntimeError,
            "fork not supported for isolated subinterpreters"
        ));
    }
    // SAFETY: only the calling thread lives on in the child; `forking` repairs what depends on others.
    int(forking("os.fork", || unsafe { libc::fork() })? as i64)
}

/// A fork by `f`, with the hooks around it. What `f` answered.
pub fn forking(event: &str, f: impl FnOnce() -> i32) -> PyResult<i32> {
    crate::sys::audit(event, &[])?;
    before_fork()?;
    let pid = f();
    let error = errno();
    if pid == 0 {
        after_fork_child()?;
    } else {
        after_fork_parent()?;
    }
    if pid < 0 {
        return Err(errors::raise_errno_value(error, None, None));
    }
    Ok(pid)
}

/// What runs before any fork, latest registered first. The import lock is taken: no other thread shall be amid an import.
pub fn before_fork() -> PyResult<()> {
    run_at_fork(0)?;
    crate::imp::take_lock()
}

/// What runs in the parent after a fork.
pub fn after_fork_parent() -> PyResult<()> {
    crate::imp::give_lock()?;
    run_at_fork(1)
}

/// What runs in the child: the calling thread is the only one.
pub fn after_fork_child() -> PyResult<()> {
    crate::thread::after_fork();
    crate::imp::give_lock()?;
    run_at_fork(2)
}

/// The interpreter's callables of `register_at_fork`: before, in the parent, in the child.
fn at_fork(which: usize) -> &'static Slot<PyListObject> {
    let interp = interpreter();
    [
        &interp.before_forkers,
        &interp.after_forkers_parent,
        &interp.after_forkers_child,
    ][which]
}

fn add_at_fork(which: usize, callable: &PyObject) -> PyResult<()> {
    let slot = at_fork(which);
    if slot.is_null() {
        slot.set(Some(list::new()?));
    }
    slot.cloned().map_or(Ok(()), |all| all.append(callable))
}

fn run_at_fork(which: usize) -> PyResult<()> {
    if let Some(all) = at_fork(which).cloned() {
        let mut all = protocol::collect(&all)?;
        // What is set up last is prepared first.
        if which == 0 {
            all.reverse();
        }
        for each in all {
            if call::call0(&each).is_err() {
                errors::write_unraisable(Some(&each));
            }
        }
    }
    Ok(())
}

extern "C" fn register_at_fork(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "register_at_fork",
        names: &["before", "after_in_child", "after_in_parent"],
        positional_only: 0,
        positional: 0,
        required: 0,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    if a.iter().all(Option::is_none) {
        return Err(raise!(TypeError, "At least one argument is required."));
    }
    for (which, name) in [(0, "before"), (2, "after_in_child"), (1, "after_in_parent")] {
        let given = a[PARAMS.names.iter().position(|n| *n == name).unwrap_or(0)];
        if let Some(f) = given {
            if !protocol::callable(f) {
                return Err(raise!(
                    TypeError,
                    "'{name}' must be callable, not {}",
                    f.ty().name()
                ));
            }
            add_at_fork(which, f)?;
        }
    }
    none()
}

pub fn string_array(o: &PyObject, function: &str, what: &str) -> PyResult<Vec<CString>> {
    if !o.is_instance::<PyListObject>() && !o.is_instance::<PyTupleObject>() {
        return Err(raise!(
            TypeError,
            "{function}: {what} must be a tuple or list"
        ));
    }
    protocol::collect(o)?
        .iter()
        .map(|item| fs_text(item))
        .collect()
}

pub fn pointers(strings: &[CString]) -> Vec<*const c_char> {
    strings
        .iter()
        .map(|s| s.as_ptr())
        .chain([std::ptr::null()])
        .collect()
}

pub fn env_array(o: &PyObject, function: &str) -> PyResult<Vec<CString>> {
    if o.ty().tp_as_mapping.get().is_null() {
        return Err(raise!(
            TypeError,
            "{function}: environment must be a mapping object"
        ));
    }
    let pairs = protocol::collect(&*method(o, "items", &[])?)?;
    let mut all = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let pair = protocol::collect(&pair)?;
        let (Some(key), Some(value)) = (pair.first(), pair.get(1)) else {
            continue;
        };
        let key = fs_text(key)?;
        if key.as_bytes().is_empty() || key.as_bytes().contains(&b'=') {
            return Err(raise!(ValueError, "illegal environment variable name"));
        }
        let mut text = key.into_bytes();
        text.push(b'=');
        text.extend_from_slice(fs_text(value)?.as_bytes());
        all.push(CString::new(text).unwrap_or_default());
    }
    Ok(all)
}

extern "C" fn execv(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("execv", args.len(), 2, 2)?;
    let path = path_arg("execv", "path", Some(args[0]), Allow::Name)?;
    let strings = string_array(args[1], "execv", "arg 2")?;
    if strings.is_empty() {
        return Err(raise!(ValueError, "execv() arg 2 must not be empty"));
    }
    if strings[0].as_bytes().is_empty() {
        return Err(raise!(
            ValueError,
            "execv() arg 2 first element cannot be empty"
        ));
    }
    crate::sys::audit("os.exec", &[&path.object, args[1], &*none()?])?;
    // SAFETY: null-terminated arrays of C strings.
    unsafe { libc::execv(path.ptr(), pointers(&strings).as_ptr()) };
    Err(failed())
}

extern "C" fn execve(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("execve", args.len(), 3, 3)?;
    let path = path_arg("execve", "path", Some(args[0]), Allow::Descriptor)?;
    let strings = string_array(args[1], "execve", "argv")?;
    if strings.is_empty() {
        return Err(raise!(ValueError, "execve: argv must not be empty"));
    }
    if strings[0].as_bytes().is_empty() {
        return Err(raise!(
            ValueError,
            "execve: argv first element cannot be empty"
        ));
    }
    let env = env_array(args[2], "execve")?;
    crate::sys::audit("os.exec", &[&path.object, args[1], args[2]])?;
    // SAFETY: null-terminated arrays of C strings.
    unsafe {
        match path.fd {
            Some(fd) => libc::fexecve(fd, pointers(&strings).as_ptr(), pointers(&env).as_ptr()),
            None => libc::execve(
                path.ptr(),
                pointers(&strings).as_ptr(),
                pointers(&env).as_ptr(),
            ),
        }
    };
    Err(path.error())
}

extern "C" fn exit_now(_: &PyObject, status: &PyObject) -> PyResult {
    let status = int_arg(status)?;
    // SAFETY: ends the process.
    unsafe { libc::_exit(status) }
}

extern "C" fn abort(_: &PyObject) -> PyResult {
    std::process::abort()
}

extern "C" fn waitpid(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("waitpid", args.len(), 2, 2)?;
    wait_for(parsed_int_arg(args[0])?, int_arg(args[1])?)
}

extern "C" fn wait(_: &PyObject) -> PyResult {
    wait_for(-1, 0)
}

fn wait_for(pid: i32, options: i32) -> PyResult {
    let mut status = 0;
    // SAFETY: the status is written by the call.
    let pid = retry(
        || unsafe { libc::waitpid(pid, &mut status, options) as isize },
        failed,
    )?;
    tuple(vec![int(pid as i64)?, int(status as i64)?])
}

extern "C" fn kill(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("kill", args.len(), 2, 2)?;
    crate::sys::audit("os.kill", args)?;
    // SAFETY: a plain system call.
    if unsafe { libc::kill(parsed_int_arg(args[0])?, isize_arg(args[1])? as c_int) } < 0 {
        return Err(failed());
    }
    crate::signal::check()?;
    none()
}

extern "C" fn killpg(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("killpg", args.len(), 2, 2)?;
    crate::sys::audit("os.killpg", args)?;
    // SAFETY: a plain system call.
    if unsafe { libc::killpg(parsed_int_arg(args[0])?, int_arg(args[1])?) } < 0 {
        return Err(failed());
    }
    crate::signal::check()?;
    none()
}

extern "C" fn system(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "system",
        names: &["command"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let command = match PARAMS.bind(args, count, kwnames)?[0] {
        Some(o) => fs_text(o)?,
        None => return none(),
    };
    // SAFETY: a C string.
    int(crate::thread::without_gil(|| unsafe { libc::system(command.as_ptr()) }) as i64)
}

macro_rules! status_tests {
    ($($f:ident $as:ident |$s:ident| $answer:expr;)*) => { $(
        extern "C" fn $f(_: &PyObject, args: Args<'_>, count: isize, kwnames: Option<&PyTupleObject>) -> PyResult {
            static PARAMS: Params = Params {
                function: stringify!($f), names: &["status"], positional_only: 0, positional: 1, required: 1,
            };
            let $s = PARAMS.bind(args, count, kwnames)?[0].map_or(Ok(0), int_arg)?;
            $as($answer as _)
        }
    )* };
}
fn truth(b: bool) -> PyResult {
    boolean(b)
}
status_tests! {
    WIFEXITED truth |s| libc::WIFEXITED(s);
    WIFSIGNALED truth |s| libc::WIFSIGNALED(s);
    WIFSTOPPED truth |s| libc::WIFSTOPPED(s);
    WIFCONTINUED truth |s| libc::WIFCONTINUED(s);
    WCOREDUMP truth |s| libc::WCOREDUMP(s);
    WEXITSTATUS int |s| libc::WEXITSTATUS(s);
    WTERMSIG int |s| libc::WTERMSIG(s);
    WSTOPSIG int |s| libc::WSTOPSIG(s);
}

extern "C" fn waitstatus_to_exitcode(_: &PyObject, status: &PyObject) -> PyResult {
    let s = int_arg(status)?;
    if libc::WIFEXITED(s) {
        return int(libc::WEXITSTATUS(s) as i64);
    }
    if libc::WIFSIGNALED(s) {
        return int(-libc::WTERMSIG(s) as i64);
    }
    if libc::WIFSTOPPED(s) {
        return Err(raise!(
            ValueError,
            "process stopped by delivery of signal {}",
            libc::WSTOPSIG(s)
        ));
    }
    Err(raise!(ValueError, "invalid wait status: {s}"))
}

static_table! {
/// The functions of this file.
pub static METHODS: [PyMethodDef] = [
    noargs::<PyObject>(c"getpid", getpid, c"getpid($module, /)\n--\n\nThe process's number."),
    noargs::<PyObject>(c"getppid", getppid, c"getppid($module, /)\n--\n\nThe parent's number."),
    noargs::<PyObject>(c"getuid", getuid, c"getuid($module, /)\n--\n\nThe real user."),
    noargs::<PyObject>(c"geteuid", geteuid, c"geteuid($module, /)\n--\n\nThe effective user."),
    noargs::<PyObject>(c"getgid", getgid, c"getgid($module, /)\n--\n\nThe real group."),
    noargs::<PyObject>(c"getegid", getegid, c"getegid($module, /)\n--\n\nThe effective group."),
    noargs::<PyObject>(c"getpgrp", getpgrp, c"getpgrp($module, /)\n--\n\nThe process group."),
    by_name!(one c"getpgid", getpgid, c"getpgid($module, /, pid)\n--\n\nA process's group.", ["pid"], 1),
    one::<PyObject>(c"getsid", getsid, c"getsid($module, pid, /)\n--\n\nA process's session."),
    noargs::<PyObject>(c"setsid", setsid, c"setsid($module, /)\n--\n\nStarts a session."),
    fast::<PyObject>(c"setpgid", setpgid, c"setpgid($module, pid, pgrp, /)\n--\n\nMoves a process to a group."),
    one::<PyObject>(c"setuid", setuid, c"setuid($module, uid, /)\n--\n\nSets the user."),
    one::<PyObject>(c"setgid", setgid, c"setgid($module, gid, /)\n--\n\nSets the group."),
    one::<PyObject>(c"seteuid", seteuid, c"seteuid($module, euid, /)\n--\n\nSets the effective user."),
    one::<PyObject>(c"setegid", setegid, c"setegid($module, egid, /)\n--\n\nSets the effective group."),
    noargs::<PyObject>(c"getgroups", getgroups, c"getgroups($module, /)\n--\n\nThe user's further groups."),
    noargs::<PyObject>(c"getlogin", getlogin, c"getlogin($module, /)\n--\n\nThe name of the user logged in."),
    noargs::<PyObject>(c"getloadavg", getloadavg, c"getloadavg($module, /)\n--\n\nThe load of the last 1, 5, 15 minutes."),
    noargs::<PyObject>(c"cpu_count", cpu_count, c"cpu_count($module, /)\n--\n\nThe number of processors, or None."),
    noargs::<PyObject>(c"sched_yield", sched_yield, c"sched_yield($module, /)\n--\n\nLets others run."),
    one::<PyObject>(c"sched_getaffinity", sched_getaffinity, c"sched_getaffinity($module, pid, /)\n--\n\nThe processors a process may use."),
    one::<PyObject>(c"nice", nice, c"nice($module, increment, /)\n--\n\nChanges the priority."),
    noargs::<PyObject>(c"uname", uname, c"uname($module, /)\n--\n\nThe system's name and version."),
    noargs::<PyObject>(c"times", times, c"times($module, /)\n--\n\nProcessor times of the process and its children."),
    one::<PyObject>(c"urandom", urandom, c"urandom($module, size, /)\n--\n\nRandom bytes."),
    by_name!(fast c"getrandom", getrandom, c"getrandom($module, /, size, flags=0)\n--\n\nRandom bytes.", ["size", "flags"], 1),
    one::<PyObject>(c"strerror", strerror, c"strerror($module, code, /)\n--\n\nThe text of an error number."),
    fast::<PyObject>(c"putenv", putenv, c"putenv($module, name, value, /)\n--\n\nSets an environment variable."),
    one::<PyObject>(c"unsetenv", unsetenv, c"unsetenv($module, name, /)\n--\n\nRemoves an environment variable."),
    noargs::<PyObject>(c"fork", fork, c"fork($module, /)\n--\n\nStarts a copy of the process."),
    fast_kw::<PyObject>(c"register_at_fork", register_at_fork, c"register_at_fork($module, /, *, before=<unrepresentable>,\n                 after_in_child=<unrepresentable>,\n                 after_in_parent=<unrepresentable>)\n--\n\nCalls at every fork."),
    fast::<PyObject>(c"execv", execv, c"execv($module, path, argv, /)\n--\n\nBecomes another program."),
    by_name!(fast c"execve", execve, c"execve($module, /, path, argv, env)\n--\n\nBecomes another program in an environment.", ["path", "argv", "env"], 3),
    by_name!(one c"_exit", exit_now, c"_exit($module, /, status)\n--\n\nEnds the process at once.", ["status"], 1),
    noargs::<PyObject>(c"abort", abort, c"abort($module, /)\n--\n\nEnds the process with a core dump."),
    fast::<PyObject>(c"waitpid", waitpid, c"waitpid($module, pid, options, /)\n--\n\nWaits for a child."),
    noargs::<PyObject>(c"wait", wait, c"wait($module, /)\n--\n\nWaits for any child."),
    fast::<PyObject>(c"kill", kill, c"kill($module, pid, signal, /)\n--\n\nSends a signal."),
    fast::<PyObject>(c"killpg", killpg, c"killpg($module, pgid, signal, /)\n--\n\nSends a signal to a group."),
    fast_kw::<PyObject>(c"system", system, c"system($module, /, command)\n--\n\nRuns a command in a shell."),
    fast_kw::<PyObject>(c"WIFEXITED", WIFEXITED, c"WIFEXITED($module, /, status)\n--\n\n"),
    fast_kw::<PyObject>(c"WIFSIGNALED", WIFSIGNALED, c"WIFSIGNALED($module, /, status)\n--\n\n"),
    fast_kw::<PyObject>(c"WIFSTOPPED", WIFSTOPPED, c"WIFSTOPPED($module, /, status)\n--\n\n"),
    fast_kw::<PyObject>(c"WIFCONTINUED", WIFCONTINUED, c"WIFCONTINUED($module, /, status)\n--\n\n"),
    fast_kw::<PyObject>(c"WCOREDUMP", WCOREDUMP, c"WCOREDUMP($module, status, /)\n--\n\n"),
    fast_kw::<PyObject>(c"WEXITSTATUS", WEXITSTATUS, c"WEXITSTATUS($module, /, status)\n--\n\n"),
    fast_kw::<PyObject>(c"WTERMSIG", WTERMSIG, c"WTERMSIG($module, /, status)\n--\n\n"),
    fast_kw::<PyObject>(c"WSTOPSIG", WSTOPSIG, c"WSTOPSIG($module, /, status)\n--\n\n"),
    by_name!(one c"waitstatus_to_exitcode", waitstatus_to_exitcode, c"waitstatus_to_exitcode($module, /, status)\n--\n\nThe exit code, negative for a signal.", ["status"], 1),
];
}

/// Result types, constants, the environment.
pub fn init(module: &PyModuleObject) -> PyResult<()> {
    let ty = structseq::new_type(
        "posix.uname_result",
        "What uname() answers.",
        &[
            ("sysname", "operating system name"),
            (
                "nodename",
                "name of machine on network (implementation-defined)",
            ),
            ("release", "operating system release"),
            ("version", "operating system version"),
            ("machine", "hardware identifier"),
        ],
        5,
    )?;
    module.add("uname_result", &*ty)?;
    UNAME.set(ty);
    let ty = structseq::new_type(
        "posix.times_result",
        "What times() answers.",
        &[
            ("user", "user time"),
            ("system", "system time"),
            ("children_user", "user time of children"),
            ("children_system", "system time of children"),
            (
                "elapsed",
                "elapsed time since an arbitrary point in the past",
            ),
        ],
        5,
    )?;
    module.add("times_result", &*ty)?;
    TIMES.set(ty);
    module.add("environ", &*environment()?)?;
    for (name, value) in [
        ("WNOHANG", libc::WNOHANG),
        ("WUNTRACED", libc::WUNTRACED),
        ("WCONTINUED", libc::WCONTINUED),
        ("P_ALL", 0),
        ("P_PID", 1),
        ("P_PGID", 2),
        ("EX_OK", 0),
        ("EX_USAGE", 64),
        ("EX_DATAERR", 65),
        ("EX_NOINPUT", 66),
        ("EX_NOUSER", 67),
        ("EX_NOHOST", 68),
        ("EX_UNAVAILABLE", 69),
        ("EX_SOFTWARE", 70),
        ("EX_OSERR", 71),
        ("EX_OSFILE", 72),
        ("EX_CANTCREAT", 73),
        ("EX_IOERR", 74),
        ("EX_TEMPFAIL", 75),
        ("EX_PROTOCOL", 76),
        ("EX_NOPERM", 77),
        ("EX_CONFIG", 78),
        ("NGROUPS_MAX", 65536),
        ("TMP_MAX", 238328),
        ("GRND_NONBLOCK", 1),
        ("GRND_RANDOM", 2),
        ("SCHED_OTHER", libc::SCHED_OTHER),
        ("PRIO_PROCESS", 0),
        ("RTLD_LAZY", libc::RTLD_LAZY),
        ("RTLD_NOW", libc::RTLD_NOW),
        ("RTLD_GLOBAL", libc::RTLD_GLOBAL),
        ("RTLD_LOCAL", libc::RTLD_LOCAL),
    ] {
        add_int(module, name, value as i64)?;
    }
    Ok(())
}
