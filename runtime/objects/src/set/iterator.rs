//! `set_iterator`.

use super::*;
use crate::def::{noargs, slot, table};

/// Iterator over a set. C: `setiterobject`.
#[repr(C)]
pub struct setiterobject {
    pub ob_base: PyObject,
    /// Empty when exhausted.
    pub si_set: Slot<PySetObject>,
    /// The set's length at the start; -1 after an error.
    pub si_used: Cell<isize>,
    pub si_pos: Cell<isize>,
    pub len: Cell<isize>,
}
object_structs!(setiterobject);

/// The type `set_iterator`.
#[unsafe(no_mangle)]
pub static PySetIter_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(traverse),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(next),
    tp_methods: table(&METHODS[0]),
    ..PyTypeObject::new::<setiterobject>(c"set_iterator")
};
builtin!(setiterobject = PySetIter_Type);

static METHODS: [PyMethodDef; 3] = [
    noargs(
        c"__length_hint__",
        hint,
        c"__length_hint__($self, /)\n--\n\nHow many items are left.",
    ),
    noargs(
        c"__reduce__",
        reduce,
        c"__reduce__($self, /)\n--\n\nState for pickling.",
    ),
    PyMethodDef::END,
];

/// A new iterator. Raises MemoryError.
pub(super) extern "C" fn iter(set: &PySetObject) -> PyResult {
    let it = mem::create_gc(&PySetIter_Type, |ob_base| setiterobject {
        ob_base,
        si_set: Slot::EMPTY,
        si_used: Cell::new(set.used.get()),
        si_pos: Cell::new(0),
        len: Cell::new(set.used.get()),
    })?;
    it.si_set.set(Some(Ref::new(set)));
    gc::track(&*it);
    Ok(it.into_object())
}

extern "C" fn next(this: &setiterobject) -> Option<Ref> {
    let set = this.si_set.get()?;
    if this.si_used.get() != set.used.get() {
        // Sticks: every further step fails as well.
        this.si_used.set(-1);
        let _: Raised = raise!(RuntimeError, "Set changed size during iteration");
        return None;
    }
    match set.next_entry(this.si_pos.get() as usize) {
        Some((at, key, _)) => {
            this.si_pos.set(at as isize);
            this.len.set(this.len.get() - 1);
            Some(key.to_ref())
        }
        None => {
            this.si_set.set(None);
            None
        }
    }
}

impl setiterobject {
    /// Whether a step would find nothing, and raise nothing.
    pub fn is_at_end(&self) -> bool {
        self.si_set.get().is_none_or(|set| {
            let at = self.si_pos.get() as usize;
            self.si_used.get() == set.used.get() && set.next_entry(at).is_none()
        })
    }
}

dealloc_slots!(dealloc(setiterobject): si_set; free_gc_object);

traverse_slots!(traverse(setiterobject): si_set);

extern "C" fn hint(this: &setiterobject) -> PyResult {
    let left = match this.si_set.get() {
        Some(set) if set.used.get() == this.si_used.get() => this.len.get(),
        _ => 0,
    };
    Ok(int::from_i64(left as i64)?.into_object())
}

/// `(iter, ([what is left],))`; the iterator itself stays where it is.
extern "C" fn reduce(this: &setiterobject) -> PyResult {
    let function = sequence::builtin_function("iter")?;
    let rest = list::new()?;
    if let Some(set) = this.si_set.cloned() {
        let copy = iter(&set)?;
        // SAFETY: `iter` makes this layout.
        let twin: &setiterobject = unsafe { (*copy).cast() };
        twin.si_used.set(this.si_used.get());
        twin.si_pos.set(this.si_pos.get());
        twin.len.set(this.len.get());
        rest.extend(&copy)?;
    }
    sequence::reduced(function, rest.into_object(), None)
}
