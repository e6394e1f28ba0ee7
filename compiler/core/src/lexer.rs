//! Source text to tokens, with the line and column span of each.
//!
//! Tokens carry no values: names, numbers and strings are read again from the source where a tree is made of them. The errors and their
//! positions are those of CPython's tokenizer. Soft keywords are names here.
//!
//! Lexing does not stop the parser: an error becomes the last item, so that a syntax error earlier in the
//! file is the one reported.

use crate::ast::Loc;
use crate::errors::{ErrorKind, SyntaxError, Warning, WarningKind};
use crate::printable::printable;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[rustfmt::skip]
pub enum Tok {
    // Those without text.
    Newline, Indent, Dedent, EndOfFile,
    /// Characters that begin no token.
    Unknown,
    Name, Int, Float, Complex, String,
    Lpar, Rpar, Lsqb, Rsqb, Lbrace, Rbrace, Colon, Comma, Semi, Dot, Ellipsis, Rarrow, ColonEqual, Equal,
    Plus, Minus, Star, Slash, DoubleSlash, Percent, At, Amper, Vbar, CircumFlex, LeftShift, RightShift, DoubleStar, Tilde,
    EqEqual, NotEqual, Less, LessEqual, Greater, GreaterEqual,
    PlusEqual, MinusEqual, StarEqual, SlashEqual, DoubleSlashEqual, PercentEqual, AtEqual, AmperEqual, VbarEqual,
    CircumflexEqual, LeftShiftEqual, RightShiftEqual, DoubleStarEqual,
    False, None, True, And, As, Assert, Async, Await, Break, Class, Continue, Def, Del, Elif, Else, Except, Finally, For,
    From, Global, If, Import, In, Is, Lambda, Nonlocal, Not, Or, Pass, Raise, Return, Try, While, With, Yield,
}

impl Tok {
    /// Whether text stands behind it.
    #[inline]
    pub fn has_text(self) -> bool {
        self as u8 > Tok::EndOfFile as u8
    }
}

/// A token: byte offsets, and what they mean in lines and byte columns. Of one without text only the offsets count.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub tok: Tok,
    pub start: u32,
    pub end: u32,
    pub loc: Loc,
}

/// The tokens of one piece of source.
#[derive(Debug, Default)]
pub struct Tokens {
    pub toks: Vec<Token>,
    pub error: Option<SyntaxError>,
    /// Whether there are characters that begin no token.
    pub unknown: bool,
    pub warnings: Vec<Warning>,
    /// Brackets still open at the end.
    pub open: Vec<Open>,
    /// For each of `toks`, where the lexer stood after it; empty unless asked for.
    pub states: Vec<State>,
    /// Where the lexer stood at last.
    pub end: State,
}

/// How far the lexer had read when it had made a token: errors show the source from `buffer` to `line_end`.
#[derive(Clone, Copy, Debug, Default)]
pub struct State {
    pub line: i32,
    pub at: u32,
    pub line_start: u32,
    pub line_end: u32,
    /// Start of the first line of what is being lexed: a string or a continued line may span several.
    pub buffer: u32,
    /// Brackets open.
    pub level: u32,
}

/// An opening bracket.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    pub ch: u8,
    pub line: i32,
    /// 0-based, in bytes.
    pub col: i32,
}

const MAX_INDENT: usize = 100;
const MAX_BRACKETS: usize = 200;
struct Lexer<'a> {
    text: &'a str,
    src: &'a [u8],
    at: usize,
    line: i32,
    line_start: usize,
    /// Added to columns of the first line (an f-string's expression starts in mid-line).
    first_line: i32,
    first_col: i32,
    /// Indentation levels, tabs counted to multiples of eight, and counted as one.
    indents: Vec<(usize, usize)>,
    /// See [`State::buffer`].
    buffer: usize,
    recording: bool,
    out: Tokens,
}

type Lexed<T> = Result<T, Box<SyntaxError>>;

/// Lexes `text`, whose first line is number `line` and starts at byte column `col` of it.
pub fn lex(text: &str, line: i32, col: i32) -> Tokens {
    run(text, line, col, false)
}

/// The same, with the lexer's state after each token: for `diagnose`.
pub fn lex_recording(text: &str, line: i32, col: i32) -> Tokens {
    run(text, line, col, true)
}

fn run(text: &str, line: i32, col: i32, recording: bool) -> Tokens {
    let mut lexer = Lexer {
        text,
        src: text.as_bytes(),
        at: 0,
        line,
        line_start: 0,
        first_line: line,
        first_col: col,
        indents: vec![(0, 0)],
        buffer: 0,
        recording,
        out: Tokens::default(),
    };
    lexer.out.toks.reserve(text.len() / 5 + 8);
    if let Err(e) = lexer.run() {
        lexer.out.error = Some(*e);
    }
    lexer.out.end = lexer.state();
    lexer.out
}

/// Tokens of the language in which `<>`, and not `!=`, is the sign of what is not equal.
pub fn barry(text: &str, toks: &mut [Token]) {
    for t in toks {
        t.tok = match (t.tok, &text[t.start as usize..t.end as usize]) {
            (Tok::Unknown, "<>") => Tok::NotEqual,
            (Tok::NotEqual, _) => Tok::Unknown,
            (tok, _) => tok,
        };
    }
}

/// Tokens of the language in which `async` and `await` are names but in and before an `async def`.
pub fn free_async(toks: &mut [Token]) {
    let mut depth = 0;
    // The depth of the asynchronous function that this is in, and whether its first line is over.
    let mut inside: Option<(i32, bool)> = None;
    for at in 0..toks.len() {
        let follows = toks.get(at + 1).map(|t| t.tok);
        match toks[at].tok {
            Tok::Indent => depth += 1,
            Tok::Dedent => depth -= 1,
            Tok::Newline => {
                if let Some((_, over)) = &mut inside {
                    *over = true;
                }
                continue;
            }
            _ => {}
        }
        if inside.is_some_and(|(of, over)| over && depth <= of) {
            inside = None;
        }
        match toks[at].tok {
            Tok::Async if inside.is_none() && follows == Some(Tok::Def) => {
                inside = Some((depth, false));
            }
            Tok::Async | Tok::Await if inside.is_none() => toks[at].tok = Tok::Name,
            _ => {}
        }
    }
}

/// How many characters `text[from..to]` has.
pub fn chars(text: &str, from: usize, to: usize) -> i32 {
    text.get(from..to).map_or(0, |s| s.chars().count() as i32)
}

impl<'a> Lexer<'a> {
    fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> u8 {
        self.src.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// An error at `at`: CPython reports how many characters of the line it had read.
    fn error_at(&self, at: usize, msg: impl Into<String>) -> Box<SyntaxError> {
        let col = chars(self.text, self.line_start, at);
        let mut e = SyntaxError::at(msg, self.line, col, self.line, col);
        e.text = Some(
            self.line_text(self.line_start)
                .trim_end_matches('\n')
                .to_owned(),
        );
        Box::new(e)
    }

    fn error(&self, msg: impl Into<String>) -> Box<SyntaxError> {
        self.error_at(self.at, msg)
    }

    fn line_text(&self, start: usize) -> &'a str {
        let rest = self.text.get(start..).unwrap_or("");
        rest.split_inclusive('\n').next().unwrap_or("")
    }

    fn newline(&mut self) {
        self.at += 1;
        self.line += 1;
        self.line_start = self.at;
    }

    fn col(&self, at: usize) -> i32 {
        let col = (at - self.line_start) as i32;
        if self.line == self.first_line {
            col + self.first_col
        } else {
            col
        }
    }

    /// Where the lexer stands.
    fn state(&self) -> State {
        if self.src.is_empty() {
            return State::default();
        }
        // At the very end the last line is still the current one.
        let ended = self.line_start >= self.src.len() && self.line > self.first_line;
        let (line, line_start) = if ended {
            let before = &self.text[..self.src.len() - 1];
            (self.line - 1, before.rfind('\n').map_or(0, |i| i + 1))
        } else {
            (self.line, self.line_start)
        };
        // Lines may be long: the end is looked for once.
        let line_end = match self.out.states.last() {
            Some(last) if last.line_start as usize == line_start => last.line_end,
            _ => (line_start + self.line_text(line_start).len()) as u32,
        };
        State {
            line,
            at: self.at as u32,
            line_start: line_start as u32,
            line_end,
            buffer: self.buffer.min(line_start) as u32,
            level: self.out.open.len() as u32,
        }
    }

    /// A token without text.
    fn push_bare(&mut self, tok: Tok, start: usize, end: usize) {
        if self.recording {
            let mut state = self.state();
            if tok == Tok::Newline {
                state.at = (end + 1).min(self.src.len()) as u32;
            }
            self.out.states.push(state);
        }
        self.record(tok, start, end, Loc::NONE);
    }

    #[inline]
    fn record(&mut self, tok: Tok, start: usize, end: usize, loc: Loc) {
        self.out.toks.push(Token {
            tok,
            start: start as u32,
            end: end as u32,
            loc,
        });
    }

    /// A token on one line, which ends where the lexer now stands.
    fn push(&mut self, tok: Tok, start: usize) {
        let loc = Loc {
            line: self.line,
            col: self.col(start),
            end_line: self.line,
            end_col: self.col(self.at),
        };
        if self.recording {
            self.out.states.push(self.state());
        }
        self.record(tok, start, self.at, loc);
    }

    fn run(&mut self) -> Lexed<()> {
        let mut at_line_start = true;
        let mut comment = None;
        let mut continued = false;
        loop {
            if self.at == self.line_start && self.at < self.src.len() && !continued {
                self.buffer = self.line_start;
            }
            continued = false;
            if at_line_start {
                at_line_start = false;
                if self.out.open.is_empty() {
                    self.indentation()?;
                }
            }
            while matches!(self.peek(), b' ' | b'\t' | 0x0c) {
                self.at += 1;
            }
            let start = self.at;
            if start >= self.src.len() {
                break;
            }
            match self.peek() {
                b'#' => {
                    comment = Some(start);
                    while self.at < self.src.len() && self.peek() != b'\n' {
                        self.at += 1;
                    }
                }
                b'\n' => {
                    let significant = self.out.open.is_empty()
                        && !matches!(
                            self.out.toks.last().map(|t| t.tok),
                            None | Some(Tok::Newline | Tok::Indent | Tok::Dedent)
                        );
                    if significant {
                        // As CPython has it, the token takes in the comment before it.
                        self.push_bare(Tok::Newline, comment.unwrap_or(start), start);
                    }
                    self.newline();
                    comment = None;
                    at_line_start = true;
                }
                b'\\' => {
                    self.continuation()?;
                    continued = true;
                }
                b'0'..=b'9' => self.number()?,
                b'.' if self.peek_at(1).is_ascii_digit() => self.number()?,
                b'"' | b'\'' => self.string(start)?,
                c if c.is_ascii_alphabetic() || c == b'_' || c >= 0x80 => self.name()?,
                _ => self.operator()?,
            }
        }
        if self.out.open.is_empty() {
            let end = self.src.len();
            if !matches!(
                self.out.toks.last().map(|t| t.tok),
                None | Some(Tok::Newline | Tok::Dedent)
            ) {
                self.push_bare(Tok::Newline, end, end);
            }
            for _ in 1..self.indents.len() {
                self.push_bare(Tok::Dedent, end, end);
            }
        }
        Ok(())
    }

    /// A backslash: the next line belongs to this one.
    fn continuation(&mut self) -> Lexed<()> {
        if self.peek_at(1) != b'\n' {
            self.at += 2.min(self.src.len() - self.at);
            while !self.text.is_char_boundary(self.at) {
                self.at += 1;
            }
            let line_end = self.line_start + self.line_text(self.line_start).len();
            let text = &self.text[self.buffer..line_end];
            let col = chars(self.text, self.buffer, self.at);
            let msg = "unexpected character after line continuation character";
            let mut e = SyntaxError::at(msg, self.line, col, self.line, 0);
            e.text = Some(text.to_owned());
            return Err(Box::new(e));
        }
        self.at += 1;
        let (line, start) = (self.line, self.line_start);
        self.newline();
        if self.at >= self.src.len() {
            let text = self.line_text(start);
            let mut e = SyntaxError::at(
                "unexpected EOF while parsing",
                line,
                text.chars().count() as i32,
                line,
                -1,
            );
            e.text = Some(text.to_owned());
            return Err(Box::new(e));
        }
        Ok(())
    }

    /// Measures the start of a line and emits INDENT and DEDENT; blank lines and comments count for nothing.
    fn indentation(&mut self) -> Lexed<()> {
        let (mut col, mut alt) = (0usize, 0usize);
        // The column of the first backslash, unless it is at the very start.
        let mut continued = 0;
        loop {
            match self.peek() {
                b' ' => (col, alt) = (col + 1, alt + 1),
                b'\t' => (col, alt) = ((col / 8 + 1) * 8, alt + 1),
                0x0c => (col, alt) = (0, 0),
                b'\\' => {
                    if continued == 0 {
                        continued = col;
                    }
                    self.continuation()?;
                    self.buffer = self.line_start;
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        let blank = match self.src.get(self.at) {
            Some(c) => matches!(c, b'#' | b'\n'),
            // White space without a newline after it counts.
            None => self.at == self.line_start,
        };
        if blank {
            return Ok(());
        }
        if continued != 0 {
            (col, alt) = (continued, continued);
        }
        let (top, top_alt) = *self.indents.last().unwrap_or(&(0, 0));
        if col == top {
            if alt != top_alt {
                return Err(self.tab_error());
            }
        } else if col > top {
            if alt <= top_alt {
                return Err(self.tab_error());
            }
            if self.indents.len() >= MAX_INDENT {
                let msg = "too many levels of indentation";
                let mut e = SyntaxError::at(msg, self.line, 1, self.line, 0);
                e.kind = ErrorKind::IndentationError;
                e.text = Some(self.line_text(self.line_start).to_owned());
                return Err(Box::new(e));
            }
            self.indents.push((col, alt));
            self.push_bare(Tok::Indent, self.line_start, self.at);
        } else {
            let open = self.indents.len();
            self.indents.retain(|&(indent, _)| indent <= col);
            let (top, top_alt) = *self.indents.last().unwrap_or(&(0, 0));
            if col != top {
                let text = self.line_text(self.line_start);
                let msg = "unindent does not match any outer indentation level";
                let mut e =
                    SyntaxError::at(msg, self.line, text.chars().count() as i32, self.line, -1);
                e.kind = ErrorKind::IndentationError;
                e.text = Some(text.to_owned());
                return Err(Box::new(e));
            }
            if alt != top_alt {
                return Err(self.tab_error());
            }
            for _ in self.indents.len()..open {
                self.push_bare(Tok::Dedent, self.at, self.at);
            }
        }
        Ok(())
    }

    fn tab_error(&self) -> Box<SyntaxError> {
        let msg = "inconsistent use of tabs and spaces in indentation";
        let mut e = SyntaxError::at(msg, self.line, 1, self.line, 0).with_kind(ErrorKind::TabError);
        e.text = Some(self.line_text(self.line_start).to_owned());
        Box::new(e)
    }

    /// An identifier, a keyword, or a string with a prefix.
    fn name(&mut self) -> Lexed<()> {
        let start = self.at;
        let (mut b, mut u, mut r, mut f) = (false, false, false, false);
        loop {
            match self.peek() | 0x20 {
                b'b' if !(b || u || f) => b = true,
                b'u' if !(b || u || r || f) => u = true,
                b'r' if !(r || u) => r = true,
                b'f' if !(f || b || u) => f = true,
                _ => break,
            }
            self.at += 1;
            if matches!(self.peek(), b'"' | b'\'') {
                return self.string(start);
            }
        }
        self.at = start;
        let mut ascii = true;
        loop {
            match self.peek() {
                c if c.is_ascii_alphanumeric() || c == b'_' => {}
                c if c >= 0x80 => ascii = false,
                _ => break,
            }
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        if !ascii {
            self.check_identifier(start)?;
            self.push(Tok::Name, start);
            return Ok(());
        }
        let tok = keyword(text).unwrap_or(Tok::Name);
        self.push(tok, start);
        Ok(())
    }

    fn check_identifier(&self, start: usize) -> Lexed<()> {
        for (i, c) in self.text[start..self.at].char_indices() {
            let fine = if i == 0 {
                c == '_' || unicode_ident::is_xid_start(c)
            } else {
                unicode_ident::is_xid_continue(c)
            };
            // What Unicode 14 had not assigned yet is not printable.
            if fine && printable(c) {
                continue;
            }
            let at = start + i + c.len_utf8();
            let code = c as u32;
            let msg = if printable(c) {
                format!("invalid character '{c}' (U+{code:04X})")
            } else {
                format!("invalid non-printable character U+{code:04X}")
            };
            return Err(self.error_at(at, msg));
        }
        Ok(())
    }

    fn string(&mut self, start: usize) -> Lexed<()> {
        let (line, line_start, col) = (self.line, self.line_start, self.col(start));
        let quote = self.peek();
        let triple = self.peek_at(1) == quote && self.peek_at(2) == quote;
        self.at += if triple { 3 } else { 1 };
        loop {
            if self.at >= self.src.len() || (self.peek() == b'\n' && !triple) {
                let first = self.line_text(line_start).trim_end_matches('\n');
                let lines = self.text.matches('\n').count() as i32 + self.first_line;
                let last = lines - i32::from(self.text.ends_with('\n'));
                let seen = if triple { last } else { self.line.min(last) };
                let kind = if triple {
                    "triple-quoted string"
                } else {
                    "string"
                };
                let msg = format!("unterminated {kind} literal (detected at line {seen})");
                let col = chars(self.text, line_start, start) + 1;
                let mut e = SyntaxError::at(msg, line, col, line, col);
                e.text = Some(first.to_owned());
                return Err(Box::new(e));
            }
            match self.peek() {
                b'\\' => {
                    self.at += 1;
                    if self.peek() == b'\n' {
                        self.newline();
                    } else {
                        self.at += 1;
                    }
                }
                b'\n' => self.newline(),
                c if c == quote && !triple => {
                    self.at += 1;
                    break;
                }
                c if c == quote && self.peek_at(1) == quote && self.peek_at(2) == quote => {
                    self.at += 3;
                    break;
                }
                _ => self.at += 1,
            }
        }
        let loc = Loc {
            line,
            col,
            end_line: self.line,
            end_col: self.col(self.at),
        };
        if self.recording {
            self.out.states.push(self.state());
        }
        self.record(Tok::String, start, self.at, loc);
        Ok(())
    }

    /// Digits with single underscores between them.
    fn digits(&mut self, digit: fn(&u8) -> bool) -> Lexed<()> {
        loop {
            while digit(&self.peek()) {
                self.at += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !digit(&self.peek()) {
                return Err(self.error("invalid decimal literal"));
            }
        }
    }

    fn number(&mut self) -> Lexed<()> {
        let start = self.at;
        if self.peek() == b'0' {
            let radix = match self.peek_at(1) | 0x20 {
                b'x' => Some((16, "hexadecimal")),
                b'o' => Some((8, "octal")),
                b'b' => Some((2, "binary")),
                _ => None,
            };
            if let Some((radix, kind)) = radix {
                return self.radix_number(start, radix, kind);
            }
            return self.zero(start);
        }
        if self.peek() != b'.' {
            self.digits(u8::is_ascii_digit)?;
        }
        self.fraction(start)
    }

    fn radix_number(&mut self, start: usize, radix: u32, kind: &str) -> Lexed<()> {
        self.at += 2;
        let digit = |c: u8| (c as char).is_digit(radix);
        loop {
            if self.peek() == b'_' {
                self.at += 1;
            }
            if !digit(self.peek()) {
                if self.peek().is_ascii_digit() {
                    self.at += 1;
                    let bad = self.src[self.at - 1] as char;
                    return Err(self.error(format!("invalid digit '{bad}' in {kind} literal")));
                }
                return Err(self.error(format!("invalid {kind} literal")));
            }
            while digit(self.peek()) {
                self.at += 1;
            }
            if self.peek() != b'_' {
                break;
            }
        }
        if self.peek().is_ascii_digit() {
            self.at += 1;
            let bad = self.src[self.at - 1] as char;
            return Err(self.error(format!("invalid digit '{bad}' in {kind} literal")));
        }
        self.end_of_number(kind)?;
        self.push(Tok::Int, start);
        Ok(())
    }

    /// A decimal number that starts with a zero.
    fn zero(&mut self, start: usize) -> Lexed<()> {
        loop {
            match self.peek() {
                b'0' => self.at += 1,
                b'_' => {
                    self.at += 1;
                    if !self.peek().is_ascii_digit() {
                        return Err(self.error("invalid decimal literal"));
                    }
                }
                _ => break,
            }
        }
        let zeros_end = self.at + 1;
        let nonzero = self.peek().is_ascii_digit();
        if nonzero {
            self.digits(u8::is_ascii_digit)?;
        }
        if nonzero && !matches!(self.peek(), b'.' | b'e' | b'E' | b'j' | b'J') {
            let msg = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
            let mut e = self.error(msg);
            // Bytes, here, not characters.
            e.col = Some((start + 1 - self.line_start) as i32);
            e.end_col = Some((zeros_end - self.line_start) as i32);
            return Err(e);
        }
        self.fraction(start)
    }

    /// What may follow the integer part.
    fn fraction(&mut self, start: usize) -> Lexed<()> {
        let mut float = false;
        if self.peek() == b'.' {
            float = true;
            self.at += 1;
            if self.peek().is_ascii_digit() {
                self.digits(u8::is_ascii_digit)?;
            }
        }
        if self.peek() | 0x20 == b'e' {
            let signed = matches!(self.peek_at(1), b'+' | b'-');
            if self.peek_at(1 + signed as usize).is_ascii_digit() {
                float = true;
                self.at += 1 + signed as usize;
                self.digits(u8::is_ascii_digit)?;
            } else if signed {
                self.at += 2;
                return Err(self.error("invalid decimal literal"));
            }
        }
        let imaginary = self.peek() | 0x20 == b'j';
        if imaginary {
            self.at += 1;
        }
        self.end_of_number(if imaginary { "imaginary" } else { "decimal" })?;
        let tok = if imaginary {
            Tok::Complex
        } else if float {
            Tok::Float
        } else {
            Tok::Int
        };
        self.push(tok, start);
        Ok(())
    }

    /// A number must not run into a name; a keyword that may follow an expression is let through with a warning.
    fn end_of_number(&mut self, kind: &str) -> Lexed<()> {
        let rest = &self.src[self.at..];
        let whole: [&[u8]; 5] = [b"and", b"else", b"for", b"or", b"not"];
        let begun: [&[u8]; 3] = [b"if", b"in", b"is"];
        let in_name = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_' || *c >= 0x80;
        let ended = |k: &[u8]| !rest.get(k.len()).is_some_and(in_name);
        if begun.iter().any(|k| rest.starts_with(k))
            || whole.iter().any(|k| rest.starts_with(k) && ended(k))
        {
            let loc = Loc {
                line: self.line,
                end_line: self.line,
                col: self.col(self.at),
                end_col: self.col(self.at),
            };
            let msg = format!("invalid {kind} literal");
            self.out.warnings.push(Warning {
                kind: WarningKind::SyntaxWarning,
                msg,
                loc,
            });
            return Ok(());
        }
        match rest.first() {
            Some(&c) if c.is_ascii_alphanumeric() || c == b'_' => {
                Err(self.error(format!("invalid {kind} literal")))
            }
            _ => Ok(()),
        }
    }

    fn operator(&mut self) -> Lexed<()> {
        let start = self.at;
        let (c, d, e) = (self.peek(), self.peek_at(1), self.peek_at(2));
        let (tok, len) = match (c, d, e) {
            (b'*', b'*', b'=') => (Tok::DoubleStarEqual, 3),
            (b'/', b'/', b'=') => (Tok::DoubleSlashEqual, 3),
            (b'<', b'<', b'=') => (Tok::LeftShiftEqual, 3),
            (b'>', b'>', b'=') => (Tok::RightShiftEqual, 3),
            (b'.', b'.', b'.') => (Tok::Ellipsis, 3),
            (b'*', b'*', _) => (Tok::DoubleStar, 2),
            (b'/', b'/', _) => (Tok::DoubleSlash, 2),
            (b'<', b'<', _) => (Tok::LeftShift, 2),
            (b'>', b'>', _) => (Tok::RightShift, 2),
            (b'+', b'=', _) => (Tok::PlusEqual, 2),
            (b'-', b'=', _) => (Tok::MinusEqual, 2),
            (b'*', b'=', _) => (Tok::StarEqual, 2),
            (b'/', b'=', _) => (Tok::SlashEqual, 2),
            (b'%', b'=', _) => (Tok::PercentEqual, 2),
            (b'&', b'=', _) => (Tok::AmperEqual, 2),
            (b'|', b'=', _) => (Tok::VbarEqual, 2),
            (b'^', b'=', _) => (Tok::CircumflexEqual, 2),
            (b'@', b'=', _) => (Tok::AtEqual, 2),
            (b'=', b'=', _) => (Tok::EqEqual, 2),
            (b'!', b'=', _) => (Tok::NotEqual, 2),
            (b'<', b'=', _) => (Tok::LessEqual, 2),
            (b'>', b'=', _) => (Tok::GreaterEqual, 2),
            (b':', b'=', _) => (Tok::ColonEqual, 2),
            (b'-', b'>', _) => (Tok::Rarrow, 2),
            (b'<', b'>', _) => return self.unknown(2),
            (b'(' | b'[' | b'{', ..) => {
                if self.out.open.len() >= MAX_BRACKETS {
                    self.at += 1;
                    return Err(self.error("too many nested parentheses"));
                }
                let col = (start - self.line_start) as i32;
                self.out.open.push(Open {
                    ch: c,
                    line: self.line,
                    col,
                });
                let tok = match c {
                    b'(' => Tok::Lpar,
                    b'[' => Tok::Lsqb,
                    _ => Tok::Lbrace,
                };
                (tok, 1)
            }
            (b')' | b']' | b'}', ..) => {
                self.close(c)?;
                let tok = match c {
                    b')' => Tok::Rpar,
                    b']' => Tok::Rsqb,
                    _ => Tok::Rbrace,
                };
                (tok, 1)
            }
            (b':', ..) => (Tok::Colon, 1),
            (b',', ..) => (Tok::Comma, 1),
            (b';', ..) => (Tok::Semi, 1),
            (b'+', ..) => (Tok::Plus, 1),
            (b'-', ..) => (Tok::Minus, 1),
            (b'*', ..) => (Tok::Star, 1),
            (b'/', ..) => (Tok::Slash, 1),
            (b'|', ..) => (Tok::Vbar, 1),
            (b'&', ..) => (Tok::Amper, 1),
            (b'<', ..) => (Tok::Less, 1),
            (b'>', ..) => (Tok::Greater, 1),
            (b'=', ..) => (Tok::Equal, 1),
            (b'.', ..) => (Tok::Dot, 1),
            (b'%', ..) => (Tok::Percent, 1),
            (b'~', ..) => (Tok::Tilde, 1),
            (b'^', ..) => (Tok::CircumFlex, 1),
            (b'@', ..) => (Tok::At, 1),
            _ if !c.is_ascii_graphic() => {
                self.at += 1;
                return Err(self.error(format!("invalid non-printable character U+{c:04X}")));
            }
            _ => return self.unknown(1),
        };
        self.at += len;
        self.push(tok, start);
        Ok(())
    }

    /// Characters that begin no token: the parser will stumble over the first such, unless a real error follows.
    fn unknown(&mut self, len: usize) -> Lexed<()> {
        let start = self.at;
        self.at += len;
        self.out.unknown = true;
        self.push(Tok::Unknown, start);
        Ok(())
    }

    fn close(&mut self, c: u8) -> Lexed<()> {
        let here = self.at + 1;
        let Some(open) = self.out.open.pop() else {
            return Err(self.error_at(here, format!("unmatched '{}'", c as char)));
        };
        if !matches!((open.ch, c), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
            let on = if open.line == self.line {
                String::new()
            } else {
                format!(" on line {}", open.line)
            };
            let (c, o) = (c as char, open.ch as char);
            let msg =
                format!("closing parenthesis '{c}' does not match opening parenthesis '{o}'{on}");
            return Err(self.error_at(here, msg));
        }
        Ok(())
    }
}

fn keyword(text: &str) -> Option<Tok> {
    Some(match text {
        "False" => Tok::False,
        "None" => Tok::None,
        "True" => Tok::True,
        "and" => Tok::And,
        "as" => Tok::As,
        "assert" => Tok::Assert,
        "async" => Tok::Async,
        "await" => Tok::Await,
        "break" => Tok::Break,
        "class" => Tok::Class,
        "continue" => Tok::Continue,
        "def" => Tok::Def,
        "del" => Tok::Del,
        "elif" => Tok::Elif,
        "else" => Tok::Else,
        "except" => Tok::Except,
        "finally" => Tok::Finally,
        "for" => Tok::For,
        "from" => Tok::From,
        "global" => Tok::Global,
        "if" => Tok::If,
        "import" => Tok::Import,
        "in" => Tok::In,
        "is" => Tok::Is,
        "lambda" => Tok::Lambda,
        "nonlocal" => Tok::Nonlocal,
        "not" => Tok::Not,
        "or" => Tok::Or,
        "pass" => Tok::Pass,
        "raise" => Tok::Raise,
        "return" => Tok::Return,
        "try" => Tok::Try,
        "while" => Tok::While,
        "with" => Tok::With,
        "yield" => Tok::Yield,
        _ => return None,
    })
}
