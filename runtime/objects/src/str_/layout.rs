//! Memory of `str` objects: allocation, code units, and making text out of other representations.
//!
//! A string has 1, 2 or 4 bytes per character, the least that its largest character needs. Exact strings are *compact*: the characters
//! follow the header (48 bytes for ASCII, 72 otherwise) and a null character follows them. Instances of Python
//! subclasses are not compact: they have all 80 bytes of header and point to their characters.
//!
//! `state` bits: 0-1 interned, 2-4 bytes per character, 5 compact, 6 ASCII, 7 ready (always set).

use super::{builder, codecs, hash, intern, legacy};
use crate::growing::{self, Growing};
use crate::*;
use std::mem::size_of;
use std::{ptr, slice};

pub(super) const INTERNED_MASK: u32 = 3;
pub(super) const INTERNED: u32 = 1;
pub(super) const KIND_SHIFT: u32 = 2;
pub(super) const COMPACT: u32 = 1 << 5;
pub(super) const ASCII: u32 = 1 << 6;
pub(super) const READY: u32 = 1 << 7;

const ASCII_HEADER: usize = size_of::<PyASCIIObject>();
const COMPACT_HEADER: usize = size_of::<PyCompactUnicodeObject>();

/// Largest code point.
pub const MAX_CHAR: u32 = 0x10ffff;

/// A code unit: one character of one, two or four bytes.
pub trait Unit: Copy + Ord + Into<u32> + 'static {
    const BYTES: usize;
    /// The character, which must fit.
    fn of(c: u32) -> Self;
}
impl Unit for u8 {
    const BYTES: usize = 1;
    #[inline(always)]
    fn of(c: u32) -> u8 {
        c as u8
    }
}
impl Unit for u16 {
    const BYTES: usize = 2;
    #[inline(always)]
    fn of(c: u32) -> u16 {
        c as u16
    }
}
impl Unit for u32 {
    const BYTES: usize = 4;
    #[inline(always)]
    fn of(c: u32) -> u32 {
        c
    }
}

/// Code units by width.
#[derive(Clone, Copy, Debug)]
pub enum Units<'a> {
    One(&'a [u8]),
    Two(&'a [u16]),
    Four(&'a [u32]),
}

/// Runs the same expression on whichever slice it is.
#[macro_export]
macro_rules! each_width {
    ($units:expr, $s:ident => $body:expr) => {
        match $units {
            $crate::str_::Units::One($s) => $body,
            $crate::str_::Units::Two($s) => $body,
            $crate::str_::Units::Four($s) => $body,
        }
    };
}

impl<'a> Units<'a> {
    #[inline]
    pub fn len(self) -> usize {
        each_width!(self, s => s.len())
    }
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
    /// The character at `index`; panics beyond the end.
    #[inline]
    pub fn at(self, index: usize) -> u32 {
        each_width!(self, s => s[index].into())
    }
    /// Units `start..end`.
    #[inline]
    pub fn slice(self, start: usize, end: usize) -> Units<'a> {
        match self {
            Units::One(s) => Units::One(&s[start..end]),
            Units::Two(s) => Units::Two(&s[start..end]),
            Units::Four(s) => Units::Four(&s[start..end]),
        }
    }
    /// A bound for the largest character, in classes: 0x7f, 0xff, 0xffff, 0x10ffff.
    pub fn max_class(self) -> u32 {
        match self {
            Units::One(s) => {
                if s.is_ascii() {
                    0x7f
                } else {
                    0xff
                }
            }
            Units::Two(s) => class_of(s.iter().fold(0, |m, &c| m | c as u32)),
            Units::Four(s) => class_of(s.iter().fold(0, |m, &c| m | c)),
        }
    }
    /// The bytes in memory.
    pub fn bytes(self) -> &'a [u8] {
        // SAFETY: any units may be read as bytes.
        each_width!(self, s => unsafe {
            slice::from_raw_parts(s.as_ptr().cast(), size_of_val(s))
        })
    }
    #[inline]
    pub fn iter(self) -> CodePoints<'a> {
        CodePoints {
            units: self,
            at: 0,
            end: self.len(),
        }
    }
    pub fn to_vec(self) -> Vec<u32> {
        self.iter().collect()
    }
    /// Same text, whatever the widths.
    pub fn equals(self, other: Units<'_>) -> bool {
        match (self, other) {
            (Units::One(a), Units::One(b)) => a == b,
            (Units::Two(a), Units::Two(b)) => a == b,
            (Units::Four(a), Units::Four(b)) => a == b,
            _ => self.len() == other.len() && self.iter().eq(other.iter()),
        }
    }
}

/// The smallest of 0x7f, 0xff, 0xffff, 0x10ffff that is not below `c` (which may be an OR of characters).
#[inline]
pub fn class_of(c: u32) -> u32 {
    match c {
        0..=0x7f => 0x7f,
        0x80..=0xff => 0xff,
        0x100..=0xffff => 0xffff,
        _ => MAX_CHAR,
    }
}

/// The characters of a string, from both ends.
#[derive(Clone)]
pub struct CodePoints<'a> {
    units: Units<'a>,
    at: usize,
    end: usize,
}
impl Iterator for CodePoints<'_> {
    type Item = u32;
    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.at == self.end {
            return None;
        }
        let c = self.units.at(self.at);
        self.at += 1;
        Some(c)
    }
    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.end - self.at, Some(self.end - self.at))
    }
}
impl DoubleEndedIterator for CodePoints<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        if self.at == self.end {
            return None;
        }
        self.end -= 1;
        Some(self.units.at(self.end))
    }
}
impl ExactSizeIterator for CodePoints<'_> {}

/// A new exact string of `len` characters up to `max_char`; the caller fills the characters (the final null is there).
/// Raises MemoryError. Never call it with length 0: the empty string is one object.
pub fn alloc(len: usize, max_char: u32) -> PyResult<Ref<Str>> {
    let (kind, header, flags) = match max_char {
        0..=0x7f => (1, ASCII_HEADER, COMPACT | ASCII | READY),
        0x80..=0xff => (1, COMPACT_HEADER, COMPACT | READY),
        0x100..=0xffff => (2, COMPACT_HEADER, COMPACT | READY),
        _ => (4, COMPACT_HEADER, COMPACT | READY),
    };
    if len > (isize::MAX as usize - COMPACT_HEADER) / kind - 1 {
        return Err(errors::no_memory());
    }
    let block = mem::alloc(header + (len + 1) * kind);
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block has room for the header and the null; the new object's one count is ours.
    unsafe {
        let object = block.cast::<PyASCIIObject>();
        object.write(PyASCIIObject {
            ob_base: mem::header(&super::PyUnicode_Type),
            length: Cell::new(len as isize),
            hash: Cell::new(-1),
            state: Cell::new(flags | (kind as u32) << KIND_SHIFT),
            wstr: Cell::new(ptr::null_mut()),
        });
        if header == COMPACT_HEADER {
            let object = block.cast::<PyCompactUnicodeObject>();
            (*object).utf8_length = Cell::new(0);
            (*object).utf8 = Cell::new(ptr::null());
            (*object).wstr_length = Cell::new(0);
        }
        ptr::write_bytes(block.add(header + len * kind), 0, kind);
        Ok(Ref::from_owned(object))
    }
}

/// Empty string with its null, in static memory.
#[repr(C)]
pub(super) struct EmptyStr {
    pub head: PyASCIIObject,
    null: [u8; 8],
}
// SAFETY: U1.
unsafe impl Sync for EmptyStr {}

pub(super) static EMPTY: EmptyStr = EmptyStr {
    head: PyASCIIObject {
        ob_base: PyObject {
            ob_refcnt: Cell::new(IMMORTAL),
            ob_type: Slot::of(&raw const super::PyUnicode_Type),
        },
        length: Cell::new(0),
        hash: Cell::new(0),
        state: Cell::new(COMPACT | ASCII | READY | 1 << KIND_SHIFT),
        wstr: Cell::new(ptr::null_mut()),
    },
    null: [0; 8],
};

/// Fills `_PyRuntime`'s one-character strings. Idempotent; runs before the first one-character string is made.
pub(super) fn init_characters() {
    for c in 0..256u32 {
        let (at, header, flags) = if c < 128 {
            (
                _PyRuntime.ascii[c as usize].as_ptr().cast::<u8>(),
                ASCII_HEADER,
                COMPACT | ASCII | READY,
            )
        } else {
            (
                _PyRuntime.latin1[c as usize - 128].as_ptr().cast::<u8>(),
                COMPACT_HEADER,
                COMPACT | READY,
            )
        };
        // SAFETY: each entry is all zero bytes of the header's size and eight more; U1.
        unsafe {
            let object = &*at.cast::<PyASCIIObject>();
            if !object.ob_base.ob_type.is_null() {
                return;
            }
            object.ob_base.ob_refcnt.set(IMMORTAL);
            object
                .ob_base
                .ob_type
                .set_ptr((&raw const super::PyUnicode_Type).cast_mut());
            object.length.set(1);
            object.hash.set(-1);
            object.state.set(flags | 1 << KIND_SHIFT);
            at.cast_mut().add(header).write(c as u8);
        }
    }
}

/// Makes `_PyRuntime`'s literals and identifiers, which live for ever, and interns them. Idempotent; before anything else is interned.
pub(super) fn init_strings() {
    let mut at = _PyRuntime.strings.as_ptr().cast::<u8>().cast_mut();
    for text in static_strings::LITERALS
        .iter()
        .chain(&static_strings::IDENTIFIERS)
    {
        // SAFETY: the table's entries fill the place exactly (`tests/layout.rs`), and it was all zero bytes; U1.
        unsafe {
            let object = &*at.cast::<PyASCIIObject>();
            if !object.ob_base.ob_type.is_null() {
                return;
            }
            object.ob_base.ob_refcnt.set(IMMORTAL);
            object
                .ob_base
                .ob_type
                .set_ptr((&raw const super::PyUnicode_Type).cast_mut());
            object.length.set(text.len() as isize);
            object.hash.set(-1);
            object.state.set(COMPACT | ASCII | READY | 1 << KIND_SHIFT);
            ptr::copy_nonoverlapping(text.as_ptr(), at.add(ASCII_HEADER), text.len());
            if text.len() > 1 {
                intern::adopt(object);
            }
            at = at.add((ASCII_HEADER + text.len() + 1).next_multiple_of(8));
        }
    }
}

/// The one-character string of a Latin-1 character, borrowed.
#[inline(always)]
pub(super) fn latin1_char(c: u8) -> &'static Str {
    let at: *const Cell<u64> = if c < 128 {
        _PyRuntime.ascii[c as usize].as_ptr()
    } else {
        _PyRuntime.latin1[c as usize - 128].as_ptr()
    };
    // SAFETY: the entries are string objects, made by `init_characters`.
    let object = unsafe { &*at.cast::<Str>() };
    debug_assert!(!object.ob_base.ob_type.is_null(), "str_::init has not run");
    object
}

/// From Rust text. Raises MemoryError.
pub fn new(text: &str) -> PyResult<Ref<Str>> {
    match from_utf8(text.as_bytes())? {
        Some(new) => Ok(new),
        None => Err(raise!(SystemError, "text that is not UTF-8")),
    }
}

/// From UTF-8, which is checked: `None` if it is none. Raises MemoryError.
pub fn from_utf8(bytes: &[u8]) -> PyResult<Option<Ref<Str>>> {
    if bytes.is_ascii() {
        return from_ascii(bytes).map(Some);
    }
    // The first bytes of the characters tell how many there are and how wide the widest is.
    let begins = |piece: &[u8]| {
        piece
            .iter()
            .map(|&b| u8::from(b as i8 >= -0x40))
            .sum::<u8>()
    };
    let len = bytes.chunks(0xff).map(|c| usize::from(begins(c))).sum();
    let class = match bytes.iter().fold(0, |max, &b| max.max(b)) {
        0..0xc4 => 0xff,
        0xc4..0xf0 => 0xffff,
        _ => MAX_CHAR,
    };
    if let (1, [first @ (0xc2 | 0xc3), second @ 0x80..0xc0]) = (len, bytes) {
        return from_char(u32::from(*first & 3) << 6 | u32::from(*second & 0x3f)).map(Some);
    }
    if len == 0 {
        return Ok(None);
    }
    let object = alloc(len, class)?;
    // SAFETY: the object has room for `len` characters of the class.
    let is_valid = unsafe {
        match object.kind() {
            1 => write_utf8::<u8>(bytes, object.data_ptr()),
            2 => write_utf8::<u16>(bytes, object.data_ptr().cast()),
            _ => write_utf8::<u32>(bytes, object.data_ptr().cast()),
        }
    };
    Ok(is_valid.then_some(object))
}

/// Writes the characters of UTF-8, ASCII eight at a time; false if it is none.
///
/// # Safety
/// There is room at `to` for as many characters as there are bytes that begin one. Each fits.
unsafe fn write_utf8<U: Unit>(bytes: &[u8], to: *mut U) -> bool {
    let mut at = bytes.as_ptr();
    let mut out = to;
    // SAFETY: `at` goes up to the end, with which is compared what is left; every character that is written uses up a byte that begins one.
    unsafe {
        let end = at.add(bytes.len());
        while at < end {
            let first = u32::from(*at);
            let left = end.offset_from(at) as usize;
            if first < 0x80 {
                if left >= 8 {
                    let eight = at.cast::<[u8; 8]>().read();
                    if u64::from_ne_bytes(eight) & 0x8080_8080_8080_8080 == 0 {
                        for (i, &b) in eight.iter().enumerate() {
                            out.add(i).write(U::of(u32::from(b)));
                        }
                        (at, out) = (at.add(8), out.add(8));
                        continue;
                    }
                }
                while at < end && *at < 0x80 {
                    out.write(U::of(u32::from(*at)));
                    (at, out) = (at.add(1), out.add(1));
                }
                continue;
            }
            let follow = |n: usize| u32::from(*at.add(n)) ^ 0x80;
            let (c, size) = if first < 0xe0 {
                if left < 2 || first < 0xc2 || follow(1) > 0x3f {
                    return false;
                }
                ((first & 0x1f) << 6 | follow(1), 2)
            } else if first < 0xf0 {
                if left < 3 || (follow(1) | follow(2)) > 0x3f {
                    return false;
                }
                let c = (first & 0x0f) << 12 | follow(1) << 6 | follow(2);
                if c < 0x800 || is_surrogate(c) {
                    return false;
                }
                (c, 3)
            } else {
                if left < 4 || (follow(1) | follow(2) | follow(3)) > 0x3f {
                    return false;
                }
                let c = (first & 0x0f) << 18 | follow(1) << 12 | follow(2) << 6 | follow(3);
                if !(0x10000..=MAX_CHAR).contains(&c) {
                    return false;
                }
                (c, 4)
            };
            out.write(U::of(c));
            (at, out) = (at.add(size), out.add(1));
        }
    }
    true
}

/// From ASCII bytes (not checked in release builds).
pub fn from_ascii(text: &[u8]) -> PyResult<Ref<Str>> {
    debug_assert!(text.is_ascii());
    match text {
        [] => Ok(empty()),
        [c] => Ok(Ref::new(latin1_char(*c))),
        _ => {
            let new = alloc(text.len(), 0x7f)?;
            // SAFETY: the object has room for the text.
            unsafe { ptr::copy_nonoverlapping(text.as_ptr(), new.data_ptr(), text.len()) };
            Ok(new)
        }
    }
}

/// From Latin-1 bytes. Raises MemoryError.
pub fn from_latin1(text: &[u8]) -> PyResult<Ref<Str>> {
    if text.len() < 2 {
        return match text {
            [c] => Ok(Ref::new(latin1_char(*c))),
            _ => Ok(empty()),
        };
    }
    let new = alloc(text.len(), if text.is_ascii() { 0x7f } else { 0xff })?;
    // SAFETY: the object has room for the text.
    unsafe { ptr::copy_nonoverlapping(text.as_ptr(), new.data_ptr(), text.len()) };
    Ok(new)
}

/// `len` characters up to `max_char` from an iterator that yields that many.
pub(super) fn fill(
    len: usize,
    max_char: u32,
    chars: impl Iterator<Item = u32>,
) -> PyResult<Ref<Str>> {
    fn write<U: Unit>(data: *mut u8, len: usize, chars: impl Iterator<Item = u32>) {
        let data = data.cast::<U>();
        for (i, c) in chars.take(len).enumerate() {
            // SAFETY: `take` keeps within the object's `len` units.
            unsafe { data.add(i).write(U::of(c)) }
        }
    }
    if len == 0 {
        return Ok(empty());
    }
    if len == 1 && max_char < 256 {
        let mut chars = chars;
        return from_char(chars.next().unwrap_or(0));
    }
    let new = alloc(len, max_char)?;
    match max_char {
        0..=0xff => write::<u8>(new.data_ptr(), len, chars),
        0x100..=0xffff => write::<u16>(new.data_ptr(), len, chars),
        _ => write::<u32>(new.data_ptr(), len, chars),
    }
    Ok(new)
}

/// From units of any width; the result is as narrow as can be. Raises MemoryError.
pub fn from_units(units: Units<'_>) -> PyResult<Ref<Str>> {
    let max = units.max_class();
    match units {
        Units::One(s) => from_latin1(s),
        _ if units.len() < 2 => fill(units.len(), max, units.iter()),
        _ => {
            let new = alloc(units.len(), max)?;
            // SAFETY: the object has room for `len` units of the class.
            unsafe { copy_units(units, new.data_ptr(), new.kind()) };
            Ok(new)
        }
    }
}

/// Copies characters to memory of `kind` bytes per character, widening or narrowing.
///
/// # Safety
/// `to` has room for the units, and every character fits its width.
pub unsafe fn copy_units(from: Units<'_>, to: *mut u8, kind: usize) {
    unsafe fn convert<A: Unit, B: Unit>(from: &[A], to: *mut B) {
        for (i, &c) in from.iter().enumerate() {
            // SAFETY: the caller's promise.
            unsafe { to.add(i).write(B::of(c.into())) }
        }
    }
    // SAFETY: the caller's promise; object data is aligned to the width.
    unsafe {
        match (from, kind) {
            (Units::One(s), 1) => ptr::copy_nonoverlapping(s.as_ptr(), to, s.len()),
            (Units::Two(s), 2) => ptr::copy_nonoverlapping(s.as_ptr(), to.cast(), s.len()),
            (Units::Four(s), 4) => ptr::copy_nonoverlapping(s.as_ptr(), to.cast(), s.len()),
            (s, 1) => each_width!(s, s => convert::<_, u8>(s, to)),
            (s, 2) => each_width!(s, s => convert::<_, u16>(s, to.cast())),
            (s, _) => each_width!(s, s => convert::<_, u32>(s, to.cast())),
        }
    }
}

/// From WTF-8 (surrogates encoded as three bytes); anything else that is not UTF-8 becomes U+FFFD. Raises MemoryError.
pub fn from_wtf8(text: &[u8]) -> PyResult<Ref<Str>> {
    match std::str::from_utf8(text) {
        Ok(text) => new(text),
        Err(_) => {
            let mut out = builder::Builder::default();
            let mut rest = text;
            while let Some((c, size)) = wtf8_next(rest) {
                out.push(c);
                rest = &rest[size..];
            }
            out.finish()
        }
    }
}

/// The first character of WTF-8 text and its size; U+FFFD and 1 for a broken sequence.
fn wtf8_next(text: &[u8]) -> Option<(u32, usize)> {
    let first = *text.first()?;
    let (size, head, least) = match first {
        0..=0x7f => return Some((first as u32, 1)),
        0xc2..=0xdf => (2, first & 0x1f, 0x80),
        0xe0..=0xef => (3, first & 0x0f, 0x800),
        0xf0..=0xf4 => (4, first & 0x07, 0x10000),
        _ => return Some((0xfffd, 1)),
    };
    let mut c = head as u32;
    for i in 1..size {
        match text.get(i) {
            Some(&b) if b & 0xc0 == 0x80 => c = c << 6 | (b & 0x3f) as u32,
            _ => return Some((0xfffd, 1)),
        }
    }
    if c < least || c > MAX_CHAR {
        return Some((0xfffd, 1));
    }
    Some((c, size))
}

/// From code points (surrogates allowed); ValueError above 0x10ffff.
pub fn from_code_points(text: &[u32]) -> PyResult<Ref<Str>> {
    if let Some(&c) = text.iter().find(|&&c| c > MAX_CHAR) {
        return Err(raise!(
            ValueError,
            "character U+{:x} is not in range [U+0000; U+10ffff]",
            c
        ));
    }
    from_units(Units::Four(text))
}

/// A one-character string; ValueError above 0x10ffff.
#[inline]
pub fn from_char(c: u32) -> PyResult<Ref<Str>> {
    if c < 256 {
        return Ok(Ref::new(latin1_char(c as u8)));
    }
    if c > MAX_CHAR {
        return from_code_points(&[c]);
    }
    let new = alloc(1, c)?;
    // SAFETY: the object has room for one character of its class.
    unsafe {
        if c < 0x10000 {
            new.data_ptr().cast::<u16>().write(c as u16);
        } else {
            new.data_ptr().cast::<u32>().write(c);
        }
    }
    Ok(new)
}

/// The empty string.
#[inline]
pub fn empty() -> Ref<Str> {
    Ref::new(&EMPTY.head)
}

/// The empty string, borrowed.
#[inline]
pub fn nothing() -> &'static Str {
    &EMPTY.head
}

/// The object as a string, if it is an instance of `str` or a subclass.
#[inline(always)]
pub fn of(obj: &PyObject) -> Option<&Str> {
    if obj.ty().tp_flags.get() & flags::tp::UNICODE_SUBCLASS != 0 {
        // SAFETY: the flag says that the type derives from `str`.
        Some(unsafe { obj.cast() })
    } else {
        None
    }
}

/// An exact `str` equal to `text`: the object itself unless it is a subclass instance. Raises MemoryError.
pub fn to_exact(text: &Str) -> PyResult<Ref<Str>> {
    if text.is_exact_str() {
        Ok(Ref::new(text))
    } else {
        from_units(text.units())
    }
}

impl Str {
    /// Length in code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length.get() as usize
    }
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.length.get() == 0
    }
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.state.get() & ASCII != 0
    }
    /// Whether the type is `str` itself.
    #[inline(always)]
    pub fn is_exact_str(&self) -> bool {
        ptr::eq(self.ob_base.ob_type.as_ptr(), &super::PyUnicode_Type)
    }
    /// Bytes per character.
    #[inline(always)]
    pub fn kind(&self) -> usize {
        (self.state.get() >> KIND_SHIFT & 7) as usize
    }
    /// The bound of the representation: 0x7f, 0xff, 0xffff or 0x10ffff.
    #[inline]
    pub fn max_class(&self) -> u32 {
        match self.kind() {
            1 if self.is_ascii() => 0x7f,
            1 => 0xff,
            2 => 0xffff,
            _ => MAX_CHAR,
        }
    }
    /// Where the characters are.
    #[inline(always)]
    pub fn data_ptr(&self) -> *mut u8 {
        let state = self.state.get();
        let this = self as *const Str as *mut u8;
        // SAFETY: the state tells the layout.
        unsafe {
            if state & COMPACT == 0 {
                (*this.cast::<PyUnicodeObject>()).data.get().cast()
            } else if state & ASCII != 0 {
                this.add(ASCII_HEADER)
            } else {
                this.add(COMPACT_HEADER)
            }
        }
    }
    /// The characters. Valid as long as the string lives: strings with more than one owner never change.
    #[inline(always)]
    pub fn units(&self) -> Units<'_> {
        let (data, len) = (self.data_ptr(), self.len());
        // SAFETY: the object has `len` units of its kind.
        unsafe {
            match self.kind() {
                1 => Units::One(slice::from_raw_parts(data, len)),
                2 => Units::Two(slice::from_raw_parts(data.cast(), len)),
                _ => Units::Four(slice::from_raw_parts(data.cast(), len)),
            }
        }
    }
    /// The bytes of an ASCII string.
    #[inline(always)]
    pub fn ascii(&self) -> Option<&str> {
        if self.is_ascii() {
            // SAFETY: ASCII is UTF-8.
            unsafe {
                Some(std::str::from_utf8_unchecked(slice::from_raw_parts(
                    self.data_ptr(),
                    self.len(),
                )))
            }
        } else {
            None
        }
    }
    /// Panics beyond the end.
    #[inline]
    pub fn char_at(&self, index: usize) -> u32 {
        self.units().at(index)
    }
    /// Code points.
    pub fn code_points(&self) -> CodePoints<'_> {
        self.units().iter()
    }
    /// UTF-8, cached in the object; UnicodeEncodeError for surrogates.
    pub fn to_utf8(&self) -> PyResult<&str> {
        if let Some(text) = self.ascii() {
            return Ok(text);
        }
        // SAFETY: only compact ASCII strings lack these fields; the cache is UTF-8 of that length.
        unsafe {
            let this = self.cast::<PyCompactUnicodeObject>();
            if this.utf8.get().is_null() {
                let len = match utf8_len(self.units()) {
                    Ok(len) => len,
                    Err(at) => {
                        let mut end = at + 1;
                        while end < self.len() && is_surrogate(self.char_at(end)) {
                            end += 1;
                        }
                        return Err(codecs::raise_encode_error(
                            "utf-8",
                            self,
                            at,
                            end,
                            "surrogates not allowed",
                        ));
                    }
                };
                let block = mem::alloc(len + 1);
                if block.is_null() {
                    return Err(errors::no_memory());
                }
                write_as_utf8(self.units(), block);
                block.add(len).write(0);
                this.utf8_length.set(len as isize);
                this.utf8.set(block.cast());
            }
            Ok(std::str::from_utf8_unchecked(slice::from_raw_parts(
                this.utf8.get().cast(),
                this.utf8_length.get() as usize,
            )))
        }
    }
    /// As Rust text; surrogates become U+FFFD (for messages only: without memory there is none).
    pub fn to_string_lossy(&self) -> String {
        let mut out = String::new();
        if out.try_reserve(self.len() * self.kind()).is_err() {
            return out;
        }
        match self.ascii() {
            Some(text) => out.push_str(text),
            None => {
                let chars = self.code_points();
                let chars = chars.map(|c| char::from_u32(c).unwrap_or('\u{fffd}'));
                for c in chars {
                    if out.try_reserve(4).is_err() {
                        break;
                    }
                    out.push(c);
                }
            }
        }
        out
    }
    /// WTF-8 bytes. Raises MemoryError.
    pub fn to_wtf8(&self) -> PyResult<Vec<u8>> {
        if let Some(text) = self.ascii() {
            return growing::copied(text.as_bytes());
        }
        let mut out = Growing::with_capacity(self.len() * 2);
        for c in self.code_points() {
            push_wtf8(&mut out, c);
        }
        out.finish()
    }
    /// Equal text (no subclass `__eq__`).
    #[inline]
    pub fn equals(&self, other: &Str) -> bool {
        if ptr::eq(self, other) {
            return true;
        }
        // Strings are as narrow as can be: equal ones have equal widths.
        if self.len() != other.len() || self.kind() != other.kind() {
            return self.equals_unready(other);
        }
        self.units().bytes() == other.units().bytes()
    }
    /// The same for strings of different widths, of which one may not be ready.
    #[cold]
    fn equals_unready(&self, other: &Str) -> bool {
        let unready = !legacy::is_ready(self) || !legacy::is_ready(other);
        unready && self.units().equals(other.units())
    }
    pub fn equals_text(&self, other: &str) -> bool {
        match self.ascii() {
            Some(text) => text == other,
            None => {
                self.len() <= other.len() && self.code_points().eq(other.chars().map(|c| c as u32))
            }
        }
    }
    /// Characters `start..end`, clipped. Raises MemoryError.
    pub fn substring(&self, start: usize, end: usize) -> PyResult<Ref<Str>> {
        let end = end.min(self.len());
        if start >= end {
            return Ok(empty());
        }
        if start == 0 && end == self.len() {
            return to_exact(self);
        }
        if let Some(text) = self.ascii() {
            return from_ascii(&text.as_bytes()[start..end]);
        }
        from_units(self.units().slice(start, end))
    }
    /// Three-way comparison by code point.
    pub fn order(&self, other: &Str) -> std::cmp::Ordering {
        match (self.units(), other.units()) {
            (Units::One(a), Units::One(b)) => a.cmp(b),
            (Units::Two(a), Units::Two(b)) => a.cmp(b),
            (Units::Four(a), Units::Four(b)) => a.cmp(b),
            (a, b) => a.iter().cmp(b.iter()),
        }
    }
}

pub(super) fn is_surrogate(c: u32) -> bool {
    c & 0xffff_f800 == 0xd800
}

/// Appends a character as WTF-8.
pub(super) fn push_wtf8(out: &mut Growing<u8>, c: u32) {
    match c {
        0..=0x7f => out.push(c as u8),
        0x80..=0x7ff => out.extend_from_slice(&[0xc0 | (c >> 6) as u8, 0x80 | (c & 0x3f) as u8]),
        0x800..=0xffff => out.extend_from_slice(&[
            0xe0 | (c >> 12) as u8,
            0x80 | (c >> 6 & 0x3f) as u8,
            0x80 | (c & 0x3f) as u8,
        ]),
        _ => out.extend_from_slice(&[
            0xf0 | (c >> 18) as u8,
            0x80 | (c >> 12 & 0x3f) as u8,
            0x80 | (c >> 6 & 0x3f) as u8,
            0x80 | (c & 0x3f) as u8,
        ]),
    }
}

/// UTF-8 of the units, `None` if there are surrogates. Raises MemoryError.
pub(super) fn utf8_of(units: Units<'_>) -> PyResult<Option<Vec<u8>>> {
    let Ok(len) = utf8_len(units) else {
        return Ok(None);
    };
    let mut out = growing::with_room(len)?;
    // SAFETY: there is room for that many bytes, and all are written.
    unsafe {
        write_as_utf8(units, out.as_mut_ptr());
        out.set_len(len);
    }
    Ok(Some(out))
}

/// How many bytes the characters take in UTF-8; or where the first surrogate is.
pub(super) fn utf8_len(units: Units<'_>) -> Result<usize, usize> {
    /// In pieces, whose counts fit the units, so that many are looked at at once.
    macro_rules! count {
        ($unit:ty, $units:expr) => {{
            let (mut len, mut surrogates) = ($units.len(), 0);
            for piece in $units.chunks(0x4000) {
                let mut more: $unit = 0;
                for &c in piece {
                    more += (c >= 0x80) as $unit
                        + (c >= 0x800) as $unit
                        + (u32::from(c) >= 0x10000) as $unit;
                    surrogates |= (c & !0x7ff == 0xd800) as $unit;
                }
                len += more as usize;
            }
            if surrogates == 0 { Some(len) } else { None }
        }};
    }
    let len = match units {
        Units::One(s) => return Ok(s.len() + s.iter().filter(|&&b| b >= 0x80).count()),
        Units::Two(s) => count!(u16, s),
        Units::Four(s) => count!(u32, s),
    };
    len.ok_or_else(|| units.iter().position(is_surrogate).unwrap_or(0))
}

/// Writes the characters as UTF-8.
///
/// # Safety
/// There are no surrogates, and there is room for [`utf8_len`] bytes.
pub(super) unsafe fn write_as_utf8(units: Units<'_>, to: *mut u8) {
    unsafe fn write<U: Unit>(units: &[U], mut to: *mut u8) {
        let mut put = |byte: u32| {
            // SAFETY: the caller's promise.
            unsafe {
                to.write(byte as u8);
                to = to.add(1);
            }
        };
        for &c in units {
            let c: u32 = c.into();
            if c < 0x80 {
                put(c);
                continue;
            }
            if c < 0x800 {
                put(0xc0 | c >> 6);
            } else {
                if c < 0x10000 {
                    put(0xe0 | c >> 12);
                } else {
                    put(0xf0 | c >> 18);
                    put(0x80 | c >> 12 & 0x3f);
                }
                put(0x80 | c >> 6 & 0x3f);
            }
            put(0x80 | c & 0x3f);
        }
    }
    // SAFETY: passed on.
    unsafe { each_width!(units, s => write(s, to)) }
}

/// `tp_dealloc`.
pub(super) unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: U3; the object is dead, its blocks are freed once.
    unsafe {
        let text = &*this.cast::<Str>();
        let state = text.state.get();
        if state & INTERNED_MASK != 0 {
            intern::forget(text);
        }
        if state & (COMPACT | ASCII) != COMPACT | ASCII {
            free_utf8(text);
        }
        // The wide copy that C code asked for, or wrote.
        let data = match state & COMPACT {
            0 => (*this.cast::<PyUnicodeObject>()).data.get(),
            _ => ptr::null_mut(),
        };
        if text.wstr.get() != data {
            mem::free(text.wstr.get().cast());
        }
        mem::free(data.cast());
        if text.is_exact_str() {
            mem::free_object(this);
        } else {
            mem::free_instance(this);
        }
    }
}

/// Drops the UTF-8 cache of a string that is not compact ASCII.
///
/// # Safety
/// The caller is the only owner.
pub(super) unsafe fn free_utf8(text: &Str) {
    // SAFETY: all but compact ASCII strings have these fields.
    unsafe {
        let compact = text.cast::<PyCompactUnicodeObject>();
        let utf8 = compact.utf8.replace(ptr::null());
        if !utf8.is_null() && !ptr::eq(utf8.cast(), text.data_ptr()) {
            mem::free(utf8.cast_mut().cast());
        }
        compact.utf8_length.set(0);
    }
}

/// An instance of a subclass with the text of `text`: header, and characters in a block of their own. Raises MemoryError.
pub(super) fn subclass_instance(ty: &PyTypeObject, text: &Str) -> PyResult {
    let Some(tp_alloc) = ty.tp_alloc.get() else {
        return Err(raise!(TypeError, "cannot create '{}' instances", ty.name()));
    };
    let object = tp_alloc(ty, 0)?;
    // The state makes the object safe to deallocate before its data is there.
    // SAFETY: the type derives from `str`, so the object has that layout; the memory is zeroed.
    unsafe {
        let new: &PyUnicodeObject = PyObject::cast(&object);
        let head: &Str = PyObject::cast(&object);
        head.hash.set(hash::hash(text));
        head.state
            .set(text.state.get() & !(INTERNED_MASK | COMPACT));
        let size = (text.len() + 1) * text.kind();
        let data = mem::alloc(size);
        if data.is_null() {
            return Err(errors::no_memory());
        }
        ptr::copy_nonoverlapping(text.data_ptr(), data, size);
        head.length.set(text.len() as isize);
        new.data.set(data.cast());
        if text.is_ascii() {
            new._base.utf8.set(data.cast());
            new._base.utf8_length.set(text.len() as isize);
        }
    }
    Ok(object)
}

/// Grows a string of which the caller has the only reference, in place or by moving it; the new characters
/// are the caller's to fill. `None`: not possible for this object (it is given back untouched). Raises MemoryError.
pub(super) fn grow(text: Ref<Str>, len: usize) -> PyResult<Result<Ref<Str>, Ref<Str>>> {
    let state = text.state.get();
    if text.ob_base.ob_refcnt.get() != 1
        || state & INTERNED_MASK != 0
        || state & COMPACT == 0
        || !text.is_exact_str()
    {
        return Ok(Err(text));
    }
    let kind = text.kind();
    let header = if text.is_ascii() {
        ASCII_HEADER
    } else {
        COMPACT_HEADER
    };
    if len > (isize::MAX as usize - COMPACT_HEADER) / kind - 1 {
        return Err(errors::no_memory());
    }
    // SAFETY: the only reference is ours; the block came from `mem::alloc`.
    unsafe {
        if header == COMPACT_HEADER {
            free_utf8(&text);
        }
        // The wide copy is of the old text.
        mem::free(text.wstr.replace(ptr::null_mut()).cast());
        let old = text.into_raw();
        let block = mem::realloc(old.cast(), header + (len + 1) * kind);
        if block.is_null() {
            drop(Ref::from_owned(old));
            return Err(errors::no_memory());
        }
        let new = block.cast::<Str>();
        (*new).length.set(len as isize);
        (*new).hash.set(-1);
        ptr::write_bytes(block.add(header + len * kind), 0, kind);
        Ok(Ok(Ref::from_owned(new)))
    }
}
