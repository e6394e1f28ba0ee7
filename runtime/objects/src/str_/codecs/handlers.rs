//! Error handlers: what happens to what a codec cannot decode or encode.
//!
//! A codec keeps a [`Decoding`] or [`Encoding`] and calls `fail` with a range and a reason; `fail` puts the replacement
//! into the output and answers where to go on. The frequent handlers work without an exception object; all others (and
//! those that Python code looks up) are callables that take the exception and answer `(replacement, position)`.

use super::super::builder::Builder;
use super::super::layout::{self, Units, is_surrogate, of};
use super::super::repr::push_escape;
use super::registry;
use crate::def::one;
use crate::flags::tp;
use crate::growing::{self, Growing};
use crate::*;
use std::borrow::Cow;

// ---- exception objects ----

fn make(
    ty: &PyTypeObject,
    encoding: &str,
    object: &PyObject,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult {
    let args = tuple::from_owned(vec![
        layout::new(encoding)?.into_object(),
        object.to_ref(),
        int::from_usize(start)?.into_object(),
        int::from_usize(end)?.into_object(),
        layout::new(reason)?.into_object(),
    ])?;
    Ok(exceptions::new_instance(ty, &args)?.into_object())
}

fn raise(made: PyResult) -> Raised {
    match made {
        Ok(exception) => errors::raise_instance(&exception),
        Err(raised) => raised,
    }
}

/// Raises UnicodeEncodeError(encoding, text, start, end, reason).
pub fn raise_encode_error(
    encoding: &str,
    text: &Str,
    start: usize,
    end: usize,
    reason: &str,
) -> Raised {
    raise(make(
        &exceptions::UnicodeEncodeError,
        encoding,
        text,
        start,
        end,
        reason,
    ))
}

/// Raises UnicodeDecodeError(encoding, data, start, end, reason).
pub fn raise_decode_error(
    encoding: &str,
    data: &[u8],
    start: usize,
    end: usize,
    reason: &str,
) -> Raised {
    let made = bytes::new(data).and_then(|data| {
        make(
            &exceptions::UnicodeDecodeError,
            encoding,
            &data,
            start,
            end,
            reason,
        )
    });
    raise(made)
}

/// An exception object that is made at the first error and moved on at the others.
#[derive(Default)]
struct Reused(Option<Ref>);

impl Reused {
    fn at(
        &mut self,
        make: impl FnOnce() -> PyResult,
        start: usize,
        end: usize,
        reason: &str,
    ) -> PyResult {
        if let Some(exception) = &self.0 {
            // SAFETY: made by `make`, which makes Unicode errors.
            let error: &PyUnicodeErrorObject = unsafe { PyObject::cast(exception) };
            error.start.set(start as isize);
            error.end.set(end as isize);
            error.reason.set(Some(layout::new(reason)?.into_object()));
            return Ok(exception.clone());
        }
        let made = make()?;
        self.0 = Some(made.clone());
        Ok(made)
    }
}

/// Splits a handler's answer; `text` is the TypeError's if it is no pair.
fn answer(result: &PyObject, text: &str) -> PyResult<(Ref, isize)> {
    if result.ty().is_subclass_flag(tp::TUPLE_SUBCLASS) {
        // SAFETY: the flag says that it is a tuple.
        let pair: &PyTupleObject = unsafe { result.cast() };
        if let [replacement, position] = pair.items() {
            let fits = |flag| replacement.ty().is_subclass_flag(flag);
            if fits(tp::UNICODE_SUBCLASS) || (fits(tp::BYTES_SUBCLASS) && text.contains("bytes")) {
                if !position.ty().is_subclass_flag(tp::LONG_SUBCLASS) {
                    return Err(errors::raise_text(&exceptions::TypeError, text));
                }
                let position = super::super::args::isize_arg(position)?;
                return Ok((replacement.to_ref(), position));
            }
        }
    }
    Err(errors::raise_text(&exceptions::TypeError, text))
}

/// A handler's position in something of `len`; negative ones count from the end.
fn fitted(position: isize, len: usize) -> PyResult<usize> {
    let at = if position < 0 {
        position + len as isize
    } else {
        position
    };
    if at < 0 || at as usize > len {
        return Err(raise!(
            IndexError,
            "position {} from error handler out of bounds",
            position
        ));
    }
    Ok(at as usize)
}

// ---- decoding ----

/// A decoder's input, output and error handling.
pub(super) struct Decoding<'a> {
    pub encoding: &'static str,
    /// Replaced if a handler replaces the exception's object.
    pub data: Cow<'a, [u8]>,
    pub out: Builder,
    errors: &'a str,
    exception: Reused,
    handler: Option<Ref>,
}

impl<'a> Decoding<'a> {
    pub fn new(encoding: &'static str, data: &'a [u8], errors: &'a str) -> Decoding<'a> {
        Decoding {
            encoding,
            data: Cow::Borrowed(data),
            out: Builder::with_capacity(data.len()),
            errors,
            exception: Reused::default(),
            handler: None,
        }
    }

    /// `start..end` cannot be decoded: replaces it, and answers where to go on. May run Python.
    pub fn fail(&mut self, start: usize, end: usize, reason: &str) -> PyResult<usize> {
        let bad = &self.data[start..end.min(self.data.len())];
        match self.errors {
            "strict" => {
                return Err(raise_decode_error(
                    self.encoding,
                    &self.data,
                    start,
                    end,
                    reason,
                ));
            }
            "ignore" => return Ok(end),
            "replace" => {
                self.out.push(0xfffd);
                return Ok(end);
            }
            "surrogateescape" if bad.iter().all(|&b| b >= 128) && bad.len() <= 4 => {
                for &b in bad {
                    self.out.push(0xdc00 + b as u32);
                }
                return Ok(end);
            }
            "backslashreplace" => {
                for &b in bad {
                    push_escape(&mut self.out, b as u32);
                }
                return Ok(end);
            }
            _ => {}
        }
        let handler = match &self.handler {
            Some(handler) => handler.clone(),
            None => self
                .handler
                .insert(registry::lookup_error(self.errors)?)
                .clone(),
        };
        let (encoding, data) = (self.encoding, &self.data);
        let exception = self.exception.at(
            || {
                let ty = &exceptions::UnicodeDecodeError;
                make(ty, encoding, &**bytes::new(data)?, start, end, reason)
            },
            start,
            end,
            reason,
        )?;
        let result = call::call1(&handler, &exception)?;
        let (replacement, position) = answer(
            &result,
            "decoding error handler must return (str, int) tuple",
        )?;
        // SAFETY: made above as a Unicode error.
        let error: &PyUnicodeErrorObject = unsafe { PyObject::cast(&exception) };
        let object = error.object.cloned();
        match &object {
            Some(object) if object.ty().is_subclass_flag(tp::BYTES_SUBCLASS) => {
                // SAFETY: the flag says that it is bytes.
                let object: &PyBytesObject = unsafe { PyObject::cast(object) };
                if object.as_slice() != &*self.data {
                    self.data = Cow::Owned(growing::copied(object.as_slice())?);
                }
            }
            _ => {
                return Err(raise!(
                    TypeError,
                    "exception attribute object must be bytes"
                ));
            }
        }
        let position = fitted(position, self.data.len())?;
        if let Some(text) = of(&replacement) {
            self.out.push_str(text);
        }
        Ok(position)
    }

    /// The text so far.
    pub fn finish(self) -> PyResult<Ref<Str>> {
        self.out.finish()
    }
}

// ---- encoding ----

/// An encoder's input, output and error handling.
pub(super) struct Encoding<'a> {
    encoding: &'static str,
    pub text: &'a Str,
    pub out: Growing<u8>,
    errors: &'a str,
    exception: Reused,
    handler: Option<Ref>,
}

impl<'a> Encoding<'a> {
    pub fn new(encoding: &'static str, text: &'a Str, errors: &'a str) -> Encoding<'a> {
        Encoding::with_room(encoding, text, errors, text.len())
    }

    pub fn with_room(
        encoding: &'static str,
        text: &'a Str,
        errors: &'a str,
        room: usize,
    ) -> Encoding<'a> {
        Encoding {
            encoding,
            text,
            out: Growing::with_capacity(room),
            errors,
            exception: Reused::default(),
            handler: None,
        }
    }

    /// Raises what the strict handler raises.
    pub fn strict(&self, start: usize, end: usize, reason: &str) -> Raised {
        raise_encode_error(self.encoding, self.text, start, end, reason)
    }

    /// `start..end` cannot be encoded: replaces it, and answers where to go on. `put` encodes a replacement's character
    /// (false: it cannot be encoded either); bytes from a handler must be a multiple of `align`. May run Python.
    pub fn fail(
        &mut self,
        start: usize,
        end: usize,
        reason: &str,
        align: usize,
        put: &mut dyn FnMut(&mut Growing<u8>, u32) -> PyResult<bool>,
    ) -> PyResult<usize> {
        let mut replacement = Builder::default();
        let mut position = end;
        let chars = self.text.units().slice(start, end);
        match self.errors {
            "strict" => return Err(self.strict(start, end, reason)),
            "ignore" => return Ok(end),
            "replace" => replacement.push_repeated(b'?' as u32, end - start),
            "backslashreplace" => chars.iter().for_each(|c| push_escape(&mut replacement, c)),
            "xmlcharrefreplace" => chars
                .iter()
                .for_each(|c| replacement.push_text(&format!("&#{c};"))),
            "surrogateescape" if align == 1 => {
                // The escapes first; an error begins at the first character that is none.
                let escape = |c: &u32| (0xdc80..=0xdcff).contains(c);
                let escapes = chars.iter().take_while(escape).count();
                if escapes == 0 {
                    return Err(self.strict(start, end, reason));
                }
                self.out.extend(chars.iter().take(escapes).map(|c| c as u8));
                return Ok(start + escapes);
            }
            _ => {
                let handler = match &self.handler {
                    Some(handler) => handler.clone(),
                    None => self
                        .handler
                        .insert(registry::lookup_error(self.errors)?)
                        .clone(),
                };
                let (encoding, text) = (self.encoding, self.text);
                let exception = self.exception.at(
                    || {
                        let ty = &exceptions::UnicodeEncodeError;
                        make(ty, encoding, text, start, end, reason)
                    },
                    start,
                    end,
                    reason,
                )?;
                let result = call::call1(&handler, &exception)?;
                let (value, at) = answer(
                    &result,
                    "encoding error handler must return (str/bytes, int) tuple",
                )?;
                position = fitted(at, self.text.len())?;
                match of(&value) {
                    Some(text) => replacement.push_str(text),
                    None => {
                        // SAFETY: `answer` lets only strings and bytes through.
                        let bytes: &PyBytesObject = unsafe { PyObject::cast(&value) };
                        if bytes.as_slice().len() % align != 0 {
                            return Err(self.strict(start, end, reason));
                        }
                        self.out.extend_from_slice(bytes.as_slice());
                        return Ok(position);
                    }
                }
            }
        }
        for c in replacement.units().iter() {
            if !put(&mut self.out, c)? {
                return Err(self.strict(start, end, reason));
            }
        }
        Ok(position)
    }
}

// ---- handlers as callables ----

/// An exception's parts, its range clipped to the object.
struct Failure<'a> {
    error: &'a PyUnicodeErrorObject,
    start: usize,
    end: usize,
}

impl<'a> Failure<'a> {
    /// If the exception is an instance of `ty`.
    fn of(exception: &'a PyObject, ty: &PyTypeObject) -> Option<Failure<'a>> {
        if !typeobject::is_subtype(exception.ty(), ty) {
            return None;
        }
        // SAFETY: all Unicode errors have this layout.
        let error: &PyUnicodeErrorObject = unsafe { exception.cast() };
        let len = match error.object.get() {
            Some(object) => match (of(object), data_of(object)) {
                (Some(text), _) => text.len(),
                (_, Some(data)) => data.len(),
                _ => 0,
            },
            None => 0,
        } as isize;
        let start = error.start.get().min(len - 1).max(0);
        let end = error.end.get().max(1).min(len).max(start);
        Some(Failure {
            error,
            start: start as usize,
            end: end as usize,
        })
    }

    fn text(&self) -> PyResult<&'a Str> {
        match self.error.object.get().and_then(of) {
            Some(text) => Ok(text),
            None => Err(raise!(TypeError, "object attribute must be unicode")),
        }
    }

    fn chars(&self) -> PyResult<Units<'a>> {
        Ok(self.text()?.units().slice(self.start, self.end))
    }

    fn data(&self) -> PyResult<&'a [u8]> {
        match self.error.object.get().and_then(data_of) {
            Some(data) => Ok(data),
            None => Err(raise!(TypeError, "object attribute must be bytes")),
        }
    }
}

fn data_of(object: &PyObject) -> Option<&[u8]> {
    if object.ty().is_subclass_flag(tp::BYTES_SUBCLASS) {
        // SAFETY: the flag says that it is bytes.
        Some(unsafe { object.cast::<PyBytesObject>() }.as_slice())
    } else {
        None
    }
}

fn encode_failure(exception: &PyObject) -> Option<Failure<'_>> {
    Failure::of(exception, &exceptions::UnicodeEncodeError)
}
fn decode_failure(exception: &PyObject) -> Option<Failure<'_>> {
    Failure::of(exception, &exceptions::UnicodeDecodeError)
}
fn translate_failure(exception: &PyObject) -> Option<Failure<'_>> {
    Failure::of(exception, &exceptions::UnicodeTranslateError)
}

fn unknown(exception: &PyObject) -> Raised {
    raise!(
        TypeError,
        "don't know how to handle {} in error callback",
        exception.ty().name()
    )
}

fn pair(replacement: Ref, position: usize) -> PyResult {
    let items = vec![replacement, int::from_usize(position)?.into_object()];
    Ok(tuple::from_owned(items)?.into_object())
}

extern "C" fn strict_errors(_: &PyObject, exception: &PyObject) -> PyResult {
    if exception.ty().is_subclass_flag(tp::BASE_EXC_SUBCLASS) {
        return Err(errors::raise_instance(exception));
    }
    Err(raise!(TypeError, "codec must pass exception instance"))
}

extern "C" fn ignore_errors(_: &PyObject, exception: &PyObject) -> PyResult {
    let failure = encode_failure(exception)
        .or_else(|| decode_failure(exception))
        .or_else(|| translate_failure(exception));
    match failure {
        Some(f) => pair(layout::empty().into_object(), f.end),
        None => Err(unknown(exception)),
    }
}

extern "C" fn replace_errors(_: &PyObject, exception: &PyObject) -> PyResult {
    let mut out = Builder::default();
    let end = if let Some(f) = encode_failure(exception) {
        f.text()?;
        out.push_repeated(b'?' as u32, f.end - f.start);
        f.end
    } else if let Some(f) = decode_failure(exception) {
        f.data()?;
        out.push(0xfffd);
        f.end
    } else if let Some(f) = translate_failure(exception) {
        f.text()?;
        out.push_repeated(0xfffd, f.end - f.start);
        f.end
    } else {
        return Err(unknown(exception));
    };
    pair(out.finish()?.into_object(), end)
}

extern "C" fn xmlcharrefreplace_errors(_: &PyObject, exception: &PyObject) -> PyResult {
    let Some(f) = encode_failure(exception) else {
        return Err(unknown(exception));
    };
    let mut out = Builder::default();
    for c in f.chars()?.iter() {
        out.push_text(&format!("&#{c};"));
    }
    pair(out.finish()?.into_object(), f.end)
}

extern "C" fn backslashreplace_errors(_: &PyObject, exception: &PyObject) -> PyResult {
    let mut out = Builder::default();
    let end = if let Some(f) = decode_failure(exception) {
        for &b in &f.data()?[f.start..f.end] {
            push_escape(&mut out, b as u32);
        }
        f.end
    } else if let Some(f) = encode_failure(exception).or_else(|| translate_failure(exception)) {
        for c in f.chars()?.iter() {
            push_escape(&mut out, c);
        }
        f.end
    } else {
        return Err(unknown(exception));
    };
    pair(out.finish()?.into_object(), end)
}

/// The character's name in the `unicodedata` module, if it has one. Runs Python.
fn character_name(c: u32) -> PyResult<Option<String>> {
    let module = (hooks::hooks().import)("unicodedata")?;
    let name = protocol::getattr(&module, &*super::super::intern("name")?)?;
    let found = call::call(
        &name,
        &[&**layout::from_char(c)?, &singletons::_Py_NoneStruct],
    )?;
    Ok(of(&found).map(|t| t.to_string_lossy()))
}

extern "C" fn namereplace_errors(_: &PyObject, exception: &PyObject) -> PyResult {
    let Some(f) = encode_failure(exception) else {
        return Err(unknown(exception));
    };
    let mut out = Builder::default();
    for c in f.chars()?.iter() {
        match character_name(c)? {
            Some(name) => out.push_text(&format!("\\N{{{name}}}")),
            None => push_escape(&mut out, c),
        }
    }
    pair(out.finish()?.into_object(), f.end)
}

extern "C" fn surrogateescape_errors(_: &PyObject, exception: &PyObject) -> PyResult {
    if let Some(f) = encode_failure(exception) {
        let chars = f.chars()?;
        if !chars.iter().all(|c| (0xdc80..=0xdcff).contains(&c)) {
            return Err(errors::raise_instance(exception));
        }
        let escaped = growing::collected(chars.iter().map(|c| c as u8))?;
        return pair(bytes::new(&escaped)?.into_object(), f.end);
    }
    let Some(f) = decode_failure(exception) else {
        return Err(unknown(exception));
    };
    let data = &f.data()?[f.start..f.end];
    let count = data.iter().take(4).take_while(|&&b| b >= 128).count();
    if count == 0 {
        return Err(errors::raise_instance(exception));
    }
    let mut out = Builder::default();
    data[..count]
        .iter()
        .for_each(|&b| out.push(0xdc00 + b as u32));
    pair(out.finish()?.into_object(), f.start + count)
}

/// Encodings whose surrogates can be passed through: bytes per unit, and whether the least significant is first.
fn surrogate_form(encoding: Option<&PyObject>) -> Option<(usize, bool)> {
    let name = encoding
        .and_then(of)?
        .to_string_lossy()
        .to_ascii_lowercase();
    let name = name.replace('_', "-");
    let form = name.strip_prefix("utf")?.trim_start_matches('-');
    let native = cfg!(target_endian = "little");
    Some(match form {
        "8" => (1, native),
        "16" => (2, native),
        "16-le" | "16le" => (2, true),
        "16-be" | "16be" => (2, false),
        "32" => (4, native),
        "32-le" | "32le" => (4, true),
        "32-be" | "32be" => (4, false),
        _ => return None,
    })
}

extern "C" fn surrogatepass_errors(_: &PyObject, exception: &PyObject) -> PyResult {
    let again = || Err(errors::raise_instance(exception));
    if let Some(f) = encode_failure(exception) {
        let Some((width, little)) = surrogate_form(f.error.encoding.get()) else {
            return again();
        };
        let mut out = Growing::new();
        for c in f.chars()?.iter() {
            if !is_surrogate(c) {
                return again();
            }
            match width {
                1 => layout::push_wtf8(&mut out, c),
                _ if little => out.extend_from_slice(&c.to_le_bytes()[..width]),
                _ => out.extend_from_slice(&c.to_be_bytes()[4 - width..]),
            }
        }
        return pair(bytes::new(&out.finish()?)?.into_object(), f.end);
    }
    let Some(f) = decode_failure(exception) else {
        return Err(unknown(exception));
    };
    let Some((width, little)) = surrogate_form(f.error.encoding.get()) else {
        return again();
    };
    let data = &f.data()?[f.start..];
    let (c, size) = match (width, data) {
        (1, &[a @ 0xed, b, c, ..]) if b & 0xc0 == 0x80 && c & 0xc0 == 0x80 => {
            let (a, b, c) = (a as u32 & 15, b as u32 & 63, c as u32 & 63);
            (a << 12 | b << 6 | c, 3)
        }
        (2, &[a, b, ..]) if little => (u16::from_le_bytes([a, b]) as u32, 2),
        (2, &[a, b, ..]) => (u16::from_be_bytes([a, b]) as u32, 2),
        (4, &[a, b, c, d, ..]) if little => (u32::from_le_bytes([a, b, c, d]), 4),
        (4, &[a, b, c, d, ..]) => (u32::from_be_bytes([a, b, c, d]), 4),
        _ => (0, 0),
    };
    if !is_surrogate(c) {
        return again();
    }
    pair(layout::from_char(c)?.into_object(), f.start + size)
}

static HANDLERS: [(&str, PyMethodDef); 8] = [
    (
        "strict",
        one(c"strict_errors", strict_errors, c"Raise the exception."),
    ),
    (
        "ignore",
        one(
            c"ignore_errors",
            ignore_errors,
            c"Leave out what cannot be converted.",
        ),
    ),
    (
        "replace",
        one(
            c"replace_errors",
            replace_errors,
            c"Put a replacement character.",
        ),
    ),
    (
        "xmlcharrefreplace",
        one(
            c"xmlcharrefreplace_errors",
            xmlcharrefreplace_errors,
            c"Put XML character references.",
        ),
    ),
    (
        "backslashreplace",
        one(
            c"backslashreplace_errors",
            backslashreplace_errors,
            c"Put backslash escapes.",
        ),
    ),
    (
        "namereplace",
        one(
            c"namereplace_errors",
            namereplace_errors,
            c"Put \\N{...} escapes.",
        ),
    ),
    (
        "surrogateescape",
        one(
            c"surrogateescape",
            surrogateescape_errors,
            c"Turn bytes into lone surrogates and back.",
        ),
    ),
    (
        "surrogatepass",
        one(
            c"surrogatepass",
            surrogatepass_errors,
            c"Encode and decode surrogates like other characters.",
        ),
    ),
];

/// The callable of a builtin handler; `None` for other names. Raises MemoryError.
pub fn builtin_handler(name: &str) -> PyResult<Option<Ref>> {
    match HANDLERS.iter().find(|h| h.0 == name) {
        Some((_, def)) => {
            let this = &singletons::_Py_NoneStruct;
            Ok(Some(cfunction::new(def, Some(this), None)?.into_object()))
        }
        None => Ok(None),
    }
}
