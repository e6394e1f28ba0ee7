//! What reading a piece of source needs whichever parser reads it: errors at places, and string literals.

use hotpy_code::{Const, PyStr};

use super::fstring::Pieces;
use super::{Context, Piece};
use crate::ast::*;
use crate::errors::{CompileError, Result, SyntaxError};
use crate::lexer::{Token, chars};
use crate::literals;

pub(super) struct Work<'a, 'n> {
    pub cx: &'a mut Context<'n>,
    pub text: &'a str,
    /// See [`Piece`].
    line: i32,
    col: i32,
}

impl<'a, 'n> Work<'a, 'n> {
    pub fn new(piece: &Piece<'a>, cx: &'a mut Context<'n>) -> Work<'a, 'n> {
        Work {
            cx,
            text: piece.text,
            line: piece.line,
            col: piece.col,
        }
    }

    pub fn text_of(&self, token: &Token) -> &'a str {
        &self.text[token.start as usize..token.end as usize]
    }

    /// The identity of a node that opens a scope.
    pub fn node(&mut self) -> NodeId {
        self.cx.nodes += 1;
        NodeId(self.cx.nodes - 1)
    }

    /// A parser's error over a node.
    pub fn error(&self, loc: Loc, msg: impl Into<String>) -> CompileError {
        let (line, col) = self.error_position(loc.line, loc.col);
        let (end_line, end_col) = self.error_position(loc.end_line, loc.end_col);
        let mut e = SyntaxError::at(msg, line, col, end_line, end_col);
        e.text = Some(self.line_text(line).to_owned());
        e.into()
    }

    fn line_text(&self, line: i32) -> &str {
        crate::source::line(self.text, line - self.line + 1)
    }

    /// 1-based characters of a line and byte column.
    fn error_position(&self, line: i32, col: i32) -> (i32, i32) {
        let col = if line == self.line {
            col - self.col
        } else {
            col
        };
        let text = self.line_text(line);
        (
            line,
            chars(text, 0, (col.max(0) as usize).min(text.len())) + 1,
        )
    }

    /// An error in a string literal, whose place is for `diagnose` to find: see [`super::check_strings`].
    pub fn in_string(&self, msg: impl Into<String>) -> CompileError {
        let mut e = SyntaxError::at(msg, 0, 0, 0, 0);
        (e.line, e.col) = (None, None);
        e.into()
    }

    /// The value of adjacent literals, which `strings` are.
    pub fn strings(&mut self, strings: &[Token], loc: Loc) -> Result<Expr> {
        let text = self.text;
        if let [only] = strings {
            // Most are one literal without a prefix or escapes.
            let token = self.text_of(only).as_bytes();
            let quotes = match token {
                [a @ (b'"' | b'\''), b, c, ..] if a == b && b == c => 3,
                [b'"' | b'\'', ..] => 1,
                _ => 0,
            };
            if quotes > 0 && memchr::memchr(b'\\', token).is_none() {
                let body = &token[quotes..token.len() - quotes];
                return Ok(Expr::constant(Const::Str(PyStr(body.into())), loc));
            }
        }
        let mut pieces = Pieces::new(loc);
        if text.as_bytes()[strings[0].start as usize] == b'u' {
            self.cx.details.kinds.insert((loc.line, loc.col));
        }
        let (mut fstring, mut bytes) = (false, None);
        for (i, span) in strings.iter().enumerate() {
            let token = &text[span.start as usize..span.end as usize];
            let lit = literals::split(token);
            if lit.bytes && !lit.body.is_ascii() {
                let msg = "bytes can only contain ASCII literal characters";
                let mut e = SyntaxError::at(msg, 0, i as i32, 0, 0);
                e.line = None;
                return Err(e.into());
            }
            let (value, warnings) = (&mut pieces.text, &mut self.cx.warnings);
            let decoded = if lit.fstring {
                Ok(())
            } else if lit.raw {
                value.extend_from_slice(lit.body.as_bytes());
                Ok(())
            } else if lit.bytes {
                literals::decode_bytes(lit.body, span.loc, value, warnings)
            } else {
                literals::decode_str(lit.body, span.loc, value, warnings)
            };
            if let Err(msg) = decoded {
                return Err(self.in_string(msg));
            }
            if *bytes.get_or_insert(lit.bytes) != lit.bytes {
                return Err(self.in_string("cannot mix bytes and nonbytes literals"));
            }
            if lit.fstring {
                fstring = true;
                self.fstring(token, lit, *span, &mut pieces)?;
            }
        }
        if fstring {
            return Ok(pieces.finish(loc));
        }
        let value = if bytes == Some(true) {
            Const::Bytes(pieces.text.into())
        } else {
            super::str_const(pieces.text)
        };
        Ok(Expr::constant(value, loc))
    }

    /// The error for a construct newer than the version asked for: at token `next` after it, or, if that is on another line, behind `before`.
    pub fn too_new(
        &self,
        minor: u8,
        what: &str,
        before: Option<Loc>,
        next: Option<Loc>,
    ) -> CompileError {
        let loc = match (next, before) {
            (Some(next), Some(before)) if next.line == before.end_line => next,
            (Some(next), None) => next,
            (_, Some(before)) => Loc {
                line: before.end_line,
                col: before.end_col,
                ..before
            },
            (None, None) => Loc::NONE,
        };
        self.error(
            loc,
            format!("{what} only supported in Python 3.{minor} and greater"),
        )
    }
}
