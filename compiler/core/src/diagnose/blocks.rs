//! Mistakes in compound statements and their indentation, and in a few simple statements.

use rustpython_parser::Tok;

use super::view::View;
use crate::errors::SyntaxError;

pub fn diagnose(v: &View<'_>) -> Option<SyntaxError> {
    match_block(v)
        .or_else(|| class_pattern(v))
        .or_else(|| missing_block(v))
        .or_else(|| missing_colon(v))
        .or_else(|| unfinished_try(v))
        .or_else(|| handlers(v))
        .or_else(|| imports(v))
}

/// What an error calls the statement whose line starts at `first`, and the token that counts as its start.
fn statement(v: &View<'_>, first: usize) -> Option<(&'static str, usize)> {
    Some(match v.tok(first)? {
        Tok::If => ("'if' statement", first),
        Tok::Elif => ("'elif' statement", first),
        Tok::Else => ("'else' statement", first),
        Tok::While => ("'while' statement", first),
        Tok::For => ("'for' statement", first),
        Tok::With => ("'with' statement", first),
        Tok::Try => ("'try' statement", first),
        Tok::Finally => ("'finally' statement", first),
        Tok::Except if v.tok(first + 1) == Some(&Tok::Star) => ("'except*' statement", first),
        Tok::Except => ("'except' statement", first),
        Tok::Def => ("function definition", first),
        Tok::Class => ("class definition", first),
        Tok::Match => ("'match' statement", first),
        Tok::Case => ("'case' statement", first),
        Tok::Async => return statement(v, first + 1),
        Tok::Name { name } if name == "match" => ("'match' statement", first),
        _ => return None,
    })
}

/// A header that ends in a colon, and no indented line after it.
fn missing_block(v: &View<'_>) -> Option<SyntaxError> {
    let f = v.f;
    if f < 2
        || v.tok(f) == Some(&Tok::Indent)
        || v.toks[f - 1].0 != Tok::Newline
        || v.toks[f - 2].0 != Tok::Colon
    {
        return None;
    }
    let (what, keyword) = statement(v, v.line_first(f - 1))?;
    let line = v.line_of(v.start(keyword));
    Some(v.indentation(format!(
        "expected an indented block after {what} on line {line}"
    )))
}

/// A header without its colon.
fn missing_colon(v: &View<'_>) -> Option<SyntaxError> {
    let first = v.line_first(v.f);
    let mut keyword = first;
    if v.tok(first) == Some(&Tok::Async) {
        keyword += 1;
    }
    if v.open_bracket(v.f).is_some() || keyword >= v.f {
        return None;
    }
    let at_end = v.tok(v.f) == Some(&Tok::Newline);
    let complete = |from: usize| v.parses(from, v.f);
    let missing = match v.tok(keyword)? {
        Tok::If | Tok::Elif | Tok::While => at_end && complete(keyword + 1),
        Tok::Else | Tok::Try | Tok::Finally => v.f == keyword + 1,
        Tok::Except | Tok::With | Tok::Class => at_end,
        Tok::For => at_end && v.toks[keyword..v.f].iter().any(|(t, _)| *t == Tok::In),
        Tok::Def => {
            let arrow = v.toks[keyword..v.f].iter().any(|(t, _)| *t == Tok::Rarrow);
            if v.f == keyword + 2 {
                return Some(v.here("expected '('"));
            }
            if arrow {
                super::view::ends_operand(&v.toks[v.f - 1].0)
            } else {
                v.toks[v.f - 1].0 == Tok::Rpar
            }
        }
        Tok::Case => at_end,
        _ => false,
    };
    let ended = super::view::ends_operand(&v.toks[v.f - 1].0)
        || (v.f == keyword + 1 && v.tok(keyword) != Some(&Tok::Class));
    (missing && ended).then(|| v.here("expected ':'"))
}

/// `match x:` that no indented `case` follows is, to the lexer, no match statement at all.
fn match_block(v: &View<'_>) -> Option<SyntaxError> {
    let first = v.line_first(v.f);
    let end = v.line_end(first);
    let header = v.is_name(first, "match")
        && v.f > first
        && end >= first + 3
        && v.tok(end) == Some(&Tok::Newline)
        && v.tok(end - 1) == Some(&Tok::Colon)
        && v.parses(first + 1, end - 1);
    if !header {
        return None;
    }
    if v.tok(end + 1) == Some(&Tok::Indent) {
        return Some(v.over("invalid syntax", end + 2, end + 3));
    }
    let line = v.line_of(v.start(first));
    Some(v.failing_at(end + 1).indentation(format!(
        "expected an indented block after 'match' statement on line {line}"
    )))
}

/// A positional pattern behind a keyword pattern.
fn class_pattern(v: &View<'_>) -> Option<SyntaxError> {
    let open = v.open_bracket(v.f)?;
    if v.tok(v.line_first(v.f)) != Some(&Tok::Case) || !v.is_call(open) {
        return None;
    }
    let (mut depth, mut start, mut keywords) = (0, open + 1, false);
    let mut wrong: Option<(usize, usize)> = None;
    for at in open + 1..v.line_end(open) {
        let closes = matches!(v.tok(at)?, Tok::Rpar | Tok::Rsqb | Tok::Rbrace);
        if depth == 0 && (closes || v.tok(at) == Some(&Tok::Comma)) {
            if v.tok(start + 1) == Some(&Tok::Equal) {
                keywords = true;
                if wrong.is_some() {
                    break;
                }
            } else if keywords && at > start {
                wrong = Some((wrong.map_or(start, |w| w.0), at));
            }
            start = at + 1;
            if closes {
                break;
            }
        }
        match v.tok(at)? {
            Tok::Lpar | Tok::Lsqb | Tok::Lbrace => depth += 1,
            _ if closes => depth -= 1,
            _ => {}
        }
    }
    let (from, to) = wrong?;
    Some(v.over("positional patterns follow keyword patterns", from, to))
}

/// `match x` without a colon is, to the lexer, no match statement at all.
fn match_header(v: &View<'_>) -> Option<SyntaxError> {
    let first = v.line_first(v.f);
    let end = v.line_end(first);
    let follows = v.tok(end + 1) == Some(&Tok::Indent) && v.is_name(end + 2, "case");
    (v.is_name(first, "match") && follows && v.parses(first + 1, end))
        .then(|| v.over("expected ':'", end, end + 1))
}

/// A `try` whose block is followed by something else.
fn unfinished_try(v: &View<'_>) -> Option<SyntaxError> {
    if let Some(e) = match_header(v) {
        return Some(e);
    }
    if matches!(v.tok(v.f), Some(Tok::Indent | Tok::Except | Tok::Finally)) {
        return None;
    }
    // Several blocks may end at one place: the parser does not say which.
    let mut ends = vec![v.f];
    while v.tok(v.f) == Some(&Tok::Dedent) && v.tok(ends[ends.len() - 1] + 1) == Some(&Tok::Dedent)
    {
        ends.push(ends[ends.len() - 1] + 1);
    }
    let after_try = |at: &usize| {
        v.tok(previous_statement(v, *at)?)
            .filter(|t| **t == Tok::Try)
    };
    ends.iter()
        .find_map(after_try)
        .map(|_| v.here("expected 'except' or 'finally' block"))
}

/// The first token of the statement before token `at`, on the same level, if `at` is at the start of a line.
fn previous_statement(v: &View<'_>, mut at: usize) -> Option<usize> {
    let mut depth = 0;
    while at > 0 {
        match v.toks[at - 1].0 {
            Tok::Dedent => depth += 1,
            Tok::Indent => {
                depth -= 1;
                if depth < 0 {
                    return None;
                }
            }
            Tok::Newline => {
                let first = v.line_first(at - 1);
                if depth == 0 {
                    return Some(first);
                }
                at = first;
                continue;
            }
            _ => return None,
        }
        at -= 1;
    }
    None
}

/// `target: annotation` whose target cannot be annotated: the parser goes on after the colon, CPython's does not.
pub fn annotation(v: &View<'_>) -> Option<SyntaxError> {
    let first = v.line_first(v.f);
    let colon = (first..v.f).find(|&i| v.toks[i].0 == Tok::Colon && v.open_bracket(i).is_none())?;
    if v.toks[first..colon].iter().any(|(t, _)| *t == Tok::Lambda) || !v.parses(first, colon) {
        return None;
    }
    let what = super::expressions::kind_of(v, first, colon)?;
    match what {
        "name" | "attribute" | "subscript" => None,
        _ if v.expression_end(colon + 1, false).is_none() => {
            Some(v.over("invalid syntax", colon, colon + 1))
        }
        "list" | "tuple" => Some(v.over(
            format!("only single target (not {what}) can be annotated"),
            first,
            colon,
        )),
        _ => Some(v.over("illegal target for annotation", first, colon)),
    }
}

/// Exception handlers.
fn handlers(v: &View<'_>) -> Option<SyntaxError> {
    let first = v.line_first(v.f);
    if v.tok(first) != Some(&Tok::Except) {
        return None;
    }
    let star = v.tok(first + 1) == Some(&Tok::Star);
    let from = first + 1 + usize::from(star);
    match v.tok(v.f)? {
        Tok::Comma if v.open_bracket(v.f).is_none() => {
            let end = v.line_end(v.f);
            let stop = (v.f..end)
                .find(|&i| matches!(v.toks[i].0, Tok::Colon | Tok::As))
                .unwrap_or(end);
            v.parses(from, stop)
                .then(|| v.over("multiple exception types must be parenthesized", from, stop))
        }
        Tok::Colon if star && v.f == from => Some(v.here("expected one or more exception types")),
        Tok::Newline if star && v.f == from => Some(v.here("expected one or more exception types")),
        _ if v.f <= first + 1 => {
            // A handler of the other kind than the ones before it.
            Some(v.over(
                "cannot have both 'except' and 'except*' on the same 'try'",
                first,
                first + 1,
            ))
            .filter(|_| mixed(v, first, star))
        }
        _ => None,
    }
}

/// Whether an earlier handler of the same `try` has, or has not, a star where this one has not, or has.
fn mixed(v: &View<'_>, first: usize, star: bool) -> bool {
    let mut depth = 0;
    for at in (0..first).rev() {
        match v.toks[at].0 {
            Tok::Dedent => depth += 1,
            Tok::Indent => {
                depth -= 1;
                if depth < 0 {
                    return false;
                }
            }
            Tok::Except if depth == 0 => return (v.tok(at + 1) == Some(&Tok::Star)) != star,
            _ => {}
        }
    }
    false
}

fn imports(v: &View<'_>) -> Option<SyntaxError> {
    let first = v.line_first(v.f);
    let trailing = v.tok(first) == Some(&Tok::From)
        && v.tok(v.f) == Some(&Tok::Newline)
        && v.f > first
        && v.toks[v.f - 1].0 == Tok::Comma
        && v.toks[first..v.f].iter().any(|(t, _)| *t == Tok::Import);
    trailing.then(|| v.here("trailing comma not allowed without surrounding parentheses"))
}
