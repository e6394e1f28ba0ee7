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
