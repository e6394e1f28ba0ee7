//! `pwd`: the user database.

use crate::support::*;
use hotpy_objects::def::{Downcast, noargs, one};
use hotpy_objects::*;
use std::ffi::CStr;

static STRUCT_PASSWD: TypeCell = TypeCell::EMPTY;

fn entry(p: &libc::passwd) -> PyResult {
    let field = |raw: *const c_char| -> PyResult {
        if raw.is_null() {
            return none();
        }
        // SAFETY: a C string of the database's entry.
        let raw = unsafe { CStr::from_ptr(raw) };
        Ok(str_::decode_fs(raw.to_bytes())?.into_object())
    };
    let id = |id: u32| {
        if id == u32::MAX {
            int(-1)
        } else {
            int(id as i64)
        }
    };
    structseq::new(
        STRUCT_PASSWD.get(),
        vec![
            field(p.pw_name)?,
            field(p.pw_passwd)?,
            id(p.pw_uid)?,
            id(p.pw_gid)?,
            field(p.pw_gecos)?,
            field(p.pw_dir)?,
            field(p.pw_shell)?,
        ],
    )
}

/// Calls one of the re-entrant look-ups with a buffer that is large enough.
fn look_up(
    mut f: impl FnMut(*mut libc::passwd, *mut c_char, usize, *mut *mut libc::passwd) -> c_int,
) -> PyResult<Option<Ref>> {
    let mut room: Vec<u8> = vec![0; 1024];
    loop {
        // SAFETY: written by the call.
        let mut found: libc::passwd = unsafe { std::mem::zeroed() };
        let mut result = std::ptr::null_mut();
        let (start, len) = (room.as_mut_ptr().cast(), room.len());
        match crate::thread::without_gil(|| f(&mut found, start, len, &mut result)) {
            libc::ERANGE if len < 1 << 24 => room.resize(len * 2, 0),
            _ if result.is_null() => return Ok(None),
            _ => return entry(&found).map(Some),
        }
    }
}

extern "C" fn getpwuid(_: &PyObject, uid: &PyObject) -> PyResult {
    let missing = |uid: &PyObject| -> PyResult<Raised> {
        let shown = protocol::str(uid)?.to_string_lossy();
        let message = text(&format!("getpwuid(): uid not found: {shown}"))?;
        Ok(errors::raise_value(&exceptions::KeyError, Some(&message)))
    };
    let number = match crate::posix::more::id_arg(uid) {
        Ok(number) => number,
        Err(raised) => {
            if !errors::matches(&exceptions::OverflowError) {
                return Err(raised);
            }
            errors::clear();
            let message = text("getpwuid(): uid not found")?;
            return Err(errors::raise_value(&exceptions::KeyError, Some(&message)));
        }
    };
    // SAFETY: the buffer is of that length.
    let found =
        look_up(|p, room, len, result| unsafe { libc::getpwuid_r(number, p, room, len, result) })?;
    match found {
        Some(entry) => Ok(entry),
        None => Err(missing(uid)?),
    }
}

extern "C" fn getpwnam(_: &PyObject, name: &PyObject) -> PyResult {
    let Some(name) = name.downcast::<Str>() else {
        return Err(bad_argument("getpwnam", "argument", "str", name));
    };
    let narrow = crate::posix::path::narrow(name)?;
    let ptr = narrow.as_ptr();
    // SAFETY: a C string; the buffer is of that length.
    let found =
        look_up(|p, room, len, result| unsafe { libc::getpwnam_r(ptr, p, room, len, result) })?;
    match found {
        Some(entry) => Ok(entry),
        None => {
            let shown = protocol::repr(name)?.to_string_lossy();
            let message = text(&format!("getpwnam(): name not found: {shown}"))?;
            Err(errors::raise_value(&exceptions::KeyError, Some(&message)))
        }
    }
}

extern "C" fn getpwall(_: &PyObject) -> PyResult {
    let mut all = Vec::new();
    // SAFETY: entries are read before the next call, with the GIL held.
    unsafe {
        libc::setpwent();
        while let Some(p) = libc::getpwent().as_ref() {
            let new = entry(p);
            if new.is_err() {
                libc::endpwent();
            }
            all.push(new?);
        }
        libc::endpwent();
    }
    list(all)
}

static_table! {
static METHODS: [PyMethodDef] = [
    one::<PyObject>(c"getpwuid", getpwuid, c"getpwuid($module, uidobj, /)\n--\n\nThe entry of a user number."),
    one::<PyObject>(c"getpwnam", getpwnam, c"getpwnam($module, name, /)\n--\n\nThe entry of a user name."),
    noargs::<PyObject>(c"getpwall", getpwall, c"getpwall($module, /)\n--\n\nAll entries."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module =
        module::with_methods("pwd", "The user database: tuples of seven fields.", METHODS)?;
    let ty = structseq::new_type(
        "pwd.struct_passwd",
        "An entry of the user database.",
        &[
            ("pw_name", "user name"),
            ("pw_passwd", "password"),
            ("pw_uid", "user id"),
            ("pw_gid", "group id"),
            ("pw_gecos", "real name"),
            ("pw_dir", "home directory"),
            ("pw_shell", "shell program"),
        ],
        7,
    )?;
    module.add("struct_passwd", &*ty)?;
    STRUCT_PASSWD.set(ty);
    Ok(module)
}
