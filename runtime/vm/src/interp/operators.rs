//! Operators from bytecode: fast paths for exact builtin types; otherwise the number protocol.

use crate::calls::{Outcome, call_borrowed};
use hotpy_isa::Op;
use hotpy_objects::flags::cmp;
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

/// BINARY_OP; takes over the operands.
#[inline(always)]
pub fn binary(ts: &PyThreadState, oparg: usize, left: Ref, right: Ref) -> Outcome {
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
fn binary_slow(_ts: &PyThreadState, oparg: usize, left: Ref, right: Ref) -> Outcome {
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
    let result = if oparg >= 13 {
        number::inplace(op, &left, &right)
    } else {
        number::binary(op, &left, &right)
    };
    result.into()
}

/// UNARY_POSITIVE, UNARY_NEGATIVE, UNARY_INVERT.
pub fn unary(_ts: &PyThreadState, op: Op, value: Ref) -> Outcome {
    match op {
        Op::UNARY_POSITIVE => number::positive(&value),
        Op::UNARY_NEGATIVE => number::negative(&value),
        _ => number::invert(&value),
    }
    .into()
}

/// COMPARE_OP; takes over the operands.
#[inline(always)]
pub fn compare(_ts: &PyThreadState, op: c_int, left: Ref, right: Ref) -> Outcome {
    use std::cmp::Ordering::*;
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
    protocol::compare(&left, &right, op).into()
}

/// CONTAINS_OP; takes over the operands.
pub fn contains(_ts: &PyThreadState, item: Ref, container: Ref, invert: bool) -> Outcome {
    match protocol::contains(&container, &item) {
        Ok(found) => Outcome::Value(boolean::from(found != invert)),
        Err(Raised) => Outcome::Raised,
    }
}

/// A truth test.
pub enum Truth {
    Known(bool),
    /// The frame of a Python `__bool__` or `__len__`, which answers to `ReturnTo::Branch`.
    Enter(&'static Frame),
    Raised,
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
    if typeobject::is_python_slot_bool(ty) {
        let method = typeobject::lookup(ty, &names::__bool__)
            .or_else(|| typeobject::lookup(ty, &names::__len__));
        if let Some(method) = method.filter(|m| m.is_exact::<PyFunctionObject>()) {
            match call_borrowed(ts, method, &[object]) {
                Outcome::Enter(frame) => return Truth::Enter(frame),
                Outcome::Raised => return Truth::Raised,
                _ => {}
            }
        }
    }
    match protocol::truth(object) {
        Ok(truth) => Truth::Known(truth),
        Err(Raised) => Truth::Raised,
    }
}

/// What `__bool__` or `__len__` has answered, as a truth value. TypeError, ValueError, OverflowError.
pub fn truth_of_answer(answer: &PyObject) -> PyResult<bool> {
    if boolean::is_true(answer) || boolean::is_false(answer) {
        return Ok(boolean::is_true(answer));
    }
    // `__len__`, or a wrong type from `__bool__`: the caller's object tells which method it was.
    if number::has_index(answer) {
        let length = number::index(answer)?;
        if length.is_negative() {
            return Err(raise!(ValueError, "__len__() should return >= 0"));
        }
        if length.to_i64().is_none() {
            return Err(raise!(
                OverflowError,
                "cannot fit 'int' into an index-sized integer"
            ));
        }
        return Ok(length.sign() != 0);
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
