//! Atoms, what may follow them (attributes, calls, subscripts), displays and comprehensions.

use hotpy_code::Const;

use super::expr::begins_expression;
use super::{Read, Reader};
use crate::ast::*;
use crate::lexer::Tok;
use crate::literals;

impl Reader<'_, '_> {
    /// An atom and its trailers.
    pub(super) fn primary(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        let mut value = self.atom()?;
        loop {
            let kind = match self.peek() {
                Tok::Dot => {
                    self.pos += 1;
                    let attr = self.name()?;
                    ExprKind::Attribute {
                        value: Box::new(value),
                        attr,
                        ctx: ExprContext::Load,
                    }
                }
                Tok::Lpar => {
                    let (args, keywords) = self.call(true)?;
                    ExprKind::Call(Box::new(Call {
                        func: value,
                        args,
                        keywords,
                    }))
                }
                Tok::Lsqb => {
                    self.pos += 1;
                    let slice = Box::new(self.slices()?);
                    self.need(Tok::Rsqb)?;
                    ExprKind::Subscript {
                        value: Box::new(value),
                        slice,
                        ctx: ExprContext::Load,
                    }
                }
                _ => {
                    self.join(opened);
                    return Ok(value);
                }
            };
            self.grow()?;
            value = Expr::new(kind, self.loc(start));
        }
    }

    fn constant(&mut self, value: Const) -> Expr {
        self.pos += 1;
        self.height = self.height.max(1);
        Expr::constant(value, self.toks[self.pos - 1].loc)
    }

    #[inline]
    fn atom(&mut self) -> Read<Expr> {
        Ok(match self.peek() {
            Tok::Name => {
                let id = self.sym(self.pos);
                let loc = self.toks[self.pos].loc;
                self.pos += 1;
                self.height = self.height.max(1);
                let ctx = ExprContext::Load;
                Expr::new(ExprKind::Name { id, ctx }, loc)
            }
            Tok::Int | Tok::Float | Tok::Complex => self.number()?,
            Tok::String => self.strings()?,
            Tok::Lpar => self.parenthesised()?,
            Tok::Lsqb => self.bracketed()?,
            Tok::Lbrace => self.braced()?,
            Tok::None => self.constant(Const::None),
            Tok::True => self.constant(Const::Bool(true)),
            Tok::False => self.constant(Const::Bool(false)),
            Tok::Ellipsis => self.constant(Const::Ellipsis),
            _ => return Err(self.refuse()),
        })
    }

    pub(super) fn number(&mut self) -> Read<Expr> {
        let token = self.toks[self.pos];
        let text = self.w.text_of(&token);
        if self.w.cx.asked.feature_version < 6 && text.contains('_') {
            self.too_new(6, "Underscores in numeric literals are", self.pos)?;
        }
        match literals::number(token.tok, text, self.w.cx.asked.max_digits) {
            Some(value) => Ok(self.constant(value)),
            None => Err(self.refuse()),
        }
    }

    /// Adjacent string literals.
    pub(super) fn strings(&mut self) -> Read<Expr> {
        let start = self.pos;
        while self.peek() == Tok::String {
            self.pos += 1;
        }
        let loc = self.loc(start);
        let opened = self.open();
        // Trees inside are read by readers of their own, which leave their heights there.
        let outer = std::mem::replace(&mut self.w.cx.height, 0);
        let value = self.w.strings(&self.toks[start..self.pos], loc);
        self.height = std::mem::replace(&mut self.w.cx.height, outer);
        let value = value?;
        self.close(opened)?;
        if matches!(value.kind, ExprKind::JoinedStr(_)) {
            self.since(6, "Format strings are")?;
        }
        Ok(value)
    }

    /// The arguments of a call, brackets included, or of a class (which takes no bare generator).
    pub(super) fn call(&mut self, generator: bool) -> Read<(Vec<Expr>, Vec<Keyword>)> {
        let open = self.pos;
        self.need(Tok::Lpar)?;
        let from = self.exprs.len();
        let mut keywords = Vec::new();
        let mut unpacks = false;
        while self.peek() != Tok::Rpar {
            let start = self.pos;
            match self.peek() {
                Tok::DoubleStar => {
                    self.pos += 1;
                    let value = self.expression()?;
                    let loc = self.loc(start);
                    unpacks = true;
                    keywords.push(Keyword {
                        arg: None,
                        value,
                        loc,
                    });
                }
                Tok::Name if self.peek_next() == Tok::Equal => {
                    let arg = Some(self.name()?);
                    self.pos += 1;
                    let value = self.expression()?;
                    let loc = self.loc(start);
                    keywords.push(Keyword { arg, value, loc });
                }
                // No iterable may follow a mapping.
                Tok::Star if !unpacks => {
                    let value = self.starred_expression()?;
                    self.exprs.push(value);
                }
                _ if keywords.is_empty() => {
                    let opened = self.open();
                    let value = self.named_expression()?;
                    if matches!(self.peek(), Tok::For | Tok::Async) {
                        // It must be alone, without a comma.
                        if !generator || self.exprs.len() != from {
                            return Err(self.refuse());
                        }
                        let kind = CompKind::Generator;
                        let e = self.comprehension(kind, open, opened, value, None, Tok::Rpar)?;
                        return Ok((vec![e], keywords));
                    }
                    self.join(opened);
                    self.exprs.push(value);
                }
                _ => return Err(self.refuse()),
            }
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        self.need(Tok::Rpar)?;
        Ok((self.take_exprs(from), keywords))
    }

    /// What stands in the brackets of a subscript.
    fn slices(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        let starred = self.peek() == Tok::Star;
        let first = self.slice()?;
        if self.peek() != Tok::Comma && !starred {
            self.join(opened);
            return Ok(first);
        }
        let from = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Tok::Comma) && self.peek() != Tok::Rsqb {
            let next = self.slice()?;
            self.exprs.push(next);
        }
        self.close(opened)?;
        let kind = ExprKind::Tuple {
            elts: self.take_exprs(from),
            ctx: ExprContext::Load,
        };
        Ok(Expr::new(kind, self.loc(start)))
    }

    fn slice(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        let mut lower = None;
        match self.peek() {
            Tok::Star => {
                let e = self.starred_expression()?;
                self.join(opened);
                return Ok(e);
            }
            Tok::Colon => {}
            _ => {
                let e = self.named_expression()?;
                if self.peek() != Tok::Colon || self.toks[start + 1].tok == Tok::ColonEqual {
                    self.join(opened);
                    return Ok(e);
                }
                lower = Some(Box::new(e));
            }
        }
        self.need(Tok::Colon)?;
        let ended = |tok| matches!(tok, Tok::Colon | Tok::Comma | Tok::Rsqb);
        let mut upper = None;
        if !ended(self.peek()) {
            upper = Some(Box::new(self.expression()?));
        }
        let mut step = None;
        if self.eat(Tok::Colon) && !ended(self.peek()) {
            step = Some(Box::new(self.expression()?));
        }
        self.close(opened)?;
        let kind = ExprKind::Slice { lower, upper, step };
        Ok(Expr::new(kind, self.loc(start)))
    }

    /// A tuple, a group, or a generator.
    fn parenthesised(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        self.pos += 1;
        let kind = match self.peek() {
            Tok::Rpar => {
                self.pos += 1;
                ExprKind::Tuple {
                    elts: Vec::new(),
                    ctx: ExprContext::Load,
                }
            }
            Tok::Yield => {
                let e = self.yield_expression()?;
                self.need(Tok::Rpar)?;
                self.join(opened);
                return Ok(e);
            }
            first => {
                let e = self.star_named_expression()?;
                match self.peek() {
                    Tok::Rpar if first != Tok::Star => {
                        self.pos += 1;
                        self.join(opened);
                        return Ok(e);
                    }
                    Tok::For | Tok::Async if first != Tok::Star => {
                        let kind = CompKind::Generator;
                        return self.comprehension(kind, start, opened, e, None, Tok::Rpar);
                    }
                    Tok::Comma => {}
                    _ => return Err(self.refuse()),
                }
                let from = self.exprs.len();
                self.exprs.push(e);
                self.rest_of_display(Tok::Rpar)?;
                ExprKind::Tuple {
                    elts: self.take_exprs(from),
                    ctx: ExprContext::Load,
                }
            }
        };
        self.close(opened)?;
        Ok(Expr::new(kind, self.loc(start)))
    }

    /// The items after the first, and the closing bracket.
    fn rest_of_display(&mut self, close: Tok) -> Read<()> {
        while self.eat(Tok::Comma) && self.peek() != close {
            let next = self.star_named_expression()?;
            self.exprs.push(next);
        }
        self.need(close)
    }

    fn bracketed(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        self.pos += 1;
        let from = self.exprs.len();
        if !self.eat(Tok::Rsqb) {
            let starred = self.peek() == Tok::Star;
            let first = self.star_named_expression()?;
            if !starred && matches!(self.peek(), Tok::For | Tok::Async) {
                return self.comprehension(CompKind::List, start, opened, first, None, Tok::Rsqb);
            }
            self.exprs.push(first);
            self.rest_of_display(Tok::Rsqb)?;
        }
        self.close(opened)?;
        let kind = ExprKind::List {
            elts: self.take_exprs(from),
            ctx: ExprContext::Load,
        };
        Ok(Expr::new(kind, self.loc(start)))
    }

    /// A dictionary or a set.
    fn braced(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        self.pos += 1;
        if matches!(self.peek(), Tok::Rbrace | Tok::DoubleStar) {
            return self.dict(start, opened, None);
        }
        let starred = self.peek() == Tok::Star;
        let named = self.peek_next() == Tok::ColonEqual;
        let first = self.star_named_expression()?;
        if !starred && !named && self.eat(Tok::Colon) {
            let value = self.expression()?;
            if matches!(self.peek(), Tok::For | Tok::Async) {
                let kind = CompKind::Dict;
                return self.comprehension(kind, start, opened, first, Some(value), Tok::Rbrace);
            }
            return self.dict(start, opened, Some((first, value)));
        }
        if !starred && matches!(self.peek(), Tok::For | Tok::Async) {
            return self.comprehension(CompKind::Set, start, opened, first, None, Tok::Rbrace);
        }
        let from = self.exprs.len();
        self.exprs.push(first);
        self.rest_of_display(Tok::Rbrace)?;
        self.close(opened)?;
        let kind = ExprKind::Set(self.take_exprs(from));
        Ok(Expr::new(kind, self.loc(start)))
    }

    /// A dictionary from after its bracket, or from after its first item.
    fn dict(&mut self, start: usize, opened: u32, first: Option<(Expr, Expr)>) -> Read<Expr> {
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        let mut more = true;
        if let Some((key, value)) = first {
            keys.push(Some(key));
            values.push(value);
            more = self.eat(Tok::Comma);
        }
        while more && self.peek() != Tok::Rbrace {
            if self.eat(Tok::DoubleStar) {
                keys.push(None);
                values.push(self.operand()?);
            } else {
                keys.push(Some(self.expression()?));
                self.need(Tok::Colon)?;
                values.push(self.expression()?);
            }
            more = self.eat(Tok::Comma);
        }
        self.need(Tok::Rbrace)?;
        self.close(opened)?;
        let kind = ExprKind::Dict { keys, values };
        Ok(Expr::new(kind, self.loc(start)))
    }

    /// A comprehension from after its element to its closing bracket.
    fn comprehension(
        &mut self,
        kind: CompKind,
        start: usize,
        opened: u32,
        elt: Expr,
        value: Option<Expr>,
        close: Tok,
    ) -> Read<Expr> {
        let node = self.w.node();
        let mut generators = Vec::with_capacity(1);
        loop {
            let is_async = self.eat(Tok::Async);
            self.need(Tok::For)?;
            let target = self.star_targets()?;
            self.need(Tok::In)?;
            let iter = self.disjunction()?;
            let from = self.exprs.len();
            while self.eat(Tok::If) {
                let test = self.disjunction()?;
                self.exprs.push(test);
            }
            if is_async {
                self.since(6, "Async comprehensions are")?;
            }
            generators.push(Generator {
                target,
                iter,
                ifs: self.take_exprs(from),
                is_async,
            });
            if !matches!(self.peek(), Tok::For | Tok::Async) {
                break;
            }
        }
        self.need(close)?;
        self.close(opened)?;
        let comp = Comp {
            kind,
            elt,
            value,
            generators,
            node,
        };
        Ok(Expr::new(ExprKind::Comp(Box::new(comp)), self.loc(start)))
    }

    /// Whether an expression begins here.
    pub(super) fn at_expression(&self) -> bool {
        begins_expression(self.peek())
    }
}
