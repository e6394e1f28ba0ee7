//! Compound statements.

use super::{Read, Reader};
use crate::ast::*;
use crate::errors::CompileError;
use crate::lexer::Tok;

impl Reader<'_, '_> {
    /// The statements of a line, or one with its blocks.
    pub(super) fn statement(&mut self) -> Read<()> {
        match self.peek() {
            Tok::Def
            | Tok::At
            | Tok::Async
            | Tok::If
            | Tok::Class
            | Tok::With
            | Tok::For
            | Tok::Try
            | Tok::While => crate::deep(|| self.compound()),
            Tok::Name if self.is_match() => crate::deep(|| self.compound()),
            _ => self.simple_statements(),
        }
    }

    fn compound(&mut self) -> Read<()> {
        let opened = self.open();
        let decorators = self.decorators()?;
        let start = self.pos;
        let is_async = self.eat(Tok::Async);
        let kind = match self.peek() {
            Tok::Def => self.function(decorators, is_async)?,
            Tok::Class if !is_async => self.class(decorators)?,
            _ if !decorators.is_empty() => return Err(self.refuse()),
            Tok::For => self.for_loop(is_async)?,
            Tok::With => self.with(is_async)?,
            _ if is_async => return Err(self.refuse()),
            Tok::If => self.conditional()?,
            Tok::While => self.while_loop()?,
            Tok::Try => self.try_statement()?,
            _ => self.match_statement()?,
        };
        self.close(opened)?;
        let loc = self.block_loc(start);
        self.stmts.push(Stmt { kind, loc });
        Ok(())
    }

    /// What follows a colon.
    pub(super) fn block(&mut self) -> Read<Vec<Stmt>> {
        self.need(Tok::Colon)?;
        let from = self.stmts.len();
        if self.eat(Tok::Newline) {
            self.need(Tok::Indent)?;
            loop {
                self.statement()?;
                if self.eat(Tok::Dedent) {
                    break;
                }
            }
        } else {
            self.simple_statements()?;
        }
        Ok(self.stmts.drain(from..).collect())
    }

    fn decorators(&mut self) -> Read<Vec<Expr>> {
        let mut decorators = Vec::new();
        while self.eat(Tok::At) {
            decorators.push(self.named_expression()?);
            self.need(Tok::Newline)?;
        }
        Ok(decorators)
    }

    fn function(&mut self, decorators: Vec<Expr>, is_async: bool) -> Read<StmtKind> {
        let node = self.w.node();
        self.pos += 1;
        let name = self.name()?;
        self.need(Tok::Lpar)?;
        let args = self.parameters(false)?;
        self.need(Tok::Rpar)?;
        let returns = match self.eat(Tok::Rarrow) {
            true => Some(self.expression()?),
            false => None,
        };
        let body = self.block()?;
        if is_async {
            self.since(5, "Async functions are")?;
        }
        Ok(StmtKind::FunctionDef(Box::new(FunctionDef {
            name,
            args,
            body,
            decorators,
            returns,
            is_async,
            node,
        })))
    }

    fn class(&mut self, decorators: Vec<Expr>) -> Read<StmtKind> {
        let node = self.w.node();
        self.pos += 1;
        let name = self.name()?;
        let (bases, keywords) = match self.peek() {
            Tok::Lpar => self.call(false)?,
            _ => Default::default(),
        };
        let body = self.block()?;
        Ok(StmtKind::ClassDef(Box::new(ClassDef {
            name,
            bases,
            keywords,
            body,
            decorators,
            node,
        })))
    }

    /// After `if` or `elif`.
    fn conditional(&mut self) -> Read<StmtKind> {
        self.pos += 1;
        let test = self.named_expression()?;
        let body = self.block()?;
        let orelse = if self.peek() == Tok::Elif {
            let start = self.pos;
            let opened = self.open();
            let kind = self.chain(Self::conditional)?;
            self.close(opened)?;
            let loc = self.block_loc(start);
            vec![Stmt { kind, loc }]
        } else {
            self.optional_block(Tok::Else)?
        };
        Ok(StmtKind::If { test, body, orelse })
    }

    /// The block behind a keyword; none if that does not come.
    fn optional_block(&mut self, keyword: Tok) -> Read<Vec<Stmt>> {
        match self.eat(keyword) {
            true => self.block(),
            false => Ok(Vec::new()),
        }
    }

    fn while_loop(&mut self) -> Read<StmtKind> {
        self.pos += 1;
        Ok(StmtKind::While {
            test: self.named_expression()?,
            body: self.block()?,
            orelse: self.optional_block(Tok::Else)?,
        })
    }

    fn for_loop(&mut self, is_async: bool) -> Read<StmtKind> {
        self.pos += 1;
        let target = self.star_targets()?;
        self.need(Tok::In)?;
        let iter = self.star_expressions()?;
        let body = self.block()?;
        let orelse = self.optional_block(Tok::Else)?;
        if is_async {
            self.since(5, "Async for loops are")?;
        }
        Ok(StmtKind::For(Box::new(For {
            target,
            iter,
            body,
            orelse,
            is_async,
        })))
    }

    fn with(&mut self, is_async: bool) -> Read<StmtKind> {
        self.pos += 1;
        let items = match self.peek() == Tok::Lpar && self.is_bracketed() {
            true => self.bracketed_with_items()?,
            false => None,
        };
        let in_brackets = items.is_some();
        let items = match items {
            Some(items) => items,
            None => self.with_items()?,
        };
        let body = self.block()?;
        if in_brackets {
            self.since(9, "Parenthesized context managers are")?;
        }
        if is_async {
            self.since(5, "Async with statements are")?;
        }
        Ok(StmtKind::With {
            items,
            body,
            is_async,
        })
    }

    /// Whether the bracket here is closed right before a colon.
    fn is_bracketed(&self) -> bool {
        let mut depth = 0;
        for (i, token) in self.toks.iter().enumerate().skip(self.pos) {
            match token.tok {
                Tok::Lpar | Tok::Lsqb | Tok::Lbrace => depth += 1,
                Tok::Rpar | Tok::Rsqb | Tok::Rbrace => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return self.toks.get(i + 1).is_some_and(|t| t.tok == Tok::Colon);
            }
        }
        false
    }

    /// Items in brackets. None, with nothing read, if what is in the brackets is an expression that is no item.
    fn bracketed_with_items(&mut self) -> Read<Option<Vec<WithItem>>> {
        let (pos, height, chained) = (self.pos, self.height, self.chained);
        let (exprs, nodes) = (self.exprs.len(), self.w.cx.nodes);
        let warnings = self.w.cx.warnings.len();
        let read = |r: &mut Self| {
            r.need(Tok::Lpar)?;
            let mut items = vec![r.with_item()?];
            while r.eat(Tok::Comma) && r.peek() != Tok::Rpar {
                items.push(r.with_item()?);
            }
            r.need(Tok::Rpar)?;
            match r.peek() {
                Tok::Colon => Ok(items),
                _ => Err(r.refuse()),
            }
        };
        match read(self) {
            Ok(items) => Ok(Some(items)),
            Err(e) if matches!(*e, CompileError::Syntax(_)) => {
                (self.pos, self.height, self.chained) = (pos, height, chained);
                self.exprs.truncate(exprs);
                self.w.cx.nodes = nodes;
                self.w.cx.warnings.truncate(warnings);
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }

    fn with_items(&mut self) -> Read<Vec<WithItem>> {
        let mut items = vec![self.with_item()?];
        while self.eat(Tok::Comma) {
            items.push(self.with_item()?);
        }
        Ok(items)
    }

    fn with_item(&mut self) -> Read<WithItem> {
        let context = self.expression()?;
        let vars = match self.eat(Tok::As) {
            true => Some(self.star_target()?),
            false => None,
        };
        Ok(WithItem { context, vars })
    }

    fn try_statement(&mut self) -> Read<StmtKind> {
        self.pos += 1;
        let body = self.block()?;
        let star = self.peek_next() == Tok::Star;
        let mut handlers = Vec::new();
        while self.peek() == Tok::Except {
            let start = self.pos;
            self.pos += 1;
            if self.eat(Tok::Star) != star {
                return Err(self.refuse());
            }
            let (mut typ, mut name) = (None, None);
            if star || self.peek() != Tok::Colon {
                typ = Some(self.expression()?);
                if self.eat(Tok::As) {
                    name = Some(self.name()?);
                }
            }
            let body = self.block()?;
            let loc = self.block_loc(start);
            handlers.push(Handler {
                typ,
                name,
                body,
                loc,
            });
        }
        let orelse = match handlers.is_empty() {
            true => Vec::new(),
            false => self.optional_block(Tok::Else)?,
        };
        if handlers.is_empty() && self.peek() != Tok::Finally {
            return Err(self.refuse());
        }
        let finalbody = self.optional_block(Tok::Finally)?;
        let star = star && !handlers.is_empty();
        if star {
            self.since(11, "Exception groups are")?;
        }
        Ok(StmtKind::Try(Box::new(Try {
            body,
            handlers,
            orelse,
            finalbody,
            star,
        })))
    }
}
