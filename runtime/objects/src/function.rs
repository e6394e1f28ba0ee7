//! `function`: Python functions.

use crate::*;

pub static PyFunction_Type: PyTypeObject = PyTypeObject::new::<PyFunctionObject>(c"function");
builtin!(PyFunctionObject = PyFunction_Type);

/// A function of `code` over `globals`; name, qualname, doc and module are taken from them.
pub fn new(
    code: &PyCodeObject,
    globals: &PyDictObject,
    qualname: Option<&Str>,
) -> PyResult<Ref<PyFunctionObject>> {
    todo!()
}
/// A version for inline caches that changes with code, defaults and kwdefaults; 0: none left.
pub fn version(function: &PyFunctionObject) -> u32 {
    todo!()
}
