//! Where errors are, in CPython's terms: lines, columns, and the piece of the source that is shown.

use super::machine::{Id, Parser, R, Stop};
use crate::errors::{ErrorKind, SyntaxError};
use crate::lexer::State;

/// Of a token: lines from 1, byte columns from 0; -1 where CPython has none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub line: i32,
    pub col: i32,
    pub end_line: i32,
    pub end_col: i32,
}

impl Parser<'_> {
    /// How far the lexer has read.
    pub fn state(&self) -> State {
        match self.toks.get(self.fill.saturating_sub(1)) {
            Some(token) => token.state,
            None => self.lexed.end,
        }
    }

    /// An error between two positions (byte columns from 1).
    pub fn locate(
        &self,
        kind: ErrorKind,
        msg: String,
        (line, mut col): (i32, i32),
        (end_line, mut end_col): (i32, i32),
    ) -> SyntaxError {
        let state = self.state();
        let of_file = self.file.as_ref();
        let shown = of_file.and_then(|(file, encoding)| file.0(line, encoding.as_deref()));
        let text = if let Some(line) = &shown {
            line
        } else if state.line <= line && state.line_end > state.buffer {
            &self.text[state.buffer as usize..state.line_end as usize]
        } else {
            let rest = self
                .text
                .split_inclusive('\n')
                .nth((line - self.line).max(0) as usize);
            rest.unwrap_or("").trim_end_matches('\n')
        };
        let msg = if self.fstring {
            // Tokens of the first line have their columns in the file, and all errors count from the expression.
            let first = |line: i32, col: i32| col - if line == self.line { 0 } else { self.col };
            (col, end_col) = (first(line, col), first(end_line, end_col));
            format!("f-string: {msg}")
        } else {
            msg
        };
        if !self.undecodable.is_empty() {
            // Columns are those of the bytes that were read.
            col = self.original(line, col);
            if end_col > 0 {
                end_col = self.original(end_line, end_col);
            }
        }
        if self.chars {
            col = characters(text, col);
            if end_col > 0 {
                end_col = characters(text, end_col);
            }
        }
        let mut e = SyntaxError::at(msg, line, col, end_line, end_col).with_kind(kind);
        e.text = Some(text.to_owned());
        e
    }

    /// Lets an error of the tokenizer that CPython's parser words show the file's line.
    pub fn show_file(&self, e: &mut SyntaxError) {
        let of_file = self.file.as_ref().zip(e.line);
        let shown = of_file.and_then(|((file, encoding), line)| file.0(line, encoding.as_deref()));
        if let Some(line) = shown {
            let own = e.text.as_deref().unwrap_or("");
            let bytes = |col: i32| {
                let mut chars = own.char_indices();
                chars.nth(col.max(0) as usize).map_or(own.len(), |(i, _)| i)
            };
            e.col = e.col.map(|col| match self.chars {
                true => characters(&line, bytes(col) as i32),
                false => bytes(col) as i32,
            });
            e.text = Some(line);
        }
    }

    /// A column (from 1) as it was before bytes that cannot be decoded were replaced.
    fn original(&self, line: i32, col: i32) -> i32 {
        let number = (line - self.line).max(0) as usize;
        let before = self.text.split_inclusive('\n').take(number);
        let start: usize = before.map(str::len).sum();
        let Some(within) = usize::try_from(col - 1).ok() else {
            return col;
        };
        let end = (start + within).min(self.text.len());
        if !self.text.is_char_boundary(end) {
            return col;
        }
        self.undecodable.bytes(self.text, start, end) as i32 + 1
    }

    /// What a column of `line` that does not come from a token is off by.
    pub fn unshifted(&self, line: i32) -> i32 {
        if self.fstring && line == self.line {
            self.col
        } else {
            0
        }
    }

    /// An error over tokens `first` to `last`.
    pub fn over(&self, msg: impl Into<String>, first: u32, last: u32) -> SyntaxError {
        let (from, to) = (
            self.toks[first as usize].place,
            self.toks[last as usize].place,
        );
        self.locate(
            ErrorKind::SyntaxError,
            msg.into(),
            (from.line, from.col + 1),
            (to.end_line, to.end_col + 1),
        )
    }

    /// An error at the last token looked at.
    pub fn here(&self, kind: ErrorKind, msg: impl Into<String>) -> SyntaxError {
        let last = self.toks.len().saturating_sub(1);
        let Some(token) = self.toks.get(self.fill.saturating_sub(1).min(last)) else {
            return self.locate(kind, msg.into(), (0, 0), (0, -1));
        };
        let place = token.place;
        let col = if place.col == -1 {
            (token.state.at.saturating_sub(token.state.line_start)) as i32
        } else {
            place.col + 1
        };
        let end_col = if place.end_col == -1 {
            -1
        } else {
            place.end_col + 1
        };
        self.locate(
            kind,
            msg.into(),
            (place.line, col),
            (place.end_line, end_col),
        )
    }

    pub fn raise<T>(&self, msg: impl Into<String>, first: u32, last: u32) -> R<T> {
        Err(Stop::Raise(Box::new(self.over(msg, first, last).into())))
    }

    /// An error over a node.
    pub fn raise_at<T>(&self, msg: impl Into<String>, node: Id) -> R<T> {
        self.raise(msg, self.first(node), self.last(node))
    }

    pub fn raise_here<T>(&self, msg: impl Into<String>) -> R<T> {
        let e = self.here(ErrorKind::SyntaxError, msg);
        Err(Stop::Raise(Box::new(e.into())))
    }

    pub fn raise_indentation<T>(&self, msg: impl Into<String>) -> R<T> {
        let e = self.here(ErrorKind::IndentationError, msg);
        Err(Stop::Raise(Box::new(e.into())))
    }

    /// An error from a token to where the lexer has read.
    pub fn raise_from<T>(&self, msg: impl Into<String>, first: u32) -> R<T> {
        let (from, state) = (self.toks[first as usize].place, self.state());
        let end = (state.at.saturating_sub(state.line_start)) as i32 - self.unshifted(state.line);
        let e = self.locate(
            ErrorKind::SyntaxError,
            msg.into(),
            (from.line, from.col + 1),
            (state.line, end),
        );
        Err(Stop::Raise(Box::new(e.into())))
    }

    /// The line of a token, for messages.
    pub fn line_of(&self, token: u32) -> i32 {
        self.toks[token as usize].place.line
    }
}

/// How many characters the first `bytes` bytes of a text begin; one more may be asked for than there are.
fn characters(text: &str, bytes: i32) -> i32 {
    let want = (bytes.max(0) as usize).min(text.len() + 1);
    let prefix = &text.as_bytes()[..want.min(text.len())];
    let begun = prefix.iter().filter(|&&b| b & 0xc0 != 0x80).count();
    (begun + usize::from(want > text.len())) as i32
}
