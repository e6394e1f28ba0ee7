//! Operations that every object answers, for native callers; the interpreter uses surrogates where Python code may be called.

use crate::*;

pub fn getattr(obj: &PyObject, name: &Str) -> PyResult {
    todo!()
}
/// `None` instead of AttributeError.
pub fn getattr_opt(obj: &PyObject, name: &Str) -> PyResult<Option<Ref>> {
    todo!()
}
/// Sets, or deletes with `None`.
pub fn setattr(obj: &PyObject, name: &Str, value: Option<&PyObject>) -> PyResult<()> {
    todo!()
}
pub fn hasattr(obj: &PyObject, name: &Str) -> PyResult<bool> {
    todo!()
}
/// `object.__getattribute__`; `missing_ok` answers Ok(None) instead of raising AttributeError.
pub fn generic_getattr(obj: &PyObject, name: &Str, missing_ok: bool) -> PyResult<Option<Ref>> {
    todo!()
}
pub fn generic_setattr(obj: &PyObject, name: &Str, value: Option<&PyObject>) -> PyResult<()> {
    todo!()
}
/// The special method `name` from the object's type, bound; `None` if there is none.
pub fn lookup_special(obj: &PyObject, name: &Str) -> PyResult<Option<Ref>> {
    todo!()
}
/// The instance's `__dict__`, made if the type has one and it is missing; `None` if the type has none.
pub fn instance_dict(obj: &PyObject) -> PyResult<Option<Ref<PyDictObject>>> {
    todo!()
}
pub fn repr(obj: &PyObject) -> PyResult<Ref<Str>> {
    todo!()
}
pub fn str(obj: &PyObject) -> PyResult<Ref<Str>> {
    todo!()
}
pub fn ascii(obj: &PyObject) -> PyResult<Ref<Str>> {
    todo!()
}
pub fn format(obj: &PyObject, spec: &Str) -> PyResult<Ref<Str>> {
    todo!()
}
pub fn bytes(obj: &PyObject) -> PyResult {
    todo!()
}
/// -1 is never an answer.
pub fn hash(obj: &PyObject) -> PyResult<isize> {
    todo!()
}
/// Rich comparison, operator of `flags::cmp`.
pub fn compare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult {
    todo!()
}
/// Rich comparison as a truth value; identity decides `==` and `!=` first.
pub fn compare_bool(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<bool> {
    todo!()
}
/// `a is b or a == b`.
pub fn eq(a: &PyObject, b: &PyObject) -> PyResult<bool> {
    todo!()
}
pub fn truth(obj: &PyObject) -> PyResult<bool> {
    todo!()
}
pub fn iter(obj: &PyObject) -> PyResult {
    todo!()
}
/// `None` at the end.
pub fn next(iterator: &PyObject) -> PyResult<Option<Ref>> {
    todo!()
}
pub fn is_iterator(obj: &PyObject) -> bool {
    todo!()
}
/// Calls `f` with each item, until it answers false.
pub fn for_each(iterable: &PyObject, f: &mut dyn FnMut(Ref) -> PyResult<bool>) -> PyResult<()> {
    todo!()
}
/// All items of any iterable.
pub fn collect(iterable: &PyObject) -> PyResult<Vec<Ref>> {
    todo!()
}
pub fn len(obj: &PyObject) -> PyResult<usize> {
    todo!()
}
pub fn length_hint(obj: &PyObject, default: usize) -> PyResult<usize> {
    todo!()
}
pub fn getitem(obj: &PyObject, key: &PyObject) -> PyResult {
    todo!()
}
pub fn setitem(obj: &PyObject, key: &PyObject, value: &PyObject) -> PyResult<()> {
    todo!()
}
pub fn delitem(obj: &PyObject, key: &PyObject) -> PyResult<()> {
    todo!()
}
/// Sequence item by index (negative ones count from the end).
pub fn sequence_item(obj: &PyObject, index: isize) -> PyResult {
    todo!()
}
pub fn contains(container: &PyObject, item: &PyObject) -> PyResult<bool> {
    todo!()
}
pub fn is_instance(obj: &PyObject, class: &PyObject) -> PyResult<bool> {
    todo!()
}
pub fn is_subclass(class: &PyObject, of: &PyObject) -> PyResult<bool> {
    todo!()
}
pub fn callable(obj: &PyObject) -> bool {
    todo!()
}
/// Items of an exact or subclass list or tuple, or of any iterable; TypeError `message` if it is none.
pub fn fast_sequence(obj: &PyObject, message: &str) -> PyResult<Vec<Ref>> {
    todo!()
}
pub fn dir(obj: &PyObject) -> PyResult<Ref<PyListObject>> {
    todo!()
}
/// Entered while printing a container: true if it is being printed already.
pub fn repr_enter(obj: &PyObject) -> PyResult<bool> {
    todo!()
}
pub fn repr_leave(obj: &PyObject) {
    todo!()
}
