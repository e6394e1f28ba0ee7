//! `tupleobject.h`, `listobject.h`, `setobject.h`, `sliceobject.h`.

use crate::support::*;
use crate::variadic::VaList;

fn as_tuple(o: &PyObject) -> PyResult<&PyTupleObject> {
    o.downcast::<PyTupleObject>().ok_or_else(bad_internal_call)
}

fn as_list(o: &PyObject) -> PyResult<&PyListObject> {
    o.downcast::<PyListObject>().ok_or_else(bad_internal_call)
}

fn as_set(o: &PyObject) -> PyResult<&PySetObject> {
    set::as_any_set(o).ok_or_else(bad_internal_call)
}

/// An item at a place, borrowed.
fn item_at(items: *mut *mut PyObject, length: usize, index: isize, message: &str) -> *mut PyObject {
    if index < 0 || index as usize >= length {
        raise!(IndexError, "{message}");
        return ptr::null_mut();
    }
    // SAFETY: just checked; items of unfinished containers may be null.
    unsafe { *items.add(index as usize) }
}

/// Puts an owned item (or null) in a place, dropping what was there.
fn replace(items: *mut *mut PyObject, index: isize, item: Option<Ref>) {
    // SAFETY: the callers have checked the index; the place owns its item, or is null.
    unsafe {
        drop(Ref::from_owned_opt(
            (*items.offset(index)).replace_with(owned(item)),
        ))
    }
}

trait ReplaceWith {
    fn replace_with(&mut self, new: *mut PyObject) -> *mut PyObject;
}

impl ReplaceWith for *mut PyObject {
    fn replace_with(&mut self, new: *mut PyObject) -> *mut PyObject {
        std::mem::replace(self, new)
    }
}

/// A tracked tuple whose items are null; the caller fills them.
fn blank_tuple(length: isize) -> PyResult<Ref<PyTupleObject>> {
    if length < 0 {
        return Err(bad_internal_call());
    }
    if length == 0 {
        return Ok(tuple::empty());
    }
    if length as usize > isize::MAX as usize / 8 - 8 {
        return Err(errors::no_memory());
    }
    let tuple = tuple::new_uninit(length as usize);
    if tuple.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: room for so many items; null ones are allowed while C code fills them.
    unsafe {
        ptr::write_bytes(tuple::items_ptr(tuple), 0, length as usize);
        Ok(tuple::finish(tuple))
    }
}

fn tuple_items(t: &PyTupleObject) -> *mut *mut PyObject {
    // SAFETY: it is a tuple.
    unsafe { tuple::items_ptr((t as *const PyTupleObject).cast_mut()) }
}

variadic! {
    PyTuple_Pack(1) => tuple_pack;
}

extern "C" fn tuple_pack(length: isize, list: &mut VaList) -> PyResult<Ref<PyTupleObject>> {
    let new = blank_tuple(length)?;
    let items = tuple_items(&new);
    for i in 0..length {
        // SAFETY: live objects (C8), and room for them.
        unsafe { *items.offset(i) = (*list.pointer::<PyObject>()).to_ref().into_raw() };
    }
    Ok(new)
}

export! {
    // ---- tuples ----

    fn PyTuple_New(length: isize) -> PyResult<Ref<PyTupleObject>> { blank_tuple(length) }
    fn PyTuple_Size(o: &PyObject) -> isize { as_tuple(o).map_or(-1, |t| t.len() as isize) }
    fn PyTuple_GetItem(o: &PyObject, index: isize) -> *mut PyObject {
        as_tuple(o).map_or(ptr::null_mut(), |t| item_at(tuple_items(t), t.len(), index, "tuple index out of range"))
    }
    /// Steals the item. Only for a tuple that nobody else has.
    fn PyTuple_SetItem(o: &PyObject, index: isize, item: Option<Ref>) -> c_int {
        let set = || {
            let t = o.downcast::<PyTupleObject>().filter(|_| o.ob_refcnt.get() == 1).ok_or_else(bad_internal_call)?;
            if index < 0 || index as usize >= t.len() {
                return Err(raise!(IndexError, "tuple assignment index out of range"));
            }
            replace(tuple_items(t), index, item);
            Ok(())
        };
        status(set())
    }
    fn PyTuple_GetSlice(o: &PyObject, start: isize, stop: isize) -> PyResult<Ref<PyTupleObject>> {
        let t = as_tuple(o)?;
        let length = t.len() as isize;
        let start = start.clamp(0, length);
        let stop = stop.clamp(start, length);
        if start == 0 && stop == length && o.is_exact::<PyTupleObject>() {
            return Ok(Ref::new(t));
        }
        tuple::from_borrowed(&t.items()[start as usize..stop as usize])
    }
    /// Changes the length of a tuple that nobody else has; the place is null after an error.
    fn _PyTuple_Resize(place: *mut *mut PyTupleObject, length: isize) -> c_int { status(resize_tuple(place, length)) }
    fn _PyTuple_MaybeUntrack(_o: &PyObject) {}
    fn _PyTuple_DebugMallocStats(_file: *mut libc::FILE) {}

    // ---- lists ----

    fn PyList_New(length: isize) -> PyResult<Ref<PyListObject>> {
        if length < 0 {
            return Err(bad_internal_call());
        }
        let list = list::with_capacity(length as usize)?;
        if length > 0 {
            // SAFETY: room for so many items; null ones are allowed while C code fills them.
            unsafe { ptr::write_bytes(list.data(), 0, length as usize) };
            list.ob_base.ob_size.set(length);
        }
        Ok(list)
    }
    fn PyList_Size(o: &PyObject) -> isize { as_list(o).map_or(-1, |l| l.len() as isize) }
    fn PyList_GetItem(o: &PyObject, index: isize) -> *mut PyObject {
        as_list(o).map_or(ptr::null_mut(), |l| item_at(l.data(), l.len(), index, "list index out of range"))
    }
    /// Steals the item.
    fn PyList_SetItem(o: &PyObject, index: isize, item: Option<Ref>) -> c_int {
        let set = || {
            let l = as_list(o)?;
            if index < 0 || index as usize >= l.len() {
                return Err(raise!(IndexError, "list assignment index out of range"));
            }
            replace(l.data(), index, item);
            Ok(())
        };
        status(set())
    }
    fn PyList_Append(o: &PyObject, item: Option<&PyObject>) -> c_int {
        let append = || as_list(o)?.append(item.ok_or_else(bad_internal_call)?);
        status(append())
    }
    fn PyList_Insert(o: &PyObject, index: isize, item: Option<&PyObject>) -> c_int {
        let insert = || as_list(o)?.insert(index, item.ok_or_else(bad_internal_call)?);
        status(insert())
    }
    fn PyList_GetSlice(o: &PyObject, start: isize, stop: isize) -> PyResult<Ref<PyListObject>> {
        let l = as_list(o)?;
        let length = l.len() as isize;
        let start = start.clamp(0, length);
        let stop = stop.clamp(start, length);
        list::from_borrowed(&l.items()[start as usize..stop as usize])
    }
    fn PyList_SetSlice(o: &PyObject, start: isize, stop: isize, items: Option<&PyObject>) -> c_int {
        let set = || {
            let l = as_list(o)?;
            let new = match items {
                None => Vec::new(),
                Some(items) => protocol::fast_sequence(items, "can only assign an iterable")?,
            };
            let length = l.len() as isize;
            let start = start.clamp(0, length);
            l.splice(start as usize, stop.clamp(start, length) as usize, &new)
        };
        status(set())
    }
    fn PyList_Sort(o: &PyObject) -> c_int {
        let sort = || as_list(o)?.sort(None, false);
        status(sort())
    }
    fn PyList_Reverse(o: &PyObject) -> c_int { status(as_list(o).map(|l| l.reverse())) }
    fn PyList_AsTuple(o: &PyObject) -> PyResult<Ref<PyTupleObject>> { tuple::from_borrowed(as_list(o)?.items()) }
    fn _PyList_Extend(l: &PyListObject, items: &PyObject) -> Option<Ref> {
        l.extend(items).ok().map(|()| singletons::none())
    }
    fn _PyList_DebugMallocStats(_file: *mut libc::FILE) {}

    // ---- sets ----

    fn PySet_New(items: Option<&PyObject>) -> PyResult<Ref<PySetObject>> {
        match items {
            Some(items) => set::from_iterable(items),
            None => set::new(),
        }
    }
    fn PyFrozenSet_New(items: Option<&PyObject>) -> PyResult<Ref<PySetObject>> {
        set::new_frozen(&match items {
            Some(items) => protocol::collect(items)?,
            None => Vec::new(),
        })
    }
    fn PySet_Size(o: &PyObject) -> isize { as_set(o).map_or(-1, |s| s.len() as isize) }
    fn PySet_Contains(o: &PyObject, item: &PyObject) -> c_int { truth_status(as_set(o).and_then(|s| s.contains(item))) }
    /// A frozenset only while nobody else has it.
    fn PySet_Add(o: &PyObject, item: &PyObject) -> c_int {
        let add = || {
            let s = as_set(o)?;
            if o.is_instance::<PySetObject>() || o.ob_refcnt.get() == 1 {
                s.add(item).map(drop)
            } else {
                Err(bad_internal_call())
            }
        };
        status(add())
    }
    fn PySet_Discard(o: &PyObject, item: &PyObject) -> c_int { truth_status(as_set(o).and_then(|s| s.discard(item))) }
    fn PySet_Clear(o: &PyObject) -> c_int { status(as_set(o).map(|s| s.clear())) }
    fn PySet_Pop(o: &PyObject) -> PyResult {
        as_set(o)?.pop().ok_or_else(|| raise!(KeyError, "pop from an empty set"))
    }
    fn _PySet_Update(o: &PyObject, items: &PyObject) -> c_int { status(as_set(o).and_then(|s| s.update(items))) }
    fn _PySet_NextEntry(o: &PyObject, place: *mut isize, key: *mut *mut PyObject, hash: *mut isize) -> c_int {
        let Ok(s) = as_set(o) else { return -1 };
        // SAFETY: in- and out-parameters (C1).
        unsafe {
            match s.next_entry(*place as usize) {
                Some((next, item, item_hash)) => {
                    *place = next as isize;
                    *key = item.as_ptr();
                    *hash = item_hash;
                    1
                }
                None => 0,
            }
        }
    }

    // ---- slices ----

    fn PySlice_New(start: Option<&PyObject>, stop: Option<&PyObject>, step: Option<&PyObject>) -> PyResult<Ref<PySliceObject>> {
        let none = &singletons::_Py_NoneStruct;
        slice::new(start.unwrap_or(none), stop.unwrap_or(none), step.unwrap_or(none))
    }
    fn _PySlice_FromIndices(start: isize, stop: isize) -> PyResult<Ref<PySliceObject>> {
        slice::new(&*int::from_i64(start as i64)?, &*int::from_i64(stop as i64)?, &singletons::_Py_NoneStruct)
    }
    fn PySlice_Unpack(s: &PySliceObject, start: *mut isize, stop: *mut isize, step: *mut isize) -> c_int {
        match slice::unpack(s) {
            // SAFETY: result pointers (C1).
            Ok((a, b, c)) => unsafe {
                *start = a;
                *stop = b;
                *step = c;
                0
            },
            Err(Raised) => -1,
        }
    }
    fn PySlice_AdjustIndices(length: isize, start: *mut isize, stop: *mut isize, step: isize) -> isize {
        // SAFETY: in- and out-parameters (C1).
        unsafe {
            let (a, b, count) = slice::adjust(*start, *stop, step, length as usize);
            *start = a;
            *stop = b;
            count as isize
        }
    }
    fn PySlice_GetIndicesEx(s: &PySliceObject, length: isize, start: *mut isize, stop: *mut isize, step: *mut isize, count: *mut isize) -> c_int {
        if PySlice_Unpack(s, start, stop, step) < 0 {
            return -1;
        }
        // SAFETY: result pointers (C1).
        unsafe { *count = PySlice_AdjustIndices(length, start, stop, *step) };
        0
    }
    fn PySlice_GetIndices(s: &PySliceObject, length: isize, start: *mut isize, stop: *mut isize, step: *mut isize) -> c_int {
        let mut count = 0;
        PySlice_GetIndicesEx(s, length, start, stop, step, &mut count)
    }
}

fn resize_tuple(place: *mut *mut PyTupleObject, length: isize) -> PyResult<()> {
    // SAFETY: the place owns a reference, or is null (C1).
    unsafe {
        let Some(old) = Ref::from_owned_opt(std::mem::replace(&mut *place, ptr::null_mut())) else {
            return Err(bad_internal_call());
        };
        let had = old.len() as isize;
        if !old.is_exact::<PyTupleObject>() || had != 0 && old.ob_base.ob_base.ob_refcnt.get() != 1
        {
            return Err(bad_internal_call());
        }
        if had == length {
            *place = old.into_raw();
            return Ok(());
        }
        let new = blank_tuple(length)?;
        let (from, to) = (tuple_items(&old), tuple_items(&new));
        for i in 0..had.min(length) {
            *to.offset(i) = (*from.offset(i)).replace_with(ptr::null_mut());
        }
        *place = new.into_raw();
        Ok(())
    }
}
