//! What may run Python: steps of iterators, calls of builtins, operations on what containers hold.
//!
//! A "no" lets an operation run natively, at once; a "yes" costs a frame, and may be wrong. Nothing is asked by asking: these look at types and
//! at what objects of builtin types refer to. Iterators over iterators are followed for a few of them ([`MOST`]), the rest counts as asking Python: so
//! native steps do not nest deeper than that.

use crate::builtin_calls;
use crate::config;
use crate::replay::{self, Job, Quiet};
use crate::surrogates;
use hotpy_objects::flags::{cmp, tp};
use hotpy_objects::task;
use hotpy_objects::*;
use std::cell::Cell;

/// How many iterators over others are looked at to answer one question.
const MOST: u32 = 16;

struct Left(Cell<u32>);
// SAFETY: used under the GIL; nothing runs while an answer is looked for.
unsafe impl Sync for Left {}
static LEFT: Left = Left(Cell::new(MOST));

/// Looks into an iterator, if there have not been too many.
fn looks_into(look: impl FnOnce() -> bool) -> bool {
    let left = LEFT.0.get();
    if left == 0 {
        return true;
    }
    LEFT.0.set(left - 1);
    let answer = look();
    if left == MOST {
        LEFT.0.set(MOST);
    }
    answer
}

/// Whether an iterator's next step may run Python code.
#[inline]
pub fn steps_python(iterator: &PyObject) -> bool {
    iterator.ty().tp_flags.get() & (tp::STEPS_ASK | tp::HEAPTYPE) != 0 && looks_steps(iterator)
}

#[inline(never)]
fn looks_steps(iterator: &PyObject) -> bool {
    let ty = iterator.ty();
    if iterator.is_exact::<PyGenObject>() || typeobject::is_python_slot_iternext(ty) {
        return true;
    }
    if ty.tp_flags.get() & (tp::STEPS_ASK | tp::TASKS) == 0 {
        return false;
    }
    let any = |all: &PyTupleObject| all.items().iter().any(|i| steps_python(i));
    if let Some(zip) = iterator.downcast::<iterators::zipobject>() {
        looks_into(|| zip.ittuple.get().is_some_and(any))
    } else if let Some(enumerated) = iterator.downcast::<enumobject>() {
        looks_into(|| enumerated.en_sit.get().is_some_and(steps_python))
    } else if let Some(map) = iterator.downcast::<iterators::mapobject>() {
        looks_into(|| {
            let asks_items = |all: &PyTupleObject| all.items().iter().any(|i| has_python_next(i));
            runs_python(map.func.get())
                || map
                    .iters
                    .get()
                    .is_some_and(|all| any(all) || asks_items(all))
        })
    } else if let Some(filter) = iterator.downcast::<iterators::filterobject>() {
        looks_into(|| {
            runs_python(filter.func.get())
                || filter
                    .it
                    .get()
                    .is_some_and(|it| steps_python(it) || has_python_ahead(it))
        })
    } else if let Some(calls) = iterator.exact::<iterators::calliterobject>() {
        looks_into(|| runs_python(calls.it_callable.get()))
    } else {
        asks_python(iterator) || asks_by_tasks(iterator)
    }
}

/// Whether one of the next items of a list's or tuple's iterator is of a class of Python.
fn has_python_ahead(iterator: &PyObject) -> bool {
    const AHEAD: usize = 16;
    has_python_among(iterator, AHEAD)
}

/// Whether the next item is.
fn has_python_next(iterator: &PyObject) -> bool {
    has_python_among(iterator, 1)
}

fn has_python_among(iterator: &PyObject, count: usize) -> bool {
    let (at, all): (isize, &[&PyObject]) =
        if let Some(it) = iterator.exact::<tuple::tupleiterobject>() {
            let all = it.it_seq.get().map_or(&[][..], PyTupleObject::items);
            (it.it_index.get(), all)
        } else if let Some(it) = iterator.exact::<list::listiterobject>() {
            let all = it.it_seq.get().map_or(&[][..], PyListObject::items);
            (it.it_index.get(), all)
        } else {
            return false;
        };
    let ahead = all.iter().skip(at.max(0) as usize).take(count);
    ahead.into_iter().any(|o| o.ty().is_heap_type())
}

/// Whether a builtin iterator's step asks Python (`__getitem__`, a function) before anything changes.
pub fn asks_python(iterator: &PyObject) -> bool {
    let source = if let Some(it) = iterator.exact::<iterators::seqiterobject>() {
        it.it_seq.get()
    } else if let Some(it) = iterator.exact::<enumerate::reversedobject>() {
        it.seq.get()
    } else if let Some(it) = iterator.exact::<iterators::calliterobject>() {
        it.it_callable.get()
    } else {
        return false;
    };
    surrogates::is_loaded()
        && source.is_some_and(|s| {
            s.ty().is_heap_type()
                || s.is_exact::<PyFunctionObject>()
                || s.is_exact::<PyMethodObject>()
        })
}

/// Whether an iterator's step asks a `__getitem__` of Python for the next item, and nothing else.
pub fn asks_items(iterator: &PyObject) -> bool {
    let source = iterator
        .exact::<iterators::seqiterobject>()
        .and_then(|it| it.it_seq.get());
    surrogates::is_loaded()
        && source.is_some_and(|s| {
            typeobject::is_python_slot_subscript(s.ty())
                && typeobject::is_python_slot_item(s.ty())
                && typeobject::lookup(s.ty(), &names::__getitem__)
                    .is_some_and(|f| f.is_exact::<PyFunctionObject>())
        })
}

/// What an iterator's type says about its next step.
pub fn asks_of(iterator: &PyObject, asks: fn(&PyObject) -> bool) -> bool {
    looks_into(|| asks(iterator))
}

/// Whether the next step of an iterator whose steps are tasks may run Python.
pub fn asks_by_tasks(iterator: &PyObject) -> bool {
    iterator.ty().tp_flags.get() & tp::TASKS != 0 && looks_into(|| task::steps_ask_python(iterator))
}

/// Whether what an iterator works with (a function, another iterator) may run Python code.
pub fn runs_python(object: Option<&PyObject>) -> bool {
    let Some(object) = object else { return false };
    let ty = object.ty();
    let flags = ty.tp_flags.get();
    flags & tp::HEAPTYPE != 0
        || object.is_exact::<PyFunctionObject>()
        || object.is_exact::<PyMethodObject>()
        || steps_python(object)
        || flags & tp::TASKS != 0 && task::calls_of(ty).is_some()
        || object
            .downcast::<PyTypeObject>()
            .is_some_and(PyTypeObject::is_heap_type)
}

/// The step of an iterator that never runs Python, or does so natively.
#[inline]
pub fn native_step(iterator: &PyObject) -> Option<iternextfunc> {
    let step = iterator.ty().tp_iternext.get()?;
    (!steps_python(iterator)).then_some(step)
}

/// Whether iterating over the object may run Python code.
pub fn iterates_python(object: &PyObject) -> bool {
    let ty = object.ty();
    config::always_surrogates()
        || typeobject::is_python_slot_iter(ty)
        || ty.tp_iter.get().is_none()
        || steps_python(object)
        || forwards(object)
}

/// An iterator that is made natively.
pub fn native_iter(iterable: &PyObject) -> Option<PyResult> {
    let ty = iterable.ty();
    let natively = !config::always_surrogates()
        && !typeobject::is_python_slot_iter(ty)
        && ty.tp_iter.get().is_some()
        && !forwards(iterable);
    natively.then(|| protocol::iter(iterable))
}

/// Whether an object hands on what it is asked to another one.
#[inline]
pub fn forwards(object: &PyObject) -> bool {
    object.ty().is(&*mappingproxy::PyDictProxy_Type) || weakref::is_proxy(object)
}

/// Whether a set takes the hashes of an object's items from it, which no loop over them can.
pub fn has_hashes(object: &PyObject) -> bool {
    object.is_exact::<PyDictObject>()
        || object.is_exact::<PySetObject>()
        || object.ty().is(&*set::PyFrozenSet_Type)
}

/// Whether no operation on the items of a sequence runs Python for sure.
pub fn has_plain_items(object: &PyObject) -> bool {
    let items = if let Some(l) = object.exact::<PyListObject>() {
        l.items()
    } else if let Some(t) = object.exact::<PyTupleObject>() {
        t.items()
    } else {
        return object.is_exact::<range::rangeobject>() || object.is_exact::<Str>();
    };
    items.iter().all(|i| replay::is_plain(i))
}

/// Whether comparing items of a container of this kind may run Python code.
pub fn has_python_items(object: &PyObject) -> bool {
    let items: &[&PyObject] = if let Some(l) = object.exact::<PyListObject>() {
        l.items()
    } else if let Some(t) = object.exact::<PyTupleObject>() {
        t.items()
    } else {
        return !object.is_exact::<range::rangeobject>() && !object.is_exact::<Str>();
    };
    items.iter().any(|i| i.ty().is_heap_type())
}

/// `a op b`, if that surely runs no Python; `None`: nothing was done.
pub fn compare_quietly(
    quiet: &mut Quiet<'_>,
    a: &PyObject,
    b: &PyObject,
    op: c_int,
) -> Option<PyResult> {
    if replay::is_plain(a) && replay::is_plain(b) {
        return Some(protocol::compare(a, b, op));
    }
    if a.ty().is_heap_type() || b.ty().is_heap_type() {
        return None;
    }
    fn compare(job: &Job<'_>) -> PyResult {
        protocol::compare(job.args[0], job.args[1], job.number as c_int)
    }
    quiet.run(compare, &Job::new(op as usize, &[a, b]))
}

/// Whether `a < b`, or `a > b`, if telling that surely runs no Python.
#[inline]
pub fn orders_quietly(
    quiet: &mut Quiet<'_>,
    a: &PyObject,
    b: &PyObject,
    op: c_int,
) -> Option<PyResult<bool>> {
    if let (Some(a), Some(b)) = (a.exact::<Str>(), b.exact::<Str>()) {
        let order = a.order(b);
        return Some(Ok(if op == cmp::LT {
            order.is_lt()
        } else {
            order.is_gt()
        }));
    }
    match compare_quietly(quiet, a, b, op)? {
        Ok(answer) => truth_quietly(&answer),
        Err(raised) => Some(Err(raised)),
    }
}

/// The truth of an object, if that surely runs no Python.
pub fn truth_quietly(object: &PyObject) -> Option<PyResult<bool>> {
    (!object.ty().is_heap_type()).then(|| protocol::truth(object))
}

/// `a + b`, if that surely runs no Python.
pub fn add_quietly(a: &PyObject, b: &PyObject) -> Option<PyResult> {
    (a.ty().tp_flags.get() & b.ty().tp_flags.get() & tp::INERT != 0)
        .then(|| number::binary(number::BinaryOp::Add, a, b))
}

/// Calls something that surely runs no Python with these arguments; `None`: nothing was done.
#[inline]
pub fn call_quietly(
    quiet: &mut Quiet<'_>,
    function: &PyObject,
    args: &[&PyObject],
) -> Option<PyResult> {
    if config::always_surrogates() {
        return None;
    }
    builtin_calls::quietly(quiet, function, args)
}
