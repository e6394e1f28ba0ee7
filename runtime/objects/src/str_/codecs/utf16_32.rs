//! UTF-16 and UTF-32. A byte order is -1 (little endian), 1 (big endian) or 0: native, with a mark that is read or written.

use super::super::layout::{MAX_CHAR, is_surrogate};
use super::handlers::{Decoding, Encoding};
use crate::growing::Growing;
use crate::*;

const NATIVE_LITTLE: bool = cfg!(target_endian = "little");

/// Decodes UTF-16; answers the text, the bytes used, and the byte order (found in the mark, if it was 0). Unless `last`,
/// an incomplete character at the end is left over. UnicodeDecodeError, and whatever an error handler raises.
pub fn decode_utf16(
    data: &[u8],
    errors: &str,
    order: i32,
    last: bool,
) -> PyResult<(Ref<Str>, usize, i32)> {
    let (mut order, mut at) = (order, 0);
    if order == 0 {
        match data {
            [0xff, 0xfe, ..] => (order, at) = (-1, 2),
            [0xfe, 0xff, ..] => (order, at) = (1, 2),
            _ => {}
        }
    }
    let little = if order == 0 { NATIVE_LITTLE } else { order < 0 };
    let name = if little { "utf-16-le" } else { "utf-16-be" };
    let mut d = Decoding::new(name, data, errors);
    let unit = |data: &[u8], at: usize| -> Option<u32> {
        let pair = [*data.get(at)?, *data.get(at + 1)?];
        Some(if little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        } as u32)
    };
    while at < d.data.len() {
        let Some(c) = unit(&d.data, at) else {
            if !last {
                break;
            }
            at = d.fail(at, d.data.len(), "truncated data")?;
            continue;
        };
        match c {
            0xd800..=0xdbff => match unit(&d.data, at + 2) {
                Some(low @ 0xdc00..=0xdfff) => {
                    d.out.push(0x10000 + ((c & 0x3ff) << 10 | low & 0x3ff));
                    at += 4;
                }
                Some(_) => at = d.fail(at, at + 2, "illegal UTF-16 surrogate")?,
                None if !last => break,
                None => at = d.fail(at, d.data.len(), "unexpected end of data")?,
            },
            0xdc00..=0xdfff => at = d.fail(at, at + 2, "illegal encoding")?,
            _ => {
                d.out.push(c);
                at += 2;
            }
        }
    }
    Ok((d.finish()?, at, order))
}

/// Decodes UTF-32; as [`decode_utf16`].
pub fn decode_utf32(
    data: &[u8],
    errors: &str,
    order: i32,
    last: bool,
) -> PyResult<(Ref<Str>, usize, i32)> {
    let (mut order, mut at) = (order, 0);
    if order == 0 {
        match data {
            [0xff, 0xfe, 0, 0, ..] => (order, at) = (-1, 4),
            [0, 0, 0xfe, 0xff, ..] => (order, at) = (1, 4),
            _ => {}
        }
    }
    let little = if order == 0 { NATIVE_LITTLE } else { order < 0 };
    let name = if little { "utf-32-le" } else { "utf-32-be" };
    let mut d = Decoding::new(name, data, errors);
    while at < d.data.len() {
        let Some(&[a, b, c, e]) = d.data[at..].first_chunk::<4>() else {
            if !last {
                break;
            }
            at = d.fail(at, d.data.len(), "truncated data")?;
            continue;
        };
        let c = if little {
            u32::from_le_bytes([a, b, c, e])
        } else {
            u32::from_be_bytes([a, b, c, e])
        };
        let reason = if is_surrogate(c) {
            "code point in surrogate code point range(0xd800, 0xe000)"
        } else if c > MAX_CHAR {
            "code point not in range(0x110000)"
        } else {
            d.out.push(c);
            at += 4;
            continue;
        };
        at = d.fail(at, at + 4, reason)?;
    }
    Ok((d.finish()?, at, order))
}

fn put16(out: &mut Growing<u8>, c: u32, little: bool) {
    let mut unit = |u: u16| {
        out.extend_from_slice(&if little {
            u.to_le_bytes()
        } else {
            u.to_be_bytes()
        });
    };
    if c < 0x10000 {
        unit(c as u16);
    } else {
        unit(0xd800 + ((c - 0x10000) >> 10) as u16);
        unit(0xdc00 + (c & 0x3ff) as u16);
    }
}

fn put32(out: &mut Growing<u8>, c: u32, little: bool) {
    out.extend_from_slice(&if little {
        c.to_le_bytes()
    } else {
        c.to_be_bytes()
    });
}

fn encode_wide(
    names: [&'static str; 3],
    width: usize,
    put: fn(&mut Growing<u8>, u32, bool),
    text: &Str,
    errors: &str,
    order: i32,
) -> PyResult<Vec<u8>> {
    let name = names[(order.signum() + 1) as usize];
    let little = if order == 0 { NATIVE_LITTLE } else { order < 0 };
    let mut e = Encoding::with_room(name, text, errors, (text.len() + 1) * width);
    if order == 0 {
        put(&mut e.out, 0xfeff, little);
    }
    let units = text.units();
    let mut at = 0;
    while at < units.len() {
        let c = units.at(at);
        if is_surrogate(c) {
            at = e.fail(
                at,
                at + 1,
                "surrogates not allowed",
                width,
                &mut |out, c| {
                    put(out, c, little);
                    Ok(c < 128)
                },
            )?;
        } else {
            put(&mut e.out, c, little);
            at += 1;
        }
    }
    e.out.finish()
}

/// Encodes UTF-16. UnicodeEncodeError for surrogates, and whatever an error handler raises.
pub fn encode_utf16(text: &Str, errors: &str, order: i32) -> PyResult<Vec<u8>> {
    encode_wide(
        ["utf-16-le", "utf-16", "utf-16-be"],
        2,
        put16,
        text,
        errors,
        order,
    )
}

/// Encodes UTF-32. UnicodeEncodeError for surrogates, and whatever an error handler raises.
pub fn encode_utf32(text: &Str, errors: &str, order: i32) -> PyResult<Vec<u8>> {
    encode_wide(
        ["utf-32-le", "utf-32", "utf-32-be"],
        4,
        put32,
        text,
        errors,
        order,
    )
}
