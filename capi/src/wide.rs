//! `Py_UNICODE`, deprecated: a string's characters as `wchar_t`, kept by the string.

use crate::support::*;

/// The characters with a null behind them, in memory that lives as long as the string. Raises MemoryError.
pub fn as_unicode(text: &Str) -> PyResult<*const libc::wchar_t> {
    if text.wstr.get().is_null() {
        let block = mem::alloc((text.len() + 1) * 4).cast::<u32>();
        if block.is_null() {
            return Err(errors::no_memory());
        }
        // SAFETY: the block has room for the characters and the null.
        unsafe {
            str_::copy_units(text.units(), block.cast(), 4);
            block.add(text.len()).write(0);
        }
        text.wstr.set(block.cast());
        if !text.is_ascii() {
            // SAFETY: only compact ASCII strings lack the field.
            unsafe { text.cast::<PyCompactUnicodeObject>() }
                .wstr_length
                .set(text.len() as isize);
        }
    }
    Ok(text.wstr.get().cast())
}

export! {
    fn PyUnicode_AsUnicode(o: &PyObject) -> *const libc::wchar_t { text_arg(o).and_then(as_unicode).unwrap_or(ptr::null()) }
    fn _PyUnicode_AsUnicode(o: &PyObject) -> *const libc::wchar_t { text_arg(o).and_then(as_unicode).unwrap_or(ptr::null()) }
    fn PyUnicode_AsUnicodeAndSize(o: &PyObject, length: *mut isize) -> *const libc::wchar_t {
        let answer = text_arg(o).and_then(|text| Ok((as_unicode(text)?, text.len())));
        match answer {
            Ok((wide, count)) => {
                if !length.is_null() {
                    // SAFETY: a result pointer (C1).
                    unsafe { *length = count as isize };
                }
                wide
            }
            Err(Raised) => ptr::null(),
        }
    }
}
