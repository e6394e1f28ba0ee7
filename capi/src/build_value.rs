//! `Py_BuildValue` and its kin: Python objects from a format and C values.

use crate::float::Complex;
use crate::support::*;
use crate::variadic::VaList;

variadic! {
    Py_BuildValue(1) => Py_VaBuildValue;
    _Py_BuildValue_SizeT(1) => _Py_VaBuildValue_SizeT;
}

export! {
    fn Py_VaBuildValue(format: *const c_char, list: &mut VaList) -> PyResult {
        let format = bytes_of(format);
        if format.contains(&b'#') {
            return Err(raise!(SystemError, "PY_SSIZE_T_CLEAN macro must be defined for '#' formats"));
        }
        build(format, list)
    }
    fn _Py_VaBuildValue_SizeT(format: *const c_char, list: &mut VaList) -> PyResult { build(bytes_of(format), list) }
}

/// None for no item, the item itself for one, a tuple for more.
fn build(format: &[u8], list: &mut VaList) -> PyResult {
    let mut all = items(format, list)?;
    match all.len() {
        0 => Ok(singletons::none()),
        1 => Ok(all.swap_remove(0)),
        _ => Ok(tuple::from_owned(all)?.into_object()),
    }
}

/// The format's items. On an error what `N` passed is given up all the same.
pub fn items(format: &[u8], list: &mut VaList) -> PyResult<Vec<Ref>> {
    let mut at = 0;
    let all = sequence(format, &mut at, list, None)?;
    Ok(all)
}

/// Items up to the closing bracket, or to the format's end.
fn sequence(
    format: &[u8],
    at: &mut usize,
    list: &mut VaList,
    end: Option<u8>,
) -> PyResult<Vec<Ref>> {
    let mut all = Vec::new();
    let mut failed = false;
    loop {
        while let Some(b' ' | b'\t' | b',' | b':') = format.get(*at) {
            *at += 1;
        }
        let Some(&code) = format.get(*at) else {
            if end.is_some() && !failed {
                return Err(raise!(SystemError, "unmatched paren in format"));
            }
            break;
        };
        *at += 1;
        if end == Some(code) {
            break;
        }
        if end.is_none() && matches!(code, b')' | b']' | b'}') {
            return Err(raise!(SystemError, "unmatched paren in format"));
        }
        // After an error the rest is read all the same, for the references that it passes.
        let item = if failed {
            with_error_aside(|| {
                let item = one(code, format, at, list);
                errors::clear();
                item
            })
        } else {
            one(code, format, at, list)
        };
        match item {
            Ok(item) => all.push(item),
            Err(Raised) => failed = true,
        }
    }
    if failed { Err(Raised) } else { Ok(all) }
}

/// The length behind a text's address, if the format has a `#`.
fn length(format: &[u8], at: &mut usize, list: &mut VaList) -> Option<isize> {
    (format.get(*at) == Some(&b'#')).then(|| {
        *at += 1;
        list.word() as isize
    })
}

fn one(code: u8, format: &[u8], at: &mut usize, list: &mut VaList) -> PyResult {
    let signed = |value: i64| Ok(int::from_i64(value)?.into_object());
    let unsigned = |value: u64| Ok(int::from_u64(value)?.into_object());
    match code {
        b'(' => Ok(tuple::from_owned(sequence(format, at, list, Some(b')'))?)?.into_object()),
        b'[' => Ok(list::from_owned(sequence(format, at, list, Some(b']'))?)?.into_object()),
        b'{' => {
            let pairs = sequence(format, at, list, Some(b'}'))?;
            let d = dict::new()?;
            for pair in pairs.chunks_exact(2) {
                d.set_item(&pair[0], &pair[1])?;
            }
            Ok(d.into_object())
        }
        b'b' | b'B' | b'h' | b'i' => signed(list.int() as i64),
        b'H' => signed(list.int() as u16 as i64),
        b'I' => signed(list.int() as u32 as i64),
        b'n' | b'l' | b'L' => signed(list.word() as i64),
        b'k' | b'K' => unsigned(list.word()),
        b'f' | b'd' => Ok(float::from_f64(list.double())?.into_object()),
        b'D' => {
            let value = list.pointer::<Complex>();
            // SAFETY: the address of a complex number (C8).
            Ok(crate::float::PyComplex_FromCComplex(unsafe { *value })?.into_object())
        }
        b'c' => Ok(bytes::new(&[list.int() as u8])?.into_object()),
        b'C' => Ok(crate::unicode::PyUnicode_FromOrdinal(list.int())?.into_object()),
        b'u' => {
            let text = list.pointer::<libc::wchar_t>();
            let length = length(format, at, list).unwrap_or(-1);
            if text.is_null() {
                return Ok(singletons::none());
            }
            Ok(crate::unicode::PyUnicode_FromWideChar(text, length)?.into_object())
        }
        b's' | b'z' | b'U' | b'y' => {
            let text = list.pointer::<c_char>();
            let length = length(format, at, list);
            if text.is_null() {
                return Ok(singletons::none());
            }
            let data = match length {
                Some(length) if length >= 0 => slice_of(text, length),
                _ => bytes_of(text),
            };
            if code == b'y' {
                return Ok(bytes::new(data)?.into_object());
            }
            Ok(str_::decode(data, None, None)?.into_object())
        }
        b'N' | b'S' | b'O' => {
            if format.get(*at) == Some(&b'&') {
                *at += 1;
                let convert = list.pointer::<c_void>();
                let argument = list.pointer::<c_void>();
                // SAFETY: a converter and its argument (C8).
                return unsafe {
                    let convert: extern "C" fn(*mut c_void) -> PyResult =
                        std::mem::transmute(convert);
                    convert(argument)
                };
            }
            let object = list.pointer::<PyObject>();
            // SAFETY: an object: with `N` the caller's reference is taken over (C8).
            let object = unsafe {
                match code {
                    b'N' => Ref::from_owned_opt(object),
                    _ => object.as_ref().map(PyObject::to_ref),
                }
            };
            object.ok_or_else(|| {
                if errors::occurred().is_none() {
                    raise!(SystemError, "NULL object passed to Py_BuildValue");
                }
                Raised
            })
        }
        _ => Err(raise!(
            SystemError,
            "bad format char passed to Py_BuildValue"
        )),
    }
}
