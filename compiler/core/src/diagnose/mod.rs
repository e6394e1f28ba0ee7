//! Why the parser failed, in CPython's words.
//!
//! CPython runs its parser a second time with rules for common mistakes; here the token stream is looked at again, around
//! the token at which the parser stopped. Precedence is CPython's: an error of the tokenizer anywhere in the source,
//! then a bracket that was never closed, then a known mistake, then "invalid syntax".
//!
//! `blocks` knows mistakes in compound statements and indentation, `expressions` those inside expressions and argument
//! lists, `parameters` those in parameter lists; `view` is what they look at.

mod blocks;
mod expressions;
mod parameters;
mod view;

use rustpython_parser::lexer::LexicalErrorType;
use rustpython_parser::{Mode, ParseErrorType, Tok};

use crate::errors::{ErrorKind, Origin, SyntaxError};
use crate::lexer;
use crate::parse::Failure;
use view::View;

/// The error for a failed parse of `text`, whose first line has number `line`. `lexical` is the lexer's error, if it had one.
pub(crate) fn diagnose(
    text: &str,
    mode: Mode,
    line: i32,
    failure: Failure,
    lexical: Option<SyntaxError>,
) -> SyntaxError {
    let lexed = lexer::lex(text, line, 0);
    let stopped = matches!(&failure.error, ParseErrorType::Lexical(LexicalErrorType::OtherError(m)) if m.is_empty());
    let view = View::new(text, line, &lexed, &failure);
    let indented = view.tok(view.f) == Some(&Tok::Indent) && !stopped;
    if let Some(e) = lexical {
        // Bad indentation, and characters that start no token, count only once reached.
        if stopped || (of_tokenizer(&e) && !indented) {
            return e;
        }
    }
    let statements = mode == Mode::Module || mode == Mode::Interactive;
    let known = statements
        .then(|| blocks::diagnose(&view))
        .flatten()
        .or_else(|| parameters::diagnose(&view, &failure.error))
        .or_else(|| expressions::diagnose(&view, &failure.error))
        .or_else(|| statements.then(|| blocks::annotation(&view)).flatten());
    if let Some(open) = lexed.open.last() {
        let compiler = known.as_ref().is_some_and(|e| e.origin == Origin::Compiler);
        if !compiler
            && !indented
            && (view.failed.is_none()
                || view.line_of(view.at) > open.line
                || view.runs_into(open.at))
        {
            let msg = format!("'{}' was never closed", open.ch as char);
            let mut e = SyntaxError::at(msg, open.line, open.col + 1, open.line, 0);
            e.text = Some(view.text_for(open.line));
            return e;
        }
    }
    known.unwrap_or_else(|| generic(&view))
}

fn generic(view: &View<'_>) -> SyntaxError {
    match view.failed.map(|f| &view.toks[f].0) {
        Some(Tok::Indent) => view.indentation("unexpected indent"),
        Some(Tok::Newline) => view.error("invalid syntax", view.at, view.end),
        Some(Tok::Dedent) if view.end < text_end(view) => view.indentation("unexpected unindent"),
        None | Some(Tok::Dedent) => {
            let line = view.last_line();
            let mut e = SyntaxError::at("invalid syntax", line, 0, line, 0);
            e.text = Some(view.text_for(line));
            e
        }
        Some(_) => view.error("invalid syntax", view.at, view.end),
    }
}

fn text_end(view: &View<'_>) -> usize {
    view.text.trim_end().len()
}

/// Whether an error is one that CPython's tokenizer raises, and for which it will read on to the end of the source.
pub(crate) fn of_tokenizer(e: &SyntaxError) -> bool {
    e.kind == ErrorKind::SyntaxError
        && e.msg != "invalid syntax"
        && !e.msg.starts_with("unexpected EOF")
}
