//! Constants as Python's `repr` shows them (code objects without their address).

use super::printable::ESCAPED;
use crate::{Const, PyStr};
use std::fmt::Write;

/// The text of a constant.
pub fn repr(value: &Const) -> String {
    match value {
        Const::None => "None".into(),
        Const::Ellipsis => "Ellipsis".into(),
        Const::Bool(b) => if *b { "True" } else { "False" }.into(),
        Const::Int(i) => i.to_string(),
        Const::Float(f) => float(*f, true),
        Const::Complex { re, im } => complex(*re, *im),
        Const::Str(s) => string(s),
        Const::Bytes(b) => bytes(b),
        Const::Tuple(items) => {
            let comma = if items.len() == 1 { "," } else { "" };
            format!("({}{comma})", list(items))
        }
        Const::FrozenSet(items) if items.is_empty() => "frozenset()".into(),
        Const::FrozenSet(items) => format!("frozenset({{{}}})", list(items)),
        Const::Code(c) => format!(
            "<code object {}, file \"{}\", line {}>",
            String::from_utf8_lossy(&c.name.0),
            String::from_utf8_lossy(&c.filename.0),
            c.firstlineno
        ),
    }
}

fn list(items: &[Const]) -> String {
    items.iter().map(repr).collect::<Vec<_>>().join(", ")
}

/// Shortest digits that read back as the same number; an exponent below -4 or from 16 on.
fn float(f: f64, point: bool) -> String {
    if f.is_nan() {
        return "nan".into();
    }
    if f.is_infinite() {
        return if f > 0.0 { "inf" } else { "-inf" }.into();
    }
    let scientific = shortest(f);
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let places = digits.split_once('.').map_or(0, |(_, p)| p.len() as i32);
        let plain = format!("{f:.*}", (places - exponent).max(0) as usize);
        if point && !plain.contains('.') {
            return plain + ".0";
        }
        return plain;
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// The shortest digits that read back as `f`; of two equally near, the even one.
fn shortest(f: f64) -> String {
    let any = format!("{f:e}");
    let digits = any.split('e').next().unwrap_or("");
    let places = digits.split_once('.').map_or(0, |(_, p)| p.len());
    let even = format!("{f:.places$e}");
    match even.parse() {
        Ok(back) if f == back => even,
        _ => any,
    }
}

fn complex(re: f64, im: f64) -> String {
    let imaginary = float(im, false);
    if re == 0.0 && re.is_sign_positive() {
        return format!("{imaginary}j");
    }
    let plus = if imaginary.starts_with('-') { "" } else { "+" };
    format!("({}{plus}{imaginary}j)", float(re, false))
}

/// Code points of a string, lone surrogates included.
fn code_points(s: &PyStr) -> Vec<u32> {
    let b = &s.0;
    let mut out = Vec::new();
    let mut at = 0;
    while at < b.len() {
        let (n, first) = match b[at] {
            0..=0x7f => (1, u32::from(b[at])),
            0xc0..=0xdf => (2, u32::from(b[at] & 0x1f)),
            0xe0..=0xef => (3, u32::from(b[at] & 0x0f)),
            _ => (4, u32::from(b[at] & 0x07)),
        };
        let rest = b.get(at + 1..at + n).unwrap_or_default();
        out.push(rest.iter().fold(first, |c, x| c << 6 | u32::from(x & 0x3f)));
        at += n;
    }
    out
}

fn quote(has_single: bool, has_double: bool) -> char {
    if has_single && !has_double { '"' } else { '\'' }
}

fn is_printable(c: char) -> bool {
    let after = ESCAPED.partition_point(|&(first, _)| first <= c as u32);
    after == 0 || ESCAPED[after - 1].1 < c as u32
}

fn string(s: &PyStr) -> String {
    let points = code_points(s);
    let has = |c: char| points.contains(&(c as u32));
    let q = quote(has('\''), has('"'));
    let mut out = String::from(q);
    for p in points {
        match char::from_u32(p) {
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(c) if c == q => {
                out.push('\\');
                out.push(c);
            }
            Some(c) if is_printable(c) => out.push(c),
            _ => {
                let _ = match p {
                    0..=0xff => write!(out, "\\x{p:02x}"),
                    0x100..=0xffff => write!(out, "\\u{p:04x}"),
                    _ => write!(out, "\\U{p:08x}"),
                };
            }
        }
    }
    out.push(q);
    out
}

fn bytes(b: &[u8]) -> String {
    let q = quote(b.contains(&b'\''), b.contains(&b'"'));
    let mut out = format!("b{q}");
    for &x in b {
        match x {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ if char::from(x) == q => {
                out.push('\\');
                out.push(q);
            }
            b' '..=b'~' => out.push(char::from(x)),
            _ => {
                let _ = write!(out, "\\x{x:02x}");
            }
        }
    }
    out.push(q);
    out
}
