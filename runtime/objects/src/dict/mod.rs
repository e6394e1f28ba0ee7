//! `dict`: compact, insertion-ordered, with shared keys and inline values for instances.
//!
//! `keys` is the hash table, `object` the dict's operations, `instance` attributes without a dict, `methods` the type,
//! `views` and `iterators` what their names say. This file is the interface for the rest of the runtime.

mod instance;
mod iterators;
mod keys;
mod methods;
mod object;
mod tasks;
mod view_tasks;
mod views;

pub use instance::*;
pub use iterators::*;
pub use keys::{
    SHARED_KEYS_MAX_SIZE, drop_shared_keys, empty_keys, exact_str, new_shared_keys, str_hash,
};
pub(crate) use methods::each_referent;
pub use methods::{PyDict_Type, subscript};
pub(crate) use object::quick_equal;
pub use object::{Existing, hash_of, iterates_natively};
pub(crate) use tasks::begin_compare;
pub use tasks::{begin_init, begin_ior, begin_update};
pub(crate) use view_tasks::init as init_view_tasks;
pub use views::*;

use crate::*;
use keys::EMPTY;
use std::ptr;

builtin!(PyDictObject = PyDict_Type);

/// An empty dict. Raises MemoryError.
#[inline]
pub fn new() -> PyResult<Ref<PyDictObject>> {
    object::new_dict(empty_keys(), ptr::null_mut())
}

/// A dict with room for `n` items. Raises MemoryError.
pub fn with_capacity(n: usize) -> PyResult<Ref<PyDictObject>> {
    with_capacity_kind(n, false)
}

/// The same for keys that are all exact strings.
pub fn with_str_capacity(n: usize) -> PyResult<Ref<PyDictObject>> {
    with_capacity_kind(n, true)
}

fn with_capacity_kind(n: usize, unicode: bool) -> PyResult<Ref<PyDictObject>> {
    let dict = new()?;
    if n > keys::usable(keys::MIN_LOG2) {
        // A dict that was asked to be huge grows when it is.
        let log2 = keys::log2_for_entries(n).min(17);
        dict.ma_keys.set(keys::new_keys(log2, unicode)?);
    }
    Ok(dict)
}

impl PyDictObject {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ma_used.get() as usize
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Any hashable key; exceptions of `__hash__` and `__eq__`.
    #[inline]
    pub fn get_item(&self, key: &PyObject) -> PyResult<Option<Ref>> {
        self.get_hashed(key, hash_of(key)?)
    }

    /// An exact `str` key: cannot fail if all keys are exact strings (errors are reported as a miss otherwise).
    #[inline]
    pub fn get_str(&self, key: &Str) -> Option<Ref> {
        self.get_str_borrowed(key).map(|value| value.to_ref())
    }

    /// The same, borrowed (U4).
    #[inline]
    pub fn get_str_borrowed(&self, key: &Str) -> Option<&PyObject> {
        let hash = str_hash(key);
        match self.find(key, hash) {
            Ok(EMPTY) => None,
            Ok(index) => self.value_slot(index as usize).get(),
            Err(Raised) => {
                errors::clear();
                None
            }
        }
    }

    pub fn get_text(&self, key: &str) -> Option<Ref> {
        match str_::new(key) {
            Ok(key) => self.get_str(&key),
            Err(Raised) => {
                errors::clear();
                None
            }
        }
    }

    #[inline]
    pub fn get_hashed(&self, key: &PyObject, hash: isize) -> PyResult<Option<Ref>> {
        Ok(self.find_value(key, hash)?.map(|value| value.to_ref()))
    }

    /// The value, borrowed (U4); hash known. Exceptions of `__eq__`.
    #[inline(always)]
    pub fn get_item_known_hash(&self, key: &PyObject, hash: isize) -> PyResult<Option<&PyObject>> {
        self.find_value(key, hash)
    }

    #[inline]
    pub fn set_item(&self, key: &PyObject, value: &PyObject) -> PyResult<()> {
        self.insert(key, hash_of(key)?, value.to_ref())
    }

    pub fn set_text(&self, key: &str, value: &PyObject) -> PyResult<()> {
        self.set_item(&*str_::intern(key)?, value)
    }

    #[inline]
    pub fn set_hashed(&self, key: &PyObject, hash: isize, value: &PyObject) -> PyResult<()> {
        self.insert(key, hash, value.to_ref())
    }

    /// Whether there was one.
    pub fn del_item(&self, key: &PyObject) -> PyResult<bool> {
        Ok(self.pop(key)?.is_some())
    }

    /// Removes and returns.
    pub fn pop(&self, key: &PyObject) -> PyResult<Option<Ref>> {
        let hash = hash_of(key)?;
        self.pop_hashed(key, hash)
    }

    #[inline]
    pub fn contains(&self, key: &PyObject) -> PyResult<bool> {
        Ok(self.find_value(key, hash_of(key)?)?.is_some())
    }

    /// All items in order.
    pub fn pairs(&self) -> Vec<(Ref, Ref)> {
        let mut all = Vec::with_capacity(self.len());
        let mut at = 0;
        while let Some((position, key, value, _)) = self.entry_from(at) {
            at = position + 1;
            all.push((key.to_ref(), value.to_ref()));
        }
        all
    }

    /// The item at or after entry `position`, which is moved on; for iteration while the dict may change.
    pub fn next_entry(&self, position: &mut usize) -> Option<(Ref, Ref, isize)> {
        let (at, key, value, hash) = self.entry_from(*position)?;
        *position = at + 1;
        Some((key.to_ref(), value.to_ref(), hash))
    }

    /// The item before entry `position` (counted from the end of all if it is beyond), which is moved to it.
    pub fn entry_before(&self, position: &mut usize) -> Option<(Ref, Ref)> {
        let end = match self.values() {
            Some(_) => self.len(),
            None => self.keys().nentries(),
        };
        let mut at = (*position).min(end);
        while at > 0 {
            at -= 1;
            if let Some((key, value)) = self.entry_at(at) {
                *position = at;
                return Some((key.to_ref(), value.to_ref()));
            }
        }
        *position = 0;
        None
    }

    /// Removes an item, handing out the key as it is stored and the value.
    pub fn take_item(&self, key: &PyObject, hash: isize) -> PyResult<Option<(Ref, Ref)>> {
        if self.len() == 0 {
            return Ok(None);
        }
        self.combine()?;
        let index = self.find(key, hash)?;
        Ok(match usize::try_from(index) {
            Ok(index) => match self.take_entry(index, hash) {
                (Some(key), Some(value)) => Some((key, value)),
                _ => None,
            },
            Err(_) => None,
        })
    }

    /// `update` from any mapping or iterable of pairs; later keys win if `replace`. Any exception; may run Python.
    pub fn merge(&self, other: &PyObject, replace: bool) -> PyResult<()> {
        let existing = if replace {
            Existing::Replace
        } else {
            Existing::Keep
        };
        if other.is_instance::<PyDictObject>() || protocol::hasattr(other, &names::keys)? {
            self.merge_mapping(other, existing)
        } else {
            self.merge_pairs(other, replace)
        }
    }

    // ---- for inline caches ----

    /// The version of the key table for inline caches (0: none): unchanged, every key still has its entry index.
    #[inline(always)]
    pub fn keys_version(&self) -> u32 {
        let version = self.keys().dk_version.get();
        if version != 0 {
            return version;
        }
        self.keys().version()
    }

    /// Whether the key table has this version now (none is assigned).
    #[inline(always)]
    pub fn has_keys_version(&self, version: u32) -> bool {
        self.keys().dk_version.get() == version
    }

    /// Whether the table holds exact strings only and is the dict's own: what [`entry_value`](Self::entry_value) is for.
    #[inline(always)]
    pub fn is_combined_unicode(&self) -> bool {
        self.keys().dk_kind.get() == keys::UNICODE && self.ma_values.get().is_null()
    }

    /// The entry index of an exact string, for [`entry_value`](Self::entry_value). `None` too for dicts that are not
    /// combined with only strings as keys.
    #[inline]
    pub fn lookup_str_index(&self, name: &Str, hash: isize) -> Option<usize> {
        if !self.is_combined_unicode() {
            return None;
        }
        usize::try_from(self.keys().find_str(name, hash)).ok()
    }

    /// The value at an entry index, borrowed (U4).
    ///
    /// # Safety
    /// The dict is combined with strings only ([`is_combined_unicode`](Self::is_combined_unicode)), and the index is that of an
    /// entry: it came from [`lookup_str_index`](Self::lookup_str_index), and the keys' version is the same as then.
    #[inline(always)]
    pub unsafe fn entry_value(&self, index: usize) -> Option<&PyObject> {
        self.keys().unicode_entry(index).me_value.get()
    }

    /// Replaces the value at an entry index, dropping the old one last (for hints in STORE_ATTR and the like).
    ///
    /// # Safety
    /// As [`entry_value`](Self::entry_value); the value there is not null.
    #[inline(always)]
    pub unsafe fn set_entry_value(&self, index: usize, value: Ref) {
        // SAFETY: the caller's promise.
        let tracked = unsafe { (*gc::head_of(&**self))._gc_next.get() != 0 };
        if !tracked && gc::may_be_tracked(&value) {
            gc::track(self);
        }
        let old = self
            .keys()
            .unicode_entry(index)
            .me_value
            .replace(Some(value));
        self.touch_key(self.keys().key_at(index).as_ptr());
        drop(old);
    }

    /// The value of an exact string if the entry at `hint` is that key's, borrowed (for LOAD_ATTR_WITH_HINT).
    #[inline(always)]
    pub fn value_with_hint(&self, name: &Str, hint: usize) -> Option<&PyObject> {
        if !self.is_combined_unicode() || hint >= self.keys().nentries() {
            return None;
        }
        let entry = self.keys().unicode_entry(hint);
        if entry.me_key.as_ptr() == name as *const Str as *mut PyObject {
            entry.me_value.get()
        } else {
            None
        }
    }
}
