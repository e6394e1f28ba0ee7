//! First pass: definitions and uses, scope by scope, and the errors that need no more than that.

use super::{BlockKind, CompKind, SymTable, Symbol, Table, flag};
use crate::ast::*;
use crate::deep;
use crate::errors::{Result, SyntaxError};
use crate::future::{ANNOTATIONS, Future};
use crate::mangle::mangle;

struct Builder<'n> {
    table: SymTable,
    names: &'n mut Names,
    /// Open scopes, innermost last.
    stack: Vec<usize>,
    /// The class whose private names are mangled.
    private: Option<Sym>,
    future_annotations: bool,
    /// Per open scope: inside a comprehension's iterable (a count), inside its target.
    modes: Vec<Mode>,
    super_: Sym,
    class_cell: Sym,
}

#[derive(Clone, Copy, Default)]
struct Mode {
    comp_iter_expr: u32,
    comp_iter_target: bool,
}

fn fail<T>(msg: impl Into<String>, loc: Loc) -> Result<T> {
    Err(SyntaxError::at_node(msg, loc).into())
}

pub(super) fn build(module: &Module, names: &mut Names, future: &Future) -> Result<SymTable> {
    let super_ = names.get_or_intern("super");
    let class_cell = names.get_or_intern("__class__");
    let top = names.get_or_intern("top");
    let table = SymTable {
        tables: Vec::new(),
        by_node: vec![0; module.nodes as usize],
    };
    let future_annotations = future.features & ANNOTATIONS != 0;
    let mut b = Builder {
        table,
        names,
        stack: Vec::new(),
        private: None,
        future_annotations,
        modes: Vec::new(),
        super_,
        class_cell,
    };
    b.enter(top, BlockKind::Module, Some(NodeId(0)), 0);
    match &module.body {
        Body::Exec(body) | Body::Single(body) => b.stmts(body)?,
        Body::Eval(e) => b.expr(e)?,
    }
    Ok(b.table)
}

impl Builder<'_> {
    fn enter(&mut self, name: Sym, kind: BlockKind, node: Option<NodeId>, line: i32) {
        let index = self.table.tables.len();
        let parent = self.stack.last().copied();
        let nested = parent.is_some_and(|p| {
            let p = &self.table.tables[p];
            p.nested || p.is_function()
        });
        self.table.tables.push(Table {
            name,
            kind,
            symbols: Default::default(),
            varnames: Vec::new(),
            children: Vec::new(),
            line,
            comprehension: None,
            nested,
            generator: false,
            coroutine: false,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            needs_class_closure: false,
            free: false,
            child_free: false,
            directives: Vec::new(),
        });
        if let Some(node) = node {
            self.table.by_node[node.0 as usize] = index as u32;
        }
        if kind != BlockKind::Annotation {
            if let Some(parent) = parent {
                self.table.tables[parent].children.push(index);
            }
        }
        self.stack.push(index);
        // No assignment expression in what a comprehension iterates over, however deep.
        let comp_iter_expr = self.modes.last().map_or(0, |m| m.comp_iter_expr);
        self.modes.push(Mode {
            comp_iter_expr,
            ..Mode::default()
        });
    }

    fn exit(&mut self) {
        self.stack.pop();
        self.modes.pop();
    }

    fn current(&mut self) -> &mut Table {
        let top = self.stack[self.stack.len() - 1];
        &mut self.table.tables[top]
    }

    fn mode(&mut self) -> &mut Mode {
        let top = self.modes.len() - 1;
        &mut self.modes[top]
    }

    fn mangled(&mut self, name: Sym) -> Sym {
        mangle(self.names, self.private, name)
    }

    fn text(&self, name: Sym) -> &str {
        self.names.resolve(&name)
    }

    fn define(&mut self, name: Sym, flags: u32, loc: Loc) -> Result<()> {
        let top = self.stack[self.stack.len() - 1];
        self.define_in(name, flags, top, loc)
    }

    fn define_in(&mut self, name: Sym, mut flags: u32, scope: usize, loc: Loc) -> Result<()> {
        let mangled = self.mangled(name);
        let old = self.table.tables[scope].flags(mangled);
        if flags & flag::PARAM != 0 && old & flag::PARAM != 0 {
            return fail(
                format!(
                    "duplicate argument '{}' in function definition",
                    self.text(name)
                ),
                loc,
            );
        }
        let in_target = self
            .stack
            .iter()
            .position(|&s| s == scope)
            .is_some_and(|i| self.modes[i].comp_iter_target);
        if in_target {
            if (old | flags) & (flag::GLOBAL | flag::NONLOCAL) != 0 {
                let text = self.text(name);
                return fail(
                    format!(
                        "comprehension inner loop cannot rebind assignment expression target '{text}'"
                    ),
                    loc,
                );
            }
            flags |= flag::COMP_ITER;
        }
        let symbols = &mut self.table.tables[scope].symbols;
        symbols
            .entry(mangled)
            .or_insert(Symbol {
                flags: 0,
                scope: None,
            })
            .flags |= flags;
        if flags & flag::PARAM != 0 {
            self.table.tables[scope].varnames.push(mangled);
        } else if flags & flag::GLOBAL != 0 {
            let symbols = &mut self.table.tables[0].symbols;
            symbols
                .entry(mangled)
                .or_insert(Symbol {
                    flags: 0,
                    scope: None,
                })
                .flags |= flags;
        }
        Ok(())
    }

    fn stmts(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|s| deep(|| self.stmt(s)))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<()> {
        let loc = stmt.loc;
        match &stmt.kind {
            StmtKind::FunctionDef(f) => {
                self.define(f.name, flag::LOCAL, loc)?;
                self.exprs(&f.args.defaults)?;
                self.options(&f.args.kw_defaults)?;
                self.annotations(f)?;
                self.exprs(&f.decorators)?;
                self.enter(f.name, BlockKind::Function, Some(f.node), loc.line);
                if f.is_async {
                    self.current().coroutine = true;
                }
                self.arguments(&f.args)?;
                self.stmts(&f.body)?;
                self.exit();
            }
            StmtKind::ClassDef(c) => {
                self.define(c.name, flag::LOCAL, loc)?;
                self.exprs(&c.bases)?;
                self.keywords(&c.keywords)?;
                self.exprs(&c.decorators)?;
                self.enter(c.name, BlockKind::Class, Some(c.node), loc.line);
                let outer = self.private.replace(c.name);
                self.stmts(&c.body)?;
                self.private = outer;
                self.exit();
            }
            StmtKind::Return(value) => {
                if let Some(v) = value {
                    self.expr(v)?;
                    self.current().returns_value = true;
                }
            }
            StmtKind::Delete(targets) => self.exprs(targets)?,
            StmtKind::Assign { targets, value } => {
                self.exprs(targets)?;
                self.expr(value)?;
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)?;
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                self.annotated(target, value.is_some(), *simple, loc)?;
                self.annotation(annotation)?;
                self.option(value)?;
            }
            StmtKind::For(f) => {
                self.await_at_top(f.is_async);
                self.expr(&f.target)?;
                self.expr(&f.iter)?;
                self.stmts(&f.body)?;
                self.stmts(&f.orelse)?;
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.stmts(body)?;
                self.stmts(orelse)?;
            }
            StmtKind::With {
                items,
                body,
                is_async,
            } => {
                self.await_at_top(*is_async);
                for item in items {
                    self.expr(&item.context)?;
                    self.option(&item.vars)?;
                }
                self.stmts(body)?;
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                for case in cases {
                    self.pattern(&case.pattern)?;
                    self.option(&case.guard)?;
                    self.stmts(&case.body)?;
                }
            }
            StmtKind::Raise { exc, cause } => {
                self.option(exc)?;
                self.option(cause)?;
            }
            StmtKind::Try(t) => {
                self.stmts(&t.body)?;
                self.stmts(&t.orelse)?;
                for h in &t.handlers {
                    self.option(&h.typ)?;
                    if let Some(name) = h.name {
                        self.define(name, flag::LOCAL, h.loc)?;
                    }
                    self.stmts(&h.body)?;
                }
                self.stmts(&t.finalbody)?;
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.option(msg)?;
            }
            StmtKind::Import(names) | StmtKind::ImportFrom { names, .. } => {
                names.iter().try_for_each(|a| self.alias(a))?;
            }
            StmtKind::Global(names) => self.declare(names, flag::GLOBAL, loc)?,
            StmtKind::Nonlocal(names) => self.declare(names, flag::NONLOCAL, loc)?,
            StmtKind::Expr(e) => self.expr(e)?,
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
        }
        Ok(())
    }

    /// An asynchronous statement of a module, where the caller of `compile` allows that, makes its code a coroutine's.
    fn await_at_top(&mut self, is_async: bool) {
        if is_async && self.current().kind == BlockKind::Module {
            self.current().coroutine = true;
        }
    }

    fn annotated(&mut self, target: &Expr, has_value: bool, simple: bool, loc: Loc) -> Result<()> {
        let ExprKind::Name { id, .. } = target.kind else {
            return self.expr(target);
        };
        let mangled = self.mangled(id);
        let old = self.current().flags(mangled);
        let at_top = self.stack.len() == 1;
        if old & (flag::GLOBAL | flag::NONLOCAL) != 0 && !at_top && simple {
            let what = if old & flag::GLOBAL != 0 {
                "global"
            } else {
                "nonlocal"
            };
            return fail(
                format!("annotated name '{}' can't be {what}", self.text(id)),
                loc,
            );
        }
        if simple {
            self.define(id, flag::ANNOT | flag::LOCAL, target.loc)
        } else if has_value {
            self.define(id, flag::LOCAL, target.loc)
        } else {
            Ok(())
        }
    }

    /// `global` and `nonlocal` statements.
    fn declare(&mut self, names: &[Sym], how: u32, loc: Loc) -> Result<()> {
        let word = if how == flag::GLOBAL {
            "global"
        } else {
            "nonlocal"
        };
        for &name in names {
            let mangled = self.mangled(name);
            let old = self.current().flags(mangled);
            let text = self.text(name);
            let msg = if old & flag::PARAM != 0 {
                format!("name '{text}' is parameter and {word}")
            } else if old & flag::USE != 0 {
                format!("name '{text}' is used prior to {word} declaration")
            } else if old & flag::ANNOT != 0 {
                format!("annotated name '{text}' can't be {word}")
            } else if old & flag::LOCAL != 0 {
                format!("name '{text}' is assigned to before {word} declaration")
            } else {
                self.define(name, how, loc)?;
                self.current().directives.push((mangled, loc));
                continue;
            };
            return fail(msg, loc);
        }
        Ok(())
    }

    fn alias(&mut self, alias: &Alias) -> Result<()> {
        let name = alias.asname.unwrap_or(alias.name);
        let text = self.text(name);
        if text == "*" {
            if self.current().kind != BlockKind::Module {
                return fail("import * only allowed at module level", alias.loc);
            }
            return Ok(());
        }
        let stored = match text.split_once('.') {
            Some((first, _)) => {
                let first = first.to_owned();
                self.names.get_or_intern(first)
            }
            None => name,
        };
        self.define(stored, flag::IMPORT, alias.loc)
    }

    fn arguments(&mut self, args: &Arguments) -> Result<()> {
        for arg in args.posonly.iter().chain(&args.args).chain(&args.kwonly) {
            self.define(arg.name, flag::PARAM, arg.loc)?;
        }
        if let Some(arg) = &args.vararg {
            self.define(arg.name, flag::PARAM, arg.loc)?;
            self.current().varargs = true;
        }
        if let Some(arg) = &args.kwarg {
            self.define(arg.name, flag::PARAM, arg.loc)?;
            self.current().varkeywords = true;
        }
        Ok(())
    }

    fn annotations(&mut self, f: &FunctionDef) -> Result<()> {
        let annotated = f
            .args
            .posonly
            .iter()
            .chain(&f.args.args)
            .chain(&f.args.vararg)
            .chain(&f.args.kwarg)
            .chain(&f.args.kwonly);
        for arg in annotated {
            if let Some(a) = &arg.annotation {
                self.annotation(a)?;
            }
        }
        match &f.returns {
            Some(r) => self.annotation(r),
            None => Ok(()),
        }
    }

    /// An annotation; under `from __future__ import annotations` its names bind and use nothing.
    fn annotation(&mut self, annotation: &Expr) -> Result<()> {
        if !self.future_annotations {
            return self.expr(annotation);
        }
        let name = self.names.get_or_intern("_annotation");
        self.enter(name, BlockKind::Annotation, None, annotation.loc.line);
        let result = self.expr(annotation);
        self.exit();
        result
    }

    fn exprs(&mut self, exprs: &[Expr]) -> Result<()> {
        exprs.iter().try_for_each(|e| self.expr(e))
    }

    fn option(&mut self, e: &Option<Expr>) -> Result<()> {
        e.as_ref().map_or(Ok(()), |e| self.expr(e))
    }

    fn options(&mut self, exprs: &[Option<Expr>]) -> Result<()> {
        exprs.iter().try_for_each(|e| self.option(e))
    }

    fn keywords(&mut self, keywords: &[Keyword]) -> Result<()> {
        keywords.iter().try_for_each(|k| self.expr(&k.value))
    }

    fn expr(&mut self, e: &Expr) -> Result<()> {
        deep(|| self.expr_inner(e))
    }

    fn not_in_annotation(&mut self, what: &str, loc: Loc) -> Result<()> {
        if self.current().kind == BlockKind::Annotation {
            return fail(format!("{what} cannot be used within an annotation"), loc);
        }
        Ok(())
    }

    fn expr_inner(&mut self, e: &Expr) -> Result<()> {
        let loc = e.loc;
        match &e.kind {
            ExprKind::NamedExpr { target, value } => {
                self.not_in_annotation("named expression", loc)?;
                if self.mode().comp_iter_expr > 0 {
                    return fail(
                        "assignment expression cannot be used in a comprehension iterable expression",
                        loc,
                    );
                }
                if self.current().comprehension.is_some() {
                    self.extend_named_scope(target)?;
                }
                self.expr(value)?;
                self.expr(target)
            }
            ExprKind::BoolOp { values, .. } => self.exprs(values),
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda(l) => {
                self.exprs(&l.args.defaults)?;
                self.options(&l.args.kw_defaults)?;
                let name = self.names.get_or_intern("lambda");
                self.enter(name, BlockKind::Function, Some(l.node), loc.line);
                self.arguments(&l.args)?;
                self.expr(&l.body)?;
                self.exit();
                Ok(())
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                self.options(keys)?;
                self.exprs(values)
            }
            ExprKind::Set(elts) | ExprKind::JoinedStr(elts) => self.exprs(elts),
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts),
            ExprKind::Comp(c) => self.comprehension(c, loc),
            ExprKind::Yield(value) => {
                self.not_in_annotation("yield expression", loc)?;
                if let Some(v) = value {
                    self.expr(v)?;
                }
                self.mark_generator(loc)
            }
            ExprKind::YieldFrom(value) => {
                self.not_in_annotation("yield expression", loc)?;
                self.expr(value)?;
                self.mark_generator(loc)
            }
            ExprKind::Await(value) => {
                self.not_in_annotation("await expression", loc)?;
                self.expr(value)?;
                self.current().coroutine = true;
                Ok(())
            }
            ExprKind::Compare {
                left, comparators, ..
            } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call(c) => {
                self.expr(&c.func)?;
                self.exprs(&c.args)?;
                self.keywords(&c.keywords)
            }
            ExprKind::FormattedValue { value, spec, .. } => {
                self.expr(value)?;
                spec.as_ref().map_or(Ok(()), |s| self.expr(s))
            }
            ExprKind::Constant(_) => Ok(()),
            ExprKind::Attribute { value, .. } | ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper, step].into_iter().flatten() {
                    self.expr(part)?;
                }
                Ok(())
            }
            ExprKind::Name { id, ctx } => {
                let load = matches!(ctx, ExprContext::Load);
                self.define(*id, if load { flag::USE } else { flag::LOCAL }, loc)?;
                if load && *id == self.super_ && self.current().is_function() {
                    let class_cell = self.class_cell;
                    self.define(class_cell, flag::USE, loc)?;
                }
                Ok(())
            }
        }
    }

    fn mark_generator(&mut self, loc: Loc) -> Result<()> {
        let current = self.current();
        current.generator = true;
        let Some(kind) = current.comprehension else {
            return Ok(());
        };
        let inside = match kind {
            CompKind::List => "list comprehension",
            CompKind::Set => "set comprehension",
            CompKind::Dict => "dict comprehension",
            CompKind::Generator => "generator expression",
        };
        fail(format!("'yield' inside {inside}"), loc)
    }

    /// `:=` inside a comprehension binds in the scope around it.
    fn extend_named_scope(&mut self, target: &Expr) -> Result<()> {
        let ExprKind::Name { id, .. } = target.kind else {
            return Ok(());
        };
        let loc = target.loc;
        let mangled = self.mangled(id);
        for i in (0..self.stack.len()).rev() {
            let scope = self.stack[i];
            let table = &self.table.tables[scope];
            let flags = table.flags(mangled);
            if table.comprehension.is_some() {
                if flags & flag::COMP_ITER != 0 {
                    let text = self.text(id);
                    return fail(
                        format!(
                            "assignment expression cannot rebind comprehension iteration variable '{text}'"
                        ),
                        loc,
                    );
                }
                continue;
            }
            match table.kind {
                BlockKind::Function => {
                    let how = if flags & flag::GLOBAL != 0 {
                        flag::GLOBAL
                    } else {
                        flag::NONLOCAL
                    };
                    self.define(id, how, loc)?;
                    self.current().directives.push((mangled, loc));
                    return self.define_in(id, flag::LOCAL, scope, loc);
                }
                BlockKind::Module => {
                    self.define(id, flag::GLOBAL, loc)?;
                    self.current().directives.push((mangled, loc));
                    return self.define_in(id, flag::GLOBAL, scope, loc);
                }
                BlockKind::Class => {
                    let msg = "assignment expression within a comprehension cannot be used in a class body";
                    return fail(msg, loc);
                }
                BlockKind::Annotation => {}
            }
        }
        Ok(())
    }

    fn comprehension(&mut self, c: &Comp, loc: Loc) -> Result<()> {
        let [first, rest @ ..] = &c.generators[..] else {
            return Ok(());
        };
        self.mode().comp_iter_expr += 1;
        self.expr(&first.iter)?;
        self.mode().comp_iter_expr -= 1;
        let name = self.names.get_or_intern(scope_name(c.kind));
        self.enter(name, BlockKind::Function, Some(c.node), loc.line);
        self.current().comprehension = Some(c.kind);
        if first.is_async {
            self.current().coroutine = true;
        }
        let argument = self.names.get_or_intern(".0");
        self.define(argument, flag::PARAM, loc)?;
        self.comp_target(&first.target)?;
        self.exprs(&first.ifs)?;
        for g in rest {
            self.comp_target(&g.target)?;
            self.mode().comp_iter_expr += 1;
            self.expr(&g.iter)?;
            self.mode().comp_iter_expr -= 1;
            self.exprs(&g.ifs)?;
            if g.is_async {
                self.current().coroutine = true;
            }
        }
        self.option(&c.value)?;
        self.expr(&c.elt)?;
        let is_generator = c.kind == CompKind::Generator;
        self.current().generator = is_generator;
        let is_async = self.current().coroutine && !is_generator;
        self.exit();
        if is_async {
            self.current().coroutine = true;
        }
        Ok(())
    }

    fn comp_target(&mut self, target: &Expr) -> Result<()> {
        self.mode().comp_iter_target = true;
        let result = self.expr(target);
        self.mode().comp_iter_target = false;
        result
    }

    fn pattern(&mut self, p: &Pattern) -> Result<()> {
        deep(|| self.pattern_inner(p))
    }

    fn pattern_inner(&mut self, p: &Pattern) -> Result<()> {
        let loc = p.loc;
        match &p.kind {
            PatternKind::Value(e) => self.expr(e),
            PatternKind::Singleton(_) => Ok(()),
            PatternKind::Sequence(patterns) | PatternKind::Or(patterns) => {
                patterns.iter().try_for_each(|p| self.pattern(p))
            }
            PatternKind::Star(name) => name.map_or(Ok(()), |n| self.define(n, flag::LOCAL, loc)),
            PatternKind::Mapping {
                keys,
                patterns,
                rest,
            } => {
                self.exprs(keys)?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                rest.map_or(Ok(()), |n| self.define(n, flag::LOCAL, loc))
            }
            PatternKind::Class {
                cls,
                patterns,
                kwd_patterns,
                ..
            } => {
                self.expr(cls)?;
                patterns
                    .iter()
                    .chain(kwd_patterns)
                    .try_for_each(|p| self.pattern(p))
            }
            PatternKind::As { pattern, name } => {
                if let Some(p) = pattern {
                    self.pattern(p)?;
                }
                name.map_or(Ok(()), |n| self.define(n, flag::LOCAL, loc))
            }
        }
    }
}

/// What the symbol table calls a comprehension's scope.
fn scope_name(kind: CompKind) -> &'static str {
    match kind {
        CompKind::List => "listcomp",
        CompKind::Set => "setcomp",
        CompKind::Dict => "dictcomp",
        CompKind::Generator => "genexpr",
    }
}
