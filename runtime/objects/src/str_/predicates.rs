//! The `is...` methods.

use super::layout::{CodePoints, Units};
use super::unicode_data::{self as data, flags, is};
use crate::*;

fn all(text: &Str, mask: u16) -> bool {
    !text.is_empty() && text.code_points().all(|c| is(c, mask))
}

/// Whether the units are a valid identifier: XID_Start, then XID_Continue.
pub fn identifier(units: Units<'_>) -> bool {
    let mut chars = units.iter();
    match chars.next() {
        Some(first) => is(first, data::XID_START) && chars.all(|c| is(c, data::XID_CONTINUE)),
        None => false,
    }
}

/// Whether `text` is a valid identifier.
pub fn is_identifier(text: &Str) -> bool {
    identifier(text.units())
}

/// At least one character of the case, none of the other cases.
fn one_case(chars: CodePoints<'_>, this: u16, others: u16) -> bool {
    let mut found = false;
    for c in chars {
        let flags = flags(c);
        if flags & others != 0 {
            return false;
        }
        found |= flags & this != 0;
    }
    found
}

pub(super) fn is_title(chars: CodePoints<'_>) -> bool {
    let (mut found, mut after_cased) = (false, false);
    for c in chars {
        let flags = flags(c);
        if flags & (data::UPPER | data::TITLE) != 0 {
            if after_cased {
                return false;
            }
        } else if flags & data::LOWER != 0 {
            if !after_cased {
                return false;
            }
        } else {
            after_cased = false;
            continue;
        }
        after_cased = true;
        found = true;
    }
    found
}

macro_rules! predicates {
    ($($name:ident = |$text:ident| $body:expr;)*) => { $(
        pub(super) extern "C" fn $name($text: &Str) -> PyResult {
            Ok(boolean::from($body))
        }
    )* };
}

predicates! {
    isalpha = |t| all(t, data::ALPHA);
    isalnum = |t| all(t, data::ALPHA | data::DECIMAL | data::DIGIT | data::NUMERIC);
    isdecimal = |t| all(t, data::DECIMAL);
    isdigit = |t| all(t, data::DIGIT);
    isnumeric = |t| all(t, data::NUMERIC);
    isspace = |t| all(t, data::SPACE);
    isprintable = |t| t.is_empty() || all(t, data::PRINTABLE);
    isascii = |t| t.is_ascii();
    isidentifier = |t| is_identifier(t);
    islower = |t| one_case(t.code_points(), data::LOWER, data::UPPER | data::TITLE);
    isupper = |t| one_case(t.code_points(), data::UPPER, data::LOWER | data::TITLE);
    istitle = |t| is_title(t.code_points());
}
