//! Mistakes in parameter lists.

use rustpython_parser::lexer::LexicalErrorType;
use rustpython_parser::{ParseErrorType, Tok};

use super::view::View;
use crate::errors::{Origin, SyntaxError};

pub fn diagnose(v: &View<'_>, error: &ParseErrorType) -> Option<SyntaxError> {
    if let ParseErrorType::Lexical(e) = error {
        return match e {
            LexicalErrorType::DefaultArgumentError => {
                Some(v.here("non-default argument follows default argument"))
            }
            LexicalErrorType::DuplicateArgumentError(name) => duplicate(v, name),
            LexicalErrorType::OtherError(m) if m.starts_with("named arguments") => bare_star(v, m),
            _ => None,
        };
    }
    let open = v.open_bracket(v.f);
    let (first, lambda) = match open {
        Some(open) if v.is_definition(open) => (open + 1, false),
        _ => (lambda_start(v)?, true),
    };
    let before: Vec<&Tok> = v.toks[first..v.f].iter().map(|(t, _)| t).collect();
    let previous = before.last().copied();
    let count = |tok: &Tok| before.iter().filter(|t| **t == tok).count();
    match v.tok(v.f)? {
        Tok::Rpar | Tok::Comma if previous == Some(&Tok::Equal) => {
            Some(v.over("expected default value expression", v.f - 1, v.f))
        }
        Tok::Lpar if previous.is_none_or(|t| *t == Tok::Comma) => {
            let close = closing(v, v.f)?;
            let what = if lambda {
                "Lambda expression parameters"
            } else {
                "Function parameters"
            };
            Some(v.over(format!("{what} cannot be parenthesized"), v.f, close + 1))
        }
        Tok::Equal if v.f >= 2 && v.toks[v.f - 2].0 == Tok::DoubleStar => {
            Some(v.here("var-keyword argument cannot have default value"))
        }
        Tok::Equal if v.f >= 2 && v.toks[v.f - 2].0 == Tok::Star => {
            Some(v.here("var-positional argument cannot have default value"))
        }
        Tok::Name { .. } | Tok::Star | Tok::DoubleStar | Tok::Slash
            if count(&Tok::DoubleStar) > 0 && previous == Some(&Tok::Comma) =>
        {
            Some(v.here("arguments cannot follow var-keyword argument"))
        }
        Tok::Star if count(&Tok::Star) > 0 => Some(v.here("* argument may appear only once")),
        Tok::Slash if count(&Tok::Slash) > 0 => Some(v.here("/ may appear only once")),
        Tok::Slash if count(&Tok::Star) > 0 => Some(v.here("/ must be ahead of *")),
        Tok::Slash if before.is_empty() => Some(v.here("at least one argument must precede /")),
        _ => None,
    }
}

/// A lone `*`; of a lambda the token after it is reported.
fn bare_star(v: &View<'_>, msg: &str) -> Option<SyntaxError> {
    if v.open_bracket(v.f).is_some_and(|o| v.is_definition(o)) {
        return Some(v.here(msg));
    }
    let after = v.f + 1 + usize::from(v.tok(v.f + 1) == Some(&Tok::Comma));
    Some(v.over(msg, after, after + 1))
}

/// The first parameter of a lambda whose parameter list holds the failure.
fn lambda_start(v: &View<'_>) -> Option<usize> {
    for at in (v.line_first(v.f)..v.f).rev() {
        match v.toks[at].0 {
            Tok::Lambda => return Some(at + 1),
            Tok::Name { .. }
            | Tok::Comma
            | Tok::Star
            | Tok::DoubleStar
            | Tok::Slash
            | Tok::Equal => {}
            Tok::Int { .. } | Tok::String { .. } | Tok::None | Tok::True | Tok::False => {}
            _ => return None,
        }
    }
    None
}

fn closing(v: &View<'_>, open: usize) -> Option<usize> {
    let mut depth = 0;
    for at in open..v.toks.len() {
        match v.toks[at].0 {
            Tok::Lpar | Tok::Lsqb | Tok::Lbrace => depth += 1,
            Tok::Rpar | Tok::Rsqb | Tok::Rbrace => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// CPython's symbol table finds these, after the whole source was parsed.
fn duplicate(v: &View<'_>, name: &str) -> Option<SyntaxError> {
    let mut e = v.here(format!(
        "duplicate argument '{name}' in function definition"
    ));
    e.origin = Origin::Compiler;
    Some(e)
}
