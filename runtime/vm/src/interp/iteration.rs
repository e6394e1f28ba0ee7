//! Iteration: GET_ITER, FOR_ITER, SEND, unpacking.

use super::resume_frame;
use crate::asking::{
    asks_by_tasks, asks_items, asks_of, asks_python, forwards, iterates_python, steps_python,
};
use crate::calls::{Outcome, call_borrowed};
use crate::config::always_surrogates;
use crate::replay::{self, Job};
use crate::surrogates::{self, Known};
use hotpy_objects::flags::frame_state::{CREATED, EXECUTING, SUSPENDED};
use hotpy_objects::flags::tp;
use hotpy_objects::frame::Frame;
use hotpy_objects::task;
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

/// The same, for iterators that are mostly those of lists.
#[inline(always)]
pub fn next_or_listed(ts: &PyThreadState, iterator: &PyObject) -> Next {
    match iterator.exact::<list::listiterobject>() {
        Some(it) => it.step().map_or(Next::End, Next::Item),
        None => next(ts, iterator),
    }
}

#[inline]
fn next_other(ts: &PyThreadState, iterator: &PyObject) -> Next {
    let ty = iterator.ty();
    let Some(step) = ty.tp_iternext.get() else {
        raise!(TypeError, "'{}' object is not an iterator", ty.name());
        return Next::Raised;
    };
    if goes_over_natives(iterator) && !always_surrogates() {
        return match step(iterator) {
            Some(item) => Next::Item(item),
            None if errors::occurred().is_none() => Next::End,
            None => Next::Raised,
        };
    }
    if let Some(next) = next_in_frames(ts, iterator) {
        return next;
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

/// The step of an iterator that asks Python for it; None if its step is native.
fn next_in_frames(ts: &PyThreadState, iterator: &PyObject) -> Option<Next> {
    let ty = iterator.ty();
    if typeobject::is_python_slot_iternext(ty) {
        if let Some(method) =
            typeobject::lookup(ty, &names::__next__).filter(|m| m.is_exact::<PyFunctionObject>())
        {
            return Some(match call_borrowed(ts, method, &[iterator]) {
                Outcome::Enter(frame) => Next::Enter(frame),
                _ => Next::Raised,
            });
        }
        return Some(attempt_step(ts, iterator));
    }
    if let Some(next) = map_step(ts, iterator) {
        return Some(next);
    }
    if ty.tp_flags.get() & (tp::STEPS_ASK | tp::HEAPTYPE) == 0 {
        return None;
    }
    asking_step(ts, iterator)
}

/// Whether it is an `enumerate` or `zip` over iterators of builtin sequences: often so, and soon seen.
#[inline]
fn goes_over_natives(iterator: &PyObject) -> bool {
    let is_native = |it: &PyObject| {
        it.is_exact::<list::listiterobject>()
            || it.is_exact::<tuple::tupleiterobject>()
            || it.is_exact::<range::rangeiterobject>()
    };
    if let Some(e) = iterator.exact::<enumobject>() {
        e.en_sit.get().is_some_and(is_native)
    } else if let Some(zip) = iterator.exact::<iterators::zipobject>() {
        let sources = zip.ittuple.get().map(|t| t.items());
        sources.is_some_and(|s| s.iter().all(|i| is_native(i)))
    } else {
        false
    }
}

/// The next two values of an iterator that makes pairs out of builtin containers, for an UNPACK_SEQUENCE that would take a pair apart again; nothing
/// at its end. `None`: another iterator.
#[inline]
pub fn pair(iterator: &PyObject) -> Option<PyResult<Option<(Ref, Ref)>>> {
    if always_surrogates() {
        return None;
    }
    let ended = || {
        if errors::occurred().is_some() {
            Err(Raised)
        } else {
            Ok(None)
        }
    };
    if iterator.ty().is(&dict::PyDictIterItem_Type) {
        // SAFETY: the type was checked.
        let items: &dict::dictiterobject = unsafe { iterator.cast() };
        return Some(items.step_entry().map_or_else(ended, |pair| Ok(Some(pair))));
    }
    if !goes_over_natives(iterator) {
        return None;
    }
    if let Some(numbered) = iterator.exact::<enumobject>() {
        return Some(numbered.step().map_or_else(ended, |pair| Ok(Some(pair))));
    }
    let zip = iterator.exact::<iterators::zipobject>()?;
    let [first, second] = zip.ittuple.get()?.items() else {
        return None;
    };
    if zip.strict.get() != 0 {
        return None;
    }
    let step = |it: &PyObject| it.ty().tp_iternext.get().and_then(|next| next(it));
    // The iterators are the zip object's, which the stack holds, and run nothing.
    let pair = step(first).and_then(|a| Some((a, step(second)?)));
    Some(pair.map_or_else(ended, |pair| Ok(Some(pair))))
}

/// The step of a `map` of a Python function over one iterator that runs no Python: the function's call is all there is to do.
#[inline]
fn map_step(ts: &PyThreadState, iterator: &PyObject) -> Option<Next> {
    let map: &iterators::mapobject = iterator.exact()?;
    let function = map
        .func
        .get()
        .filter(|f| f.is_exact::<PyFunctionObject>())?;
    let [source] = map.iters.get()?.items() else {
        return None;
    };
    if always_surrogates() || !surrogates::is_loaded() || steps_python(source) {
        return None;
    }
    let next = source.ty().tp_iternext.get()?;
    let (function, source) = (function.to_ref(), source.to_ref());
    Some(match next(&source) {
        Some(item) => match call_borrowed(ts, &function, &[&item]) {
            Outcome::Enter(frame) => Next::Enter(frame),
            Outcome::Value(item) => Next::Item(item),
            _ => Next::Raised,
        },
        None if errors::occurred().is_none() => Next::End,
        None if errors::matches(&exceptions::StopIteration) => {
            crate::events::stopped(ts);
            errors::clear();
            Next::End
        }
        None => Next::Raised,
    })
}

/// A step that may run Python; `None`: it is to be made natively.
fn asking_step(ts: &PyThreadState, iterator: &PyObject) -> Option<Next> {
    if asks_items(iterator) {
        return Some(
            match surrogates::enter(ts, Known::SequenceNext, &[iterator]) {
                Outcome::Enter(frame) => Next::Enter(frame),
                _ => Next::Raised,
            },
        );
    }
    if asks_python(iterator) {
        return Some(attempt_step(ts, iterator));
    }
    if let Some(next) = task_step(ts, iterator) {
        return Some(next);
    }
    let which = python_step(iterator)?;
    Some(match surrogates::enter(ts, which, &[iterator]) {
        Outcome::Enter(frame) => Next::Enter(frame),
        _ => Next::Raised,
    })
}

/// A step of an iterator, run as an attempt.
fn attempt_step(ts: &PyThreadState, iterator: &PyObject) -> Next {
    fn step(job: &Job<'_>) -> PyResult {
        match protocol::next(job.args[0])? {
            Some(item) => Ok(item),
            None => {
                errors::raise_stop_iteration(None);
                Err(Raised)
            }
        }
    }
    match replay::attempt_step(ts, step, iterator) {
        Outcome::Value(item) => Next::Item(item),
        Outcome::Enter(frame) => Next::Enter(frame),
        _ if errors::matches(&exceptions::StopIteration) => {
            if !ts.curexc_traceback.is_null() {
                crate::events::stopped(ts);
            }
            errors::clear();
            Next::End
        }
        _ => Next::Raised,
    }
}

/// A step that is a surrogate's, or a task.
fn task_step(ts: &PyThreadState, iterator: &PyObject) -> Option<Next> {
    let ty = iterator.ty();
    if ty.tp_flags.get() & tp::TASKS == 0 || !surrogates::is_loaded() {
        return None;
    }
    if let Some(by) = task::steps_by(ty) {
        if !always_surrogates() && !asks_of(iterator, by.asks) {
            return None;
        }
        return Some(
            match surrogates::enter_number(ts, by.surrogate, &[iterator]) {
                Outcome::Enter(frame) => Next::Enter(frame),
                _ => Next::Raised,
            },
        );
    }
    let steps = task::steps_of(ty)?;
    if !always_surrogates() && !asks_of(iterator, steps.asks) {
        return None;
    }
    Some(
        match replay::run_task(ts, (steps.next)(iterator, singletons::none()), 0) {
            Outcome::Value(item) => Next::Item(item),
            Outcome::Enter(frame) => Next::Enter(frame),
            _ if errors::matches(&exceptions::StopIteration) => {
                errors::clear();
                Next::End
            }
            _ => Next::Raised,
        },
    )
}

/// The surrogate for the next step of a `map`, `filter`, `zip` or `enumerate` that runs Python code.
fn python_step(iterator: &PyObject) -> Option<Known> {
    let which = if iterator.is_exact::<iterators::mapobject>() {
        Known::MapNext
    } else if iterator.is_exact::<iterators::filterobject>() {
        Known::FilterNext
    } else if iterator.is_instance::<iterators::zipobject>() {
        Known::ZipNext
    } else if iterator.is_instance::<enumobject>() {
        Known::EnumerateNext
    } else {
        return None;
    };
    (steps_python(iterator) && surrogates::is_loaded()).then_some(which)
}

/// GET_ITER; takes over the iterable.
pub fn get_iter(ts: &PyThreadState, iterable: Ref) -> Outcome {
    let ty = iterable.ty();
    if always_surrogates() && surrogates::is_loaded() {
        return surrogates::enter(ts, Known::GetIter, &[&iterable]);
    }
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
    iter_natively(ts, &iterable)
}

/// `iter(object)` by its type's own slot, which may hand the question on.
pub fn iter_natively(ts: &PyThreadState, object: &PyObject) -> Outcome {
    fn iter(job: &Job<'_>) -> PyResult {
        protocol::iter(job.args[0])
    }
    if forwards(object) && surrogates::is_loaded() {
        return replay::attempt_step(ts, iter, object);
    }
    protocol::iter(object).into()
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
    /// A method of Python, to be entered with `ReturnTo::SendNext`.
    Python(&'static Frame),
    Raised,
}

/// The frame of a generator or coroutine at rest, ready to go on with a value.
pub fn resume(ts: &PyThreadState, receiver: &PyObject, value: &PyObject) -> Option<&'static Frame> {
    if !is_generator(receiver) {
        return None;
    }
    // SAFETY: generators and coroutines have this layout; the state says that it is at rest.
    unsafe {
        let generator: &PyGenObject = receiver.cast();
        let state = generator.state();
        let may_go_on = state == SUSPENDED || state == CREATED && singletons::is_none(value);
        may_go_on.then(|| resume_frame(ts, generator, value.to_ref()))
    }
}

/// Whether what is sent to instances counts.
fn has_send(ty: &PyTypeObject) -> bool {
    typeobject::lookup(ty, &names::send).is_some()
}

/// A generator, coroutine or asynchronous generator.
fn is_generator(object: &PyObject) -> bool {
    generator::is_native_generator(object) || object.is_exact::<PyAsyncGenObject>()
}

/// Sends a value to what is no generator at rest.
pub fn send_natively(receiver: &PyObject, value: Ref) -> PyResult {
    if is_generator(receiver) {
        // SAFETY: all kinds have this layout.
        return generator::resume(unsafe { receiver.cast() }, Ok(value));
    }
    call::call_method(receiver, &names::send, &[&value])
}

/// How `$throw_into` goes on: the exception is raised where the generator waits, or the innermost one that it delegates to does; or that one
/// gets a value.
const HERE: usize = 0;
const GO_ON: usize = 2;

/// The frames of a generator at rest, and of the one that goes on, which it delegates to or is: to be entered, with the exception that is set if it is
/// one. If somebody observes it is the answer, natively.
pub fn throw_into(
    ts: &PyThreadState,
    receiver: &PyObject,
    given: Ref,
    how: usize,
) -> Result<(&'static Frame, &'static Frame), PyResult> {
    if !is_generator(receiver) {
        return Err(Err(raise!(
            SystemError,
            "low-level Python: bad operand of $throw_into"
        )));
    }
    // SAFETY: all kinds have this layout; the state says whether it is at rest; the thread's cframe is live.
    unsafe {
        let mut generator: &PyGenObject = receiver.cast();
        let observed = (*ts.cframe.get()).use_tracing.get() != 0;
        if observed || !matches!(generator.state(), SUSPENDED | CREATED) {
            return Err(match how {
                HERE => generator::resume(generator, Err(given)),
                GO_ON => generator::go_on(generator, given),
                _ => generator::throw_instance(generator, &given),
            });
        }
        let outermost = &*(generator.frame() as *const Frame);
        let mut frame = outermost;
        while how != HERE
            && let Some(delegate) = generator::awaited(generator)
        {
            if !generator::is_native_generator(&delegate) {
                break;
            }
            let delegate: &PyGenObject = (*delegate.as_ptr()).cast();
            if delegate.state() != SUSPENDED {
                break;
            }
            // The frame stands at SEND, as if it had just entered the delegate's; but what it handles is no concern of that.
            frame.prev_instr.set(frame.prev_instr.get().sub(1));
            frame.is_entry.set(false);
            generator.gi_frame_state.set(EXECUTING);
            ts.recursion_remaining
                .set(ts.recursion_remaining.get() - crate::frames::charge(frame));
            let next = &*(delegate.frame() as *const Frame);
            next.previous.set(frame as *const Frame as *mut Frame);
            next.return_to
                .set(crate::frames::ReturnTo::SendThrown as u8);
            (frame, generator) = (next, delegate);
        }
        if how == GO_ON {
            return Ok((outermost, resume_frame(ts, generator, given)));
        }
        errors::restore_instance(given);
        let frame = resume_frame(ts, generator, singletons::none());
        crate::eval::chain_thrown(generator);
        Ok((outermost, frame))
    }
}

/// Sends into a borrowed receiver, which stays on the stack; takes over the value.
pub fn send(ts: &PyThreadState, receiver: &PyObject, value: Ref) -> Sent {
    if let Some(frame) = resume(ts, receiver, &value) {
        return Sent::Generator(frame);
    }
    let ty = receiver.ty();
    // SAFETY: a type's table pointer is null or valid.
    let am_send = unsafe { ty.tp_as_async.get().as_ref() }.and_then(|t| t.am_send.get());
    if am_send.is_none() && ty.is_heap_type() && surrogates::is_loaded() {
        let next = if singletons::is_none(&value) {
            next_in_frames(ts, receiver)
        } else {
            Some(
                match surrogates::enter(ts, Known::Send, &[receiver, &value]) {
                    Outcome::Enter(frame) => Next::Enter(frame),
                    _ => Next::Raised,
                },
            )
        };
        match next {
            Some(Next::Item(item)) => return Sent::Yielded(item),
            Some(Next::End) => return Sent::Returned(singletons::none()),
            Some(Next::Generator(frame) | Next::Enter(frame)) => return Sent::Python(frame),
            Some(Next::Raised) => return Sent::Raised,
            None => {}
        }
    }
    if let Some(by) = task::steps_by(ty)
        && surrogates::is_loaded()
        && (asks_by_tasks(receiver) || always_surrogates())
        && singletons::is_none(&value)
    {
        return match surrogates::enter_number(ts, by.surrogate, &[receiver]) {
            Outcome::Enter(frame) => Sent::Python(frame),
            _ => Sent::Raised,
        };
    }
    if let Some(steps) = task::steps_of(ty)
        && surrogates::is_loaded()
        && ts.c_tracefunc.get().is_none()
        && (asks_by_tasks(receiver) || always_surrogates())
        && (singletons::is_none(&value) || has_send(ty))
    {
        return match replay::run_task(ts, (steps.next)(receiver, value), 0) {
            Outcome::Value(value) => Sent::Yielded(value),
            Outcome::Enter(frame) => Sent::Python(frame),
            _ => match generator::stop_iteration_value() {
                Ok(value) => Sent::Returned(value),
                Err(Raised) => Sent::Raised,
            },
        };
    }
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

/// UNPACK_SEQUENCE of an exact tuple or list of the right length: writes the items from `sp` on, the first one on top.
#[inline(always)]
pub unsafe fn unpack_exact(sequence: &PyObject, count: usize, sp: *mut *mut PyObject) -> bool {
    let items: &[&PyObject] = if let Some(t) = sequence.exact::<PyTupleObject>() {
        t.items()
    } else if let Some(list) = sequence.exact::<PyListObject>() {
        list.items()
    } else {
        return false;
    };
    if items.len() != count {
        return false;
    }
    for (i, item) in items.iter().enumerate() {
        // SAFETY: the stack has room for `count` items.
        unsafe { *sp.add(count - 1 - i) = item.to_ref().into_raw() };
    }
    true
}

/// UNPACK_EX of an exact tuple or list that is long enough: writes the items from `sp` on, the first one on top. `None`: nothing was done.
pub unsafe fn unpack_star_exact(
    sequence: &PyObject,
    before: usize,
    after: usize,
    sp: *mut *mut PyObject,
) -> Option<PyResult<()>> {
    let items = if let Some(t) = sequence.exact::<PyTupleObject>() {
        t.items()
    } else {
        sequence.exact::<PyListObject>()?.items()
    };
    if items.len() < before + after {
        return None;
    }
    let end = items.len() - after;
    let rest = match list::from_borrowed(&items[before..end]) {
        Ok(rest) => rest,
        Err(raised) => return Some(Err(raised)),
    };
    let all = items[end..].iter().rev().map(|i| i.to_ref());
    let all = all.chain([rest.into_object()]);
    let all = all.chain(items[..before].iter().rev().map(|i| i.to_ref()));
    for (i, item) in all.enumerate() {
        // SAFETY: the stack has room for `before + 1 + after` items.
        unsafe { *sp.add(i) = item.into_raw() };
    }
    Some(Ok(()))
}

/// Pushes the items of a list or tuple, the first one on top; how many.
pub unsafe fn push_items(items: &PyObject, sp: *mut *mut PyObject) -> usize {
    let count = items.downcast::<PyListObject>().map_or_else(
        || items.downcast::<PyTupleObject>().map_or(0, |t| t.len()),
        |l| l.len(),
    );
    // SAFETY: the stack has room for them: the op promised so many.
    unsafe { unpack_exact(items, count, sp) };
    count
}

/// UNPACK_SEQUENCE in general: a tuple or list of the items.
#[inline(never)]
pub fn unpack(ts: &PyThreadState, sequence: &PyObject, count: usize) -> Outcome {
    unpack_by(ts, sequence, count, None)
}

/// UNPACK_EX: `before` items, a list of the rest, `after` items.
pub fn unpack_star(
    ts: &PyThreadState,
    sequence: &PyObject,
    before: usize,
    after: usize,
) -> Outcome {
    unpack_by(ts, sequence, before, Some(after))
}

fn unpack_by(
    ts: &PyThreadState,
    sequence: &PyObject,
    before: usize,
    after: Option<usize>,
) -> Outcome {
    if !iterates_python(sequence) || !surrogates::is_loaded() {
        return unpack_iterable(sequence, before, after).into();
    }
    let number = |n: usize| int::from_usize(n).map(Ref::into_object);
    match (number(before), number(after.unwrap_or(0))) {
        (Ok(before), Ok(rest)) => match after {
            None => surrogates::enter(ts, Known::Unpack, &[sequence, &before]),
            Some(_) => surrogates::enter(ts, Known::UnpackStar, &[sequence, &before, &rest]),
        },
        _ => Outcome::Raised,
    }
}

/// Unpacks any iterable natively; with `after` the rest goes into a list.
fn unpack_iterable(sequence: &PyObject, before: usize, after: Option<usize>) -> PyResult {
    let iterator = protocol::iter(sequence).map_err(|raised| {
        if errors::matches(&exceptions::TypeError)
            && sequence.ty().tp_iter.get().is_none()
            && !sequence.ty().is_subclass_flag(tp::SEQUENCE)
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
        return Ok(tuple::from_owned(items)?.into_object());
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
    items.push(list.into_object());
    items.extend(tail);
    Ok(tuple::from_owned(items)?.into_object())
}

/// The quickened form of FOR_ITER for an iterator.
#[inline(always)]
pub fn quick_form(iterator: &PyObject) -> Option<hotpy_isa::Op> {
    if always_surrogates() {
        None
    } else if iterator.is_exact::<list::listiterobject>() {
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
