//! The interpreter loop. [`run`] executes a frame, and every frame that its bytecode enters, until the first one is left.
//!
//! `frame`, `ip` and `sp` live in registers between two bytecodes and are written back (`save!`) before anything that may look at the
//! frame from outside; `frame.prev_instr` is written at every instruction. Bodies that are more than a few lines, and all that is
//! slow, are functions of the family's file. A body ends by going to the next instruction, by entering or leaving a frame, or with an `Event`.

mod async_ops;
mod atomic;
mod attributes;
mod build;
mod except_star;
mod exceptions;
mod imports;
mod iteration;
mod matching;
mod namespace;
mod operators;
mod quicken;
mod rare;
mod subscript;
mod support;

pub use attributes::load_attr;
pub use build::{format_value_natively, list_extend_natively};
pub use iteration::runs_python;
pub(crate) use iteration::{asks_by_tasks, asks_python, native_step};
pub(crate) use operators::with_comparison;

use crate::breaker;
use crate::calls::{self, Outcome};
use crate::eval::leave_generator;
use crate::events;
use crate::frames::{self, ReturnTo};
use crate::tracing::{self, Place};
use hotpy_isa::Op;
use hotpy_objects::flags::{frame_state, owner};
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use std::ptr;
pub(crate) use support::resume_frame;
use support::*;

/// Why the dispatch loop was left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// An exception is set; the instruction at `prev_instr` raised it.
    Error,
    /// An exception is set that already has this frame in its traceback.
    Reraise,
    /// An exception is set that no handler of this frame gets: an observer raised it while the frame was being left.
    Unwind,
}

/// Executes `entry` (the newest frame of its thread, or a generator's) to its end; its value. With `throw` the exception that is set is
/// raised where the frame stands.
///
/// # Safety
/// `entry` is complete and at rest; it is freed when it ends, unless a generator owns it.
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

/// How [`interpret`] ended.
enum Left {
    /// The entry frame has been left.
    Returned(PyResult),
    /// The recorder wanted no more (or there is an exception).
    Stopped(Place),
}

/// Executes bytecode for the recorder, which is shown every instruction before it is executed, until it has seen enough.
///
/// # Safety
/// As for the running frame of [`run`], whose `cframe` it is.
pub unsafe fn run_recorded(ts: &'static PyThreadState, cframe: &_PyCFrame, place: Place) -> Place {
    // SAFETY: passed on.
    match unsafe { interpret::<true>(ts, cframe, place) } {
        Left::Stopped(place) => place,
        Left::Returned(_) => unreachable!("the recorder stops before an entry frame is left"),
    }
}

/// The loop. With `RECORDED` the recorder sees each instruction first, and exceptions end it.
#[inline(never)]
unsafe fn interpret<const RECORDED: bool>(
    ts: &'static PyThreadState,
    cframe: &_PyCFrame,
    place: Place,
) -> Left {
    // SAFETY: as in `run`.
    unsafe {
        let Place {
            mut frame,
            mut ip,
            mut sp,
            event: mut pending,
        } = place;
        let mut reraised_at: *mut u16 = ptr::null_mut();

        macro_rules! leave_entry {
            ($result:expr) => {{
                return Left::Returned($result);
            }};
        }
        'run: loop {
            let event = 'exec: {
                if let Some(event) = pending.take() {
                    break 'exec event;
                }
                let mut op: u8;
                let mut oparg: usize;
                macro_rules! push {
                    ($value:expr) => {{
                        let value: Ref = $value;
                        *sp = value.into_raw();
                        sp = sp.add(1);
                    }};
                }
                macro_rules! pop {
                    () => {{
                        sp = sp.sub(1);
                        Ref::<PyObject>::from_owned(*sp)
                    }};
                }
                // Borrows the object `n` below the end (1 is the top).
                macro_rules! peek {
                    ($n:expr) => {
                        &**sp.sub($n)
                    };
                }
                macro_rules! attempt {
                    ($result:expr) => {
                        match $result {
                            Ok(v) => v,
                            Err(Raised) => break 'exec Event::Error,
                        }
                    };
                }
                // Enters a frame: the caller's registers are saved, `skip` CACHE units are behind us on return.
                // `last` is the new frame, or is called by it through others.
                macro_rules! change_frame {
                    ($new:expr, $last:expr, $return_to:expr) => {{
                        let new: &'static Frame = $new;
                        frame.save_sp(sp);
                        frame.prev_instr.set(ip.sub(1));
                        new.previous.set(frame as *const Frame as *mut Frame);
                        new.return_to.set($return_to as u8);
                        frame = $last;
                        cframe
                            .current_frame
                            .set(frame as *const Frame as *mut Frame);
                        ip = frame.prev_instr.get().add(1);
                        sp = frame.saved_sp();
                        let remaining = ts.recursion_remaining.get() - frames::charge(frame);
                        ts.recursion_remaining.set(remaining);
                        if remaining < 0 {
                            ts.recursion_remaining
                                .set(remaining + frames::charge(frame));
                            if enter_recursion(ts, frame).is_err() {
                                break 'exec Event::Error;
                            }
                        }
                    }};
                }
                macro_rules! enter {
                    ($new:expr, $return_to:expr) => {{
                        let new: &'static Frame = $new;
                        change_frame!(new, new, $return_to);
                        continue;
                    }};
                }
                // Enters a frame in which the exception that is set is raised.
                macro_rules! throw {
                    ($first:expr, $last:expr, $return_to:expr) => {{
                        change_frame!($first, $last, $return_to);
                        break 'exec Event::Error;
                    }};
                }
                // Pushes an outcome's value, or enters its frame; the instruction has `caches` CACHE units.
                macro_rules! finish {
                    ($outcome:expr, $caches:expr) => {
                        match $outcome {
                            Outcome::Value(v) => {
                                push!(v);
                                ip = ip.add($caches);
                            }
                            Outcome::Enter(new) => {
                                ip = ip.add($caches);
                                enter!(new, ReturnTo::Push)
                            }
                            Outcome::EnterInit(new, object) => {
                                ip = ip.add($caches);
                                push!(object);
                                enter!(new, ReturnTo::Init)
                            }
                            Outcome::Raised => break 'exec Event::Error,
                        }
                    };
                }
                // The same for a call; what waits (a signal, another thread) is served after native ones.
                macro_rules! finish_call {
                    ($outcome:expr, $caches:expr) => {
                        match $outcome {
                            Outcome::Value(v) => {
                                push!(v);
                                ip = ip.add($caches);
                                check_breaker!();
                            }
                            other => finish!(other, $caches),
                        }
                    };
                }
                // The same for an operation without a value.
                macro_rules! finish_discard {
                    ($outcome:expr, $caches:expr) => {
                        match $outcome {
                            Outcome::Value(v) => {
                                drop(v);
                                ip = ip.add($caches);
                            }
                            Outcome::Enter(new) | Outcome::EnterInit(new, _) => {
                                ip = ip.add($caches);
                                enter!(new, ReturnTo::Discard)
                            }
                            Outcome::Raised => break 'exec Event::Error,
                        }
                    };
                }
                // Replaces the two topmost objects by what `f` makes of them.
                macro_rules! binary {
                    ($f:expr, $caches:expr) => {{
                        let right = pop!();
                        let left = pop!();
                        finish!($f(ts, left, right), $caches)
                    }};
                }
                // Jumps on the truth of the top; `$when` says on which value, `$keep` whether the top stays when jumping.
                macro_rules! branch {
                    ($when:literal, $target:expr) => {{
                        let top = *sp.sub(1);
                        if top == (&raw const boolean::_Py_TrueStruct as *mut PyObject) {
                            sp = sp.sub(1);
                            (*top).ob_refcnt.set((*top).ob_refcnt.get() - 1);
                            if $when {
                                ip = $target;
                            }
                        } else if top == (&raw const boolean::_Py_FalseStruct as *mut PyObject) {
                            sp = sp.sub(1);
                            (*top).ob_refcnt.set((*top).ob_refcnt.get() - 1);
                            if !$when {
                                ip = $target;
                            }
                        } else {
                            match operators::truth(ts, &*top) {
                                operators::Truth::Known(truth) => {
                                    drop(pop!());
                                    if truth == $when {
                                        ip = $target;
                                    }
                                }
                                operators::Truth::Enter(new) => enter!(new, ReturnTo::Branch),
                                operators::Truth::Raised => break 'exec Event::Error,
                            }
                        }
                    }};
                }
                macro_rules! branch_or_pop {
                    ($when:literal, $target:expr) => {{
                        match operators::truth(ts, peek!(1)) {
                            operators::Truth::Known(truth) => {
                                if truth == $when {
                                    ip = $target;
                                } else {
                                    drop(pop!());
                                }
                            }
                            operators::Truth::Enter(new) => enter!(new, ReturnTo::Branch),
                            operators::Truth::Raised => break 'exec Event::Error,
                        }
                    }};
                }
                macro_rules! load_fast {
                    ($index:expr) => {{
                        let value = *frame.local_ptr($index);
                        if value.is_null() {
                            namespace::unbound_local(frame, $index);
                            break 'exec Event::Error;
                        }
                        (*value).incref();
                        *sp = value;
                        sp = sp.add(1);
                    }};
                }
                macro_rules! store_fast {
                    ($index:expr) => {{
                        sp = sp.sub(1);
                        let old = ptr::replace(frame.local_ptr($index), *sp);
                        if !old.is_null() {
                            PyObject::decref(old);
                        }
                    }};
                }
                macro_rules! load_const {
                    ($index:expr) => {{
                        let consts = &*frame.code().co_consts.as_ptr().cast::<PyTupleObject>();
                        let value = consts
                            .ob_item
                            .as_ptr()
                            .add($index)
                            .cast::<*mut PyObject>()
                            .read();
                        (*value).incref();
                        *sp = value;
                        sp = sp.add(1);
                    }};
                }
                macro_rules! load_global {
                    ($oparg:expr) => {{
                        let value = attempt!(namespace::load_global(
                            frame,
                            frame.code().name_at($oparg >> 1)
                        ));
                        if $oparg & 1 != 0 {
                            *sp = ptr::null_mut();
                            sp = sp.add(1);
                        }
                        push!(value);
                        ip = ip.add(5);
                    }};
                }
                macro_rules! load_method {
                    ($name:expr) => {{
                        let object = pop!();
                        match attributes::load_method(ts, object, $name) {
                            attributes::Loaded::Method(method, object) => {
                                push!(method);
                                push!(object);
                                ip = ip.add(10);
                            }
                            attributes::Loaded::Other(outcome) => {
                                *sp = ptr::null_mut();
                                sp = sp.add(1);
                                finish!(outcome, 10)
                            }
                        }
                    }};
                }
                // Replaces the top object by a new reference to `value`.
                macro_rules! set_top {
                    ($value:expr) => {{
                        let value: &PyObject = $value;
                        value.incref();
                        let old = ptr::replace(sp.sub(1), value.as_ptr());
                        PyObject::decref(old);
                    }};
                }
                // `f` of two exact objects of layout `T`, or, on a miss, the base op.
                macro_rules! quick_binary {
                    ($layout:ty, $f:expr) => {{
                        let (left, right) = (peek!(2), peek!(1));
                        if let (Some(a), Some(b)) =
                            (left.exact::<$layout>(), right.exact::<$layout>())
                        {
                            let result = attempt!($f(a, b));
                            drop(pop!());
                            drop(pop!());
                            *sp = result.into_raw().cast();
                            sp = sp.add(1);
                            ip = ip.add(1);
                        } else {
                            quicken::miss(ip, Op::BINARY_OP);
                            let right = pop!();
                            let left = pop!();
                            finish!(operators::binary(ts, oparg, left, right), 1)
                        }
                    }};
                }
                macro_rules! quick_compare {
                    ($answer:expr) => {{
                        match $answer {
                            Some(answer) => {
                                let answer: bool = answer;
                                drop(pop!());
                                drop(pop!());
                                push!(boolean::from(answer));
                                ip = ip.add(2);
                            }
                            None => {
                                quicken::miss(ip, Op::COMPARE_OP);
                                let right = pop!();
                                let left = pop!();
                                finish!(operators::compare(ts, oparg as c_int, left, right), 2)
                            }
                        }
                    }};
                }
                // One step of FOR_ITER the general way.
                macro_rules! for_iter {
                    () => {
                        match iteration::next(ts, peek!(1)) {
                            iteration::Next::Item(item) => push!(item),
                            iteration::Next::End => {
                                drop(pop!());
                                ip = ip.add(oparg);
                            }
                            iteration::Next::Generator(new) => enter!(new, ReturnTo::ForIter),
                            iteration::Next::Enter(new) => enter!(new, ReturnTo::Next),
                            iteration::Next::Raised => break 'exec Event::Error,
                        }
                    };
                }
                macro_rules! check_breaker {
                    () => {
                        if breaker::is_requested() {
                            frame.save_sp(sp);
                            attempt!(breaker::handle());
                        }
                    };
                }
                // A backward jump to `ip` has been made: perhaps a trace goes on from here.
                macro_rules! back_edge {
                    () => {
                        if !RECORDED && tracing::is_hot(ip) {
                            let place = tracing::hot(
                                ts,
                                cframe,
                                Place {
                                    frame,
                                    ip,
                                    sp,
                                    event: None,
                                },
                            );
                            frame = place.frame;
                            ip = place.ip;
                            sp = place.sp;
                            if let Some(event) = place.event {
                                break 'exec event;
                            }
                        }
                    };
                }
                // Goes back to the caller with a value, as `return_to` says.
                macro_rules! back_to_caller {
                    ($return_to:expr, $value:expr) => {{
                        let value: Ref = $value;
                        let return_to: ReturnTo = $return_to;
                        cframe
                            .current_frame
                            .set(frame as *const Frame as *mut Frame);
                        ip = frame.prev_instr.get().add(1);
                        sp = frame.saved_sp();
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
                                    break 'exec Event::Error;
                                }
                            }
                            ReturnTo::ForIter => {
                                // A generator came to its end.
                                drop(value);
                                let oparg = operand_at(frame);
                                drop(pop!());
                                ip = ip.add(oparg);
                            }
                            ReturnTo::Send => {
                                if ts.c_tracefunc.get().is_some() {
                                    attempt!(events::sent(ts, frame, peek!(1), &value));
                                }
                                let oparg = operand_at(frame);
                                drop(pop!());
                                push!(value);
                                ip = ip.add(oparg);
                            }
                            ReturnTo::GenCall => {
                                errors::raise_stop_iteration(
                                    Some(&*value).filter(|v| !singletons::is_none(v)),
                                );
                                break 'exec Event::Error;
                            }
                            ReturnTo::Branch => {
                                let truth = attempt!(operators::truth_of_answer(&value, peek!(1)));
                                drop(value);
                                let oparg = operand_at(frame);
                                let op =
                                    Op::from_u8(*frame.prev_instr.get() as u8).unwrap_or(Op::NOP);
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
                    }};
                }

                loop {
                    // Nothing is recorded under an observer.
                    if RECORDED && (cframe.use_tracing.get() != 0 || !tracing::step(frame, ip, sp))
                    {
                        return Left::Stopped(Place {
                            frame,
                            ip,
                            sp,
                            event: None,
                        });
                    }
                    let unit = *ip;
                    op = unit as u8;
                    oparg = (unit >> 8) as usize;
                    // One comparison for two rare things: EXTENDED_ARG, and an observer, for whom `use_tracing` is 255.
                    if op.wrapping_sub(Op::EXTENDED_ARG as u8) <= cframe.use_tracing.get() {
                        let mut observed = false;
                        if cframe.use_tracing.get() != 0 {
                            let step = events::before(ts, frame, ip, sp);
                            sp = frame.saved_sp();
                            match step {
                                events::Step::Execute(at) => ip = at,
                                events::Step::Done(next) => {
                                    ip = next;
                                    continue;
                                }
                                events::Step::Raised => break 'exec Event::Error,
                                events::Step::Unwind => break 'exec Event::Unwind,
                            }
                            observed = true;
                        }
                        op = *ip as u8;
                        oparg = (*ip >> 8) as usize;
                        while op == Op::EXTENDED_ARG as u8 {
                            ip = ip.add(1);
                            op = *ip as u8;
                            oparg = oparg << 8 | (*ip >> 8) as usize;
                        }
                        if observed {
                            op = base_op(op);
                        }
                    }
                    frame.prev_instr.set(ip);
                    ip = ip.add(1);
                    // SAFETY: only ops of the table are ever in code objects (`code::new` refuses others by the verifier of
                    // whoever made them); an unknown number reaches the last arm.
                    match std::mem::transmute::<u16, Op>(op as u16) {
                        Op::NOP | Op::CACHE => {}
                        Op::RESUME => {
                            check_breaker!();
                        }
                        Op::POP_TOP => drop(pop!()),
                        Op::PUSH_NULL => {
                            *sp = ptr::null_mut();
                            sp = sp.add(1);
                        }
                        Op::LOAD_FAST => load_fast!(oparg),
                        Op::STORE_FAST => store_fast!(oparg),
                        Op::LOAD_CONST => load_const!(oparg),
                        Op::SWAP => {
                            ptr::swap(sp.sub(1), sp.sub(oparg));
                        }
                        Op::COPY => {
                            let value = *sp.sub(oparg);
                            if !value.is_null() {
                                (*value).incref();
                            }
                            *sp = value;
                            sp = sp.add(1);
                        }

                        // ---- operators
                        Op::UNARY_NOT => match operators::truth(ts, peek!(1)) {
                            operators::Truth::Known(truth) => {
                                drop(pop!());
                                push!(boolean::from(!truth));
                            }
                            operators::Truth::Enter(new) => enter!(new, ReturnTo::Branch),
                            operators::Truth::Raised => break 'exec Event::Error,
                        },
                        Op::BINARY_OP => {
                            if quicken::is_time(ip) {
                                quicken::binary(ip, oparg, peek!(2), peek!(1));
                            }
                            let right = pop!();
                            let left = pop!();
                            finish!(operators::binary(ts, oparg, left, right), 1)
                        }
                        Op::COMPARE_OP => {
                            if quicken::is_time(ip) {
                                quicken::compare(ip, oparg, peek!(2), peek!(1));
                            }
                            let right = pop!();
                            let left = pop!();
                            finish!(operators::compare(ts, oparg as c_int, left, right), 2)
                        }
                        Op::IS_OP => {
                            let right = pop!();
                            let left = pop!();
                            push!(boolean::from(left.is(&*right) != (oparg != 0)));
                        }
                        Op::CONTAINS_OP => {
                            let container = pop!();
                            let item = pop!();
                            finish!(operators::contains(ts, item, container, oparg != 0), 0)
                        }
                        Op::BINARY_SUBSCR => {
                            if quicken::is_time(ip) {
                                quicken::subscript(ip, peek!(2), peek!(1));
                            }
                            binary!(subscript::get, 4)
                        }
                        Op::STORE_SUBSCR => {
                            if quicken::is_time(ip) {
                                quicken::store_subscript(ip, peek!(2), peek!(1));
                            }
                            let key = pop!();
                            let container = pop!();
                            let value = pop!();
                            finish_discard!(subscript::set(ts, container, key, value), 1)
                        }

                        // ---- branches
                        Op::JUMP_FORWARD => ip = ip.add(oparg),
                        Op::JUMP_BACKWARD => {
                            ip = ip.sub(oparg);
                            check_breaker!();
                            back_edge!();
                        }
                        Op::JUMP_BACKWARD_NO_INTERRUPT => ip = ip.sub(oparg),
                        Op::POP_JUMP_FORWARD_IF_FALSE => branch!(false, ip.add(oparg)),
                        Op::POP_JUMP_FORWARD_IF_TRUE => branch!(true, ip.add(oparg)),
                        Op::POP_JUMP_BACKWARD_IF_FALSE => {
                            let next = ip;
                            branch!(false, ip.sub(oparg));
                            check_breaker!();
                            if ip != next {
                                back_edge!();
                            }
                        }
                        Op::POP_JUMP_BACKWARD_IF_TRUE => {
                            let next = ip;
                            branch!(true, ip.sub(oparg));
                            check_breaker!();
                            if ip != next {
                                back_edge!();
                            }
                        }
                        Op::JUMP_IF_FALSE_OR_POP => branch_or_pop!(false, ip.add(oparg)),
                        Op::JUMP_IF_TRUE_OR_POP => branch_or_pop!(true, ip.add(oparg)),
                        Op::POP_JUMP_FORWARD_IF_NONE => {
                            if singletons::is_none(&*pop!()) {
                                ip = ip.add(oparg);
                            }
                        }
                        Op::POP_JUMP_FORWARD_IF_NOT_NONE => {
                            if !singletons::is_none(&*pop!()) {
                                ip = ip.add(oparg);
                            }
                        }
                        Op::POP_JUMP_BACKWARD_IF_NONE => {
                            if singletons::is_none(&*pop!()) {
                                ip = ip.sub(oparg);
                                check_breaker!();
                                back_edge!();
                            }
                        }
                        Op::POP_JUMP_BACKWARD_IF_NOT_NONE => {
                            if !singletons::is_none(&*pop!()) {
                                ip = ip.sub(oparg);
                                check_breaker!();
                                back_edge!();
                            }
                        }

                        // ---- calls
                        Op::PRECALL => {
                            // The pair PRECALL, CALL works as one: a bound method is taken apart here.
                            let base = sp.sub(oparg + 2);
                            if (*base).is_null() {
                                let callable = &**base.add(1);
                                if let Some(method) = callable.exact::<PyMethodObject>() {
                                    if let (Some(function), Some(this)) =
                                        (method.im_func.cloned(), method.im_self.cloned())
                                    {
                                        *base = function.into_raw();
                                        drop(Ref::from_owned(ptr::replace(
                                            base.add(1),
                                            this.into_raw(),
                                        )));
                                    }
                                }
                            }
                            ip = ip.add(1);
                        }
                        Op::KW_NAMES => {
                            // Handled together with the CALL that follows: PRECALL, then CALL with the names.
                            let names = &*frame.code().const_at(oparg).cast::<PyTupleObject>();
                            let (call, n) = following_call(&mut ip);
                            frame.prev_instr.set(call);
                            let base = sp.sub(n + 2);
                            let (callable, args, count) = callee(base, n);
                            sp = base;
                            finish_call!(calls::call(ts, callable, args, count, Some(names)), 4)
                        }
                        Op::CALL => {
                            let base = sp.sub(oparg + 2);
                            let (callable, args, count) = callee(base, oparg);
                            sp = base;
                            finish_call!(calls::call(ts, callable, args, count, None), 4)
                        }
                        Op::CALL_FUNCTION_EX => {
                            let kwargs = if oparg & 1 != 0 { Some(pop!()) } else { None };
                            let args = pop!();
                            let callable = pop!();
                            sp = sp.sub(1);
                            debug_assert!((*sp).is_null());
                            finish_call!(build::call_ex(ts, callable, args, kwargs), 0)
                        }
                        Op::RETURN_VALUE => {
                            let value = pop!();
                            debug_assert!(
                                sp == frame.stack_base(),
                                "stack of {} at its end",
                                frame.code().name().to_string_lossy()
                            );
                            ts.recursion_remaining
                                .set(ts.recursion_remaining.get() + frames::charge(frame));
                            let callee = frame;
                            let return_to = ReturnTo::of(callee);
                            let is_entry = callee.is_entry.get();
                            let previous = callee.previous.get();
                            if callee.owner.get() == owner::THREAD {
                                cframe.current_frame.set(previous);
                                callee.save_sp(sp);
                                frames::pop(ts, callee);
                            } else {
                                callee.save_sp(sp);
                                cframe.current_frame.set(previous);
                                end_generator(ts, callee);
                            }
                            if is_entry {
                                leave_entry!(Ok(value));
                            }
                            frame = &*previous;
                            if return_to == ReturnTo::Push {
                                ip = frame.prev_instr.get().add(1);
                                sp = frame.saved_sp();
                                push!(value);
                            } else {
                                back_to_caller!(return_to, value);
                            }
                        }

                        // ---- names
                        Op::LOAD_GLOBAL => {
                            let name = frame.code().name_at(oparg >> 1);
                            if quicken::is_time(ip) {
                                quicken::load_global(ip, frame, name);
                            }
                            load_global!(oparg)
                        }
                        Op::LOAD_CLOSURE => push!((**frame.local_ptr(oparg)).to_ref()),
                        Op::LOAD_DEREF => {
                            let cell: &PyCellObject = (**frame.local_ptr(oparg)).cast();
                            match cell.ob_ref.cloned() {
                                Some(value) => push!(value),
                                None => {
                                    namespace::unbound_cell(frame, oparg);
                                    break 'exec Event::Error;
                                }
                            }
                        }
                        Op::STORE_DEREF => {
                            let value = pop!();
                            let cell: &PyCellObject = (**frame.local_ptr(oparg)).cast();
                            cell.ob_ref.set(Some(value));
                        }

                        // ---- attributes
                        Op::LOAD_ATTR => {
                            let name = frame.code().name_at(oparg);
                            if quicken::is_time(ip) {
                                quicken::load_attr(ip, peek!(1), name);
                            }
                            let object = pop!();
                            finish!(attributes::load_attr(ts, object, name), 4)
                        }
                        Op::LOAD_METHOD => {
                            let name = frame.code().name_at(oparg);
                            if quicken::is_time(ip) {
                                quicken::load_method(ip, peek!(1), name);
                            }
                            load_method!(name)
                        }
                        Op::STORE_ATTR => {
                            let name = frame.code().name_at(oparg);
                            if quicken::is_time(ip) {
                                quicken::store_attr(ip, peek!(1), name);
                            }
                            let object = pop!();
                            let value = pop!();
                            finish_discard!(
                                attributes::store_attr(ts, object, name, Some(value)),
                                4
                            )
                        }

                        // ---- displays
                        Op::BUILD_TUPLE => {
                            sp = sp.sub(oparg);
                            push!(attempt!(build::tuple(sp, oparg)));
                        }
                        Op::BUILD_LIST => {
                            sp = sp.sub(oparg);
                            push!(attempt!(build::list(sp, oparg)));
                        }
                        Op::BUILD_MAP => {
                            sp = sp.sub(2 * oparg);
                            finish!(build::map(ts, sp, oparg), 0)
                        }
                        Op::LIST_APPEND => {
                            let item = pop!();
                            let list: &PyListObject = (peek!(oparg)).cast();
                            attempt!(list.push(item));
                        }
                        Op::UNPACK_SEQUENCE => {
                            let sequence = pop!();
                            if iteration::unpack_exact(&sequence, oparg, sp) {
                                sp = sp.add(oparg);
                                ip = ip.add(1);
                            } else {
                                match iteration::unpack(ts, &sequence, oparg) {
                                    Outcome::Value(items) => {
                                        sp = sp.add(iteration::push_items(&items, sp));
                                        ip = ip.add(1);
                                    }
                                    Outcome::Enter(new) | Outcome::EnterInit(new, _) => {
                                        ip = ip.add(1);
                                        enter!(new, ReturnTo::Unpack)
                                    }
                                    Outcome::Raised => break 'exec Event::Error,
                                }
                            }
                        }

                        // ---- iteration
                        Op::GET_ITER => {
                            let iterable = pop!();
                            finish!(iteration::get_iter(ts, iterable), 0)
                        }
                        Op::FOR_ITER => {
                            if let Some(quick) = iteration::quick_form(peek!(1)) {
                                *ip.sub(1).cast::<u8>() = quick as u8;
                            }
                            for_iter!()
                        }
                        Op::SEND => {
                            let value = pop!();
                            match iteration::send(ts, peek!(1), value) {
                                iteration::Sent::Yielded(v) => push!(v),
                                iteration::Sent::Returned(v) => {
                                    drop(pop!());
                                    push!(v);
                                    ip = ip.add(oparg);
                                }
                                iteration::Sent::Generator(new) => enter!(new, ReturnTo::Send),
                                iteration::Sent::Python(new) => enter!(new, ReturnTo::SendNext),
                                iteration::Sent::Raised => break 'exec Event::Error,
                            }
                        }
                        Op::RETURN_GENERATOR => {
                            let generator = attempt!(make_generator(frame, sp));
                            ts.recursion_remaining
                                .set(ts.recursion_remaining.get() + frames::charge(frame));
                            let callee = frame;
                            let return_to = ReturnTo::of(callee);
                            let is_entry = callee.is_entry.get();
                            let previous = callee.previous.get();
                            cframe.current_frame.set(previous);
                            frames::free(ts, callee);
                            if is_entry {
                                leave_entry!(Ok(generator.into_object()));
                            }
                            frame = &*previous;
                            back_to_caller!(return_to, generator.into_object());
                        }
                        Op::YIELD_VALUE => {
                            let value = pop!();
                            ts.recursion_remaining
                                .set(ts.recursion_remaining.get() + frames::charge(frame));
                            let generator = frame.generator().expect("only generators yield");
                            generator.gi_frame_state.set(frame_state::SUSPENDED);
                            frame.save_sp(sp);
                            leave_generator(ts, generator);
                            let return_to = ReturnTo::of(frame);
                            let is_entry = frame.is_entry.get();
                            let previous = frame.previous.replace(ptr::null_mut());
                            cframe.current_frame.set(previous);
                            if is_entry {
                                leave_entry!(Ok(value));
                            }
                            frame = &*previous;
                            ip = frame.prev_instr.get().add(1);
                            sp = frame.saved_sp();
                            debug_assert!(matches!(
                                return_to,
                                ReturnTo::ForIter
                                    | ReturnTo::Send
                                    | ReturnTo::GenCall
                                    | ReturnTo::FoundGen
                            ));
                            if return_to == ReturnTo::FoundGen {
                                drop(pop!());
                                push!(value);
                                push!(boolean::from(true));
                            } else {
                                push!(value);
                            }
                        }
                        Op::END_ASYNC_FOR => {
                            if typeobject::is_subtype(
                                peek!(1).ty(),
                                &hotpy_objects::exceptions::StopAsyncIteration,
                            ) {
                                drop(pop!());
                                drop(pop!());
                            } else {
                                let exception = pop!();
                                errors::restore_instance(exception);
                                break 'exec Event::Reraise;
                            }
                        }

                        // ---- with, exceptions
                        Op::RAISE_VARARGS => {
                            let cause = if oparg == 2 { Some(pop!()) } else { None };
                            let exception = if oparg >= 1 { Some(pop!()) } else { None };
                            if exceptions::raise(exception, cause) {
                                break 'exec Event::Reraise;
                            }
                            break 'exec Event::Error;
                        }
                        Op::RERAISE => {
                            if oparg != 0 {
                                // The traceback names the first place, but the handler is looked for from here.
                                reraised_at = frame.prev_instr.get();
                                let lasti = peek!(oparg + 1);
                                let unit = lasti
                                    .exact::<PyLongObject>()
                                    .and_then(|i| i.to_i64())
                                    .unwrap_or(0);
                                frame
                                    .prev_instr
                                    .set(frame.code().first_instr().offset(unit as isize));
                            }
                            let exception = pop!();
                            errors::restore_instance(exception);
                            break 'exec Event::Reraise;
                        }

                        // ---- quickened forms
                        Op::LOAD_FAST__LOAD_FAST => {
                            load_fast!(oparg);
                            let second = (*ip >> 8) as usize;
                            frame.prev_instr.set(ip);
                            ip = ip.add(1);
                            load_fast!(second);
                        }
                        Op::LOAD_FAST__LOAD_CONST => {
                            load_fast!(oparg);
                            let second = (*ip >> 8) as usize;
                            ip = ip.add(1);
                            load_const!(second);
                        }
                        Op::STORE_FAST__LOAD_FAST => {
                            store_fast!(oparg);
                            let second = (*ip >> 8) as usize;
                            frame.prev_instr.set(ip);
                            ip = ip.add(1);
                            load_fast!(second);
                        }
                        Op::STORE_FAST__STORE_FAST => {
                            store_fast!(oparg);
                            let second = (*ip >> 8) as usize;
                            ip = ip.add(1);
                            store_fast!(second);
                        }
                        Op::LOAD_CONST__LOAD_FAST => {
                            load_const!(oparg);
                            let second = (*ip >> 8) as usize;
                            frame.prev_instr.set(ip);
                            ip = ip.add(1);
                            load_fast!(second);
                        }
                        Op::LOAD_GLOBAL_MODULE => {
                            let globals = &*frame.f_globals.as_ptr().cast::<PyDictObject>();
                            let hit = if globals.has_keys_version(quicken::read_u32(ip.add(2))) {
                                globals.entry_value(*ip.add(1) as usize)
                            } else {
                                None
                            };
                            match hit {
                                Some(value) => {
                                    if oparg & 1 != 0 {
                                        *sp = ptr::null_mut();
                                        sp = sp.add(1);
                                    }
                                    push!(value.to_ref());
                                    ip = ip.add(5);
                                }
                                None => {
                                    quicken::miss(ip, Op::LOAD_GLOBAL);
                                    load_global!(oparg)
                                }
                            }
                        }
                        Op::LOAD_GLOBAL_BUILTIN => {
                            let globals = &*frame.f_globals.as_ptr().cast::<PyDictObject>();
                            let builtins = &*frame.f_builtins.as_ptr().cast::<PyDictObject>();
                            let hit = if globals.has_keys_version(quicken::read_u32(ip.add(2)))
                                && builtins.has_keys_version(u32::from(*ip.add(4)))
                            {
                                builtins.entry_value(*ip.add(1) as usize)
                            } else {
                                None
                            };
                            match hit {
                                Some(value) => {
                                    if oparg & 1 != 0 {
                                        *sp = ptr::null_mut();
                                        sp = sp.add(1);
                                    }
                                    push!(value.to_ref());
                                    ip = ip.add(5);
                                }
                                None => {
                                    quicken::miss(ip, Op::LOAD_GLOBAL);
                                    load_global!(oparg)
                                }
                            }
                        }
                        Op::LOAD_ATTR_VALUE => {
                            let object = peek!(1);
                            let hit = if object.ty().tp_version_tag.get()
                                == quicken::read_u32(ip.add(1))
                            {
                                dict::instance_values_unchecked(object)
                                    .and_then(|values| values.slot(*ip.add(3) as usize).get())
                            } else {
                                None
                            };
                            match hit {
                                Some(value) => {
                                    set_top!(value);
                                    ip = ip.add(4);
                                }
                                None => {
                                    quicken::miss(ip, Op::LOAD_ATTR);
                                    let name = frame.code().name_at(oparg);
                                    let object = pop!();
                                    finish!(attributes::load_attr(ts, object, name), 4)
                                }
                            }
                        }
                        Op::LOAD_ATTR_SLOT => {
                            let object = peek!(1);
                            let hit = if object.ty().tp_version_tag.get()
                                == quicken::read_u32(ip.add(1))
                            {
                                slot_at(object, *ip.add(3) as usize).get()
                            } else {
                                None
                            };
                            match hit {
                                Some(value) => {
                                    set_top!(value);
                                    ip = ip.add(4);
                                }
                                None => {
                                    quicken::miss(ip, Op::LOAD_ATTR);
                                    let name = frame.code().name_at(oparg);
                                    let object = pop!();
                                    finish!(attributes::load_attr(ts, object, name), 4)
                                }
                            }
                        }
                        Op::LOAD_ATTR_MODULE => {
                            match module_value(peek!(1), quicken::read_u32(ip.add(1)), *ip.add(3)) {
                                Some(value) => {
                                    set_top!(value);
                                    ip = ip.add(4);
                                }
                                None => {
                                    quicken::miss(ip, Op::LOAD_ATTR);
                                    let name = frame.code().name_at(oparg);
                                    let object = pop!();
                                    finish!(attributes::load_attr(ts, object, name), 4)
                                }
                            }
                        }
                        Op::LOAD_METHOD_VALUES => {
                            let object = peek!(1);
                            let ty = object.ty();
                            if ty.tp_version_tag.get() == quicken::read_u32(ip.add(1))
                                && (*(*(ty as *const PyTypeObject as *const PyHeapTypeObject))
                                    .ht_cached_keys
                                    .get())
                                .dk_version
                                .get()
                                    == quicken::read_u32(ip.add(3))
                                && dict::instance_values_unchecked(object).is_some()
                            {
                                let method = quicken::read_ptr(ip.add(6));
                                (*method).incref();
                                *sp = ptr::replace(sp.sub(1), method);
                                sp = sp.add(1);
                                ip = ip.add(10);
                            } else {
                                quicken::miss(ip, Op::LOAD_METHOD);
                                load_method!(frame.code().name_at(oparg))
                            }
                        }
                        Op::LOAD_METHOD_PLAIN => {
                            if peek!(1).ty().tp_version_tag.get() == quicken::read_u32(ip.add(1)) {
                                let method = quicken::read_ptr(ip.add(6));
                                (*method).incref();
                                *sp = ptr::replace(sp.sub(1), method);
                                sp = sp.add(1);
                                ip = ip.add(10);
                            } else {
                                quicken::miss(ip, Op::LOAD_METHOD);
                                load_method!(frame.code().name_at(oparg))
                            }
                        }
                        Op::LOAD_METHOD_MODULE => {
                            match module_value(peek!(1), quicken::read_u32(ip.add(1)), *ip.add(5)) {
                                Some(value) => {
                                    let value = value.to_ref();
                                    let module =
                                        Ref::from_owned(ptr::replace(sp.sub(1), ptr::null_mut()));
                                    push!(value);
                                    drop(module);
                                    ip = ip.add(10);
                                }
                                None => {
                                    quicken::miss(ip, Op::LOAD_METHOD);
                                    load_method!(frame.code().name_at(oparg))
                                }
                            }
                        }
                        Op::STORE_ATTR_VALUE => {
                            let object = peek!(1);
                            let values = if object.ty().tp_version_tag.get()
                                == quicken::read_u32(ip.add(1))
                            {
                                dict::instance_values_unchecked(object)
                            } else {
                                None
                            };
                            match values {
                                Some(values) => {
                                    let index = *ip.add(3) as usize;
                                    let value = Ref::from_owned(*sp.sub(2));
                                    let object = Ref::from_owned(*sp.sub(1));
                                    sp = sp.sub(2);
                                    dict::set_inline_value(values, index, value);
                                    drop(object);
                                    ip = ip.add(4);
                                }
                                None => {
                                    quicken::miss(ip, Op::STORE_ATTR);
                                    let name = frame.code().name_at(oparg);
                                    let object = pop!();
                                    let value = pop!();
                                    finish_discard!(
                                        attributes::store_attr(ts, object, name, Some(value)),
                                        4
                                    )
                                }
                            }
                        }
                        Op::STORE_ATTR_SLOT => {
                            let name = frame.code().name_at(oparg);
                            let object = pop!();
                            let value = pop!();
                            if object.ty().tp_version_tag.get() == quicken::read_u32(ip.add(1)) {
                                slot_at(&object, *ip.add(3) as usize).set(Some(value));
                                ip = ip.add(4);
                            } else {
                                quicken::miss(ip, Op::STORE_ATTR);
                                finish_discard!(
                                    attributes::store_attr(ts, object, name, Some(value)),
                                    4
                                )
                            }
                        }
                        Op::BINARY_OP_ADD_INT => quick_binary!(PyLongObject, int::add),
                        Op::BINARY_OP_SUBTRACT_INT => quick_binary!(PyLongObject, int::sub),
                        Op::BINARY_OP_MULTIPLY_INT => quick_binary!(PyLongObject, int::mul),
                        Op::BINARY_OP_ADD_FLOAT => {
                            quick_binary!(PyFloatObject, |a: &PyFloatObject, b: &PyFloatObject| {
                                float::from_f64(a.ob_fval.get() + b.ob_fval.get())
                            })
                        }
                        Op::BINARY_OP_SUBTRACT_FLOAT => {
                            quick_binary!(PyFloatObject, |a: &PyFloatObject, b: &PyFloatObject| {
                                float::from_f64(a.ob_fval.get() - b.ob_fval.get())
                            })
                        }
                        Op::BINARY_OP_MULTIPLY_FLOAT => {
                            quick_binary!(PyFloatObject, |a: &PyFloatObject, b: &PyFloatObject| {
                                float::from_f64(a.ob_fval.get() * b.ob_fval.get())
                            })
                        }
                        Op::BINARY_OP_ADD_STR => {
                            if peek!(2).is_exact::<Str>() && peek!(1).is_exact::<Str>() {
                                let right = pop!().cast::<Str>();
                                let left = pop!().cast::<Str>();
                                // `s = s + t` may grow `s` in place if its local is the only other owner.
                                release_target(frame, ip.add(1), &left);
                                push!(attempt!(str_::append(left, &right)).into_object());
                                ip = ip.add(1);
                            } else {
                                quicken::miss(ip, Op::BINARY_OP);
                                let right = pop!();
                                let left = pop!();
                                finish!(operators::binary(ts, oparg, left, right), 1)
                            }
                        }
                        Op::COMPARE_OP_INT => {
                            let (left, right) = (
                                peek!(2).exact::<PyLongObject>(),
                                peek!(1).exact::<PyLongObject>(),
                            );
                            quick_compare!(match (left, right) {
                                (Some(a), Some(b))
                                    if quicken::is_small(a) && quicken::is_small(b) =>
                                {
                                    let (a, b) = (quicken::small_value(a), quicken::small_value(b));
                                    Some(operators::compare_values(oparg, a, b))
                                }
                                _ => None,
                            })
                        }
                        Op::COMPARE_OP_FLOAT => {
                            let (left, right) = (
                                peek!(2).exact::<PyFloatObject>(),
                                peek!(1).exact::<PyFloatObject>(),
                            );
                            quick_compare!(match (left, right) {
                                (Some(a), Some(b)) => {
                                    Some(operators::compare_values(
                                        oparg,
                                        a.ob_fval.get(),
                                        b.ob_fval.get(),
                                    ))
                                }
                                _ => None,
                            })
                        }
                        Op::COMPARE_OP_STR => {
                            let (left, right) = (peek!(2).exact::<Str>(), peek!(1).exact::<Str>());
                            quick_compare!(match (left, right) {
                                (Some(a), Some(b)) if oparg == 2 || oparg == 3 =>
                                    Some(a.equals(b) == (oparg == 2)),
                                _ => None,
                            })
                        }
                        Op::BINARY_SUBSCR_LIST => {
                            let list = peek!(2).exact::<PyListObject>();
                            let item = list.and_then(|l| {
                                subscript::small_index(peek!(1), l.len())
                                    .map(|i| l.get_unchecked(i).to_ref())
                            });
                            match item {
                                Some(item) => {
                                    drop(pop!());
                                    drop(pop!());
                                    push!(item);
                                    ip = ip.add(4);
                                }
                                None => {
                                    quicken::miss(ip, Op::BINARY_SUBSCR);
                                    binary!(subscript::get, 4)
                                }
                            }
                        }
                        Op::BINARY_SUBSCR_TUPLE => {
                            let tuple = peek!(2).exact::<PyTupleObject>();
                            let item = tuple.and_then(|t| {
                                subscript::small_index(peek!(1), t.len())
                                    .map(|i| t.items()[i].to_ref())
                            });
                            match item {
                                Some(item) => {
                                    drop(pop!());
                                    drop(pop!());
                                    push!(item);
                                    ip = ip.add(4);
                                }
                                None => {
                                    quicken::miss(ip, Op::BINARY_SUBSCR);
                                    binary!(subscript::get, 4)
                                }
                            }
                        }
                        Op::BINARY_SUBSCR_DICT => match subscript::plain_dict(peek!(2), peek!(1)) {
                            Some(d) => match attempt!(d.get_item(peek!(1))) {
                                Some(value) => {
                                    drop(pop!());
                                    drop(pop!());
                                    push!(value);
                                    ip = ip.add(4);
                                }
                                None => {
                                    errors::raise_key_error(peek!(1));
                                    break 'exec Event::Error;
                                }
                            },
                            None => {
                                quicken::miss(ip, Op::BINARY_SUBSCR);
                                binary!(subscript::get, 4)
                            }
                        },
                        Op::STORE_SUBSCR_LIST => {
                            let list = peek!(2).exact::<PyListObject>();
                            match list.and_then(|l| {
                                subscript::small_index(peek!(1), l.len()).map(|i| (l, i))
                            }) {
                                Some((list, i)) => {
                                    let value = Ref::from_owned(*sp.sub(3));
                                    let container = Ref::from_owned(*sp.sub(2));
                                    let key = Ref::from_owned(*sp.sub(1));
                                    sp = sp.sub(3);
                                    list.set_unchecked(i, value);
                                    drop(key);
                                    drop(container);
                                    ip = ip.add(1);
                                }
                                None => {
                                    quicken::miss(ip, Op::STORE_SUBSCR);
                                    let key = pop!();
                                    let container = pop!();
                                    let value = pop!();
                                    finish_discard!(subscript::set(ts, container, key, value), 1)
                                }
                            }
                        }
                        Op::STORE_SUBSCR_DICT => {
                            if !peek!(2).is_exact::<PyDictObject>() {
                                quicken::miss(ip, Op::STORE_SUBSCR);
                            }
                            let key = pop!();
                            let container = pop!();
                            let value = pop!();
                            finish_discard!(subscript::set(ts, container, key, value), 1)
                        }
                        Op::FOR_ITER_LIST => match peek!(1).exact::<list::listiterobject>() {
                            Some(it) => match it.step() {
                                Some(item) => push!(item),
                                None => {
                                    drop(pop!());
                                    ip = ip.add(oparg);
                                }
                            },
                            None => {
                                *ip.sub(1).cast::<u8>() = Op::FOR_ITER as u8;
                                for_iter!()
                            }
                        },
                        Op::FOR_ITER_TUPLE => match peek!(1).exact::<tuple::tupleiterobject>() {
                            Some(it) => match it.step() {
                                Some(item) => push!(item),
                                None => {
                                    drop(pop!());
                                    ip = ip.add(oparg);
                                }
                            },
                            None => {
                                *ip.sub(1).cast::<u8>() = Op::FOR_ITER as u8;
                                for_iter!()
                            }
                        },
                        Op::FOR_ITER_RANGE => match peek!(1).exact::<range::rangeiterobject>() {
                            Some(it) => match iteration::range_step(it) {
                                Some(item) => push!(attempt!(int::from_i64(item)).into_object()),
                                None => {
                                    drop(pop!());
                                    ip = ip.add(oparg);
                                }
                            },
                            None => {
                                *ip.sub(1).cast::<u8>() = Op::FOR_ITER as u8;
                                for_iter!()
                            }
                        },

                        // ---- low-level Python
                        Op::S_TAIL_CALL => {
                            let base = sp.sub(oparg + 2);
                            let (callable, args, count) = callee(base, oparg);
                            sp = base;
                            match calls::call(ts, callable, args, count, None) {
                                Outcome::Enter(new) if may_replace(frame, new) => {
                                    frame.save_sp(sp);
                                    cframe.current_frame.set(frame.previous.get());
                                    frame = replace(ts, frame, new);
                                    cframe
                                        .current_frame
                                        .set(frame as *const Frame as *mut Frame);
                                    ip = frame.prev_instr.get().add(1);
                                    sp = frame.saved_sp();
                                    attempt!(charge_replaced(ts, frame));
                                }
                                // What comes back is returned at once, by an instruction outside the code.
                                outcome => {
                                    ip = RETURN_CODE.0.as_ptr().add(1).cast_mut();
                                    finish!(outcome, 0)
                                }
                            }
                        }
                        op => match rare::execute(ts, op, oparg, frame, sp) {
                            (moved, rare::Step::Done) => sp = moved,
                            (moved, rare::Step::Enter(new, return_to)) => {
                                sp = moved;
                                enter!(new, return_to)
                            }
                            (moved, rare::Step::Throw(first, last, return_to)) => {
                                sp = moved;
                                throw!(first, last, return_to)
                            }
                            (moved, rare::Step::Raised) => {
                                sp = moved;
                                break 'exec Event::Error;
                            }
                        },
                    }
                }
            };

            // ---- an exception is set: find a handler, here or in a caller
            if RECORDED {
                return Left::Stopped(Place {
                    frame,
                    ip,
                    sp,
                    event: Some(event),
                });
            }
            let mut event = event;
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
                let at = std::mem::replace(&mut reraised_at, ptr::null_mut());
                let at = if at.is_null() {
                    frame.prev_instr.get()
                } else {
                    at
                };
                let handler = match event {
                    Event::Unwind => None,
                    _ => exceptions::find_handler(frame, at),
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
                        ip = frame.code().first_instr().add(handler.target as usize);
                        continue 'run;
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
                        callee.save_sp(sp);
                        cframe.current_frame.set(previous);
                        if callee.owner.get() == owner::THREAD {
                            frames::pop(ts, callee);
                        } else {
                            end_generator(ts, callee);
                        }
                        if is_entry {
                            leave_entry!(Err(Raised));
                        }
                        frame = &*previous;
                        ip = frame.prev_instr.get().add(1);
                        sp = frame.saved_sp();
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
                            continue 'run;
                        }
                        event = Event::Error;
                    }
                }
            }
        }
    }
}
