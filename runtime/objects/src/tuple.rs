//! `tuple`, and its iterator.
//!
//! The items lie in the object itself. The empty tuple is one object (`_PyRuntime.tuple_empty`). Tuples are tracked from
//! their creation; a collection untracks those that can never be part of a cycle.

use crate::def::{class_method, fast, noargs, one, slot, table};
use crate::flags::tp;
use crate::gc;
use crate::growing::Growing;
use crate::sequence::{self, Items, Stepper};
use crate::*;
use std::ptr;

/// Bytes of a tuple before its items.
pub const ITEMS_OFFSET: usize = std::mem::offset_of!(PyTupleObject, ob_item);

/// The type `tuple`.
#[unsafe(no_mangle)]
pub static PyTuple_Type: PyTypeObject = PyTypeObject {
    tp_basicsize: Cell::new(ITEMS_OFFSET as isize),
    tp_itemsize: Cell::new(8),
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_hash: slot::len(hash_slot),
    tp_as_sequence: table(&SEQUENCE),
    tp_as_mapping: table(&MAPPING),
    tp_flags: Cell::new(
        tp::DEFAULT
            | tp::HAVE_GC
            | tp::BASETYPE
            | tp::TUPLE_SUBCLASS
            | tp::SEQUENCE
            | tp::MATCH_SELF,
    ),
    tp_doc: Cell::new(
        c"tuple(iterable=(), /)\n--\n\nImmutable sequence of the items of an iterable.\n\nWithout an argument it is empty; a tuple is returned as it is."
            .as_ptr(),
    ),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::compare(richcompare),
    tp_iter: slot::unary(iter),
    tp_methods: table(&METHODS[0]),
    tp_new: Cell::new(Some(new)),
    tp_vectorcall: Cell::new(Some(vectorcall)),
    ..PyTypeObject::new::<PyTupleObject>(c"tuple")
};
builtin!(PyTupleObject = PyTuple_Type);

static SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(len_slot),
    sq_concat: slot::binary(concat),
    sq_repeat: slot::index(repeat),
    sq_item: slot::index(item),
    sq_contains: slot::contains(contains),
    ..PySequenceMethods::EMPTY
};

static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(len_slot),
    mp_subscript: slot::binary(subscript),
    ..PyMappingMethods::EMPTY
};

static METHODS: [PyMethodDef; 5] = [
    noargs(
        c"__getnewargs__",
        getnewargs,
        c"__getnewargs__($self, /)\n--\n\n",
    ),
    fast(
        c"index",
        index,
        c"index($self, value, start=0, stop=sys.maxsize, /)\n--\n\nThe first index whose item equals the value.\n\nRaises ValueError if there is none.",
    ),
    one(
        c"count",
        count,
        c"count($self, value, /)\n--\n\nHow many items equal the value.",
    ),
    class_method(one::<PyObject>(
        c"__class_getitem__",
        generic_alias::class_getitem,
        c"A generic alias, see PEP 585",
    )),
    PyMethodDef::END,
];

// ---- making ----

/// The empty tuple is one object.
#[inline(always)]
pub fn empty() -> Ref<PyTupleObject> {
    let place = &raw const _PyRuntime.tuple_empty as *mut PyTupleObject;
    // SAFETY: the place has the size of a tuple, zeroed before `make_empty` has written its header.
    unsafe {
        if (*place).ob_base.ob_base.ob_type.is_null() {
            make_empty(place);
        }
        Ref::new(&*place)
    }
}

#[cold]
fn make_empty(place: *mut PyTupleObject) {
    // SAFETY: as in `empty`.
    unsafe {
        (*place).ob_base.ob_base.ob_refcnt.set(IMMORTAL);
        (*place)
            .ob_base
            .ob_base
            .ob_type
            .set_ptr(&raw const PyTuple_Type as *mut _);
    }
}

/// A tuple of `len > 0` items (for 0 take [`empty`]) whose items are not initialised: the caller fills them with owned references,
/// runs nothing in between, and then calls [`finish`]. Null when there is no memory (nothing is raised).
#[inline(always)]
pub fn new_uninit(len: usize) -> *mut PyTupleObject {
    debug_assert!(len > 0);
    let block = mem::alloc_gc(ITEMS_OFFSET + len * 8).cast::<PyTupleObject>();
    if !block.is_null() {
        // SAFETY: the block is large enough.
        unsafe {
            block.cast::<PyVarObject>().write(PyVarObject {
                ob_base: PyObject {
                    ob_refcnt: Cell::new(1),
                    ob_type: Slot::of(&raw const PyTuple_Type),
                },
                ob_size: Cell::new(len as isize),
            });
        }
    }
    block
}

/// Where the items of a tuple lie.
///
/// # Safety
/// `tuple` is a tuple, maybe unfinished.
#[inline(always)]
pub unsafe fn items_ptr(tuple: *mut PyTupleObject) -> *mut *mut PyObject {
    // SAFETY: the items follow the header.
    unsafe { tuple.cast::<u8>().add(ITEMS_OFFSET).cast() }
}

/// Starts the life of a tuple from [`new_uninit`].
///
/// # Safety
/// All its items are filled.
#[inline(always)]
pub unsafe fn finish(tuple: *mut PyTupleObject) -> Ref<PyTupleObject> {
    // SAFETY: the object is complete, and its one count is ours.
    unsafe {
        gc::track(&*tuple);
        Ref::from_owned(tuple)
    }
}

/// A tuple that is being filled from the front; nobody sees it before it is full.
pub struct Filling {
    tuple: *mut PyTupleObject,
    len: usize,
    filled: usize,
}

impl Filling {
    /// Room for `len > 0` items. Raises MemoryError.
    #[inline]
    pub fn new(len: usize) -> PyResult<Filling> {
        let tuple = new_uninit(len);
        if tuple.is_null() {
            return Err(errors::no_memory());
        }
        let filled = 0;
        Ok(Filling { tuple, len, filled })
    }

    /// The next item.
    #[inline]
    pub fn push(&mut self, item: Ref) {
        assert!(self.filled < self.len);
        // SAFETY: within the tuple.
        unsafe {
            items_ptr(self.tuple)
                .add(self.filled)
                .write(item.into_raw())
        };
        self.filled += 1;
    }

    /// The tuple, which is full.
    #[inline]
    pub fn finish(self) -> Ref<PyTupleObject> {
        assert!(self.filled == self.len);
        let this = std::mem::ManuallyDrop::new(self);
        // SAFETY: all items are there.
        unsafe { finish(this.tuple) }
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        // SAFETY: the items that are there are owned; the object was never tracked.
        unsafe {
            for i in 0..self.filled {
                PyObject::decref(*items_ptr(self.tuple).add(i));
            }
            mem::free_gc_object(self.tuple);
        }
    }
}

/// A tuple of `len` owned references at `items`, which are taken over in any case. Raises MemoryError.
///
/// # Safety
/// `items` points to `len` owned references, which the caller gives up.
#[inline(always)]
pub unsafe fn from_stack(items: *const *mut PyObject, len: usize) -> PyResult<Ref<PyTupleObject>> {
    if len == 0 {
        return Ok(empty());
    }
    let tuple = new_uninit(len);
    // SAFETY: the caller's promise.
    unsafe {
        if tuple.is_null() {
            for i in 0..len {
                PyObject::decref(*items.add(i));
            }
            return Err(errors::no_memory());
        }
        ptr::copy_nonoverlapping(items, items_ptr(tuple), len);
        Ok(finish(tuple))
    }
}

/// A tuple of owned items. Raises MemoryError.
pub fn from_owned(mut items: Vec<Ref>) -> PyResult<Ref<PyTupleObject>> {
    let len = items.len();
    // SAFETY: the vector gives up its items; a `Ref` is a pointer.
    unsafe {
        items.set_len(0);
        from_stack(items.as_ptr().cast(), len)
    }
}

/// A tuple of an array of owned items. Raises MemoryError.
#[inline(always)]
pub fn from_array<const N: usize>(items: [Ref; N]) -> PyResult<Ref<PyTupleObject>> {
    let items = std::mem::ManuallyDrop::new(items);
    // SAFETY: the array gives up its items; a `Ref` is a pointer.
    unsafe { from_stack(items.as_ptr().cast(), N) }
}

/// A tuple of borrowed items. Raises MemoryError.
#[inline]
pub fn from_borrowed(items: &[&PyObject]) -> PyResult<Ref<PyTupleObject>> {
    if items.is_empty() {
        return Ok(empty());
    }
    let tuple = new_uninit(items.len());
    if tuple.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the new tuple has room for them.
    unsafe {
        let to = items_ptr(tuple);
        for (i, item) in items.iter().enumerate() {
            item.incref();
            to.add(i).write(item.as_ptr());
        }
        Ok(finish(tuple))
    }
}

/// `(a, b)`. Raises MemoryError.
#[inline]
pub fn pair(a: &PyObject, b: &PyObject) -> PyResult<Ref<PyTupleObject>> {
    from_borrowed(&[a, b])
}

/// `tuple(iterable)`. Any exception; may run Python.
pub fn from_iterable(iterable: &PyObject) -> PyResult<Ref<PyTupleObject>> {
    if let Some(tuple) = iterable.exact::<PyTupleObject>() {
        return Ok(Ref::new(tuple));
    }
    if let Some(list) = iterable.exact::<PyListObject>() {
        return from_borrowed(list.items());
    }
    let steps = Stepper::new(iterable)?;
    let mut items = Growing::with_capacity(protocol::length_hint(iterable, 10)?.min(1 << 20));
    while let Some(item) = steps.step()? {
        items.try_push(item)?;
    }
    from_owned(items.finish()?)
}

impl PyTupleObject {
    /// The items; they never change.
    #[inline(always)]
    pub fn items(&self) -> &[&PyObject] {
        // SAFETY: a tuple has `ob_size` items, none of them null.
        unsafe {
            std::slice::from_raw_parts(
                items_ptr(self as *const _ as *mut _) as *const &PyObject,
                self.len(),
            )
        }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Items for PyTupleObject {
    #[inline(always)]
    fn count(&self) -> usize {
        self.len()
    }
    #[inline(always)]
    fn at(&self, index: usize) -> Option<&PyObject> {
        self.items().get(index).copied()
    }
}

// ---- slots ----

unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: tp_dealloc: a dead tuple whose items are ours; unfinished ones (from C) may hold nulls.
    unsafe {
        let exact = (*op).is_exact::<PyTupleObject>();
        if op.cast_const().cast() == &raw const _PyRuntime.tuple_empty {
            (*op).ob_refcnt.set(IMMORTAL);
            return;
        }
        gc::untrack(&*op);
        gc::trashcan(op, dealloc, |op| {
            let items = items_ptr(op.cast());
            let len = (*op.cast::<PyVarObject>()).ob_size.get();
            let mut i = len;
            while i > 0 {
                i -= 1;
                let item = *items.offset(i);
                if !item.is_null() {
                    PyObject::decref(item);
                }
            }
            sequence::free_container(op, exact, ITEMS_OFFSET + len as usize * 8);
        });
    }
}

/// Tells `each` what the tuple refers to, until it answers something else than 0.
#[inline(always)]
pub(crate) fn each_referent(
    this: &PyTupleObject,
    mut each: impl FnMut(&PyObject) -> c_int,
) -> c_int {
    let items = this as *const _ as *mut PyTupleObject;
    // From the end, as CPython: finalizers at exit run in the order in which the collector meets the objects.
    for i in (0..this.len()).rev() {
        // SAFETY: within the tuple; items of unfinished tuples (from C) may be null.
        if let Some(item) = unsafe { (*items_ptr(items).add(i)).as_ref() } {
            let answer = each(item);
            if answer != 0 {
                return answer;
            }
        }
    }
    0
}

extern "C" fn traverse(this: &PyTupleObject, visit: visitproc, arg: *mut c_void) -> c_int {
    each_referent(this, |o| visit(o, arg))
}

extern "C" fn repr(this: &PyTupleObject) -> PyResult {
    if this.is_empty() {
        return Ok(str_::new("()")?.into_object());
    }
    match sequence::Printing::enter(this)? {
        None => Ok(str_::new("(...)")?.into_object()),
        Some(_guard) => Ok(sequence::repr(this, "(", ",", ")")?.into_object()),
    }
}

/// The hash of a tuple of things with these hashes (xxHash's mixing, as CPython's tuples).
pub fn combine_hashes(
    hashes: impl Iterator<Item = PyResult<isize>>,
    len: usize,
) -> PyResult<isize> {
    const PRIME_1: u64 = 11400714785074694791;
    const PRIME_2: u64 = 14029467366897019727;
    const PRIME_5: u64 = 2870177450012600261;
    let mut acc = PRIME_5;
    for lane in hashes {
        acc = acc
            .wrapping_add((lane? as u64).wrapping_mul(PRIME_2))
            .rotate_left(31)
            .wrapping_mul(PRIME_1);
    }
    acc = acc.wrapping_add(len as u64 ^ (PRIME_5 ^ 3527539));
    Ok(if acc == u64::MAX {
        1546275796
    } else {
        acc as isize
    })
}

/// `hash(tuple)`. May run Python.
pub fn hash(this: &PyTupleObject) -> PyResult<isize> {
    combine_hashes(
        this.items().iter().map(|item| dict::hash_of(item)),
        this.len(),
    )
}

extern "C" fn hash_slot(this: &PyTupleObject) -> isize {
    hash(this).unwrap_or(-1)
}

extern "C" fn len_slot(this: &PyTupleObject) -> isize {
    this.len() as isize
}

/// A tuple of the items of an exact tuple and some more. Raises MemoryError.
pub fn extended(this: &PyTupleObject, more: &[&PyObject]) -> PyResult<Ref<PyTupleObject>> {
    if more.is_empty() {
        return Ok(Ref::new(this));
    }
    joined(this.items(), more)
}

/// A tuple of some items, and some more; of one at least. Raises MemoryError.
fn joined(first: &[&PyObject], second: &[&PyObject]) -> PyResult<Ref<PyTupleObject>> {
    let tuple = new_uninit(first.len() + second.len());
    if tuple.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the new tuple has room for both.
    unsafe {
        let mut to = items_ptr(tuple);
        for part in [first, second] {
            for item in part {
                item.incref();
                to.write(item.as_ptr());
                to = to.add(1);
            }
        }
        Ok(finish(tuple))
    }
}

extern "C" fn concat(this: &PyTupleObject, other: &PyObject) -> PyResult {
    if this.is_empty() && other.is_exact::<PyTupleObject>() {
        return Ok(other.to_ref());
    }
    let Some(other) = other.downcast::<PyTupleObject>() else {
        return Err(raise!(
            TypeError,
            "can only concatenate tuple (not \"{}\") to tuple",
            sequence::type_name(other)
        ));
    };
    if other.is_empty() && this.is_exact::<PyTupleObject>() {
        return Ok(this.to_ref());
    }
    if this.is_empty() && other.is_empty() {
        return Ok(empty().into_object());
    }
    joined(this.items(), other.items()).map(Ref::into_object)
}

extern "C" fn repeat(this: &PyTupleObject, times: isize) -> PyResult {
    let len = this.len();
    if (len == 0 || times == 1) && this.is_exact::<PyTupleObject>() {
        return Ok(this.to_ref());
    }
    if len == 0 || times <= 0 {
        return Ok(empty().into_object());
    }
    let times = times as usize;
    let total = match len.checked_mul(times) {
        Some(total) if total < isize::MAX as usize / 8 - 64 => total,
        _ => return Err(errors::no_memory()),
    };
    let tuple = new_uninit(total);
    if tuple.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the new tuple has room for all.
    unsafe {
        let to = items_ptr(tuple);
        for (i, item) in this.items().iter().enumerate() {
            item.ob_refcnt.set(item.ob_refcnt.get() + times as isize);
            to.add(i).write(item.as_ptr());
        }
        for round in 1..times {
            ptr::copy_nonoverlapping(to, to.add(round * len), len);
        }
        Ok(finish(tuple).into_object())
    }
}

#[cold]
fn out_of_range() -> Raised {
    raise!(IndexError, "tuple index out of range")
}

extern "C" fn item(this: &PyTupleObject, index: isize) -> PyResult {
    match this.items().get(index as usize) {
        Some(item) => Ok(item.to_ref()),
        None => Err(out_of_range()),
    }
}

/// `this[key]`. May run Python (`__index__`).
pub extern "C" fn subscript(this: &PyTupleObject, key: &PyObject) -> PyResult {
    if sequence::compact_int(key).is_some() || number::has_index(key) {
        let mut i = sequence::subscript_index(key)?;
        if i < 0 {
            i += this.len() as isize;
        }
        return item(this, i);
    }
    let Some(range) = key.exact::<PySliceObject>() else {
        return Err(raise!(
            TypeError,
            "tuple indices must be integers or slices, not {}",
            sequence::type_name(key)
        ));
    };
    let (start, _, step, count) = slice::indices(range, this.len())?;
    if count == this.len() && step == 1 && start == 0 && this.is_exact::<PyTupleObject>() {
        return Ok(this.to_ref());
    }
    if step == 1 {
        let start = start as usize;
        let part = if count == 0 {
            &[]
        } else {
            &this.items()[start..start + count]
        };
        return Ok(from_borrowed(part)?.into_object());
    }
    let picked = (0..count)
        .map(|i| this.items()[(start + i as isize * step) as usize].to_ref())
        .collect();
    Ok(from_owned(picked)?.into_object())
}

extern "C" fn contains(this: &PyTupleObject, wanted: &PyObject) -> c_int {
    def::truth_status(sequence::find(this, wanted, 0, usize::MAX).map(|at| at.is_some()))
}

extern "C" fn richcompare(this: &PyTupleObject, other: &PyObject, op: c_int) -> PyResult {
    match other.downcast::<PyTupleObject>() {
        Some(other) => sequence::compare(this, other, op),
        None => Ok(singletons::not_implemented()),
    }
}

extern "C" fn new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // SAFETY: tp_new gets a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    let exact = ptr::eq(ty, &PyTuple_Type);
    if exact {
        cfunction::no_keywords("tuple", kwargs)?;
    } else if let Some(init) = ty.tp_init.get() {
        // Keywords are a subclass's `__init__`'s affair.
        if PyTuple_Type
            .tp_init
            .get()
            .is_some_and(|own| own as usize == init as usize)
        {
            cfunction::no_keywords("tuple", kwargs)?;
        }
    }
    cfunction::check_count("tuple", args.len(), 0, 1)?;
    let source = match args.items().first() {
        Some(iterable) => from_iterable(iterable)?,
        None => empty(),
    };
    if exact {
        return Ok(source.into_object());
    }
    let new = sequence::allocate(ty, source.len() as isize)?;
    // SAFETY: a subtype's instance with room for the items.
    unsafe {
        let to = items_ptr(new.as_ptr().cast());
        for (i, item) in source.items().iter().enumerate() {
            item.incref();
            to.add(i).write(item.as_ptr());
        }
    }
    Ok(new)
}

extern "C" fn vectorcall(
    ty: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    sequence::no_kwnames("tuple", names)?;
    cfunction::check_count("tuple", count, 0, 1)?;
    if !ty.is(&PyTuple_Type) {
        // SAFETY: the callable of a type's vectorcall is that type.
        let ty = unsafe { ty.cast::<PyTypeObject>() };
        return new(ty, &*from_borrowed(args.slice(count as isize))?, None);
    }
    Ok(match args.slice(count as isize).first() {
        Some(iterable) => from_iterable(iterable)?,
        None => empty(),
    }
    .into_object())
}

// ---- methods ----

extern "C" fn getnewargs(this: &PyTupleObject) -> PyResult {
    let copy = from_borrowed(this.items())?;
    Ok(tuple::from_array([copy.into_object()])?.into_object())
}

extern "C" fn index(this: &PyTupleObject, args: Args<'_>, count: isize) -> PyResult {
    cfunction::check_count("index", count as usize, 1, 3)?;
    let args = args.slice(count);
    let (start, stop) = sequence::index_range(args, this.len())?;
    match sequence::find(this, args[0], start, stop)? {
        Some(at) => Ok(int::from_usize(at)?.into_object()),
        None => Err(raise!(ValueError, "tuple.index(x): x not in tuple")),
    }
}

extern "C" fn count(this: &PyTupleObject, wanted: &PyObject) -> PyResult {
    Ok(int::from_usize(sequence::count(this, wanted)?)?.into_object())
}

// ---- iterator ----

/// Iterator over a tuple; the interpreter steps it directly. C: `_PyTupleIterObject`.
#[repr(C)]
pub struct tupleiterobject {
    pub ob_base: PyObject,
    pub it_index: Cell<isize>,
    /// Empty when exhausted.
    pub it_seq: Slot<PyTupleObject>,
}
object_structs!(tupleiterobject);

/// The type `tuple_iterator`.
#[unsafe(no_mangle)]
pub static PyTupleIter_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(iter_dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(iter_traverse),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(iter_next),
    tp_methods: table(&ITER_METHODS[0]),
    ..PyTypeObject::new::<tupleiterobject>(c"tuple_iterator")
};
builtin!(tupleiterobject = PyTupleIter_Type);

static ITER_METHODS: [PyMethodDef; 4] = [
    noargs(
        c"__length_hint__",
        iter_hint,
        c"__length_hint__($self, /)\n--\n\nHow many items are left.",
    ),
    noargs(
        c"__reduce__",
        iter_reduce,
        c"__reduce__($self, /)\n--\n\nState for pickling.",
    ),
    one(
        c"__setstate__",
        iter_setstate,
        c"__setstate__($self, object, /)\n--\n\nSets the state when unpickling.",
    ),
    PyMethodDef::END,
];

/// A new iterator. Raises MemoryError.
pub extern "C" fn iter(this: &PyTupleObject) -> PyResult {
    let it = mem::create_gc(&PyTupleIter_Type, |ob_base| tupleiterobject {
        ob_base,
        it_index: Cell::new(0),
        it_seq: Slot::EMPTY,
    })?;
    it.it_seq.set(Some(Ref::new(this)));
    gc::track(&*it);
    Ok(it.into_object())
}

impl tupleiterobject {
    /// The next item. Runs Python only by dropping an exhausted iterator's tuple.
    #[inline(always)]
    pub fn step(&self) -> Option<Ref> {
        let tuple = self.it_seq.get()?;
        let i = self.it_index.get() as usize;
        if let Some(item) = tuple.items().get(i) {
            self.it_index.set(i as isize + 1);
            return Some(item.to_ref());
        }
        self.it_seq.set(None);
        None
    }
}

dealloc_slots!(iter_dealloc(tupleiterobject): it_seq; free_gc_object);

traverse_slots!(iter_traverse(tupleiterobject): it_seq);

extern "C" fn iter_next(this: &tupleiterobject) -> Option<Ref> {
    this.step()
}

extern "C" fn iter_hint(this: &tupleiterobject) -> PyResult {
    let left = this
        .it_seq
        .get()
        .map_or(0, |t| t.len().saturating_sub(this.it_index.get() as usize));
    Ok(int::from_usize(left)?.into_object())
}

extern "C" fn iter_reduce(this: &tupleiterobject) -> PyResult {
    // Looking up `iter` may run Python, so the state is read afterwards.
    let function = sequence::builtin_function("iter")?;
    match this.it_seq.cloned() {
        Some(tuple) => {
            let index = int::from_i64(this.it_index.get() as i64)?.into_object();
            sequence::reduced(function, tuple.into_object(), Some(index))
        }
        None => sequence::reduced(function, empty().into_object(), None),
    }
}

extern "C" fn iter_setstate(this: &tupleiterobject, state: &PyObject) -> PyResult {
    let index = sequence::state_index(state)?;
    if let Some(tuple) = this.it_seq.get() {
        this.it_index.set(index.clamp(0, tuple.len() as isize));
    }
    Ok(singletons::none())
}
