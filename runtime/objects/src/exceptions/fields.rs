//! Classes that add a few attributes: StopIteration, SystemExit, ImportError, NameError, AttributeError; KeyError's text.

use super::{args_of, base, object_member};
use crate::*;
use std::mem::offset_of;

pub(super) static STOP_ITERATION: [PyMemberDef; 2] = [
    object_member(
        c"value",
        offset_of!(PyStopIterationObject, value),
        c"What the generator returned.",
    ),
    PyMemberDef::END,
];

pub(super) extern "C" fn stop_iteration_init(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> c_int {
    def::status((|| {
        let args = args_of(args);
        base::set_args(this, args, kwargs)?;
        // SAFETY: U3.
        let e: &PyStopIterationObject = unsafe { this.cast() };
        e.value.set(Some(match args.items().first() {
            Some(value) => value.to_ref(),
            None => singletons::none(),
        }));
        Ok(())
    })())
}

pub(super) static SYSTEM_EXIT: [PyMemberDef; 2] = [
    object_member(
        c"code",
        offset_of!(PySystemExitObject, code),
        c"The exit status.",
    ),
    PyMemberDef::END,
];

pub(super) extern "C" fn system_exit_init(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> c_int {
    def::status((|| {
        let args = args_of(args);
        base::set_args(this, args, kwargs)?;
        // SAFETY: U3.
        let e: &PySystemExitObject = unsafe { this.cast() };
        match args.items() {
            [] => {}
            [code] => e.code.set(Some(code.to_ref())),
            _ => e.code.set(Some(args.to_ref())),
        }
        Ok(())
    })())
}

/// Values of keyword-only attributes, in the order of `names`. TypeError for any other keyword.
fn keyword_attributes<const N: usize>(
    class: &str,
    kwargs: Option<&PyObject>,
    names: [&str; N],
) -> PyResult<[Option<Ref>; N]> {
    let mut values = [const { None }; N];
    let Some(kwargs) = kwargs.and_then(|k| k.downcast::<PyDictObject>()) else {
        return Ok(values);
    };
    if kwargs.len() > N {
        let plural = if N == 1 { "" } else { "s" };
        return Err(raise!(
            TypeError,
            "{class}() takes at most {N} keyword argument{plural} ({} given)",
            kwargs.len()
        ));
    }
    for (key, value) in kwargs.pairs() {
        let known = key
            .downcast::<Str>()
            .and_then(|key| names.iter().position(|name| key.equals_text(name)));
        match known {
            Some(i) => values[i] = Some(value),
            None => {
                return Err(raise!(
                    TypeError,
                    "'{}' is an invalid keyword argument for {class}()",
                    protocol::str(&key)?.to_string_lossy()
                ));
            }
        }
    }
    Ok(values)
}

pub(super) static IMPORT_ERROR: [PyMemberDef; 4] = [
    object_member(
        c"msg",
        offset_of!(PyImportErrorObject, msg),
        c"The message.",
    ),
    object_member(
        c"name",
        offset_of!(PyImportErrorObject, name),
        c"The module's name.",
    ),
    object_member(
        c"path",
        offset_of!(PyImportErrorObject, path),
        c"The module's file.",
    ),
    PyMemberDef::END,
];

pub(super) static IMPORT_ERROR_METHODS: [PyMethodDef; 2] = [
    def::noargs(
        c"__reduce__",
        import_error_reduce,
        c"Class, arguments and attributes, for copying.",
    ),
    PyMethodDef::END,
];

pub(super) extern "C" fn import_error_init(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> c_int {
    def::status((|| {
        let args = args_of(args);
        base::set_args(this, args, None)?;
        let [name, path] = keyword_attributes("ImportError", kwargs, ["name", "path"])?;
        // SAFETY: U3.
        let e: &PyImportErrorObject = unsafe { this.cast() };
        e.name.set(name);
        e.path.set(path);
        e.msg.set(match args.items() {
            [message] => Some(message.to_ref()),
            _ => None,
        });
        Ok(())
    })())
}

pub(super) extern "C" fn import_error_str(this: &PyObject) -> PyResult {
    // SAFETY: U3.
    let e: &PyImportErrorObject = unsafe { this.cast() };
    match e.msg.get() {
        Some(message) if message.is_exact::<Str>() => Ok(message.to_ref()),
        _ => base::str(this),
    }
}

extern "C" fn import_error_reduce(this: &PyImportErrorObject) -> PyResult {
    let args = base::args(this);
    let mut state = this.base.dict.cloned();
    if !this.name.is_null() || !this.path.is_null() {
        let attributes = match state.as_deref().and_then(|d| d.downcast::<PyDictObject>()) {
            Some(d) => d.copy()?,
            None => dict::new()?,
        };
        if let Some(name) = this.name.cloned() {
            attributes.set_text("name", &name)?;
        }
        if let Some(path) = this.path.cloned() {
            attributes.set_text("path", &path)?;
        }
        state = Some(attributes.into_object());
    }
    Ok(match state {
        Some(state) => tuple::from_borrowed(&[this.ty(), &args, &state])?,
        None => tuple::from_borrowed(&[this.ty(), &args])?,
    }
    .into_object())
}

pub(super) static NAME_ERROR: [PyMemberDef; 2] = [
    object_member(c"name", offset_of!(PyNameErrorObject, name), c"The name."),
    PyMemberDef::END,
];

pub(super) extern "C" fn name_error_init(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> c_int {
    def::status((|| {
        base::set_args(this, args_of(args), None)?;
        let [name] = keyword_attributes("NameError", kwargs, ["name"])?;
        // SAFETY: U3.
        unsafe { this.cast::<PyNameErrorObject>() }.name.set(name);
        Ok(())
    })())
}

pub(super) static ATTRIBUTE_ERROR: [PyMemberDef; 3] = [
    object_member(
        c"name",
        offset_of!(PyAttributeErrorObject, name),
        c"The attribute's name.",
    ),
    object_member(
        c"obj",
        offset_of!(PyAttributeErrorObject, obj),
        c"The object.",
    ),
    PyMemberDef::END,
];

pub(super) extern "C" fn attribute_error_init(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> c_int {
    def::status((|| {
        base::set_args(this, args_of(args), None)?;
        let [name, obj] = keyword_attributes("AttributeError", kwargs, ["name", "obj"])?;
        // SAFETY: U3.
        let e: &PyAttributeErrorObject = unsafe { this.cast() };
        e.name.set(name);
        e.obj.set(obj);
        Ok(())
    })())
}

/// A single key prints as its repr, so that '' and blanks are seen.
pub(super) extern "C" fn key_error_str(this: &PyObject) -> PyResult {
    match base::args(this).items() {
        [key] => Ok(protocol::repr(key)?.into_object()),
        _ => base::str(this),
    }
}
