//! `None`, `NotImplemented`, `Ellipsis`.

use crate::*;

/// A type whose only instance is static.
const fn singleton(name: &'static std::ffi::CStr, repr: reprfunc, new: newfunc) -> PyTypeObject {
    PyTypeObject {
        tp_dealloc: Cell::new(Some(dealloc)),
        tp_repr: Cell::new(Some(repr)),
        tp_new: Cell::new(Some(new)),
        ..PyTypeObject::new::<PyObject>(name)
    }
}

static NONE_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_bool: def::slot::inquiry::<PyObject>(none_bool),
    ..PyNumberMethods::EMPTY
};

static NOT_IMPLEMENTED_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_bool: def::slot::inquiry::<PyObject>(not_implemented_bool),
    ..PyNumberMethods::EMPTY
};

static NOT_IMPLEMENTED_METHODS: [PyMethodDef; 2] = [
    def::noargs(
        c"__reduce__",
        not_implemented_repr,
        c"The name, for copying.",
    ),
    PyMethodDef::END,
];

static ELLIPSIS_METHODS: [PyMethodDef; 2] = [
    def::noargs(c"__reduce__", ellipsis_repr, c"The name, for copying."),
    PyMethodDef::END,
];

#[unsafe(no_mangle)]
pub static _PyNone_Type: PyTypeObject = PyTypeObject {
    tp_as_number: def::table(&NONE_NUMBER),
    ..singleton(c"NoneType", none_repr, none_new)
};
#[unsafe(no_mangle)]
pub static _PyNotImplemented_Type: PyTypeObject = PyTypeObject {
    tp_as_number: def::table(&NOT_IMPLEMENTED_NUMBER),
    tp_methods: def::table(&NOT_IMPLEMENTED_METHODS[0]),
    ..singleton(
        c"NotImplementedType",
        not_implemented_repr,
        not_implemented_new,
    )
};
#[unsafe(no_mangle)]
pub static PyEllipsis_Type: PyTypeObject = PyTypeObject {
    tp_methods: def::table(&ELLIPSIS_METHODS[0]),
    ..singleton(c"ellipsis", ellipsis_repr, ellipsis_new)
};
#[unsafe(no_mangle)]
pub static _Py_NoneStruct: PyObject = PyObject {
    ob_refcnt: Cell::new(IMMORTAL),
    ob_type: Slot::of(&raw const _PyNone_Type),
};
#[unsafe(no_mangle)]
pub static _Py_NotImplementedStruct: PyObject = PyObject {
    ob_refcnt: Cell::new(IMMORTAL),
    ob_type: Slot::of(&raw const _PyNotImplemented_Type),
};
#[unsafe(no_mangle)]
pub static _Py_EllipsisObject: PyObject = PyObject {
    ob_refcnt: Cell::new(IMMORTAL),
    ob_type: Slot::of(&raw const PyEllipsis_Type),
};

#[inline(always)]
pub fn none() -> Ref {
    Ref::new(&_Py_NoneStruct)
}

#[inline(always)]
pub fn not_implemented() -> Ref {
    Ref::new(&_Py_NotImplementedStruct)
}

#[inline(always)]
pub fn ellipsis() -> Ref {
    Ref::new(&_Py_EllipsisObject)
}

#[inline(always)]
pub fn is_none(o: &PyObject) -> bool {
    o.is(&_Py_NoneStruct)
}

#[inline(always)]
pub fn is_not_implemented(o: &PyObject) -> bool {
    o.is(&_Py_NotImplementedStruct)
}

/// Somebody gave up a reference that they did not own; the count starts anew.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the singletons are static.
    unsafe { (*this).ob_refcnt.set(IMMORTAL) }
}

extern "C" fn none_repr(_: &PyObject) -> PyResult {
    Ok(str_::intern("None")?.into_object())
}

extern "C" fn not_implemented_repr(_: &PyObject) -> PyResult {
    Ok(str_::intern("NotImplemented")?.into_object())
}

extern "C" fn ellipsis_repr(_: &PyObject) -> PyResult {
    Ok(str_::intern("Ellipsis")?.into_object())
}

extern "C" fn none_bool(_: &PyObject) -> c_int {
    0
}

extern "C" fn not_implemented_bool(_: &PyObject) -> c_int {
    let warned = errors::warn(
        &exceptions::DeprecationWarning,
        "NotImplemented should not be used in a boolean context",
        1,
    );
    if warned.is_ok() { 1 } else { -1 }
}

/// `type(x)()` takes no arguments.
fn no_arguments(name: &str, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult<()> {
    // SAFETY: `tp_new` gets a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    let kwargs = kwargs.and_then(|k| k.downcast::<PyDictObject>());
    if args.len() > 0 || kwargs.is_some_and(|k| k.len() > 0) {
        return Err(raise!(TypeError, "{name} takes no arguments"));
    }
    Ok(())
}

extern "C" fn none_new(_: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    no_arguments("NoneType", args, kwargs)?;
    Ok(none())
}

extern "C" fn not_implemented_new(
    _: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    no_arguments("NotImplementedType", args, kwargs)?;
    Ok(not_implemented())
}

extern "C" fn ellipsis_new(
    _: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    no_arguments("EllipsisType", args, kwargs)?;
    Ok(ellipsis())
}
