//! The operators of ints: values of one or two digits in machine arithmetic, the rest on digit slices.

use super::magnitude::{self, MASK, SHIFT};
use super::{build, from_digits, from_i64, from_i128, one, small};
use crate::*;
use std::cmp::Ordering;

type Int = PyLongObject;
type Answer = PyResult<Ref<PyLongObject>>;

/// `a + b`. Raises MemoryError, as all of these.
#[inline(always)]
pub fn add(a: &Int, b: &Int) -> Answer {
    match (a.single(), b.single()) {
        (Some(x), Some(y)) => from_i64(x + y),
        _ => add_long(a, b, false),
    }
}

/// `a - b`.
#[inline(always)]
pub fn sub(a: &Int, b: &Int) -> Answer {
    match (a.single(), b.single()) {
        (Some(x), Some(y)) => from_i64(x - y),
        _ => add_long(a, b, true),
    }
}

#[inline(never)]
fn add_long(a: &Int, b: &Int, negate: bool) -> Answer {
    if let (Some(x), Some(y)) = (a.double(), b.double()) {
        return from_i64(if negate { x - y } else { x + y });
    }
    let (x, y) = (a.digits(), b.digits());
    let (sign_a, sign_b) = (a.is_negative(), b.is_negative() != negate);
    if sign_a == sign_b {
        return build(sign_a, x.len().max(y.len()) + 1, |out| {
            magnitude::add(x, y, out)
        });
    }
    match magnitude::compare(x, y) {
        Ordering::Equal => Ok(small(0)),
        Ordering::Greater => build(sign_a, x.len(), |out| magnitude::sub(x, y, out)),
        Ordering::Less => build(sign_b, y.len(), |out| magnitude::sub(y, x, out)),
    }
}

/// `a * b`.
#[inline(always)]
pub fn mul(a: &Int, b: &Int) -> Answer {
    match (a.single(), b.single()) {
        (Some(x), Some(y)) => from_i64(x * y),
        _ => mul_long(a, b),
    }
}

#[inline(never)]
fn mul_long(a: &Int, b: &Int) -> Answer {
    if let (Some(x), Some(y)) = (a.double(), b.double()) {
        return from_i128(i128::from(x) * i128::from(y));
    }
    let (x, y) = (a.digits(), b.digits());
    magnitude::ensure(x, y, 5)?;
    build(
        a.is_negative() != b.is_negative(),
        x.len() + y.len(),
        |out| magnitude::mul(x, y, out),
    )
}

/// `a * n`, for an `n` that is no object.
pub fn scale(a: &Int, n: i64) -> Answer {
    if let Some(x) = a.double() {
        return from_i128(i128::from(x) * i128::from(n));
    }
    let size = n.unsigned_abs();
    let digits = [0, 1, 2].map(|k| (size >> (k * magnitude::SHIFT)) as u32 & magnitude::MASK);
    let (x, y) = (a.digits(), magnitude::trim(&digits));
    magnitude::ensure(x, y, 5)?;
    build(a.is_negative() != (n < 0), x.len() + y.len(), |out| {
        magnitude::mul(x, y, out)
    })
}

/// `a // b`. ZeroDivisionError.
#[inline(always)]
pub fn floordiv(a: &Int, b: &Int) -> Answer {
    match (a.single(), b.single()) {
        (Some(x), Some(y)) if y != 0 => from_i64(floor_div(x, y)),
        _ => floordiv_long(a, b),
    }
}

/// `a % b`. ZeroDivisionError.
#[inline(always)]
pub fn rem(a: &Int, b: &Int) -> Answer {
    match (a.single(), b.single()) {
        (Some(x), Some(y)) if y != 0 => from_i64(floor_rem(x, y)),
        _ => rem_long(a, b),
    }
}

/// Rounded towards minus infinity; no overflow for values of two digits.
#[inline(always)]
fn floor_div(x: i64, y: i64) -> i64 {
    // 32-bit division is several times faster where it will do.
    if (x | y) as u64 >> 32 == 0 {
        return i64::from(x as u32 / y as u32);
    }
    let q = x / y;
    if (x % y != 0) && ((x < 0) != (y < 0)) {
        q - 1
    } else {
        q
    }
}

#[inline(always)]
fn floor_rem(x: i64, y: i64) -> i64 {
    if (x | y) as u64 >> 32 == 0 {
        return i64::from(x as u32 % y as u32);
    }
    let r = x % y;
    if r != 0 && ((r < 0) != (y < 0)) {
        r + y
    } else {
        r
    }
}

#[inline(never)]
fn floordiv_long(a: &Int, b: &Int) -> Answer {
    if b.is_zero() {
        return Err(raise!(
            ZeroDivisionError,
            "integer division or modulo by zero"
        ));
    }
    if let (Some(x), Some(y)) = (a.double(), b.double()) {
        return from_i64(floor_div(x, y));
    }
    let (x, y) = (a.digits(), b.digits());
    if let Some(q @ 1..) = magnitude::leading_quotient(x, y) {
        let q = q as i64;
        let negative = a.is_negative() != b.is_negative();
        return from_i64(if negative { -1 - q } else { q });
    }
    magnitude::ensure(x, y, 5)?;
    let (q, r) = magnitude::div_rem(x, y);
    floor_quotient(a, b, q, &r)
}

fn floor_quotient(a: &Int, b: &Int, mut q: Vec<u32>, r: &[u32]) -> Answer {
    let negative = a.is_negative() != b.is_negative();
    if negative && !magnitude::trim(r).is_empty() {
        increment(&mut q);
    }
    from_digits(negative, &q)
}

fn increment(digits: &mut Vec<u32>) {
    for digit in digits.iter_mut() {
        *digit = (*digit + 1) & MASK;
        if *digit != 0 {
            return;
        }
    }
    digits.push(1);
}

#[inline(never)]
fn rem_long(a: &Int, b: &Int) -> Answer {
    if b.is_zero() {
        return Err(raise!(ZeroDivisionError, "integer modulo by zero"));
    }
    if let (Some(x), Some(y)) = (a.double(), b.double()) {
        return from_i64(floor_rem(x, y));
    }
    let r = match *b.digits() {
        [d] => vec![magnitude::rem_digit(a.digits(), d)],
        _ => {
            magnitude::ensure(a.digits(), b.digits(), 5)?;
            magnitude::div_rem(a.digits(), b.digits()).1
        }
    };
    floor_remainder(a, b, &r)
}

/// The remainder with the divisor's sign.
fn floor_remainder(a: &Int, b: &Int, r: &[u32]) -> Answer {
    let r = magnitude::trim(r);
    if r.is_empty() || a.is_negative() == b.is_negative() {
        return from_digits(b.is_negative(), r);
    }
    let d = b.digits();
    build(b.is_negative(), d.len(), |out| magnitude::sub(d, r, out))
}

/// `(a // b, a % b)`. ZeroDivisionError.
pub fn divmod(a: &Int, b: &Int) -> PyResult<(Ref<Int>, Ref<Int>)> {
    if b.is_zero() {
        return Err(raise!(
            ZeroDivisionError,
            "integer division or modulo by zero"
        ));
    }
    if let (Some(x), Some(y)) = (a.double(), b.double()) {
        return Ok((from_i64(floor_div(x, y))?, from_i64(floor_rem(x, y))?));
    }
    magnitude::ensure(a.digits(), b.digits(), 5)?;
    let (q, r) = magnitude::div_rem(a.digits(), b.digits());
    let remainder = floor_remainder(a, b, &r)?;
    Ok((floor_quotient(a, b, q, &r)?, remainder))
}

/// `a / b`, correctly rounded. ZeroDivisionError, OverflowError.
#[inline]
pub fn true_div(a: &Int, b: &Int) -> PyResult<f64> {
    const EXACT: i64 = 1 << f64::MANTISSA_DIGITS;
    match (a.double(), b.double()) {
        (_, Some(0)) => Err(raise!(ZeroDivisionError, "division by zero")),
        (Some(x), Some(y)) if x.abs() <= EXACT && y.abs() <= EXACT => Ok(x as f64 / y as f64),
        _ => super::convert::true_div_long(a, b),
    }
}

/// Three-way comparison.
#[inline(always)]
pub fn compare(a: &Int, b: &Int) -> Ordering {
    match (a.single(), b.single()) {
        (Some(x), Some(y)) => x.cmp(&y),
        _ => compare_long(a, b),
    }
}

#[inline(never)]
fn compare_long(a: &Int, b: &Int) -> Ordering {
    let (x, y) = (a.ob_base.ob_size.get(), b.ob_base.ob_size.get());
    x.cmp(&y).then_with(|| {
        let order = magnitude::compare(a.digits(), b.digits());
        if x < 0 { order.reverse() } else { order }
    })
}

/// `a == b`.
#[inline(always)]
pub fn equal(a: &Int, b: &Int) -> bool {
    match (a.single(), b.single()) {
        (Some(x), Some(y)) => x == y,
        _ => a.ob_base.ob_size.get() == b.ob_base.ob_size.get() && a.digits() == b.digits(),
    }
}

/// `-a`.
#[inline]
pub fn negative(a: &Int) -> Answer {
    match a.double() {
        Some(x) => from_i64(-x),
        None => from_digits(!a.is_negative(), a.digits()),
    }
}

/// `abs(a)`.
pub fn absolute(a: &Int) -> Answer {
    if a.is_negative() {
        negative(a)
    } else {
        super::to_exact(a)
    }
}

/// `~a`.
#[inline]
pub fn invert(a: &Int) -> Answer {
    match a.double() {
        Some(x) => from_i64(!x),
        None => {
            let sum = add(a, &one())?;
            negative(&sum)
        }
    }
}

/// A bitwise operation on magnitudes; what has fewer digits has zeros above.
#[inline(always)]
fn bitwise_positive(a: &[u32], b: &[u32], op: impl Fn(u32, u32) -> u32) -> Answer {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    // Digits above the shorter one's stay (`|`, `^`), or go.
    let len = if op(1, 0) == 0 { b.len() } else { a.len() };
    build(false, len, |out| {
        for ((place, &x), &y) in out.iter_mut().zip(a).zip(b) {
            *place = op(x, y);
        }
        if len > b.len() {
            out[b.len()..].copy_from_slice(&a[b.len()..]);
        }
    })
}

macro_rules! bit_operator {
    ($(#[$doc:meta])* $name:ident, $op:tt) => {
        $(#[$doc])*
        #[inline]
        pub fn $name(a: &Int, b: &Int) -> Answer {
            if let (Some(x), Some(y)) = (a.double(), b.double()) {
                return from_i64(x $op y);
            }
            if !a.is_negative() && !b.is_negative() {
                return bitwise_positive(a.digits(), b.digits(), |x, y| x $op y);
            }
            magnitude::ensure(a.digits(), b.digits(), 3)?;
            let (negative, digits) = magnitude::bitwise(
                (a.is_negative(), a.digits()),
                (b.is_negative(), b.digits()),
                |x, y| x $op y,
            );
            from_digits(negative, &digits)
        }
    };
}

bit_operator!(
    /// `a & b`.
    and, &
);
bit_operator!(
    /// `a | b`.
    or, |
);
bit_operator!(
    /// `a ^ b`.
    xor, ^
);

/// The count of a shift; `None` if it exceeds any number of bits there can be. ValueError for a negative one.
fn shift_count(b: &Int) -> PyResult<Option<usize>> {
    if b.is_negative() {
        return Err(raise!(ValueError, "negative shift count"));
    }
    Ok(b.to_i64().map(|n| n as usize))
}

/// `a << b`. ValueError, OverflowError.
#[inline]
pub fn lshift(a: &Int, b: &Int) -> Answer {
    if let (Some(x), Some(y @ 0..=31)) = (a.single(), b.single()) {
        return from_i64(x << y);
    }
    lshift_long(a, b)
}

#[inline(never)]
fn lshift_long(a: &Int, b: &Int) -> Answer {
    let count = shift_count(b)?;
    if a.is_zero() {
        return Ok(small(0));
    }
    let Some(count) = count else {
        return Err(raise!(OverflowError, "too many digits in integer"));
    };
    shift_left(a, count)
}

/// `a << count`.
pub(super) fn shift_left(a: &Int, count: usize) -> Answer {
    let digits = a.digits();
    let len = digits.len() + count / SHIFT as usize + 1;
    if len > isize::MAX as usize / 8 {
        return Err(raise!(OverflowError, "too many digits in integer"));
    }
    build(a.is_negative(), len, |out| {
        magnitude::shl(digits, count, out)
    })
}

/// `a >> b`, rounded towards minus infinity. ValueError.
#[inline]
pub fn rshift(a: &Int, b: &Int) -> Answer {
    if let (Some(x), Some(y @ 0..=63)) = (a.double(), b.single()) {
        return from_i64(x >> y);
    }
    rshift_long(a, b)
}

#[inline(never)]
fn rshift_long(a: &Int, b: &Int) -> Answer {
    let count = shift_count(b)?.unwrap_or(usize::MAX);
    magnitude::ensure(a.digits(), &[], 1)?;
    let (mut digits, lost) = magnitude::shr(a.digits(), count);
    if a.is_negative() && lost {
        increment(&mut digits);
    }
    from_digits(a.is_negative(), &digits)
}
