//! Magnitudes to and from text, in any base.
//!
//! Bases that are powers of two copy bits. Decimal printing and parsing split long numbers at powers of the base, so that
//! their cost follows that of multiplication and division.

use super::magnitude::{self, SHIFT};
use num_bigint::BigUint;

/// Largest power of the base that fits 64 bits, and its exponent.
fn chunk(base: u32) -> (u64, usize) {
    let (mut power, mut count) = (u64::from(base), 1);
    while let Some(next) = power.checked_mul(u64::from(base)) {
        power = next;
        count += 1;
    }
    (power, count)
}

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The digits of a trimmed magnitude, without sign and prefix, appended to `out`.
pub fn write(a: &[u32], base: u32, out: &mut String) {
    if base.is_power_of_two() {
        return write_bits(a, base.trailing_zeros(), out);
    }
    if a.len() <= 2 {
        let value = a.iter().rev().fold(0u64, |n, &d| n << SHIFT | u64::from(d));
        return write_u64(value, base, 0, out);
    }
    if a.len() <= 40 {
        return write_short(a, base, out);
    }
    let text = magnitude::to_biguint(a).to_radix_le(base);
    out.extend(text.iter().rev().map(|&d| DIGITS[d as usize] as char));
}

/// At least `width` digits.
fn write_u64(mut value: u64, base: u32, width: usize, out: &mut String) {
    let mut buffer = [b'0'; 64];
    let mut at = buffer.len();
    if base == 10 {
        while value != 0 {
            at -= 1;
            buffer[at] = b'0' + (value % 10) as u8;
            value /= 10;
        }
    } else {
        while value != 0 {
            at -= 1;
            buffer[at] = DIGITS[(value % u64::from(base)) as usize];
            value /= u64::from(base);
        }
    }
    let start = at.min(buffer.len() - width.max(1));
    out.extend(buffer[start..].iter().map(|&b| b as char));
}

/// A few dozen digits: split off 9 decimal digits at a time.
fn write_short(a: &[u32], base: u32, out: &mut String) {
    let (mut power, mut count) = (base, 1);
    while power <= magnitude::MASK / base {
        power *= base;
        count += 1;
    }
    let mut rest = a.to_vec();
    let mut chunks = Vec::with_capacity(a.len() + 4);
    while !rest.is_empty() {
        chunks.push(magnitude::div_digit(&mut rest, power));
        rest.truncate(magnitude::trim(&rest).len());
    }
    for (i, &chunk) in chunks.iter().rev().enumerate() {
        let width = if i == 0 { 0 } else { count };
        write_u64(u64::from(chunk), base, width, out);
    }
}

fn write_bits(a: &[u32], step: u32, out: &mut String) {
    let count = magnitude::bits(a).div_ceil(step as usize).max(1);
    for i in (0..count).rev() {
        let bit = i * step as usize;
        let (digit, shift) = (bit / SHIFT as usize, bit as u32 % SHIFT);
        let low = a.get(digit).copied().unwrap_or(0) >> shift;
        let high = match a.get(digit + 1) {
            Some(&next) if shift + step > SHIFT => next << (SHIFT - shift),
            _ => 0,
        };
        out.push(DIGITS[((low | high) & ((1 << step) - 1)) as usize] as char);
    }
}

/// The magnitude of digit values below `base`, most significant first.
pub fn parse(values: &[u8], base: u32) -> Vec<u32> {
    if base.is_power_of_two() {
        return parse_bits(values, base.trailing_zeros());
    }
    let (power, count) = chunk(base);
    if values.len() <= count {
        let value = values
            .iter()
            .fold(0u64, |n, &v| n * u64::from(base) + u64::from(v));
        return from_u64(value).to_vec();
    }
    magnitude::from_biguint(&parse_long(values, base, power, count))
}

/// Below this many chunks multiplying and adding is faster than splitting.
const SPLIT: usize = 64;

fn parse_long(values: &[u8], base: u32, power: u64, count: usize) -> BigUint {
    if values.len() > SPLIT * count {
        // Lower halves whose length is a power-of-two multiple share their powers with nothing else worth keeping.
        let low = values.len() / 2;
        let (high, low) = values.split_at(values.len() - low);
        let scale = BigUint::from(base).pow(low.len() as u32);
        return parse_long(high, base, power, count) * scale + parse_long(low, base, power, count);
    }
    let first = match values.len() % count {
        0 => count,
        n => n,
    };
    let fold = |part: &[u8]| {
        part.iter()
            .fold(0u64, |n, &v| n * u64::from(base) + u64::from(v))
    };
    let mut words = vec![fold(&values[..first])];
    for part in values[first..].chunks(count) {
        let mut carry = u128::from(fold(part));
        for word in &mut words {
            carry += u128::from(*word) * u128::from(power);
            *word = carry as u64;
            carry >>= 64;
        }
        if carry != 0 {
            words.push(carry as u64);
        }
    }
    BigUint::new(
        words
            .iter()
            .flat_map(|&w| [w as u32, (w >> 32) as u32])
            .collect(),
    )
}

fn parse_bits(values: &[u8], step: u32) -> Vec<u32> {
    let mut out = Vec::with_capacity(values.len() * step as usize / SHIFT as usize + 1);
    let (mut buffer, mut filled) = (0u64, 0);
    for &value in values.iter().rev() {
        buffer |= u64::from(value) << filled;
        filled += step;
        if filled >= SHIFT {
            out.push(buffer as u32 & magnitude::MASK);
            buffer >>= SHIFT;
            filled -= SHIFT;
        }
    }
    out.push(buffer as u32);
    out
}

/// Three digits of a machine integer.
#[inline]
pub fn from_u64(value: u64) -> [u32; 3] {
    [
        value as u32 & magnitude::MASK,
        (value >> SHIFT) as u32 & magnitude::MASK,
        (value >> (2 * SHIFT)) as u32,
    ]
}

/// What a numeric literal may look like: how it failed, if it did.
#[derive(Debug, PartialEq, Eq)]
pub enum ParseError {
    Syntax,
    /// More decimal digits than the limit allows.
    TooLong(usize),
}

/// Sign and magnitude of an integer's text (ASCII, blanks stripped by the caller): prefix by base, underscores between digits.
/// Base 0 takes the base from the prefix and refuses leading zeros.
pub fn parse_literal(text: &[u8], base: u32, limit: usize) -> Result<(bool, Vec<u32>), ParseError> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let prefix = match text {
        [b'0', letter, ..] => match letter | 0x20 {
            b'x' => 16,
            b'o' => 8,
            b'b' => 2,
            _ => 0,
        },
        _ => 0,
    };
    let (base, digits, zero_only) = match base {
        0 if prefix != 0 => (prefix, &text[2..], false),
        0 => (10, text, text.first() == Some(&b'0')),
        _ if prefix == base => (base, &text[2..], false),
        _ => (base, text, false),
    };
    // One underscore may follow the prefix.
    let digits = match digits {
        [b'_', rest @ ..] if digits.len() < text.len() => rest,
        _ => digits,
    };
    let mut values = Vec::with_capacity(digits.len());
    let mut after_digit = false;
    for &c in digits {
        if c == b'_' {
            if !after_digit {
                return Err(ParseError::Syntax);
            }
            after_digit = false;
            continue;
        }
        let value = match (c as char).to_digit(36) {
            Some(value) if value < base => value,
            _ => return Err(ParseError::Syntax),
        };
        values.push(value as u8);
        after_digit = true;
    }
    if !after_digit || zero_only && values.iter().any(|&v| v != 0) {
        return Err(ParseError::Syntax);
    }
    if !base.is_power_of_two() && limit != 0 && values.len() > limit {
        return Err(ParseError::TooLong(values.len()));
    }
    let magnitude = parse(&values, base);
    Ok((negative, magnitude))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        let mut digits = Vec::new();
        let mut x = 12345u32;
        for len in 0..180 {
            for base in [2, 3, 7, 8, 10, 16, 32, 36] {
                let mut text = String::new();
                write(magnitude::trim(&digits), base, &mut text);
                assert_eq!(
                    text,
                    magnitude::to_biguint(&digits).to_str_radix(base),
                    "{digits:?}"
                );
                let parsed = parse_literal(text.as_bytes(), base, 0).unwrap();
                assert_eq!(magnitude::trim(&parsed.1), magnitude::trim(&digits));
            }
            x = x.wrapping_mul(1_664_525).wrapping_add(len) & magnitude::MASK;
            digits.push(x);
        }
    }

    #[test]
    fn long_texts() {
        let text: String = (0..20_000u32)
            .map(|i| char::from(b'1' + (i % 9) as u8))
            .collect();
        let (_, parsed) = parse_literal(text.as_bytes(), 10, 0).unwrap();
        let mut back = String::new();
        write(magnitude::trim(&parsed), 10, &mut back);
        assert!(back == text);
    }

    #[test]
    fn literals() {
        let value = |text: &str, base| {
            parse_literal(text.as_bytes(), base, 0).map(|(negative, m)| {
                let n = m.iter().rev().fold(0i64, |n, &d| n << 30 | i64::from(d));
                if negative { -n } else { n }
            })
        };
        assert_eq!(value("-12_3", 10), Ok(-123));
        assert_eq!(value("0x_ff", 16), Ok(255));
        assert_eq!(value("0x_ff", 0), Ok(255));
        assert_eq!(value("0b11", 16), Ok(0xb11));
        assert_eq!(value("00", 0), Ok(0));
        for (text, base) in [
            ("", 10),
            ("_1", 10),
            ("1_", 10),
            ("1__2", 10),
            ("01", 0),
            ("0x", 16),
            ("+-1", 10),
            ("12", 2),
        ] {
            assert_eq!(value(text, base), Err(ParseError::Syntax), "{text}");
        }
    }
}
