//! Comprehensions and generator expressions: functions of one argument, the outermost iterator.

use hotpy_isa::Op;

use super::{Frame, Generator, ScopeKind};
use crate::ast::*;
use crate::errors::Result;

impl Generator<'_> {
    pub(super) fn comprehension(&mut self, c: &Comp, loc: Loc) -> Result<()> {
        let outer = self.kind();
        let top_level_await = self.top_level_await();
        let text = match c.kind {
            CompKind::List => "<listcomp>",
            CompKind::Set => "<setcomp>",
            CompKind::Dict => "<dictcomp>",
            CompKind::Generator => "<genexpr>",
        };
        let name = self.sym(text);
        let outermost = &c.generators[0];
        self.enter(name, ScopeKind::Comprehension, c.node, loc.line)?;
        self.set_loc(loc);
        let awaits = self.table().coroutine && c.kind != CompKind::Generator;
        if awaits
            && !matches!(outer, ScopeKind::AsyncFunction | ScopeKind::Comprehension)
            && !top_level_await
        {
            return self.fail("asynchronous comprehension outside of an asynchronous function");
        }
        match c.kind {
            CompKind::List => self.emit(Op::BUILD_LIST, 0),
            CompKind::Set => self.emit(Op::BUILD_SET, 0),
            CompKind::Dict => self.emit(Op::BUILD_MAP, 0),
            CompKind::Generator => {}
        }
        self.clause(c, 0, 0)?;
        if c.kind != CompKind::Generator {
            self.emit(Op::RETURN_VALUE, 0);
        }
        let finished = self.exit(true)?;
        self.make_closure(finished, 0);
        self.expr(&outermost.iter)?;
        self.emit(
            if outermost.is_async {
                Op::GET_AITER
            } else {
                Op::GET_ITER
            },
            0,
        );
        self.emit(Op::PRECALL, 0);
        self.emit(Op::CALL, 0);
        if awaits {
            self.await_top(0);
        }
        Ok(())
    }

    fn clause(&mut self, c: &Comp, index: usize, depth: u32) -> Result<()> {
        if c.generators[index].is_async {
            crate::deep(|| self.async_clause(c, index, depth))
        } else {
            crate::deep(|| self.sync_clause(c, index, depth))
        }
    }

    /// The outermost iterator is the argument.
    fn load_argument(&mut self) {
        self.unit().argcount = 1;
        self.emit(Op::LOAD_FAST, 0);
    }

    fn sync_clause(&mut self, c: &Comp, index: usize, mut depth: u32) -> Result<()> {
        let g = &c.generators[index];
        let [start, skip, anchor] = [(); 3].map(|()| self.new_block());
        let mut looped = true;
        if index == 0 {
            self.load_argument();
        } else {
            // `for y in [f(x)]` is an assignment.
            let only = match &g.iter.kind {
                ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => match &elts[..] {
                    [only] if !only.is_starred() => Some(only),
                    _ => None,
                },
                _ => None,
            };
            match only {
                Some(value) => {
                    self.expr(value)?;
                    looped = false;
                }
                None => {
                    self.expr(&g.iter)?;
                    self.emit(Op::GET_ITER, 0);
                }
            }
        }
        if looped {
            depth += 1;
            self.place(start);
            self.emit_jump(Op::FOR_ITER, anchor);
        }
        self.expr(&g.target)?;
        for test in &g.ifs {
            self.jump_if(test, skip, false)?;
        }
        self.inner(c, index, depth)?;
        self.place(skip);
        if looped {
            self.emit_jump(Op::JUMP, start);
            self.place(anchor);
        }
        Ok(())
    }

    fn async_clause(&mut self, c: &Comp, index: usize, depth: u32) -> Result<()> {
        let g = &c.generators[index];
        let [start, except, skip] = [(); 3].map(|()| self.new_block());
        if index == 0 {
            self.load_argument();
        } else {
            self.expr(&g.iter)?;
            self.emit(Op::GET_AITER, 0);
        }
        self.place(start);
        self.push_frame(Frame::AsyncComprehension)?;
        self.anext(except)?;
        self.expr(&g.target)?;
        for test in &g.ifs {
            self.jump_if(test, skip, false)?;
        }
        self.inner(c, index, depth + 1)?;
        self.place(skip);
        self.emit_jump(Op::JUMP, start);
        self.pop_frame();
        self.place(except);
        self.emit(Op::END_ASYNC_FOR, 0);
        Ok(())
    }

    /// The next clause, or after the last one the element.
    fn inner(&mut self, c: &Comp, index: usize, depth: u32) -> Result<()> {
        if index + 1 < c.generators.len() {
            return self.clause(c, index + 1, depth);
        }
        self.expr(&c.elt)?;
        match c.kind {
            CompKind::Generator => {
                self.yield_top();
                self.emit(Op::POP_TOP, 0);
            }
            CompKind::List => self.emit(Op::LIST_APPEND, depth + 1),
            CompKind::Set => self.emit(Op::SET_ADD, depth + 1),
            CompKind::Dict => {
                if let Some(value) = &c.value {
                    self.expr(value)?;
                }
                self.emit(Op::MAP_ADD, depth + 1);
            }
        }
        Ok(())
    }
}
