//! Codecs: text to bytes and back.
//!
//! The common encodings are done here directly; all others go through the codec registry to the `encodings` package, which in
//! turn uses the functions of this module through `_codecs`. What a codec cannot do goes to an error handler ([`handlers`]).

pub mod charmap;
pub mod escapes;
mod handlers;
pub mod registry;
pub mod utf16_32;
pub mod utf7;
pub mod utf8;

pub use handlers::{builtin_handler, raise_decode_error, raise_encode_error};

use super::layout::{self, Units};
use crate::growing;
use crate::*;
use std::ffi::CStr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU8};

/// The name in lower case with everything but letters, digits and dots as single underscores.
pub fn normalized(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

/// Encodings that need no registry.
#[derive(Clone, Copy, PartialEq)]
enum Direct {
    Utf8,
    Latin1,
    Ascii,
    Utf16,
    Utf32,
}

fn direct(encoding: Option<&str>) -> Option<Direct> {
    let Some(name) = encoding else {
        return Some(Direct::Utf8);
    };
    if matches!(name, "utf-8" | "utf8" | "UTF-8") {
        return Some(Direct::Utf8);
    }
    Some(match &*normalized(name) {
        "utf_8" | "utf8" => Direct::Utf8,
        "latin1" | "latin_1" | "iso_8859_1" | "iso8859_1" => Direct::Latin1,
        "ascii" | "us_ascii" => Direct::Ascii,
        "utf_16" | "utf16" => Direct::Utf16,
        "utf_32" | "utf32" => Direct::Utf32,
        _ => return None,
    })
}

/// Whether encoding and decoding by these names is done here, and asks nobody.
pub fn is_direct(encoding: &str, errors: Option<&str>) -> bool {
    const HANDLERS: [&str; 7] = [
        "strict",
        "ignore",
        "replace",
        "backslashreplace",
        "surrogateescape",
        "surrogatepass",
        "xmlcharrefreplace",
    ];
    direct(Some(encoding)).is_some()
        && errors.is_none_or(|e| HANDLERS.contains(&e))
        && !CHECKS.load(Relaxed)
}

/// Whether the names of codecs and of error handlers are looked up even where they are not needed (`-X dev`).
static CHECKS: AtomicBool = AtomicBool::new(false);

/// Has names looked up always from now on, or no more.
pub fn check_always(on: bool) {
    CHECKS.store(on, Relaxed);
}

/// LookupError for a name that nobody knows, if that is to be checked.
#[inline]
pub fn check_names(encoding: Option<&str>, errors: Option<&str>) -> PyResult<()> {
    if !CHECKS.load(Relaxed) {
        return Ok(());
    }
    look_names_up(encoding, errors)
}

#[cold]
fn look_names_up(encoding: Option<&str>, errors: Option<&str>) -> PyResult<()> {
    if let Some(name) = encoding
        && !matches!(name, "utf-8" | "utf8" | "ascii")
    {
        registry::lookup(name)?;
    }
    if let Some(name) = errors
        && !matches!(
            name,
            "strict" | "ignore" | "replace" | "surrogateescape" | "surrogatepass"
        )
    {
        registry::lookup_error(name)?;
    }
    Ok(())
}

/// `bytes` to `str` by codec name and error handler name ("utf-8", "strict" by default). Runs Python for other codecs
/// and handlers; LookupError, UnicodeDecodeError.
pub fn decode(bytes: &[u8], encoding: Option<&str>, errors: Option<&str>) -> PyResult<Ref<Str>> {
    check_names(encoding, errors)?;
    let handler = errors.unwrap_or("strict");
    let Some(codec) = direct(encoding) else {
        let object = bytes::new(bytes)?;
        return registry::decode_text(&object, encoding.unwrap_or("utf-8"), errors);
    };
    Ok(match codec {
        Direct::Utf8 => utf8::decode(bytes, handler, true)?.0,
        Direct::Latin1 => layout::from_latin1(bytes)?,
        Direct::Ascii => utf8::decode_ascii(bytes, handler)?,
        Direct::Utf16 => utf16_32::decode_utf16(bytes, handler, 0, true)?.0,
        Direct::Utf32 => utf16_32::decode_utf32(bytes, handler, 0, true)?.0,
    })
}

/// `str` to `bytes`; the counterpart of [`decode`]. LookupError, UnicodeEncodeError.
pub fn encode(
    text: &Str,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Ref<PyBytesObject>> {
    check_names(encoding, errors)?;
    let handler = errors.unwrap_or("strict");
    let Some(codec) = direct(encoding) else {
        return registry::encode_text(text, encoding.unwrap_or("utf-8"), errors);
    };
    if let (Some(ascii), Direct::Utf8 | Direct::Latin1 | Direct::Ascii) = (text.ascii(), codec) {
        return bytes::new(ascii.as_bytes());
    }
    if let (Direct::Utf8, Ok(len)) = (codec, layout::utf8_len(text.units())) {
        // SAFETY: all of it is written.
        return unsafe { bytes::with_len(len, |to| layout::write_as_utf8(text.units(), to)) };
    }
    let out = match codec {
        Direct::Utf8 => utf8::encode(text, handler)?,
        Direct::Latin1 => match text.units() {
            Units::One(s) => return bytes::new(s),
            _ => utf8::encode_latin1(text, handler)?,
        },
        Direct::Ascii => utf8::encode_ascii(text, handler)?,
        Direct::Utf16 => utf16_32::encode_utf16(text, handler, 0)?,
        Direct::Utf32 => utf16_32::encode_utf32(text, handler, 0)?,
    };
    bytes::new(&out)
}

/// The encoding of file names, arguments and the environment.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum FileSystem {
    Utf8,
    Latin1,
    Ascii,
}

static FILE_SYSTEM: AtomicU8 = AtomicU8::new(FileSystem::Utf8 as u8);

fn file_system() -> FileSystem {
    match FILE_SYSTEM.load(Relaxed) {
        1 => FileSystem::Latin1,
        2 => FileSystem::Ascii,
        _ => FileSystem::Utf8,
    }
}

/// Names are encoded as the locale says, whose name for it this is; UTF-8 where that is none of ours. At start-up.
pub fn set_file_system_encoding(name: &str) {
    let encoding = match name {
        "ANSI_X3.4-1968" | "US-ASCII" => FileSystem::Ascii,
        "ISO-8859-1" => FileSystem::Latin1,
        _ => FileSystem::Utf8,
    };
    FILE_SYSTEM.store(encoding as u8, Relaxed);
}

/// Its name in Python.
pub fn file_system_encoding() -> &'static CStr {
    match file_system() {
        FileSystem::Utf8 => c"utf-8",
        FileSystem::Latin1 => c"iso8859-1",
        FileSystem::Ascii => c"ascii",
    }
}

/// What the system calls something, with surrogateescape. Raises MemoryError.
pub fn decode_fs(bytes: &[u8]) -> PyResult<Ref<Str>> {
    let encoding = match file_system() {
        FileSystem::Utf8 => None,
        FileSystem::Latin1 => Some("latin-1"),
        FileSystem::Ascii => Some("ascii"),
    };
    decode(bytes, encoding, Some("surrogateescape"))
}

/// The counterpart of [`decode_fs`]. UnicodeEncodeError.
pub fn encode_fs(text: &Str) -> PyResult<Vec<u8>> {
    match text.ascii() {
        Some(text) => growing::copied(text.as_bytes()),
        None => match file_system() {
            FileSystem::Utf8 => utf8::encode(text, "surrogateescape"),
            FileSystem::Latin1 => utf8::encode_latin1(text, "surrogateescape"),
            FileSystem::Ascii => utf8::encode_ascii(text, "surrogateescape"),
        },
    }
}

/// `str(obj, encoding, errors)`: decodes an object with the buffer protocol. TypeError for strings and other objects.
pub fn decode_object(
    obj: &PyObject,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Ref<Str>> {
    check_names(encoding, errors)?;
    if super::of(obj).is_some() {
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
