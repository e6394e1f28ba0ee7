//! The register interpreter: executes traces until one is left.
//!
//! **X1** A register holds what its value's type says: a pointer, an integer, the bits of a float, or 0 and 1. Pointers are alive as the
//! trace's ownership says (see `build::machine`).
//! **X2** A guard looks before anything is changed. An operation that may run Python says first (`activation.snap`) which state others are to see.
//! **X3** After such an operation `guard.valid` comes before the next one that relies on anything: it leaves if the tree is not
//! valid any more, or if the state was made real meanwhile.

use crate::build::Outcome;
use crate::cache::{Fragment, Tree};
use crate::checks;
use crate::exits::{self, Activation};
use crate::helpers::{self, Helper, Next};
use crate::leaving::{Left, finish_forced, finish_step, leave, leave_forced, leave_raising};
use crate::lower::{CONSTANT, Code, MAX_REGISTERS};
use crate::stats::{COUNTERS, add};
use hotpy_objects::*;
use hotpy_trace_ir::TraceOp;
use hotpy_trace_ir::passes::register;
use hotpy_vm::breaker;
use hotpy_vm::frames::{self, ReturnTo};
use hotpy_vm::tracing::Place;
use smallvec::SmallVec;
use std::cell::{Cell, UnsafeCell};

const FILE: usize = MAX_REGISTERS * 8;

/// Register files of a thread's executions, which are nested by way of native code.
struct Files {
    memory: UnsafeCell<Vec<u64>>,
    used: Cell<usize>,
}

thread_local! {
    static FILES: Files = const {
        Files {
            memory: UnsafeCell::new(Vec::new()),
            used: Cell::new(0),
        }
    };
}

/// Room for registers; `None` if too many executions are nested.
fn take_registers(count: usize) -> Option<*mut u64> {
    FILES.with(|files| {
        // SAFETY: the thread's own; the vector is made once and never moved.
        let memory = unsafe { &mut *files.memory.get() };
        if memory.is_empty() {
            *memory = vec![0; FILE];
        }
        let at = files.used.get();
        if at + count > FILE {
            return None;
        }
        files.used.set(at + count);
        // SAFETY: within the vector.
        Some(unsafe { memory.as_mut_ptr().add(at) })
    })
}

fn give_registers(count: usize) {
    FILES.with(|files| files.used.set(files.used.get() - count));
}

/// Enters a tree at its head, if the frame is as it expects. `None`: it is not.
///
/// # Safety
/// The frame is the running one and stands at the head.
pub unsafe fn enter(
    ts: &'static PyThreadState,
    cframe: &_PyCFrame,
    tree: &'static Tree,
    place: &Place,
) -> Option<Left> {
    let frame = place.frame;
    // SAFETY: slots below `sp` are empty or own objects.
    unsafe {
        let slots = place.sp.offset_from(frame.local_ptr(0)) as usize;
        let fits = frame.f_globals.as_ptr() == tree.globals
            && frame.f_builtins.as_ptr() == tree.builtins
            && slots == tree.nulls.len()
            && (0..slots).all(|i| (*frame.local_ptr(i)).is_null() == tree.nulls[i])
            && frame.frame_obj.get().is_none_or(|o| o.ob_refcnt.get() == 1)
            && (frame.f_locals.is_null() || frame.f_locals.as_ptr() == tree.globals);
        if !fits || ts.recursion_remaining.get() <= tree.depth.get() as i32 || !mem::has_reserve() {
            return None;
        }
        let count = tree.top.get() + 1;
        let registers = take_registers(count)?;
        let words = tree.frame_words.get();
        let room = if words == 0 {
            std::ptr::null_mut()
        } else {
            match hotpy_vm::frames::reserve(ts, words) {
                Some(room) => room,
                None => {
                    errors::clear();
                    give_registers(count);
                    return None;
                }
            }
        };
        add(&COUNTERS.entries);
        tree.heat.set(tree.heat.get().saturating_add(1));
        for (k, n) in register::SMALL.enumerate() {
            *registers.add(k) = n as u64;
        }
        let mut activation =
            Activation::new(ts, cframe, frame, registers, &raw const *tree.root, room);
        tree.running.set(tree.running.get() + 1);
        activation.begin();
        let mut left = if checks::is_on() {
            run::<true>(&mut activation, tree)
        } else {
            run::<false>(&mut activation, tree)
        };
        activation.end();
        tree.running.set(tree.running.get() - 1);
        give_registers(count);
        if left.returns {
            left.returned = return_to_caller(ts, cframe, &mut left.place);
        }
        Some(left)
    }
}

/// Has the frame that stands at its RETURN_VALUE return, as the interpreter would, unless that one must do it; whether it has.
unsafe fn return_to_caller(
    ts: &'static PyThreadState,
    cframe: &_PyCFrame,
    place: &mut Place,
) -> bool {
    // SAFETY: the frame is the newest one, and the result lies on its stack; nothing of the trace is in use any more.
    unsafe {
        let frame = place.frame;
        let return_to = ReturnTo::of(frame);
        let value = *place.sp.sub(1);
        let simple = match return_to {
            ReturnTo::Push | ReturnTo::Discard => true,
            ReturnTo::Init => singletons::is_none(&*value),
            _ => false,
        };
        if !simple
            || frame.is_entry.get()
            || frame.owner.get() != flags::owner::THREAD
            || cframe.use_tracing.get() != 0
        {
            return false;
        }
        let value = Ref::<PyObject>::from_owned(value);
        frame.save_sp(place.sp.sub(1));
        let caller = &*frame.previous.get();
        ts.recursion_remaining
            .set(ts.recursion_remaining.get() + frames::charge(frame));
        cframe.current_frame.set(frame.previous.get());
        frames::pop(ts, frame);
        let mut sp = caller.saved_sp();
        if return_to == ReturnTo::Push {
            *sp = value.into_raw();
            sp = sp.add(1);
        }
        *place = Place {
            frame: caller,
            ip: caller.prev_instr.get().add(1),
            sp,
            event: None,
        };
        true
    }
}

/// Compares the text of two exact strings.
#[inline(always)]
unsafe fn str_equal(a: *mut PyObject, b: *mut PyObject) -> bool {
    // SAFETY: X1; the trace has guarded both.
    unsafe { std::ptr::eq(a, b) || (*a.cast::<Str>()).equals(&*b.cast::<Str>()) }
}

#[inline(always)]
fn floor_div(a: i64, b: i64) -> i64 {
    let q = a / b;
    if (a % b != 0) && ((a < 0) != (b < 0)) {
        q - 1
    } else {
        q
    }
}

#[inline(always)]
fn floor_mod(a: i64, b: i64) -> i64 {
    let r = a % b;
    if r != 0 && ((r < 0) != (b < 0)) {
        r + b
    } else {
        r
    }
}

/// Whether it is a generator that is to go on where the guard says.
#[inline(always)]
unsafe fn is_suspended(object: &PyObject, i: &Code) -> bool {
    let state = if i.b == 0 {
        flags::frame_state::SUSPENDED
    } else {
        flags::frame_state::CREATED
    };
    object.is_exact::<PyGenObject>() && {
        // SAFETY: the class was looked at; a suspended generator has its frame.
        let g: &PyGenObject = unsafe { object.cast() };
        let exception = g.gi_exc_state.exc_value.get();
        g.state() == state && {
            let frame = g.frame();
            frame.f_code.as_ptr() as u64 == i.imm
                && frame.lasti() + 1 == i.aux as isize
                && frame.stacktop.get() == i32::from(i.c)
                && frame.frame_obj.is_null()
                && exception.is_none_or(|e| singletons::is_none(e))
        }
    }
}

/// Whether of the slots of the generator's frame those are empty that the guard says, and its globals are the right ones.
#[inline(always)]
unsafe fn has_slots(object: &PyObject, i: &Code) -> bool {
    // SAFETY: a suspended generator, as was looked at before.
    unsafe {
        let frame = object.cast::<PyGenObject>().frame();
        let slots = frame.stacktop.get() as usize;
        frame.f_globals.as_ptr() as u64 == i.imm
            && (0..slots).all(|n| (*frame.local_ptr(n)).is_null() == (i.aux >> n & 1 == 0))
    }
}

/// A sequence's index, negative ones from the end.
#[inline(always)]
fn index_in(index: i64, len: usize) -> Option<usize> {
    let i = if index < 0 { index + len as i64 } else { index };
    if (i as u64) < len as u64 {
        Some(i as usize)
    } else {
        None
    }
}

const LARGEST_EXACT: u64 = 1 << 53;

/// Whether what has run since the last `guard.valid` has changed nothing that one is about: the tree is valid, nobody has looked at the state,
/// no observer has been installed.
#[inline(always)]
unsafe fn is_as_before(activation: &Activation, tree: &Tree) -> bool {
    // SAFETY: an activation's `cframe` outlives it.
    let observed = unsafe { (*activation.cframe).use_tracing.get() != 0 };
    activation.forced.is_none() && tree.valid.get() && !observed
}

unsafe fn run<const CHECKED: bool>(activation: &mut Activation, tree: &'static Tree) -> Left {
    // SAFETY: X1, X2, X3; the code was made by `lower` from a trace that was verified.
    unsafe {
        let registers = activation.registers;
        let mut fragment: &'static Fragment = &*activation.fragment;
        let mut pc = fragment.code.as_ptr();
        add(&fragment.entries);

        macro_rules! int {
            ($n:expr) => {
                *registers.add($n as usize) as i64
            };
        }
        macro_rules! float {
            ($n:expr) => {
                f64::from_bits(*registers.add($n as usize))
            };
        }
        macro_rules! obj {
            ($n:expr) => {
                &*(*registers.add($n as usize) as *mut PyObject)
            };
        }
        macro_rules! ptr {
            ($n:expr) => {
                *registers.add($n as usize) as *mut PyObject
            };
        }
        // One of an operation's further operands: a register, or a constant.
        macro_rules! operand {
            ($n:expr) => {{
                let n: u16 = $n;
                if n & CONSTANT != 0 {
                    let k = usize::from(n & !CONSTANT);
                    fragment.consts.get_unchecked(k).ptr()
                } else {
                    ptr!(n)
                }
            }};
        }
        macro_rules! set {
            ($n:expr, $v:expr) => {
                *registers.add($n as usize) = $v as u64
            };
        }
        macro_rules! set_float {
            ($n:expr, $v:expr) => {
                *registers.add($n as usize) = f64::to_bits($v)
            };
        }
        // Goes on in an exit's side trace; if it has none, counts that it was taken.
        macro_rules! side {
            ($x:expr) => {{
                let exit = fragment.exits.get_unchecked($x as usize);
                let side = exit.side.get();
                if !side.is_null() && tree.valid.get() && !(CHECKED && checks::forces()) {
                    fragment = &*side;
                    activation.fragment = side;
                    pc = fragment.code.as_ptr();
                    add(&fragment.entries);
                    continue;
                }
                exit.count.set(exit.count.get() + 1);
            }};
        }
        // Leaves by an exit, or goes on in its side trace.
        macro_rules! exit {
            ($x:expr) => {{
                side!($x);
                return leave(activation, fragment, $x as u32, false);
            }};
        }
        // A call has raised, where it was not expected to: on in the side trace for that, or out.
        macro_rules! raised {
            ($x:expr) => {{
                side!($x);
                let mut left = leave_raising(activation, fragment, $x as u32);
                left.exit = Some((fragment, $x as u32));
                left.outcome = Outcome::Raised;
                return left;
            }};
        }
        macro_rules! guard {
            ($holds:expr, $x:expr) => {
                if !$holds || CHECKED && checks::fails(fragment, &*pc) {
                    exit!($x);
                }
            };
        }
        // The exit of a branch knows the condition's truth: it cannot be forced.
        macro_rules! branch {
            ($holds:expr, $x:expr) => {
                if !$holds {
                    exit!($x);
                }
            };
        }
        macro_rules! compare {
            ($i:expr, $get:ident, $op:tt) => { set!($i.d, u64::from($get!($i.a) $op $get!($i.b))) };
        }
        macro_rules! checked {
            ($i:expr, $f:ident) => {
                match int!($i.a).$f(int!($i.b)) {
                    Some(n) if !(CHECKED && checks::fails(fragment, &*pc)) => set!($i.d, n),
                    _ => exit!($i.x),
                }
            };
        }

        // The second half of a pair: the object that was found is an int, and which.
        macro_rules! unbox_next {
            ($object:expr) => {{
                pc = pc.add(1);
                let i = &*pc;
                let o: &PyObject = &*$object;
                guard!(o.is_exact::<PyLongObject>(), i.x);
                match o.cast::<PyLongObject>().double() {
                    Some(n) => set!(i.d, n),
                    None => exit!(i.x),
                }
            }};
        }
        // The second half of a pair: the test turned out as it must.
        macro_rules! test_next {
            ($truth:expr) => {{
                let truth: bool = $truth;
                set!((*pc).d, u64::from(truth));
                pc = pc.add(1);
                branch!(truth == matches!((*pc).op, TraceOp::GuardTrue), (*pc).x);
            }};
        }

        // A small object that must be made: if memory is low, out of the reserve, and this is the last round.
        macro_rules! made {
            ($make:expr) => {
                match $make {
                    Ok(object) => object,
                    Err(Raised) => {
                        errors::clear();
                        tree.valid.set(false);
                        mem::with_reserve(|| $make).unwrap_or_else(|_| exits::out_of_memory())
                    }
                }
            };
        }

        // Goes past the `guard.valid` that follows an operation, if that would find nothing.
        macro_rules! past_valid {
            ($i:expr) => {
                if $i.then_valid
                    && (!activation.ran || is_as_before(activation, tree))
                    && !(CHECKED && checks::fails_any())
                {
                    activation.ran = false;
                    pc = pc.add(2);
                    continue;
                }
            };
        }

        loop {
            let i = &*pc;
            if CHECKED {
                checks::execute(i);
            }
            match i.op {
                TraceOp::Arg => {
                    let slot = activation.root.local_ptr(i.imm as usize);
                    set!(i.d, *slot);
                    *slot = std::ptr::null_mut();
                }
                TraceOp::Const | TraceOp::ConstInt | TraceOp::ConstFloat | TraceOp::ConstBool => {
                    set!(i.d, i.imm)
                }
                TraceOp::Move => set!(i.d, *registers.add(i.a as usize)),
                TraceOp::Jump => {
                    add(&fragment.rounds);
                    if i.imm == u64::MAX {
                        fragment = &*(&raw const *tree.root);
                        activation.fragment = fragment;
                        pc = fragment.code.as_ptr().add(fragment.loop_at);
                    } else {
                        pc = fragment.code.as_ptr().add(i.imm as usize);
                    }
                    continue;
                }
                TraceOp::BreakerJump => {
                    guard!(!breaker::is_requested() && tree.valid.get(), i.x);
                    add(&fragment.rounds);
                    if i.imm == u64::MAX {
                        fragment = &*(&raw const *tree.root);
                        activation.fragment = fragment;
                        pc = fragment.code.as_ptr().add(fragment.loop_at);
                    } else {
                        pc = fragment.code.as_ptr().add(i.imm as usize);
                    }
                    continue;
                }
                TraceOp::GuardRestart => {
                    let goes_on = !breaker::is_requested()
                        && tree.valid.get()
                        && mem::has_reserve()
                        && !(CHECKED && checks::forces());
                    guard!(goes_on, i.x)
                }
                TraceOp::Restart => {
                    add(&fragment.rounds);
                    fragment = &*(&raw const *tree.root);
                    activation.fragment = fragment;
                    pc = fragment.code.as_ptr().add(tree.arguments());
                    add(&fragment.entries);
                    continue;
                }
                TraceOp::Leave => {
                    add(&fragment.rounds);
                    // At the head, but not as its loop goes on: once more from the start.
                    if fragment.restarts
                        && tree.valid.get()
                        && !breaker::is_requested()
                        && mem::has_reserve()
                        && !(CHECKED && checks::forces())
                    {
                        exits::build(activation, fragment, u32::from(i.x));
                        fragment = &*(&raw const *tree.root);
                        activation.fragment = fragment;
                        pc = fragment.code.as_ptr();
                        add(&fragment.entries);
                        continue;
                    }
                    return leave(activation, fragment, u32::from(i.x), true);
                }
                TraceOp::Return => {
                    add(&fragment.rounds);
                    let mut left = leave(activation, fragment, u32::from(i.x), true);
                    left.returns = true;
                    return left;
                }

                // ---- guards
                TraceOp::GuardType => {
                    guard!(obj!(i.a).ob_type.as_ptr() as u64 == i.imm, i.x)
                }
                TraceOp::GuardIs => guard!(*registers.add(i.a as usize) == i.imm, i.x),
                TraceOp::GuardIsNot => guard!(*registers.add(i.a as usize) != i.imm, i.x),
                TraceOp::GuardSame => {
                    guard!(
                        *registers.add(i.a as usize) == *registers.add(i.b as usize),
                        i.x
                    )
                }
                TraceOp::GuardTrue => branch!(*registers.add(i.a as usize) != 0, i.x),
                TraceOp::GuardFalse => branch!(*registers.add(i.a as usize) == 0, i.x),
                TraceOp::IntLtT => branch!(int!(i.a) < int!(i.b), i.x),
                TraceOp::IntLeT => branch!(int!(i.a) <= int!(i.b), i.x),
                TraceOp::IntEqT => branch!(int!(i.a) == int!(i.b), i.x),
                TraceOp::IntNeT => branch!(int!(i.a) != int!(i.b), i.x),
                TraceOp::FloatLtT => branch!(float!(i.a) < float!(i.b), i.x),
                TraceOp::FloatLeT => branch!(float!(i.a) <= float!(i.b), i.x),
                TraceOp::FloatEqT => branch!(float!(i.a) == float!(i.b), i.x),
                TraceOp::FloatNeT => branch!(float!(i.a) != float!(i.b), i.x),
                TraceOp::FloatLtF => branch!(!(float!(i.a) < float!(i.b)), i.x),
                TraceOp::FloatLeF => branch!(!(float!(i.a) <= float!(i.b)), i.x),
                TraceOp::GuardCode => {
                    let f = &*ptr!(i.a).cast::<PyFunctionObject>();
                    let globals = fragment.consts[i.aux as usize].ptr();
                    guard!(
                        f.func_code.as_ptr() as u64 == i.imm && f.func_globals.as_ptr() == globals,
                        i.x
                    )
                }
                TraceOp::GuardValid => {
                    activation.ran = false;
                    if let Some(frame) = activation.forced {
                        return leave_forced(activation, fragment, frame);
                    }
                    // An observer may have been installed by what ran.
                    if !tree.valid.get()
                        || (*activation.cframe).use_tracing.get() != 0
                        || CHECKED && checks::fails(fragment, i)
                    {
                        return leave(activation, fragment, u32::from(i.x), false);
                    }
                }
                TraceOp::GuardBreaker => {
                    guard!(!breaker::is_requested() && tree.valid.get(), i.x)
                }
                TraceOp::GuardInline => {
                    guard!(dict::instance_values_unchecked(obj!(i.a)).is_some(), i.x)
                }
                TraceOp::GuardNoAttr => {
                    let ty = &*(i.imm as *const PyHeapTypeObject);
                    guard!(
                        (*ty.ht_cached_keys.get()).dk_version.get() == i.aux
                            && dict::instance_values_unchecked(obj!(i.a)).is_some(),
                        i.x
                    )
                }
                TraceOp::GuardBuiltin => {
                    let f = &*ptr!(i.a).cast::<PyCFunctionObject>();
                    guard!(f.m_ml.get() as u64 == i.imm, i.x)
                }
                TraceOp::GuardNoDict => {
                    let dict = ptr!(i.a).cast::<u8>().add(i.imm as usize);
                    guard!((*dict.cast::<*mut PyObject>()).is_null(), i.x)
                }
                TraceOp::Truth => {
                    // It runs nothing, and does not raise.
                    set!(i.d, protocol::truth(obj!(i.a)).unwrap_or(true))
                }
                TraceOp::GuardTupleLen => {
                    let t = &*ptr!(i.a).cast::<PyTupleObject>();
                    guard!(t.len() == i.imm as usize, i.x)
                }
                TraceOp::GuardListLen => {
                    let l = &*ptr!(i.a).cast::<PyListObject>();
                    guard!(l.len() == i.imm as usize, i.x)
                }
                TraceOp::GuardKeys => {
                    let d = &*(i.imm as *const PyDictObject);
                    guard!(
                        d.has_keys_version(i.aux) && d.entry_value(i.c as usize).is_some(),
                        i.x
                    )
                }
                TraceOp::GuardGen => guard!(is_suspended(obj!(i.a), i), i.x),
                TraceOp::GuardGenSlots => guard!(has_slots(obj!(i.a), i), i.x),
                TraceOp::GenEnter | TraceOp::GenPeekEnter => {
                    if i.op == TraceOp::GenPeekEnter {
                        let frame = (*ptr!(i.a).cast::<PyGenObject>()).frame();
                        set!(i.d, *frame.local_ptr(i.imm as usize));
                        pc = pc.add(1);
                    }
                    let i = &*pc;
                    let generator = obj!(i.a);
                    guard!(is_suspended(generator, i), i.x);
                    pc = pc.add(1);
                    guard!(has_slots(generator, &*pc), (*pc).x);
                    pc = pc.add(1);
                    hotpy_vm::eval::enter_generator(activation.ts, generator.cast());
                }
                TraceOp::GenResume => {
                    let g = &*ptr!(i.a).cast::<PyGenObject>();
                    hotpy_vm::eval::enter_generator(activation.ts, g);
                }
                TraceOp::GenPeek => {
                    let frame = (*ptr!(i.a).cast::<PyGenObject>()).frame();
                    set!(i.d, *frame.local_ptr(i.imm as usize));
                }
                TraceOp::GenTake => {
                    let frame = (*ptr!(i.a).cast::<PyGenObject>()).frame();
                    let slot = frame.local_ptr(i.imm as usize);
                    set!(i.d, *slot);
                    *slot = std::ptr::null_mut();
                }
                TraceOp::GenPut => {
                    let frame = (*ptr!(i.a).cast::<PyGenObject>()).frame();
                    *frame.local_ptr(i.imm as usize) = ptr!(i.b);
                }
                TraceOp::GenSuspend => {
                    let g = &*ptr!(i.a).cast::<PyGenObject>();
                    let frame = g.frame();
                    let first = frame.code().first_instr();
                    frame.prev_instr.set(first.add(i.imm as u32 as usize));
                    frame.stacktop.set((i.imm >> 32) as i32);
                    g.gi_frame_state.set(flags::frame_state::SUSPENDED);
                    hotpy_vm::eval::leave_generator(activation.ts, g);
                }
                TraceOp::GenEnd => {
                    activation.ran = true;
                    activation.snap = u32::from(i.x);
                    let g = &*ptr!(i.a).cast::<PyGenObject>();
                    helpers::end_generator(activation.ts, g, i.imm as usize);
                    past_valid!(i);
                }
                TraceOp::GuardShared => guard!(obj!(i.a).ob_refcnt.get() > 1, i.x),

                // ---- unboxing and boxing
                TraceOp::UnboxInt => {
                    let o = obj!(i.a);
                    guard!(o.is_exact::<PyLongObject>(), i.x);
                    match o.cast::<PyLongObject>().double() {
                        Some(n) => set!(i.d, n),
                        None => exit!(i.x),
                    }
                }
                TraceOp::UnboxFloat => {
                    let o = obj!(i.a);
                    guard!(o.is_exact::<PyFloatObject>(), i.x);
                    set_float!(i.d, o.cast::<PyFloatObject>().value());
                }
                TraceOp::UnboxBool => {
                    let o = obj!(i.a);
                    let truth = boolean::is_true(o);
                    guard!(truth || boolean::is_false(o), i.x);
                    set!(i.d, truth);
                }
                TraceOp::BoxInt => set!(i.d, made!(int::from_i64(int!(i.a))).into_raw()),
                TraceOp::BoxFloat => set!(i.d, made!(float::from_f64(float!(i.a))).into_raw()),
                TraceOp::BoxBool => {
                    // Not counted: whoever keeps it counts.
                    set!(i.d, boolean::from(int!(i.a) != 0).as_ptr())
                }
                TraceOp::IntToFloat => set_float!(i.d, int!(i.a) as f64),
                TraceOp::IntToFloatExact => {
                    let n = int!(i.a);
                    guard!(n.unsigned_abs() <= LARGEST_EXACT, i.x);
                    set_float!(i.d, n as f64);
                }
                TraceOp::BoolToInt => set!(i.d, *registers.add(i.a as usize)),
                TraceOp::IntTruth => set!(i.d, u64::from(int!(i.a) != 0)),
                TraceOp::FloatTruth => set!(i.d, u64::from(float!(i.a) != 0.0)),

                // ---- ints
                TraceOp::IntAdd => checked!(i, checked_add),
                TraceOp::IntSub => checked!(i, checked_sub),
                TraceOp::IntMul => checked!(i, checked_mul),
                TraceOp::IntFloorDiv => {
                    let (a, b) = (int!(i.a), int!(i.b));
                    guard!(b != 0 && !(b == -1 && a == i64::MIN), i.x);
                    set!(i.d, floor_div(a, b));
                }
                TraceOp::IntMod => {
                    let (a, b) = (int!(i.a), int!(i.b));
                    guard!(b != 0 && b != -1 || b == -1 && a != i64::MIN, i.x);
                    set!(i.d, floor_mod(a, b));
                }
                TraceOp::IntAnd => set!(i.d, int!(i.a) & int!(i.b)),
                TraceOp::IntOr => set!(i.d, int!(i.a) | int!(i.b)),
                TraceOp::IntXor => set!(i.d, int!(i.a) ^ int!(i.b)),
                TraceOp::IntShl => {
                    let (a, b) = (int!(i.a), int!(i.b));
                    guard!(
                        (0..62).contains(&b) && a.unsigned_abs() < 1u64 << (62 - b),
                        i.x
                    );
                    set!(i.d, a << b);
                }
                TraceOp::IntShr => {
                    let (a, b) = (int!(i.a), int!(i.b));
                    guard!(b >= 0, i.x);
                    set!(i.d, a >> b.min(63));
                }
                TraceOp::IntNeg => match int!(i.a).checked_neg() {
                    Some(n) => set!(i.d, n),
                    None => exit!(i.x),
                },
                TraceOp::IntInvert => set!(i.d, !int!(i.a)),
                TraceOp::IntLt => compare!(i, int, <),
                TraceOp::IntLe => compare!(i, int, <=),
                TraceOp::IntEq => compare!(i, int, ==),
                TraceOp::IntNe => compare!(i, int, !=),
                TraceOp::IntGt => compare!(i, int, >),
                TraceOp::IntGe => compare!(i, int, >=),

                // ---- floats
                TraceOp::FloatAdd => set_float!(i.d, float!(i.a) + float!(i.b)),
                TraceOp::FloatSub => set_float!(i.d, float!(i.a) - float!(i.b)),
                TraceOp::FloatMul => set_float!(i.d, float!(i.a) * float!(i.b)),
                TraceOp::FloatDiv => {
                    let b = float!(i.b);
                    guard!(b != 0.0, i.x);
                    set_float!(i.d, float!(i.a) / b);
                }
                TraceOp::FloatFloorDiv => {
                    let b = float!(i.b);
                    guard!(b != 0.0, i.x);
                    set_float!(i.d, float::floordiv(float!(i.a), b).unwrap_or(0.0));
                }
                TraceOp::FloatMod => {
                    let b = float!(i.b);
                    guard!(b != 0.0, i.x);
                    set_float!(i.d, float::rem(float!(i.a), b).unwrap_or(0.0));
                }
                TraceOp::FloatPow => match float::plain_pow(float!(i.a), float!(i.b)) {
                    Some(x) => set_float!(i.d, x),
                    None => exit!(i.x),
                },
                TraceOp::FloatNeg => set_float!(i.d, -float!(i.a)),
                TraceOp::FloatLt => compare!(i, float, <),
                TraceOp::FloatLe => compare!(i, float, <=),
                TraceOp::FloatEq => compare!(i, float, ==),
                TraceOp::FloatNe => compare!(i, float, !=),
                TraceOp::FloatGt => compare!(i, float, >),
                TraceOp::FloatGe => compare!(i, float, >=),

                TraceOp::Not => set!(i.d, *registers.add(i.a as usize) ^ 1),
                TraceOp::Is => set!(i.d, u64::from(ptr!(i.a) == ptr!(i.b))),

                // ---- reading the heap
                TraceOp::AttrLoad | TraceOp::AttrLoadInt => {
                    let found = dict::instance_values_unchecked(obj!(i.a))
                        .map_or(std::ptr::null_mut(), |v| v.slot(i.imm as usize).as_ptr());
                    guard!(!found.is_null(), i.x);
                    set!(i.d, found);
                    if i.op == TraceOp::AttrLoadInt {
                        unbox_next!(found);
                    }
                }
                TraceOp::AttrDict => {
                    let found = helpers::dict_at(obj!(i.a), i.imm);
                    match found {
                        Some(d) if !(CHECKED && checks::fails(fragment, &*pc)) => {
                            set!(i.d, d.as_ptr())
                        }
                        _ => exit!(i.x),
                    }
                }
                TraceOp::AttrDictItem => match helpers::dict_at(obj!(i.a), i.imm) {
                    Some(d) if !(CHECKED && checks::fails(fragment, &*pc)) => {
                        set!(i.d, d.as_ptr());
                        pc = pc.add(1);
                        let i = &*pc;
                        let key = &*(i.imm as *const PyObject);
                        match helpers::dict_get(d, key).flatten() {
                            Some(v) if !(CHECKED && checks::fails(fragment, &*pc)) => {
                                set!(i.d, v.as_ptr())
                            }
                            _ => exit!(i.x),
                        }
                    }
                    _ => exit!(i.x),
                },
                TraceOp::SlotLoad => {
                    let found = *ptr!(i.a).byte_add(i.imm as usize).cast::<*mut PyObject>();
                    guard!(!found.is_null(), i.x);
                    set!(i.d, found);
                }
                TraceOp::SeqIndex => {
                    let index = (*ptr!(i.a).cast::<iterators::seqiterobject>())
                        .it_index
                        .get();
                    guard!(index != isize::MAX, i.x);
                    set!(i.d, index);
                }
                TraceOp::SeqEnd => {
                    activation.ran = true;
                    activation.snap = u32::from(i.x);
                    let it = &*ptr!(i.a).cast::<iterators::seqiterobject>();
                    it.it_seq.set(None);
                    past_valid!(i);
                }
                TraceOp::SeqPut => {
                    let it = &*ptr!(i.a).cast::<iterators::seqiterobject>();
                    it.it_index.set(int!(i.b) as isize);
                }
                TraceOp::TypeAttr => {
                    let f = &*ptr!(i.a).cast::<PyFunctionObject>();
                    let cell = f
                        .func_closure
                        .get()
                        .and_then(|c| c.cast::<PyTupleObject>().items().get(i.imm as usize))
                        .map_or(std::ptr::null_mut(), |c| c.as_ptr());
                    guard!(!cell.is_null(), i.x);
                    set!(i.d, cell);
                }
                TraceOp::ListItem | TraceOp::ListItemInt => {
                    let l = &*ptr!(i.a).cast::<PyListObject>();
                    match index_in(int!(i.b), l.len()) {
                        Some(k) if !(CHECKED && checks::fails(fragment, &*pc)) => {
                            let found = *l.data().add(k);
                            set!(i.d, found);
                            if i.op == TraceOp::ListItemInt {
                                unbox_next!(found);
                            }
                        }
                        _ => exit!(i.x),
                    }
                }
                TraceOp::ListIndex => {
                    let l = &*ptr!(i.a).cast::<PyListObject>();
                    match index_in(int!(i.b), l.len()) {
                        Some(k) => set!(i.d, k),
                        None => exit!(i.x),
                    }
                }
                TraceOp::TupleItem | TraceOp::TupleItemInt => {
                    let t = &*ptr!(i.a).cast::<PyTupleObject>();
                    match index_in(int!(i.b), t.len()) {
                        Some(k) => {
                            let found = t.items().get_unchecked(k).as_ptr();
                            set!(i.d, found);
                            if i.op == TraceOp::TupleItemInt {
                                unbox_next!(found);
                            }
                        }
                        None => exit!(i.x),
                    }
                }
                TraceOp::TupleAt => {
                    let t = &*ptr!(i.a).cast::<PyTupleObject>();
                    set!(i.d, t.items().get_unchecked(i.imm as usize).as_ptr());
                }
                TraceOp::ListAt => {
                    let l = &*ptr!(i.a).cast::<PyListObject>();
                    set!(i.d, *l.data().add(i.imm as usize));
                }
                TraceOp::LenList => set!(i.d, (*ptr!(i.a).cast::<PyListObject>()).len()),
                TraceOp::LenTuple => set!(i.d, (*ptr!(i.a).cast::<PyTupleObject>()).len()),
                TraceOp::LenStr => set!(i.d, (*ptr!(i.a).cast::<Str>()).len()),
                TraceOp::LenDict => set!(i.d, (*ptr!(i.a).cast::<PyDictObject>()).len()),
                TraceOp::StrItem => {
                    let text = &*ptr!(i.a).cast::<Str>();
                    match index_in(int!(i.b), text.len()) {
                        Some(k) => set!(i.d, made!(str_::from_char(text.char_at(k))).into_raw()),
                        None => exit!(i.x),
                    }
                }
                TraceOp::StrOrd => {
                    let text = &*ptr!(i.a).cast::<Str>();
                    guard!(text.len() == 1, i.x);
                    set!(i.d, text.char_at(0));
                }
                TraceOp::StrChr => {
                    let n = int!(i.a);
                    guard!((0..0x11_0000).contains(&n), i.x);
                    set!(i.d, made!(str_::from_char(n as u32)).into_raw());
                }
                TraceOp::BytesItem => {
                    let bytes = (*ptr!(i.a).cast::<PyBytesObject>()).as_slice();
                    match index_in(int!(i.b), bytes.len()) {
                        Some(k) => set!(i.d, *bytes.get_unchecked(k)),
                        None => exit!(i.x),
                    }
                }
                TraceOp::StrOrder => {
                    let (a, b) = (&*ptr!(i.a).cast::<Str>(), &*ptr!(i.b).cast::<Str>());
                    set!(i.d, u64::from(helpers::str_order(i.imm, a, b)))
                }
                TraceOp::StrIn => {
                    let (a, b) = (&*ptr!(i.a).cast::<Str>(), &*ptr!(i.b).cast::<Str>());
                    set!(i.d, u64::from(helpers::str_in(a, b)))
                }
                TraceOp::StrEq => set!(i.d, u64::from(str_equal(ptr!(i.a), ptr!(i.b)))),
                TraceOp::StrEqConst => {
                    set!(i.d, u64::from(str_equal(ptr!(i.a), i.imm as *mut PyObject)))
                }
                TraceOp::StrEqTest => test_next!(str_equal(ptr!(i.a), ptr!(i.b))),
                TraceOp::StrEqConstTest => {
                    test_next!(str_equal(ptr!(i.a), i.imm as *mut PyObject))
                }
                TraceOp::DictItem | TraceOp::DictItemConst => {
                    let key = match i.op {
                        TraceOp::DictItem => obj!(i.b),
                        _ => &*(i.imm as *const PyObject),
                    };
                    let found = helpers::dict_get(&*ptr!(i.a).cast(), key);
                    match found.flatten() {
                        Some(v) if !(CHECKED && checks::fails(fragment, &*pc)) => {
                            set!(i.d, v.as_ptr())
                        }
                        _ => exit!(i.x),
                    }
                }
                TraceOp::DictGet => match helpers::dict_get(&*ptr!(i.a).cast(), obj!(i.b)) {
                    Some(found) if !(CHECKED && checks::fails(fragment, &*pc)) => {
                        set!(i.d, found.map_or(ptr!(i.c), PyObject::as_ptr))
                    }
                    _ => exit!(i.x),
                },
                TraceOp::DictHas | TraceOp::DictHasConst => {
                    let key = match i.op {
                        TraceOp::DictHas => obj!(i.b),
                        _ => &*(i.imm as *const PyObject),
                    };
                    match helpers::dict_get(&*ptr!(i.a).cast(), key) {
                        Some(found) if !(CHECKED && checks::fails(fragment, &*pc)) => {
                            set!(i.d, u64::from(found.is_some()))
                        }
                        _ => exit!(i.x),
                    }
                }
                TraceOp::SetHas => match helpers::set_has(&*ptr!(i.a).cast(), obj!(i.b)) {
                    Some(found) if !(CHECKED && checks::fails(fragment, &*pc)) => {
                        set!(i.d, u64::from(found))
                    }
                    _ => exit!(i.x),
                },
                TraceOp::GlobalLoad => {
                    let d = &*(i.imm as *const PyDictObject);
                    let found = if d.has_keys_version(i.aux) {
                        d.entry_value(i.c as usize)
                    } else {
                        None
                    };
                    match found {
                        Some(v) => set!(i.d, v.as_ptr()),
                        None => exit!(i.x),
                    }
                }
                TraceOp::CellLoad => {
                    let found = (*ptr!(i.a).cast::<PyCellObject>()).ob_ref.as_ptr();
                    guard!(!found.is_null(), i.x);
                    set!(i.d, found);
                }
                TraceOp::MethodSelf => {
                    set!(i.d, (*ptr!(i.a).cast::<PyMethodObject>()).im_self.as_ptr())
                }
                TraceOp::MethodFunc => {
                    set!(i.d, (*ptr!(i.a).cast::<PyMethodObject>()).im_func.as_ptr())
                }

                // ---- iteration
                TraceOp::RangeNext => {
                    let it = &*ptr!(i.a).cast::<range::rangeiterobject>();
                    let index = it.index.get();
                    guard!(index < it.len.get(), i.x);
                    it.index.set(index + 1);
                    set!(
                        i.d,
                        it.start
                            .get()
                            .wrapping_add(index.wrapping_mul(it.step.get()))
                    );
                }
                TraceOp::RangeEnd => {
                    let it = &*ptr!(i.a).cast::<range::rangeiterobject>();
                    guard!(it.index.get() >= it.len.get(), i.x);
                }
                TraceOp::ListNext | TraceOp::ListNextInt => {
                    let it = &*ptr!(i.a).cast::<list::listiterobject>();
                    let index = it.it_index.get() as usize;
                    match it.it_seq.get() {
                        Some(l)
                            if index < l.len() && !(CHECKED && checks::fails(fragment, &*pc)) =>
                        {
                            it.it_index.set(index as isize + 1);
                            let found = *l.data().add(index);
                            set!(i.d, found);
                            if i.op == TraceOp::ListNextInt {
                                unbox_next!(found);
                            }
                        }
                        _ => exit!(i.x),
                    }
                }
                TraceOp::TupleNext | TraceOp::TupleNextInt => {
                    let it = &*ptr!(i.a).cast::<tuple::tupleiterobject>();
                    let index = it.it_index.get() as usize;
                    match it.it_seq.get() {
                        Some(t) if index < t.len() => {
                            it.it_index.set(index as isize + 1);
                            let found = t.items().get_unchecked(index).as_ptr();
                            set!(i.d, found);
                            if i.op == TraceOp::TupleNextInt {
                                unbox_next!(found);
                            }
                        }
                        _ => exit!(i.x),
                    }
                }
                TraceOp::ListIterEnd => {
                    let it = &*ptr!(i.a).cast::<list::listiterobject>();
                    let shared = i.imm != 0 || it.ob_base.ob_refcnt.get() > 1;
                    let ended = match it.it_seq.get() {
                        None => true,
                        // Who else has the iterator finds it at its end; what it went over must not go here.
                        Some(s) => {
                            it.it_index.get() as usize >= s.len()
                                && !(shared && (*s.as_ptr()).ob_refcnt.get() == 1)
                        }
                    };
                    guard!(ended, i.x);
                    if shared {
                        it.it_seq.set(None);
                    }
                }
                TraceOp::TupleIterEnd => {
                    let it = &*ptr!(i.a).cast::<tuple::tupleiterobject>();
                    let shared = i.imm != 0 || it.ob_base.ob_refcnt.get() > 1;
                    let ended = match it.it_seq.get() {
                        None => true,
                        // Who else has the iterator finds it at its end; what it went over must not go here.
                        Some(s) => {
                            it.it_index.get() as usize >= s.len()
                                && !(shared && (*s.as_ptr()).ob_refcnt.get() == 1)
                        }
                    };
                    guard!(ended, i.x);
                    if shared {
                        it.it_seq.set(None);
                    }
                }
                TraceOp::NumberNext => {
                    guard!(true, i.x);
                    match helpers::next_numbered(obj!(i.a)) {
                        Ok((n, item)) => {
                            set!(i.d, n);
                            activation.second = item.into_raw();
                        }
                        Err(Next::Raised) => {
                            return leave_raising(activation, fragment, u32::from(i.x));
                        }
                        Err(_) => exit!(i.x),
                    }
                }
                TraceOp::IterNext | TraceOp::PairNext => {
                    activation.snap = u32::from(i.x);
                    let found = if i.op == TraceOp::PairNext {
                        helpers::next_pair(obj!(i.a)).map_or_else(
                            |other| other,
                            |(key, value)| {
                                activation.second = value.into_raw();
                                Next::Item(key)
                            },
                        )
                    } else {
                        helpers::next(obj!(i.a))
                    };
                    // Native code that lets go of the GIL, as files do, makes the state real.
                    if activation.forced.is_some() {
                        return finish_step(activation, fragment, found);
                    }
                    match found {
                        Next::Item(item) => set!(i.d, item.into_raw()),
                        Next::Refused => exit!(i.x),
                        Next::Raised => {
                            return leave_raising(activation, fragment, u32::from(i.x));
                        }
                        // It may be asked again.
                        Next::End if helpers::is_at_end(obj!(i.a), true) => exit!(i.x),
                        Next::End => {
                            // The interpreter will ask again: an iterator that is at its end stands in, for this one may not be asked twice.
                            let empty = made!(tuple::iter(&tuple::empty()));
                            let old = ptr!(i.a);
                            set!(i.a, empty.into_raw());
                            PyObject::decref(old);
                            if let Some(frame) = activation.forced {
                                return leave_forced(activation, fragment, frame);
                            }
                            exit!(i.x);
                        }
                    }
                }

                TraceOp::IterEnd => {
                    guard!(true, i.x);
                    guard!(helpers::is_at_end(obj!(i.a), i.imm != 0), i.x);
                }

                TraceOp::PairSecond => set!(i.d, activation.second),

                // ---- counts
                TraceOp::IncRef => obj!(i.a).incref(),
                TraceOp::IncRefConst => (*(i.imm as *const PyObject)).incref(),
                TraceOp::DecRefPlain => {
                    PyObject::decref(ptr!(i.a));
                    past_valid!(i);
                }
                TraceOp::DecRef => {
                    let object = obj!(i.a);
                    let count = object.ob_refcnt.get();
                    if count > 1 {
                        object.ob_refcnt.set(count - 1);
                    } else {
                        activation.ran = true;
                        activation.snap = u32::from(i.x);
                        PyObject::decref(ptr!(i.a));
                    }
                    past_valid!(i);
                }

                // ---- writing the heap
                TraceOp::AttrStore => {
                    activation.ran = true;
                    activation.snap = u32::from(i.x);
                    let value = Ref::from_owned(ptr!(i.b));
                    match dict::instance_values_unchecked(obj!(i.a)) {
                        Some(values) => dict::set_inline_value(values, i.imm as usize, value),
                        None => unreachable!("guarded"),
                    }
                    past_valid!(i);
                }
                TraceOp::AttrPut => {
                    let value = Ref::from_owned(ptr!(i.b));
                    match dict::instance_values_unchecked(obj!(i.a)) {
                        Some(values) => dict::set_inline_value(values, i.imm as usize, value),
                        None => unreachable!("guarded"),
                    }
                }
                TraceOp::SlotStore => {
                    activation.ran = true;
                    activation.snap = u32::from(i.x);
                    let slot = ptr!(i.a).byte_add(i.imm as usize).cast::<*mut PyObject>();
                    let old = slot.replace(ptr!(i.b));
                    drop(Ref::from_owned_opt(old));
                    past_valid!(i);
                }
                TraceOp::ListStore => {
                    activation.ran = true;
                    activation.snap = u32::from(i.x);
                    let l = &*ptr!(i.a).cast::<PyListObject>();
                    l.set_unchecked(int!(i.b) as usize, Ref::from_owned(ptr!(i.c)));
                }
                TraceOp::ListPush => {
                    let l = &*ptr!(i.a).cast::<PyListObject>();
                    if l.make_room().is_err() {
                        if i.imm != 0 {
                            PyObject::decref(ptr!(i.b));
                        }
                        return leave_raising(activation, fragment, u32::from(i.x));
                    }
                    l.push_unchecked(Ref::from_owned(ptr!(i.b)));
                }
                TraceOp::SetPut => {
                    guard!(true, i.x);
                    match helpers::set_put(&*ptr!(i.a).cast(), obj!(i.b)) {
                        Some(Ok(())) => {}
                        None => exit!(i.x),
                        Some(Err(Raised)) => {
                            return leave_raising(activation, fragment, u32::from(i.x));
                        }
                    }
                }
                TraceOp::SetPutInt => {
                    guard!(true, i.x);
                    match (*ptr!(i.a).cast::<PySetObject>()).add_int_quietly(int!(i.b)) {
                        Some(Ok(())) => {}
                        None => exit!(i.x),
                        Some(Err(Raised)) => {
                            return leave_raising(activation, fragment, u32::from(i.x));
                        }
                    }
                }
                TraceOp::GlobalStore => {
                    activation.ran = true;
                    activation.snap = u32::from(i.x);
                    let d = &*(i.imm as *const PyDictObject);
                    d.set_entry_value(i.c as usize, Ref::from_owned(ptr!(i.a)));
                    past_valid!(i);
                }
                TraceOp::CellStore => {
                    activation.ran = true;
                    activation.snap = u32::from(i.x);
                    let cell = &*ptr!(i.a).cast::<PyCellObject>();
                    cell.ob_ref.set(Some(Ref::from_owned(ptr!(i.b))));
                    past_valid!(i);
                }

                // ---- objects made
                TraceOp::NewInstance => {
                    let class = &*(i.imm as *const PyTypeObject);
                    let made = match class.tp_alloc.get() {
                        Some(alloc) => alloc(class, 0),
                        None => Err(Raised),
                    };
                    match made {
                        Ok(object) => set!(i.d, object.into_raw()),
                        Err(Raised) => {
                            return leave_raising(activation, fragment, u32::from(i.x));
                        }
                    }
                }
                TraceOp::NewTuple => {
                    let count = i.b as usize;
                    let new = made!({
                        let new = tuple::new_uninit(count);
                        if new.is_null() { Err(Raised) } else { Ok(new) }
                    });
                    let items = tuple::items_ptr(new);
                    for k in 0..count {
                        let r = *fragment.args.get_unchecked(i.aux as usize + k);
                        *items.add(k) = operand!(r);
                    }
                    set!(i.d, tuple::finish(new).into_raw());
                }
                TraceOp::NewSlice => {
                    let [a, b, c] = [i.a, i.b, i.c].map(|r| Ref::<PyObject>::from_owned(ptr!(r)));
                    set!(i.d, made!(slice::new(&a, &b, &c)).into_raw());
                }
                TraceOp::NewMethod => {
                    let [f, this] = [i.a, i.b].map(|r| Ref::<PyObject>::from_owned(ptr!(r)));
                    set!(i.d, made!(method::new(&f, &this)).into_raw());
                }
                TraceOp::NewCell => {
                    let held = Ref::<PyObject>::from_owned(ptr!(i.a));
                    set!(i.d, made!(cell::new(Some(held.clone()))).into_raw());
                }
                TraceOp::NewFunction => {
                    let at = fragment.args.as_ptr().add(i.aux as usize);
                    let parts: SmallVec<[&PyObject; 8]> =
                        (0..i.b as usize).map(|k| &*operand!(*at.add(k))).collect();
                    set!(i.d, made!(helpers::new_function(&parts)).into_raw());
                    // The cells were the trace's, code and namespaces are constants.
                    for cell in &parts[3..] {
                        PyObject::decref(cell.as_ptr());
                    }
                }
                TraceOp::NewEmptyCell => set!(i.d, made!(cell::new(None)).into_raw()),
                TraceOp::SliceGet => {
                    let (start, stop) = (int!(i.b) as isize, int!(i.c) as isize);
                    match helpers::slice(i.imm, obj!(i.a), start, stop) {
                        Ok(made) => set!(i.d, made.into_raw()),
                        Err(Raised) => {
                            return leave_raising(activation, fragment, u32::from(i.x));
                        }
                    }
                }
                TraceOp::LongScale => {
                    match int::scale(obj!(i.a).cast::<PyLongObject>(), int!(i.b)) {
                        Ok(made) => set!(i.d, made.into_raw()),
                        Err(Raised) => {
                            return leave_raising(activation, fragment, u32::from(i.x));
                        }
                    }
                }
                TraceOp::SliceSet => {
                    activation.ran = true;
                    activation.snap = u32::from(i.x);
                    let list = &*ptr!(i.a).cast::<PyListObject>();
                    let r = *fragment.args.get_unchecked(i.aux as usize);
                    let (start, stop) = (int!(i.b) as isize, int!(i.c) as isize);
                    let done = helpers::set_slice(list, start, stop, &*ptr!(r).cast());
                    if activation.forced.is_some() {
                        let done = done.map(|()| singletons::none());
                        return finish_forced(activation, fragment, u32::from(i.x), done);
                    }
                    if done.is_err() {
                        return leave_raising(activation, fragment, u32::from(i.x));
                    }
                    past_valid!(i);
                }
                TraceOp::StrAppend => {
                    let left = Ref::<Str>::from_owned(ptr!(i.a).cast());
                    match str_::append(left, &*ptr!(i.b).cast::<Str>()) {
                        Ok(text) => set!(i.d, text.into_raw()),
                        Err(Raised) => {
                            return leave_raising(activation, fragment, u32::from(i.x));
                        }
                    }
                }

                // ---- exceptions
                TraceOp::ExcFetch => {
                    activation.snap = u32::from(i.x);
                    // An observer, installed meanwhile, wants to see the exception.
                    if (*activation.cframe).use_tracing.get() != 0 {
                        return leave_raising(activation, fragment, u32::from(i.x));
                    }
                    match helpers::fetch_exception(activation.ts) {
                        Some(exception) => set!(i.d, exception.into_raw()),
                        None => return leave_raising(activation, fragment, u32::from(i.x)),
                    }
                }
                TraceOp::ExcPush => {
                    let exception = obj!(i.a).to_ref();
                    let info = &*activation.ts.exc_info.get();
                    let before = info.exc_value.replace(Some(exception));
                    set!(i.d, before.unwrap_or_else(singletons::none).into_raw());
                }
                TraceOp::ExcPop => {
                    let before = Ref::<PyObject>::from_owned(ptr!(i.a));
                    let before = Some(before).filter(|b| !singletons::is_none(b));
                    let info = &*activation.ts.exc_info.get();
                    let handled = info.exc_value.replace(before);
                    set!(i.d, handled.unwrap_or_else(singletons::none).into_raw());
                }
                TraceOp::GuardLast => {
                    let object = obj!(i.a);
                    let count = object.ob_refcnt.get();
                    if count > 1 {
                        // Somebody else has the exception, who may look at its traceback.
                        object.ob_refcnt.set(count - 1);
                        let mut left = leave(activation, fragment, u32::from(i.x), false);
                        left.exit = None;
                        return left;
                    }
                }

                // ---- everything else
                TraceOp::Call | TraceOp::CallRaises => {
                    activation.ran = true;
                    activation.snap = u32::from(i.x);
                    let count = i.b as usize;
                    let mut few = [const { std::mem::MaybeUninit::<*mut PyObject>::uninit() }; 8];
                    let many: Vec<*mut PyObject>;
                    let at = fragment.args.as_ptr().add(i.aux as usize);
                    let args: *const *mut PyObject = if count <= 8 {
                        for k in 0..count {
                            few[k].write(operand!(*at.add(k)));
                        }
                        few.as_ptr().cast()
                    } else {
                        many = (0..count).map(|k| operand!(*at.add(k))).collect();
                        many.as_ptr()
                    };
                    let args: &[&PyObject] = if count == 0 {
                        &[]
                    } else {
                        std::slice::from_raw_parts(args.cast(), count)
                    };
                    let result =
                        helpers::run(Helper::from_number(i.imm as u8), (i.imm >> 32) as u32, args);
                    if activation.forced.is_some() {
                        return finish_forced(activation, fragment, u32::from(i.x), result);
                    }
                    match result {
                        Ok(value) if i.op == TraceOp::Call => set!(i.d, value.into_raw()),
                        // Nothing was done: the interpreter makes the call.
                        Err(Raised) if errors::occurred().is_none() => {
                            let mut left = leave(activation, fragment, u32::from(i.x), false);
                            left.exit = None;
                            return left;
                        }
                        Err(Raised) if i.op == TraceOp::Call => raised!(i.x),
                        Err(Raised) => {}
                        Ok(value) => {
                            let value = value.into_raw();
                            set!(i.d, value);
                            side!(i.x);
                            let frame = exits::build(activation, fragment, u32::from(i.x));
                            activation.forced = Some(frame);
                            let x = u32::from(i.x);
                            let value = Ref::from_owned(value);
                            let mut left = finish_forced(activation, fragment, x, Ok(value));
                            left.exit = Some((fragment, x));
                            left.outcome = Outcome::Completed(i.d);
                            return left;
                        }
                    }
                    past_valid!(i);
                }

                TraceOp::CopyObj
                | TraceOp::CopyInt
                | TraceOp::CopyFloat
                | TraceOp::CopyBool
                | TraceOp::Nop
                | TraceOp::InObj
                | TraceOp::InInt
                | TraceOp::InFloat
                | TraceOp::InBool
                | TraceOp::LoopStart
                | TraceOp::PhiObj
                | TraceOp::PhiInt
                | TraceOp::PhiFloat
                | TraceOp::PhiBool => unreachable!("has no code"),
            }
            pc = pc.add(1);
        }
    }
}
