//! Strings without text yet, of the deprecated C API: C code writes characters to their `wstr`, and makes them ready afterwards.
//!
//! Such a string has four bytes per character, and its data is its `wstr`: it can be read like any other, but it may be wider than its characters
//! need until [`ready`] has seen it. Whoever hashes or compares one sees to that.

use super::layout::{ASCII, READY, Units, class_of, copy_units};
use crate::*;
use std::mem::size_of;

/// A string of `len` characters to be written to `wstr`. Raises MemoryError.
pub fn new(len: usize) -> PyResult<Ref<Str>> {
    let bytes = len.checked_add(1).and_then(|n| n.checked_mul(4));
    let Some(bytes) = bytes.filter(|&n| n <= isize::MAX as usize) else {
        return Err(errors::no_memory());
    };
    let wide = mem::alloc(bytes);
    let object = mem::alloc(size_of::<PyUnicodeObject>());
    if wide.is_null() || object.is_null() {
        // SAFETY: blocks of ours, or null.
        unsafe {
            mem::free(wide);
            mem::free(object);
        }
        return Err(errors::no_memory());
    }
    // SAFETY: the blocks have room for the structure and the characters.
    unsafe {
        std::ptr::write_bytes(wide, 0, bytes);
        std::ptr::write_bytes(object, 0, size_of::<PyUnicodeObject>());
        let text = &*object.cast::<PyUnicodeObject>();
        let head = &text._base._base;
        object
            .cast::<PyObject>()
            .write(mem::header(&super::PyUnicode_Type));
        head.length.set(len as isize);
        head.hash.set(-1);
        head.state.set(4 << super::layout::KIND_SHIFT);
        head.wstr.set(wide.cast());
        text._base.wstr_length.set(len as isize);
        text.data.set(wide.cast());
        Ok(Ref::from_owned(object.cast()))
    }
}

/// Whether a string is as narrow as can be.
#[inline(always)]
pub fn is_ready(text: &Str) -> bool {
    text.state.get() & READY != 0
}

/// ValueError for what is no character.
pub fn check(text: &[u32]) -> PyResult<()> {
    match text.iter().find(|&&c| c > 0x10_ffff) {
        Some(c) => Err(raise!(
            ValueError,
            "character U+{c:x} is not in range [U+0000; U+10ffff]"
        )),
        None => Ok(()),
    }
}

/// Makes the string as narrow as its characters allow (C: `_PyUnicode_Ready`). ValueError, MemoryError.
#[cold]
pub fn ready(text: &Str) -> PyResult<()> {
    if is_ready(text) {
        return Ok(());
    }
    let units = text.units();
    if let Units::Four(wide) = units {
        check(wide)?;
    }
    let class = class_of(units.iter().fold(0, |all, c| all | c));
    let kind = match class {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        _ => 4,
    };
    // SAFETY: only strings of `new`, and instances of subclasses copied from them, are not ready: they are not compact.
    let whole = unsafe { text.cast::<PyUnicodeObject>() };
    if kind != 4 {
        let narrow = mem::alloc((text.len() + 1) * kind);
        if narrow.is_null() {
            return Err(errors::no_memory());
        }
        // SAFETY: the block has room for the characters and the null; the wide ones are not needed any more.
        unsafe {
            copy_units(units, narrow, kind);
            std::ptr::write_bytes(narrow.add(text.len() * kind), 0, kind);
            let old = whole.data.replace(narrow.cast());
            if text.wstr.get() == old {
                text.wstr.set(std::ptr::null_mut());
                whole._base.wstr_length.set(0);
            }
            mem::free(old.cast());
        }
    }
    let ascii = if class == 0x7f { ASCII } else { 0 };
    if ascii != 0 {
        whole._base.utf8.set(whole.data.get().cast());
        whole._base.utf8_length.set(text.len() as isize);
    }
    text.state
        .set(READY | ascii | (kind as u32) << super::layout::KIND_SHIFT);
    Ok(())
}
