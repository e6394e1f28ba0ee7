//! Native operations that ask Python something, without native recursion.
//!
//! An operation that calls back *before it changes anything* (a look-up that compares keys, a conversion, a repr) is run as an *attempt*.
//! If it gets by without Python it is done: that is its fast path. Where it would call a Python function, the attempt is
//! given up instead: the function and its arguments are noted, an error unwinds the native code, and the surrogate `replay` is entered. That calls the
//! function, in a frame, and lets the operation begin again; this time the question is answered from the log, up to the next one.
//!
//! Invariants:
//! 1. Answers are given in the order of the questions, and only to the same question: same function, same arguments. At a question that differs
//!    (a callback has changed what the operation looks at, or the arguments are made anew) the rest of the operation runs natively to its end.
//! 2. The same happens after [`FEW`] questions, because repeating an operation for each of many would be slow; but not if [`MAX_DEPTH`] operations
//!    are interrupted natively already: then it may ask up to [`LIMIT`] times, so that recursion needs no native stack. Once a frame was run
//!    natively within the attempt it stays so, because that cannot be repeated; so it does once an answer is an iterator.
//! 3. While a question is being answered the surrogate's frame counts for the levels of native recursion at which it was asked, and what was
//!    being printed then counts as being printed.
//! 4. No attempt is current while bytecode runs (`attempt::pause`), nor while a finaliser does.
//! 5. What is not repeatable is not attempted: operations that consume a builtin iterator, or change a container step by step, and operations
//!    on objects of modules' and extensions' types, of which nothing is known.

use crate::calls::Outcome;
use crate::surrogates::{self, Known};
use hotpy_objects::attempt::{self, Head};
use hotpy_objects::flags::tp;
use hotpy_objects::*;
use smallvec::SmallVec;
use std::ptr;
use std::sync::OnceLock;

/// How many questions an operation may ask before it runs natively,
const FEW: usize = 2;
/// and how many if so many others run natively already.
const LIMIT: usize = 64;
const MAX_DEPTH: u32 = 4;
/// Native levels that a frame can count for.
const MAX_LEVELS: i32 = 100;

/// What a native operation works on: a number (an operator, an opcode) and operands, or a callable, arguments and keyword names.
pub struct Job<'a> {
    pub number: usize,
    pub callable: Option<&'a PyObject>,
    pub args: &'a [&'a PyObject],
    pub names: Option<&'a PyTupleObject>,
}

impl<'a> Job<'a> {
    #[inline(always)]
    pub fn new(number: usize, args: &'a [&'a PyObject]) -> Job<'a> {
        Job {
            number,
            callable: None,
            args,
            names: None,
        }
    }
}

pub type Operation = fn(&Job<'_>) -> PyResult;

/// A call that an operation wants to have made, and what came of it: a value, or an exception.
struct Question {
    function: Ref,
    args: Ref<PyTupleObject>,
    answer: Option<Result<Ref, Ref>>,
    /// What was being printed at the question: a repr that leads back to it is cut short there.
    printing: Vec<protocol::Printed>,
}

/// One run of an operation; on the native stack.
#[repr(C)]
struct Attempt {
    head: Head,
    log: Vec<Question>,
    next: usize,
    suspended: bool,
    /// `recursion_remaining` at its start, and the levels between that and the question.
    remaining: i32,
    levels: u8,
}

/// What becomes of a call of a Python function by native code.
pub enum Asked {
    /// It is to be made, natively.
    Call,
    Answered(PyResult),
}

/// The exception that stands for "given up": nobody sees it.
fn given_up() -> Raised {
    struct Marker(Ref);
    // SAFETY: used under the GIL.
    unsafe impl Send for Marker {}
    // SAFETY: as above.
    unsafe impl Sync for Marker {}
    static MARKER: OnceLock<Option<Marker>> = OnceLock::new();
    let marker = MARKER.get_or_init(|| call::call0(&exceptions::BaseException).ok().map(Marker));
    if let Some(marker) = marker {
        errors::restore_instance(marker.0.clone());
        return Raised;
    }
    errors::no_memory()
}

fn same(a: &PyObject, b: &PyObject) -> bool {
    if a.is(b) {
        return true;
    }
    if let (Some(a), Some(b)) = (a.exact::<PyLongObject>(), b.exact::<PyLongObject>()) {
        return int::compare(a, b).is_eq();
    }
    match (a.exact::<Str>(), b.exact::<Str>()) {
        (Some(a), Some(b)) => a.equals(b),
        _ => false,
    }
}

/// Native code is about to call a Python function, and an attempt is under way.
pub fn ask(function: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Asked {
    // SAFETY: an attempt is current, and all of them are made here.
    let attempt = unsafe { &mut *attempt::current().cast_mut().cast::<Attempt>() };
    if attempt.suspended {
        // It goes on after an error that was none.
        return Asked::Answered(Err(given_up()));
    }
    if attempt.head.native.get() {
        return Asked::Call;
    }
    if let Some(question) = attempt.log.get(attempt.next) {
        let asked = question.args.items();
        let is_same = question.function.is(function)
            && asked.len() == args.len()
            && asked.iter().zip(args).all(|(a, b)| same(a, b));
        match &question.answer {
            Some(answer) if is_same && names.is_none() => {
                attempt.next += 1;
                return Asked::Answered(match answer {
                    Ok(value) => {
                        if value.ty().tp_iternext.get().is_some() {
                            // What the operation takes from an iterator it cannot take again.
                            attempt.head.native.set(true);
                        }
                        Ok(value.clone())
                    }
                    Err(exception) => {
                        errors::restore_instance(exception.clone());
                        Err(Raised)
                    }
                });
            }
            _ => {
                attempt.head.native.set(true);
                return Asked::Call;
            }
        }
    }
    let levels = attempt.remaining - tstate().recursion_remaining.get();
    let limit = if attempt::depth() < MAX_DEPTH {
        FEW
    } else {
        LIMIT
    };
    let full = attempt.log.len() >= limit || !(0..=MAX_LEVELS).contains(&levels);
    if full || names.is_some_and(|n| n.len() > 0) {
        attempt.head.native.set(true);
        return Asked::Call;
    }
    match tuple::from_borrowed(args) {
        Ok(args) => {
            attempt.log.push(Question {
                function: function.to_ref(),
                args,
                answer: None,
                printing: protocol::printing(),
            });
            attempt.suspended = true;
            attempt.levels = levels as u8;
            Asked::Answered(Err(given_up()))
        }
        Err(raised) => Asked::Answered(Err(raised)),
    }
}

impl Attempt {
    #[inline(always)]
    fn new(ts: &PyThreadState, log: Vec<Question>) -> Attempt {
        Attempt {
            head: Head::default(),
            log,
            next: 0,
            suspended: false,
            remaining: ts.recursion_remaining.get(),
            levels: 0,
        }
    }

    #[inline(always)]
    fn run(&mut self, operation: Operation, job: &Job<'_>) -> PyResult {
        let outer = attempt::replace((&raw const *self).cast());
        let result = operation(job);
        attempt::replace(outer);
        result
    }
}

/// Whether no operation on an object runs Python: its type is marked so.
#[inline(always)]
pub fn is_plain(object: &PyObject) -> bool {
    object.ty().tp_flags.get() & tp::PLAIN != 0
}

/// Whether an object is an exact slice of plain parts.
#[inline]
pub fn is_plain_slice(object: &PyObject) -> bool {
    object.exact::<PySliceObject>().is_some_and(|s| {
        [s.start.get(), s.stop.get(), s.step.get()]
            .into_iter()
            .flatten()
            .all(is_plain)
    })
}

/// Whether an operation on an object may begin again: not if it changes something before it asks, or asks with objects made anew, as
/// types of modules and of C code may, nor if it consumes a builtin iterator.
#[inline(always)]
fn is_repeatable(object: &PyObject) -> bool {
    let ty = object.ty();
    ty.tp_flags.get() & tp::CORE != 0
        && (ty.tp_iternext.get().is_none() || typeobject::is_python_slot_iternext(ty))
}

/// Runs an operation on borrowed operands. What cannot be repeated runs natively to its end.
#[inline]
pub fn attempt(
    ts: &PyThreadState,
    operation: Operation,
    number: usize,
    args: &[&PyObject],
) -> Outcome {
    attempt_job(ts, operation, &Job::new(number, args))
}

/// Calls a builtin as an attempt.
#[inline]
pub fn attempt_call(
    ts: &PyThreadState,
    callable: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Outcome {
    fn call(job: &Job<'_>) -> PyResult {
        match job.callable {
            Some(callable) => call::vectorcall(callable, job.args, job.names),
            None => Err(raise!(SystemError, "a call of nothing")),
        }
    }
    let job = Job {
        number: 0,
        callable: Some(callable),
        args,
        names,
    };
    if is_repeatable(callable) {
        return attempt_job(ts, call, &job);
    }
    call(&job).into()
}

#[inline(always)]
fn attempt_job(ts: &PyThreadState, operation: Operation, job: &Job<'_>) -> Outcome {
    if job.args.iter().all(|a| is_repeatable(a)) {
        return begin(ts, operation, job);
    }
    operation(job).into()
}

/// Runs a step of an iterator, which asks before it changes that.
#[inline]
pub fn attempt_step(ts: &PyThreadState, step: Operation, iterator: &PyObject) -> Outcome {
    let (args, is_core) = (&[iterator], iterator.ty().tp_flags.get() & tp::CORE != 0);
    let job = Job::new(0, args);
    if is_core {
        return begin(ts, step, &job);
    }
    step(&job).into()
}

#[inline(always)]
fn begin(ts: &PyThreadState, operation: Operation, job: &Job<'_>) -> Outcome {
    if crate::config::always_surrogates() && surrogates::is_loaded() {
        return give_up(ts, operation, job, Vec::new(), 0);
    }
    let mut attempt = Attempt::new(ts, Vec::new());
    let result = attempt.run(operation, job);
    if !attempt.suspended {
        return result.into();
    }
    drop(result);
    errors::clear();
    give_up(ts, operation, job, attempt.log, attempt.levels)
}

/// An operation that has asked something, as an object that only its surrogate sees.
struct Replay {
    operation: Operation,
    number: usize,
    callable: Option<Ref>,
    args: SmallVec<[Ref; 4]>,
    names: Option<Ref<PyTupleObject>>,
    log: Vec<Question>,
    /// Whether `$replay` has been executed.
    has_begun: bool,
    result: Option<Ref>,
    /// Counts as being printed until the operation goes on.
    held: Vec<protocol::Printed>,
}

impl Replay {
    fn release(&mut self) {
        protocol::release_printing(&std::mem::take(&mut self.held));
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.release();
    }
}

const NAME: &std::ffi::CStr = c"native operation under way";

extern "C" fn drop_replay(capsule: &PyObject) {
    // SAFETY: only capsules made by `give_up` have this destructor; it runs once.
    unsafe {
        let pointer = capsule.cast::<PyCapsule>().pointer.get();
        drop(Box::from_raw(pointer.cast::<Replay>()));
    }
}

/// Enters the surrogate for an operation that has asked something (or, with an empty log, has not begun).
#[inline(never)]
fn give_up(
    ts: &PyThreadState,
    operation: Operation,
    job: &Job<'_>,
    log: Vec<Question>,
    levels: u8,
) -> Outcome {
    let mut replay = Box::new(Replay {
        operation,
        number: job.number,
        callable: job.callable.map(PyObject::to_ref),
        args: job.args.iter().map(|a| a.to_ref()).collect(),
        names: job.names.map(Ref::new),
        log,
        has_begun: false,
        result: None,
        held: Vec::new(),
    });
    replay.held = held(&replay.log);
    let pointer = Box::into_raw(replay);
    let capsule = match capsule::new(pointer.cast(), NAME.as_ptr(), Some(drop_replay)) {
        Ok(capsule) => capsule,
        Err(Raised) => {
            // SAFETY: nobody else has it.
            drop(unsafe { Box::from_raw(pointer) });
            return Outcome::Raised;
        }
    };
    let outcome = surrogates::enter(ts, Known::Replay, &[&capsule]);
    if let Outcome::Enter(frame) = &outcome {
        frame.frame_flags.set(levels);
    }
    outcome
}

impl Replay {
    #[allow(clippy::mut_from_ref)]
    fn of(object: &PyObject) -> PyResult<&mut Replay> {
        match object.downcast::<PyCapsule>() {
            // SAFETY: by its name it is one of `give_up`'s, of which one surrogate frame has the only reference.
            Some(c) if ptr::eq(c.name.get(), NAME.as_ptr()) => unsafe {
                Ok(&mut *c.pointer.get().cast::<Replay>())
            },
            _ => Err(raise!(
                SystemError,
                "low-level Python: bad operand of $replay"
            )),
        }
    }
}

/// `$replay`: the next question as a pair of function and arguments; `None` when the operation is done. `frame` is the surrogate's.
pub fn go_on(
    ts: &PyThreadState,
    frame: &frame::Frame,
    state: &PyObject,
    answer: Ref,
    error: Ref,
) -> PyResult<Option<Ref>> {
    let replay = Replay::of(state)?;
    let has_begun = std::mem::replace(&mut replay.has_begun, true);
    if let Some(last) = replay.log.last_mut() {
        if !has_begun {
            // The question with which the surrogate was entered.
            return question(&replay.log).map(Some);
        }
        last.answer = Some(if singletons::is_none(&error) {
            Ok(answer)
        } else {
            Err(error)
        });
    }
    replay.release();
    let levels = i32::from(frame.frame_flags.replace(0));
    ts.recursion_remaining
        .set(ts.recursion_remaining.get() + levels);
    let args: SmallVec<[&PyObject; 4]> = replay.args.iter().map(|a| &**a).collect();
    let job = Job {
        number: replay.number,
        callable: replay.callable.as_deref(),
        args: &args,
        names: replay.names.as_deref(),
    };
    let mut attempt = Attempt::new(ts, std::mem::take(&mut replay.log));
    let result = attempt.run(replay.operation, &job);
    replay.log = std::mem::take(&mut attempt.log);
    if !attempt.suspended {
        replay.result = Some(result?);
        return Ok(None);
    }
    drop(result);
    errors::clear();
    replay.held = held(&replay.log);
    frame.frame_flags.set(attempt.levels);
    ts.recursion_remaining
        .set(ts.recursion_remaining.get() - i32::from(attempt.levels));
    question(&replay.log).map(Some)
}

/// Has what was being printed at the last question count as being printed.
fn held(log: &[Question]) -> Vec<protocol::Printed> {
    log.last()
        .map_or_else(Vec::new, |q| protocol::hold_printing(&q.printing))
}

/// The last question as a tuple.
fn question(log: &[Question]) -> PyResult {
    match log.last() {
        Some(q) => Ok(
            tuple::from_array([q.function.clone(), q.args.clone().into_object()])?.into_object(),
        ),
        None => Err(raise!(SystemError, "low-level Python: nothing was asked")),
    }
}

/// `$result`.
pub fn result(state: &PyObject) -> PyResult {
    match Replay::of(state)?.result.take() {
        Some(result) => Ok(result),
        None => Err(raise!(
            SystemError,
            "low-level Python: the operation is not done"
        )),
    }
}
