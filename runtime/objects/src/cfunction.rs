//! `builtin_function_or_method`.

use crate::*;

pub static PyCFunction_Type: PyTypeObject =
    PyTypeObject::new::<PyCFunctionObject>(c"builtin_function_or_method");
builtin!(PyCFunctionObject = PyCFunction_Type);

/// A builtin for a static definition, bound to `this` (a module for module functions).
pub fn new(
    def: &'static PyMethodDef,
    this: Option<&PyObject>,
    module: Option<&PyObject>,
) -> PyResult<Ref<PyCFunctionObject>> {
    todo!()
}
/// Parsed arguments of a builtin with keyword parameters.
pub struct Params {
    pub function: &'static str,
    pub names: &'static [&'static str],
    pub positional_only: usize,
    pub positional: usize,
    pub required: usize,
}
impl Params {
    /// Binds a FASTCALL|KEYWORDS argument array: one entry per name, `None` where not given. TypeError with CPython's texts.
    /// `names[..positional_only]` are positional-only, `names[positional..]` keyword-only; the first `required` must be given.
    pub fn bind<'a>(
        &self,
        args: Args<'a>,
        count: isize,
        kwnames: Option<&'a PyTupleObject>,
    ) -> PyResult<smallvec::SmallVec<[Option<&'a PyObject>; 8]>> {
        todo!()
    }
    /// The same for a tuple and a dict (`tp_new`, `tp_init`).
    pub fn bind_tuple<'a>(
        &self,
        args: &'a PyTupleObject,
        kwargs: Option<&'a PyObject>,
    ) -> PyResult<smallvec::SmallVec<[Option<&'a PyObject>; 8]>> {
        todo!()
    }
}
/// TypeError unless min <= count <= max: "pop expected at most 1 argument, got 2".
pub fn check_count(function: &str, count: usize, min: usize, max: usize) -> PyResult<()> {
    todo!()
}
/// TypeError "X() takes no keyword arguments" unless empty.
pub fn no_keywords(function: &str, kwargs: Option<&PyObject>) -> PyResult<()> {
    todo!()
}
