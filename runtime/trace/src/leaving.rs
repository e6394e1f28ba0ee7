//! How a trace is left: at a guard, by an exception, or after an operation during which its state was made real.

use crate::build::Outcome;
use crate::cache::Fragment;
use crate::exits::{self, Activation};
use crate::helpers::Next;
use crate::stats::{COUNTERS, add};
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use hotpy_vm::interp::Event;
use hotpy_vm::tracing::Place;

/// Where a trace was left, for the search of hot exits; nothing if it was in the middle of a call.
pub struct Left {
    pub place: Place,
    pub exit: Option<(*const Fragment, u32)>,
    /// What had become of the exit's instruction.
    pub outcome: Outcome,
    /// The trace had come to its end.
    pub at_end: bool,
    /// That is the return of the outermost frame.
    pub(crate) returns: bool,
    /// The frame has gone: `place` is in its caller.
    pub returned: bool,
}

impl Left {
    /// In the middle of an instruction, or behind it.
    fn at(place: Place) -> Left {
        Left {
            place,
            exit: None,
            outcome: Outcome::Again,
            at_end: false,
            returns: false,
            returned: false,
        }
    }
}

/// Leaves by an exit: the state is built, the interpreter goes on.
#[inline(never)]
pub(crate) unsafe fn leave(
    activation: &mut Activation,
    fragment: &'static Fragment,
    x: u32,
    at_end: bool,
) -> Left {
    // SAFETY: the trace is at the exit.
    unsafe {
        add(&COUNTERS.exits);
        let frame = exits::build(activation, fragment, x);
        exits::trim(activation);
        let ip = fragment.snaps.top(x).ip;
        Left {
            exit: Some((fragment, x)),
            at_end,
            ..Left::at(Place {
                frame,
                ip: frame.code().first_instr().add(ip as usize),
                sp: frame.saved_sp(),
                event: None,
            })
        }
    }
}

/// Leaves with the exception that is set.
#[cold]
#[inline(never)]
pub(crate) unsafe fn leave_raising(
    activation: &mut Activation,
    fragment: &'static Fragment,
    x: u32,
) -> Left {
    // SAFETY: the trace is at the instruction that raised.
    unsafe {
        let mut left = leave(activation, fragment, x, false);
        left.exit = None;
        left.place.event = Some(Event::Error);
        left
    }
}

/// Leaves after the state has been made real during an operation that is complete now.
#[cold]
#[inline(never)]
pub(crate) unsafe fn leave_forced(
    activation: &mut Activation,
    fragment: &'static Fragment,
    frame: &'static Frame,
) -> Left {
    // SAFETY: the frames are real; `activation.snap` is the state they show.
    unsafe {
        add(&COUNTERS.forced);
        exits::trim(activation);
        let ip = fragment.snaps.top(activation.snap).ip;
        Left::at(Place {
            frame,
            ip: frame.code().first_instr().add(ip as usize),
            sp: frame.saved_sp(),
            event: None,
        })
    }
}

/// Leaves after a step of the iterator on the stack, for a FOR_ITER, during which the state has been made real.
#[cold]
#[inline(never)]
pub(crate) unsafe fn finish_step(
    activation: &mut Activation,
    fragment: &'static Fragment,
    found: Next,
) -> Left {
    // SAFETY: the frames are real, the iterator on top of the innermost one's stack; `activation.snap` is the state they show.
    unsafe {
        let frame = activation.forced.expect("it was forced");
        let mut left = leave_forced(activation, fragment, frame);
        match found {
            Next::Item(item) => {
                *left.place.sp = item.into_raw();
                left.place.sp = left.place.sp.add(1);
                left.place.ip = exits::next_of(frame);
                frame.save_sp(left.place.sp);
            }
            // The interpreter will ask again.
            Next::End => {
                let empty = mem::with_reserve(|| tuple::iter(&tuple::empty()))
                    .unwrap_or_else(|_| exits::out_of_memory());
                let old = left.place.sp.sub(1).replace(empty.into_raw());
                PyObject::decref(old);
            }
            Next::Raised => left.place.event = Some(Event::Error),
            Next::Refused => {}
        }
        left
    }
}

/// Leaves after a call during which the state has been made real: its operands are dropped, its result pushed, as the interpreter would.
#[cold]
#[inline(never)]
pub(crate) unsafe fn finish_forced(
    activation: &mut Activation,
    fragment: &'static Fragment,
    x: u32,
    result: PyResult,
) -> Left {
    // SAFETY: the frames are real, the operands on the innermost one's stack.
    unsafe {
        add(&COUNTERS.forced);
        let (pops, pushes) = fragment.snaps.call(x);
        exits::trim(activation);
        let frame = activation.forced.expect("it was forced");
        let mut sp = frame.saved_sp();
        let ip = exits::next_of(frame);
        let event = match result {
            Err(Raised) => Some(Event::Error),
            Ok(value) => {
                let mut dropped: Vec<*mut PyObject> = Vec::new();
                for _ in 0..pops {
                    sp = sp.sub(1);
                    dropped.push(*sp);
                }
                if pushes {
                    *sp = value.into_raw();
                    sp = sp.add(1);
                }
                frame.save_sp(sp);
                for object in dropped {
                    drop(Ref::from_owned_opt(object));
                }
                None
            }
        };
        Left::at(Place {
            frame,
            ip,
            sp,
            event,
        })
    }
}
