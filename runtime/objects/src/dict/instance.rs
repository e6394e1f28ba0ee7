//! Attributes of instances: inline values (`PyDictValues` over the type's shared keys), or a dict.
//!
//! A type with `tp::MANAGED_DICT` has two words in front of the gc header: at `object - 32` bytes the values, at
//! `object - 24` the dict; at most one of them is set. Values start as the instance's; they move into the dict (as its `ma_values`)
//! when somebody asks for `__dict__`, or when the shared keys are full.
//!
//! Bytes in front of `values[0]`: at -1 the prefix's size, at -2 the number of filled values, from -3 downwards
//! the indices in order of insertion.

use super::keys::*;
use super::*;
use crate::flags::tp;
use std::ptr;

impl PyDictValues {
    #[inline(always)]
    fn byte(&self, below: usize) -> *mut u8 {
        (self as *const Self as *mut u8).wrapping_sub(below)
    }

    /// The value at an index; null if it is not set.
    #[inline(always)]
    pub fn slot(&self, index: usize) -> &Slot<PyObject> {
        // SAFETY: callers stay within the shared keys, for whose capacity the values were made.
        unsafe { &*(self as *const Self).cast::<Slot<PyObject>>().add(index) }
    }

    /// How many values are set.
    #[inline(always)]
    pub fn used(&self) -> usize {
        // SAFETY: the prefix is part of the block.
        unsafe { *self.byte(2) as usize }
    }

    /// The index of the value set as `nth`.
    #[inline(always)]
    pub fn in_order(&self, nth: usize) -> usize {
        // SAFETY: the prefix has a byte for each value.
        unsafe { *self.byte(3 + nth) as usize }
    }

    /// Notes that the value at `index` has been set for the first time.
    #[inline(always)]
    pub fn note_inserted(&self, index: usize) {
        // SAFETY: the prefix has a byte for each value.
        unsafe {
            let used = *self.byte(2);
            *self.byte(3 + used as usize) = index as u8;
            *self.byte(2) = used + 1;
        }
    }

    /// Notes that the value at `index` is gone.
    pub fn note_deleted(&self, index: usize) {
        // SAFETY: the prefix has a byte for each value.
        unsafe {
            let used = self.used();
            let mut nth = 0;
            while nth < used && self.in_order(nth) != index {
                nth += 1;
            }
            while nth + 1 < used {
                *self.byte(3 + nth) = *self.byte(4 + nth);
                nth += 1;
            }
            *self.byte(2) = used as u8 - 1;
        }
    }
}

/// Empty values for `capacity` keys; null if there is no memory.
fn new_values(capacity: usize) -> *mut PyDictValues {
    let prefix = (capacity + 2).next_multiple_of(8);
    let block = mem::alloc(prefix + capacity * 8);
    if block.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the block has room for prefix and values.
    unsafe {
        block.add(prefix - 1).write(prefix as u8);
        block.add(prefix - 2).write(0);
        let values = block.add(prefix);
        ptr::write_bytes(values, 0, capacity * 8);
        values.cast()
    }
}

/// Frees the block; the values are gone already.
///
/// # Safety
/// Nobody uses the values any more.
pub(super) unsafe fn free_values(values: *mut PyDictValues) {
    // SAFETY: the byte in front says where the block starts.
    unsafe {
        let start = values.cast::<u8>();
        mem::free(start.sub(*start.sub(1) as usize));
    }
}

/// Drops all values, then frees the block. May run arbitrary code.
///
/// # Safety
/// Nobody else can reach the values.
pub(super) unsafe fn drop_values(values: *mut PyDictValues) {
    // SAFETY: the caller's promise.
    unsafe {
        for nth in 0..(*values).used() {
            let slot = (*values).slot((*values).in_order(nth));
            drop(Ref::from_owned_opt(slot.as_ptr()));
        }
        free_values(values);
    }
}

/// The word of the inline values. The object's type has a managed dict.
#[inline(always)]
fn values_word(obj: &PyObject) -> &Cell<*mut PyDictValues> {
    // SAFETY: `mem::generic_alloc` puts the words there.
    unsafe {
        &*(obj as *const PyObject)
            .cast::<Cell<*mut PyDictValues>>()
            .sub(4)
    }
}

/// The word of the dict. The object's type has a managed dict.
#[inline(always)]
fn dict_word(obj: &PyObject) -> &Slot<PyDictObject> {
    // SAFETY: `mem::generic_alloc` puts the words there.
    unsafe { &*(obj as *const PyObject).cast::<Slot<PyDictObject>>().sub(3) }
}

#[inline(always)]
fn is_managed(ty: &PyTypeObject) -> bool {
    ty.tp_flags.get() & tp::MANAGED_DICT != 0
}

/// The type's shared keys. Only for types with a managed dict, which are heap types.
#[inline(always)]
fn cached_keys(ty: &PyTypeObject) -> *mut PyDictKeysObject {
    // SAFETY: a heap type.
    unsafe {
        (*(ty as *const PyTypeObject).cast::<PyHeapTypeObject>())
            .ht_cached_keys
            .get()
    }
}

/// The instance's inline values, if it has them now. For inline caches: `values.slot(index)`, with the index of [`shared_keys_index`].
#[inline(always)]
pub fn instance_values(obj: &PyObject) -> Option<&PyDictValues> {
    if !is_managed(obj.ty()) {
        return None;
    }
    // SAFETY: live as long as the object keeps them (U4).
    unsafe { values_word(obj).get().as_ref() }
}

/// The same for an object whose type is known to have a managed dict (its version has been checked).
///
/// # Safety
/// The type has `tp::MANAGED_DICT`.
#[inline(always)]
pub unsafe fn instance_values_unchecked(obj: &PyObject) -> Option<&PyDictValues> {
    // SAFETY: the caller's promise; live as long as the object keeps them (U4).
    unsafe { values_word(obj).get().as_ref() }
}

/// The instance's managed dict object, if it has one now, borrowed.
///
/// # Safety
/// The type has `tp::MANAGED_DICT`.
#[inline(always)]
pub unsafe fn managed_dict_unchecked(obj: &PyObject) -> Option<&PyDictObject> {
    dict_word(obj).get()
}

/// Where the attribute's value lies in the inline values of all instances of the type, if its shared keys know the name.
/// Shared keys only grow: the answer stays right for the type's life.
pub fn shared_keys_index(ty: &PyTypeObject, name: &Str) -> Option<usize> {
    if !is_managed(ty) || cached_keys(ty).is_null() {
        return None;
    }
    // SAFETY: the type owns its keys.
    let index = unsafe { (*cached_keys(ty)).find_str(name, str_hash(name)) };
    usize::try_from(index).ok()
}

/// Sets an inline value at an index from [`shared_keys_index`], dropping the old one last.
#[inline(always)]
pub fn set_inline_value(values: &PyDictValues, index: usize, value: Ref) {
    let old = values.slot(index).replace(Some(value));
    match old {
        Some(old) => drop(old),
        None => values.note_inserted(index),
    }
}

/// Empties the two managed words in front of a new instance and gives it inline values of its type's shared keys.
#[inline]
pub fn init_inline_values(object: &PyObject) {
    dict_word(object).set_ptr(ptr::null_mut());
    values_word(object).set(ptr::null_mut());
    let keys = cached_keys(object.ty());
    if keys.is_null() {
        return;
    }
    // SAFETY: the type owns its keys.
    let capacity = unsafe {
        let usable = (*keys).dk_usable.get();
        // Types whose instances have few attributes need not reserve many.
        if usable > 1 {
            (*keys).dk_usable.set(usable - 1);
        }
        (*keys).nentries() + (*keys).dk_usable.get() as usize
    };
    // Without memory the instance gets a dict when it needs one.
    values_word(object).set(new_values(capacity));
}

/// The index in the shared keys, added if there is room.
fn add_shared_key(keys: &PyDictKeysObject, name: &Str, hash: isize) -> isize {
    let index = keys.find_str(name, hash);
    if index != EMPTY || keys.dk_usable.get() <= 0 {
        return index;
    }
    keys.append(name.to_ref(), hash, None) as isize
}

/// The attribute in the instance's own storage, if there. Exceptions of `__eq__` of odd keys.
#[inline]
pub fn instance_get(obj: &PyObject, name: &Str) -> PyResult<Option<Ref>> {
    let ty = obj.ty();
    if is_managed(ty) {
        // SAFETY: the words belong to the object, the keys to its type.
        unsafe {
            if let Some(values) = values_word(obj).get().as_ref() {
                let Some(name) = exact_str(name) else {
                    return match instance_dict(obj, true)? {
                        Some(dict) => dict.get_item(name),
                        None => Ok(None),
                    };
                };
                let index = (*cached_keys(ty)).find_str(name, str_hash(name));
                return Ok(match index {
                    EMPTY => None,
                    _ => values.slot(index as usize).cloned(),
                });
            }
        }
        return match dict_word(obj).cloned() {
            Some(dict) => dict.get_item(name),
            None => Ok(None),
        };
    }
    match dict_slot(obj).and_then(|slot| slot.cloned()) {
        Some(dict) => as_dict(dict)?.get_item(name),
        None => Ok(None),
    }
}

fn as_dict(object: Ref) -> PyResult<Ref<PyDictObject>> {
    if object.is_instance::<PyDictObject>() {
        // SAFETY: just checked.
        Ok(unsafe { object.cast() })
    } else {
        Err(raise!(
            SystemError,
            "bad internal call: __dict__ is no dict"
        ))
    }
}

/// The dict field of a type with `tp_dictoffset`.
fn dict_slot(obj: &PyObject) -> Option<&Slot<PyObject>> {
    let ty = obj.ty();
    let mut offset = ty.tp_dictoffset.get();
    if offset == 0 {
        return None;
    }
    if offset < 0 {
        // Counted from the end of a variable-sized object.
        // SAFETY: only types with items have such offsets.
        let items = unsafe {
            (*(obj as *const PyObject).cast::<PyVarObject>())
                .ob_size
                .get()
        };
        let size = ty.tp_basicsize.get() + items.abs() * ty.tp_itemsize.get();
        offset += (size as usize).next_multiple_of(8) as isize;
    }
    // SAFETY: the type says that the field is there.
    Some(unsafe {
        &*(obj as *const PyObject)
            .cast::<u8>()
            .offset(offset)
            .cast::<Slot<PyObject>>()
    })
}

/// Sets (or deletes with `None`) in the instance's own storage; Ok(false): nothing to delete, or the type has no storage.
pub fn instance_set(obj: &PyObject, name: &Str, value: Option<&PyObject>) -> PyResult<bool> {
    let ty = obj.ty();
    if is_managed(ty) {
        // SAFETY: the words belong to the object, the keys to its type.
        if let (Some(values), Some(name)) =
            unsafe { (values_word(obj).get().as_ref(), exact_str(name)) }
        {
            // SAFETY: as above.
            let keys = unsafe { &*cached_keys(ty) };
            let hash = str_hash(name);
            let index = match value {
                Some(_) => add_shared_key(keys, name, hash),
                None => keys.find_str(name, hash),
            };
            if index != EMPTY {
                let index = index as usize;
                return Ok(match value {
                    Some(value) => {
                        set_inline_value(values, index, value.to_ref());
                        true
                    }
                    None => match values.slot(index).take() {
                        Some(old) => {
                            values.note_deleted(index);
                            drop(old);
                            true
                        }
                        None => false,
                    },
                });
            }
            if value.is_none() {
                return Ok(false);
            }
        }
    }
    let Some(dict) = instance_dict(obj, value.is_some())? else {
        return Ok(false);
    };
    match value {
        Some(value) => {
            dict.set_item(name, value)?;
            Ok(true)
        }
        None => dict.del_item(name),
    }
}

/// The instance's dict object, made from the inline values if need be (and, with `create`, if there is none yet);
/// `None` if the type has no dict.
pub fn instance_dict(obj: &PyObject, create: bool) -> PyResult<Option<Ref<PyDictObject>>> {
    let ty = obj.ty();
    if is_managed(ty) {
        if let Some(dict) = dict_word(obj).cloned() {
            return Ok(Some(dict));
        }
        let values = values_word(obj).get();
        if values.is_null() && !create {
            return Ok(None);
        }
        let dict = if values.is_null() {
            super::new()?
        } else {
            let keys = cached_keys(ty);
            let dict = object::new_dict(keys, values)?;
            incref_keys(keys);
            values_word(obj).set(ptr::null_mut());
            dict
        };
        dict_word(obj).set_ptr(dict.clone().into_raw());
        return Ok(Some(dict));
    }
    let Some(slot) = dict_slot(obj) else {
        return Ok(None);
    };
    if let Some(dict) = slot.cloned() {
        return as_dict(dict).map(Some);
    }
    if !create {
        return Ok(None);
    }
    let dict = super::new()?;
    slot.set(Some(dict.clone().into_object()));
    Ok(Some(dict))
}

/// Replaces the whole dict (`obj.__dict__ = d`). May run arbitrary code by dropping the old one.
pub fn set_instance_dict(obj: &PyObject, dict: Option<Ref<PyDictObject>>) -> PyResult<()> {
    if is_managed(obj.ty()) {
        let values = values_word(obj).replace(ptr::null_mut());
        let old = dict_word(obj).replace(dict);
        if !values.is_null() {
            // SAFETY: taken from the object.
            unsafe { drop_values(values) };
        }
        drop(old);
    } else if let Some(slot) = dict_slot(obj) {
        slot.set(dict.map(Ref::into_object));
    }
    Ok(())
}

/// Visits what the two managed words hold: the inline values, or the dict. For `subtype_traverse`; types without
/// managed dict are fine (nothing is visited).
pub fn visit_inline_values(obj: &PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    if !is_managed(obj.ty()) {
        return 0;
    }
    // SAFETY: the words belong to the object.
    if let Some(values) = unsafe { values_word(obj).get().as_ref() } {
        for nth in 0..values.used() {
            let answer = gc::visit(values.slot(values.in_order(nth)), visit, arg);
            if answer != 0 {
                return answer;
            }
        }
    }
    gc::visit(dict_word(obj), visit, arg)
}

/// Drops what the two managed words hold (`tp_clear`). May run arbitrary code.
pub fn clear_inline_values(obj: &PyObject) {
    if !is_managed(obj.ty()) {
        return;
    }
    // SAFETY: the words belong to the object; values are published as empty before they are dropped.
    unsafe {
        if let Some(values) = values_word(obj).get().as_ref() {
            while values.used() > 0 {
                let index = values.in_order(values.used() - 1);
                values.note_deleted(index);
                drop(values.slot(index).take());
                if values_word(obj).get().is_null() {
                    break;
                }
            }
        }
    }
    drop(dict_word(obj).take());
}

/// Drops and frees what the two managed words hold (`tp_dealloc`). May run arbitrary code.
pub fn free_inline_values(obj: &PyObject) {
    if !is_managed(obj.ty()) {
        return;
    }
    let values = values_word(obj).replace(ptr::null_mut());
    if !values.is_null() {
        // SAFETY: taken from the dying object.
        unsafe { drop_values(values) };
    }
    drop(dict_word(obj).take());
}
