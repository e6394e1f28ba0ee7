//! The types `set` and `frozenset`: slots and methods.

use super::operations::{copy, difference, of_kind};
use super::*;
use crate::def::{class_method, fast, noargs, one, slot, status, table, truth_status};
use crate::flags::meth;
use std::mem::offset_of;

/// The type `set`.
#[unsafe(no_mangle)]
pub static PySet_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_as_number: table(&SET_NUMBER),
    tp_as_sequence: table(&SEQUENCE),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE | tp::MATCH_SELF),
    tp_doc: Cell::new(
        c"set() -> new empty set object\nset(iterable) -> the set of the iterable's items\n\nAn unordered collection without duplicates."
            .as_ptr(),
    ),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear_slot),
    tp_richcompare: slot::compare(richcompare),
    tp_weaklistoffset: Cell::new(offset_of!(PySetObject, weakreflist) as isize),
    tp_iter: slot::unary(iterator::iter),
    tp_methods: table(&SET_METHODS[0]),
    tp_init: Cell::new(Some(init)),
    tp_new: Cell::new(Some(set_new)),
    tp_vectorcall: Cell::new(Some(set_vectorcall)),
    ..PyTypeObject::new::<PySetObject>(c"set")
};

/// The type `frozenset`.
#[unsafe(no_mangle)]
pub static PyFrozenSet_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_as_number: table(&FROZEN_NUMBER),
    tp_as_sequence: table(&SEQUENCE),
    tp_hash: slot::len(hash_slot),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE | tp::MATCH_SELF),
    tp_doc: Cell::new(
        c"frozenset() -> empty frozenset object\nfrozenset(iterable) -> the frozenset of the iterable's items\n\nAn immutable unordered collection without duplicates."
            .as_ptr(),
    ),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear_slot),
    tp_richcompare: slot::compare(richcompare),
    tp_weaklistoffset: Cell::new(offset_of!(PySetObject, weakreflist) as isize),
    tp_iter: slot::unary(iterator::iter),
    tp_methods: table(&FROZEN_METHODS[0]),
    tp_new: Cell::new(Some(frozen_new)),
    tp_vectorcall: Cell::new(Some(frozen_vectorcall)),
    ..PyTypeObject::new::<PySetObject>(c"frozenset")
};

static SET_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_subtract: Cell::new(Some(subtract)),
    nb_and: Cell::new(Some(and)),
    nb_xor: Cell::new(Some(xor)),
    nb_or: Cell::new(Some(or)),
    nb_inplace_subtract: slot::binary(inplace_subtract),
    nb_inplace_and: slot::binary(inplace_and),
    nb_inplace_xor: slot::binary(inplace_xor),
    nb_inplace_or: slot::binary(inplace_or),
    ..PyNumberMethods::EMPTY
};

static FROZEN_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_subtract: Cell::new(Some(subtract)),
    nb_and: Cell::new(Some(and)),
    nb_xor: Cell::new(Some(xor)),
    nb_or: Cell::new(Some(or)),
    ..PyNumberMethods::EMPTY
};

static SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(len_slot),
    sq_contains: slot::contains(contains_slot),
    ..PySequenceMethods::EMPTY
};

const CONTAINS: PyMethodDef = {
    let entry = one(c"__contains__", contains, c"x.__contains__(y) <==> y in x.");
    PyMethodDef {
        ml_flags: Cell::new(meth::O | meth::COEXIST),
        ml_name: entry.ml_name,
        ml_meth: entry.ml_meth,
        ml_doc: entry.ml_doc,
    }
};
const DIFFERENCE: PyMethodDef = def::bare_name(fast(
    c"difference",
    difference_method,
    c"The items that are in none of the other iterables, as a new set.",
));
const INTERSECTION: PyMethodDef = def::bare_name(fast(
    c"intersection",
    intersection_method,
    c"The items that are in all of the other iterables too, as a new set.",
));
const ISDISJOINT: PyMethodDef = one(
    c"isdisjoint",
    isdisjoint,
    c"Whether there is no common item.",
);
const ISSUBSET: PyMethodDef = one(
    c"issubset",
    issubset,
    c"Whether all items are in the other iterable too.",
);
const ISSUPERSET: PyMethodDef = one(
    c"issuperset",
    issuperset,
    c"Whether all items of the other iterable are in this set.",
);
const REDUCE: PyMethodDef = noargs(c"__reduce__", reduce, c"State for pickling.");
const SIZEOF: PyMethodDef = noargs(c"__sizeof__", sizeof, c"S.__sizeof__() -> bytes in memory");
const SYMMETRIC_DIFFERENCE: PyMethodDef = one(
    c"symmetric_difference",
    symmetric_difference,
    c"The items that are in exactly one of both, as a new set.",
);
const UNION: PyMethodDef = def::bare_name(fast(
    c"union",
    union,
    c"The items of this set and of all other iterables, as a new set.",
));
const CLASS_GETITEM: PyMethodDef = class_method(one::<PyObject>(
    c"__class_getitem__",
    generic_alias::class_getitem,
    c"A generic alias, see PEP 585",
));

static SET_METHODS: [PyMethodDef; 22] = [
    CONTAINS,
    one(
        c"add",
        add,
        c"Adds an item; nothing happens if it is there.",
    ),
    noargs(c"clear", clear, c"Removes all items."),
    noargs(c"copy", copy_method, c"A shallow copy."),
    one(
        c"discard",
        discard,
        c"Removes an item; nothing happens if it is not there.",
    ),
    DIFFERENCE,
    def::bare_name(fast(
        c"difference_update",
        difference_update,
        c"Removes all items of the other iterables.",
    )),
    INTERSECTION,
    def::bare_name(fast(
        c"intersection_update",
        intersection_update,
        c"Keeps only items that are in all of the other iterables too.",
    )),
    ISDISJOINT,
    ISSUBSET,
    ISSUPERSET,
    noargs(
        c"pop",
        pop,
        c"Removes and returns some item; KeyError if there is none.",
    ),
    REDUCE,
    one(
        c"remove",
        remove,
        c"Removes an item; KeyError if it is not there.",
    ),
    SIZEOF,
    SYMMETRIC_DIFFERENCE,
    one(
        c"symmetric_difference_update",
        symmetric_difference_update,
        c"Keeps the items that are in exactly one of both.",
    ),
    UNION,
    def::bare_name(fast(
        c"update",
        update,
        c"Adds the items of all other iterables.",
    )),
    CLASS_GETITEM,
    PyMethodDef::END,
];

static FROZEN_METHODS: [PyMethodDef; 13] = [
    CONTAINS,
    noargs(c"copy", frozen_copy, c"A shallow copy."),
    DIFFERENCE,
    INTERSECTION,
    ISDISJOINT,
    ISSUBSET,
    ISSUPERSET,
    REDUCE,
    SIZEOF,
    SYMMETRIC_DIFFERENCE,
    UNION,
    CLASS_GETITEM,
    PyMethodDef::END,
];

// ---- life ----

unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: tp_dealloc: a dead set whose table is ours.
    unsafe {
        let set = &*op.cast::<PySetObject>();
        let exact = ptr::eq(set.ty(), &PySet_Type) || ptr::eq(set.ty(), &PyFrozenSet_Type);
        gc::untrack(set);
        gc::trashcan(op, dealloc, |op| {
            if !set.weakreflist.is_null() {
                weakref::clear_refs(set);
            }
            let table = set.table.get();
            let mut left = set.used.get();
            let mut i = 0;
            while left > 0 {
                let key = (*table.add(i)).key.as_ptr();
                if !key.is_null() && key != dummy() {
                    left -= 1;
                    PyObject::decref(key);
                }
                i += 1;
            }
            if table != set.small() {
                mem::free(table.cast());
            }
            sequence::free_container(op, exact, size_of::<PySetObject>());
        });
    }
}

extern "C" fn traverse(this: &PySetObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let mut at = 0;
    while let Some((next, key, _)) = this.next_entry(at) {
        at = next;
        let answer = visit(key, arg);
        if answer != 0 {
            return answer;
        }
    }
    0
}

extern "C" fn clear_slot(this: &PySetObject) -> c_int {
    this.clear();
    0
}

extern "C" fn set_new(ty: &PyTypeObject, _: &PyObject, _: Option<&PyObject>) -> PyResult {
    Ok(make(ty)?.into_object())
}

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    // SAFETY: U3, and tp_init gets a tuple.
    let (this, args) = unsafe { (this.cast::<PySetObject>(), args.cast::<PyTupleObject>()) };
    status((|| {
        cfunction::no_keywords("set", kwargs)?;
        cfunction::check_count(this.ty().name(), args.len(), 0, 1)?;
        this.clear();
        this.hash.set(-1);
        match args.items().first() {
            Some(iterable) => this.update(iterable),
            None => Ok(()),
        }
    })())
}

extern "C" fn set_vectorcall(
    _: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    sequence::no_kwnames("set", names)?;
    cfunction::check_count("set", count, 0, 1)?;
    let set = super::new()?;
    if let Some(iterable) = args.slice(count as isize).first() {
        set.update(iterable)?;
    }
    Ok(set.into_object())
}

/// An instance of frozenset or a subtype.
fn new_frozenset(ty: &PyTypeObject, iterable: Option<&PyObject>) -> PyResult {
    if let Some(iterable) = iterable
        && ptr::eq(ty, &PyFrozenSet_Type)
        && ptr::eq(iterable.ty(), &PyFrozenSet_Type)
    {
        return Ok(iterable.to_ref());
    }
    let set = make(ty)?;
    if let Some(iterable) = iterable {
        set.update(iterable)?;
    }
    Ok(set.into_object())
}

extern "C" fn frozen_new(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: tp_new gets a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    let own_init =
        ty.tp_init.get().map(|f| f as usize) == PyFrozenSet_Type.tp_init.get().map(|f| f as usize);
    if ptr::eq(ty, &PyFrozenSet_Type) || own_init {
        cfunction::no_keywords("frozenset", kwargs)?;
    }
    cfunction::check_count(ty.name(), args.len(), 0, 1)?;
    new_frozenset(ty, args.items().first().copied())
}

extern "C" fn frozen_vectorcall(
    ty: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    sequence::no_kwnames("frozenset", names)?;
    cfunction::check_count("frozenset", count, 0, 1)?;
    // SAFETY: the callable of a type's vectorcall is that type.
    let ty = unsafe { ty.cast::<PyTypeObject>() };
    new_frozenset(ty, args.slice(count as isize).first().copied())
}

// ---- slots ----

extern "C" fn repr(this: &PySetObject) -> PyResult {
    let name = sequence::type_name(this);
    if this.is_empty() {
        return Ok(str_::new(&format!("{name}()"))?.into_object());
    }
    let Some(_guard) = sequence::Printing::enter(this)? else {
        return Ok(str_::new(&format!("{name}(...)"))?.into_object());
    };
    let items = list::from_owned(this.items()?)?;
    let (open, close) = if ptr::eq(this.ty(), &PySet_Type) {
        ("{".to_string(), "}")
    } else {
        (format!("{name}({{"), "})")
    };
    Ok(sequence::repr(&*items, &open, "", close)?.into_object())
}

extern "C" fn hash_slot(this: &PySetObject) -> isize {
    this.frozen_hash()
}

extern "C" fn len_slot(this: &PySetObject) -> isize {
    this.len() as isize
}

extern "C" fn contains_slot(this: &PySetObject, key: &PyObject) -> c_int {
    truth_status(with_key(key, |key, hash| this.contains_hashed(key, hash)))
}

extern "C" fn richcompare(this: &PySetObject, other: &PyObject, op: c_int) -> PyResult {
    let Some(other) = as_any_set(other) else {
        return Ok(singletons::not_implemented());
    };
    Ok(boolean::from(match op {
        cmp::EQ => this.equals(other)?,
        cmp::NE => !this.equals(other)?,
        cmp::LE => this.is_subset_of(other)?,
        cmp::GE => other.is_subset_of(this)?,
        cmp::LT => this.len() < other.len() && this.is_subset_of(other)?,
        _ => this.len() > other.len() && other.is_subset_of(this)?,
    }))
}

/// Both operands as sets.
fn operands<'a>(a: &'a PyObject, b: &'a PyObject) -> Option<(&'a PySetObject, &'a PySetObject)> {
    Some((as_any_set(a)?, as_any_set(b)?))
}

extern "C" fn subtract(a: &PyObject, b: &PyObject) -> PyResult {
    match operands(a, b) {
        Some((a, b)) => Ok(difference(a, b)?.into_object()),
        None => Ok(singletons::not_implemented()),
    }
}

extern "C" fn and(a: &PyObject, b: &PyObject) -> PyResult {
    match operands(a, b) {
        Some((a, b)) => Ok(intersection(a, b)?.into_object()),
        None => Ok(singletons::not_implemented()),
    }
}

extern "C" fn xor(a: &PyObject, b: &PyObject) -> PyResult {
    match operands(a, b) {
        Some((a, b)) => symmetric_difference(a, b),
        None => Ok(singletons::not_implemented()),
    }
}

extern "C" fn or(a: &PyObject, b: &PyObject) -> PyResult {
    let Some((a, b)) = operands(a, b) else {
        return Ok(singletons::not_implemented());
    };
    let result = copy(a)?;
    result.merge(b)?;
    Ok(result.into_object())
}

extern "C" fn inplace_subtract(this: &PySetObject, other: &PyObject) -> PyResult {
    if !is_any_set(other) {
        return Ok(singletons::not_implemented());
    }
    this.difference_update(other)?;
    Ok(this.to_ref())
}

extern "C" fn inplace_and(this: &PySetObject, other: &PyObject) -> PyResult {
    if !is_any_set(other) {
        return Ok(singletons::not_implemented());
    }
    this.swap_bodies(&*intersection(this, other)?);
    Ok(this.to_ref())
}

extern "C" fn inplace_xor(this: &PySetObject, other: &PyObject) -> PyResult {
    if !is_any_set(other) {
        return Ok(singletons::not_implemented());
    }
    this.symmetric_difference_update(other)?;
    Ok(this.to_ref())
}

extern "C" fn inplace_or(this: &PySetObject, other: &PyObject) -> PyResult {
    if !is_any_set(other) {
        return Ok(singletons::not_implemented());
    }
    this.update(other)?;
    Ok(this.to_ref())
}

// ---- methods ----

extern "C" fn contains(this: &PySetObject, key: &PyObject) -> PyResult {
    Ok(boolean::from(with_key(key, |key, hash| {
        this.contains_hashed(key, hash)
    })?))
}

extern "C" fn add(this: &PySetObject, item: &PyObject) -> PyResult {
    this.add(item)?;
    Ok(singletons::none())
}

extern "C" fn clear(this: &PySetObject) -> PyResult {
    this.clear();
    Ok(singletons::none())
}

extern "C" fn copy_method(this: &PySetObject) -> PyResult {
    Ok(copy(this)?.into_object())
}

extern "C" fn frozen_copy(this: &PySetObject) -> PyResult {
    if ptr::eq(this.ty(), &PyFrozenSet_Type) {
        return Ok(this.to_ref());
    }
    copy_method(this)
}

extern "C" fn discard(this: &PySetObject, key: &PyObject) -> PyResult {
    with_key(key, |key, hash| this.discard_hashed(key, hash))?;
    Ok(singletons::none())
}

extern "C" fn remove(this: &PySetObject, key: &PyObject) -> PyResult {
    if with_key(key, |key, hash| this.discard_hashed(key, hash))? {
        Ok(singletons::none())
    } else {
        Err(errors::raise_key_error(key))
    }
}

extern "C" fn pop(this: &PySetObject) -> PyResult {
    this.pop()
        .ok_or_else(|| raise!(KeyError, "pop from an empty set"))
}

extern "C" fn difference_method(this: &PySetObject, args: Args<'_>, count: isize) -> PyResult {
    let [first, rest @ ..] = args.slice(count) else {
        return copy_method(this);
    };
    let result = difference(this, first)?;
    for other in rest {
        result.difference_update(other)?;
    }
    Ok(result.into_object())
}

extern "C" fn difference_update(this: &PySetObject, args: Args<'_>, count: isize) -> PyResult {
    for other in args.slice(count) {
        this.difference_update(other)?;
    }
    Ok(singletons::none())
}

fn intersection_of(this: &PySetObject, others: &[&PyObject]) -> PyResult<Ref<PySetObject>> {
    let [first, rest @ ..] = others else {
        return copy(this);
    };
    let mut result = intersection(this, first)?;
    for other in rest {
        result = intersection(&result, other)?;
    }
    Ok(result)
}

extern "C" fn intersection_method(this: &PySetObject, args: Args<'_>, count: isize) -> PyResult {
    if count == 0 {
        return copy_method(this);
    }
    Ok(intersection_of(this, args.slice(count))?.into_object())
}

extern "C" fn intersection_update(this: &PySetObject, args: Args<'_>, count: isize) -> PyResult {
    this.swap_bodies(&*intersection_of(this, args.slice(count))?);
    Ok(singletons::none())
}

pub(super) extern "C" fn isdisjoint(this: &PySetObject, other: &PyObject) -> PyResult {
    Ok(boolean::from(this.is_disjoint(other)?))
}

pub(super) extern "C" fn issubset(this: &PySetObject, other: &PyObject) -> PyResult {
    Ok(boolean::from(match as_any_set(other) {
        Some(other) => this.is_subset_of(other)?,
        None => this.is_subset_of(&*from_iterable(other)?)?,
    }))
}

pub(super) extern "C" fn issuperset(this: &PySetObject, other: &PyObject) -> PyResult {
    if let Some(other) = as_any_set(other) {
        return Ok(boolean::from(other.is_subset_of(this)?));
    }
    let steps = Stepper::new(other)?;
    while let Some(item) = steps.step()? {
        if !this.contains(&item)? {
            return Ok(boolean::from(false));
        }
    }
    Ok(boolean::from(true))
}

extern "C" fn reduce(this: &PySetObject) -> PyResult {
    let items = list::from_owned(this.items()?)?.into_object();
    let args = tuple::from_array([items])?.into_object();
    let state = call::call_method(this, &names::__getstate__, &[])?;
    Ok(tuple::from_array([this.ty().to_ref(), args, state])?.into_object())
}

extern "C" fn sizeof(this: &PySetObject) -> PyResult {
    let mut size = this.ty().tp_basicsize.get() as usize;
    if this.table.get() != this.small() {
        size += (this.mask.get() as usize + 1) * size_of::<setentry>();
    }
    Ok(int::from_usize(size)?.into_object())
}

extern "C" fn symmetric_difference(this: &PySetObject, other: &PyObject) -> PyResult {
    let result = of_kind(this, Some(other))?;
    result.symmetric_difference_update(this)?;
    Ok(result.into_object())
}

extern "C" fn symmetric_difference_update(this: &PySetObject, other: &PyObject) -> PyResult {
    this.symmetric_difference_update(other)?;
    Ok(singletons::none())
}

extern "C" fn union(this: &PySetObject, args: Args<'_>, count: isize) -> PyResult {
    let result = copy(this)?;
    for other in args.slice(count) {
        if !this.is(*other) {
            result.update(other)?;
        }
    }
    Ok(result.into_object())
}

extern "C" fn update(this: &PySetObject, args: Args<'_>, count: isize) -> PyResult {
    for other in args.slice(count) {
        this.update(other)?;
    }
    Ok(singletons::none())
}
