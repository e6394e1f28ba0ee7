//! UTF-7: ASCII, with other characters as base64 of their UTF-16 units between `+` and `-`.

use super::handlers::Decoding;
use crate::growing::Growing;
use crate::*;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn value(b: u8) -> Option<u32> {
    Some(match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    } as u32)
}

/// A shift sequence being read.
struct Shift {
    start: usize,
    /// Output length when it began.
    out_len: usize,
    bits: u32,
    buffer: u32,
    /// A high surrogate that waits for its partner.
    high: u32,
}

/// Decodes; answers the text and how many bytes were used. Unless `last`, an open shift sequence is left over.
/// UnicodeDecodeError, and whatever an error handler raises.
pub fn decode(data: &[u8], errors: &str, last: bool) -> PyResult<(Ref<Str>, usize)> {
    let mut d = Decoding::new("utf7", data, errors);
    let mut at = 0;
    let mut shift: Option<Shift> = None;
    loop {
        if at >= d.data.len() {
            let Some(s) = shift.take() else { break };
            if !last {
                d.out.truncate(s.out_len);
                at = s.start;
                break;
            }
            if s.high != 0 || s.bits >= 6 || (s.bits > 0 && s.buffer != 0) {
                let end = d.data.len();
                at = d.fail(s.start, end, "unterminated shift sequence")?;
                continue;
            }
            break;
        }
        let b = d.data[at];
        if let Some(s) = &mut shift {
            if let Some(v) = value(b) {
                at += 1;
                s.buffer = s.buffer << 6 | v;
                s.bits += 6;
                if s.bits < 16 {
                    continue;
                }
                s.bits -= 16;
                let c = s.buffer >> s.bits;
                s.buffer &= (1 << s.bits) - 1;
                let high = std::mem::take(&mut s.high);
                if high != 0 {
                    if (0xdc00..0xe000).contains(&c) {
                        d.out.push(0x10000 + ((high & 0x3ff) << 10 | c & 0x3ff));
                        continue;
                    }
                    d.out.push(high);
                }
                if (0xd800..0xdc00).contains(&c) {
                    s.high = c;
                } else {
                    d.out.push(c);
                }
                continue;
            }
            let (start, bits, buffer, high) = (s.start, s.bits, s.buffer, s.high);
            shift = None;
            if bits >= 6 {
                at = d.fail(start, at + 1, "partial character in shift sequence")?;
                continue;
            }
            if bits > 0 && buffer != 0 {
                at = d.fail(start, at + 1, "non-zero padding bits in shift sequence")?;
                continue;
            }
            if high != 0 && b < 128 {
                d.out.push(high);
            }
            if b == b'-' {
                at += 1;
            }
            continue;
        }
        match b {
            b'+' => match d.data.get(at + 1) {
                Some(b'-') => {
                    d.out.push(b'+' as u32);
                    at += 2;
                }
                Some(&next) if value(next).is_none() => {
                    at = d.fail(at, at + 2, "ill-formed sequence")?;
                }
                _ => {
                    shift = Some(Shift {
                        start: at,
                        out_len: d.out.len(),
                        bits: 0,
                        buffer: 0,
                        high: 0,
                    });
                    at += 1;
                }
            },
            0..=127 => {
                d.out.push(b as u32);
                at += 1;
            }
            _ => at = d.fail(at, at + 1, "unexpected special character")?,
        }
    }
    Ok((d.finish()?, at))
}

fn is_direct(c: u32) -> bool {
    match c {
        9 | 10 | 13 => true,
        0x2b | 0x5c | 0x7e => false,
        0x20..=0x7d => true,
        _ => false,
    }
}

/// Encodes; all characters can be encoded. Raises MemoryError.
pub fn encode(text: &Str) -> PyResult<Vec<u8>> {
    let mut out = Growing::with_capacity(text.len());
    let mut shifted = false;
    let (mut bits, mut buffer) = (0u32, 0u32);
    let sextet = |v: u32| ALPHABET[v as usize & 63];
    for c in text.code_points() {
        if is_direct(c) {
            if shifted {
                if bits > 0 {
                    out.push(sextet(buffer << (6 - bits)));
                }
                (bits, buffer, shifted) = (0, 0, false);
                if value(c as u8).is_some() || c == b'-' as u32 {
                    out.push(b'-');
                }
            }
            out.push(c as u8);
            continue;
        }
        if !shifted {
            out.push(b'+');
            if c == b'+' as u32 {
                out.push(b'-');
                continue;
            }
            shifted = true;
        }
        let mut unit = |u: u32| {
            buffer = buffer << 16 | u;
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(sextet(buffer >> bits));
            }
            buffer &= (1 << bits) - 1;
        };
        if c < 0x10000 {
            unit(c);
        } else {
            unit(0xd800 + ((c - 0x10000) >> 10));
            unit(0xdc00 + (c & 0x3ff));
        }
    }
    if bits > 0 {
        out.push(sextet(buffer << (6 - bits)));
    }
    if shifted {
        out.push(b'-');
    }
    out.finish()
}
