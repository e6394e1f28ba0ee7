//! `list_iterator` and `list_reverseiterator`.

use super::*;
use crate::def::{noargs, one, slot, table};
use crate::flags::tp;
use crate::{sequence, traverse_slots};

/// Iterator over a list; the interpreter steps it directly. C: `_PyListIterObject`.
/// The reverse iterator has the same layout.
#[repr(C)]
pub struct listiterobject {
    pub ob_base: PyObject,
    pub it_index: Cell<isize>,
    /// Empty when exhausted.
    pub it_seq: Slot<PyListObject>,
}
object_structs!(listiterobject);

/// The type `list_iterator`.
#[unsafe(no_mangle)]
pub static PyListIter_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(traverse),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(next),
    tp_methods: table(&METHODS[0]),
    ..PyTypeObject::new::<listiterobject>(c"list_iterator")
};
builtin!(listiterobject = PyListIter_Type);

/// The type `list_reverseiterator`.
#[unsafe(no_mangle)]
pub static PyListRevIter_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(traverse),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(reverse_next),
    tp_methods: table(&REVERSE_METHODS[0]),
    ..PyTypeObject::new::<listiterobject>(c"list_reverseiterator")
};

const HINT_DOC: &std::ffi::CStr = c"__length_hint__($self, /)\n--\n\nHow many items are left.";
const REDUCE_DOC: &std::ffi::CStr = c"__reduce__($self, /)\n--\n\nState for pickling.";
const SETSTATE_DOC: &std::ffi::CStr =
    c"__setstate__($self, object, /)\n--\n\nSets the state when unpickling.";

static METHODS: [PyMethodDef; 4] = [
    noargs(c"__length_hint__", hint, HINT_DOC),
    noargs(c"__reduce__", reduce, REDUCE_DOC),
    one(c"__setstate__", setstate, SETSTATE_DOC),
    PyMethodDef::END,
];

static REVERSE_METHODS: [PyMethodDef; 4] = [
    noargs(c"__length_hint__", reverse_hint, HINT_DOC),
    noargs(c"__reduce__", reverse_reduce, REDUCE_DOC),
    one(c"__setstate__", reverse_setstate, SETSTATE_DOC),
    PyMethodDef::END,
];

fn make(ty: &PyTypeObject, list: &PyListObject, index: isize) -> PyResult {
    let it = mem::create_gc(ty, |ob_base| listiterobject {
        ob_base,
        it_index: Cell::new(index),
        it_seq: Slot::EMPTY,
    })?;
    it.it_seq.set(Some(Ref::new(list)));
    gc::track(&*it);
    Ok(it.into_object())
}

pub(super) fn new_iter(list: &PyListObject) -> PyResult {
    make(&PyListIter_Type, list, 0)
}

pub(super) fn new_reversed(list: &PyListObject) -> PyResult {
    make(&PyListRevIter_Type, list, list.len() as isize - 1)
}

impl listiterobject {
    /// The next item of a forward iterator. Runs Python only by dropping an exhausted iterator's list.
    #[inline(always)]
    pub fn step(&self) -> Option<Ref> {
        let list = self.it_seq.get()?;
        let i = self.it_index.get() as usize;
        if let Some(item) = list.items().get(i) {
            self.it_index.set(i as isize + 1);
            return Some(item.to_ref());
        }
        self.it_seq.set(None);
        None
    }
}

dealloc_slots!(dealloc(listiterobject): it_seq; free_gc_object);

traverse_slots!(traverse(listiterobject): it_seq);

extern "C" fn next(this: &listiterobject) -> Option<Ref> {
    this.step()
}

extern "C" fn reverse_next(this: &listiterobject) -> Option<Ref> {
    let list = this.it_seq.get()?;
    let i = this.it_index.get();
    if i >= 0 && (i as usize) < list.len() {
        this.it_index.set(i - 1);
        return list.get(i as usize);
    }
    this.it_index.set(-1);
    this.it_seq.set(None);
    None
}

extern "C" fn hint(this: &listiterobject) -> PyResult {
    let left = this
        .it_seq
        .get()
        .map_or(0, |l| l.len().saturating_sub(this.it_index.get() as usize));
    Ok(int::from_usize(left)?.into_object())
}

extern "C" fn reverse_hint(this: &listiterobject) -> PyResult {
    let left = this.it_index.get() + 1;
    let fits = this.it_seq.get().is_some_and(|l| l.len() as isize >= left);
    Ok(int::from_i64(if fits { left as i64 } else { 0 })?.into_object())
}

/// `(function, (list,), index)`; an exhausted iterator is `(iter, ([],))`.
fn reduce_as(this: &listiterobject, function: &str) -> PyResult {
    let found = sequence::builtin_function(function)?;
    match this.it_seq.cloned() {
        Some(list) => {
            let index = int::from_i64(this.it_index.get() as i64)?.into_object();
            sequence::reduced(found, list.into_object(), Some(index))
        }
        None => sequence::reduced(
            sequence::builtin_function("iter")?,
            super::new()?.into_object(),
            None,
        ),
    }
}

extern "C" fn reduce(this: &listiterobject) -> PyResult {
    reduce_as(this, "iter")
}

extern "C" fn reverse_reduce(this: &listiterobject) -> PyResult {
    reduce_as(this, "reversed")
}

extern "C" fn setstate(this: &listiterobject, state: &PyObject) -> PyResult {
    let index = sequence::state_index(state)?;
    if let Some(list) = this.it_seq.get() {
        this.it_index.set(index.clamp(0, list.len() as isize));
    }
    Ok(singletons::none())
}

extern "C" fn reverse_setstate(this: &listiterobject, state: &PyObject) -> PyResult {
    let index = sequence::state_index(state)?;
    if let Some(list) = this.it_seq.get() {
        this.it_index.set(index.clamp(-1, list.len() as isize - 1));
    }
    Ok(singletons::none())
}
