//! `type`: creation, MRO, slot inheritance, attribute look-up with its cache, version tags.

use crate::*;

pub static PyType_Type: PyTypeObject = PyTypeObject::new::<PyHeapTypeObject>(c"type");
builtin!(PyTypeObject = PyType_Type);

/// Finishes a static type: bases, MRO, inherited slots, dict with descriptors for tables and slots.
pub fn ready(ty: &'static PyTypeObject) -> PyResult<()> {
    todo!()
}
/// Readies every builtin type. First thing at start-up (after `names::init`).
pub fn init() -> PyResult<()> {
    todo!()
}
#[inline]
pub fn is_subtype(ty: &PyTypeObject, of: &PyTypeObject) -> bool {
    todo!()
}
/// The attribute in the MRO's dicts, borrowed, without binding (C: `_PyType_Lookup`), through the type cache.
pub fn lookup(ty: &PyTypeObject, name: &Str) -> Option<&'static PyObject> {
    todo!()
}
/// `type(name, bases, dict)`.
pub fn new_type(
    metatype: &PyTypeObject,
    name: &Str,
    bases: &PyTupleObject,
    dict: &PyDictObject,
    kwargs: Option<&PyDictObject>,
) -> PyResult<Ref<PyTypeObject>> {
    todo!()
}
/// Forgets everything remembered of the type and its subtypes (C: `PyType_Modified`).
pub fn modified(ty: &PyTypeObject) {
    todo!()
}
/// A version tag, newly assigned if need be; 0 if there is none to be had.
pub fn version_tag(ty: &PyTypeObject) -> u32 {
    todo!()
}
/// The most derived metatype of the bases, or TypeError "metaclass conflict...".
pub fn calculate_metatype(
    metatype: &PyTypeObject,
    bases: &PyTupleObject,
) -> PyResult<Ref<PyTypeObject>> {
    todo!()
}
impl PyTypeObject {
    /// The name as `__name__` has it.
    pub fn name(&self) -> &str {
        todo!()
    }
    /// `module.qualname`, without "builtins.".
    pub fn qualified_name(&self) -> String {
        todo!()
    }
    pub fn is_subclass_flag(&self, flag: u64) -> bool {
        self.tp_flags.get() & flag != 0
    }
    pub fn is_heap_type(&self) -> bool {
        self.tp_flags.get() & flags::tp::HEAPTYPE != 0
    }
    pub fn dict(&self) -> &PyDictObject {
        todo!()
    }
    pub fn mro(&self) -> &[&PyTypeObject] {
        todo!()
    }
}

/// Runs `tp_finalize` of a dying object once, resurrected for it; false if the finaliser gave it a new life.
///
/// # Safety
/// Called from `tp_dealloc` at count zero, with the object still complete and tracked.
pub unsafe fn finalize_dying(object: *mut PyObject) -> bool {
    let _ = object;
    todo!()
}
