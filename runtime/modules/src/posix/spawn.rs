//! `posix_spawn` and `posix_spawnp`.

use super::path::*;
use super::process::{env_array, pointers, string_array};
use crate::support::*;
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::{Downcast, fast_kw};
use hotpy_objects::*;
use std::ffi::CString;

/// The C library's list of what a child does with its descriptors; the texts it refers to.
struct Actions {
    raw: Box<libc::posix_spawn_file_actions_t>,
    names: Vec<CString>,
}

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: initialised by `new`.
        unsafe { libc::posix_spawn_file_actions_destroy(&mut *self.raw) };
    }
}

const OPEN: i32 = 0;
const CLOSE: i32 = 1;
const DUP2: i32 = 2;

impl Actions {
    fn new(given: &PyObject) -> PyResult<Actions> {
        // SAFETY: initialised by the call.
        let mut raw: Box<libc::posix_spawn_file_actions_t> =
            Box::new(unsafe { std::mem::zeroed() });
        // SAFETY: as above.
        check(unsafe { libc::posix_spawn_file_actions_init(&mut *raw) })?;
        let mut actions = Actions {
            raw,
            names: Vec::new(),
        };
        let each = protocol::fast_sequence(given, "file_actions must be a sequence or None")?;
        for action in each {
            actions.add(&action)?;
        }
        Ok(actions)
    }

    fn add(&mut self, action: &PyObject) -> PyResult<()> {
        let Some(action) = action.downcast::<PyTupleObject>().filter(|t| t.len() > 0) else {
            return Err(raise!(
                TypeError,
                "Each file_actions element must be a non-empty tuple"
            ));
        };
        let items = action.items();
        let wants = |n: usize, what: &str| {
            if items.len() == n {
                Ok(())
            } else {
                Err(raise!(
                    TypeError,
                    "A {what} file_action tuple must have {n} elements"
                ))
            }
        };
        // SAFETY: the list is initialised; names live as long as it.
        let status = unsafe {
            match parsed_int_arg(items[0])? {
                OPEN => {
                    wants(5, "open")?;
                    let fd = parsed_int_arg(items[1])?;
                    let name = narrow(&*fspath(items[2])?)?;
                    let (flags, mode) = (parsed_int_arg(items[3])?, i64_arg(items[4])? as u32);
                    self.names.push(name);
                    let name = self.names.last().map_or(std::ptr::null(), |n| n.as_ptr());
                    libc::posix_spawn_file_actions_addopen(&mut *self.raw, fd, name, flags, mode)
                }
                CLOSE => {
                    wants(2, "close")?;
                    libc::posix_spawn_file_actions_addclose(
                        &mut *self.raw,
                        parsed_int_arg(items[1])?,
                    )
                }
                DUP2 => {
                    wants(3, "dup2")?;
                    let (from, to) = (parsed_int_arg(items[1])?, parsed_int_arg(items[2])?);
                    libc::posix_spawn_file_actions_adddup2(&mut *self.raw, from, to)
                }
                _ => return Err(raise!(TypeError, "Unknown file_actions identifier")),
            }
        };
        check(status)
    }
}

fn check(error: c_int) -> PyResult<()> {
    if error == 0 {
        Ok(())
    } else {
        Err(errors::raise_errno_value(error, None, None))
    }
}

/// The child's attributes.
struct Attributes(Box<libc::posix_spawnattr_t>);

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: initialised by `new`.
        unsafe { libc::posix_spawnattr_destroy(&mut *self.0) };
    }
}

impl Attributes {
    /// From the keyword arguments, in the order of the signature.
    fn new(function: &str, a: &[Option<&PyObject>]) -> PyResult<Attributes> {
        // SAFETY: initialised by the call.
        let mut raw: Box<libc::posix_spawnattr_t> = Box::new(unsafe { std::mem::zeroed() });
        let at = &raw mut *raw;
        // SAFETY: initialised here; destroyed by `drop`.
        unsafe {
            check(libc::posix_spawnattr_init(at))?;
            let this = Attributes(raw);
            let mut flags = 0;
            if let Some(group) = a[0] {
                check(libc::posix_spawnattr_setpgroup(at, int_arg(group)?))?;
                flags |= libc::POSIX_SPAWN_SETPGROUP as i32;
            }
            if a[1].map_or(Ok(0), int_arg)? != 0 {
                flags |= libc::POSIX_SPAWN_RESETIDS as i32;
            }
            if a[2].map_or(Ok(0), int_arg)? != 0 {
                flags |= 0x80;
            }
            if let Some(mask) = a[3] {
                check(libc::posix_spawnattr_setsigmask(
                    at,
                    &crate::signal::mask_arg(mask)?,
                ))?;
                flags |= libc::POSIX_SPAWN_SETSIGMASK as i32;
            }
            if let Some(defaults) = a[4] {
                check(libc::posix_spawnattr_setsigdefault(
                    at,
                    &crate::signal::mask_arg(defaults)?,
                ))?;
                flags |= libc::POSIX_SPAWN_SETSIGDEF as i32;
            }
            if let Some(scheduler) = a[5] {
                let pair = scheduler
                    .downcast::<PyTupleObject>()
                    .filter(|t| t.len() == 2);
                let Some(pair) = pair else {
                    return Err(raise!(
                        TypeError,
                        "{function}: A scheduler tuple must have two elements"
                    ));
                };
                if let Some(policy) = not_none(Some(pair.items()[0])) {
                    check(libc::posix_spawnattr_setschedpolicy(at, int_arg(policy)?))?;
                    flags |= libc::POSIX_SPAWN_SETSCHEDULER as i32;
                }
                let param = super::more::priority_of(pair.items()[1])?;
                check(libc::posix_spawnattr_setschedparam(at, &param))?;
                flags |= libc::POSIX_SPAWN_SETSCHEDPARAM as i32;
            }
            check(libc::posix_spawnattr_setflags(at, flags as _))?;
            Ok(this)
        }
    }
}

const NAMES: &[&str] = &[
    "",
    "",
    "",
    "file_actions",
    "setpgroup",
    "resetids",
    "setsid",
    "setsigmask",
    "setsigdef",
    "scheduler",
];

fn spawn(
    params: &'static Params,
    search: bool,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let function = params.function;
    let a = params.bind(args, count, kwnames)?;
    let (Some(argv), Some(env)) = (a[1], a[2]) else {
        return Err(Raised);
    };
    let path = path_arg(function, "path", a[0], Allow::Name)?;
    let argv = string_array(argv, function, "argv")?;
    if argv.is_empty() || argv[0].as_bytes().is_empty() {
        let what = if argv.is_empty() {
            "argv"
        } else {
            "argv first element"
        };
        let what = if argv.is_empty() {
            format!("{function}: {what} must not be empty")
        } else {
            format!("{function}: {what} cannot be empty")
        };
        return Err(raise!(ValueError, "{what}"));
    }
    let env = env_array(env, function)?;
    let actions = match not_none(a[3]) {
        Some(given) => Some(Actions::new(given)?),
        None => None,
    };
    let attributes = Attributes::new(function, &a[4..])?;
    let mut pid = 0;
    let actions_ptr = actions
        .as_ref()
        .map_or(std::ptr::null(), |a| &raw const *a.raw);
    let (argv, env) = (pointers(&argv), pointers(&env));
    let f = if search {
        libc::posix_spawnp
    } else {
        libc::posix_spawn
    };
    // SAFETY: null-terminated arrays of C strings; initialised structures.
    let error = unsafe {
        f(
            &mut pid,
            path.ptr(),
            actions_ptr,
            &*attributes.0,
            argv.as_ptr().cast(),
            env.as_ptr().cast(),
        )
    };
    if error != 0 {
        return Err(errors::raise_errno_value(error, Some(&path.object), None));
    }
    int(pid as i64)
}

extern "C" fn posix_spawn(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "posix_spawn",
        names: NAMES,
        positional_only: 3,
        positional: 3,
        required: 3,
    };
    spawn(&PARAMS, false, args, count, kwnames)
}

extern "C" fn posix_spawnp(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "posix_spawnp",
        names: NAMES,
        positional_only: 3,
        positional: 3,
        required: 3,
    };
    spawn(&PARAMS, true, args, count, kwnames)
}

static_table! {
/// The functions of this file.
pub static METHODS: [PyMethodDef] = [
    fast_kw::<PyObject>(c"posix_spawn", posix_spawn, c"posix_spawn($module, path, argv, env, /, *, file_actions=(),\n            setpgroup=<unrepresentable>, resetids=False, setsid=False,\n            setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)\n--\n\nStarts a program."),
    fast_kw::<PyObject>(c"posix_spawnp", posix_spawnp, c"posix_spawnp($module, path, argv, env, /, *, file_actions=(),\n             setpgroup=<unrepresentable>, resetids=False, setsid=False,\n             setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)\n--\n\nStarts a program found on the search path."),
    PyMethodDef::END,
];
}
