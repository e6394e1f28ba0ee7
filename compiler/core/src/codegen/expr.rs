//! Expressions: dispatch, operators, displays, f-strings, attributes, subscripts, `yield` and `await`.

use hotpy_code::Const;
use hotpy_isa::Op;

use super::{Generator, STACK_USE, ScopeKind};
use crate::ast::*;
use crate::deep;
use crate::errors::Result;

/// How a display is built: from so many values, by adding one, by adding many.
#[derive(Clone, Copy)]
pub(super) struct Display {
    pub build: Op,
    pub add: Op,
    pub extend: Op,
    /// Built as a list, then made a tuple.
    pub tuple: bool,
}

pub(super) const LIST: Display = Display {
    build: Op::BUILD_LIST,
    add: Op::LIST_APPEND,
    extend: Op::LIST_EXTEND,
    tuple: false,
};
pub(super) const TUPLE: Display = Display {
    tuple: true,
    ..LIST
};
const SET: Display = Display {
    build: Op::BUILD_SET,
    add: Op::SET_ADD,
    extend: Op::SET_UPDATE,
    tuple: false,
};

impl Generator<'_> {
    /// Evaluates `e`, leaving its value on the stack; a target in Store or Del context is stored to or deleted (*for dialects*).
    pub fn expr(&mut self, e: &Expr) -> Result<()> {
        let outer = self.loc();
        self.set_loc(e.loc);
        deep(|| self.expr_inner(e))?;
        self.set_loc(outer);
        Ok(())
    }

    fn expr_inner(&mut self, e: &Expr) -> Result<()> {
        match &e.kind {
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.emit(Op::COPY, 1);
                self.expr(target)
            }
            ExprKind::BoolOp { op, values } => {
                let jump = if matches!(op, BoolOp::And) {
                    Op::JUMP_IF_FALSE_OR_POP
                } else {
                    Op::JUMP_IF_TRUE_OR_POP
                };
                let end = self.new_block();
                let [first @ .., last] = &values[..] else {
                    return Ok(());
                };
                for v in first {
                    self.expr(v)?;
                    self.emit_jump(jump, end);
                }
                self.expr(last)?;
                self.place(end);
                Ok(())
            }
            ExprKind::BinOp { left, op, right } => {
                self.expr(left)?;
                self.expr(right)?;
                self.emit(Op::BINARY_OP, super::assign::operator(*op));
                Ok(())
            }
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                let op = match op {
                    UnaryOp::Invert => Op::UNARY_INVERT,
                    UnaryOp::Not => Op::UNARY_NOT,
                    UnaryOp::UAdd => Op::UNARY_POSITIVE,
                    UnaryOp::USub => Op::UNARY_NEGATIVE,
                };
                self.emit(op, 0);
                Ok(())
            }
            ExprKind::Lambda(l) => self.lambda(l, e.loc),
            ExprKind::IfExp { test, body, orelse } => {
                let (end, next) = (self.new_block(), self.new_block());
                self.jump_if(test, next, false)?;
                self.expr(body)?;
                self.emit_jump_no_line(Op::JUMP, end);
                self.place(next);
                self.expr(orelse)?;
                self.place(end);
                Ok(())
            }
            ExprKind::Dict { keys, values } => self.dict(keys, values),
            ExprKind::Set(elts) => self.display(elts, 0, SET),
            ExprKind::Comp(c) => self.comprehension(c, e.loc),
            ExprKind::Yield(value) => {
                if !self.table().is_function() {
                    return self.fail("'yield' outside function");
                }
                match value {
                    Some(v) => self.expr(v)?,
                    None => self.load_const(Const::None),
                }
                self.yield_top();
                Ok(())
            }
            ExprKind::YieldFrom(value) => {
                if !self.table().is_function() {
                    return self.fail("'yield' outside function");
                }
                if self.kind() == ScopeKind::AsyncFunction {
                    return self.fail("'yield from' inside async function");
                }
                self.expr(value)?;
                self.emit(Op::GET_YIELD_FROM_ITER, 0);
                self.load_const(Const::None);
                self.send_loop(false);
                Ok(())
            }
            ExprKind::Await(value) => {
                if !self.top_level_await() {
                    if !self.table().is_function() {
                        return self.fail("'await' outside function");
                    }
                    if !matches!(
                        self.kind(),
                        ScopeKind::AsyncFunction | ScopeKind::Comprehension
                    ) {
                        return self.fail("'await' outside async function");
                    }
                }
                self.expr(value)?;
                self.await_top(0);
                Ok(())
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.compare(e, left, ops, comparators),
            ExprKind::Call(c) => self.call(c, e.loc),
            ExprKind::FormattedValue {
                value,
                conversion,
                spec,
            } => {
                self.expr(value)?;
                let mut arg = match conversion {
                    Conversion::None => 0,
                    Conversion::Str => 1,
                    Conversion::Repr => 2,
                    Conversion::Ascii => 3,
                };
                if let Some(spec) = spec {
                    self.expr(spec)?;
                    arg |= 4;
                }
                self.emit(Op::FORMAT_VALUE, arg);
                Ok(())
            }
            ExprKind::JoinedStr(values) => self.joined_str(values),
            ExprKind::Constant(c) => {
                self.load_const(c.clone());
                Ok(())
            }
            ExprKind::Attribute { value, attr, ctx } => self.attribute(value, *attr, *ctx, e.loc),
            ExprKind::Subscript { value, slice, ctx } => {
                if matches!(ctx, ExprContext::Load) {
                    self.check_subscript(value, slice);
                }
                self.expr(value)?;
                self.expr(slice)?;
                let op = match ctx {
                    ExprContext::Load => Op::BINARY_SUBSCR,
                    ExprContext::Store => Op::STORE_SUBSCR,
                    ExprContext::Del => Op::DELETE_SUBSCR,
                };
                self.emit(op, 0);
                Ok(())
            }
            ExprKind::Starred { ctx, .. } => match ctx {
                ExprContext::Store => {
                    self.fail("starred assignment target must be in a list or tuple")
                }
                _ => self.fail("can't use starred expression here"),
            },
            ExprKind::Name { id, ctx } => {
                if let (ExprContext::Load, Some(d)) = (ctx, self.dialect) {
                    if let Some(done) = d.name(self, *id, e.loc) {
                        return done;
                    }
                }
                self.variable(*id, *ctx)
            }
            ExprKind::List { elts, ctx } => self.sequence(elts, *ctx, LIST),
            ExprKind::Tuple { elts, ctx } => self.sequence(elts, *ctx, TUPLE),
            ExprKind::Slice { lower, upper, step } => {
                for bound in [lower, upper] {
                    match bound {
                        Some(b) => self.expr(b)?,
                        None => self.load_const(Const::None),
                    }
                }
                if let Some(step) = step {
                    self.expr(step)?;
                }
                self.emit(Op::BUILD_SLICE, 2 + u32::from(step.is_some()));
                Ok(())
            }
        }
    }

    fn attribute(&mut self, value: &Expr, attr: Sym, ctx: ExprContext, loc: Loc) -> Result<()> {
        if let Some(d) = self.dialect {
            let done = match ctx {
                ExprContext::Load => d.attribute(self, value, attr, loc),
                ExprContext::Store => d.store_attribute(self, value, attr, loc),
                ExprContext::Del => None,
            };
            if let Some(done) = done {
                return done;
            }
        }
        self.expr(value)?;
        self.attribute_loc(attr, loc);
        match ctx {
            ExprContext::Load => self.emit_name(Op::LOAD_ATTR, attr),
            ExprContext::Store => {
                self.check_name(attr, ctx)?;
                self.emit_name(Op::STORE_ATTR, attr);
            }
            ExprContext::Del => self.emit_name(Op::DELETE_ATTR, attr),
        }
        Ok(())
    }

    /// An attribute on a later line than where the current location starts: narrows the location to the attribute's name.
    pub(super) fn attribute_loc(&mut self, attr: Sym, loc: Loc) {
        let len = self.text(attr).chars().count() as i32;
        let current = self.scope_mut();
        if current.loc.line == loc.end_line {
            return;
        }
        current.loc.line = loc.end_line;
        if len <= loc.end_col {
            current.loc.col = loc.end_col - len;
        } else {
            current.loc.col = -1;
            current.loc.end_col = -1;
        }
    }

    fn sequence(&mut self, elts: &[Expr], ctx: ExprContext, display: Display) -> Result<()> {
        match ctx {
            ExprContext::Load => self.display(elts, 0, display),
            ExprContext::Store => self.unpack_to(elts),
            ExprContext::Del => elts.iter().try_for_each(|e| self.expr(e)),
        }
    }

    /// Builds a collection of `elts` and of the `pushed` values already on the stack.
    pub(super) fn display(&mut self, elts: &[Expr], pushed: u32, how: Display) -> Result<()> {
        let n = elts.len();
        if n > 2 {
            if let Some(items) = elts
                .iter()
                .map(|e| e.as_constant().cloned())
                .collect::<Option<Vec<_>>>()
            {
                if how.tuple && pushed == 0 {
                    self.load_const(Const::Tuple(items.into()));
                    return Ok(());
                }
                let folded = if how.add == Op::SET_ADD {
                    crate::arith::frozenset(items)
                } else {
                    Const::Tuple(items.into())
                };
                self.emit(how.build, pushed);
                self.load_const(folded);
                self.emit(how.extend, 1);
                if how.tuple {
                    self.emit(Op::LIST_TO_TUPLE, 0);
                }
                return Ok(());
            }
        }
        let big = n + pushed as usize > STACK_USE;
        if !big && !elts.iter().any(Expr::is_starred) {
            for e in elts {
                self.expr(e)?;
            }
            self.emit(
                if how.tuple {
                    Op::BUILD_TUPLE
                } else {
                    how.build
                },
                n as u32 + pushed,
            );
            return Ok(());
        }
        let mut built = big;
        if big {
            self.emit(how.build, pushed);
        }
        for (i, e) in elts.iter().enumerate() {
            match &e.kind {
                ExprKind::Starred { value, .. } => {
                    if !built {
                        self.emit(how.build, i as u32 + pushed);
                        built = true;
                    }
                    self.expr(value)?;
                    self.emit(how.extend, 1);
                }
                _ => {
                    self.expr(e)?;
                    if built {
                        self.emit(how.add, 1);
                    }
                }
            }
        }
        if how.tuple {
            self.emit(Op::LIST_TO_TUPLE, 0);
        }
        Ok(())
    }

    fn dict(&mut self, keys: &[Option<Expr>], values: &[Expr]) -> Result<()> {
        let n = values.len();
        let (mut have, mut pending) = (false, 0);
        for i in 0..n {
            if keys[i].is_none() {
                if pending > 0 {
                    self.part_of_dict(&keys[i - pending..i], &values[i - pending..i])?;
                    if have {
                        self.emit(Op::DICT_UPDATE, 1);
                    }
                    have = true;
                    pending = 0;
                }
                if !have {
                    self.emit(Op::BUILD_MAP, 0);
                    have = true;
                }
                self.expr(&values[i])?;
                self.emit(Op::DICT_UPDATE, 1);
            } else if pending * 2 > STACK_USE {
                self.part_of_dict(&keys[i - pending..i + 1], &values[i - pending..i + 1])?;
                if have {
                    self.emit(Op::DICT_UPDATE, 1);
                }
                have = true;
                pending = 0;
            } else {
                pending += 1;
            }
        }
        if pending > 0 {
            self.part_of_dict(&keys[n - pending..], &values[n - pending..])?;
            if have {
                self.emit(Op::DICT_UPDATE, 1);
            }
            have = true;
        }
        if !have {
            self.emit(Op::BUILD_MAP, 0);
        }
        Ok(())
    }

    fn part_of_dict(&mut self, keys: &[Option<Expr>], values: &[Expr]) -> Result<()> {
        let n = values.len();
        let big = n * 2 > STACK_USE;
        if n > 1 && !big {
            let constants = keys
                .iter()
                .map(|k| k.as_ref().and_then(Expr::as_constant).cloned());
            if let Some(constants) = constants.collect::<Option<Vec<_>>>() {
                for v in values {
                    self.expr(v)?;
                }
                self.load_const(Const::Tuple(constants.into()));
                self.emit(Op::BUILD_CONST_KEY_MAP, n as u32);
                return Ok(());
            }
        }
        if big {
            self.emit(Op::BUILD_MAP, 0);
        }
        for (key, value) in keys.iter().zip(values) {
            if let Some(key) = key {
                self.expr(key)?;
            }
            self.expr(value)?;
            if big {
                self.emit(Op::MAP_ADD, 1);
            }
        }
        if !big {
            self.emit(Op::BUILD_MAP, n as u32);
        }
        Ok(())
    }

    fn joined_str(&mut self, values: &[Expr]) -> Result<()> {
        if values.len() > STACK_USE {
            self.load_const(Const::Str("".into()));
            let join = self.sym("join");
            self.emit_name(Op::LOAD_METHOD, join);
            self.emit(Op::BUILD_LIST, 0);
            for v in values {
                self.expr(v)?;
                self.emit(Op::LIST_APPEND, 1);
            }
            self.emit(Op::PRECALL, 1);
            self.emit(Op::CALL, 1);
            return Ok(());
        }
        for v in values {
            self.expr(v)?;
        }
        if values.len() != 1 {
            self.emit(Op::BUILD_STRING, values.len() as u32);
        }
        Ok(())
    }

    /// Yields the value on the stack and resumes with what is sent.
    pub(super) fn yield_top(&mut self) {
        let table = self.table();
        if table.generator && table.coroutine {
            self.emit(Op::ASYNC_GEN_WRAP, 0);
        }
        self.emit(Op::YIELD_VALUE, 0);
        self.emit(Op::RESUME, 1);
    }

    /// Awaits the value on the stack; `how` is GET_AWAITABLE's argument.
    pub(super) fn await_top(&mut self, how: u32) {
        self.emit(Op::GET_AWAITABLE, how);
        self.load_const(Const::None);
        self.send_loop(true);
    }

    /// Delegates to the iterator below the top of the stack until it returns.
    pub(super) fn send_loop(&mut self, awaiting: bool) {
        let [start, resume, exit] = [(); 3].map(|()| self.new_block());
        self.place(start);
        self.emit_jump(Op::SEND, exit);
        self.place(resume);
        self.emit(Op::YIELD_VALUE, 0);
        self.emit(Op::RESUME, if awaiting { 3 } else { 2 });
        self.emit_jump(Op::JUMP_NO_INTERRUPT, start);
        self.place(exit);
    }

    pub(super) fn in_async_function(&self) -> bool {
        self.kind() == ScopeKind::AsyncFunction
    }
}
