//! Native operations that ask Python something, without native recursion.
//!
//! An operation that calls back *before it changes anything* (a look-up that compares keys, a conversion, a repr) is run as an *attempt*.
//! If it gets by without Python it is done: that is its fast path. Where it would call a Python function, the attempt is
//! given up instead: the function and its arguments are noted, an error unwinds the native code, and the surrogate `replay` is entered. That calls the
//! function, in a frame, and lets the operation begin again; this time the question is answered from the log, up to the next one.
//!
//! Invariants:
//! 1. Answers are given in the order of the questions, and only to the same question: same function, same arguments; those to questions that are
//!    not asked again, because what they came to is remembered, are passed over. At a question that differs from all (a callback has changed what
//!    the operation looks at, or the arguments are made anew) the rest of the operation runs natively to its end.
//! 2. The same happens after [`MANY`] questions, because repeating an operation for each of many would be slow; but not if [`MAX_DEPTH`] operations
//!    are interrupted natively already, so that native recursion is bounded. Once a frame was run natively within the attempt it stays so, because
//!    that cannot be repeated; so it does once an answer is an iterator, or a type of C code has been asked something.
//! 3. While a question is being answered the surrogate's frame counts for the levels of native recursion at which it was asked, and what was
//!    being printed then counts as being printed.
//! 4. No attempt is current while bytecode runs (`attempt::pause`), nor while a finaliser does.
//! 5. What is not repeatable is not attempted: operations that consume a builtin iterator, or change a container step by step, and operations
//!    on objects of modules' and extensions' types, of which nothing is known.

use crate::asking;
use crate::calls::{Outcome, call_borrowed};
use crate::frames;
use crate::interp;
use crate::surrogates::{self, Known};
use hotpy_objects::attempt::{self, Hashed, Head};
use hotpy_objects::flags::tp;
use hotpy_objects::task::{self, Answer, Polled, Task, Wish};
use hotpy_objects::*;
use smallvec::SmallVec;
use std::ptr;
use std::sync::OnceLock;

/// How many questions an operation may ask before it runs natively, if less than `MAX_DEPTH` others do.
const MANY: usize = 64;
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
    /// How many objects were being printed at its start.
    printing: usize,
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

/// Whether two arguments are the same, or were made alike: numbers, texts, bytes, and lists and tuples of what is the same.
fn same(a: &PyObject, b: &PyObject) -> bool {
    if a.is(b) {
        return true;
    }
    let all = |a: &[&PyObject], b: &[&PyObject]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is(*b))
    };
    if let (Some(a), Some(b)) = (a.exact::<PyTupleObject>(), b.exact::<PyTupleObject>()) {
        return all(a.items(), b.items());
    }
    if let (Some(a), Some(b)) = (a.exact::<PyListObject>(), b.exact::<PyListObject>()) {
        return all(a.items(), b.items());
    }
    if let (Some(a), Some(b)) = (a.exact::<PyBytesObject>(), b.exact::<PyBytesObject>()) {
        return a.as_slice() == b.as_slice();
    }
    if exceptions::is_same_unicode_error(a, b) {
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
    if attempt.next < attempt.log.len() {
        let is_same = |question: &Question| {
            let asked = question.args.items();
            question.function.is(function)
                && asked.len() == args.len()
                && asked.iter().zip(args).all(|(a, b)| same(a, b))
        };
        // What was remembered meanwhile is not asked again.
        let ahead = &attempt.log[attempt.next..];
        let found = match names {
            None => ahead.iter().position(is_same),
            Some(_) => None,
        };
        match found.and_then(|at| ahead[at].answer.as_ref().map(|answer| (at, answer))) {
            Some((at, answer)) => {
                attempt.next += at + 1;
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
            None => {
                attempt.head.native.set(true);
                return Asked::Call;
            }
        }
    }
    let levels = attempt.remaining - tstate().recursion_remaining.get();
    let full = attempt.log.len() >= MANY && attempt::depth() < MAX_DEPTH
        || !(0..=MAX_LEVELS).contains(&levels);
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
                printing: protocol::printing_since(attempt.printing),
            });
            attempt.suspended = true;
            attempt.levels = levels as u8;
            Asked::Answered(Err(given_up()))
        }
        Err(raised) => Asked::Answered(Err(raised)),
    }
}

/// The same for a class, which is called as a whole: what it makes is not made twice.
pub fn ask_class(class: &PyObject, args: &[&PyObject]) -> Option<PyResult> {
    match ask(class, args, None) {
        Asked::Call => None,
        Asked::Answered(answer) => Some(answer),
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
            printing: protocol::printing(),
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
pub fn is_repeatable(object: &PyObject) -> bool {
    let ty = object.ty();
    ty.tp_flags.get() & tp::CORE != 0
        && (ty.tp_iternext.get().is_none()
            || typeobject::is_python_slot_iternext(ty)
            || is_repeatable_proxy(object))
}

/// Whether a weak proxy stands for an object of that kind.
#[inline(never)]
fn is_repeatable_proxy(object: &PyObject) -> bool {
    let target = weakref::proxied(object);
    target.is_some_and(|o| !weakref::is_proxy(&o) && is_repeatable(&o))
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

/// Runs an operation; if it asks, the task that does the same instead of beginning again.
#[inline]
pub fn attempt_or(
    ts: &PyThreadState,
    operation: Operation,
    number: usize,
    args: &[&PyObject],
    task: impl FnOnce() -> Option<Task>,
) -> Outcome {
    let job = Job::new(number, args);
    if crate::config::always_surrogates() && surrogates::is_loaded() {
        return match task() {
            Some(task) => run_task(ts, task, 1),
            None => attempt_job(ts, operation, &job),
        };
    }
    if !args.iter().all(|a| is_repeatable(a)) {
        return operation(&job).into();
    }
    let mut attempt = Attempt::new(ts, Vec::new());
    let result = attempt.run(operation, &job);
    if !attempt.suspended {
        return result.into();
    }
    drop(result);
    errors::clear();
    match task() {
        Some(task) => run_task(ts, task, 1),
        None => give_up(
            ts,
            operation,
            &job,
            attempt.log,
            attempt.levels,
            Hashed::default(),
        ),
    }
}

/// Calls a builtin as an attempt.
#[inline]
pub fn attempt_call(
    ts: &PyThreadState,
    callable: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Outcome {
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

/// Calls a builtin that asks by its arguments alone, before it does anything else: whatever the object is of which it is a method.
pub fn attempt_converting(
    ts: &PyThreadState,
    callable: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Outcome {
    let job = Job {
        number: 0,
        callable: Some(callable),
        args,
        names,
    };
    let first = usize::from(!callable.is_exact::<PyCFunctionObject>());
    if args.iter().skip(first).all(|a| is_repeatable(a)) {
        return begin(ts, call, &job);
    }
    call(&job).into()
}

/// Asks a getter of an object, which changes nothing.
#[inline]
pub fn attempt_getter(
    ts: &PyThreadState,
    getter: Operation,
    descr: &PyObject,
    object: &PyObject,
) -> Outcome {
    begin(ts, getter, &Job::new(0, &[descr, object]))
}

/// The operation that is a call.
pub fn call(job: &Job<'_>) -> PyResult {
    match job.callable {
        Some(callable) => call::vectorcall(callable, job.args, job.names),
        None => Err(raise!(SystemError, "a call of nothing")),
    }
}

#[inline(always)]
fn attempt_job(ts: &PyThreadState, operation: Operation, job: &Job<'_>) -> Outcome {
    if job.args.iter().all(|a| is_repeatable(a)) {
        return begin(ts, operation, job);
    }
    operation(job).into()
}

/// Runs a step of an iterator, or makes or shows one, which asks before it changes that.
#[inline]
pub fn attempt_step(ts: &PyThreadState, step: Operation, iterator: &PyObject) -> Outcome {
    let (args, is_core) = (&[iterator], iterator.ty().tp_flags.get() & tp::CORE != 0);
    let job = Job::new(0, args);
    if is_core {
        return begin(ts, step, &job);
    }
    step(&job).into()
}

/// Operations, one after the other, that are done only if they get by without Python.
pub struct Quiet<'a> {
    ts: &'a PyThreadState,
    attempt: Attempt,
}

impl<'a> Quiet<'a> {
    #[inline]
    pub fn new(ts: &'a PyThreadState) -> Quiet<'a> {
        Quiet {
            ts,
            attempt: Attempt::new(ts, Vec::new()),
        }
    }

    pub fn ts(&self) -> &'a PyThreadState {
        self.ts
    }

    /// Runs one that asks before it changes anything; `None`: it would, and nothing was done.
    #[inline]
    pub fn run(&mut self, operation: Operation, job: &Job<'_>) -> Option<PyResult> {
        if !job.args.iter().all(|a| is_repeatable(a)) || !job.callable.is_none_or(is_repeatable) {
            return None;
        }
        let result = self.attempt.run(operation, job);
        if self.attempt.suspended {
            self.forget(result);
            return None;
        }
        if self.attempt.head.native.get() {
            self.attempt.head.native.set(false);
        }
        Some(result)
    }

    /// Runs what changes nothing for good before it asks; `None`: it would ask, and the caller undoes what was done.
    pub fn run_all<T>(&mut self, f: impl FnOnce() -> PyResult<T>) -> Option<PyResult<T>> {
        let outer = attempt::replace((&raw const self.attempt).cast());
        let result = f();
        attempt::replace(outer);
        if self.attempt.suspended {
            drop(result);
            errors::clear();
            self.attempt = Attempt::new(self.ts, Vec::new());
            return None;
        }
        Some(result)
    }

    #[cold]
    fn forget(&mut self, given_up: PyResult) {
        drop(given_up);
        errors::clear();
        self.attempt = Attempt::new(self.ts, Vec::new());
    }
}

#[inline(always)]
fn begin(ts: &PyThreadState, operation: Operation, job: &Job<'_>) -> Outcome {
    if crate::config::always_surrogates() && surrogates::is_loaded() {
        return give_up(ts, operation, job, Vec::new(), 0, Hashed::default());
    }
    let mut attempt = Attempt::new(ts, Vec::new());
    let known = attempt::take_known();
    attempt.head.hashed.set(known);
    let result = attempt.run(operation, job);
    if !attempt.suspended {
        return result.into();
    }
    drop(result);
    errors::clear();
    give_up(ts, operation, job, attempt.log, attempt.levels, known)
}

/// An operation that has asked something, as an object that only its surrogate sees.
struct Replay {
    work: Work,
    /// Whether `$replay` has been executed.
    has_begun: bool,
    result: Option<Done>,
}

/// What an operation has come to.
enum Done {
    Value(Ref),
    /// The end of an iterator.
    End,
    Raised(errors::Taken),
}

enum Work {
    Attempt(Interrupted),
    /// A native algorithm, and what it waits for.
    Task(Task, Option<Waits>),
}

/// What a task waits for.
enum Waits {
    Wish(Wish),
    /// An attempt that has asked something.
    Attempt(Ref),
}

/// How a wish is fulfilled.
pub enum Fulfilled {
    /// By a step of an iterator.
    Next(Ref),
    /// By a frame; StopIteration is its end.
    Attempt(&'static frame::Frame),
    By(Outcome),
}

/// An attempt that was given up.
struct Interrupted {
    operation: Operation,
    number: usize,
    callable: Option<Ref>,
    args: SmallVec<[Ref; 4]>,
    names: Option<Ref<PyTupleObject>>,
    log: Vec<Question>,
    known: Hashed,
    /// Counts as being printed until the operation goes on.
    held: Vec<protocol::Printed>,
}

impl Interrupted {
    fn release(&mut self) {
        protocol::release_printing(&std::mem::take(&mut self.held));
    }
}

impl Drop for Interrupted {
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
    known: Hashed,
) -> Outcome {
    let held = held(&log);
    let interrupted = Interrupted {
        operation,
        number: job.number,
        callable: job.callable.map(PyObject::to_ref),
        args: job.args.iter().map(|a| a.to_ref()).collect(),
        names: job.names.map(Ref::new),
        log,
        known,
        held,
    };
    enter(ts, Known::Replay, Work::Attempt(interrupted), levels)
}

/// Runs a native algorithm; what it wishes for is done in frames. The call counts for `levels` levels of recursion.
pub fn run_task(ts: &PyThreadState, mut task: Task, levels: u8) -> Outcome {
    if !surrogates::is_loaded() {
        return value_of(task::run(task));
    }
    match poll(ts, &mut task, None) {
        Ok(answer) => value_of(answer),
        Err(waits) => enter(ts, Known::RunTask, Work::Task(task, Some(waits)), levels),
    }
}

/// Goes on with a task up to its end, or to what must be done in a frame.
fn poll(ts: &PyThreadState, task: &mut Task, mut answer: Option<Answer>) -> Result<Answer, Waits> {
    loop {
        let wish = match task::poll(task.as_mut(), answer.take()) {
            Polled::Done(answer) => return Ok(answer),
            Polled::Wishes(wish) => wish,
        };
        answer = Some(match &wish {
            Wish::Next(iterator) => match asking::native_step(iterator) {
                Some(_) => protocol::next(iterator),
                None => return Err(Waits::Wish(wish)),
            },
            Wish::Attempt(operation, args) => match begin_native(ts, *operation, args) {
                Ok(done) => done,
                Err(Ok(state)) => return Err(Waits::Attempt(state)),
                Err(Err(raised)) => Err(raised),
            },
            wish_ => match quiet_answer(ts, wish_) {
                Some(value) => value.map(Some),
                None => return Err(Waits::Wish(wish)),
            },
        });
    }
}

/// What a wish comes to that surely runs no Python.
fn quiet_answer(ts: &PyThreadState, wish: &Wish) -> Option<PyResult> {
    if crate::config::always_surrogates() {
        return None;
    }
    match wish {
        Wish::Call(function, args, None) => {
            asking::call_quietly(&mut Quiet::new(ts), function, args.items())
        }
        Wish::Iter(object) => asking::native_iter(object),
        Wish::Truth(object) => asking::truth_quietly(object).map(|truth| truth.map(boolean::from)),
        Wish::Compare(a, b, op) => asking::compare_quietly(&mut Quiet::new(ts), a, b, *op),
        Wish::Add(a, b) => asking::add_quietly(a, b),
        _ => None,
    }
}

/// An attempt within a task: its answer, or its state if it asks.
fn begin_native(
    ts: &PyThreadState,
    operation: task::Native,
    args: &[Ref],
) -> Result<Answer, PyResult> {
    fn native(job: &Job<'_>) -> PyResult {
        // SAFETY: the number is the function, which is put there below.
        let operation: task::Native = unsafe { std::mem::transmute(job.number) };
        operation(job.args)?.map_or_else(
            || {
                errors::raise_stop_iteration(None);
                Err(Raised)
            },
            Ok,
        )
    }
    let borrowed: SmallVec<[&PyObject; 4]> = args.iter().map(|a| &**a).collect();
    let job = Job::new(operation as usize, &borrowed);
    match begin(ts, native, &job) {
        Outcome::Value(value) => Ok(Ok(Some(value))),
        Outcome::Enter(frame) => Err(surrogate_of(ts, frame)),
        _ if errors::matches(&exceptions::StopIteration) => {
            errors::clear();
            Ok(Ok(None))
        }
        _ => Ok(Err(Raised)),
    }
}

/// The state in the surrogate's frame that was to be entered, which goes.
fn surrogate_of(ts: &PyThreadState, frame: &'static frame::Frame) -> PyResult {
    // SAFETY: it is a frame of `replay`, complete and not linked yet: its first local is the state.
    let state = unsafe {
        let state = (*frame.local_ptr(0)).as_ref().map(PyObject::to_ref);
        frames::pop(ts, frame);
        state
    };
    state.ok_or(Raised)
}

/// Nothing is the end of an iterator.
fn value_of(answer: Answer) -> Outcome {
    match answer {
        Ok(Some(value)) => Outcome::Value(value),
        Ok(None) => {
            errors::raise_stop_iteration(None);
            Outcome::Raised
        }
        Err(Raised) => Outcome::Raised,
    }
}

fn enter(ts: &PyThreadState, surrogate: Known, work: Work, levels: u8) -> Outcome {
    let pointer = Box::into_raw(Box::new(Replay {
        work,
        has_begun: false,
        result: None,
    }));
    let capsule = match capsule::new(pointer.cast(), NAME.as_ptr(), Some(drop_replay)) {
        Ok(capsule) => capsule,
        Err(Raised) => {
            // SAFETY: nobody else has it.
            drop(unsafe { Box::from_raw(pointer) });
            return Outcome::Raised;
        }
    };
    let outcome = surrogates::enter(ts, surrogate, &[&capsule]);
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

/// `$replay`: the next question as a tuple of function and arguments; `None` when the operation is done. `frame` is the surrogate's.
pub fn go_on(
    ts: &PyThreadState,
    frame: &frame::Frame,
    state: &PyObject,
    answer: Ref,
    error: Ref,
) -> PyResult<Option<Ref>> {
    let replay = Replay::of(state)?;
    let has_begun = std::mem::replace(&mut replay.has_begun, true);
    let given = has_begun.then(|| {
        if singletons::is_none(&error) {
            Ok(answer)
        } else {
            Err(error)
        }
    });
    let Work::Attempt(interrupted) = &mut replay.work else {
        return Err(misused());
    };
    match interrupted.go_on(ts, frame, given)? {
        Ok(result) => {
            replay.result = Some(Done::Value(result));
            Ok(None)
        }
        Err(question) => Ok(Some(question)),
    }
}

#[cold]
fn misused() -> Raised {
    raise!(SystemError, "low-level Python: nothing was asked")
}

/// `$wish`: what the task waits for is begun.
pub fn fulfil(ts: &PyThreadState, state: &PyObject) -> PyResult<Fulfilled> {
    let Work::Task(_, waits) = &mut Replay::of(state)?.work else {
        return Err(misused());
    };
    let by = |known, args: &[&PyObject]| surrogates::enter(ts, known, args);
    Ok(Fulfilled::By(match waits.take().ok_or_else(misused)? {
        Waits::Attempt(state) => match by(Known::Replay, &[&state]) {
            Outcome::Enter(frame) => return Ok(Fulfilled::Attempt(frame)),
            other => other,
        },
        Waits::Wish(wish) => match wish {
            Wish::Next(iterator) => return Ok(Fulfilled::Next(iterator)),
            Wish::Iter(object) => by(Known::GetIter, &[&object]),
            Wish::Str(object) => by(Known::Str, &[&object]),
            Wish::Truth(object) => by(Known::AskTruth, &[&object]),
            Wish::Compare(a, b, op) => {
                interp::with_comparison(&a, &b, op, |args| Ok(by(Known::Compare, args)))?
            }
            Wish::Add(a, b) => by(Known::AskAdd, &[&a, &b]),
            Wish::Call(function, args, None)
                if function.is_exact::<PyFunctionObject>()
                    || function.is_exact::<PyMethodObject>() =>
            {
                call_borrowed(ts, &function, args.items())
            }
            Wish::Call(function, args, kwargs) => {
                let kwargs = kwargs.filter(|k| k.len() > 0);
                let kwargs = kwargs.map_or_else(singletons::none, Ref::into_object);
                by(Known::AskCall, &[&function, &args, &kwargs])
            }
            Wish::Resume(generator, Ok(value)) => by(Known::AskResume, &[&generator, &value]),
            Wish::Resume(generator, Err(exception)) => {
                by(Known::AskThrow, &[&generator, &exception])
            }
            Wish::Throw(generator, exception) => {
                by(Known::AskThrowInside, &[&generator, &exception])
            }
            Wish::GoOn(generator, value) => by(Known::AskGoOn, &[&generator, &value]),
            Wish::Attempt(..) => return Err(misused()),
        },
    }))
}

/// `$advance`: goes on with what the wish has come to; whether the task waits again.
pub fn advance(ts: &PyThreadState, state: &PyObject, given: Answer) -> PyResult<bool> {
    let replay = Replay::of(state)?;
    let Work::Task(task, waits) = &mut replay.work else {
        return Err(misused());
    };
    match poll(ts, task, Some(given)) {
        Ok(answer) => {
            replay.result = match answer {
                Ok(Some(value)) => Some(Done::Value(value)),
                Ok(None) => Some(Done::End),
                // Raised again by `$result`.
                Err(Raised) => errors::fetch().map(Done::Raised),
            };
            Ok(false)
        }
        Err(next) => {
            *waits = Some(next);
            Ok(true)
        }
    }
}

impl Interrupted {
    /// Begins again: its result, or the next question.
    fn go_on(
        &mut self,
        ts: &PyThreadState,
        frame: &frame::Frame,
        given: Option<Result<Ref, Ref>>,
    ) -> PyResult<Result<Ref, Ref>> {
        if let Some(last) = self.log.last_mut() {
            match given {
                // The question with which the surrogate was entered.
                None => return question(&self.log).map(Err),
                given => last.answer = given,
            }
        }
        self.release();
        let levels = i32::from(frame.frame_flags.replace(0));
        ts.recursion_remaining
            .set(ts.recursion_remaining.get() + levels);
        let args: SmallVec<[&PyObject; 4]> = self.args.iter().map(|a| &**a).collect();
        let job = Job {
            number: self.number,
            callable: self.callable.as_deref(),
            args: &args,
            names: self.names.as_deref(),
        };
        let mut attempt = Attempt::new(ts, std::mem::take(&mut self.log));
        attempt.head.hashed.set(self.known);
        let result = attempt.run(self.operation, &job);
        self.log = std::mem::take(&mut attempt.log);
        if !attempt.suspended {
            return result.map(Ok);
        }
        drop(result);
        errors::clear();
        frame.frame_flags.set(attempt.levels);
        ts.recursion_remaining
            .set(ts.recursion_remaining.get() - i32::from(attempt.levels));
        self.held = held(&self.log);
        question(&self.log).map(Err)
    }
}

/// Has what was being printed at the last question count as being printed.
fn held(log: &[Question]) -> Vec<protocol::Printed> {
    log.last()
        .map_or_else(Vec::new, |q| protocol::hold_printing(&q.printing))
}

/// The last question as a tuple.
fn question(log: &[Question]) -> PyResult {
    match log.last() {
        Some(q) => {
            let args = q.args.clone().into_object();
            Ok(tuple::from_array([q.function.clone(), args])?.into_object())
        }
        None => Err(misused()),
    }
}

/// `$result`.
pub fn result(state: &PyObject) -> PyResult {
    let replay = Replay::of(state)?;
    match replay.result.take() {
        Some(Done::Value(result)) => Ok(result),
        Some(Done::End) => {
            errors::raise_stop_iteration(None);
            Err(Raised)
        }
        Some(Done::Raised(raised)) => {
            errors::restore(raised);
            Err(Raised)
        }
        None => Err(raise!(
            SystemError,
            "low-level Python: the operation is not done"
        )),
    }
}
