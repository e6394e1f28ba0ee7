//! `try` in its three forms.
//!
//! A `finally` body is generated once for each way of leaving: falling off the end, an exception, and every `return`,
//! `break` or `continue` inside (see `control`).

use hotpy_code::Const;
use hotpy_isa::Op;

use super::{Frame, Generator};
use crate::ast::*;
use crate::errors::Result;

impl<'a> Generator<'a> {
    pub(super) fn try_stmt(&mut self, t: &'a Try) -> Result<()> {
        if t.finalbody.is_empty() {
            self.try_handlers(t)
        } else {
            self.try_finally(t)
        }
    }

    fn try_handlers(&mut self, t: &'a Try) -> Result<()> {
        if t.star {
            self.try_star(t)
        } else {
            self.try_except(t)
        }
    }

    fn try_finally(&mut self, t: &'a Try) -> Result<()> {
        let [body, end, exit, cleanup] = [(); 4].map(|()| self.new_block());
        self.emit_jump(Op::SETUP_FINALLY, end);
        self.place(body);
        self.push_frame(Frame::FinallyTry(&t.finalbody))?;
        if t.handlers.is_empty() {
            self.stmts(&t.body)?;
        } else {
            self.try_handlers(t)?;
        }
        self.emit_no_line(Op::POP_BLOCK, 0);
        self.pop_frame();
        self.stmts(&t.finalbody)?;
        self.emit_jump_no_line(Op::JUMP, exit);
        self.place(end);
        self.unset_loc();
        self.emit_jump(Op::SETUP_CLEANUP, cleanup);
        self.emit(Op::PUSH_EXC_INFO, 0);
        self.push_frame(Frame::FinallyEnd)?;
        self.stmts(&t.finalbody)?;
        self.pop_frame();
        self.emit(Op::RERAISE, 0);
        self.place(cleanup);
        self.pop_and_reraise();
        self.place(exit);
        Ok(())
    }

    /// The end of a handler that itself failed: restore the outer exception, go on raising.
    pub(super) fn pop_and_reraise(&mut self) {
        self.emit(Op::COPY, 3);
        self.emit(Op::POP_EXCEPT, 0);
        self.emit(Op::RERAISE, 1);
    }

    fn try_except(&mut self, t: &'a Try) -> Result<()> {
        let [body, mut except, end, cleanup] = [(); 4].map(|()| self.new_block());
        self.emit_jump(Op::SETUP_FINALLY, except);
        self.place(body);
        self.push_frame(Frame::TryExcept)?;
        self.stmts(&t.body)?;
        self.pop_frame();
        self.emit_no_line(Op::POP_BLOCK, 0);
        self.stmts(&t.orelse)?;
        self.emit_jump_no_line(Op::JUMP, end);
        self.place(except);
        self.unset_loc();
        self.emit_jump(Op::SETUP_CLEANUP, cleanup);
        self.emit(Op::PUSH_EXC_INFO, 0);
        self.push_frame(Frame::ExceptionHandler)?;
        for (i, h) in t.handlers.iter().enumerate() {
            self.set_loc(h.loc);
            if h.typ.is_none() && i + 1 < t.handlers.len() {
                return self.fail("default 'except:' must be last");
            }
            except = self.new_block();
            if let Some(typ) = &h.typ {
                self.expr(typ)?;
                self.emit(Op::CHECK_EXC_MATCH, 0);
                self.emit_jump(Op::POP_JUMP_IF_FALSE, except);
            }
            match h.name {
                Some(name) => {
                    let (failed, inner) = (self.new_block(), self.new_block());
                    self.variable(name, ExprContext::Store)?;
                    self.emit_jump(Op::SETUP_CLEANUP, failed);
                    self.place(inner);
                    self.push_frame(Frame::HandlerCleanup(Some(name)))?;
                    self.stmts(&h.body)?;
                    self.pop_frame();
                    self.unset_loc();
                    self.emit(Op::POP_BLOCK, 0);
                    self.emit(Op::POP_BLOCK, 0);
                    self.emit(Op::POP_EXCEPT, 0);
                    self.forget(name)?;
                    self.emit_jump(Op::JUMP, end);
                    self.place(failed);
                    self.unset_loc();
                    self.forget(name)?;
                    self.emit(Op::RERAISE, 1);
                }
                None => {
                    let inner = self.new_block();
                    self.emit(Op::POP_TOP, 0);
                    self.place(inner);
                    self.push_frame(Frame::HandlerCleanup(None))?;
                    self.stmts(&h.body)?;
                    self.pop_frame();
                    self.unset_loc();
                    self.emit(Op::POP_BLOCK, 0);
                    self.emit(Op::POP_EXCEPT, 0);
                    self.emit_jump(Op::JUMP, end);
                }
            }
            self.place(except);
        }
        self.unset_loc();
        self.pop_frame();
        self.emit(Op::RERAISE, 0);
        self.place(cleanup);
        self.pop_and_reraise();
        self.place(end);
        Ok(())
    }

    fn try_star(&mut self, t: &'a Try) -> Result<()> {
        let [body, mut except, orelse, end, cleanup, reraise_star] =
            [(); 6].map(|()| self.new_block());
        self.emit_jump(Op::SETUP_FINALLY, except);
        self.place(body);
        self.push_frame(Frame::TryExcept)?;
        self.stmts(&t.body)?;
        self.pop_frame();
        self.emit_no_line(Op::POP_BLOCK, 0);
        self.emit_jump_no_line(Op::JUMP, orelse);
        self.place(except);
        self.unset_loc();
        self.emit_jump(Op::SETUP_CLEANUP, cleanup);
        self.emit(Op::PUSH_EXC_INFO, 0);
        self.push_frame(Frame::ExceptionGroupHandler)?;
        for (i, h) in t.handlers.iter().enumerate() {
            self.set_loc(h.loc);
            let [next, with_error, no_match] = [(); 3].map(|()| self.new_block());
            except = next;
            if i == 0 {
                // Below the exception: the original group, and the list of what handlers raise.
                self.emit(Op::COPY, 1);
                self.emit(Op::BUILD_LIST, 0);
                self.emit(Op::SWAP, 2);
            }
            if let Some(typ) = &h.typ {
                self.expr(typ)?;
                self.emit(Op::CHECK_EG_MATCH, 0);
                self.emit(Op::COPY, 1);
                self.emit_jump(Op::POP_JUMP_IF_NONE, no_match);
            }
            let (failed, inner) = (self.new_block(), self.new_block());
            match h.name {
                Some(name) => self.variable(name, ExprContext::Store)?,
                None => self.emit(Op::POP_TOP, 0),
            }
            self.emit_jump(Op::SETUP_CLEANUP, failed);
            self.place(inner);
            self.push_frame(Frame::HandlerCleanup(h.name))?;
            self.stmts(&h.body)?;
            self.pop_frame();
            self.unset_loc();
            self.emit(Op::POP_BLOCK, 0);
            if let Some(name) = h.name {
                self.forget(name)?;
            }
            self.emit_jump(Op::JUMP, except);
            self.place(failed);
            self.unset_loc();
            if let Some(name) = h.name {
                self.forget(name)?;
            }
            // Add what the handler raised to the list; drop the instruction offset.
            self.emit(Op::LIST_APPEND, 3);
            self.emit(Op::POP_TOP, 0);
            self.emit_jump(Op::JUMP, with_error);
            self.place(except);
            self.emit(Op::NOP, 0);
            self.emit_jump(Op::JUMP, with_error);
            self.place(no_match);
            self.set_loc(h.loc);
            self.emit(Op::POP_TOP, 0);
            self.place(with_error);
            self.unset_loc();
            if i + 1 == t.handlers.len() {
                // What no handler took.
                self.emit(Op::LIST_APPEND, 1);
                self.emit_jump(Op::JUMP, reraise_star);
            }
        }
        self.unset_loc();
        self.pop_frame();
        let reraise = self.new_block();
        self.place(reraise_star);
        self.emit(Op::PREP_RERAISE_STAR, 0);
        self.emit(Op::COPY, 1);
        self.emit_jump(Op::POP_JUMP_IF_NOT_NONE, reraise);
        self.emit(Op::POP_TOP, 0);
        self.emit(Op::POP_BLOCK, 0);
        self.emit(Op::POP_EXCEPT, 0);
        self.emit_jump(Op::JUMP, end);
        self.place(reraise);
        self.emit(Op::POP_BLOCK, 0);
        self.emit(Op::SWAP, 2);
        self.emit(Op::POP_EXCEPT, 0);
        self.emit(Op::RERAISE, 0);
        self.place(cleanup);
        self.pop_and_reraise();
        self.place(orelse);
        self.stmts(&t.orelse)?;
        self.place(end);
        Ok(())
    }

    /// Calls the `__exit__` on the stack with three Nones.
    pub(super) fn call_exit(&mut self) {
        for _ in 0..3 {
            self.load_const(Const::None);
        }
        self.emit(Op::PRECALL, 2);
        self.emit(Op::CALL, 2);
    }
}
