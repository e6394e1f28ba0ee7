//! Ways into the interpreter from native code: functions' vectorcall, running code in namespaces, resuming generators.

use crate::calls::Outcome;
use crate::frames::ReturnTo;
use crate::interp::Event;
use crate::replay::{self, Asked};
use crate::surrogates::{self, Known};
use crate::tracing::Place;
use crate::{calls, frames, interp};
use hotpy_objects::flags::{VECTORCALL_ARGUMENTS_OFFSET, frame_state, owner};
use hotpy_objects::*;
use smallvec::SmallVec;

/// [`interp::run`], or what C code has put in its place.
///
/// # Safety
/// As [`interp::run`].
unsafe fn run(
    ts: &'static PyThreadState,
    frame: &'static frame::Frame,
    throw: Option<Raised>,
) -> PyResult {
    // SAFETY: passed on.
    unsafe {
        match (*ts.interp.get()).eval_frame.get() {
            None => interp::run(ts, frame, throw),
            Some(function) => run_elsewhere(ts, function, frame, throw),
        }
    }
}

/// `PyFunctionObject.vectorcall`: binds the arguments and runs the function to its end.
pub extern "C" fn function_vectorcall(
    function: &PyObject,
    args: Args<'_>,
    nargsf: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let ts = tstate();
    let count = (nargsf & !VECTORCALL_ARGUMENTS_OFFSET) + kwnames.map_or(0, PyTupleObject::len);
    if !attempt::current().is_null() {
        if let Asked::Answered(result) = replay::ask(function, args.slice(count as isize), kwnames)
        {
            return result;
        }
    }
    let mut owned: SmallVec<[*mut PyObject; 8]> = SmallVec::with_capacity(count);
    for arg in args.slice(count as isize) {
        owned.push(arg.to_ref().into_raw());
    }
    // SAFETY: this function is in the vectorcall slot of Python functions only; the references are new.
    unsafe {
        let function = function.to_ref().cast::<PyFunctionObject>();
        match calls::enter_function(ts, function, owned.as_mut_ptr(), count, kwnames) {
            Some(frame) => run(ts, frame, None),
            None => Err(Raised),
        }
    }
}

/// Runs code in namespaces, as `exec` and module execution do; the value that the code returns.
/// `closure` fills the code's free variables.
pub fn exec_code(
    code: &PyCodeObject,
    globals: &PyDictObject,
    locals: &PyObject,
    closure: Option<&PyTupleObject>,
) -> PyResult {
    let ts = tstate();
    match calls::enter_code(ts, code, globals, locals, closure) {
        // SAFETY: the frame was just made.
        Outcome::Enter(frame) => unsafe { run(ts, frame, None) },
        _ => Err(Raised),
    }
}

/// Runs a function's body with `namespace` as its locals: class bodies.
pub fn run_body(function: &PyFunctionObject, namespace: &PyObject) -> PyResult {
    let ts = tstate();
    match calls::call_body(ts, Ref::new(function).into_object(), namespace.to_ref()) {
        // SAFETY: the frame was just made.
        Outcome::Enter(frame) => unsafe { run(ts, frame, None) },
        _ => Err(Raised),
    }
}

/// Resumes a generator's frame natively: until it yields or ends, which its state tells. With `None` the exception that is set is thrown in.
pub fn gen_resume(generator: &PyGenObject, value: Option<Ref>) -> PyResult {
    let ts = tstate();
    let frame = generator.frame();
    // SAFETY: the generator is suspended or just created, so its frame is at rest; it lives at least as long as the caller's reference.
    unsafe {
        let throw = value.is_none();
        let sp = frame.saved_sp();
        *sp = value.unwrap_or_else(singletons::none).into_raw();
        frame.save_sp(sp.add(1));
        enter_generator(ts, generator);
        if throw {
            chain_thrown(generator);
        }
        frame.return_to.set(ReturnTo::Push as u8);
        run(
            ts,
            &*(frame as *const frame::Frame),
            throw.then_some(Raised),
        )
    }
}

/// What is thrown into a generator that is handling an exception gets that one as its context.
pub(crate) fn chain_thrown(generator: &PyGenObject) {
    let Some(handled) = generator
        .gi_exc_state
        .exc_value
        .cloned()
        .filter(|h| !singletons::is_none(h))
    else {
        return;
    };
    let Some(thrown) = errors::fetch_instance() else {
        return;
    };
    if let Some(base) = errors::as_exception(&thrown) {
        exceptions::set_context(base, Some(handled));
    }
    errors::restore_instance(thrown);
}

/// Whether the state is of no exception being handled, and not the oldest.
#[inline(always)]
fn is_empty(item: &_PyErr_StackItem) -> bool {
    !item.previous_item.get().is_null() && item.exc_value.get().is_none_or(singletons::is_none)
}

/// Marks the generator as running and puts its exception state on the chain. The chain leads past states that are empty, which cannot change while
/// they are not the newest: so what is being handled is found in two steps however many generators are under way.
#[inline(always)]
pub fn enter_generator(ts: &PyThreadState, generator: &PyGenObject) {
    generator.gi_frame_state.set(frame_state::EXECUTING);
    link_state(ts, generator);
}

/// Puts a running generator's exception state on the chain.
#[inline(always)]
pub fn link_state(ts: &PyThreadState, generator: &PyGenObject) {
    let (item, outer) = (&raw const generator.gi_exc_state, ts.exc_info.get());
    ts.exc_info.set(item.cast_mut());
    let mut previous = outer;
    // SAFETY: the states on the chain are live.
    if unsafe { is_empty(&*outer) } {
        let words = (outer as isize - item as isize) / 8;
        if let Ok(words) = i32::try_from(words) {
            generator.gi_outer.set(words);
            // SAFETY: as above.
            previous = unsafe { (*outer).previous_item.get() };
        }
    }
    generator.gi_exc_state.previous_item.set(previous);
}

/// Takes the generator's exception state off the chain again.
#[inline(always)]
pub fn leave_generator(ts: &PyThreadState, generator: &PyGenObject) {
    let item = &generator.gi_exc_state;
    let previous = item.previous_item.replace(std::ptr::null_mut());
    ts.exc_info.set(match generator.gi_outer.replace(0) {
        0 => previous,
        words => (&raw const *item)
            .cast_mut()
            .wrapping_byte_offset(words as isize * 8),
    });
}

/// Ends a running generator whose slots have been moved away.
///
/// # Safety
/// Nobody executes its frame any more; the caller keeps it alive.
pub unsafe fn end_generator(ts: &PyThreadState, generator: &PyGenObject) {
    leave_generator(ts, generator);
    generator.gi_frame_state.set(frame_state::CLEARED);
    let frame = generator.frame();
    frame.previous.set(std::ptr::null_mut());
    frame.stacktop.set(0);
    // SAFETY: passed on.
    unsafe { frame::retire(frame) };
}

/// A new generator of a generator function, its parameters (and cells) filled as `locals` says.
///
/// # Safety
/// `locals` are as many slots as the function's code has when its RETURN_GENERATOR is reached.
pub unsafe fn new_generator(
    function: &PyFunctionObject,
    locals: impl Iterator<Item = Option<Ref>>,
) -> PyResult<Ref<PyGenObject>> {
    // SAFETY: the generator has room for this code's frame, which is complete before it is tracked.
    unsafe {
        let code = function.code();
        let generator = interp::allocate_generator(function)?;
        let place = std::ptr::from_ref(generator.frame()).cast_mut().cast();
        let frame = frames::init(place, Ref::new(function).into_raw(), code);
        for (n, value) in locals.enumerate() {
            *frame.local_ptr(n) = value.map_or(std::ptr::null_mut(), Ref::into_raw);
        }
        let first = code.first_instr();
        let is_it = |at: &usize| *first.add(*at) as u8 == hotpy_isa::Op::RETURN_GENERATOR as u8;
        let at = (0..code.units()).find(is_it).unwrap_or(0);
        frame.prev_instr.set(first.add(at));
        interp::own_frame(&generator);
        Ok(generator)
    }
}

// ---- frames that C code evaluates (PEP 523)

/// The frame that [`evaluate`] has executed last, to its end.
struct Evaluated(Cell<*const frame::Frame>);

// SAFETY: U1; who asks has set it in the same thread, and each thread restores what it found.
unsafe impl Sync for Evaluated {}

static EVALUATED: Evaluated = Evaluated(Cell::new(std::ptr::null()));

/// Has C code evaluate a frame. It may leave that to [`evaluate`], or answer without; then the frame ends here.
///
/// # Safety
/// As [`interp::run`].
#[cold]
unsafe fn run_elsewhere(
    ts: &'static PyThreadState,
    function: EvalFrame,
    frame: &'static frame::Frame,
    throw: Option<Raised>,
) -> PyResult {
    let outer = EVALUATED.0.replace(std::ptr::null());
    // SAFETY: the function has this signature; the frame is complete.
    let result = unsafe { function(ts, frame, c_int::from(throw.is_some())) };
    if !std::ptr::eq(EVALUATED.0.replace(outer), frame) {
        // SAFETY: nobody has executed the frame: it is still as it was.
        unsafe {
            match frame.generator() {
                Some(generator) => {
                    drop_stack(frame);
                    end_generator(ts, generator);
                }
                None => {
                    drop_stack(frame);
                    frames::pop(ts, frame);
                }
            }
        }
    }
    result
}

/// Drops what lies on a frame's stack.
unsafe fn drop_stack(frame: &frame::Frame) {
    // SAFETY: the saved stack is the frame's own.
    unsafe {
        let (mut sp, bottom) = (frame.saved_sp(), frame.stack_base());
        while sp > bottom {
            sp = sp.sub(1);
            drop(Ref::from_owned_opt(*sp));
        }
        frame.save_sp(bottom);
    }
}

/// `_PyEval_EvalFrameDefault`: the interpreter itself.
///
/// # Safety
/// As [`interp::run`].
pub unsafe fn evaluate(
    ts: &'static PyThreadState,
    frame: &'static frame::Frame,
    throw: bool,
) -> PyResult {
    // SAFETY: passed on.
    let result = unsafe { interp::run(ts, frame, throw.then_some(Raised)) };
    EVALUATED.0.set(frame);
    result
}

/// A frame that bytecode has entered stands at its first instruction: if C code evaluates frames, it does so now, and the answer is a frame in its
/// place that has the value, or where the exception that is set was raised. `None`: nothing special.
///
/// # Safety
/// `frame` is the running frame.
pub unsafe fn entered_elsewhere(
    ts: &'static PyThreadState,
    frame: &'static frame::Frame,
) -> Option<Place> {
    // SAFETY: the interpreter of a thread state lives; the rest is the caller's promise.
    unsafe {
        let function = (*ts.interp.get()).eval_frame.get()?;
        if frame.is_entry.get() || frame.code().is_hidden() || frame.generator().is_some() {
            return None;
        }
        let (previous, return_to) = (frame.previous.get(), frame.return_to.get());
        ts.recursion_remaining
            .set(ts.recursion_remaining.get() + frames::charge(frame));
        (*ts.cframe.get()).current_frame.set(previous);
        let result = run_elsewhere(ts, function, frame, None);
        let value = result
            .as_ref()
            .map_or(&singletons::_Py_NoneStruct, |value| &**value);
        let Outcome::Enter(stand_in) = surrogates::enter(ts, Known::Given, &[value]) else {
            // It fits where the frame was, unless that was the first of its chunk and there is no memory at all.
            std::process::abort();
        };
        stand_in.previous.set(previous);
        stand_in.return_to.set(return_to);
        (*ts.cframe.get())
            .current_frame
            .set(std::ptr::from_ref(stand_in).cast_mut());
        Some(Place {
            frame: stand_in,
            ip: stand_in.prev_instr.get().add(1),
            sp: stand_in.saved_sp(),
            event: result.is_err().then_some(Event::Reraise),
        })
    }
}

/// Sets what evaluates frames, and has all threads of the interpreter look for it.
pub fn set_eval_frame(interp: &PyInterpreterState, function: Option<EvalFrame>) {
    interp.eval_frame.set(function);
    for ts in crate::state::of(interp) {
        crate::events::update(ts);
    }
}

// ---- frames that C code has made

/// Copies what a frame object of its own holds to a place for a frame, whose the object is from then on. A frame that has not begun stands before
/// `first`. RuntimeError if the frame is another's.
///
/// # Safety
/// The place has room for a frame of that code.
unsafe fn move_out(
    object: &PyFrameObject,
    place: *mut frame::Frame,
    first: *mut u16,
) -> PyResult<()> {
    let Some(own) = object
        .frame()
        .filter(|own| own.owner.get() == owner::FRAME_OBJECT)
    else {
        return Err(raise!(RuntimeError, "the frame is being executed already"));
    };
    let code = own.code();
    let words = frame::FRAME_WORDS + own.stacktop.get() as usize;
    // SAFETY: the caller's promise; every owned slot moves, and the object's own place is not looked at any more.
    unsafe {
        std::ptr::copy_nonoverlapping(std::ptr::from_ref(own).cast::<usize>(), place.cast(), words);
        let new = &*place;
        let traceable = code
            .first_instr()
            .offset(code._co_firsttraceable.get() as isize);
        if own.prev_instr.get() == traceable {
            new.prev_instr.set(first);
        }
        std::mem::forget(new.frame_obj.take());
        new.frame_obj.set(Some(Ref::new(object)));
        new.owner.set(owner::THREAD);
        new.is_entry.set(false);
        new.return_to.set(ReturnTo::Push as u8);
        new.frame_flags.set(1);
        object.f_frame.set(place);
    }
    Ok(())
}

/// `PyEval_EvalFrameEx`: executes the frame of a frame object.
pub fn evaluate_object(object: &PyFrameObject, throw: bool) -> PyResult {
    let ts = tstate();
    let Some(own) = object.frame() else {
        return Err(raise!(RuntimeError, "the frame has ended"));
    };
    let code = Ref::new(own.code());
    // SAFETY: room for the frame of its code, given back if it is not to be had, or by its end.
    unsafe {
        let Some(place) = frames::reserve(ts, frames::words_of(&code)) else {
            return Err(Raised);
        };
        let place = place.cast::<frame::Frame>();
        if let Err(raised) = move_out(object, place, code.first_instr().sub(1)) {
            frames::free(ts, &*place);
            return Err(raised);
        }
        run(ts, &*place, throw.then_some(Raised))
    }
}

/// `PyGen_New`, `PyCoro_New`: a generator of a frame object's frame.
pub fn generator_of(
    ty: &PyTypeObject,
    object: &PyFrameObject,
    names: Option<(&Str, &Str)>,
) -> PyResult<Ref<PyGenObject>> {
    let Some(own) = object.frame() else {
        return Err(raise!(RuntimeError, "the frame has ended"));
    };
    let code = Ref::new(own.code());
    let (name, qualname) = names.unwrap_or((code.name(), code.qualname()));
    let generator = generator::allocate_as(ty, &code, name, qualname)?;
    // SAFETY: the generator has room for this code's frame, which is complete before it is tracked.
    unsafe {
        let first = code.first_instr();
        let is_it = |at: &usize| *first.add(*at) as u8 == hotpy_isa::Op::RETURN_GENERATOR as u8;
        let begin = match (0..code.units()).find(is_it) {
            Some(at) => first.add(at),
            None => first.sub(1),
        };
        let place = std::ptr::from_ref(generator.frame()).cast_mut();
        move_out(object, place, begin)?;
        interp::own_frame(&generator);
    }
    Ok(generator)
}
