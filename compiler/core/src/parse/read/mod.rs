//! The parser: tokens to the tree, in one pass from left to right.
//!
//! It knows correct programs alone, and decides by the next token (a few times by the shape of a whole line) what comes. What it
//! does not know it refuses, without saying why: that is for `diagnose`. An assignment's target is read as an expression and then
//! checked; operators are read by precedence.
//!
//! Heights of subtrees are kept on the way, so that no tree is made that nests too deep to be dropped.

mod atom;
mod expr;
mod params;
mod pattern;
mod simple;
mod stmt;
mod target;

use super::work::Work;
use super::{Context, Piece};
use crate::MAX_DEPTH;
use crate::ast::*;
use crate::diagnose::Start;
use crate::errors::{CompileError, Result};
use crate::lexer::{Tok, Token};

/// Boxed, so that results stay small.
type Read<T> = std::result::Result<T, Box<CompileError>>;

struct Reader<'a, 'n> {
    w: Work<'a, 'n>,
    /// The last one matches nothing.
    toks: &'a [Token],
    pos: usize,
    /// Of the highest subtree finished since the enclosing one was begun.
    height: u32,
    /// Constructs begun that each make a node and may follow one another without brackets.
    chained: u32,
    /// Items of the lists being read, innermost last.
    exprs: Vec<Expr>,
    stmts: Vec<Stmt>,
}

/// The tree of `piece`, whose tokens are `toks`.
pub(super) fn read(piece: &Piece<'_>, toks: &[Token], cx: &mut Context<'_>) -> Result<Body> {
    let mut reader = Reader {
        w: Work::new(piece, cx),
        toks,
        pos: 0,
        height: 0,
        chained: 0,
        exprs: Vec::new(),
        stmts: Vec::new(),
    };
    let body = reader.piece(piece.start);
    let height = reader.height;
    cx.height = cx.height.max(height);
    body.map_err(|e| *e)
}

impl Reader<'_, '_> {
    fn piece(&mut self, start: Start) -> Read<Body> {
        let body = match start {
            Start::File => Body::Exec(self.file()?),
            Start::Interactive => Body::Single(self.interactive()?),
            Start::Eval => {
                let e = self.expressions()?;
                while self.eat(Tok::Newline) {}
                Body::Eval(Box::new(e))
            }
            // What may follow is nothing to CPython.
            Start::FString => return Ok(Body::Eval(Box::new(self.star_expressions()?))),
        };
        self.need(Tok::EndOfFile)?;
        Ok(body)
    }

    fn file(&mut self) -> Read<Vec<Stmt>> {
        while self.eat(Tok::Newline) {}
        while self.peek() != Tok::EndOfFile {
            self.statement()?;
        }
        Ok(self.stmts.drain(..).collect())
    }

    /// A statement, behind which there may be blanks.
    fn interactive(&mut self) -> Read<Vec<Stmt>> {
        while self.eat(Tok::Newline) {}
        while self.peek() != Tok::EndOfFile {
            self.statement()?;
            let blank = |t: &Token| matches!(t.tok, Tok::Newline | Tok::Indent | Tok::Dedent);
            let rest = &self.toks[self.pos..];
            let end = rest.iter().position(|t| !blank(t)).unwrap_or(0);
            if rest[end].tok == Tok::EndOfFile {
                self.pos += end;
            }
        }
        Ok(self.stmts.drain(..).collect())
    }

    #[inline(always)]
    fn peek(&self) -> Tok {
        self.toks[self.pos].tok
    }

    #[inline(always)]
    fn peek_next(&self) -> Tok {
        self.toks
            .get(self.pos + 1)
            .map_or(Tok::EndOfFile, |t| t.tok)
    }

    /// Takes the next token if it is this one.
    #[inline(always)]
    fn eat(&mut self, tok: Tok) -> bool {
        let found = self.peek() == tok && tok != Tok::EndOfFile;
        self.pos += usize::from(found);
        found
    }

    /// The next token must be this one. The end is not taken.
    #[inline(always)]
    fn need(&mut self, tok: Tok) -> Read<()> {
        if self.peek() != tok {
            return Err(self.refuse());
        }
        self.pos += usize::from(tok != Tok::EndOfFile);
        Ok(())
    }

    /// This is no program, or none that is known here.
    #[cold]
    #[inline(never)]
    fn refuse(&self) -> Box<CompileError> {
        let with_text = |t: &&Token| t.tok.has_text();
        let token = self.toks[self.pos..].iter().find(with_text);
        let token = token.or(self.toks[..self.pos].iter().rfind(with_text));
        let loc = token.map_or(Loc::line(1), |t| t.loc);
        Box::new(self.w.error(loc, "invalid syntax"))
    }

    /// The place from token `start` to the last one taken.
    #[inline(always)]
    fn loc(&self, start: usize) -> Loc {
        let (a, b) = (&self.toks[start].loc, &self.toks[self.pos - 1].loc);
        Loc {
            line: a.line,
            col: a.col,
            end_line: b.end_line,
            end_col: b.end_col,
        }
    }

    /// The same where the last tokens may be ends of lines and blocks.
    fn block_loc(&self, start: usize) -> Loc {
        let mut last = self.pos - 1;
        while !self.toks[last].tok.has_text() {
            last -= 1;
        }
        let (a, b) = (&self.toks[start].loc, &self.toks[last].loc);
        Loc {
            line: a.line,
            col: a.col,
            end_line: b.end_line,
            end_col: b.end_col,
        }
    }

    /// Begins a node: what to give to [`Self::close`] or [`Self::join`] at its end.
    #[inline(always)]
    fn open(&mut self) -> u32 {
        std::mem::replace(&mut self.height, 0)
    }

    /// What was read since is below one more node.
    #[inline(always)]
    fn grow(&mut self) -> Read<()> {
        self.height += 1;
        if self.height > MAX_DEPTH {
            return Err(too_deep());
        }
        Ok(())
    }

    /// There is no node after all, or it has grown already.
    #[inline(always)]
    fn join(&mut self, opened: u32) {
        self.height = self.height.max(opened);
    }

    /// The node is finished.
    #[inline(always)]
    fn close(&mut self, opened: u32) -> Read<()> {
        self.grow()?;
        self.join(opened);
        Ok(())
    }

    /// One of the constructs that may follow one another without end.
    fn chain<T>(&mut self, work: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.chained > MAX_DEPTH {
            return Err(too_deep());
        }
        self.chained += 1;
        let result = crate::deep(|| work(self));
        self.chained -= 1;
        result
    }

    /// The expressions read since there were `from`.
    #[inline]
    fn take_exprs(&mut self, from: usize) -> Vec<Expr> {
        self.exprs.drain(from..).collect()
    }

    /// The name that a token is.
    #[inline]
    fn sym(&mut self, token: usize) -> Sym {
        let name = self.w.text_of(&self.toks[token]);
        self.w.cx.name(name)
    }

    /// A name.
    #[inline]
    fn name(&mut self) -> Read<Sym> {
        if self.peek() != Tok::Name {
            return Err(self.refuse());
        }
        self.pos += 1;
        Ok(self.sym(self.pos - 1))
    }

    /// Whether the next token is this word.
    fn at_word(&self, word: &str) -> bool {
        self.peek() == Tok::Name && self.w.text_of(&self.toks[self.pos]) == word
    }

    /// Refuses what Python 3.`minor` brought if an older version is asked for.
    #[inline(always)]
    fn since(&self, minor: u8, what: &str) -> Read<()> {
        if self.w.cx.asked.feature_version >= minor {
            return Ok(());
        }
        self.too_new(minor, what, self.pos)
    }

    /// The error is at a token, or behind the one before it.
    #[cold]
    fn too_new(&self, minor: u8, what: &str, token: usize) -> Read<()> {
        let before = self.toks[..token].iter().rfind(|t| t.tok.has_text());
        let next = self.toks.get(token).filter(|t| t.tok.has_text());
        let loc = |t: &Token| t.loc;
        let e = self.w.too_new(minor, what, before.map(loc), next.map(loc));
        Err(Box::new(e))
    }
}

#[cold]
fn too_deep() -> Box<CompileError> {
    Box::new(CompileError::TooDeep)
}
