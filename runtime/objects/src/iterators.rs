//! Iterators over sequences (`iterator`), callables (`callable_iterator`), `map`, `filter`, `zip`.
//!
//! `map` and `filter` call natively here; Python callers go through their surrogates (O8).

use crate::def::{noargs, one, slot, table};
use crate::flags::{cmp, tp};
use crate::sequence::{self, end_of_iteration};
use crate::*;
use smallvec::SmallVec;

/// One step of an iterator: `None` at its end (StopIteration may be set), or with an exception.
#[inline(always)]
fn step(iterator: &PyObject) -> Option<Ref> {
    match iterator.ty().tp_iternext.get() {
        Some(next) => next(iterator),
        None => None,
    }
}

// ---- sequences ----

/// Iterator that indexes a sequence. C: `seqiterobject`.
#[repr(C)]
pub struct seqiterobject {
    pub ob_base: PyObject,
    pub it_index: Cell<isize>,
    /// Empty when exhausted.
    pub it_seq: Slot<PyObject>,
}
object_structs!(seqiterobject);

/// The type `iterator`.
#[unsafe(no_mangle)]
pub static PySeqIter_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(seq_dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(seq_traverse),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(seq_next),
    tp_methods: table(&SEQ_METHODS[0]),
    ..PyTypeObject::new::<seqiterobject>(c"iterator")
};
builtin!(seqiterobject = PySeqIter_Type);

static SEQ_METHODS: [PyMethodDef; 4] = [
    noargs(c"__length_hint__", seq_hint, c"How many items are left."),
    noargs(c"__reduce__", seq_reduce, c"State for pickling."),
    one(
        c"__setstate__",
        seq_setstate,
        c"Sets the state when unpickling.",
    ),
    PyMethodDef::END,
];

/// Iterates with `__getitem__` from 0. Raises MemoryError.
pub fn sequence_iter(seq: &PyObject) -> PyResult {
    let it = mem::create_gc(&PySeqIter_Type, |ob_base| seqiterobject {
        ob_base,
        it_index: Cell::new(0),
        it_seq: Slot::EMPTY,
    })?;
    it.it_seq.set(Some(seq.to_ref()));
    gc::track(&it);
    Ok(it.into_object())
}

dealloc_slots!(seq_dealloc(seqiterobject): it_seq; free_gc_object);

traverse_slots!(seq_traverse(seqiterobject): it_seq);

extern "C" fn seq_next(this: &seqiterobject) -> Option<Ref> {
    let seq = this.it_seq.cloned()?;
    let index = this.it_index.get();
    if index == isize::MAX {
        let _: Raised = raise!(OverflowError, "iter index too large");
        return None;
    }
    match sequence::item_or_end(protocol::sequence_item(&seq, index)) {
        Ok(Some(item)) => {
            this.it_index.set(index + 1);
            Some(item)
        }
        Ok(None) => {
            this.it_seq.set(None);
            None
        }
        Err(Raised) => None,
    }
}

/// Whether `len()` of the object can work.
fn has_len(object: &PyObject) -> bool {
    let ty = object.ty();
    // SAFETY: a type's tables live as long as the type.
    unsafe {
        ty.tp_as_sequence
            .get()
            .as_ref()
            .is_some_and(|s| s.sq_length.get().is_some())
            || ty
                .tp_as_mapping
                .get()
                .as_ref()
                .is_some_and(|m| m.mp_length.get().is_some())
    }
}

extern "C" fn seq_hint(this: &seqiterobject) -> PyResult {
    let left = match this.it_seq.cloned() {
        Some(seq) => {
            if !has_len(&seq) {
                return Ok(singletons::not_implemented());
            }
            (protocol::len(&seq)? as isize - this.it_index.get()).max(0)
        }
        None => 0,
    };
    Ok(int::from_i64(left as i64)?.into_object())
}

extern "C" fn seq_reduce(this: &seqiterobject) -> PyResult {
    let function = sequence::builtin_function("iter")?;
    match this.it_seq.cloned() {
        Some(seq) => {
            let index = int::from_i64(this.it_index.get() as i64)?.into_object();
            sequence::reduced(function, seq, Some(index))
        }
        None => sequence::reduced(function, tuple::empty().into_object(), None),
    }
}

extern "C" fn seq_setstate(this: &seqiterobject, state: &PyObject) -> PyResult {
    let index = sequence::state_index(state)?;
    if !this.it_seq.is_null() {
        this.it_index.set(index.max(0));
    }
    Ok(singletons::none())
}

// ---- callables ----

/// `iter(callable, sentinel)`. C: `calliterobject`.
#[repr(C)]
pub struct calliterobject {
    pub ob_base: PyObject,
    /// Both are empty when exhausted.
    pub it_callable: Slot<PyObject>,
    pub it_sentinel: Slot<PyObject>,
}
object_structs!(calliterobject);

/// The type `callable_iterator`.
#[unsafe(no_mangle)]
pub static PyCallIter_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(call_dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(call_traverse),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(call_next),
    tp_methods: table(&CALL_METHODS[0]),
    ..PyTypeObject::new::<calliterobject>(c"callable_iterator")
};
builtin!(calliterobject = PyCallIter_Type);

static CALL_METHODS: [PyMethodDef; 2] = [
    noargs(c"__reduce__", call_reduce, c"State for pickling."),
    PyMethodDef::END,
];

/// `iter(callable, sentinel)`. Raises MemoryError.
pub fn callable_iter(callable: &PyObject, sentinel: &PyObject) -> PyResult {
    let it = mem::create_gc(&PyCallIter_Type, |ob_base| calliterobject {
        ob_base,
        it_callable: Slot::EMPTY,
        it_sentinel: Slot::EMPTY,
    })?;
    it.it_callable.set(Some(callable.to_ref()));
    it.it_sentinel.set(Some(sentinel.to_ref()));
    gc::track(&it);
    Ok(it.into_object())
}

unsafe extern "C" fn call_dealloc(op: *mut PyObject) {
    // SAFETY: tp_dealloc.
    unsafe {
        gc::untrack(&*op);
        (*op.cast::<calliterobject>()).finish();
        mem::free_gc_object(op);
    }
}

traverse_slots!(call_traverse(calliterobject): it_callable, it_sentinel);

impl calliterobject {
    /// Exhausts the iterator.
    pub fn finish(&self) {
        let (callable, sentinel) = (self.it_callable.take(), self.it_sentinel.take());
        drop(callable);
        drop(sentinel);
    }
}

extern "C" fn call_next(this: &calliterobject) -> Option<Ref> {
    let callable = this.it_callable.cloned()?;
    match call::call0(&callable) {
        Ok(result) => {
            let sentinel = this.it_sentinel.cloned()?;
            match protocol::compare_bool(&sentinel, &result, cmp::EQ) {
                Ok(false) => return Some(result),
                Ok(true) => this.finish(),
                Err(Raised) => {}
            }
        }
        Err(Raised) => {
            if errors::matches(&exceptions::StopIteration) {
                errors::clear();
                this.finish();
            }
        }
    }
    None
}

extern "C" fn call_reduce(this: &calliterobject) -> PyResult {
    let function = sequence::builtin_function("iter")?;
    match (this.it_callable.cloned(), this.it_sentinel.cloned()) {
        (Some(callable), Some(sentinel)) => {
            let args = tuple::from_array([callable, sentinel])?.into_object();
            Ok(tuple::from_array([function, args])?.into_object())
        }
        _ => sequence::reduced(function, tuple::empty().into_object(), None),
    }
}

// ---- map ----

/// C: `mapobject` (private there).
#[repr(C)]
pub struct mapobject {
    pub ob_base: PyObject,
    pub iters: Slot<PyTupleObject>,
    pub func: Slot<PyObject>,
}
object_structs!(mapobject);

/// The type `map`.
#[unsafe(no_mangle)]
pub static PyMap_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(map_dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE),
    tp_doc: Cell::new(
        c"map(func, *iterables) --> map object\n\nAn iterator over the function's results for items of each iterable, up to the end of the shortest."
            .as_ptr(),
    ),
    tp_traverse: slot::traverse(map_traverse),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(map_next),
    tp_methods: table(&MAP_METHODS[0]),
    tp_new: Cell::new(Some(map_new)),
    tp_vectorcall: Cell::new(Some(map_vectorcall)),
    ..PyTypeObject::new::<mapobject>(c"map")
};
builtin!(mapobject = PyMap_Type);

static MAP_METHODS: [PyMethodDef; 2] = [
    noargs(c"__reduce__", map_reduce, c"State for pickling."),
    PyMethodDef::END,
];

/// Iterators of all iterables. May run Python.
fn iterators_of(iterables: &[&PyObject]) -> PyResult<Ref<PyTupleObject>> {
    let mut iterators = Vec::with_capacity(iterables.len());
    for iterable in iterables {
        iterators.push(protocol::iter(iterable)?);
    }
    tuple::from_owned(iterators)
}

fn make_map(ty: &PyTypeObject, args: &[&PyObject]) -> PyResult {
    if args.len() < 2 {
        return Err(raise!(TypeError, "map() must have at least two arguments."));
    }
    let iterators = iterators_of(&args[1..])?;
    let new = sequence::allocate(ty, 0)?;
    // SAFETY: an instance of map's layout.
    let this: &mapobject = unsafe { (*new).cast() };
    this.iters.set(Some(iterators));
    this.func.set(Some(args[0].to_ref()));
    Ok(new)
}

extern "C" fn map_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    if sequence::refuses_keywords(ty, &PyMap_Type) {
        cfunction::no_keywords("map", kwargs)?;
    }
    // SAFETY: tp_new gets a tuple.
    make_map(ty, unsafe { args.cast::<PyTupleObject>() }.items())
}

extern "C" fn map_vectorcall(
    ty: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    sequence::no_kwnames("map", names)?;
    // SAFETY: the callable of a type's vectorcall is that type.
    make_map(unsafe { ty.cast() }, args.slice(count as isize))
}

dealloc_slots!(map_dealloc(mapobject): iters, func; free_instance);

traverse_slots!(map_traverse(mapobject): iters, func);

extern "C" fn map_next(this: &mapobject) -> Option<Ref> {
    let iterators = this.iters.cloned()?;
    let func = this.func.cloned()?;
    let mut values: SmallVec<[Ref; 4]> = SmallVec::new();
    for iterator in iterators.items() {
        values.push(step(iterator)?);
    }
    let args: SmallVec<[&PyObject; 4]> = values.iter().map(|v| &**v).collect();
    call::call(&func, &args).ok()
}

extern "C" fn map_reduce(this: &mapobject) -> PyResult {
    let mut args = vec![this.func.cloned().unwrap_or_else(singletons::none)];
    if let Some(iterators) = this.iters.get() {
        args.extend(iterators.items().iter().map(|i| i.to_ref()));
    }
    let args = tuple::from_owned(args)?.into_object();
    Ok(tuple::from_array([this.ty().to_ref(), args])?.into_object())
}

// ---- filter ----

/// C: `filterobject` (private there).
#[repr(C)]
pub struct filterobject {
    pub ob_base: PyObject,
    pub func: Slot<PyObject>,
    pub it: Slot<PyObject>,
}
object_structs!(filterobject);

/// The type `filter`.
#[unsafe(no_mangle)]
pub static PyFilter_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(filter_dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE),
    tp_doc: Cell::new(
        c"filter(function or None, iterable) --> filter object\n\nAn iterator over the items for which the function's result is true; None stands for the items themselves."
            .as_ptr(),
    ),
    tp_traverse: slot::traverse(filter_traverse),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(filter_next),
    tp_methods: table(&FILTER_METHODS[0]),
    tp_new: Cell::new(Some(filter_new)),
    tp_vectorcall: Cell::new(Some(filter_vectorcall)),
    ..PyTypeObject::new::<filterobject>(c"filter")
};
builtin!(filterobject = PyFilter_Type);

static FILTER_METHODS: [PyMethodDef; 2] = [
    noargs(c"__reduce__", filter_reduce, c"State for pickling."),
    PyMethodDef::END,
];

fn make_filter(ty: &PyTypeObject, args: &[&PyObject]) -> PyResult {
    cfunction::check_count("filter", args.len(), 2, 2)?;
    let iterator = protocol::iter(args[1])?;
    let new = sequence::allocate(ty, 0)?;
    // SAFETY: an instance of filter's layout.
    let this: &filterobject = unsafe { (*new).cast() };
    this.func.set(Some(args[0].to_ref()));
    this.it.set(Some(iterator));
    Ok(new)
}

extern "C" fn filter_new(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    if sequence::refuses_keywords(ty, &PyFilter_Type) {
        cfunction::no_keywords("filter", kwargs)?;
    }
    // SAFETY: tp_new gets a tuple.
    make_filter(ty, unsafe { args.cast::<PyTupleObject>() }.items())
}

extern "C" fn filter_vectorcall(
    ty: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    sequence::no_kwnames("filter", names)?;
    // SAFETY: the callable of a type's vectorcall is that type.
    make_filter(unsafe { ty.cast() }, args.slice(count as isize))
}

dealloc_slots!(filter_dealloc(filterobject): func, it; free_instance);

traverse_slots!(filter_traverse(filterobject): func, it);

extern "C" fn filter_next(this: &filterobject) -> Option<Ref> {
    let (func, iterator) = (this.func.cloned()?, this.it.cloned()?);
    let by_truth = singletons::is_none(&func) || func.is(&boolean::PyBool_Type);
    loop {
        let item = step(&iterator)?;
        let keep = if by_truth {
            protocol::truth(&item)
        } else {
            call::call1(&func, &item).and_then(|answer| protocol::truth(&answer))
        };
        match keep {
            Ok(true) => return Some(item),
            Ok(false) => {}
            Err(Raised) => return None,
        }
    }
}

extern "C" fn filter_reduce(this: &filterobject) -> PyResult {
    let func = this.func.cloned().unwrap_or_else(singletons::none);
    let iterator = this.it.cloned().unwrap_or_else(singletons::none);
    let args = tuple::from_array([func, iterator])?.into_object();
    Ok(tuple::from_array([this.ty().to_ref(), args])?.into_object())
}

// ---- zip ----

/// C: `zipobject` (private there).
#[repr(C)]
pub struct zipobject {
    pub ob_base: PyObject,
    pub tuplesize: Cell<isize>,
    pub ittuple: Slot<PyTupleObject>,
    /// Reused result, while nobody else has it.
    pub result: Slot<PyTupleObject>,
    pub strict: Cell<i32>,
}
object_structs!(zipobject);

/// The type `zip`.
#[unsafe(no_mangle)]
pub static PyZip_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(zip_dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE),
    tp_doc: Cell::new(
        c"zip(*iterables, strict=False) --> an iterator over tuples of one item of each iterable\n\nIt ends with the shortest iterable. If strict, iterables of different length raise ValueError.\n\n>>> list(zip('ab', [1, 2, 3]))\n[('a', 1), ('b', 2)]"
            .as_ptr(),
    ),
    tp_traverse: slot::traverse(zip_traverse),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(zip_next),
    tp_methods: table(&ZIP_METHODS[0]),
    tp_new: Cell::new(Some(zip_new)),
    tp_vectorcall: Cell::new(Some(zip_vectorcall)),
    ..PyTypeObject::new::<zipobject>(c"zip")
};
builtin!(zipobject = PyZip_Type);

static ZIP_METHODS: [PyMethodDef; 3] = [
    noargs(c"__reduce__", zip_reduce, c"State for pickling."),
    one(
        c"__setstate__",
        zip_setstate,
        c"Sets the state when unpickling.",
    ),
    PyMethodDef::END,
];

/// The `strict` flag among keyword arguments.
fn zip_strict<'a>(named: impl Iterator<Item = (&'a PyObject, &'a PyObject)>) -> PyResult<bool> {
    let mut strict = false;
    for (name, value) in named {
        match name.downcast::<Str>() {
            Some(name) if name.equals_text("strict") => strict = protocol::truth(value)?,
            Some(name) => {
                return Err(raise!(
                    TypeError,
                    "'{}' is an invalid keyword argument for zip()",
                    name.to_string_lossy()
                ));
            }
            None => return Err(raise!(TypeError, "keywords must be strings")),
        }
    }
    Ok(strict)
}

fn make_zip(ty: &PyTypeObject, iterables: &[&PyObject], strict: bool) -> PyResult {
    let iterators = iterators_of(iterables)?;
    let nones: SmallVec<[&PyObject; 4]> = iterables
        .iter()
        .map(|_| &singletons::_Py_NoneStruct)
        .collect();
    let result = tuple::from_borrowed(&nones)?;
    let new = sequence::allocate(ty, 0)?;
    // SAFETY: an instance of zip's layout.
    let this: &zipobject = unsafe { (*new).cast() };
    this.tuplesize.set(iterables.len() as isize);
    this.ittuple.set(Some(iterators));
    this.result.set(Some(result));
    this.strict.set(strict as i32);
    Ok(new)
}

extern "C" fn zip_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    let pairs = kwargs
        .and_then(|k| k.downcast::<PyDictObject>())
        .map_or(Vec::new(), |k| k.pairs());
    let strict = zip_strict(pairs.iter().map(|(k, v)| (&**k, &**v)))?;
    // SAFETY: tp_new gets a tuple.
    make_zip(ty, unsafe { args.cast::<PyTupleObject>() }.items(), strict)
}

extern "C" fn zip_vectorcall(
    ty: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    let names = names.map_or(&[][..], |names| names.items());
    let all = args.slice((count + names.len()) as isize);
    let strict = zip_strict(names.iter().copied().zip(all[count..].iter().copied()))?;
    // SAFETY: the callable of a type's vectorcall is that type.
    make_zip(unsafe { ty.cast() }, &all[..count], strict)
}

dealloc_slots!(zip_dealloc(zipobject): ittuple, result; free_instance);

traverse_slots!(zip_traverse(zipobject): ittuple, result);

extern "C" fn zip_next(this: &zipobject) -> Option<Ref> {
    let size = this.tuplesize.get() as usize;
    if size == 0 {
        return None;
    }
    let iterators = this.ittuple.get()?;
    if let Some(result) = this.result.get()
        && result.ob_refcnt.get() == 1
    {
        // Two references meanwhile, so that no step of ours can be given the same tuple.
        let result = Ref::new(result);
        // SAFETY: nobody else sees the tuple; the iterators live as long as the zip object, which its caller holds.
        unsafe {
            let items = tuple::items_ptr(result.as_ptr());
            for i in 0..size {
                let Some(item) = step(iterators.items()[i]) else {
                    return zip_end(this, i);
                };
                let old = items.add(i).replace(item.into_raw());
                PyObject::decref(old);
            }
        }
        // A collection may have untracked it while it held untracked things.
        gc::track_if_needed(&result);
        return Some(result.into_object());
    }
    let mut items: SmallVec<[Ref; 4]> = SmallVec::with_capacity(size);
    for i in 0..size {
        match step(iterators.items()[i]) {
            Some(item) => items.push(item),
            None => return zip_end(this, i),
        }
    }
    // SAFETY: the vector gives up its items.
    unsafe {
        items.set_len(0);
        tuple::from_stack(items.as_ptr().cast(), size)
            .ok()
            .map(Ref::into_object)
    }
}

/// Iterator `at` is exhausted (or has raised).
#[cold]
fn zip_end(this: &zipobject, at: usize) -> Option<Ref> {
    if this.strict.get() == 0 || end_of_iteration().is_err() {
        return None;
    }
    let plural = |n: usize| if n == 1 { " " } else { "s 1-" };
    if at > 0 {
        let _: Raised = raise!(
            ValueError,
            "zip() argument {} is shorter than argument{}{}",
            at + 1,
            plural(at),
            at
        );
        return None;
    }
    let iterators = this.ittuple.cloned()?;
    for i in 1..this.tuplesize.get() as usize {
        if step(iterators.items()[i]).is_some() {
            let _: Raised = raise!(
                ValueError,
                "zip() argument {} is longer than argument{}{}",
                i + 1,
                plural(i),
                i
            );
            return None;
        }
        if end_of_iteration().is_err() {
            return None;
        }
    }
    None
}

extern "C" fn zip_reduce(this: &zipobject) -> PyResult {
    let iterators = match this.ittuple.cloned() {
        Some(iterators) => iterators.into_object(),
        None => tuple::empty().into_object(),
    };
    let ty = this.ty().to_ref();
    Ok(if this.strict.get() != 0 {
        tuple::from_array([ty, iterators, boolean::from(true)])?
    } else {
        tuple::from_array([ty, iterators])?
    }
    .into_object())
}

extern "C" fn zip_setstate(this: &zipobject, state: &PyObject) -> PyResult {
    this.strict.set(protocol::truth(state)? as i32);
    Ok(singletons::none())
}
