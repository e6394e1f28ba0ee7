//! The machine that the rules of `diagnose` run on: a backtracking parser with memory, which notes how far it has read.
//!
//! How far it has read matters: CPython reports "invalid syntax" at the last token its parser looked at, and shows as much of
//! the source as its tokenizer had read by then. So rules look at tokens in CPython's order, and only rules whose answers
//! CPython remembers are remembered, with [`Parser::memo`].

use super::place::Place;
use crate::deep;
use crate::errors::{CompileError, ErrorKind, SyntaxError, Warning};
use crate::lexer::{self, State, Tok, Tokens};
use crate::parse;
use crate::undecodable::{DecodeError, Undecodable};

/// Why a rule has no result.
pub(super) enum Stop {
    /// It does not match here.
    Fail,
    /// An error was found: parsing is over.
    Raise(Box<CompileError>),
}

pub(super) type R<T = ()> = Result<T, Stop>;

/// A token: what it is and where.
pub(super) struct Token {
    pub tok: Tok,
    pub place: Place,
    pub state: State,
    /// Index among the lexer's tokens.
    pub index: u32,
}

/// An expression, as far as errors tell expressions apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Name,
    Attribute,
    Subscript,
    Starred,
    List,
    Tuple,
    Lambda,
    Call,
    /// An operator's.
    Operation,
    /// A comparison; whether its first operator is `in`.
    Comparison(bool),
    Generator,
    ListComp,
    SetComp,
    DictComp,
    Yield,
    Await,
    Dict,
    Set,
    FString,
    None,
    True,
    False,
    Ellipsis,
    Literal,
    IfExp,
    NamedExpr,
}

impl Kind {
    /// What errors call it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Name => "name",
            Kind::Attribute => "attribute",
            Kind::Subscript => "subscript",
            Kind::Starred => "starred",
            Kind::List => "list",
            Kind::Tuple => "tuple",
            Kind::Lambda => "lambda",
            Kind::Call => "function call",
            Kind::Operation => "expression",
            Kind::Comparison(_) => "comparison",
            Kind::Generator => "generator expression",
            Kind::ListComp => "list comprehension",
            Kind::SetComp => "set comprehension",
            Kind::DictComp => "dict comprehension",
            Kind::Yield => "yield expression",
            Kind::Await => "await expression",
            Kind::Dict => "dict literal",
            Kind::Set => "set display",
            Kind::FString => "f-string expression",
            Kind::None => "None",
            Kind::True => "True",
            Kind::False => "False",
            Kind::Ellipsis => "ellipsis",
            Kind::Literal => "literal",
            Kind::IfExp => "conditional expression",
            Kind::NamedExpr => "named expression",
        }
    }
}

/// Index of a [`Node`].
pub(super) type Id = u32;

pub(super) struct Node {
    pub kind: Kind,
    /// First and last token.
    pub first: u32,
    pub last: u32,
    /// Elements of a list or tuple, the operand of a star, the left side of a comparison.
    pub parts: Vec<Id>,
}

/// Rules whose answers are remembered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    SimpleStmt,
    Block,
    Expression,
    StarExpression,
    InvalidNamedExpression,
    Disjunction,
    Conjunction,
    Inversion,
    BitwiseOr,
    Factor,
    AwaitPrimary,
    Primary,
    TPrimary,
    Atom,
    Strings,
    Arguments,
    StarTarget,
    TargetWithStarAtom,
    DelTarget,
    ClosedPattern,
    StarPattern,
}

type Answer = Option<(Id, u32)>;

/// Rules nest so deep in CPython's parser; then there is a MemoryError.
const MAX_LEVEL: u32 = 6000;

pub(super) struct Parser<'a> {
    pub toks: &'a [Token],
    pub lexed: &'a Tokens,
    pub text: &'a str,
    pub undecodable: &'a Undecodable,
    /// Where the text stands: its first line, and that line's column.
    pub line: i32,
    pub col: i32,
    /// An expression of an f-string.
    pub fstring: bool,
    /// Columns count characters, not bytes.
    pub chars: bool,
    pub asked: parse::Asked,
    /// See [`crate::parse::Piece`].
    pub file: Option<(crate::File, Option<String>)>,
    pub pos: usize,
    /// How many tokens have been looked at.
    pub fill: usize,
    /// Whether rules for mistakes are tried.
    pub mistakes: bool,
    pub nodes: Vec<Node>,
    memo: Vec<Vec<(Rule, Answer)>>,
    pub level: u32,
    /// From string literals, while mistakes are not looked for.
    pub warnings: Vec<Warning>,
}

impl<'a> Parser<'a> {
    pub fn new(
        text: &'a str,
        undecodable: &'a Undecodable,
        toks: &'a [Token],
        lexed: &'a Tokens,
    ) -> Parser<'a> {
        Parser {
            undecodable,
            toks,
            lexed,
            text,
            line: 1,
            col: 0,
            fstring: false,
            chars: true,
            asked: parse::Asked::default(),
            file: None,
            pos: 0,
            fill: 0,
            mistakes: false,
            nodes: Vec::new(),
            memo: std::iter::repeat_with(Vec::new)
                .take(toks.len() + 1)
                .collect(),
            level: 0,
            warnings: Vec::new(),
        }
    }

    /// Starts again, with the rules for mistakes.
    pub fn again(&mut self) {
        self.pos = 0;
        self.level = 0;
        self.mistakes = true;
        self.nodes.clear();
        self.memo.iter_mut().for_each(Vec::clear);
    }

    /// Makes the tokens up to and with the current one count as looked at.
    fn read(&mut self) -> R<&'a Tok> {
        if self.pos >= self.toks.len() {
            self.fill = self.toks.len() + 1;
            let e = match self.undecodable_name() {
                Some(e) => {
                    let end = self.lexed.end;
                    let col = end.at.saturating_sub(end.line_start) as i32;
                    let msg = format!("(unicode error) {e}");
                    let place = (end.line, col + 1);
                    let mut e = self.locate(ErrorKind::SyntaxError, msg, place, (end.line, -1));
                    // The tokenizer made no token: the column is its own.
                    e.col = e.col.map(|c| c - 1);
                    if self.fstring {
                        (e.col, e.end_col) = (Some(0), Some(0));
                    }
                    e
                }
                None => self.end_of_tokens(),
            };
            return Err(Stop::Raise(Box::new(e.into())));
        }
        self.fill = self.fill.max(self.pos + 1);
        Ok(&self.toks[self.pos].tok)
    }

    /// The name the lexer stopped at, if not all of it could be decoded.
    pub fn undecodable_name(&self) -> Option<DecodeError> {
        let end = (self.lexed.end.at as usize).min(self.text.len());
        let unfit = ["invalid character", "invalid non-printable character"];
        let e = self.lexed.error.as_ref()?;
        if !unfit.iter().any(|m| e.msg.starts_with(m)) {
            return None;
        }
        let in_name = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '_';
        let last = self.lexed.toks.last().map_or(0, |t| t.end as usize);
        let start = self.text[..end].trim_end_matches(in_name).len().max(last);
        self.undecodable.error(self.text, start, end)
    }

    /// The lexer made no more tokens because of this.
    fn end_of_tokens(&self) -> SyntaxError {
        match &self.lexed.error {
            Some(e) if e.msg != super::EOF || self.lexed.open.is_empty() => {
                let mut e = e.clone();
                if !super::of_tokenizer(&e) {
                    self.show_file(&mut e);
                }
                e
            }
            _ => self.unclosed(),
        }
    }

    /// The innermost bracket was never closed.
    pub fn unclosed(&self) -> SyntaxError {
        let (line, col, ch) = self
            .lexed
            .open
            .last()
            .map_or((self.line, 0, b'('), |o| (o.line, o.col, o.ch));
        let shift = self.unshifted(line);
        self.locate(
            ErrorKind::SyntaxError,
            format!("'{}' was never closed", ch as char),
            (line, col + 1 - shift),
            (line, -shift),
        )
    }

    /// A token, if it is this one.
    pub fn tok(&mut self, want: &Tok) -> R<u32> {
        if self.read()? != want {
            return Err(Stop::Fail);
        }
        self.pos += 1;
        Ok(self.pos as u32 - 1)
    }

    /// A token, if the test says so.
    pub fn tok_if(&mut self, test: impl FnOnce(&Tok) -> bool) -> R<u32> {
        if !test(self.read()?) {
            return Err(Stop::Fail);
        }
        self.pos += 1;
        Ok(self.pos as u32 - 1)
    }

    /// Whether the next token is this one.
    pub fn at(&mut self, want: &Tok) -> R<bool> {
        Ok(self.read()? == want)
    }

    pub fn at_any(&mut self, want: &[Tok]) -> R<bool> {
        let tok = self.read()?;
        Ok(want.contains(tok))
    }

    /// A token that must be this one: another is an error at once.
    pub fn forced(&mut self, want: &Tok, what: &str) -> R<u32> {
        if self.read()? == want {
            self.pos += 1;
            return Ok(self.pos as u32 - 1);
        }
        let at = self.pos as u32;
        self.raise(format!("expected '{what}'"), at, at)
    }

    /// Any identifier.
    pub fn name(&mut self) -> R<u32> {
        self.tok_if(|t| matches!(t, Tok::Name))
    }

    /// The identifier `name`.
    pub fn word(&mut self, name: &str) -> R<u32> {
        let here = self.pos as u32;
        self.name()?;
        self.need(self.text_of(here) == name)?;
        Ok(here)
    }

    /// Tries a rule; where it does not match nothing is consumed.
    pub fn opt<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<Option<T>> {
        let (pos, level) = (self.pos, self.level);
        match rule(self) {
            Ok(v) => Ok(Some(v)),
            Err(Stop::Fail) => {
                (self.pos, self.level) = (pos, level);
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }

    /// Whether a rule matches here; nothing is consumed.
    pub fn look<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<bool> {
        let pos = self.pos;
        let found = self.opt(rule)?.is_some();
        self.pos = pos;
        Ok(found)
    }

    /// Fails if the rule matches here.
    pub fn not<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R {
        if self.look(rule)? {
            return Err(Stop::Fail);
        }
        Ok(())
    }

    pub fn need(&mut self, found: bool) -> R {
        if found { Ok(()) } else { Err(Stop::Fail) }
    }

    /// The rule as often as it matches.
    pub fn many<T>(&mut self, mut rule: impl FnMut(&mut Self) -> R<T>) -> R<Vec<T>> {
        let mut found = Vec::new();
        while let Some(v) = self.opt(&mut rule)? {
            found.push(v);
        }
        Ok(found)
    }

    pub fn some<T>(&mut self, rule: impl FnMut(&mut Self) -> R<T>) -> R<Vec<T>> {
        let found = self.many(rule)?;
        if found.is_empty() {
            return Err(Stop::Fail);
        }
        Ok(found)
    }

    /// One or more, with `separator` between them.
    pub fn list<T>(
        &mut self,
        separator: &Tok,
        mut rule: impl FnMut(&mut Self) -> R<T>,
    ) -> R<Vec<T>> {
        let mut found = vec![rule(self)?];
        while let Some(v) = self.opt(|p| {
            p.tok(separator)?;
            rule(p)
        })? {
            found.push(v);
        }
        Ok(found)
    }

    /// `rule`, remembered; it nests `levels` deep in CPython.
    pub fn memo(
        &mut self,
        rule: Rule,
        levels: u32,
        work: impl FnOnce(&mut Self) -> R<Id>,
    ) -> R<Id> {
        let at = self.pos;
        if let Some(&(_, answer)) = self.memo[at].iter().find(|(r, _)| *r == rule) {
            let (id, pos) = answer.ok_or(Stop::Fail)?;
            self.pos = pos as usize;
            return Ok(id);
        }
        let result = self.nest(levels, work);
        let answer = match &result {
            Ok(id) => Some((*id, self.pos as u32)),
            Err(Stop::Fail) => None,
            Err(_) => return result,
        };
        match self.memo[at].iter_mut().find(|(r, _)| *r == rule) {
            Some(entry) => entry.1 = answer,
            None => self.memo[at].push((rule, answer)),
        }
        result
    }

    /// A rule that nests `levels` deep in CPython.
    pub fn nest<T>(&mut self, levels: u32, work: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        self.level += levels;
        if self.level > MAX_LEVEL {
            return Err(Stop::Raise(Box::new(CompileError::Memory)));
        }
        let result = deep(|| work(self));
        self.level -= levels;
        result
    }

    /// Without the rules for mistakes.
    pub fn innocent<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        let before = std::mem::replace(&mut self.mistakes, false);
        let result = rule(self);
        self.mistakes = before;
        result
    }

    /// A node over the tokens from `first` to the last one consumed.
    pub fn node(&mut self, kind: Kind, first: usize, parts: Vec<Id>) -> Id {
        self.nodes.push(Node {
            kind,
            first: first as u32,
            last: (self.pos as u32).saturating_sub(1).max(first as u32),
            parts,
        });
        self.nodes.len() as Id - 1
    }

    pub fn kind(&self, id: Id) -> Kind {
        self.nodes[id as usize].kind
    }

    pub fn first(&self, id: Id) -> u32 {
        self.nodes[id as usize].first
    }

    pub fn last(&self, id: Id) -> u32 {
        self.nodes[id as usize].last
    }

    /// Text of a token.
    pub fn text_of(&self, token: u32) -> &'a str {
        let of = |t: &lexer::Token| self.text.get(t.start as usize..t.end as usize);
        let token = self.toks.get(token as usize);
        let lexed = token.and_then(|t| self.lexed.toks.get(t.index as usize));
        lexed.and_then(of).unwrap_or("")
    }
}
