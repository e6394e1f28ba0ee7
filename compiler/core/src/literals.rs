//! The value of a string or bytes literal, from its source text.
//!
//! Values are PyStr bytes: UTF-8 in which a lone surrogate stands encoded as any other three-byte code point.

use hotpy_code::Const;
use num_bigint::BigInt;

use crate::ast::Loc;
use crate::errors::{Warning, WarningKind};
use crate::lexer::Tok;

/// The value of a number; None for an integer of more than `max_digits` decimal digits (if that is not 0).
pub fn number(tok: Tok, text: &str, max_digits: usize) -> Option<Const> {
    let without;
    let digits = if text.contains('_') {
        without = text.replace('_', "");
        &without
    } else {
        text
    };
    let float = |digits: &str| digits.parse().unwrap_or(f64::INFINITY);
    Some(match tok {
        Tok::Float => Const::Float(float(digits)),
        Tok::Complex => Const::Complex {
            re: 0.0,
            im: float(&digits[..digits.len() - 1]),
        },
        _ => {
            let radix = match digits.as_bytes() {
                [b'0', b'x' | b'X', ..] => 16,
                [b'0', b'o' | b'O', ..] => 8,
                [b'0', b'b' | b'B', ..] => 2,
                _ => 10,
            };
            let digits = match radix {
                // Of decimal numbers only zero is written so.
                10 if digits.starts_with('0') => "0",
                10 => digits,
                _ => &digits[2..],
            };
            if radix == 10 && max_digits != 0 && digits.len() > max_digits {
                return None;
            }
            Const::Int(match u64::from_str_radix(digits, radix) {
                Ok(small) => BigInt::from(small),
                Err(_) => BigInt::parse_bytes(digits.as_bytes(), radix).unwrap_or_default(),
            })
        }
    })
}

/// A literal token taken apart.
#[derive(Clone, Copy, Debug)]
pub struct Literal<'a> {
    pub body: &'a str,
    /// Offset of `body` in the token.
    pub body_at: usize,
    pub raw: bool,
    pub bytes: bool,
    pub fstring: bool,
}

/// Splits a string token into prefix and body.
pub fn split(token: &str) -> Literal<'_> {
    let prefix = token.find(['"', '\'']).unwrap_or(0);
    let has = |c: u8| token.as_bytes()[..prefix].iter().any(|p| p | 0x20 == c);
    let rest = &token[prefix..];
    let quotes = if rest.len() >= 6 && (rest.starts_with("\"\"\"") || rest.starts_with("'''")) {
        3
    } else {
        1
    };
    let body = rest
        .get(quotes..rest.len().saturating_sub(quotes))
        .unwrap_or("");
    Literal {
        body,
        body_at: prefix + quotes,
        raw: has(b'r'),
        bytes: has(b'b'),
        fstring: has(b'f'),
    }
}

/// Appends a code point, surrogates included.
pub fn push_code_point(out: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(&[
            0xe0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3f) as u8,
            0x80 | (code & 0x3f) as u8,
        ]),
    }
}

/// An octal escape beyond a byte.
fn warn_octal(code: u32, digits: &str, loc: Loc, warned: &mut bool, warnings: &mut Vec<Warning>) {
    if code > 0o377 && !std::mem::replace(warned, true) {
        warnings.push(Warning {
            kind: WarningKind::DeprecationWarning,
            msg: format!("invalid octal escape sequence '\\{digits}'"),
            loc,
        });
    }
}

pub fn warn_escape(c: char, loc: Loc, warnings: &mut Vec<Warning>) {
    let msg = format!("invalid escape sequence '\\{c}'");
    warnings.push(Warning {
        kind: WarningKind::DeprecationWarning,
        msg,
        loc,
    });
}

/// Evaluates the escapes of a str literal's body into `out`. The error is the message of a SyntaxError.
pub fn decode_str(
    body: &str,
    loc: Loc,
    out: &mut Vec<u8>,
    warnings: &mut Vec<Warning>,
) -> Result<(), String> {
    let src = body.as_bytes();
    let mut i = 0;
    // Where CPython's decoder would be: it reads every non-ASCII character as a ten-byte escape.
    let mut wide = 0usize;
    let mut warned = false;
    while i < src.len() {
        if src[i] != b'\\' {
            let next = src[i..]
                .iter()
                .position(|&c| c == b'\\')
                .map_or(src.len(), |n| i + n);
            let plain = &body[i..next];
            if !plain.is_ascii() {
                wide += plain
                    .chars()
                    .filter(|c| !c.is_ascii())
                    .map(|c| 10 - c.len_utf8())
                    .sum::<usize>();
            }
            out.extend_from_slice(plain.as_bytes());
            i = next;
            continue;
        }
        let start = i;
        // A backslash before a brace of an f-string, or before what is no ASCII character, stands for itself.
        let Some(c) = body[i + 1..].chars().next().filter(char::is_ascii) else {
            wide += 5;
            i += 1;
            out.push(b'\\');
            continue;
        };
        i += 1 + c.len_utf8();
        let simple = match c {
            '\n' => continue,
            '\\' => b'\\',
            '\'' => b'\'',
            '"' => b'"',
            'b' => 8,
            'f' => 12,
            't' => b'\t',
            'n' => b'\n',
            'r' => b'\r',
            'v' => 11,
            'a' => 7,
            '0'..='7' => {
                let len = src[i - 1..]
                    .iter()
                    .take(3)
                    .take_while(|c| matches!(c, b'0'..=b'7'))
                    .count();
                let digits = &body[i - 1..i - 1 + len];
                let code = u32::from_str_radix(digits, 8).unwrap_or(0);
                warn_octal(code, digits, loc, &mut warned, warnings);
                push_code_point(out, code);
                i += len - 1;
                continue;
            }
            'x' | 'u' | 'U' => {
                let (want, what) = match c {
                    'x' => (2, "truncated \\xXX escape"),
                    'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let have = src[i..]
                    .iter()
                    .take(want)
                    .take_while(|c| c.is_ascii_hexdigit())
                    .count();
                i += have;
                if have < want {
                    return Err(unicode_error(start + wide, i - 1 + wide, what));
                }
                let code = u32::from_str_radix(&body[i - have..i], 16).unwrap_or(u32::MAX);
                if code > 0x10ffff {
                    return Err(unicode_error(
                        start + wide,
                        i - 1 + wide,
                        "illegal Unicode character",
                    ));
                }
                push_code_point(out, code);
                continue;
            }
            'N' => {
                let name = body[i..]
                    .strip_prefix('{')
                    .and_then(|r| r.find('}').map(|n| &r[..n]));
                let Some(name) = name.filter(|n| !n.is_empty()) else {
                    let end = if body[i..].starts_with('{') {
                        src.len() - 1
                    } else {
                        i - 1
                    };
                    return Err(unicode_error(
                        start + wide,
                        end + wide,
                        "malformed \\N character escape",
                    ));
                };
                i += name.len() + 2;
                match unicode_names2::character(name) {
                    Some(c) => push_code_point(out, c as u32),
                    None => {
                        return Err(unicode_error(
                            start + wide,
                            i - 1 + wide,
                            "unknown Unicode character name",
                        ));
                    }
                }
                continue;
            }
            other => {
                if !warned {
                    warn_escape(other, loc, warnings);
                    warned = true;
                }
                out.push(b'\\');
                out.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
        };
        out.push(simple);
    }
    Ok(())
}

fn unicode_error(from: usize, to: usize, what: &str) -> String {
    if from == to {
        format!(
            "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position {from}: {what}"
        )
    } else {
        format!(
            "(unicode error) 'unicodeescape' codec can't decode bytes in position {from}-{to}: {what}"
        )
    }
}

/// Evaluates the escapes of a bytes literal's body into `out`.
pub fn decode_bytes(
    body: &str,
    loc: Loc,
    out: &mut Vec<u8>,
    warnings: &mut Vec<Warning>,
) -> Result<(), String> {
    let src = body.as_bytes();
    let mut i = 0;
    let mut warned = false;
    while i < src.len() {
        if src[i] != b'\\' || i + 1 >= src.len() {
            out.push(src[i]);
            i += 1;
            continue;
        }
        let start = i;
        let c = src[i + 1];
        i += 2;
        let value = match c {
            b'\n' => continue,
            b'\\' | b'\'' | b'"' => c,
            b'b' => 8,
            b'f' => 12,
            b't' => b'\t',
            b'n' => b'\n',
            b'r' => b'\r',
            b'v' => 11,
            b'a' => 7,
            b'0'..=b'7' => {
                let len = src[i - 1..]
                    .iter()
                    .take(3)
                    .take_while(|c| matches!(c, b'0'..=b'7'))
                    .count();
                let digits = &body[i - 1..i - 1 + len];
                let code = u32::from_str_radix(digits, 8).unwrap_or(0);
                warn_octal(code, digits, loc, &mut warned, warnings);
                i += len - 1;
                code as u8
            }
            b'x' => {
                let digits = body
                    .get(i..i + 2)
                    .filter(|d| d.bytes().all(|c| c.is_ascii_hexdigit()));
                let Some(digits) = digits else {
                    return Err(format!(
                        "(value error) invalid \\x escape at position {start}"
                    ));
                };
                i += 2;
                u8::from_str_radix(digits, 16).unwrap_or(0)
            }
            other => {
                if !warned {
                    warn_escape(other as char, loc, warnings);
                    warned = true;
                }
                out.push(b'\\');
                other
            }
        };
        out.push(value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn str_value(body: &str) -> Vec<u8> {
        let mut out = Vec::new();
        decode_str(body, Loc::NONE, &mut out, &mut Vec::new()).unwrap();
        out
    }

    #[test]
    fn escapes() {
        assert_eq!(
            str_value(r"a\n\x41\101\u00e9\N{BULLET}\ud800"),
            b"a\nAA\xc3\xa9\xe2\x80\xa2\xed\xa0\x80"
        );
        assert_eq!(str_value("é\\\nb"), "éb".as_bytes());
        let mut w = Vec::new();
        decode_str(r"\d\w", Loc::NONE, &mut Vec::new(), &mut w).unwrap();
        assert_eq!(w.len(), 1);
    }

    #[test]
    fn parts() {
        let l = split("Rb'''x'''");
        assert!(l.raw && l.bytes && !l.fstring);
        assert_eq!((l.body, l.body_at), ("x", 5));
        assert_eq!(split("''").body, "");
    }
}
