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

use rustpython_parser::{Mode, ParseErrorType, Tok};

use crate::errors::{ErrorKind, SyntaxError};
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
    let stopped = matches!(&failure.error, ParseErrorType::Lexical(rustpython_parser::lexer::LexicalErrorType::OtherError(m)) if m.is_empty());
    if let Some(e) = lexical {
        // Characters that start no token are the parser's to stumble over; bad indentation counts only once reached.
        let of_tokenizer = e.kind == ErrorKind::SyntaxError && e.msg != "invalid syntax";
        if of_tokenizer || stopped {
            return e;
        }
    }
    let view = View::new(text, line, &lexed, &failure);
    let known = if mode == Mode::Module || mode == Mode::Interactive {
        blocks::diagnose(&view)
    } else {
        None
    };
    let known = known
        .or_else(|| parameters::diagnose(&view, &failure.error))
        .or_else(|| expressions::diagnose(&view, &failure.error));
    let failed_line = view.line_of(view.at);
    if let Some(open) = lexed.open.last() {
        let last = lexed
            .toks
            .last()
            .is_some_and(|(_, r)| u32::from(r.start()) == open.at);
        let at_end = view.failed.is_none() || last;
        let compiler = known
            .as_ref()
            .is_some_and(|e| e.origin == crate::errors::Origin::Compiler);
        if !compiler && (at_end || failed_line > open.line) {
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
        Some(Tok::Newline) => view.error("invalid syntax", view.at, view.at),
        None | Some(Tok::Dedent) => {
            let line = view.last_line();
            let mut e = SyntaxError::at("invalid syntax", line, 0, line, 0);
            e.text = Some(view.text_for(line));
            e
        }
        Some(_) => view.error("invalid syntax", view.at, view.end),
    }
}
