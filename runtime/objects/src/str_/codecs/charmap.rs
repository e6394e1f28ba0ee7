//! Codecs driven by a table: a string of 256 characters, or any mapping.

use super::super::layout::{self, MAX_CHAR, of};
use super::handlers::{Decoding, Encoding};
use crate::flags::tp;
use crate::growing::Growing;
use crate::*;

const UNDEFINED: &str = "character maps to <undefined>";

/// `table[number]`; `None` for LookupError. Runs Python.
fn look_up(table: &PyObject, number: u32) -> PyResult<Option<Ref>> {
    match protocol::getitem(table, &**int::from_u64(number as u64)?) {
        Ok(value) if singletons::is_none(&value) => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(raised) => {
            if errors::matches(&exceptions::LookupError) {
                errors::clear();
                return Ok(None);
            }
            Err(raised)
        }
    }
}

/// An int's value, `None` if it is out of `i64`; `Err` if it is no int.
fn as_int(value: &PyObject) -> Result<Option<i64>, ()> {
    if !value.ty().is_subclass_flag(tp::LONG_SUBCLASS) {
        return Err(());
    }
    // SAFETY: the flag says that it is an int.
    Ok(unsafe { value.cast::<PyLongObject>() }.to_i64())
}

/// Decodes; without a table it is Latin-1. UnicodeDecodeError, TypeError, and whatever the table or handler raises.
pub fn decode(data: &[u8], errors: &str, table: Option<&PyObject>) -> PyResult<Ref<Str>> {
    let Some(table) = table else {
        return layout::from_latin1(data);
    };
    let mut d = Decoding::new("charmap", data, errors);
    let mut at = 0;
    while at < d.data.len() {
        let b = d.data[at];
        if let Some(text) = of(table).filter(|t| t.is_exact_str()) {
            let c = if (b as usize) < text.len() {
                text.char_at(b as usize)
            } else {
                0xfffe
            };
            if c != 0xfffe {
                d.out.push(c);
                at += 1;
                continue;
            }
            at = d.fail(at, at + 1, UNDEFINED)?;
            continue;
        }
        let Some(value) = look_up(table, b as u32)? else {
            at = d.fail(at, at + 1, UNDEFINED)?;
            continue;
        };
        match (as_int(&value), of(&value)) {
            (Ok(Some(0xfffe)), _) => {
                at = d.fail(at, at + 1, UNDEFINED)?;
                continue;
            }
            (Ok(Some(n)), _) if (0..=MAX_CHAR as i64).contains(&n) => d.out.push(n as u32),
            (Ok(_), _) => {
                return Err(raise!(
                    TypeError,
                    "character mapping must be in range(0x110000)"
                ));
            }
            (_, Some(text)) if text.len() == 1 && text.char_at(0) == 0xfffe => {
                at = d.fail(at, at + 1, UNDEFINED)?;
                continue;
            }
            (_, Some(text)) => d.out.push_str(text),
            _ => {
                return Err(raise!(
                    TypeError,
                    "character mapping must return integer, None or str"
                ));
            }
        }
        at += 1;
    }
    d.finish()
}

/// Encodes one character; false if the table has nothing for it.
fn put(table: &PyObject, c: u32, out: &mut Growing<u8>) -> PyResult<bool> {
    let Some(value) = look_up(table, c)? else {
        return Ok(false);
    };
    match as_int(&value) {
        Ok(Some(n @ 0..=255)) => out.push(n as u8),
        Ok(_) => {
            return Err(raise!(TypeError, "character mapping must be in range(256)"));
        }
        Err(()) if value.ty().is_subclass_flag(tp::BYTES_SUBCLASS) => {
            // SAFETY: the flag says that it is bytes.
            let bytes: &PyBytesObject = unsafe { PyObject::cast(&value) };
            out.extend_from_slice(bytes.as_slice());
        }
        Err(()) => {
            return Err(raise!(
                TypeError,
                "character mapping must return integer, bytes or None, not {}",
                value.ty().name()
            ));
        }
    }
    Ok(true)
}

/// Encodes; without a table it is Latin-1. UnicodeEncodeError, TypeError, and whatever the table or handler raises.
pub fn encode(text: &Str, errors: &str, table: Option<&PyObject>) -> PyResult<Vec<u8>> {
    let Some(table) = table else {
        return super::utf8::encode_latin1(text, errors);
    };
    let mut e = Encoding::new("charmap", text, errors);
    let mut at = 0;
    while at < text.len() {
        if put(table, text.char_at(at), &mut e.out)? {
            at += 1;
            continue;
        }
        // The error covers all characters that the table lacks.
        let mut end = at + 1;
        let mut scratch = Growing::new();
        while end < text.len() && !put(table, text.char_at(end), &mut scratch)? {
            end += 1;
        }
        at = e.fail(at, end, UNDEFINED, 1, &mut |out, c| put(table, c, out))?;
    }
    e.out.finish()
}

/// The encoding table of a decoding string: a dict from characters' numbers to bytes. Raises MemoryError.
pub fn build(decoding: &Str) -> PyResult<Ref<PyDictObject>> {
    let table = dict::new()?;
    for (i, c) in decoding.code_points().take(256).enumerate() {
        if c != 0xfffe {
            table.set_item(&**int::from_u64(c as u64)?, &**int::from_usize(i)?)?;
        }
    }
    Ok(table)
}
