//! Exits: the interpreter's state is built from a recipe and the registers.

use crate::cache::Fragment;
use hotpy_isa::Op;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use hotpy_trace_ir::{Recipe, Snapshot};
use hotpy_vm::frames;
use smallvec::SmallVec;
use std::cell::Cell;

/// An execution of a trace.
pub struct Activation {
    pub ts: &'static PyThreadState,
    pub cframe: *const _PyCFrame,
    /// The outermost frame, which exists.
    pub root: &'static Frame,
    pub registers: *mut u64,
    pub fragment: *const Fragment,
    /// The state during the call that is going on.
    pub snap: u32,
    /// Room for frames on the data stack; null if none was needed.
    pub room: *mut *mut PyObject,
    /// The innermost frame, once the state has been made real.
    pub forced: Option<&'static Frame>,
    outer: *mut Activation,
}

thread_local! {
    /// The thread's innermost execution.
    static CURRENT: Cell<*mut Activation> = const { Cell::new(std::ptr::null_mut()) };
}

impl Activation {
    pub fn new(
        ts: &'static PyThreadState,
        cframe: &_PyCFrame,
        root: &'static Frame,
        registers: *mut u64,
        fragment: *const Fragment,
        room: *mut *mut PyObject,
    ) -> Activation {
        Activation {
            ts,
            cframe,
            root,
            registers,
            fragment,
            snap: 0,
            room,
            forced: None,
            outer: std::ptr::null_mut(),
        }
    }

    /// Makes this the current execution.
    pub fn begin(&mut self) {
        self.outer = CURRENT.replace(self);
        frame::set_force(Some(force));
    }

    /// Ends it. Any outer one has been forced when native code called Python.
    pub fn end(&mut self) {
        CURRENT.set(self.outer);
        frame::set_force(None);
    }
}

/// Somebody looks at the frames while a trace is in native code.
fn force() {
    frame::set_force(None);
    // SAFETY: set only while the thread has an activation.
    unsafe {
        let activation = &mut *CURRENT.get();
        if activation.forced.is_none() {
            let fragment = &*activation.fragment;
            let snap = &fragment.trace.snaps[activation.snap as usize];
            activation.forced = Some(build(activation, fragment, snap));
        }
    }
}

/// A value of the recipe, with a count for whoever takes it.
unsafe fn value(
    recipe: &Recipe,
    fragment: &Fragment,
    registers: *mut u64,
    boxes: &mut SmallVec<[(u16, *mut PyObject); 8]>,
) -> *mut PyObject {
    // SAFETY: registers hold what the recipe says; the verifier has seen to it.
    unsafe {
        let register = |v: &u32| fragment.registers[*v as usize];
        let read = |v: &u32| registers.add(register(v) as usize).read();
        let mut boxed = |v: &u32, make: &dyn Fn(u64) -> Ref| {
            let r = register(v);
            if let Some((_, object)) = boxes.iter().find(|(at, _)| *at == r) {
                (**object).incref();
                return *object;
            }
            let object = make(read(v)).into_raw();
            boxes.push((r, object));
            object
        };
        match recipe {
            Recipe::Null => std::ptr::null_mut(),
            Recipe::Owned(v) => read(v) as *mut PyObject,
            Recipe::Borrowed(v) => {
                let object = read(v) as *mut PyObject;
                (*object).incref();
                object
            }
            Recipe::Int(v) => boxed(v, &|n| {
                int::from_i64(n as i64)
                    .unwrap_or_else(|_| out_of_memory())
                    .into_object()
            }),
            Recipe::Float(v) => boxed(v, &|n| {
                float::from_f64(f64::from_bits(n))
                    .unwrap_or_else(|_| out_of_memory())
                    .into_object()
            }),
            Recipe::Bool(v) => boolean::from(read(v) != 0).into_raw(),
            Recipe::Const(k) => {
                let object = fragment.consts[*k as usize].ptr();
                (*object).incref();
                object
            }
            Recipe::Tuple(items) => {
                let items: Vec<Ref> = items
                    .iter()
                    .map(|i| Ref::from_owned(value(i, fragment, registers, boxes)))
                    .collect();
                tuple::from_owned(items)
                    .unwrap_or_else(|_| out_of_memory())
                    .into_object()
                    .into_raw()
            }
        }
    }
}

#[cold]
fn out_of_memory() -> ! {
    eprintln!("Fatal Python error: out of memory when leaving a trace");
    std::process::abort()
}

/// Builds the state of a snapshot: the frames' chain on the data stack, all slots; what registers owned is the frames' then. The
/// innermost frame, which is current.
///
/// # Safety
/// The activation is at that snapshot, and does not use its registers' references any more.
pub unsafe fn build(
    activation: &Activation,
    fragment: &Fragment,
    snap: &Snapshot,
) -> &'static Frame {
    // SAFETY: the outermost frame is live; there is room for the others, as much as the tree ever needs.
    unsafe {
        let mut boxes = SmallVec::new();
        let mut frame = activation.root;
        let mut room = activation.room;
        for (n, recipe) in snap.frames.iter().enumerate() {
            if recipe.generator != hotpy_trace_ir::NONE {
                let register = fragment.registers[recipe.generator as usize];
                let g = activation.registers.add(register as usize).read() as *mut PyGenObject;
                let new: &'static Frame = &*((*g).frame() as *const Frame);
                new.previous.set(frame as *const Frame as *mut Frame);
                new.return_to.set(recipe.return_to);
                new.is_entry.set(false);
                activation
                    .ts
                    .recursion_remaining
                    .set(activation.ts.recursion_remaining.get() - frames::charge(new));
                frame = new;
            } else if n > 0 {
                let code = &*fragment.consts[recipe.code as usize]
                    .ptr()
                    .cast::<PyCodeObject>();
                let func = value(&recipe.func, fragment, activation.registers, &mut boxes);
                let new = frames::init(room, func.cast(), code);
                room = room.add(frames::words_of(code));
                new.previous.set(frame as *const Frame as *mut Frame);
                new.return_to.set(recipe.return_to);
                activation
                    .ts
                    .recursion_remaining
                    .set(activation.ts.recursion_remaining.get() - frames::charge(new));
                frame = new;
            }
            for (i, slot) in recipe.slots.iter().enumerate() {
                *frame.local_ptr(i) = value(slot, fragment, activation.registers, &mut boxes);
            }
            frame.stacktop.set(recipe.slots.len() as i32);
            frame
                .prev_instr
                .set(frame.code().first_instr().offset(recipe.prev as isize));
        }
        (*activation.cframe)
            .current_frame
            .set(frame as *const Frame as *mut Frame);
        frame
    }
}

/// Gives back what a state that was built left of the room on the data stack. Nothing may lie behind it.
///
/// # Safety
/// The trace is being left, with this snapshot's state.
pub unsafe fn trim(activation: &Activation, fragment: &Fragment, snap: &Snapshot) {
    if activation.room.is_null() {
        return;
    }
    // SAFETY: the frames lie at the room's start, one after the other.
    unsafe {
        let words: usize = snap.frames[1..]
            .iter()
            .filter(|f| f.generator == hotpy_trace_ir::NONE)
            .map(|f| frames::words_of(&*fragment.consts[f.code as usize].ptr().cast()))
            .sum();
        if words == 0 {
            frames::give_back(activation.ts, activation.room);
            return;
        }
        activation
            .ts
            .datastack_top
            .set(activation.room.add(words).cast());
    }
}

/// Where the instruction after the one at `prev_instr` starts.
pub unsafe fn next_of(frame: &Frame) -> *mut u16 {
    // SAFETY: `prev_instr` is an instruction's own unit.
    unsafe {
        let at = frame.prev_instr.get();
        let op = Op::from_u8(*at as u8).unwrap_or(Op::NOP);
        at.add(1 + op.caches())
    }
}
