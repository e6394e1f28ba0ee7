//! Source text to the compiler's tree: lex, read.
//!
//! Python programs are read by `read`, our own parser. A dialect's text goes through `rustpython-parser` and is lowered to the same tree
//! (`rustpython`, `lower`); a test holds the two against each other. When a program is refused, `diagnose` reads
//! it again and says what CPython says.

mod comments;
mod fstring;
mod lower;
mod pattern;
mod read;
mod rustpython;
mod versions;
mod work;

use hotpy_code::{Const, PyStr};
use std::ops::Range;
use std::rc::Rc;
use unicode_normalization::UnicodeNormalization;

pub use comments::{Details, Kinds};

use crate::ast::{Body, Expr, Loc, Module, Names, Sym};
use crate::diagnose::{self, Start};
use crate::errors::{CompileError, Result, SyntaxError, Warning};
use crate::lexer::{self, Tok, Token, Tokens};
use crate::undecodable::{DecodeError, Undecodable};
use work::Work;

/// What all pieces of one compilation share.
pub struct Context<'n> {
    pub names: &'n mut Names,
    pub nodes: u32,
    pub warnings: Vec<Warning>,
    pub depth: u32,
    /// Of the highest tree read so far for a string literal.
    height: u32,
    /// See [`Piece::chars`].
    pub chars: bool,
    pub undecodable: Option<Rc<Undecodable>>,
    pub details: Details,
    /// Whether type comments are looked for.
    type_comments: bool,
    pub(crate) asked: Asked,
    /// See [`crate::Options::normalize`]; `None` of the function: the compiler's own.
    normalize: Option<fn(&str) -> Option<String>>,
    /// See [`crate::Options::file`].
    file: Option<crate::File>,
    encoding: Option<String>,
    incomplete: Incomplete,
}

/// Which language the caller of `compile` wants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// The minor version whose syntax is the newest allowed.
    pub feature_version: u8,
    /// See [`crate::Options::max_digits`].
    pub max_digits: usize,
    /// Whether `<>` is what says that things are not equal, and `!=` is not.
    pub barry: bool,
}

impl Default for Asked {
    fn default() -> Asked {
        Asked {
            feature_version: u8::MAX,
            max_digits: crate::Options::default().max_digits,
            barry: false,
        }
    }
}

impl Asked {
    /// Turns tokens into those of the language asked for.
    fn adapt(&self, text: &str, toks: &mut [Token]) {
        if self.barry {
            lexer::barry(text, toks);
        }
        if self.feature_version < 7 {
            lexer::free_async(toks);
        }
    }

    /// The tokens of a piece.
    fn lex(&self, text: &str, line: i32, col: i32) -> Tokens {
        let mut lexed = lexer::lex(text, line, col);
        self.adapt(text, &mut lexed.toks);
        lexed
    }

    /// The same, with the lexer's state after each token.
    pub fn lex_recording(&self, text: &str, line: i32, col: i32) -> Tokens {
        let mut lexed = lexer::lex_recording(text, line, col);
        self.adapt(text, &mut lexed.toks);
        lexed
    }
}

/// What becomes of a source that ends too early.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Incomplete {
    /// See [`crate::ALLOW_INCOMPLETE_INPUT`].
    pub allowed: bool,
    /// See [`crate::DONT_IMPLY_DEDENT`].
    pub open_blocks: bool,
}

impl<'n> Context<'n> {
    pub fn new(names: &'n mut Names) -> Context<'n> {
        // Node 0 is the module itself.
        Context {
            names,
            nodes: 1,
            warnings: Vec::new(),
            depth: 0,
            height: 0,
            chars: true,
            undecodable: None,
            details: Details::default(),
            type_comments: false,
            asked: Asked::default(),
            normalize: None,
            incomplete: Incomplete::default(),
            file: None,
            encoding: None,
        }
    }

    /// What is known of the source besides its text.
    pub fn with_source(mut self, source: &crate::source::Source) -> Context<'n> {
        self.chars = source.encoding.is_some();
        self.undecodable = source.undecodable.clone();
        self.encoding = source.encoding.clone();
        self
    }

    /// What the caller of `compile` asks of the parser.
    pub fn with_options(mut self, options: &crate::Options) -> Context<'n> {
        self.type_comments = options.flags & crate::TYPE_COMMENTS != 0;
        self.asked = Asked {
            feature_version: options.feature_version.unwrap_or(u8::MAX),
            max_digits: options.max_digits,
            barry: options.flags & crate::future::BARRY_AS_FLUFL != 0,
        };
        self.incomplete = Incomplete {
            allowed: options.flags & crate::ALLOW_INCOMPLETE_INPUT != 0,
            open_blocks: options.flags & crate::DONT_IMPLY_DEDENT != 0,
        };
        self.file = options.file.clone();
        self.normalize = options.normalize;
        self
    }

    /// An identifier, in the form in which identifiers are compared.
    fn name(&mut self, text: &str) -> Sym {
        if text.is_ascii() {
            return self.names.get_or_intern(text);
        }
        let theirs = self.normalize.and_then(|normalize| normalize(text));
        let name = theirs.unwrap_or_else(|| text.nfkc().collect());
        self.names.get_or_intern(name)
    }
}

/// A piece of source that is parsed by itself.
pub(crate) struct Piece<'t> {
    pub text: &'t str,
    pub start: Start,
    /// Where it stands: the number of its first line, and that line's first byte column.
    pub line: i32,
    pub col: i32,
    /// Whether errors count columns in characters: CPython counts bytes where it does not know the source's encoding.
    pub chars: bool,
    /// Bytes that are not UTF-8.
    pub undecodable: Option<Rc<Undecodable>>,
    pub(crate) asked: Asked,
    pub incomplete: Incomplete,
    /// The file that errors show, and the encoding of the source.
    pub file: Option<(crate::File, Option<String>)>,
}

pub(crate) fn str_const(bytes: Vec<u8>) -> Const {
    Const::Str(PyStr(bytes.into()))
}

/// A parser: from the tokens of a piece, the last of which matches nothing, to a tree.
type Parser = fn(&Piece<'_>, &[Token], &mut Context<'_>) -> Result<Body>;

/// Parses a whole program.
pub fn parse(text: &str, mode: crate::Mode, cx: &mut Context<'_>) -> Result<Module> {
    program(text, mode, cx, read::read)
}

/// Parses a whole program of a dialect, or any: through `rustpython-parser`.
pub fn parse_dialect(text: &str, cx: &mut Context<'_>) -> Result<Module> {
    crate::with_room(crate::drop_room(text.len()), || {
        program(text, crate::Mode::Exec, cx, rustpython::read)
    })
}

/// A whole program.
fn whole<'t>(text: &'t str, mode: crate::Mode, cx: &Context<'_>) -> Piece<'t> {
    let start = match mode {
        crate::Mode::Exec => Start::File,
        crate::Mode::Single => Start::Interactive,
        crate::Mode::Eval => Start::Eval,
    };
    let file = cx.file.clone().filter(|_| start == Start::File);
    Piece {
        text,
        start,
        line: 1,
        col: 0,
        chars: cx.chars,
        undecodable: cx.undecodable.clone(),
        asked: cx.asked,
        incomplete: cx.incomplete,
        file: file.map(|f| (f, cx.encoding.clone())),
    }
}

/// See [`crate::warning_error`].
pub(crate) fn warning_error(
    text: &str,
    mode: crate::Mode,
    cx: &Context<'_>,
    warning: &Warning,
) -> crate::WarningError {
    diagnose::warning_error(&whole(text, mode, cx), warning)
}

fn program(text: &str, mode: crate::Mode, cx: &mut Context<'_>, parser: Parser) -> Result<Module> {
    let piece = whole(text, mode, cx);
    let (mut body, mut toks) = read_piece(&piece, cx, parser)?;
    if cx.type_comments {
        toks.retain(|t| t.tok.has_text());
        comments::attach(Work::new(&piece, cx), &toks, &mut body)?;
    }
    Ok(Module {
        body,
        nodes: cx.nodes,
    })
}

fn parse_piece(piece: &Piece<'_>, cx: &mut Context<'_>) -> Result<Body> {
    read_piece(piece, cx, read::read).map(|(body, _)| body)
}

/// The tree, and the tokens it was made of.
fn read_piece(
    piece: &Piece<'_>,
    cx: &mut Context<'_>,
    parser: Parser,
) -> Result<(Body, Vec<Token>)> {
    let Tokens {
        mut toks,
        error,
        open,
        warnings,
        ..
    } = piece.asked.lex(piece.text, piece.line, piece.col);
    let ended = error.is_none() && open.is_empty();
    let at = piece.text.len() as u32;
    toks.push(Token {
        tok: if ended { Tok::EndOfFile } else { Tok::Unknown },
        start: at,
        end: at,
        loc: Loc::NONE,
    });
    let before = cx.warnings.len();
    let body = match error {
        Some(e) => Err(e.into()),
        None => parser(piece, &toks, cx),
    };
    if !warnings.is_empty() {
        // The lexer is ahead of the parser.
        cx.warnings.splice(before..before, warnings);
        cx.warnings[before..].sort_by_key(|w| (w.loc.line, w.loc.col));
    }
    // What was found wrong is dropped: only the order in which CPython looks decides which error is reported. Where one statement
    // ends and another begins, only the reading of interactive input tells.
    let unsure = piece.start == Start::Interactive || piece.undecodable.is_some();
    let refused = matches!(body, Err(CompileError::Syntax(_) | CompileError::TooDeep));
    if refused || (unsure && body.is_ok()) {
        if let Some(found) = diagnose::diagnose(piece) {
            return Err(found);
        }
    }
    Ok((body?, toks))
}

/// Finds errors in adjacent string literals of a piece. The error has no line if it is to be reported at the
/// token after them; or, if it has a column, at the literal with this number.
pub(crate) fn check_strings(
    piece: &Piece<'_>,
    undecodable: &Undecodable,
    strings: &[Token],
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    let text = piece.text;
    let mut names = Names::with_hasher(Default::default());
    let mut cx = Context::new(&mut names);
    cx.asked = piece.asked;
    cx.undecodable = (!undecodable.is_empty()).then(|| Rc::new(undecodable.clone()));
    let mut work = Work::new(piece, &mut cx);
    for span in strings {
        let (from, to) = (span.start as usize, span.end as usize);
        let lit = crate::literals::split(&text[from..to]);
        if lit.bytes || lit.fstring {
            continue;
        }
        let start = from + lit.body_at;
        // Where there are backslashes, runs of other than ASCII characters are decoded one by one.
        let runs = match !lit.raw && lit.body.contains('\\') {
            true => runs(start, lit.body),
            false => vec![start..start + lit.body.len()],
        };
        if let Some(e) = undecodable_in(undecodable, text, runs) {
            return Err(work.in_string(format!("(unicode error) {e}")));
        }
    }
    let checked = work.strings(strings, Loc::NONE).map(|_| ());
    warnings.append(&mut cx.warnings);
    checked
}

/// The first error in decoding these parts of a text one by one.
fn undecodable_in(
    undecodable: &Undecodable,
    text: &str,
    parts: Vec<Range<usize>>,
) -> Option<DecodeError> {
    let mut parts = parts.into_iter();
    parts.find_map(|r| undecodable.error(text, r.start, r.end))
}

/// What lies between the ASCII characters of `body`, which starts at `start`.
fn runs(start: usize, body: &str) -> Vec<Range<usize>> {
    let mut from = start;
    let ends = body.match_indices(|c: char| c.is_ascii());
    ends.map(|(i, _)| i)
        .chain([body.len()])
        .map(|end| {
            let run = from..start + end;
            from = start + end + 1;
            run
        })
        .collect()
}

/// Parses a signature: `(TYPE, *TYPE, **TYPE) -> TYPE`.
pub fn function_type(text: &str, cx: &mut Context<'_>) -> Result<(Vec<Expr>, Expr)> {
    let Tokens { toks, error, .. } = cx.asked.lex(text, 1, 0);
    if let Some(e) = error {
        return Err(e.into());
    }
    let spans: Vec<Token> = toks.into_iter().filter(|t| t.tok.has_text()).collect();
    let at = |i: usize| -> &str {
        spans
            .get(i)
            .map_or("", |s| &text[s.start as usize..s.end as usize])
    };
    let invalid = |i: usize| -> crate::errors::CompileError {
        let loc = match spans.get(i).or(spans.last()) {
            Some(span) => span.loc,
            None => crate::ast::Loc::NONE,
        };
        let mut e = SyntaxError::at(
            "invalid syntax",
            loc.line,
            loc.col + 1,
            loc.end_line,
            loc.end_col + 1,
        );
        e.text = Some(crate::source::line(text, loc.line).to_owned());
        e.into()
    };
    if at(0) != "(" {
        return Err(invalid(0));
    }
    // Where each type starts and ends: tokens between commas on the first level.
    let mut pieces = Vec::new();
    let (mut depth, mut start, mut close) = (1, 1, None);
    for i in 1..spans.len() {
        match at(i) {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "," if depth == 1 => {
                pieces.push((start, i));
                start = i + 1;
            }
            _ => {}
        }
        if depth == 0 {
            if i > start || !pieces.is_empty() {
                pieces.push((start, i));
            }
            close = Some(i);
            break;
        }
    }
    let Some(close) = close.filter(|&c| at(c) == ")") else {
        return Err(invalid(spans.len()));
    };
    if at(close + 1) != "->" {
        return Err(invalid(close + 1));
    }
    let mut piece = |from: usize, to: usize| -> Result<Expr> {
        let (Some(first), Some(last), true) = (spans.get(from), spans.get(to - 1), from < to)
        else {
            return Err(invalid(from));
        };
        let source = format!("{}\n", &text[first.start as usize..last.end as usize]);
        let piece = Piece {
            text: &source,
            start: Start::Eval,
            line: first.loc.line,
            col: first.loc.col,
            chars: cx.chars,
            undecodable: None,
            asked: cx.asked,
            incomplete: Incomplete::default(),
            file: None,
        };
        match parse_piece(&piece, cx)? {
            Body::Eval(e) => Ok(*e),
            _ => Err(invalid(from)),
        }
    };
    let mut args = Vec::with_capacity(pieces.len());
    // Behind a type with stars only one with more of them may come.
    let mut before = 0;
    for (from, to) in pieces {
        let stars = match at(from) {
            "*" => 1,
            "**" => 2,
            _ => 0,
        };
        if before > 0 && stars <= before {
            return Err(invalid(if before == 1 { from } else { from - 1 }));
        }
        before = stars;
        args.push(piece(from + usize::from(stars > 0), to)?);
    }
    let returns = piece(close + 2, spans.len())?;
    Ok((args, returns))
}
