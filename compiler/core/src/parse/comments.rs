//! Type comments (PEP 484): which statement or parameter each belongs to. The parser never sees comments, so they are looked for between
//! its tokens, once there is a tree; one that stands where the grammar has none is an error.

use std::collections::{HashMap, HashSet};

use super::work::Work;
use crate::ast::*;
use crate::errors::Result;
use crate::lexer::{Tok, Token};

/// Where string constants with a `u` in front stand: line and column.
pub type Kinds = HashSet<(i32, i32)>;

/// What Python's `ast` shows and the compiler has (almost) no use for. Places are lines and columns of nodes' starts.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Type comments of statements and parameters.
    pub type_comments: HashMap<(i32, i32), String>,
    /// String constants written with a `u` in front; so are they in annotations that become text.
    pub kinds: Kinds,
    /// Lines of `# type: ignore`, and what follows on them.
    pub type_ignores: Vec<(i32, String)>,
}

/// A comment not yet claimed.
struct Comment {
    /// How many tokens stand before it.
    after: usize,
    /// Where its text is, which comes after `# type:`.
    loc: Loc,
    text: String,
}

/// The comments of one program.
struct Attacher<'a, 'n> {
    w: Work<'a, 'n>,
    /// The tokens that have text.
    spans: &'a [Token],
    comments: Vec<Comment>,
    /// Where assignments end that have a comment: it is part of them.
    ends: HashMap<(i32, i32), (i32, i32)>,
}

/// Records all type comments of a program.
pub(super) fn attach<'a>(mut w: Work<'a, '_>, spans: &'a [Token], body: &mut Body) -> Result<()> {
    let comments = collect(&mut w, spans);
    let mut a = Attacher {
        w,
        spans,
        comments,
        ends: HashMap::new(),
    };
    if let Body::Exec(body) | Body::Single(body) = body {
        a.body(body)?;
        if !a.ends.is_empty() {
            stretch(body, &a.ends);
        }
    }
    match a.comments.first() {
        Some(stray) => {
            let loc = stray.loc;
            Err(a.w.error(loc, "invalid syntax"))
        }
        None => Ok(()),
    }
}

/// Moves the ends of assignments behind their comments, and with them those of the statements that they are the last part of. The end.
fn stretch(body: &mut [Stmt], ends: &HashMap<(i32, i32), (i32, i32)>) -> (i32, i32) {
    let mut last = (0, 0);
    for s in body {
        let inside = crate::deep(|| match &mut s.kind {
            StmtKind::Assign { .. } => ends
                .get(&(s.loc.line, s.loc.col))
                .copied()
                .unwrap_or_default(),
            StmtKind::FunctionDef(f) => stretch(&mut f.body, ends),
            StmtKind::ClassDef(c) => stretch(&mut c.body, ends),
            StmtKind::With { body, .. } => stretch(body, ends),
            StmtKind::For(f) => stretch(&mut f.body, ends).max(stretch(&mut f.orelse, ends)),
            StmtKind::While { body, orelse, .. } | StmtKind::If { body, orelse, .. } => {
                stretch(body, ends).max(stretch(orelse, ends))
            }
            StmtKind::Match { cases, .. } => cases
                .iter_mut()
                .map(|c| stretch(&mut c.body, ends))
                .max()
                .unwrap_or_default(),
            StmtKind::Try(t) => {
                let mut end = stretch(&mut t.body, ends);
                for h in &mut t.handlers {
                    end = stretch(&mut h.body, ends);
                    (h.loc.end_line, h.loc.end_col) = end.max((h.loc.end_line, h.loc.end_col));
                }
                end.max(stretch(&mut t.orelse, ends))
                    .max(stretch(&mut t.finalbody, ends))
            }
            _ => (0, 0),
        });
        last = inside.max((s.loc.end_line, s.loc.end_col));
        (s.loc.end_line, s.loc.end_col) = last;
    }
    last
}

/// The text of a type comment, if `comment` (which starts with `#`) is one.
fn type_comment(comment: &str) -> Option<&str> {
    let blank = [' ', '\t'];
    let rest = comment[1..]
        .trim_start_matches(blank)
        .strip_prefix("type:")?;
    Some(rest.trim_start_matches(blank))
}

/// Finds the comments between the tokens; `ignore` comments go to the details.
fn collect(w: &mut Work<'_, '_>, spans: &[Token]) -> Vec<Comment> {
    let mut found = Vec::new();
    let (mut from, mut line, mut line_start) = (0, 1, 0);
    for after in 0..=spans.len() {
        let (to, next) = match spans.get(after) {
            Some(span) => (span.start as usize, span.end as usize),
            None => (w.text.len(), w.text.len()),
        };
        let gap = w.text.get(from..to).unwrap_or("");
        let mut offset = from;
        for piece in gap.split_inclusive('\n') {
            if let Some(hash) = piece.find('#') {
                let comment = piece[hash..].trim_end_matches('\n');
                let end_col = (offset + hash + comment.len() - line_start) as i32;
                match type_comment(comment) {
                    Some(text) if is_ignore(text) => {
                        let tag = text["ignore".len()..].to_owned();
                        w.cx.details.type_ignores.push((line, tag));
                    }
                    Some(text) => found.push(Comment {
                        after,
                        loc: Loc {
                            line,
                            end_line: line,
                            col: end_col - text.len() as i32,
                            end_col,
                        },
                        text: text.to_owned(),
                    }),
                    None => {}
                }
            }
            offset += piece.len();
            if piece.ends_with('\n') {
                line += 1;
                line_start = offset;
            }
        }
        // Strings can go over lines.
        let token = w.text.get(to..next).unwrap_or("");
        if let Some(last) = token.rfind('\n') {
            line += token.matches('\n').count() as i32;
            line_start = to + last + 1;
        }
        from = next;
    }
    found
}

fn is_ignore(text: &str) -> bool {
    text.strip_prefix("ignore")
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || !c.is_ascii()))
}

impl Attacher<'_, '_> {
    /// The first byte of a token.
    fn byte(&self, token: usize) -> u8 {
        let start = self.spans.get(token).map(|s| s.start as usize);
        start.map_or(0, |at| self.w.text.as_bytes()[at])
    }

    /// How many tokens end at or before the end of `loc`.
    fn tokens_to(&self, loc: Loc) -> usize {
        self.spans
            .partition_point(|s| (s.loc.end_line, s.loc.end_col) <= (loc.end_line, loc.end_col))
    }

    /// The first token that starts at or after the start of `loc`.
    fn first_token(&self, loc: Loc) -> usize {
        self.spans
            .partition_point(|s| (s.loc.line, s.loc.col) < (loc.line, loc.col))
    }

    /// The header's colon from a token on.
    fn colon(&self, from: usize) -> usize {
        let mut depth = 0;
        for at in from..self.spans.len() {
            match self.byte(at) {
                _ if self.spans[at].tok == Tok::String => {}
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                b':' if depth <= 0 => return at,
                _ => {}
            }
        }
        self.spans.len()
    }

    /// Takes the comment that follows a token on its line.
    fn take(&mut self, token: usize) -> Option<String> {
        self.take_comment(token).map(|c| c.text)
    }

    fn take_comment(&mut self, token: usize) -> Option<Comment> {
        let line = self.spans.get(token)?.loc.end_line;
        let at = self
            .comments
            .iter()
            .position(|c| c.after == token + 1 && c.loc.line == line)?;
        Some(self.comments.remove(at))
    }

    fn claim(&mut self, owner: Loc, text: Option<String>) {
        if let Some(text) = text {
            let place = (owner.line, owner.col);
            self.w.cx.details.type_comments.insert(place, text);
        }
    }

    fn body(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|s| crate::deep(|| self.stmt(s)))
    }

    fn stmt(&mut self, s: &Stmt) -> Result<()> {
        match &s.kind {
            StmtKind::Assign { .. } => {
                let last = self.tokens_to(s.loc) - 1;
                if let Some(c) = self.take_comment(last) {
                    let start = (s.loc.line, s.loc.col);
                    self.ends.insert(start, (c.loc.end_line, c.loc.end_col));
                    self.claim(s.loc, Some(c.text));
                }
                Ok(())
            }
            StmtKind::For(f) => {
                self.header(s.loc, f.iter.loc);
                self.body(&f.body)?;
                self.body(&f.orelse)
            }
            StmtKind::With { items, body, .. } => {
                let last = items
                    .last()
                    .map(|i| i.vars.as_ref().unwrap_or(&i.context).loc);
                self.header(s.loc, last.unwrap_or(s.loc));
                self.body(body)
            }
            StmtKind::FunctionDef(f) => {
                self.function(s.loc, f)?;
                self.body(&f.body)
            }
            StmtKind::ClassDef(c) => self.body(&c.body),
            StmtKind::While { body, orelse, .. } | StmtKind::If { body, orelse, .. } => {
                self.body(body)?;
                self.body(orelse)
            }
            StmtKind::Match { cases, .. } => cases.iter().try_for_each(|c| self.body(&c.body)),
            StmtKind::Try(t) => {
                self.body(&t.body)?;
                t.handlers.iter().try_for_each(|h| self.body(&h.body))?;
                self.body(&t.orelse)?;
                self.body(&t.finalbody)
            }
            _ => Ok(()),
        }
    }

    /// The comment behind the colon of a header whose last expression is at `last`.
    fn header(&mut self, owner: Loc, last: Loc) {
        let colon = self.colon(self.tokens_to(last));
        let text = self.take(colon);
        self.claim(owner, text);
    }

    fn function(&mut self, loc: Loc, f: &FunctionDef) -> Result<()> {
        let start = self.first_token(loc);
        let open = (start..self.spans.len())
            .find(|&i| self.byte(i) == b'(')
            .unwrap_or(start);
        let colon = match &f.returns {
            Some(returns) => self.colon(self.tokens_to(returns.loc)),
            None => self.colon(open),
        };
        // Parameters' comments stand after a comma or before the closing bracket.
        let starts: Vec<Loc> = f.args.all().map(|a| a.loc).collect();
        let mut i = 0;
        while let Some(c) = self.comments.get(i) {
            if c.after <= open || c.after > colon {
                i += 1;
                continue;
            }
            let mark = match self.byte(c.after - 1) {
                b',' => self.byte(c.after - 2),
                _ => 0,
            };
            if mark == b'*' {
                let loc = c.loc;
                return Err(self.w.error(loc, "bare * has associated type comment"));
            }
            let fits =
                mark != b'/' && (self.byte(c.after - 1) == b',' || self.byte(c.after) == b')');
            let before = |l: &&Loc| (l.line, l.col) < (c.loc.line, c.loc.col);
            let owner = starts.iter().filter(before).max_by_key(|l| (l.line, l.col));
            match owner.copied().filter(|_| fits) {
                Some(owner)
                    if !self
                        .w
                        .cx
                        .details
                        .type_comments
                        .contains_key(&(owner.line, owner.col)) =>
                {
                    let text = self.comments.remove(i).text;
                    self.claim(owner, Some(text));
                }
                _ => i += 1,
            }
        }
        let beside = self.take(colon);
        let below = self.comments.iter().position(|c| c.after == colon + 1);
        match (beside, below) {
            (Some(_), Some(_)) => {
                // The parser has read the body's indentation when it sees that.
                let loc = self.spans.get(colon + 1).map_or(loc, |s| s.loc);
                Err(self.w.error(loc, "Cannot have two type comments on def"))
            }
            (None, Some(at)) => {
                let text = self.comments.remove(at).text;
                self.claim(loc, Some(text));
                Ok(())
            }
            (beside, None) => {
                self.claim(loc, beside);
                Ok(())
            }
        }
    }
}
