//! What the loop's bodies call: the callee of a CALL, operands, the making and ending of generators.

use super::exceptions;
use crate::eval::{enter_generator, leave_generator};
use crate::frames::{self, ReturnTo};
use crate::surrogates;
use hotpy_isa::Op;
use hotpy_objects::flags::{frame_state, owner};
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use std::ptr;

/// Defines `push!`, `pop!` and `peek!(n)` (the object `n` below the end, borrowed; 1 is the top) for the stack whose end is `$sp`, and `attempt!`, which
/// does `$failed` if there is an exception. `$d` is a dollar sign.
#[rustfmt::skip]
macro_rules! stack_ops {
    ($d:tt, $sp:ident, $failed:expr) => {
        #[allow(unused_macros)]
        macro_rules! push {
            ($d value:expr) => {{
                let value: Ref = $d value;
                *$sp = value.into_raw();
                $sp = $sp.add(1);
            }};
        }
        #[allow(unused_macros)]
        macro_rules! pop {
            () => {{
                $sp = $sp.sub(1);
                Ref::<PyObject>::from_owned(*$sp)
            }};
        }
        #[allow(unused_macros)]
        macro_rules! peek {
            ($d n:expr) => {
                &**$sp.sub($d n)
            };
        }
        #[allow(unused_macros)]
        macro_rules! attempt {
            ($d result:expr) => {
                match $d result {
                    Ok(v) => v,
                    Err(Raised) => $failed,
                }
            };
        }
    };
}
pub(super) use stack_ops;

/// What a tail call's frame goes on with: it returns what it was given.
pub(super) struct ReturnCode(pub [u16; 2]);
pub(super) static RETURN_CODE: ReturnCode = ReturnCode([Op::NOP as u16, Op::RETURN_VALUE as u16]);

/// The callable and the arguments of a CALL whose stack part starts at `base`: [NULL, callable, args...] or [method, self, args...].
#[inline(always)]
pub(super) unsafe fn callee(
    base: *mut *mut PyObject,
    count: usize,
) -> (Ref, *mut *mut PyObject, usize) {
    // SAFETY: the compiler's stack layout.
    unsafe {
        if (*base).is_null() {
            (Ref::from_owned(*base.add(1)), base.add(2), count)
        } else {
            (Ref::from_owned(*base), base.add(1), count + 1)
        }
    }
}

/// A bound method without object below it becomes function and object: [NULL, method] turns into [function, self].
#[inline(always)]
pub(super) unsafe fn take_method_apart(base: *mut *mut PyObject) {
    // SAFETY: the compiler's stack layout; counts are moved or made.
    unsafe {
        if !(*base).is_null() {
            return;
        }
        let callable = &**base.add(1);
        if let Some(method) = callable.exact::<PyMethodObject>()
            && let (Some(function), Some(this)) = (method.im_func.cloned(), method.im_self.cloned())
        {
            *base = function.into_raw();
            drop(Ref::from_owned(ptr::replace(base.add(1), this.into_raw())));
        }
    }
}

/// RERAISE: the frame stands where the exception came from, as the number of its instruction says.
pub(super) fn set_lasti(frame: &Frame, lasti: &PyObject) {
    let unit = lasti.exact::<PyLongObject>().and_then(|i| i.to_i64());
    // SAFETY: the number was written by the loop, for this code.
    let at = unsafe {
        frame
            .code()
            .first_instr()
            .offset(unit.unwrap_or(0) as isize)
    };
    frame.prev_instr.set(at);
}

/// From behind KW_NAMES to behind the CALL (not its caches) that it belongs to; the CALL's place and operand.
pub(super) unsafe fn following_call(ip: &mut *mut u16) -> (*mut u16, usize) {
    // SAFETY: KW_NAMES is always followed by PRECALL and CALL, each perhaps with EXTENDED_ARG.
    unsafe {
        let mut oparg = 0usize;
        loop {
            let at = *ip;
            let unit = *at;
            *ip = at.add(1);
            oparg = oparg << 8 | (unit >> 8) as usize;
            let op = unit as u8;
            if op == Op::EXTENDED_ARG as u8 {
                continue;
            }
            if op == Op::PRECALL as u8 {
                *ip = ip.add(1);
                oparg = 0;
                continue;
            }
            return (at, oparg);
        }
    }
}

/// The field of an object at an offset that holds a reference.
#[inline(always)]
pub(super) unsafe fn slot_at(object: &PyObject, offset: usize) -> &Slot<PyObject> {
    // SAFETY: the offset is that of a member of the object's type.
    unsafe { &*(object as *const PyObject as *const u8).add(offset).cast() }
}

/// Before `left + right` whose result goes into the local that holds `left` too: that local gives its count up, so that `left` can grow in place.
#[inline(always)]
pub(super) unsafe fn release_target(frame: &Frame, next: *mut u16, left: &Str) {
    // SAFETY: `next` is an instruction of the frame's code.
    unsafe {
        let unit = *next;
        let op = unit as u8;
        if op == Op::STORE_FAST as u8 || op == Op::STORE_FAST__LOAD_FAST as u8 {
            let slot = frame.local_ptr((unit >> 8) as usize);
            if ptr::eq((*slot).cast_const(), left.as_ptr()) {
                PyObject::decref(ptr::replace(slot, ptr::null_mut()));
            }
        }
    }
}

/// The whole operand of the instruction at which a frame without CACHE units behind it stands.
pub(super) fn operand_at(frame: &Frame) -> usize {
    let first = frame.code().first_instr();
    let at = frame.prev_instr.get();
    // SAFETY: `at` is within the code. A unit before it that looks like EXTENDED_ARG may be a CACHE: then the code is
    // walked from the start, to be sure.
    unsafe {
        let mut oparg = (*at >> 8) as usize;
        if at > first && *at.sub(1) as u8 == Op::EXTENDED_ARG as u8 {
            let mut p = first;
            let mut arg = 0;
            while p <= at {
                let unit = *p;
                arg = arg << 8 | (unit >> 8) as usize;
                if unit as u8 != Op::EXTENDED_ARG as u8 {
                    if p == at {
                        oparg = arg;
                    }
                    arg = 0;
                    p = p.add(Op::from_u8(unit as u8).map_or(0, Op::caches));
                }
                p = p.add(1);
            }
        }
        oparg
    }
}

/// Counts a frame that is entered.
#[inline(always)]
pub(super) fn charge_entered(ts: &PyThreadState, frame: &Frame) -> PyResult<()> {
    let remaining = ts.recursion_remaining.get() - frames::charge(frame);
    ts.recursion_remaining.set(remaining);
    if remaining < 0 {
        ts.recursion_remaining
            .set(remaining + frames::charge(frame));
        return enter_recursion(ts, frame);
    }
    Ok(())
}

/// Counts a new Python frame. RecursionError at the limit, or when the native stack runs out.
#[cold]
#[inline(never)]
pub(super) fn enter_recursion(ts: &PyThreadState, frame: &Frame) -> PyResult<()> {
    let charge = frames::charge(frame);
    for level in (0..charge).rev() {
        let place = if level > 0 && ReturnTo::of(frame) == ReturnTo::Comparison {
            " in comparison"
        } else if level > 0 {
            " while calling a Python object"
        } else {
            surrogates::recursion_place(frame)
        };
        match errors::enter_native(place) {
            // The guard's own count stays: it is undone when the frame is left.
            Ok(guard) => std::mem::forget(guard),
            Err(raised) => {
                let remaining = ts.recursion_remaining.get();
                ts.recursion_remaining.set(remaining - level - 1);
                return Err(raised);
            }
        }
    }
    if charge == 0 && errors::stack_is_low() {
        // Not counted, but it runs natively.
        drop(errors::enter_native("")?);
    }
    Ok(())
}

/// The words that a frame takes on the data stack.
fn frame_words(frame: &Frame) -> usize {
    let code = frame.code();
    frame::FRAME_WORDS + (code.co_nlocalsplus.get() + code.co_stacksize.get()) as usize
}

/// Whether the new frame of a tail call can take the place of the surrogate's: it lies right above it, and nobody knows either.
pub(super) fn may_replace(frame: &Frame, new: &Frame) -> bool {
    let above = (frame as *const Frame as usize) + frame_words(frame) * 8;
    new as *const Frame as usize == above
        && frame.owner.get() == owner::THREAD
        && new.owner.get() == owner::THREAD
        && frame.frame_obj.is_null()
        && new.frame_obj.is_null()
        && frames::charge(frame) < 16
        && frames::charge(new) < 16
}

/// Drops what the frame owns and moves the new one, which inherits its caller, into its place. It has yet to be
/// counted: [`charge_replaced`].
///
/// # Safety
/// [`may_replace`]; the frame's stack is empty, its `stacktop` saved, and it is no longer the thread's current frame.
pub(super) unsafe fn replace(
    ts: &PyThreadState,
    frame: &'static Frame,
    new: &'static Frame,
) -> &'static Frame {
    new.previous.set(frame.previous.get());
    new.return_to.set(frame.return_to.get());
    new.is_entry.set(frame.is_entry.get());
    // SAFETY: the caller's promise; frames at rest can be moved, and the two may overlap.
    unsafe {
        let counted = frame.frame_flags.get();
        frame::clear_slots(frame);
        let words = frame_words(new);
        let used = frame::FRAME_WORDS + new.stacktop.get() as usize;
        let place = frame as *const Frame as *mut usize;
        ptr::copy(new as *const Frame as *const usize, place, used);
        ts.datastack_top.set(place.add(words).cast());
        let moved = &*place.cast::<Frame>();
        // For the moment both counts, the one that is counted already above the other.
        moved
            .frame_flags
            .set(moved.frame_flags.get() | counted << 4);
        moved
    }
}

/// Counts a frame that [`replace`] has moved, besides what was counted for the one before.
pub(super) fn charge_replaced(ts: &PyThreadState, frame: &Frame) -> PyResult<()> {
    let both = frame.frame_flags.get();
    let (own, counted) = (both & 15, both >> 4);
    frame.frame_flags.set(own);
    let remaining = ts.recursion_remaining.get() - i32::from(own);
    let entered = if remaining < 0 {
        enter_recursion(ts, frame)
    } else {
        ts.recursion_remaining.set(remaining);
        Ok(())
    };
    frame.frame_flags.set(own + counted);
    entered
}

/// Moves the running frame into a new generator, coroutine or asynchronous generator.
pub(crate) unsafe fn make_generator(
    frame: &Frame,
    sp: *mut *mut PyObject,
) -> PyResult<Ref<PyGenObject>> {
    // SAFETY: the generator has room for this code's frame, whose slots move there.
    unsafe {
        let function = &*frame.f_func.as_ptr();
        let code = frame.code();
        let generator = allocate_generator(function)?;
        let depth = tstate().coroutine_origin_tracking_depth.get();
        if depth > 0 && code.has_flag(hotpy_code::object::flags::COROUTINE) {
            let origin = generator::origin(frame.previous.get(), depth as usize)?;
            generator.gi_origin_or_finalizer.set(Some(origin));
        }
        frame.save_sp(sp);
        let words = frame::FRAME_WORDS + frame.stacktop.get() as usize;
        let copy = generator.frame();
        ptr::copy_nonoverlapping(
            frame as *const Frame as *const usize,
            copy as *const Frame as *mut usize,
            words,
        );
        own_frame(&generator);
        Ok(generator)
    }
}

/// A generator of the function's, for a frame of it that [`own_frame`] is told of.
pub(crate) fn allocate_generator(function: &PyFunctionObject) -> PyResult<Ref<PyGenObject>> {
    let code = function.code();
    let name = function.func_name.get().and_then(|n| n.downcast::<Str>());
    let qualname = function.func_qualname.get();
    let qualname = qualname.and_then(|n| n.downcast::<Str>());
    generator::allocate(
        code,
        name.unwrap_or_else(|| code.name()),
        qualname.unwrap_or_else(|| code.qualname()),
    )
}

/// The new generator's frame, which is complete, is its own from now on.
pub(crate) fn own_frame(generator: &PyGenObject) {
    let frame = generator.frame();
    frame.owner.set(owner::GENERATOR);
    frame.is_entry.set(false);
    frame.frame_flags.set(frame.frame_flags.get().min(1));
    frame.previous.set(ptr::null_mut());
    if let Some(object) = frame.frame_obj.get() {
        object.f_frame.set(frame as *const Frame as *mut Frame);
    }
    generator.gi_frame_state.set(frame_state::CREATED);
    gc::track(generator);
}

/// A generator's frame has ended: its slots are dropped. An exception that is set is turned as PEP 479 says.
#[inline(never)]
pub(super) unsafe fn end_generator(ts: &PyThreadState, frame: &Frame) {
    // SAFETY: the frame lies in a generator, which is alive while it runs.
    unsafe {
        let generator = Ref::new(frame.generator().expect("the frame's owner is a generator"));
        leave_generator(ts, &generator);
        generator.gi_frame_state.set(frame_state::CLEARED);
        frame.previous.set(ptr::null_mut());
        if errors::occurred().is_some() {
            exceptions::generator_raised(&generator);
            let taken = errors::fetch();
            frame::retire(frame);
            if let Some(taken) = taken {
                errors::restore(taken);
            }
        } else {
            frame::retire(frame);
        }
    }
}

/// Makes a suspended or new generator's frame ready to go on with `value`, to be entered by the caller.
///
/// # Safety
/// The generator is suspended or was just created.
#[inline(always)]
pub(crate) unsafe fn resume_frame(
    ts: &PyThreadState,
    generator: &PyGenObject,
    value: Ref,
) -> &'static Frame {
    // SAFETY: a frame at rest has room for one more value; the generator is kept alive by the caller's stack.
    unsafe {
        let frame = &*(generator.frame() as *const Frame);
        let sp = frame.saved_sp();
        *sp = value.into_raw();
        frame.save_sp(sp.add(1));
        frame.is_entry.set(false);
        enter_generator(ts, generator);
        frame
    }
}

/// What `op` becomes in the loop while there is an observer (`cframe.use_tracing` is this number then).
pub(super) const OBSERVED: u8 = 255;

/// The instruction at `ip` with EXTENDED_ARG as the compiler made it: the base op of a quickened form or a fused pair (whose second has its own
/// unit), the operand, and the place of its own unit.
///
/// # Safety
/// `ip` is an instruction of the running code.
#[cold]
#[inline(never)]
pub(super) unsafe fn base_instruction(mut ip: *mut u16) -> (u8, usize, *mut u16) {
    let mut oparg = 0;
    loop {
        // SAFETY: EXTENDED_ARG is never the last instruction.
        let unit = unsafe { *ip };
        oparg = oparg << 8 | (unit >> 8) as usize;
        if unit as u8 != Op::EXTENDED_ARG as u8 {
            let op = Op::base_of(unit as u8).map_or(unit as u8, |op| op as u8);
            return (op, oparg, ip);
        }
        // SAFETY: as above.
        ip = unsafe { ip.add(1) };
    }
}
