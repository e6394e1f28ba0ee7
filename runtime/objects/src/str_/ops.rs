//! Concatenation, repetition and joining: sizes and widths are computed first, then one allocation is filled.

use super::layout::{self, Units, alloc, copy_units, empty, fill, grow, of, to_exact};
use crate::*;
use std::ptr;

/// Copies the text behind the first `at` characters of `into`.
///
/// # Safety
/// `into` is as wide as `text` and has room for it there; the caller is its only owner.
#[inline]
unsafe fn put(into: &Str, at: usize, text: &Str) {
    // SAFETY: the caller's promise.
    unsafe {
        copy_units(
            text.units(),
            into.data_ptr().add(at * into.kind()),
            into.kind(),
        )
    }
}

/// `a + b`. Raises MemoryError.
pub fn concat(a: &Str, b: &Str) -> PyResult<Ref<Str>> {
    if a.is_empty() {
        return to_exact(b);
    }
    if b.is_empty() {
        return to_exact(a);
    }
    let new = alloc(a.len() + b.len(), a.max_class().max(b.max_class()))?;
    // SAFETY: the object has room for both.
    unsafe {
        put(&new, 0, a);
        put(&new, a.len(), b);
    }
    Ok(new)
}

/// `a += b` with the caller's only reference to `a`: grown in place when it can be. Raises MemoryError.
pub fn append(a: Ref<Str>, b: &Str) -> PyResult<Ref<Str>> {
    if b.is_empty() && a.is_exact_str() {
        return Ok(a);
    }
    if a.is_empty() || b.max_class() > a.max_class() || ptr::eq(&*a, b) {
        return concat(&a, b);
    }
    let len = a.len();
    match grow(a, len + b.len())? {
        Ok(new) => {
            // SAFETY: it has just been grown by b's length and is wide enough.
            unsafe { put(&new, len, b) };
            Ok(new)
        }
        Err(a) => concat(&a, b),
    }
}

/// `text * n`. Raises MemoryError, OverflowError.
pub fn repeat(text: &Str, n: isize) -> PyResult<Ref<Str>> {
    if n < 1 || text.is_empty() {
        return Ok(empty());
    }
    if n == 1 {
        return to_exact(text);
    }
    let n = n as usize;
    let Some(len) = text
        .len()
        .checked_mul(n)
        .filter(|&l| l <= isize::MAX as usize)
    else {
        return Err(raise!(OverflowError, "repeated string is too long"));
    };
    let new = alloc(len, text.max_class())?;
    let piece = text.len() * text.kind();
    // SAFETY: the object has room for n copies.
    unsafe {
        let data = new.data_ptr();
        if piece == 1 {
            ptr::write_bytes(data, *text.data_ptr(), n);
        } else {
            put(&new, 0, text);
            repeat_in_place(data, piece, piece * n);
        }
    }
    Ok(new)
}

/// Fills `total` bytes with copies of the first `piece`, doubling what is there.
///
/// # Safety
/// `data` has `total` bytes, of which the first `piece` are written.
pub(crate) unsafe fn repeat_in_place(data: *mut u8, piece: usize, total: usize) {
    let mut done = piece;
    while done < total {
        let more = done.min(total - done);
        // SAFETY: the caller's promise.
        unsafe { ptr::copy_nonoverlapping(data, data.add(done), more) };
        done += more;
    }
}

/// Writes items with separators between them, all of one byte a character.
///
/// # Safety
/// There is room; the items are strings.
unsafe fn put_bytes(mut to: *mut u8, separator: &[u8], items: &[Ref]) {
    /// Short pieces are as fast as it gets without a call.
    #[inline(always)]
    unsafe fn put(to: *mut u8, piece: &[u8]) -> *mut u8 {
        let (from, n) = (piece.as_ptr(), piece.len());
        // SAFETY: the caller has room; words lie within the piece, and may overlap.
        unsafe {
            match n {
                0 => {}
                1..4 => {
                    to.write(*from);
                    to.add(n / 2).write(*from.add(n / 2));
                    to.add(n - 1).write(*from.add(n - 1));
                }
                4..8 => {
                    to.cast::<[u8; 4]>().write(from.cast::<[u8; 4]>().read());
                    to.add(n - 4)
                        .cast::<[u8; 4]>()
                        .write(from.add(n - 4).cast::<[u8; 4]>().read());
                }
                8..=16 => {
                    to.cast::<[u8; 8]>().write(from.cast::<[u8; 8]>().read());
                    to.add(n - 8)
                        .cast::<[u8; 8]>()
                        .write(from.add(n - 8).cast::<[u8; 8]>().read());
                }
                _ => std::ptr::copy_nonoverlapping(from, to, n),
            }
            to.add(n)
        }
    }
    for (i, item) in items.iter().enumerate() {
        // SAFETY: passed on.
        unsafe {
            if i > 0 {
                to = put(to, separator);
            }
            if let Units::One(text) = PyObject::cast::<Str>(item).units() {
                to = put(to, text);
            }
        }
    }
}

/// `separator.join(items)`: TypeError for what is no string; OverflowError, MemoryError.
pub fn join(separator: &Str, items: &[Ref]) -> PyResult<Ref<Str>> {
    let (mut len, mut class) = (0usize, 0);
    for (i, item) in items.iter().enumerate() {
        let Some(text) = of(item) else {
            return Err(raise!(
                TypeError,
                "sequence item {}: expected str instance, {} found",
                i,
                item.ty().name()
            ));
        };
        len = len.saturating_add(text.len());
        class = class.max(text.max_class());
    }
    match items {
        [] => return Ok(empty()),
        [one] => {
            if let Some(text) = of(one) {
                return to_exact(text);
            }
        }
        _ => {}
    }
    if !separator.is_empty() {
        len = len.saturating_add(separator.len().saturating_mul(items.len() - 1));
        class = class.max(separator.max_class());
    }
    if len > isize::MAX as usize {
        return Err(raise!(
            OverflowError,
            "join() result is too long for a Python string"
        ));
    }
    if len < 2 {
        let all = items.iter().filter_map(|i| of(i));
        let mut chars = Vec::new();
        for (i, text) in all.enumerate() {
            if i > 0 {
                chars.extend(separator.code_points());
            }
            chars.extend(text.code_points());
        }
        return fill(len, super::builder::class_of_all(&chars), chars.into_iter());
    }
    let new = layout::alloc(len, class)?;
    if let (Units::One(separator), 0..=0xff) = (separator.units(), class) {
        // SAFETY: as below.
        unsafe { put_bytes(new.data_ptr(), separator, items) };
        return Ok(new);
    }
    let mut at = 0;
    for (i, item) in items.iter().enumerate() {
        // SAFETY: the sizes were added up above; strings do not change.
        unsafe {
            if i > 0 && !separator.is_empty() {
                put(&new, at, separator);
                at += separator.len();
            }
            let text: &Str = PyObject::cast(item);
            put(&new, at, text);
            at += text.len();
        }
    }
    Ok(new)
}
