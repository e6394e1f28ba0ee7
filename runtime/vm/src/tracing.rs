//! The interpreter's side of tracing: counters of backward jumps, and the functions of the tracer, which is a crate above.
//!
//! A counter goes down with each jump; at zero the tracer is asked, which enters a trace, starts a recording, or sets the counter anew.
//! Jumps share counters by their target's address. Who shares one with a place that is left alone waits long: there are enough of them.

use crate::interp::Event;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use std::cell::Cell;
use std::sync::OnceLock;

/// Where the interpreter stands: the running frame, the next instruction, the stack's end; and why not there, if an exception is set.
pub struct Place {
    pub frame: &'static Frame,
    pub ip: *mut u16,
    pub sp: *mut *mut PyObject,
    pub event: Option<Event>,
}

/// What the tracer provides.
pub struct Tracer {
    /// A counter has come to zero at a loop's head: where to go on. `cframe.current_frame` is kept up.
    pub hot: unsafe fn(&'static PyThreadState, &_PyCFrame, Place) -> Place,
    /// Shows an instruction before it is executed; false ends the recording.
    pub step: unsafe fn(&'static Frame, *mut u16, *mut *mut PyObject) -> bool,
    /// The instruction that the frame stands at has raised; false ends the recording.
    pub raised: unsafe fn(&'static Frame, Event) -> bool,
}

static TRACER: OnceLock<Tracer> = OnceLock::new();

const COUNTERS: usize = 4096;

struct Counters([Cell<u16>; COUNTERS]);
// SAFETY: U1.
unsafe impl Sync for Counters {}
static HOT: Counters = Counters([const { Cell::new(0) }; COUNTERS]);

/// Installs the tracer, once; loops are hot after `threshold` backward jumps.
pub fn install(tracer: Tracer, threshold: u16) {
    if TRACER.set(tracer).is_ok() {
        for counter in &HOT.0 {
            counter.set(threshold);
        }
    }
}

#[inline(always)]
fn counter(target: *mut u16) -> &'static Cell<u16> {
    let address = target as usize >> 1;
    &HOT.0[(address ^ address >> 10) % COUNTERS]
}

/// Counts a backward jump to `target`; whether the tracer is to be asked.
#[inline(always)]
pub fn is_hot(target: *mut u16) -> bool {
    let counter = counter(target);
    let left = counter.get();
    if left == 0 {
        return true;
    }
    counter.set(left - 1);
    false
}

/// Sets how many jumps to `target` go by until the tracer is asked again.
pub fn set_counter(target: *mut u16, jumps: u16) {
    counter(target).set(jumps);
}

/// The instruction, or, if it is a RESUME, the next one.
///
/// # Safety
/// `ip` is an instruction.
pub unsafe fn behind_resume(ip: *mut u16) -> *mut u16 {
    // SAFETY: no code ends with a RESUME.
    unsafe {
        if *ip as u8 == hotpy_isa::Op::RESUME as u8 {
            ip.add(1)
        } else {
            ip
        }
    }
}

/// Asks the tracer.
///
/// # Safety
/// `place` is where the running frame stands, between two bytecodes.
#[cold]
#[inline(never)]
pub unsafe fn hot(ts: &'static PyThreadState, cframe: &_PyCFrame, place: Place) -> Place {
    match TRACER.get() {
        // SAFETY: passed on.
        Some(tracer) => unsafe { (tracer.hot)(ts, cframe, place) },
        None => {
            set_counter(place.ip, u16::MAX);
            place
        }
    }
}

/// Shows the recorder an instruction.
///
/// # Safety
/// As [`hot`].
#[inline(always)]
pub unsafe fn step(frame: &'static Frame, ip: *mut u16, sp: *mut *mut PyObject) -> bool {
    match TRACER.get() {
        // SAFETY: passed on.
        Some(tracer) => unsafe { (tracer.step)(frame, ip, sp) },
        None => false,
    }
}

/// Tells the recorder that the frame's instruction has raised.
///
/// # Safety
/// `frame` is the running frame.
#[cold]
pub unsafe fn raised(frame: &'static Frame, event: Event) -> bool {
    match TRACER.get() {
        // SAFETY: passed on.
        Some(tracer) => unsafe { (tracer.raised)(frame, event) },
        None => false,
    }
}
