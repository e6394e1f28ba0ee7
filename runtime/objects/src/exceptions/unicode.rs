//! UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError.

use super::{args_of, base, object_member};
use crate::*;
use std::mem::offset_of;
use std::ptr;

pub(super) static MEMBERS: [PyMemberDef; 6] = [
    object_member(
        c"encoding",
        offset_of!(PyUnicodeErrorObject, encoding),
        c"The encoding's name.",
    ),
    object_member(
        c"object",
        offset_of!(PyUnicodeErrorObject, object),
        c"The input.",
    ),
    def::member(
        c"start",
        flags::member::PYSSIZET,
        offset_of!(PyUnicodeErrorObject, start),
        0,
        c"Where the bad part starts.",
    ),
    def::member(
        c"end",
        flags::member::PYSSIZET,
        offset_of!(PyUnicodeErrorObject, end),
        0,
        c"Where the bad part ends.",
    ),
    object_member(
        c"reason",
        offset_of!(PyUnicodeErrorObject, reason),
        c"What is wrong with it.",
    ),
    PyMemberDef::END,
];

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Encode,
    Decode,
    Translate,
}

pub(super) extern "C" fn encode_init(
    this: &PyObject,
    args: &PyObject,
    kw: Option<&PyObject>,
) -> c_int {
    def::status(fill(Kind::Encode, this, args_of(args), kw))
}

pub(super) extern "C" fn decode_init(
    this: &PyObject,
    args: &PyObject,
    kw: Option<&PyObject>,
) -> c_int {
    def::status(fill(Kind::Decode, this, args_of(args), kw))
}

pub(super) extern "C" fn translate_init(
    this: &PyObject,
    args: &PyObject,
    kw: Option<&PyObject>,
) -> c_int {
    def::status(fill(Kind::Translate, this, args_of(args), kw))
}

/// ([encoding,] object, start, end, reason).
fn fill(kind: Kind, this: &PyObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<()> {
    base::set_args(this, args, kw)?;
    let with_encoding = (kind != Kind::Translate) as usize;
    let wanted = 4 + with_encoding;
    if args.len() != wanted {
        return Err(raise!(
            TypeError,
            "function takes exactly {wanted} arguments ({} given)",
            args.len()
        ));
    }
    let items = args.items();
    let text = |i: usize| match items[i].is_instance::<Str>() {
        true => Ok(items[i].to_ref()),
        false => Err(raise!(
            TypeError,
            "argument {} must be str, not {}",
            i + 1,
            str_::args::type_text(items[i])
        )),
    };
    let position = |i: usize| number::index_isize(items[i], Some(&super::OverflowError));
    let encoding = match kind {
        Kind::Translate => None,
        _ => Some(text(0)?),
    };
    let object = match kind {
        Kind::Decode => items[1].to_ref(),
        _ => text(with_encoding)?,
    };
    let (start, end) = (position(with_encoding + 1)?, position(with_encoding + 2)?);
    let reason = text(with_encoding + 3)?;
    let object = match kind {
        Kind::Decode if !object.is_instance::<PyBytesObject>() => {
            bytes::with_buffer(&object, |data| bytes::new(data))?.into_object()
        }
        _ => object,
    };
    // SAFETY: U3.
    let e: &PyUnicodeErrorObject = unsafe { this.cast() };
    e.encoding.set(encoding);
    e.object.set(Some(object));
    e.start.set(start);
    e.end.set(end);
    e.reason.set(Some(reason));
    Ok(())
}

pub(super) extern "C" fn encode_str(this: &PyObject) -> PyResult {
    describe(Kind::Encode, this)
}

pub(super) extern "C" fn decode_str(this: &PyObject) -> PyResult {
    describe(Kind::Decode, this)
}

pub(super) extern "C" fn translate_str(this: &PyObject) -> PyResult {
    describe(Kind::Translate, this)
}

fn describe(kind: Kind, this: &PyObject) -> PyResult {
    // SAFETY: U3.
    let e: &PyUnicodeErrorObject = unsafe { this.cast() };
    let (Some(object), Some(reason)) = (e.object.cloned(), e.reason.cloned()) else {
        return Ok(str_::empty().into_object());
    };
    // Both may have been replaced by anything.
    let reason = protocol::str(&reason)?;
    let mut out = str_::Builder::default();
    let encoding = match e.encoding.cloned() {
        Some(encoding) if kind != Kind::Translate => Some(protocol::str(&encoding)?),
        None if kind != Kind::Translate => return Ok(str_::empty().into_object()),
        _ => None,
    };
    if let Some(encoding) = encoding {
        out.push_text("'");
        out.push_str(&encoding);
        out.push_text("' codec ");
    }
    let (start, end) = (e.start.get(), e.end.get());
    let single = (start >= 0 && end == start.wrapping_add(1)).then_some(start as usize);
    let bad = single.and_then(|at| match kind {
        Kind::Decode => {
            let byte = *object.downcast::<PyBytesObject>()?.as_slice().get(at)?;
            Some(format!("byte 0x{byte:02x}"))
        }
        _ => {
            let text = object.downcast::<Str>().filter(|text| at < text.len())?;
            Some(match text.char_at(at) {
                c @ 0..=0xff => format!("character '\\x{c:02x}'"),
                c @ 0x100..=0xffff => format!("character '\\u{c:04x}'"),
                c => format!("character '\\U{c:08x}'"),
            })
        }
    });
    let (verb, things) = match kind {
        Kind::Encode => ("encode", "characters"),
        Kind::Decode => ("decode", "bytes"),
        Kind::Translate => ("translate", "characters"),
    };
    out.push_text(&match bad {
        Some(bad) => format!("can't {verb} {bad} in position {start}: "),
        None => format!(
            "can't {verb} {things} in position {start}-{}: ",
            end.wrapping_sub(1)
        ),
    });
    out.push_str(&reason);
    Ok(out.finish()?.into_object())
}

fn make(ty: &PyTypeObject, parts: Vec<Ref>) -> PyResult<Ref<PyBaseExceptionObject>> {
    super::new_instance(ty, &*tuple::from_owned(parts)?)
}

fn position(at: usize) -> PyResult<Ref> {
    Ok(int::from_usize(at)?.into_object())
}

/// `UnicodeDecodeError(encoding, object, start, end, reason)`.
pub fn new_unicode_decode_error(
    encoding: &str,
    object: &[u8],
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<Ref<PyBaseExceptionObject>> {
    make(
        &super::UnicodeDecodeError,
        vec![
            str_::new(encoding)?.into_object(),
            bytes::new(object)?.into_object(),
            position(start)?,
            position(end)?,
            str_::new(reason)?.into_object(),
        ],
    )
}

/// `UnicodeEncodeError(encoding, object, start, end, reason)`.
pub fn new_unicode_encode_error(
    encoding: &str,
    object: &Str,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<Ref<PyBaseExceptionObject>> {
    make(
        &super::UnicodeEncodeError,
        vec![
            str_::new(encoding)?.into_object(),
            object.to_ref(),
            position(start)?,
            position(end)?,
            str_::new(reason)?.into_object(),
        ],
    )
}

/// `UnicodeTranslateError(object, start, end, reason)`.
pub fn new_unicode_translate_error(
    object: &Str,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<Ref<PyBaseExceptionObject>> {
    make(
        &super::UnicodeTranslateError,
        vec![
            object.to_ref(),
            position(start)?,
            position(end)?,
            str_::new(reason)?.into_object(),
        ],
    )
}

/// Whether both are of one builtin class of UnicodeError, and tell the same of the same object.
pub fn is_same_unicode_error(a: &PyObject, b: &PyObject) -> bool {
    let classes: [&PyTypeObject; 3] = [
        &super::UnicodeEncodeError,
        &super::UnicodeDecodeError,
        &super::UnicodeTranslateError,
    ];
    if !ptr::eq(a.ty(), b.ty()) || !classes.iter().any(|c| ptr::eq(*c, a.ty())) {
        return false;
    }
    // SAFETY: the classes have this layout.
    let (a, b): (&PyUnicodeErrorObject, &PyUnicodeErrorObject) = unsafe { (a.cast(), b.cast()) };
    let same_text = |a: &Slot<PyObject>, b: &Slot<PyObject>| {
        let (a, b) = (
            a.get().and_then(|t| t.exact::<Str>()),
            b.get().and_then(|t| t.exact::<Str>()),
        );
        a.zip(b).is_none_or(|(a, b)| a.equals(b))
    };
    let bytes = |o: &Slot<PyObject>| o.cloned().filter(|o| o.is_exact::<PyBytesObject>());
    let same_bytes = || {
        let (a, b) = bytes(&a.object).zip(bytes(&b.object))?;
        // SAFETY: the types were checked.
        let (a, b): (Ref<PyBytesObject>, Ref<PyBytesObject>) = unsafe { (a.cast(), b.cast()) };
        Some(a.as_slice() == b.as_slice())
    };
    (a.object.as_ptr() == b.object.as_ptr() || same_bytes() == Some(true))
        && (a.start.get(), a.end.get()) == (b.start.get(), b.end.get())
        && same_text(&a.encoding, &b.encoding)
        && same_text(&a.reason, &b.reason)
}
