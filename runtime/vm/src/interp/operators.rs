//! Operators from bytecode: fast paths for exact builtin types; otherwise the number protocol.

use super::atomic;
use crate::calls::{Outcome, call_borrowed, enter_function};
use crate::config::always_surrogates;
use crate::frames::ReturnTo;
use crate::replay::{self, Job};
use crate::surrogates::{self, Known};
use hotpy_isa::Op;
use hotpy_objects::flags::{cmp, tp};
use hotpy_objects::frame::Frame;
use hotpy_objects::number::BinaryOp;
use hotpy_objects::*;

/// The operator of BINARY_OP's operand; the second half of the range is the in-place forms.
fn binary_op(oparg: usize) -> BinaryOp {
    use BinaryOp::*;
    const OPS: [BinaryOp; 13] = [
        Add,
        And,
        FloorDivide,
        Lshift,
        MatMul,
        Multiply,
        Remainder,
        Or,
        Power,
        Rshift,
        Subtract,
        TrueDivide,
        Xor,
    ];
    OPS[oparg % 13]
}

/// The special methods of BINARY_OP's operators: plain, reflected, in-place.
static METHODS: [(&names::Name, &names::Name, &names::Name); 13] = [
    (&names::__add__, &names::__radd__, &names::__iadd__),
    (&names::__and__, &names::__rand__, &names::__iand__),
    (
        &names::__floordiv__,
        &names::__rfloordiv__,
        &names::__ifloordiv__,
    ),
    (&names::__lshift__, &names::__rlshift__, &names::__ilshift__),
    (&names::__matmul__, &names::__rmatmul__, &names::__imatmul__),
    (&names::__mul__, &names::__rmul__, &names::__imul__),
    (&names::__mod__, &names::__rmod__, &names::__imod__),
    (&names::__or__, &names::__ror__, &names::__ior__),
    (&names::__pow__, &names::__rpow__, &names::__ipow__),
    (&names::__rshift__, &names::__rrshift__, &names::__irshift__),
    (&names::__sub__, &names::__rsub__, &names::__isub__),
    (
        &names::__truediv__,
        &names::__rtruediv__,
        &names::__itruediv__,
    ),
    (&names::__xor__, &names::__rxor__, &names::__ixor__),
];

/// The special methods of COMPARE_OP's operators, by number.
static COMPARISONS: [&names::Name; 6] = [
    &names::__lt__,
    &names::__le__,
    &names::__eq__,
    &names::__ne__,
    &names::__gt__,
    &names::__ge__,
];

/// Enters the surrogate of a binary operator.
#[inline(never)]
fn enter_binary(ts: &PyThreadState, oparg: usize, left: &PyObject, right: &PyObject) -> Outcome {
    let (method, reflected, inplace) = METHODS[oparg % 13];
    let Ok(number) = int::from_i64((oparg % 13) as i64) else {
        return Outcome::Raised;
    };
    if oparg < 13 {
        return surrogates::enter(
            ts,
            Known::Binary,
            &[left, right, &number, &**method, &**reflected, &number],
        );
    }
    let Ok(inplace_number) = int::from_i64(oparg as i64) else {
        return Outcome::Raised;
    };
    let args: [&PyObject; 7] = [
        left,
        right,
        &number,
        &**method,
        &**reflected,
        &inplace_number,
        &**inplace,
    ];
    surrogates::enter(ts, Known::Inplace, &args)
}

/// An operator whose first question goes to a function of Python: its frame, and what becomes of the answer. The operands stay where they are.
/// `None`: other things come first, and the surrogate sees to them.
#[inline(never)]
pub fn ask_operand(
    ts: &PyThreadState,
    oparg: usize,
    left: &PyObject,
    right: &PyObject,
) -> Option<PyResult<(&'static Frame, ReturnTo)>> {
    if always_surrogates() || !surrogates::is_loaded() {
        return None;
    }
    let (method, reflected, inplace) = METHODS[oparg % 13];
    let (ltype, rtype) = (left.ty(), right.ty());
    if !ltype.is_heap_type() {
        // Numbers want nothing but numbers.
        let is_number = left.is_exact::<PyLongObject>() || left.is_exact::<PyFloatObject>();
        if !is_number || right.is_instance::<PyLongObject>() || right.is_instance::<PyFloatObject>()
        {
            return None;
        }
        let entered = enter_method(ts, rtype, reflected, [right, left])?;
        return Some(entered.map(|frame| (frame, ReturnTo::Operator)));
    }
    if oparg >= 13 {
        if typeobject::lookup(ltype, inplace).is_some() {
            let entered = enter_method(ts, ltype, inplace, [left, right])?;
            return Some(entered.map(|frame| (frame, ReturnTo::Inplace)));
        }
    }
    if !rtype.is(ltype) && typeobject::is_subtype(rtype, ltype) {
        return None;
    }
    let entered = enter_method(ts, ltype, method, [left, right])?;
    Some(entered.map(|frame| (frame, ReturnTo::Operator)))
}

/// The same for a comparison.
#[inline(never)]
pub fn ask_comparison(
    ts: &PyThreadState,
    op: usize,
    left: &PyObject,
    right: &PyObject,
) -> Option<PyResult<&'static Frame>> {
    let (ltype, rtype) = (left.ty(), right.ty());
    if always_surrogates()
        || !surrogates::is_loaded()
        || (!rtype.is(ltype) && typeobject::is_subtype(rtype, ltype))
    {
        return None;
    }
    let entered = enter_method(ts, ltype, COMPARISONS[op], [left, right])?;
    // The comparison is a level of its own.
    Some(entered.inspect(|frame| frame.frame_flags.set(2)))
}

/// The same for a container's `__contains__`.
#[inline(never)]
pub fn ask_container(
    ts: &PyThreadState,
    container: &PyObject,
    item: &PyObject,
) -> Option<PyResult<&'static Frame>> {
    let ty = container.ty();
    if !ty.is_heap_type() || always_surrogates() || !surrogates::is_loaded() {
        return None;
    }
    enter_method(ts, ty, &names::__contains__, [container, item])
}

/// A frame for the special method, if it is a function of Python.
#[inline]
fn enter_method(
    ts: &PyThreadState,
    ty: &PyTypeObject,
    name: &Str,
    args: [&PyObject; 2],
) -> Option<PyResult<&'static Frame>> {
    let function = typeobject::lookup(ty, name)?;
    if !function.is_exact::<PyFunctionObject>() {
        return None;
    }
    let mut args = args.map(|a| a.to_ref().into_raw());
    // SAFETY: the type was checked, and the arguments' references are new.
    let frame = unsafe { enter_function(ts, function.to_ref().cast(), args.as_mut_ptr(), 2, None) };
    Some(frame.ok_or(Raised))
}

/// Whether what a method of Python has answered is not the result yet.
#[inline(always)]
pub fn goes_on(return_to: ReturnTo, answer: &PyObject) -> bool {
    match return_to {
        ReturnTo::Contains => !answer.ty().is(&boolean::PyBool_Type),
        _ => singletons::is_not_implemented(answer),
    }
}

/// The rest of what [`ask_operand`] and its like have begun, after such an answer; takes over the operands. `next` is where the frame with the operator
/// goes on.
///
/// # Safety
/// `next` is behind the operator and its CACHE units.
#[cold]
#[inline(never)]
pub unsafe fn go_on(
    ts: &PyThreadState,
    next: *mut u16,
    return_to: ReturnTo,
    answer: Ref,
    left: Ref,
    right: Ref,
) -> Outcome {
    // SAFETY: the caller's promise; these operands need no EXTENDED_ARG.
    let operand = |caches: usize| unsafe { (*next.sub(caches + 1) >> 8) as usize };
    if return_to == ReturnTo::Contains {
        let invert = boolean::from(operand(0) != 0);
        return surrogates::enter(ts, Known::ContainsRest, &[&answer, &invert]);
    }
    if return_to == ReturnTo::Comparison {
        let op = operand(Op::COMPARE_OP.caches()) as c_int;
        let entered = with_comparison(&left, &right, op, |args| {
            let [left, right, number, _, swapped, reflected] = *args else {
                unreachable!("a comparison has six arguments");
            };
            let args = [
                left,
                right,
                &*boolean::from(true),
                number,
                swapped,
                reflected,
            ];
            Ok(surrogates::enter(ts, Known::CompareRest, &args))
        });
        let entered = entered.unwrap_or(Outcome::Raised);
        if let Outcome::Enter(frame) = &entered {
            // The comparison goes on being a level of its own.
            frame.frame_flags.set(1);
        }
        return entered;
    }
    let oparg = operand(Op::BINARY_OP.caches());
    let (method, reflected, _) = METHODS[oparg % 13];
    let numbers =
        int::from_i64((oparg % 13) as i64).and_then(|n| Ok((n, int::from_i64(oparg as i64)?)));
    let Ok((number, last)) = numbers else {
        return Outcome::Raised;
    };
    if return_to == ReturnTo::Inplace {
        return surrogates::enter(
            ts,
            Known::Binary,
            &[&left, &right, &number, &**method, &**reflected, &last],
        );
    }
    let asks_right = left.ty().is_heap_type()
        && !right.ty().is(left.ty())
        && atomic::asks_python(oparg % 13, right.ty());
    let reflect = boolean::from(asks_right);
    surrogates::enter(
        ts,
        Known::BinaryRest,
        &[&left, &right, &reflect, &number, &**reflected, &last],
    )
}

/// The result of an operator between exact ints of at most two digits, if it is as quickly found (and no addition, subtraction or product).
#[inline]
pub fn small_ints(oparg: usize, left: &PyObject, right: &PyObject) -> Option<i64> {
    let value = |o: &PyObject| -> Option<i64> {
        let n = o.exact::<PyLongObject>()?;
        let size = n.ob_base.ob_size.get();
        let low = n.ob_digit[0].get() as i64;
        match size {
            0 => Some(0),
            1 => Some(low),
            -1 => Some(-low),
            2 | -2 => {
                // SAFETY: it has two digits.
                let high = unsafe { (*n.ob_digit.as_ptr().add(1)).get() } as i64;
                let magnitude = high << 30 | low;
                Some(if size > 0 { magnitude } else { -magnitude })
            }
            _ => None,
        }
    };
    let (a, b) = (value(left)?, value(right)?);
    match binary_op(oparg) {
        BinaryOp::And => Some(a & b),
        BinaryOp::Or => Some(a | b),
        BinaryOp::Xor => Some(a ^ b),
        BinaryOp::Rshift if b >= 0 => Some(a >> b.min(63)),
        BinaryOp::Lshift if (0..=30).contains(&b) && a.unsigned_abs() < 1 << 32 => Some(a << b),
        BinaryOp::FloorDivide if b > 0 => Some(a.div_euclid(b)),
        BinaryOp::Remainder if b > 0 => Some(a.rem_euclid(b)),
        _ => None,
    }
}

/// BINARY_OP; takes over the operands.
#[inline(never)]
pub fn binary(ts: &PyThreadState, oparg: usize, left: Ref, right: Ref) -> Outcome {
    if always_surrogates() && surrogates::is_loaded() {
        return enter_binary(ts, oparg, &left, &right);
    }
    if left.is_exact::<PyLongObject>() && right.is_exact::<PyLongObject>() {
        // SAFETY: the types were checked.
        let (a, b): (&PyLongObject, &PyLongObject) = unsafe { ((*left).cast(), (*right).cast()) };
        let result = match oparg % 13 {
            0 => Some(int::add(a, b)),
            10 => Some(int::sub(a, b)),
            5 => Some(int::mul(a, b)),
            _ => None,
        };
        if let Some(result) = result {
            return result.map(Ref::into_object).into();
        }
    } else if left.is_exact::<PyFloatObject>() && right.is_exact::<PyFloatObject>() {
        // SAFETY: the types were checked.
        let (a, b) = unsafe {
            (
                (*left).cast::<PyFloatObject>().ob_fval.get(),
                (*right).cast::<PyFloatObject>().ob_fval.get(),
            )
        };
        let result = match oparg % 13 {
            0 => Some(a + b),
            10 => Some(a - b),
            5 => Some(a * b),
            11 if b != 0.0 => Some(a / b),
            _ => None,
        };
        if let Some(result) = result {
            return float::from_f64(result).map(Ref::into_object).into();
        }
    }
    binary_slow(ts, oparg, left, right)
}

#[inline(never)]
fn binary_slow(ts: &PyThreadState, oparg: usize, left: Ref, right: Ref) -> Outcome {
    if atomic::is_python_operator(oparg, left.ty(), right.ty()) && surrogates::is_loaded() {
        return enter_binary(ts, oparg, &left, &right);
    }
    let op = binary_op(oparg);
    if op == BinaryOp::Add && left.is_exact::<Str>() && right.is_exact::<Str>() {
        // SAFETY: the types were checked.
        return unsafe {
            let right = right.cast::<Str>();
            str_::append(left.cast(), &right)
                .map(Ref::into_object)
                .into()
        };
    }
    let formats = op == BinaryOp::Remainder && !replay::is_plain(&right);
    if is_native(&left) && is_native(&right) && !formats && !always_surrogates() {
        let result = if oparg >= 13 {
            number::inplace(op, &left, &right)
        } else {
            number::binary(op, &left, &right)
        };
        return result.into();
    }
    if oparg >= 13
        && let Some(task) = task::begin_inplace(op, &left, &right)
    {
        return replay::run_task(ts, task, 0);
    }
    if let (Some(list), 13) = (left.exact::<PyListObject>(), oparg) {
        return super::build::list_iadd(ts, list, &right);
    }
    if oparg >= 13 && atomic::has_inplace(oparg, left.ty()) {
        if !repeats(op, &left) {
            return number::inplace(op, &left, &right).into();
        }
    }
    match task::begin_operator(op, &left, &right) {
        Some(task) => replay::run_task(ts, task, 0),
        None => replay::attempt(ts, binary_job, oparg, &[&left, &right]),
    }
}

/// Whether an operation in place may be begun again. What changes step by step may not; but of sets what was added (or taken out) before may be so
/// again.
pub(super) fn repeats(op: BinaryOp, left: &PyObject) -> bool {
    op != BinaryOp::Xor && left.is_instance::<PySetObject>()
}

/// Whether operators on an object, formatting apart, never run Python, or run it in C code, where that cannot be begun again.
#[inline]
fn is_native(object: &PyObject) -> bool {
    let flags = object.ty().tp_flags.get();
    flags & (tp::INERT | tp::FOREIGN) != 0 && flags & tp::TASKS == 0
}

fn binary_job(job: &Job<'_>) -> PyResult {
    let op = binary_op(job.number);
    if job.number >= 13 {
        number::inplace(op, job.args[0], job.args[1])
    } else {
        number::binary(op, job.args[0], job.args[1])
    }
}

/// UNARY_POSITIVE, UNARY_NEGATIVE, UNARY_INVERT.
pub fn unary(ts: &PyThreadState, op: Op, value: Ref) -> Outcome {
    let name: &Str = match op {
        Op::UNARY_POSITIVE => &names::__pos__,
        Op::UNARY_NEGATIVE => &names::__neg__,
        _ => &names::__invert__,
    };
    if surrogates::is_loaded() && always_surrogates() {
        return surrogates::enter(ts, Known::Unary, &[&value, name]);
    }
    if value.ty().is_heap_type()
        && let Some(method) = typeobject::lookup(value.ty(), name)
        && method.is_exact::<PyFunctionObject>()
    {
        return call_borrowed(ts, method, &[&value]);
    }
    if value.ty().is_heap_type() && surrogates::is_loaded() {
        return surrogates::enter(ts, Known::Unary, &[&value, name]);
    }
    match op {
        Op::UNARY_POSITIVE => number::positive(&value),
        Op::UNARY_NEGATIVE => number::negative(&value),
        _ => number::invert(&value),
    }
    .into()
}

/// COMPARE_OP; takes over the operands.
#[inline(never)]
pub fn compare(ts: &PyThreadState, op: c_int, left: Ref, right: Ref) -> Outcome {
    use std::cmp::Ordering::*;
    if always_surrogates() && surrogates::is_loaded() {
        let outcome = enter_compare(ts, op, &left, &right);
        return uncharged(outcome, replay::is_plain(&left) && replay::is_plain(&right));
    }
    if left.is_exact::<PyLongObject>() && right.is_exact::<PyLongObject>() {
        // SAFETY: the types were checked.
        let order = unsafe { int::compare((*left).cast(), (*right).cast()) };
        let answer = match op {
            cmp::LT => order == Less,
            cmp::LE => order != Greater,
            cmp::EQ => order == Equal,
            cmp::NE => order != Equal,
            cmp::GT => order == Greater,
            _ => order != Less,
        };
        return Outcome::Value(boolean::from(answer));
    }
    if left.is_exact::<PyFloatObject>() && right.is_exact::<PyFloatObject>() {
        // SAFETY: the types were checked.
        let (a, b) = unsafe {
            (
                (*left).cast::<PyFloatObject>().ob_fval.get(),
                (*right).cast::<PyFloatObject>().ob_fval.get(),
            )
        };
        let answer = match op {
            cmp::LT => a < b,
            cmp::LE => a <= b,
            cmp::EQ => a == b,
            cmp::NE => a != b,
            cmp::GT => a > b,
            _ => a >= b,
        };
        return Outcome::Value(boolean::from(answer));
    }
    if (typeobject::is_python_slot_richcompare(left.ty())
        || typeobject::is_python_slot_richcompare(right.ty()))
        && surrogates::is_loaded()
    {
        return enter_compare(ts, op, &left, &right);
    }
    compare_natively(ts, op, &left, &right)
}

/// An operation on plain objects is no call, and no level of recursion, though a surrogate carries it out.
fn uncharged(outcome: Outcome, is_plain: bool) -> Outcome {
    if let (Outcome::Enter(frame), true) = (&outcome, is_plain) {
        frame.frame_flags.set(0);
    }
    outcome
}

#[inline(never)]
fn compare_natively(ts: &PyThreadState, op: c_int, left: &PyObject, right: &PyObject) -> Outcome {
    if replay::is_plain(left) && replay::is_plain(right) {
        return protocol::compare(left, right, op).into();
    }
    fn job(job: &Job<'_>) -> PyResult {
        protocol::compare(job.args[0], job.args[1], job.number as c_int)
    }
    replay::attempt_or(ts, job, op as usize, &[left, right], || {
        filling::begin_compare(left, right, op)
    })
}

#[inline(never)]
fn enter_compare(ts: &PyThreadState, op: c_int, left: &PyObject, right: &PyObject) -> Outcome {
    let entered = with_comparison(left, right, op, |args| {
        Ok(surrogates::enter(ts, Known::Compare, args))
    });
    entered.unwrap_or(Outcome::Raised)
}

/// Hands the operands of the surrogate of comparisons to `f`.
pub fn with_comparison<R>(
    left: &PyObject,
    right: &PyObject,
    op: c_int,
    f: impl FnOnce(&[&PyObject]) -> PyResult<R>,
) -> PyResult<R> {
    let swapped = protocol::swapped(op);
    let (number, reflected) = (int::from_i64(op as i64)?, int::from_i64(swapped as i64)?);
    let (method, reflection) = (COMPARISONS[op as usize], COMPARISONS[swapped as usize]);
    f(&[left, right, &number, &**method, &reflected, &**reflection])
}

/// Whether looking for an item in a container may run Python code.
fn contains_runs_python(container: &PyObject, item: &PyObject) -> bool {
    let ty = container.ty();
    if ty.is_heap_type() {
        // SAFETY: a type's table pointers are null or valid.
        let table = unsafe { ty.tp_as_sequence.get().as_ref() };
        return typeobject::is_python_slot_contains(ty)
            || table.is_none_or(|t| t.sq_contains.get().is_none());
    }
    let items = if let Some(list) = container.exact::<PyListObject>() {
        list.items()
    } else if let Some(tuple) = container.exact::<PyTupleObject>() {
        tuple.items()
    } else {
        return container.is_exact::<PyGenObject>() || crate::asking::steps_python(container);
    };
    let python = |o: &PyObject| typeobject::is_python_slot_richcompare(o.ty());
    python(item) || items.iter().any(|i| python(i))
}

/// Whether a plain item is in a builtin container, if that is found without asking Python.
#[inline(never)]
pub fn contains_plain(container: &PyObject, item: &PyObject) -> Option<PyResult<bool>> {
    if always_surrogates() {
        return None;
    }
    let text = item.exact::<Str>();
    if text.is_none() && !item.is_exact::<PyLongObject>() && !item.is_exact::<PyBytesObject>() {
        return None;
    }
    if let Some(d) = container.exact::<PyDictObject>() {
        return Some(d.contains(item));
    }
    if container.is_exact::<PySetObject>() || container.ty().is(&set::PyFrozenSet_Type) {
        // SAFETY: both types have this layout.
        return Some(unsafe { container.cast::<PySetObject>() }.contains(item));
    }
    let items = if let (Some(all), Some(text)) = (container.exact::<Str>(), text) {
        return Some(Ok(all.contains_text(text)));
    } else if let Some(tuple) = container.exact::<PyTupleObject>() {
        tuple.items()
    } else if let Some(list) = container.exact::<PyListObject>() {
        list.items()
    } else {
        return None;
    };
    for candidate in items {
        if candidate.is(item) {
            return Some(Ok(true));
        }
        match (text, candidate.exact::<Str>()) {
            (Some(a), Some(b)) if a.equals(b) => return Some(Ok(true)),
            (Some(_), Some(_)) => {}
            _ => match (
                item.exact::<PyLongObject>(),
                candidate.exact::<PyLongObject>(),
            ) {
                (Some(a), Some(b)) if int::compare(a, b).is_eq() => return Some(Ok(true)),
                (Some(_), Some(_)) => {}
                _ => return None,
            },
        }
    }
    Some(Ok(false))
}

/// CONTAINS_OP; takes over the operands.
pub fn contains(ts: &PyThreadState, item: Ref, container: Ref, invert: bool) -> Outcome {
    if (always_surrogates() || contains_runs_python(&container, &item)) && surrogates::is_loaded() {
        let invert = boolean::from(invert);
        return surrogates::enter(ts, Known::Contains, &[&container, &item, &invert]);
    }
    if let Some(task) = task::begin_contains(&container, &item, invert) {
        return replay::run_task(ts, task, 0);
    }
    if replay::is_plain(&container) && replay::is_plain(&item) && !always_surrogates() {
        return match protocol::contains(&container, &item) {
            Ok(found) => Outcome::Value(boolean::from(found != invert)),
            Err(Raised) => Outcome::Raised,
        };
    }
    fn job(job: &Job<'_>) -> PyResult {
        let found = protocol::contains(job.args[0], job.args[1])?;
        Ok(boolean::from(found != (job.number != 0)))
    }
    replay::attempt(ts, job, usize::from(invert), &[&container, &item])
}

/// A truth test.
pub enum Truth {
    Known(bool),
    /// The frame of a Python `__bool__` or `__len__`, which answers to `ReturnTo::Branch`.
    Enter(&'static Frame),
    Raised,
}

/// The truth of what is often a boolean.
#[inline(always)]
pub fn truth_of_top(ts: &PyThreadState, top: &PyObject) -> Truth {
    if boolean::is_true(top) {
        Truth::Known(true)
    } else if boolean::is_false(top) {
        Truth::Known(false)
    } else {
        truth(ts, top)
    }
}

/// The truth of a borrowed object.
pub fn truth(ts: &PyThreadState, object: &PyObject) -> Truth {
    if boolean::is_true(object) {
        return Truth::Known(true);
    }
    if boolean::is_false(object) || singletons::is_none(object) {
        return Truth::Known(false);
    }
    let ty = object.ty();
    if !always_surrogates() {
        if let Some(n) = object.exact::<PyLongObject>() {
            return Truth::Known(n.ob_base.ob_size.get() != 0);
        }
        if let Some(text) = object.exact::<Str>() {
            return Truth::Known(text.len() != 0);
        }
        if let Some(list) = object.exact::<PyListObject>() {
            return Truth::Known(list.len() != 0);
        }
        if let Some(tuple) = object.exact::<PyTupleObject>() {
            return Truth::Known(tuple.len() != 0);
        }
    } else if surrogates::is_loaded() && !replay::is_plain(object) {
        // What is plain would count a level for its native `__bool__`, which is no call otherwise.
        return match surrogates::enter(ts, Known::Truth, &[object]) {
            Outcome::Enter(frame) => Truth::Enter(frame),
            _ => Truth::Raised,
        };
    }
    if typeobject::is_python_slot_bool(ty) || typeobject::is_python_slot_len(ty) {
        let method = typeobject::lookup(ty, &names::__bool__)
            .or_else(|| typeobject::lookup(ty, &names::__len__));
        if let Some(method) = method.filter(|m| m.is_exact::<PyFunctionObject>()) {
            match call_borrowed(ts, method, &[object]) {
                Outcome::Enter(frame) => return Truth::Enter(frame),
                Outcome::Raised => return Truth::Raised,
                _ => {}
            }
        }
        fn job(job: &Job<'_>) -> PyResult {
            protocol::truth(job.args[0]).map(boolean::from)
        }
        match replay::attempt(ts, job, 0, &[object]) {
            Outcome::Enter(frame) => return Truth::Enter(frame),
            Outcome::Value(answer) => return Truth::Known(boolean::is_true(&answer)),
            _ => return Truth::Raised,
        }
    }
    match protocol::truth(object) {
        Ok(truth) => Truth::Known(truth),
        Err(Raised) => Truth::Raised,
    }
}

/// What `__bool__` or `__len__` of `object` has answered, as a truth value. TypeError, ValueError, OverflowError.
pub fn truth_of_answer(answer: &PyObject, object: &PyObject) -> PyResult<bool> {
    if boolean::is_true(answer) || boolean::is_false(answer) {
        return Ok(boolean::is_true(answer));
    }
    if typeobject::lookup(object.ty(), &names::__bool__).is_none() {
        return Ok(typeobject::length_of_answer(answer)? != 0);
    }
    Err(raise!(
        TypeError,
        "__bool__ should return bool, returned {}",
        answer.ty().name()
    ))
}

/// What a conditional op does once the truth is known.
pub enum Branched {
    /// Goes on; the object is dropped.
    Fall,
    /// Goes on; the object stays.
    FallKeeping,
    Jump {
        forward: bool,
        pop: bool,
    },
    /// UNARY_NOT: the object is replaced.
    Replace(bool),
}

/// The rest of the conditional op `op` once its object has turned out to be true or false.
pub fn branch(op: Op, truth: bool) -> Branched {
    use Branched::*;
    match op {
        Op::UNARY_NOT => Replace(!truth),
        Op::S_TRUTH => Replace(truth),
        Op::JUMP_IF_FALSE_OR_POP | Op::JUMP_IF_TRUE_OR_POP => {
            if truth == (op == Op::JUMP_IF_TRUE_OR_POP) {
                Jump {
                    forward: true,
                    pop: false,
                }
            } else {
                Fall
            }
        }
        Op::POP_JUMP_FORWARD_IF_FALSE | Op::POP_JUMP_BACKWARD_IF_FALSE if truth => Fall,
        Op::POP_JUMP_FORWARD_IF_TRUE | Op::POP_JUMP_BACKWARD_IF_TRUE if !truth => Fall,
        Op::POP_JUMP_FORWARD_IF_FALSE | Op::POP_JUMP_FORWARD_IF_TRUE => Jump {
            forward: true,
            pop: true,
        },
        Op::POP_JUMP_BACKWARD_IF_FALSE | Op::POP_JUMP_BACKWARD_IF_TRUE => Jump {
            forward: false,
            pop: true,
        },
        _ => FallKeeping,
    }
}

/// A comparison of plain values, by COMPARE_OP's operand.
#[inline(always)]
pub fn compare_values<T: PartialOrd>(op: usize, a: T, b: T) -> bool {
    match op as c_int {
        cmp::LT => a < b,
        cmp::LE => a <= b,
        cmp::EQ => a == b,
        cmp::NE => a != b,
        cmp::GT => a > b,
        _ => a >= b,
    }
}

/// A comparison of texts, by COMPARE_OP's operand.
#[inline]
pub fn compare_text(op: usize, a: &Str, b: &Str) -> bool {
    match op as c_int {
        cmp::EQ => a.equals(b),
        cmp::NE => !a.equals(b),
        cmp::LT => a.order(b).is_lt(),
        cmp::LE => a.order(b).is_le(),
        cmp::GT => a.order(b).is_gt(),
        _ => a.order(b).is_ge(),
    }
}
