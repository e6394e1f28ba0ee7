//! Leaving frames: what a value does to the caller, and how an exception finds its handler.

use super::{Event, asked, blame, exceptions, iteration, operators, support::*};
use crate::eval::{chain_thrown, link_state};
use crate::events;
use crate::frames::{self, ReturnTo};
use crate::tracing::Place;
use hotpy_isa::Op;
use hotpy_objects::flags::owner;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use std::ptr;

/// Gives a value to `frame`, whose callee has been left: where it goes on, and its stack's end. The place is null if an exception is set.
///
/// # Safety
/// `frame` is the thread's newest frame and stands at the instruction that `return_to` is about.
#[inline(never)]
pub(super) unsafe fn give(
    ts: &PyThreadState,
    frame: &'static Frame,
    return_to: ReturnTo,
    value: Ref,
) -> (*mut u16, *mut *mut PyObject) {
    // SAFETY: the saved stack of a frame that has made a call; the caller's promise.
    unsafe {
        let mut ip = frame.prev_instr.get().add(1);
        let mut sp = frame.saved_sp();
        stack_ops!($, sp, return (ptr::null_mut(), sp));
        match return_to {
            ReturnTo::Push | ReturnTo::Next | ReturnTo::SendNext => push!(value),
            ReturnTo::FoundValue => {
                push!(value);
                push!(boolean::from(true));
            }
            ReturnTo::Unpack => {
                sp = sp.add(iteration::push_items(&value, sp));
                drop(value);
            }
            ReturnTo::Operator | ReturnTo::Inplace | ReturnTo::Comparison => {
                let right = pop!();
                let left = ptr::replace(sp.sub(1), value.into_raw());
                drop(Ref::from_owned(left));
                drop(right);
            }
            ReturnTo::Contains => {
                let invert = operand_at(frame) != 0;
                // What is no boolean has gone another way, but for a generator, which is true.
                let answer = boolean::from(!boolean::is_false(&value) != invert);
                let container = pop!();
                let item = ptr::replace(sp.sub(1), answer.into_raw());
                drop(Ref::from_owned(item));
                drop(container);
            }
            ReturnTo::Length => {
                let length = attempt!(typeobject::length_of_answer(&value));
                push!(attempt!(int::from_i64(length as i64)).into_object());
            }
            ReturnTo::Hash => {
                let hash = attempt!(typeobject::hash_of_answer(&value));
                push!(attempt!(int::from_i64(hash as i64)).into_object());
            }
            ReturnTo::Hashed => {
                attempt!(asked::hashed(frame, sp, &value));
                ip = frame.prev_instr.get();
            }
            ReturnTo::Discard => drop(value),
            ReturnTo::Found => {
                drop(pop!());
                push!(value);
                push!(boolean::from(true));
            }
            ReturnTo::FoundGen => {
                drop(value);
                drop(pop!());
                push!(singletons::none());
                push!(boolean::from(false));
            }
            ReturnTo::Init => {
                if !singletons::is_none(&value) {
                    exceptions::init_returned(&value);
                    drop(value);
                    return (ptr::null_mut(), sp);
                }
            }
            ReturnTo::ForIter => {
                // A generator came to its end. What an observer raises of that is lost, but it is one no more.
                if ts.c_tracefunc.get().is_some()
                    && events::sent(ts, frame, &**sp.sub(1), &value).is_err()
                {
                    errors::clear();
                }
                drop(value);
                let oparg = operand_at(frame);
                drop(pop!());
                ip = ip.add(oparg);
            }
            ReturnTo::Send | ReturnTo::SendThrown => {
                if return_to == ReturnTo::SendThrown {
                    link_delegating(ts, frame);
                }
                if ts.c_tracefunc.get().is_some() {
                    attempt!(events::sent(ts, frame, &**sp.sub(1), &value));
                }
                let oparg = operand_at(frame);
                drop(pop!());
                push!(value);
                ip = ip.add(oparg);
            }
            ReturnTo::GenCall => {
                drop(pop!());
                errors::raise_stop_iteration(Some(&*value).filter(|v| !singletons::is_none(v)));
                return (ptr::null_mut(), sp);
            }
            ReturnTo::Branch => {
                let truth = attempt!(operators::truth_of_answer(&value, &**sp.sub(1)));
                drop(value);
                let oparg = operand_at(frame);
                let op = Op::from_u8(*frame.prev_instr.get() as u8).unwrap_or(Op::NOP);
                use operators::Branched::*;
                match operators::branch(op, truth) {
                    Fall => drop(pop!()),
                    FallKeeping => {}
                    Jump { forward, pop } => {
                        if pop {
                            drop(pop!());
                        }
                        ip = if forward {
                            ip.add(oparg)
                        } else {
                            ip.sub(oparg)
                        };
                    }
                    Replace(answer) => {
                        drop(pop!());
                        push!(boolean::from(answer));
                    }
                }
            }
        }
        (ip, sp)
    }
}

/// A generator that a call has resumed, and which lies on top of the caller's stack, has yielded a value.
#[inline]
pub(super) unsafe fn answer_call(sp: *mut *mut PyObject, value: Ref) {
    // SAFETY: the caller's promise; generators have a frame.
    unsafe {
        let generator: Ref<PyObject> = Ref::from_owned(ptr::replace(sp.sub(1), value.into_raw()));
        let generator: Ref<PyGenObject> = generator.cast();
        // What the call itself counted for.
        let flags = &generator.frame().frame_flags;
        flags.set(flags.get().min(1));
    }
}

/// A generator's frame goes on after an exception was thrown into what it delegates to: what it handles itself counts again.
pub(super) fn link_delegating<'a>(ts: &PyThreadState, frame: &'a Frame) -> &'a PyGenObject {
    let generator = frame.generator().expect("only generators delegate");
    link_state(ts, generator);
    generator
}

/// What has become of an exception.
pub(super) enum Unwound {
    /// A handler goes on (or a FOR_ITER, if it was an iterator's end).
    Handled(Place),
    /// The entry frame has been left; the exception is still set.
    Left,
}

/// Looks for the handler of the exception that is set, in the running frame (whose stack ends at `sp`) and its callers; frames without one
/// are left.
///
/// # Safety
/// `frame` is the running frame of the loop whose `cframe` it is.
#[inline(never)]
pub(super) unsafe fn unwind(
    ts: &'static PyThreadState,
    cframe: &_PyCFrame,
    mut frame: &'static Frame,
    mut sp: *mut *mut PyObject,
    mut event: Event,
) -> Unwound {
    // SAFETY: the caller's promise.
    unsafe {
        let handled = |frame, ip, sp| {
            Unwound::Handled(Place {
                frame,
                ip,
                sp,
                event: None,
            })
        };
        loop {
            debug_assert!(
                errors::occurred().is_some(),
                "an error without an exception"
            );
            if let Event::Error = event {
                if !frame.code().is_hidden()
                    && !frame.is_incomplete()
                    && traceback::here(frame).is_err()
                {
                    // No memory for the traceback: the MemoryError takes the place of the exception.
                }
                if ts.c_tracefunc.get().is_some() {
                    events::raised(ts, frame);
                }
            }
            let handler = match event {
                Event::Unwind => None,
                Event::ReraiseFrom(at) => exceptions::find_handler(frame, at),
                Event::Error | Event::Reraise => {
                    exceptions::find_handler(frame, frame.prev_instr.get())
                }
            };
            match handler {
                Some(handler) => {
                    let bottom = frame.stack_base().add(handler.depth as usize);
                    // A frame that was left for a call has its stack's end saved; in the running one it is `sp`.
                    while sp > bottom {
                        sp = sp.sub(1);
                        drop(Ref::from_owned_opt(*sp));
                    }
                    if handler.lasti {
                        match int::from_i64(frame.lasti() as i64) {
                            Ok(n) => {
                                *sp = n.into_raw().cast();
                                sp = sp.add(1);
                            }
                            Err(Raised) => {
                                event = Event::Error;
                                continue;
                            }
                        }
                    }
                    *sp = errors::fetch_instance()
                        .unwrap_or_else(singletons::none)
                        .into_raw();
                    sp = sp.add(1);
                    let ip = frame.code().first_instr().add(handler.target as usize);
                    return handled(frame, ip, sp);
                }
                None => {
                    let bottom = frame.stack_base();
                    while sp > bottom {
                        sp = sp.sub(1);
                        drop(Ref::from_owned_opt(*sp));
                    }
                    if cframe.use_tracing.get() != 0 && !matches!(event, Event::Unwind) {
                        frame.save_sp(sp);
                        events::unwound(ts, frame);
                    }
                    ts.recursion_remaining
                        .set(ts.recursion_remaining.get() + frames::charge(frame));
                    let callee = frame;
                    let return_to = ReturnTo::of(callee);
                    let is_entry = callee.is_entry.get();
                    let previous = callee.previous.get();
                    if !is_entry && return_to == ReturnTo::Push {
                        blame::blame(&*previous, callee);
                    }
                    callee.save_sp(sp);
                    cframe.current_frame.set(previous);
                    if callee.owner.get() == owner::THREAD {
                        frames::pop(ts, callee);
                    } else {
                        end_generator(ts, callee);
                    }
                    if is_entry {
                        return Unwound::Left;
                    }
                    frame = &*previous;
                    let mut ip = frame.prev_instr.get().add(1);
                    sp = frame.saved_sp();
                    if return_to == ReturnTo::SendThrown {
                        chain_thrown(link_delegating(ts, frame));
                    }
                    if matches!(
                        return_to,
                        ReturnTo::Next | ReturnTo::Found | ReturnTo::SendNext
                    ) && errors::matches(&hotpy_objects::exceptions::StopIteration)
                    {
                        // An end that nobody raised has no traceback, and is no event.
                        if !ts.curexc_traceback.is_null() {
                            events::stopped(ts);
                        }
                        let value = if return_to == ReturnTo::SendNext {
                            generator::stop_iteration_value().ok()
                        } else {
                            errors::clear();
                            None
                        };
                        sp = sp.sub(1);
                        drop(Ref::from_owned(*sp));
                        if return_to == ReturnTo::Next {
                            ip = ip.add(operand_at(frame));
                        } else if let Some(value) = value {
                            *sp = value.into_raw();
                            sp = sp.add(1);
                            ip = ip.add(operand_at(frame));
                        } else {
                            *sp = singletons::none().into_raw();
                            *sp.add(1) = boolean::from(false).into_raw();
                            sp = sp.add(2);
                        }
                        return handled(frame, ip, sp);
                    }
                    event = Event::Error;
                }
            }
        }
    }
}
