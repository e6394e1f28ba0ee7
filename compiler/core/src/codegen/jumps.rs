//! Conditions: expressions of which only the truth matters become jumps.

use hotpy_isa::Op;

use super::Generator;
use crate::ast::*;
use crate::cfg::BlockId;
use crate::deep;
use crate::errors::Result;

impl Generator<'_> {
    /// Jumps to `target` if the truth of `test` is `jump_if`, else falls through (*for dialects*).
    pub fn jump_if(&mut self, test: &Expr, target: BlockId, jump_if: bool) -> Result<()> {
        deep(|| self.jump_if_inner(test, target, jump_if))
    }

    fn jump_if_inner(&mut self, test: &Expr, target: BlockId, jump_if: bool) -> Result<()> {
        match &test.kind {
            ExprKind::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } => return self.jump_if(operand, target, !jump_if),
            ExprKind::BoolOp { op, values } => {
                let [first @ .., last] = &values[..] else {
                    return Ok(());
                };
                let short = matches!(op, BoolOp::Or);
                let exit = if short == jump_if {
                    target
                } else {
                    self.new_block()
                };
                for v in first {
                    self.jump_if(v, exit, short)?;
                }
                self.jump_if(last, target, jump_if)?;
                if exit != target {
                    self.place(exit);
                }
                return Ok(());
            }
            ExprKind::IfExp { test, body, orelse } => {
                let (end, other) = (self.new_block(), self.new_block());
                self.jump_if(test, other, false)?;
                self.jump_if(body, target, jump_if)?;
                self.emit_jump_no_line(Op::JUMP, end);
                self.place(other);
                self.jump_if(orelse, target, jump_if)?;
                self.place(end);
                return Ok(());
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                self.set_loc(test.loc);
                if ops.len() > 1 {
                    return self.jump_if_chain(test, left, ops, comparators, target, jump_if);
                }
            }
            _ => {}
        }
        if let Some(done) = self
            .dialect
            .and_then(|d| d.condition(self, test, target, jump_if))
        {
            return done;
        }
        self.expr(test)?;
        self.emit_jump(
            if jump_if {
                Op::POP_JUMP_IF_TRUE
            } else {
                Op::POP_JUMP_IF_FALSE
            },
            target,
        );
        Ok(())
    }

    fn jump_if_chain(
        &mut self,
        whole: &Expr,
        left: &Expr,
        ops: &[CmpOp],
        comparators: &[Expr],
        target: BlockId,
        jump_if: bool,
    ) -> Result<()> {
        self.check_compare(whole);
        let cleanup = self.new_block();
        self.expr(left)?;
        let last = ops.len() - 1;
        for (op, value) in ops[..last].iter().zip(comparators) {
            self.expr(value)?;
            self.emit(Op::SWAP, 2);
            self.emit(Op::COPY, 2);
            self.compare_op(*op);
            self.emit_jump(Op::POP_JUMP_IF_FALSE, cleanup);
        }
        self.expr(&comparators[last])?;
        self.compare_op(ops[last]);
        self.emit_jump(
            if jump_if {
                Op::POP_JUMP_IF_TRUE
            } else {
                Op::POP_JUMP_IF_FALSE
            },
            target,
        );
        let end = self.new_block();
        self.emit_jump_no_line(Op::JUMP, end);
        self.place(cleanup);
        self.emit(Op::POP_TOP, 0);
        if !jump_if {
            self.emit_jump_no_line(Op::JUMP, target);
        }
        self.place(end);
        Ok(())
    }

    /// A comparison for its value.
    pub(super) fn compare(
        &mut self,
        whole: &Expr,
        left: &Expr,
        ops: &[CmpOp],
        comparators: &[Expr],
    ) -> Result<()> {
        self.check_compare(whole);
        self.expr(left)?;
        let last = ops.len() - 1;
        if last == 0 {
            self.expr(&comparators[0])?;
            self.compare_op(ops[0]);
            return Ok(());
        }
        let cleanup = self.new_block();
        for (op, value) in ops[..last].iter().zip(comparators) {
            self.expr(value)?;
            self.emit(Op::SWAP, 2);
            self.emit(Op::COPY, 2);
            self.compare_op(*op);
            self.emit_jump(Op::JUMP_IF_FALSE_OR_POP, cleanup);
        }
        self.expr(&comparators[last])?;
        self.compare_op(ops[last]);
        let end = self.new_block();
        self.emit_jump_no_line(Op::JUMP, end);
        self.place(cleanup);
        self.emit(Op::SWAP, 2);
        self.emit(Op::POP_TOP, 0);
        self.place(end);
        Ok(())
    }

    pub(super) fn compare_op(&mut self, op: CmpOp) {
        let (op, arg) = match op {
            CmpOp::Lt => (Op::COMPARE_OP, 0),
            CmpOp::LtE => (Op::COMPARE_OP, 1),
            CmpOp::Eq => (Op::COMPARE_OP, 2),
            CmpOp::NotEq => (Op::COMPARE_OP, 3),
            CmpOp::Gt => (Op::COMPARE_OP, 4),
            CmpOp::GtE => (Op::COMPARE_OP, 5),
            CmpOp::Is => (Op::IS_OP, 0),
            CmpOp::IsNot => (Op::IS_OP, 1),
            CmpOp::In => (Op::CONTAINS_OP, 0),
            CmpOp::NotIn => (Op::CONTAINS_OP, 1),
        };
        self.emit(op, arg);
    }
}
