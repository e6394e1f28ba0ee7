//! Generators, coroutines, asynchronous generators: the objects. Their frame lies at their end; running it is the VM's business
//! (`hooks().gen_resume`), which the interpreter does without native recursion where it can.

mod async_gen;
mod attributes;
mod tasks;

use crate::flags::frame_state::*;
use crate::frame::{FRAME_WORDS, Frame};
use crate::*;
use hotpy_code::object::flags as co;
use hotpy_isa::Op;

pub use async_gen::{PyAsyncGen_Type, async_gen_types, unwrap_value, wrap_value};
pub use attributes::{PyCoro_Type, PyCoroWrapper_Type, PyGen_Type, coroutine_wrapper};
pub(crate) use tasks::init;

/// What one step of a generator came to.
pub enum Step {
    Yielded(Ref),
    Returned(Ref),
    Raised,
}

impl PyGenObject {
    /// The frame at the object's end; valid until the generator is done.
    #[inline(always)]
    pub fn frame(&self) -> &Frame {
        // SAFETY: the object was allocated with a frame of its code's size there.
        unsafe { &*(self.gi_iframe.as_ptr() as *const Frame) }
    }

    #[inline(always)]
    pub fn state(&self) -> i8 {
        self.gi_frame_state.get()
    }

    /// Whether the frame is gone.
    #[inline(always)]
    pub fn is_done(&self) -> bool {
        self.state() >= COMPLETED
    }

    /// "generator", "coroutine" or "async generator", as messages have it.
    pub fn kind(&self) -> &'static str {
        if self.is_exact::<PyCoroObject>() {
            "coroutine"
        } else if self.is_exact::<PyAsyncGenObject>() {
            "async generator"
        } else {
            "generator"
        }
    }
}

/// The generator, coroutine or asynchronous generator for a frame that has reached RETURN_GENERATOR. It has room for the frame,
/// which the VM then moves in; until then its state is CLEARED.
pub fn allocate(code: &PyCodeObject, name: &Str, qualname: &Str) -> PyResult<Ref<PyGenObject>> {
    let ty = if code.has_flag(co::COROUTINE) {
        &PyCoro_Type
    } else if code.has_flag(co::ASYNC_GENERATOR) {
        &PyAsyncGen_Type
    } else {
        &PyGen_Type
    };
    allocate_as(ty, code, name, qualname)
}

/// [`allocate`] for C code, which says the type.
pub fn allocate_as(
    ty: &PyTypeObject,
    code: &PyCodeObject,
    name: &Str,
    qualname: &Str,
) -> PyResult<Ref<PyGenObject>> {
    let slots = FRAME_WORDS + (code.co_nlocalsplus.get() + code.co_stacksize.get()) as usize;
    let size = std::mem::offset_of!(PyGenObject, gi_iframe) + slots * 8;
    let block = mem::alloc_gc(size).cast::<PyGenObject>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block is large enough; zeros are valid for all cells before the frame.
    unsafe {
        std::ptr::write_bytes(
            block.cast::<u8>(),
            0,
            std::mem::offset_of!(PyGenObject, gi_iframe),
        );
        std::ptr::write(block.cast::<PyObject>(), mem::header(ty));
        let generator = Ref::from_owned(block);
        generator.gi_code.set(Some(Ref::new(code)));
        generator.gi_name.set(Some(name.to_ref()));
        generator.gi_qualname.set(Some(qualname.to_ref()));
        generator.gi_frame_state.set(CLEARED);
        Ok(generator)
    }
}

/// The generator that a frame is part of, until it is over.
pub fn of_frame(frame: &Frame) -> Option<Ref<PyGenObject>> {
    const BY_GENERATOR: u8 = 1;
    if frame.owner.get() != BY_GENERATOR {
        return None;
    }
    // SAFETY: such a frame lies in its generator.
    unsafe {
        let start = std::ptr::from_ref(frame)
            .cast::<u8>()
            .sub(std::mem::offset_of!(PyGenObject, gi_iframe));
        Some(Ref::new(&*start.cast::<PyGenObject>()))
    }
}

/// `cr_origin`: (file, line, function) of the innermost `depth` frames from `frame` on, the caller of a new coroutine.
pub fn origin(frame: *mut Frame, depth: usize) -> PyResult {
    let mut entries = Vec::new();
    let mut frame = frame::visible(frame);
    while entries.len() < depth {
        // SAFETY: the chain of frames consists of live frames.
        let Some(caller) = (unsafe { frame.as_ref() }) else {
            break;
        };
        let code = caller.code();
        let line = match caller.line() {
            Some(line) => int::from_i64(i64::from(line))?.into_object(),
            None => singletons::none(),
        };
        let entry = vec![
            code.filename().to_ref().into_object(),
            line,
            code.name().to_ref().into_object(),
        ];
        entries.push(tuple::from_owned(entry)?.into_object());
        frame = frame::visible(caller.previous.get());
    }
    Ok(tuple::from_owned(entries)?.into_object())
}

/// Checks that the generator can be resumed; answers whether it is done already.
fn ready(generator: &PyGenObject, value: Option<&PyObject>) -> PyResult<bool> {
    match generator.state() {
        EXECUTING => Err(raise!(ValueError, "{} already executing", generator.kind())),
        CREATED if value.is_some_and(|v| !singletons::is_none(v)) => Err(raise!(
            TypeError,
            "can't send non-None value to a just-started {}",
            generator.kind()
        )),
        state => Ok(state >= COMPLETED),
    }
}

/// Resumes with a value (`None` for `next`), natively.
pub fn send(generator: &PyGenObject, value: Option<&PyObject>) -> Step {
    match ready(generator, value) {
        Err(Raised) => return Step::Raised,
        Ok(true) => {
            if generator.is_exact::<PyCoroObject>() && value.is_some() {
                raise!(RuntimeError, "cannot reuse already awaited coroutine");
                return Step::Raised;
            }
            return Step::Returned(singletons::none());
        }
        Ok(false) => {}
    }
    step(
        generator,
        Some(value.map_or_else(singletons::none, Ref::new)),
    )
}

/// Runs the frame; `None` means that the exception that is set is thrown in.
fn step(generator: &PyGenObject, value: Option<Ref>) -> Step {
    let keep = Ref::new(generator);
    match (hooks::hooks().gen_resume)(&keep, value) {
        Err(Raised) => Step::Raised,
        Ok(result) if keep.state() == SUSPENDED => Step::Yielded(result),
        Ok(result) => Step::Returned(result),
    }
}

/// Lets it go on with a value, or with an exception: what it yields, or StopIteration with what it returns.
pub fn resume(generator: &PyGenObject, with: Result<Ref, Ref>) -> PyResult {
    attributes::answer(match with {
        Ok(value) => send(generator, Some(&value)),
        Err(exception) => {
            errors::restore_instance(exception);
            step(generator, None)
        }
    })
}

/// Raises an exception where the generator waits, or where what it delegates to does.
pub fn throw_instance(generator: &PyGenObject, exception: &PyObject) -> PyResult {
    attributes::answer(throw_closing(generator, false, exception, None, None))
}

/// What the generator waits for in `yield from` or `await`: the object on top of its stack.
pub fn awaited(generator: &PyGenObject) -> Option<Ref> {
    if generator.state() != SUSPENDED {
        return None;
    }
    delegate(generator)
}

/// The same, also while an exception is being thrown into it.
fn delegate(generator: &PyGenObject) -> Option<Ref> {
    let frame = generator.frame();
    if generator.is_done() || frame.lasti() < 1 {
        return None;
    }
    // SAFETY: a suspended frame's last instruction is YIELD_VALUE, after which RESUME stands; the stack is not empty.
    unsafe {
        let next = frame.prev_instr.get().add(1).read();
        if next as u8 != Op::RESUME as u8 || next >> 8 < 2 {
            return None;
        }
        (*frame.saved_sp().sub(1)).as_ref().map(Ref::new)
    }
}

/// `close()`: throws GeneratorExit in, from the innermost generator on. RuntimeError if one yields instead of ending.
pub fn close(generator: &PyGenObject) -> PyResult<()> {
    let generator = Ref::new(generator);
    task::run(tasks::closing(generator)).map(|_| ())
}

/// Closes what a generator delegates to.
fn close_iterator(iterator: &PyObject) -> PyResult<()> {
    if is_native_generator(iterator) {
        // SAFETY: the type was checked.
        return close(unsafe { iterator.cast() });
    }
    match protocol::getattr_opt(iterator, &names::close) {
        Ok(Some(method)) => call::call0(&method).map(drop),
        Ok(None) => Ok(()),
        Err(Raised) => {
            errors::write_unraisable(Some(iterator));
            Ok(())
        }
    }
}

/// Exactly a generator or a coroutine (not an asynchronous generator).
pub fn is_native_generator(object: &PyObject) -> bool {
    object.is_exact::<PyGenObject>() || object.is_exact::<PyCoroObject>()
}

/// The frame of a generator that was never started goes away without running.
fn finish_unstarted(generator: &PyGenObject) {
    generator.gi_frame_state.set(CLEARED);
    // SAFETY: the frame has never run and never will.
    unsafe { frame::retire(generator.frame()) }
}

/// `throw(type, value, traceback)`; the exception given in the forms that `raise` accepts.
pub fn throw(
    generator: &PyGenObject,
    ty: &PyObject,
    value: Option<&PyObject>,
    traceback: Option<&PyObject>,
) -> Step {
    throw_closing(generator, true, ty, value, traceback)
}

/// `throw`; on GeneratorExit what the generator delegates to is closed if `close_inner`.
pub(crate) fn throw_closing(
    generator: &PyGenObject,
    close_inner: bool,
    ty: &PyObject,
    value: Option<&PyObject>,
    traceback: Option<&PyObject>,
) -> Step {
    if let Some(inner) = awaited(generator) {
        if errors::given_matches(ty, &exceptions::GeneratorExit) && close_inner {
            generator.gi_frame_state.set(EXECUTING);
            let closed = close_iterator(&inner);
            generator.gi_frame_state.set(SUSPENDED);
            if closed.is_err() {
                return step(generator, None);
            }
        } else {
            match throw_inner(generator, &inner, close_inner, ty, value, traceback) {
                Some(step) => return step,
                None => {}
            }
        }
    }
    if raise_given(ty, value, traceback).is_err() {
        return Step::Raised;
    }
    match generator.state() {
        EXECUTING => {
            raise!(ValueError, "{} already executing", generator.kind());
            Step::Raised
        }
        CREATED => {
            // The exception comes from the generator's first line, as if it had started.
            step(generator, None)
        }
        state if state >= COMPLETED => {
            if generator.is_exact::<PyCoroObject>() && close_inner {
                errors::clear();
                raise!(RuntimeError, "cannot reuse already awaited coroutine");
            }
            Step::Raised
        }
        _ => step(generator, None),
    }
}

/// Throws into what the generator delegates to; `None` if that has no `throw`.
fn throw_inner(
    generator: &PyGenObject,
    inner: &PyObject,
    close_inner: bool,
    ty: &PyObject,
    value: Option<&PyObject>,
    traceback: Option<&PyObject>,
) -> Option<Step> {
    if is_native_generator(inner) {
        return Some(within(generator, || {
            // SAFETY: the type was checked.
            throw_closing(unsafe { inner.cast() }, close_inner, ty, value, traceback)
        }));
    }
    generator.gi_frame_state.set(EXECUTING);
    let method = protocol::getattr_opt(inner, &names::throw);
    let Ok(Some(method)) = method else {
        generator.gi_frame_state.set(SUSPENDED);
        return method.is_err().then_some(Step::Raised);
    };
    let args: Vec<&PyObject> = [Some(ty), value, traceback]
        .into_iter()
        .map_while(|a| a)
        .collect();
    let answer = call::call(&method, &args);
    generator.gi_frame_state.set(SUSPENDED);
    Some(match answer {
        Ok(v) => Step::Yielded(v),
        Err(Raised) => step(generator, leave_delegate(generator).ok()),
    })
}

/// Runs the generator that this one delegates to; then, if that has come to its end, this one. The delegating frame is on the chain meanwhile, as
/// tracebacks show.
fn within(generator: &PyGenObject, run: impl FnOnce() -> Step) -> Step {
    generator.gi_frame_state.set(EXECUTING);
    let frame = generator.frame();
    crate::frame::force();
    // SAFETY: the thread's cframe is live; the frame is at rest and is taken off again below.
    let cframe = unsafe { &*tstate().cframe.get() };
    let previous = cframe.current_frame.get();
    frame.previous.set(previous);
    cframe
        .current_frame
        .set(frame as *const Frame as *mut Frame);
    let inner = run();
    cframe.current_frame.set(previous);
    frame.previous.set(std::ptr::null_mut());
    generator.gi_frame_state.set(SUSPENDED);
    match inner {
        Step::Yielded(v) => return Step::Yielded(v),
        Step::Returned(v) => {
            errors::raise_stop_iteration(Some(&v));
        }
        Step::Raised => {}
    }
    step(generator, leave_delegate(generator).ok())
}

/// Lets the innermost generator go on that this one delegates to, natively.
pub fn go_on(generator: &PyGenObject, value: Ref) -> PyResult {
    fn innermost(generator: &PyGenObject, value: Ref) -> Step {
        match awaited(generator).filter(|inner| is_native_generator(inner)) {
            // SAFETY: the type was checked.
            Some(inner) => within(generator, || innermost(unsafe { (*inner).cast() }, value)),
            None => step(generator, Some(value)),
        }
    }
    attributes::answer(innermost(generator, value))
}

/// What a suspended generator delegates to has raised: it is dropped, and the generator will go on behind the SEND loop. The value it is to go on
/// with, if that was a StopIteration.
fn leave_delegate(generator: &PyGenObject) -> PyResult {
    let result = stop_iteration_value();
    let taken = errors::fetch();
    let frame = generator.frame();
    // SAFETY: the delegate is on top of the suspended frame's stack; the instruction before YIELD_VALUE is SEND.
    unsafe {
        let sp = frame.saved_sp().sub(1);
        frame.save_sp(sp);
        let send = frame.prev_instr.get().sub(1);
        let jump = (send.read() >> 8) as usize;
        frame.prev_instr.set(send.add(jump));
        drop(Ref::<PyObject>::from_owned(*sp));
    }
    if let Some(taken) = taken {
        errors::restore(taken);
    }
    result
}

/// Takes a StopIteration that is set and answers its value; leaves any other exception. No exception at all counts as None.
pub fn stop_iteration_value() -> PyResult {
    if errors::occurred().is_none() {
        return Ok(singletons::none());
    }
    if !errors::matches(&exceptions::StopIteration) {
        return Err(Raised);
    }
    let exception = errors::fetch_instance().ok_or(Raised)?;
    // SAFETY: an instance of StopIteration has its layout.
    let stop: &PyStopIterationObject = unsafe { (*exception).cast() };
    Ok(stop.value.cloned().unwrap_or_else(singletons::none))
}

/// Raises what `throw`'s arguments describe. TypeError if they describe no exception.
fn raise_given(
    ty: &PyObject,
    value: Option<&PyObject>,
    traceback: Option<&PyObject>,
) -> PyResult<()> {
    let traceback = traceback.filter(|t| !singletons::is_none(t));
    if let Some(t) = traceback {
        if !t.is_instance::<PyTracebackObject>() {
            return Err(raise!(
                TypeError,
                "throw() third argument must be a traceback object"
            ));
        }
    }
    let is_class = ty
        .downcast::<PyTypeObject>()
        .is_some_and(|t| t.is_subclass_flag(flags::tp::BASE_EXC_SUBCLASS));
    if is_class {
        let value = value.filter(|v| !singletons::is_none(v));
        // What the caller is handling is not the context: only the generator's own handler counts.
        let mut given = errors::Taken {
            ty: ty.to_ref(),
            value: value.map(PyObject::to_ref),
            traceback: traceback.map(PyObject::to_ref),
        };
        given.normalize();
        errors::restore(given);
        return Ok(());
    }
    if let Some(instance) = ty.downcast::<PyBaseExceptionObject>() {
        if value.is_some_and(|v| !singletons::is_none(v)) {
            return Err(raise!(
                TypeError,
                "instance exception may not have a separate value"
            ));
        }
        if let Some(t) = traceback {
            instance.traceback.set(Some(t.to_ref()));
        }
        errors::restore_instance(ty.to_ref());
        return Ok(());
    }
    Err(raise!(
        TypeError,
        "exceptions must be classes or instances deriving from BaseException, not {}",
        ty.ty().name()
    ))
}

/// Ends an unfinished generator when it dies or its frame is cleared: closes it, or warns about a coroutine that was never awaited.
pub fn finalize(generator: &PyGenObject) {
    if generator.is_done() {
        return;
    }
    if generator.is_exact::<PyAsyncGenObject>() {
        if let Some(finalizer) = generator.gi_origin_or_finalizer.cloned() {
            if generator.gi_closed.get() == 0 {
                let saved = errors::fetch();
                if attempt::apart(|| call::call1(&finalizer, generator)).is_err() {
                    errors::write_unraisable(Some(generator));
                }
                if let Some(saved) = saved {
                    errors::restore(saved);
                }
                return;
            }
        }
    }
    let saved = errors::fetch();
    if generator.state() == CREATED && generator.is_exact::<PyCoroObject>() {
        if attempt::apart(|| (hooks::hooks().warn_unawaited)(generator)).is_err() {
            errors::write_unraisable(Some(generator));
        }
        finish_unstarted(generator);
    } else if attempt::apart(|| close(generator)).is_err() {
        errors::write_unraisable(Some(generator));
    }
    if let Some(saved) = saved {
        errors::restore(saved);
    }
}
