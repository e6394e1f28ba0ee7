//! UTF-8, ASCII and Latin-1. Valid UTF-8 is found in long runs by the standard library's validator.

use super::super::layout::{self, Units, is_surrogate, push_wtf8, utf8_of};
use super::handlers::{Decoding, Encoding};
use crate::*;

/// Decodes; answers the text and how many bytes were used. Unless `last`, an incomplete sequence at the end is left over.
/// UnicodeDecodeError, and whatever an error handler raises.
pub fn decode(data: &[u8], errors: &str, last: bool) -> PyResult<(Ref<Str>, usize)> {
    if let Some(text) = layout::from_utf8(data)? {
        return Ok((text, data.len()));
    }
    let mut d = Decoding::new("utf-8", data, errors);
    let mut at = 0;
    while at < d.data.len() {
        let (valid, error_len) = match std::str::from_utf8(&d.data[at..]) {
            Ok(text) => {
                d.out.push_text(text);
                at = d.data.len();
                break;
            }
            Err(e) => (e.valid_up_to(), e.error_len()),
        };
        // SAFETY: validated up to there.
        d.out
            .push_text(unsafe { std::str::from_utf8_unchecked(&d.data[at..at + valid]) });
        at += valid;
        let (end, reason) = match error_len {
            None if !last => break,
            // Two bytes of three of a surrogate, which an error handler may want.
            Some(_) if !last && matches!(d.data[at..], [0xed, 0xa0..=0xbf]) => break,
            None => (d.data.len(), "unexpected end of data"),
            Some(n) if matches!(d.data[at], 0xc2..=0xf4) => (at + n, "invalid continuation byte"),
            Some(n) => (at + n, "invalid start byte"),
        };
        at = d.fail(at, end, reason)?;
    }
    Ok((d.finish()?, at))
}

/// Decodes ASCII. UnicodeDecodeError, and whatever an error handler raises.
pub fn decode_ascii(data: &[u8], errors: &str) -> PyResult<Ref<Str>> {
    if data.is_ascii() {
        return layout::from_ascii(data);
    }
    let mut d = Decoding::new("ascii", data, errors);
    let mut at = 0;
    while at < d.data.len() {
        let rest = &d.data[at..];
        let run = rest
            .iter()
            .position(|b| !b.is_ascii())
            .unwrap_or(rest.len());
        d.out.push_units(Units::One(&rest[..run]));
        at += run;
        if at < d.data.len() {
            at = d.fail(at, at + 1, "ordinal not in range(128)")?;
        }
    }
    d.finish()
}

/// Encodes. UnicodeEncodeError for surrogates, and whatever an error handler raises.
pub fn encode(text: &Str, errors: &str) -> PyResult<Vec<u8>> {
    if let Some(out) = utf8_of(text.units())? {
        return Ok(out);
    }
    let mut e = Encoding::new("utf-8", text, errors);
    let units = text.units();
    let mut at = 0;
    while at < units.len() {
        let c = units.at(at);
        if !is_surrogate(c) {
            push_wtf8(&mut e.out, c);
            at += 1;
            continue;
        }
        let run = (at..units.len()).find(|&i| !is_surrogate(units.at(i)));
        let end = run.unwrap_or(units.len());
        at = e.fail(at, end, "surrogates not allowed", 1, &mut |out, c| {
            out.push(c as u8);
            Ok(c < 128)
        })?;
    }
    e.out.finish()
}

fn encode_narrow(
    encoding: &'static str,
    limit: u32,
    reason: &str,
    text: &Str,
    errors: &str,
) -> PyResult<Vec<u8>> {
    let mut e = Encoding::new(encoding, text, errors);
    let units = text.units();
    let mut at = 0;
    while at < units.len() {
        let c = units.at(at);
        if c < limit {
            e.out.push(c as u8);
            at += 1;
            continue;
        }
        let run = (at..units.len()).find(|&i| units.at(i) < limit);
        let end = run.unwrap_or(units.len());
        at = e.fail(at, end, reason, 1, &mut |out, c| {
            out.push(c as u8);
            Ok(c < limit)
        })?;
    }
    e.out.finish()
}

/// Encodes Latin-1. UnicodeEncodeError, and whatever an error handler raises.
pub fn encode_latin1(text: &Str, errors: &str) -> PyResult<Vec<u8>> {
    encode_narrow("latin-1", 256, "ordinal not in range(256)", text, errors)
}

/// Encodes ASCII. UnicodeEncodeError, and whatever an error handler raises.
pub fn encode_ascii(text: &Str, errors: &str) -> PyResult<Vec<u8>> {
    encode_narrow("ascii", 128, "ordinal not in range(128)", text, errors)
}
