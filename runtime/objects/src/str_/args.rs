//! Conversions of arguments that the methods of `str`, `bytes` and `bytearray` share.

use super::layout::of;
use crate::*;

/// Forgets the layout.
pub(crate) fn erase<T: Object>(result: PyResult<Ref<T>>) -> PyResult {
    result.map(Ref::into_object)
}

/// A string argument. TypeError "f() argument 1 must be str, not int"; `which` is "argument 1", "argument 'encoding'", "argument".
pub(crate) fn str_arg<'a>(function: &str, which: &str, obj: &'a PyObject) -> PyResult<&'a Str> {
    match of(obj) {
        Some(text) => Ok(text),
        None => Err(raise!(
            TypeError,
            "{}() {} must be str, not {}",
            function,
            which,
            type_text(obj)
        )),
    }
}

/// The type's name for "must be X, not Y" texts, where None is spelled as the value.
pub(crate) fn type_text(obj: &PyObject) -> String {
    if singletons::is_none(obj) {
        "None".to_owned()
    } else {
        obj.ty().name().to_owned()
    }
}

/// A C `Py_ssize_t` argument. TypeError, OverflowError.
pub(crate) fn isize_arg(obj: &PyObject) -> PyResult<isize> {
    match number::index(obj)?.to_i64() {
        Some(n) => Ok(n as isize),
        None => Err(raise!(
            OverflowError,
            "Python int too large to convert to C ssize_t"
        )),
    }
}

/// A C `int` argument. TypeError, OverflowError.
pub(crate) fn int_arg(obj: &PyObject) -> PyResult<i32> {
    match number::index(obj)?.to_i64().map(i32::try_from) {
        Some(Ok(n)) => Ok(n),
        _ => Err(raise!(
            OverflowError,
            "Python int too large to convert to C int"
        )),
    }
}

/// A bound of `find(sub, start, end)`: None is the default. TypeError; huge numbers are clipped.
fn bound(obj: Option<&&PyObject>, default: isize) -> PyResult<isize> {
    match obj {
        Some(obj) if !singletons::is_none(obj) => {
            if !number::has_index(obj) {
                return Err(raise!(
                    TypeError,
                    "slice indices must be integers or None or have an __index__ method"
                ));
            }
            number::index_isize(obj, None)
        }
        _ => Ok(default),
    }
}

/// The arguments `(x[, start[, end]])`: x, and the bounds as given (not yet fitted to a length).
pub(crate) fn needle_args<'a>(
    function: &str,
    args: &[&'a PyObject],
) -> PyResult<(&'a PyObject, isize, isize)> {
    let (least, n) = match args.len() {
        0 => ("at least 1 argument", 0),
        1..=3 => {
            return Ok((
                args[0],
                bound(args.get(1), 0)?,
                bound(args.get(2), isize::MAX)?,
            ));
        }
        n => ("at most 3 arguments", n),
    };
    Err(raise!(
        TypeError,
        "{}() takes {} ({} given)",
        function,
        least,
        n
    ))
}

/// Bounds fitted to a length: `start` may exceed `end`, and even the length.
pub(crate) fn fit(start: isize, end: isize, len: usize) -> (usize, usize) {
    let len = len as isize;
    let end = if end > len {
        len
    } else if end < 0 {
        (end + len).max(0)
    } else {
        end
    };
    let start = if start < 0 {
        (start + len).max(0)
    } else {
        start
    };
    (start as usize, end as usize)
}

/// A name for a codec or an error handler: no null characters. ValueError, UnicodeEncodeError.
pub(crate) fn codec_name<'a>(
    function: &str,
    which: &str,
    obj: Option<&'a PyObject>,
) -> PyResult<Option<&'a str>> {
    let Some(obj) = obj else { return Ok(None) };
    let text = str_arg(function, which, obj)?.to_utf8()?;
    if text.contains('\0') {
        return Err(raise!(ValueError, "embedded null character"));
    }
    Ok(Some(text))
}
