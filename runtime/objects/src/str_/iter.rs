//! Iterators that count through a sequence: those of `str`, `bytes` and `bytearray` share one layout and most functions.

use super::args::erase;
use super::layout;
use crate::def::{self, noargs, one, slot};
use crate::flags::tp;
use crate::*;

/// An iterator at `index` in `seq`, which is empty once the iterator is exhausted.
#[repr(C)]
pub struct IndexIter {
    ob_base: PyObject,
    pub(crate) index: Cell<isize>,
    pub(crate) seq: Slot<PyObject>,
}
object_structs!(IndexIter);

impl IndexIter {
    /// A new iterator from the start. Raises MemoryError.
    pub(crate) fn create(ty: &'static PyTypeObject, seq: &PyObject) -> PyResult {
        let it = mem::create_gc(ty, |ob_base| IndexIter {
            ob_base,
            index: Cell::new(0),
            seq: Slot::EMPTY,
        })?;
        it.seq.set(Some(seq.to_ref()));
        gc::track(&it);
        Ok(it.into_object())
    }

    /// A type of such iterators.
    pub(crate) const fn type_object(
        name: &'static std::ffi::CStr,
        next: extern "C" fn(&IndexIter) -> Option<Ref>,
        methods: *const PyMethodDef,
    ) -> PyTypeObject {
        PyTypeObject {
            tp_dealloc: Cell::new(Some(dealloc)),
            tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
            tp_traverse: slot::traverse(traverse),
            tp_iter: slot::unary(itself),
            tp_iternext: slot::next(next),
            tp_methods: Cell::new(methods.cast_mut()),
            ..PyTypeObject::new::<IndexIter>(name)
        }
    }

    /// Its methods: the length hint, and those for pickling.
    pub(crate) const fn methods(
        length_hint: extern "C" fn(&IndexIter) -> PyResult,
        reduce: extern "C" fn(&IndexIter) -> PyResult,
        setstate: extern "C" fn(&IndexIter, &PyObject) -> PyResult,
    ) -> [PyMethodDef; 4] {
        [
            noargs(
                c"__length_hint__",
                length_hint,
                c"Number of items that are still to come.",
            ),
            noargs(c"__reduce__", reduce, c"State for pickling."),
            one(
                c"__setstate__",
                setstate,
                c"Go to an index, when unpickling.",
            ),
            PyMethodDef::END,
        ]
    }

    /// `__length_hint__` for a sequence of that length.
    pub(crate) fn hint(&self, len: usize) -> PyResult {
        let left = if self.seq.is_null() {
            0
        } else {
            (len as isize - self.index.get()).max(0)
        };
        erase(int::from_i64(left as i64))
    }

    /// `__reduce__`: `(iter, (seq,), index)`, or `(iter, (empty,))` once exhausted. May run Python.
    pub(crate) fn reduced(&self, empty: Ref) -> PyResult {
        let iter = builtin(&names::iter)?;
        let items = match self.seq.cloned() {
            Some(seq) => vec![
                iter,
                tuple::from_owned(vec![seq])?.into_object(),
                int::from_i64(self.index.get() as i64)?.into_object(),
            ],
            None => vec![iter, tuple::from_owned(vec![empty])?.into_object()],
        };
        erase(tuple::from_owned(items))
    }

    /// `__setstate__`: the index, clipped to 0..=len.
    pub(crate) fn set_index(&self, index: &PyObject, len: usize) -> PyResult {
        let index = crate::sequence::state_index(index)?;
        if !self.seq.is_null() {
            self.index.set(index.clamp(0, len as isize));
        }
        Ok(singletons::none())
    }
}

/// `builtins.name`. May run Python.
pub(crate) fn builtin(name: &Str) -> PyResult {
    let builtins = (hooks::hooks().import)("builtins")?;
    protocol::getattr(&builtins, name)
}

extern "C" fn itself(it: &IndexIter) -> PyResult {
    Ok(it.to_ref())
}

extern "C" fn traverse(it: &IndexIter, visit: visitproc, arg: *mut c_void) -> c_int {
    match it.seq.get() {
        Some(seq) => visit(seq, arg),
        None => 0,
    }
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: U3; the object is dead and freed once.
    unsafe {
        let it = &*this.cast::<IndexIter>();
        gc::untrack(it);
        it.seq.set(None);
        mem::free_gc_object(this);
    }
}

// ---- str ----

static METHODS: [PyMethodDef; 4] = IndexIter::methods(str_hint, str_reduce, str_setstate);

#[unsafe(no_mangle)]
pub static PyUnicodeIter_Type: PyTypeObject =
    IndexIter::type_object(c"str_iterator", str_next, (&raw const METHODS).cast());

/// Iterates over ASCII text.
#[unsafe(no_mangle)]
pub static _PyUnicodeASCIIIter_Type: PyTypeObject =
    IndexIter::type_object(c"str_ascii_iterator", str_next, (&raw const METHODS).cast());

pub(super) extern "C" fn str_iter(text: &Str) -> PyResult {
    // A subclass's data lies elsewhere.
    let ty = if text.is_ascii() && text.is_exact::<Str>() {
        &_PyUnicodeASCIIIter_Type
    } else {
        &PyUnicodeIter_Type
    };
    IndexIter::create(ty, text)
}

fn text_of(it: &IndexIter) -> Option<&Str> {
    // SAFETY: the iterator is only made for strings.
    it.seq.get().map(|seq| unsafe { seq.cast() })
}

/// Whether a step of an iterator of one of the two types above would find nothing.
pub fn is_at_end(it: &IndexIter) -> bool {
    text_of(it).is_none_or(|text| it.index.get() as usize >= text.len())
}

extern "C" fn str_next(it: &IndexIter) -> Option<Ref> {
    let text = text_of(it)?;
    let index = it.index.get() as usize;
    if index < text.len() {
        it.index.set(index as isize + 1);
        return def::next_status(erase(layout::from_char(text.char_at(index))).map(Some));
    }
    it.seq.set(None);
    None
}

extern "C" fn str_hint(it: &IndexIter) -> PyResult {
    it.hint(text_of(it).map_or(0, |t| t.len()))
}
extern "C" fn str_reduce(it: &IndexIter) -> PyResult {
    it.reduced(layout::empty().into_object())
}
extern "C" fn str_setstate(it: &IndexIter, index: &PyObject) -> PyResult {
    it.set_index(index, text_of(it).map_or(0, |t| t.len()))
}
