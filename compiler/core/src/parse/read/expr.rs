//! Expressions: operators by precedence, and the lists of expressions that stand without brackets.

use super::{Read, Reader};
use crate::ast::*;
use crate::lexer::Tok;

/// Precedences of binary operators; what is none has 0.
const OR: u8 = 1;
const XOR: u8 = 2;
const AND: u8 = 3;
const SHIFT: u8 = 4;
const SUM: u8 = 5;
const PRODUCT: u8 = 6;

#[inline]
fn binary_operator(tok: Tok) -> (Operator, u8) {
    match tok {
        Tok::Vbar => (Operator::BitOr, OR),
        Tok::CircumFlex => (Operator::BitXor, XOR),
        Tok::Amper => (Operator::BitAnd, AND),
        Tok::LeftShift => (Operator::LShift, SHIFT),
        Tok::RightShift => (Operator::RShift, SHIFT),
        Tok::Plus => (Operator::Add, SUM),
        Tok::Minus => (Operator::Sub, SUM),
        Tok::Star => (Operator::Mult, PRODUCT),
        Tok::Slash => (Operator::Div, PRODUCT),
        Tok::DoubleSlash => (Operator::FloorDiv, PRODUCT),
        Tok::Percent => (Operator::Mod, PRODUCT),
        Tok::At => (Operator::MatMult, PRODUCT),
        _ => (Operator::Add, 0),
    }
}

/// Whether an expression may begin with it, a starred one included.
pub(super) fn begins_expression(tok: Tok) -> bool {
    use Tok::*;
    matches!(
        tok,
        Name | Int
            | Float
            | Complex
            | String
            | Lpar
            | Lsqb
            | Lbrace
            | Ellipsis
            | False
            | None
            | True
            | Not
            | Lambda
            | Await
            | Plus
            | Minus
            | Tilde
            | Star
    )
}

impl Reader<'_, '_> {
    /// Expressions with commas between and perhaps after them: a tuple, unless it is one without a comma.
    fn open_tuple(&mut self, item: fn(&mut Self) -> Read<Expr>) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        let first = item(self)?;
        if self.peek() != Tok::Comma {
            self.join(opened);
            return Ok(first);
        }
        self.tuple_from(start, opened, first, item)
    }

    /// The rest of a tuple that is not in brackets.
    pub(super) fn tuple_from(
        &mut self,
        start: usize,
        opened: u32,
        first: Expr,
        item: fn(&mut Self) -> Read<Expr>,
    ) -> Read<Expr> {
        let from = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Tok::Comma) && begins_expression(self.peek()) {
            let next = item(self)?;
            self.exprs.push(next);
        }
        self.close(opened)?;
        let kind = ExprKind::Tuple {
            elts: self.take_exprs(from),
            ctx: ExprContext::Load,
        };
        Ok(Expr::new(kind, self.loc(start)))
    }

    pub(super) fn expressions(&mut self) -> Read<Expr> {
        self.open_tuple(Self::expression)
    }

    pub(super) fn star_expressions(&mut self) -> Read<Expr> {
        self.open_tuple(Self::star_expression)
    }

    /// An operand that binds as tightly as one of `|`.
    pub(super) fn operand(&mut self) -> Read<Expr> {
        self.binary(OR)
    }

    /// `*` with an operand that binds as tightly as one of `|`.
    fn star(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        self.need(Tok::Star)?;
        let value = self.binary(OR)?;
        self.starred(start, opened, value)
    }

    fn starred(&mut self, start: usize, opened: u32, value: Expr) -> Read<Expr> {
        self.close(opened)?;
        let kind = ExprKind::Starred {
            value: Box::new(value),
            ctx: ExprContext::Load,
        };
        Ok(Expr::new(kind, self.loc(start)))
    }

    pub(super) fn star_expression(&mut self) -> Read<Expr> {
        if self.peek() == Tok::Star {
            return self.star();
        }
        self.expression()
    }

    pub(super) fn star_named_expression(&mut self) -> Read<Expr> {
        if self.peek() == Tok::Star {
            return self.star();
        }
        self.named_expression()
    }

    /// `*` with any operand.
    pub(super) fn starred_expression(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        self.need(Tok::Star)?;
        let value = self.expression()?;
        self.starred(start, opened, value)
    }

    pub(super) fn named_expression(&mut self) -> Read<Expr> {
        if self.peek() != Tok::Name || self.peek_next() != Tok::ColonEqual {
            return self.expression();
        }
        let start = self.pos;
        let opened = self.open();
        let id = self.name()?;
        let ctx = ExprContext::Store;
        let target = Expr::new(ExprKind::Name { id, ctx }, self.loc(start));
        self.height = 1;
        self.need(Tok::ColonEqual)?;
        let value = self.expression()?;
        self.close(opened)?;
        self.since(8, "Assignment expressions are")?;
        let kind = ExprKind::NamedExpr {
            target: Box::new(target),
            value: Box::new(value),
        };
        Ok(Expr::new(kind, self.loc(start)))
    }

    /// `yield` and what it yields.
    pub(super) fn yield_expression(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        self.need(Tok::Yield)?;
        let kind = if self.eat(Tok::From) {
            ExprKind::YieldFrom(Box::new(self.expression()?))
        } else if begins_expression(self.peek()) {
            ExprKind::Yield(Some(Box::new(self.star_expressions()?)))
        } else {
            ExprKind::Yield(None)
        };
        self.close(opened)?;
        Ok(Expr::new(kind, self.loc(start)))
    }

    /// What may be assigned.
    pub(super) fn assigned_value(&mut self) -> Read<Expr> {
        if self.peek() == Tok::Yield {
            return self.yield_expression();
        }
        self.star_expressions()
    }

    pub(super) fn expression(&mut self) -> Read<Expr> {
        crate::deep(|| self.expression_inner())
    }

    fn expression_inner(&mut self) -> Read<Expr> {
        if self.peek() == Tok::Lambda {
            return self.chain(Self::lambda);
        }
        let start = self.pos;
        let opened = self.open();
        let body = self.disjunction()?;
        if !self.eat(Tok::If) {
            self.join(opened);
            return Ok(body);
        }
        let test = self.disjunction()?;
        self.need(Tok::Else)?;
        let orelse = self.chain(Self::expression_inner)?;
        self.close(opened)?;
        let kind = ExprKind::IfExp {
            test: Box::new(test),
            body: Box::new(body),
            orelse: Box::new(orelse),
        };
        Ok(Expr::new(kind, self.loc(start)))
    }

    fn lambda(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        let node = self.w.node();
        self.need(Tok::Lambda)?;
        let args = self.parameters(true)?;
        self.need(Tok::Colon)?;
        let body = self.expression_inner()?;
        self.close(opened)?;
        let kind = ExprKind::Lambda(Box::new(Lambda { args, body, node }));
        Ok(Expr::new(kind, self.loc(start)))
    }

    /// Operands of `or`, or, if there is none, what binds tighter.
    pub(super) fn disjunction(&mut self) -> Read<Expr> {
        self.logical(Tok::Or, BoolOp::Or, Self::conjunction)
    }

    fn conjunction(&mut self) -> Read<Expr> {
        self.logical(Tok::And, BoolOp::And, Self::inversion)
    }

    #[inline(always)]
    fn logical(
        &mut self,
        tok: Tok,
        op: BoolOp,
        operand: impl Fn(&mut Self) -> Read<Expr>,
    ) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        let first = operand(self)?;
        if self.peek() != tok {
            self.join(opened);
            return Ok(first);
        }
        let from = self.exprs.len();
        self.exprs.push(first);
        while self.eat(tok) {
            let next = operand(self)?;
            self.exprs.push(next);
        }
        self.close(opened)?;
        let values = self.take_exprs(from);
        Ok(Expr::new(ExprKind::BoolOp { op, values }, self.loc(start)))
    }

    fn inversion(&mut self) -> Read<Expr> {
        if self.peek() == Tok::Not {
            return self.chain(Self::negation);
        }
        self.comparison()
    }

    fn negation(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        self.need(Tok::Not)?;
        let operand = Box::new(self.inversion()?);
        self.close(opened)?;
        let op = UnaryOp::Not;
        Ok(Expr::new(
            ExprKind::UnaryOp { op, operand },
            self.loc(start),
        ))
    }

    /// Takes a comparison operator.
    #[inline]
    fn comparison_operator(&mut self) -> Option<CmpOp> {
        let op = match self.peek() {
            Tok::EqEqual => CmpOp::Eq,
            Tok::NotEqual => CmpOp::NotEq,
            Tok::Less => CmpOp::Lt,
            Tok::LessEqual => CmpOp::LtE,
            Tok::Greater => CmpOp::Gt,
            Tok::GreaterEqual => CmpOp::GtE,
            Tok::In => CmpOp::In,
            Tok::Is if self.peek_next() == Tok::Not => {
                self.pos += 1;
                CmpOp::IsNot
            }
            Tok::Is => CmpOp::Is,
            Tok::Not if self.peek_next() == Tok::In => {
                self.pos += 1;
                CmpOp::NotIn
            }
            _ => return None,
        };
        self.pos += 1;
        Some(op)
    }

    #[inline(always)]
    fn comparison(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        let left = self.binary(OR)?;
        let Some(op) = self.comparison_operator() else {
            self.join(opened);
            return Ok(left);
        };
        let from = self.exprs.len();
        let mut ops = vec![op];
        loop {
            let next = self.binary(OR)?;
            self.exprs.push(next);
            match self.comparison_operator() {
                Some(op) => ops.push(op),
                None => break,
            }
        }
        self.close(opened)?;
        let kind = ExprKind::Compare {
            left: Box::new(left),
            ops,
            comparators: self.take_exprs(from),
        };
        Ok(Expr::new(kind, self.loc(start)))
    }

    /// Binary operators of at least this precedence.
    fn binary(&mut self, least: u8) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        let mut left = self.factor()?;
        loop {
            let (op, precedence) = binary_operator(self.peek());
            if precedence < least {
                self.join(opened);
                return Ok(left);
            }
            self.pos += 1;
            let right = self.binary(precedence + 1)?;
            self.grow()?;
            if op == Operator::MatMult {
                self.since(5, "The '@' operator is")?;
            }
            let kind = ExprKind::BinOp {
                left: Box::new(left),
                op,
                right: Box::new(right),
            };
            left = Expr::new(kind, self.loc(start));
        }
    }

    /// Signs and powers.
    #[inline]
    fn factor(&mut self) -> Read<Expr> {
        let op = match self.peek() {
            Tok::Plus => UnaryOp::UAdd,
            Tok::Minus => UnaryOp::USub,
            Tok::Tilde => UnaryOp::Invert,
            _ => return self.power(),
        };
        self.chain(|r| {
            let start = r.pos;
            let opened = r.open();
            r.pos += 1;
            let operand = Box::new(r.factor()?);
            r.close(opened)?;
            Ok(Expr::new(ExprKind::UnaryOp { op, operand }, r.loc(start)))
        })
    }

    #[inline]
    fn power(&mut self) -> Read<Expr> {
        if self.peek() != Tok::Await {
            let start = self.pos;
            let opened = self.open();
            let base = self.primary()?;
            if self.peek() != Tok::DoubleStar {
                self.join(opened);
                return Ok(base);
            }
            return self.power_of(start, opened, base);
        }
        let start = self.pos;
        let opened = self.open();
        self.pos += 1;
        let operand = Box::new(self.primary()?);
        self.grow()?;
        self.since(5, "Await expressions are")?;
        let base = Expr::new(ExprKind::Await(operand), self.loc(start));
        if self.peek() != Tok::DoubleStar {
            self.join(opened);
            return Ok(base);
        }
        self.power_of(start, opened, base)
    }

    fn power_of(&mut self, start: usize, opened: u32, base: Expr) -> Read<Expr> {
        self.need(Tok::DoubleStar)?;
        let exponent = self.chain(Self::factor)?;
        self.close(opened)?;
        let kind = ExprKind::BinOp {
            left: Box::new(base),
            op: Operator::Pow,
            right: Box::new(exponent),
        };
        Ok(Expr::new(kind, self.loc(start)))
    }
}
