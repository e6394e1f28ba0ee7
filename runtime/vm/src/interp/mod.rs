//! The interpreter loop. [`run`] executes a frame, and every frame that its bytecode enters, until the first one is left.
//!
//! `frame`, `ip` and `sp` live in registers between two bytecodes and are written back (`save!`) before anything that may look at the
//! frame from outside; `frame.prev_instr` is written at every instruction. Bodies that are more than a few lines, and all that is
//! slow, are functions of the family's file. A body ends by going to the next instruction, by entering or leaving a frame, or with an `Event`.

mod any_number;
mod asked;
mod async_ops;
mod atomic;
mod attributes;
mod blame;
mod build;
mod dispatch;
mod except_star;
mod exceptions;
mod imports;
mod iteration;
mod leaving;
mod matching;
mod namespace;
mod operators;
mod quicken;
mod rare;
mod subscript;
mod support;

pub use async_ops::awaitable_iterator;
pub use atomic::{evaluate, perform};
pub use attributes::{attribute_at_once, load_attr, store_attr};
pub use build::{format_value_natively, list_extend_natively, merge_natively};
pub use exceptions::{find_handler, handler_at, raise};
pub(crate) use operators::{binary, with_comparison};
pub(crate) use subscript::set as set_item;

use crate::events;
use crate::frames;
use crate::tracing::Place;
use dispatch::{Left, interpret};
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use std::ptr;
use support::enter_recursion;
pub(crate) use support::{allocate_generator, own_frame, resume_frame};

/// Why the dispatch loop was left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// An exception is set; the instruction at `prev_instr` raised it.
    Error,
    /// An exception is set that already has this frame in its traceback.
    Reraise,
    /// The same, but its handler is looked for from this instruction: the traceback names another.
    ReraiseFrom(*mut u16),
    /// An exception is set that no handler of this frame gets: an observer raised it while the frame was being left.
    Unwind,
}

/// Executes `entry` (the newest frame of its thread, or a generator's) to its end; its value. With `throw` the exception that is set is
/// raised where the frame stands.
///
/// # Safety
/// `entry` is complete and at rest; it is freed when it ends, unless a generator owns it.
#[inline(never)]
pub unsafe fn run(
    ts: &'static PyThreadState,
    entry: &'static Frame,
    throw: Option<Raised>,
) -> PyResult {
    // SAFETY: the compiler (and the verifier of surrogates) keep stack and locals within the frame; stack slots below `sp` own live
    // objects (or are the empty slots that PUSH_NULL makes); `ip` stays within the code, which the frame keeps alive.
    unsafe {
        let cframe = _PyCFrame {
            use_tracing: Cell::new(0),
            current_frame: Cell::new(ptr::null_mut()),
            previous: Cell::new(ts.cframe.get()),
        };
        let outer = (*ts.cframe.get()).current_frame.get();
        cframe.use_tracing.set((*ts.cframe.get()).use_tracing.get());
        entry.previous.set(outer);
        entry.is_entry.set(true);
        cframe
            .current_frame
            .set(entry as *const Frame as *mut Frame);
        ts.cframe.set(&raw const cframe as *mut _PyCFrame);

        let thrown = throw.is_some();
        let mut place = Place {
            frame: entry,
            ip: entry.prev_instr.get().add(1),
            sp: entry.saved_sp(),
            event: throw.map(|Raised| Event::Error),
        };
        frame::force();
        let paused = attempt::pause();
        if errors::stack_is_low() || ts.recursion_remaining.get() <= 1 {
            if let Err(Raised) = enter_recursion(ts, entry) {
                place.event = Some(Event::Error);
            }
        } else {
            ts.recursion_remaining
                .set(ts.recursion_remaining.get() - frames::charge(entry));
        }
        if thrown && cframe.use_tracing.get() != 0 && events::entered(ts, entry).is_err() {
            place.event = Some(Event::Unwind);
        }
        let result = match interpret::<false>(ts, &cframe, place) {
            Left::Returned(result) => result,
            Left::Stopped(_) => unreachable!("only a recording stops"),
        };
        (*cframe.previous.get())
            .use_tracing
            .set(cframe.use_tracing.get());
        ts.cframe.set(cframe.previous.get());
        attempt::resume(paused);
        result
    }
}

/// Executes bytecode for the recorder, which is shown every instruction before it is executed, until it has seen enough.
///
/// # Safety
/// As for the running frame of [`run`], whose `cframe` it is.
#[inline(never)]
pub unsafe fn run_recorded(ts: &'static PyThreadState, cframe: &_PyCFrame, place: Place) -> Place {
    // SAFETY: passed on.
    match unsafe { interpret::<true>(ts, cframe, place) } {
        Left::Stopped(place) => place,
        Left::Returned(_) => unreachable!("the recorder stops before an entry frame is left"),
    }
}
