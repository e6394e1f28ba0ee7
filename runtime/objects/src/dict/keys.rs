//! The key table: a hash index over a dense array of entries in insertion order.
//!
//! Layout (CPython's): the header, `1 << dk_log2_index_bytes` bytes of indices (1, 2, 4 or 8 bytes each, by the table's size), then
//! the entries. In tables of kind UNICODE all keys are exact `str`s and entries have no hash; SPLIT tables are such tables shared
//! by the instances of a type, the values lying elsewhere; GENERAL tables store hashes.
//! Probing: `i = 5 * i + 1 + perturb`, perturb starting as the hash and losing five bits a step. Two thirds of the places may be filled.

use crate::*;
use std::mem::size_of;
use std::ptr;

pub const EMPTY: isize = -1;
const DUMMY: isize = -2;

/// `dk_kind`.
pub const GENERAL: u8 = 0;
pub const UNICODE: u8 = 1;
pub const SPLIT: u8 = 2;

pub const MIN_LOG2: u8 = 3;
/// Shared tables hold no more keys.
pub const SHARED_KEYS_MAX_SIZE: usize = 30;
const SHARED_LOG2: u8 = 6;
const HEADER: usize = size_of::<PyDictKeysObject>();

/// The table of all empty dicts: one place, which is empty.
#[repr(C)]
struct EmptyTable {
    head: PyDictKeysObject,
    indices: [u8; 8],
}

// SAFETY: U1.
unsafe impl Sync for EmptyTable {}

static EMPTY_TABLE: EmptyTable = EmptyTable {
    head: PyDictKeysObject {
        dk_refcnt: Cell::new(IMMORTAL),
        dk_log2_size: Cell::new(0),
        dk_log2_index_bytes: Cell::new(0),
        dk_kind: Cell::new(UNICODE),
        dk_version: Cell::new(1),
        dk_usable: Cell::new(0),
        dk_nentries: Cell::new(0),
        dk_indices: [],
    },
    indices: [0xff; 8],
};

/// The table of empty dicts.
#[inline(always)]
pub fn empty_keys() -> *mut PyDictKeysObject {
    (&raw const EMPTY_TABLE).cast_mut().cast()
}

/// How many entries a table of this size takes.
#[inline(always)]
pub const fn usable(log2: u8) -> usize {
    (1usize << log2) * 2 / 3
}

/// The table size for at least `places` places.
#[inline]
pub fn log2_for_places(places: usize) -> u8 {
    (usize::BITS - ((places.max(1) - 1) | 7).leading_zeros()) as u8
}

/// The table size for `n` entries.
#[inline]
pub fn log2_for_entries(n: usize) -> u8 {
    log2_for_places((n * 3).div_ceil(2))
}

static NEXT_VERSION: Counter = Counter(Cell::new(2));

struct Counter(Cell<u32>);
// SAFETY: U1.
unsafe impl Sync for Counter {}

/// The hash of an exact `str`, cached in it.
#[inline(always)]
pub fn str_hash(text: &Str) -> isize {
    let hash = text.hash.get();
    if hash != -1 { hash } else { str_::hash(text) }
}

/// As a `str`, if the object is exactly that.
#[inline(always)]
pub fn exact_str(object: &PyObject) -> Option<&Str> {
    object.exact::<Str>()
}

/// Equal text of two exact strings of equal hash.
#[inline(always)]
fn same_text(a: *mut PyObject, b: &Str, hash: isize) -> bool {
    // SAFETY: keys of a unicode table are live exact strings.
    let a = unsafe { &*a.cast::<Str>() };
    a.hash.get() == hash && a.length.get() == b.length.get() && a.equals(b)
}

/// An index of some width.
trait Width: Copy {
    fn wide(self) -> isize;
}
macro_rules! widths { ($($ty:ty),*) => { $(impl Width for $ty {
    #[inline(always)]
    fn wide(self) -> isize { self as isize }
})* } }
widths!(i8, i16, i32, i64);

/// The sequence of places where a hash may be.
pub struct Probe {
    at: usize,
    perturb: usize,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    pub fn new(keys: &PyDictKeysObject, hash: isize) -> Probe {
        let mask = keys.mask();
        Probe {
            at: hash as usize & mask,
            perturb: hash as usize,
            mask,
        }
    }
    /// The current place.
    #[inline(always)]
    pub fn place(&self) -> usize {
        self.at
    }
    #[inline(always)]
    pub fn advance(&mut self) {
        self.perturb >>= 5;
        self.at = (self.at.wrapping_mul(5))
            .wrapping_add(self.perturb)
            .wrapping_add(1)
            & self.mask;
    }
}

impl PyDictKeysObject {
    #[inline(always)]
    pub fn mask(&self) -> usize {
        (1usize << self.dk_log2_size.get()) - 1
    }

    /// Number of entries in use or deleted.
    #[inline(always)]
    pub fn nentries(&self) -> usize {
        self.dk_nentries.get() as usize
    }

    /// Whether all keys are exact strings (and entries have no hash).
    #[inline(always)]
    pub fn is_unicode(&self) -> bool {
        self.dk_kind.get() != GENERAL
    }

    #[inline(always)]
    fn indices(&self) -> *mut u8 {
        (self as *const Self as *mut u8).wrapping_add(HEADER)
    }

    #[inline(always)]
    fn entries(&self) -> *mut u8 {
        self.indices()
            .wrapping_add(1usize << self.dk_log2_index_bytes.get())
    }

    /// Entries of a table that is not GENERAL.
    #[inline(always)]
    pub fn unicode_entry(&self, index: usize) -> &PyDictUnicodeEntry {
        // SAFETY: callers stay within the entries.
        unsafe { &*self.entries().cast::<PyDictUnicodeEntry>().add(index) }
    }

    /// Entries of a GENERAL table.
    #[inline(always)]
    pub fn general_entry(&self, index: usize) -> &PyDictKeyEntry {
        // SAFETY: callers stay within the entries.
        unsafe { &*self.entries().cast::<PyDictKeyEntry>().add(index) }
    }

    /// All entries of a UNICODE table.
    #[inline(always)]
    fn unicode_entries(&self) -> &[PyDictUnicodeEntry] {
        // SAFETY: the table has so many.
        unsafe { std::slice::from_raw_parts(self.entries().cast(), self.nentries()) }
    }

    /// All entries of a GENERAL table.
    #[inline(always)]
    fn general_entries(&self) -> &[PyDictKeyEntry] {
        // SAFETY: the table has so many.
        unsafe { std::slice::from_raw_parts(self.entries().cast(), self.nentries()) }
    }

    /// The entry's key; null if deleted.
    #[inline(always)]
    pub fn key_at(&self, index: usize) -> &Slot<PyObject> {
        if self.is_unicode() {
            &self.unicode_entry(index).me_key
        } else {
            &self.general_entry(index).me_key
        }
    }

    /// The entry's own value (empty in SPLIT tables).
    #[inline(always)]
    pub fn value_at(&self, index: usize) -> &Slot<PyObject> {
        if self.is_unicode() {
            &self.unicode_entry(index).me_value
        } else {
            &self.general_entry(index).me_value
        }
    }

    /// The hash of a filled entry.
    #[inline(always)]
    pub fn hash_at(&self, index: usize) -> isize {
        if self.is_unicode() {
            // SAFETY: keys of a unicode table are live exact strings, hashed before they were put in.
            unsafe {
                (*self.unicode_entry(index).me_key.as_ptr().cast::<Str>())
                    .hash
                    .get()
            }
        } else {
            self.general_entry(index).me_hash.get()
        }
    }

    /// What the place holds: an entry's index, or a negative number.
    #[inline(always)]
    pub fn index_at(&self, place: usize) -> isize {
        let at = self.indices();
        // SAFETY: callers mask the place.
        unsafe {
            match self.dk_log2_size.get() {
                ..8 => at.cast::<i8>().add(place).read() as isize,
                ..16 => at.cast::<i16>().add(place).read() as isize,
                ..32 => at.cast::<i32>().add(place).read() as isize,
                _ => at.cast::<i64>().add(place).read() as isize,
            }
        }
    }

    #[inline(always)]
    fn set_index(&self, place: usize, index: isize) {
        let at = self.indices();
        // SAFETY: callers mask the place.
        unsafe {
            match self.dk_log2_size.get() {
                ..8 => at.cast::<i8>().add(place).write(index as i8),
                ..16 => at.cast::<i16>().add(place).write(index as i16),
                ..32 => at.cast::<i32>().add(place).write(index as i32),
                _ => at.cast::<i64>().add(place).write(index as i64),
            }
        }
    }

    /// The index of an exact string in a table that is not GENERAL, or [`EMPTY`]. Runs nothing.
    #[inline(always)]
    pub fn find_str(&self, key: &Str, hash: isize) -> isize {
        debug_assert!(self.is_unicode());
        match self.dk_log2_size.get() {
            ..8 => self.find_str_in::<i8>(key, hash),
            ..16 => self.find_str_in::<i16>(key, hash),
            ..32 => self.find_str_in::<i32>(key, hash),
            _ => self.find_str_in::<i64>(key, hash),
        }
    }

    #[inline(always)]
    fn find_str_in<I: Width>(&self, key: &Str, hash: isize) -> isize {
        let indices = self.indices().cast::<I>();
        let wanted = key as *const Str as *mut PyObject;
        let mut probe = Probe::new(self, hash);
        loop {
            // SAFETY: the probe is masked, and filled places hold entries' indices.
            let index = unsafe { indices.add(probe.at).read().wide() };
            if index >= 0 {
                let found = self.unicode_entry(index as usize).me_key.as_ptr();
                if found == wanted || same_text(found, key, hash) {
                    return index;
                }
            } else if index == EMPTY {
                return EMPTY;
            }
            probe.advance();
        }
    }

    /// The place that holds an entry's index.
    pub fn place_of(&self, hash: isize, index: usize) -> usize {
        let mut probe = Probe::new(self, hash);
        while self.index_at(probe.at) != index as isize {
            probe.advance();
        }
        probe.at
    }

    /// Appends an entry for a key that is not there; `None` as value in SPLIT tables. There is room (`dk_usable > 0`).
    #[inline(always)]
    pub fn append(&self, key: Ref, hash: isize, value: Option<Ref>) -> usize {
        debug_assert!(self.dk_usable.get() > 0);
        let mut probe = Probe::new(self, hash);
        while self.index_at(probe.at) >= 0 {
            probe.advance();
        }
        let index = self.nentries();
        self.set_index(probe.at, index as isize);
        let value = value.map_or(ptr::null_mut(), Ref::into_raw);
        // The entry's memory is not initialised: only written.
        if self.is_unicode() {
            let entry = self.unicode_entry(index);
            entry.me_key.set_ptr(key.into_raw());
            entry.me_value.set_ptr(value);
        } else {
            let entry = self.general_entry(index);
            entry.me_hash.set(hash);
            entry.me_key.set_ptr(key.into_raw());
            entry.me_value.set_ptr(value);
        }
        self.dk_version.set(0);
        self.dk_usable.set(self.dk_usable.get() - 1);
        self.dk_nentries.set(index as isize + 1);
        index
    }

    /// Marks an entry's place as deleted; its key and value are the caller's to take.
    pub fn forget(&self, hash: isize, index: usize) {
        self.set_index(self.place_of(hash, index), DUMMY);
        self.dk_version.set(0);
    }

    /// A version for inline caches, newly assigned if need be; 0: none left.
    #[inline]
    pub fn version(&self) -> u32 {
        let version = self.dk_version.get();
        if version != 0 {
            return version;
        }
        let next = NEXT_VERSION.0.get();
        if next != 0 {
            self.dk_version.set(next);
            NEXT_VERSION.0.set(next.wrapping_add(1));
        }
        next
    }

    /// Fills the (empty) index from the first `n` entries, none of them deleted.
    pub(super) fn build_index(&self, n: usize) {
        for index in 0..n {
            let mut probe = Probe::new(self, self.hash_at(index));
            while self.index_at(probe.at) != EMPTY {
                probe.advance();
            }
            self.set_index(probe.at, index as isize);
        }
    }

    /// Bytes of the table.
    pub fn byte_size(&self) -> usize {
        let entry = if self.is_unicode() { 16 } else { 24 };
        HEADER
            + (1usize << self.dk_log2_index_bytes.get())
            + usable(self.dk_log2_size.get()) * entry
    }
}

/// A new table without entries. Raises MemoryError.
pub fn new_keys(log2: u8, unicode: bool) -> PyResult<*mut PyDictKeysObject> {
    let log2_bytes = match log2 {
        ..8 => log2,
        ..16 => log2 + 1,
        ..32 => log2 + 2,
        _ => log2 + 3,
    };
    if log2_bytes > 56 {
        return Err(errors::no_memory());
    }
    let room = usable(log2);
    let size = HEADER + (1usize << log2_bytes) + room * if unicode { 16 } else { 24 };
    let keys = mem::alloc(size).cast::<PyDictKeysObject>();
    if keys.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block is large enough.
    unsafe {
        keys.write(PyDictKeysObject {
            dk_refcnt: Cell::new(1),
            dk_log2_size: Cell::new(log2),
            dk_log2_index_bytes: Cell::new(log2_bytes),
            dk_kind: Cell::new(if unicode { UNICODE } else { GENERAL }),
            dk_version: Cell::new(0),
            dk_usable: Cell::new(room as isize),
            dk_nentries: Cell::new(0),
            dk_indices: [],
        });
        if log2 == MIN_LOG2 {
            (*keys).indices().cast::<u64>().write(u64::MAX);
        } else {
            ptr::write_bytes((*keys).indices(), 0xff, 1usize << log2_bytes);
        }
    }
    Ok(keys)
}

/// Fresh shared keys for a heap type's instances; null if there is no memory.
pub fn new_shared_keys() -> *mut PyDictKeysObject {
    match new_keys(SHARED_LOG2, true) {
        Ok(keys) => {
            // SAFETY: just made.
            unsafe {
                (*keys).dk_usable.set(SHARED_KEYS_MAX_SIZE as isize);
                (*keys).dk_kind.set(SPLIT);
            }
            keys
        }
        Err(Raised) => {
            errors::clear();
            ptr::null_mut()
        }
    }
}

/// Gives up a type's shared keys (null is fine).
pub fn drop_shared_keys(keys: *mut PyDictKeysObject) {
    if !keys.is_null() {
        // SAFETY: the type owned one count.
        unsafe { decref_keys(keys) }
    }
}

/// A copy of a table with its entries, which get a count more each; kind UNICODE or GENERAL. Raises MemoryError.
pub fn clone_keys(keys: &PyDictKeysObject) -> PyResult<*mut PyDictKeysObject> {
    let size = keys.byte_size();
    let new = mem::alloc(size).cast::<PyDictKeysObject>();
    if new.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: both blocks have that size; of the entries only the first `nentries` are read afterwards.
    unsafe {
        let used = if keys.is_unicode() { 16 } else { 24 } * keys.nentries();
        let front = HEADER + (1usize << keys.dk_log2_index_bytes.get());
        ptr::copy_nonoverlapping(
            (keys as *const PyDictKeysObject).cast::<u8>(),
            new.cast::<u8>(),
            front + used,
        );
        (*new).dk_refcnt.set(1);
        (*new).dk_version.set(0);
        let count = |key: &Slot<PyObject>, value: &Slot<PyObject>| {
            if let (Some(key), Some(value)) = (key.get(), value.get()) {
                key.incref();
                value.incref();
            }
        };
        if keys.is_unicode() {
            keys.unicode_entries()
                .iter()
                .for_each(|e| count(&e.me_key, &e.me_value));
        } else {
            keys.general_entries()
                .iter()
                .for_each(|e| count(&e.me_key, &e.me_value));
        }
    }
    Ok(new)
}

#[inline(always)]
pub fn incref_keys(keys: *mut PyDictKeysObject) {
    // SAFETY: a live table.
    unsafe { (*keys).dk_refcnt.set((*keys).dk_refcnt.get() + 1) }
}

/// Gives up a count of a table; the last one drops its keys and values (may run arbitrary code).
///
/// # Safety
/// The caller owned the count.
#[inline(always)]
pub unsafe fn decref_keys(keys: *mut PyDictKeysObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let count = (*keys).dk_refcnt.get() - 1;
        (*keys).dk_refcnt.set(count);
        if count == 0 {
            free_keys(keys);
        }
    }
}

/// # Safety
/// Nobody else has the table.
unsafe fn free_keys(keys: *mut PyDictKeysObject) {
    // SAFETY: the table owns its keys and values; nobody can reach it while they are dropped.
    unsafe {
        let table = &*keys;
        if table.is_unicode() {
            for entry in table.unicode_entries() {
                drop(Ref::from_owned_opt(entry.me_key.as_ptr()));
                drop(Ref::from_owned_opt(entry.me_value.as_ptr()));
            }
        } else {
            for entry in table.general_entries() {
                drop(Ref::from_owned_opt(entry.me_key.as_ptr()));
                drop(Ref::from_owned_opt(entry.me_value.as_ptr()));
            }
        }
        mem::free_sized(keys.cast(), table.byte_size());
    }
}

/// Frees a table whose entries have been moved away.
///
/// # Safety
/// Nobody else has the table.
pub(super) unsafe fn free_moved(keys: *mut PyDictKeysObject) {
    // SAFETY: the caller's promise.
    unsafe { mem::free_sized(keys.cast(), (*keys).byte_size()) }
}
