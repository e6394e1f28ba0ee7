//! `dict`: compact, insertion-ordered, with shared keys and inline values for instances.

use crate::*;

pub static PyDict_Type: PyTypeObject = PyTypeObject::new::<PyDictObject>(c"dict");
builtin!(PyDictObject = PyDict_Type);

pub fn new() -> PyResult<Ref<PyDictObject>> {
    todo!()
}
/// A dict with room for `n` items.
pub fn with_capacity(n: usize) -> PyResult<Ref<PyDictObject>> {
    todo!()
}
/// Empties the two managed words in front of a new instance and gives it inline values of its type's shared keys.
pub fn init_inline_values(object: &PyObject) {
    todo!()
}
impl PyDictObject {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ma_used.get() as usize
    }
    /// Any hashable key; exceptions of `__hash__` and `__eq__`.
    pub fn get_item(&self, key: &PyObject) -> PyResult<Option<Ref>> {
        todo!()
    }
    /// An exact `str` key: cannot fail if all keys are exact strings (errors are reported as a miss otherwise).
    pub fn get_str(&self, key: &Str) -> Option<Ref> {
        todo!()
    }
    pub fn get_text(&self, key: &str) -> Option<Ref> {
        todo!()
    }
    pub fn get_hashed(&self, key: &PyObject, hash: isize) -> PyResult<Option<Ref>> {
        todo!()
    }
    pub fn set_item(&self, key: &PyObject, value: &PyObject) -> PyResult<()> {
        todo!()
    }
    pub fn set_text(&self, key: &str, value: &PyObject) -> PyResult<()> {
        todo!()
    }
    pub fn set_hashed(&self, key: &PyObject, hash: isize, value: &PyObject) -> PyResult<()> {
        todo!()
    }
    /// Whether there was one.
    pub fn del_item(&self, key: &PyObject) -> PyResult<bool> {
        todo!()
    }
    /// Removes and returns.
    pub fn pop(&self, key: &PyObject) -> PyResult<Option<Ref>> {
        todo!()
    }
    pub fn set_default(&self, key: &PyObject, default: &PyObject) -> PyResult {
        todo!()
    }
    pub fn contains(&self, key: &PyObject) -> PyResult<bool> {
        todo!()
    }
    pub fn clear(&self) {
        todo!()
    }
    pub fn copy(&self) -> PyResult<Ref<PyDictObject>> {
        todo!()
    }
    /// All items in order.
    pub fn pairs(&self) -> Vec<(Ref, Ref)> {
        todo!()
    }
    /// The item at or after entry `position`, which is moved on; for iteration while the dict may change.
    pub fn next_entry(&self, position: &mut usize) -> Option<(Ref, Ref, isize)> {
        todo!()
    }
    /// `update` from any mapping or iterable of pairs; later keys win if `replace`.
    pub fn merge(&self, other: &PyObject, replace: bool) -> PyResult<()> {
        todo!()
    }
    /// The version of the key table for inline caches (0: none).
    pub fn keys_version(&self) -> u32 {
        todo!()
    }
}
// ---- instance attributes (inline values or a materialised dict), used by protocol and the interpreter ----
/// The attribute in the instance's own storage, if there.
pub fn instance_get(obj: &PyObject, name: &Str) -> PyResult<Option<Ref>> {
    todo!()
}
/// Sets (or deletes with `None`) in the instance's own storage; Ok(false): nothing to delete, or the type has no storage.
pub fn instance_set(obj: &PyObject, name: &Str, value: Option<&PyObject>) -> PyResult<bool> {
    todo!()
}
/// The instance's dict object, made from the inline values if need be; `None` if the type has no dict.
pub fn instance_dict(obj: &PyObject, create: bool) -> PyResult<Option<Ref<PyDictObject>>> {
    todo!()
}
/// Replaces the whole dict (`obj.__dict__ = d`).
pub fn set_instance_dict(obj: &PyObject, dict: Option<Ref<PyDictObject>>) -> PyResult<()> {
    todo!()
}
/// Visits / clears / frees inline values, for `subtype_traverse` and its like.
pub fn visit_inline_values(obj: &PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    todo!()
}
pub fn clear_inline_values(obj: &PyObject) {
    todo!()
}
pub fn free_inline_values(obj: &PyObject) {
    todo!()
}
/// Fresh shared keys for a heap type's instances; null if there is no memory.
pub fn new_shared_keys() -> *mut PyDictKeysObject {
    todo!()
}
pub fn drop_shared_keys(keys: *mut PyDictKeysObject) {
    todo!()
}
