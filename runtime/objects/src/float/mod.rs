//! `float`: IEEE double precision.
//!
//! Values and their arithmetic are here, text in `text`, the type's tables in `methods`.

use crate::*;
use std::cmp::Ordering;

mod methods;
pub mod text;

pub use methods::PyFloat_Type;
pub(crate) use methods::parse_buffer;
pub use text::{format_f64, parse, repr_f64};

builtin!(PyFloatObject = PyFloat_Type);

/// Raises MemoryError.
#[inline(always)]
pub fn from_f64(value: f64) -> PyResult<Ref<PyFloatObject>> {
    mem::create(&PyFloat_Type, |header| PyFloatObject {
        ob_base: header,
        ob_fval: Cell::new(value),
    })
}

impl PyFloatObject {
    #[inline(always)]
    pub fn value(&self) -> f64 {
        self.ob_fval.get()
    }
}

/// The object as a float (or an instance of a subclass).
#[inline(always)]
pub fn of(object: &PyObject) -> Option<&PyFloatObject> {
    object.downcast::<PyFloatObject>()
}

#[inline(always)]
pub fn is_exact(object: &PyObject) -> bool {
    object.is_exact::<PyFloatObject>()
}

/// Gives up a reference to an exact float, faster than dropping it.
///
/// # Safety
/// The float's type is exactly `float`.
#[inline(always)]
pub unsafe fn discard(value: Ref<PyFloatObject>) {
    let object = value.into_raw().cast::<PyObject>();
    // SAFETY: the reference was ours; an exact float owns nothing.
    unsafe {
        let count = (*object).ob_refcnt.get() - 1;
        (*object).ob_refcnt.set(count);
        if count == 0 {
            mem::free_object(object);
        }
    }
}

/// `a / b`. ZeroDivisionError.
#[inline(always)]
pub fn true_div(a: f64, b: f64) -> PyResult<f64> {
    if b == 0.0 {
        return Err(raise!(ZeroDivisionError, "float division by zero"));
    }
    Ok(a / b)
}

/// The remainder with the divisor's sign, also that of a zero.
#[inline]
fn floor_rem(a: f64, b: f64) -> f64 {
    let r = a % b;
    if r == 0.0 {
        return 0f64.copysign(b);
    }
    if (b < 0.0) != (r < 0.0) { r + b } else { r }
}

/// `a % b`. ZeroDivisionError.
#[inline]
pub fn rem(a: f64, b: f64) -> PyResult<f64> {
    if b == 0.0 {
        return Err(raise!(ZeroDivisionError, "float modulo"));
    }
    Ok(floor_rem(a, b))
}

/// (floor of the quotient, remainder) for `b` other than zero.
#[inline]
fn floor_div_rem(a: f64, b: f64) -> (f64, f64) {
    let truncated = a % b;
    let mut quotient = (a - truncated) / b;
    let mut remainder = truncated;
    if remainder == 0.0 {
        remainder = 0f64.copysign(b);
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder += b;
        quotient -= 1.0;
    }
    // The quotient is nearly an integer; the nearest one is meant.
    let quotient = if quotient == 0.0 {
        0f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 {
            floor + 1.0
        } else {
            floor
        }
    };
    (quotient, remainder)
}

/// `a // b`. ZeroDivisionError.
#[inline]
pub fn floordiv(a: f64, b: f64) -> PyResult<f64> {
    if b == 0.0 {
        return Err(raise!(ZeroDivisionError, "float floor division by zero"));
    }
    Ok(floor_div_rem(a, b).0)
}

/// `divmod(a, b)`. ZeroDivisionError.
pub fn divmod(a: f64, b: f64) -> PyResult<(f64, f64)> {
    if b == 0.0 {
        return Err(raise!(ZeroDivisionError, "float divmod()"));
    }
    Ok(floor_div_rem(a, b))
}

/// What `**` answers.
#[derive(Debug, PartialEq)]
pub enum Power {
    Real(f64),
    /// A negative base with a fractional exponent: complex arithmetic decides.
    Complex,
}

fn is_odd(x: f64) -> bool {
    (x.abs() % 2.0) == 1.0
}

/// The cases of `**` in which C libraries or Python have ideas of their own, and whether the sign is to be turned.
/// `None` stands for division by zero.
fn power(a: f64, b: f64) -> Option<Power> {
    let real = |value| Some(Power::Real(value));
    if b == 0.0 || a == 1.0 {
        return real(1.0);
    }
    if a.is_nan() || b.is_nan() {
        return real(f64::NAN);
    }
    if b.is_infinite() {
        let size = a.abs();
        return real(if size == 1.0 {
            1.0
        } else if (b > 0.0) == (size > 1.0) {
            f64::INFINITY
        } else {
            0.0
        });
    }
    let odd = is_odd(b);
    if a.is_infinite() {
        let size = if b > 0.0 { f64::INFINITY } else { 0.0 };
        return real(if odd { size.copysign(a) } else { size });
    }
    if a == 0.0 {
        if b < 0.0 {
            return None;
        }
        return real(if odd { a } else { 0.0 });
    }
    if a < 0.0 && b != b.floor() {
        return Some(Power::Complex);
    }
    let size = a.abs().powf(b);
    real(if a < 0.0 && odd { -size } else { size })
}

/// `a ** b`. ZeroDivisionError, OverflowError.
pub fn pow(a: f64, b: f64) -> PyResult<Power> {
    match power(a, b) {
        None => Err(raise!(
            ZeroDivisionError,
            "0.0 cannot be raised to a negative power"
        )),
        Some(Power::Real(value)) if value.is_infinite() && a.is_finite() && b.is_finite() => {
            Err(range_error())
        }
        Some(power) => Ok(power),
    }
}

/// `a ** b` where that is a float and raises nothing.
pub fn plain_pow(a: f64, b: f64) -> Option<f64> {
    match power(a, b) {
        Some(Power::Real(value)) if value.is_finite() || a.is_infinite() || b.is_infinite() => {
            Some(value)
        }
        _ => None,
    }
}

/// OverflowError with the C library's errno and text as arguments.
fn range_error() -> Raised {
    let build = || {
        let text = errors::errno_message(libc::ERANGE);
        tuple::from_owned(vec![
            int::from_i64(libc::ERANGE.into())?.into_object(),
            str_::decode_fs(&text)?.into_object(),
        ])
    };
    match build() {
        Ok(args) => errors::raise_value(&exceptions::OverflowError, Some(&args)),
        Err(raised) => raised,
    }
}

/// Compares a float (not nan) with an int, exactly.
pub fn compare_int(a: f64, b: &PyLongObject) -> Ordering {
    if let Some(small) = b.single() {
        return a.partial_cmp(&(small as f64)).unwrap_or(Ordering::Equal);
    }
    let sign = b.sign();
    let flip = |order: Ordering| if sign < 0 { order.reverse() } else { order };
    if a.is_infinite() || a.signum() as i32 != sign || a.abs() < 1.0 {
        return if a.is_infinite() || a.abs() >= 1.0 {
            a.partial_cmp(&0.0).unwrap_or(Ordering::Equal)
        } else {
            flip(Ordering::Less)
        };
    }
    // Same sign, both at least one: compare magnitudes, first by their bits.
    let size = a.abs();
    let exponent = (size.to_bits() >> 52) as i64 - 1023;
    let order = (exponent + 1).cmp(&(b.bit_length() as i64)).then_with(|| {
        let mantissa = (size.to_bits() & ((1 << 52) - 1)) | 1 << 52;
        let (top, below, sticky) = int::magnitude::top_bits(b.digits());
        let top = top << top.leading_zeros();
        // Below 2**52 the float's last bits are a fraction, which the int's aligned zeros stand against.
        debug_assert!(below >= 0);
        (mantissa << 11).cmp(&top).then(if sticky {
            Ordering::Less
        } else {
            Ordering::Equal
        })
    });
    flip(order)
}

/// The hash of numbers; nan hashes by its object's address, so that a dict may hold several.
#[inline]
pub fn hash_f64(object: Option<&PyObject>, value: f64) -> isize {
    const BITS: u32 = 61;
    const MODULUS: u64 = (1 << BITS) - 1;
    // Integers of up to 60 bits are their own hash.
    if value.abs() < (1u64 << 60) as f64 && value == value.trunc() {
        let hash = value as isize;
        return if hash == -1 { -2 } else { hash };
    }
    if value.is_nan() {
        let address = object.map_or(0, |o| o.as_ptr() as usize);
        let hash = address.rotate_right(4) as isize;
        return if hash == -1 { -2 } else { hash };
    }
    if value.is_infinite() {
        return if value > 0.0 { 314_159 } else { -314_159 };
    }
    let bits = value.to_bits();
    let field = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if field == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, field - 1075)
    };
    // Multiplication by 2**k modulo 2**61 - 1 rotates.
    let turn = exponent.rem_euclid(i64::from(BITS)) as u32;
    let rotated = (mantissa << turn & MODULUS) | mantissa >> (BITS - turn);
    let hash = if value < 0.0 {
        -(rotated as isize)
    } else {
        rotated as isize
    };
    if hash == -1 { -2 } else { hash }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division() {
        assert_eq!(floor_div_rem(-5.5, 2.0), (-3.0, 0.5));
        assert_eq!(floor_div_rem(5.0, -3.0), (-2.0, -1.0));
        assert_eq!(floor_rem(-0.0, 3.0).to_bits(), 0f64.to_bits());
        assert_eq!(floor_rem(0.0, -3.0).to_bits(), (-0f64).to_bits());
        assert_eq!(floor_div_rem(1.0, f64::INFINITY), (0.0, 1.0));
        assert_eq!(floor_div_rem(-1.0, f64::INFINITY), (-1.0, f64::INFINITY));
    }

    #[test]
    fn powers() {
        assert_eq!(power(-8.0, 0.5), Some(Power::Complex));
        assert_eq!(power(0.0, -1.0), None);
        assert_eq!(power(-2.0, 3.0), Some(Power::Real(-8.0)));
        assert_eq!(power(f64::NAN, 0.0), Some(Power::Real(1.0)));
        assert_eq!(power(1.0, f64::NAN), Some(Power::Real(1.0)));
        assert_eq!(
            power(f64::NEG_INFINITY, 3.0),
            Some(Power::Real(f64::NEG_INFINITY))
        );
        assert_eq!(power(-1.0, f64::INFINITY), Some(Power::Real(1.0)));
        assert_eq!(
            power(0.5, f64::NEG_INFINITY),
            Some(Power::Real(f64::INFINITY))
        );
    }

    #[test]
    fn hashes() {
        assert_eq!(hash_f64(None, 1.5), 1_152_921_504_606_846_977);
        assert_eq!(hash_f64(None, 0.1), 230_584_300_921_369_408);
        assert_eq!(hash_f64(None, 1e300), 1_224_995_262_755_759_164);
        assert_eq!(hash_f64(None, -1.0), -2);
        assert_eq!(hash_f64(None, 1e20), 848_750_603_811_160_107);
    }
}
