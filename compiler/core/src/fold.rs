//! Constant folding on the tree, before the symbol table is made, exactly as far as CPython 3.11 goes: its size limits,
//! lists and sets that are only iterated or searched, `%` formatting with a tuple, `__debug__`.

use hotpy_code::{Const, PyStr};

use crate::arith;
use crate::ast::*;
use crate::deep;

/// What folding depends on.
pub struct Folder {
    debug: Option<Sym>,
    optimize: u8,
    /// Annotations are not evaluated, so they keep their form.
    future_annotations: bool,
}

/// Folds the whole of `module` in place.
pub fn fold(module: &mut Module, names: &Names, optimize: u8, future_annotations: bool) {
    let folder = Folder {
        debug: names.get("__debug__"),
        optimize,
        future_annotations,
    };
    match &mut module.body {
        Body::Exec(body) => folder.body(body),
        Body::Single(body) => folder.stmts(body),
        Body::Eval(e) => folder.expr(e),
    }
}

impl Folder {
    /// A body that may have a docstring: folding must not create one.
    fn body(&self, body: &mut [Stmt]) {
        let had = docstring(body).is_some();
        self.stmts(body);
        if !had && docstring(body).is_some() {
            if let StmtKind::Expr(e) = &mut body[0].kind {
                let inner = std::mem::replace(e, Expr::constant(Const::None, e.loc));
                *e = Expr::new(ExprKind::JoinedStr(vec![inner]), e.loc);
            }
        }
    }

    fn stmts(&self, body: &mut [Stmt]) {
        body.iter_mut().for_each(|s| deep(|| self.stmt(s)));
    }

    fn stmt(&self, stmt: &mut Stmt) {
        match &mut stmt.kind {
            StmtKind::FunctionDef(f) => {
                self.arguments(&mut f.args);
                self.body(&mut f.body);
                self.exprs(&mut f.decorators);
                if !self.future_annotations {
                    self.option(&mut f.returns);
                }
            }
            StmtKind::ClassDef(c) => {
                self.exprs(&mut c.bases);
                self.keywords(&mut c.keywords);
                self.body(&mut c.body);
                self.exprs(&mut c.decorators);
            }
            StmtKind::Return(e) => self.option(e),
            StmtKind::Delete(targets) => self.exprs(targets),
            StmtKind::Assign { targets, value } => {
                self.exprs(targets);
                self.expr(value);
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target);
                self.expr(value);
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                ..
            } => {
                self.expr(target);
                if !self.future_annotations {
                    self.expr(annotation);
                }
                self.option(value);
            }
            StmtKind::For(f) => {
                self.expr(&mut f.target);
                self.expr(&mut f.iter);
                self.stmts(&mut f.body);
                self.stmts(&mut f.orelse);
                iterated(&mut f.iter);
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test);
                self.stmts(body);
                self.stmts(orelse);
            }
            StmtKind::With { items, body, .. } => {
                for item in items {
                    self.expr(&mut item.context);
                    self.option(&mut item.vars);
                }
                self.stmts(body);
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject);
                for case in cases {
                    self.pattern(&mut case.pattern);
                    self.option(&mut case.guard);
                    self.stmts(&mut case.body);
                }
            }
            StmtKind::Raise { exc, cause } => {
                self.option(exc);
                self.option(cause);
            }
            StmtKind::Try(t) => {
                self.stmts(&mut t.body);
                for h in &mut t.handlers {
                    self.option(&mut h.typ);
                    self.stmts(&mut h.body);
                }
                self.stmts(&mut t.orelse);
                self.stmts(&mut t.finalbody);
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test);
                self.option(msg);
            }
            StmtKind::Expr(e) => self.expr(e),
            StmtKind::Import(_)
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global(_)
            | StmtKind::Nonlocal(_)
            | StmtKind::Pass
            | StmtKind::Break
            | StmtKind::Continue => {}
        }
    }

    fn arguments(&self, args: &mut Arguments) {
        if !self.future_annotations {
            let all = args
                .posonly
                .iter_mut()
                .chain(&mut args.args)
                .chain(&mut args.kwonly);
            for arg in all.chain(&mut args.vararg).chain(&mut args.kwarg) {
                self.option(&mut arg.annotation);
            }
        }
        self.exprs(&mut args.defaults);
        args.kw_defaults.iter_mut().for_each(|d| self.option(d));
    }

    fn pattern(&self, pattern: &mut Pattern) {
        match &mut pattern.kind {
            PatternKind::Value(e) => self.expr(e),
            PatternKind::Singleton(_) | PatternKind::Star(_) => {}
            PatternKind::Sequence(p) | PatternKind::Or(p) => {
                p.iter_mut().for_each(|p| self.pattern(p))
            }
            PatternKind::Mapping { keys, patterns, .. } => {
                self.exprs(keys);
                patterns.iter_mut().for_each(|p| self.pattern(p));
            }
            PatternKind::Class {
                cls,
                patterns,
                kwd_patterns,
                ..
            } => {
                self.expr(cls);
                patterns
                    .iter_mut()
                    .chain(kwd_patterns)
                    .for_each(|p| self.pattern(p));
            }
            PatternKind::As { pattern, .. } => {
                if let Some(p) = pattern {
                    self.pattern(p);
                }
            }
        }
    }

    fn exprs(&self, exprs: &mut [Expr]) {
        exprs.iter_mut().for_each(|e| self.expr(e));
    }

    fn option(&self, expr: &mut Option<Expr>) {
        if let Some(e) = expr {
            self.expr(e);
        }
    }

    fn boxed_option(&self, expr: &mut Option<Box<Expr>>) {
        if let Some(e) = expr {
            self.expr(e);
        }
    }

    fn keywords(&self, keywords: &mut [Keyword]) {
        keywords.iter_mut().for_each(|k| self.expr(&mut k.value));
    }

    fn expr(&self, e: &mut Expr) {
        deep(|| self.expr_inner(e));
    }

    fn expr_inner(&self, e: &mut Expr) {
        let folded = match &mut e.kind {
            ExprKind::BoolOp { values, .. } => {
                self.exprs(values);
                None
            }
            ExprKind::NamedExpr { value, .. } => {
                self.expr(value);
                None
            }
            ExprKind::BinOp { left, op, right } => {
                self.expr(left);
                self.expr(right);
                self.binary(left, *op, right)
            }
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand);
                let folded = unary(*op, operand);
                if matches!(folded, Some(ExprKind::Compare { .. })) {
                    // The inverted comparison stays where it was.
                    e.loc = operand.loc;
                }
                folded
            }
            ExprKind::Lambda(l) => {
                self.arguments(&mut l.args);
                self.expr(&mut l.body);
                None
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test);
                self.expr(body);
                self.expr(orelse);
                None
            }
            ExprKind::Dict { keys, values } => {
                keys.iter_mut().for_each(|k| self.option(k));
                self.exprs(values);
                None
            }
            ExprKind::Set(elts) | ExprKind::List { elts, .. } | ExprKind::JoinedStr(elts) => {
                self.exprs(elts);
                None
            }
            ExprKind::Comp(c) => {
                self.expr(&mut c.elt);
                self.option(&mut c.value);
                for g in &mut c.generators {
                    self.expr(&mut g.target);
                    self.expr(&mut g.iter);
                    self.exprs(&mut g.ifs);
                    iterated(&mut g.iter);
                }
                None
            }
            ExprKind::Await(v) | ExprKind::YieldFrom(v) | ExprKind::Starred { value: v, .. } => {
                self.expr(v);
                None
            }
            ExprKind::Attribute { value, .. } => {
                self.expr(value);
                None
            }
            ExprKind::Yield(v) => {
                self.boxed_option(v);
                None
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                self.expr(left);
                self.exprs(comparators);
                if let (Some(CmpOp::In | CmpOp::NotIn), Some(last)) =
                    (ops.last(), comparators.last_mut())
                {
                    iterated(last);
                }
                None
            }
            ExprKind::Call(c) => {
                self.expr(&mut c.func);
                self.exprs(&mut c.args);
                self.keywords(&mut c.keywords);
                None
            }
            ExprKind::FormattedValue { value, spec, .. } => {
                self.expr(value);
                self.boxed_option(spec);
                None
            }
            ExprKind::Subscript { value, slice, ctx } => {
                self.expr(value);
                self.expr(slice);
                match (value.as_constant(), slice.as_constant()) {
                    (Some(v), Some(i)) if matches!(ctx, ExprContext::Load) => {
                        arith::subscript(v, i).map(ExprKind::Constant)
                    }
                    _ => None,
                }
            }
            ExprKind::Tuple { elts, ctx } => {
                self.exprs(elts);
                if matches!(ctx, ExprContext::Load) {
                    constants(elts).map(|c| ExprKind::Constant(Const::Tuple(c.into())))
                } else {
                    None
                }
            }
            ExprKind::Slice { lower, upper, step } => {
                self.boxed_option(lower);
                self.boxed_option(upper);
                self.boxed_option(step);
                None
            }
            ExprKind::Name { id, ctx } => (Some(*id) == self.debug
                && matches!(ctx, ExprContext::Load))
            .then(|| ExprKind::Constant(Const::Bool(self.optimize == 0))),
            ExprKind::Constant(_) => None,
        };
        if let Some(kind) = folded {
            e.kind = kind;
        }
    }

    fn binary(&self, left: &mut Expr, op: Operator, right: &mut Expr) -> Option<ExprKind> {
        if let (Operator::Mod, Some(Const::Str(format)), ExprKind::Tuple { elts, .. }) =
            (op, left.as_constant(), &mut right.kind)
        {
            if !elts.iter().any(Expr::is_starred) {
                return format_tuple(format, elts);
            }
        }
        let (a, b) = (left.as_constant()?, right.as_constant()?);
        if matches!(op, Operator::Mod) && matches!(a, Const::Str(_) | Const::Bytes(_)) {
            return None;
        }
        arith::binary(a, op, b).map(ExprKind::Constant)
    }
}

/// The values, if all are constants.
fn constants(elts: &[Expr]) -> Option<Vec<Const>> {
    elts.iter().map(|e| e.as_constant().cloned()).collect()
}

fn unary(op: UnaryOp, operand: &mut Expr) -> Option<ExprKind> {
    if let Some(c) = operand.as_constant() {
        return arith::unary(op, c).map(ExprKind::Constant);
    }
    if !matches!(op, UnaryOp::Not) {
        return None;
    }
    let ExprKind::Compare { ops, .. } = &mut operand.kind else {
        return None;
    };
    let [only] = &mut ops[..] else { return None };
    *only = match only {
        CmpOp::Is => CmpOp::IsNot,
        CmpOp::IsNot => CmpOp::Is,
        CmpOp::In => CmpOp::NotIn,
        CmpOp::NotIn => CmpOp::In,
        _ => return None,
    };
    Some(std::mem::replace(
        &mut operand.kind,
        ExprKind::Constant(Const::None),
    ))
}

/// A list or set that is only iterated over or searched need not be made anew: tuple, frozenset.
fn iterated(e: &mut Expr) {
    match &mut e.kind {
        ExprKind::List { elts, ctx } => {
            if elts.iter().any(Expr::is_starred) {
                return;
            }
            e.kind = match constants(elts) {
                Some(c) => ExprKind::Constant(Const::Tuple(c.into())),
                None => ExprKind::Tuple {
                    elts: std::mem::take(elts),
                    ctx: *ctx,
                },
            };
        }
        ExprKind::Set(elts) => {
            if let Some(c) = constants(elts) {
                e.kind = ExprKind::Constant(arith::frozenset(c));
            }
        }
        _ => {}
    }
}

/// One `%` item of a format: conversion, and the format spec it amounts to.
struct Item {
    conversion: Conversion,
    spec: String,
}

/// Parses what follows a `%`; only `%s`, `%r`, `%a` with `-`, width and precision qualify.
fn parse_item(text: &[u8], at: &mut usize) -> Option<Item> {
    const MAX_DIGITS: usize = 3;
    let next = |at: &mut usize| {
        let c = text.get(*at).copied();
        *at += 1;
        c
    };
    let mut c = next(at)?;
    let mut left = false;
    while matches!(c, b'-' | b'+' | b' ' | b'#' | b'0') {
        left |= c == b'-';
        c = next(at)?;
    }
    let digits = |c: &mut u8, at: &mut usize| -> Option<Option<u32>> {
        let (mut value, mut count) = (None, 0);
        while c.is_ascii_digit() {
            count += 1;
            if count >= MAX_DIGITS {
                return None;
            }
            value = Some(value.unwrap_or(0) * 10 + u32::from(*c - b'0'));
            *c = next(at)?;
        }
        Some(value)
    };
    let width = digits(&mut c, at)?;
    let mut precision = None;
    if c == b'.' {
        c = next(at)?;
        precision = Some(digits(&mut c, at)?.unwrap_or(0));
    }
    let conversion = match c {
        b's' => Conversion::Str,
        b'r' => Conversion::Repr,
        b'a' => Conversion::Ascii,
        _ => return None,
    };
    let mut spec = String::new();
    if let Some(w) = width {
        if !left && w > 0 {
            spec.push('>');
        }
        spec += &w.to_string();
    }
    if let Some(p) = precision {
        spec += &format!(".{p}");
    }
    Some(Item { conversion, spec })
}

/// `format % (elts...)` as the pieces of an f-string (the text without a place in the source), if the format is simple and its items are as many as `elts`.
fn format_tuple(format: &PyStr, elts: &mut Vec<Expr>) -> Option<ExprKind> {
    enum Piece {
        Text(Vec<u8>),
        Item(Item),
    }
    let text = &format.0;
    let mut pieces = Vec::new();
    let (mut at, mut items) = (0, 0);
    loop {
        let mut literal = Vec::new();
        while at < text.len() {
            if text[at] == b'%' {
                if text.get(at + 1) != Some(&b'%') {
                    break;
                }
                at += 1;
            }
            literal.push(text[at]);
            at += 1;
        }
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        if at >= text.len() {
            break;
        }
        if items >= elts.len() {
            return None;
        }
        at += 1;
        pieces.push(Piece::Item(parse_item(text, &mut at)?));
        items += 1;
    }
    if items < elts.len() {
        return None;
    }
    let mut values = std::mem::take(elts).into_iter();
    let made = pieces.into_iter().filter_map(|piece| match piece {
        Piece::Text(t) => Some(Expr::constant(Const::Str(PyStr(t.into())), Loc::NONE)),
        Piece::Item(item) => {
            let value = values.next()?;
            let loc = value.loc;
            let spec = (!item.spec.is_empty())
                .then(|| Box::new(Expr::constant(Const::Str(item.spec.as_str().into()), loc)));
            Some(Expr::new(
                ExprKind::FormattedValue {
                    value: Box::new(value),
                    conversion: item.conversion,
                    spec,
                },
                loc,
            ))
        }
    });
    Some(ExprKind::JoinedStr(made.collect()))
}
