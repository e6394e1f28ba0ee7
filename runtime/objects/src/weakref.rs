//! `weakref.ref`, proxies.

use crate::*;

pub static _PyWeakref_RefType: PyTypeObject =
    PyTypeObject::new::<PyWeakReference>(c"weakref.ReferenceType");
builtin!(PyWeakReference = _PyWeakref_RefType);
pub fn new_ref(obj: &PyObject, callback: Option<&PyObject>) -> PyResult<Ref<PyWeakReference>> {
    todo!()
}
/// Clears all weak references of a dying object and calls their callbacks (from `tp_dealloc`).
pub fn clear_refs(obj: &PyObject) {
    todo!()
}
