//! `rustpython-parser`: our tokens to its, its tree to ours.

use rustpython_parser::ast as py;
use rustpython_parser::lexer::{LexicalError, LexicalErrorType};
use rustpython_parser::text_size::{TextRange, TextSize};
use rustpython_parser::{Mode, StringKind, Tok as Their, parse_tokens};

use super::lower::Lowerer;
use super::work::Work;
use super::{Context, Piece};
use crate::ast::Body;
use crate::diagnose::Start;
use crate::errors::Result;
use crate::lexer::{Tok, Token};
use crate::literals;

/// The tree of `piece`, whose tokens are `toks`.
pub(super) fn read(piece: &Piece<'_>, toks: &[Token], cx: &mut Context<'_>) -> Result<Body> {
    let mut theirs = Vec::with_capacity(toks.len());
    let max_digits = cx.asked.max_digits;
    for t in toks {
        if t.tok == Tok::EndOfFile {
            break;
        }
        let range = TextRange::new(TextSize::from(t.start), TextSize::from(t.end));
        match convert(t, piece.text, max_digits) {
            Some(tok) => theirs.push(Ok((tok, range))),
            None => {
                theirs.push(Err(LexicalError {
                    error: LexicalErrorType::OtherError(String::new()),
                    location: range.start(),
                }));
                break;
            }
        }
    }
    soft_keywords(&mut theirs);
    let mode = match piece.start {
        Start::File => Mode::Module,
        Start::Interactive => Mode::Interactive,
        Start::Eval | Start::FString => Mode::Expression,
    };
    let spans: Vec<Token> = toks.iter().copied().filter(|t| t.tok.has_text()).collect();
    let mut lowerer = Lowerer::new(Work::new(piece, cx), &spans);
    match parse_tokens(theirs, mode, "") {
        Ok(tree) => lowerer.module(tree, piece.start),
        Err(e) => Err(lowerer.stopped_at(u32::from(e.offset) as usize)),
    }
}

/// None for what begins no token.
fn convert(t: &Token, source: &str, max_digits: usize) -> Option<Their> {
    let text = source.get(t.start as usize..t.end as usize)?;
    let number = |what| literals::number(what, text, max_digits).map(super::lower::their_constant);
    Some(match t.tok {
        Tok::Unknown | Tok::EndOfFile => return None,
        Tok::Newline => Their::Newline,
        Tok::Indent => Their::Indent,
        Tok::Dedent => Their::Dedent,
        Tok::Name => {
            use unicode_normalization::UnicodeNormalization;
            Their::Name {
                name: text.nfkc().collect(),
            }
        }
        Tok::Int | Tok::Float | Tok::Complex => match number(t.tok)? {
            py::Constant::Int(value) => Their::Int { value },
            py::Constant::Float(value) => Their::Float { value },
            py::Constant::Complex { real, imag } => Their::Complex { real, imag },
            _ => return None,
        },
        // Values and mixtures are looked at when the tree is lowered.
        Tok::String => Their::String {
            value: String::new(),
            kind: StringKind::String,
            triple_quoted: false,
        },
        _ => fixed(text)?,
    })
}

/// Keywords and operators.
fn fixed(text: &str) -> Option<Their> {
    use Their::*;
    Some(match text {
        "(" => Lpar,
        ")" => Rpar,
        "[" => Lsqb,
        "]" => Rsqb,
        "{" => Lbrace,
        "}" => Rbrace,
        ":" => Colon,
        "," => Comma,
        ";" => Semi,
        "." => Dot,
        "..." => Ellipsis,
        "->" => Rarrow,
        ":=" => ColonEqual,
        "=" => Equal,
        "+" => Plus,
        "-" => Minus,
        "*" => Star,
        "/" => Slash,
        "//" => DoubleSlash,
        "%" => Percent,
        "@" => At,
        "&" => Amper,
        "|" => Vbar,
        "^" => CircumFlex,
        "<<" => LeftShift,
        ">>" => RightShift,
        "**" => DoubleStar,
        "~" => Tilde,
        "==" => EqEqual,
        "!=" => NotEqual,
        "<" => Less,
        "<=" => LessEqual,
        ">" => Greater,
        ">=" => GreaterEqual,
        "+=" => PlusEqual,
        "-=" => MinusEqual,
        "*=" => StarEqual,
        "/=" => SlashEqual,
        "//=" => DoubleSlashEqual,
        "%=" => PercentEqual,
        "@=" => AtEqual,
        "&=" => AmperEqual,
        "|=" => VbarEqual,
        "^=" => CircumflexEqual,
        "<<=" => LeftShiftEqual,
        ">>=" => RightShiftEqual,
        "**=" => DoubleStarEqual,
        "False" => False,
        "None" => None,
        "True" => True,
        "and" => And,
        "as" => As,
        "assert" => Assert,
        "async" => Async,
        "await" => Await,
        "break" => Break,
        "class" => Class,
        "continue" => Continue,
        "def" => Def,
        "del" => Del,
        "elif" => Elif,
        "else" => Else,
        "except" => Except,
        "finally" => Finally,
        "for" => For,
        "from" => From,
        "global" => Global,
        "if" => If,
        "import" => Import,
        "in" => In,
        "is" => Is,
        "lambda" => Lambda,
        "nonlocal" => Nonlocal,
        "not" => Not,
        "or" => Or,
        "pass" => Pass,
        "raise" => Raise,
        "return" => Return,
        "try" => Try,
        "while" => While,
        "with" => With,
        "yield" => Yield,
        _ => return Option::None,
    })
}

type Item = std::result::Result<(Their, TextRange), LexicalError>;

fn is_name(item: &Item, text: &str) -> bool {
    matches!(item, Ok((Their::Name { name }, _)) if name == text)
}

/// Turns `match` and `case` into keywords: `match` where its line ends in a colon and an indented line that starts with
/// `case` follows, `case` at the start of the lines directly inside.
fn soft_keywords(toks: &mut [Item]) {
    // For each open indentation, whether it is the body of a match statement.
    let mut blocks = vec![false];
    let mut header = false;
    let mut line_start = true;
    for i in 0..toks.len() {
        match &toks[i] {
            Ok((Their::Indent, _)) => blocks.push(std::mem::take(&mut header)),
            Ok((Their::Dedent, _)) => {
                if blocks.len() > 1 {
                    blocks.pop();
                }
            }
            Ok((Their::Newline, _)) => {}
            tok => {
                if line_start {
                    let keyword = if is_name(tok, "match") && is_match_header(&toks[i..]) {
                        header = true;
                        Some(Their::Match)
                    } else if blocks.last() == Some(&true) && is_name(tok, "case") {
                        Some(Their::Case)
                    } else {
                        None
                    };
                    if let (Some(keyword), Ok(tok)) = (keyword, &mut toks[i]) {
                        tok.0 = keyword;
                    }
                }
                line_start = false;
                continue;
            }
        }
        line_start = true;
    }
}

fn is_match_header(toks: &[Item]) -> bool {
    let is = |at: usize, tok: &Their| matches!(toks.get(at), Some(Ok((t, _))) if t == tok);
    let newline = |t: &Item| matches!(t, Ok((Their::Newline, _)));
    let Some(end) = toks.iter().position(newline) else {
        return false;
    };
    end >= 3
        && is(end - 1, &Their::Colon)
        && is(end + 1, &Their::Indent)
        && toks.get(end + 2).is_some_and(|t| is_name(t, "case"))
}
