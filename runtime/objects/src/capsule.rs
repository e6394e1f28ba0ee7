//! `PyCapsule`: a C pointer as an object.

use crate::def::slot;
use crate::*;

builtin!(PyCapsule = PyCapsule_Type);

/// A capsule around a pointer that must not be null; `name` and what it points to are the caller's. ValueError.
pub fn new(
    pointer: *mut c_void,
    name: *const c_char,
    destructor: Option<PyCapsule_Destructor>,
) -> PyResult<Ref<PyCapsule>> {
    if pointer.is_null() {
        return Err(raise!(ValueError, "PyCapsule_New called with null pointer"));
    }
    mem::create(&PyCapsule_Type, |header| PyCapsule {
        ob_base: header,
        pointer: Cell::new(pointer),
        name: Cell::new(name),
        context: Cell::new(std::ptr::null_mut()),
        destructor: Cell::new(destructor),
    })
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        if let Some(destructor) = (*this.cast::<PyCapsule>()).destructor.get() {
            destructor(&*this);
        }
        mem::free_object(this);
    }
}

extern "C" fn repr(c: &PyCapsule) -> PyResult {
    let (quote, name) = if c.name.get().is_null() {
        ("", "NULL")
    } else {
        ("\"", typeobject::c_text(c.name.get()))
    };
    Ok(str_::new(&format!(
        "<capsule object {quote}{name}{quote} at {:#x}>",
        c as *const PyCapsule as usize
    ))?
    .into_object())
}

#[unsafe(no_mangle)]
pub static PyCapsule_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_doc: Cell::new(c"A C pointer with a name, through which an extension module offers its functions to others.".as_ptr()),
    ..PyTypeObject::new::<PyCapsule>(c"PyCapsule")
};
