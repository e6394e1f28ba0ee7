//! Ways into the interpreter from native code: functions' vectorcall, running code in namespaces, resuming generators.

use crate::calls::Outcome;
use crate::frames::ReturnTo;
use crate::replay::{self, Asked};
use crate::{calls, frames, interp};
use hotpy_objects::flags::{VECTORCALL_ARGUMENTS_OFFSET, frame_state};
use hotpy_objects::*;
use smallvec::SmallVec;

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
            Some(frame) => interp::run(ts, frame, None),
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
        Outcome::Enter(frame) => unsafe { interp::run(ts, frame, None) },
        _ => Err(Raised),
    }
}

/// Runs a function's body with `namespace` as its locals: class bodies.
pub fn run_body(function: &PyFunctionObject, namespace: &PyObject) -> PyResult {
    let ts = tstate();
    match calls::call_body(ts, Ref::new(function).into_object(), namespace.to_ref()) {
        // SAFETY: the frame was just made.
        Outcome::Enter(frame) => unsafe { interp::run(ts, frame, None) },
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
        interp::run(
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
