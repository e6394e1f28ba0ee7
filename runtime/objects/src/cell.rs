//! `cell`: a variable shared between a function and the functions inside it.

use crate::def::{getset, slot, status};
use crate::*;
use flags::tp;

builtin!(PyCellObject = PyCell_Type);

/// A cell, empty if there is no content.
#[inline]
pub fn new(content: Option<Ref>) -> PyResult<Ref<PyCellObject>> {
    let cell = mem::create_gc(&PyCell_Type, |header| PyCellObject {
        ob_base: header,
        ob_ref: Slot::EMPTY,
    })?;
    cell.ob_ref.set(content);
    gc::track(&*cell);
    Ok(cell)
}

extern "C" fn cell_new(_ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // SAFETY: slots get a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    cfunction::no_keywords("cell", kwargs)?;
    cfunction::check_count("cell", args.len(), 0, 1)?;
    Ok(new(args.items().first().map(|o| o.to_ref()))?.into_object())
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        gc::trashcan(this, dealloc, |this| {
            (*this.cast::<PyCellObject>()).ob_ref.set(None);
            mem::free_gc_object(this);
        });
    }
}

extern "C" fn traverse(this: &PyCellObject, visit: visitproc, arg: *mut c_void) -> c_int {
    this.ob_ref.get().map_or(0, |o| visit(o, arg))
}

extern "C" fn clear(this: &PyCellObject) -> c_int {
    this.ob_ref.set(None);
    0
}

extern "C" fn repr(this: &PyCellObject) -> PyResult {
    let address = this as *const PyCellObject as usize;
    let text = match this.ob_ref.get() {
        None => format!("<cell at {address:#x}: empty>"),
        Some(o) => format!(
            "<cell at {address:#x}: {} object at {:#x}>",
            o.ty().name(),
            o.as_ptr() as usize
        ),
    };
    Ok(str_::new(&text)?.into_object())
}

/// By content; an empty cell comes before all others.
extern "C" fn compare(this: &PyCellObject, other: &PyObject, op: c_int) -> PyResult {
    let Some(other) = other.exact::<PyCellObject>() else {
        return Ok(singletons::not_implemented());
    };
    match (this.ob_ref.cloned(), other.ob_ref.cloned()) {
        (Some(a), Some(b)) => protocol::compare(&a, &b, op),
        (a, b) => {
            let order = a.is_some().cmp(&b.is_some());
            Ok(boolean::from(match op {
                flags::cmp::LT => order.is_lt(),
                flags::cmp::LE => order.is_le(),
                flags::cmp::EQ => order.is_eq(),
                flags::cmp::NE => order.is_ne(),
                flags::cmp::GT => order.is_gt(),
                _ => order.is_ge(),
            }))
        }
    }
}

extern "C" fn get_contents(this: &PyCellObject, _: *mut c_void) -> PyResult {
    this.ob_ref
        .cloned()
        .ok_or_else(|| raise!(ValueError, "Cell is empty"))
}

extern "C" fn set_contents(this: &PyCellObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    this.ob_ref.set(value.map(Ref::new));
    status(Ok(()))
}

static GETSET: [PyGetSetDef; 2] = [
    getset(c"cell_contents", get_contents, Some(set_contents), c""),
    PyGetSetDef::END,
];

#[unsafe(no_mangle)]
pub static PyCell_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_doc: Cell::new(c"cell([contents])\n--\n\nA variable that closures share.\n\n  contents\n    what the cell holds; it is empty if nothing is given".as_ptr()),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear),
    tp_richcompare: slot::compare(compare),
    tp_getset: def::table(&GETSET[0]),
    tp_new: Cell::new(Some(cell_new)),
    ..PyTypeObject::new::<PyCellObject>(c"cell")
};
