//! The loop: dispatch, the bodies of the hot ops, and of the quickened forms.
//!
//! `frame`, `ip` and `sp` live in registers between two bytecodes; see [`super`].

use super::any_number::any_number;
use super::support::*;
use super::{
    Event, asked, atomic, attributes, build, exceptions, iteration, leaving, namespace, operators,
    quicken, rare, subscript,
};
use crate::calls::{self, Outcome};
use crate::eval::leave_generator;
use crate::frames::{self, ReturnTo};
use crate::tracing::{self, Place};
use crate::{breaker, config, events};
use hotpy_isa::{Op, number as n};
use hotpy_objects::flags::{frame_state, owner};
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use std::ptr;

/// `UNPACK_SEQUENCE 2`.
const UNPACK_PAIR: u16 = n::UNPACK_SEQUENCE as u16 | 2 << 8;

/// How [`interpret`] ended.
pub(super) enum Left {
    /// The entry frame has been left.
    Returned(PyResult),
    /// The recorder wanted no more (or there is an exception).
    Stopped(Place),
}

/// The loop. With `RECORDED` the recorder sees each instruction first, and says whether an exception ends it.
///
/// # Safety
/// As for the running frame of [`run`], whose `cframe` it is.
#[inline(always)]
pub(super) unsafe fn interpret<const RECORDED: bool>(
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

        loop {
            let event = 'exec: {
                if let Some(event) = pending.take() {
                    break 'exec event;
                }
                'next: loop {
                    let mut op: u8;
                    let mut oparg: usize;
                    stack_ops!($, sp, break 'exec Event::Error);
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
                            attempt!(charge_entered(ts, frame));
                        }};
                    }
                    macro_rules! enter {
                        ($new:expr, $return_to:expr) => {{
                            let new = $new;
                            change_frame!(new, new, $return_to);
                            continue 'next;
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
                    // Calls what lies from `base` on: Python functions enter their frames here.
                    macro_rules! call {
                        ($base:expr) => {{
                            let base = $base;
                            let (callable, args, count) = callee(base, oparg);
                            sp = base;
                            if callable.is_exact::<PyFunctionObject>() {
                                match calls::enter_function(ts, callable.cast(), args, count, None)
                                {
                                    Some(new) => {
                                        ip = ip.add(4);
                                        enter!(new, ReturnTo::Push)
                                    }
                                    None => break 'exec Event::Error,
                                }
                            }
                            match calls::directly(ts, &callable, args, count) {
                                Some(result) => {
                                    drop(callable);
                                    push!(attempt!(result));
                                    ip = ip.add(4);
                                    check_breaker!();
                                }
                                None => {
                                    if !RECORDED
                                        && let Some((new, to)) =
                                            asked::call(ts, &callable, args, count, &mut sp)
                                    {
                                        ip = ip.add(4);
                                        enter!(attempt!(new), to)
                                    }
                                    finish_call!(
                                        calls::call_other(ts, callable, args, count, None),
                                        4
                                    )
                                }
                            }
                        }};
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
                            } else if top == (&raw const boolean::_Py_FalseStruct as *mut PyObject)
                            {
                                sp = sp.sub(1);
                                (*top).ob_refcnt.set((*top).ob_refcnt.get() - 1);
                                if !$when {
                                    ip = $target;
                                }
                            } else {
                                let truth = match (*top).exact::<PyLongObject>() {
                                    Some(n) if !config::always_surrogates() => {
                                        operators::Truth::Known(n.ob_base.ob_size.get() != 0)
                                    }
                                    _ => operators::truth(ts, &*top),
                                };
                                match truth {
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
                            match operators::truth_of_top(ts, peek!(1)) {
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
                    // Two instructions at once. A LOAD_FAST that is the second may raise, at its own place.
                    macro_rules! fused {
                        ($first:ident, load_fast) => {{
                            $first!(oparg);
                            let second = (*ip >> 8) as usize;
                            frame.prev_instr.set(ip);
                            ip = ip.add(1);
                            load_fast!(second);
                        }};
                        ($first:ident, $second:ident) => {{
                            $first!(oparg);
                            let second = (*ip >> 8) as usize;
                            ip = ip.add(1);
                            $second!(second);
                        }};
                    }
                    macro_rules! load_global {
                        ($oparg:expr) => {{
                            let name = frame.code().name_at($oparg >> 1);
                            let loaded = namespace::load_global(ts, frame, name);
                            if $oparg & 1 != 0 {
                                *sp = ptr::null_mut();
                                sp = sp.add(1);
                            }
                            finish!(loaded, 5)
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
                    // What base ops do, and their quickened forms on a miss.
                    macro_rules! base_binary {
                        () => {{
                            if !RECORDED
                                && peek!(2).ty().is_heap_type() | peek!(1).ty().is_heap_type()
                            {
                                let (left, right) = (peek!(2), peek!(1));
                                if let Some(asked) = operators::ask_operand(ts, oparg, left, right)
                                {
                                    let (new, return_to) = attempt!(asked);
                                    ip = ip.add(1);
                                    enter!(new, return_to);
                                }
                            }
                            let right = pop!();
                            let left = pop!();
                            finish!(operators::binary(ts, oparg, left, right), 1)
                        }};
                    }
                    macro_rules! base_compare {
                        () => {{
                            if !RECORDED && peek!(2).ty().is_heap_type() {
                                let (left, right) = (peek!(2), peek!(1));
                                if let Some(asked) =
                                    operators::ask_comparison(ts, oparg, left, right)
                                {
                                    let new = attempt!(asked);
                                    ip = ip.add(2);
                                    enter!(new, ReturnTo::Comparison);
                                }
                            }
                            let right = pop!();
                            let left = pop!();
                            finish!(operators::compare(ts, oparg as c_int, left, right), 2)
                        }};
                    }
                    macro_rules! in_time {
                        ($quicken:ident($($arg:expr),*)) => {
                            if quicken::is_time(ip) {
                                quicken::$quicken($($arg),*);
                            }
                        };
                    }
                    // A `__hash__` of Python comes before the operation.
                    macro_rules! ask_hash {
                        ($op:expr, $may:expr) => {
                            if !RECORDED
                                && $may
                                && let Some(new) = asked::hash(ts, $op, oparg, sp)
                            {
                                enter!(attempt!(new), ReturnTo::Hashed)
                            }
                        };
                    }
                    macro_rules! base_subscript {
                        () => {{
                            ask_hash!(Op::BINARY_SUBSCR, peek!(1).ty().is_heap_type());
                            let key = pop!();
                            let container = pop!();
                            finish!(subscript::get(ts, container, key), 4)
                        }};
                    }
                    macro_rules! base_store_subscript {
                        () => {{
                            ask_hash!(Op::STORE_SUBSCR, peek!(1).ty().is_heap_type());
                            let key = pop!();
                            let container = pop!();
                            let value = pop!();
                            finish_discard!(subscript::set(ts, container, key, value), 1)
                        }};
                    }
                    macro_rules! base_load_attr {
                        () => {{
                            let name = frame.code().name_at(oparg);
                            let object = pop!();
                            finish!(attributes::load_attr(ts, object, name), 4)
                        }};
                    }
                    macro_rules! base_store_attr {
                        () => {{
                            let name = frame.code().name_at(oparg);
                            let object = pop!();
                            let value = pop!();
                            finish_discard!(
                                attributes::store_attr(ts, object, name, Some(value)),
                                4
                            )
                        }};
                    }
                    // `f` of two exact objects of a layout, or, on a miss, the base op.
                    macro_rules! quick_binary {
                        ($layout:ty, $f:expr) => {{
                            let (left, right) = (peek!(2), peek!(1));
                            if let (Some(a), Some(b)) =
                                (left.exact::<$layout>(), right.exact::<$layout>())
                            {
                                let result = attempt!($f(a, b));
                                drop(pop!());
                                let left = Ref::from_owned(ptr::replace(
                                    sp.sub(1),
                                    result.into_raw().cast(),
                                ));
                                drop(left);
                                ip = ip.add(1);
                            } else {
                                quicken::miss(ip, Op::BINARY_OP);
                                base_binary!()
                            }
                        }};
                    }
                    // The same for floats: an operand that nobody else has becomes the result.
                    macro_rules! quick_float {
                    ($operator:tt) => {{
                        let (left, right) = (peek!(2), peek!(1));
                        if let (Some(a), Some(b)) =
                            (left.exact::<PyFloatObject>(), right.exact::<PyFloatObject>())
                        {
                            let result = a.ob_fval.get() $operator b.ob_fval.get();
                            if !RECORDED && left.ob_refcnt.get() == 1 {
                                a.ob_fval.set(result);
                                drop(pop!());
                            } else if !RECORDED && right.ob_refcnt.get() == 1 {
                                b.ob_fval.set(result);
                                let right = pop!();
                                let left = ptr::replace(sp.sub(1), right.into_raw());
                                drop(Ref::from_owned(left));
                            } else {
                                let result = attempt!(float::from_f64(result));
                                drop(pop!());
                                let left = ptr::replace(sp.sub(1), result.into_raw().cast());
                                drop(Ref::from_owned(left));
                            }
                            ip = ip.add(1);
                        } else {
                            quicken::miss(ip, Op::BINARY_OP);
                            base_binary!()
                        }
                    }};
                }
                    // A boolean is pushed; a conditional jump that follows is made at once (nothing can happen before it).
                    macro_rules! answer {
                        ($answer:expr) => {{
                            let answer: bool = $answer;
                            let unit = *ip;
                            let jumps_when = match unit as u8 {
                                n::POP_JUMP_FORWARD_IF_FALSE => Some(false),
                                n::POP_JUMP_FORWARD_IF_TRUE => Some(true),
                                _ => None,
                            };
                            if !RECORDED && let Some(when) = jumps_when {
                                ip = ip.add(1);
                                if answer == when {
                                    ip = ip.add((unit >> 8) as usize);
                                }
                            } else {
                                push!(boolean::from(answer));
                            }
                        }};
                    }
                    macro_rules! answer_unobserved {
                        ($answer:expr) => {
                            if cframe.use_tracing.get() == 0 {
                                answer!($answer)
                            } else {
                                push!(boolean::from($answer));
                            }
                        };
                    }
                    macro_rules! quick_compare {
                        ($answer:expr) => {{
                            match $answer {
                                Some(answer) => {
                                    let answer: bool = answer;
                                    drop(pop!());
                                    drop(pop!());
                                    ip = ip.add(2);
                                    answer!(answer)
                                }
                                None => {
                                    quicken::miss(ip, Op::COMPARE_OP);
                                    base_compare!()
                                }
                            }
                        }};
                    }
                    // An item of a container for BINARY_SUBSCR, new; `None` is a miss.
                    macro_rules! quick_subscript {
                        ($item:expr) => {
                            match $item {
                                Some(item) => {
                                    let item: Ref = item;
                                    drop(pop!());
                                    let container =
                                        Ref::from_owned(ptr::replace(sp.sub(1), item.into_raw()));
                                    drop(container);
                                    ip = ip.add(4);
                                }
                                None => {
                                    quicken::miss(ip, Op::BINARY_SUBSCR);
                                    base_subscript!()
                                }
                            }
                        };
                    }
                    // An attribute's value, borrowed; `None` is a miss.
                    macro_rules! quick_attr {
                        ($value:expr) => {
                            match $value {
                                Some(value) => {
                                    set_top!(value);
                                    ip = ip.add(4);
                                }
                                None => {
                                    quicken::miss(ip, Op::LOAD_ATTR);
                                    base_load_attr!()
                                }
                            }
                        };
                    }
                    // A global's value, borrowed; `None` is a miss.
                    macro_rules! quick_global {
                        ($value:expr) => {
                            match $value {
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
                        };
                    }
                    // The method in the cache, and the object; or, on a miss, the base op.
                    macro_rules! quick_method {
                        ($hit:expr) => {
                            if $hit {
                                let method = quicken::read_ptr(ip.add(6));
                                (*method).incref();
                                *sp = ptr::replace(sp.sub(1), method);
                                sp = sp.add(1);
                                ip = ip.add(10);
                            } else {
                                quicken::miss(ip, Op::LOAD_METHOD);
                                load_method!(frame.code().name_at(oparg))
                            }
                        };
                    }
                    // A step of an iterator of a known kind: an item, new, or its end. A STORE_FAST that follows is done at once.
                    macro_rules! quick_step {
                        ($layout:ty, $it:ident => $step:expr) => {
                            match peek!(1).exact::<$layout>() {
                                Some($it) => match $step {
                                    Some(item) => {
                                        let item: Ref = item;
                                        let unit = *ip;
                                        if !RECORDED
                                            && unit as u8 == n::STORE_FAST
                                            && cframe.use_tracing.get() == 0
                                        {
                                            frame.prev_instr.set(ip);
                                            ip = ip.add(1);
                                            let old = ptr::replace(
                                                frame.local_ptr((unit >> 8) as usize),
                                                item.into_raw(),
                                            );
                                            if !old.is_null() {
                                                PyObject::decref(old);
                                            }
                                        } else {
                                            push!(item);
                                        }
                                    }
                                    None => {
                                        drop(pop!());
                                        ip = ip.add(oparg);
                                    }
                                },
                                None => {
                                    *ip.sub(1).cast::<u8>() = Op::FOR_ITER as u8;
                                    for_iter!()
                                }
                            }
                        };
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
                        ($($and:tt)*) => {
                            if breaker::is_requested() $($and)* {
                                frame.save_sp(sp);
                                attempt!(breaker::handle());
                            }
                        };
                    }
                    // `$next` has found an item. Where its answer is stored and jumped on, as it mostly is (`found, item = $next(it)`, `if found`), that is done
                    // at once.
                    macro_rules! found {
                        ($item:expr) => {{
                            let item: Ref = $item;
                            let (found, flag) = (*ip, *ip.add(2));
                            if !RECORDED
                                && found as u8 == n::STORE_FAST__STORE_FAST
                                && flag == found & 0xff00 | n::LOAD_FAST as u16
                                && (*ip.add(3) as u8 == n::POP_JUMP_FORWARD_IF_TRUE
                                    || *ip.add(3) as u8 == n::POP_JUMP_FORWARD_IF_FALSE)
                                && cframe.use_tracing.get() == 0
                            {
                                let store = |index: u16, value: Ref| {
                                    let old = ptr::replace(
                                        frame.local_ptr(index as usize),
                                        value.into_raw(),
                                    );
                                    drop(Ref::from_owned_opt(old));
                                };
                                store(found >> 8, boolean::from(true));
                                store(*ip.add(1) >> 8, item);
                                let jump = *ip.add(3);
                                ip = ip.add(4);
                                if jump as u8 == n::POP_JUMP_FORWARD_IF_TRUE {
                                    ip = ip.add((jump >> 8) as usize);
                                }
                            } else {
                                push!(item);
                                push!(boolean::from(true));
                            }
                        }};
                    }
                    macro_rules! go_on {
                        ($place:expr) => {{
                            let place: Place = $place;
                            Place { frame, ip, sp, .. } = place;
                            if let Some(event) = place.event {
                                break 'exec event;
                            }
                        }};
                    }
                    // Where a trace may start: the tracer says where to go on.
                    macro_rules! ask_tracer {
                        ($at:expr) => {{
                            let place = Place {
                                frame,
                                ip: $at,
                                sp,
                                event: None,
                            };
                            go_on!(tracing::hot(ts, cframe, place));
                        }};
                    }
                    // A backward jump to `ip` has been made: perhaps a trace goes on from here.
                    macro_rules! back_edge {
                        () => {
                            if !RECORDED && tracing::is_hot(ip) {
                                ask_tracer!(ip);
                            }
                        };
                    }
                    macro_rules! on_none {
                        ($when:literal, $target:expr) => {
                            if singletons::is_none(&*pop!()) == $when {
                                ip = $target;
                            }
                        };
                    }
                    macro_rules! back_on_none {
                        ($when:literal) => {{
                            let next = ip;
                            on_none!($when, ip.sub(oparg));
                            if ip != next {
                                check_breaker!();
                                back_edge!();
                            }
                        }};
                    }
                    macro_rules! branch_back {
                        ($when:literal) => {{
                            let next = ip;
                            branch!($when, ip.sub(oparg));
                            check_breaker!();
                            if ip != next {
                                back_edge!();
                            }
                        }};
                    }
                    // Goes back to the caller, `frame`, with a value, as `return_to` says.
                    macro_rules! back_to_caller {
                        ($return_to:expr, $value:expr) => {{
                            let (at, end) = leaving::give(ts, frame, $return_to, $value);
                            sp = end;
                            if at.is_null() {
                                break 'exec Event::Error;
                            }
                            ip = at;
                        }};
                    }

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
                    let unit = ip.cast::<u8>();
                    // An observer makes it OBSERVED.
                    op = *unit | cframe.use_tracing.get();
                    oparg = *unit.add(1) as usize;
                    let before = frame.prev_instr.replace(ip);
                    ip = ip.add(1);
                    'dispatch: loop {
                        #[allow(unreachable_patterns)]
                        match op {
                            n::NOP | n::CACHE => {}
                            n::EXTENDED_ARG => {
                                let unit = *ip;
                                op = unit as u8;
                                oparg = oparg << 8 | (unit >> 8) as usize;
                                frame.prev_instr.set(ip);
                                ip = ip.add(1);
                                continue 'dispatch;
                            }
                            n::RESUME => {
                                check_breaker!(&&oparg < 2);
                                // A function starts; a RESUME is not asked about twice, be it another frame's.
                                if oparg == 0 && !RECORDED && tracing::is_hot(ip.sub(1)) {
                                    ask_tracer!(ip.sub(1));
                                    ip = tracing::behind_resume(ip);
                                }
                            }
                            n::POP_TOP => drop(pop!()),
                            n::PUSH_NULL => {
                                *sp = ptr::null_mut();
                                sp = sp.add(1);
                            }
                            n::LOAD_FAST => load_fast!(oparg),
                            n::STORE_FAST => store_fast!(oparg),
                            n::LOAD_CONST => load_const!(oparg),
                            n::SWAP => {
                                ptr::swap(sp.sub(1), sp.sub(oparg));
                            }
                            n::COPY => {
                                let value = *sp.sub(oparg);
                                if !value.is_null() {
                                    (*value).incref();
                                }
                                *sp = value;
                                sp = sp.add(1);
                            }

                            // ---- operators
                            n::UNARY_NOT => match operators::truth(ts, peek!(1)) {
                                operators::Truth::Known(truth) => {
                                    drop(pop!());
                                    push!(boolean::from(!truth));
                                }
                                operators::Truth::Enter(new) => enter!(new, ReturnTo::Branch),
                                operators::Truth::Raised => break 'exec Event::Error,
                            },
                            n::BINARY_OP => {
                                in_time!(binary(ip, oparg, peek!(2), peek!(1)));
                                base_binary!()
                            }
                            n::COMPARE_OP => {
                                in_time!(compare(ip, peek!(2), peek!(1)));
                                base_compare!()
                            }
                            n::IS_OP => {
                                let right = pop!();
                                let left = pop!();
                                let answer = left.is(&*right) != (oparg != 0);
                                drop((right, left));
                                answer_unobserved!(answer);
                            }
                            n::CONTAINS_OP => match operators::contains_plain(peek!(1), peek!(2)) {
                                Some(found) => {
                                    let answer = attempt!(found) != (oparg != 0);
                                    drop(pop!());
                                    drop(pop!());
                                    answer_unobserved!(answer);
                                }
                                None => {
                                    ask_hash!(Op::CONTAINS_OP, peek!(2).ty().is_heap_type());
                                    if !RECORDED
                                        && let Some(asked) =
                                            operators::ask_container(ts, peek!(1), peek!(2))
                                    {
                                        enter!(attempt!(asked), ReturnTo::Contains);
                                    }
                                    let container = pop!();
                                    let item = pop!();
                                    finish!(operators::contains(ts, item, container, oparg != 0), 0)
                                }
                            },
                            n::BINARY_SUBSCR => {
                                in_time!(subscript(ip, peek!(2), peek!(1)));
                                base_subscript!()
                            }
                            n::BUILD_SLICE => {
                                let done = if RECORDED || cframe.use_tracing.get() != 0 {
                                    None
                                } else {
                                    subscript::sliced(frame, ip, sp, oparg)
                                };
                                match done {
                                    Some(done) => (ip, sp) = attempt!(done),
                                    None => {
                                        sp = sp.sub(oparg);
                                        push!(attempt!(build::slice(sp, oparg)));
                                    }
                                }
                            }
                            n::STORE_SUBSCR => {
                                in_time!(store_subscript(ip, peek!(2), peek!(1)));
                                base_store_subscript!()
                            }

                            // ---- branches
                            n::JUMP_FORWARD => ip = ip.add(oparg),
                            n::JUMP_BACKWARD => {
                                ip = ip.sub(oparg);
                                check_breaker!();
                                back_edge!();
                            }
                            n::JUMP_BACKWARD_NO_INTERRUPT => ip = ip.sub(oparg),
                            n::POP_JUMP_FORWARD_IF_FALSE => branch!(false, ip.add(oparg)),
                            n::POP_JUMP_FORWARD_IF_TRUE => branch!(true, ip.add(oparg)),
                            n::POP_JUMP_BACKWARD_IF_FALSE => branch_back!(false),
                            n::POP_JUMP_BACKWARD_IF_TRUE => branch_back!(true),
                            n::JUMP_IF_FALSE_OR_POP => branch_or_pop!(false, ip.add(oparg)),
                            n::JUMP_IF_TRUE_OR_POP => branch_or_pop!(true, ip.add(oparg)),
                            n::POP_JUMP_FORWARD_IF_NONE => on_none!(true, ip.add(oparg)),
                            n::POP_JUMP_FORWARD_IF_NOT_NONE => on_none!(false, ip.add(oparg)),
                            n::POP_JUMP_BACKWARD_IF_NONE => back_on_none!(true),
                            n::POP_JUMP_BACKWARD_IF_NOT_NONE => back_on_none!(false),

                            // ---- calls
                            n::PRECALL => {
                                let base = sp.sub(oparg + 2);
                                take_method_apart(base);
                                ip = ip.add(1);
                                // The CALL is made at once, unless somebody wants to see it.
                                if !RECORDED
                                    && *ip as u8 == n::CALL
                                    && cframe.use_tracing.get() == 0
                                {
                                    frame.prev_instr.set(ip);
                                    ip = ip.add(1);
                                    call!(base)
                                }
                            }
                            n::KW_NAMES => {
                                // Handled together with the CALL that follows: PRECALL, then CALL with the names.
                                let names = &*frame.code().const_at(oparg).cast::<PyTupleObject>();
                                let (call, n) = following_call(&mut ip);
                                frame.prev_instr.set(call);
                                let base = sp.sub(n + 2);
                                let (callable, args, count) = callee(base, n);
                                sp = base;
                                finish_call!(calls::call(ts, callable, args, count, Some(names)), 4)
                            }
                            n::CALL => call!(sp.sub(oparg + 2)),
                            n::CALL_FUNCTION_EX => {
                                let kwargs = if oparg & 1 != 0 { Some(pop!()) } else { None };
                                let args = pop!();
                                let callable = pop!();
                                sp = sp.sub(1);
                                debug_assert!((*sp).is_null());
                                finish_call!(build::call_ex(ts, callable, args, kwargs), 0)
                            }
                            n::RETURN_VALUE => {
                                let value = pop!();
                                debug_assert!(
                                    sp == frame.stack_base() || frame.generator().is_some(),
                                    "stack of {} at its end",
                                    frame.code().name().to_string_lossy()
                                );
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
                                    return Left::Returned(Ok(value));
                                }
                                frame = &*previous;
                                if return_to == ReturnTo::Push {
                                    ip = frame.prev_instr.get().add(1);
                                    sp = frame.saved_sp();
                                    push!(value);
                                } else if return_to.is_operator()
                                    && operators::goes_on(return_to, &value)
                                {
                                    ip = frame.prev_instr.get().add(1);
                                    sp = frame.saved_sp();
                                    let right = pop!();
                                    let left = pop!();
                                    finish!(
                                        operators::go_on(ts, ip, return_to, value, left, right),
                                        0
                                    )
                                } else if return_to == ReturnTo::Found {
                                    ip = frame.prev_instr.get().add(1);
                                    sp = frame.saved_sp();
                                    drop(pop!());
                                    found!(value)
                                } else {
                                    back_to_caller!(return_to, value);
                                }
                            }

                            // ---- names
                            n::LOAD_GLOBAL => {
                                let name = frame.code().name_at(oparg >> 1);
                                in_time!(load_global(ip, frame, name));
                                load_global!(oparg)
                            }
                            n::LOAD_CLOSURE => push!((**frame.local_ptr(oparg)).to_ref()),
                            n::LOAD_DEREF => {
                                let cell: &PyCellObject = (**frame.local_ptr(oparg)).cast();
                                match cell.ob_ref.cloned() {
                                    Some(value) => push!(value),
                                    None => {
                                        namespace::unbound_cell(frame, oparg);
                                        break 'exec Event::Error;
                                    }
                                }
                            }
                            n::STORE_DEREF => {
                                let value = pop!();
                                let cell: &PyCellObject = (**frame.local_ptr(oparg)).cast();
                                cell.ob_ref.set(Some(value));
                            }

                            // ---- attributes
                            n::LOAD_ATTR => {
                                let name = frame.code().name_at(oparg);
                                in_time!(load_attr(ip, peek!(1), name));
                                base_load_attr!()
                            }
                            n::LOAD_METHOD => {
                                let name = frame.code().name_at(oparg);
                                in_time!(load_method(ip, peek!(1), name));
                                load_method!(name)
                            }
                            n::STORE_ATTR => {
                                let name = frame.code().name_at(oparg);
                                in_time!(store_attr(ip, peek!(1), name));
                                let object = pop!();
                                let value = pop!();
                                finish_discard!(
                                    attributes::store_attr(ts, object, name, Some(value)),
                                    4
                                )
                            }

                            // ---- displays
                            n::BUILD_TUPLE => {
                                sp = sp.sub(oparg);
                                push!(attempt!(build::tuple(sp, oparg)));
                            }
                            n::BUILD_LIST => {
                                sp = sp.sub(oparg);
                                push!(attempt!(build::list(sp, oparg)));
                            }
                            n::BUILD_MAP => {
                                ask_hash!(Op::BUILD_MAP, true);
                                sp = sp.sub(2 * oparg);
                                finish!(build::map(ts, sp, oparg), 0)
                            }
                            n::LIST_APPEND => {
                                let item = pop!();
                                let list: &PyListObject = (peek!(oparg)).cast();
                                attempt!(list.push(item));
                            }
                            n::UNPACK_SEQUENCE => {
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
                            n::GET_ITER => {
                                let iterable = pop!();
                                finish!(iteration::get_iter(ts, iterable), 0)
                            }
                            n::FOR_ITER => {
                                // A pair that is taken apart at once need not be made.
                                if !RECORDED
                                    && *ip == UNPACK_PAIR
                                    && cframe.use_tracing.get() == 0
                                    && let Some(step) = iteration::pair(peek!(1))
                                {
                                    match attempt!(step) {
                                        Some((first, second)) => {
                                            push!(second);
                                            push!(first);
                                            ip = ip.add(2);
                                            frame.prev_instr.set(ip.sub(1));
                                        }
                                        None => {
                                            drop(pop!());
                                            ip = ip.add(oparg);
                                        }
                                    }
                                    continue 'next;
                                }
                                if let Some(quick) = iteration::quick_form(peek!(1)) {
                                    *ip.sub(1).cast::<u8>() = quick as u8;
                                }
                                for_iter!()
                            }
                            n::SEND => {
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
                            n::RETURN_GENERATOR => {
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
                                    return Left::Returned(Ok(generator.into_object()));
                                }
                                frame = &*previous;
                                back_to_caller!(return_to, generator.into_object());
                            }
                            n::YIELD_VALUE => {
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
                                    return Left::Returned(Ok(value));
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
                                        | ReturnTo::SendThrown
                                ));
                                match return_to {
                                    ReturnTo::FoundGen => {
                                        drop(pop!());
                                        found!(value)
                                    }
                                    ReturnTo::GenCall => leaving::answer_call(sp, value),
                                    ReturnTo::SendThrown => {
                                        leaving::link_delegating(ts, frame);
                                        push!(value);
                                    }
                                    _ => push!(value),
                                }
                            }
                            n::END_ASYNC_FOR => {
                                let is_end = exceptions::ends_async_for(peek!(1));
                                let exception = pop!();
                                if is_end {
                                    drop((pop!(), exception));
                                } else {
                                    errors::restore_instance(exception);
                                    break 'exec Event::Reraise;
                                }
                            }

                            // ---- with, exceptions
                            n::RAISE_VARARGS => {
                                let cause = if oparg == 2 { Some(pop!()) } else { None };
                                let exception = if oparg >= 1 { Some(pop!()) } else { None };
                                if exceptions::raise(exception, cause) {
                                    break 'exec Event::Reraise;
                                }
                                break 'exec Event::Error;
                            }
                            n::RERAISE => {
                                let mut event = Event::Reraise;
                                if oparg != 0 {
                                    // The traceback names the first place, but the handler is looked for from here.
                                    event = Event::ReraiseFrom(frame.prev_instr.get());
                                    set_lasti(frame, peek!(oparg + 1));
                                }
                                let exception = pop!();
                                errors::restore_instance(exception);
                                break 'exec event;
                            }

                            // ---- quickened forms
                            n::LOAD_FAST__LOAD_FAST => fused!(load_fast, load_fast),
                            n::LOAD_FAST__LOAD_CONST => fused!(load_fast, load_const),
                            n::STORE_FAST__LOAD_FAST => fused!(store_fast, load_fast),
                            n::STORE_FAST__STORE_FAST => fused!(store_fast, store_fast),
                            n::LOAD_CONST__LOAD_FAST => fused!(load_const, load_fast),
                            n::LOAD_GLOBAL_MODULE => {
                                quick_global!(quicken::module_global(ip, frame))
                            }
                            n::LOAD_GLOBAL_BUILTIN => {
                                quick_global!(quicken::builtin_global(ip, frame))
                            }
                            n::LOAD_ATTR_VALUE => quick_attr!(quicken::inline_value(ip, peek!(1))),
                            n::LOAD_ATTR_SLOT => quick_attr!(quicken::slot_value(ip, peek!(1))),
                            n::LOAD_ATTR_MODULE => {
                                quick_attr!(quicken::module_value(ip, *ip.add(3), peek!(1)))
                            }
                            n::LOAD_METHOD_VALUES => {
                                quick_method!(quicken::is_method_of_values(ip, peek!(1)))
                            }
                            n::LOAD_METHOD_PLAIN => {
                                quick_method!(quicken::has_version(ip, peek!(1)))
                            }
                            n::LOAD_METHOD_MODULE => {
                                match quicken::module_value(ip, *ip.add(5), peek!(1)) {
                                    Some(value) => {
                                        let value = value.to_ref();
                                        let module = Ref::from_owned(ptr::replace(
                                            sp.sub(1),
                                            ptr::null_mut(),
                                        ));
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
                            n::STORE_ATTR_VALUE => {
                                let object = peek!(1);
                                let values = if quicken::has_version(ip, object) {
                                    dict::instance_values_unchecked(object)
                                } else {
                                    None
                                };
                                match values {
                                    Some(values) => {
                                        let index = *ip.add(3) as usize;
                                        let object = pop!();
                                        let value = pop!();
                                        dict::set_inline_value(values, index, value);
                                        drop(object);
                                        ip = ip.add(4);
                                    }
                                    None => {
                                        quicken::miss(ip, Op::STORE_ATTR);
                                        base_store_attr!()
                                    }
                                }
                            }
                            n::STORE_ATTR_SLOT => {
                                if quicken::has_version(ip, peek!(1)) {
                                    let object = pop!();
                                    let value = pop!();
                                    slot_at(&object, *ip.add(3) as usize).set(Some(value));
                                    ip = ip.add(4);
                                } else {
                                    quicken::miss(ip, Op::STORE_ATTR);
                                    base_store_attr!()
                                }
                            }
                            n::BINARY_OP_ADD_INT => quick_binary!(PyLongObject, int::add),
                            n::BINARY_OP_SUBTRACT_INT => quick_binary!(PyLongObject, int::sub),
                            n::BINARY_OP_MULTIPLY_INT => quick_binary!(PyLongObject, int::mul),
                            n::BINARY_OP_INT => {
                                match operators::small_ints(oparg, peek!(2), peek!(1)) {
                                    Some(result) => {
                                        let result = attempt!(int::from_i64(result));
                                        drop(pop!());
                                        let left = Ref::from_owned(ptr::replace(
                                            sp.sub(1),
                                            result.into_raw().cast(),
                                        ));
                                        drop(left);
                                        ip = ip.add(1);
                                    }
                                    None => {
                                        quicken::miss(ip, Op::BINARY_OP);
                                        base_binary!()
                                    }
                                }
                            }
                            n::BINARY_OP_ADD_FLOAT => quick_float!(+),
                            n::BINARY_OP_SUBTRACT_FLOAT => quick_float!(-),
                            n::BINARY_OP_MULTIPLY_FLOAT => quick_float!(*),
                            n::BINARY_OP_ADD_STR => {
                                if peek!(2).is_exact::<Str>() && peek!(1).is_exact::<Str>() {
                                    let right = pop!().cast::<Str>();
                                    let left = pop!().cast::<Str>();
                                    // `s = s + t` may grow `s` in place if its local is the only other owner.
                                    release_target(frame, ip.add(1), &left);
                                    push!(attempt!(str_::append(left, &right)).into_object());
                                    ip = ip.add(1);
                                } else {
                                    quicken::miss(ip, Op::BINARY_OP);
                                    base_binary!()
                                }
                            }
                            n::COMPARE_OP_INT => {
                                let (left, right) = (
                                    peek!(2).exact::<PyLongObject>(),
                                    peek!(1).exact::<PyLongObject>(),
                                );
                                quick_compare!(match (left, right) {
                                    (Some(a), Some(b))
                                        if quicken::is_small(a) && quicken::is_small(b) =>
                                    {
                                        let (a, b) =
                                            (quicken::small_value(a), quicken::small_value(b));
                                        Some(operators::compare_values(oparg, a, b))
                                    }
                                    _ => None,
                                })
                            }
                            n::COMPARE_OP_FLOAT => {
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
                            n::COMPARE_OP_STR => {
                                let (left, right) =
                                    (peek!(2).exact::<Str>(), peek!(1).exact::<Str>());
                                quick_compare!(match (left, right) {
                                    (Some(a), Some(b)) =>
                                        Some(operators::compare_text(oparg, a, b)),
                                    _ => None,
                                })
                            }
                            n::BINARY_SUBSCR_LIST => {
                                quick_subscript!(peek!(2).exact::<PyListObject>().and_then(|l| {
                                    subscript::small_index(peek!(1), l.len())
                                        .map(|i| l.get_unchecked(i).to_ref())
                                }))
                            }
                            n::BINARY_SUBSCR_TUPLE => {
                                quick_subscript!(peek!(2).exact::<PyTupleObject>().and_then(|t| {
                                    subscript::small_index(peek!(1), t.len())
                                        .map(|i| t.items()[i].to_ref())
                                }))
                            }
                            n::BINARY_SUBSCR_STR => {
                                quick_subscript!(subscript::character(peek!(2), peek!(1)))
                            }
                            n::BINARY_SUBSCR_DICT => {
                                quick_subscript!(match subscript::plain_dict(peek!(2), peek!(1)) {
                                    Some(d) => match attempt!(d.get_item(peek!(1))) {
                                        Some(value) => Some(value),
                                        None => {
                                            errors::raise_key_error(peek!(1));
                                            break 'exec Event::Error;
                                        }
                                    },
                                    None => None,
                                })
                            }
                            n::STORE_SUBSCR_LIST => {
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
                                        base_store_subscript!()
                                    }
                                }
                            }
                            n::STORE_SUBSCR_DICT => {
                                match subscript::plain_dict(peek!(2), peek!(1)) {
                                    Some(d) => {
                                        attempt!(d.set_item(peek!(1), peek!(3)));
                                        drop(pop!());
                                        drop(pop!());
                                        drop(pop!());
                                        ip = ip.add(1);
                                    }
                                    None => {
                                        quicken::miss(ip, Op::STORE_SUBSCR);
                                        base_store_subscript!()
                                    }
                                }
                            }
                            n::FOR_ITER_LIST => quick_step!(list::listiterobject, it => it.step()),
                            n::FOR_ITER_TUPLE => {
                                quick_step!(tuple::tupleiterobject, it => it.step())
                            }
                            n::FOR_ITER_RANGE => {
                                quick_step!(range::rangeiterobject, it => match iteration::range_step(it) {
                                    Some(item) => Some(attempt!(int::from_i64(item)).into_object()),
                                    None => None,
                                })
                            }
                            // ---- low-level Python
                            n::S_NEXT => match iteration::next_or_listed(ts, peek!(1)) {
                                iteration::Next::Item(item) => {
                                    drop(pop!());
                                    found!(item)
                                }
                                iteration::Next::End => {
                                    drop(pop!());
                                    push!(singletons::none());
                                    push!(boolean::from(false));
                                }
                                iteration::Next::Generator(new) => {
                                    enter!(new, ReturnTo::FoundGen)
                                }
                                iteration::Next::Enter(new) => enter!(new, ReturnTo::Found),
                                iteration::Next::Raised => break 'exec Event::Error,
                            },
                            n::S_LIST_APPEND => {
                                let item = pop!();
                                let items = pop!();
                                attempt!(attempt!(atomic::list_of(&items)).push(item));
                            }
                            n::S_TRUTH
                                if boolean::is_true(peek!(1)) || boolean::is_false(peek!(1)) => {}
                            n::S_TAIL_CALL => {
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
                            OBSERVED => {
                                frame.prev_instr.set(before);
                                let step = events::before(ts, frame, ip.sub(1), sp);
                                sp = frame.saved_sp();
                                match step {
                                    events::Step::Execute(at) => ip = at,
                                    events::Step::GoOn(place) => {
                                        go_on!(place);
                                        continue 'next;
                                    }
                                }
                                (op, oparg, ip) = base_instruction(ip);
                                frame.prev_instr.set(ip);
                                ip = ip.add(1);
                                continue 'dispatch;
                            }
                            any_number!() => {
                                // SAFETY: only ops of the table are ever in code objects (`code::new` refuses others).
                                let op = std::mem::transmute::<u16, Op>(op as u16);
                                ask_hash!(op, matches!(op, Op::BUILD_SET | Op::SET_ADD));
                                let (moved, step) = rare::execute(ts, op, oparg, frame, sp);
                                sp = moved;
                                match step {
                                    rare::Step::Done => {}
                                    rare::Step::Enter(new, return_to) => enter!(new, return_to),
                                    rare::Step::Through(first, last, return_to) => {
                                        change_frame!(first, last, return_to);
                                        if errors::occurred().is_some() {
                                            break 'exec Event::Error;
                                        }
                                        continue 'next;
                                    }
                                    rare::Step::Raised => break 'exec Event::Error,
                                }
                            }
                        }
                        continue 'next;
                    }
                }
            };

            // ---- an exception is set: find a handler, here or in a caller
            if RECORDED && (cframe.use_tracing.get() != 0 || !tracing::raised(frame, event)) {
                return Left::Stopped(Place {
                    frame,
                    ip,
                    sp,
                    event: Some(event),
                });
            }
            match leaving::unwind(ts, cframe, frame, sp, event) {
                leaving::Unwound::Handled(place) => {
                    Place { frame, ip, sp, .. } = place;
                }
                leaving::Unwound::Left => return Left::Returned(Err(Raised)),
            }
        }
    }
}
