//! The dict itself: look-up, insertion, deletion, growth, merging.
//!
//! A dict is *combined* (`ma_values` null: keys and values in its own table) or *split* (values beside shared keys, see `instance`).
//! A look-up that calls `__eq__` starts again if the table changed meanwhile. Every mutation sets a fresh
//! `ma_version_tag` (O5) and publishes the new state before it drops anything (O1).

use super::instance::{drop_values, free_values};
use super::keys::*;
use super::*;
use crate::flags::{cmp, tp};
use crate::sequence::Stepper;
use std::ptr;

struct Versions(Cell<u64>);
// SAFETY: U1.
unsafe impl Sync for Versions {}
static VERSIONS: Versions = Versions(Cell::new(0));

/// The bit of `ma_version_tag` that says that somebody watches.
const WATCHED: u64 = 1;

#[inline(always)]
fn next_version() -> u64 {
    let version = VERSIONS.0.get() + 2;
    VERSIONS.0.set(version);
    version
}

/// `hash(key)`, quick for strings. May run Python.
#[inline(always)]
pub fn hash_of(key: &PyObject) -> PyResult<isize> {
    if let Some(text) = exact_str(key) {
        return Ok(str_hash(text));
    }
    protocol::hash(key)
}

/// A dict over a table (and values), both taken over. Raises MemoryError, leaving both to the caller.
pub(super) fn new_dict(
    keys: *mut PyDictKeysObject,
    values: *mut PyDictValues,
) -> PyResult<Ref<PyDictObject>> {
    // SAFETY: a live table; values belong to it.
    let (used, track) = unsafe {
        match values.as_ref() {
            Some(values) => {
                let n = values.used();
                let track = (0..n).any(|nth| {
                    values
                        .slot(values.in_order(nth))
                        .get()
                        .is_some_and(gc::may_be_tracked)
                });
                (n, track)
            }
            None => ((*keys).nentries(), false),
        }
    };
    let dict = mem::create_gc(&PyDict_Type, |ob_base| PyDictObject {
        ob_base,
        ma_used: Cell::new(used as isize),
        ma_version_tag: Cell::new(next_version()),
        ma_keys: Cell::new(keys),
        ma_values: Cell::new(values),
    })?;
    if track {
        gc::track(&*dict);
    }
    Ok(dict)
}

/// What to do about keys that are there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Existing {
    Keep,
    Replace,
    /// KeyError(key): for `f(**a, **b)`.
    Refuse,
}

/// Whether `iter()` of the dict (or subclass instance) is the builtin one: only then may merging look into its table.
pub fn iterates_natively(dict: &PyDictObject) -> bool {
    dict.ty().tp_iter.get().map(|f| f as usize) == PyDict_Type.tp_iter.get().map(|f| f as usize)
}

impl PyDictObject {
    #[inline(always)]
    pub(super) fn keys(&self) -> &PyDictKeysObject {
        // SAFETY: a dict always has a table.
        unsafe { &*self.ma_keys.get() }
    }

    /// Whether all keys are strings, whose comparison runs no Python.
    pub fn has_text_keys(&self) -> bool {
        self.keys().is_unicode()
    }

    #[inline(always)]
    pub(super) fn values(&self) -> Option<&PyDictValues> {
        // SAFETY: null, or the values of a split dict.
        unsafe { self.ma_values.get().as_ref() }
    }

    /// Notes a change. Where the key is not known ([`touch_key`](Self::touch_key)), watchers look at all they care for.
    #[inline(always)]
    pub(super) fn touch(&self) {
        self.touch_key(ptr::null_mut());
    }

    /// Notes a change of the value of `key`, as it is in the table.
    #[inline(always)]
    pub(super) fn touch_key(&self, key: *mut PyObject) {
        let old = self.ma_version_tag.replace(next_version());
        if old & WATCHED != 0 {
            self.ma_version_tag.set(self.ma_version_tag.get() | WATCHED);
            watch::dict_changed(self, key);
        }
    }

    /// From now on [`watch::dict_changed`] hears of every change.
    pub fn watch(&self) {
        self.ma_version_tag.set(self.ma_version_tag.get() | WATCHED);
    }

    /// Where the value at an entry lies.
    #[inline(always)]
    pub(super) fn value_slot(&self, index: usize) -> &Slot<PyObject> {
        match self.values() {
            None => self.keys().value_at(index),
            Some(values) => values.slot(index),
        }
    }

    /// The entry's index, or [`EMPTY`] (in a split dict an entry may be found that has no value). May run Python.
    #[inline(always)]
    pub(super) fn find(&self, key: &PyObject, hash: isize) -> PyResult<isize> {
        let keys = self.keys();
        if keys.is_unicode()
            && let Some(key) = exact_str(key)
        {
            return Ok(keys.find_str(key, hash));
        }
        self.find_general(key, hash)
    }

    #[inline(never)]
    fn find_general(&self, key: &PyObject, hash: isize) -> PyResult<isize> {
        'restart: loop {
            let keys = self.keys();
            let (kind, size) = (keys.dk_kind.get(), keys.dk_log2_size.get());
            let mut probe = Probe::new(keys, hash);
            let mut at = keys.index_at(probe.place());
            loop {
                if at >= 0 {
                    let index = at as usize;
                    let slot = keys.key_at(index);
                    if slot.as_ptr() == key.as_ptr() {
                        return Ok(at);
                    }
                    if keys.hash_at(index) == hash
                        && let Some(found) = slot.get()
                    {
                        match quick_equal(found, key) {
                            Some(true) => return Ok(at),
                            Some(false) => {}
                            None => {
                                let found = found.to_ref();
                                let equal = protocol::compare_bool(&found, key, cmp::EQ)?;
                                // The comparison may have changed the dict.
                                let now = self.keys();
                                let same = ptr::eq(now, keys)
                                    && now.dk_kind.get() == kind
                                    && now.dk_log2_size.get() == size
                                    && index < now.nentries()
                                    && now.key_at(index).as_ptr() == found.as_ptr();
                                if !same {
                                    continue 'restart;
                                }
                                if equal {
                                    return Ok(at);
                                }
                            }
                        }
                    }
                } else if at == EMPTY {
                    return Ok(EMPTY);
                }
                probe.advance();
                at = keys.index_at(probe.place());
            }
        }
    }

    /// The value, borrowed (U4); `None` if only Python may know whether the key is there. Runs nothing.
    #[inline]
    pub fn get_quietly(&self, key: &PyObject, hash: isize) -> Option<Option<&PyObject>> {
        let keys = self.keys();
        if keys.is_unicode()
            && let Some(key) = exact_str(key)
        {
            return Some(match keys.find_str(key, hash) {
                EMPTY => None,
                index => self.value_slot(index as usize).get(),
            });
        }
        let mut probe = Probe::new(keys, hash);
        loop {
            match keys.index_at(probe.place()) {
                EMPTY => return Some(None),
                at if at >= 0 && keys.hash_at(at as usize) == hash => {
                    let index = at as usize;
                    if let Some(found) = keys.key_at(index).get()
                        && (found.is(key) || quick_equal(found, key)?)
                    {
                        return Some(self.value_slot(index).get());
                    }
                }
                _ => {}
            }
            probe.advance();
        }
    }

    /// The value, borrowed (U4). May run Python.
    #[inline(always)]
    pub(super) fn find_value(&self, key: &PyObject, hash: isize) -> PyResult<Option<&PyObject>> {
        Ok(match self.find(key, hash)? {
            EMPTY => None,
            index => self.value_slot(index as usize).get(),
        })
    }

    /// Tracks the dict if the new key or value may be part of a cycle.
    #[inline(always)]
    fn maintain_tracking(&self, key: &PyObject, value: &PyObject) {
        // SAFETY: a dict has a gc header.
        let tracked = unsafe { (*gc::head_of(&**self))._gc_next.get() != 0 };
        if !tracked && (gc::may_be_tracked(value) || gc::may_be_tracked(key)) {
            gc::track(self);
        }
    }

    /// Sets, taking the value over. May run Python (`__eq__`, drops).
    #[inline]
    pub fn insert(&self, key: &PyObject, hash: isize, value: Ref) -> PyResult<()> {
        if self.ma_keys.get() == empty_keys() {
            return self.insert_first(key, hash, value);
        }
        let index = self.find(key, hash)?;
        self.maintain_tracking(key, &value);
        if index != EMPTY {
            self.replace_value(index as usize, value);
            return Ok(());
        }
        self.insert_new(key, hash, value)
    }

    /// Adds a key that is known not to be there. Runs nothing.
    pub fn add_absent(&self, key: &PyObject, hash: isize, value: &PyObject) -> PyResult<()> {
        if self.ma_keys.get() == empty_keys() {
            return self.insert_first(key, hash, value.to_ref());
        }
        self.maintain_tracking(key, value);
        self.insert_new(key, hash, value.to_ref())
    }

    /// The value, after setting it to the default if there was none: one look-up.
    pub fn set_default(&self, key: &PyObject, default: &PyObject) -> PyResult {
        let hash = super::hash_of(key)?;
        if self.ma_keys.get() == empty_keys() {
            self.insert_first(key, hash, default.to_ref())?;
            return Ok(default.to_ref());
        }
        let index = self.find(key, hash)?;
        if index != EMPTY {
            if let Some(value) = self.value_slot(index as usize).get() {
                return Ok(value.to_ref());
            }
            self.maintain_tracking(key, default);
            self.replace_value(index as usize, default.to_ref());
        } else {
            self.maintain_tracking(key, default);
            self.insert_new(key, hash, default.to_ref())?;
        }
        Ok(default.to_ref())
    }

    #[inline(never)]
    fn insert_first(&self, key: &PyObject, hash: isize, value: Ref) -> PyResult<()> {
        let keys = new_keys(MIN_LOG2, exact_str(key).is_some())?;
        self.ma_keys.set(keys);
        self.maintain_tracking(key, &value);
        self.keys().append(key.to_ref(), hash, Some(value));
        self.ma_used.set(1);
        self.touch();
        Ok(())
    }

    /// Sets the value of an entry that is there, dropping the old one last.
    #[inline(always)]
    fn replace_value(&self, index: usize, value: Ref) {
        let slot = self.value_slot(index);
        if slot.as_ptr() == value.as_ptr() {
            // Same object: nothing changes.
            drop(value);
            return;
        }
        let old = slot.replace(Some(value));
        self.touch_key(self.keys().key_at(index).as_ptr());
        if old.is_none() {
            // A split dict whose shared keys have the key.
            self.ma_used.set(self.ma_used.get() + 1);
            if let Some(values) = self.values() {
                values.note_inserted(index);
            }
        }
        drop(old);
    }

    /// Adds an entry for a key that is not there.
    fn insert_new(&self, key: &PyObject, hash: isize, value: Ref) -> PyResult<()> {
        let plain = exact_str(key).is_some();
        if self.keys().dk_usable.get() <= 0 || self.keys().is_unicode() && !plain {
            let unicode = plain && self.keys().is_unicode();
            self.resize(log2_for_places(self.len() * 3), unicode)?;
        }
        let keys = self.keys();
        match self.values() {
            None => {
                keys.append(key.to_ref(), hash, Some(value));
            }
            Some(values) => {
                let index = keys.append(key.to_ref(), hash, None);
                values.slot(index).set_ptr(value.into_raw());
                values.note_inserted(index);
            }
        }
        self.ma_used.set(self.ma_used.get() + 1);
        self.touch();
        Ok(())
    }

    /// Moves everything into a new table of its own, without gaps. Raises MemoryError. Runs nothing.
    #[inline(never)]
    pub(super) fn resize(&self, log2: u8, unicode: bool) -> PyResult<()> {
        let mut log2 = log2;
        while usable(log2) < self.len() {
            log2 += 1;
        }
        let new = new_keys(log2, unicode)?;
        let old = self.ma_keys.get();
        // SAFETY: the new table has room for all entries; references move, or are counted when the old table stays with others.
        unsafe {
            let (to, from) = (&*new, &*old);
            let n = self.len();
            let mut filled = 0;
            let mut put = |key: *mut PyObject, hash: isize, value: *mut PyObject| {
                if unicode {
                    let entry = to.unicode_entry(filled);
                    entry.me_key.set_ptr(key);
                    entry.me_value.set_ptr(value);
                } else {
                    let entry = to.general_entry(filled);
                    entry.me_hash.set(hash);
                    entry.me_key.set_ptr(key);
                    entry.me_value.set_ptr(value);
                }
                filled += 1;
            };
            if let Some(values) = self.values() {
                for nth in 0..n {
                    let index = values.in_order(nth);
                    let key = from.key_at(index).as_ptr();
                    (*key).incref();
                    put(key, from.hash_at(index), values.slot(index).as_ptr());
                }
            } else {
                for index in 0..from.nentries() {
                    let value = from.value_at(index).as_ptr();
                    if !value.is_null() {
                        put(from.key_at(index).as_ptr(), from.hash_at(index), value);
                    }
                }
            }
            to.build_index(n);
            to.dk_nentries.set(n as isize);
            to.dk_usable.set(to.dk_usable.get() - n as isize);
            self.ma_keys.set(new);
            let values = self.ma_values.replace(ptr::null_mut());
            if !values.is_null() {
                free_values(values);
                // Other instances have the shared keys still, or nobody has: then dropping keys cannot run code, being strings.
                decref_keys(old);
            } else if old != empty_keys() {
                free_moved(old);
            }
        }
        Ok(())
    }

    /// Makes a split dict combined. Raises MemoryError.
    pub(super) fn combine(&self) -> PyResult<()> {
        if self.values().is_some() {
            self.resize(self.keys().dk_log2_size.get(), true)?;
        }
        Ok(())
    }

    /// Removes the entry: hands out its value (and key, if the table is the dict's own).
    pub(super) fn take_entry(&self, index: usize, hash: isize) -> (Option<Ref>, Option<Ref>) {
        let taken = match self.values() {
            Some(values) => {
                let value = values.slot(index).take();
                if value.is_none() {
                    return (None, None);
                }
                values.note_deleted(index);
                (None, value)
            }
            None => {
                let keys = self.keys();
                keys.forget(hash, index);
                (keys.key_at(index).take(), keys.value_at(index).take())
            }
        };
        self.ma_used.set(self.ma_used.get() - 1);
        self.touch();
        taken
    }

    /// Removes and returns a value; hash known.
    pub fn pop_hashed(&self, key: &PyObject, hash: isize) -> PyResult<Option<Ref>> {
        if self.len() == 0 {
            return Ok(None);
        }
        let index = self.find(key, hash)?;
        if index == EMPTY {
            return Ok(None);
        }
        let (key, value) = self.take_entry(index as usize, hash);
        drop(key);
        Ok(value)
    }

    /// `dict.popitem`: the last item; `None` if the dict is empty. Raises MemoryError.
    pub fn pop_last(&self) -> PyResult<Option<(Ref, Ref)>> {
        if self.len() == 0 {
            return Ok(None);
        }
        self.combine()?;
        let keys = self.keys();
        let mut index = keys.nentries();
        while index > 0 {
            index -= 1;
            if !keys.value_at(index).is_null() {
                let hash = keys.hash_at(index);
                let taken = self.take_entry(index, hash);
                // Entries behind it were deleted: their places may be filled again.
                keys.dk_nentries.set(index as isize);
                if let (Some(key), Some(value)) = taken {
                    return Ok(Some((key, value)));
                }
                break;
            }
        }
        Ok(None)
    }

    /// The entry in iteration position `at` or behind it: (its position, key, value, hash), borrowed.
    #[inline(always)]
    pub(super) fn entry_from(&self, at: usize) -> Option<(usize, &PyObject, &PyObject, isize)> {
        let keys = self.keys();
        if let Some(values) = self.values() {
            if at >= self.len() {
                return None;
            }
            let index = values.in_order(at);
            let key = keys.key_at(index).get()?;
            let value = values.slot(index).get()?;
            return Some((at, key, value, keys.hash_at(index)));
        }
        let n = keys.nentries();
        let mut at = at;
        if keys.is_unicode() {
            while at < n {
                let entry = keys.unicode_entry(at);
                if let (Some(value), Some(key)) = (entry.me_value.get(), entry.me_key.get()) {
                    return Some((at, key, value, keys.hash_at(at)));
                }
                at += 1;
            }
        } else {
            while at < n {
                let entry = keys.general_entry(at);
                if let (Some(value), Some(key)) = (entry.me_value.get(), entry.me_key.get()) {
                    return Some((at, key, value, entry.me_hash.get()));
                }
                at += 1;
            }
        }
        None
    }

    /// The entry in exactly this iteration position, borrowed.
    pub(super) fn entry_at(&self, at: usize) -> Option<(&PyObject, &PyObject)> {
        let keys = self.keys();
        let index = match self.values() {
            Some(values) if at < self.len() => values.in_order(at),
            None if at < keys.nentries() => at,
            _ => return None,
        };
        Some((keys.key_at(index).get()?, self.value_slot(index).get()?))
    }

    /// Copies the table as it is, if that pays.
    fn clone_table(&self) -> PyResult<Option<*mut PyDictKeysObject>> {
        let keys = self.keys();
        let dense = self.values().is_none() && self.len() >= keys.nentries() * 2 / 3;
        if dense && self.len() > 0 {
            clone_keys(keys).map(Some)
        } else {
            Ok(None)
        }
    }

    /// A new exact dict with the same items. Raises MemoryError. Runs nothing.
    pub fn copy(&self) -> PyResult<Ref<PyDictObject>> {
        if self.len() == 0 {
            return super::new();
        }
        if !iterates_natively(self) {
            let new = super::new()?;
            new.merge_mapping(self, Existing::Replace)?;
            return Ok(new);
        }
        if let Some(keys) = self.clone_table()? {
            let made = new_dict(keys, ptr::null_mut());
            return match made {
                Ok(dict) => {
                    dict.ma_used.set(self.ma_used.get());
                    if gc::is_tracked(self) {
                        gc::track(&*dict);
                    }
                    Ok(dict)
                }
                Err(raised) => {
                    // SAFETY: the copy is ours.
                    unsafe { decref_keys(keys) };
                    Err(raised)
                }
            };
        }
        let new = super::with_capacity_kind(self.len(), self.keys().is_unicode())?;
        let mut at = 0;
        while let Some((position, key, value, hash)) = self.entry_from(at) {
            at = position + 1;
            if new.ma_keys.get() == empty_keys() {
                new.insert_first(key, hash, value.to_ref())?;
            } else {
                new.maintain_tracking(key, value);
                new.insert_new(key, hash, value.to_ref())?;
            }
        }
        Ok(new)
    }

    /// Removes all items. May run Python.
    pub fn clear(&self) {
        let keys = self.ma_keys.get();
        if keys == empty_keys() {
            return;
        }
        let values = self.ma_values.replace(ptr::null_mut());
        self.ma_keys.set(empty_keys());
        self.ma_used.set(0);
        self.touch();
        // SAFETY: both were this dict's.
        unsafe {
            if !values.is_null() {
                drop_values(values);
            }
            decref_keys(keys);
        }
    }

    /// How many entries the table has, gaps included.
    pub(super) fn entries(&self) -> usize {
        self.keys().nentries()
    }

    /// Whether looking for a key whose hash is known may ask Python.
    pub fn asks_about(&self, key: &PyObject, hash: isize) -> bool {
        let keys = self.keys();
        if keys.is_unicode() && exact_str(key).is_some() || self.len() == 0 {
            return false;
        }
        let plain = |o: &PyObject| o.ty().tp_flags.get() & tp::PLAIN != 0;
        let mut probe = Probe::new(keys, hash);
        loop {
            match keys.index_at(probe.place()) {
                EMPTY => return false,
                at if at >= 0 && keys.hash_at(at as usize) == hash => {
                    match keys.key_at(at as usize).get() {
                        Some(found) if found.is(key) => return false,
                        Some(found) => match quick_equal(found, key) {
                            Some(true) => return false,
                            None if !plain(found) || !plain(key) => return true,
                            _ => {}
                        },
                        None => {}
                    }
                }
                _ => {}
            }
            probe.advance();
        }
    }

    /// What an update does before it looks at single entries; whether it is done. Runs nothing but drops.
    pub(super) fn prepare_merge(&self, other: &PyDictObject) -> PyResult<bool> {
        if ptr::eq(self, other) || other.len() == 0 {
            return Ok(true);
        }
        if self.len() == 0 && other.values().is_none() {
            // Into an empty dict: the table as it is, if it has no gaps and is not too large.
            let keys = other.keys();
            if keys.nentries() == other.len()
                && (keys.dk_log2_size.get() == MIN_LOG2
                    || usable(keys.dk_log2_size.get() - 1) < other.len())
            {
                let new = clone_keys(keys)?;
                let old = self.ma_keys.replace(new);
                let values = self.ma_values.replace(ptr::null_mut());
                self.ma_used.set(other.ma_used.get());
                self.touch();
                if gc::is_tracked(other) {
                    gc::track_if_needed(self);
                }
                // SAFETY: both were this dict's.
                unsafe {
                    if !values.is_null() {
                        drop_values(values);
                    }
                    if old != empty_keys() {
                        decref_keys(old);
                    }
                }
                return Ok(true);
            }
        }
        // Make room at once, assuming few common keys.
        if self.values().is_none() && self.keys().dk_usable.get() * 3 < other.ma_used.get() * 2 {
            let unicode = self.keys().is_unicode() && (self.len() > 0 || other.keys().is_unicode());
            self.resize(log2_for_entries(self.len() + other.len()), unicode)?;
        }
        Ok(false)
    }

    /// Updates from another dict's own table. May run Python (`__eq__`, drops).
    pub fn merge_dict(&self, other: &PyDictObject, existing: Existing) -> PyResult<()> {
        if self.prepare_merge(other)? {
            return Ok(());
        }
        let entries = other.keys().nentries();
        let mut at = 0;
        while let Some((position, key, value, hash)) = other.entry_from(at) {
            at = position + 1;
            let (key, value) = (key.to_ref(), value.to_ref());
            match existing {
                Existing::Replace => self.insert(&key, hash, value)?,
                _ => {
                    if self.find_value(&key, hash)?.is_none() {
                        self.insert(&key, hash, value)?;
                    } else if existing == Existing::Refuse {
                        return Err(errors::raise_key_error(&key));
                    }
                }
            }
            if other.keys().nentries() != entries {
                return Err(raise!(RuntimeError, "dict mutated during update"));
            }
        }
        Ok(())
    }

    /// Updates from any mapping: a dict directly, others by `keys()` and `[]`. May run Python.
    pub fn merge_mapping(&self, other: &PyObject, existing: Existing) -> PyResult<()> {
        if let Some(dict) = other.downcast::<PyDictObject>()
            && iterates_natively(dict)
        {
            return self.merge_dict(dict, existing);
        }
        for key in protocol::mapping_keys(other)? {
            if existing != Existing::Replace && self.contains(&key)? {
                if existing == Existing::Refuse {
                    return Err(errors::raise_key_error(&key));
                }
                continue;
            }
            let value = protocol::getitem(other, &key)?;
            self.insert(&key, hash_of(&key)?, value)?;
        }
        Ok(())
    }

    /// Updates from an iterable of pairs. May run Python.
    pub fn merge_pairs(&self, pairs: &PyObject, replace: bool) -> PyResult<()> {
        let steps = Stepper::new(pairs)?;
        let mut n = 0usize;
        while let Some(item) = steps.step()? {
            let pair = match protocol::fast_sequence(&item, "") {
                Ok(pair) => pair,
                Err(Raised) => {
                    if errors::matches(&exceptions::TypeError) {
                        errors::clear();
                        return Err(raise!(
                            TypeError,
                            "cannot convert dictionary update sequence element #{n} to a sequence"
                        ));
                    }
                    return Err(Raised);
                }
            };
            let [key, value] = &pair[..] else {
                return Err(raise!(
                    ValueError,
                    "dictionary update sequence element #{n} has length {}; 2 is required",
                    pair.len()
                ));
            };
            let hash = hash_of(key)?;
            if replace || self.find_value(key, hash)?.is_none() {
                self.insert(key, hash, value.clone())?;
            }
            n += 1;
        }
        Ok(())
    }

    /// Whether nothing in the dict could be part of a cycle.
    pub(crate) fn is_inert(&self) -> bool {
        let mut at = 0;
        while let Some((position, key, value, _)) = self.entry_from(at) {
            at = position + 1;
            if gc::may_be_tracked(value) || gc::may_be_tracked(key) {
                return false;
            }
        }
        true
    }

    /// Equality with another dict. May run Python.
    pub(super) fn equals(&self, other: &PyDictObject) -> PyResult<bool> {
        if self.len() != other.len() {
            return Ok(false);
        }
        let mut at = 0;
        while let Some((position, key, value, hash)) = self.entry_from(at) {
            at = position + 1;
            let (key, value) = (key.to_ref(), value.to_ref());
            let Some(theirs) = other.find_value(&key, hash)?.map(|v| v.to_ref()) else {
                return Ok(false);
            };
            if !sequence::same(&value, &theirs)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Equality where it needs no Python: exact strings, small ints.
#[inline(always)]
pub(crate) fn quick_equal(a: &PyObject, b: &PyObject) -> Option<bool> {
    match (exact_str(a), exact_str(b)) {
        (Some(a), Some(b)) => Some(a.equals(b)),
        _ => match (sequence::compact_int(a), sequence::compact_int(b)) {
            (Some(a), Some(b)) => Some(a == b),
            _ => None,
        },
    }
}
