//! Ints to and from floats, text objects and bytes.

use super::magnitude::{self, MASK, SHIFT};
use super::text::{self, ParseError};
use super::{arith, from_digits, from_i64, small};
use crate::growing;
use crate::*;

type Int = PyLongObject;

// ---- floats ----

/// `2**exponent` for every exponent that a float has, subnormal ones included.
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(if exponent >= -1022 {
        ((exponent + 1023) as u64) << 52
    } else {
        1 << (exponent + 1074)
    })
}

/// `mantissa * 2**exponent`, rounded half to even; `sticky` says that there is a bit more. `None` is an overflow.
pub(crate) fn compose(mantissa: u64, exponent: i64, sticky: bool) -> Option<f64> {
    if mantissa == 0 {
        return Some(0.0);
    }
    let zeros = mantissa.leading_zeros();
    let (mantissa, exponent) = (mantissa << zeros, exponent - i64::from(zeros));
    let top = exponent + 63;
    if top > 1023 {
        return None;
    }
    // Subnormal results have fewer bits.
    let drop = 11 + (-1022 - top).max(0);
    if drop > 64 {
        return Some(0.0);
    }
    let wide = u128::from(mantissa);
    let (kept, rest) = (wide >> drop, wide & ((1 << drop) - 1));
    let half = 1u128 << (drop - 1);
    let up = rest > half || rest == half && (sticky || kept & 1 == 1);
    let kept = kept as u64 + u64::from(up);
    let value = kept as f64 * power_of_two(exponent + drop);
    value.is_finite().then_some(value)
}

/// Correctly rounded. OverflowError.
pub(super) fn to_f64(n: &Int) -> PyResult<f64> {
    let (top, exponent, sticky) = magnitude::top_bits(n.digits());
    match compose(top, exponent, sticky) {
        Some(value) if n.is_negative() => Ok(-value),
        Some(value) => Ok(value),
        None => Err(raise!(OverflowError, "int too large to convert to float")),
    }
}

/// `a / b` for `b` other than zero, correctly rounded. OverflowError.
pub(super) fn true_div_long(a: &Int, b: &Int) -> PyResult<f64> {
    let negative = a.is_negative() != b.is_negative();
    magnitude::ensure(a.digits(), b.digits(), 6)?;
    let value = quotient(a.digits(), b.digits());
    match value {
        Some(value) if negative => Ok(-value),
        Some(value) => Ok(value),
        None => Err(raise!(
            OverflowError,
            "integer division result too large for a float"
        )),
    }
}

/// The quotient of magnitudes from 63 or 64 bits of it and whether anything is left.
fn quotient(a: &[u32], b: &[u32]) -> Option<f64> {
    if a.is_empty() {
        return Some(0.0);
    }
    let size = magnitude::bits(a) as i64 - magnitude::bits(b) as i64;
    if size > 1025 {
        return None;
    }
    if size < -1100 {
        return Some(0.0);
    }
    let shift = 63 - size;
    let (scaled, lost) = if shift >= 0 {
        let mut scaled = vec![0; a.len() + shift as usize / SHIFT as usize + 1];
        magnitude::shl(a, shift as usize, &mut scaled);
        (scaled, false)
    } else {
        magnitude::shr(a, -shift as usize)
    };
    let (q, r) = magnitude::div_rem(magnitude::trim(&scaled), b);
    let (top, below, more) = magnitude::top_bits(magnitude::trim(&q));
    let sticky = lost || more || !magnitude::trim(&r).is_empty();
    compose(top, below - shift, sticky)
}

/// Truncates. ValueError / OverflowError for nan and infinity.
pub fn from_f64(value: f64) -> PyResult<Ref<Int>> {
    if value.abs() < 9e18 {
        return from_i64(value as i64);
    }
    if value.is_nan() {
        return Err(raise!(ValueError, "cannot convert float NaN to integer"));
    }
    if value.is_infinite() {
        return Err(raise!(
            OverflowError,
            "cannot convert float infinity to integer"
        ));
    }
    let bits = value.to_bits();
    let mantissa = (bits & ((1 << 52) - 1)) | 1 << 52;
    let exponent = (bits >> 52 & 0x7ff) as i64 - 1075;
    let mantissa = from_i64(mantissa as i64)?;
    let shifted = arith::shift_left(&mantissa, exponent as usize)?;
    if value < 0.0 {
        arith::negative(&shifted)
    } else {
        Ok(shifted)
    }
}

// ---- rounding ----

/// `n` rounded to a multiple of `10**exponent`, half to even. Raises MemoryError.
pub fn round_to_power_of_ten(n: &Int, exponent: usize) -> PyResult<Ref<Int>> {
    // 10**exponent is above twice the value.
    if exponent > n.bit_length() * 302 / 1000 + 2 {
        return Ok(small(0));
    }
    let unit = super::pow(&*from_i64(10)?, &*from_i64(exponent as i64)?, None)?;
    let rest = arith::rem(n, &unit)?;
    let down = arith::sub(n, &rest)?;
    let twice = arith::add(&rest, &rest)?;
    let up = match arith::compare(&twice, &unit) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => arith::floordiv(n, &unit)?.is_odd(),
    };
    if up {
        arith::add(&down, &unit)
    } else {
        Ok(down)
    }
}

// ---- text ----

struct Limit(Cell<usize>);

// SAFETY: U1.
unsafe impl Sync for Limit {}

/// Most decimal digits that conversions take (they cost more than linear time); 0 is no limit.
static LIMIT: Limit = Limit(Cell::new(4300));

/// `sys.get_int_max_str_digits()`.
pub fn max_str_digits() -> usize {
    LIMIT.0.get()
}

/// `sys.set_int_max_str_digits(n)`; the caller checks that it is 0 or at least 640.
pub fn set_max_str_digits(limit: usize) {
    LIMIT.0.set(limit);
}

/// The int's text, with "0x", "0o", "0b" if `prefix`. ValueError beyond the limit for bases that are not powers of two.
pub fn to_text(n: &Int, base: u32, prefix: bool) -> PyResult<String> {
    let mut out = String::new();
    if n.is_negative() {
        out.push('-');
    }
    if prefix {
        out.push_str(match base {
            2 => "0b",
            8 => "0o",
            16 => "0x",
            _ => "",
        });
    }
    let limit = max_str_digits();
    let limited = limit != 0 && !base.is_power_of_two();
    let too_long = || {
        Err(raise!(
            ValueError,
            "Exceeds the limit ({limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"
        ))
    };
    let digits = n.digits();
    // A digit is worth less than 10/3 bits for base 10.
    if limited && base == 10 && magnitude::bits(digits) > (limit + 1) * 10 / 3 + 64 {
        return too_long();
    }
    // Characters; other bases go by way of copies of the number.
    let count = magnitude::bits(digits) / base.ilog2() as usize + 1;
    if !base.is_power_of_two() {
        growing::ensure(3 * count)?;
    }
    if out.try_reserve_exact(count + 1).is_err() {
        return Err(errors::no_memory());
    }
    let start = out.len();
    text::write(digits, base, &mut out);
    if limited && out.len() - start > limit {
        return too_long();
    }
    Ok(out)
}

/// The decimal text, as `repr` has it. ValueError beyond the limit.
pub fn decimal(n: &Int) -> PyResult<Ref<Str>> {
    let Some(value) = n.double() else {
        return str_::from_ascii(to_text(n, 10, false)?.as_bytes());
    };
    // Two digits of the object are at most 19 decimal ones.
    let mut buffer = [0; 20];
    let mut at = buffer.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    str_::from_ascii(&buffer[at..])
}

/// White space in the sense of `str.isspace`.
fn is_space(c: u32) -> bool {
    matches!(c, 0x1c..=0x1f) || char::from_u32(c).is_some_and(char::is_whitespace)
}

/// Parses digits as `int(text, base)` does (underscores, prefixes, sign, white space). ValueError.
pub fn from_text(text: &str, base: u32) -> PyResult<Ref<Int>> {
    if text.is_ascii() {
        parse(text.as_bytes(), base, || {
            Ok(protocol::repr(&*str_::new(text)?)?.to_string_lossy())
        })
    } else {
        parse_str(&*str_::new(text)?, base)
    }
}

/// The same for a string object; decimal digits of all scripts count. ValueError.
pub fn parse_str(source: &Str, base: u32) -> PyResult<Ref<Int>> {
    let describe = || Ok(protocol::repr(source)?.to_string_lossy());
    match source.ascii() {
        Some(ascii) => parse(ascii.as_bytes(), base, describe),
        None => parse(&to_ascii(source)?, base, describe),
    }
}

/// Decimal digits of all scripts as ASCII digits, white space as blanks, anything else that is not ASCII as `?`. Raises MemoryError.
pub fn to_ascii(source: &Str) -> PyResult<Vec<u8>> {
    growing::collected(source.code_points().map(|c| match c {
        0..=0x7f => c as u8,
        _ if is_space(c) => b' ',
        _ => match str_::unicode_data::decimal(c) {
            Some(value) => b'0' + value as u8,
            None => b'?',
        },
    }))
}

/// The same for the content of bytes-like object `source`.
pub fn parse_bytes_object(source: &PyObject, data: &[u8], base: u32) -> PyResult<Ref<Int>> {
    parse(data, base, || {
        let shown = if source.is_instance::<PyBytesObject>() {
            protocol::repr(source)?
        } else {
            protocol::repr(&*bytes::new(data)?)?
        };
        Ok(shown.to_string_lossy())
    })
}

fn parse(
    source: &[u8],
    base: u32,
    describe: impl FnOnce() -> PyResult<String>,
) -> PyResult<Ref<Int>> {
    let blank = |&c: &u8| is_space(u32::from(c));
    let start = source
        .iter()
        .position(|c| !blank(c))
        .unwrap_or(source.len());
    let end = source
        .iter()
        .rposition(|c| !blank(c))
        .map_or(start, |i| i + 1);
    // The everyday case: a few decimal digits.
    let digits = &source[start..end];
    if base == 10 && (1..=18).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) {
        return from_i64(digits.iter().fold(0, |n, &c| n * 10 + i64::from(c - b'0')));
    }
    // The digits' values, and the number, for other bases with copies.
    growing::ensure(digits.len() * if base.is_power_of_two() { 2 } else { 5 })?;
    match text::parse_literal(digits, base, max_str_digits()) {
        Ok((negative, magnitude)) => from_digits(negative, &magnitude),
        Err(ParseError::TooLong(count)) => Err(raise!(
            ValueError,
            "Exceeds the limit ({} digits) for integer string conversion: value has {count} digits; use sys.set_int_max_str_digits() to increase the limit",
            max_str_digits()
        )),
        Err(ParseError::Syntax) => {
            let shown: String = describe()?.chars().take(200).collect();
            Err(raise!(
                ValueError,
                "invalid literal for int() with base {base}: {shown}"
            ))
        }
    }
}

// ---- bytes ----

/// From bytes in either order, in two's complement if `signed`. Raises MemoryError.
pub fn from_bytes(data: &[u8], little: bool, signed: bool) -> PyResult<Ref<Int>> {
    let top = if little { data.last() } else { data.first() };
    let negative = signed && top.is_some_and(|&b| b >= 0x80);
    let flip = if negative { 0xff } else { 0 };
    let mut digits = growing::with_room(data.len() / 15 * 4 + 6)?;
    let (mut buffer, mut filled, mut carry) = (0u64, 0, u64::from(negative));
    let mut push = |byte: u8| {
        let value = u64::from(byte ^ flip) + carry;
        carry = value >> 8;
        buffer |= (value & 0xff) << filled;
        filled += 8;
        if filled >= SHIFT {
            digits.push(buffer as u32 & MASK);
            buffer >>= SHIFT;
            filled -= SHIFT;
        }
    };
    if little {
        data.iter().for_each(|&b| push(b));
    } else {
        data.iter().rev().for_each(|&b| push(b));
    }
    // -2**(8n) of n zero bytes cannot be: the top bit is set if it is negative. The carry fits the next bit.
    buffer |= carry << filled;
    digits.push(buffer as u32 & MASK);
    digits.push((buffer >> SHIFT) as u32);
    from_digits(negative, &digits)
}

impl PyLongObject {
    /// Fills `out` with the value, in two's complement if `signed`. OverflowError if it does not fit.
    pub fn to_bytes(&self, out: &mut [u8], little: bool, signed: bool) -> PyResult<()> {
        let negative = self.is_negative();
        if negative && !signed {
            return Err(raise!(
                OverflowError,
                "can't convert negative int to unsigned"
            ));
        }
        let too_big = || Err(raise!(OverflowError, "int too big to convert"));
        if out.is_empty() && self.single() == Some(-1) {
            // All sign and no bits, CPython says.
            return Ok(());
        }
        let bits = self.bit_length();
        if bits > out.len() * 8 {
            return too_big();
        }
        let len = out.len();
        let (mut buffer, mut filled) = (0u64, 0);
        let mut digits = self.digits().iter();
        let mut carry = u64::from(negative);
        let flip = if negative { 0xff } else { 0 };
        for i in 0..len {
            if filled < 8 {
                buffer |= u64::from(digits.next().copied().unwrap_or(0)) << filled;
                filled += SHIFT;
            }
            let value = (buffer & 0xff ^ flip) + carry;
            carry = value >> 8;
            out[if little { i } else { len - 1 - i }] = value as u8;
            buffer >>= 8;
            filled -= 8;
        }
        if signed && len > 0 {
            let top = if little { out[len - 1] } else { out[0] };
            if (top >= 0x80) != negative {
                return too_big();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits_of(mut n: u128) -> Vec<u32> {
        let mut digits = Vec::new();
        while n != 0 {
            digits.push(n as u32 & MASK);
            n >>= SHIFT;
        }
        digits
    }

    #[test]
    fn floats_round_half_to_even() {
        let mut n = 1u128;
        for i in 0..5000u32 {
            n = n.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645) ^ u128::from(i);
            for shift in [0, 60, 70, 80, 100, 127] {
                let v = n >> shift;
                let (top, exponent, sticky) = magnitude::top_bits(&digits_of(v));
                assert_eq!(compose(top, exponent, sticky), Some(v as f64), "{v}");
            }
            let (v, w) = (n >> 80, n << 48 >> 80 | 1);
            let exact = |v: u128| v >> 48 == 0;
            if exact(v >> 16) && exact(w >> 16) {
                let (v, w) = (v >> 16, w >> 16 | 1);
                assert_eq!(
                    quotient(&digits_of(v), &digits_of(w)),
                    Some(v as f64 / w as f64),
                    "{v} / {w}"
                );
            }
        }
    }

    #[test]
    fn extremes() {
        assert_eq!(compose(1, -1074, false), Some(5e-324));
        assert_eq!(compose(1, -1075, false), Some(0.0));
        assert_eq!(compose(1, -1075, true), Some(5e-324));
        assert_eq!(compose(3, -1076, false), Some(5e-324));
        assert_eq!(compose(1, -1076, true), Some(0.0));
        assert_eq!(compose(u64::MAX, 960, false), None);
        assert_eq!(compose(u64::MAX << 11, 960, false), Some(f64::MAX));
        assert_eq!(compose(1, 1024, false), None);
        assert_eq!(
            compose((1 << 53) - 1, -1074, false),
            Some(2.0f64.powi(-1021).next_down())
        );
    }
}
