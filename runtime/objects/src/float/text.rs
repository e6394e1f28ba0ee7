//! Floats to and from text: shortest and fixed decimals, hexadecimal.
//!
//! Decimal digits come from the standard library (shortest, or correctly rounded to a number of places); this file arranges them
//! as C and Python do.

/// Digits after the point beyond which a double's exact decimal expansion has only zeros.
const MAX_PLACES: usize = 1100;

/// The shortest decimal digits that read back equal, and the decimal exponent of the first.
fn shortest_digits(value: f64, digits: &mut String) -> i32 {
    use std::fmt::Write;
    digits.clear();
    // "d.ddde-x"; writing to a string does not fail.
    let _ = write!(digits, "{value:e}");
    if digits.len() > 17 && may_be_tie(value) {
        // The standard library rounds a tie up, Python to the even digit, as fixed formats do.
        let places = digits.find('e').unwrap_or(2) - 2;
        let even = format!("{value:.places$e}");
        // Below a power of two floats lie closer, and the even digit may belong to the next one.
        if even.parse() == Ok(value) {
            *digits = even;
        }
    }
    let mark = digits.find('e').unwrap_or(digits.len());
    let exponent = digits.get(mark + 1..).and_then(|e| e.parse().ok());
    digits.truncate(mark);
    if digits.len() > 1 {
        digits.remove(1);
    }
    exponent.unwrap_or(0)
}

/// Whether the exact decimal expansion has 17 or 18 digits, so that the shortest one may lie as far above as below it.
fn may_be_tie(value: f64) -> bool {
    let bits = value.to_bits();
    let mantissa = (bits & ((1 << 52) - 1)) | 1 << 52;
    let zeros = mantissa.trailing_zeros();
    let places = 1075 - i64::from(zeros) - (bits >> 52 & 0x7ff) as i64;
    if !(1..=25).contains(&places) {
        return false;
    }
    let digits = (mantissa >> zeros).checked_mul(5u64.pow(places as u32));
    digits.is_some_and(|digits| (10u64.pow(16)..10u64.pow(18)).contains(&digits))
}

fn push_exponent(out: &mut String, exponent: i32) {
    out.push('e');
    out.push(if exponent < 0 { '-' } else { '+' });
    let size = exponent.unsigned_abs();
    if size < 10 {
        out.push('0');
    }
    out.push_str(&size.to_string());
}

/// Shortest text that reads back equal, as `repr` prints it.
pub fn repr_f64(value: f64) -> String {
    if !value.is_finite() {
        return special(value, false);
    }
    let mut digits = String::with_capacity(24);
    let exponent = shortest_digits(value.abs(), &mut digits);
    let mut out = String::with_capacity(28);
    if value.is_sign_negative() {
        out.push('-');
    }
    let count = digits.len() as i32;
    if (-4..16).contains(&exponent) {
        if exponent < 0 {
            out.push_str("0.");
            out.extend(std::iter::repeat_n('0', (-exponent - 1) as usize));
            out.push_str(&digits);
        } else if count <= exponent + 1 {
            out.push_str(&digits);
            out.extend(std::iter::repeat_n('0', (exponent + 1 - count) as usize));
            out.push_str(".0");
        } else {
            let (whole, fraction) = digits.split_at(exponent as usize + 1);
            out.push_str(whole);
            out.push('.');
            out.push_str(fraction);
        }
    } else {
        out.push_str(&digits[..1]);
        if count > 1 {
            out.push('.');
            out.push_str(&digits[1..]);
        }
        push_exponent(&mut out, exponent);
    }
    out
}

fn special(value: f64, sign: bool) -> String {
    let text = if value.is_nan() { "nan" } else { "inf" };
    let negative = value.is_infinite() && value < 0.0;
    match (negative, sign) {
        (true, _) => format!("-{text}"),
        (false, true) => format!("+{text}"),
        _ => text.to_owned(),
    }
}

/// As C's `printf` with `e`, `f`, `g`, `r` conversion (`r` is repr's, `E`, `F`, `G` are in capitals), precision, `#` flag and
/// "always sign".
pub fn format_f64(
    value: f64,
    conversion: u8,
    precision: usize,
    alternate: bool,
    sign: bool,
) -> String {
    let mut text = if !value.is_finite() {
        special(value, sign)
    } else {
        let mut out = String::new();
        if value.is_sign_negative() {
            out.push('-');
        } else if sign {
            out.push('+');
        }
        let size = value.abs();
        match conversion.to_ascii_lowercase() {
            b'e' => scientific(&mut out, size, precision, alternate),
            b'f' => fixed(&mut out, size, precision, alternate),
            b'g' => general(&mut out, size, precision, alternate),
            _ => {
                out.push_str(&repr_f64(size));
                if alternate && !out.contains('.') {
                    let at = out.find('e').unwrap_or(out.len());
                    out.insert(at, '.');
                }
            }
        }
        out
    };
    if conversion.is_ascii_uppercase() {
        text.make_ascii_uppercase();
    }
    text
}

fn fixed(out: &mut String, value: f64, precision: usize, alternate: bool) {
    use std::fmt::Write;
    let places = precision.min(MAX_PLACES);
    let _ = write!(out, "{value:.places$}");
    out.extend(std::iter::repeat_n('0', precision - places));
    if precision == 0 && alternate {
        out.push('.');
    }
}

/// `precision + 1` digits and the decimal exponent.
fn exact_digits(value: f64, precision: usize) -> (String, i32) {
    let places = precision.min(MAX_PLACES);
    let text = format!("{value:.places$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mut digits: String = mantissa.chars().filter(|&c| c != '.').collect();
    digits.extend(std::iter::repeat_n('0', precision - places));
    (digits, exponent.parse().unwrap_or(0))
}

fn scientific(out: &mut String, value: f64, precision: usize, alternate: bool) {
    let (digits, exponent) = exact_digits(value, precision);
    out.push_str(&digits[..1]);
    if digits.len() > 1 || alternate {
        out.push('.');
        out.push_str(&digits[1..]);
    }
    push_exponent(out, exponent);
}

/// `%g`: scientific for exponents below -4 or from the precision on; trailing zeros go unless `alternate`.
fn general(out: &mut String, value: f64, precision: usize, alternate: bool) {
    let precision = precision.max(1);
    let (mut digits, exponent) = exact_digits(value, precision - 1);
    if !alternate {
        let kept = digits.trim_end_matches('0').len().max(1);
        digits.truncate(kept);
    }
    if exponent < -4 || i64::from(exponent) >= precision as i64 {
        out.push_str(&digits[..1]);
        if digits.len() > 1 || alternate {
            out.push('.');
            out.push_str(&digits[1..]);
        }
        return push_exponent(out, exponent);
    }
    if exponent < 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', (-exponent - 1) as usize));
        out.push_str(&digits);
        return;
    }
    let whole = exponent as usize + 1;
    if digits.len() < whole {
        digits.extend(std::iter::repeat_n('0', whole - digits.len()));
    }
    out.push_str(&digits[..whole]);
    if digits.len() > whole || alternate {
        out.push('.');
        out.push_str(&digits[whole..]);
    }
}

/// Removes underscores; `None` if one does not stand between digits.
pub fn without_underscores(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    for (i, &c) in text.iter().enumerate() {
        if c != b'_' {
            out.push(c);
            continue;
        }
        let digit = |c: Option<&u8>| c.is_some_and(u8::is_ascii_digit);
        if i == 0 || !digit(text.get(i - 1)) || !digit(text.get(i + 1)) {
            return None;
        }
    }
    Some(out)
}

/// Parses as `float(text)`; `None` if it is no float.
pub fn parse(text: &str) -> Option<f64> {
    parse_ascii(text.as_bytes())
}

/// The same for ASCII bytes (anything else is no float).
pub fn parse_ascii(text: &[u8]) -> Option<f64> {
    let blank = |c: &u8| matches!(c, b' ' | 9..=13 | 0x1c..=0x1f);
    let start = text.iter().position(|c| !blank(c))?;
    let end = text.iter().rposition(|c| !blank(c))? + 1;
    let text = &text[start..end];
    if text.contains(&b'_') {
        return parse_plain(&without_underscores(text)?);
    }
    parse_plain(text)
}

/// The standard library's syntax is Python's, but for blanks and underscores.
fn parse_plain(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// `float.hex`.
pub fn to_hex(value: f64) -> String {
    if !value.is_finite() {
        return special(value, false);
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let field = (bits >> 52 & 0x7ff) as i32;
    let (lead, exponent) = if field == 0 {
        (0, -1022)
    } else {
        (1, field - 1023)
    };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

/// Why a hexadecimal text is no float.
#[derive(Debug, PartialEq, Eq)]
pub enum HexError {
    Syntax,
    TooLarge,
}

/// `float.fromhex` of ASCII text.
pub fn from_hex(text: &[u8]) -> Result<f64, HexError> {
    let start = text.iter().position(|c| !matches!(c, b' ' | 9..=13));
    let text = &text[start.unwrap_or(0)..];
    let text = match text.iter().rposition(|c| !matches!(c, b' ' | 9..=13)) {
        Some(end) => &text[..=end],
        None => return Err(HexError::Syntax),
    };
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let lower = rest.to_ascii_lowercase();
    let size = match &lower[..] {
        b"inf" | b"infinity" => f64::INFINITY,
        b"nan" => f64::NAN,
        digits => hex_magnitude(digits.strip_prefix(b"0x").unwrap_or(digits))?,
    };
    Ok(if negative { -size } else { size })
}

fn hex_magnitude(text: &[u8]) -> Result<f64, HexError> {
    let (digits, exponent) = match text.iter().position(|&c| c == b'p') {
        Some(p) => (&text[..p], Some(&text[p + 1..])),
        None => (text, None),
    };
    let exponent = match exponent {
        None => 0,
        Some(text) => hex_exponent(text).ok_or(HexError::Syntax)?,
    };
    // Mantissa bits, the weight of its last one, and whether ones were left out.
    let (mut mantissa, mut weight, mut sticky) = (0u64, exponent, false);
    let (mut any, mut after_point) = (false, false);
    for &c in digits {
        if c == b'.' && !after_point {
            after_point = true;
            continue;
        }
        let value = (c as char).to_digit(16).ok_or(HexError::Syntax)?;
        any = true;
        if mantissa >> 60 == 0 {
            mantissa = mantissa << 4 | u64::from(value);
            weight -= if after_point { 4 } else { 0 };
        } else {
            sticky |= value != 0;
            weight += if after_point { 0 } else { 4 };
        }
    }
    if !any {
        return Err(HexError::Syntax);
    }
    if mantissa == 0 {
        return Ok(0.0);
    }
    crate::int::compose(mantissa, weight.clamp(-1 << 40, 1 << 40), sticky).ok_or(HexError::TooLarge)
}

/// A decimal exponent, saturated.
fn hex_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits.iter().fold(0i64, |n, &c| {
        n.saturating_mul(10)
            .saturating_add(i64::from(c - b'0'))
            .min(1 << 40)
    });
    Some(if negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal() {
        assert_eq!(to_hex(1.5), "0x1.8000000000000p+0");
        assert_eq!(to_hex(-5e-324), "-0x0.0000000000001p-1022");
        assert_eq!(
            from_hex(b"0x1.fffffffffffff8p1023"),
            Err(HexError::TooLarge)
        );
        assert_eq!(from_hex(b"0x1.fffffffffffff7p1023"), Ok(f64::MAX));
        assert_eq!(from_hex(b"0x1.8p-1074"), Ok(1e-323));
        assert_eq!(from_hex(b" 0x.8\n"), Ok(0.5));
        assert_eq!(from_hex(b"0x1p-1080"), Ok(0.0));
        assert_eq!(
            from_hex(b"0x1p99999999999999999999"),
            Err(HexError::TooLarge)
        );
        for text in ["", "0x", ".", "1p", "zz", "0x1_0", "1..", "--1"] {
            assert_eq!(from_hex(text.as_bytes()), Err(HexError::Syntax), "{text}");
        }
        for value in [1e300, 0.1, 5e-324, 2.5e-310, f64::MAX, 123456.789] {
            assert_eq!(from_hex(to_hex(value).as_bytes()), Ok(value));
        }
    }

    #[test]
    fn decimal_texts() {
        assert_eq!(parse("1_0.5_1e1_0"), Some(105_100_000_000.0));
        for text in [
            "1__0", "1_.5", "_1", "1_", "", " ", "1e", "in", "0x1", ".", "1e_5",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(" +inf\n"), Some(f64::INFINITY));
        assert_eq!(format_f64(0.5, b'f', 0, false, false), "0");
        assert_eq!(format_f64(1.5, b'f', 0, false, false), "2");
        assert_eq!(format_f64(2.5, b'f', 0, true, true), "+2.");
        assert_eq!(
            format_f64(1e22, b'g', 30, false, false),
            "10000000000000000000000"
        );
        assert_eq!(format_f64(0.0, b'e', 2, false, false), "0.00e+00");
        assert_eq!(repr_f64(1e16), "1e+16");
        assert_eq!(repr_f64(1658206780088562.25), "1658206780088562.2");
        assert_eq!(repr_f64(1658206780088562.75), "1658206780088562.8");
        assert_eq!(repr_f64(0.5f64.powi(25)), "2.9802322387695312e-08");
        assert_eq!(repr_f64(0.5f64.powi(24)), "5.960464477539063e-08");
        assert_eq!(repr_f64(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(repr_f64(-0.0001), "-0.0001");
        assert_eq!(repr_f64(0.00001), "1e-05");
    }
}
