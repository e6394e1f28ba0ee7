//! The dialect's own syntax, found with logos and rewritten to Python of exactly the same length.
//!
//! | written | rewritten | noted |
//! | --- | --- | --- |
//! | `$op(...)` | `_op(...)` | [`Dollar::Op`] where the `$` is |
//! | `obj.$field` | `obj._field` | [`Dollar::Field`] where the `$` is |
//! | `obj$attr` | `obj.attr` | [`Dollar::Special`] where the `$` is |
//!
//! Every other byte stays what and where it is, so all positions in the rewritten text are positions in the source, and
//! later stages recognise the dialect's syntax by its place: no name is reserved. Strings and comments are left alone.

use std::collections::HashMap;

use hotpy_code::Loc;
use logos::{Lexer, Logos};

use crate::diagnostics::Diagnostic;

/// What a `$` introduces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dollar {
    Op,
    Field,
    Special,
}

/// Where which `$` is: by line (from 1) and byte column (from 0).
pub type Dollars = HashMap<(i32, i32), Dollar, ahash::RandomState>;

/// The text for the parser, and what was rewritten in it.
pub struct Rewritten {
    pub text: String,
    pub dollars: Dollars,
    /// Every `$` that is out of place.
    pub errors: Vec<Diagnostic>,
}

#[derive(Logos, Clone, Copy, PartialEq, Debug)]
enum Token {
    #[regex(r"[ \t\f\r\\]+")]
    Space,
    #[token("\n")]
    Newline,
    #[regex(r"#[^\n]*")]
    Comment,
    #[regex(r#"[rRbBuUfF]?[rRbBuUfF]?["']"#, string)]
    Str,
    #[regex(r"[\p{XID_Start}_]\p{XID_Continue}*")]
    Name,
    #[regex(r"[0-9][0-9a-zA-Z_]*")]
    Number,
    #[regex(r"\$[\p{XID_Start}_]\p{XID_Continue}*")]
    Dollar,
    #[token("$")]
    LoneDollar,
    #[token(".")]
    Dot,
    #[token("(")]
    Open,
    #[regex(r"[)\]}]")]
    Close,
}

/// Takes in the rest of a string whose prefix and first quote were read. One that does not end is the parser's to report.
fn string(lex: &mut Lexer<Token>) {
    let quote = lex.slice().as_bytes()[lex.slice().len() - 1];
    let rest = lex.remainder().as_bytes();
    let triple = rest.starts_with(&[quote, quote]);
    let mut at = if triple { 2 } else { 0 };
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 1,
            b'\n' if !triple => break,
            b if b == quote && !triple => {
                at += 1;
                break;
            }
            b if b == quote && rest[at..].starts_with(&[quote, quote, quote]) => {
                at += 3;
                break;
            }
            _ => {}
        }
        at += 1;
    }
    // An escaped character may be longer than a byte, or missing.
    at = at.min(rest.len());
    while !lex.remainder().is_char_boundary(at) {
        at += 1;
    }
    lex.bump(at);
}

/// Words after which an operand begins: `return $type(x)` is an op.
const KEYWORDS: &[&str] = &[
    "and", "assert", "del", "elif", "else", "if", "in", "is", "not", "or", "raise", "return",
    "while", "from",
];

/// Rewrites `source`, whose lines end in `\n`.
pub fn rewrite(path: &str, source: &str) -> Rewritten {
    let mut text = source.as_bytes().to_vec();
    let mut dollars = Dollars::default();
    let mut errors = Vec::new();
    let (mut line, mut line_start) = (1, 0);
    // The last token that is no space, and where it ended.
    let (mut before, mut before_end) = (Token::Newline, 0);
    let mut tokens = Token::lexer(source);
    while let Some(token) = tokens.next() {
        let span = tokens.span();
        let col = (span.start - line_start) as i32;
        let loc = Loc {
            line,
            end_line: line,
            col,
            end_col: col + span.len() as i32,
        };
        let mut error = |message: &str, help: &str| {
            let d = Diagnostic::at(path, source, loc, message);
            errors.push(d.with_help(help.to_owned()));
        };
        let mut kind = token.unwrap_or(Token::LoneDollar);
        if token.is_err() {
            // A character that only the parser has to know.
            kind = Token::Newline;
        }
        match token {
            Ok(Token::Space) => continue,
            Ok(Token::Dollar) => {
                let operand = match before {
                    Token::Close | Token::Str => true,
                    Token::Name => !KEYWORDS.contains(&word_before(source, before_end)),
                    _ => false,
                };
                let called = source[span.end..]
                    .trim_start_matches([' ', '\t'])
                    .starts_with('(');
                if !tokens.slice().is_ascii() {
                    error(
                        "a name after `$` is plain ASCII",
                        "`lpy ops` and `lpy fields` list the names there are",
                    );
                } else if before == Token::Dot {
                    dollars.insert((line, col), Dollar::Field);
                    text[span.start] = b'_';
                } else if operand && before_end == span.start {
                    dollars.insert((line, col), Dollar::Special);
                    text[span.start] = b'.';
                } else if before_end == span.start && before == Token::Name {
                    error(
                        "a space must stand between a keyword and `$`",
                        "write `return $op(x)`",
                    );
                } else if operand {
                    error(
                        "no space may stand before the `$` of a special look-up",
                        "write `obj$attr`",
                    );
                } else if !called {
                    error("an op must be called", "write `$op(operand, ...)`");
                } else {
                    dollars.insert((line, col), Dollar::Op);
                    text[span.start] = b'_';
                }
                kind = Token::Name;
            }
            Ok(Token::LoneDollar) => error(
                "a name must follow `$`",
                "`$op(x)` is an op, `obj$attr` a special look-up, `obj.$field` a native field",
            ),
            Ok(Token::Newline) => {
                line += 1;
                line_start = span.end;
            }
            Ok(Token::Str) => {
                // May hold newlines.
                for (i, _) in source[span.clone()].match_indices('\n') {
                    line += 1;
                    line_start = span.start + i + 1;
                }
            }
            _ => {}
        }
        (before, before_end) = (kind, span.end);
    }
    Rewritten {
        // ASCII was replaced by ASCII.
        text: String::from_utf8_lossy(&text).into_owned(),
        dollars,
        errors,
    }
}

/// The word that ends at `end`.
fn word_before(source: &str, end: usize) -> &str {
    let head = &source[..end];
    let start = head
        .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map_or(0, |i| {
            i + head[i..].chars().next().map_or(1, char::len_utf8)
        });
    &head[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(source: &str) -> String {
        let r = rewrite("t.lpy", source);
        assert!(r.errors.is_empty());
        r.text
    }

    #[test]
    fn same_length() {
        let source = "x = $type(a).$__mro__ + b$len() # $type\ny = '$a' \"\"\"$b\n$c\"\"\" + f(x)$g\nreturn $type(é)\n";
        let text = rewritten(source);
        assert_eq!(
            text,
            "x = _type(a).___mro__ + b.len() # $type\ny = '$a' \"\"\"$b\n$c\"\"\" + f(x).g\nreturn _type(é)\n"
        );
        assert_eq!(text.len(), source.len());
    }

    #[test]
    fn positions() {
        let r = rewrite("t.lpy", "'''\n\n''' \nz = 'é'$upper\nq = \\\n  $type(z)\n");
        assert_eq!(r.dollars.get(&(4, 8)), Some(&Dollar::Special));
        assert_eq!(r.dollars.get(&(6, 2)), Some(&Dollar::Op));
        assert_eq!(r.dollars.len(), 2);
    }

    #[test]
    fn wrong() {
        for source in [
            "x = $\n",
            "x = $type\n",
            "x = a $b\n",
            "x = $1\n",
            "return$type(x)\n",
        ] {
            assert_eq!(rewrite("t.lpy", source).errors.len(), 1, "{source}");
        }
    }
}
