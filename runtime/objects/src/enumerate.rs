//! `enumerate` and `reversed`.

use crate::def::{class_method, noargs, one, slot, table};
use crate::flags::tp;
use crate::sequence;
use crate::*;

/// The type `enumerate`.
#[unsafe(no_mangle)]
pub static PyEnum_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(enum_dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE),
    tp_doc: Cell::new(
        c"enumerate(iterable, start=0)\n--\n\nAn iterator over pairs of a number, counted from start, and an item of the iterable."
            .as_ptr(),
    ),
    tp_traverse: slot::traverse(enum_traverse),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(enum_next),
    tp_methods: table(&ENUM_METHODS[0]),
    tp_new: Cell::new(Some(enum_new)),
    tp_vectorcall: Cell::new(Some(enum_vectorcall)),
    ..PyTypeObject::new::<enumobject>(c"enumerate")
};
builtin!(enumobject = PyEnum_Type);

static ENUM_METHODS: [PyMethodDef; 3] = [
    noargs(c"__reduce__", enum_reduce, c"State for pickling."),
    class_method(one::<PyObject>(
        c"__class_getitem__",
        generic_alias::class_getitem,
        c"A generic alias, see PEP 585",
    )),
    PyMethodDef::END,
];

/// An enumerate object of a type. Any exception; may run Python.
fn make_enum(ty: &PyTypeObject, iterable: &PyObject, start: Option<&PyObject>) -> PyResult {
    let (mut index, mut long) = (0, None);
    if let Some(start) = start {
        let start = number::index(start)?;
        match start.to_i64() {
            Some(i) => index = i as isize,
            None => {
                index = isize::MAX;
                long = Some(start.into_object());
            }
        }
    }
    // A tp_alloc tracks the object at once: all its fields are empty then.
    let new = sequence::allocate(ty, 0)?;
    // SAFETY: an instance of enumerate's layout.
    let this: &enumobject = unsafe { (*new).cast() };
    this.en_index.set(index);
    this.en_longindex.set(long);
    this.en_sit.set(Some(protocol::iter(iterable)?));
    Ok(new)
}

/// `enumerate(...)` from bound arguments.
fn enum_from(ty: &PyTypeObject, args: &[&PyObject], named: &[(&Str, &PyObject)]) -> PyResult {
    if args.len() + named.len() > 2 {
        return Err(raise!(
            TypeError,
            "enumerate() takes at most 2 arguments ({} given)",
            args.len() + named.len()
        ));
    }
    let (mut iterable, mut start) = (args.first().copied(), args.get(1).copied());
    for (name, value) in named {
        if name.equals_text("iterable") && iterable.is_none() {
            iterable = Some(value);
        } else if name.equals_text("start") && start.is_none() {
            start = Some(value);
        } else {
            return Err(raise!(
                TypeError,
                "'{}' is an invalid keyword argument for enumerate()",
                name.to_string_lossy()
            ));
        }
    }
    match iterable {
        Some(iterable) => make_enum(ty, iterable, start),
        None => Err(raise!(
            TypeError,
            "enumerate() missing required argument 'iterable'"
        )),
    }
}

extern "C" fn enum_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // SAFETY: tp_new gets a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    let pairs = kwargs
        .and_then(|k| k.downcast::<PyDictObject>())
        .map_or(Vec::new(), |k| k.pairs());
    let named: Vec<(&Str, &PyObject)> = pairs
        .iter()
        .filter_map(|(k, v)| Some((k.downcast::<Str>()?, &**v)))
        .collect();
    enum_from(ty, args.items(), &named)
}

extern "C" fn enum_vectorcall(
    ty: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    let names = names.map_or(&[][..], |names| names.items());
    let all = args.slice((count + names.len()) as isize);
    let named: smallvec::SmallVec<[(&Str, &PyObject); 2]> = names
        .iter()
        .zip(&all[count..])
        .filter_map(|(k, v)| Some((k.downcast::<Str>()?, *v)))
        .collect();
    // SAFETY: the callable of a type's vectorcall is that type.
    enum_from(unsafe { ty.cast() }, &all[..count], &named)
}

dealloc_slots!(enum_dealloc(enumobject): en_sit, en_result, en_longindex; free_instance);

traverse_slots!(enum_traverse(enumobject): en_sit, en_result, en_longindex);

impl enumobject {
    /// The number for the next item. Raises MemoryError.
    #[inline(always)]
    pub fn take_index(&self) -> PyResult {
        let index = self.en_index.get();
        if index == isize::MAX {
            return self.take_long_index();
        }
        self.en_index.set(index + 1);
        Ok(int::from_i64(index as i64)?.into_object())
    }

    #[cold]
    fn take_long_index(&self) -> PyResult {
        let index = match self.en_longindex.cloned() {
            Some(index) => index,
            None => int::from_i64(i64::MAX)?.into_object(),
        };
        let next = number::binary(number::BinaryOp::Add, &index, &*int::from_i64(1)?)?;
        self.en_longindex.set(Some(next));
        Ok(index)
    }

    /// The number and the next item, of which the caller makes a pair with [`dict::reuse_pair`] or takes both apart.
    /// `None` at the end, or if an exception is set. May run Python.
    #[inline(always)]
    pub fn step(&self) -> Option<(Ref, Ref)> {
        let source = self.en_sit.get()?;
        let item = source.ty().tp_iternext.get()?(source)?;
        Some((self.take_index().ok()?, item))
    }
}

extern "C" fn enum_next(this: &enumobject) -> Option<Ref> {
    let (index, item) = this.step()?;
    // SAFETY: the slot holds a tuple.
    let result = unsafe { &*(&raw const this.en_result).cast::<Slot<PyTupleObject>>() };
    dict::reuse_pair(result, index, item)
}

extern "C" fn enum_reduce(this: &enumobject) -> PyResult {
    let source = match this.en_sit.cloned() {
        Some(source) => source,
        None => singletons::none(),
    };
    let index = match this.en_longindex.cloned() {
        Some(index) => index,
        None => int::from_i64(this.en_index.get() as i64)?.into_object(),
    };
    let args = tuple::from_array([source, index])?.into_object();
    Ok(tuple::from_array([this.ty().to_ref(), args])?.into_object())
}

// ---- reversed ----

/// C: `reversedobject` (private there).
#[repr(C)]
pub struct reversedobject {
    pub ob_base: PyObject,
    pub index: Cell<isize>,
    /// Empty when exhausted.
    pub seq: Slot<PyObject>,
}
object_structs!(reversedobject);

/// The type `reversed`.
#[unsafe(no_mangle)]
pub static PyReversed_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(reversed_dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE),
    tp_doc: Cell::new(
        c"reversed(sequence, /)\n--\n\nAn iterator over the sequence's items, last first.".as_ptr(),
    ),
    tp_traverse: slot::traverse(reversed_traverse),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(reversed_next),
    tp_methods: table(&REVERSED_METHODS[0]),
    tp_new: Cell::new(Some(reversed_new)),
    tp_vectorcall: Cell::new(Some(reversed_vectorcall)),
    ..PyTypeObject::new::<reversedobject>(c"reversed")
};
builtin!(reversedobject = PyReversed_Type);

static REVERSED_METHODS: [PyMethodDef; 4] = [
    noargs(
        c"__length_hint__",
        reversed_hint,
        c"How many items are left.",
    ),
    noargs(c"__reduce__", reversed_reduce, c"State for pickling."),
    one(
        c"__setstate__",
        reversed_setstate,
        c"Sets the state when unpickling.",
    ),
    PyMethodDef::END,
];

/// Whether `reversed` can index the object (C: `PySequence_Check`).
fn is_sequence(object: &PyObject) -> bool {
    let ty = object.ty();
    if ty.is_subclass_flag(tp::DICT_SUBCLASS) {
        return false;
    }
    // SAFETY: a type's table lives as long as the type.
    unsafe {
        ty.tp_as_sequence
            .get()
            .as_ref()
            .is_some_and(|s| s.sq_item.get().is_some())
    }
}

/// `reversed(sequence)`, for `ty` being `reversed` or a subtype. Any exception; may run Python.
fn make_reversed(ty: &PyTypeObject, sequence: &PyObject) -> PyResult {
    let not_reversible = || {
        raise!(
            TypeError,
            "'{}' object is not reversible",
            sequence::type_name(sequence)
        )
    };
    if let Some(method) = typeobject::lookup(sequence.ty(), &names::__reversed__)
        && singletons::is_none(method)
    {
        return Err(not_reversible());
    }
    if let Some(method) = protocol::lookup_special(sequence, &names::__reversed__)? {
        return call::call0(&method);
    }
    if !is_sequence(sequence) {
        return Err(not_reversible());
    }
    let len = protocol::len(sequence)?;
    let new = sequence::allocate(ty, 0)?;
    // SAFETY: an instance of reversed's layout.
    let this: &reversedobject = unsafe { (*new).cast() };
    this.index.set(len as isize - 1);
    this.seq.set(Some(sequence.to_ref()));
    Ok(new)
}

extern "C" fn reversed_new(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    if sequence::refuses_keywords(ty, &PyReversed_Type) {
        cfunction::no_keywords("reversed", kwargs)?;
    }
    // SAFETY: tp_new gets a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    cfunction::check_count("reversed", args.len(), 1, 1)?;
    make_reversed(ty, args.items()[0])
}

extern "C" fn reversed_vectorcall(
    ty: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    sequence::no_kwnames("reversed", names)?;
    cfunction::check_count("reversed", count, 1, 1)?;
    // SAFETY: the callable of a type's vectorcall is that type.
    make_reversed(unsafe { ty.cast() }, args.slice(1)[0])
}

dealloc_slots!(reversed_dealloc(reversedobject): seq; free_instance);

traverse_slots!(reversed_traverse(reversedobject): seq);

extern "C" fn reversed_next(this: &reversedobject) -> Option<Ref> {
    let index = this.index.get();
    if index >= 0
        && let Some(seq) = this.seq.cloned()
    {
        match sequence::item_or_end(protocol::sequence_item(&seq, index)) {
            Ok(Some(item)) => {
                this.index.set(index - 1);
                return Some(item);
            }
            Ok(None) => {}
            Err(Raised) => return None,
        }
    }
    this.index.set(-1);
    this.seq.set(None);
    None
}

extern "C" fn reversed_hint(this: &reversedobject) -> PyResult {
    let position = this.index.get() + 1;
    let left = match this.seq.cloned() {
        Some(seq) if protocol::len(&seq)? as isize >= position => position,
        _ => 0,
    };
    Ok(int::from_i64(left as i64)?.into_object())
}

extern "C" fn reversed_reduce(this: &reversedobject) -> PyResult {
    let ty = this.ty().to_ref();
    match this.seq.cloned() {
        Some(seq) => {
            let index = int::from_i64(this.index.get() as i64)?.into_object();
            sequence::reduced(ty, seq, Some(index))
        }
        None => sequence::reduced(ty, tuple::empty().into_object(), None),
    }
}

extern "C" fn reversed_setstate(this: &reversedobject, state: &PyObject) -> PyResult {
    let index = sequence::state_index(state)?;
    if let Some(seq) = this.seq.cloned() {
        let len = protocol::len(&seq)? as isize;
        this.index.set(index.min(len - 1).max(-1));
    }
    Ok(singletons::none())
}
