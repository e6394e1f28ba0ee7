//! Trace and profile functions (`sys.settrace`, `sys.setprofile`, and C's): when which event is told.
//!
//! `cframe.use_tracing` is 255 while there is an observer and it is not running. The loop compares each op with it (the
//! same comparison finds EXTENDED_ARG, so that unobserved code pays nothing) and then asks [`before`] about each
//! instruction. Observed code runs base ops: quickened forms and fused pairs would hide instructions and calls.
//! Surrogates' frames tell nothing.

use crate::interp::Event;
use crate::tracing::Place;
use crate::{breaker, eval};
use hotpy_isa::Op;
use hotpy_objects::flags::frame_state;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use std::ffi::c_int;

/// The events, by the number that C functions get.
mod what {
    use hotpy_objects::names::{self, Name};
    use std::ffi::c_int;
    pub const CALL: c_int = 0;
    pub const EXCEPTION: c_int = 1;
    pub const LINE: c_int = 2;
    pub const RETURN: c_int = 3;
    pub const C_CALL: c_int = 4;
    pub const C_EXCEPTION: c_int = 5;
    pub const C_RETURN: c_int = 6;
    pub const OPCODE: c_int = 7;
    /// The names that Python functions get.
    pub static NAMES: [&Name; 8] = [
        &names::call,
        &names::exception,
        &names::line,
        &names::return_,
        &names::c_call,
        &names::c_exception,
        &names::c_return,
        &names::opcode,
    ];
}

/// What the loop does next.
pub enum Step {
    /// Execute the base op at the place, with the frame's saved stack.
    Execute(*mut u16),
    /// Go on there: the instruction has been executed, or an exception is set.
    GoOn(Place),
}

impl Step {
    /// The instruction has been executed; the frame goes on at `next`, with its saved stack.
    fn done(frame: &'static Frame, next: *mut u16) -> Step {
        Step::GoOn(Place {
            frame,
            ip: next,
            sp: frame.saved_sp(),
            event: None,
        })
    }

    /// An exception is set.
    fn stop(frame: &'static Frame, event: Event) -> Step {
        Step::GoOn(Place {
            frame,
            ip: frame.prev_instr.get().wrapping_add(1),
            sp: frame.saved_sp(),
            event: Some(event),
        })
    }
}

// ---- installing ----

/// `sys.settrace`.
pub fn set_trace(function: Option<&PyObject>) -> PyResult<()> {
    install_tracer(function.map(|_| trace_python as Py_tracefunc), function)
}

/// `sys.setprofile`.
pub fn set_profile(function: Option<&PyObject>) -> PyResult<()> {
    install_profiler(function.map(|_| profile_python as Py_tracefunc), function)
}

/// Whether an observer is being replaced: the old one's end may run Python code, which nobody observes and which may not install another.
struct Installing(Cell<bool>);

// SAFETY: U1.
unsafe impl Sync for Installing {}

impl Installing {
    fn replace(&self, what: &str, old: impl FnOnce() -> Option<Ref>) -> PyResult<()> {
        if self.0.replace(true) {
            self.0.set(false);
            return Err(raise!(
                RuntimeError,
                "Cannot install a {what} function while another {what} function is being installed"
            ));
        }
        drop(old());
        self.0.set(false);
        Ok(())
    }
}

static TRACER: Installing = Installing(Cell::new(false));
static PROFILER: Installing = Installing(Cell::new(false));

/// `PyEval_SetTrace`. RuntimeError while the end of another one runs.
pub fn install_tracer(function: Option<Py_tracefunc>, object: Option<&PyObject>) -> PyResult<()> {
    let ts = tstate();
    TRACER.replace("trace", || {
        ts.c_tracefunc.set(None);
        let old = ts.c_traceobj.take();
        update(ts);
        old
    })?;
    ts.c_traceobj.set(object.map(PyObject::to_ref));
    ts.c_tracefunc.set(function);
    update(ts);
    Ok(())
}

/// `PyEval_SetProfile`. RuntimeError while the end of another one runs.
pub fn install_profiler(function: Option<Py_tracefunc>, object: Option<&PyObject>) -> PyResult<()> {
    let ts = tstate();
    PROFILER.replace("profile", || {
        ts.c_profilefunc.set(None);
        let old = ts.c_profileobj.take();
        update(ts);
        old
    })?;
    ts.c_profileobj.set(object.map(PyObject::to_ref));
    ts.c_profilefunc.set(function);
    update(ts);
    Ok(())
}

/// Tells the loop whether there is an observer.
pub(crate) fn update(ts: &PyThreadState) {
    // SAFETY: the interpreter of a thread state lives.
    let elsewhere = unsafe { (*ts.interp.get()).eval_frame.get().is_some() };
    let observed = ts.c_tracefunc.get().is_some() || ts.c_profilefunc.get().is_some() || elsewhere;
    // SAFETY: the thread's cframe is live.
    unsafe { &*ts.cframe.get() }
        .use_tracing
        .set(if observed { 255 } else { 0 });
}

/// A trace function in Python: told of "call" by the thread's function, of the rest by the frame's.
unsafe extern "C" fn trace_python(
    this: &PyObject,
    frame: *mut PyFrameObject,
    event: c_int,
    arg: Option<&PyObject>,
) -> c_int {
    // SAFETY: the caller holds the frame object.
    let object = unsafe { &*frame };
    let function = match event {
        what::CALL => Some(this.to_ref()),
        _ => object.f_trace.cloned(),
    };
    let Some(function) = function else { return 0 };
    match call_python(&function, object, event, arg) {
        Ok(local) => {
            if !singletons::is_none(&local) {
                object.f_trace.set(Some(local));
            }
            0
        }
        Err(Raised) => {
            let _ = set_trace(None);
            object.f_trace.set(None);
            -1
        }
    }
}

/// A profile function in Python.
unsafe extern "C" fn profile_python(
    this: &PyObject,
    frame: *mut PyFrameObject,
    event: c_int,
    arg: Option<&PyObject>,
) -> c_int {
    // SAFETY: the caller holds the frame object.
    match call_python(this, unsafe { &*frame }, event, arg) {
        Ok(_) => 0,
        Err(Raised) => {
            let _ = set_profile(None);
            -1
        }
    }
}

/// Calls a Python observer: what it writes into `f_locals` becomes the frame's.
fn call_python(
    function: &PyObject,
    object: &PyFrameObject,
    event: c_int,
    arg: Option<&PyObject>,
) -> PyResult {
    let Some(frame) = object.frame() else {
        return Err(raise!(RuntimeError, "frame has been deallocated"));
    };
    let name: &PyObject = what::NAMES[event as usize];
    let arg = arg.unwrap_or(&singletons::_Py_NoneStruct);
    let result = call::call(function, &[object, name, arg]);
    // Only if it has looked at them.
    if object.f_fast_as_locals.replace(0) != 0 {
        let taken = errors::fetch();
        if frame::locals_to_fast(frame, true).is_err() {
            errors::clear();
        }
        if let Some(taken) = taken {
            errors::restore(taken);
        }
    }
    result
}

// ---- telling ----

/// From here on the thread is not observed. Nests.
pub fn pause(ts: &PyThreadState) {
    ts.tracing.set(ts.tracing.get() + 1);
    // SAFETY: the thread's cframe is live.
    unsafe { &*ts.cframe.get() }.use_tracing.set(0);
}

/// Undoes [`pause`].
pub fn resume(ts: &PyThreadState) {
    ts.tracing.set(ts.tracing.get() - 1);
    update(ts);
}

/// Calls an observer, unless one is running already.
fn tell(
    ts: &PyThreadState,
    observer: Option<(Py_tracefunc, Ref)>,
    frame: &Frame,
    event: c_int,
    arg: Option<&PyObject>,
) -> PyResult<()> {
    let Some((function, this)) = observer else {
        return Ok(());
    };
    if ts.tracing.get() > 0 {
        return Ok(());
    }
    let object = frame::object(frame)?;
    // Only a return without a value has no argument.
    let arg = match event {
        what::CALL | what::LINE | what::OPCODE => Some(arg.unwrap_or(&singletons::_Py_NoneStruct)),
        _ => arg,
    };
    let before = ts.tracing_what.replace(event);
    pause(ts);
    // SAFETY: an observer has this signature; the frame object outlives the call.
    let status = unsafe { function(&this, (&raw const *object).cast_mut(), event, arg) };
    resume(ts);
    ts.tracing_what.set(before);
    if status == 0 { Ok(()) } else { Err(Raised) }
}

/// [`tell`] while an exception may be set: it stays set, or gives way to the observer's.
fn tell_protected(
    ts: &PyThreadState,
    observer: Option<(Py_tracefunc, Ref)>,
    frame: &Frame,
    event: c_int,
    arg: Option<&PyObject>,
) -> PyResult<()> {
    let taken = errors::fetch();
    tell(ts, observer, frame, event, arg)?;
    if let Some(taken) = taken {
        errors::restore(taken);
    }
    Ok(())
}

fn tracer(ts: &PyThreadState) -> Option<(Py_tracefunc, Ref)> {
    let this = ts.c_traceobj.cloned().unwrap_or_else(singletons::none);
    Some((ts.c_tracefunc.get()?, this))
}

fn profiler(ts: &PyThreadState) -> Option<(Py_tracefunc, Ref)> {
    let this = ts.c_profileobj.cloned().unwrap_or_else(singletons::none);
    Some((ts.c_profilefunc.get()?, this))
}

/// A frame begins or goes on.
pub fn entered(ts: &PyThreadState, frame: &Frame) -> PyResult<()> {
    if frame.code().is_hidden() {
        return Ok(());
    }
    tell_protected(ts, tracer(ts), frame, what::CALL, None)?;
    tell_protected(ts, profiler(ts), frame, what::CALL, None)
}

/// A frame ends or pauses with a value, or ends with the exception that is set.
fn left(ts: &PyThreadState, frame: &Frame, value: Option<&PyObject>) -> PyResult<()> {
    tell_protected(ts, tracer(ts), frame, what::RETURN, value)?;
    tell_protected(ts, profiler(ts), frame, what::RETURN, value)
}

/// A frame ends with the exception that is set; an observer's takes its place.
#[cold]
pub fn unwound(ts: &PyThreadState, frame: &Frame) {
    if !frame.code().is_hidden() {
        let _ = left(ts, frame, None);
    }
}

/// The exception that is set has been raised in the frame, or has come to it. An observer's takes its place.
#[cold]
pub fn raised(ts: &PyThreadState, frame: &Frame) {
    if ts.c_tracefunc.get().is_none() || frame.code().is_hidden() {
        return;
    }
    let Some(mut taken) = errors::fetch() else {
        return;
    };
    taken.normalize();
    let value = taken.value.clone().unwrap_or_else(singletons::none);
    let traceback = taken.traceback.clone().unwrap_or_else(singletons::none);
    let told = tuple::from_owned(vec![taken.ty.clone(), value, traceback])
        .and_then(|arg| tell(ts, tracer(ts), frame, what::EXCEPTION, Some(&*arg)));
    if told.is_ok() {
        errors::restore(taken);
    }
}

/// The StopIteration that is set is about to be swallowed by the running frame.
pub fn stopped(ts: &PyThreadState) {
    if ts.c_tracefunc.get().is_none() {
        return;
    }
    // SAFETY: the running frame is live.
    if let Some(frame) = unsafe { (*ts.cframe.get()).current_frame.get().as_ref() } {
        raised(ts, frame);
    }
}

/// What the running frame delegates to has returned `value`: to an observer, it has raised StopIteration.
#[cold]
pub fn sent(
    ts: &PyThreadState,
    frame: &Frame,
    receiver: &PyObject,
    value: &PyObject,
) -> PyResult<()> {
    // A generator that returns None just ends.
    if receiver.is_exact::<PyGenObject>() && singletons::is_none(value) {
        return Ok(());
    }
    errors::raise_stop_iteration(Some(value).filter(|v| !singletons::is_none(v)));
    raised(ts, frame);
    if !errors::matches(&exceptions::StopIteration) {
        return Err(Raised);
    }
    errors::clear();
    Ok(())
}

// ---- one instruction ----

/// The op and operand at `at`, EXTENDED_ARG included; the place of the op's own unit.
///
/// # Safety
/// `at` is an instruction of the running code.
unsafe fn decode(at: *mut u16) -> (Op, usize, *mut u16) {
    let mut at = at;
    let mut oparg = 0;
    loop {
        // SAFETY: EXTENDED_ARG is never the last instruction.
        let unit = unsafe { *at };
        oparg = oparg << 8 | (unit >> 8) as usize;
        let op = Op::base_of(unit as u8).unwrap_or(Op::NOP);
        if op != Op::EXTENDED_ARG {
            return (op, oparg, at);
        }
        // SAFETY: as above.
        at = unsafe { at.add(1) };
    }
}

/// The observers hear of the instruction at `ip`, before which the stack ends at `sp`.
///
/// # Safety
/// `frame` is the running frame; `ip` and `sp` are its.
#[cold]
#[inline(never)]
pub unsafe fn before(
    ts: &'static PyThreadState,
    frame: &'static Frame,
    ip: *mut u16,
    sp: *mut *mut PyObject,
) -> Step {
    frame.save_sp(sp);
    let code = frame.code();
    if frame.prev_instr.get() < code.first_instr()
        // SAFETY: passed on.
        && let Some(place) = unsafe { eval::entered_elsewhere(ts, frame) }
    {
        return Step::GoOn(place);
    }
    if ts.tracing.get() > 0 || code.is_hidden() {
        return Step::Execute(ip);
    }
    // SAFETY: both lie in the code.
    let unit = unsafe { ip.offset_from(code.first_instr()) };
    if unit < code._co_firsttraceable.get() as isize {
        return Step::Execute(ip);
    }
    // SAFETY: an instruction of the running code.
    if is_silent(ts, frame, code, unit, unsafe { *ip }) {
        frame.prev_instr.set(ip);
        return Step::Execute(ip);
    }
    // SAFETY: passed on.
    match unsafe { observe(ts, frame, ip) } {
        Ok(step) => step,
        Err(Raised) => Step::stop(frame, Event::Error),
    }
}

/// Whether nobody is told of an instruction, as of most: it begins no line, and has no event of its own. Said of what is quick to see alone.
fn is_silent(
    ts: &PyThreadState,
    frame: &Frame,
    code: &PyCodeObject,
    unit: isize,
    instruction: u16,
) -> bool {
    let op = Op::base_of(instruction as u8).unwrap_or(Op::NOP);
    match op {
        Op::RESUME | Op::RETURN_VALUE | Op::YIELD_VALUE | Op::KW_NAMES | Op::EXTENDED_ARG => {
            return false;
        }
        Op::CALL | Op::CALL_FUNCTION_EX if ts.c_profilefunc.get().is_some() => return false,
        _ => {}
    }
    if ts.c_tracefunc.get().is_none() {
        return true;
    }
    let came_from = frame.lasti();
    let wants_all = (frame.frame_obj.get()).is_some_and(|object| object.f_trace_opcodes.get() != 0);
    let is_on =
        came_from > code._co_firsttraceable.get() as isize && (unit >= came_from || op == Op::SEND);
    is_on && !wants_all && code::are_on_one_line(code, came_from as usize, unit as usize)
}

unsafe fn observe(
    ts: &'static PyThreadState,
    frame: &'static Frame,
    ip: *mut u16,
) -> PyResult<Step> {
    let came_from = frame.lasti();
    frame.prev_instr.set(ip);
    // SAFETY: instructions of the running code, and the stack that they find.
    unsafe {
        let (op, oparg, _) = decode(ip);
        if op == Op::RESUME {
            if oparg < 2 && breaker::is_requested() {
                breaker::handle()?;
            }
            entered(ts, frame)?;
            return Ok(Step::Execute(ip));
        }
        line(ts, frame, came_from)?;
        // The observer may have set `f_lineno`.
        let ip = frame.prev_instr.get();
        let (op, oparg, at) = decode(ip);
        match op {
            Op::RETURN_VALUE => {
                let value = Ref::new(&**frame.saved_sp().sub(1));
                if left(ts, frame, Some(&value)).is_err() {
                    return Ok(Step::stop(frame, Event::Unwind));
                }
            }
            Op::YIELD_VALUE => return Ok(yielded(ts, frame, ip)),
            Op::KW_NAMES => {
                // With PRECALL and CALL, one instruction of ours.
                let names = frame.code().const_at(oparg).downcast::<PyTupleObject>();
                let (_, _, precall) = decode(at.add(1));
                let before = frame.lasti();
                frame.prev_instr.set(at.add(1));
                line(ts, frame, before)?;
                let before = frame.lasti();
                let call = precall.add(1 + Op::PRECALL.caches());
                let (_, count, call_at) = decode(call);
                frame.prev_instr.set(call);
                line(ts, frame, before)?;
                if let Some(done) = profiled_call(ts, frame, call_at, count, names)? {
                    return Ok(done);
                }
            }
            Op::CALL => {
                if let Some(done) = profiled_call(ts, frame, at, oparg, None)? {
                    return Ok(done);
                }
            }
            Op::CALL_FUNCTION_EX => {
                if let Some(done) = profiled_call_ex(ts, frame, at, oparg)? {
                    return Ok(done);
                }
            }
            _ => {}
        }
        Ok(Step::Execute(ip))
    }
}

/// "line" and "opcode" events for the instruction at `prev_instr`, reached from unit `came_from`.
fn line(ts: &PyThreadState, frame: &Frame, came_from: isize) -> PyResult<()> {
    if ts.c_tracefunc.get().is_none() {
        return Ok(());
    }
    let code = frame.code();
    code::spread_lines(code);
    let at = frame.lasti();
    let old = if came_from <= code._co_firsttraceable.get() as isize {
        None
    } else {
        code::line_at(code, came_from as usize)
    };
    let new = code::line_at(code, at as usize);
    let object = frame::object(frame)?;
    if new.is_some() && object.f_trace_lines.get() != 0 {
        // SAFETY: an instruction of the running code.
        let op = Op::from_u8(unsafe { *frame.prev_instr.get() } as u8);
        let backwards = at < came_from && op != Some(Op::SEND);
        if new != old || backwards {
            tell(ts, tracer(ts), frame, what::LINE, None)?;
        }
    }
    if object.f_trace_opcodes.get() != 0 {
        tell(ts, tracer(ts), frame, what::OPCODE, None)?;
    }
    Ok(())
}

/// YIELD_VALUE: to the observers the generator is suspended already, its value off the stack.
unsafe fn yielded(ts: &PyThreadState, frame: &'static Frame, ip: *mut u16) -> Step {
    // SAFETY: the frame's stack has the value on top.
    unsafe {
        let top = frame.saved_sp().sub(1);
        let value = Ref::new(&**top);
        frame.save_sp(top);
        let state = frame.generator().map(|g| &g.gi_frame_state);
        if let Some(state) = state {
            state.set(frame_state::SUSPENDED);
        }
        let told = left(ts, frame, Some(&value));
        if let Some(state) = state {
            state.set(frame_state::EXECUTING);
        }
        let sp = frame.saved_sp();
        if sp == top {
            frame.save_sp(sp.add(1));
        } else {
            *sp = value.into_raw();
            frame.save_sp(sp.add(1));
            drop(Ref::from_owned(*top));
        }
        match told {
            Ok(()) => Step::Execute(ip),
            Err(Raised) => Step::stop(frame, Event::Unwind),
        }
    }
}

// ---- calls of C functions, for profilers ----

/// What a profiler is told a call's function is; nothing if it is not told of the call. A method is bound for it.
fn c_function(callable: &PyObject, this: Option<&&PyObject>) -> PyResult<Option<(Ref, bool)>> {
    if callable.is_exact::<PyCFunctionObject>() || callable.is_exact::<PyCMethodObject>() {
        return Ok(Some((callable.to_ref(), false)));
    }
    match (callable.exact::<PyMethodDescrObject>(), this) {
        (Some(descr), Some(this)) => {
            let Some(get) = descr.ty().tp_descr_get.get() else {
                return Ok(None);
            };
            Ok(Some((get(descr, Some(this), Some(this.ty()))?, true)))
        }
        _ => Ok(None),
    }
}

/// A call with the events before and after it.
fn around(
    ts: &PyThreadState,
    frame: &Frame,
    function: &PyObject,
    call: impl FnOnce() -> PyResult,
) -> PyResult {
    tell(ts, profiler(ts), frame, what::C_CALL, Some(function))?;
    match call() {
        Ok(value) => {
            tell(ts, profiler(ts), frame, what::C_RETURN, Some(function))?;
            Ok(value)
        }
        Err(raised) => {
            let _ = tell_protected(ts, profiler(ts), frame, what::C_EXCEPTION, Some(function));
            Err(raised)
        }
    }
}

/// Replaces the call's part of the stack, from `base` on, by its value.
unsafe fn finish(
    frame: &'static Frame,
    base: *mut *mut PyObject,
    value: PyResult,
    next: *mut u16,
) -> PyResult<Step> {
    // SAFETY: the slots own objects or are empty.
    unsafe {
        let mut sp = frame.saved_sp();
        while sp > base {
            sp = sp.sub(1);
            frame.save_sp(sp);
            drop(Ref::from_owned_opt(*sp));
        }
        *sp = value?.into_raw();
        frame.save_sp(sp.add(1));
    }
    if breaker::is_requested() {
        breaker::handle()?;
    }
    Ok(Step::done(frame, next))
}

/// CALL of a C function while there is a profiler; nothing: the loop makes the call.
unsafe fn profiled_call(
    ts: &PyThreadState,
    frame: &'static Frame,
    at: *mut u16,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult<Option<Step>> {
    if ts.c_profilefunc.get().is_none() {
        return Ok(None);
    }
    // SAFETY: the stack has the callable and its arguments.
    unsafe {
        let base = frame.saved_sp().sub(count + 2);
        let (callable, args) = if (*base).is_null() {
            (
                &**base.add(1),
                std::slice::from_raw_parts(base.add(2).cast::<&PyObject>(), count),
            )
        } else {
            (
                &**base,
                std::slice::from_raw_parts(base.add(1).cast::<&PyObject>(), count + 1),
            )
        };
        let positional = args.len() - names.map_or(0, PyTupleObject::len);
        let Some((function, bound)) = c_function(callable, args[..positional].first())? else {
            return Ok(None);
        };
        let args = &args[usize::from(bound)..];
        let value = around(ts, frame, &function, || {
            call::vectorcall(&function, args, names)
        });
        finish(frame, base, value, at.add(1 + Op::CALL.caches())).map(Some)
    }
}

/// CALL_FUNCTION_EX of a C function while there is a profiler; nothing: the loop makes the call.
unsafe fn profiled_call_ex(
    ts: &PyThreadState,
    frame: &'static Frame,
    at: *mut u16,
    flags: usize,
) -> PyResult<Option<Step>> {
    if ts.c_profilefunc.get().is_none() {
        return Ok(None);
    }
    // SAFETY: the stack has a null, the callable, its arguments, perhaps keywords.
    unsafe {
        let top = frame.saved_sp();
        let (args, kwargs) = match flags & 1 {
            0 => (top.sub(1), None),
            _ => (top.sub(2), Some(&**top.sub(1))),
        };
        if !(**args).is_exact::<PyTupleObject>() {
            if (**args).ty().tp_iter.get().is_none() {
                return Ok(None);
            }
            let items = tuple::from_owned(protocol::collect(&**args)?)?;
            drop(Ref::from_owned(std::ptr::replace(
                args,
                items.into_raw().cast(),
            )));
        }
        let Some(kwargs) = kwargs
            .map(|k| k.exact::<PyDictObject>())
            .map_or(Some(None), |k| k.map(Some))
        else {
            return Ok(None);
        };
        let items: &PyTupleObject = (**args).cast();
        let callable = &**args.sub(1);
        let Some((function, bound)) = c_function(callable, items.items().first())? else {
            return Ok(None);
        };
        let value = around(ts, frame, &function, || {
            if bound {
                let rest = tuple::from_borrowed(&items.items()[1..])?;
                call::call_ex(&function, &rest, kwargs)
            } else {
                call::call_ex(&function, items, kwargs)
            }
        });
        finish(frame, args.sub(2), value, at.add(1)).map(Some)
    }
}
