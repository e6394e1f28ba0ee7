//! `%` formatting of `str` and of `bytes`: `%[(key)][flags][width][.precision][hlL]type`.
//!
//! Both share the parser, the arguments and the numbers; they differ in what `%s`, `%c` take and in some texts. The bytes side
//! works on Latin-1 characters, so that its result is a narrow string.

use super::args::{int_arg, isize_arg};
use super::builder::Builder;
use super::layout::{Units, from_units, of};
use super::spec::int_digits;
use crate::flags::tp;
use crate::growing;
use crate::*;

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Text,
    Bytes,
}

/// The values to be formatted.
struct Values<'a> {
    args: &'a PyObject,
    /// Items left over, if `args` is a tuple.
    tuple: Option<&'a [&'a PyObject]>,
    next: usize,
    mapping: Option<&'a PyObject>,
    /// The value that a key selected, and whether a conversion has used it.
    selected: Option<(Ref, bool)>,
    /// Whether the single (non-tuple) value has been used.
    used: bool,
}

impl Values<'_> {
    fn take(&mut self) -> PyResult {
        let missing = || raise!(TypeError, "not enough arguments for format string");
        if let Some((value, used)) = &mut self.selected {
            if std::mem::replace(used, true) {
                return Err(missing());
            }
            return Ok(value.clone());
        }
        match self.tuple {
            Some(items) => match items.get(self.next) {
                Some(item) => {
                    self.next += 1;
                    Ok(item.to_ref())
                }
                None => Err(missing()),
            },
            None if self.used => Err(missing()),
            None => {
                self.used = true;
                Ok(self.args.to_ref())
            }
        }
    }

    fn left_over(&self) -> bool {
        self.mapping.is_none()
            && match self.tuple {
                Some(items) => self.next < items.len(),
                None => !self.used,
            }
    }
}

#[derive(Default)]
struct Conversion {
    left: bool,
    plus: bool,
    blank: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

fn is_mapping(obj: &PyObject) -> bool {
    // SAFETY: a type's table is live as long as the type.
    unsafe { obj.ty().tp_as_mapping.get().as_ref() }
        .is_some_and(|table| table.mp_subscript.get().is_some())
}

/// The text that stands for itself: `%s`, perhaps with a width and a precision, of one that is neither too short nor too long.
fn unchanged<'a>(format: &Str, args: &'a PyObject) -> Option<&'a Str> {
    let spec = format.ascii()?.strip_prefix('%')?.strip_suffix('s')?;
    let (width, precision) = spec.split_once('.').unwrap_or((spec, ""));
    let number = |digits: &str, default: usize| match digits {
        "" => Some(default),
        _ if digits.bytes().all(|d| d.is_ascii_digit()) => digits.parse().ok(),
        _ => None,
    };
    let only = match args.exact::<PyTupleObject>() {
        Some(tuple) if tuple.len() == 1 => tuple.items()[0],
        _ => args,
    };
    let text = only.exact::<Str>()?;
    let fits = number(width, 0)? <= text.len() && text.len() <= number(precision, usize::MAX)?;
    fits.then_some(text)
}

/// `format % args`. Runs Python (str(), repr(), number conversions); TypeError, ValueError, OverflowError, KeyError.
pub fn percent_format(format: &Str, args: &PyObject) -> PyResult<Ref<Str>> {
    if let Some(text) = unchanged(format, args) {
        return Ok(Ref::new(text));
    }
    let mut out = Builder::with_capacity(format.len() + 32);
    run(Mode::Text, format.units(), args, &mut out)?;
    out.finish()
}

/// `format % args` for bytes: the result's bytes.
pub(crate) fn percent_format_bytes(format: &[u8], args: &PyObject) -> PyResult<Vec<u8>> {
    let mut out = Builder::with_capacity(format.len() + 32);
    run(Mode::Bytes, Units::One(format), args, &mut out)?;
    out.check()?;
    match out.units() {
        Units::One(bytes) => growing::copied(bytes),
        wide => growing::collected(wide.iter().map(|c| c as u8)),
    }
}

fn run(mode: Mode, format: Units<'_>, args: &PyObject, out: &mut Builder) -> PyResult<()> {
    let excluded = match mode {
        Mode::Text => tp::TUPLE_SUBCLASS | tp::UNICODE_SUBCLASS,
        Mode::Bytes => tp::TUPLE_SUBCLASS | tp::UNICODE_SUBCLASS | tp::BYTES_SUBCLASS,
    };
    let no_mapping = args.ty().is_subclass_flag(excluded)
        || mode == Mode::Bytes && typeobject::is_subtype(args.ty(), &bytearray::PyByteArray_Type);
    let is_tuple = args.ty().is_subclass_flag(tp::TUPLE_SUBCLASS);
    let mut values = Values {
        args,
        // SAFETY: the flag says that it is a tuple.
        tuple: is_tuple.then(|| unsafe { args.cast::<PyTupleObject>() }.items()),
        next: 0,
        mapping: (!no_mapping && is_mapping(args)).then_some(args),
        selected: None,
        used: false,
    };
    let mut at = 0;
    while at < format.len() {
        let rest = format.slice(at, format.len());
        let percent = super::search::find_char(rest, b'%' as u32);
        let end = percent.map_or(format.len(), |i| at + i);
        out.push_units(format.slice(at, end));
        at = end;
        if percent.is_some() {
            at = conversion(mode, format, at + 1, &mut values, out)?;
        }
    }
    if values.left_over() {
        return Err(match mode {
            Mode::Text => raise!(
                TypeError,
                "not all arguments converted during string formatting"
            ),
            Mode::Bytes => raise!(
                TypeError,
                "not all arguments converted during bytes formatting"
            ),
        });
    }
    Ok(())
}

fn incomplete() -> Raised {
    raise!(ValueError, "incomplete format")
}

/// A number in the format, or the next argument for `*`.
fn amount(
    format: Units<'_>,
    at: &mut usize,
    values: &mut Values<'_>,
    what: &str,
    limit: usize,
) -> PyResult<Option<isize>> {
    let peek = |at: usize| {
        if at < format.len() {
            Ok(format.at(at))
        } else {
            Err(incomplete())
        }
    };
    if peek(*at)? == b'*' as u32 {
        *at += 1;
        let value = values.take()?;
        if !value.ty().is_subclass_flag(tp::LONG_SUBCLASS) {
            return Err(raise!(TypeError, "* wants int"));
        }
        let n = if what == "width" {
            isize_arg(&value)?
        } else {
            int_arg(&value)? as isize
        };
        return Ok(Some(n));
    }
    let mut n = None;
    while let c @ 0x30..=0x39 = peek(*at)? {
        let digit = (c - 0x30) as usize;
        let value = n.unwrap_or(0usize);
        if value > (limit - digit) / 10 {
            return Err(raise!(ValueError, "{} too big", what));
        }
        n = Some(value * 10 + digit);
        *at += 1;
    }
    Ok(n.map(|n| n as isize))
}

/// Formats one conversion, whose `%` has been read; answers where the text goes on.
fn conversion(
    mode: Mode,
    format: Units<'_>,
    start: usize,
    values: &mut Values<'_>,
    out: &mut Builder,
) -> PyResult<usize> {
    let len = format.len();
    let peek = |at: usize| {
        if at < len {
            Ok(format.at(at))
        } else {
            Err(incomplete())
        }
    };
    let mut at = start;
    if peek(at)? == b'%' as u32 {
        out.push(b'%' as u32);
        return Ok(at + 1);
    }
    if peek(at)? == b'(' as u32 {
        let Some(mapping) = values.mapping else {
            return Err(raise!(TypeError, "format requires a mapping"));
        };
        let key_start = at + 1;
        let mut depth = 1;
        at = key_start;
        while depth > 0 {
            if at >= len {
                return Err(raise!(ValueError, "incomplete format key"));
            }
            match format.at(at) {
                0x28 => depth += 1,
                0x29 => depth -= 1,
                _ => {}
            }
            at += 1;
        }
        let key = format.slice(key_start, at - 1);
        let key = match mode {
            Mode::Text => from_units(key)?.into_object(),
            Mode::Bytes => bytes::new(key.bytes())?.into_object(),
        };
        values.selected = Some((protocol::getitem(mapping, &key)?, false));
    }
    let mut c = Conversion::default();
    loop {
        match peek(at)? {
            0x2d => c.left = true,
            0x2b => c.plus = true,
            0x20 => c.blank = true,
            0x23 => c.alternate = true,
            0x30 => c.zero = true,
            _ => break,
        }
        at += 1;
    }
    if let Some(n) = amount(format, &mut at, values, "width", isize::MAX as usize)? {
        c.left |= n < 0;
        c.width = n.unsigned_abs();
    }
    if peek(at)? == b'.' as u32 {
        at += 1;
        let n = amount(format, &mut at, values, "precision", i32::MAX as usize)?;
        c.precision = Some(n.unwrap_or(0).max(0) as usize);
    }
    if matches!(peek(at)?, 0x68 | 0x6c | 0x4c) {
        at += 1;
    }
    let kind = peek(at)?;
    let value = values.take()?;
    let kind_char = u8::try_from(kind).unwrap_or(0);
    match (mode, kind_char) {
        (_, b'd' | b'i' | b'u' | b'o' | b'x' | b'X') => integer(mode, kind_char, &value, &c, out)?,
        (_, b'e' | b'E' | b'f' | b'F' | b'g' | b'G') => real(mode, kind_char, &value, &c, out)?,
        (Mode::Text, b'c') => {
            let one = [character(&value)?];
            plain(
                Units::Four(&one),
                &Conversion {
                    precision: None,
                    ..c
                },
                out,
            );
        }
        (Mode::Bytes, b'c') => {
            let one = [byte(&value)?];
            plain(
                Units::One(&one),
                &Conversion {
                    precision: None,
                    ..c
                },
                out,
            );
        }
        (Mode::Text, b's') => plain(protocol::str(&value)?.units(), &c, out),
        (Mode::Text, b'r') => plain(protocol::repr(&value)?.units(), &c, out),
        (Mode::Text, b'a') | (Mode::Bytes, b'r' | b'a') => {
            plain(protocol::ascii(&value)?.units(), &c, out)
        }
        (Mode::Bytes, b's' | b'b') => bytes_of(&value, |b| plain(Units::One(b), &c, out))?,
        _ => {
            let shown = if (32..127).contains(&kind) {
                kind_char as char
            } else {
                '?'
            };
            if mode == Mode::Bytes && kind >= 128 {
                return Err(raise!(
                    OverflowError,
                    "character argument not in range(0x110000)"
                ));
            }
            return Err(raise!(
                ValueError,
                "unsupported format character '{}' (0x{:x}) at index {}",
                shown,
                kind,
                at
            ));
        }
    }
    Ok(at + 1)
}

/// Text, cut to the precision and padded with spaces.
fn plain(units: Units<'_>, c: &Conversion, out: &mut Builder) {
    let len = units.len().min(c.precision.unwrap_or(usize::MAX));
    let missing = c.width.saturating_sub(len);
    out.push_repeated(b' ' as u32, if c.left { 0 } else { missing });
    out.push_units(units.slice(0, len));
    out.push_repeated(b' ' as u32, if c.left { missing } else { 0 });
}

/// A number: sign, prefix, zeros or padding.
fn number(negative: bool, prefix: &str, body: &str, c: &Conversion, out: &mut Builder) {
    let sign = if negative {
        "-"
    } else if c.plus {
        "+"
    } else if c.blank {
        " "
    } else {
        ""
    };
    let missing = c
        .width
        .saturating_sub(sign.len() + prefix.len() + body.len());
    if !c.left && !c.zero {
        out.push_repeated(b' ' as u32, missing);
    }
    out.push_text(sign);
    out.push_text(prefix);
    if !c.left && c.zero {
        out.push_repeated(b'0' as u32, missing);
    }
    out.push_text(body);
    if c.left {
        out.push_repeated(b' ' as u32, missing);
    }
}

fn integer(
    mode: Mode,
    kind: u8,
    value: &PyObject,
    c: &Conversion,
    out: &mut Builder,
) -> PyResult<()> {
    let hex = matches!(kind, b'x' | b'X' | b'o');
    let converted = if value.ty().is_subclass_flag(tp::LONG_SUBCLASS) {
        Ok(value.to_ref())
    } else if hex {
        number::index(value).map(Ref::into_object)
    } else if has_number(value) {
        number::to_int(value)
    } else {
        return Err(not_a_number(mode, kind, value));
    };
    let converted = match converted {
        Ok(n) => n,
        Err(raised) => {
            if errors::matches(&exceptions::TypeError) {
                errors::clear();
                return Err(not_a_number(mode, kind, value));
            }
            return Err(raised);
        }
    };
    if !converted.ty().is_subclass_flag(tp::LONG_SUBCLASS) {
        return Err(not_a_number(mode, kind, value));
    }
    // SAFETY: the flag says that it is an int.
    let n: &PyLongObject = unsafe { PyObject::cast(&converted) };
    let (base, prefix) = match kind {
        b'o' => (8, "0o"),
        b'x' => (16, "0x"),
        b'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut digits = int_digits(n, base)?;
    if kind == b'X' {
        digits.make_ascii_uppercase();
    }
    if let Some(precision) = c.precision {
        if precision > i32::MAX as usize - 3 {
            return Err(raise!(OverflowError, "precision too large"));
        }
        growing::ensure(precision * 3)?;
        if digits.len() < precision {
            digits.insert_str(0, &"0".repeat(precision - digits.len()));
        }
    }
    number(
        n.sign() < 0,
        if c.alternate { prefix } else { "" },
        &digits,
        c,
        out,
    );
    Ok(())
}

/// Whether the object can be made an int or a float by its own means (strings cannot).
fn has_number(obj: &PyObject) -> bool {
    // SAFETY: a type's table is live as long as the type.
    unsafe { obj.ty().tp_as_number.get().as_ref() }.is_some_and(|table| {
        table.nb_int.get().is_some()
            || table.nb_index.get().is_some()
            || table.nb_float.get().is_some()
    })
}

/// Whether the object can be made a float by its own means.
fn has_float(obj: &PyObject) -> bool {
    // SAFETY: a type's table is live as long as the type.
    unsafe { obj.ty().tp_as_number.get().as_ref() }
        .is_some_and(|table| table.nb_index.get().is_some() || table.nb_float.get().is_some())
}

fn not_a_number(mode: Mode, kind: u8, value: &PyObject) -> Raised {
    let wanted = match kind {
        b'o' | b'x' | b'X' => "an integer",
        _ => "a real number",
    };
    // bytes % takes %i for %d.
    let kind = if mode == Mode::Bytes && kind == b'i' {
        b'd'
    } else {
        kind
    };
    raise!(
        TypeError,
        "%{} format: {} is required, not {}",
        kind as char,
        wanted,
        value.ty().name()
    )
}

fn real(mode: Mode, kind: u8, value: &PyObject, c: &Conversion, out: &mut Builder) -> PyResult<()> {
    let converted = if mode == Mode::Bytes {
        // Bytes are no text that could spell a number here.
        number::as_f64(value)
    } else {
        number::to_float(value)
    };
    let x = match converted {
        Ok(x) => x,
        Err(raised) => {
            if mode == Mode::Bytes {
                errors::clear();
                return Err(raise!(
                    TypeError,
                    "float argument required, not {}",
                    value.ty().name()
                ));
            }
            if !has_float(value) && errors::matches(&exceptions::TypeError) {
                errors::clear();
                return Err(raise!(
                    TypeError,
                    "must be real number, not {}",
                    value.ty().name()
                ));
            }
            return Err(raised);
        }
    };
    growing::ensure(c.precision.unwrap_or(6).saturating_mul(4))?;
    let mut text = float::format_f64(
        x,
        kind.to_ascii_lowercase(),
        c.precision.unwrap_or(6),
        c.alternate,
        false,
    );
    if kind.is_ascii_uppercase() {
        text.make_ascii_uppercase();
    }
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, &*text),
    };
    number(negative, "", body, c, out);
    Ok(())
}

/// The code that an index means; instead of any TypeError, `wrong`.
fn character_code(value: &PyObject, wrong: impl FnOnce() -> Raised) -> PyResult<Ref<PyLongObject>> {
    match number::index(value) {
        Err(_) if errors::matches(&exceptions::TypeError) => {
            errors::clear();
            Err(wrong())
        }
        code => code,
    }
}

/// `%c` of a string: a one-character string or an index.
fn character(value: &PyObject) -> PyResult<u32> {
    let wrong = || raise!(TypeError, "%c requires int or char");
    if let Some(text) = of(value) {
        return if text.len() == 1 {
            Ok(text.char_at(0))
        } else {
            Err(wrong())
        };
    }
    match character_code(value, wrong)?.to_i64() {
        Some(n @ 0..=0x10ffff) => Ok(n as u32),
        _ => Err(raise!(OverflowError, "%c arg not in range(0x110000)")),
    }
}

/// `%c` of bytes: one byte or an index.
fn byte(value: &PyObject) -> PyResult<u8> {
    let wrong = || {
        raise!(
            TypeError,
            "%c requires an integer in range(256) or a single byte"
        )
    };
    if value.ty().is_subclass_flag(tp::BYTES_SUBCLASS)
        || typeobject::is_subtype(value.ty(), &bytearray::PyByteArray_Type)
    {
        return bytes::with_buffer(value, |b| match b {
            [one] => Ok(*one),
            _ => Err(wrong()),
        });
    }
    match character_code(value, wrong)?.to_i64() {
        Some(n @ 0..=255) => Ok(n as u8),
        _ => Err(raise!(OverflowError, "%c arg not in range(256)")),
    }
}

/// `%b`: bytes, a buffer, or `__bytes__`.
fn bytes_of(value: &PyObject, f: impl FnOnce(&[u8])) -> PyResult<()> {
    if !value.ty().is_subclass_flag(tp::BYTES_SUBCLASS) {
        if let Some(result) = call::call_special(value, &names::__bytes__, &[])? {
            if !result.ty().is_subclass_flag(tp::BYTES_SUBCLASS) {
                return Err(raise!(
                    TypeError,
                    "__bytes__ returned non-bytes (type {})",
                    result.ty().name()
                ));
            }
            return bytes::with_buffer(&result, |b| {
                f(b);
                Ok(())
            });
        }
        if !memoryview::has_buffer(value) {
            return Err(raise!(
                TypeError,
                "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
                value.ty().name()
            ));
        }
    }
    bytes::with_buffer(value, |b| {
        f(b);
        Ok(())
    })
}
