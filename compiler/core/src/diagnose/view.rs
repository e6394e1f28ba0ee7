//! The tokens around the point of failure.

use rustpython_parser::text_size::TextRange;
use rustpython_parser::{Mode, Tok, parse_tokens};

use crate::errors::{ErrorKind, SyntaxError};
use crate::lexer::{Tokens, chars};
use crate::parse::Failure;

pub type Token = (Tok, TextRange);

pub struct View<'a> {
    pub text: &'a str,
    pub toks: &'a [Token],
    /// The token at which the parser stopped; None at the end of the source.
    pub failed: Option<usize>,
    /// Its index, or the number of tokens.
    pub f: usize,
    /// Its byte offsets.
    pub at: usize,
    pub end: usize,
    first_line: i32,
    /// How far CPython's parser will have read in search of a known mistake: a token.
    reach: usize,
}

impl<'a> View<'a> {
    pub fn new(text: &'a str, first_line: i32, lexed: &'a Tokens, failure: &Failure) -> View<'a> {
        let toks = &lexed.toks[..];
        let failed = match &failure.error {
            rustpython_parser::ParseErrorType::UnrecognizedToken(tok, _) => toks
                .iter()
                .position(|(t, r)| start(r) == failure.offset && t == tok),
            rustpython_parser::ParseErrorType::Eof
            | rustpython_parser::ParseErrorType::Lexical(
                rustpython_parser::lexer::LexicalErrorType::IndentationError,
            ) => None,
            _ => toks.iter().position(|(_, r)| start(r) >= failure.offset),
        };
        let f = failed.unwrap_or(toks.len());
        let (at, end) = failed.map_or((text.len(), text.len()), |f| {
            (start(&toks[f].1), end(&toks[f].1))
        });
        let mut view = View {
            text,
            toks,
            failed,
            f,
            at,
            end,
            first_line,
            reach: f,
        };
        let operand = f > 0 && ends_operand(&toks[f - 1].0);
        if operand {
            let from = f + usize::from(view.tok(f) == Some(&Tok::Equal));
            view.reach = view.expression_end(from, false).unwrap_or(f);
        }
        view
    }

    /// The same tokens, as if the parser had stopped at token `i`.
    pub fn failing_at(&self, i: usize) -> View<'a> {
        let failed = (i < self.toks.len()).then_some(i);
        let (at, end) = failed.map_or((self.text.len(), self.text.len()), |i| {
            (self.start(i), self.end(i))
        });
        View {
            failed,
            f: i.min(self.toks.len()),
            at,
            end,
            reach: i,
            ..*self
        }
    }

    pub fn tok(&self, i: usize) -> Option<&'a Tok> {
        self.toks.get(i).map(|(t, _)| t)
    }

    pub fn start(&self, i: usize) -> usize {
        self.toks.get(i).map_or(self.text.len(), |(_, r)| start(r))
    }

    pub fn end(&self, i: usize) -> usize {
        self.toks.get(i).map_or(self.text.len(), |(_, r)| end(r))
    }

    pub fn is_name(&self, i: usize, name: &str) -> bool {
        matches!(self.tok(i), Some(Tok::Name { name: n }) if n == name)
    }

    fn line_start(&self, offset: usize) -> usize {
        self.text[..offset].rfind('\n').map_or(0, |i| i + 1)
    }

    pub fn line_of(&self, offset: usize) -> i32 {
        let offset = offset.min(self.text.len());
        let line = self.first_line + self.text[..offset].matches('\n').count() as i32;
        // The very end is on the last line.
        if offset == self.text.len() && self.text.ends_with('\n') {
            (line - 1).max(self.first_line)
        } else {
            line
        }
    }

    pub fn last_line(&self) -> i32 {
        self.line_of(self.text.len())
    }

    fn raw_line(&self, line: i32) -> &'a str {
        self.text
            .split_inclusive('\n')
            .nth((line - self.first_line).max(0) as usize)
            .unwrap_or("")
    }

    /// A line as an error shows it: with its newline only if the tokenizer has gone no further.
    pub fn text_for(&self, line: i32) -> String {
        let text = self.raw_line(line);
        if line < self.line_of(self.at.max(self.start(self.reach))) {
            text.trim_end_matches('\n').to_owned()
        } else {
            text.to_owned()
        }
    }

    fn position(&self, offset: usize) -> (i32, i32) {
        let line_start = self.line_start(offset);
        let line = self.first_line + self.text[..offset].matches('\n').count() as i32;
        (line, chars(self.text, line_start, offset) + 1)
    }

    /// An error over a range of bytes.
    pub fn error(&self, msg: impl Into<String>, from: usize, to: usize) -> SyntaxError {
        let ((line, col), (end_line, end_col)) = (self.position(from), self.position(to));
        let mut e = SyntaxError::at(msg, line, col, end_line, end_col);
        e.text = Some(self.text_for(line));
        e
    }

    /// An error over tokens `first..last`.
    pub fn over(&self, msg: impl Into<String>, first: usize, last: usize) -> SyntaxError {
        self.error(
            msg,
            self.start(first),
            self.end(last.saturating_sub(1).max(first)),
        )
    }

    /// An error at the token where the parser stopped.
    pub fn here(&self, msg: impl Into<String>) -> SyntaxError {
        match self.failed.map(|f| &self.toks[f].0) {
            None | Some(Tok::Dedent | Tok::Indent) => {
                let mut e = self.indentation(msg);
                e.kind = ErrorKind::SyntaxError;
                e
            }
            Some(_) => self.error(msg, self.at, self.end),
        }
    }

    /// An IndentationError at the token where the parser stopped.
    pub fn indentation(&self, msg: impl Into<String>) -> SyntaxError {
        let mut e = match self.failed.map(|f| &self.toks[f].0) {
            None => {
                let line = self.last_line();
                let text = self.raw_line(line);
                SyntaxError::at(msg, line, text.chars().count() as i32, line, -1)
            }
            Some(Tok::Indent | Tok::Dedent) if self.end >= self.text.len() => {
                let line = self.last_line();
                let text = self.raw_line(line);
                SyntaxError::at(msg, line, text.chars().count() as i32, line, -1)
            }
            Some(Tok::Indent | Tok::Dedent) => {
                let (line, col) = self.position(self.end);
                SyntaxError::at(msg, line, col - 1, line, -1)
            }
            Some(_) => self.error(msg, self.at, self.end),
        };
        if let Some(line) = e.line {
            e.text = Some(self.raw_line(line).to_owned());
        }
        e.with_kind(ErrorKind::IndentationError)
    }

    /// Index of the first token of the logical line that token `i` is on.
    pub fn line_first(&self, i: usize) -> usize {
        let mut at = i.min(self.toks.len());
        while at > 0
            && !matches!(
                self.toks[at - 1].0,
                Tok::Newline | Tok::Indent | Tok::Dedent
            )
        {
            at -= 1;
        }
        at
    }

    /// Index of the NEWLINE that ends the logical line of token `i`.
    pub fn line_end(&self, i: usize) -> usize {
        (i..self.toks.len())
            .find(|&i| self.toks[i].0 == Tok::Newline)
            .unwrap_or(self.toks.len())
    }

    /// Whether the search for a known mistake runs into the end of the source inside the bracket at byte `open`.
    pub fn runs_into(&self, open: u32) -> bool {
        let operand = self.f > 0 && ends_operand(&self.toks[self.f - 1].0);
        let at_bracket = |i: usize| {
            self.toks
                .get(i)
                .is_some_and(|(_, r)| start(r) == open as usize)
        };
        operand && (at_bracket(self.f) || at_bracket(self.reach) || self.reach >= self.toks.len())
    }

    /// The innermost bracket open before token `i`.
    pub fn open_bracket(&self, i: usize) -> Option<usize> {
        let mut open = Vec::new();
        for at in self.line_first(i)..i {
            match self.toks[at].0 {
                Tok::Lpar | Tok::Lsqb | Tok::Lbrace => open.push(at),
                Tok::Rpar | Tok::Rsqb | Tok::Rbrace => {
                    open.pop();
                }
                _ => {}
            }
        }
        open.pop()
    }

    /// Whether the bracket at `open` holds the arguments of a call.
    pub fn is_call(&self, open: usize) -> bool {
        self.tok(open) == Some(&Tok::Lpar)
            && open > 0
            && matches!(
                self.tok(open - 1),
                Some(Tok::Name { .. } | Tok::Rpar | Tok::Rsqb | Tok::String { .. })
            )
            && !self.is_definition(open)
    }

    /// Whether the bracket at `open` holds the parameters of a function.
    pub fn is_definition(&self, open: usize) -> bool {
        open >= 2 && self.tok(open) == Some(&Tok::Lpar) && self.tok(open - 2) == Some(&Tok::Def)
    }

    /// The bracket that matches the closing one at `close`.
    fn matching(&self, close: usize) -> Option<usize> {
        let mut depth = 0;
        for at in (0..=close).rev() {
            match self.toks[at].0 {
                Tok::Rpar | Tok::Rsqb | Tok::Rbrace => depth += 1,
                Tok::Lpar | Tok::Lsqb | Tok::Lbrace => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Whether tokens `first..last` are one expression.
    pub fn parses(&self, first: usize, last: usize) -> bool {
        first < last
            && last <= self.toks.len()
            && parse_tokens(
                self.toks[first..last].iter().cloned().map(Ok),
                Mode::Expression,
                "",
            )
            .is_ok()
    }

    /// Where the operand expression that ends before token `last` starts: after the nearest bracket, separator or keyword
    /// that cannot be inside one.
    pub fn expression_start(&self, last: usize) -> usize {
        let mut at = last;
        while at > 0 {
            let here = at - 1;
            match &self.toks[here].0 {
                Tok::Rpar | Tok::Rsqb | Tok::Rbrace => match self.matching(here) {
                    Some(open) => {
                        at = open;
                        continue;
                    }
                    None => return at,
                },
                Tok::In if self.in_for(here) => return at,
                Tok::Star | Tok::DoubleStar
                    if here == 0 || !ends_operand(&self.toks[here - 1].0) =>
                {
                    return at;
                }
                t if separates(t) => return at,
                _ => at = here,
            }
        }
        at
    }

    /// Whether the `in` at `i` belongs to a `for`.
    fn in_for(&self, i: usize) -> bool {
        let mut at = i;
        while at > 0 {
            at -= 1;
            match &self.toks[at].0 {
                Tok::For => return true,
                Tok::Rpar | Tok::Rsqb | Tok::Rbrace => match self.matching(at) {
                    Some(open) => at = open,
                    None => return false,
                },
                Tok::Lpar | Tok::Lsqb | Tok::Lbrace | Tok::In | Tok::Newline | Tok::Colon => {
                    return false;
                }
                _ => {}
            }
        }
        false
    }

    /// The end of the longest expression that starts at token `first`; it may hold commas if `tuple`.
    pub fn expression_end(&self, first: usize, tuple: bool) -> Option<usize> {
        let mut depth = 0i32;
        let mut limit = first;
        while limit < self.toks.len() {
            match &self.toks[limit].0 {
                Tok::Lpar | Tok::Lsqb | Tok::Lbrace => depth += 1,
                Tok::Rpar | Tok::Rsqb | Tok::Rbrace => {
                    depth -= 1;
                    if depth < 0 {
                        break;
                    }
                }
                Tok::Comma if depth == 0 && !tuple => break,
                Tok::Newline | Tok::Semi | Tok::Equal | Tok::ColonEqual if depth == 0 => break,
                _ => {}
            }
            limit += 1;
        }
        (first + 1..=limit.min(first + 400))
            .rev()
            .find(|&end| self.parses(first, end))
    }
}

fn start(range: &TextRange) -> usize {
    u32::from(range.start()) as usize
}

fn end(range: &TextRange) -> usize {
    u32::from(range.end()) as usize
}

/// Tokens that no operand spans.
fn separates(tok: &Tok) -> bool {
    use Tok::*;
    matches!(
        tok,
        Lpar | Lsqb
            | Lbrace
            | Comma
            | Colon
            | Semi
            | Equal
            | ColonEqual
            | Newline
            | Indent
            | Dedent
            | Rarrow
            | If
            | Else
            | Elif
            | While
            | For
            | Return
            | Yield
            | Lambda
            | Assert
            | Del
            | Raise
            | From
            | Import
            | With
            | As
            | Async
            | PlusEqual
            | MinusEqual
            | StarEqual
            | SlashEqual
            | PercentEqual
            | AmperEqual
            | VbarEqual
            | CircumflexEqual
            | LeftShiftEqual
            | RightShiftEqual
            | DoubleStarEqual
            | DoubleSlashEqual
            | AtEqual
            | Match
            | Case
            | At
    )
}

/// Whether an operand may end with this token.
pub fn ends_operand(tok: &Tok) -> bool {
    use Tok::*;
    matches!(
        tok,
        Name { .. }
            | Int { .. }
            | Float { .. }
            | Complex { .. }
            | String { .. }
            | Rpar
            | Rsqb
            | Rbrace
            | Ellipsis
            | None
            | True
            | False
    )
}
