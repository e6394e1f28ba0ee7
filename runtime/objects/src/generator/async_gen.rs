//! Asynchronous generators: the type, and the wrapper that tells a yielded value from an awaited one.

use super::attributes::*;
use super::*;
use crate::def::slot;
use crate::flags::tp;

#[unsafe(no_mangle)]
pub static PyAsyncGen_Type: PyTypeObject =
    PyTypeObject::new::<PyAsyncGenObject>(c"async_generator");
builtin!(PyAsyncGenObject = PyAsyncGen_Type);

/// Every type of this file, to be readied.
pub fn async_gen_types() -> &'static [&'static PyTypeObject] {
    static TYPES: [&PyTypeObject; 2] = [&PyAsyncGen_Type, &WrappedValue_Type];
    &TYPES
}

/// A value that `yield` in an asynchronous generator hands out. C: `_PyAsyncGenWrappedValue`.
#[repr(C)]
struct WrappedValue {
    ob_base: PyObject,
    value: Slot<PyObject>,
}
object_structs!(WrappedValue);

static WrappedValue_Type: PyTypeObject = PyTypeObject {
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::DISALLOW_INSTANTIATION),
    tp_dealloc: Cell::new(Some(wrapped_dealloc)),
    tp_traverse: slot::traverse(wrapped_traverse),
    ..PyTypeObject::new::<WrappedValue>(c"async_generator_wrapped_value")
};

/// ASYNC_GEN_WRAP.
pub fn wrap_value(value: Ref) -> PyResult {
    let wrapped = mem::create_gc(&WrappedValue_Type, |ob_base| WrappedValue {
        ob_base,
        value: Slot::EMPTY,
    })?;
    wrapped.value.set(Some(value));
    gc::track(&wrapped);
    Ok(wrapped.into_object())
}

/// The value inside, if `object` is wrapped.
pub fn unwrap_value(object: &PyObject) -> Option<Ref> {
    if !object.ty().is(&WrappedValue_Type) {
        return None;
    }
    // SAFETY: the type was checked.
    unsafe { object.cast::<WrappedValue>().value.cloned() }
}

extern "C" fn wrapped_traverse(this: &WrappedValue, visit: visitproc, arg: *mut c_void) -> c_int {
    this.value.get().map_or(0, |v| visit(v, arg))
}

unsafe extern "C" fn wrapped_dealloc(object: *mut PyObject) {
    // SAFETY: a dying wrapper.
    unsafe {
        gc::untrack(&*object);
        (*object).cast::<WrappedValue>().value.set(None);
        mem::free_gc_object(object);
    }
}
