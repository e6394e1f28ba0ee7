//! The format specification mini language: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
//!
//! A specification is parsed once; a number is then taken apart into sign, prefix, digits and rest, and laid out: padding,
//! grouping of the digits, padding.

use super::builder::Builder;
use super::layout::Units;
use super::unicode_data::decimal;
use crate::growing;
use crate::*;
use std::borrow::Cow;

/// How digits are grouped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Grouping {
    None,
    Comma,
    Underscore,
    /// Groups of four, for binary, octal and hexadecimal.
    UnderscoreFour,
    /// The locale's.
    Locale,
}

/// A parsed specification.
#[derive(Clone, Debug)]
pub struct Spec {
    fill: u32,
    /// One of `<>=^`.
    align: u8,
    align_given: bool,
    alternate: bool,
    /// 0 or one of `+- `.
    sign: u8,
    no_negative_zero: bool,
    width: Option<usize>,
    grouping: Grouping,
    precision: Option<usize>,
    /// The type character, or the default.
    kind: u32,
}

/// Why a specification or its use is wrong: the exception's text.
#[derive(Debug, PartialEq, Eq)]
pub enum Wrong {
    Value(String),
    Overflow(String),
}

impl Wrong {
    fn raise(self) -> Raised {
        match self {
            Wrong::Value(text) => errors::raise_text(&exceptions::ValueError, &text),
            Wrong::Overflow(text) => errors::raise_text(&exceptions::OverflowError, &text),
        }
    }
}

fn wrong<T>(text: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong::Value(text.into()))
}

/// A character as it appears in messages.
fn shown(c: u32) -> String {
    if (33..128).contains(&c) {
        (c as u8 as char).to_string()
    } else {
        format!("\\x{c:x}")
    }
}

fn unknown(kind: u32, type_name: &str) -> Wrong {
    Wrong::Value(format!(
        "Unknown format code '{}' for object of type '{}'",
        shown(kind),
        type_name
    ))
}

/// Decimal digits from `at` on; `None` if there are none.
fn digits(units: Units<'_>, at: &mut usize) -> Result<Option<usize>, Wrong> {
    let mut value = None;
    while *at < units.len() {
        let Some(digit) = decimal(units.at(*at)) else {
            break;
        };
        let next = value
            .unwrap_or(0usize)
            .checked_mul(10)
            .and_then(|v| v.checked_add(digit as usize))
            .filter(|&v| v <= isize::MAX as usize);
        let Some(next) = next else {
            return wrong("Too many decimal digits in format string");
        };
        value = Some(next);
        *at += 1;
    }
    Ok(value)
}

fn is_align(c: u32) -> bool {
    matches!(c, 0x3c..=0x3e | 0x5e)
}

impl Spec {
    /// Parses; `kind` and `align` are the type's defaults.
    pub fn parse(units: Units<'_>, kind: u8, align: u8, type_name: &str) -> Result<Spec, Wrong> {
        let len = units.len();
        let peek = |at: usize| if at < len { units.at(at) } else { 0 };
        let mut spec = Spec {
            fill: b' ' as u32,
            align,
            align_given: false,
            alternate: false,
            sign: 0,
            no_negative_zero: false,
            width: None,
            grouping: Grouping::None,
            precision: None,
            kind: kind as u32,
        };
        let mut at = 0;
        let mut fill_given = false;
        if len >= 2 && is_align(peek(1)) {
            spec.fill = peek(0);
            spec.align = peek(1) as u8;
            fill_given = true;
            spec.align_given = true;
            at = 2;
        } else if len >= 1 && is_align(peek(0)) {
            spec.align = peek(0) as u8;
            spec.align_given = true;
            at = 1;
        }
        if let c @ (0x20 | 0x2b | 0x2d) = peek(at) {
            spec.sign = c as u8;
            at += 1;
        }
        if peek(at) == b'z' as u32 {
            spec.no_negative_zero = true;
            at += 1;
        }
        if peek(at) == b'#' as u32 {
            spec.alternate = true;
            at += 1;
        }
        if !fill_given && peek(at) == b'0' as u32 {
            spec.fill = b'0' as u32;
            if !spec.align_given && align == b'>' {
                spec.align = b'=';
            }
            at += 1;
        }
        spec.width = digits(units, &mut at)?;
        if peek(at) == b',' as u32 {
            spec.grouping = Grouping::Comma;
            at += 1;
        }
        if peek(at) == b'_' as u32 {
            if spec.grouping != Grouping::None {
                return wrong("Cannot specify both ',' and '_'.");
            }
            spec.grouping = Grouping::Underscore;
            at += 1;
        }
        if peek(at) == b',' as u32 && spec.grouping == Grouping::Underscore {
            return wrong("Cannot specify both ',' and '_'.");
        }
        if peek(at) == b'.' as u32 {
            at += 1;
            spec.precision = digits(units, &mut at)?;
            if spec.precision.is_none() {
                return wrong("Format specifier missing precision");
            }
        }
        if len - at > 1 {
            let text: String = units
                .iter()
                .map(|c| char::from_u32(c).unwrap_or('\u{fffd}'))
                .collect();
            return wrong(format!(
                "Invalid format specifier '{text}' for object of type '{type_name}'"
            ));
        }
        if at < len {
            spec.kind = peek(at);
        }
        if spec.grouping != Grouping::None {
            match char::from_u32(spec.kind).unwrap_or('\u{fffd}') {
                'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0' => {}
                'b' | 'o' | 'x' | 'X' if spec.grouping == Grouping::Underscore => {
                    spec.grouping = Grouping::UnderscoreFour;
                }
                _ => {
                    let sign = if spec.grouping == Grouping::Comma {
                        ','
                    } else {
                        '_'
                    };
                    return wrong(format!(
                        "Cannot specify '{sign}' with '{}'.",
                        shown(spec.kind)
                    ));
                }
            }
        }
        Ok(spec)
    }

    fn kind_char(&self) -> u8 {
        u8::try_from(self.kind).unwrap_or(0xff)
    }

    /// Left and right padding for something of `len` characters.
    fn padding(&self, len: usize) -> (usize, usize) {
        let missing = self.width.unwrap_or(0).saturating_sub(len);
        match self.align {
            b'>' => (missing, 0),
            b'^' => (missing / 2, missing - missing / 2),
            _ => (0, missing),
        }
    }

    /// Group sizes (from the right, the last one repeats), separator and decimal point.
    fn symbols(&self) -> Symbols {
        let fixed = |separator: &'static str, size: u8| Symbols {
            point: Cow::Borrowed("."),
            separator: Cow::Borrowed(separator),
            groups: vec![size],
        };
        match self.grouping {
            Grouping::None => fixed("", 0),
            Grouping::Comma => fixed(",", 3),
            Grouping::Underscore => fixed("_", 3),
            Grouping::UnderscoreFour => fixed("_", 4),
            Grouping::Locale => Symbols::of_locale(),
        }
    }
}

struct Symbols {
    point: Cow<'static, str>,
    separator: Cow<'static, str>,
    groups: Vec<u8>,
}

impl Symbols {
    fn of_locale() -> Symbols {
        // SAFETY: localeconv's structure and strings are valid until the locale changes, which takes the GIL.
        unsafe {
            let conv = &*libc::localeconv();
            let text = |p: *const c_char| {
                Cow::Owned(std::ffi::CStr::from_ptr(p).to_string_lossy().into_owned())
            };
            let groups = std::ffi::CStr::from_ptr(conv.grouping).to_bytes().to_vec();
            Symbols {
                point: text(conv.decimal_point),
                separator: text(conv.thousands_sep),
                groups,
            }
        }
    }

    /// The digits with separators, filled up with zeros to `least` characters.
    fn group(&self, digits: &str, least: usize) -> String {
        let separator_len = self.separator.chars().count();
        let mut pieces: Vec<String> = Vec::new();
        let mut left = digits;
        let mut least = least as isize;
        let mut groups = self.groups.iter().copied();
        let mut size = groups.next().unwrap_or(0);
        loop {
            let wanted = (left.len() as isize).max(least).max(1) as usize;
            // 0 and CHAR_MAX end the grouping.
            let take = match size {
                0 | 0x7f.. => wanted,
                n => wanted.min(n as usize),
            };
            let (rest, piece) = left.split_at(left.len().saturating_sub(take));
            pieces.push("0".repeat(take - piece.len()) + piece);
            left = rest;
            least -= take as isize;
            if left.is_empty() && least <= 0 {
                break;
            }
            least -= separator_len as isize;
            if let Some(next) = groups.next() {
                size = next;
            }
        }
        pieces.reverse();
        pieces.join(&self.separator)
    }
}

/// A number taken apart.
struct Parts<'a> {
    negative: bool,
    prefix: &'a str,
    digits: &'a str,
    /// Whether a decimal point follows the digits.
    point: bool,
    rest: Cow<'a, str>,
}

/// Lays out a number as the specification says.
fn layout_number(out: &mut Builder, spec: &Spec, parts: &Parts<'_>) {
    let sign = match (spec.sign, parts.negative) {
        (_, true) => "-",
        (b'+', _) => "+",
        (b' ', _) => " ",
        _ => "",
    };
    let symbols = spec.symbols();
    let point = if parts.point { &*symbols.point } else { "" };
    let around =
        sign.len() + parts.prefix.len() + point.chars().count() + parts.rest.chars().count();
    let width = spec.width.unwrap_or(0);
    let zeros = spec.fill == b'0' as u32 && spec.align == b'=';
    if spec.grouping != Grouping::None
        && !growing::fits(width.max(parts.digits.len()).saturating_mul(20))
    {
        return out.fail();
    }
    let digits = if parts.digits.is_empty() {
        Cow::Borrowed("")
    } else if spec.grouping == Grouping::None {
        Cow::Borrowed(parts.digits)
    } else {
        Cow::Owned(symbols.group(
            parts.digits,
            if zeros {
                width.saturating_sub(around)
            } else {
                0
            },
        ))
    };
    let missing = width.saturating_sub(around + digits.chars().count());
    let (left, inner, right) = match spec.align {
        b'<' => (0, 0, missing),
        b'^' => (missing / 2, 0, missing - missing / 2),
        b'=' => (0, missing, 0),
        _ => (missing, 0, 0),
    };
    out.push_repeated(spec.fill, left);
    out.push_text(sign);
    out.push_text(parts.prefix);
    out.push_repeated(spec.fill, inner);
    out.push_text(&digits);
    out.push_text(point);
    out.push_text(&parts.rest);
    out.push_repeated(spec.fill, right);
}

/// Formats text.
pub fn text(
    out: &mut Builder,
    units: Units<'_>,
    spec: &Spec,
    type_name: &str,
) -> Result<(), Wrong> {
    if spec.kind != b's' as u32 {
        return Err(unknown(spec.kind, type_name));
    }
    match spec.sign {
        0 => {}
        b' ' => return wrong("Space not allowed in string format specifier"),
        _ => return wrong("Sign not allowed in string format specifier"),
    }
    if spec.no_negative_zero {
        return wrong("Negative zero coercion (z) not allowed in string format specifier");
    }
    if spec.alternate {
        return wrong("Alternate form (#) not allowed in string format specifier");
    }
    if spec.align == b'=' {
        return wrong("'=' alignment not allowed in string format specifier");
    }
    let len = units.len().min(spec.precision.unwrap_or(usize::MAX));
    let (left, right) = spec.padding(len);
    out.push_repeated(spec.fill, left);
    out.push_units(units.slice(0, len));
    out.push_repeated(spec.fill, right);
    Ok(())
}

/// Whether the type character asks for an integer format.
fn is_int_kind(kind: u8) -> bool {
    matches!(kind, b'b' | b'c' | b'd' | b'o' | b'x' | b'X' | b'n')
}

/// Formats an integer in an integer format. `digits` makes its absolute value's digits in a base.
pub fn integer<E: From<Wrong>>(
    out: &mut Builder,
    spec: &Spec,
    small: Option<i64>,
    negative: bool,
    digits: impl FnOnce(u32) -> Result<String, E>,
) -> Result<(), E> {
    let bad = |text: &str| Err(E::from(Wrong::Value(text.to_owned())));
    if spec.precision.is_some() {
        return bad("Precision not allowed in integer format specifier");
    }
    if spec.no_negative_zero {
        return bad("Negative zero coercion (z) not allowed in integer format specifier");
    }
    let kind = spec.kind_char();
    if kind == b'c' {
        if spec.sign != 0 {
            return bad("Sign not allowed with integer format specifier 'c'");
        }
        if spec.alternate {
            return bad("Alternate form (#) not allowed with integer format specifier 'c'");
        }
        let Some(value) = small else {
            return Err(E::from(Wrong::Overflow(
                "Python int too large to convert to C long".into(),
            )));
        };
        if !(0..=0x10ffff).contains(&value) {
            return Err(E::from(Wrong::Overflow(
                "%c arg not in range(0x110000)".into(),
            )));
        }
        let missing = spec.width.unwrap_or(0).saturating_sub(1);
        let (left, right) = match spec.align {
            b'<' => (0, missing),
            b'^' => (missing / 2, missing - missing / 2),
            _ => (missing, 0),
        };
        out.push_repeated(spec.fill, left);
        out.push(value as u32);
        out.push_repeated(spec.fill, right);
        return Ok(());
    }
    let (base, prefix) = match kind {
        b'b' => (2, "0b"),
        b'o' => (8, "0o"),
        b'x' => (16, "0x"),
        b'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut digits = digits(base)?;
    if kind == b'X' {
        digits.make_ascii_uppercase();
    }
    let grouping = if kind == b'n' {
        Grouping::Locale
    } else {
        spec.grouping
    };
    layout_number(
        out,
        &Spec {
            grouping,
            ..spec.clone()
        },
        &Parts {
            negative,
            prefix: if spec.alternate { prefix } else { "" },
            digits: &digits,
            point: false,
            rest: Cow::Borrowed(""),
        },
    );
    Ok(())
}

/// `g` of a type-less specification: at least one digit follows the point, and one digit less before exponents set in.
fn general_with_point(value: f64, precision: usize, alternate: bool) -> String {
    if !value.is_finite() {
        return float::format_f64(value, b'g', precision, alternate, false);
    }
    let precision = precision.max(1);
    let scientific = float::format_f64(value, b'e', precision - 1, false, false);
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let strip = |text: &str| match text.contains('.') && !alternate {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    let point = exponent.parse::<isize>().unwrap_or(0) + 1;
    if value != 0.0 && (point <= -4 || point > precision as isize - 1) {
        return format!("{}e{}", strip(mantissa), exponent);
    }
    let places = (precision as isize - point).max(0) as usize;
    let fixed = strip(&float::format_f64(value, b'f', places, false, false));
    if fixed.contains('.') {
        fixed
    } else {
        fixed + ".0"
    }
}

/// A float's text in one of the float formats (not negative zero coerced, sign only if negative).
fn float_text(value: f64, spec: &Spec, bare_point: bool) -> Result<String, Wrong> {
    if spec.precision.is_some_and(|p| p > i32::MAX as usize) {
        return wrong("precision too big");
    }
    let alternate = spec.alternate;
    let with = |value, conversion: u8, default| {
        let text = float::format_f64(
            value,
            conversion.to_ascii_lowercase(),
            spec.precision.unwrap_or(default),
            alternate,
            false,
        );
        if conversion.is_ascii_uppercase() {
            text.to_ascii_uppercase()
        } else {
            text
        }
    };
    Ok(match spec.kind_char() {
        0 => match spec.precision {
            None => shortest(value, alternate, bare_point),
            Some(_) if bare_point => with(value, b'g', 6),
            Some(p) => general_with_point(value, p, alternate),
        },
        b'%' => with(value * 100.0, b'f', 6) + "%",
        b'n' => with(value, b'g', 6),
        kind => with(value, kind, 6),
    })
}

/// The shortest text that reads back equal; without ".0" if `bare`, always with a point if `alternate`.
fn shortest(value: f64, alternate: bool, bare: bool) -> String {
    let mut text = float::repr_f64(value);
    if bare && text.ends_with(".0") {
        text.truncate(text.len() - 2);
    }
    if alternate && value.is_finite() && !text.contains('.') {
        let at = text.find('e').unwrap_or(text.len());
        text.insert(at, '.');
    }
    text
}

/// A float's text taken apart, with negative zero coerced if asked.
fn float_parts<'a>(text: &'a str, spec: &Spec) -> Parts<'a> {
    let (mut negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if spec.no_negative_zero && negative {
        let mantissa = text.split(['e', 'E']).next().unwrap_or("");
        let zero = |c: char| matches!(c, '0' | '.' | '%');
        negative = !mantissa.chars().all(zero);
    }
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(count);
    let after = rest.strip_prefix('.');
    Parts {
        negative,
        prefix: "",
        digits,
        point: after.is_some(),
        rest: Cow::Borrowed(after.unwrap_or(rest)),
    }
}

fn locale_grouping(spec: &Spec) -> Grouping {
    if spec.kind_char() == b'n' {
        Grouping::Locale
    } else {
        spec.grouping
    }
}

fn is_float_kind(kind: u8) -> bool {
    matches!(kind, 0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n')
}

/// Formats a float.
pub fn float(out: &mut Builder, value: f64, spec: &Spec, type_name: &str) -> Result<(), Wrong> {
    if !is_float_kind(spec.kind_char()) && spec.kind_char() != b'%' {
        return Err(unknown(spec.kind, type_name));
    }
    // One that is too big is told of below.
    let precision = spec.precision.filter(|&p| p <= i32::MAX as usize);
    if !growing::fits(precision.unwrap_or(0) * 6) {
        out.fail();
        return Ok(());
    }
    let text = float_text(value, spec, false)?;
    let parts = float_parts(&text, spec);
    let spec = Spec {
        grouping: locale_grouping(spec),
        ..spec.clone()
    };
    layout_number(out, &spec, &parts);
    Ok(())
}

/// Formats a complex number: both parts without padding, then padding around the whole.
pub fn complex(
    out: &mut Builder,
    (re, im): (f64, f64),
    spec: &Spec,
    type_name: &str,
) -> Result<(), Wrong> {
    if !is_float_kind(spec.kind_char()) {
        return Err(unknown(spec.kind, type_name));
    }
    if spec.fill == b'0' as u32 {
        return wrong("Zero padding is not allowed in complex format specifier");
    }
    if spec.align == b'=' {
        return wrong("'=' alignment flag is not allowed in complex format specifier");
    }
    let precision = spec.precision.filter(|&p| p <= i32::MAX as usize);
    if !growing::fits(precision.unwrap_or(0) * 8) {
        out.fail();
        return Ok(());
    }
    let mut whole = Builder::default();
    let bare = spec.kind == 0;
    let only_imaginary = bare && re == 0.0 && re.is_sign_positive();
    let mut part = Spec {
        width: None,
        grouping: locale_grouping(spec),
        ..spec.clone()
    };
    if bare && !only_imaginary {
        whole.push_text("(");
    }
    if !only_imaginary {
        let text = float_text(re, spec, true)?;
        layout_number(&mut whole, &part, &float_parts(&text, spec));
        part.sign = b'+';
    }
    let text = float_text(im, spec, true)?;
    layout_number(&mut whole, &part, &float_parts(&text, spec));
    whole.push_text(if bare && !only_imaginary { "j)" } else { "j" });
    let (left, right) = spec.padding(whole.len());
    out.push_repeated(spec.fill, left);
    out.push_units(whole.units());
    out.push_repeated(spec.fill, right);
    Ok(())
}

// ---- what the types' `__format__` calls ----

/// `str.__format__`. Raises ValueError, MemoryError.
pub fn format_spec_str(value: &Str, spec: &Str) -> PyResult<Ref<Str>> {
    let name = value.ty().name();
    let mut out = Builder::with_capacity(value.len());
    Spec::parse(spec.units(), b's', b'<', name)
        .and_then(|spec| text(&mut out, value.units(), &spec, name))
        .map_err(Wrong::raise)?;
    if out.units().equals(value.units()) {
        // Nothing was changed.
        return Ok(Ref::new(value));
    }
    out.finish()
}

impl From<Wrong> for Raised {
    fn from(wrong: Wrong) -> Raised {
        wrong.raise()
    }
}

/// `int.__format__`. Raises ValueError, OverflowError, MemoryError.
pub fn format_spec_int(value: &PyLongObject, spec: &Str) -> PyResult<Ref<Str>> {
    if spec.is_empty() {
        return protocol::str(value);
    }
    let name = value.ty().name();
    let spec = Spec::parse(spec.units(), b'd', b'>', name)?;
    let kind = spec.kind_char();
    let mut out = Builder::default();
    if is_int_kind(kind) {
        let digits = |base| int_digits(value, base);
        integer::<Raised>(&mut out, &spec, value.to_i64(), value.sign() < 0, digits)?;
    } else if is_float_kind(kind) && spec.kind != 0 || kind == b'%' {
        float(&mut out, value.to_f64()?, &spec, name)?;
    } else {
        return Err(unknown(spec.kind, name).raise());
    }
    out.finish()
}

/// Digits of the absolute value. ValueError for too many decimal digits.
pub(super) fn int_digits(value: &PyLongObject, base: u32) -> PyResult<String> {
    if let Some(small) = value.to_i64() {
        let n = small.unsigned_abs();
        return Ok(match base {
            2 => format!("{n:b}"),
            8 => format!("{n:o}"),
            16 => format!("{n:x}"),
            _ => n.to_string(),
        });
    }
    let mut text = int::to_text(value, base, false)?;
    if text.starts_with('-') {
        text.remove(0);
    }
    Ok(text)
}

/// `float.__format__` of `object` with that value. Raises ValueError, MemoryError.
pub fn format_spec_float(object: &PyObject, value: f64, spec: &Str) -> PyResult<Ref<Str>> {
    if spec.is_empty() {
        return protocol::str(object);
    }
    let name = object.ty().name();
    let mut out = Builder::default();
    let spec = Spec::parse(spec.units(), 0, b'>', name)?;
    float(&mut out, value, &spec, name)?;
    out.finish()
}

/// `complex.__format__` of `object` with those parts. Raises ValueError, MemoryError.
pub fn format_spec_complex(object: &PyObject, re: f64, im: f64, spec: &Str) -> PyResult<Ref<Str>> {
    if spec.is_empty() {
        return protocol::str(object);
    }
    let name = object.ty().name();
    let mut out = Builder::default();
    let spec = Spec::parse(spec.units(), 0, b'>', name)?;
    complex(&mut out, (re, im), &spec, name)?;
    out.finish()
}
