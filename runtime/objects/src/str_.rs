//! `str`: compact strings of one, two or four bytes a character.

use crate::*;

pub static PyUnicode_Type: PyTypeObject = PyTypeObject::new::<PyASCIIObject>(c"str");
builtin!(PyASCIIObject = PyUnicode_Type);

pub fn new(text: &str) -> PyResult<Ref<Str>> {
    todo!()
}
/// From WTF-8 (surrogates encoded as three bytes).
pub fn from_wtf8(text: &[u8]) -> PyResult<Ref<Str>> {
    todo!()
}
/// From code points (surrogates allowed); ValueError above 0x10ffff.
pub fn from_code_points(text: &[u32]) -> PyResult<Ref<Str>> {
    todo!()
}
/// From Latin-1 bytes.
pub fn from_latin1(text: &[u8]) -> PyResult<Ref<Str>> {
    todo!()
}
pub fn from_char(c: u32) -> PyResult<Ref<Str>> {
    todo!()
}
pub fn empty() -> Ref<Str> {
    todo!()
}
/// The interned string of that text.
pub fn intern(text: &str) -> PyResult<Ref<Str>> {
    todo!()
}
/// Replaces the reference by the interned equal string (exact `str` only).
pub fn intern_in_place(text: &mut Ref<Str>) {
    todo!()
}
pub fn is_interned(text: &Str) -> bool {
    todo!()
}
/// Code units by width.
pub enum Units<'a> {
    One(&'a [u8]),
    Two(&'a [u16]),
    Four(&'a [u32]),
}
impl Str {
    /// Length in code points.
    pub fn len(&self) -> usize {
        todo!()
    }
    pub fn is_ascii(&self) -> bool {
        todo!()
    }
    pub fn units(&self) -> Units<'_> {
        todo!()
    }
    pub fn char_at(&self, index: usize) -> u32 {
        todo!()
    }
    /// Code points.
    pub fn code_points(&self) -> impl Iterator<Item = u32> + '_ {
        todo!();
        #[allow(unreachable_code)]
        std::iter::empty()
    }
    /// UTF-8, cached in the object; UnicodeEncodeError for surrogates.
    pub fn to_utf8(&self) -> PyResult<&str> {
        todo!()
    }
    /// As Rust text; surrogates become U+FFFD (for messages only).
    pub fn to_string_lossy(&self) -> String {
        todo!()
    }
    /// WTF-8 bytes.
    pub fn to_wtf8(&self) -> Vec<u8> {
        todo!()
    }
    /// Equal text (no subclass `__eq__`).
    pub fn equals(&self, other: &Str) -> bool {
        todo!()
    }
    pub fn equals_text(&self, other: &str) -> bool {
        todo!()
    }
    pub fn substring(&self, start: usize, end: usize) -> PyResult<Ref<Str>> {
        todo!()
    }
    /// Three-way comparison by code point.
    pub fn order(&self, other: &Str) -> std::cmp::Ordering {
        todo!()
    }
}
/// Cached hash (never -1).
pub fn hash(text: &Str) -> isize {
    todo!()
}
pub fn concat(a: &Str, b: &Str) -> PyResult<Ref<Str>> {
    todo!()
}
/// `a += b` with the caller's only reference to `a`: grown in place when it can be.
pub fn append(a: Ref<Str>, b: &Str) -> PyResult<Ref<Str>> {
    todo!()
}
/// `separator.join(items)`.
pub fn join(separator: &Str, items: &[Ref]) -> PyResult<Ref<Str>> {
    todo!()
}
/// `format % args`.
pub fn percent_format(format: &Str, args: &PyObject) -> PyResult<Ref<Str>> {
    todo!()
}
/// Whether `text` is a valid identifier.
pub fn is_identifier(text: &Str) -> bool {
    todo!()
}
/// Builds a string piece by piece.
#[derive(Default)]
pub struct Builder {
    units: Vec<u32>,
}
impl Builder {
    pub fn push(&mut self, c: u32) {
        todo!()
    }
    pub fn push_text(&mut self, text: &str) {
        todo!()
    }
    pub fn push_str(&mut self, text: &Str) {
        todo!()
    }
    pub fn finish(self) -> PyResult<Ref<Str>> {
        todo!()
    }
}
/// `bytes` to `str` by codec name and error handler name ("utf-8", "strict" by default), builtin codecs directly, others through the codec registry.
pub fn decode(bytes: &[u8], encoding: Option<&str>, errors: Option<&str>) -> PyResult<Ref<Str>> {
    todo!()
}
pub fn encode(
    text: &Str,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Ref<PyBytesObject>> {
    todo!()
}
/// File system encoding: UTF-8 with surrogateescape.
pub fn decode_fs(bytes: &[u8]) -> PyResult<Ref<Str>> {
    todo!()
}
pub fn encode_fs(text: &Str) -> PyResult<Vec<u8>> {
    todo!()
}
