//! Iteration: GET_ITER, FOR_ITER, SEND, unpacking.

use super::resume_frame;
use crate::calls::{Outcome, call_borrowed};
use crate::surrogates::{self, Known};
use hotpy_objects::flags::frame_state::{CREATED, SUSPENDED};
use hotpy_objects::frame::Frame;
use hotpy_objects::*;

/// One step of FOR_ITER.
pub enum Next {
    Item(Ref),
    End,
    /// A generator's frame, to be entered with `ReturnTo::ForIter`.
    Generator(&'static Frame),
    /// A Python `__next__`, to be entered with `ReturnTo::Next`.
    Enter(&'static Frame),
    Raised,
}

/// The next item of a borrowed iterator, which stays on the stack.
#[inline(always)]
pub fn next(ts: &PyThreadState, iterator: &PyObject) -> Next {
    if let Some(generator) = iterator.exact::<PyGenObject>() {
        if let CREATED | SUSPENDED = generator.state() {
            // SAFETY: the state says that it is at rest.
            return Next::Generator(unsafe { resume_frame(ts, generator, singletons::none()) });
        }
    }
    next_other(ts, iterator)
}

#[inline]
fn next_other(ts: &PyThreadState, iterator: &PyObject) -> Next {
    let ty = iterator.ty();
    let Some(step) = ty.tp_iternext.get() else {
        raise!(TypeError, "'{}' object is not an iterator", ty.name());
        return Next::Raised;
    };
    if typeobject::is_python_slot_iternext(ty) {
        if let Some(method) =
            typeobject::lookup(ty, &names::__next__).filter(|m| m.is_exact::<PyFunctionObject>())
        {
            return match call_borrowed(ts, method, &[iterator]) {
                Outcome::Enter(frame) => Next::Enter(frame),
                _ => Next::Raised,
            };
        }
    }
    if let Some(which) = python_step(iterator) {
        return match surrogates::enter(ts, which, &[iterator]) {
            Outcome::Enter(frame) => Next::Enter(frame),
            _ => Next::Raised,
        };
    }
    match step(iterator) {
        Some(item) => Next::Item(item),
        None if errors::occurred().is_none() => Next::End,
        None if errors::matches(&exceptions::StopIteration) => {
            crate::events::stopped(ts);
            errors::clear();
            Next::End
        }
        None => Next::Raised,
    }
}

/// The surrogate for the next step of a `map` or `filter` that runs Python code.
fn python_step(iterator: &PyObject) -> Option<Known> {
    let runs_python = |o: Option<&PyObject>| {
        o.is_some_and(|o| {
            o.is_exact::<PyFunctionObject>()
                || o.is_exact::<PyMethodObject>()
                || o.is_exact::<PyGenObject>()
                || o.is_exact::<iterators::mapobject>()
                || o.is_exact::<iterators::filterobject>()
                || o.ty().is_heap_type()
                || o.downcast::<PyTypeObject>()
                    .is_some_and(PyTypeObject::is_heap_type)
        })
    };
    let which = if let Some(map) = iterator.exact::<iterators::mapobject>() {
        let iterators = map.iters.get()?;
        let python =
            runs_python(map.func.get()) || iterators.items().iter().any(|i| runs_python(Some(i)));
        python.then_some(Known::MapNext)
    } else if let Some(filter) = iterator.exact::<iterators::filterobject>() {
        let python = runs_python(filter.func.get()) || runs_python(filter.it.get());
        python.then_some(Known::FilterNext)
    } else {
        None
    };
    which.filter(|_| surrogates::is_loaded())
}

/// GET_ITER; takes over the iterable.
pub fn get_iter(ts: &PyThreadState, iterable: Ref) -> Outcome {
    let ty = iterable.ty();
    if typeobject::is_python_slot_iter(ty) {
        // The answer of a Python `__iter__` must be checked to be an iterator, which the native way does; entering the
        // function directly is right only when that cannot matter.
        if let Some(method) =
            typeobject::lookup(ty, &names::__iter__).filter(|m| m.is_exact::<PyFunctionObject>())
        {
            if returns_iterator(method) {
                return call_borrowed(ts, method, &[&iterable]);
            }
        }
        if surrogates::is_loaded() {
            return surrogates::enter(ts, Known::GetIter, &[&iterable]);
        }
    }
    protocol::iter(&iterable).into()
}

/// Whether a function is a generator function, so that its answer is an iterator for sure.
fn returns_iterator(function: &PyObject) -> bool {
    use hotpy_code::object::flags::GENERATOR;
    function
        .exact::<PyFunctionObject>()
        .and_then(|f| f.func_code.get())
        .and_then(|c| c.exact::<PyCodeObject>())
        .is_some_and(|c| c.has_flag(GENERATOR))
}

/// GET_YIELD_FROM_ITER; takes over the iterable.
pub fn get_yield_from_iter(ts: &PyThreadState, frame: &Frame, iterable: Ref) -> Outcome {
    use hotpy_code::object::flags::{COROUTINE, ITERABLE_COROUTINE};
    if iterable.is_exact::<PyCoroObject>() {
        if !frame.code().has_flag(COROUTINE | ITERABLE_COROUTINE) {
            raise!(
                TypeError,
                "cannot 'yield from' a coroutine object in a non-coroutine generator"
            );
            return Outcome::Raised;
        }
        return Outcome::Value(iterable);
    }
    if iterable.is_exact::<PyGenObject>() {
        return Outcome::Value(iterable);
    }
    get_iter(ts, iterable)
}

/// One step of SEND.
pub enum Sent {
    Yielded(Ref),
    Returned(Ref),
    /// The frame of a generator or coroutine, to be entered with `ReturnTo::Send`.
    Generator(&'static Frame),
    Raised,
}

/// Sends into a borrowed receiver, which stays on the stack; takes over the value.
pub fn send(ts: &PyThreadState, receiver: &PyObject, value: Ref) -> Sent {
    if generator::is_native_generator(receiver) {
        // SAFETY: generators and coroutines have this layout.
        let generator: &PyGenObject = unsafe { receiver.cast() };
        let state = generator.state();
        if state == SUSPENDED || state == CREATED && singletons::is_none(&value) {
            // SAFETY: the state says that it is at rest.
            return Sent::Generator(unsafe { resume_frame(ts, generator, value) });
        }
    }
    let ty = receiver.ty();
    // SAFETY: a type's table pointer is null or valid.
    let am_send = unsafe { ty.tp_as_async.get().as_ref() }.and_then(|t| t.am_send.get());
    if let Some(am_send) = am_send {
        let mut result = std::ptr::null_mut();
        let status = am_send(receiver, &value, &mut result);
        // SAFETY: the slot gives a new reference unless it failed.
        return match (status, unsafe { Ref::from_owned_opt(result) }) {
            (1, Some(v)) => Sent::Yielded(v),
            (0, Some(v)) => Sent::Returned(v),
            _ => Sent::Raised,
        };
    }
    let answer = match ty.tp_iternext.get() {
        // An end without an exception is a StopIteration without a value.
        Some(next) if singletons::is_none(&value) => next(receiver).ok_or(Raised),
        _ => call::call_method(receiver, &names::send, &[&value]),
    };
    match answer {
        Ok(v) => Sent::Yielded(v),
        Err(Raised) => match {
            if errors::occurred().is_some() && errors::matches(&exceptions::StopIteration) {
                crate::events::stopped(ts);
            }
            generator::stop_iteration_value()
        } {
            Ok(v) => Sent::Returned(v),
            Err(Raised) => Sent::Raised,
        },
    }
}

/// UNPACK_SEQUENCE: writes `count` items from `sp` on, the first one on top.
pub unsafe fn unpack(sequence: &PyObject, count: usize, sp: *mut *mut PyObject) -> PyResult<()> {
    let items: Option<&[&PyObject]> = if let Some(t) = sequence.exact::<PyTupleObject>() {
        Some(t.items())
    } else {
        sequence.exact::<PyListObject>().map(PyListObject::items)
    };
    if let Some(items) = items {
        if items.len() == count {
            for (i, item) in items.iter().enumerate() {
                // SAFETY: the stack has room for `count` items.
                unsafe { *sp.add(count - 1 - i) = item.to_ref().into_raw() };
            }
            return Ok(());
        }
    }
    // SAFETY: passed on.
    unsafe { unpack_iterable(sequence, count, None, sp) }
}

/// UNPACK_EX: `before` items, a list of the rest, `after` items.
pub unsafe fn unpack_star(
    sequence: &PyObject,
    before: usize,
    after: usize,
    sp: *mut *mut PyObject,
) -> PyResult<()> {
    // SAFETY: passed on.
    unsafe { unpack_iterable(sequence, before, Some(after), sp) }
}

/// Unpacks any iterable; with `after` the rest goes into a list.
unsafe fn unpack_iterable(
    sequence: &PyObject,
    before: usize,
    after: Option<usize>,
    sp: *mut *mut PyObject,
) -> PyResult<()> {
    let iterator = protocol::iter(sequence).map_err(|raised| {
        if errors::matches(&exceptions::TypeError)
            && sequence.ty().tp_iter.get().is_none()
            && !sequence.ty().is_subclass_flag(flags::tp::SEQUENCE)
            && protocol::lookup_special(sequence, &names::__getitem__).is_ok_and(|m| m.is_none())
        {
            errors::clear();
            return raise!(
                TypeError,
                "cannot unpack non-iterable {} object",
                sequence.ty().name()
            );
        }
        raised
    })?;
    let mut items: Vec<Ref> = Vec::with_capacity(before);
    while items.len() < before {
        match protocol::next(&iterator)? {
            Some(item) => items.push(item),
            None => {
                return Err(match after {
                    None => raise!(
                        ValueError,
                        "not enough values to unpack (expected {before}, got {})",
                        items.len()
                    ),
                    Some(after) => raise!(
                        ValueError,
                        "not enough values to unpack (expected at least {}, got {})",
                        before + after,
                        items.len()
                    ),
                });
            }
        }
    }
    let Some(after) = after else {
        if protocol::next(&iterator)?.is_some() {
            return Err(raise!(
                ValueError,
                "too many values to unpack (expected {before})"
            ));
        }
        for (i, item) in items.into_iter().enumerate() {
            // SAFETY: the stack has room.
            unsafe { *sp.add(before - 1 - i) = item.into_raw() };
        }
        return Ok(());
    };
    // The rest is made as `list(iterator)` is, which asks the iterator for its iterator.
    let mut rest = protocol::collect(&iterator)?;
    if rest.len() < after {
        return Err(raise!(
            ValueError,
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            before + rest.len()
        ));
    }
    let tail = rest.split_off(rest.len() - after);
    let list = list::from_owned(rest)?;
    let total = before + 1 + after;
    let all = items.into_iter().chain([list.into_object()]).chain(tail);
    for (i, item) in all.enumerate() {
        // SAFETY: the stack has room.
        unsafe { *sp.add(total - 1 - i) = item.into_raw() };
    }
    Ok(())
}

/// The quickened form of FOR_ITER for an iterator.
#[inline(always)]
pub fn quick_form(iterator: &PyObject) -> Option<hotpy_isa::Op> {
    if iterator.is_exact::<list::listiterobject>() {
        Some(hotpy_isa::Op::FOR_ITER_LIST)
    } else if iterator.is_exact::<range::rangeiterobject>() {
        Some(hotpy_isa::Op::FOR_ITER_RANGE)
    } else if iterator.is_exact::<tuple::tupleiterobject>() {
        Some(hotpy_isa::Op::FOR_ITER_TUPLE)
    } else {
        None
    }
}

/// The next number of a range iterator.
#[inline(always)]
pub fn range_step(it: &range::rangeiterobject) -> Option<i64> {
    let index = it.index.get();
    if index >= it.len.get() {
        return None;
    }
    it.index.set(index + 1);
    Some(
        it.start
            .get()
            .wrapping_add(index.wrapping_mul(it.step.get())),
    )
}
