//! Arithmetic on constants, as Python would do it. `None` where Python would raise, or where the result is not worth having.

use hotpy_code::{Const, PyStr};
use num_bigint::{BigInt, Sign};
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::ast::{Operator, UnaryOp};

/// Results larger than these are left to run time.
const MAX_INT_BITS: u64 = 128;
const MAX_STR: usize = 4096;
const MAX_COLLECTION: usize = 256;
const MAX_ITEMS: i64 = 1024;

/// Python truth of a constant.
pub fn truth(c: &Const) -> bool {
    match c {
        Const::None => false,
        Const::Ellipsis | Const::Code(_) => true,
        Const::Bool(b) => *b,
        Const::Int(i) => !i.is_zero(),
        Const::Float(f) => *f != 0.0,
        Const::Complex { re, im } => *re != 0.0 || *im != 0.0,
        Const::Str(s) => !s.0.is_empty(),
        Const::Bytes(b) => !b.is_empty(),
        Const::Tuple(t) | Const::FrozenSet(t) => !t.is_empty(),
    }
}

/// A constant as an int, bools included.
pub fn as_int(c: &Const) -> Option<BigInt> {
    match c {
        Const::Int(i) => Some(i.clone()),
        Const::Bool(b) => Some(BigInt::from(*b as u8)),
        _ => None,
    }
}

pub fn unary(op: UnaryOp, c: &Const) -> Option<Const> {
    match op {
        UnaryOp::Not => return Some(Const::Bool(!truth(c))),
        UnaryOp::Invert => return Some(Const::Int(!as_int(c)?)),
        UnaryOp::UAdd | UnaryOp::USub => {}
    }
    let negate = matches!(op, UnaryOp::USub);
    Some(match c {
        Const::Float(f) => Const::Float(if negate { -f } else { *f }),
        Const::Complex { re, im } if negate => Const::Complex { re: -re, im: -im },
        Const::Complex { .. } => c.clone(),
        _ => {
            let i = as_int(c)?;
            Const::Int(if negate { -i } else { i })
        }
    })
}

/// `left op right`.
pub fn binary(left: &Const, op: Operator, right: &Const) -> Option<Const> {
    if let (Some(a), Some(b)) = (as_int(left), as_int(right)) {
        if let (Const::Bool(a), Const::Bool(b)) = (left, right) {
            match op {
                Operator::BitAnd => return Some(Const::Bool(a & b)),
                Operator::BitOr => return Some(Const::Bool(a | b)),
                Operator::BitXor => return Some(Const::Bool(a ^ b)),
                _ => {}
            }
        }
        return int_op(&a, op, &b);
    }
    match (complexity(left)?, complexity(right)?) {
        (Kind::Sequence, _) | (_, Kind::Sequence) => sequence_op(left, op, right),
        (Kind::Complex, _) | (_, Kind::Complex) => {
            complex_op(as_complex(left)?, op, as_complex(right)?)
        }
        _ => float_op(as_float(left)?, op, as_float(right)?),
    }
}

#[derive(PartialEq)]
enum Kind {
    Real,
    Complex,
    Sequence,
}

fn complexity(c: &Const) -> Option<Kind> {
    Some(match c {
        Const::Bool(_) | Const::Int(_) | Const::Float(_) => Kind::Real,
        Const::Complex { .. } => Kind::Complex,
        Const::Str(_) | Const::Bytes(_) | Const::Tuple(_) | Const::FrozenSet(_) => Kind::Sequence,
        _ => return None,
    })
}

fn as_float(c: &Const) -> Option<f64> {
    match c {
        Const::Float(f) => Some(*f),
        _ => int_to_float(&as_int(c)?),
    }
}

/// Correctly rounded; None on overflow.
fn int_to_float(i: &BigInt) -> Option<f64> {
    let f = i.to_f64()?;
    f.is_finite().then_some(f)
}

fn as_complex(c: &Const) -> Option<(f64, f64)> {
    match c {
        Const::Complex { re, im } => Some((*re, *im)),
        _ => Some((as_float(c)?, 0.0)),
    }
}

/// Quotient and remainder rounded towards minus infinity.
fn floor_divide(a: &BigInt, b: &BigInt) -> Option<(BigInt, BigInt)> {
    if b.is_zero() {
        return None;
    }
    let (mut q, mut r) = (a / b, a % b);
    if !r.is_zero() && (r.is_negative() != b.is_negative()) {
        q -= 1;
        r += b;
    }
    Some((q, r))
}

fn int_op(a: &BigInt, op: Operator, b: &BigInt) -> Option<Const> {
    Some(Const::Int(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => {
            if !a.is_zero() && !b.is_zero() && a.bits() + b.bits() > MAX_INT_BITS {
                return None;
            }
            a * b
        }
        Operator::Div => return Some(Const::Float(true_divide(a, b)?)),
        Operator::FloorDiv => floor_divide(a, b)?.0,
        Operator::Mod => floor_divide(a, b)?.1,
        Operator::Pow => {
            if b.is_negative() {
                return float_op(int_to_float(a)?, op, int_to_float(b)?);
            }
            let exponent = b.to_u64();
            if !a.is_zero() && !b.is_zero() && a.bits() > MAX_INT_BITS / exponent? {
                return None;
            }
            if a.is_zero() || a.is_one() {
                return Some(Const::Int(if b.is_zero() {
                    BigInt::one()
                } else {
                    a.clone()
                }));
            }
            a.pow(exponent?.to_u32()?)
        }
        Operator::LShift => {
            if b.is_negative() {
                return None;
            }
            if a.is_zero() || b.is_zero() {
                return Some(Const::Int(a.clone()));
            }
            let shift = b.to_u64()?;
            if shift > MAX_INT_BITS || a.bits() > MAX_INT_BITS - shift {
                return None;
            }
            a << shift
        }
        Operator::RShift => {
            if b.is_negative() {
                return None;
            }
            match b.to_u64() {
                Some(shift) if shift <= a.bits() => a >> shift,
                _ => BigInt::from(if a.is_negative() { -1 } else { 0 }),
            }
        }
        Operator::BitOr => a | b,
        Operator::BitXor => a ^ b,
        Operator::BitAnd => a & b,
        Operator::MatMult => return None,
    }))
}

/// Correctly rounded `a / b`.
fn true_divide(a: &BigInt, b: &BigInt) -> Option<f64> {
    if b.is_zero() {
        return None;
    }
    if a.is_zero() {
        return Some(if b.is_negative() { -0.0 } else { 0.0 });
    }
    let negative = a.is_negative() != b.is_negative();
    let (a, b) = (a.abs(), b.abs());
    // Scale so that the quotient has 64 to 66 bits, keep a sticky bit, and let the conversion round once.
    let shift = 65 - (a.bits() as i64 - b.bits() as i64);
    let (n, d) = if shift >= 0 {
        (&a << shift as u64, b)
    } else {
        (a, &b << (-shift) as u64)
    };
    let (mut q, r) = (&n / &d, &n % &d);
    // Subnormal results have fewer bits to round to: round once, at the right place.
    let exponent = q.bits() as i64 - shift;
    let keep = if exponent < -1021 {
        53 - (-1021 - exponent)
    } else {
        53
    };
    if keep < 0 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    let drop = q.bits() as i64 - keep;
    let half = BigInt::one() << (drop - 1) as u64;
    let rest = &q & ((BigInt::one() << drop as u64) - 1u32);
    q >>= drop as u64;
    if rest > half || (rest == half && (!r.is_zero() || q.bit(0))) {
        q += 1;
    }
    let scale = drop - shift;
    let mantissa = q.to_f64()?;
    // Two steps, so that neither factor overflows or is subnormal before its time.
    let result = if scale < -1000 {
        mantissa * 2f64.powi(-1000) * 2f64.powi((scale + 1000) as i32)
    } else if scale > 1023 {
        return None;
    } else {
        mantissa * 2f64.powi(scale as i32)
    };
    result
        .is_finite()
        .then_some(if negative { -result } else { result })
}

fn float_op(a: f64, op: Operator, b: f64) -> Option<Const> {
    Some(Const::Float(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        Operator::FloorDiv if b != 0.0 => float_divmod(a, b).0,
        Operator::Mod if b != 0.0 => float_divmod(a, b).1,
        Operator::Pow => return float_pow(a, b),
        _ => return None,
    }))
}

fn float_divmod(a: f64, b: f64) -> (f64, f64) {
    let mut modulo = a % b;
    let mut div = (a - modulo) / b;
    if modulo != 0.0 {
        if (b < 0.0) != (modulo < 0.0) {
            modulo += b;
            div -= 1.0;
        }
    } else {
        modulo = 0f64.copysign(b);
    }
    let floor = if div != 0.0 {
        let floor = div.floor();
        if div - floor > 0.5 {
            floor + 1.0
        } else {
            floor
        }
    } else {
        0f64.copysign(a / b)
    };
    (floor, modulo)
}

fn float_pow(a: f64, b: f64) -> Option<Const> {
    if a == 0.0 && b < 0.0 {
        return None;
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        return complex_op((a, 0.0), Operator::Pow, (b, 0.0));
    }
    let result = a.powf(b);
    if result.is_infinite() && a.is_finite() && b.is_finite() {
        return None;
    }
    Some(Const::Float(result))
}

type Cx = (f64, f64);

fn c_mul(a: Cx, b: Cx) -> Cx {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn c_div(a: Cx, b: Cx) -> Option<Cx> {
    let (re, im) = (b.0.abs(), b.1.abs());
    if re >= im {
        if re == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let denom = b.0 + b.1 * ratio;
        Some(((a.0 + a.1 * ratio) / denom, (a.1 - a.0 * ratio) / denom))
    } else if im >= re {
        let ratio = b.0 / b.1;
        let denom = b.0 * ratio + b.1;
        Some(((a.0 * ratio + a.1) / denom, (a.1 * ratio - a.0) / denom))
    } else {
        Some((f64::NAN, f64::NAN))
    }
}

fn c_pow(a: Cx, b: Cx) -> Option<Cx> {
    if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0 {
        let mut n = b.0.abs() as u32;
        let (mut result, mut power) = ((1.0, 0.0), a);
        while n > 0 {
            if n & 1 == 1 {
                result = c_mul(result, power);
            }
            n >>= 1;
            power = c_mul(power, power);
        }
        return if b.0 > 0.0 {
            Some(result)
        } else {
            c_div((1.0, 0.0), result)
        };
    }
    if b == (0.0, 0.0) {
        return Some((1.0, 0.0));
    }
    if a == (0.0, 0.0) {
        return if b.1 != 0.0 || b.0 < 0.0 {
            None
        } else {
            Some((0.0, 0.0))
        };
    }
    let abs = a.0.hypot(a.1);
    let mut len = abs.powf(b.0);
    let angle = a.1.atan2(a.0);
    let mut phase = angle * b.0;
    if b.1 != 0.0 {
        len *= (-angle * b.1).exp();
        phase += b.1 * abs.ln();
    }
    Some((len * phase.cos(), len * phase.sin()))
}

fn complex_op(a: Cx, op: Operator, b: Cx) -> Option<Const> {
    let (re, im) = match op {
        Operator::Add => (a.0 + b.0, a.1 + b.1),
        Operator::Sub => (a.0 - b.0, a.1 - b.1),
        Operator::Mult => c_mul(a, b),
        Operator::Div => c_div(a, b)?,
        Operator::Pow => {
            let (re, im) = c_pow(a, b)?;
            if !re.is_finite() || !im.is_finite() {
                return None;
            }
            (re, im)
        }
        _ => return None,
    };
    Some(Const::Complex { re, im })
}

fn sequence_op(left: &Const, op: Operator, right: &Const) -> Option<Const> {
    match op {
        Operator::Add => Some(match (left, right) {
            (Const::Str(a), Const::Str(b)) => {
                Const::Str(PyStr([&a.0[..], &b.0[..]].concat().into()))
            }
            (Const::Bytes(a), Const::Bytes(b)) => Const::Bytes([&a[..], &b[..]].concat().into()),
            (Const::Tuple(a), Const::Tuple(b)) => {
                Const::Tuple(a.iter().chain(b.iter()).cloned().collect())
            }
            _ => return None,
        }),
        Operator::Mult => match (as_int(left), as_int(right)) {
            (Some(n), None) => repeat(right, &n),
            (None, Some(n)) => repeat(left, &n),
            _ => None,
        },
        _ => None,
    }
}

fn repeat(seq: &Const, times: &BigInt) -> Option<Const> {
    let negative = times.sign() == Sign::Minus;
    let n = if negative { Some(0) } else { times.to_usize() };
    let within =
        |len: usize, max: usize| len == 0 || (!negative && n.is_some_and(|n| n <= max / len));
    let n = n.unwrap_or(0);
    Some(match seq {
        Const::Str(s) if within(str_len(s), MAX_STR) => Const::Str(PyStr(s.0.repeat(n).into())),
        Const::Bytes(b) if within(b.len(), MAX_STR) => Const::Bytes(b.repeat(n).into()),
        Const::Tuple(t) if within(t.len(), MAX_COLLECTION) => {
            if n > 0 && !t.is_empty() && items_left(seq, MAX_ITEMS) < 0 {
                return None;
            }
            Const::Tuple(std::iter::repeat_n(&t[..], n).flatten().cloned().collect())
        }
        _ => return None,
    })
}

fn items_left(c: &Const, mut limit: i64) -> i64 {
    if let Const::Tuple(t) = c {
        limit -= t.len() as i64;
        for item in t.iter() {
            if limit < 0 {
                break;
            }
            limit = items_left(item, limit);
        }
    }
    limit
}

/// Number of code points.
pub fn str_len(s: &PyStr) -> usize {
    s.0.iter().filter(|&&b| b & 0xc0 != 0x80).count()
}

/// `seq[index]`.
pub fn subscript(seq: &Const, index: &Const) -> Option<Const> {
    let index = as_int(index)?.to_i64()?;
    let at = |len: usize| {
        let i = if index < 0 { index + len as i64 } else { index };
        usize::try_from(i).ok().filter(|&i| i < len)
    };
    match seq {
        Const::Tuple(t) => Some(t[at(t.len())?].clone()),
        Const::Bytes(b) => Some(Const::Int(b[at(b.len())?].into())),
        Const::Str(s) => {
            let n = at(str_len(s))?;
            let starts =
                s.0.iter()
                    .enumerate()
                    .filter(|(_, b)| **b & 0xc0 != 0x80)
                    .map(|(i, _)| i);
            let mut bounds = starts.chain([s.0.len()]).skip(n);
            let (from, to) = (bounds.next()?, bounds.next()?);
            Some(Const::Str(PyStr(s.0[from..to].into())))
        }
        _ => None,
    }
}

/// A constant such that equal keys mean equal Python values: `1`, `1.0` and `True` have one key.
fn equality_key(c: &Const) -> Const {
    match c {
        Const::Bool(b) => Const::Int(BigInt::from(*b as u8)),
        Const::Complex { re, im } if *im == 0.0 => equality_key(&Const::Float(*re)),
        Const::Float(f) if f.fract() == 0.0 => {
            num_traits::FromPrimitive::from_f64(*f).map_or_else(|| c.clone(), Const::Int)
        }
        Const::Tuple(t) => Const::Tuple(t.iter().map(equality_key).collect()),
        _ => c.clone(),
    }
}

/// Whether two constants are equal in Python.
pub fn equal(a: &Const, b: &Const) -> bool {
    equality_key(a) == equality_key(b)
}

/// A frozenset of these items, the first of equal ones kept.
pub fn frozenset(items: impl IntoIterator<Item = Const>) -> Const {
    let mut seen = std::collections::HashSet::new();
    Const::FrozenSet(
        items
            .into_iter()
            .filter(|c| seen.insert(equality_key(c)))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(i: i64) -> Const {
        Const::Int(i.into())
    }

    #[test]
    fn integers() {
        assert_eq!(binary(&int(-7), Operator::FloorDiv, &int(2)), Some(int(-4)));
        assert_eq!(binary(&int(-7), Operator::Mod, &int(2)), Some(int(1)));
        assert_eq!(
            binary(&int(7), Operator::Div, &int(2)),
            Some(Const::Float(3.5))
        );
        assert_eq!(
            binary(&int(1), Operator::Div, &int(3)),
            Some(Const::Float(1.0 / 3.0))
        );
        assert_eq!(
            binary(&int(2), Operator::Pow, &int(-1)),
            Some(Const::Float(0.5))
        );
        assert_eq!(binary(&int(1), Operator::LShift, &int(200)), None);
        assert_eq!(binary(&int(-1), Operator::RShift, &int(200)), Some(int(-1)));
        assert_eq!(binary(&int(1), Operator::FloorDiv, &int(0)), None);
        let big = Const::Int(BigInt::one() << 2000u32);
        assert_eq!(binary(&big, Operator::Div, &big), Some(Const::Float(1.0)));
        assert_eq!(binary(&big, Operator::Div, &int(1)), None);
        let tiny = binary(
            &int(1),
            Operator::Div,
            &Const::Int(BigInt::one() << 1074u32),
        );
        assert_eq!(tiny, Some(Const::Float(5e-324)));
    }

    #[test]
    fn sequences() {
        let s = Const::Str("aé".into());
        assert_eq!(subscript(&s, &int(-1)), Some(Const::Str("é".into())));
        assert_eq!(
            binary(&s, Operator::Mult, &int(2)),
            Some(Const::Str("aéaé".into()))
        );
        assert_eq!(binary(&s, Operator::Mult, &int(5000)), None);
        let f = frozenset([int(1), Const::Bool(true), Const::Float(1.0), int(2)]);
        assert_eq!(f, Const::FrozenSet([int(1), int(2)].into_iter().collect()));
    }
}
