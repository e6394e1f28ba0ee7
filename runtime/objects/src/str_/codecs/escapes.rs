//! Escapes: `unicode_escape`, `raw_unicode_escape`, and those of bytes literals (`escape_decode`).

use super::super::layout::{self, MAX_CHAR, of};
use super::handlers::Decoding;
use crate::growing::Growing;
use crate::*;

/// Value of the hexadecimal digits at `at`, at most `count`, and how many there are.
fn hex(data: &[u8], at: usize, count: usize) -> (u32, usize) {
    let (mut value, mut n) = (0u32, 0);
    while n < count {
        let digit = data.get(at + n).and_then(|&b| (b as char).to_digit(16));
        let Some(digit) = digit else { break };
        value = value << 4 | digit;
        n += 1;
    }
    (value, n)
}

/// The octal escape at `at` (up to three digits): value and digits.
fn octal(data: &[u8], at: usize) -> (u32, usize) {
    let (mut value, mut n) = (0, 0);
    while n < 3 {
        match data.get(at + n) {
            Some(&b @ b'0'..=b'7') => value = value << 3 | (b - b'0') as u32,
            _ => break,
        }
        n += 1;
    }
    (value, n)
}

/// What the letter of a simple escape stands for.
fn simple(b: u8) -> Option<u8> {
    Some(match b {
        b'\\' | b'\'' | b'"' => b,
        b'a' => 7,
        b'b' => 8,
        b't' => 9,
        b'n' => 10,
        b'v' => 11,
        b'f' => 12,
        b'r' => 13,
        _ => return None,
    })
}

/// The character of that name, by the `unicodedata` module. Runs Python.
fn named_character(name: &[u8]) -> PyResult<Option<u32>> {
    let module = (hooks::hooks().import)("unicodedata")?;
    let lookup = protocol::getattr(&module, &*super::super::intern("lookup")?)?;
    match call::call1(&lookup, &**layout::from_latin1(name)?) {
        Ok(found) => Ok(of(&found).filter(|t| t.len() == 1).map(|t| t.char_at(0))),
        Err(raised) => {
            if errors::matches(&exceptions::KeyError) {
                errors::clear();
                return Ok(None);
            }
            Err(raised)
        }
    }
}

/// An escape that means nothing, for the warning.
enum Odd {
    Octal(u32),
    Letter(u8),
}

fn warn(odd: Option<Odd>) -> PyResult<()> {
    match odd {
        None => Ok(()),
        Some(Odd::Octal(value)) => errors::warn(
            &exceptions::DeprecationWarning,
            &format!("invalid octal escape sequence '\\{value:o}'"),
            1,
        ),
        Some(Odd::Letter(b)) => errors::warn(
            &exceptions::DeprecationWarning,
            &format!("invalid escape sequence '\\{}'", b as char),
            1,
        ),
    }
}

/// Decodes `unicode_escape`; answers the text and how many bytes were used. Unless `last`, an incomplete escape at the end
/// is left over. DeprecationWarning for escapes that mean nothing; UnicodeDecodeError, and whatever an error handler raises.
pub fn decode_unicode_escape(data: &[u8], errors: &str, last: bool) -> PyResult<(Ref<Str>, usize)> {
    let mut d = Decoding::new("unicodeescape", data, errors);
    let mut at = 0;
    let mut odd = None;
    while at < d.data.len() {
        let b = d.data[at];
        if b != b'\\' {
            d.out.push(b as u32);
            at += 1;
            continue;
        }
        let len = d.data.len();
        let Some(&kind) = d.data.get(at + 1) else {
            if !last {
                break;
            }
            at = d.fail(at, len, "\\ at end of string")?;
            continue;
        };
        if let Some(c) = simple(kind) {
            d.out.push(c as u32);
            at += 2;
            continue;
        }
        let (count, message) = match kind {
            b'\n' => {
                at += 2;
                continue;
            }
            b'0'..=b'7' => {
                let (value, n) = octal(&d.data, at + 1);
                if value > 0o377 {
                    odd.get_or_insert(Odd::Octal(value));
                }
                d.out.push(value);
                at += 1 + n;
                continue;
            }
            b'x' => (2, "truncated \\xXX escape"),
            b'u' => (4, "truncated \\uXXXX escape"),
            b'U' => (8, "truncated \\UXXXXXXXX escape"),
            b'N' => {
                match named(&mut d, at, last)? {
                    Some(next) => at = next,
                    None => break,
                }
                continue;
            }
            _ => {
                odd.get_or_insert(Odd::Letter(kind));
                d.out.push(b'\\' as u32);
                d.out.push(kind as u32);
                at += 2;
                continue;
            }
        };
        let (value, n) = hex(&d.data, at + 2, count);
        if n < count {
            if !last && at + 2 + n == len {
                break;
            }
            at = d.fail(at, at + 2 + n, message)?;
        } else if value > MAX_CHAR {
            at = d.fail(at, at + 2 + n, "illegal Unicode character")?;
        } else {
            d.out.push(value);
            at += 2 + n;
        }
    }
    warn(odd)?;
    Ok((d.finish()?, at))
}

/// `\N{name}` at `at`: where the text goes on; `None` if the escape is incomplete and more is to come.
fn named(d: &mut Decoding<'_>, at: usize, last: bool) -> PyResult<Option<usize>> {
    const MALFORMED: &str = "malformed \\N character escape";
    let len = d.data.len();
    let open = at + 2;
    if open >= len {
        if !last {
            return Ok(None);
        }
        return d.fail(at, len, MALFORMED).map(Some);
    }
    if d.data[open] != b'{' {
        return d.fail(at, open, MALFORMED).map(Some);
    }
    let Some(n) = d.data[open..].iter().position(|&b| b == b'}') else {
        if !last {
            return Ok(None);
        }
        return d.fail(at, len, MALFORMED).map(Some);
    };
    if n == 1 {
        return d.fail(at, open + 1, MALFORMED).map(Some);
    }
    let name = d.data[open + 1..open + n].to_vec();
    match named_character(&name)? {
        Some(c) => {
            d.out.push(c);
            Ok(Some(open + n + 1))
        }
        None => {
            let reason = "unknown Unicode character name";
            d.fail(at, open + n + 1, reason).map(Some)
        }
    }
}

/// Decodes `raw_unicode_escape`: only `\uXXXX` and `\UXXXXXXXX` behind an odd number of backslashes. As
/// [`decode_unicode_escape`], without warnings.
pub fn decode_raw_unicode_escape(
    data: &[u8],
    errors: &str,
    last: bool,
) -> PyResult<(Ref<Str>, usize)> {
    let mut d = Decoding::new("rawunicodeescape", data, errors);
    let mut at = 0;
    while at < d.data.len() {
        let b = d.data[at];
        if b != b'\\' {
            d.out.push(b as u32);
            at += 1;
            continue;
        }
        let len = d.data.len();
        let (count, message) = match d.data.get(at + 1) {
            None if !last => break,
            Some(b'u') => (4, "truncated \\uXXXX escape"),
            Some(b'U') => (8, "truncated \\UXXXXXXXX escape"),
            other => {
                d.out.push(b'\\' as u32);
                at += 1;
                if let Some(&b) = other {
                    d.out.push(b as u32);
                    at += 1;
                }
                continue;
            }
        };
        let (value, n) = hex(&d.data, at + 2, count);
        if n < count {
            if !last && at + 2 + n == len {
                break;
            }
            at = d.fail(at, at + 2 + n, message)?;
        } else if value > MAX_CHAR {
            at = d.fail(at, at + 2 + n, "\\Uxxxxxxxx out of range")?;
        } else {
            d.out.push(value);
            at += 2 + n;
        }
    }
    Ok((d.finish()?, at))
}

/// `\x` and two digits, `\u` and four, `\U` and eight.
fn push_escape(out: &mut Growing<u8>, letter: u8, c: u32, digits: u32) {
    out.extend_from_slice(&[b'\\', letter]);
    for i in (0..digits).rev() {
        out.push(b"0123456789abcdef"[(c >> (4 * i)) as usize & 15]);
    }
}

/// Encodes `unicode_escape`; all characters can be encoded. Raises MemoryError.
pub fn encode_unicode_escape(text: &Str) -> PyResult<Vec<u8>> {
    let mut out = Growing::with_capacity(text.len());
    for c in text.code_points() {
        match c {
            9 => out.extend_from_slice(b"\\t"),
            10 => out.extend_from_slice(b"\\n"),
            13 => out.extend_from_slice(b"\\r"),
            0x5c => out.extend_from_slice(b"\\\\"),
            0x20..=0x7e => out.push(c as u8),
            0..=0xff => push_escape(&mut out, b'x', c, 2),
            0x100..=0xffff => push_escape(&mut out, b'u', c, 4),
            _ => push_escape(&mut out, b'U', c, 8),
        }
    }
    out.finish()
}

/// Encodes `raw_unicode_escape`; all characters can be encoded. Raises MemoryError.
pub fn encode_raw_unicode_escape(text: &Str) -> PyResult<Vec<u8>> {
    let mut out = Growing::with_capacity(text.len());
    for c in text.code_points() {
        match c {
            0..=0xff => out.push(c as u8),
            0x100..=0xffff => push_escape(&mut out, b'u', c, 4),
            _ => push_escape(&mut out, b'U', c, 8),
        }
    }
    out.finish()
}

/// Decodes the escapes of a bytes literal. DeprecationWarning for escapes that mean nothing; ValueError.
pub fn escape_decode(data: &[u8], errors: &str) -> PyResult<Vec<u8>> {
    let mut out = Growing::with_capacity(data.len());
    let mut at = 0;
    let mut odd = None;
    while at < data.len() {
        if data[at] != b'\\' {
            out.push(data[at]);
            at += 1;
            continue;
        }
        let Some(&kind) = data.get(at + 1) else {
            return Err(raise!(ValueError, "Trailing \\ in string"));
        };
        if let Some(b) = simple(kind) {
            out.push(b);
            at += 2;
            continue;
        }
        match kind {
            b'\n' => at += 2,
            b'0'..=b'7' => {
                let (value, n) = octal(data, at + 1);
                if value > 0o377 {
                    odd.get_or_insert(Odd::Octal(value));
                }
                out.push(value as u8);
                at += 1 + n;
            }
            b'x' => {
                let (value, n) = hex(data, at + 2, 2);
                if n == 2 {
                    out.push(value as u8);
                    at += 4;
                    continue;
                }
                match errors {
                    "strict" => {
                        return Err(raise!(ValueError, "invalid \\x escape at position {}", at));
                    }
                    "replace" => out.push(b'?'),
                    "ignore" => {}
                    _ => {
                        return Err(raise!(
                            ValueError,
                            "decoding error; unknown error handling code: {}",
                            errors
                        ));
                    }
                }
                at += 2 + n;
            }
            _ => {
                odd.get_or_insert(Odd::Letter(kind));
                out.extend_from_slice(&[b'\\', kind]);
                at += 2;
            }
        }
    }
    warn(odd)?;
    out.finish()
}

/// The counterpart of [`escape_decode`]. Raises MemoryError.
pub fn escape_encode(data: &[u8]) -> PyResult<Vec<u8>> {
    let mut out = Growing::with_capacity(data.len());
    for &b in data {
        match b {
            b'\\' | b'\'' => out.extend_from_slice(&[b'\\', b]),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0x20..=0x7e => out.push(b),
            _ => push_escape(&mut out, b'x', b as u32, 2),
        }
    }
    out.finish()
}
