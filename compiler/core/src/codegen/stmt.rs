//! Statements: dispatch, bodies, and the simple ones.

use hotpy_code::Const;
use hotpy_isa::Op;

use super::{Generator, ScopeKind};
use crate::ast::*;
use crate::deep;
use crate::errors::Result;

impl<'a> Generator<'a> {
    pub(super) fn stmts(&mut self, body: &'a [Stmt]) -> Result<()> {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    /// The body of a module or class: annotations dictionary, docstring, statements.
    pub(super) fn body(&mut self, body: &'a [Stmt]) -> Result<()> {
        if let (ScopeKind::Module, Some(first)) = (self.kind(), body.first()) {
            self.set_loc(first.loc);
        }
        if has_annotations(body) {
            self.emit(Op::SETUP_ANNOTATIONS, 0);
        }
        let mut skip = 0;
        if self.options.optimize < 2 && docstring(body).is_some() {
            if let StmtKind::Expr(e) = &body[0].kind {
                skip = 1;
                self.expr(e)?;
                self.unset_loc();
                let doc = self.sym("__doc__");
                self.variable(doc, ExprContext::Store)?;
            }
        }
        self.stmts(&body[skip..])
    }

    pub(super) fn stmt(&mut self, stmt: &'a Stmt) -> Result<()> {
        deep(|| self.stmt_inner(stmt))
    }

    fn stmt_inner(&mut self, stmt: &'a Stmt) -> Result<()> {
        self.set_loc(stmt.loc);
        if let Some(done) = self.dialect.and_then(|d| d.statement(self, stmt)) {
            return done;
        }
        match &stmt.kind {
            StmtKind::FunctionDef(f) => self.function_def(f, stmt.loc),
            StmtKind::ClassDef(c) => self.class_def(c, stmt.loc),
            StmtKind::Return(value) => self.return_stmt(value.as_ref(), stmt.loc),
            StmtKind::Delete(targets) => targets.iter().try_for_each(|t| self.expr(t)),
            StmtKind::Assign { targets, value } => self.assign(targets, value),
            StmtKind::AugAssign { target, op, value } => self.aug_assign(target, *op, value),
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => self.ann_assign(target, annotation, value.as_ref(), *simple),
            StmtKind::For(f) if f.is_async => self.async_for(f),
            StmtKind::For(f) => self.for_loop(f),
            StmtKind::While { test, body, orelse } => self.while_loop(test, body, orelse, stmt.loc),
            StmtKind::If { test, body, orelse } => self.if_stmt(test, body, orelse),
            StmtKind::With {
                items,
                body,
                is_async,
            } => self.with(items, body, *is_async, stmt.loc),
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::Raise { exc, cause } => {
                let mut n = 0;
                if let Some(e) = exc {
                    self.expr(e)?;
                    n = 1;
                    if let Some(c) = cause {
                        self.expr(c)?;
                        n = 2;
                    }
                }
                self.emit(Op::RAISE_VARARGS, n);
                Ok(())
            }
            StmtKind::Try(t) => self.try_stmt(t),
            StmtKind::Assert { test, msg } => self.assert_stmt(test, msg.as_ref()),
            StmtKind::Import(names) => self.import(names),
            StmtKind::ImportFrom {
                module,
                names,
                level,
            } => self.import_from(*module, names, *level, stmt.loc),
            StmtKind::Global(_) | StmtKind::Nonlocal(_) => Ok(()),
            StmtKind::Expr(e) => self.expr_stmt(e),
            StmtKind::Pass => {
                self.emit(Op::NOP, 0);
                Ok(())
            }
            StmtKind::Break => self.break_stmt(),
            StmtKind::Continue => self.continue_stmt(),
        }
    }

    fn expr_stmt(&mut self, e: &Expr) -> Result<()> {
        if self.interactive && self.scopes.len() <= 1 {
            self.expr(e)?;
            self.emit(Op::PRINT_EXPR, 0);
            return Ok(());
        }
        if e.as_constant().is_some() {
            self.emit(Op::NOP, 0);
            return Ok(());
        }
        self.expr(e)?;
        self.unset_loc();
        self.emit(Op::POP_TOP, 0);
        Ok(())
    }

    fn assert_stmt(&mut self, test: &Expr, msg: Option<&Expr>) -> Result<()> {
        let always = match &test.kind {
            ExprKind::Tuple { elts, .. } => !elts.is_empty(),
            ExprKind::Constant(Const::Tuple(t)) => !t.is_empty(),
            _ => false,
        };
        if always {
            self.warn("assertion is always true, perhaps remove parentheses?");
        }
        if self.options.optimize > 0 {
            return Ok(());
        }
        let end = self.new_block();
        self.jump_if(test, end, true)?;
        self.emit(Op::LOAD_ASSERTION_ERROR, 0);
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.emit(Op::PRECALL, 0);
            self.emit(Op::CALL, 0);
        }
        self.emit(Op::RAISE_VARARGS, 1);
        self.place(end);
        Ok(())
    }
}

/// Whether a body has an annotated assignment of its own, at whatever depth.
pub(super) fn has_annotations(body: &[Stmt]) -> bool {
    body.iter().any(|s| match &s.kind {
        StmtKind::AnnAssign { .. } => true,
        StmtKind::For(f) => has_annotations(&f.body) || has_annotations(&f.orelse),
        StmtKind::While { body, orelse, .. } | StmtKind::If { body, orelse, .. } => {
            has_annotations(body) || has_annotations(orelse)
        }
        StmtKind::With { body, .. } => has_annotations(body),
        StmtKind::Match { cases, .. } => cases.iter().any(|c| has_annotations(&c.body)),
        StmtKind::Try(t) => {
            t.handlers.iter().any(|h| has_annotations(&h.body))
                || has_annotations(&t.body)
                || has_annotations(&t.finalbody)
                || has_annotations(&t.orelse)
        }
        _ => false,
    })
}
