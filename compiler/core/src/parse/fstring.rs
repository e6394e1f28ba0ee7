//! f-strings: one literal body into text and replacement fields.
//!
//! Each expression is lexed and parsed on its own, wrapped in parentheses that stand where its braces stand, so that every
//! position comes out as CPython 3.11 reports it.

use std::rc::Rc;

use super::Piece;
use super::work::Work;
use crate::ast::{Conversion, Expr, ExprKind, Loc};
use crate::diagnose::Start;
use crate::errors::Result;
use crate::lexer::Token;
use crate::literals::{self, Literal};

/// Collects the pieces of a (concatenated) string: text runs together, empty text vanishes.
pub struct Pieces {
    pub values: Vec<Expr>,
    pub text: Vec<u8>,
    pub loc: Loc,
}

impl Pieces {
    pub fn new(loc: Loc) -> Pieces {
        Pieces {
            values: Vec::new(),
            text: Vec::new(),
            loc,
        }
    }

    fn flush(&mut self, loc: Loc) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.values
                .push(Expr::constant(super::str_const(text), loc));
        }
    }

    /// The finished JoinedStr.
    pub fn finish(mut self, loc: Loc) -> Expr {
        self.flush(loc);
        Expr::new(ExprKind::JoinedStr(self.values), loc)
    }
}

/// Scans one token's body.
struct Scanner<'t> {
    token: &'t str,
    span: Token,
    /// Offset in `token` of the next character.
    at: usize,
    end: usize,
    raw: bool,
}

impl<'t> Scanner<'t> {
    fn peek(&self) -> Option<u8> {
        self.token.as_bytes()[..self.end].get(self.at).copied()
    }

    /// Line and column of an offset in the token.
    fn position(&self, at: usize) -> (i32, i32) {
        let before = &self.token.as_bytes()[..at];
        let lines = before.iter().filter(|&&c| c == b'\n').count() as i32;
        match before.iter().rposition(|&c| c == b'\n') {
            None => (self.span.loc.line, self.span.loc.col + at as i32),
            Some(newline) => (self.span.loc.line + lines, (at - newline - 1) as i32),
        }
    }
}

impl Scanner<'_> {
    /// Where the expression after a brace starts: what follows on later lines has no column.
    fn start_of(&self, brace: usize) -> (i32, i32) {
        let (line, col) = self.position(brace);
        let inside = self.token.as_bytes()[brace + 1..].iter();
        let first = inside.copied().find(|c| !matches!(c, b' ' | b'\t' | 0x0c));
        let col = match first {
            Some(b'\n') if line == self.span.loc.line => self.span.loc.col,
            Some(b'\n') => 0,
            _ => col,
        };
        (line, col)
    }
}

impl Work<'_, '_> {
    /// Appends an f-string token's content to `pieces`.
    pub(super) fn fstring(
        &mut self,
        token: &str,
        lit: Literal<'_>,
        span: Token,
        pieces: &mut Pieces,
    ) -> Result<()> {
        let end = lit.body_at + lit.body.len();
        let mut scanner = Scanner {
            token,
            span,
            at: lit.body_at,
            end,
            raw: lit.raw,
        };
        self.fstring_parts(&mut scanner, pieces, 0)
    }

    fn fstring_error<T>(&self, msg: impl Into<String>) -> Result<T> {
        Err(self.in_string(msg))
    }

    fn fstring_parts(
        &mut self,
        s: &mut Scanner<'_>,
        pieces: &mut Pieces,
        level: u32,
    ) -> Result<()> {
        loop {
            let doubled = self.fstring_literal(s, pieces, level)?;
            if doubled {
                continue;
            }
            match s.peek() {
                Some(b'{') => self.fstring_field(s, pieces, level)?,
                None => break,
                Some(_) if level > 0 => break,
                Some(_) => return self.fstring_error("f-string: unexpected end of string"),
            }
        }
        if level == 0 && s.at < s.end {
            return self.fstring_error("f-string: unexpected end of string");
        }
        Ok(())
    }

    /// Text up to the next field or the end. True after a doubled brace: more text follows.
    fn fstring_literal(
        &mut self,
        s: &mut Scanner<'_>,
        pieces: &mut Pieces,
        level: u32,
    ) -> Result<bool> {
        let start = s.at;
        let mut doubled = false;
        let mut stop = s.end;
        while let Some(mut c) = s.peek() {
            s.at += 1;
            if !s.raw && c == b'\\' && s.at < s.end {
                c = s.token.as_bytes()[s.at];
                s.at += 1;
                if c == b'{' {
                    literals::warn_escape('{', s.span.loc, &mut self.cx.warnings);
                }
                if c == b'N' {
                    if s.peek() == Some(b'{') {
                        while s.at < s.end && s.token.as_bytes()[s.at] != b'}' {
                            s.at += 1;
                        }
                        s.at = (s.at + 1).min(s.end);
                        continue;
                    }
                    return self.fstring_error(format!(
                        "(unicode error) 'unicodeescape' codec can't decode bytes in position {}-{}: malformed \\N character escape",
                        s.at - 2 - start, s.at - 1 - start));
                }
            }
            if c == b'{' || c == b'}' {
                if level == 0 {
                    if s.peek() == Some(c) {
                        stop = s.at;
                        s.at += 1;
                        doubled = true;
                        break;
                    }
                    if c == b'}' {
                        return self.fstring_error("f-string: single '}' is not allowed");
                    }
                }
                s.at -= 1;
                stop = s.at;
                break;
            }
        }
        let body = &s.token[start..stop.max(start)];
        self.check_decoded(s, start, body)?;
        if s.raw || !body.contains('\\') {
            pieces.text.extend_from_slice(body.as_bytes());
        } else {
            let loc = s.span.loc;
            if let Err(msg) =
                literals::decode_str(body, loc, &mut pieces.text, &mut self.cx.warnings)
            {
                return self.fstring_error(msg);
            }
        }
        Ok(doubled)
    }

    /// Text that is not raw is decoded one run of characters outside ASCII at a time.
    fn check_decoded(&self, s: &Scanner<'_>, start: usize, body: &str) -> Result<()> {
        let Some(undecodable) = &self.cx.undecodable else {
            return Ok(());
        };
        let from = s.span.start as usize + start;
        let runs = match s.raw {
            true => vec![from..from + body.len()],
            false => super::runs(from, body),
        };
        match super::undecodable_in(undecodable, self.text, runs) {
            Some(e) => self.fstring_error(format!("(unicode error) {e}")),
            None => Ok(()),
        }
    }

    /// A replacement field; the scanner stands at its `{`.
    fn fstring_field(
        &mut self,
        s: &mut Scanner<'_>,
        pieces: &mut Pieces,
        level: u32,
    ) -> Result<()> {
        if level >= 2 {
            return self.fstring_error("f-string: expressions nested too deeply");
        }
        let brace = s.at;
        s.at += 1;
        let start = s.at;
        self.fstring_expression_end(s)?;
        let end = s.at;
        if s.at >= s.end {
            return self.fstring_error("f-string: expecting '}'");
        }
        let value = self.fstring_expression(s, brace, &s.token[start..end])?;
        let mut debug = false;
        if s.peek() == Some(b'=') {
            // Before 3.6 there is no f-string at all, which is told later.
            if (6..8).contains(&self.cx.asked.feature_version) {
                return self.fstring_error(
                    "f-string: self documenting expressions are only supported in Python 3.8 and greater",
                );
            }
            s.at += 1;
            while s
                .peek()
                .is_some_and(|c| c.is_ascii_whitespace() || c == 0x0b)
            {
                s.at += 1;
            }
            pieces
                .text
                .extend_from_slice(s.token[start..s.at].as_bytes());
            debug = true;
        }
        let mut conversion = Conversion::None;
        if s.peek() == Some(b'!') {
            s.at += 1;
            if s.peek().is_none() {
                return self.fstring_error("f-string: expecting '}'");
            }
            conversion = match s.peek() {
                Some(b's') => Conversion::Str,
                Some(b'r') => Conversion::Repr,
                Some(b'a') => Conversion::Ascii,
                _ => {
                    let msg = "f-string: invalid conversion character: expected 's', 'r', or 'a'";
                    return self.fstring_error(msg);
                }
            };
            s.at += 1;
        }
        let mut spec = None;
        if s.peek() == Some(b':') {
            s.at += 1;
            let mut inner = Pieces::new(pieces.loc);
            self.fstring_parts(s, &mut inner, level + 1)?;
            spec = Some(Box::new(inner.finish(s.span.loc)));
        }
        if s.peek() != Some(b'}') {
            return self.fstring_error("f-string: expecting '}'");
        }
        s.at += 1;
        if debug && spec.is_none() && conversion == Conversion::None {
            conversion = Conversion::Repr;
        }
        pieces.flush(pieces.loc);
        let loc = pieces.loc;
        pieces.values.push(Expr::new(
            ExprKind::FormattedValue {
                value: Box::new(value),
                conversion,
                spec,
            },
            loc,
        ));
        Ok(())
    }

    /// Moves to the character that ends the expression.
    fn fstring_expression_end(&mut self, s: &mut Scanner<'_>) -> Result<()> {
        let src = s.token.as_bytes();
        let mut quote: Option<(u8, usize)> = None;
        let mut brackets: Vec<u8> = Vec::new();
        while s.at < s.end {
            let c = src[s.at];
            let triple = |q: u8| s.at + 2 < s.end && src[s.at + 1] == q && src[s.at + 2] == q;
            if c == b'\\' {
                s.at += 1;
                return self.fstring_error("f-string expression part cannot include a backslash");
            }
            if let Some((q, len)) = quote {
                if c == q && (len == 1 || triple(q)) {
                    s.at += len;
                    quote = None;
                } else {
                    s.at += 1;
                }
                continue;
            }
            match c {
                b'\'' | b'"' => {
                    let len = if triple(c) { 3 } else { 1 };
                    quote = Some((c, len));
                    s.at += len;
                    continue;
                }
                b'[' | b'{' | b'(' => {
                    if brackets.len() >= 200 {
                        return self.fstring_error("f-string: too many nested parenthesis");
                    }
                    brackets.push(c);
                }
                b'#' => {
                    return self.fstring_error("f-string expression part cannot include '#'");
                }
                b'!' | b':' | b'}' | b'=' | b'<' | b'>' if brackets.is_empty() => {
                    if matches!(c, b'!' | b'=' | b'<' | b'>')
                        && s.at + 1 < s.end
                        && src[s.at + 1] == b'='
                    {
                        s.at += 2;
                        continue;
                    }
                    if !matches!(c, b'<' | b'>') {
                        break;
                    }
                }
                b']' | b'}' | b')' => {
                    let Some(open) = brackets.pop() else {
                        return self.fstring_error(format!("f-string: unmatched '{}'", c as char));
                    };
                    if !matches!((open, c), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
                        return self.fstring_error(format!(
                            "f-string: closing parenthesis '{}' does not match opening parenthesis '{}'",
                            c as char, open as char));
                    }
                }
                _ => {}
            }
            s.at += 1;
        }
        if quote.is_some() {
            return self.fstring_error("f-string: unterminated string");
        }
        if let Some(open) = brackets.pop() {
            return self.fstring_error(format!("f-string: unmatched '{}'", open as char));
        }
        Ok(())
    }

    fn fstring_expression(&mut self, s: &Scanner<'_>, brace: usize, expr: &str) -> Result<Expr> {
        if expr.bytes().all(|c| c.is_ascii_whitespace() || c == 0x0b) {
            if let Some(c) = s.peek().filter(|c| matches!(c, b':' | b'!' | b'=')) {
                let c = c as char;
                return self.fstring_error(format!("f-string: expression required before '{c}'"));
            }
            return self.fstring_error("f-string: empty expression not allowed");
        }
        let (line, col) = s.start_of(brace);
        let wrapped = format!("({expr})\n");
        let at = s.span.start as usize + brace + 1;
        let bad = self.cx.undecodable.as_ref();
        let undecodable = bad
            .map(|u| u.part(self.text, at, at + expr.len()))
            .filter(|u| !u.is_empty())
            .map(Rc::new);
        let piece = Piece {
            text: &wrapped,
            start: Start::FString,
            line,
            col,
            chars: false,
            undecodable,
            asked: self.cx.asked,
            incomplete: super::Incomplete::default(),
            file: None,
        };
        // What is inside has its own bytes that cannot be decoded.
        let outer = std::mem::replace(&mut self.cx.undecodable, piece.undecodable.clone());
        let parsed = super::parse_piece(&piece, self.cx);
        self.cx.undecodable = outer;
        match parsed? {
            crate::ast::Body::Eval(e) => Ok(*e),
            _ => self.fstring_error("f-string: invalid syntax"),
        }
    }
}
