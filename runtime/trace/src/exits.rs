//! Exits: the interpreter's state is built from a recipe and the registers.

use crate::cache::Fragment;
use crate::helpers;
use crate::lower::NO_REGISTER;
use crate::recipes::{PackedCaught, Source, Word};
use hotpy_isa::Op;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use hotpy_trace_ir::Maker;
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
    /// Something may have run since the last `guard.valid`.
    pub ran: bool,
    /// Room for frames on the data stack; null if none was needed.
    pub room: *mut *mut PyObject,
    /// The value of a pair, on its way from `pair.next` to `pair.second`.
    pub second: *mut PyObject,
    /// Where the frames that were built in it end.
    built: Cell<*mut *mut PyObject>,
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
            ran: false,
            room,
            second: std::ptr::null_mut(),
            built: Cell::new(room),
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
            activation.forced = Some(build(activation, fragment, activation.snap));
        }
    }
}

/// A value of the recipe, with a count for whoever takes it.
#[inline(always)]
unsafe fn value(
    word: Word,
    fragment: &Fragment,
    registers: *mut u64,
    boxes: &mut SmallVec<[(u16, *mut PyObject); 8]>,
) -> *mut PyObject {
    // SAFETY: registers hold what the recipe says; the verifier has seen to it.
    unsafe {
        let read = |r: u16| registers.add(r as usize).read();
        match word.source() {
            Source::Null => std::ptr::null_mut(),
            Source::Owned(r) => read(r) as *mut PyObject,
            Source::Borrowed(r) => {
                let object = read(r) as *mut PyObject;
                (*object).incref();
                object
            }
            Source::Const(k) => {
                let object = fragment.consts[k as usize].ptr();
                (*object).incref();
                object
            }
            Source::Bool(r) => boolean::from(read(r) != 0).into_raw(),
            other => made(other, fragment, registers, boxes),
        }
    }
}

/// A value that has to be made: a number once for each register.
#[inline(never)]
unsafe fn made(
    source: Source,
    fragment: &Fragment,
    registers: *mut u64,
    boxes: &mut SmallVec<[(u16, *mut PyObject); 8]>,
) -> *mut PyObject {
    // SAFETY: as in `value`.
    unsafe {
        let register = match source {
            Source::Int(r) | Source::Float(r) => r,
            Source::Made(number) => {
                let (maker, items) = fragment.snaps.made(number);
                if maker == Maker::Cell {
                    let held = value_in(items[0], fragment, registers, boxes);
                    let cell = cell::new(Ref::from_owned_opt(held));
                    return cell
                        .unwrap_or_else(|_| out_of_memory())
                        .into_object()
                        .into_raw();
                }
                let items: Vec<Ref> = items
                    .iter()
                    .map(|i| Ref::from_owned(value_in(*i, fragment, registers, boxes)))
                    .collect();
                let made = match maker {
                    Maker::Tuple => tuple::from_owned(items).map(Ref::into_object),
                    Maker::Slice => {
                        slice::new(&items[0], &items[1], &items[2]).map(Ref::into_object)
                    }
                    Maker::Method => method::new(&items[0], &items[1]).map(Ref::into_object),
                    Maker::Function => {
                        let parts: SmallVec<[&PyObject; 8]> = items.iter().map(|i| &**i).collect();
                        helpers::new_function(&parts)
                    }
                    Maker::Cell => unreachable!("made above"),
                };
                return made.unwrap_or_else(|_| out_of_memory()).into_raw();
            }
            _ => unreachable!("needs no making"),
        };
        if let Some((_, object)) = boxes.iter().find(|(at, _)| *at == register) {
            (**object).incref();
            return *object;
        }
        let bits = registers.add(register as usize).read();
        let object = match source {
            Source::Int(_) => int::from_i64(bits as i64).map(Ref::into_object),
            _ => float::from_f64(f64::from_bits(bits)).map(Ref::into_object),
        };
        let object = object.unwrap_or_else(|_| out_of_memory()).into_raw();
        boxes.push((register, object));
        object
    }
}

/// [`value`], for items of tuples.
unsafe fn value_in(
    word: Word,
    fragment: &Fragment,
    registers: *mut u64,
    boxes: &mut SmallVec<[(u16, *mut PyObject); 8]>,
) -> *mut PyObject {
    // SAFETY: passed on.
    unsafe { value(word, fragment, registers, boxes) }
}

/// Even the reserve was not enough.
#[cold]
#[inline(never)]
pub fn out_of_memory() -> ! {
    eprintln!("Fatal Python error: out of memory in a trace");
    std::process::abort()
}

/// Builds the state of a snapshot: the frames' chain on the data stack, all slots; what registers owned is the frames' then. The
/// innermost frame, which is current.
///
/// # Safety
/// The activation is at that snapshot, and does not use its registers' references any more.
pub unsafe fn build(activation: &Activation, fragment: &Fragment, snap: u32) -> &'static Frame {
    // SAFETY: passed on.
    mem::with_reserve(|| unsafe { build_all(activation, fragment, snap) })
}

unsafe fn build_all(activation: &Activation, fragment: &Fragment, snap: u32) -> &'static Frame {
    // SAFETY: the outermost frame is live; there is room for the others, as much as the tree ever needs.
    unsafe {
        let mut boxes = SmallVec::new();
        let mut frame = activation.root;
        let mut built: SmallVec<[&'static Frame; 8]> = SmallVec::new();
        let mut room = activation.room;
        let snaps = &fragment.snaps;
        for (n, recipe) in snaps.frames(snap).into_iter().enumerate() {
            if recipe.generator != NO_REGISTER {
                let register = recipe.generator as usize;
                let g = activation.registers.add(register).read() as *mut PyGenObject;
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
                let func = value(recipe.func, fragment, activation.registers, &mut boxes);
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
            let first = frame.local_ptr(0);
            let mut at = first;
            for row in snaps.rows(recipe) {
                for &slot in row {
                    if slot.source() != Source::Kept {
                        *at = value(slot, fragment, activation.registers, &mut boxes);
                    }
                    at = at.add(1);
                }
            }
            frame.stacktop.set(at.offset_from(first) as i32);
            frame
                .prev_instr
                .set(frame.code().first_instr().offset(recipe.prev as isize));
            built.push(frame);
        }
        for caught in snaps.caught(snap) {
            make_traceback(caught, &built, fragment, activation.registers, &mut boxes)
                .unwrap_or_else(|_| out_of_memory());
        }
        activation.built.set(room);
        (*activation.cframe)
            .current_frame
            .set(frame as *const Frame as *mut Frame);
        frame
    }
}

/// Makes the traceback of an exception that was caught in the trace: an entry for the frame that handles it, and one for each that it left.
#[cold]
unsafe fn make_traceback(
    caught: &PackedCaught,
    frames: &[&'static Frame],
    fragment: &Fragment,
    registers: *mut u64,
    boxes: &mut SmallVec<[(u16, *mut PyObject); 8]>,
) -> PyResult<()> {
    // SAFETY: registers hold what the recipe says; the frames that were left are functions' frames.
    unsafe {
        let exception = registers.add(caught.exception as usize).read() as *const PyObject;
        let exception: &PyBaseExceptionObject = (*exception).cast();
        let handler = frames[caught.frame as usize];
        let mut entries: SmallVec<[(Ref<PyFrameObject>, i32); 4]> = SmallVec::new();
        if !handler.code().is_hidden() {
            entries.push((frame::object(handler)?, caught.prev * 2));
        }
        let mut back = match frame::visible(handler as *const Frame as *mut Frame).as_ref() {
            Some(below) => Some(frame::object(below)?),
            None => None,
        };
        for recipe in &caught.gone {
            let code = &*fragment.consts[recipe.code as usize]
                .ptr()
                .cast::<PyCodeObject>();
            let func = value(recipe.func, fragment, registers, boxes);
            let func = Ref::<PyFunctionObject>::from_owned(func.cast());
            let globals = &*func.func_globals.as_ptr().cast::<PyDictObject>();
            let object = frame::new_detached(code, globals, &func)?;
            let frame = object.frame().ok_or(Raised)?;
            for (i, (slot, _)) in fragment.snaps.slots(recipe).enumerate() {
                *frame.local_ptr(i) = value(slot, fragment, registers, boxes);
            }
            let at = code.first_instr().offset(recipe.prev as isize);
            frame.prev_instr.set(at);
            object.f_back.set(back.replace(object.clone()));
            entries.push((object, recipe.prev * 2));
        }
        let mut traceback = exception.traceback.take().map(|t| t.cast());
        while let Some((frame, lasti)) = entries.pop() {
            traceback = Some(traceback::new(traceback, frame, lasti, -1)?);
        }
        exception.traceback.set(traceback.map(Ref::into_object));
        Ok(())
    }
}

/// Gives back what the state that was built left of the room on the data stack. Nothing may lie behind it.
///
/// # Safety
/// The trace is being left, with that state.
pub unsafe fn trim(activation: &Activation) {
    if activation.room.is_null() {
        return;
    }
    // SAFETY: the frames lie at the room's start, one after the other.
    unsafe {
        if activation.built.get() == activation.room {
            frames::give_back(activation.ts, activation.room);
        } else {
            let end = activation.built.get();
            activation.ts.datastack_top.set(end.cast());
        }
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
