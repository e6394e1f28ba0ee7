//! Bytecodes that the interpreter executes, counted for `-X trace-stats`: from the first jump or call on, it runs as it does for the
//! recorder, which is shown every instruction. What natively called code runs before it is hot itself is not counted.

use crate::{config, driver, record};
use ahash::AHashMap;
use hotpy_isa::Op;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use hotpy_vm::interp;
use hotpy_vm::tracing::{self, Place};
use std::cell::{Cell, OnceCell, RefCell};

struct State {
    executed: Cell<u64>,
    /// The last instruction, and whose; nothing at the start of a run.
    last: Cell<Option<(*const Frame, *mut u16)>>,
    /// The run has come to where the tracer is to be asked.
    is_hot: Cell<bool>,
    /// By code object, which is kept.
    by_code: OnceCell<RefCell<AHashMap<usize, (Ref<PyCodeObject>, u64)>>>,
}
// SAFETY: U1 (the GIL).
unsafe impl Sync for State {}
static STATE: State = State {
    executed: Cell::new(0),
    last: Cell::new(None),
    is_hot: Cell::new(false),
    by_code: OnceCell::new(),
};

/// Whose bytecodes were executed most: qualified names, with how many.
pub fn most(n: usize) -> Vec<(String, u64)> {
    let Some(by_code) = STATE.by_code.get() else {
        return Vec::new();
    };
    let by_code = by_code.borrow();
    let mut all: Vec<(String, u64)> = by_code
        .values()
        .map(|(code, n)| (code.qualname().to_string_lossy(), *n))
        .collect();
    all.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    all.truncate(n);
    all
}

/// Bytecodes executed so far.
pub fn executed() -> u64 {
    STATE.executed.get()
}

/// The tracer's answer, and then the interpreter's work until it is asked again.
///
/// # Safety
/// As [`driver::hot`].
pub unsafe fn hot(ts: &'static PyThreadState, cframe: &_PyCFrame, mut place: Place) -> Place {
    loop {
        if config::is_enabled() {
            // SAFETY: passed on.
            place = unsafe { driver::hot(ts, cframe, place) };
        }
        if place.event.is_some() || cframe.use_tracing.get() != 0 {
            return place;
        }
        let outer = STATE.last.replace(None);
        STATE.is_hot.set(false);
        // SAFETY: the running frame's place.
        place = record::aside(|| unsafe { interp::run_recorded(ts, cframe, place) });
        STATE.last.set(outer);
        if !STATE.is_hot.replace(false) || place.event.is_some() {
            return place;
        }
    }
}

/// How many bytecodes are executed at once.
fn weight(op: Op) -> u64 {
    match op {
        Op::LOAD_FAST__LOAD_FAST
        | Op::STORE_FAST__LOAD_FAST
        | Op::LOAD_CONST__LOAD_FAST
        | Op::LOAD_FAST__LOAD_CONST
        | Op::STORE_FAST__STORE_FAST => 2,
        // With the PRECALL and CALL that follow.
        Op::KW_NAMES => 3,
        _ => 1,
    }
}

/// Counts an instruction, and shows it the recorder if there is a recording.
///
/// # Safety
/// As [`record::step`].
pub unsafe fn step(frame: &'static Frame, ip: *mut u16, sp: *mut *mut PyObject) -> bool {
    // SAFETY: the running frame's next instruction.
    unsafe {
        let op = Op::from_u8(*ip as u8).unwrap_or(Op::NOP);
        let count = |n: u64| {
            STATE.executed.set(STATE.executed.get() + n);
            let mut by_code = STATE.by_code.get_or_init(Default::default).borrow_mut();
            let code = frame.code();
            let entry = by_code.entry(std::ptr::from_ref(code) as usize);
            entry.or_insert_with(|| (Ref::new(code), 0)).1 += n;
        };
        if record::is_recording() {
            let more = record::step(frame, ip, sp);
            if more {
                count(weight(op));
            }
            return more;
        }
        if let Some((last, at)) = STATE.last.get() {
            let starts = op == Op::RESUME && *ip >> 8 == 0;
            let back = std::ptr::eq(last, frame) && ip <= at;
            if (starts || back) && tracing::is_hot(ip) {
                STATE.is_hot.set(true);
                return false;
            }
        }
        STATE.last.set(Some((frame, ip)));
        count(weight(op));
        let leaves = matches!(
            op.base(),
            Op::RETURN_VALUE | Op::YIELD_VALUE | Op::RETURN_GENERATOR
        );
        !(frame.is_entry.get() && leaves)
    }
}
