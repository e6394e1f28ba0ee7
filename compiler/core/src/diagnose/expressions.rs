//! Mistakes inside expressions and argument lists.

use rustpython_parser::lexer::LexicalErrorType;
use rustpython_parser::{ParseErrorType, Tok};

use super::view::{View, ends_operand};
use crate::ast::{Body, CompKind, Expr, ExprKind, Names, UnaryOp};
use crate::errors::{Origin, SyntaxError};

pub fn diagnose(v: &View<'_>, error: &ParseErrorType) -> Option<SyntaxError> {
    if let ParseErrorType::Lexical(e) = error {
        return arguments(v, e);
    }
    comprehension_target(v)
        .or_else(|| equals(v))
        .or_else(|| walrus(v))
        .or_else(|| braces(v))
        .or_else(|| missing_else(v))
        .or_else(|| adjacent(v))
}

/// Mistakes in argument lists that the parser itself names.
fn arguments(v: &View<'_>, error: &LexicalErrorType) -> Option<SyntaxError> {
    match error {
        LexicalErrorType::PositionalArgumentError => {
            let open = v.open_bracket(v.f)?;
            let close = closing(v, open);
            let unpacking = keyword_unpacking(v, open, close);
            let tail = if unpacking { " unpacking" } else { "" };
            Some(v.over(
                format!("positional argument follows keyword argument{tail}"),
                close,
                close + 1,
            ))
        }
        LexicalErrorType::UnpackedArgumentError => {
            let msg = "iterable argument unpacking follows keyword argument unpacking";
            Some(v.over(msg, v.f, v.f + 1))
        }
        LexicalErrorType::DuplicateKeywordArgumentError(name) => {
            let end = v.expression_end(v.f + 2, false)?;
            let mut e = v.over(format!("keyword argument repeated: {name}"), v.f, end);
            e.origin = Origin::Compiler;
            Some(e)
        }
        LexicalErrorType::OtherError(msg) if msg.contains("starred expression") => {
            let end = v.expression_end(v.f + 1, false).unwrap_or(v.f + 1);
            Some(v.over(msg.clone(), v.f, end))
        }
        LexicalErrorType::OtherError(msg) if msg.contains("as a target") => {
            // The parser points at the whole pattern: the name is what follows its `as`.
            let name = (v.f..v.line_end(v.f)).find(|&i| v.toks[i].0 == Tok::As)? + 1;
            Some(v.over(msg.clone(), name, name + 1))
        }
        LexicalErrorType::OtherError(msg) => Some(v.here(msg.clone())),
        _ => None,
    }
}

/// The token after the arguments of the call whose bracket is at `open`.
fn closing(v: &View<'_>, open: usize) -> usize {
    let mut depth = 0;
    for at in open..v.toks.len() {
        match v.toks[at].0 {
            Tok::Lpar | Tok::Lsqb | Tok::Lbrace => depth += 1,
            Tok::Rpar | Tok::Rsqb | Tok::Rbrace => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    v.toks.len().saturating_sub(1)
}

fn keyword_unpacking(v: &View<'_>, open: usize, close: usize) -> bool {
    let mut depth = 0;
    for at in open..close {
        match v.toks[at].0 {
            Tok::Lpar | Tok::Lsqb | Tok::Lbrace => depth += 1,
            Tok::Rpar | Tok::Rsqb | Tok::Rbrace => depth -= 1,
            Tok::DoubleStar if depth == 1 && matches!(v.toks[at - 1].0, Tok::Comma | Tok::Lpar) => {
                return true;
            }
            _ => {}
        }
    }
    false
}

/// `[a, b for ...]` and unpacking in a comprehension.
fn comprehension_target(v: &View<'_>) -> Option<SyntaxError> {
    if !matches!(v.tok(v.f)?, Tok::For | Tok::Async) {
        return None;
    }
    let open = v.open_bracket(v.f)?;
    let brace = v.toks[open].0 == Tok::Lbrace;
    match v.tok(open + 1)? {
        Tok::DoubleStar if brace => {
            return Some(v.over(
                "dict unpacking cannot be used in dict comprehension",
                open + 1,
                open + 2,
            ));
        }
        Tok::Star if !v.is_call(open) => {
            let end = v.expression_end(open + 2, false)?;
            return Some(v.over(
                "iterable unpacking cannot be used in comprehension",
                open + 1,
                end,
            ));
        }
        _ => {}
    }
    let comma = top_level_comma(v, open + 1, v.f)?;
    if v.toks[open].0 == Tok::Lsqb || brace {
        let trailing = comma + 1 == v.f;
        let end = if trailing { comma + 1 } else { v.f };
        let msg = "did you forget parentheses around the comprehension target?";
        return v.parses(open + 1, v.f).then(|| v.over(msg, open + 1, end));
    }
    None
}

fn top_level_comma(v: &View<'_>, from: usize, to: usize) -> Option<usize> {
    let mut depth = 0;
    (from..to).find(|&at| {
        match v.toks[at].0 {
            Tok::Lpar | Tok::Lsqb | Tok::Lbrace => depth += 1,
            Tok::Rpar | Tok::Rsqb | Tok::Rbrace => depth -= 1,
            Tok::Comma => return depth == 0,
            _ => {}
        }
        false
    })
}

/// A single `=` where only a comparison or a keyword argument could be.
fn equals(v: &View<'_>) -> Option<SyntaxError> {
    let f = v.f;
    let open = v.open_bracket(f);
    if open.is_some_and(|o| v.is_definition(o)) {
        return None;
    }
    let in_call = open.is_some_and(|o| v.is_call(o));
    // `f(a=1 for ...)`
    if in_call && matches!(v.tok(f), Some(Tok::For)) {
        let start = v.expression_start(f);
        if start >= 2 && v.toks[start - 1].0 == Tok::Equal {
            let msg = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            return Some(v.over(msg, start - 2, start));
        }
    }
    if v.tok(f)? != &Tok::Equal {
        return None;
    }
    let start = v.expression_start(f);
    if !v.parses(start, f)
        || matches!(
            v.tok(start.wrapping_sub(1)),
            Some(Tok::Star | Tok::DoubleStar)
        )
    {
        return None;
    }
    if in_call {
        if let (true, Some(name)) = (start + 1 == f, constant_name(v.tok(start)?)) {
            return Some(v.over(format!("cannot assign to {name}"), start, f + 1));
        }
        let msg = "expression cannot contain assignment, perhaps you meant \"==\"?";
        return Some(v.over(msg, start, f + 1));
    }
    let condition = matches!(v.tok(v.line_first(f))?, Tok::If | Tok::Elif | Tok::While);
    if open.is_none() && !condition {
        return None;
    }
    let end = v.expression_end(f + 1, false)?;
    if matches!(v.tok(end), Some(Tok::Equal | Tok::ColonEqual)) {
        return None;
    }
    if start + 1 == f && matches!(v.tok(start)?, Tok::Name { .. }) {
        let msg = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
        return Some(v.over(msg, start, end));
    }
    let target = expression(v, start, f).filter(|e| is_plain_operand(e))?;
    let what = crate::parse::expr_name(&target);
    let msg = format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?");
    Some(v.over(msg, start, f))
}

fn constant_name(tok: &Tok) -> Option<&'static str> {
    match tok {
        Tok::True => Some("True"),
        Tok::False => Some("False"),
        Tok::None => Some("None"),
        _ => None,
    }
}

/// `:=` with something that is no name on its left.
fn walrus(v: &View<'_>) -> Option<SyntaxError> {
    if v.tok(v.f)? != &Tok::ColonEqual {
        return None;
    }
    v.open_bracket(v.f)?;
    let start = v.expression_start(v.f);
    v.expression_end(v.f + 1, false)?;
    let what = kind_of(v, start, v.f)?;
    Some(v.over(
        format!("cannot use assignment expressions with {what}"),
        start,
        v.f,
    ))
}

/// What an error calls the expression in tokens `first..last`.
pub fn kind_of(v: &View<'_>, first: usize, last: usize) -> Option<&'static str> {
    expression(v, first, last).map(|e| crate::parse::expr_name(&e))
}

fn expression(v: &View<'_>, first: usize, last: usize) -> Option<Box<Expr>> {
    if !v.parses(first, last) {
        return None;
    }
    let text = &v.text[v.start(first)..v.end(last - 1)];
    let mut names = Names::with_hasher(Default::default());
    let mut cx = crate::parse::Context::new(&mut names);
    match crate::parse::expression(&format!("({text}\n)"), &mut cx).ok()? {
        Body::Eval(e) => Some(e),
        _ => None,
    }
}

/// Whether an expression can stand to the left of an operator that binds tighter than comparisons, and is none that has its own
/// error as a target.
fn is_plain_operand(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::BoolOp { .. }
        | ExprKind::Compare { .. }
        | ExprKind::IfExp { .. }
        | ExprKind::Lambda(_) => false,
        ExprKind::UnaryOp {
            op: UnaryOp::Not, ..
        }
        | ExprKind::List { .. }
        | ExprKind::Tuple { .. } => false,
        ExprKind::Comp(c) => c.kind != CompKind::Generator,
        ExprKind::Constant(c) => !matches!(c, hotpy_code::Const::None | hotpy_code::Const::Bool(_)),
        _ => true,
    }
}

/// Dictionary displays.
fn braces(v: &View<'_>) -> Option<SyntaxError> {
    let open = v.open_bracket(v.f)?;
    if v.toks[open].0 != Tok::Lbrace {
        return None;
    }
    let previous = v.tok(v.f.checked_sub(1)?)?;
    let tok = v.tok(v.f)?;
    if *previous == Tok::Colon && matches!(tok, Tok::Rbrace | Tok::Comma) {
        return Some(v.over(
            "expression expected after dictionary key and ':'",
            v.f - 1,
            v.f,
        ));
    }
    if *previous == Tok::Colon && *tok == Tok::Star {
        let end = v.expression_end(v.f + 1, false)?;
        return Some(v.over(
            "cannot use a starred expression in a dictionary value",
            v.f,
            end,
        ));
    }
    if matches!(tok, Tok::Rbrace | Tok::Comma) {
        let start = v.expression_start(v.f);
        let in_dict = start > open + 1 && v.toks[start - 1].0 == Tok::Comma && v.parses(start, v.f);
        if in_dict {
            let mut e = v.over("':' expected after dictionary key", start, v.f);
            e.col = e.end_col.map(|c| c - 1);
            e.end_col = Some(0);
            e.end_line = e.line;
            return Some(e);
        }
    }
    None
}

/// `a if b` without an `else`.
fn missing_else(v: &View<'_>) -> Option<SyntaxError> {
    if matches!(v.tok(v.f), Some(Tok::Else | Tok::Colon)) {
        return None;
    }
    let condition = v.expression_start(v.f);
    let at = condition.checked_sub(1)?;
    if v.toks[at].0 != Tok::If || !v.parses(condition, v.f) {
        return None;
    }
    let start = v.expression_start(at);
    let in_comprehension = start > 0 && matches!(v.toks[start - 1].0, Tok::In | Tok::If);
    if in_comprehension || !v.parses(start, at) {
        return None;
    }
    Some(v.over("expected 'else' after 'if' expression", start, v.f))
}

/// Two expressions side by side.
fn adjacent(v: &View<'_>) -> Option<SyntaxError> {
    let f = v.f;
    let previous = f.checked_sub(1)?;
    if let Some(Tok::Name { name }) = v.tok(previous) {
        let statement_of_old = name == "print" || name == "exec";
        let attribute = previous > 0 && v.toks[previous - 1].0 == Tok::Dot;
        if statement_of_old && !attribute && v.tok(f) != Some(&Tok::Lpar) {
            if let Some(end) = v.expression_end(f, true) {
                let msg =
                    format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
                return Some(v.over(msg, previous, end));
            }
        }
    }
    v.open_bracket(f)?;
    if matches!(v.tok(v.line_first(f))?, Tok::Import | Tok::From) {
        return None;
    }
    if !ends_operand(v.tok(previous)?) {
        // `a not b`: the parser only gives up after the `not`.
        return (*v.tok(previous)? == Tok::Not)
            .then(|| pair(v, previous))
            .flatten();
    }
    pair(v, f)
}

/// The expressions before and after the boundary at token `f`, inside a bracket.
fn pair(v: &View<'_>, f: usize) -> Option<SyntaxError> {
    if v.open_bracket(f).is_some_and(|o| v.is_definition(o)) {
        return None;
    }
    let start = v.expression_start(f);
    let soft = ["match", "case", "_"].iter().any(|k| v.is_name(start, k));
    let name_string = matches!(v.tok(start)?, Tok::Name { .. })
        && matches!(v.tok(start + 1)?, Tok::String { .. });
    if soft || name_string || !v.parses(start, f) {
        return None;
    }
    let end = v.expression_end(f, false)?;
    Some(v.over("invalid syntax. Perhaps you forgot a comma?", start, end))
}
