//! Source text to the compiler's tree: lex, run `rustpython-parser`, lower its tree to ours.
//!
//! What the parser gets wrong or leaves out is put right while lowering (`lower`): string literals are evaluated from the
//! source, spans are clipped to tokens, and constructs that 3.11 rejects are rejected. When the parser fails, its message is
//! dropped: `diagnose` looks at the tokens again and says what CPython says.

mod fstring;
mod lower;
mod pattern;

use hotpy_code::{Const, PyStr};
use rustpython_parser::lexer::{LexicalError, LexicalErrorType};
use rustpython_parser::text_size::TextSize;
use rustpython_parser::{Mode, ParseErrorType, parse_tokens};

pub(crate) use lower::expr_name;

use crate::ast::{Body, Module, Names};
use crate::diagnose;
use crate::errors::{Result, Warning};
use crate::lexer::{self, Tokens};

/// What all pieces of one compilation share.
pub struct Context<'n> {
    pub names: &'n mut Names,
    pub nodes: u32,
    pub warnings: Vec<Warning>,
    pub depth: u32,
}

impl<'n> Context<'n> {
    pub fn new(names: &'n mut Names) -> Context<'n> {
        // Node 0 is the module itself.
        Context {
            names,
            nodes: 1,
            warnings: Vec::new(),
            depth: 0,
        }
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
    let body = parse_piece(text, mode, 1, 0, cx)?;
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
        Ok(tree) => lower::Lowerer {
            cx,
            text,
            spans: &spans,
        }
        .module(tree),
        Err(e) => {
            let failure = Failure {
                error: e.error,
                offset: u32::from(e.offset) as usize,
            };
            Err(diagnose::diagnose(text, mode, line, failure, error).into())
        }
    }
}
