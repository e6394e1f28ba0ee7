//! Case conversion with the full mappings; capital sigma becomes a final sigma at the end of a word.

use super::builder::Builder;
use super::layout::{self, Units};
use super::unicode_data::{self as data, is};
use crate::*;

const CAPITAL_SIGMA: u32 = 0x3a3;
const SIGMA: u32 = 0x3c3;
const FINAL_SIGMA: u32 = 0x3c2;

/// Lower case of the character at `i`, which depends on its neighbours if it is a sigma.
fn push_lower(out: &mut Builder, units: Units<'_>, i: usize, c: u32) {
    if c < 0x80 {
        return out.push((c as u8).to_ascii_lowercase() as u32);
    }
    if c != CAPITAL_SIGMA {
        return push_all(out, &data::lower(c));
    }
    let cased = |mut around: &mut dyn Iterator<Item = u32>| {
        let next = (&mut around).find(|&c| !is(c, data::CASE_IGNORABLE));
        next.is_some_and(|c| is(c, data::CASED))
    };
    let before = cased(&mut units.slice(0, i).iter().rev());
    let after = cased(&mut units.slice(i + 1, units.len()).iter());
    out.push(if before && !after { FINAL_SIGMA } else { SIGMA });
}

fn push_all(out: &mut Builder, mapped: &data::Mapped) {
    for &c in mapped.as_slice() {
        out.push(c);
    }
}

/// ASCII text byte by byte. Raises MemoryError.
fn map_ascii(text: &str, map: impl Fn(u8) -> u8) -> PyResult<Ref<Str>> {
    layout::fill(text.len(), 0x7f, text.bytes().map(|b| map(b) as u32))
}

fn convert(text: &Str, mut push: impl FnMut(&mut Builder, Units<'_>, usize, u32)) -> PyResult {
    let units = text.units();
    let mut out = Builder::with_capacity(units.len());
    for (i, c) in units.iter().enumerate() {
        push(&mut out, units, i, c);
    }
    out.finish().map(Ref::into_object)
}

pub(super) extern "C" fn lower(text: &Str) -> PyResult {
    match text.ascii() {
        Some(s) => map_ascii(s, |b| b.to_ascii_lowercase()).map(Ref::into_object),
        None => convert(text, push_lower),
    }
}

pub(super) extern "C" fn upper(text: &Str) -> PyResult {
    match text.ascii() {
        Some(s) => map_ascii(s, |b| b.to_ascii_uppercase()).map(Ref::into_object),
        None => convert(text, |out, _, _, c| {
            if c < 0x80 {
                out.push((c as u8).to_ascii_uppercase() as u32);
            } else {
                push_all(out, &data::upper(c));
            }
        }),
    }
}

pub(super) extern "C" fn casefold(text: &Str) -> PyResult {
    match text.ascii() {
        Some(s) => map_ascii(s, |b| b.to_ascii_lowercase()).map(Ref::into_object),
        None => convert(text, |out, _, _, c| {
            if c < 0x80 {
                out.push((c as u8).to_ascii_lowercase() as u32);
            } else {
                push_all(out, &data::fold(c));
            }
        }),
    }
}

pub(super) extern "C" fn swapcase(text: &Str) -> PyResult {
    if let Some(s) = text.ascii() {
        let swap = |b: u8| if b.is_ascii_alphabetic() { b ^ 0x20 } else { b };
        return map_ascii(s, swap).map(Ref::into_object);
    }
    convert(text, |out, units, i, c| {
        if is(c, data::UPPER) {
            push_lower(out, units, i, c);
        } else if is(c, data::LOWER) {
            push_all(out, &data::upper(c));
        } else {
            out.push(c);
        }
    })
}

pub(super) extern "C" fn capitalize(text: &Str) -> PyResult {
    convert(text, |out, units, i, c| {
        if i == 0 {
            push_all(out, &data::title(c));
        } else {
            push_lower(out, units, i, c);
        }
    })
}

pub(super) extern "C" fn title(text: &Str) -> PyResult {
    let mut after_cased = false;
    convert(text, |out, units, i, c| {
        if after_cased {
            push_lower(out, units, i, c);
        } else {
            push_all(out, &data::title(c));
        }
        after_cased = is(c, data::CASED);
    })
}
