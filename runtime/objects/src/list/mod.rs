//! `list`: an array of owned references, over-allocated by an eighth when it grows.
//!
//! Storage and the Rust interface are here, Python's methods in `methods`, the sort in `sort`, iterators in `iterators`.
//! Every change publishes the new state before it drops anything (O1). While a list is being sorted it looks empty, and
//! `allocated` is -1 until somebody touches it.

mod iterators;
mod methods;
pub mod sort;

pub use iterators::*;
pub use methods::{PyList_Type, iter, subscript};

use crate::gc;
use crate::growing;
use crate::sequence::{Items, Stepper};
use crate::*;
use smallvec::SmallVec;
use std::ptr;

builtin!(PyListObject = PyList_Type);

/// An empty list. Raises MemoryError.
#[inline]
pub fn new() -> PyResult<Ref<PyListObject>> {
    let list = mem::create_gc(&PyList_Type, |header| PyListObject {
        ob_base: PyVarObject {
            ob_base: header,
            ob_size: Cell::new(0),
        },
        ob_item: Cell::new(ptr::null_mut()),
        allocated: Cell::new(0),
    })?;
    gc::track(&*list);
    Ok(list)
}

/// An empty list with room for `capacity` items. Raises MemoryError.
pub fn with_capacity(capacity: usize) -> PyResult<Ref<PyListObject>> {
    let list = new()?;
    if capacity > 0 {
        list.reserve(capacity)?;
    }
    Ok(list)
}

/// A list of `len` owned references at `items`, which are taken over in any case. Raises MemoryError.
///
/// # Safety
/// `items` points to `len` owned references, which the caller gives up.
#[inline(always)]
pub unsafe fn from_stack(items: *const *mut PyObject, len: usize) -> PyResult<Ref<PyListObject>> {
    let made = with_capacity(len);
    // SAFETY: the caller's promise; the new list has room.
    unsafe {
        match made {
            Ok(list) => {
                ptr::copy_nonoverlapping(items, list.data(), len);
                list.ob_base.ob_size.set(len as isize);
                Ok(list)
            }
            Err(raised) => {
                for i in 0..len {
                    PyObject::decref(*items.add(i));
                }
                Err(raised)
            }
        }
    }
}

/// A list of owned items. Raises MemoryError.
pub fn from_owned(mut items: Vec<Ref>) -> PyResult<Ref<PyListObject>> {
    let len = items.len();
    // SAFETY: the vector gives up its items; a `Ref` is a pointer.
    unsafe {
        items.set_len(0);
        from_stack(items.as_ptr().cast(), len)
    }
}

/// A list of borrowed items. Raises MemoryError.
pub fn from_borrowed(items: &[&PyObject]) -> PyResult<Ref<PyListObject>> {
    let list = with_capacity(items.len())?;
    // SAFETY: the new list has room.
    unsafe {
        let to = list.data();
        for (i, item) in items.iter().enumerate() {
            item.incref();
            to.add(i).write(item.as_ptr());
        }
    }
    list.ob_base.ob_size.set(items.len() as isize);
    Ok(list)
}

/// A list of `count` of the items, from `start` on in steps of `step`. Raises MemoryError.
pub fn picked(
    items: &[&PyObject],
    start: isize,
    step: isize,
    count: usize,
) -> PyResult<Ref<PyListObject>> {
    let list = with_capacity(count)?;
    // SAFETY: the new list has room.
    unsafe {
        let to = list.data();
        for i in 0..count {
            let item = items[(start + i as isize * step) as usize];
            item.incref();
            to.add(i).write(item.as_ptr());
        }
    }
    list.ob_base.ob_size.set(count as isize);
    Ok(list)
}

/// `list(iterable)`. Any exception; may run Python.
pub fn from_iterable(iterable: &PyObject) -> PyResult<Ref<PyListObject>> {
    let list = new()?;
    list.extend(iterable)?;
    Ok(list)
}

impl Items for PyListObject {
    #[inline(always)]
    fn count(&self) -> usize {
        self.len()
    }
    #[inline(always)]
    fn at(&self, index: usize) -> Option<&PyObject> {
        self.items().get(index).copied()
    }
}

/// Number of pointers to allocate for `size` items when growing.
#[inline]
fn grown(size: usize, old: usize) -> usize {
    let mut room = (size + (size >> 3) + 6) & !3;
    // A jump of more than the surplus comes from extending: don't over-allocate much.
    if size as isize - old as isize > room as isize - size as isize {
        room = (size + 3) & !3;
    }
    if size == 0 { 0 } else { room }
}

impl PyListObject {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items' array; null if nothing is allocated.
    #[inline(always)]
    pub fn data(&self) -> *mut *mut PyObject {
        self.ob_item.get().cast()
    }

    /// The items now; U4: gone when the list changes.
    #[inline(always)]
    pub fn items(&self) -> &[&PyObject] {
        if self.len() == 0 {
            return &[];
        }
        // SAFETY: a list has `ob_size` items, none of them null; a `&PyObject` is a pointer.
        unsafe { std::slice::from_raw_parts(self.data() as *const &PyObject, self.len()) }
    }

    /// A new reference to an item.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Ref> {
        self.items().get(index).map(|item| item.to_ref())
    }

    /// The item at `index`, borrowed (U4).
    ///
    /// # Safety
    /// `index < len()`.
    #[inline(always)]
    pub unsafe fn get_unchecked(&self, index: usize) -> &PyObject {
        // SAFETY: the caller's promise.
        unsafe { &**self.data().add(index) }
    }

    /// Raises MemoryError.
    #[inline(always)]
    pub fn append(&self, item: &PyObject) -> PyResult<()> {
        self.push(item.to_ref())
    }

    /// Takes the reference. Raises MemoryError.
    #[inline(always)]
    pub fn push(&self, item: Ref) -> PyResult<()> {
        let len = self.ob_base.ob_size.get();
        if len >= self.allocated.get() {
            return self.push_slow(item);
        }
        // SAFETY: there is room for one more.
        unsafe { self.data().offset(len).write(item.into_raw()) };
        self.ob_base.ob_size.set(len + 1);
        Ok(())
    }

    /// Sees to it that there is room for one more item. Raises MemoryError.
    #[inline(always)]
    pub fn make_room(&self) -> PyResult<()> {
        if self.ob_base.ob_size.get() >= self.allocated.get() {
            return self.make_room_slow();
        }
        Ok(())
    }

    #[inline(never)]
    fn make_room_slow(&self) -> PyResult<()> {
        let len = self.len();
        self.resize(len + 1)?;
        self.ob_base.ob_size.set(len as isize);
        Ok(())
    }

    /// [`push`](Self::push) after [`make_room`](Self::make_room).
    ///
    /// # Safety
    /// There is room.
    #[inline(always)]
    pub unsafe fn push_unchecked(&self, item: Ref) {
        let len = self.ob_base.ob_size.get();
        // SAFETY: the caller's promise.
        unsafe { self.data().offset(len).write(item.into_raw()) };
        self.ob_base.ob_size.set(len + 1);
    }

    #[inline(never)]
    fn push_slow(&self, item: Ref) -> PyResult<()> {
        let len = self.len();
        self.resize(len + 1)?;
        // SAFETY: there is room for one more.
        unsafe { self.data().add(len).write(item.into_raw()) };
        Ok(())
    }

    /// Makes the list `size` long: new places are not initialised, and dropping what lies beyond is the caller's affair.
    /// Raises MemoryError.
    pub(crate) fn resize(&self, size: usize) -> PyResult<()> {
        let allocated = self.allocated.get();
        if allocated >= size as isize && size as isize >= allocated >> 1 {
            self.ob_base.ob_size.set(size as isize);
            return Ok(());
        }
        self.reallocate(grown(size, self.len()))?;
        self.ob_base.ob_size.set(size as isize);
        Ok(())
    }

    /// Changes the array's room. Raises MemoryError.
    fn reallocate(&self, room: usize) -> PyResult<()> {
        if room == 0 {
            let old = self.ob_item.replace(ptr::null_mut());
            self.allocated.set(0);
            // SAFETY: the array is ours.
            unsafe { mem::free(old.cast()) };
            return Ok(());
        }
        if room > isize::MAX as usize / 8 {
            return Err(errors::no_memory());
        }
        // SAFETY: the array came from `mem`.
        let new = unsafe { mem::realloc(self.ob_item.get().cast(), room * 8) };
        if new.is_null() {
            return Err(errors::no_memory());
        }
        self.ob_item.set(new.cast());
        self.allocated.set(room as isize);
        Ok(())
    }

    /// Room for exactly `room` items in a list without array.
    fn reserve(&self, room: usize) -> PyResult<()> {
        debug_assert!(self.ob_item.get().is_null());
        if room > isize::MAX as usize / 8 {
            return Err(errors::no_memory());
        }
        let block = mem::alloc(room * 8);
        if block.is_null() {
            return Err(errors::no_memory());
        }
        self.ob_item.set(block.cast());
        self.allocated.set(room as isize);
        Ok(())
    }

    /// `list.insert`: the index is clipped. Raises MemoryError.
    pub fn insert(&self, index: isize, item: &PyObject) -> PyResult<()> {
        let len = self.len();
        self.resize(len + 1)?;
        let at = sequence::clip(index, len).min(len);
        // SAFETY: there is room for one more.
        unsafe {
            let place = self.data().add(at);
            ptr::copy(place, place.add(1), len - at);
            place.write(item.to_ref().into_raw());
        }
        Ok(())
    }

    /// Replaces an item, then drops the old one. IndexError.
    #[inline]
    pub fn set(&self, index: usize, item: Ref) -> PyResult<()> {
        if index >= self.len() {
            return Err(raise!(IndexError, "list assignment index out of range"));
        }
        // SAFETY: within the list.
        unsafe { self.set_unchecked(index, item) };
        Ok(())
    }

    /// Replaces an item, then drops the old one.
    ///
    /// # Safety
    /// `index < len()`.
    #[inline(always)]
    pub unsafe fn set_unchecked(&self, index: usize, item: Ref) {
        // SAFETY: the caller's promise; the list owned its item.
        unsafe {
            let old = self.data().add(index).replace(item.into_raw());
            PyObject::decref(old);
        }
    }

    /// `list[start:end] = items`; the bounds are clipped. Raises MemoryError.
    pub fn splice(&self, start: usize, end: usize, items: &[Ref]) -> PyResult<()> {
        self.splice_owned(start, end, growing::collected(items.iter().cloned())?)
    }

    /// Replaces the items from `start` to `end`, both within the list, by those of another. Raises MemoryError.
    pub fn replace_part(&self, start: usize, end: usize, items: &[&PyObject]) -> PyResult<()> {
        if items.len() != end - start {
            return self.splice_owned(start, end, growing::owned(items)?);
        }
        growing::ensure(size_of_val(items))?;
        let mut new: SmallVec<[Ref; 16]> = items.iter().map(|i| i.to_ref()).collect();
        // SAFETY: as many places as there are new items; what was in them is dropped afterwards.
        unsafe {
            ptr::swap_nonoverlapping(self.data().add(start), new.as_mut_ptr().cast(), items.len());
        }
        // The last one goes first.
        while new.pop().is_some() {}
        Ok(())
    }

    /// The same, taking the items over.
    pub fn splice_owned(&self, start: usize, end: usize, mut items: Vec<Ref>) -> PyResult<()> {
        let len = self.len();
        let start = start.min(len);
        let end = end.clamp(start, len);
        let (removed, added, tail) = (end - start, items.len(), len - end);
        if len - removed + added == 0 {
            self.clear();
            return Ok(());
        }
        if added == removed {
            // SAFETY: as many places of the list as the vector has items; what was in them is now there.
            unsafe {
                ptr::swap_nonoverlapping(self.data().add(start), items.as_mut_ptr().cast(), added)
            };
            // The last one goes first.
            while items.pop().is_some() {}
            return Ok(());
        }
        growing::ensure(removed * size_of::<Ref>())?;
        let mut dead: SmallVec<[Ref; 8]> = SmallVec::with_capacity(removed);
        if added > removed {
            self.resize(len - removed + added)?;
        }
        // SAFETY: there is room for all; the removed references are moved out before they are overwritten.
        unsafe {
            let at = self.data().add(start);
            for i in 0..removed {
                dead.push(Ref::from_owned(*at.add(i)));
            }
            ptr::copy(at.add(removed), at.add(added), tail);
            items.set_len(0);
            ptr::copy_nonoverlapping(items.as_ptr().cast(), at, added);
        }
        if added < removed {
            let size = len - removed + added;
            self.ob_base.ob_size.set(size as isize);
            // A failure to shrink is none.
            if self.allocated.get() >> 1 > size as isize
                && self.reallocate(grown(size, len)).is_err()
            {
                errors::clear();
            }
        }
        // The last one goes first.
        while dead.pop().is_some() {}
        Ok(())
    }

    /// Appends all items. Any exception; may run Python.
    pub fn extend(&self, iterable: &PyObject) -> PyResult<()> {
        if let Some(list) = iterable.exact::<PyListObject>() {
            return self.extend_from(list.len(), |i| list.items()[i]);
        }
        if let Some(tuple) = iterable.exact::<PyTupleObject>() {
            return self.extend_from(tuple.len(), |i| tuple.items()[i]);
        }
        if self.is(iterable) {
            return self.extend_from(self.len(), |i| self.items()[i]);
        }
        let steps = Stepper::new(iterable)?;
        let hint = protocol::length_hint(iterable, 8)?;
        if self.ob_item.get().is_null() {
            if hint > 0 {
                self.reserve(hint.saturating_add(hint & 1))?;
            }
        } else {
            // Only room is made: the length stays, as stepping may look at the list.
            let len = self.len();
            if len
                .checked_add(hint)
                .is_some_and(|want| want as isize > self.allocated.get())
            {
                self.resize(len + hint)?;
                self.ob_base.ob_size.set(len as isize);
            }
        }
        while let Some(item) = steps.step()? {
            self.push(item)?;
        }
        let len = self.len();
        if (len as isize) < self.allocated.get() {
            self.resize(len)?;
        }
        Ok(())
    }

    /// Appends `count` items that `item` hands out (maybe this list's own).
    #[inline]
    fn extend_from<'a>(&self, count: usize, item: impl Fn(usize) -> &'a PyObject) -> PyResult<()> {
        if count == 0 {
            return Ok(());
        }
        let len = self.len();
        if self.ob_item.get().is_null() {
            self.reserve(count + (count & 1))?;
        } else {
            self.resize(len + count)?;
        }
        // SAFETY: there is room for all.
        unsafe { self.fill(len, count, item) };
        Ok(())
    }

    /// Writes `count` items from place `from` on, where the list ends then.
    ///
    /// # Safety
    /// There is room, and what is overwritten is not owned.
    #[inline(always)]
    unsafe fn fill<'a>(&self, from: usize, count: usize, item: impl Fn(usize) -> &'a PyObject) {
        for i in 0..count {
            let item = item(i);
            item.incref();
            // SAFETY: the caller's promise.
            unsafe { self.data().add(from + i).write(item.as_ptr()) };
        }
        self.ob_base.ob_size.set((from + count) as isize);
    }

    /// `list.pop`. IndexError.
    pub fn pop(&self, index: isize) -> PyResult {
        let len = self.len();
        if len == 0 {
            return Err(raise!(IndexError, "pop from empty list"));
        }
        let at = if index < 0 {
            index + len as isize
        } else {
            index
        };
        if at < 0 || at >= len as isize {
            return Err(raise!(IndexError, "pop index out of range"));
        }
        Ok(self.remove_at(at as usize))
    }

    /// Moves an item out.
    #[inline]
    fn remove_at(&self, at: usize) -> Ref {
        let len = self.len();
        // SAFETY: within the list, which gives its reference up.
        let item = unsafe {
            let place = self.data().add(at);
            let item = Ref::from_owned(*place);
            ptr::copy(place.add(1), place, len - at - 1);
            item
        };
        self.ob_base.ob_size.set(len as isize - 1);
        if (len as isize - 1) < self.allocated.get() >> 1 && self.resize(len - 1).is_err() {
            // A failure to shrink is none.
            errors::clear();
        }
        item
    }

    /// Removes all items, from the end. May run Python.
    pub fn clear(&self) {
        let items = self.data();
        if items.is_null() {
            // Nothing to do; a list being sorted stays recognisable as untouched.
            return;
        }
        let mut i = self.len();
        self.ob_base.ob_size.set(0);
        self.ob_item.set(ptr::null_mut());
        self.allocated.set(0);
        // SAFETY: the array and its items are ours now.
        unsafe {
            while i > 0 {
                i -= 1;
                // Items of unfinished lists (from C) may be null.
                if !(*items.add(i)).is_null() {
                    PyObject::decref(*items.add(i));
                }
            }
            mem::free(items.cast());
        }
    }

    /// Natively: `key` and `<` run in nested interpreters. Any exception.
    pub fn sort(&self, key: Option<&PyObject>, reverse: bool) -> PyResult<()> {
        let taken = Taken::new(self);
        let result = sort::sort(&taken.items(), key, reverse);
        if taken.put_back() && result.is_ok() {
            return Err(raise!(ValueError, "list modified during sort"));
        }
        result
    }

    pub fn reverse(&self) {
        if self.len() > 1 {
            // SAFETY: the array has `len` pointers.
            unsafe { std::slice::from_raw_parts_mut(self.data(), self.len()).reverse() };
        }
    }
}

/// A list's items while they are being sorted: the list looks empty. [`Taken::put_back`] must follow.
pub struct Taken<'a> {
    list: &'a PyListObject,
    data: *mut *mut PyObject,
    len: usize,
    allocated: isize,
}

impl<'a> Taken<'a> {
    pub fn new(list: &'a PyListObject) -> Taken<'a> {
        let taken = Taken {
            list,
            data: list.data(),
            len: list.len(),
            allocated: list.allocated.get(),
        };
        list.ob_base.ob_size.set(0);
        list.ob_item.set(ptr::null_mut());
        list.allocated.set(-1);
        taken
    }

    /// The items, to be permuted in place.
    pub fn items(&self) -> sort::Items {
        sort::Items {
            data: self.data,
            len: self.len,
        }
    }

    /// Gives the items back; true if the list was touched meanwhile (what was put in is dropped: may run Python).
    pub fn put_back(self) -> bool {
        let list = self.list;
        let touched = list.allocated.get() != -1;
        let (data, mut len) = (list.data(), list.len());
        list.ob_base.ob_size.set(self.len as isize);
        list.ob_item.set(self.data.cast());
        list.allocated.set(self.allocated);
        if !data.is_null() {
            // SAFETY: the array that was put in meanwhile is ours now.
            unsafe {
                while len > 0 {
                    len -= 1;
                    PyObject::decref(*data.add(len));
                }
                mem::free(data.cast());
            }
        }
        touched
    }
}
