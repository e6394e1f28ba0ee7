//! Listings as JSON, and what is needed to write any.
//!
//! A code object is `{"name", "qualname", "filename", "firstlineno", "argcount", "posonlyargcount", "kwonlyargcount", "stacksize",
//! "flags", "instructions", "exception_table", "fault"}`. The fields of an instruction have the names of `dis.Instruction`'s, and
//! besides: `depth`, `effects` (letters), `atomic`, `target`.

use super::{Instruction, Listing};
use crate::CodeObject;
use std::fmt::Write;

/// A JSON value.
#[derive(Clone, Debug)]
pub enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Str(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl From<bool> for Json {
    fn from(b: bool) -> Json {
        Json::Bool(b)
    }
}

impl From<&str> for Json {
    fn from(s: &str) -> Json {
        Json::Str(s.to_owned())
    }
}

impl From<String> for Json {
    fn from(s: String) -> Json {
        Json::Str(s)
    }
}

impl From<u32> for Json {
    fn from(n: u32) -> Json {
        Json::Int(n.into())
    }
}

impl From<i32> for Json {
    fn from(n: i32) -> Json {
        Json::Int(n.into())
    }
}

impl From<usize> for Json {
    fn from(n: usize) -> Json {
        Json::Int(n as i64)
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Json {
        value.map_or(Json::Null, Into::into)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Json {
        Json::List(items.into_iter().map(Into::into).collect())
    }
}

impl Json {
    /// The text: lists of objects one object a line, everything else on its line.
    pub fn render(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out.push('\n');
        out
    }

    fn write(&self, out: &mut String, indent: usize) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            Json::Int(n) => {
                let _ = write!(out, "{n}");
            }
            Json::Str(s) => string(out, s),
            Json::List(items) => {
                let tall = items.iter().any(|i| matches!(i, Json::Object(_)));
                out.push('[');
                for (n, item) in items.iter().enumerate() {
                    out.push_str(if n > 0 { "," } else { "" });
                    if tall {
                        let _ = write!(out, "\n{:1$}", "", indent + 1);
                    } else if n > 0 {
                        out.push(' ');
                    }
                    item.write(out, indent + 1);
                }
                out.push(']');
            }
            Json::Object(members) => {
                out.push('{');
                for (n, (name, value)) in members.iter().enumerate() {
                    out.push_str(if n > 0 { ", " } else { "" });
                    string(out, name);
                    out.push_str(": ");
                    value.write(out, indent + 1);
                }
                out.push('}');
            }
        }
    }
}

fn string(out: &mut String, s: &str) {
    out.push('"');
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if (c as u32) < 0x20 || c as u32 == 0x7f => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn instruction(i: &Instruction) -> Json {
    let column = |c: i32| Some(c).filter(|&c| c >= 0);
    let places = [i.loc.line, i.loc.end_line, i.loc.col, i.loc.end_col];
    Json::Object(vec![
        ("offset", i.offset.into()),
        ("opcode", u32::from(i.opcode).into()),
        ("opname", i.name().into()),
        ("arg", i.arg.into()),
        ("argrepr", i.meaning.as_str().into()),
        ("starts_line", i.starts_line.into()),
        ("is_jump_target", i.is_jump_target.into()),
        ("target", i.target.into()),
        ("positions", places.map(column).to_vec().into()),
        ("depth", i.depth.into()),
        ("effects", i.effects().into()),
        ("atomic", i.op.is_some_and(|op| op.info().atomic).into()),
    ])
}

/// One code object, nested code apart.
pub fn code(code: &CodeObject, surrogates: &[&str]) -> Vec<(&'static str, Json)> {
    let listing = Listing::new(code, surrogates);
    let text = |s: &crate::PyStr| Json::Str(String::from_utf8_lossy(&s.0).into_owned());
    let handlers = listing.handlers.iter().map(|e| {
        Json::Object(vec![
            ("start", (2 * e.start as usize).into()),
            ("end", (2 * e.end as usize).into()),
            ("target", (2 * e.target as usize).into()),
            ("depth", e.depth.into()),
            ("lasti", e.lasti.into()),
        ])
    });
    vec![
        ("name", text(&code.name)),
        ("qualname", text(&code.qualname)),
        ("filename", text(&code.filename)),
        ("firstlineno", code.firstlineno.into()),
        ("argcount", code.argcount.into()),
        ("posonlyargcount", code.posonlyargcount.into()),
        ("kwonlyargcount", code.kwonlyargcount.into()),
        ("stacksize", code.stacksize.into()),
        ("flags", code.flags.into()),
        (
            "instructions",
            Json::List(listing.instructions.iter().map(instruction).collect()),
        ),
        ("exception_table", Json::List(handlers.collect())),
        ("fault", listing.fault.map(|f| f.to_string()).into()),
    ]
}
