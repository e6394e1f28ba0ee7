//! Source text to the compiler's tree: lex, run `rustpython-parser`, lower its tree to ours.
//!
//! What the parser gets wrong or leaves out is put right while lowering (`lower`): string literals are evaluated from the
//! source, spans are clipped to tokens, and constructs that 3.11 rejects are rejected. When the parser fails, its message is
//! dropped: `diagnose` looks at the tokens again and says what CPython says.

mod comments;
mod fstring;
mod lower;
mod pattern;
mod versions;

use std::cell::Cell;

use hotpy_code::{Const, PyStr};
use rustpython_parser::lexer::{LexicalError, LexicalErrorType};
use rustpython_parser::text_size::TextSize;
use rustpython_parser::{Mode, ParseErrorType, parse_tokens};

pub use comments::Details;
pub(crate) use lower::expr_name;

use crate::ast::{Body, Expr, Module, Names};
use crate::diagnose;
use crate::errors::{Result, SyntaxError, Warning};
use crate::lexer::{self, Span, Tokens};

/// What all pieces of one compilation share.
pub struct Context<'n> {
    pub names: &'n mut Names,
    pub nodes: u32,
    pub warnings: Vec<Warning>,
    pub depth: u32,
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
            details: Details::default(),
            type_comments: false,
            feature_version: u8::MAX,
        }
    }

    /// What the caller of `compile` asks of the parser.
    pub fn with_options(mut self, options: &crate::Options) -> Context<'n> {
        self.type_comments = options.flags & crate::TYPE_COMMENTS != 0;
        self.feature_version = options.feature_version.unwrap_or(u8::MAX);
        self
    }
}

/// How a parse failed, for `diagnose`.
pub struct Failure {
    pub error: ParseErrorType,
    /// Byte offset of the offending token.
    pub offset: usize,
}

pub(crate) fn str_const(bytes: Vec<u8>) -> Const {
    Const::Str(PyStr(bytes.into()))
}

/// Parses a whole program.
pub fn parse(text: &str, mode: crate::Mode, cx: &mut Context<'_>) -> Result<Module> {
    let mode = match mode {
        crate::Mode::Exec => Mode::Module,
        crate::Mode::Single => Mode::Interactive,
        crate::Mode::Eval => Mode::Expression,
    };
    let (body, spans) = lower_piece(text, mode, 1, 0, cx)?;
    if cx.type_comments {
        let mut lowerer = lower::Lowerer {
            cx,
            text,
            spans: &spans,
            near: Cell::new(0),
        };
        comments::attach(&mut lowerer, &body)?;
    }
    Ok(Module {
        body,
        nodes: cx.nodes,
    })
}

/// Parses one expression, for a diagnosis.
pub(crate) fn expression(text: &str, cx: &mut Context<'_>) -> Result<Body> {
    parse_piece(text, Mode::Expression, 1, 0, cx)
}

/// Parses `text`, which starts at `line` and byte column `col`.
fn parse_piece(text: &str, mode: Mode, line: i32, col: i32, cx: &mut Context<'_>) -> Result<Body> {
    lower_piece(text, mode, line, col, cx).map(|(body, _)| body)
}

/// The same, with the places of all tokens.
fn lower_piece(
    text: &str,
    mode: Mode,
    line: i32,
    col: i32,
    cx: &mut Context<'_>,
) -> Result<(Body, Vec<Span>)> {
    let Tokens {
        mut toks,
        spans,
        mut error,
        unknown,
        warnings,
        ..
    } = lexer::lex(text, line, col);
    cx.warnings.extend(warnings);
    if let Some((at, e)) = unknown {
        toks.truncate(at);
        error = error.filter(diagnose::of_tokenizer).or(Some(e));
    }
    let lexed_to = toks.last().map_or(TextSize::from(0), |(_, r)| r.end());
    let failed = error.as_ref().map(|_| {
        Err(LexicalError {
            error: LexicalErrorType::OtherError(String::new()),
            location: lexed_to,
        })
    });
    let parsed = parse_tokens(toks.into_iter().map(Ok).chain(failed), mode, "");
    match parsed {
        Ok(tree) => {
            let lowerer = lower::Lowerer {
                cx,
                text,
                spans: &spans,
                near: Cell::new(0),
            };
            let body = lowerer.module(tree)?;
            Ok((body, spans))
        }
        Err(e) => {
            let failure = Failure {
                error: e.error,
                offset: u32::from(e.offset) as usize,
            };
            Err(diagnose::diagnose(text, mode, line, failure, error).into())
        }
    }
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
        match parse_piece(&source, Mode::Expression, first.loc.line, first.loc.col, cx)? {
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
