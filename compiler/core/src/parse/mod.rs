//! Source text to the compiler's tree: lex, run `rustpython-parser`, lower its tree to ours.
//!
//! What the parser gets wrong or leaves out is put right while lowering (`lower`): string literals are evaluated from the
//! source, spans are clipped to tokens, and constructs that 3.11 rejects are rejected. When a program is rejected, `diagnose` reads
//! it again and says what CPython says.

mod comments;
mod fstring;
mod lower;
mod pattern;
mod versions;

use std::cell::Cell;

use hotpy_code::{Const, PyStr};
use rustpython_parser::lexer::{LexicalError, LexicalErrorType};
use rustpython_parser::text_size::{TextRange, TextSize};
use rustpython_parser::{Mode, ParseErrorType, Tok, parse_tokens};
use std::ops::Range;
use std::rc::Rc;

pub use comments::Details;

use crate::ast::{Body, Expr, Loc, Module, Names};
use crate::diagnose::{self, Start};
use crate::errors::{CompileError, Result, SyntaxError, Warning};
use crate::lexer::{self, Span, Tokens};
use crate::undecodable::Undecodable;
use lower::Lowerer;

/// What all pieces of one compilation share.
pub struct Context<'n> {
    pub names: &'n mut Names,
    pub nodes: u32,
    pub warnings: Vec<Warning>,
    pub depth: u32,
    /// See [`Piece::chars`].
    pub chars: bool,
    pub undecodable: Option<Rc<Undecodable>>,
    pub details: Details,
    /// Whether type comments are looked for.
    type_comments: bool,
    /// The minor version whose syntax is the newest allowed.
    feature_version: u8,
}

impl<'n> Context<'n> {
    pub fn new(names: &'n mut Names) -> Context<'n> {
        // Node 0 is the module itself.
        Context {
            names,
            nodes: 1,
            warnings: Vec::new(),
            depth: 0,
            chars: true,
            undecodable: None,
            details: Details::default(),
            type_comments: false,
            feature_version: u8::MAX,
        }
    }

    /// What is known of the source besides its text.
    pub fn with_source(mut self, source: &crate::source::Source) -> Context<'n> {
        self.chars = source.declared;
        self.undecodable = source.undecodable.clone();
        self
    }

    /// What the caller of `compile` asks of the parser.
    pub fn with_options(mut self, options: &crate::Options) -> Context<'n> {
        self.type_comments = options.flags & crate::TYPE_COMMENTS != 0;
        self.feature_version = options.feature_version.unwrap_or(u8::MAX);
        self
    }
}

/// Follows a name that was made different; no name of a program has it.
const RENAMED: char = '\0';

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
}

pub(crate) fn str_const(bytes: Vec<u8>) -> Const {
    Const::Str(PyStr(bytes.into()))
}

/// Parses a whole program.
pub fn parse(text: &str, mode: crate::Mode, cx: &mut Context<'_>) -> Result<Module> {
    let piece = Piece {
        text,
        start: match mode {
            crate::Mode::Exec => Start::File,
            crate::Mode::Single => Start::Interactive,
            crate::Mode::Eval => Start::Eval,
        },
        line: 1,
        col: 0,
        chars: cx.chars,
        undecodable: cx.undecodable.clone(),
    };
    let (mut body, spans) = lower_piece(&piece, cx)?;
    if cx.type_comments {
        let mut lowerer = Lowerer {
            cx,
            text,
            spans: &spans,
            renamed: false,
            near: Cell::new(0),
        };
        comments::attach(&mut lowerer, &mut body)?;
    }
    Ok(Module {
        body,
        nodes: cx.nodes,
    })
}

fn parse_piece(piece: &Piece<'_>, cx: &mut Context<'_>) -> Result<Body> {
    lower_piece(piece, cx).map(|(body, _)| body)
}

/// The same, with the places of all tokens.
fn lower_piece(piece: &Piece<'_>, cx: &mut Context<'_>) -> Result<(Body, Vec<Span>)> {
    let mut changes = Changes::default();
    loop {
        match parse_once(piece, cx, &changes) {
            Ok(done) => return done,
            Err(Again::Rename(at)) => changes.renamed.push(at),
            Err(Again::Bracket(operands)) => changes.bracketed = operands,
        }
    }
}

/// What the tokens need so that the parser takes what CPython does.
#[derive(Default)]
struct Changes {
    /// Offsets of names to make different from all others; the lowering makes them equal again.
    renamed: Vec<usize>,
    /// Expressions to put in brackets.
    bracketed: Vec<Range<usize>>,
}

/// Why to parse once more.
enum Again {
    /// The parser found a parameter or a keyword argument repeated: it stops there, CPython goes on and says so later.
    Rename(usize),
    /// The parser takes no operator looser than `|` after a star in a subscript.
    Bracket(Vec<Range<usize>>),
}

impl Changes {
    fn apply(&self, toks: &mut Vec<(Tok, TextRange)>) {
        let at = |toks: &[(Tok, TextRange)], offset: usize| {
            toks.partition_point(|(_, r)| usize::from(r.start()) < offset)
        };
        for (i, offset) in self.renamed.iter().enumerate() {
            let at = at(toks, *offset);
            if let Some((Tok::Name { name }, _)) = toks.get_mut(at) {
                name.push_str(&format!("{RENAMED}{i}"));
            }
        }
        for operand in &self.bracketed {
            for (tok, offset) in [(Tok::Lpar, operand.start), (Tok::Rpar, operand.end)] {
                let place = TextRange::empty(TextSize::from(offset as u32));
                toks.insert(at(toks, offset), (tok, place));
            }
        }
    }
}

fn parse_once(
    piece: &Piece<'_>,
    cx: &mut Context<'_>,
    changes: &Changes,
) -> std::result::Result<Result<(Body, Vec<Span>)>, Again> {
    let Tokens {
        mut toks,
        spans,
        error,
        unknown,
        warnings,
        unsure,
        ..
    } = lexer::lex(piece.text, piece.line, piece.col);
    changes.apply(&mut toks);
    if let Some(at) = unknown {
        toks.truncate(at);
    }
    let lexed_to = toks.last().map_or(TextSize::from(0), |(_, r)| r.end());
    let stopped = error.is_some() || unknown.is_some();
    let failed = stopped.then(|| {
        Err(LexicalError {
            error: LexicalErrorType::OtherError(String::new()),
            location: lexed_to,
        })
    });
    let mode = match piece.start {
        Start::File => Mode::Module,
        Start::Interactive => Mode::Interactive,
        Start::Eval | Start::FString => Mode::Expression,
    };
    let before = cx.warnings.len();
    let mut lowerer = Lowerer {
        cx,
        text: piece.text,
        spans: &spans,
        renamed: !changes.renamed.is_empty(),
        near: Cell::new(0),
    };
    let lowered = match parse_tokens(toks.into_iter().map(Ok).chain(failed), mode, "") {
        Ok(tree) => lowerer.module(tree, piece.start),
        Err(e) => {
            let at = u32::from(e.offset) as usize;
            if let ParseErrorType::Lexical(
                LexicalErrorType::DuplicateArgumentError(_)
                | LexicalErrorType::DuplicateKeywordArgumentError(_),
            ) = e.error
            {
                if !changes.renamed.contains(&at) {
                    return Err(Again::Rename(at));
                }
            }
            Err(lowerer.stopped_at(at))
        }
    };
    // The lexer is a token ahead of the parser.
    cx.warnings.splice(before..before, warnings);
    cx.warnings[before..].sort_by_key(|w| (w.loc.line, w.loc.col));
    // What the parser says is dropped, and so is what was found while lowering: only the order in which CPython looks decides
    // which error is reported.
    // Where one statement ends and another begins, only the reading of interactive input tells.
    let unsure = piece.start == Start::Interactive || unsure || piece.undecodable.is_some();
    if unsure && lowered.is_ok() {
        if let Some(e) = diagnose::diagnose(piece) {
            return Ok(Err(e));
        }
    }
    Ok(match lowered {
        Err(e @ (CompileError::Syntax(_) | CompileError::TooDeep)) => match diagnose::read(piece) {
            Err(found) => Err(found),
            Ok(operands) => {
                let syntax = matches!(e, CompileError::Syntax(_));
                if syntax && !operands.is_empty() && changes.bracketed.is_empty() {
                    cx.warnings.truncate(before);
                    return Err(Again::Bracket(operands));
                }
                Err(e)
            }
        },
        other => other.map(|body| (body, spans)),
    })
}

/// Finds errors in adjacent string literals, the spans numbered `strings`. The error has no line if it is to be reported at the
/// token after them; or, if it has a column, at the literal with this number.
pub(crate) fn check_strings(
    text: &str,
    undecodable: &Undecodable,
    spans: &[Span],
    strings: Range<usize>,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    let mut names = Names::with_hasher(Default::default());
    let mut cx = Context::new(&mut names);
    let mut lowerer = Lowerer {
        cx: &mut cx,
        text,
        spans,
        renamed: false,
        near: Cell::new(0),
    };
    for span in &spans[strings.clone()] {
        let (from, to) = (span.start as usize, span.end as usize);
        let lit = crate::literals::split(&text[from..to]);
        if lit.bytes {
            continue;
        }
        let body = from + lit.body_at..from + lit.body_at + lit.body.len();
        // Where there are backslashes, runs of other than ASCII characters are decoded one by one.
        let runs: Vec<Range<usize>> = if !lit.raw && lit.body.contains('\\') {
            let ends = lit.body.match_indices(|c: char| c.is_ascii());
            pieces(body.start, ends.map(|(i, _)| i).chain([lit.body.len()]))
        } else if lit.fstring {
            let braces = lit.body.match_indices(['{', '}']).map(|(i, _)| i);
            pieces(body.start, braces.chain([lit.body.len()]))
        } else {
            vec![body]
        };
        let bad = runs
            .into_iter()
            .find_map(|r| undecodable.error(text, r.start, r.end));
        if let Some(e) = bad {
            return Err(lowerer.in_string(format!("(unicode error) {e}")));
        }
    }
    let checked = lowerer.strings(strings, Loc::NONE).map(|_| ());
    warnings.append(&mut cx.warnings);
    checked
}

/// What lies between one-byte characters at `ends`, counted from `start`.
fn pieces(start: usize, ends: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let mut from = start;
    ends.map(|end| {
        let piece = from..start + end;
        from = start + end + 1;
        piece
    })
    .collect()
}

/// Parses a signature: `(TYPE, *TYPE, **TYPE) -> TYPE`.
pub fn function_type(text: &str, cx: &mut Context<'_>) -> Result<(Vec<Expr>, Expr)> {
    let Tokens { spans, error, .. } = lexer::lex(text, 1, 0);
    if let Some(e) = error {
        return Err(e.into());
    }
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
        };
        match parse_piece(&piece, cx)? {
            Body::Eval(e) => Ok(*e),
            _ => Err(invalid(from)),
        }
    };
    let mut args = Vec::with_capacity(pieces.len());
    for (from, to) in pieces {
        let stars = usize::from(matches!(at(from), "*" | "**"));
        args.push(piece(from + stars, to)?);
    }
    let returns = piece(close + 2, spans.len())?;
    Ok((args, returns))
}
