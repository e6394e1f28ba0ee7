//! Why the parser failed, in CPython's words.

use rustpython_parser::Mode;

use crate::errors::SyntaxError;
use crate::parse::Failure;

/// The error for a failed parse of `text`; `lexical` is the lexer's own error, if that is what stopped the parser.
pub(crate) fn diagnose(
    text: &str,
    _mode: Mode,
    line: i32,
    _col: i32,
    failure: Failure,
    lexical: Option<SyntaxError>,
) -> SyntaxError {
    if let Some(e) = lexical {
        return e;
    }
    let at = failure.offset.min(text.len());
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let line = line + text[..start].matches('\n').count() as i32;
    let col = crate::lexer::chars(text, start, at) + 1;
    SyntaxError::at("invalid syntax", line, col, line, col + 1)
}
