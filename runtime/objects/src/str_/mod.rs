//! `str`: compact strings of one, two or four bytes a character.

use crate::*;

mod builder;
pub mod codecs;
mod hash;
mod intern;
mod layout;
mod ops;

pub use builder::Builder;
pub use codecs::{decode, decode_fs, encode, encode_fs};
pub use hash::{hash, hash_bytes, set_hash_seed};
pub use intern::{intern, intern_in_place, is_interned};
pub use layout::{
    CodePoints, MAX_CHAR, Unit, Units, empty, from_ascii, from_char, from_code_points, from_latin1,
    from_units, from_wtf8, new, of, to_exact,
};
pub use ops::{append, concat, join, repeat};

#[unsafe(no_mangle)]
pub static PyUnicode_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(layout::dealloc)),
    ..PyTypeObject::new::<PyUnicodeObject>(c"str")
};
builtin!(PyASCIIObject = PyUnicode_Type);

/// Makes the one-character strings. Idempotent; before anything else that makes strings.
pub fn init() {
    layout::init_characters();
}

/// `format % args`.
pub fn percent_format(format: &Str, args: &PyObject) -> PyResult<Ref<Str>> {
    let _ = (format, args);
    todo!()
}
/// Whether `text` is a valid identifier.
pub fn is_identifier(text: &Str) -> bool {
    let _ = text;
    todo!()
}
