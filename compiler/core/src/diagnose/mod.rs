//! What is wrong with a program, in CPython's words.
//!
//! When the parser fails, or finds something amiss afterwards, the source is read again, from its tokens, by a parser that
//! works as CPython's does, because what CPython says depends on how its parser works: a first pass knows correct programs
//! alone; a second one knows common mistakes as well, and reports the first that it comes upon; if there is none, the token
//! furthest into the source that the first pass looked at is invalid syntax. Errors of the tokenizer that lie further
//! on, and brackets left open, go before errors of the parser.
//!
//! `machine` runs the rules, `place` turns tokens into positions; the rules are in `statements`, `expressions`, `targets`,
//! `parameters` and `patterns`, those for mistakes in `mistakes`.

mod expressions;
mod machine;
mod mistakes;
mod parameters;
mod patterns;
mod place;
mod statements;
mod targets;

use crate::WarningError;
use crate::errors::{CompileError, ErrorKind, SyntaxError, Warning, WarningKind};
use crate::lexer::{self, State, Tok, Tokens};
use crate::parse::{self, Piece};
use crate::undecodable::Undecodable;
use machine::{Id, Kind, Parser, R, Rule, Stop, Token};
use place::Place;

/// The tokenizer's error at an end that comes too early.
pub(crate) const EOF: &str = "unexpected EOF while parsing";

/// What a piece of source is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Start {
    File,
    Interactive,
    Eval,
    FString,
}

/// The error that CPython reports for `piece`; None if it finds none.
pub(crate) fn diagnose(piece: &Piece<'_>) -> Option<CompileError> {
    with_parser(piece, look)
}

/// Runs `work` on a parser that stands at the start of `piece`.
fn with_parser<T>(piece: &Piece<'_>, work: impl FnOnce(&mut Parser<'_>, &Piece<'_>) -> T) -> T {
    let lexed = piece.asked.lex_recording(piece.text, piece.line, piece.col);
    let toks = tokens(piece, &lexed);
    let none = Undecodable::default();
    let undecodable = piece.undecodable.as_deref().unwrap_or(&none);
    let mut parser = Parser::new(piece.text, undecodable, &toks, &lexed);
    parser.line = piece.line;
    parser.col = piece.col;
    parser.chars = piece.chars;
    parser.asked = piece.asked;
    parser.file = piece.file.clone();
    parser.fstring = piece.start == Start::FString;
    work(&mut parser, piece)
}

/// What a warning becomes that is an error to the caller: see [`crate::warning_error`].
pub(crate) fn warning_error(piece: &Piece<'_>, warning: &Warning) -> WarningError {
    let (line, col) = (warning.loc.line, warning.loc.col);
    if warning.kind == WarningKind::SyntaxWarning {
        return WarningError {
            error: SyntaxError::of_warning(warning, piece.text),
            later: Vec::new(),
            further: None,
        };
    }
    with_parser(piece, |parser, _| {
        // The warning comes up once the token after the literals has been looked at.
        let starts = |t: &Token| (t.place.line, t.place.col) == (line, col);
        let first = parser.toks.iter().position(starts).unwrap_or(0);
        let literals = parser.toks[first..].iter();
        let next = first + literals.take_while(|t| t.tok == Tok::String).count();
        parser.fill = next + 1;
        let error = parser.over(warning.msg.clone(), first as u32, first as u32);
        let read = parser.toks.get(next).map(|t| (t.place.line, t.place.col));
        let ahead = |w: &&Warning| read.is_some_and(|read| (w.loc.line, w.loc.col) > read);
        WarningError {
            error,
            later: parser
                .lexed
                .warnings
                .iter()
                .filter(ahead)
                .cloned()
                .collect(),
            further: further_on(parser),
        }
    })
}

fn look(parser: &mut Parser<'_>, piece: &Piece<'_>) -> Option<CompileError> {
    let start = piece.start;
    let first = run(parser, start);
    if piece.incomplete.allowed && first.is_err() && ends_early(parser, piece) {
        return Some(
            parser
                .here(ErrorKind::SyntaxError, "incomplete input")
                .into(),
        );
    }
    let warnings = warnings_of(parser);
    let mut found = second_look(parser, piece, first)?;
    if let CompileError::Syntax(e) = &mut found {
        e.warnings.splice(..0, warnings);
    }
    Some(found)
}

/// The warnings that the first pass, now over, has given rise to, in order.
fn warnings_of(p: &mut Parser<'_>) -> Vec<Warning> {
    let mut warnings = std::mem::take(&mut p.warnings);
    let end = p.state();
    let read = |w: &&Warning| {
        let at = (w.loc.line, w.loc.col);
        at <= (end.line, (end.at.saturating_sub(end.line_start)) as i32)
    };
    warnings.extend(p.lexed.warnings.iter().filter(read).cloned());
    warnings.sort_by_key(|w| (w.loc.line, w.loc.col));
    warnings
}

fn second_look(parser: &mut Parser<'_>, piece: &Piece<'_>, first: R) -> Option<CompileError> {
    let start = piece.start;
    match first {
        Ok(()) => {
            return (start == Start::Interactive && more(parser)).then(|| {
                let msg = "multiple statements found while compiling a single statement";
                parser.here(ErrorKind::SyntaxError, msg).into()
            });
        }
        Err(Stop::Raise(e)) => return Some(first_of(parser, *e)),
        Err(Stop::Fail) => {}
    }
    let last = parser.fill.saturating_sub(1) as u32;
    parser.again();
    if let Err(Stop::Raise(e)) = run(parser, start) {
        return Some(first_of(parser, *e));
    }
    Some(match &parser.toks.get(last as usize)?.tok {
        Tok::Indent => parser
            .here(ErrorKind::IndentationError, "unexpected indent")
            .into(),
        Tok::Dedent => parser
            .here(ErrorKind::IndentationError, "unexpected unindent")
            .into(),
        _ => {
            let e = parser.over("invalid syntax", last, last);
            further_on(parser).unwrap_or_else(|| e.into())
        }
    })
}

/// Whether the first pass failed at the end of the source, so that there might be a right continuation.
fn ends_early(p: &Parser<'_>, piece: &Piece<'_>) -> bool {
    let Some(token) = p.toks.get(p.fill.saturating_sub(1)) else {
        // There are no more tokens.
        return match &p.lexed.error {
            Some(e) if e.msg.starts_with("unterminated string literal") => {
                // A newline that does not end the string leaves it open.
                let open = piece.start != Start::File && !p.text.ends_with('\n');
                open || p.text.ends_with("\\\n")
            }
            Some(e) => e.msg == EOF || e.msg.starts_with("unterminated triple-quoted"),
            None => true,
        };
    };
    match p.lexed.toks.get(token.index as usize) {
        // A line's end is added to all but interactive input.
        Some(t) if t.tok == Tok::Newline && piece.start != Start::Interactive => false,
        Some(t) => t.start as usize == piece.text.len(),
        None => true,
    }
}

/// Whether there is more in the source than white space and comments.
fn more(p: &Parser<'_>) -> bool {
    let rest = &p.text[(p.state().at as usize).min(p.text.len())..];
    rest.lines().any(|line| {
        let line = line.trim_start_matches([' ', '\t', '\x0c']);
        !line.is_empty() && !line.starts_with('#')
    })
}

fn run(p: &mut Parser<'_>, start: Start) -> R {
    p.nest(2, |p| match start {
        Start::File => p.file(),
        Start::Interactive => p.interactive(),
        Start::Eval => p.eval(),
        Start::FString => p.star_expressions().map(|_| ()),
    })
}

/// Whether an error is one that CPython's tokenizer raises by itself, also when it only reads on to the end of the source.
fn of_tokenizer(e: &SyntaxError) -> bool {
    e.kind == ErrorKind::SyntaxError
        && e.msg != EOF
        && !e
            .msg
            .starts_with("unexpected character after line continuation")
}

/// An error of the parser, unless the tokenizer has one to report further on.
fn first_of(p: &Parser<'_>, e: CompileError) -> CompileError {
    if !matches!(e, CompileError::Syntax(_)) || at_end(p) {
        return e;
    }
    further_on(p).unwrap_or(e)
}

/// Whether the tokenizer has nothing more to say.
fn at_end(p: &Parser<'_>) -> bool {
    let last = p.toks.get(p.fill.saturating_sub(1));
    last.is_none_or(|t| t.tok == Tok::EndOfFile)
}

/// What is wrong after the last token looked at, as far as the tokenizer knows.
fn further_on(p: &Parser<'_>) -> Option<CompileError> {
    if let Some(e) = p.undecodable_name() {
        return Some(CompileError::Undecodable(Box::new(e)));
    }
    if let Some(e) = p.lexed.error.as_ref().filter(|e| of_tokenizer(e)) {
        return Some(e.clone().into());
    }
    let open = p.lexed.open.last()?;
    let line = p.toks.get(p.fill.saturating_sub(1))?.place.line;
    (line > open.line).then(|| p.unclosed().into())
}

/// A token that no text stands behind.
fn imagined(tok: Tok, state: State) -> Token {
    let place = Place {
        line: state.line,
        col: -1,
        end_line: state.line,
        end_col: -1,
    };
    Token {
        tok,
        place,
        state,
        index: u32::MAX,
    }
}

/// The lexer's tokens with CPython's positions, and the end as a token of its own unless an error takes its place.
fn tokens(piece: &Piece<'_>, lexed: &Tokens) -> Vec<Token> {
    let mut dedented = false;
    let mut toks = Vec::with_capacity(lexed.toks.len() + 1);
    let shift = |line: i32, col: i32| col - if line == piece.line { piece.col } else { 0 };
    for (
        index,
        (
            lexer::Token {
                tok,
                start,
                end,
                loc,
            },
            state,
        ),
    ) in lexed.toks.iter().zip(&lexed.states).enumerate()
    {
        let last = *start as usize == piece.text.len();
        let unended = last && !piece.text.ends_with('\n');
        let at_end = unended && matches!(tok, Tok::Newline | Tok::Dedent);
        let stays_open = piece.start == Start::Interactive && piece.incomplete.open_blocks;
        if at_end && (piece.start == Start::Eval || stays_open && *tok == Tok::Dedent) {
            continue;
        }
        if at_end && *tok == Tok::Dedent && !dedented {
            dedented = true;
            let newline = toks
                .last()
                .is_some_and(|t: &Token| t.tok == Tok::Newline && t.place.col == -1);
            if !newline {
                toks.push(imagined(Tok::Newline, *state));
            }
        }
        let place = match tok {
            Tok::Newline if !unended => {
                let at = |offset: u32| (offset - state.line_start.min(offset)) as i32;
                Place {
                    line: state.line,
                    col: at(*start),
                    end_line: state.line,
                    end_col: at(*end),
                }
            }
            Tok::Newline | Tok::Indent | Tok::Dedent => Place {
                line: state.line,
                col: -1,
                end_line: state.line,
                end_col: -1,
            },
            _ => Place {
                line: loc.line,
                col: shift(loc.line, loc.col),
                end_line: loc.end_line,
                end_col: shift(loc.end_line, loc.end_col),
            },
        };
        toks.push(Token {
            tok: *tok,
            place,
            state: *state,
            index: index as u32,
        });
    }
    if lexed.error.is_none() && lexed.open.is_empty() {
        // At the end of interactive input CPython's parser imagines a newline, and another after the DEDENTs that this causes.
        let ended = piece.text.ends_with('\n') || dedented;
        if piece.start == Start::Interactive && ended && !toks.is_empty() {
            toks.push(imagined(Tok::Newline, lexed.end));
        }
        toks.push(imagined(Tok::EndOfFile, lexed.end));
    }
    toks
}

impl<'a> Parser<'a> {
    /// The source, as far as string literals in it are concerned.
    fn piece(&self) -> Piece<'a> {
        Piece {
            text: self.text,
            start: Start::File,
            line: self.line,
            col: self.col,
            chars: self.chars,
            undecodable: None,
            asked: self.asked,
            incomplete: parse::Incomplete::default(),
            file: None,
        }
    }

    /// Adjacent literals. Their values are found at once, and so are errors in them.
    fn strings(&mut self) -> R<Id> {
        self.memo(Rule::Strings, 1, |p| {
            let start = p.pos;
            let found = p.some(|p| p.tok_if(|t| matches!(t, Tok::String)))?;
            let first = p.toks[start].index as usize;
            let formatted = found
                .iter()
                .any(|&at| crate::literals::split(p.text_of(at)).fstring);
            let piece = p.piece();
            let strings = &p.lexed.toks[first..first + found.len()];
            let mut warnings = Vec::new();
            let checked = parse::check_strings(&piece, p.undecodable, strings, &mut warnings);
            if !p.mistakes {
                p.warnings.extend(warnings);
            }
            if let Err(mut e) = checked {
                if let CompileError::Syntax(e) = &mut e {
                    match (e.line, e.col) {
                        (None, Some(i)) => {
                            let at = (start as i32 + i) as u32;
                            let placed = p.over(std::mem::take(&mut e.msg), at, at);
                            **e = placed;
                        }
                        (None, None) => {
                            let placed = p.here(e.kind, std::mem::take(&mut e.msg));
                            **e = placed;
                        }
                        _ => {}
                    }
                }
                return Err(Stop::Raise(Box::new(e)));
            }
            let kind = if formatted {
                Kind::FString
            } else {
                Kind::Literal
            };
            Ok(p.node(kind, start, Vec::new()))
        })
    }
}
