//! Codecs: text to bytes and back, error handlers, and the codec registry.

use crate::*;

/// Raises UnicodeEncodeError(encoding, text, start, end, reason).
pub fn raise_encode_error(
    encoding: &str,
    text: &Str,
    start: usize,
    end: usize,
    reason: &str,
) -> Raised {
    match encode_error(encoding, text, start, end, reason) {
        Ok(args) => errors::raise_value(&exceptions::UnicodeEncodeError, Some(&args)),
        Err(raised) => raised,
    }
}

fn encode_error(
    encoding: &str,
    text: &Str,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<Ref<PyTupleObject>> {
    tuple::from_owned(vec![
        str_::new(encoding)?.into_object(),
        text.to_ref(),
        int::from_usize(start)?.into_object(),
        int::from_usize(end)?.into_object(),
        str_::new(reason)?.into_object(),
    ])
}

/// `bytes` to `str` by codec name and error handler name ("utf-8", "strict" by default), builtin codecs directly, others through the codec registry.
pub fn decode(bytes: &[u8], encoding: Option<&str>, errors: Option<&str>) -> PyResult<Ref<Str>> {
    let _ = (bytes, encoding, errors);
    todo!()
}
pub fn encode(
    text: &Str,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Ref<PyBytesObject>> {
    let _ = (text, encoding, errors);
    todo!()
}
/// File system encoding: UTF-8 with surrogateescape.
pub fn decode_fs(bytes: &[u8]) -> PyResult<Ref<Str>> {
    decode(bytes, None, Some("surrogateescape"))
}
pub fn encode_fs(text: &Str) -> PyResult<Vec<u8>> {
    Ok(encode(text, None, Some("surrogateescape"))?
        .as_slice()
        .to_vec())
}

/// `str(obj, encoding, errors)`: decodes an object with the buffer protocol. TypeError for strings and other objects.
pub fn decode_object(
    obj: &PyObject,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Ref<Str>> {
    if str_::of(obj).is_some() {
        return Err(raise!(TypeError, "decoding str is not supported"));
    }
    if !memoryview::has_buffer(obj) {
        return Err(raise!(
            TypeError,
            "decoding to str: need a bytes-like object, {} found",
            obj.ty().name()
        ));
    }
    bytes::with_buffer(obj, |bytes| decode(bytes, encoding, errors))
}
