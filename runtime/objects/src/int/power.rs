//! `pow` with two and three arguments.

use super::magnitude::{self, SHIFT};
use super::{arith, from_digits, from_i64, small, zero};
use crate::growing;
use crate::*;
use num_bigint::BigUint;

type Int = PyLongObject;

/// `base ** exponent` for an exponent of zero or more, or modulo `modulus`. ValueError; MemoryError.
/// A negative exponent without modulus is the caller's business (the answer is a float).
pub fn pow(base: &Int, exponent: &Int, modulus: Option<&Int>) -> PyResult<Ref<Int>> {
    match modulus {
        Some(modulus) => pow_mod(base, exponent, modulus),
        None => pow_plain(base, exponent),
    }
}

fn pow_plain(base: &Int, exponent: &Int) -> PyResult<Ref<Int>> {
    match (base.double(), exponent.to_i64()) {
        (_, Some(0)) => return Ok(small(1)),
        (Some(b @ (0 | 1)), _) => return Ok(small(b)),
        (Some(-1), _) => return Ok(small(if exponent.is_odd() { -1 } else { 1 })),
        (Some(b), Some(e)) => {
            if let Some(value) = u32::try_from(e).ok().and_then(|e| b.checked_pow(e)) {
                return from_i64(value);
            }
        }
        _ => {}
    }
    let Some(e) = exponent.to_i64().map(|e| e as u64) else {
        return Err(errors::no_memory());
    };
    let negative = base.is_negative() && exponent.is_odd();
    let digits = base.digits();
    let bits = magnitude::bits(digits) as u64;
    // More than a terabyte.
    if (bits - 1).checked_mul(e).is_none_or(|bits| bits > 1 << 43) {
        return Err(errors::no_memory());
    }
    if digits.iter().map(|d| d.count_ones()).sum::<u32>() == 1 {
        let power = arith::shift_left(&small(1), (bits - 1) as usize * e as usize)?;
        return if negative {
            arith::negative(&power)
        } else {
            Ok(power)
        };
    }
    let bytes = (bits * e / 8).saturating_mul(5);
    growing::ensure(usize::try_from(bytes).unwrap_or(usize::MAX))?;
    let power = num_traits::Pow::pow(magnitude::to_biguint(digits), e);
    from_digits(negative, &magnitude::from_biguint(&power))
}

fn pow_mod(base: &Int, exponent: &Int, modulus: &Int) -> PyResult<Ref<Int>> {
    if modulus.is_zero() {
        return Err(raise!(ValueError, "pow() 3rd argument cannot be 0"));
    }
    let m = modulus.digits();
    if m == [1] {
        return Ok(zero());
    }
    let power = if m.len() <= 2 {
        let value = pow_mod_u64(base, exponent, word(m))?;
        super::text::from_u64(value).to_vec()
    } else {
        magnitude::from_biguint(&pow_mod_long(base, exponent, m)?)
    };
    let power = magnitude::trim(&power);
    if modulus.is_negative() && !power.is_empty() {
        // The result takes the modulus' sign.
        return super::build(true, m.len(), |out| magnitude::sub(m, power, out));
    }
    from_digits(false, power)
}

fn word(digits: &[u32]) -> u64 {
    digits
        .iter()
        .rev()
        .fold(0, |n, &d| n << SHIFT | u64::from(d))
}

fn not_invertible() -> Raised {
    raise!(ValueError, "base is not invertible for the given modulus")
}

/// A modulus below 2**60 and above 1.
fn pow_mod_u64(base: &Int, exponent: &Int, m: u64) -> PyResult<u64> {
    let mut b = base.digits().iter().rev().fold(0, |n: u128, &d| {
        (n << SHIFT | u128::from(d)) % u128::from(m)
    }) as u64;
    if base.is_negative() && b != 0 {
        b = m - b;
    }
    if exponent.is_negative() {
        b = inverse(b, m).ok_or_else(not_invertible)?;
    }
    let times = |x: u64, y: u64| -> u64 {
        match x.checked_mul(y) {
            Some(product) => product % m,
            None => (u128::from(x) * u128::from(y) % u128::from(m)) as u64,
        }
    };
    let mut result = 1;
    let digits = exponent.digits();
    for (i, &digit) in digits.iter().enumerate() {
        let mut rest = digit;
        let last = i + 1 == digits.len();
        for _ in 0..SHIFT {
            if rest & 1 == 1 {
                result = times(result, b);
            }
            rest >>= 1;
            if last && rest == 0 {
                break;
            }
            b = times(b, b);
        }
    }
    Ok(result)
}

/// The inverse of `a` modulo `m`, by Euclid's extended algorithm.
fn inverse(a: u64, m: u64) -> Option<u64> {
    let (mut r, mut next_r) = (i128::from(m), i128::from(a));
    let (mut t, mut next_t) = (0i128, 1i128);
    while next_r != 0 {
        let q = r / next_r;
        (r, next_r) = (next_r, r - q * next_r);
        (t, next_t) = (next_t, t - q * next_t);
    }
    (r == 1).then(|| t.rem_euclid(i128::from(m)) as u64)
}

fn pow_mod_long(base: &Int, exponent: &Int, m: &[u32]) -> PyResult<BigUint> {
    magnitude::ensure(m, base.digits(), 8)?;
    magnitude::ensure(exponent.digits(), &[], 3)?;
    let m = magnitude::to_biguint(m);
    let mut b = magnitude::to_biguint(base.digits()) % &m;
    if base.is_negative() && b != BigUint::ZERO {
        b = &m - b;
    }
    if exponent.is_negative() {
        b = b.modinv(&m).ok_or_else(not_invertible)?;
    }
    Ok(b.modpow(&magnitude::to_biguint(exponent.digits()), &m))
}

#[cfg(test)]
mod tests {
    use super::inverse;

    #[test]
    fn inverses() {
        for m in 2..200u64 {
            for a in 0..m {
                match inverse(a, m) {
                    Some(i) => assert_eq!(a * i % m, 1),
                    None => assert!((0..m).all(|i| a * i % m != 1)),
                }
            }
        }
        let m = (1 << 60) - 93;
        let a = 0x0fed_cba9_8765_4321;
        let i = inverse(a, m).unwrap();
        assert_eq!(u128::from(a) * u128::from(i) % u128::from(m), 1);
    }
}
