//! `with` and `async with`: one nested block per item.

use hotpy_isa::Op;

use super::{Frame, Generator};
use crate::ast::*;
use crate::cfg::BlockId;
use crate::errors::Result;

impl<'a> Generator<'a> {
    pub(super) fn with(
        &mut self,
        items: &'a [WithItem],
        body: &'a [Stmt],
        is_async: bool,
        loc: Loc,
    ) -> Result<()> {
        let [item, rest @ ..] = items else {
            return self.stmts(body);
        };
        if is_async && !self.in_async_function() && !self.top_level_await() {
            return self.fail("'async with' outside async function");
        }
        let [block, handler, exit, cleanup] = [(); 4].map(|()| self.new_block());
        self.expr(&item.context)?;
        self.emit(
            if is_async {
                Op::BEFORE_ASYNC_WITH
            } else {
                Op::BEFORE_WITH
            },
            0,
        );
        if is_async {
            self.await_top(1);
        }
        self.emit_jump(Op::SETUP_WITH, handler);
        self.place(block);
        self.push_frame(Frame::With { loc, is_async })?;
        match &item.vars {
            Some(vars) => self.expr(vars)?,
            None => self.emit(Op::POP_TOP, 0),
        }
        crate::deep(|| self.with(rest, body, is_async, loc))?;
        self.pop_frame();
        if !is_async {
            self.unset_loc();
        }
        self.emit(Op::POP_BLOCK, 0);
        self.set_loc(loc);
        self.call_exit();
        if is_async {
            self.await_top(2);
        }
        self.emit(Op::POP_TOP, 0);
        self.emit_jump(Op::JUMP, exit);
        self.place(handler);
        self.emit_jump(Op::SETUP_CLEANUP, cleanup);
        self.emit(Op::PUSH_EXC_INFO, 0);
        self.emit(Op::WITH_EXCEPT_START, 0);
        if is_async {
            self.await_top(2);
        }
        self.with_outcome(cleanup);
        self.place(exit);
        Ok(())
    }

    /// After `__exit__` saw an exception: swallow it or go on raising.
    fn with_outcome(&mut self, cleanup: BlockId) {
        let suppress = self.new_block();
        self.emit_jump(Op::POP_JUMP_IF_TRUE, suppress);
        self.emit(Op::RERAISE, 2);
        self.place(cleanup);
        self.unset_loc();
        self.pop_and_reraise();
        self.place(suppress);
        self.emit(Op::POP_TOP, 0);
        self.emit(Op::POP_BLOCK, 0);
        self.emit(Op::POP_EXCEPT, 0);
        self.emit(Op::POP_TOP, 0);
        self.emit(Op::POP_TOP, 0);
    }
}
