//! The table of interned strings: open addressing with linear probing, keyed by content.
//!
//! The table's entries are not counted: a string that dies takes itself out (backward-shift deletion keeps probe chains whole).
//! An entry is the string's address and, in the bits above it, a piece of its hash, so that few other strings are looked at on the way.

use super::hash::{hash, hash_bytes};
use super::layout::{self, INTERNED, INTERNED_MASK};
use crate::*;
use std::cell::UnsafeCell;
use std::ptr;

/// A string's address below a piece of its hash; 0 where empty.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry(usize);

const ADDRESS_BITS: u32 = 48;

impl Entry {
    const EMPTY: Entry = Entry(0);

    fn piece(hash: isize) -> usize {
        hash as usize >> ADDRESS_BITS << ADDRESS_BITS
    }

    /// The string's hash is cached.
    fn of(text: &Str) -> Entry {
        let address = ptr::from_ref(text).addr();
        debug_assert!(address >> ADDRESS_BITS == 0);
        Entry(address | Entry::piece(text.hash.get()))
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a string of that hash may be it.
    #[inline(always)]
    fn may_be(self, hash: isize) -> bool {
        Entry::piece(self.0 as isize) == Entry::piece(hash)
    }

    #[inline(always)]
    fn text(self) -> *mut Str {
        ptr::with_exposed_provenance_mut(self.0 & ((1 << ADDRESS_BITS) - 1))
    }

    /// Where it would like to be.
    ///
    /// # Safety
    /// It is not empty.
    unsafe fn home(self, mask: usize) -> usize {
        // SAFETY: entries are live strings with their hash cached.
        unsafe { (*self.text()).hash.get() as usize & mask }
    }
}

struct Table {
    /// Power-of-two many.
    entries: UnsafeCell<Vec<Entry>>,
    used: Cell<usize>,
}
// SAFETY: U1.
unsafe impl Sync for Table {}

static TABLE: Table = Table {
    entries: UnsafeCell::new(Vec::new()),
    used: Cell::new(0),
};

impl Table {
    /// Where the string that `is_it` accepts is, or the empty place where it belongs. The table is not empty.
    #[inline]
    fn find(&self, hash: isize, is_it: impl Fn(&Str) -> bool) -> usize {
        // SAFETY: U1, and nothing here runs Python; entries are live strings.
        unsafe {
            let entries = &*self.entries.get();
            let mask = entries.len() - 1;
            let mut i = hash as usize & mask;
            loop {
                let entry = entries[i];
                if entry.is_empty() {
                    return i;
                }
                if entry.may_be(hash) {
                    let text = &*entry.text();
                    if text.hash.get() == hash && is_it(text) {
                        return i;
                    }
                }
                i = (i + 1) & mask;
            }
        }
    }

    fn get(&self, i: usize) -> *mut Str {
        // SAFETY: U1; `i` comes from `find`.
        unsafe { (&*self.entries.get())[i].text() }
    }

    /// Makes sure that a third of the places is empty; false if there is no memory for more.
    fn reserve(&self) -> bool {
        // SAFETY: U1.
        let entries = unsafe { &mut *self.entries.get() };
        if (self.used.get() + 1) * 3 <= entries.len() * 2 {
            return true;
        }
        let len = (entries.len() * 2).max(4096);
        if !growing::fits(len * size_of::<Entry>()) {
            return false;
        }
        let old = std::mem::replace(entries, vec![Entry::EMPTY; len]);
        let mask = entries.len() - 1;
        for entry in old.into_iter().filter(|e| !e.is_empty()) {
            // SAFETY: it is not empty.
            let mut i = unsafe { entry.home(mask) };
            while !entries[i].is_empty() {
                i = (i + 1) & mask;
            }
            entries[i] = entry;
        }
        true
    }

    fn insert(&self, at: usize, text: &Str) {
        // SAFETY: U1; `at` is an empty place from `find`.
        unsafe { (&mut *self.entries.get())[at] = Entry::of(text) };
        self.used.set(self.used.get() + 1);
        text.state.set(text.state.get() & !INTERNED_MASK | INTERNED);
    }

    fn remove(&self, text: &Str) {
        // SAFETY: U1.
        let entries = unsafe { &mut *self.entries.get() };
        let mask = entries.len() - 1;
        let mut hole = text.hash.get() as usize & mask;
        while entries[hole].text() != ptr::from_ref(text).cast_mut() {
            if entries[hole].is_empty() {
                return;
            }
            hole = (hole + 1) & mask;
        }
        let mut i = hole;
        loop {
            i = (i + 1) & mask;
            let entry = entries[i];
            if entry.is_empty() {
                break;
            }
            // SAFETY: it is not empty.
            let home = unsafe { entry.home(mask) };
            // It may fill the hole unless its home lies after the hole.
            if (i.wrapping_sub(home) & mask) >= (i.wrapping_sub(hole) & mask) {
                entries[hole] = entry;
                hole = i;
            }
        }
        entries[hole] = Entry::EMPTY;
        self.used.set(self.used.get() - 1);
    }
}

/// The interned string of that text. Raises MemoryError.
pub fn intern(text: &str) -> PyResult<Ref<Str>> {
    if text.len() > 1 && text.is_ascii() {
        return intern_ascii(text.as_bytes());
    }
    let mut new = layout::new(text)?;
    intern_in_place(&mut new);
    Ok(new)
}

/// The same for ASCII text of at least two characters.
pub fn intern_ascii(text: &[u8]) -> PyResult<Ref<Str>> {
    debug_assert!(text.len() > 1 && text.is_ascii());
    if !TABLE.reserve() {
        return Err(errors::no_memory());
    }
    let hash = hash_bytes(text);
    let at = TABLE.find(hash, |s| {
        s.is_ascii() && s.len() == text.len() && s.units().bytes() == text
    });
    let found = TABLE.get(at);
    if !found.is_null() {
        // SAFETY: entries are live strings.
        return Ok(Ref::new(unsafe { &*found }));
    }
    let new = layout::from_ascii(text)?;
    new.hash.set(hash);
    TABLE.insert(at, &new);
    Ok(new)
}

/// Makes a string that lives for ever the interned one of its text; nothing equal has been interned before.
pub(super) fn adopt(text: &Str) {
    if !TABLE.reserve() {
        return;
    }
    let at = TABLE.find(hash(text), |s| s.equals(text));
    if TABLE.get(at).is_null() {
        TABLE.insert(at, text);
    }
}

/// Replaces the reference by the interned equal string (exact `str` only, and as long as there is memory).
pub fn intern_in_place(text: &mut Ref<Str>) {
    if is_interned(text) || !text.is_exact_str() {
        return;
    }
    if !TABLE.reserve() {
        return;
    }
    let at = TABLE.find(hash(text), |s| s.equals(text));
    let found = TABLE.get(at);
    if found.is_null() {
        TABLE.insert(at, text);
    } else {
        // SAFETY: entries are live strings.
        *text = Ref::new(unsafe { &*found });
    }
}

#[inline(always)]
pub fn is_interned(text: &Str) -> bool {
    text.state.get() & INTERNED_MASK != 0
}

/// A dying interned string leaves the table.
pub(super) fn forget(text: &Str) {
    TABLE.remove(text);
}
