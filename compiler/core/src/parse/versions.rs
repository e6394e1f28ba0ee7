//! `feature_version`: syntax that is newer than the version asked for is an error. The checks are made while lowering, where the
//! constructs are at hand.

use rustpython_parser::ast as py;
use rustpython_parser::text_size::TextRange;

use super::lower::Lowerer;
use crate::ast::{Loc, Operator};
use crate::errors::Result;
use crate::lexer::Tok;

impl Lowerer<'_, '_> {
    /// Refuses what Python 3.`minor` brought if an older version is asked for; the error is at the token after the construct.
    pub(super) fn since(&self, minor: u8, what: &str, range: TextRange) -> Result<()> {
        if self.w.cx.asked.feature_version >= minor {
            return Ok(());
        }
        let end = u32::from(range.end());
        let next = self.tokens_until(end);
        self.too_new(minor, what, next)
    }

    /// The error at a token, or behind the one before it.
    fn too_new(&self, minor: u8, what: &str, token: usize) -> Result<()> {
        let before = self.spans.get(token.wrapping_sub(1)).map(|s| s.loc);
        let next = self.spans.get(token).map(|s| s.loc);
        Err(self.w.too_new(minor, what, before, next))
    }

    /// A binary operator: `@` is not the oldest.
    pub(super) fn operator(&self, op: Operator, range: TextRange) -> Result<Operator> {
        if op == Operator::MatMult {
            self.since(5, "The '@' operator is", range)?;
        }
        Ok(op)
    }

    /// A number: underscores came late.
    pub(super) fn digits(&self, range: TextRange) -> Result<()> {
        if self.w.cx.asked.feature_version < 6 {
            let token = self.token_at(u32::from(range.start()) as usize);
            let text = &self.w.text[range];
            if text.contains('_') && text.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
                return self.too_new(6, "Underscores in numeric literals are", token);
            }
        }
        Ok(())
    }

    /// Whether brackets stand around all that is between a `with` and its colon.
    pub(super) fn bracketed_items(&self, with: &py::StmtWith) -> bool {
        let start = self.token_at(u32::from(with.range.start()) as usize) + 1;
        if self.byte(start) != b'(' {
            return false;
        }
        let mut depth = 0;
        for token in start..self.spans.len() {
            match self.byte(token) {
                _ if self.spans[token].tok == Tok::String => {}
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return self.byte(token + 1) == b':';
            }
        }
        false
    }

    /// The `/` after parameters, the last of which is at `last`.
    pub(super) fn positional_only(&self, last: Loc) -> Result<()> {
        if self.w.cx.asked.feature_version >= 8 {
            return Ok(());
        }
        let from = self
            .spans
            .partition_point(|s| (s.loc.line, s.loc.col) < (last.line, last.col));
        let slash = (from + 1..self.spans.len())
            .find(|&i| self.byte(i) == b'/' && self.byte(i - 1) == b',')
            .unwrap_or(from);
        self.too_new(8, "Positional-only parameters are", slash + 1)
    }
}
