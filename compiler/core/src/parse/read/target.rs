//! Targets: of assignments, `for`, `with`, `del`. They are expressions that may be assigned to.

use super::{Read, Reader};
use crate::ast::*;
use crate::lexer::Tok;

impl Reader<'_, '_> {
    /// Targets up to an `in`, or to whatever else can follow.
    pub(super) fn star_targets(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        let first = self.star_target_expression()?;
        let mut targets = if self.peek() == Tok::Comma {
            self.tuple_from(start, opened, first, Self::star_target_expression)?
        } else {
            self.join(opened);
            first
        };
        self.store(&mut targets)?;
        Ok(targets)
    }

    /// The target of one item of a `with`.
    pub(super) fn star_target(&mut self) -> Read<Expr> {
        let mut target = self.star_target_expression()?;
        self.store(&mut target)?;
        Ok(target)
    }

    fn star_target_expression(&mut self) -> Read<Expr> {
        if self.peek() != Tok::Star {
            return self.primary();
        }
        let start = self.pos;
        let opened = self.open();
        self.pos += 1;
        let value = Box::new(self.primary()?);
        self.close(opened)?;
        let ctx = ExprContext::Load;
        Ok(Expr::new(ExprKind::Starred { value, ctx }, self.loc(start)))
    }

    /// Makes an expression a target of an assignment; refuses what cannot be one.
    pub(super) fn store(&self, target: &mut Expr) -> Read<()> {
        self.bind(target, ExprContext::Store)
    }

    /// Makes an expression a target of a `del`.
    pub(super) fn delete(&self, target: &mut Expr) -> Read<()> {
        self.bind(target, ExprContext::Del)
    }

    fn bind(&self, target: &mut Expr, to: ExprContext) -> Read<()> {
        match &mut target.kind {
            ExprKind::Name { ctx, .. }
            | ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. } => *ctx = to,
            ExprKind::Starred { value, ctx } if to == ExprContext::Store => {
                *ctx = to;
                self.bind(value, to)?;
            }
            ExprKind::List { elts, ctx } | ExprKind::Tuple { elts, ctx } => {
                *ctx = to;
                for e in elts {
                    crate::deep(|| self.bind(e, to))?;
                }
            }
            _ => return Err(self.refuse()),
        }
        Ok(())
    }

    /// Makes an expression the target of an annotation or of an augmented assignment.
    pub(super) fn store_single(&self, target: &mut Expr) -> Read<()> {
        match target.kind {
            ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {
                self.store(target)
            }
            _ => Err(self.refuse()),
        }
    }
}
