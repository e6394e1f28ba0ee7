//! The compiler's tree to `ast` objects.

use super::table::{Class, Kind};
use super::{Classes, Info, Node, classes};
use crate::support::*;
use hotpy_compiler::ast::{Body, *};
use hotpy_compiler::{Details, deep};
use hotpy_objects::*;

/// Levels of the tree that count as one Python call.
const LEVELS_PER_CALL: isize = 3;

struct Writer<'a> {
    classes: &'static Classes,
    names: &'a Names,
    details: &'a Details,
    left: isize,
}

/// The objects for a module, interactive statement or expression. RecursionError, MemoryError.
pub fn write(module: &Module, names: &Names, details: &Details) -> PyResult {
    let mut w = Writer::new(names, details)?;
    match &module.body {
        Body::Exec(body) => {
            let body = w.stmts(body)?;
            let mut ignores = Vec::with_capacity(details.type_ignores.len());
            for (line, tag) in &details.type_ignores {
                let fields = [int(*line as i64)?, text(tag)?];
                ignores.push(w.node(Class::TypeIgnore, fields, None)?);
            }
            w.node(Class::Module, [body, list(ignores)?], None)
        }
        Body::Single(body) => {
            let body = w.stmts(body)?;
            w.node(Class::Interactive, [body], None)
        }
        Body::Eval(e) => {
            let e = w.expr(e)?;
            w.node(Class::Expression, [e], None)
        }
    }
}

/// The object for a signature type comment.
pub fn write_function_type(
    args: &[Expr],
    returns: &Expr,
    names: &Names,
    details: &Details,
) -> PyResult {
    let mut w = Writer::new(names, details)?;
    let fields = [w.exprs(args)?, w.expr(returns)?];
    w.node(Class::FunctionType, fields, None)
}

/// RecursionError for a tree that nests too deeply.
pub fn too_deep() -> Raised {
    raise!(
        RecursionError,
        "maximum recursion depth exceeded during ast construction"
    )
}

impl<'a> Writer<'a> {
    fn new(names: &'a Names, details: &'a Details) -> PyResult<Writer<'a>> {
        Ok(Writer {
            classes: classes()?,
            names,
            details,
            left: (tstate().recursion_remaining.get() as isize).saturating_mul(LEVELS_PER_CALL),
        })
    }

    /// One level deeper.
    fn nested(&mut self, work: impl FnOnce(&mut Self) -> PyResult) -> PyResult {
        if self.left <= 0 {
            return Err(too_deep());
        }
        self.left -= 1;
        let result = deep(|| work(self));
        self.left += 1;
        result
    }

    fn node<const N: usize>(&self, class: Class, fields: [Ref; N], loc: Option<Loc>) -> PyResult {
        self.object(self.classes.of(class), fields, loc)
    }

    fn part<const N: usize>(&self, kind: Kind, fields: [Ref; N], loc: Option<Loc>) -> PyResult {
        self.object(self.classes.family(kind), fields, loc)
    }

    fn object<const N: usize>(&self, info: &Info, fields: [Ref; N], loc: Option<Loc>) -> PyResult {
        debug_assert_eq!(info.fields.len(), N);
        let object = info.ty.tp_alloc.get().unwrap_or(mem::generic_alloc)(&info.ty, 0)?;
        let dict = dict::new()?;
        for ((name, _), value) in info.fields.iter().zip(&fields) {
            dict.set_item(&**name, value)?;
        }
        if let Some(loc) = loc {
            let c = self.classes;
            for (name, value) in [
                (&c.lineno, loc.line),
                (&c.col_offset, loc.col),
                (&c.end_lineno, loc.end_line),
                (&c.end_col_offset, loc.end_col),
            ] {
                dict.set_item(&**name, &*int(value as i64)?)?;
            }
        }
        // SAFETY: instances of AST's subtypes have its layout.
        let node = unsafe { object.cast::<Node>() };
        node.dict.set(Some(dict.into_object()));
        Ok(node.into_object())
    }

    fn singleton(&self, class: Class) -> PyResult {
        Ok(self
            .classes
            .of(class)
            .singleton
            .clone()
            .unwrap_or_else(singletons::none))
    }

    fn name(&self, name: Sym) -> PyResult {
        Ok(str_::intern(self.names.resolve(&name))?.into_object())
    }

    fn opt_name(&self, name: Option<Sym>) -> PyResult {
        name.map_or_else(none, |n| self.name(n))
    }

    fn name_list(&self, names: &[Sym]) -> PyResult {
        list(
            names
                .iter()
                .map(|n| self.name(*n))
                .collect::<PyResult<_>>()?,
        )
    }

    fn type_comment(&self, loc: Loc) -> PyResult {
        match self.details.type_comments.get(&(loc.line, loc.col)) {
            Some(comment) => text(comment),
            None => none(),
        }
    }

    fn each<T>(&mut self, items: &[T], mut f: impl FnMut(&mut Self, &T) -> PyResult) -> PyResult {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            out.push(f(self, item)?);
        }
        list(out)
    }

    fn stmts(&mut self, body: &[Stmt]) -> PyResult {
        self.each(body, |w, s| w.stmt(s))
    }

    fn exprs(&mut self, exprs: &[Expr]) -> PyResult {
        self.each(exprs, |w, e| w.expr(e))
    }

    fn opt(&mut self, e: Option<&Expr>) -> PyResult {
        e.map_or_else(none, |e| self.expr(e))
    }

    fn boxed(&mut self, e: &Option<Box<Expr>>) -> PyResult {
        self.opt(e.as_deref())
    }

    fn context(&self, ctx: ExprContext) -> PyResult {
        self.singleton(match ctx {
            ExprContext::Load => Class::Load,
            ExprContext::Store => Class::Store,
            ExprContext::Del => Class::Del,
        })
    }

    fn operator(&self, op: Operator) -> PyResult {
        self.singleton(match op {
            Operator::Add => Class::Add,
            Operator::Sub => Class::Sub,
            Operator::Mult => Class::Mult,
            Operator::MatMult => Class::MatMult,
            Operator::Div => Class::Div,
            Operator::Mod => Class::Mod,
            Operator::Pow => Class::Pow,
            Operator::LShift => Class::LShift,
            Operator::RShift => Class::RShift,
            Operator::BitOr => Class::BitOr,
            Operator::BitXor => Class::BitXor,
            Operator::BitAnd => Class::BitAnd,
            Operator::FloorDiv => Class::FloorDiv,
        })
    }

    fn comparison(&self, op: CmpOp) -> PyResult {
        self.singleton(match op {
            CmpOp::Eq => Class::Eq,
            CmpOp::NotEq => Class::NotEq,
            CmpOp::Lt => Class::Lt,
            CmpOp::LtE => Class::LtE,
            CmpOp::Gt => Class::Gt,
            CmpOp::GtE => Class::GtE,
            CmpOp::Is => Class::Is,
            CmpOp::IsNot => Class::IsNot,
            CmpOp::In => Class::In,
            CmpOp::NotIn => Class::NotIn,
        })
    }

    fn stmt(&mut self, s: &Stmt) -> PyResult {
        self.nested(|w| w.stmt_inner(s))
    }

    fn stmt_inner(&mut self, s: &Stmt) -> PyResult {
        let loc = Some(s.loc);
        match &s.kind {
            StmtKind::FunctionDef(f) => {
                let class = if f.is_async {
                    Class::AsyncFunctionDef
                } else {
                    Class::FunctionDef
                };
                let fields = [
                    self.name(f.name)?,
                    self.arguments(&f.args)?,
                    self.stmts(&f.body)?,
                    self.exprs(&f.decorators)?,
                    self.opt(f.returns.as_ref())?,
                    self.type_comment(s.loc)?,
                ];
                self.node(class, fields, loc)
            }
            StmtKind::ClassDef(c) => {
                let fields = [
                    self.name(c.name)?,
                    self.exprs(&c.bases)?,
                    self.keywords(&c.keywords)?,
                    self.stmts(&c.body)?,
                    self.exprs(&c.decorators)?,
                ];
                self.node(Class::ClassDef, fields, loc)
            }
            StmtKind::Return(value) => {
                let fields = [self.opt(value.as_ref())?];
                self.node(Class::Return, fields, loc)
            }
            StmtKind::Delete(targets) => {
                let fields = [self.exprs(targets)?];
                self.node(Class::Delete, fields, loc)
            }
            StmtKind::Assign { targets, value } => {
                let fields = [
                    self.exprs(targets)?,
                    self.expr(value)?,
                    self.type_comment(s.loc)?,
                ];
                self.node(Class::Assign, fields, loc)
            }
            StmtKind::AugAssign { target, op, value } => {
                let fields = [self.expr(target)?, self.operator(*op)?, self.expr(value)?];
                self.node(Class::AugAssign, fields, loc)
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                let fields = [
                    self.expr(target)?,
                    self.expr(annotation)?,
                    self.opt(value.as_ref())?,
                    int(*simple as i64)?,
                ];
                self.node(Class::AnnAssign, fields, loc)
            }
            StmtKind::For(f) => {
                let class = if f.is_async {
                    Class::AsyncFor
                } else {
                    Class::For
                };
                let fields = [
                    self.expr(&f.target)?,
                    self.expr(&f.iter)?,
                    self.stmts(&f.body)?,
                    self.stmts(&f.orelse)?,
                    self.type_comment(s.loc)?,
                ];
                self.node(class, fields, loc)
            }
            StmtKind::While { test, body, orelse } => {
                let fields = [self.expr(test)?, self.stmts(body)?, self.stmts(orelse)?];
                self.node(Class::While, fields, loc)
            }
            StmtKind::If { test, body, orelse } => {
                let fields = [self.expr(test)?, self.stmts(body)?, self.stmts(orelse)?];
                self.node(Class::If, fields, loc)
            }
            StmtKind::With {
                items,
                body,
                is_async,
            } => {
                let class = if *is_async {
                    Class::AsyncWith
                } else {
                    Class::With
                };
                let items = self.each(items, |w, item| {
                    let fields = [w.expr(&item.context)?, w.opt(item.vars.as_ref())?];
                    w.part(Kind::Withitem, fields, None)
                })?;
                let fields = [items, self.stmts(body)?, self.type_comment(s.loc)?];
                self.node(class, fields, loc)
            }
            StmtKind::Match { subject, cases } => {
                let subject = self.expr(subject)?;
                let cases = self.each(cases, |w, case| {
                    let fields = [
                        w.pattern(&case.pattern)?,
                        w.opt(case.guard.as_ref())?,
                        w.stmts(&case.body)?,
                    ];
                    w.part(Kind::MatchCase, fields, None)
                })?;
                self.node(Class::Match, [subject, cases], loc)
            }
            StmtKind::Raise { exc, cause } => {
                let fields = [self.opt(exc.as_ref())?, self.opt(cause.as_ref())?];
                self.node(Class::Raise, fields, loc)
            }
            StmtKind::Try(t) => {
                let class = if t.star { Class::TryStar } else { Class::Try };
                let body = self.stmts(&t.body)?;
                let handlers = self.each(&t.handlers, |w, h| {
                    let fields = [
                        w.opt(h.typ.as_ref())?,
                        w.opt_name(h.name)?,
                        w.stmts(&h.body)?,
                    ];
                    w.node(Class::ExceptHandler, fields, Some(h.loc))
                })?;
                let fields = [
                    body,
                    handlers,
                    self.stmts(&t.orelse)?,
                    self.stmts(&t.finalbody)?,
                ];
                self.node(class, fields, loc)
            }
            StmtKind::Assert { test, msg } => {
                let fields = [self.expr(test)?, self.opt(msg.as_ref())?];
                self.node(Class::Assert, fields, loc)
            }
            StmtKind::Import(names) => {
                let fields = [self.aliases(names)?];
                self.node(Class::Import, fields, loc)
            }
            StmtKind::ImportFrom {
                module,
                names,
                level,
            } => {
                let fields = [
                    self.opt_name(*module)?,
                    self.aliases(names)?,
                    int(*level as i64)?,
                ];
                self.node(Class::ImportFrom, fields, loc)
            }
            StmtKind::Global(names) => self.node(Class::Global, [self.name_list(names)?], loc),
            StmtKind::Nonlocal(names) => self.node(Class::Nonlocal, [self.name_list(names)?], loc),
            StmtKind::Expr(e) => {
                let fields = [self.expr(e)?];
                self.node(Class::Expr, fields, loc)
            }
            StmtKind::Pass => self.node(Class::Pass, [], loc),
            StmtKind::Break => self.node(Class::Break, [], loc),
            StmtKind::Continue => self.node(Class::Continue, [], loc),
        }
    }

    fn aliases(&mut self, names: &[Alias]) -> PyResult {
        self.each(names, |w, a| {
            let fields = [w.name(a.name)?, w.opt_name(a.asname)?];
            w.part(Kind::Alias, fields, Some(a.loc))
        })
    }

    fn keywords(&mut self, keywords: &[Keyword]) -> PyResult {
        self.each(keywords, |w, k| {
            let fields = [w.opt_name(k.arg)?, w.expr(&k.value)?];
            w.part(Kind::Keyword, fields, Some(k.loc))
        })
    }

    fn arguments(&mut self, a: &Arguments) -> PyResult {
        let fields = [
            self.each(&a.posonly, Self::arg)?,
            self.each(&a.args, Self::arg)?,
            a.vararg.as_ref().map_or_else(none, |v| self.arg(v))?,
            self.each(&a.kwonly, Self::arg)?,
            self.each(&a.kw_defaults, |w, d| w.opt(d.as_ref()))?,
            a.kwarg.as_ref().map_or_else(none, |v| self.arg(v))?,
            self.exprs(&a.defaults)?,
        ];
        self.part(Kind::Arguments, fields, None)
    }

    fn arg(&mut self, a: &Arg) -> PyResult {
        let fields = [
            self.name(a.name)?,
            self.opt(a.annotation.as_ref())?,
            self.type_comment(a.loc)?,
        ];
        self.part(Kind::Arg, fields, Some(a.loc))
    }

    fn expr(&mut self, e: &Expr) -> PyResult {
        self.nested(|w| w.expr_inner(e))
    }

    fn expr_inner(&mut self, e: &Expr) -> PyResult {
        let loc = Some(e.loc);
        match &e.kind {
            ExprKind::BoolOp { op, values } => {
                let op = self.singleton(match op {
                    BoolOp::And => Class::And,
                    BoolOp::Or => Class::Or,
                })?;
                let fields = [op, self.exprs(values)?];
                self.node(Class::BoolOp, fields, loc)
            }
            ExprKind::NamedExpr { target, value } => {
                let fields = [self.expr(target)?, self.expr(value)?];
                self.node(Class::NamedExpr, fields, loc)
            }
            ExprKind::BinOp { left, op, right } => {
                let fields = [self.expr(left)?, self.operator(*op)?, self.expr(right)?];
                self.node(Class::BinOp, fields, loc)
            }
            ExprKind::UnaryOp { op, operand } => {
                let op = self.singleton(match op {
                    UnaryOp::Invert => Class::Invert,
                    UnaryOp::Not => Class::Not,
                    UnaryOp::UAdd => Class::UAdd,
                    UnaryOp::USub => Class::USub,
                })?;
                let fields = [op, self.expr(operand)?];
                self.node(Class::UnaryOp, fields, loc)
            }
            ExprKind::Lambda(l) => {
                let fields = [self.arguments(&l.args)?, self.expr(&l.body)?];
                self.node(Class::Lambda, fields, loc)
            }
            ExprKind::IfExp { test, body, orelse } => {
                let fields = [self.expr(test)?, self.expr(body)?, self.expr(orelse)?];
                self.node(Class::IfExp, fields, loc)
            }
            ExprKind::Dict { keys, values } => {
                let keys = self.each(keys, |w, k| w.opt(k.as_ref()))?;
                let fields = [keys, self.exprs(values)?];
                self.node(Class::Dict, fields, loc)
            }
            ExprKind::Set(elts) => {
                let fields = [self.exprs(elts)?];
                self.node(Class::Set, fields, loc)
            }
            ExprKind::Comp(c) => self.comprehension(c, loc),
            ExprKind::Await(value) => {
                let fields = [self.expr(value)?];
                self.node(Class::Await, fields, loc)
            }
            ExprKind::Yield(value) => {
                let fields = [self.boxed(value)?];
                self.node(Class::Yield, fields, loc)
            }
            ExprKind::YieldFrom(value) => {
                let fields = [self.expr(value)?];
                self.node(Class::YieldFrom, fields, loc)
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                let fields = [
                    self.expr(left)?,
                    self.each(ops, |w, op| w.comparison(*op))?,
                    self.exprs(comparators)?,
                ];
                self.node(Class::Compare, fields, loc)
            }
            ExprKind::Call(c) => {
                let fields = [
                    self.expr(&c.func)?,
                    self.exprs(&c.args)?,
                    self.keywords(&c.keywords)?,
                ];
                self.node(Class::Call, fields, loc)
            }
            ExprKind::FormattedValue {
                value,
                conversion,
                spec,
            } => {
                let conversion = match conversion {
                    Conversion::None => -1,
                    Conversion::Str => 's' as i64,
                    Conversion::Repr => 'r' as i64,
                    Conversion::Ascii => 'a' as i64,
                };
                let fields = [self.expr(value)?, int(conversion)?, self.boxed(spec)?];
                self.node(Class::FormattedValue, fields, loc)
            }
            ExprKind::JoinedStr(values) => {
                let fields = [self.exprs(values)?];
                self.node(Class::JoinedStr, fields, loc)
            }
            ExprKind::Constant(value) => {
                let is_text = matches!(value, hotpy_code::Const::Str(_));
                let kind = if is_text && self.details.kinds.contains(&(e.loc.line, e.loc.col)) {
                    text("u")?
                } else {
                    singletons::none()
                };
                self.node(Class::Constant, [code::constant(value)?, kind], loc)
            }
            ExprKind::Attribute { value, attr, ctx } => {
                let fields = [self.expr(value)?, self.name(*attr)?, self.context(*ctx)?];
                self.node(Class::Attribute, fields, loc)
            }
            ExprKind::Subscript { value, slice, ctx } => {
                let fields = [self.expr(value)?, self.expr(slice)?, self.context(*ctx)?];
                self.node(Class::Subscript, fields, loc)
            }
            ExprKind::Starred { value, ctx } => {
                let fields = [self.expr(value)?, self.context(*ctx)?];
                self.node(Class::Starred, fields, loc)
            }
            ExprKind::Name { id, ctx } => {
                self.node(Class::Name, [self.name(*id)?, self.context(*ctx)?], loc)
            }
            ExprKind::List { elts, ctx } => {
                let fields = [self.exprs(elts)?, self.context(*ctx)?];
                self.node(Class::List, fields, loc)
            }
            ExprKind::Tuple { elts, ctx } => {
                let fields = [self.exprs(elts)?, self.context(*ctx)?];
                self.node(Class::Tuple, fields, loc)
            }
            ExprKind::Slice { lower, upper, step } => {
                let fields = [self.boxed(lower)?, self.boxed(upper)?, self.boxed(step)?];
                self.node(Class::Slice, fields, loc)
            }
        }
    }

    fn comprehension(&mut self, c: &Comp, loc: Option<Loc>) -> PyResult {
        let elt = self.expr(&c.elt)?;
        let value = self.opt(c.value.as_ref())?;
        let generators = self.each(&c.generators, |w, g| {
            let fields = [
                w.expr(&g.target)?,
                w.expr(&g.iter)?,
                w.exprs(&g.ifs)?,
                int(g.is_async as i64)?,
            ];
            w.part(Kind::Comprehension, fields, None)
        })?;
        let class = match c.kind {
            CompKind::Dict => return self.node(Class::DictComp, [elt, value, generators], loc),
            CompKind::List => Class::ListComp,
            CompKind::Set => Class::SetComp,
            CompKind::Generator => Class::GeneratorExp,
        };
        self.node(class, [elt, generators], loc)
    }

    fn patterns(&mut self, patterns: &[Pattern]) -> PyResult {
        self.each(patterns, |w, p| w.pattern(p))
    }

    fn pattern(&mut self, p: &Pattern) -> PyResult {
        self.nested(|w| w.pattern_inner(p))
    }

    fn pattern_inner(&mut self, p: &Pattern) -> PyResult {
        let loc = Some(p.loc);
        match &p.kind {
            PatternKind::Value(value) => {
                let fields = [self.expr(value)?];
                self.node(Class::MatchValue, fields, loc)
            }
            PatternKind::Singleton(value) => {
                self.node(Class::MatchSingleton, [code::constant(value)?], loc)
            }
            PatternKind::Sequence(patterns) => {
                let fields = [self.patterns(patterns)?];
                self.node(Class::MatchSequence, fields, loc)
            }
            PatternKind::Mapping {
                keys,
                patterns,
                rest,
            } => {
                let fields = [
                    self.exprs(keys)?,
                    self.patterns(patterns)?,
                    self.opt_name(*rest)?,
                ];
                self.node(Class::MatchMapping, fields, loc)
            }
            PatternKind::Class {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => {
                let fields = [
                    self.expr(cls)?,
                    self.patterns(patterns)?,
                    self.name_list(kwd_attrs)?,
                    self.patterns(kwd_patterns)?,
                ];
                self.node(Class::MatchClass, fields, loc)
            }
            PatternKind::Star(name) => self.node(Class::MatchStar, [self.opt_name(*name)?], loc),
            PatternKind::As { pattern, name } => {
                let pattern = pattern.as_ref().map_or_else(none, |p| self.pattern(p))?;
                self.node(Class::MatchAs, [pattern, self.opt_name(*name)?], loc)
            }
            PatternKind::Or(patterns) => {
                let fields = [self.patterns(patterns)?];
                self.node(Class::MatchOr, fields, loc)
            }
        }
    }
}
