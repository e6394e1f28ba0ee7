//! Life and death of instances of heap classes: traversal, clearing, finalisation, deallocation, whatever they inherit.
//!
//! A class created by a `class` statement adds, over its nearest builtin base: member slots, a managed dict, a weak reference
//! list. What lies below is the base's own business, whose function is called last.

use super::static_ref;
use crate::*;
use std::ptr;

/// The nearest base whose `slot` is not `own`.
fn native_base<F: Copy>(
    ty: &PyTypeObject,
    slot: fn(&PyTypeObject) -> Option<F>,
    own: fn(F) -> bool,
) -> Option<&PyTypeObject> {
    let mut at = Some(ty);
    while let Some(t) = at {
        if !slot(t).is_some_and(own) {
            return Some(t);
        }
        at = t.tp_base.get();
    }
    None
}

/// The object-valued member slots that the class itself added, as fields of an instance.
///
/// # Safety
/// `this` is an instance of `ty`, a heap type whose member table follows its structure.
unsafe fn own_slots<'a>(
    ty: &PyTypeObject,
    this: *mut PyObject,
) -> impl Iterator<Item = &'a Slot<PyObject>> {
    let members = super::new::members_of(ty);
    members.iter().filter_map(move |m| {
        let writable = m.flags.get() & flags::member::READONLY == 0;
        // SAFETY: the member lies within the instance.
        (m.type_.get() == flags::member::OBJECT_EX && writable).then(|| unsafe {
            &*this
                .cast::<u8>()
                .offset(m.offset.get())
                .cast::<Slot<PyObject>>()
        })
    })
}

/// The classes from `ty` down to (not including) `end`.
fn down_to<'a>(
    ty: &'a PyTypeObject,
    end: Option<&'a PyTypeObject>,
) -> impl Iterator<Item = &'a PyTypeObject> {
    let mut at = Some(ty);
    std::iter::from_fn(move || {
        let t = at?;
        if end.is_some_and(|e| ptr::eq(e, t)) {
            return None;
        }
        at = t.tp_base.get();
        Some(t)
    })
}

/// The field that holds a dict, for classes that keep it inside the instance.
fn dict_field(this: &PyObject, offset: isize) -> Option<&Slot<PyObject>> {
    if offset == 0 {
        return None;
    }
    let offset = if offset < 0 {
        // SAFETY: negative offsets only occur in variable-sized objects.
        let items = unsafe { this.cast::<PyVarObject>() }
            .ob_size
            .get()
            .unsigned_abs() as isize;
        let ty = this.ty();
        let size = ty.tp_basicsize.get() + items * ty.tp_itemsize.get();
        (size + 7 & !7) + offset
    } else {
        offset
    };
    // SAFETY: the type says that a dict pointer lies there.
    Some(unsafe {
        &*this
            .as_ptr()
            .cast::<u8>()
            .offset(offset)
            .cast::<Slot<PyObject>>()
    })
}

/// `tp_traverse` of heap classes.
pub extern "C" fn subtype_traverse(this: &PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let ty = this.ty();
    let base = native_base(
        ty,
        |t| t.tp_traverse.get(),
        |f| f as usize == subtype_traverse as *const () as usize,
    );
    for t in down_to(ty, base) {
        // SAFETY: `this` is an instance of `t`.
        for slot in unsafe { own_slots(t, this.as_ptr()) } {
            if let Some(o) = slot.get() {
                let status = visit(o, arg);
                if status != 0 {
                    return status;
                }
            }
        }
    }
    if ty.tp_flags.get() & flags::tp::MANAGED_DICT != 0 {
        let status = dict::visit_inline_values(this, visit, arg);
        if status != 0 {
            return status;
        }
    } else if base.is_none_or(|b| b.tp_dictoffset.get() != ty.tp_dictoffset.get())
        && let Some(d) = dict_field(this, ty.tp_dictoffset.get()).and_then(Slot::get)
    {
        let status = visit(d, arg);
        if status != 0 {
            return status;
        }
    }
    let base_traverse = base.and_then(|b| b.tp_traverse.get());
    if ty.is_heap_type() && base.is_none_or(|b| !b.is_heap_type() || base_traverse.is_none()) {
        let status = visit(ty, arg);
        if status != 0 {
            return status;
        }
    }
    match base_traverse {
        Some(traverse) => traverse(this, visit, arg),
        None => 0,
    }
}

/// `tp_clear` of heap classes.
pub extern "C" fn subtype_clear(this: &PyObject) -> c_int {
    let ty = this.ty();
    let base = native_base(
        ty,
        |t| t.tp_clear.get(),
        |f| f as usize == subtype_clear as *const () as usize,
    );
    for t in down_to(ty, base) {
        // SAFETY: `this` is an instance of `t`.
        for slot in unsafe { own_slots(t, this.as_ptr()) } {
            slot.set(None);
        }
    }
    if ty.tp_flags.get() & flags::tp::MANAGED_DICT != 0 {
        dict::clear_inline_values(this);
    } else if base.is_none_or(|b| b.tp_dictoffset.get() != ty.tp_dictoffset.get())
        && let Some(field) = dict_field(this, ty.tp_dictoffset.get())
    {
        field.set(None);
    }
    match base.and_then(|b| b.tp_clear.get()) {
        Some(clear) => clear(this),
        None => 0,
    }
}

/// `tp_dealloc` of heap classes: finaliser, weak references, what the classes added, then the base's function, then the class.
///
/// # Safety
/// The object's count has just become zero.
pub unsafe extern "C" fn subtype_dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete; its class lives until its count is given up at the end.
    unsafe {
        let ty = static_ref((*this).ty());
        if ty.tp_flags.get() & flags::tp::HAVE_GC == 0 {
            return dealloc_body(this, ty, false);
        }
        gc::untrack(&*this);
        gc::trashcan(this, subtype_dealloc, |this| dealloc_body(this, ty, true));
    }
}

/// # Safety
/// As [`subtype_dealloc`]; the object is untracked.
unsafe fn dealloc_body(this: *mut PyObject, ty: &'static PyTypeObject, is_gc: bool) {
    // SAFETY: see the caller.
    unsafe {
        let base = native_base(
            ty,
            |t| t.tp_dealloc.get(),
            |f| f as usize == subtype_dealloc as *const () as usize,
        );
        if ty.tp_finalize.get().is_some() {
            if is_gc {
                gc::track(&*this);
            }
            if !gc::finalize_from_dealloc(this) {
                return;
            }
            if is_gc {
                gc::untrack(&*this);
            }
        }
        if ty.tp_weaklistoffset.get() != 0 && base.is_none_or(|b| b.tp_weaklistoffset.get() == 0) {
            weakref::clear_refs(&*this);
        }
        if let Some(del) = ty.tp_del.get() {
            if is_gc {
                gc::track(&*this);
            }
            // It finds the count at zero, and leaves it higher if the object lives on.
            del(this);
            if (*this).ob_refcnt.get() > 0 {
                return;
            }
            if is_gc {
                gc::untrack(&*this);
            }
        }
        for t in down_to(ty, base) {
            for slot in own_slots(t, this) {
                slot.set(None);
            }
        }
        if ty.tp_flags.get() & flags::tp::MANAGED_DICT != 0 {
            dict::free_inline_values(&*this);
        } else if base.is_none_or(|b| b.tp_dictoffset.get() == 0)
            && let Some(field) = dict_field(&*this, ty.tp_dictoffset.get())
        {
            field.set(None);
        }
        // The class may have changed in `__del__`.
        let ty = static_ref((*this).ty());
        let heap_base = base.is_some_and(|b| b.is_heap_type());
        let base_dealloc = base.and_then(|b| b.tp_dealloc.get());
        match base_dealloc {
            Some(dealloc) => dealloc(this),
            None => mem::free_instance(this),
        }
        if ty.is_heap_type() && !heap_base {
            PyObject::decref(ty.as_ptr());
        }
    }
}

/// Runs `tp_finalize` of a dying object once, resurrected for it; false if the finaliser gave it a new life.
///
/// # Safety
/// Called from `tp_dealloc` at count zero, with the object still complete and tracked.
pub unsafe fn finalize_dying(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { gc::finalize_from_dealloc(object) }
}
