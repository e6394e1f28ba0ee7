//! Interpreter frames (`_PyInterpreterFrame`, on the data stack, in generators or in frame objects) and what owns their slots.
//!
//! A running frame lives on the thread's data stack. Somebody who asks for it gets a `frame` object that points to it; when
//! the call ends while the frame object is still referenced, the contents move into the object ([`retire`]).
//! Frames of surrogates are hidden: [`visible`] skips them, and so must every walk and every count.

mod attributes;
mod jump;
mod locals;

use crate::flags::owner;
use crate::*;

pub use attributes::PyFrame_Type;
pub(crate) use attributes::traverse_slots;
pub use locals::{fast_to_locals, locals_to_fast};

/// Short for the C name.
pub type Frame = _PyInterpreterFrame;

/// Words of a frame before its locals.
pub const FRAME_WORDS: usize = std::mem::offset_of!(Frame, localsplus) / 8;

impl Frame {
    #[inline(always)]
    pub fn code(&self) -> &PyCodeObject {
        // SAFETY: a frame in use has code.
        unsafe { &*self.f_code.as_ptr() }
    }

    /// Address of local, cell or free variable `index`.
    #[inline(always)]
    pub fn local_ptr(&self, index: usize) -> *mut *mut PyObject {
        // SAFETY: the frame's memory holds all of the code's locals.
        unsafe { (self.localsplus.as_ptr() as *mut *mut PyObject).add(index) }
    }

    /// Bottom of the evaluation stack.
    #[inline(always)]
    pub fn stack_base(&self) -> *mut *mut PyObject {
        self.local_ptr(self.code().co_nlocalsplus.get() as usize)
    }

    /// Where the stack ends, as saved when the frame was left.
    #[inline(always)]
    pub fn saved_sp(&self) -> *mut *mut PyObject {
        self.local_ptr(self.stacktop.get() as usize)
    }

    /// Saves where the stack ends.
    #[inline(always)]
    pub fn save_sp(&self, sp: *mut *mut PyObject) {
        // SAFETY: `sp` points into this frame.
        self.stacktop
            .set(unsafe { sp.offset_from(self.local_ptr(0)) } as i32);
    }

    /// Index of the last instruction in code units; -1 before the first.
    #[inline(always)]
    pub fn lasti(&self) -> isize {
        // SAFETY: both point into the code.
        unsafe { self.prev_instr.get().offset_from(self.code().first_instr()) }
    }

    /// Whether the frame is still being built (its function has not reached RESUME).
    pub fn is_incomplete(&self) -> bool {
        self.owner.get() != owner::GENERATOR
            && self.lasti() < self.code()._co_firsttraceable.get() as isize
    }

    /// The source line of the last instruction.
    pub fn line(&self) -> Option<i32> {
        let unit = self.lasti();
        if unit < 0 {
            return Some(self.code().co_firstlineno.get());
        }
        code::line_at(self.code(), unit as usize)
    }

    /// The generator that owns this frame.
    pub fn generator(&self) -> Option<&PyGenObject> {
        if self.owner.get() != owner::GENERATOR {
            return None;
        }
        // SAFETY: such a frame lies at the end of its generator.
        unsafe {
            let start = (self as *const Frame as *const u8)
                .sub(std::mem::offset_of!(PyGenObject, gi_iframe));
            Some(&*start.cast())
        }
    }
}

/// `frame`, or the next one below it that Python may see; null if there is none.
pub fn visible(mut frame: *mut Frame) -> *mut Frame {
    // SAFETY: the chain of frames consists of live frames.
    unsafe {
        while !frame.is_null() && ((*frame).code().is_hidden() || (*frame).is_incomplete()) {
            frame = (*frame).previous.get();
        }
    }
    frame
}

thread_local! {
    static FORCE: std::cell::Cell<Option<fn()>> = const { std::cell::Cell::new(None) };
}

/// Sets (or clears) what makes real the frames of this thread that exist only in a trace, while that is in native code; answers what
/// was set before.
#[inline(always)]
pub fn set_force(force: Option<fn()>) -> Option<fn()> {
    FORCE.replace(force)
}

/// Makes the chain of frames real, before somebody looks at it.
#[inline(always)]
pub fn force() {
    if let Some(force) = FORCE.get() {
        force();
    }
}

/// The running thread's innermost frame that Python may see.
pub fn current() -> Option<&'static Frame> {
    current_of(tstate())
}

/// The same of any thread; it is valid until the caller lets go of the GIL.
pub fn current_of(ts: &PyThreadState) -> Option<&'static Frame> {
    force();
    let cframe = ts.cframe.get();
    if cframe.is_null() {
        return None;
    }
    // SAFETY: the thread's cframe is live, and so is the chain.
    unsafe { visible((*cframe).current_frame.get()).as_ref() }
}

/// The frame's `frame` object, made if there is none yet. Raises MemoryError.
pub fn object(frame: &Frame) -> PyResult<Ref<PyFrameObject>> {
    if let Some(existing) = frame.frame_obj.cloned() {
        return Ok(existing);
    }
    let new = allocate(frame.code())?;
    new.f_frame.set(frame as *const Frame as *mut Frame);
    frame.frame_obj.set(Some(new.clone()));
    gc::track(&new);
    Ok(new)
}

/// An empty frame object with room for the code's locals and stack.
fn allocate(code: &PyCodeObject) -> PyResult<Ref<PyFrameObject>> {
    let words = FRAME_WORDS + (code.co_nlocalsplus.get() + code.co_stacksize.get()) as usize;
    let size = std::mem::offset_of!(PyFrameObject, _f_frame_data) + words * 8;
    let block = mem::alloc_gc(size).cast::<PyFrameObject>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block is large enough; zeros are valid for all cells.
    unsafe {
        std::ptr::write_bytes(block.cast::<u8>(), 0, size);
        std::ptr::write(block.cast::<PyObject>(), mem::header(&PyFrame_Type));
        (*block).f_trace_lines.set(1);
        Ok(Ref::from_owned(block))
    }
}

/// A frame object of its own for code that does not run (C: `PyFrame_New`), for synthetic tracebacks.
pub fn new_detached(
    code: &PyCodeObject,
    globals: &PyDictObject,
    function: &PyFunctionObject,
) -> PyResult<Ref<PyFrameObject>> {
    let object = allocate(code)?;
    // SAFETY: the data area has room for a frame of this code, zeroed.
    unsafe {
        let frame = &*(object._f_frame_data.as_ptr() as *const Frame);
        frame.f_func.set(Some(Ref::new(function)));
        frame.f_code.set(Some(Ref::new(code)));
        frame.f_globals.set_ptr(globals.as_ptr());
        frame.f_builtins.set_ptr(function.func_builtins.as_ptr());
        frame.prev_instr.set(
            code.first_instr()
                .offset(code._co_firsttraceable.get() as isize),
        );
        frame.stacktop.set(code.co_nlocalsplus.get());
        frame.owner.set(owner::FRAME_OBJECT);
        frame.frame_obj.set_ptr(object.as_ptr());
        object.f_frame.set(frame as *const Frame as *mut Frame);
    }
    gc::track(&object);
    Ok(object)
}

/// Ends a call: drops what the frame owns, or, if its frame object is wanted elsewhere, moves everything into that.
/// `frame.stacktop` must tell how many slots are live. The memory of `frame` itself is the caller's to free.
///
/// # Safety
/// `frame` is not running any more and nobody uses its slots afterwards.
pub unsafe fn retire(frame: &Frame) {
    // SAFETY: the caller's promise; each slot owns its reference.
    unsafe {
        if !frame.frame_obj.is_null() {
            let wanted = frame.frame_obj.get().is_some_and(|o| o.ob_refcnt.get() > 1);
            if wanted {
                take_over(frame);
                return;
            }
            let object = frame.frame_obj.take();
            if let Some(object) = &object {
                object.f_frame.set(std::ptr::null_mut());
            }
            drop(object);
        }
        clear_slots(frame);
    }
}

/// Drops locals, stack, function, code and namespace.
///
/// # Safety
/// As [`retire`].
#[inline(always)]
pub unsafe fn clear_slots(frame: &Frame) {
    // SAFETY: slots below `stacktop` own references or are null.
    unsafe {
        let mut slot = frame.local_ptr(0);
        let end = frame.saved_sp();
        while slot < end {
            let value = *slot;
            if !value.is_null() {
                PyObject::decref(value);
            }
            slot = slot.add(1);
        }
        if !frame.f_locals.is_null() {
            frame.f_locals.set(None);
        }
        PyObject::decref(frame.f_func.as_ptr().cast());
        PyObject::decref(frame.f_code.as_ptr().cast());
    }
}

/// Moves the frame's contents into its frame object, which then owns them; gives up the frame's count of the object.
unsafe fn take_over(frame: &Frame) {
    // SAFETY: the frame object was allocated for this code; the copy takes over every owned slot.
    unsafe {
        let object = frame.frame_obj.as_ptr();
        let words = FRAME_WORDS + frame.stacktop.get() as usize;
        let copy = (*object)._f_frame_data.as_ptr() as *mut Frame;
        std::ptr::copy_nonoverlapping(
            frame as *const Frame as *const usize,
            copy.cast::<usize>(),
            words,
        );
        (*copy).owner.set(owner::FRAME_OBJECT);
        if (*copy).is_incomplete() {
            // The exception came before RESUME; a later look at the line must find one.
            (*copy).prev_instr.set(
                (*copy)
                    .code()
                    .first_instr()
                    .offset((*copy).code()._co_firsttraceable.get() as isize),
            );
        }
        (*object).f_frame.set(copy);
        let previous = visible(frame.previous.get());
        (*copy).previous.set(std::ptr::null_mut());
        if !previous.is_null() && (*object).f_back.is_null() {
            // The exception that ends the call stays set.
            let pending = errors::fetch();
            match self::object(&*previous) {
                Ok(back) => (*object).f_back.set(Some(back)),
                // No memory for a link that nobody has asked for yet: the chain ends here.
                Err(Raised) => errors::clear(),
            }
            if let Some(pending) = pending {
                errors::restore(pending);
            }
        }
        drop(Ref::from_owned(object));
    }
}
