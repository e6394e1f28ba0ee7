//! `repr` of text.

use super::args::erase;
use super::builder::Builder;
use super::layout::Units;
use super::unicode_data::{PRINTABLE, is};
use crate::*;

/// Appends `\xhh`, `\uhhhh` or `\Uhhhhhhhh`, whichever is the shortest.
pub(crate) fn push_escape(out: &mut Builder, c: u32) {
    let text = match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    };
    out.push_text(&text);
}

/// Quoted and escaped: printable characters stay, or only ASCII ones if `ascii`.
pub fn quoted(out: &mut Builder, units: Units<'_>, ascii: bool) {
    let has = |c: u8| super::search::find_char(units, c as u32).is_some();
    let quote = if has(b'\'') && !has(b'"') {
        b'"'
    } else {
        b'\''
    } as u32;
    out.push(quote);
    for c in units.iter() {
        match c {
            9 => out.push_text("\\t"),
            10 => out.push_text("\\n"),
            13 => out.push_text("\\r"),
            0x5c => out.push_text("\\\\"),
            _ if c == quote => {
                out.push(0x5c);
                out.push(c);
            }
            0x20..=0x7e => out.push(c),
            0x80.. if !ascii && is(c, PRINTABLE) => out.push(c),
            _ => push_escape(out, c),
        }
    }
    out.push(quote);
}

pub(super) extern "C" fn str_repr(text: &Str) -> PyResult {
    let mut out = Builder::with_capacity(text.len() + 2);
    quoted(&mut out, text.units(), false);
    erase(out.finish())
}

/// The text with all characters beyond ASCII escaped: what `ascii()` makes of a repr. Raises MemoryError.
pub fn backslash_escape(text: &Str) -> PyResult<Ref<Str>> {
    if text.is_ascii() {
        return super::to_exact(text);
    }
    let mut out = Builder::with_capacity(text.len() * 2);
    for c in text.code_points() {
        if c < 128 {
            out.push(c);
        } else {
            push_escape(&mut out, c);
        }
    }
    out.finish()
}
