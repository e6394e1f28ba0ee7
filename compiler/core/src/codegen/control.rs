//! `if`, loops, and leaving: `return`, `break`, `continue` undo what encloses them, innermost first.

use hotpy_code::Const;
use hotpy_isa::Op;

use super::{Frame, Generator};
use crate::ast::*;
use crate::cfg::BlockId;
use crate::errors::Result;

impl<'a> Generator<'a> {
    pub(super) fn if_stmt(
        &mut self,
        test: &Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> Result<()> {
        let end = self.new_block();
        let next = if orelse.is_empty() {
            end
        } else {
            self.new_block()
        };
        self.jump_if(test, next, false)?;
        self.stmts(body)?;
        if !orelse.is_empty() {
            self.unset_loc();
            self.emit_jump(Op::JUMP, end);
            self.place(next);
            self.stmts(orelse)?;
        }
        self.place(end);
        Ok(())
    }

    pub(super) fn for_loop(&mut self, f: &'a For) -> Result<()> {
        let [start, body, cleanup, end] = [(); 4].map(|()| self.new_block());
        self.push_frame(Frame::For { start, exit: end })?;
        self.expr(&f.iter)?;
        self.emit(Op::GET_ITER, 0);
        self.place(start);
        self.emit_jump(Op::FOR_ITER, cleanup);
        self.place(body);
        self.expr(&f.target)?;
        self.stmts(&f.body)?;
        self.unset_loc();
        self.emit_jump(Op::JUMP, start);
        self.place(cleanup);
        self.pop_frame();
        self.stmts(&f.orelse)?;
        self.place(end);
        Ok(())
    }

    pub(super) fn async_for(&mut self, f: &'a For) -> Result<()> {
        if !self.in_async_function() && !self.top_level_await() {
            return self.fail("'async for' outside async function");
        }
        let [start, except, end] = [(); 3].map(|()| self.new_block());
        self.expr(&f.iter)?;
        self.emit(Op::GET_AITER, 0);
        self.place(start);
        self.push_frame(Frame::For { start, exit: end })?;
        self.anext(except)?;
        self.expr(&f.target)?;
        self.stmts(&f.body)?;
        self.unset_loc();
        self.emit_jump(Op::JUMP, start);
        self.pop_frame();
        self.place(except);
        // The end of the loop is the iterator's doing, not the body's.
        self.set_loc(f.iter.loc);
        self.emit(Op::END_ASYNC_FOR, 0);
        self.stmts(&f.orelse)?;
        self.place(end);
        Ok(())
    }

    /// Awaits the next item of the asynchronous iterator on the stack; its end goes to `except`.
    pub(super) fn anext(&mut self, except: BlockId) -> Result<()> {
        self.emit_jump(Op::SETUP_FINALLY, except);
        self.emit(Op::GET_ANEXT, 0);
        self.load_const(Const::None);
        self.send_loop(true);
        self.emit(Op::POP_BLOCK, 0);
        Ok(())
    }

    pub(super) fn while_loop(
        &mut self,
        test: &Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
        loc: Loc,
    ) -> Result<()> {
        let [start, inner, anchor, end] = [(); 4].map(|()| self.new_block());
        self.place(start);
        self.push_frame(Frame::While { start, exit: end })?;
        self.jump_if(test, anchor, false)?;
        self.place(inner);
        self.stmts(body)?;
        self.set_loc(loc);
        self.jump_if(test, inner, true)?;
        self.pop_frame();
        self.place(anchor);
        self.stmts(orelse)?;
        self.place(end);
        Ok(())
    }

    pub(super) fn return_stmt(&mut self, value: Option<&Expr>, loc: Loc) -> Result<()> {
        let table = self.table();
        if !table.is_function() {
            return self.fail("'return' outside function");
        }
        if value.is_some() && table.coroutine && table.generator {
            return self.fail("'return' with value in async generator");
        }
        let constant = value.and_then(Expr::as_constant);
        let on_stack = value.filter(|_| constant.is_none());
        if let Some(v) = on_stack {
            self.expr(v)?;
        } else if let Some(v) = value {
            self.set_loc(v.loc);
            self.emit(Op::NOP, 0);
        }
        if value.is_none_or(|v| v.loc.line != loc.line) {
            self.set_loc(loc);
            self.emit(Op::NOP, 0);
        }
        self.unwind(on_stack.is_some(), false)?;
        if on_stack.is_none() {
            self.load_const(constant.cloned().unwrap_or(Const::None));
        }
        self.emit(Op::RETURN_VALUE, 0);
        Ok(())
    }

    pub(super) fn break_stmt(&mut self) -> Result<()> {
        self.emit(Op::NOP, 0);
        let loc = self.loc();
        let Some(frame) = self.unwind(false, true)? else {
            self.set_loc(loc);
            return self.fail("'break' outside loop");
        };
        self.leave(frame, false)?;
        if let Frame::While { exit, .. } | Frame::For { exit, .. } = frame {
            self.emit_jump(Op::JUMP, exit);
        }
        Ok(())
    }

    pub(super) fn continue_stmt(&mut self) -> Result<()> {
        self.emit(Op::NOP, 0);
        let loc = self.loc();
        let Some(frame) = self.unwind(false, true)? else {
            self.set_loc(loc);
            return self.fail("'continue' not properly in loop");
        };
        if let Frame::While { start, .. } | Frame::For { start, .. } = frame {
            self.emit_jump(Op::JUMP, start);
        }
        Ok(())
    }

    /// Emits what leaves the enclosing blocks, as far as the innermost loop if `to_loop`, which is returned. With
    /// `keep_top` the value on top of the stack survives. The blocks stay open for the code that follows.
    fn unwind(&mut self, keep_top: bool, to_loop: bool) -> Result<Option<Frame<'a>>> {
        let Some(&top) = self.scope().frames.last() else {
            return Ok(None);
        };
        if matches!(top, Frame::ExceptionGroupHandler) {
            return self.fail("'break', 'continue' and 'return' cannot appear in an except* block");
        }
        if to_loop && matches!(top, Frame::While { .. } | Frame::For { .. }) {
            return Ok(Some(top));
        }
        self.pop_frame();
        self.leave(top, keep_top)?;
        let found = crate::deep(|| self.unwind(keep_top, to_loop))?;
        self.scope_mut().frames.push(top);
        Ok(found)
    }

    /// Emits what leaves one block.
    fn leave(&mut self, frame: Frame<'a>, keep_top: bool) -> Result<()> {
        let swap = |g: &mut Self| {
            if keep_top {
                g.emit(Op::SWAP, 2);
            }
        };
        match frame {
            Frame::While { .. }
            | Frame::ExceptionHandler
            | Frame::ExceptionGroupHandler
            | Frame::AsyncComprehension => {}
            Frame::For { .. } | Frame::PopValue => {
                swap(self);
                self.emit(Op::POP_TOP, 0);
            }
            Frame::TryExcept => self.emit(Op::POP_BLOCK, 0),
            Frame::FinallyTry(body) => {
                self.emit(Op::POP_BLOCK, 0);
                if keep_top {
                    self.push_frame(Frame::PopValue)?;
                }
                self.stmts(body)?;
                if keep_top {
                    self.pop_frame();
                }
                // What follows runs after the `finally` but belongs to the statement that leaves.
                self.unset_loc();
            }
            Frame::FinallyEnd => {
                swap(self);
                self.emit(Op::POP_TOP, 0);
                swap(self);
                self.emit(Op::POP_BLOCK, 0);
                self.emit(Op::POP_EXCEPT, 0);
            }
            Frame::With { loc, is_async } => {
                self.set_loc(loc);
                self.emit(Op::POP_BLOCK, 0);
                swap(self);
                self.call_exit();
                if is_async {
                    self.await_top(2);
                }
                self.emit(Op::POP_TOP, 0);
                self.unset_loc();
            }
            Frame::HandlerCleanup(name) => {
                if name.is_some() {
                    self.emit(Op::POP_BLOCK, 0);
                }
                swap(self);
                self.emit(Op::POP_BLOCK, 0);
                self.emit(Op::POP_EXCEPT, 0);
                if let Some(name) = name {
                    self.forget(name)?;
                }
            }
        }
        Ok(())
    }

    /// `name = None; del name`
    pub(super) fn forget(&mut self, name: Sym) -> Result<()> {
        self.load_const(Const::None);
        self.variable(name, ExprContext::Store)?;
        self.variable(name, ExprContext::Del)
    }
}
