//! From bytes to the text that the lexer reads: byte order mark, PEP 263 declaration, newline translation.
//!
//! The result is UTF-8 whose lines all end in `\n`, the last one included. Columns everywhere else are byte columns
//! of this text. Only UTF-8, ASCII and Latin-1 (and their usual aliases) are decoded here: for others the caller gets
//! [`CompileError::Encoding`], decodes with its own codecs and passes UTF-8 with [`Encoding::Utf8`].

use crate::errors::{CompileError, Result, SyntaxError};
use crate::undecodable::Undecodable;
use std::rc::Rc;

/// How to read the bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// Look for a byte order mark and a declaration; the default is UTF-8.
    Detect,
    /// Already UTF-8 (a `str` was compiled): a declaration is ignored.
    Utf8,
}

/// Decoded source.
#[derive(Debug)]
pub struct Source {
    pub text: String,
    /// The encoding's name, if it was given or declared.
    pub encoding: Option<String>,
    pub undecodable: Option<Rc<Undecodable>>,
}

impl Source {
    /// Decodes `bytes`.
    pub fn decode(bytes: &[u8], encoding: Encoding) -> Result<Source> {
        // In a str it is a character like others.
        let bom = encoding == Encoding::Detect && bytes.starts_with(b"\xef\xbb\xbf");
        let body = if bom { &bytes[3..] } else { bytes };
        if body.contains(&0) {
            let mut e = SyntaxError::at("source code string cannot contain null bytes", 0, 0, 0, 0);
            (e.line, e.col, e.end_line, e.end_col) = (None, None, None, None);
            return Err(e.into());
        }
        let declared = match encoding {
            Encoding::Detect => declared_encoding(body),
            Encoding::Utf8 => None,
        };
        let (text, undecodable) = match declared.as_deref() {
            None | Some("utf-8") => utf8(body),
            Some(name) if bom => return Err(plain(format!("encoding problem: {name} with BOM"))),
            Some("utf8") => match std::str::from_utf8(body) {
                Ok(s) => (s.to_owned(), None),
                // This spelling is left to the codecs.
                Err(_) => return Err(CompileError::Encoding("utf8".into())),
            },
            Some("iso-8859-1") => (body.iter().map(|&b| b as char).collect(), None),
            Some("ascii") => match body.iter().position(|&b| b >= 0x80) {
                None => utf8(body),
                Some(at) => {
                    let msg = format!(
                        "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                        body[at]
                    );
                    return Err(plain(msg));
                }
            },
            Some(name) => return Err(CompileError::Encoding(name.to_owned())),
        };
        Ok(Source {
            text: normalise_newlines(text),
            undecodable,
            encoding: declared.or_else(|| {
                let utf8 = bom || encoding == Encoding::Utf8;
                utf8.then(|| "utf-8".to_owned())
            }),
        })
    }

    /// The line with this 1-based number, newline included; empty if there is none.
    pub fn line(&self, number: i32) -> &str {
        line(&self.text, number)
    }
}

/// The line of a text with this 1-based number, newline included; empty if there is none.
pub fn line(text: &str, number: i32) -> &str {
    text.split_inclusive('\n')
        .nth((number.max(1) - 1) as usize)
        .unwrap_or("")
}

fn plain(msg: String) -> CompileError {
    SyntaxError::of_encoding(msg).into()
}

/// UTF-8, whatever is in it.
fn utf8(body: &[u8]) -> (String, Option<Rc<Undecodable>>) {
    match std::str::from_utf8(body) {
        Ok(s) => (s.to_owned(), None),
        Err(_) => {
            let (text, undecodable) = Undecodable::decode(body);
            (text, Some(Rc::new(undecodable)))
        }
    }
}

/// The encoding that a comment of the first two lines declares, under its canonical name if it is one of ours.
fn declared_encoding(body: &[u8]) -> Option<String> {
    for (i, line) in body.split(|&b| b == b'\n').take(2).enumerate() {
        let start = line
            .iter()
            .position(|b| !matches!(b, b' ' | b'\t' | 0x0c | b'\r'));
        match start.map(|at| line[at]) {
            None if i == 0 => continue,
            Some(b'#') => {}
            _ => return None,
        }
        if let Some(name) = coding_in_comment(line) {
            return Some(name);
        }
    }
    None
}

fn coding_in_comment(line: &[u8]) -> Option<String> {
    let mut at = 0;
    while let Some(found) = line[at..].windows(6).position(|w| w == b"coding") {
        let mut rest = &line[at + found + 6..];
        at += found + 6;
        if !matches!(rest.first(), Some(b':' | b'=')) {
            continue;
        }
        rest = &rest[1..];
        while matches!(rest.first(), Some(b' ' | b'\t')) {
            rest = &rest[1..];
        }
        let len = rest
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            .count();
        if len > 0 {
            return Some(canonical(&String::from_utf8_lossy(&rest[..len])));
        }
    }
    None
}

fn canonical(name: &str) -> String {
    let n = name.to_ascii_lowercase().replace('_', "-");
    let is = |base: &str| n == base || n.strip_prefix(base).is_some_and(|r| r.starts_with('-'));
    if n == "utf8" || n == "u8" {
        // Fine, but not after a byte order mark.
        "utf8".into()
    } else if is("utf-8") {
        "utf-8".into()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") || n == "latin1" || n == "l1" {
        "iso-8859-1".into()
    } else if n == "ascii" || n == "us-ascii" {
        "ascii".into()
    } else {
        name.into()
    }
}

fn normalise_newlines(text: String) -> String {
    let mut text = if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations() {
        assert_eq!(
            declared_encoding(b"# -*- coding: latin-1 -*-\n").as_deref(),
            Some("iso-8859-1")
        );
        assert_eq!(
            declared_encoding(b"#!/usr/bin/python\n# vim: set fileencoding=UTF_8 :\n").as_deref(),
            Some("utf-8")
        );
        assert_eq!(declared_encoding(b"x = 1\n# coding: latin-1\n"), None);
        assert_eq!(declared_encoding(b"\n\n# coding: latin-1\n"), None);
    }

    #[test]
    fn newlines() {
        let s = Source::decode(b"a\r\nb\rc", Encoding::Detect).unwrap();
        assert_eq!(s.text, "a\nb\nc\n");
    }
}
