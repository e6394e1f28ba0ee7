//! `str.format`, `str.format_map`: a template of literal text and `{field!conversion:spec}`.
//!
//! The template is split into literals and fields in one pass; a field's name is looked up in the arguments and followed through
//! attributes and items; its specification may contain fields itself, two levels deep in all.

use super::args::erase;
use super::builder::Builder;
use super::layout::{Units, from_units, of};
use super::unicode_data::decimal;
use crate::*;

/// A part of a template: text, and the field that follows it.
struct Piece<'a> {
    literal: Units<'a>,
    field: Option<Field<'a>>,
}

struct Field<'a> {
    name: Units<'a>,
    /// 0 if there is none.
    conversion: u32,
    spec: Units<'a>,
    /// Whether the specification contains fields.
    nested: bool,
}

/// Splits a template; the error is a ValueError's text.
struct Template<'a> {
    text: Units<'a>,
    at: usize,
}

impl<'a> Template<'a> {
    fn next(&mut self) -> Result<Option<Piece<'a>>, &'static str> {
        let (text, len) = (self.text, self.text.len());
        let start = self.at;
        if start == len {
            return Ok(None);
        }
        let brace = (start..len).find(|&i| matches!(text.at(i), 0x7b | 0x7d));
        let Some(brace) = brace else {
            self.at = len;
            return Ok(Some(Piece {
                literal: text.slice(start, len),
                field: None,
            }));
        };
        let open = text.at(brace) == 0x7b;
        if brace + 1 < len && text.at(brace + 1) == text.at(brace) {
            // A doubled brace stands for one.
            self.at = brace + 2;
            return Ok(Some(Piece {
                literal: text.slice(start, brace + 1),
                field: None,
            }));
        }
        if !open {
            return Err("Single '}' encountered in format string");
        }
        if brace + 1 == len {
            return Err("Single '{' encountered in format string");
        }
        self.at = brace + 1;
        let field = self.field()?;
        Ok(Some(Piece {
            literal: text.slice(start, brace),
            field: Some(field),
        }))
    }

    fn field(&mut self) -> Result<Field<'a>, &'static str> {
        let (text, len) = (self.text, self.text.len());
        let start = self.at;
        let mut end = start;
        let stop = loop {
            if end >= len {
                break 0;
            }
            match text.at(end) {
                0x7b => return Err("unexpected '{' in field name"),
                // Anything may stand between brackets.
                0x5b => {
                    while end < len && text.at(end) != 0x5d {
                        end += 1;
                    }
                }
                c @ (0x7d | 0x3a | 0x21) => break c,
                _ => end += 1,
            }
            if end < len && text.at(end) == 0x5d {
                end += 1;
            }
        };
        let end = end.min(len);
        let mut field = Field {
            name: text.slice(start, end),
            conversion: 0,
            spec: text.slice(end, end),
            nested: false,
        };
        if stop == 0 {
            return Err("expected '}' before end of string");
        }
        self.at = end + 1;
        if stop == 0x7d {
            return Ok(field);
        }
        if stop == 0x21 {
            if self.at >= len {
                return Err("end of string while looking for conversion specifier");
            }
            field.conversion = text.at(self.at);
            self.at += 1;
            if self.at < len {
                let c = text.at(self.at);
                self.at += 1;
                match c {
                    0x7d => return Ok(field),
                    0x3a => {}
                    _ => return Err("expected ':' after conversion specifier"),
                }
            }
        }
        let start = self.at;
        let mut depth = 1;
        while self.at < len {
            match text.at(self.at) {
                0x7b => {
                    field.nested = true;
                    depth += 1;
                }
                0x7d => {
                    depth -= 1;
                    if depth == 0 {
                        field.spec = text.slice(start, self.at);
                        self.at += 1;
                        return Ok(field);
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        Err("unmatched '{' in format spec")
    }
}

/// Whether fields are numbered by position or by hand.
#[derive(Clone, Copy, PartialEq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

struct Formatter<'a> {
    /// Positional arguments; `None` for `format_map`.
    args: Option<&'a [&'a PyObject]>,
    kwargs: Option<&'a PyObject>,
    numbering: Numbering,
}

fn value_error(text: &str) -> Raised {
    errors::raise_text(&exceptions::ValueError, text)
}

/// A whole name as a number; `None` if it is not all digits.
fn as_index(name: Units<'_>) -> PyResult<Option<usize>> {
    if name.is_empty() {
        return Ok(None);
    }
    let mut value = 0usize;
    for c in name.iter() {
        let Some(digit) = decimal(c) else {
            return Ok(None);
        };
        value = match value.checked_mul(10).map(|v| v + digit as usize) {
            Some(v) if v <= isize::MAX as usize => v,
            _ => return Err(value_error("Too many decimal digits in format string")),
        };
    }
    Ok(Some(value))
}

impl Formatter<'_> {
    fn build(&mut self, text: Units<'_>, depth: usize, out: &mut Builder) -> PyResult<()> {
        if depth == 0 {
            return Err(value_error("Max string recursion exceeded"));
        }
        let mut template = Template { text, at: 0 };
        while let Some(piece) = template.next().map_err(value_error)? {
            out.push_units(piece.literal);
            if let Some(field) = piece.field {
                out.push_str(&*self.render(&field, depth)?);
            }
        }
        Ok(())
    }

    /// The text of a field, which may be the value itself.
    fn render(&mut self, field: &Field<'_>, depth: usize) -> PyResult<Ref<Str>> {
        let value = self.lookup(field.name)?;
        let value = match field.conversion {
            0 => value,
            0x72 => protocol::repr(&value)?.into_object(),
            0x73 => protocol::str(&value)?.into_object(),
            0x61 => protocol::ascii(&value)?.into_object(),
            c @ 33..127 => {
                return Err(value_error(&format!(
                    "Unknown conversion specifier {}",
                    c as u8 as char
                )));
            }
            c => {
                return Err(value_error(&format!(
                    "Unknown conversion specifier \\x{c:x}"
                )));
            }
        };
        let spec = if field.nested {
            let mut expanded = Builder::default();
            self.build(field.spec, depth - 1, &mut expanded)?;
            expanded.finish()?
        } else if field.spec.is_empty() {
            if let Some(text) = of(&value).filter(|t| t.is_exact_str()) {
                return Ok(Ref::new(text));
            }
            super::empty()
        } else {
            from_units(field.spec)?
        };
        protocol::format(&value, &spec)
    }

    /// The argument that a name starts with, and what the rest of the name selects in it.
    fn lookup(&mut self, name: Units<'_>) -> PyResult {
        let len = name.len();
        let first_end = (0..len)
            .find(|&i| matches!(name.at(i), 0x2e | 0x5b))
            .unwrap_or(len);
        let first = name.slice(0, first_end);
        let mut index = as_index(first)?;
        if first.is_empty() || index.is_some() {
            self.numbering = match (self.numbering, index) {
                (Numbering::Unknown, Some(_)) => Numbering::Manual,
                (Numbering::Unknown, None) => Numbering::Automatic(0),
                (Numbering::Manual, None) => {
                    return Err(value_error(
                        "cannot switch from manual field specification to automatic field numbering",
                    ));
                }
                (Numbering::Automatic(_), Some(_)) => {
                    return Err(value_error(
                        "cannot switch from automatic field numbering to manual field specification",
                    ));
                }
                (same, _) => same,
            };
            if let Numbering::Automatic(next) = &mut self.numbering {
                index = Some(*next);
                *next += 1;
            }
        }
        let mut value = match index {
            Some(index) => self.positional(index)?,
            None => self.named(&*from_units(first)?)?,
        };
        let mut at = first_end;
        while at < len {
            let bracket = name.at(at) == 0x5b;
            let start = at + 1;
            let ends = |c: u32| {
                if bracket {
                    c == 0x5d
                } else {
                    matches!(c, 0x2e | 0x5b)
                }
            };
            let end = (start..len).find(|&i| ends(name.at(i)));
            if bracket && end.is_none() {
                return Err(value_error("Missing ']' in format string"));
            }
            let end = end.unwrap_or(len);
            let part = name.slice(start, end);
            if part.is_empty() {
                return Err(value_error("Empty attribute in format string"));
            }
            if !bracket {
                value = protocol::getattr(&value, &*from_units(part)?)?;
                at = end;
                continue;
            }
            value = match as_index(part)? {
                Some(index) => protocol::getitem(&value, &**int::from_usize(index)?)?,
                None => protocol::getitem(&value, &**from_units(part)?)?,
            };
            at = end + 1;
            if at < len && !matches!(name.at(at), 0x2e | 0x5b) {
                return Err(value_error(
                    "Only '.' or '[' may follow ']' in format field specifier",
                ));
            }
        }
        Ok(value)
    }

    fn positional(&self, index: usize) -> PyResult {
        let Some(args) = self.args else {
            return Err(value_error("Format string contains positional fields"));
        };
        match args.get(index) {
            Some(arg) => Ok(arg.to_ref()),
            None => Err(raise!(
                IndexError,
                "Replacement index {} out of range for positional args tuple",
                index
            )),
        }
    }

    fn named(&self, key: &Str) -> PyResult {
        let Some(kwargs) = self.kwargs else {
            return Err(errors::raise_key_error(key));
        };
        if self.args.is_none() {
            return protocol::getitem(kwargs, key);
        }
        // SAFETY: the keywords of a call are a dict.
        let kwargs: &PyDictObject = unsafe { kwargs.cast() };
        match kwargs.get_item(key)? {
            Some(value) => Ok(value),
            None => Err(errors::raise_key_error(key)),
        }
    }
}

fn run(text: &Str, mut formatter: Formatter<'_>) -> PyResult {
    let mut template = Template {
        text: text.units(),
        at: 0,
    };
    if let Ok(Some(Piece {
        literal,
        field: Some(field),
    })) = template.next()
        && literal.is_empty()
        && template.at == text.len()
    {
        // The field is all there is.
        return Ok(formatter.render(&field, 2)?.into_object());
    }
    let mut out = Builder::with_capacity(text.len() + 16);
    formatter.build(text.units(), 2, &mut out)?;
    erase(out.finish())
}

/// A template without braces is its own result, whatever its class.
fn is_plain(text: &Str) -> bool {
    ['{', '}']
        .iter()
        .all(|&c| super::methods::find_char_in(text, c).is_none())
}

pub(super) extern "C" fn str_format(
    text: &Str,
    args: &PyTupleObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    if is_plain(text) {
        return Ok(text.to_ref().into_object());
    }
    run(
        text,
        Formatter {
            args: Some(args.items()),
            kwargs,
            numbering: Numbering::Unknown,
        },
    )
}

pub(super) extern "C" fn format_map(text: &Str, mapping: &PyObject) -> PyResult {
    if is_plain(text) {
        return Ok(text.to_ref().into_object());
    }
    run(
        text,
        Formatter {
            args: None,
            kwargs: Some(mapping),
            numbering: Numbering::Unknown,
        },
    )
}

// ---- for the `_string` module ----

/// `_string.formatter_parser`: list of `(literal, field name, spec, conversion)`; the last three are None behind a mere literal.
/// Raises ValueError, MemoryError.
pub fn formatter_parser(text: &Str) -> PyResult<Vec<Ref>> {
    let mut template = Template {
        text: text.units(),
        at: 0,
    };
    let mut out = Vec::new();
    while let Some(piece) = template.next().map_err(value_error)? {
        let mut items = vec![from_units(piece.literal)?.into_object()];
        match piece.field {
            None => items.extend([singletons::none(), singletons::none(), singletons::none()]),
            Some(field) => {
                items.push(from_units(field.name)?.into_object());
                items.push(from_units(field.spec)?.into_object());
                items.push(match field.conversion {
                    0 => singletons::none(),
                    c => super::from_char(c)?.into_object(),
                });
            }
        }
        out.push(tuple::from_owned(items)?.into_object());
    }
    Ok(out)
}

/// `_string.formatter_field_name_split`: the first part (an int or a string), and a list of `(is_attribute, name)`.
/// Raises ValueError, MemoryError.
pub fn formatter_field_name_split(name: &Str) -> PyResult<(Ref, Vec<Ref>)> {
    let name = name.units();
    let len = name.len();
    let part = |units: Units<'_>| -> PyResult {
        match as_index(units)? {
            Some(index) => erase(int::from_usize(index)),
            None => erase(from_units(units)),
        }
    };
    let mut at = (0..len)
        .find(|&i| matches!(name.at(i), 0x2e | 0x5b))
        .unwrap_or(len);
    let first = part(name.slice(0, at))?;
    let mut rest = Vec::new();
    while at < len {
        let bracket = name.at(at) == 0x5b;
        let start = at + 1;
        let ends = |c: u32| {
            if bracket {
                c == 0x5d
            } else {
                matches!(c, 0x2e | 0x5b)
            }
        };
        let end = (start..len).find(|&i| ends(name.at(i)));
        if bracket && end.is_none() {
            return Err(value_error("Missing ']' in format string"));
        }
        let end = end.unwrap_or(len);
        let piece = name.slice(start, end);
        if piece.is_empty() {
            return Err(value_error("Empty attribute in format string"));
        }
        let item = if bracket {
            part(piece)?
        } else {
            from_units(piece)?.into_object()
        };
        rest.push(tuple::from_owned(vec![boolean::from(!bracket), item])?.into_object());
        at = end + bracket as usize;
        if bracket && at < len && !matches!(name.at(at), 0x2e | 0x5b) {
            return Err(value_error(
                "Only '.' or '[' may follow ']' in format field specifier",
            ));
        }
    }
    Ok((first, rest))
}
