//! Union, intersection, difference, comparison of sets.

use super::*;

/// The builtin type of a set's kind.
fn base_type(of: &PySetObject) -> &'static PyTypeObject {
    let ty = of.ty();
    if ptr::eq(ty, &PyFrozenSet_Type)
        || !ptr::eq(ty, &PySet_Type) && !typeobject::is_subtype(ty, &PySet_Type)
    {
        &PyFrozenSet_Type
    } else {
        &PySet_Type
    }
}

/// A set of `like`'s kind with the items of an iterable.
pub(super) fn of_kind(
    like: &PySetObject,
    iterable: Option<&PyObject>,
) -> PyResult<Ref<PySetObject>> {
    let set = make(base_type(like))?;
    if let Some(iterable) = iterable {
        set.update(iterable)?;
    }
    Ok(set)
}

pub(super) fn copy(this: &PySetObject) -> PyResult<Ref<PySetObject>> {
    of_kind(this, Some(this))
}

/// `this & other` for any iterable. May run Python.
pub fn intersection(this: &PySetObject, other: &PyObject) -> PyResult<Ref<PySetObject>> {
    if this.is(other) {
        return copy(this);
    }
    let result = of_kind(this, None)?;
    if let Some(other) = as_any_set(other) {
        let (small, large) = if other.len() > this.len() {
            (this, other)
        } else {
            (other, this)
        };
        let mut at = 0;
        while let Some((next, key, hash)) = small.next_entry(at) {
            at = next;
            let key = key.to_ref();
            if large.contains_hashed(&key, hash)? {
                result.add_hashed(&key, hash)?;
            }
        }
        return Ok(result);
    }
    let steps = Stepper::new(other)?;
    while let Some(item) = steps.step()? {
        let hash = hash_of(&item)?;
        if this.contains_hashed(&item, hash)? {
            result.add_hashed(&item, hash)?;
            if result.len() >= this.len() {
                // All are found: what is left cannot matter.
                break;
            }
        }
    }
    Ok(result)
}

/// `this - other` for any iterable. May run Python.
pub(super) fn difference(this: &PySetObject, other: &PyObject) -> PyResult<Ref<PySetObject>> {
    enum Other<'a> {
        Set(&'a PySetObject),
        Dict(&'a PyDictObject),
    }
    let (size, known) = if let Some(set) = as_any_set(other) {
        (set.len(), Other::Set(set))
    } else if let Some(dict) = other.exact::<PyDictObject>() {
        (dict.len(), Other::Dict(dict))
    } else {
        let result = copy(this)?;
        result.difference_update(other)?;
        return Ok(result);
    };
    // If the other one is much smaller, copying and removing is less work.
    if this.len() >> 2 > size {
        let result = copy(this)?;
        result.difference_update(other)?;
        return Ok(result);
    }
    let result = of_kind(this, None)?;
    let mut at = 0;
    while let Some((next, key, hash)) = this.next_entry(at) {
        at = next;
        let key = key.to_ref();
        let common = match known {
            Other::Set(set) => set.contains_hashed(&key, hash)?,
            Other::Dict(dict) => dict.get_item_known_hash(&key, hash)?.is_some(),
        };
        if !common {
            result.add_hashed(&key, hash)?;
        }
    }
    Ok(result)
}

impl PySetObject {
    /// Removes all items of any iterable. Any exception; may run Python.
    pub fn difference_update(&self, other: &PyObject) -> PyResult<()> {
        if self.is(other) {
            self.clear();
            return Ok(());
        }
        if let Some(set) = as_any_set(other) {
            // Only the common items of a much larger set matter.
            let common = if set.len() >> 3 > self.len() {
                Some(intersection(self, other)?)
            } else {
                None
            };
            let remove = common.as_deref().unwrap_or(set);
            let mut at = 0;
            while let Some((next, key, hash)) = remove.next_entry(at) {
                at = next;
                let key = key.to_ref();
                self.discard_hashed(&key, hash)?;
            }
        } else {
            let steps = Stepper::new(other)?;
            while let Some(item) = steps.step()? {
                self.discard(&item)?;
            }
        }
        // Many dummies slow look-ups down.
        if self.fill.get() - self.used.get() > self.mask.get() / 4 {
            self.grow()?;
        }
        Ok(())
    }

    /// Keeps the items that are in exactly one of both. Any exception; may run Python.
    pub fn symmetric_difference_update(&self, other: &PyObject) -> PyResult<()> {
        if self.is(other) {
            self.clear();
            return Ok(());
        }
        let toggle = |key: &PyObject, hash: isize| -> PyResult<()> {
            if !self.discard_hashed(key, hash)? {
                self.add_hashed(key, hash)?;
            }
            Ok(())
        };
        if let Some(dict) = other.exact::<PyDictObject>() {
            let mut at = 0;
            while let Some((key, _, hash)) = dict.next_entry(&mut at) {
                toggle(&key, hash)?;
            }
            return Ok(());
        }
        let items = match as_any_set(other) {
            Some(set) => Ref::new(set),
            None => of_kind(self, Some(other))?,
        };
        let mut at = 0;
        while let Some((next, key, hash)) = items.next_entry(at) {
            at = next;
            let key = key.to_ref();
            toggle(&key, hash)?;
        }
        Ok(())
    }

    /// Takes over the items of a set that nobody else has, which gets the own ones.
    pub(super) fn swap_bodies(&self, other: &PySetObject) {
        let fields = |s: &PySetObject| (s.fill.get(), s.used.get(), s.mask.get(), s.table.get());
        let (mine, theirs) = (fields(self), fields(other));
        let put =
            |to: &PySetObject, values: (isize, isize, isize, *mut setentry), from: &PySetObject| {
                to.fill.set(values.0);
                to.used.set(values.1);
                to.mask.set(values.2);
                to.table.set(if values.3 == from.small() {
                    to.small()
                } else {
                    values.3
                });
            };
        put(self, theirs, other);
        put(other, mine, self);
        for (a, b) in self.smalltable.iter().zip(&other.smalltable) {
            let (key, hash) = (a.key.as_ptr(), a.hash.get());
            a.key.set_ptr(b.key.as_ptr());
            a.hash.set(b.hash.get());
            b.key.set_ptr(key);
            b.hash.set(hash);
        }
        self.hash.set(-1);
        other.hash.set(-1);
    }

    /// Whether all items are in `other`. May run Python.
    pub(super) fn is_subset_of(&self, other: &PySetObject) -> PyResult<bool> {
        if self.len() > other.len() {
            return Ok(false);
        }
        let mut at = 0;
        while let Some((next, key, hash)) = self.next_entry(at) {
            at = next;
            let key = key.to_ref();
            if !other.contains_hashed(&key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether there is no common item. May run Python.
    pub(super) fn is_disjoint(&self, other: &PyObject) -> PyResult<bool> {
        if self.is(other) {
            return Ok(self.is_empty());
        }
        if let Some(other) = as_any_set(other) {
            let (small, large) = if other.len() > self.len() {
                (self, other)
            } else {
                (other, self)
            };
            let mut at = 0;
            while let Some((next, key, hash)) = small.next_entry(at) {
                at = next;
                let key = key.to_ref();
                if large.contains_hashed(&key, hash)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let steps = Stepper::new(other)?;
        while let Some(item) = steps.step()? {
            if self.contains(&item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Equality of sets. May run Python.
    pub(super) fn equals(&self, other: &PySetObject) -> PyResult<bool> {
        let (a, b) = (self.hash.get(), other.hash.get());
        if self.len() != other.len() || a != -1 && b != -1 && a != b {
            return Ok(false);
        }
        self.is_subset_of(other)
    }

    /// `hash(frozenset)`: independent of order; cached.
    pub(super) fn frozen_hash(&self) -> isize {
        if self.hash.get() != -1 {
            return self.hash.get();
        }
        let mut hash = 0u64;
        let mut at = 0;
        while let Some((next, _, each)) = self.next_entry(at) {
            at = next;
            let h = each as u64;
            hash ^= ((h ^ 89869747) ^ (h << 16)).wrapping_mul(3644798167);
        }
        hash ^= (self.len() as u64 + 1).wrapping_mul(1927868237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69069).wrapping_add(907133923);
        if hash == u64::MAX {
            hash = 590923713;
        }
        self.hash.set(hash as isize);
        hash as isize
    }
}
