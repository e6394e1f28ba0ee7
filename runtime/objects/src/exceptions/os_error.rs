//! `OSError`: its arguments, and the subclass that an errno chooses.
//!
//! `__new__` sets everything, because the class of the new object depends on the errno. Only for a subclass that has its own
//! `__init__` and not its own `__new__` does `OSError.__init__` do the work, since that `__init__` may change the arguments.

use super::{args_of, base, object_member};
use crate::*;
use std::mem::offset_of;

pub(super) static MEMBERS: [PyMemberDef; 5] = [
    object_member(
        c"errno",
        offset_of!(PyOSErrorObject, myerrno),
        c"The error number.",
    ),
    object_member(
        c"strerror",
        offset_of!(PyOSErrorObject, strerror),
        c"The error's text.",
    ),
    object_member(
        c"filename",
        offset_of!(PyOSErrorObject, filename),
        c"The file's name.",
    ),
    object_member(
        c"filename2",
        offset_of!(PyOSErrorObject, filename2),
        c"The second file's name.",
    ),
    PyMemberDef::END,
];

pub(super) static METHODS: [PyMethodDef; 2] = [
    def::noargs(
        c"__reduce__",
        reduce,
        c"Class, arguments and attributes, for copying.",
    ),
    PyMethodDef::END,
];

pub(super) static GETSET: [PyGetSetDef; 2] = [
    def::getset(
        c"characters_written",
        get_written,
        Some(set_written),
        c"What a blocking write had managed to write.",
    ),
    PyGetSetDef::END,
];

/// The subclass for an errno.
fn class_for(errno: i64) -> Option<&'static PyTypeObject> {
    use super::*;
    Some(match errno as i32 {
        _ if i64::from(errno as i32) != errno => return None,
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => &BlockingIOError,
        libc::EPIPE | libc::ESHUTDOWN => &BrokenPipeError,
        libc::ECHILD => &ChildProcessError,
        libc::ECONNABORTED => &ConnectionAbortedError,
        libc::ECONNREFUSED => &ConnectionRefusedError,
        libc::ECONNRESET => &ConnectionResetError,
        libc::EEXIST => &FileExistsError,
        libc::ENOENT => &FileNotFoundError,
        libc::EISDIR => &IsADirectoryError,
        libc::ENOTDIR => &NotADirectoryError,
        libc::EINTR => &InterruptedError,
        libc::EACCES | libc::EPERM => &PermissionError,
        libc::ESRCH => &ProcessLookupError,
        libc::ETIMEDOUT => &TimeoutError,
        _ => return None,
    })
}

/// Whether `__init__` rather than `__new__` takes the arguments.
fn init_takes_arguments(ty: &PyTypeObject) -> bool {
    ty.tp_init.get().map(|f| f as usize) != Some(init as initproc as usize)
        && ty.tp_new.get().map(|f| f as usize) == Some(new as newfunc as usize)
}

pub(super) extern "C" fn new(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    let args = args_of(args);
    let late = init_takes_arguments(ty);
    let mut ty = ty;
    if !late {
        cfunction::no_keywords(ty.name(), kwargs)?;
        if std::ptr::eq(ty, &super::OSError) && (2..=5).contains(&args.len()) {
            let errno = args.items()[0].downcast::<PyLongObject>();
            if let Some(class) = errno.and_then(|n| n.to_i64()).and_then(class_for) {
                ty = class;
            }
        }
    }
    let this = match ty.tp_alloc.get() {
        Some(alloc) => alloc(ty, 0)?,
        None => mem::generic_alloc(ty, 0)?,
    };
    // SAFETY: the type derives from OSError.
    let e: &PyOSErrorObject = unsafe { PyObject::cast(&this) };
    e.written.set(-1);
    if late {
        e.base.args.set(Some(tuple::empty().into_object()));
    } else {
        fill(e, args)?;
    }
    Ok(this)
}

pub(super) extern "C" fn init(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> c_int {
    if !init_takes_arguments(this.ty()) {
        return 0;
    }
    // SAFETY: U3.
    let e: &PyOSErrorObject = unsafe { this.cast() };
    def::status(
        cfunction::no_keywords(this.ty().name(), kwargs).and_then(|()| fill(e, args_of(args))),
    )
}

/// Sorts (errno, strerror[, filename[, winerror[, filename2]]]) into the fields.
fn fill(e: &PyOSErrorObject, args: &PyTupleObject) -> PyResult<()> {
    let mut kept = Ref::new(args);
    if let 2..=5 = args.len() {
        let items = args.items();
        let given = |i: usize| items.get(i).copied().filter(|o| !singletons::is_none(o));
        if let Some(filename) = given(2) {
            let ty = e.ty();
            if std::ptr::eq(ty, &super::BlockingIOError) && is_number(filename) {
                // The third argument of BlockingIOError is a count of bytes.
                let count = number::index_isize(filename, Some(&super::ValueError))?;
                e.written.set(count);
            } else {
                e.filename.set(Some(filename.to_ref()));
                if let Some(filename2) = given(4) {
                    e.filename2.set(Some(filename2.to_ref()));
                }
                kept = tuple::from_borrowed(&items[..2])?;
            }
        }
        e.myerrno.set(Some(items[0].to_ref()));
        e.strerror.set(Some(items[1].to_ref()));
    }
    e.base.args.set(Some(kept.into_object()));
    Ok(())
}

/// Whether the object converts to a number.
fn is_number(object: &PyObject) -> bool {
    // SAFETY: a type's number table lives as long as the type.
    let table = unsafe { object.ty().tp_as_number.get().as_ref() };
    table.is_some_and(|n| {
        n.nb_index.get().is_some() || n.nb_int.get().is_some() || n.nb_float.get().is_some()
    }) || object.is_instance::<PyComplexObject>()
}

pub(super) extern "C" fn str(this: &PyObject) -> PyResult {
    // SAFETY: U3.
    let e: &PyOSErrorObject = unsafe { this.cast() };
    let (errno, strerror) = (e.myerrno.cloned(), e.strerror.cloned());
    let (filename, filename2) = (e.filename.cloned(), e.filename2.cloned());
    if filename.is_none() && (errno.is_none() || strerror.is_none()) {
        return base::str(this);
    }
    let mut out = str_::Builder::default();
    let none = singletons::none();
    out.push_text("[Errno ");
    out.push_str(&*protocol::str(errno.as_ref().unwrap_or(&none))?);
    out.push_text("] ");
    out.push_str(&*protocol::str(strerror.as_ref().unwrap_or(&none))?);
    if let Some(filename) = filename {
        out.push_text(": ");
        out.push_str(&*protocol::repr(&filename)?);
        if let Some(filename2) = filename2 {
            out.push_text(" -> ");
            out.push_str(&*protocol::repr(&filename2)?);
        }
    }
    Ok(out.finish()?.into_object())
}

/// The file names go back into the arguments.
extern "C" fn reduce(this: &PyOSErrorObject) -> PyResult {
    let mut args = base::args(this);
    if let ([errno, strerror], Some(filename)) = (args.items(), this.filename.get()) {
        args = match this.filename2.get() {
            Some(filename2) => tuple::from_borrowed(&[
                errno,
                strerror,
                filename,
                &singletons::_Py_NoneStruct,
                filename2,
            ])?,
            None => tuple::from_borrowed(&[errno, strerror, filename])?,
        };
    }
    Ok(match this.base.dict.get() {
        Some(dict) => tuple::from_borrowed(&[this.ty(), &args, dict])?,
        None => tuple::from_borrowed(&[this.ty(), &args])?,
    }
    .into_object())
}

extern "C" fn get_written(this: &PyOSErrorObject, _: *mut c_void) -> PyResult {
    match this.written.get() {
        -1 => Err(raise!(AttributeError, "characters_written")),
        n => Ok(int::from_i64(n as i64)?.into_object()),
    }
}

extern "C" fn set_written(
    this: &PyOSErrorObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    def::status((|| {
        let written = match value {
            Some(value) => number::index_isize(value, Some(&super::ValueError))?,
            None if this.written.get() == -1 => {
                return Err(raise!(AttributeError, "characters_written"));
            }
            None => -1,
        };
        this.written.set(written);
        Ok(())
    })())
}
