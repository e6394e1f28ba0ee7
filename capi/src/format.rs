//! `PyUnicode_FromFormat` and all functions that take such formats; C's `snprintf`.

use crate::support::*;
use crate::variadic::VaList;
use hotpy_objects::str_::Builder;

/// The text that a format and its arguments make. SystemError, and whatever `repr` and `str` raise.
pub fn format(format: &[u8], list: &mut VaList) -> PyResult<Ref<Str>> {
    let mut out = Builder::with_capacity(format.len() + 32);
    let mut rest = format;
    while let Some(percent) = rest.iter().position(|&b| b == b'%') {
        literal(&mut out, &rest[..percent])?;
        let after = &rest[percent + 1..];
        match directive(&mut out, after, list)? {
            Some(used) => rest = &after[used..],
            // An unknown directive: the format goes on as it is.
            None => {
                literal(&mut out, &rest[percent..])?;
                return out.finish();
            }
        }
    }
    literal(&mut out, rest)?;
    out.finish()
}

fn literal(out: &mut Builder, text: &[u8]) -> PyResult<()> {
    match std::str::from_utf8(text) {
        Ok(text) if text.is_ascii() => {
            out.push_text(text);
            Ok(())
        }
        _ => Err(raise!(
            ValueError,
            "PyUnicode_FromFormatV() expects an ASCII-encoded format string, got a non-ASCII byte: 0x{:02x}",
            text.iter().copied().find(|b| *b >= 0x80).unwrap_or(0)
        )),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Size {
    Int,
    Long,
    Size,
}

/// Writes one directive, whose text after the percent sign is `text`; how much of that it is.
fn directive(out: &mut Builder, text: &[u8], list: &mut VaList) -> PyResult<Option<usize>> {
    let digits = |at: &mut usize| -> Option<usize> {
        let start = *at;
        let mut value = 0usize;
        while let Some(digit) = text.get(*at).filter(|b| b.is_ascii_digit()) {
            value = value
                .saturating_mul(10)
                .saturating_add((digit - b'0') as usize);
            *at += 1;
        }
        (*at > start).then_some(value)
    };
    let mut at = 0;
    let zero = text.first() == Some(&b'0');
    at += zero as usize;
    let width = digits(&mut at);
    let mut precision = None;
    if text.get(at) == Some(&b'.') {
        at += 1;
        precision = digits(&mut at).or(Some(0));
        if text.get(at) == Some(&b'%') {
            return Ok(None);
        }
    }
    let mut size = Size::Int;
    match text.get(at) {
        Some(b'l') => {
            at += 1;
            size = Size::Long;
            at += (text.get(at) == Some(&b'l')) as usize;
        }
        Some(b'z') => {
            at += 1;
            size = Size::Size;
        }
        _ => {}
    }
    let Some(&kind) = text.get(at) else {
        return Ok(None);
    };
    match kind {
        b'c' => {
            let c = list.int();
            if !(0..=0x10ffff).contains(&c) {
                return Err(raise!(
                    OverflowError,
                    "character argument not in range(0x110000)"
                ));
            }
            out.push(c as u32);
        }
        b'd' | b'i' | b'u' | b'x' => {
            let word = list.word();
            let value = match (kind, size) {
                (b'd' | b'i', Size::Int) => (word as i32).to_string(),
                (b'd' | b'i', _) => (word as i64).to_string(),
                (b'u', Size::Int) => (word as u32).to_string(),
                (b'u', _) => word.to_string(),
                // As printf is called for it: without length the argument is an int.
                (_, Size::Int) => format!("{:x}", word as u32),
                (_, _) => format!("{word:x}"),
            };
            let length = value.len();
            let zeros = precision.map_or(0, |p| p.saturating_sub(length));
            let fill = width.map_or(0, |w| w.saturating_sub(length + zeros));
            out.push_repeated(if zero { b'0' } else { b' ' } as u32, fill);
            out.push_repeated(b'0' as u32, zeros);
            out.push_text(&value);
        }
        b'p' => out.push_text(&format!("{:#x}", list.word())),
        b's' => {
            let text = list.pointer::<c_char>();
            c_text(out, text, width, precision)?;
        }
        b'U' => {
            // SAFETY: the argument is a str (C8).
            let text = unsafe { &*list.pointer::<Str>() };
            padded(out, text, width, precision);
        }
        b'V' => {
            let object = list.pointer::<Str>();
            let text = list.pointer::<c_char>();
            // SAFETY: the argument is a str or null (C8).
            match unsafe { object.as_ref() } {
                Some(object) => padded(out, object, width, precision),
                None => c_text(out, text, width, precision)?,
            }
        }
        b'S' | b'R' | b'A' => {
            // SAFETY: the argument is an object (C8).
            let object = unsafe { list.pointer::<PyObject>().as_ref() };
            let Some(object) = object else {
                return Err(null_argument());
            };
            let text = match kind {
                b'S' => protocol::str(object)?,
                b'R' => protocol::repr(object)?,
                _ => protocol::ascii(object)?,
            };
            padded(out, &text, width, precision);
        }
        b'%' => out.push(b'%' as u32),
        _ => return Ok(None),
    }
    Ok(Some(at + 1))
}

/// A C string: UTF-8, wrong bytes replaced; the precision counts bytes.
fn c_text(
    out: &mut Builder,
    text: *const c_char,
    width: Option<usize>,
    precision: Option<usize>,
) -> PyResult<()> {
    let bytes = match precision {
        None => bytes_of(text),
        // The text need not end within the precision.
        // SAFETY: so many bytes, or fewer up to a null, lie there (C8).
        Some(most) => unsafe {
            let length = libc::strnlen(text, most);
            std::slice::from_raw_parts(text.cast(), length)
        },
    };
    if width.is_none()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        out.push_text(text);
        return Ok(());
    }
    let text = str_::decode(bytes, None, Some("replace"))?;
    padded(out, &text, width, None);
    Ok(())
}

fn padded(out: &mut Builder, text: &Str, width: Option<usize>, precision: Option<usize>) {
    let units = text.units();
    let length = precision.map_or(units.len(), |p| p.min(units.len()));
    out.push_repeated(b' ' as u32, width.map_or(0, |w| w.saturating_sub(length)));
    out.push_units(units.slice(0, length));
}

variadic! {
    PyUnicode_FromFormat(1) => PyUnicode_FromFormatV;
    PyBytes_FromFormat(1) => PyBytes_FromFormatV;
}
variadic! {
    PyOS_snprintf(3) => PyOS_vsnprintf;
}

unsafe extern "C" {
    fn vsnprintf(to: *mut c_char, size: usize, format: *const c_char, list: *mut VaList) -> c_int;
}

export! {
    fn PyUnicode_FromFormatV(text: *const c_char, list: &mut VaList) -> PyResult<Ref<Str>> {
        format(bytes_of(text), list)
    }
    fn PyBytes_FromFormatV(text: *const c_char, list: &mut VaList) -> PyResult {
        Ok(bytes::new(&format_bytes(bytes_of(text), list)?)?.into_object())
    }
    fn PyOS_vsnprintf(to: *mut c_char, size: usize, text: *const c_char, list: &mut VaList) -> c_int {
        // SAFETY: passed on; the last byte is a null in any case.
        unsafe {
            let length = vsnprintf(to, size, text, list);
            if size > 0 {
                *to.add(size - 1) = 0;
            }
            length
        }
    }
}

/// The bytes that a format and its arguments make: `%c %d %u %x %i %s %p %%` with lengths.
fn format_bytes(format: &[u8], list: &mut VaList) -> PyResult<Vec<u8>> {
    let mut out = Vec::with_capacity(format.len() + 16);
    let mut at = 0;
    while at < format.len() {
        if format[at] != b'%' {
            out.push(format[at]);
            at += 1;
            continue;
        }
        let start = at;
        at += 1;
        while format.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        let mut precision = None;
        if format.get(at) == Some(&b'.') {
            at += 1;
            let mut value = 0usize;
            while let Some(digit) = format.get(at).filter(|b| b.is_ascii_digit()) {
                value = value
                    .saturating_mul(10)
                    .saturating_add((digit - b'0') as usize);
                at += 1;
            }
            precision = Some(value);
        }
        let mut long = false;
        while let Some(b'l' | b'z') = format.get(at) {
            long = true;
            at += 1;
        }
        let Some(&kind) = format.get(at) else {
            out.extend_from_slice(&format[start..]);
            break;
        };
        at += 1;
        match kind {
            b'c' => {
                let c = list.int();
                if !(0..=255).contains(&c) {
                    return Err(raise!(
                        OverflowError,
                        "PyBytes_FromFormatV(): %c format expects an integer in range [0; 255]"
                    ));
                }
                out.push(c as u8);
            }
            b'd' | b'i' | b'u' | b'x' => {
                let word = list.word();
                let text = match (kind, long) {
                    (b'd' | b'i', false) => (word as i32).to_string(),
                    (b'd' | b'i', true) => (word as i64).to_string(),
                    (b'u', false) => (word as u32).to_string(),
                    (b'u', true) => word.to_string(),
                    (_, false) => format!("{:x}", word as u32),
                    (_, true) => format!("{word:x}"),
                };
                out.extend_from_slice(text.as_bytes());
            }
            b's' => {
                let text = list.pointer::<c_char>();
                // SAFETY: a C string, or as many bytes as the precision says (C8).
                let length =
                    unsafe { libc::strnlen(text, precision.unwrap_or(isize::MAX as usize)) };
                out.extend_from_slice(slice_of(text, length as isize));
            }
            b'p' => out.extend_from_slice(format!("{:#x}", list.word()).as_bytes()),
            b'%' => out.push(b'%'),
            _ => {
                out.extend_from_slice(&format[start..]);
                break;
            }
        }
    }
    Ok(out)
}
