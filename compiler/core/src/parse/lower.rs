//! `rustpython-parser`'s tree to the compiler's: spans, constants, and the checks the grammar leaves to us.
//!
//! The tree is consumed, so that a deeply nested one is taken apart here, on a stack that grows, and never dropped recursively.

use std::cell::Cell;

use hotpy_code::Const;
use rustpython_parser::ast as py;
use rustpython_parser::ast::Ranged;
use rustpython_parser::text_size::TextRange;

use super::work::Work;
use crate::ast::*;
use crate::diagnose::Start;
use crate::errors::{CompileError, Result};
use crate::lexer::{Tok, Token};
use crate::{MAX_DEPTH, deep};

pub(super) struct Lowerer<'a, 'n> {
    pub w: Work<'a, 'n>,
    /// The tokens that have text.
    pub spans: &'a [Token],
    /// Where the last look-up for a token ended: the next is often near.
    near: Cell<usize>,
}

/// What an assignment target is for: decides what may stand there and how the error reads.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Target {
    Star,
    Del,
    For,
}

impl<'a, 'n> Lowerer<'a, 'n> {
    pub fn new(w: Work<'a, 'n>, spans: &'a [Token]) -> Lowerer<'a, 'n> {
        Lowerer {
            w,
            spans,
            near: Cell::new(0),
        }
    }

    /// How many tokens `is_before` holds for: it does for the first ones. Searches outwards from the last answer.
    fn count(&self, is_before: impl Fn(&Token) -> bool) -> usize {
        let spans = self.spans;
        let start = self.near.get().min(spans.len());
        let (mut low, mut high, mut step) = (start, start, 1);
        if spans.get(start).is_some_and(&is_before) {
            low = start + 1;
            high = low;
            while high < spans.len() && is_before(&spans[high]) {
                low = high + 1;
                high = (high + step).min(spans.len());
                step *= 2;
            }
        } else {
            while low > 0 && !is_before(&spans[low - 1]) {
                high = low - 1;
                low = high.saturating_sub(step);
                step *= 2;
            }
        }
        let answer = low + spans[low..high].partition_point(is_before);
        self.near.set(answer);
        answer
    }

    /// How many tokens end at or before `offset`.
    pub(super) fn tokens_until(&self, offset: u32) -> usize {
        self.count(|s| s.end <= offset)
    }

    /// Index of the first token at or after `offset`.
    pub(super) fn token_at(&self, offset: usize) -> usize {
        self.count(|s| (s.start as usize) < offset)
    }

    /// The span of a range, clipped to the tokens inside it.
    pub(super) fn loc(&self, range: TextRange) -> Loc {
        let (start, end) = (u32::from(range.start()), u32::from(range.end()));
        let first = self.token_at(start as usize);
        let last = self.tokens_until(end);
        self.between(first, last)
    }

    /// The span from token `first` up to, not including, token `last`.
    pub(super) fn between(&self, first: usize, last: usize) -> Loc {
        let (Some(a), Some(b)) = (self.spans.get(first), self.spans.get(last.wrapping_sub(1)))
        else {
            return Loc {
                line: 1,
                end_line: 1,
                col: 0,
                end_col: 0,
            };
        };
        Loc {
            line: a.loc.line,
            col: a.loc.col,
            end_line: b.loc.end_line,
            end_col: b.loc.end_col,
        }
    }

    /// The span of a compound statement: a semicolon after its last simple statement belongs to it.
    fn block_loc(&self, range: TextRange) -> Loc {
        let (start, end) = (u32::from(range.start()), u32::from(range.end()));
        let first = self.token_at(start as usize);
        let mut last = self.tokens_until(end);
        if self.byte(last) == b';' {
            last += 1;
        }
        self.between(first, last)
    }

    /// The first byte of a token.
    pub(super) fn byte(&self, token: usize) -> u8 {
        self.spans
            .get(token)
            .and_then(|s| self.w.text.as_bytes().get(s.start as usize))
            .copied()
            .unwrap_or(0)
    }

    fn sym(&mut self, name: &str) -> Sym {
        self.w.cx.names.get_or_intern(name)
    }

    fn node(&mut self) -> NodeId {
        self.w.node()
    }

    pub(super) fn error(&self, loc: Loc, msg: impl Into<String>) -> CompileError {
        self.w.error(loc, msg)
    }

    /// The parser stopped at this offset.
    pub fn stopped_at(&self, offset: usize) -> CompileError {
        let token = self.token_at(offset);
        self.error(self.between(token, token + 1), "invalid syntax")
    }

    pub fn module(&mut self, tree: py::Mod, start: Start) -> Result<Body> {
        match tree {
            py::Mod::Module(m) => Ok(Body::Exec(self.stmts(m.body)?)),
            py::Mod::Interactive(m) => Ok(Body::Single(self.stmts(m.body)?)),
            py::Mod::Expression(m) => {
                let at = u32::from(m.body.range().start());
                let e = self.expr(*m.body)?;
                if start == Start::FString {
                    return Ok(Body::Eval(Box::new(e)));
                }
                // `eval` takes no starred expression, unless inside brackets.
                let starred = match &e.kind {
                    ExprKind::Tuple { elts, .. }
                        if self.w.text.as_bytes().get(at as usize) != Some(&b'(') =>
                    {
                        elts.iter().find(|e| e.is_starred())
                    }
                    _ => Some(&e).filter(|e| e.is_starred()),
                };
                if let Some(star) = starred {
                    let loc = star.loc;
                    return Err(self.error(
                        Loc {
                            end_line: loc.line,
                            end_col: loc.col + 1,
                            ..loc
                        },
                        "invalid syntax",
                    ));
                }
                Ok(Body::Eval(Box::new(e)))
            }
            py::Mod::FunctionType(_) => Err(CompileError::Value(
                "function types are not compiled".into(),
            )),
        }
    }

    fn stmts(&mut self, body: Vec<py::Stmt>) -> Result<Vec<Stmt>> {
        body.into_iter().map(|s| self.stmt(s)).collect()
    }

    fn nested<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.w.cx.depth >= MAX_DEPTH {
            // What is left of the tree may be deeper still.
            crate::with_room(crate::drop_room(self.w.text.len()), || drop(work));
            return Err(CompileError::TooDeep);
        }
        self.w.cx.depth += 1;
        let result = deep(|| work(self));
        self.w.cx.depth -= 1;
        result
    }

    fn stmt(&mut self, stmt: py::Stmt) -> Result<Stmt> {
        self.nested(|l| l.stmt_inner(stmt))
    }

    fn stmt_inner(&mut self, stmt: py::Stmt) -> Result<Stmt> {
        use py::Stmt as P;
        let range = stmt.range();
        let mut loc = self.loc(range);
        let kind = match stmt {
            P::FunctionDef(f) => {
                loc = self.block_loc(range);
                self.not_generic(&f.type_params)?;
                self.function(f.name, *f.args, f.body, f.decorator_list, f.returns, false)?
            }
            P::AsyncFunctionDef(f) => {
                loc = self.block_loc(range);
                self.not_generic(&f.type_params)?;
                {
                    let kind =
                        self.function(f.name, *f.args, f.body, f.decorator_list, f.returns, true)?;
                    self.since(5, "Async functions are", range)?;
                    kind
                }
            }
            P::ClassDef(c) => {
                loc = self.block_loc(range);
                self.not_generic(&c.type_params)?;
                let node = self.node();
                let decorators = self.exprs(c.decorator_list)?;
                let name = self.sym(&c.name);
                for base in &c.bases {
                    if let (py::Expr::GeneratorExp(g), false) = (base, self.bracketed(base.range()))
                    {
                        let at = self.loc(g.elt.range());
                        return Err(self.error(
                            Loc {
                                col: at.end_col + 1,
                                end_col: at.end_col + 4,
                                ..at
                            },
                            "invalid syntax",
                        ));
                    }
                }
                let bases = self.exprs(c.bases)?;
                let keywords = self.keywords(c.keywords)?;
                let body = self.stmts(c.body)?;
                StmtKind::ClassDef(Box::new(ClassDef {
                    name,
                    bases,
                    keywords,
                    body,
                    decorators,
                    node,
                }))
            }
            P::Return(r) => StmtKind::Return(self.option(r.value)?),
            P::Delete(d) => {
                let targets = self.exprs(d.targets)?;
                for target in &targets {
                    self.check_target(target, Target::Del)?;
                }
                StmtKind::Delete(targets)
            }
            P::Assign(a) => self.assign(a)?,
            P::TypeAlias(t) => {
                let at = self.token_at(u32::from(t.range.start()) as usize) + 1;
                return Err(self.error(self.between(at, at + 1), "invalid syntax"));
            }
            P::AugAssign(a) => {
                let target = self.expr(*a.target)?;
                if !matches!(
                    target.kind,
                    ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. }
                ) {
                    let msg = format!(
                        "'{}' is an illegal expression for augmented assignment",
                        expr_name(&target)
                    );
                    return Err(self.error(target.loc, msg));
                }
                StmtKind::AugAssign {
                    target,
                    op: self.operator(a.op, range)?,
                    value: self.expr(*a.value)?,
                }
            }
            P::AnnAssign(a) => {
                let simple = a.simple && a.target.range().start() == a.range.start();
                let target = self.expr(*a.target)?;
                match &target.kind {
                    ExprKind::Name { .. }
                    | ExprKind::Attribute { .. }
                    | ExprKind::Subscript { .. } => {}
                    ExprKind::List { .. } | ExprKind::Tuple { .. } => {
                        let msg = format!(
                            "only single target (not {}) can be annotated",
                            expr_name(&target)
                        );
                        return Err(self.error(target.loc, msg));
                    }
                    _ => return Err(self.error(target.loc, "illegal target for annotation")),
                }
                let annotation = self.expr(*a.annotation)?;
                let value = self.option(a.value)?;
                let what = if simple {
                    "Variable annotation syntax is"
                } else {
                    "Variable annotations syntax is"
                };
                self.since(6, what, range)?;
                StmtKind::AnnAssign {
                    target,
                    annotation,
                    value,
                    simple,
                }
            }
            P::For(f) => {
                loc = self.block_loc(range);
                self.for_loop(*f.target, *f.iter, f.body, f.orelse, false)?
            }
            P::AsyncFor(f) => {
                loc = self.block_loc(range);
                {
                    let kind = self.for_loop(*f.target, *f.iter, f.body, f.orelse, true)?;
                    self.since(5, "Async for loops are", range)?;
                    kind
                }
            }
            P::While(w) => {
                loc = self.block_loc(range);
                StmtKind::While {
                    test: self.expr(*w.test)?,
                    body: self.stmts(w.body)?,
                    orelse: self.stmts(w.orelse)?,
                }
            }
            P::If(i) => {
                loc = self.block_loc(range);
                StmtKind::If {
                    test: self.expr(*i.test)?,
                    body: self.stmts(i.body)?,
                    orelse: self.stmts(i.orelse)?,
                }
            }
            P::With(w) => {
                loc = self.block_loc(range);
                {
                    let bracketed = self.bracketed_items(&w);
                    let kind = self.with(w.items, w.body, false)?;
                    if bracketed {
                        self.since(9, "Parenthesized context managers are", range)?;
                    }
                    kind
                }
            }
            P::AsyncWith(w) => {
                loc = self.block_loc(range);
                {
                    let kind = self.with(w.items, w.body, true)?;
                    self.since(5, "Async with statements are", range)?;
                    kind
                }
            }
            P::Match(m) => {
                loc = self.block_loc(range);
                {
                    let kind = self.match_stmt(m)?;
                    self.since(10, "Pattern matching is", range)?;
                    kind
                }
            }
            P::Raise(r) => StmtKind::Raise {
                exc: self.option(r.exc)?,
                cause: self.option(r.cause)?,
            },
            P::Try(t) => {
                loc = self.block_loc(range);
                self.try_stmt(t.body, t.handlers, t.orelse, t.finalbody, false)?
            }
            P::TryStar(t) => {
                loc = self.block_loc(range);
                {
                    let kind = self.try_stmt(t.body, t.handlers, t.orelse, t.finalbody, true)?;
                    self.since(11, "Exception groups are", range)?;
                    kind
                }
            }
            P::Assert(a) => StmtKind::Assert {
                test: self.expr(*a.test)?,
                msg: self.option(a.msg)?,
            },
            P::Import(i) => StmtKind::Import(self.aliases(i.names)),
            P::ImportFrom(i) => {
                let module = i.module.map(|m| self.sym(&m));
                let level = i.level.map_or(0, |l| l.to_u32());
                StmtKind::ImportFrom {
                    module,
                    names: self.aliases(i.names),
                    level,
                }
            }
            P::Global(g) => StmtKind::Global(g.names.iter().map(|n| self.sym(n)).collect()),
            P::Nonlocal(g) => StmtKind::Nonlocal(g.names.iter().map(|n| self.sym(n)).collect()),
            P::Expr(e) => StmtKind::Expr(self.expr(*e.value)?),
            P::Pass(_) => StmtKind::Pass,
            P::Break(_) => StmtKind::Break,
            P::Continue(_) => StmtKind::Continue,
        };
        Ok(Stmt { kind, loc })
    }

    /// Type parameters are 3.12's.
    fn not_generic(&self, params: &[py::TypeParam]) -> Result<()> {
        let Some(first) = params.first() else {
            return Ok(());
        };
        let bracket = self.token_at(u32::from(first.range().start()) as usize) - 1;
        let msg = if self
            .w
            .text
            .as_bytes()
            .get(self.spans[bracket].start as usize)
            == Some(&b'[')
        {
            "expected '('"
        } else {
            "invalid syntax"
        };
        Err(self.error(self.between(bracket, bracket + 1), msg))
    }

    fn function(
        &mut self,
        name: py::Identifier,
        args: py::Arguments,
        body: Vec<py::Stmt>,
        decorators: Vec<py::Expr>,
        returns: Option<Box<py::Expr>>,
        is_async: bool,
    ) -> Result<StmtKind> {
        let node = self.node();
        let decorators = self.exprs(decorators)?;
        let name = self.sym(&name);
        let args = self.arguments(args)?;
        let returns = self.option(returns)?;
        let body = self.stmts(body)?;
        Ok(StmtKind::FunctionDef(Box::new(FunctionDef {
            name,
            args,
            body,
            decorators,
            returns,
            is_async,
            node,
        })))
    }

    fn arguments(&mut self, a: py::Arguments) -> Result<Arguments> {
        let mut out = Arguments::default();
        for (from, positional_only) in [(a.posonlyargs, true), (a.args, false)] {
            for p in from {
                let arg = self.arg(p.def)?;
                if positional_only {
                    &mut out.posonly
                } else {
                    &mut out.args
                }
                .push(arg);
                if let Some(d) = p.default {
                    out.defaults.push(self.expr(*d)?);
                }
            }
        }
        if let Some(last) = out.posonly.last() {
            self.positional_only(last.loc)?;
        }
        out.vararg = a.vararg.map(|v| self.arg(*v)).transpose()?;
        for p in a.kwonlyargs {
            let arg = self.arg(p.def)?;
            out.kwonly.push(arg);
            let default = self.option(p.default)?;
            out.kw_defaults.push(default);
        }
        if let (Some(kwarg), None, true) = (&a.kwarg, &out.vararg, out.kwonly.is_empty()) {
            // `*, **kwargs`
            let name = self.token_at(u32::from(kwarg.range.start()) as usize);
            if name >= 3 && self.byte(name - 2) == b',' && self.byte(name - 3) == b'*' {
                return Err(self.error(
                    self.between(name - 3, name - 2),
                    "named arguments must follow bare *",
                ));
            }
        }
        out.kwarg = a.kwarg.map(|v| self.arg(*v)).transpose()?;
        Ok(out)
    }

    fn arg(&mut self, a: py::Arg) -> Result<Arg> {
        let loc = self.loc(a.range);
        let annotation = self.option(a.annotation)?;
        Ok(Arg {
            name: self.sym(&a.arg),
            annotation,
            loc,
        })
    }

    fn assign(&mut self, a: py::StmtAssign) -> Result<StmtKind> {
        let bracketed: Vec<bool> = a
            .targets
            .iter()
            .map(|t| {
                let before = &self.w.text[..usize::from(t.range().start())];
                before.trim_end().ends_with('(')
            })
            .collect();
        let targets = self.exprs(a.targets)?;
        let value = self.expr(*a.value)?;
        let last = targets.len() - 1;
        for (i, target) in targets.iter().enumerate() {
            let is_yield = matches!(target.kind, ExprKind::Yield(_) | ExprKind::YieldFrom(_));
            if is_yield && !bracketed[i] {
                return Err(self.error(target.loc, "assignment to yield expression not possible"));
            }
            // A yield in brackets reads so only in front of a single `=`.
            if i == last && (!is_yield || last == 0) && reads_as_comparison(target, &value) {
                let msg = format!(
                    "cannot assign to {} here. Maybe you meant '==' instead of '='?",
                    expr_name(target)
                );
                return Err(self.error(target.loc, msg));
            }
            self.check_target(target, Target::Star)?;
        }
        Ok(StmtKind::Assign { targets, value })
    }

    pub(super) fn check_target(&self, target: &Expr, purpose: Target) -> Result<()> {
        let Some(bad) = invalid_target(target, purpose) else {
            return Ok(());
        };
        let verb = if purpose == Target::Del {
            "delete"
        } else {
            "assign to"
        };
        Err(self.error(bad.loc, format!("cannot {verb} {}", expr_name(bad))))
    }

    fn for_loop(
        &mut self,
        target: py::Expr,
        iter: py::Expr,
        body: Vec<py::Stmt>,
        orelse: Vec<py::Stmt>,
        is_async: bool,
    ) -> Result<StmtKind> {
        let target = self.expr(target)?;
        self.check_target(&target, Target::For)?;
        let iter = self.expr(iter)?;
        let (body, orelse) = (self.stmts(body)?, self.stmts(orelse)?);
        Ok(StmtKind::For(Box::new(For {
            target,
            iter,
            body,
            orelse,
            is_async,
        })))
    }

    fn with(
        &mut self,
        items: Vec<py::WithItem>,
        body: Vec<py::Stmt>,
        is_async: bool,
    ) -> Result<StmtKind> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            let context = self.expr(item.context_expr)?;
            let vars = self.option(item.optional_vars)?;
            if let Some(vars) = &vars {
                self.check_target(vars, Target::Star)?;
            }
            out.push(WithItem { context, vars });
        }
        Ok(StmtKind::With {
            items: out,
            body: self.stmts(body)?,
            is_async,
        })
    }

    fn try_stmt(
        &mut self,
        body: Vec<py::Stmt>,
        handlers: Vec<py::ExceptHandler>,
        orelse: Vec<py::Stmt>,
        finalbody: Vec<py::Stmt>,
        star: bool,
    ) -> Result<StmtKind> {
        let body = self.stmts(body)?;
        let mut out = Vec::with_capacity(handlers.len());
        for py::ExceptHandler::ExceptHandler(h) in handlers {
            let loc = self.block_loc(h.range);
            let typ = self.option(h.type_)?;
            let name = h.name.map(|n| self.sym(&n));
            out.push(Handler {
                typ,
                name,
                body: self.stmts(h.body)?,
                loc,
            });
        }
        let (orelse, finalbody) = (self.stmts(orelse)?, self.stmts(finalbody)?);
        Ok(StmtKind::Try(Box::new(Try {
            body,
            handlers: out,
            orelse,
            finalbody,
            star,
        })))
    }

    fn match_stmt(&mut self, m: py::StmtMatch) -> Result<StmtKind> {
        // The parser drops a trailing comma and mislays an open tuple: the tokens up to the colon tell.
        let first = self.token_at(u32::from(m.range.start()) as usize) + 1;
        let case_at = m
            .cases
            .first()
            .map_or(0, |c| u32::from(c.range.start()) as usize);
        let colon = self.token_at(case_at).saturating_sub(1);
        let whole = self.between(first, colon);
        let open = m.subject.range().start() == m.range.start();
        let mut subject = self.expr(*m.subject)?;
        if open {
            subject.loc = whole;
        } else if self.byte(colon.wrapping_sub(1)) == b',' {
            subject = Expr::new(
                ExprKind::Tuple {
                    elts: vec![subject],
                    ctx: ExprContext::Load,
                },
                whole,
            );
        }
        let mut cases = Vec::with_capacity(m.cases.len());
        for case in m.cases {
            let pattern = self.top_pattern(case.pattern)?;
            let guard = self.option(case.guard)?;
            cases.push(MatchCase {
                pattern,
                guard,
                body: self.stmts(case.body)?,
            });
        }
        Ok(StmtKind::Match { subject, cases })
    }

    fn aliases(&mut self, names: Vec<py::Alias>) -> Vec<Alias> {
        let mut out = Vec::with_capacity(names.len());
        for a in names {
            let loc = self.loc(a.range);
            let asname = a.asname.map(|n| self.sym(&n));
            out.push(Alias {
                name: self.sym(&a.name),
                asname,
                loc,
            });
        }
        out
    }

    fn keywords(&mut self, keywords: Vec<py::Keyword>) -> Result<Vec<Keyword>> {
        let mut out = Vec::with_capacity(keywords.len());
        for k in keywords {
            let loc = self.loc(k.range);
            let arg = k.arg.map(|n| self.sym(&n));
            out.push(Keyword {
                arg,
                value: self.expr(k.value)?,
                loc,
            });
        }
        Ok(out)
    }

    fn exprs(&mut self, exprs: Vec<py::Expr>) -> Result<Vec<Expr>> {
        exprs.into_iter().map(|e| self.expr(e)).collect()
    }

    fn option(&mut self, expr: Option<Box<py::Expr>>) -> Result<Option<Expr>> {
        expr.map(|e| self.expr(*e)).transpose()
    }

    fn boxed(&mut self, expr: py::Expr) -> Result<Box<Expr>> {
        Ok(Box::new(self.expr(expr)?))
    }

    fn boxed_option(&mut self, expr: Option<Box<py::Expr>>) -> Result<Option<Box<Expr>>> {
        expr.map(|e| self.boxed(*e)).transpose()
    }

    pub(super) fn expr(&mut self, expr: py::Expr) -> Result<Expr> {
        self.nested(|l| l.expr_inner(expr))
    }

    fn expr_inner(&mut self, expr: py::Expr) -> Result<Expr> {
        use py::Expr as P;
        let range = expr.range();
        let mut loc = self.loc(range);
        let kind = match expr {
            P::BoolOp(e) => ExprKind::BoolOp {
                op: e.op,
                values: self.exprs(e.values)?,
            },
            P::NamedExpr(e) => {
                // The parser leaves out brackets around the value.
                let value_at = self.token_at(u32::from(e.value.range().start()) as usize);
                let first_at = self.tokens_until(u32::from(e.target.range().end())) + 1;
                let start = self.token_at(u32::from(range.start()) as usize);
                let target = self.boxed(*e.target)?;
                let value = self.boxed(*e.value)?;
                let end = (value.loc.end_line, value.loc.end_col);
                let last = self
                    .spans
                    .partition_point(|s| (s.loc.end_line, s.loc.end_col) <= end);
                loc = self.between(start, last + value_at.saturating_sub(first_at));
                self.since(8, "Assignment expressions are", range)?;
                ExprKind::NamedExpr { target, value }
            }
            P::BinOp(e) => ExprKind::BinOp {
                left: self.boxed(*e.left)?,
                op: self.operator(e.op, range)?,
                right: self.boxed(*e.right)?,
            },
            P::UnaryOp(e) => ExprKind::UnaryOp {
                op: e.op,
                operand: self.boxed(*e.operand)?,
            },
            P::Lambda(e) => {
                let node = self.node();
                let args = self.arguments(*e.args)?;
                ExprKind::Lambda(Box::new(Lambda {
                    args,
                    body: self.expr(*e.body)?,
                    node,
                }))
            }
            P::IfExp(e) => {
                let (test, body) = (self.boxed(*e.test)?, self.boxed(*e.body)?);
                ExprKind::IfExp {
                    test,
                    body,
                    orelse: self.boxed(*e.orelse)?,
                }
            }
            P::Dict(e) => {
                let mut keys = Vec::with_capacity(e.keys.len());
                let mut values = Vec::with_capacity(e.values.len());
                for (key, value) in e.keys.into_iter().zip(e.values) {
                    keys.push(key.map(|k| self.expr(k)).transpose()?);
                    values.push(self.expr(value)?);
                }
                ExprKind::Dict { keys, values }
            }
            P::Set(e) => ExprKind::Set(self.exprs(e.elts)?),
            P::ListComp(e) => self.comprehension(CompKind::List, *e.elt, None, e.generators)?,
            P::SetComp(e) => self.comprehension(CompKind::Set, *e.elt, None, e.generators)?,
            P::DictComp(e) => {
                self.comprehension(CompKind::Dict, *e.key, Some(*e.value), e.generators)?
            }
            P::GeneratorExp(e) => {
                self.comprehension(CompKind::Generator, *e.elt, None, e.generators)?
            }
            P::Await(e) => {
                let value = self.boxed(*e.value)?;
                self.since(5, "Await expressions are", range)?;
                ExprKind::Await(value)
            }
            P::Yield(e) => ExprKind::Yield(self.boxed_option(e.value)?),
            P::YieldFrom(e) => ExprKind::YieldFrom(self.boxed(*e.value)?),
            P::Compare(e) => {
                let left = self.boxed(*e.left)?;
                ExprKind::Compare {
                    left,
                    ops: e.ops,
                    comparators: self.exprs(e.comparators)?,
                }
            }
            P::Call(e) => return self.call(e, loc),
            P::Constant(e) => match e.value {
                py::Constant::Str(_) | py::Constant::Bytes(_) => return self.string(range, loc),
                value => {
                    self.digits(range)?;
                    ExprKind::Constant(constant(value))
                }
            },
            P::Attribute(e) => {
                let value = self.boxed(*e.value)?;
                ExprKind::Attribute {
                    value,
                    attr: self.sym(&e.attr),
                    ctx: e.ctx,
                }
            }
            P::Subscript(e) => {
                let value = self.boxed(*e.value)?;
                let mut slice = self.boxed(*e.slice)?;
                if slice.is_starred() {
                    let loc = slice.loc;
                    *slice = Expr::new(
                        ExprKind::Tuple {
                            elts: vec![*slice],
                            ctx: ExprContext::Load,
                        },
                        loc,
                    );
                    return Ok(Expr::new(
                        ExprKind::Subscript {
                            value,
                            slice,
                            ctx: e.ctx,
                        },
                        self.loc(range),
                    ));
                }
                ExprKind::Subscript {
                    value,
                    slice,
                    ctx: e.ctx,
                }
            }
            P::Starred(e) => ExprKind::Starred {
                value: self.boxed(*e.value)?,
                ctx: e.ctx,
            },
            P::Name(e) => ExprKind::Name {
                id: self.sym(&e.id),
                ctx: e.ctx,
            },
            P::List(e) => ExprKind::List {
                elts: self.exprs(e.elts)?,
                ctx: e.ctx,
            },
            P::Tuple(e) => ExprKind::Tuple {
                elts: self.exprs(e.elts)?,
                ctx: e.ctx,
            },
            P::Slice(e) => {
                let lower = self.boxed_option(e.lower)?;
                let upper = self.boxed_option(e.upper)?;
                ExprKind::Slice {
                    lower,
                    upper,
                    step: self.boxed_option(e.step)?,
                }
            }
            // The lexer hides f-strings from the parser.
            P::JoinedStr(_) | P::FormattedValue(_) => {
                loc = self.loc(range);
                ExprKind::JoinedStr(Vec::new())
            }
        };
        Ok(Expr::new(kind, loc))
    }

    fn comprehension(
        &mut self,
        kind: CompKind,
        elt: py::Expr,
        value: Option<py::Expr>,
        generators: Vec<py::Comprehension>,
    ) -> Result<ExprKind> {
        let node = self.node();
        let elt = self.expr(elt)?;
        if elt.is_starred() {
            return Err(self.error(
                elt.loc,
                "iterable unpacking cannot be used in comprehension",
            ));
        }
        let value = value.map(|v| self.expr(v)).transpose()?;
        let mut out = Vec::with_capacity(generators.len());
        for g in generators {
            let target = self.expr(g.target)?;
            self.check_target(&target, Target::For)?;
            let iter = self.expr(g.iter)?;
            let ifs = self.exprs(g.ifs)?;
            if g.is_async {
                self.since(6, "Async comprehensions are", g.range)?;
            }
            out.push(Generator {
                target,
                iter,
                ifs,
                is_async: g.is_async,
            });
        }
        Ok(ExprKind::Comp(Box::new(Comp {
            kind,
            elt,
            value,
            generators: out,
            node,
        })))
    }

    /// Whether a range is one bracketed group, brackets included.
    fn bracketed(&self, range: TextRange) -> bool {
        let (start, end) = (u32::from(range.start()), u32::from(range.end()));
        let first = self.token_at(start as usize);
        if self.byte(first) != b'(' {
            return false;
        }
        let mut depth = 0;
        for token in first..self.spans.len() {
            let string = self.spans[token].tok == Tok::String;
            match self.byte(token) {
                b'(' | b'[' | b'{' if !string => depth += 1,
                b')' | b']' | b'}' if !string => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return self.spans[token].end >= end;
            }
        }
        false
    }

    fn call(&mut self, e: py::ExprCall, loc: Loc) -> Result<Expr> {
        let func = self.expr(*e.func)?;
        let alone = e.args.len() + e.keywords.len() == 1;
        let mut args = Vec::with_capacity(e.args.len());
        for arg in e.args {
            let range = arg.range();
            let bare = matches!(arg, py::Expr::GeneratorExp(_)) && !self.bracketed(range);
            let mut arg = self.expr(arg)?;
            if bare {
                let after = self.tokens_until(u32::from(range.end()));
                if !alone || self.byte(after) != b')' {
                    return Err(self.error(arg.loc, "Generator expression must be parenthesized"));
                }
                let before = self.token_at(u32::from(range.start()) as usize) - 1;
                arg.loc = self.between(before, after + 1);
            }
            args.push(arg);
        }
        let keywords = self.keywords(e.keywords)?;
        Ok(Expr::new(
            ExprKind::Call(Box::new(Call {
                func,
                args,
                keywords,
            })),
            loc,
        ))
    }

    /// One or more adjacent literals, read from the source.
    fn string(&mut self, range: TextRange, loc: Loc) -> Result<Expr> {
        let first = self.token_at(u32::from(range.start()) as usize);
        let mut last = first;
        while self
            .spans
            .get(last)
            .is_some_and(|s| s.tok == Tok::String && s.end <= u32::from(range.end()))
        {
            last += 1;
        }
        let value = self.w.strings(&self.spans[first..last], loc)?;
        if matches!(value.kind, ExprKind::JoinedStr(_)) {
            self.since(6, "Format strings are", range)?;
        }
        Ok(value)
    }
}

/// A constant as the parser has it: numbers only.
pub(super) fn their_constant(value: Const) -> py::Constant {
    match value {
        Const::Int(i) => py::Constant::Int(i),
        Const::Float(f) => py::Constant::Float(f),
        Const::Complex { re, im } => py::Constant::Complex { real: re, imag: im },
        _ => py::Constant::None,
    }
}

pub(super) fn constant(value: py::Constant) -> Const {
    match value {
        py::Constant::None => Const::None,
        py::Constant::Bool(b) => Const::Bool(b),
        py::Constant::Str(s) => Const::Str(s.as_str().into()),
        py::Constant::Bytes(b) => Const::Bytes(b.into()),
        py::Constant::Int(i) => Const::Int(i),
        py::Constant::Tuple(t) => Const::Tuple(t.into_iter().map(constant).collect()),
        py::Constant::Float(f) => Const::Float(f),
        py::Constant::Complex { real, imag } => Const::Complex { re: real, im: imag },
        py::Constant::Ellipsis => Const::Ellipsis,
    }
}

/// The part of `target` that cannot be assigned to or deleted.
fn invalid_target(target: &Expr, purpose: Target) -> Option<&Expr> {
    match &target.kind {
        ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
            elts.iter().find_map(|e| invalid_target(e, purpose))
        }
        ExprKind::Starred { value, .. } if purpose != Target::Del => invalid_target(value, purpose),
        ExprKind::Name { .. } | ExprKind::Subscript { .. } | ExprKind::Attribute { .. } => None,
        _ => Some(target),
    }
}

/// Whether `target = value` looks as if `==` was meant.
fn reads_as_comparison(target: &Expr, value: &Expr) -> bool {
    let left = match &target.kind {
        ExprKind::Name { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::Subscript { .. }
        | ExprKind::Starred { .. } => false,
        ExprKind::List { .. } | ExprKind::Tuple { .. } => false,
        ExprKind::Comp(c) => c.kind != CompKind::Generator,
        ExprKind::Constant(c) => !matches!(c, Const::None | Const::Bool(_)),
        ExprKind::UnaryOp { op, .. } => !matches!(op, UnaryOp::Not),
        ExprKind::BoolOp { .. }
        | ExprKind::Compare { .. }
        | ExprKind::IfExp { .. }
        | ExprKind::Lambda(_) => false,
        ExprKind::NamedExpr { .. } => false,
        _ => true,
    };
    left && !matches!(
        &value.kind,
        ExprKind::Lambda(_)
            | ExprKind::UnaryOp {
                op: UnaryOp::Not,
                ..
            }
            | ExprKind::Yield(_)
            | ExprKind::YieldFrom(_)
            | ExprKind::Starred { .. }
    )
}

/// What an error calls this kind of expression.
pub fn expr_name(e: &Expr) -> &'static str {
    match &e.kind {
        ExprKind::Attribute { .. } => "attribute",
        ExprKind::Subscript { .. } => "subscript",
        ExprKind::Starred { .. } => "starred",
        ExprKind::Name { .. } => "name",
        ExprKind::List { .. } => "list",
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::Lambda(_) => "lambda",
        ExprKind::Call(_) => "function call",
        ExprKind::BoolOp { .. } | ExprKind::BinOp { .. } | ExprKind::UnaryOp { .. } => "expression",
        ExprKind::Comp(c) => match c.kind {
            CompKind::Generator => "generator expression",
            CompKind::List => "list comprehension",
            CompKind::Set => "set comprehension",
            CompKind::Dict => "dict comprehension",
        },
        ExprKind::Yield(_) | ExprKind::YieldFrom(_) => "yield expression",
        ExprKind::Await(_) => "await expression",
        ExprKind::Dict { .. } => "dict literal",
        ExprKind::Set(_) => "set display",
        ExprKind::JoinedStr(_) | ExprKind::FormattedValue { .. } => "f-string expression",
        ExprKind::Constant(c) => match c {
            Const::None => "None",
            Const::Bool(false) => "False",
            Const::Bool(true) => "True",
            Const::Ellipsis => "ellipsis",
            _ => "literal",
        },
        ExprKind::Compare { .. } => "comparison",
        ExprKind::IfExp { .. } => "conditional expression",
        ExprKind::NamedExpr { .. } => "named expression",
        ExprKind::Slice { .. } => "slice",
    }
}
