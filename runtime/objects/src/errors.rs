//! Raising, fetching, matching and chaining exceptions: the thread state's `curexc_*` and `exc_info`.

use crate::*;

/// Raises an exception of a builtin type with a formatted message: `return Err(raise!(TypeError, "x is {}", y))`.
/// The type is named as in [`exceptions`].
#[macro_export]
macro_rules! raise {
    ($ty:ident, $($arg:tt)+) => { $crate::errors::raise_text(&$crate::exceptions::$ty, &format!($($arg)+)) };
}
/// Raises `ty(text)`, chained to the exception being handled.
pub fn raise_text(ty: &PyTypeObject, text: &str) -> Raised {
    todo!()
}
/// Raises `ty(value)` (a tuple is the argument list; an instance of `ty` is raised itself); chains the context.
pub fn raise_value(ty: &PyObject, value: Option<&PyObject>) -> Raised {
    todo!()
}
/// Raises an instance.
pub fn raise_instance(exception: &PyObject) -> Raised {
    todo!()
}
/// Raises `ty()` without arguments.
pub fn raise_none(ty: &PyTypeObject) -> Raised {
    todo!()
}
/// MemoryError, from a preallocated instance.
pub fn no_memory() -> Raised {
    todo!()
}
/// OSError (or its subclass for the errno) of the C library's current errno, with up to two file names.
pub fn raise_errno(filename: Option<&PyObject>, filename2: Option<&PyObject>) -> Raised {
    todo!()
}
pub fn raise_errno_value(
    errno: i32,
    filename: Option<&PyObject>,
    filename2: Option<&PyObject>,
) -> Raised {
    todo!()
}
/// KeyError(key), the key wrapped so that a tuple stays one argument.
pub fn raise_key_error(key: &PyObject) -> Raised {
    todo!()
}
/// StopIteration(value); a bare StopIteration if there is no value.
pub fn raise_stop_iteration(value: Option<&PyObject>) -> Raised {
    todo!()
}
/// NameError / AttributeError with their `name` and `obj` attributes, for "Did you mean".
pub fn raise_attribute_error(obj: &PyObject, name: &PyObject, text: &str) -> Raised {
    todo!()
}
pub fn raise_name_error(name: &PyObject, text: &str, unbound_local: bool) -> Raised {
    todo!()
}
/// The type of the exception that is set, borrowed.
pub fn occurred() -> Option<&'static PyObject> {
    todo!()
}
/// A taken exception: type, value (maybe not an instance yet), traceback.
pub struct Taken {
    pub ty: Ref,
    pub value: Option<Ref>,
    pub traceback: Option<Ref>,
}
/// Takes the exception away.
pub fn fetch() -> Option<Taken> {
    todo!()
}
/// Takes it away as an instance (normalised, `__traceback__` set).
pub fn fetch_instance() -> Option<Ref> {
    todo!()
}
/// Puts a taken exception back, replacing any.
pub fn restore(taken: Taken) {
    todo!()
}
/// Puts an instance back with its own traceback, without touching its context.
pub fn restore_instance(exception: Ref) {
    todo!()
}
pub fn clear() {
    todo!()
}
/// Whether the exception that is set is an instance of `ty`.
pub fn matches(ty: &PyTypeObject) -> bool {
    todo!()
}
/// `except`'s test: exception type or instance against a class or tuple of classes.
pub fn given_matches(exception: &PyObject, against: &PyObject) -> bool {
    todo!()
}
/// The exception being handled (top of the `exc_info` chain), borrowed.
pub fn handled() -> Option<&'static PyObject> {
    todo!()
}
/// Reports the exception that is set to `sys.unraisablehook` and clears it.
pub fn write_unraisable(context: Option<&PyObject>) {
    todo!()
}
/// SystemError for a C function that answered null without an exception, or a result with one.
#[inline(always)]
pub fn checked(result: PyResult, callable: &PyObject) -> PyResult {
    let _ = callable;
    result
}
/// Guards native recursion: counts against the recursion limit and checks the native stack; undone on drop.
/// RecursionError "maximum recursion depth exceeded{place}".
pub fn enter_native(place: &'static str) -> PyResult<NativeGuard> {
    todo!()
}
pub struct NativeGuard(());
impl Drop for NativeGuard {
    fn drop(&mut self) {
        todo!()
    }
}
/// ImportWarning, DeprecationWarning ...: through the VM's hook.
pub fn warn(category: &PyTypeObject, text: &str, stack_level: isize) -> PyResult<()> {
    todo!()
}
