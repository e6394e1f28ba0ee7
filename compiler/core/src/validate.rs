//! Checks of a tree that did not come from the parser: whatever the grammar guarantees and a tree made by hand may lack. Messages and the
//! exceptions they belong to are CPython's.

use crate::ast::*;
use crate::errors::{CompileError, Result};
use hotpy_code::Const;

fn value<T>(msg: impl Into<String>) -> Result<T> {
    Err(CompileError::Value(msg.into()))
}

/// Checks a whole tree.
pub fn validate(module: &Module, names: &Names) -> Result<()> {
    let v = Validator { names };
    match &module.body {
        Body::Exec(body) | Body::Single(body) => v.stmts(body),
        Body::Eval(e) => v.expr(e, ExprContext::Load),
    }
}

struct Validator<'a> {
    names: &'a Names,
}

fn context_name(ctx: ExprContext) -> &'static str {
    match ctx {
        ExprContext::Load => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
    }
}

/// A span must not end before it starts.
fn position(loc: Loc) -> Result<()> {
    let Loc {
        line,
        end_line,
        col,
        end_col,
    } = loc;
    if line > end_line {
        return value(format!(
            "AST node line range ({line}, {end_line}) is not valid"
        ));
    }
    if (line < 0 && end_line != line) || (col < 0 && col != end_col) {
        return value(format!(
            "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
        ));
    }
    if line == end_line && col > end_col {
        return value(format!(
            "line {line}, column {col}-{end_col} is not a valid range"
        ));
    }
    Ok(())
}

fn not_empty<T>(items: &[T], what: &str, owner: &str) -> Result<()> {
    if items.is_empty() {
        return value(format!("empty {what} on {owner}"));
    }
    Ok(())
}

impl Validator<'_> {
    fn stmts(&self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn body(&self, body: &[Stmt], owner: &str) -> Result<()> {
        not_empty(body, "body", owner)?;
        self.stmts(body)
    }

    fn exprs(&self, exprs: &[Expr], ctx: ExprContext) -> Result<()> {
        exprs.iter().try_for_each(|e| self.expr(e, ctx))
    }

    fn loads(&self, exprs: &[Expr]) -> Result<()> {
        self.exprs(exprs, ExprContext::Load)
    }

    fn load(&self, e: &Expr) -> Result<()> {
        self.expr(e, ExprContext::Load)
    }

    fn opt(&self, e: &Option<Expr>) -> Result<()> {
        e.iter().try_for_each(|e| self.load(e))
    }

    fn name(&self, name: Sym) -> Result<()> {
        match self.names.resolve(&name) {
            name @ ("None" | "True" | "False") => value(format!(
                "identifier field can't represent '{name}' constant"
            )),
            _ => Ok(()),
        }
    }

    fn targets(&self, targets: &[Expr], owner: &str, ctx: ExprContext) -> Result<()> {
        not_empty(targets, "targets", owner)?;
        self.exprs(targets, ctx)
    }

    fn stmt(&self, s: &Stmt) -> Result<()> {
        crate::deep(|| self.stmt_inner(s))
    }

    fn stmt_inner(&self, s: &Stmt) -> Result<()> {
        use ExprContext::{Del, Store};
        position(s.loc)?;
        match &s.kind {
            StmtKind::FunctionDef(f) => {
                let owner = if f.is_async {
                    "AsyncFunctionDef"
                } else {
                    "FunctionDef"
                };
                self.body(&f.body, owner)?;
                self.arguments(&f.args)?;
                self.loads(&f.decorators)?;
                self.opt(&f.returns)
            }
            StmtKind::ClassDef(c) => {
                self.body(&c.body, "ClassDef")?;
                self.loads(&c.bases)?;
                self.keywords(&c.keywords)?;
                self.loads(&c.decorators)
            }
            StmtKind::Return(e) => self.opt(e),
            StmtKind::Delete(targets) => self.targets(targets, "Delete", Del),
            StmtKind::Assign { targets, value } => {
                self.targets(targets, "Assign", Store)?;
                self.load(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target, Store)?;
                self.load(value)
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                if *simple && !matches!(target.kind, ExprKind::Name { .. }) {
                    return Err(CompileError::Type(
                        "AnnAssign with simple non-Name target".into(),
                    ));
                }
                self.expr(target, Store)?;
                self.opt(value)?;
                self.load(annotation)
            }
            StmtKind::For(f) => {
                self.expr(&f.target, Store)?;
                self.load(&f.iter)?;
                self.body(&f.body, if f.is_async { "AsyncFor" } else { "For" })?;
                self.stmts(&f.orelse)
            }
            StmtKind::While { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "While")?;
                self.stmts(orelse)
            }
            StmtKind::If { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "If")?;
                self.stmts(orelse)
            }
            StmtKind::With {
                items,
                body,
                is_async,
            } => {
                let owner = if *is_async { "AsyncWith" } else { "With" };
                not_empty(items, "items", owner)?;
                for item in items {
                    self.load(&item.context)?;
                    item.vars.iter().try_for_each(|v| self.expr(v, Store))?;
                }
                self.body(body, owner)
            }
            StmtKind::Match { subject, cases } => {
                self.load(subject)?;
                not_empty(cases, "cases", "Match")?;
                for case in cases {
                    self.pattern(&case.pattern, false)?;
                    self.opt(&case.guard)?;
                    self.body(&case.body, "match_case")?;
                }
                Ok(())
            }
            StmtKind::Raise { exc, cause } => {
                if exc.is_none() && cause.is_some() {
                    return value("Raise with cause but no exception");
                }
                self.opt(exc)?;
                self.opt(cause)
            }
            StmtKind::Try(t) => {
                let owner = if t.star { "TryStar" } else { "Try" };
                self.body(&t.body, owner)?;
                if t.handlers.is_empty() && t.finalbody.is_empty() {
                    return value(format!("{owner} has neither except handlers nor finalbody"));
                }
                if t.handlers.is_empty() && !t.orelse.is_empty() {
                    return value(format!("{owner} has orelse but no except handlers"));
                }
                for handler in &t.handlers {
                    position(handler.loc)?;
                    self.opt(&handler.typ)?;
                    self.body(&handler.body, "ExceptHandler")?;
                }
                self.stmts(&t.finalbody)?;
                self.stmts(&t.orelse)
            }
            StmtKind::Assert { test, msg } => {
                self.load(test)?;
                self.opt(msg)
            }
            StmtKind::Import(names) => not_empty(names, "names", "Import"),
            StmtKind::ImportFrom { names, .. } => not_empty(names, "names", "ImportFrom"),
            StmtKind::Global(names) => not_empty(names, "names", "Global"),
            StmtKind::Nonlocal(names) => not_empty(names, "names", "Nonlocal"),
            StmtKind::Expr(e) => self.load(e),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    fn keywords(&self, keywords: &[Keyword]) -> Result<()> {
        keywords.iter().try_for_each(|k| self.load(&k.value))
    }

    fn arguments(&self, a: &Arguments) -> Result<()> {
        let each = |args: &[Arg]| {
            args.iter().try_for_each(|a| {
                position(a.loc)?;
                self.opt(&a.annotation)
            })
        };
        each(&a.posonly)?;
        each(&a.args)?;
        each(a.vararg.as_slice())?;
        each(&a.kwonly)?;
        each(a.kwarg.as_slice())?;
        if a.defaults.len() > a.posonly.len() + a.args.len() {
            return value("more positional defaults than args on arguments");
        }
        if a.kw_defaults.len() != a.kwonly.len() {
            return value("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.loads(&a.defaults)?;
        a.kw_defaults.iter().try_for_each(|d| self.opt(d))
    }

    fn expr(&self, e: &Expr, ctx: ExprContext) -> Result<()> {
        crate::deep(|| self.expr_inner(e, ctx))
    }

    fn expr_inner(&self, e: &Expr, ctx: ExprContext) -> Result<()> {
        position(e.loc)?;
        let actual = match &e.kind {
            ExprKind::Name { id, ctx } => {
                self.name(*id)?;
                *ctx
            }
            ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. }
            | ExprKind::Starred { ctx, .. }
            | ExprKind::List { ctx, .. }
            | ExprKind::Tuple { ctx, .. } => *ctx,
            _ if ctx != ExprContext::Load => {
                return value(format!(
                    "expression which can't be assigned to in {} context",
                    context_name(ctx)
                ));
            }
            _ => ctx,
        };
        if actual != ctx {
            return value(format!(
                "expression must have {} context but has {} instead",
                context_name(ctx),
                context_name(actual)
            ));
        }
        match &e.kind {
            ExprKind::BoolOp { values, .. } => {
                if values.len() < 2 {
                    return value("BoolOp with less than 2 values");
                }
                self.loads(values)
            }
            ExprKind::NamedExpr { target, value } => {
                if !matches!(target.kind, ExprKind::Name { .. }) {
                    return Err(CompileError::Type("NamedExpr target must be a Name".into()));
                }
                self.load(value)
            }
            ExprKind::BinOp { left, right, .. } => {
                self.load(left)?;
                self.load(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.load(operand),
            ExprKind::Lambda(l) => {
                self.arguments(&l.args)?;
                self.load(&l.body)
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.load(test)?;
                self.load(body)?;
                self.load(orelse)
            }
            ExprKind::Dict { keys, values } => {
                if keys.len() != values.len() {
                    return value("Dict doesn't have the same number of keys as values");
                }
                keys.iter().try_for_each(|k| self.opt(k))?;
                self.loads(values)
            }
            ExprKind::Set(elts) => self.loads(elts),
            ExprKind::Comp(c) => {
                if c.generators.is_empty() {
                    return value("comprehension with no generators");
                }
                for g in &c.generators {
                    self.expr(&g.target, ExprContext::Store)?;
                    self.load(&g.iter)?;
                    self.loads(&g.ifs)?;
                }
                self.load(&c.elt)?;
                self.opt(&c.value)
            }
            ExprKind::Await(e) | ExprKind::YieldFrom(e) => self.load(e),
            ExprKind::Yield(e) => e.iter().try_for_each(|e| self.load(e)),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                if comparators.is_empty() {
                    return value("Compare with no comparators");
                }
                if comparators.len() != ops.len() {
                    return value("Compare has a different number of comparators and operands");
                }
                self.loads(comparators)?;
                self.load(left)
            }
            ExprKind::Call(c) => {
                self.load(&c.func)?;
                self.loads(&c.args)?;
                self.keywords(&c.keywords)
            }
            ExprKind::FormattedValue { value, spec, .. } => {
                self.load(value)?;
                spec.iter().try_for_each(|s| self.load(s))
            }
            ExprKind::JoinedStr(values) => self.loads(values),
            ExprKind::Constant(_) | ExprKind::Name { .. } => Ok(()),
            ExprKind::Attribute { value, .. } => self.load(value),
            ExprKind::Subscript { value, slice, .. } => {
                self.load(slice)?;
                self.load(value)
            }
            ExprKind::Starred { value, .. } => self.expr(value, ctx),
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts, ctx),
            ExprKind::Slice { lower, upper, step } => {
                let parts = [lower, upper, step];
                parts.into_iter().flatten().try_for_each(|e| self.load(e))
            }
        }
    }

    fn capture(&self, name: &Option<Sym>) -> Result<()> {
        match name {
            Some(name) if self.names.resolve(name) == "_" => {
                value("can't capture name '_' in patterns")
            }
            Some(name) => self.name(*name),
            None => Ok(()),
        }
    }

    fn patterns(&self, patterns: &[Pattern], star: bool) -> Result<()> {
        patterns.iter().try_for_each(|p| self.pattern(p, star))
    }

    fn pattern(&self, p: &Pattern, star: bool) -> Result<()> {
        crate::deep(|| self.pattern_inner(p, star))
    }

    fn pattern_inner(&self, p: &Pattern, star: bool) -> Result<()> {
        position(p.loc)?;
        match &p.kind {
            PatternKind::Value(e) => self.literal(e),
            PatternKind::Singleton(Const::None | Const::Bool(_)) => Ok(()),
            PatternKind::Singleton(_) => {
                value("MatchSingleton can only contain True, False and None")
            }
            PatternKind::Sequence(patterns) => self.patterns(patterns, true),
            PatternKind::Mapping {
                keys,
                patterns,
                rest,
            } => {
                if keys.len() != patterns.len() {
                    return value("MatchMapping doesn't have the same number of keys as patterns");
                }
                self.capture(rest)?;
                for key in keys {
                    if !matches!(key.as_constant(), Some(Const::None | Const::Bool(_))) {
                        self.literal(key)?;
                    }
                }
                self.patterns(patterns, false)
            }
            PatternKind::Class {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => {
                if kwd_attrs.len() != kwd_patterns.len() {
                    return value(
                        "MatchClass doesn't have the same number of keyword attributes as patterns",
                    );
                }
                self.load(cls)?;
                let mut part = cls;
                loop {
                    match &part.kind {
                        ExprKind::Name { .. } => break,
                        ExprKind::Attribute { value, .. } => part = value,
                        _ => {
                            return value(
                                "MatchClass cls field can only contain Name or Attribute nodes.",
                            );
                        }
                    }
                }
                kwd_attrs.iter().try_for_each(|n| self.name(*n))?;
                self.patterns(patterns, false)?;
                self.patterns(kwd_patterns, false)
            }
            PatternKind::Star(_) if !star => value("can't use MatchStar here"),
            PatternKind::Star(name) => self.capture(name),
            PatternKind::As { pattern, name } => {
                self.capture(name)?;
                match (pattern, name) {
                    (None, _) => Ok(()),
                    (Some(_), None) => {
                        value("MatchAs must specify a target name if a pattern is given")
                    }
                    (Some(p), Some(_)) => self.pattern(p, false),
                }
            }
            PatternKind::Or(patterns) => {
                if patterns.len() < 2 {
                    return value("MatchOr requires at least 2 patterns");
                }
                self.patterns(patterns, false)
            }
        }
    }

    /// What a pattern may compare with.
    fn literal(&self, e: &Expr) -> Result<()> {
        self.load(e)?;
        let negated = |e: &Expr, real: bool, imaginary: bool| match &e.kind {
            ExprKind::UnaryOp {
                op: UnaryOp::USub,
                operand,
            } => number(operand, real, imaginary),
            _ => false,
        };
        let fits = match &e.kind {
            ExprKind::Constant(c) => match c {
                Const::Int(_)
                | Const::Float(_)
                | Const::Complex { .. }
                | Const::Bytes(_)
                | Const::Str(_) => true,
                _ => return value("unexpected constant inside of a literal pattern"),
            },
            // f-strings are refused later.
            ExprKind::Attribute { .. } | ExprKind::JoinedStr(_) => true,
            ExprKind::UnaryOp { .. } => negated(e, true, true),
            ExprKind::BinOp {
                left,
                op: Operator::Add | Operator::Sub,
                right,
            } => {
                (number(left, true, false) || negated(left, true, false))
                    && number(right, false, true)
            }
            _ => false,
        };
        if !fits {
            return value("patterns may only match literals and attribute lookups");
        }
        Ok(())
    }
}

fn number(e: &Expr, real: bool, imaginary: bool) -> bool {
    match e.as_constant() {
        Some(Const::Int(_) | Const::Float(_)) => real,
        Some(Const::Complex { .. }) => imaginary,
        _ => false,
    }
}
