//! Marshal, version 4, for code objects and what they hold: the payload of `.pyc` files.
//!
//! An object is a type byte and its content. Bit 7 of the type byte enters the object into a list, whose members `r` plus
//! index stands for later. What is entered is decided in `write`.

mod read;
mod write;

pub use read::{MarshalError, loads};
pub use write::dumps;

use crate::{CodeObject, Const};

/// Type bytes.
mod tag {
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const LONG: u8 = b'l';
    pub const FLOAT: u8 = b'g';
    pub const COMPLEX: u8 = b'y';
    pub const BYTES: u8 = b's';
    pub const UNICODE: u8 = b'u';
    pub const INTERNED: u8 = b't';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const FROZENSET: u8 = b'>';
    pub const CODE: u8 = b'c';
    pub const REF: u8 = b'r';
    /// Set in the type byte of an object that is entered into the list.
    pub const FLAG: u8 = 0x80;
}

/// Bytes of a `.pyc` file's header: magic number, flags, and source's time and size, or its hash.
pub const PYC_HEADER: usize = 16;

/// The magic number of CPython 3.11's `.pyc` files.
pub const PYC_MAGIC: [u8; 4] = [0xa7, 0x0d, 0x0d, 0x0a];

/// A whole `.pyc` file, checked against the source by time and size.
pub fn pyc(code: std::rc::Rc<CodeObject>, mtime: u32, source_size: u32) -> Vec<u8> {
    let mut out = Vec::from(PYC_MAGIC);
    out.extend([0; 4]);
    out.extend(mtime.to_le_bytes());
    out.extend(source_size.to_le_bytes());
    out.extend(write::dumps_held(&Const::Code(code)));
    out
}
