//! `unicodeobject.h`, `codecs.h`: encoding and decoding, file names, error handlers.

use crate::support::*;
use hotpy_objects::str_::codecs::{self, charmap, escapes, registry, utf7, utf8, utf16_32};

/// The error handler's name, "strict" for null.
fn handler<'a>(errors: *const c_char) -> Cow<'a, str> {
    opt_text_of(errors).unwrap_or(Cow::Borrowed("strict"))
}

fn made(data: Vec<u8>) -> PyResult<Ref<PyBytesObject>> {
    bytes::new(&data)
}

/// Decodes all, or as much as is complete and tells how much that is.
fn stateful(
    consumed: *mut isize,
    decode: impl FnOnce(bool) -> PyResult<(Ref<Str>, usize)>,
) -> PyResult<Ref<Str>> {
    let (text, used) = decode(consumed.is_null())?;
    if !consumed.is_null() {
        // SAFETY: a result pointer (C1).
        unsafe { *consumed = used as isize };
    }
    Ok(text)
}

/// The byte order that the caller names (-1 little, 1 big, 0 by the mark), and what the data turned out to have.
fn ordered(
    order: *mut c_int,
    consumed: *mut isize,
    decode: impl FnOnce(i32, bool) -> PyResult<(Ref<Str>, usize, i32)>,
) -> PyResult<Ref<Str>> {
    // SAFETY: an optional in- and out-parameter (C1).
    let wanted = unsafe { order.as_ref() }.copied().unwrap_or(0);
    let (text, used, actual) = decode(wanted, consumed.is_null())?;
    // SAFETY: result pointers (C1).
    unsafe {
        if !order.is_null() {
            *order = actual;
        }
        if !consumed.is_null() {
            *consumed = used as isize;
        }
    }
    Ok(text)
}

fn encode(o: &PyObject, encoding: &str, errors: *const c_char) -> PyResult<Ref<PyBytesObject>> {
    str_::encode(text_arg(o)?, Some(encoding), opt_text_of(errors).as_deref())
}

export! {
    // ---- UTF-8 in place ----

    fn PyUnicode_AsUTF8(o: &PyObject) -> *const c_char { PyUnicode_AsUTF8AndSize(o, ptr::null_mut()) }
    fn PyUnicode_AsUTF8AndSize(o: &PyObject, length: *mut isize) -> *const c_char {
        match text_arg(o).and_then(|t| t.to_utf8()) {
            Ok(text) => {
                if !length.is_null() {
                    // SAFETY: a result pointer (C1).
                    unsafe { *length = text.len() as isize };
                }
                text.as_ptr().cast()
            }
            Err(Raised) => ptr::null(),
        }
    }

    // ---- any codec ----

    fn PyUnicode_Decode(data: *const c_char, length: isize, encoding: *const c_char, errors: *const c_char) -> PyResult<Ref<Str>> {
        str_::decode(slice_of(data, length), opt_text_of(encoding).as_deref(), opt_text_of(errors).as_deref())
    }
    fn PyUnicode_FromEncodedObject(o: Option<&PyObject>, encoding: *const c_char, errors: *const c_char) -> PyResult<Ref<Str>> {
        let Some(o) = o else { return Err(bad_internal_call()) };
        str_::decode_object(o, opt_text_of(encoding).as_deref(), opt_text_of(errors).as_deref())
    }
    fn PyUnicode_AsEncodedString(o: &PyObject, encoding: *const c_char, errors: *const c_char) -> PyResult<Ref<PyBytesObject>> {
        str_::encode(text_arg(o)?, opt_text_of(encoding).as_deref(), opt_text_of(errors).as_deref())
    }
    fn PyUnicode_AsEncodedObject(o: &Str, encoding: *const c_char, errors: *const c_char) -> PyResult {
        deprecated("PyUnicode_AsEncodedObject() is deprecated; use PyUnicode_AsEncodedString() to encode from str to bytes or PyCodec_Encode() for generic encoding")?;
        PyCodec_Encode(o, or_utf8(encoding), errors)
    }
    fn PyUnicode_AsEncodedUnicode(o: &Str, encoding: *const c_char, errors: *const c_char) -> PyResult {
        deprecated("PyUnicode_AsEncodedUnicode() is deprecated; use PyCodec_Encode() to encode from str to str")?;
        all_text(PyCodec_Encode(o, or_utf8(encoding), errors)?, "encoder", "encode", encoding)
    }
    fn PyUnicode_AsDecodedObject(o: &Str, encoding: *const c_char, errors: *const c_char) -> PyResult {
        deprecated("PyUnicode_AsDecodedObject() is deprecated; use PyCodec_Decode() to decode from str")?;
        PyCodec_Decode(o, or_utf8(encoding), errors)
    }
    fn PyUnicode_AsDecodedUnicode(o: &Str, encoding: *const c_char, errors: *const c_char) -> PyResult {
        deprecated("PyUnicode_AsDecodedUnicode() is deprecated; use PyCodec_Decode() to decode from str to str")?;
        all_text(PyCodec_Decode(o, or_utf8(encoding), errors)?, "decoder", "decode", encoding)
    }
    fn PyUnicode_GetDefaultEncoding() -> *const c_char { c"utf-8".as_ptr() }
    fn PyCodec_Encode(o: &PyObject, encoding: *const c_char, errors: *const c_char) -> PyResult {
        registry::encode_object(o, &text_of(encoding), opt_text_of(errors).as_deref())
    }
    fn PyCodec_Decode(o: &PyObject, encoding: *const c_char, errors: *const c_char) -> PyResult {
        registry::decode_any(o, &text_of(encoding), opt_text_of(errors).as_deref())
    }
    fn PyCodec_Register(search: &PyObject) -> c_int { status(registry::register(search)) }
    fn PyCodec_Unregister(search: &PyObject) -> c_int { status(registry::unregister(search)) }
    fn PyCodec_KnownEncoding(encoding: *const c_char) -> c_int {
        let known = registry::lookup(&text_of(encoding)).is_ok();
        errors::clear();
        known as c_int
    }
    fn _PyCodec_Lookup(encoding: *const c_char) -> PyResult<Ref<PyTupleObject>> { registry::lookup(&text_of(encoding)) }
    fn PyCodec_Encoder(encoding: *const c_char) -> PyResult { part(encoding, 0) }
    fn PyCodec_Decoder(encoding: *const c_char) -> PyResult { part(encoding, 1) }
    fn PyCodec_IncrementalEncoder(encoding: *const c_char, errors: *const c_char) -> PyResult { incremental(encoding, errors, "incrementalencoder") }
    fn PyCodec_IncrementalDecoder(encoding: *const c_char, errors: *const c_char) -> PyResult { incremental(encoding, errors, "incrementaldecoder") }
    fn PyCodec_StreamReader(encoding: *const c_char, stream: &PyObject, errors: *const c_char) -> PyResult { stream_part(encoding, stream, errors, 2) }
    fn PyCodec_StreamWriter(encoding: *const c_char, stream: &PyObject, errors: *const c_char) -> PyResult { stream_part(encoding, stream, errors, 3) }
    fn PyCodec_RegisterError(name: *const c_char, handler: &PyObject) -> c_int { status(registry::register_error(&text_of(name), handler)) }
    fn PyCodec_LookupError(name: *const c_char) -> PyResult { registry::lookup_error(&handler(name)) }
    fn PyCodec_StrictErrors(e: &PyObject) -> PyResult { handle("strict", e) }
    fn PyCodec_IgnoreErrors(e: &PyObject) -> PyResult { handle("ignore", e) }
    fn PyCodec_ReplaceErrors(e: &PyObject) -> PyResult { handle("replace", e) }
    fn PyCodec_XMLCharRefReplaceErrors(e: &PyObject) -> PyResult { handle("xmlcharrefreplace", e) }
    fn PyCodec_BackslashReplaceErrors(e: &PyObject) -> PyResult { handle("backslashreplace", e) }
    fn PyCodec_NameReplaceErrors(e: &PyObject) -> PyResult { handle("namereplace", e) }

    // ---- one codec each ----

    fn PyUnicode_DecodeUTF8(data: *const c_char, length: isize, errors: *const c_char) -> PyResult<Ref<Str>> {
        Ok(utf8::decode(slice_of(data, length), &handler(errors), true)?.0)
    }
    fn PyUnicode_DecodeUTF8Stateful(data: *const c_char, length: isize, errors: *const c_char, consumed: *mut isize) -> PyResult<Ref<Str>> {
        stateful(consumed, |last| utf8::decode(slice_of(data, length), &handler(errors), last))
    }
    fn PyUnicode_AsUTF8String(o: &PyObject) -> PyResult<Ref<PyBytesObject>> { encode(o, "utf-8", ptr::null()) }
    fn _PyUnicode_AsUTF8String(o: &PyObject, errors: *const c_char) -> PyResult<Ref<PyBytesObject>> { encode(o, "utf-8", errors) }
    fn PyUnicode_DecodeASCII(data: *const c_char, length: isize, errors: *const c_char) -> PyResult<Ref<Str>> {
        utf8::decode_ascii(slice_of(data, length), &handler(errors))
    }
    fn PyUnicode_AsASCIIString(o: &PyObject) -> PyResult<Ref<PyBytesObject>> { encode(o, "ascii", ptr::null()) }
    fn _PyUnicode_AsASCIIString(o: &PyObject, errors: *const c_char) -> PyResult<Ref<PyBytesObject>> { encode(o, "ascii", errors) }
    fn PyUnicode_DecodeLatin1(data: *const c_char, length: isize, _errors: *const c_char) -> PyResult<Ref<Str>> { str_::from_latin1(slice_of(data, length)) }
    fn PyUnicode_AsLatin1String(o: &PyObject) -> PyResult<Ref<PyBytesObject>> { encode(o, "latin-1", ptr::null()) }
    fn _PyUnicode_AsLatin1String(o: &PyObject, errors: *const c_char) -> PyResult<Ref<PyBytesObject>> { encode(o, "latin-1", errors) }
    fn PyUnicode_DecodeUTF7(data: *const c_char, length: isize, errors: *const c_char) -> PyResult<Ref<Str>> {
        Ok(utf7::decode(slice_of(data, length), &handler(errors), true)?.0)
    }
    fn PyUnicode_DecodeUTF7Stateful(data: *const c_char, length: isize, errors: *const c_char, consumed: *mut isize) -> PyResult<Ref<Str>> {
        stateful(consumed, |last| utf7::decode(slice_of(data, length), &handler(errors), last))
    }
    fn _PyUnicode_EncodeUTF7(o: &Str, _set_o: c_int, _white: c_int, _errors: *const c_char) -> PyResult<Ref<PyBytesObject>> { made(utf7::encode(o)?) }
    fn PyUnicode_DecodeUTF16(data: *const c_char, length: isize, errors: *const c_char, order: *mut c_int) -> PyResult<Ref<Str>> {
        PyUnicode_DecodeUTF16Stateful(data, length, errors, order, ptr::null_mut())
    }
    fn PyUnicode_DecodeUTF16Stateful(data: *const c_char, length: isize, errors: *const c_char, order: *mut c_int, consumed: *mut isize) -> PyResult<Ref<Str>> {
        ordered(order, consumed, |order, last| utf16_32::decode_utf16(slice_of(data, length), &handler(errors), order, last))
    }
    fn PyUnicode_DecodeUTF32(data: *const c_char, length: isize, errors: *const c_char, order: *mut c_int) -> PyResult<Ref<Str>> {
        PyUnicode_DecodeUTF32Stateful(data, length, errors, order, ptr::null_mut())
    }
    fn PyUnicode_DecodeUTF32Stateful(data: *const c_char, length: isize, errors: *const c_char, order: *mut c_int, consumed: *mut isize) -> PyResult<Ref<Str>> {
        ordered(order, consumed, |order, last| utf16_32::decode_utf32(slice_of(data, length), &handler(errors), order, last))
    }
    fn PyUnicode_AsUTF16String(o: &PyObject) -> PyResult<Ref<PyBytesObject>> { made(utf16_32::encode_utf16(text_arg(o)?, "strict", 0)?) }
    fn PyUnicode_AsUTF32String(o: &PyObject) -> PyResult<Ref<PyBytesObject>> { made(utf16_32::encode_utf32(text_arg(o)?, "strict", 0)?) }
    fn _PyUnicode_EncodeUTF16(o: &PyObject, errors: *const c_char, order: c_int) -> PyResult<Ref<PyBytesObject>> {
        made(utf16_32::encode_utf16(text_arg(o)?, &handler(errors), order)?)
    }
    fn _PyUnicode_EncodeUTF32(o: &PyObject, errors: *const c_char, order: c_int) -> PyResult<Ref<PyBytesObject>> {
        made(utf16_32::encode_utf32(text_arg(o)?, &handler(errors), order)?)
    }
    fn PyUnicode_DecodeUnicodeEscape(data: *const c_char, length: isize, errors: *const c_char) -> PyResult<Ref<Str>> {
        Ok(escapes::decode_unicode_escape(slice_of(data, length), &handler(errors), true)?.0)
    }
    fn _PyUnicode_DecodeUnicodeEscapeStateful(data: *const c_char, length: isize, errors: *const c_char, consumed: *mut isize) -> PyResult<Ref<Str>> {
        stateful(consumed, |last| escapes::decode_unicode_escape(slice_of(data, length), &handler(errors), last))
    }
    fn PyUnicode_AsUnicodeEscapeString(o: &PyObject) -> PyResult<Ref<PyBytesObject>> { made(escapes::encode_unicode_escape(text_arg(o)?)?) }
    fn PyUnicode_DecodeRawUnicodeEscape(data: *const c_char, length: isize, errors: *const c_char) -> PyResult<Ref<Str>> {
        Ok(escapes::decode_raw_unicode_escape(slice_of(data, length), &handler(errors), true)?.0)
    }
    fn _PyUnicode_DecodeRawUnicodeEscapeStateful(data: *const c_char, length: isize, errors: *const c_char, consumed: *mut isize) -> PyResult<Ref<Str>> {
        stateful(consumed, |last| escapes::decode_raw_unicode_escape(slice_of(data, length), &handler(errors), last))
    }
    fn PyUnicode_AsRawUnicodeEscapeString(o: &PyObject) -> PyResult<Ref<PyBytesObject>> { made(escapes::encode_raw_unicode_escape(text_arg(o)?)?) }
    fn PyUnicode_DecodeCharmap(data: *const c_char, length: isize, mapping: Option<&PyObject>, errors: *const c_char) -> PyResult<Ref<Str>> {
        charmap::decode(slice_of(data, length), &handler(errors), mapping)
    }
    fn PyUnicode_AsCharmapString(o: &PyObject, mapping: Option<&PyObject>) -> PyResult<Ref<PyBytesObject>> {
        made(charmap::encode(text_arg(o)?, "strict", mapping)?)
    }
    fn _PyUnicode_EncodeCharmap(o: &PyObject, mapping: Option<&PyObject>, errors: *const c_char) -> PyResult<Ref<PyBytesObject>> {
        made(charmap::encode(text_arg(o)?, &handler(errors), mapping)?)
    }
    fn PyUnicode_BuildEncodingMap(text: &Str) -> PyResult<Ref<PyDictObject>> { charmap::build(text) }

    // ---- file names and the locale ----

    fn PyUnicode_DecodeFSDefault(data: *const c_char) -> PyResult<Ref<Str>> { str_::decode_fs(bytes_of(data)) }
    fn PyUnicode_DecodeFSDefaultAndSize(data: *const c_char, length: isize) -> PyResult<Ref<Str>> { str_::decode_fs(slice_of(data, length)) }
    fn PyUnicode_EncodeFSDefault(o: &PyObject) -> PyResult<Ref<PyBytesObject>> { made(str_::encode_fs(text_arg(o)?)?) }
    fn PyUnicode_DecodeLocale(data: *const c_char, errors: *const c_char) -> PyResult<Ref<Str>> { str_::decode(bytes_of(data), None, Some(&handler(errors))) }
    fn PyUnicode_DecodeLocaleAndSize(data: *const c_char, length: isize, errors: *const c_char) -> PyResult<Ref<Str>> {
        let data = slice_of(data, length);
        if data.contains(&0) {
            return Err(raise!(ValueError, "embedded null byte"));
        }
        str_::decode(data, None, Some(&handler(errors)))
    }
    fn PyUnicode_EncodeLocale(o: &PyObject, errors: *const c_char) -> PyResult<Ref<PyBytesObject>> {
        let text = text_arg(o)?;
        if text.code_points().any(|c| c == 0) {
            return Err(raise!(ValueError, "embedded null character"));
        }
        encode(o, "utf-8", errors)
    }
    /// A converter: bytes for a path, 0 for an error. A null object releases what was made before.
    fn PyUnicode_FSConverter(o: Option<&PyObject>, to: *mut *mut PyObject) -> c_int {
        // SAFETY: a converter's target (C1).
        unsafe {
            let Some(o) = o else {
                drop(Ref::from_owned_opt(std::mem::replace(&mut *to, ptr::null_mut())));
                return 1;
            };
            match fs_bytes(o) {
                Ok(path) => {
                    *to = path.into_raw();
                    CLEANUP_SUPPORTED
                }
                Err(Raised) => 0,
            }
        }
    }
    fn PyUnicode_FSDecoder(o: Option<&PyObject>, to: *mut *mut PyObject) -> c_int {
        // SAFETY: a converter's target (C1).
        unsafe {
            let Some(o) = o else {
                drop(Ref::from_owned_opt(std::mem::replace(&mut *to, ptr::null_mut())));
                return 1;
            };
            match fs_text(o) {
                Ok(path) => {
                    *to = path.into_raw();
                    CLEANUP_SUPPORTED
                }
                Err(Raised) => 0,
            }
        }
    }
}

/// A converter's answer when it wants to be called again to release what it made.
pub const CLEANUP_SUPPORTED: c_int = 0x20000;

fn fs_bytes(o: &PyObject) -> PyResult {
    let path = hotpy_modules::posix::path::fspath(o)?;
    let path = match path.downcast::<Str>() {
        Some(text) => bytes::new(&str_::encode_fs(text)?)?.into_object(),
        None => path,
    };
    if path
        .downcast::<PyBytesObject>()
        .is_some_and(|b| b.as_slice().contains(&0))
    {
        return Err(raise!(ValueError, "embedded null byte"));
    }
    Ok(path)
}

fn fs_text(o: &PyObject) -> PyResult {
    let path = hotpy_modules::posix::path::fspath(o)?;
    let path = match path.downcast::<PyBytesObject>() {
        Some(data) => str_::decode_fs(data.as_slice())?.into_object(),
        None => path,
    };
    if path
        .downcast::<Str>()
        .is_some_and(|t| t.code_points().any(|c| c == 0))
    {
        return Err(raise!(ValueError, "embedded null character"));
    }
    Ok(path)
}

fn handle(name: &str, e: &PyObject) -> PyResult {
    match codecs::builtin_handler(name)? {
        Some(handler) => call::call1(&handler, e),
        None => Err(bad_internal_call()),
    }
}

fn part(encoding: *const c_char, index: usize) -> PyResult {
    let codec = registry::lookup(&text_of(encoding))?;
    codec
        .items()
        .get(index)
        .map(|o| o.to_ref())
        .ok_or_else(bad_internal_call)
}

fn stream_part(
    encoding: *const c_char,
    stream: &PyObject,
    errors: *const c_char,
    index: usize,
) -> PyResult {
    let make = part(encoding, index)?;
    match opt_text_of(errors) {
        Some(errors) => call::call(&make, &[stream, &*str_::new(&errors)?]),
        None => call::call1(&make, stream),
    }
}

fn incremental(encoding: *const c_char, errors: *const c_char, name: &str) -> PyResult {
    let codec = registry::lookup(&text_of(encoding))?;
    let make = protocol::getattr(&codec, &*str_::intern(name)?)?;
    match opt_text_of(errors) {
        Some(errors) => call::call1(&make, &*str_::new(&errors)?),
        None => call::call0(&make),
    }
}

fn deprecated(what: &str) -> PyResult<()> {
    errors::warn(&exceptions::DeprecationWarning, what, 1)
}

fn or_utf8(encoding: *const c_char) -> *const c_char {
    if encoding.is_null() {
        c"utf-8".as_ptr()
    } else {
        encoding
    }
}

/// The answer of a codec that shall be of text.
fn all_text(o: Ref, what: &str, verb: &str, encoding: *const c_char) -> PyResult {
    if o.is_instance::<Str>() {
        return Ok(o);
    }
    Err(raise!(
        TypeError,
        "'{}' {what} returned '{}' instead of 'str'; use codecs.{verb}() to {verb} to arbitrary types",
        text_of(or_utf8(encoding)),
        o.ty().name()
    ))
}
