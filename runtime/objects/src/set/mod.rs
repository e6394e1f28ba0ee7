//! `set` and `frozenset`: an open-addressing table of (key, hash).
//!
//! Each probe looks at up to ten neighbouring places, then jumps as a dict does. A removed entry leaves a dummy (hash -1), which is filled again when
//! a later key's probing ends behind it. The table grows when three fifths are filled, to four times the used entries (twice when there are many): growth and
//! probing are CPython's, so that iteration order is the same for the same hashes and history.
//! The first eight places are in the object itself.

mod iterator;
mod methods;
mod operations;
mod tasks;

pub use iterator::{PySetIter_Type, setiterobject};
pub use methods::{PyFrozenSet_Type, PySet_Type};
pub use operations::intersection;
pub(crate) use tasks::init;
pub(crate) use tasks::{add_all, discard_all, is_native, toggle};
pub use tasks::{begin_update, begin_xor};

use crate::dict::hash_of;
use crate::flags::{cmp, tp};
use crate::growing;
use crate::sequence::Stepper;
use crate::*;
use std::ptr;

builtin!(PySetObject = PySet_Type);

const MIN_SIZE: usize = 8;
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;

/// The key of removed entries.
#[unsafe(no_mangle)]
pub static _PySet_DummyStruct: PyObject = PyObject {
    ob_refcnt: Cell::new(IMMORTAL),
    ob_type: Slot::of(&raw const crate::object::PyBaseObject_Type),
};

#[inline(always)]
fn dummy() -> *mut PyObject {
    (&raw const _PySet_DummyStruct).cast_mut()
}

/// An empty set. Raises MemoryError.
pub fn new() -> PyResult<Ref<PySetObject>> {
    make(&PySet_Type)
}

/// A frozenset of the items. Any exception of `__hash__` and `__eq__`.
pub fn new_frozen(items: &[Ref]) -> PyResult<Ref<PySetObject>> {
    let set = make(&PyFrozenSet_Type)?;
    for item in items {
        set.add(item)?;
    }
    Ok(set)
}

/// `set(iterable)`. Any exception; may run Python.
pub fn from_iterable(iterable: &PyObject) -> PyResult<Ref<PySetObject>> {
    let set = new()?;
    set.update(iterable)?;
    Ok(set)
}

/// Whether the object is a set, a frozenset, or an instance of a subclass.
#[inline]
pub fn is_any_set(object: &PyObject) -> bool {
    as_any_set(object).is_some()
}

/// Whether the set is of no subclass.
pub fn is_exact(set: &PySetObject) -> bool {
    ptr::eq(set.ty(), &PySet_Type) || ptr::eq(set.ty(), &PyFrozenSet_Type)
}

/// As a set, if it is one of either kind.
#[inline]
pub fn as_any_set(object: &PyObject) -> Option<&PySetObject> {
    let ty = object.ty();
    let yes = ptr::eq(ty, &PySet_Type)
        || ptr::eq(ty, &PyFrozenSet_Type)
        || typeobject::is_subtype(ty, &PySet_Type)
        || typeobject::is_subtype(ty, &PyFrozenSet_Type);
    // SAFETY: both types have the layout.
    yes.then(|| unsafe { object.cast() })
}

/// An empty set of a type. Raises MemoryError, and what a subtype's `tp_alloc` raises.
fn make(ty: &PyTypeObject) -> PyResult<Ref<PySetObject>> {
    let exact = ptr::eq(ty, &PySet_Type) || ptr::eq(ty, &PyFrozenSet_Type);
    let set = if exact {
        let block = mem::alloc_gc(size_of::<PySetObject>()).cast::<PySetObject>();
        if block.is_null() {
            return Err(errors::no_memory());
        }
        // SAFETY: the block is large enough; zero is right for all fields but the header and those set below.
        unsafe {
            ptr::write_bytes(block, 0, 1);
            block.cast::<PyObject>().write(mem::header(ty));
            Ref::from_owned(block)
        }
    } else {
        // SAFETY: a subtype has the layout.
        unsafe { sequence::allocate(ty, 0)?.cast() }
    };
    set.init_empty();
    if exact {
        gc::track(&*set);
    }
    Ok(set)
}

/// What a look-up found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// The key is at this place.
    At(usize),
    /// It is not there; this place is free for it.
    Free(usize),
}

impl PySetObject {
    /// The fields of an empty set (the others are zero).
    fn init_empty(&self) {
        self.mask.set(MIN_SIZE as isize - 1);
        self.table.set(self.small());
        self.hash.set(-1);
    }

    #[inline(always)]
    fn small(&self) -> *mut setentry {
        self.smalltable.as_ptr().cast_mut()
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get() as usize
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    fn entry(&self, place: usize) -> &setentry {
        // SAFETY: callers mask the place.
        unsafe { &*self.table.get().add(place) }
    }

    /// Finds the key. May run Python (`__eq__`); starts again if that changed the table.
    #[inline]
    fn find(&self, key: &PyObject, hash: isize) -> PyResult<Found> {
        let text = dict::exact_str(key);
        'restart: loop {
            let table = self.table.get();
            let mask = self.mask.get() as usize;
            let mut perturb = hash as usize;
            let mut i = hash as usize & mask;
            // The last dummy on the way.
            let mut free = None;
            loop {
                let last = if i + LINEAR_PROBES <= mask {
                    i + LINEAR_PROBES
                } else {
                    i
                };
                for place in i..last + 1 {
                    let entry = self.entry(place);
                    let found = entry.key.as_ptr();
                    if found.is_null() {
                        return Ok(Found::Free(free.unwrap_or(place)));
                    }
                    if entry.hash.get() != hash {
                        if entry.hash.get() == -1 {
                            free = Some(place);
                        }
                        continue;
                    }
                    if found == key.as_ptr() {
                        return Ok(Found::At(place));
                    }
                    let Some(held) = entry.key.get() else {
                        continue;
                    };
                    if let (Some(a), Some(b)) = (text, dict::exact_str(held)) {
                        if a.equals(b) {
                            return Ok(Found::At(place));
                        }
                        continue;
                    }
                    let held = held.to_ref();
                    let equal = protocol::compare_bool(&held, key, cmp::EQ)?;
                    // The comparison may have changed the set.
                    if self.table.get() != table
                        || self.mask.get() as usize != mask
                        || self.entry(place).key.as_ptr() != found
                    {
                        continue 'restart;
                    }
                    if equal {
                        return Ok(Found::At(place));
                    }
                }
                perturb >>= PERTURB_SHIFT;
                i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
            }
        }
    }

    /// The place of the key of that hash that `same` knows, or a free one; `None` where it does not know. Runs nothing.
    #[inline(always)]
    fn probe(&self, hash: isize, same: impl Fn(&PyObject) -> Option<bool>) -> Option<Found> {
        let mask = self.mask.get() as usize;
        let mut perturb = hash as usize;
        let mut i = hash as usize & mask;
        let mut free = None;
        loop {
            let last = if i + LINEAR_PROBES <= mask {
                i + LINEAR_PROBES
            } else {
                i
            };
            for place in i..=last {
                let entry = self.entry(place);
                match entry.key.get() {
                    None => return Some(Found::Free(free.unwrap_or(place))),
                    Some(_) if entry.hash.get() == -1 => free = Some(place),
                    Some(held) if entry.hash.get() == hash => {
                        if same(held)? {
                            return Some(Found::At(place));
                        }
                    }
                    Some(_) => {}
                }
            }
            perturb >>= PERTURB_SHIFT;
            i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
        }
    }

    /// As `find`; `None` if only Python may know. Runs nothing.
    #[inline]
    fn find_quietly(&self, key: &PyObject, hash: isize) -> Option<Found> {
        self.probe(hash, |held| {
            Some(held.is(key) || dict::quick_equal(held, key)?)
        })
    }

    /// Whether the key is there; `None` if only Python may know. Runs nothing.
    pub fn contains_quietly(&self, key: &PyObject, hash: isize) -> Option<bool> {
        let found = self.find_quietly(key, hash)?;
        Some(matches!(found, Found::At(_)))
    }

    /// Adds; `None`, and nothing is changed, if only Python may know whether the key is there. Raises MemoryError. Runs nothing.
    pub fn add_quietly(&self, key: &PyObject, hash: isize) -> Option<PyResult<()>> {
        Some(match self.find_quietly(key, hash)? {
            Found::At(_) => Ok(()),
            Found::Free(place) => self.put(place, key, hash),
        })
    }

    /// Adds an int, of which an object is made if it is not there; `None` as [`add_quietly`](Self::add_quietly).
    #[inline]
    pub fn add_int_quietly(&self, n: i64) -> Option<PyResult<()>> {
        // Ints of up to two digits are their own hashes, but one.
        if n.unsigned_abs() >= 1 << 60 {
            return match int::from_i64(n) {
                Ok(key) => self.add_quietly(&key, int::hash(&key)),
                Err(Raised) => Some(Err(Raised)),
            };
        }
        let hash = if n == -1 { -2 } else { n as isize };
        let same = |held: &PyObject| Some(held.exact::<PyLongObject>()?.double()? == n);
        Some(match self.probe(hash, same)? {
            Found::At(_) => Ok(()),
            Found::Free(place) => int::from_i64(n).and_then(|key| self.put(place, &key, hash)),
        })
    }

    /// Adds a key that surely is not there to a table without dummies.
    fn insert_clean(table: *mut setentry, mask: usize, key: *mut PyObject, hash: isize) {
        let mut perturb = hash as usize;
        let mut i = hash as usize & mask;
        loop {
            let last = if i + LINEAR_PROBES <= mask {
                i + LINEAR_PROBES
            } else {
                i
            };
            for place in i..last + 1 {
                // SAFETY: within the table.
                let entry = unsafe { &*table.add(place) };
                if entry.key.is_null() {
                    entry.key.set_ptr(key);
                    entry.hash.set(hash);
                    return;
                }
            }
            perturb >>= PERTURB_SHIFT;
            i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
        }
    }

    /// Whether it was new; hash known. May run Python (`__eq__`).
    #[inline]
    pub fn add_hashed(&self, key: &PyObject, hash: isize) -> PyResult<bool> {
        match self.find(key, hash)? {
            Found::At(_) => Ok(false),
            Found::Free(place) => self.put(place, key, hash).map(|()| true),
        }
    }

    /// Puts a key that is not there at its place. Raises MemoryError, after that.
    #[inline]
    fn put(&self, place: usize, key: &PyObject, hash: isize) -> PyResult<()> {
        let entry = self.entry(place);
        let fresh = entry.key.is_null();
        entry.hash.set(hash);
        entry.key.set_ptr(key.to_ref().into_raw());
        self.used.set(self.used.get() + 1);
        if fresh {
            self.fill.set(self.fill.get() + 1);
            if self.fill.get() * 5 >= self.mask.get() * 3 {
                return self.grow();
            }
        }
        Ok(())
    }

    fn grow(&self) -> PyResult<()> {
        let used = self.len();
        self.resize(if used > 50000 { used * 2 } else { used * 4 })
    }

    /// Moves the entries into a table with more than `least` places, without dummies. Raises MemoryError. Runs nothing.
    #[inline(never)]
    fn resize(&self, least: usize) -> PyResult<()> {
        let mut size = MIN_SIZE;
        while size <= least {
            size <<= 1;
        }
        let old = self.table.get();
        let old_size = self.mask.get() as usize + 1;
        let small = self.small();
        // SAFETY: the tables have these sizes; entries are moved as bits.
        unsafe {
            let mut copy: [std::mem::MaybeUninit<setentry>; MIN_SIZE] =
                [const { std::mem::MaybeUninit::uninit() }; MIN_SIZE];
            let mut from = old;
            let new = if size == MIN_SIZE {
                if old == small {
                    if self.fill.get() == self.used.get() {
                        return Ok(());
                    }
                    ptr::copy_nonoverlapping(old, copy.as_mut_ptr().cast(), MIN_SIZE);
                    from = copy.as_mut_ptr().cast();
                }
                small
            } else {
                let block = match size.checked_mul(size_of::<setentry>()) {
                    Some(bytes) if bytes <= isize::MAX as usize => mem::alloc(bytes),
                    _ => ptr::null_mut(),
                };
                if block.is_null() {
                    return Err(errors::no_memory());
                }
                block.cast()
            };
            ptr::write_bytes(new, 0, size);
            for i in 0..old_size {
                let entry = &*from.add(i);
                let key = entry.key.as_ptr();
                if !key.is_null() && key != dummy() {
                    PySetObject::insert_clean(new, size - 1, key, entry.hash.get());
                }
            }
            self.table.set(new);
            self.mask.set(size as isize - 1);
            self.fill.set(self.used.get());
            if old != small {
                mem::free(old.cast());
            }
        }
        Ok(())
    }

    /// Whether the key is there; hash known. May run Python (`__eq__`).
    #[inline]
    pub fn contains_hashed(&self, key: &PyObject, hash: isize) -> PyResult<bool> {
        Ok(matches!(self.find(key, hash)?, Found::At(_)))
    }

    /// Whether it was there; hash known. May run Python.
    pub fn discard_hashed(&self, key: &PyObject, hash: isize) -> PyResult<bool> {
        match self.find(key, hash)? {
            Found::At(place) => {
                drop(self.take(place));
                Ok(true)
            }
            Found::Free(_) => Ok(false),
        }
    }

    /// Moves the key at a filled place out.
    fn take(&self, place: usize) -> Option<Ref> {
        let entry = self.entry(place);
        let key = entry.key.as_ptr();
        entry.key.set_ptr(dummy());
        entry.hash.set(-1);
        self.used.set(self.used.get() - 1);
        // SAFETY: the entry owned its key.
        unsafe { Ref::from_owned_opt(key) }
    }

    /// Whether it was new. Any exception of `__hash__` and `__eq__`.
    #[inline]
    pub fn add(&self, item: &PyObject) -> PyResult<bool> {
        self.add_hashed(item, hash_of(item)?)
    }

    #[inline]
    pub fn contains(&self, item: &PyObject) -> PyResult<bool> {
        self.contains_hashed(item, hash_of(item)?)
    }

    /// Whether it was there.
    pub fn discard(&self, item: &PyObject) -> PyResult<bool> {
        self.discard_hashed(item, hash_of(item)?)
    }

    /// The filled place at or after `place`: (the place behind it, key, hash), borrowed.
    #[inline(always)]
    pub fn next_entry(&self, mut place: usize) -> Option<(usize, &PyObject, isize)> {
        let mask = self.mask.get() as usize;
        while place <= mask {
            let entry = self.entry(place);
            place += 1;
            if let Some(key) = entry.key.get()
                && entry.key.as_ptr() != dummy()
            {
                return Some((place, key, entry.hash.get()));
            }
        }
        None
    }

    /// All items, in iteration order. Raises MemoryError.
    pub fn items(&self) -> PyResult<Vec<Ref>> {
        let mut all = growing::with_room(self.len())?;
        let mut at = 0;
        while let Some((next, key, _)) = self.next_entry(at) {
            at = next;
            all.push(key.to_ref());
        }
        Ok(all)
    }

    /// Removes all items. May run Python.
    pub fn clear(&self) {
        if self.fill.get() == 0 {
            return;
        }
        let old = self.table.get();
        let size = self.mask.get() as usize + 1;
        // SAFETY: the old entries are moved out before the set is seen empty, and dropped afterwards.
        unsafe {
            let mut copy: [std::mem::MaybeUninit<setentry>; MIN_SIZE] =
                [const { std::mem::MaybeUninit::uninit() }; MIN_SIZE];
            let is_small = old == self.small();
            let from = if is_small {
                ptr::copy_nonoverlapping(old, copy.as_mut_ptr().cast(), MIN_SIZE);
                copy.as_mut_ptr().cast()
            } else {
                old
            };
            ptr::write_bytes(self.small(), 0, MIN_SIZE);
            self.fill.set(0);
            self.used.set(0);
            self.mask.set(MIN_SIZE as isize - 1);
            self.table.set(self.small());
            self.hash.set(-1);
            for i in 0..size {
                let key = (*from.add(i)).key.as_ptr();
                if !key.is_null() && key != dummy() {
                    PyObject::decref(key);
                }
            }
            if !is_small {
                mem::free(old.cast());
            }
        }
    }

    /// `set.pop`: some item; `None` if there is none.
    pub fn pop(&self) -> Option<Ref> {
        if self.is_empty() {
            return None;
        }
        let mask = self.mask.get() as usize;
        let mut place = self.finger.get() as usize & mask;
        loop {
            let key = self.entry(place).key.as_ptr();
            if !key.is_null() && key != dummy() {
                break;
            }
            place = (place + 1) & mask;
        }
        self.finger.set(place as isize + 1);
        self.take(place)
    }

    /// Adds all items. Any exception; may run Python.
    pub fn update(&self, iterable: &PyObject) -> PyResult<()> {
        if let Some(other) = as_any_set(iterable) {
            return self.merge(other);
        }
        if let Some(dict) = iterable.exact::<PyDictObject>() {
            if (self.fill.get() as usize + dict.len()) * 5 >= self.mask.get() as usize * 3 {
                self.resize((self.len() + dict.len()) * 2)?;
            }
            let mut at = 0;
            while let Some((key, _, hash)) = dict.next_entry(&mut at) {
                self.add_hashed(&key, hash)?;
            }
            return Ok(());
        }
        if let Some(list) = iterable.exact::<PyListObject>() {
            let mut i = 0;
            while let Some(item) = list.items().get(i) {
                let item = Ref::new(&**item);
                self.add(&item)?;
                i += 1;
            }
            return Ok(());
        }
        let steps = Stepper::new(iterable)?;
        while let Some(item) = steps.step()? {
            self.add(&item)?;
        }
        Ok(())
    }

    /// Adds all items of another set. May run Python (`__eq__`).
    fn merge(&self, other: &PySetObject) -> PyResult<()> {
        if ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        if (self.fill.get() + other.used.get()) * 5 >= self.mask.get() * 3 {
            self.resize((self.len() + other.len()) * 2)?;
        }
        if self.fill.get() == 0 {
            let same_shape =
                self.mask.get() == other.mask.get() && other.fill.get() == other.used.get();
            self.fill.set(other.used.get());
            self.used.set(other.used.get());
            if same_shape {
                for i in 0..=self.mask.get() as usize {
                    let (to, from) = (self.entry(i), other.entry(i));
                    if let Some(key) = from.key.get() {
                        to.key.set_ptr(key.to_ref().into_raw());
                        to.hash.set(from.hash.get());
                    }
                }
                return Ok(());
            }
            let mut at = 0;
            while let Some((next, key, hash)) = other.next_entry(at) {
                at = next;
                PySetObject::insert_clean(
                    self.table.get(),
                    self.mask.get() as usize,
                    key.to_ref().into_raw(),
                    hash,
                );
            }
            return Ok(());
        }
        let mut at = 0;
        while let Some((next, key, hash)) = other.next_entry(at) {
            at = next;
            let key = key.to_ref();
            self.add_hashed(&key, hash)?;
        }
        Ok(())
    }
}

/// The key of a set for look-up in sets: a set, being unhashable, stands for the frozenset of its items.
fn with_key<R>(key: &PyObject, f: impl Fn(&PyObject, isize) -> PyResult<R>) -> PyResult<R> {
    match hash_of(key) {
        Ok(hash) => f(key, hash),
        Err(Raised) => {
            if !key.is_instance::<PySetObject>() || !errors::matches(&exceptions::TypeError) {
                return Err(Raised);
            }
            errors::clear();
            let frozen = make(&PyFrozenSet_Type)?;
            frozen.update(key)?;
            f(&frozen, hash_of(&frozen)?)
        }
    }
}
