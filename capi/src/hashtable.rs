//! `pycore_hashtable.h`: C's own hash table, as a map from hash to entries; `pycore_accu.h`.

use crate::support::*;
use std::collections::HashMap;

type Hash = extern "C" fn(*const c_void) -> usize;
type Compare = extern "C" fn(*const c_void, *const c_void) -> c_int;
type Destroy = extern "C" fn(*mut c_void);
type Each = extern "C" fn(*mut Table, *const c_void, *const c_void, *mut c_void) -> c_int;

/// What C code holds a pointer to, never looking inside.
pub struct Table {
    entries: HashMap<usize, Vec<(*mut c_void, *mut c_void)>, ahash_free::Identity>,
    hash: Hash,
    compare: Compare,
    destroy_key: Option<Destroy>,
    destroy_value: Option<Destroy>,
    count: usize,
}

/// The keys are hashes already.
mod ahash_free {
    #[derive(Default, Clone)]
    pub struct Identity;
    #[derive(Default)]
    pub struct Same(u64);
    impl std::hash::BuildHasher for Identity {
        type Hasher = Same;
        fn build_hasher(&self) -> Same {
            Same(0)
        }
    }
    impl std::hash::Hasher for Same {
        fn finish(&self) -> u64 {
            self.0
        }
        fn write(&mut self, bytes: &[u8]) {
            for &b in bytes {
                self.0 = self.0.rotate_left(8) ^ b as u64;
            }
        }
        fn write_usize(&mut self, n: usize) {
            // The top bits choose the group: a pointer's are all alike.
            self.0 = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }
}

impl Table {
    fn find(&self, key: *const c_void) -> Option<*mut c_void> {
        let entries = self.entries.get(&(self.hash)(key))?;
        entries
            .iter()
            .find(|(k, _)| (self.compare)(*k, key) != 0)
            .map(|(_, v)| *v)
    }

    fn clear(&mut self) {
        self.count = 0;
        for (key, value) in std::mem::take(&mut self.entries).into_values().flatten() {
            if let Some(destroy) = self.destroy_key {
                destroy(key);
            }
            if let Some(destroy) = self.destroy_value {
                destroy(value);
            }
        }
    }
}

export! {
    fn _Py_hashtable_new(hash: Hash, compare: Compare) -> *mut Table {
        _Py_hashtable_new_full(hash, compare, None, None, ptr::null_mut())
    }
    fn _Py_hashtable_new_full(hash: Hash, compare: Compare, destroy_key: Option<Destroy>, destroy_value: Option<Destroy>, _allocator: *mut c_void) -> *mut Table {
        Box::into_raw(Box::new(Table { entries: HashMap::default(), hash, compare, destroy_key, destroy_value, count: 0 }))
    }
    fn _Py_hashtable_destroy(table: *mut Table) {
        // SAFETY: a table of `_Py_hashtable_new_full`.
        unsafe { Box::from_raw(table).clear() }
    }
    fn _Py_hashtable_clear(table: &mut Table) { table.clear() }
    fn _Py_hashtable_get(table: &Table, key: *const c_void) -> *mut c_void { table.find(key).unwrap_or(ptr::null_mut()) }
    fn _Py_hashtable_set(table: &mut Table, key: *mut c_void, value: *mut c_void) -> c_int {
        table.entries.entry((table.hash)(key)).or_default().push((key, value));
        table.count += 1;
        0
    }
    fn _Py_hashtable_steal(table: &mut Table, key: *const c_void) -> *mut c_void {
        let hash = (table.hash)(key);
        let Some(entries) = table.entries.get_mut(&hash) else { return ptr::null_mut() };
        let Some(at) = entries.iter().position(|(k, _)| (table.compare)(*k, key) != 0) else { return ptr::null_mut() };
        let (key, value) = entries.swap_remove(at);
        table.count -= 1;
        if let Some(destroy) = table.destroy_key {
            destroy(key);
        }
        value
    }
    fn _Py_hashtable_foreach(table: *mut Table, each: Each, argument: *mut c_void) -> c_int {
        // SAFETY: a live table; the callee does not change it.
        for (key, value) in unsafe { &*table }.entries.values().flatten() {
            let answer = each(table, *key, *value, argument);
            if answer != 0 {
                return answer;
            }
        }
        0
    }
    fn _Py_hashtable_size(table: &Table) -> usize { std::mem::size_of::<Table>() + table.count * 32 }
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
