//! `pycore_hashtable.h`: C's own hash table, chained, with C's layout; `pycore_accu.h`.

use crate::support::*;

type Hash = extern "C" fn(*const c_void) -> usize;
type Compare = extern "C" fn(*const c_void, *const c_void) -> c_int;
type Destroy = extern "C" fn(*mut c_void);
type Each = extern "C" fn(*mut Table, *const c_void, *const c_void, *mut c_void) -> c_int;

/// C: `_Py_hashtable_entry_t`.
#[repr(C)]
pub struct Entry {
    next: *mut Entry,
    hash: usize,
    key: *mut c_void,
    value: *mut c_void,
}

/// C: `_Py_hashtable_allocator_t`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Blocks {
    malloc: extern "C" fn(usize) -> *mut c_void,
    free: extern "C" fn(*mut c_void),
}

/// C: `_Py_hashtable_t`. C code reads the number of entries, and calls `get_entry`.
#[repr(C)]
pub struct Table {
    count: usize,
    /// A power of two.
    buckets_count: usize,
    buckets: *mut *mut Entry,
    get_entry: extern "C" fn(&Table, *const c_void) -> *mut Entry,
    hash: Hash,
    compare: Compare,
    destroy_key: Option<Destroy>,
    destroy_value: Option<Destroy>,
    blocks: Blocks,
}

const FEWEST: usize = 16;

extern "C" fn get_entry(table: &Table, key: *const c_void) -> *mut Entry {
    let hash = (table.hash)(key);
    let mut at = *table.bucket(hash);
    // SAFETY: entries of a chain are live.
    while let Some(entry) = unsafe { at.as_ref() } {
        if entry.hash == hash && (table.compare)(key, entry.key) != 0 {
            break;
        }
        at = entry.next;
    }
    at
}

impl Table {
    #[allow(clippy::mut_from_ref)]
    fn bucket(&self, hash: usize) -> &mut *mut Entry {
        // SAFETY: the mask keeps the index within the buckets; C's tables are changed through shared pointers.
        unsafe { &mut *self.buckets.add(hash & (self.buckets_count - 1)) }
    }

    /// New empty buckets; null if there is no memory.
    fn empty(blocks: Blocks, count: usize) -> *mut *mut Entry {
        let buckets = (blocks.malloc)(count * size_of::<*mut Entry>()).cast::<*mut Entry>();
        if !buckets.is_null() {
            // SAFETY: the block has that size.
            unsafe { ptr::write_bytes(buckets, 0, count) };
        }
        buckets
    }

    /// Takes all entries out; they form one chain.
    fn take_all(&mut self) -> *mut Entry {
        let mut all = ptr::null_mut();
        for i in 0..self.buckets_count {
            let mut at = std::mem::replace(self.bucket(i), ptr::null_mut());
            // SAFETY: as above.
            while let Some(entry) = unsafe { at.as_mut() } {
                at = std::mem::replace(&mut entry.next, all);
                all = entry;
            }
        }
        self.count = 0;
        all
    }

    /// Makes the number of buckets fit; without memory all stays as it is.
    fn resize(&mut self) {
        let wanted = (self.count * 2).next_power_of_two().max(FEWEST);
        let buckets = Table::empty(self.blocks, wanted);
        if buckets.is_null() {
            return;
        }
        let count = self.count;
        let mut at = self.take_all();
        (self.blocks.free)(self.buckets.cast());
        (self.buckets, self.buckets_count, self.count) = (buckets, wanted, count);
        // SAFETY: as above.
        while let Some(entry) = unsafe { at.as_mut() } {
            let bucket = self.bucket(entry.hash);
            at = std::mem::replace(&mut entry.next, *bucket);
            *bucket = entry;
        }
    }

    fn clear(&mut self) {
        let mut at = self.take_all();
        // SAFETY: as above.
        while let Some(entry) = unsafe { at.as_ref() } {
            if let Some(destroy) = self.destroy_key {
                destroy(entry.key);
            }
            if let Some(destroy) = self.destroy_value {
                destroy(entry.value);
            }
            let next = entry.next;
            (self.blocks.free)(at.cast());
            at = next;
        }
    }
}

export! {
    fn _Py_hashtable_new(hash: Hash, compare: Compare) -> *mut Table {
        _Py_hashtable_new_full(hash, compare, None, None, None)
    }
    fn _Py_hashtable_new_full(hash: Hash, compare: Compare, destroy_key: Option<Destroy>, destroy_value: Option<Destroy>, blocks: Option<&Blocks>) -> *mut Table {
        let own = Blocks { malloc: crate::memory::PyMem_Malloc, free: crate::memory::PyMem_Free };
        let blocks = blocks.copied().unwrap_or(own);
        let table = (blocks.malloc)(size_of::<Table>()).cast::<Table>();
        let buckets = Table::empty(blocks, FEWEST);
        if table.is_null() || buckets.is_null() {
            (blocks.free)(table.cast());
            (blocks.free)(buckets.cast());
            return ptr::null_mut();
        }
        let new = Table { count: 0, buckets_count: FEWEST, buckets, get_entry, hash, compare, destroy_key, destroy_value, blocks };
        // SAFETY: the block has room for the table.
        unsafe { table.write(new) };
        table
    }
    fn _Py_hashtable_destroy(table: &mut Table) {
        table.clear();
        let free = table.blocks.free;
        free(table.buckets.cast());
        free(ptr::from_mut(table).cast());
    }
    fn _Py_hashtable_clear(table: &mut Table) {
        table.clear();
        table.resize();
    }
    fn _Py_hashtable_get(table: &Table, key: *const c_void) -> *mut c_void {
        // SAFETY: an entry of the table, or null.
        unsafe { (table.get_entry)(table, key).as_ref() }.map_or(ptr::null_mut(), |entry| entry.value)
    }
    /// The key is not there yet. -1 without memory.
    fn _Py_hashtable_set(table: &mut Table, key: *mut c_void, value: *mut c_void) -> c_int {
        let entry = (table.blocks.malloc)(size_of::<Entry>()).cast::<Entry>();
        if entry.is_null() {
            return -1;
        }
        table.count += 1;
        if table.count * 2 > table.buckets_count {
            table.resize();
        }
        let hash = (table.hash)(key);
        let bucket = table.bucket(hash);
        // SAFETY: the block has room for the entry.
        unsafe { entry.write(Entry { next: *bucket, hash, key, value }) };
        *bucket = entry;
        0
    }
    /// Takes an entry out; its value is the caller's.
    fn _Py_hashtable_steal(table: &mut Table, key: *const c_void) -> *mut c_void {
        let found = (table.get_entry)(table, key);
        // SAFETY: an entry of the table, or null.
        let Some(entry) = (unsafe { found.as_ref() }) else { return ptr::null_mut() };
        let mut place: *mut *mut Entry = table.bucket(entry.hash);
        // SAFETY: the entry is in that chain.
        unsafe {
            while *place != found {
                place = &raw mut (**place).next;
            }
            *place = entry.next;
        }
        let value = entry.value;
        if let Some(destroy) = table.destroy_key {
            destroy(entry.key);
        }
        table.count -= 1;
        (table.blocks.free)(found.cast());
        if table.count * 8 < table.buckets_count && table.buckets_count > FEWEST {
            table.resize();
        }
        value
    }
    fn _Py_hashtable_foreach(table: &mut Table, each: Each, argument: *mut c_void) -> c_int {
        for i in 0..table.buckets_count {
            let mut at = *table.bucket(i);
            // SAFETY: the callee does not change the table.
            while let Some(entry) = unsafe { at.as_ref() } {
                at = entry.next;
                let answer = each(table, entry.key, entry.value, argument);
                if answer != 0 {
                    return answer;
                }
            }
        }
        0
    }
    fn _Py_hashtable_size(table: &Table) -> usize {
        size_of::<Table>() + table.buckets_count * size_of::<*mut Entry>() + table.count * size_of::<Entry>()
    }
    fn _Py_hashtable_hash_ptr(key: *const c_void) -> usize { crate::object::_Py_HashPointerRaw(key) as usize }
    fn _Py_hashtable_compare_direct(a: *const c_void, b: *const c_void) -> c_int { ptr::eq(a, b) as c_int }

    // ---- accumulators: strings to be joined ----

    fn _PyAccu_Init(a: &Accu) -> c_int {
        a.large.set_ptr(ptr::null_mut());
        a.small.set_ptr(ptr::null_mut());
        match list::new() {
            Ok(list) => { a.small.set_ptr(list.into_raw()); 0 }
            Err(Raised) => -1,
        }
    }
    fn _PyAccu_Accumulate(a: &Accu, text: &PyObject) -> c_int {
        match a.small.get() {
            Some(list) => status(list.append(text)),
            None => { bad_internal_call(); -1 }
        }
    }
    fn _PyAccu_FinishAsList(a: &Accu) -> Option<Ref<PyListObject>> { a.large.set(None); a.small.take() }
    fn _PyAccu_Finish(a: &Accu) -> PyResult {
        let Some(parts) = a.small.take() else { return Err(bad_internal_call()) };
        crate::unicode::PyUnicode_Join(Some(&*str_::empty()), &parts)
    }
    fn _PyAccu_Destroy(a: &Accu) {
        a.large.set(None);
        a.small.set(None);
    }
}

/// C: `_PyAccu`.
#[repr(C)]
pub struct Accu {
    large: Slot<PyListObject>,
    small: Slot<PyListObject>,
}
