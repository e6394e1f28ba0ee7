//! Assignments, plain, augmented and annotated.

use hotpy_isa::Op;
use hotpy_isa::names::AUGMENTED;

use super::{Generator, ScopeKind};
use crate::ast::*;
use crate::errors::Result;

impl Generator<'_> {
    pub(super) fn assign(&mut self, targets: &[Expr], value: &Expr) -> Result<()> {
        self.expr(value)?;
        for (i, target) in targets.iter().enumerate() {
            if i + 1 < targets.len() {
                self.emit(Op::COPY, 1);
            }
            self.expr(target)?;
        }
        Ok(())
    }

    pub(super) fn aug_assign(&mut self, target: &Expr, op: Operator, value: &Expr) -> Result<()> {
        let outer = self.loc();
        self.set_loc(target.loc);
        match &target.kind {
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value)?;
                self.emit(Op::COPY, 1);
                self.attribute_loc(*attr, target.loc);
                self.emit_name(Op::LOAD_ATTR, *attr);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)?;
                self.emit(Op::COPY, 2);
                self.emit(Op::COPY, 2);
                self.emit(Op::BINARY_SUBSCR, 0);
            }
            ExprKind::Name { id, .. } => self.variable(*id, ExprContext::Load)?,
            _ => return self.fail("illegal expression for augmented assignment"),
        }
        self.set_loc(outer);
        self.expr(value)?;
        self.emit(Op::BINARY_OP, operator(op) + AUGMENTED);
        self.set_loc(target.loc);
        match &target.kind {
            ExprKind::Attribute { attr, .. } => {
                self.attribute_loc(*attr, target.loc);
                self.emit(Op::SWAP, 2);
                self.emit_name(Op::STORE_ATTR, *attr);
            }
            ExprKind::Subscript { .. } => {
                self.emit(Op::SWAP, 3);
                self.emit(Op::SWAP, 2);
                self.emit(Op::STORE_SUBSCR, 0);
            }
            ExprKind::Name { id, .. } => self.variable(*id, ExprContext::Store)?,
            _ => {}
        }
        Ok(())
    }

    pub(super) fn ann_assign(
        &mut self,
        target: &Expr,
        annotation: &Expr,
        value: Option<&Expr>,
        simple: bool,
    ) -> Result<()> {
        if let Some(v) = value {
            self.expr(v)?;
            self.expr(target)?;
        }
        let evaluated = matches!(self.kind(), ScopeKind::Module | ScopeKind::Class);
        match &target.kind {
            ExprKind::Name { id, .. } => {
                self.check_name(*id, ExprContext::Store)?;
                if simple && evaluated {
                    if self.future_annotations() {
                        self.annotation_text(annotation)?;
                    } else {
                        self.expr(annotation)?;
                    }
                    let dict = self.sym("__annotations__");
                    self.emit_name(Op::LOAD_NAME, dict);
                    let mangled = self.mangled(*id);
                    self.load_name_const(mangled);
                    self.emit(Op::STORE_SUBSCR, 0);
                }
            }
            ExprKind::Attribute {
                value: object,
                attr,
                ..
            } => {
                self.check_name(*attr, ExprContext::Store)?;
                if value.is_none() {
                    self.evaluate(object)?;
                }
            }
            ExprKind::Subscript {
                value: object,
                slice,
                ..
            } if value.is_none() => {
                self.evaluate(object)?;
                self.evaluate_slice(slice)?;
            }
            _ => {}
        }
        if !simple && evaluated && !self.future_annotations() {
            self.evaluate(annotation)?;
        }
        Ok(())
    }

    /// For its effects only.
    fn evaluate(&mut self, e: &Expr) -> Result<()> {
        self.expr(e)?;
        self.emit(Op::POP_TOP, 0);
        Ok(())
    }

    fn evaluate_slice(&mut self, e: &Expr) -> Result<()> {
        match &e.kind {
            ExprKind::Slice { lower, upper, step } => [lower, upper, step]
                .into_iter()
                .flatten()
                .try_for_each(|part| self.evaluate(part)),
            ExprKind::Tuple { elts, .. } => elts.iter().try_for_each(|e| self.evaluate_slice(e)),
            _ => self.evaluate(e),
        }
    }

    /// Unpacks the value on the stack into a tuple or list of targets.
    pub(super) fn unpack_to(&mut self, elts: &[Expr]) -> Result<()> {
        let starred: Vec<bool> = elts.iter().map(Expr::is_starred).collect();
        self.unpack(&starred, "assignment")?;
        for e in elts {
            match &e.kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(e)?,
            }
        }
        Ok(())
    }

    /// UNPACK_SEQUENCE, or UNPACK_EX if one of the targets is starred.
    pub(super) fn unpack(&mut self, starred: &[bool], what: &str) -> Result<()> {
        let n = starred.len();
        let multiple = if what == "assignment" {
            "multiple starred expressions in assignment"
        } else {
            "multiple starred expressions in sequence pattern"
        };
        let mut seen = false;
        for (i, _) in starred.iter().enumerate().filter(|(_, s)| **s) {
            if seen {
                return self.fail(multiple);
            }
            let after = n - i - 1;
            if i >= 1 << 8 || after >= 1 << 23 {
                return self.fail(format!("too many expressions in star-unpacking {what}"));
            }
            self.emit(Op::UNPACK_EX, (i + (after << 8)) as u32);
            seen = true;
        }
        if !seen {
            self.emit(Op::UNPACK_SEQUENCE, n as u32);
        }
        Ok(())
    }
}

/// BINARY_OP's argument for an operator.
pub(super) fn operator(op: Operator) -> u32 {
    match op {
        Operator::Add => 0,
        Operator::BitAnd => 1,
        Operator::FloorDiv => 2,
        Operator::LShift => 3,
        Operator::MatMult => 4,
        Operator::Mult => 5,
        Operator::Mod => 6,
        Operator::BitOr => 7,
        Operator::Pow => 8,
        Operator::RShift => 9,
        Operator::Sub => 10,
        Operator::Div => 11,
        Operator::BitXor => 12,
    }
}
