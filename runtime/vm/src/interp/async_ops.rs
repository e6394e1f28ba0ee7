//! `await`, `async for`, `async with`.

use crate::calls::Outcome;
use crate::replay::{self, Job};
use crate::surrogates::{self, Known};
use hotpy_code::object::flags::{COROUTINE, ITERABLE_COROUTINE};
use hotpy_objects::*;

/// A slot of the type's async table.
fn async_slot(
    ty: &PyTypeObject,
    pick: fn(&PyAsyncMethods) -> Option<unaryfunc>,
) -> Option<unaryfunc> {
    // SAFETY: a type's table pointer is null or valid.
    unsafe { ty.tp_as_async.get().as_ref() }.and_then(pick)
}

/// Whether an object is a coroutine, or a generator marked as one.
fn is_coroutine(object: &PyObject) -> bool {
    object.is_exact::<PyCoroObject>()
        || object
            .exact::<PyGenObject>()
            .and_then(|g| g.gi_code.get())
            .is_some_and(|c| c.has_flag(ITERABLE_COROUTINE | COROUTINE))
}

/// The iterator that awaiting `object` drives (C: `_PyCoro_GetAwaitableIter`). TypeError.
pub fn awaitable_iterator(object: &PyObject) -> PyResult {
    if is_coroutine(object) {
        return Ok(object.to_ref());
    }
    if let Some(am_await) = async_slot(object.ty(), |t| t.am_await.get()) {
        let iterator = am_await(object)?;
        if is_coroutine(&iterator) {
            return Err(raise!(TypeError, "__await__() returned a coroutine"));
        }
        if !protocol::is_iterator(&iterator) {
            return Err(raise!(
                TypeError,
                "__await__() returned non-iterator of type '{}'",
                iterator.ty().name()
            ));
        }
        return Ok(iterator);
    }
    Err(raise!(
        TypeError,
        "object {} can't be used in 'await' expression",
        object.ty().name()
    ))
}

/// GET_AWAITABLE; `place` is 1 for `async with`'s enter, 2 for its exit.
pub fn get_awaitable(ts: &PyThreadState, object: &PyObject, place: usize) -> Outcome {
    replay::attempt(ts, awaitable, place, &[object])
}

fn awaitable(job: &Job<'_>) -> PyResult {
    let (object, place) = (job.args[0], job.number);
    let iterator = awaitable_iterator(object).map_err(|raised| {
        let ty = object.ty();
        if errors::matches(&exceptions::TypeError) && async_slot(ty, |t| t.am_await.get()).is_none() {
            let method = match place {
                1 => "__aenter__",
                2 => "__aexit__",
                _ => return raised,
            };
            errors::clear();
            return raise!(
                TypeError,
                "'async with' received an object from {method} that does not implement __await__: {}",
                ty.name()
            );
        }
        raised
    })?;
    if let Some(coroutine) = iterator.exact::<PyCoroObject>() {
        // SAFETY: coroutines share the generators' layout.
        let coroutine: &PyGenObject = unsafe { coroutine.cast() };
        if generator::awaited(coroutine).is_some() {
            return Err(raise!(RuntimeError, "coroutine is being awaited already"));
        }
    }
    Ok(iterator)
}

/// GET_AITER.
pub fn get_aiter(ts: &PyThreadState, object: &PyObject) -> Outcome {
    replay::attempt(ts, asynchronous_iterator, 0, &[object])
}

fn asynchronous_iterator(job: &Job<'_>) -> PyResult {
    let object = job.args[0];
    let ty = object.ty();
    let Some(am_aiter) = async_slot(ty, |t| t.am_aiter.get()) else {
        return Err(raise!(
            TypeError,
            "'async for' requires an object with __aiter__ method, got {}",
            ty.name()
        ));
    };
    let iterator = am_aiter(object)?;
    if async_slot(iterator.ty(), |t| t.am_anext.get()).is_none() {
        return Err(raise!(
            TypeError,
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            iterator.ty().name()
        ));
    }
    Ok(iterator)
}

/// GET_ANEXT: the awaitable of the next item.
pub fn get_anext(ts: &PyThreadState, iterator: &PyObject) -> Outcome {
    replay::attempt(ts, next_awaitable, 0, &[iterator])
}

fn next_awaitable(job: &Job<'_>) -> PyResult {
    let iterator = job.args[0];
    let ty = iterator.ty();
    let Some(am_anext) = async_slot(ty, |t| t.am_anext.get()) else {
        return Err(raise!(
            TypeError,
            "'async for' requires an iterator with __anext__ method, got {}",
            ty.name()
        ));
    };
    let awaitable = am_anext(iterator)?;
    if iterator.is_exact::<PyAsyncGenObject>() {
        return Ok(awaitable);
    }
    awaitable_iterator(&awaitable).map_err(|_| {
        let name = awaitable.ty().name().to_owned();
        errors::raise_from_cause(
            &exceptions::TypeError,
            &format!("'async for' received an invalid object from __anext__: {name}"),
        )
    })
}

/// BEFORE_ASYNC_WITH: what `__aenter__()` answered and the bound `__aexit__`, as a tuple.
pub fn before_async_with(ts: &PyThreadState, manager: &PyObject) -> Outcome {
    surrogates::enter(ts, Known::AsyncWith, &[manager])
}
