//! Iterators over dicts: keys, values, items, forwards and in reverse. One layout serves all six types.

use super::*;
use crate::def::{noargs, slot, table};
use crate::flags::tp;
use crate::{gc, sequence};

/// Iterator over a dict; the interpreter steps it directly. C: `dictiterobject`.
#[repr(C)]
pub struct dictiterobject {
    pub ob_base: PyObject,
    /// Empty when exhausted.
    pub di_dict: Slot<PyDictObject>,
    /// The dict's length at the start; -1 after an error.
    pub di_used: Cell<isize>,
    pub di_pos: Cell<isize>,
    /// Reused pair of item iterators, while nobody else has it; made by the first step.
    pub di_result: Slot<PyTupleObject>,
    /// Items left.
    pub len: Cell<isize>,
}
object_structs!(dictiterobject);

macro_rules! iterator_types {
    ($($(#[$doc:meta])* $ty:ident, $name:literal, $next:ident;)*) => { $(
        $(#[$doc])*
        #[unsafe(no_mangle)]
        pub static $ty: PyTypeObject = PyTypeObject {
            tp_dealloc: Cell::new(Some(dealloc)),
            tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
            tp_traverse: slot::traverse(traverse),
            tp_iter: slot::unary(protocol::PyObject_SelfIter),
            tp_iternext: slot::next($next),
            tp_methods: table(&METHODS[0]),
            ..PyTypeObject::new::<dictiterobject>($name)
        };
    )* };
}

iterator_types! {
    /// The type `dict_keyiterator`.
    PyDictIterKey_Type, c"dict_keyiterator", next_key;
    /// The type `dict_valueiterator`.
    PyDictIterValue_Type, c"dict_valueiterator", next_value;
    /// The type `dict_itemiterator`.
    PyDictIterItem_Type, c"dict_itemiterator", next_item;
    /// The type `dict_reversekeyiterator`.
    PyDictRevIterKey_Type, c"dict_reversekeyiterator", next_reversed;
    /// The type `dict_reversevalueiterator`.
    PyDictRevIterValue_Type, c"dict_reversevalueiterator", next_reversed;
    /// The type `dict_reverseitemiterator`.
    PyDictRevIterItem_Type, c"dict_reverseitemiterator", next_reversed;
}

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

fn make(ty: &'static PyTypeObject, dict: &PyDictObject) -> PyResult {
    let it = mem::create_gc(ty, |ob_base| dictiterobject {
        ob_base,
        di_dict: Slot::EMPTY,
        di_used: Cell::new(dict.ma_used.get()),
        di_pos: Cell::new(if is_reversed(ty) {
            match dict.values() {
                Some(_) => dict.len() as isize - 1,
                None => dict.keys().nentries() as isize - 1,
            }
        } else {
            0
        }),
        di_result: Slot::EMPTY,
        len: Cell::new(dict.ma_used.get()),
    })?;
    it.di_dict.set(Some(Ref::new(dict)));
    gc::track(&*it);
    Ok(it.into_object())
}

fn is_reversed(ty: &PyTypeObject) -> bool {
    ptr::eq(ty, &PyDictRevIterKey_Type)
        || ptr::eq(ty, &PyDictRevIterValue_Type)
        || ptr::eq(ty, &PyDictRevIterItem_Type)
}

pub(super) fn new_keys_iter(dict: &PyDictObject) -> PyResult {
    make(&PyDictIterKey_Type, dict)
}

pub(super) fn new_values_iter(dict: &PyDictObject) -> PyResult {
    make(&PyDictIterValue_Type, dict)
}

pub(super) fn new_items_iter(dict: &PyDictObject) -> PyResult {
    make(&PyDictIterItem_Type, dict)
}

pub(super) extern "C" fn reversed_keys(dict: &PyDictObject) -> PyResult {
    make(&PyDictRevIterKey_Type, dict)
}

pub(super) fn new_reversed_values(dict: &PyDictObject) -> PyResult {
    make(&PyDictRevIterValue_Type, dict)
}

pub(super) fn new_reversed_items(dict: &PyDictObject) -> PyResult {
    make(&PyDictRevIterItem_Type, dict)
}

impl dictiterobject {
    /// The next entry, borrowed from the dict (U4): `None` at the end, or if an exception is set.
    #[inline(always)]
    fn advance(&self) -> Option<(&PyObject, &PyObject)> {
        let dict = self.di_dict.get()?;
        if self.di_used.get() != dict.ma_used.get() {
            return self.changed_size();
        }
        match dict.entry_from(self.di_pos.get() as usize) {
            Some((at, key, value, _)) => {
                if self.len.get() == 0 {
                    return self.changed_keys();
                }
                self.di_pos.set(at as isize + 1);
                self.len.set(self.len.get() - 1);
                Some((key, value))
            }
            None => {
                self.di_dict.set(None);
                None
            }
        }
    }

    /// Whether a step forward would find nothing, and raise nothing.
    pub fn is_at_end(&self) -> bool {
        self.di_dict.get().is_none_or(|dict| {
            self.di_used.get() == dict.ma_used.get()
                && dict.entry_from(self.di_pos.get() as usize).is_none()
        })
    }

    #[cold]
    fn changed_size(&self) -> Option<(&PyObject, &PyObject)> {
        // Sticks: every further step fails as well.
        self.di_used.set(-1);
        let _: Raised = raise!(RuntimeError, "dictionary changed size during iteration");
        None
    }

    #[cold]
    fn changed_keys(&self) -> Option<(&PyObject, &PyObject)> {
        let _: Raised = raise!(RuntimeError, "dictionary keys changed during iteration");
        self.di_dict.set(None);
        None
    }

    /// The next key. `None` at the end, or if an exception is set.
    #[inline(always)]
    pub fn step_key(&self) -> Option<Ref> {
        self.advance().map(|(key, _)| key.to_ref())
    }

    /// The next value. `None` at the end, or if an exception is set.
    #[inline(always)]
    pub fn step_value(&self) -> Option<Ref> {
        self.advance().map(|(_, value)| value.to_ref())
    }

    /// The next key and value. `None` at the end, or if an exception is set.
    #[inline(always)]
    pub fn step_entry(&self) -> Option<(Ref, Ref)> {
        self.advance()
            .map(|(key, value)| (key.to_ref(), value.to_ref()))
    }

    /// A pair, in the reused tuple if nobody else has it.
    #[inline(always)]
    fn pair(&self, key: Ref, value: Ref) -> Option<Ref> {
        reuse_pair(&self.di_result, key, value)
    }
}

/// `(a, b)`: in the tuple of the slot if the slot's is the only reference to it, else in a new one. The slot gets one if it has none.
/// `None` with MemoryError set.
#[inline(always)]
pub fn reuse_pair(slot: &Slot<PyTupleObject>, a: Ref, b: Ref) -> Option<Ref> {
    if let Some(pair) = slot.get()
        && pair.ob_refcnt.get() == 1
    {
        let pair = Ref::new(pair);
        // SAFETY: a tuple of two that nobody else can see.
        unsafe {
            let items = tuple::items_ptr(pair.as_ptr());
            let old_a = Ref::<PyObject>::from_owned(items.replace(a.into_raw()));
            let old_b = Ref::<PyObject>::from_owned(items.add(1).replace(b.into_raw()));
            // A collection may have untracked it while it held untracked things.
            gc::track_if_needed(&*pair);
            drop(old_a);
            drop(old_b);
        }
        return Some(pair.into_object());
    }
    let pair = tuple::from_array([a, b]).ok()?;
    if slot.get().is_none() {
        slot.set(Some(pair.clone()));
    }
    Some(pair.into_object())
}

extern "C" fn next_key(this: &dictiterobject) -> Option<Ref> {
    this.step_key()
}

extern "C" fn next_value(this: &dictiterobject) -> Option<Ref> {
    this.step_value()
}

extern "C" fn next_item(this: &dictiterobject) -> Option<Ref> {
    let (key, value) = this.step_entry()?;
    this.pair(key, value)
}

extern "C" fn next_reversed(this: &dictiterobject) -> Option<Ref> {
    let dict = this.di_dict.get()?;
    if this.di_used.get() != dict.ma_used.get() {
        this.changed_size();
        return None;
    }
    let mut at = this.di_pos.get();
    while at >= 0 {
        if let Some((key, value)) = dict.entry_at(at as usize) {
            this.di_pos.set(at - 1);
            this.len.set(this.len.get() - 1);
            let ty = this.ty();
            if ptr::eq(ty, &PyDictRevIterKey_Type) {
                return Some(key.to_ref());
            }
            if ptr::eq(ty, &PyDictRevIterValue_Type) {
                return Some(value.to_ref());
            }
            return this.pair(key.to_ref(), value.to_ref());
        }
        at -= 1;
    }
    this.di_dict.set(None);
    None
}

dealloc_slots!(dealloc(dictiterobject): di_dict, di_result; free_gc_object);

traverse_slots!(traverse(dictiterobject): di_dict, di_result);

extern "C" fn hint(this: &dictiterobject) -> PyResult {
    let left = match this.di_dict.get() {
        Some(dict) if dict.ma_used.get() == this.di_used.get() => this.len.get(),
        _ => 0,
    };
    Ok(int::from_i64(left as i64)?.into_object())
}

/// `(iter, ([what is left],))`; the iterator itself stays where it is.
extern "C" fn reduce(this: &dictiterobject) -> PyResult {
    let function = sequence::builtin_function("iter")?;
    let copy = match this.di_dict.get() {
        Some(dict) => {
            // SAFETY: the type of a live object of a static type.
            let ty: &'static PyTypeObject = unsafe { &*this.ob_base.ob_type.as_ptr() };
            make(ty, dict)?
        }
        None => return sequence::reduced(function, list::new()?.into_object(), None),
    };
    // SAFETY: `make` makes this layout.
    let twin: &dictiterobject = unsafe { (*copy).cast() };
    twin.di_used.set(this.di_used.get());
    twin.di_pos.set(this.di_pos.get());
    twin.len.set(this.len.get());
    let rest = list::from_iterable(&copy)?;
    sequence::reduced(function, rest.into_object(), None)
}
