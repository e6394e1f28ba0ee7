//! `str`: compact strings of one, two or four bytes a character.

pub(crate) mod args;
mod builder;
mod case;
pub mod codecs;
mod format;
mod hash;
mod intern;
pub mod iter;
pub(crate) mod layout;
pub mod legacy;
mod methods;
mod ops;
pub mod percent;
mod predicates;
pub(crate) mod repr;
pub(crate) mod search;
pub mod spec;
pub mod unicode_data;
#[rustfmt::skip]
mod unicode_tables;

pub use builder::Builder;
pub use codecs::{decode, decode_fs, decode_object, encode, encode_fs, is_direct};
pub use format::{formatter_field_name_split, formatter_parser};
pub use hash::{hash, hash_bytes, set_hash_seed};
pub use intern::{intern, intern_ascii, intern_in_place, is_interned};
pub use layout::{
    CodePoints, MAX_CHAR, Unit, Units, alloc, class_of, copy_units, empty, from_ascii, from_char,
    from_code_points, from_latin1, from_units, from_wtf8, new, nothing, of, to_exact,
};
pub use methods::PyUnicode_Type;
pub(crate) use ops::repeat_in_place;
pub use ops::{append, concat, join, repeat};
pub use percent::percent_format;
pub use predicates::{identifier, is_identifier};
pub use repr::backslash_escape;
pub use search::find;
pub use spec::{format_spec_complex, format_spec_float, format_spec_int, format_spec_str};

/// Makes the one-character strings and the small bytes objects. Idempotent; before anything else that makes strings.
pub fn init() {
    layout::init_characters();
    layout::init_strings();
    crate::bytes::init();
}
