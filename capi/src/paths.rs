//! Paths and lists of wide strings, as CPython's start and its `fileutils` use them.

use crate::config::{PyStatus, PyStatus_Ok, Wides, copied, filled, inserted, narrow};
use crate::file::set_errno;
use crate::support::*;
use std::ffi::CString;

type Wide = libc::wchar_t;

/// The characters of a null-terminated wide string; none for null.
fn characters<'a>(text: *const Wide) -> &'a [Wide] {
    if text.is_null() {
        return &[];
    }
    // SAFETY: a wide string (C1).
    unsafe { std::slice::from_raw_parts(text, libc::wcslen(text)) }
}

/// Writes a path and its end to a buffer of `room` characters; whether it fits.
fn put_path(path: &[u8], to: *mut Wide, room: usize) -> bool {
    let Ok(text) = str_::decode_fs(path) else {
        errors::clear();
        return false;
    };
    if text.len() >= room {
        return false;
    }
    for (i, c) in text.code_points().chain([0]).enumerate() {
        // SAFETY: just checked.
        unsafe { to.add(i).write(c as Wide) };
    }
    true
}

/// A path for the system.
fn system_path(path: *const Wide) -> CString {
    CString::new(narrow(path)).unwrap_or_default()
}

/// A path without empty parts, `.`, and `..` behind something that it undoes. Of nothing but such parts nothing is left.
fn normal(path: &[Wide]) -> Vec<Wide> {
    const SLASH: Wide = b'/' as Wide;
    const DOT: Wide = b'.' as Wide;
    if path == [DOT] {
        return path.to_vec();
    }
    let slashes = path.iter().take_while(|&&c| c == SLASH).count();
    // Two slashes mean something of their own.
    let roots = if slashes > 2 { 1 } else { slashes };
    let mut parts: Vec<&[Wide]> = Vec::new();
    for part in path.split(|&c| c == SLASH) {
        if part.is_empty() || part == [DOT] {
            continue;
        }
        if part != [DOT, DOT] {
            parts.push(part);
        } else if parts.last().is_some_and(|last| *last != [DOT, DOT]) {
            parts.pop();
        } else if roots == 0 {
            parts.push(part);
        }
    }
    let mut result = vec![SLASH; roots];
    result.extend(parts.join(&SLASH));
    result
}

fn list_of<'a>(list: *const Wides) -> &'a [*mut Wide] {
    // SAFETY: a list of wide strings (C1).
    unsafe { (*list).items() }
}

export! {
    // ---- paths ----

    /// In place; at most `size` characters of it, all for -1.
    fn _Py_normpath(path: *mut Wide, size: isize) -> *mut Wide {
        if size == 0 || path.is_null() {
            return path;
        }
        let all = characters(path);
        let looked_at = if size < 0 { all } else { &all[..all.len().min(size as usize)] };
        let result = normal(looked_at);
        // SAFETY: it is never longer than the path.
        unsafe {
            ptr::copy_nonoverlapping(result.as_ptr(), path, result.len());
            path.add(result.len()).write(0);
        }
        path
    }
    fn _Py_wgetcwd(to: *mut Wide, room: usize) -> *mut Wide {
        let Ok(path) = hotpy_modules::posix::dirs::current_directory() else {
            errors::clear();
            return ptr::null_mut();
        };
        if put_path(&path, to, room) { to } else { ptr::null_mut() }
    }
    fn _Py_wrealpath(path: *const Wide, to: *mut Wide, room: usize) -> *mut Wide {
        let mut real = vec![0u8; libc::PATH_MAX as usize + 1];
        // SAFETY: a C string, and room for the longest path.
        let found = unsafe { libc::realpath(system_path(path).as_ptr(), real.as_mut_ptr().cast()) };
        if found.is_null() {
            return ptr::null_mut();
        }
        if put_path(bytes_of(found), to, room) {
            return to;
        }
        set_errno(libc::EINVAL);
        ptr::null_mut()
    }
    fn _Py_wreadlink(path: *const Wide, to: *mut Wide, room: usize) -> c_int {
        let mut target = vec![0u8; libc::PATH_MAX as usize];
        // SAFETY: a C string, and room for the longest path.
        let length = unsafe { libc::readlink(system_path(path).as_ptr(), target.as_mut_ptr().cast(), target.len()) };
        if length < 0 {
            return -1;
        }
        if length as usize == target.len() || !put_path(&target[..length as usize], to, room) {
            set_errno(libc::EINVAL);
            return -1;
        }
        characters(to).len() as c_int
    }
    fn _Py_wfopen(path: *const Wide, mode: *const Wide) -> *mut libc::FILE {
        // SAFETY: C strings.
        unsafe { libc::fopen(system_path(path).as_ptr(), system_path(mode).as_ptr()) }
    }

    // ---- lists of wide strings ----

    fn _PyWideStringList_Clear(list: *mut Wides) { filled(list, std::iter::empty()); }
    fn _PyWideStringList_Copy(list: *mut Wides, from: *const Wides) -> c_int {
        filled(list, list_of(from).iter().map(|text| copied(*text)));
        0
    }
    fn _PyWideStringList_Extend(list: *mut Wides, from: *const Wides) -> PyStatus {
        for text in list_of(from) {
            inserted(list, list_of(list).len() as isize, copied(*text));
        }
        PyStatus_Ok()
    }
    fn _PyWideStringList_AsList(list: *const Wides) -> PyResult<Ref<PyListObject>> {
        let texts = list_of(list).iter().map(|text| {
            let length = characters(*text).len() as isize;
            Ok(crate::unicode::PyUnicode_FromWideChar(*text, length)?.into_object())
        });
        list::from_owned(texts.collect::<PyResult<_>>()?)
    }
    /// The option of that name, with what follows its equals sign; null if there is none.
    fn _Py_get_xoption(options: *const Wides, name: *const Wide) -> *const Wide {
        let wanted = characters(name);
        let is_it = |option: &&*mut Wide| {
            characters(**option).split(|&c| c == b'=' as Wide).next() == Some(wanted)
        };
        list_of(options).iter().find(is_it).map_or(ptr::null(), |option| option.cast_const())
    }

    // ---- texts ----

    /// -1 if it is no number, or too large a one.
    fn _Py_str_to_int(text: *const c_char, to: *mut c_int) -> c_int {
        let text = text_of(text);
        let number = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
        // Nothing is zero.
        let number = if text.is_empty() { Ok(0) } else { number.parse::<c_int>() };
        match number {
            Ok(number) => {
                // SAFETY: a result pointer (C1).
                unsafe { *to = number };
                0
            }
            Err(_) => -1,
        }
    }
    /// In memory that the caller frees with `PyMem_RawFree`.
    fn _Py_DecodeUTF8_surrogateescape(text: *const c_char, length: isize, wide_length: *mut usize) -> *mut Wide {
        let mut characters: Vec<u32> = Vec::new();
        for chunk in slice_of(text, length).utf8_chunks() {
            characters.extend(chunk.valid().chars().map(u32::from));
            characters.extend(chunk.invalid().iter().map(|&b| 0xdc00 + u32::from(b)));
        }
        if !wide_length.is_null() {
            // SAFETY: a result pointer (C1).
            unsafe { *wide_length = characters.len() };
        }
        crate::memory::copied_wide(domains::RAW, &characters)
    }
    fn _PyUnicode_WideCharString_Converter(o: Option<&PyObject>, to: *mut *mut Wide) -> c_int { wide_string(o, to, "str") }
    fn _PyUnicode_WideCharString_Opt_Converter(o: Option<&PyObject>, to: *mut *mut Wide) -> c_int {
        if o.is_some_and(|o| singletons::is_none(o)) {
            // SAFETY: a result pointer (C1).
            unsafe { *to = ptr::null_mut() };
            return 1;
        }
        wide_string(o, to, "str or None")
    }

    // ---- the locale ----

    fn _Py_GetForceASCII() -> c_int { 0 }
    fn _Py_ResetForceASCII() {}
    fn _Py_IsLocaleCoercionTarget(name: *const c_char) -> c_int {
        [c"C.UTF-8", c"C.utf8", c"UTF-8"].iter().any(|target| target.to_bytes() == bytes_of(name)) as c_int
    }
    fn _Py_LegacyLocaleDetected(_warn: c_int) -> c_int {
        // SAFETY: asks only.
        let name = unsafe { libc::setlocale(libc::LC_CTYPE, ptr::null()) };
        (!name.is_null() && bytes_of(name) == b"C") as c_int
    }
}

/// For `O&`: the text of a str in memory of its own; frees it if there is no object.
fn wide_string(o: Option<&PyObject>, to: *mut *mut Wide, expected: &str) -> c_int {
    // SAFETY: a result pointer (C1), which has what an earlier call wrote if there is no object.
    unsafe {
        let Some(o) = o else {
            domains::free(domains::MEMORY, (*to).cast());
            *to = ptr::null_mut();
            return 1;
        };
        if !o.is_instance::<Str>() {
            raise!(
                TypeError,
                "argument must be {expected}, not {}",
                o.ty().name()
            );
            return 0;
        }
        *to = crate::unicode::PyUnicode_AsWideCharString(Some(o), ptr::null_mut());
        if (*to).is_null() {
            0
        } else {
            crate::unicode_codecs::CLEANUP_SUPPORTED
        }
    }
}
