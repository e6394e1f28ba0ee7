//! The dialect's rules, checked on the tree along every path of a function.
//!
//! An [`Env`] holds the locals that certainly have a value at a point, with what is known of each: its type, and, for the
//! value of a look-up that may miss, the flag that must be true first. `if` splits and narrows it, joins intersect
//! it, loops repeat until it is stable (quietly, then once more aloud). No environment means that the point is not reached.
//!
//! Types are those of the op table. An operand of unknown type is accepted (the surrogate knows better); one that is known to be
//! of another type is an error. Conditions must be known to be True or False.

use std::collections::{BTreeMap, HashSet};

use hotpy_code::{Const, Loc};
use hotpy_compiler::ast::*;
use hotpy_isa::constants::{self, Constant, Kind};
use hotpy_isa::fields::{self, Field};
use hotpy_isa::names::SLOTS;
use hotpy_isa::{Dollar as OpRow, Effects, Imm, Op, Returns, Ty};
use num_traits::ToPrimitive;

use crate::declare::Declared;
use crate::diagnostics::{Diagnostic, did_you_mean};
use crate::lexer::Dollar;
use crate::{Known, LOAD_SPECIAL, Parsed};

/// What code generation needs to know from the check.
#[derive(Default)]
pub(crate) struct Plan {
    /// Locals of each function, in source order.
    pub locals: Vec<HashSet<Sym>>,
    /// Places of the `return f(...)` that are tail calls.
    pub tails: HashSet<(i32, i32)>,
}

/// Whether a look-up's value may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Guard {
    Sure,
    /// Only where this flag is true.
    If(Sym),
    /// The flag was assigned again.
    Lost,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Var {
    ty: Ty,
    guard: Guard,
}

type Env = BTreeMap<Sym, Var>;

fn join_ty(a: Ty, b: Ty) -> Ty {
    if a == b { a } else { Ty::Any }
}

fn join(a: Option<Env>, b: Option<Env>) -> Option<Env> {
    let (mut a, b) = match (a, b) {
        (Some(a), Some(b)) => (a, b),
        (a, b) => return a.or(b),
    };
    a.retain(|name, var| {
        let Some(other) = b.get(name) else {
            return false;
        };
        var.ty = join_ty(var.ty, other.ty);
        var.guard = match (var.guard, other.guard) {
            (x, y) if x == y => x,
            (Guard::Sure, g) | (g, Guard::Sure) => g,
            _ => Guard::Lost,
        };
        true
    });
    Some(a)
}

#[derive(Default)]
struct LoopState {
    breaks: Option<Env>,
    continues: Option<Env>,
}

struct Check<'a> {
    p: &'a Parsed<'a>,
    known: &'a Known,
    errors: &'a mut Vec<Diagnostic>,
    declared: &'a Declared,
    plan: &'a mut Plan,
    locals: HashSet<Sym>,
    /// Above 0 while a loop is gone through for its environment only.
    quiet: u32,
    loops: Vec<LoopState>,
    /// Enclosing `try` and `except` bodies; the latter alone.
    tries: u32,
    handlers: u32,
}

/// Runs one step of a recursion over the tree, on a stack that grows as needed.
fn deep<R>(work: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(128 << 10, 4 << 20, work)
}

/// Checks every function of a file.
pub(crate) fn check(p: &Parsed, known: &Known, errors: &mut Vec<Diagnostic>) -> Plan {
    let mut plan = Plan::default();
    let Body::Exec(body) = &p.module.body else {
        return plan;
    };
    let functions = body.iter().filter_map(|s| match &s.kind {
        StmtKind::FunctionDef(f) if !f.is_async => Some(f),
        _ => None,
    });
    for (f, declared) in functions.zip(&p.declared) {
        let mut locals: HashSet<Sym> = f.args.all().map(|a| a.name).collect();
        let mut found = HashSet::new();
        assigned(&f.body, &mut locals, &mut found);
        let mut c = Check {
            p,
            known,
            errors,
            declared,
            plan: &mut plan,
            locals,
            quiet: 0,
            loops: Vec::new(),
            tries: 0,
            handlers: 0,
        };
        c.function(f);
        let locals = std::mem::take(&mut c.locals);
        plan.locals.push(locals);
    }
    plan
}

/// Names that statements bind; among them, those bound by `found, value = ...`.
fn assigned(body: &[Stmt], names: &mut HashSet<Sym>, pairs: &mut HashSet<Sym>) {
    fn target(t: &Expr, names: &mut HashSet<Sym>) {
        match &t.kind {
            ExprKind::Name { id, .. } => {
                names.insert(*id);
            }
            ExprKind::Tuple { elts, .. } | ExprKind::List { elts, .. } => {
                elts.iter().for_each(|e| target(e, names));
            }
            ExprKind::Starred { value, .. } => target(value, names),
            _ => {}
        }
    }
    for s in body {
        match &s.kind {
            StmtKind::Assign { targets, .. } => {
                for t in targets {
                    target(t, names);
                    if matches!(t.kind, ExprKind::Tuple { .. }) {
                        target(t, pairs);
                    }
                }
            }
            StmtKind::AugAssign { target: t, .. } | StmtKind::AnnAssign { target: t, .. } => {
                target(t, names);
            }
            StmtKind::For(f) => target(&f.target, names),
            StmtKind::FunctionDef(f) => {
                names.insert(f.name);
            }
            StmtKind::ClassDef(c) => {
                names.insert(c.name);
            }
            StmtKind::While { body, orelse, .. } | StmtKind::If { body, orelse, .. } => {
                assigned(body, names, pairs);
                assigned(orelse, names, pairs);
            }
            StmtKind::Try(t) => {
                for part in [&t.body, &t.orelse, &t.finalbody] {
                    assigned(part, names, pairs);
                }
                for h in &t.handlers {
                    names.extend(h.name);
                    assigned(&h.body, names, pairs);
                }
            }
            _ => {}
        }
    }
}

/// The number that an immediate written in the source stands for; of a constant, nothing.
pub(crate) fn immediate(
    imm: Imm,
    arg: &Expr,
    names: &Names,
    known: &Known,
) -> Result<u32, (String, Option<String>)> {
    let word = match &arg.kind {
        ExprKind::Name { id, .. } => names.resolve(id),
        ExprKind::Constant(Const::Str(s)) => s.to_str().unwrap_or(""),
        _ => "",
    };
    let wanted = |what: &str, list: &[&'static str]| {
        let near = did_you_mean(word, list.iter().copied(), "");
        Err((format!("the immediate must be {what}"), near))
    };
    match imm {
        Imm::Field => match Field::from_name(word) {
            Some(f) => Ok(f.number()),
            None => wanted("the name of a native field", fields::NAMES),
        },
        Imm::Slot => match SLOTS.iter().position(|s| *s == word) {
            Some(i) => Ok(i as u32),
            None => wanted("the name of a slot", SLOTS),
        },
        Imm::Constant => match Constant::from_name(word) {
            Some(c) => Ok(c.number()),
            None => wanted("the name of a constant of the runtime", constants::NAMES),
        },
        Imm::Surrogate => match known.signature(word) {
            Some(s) => Ok(known.number(&s.name)),
            None => {
                let near = did_you_mean(word, known.signatures.keys().map(String::as_str), "");
                Err(("the immediate must be the name of a surrogate".into(), near))
            }
        },
        Imm::Int => match arg.as_constant() {
            Some(Const::Int(n)) if n.to_u16().is_some() => Ok(u32::from(n.to_u16().unwrap_or(0))),
            _ => Err((
                "the immediate must be a small number that is not negative".into(),
                None,
            )),
        },
        Imm::Const => match literal(arg) {
            true => Ok(0),
            false => Err(("the immediate must be a literal".into(), None)),
        },
        Imm::None | Imm::Count => Ok(0),
    }
}

fn literal(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Constant(_) => true,
        ExprKind::Tuple { elts, .. } => elts.iter().all(literal),
        _ => false,
    }
}

/// Whether the immediate is written as the last argument of the op.
pub(crate) fn is_written(imm: Imm) -> bool {
    !matches!(imm, Imm::None | Imm::Count)
}

/// Whether arguments are plain: no `*`, no keywords.
pub(crate) fn plain(call: &Call) -> bool {
    call.keywords.is_empty() && !call.args.iter().any(Expr::is_starred)
}

/// Why a statement is not allowed.
fn forbidden(kind: &StmtKind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        StmtKind::For(_) => (
            "`for`",
            "use `while`, with an op that answers `found, value`",
        ),
        StmtKind::With { .. } => ("`with`", "call what it would call"),
        StmtKind::FunctionDef(_) => ("a nested function", "write it as a surrogate of its own"),
        StmtKind::ClassDef(_) => ("a class", "surrogates make no classes"),
        StmtKind::Delete(_) => ("`del`", "locals die with the frame"),
        StmtKind::Assert { .. } => ("`assert`", "raise the exception that the user shall see"),
        StmtKind::Import(_) | StmtKind::ImportFrom { .. } => {
            ("`import`", "constants of the runtime need no import")
        }
        StmtKind::Global(_) => ("`global`", "a surrogate has no global variables"),
        StmtKind::Nonlocal(_) => ("`nonlocal`", "a surrogate has no closure"),
        StmtKind::Match { .. } => ("`match`", "use `if`"),
        StmtKind::AnnAssign { .. } => (
            "an annotated assignment",
            "only parameters and results have types",
        ),
        _ => return None,
    })
}

impl Check<'_> {
    fn text(&self, name: Sym) -> &str {
        self.p.names.resolve(&name)
    }

    fn error(&mut self, loc: Loc, message: impl Into<String>, help: Option<String>) {
        if self.quiet == 0 {
            let file = self.p.file;
            let d = Diagnostic::at(&file.path, &file.source, loc, message);
            self.errors.push(d.with_help(help));
        }
    }

    fn effect(&mut self, loc: Loc, effects: Effects) {
        let allowed = self.declared.signature.effects.union(Effects::CONTROL);
        let extra = effects.without(allowed);
        if self.declared.limited && !extra.is_pure() {
            let declared = self.declared.signature.effects.describe();
            self.error(
                loc,
                format!(
                    "this has an effect that is not declared: {}",
                    extra.describe()
                ),
                Some(format!("@effects declares {declared}")),
            );
        }
    }

    fn dollar(&self, loc: Loc) -> Option<Dollar> {
        self.p.dollars.get(&(loc.line, loc.col)).copied()
    }

    /// How an attribute is written, and where its name begins.
    fn attribute_dollar(&self, attr: Sym, loc: Loc) -> (Option<Dollar>, Loc) {
        let start = loc.end_col - self.text(attr).len() as i32;
        let (dollar, start) = attribute_dollar(&self.p.dollars, start, loc);
        let at = Loc {
            line: loc.end_line,
            col: start,
            ..loc
        };
        (dollar, at)
    }

    fn function(&mut self, f: &FunctionDef) {
        let sure = |ty| Var {
            ty,
            guard: Guard::Sure,
        };
        let types = self.declared.signature.params.iter().map(|(_, ty)| *ty);
        let types = types.chain(std::iter::repeat(Ty::Any));
        let env: Env = f.args.all().map(|a| a.name).zip(types.map(sure)).collect();
        if self.block(&f.body, Some(env)).is_some() {
            let name = &self.declared.signature.name;
            self.error(
                self.declared.loc,
                format!("control may fall off the end of `{name}`"),
                Some(
                    "every path must end in `return`, `raise` or an op that does not return".into(),
                ),
            );
        }
    }

    fn block(&mut self, body: &[Stmt], mut env: Option<Env>) -> Option<Env> {
        for s in body {
            let Some(here) = env else {
                self.error(s.loc, "this is never reached", None);
                return None;
            };
            env = self.stmt(s, here);
        }
        env
    }

    fn stmt(&mut self, s: &Stmt, env: Env) -> Option<Env> {
        deep(|| self.stmt_inner(s, env))
    }

    fn stmt_inner(&mut self, s: &Stmt, mut env: Env) -> Option<Env> {
        if let Some((what, help)) = forbidden(&s.kind) {
            let first_line = Loc {
                end_line: s.loc.line,
                end_col: s.loc.col + what.trim_matches('`').len() as i32,
                ..s.loc
            };
            let loc = if what.starts_with('`') {
                first_line
            } else {
                s.loc
            };
            self.error(
                loc,
                format!("{what} cannot be used in a surrogate"),
                Some(help.into()),
            );
            // What it would bind counts as bound.
            let (mut names, mut pairs) = Default::default();
            assigned(std::slice::from_ref(s), &mut names, &mut pairs);
            for name in names {
                self.bind(&mut env, name, Ty::Any);
            }
            return Some(env);
        }
        match &s.kind {
            StmtKind::Assign { targets, value } => self.assign(targets, value, env),
            StmtKind::AugAssign { target, value, .. } => {
                if let ExprKind::Attribute { attr, .. } = &target.kind
                    && self.attribute_dollar(*attr, target.loc).0.is_some()
                {
                    self.error(
                        target.loc,
                        "this cannot be augmented",
                        Some("write `x.$field = op(x.$field)`".into()),
                    );
                    return Some(env);
                }
                let right = self.expr(value, &env);
                let ty = match &target.kind {
                    ExprKind::Name { id, .. } => {
                        let left = self.name(*id, target.loc, &env, true);
                        self.arithmetic(s.loc, left, right)
                    }
                    _ => {
                        self.expr(target, &env);
                        self.effect(s.loc, Effects::ANY);
                        Ty::Any
                    }
                };
                if let ExprKind::Name { id, .. } = &target.kind {
                    self.bind(&mut env, *id, ty);
                }
                Some(env)
            }
            StmtKind::Return(value) => {
                self.return_(s.loc, value.as_ref(), &env);
                None
            }
            StmtKind::Raise { exc, cause } => {
                match exc {
                    Some(e) => {
                        let ty = self.expr(e, &env);
                        let constant = self.constant_of(e);
                        let safe =
                            ty == Ty::Exc || constant.is_some_and(|c| c.kind() == Kind::Exception);
                        let effects = if safe { Effects::RAISES } else { Effects::ANY };
                        self.effect(s.loc, effects);
                    }
                    None if self.handlers == 0 => self.error(
                        s.loc,
                        "there is no exception to raise again here",
                        Some("a bare `raise` stands in an `except`".into()),
                    ),
                    None => self.effect(s.loc, Effects::RAISES),
                }
                if let Some(c) = cause {
                    self.expr(c, &env);
                }
                None
            }
            StmtKind::If { test, body, orelse } => {
                let (yes, no) = self.condition(test, env);
                // A branch that a constant rules out is not looked at.
                let yes = yes.and_then(|e| self.block(body, Some(e)));
                let no = no.and_then(|e| self.block(orelse, Some(e)));
                join(yes, no)
            }
            StmtKind::While { test, body, orelse } => self.while_(test, body, orelse, env),
            StmtKind::Try(t) => self.try_(t, s.loc, env),
            StmtKind::Expr(e) => self.expr_stmt(e, env),
            StmtKind::Pass => Some(env),
            StmtKind::Break | StmtKind::Continue => {
                let is_break = matches!(s.kind, StmtKind::Break);
                if let Some(l) = self.loops.last_mut() {
                    let to = if is_break {
                        &mut l.breaks
                    } else {
                        &mut l.continues
                    };
                    *to = join(to.take(), Some(env));
                }
                // Outside a loop code generation reports it.
                None
            }
            _ => Some(env),
        }
    }

    fn expr_stmt(&mut self, e: &Expr, env: Env) -> Option<Env> {
        match &e.kind {
            ExprKind::Constant(_) => Some(env),
            ExprKind::Call(call) => {
                if let Some((row, _)) = self.op_of(&call.func)
                    && row.returns == Returns::NoReturn
                {
                    self.op_call(call, e.loc, &env);
                    return None;
                }
                self.expr(e, &env);
                Some(env)
            }
            _ => {
                let before = self.errors.len();
                self.expr(e, &env);
                if self.errors.len() == before {
                    self.error(e.loc, "this statement does nothing", None);
                }
                Some(env)
            }
        }
    }

    /// The row of an op that is being called. No row if the callee is none, or an unknown one.
    fn op_of(&self, func: &Expr) -> Option<(&'static OpRow, Op)> {
        let ExprKind::Name { id, .. } = &func.kind else {
            return None;
        };
        if self.dollar(func.loc) != Some(Dollar::Op) {
            return None;
        }
        let op = Op::from_dollar(&self.text(*id)[1..])?;
        Some((op.info().dollar?, op))
    }

    fn bind(&mut self, env: &mut Env, name: Sym, ty: Ty) {
        for var in env.values_mut() {
            if var.guard == Guard::If(name) {
                var.guard = Guard::Lost;
            }
        }
        env.insert(
            name,
            Var {
                ty,
                guard: Guard::Sure,
            },
        );
    }

    fn assign(&mut self, targets: &[Expr], value: &Expr, mut env: Env) -> Option<Env> {
        if let ExprKind::Call(call) = &value.kind
            && let Some((row, _)) = self.op_of(&call.func)
            && let Returns::Found(ty) = row.returns
        {
            self.op_call(call, value.loc, &env);
            match pair(targets) {
                Some((found, name)) => {
                    self.bind(&mut env, found, Ty::Bool);
                    self.bind(&mut env, name, ty);
                    if let Some(var) = env.get_mut(&name) {
                        var.guard = Guard::If(found);
                    }
                }
                None => {
                    self.found_alone(row, value.loc);
                    for t in targets {
                        self.store(t, Ty::Any, value.loc, &mut env);
                    }
                }
            }
            return Some(env);
        }
        let ty = self.expr(value, &env);
        if let (ExprKind::Call(call), Some((found, name))) = (&value.kind, pair(targets))
            && self.dollar(call.func.loc) == Some(Dollar::Op)
            && self.op_of(&call.func).is_none()
        {
            // An unknown op, reported already: taken for a look-up, so that nothing follows from it.
            self.bind(&mut env, found, Ty::Bool);
            self.bind(&mut env, name, Ty::Any);
            return Some(env);
        }
        for t in targets {
            self.store(t, ty, value.loc, &mut env);
        }
        Some(env)
    }

    fn found_alone(&mut self, row: &OpRow, loc: Loc) {
        let help = format!("write `found, value = ${}(...)` and test `found`", row.name);
        self.error(
            loc,
            format!(
                "`${}` answers two values, whether there is one and which",
                row.name
            ),
            Some(help),
        );
    }

    fn store(&mut self, target: &Expr, ty: Ty, from: Loc, env: &mut Env) {
        match &target.kind {
            ExprKind::Name { id, .. } => self.bind(env, *id, ty),
            ExprKind::Tuple { elts, .. } => {
                let effects = if ty == Ty::Tuple {
                    Effects::RAISES
                } else {
                    Effects::ANY
                };
                self.effect(from, effects);
                for e in elts {
                    self.store(e, Ty::Any, from, env);
                }
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, env);
                let (dollar, at) = self.attribute_dollar(*attr, target.loc);
                match dollar {
                    Some(Dollar::Field) => {
                        let Some(field) = self.field(*attr, at) else {
                            return;
                        };
                        self.effect(target.loc, Effects::WRITES);
                        if !field.is_writable() {
                            let message = format!("the field `{}` cannot be written", field.name());
                            self.error(at, message, Some(field.doc().into()));
                        }
                    }
                    Some(_) => self.error(
                        at,
                        "a special look-up cannot be assigned to",
                        Some("special methods are stored in classes by `obj.attr = value`".into()),
                    ),
                    None => self.effect(target.loc, Effects::ANY),
                }
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, env);
                self.expr(slice, env);
                self.effect(target.loc, Effects::ANY);
            }
            _ => self.error(
                target.loc,
                "this cannot be assigned to in a surrogate",
                None,
            ),
        }
    }

    fn field(&mut self, attr: Sym, at: Loc) -> Option<Field> {
        let name = self.text(attr)[1..].to_owned();
        let field = Field::from_name(&name);
        if field.is_none() {
            let help = did_you_mean(&name, fields::NAMES.iter().copied(), "$");
            self.error(at, format!("no native field `${name}`"), help);
        }
        field
    }

    fn return_(&mut self, loc: Loc, value: Option<&Expr>, env: &Env) {
        let wanted = self.declared.signature.returns;
        let ty = match value {
            None => Ty::None,
            Some(e) => {
                if let ExprKind::Call(call) = &e.kind {
                    match self.op_of(&call.func) {
                        Some((row, _)) if row.returns == Returns::NoReturn => {
                            self.op_call(call, e.loc, env);
                            return;
                        }
                        Some(_) => {}
                        None if self.dollar(call.func.loc) == Some(Dollar::Op) => {}
                        None if plain(call) && self.tries == 0 => {
                            self.plan.tails.insert((loc.line, loc.col));
                        }
                        None => {}
                    }
                }
                self.expr(e, env)
            }
        };
        if wanted != Ty::Any && ty != wanted {
            let at = value.map_or(loc, |v| v.loc);
            let got = match ty {
                Ty::Any => "something of unknown type".to_owned(),
                ty => ty.name(),
            };
            let message = format!("`-> {}` is declared, but this is {got}", wanted.name());
            self.error(at, message, None);
        }
    }

    fn while_(&mut self, test: &Expr, body: &[Stmt], orelse: &[Stmt], entry: Env) -> Option<Env> {
        let mut head = entry.clone();
        self.quiet += 1;
        loop {
            let (back, _) = self.once(test, body, orelse, head.clone());
            let Some(next) = join(Some(entry.clone()), back) else {
                break;
            };
            if next == head {
                break;
            }
            head = next;
        }
        self.quiet -= 1;
        self.once(test, body, orelse, head).1
    }

    /// Goes through a loop once: what goes back to its head, and what leaves it.
    fn once(
        &mut self,
        test: &Expr,
        body: &[Stmt],
        orelse: &[Stmt],
        head: Env,
    ) -> (Option<Env>, Option<Env>) {
        let (yes, no) = self.condition(test, head);
        self.loops.push(LoopState::default());
        let end = yes.and_then(|e| self.block(body, Some(e)));
        let state = self.loops.pop().unwrap_or_default();
        let no = no.and_then(|e| self.block(orelse, Some(e)));
        (join(end, state.continues), join(no, state.breaks))
    }

    fn try_(&mut self, t: &Try, loc: Loc, env: Env) -> Option<Env> {
        if let Some(first) = t.finalbody.first() {
            let help = "catch the exception, and raise it again";
            self.error(
                first.loc,
                "`finally` cannot be used in a surrogate",
                Some(help.into()),
            );
        }
        if t.star {
            self.error(loc, "`except*` cannot be used in a surrogate", None);
        }
        // Anywhere in the body the handlers may be entered.
        let mut caught = env.clone();
        let (mut names, mut pairs) = Default::default();
        assigned(&t.body, &mut names, &mut pairs);
        for (name, var) in &mut caught {
            if names.contains(name) {
                var.ty = Ty::Any;
            }
            let flag_lost = matches!(var.guard, Guard::If(flag) if names.contains(&flag));
            if flag_lost || pairs.contains(name) && var.ty != Ty::Bool {
                var.guard = Guard::Lost;
            }
        }
        self.tries += 1;
        let mut end = self.block(&t.body, Some(env));
        self.tries -= 1;
        if !t.orelse.is_empty() {
            end = end.and_then(|e| self.block(&t.orelse, Some(e)));
        }
        for h in &t.handlers {
            match &h.typ {
                Some(typ) => self.handler_type(typ),
                None => self.error(
                    h.loc,
                    "an `except` must name what it catches",
                    Some("`except BaseException:` catches everything".into()),
                ),
            }
            let mut env = caught.clone();
            if let Some(name) = h.name {
                self.bind(&mut env, name, Ty::Exc);
            }
            self.tries += 1;
            self.handlers += 1;
            let mut after = self.block(&h.body, Some(env));
            self.handlers -= 1;
            self.tries -= 1;
            if let (Some(env), Some(name)) = (&mut after, h.name) {
                env.remove(&name);
            }
            end = join(end, after);
        }
        end
    }

    fn handler_type(&mut self, typ: &Expr) {
        if let ExprKind::Tuple { elts, .. } = &typ.kind {
            return elts.iter().for_each(|e| self.handler_type(e));
        }
        if self
            .constant_of(typ)
            .is_none_or(|c| c.kind() != Kind::Exception)
        {
            let word = match &typ.kind {
                ExprKind::Name { id, .. } => self.text(*id),
                _ => "",
            };
            let known = Constant::all()
                .iter()
                .filter(|c| c.kind() == Kind::Exception);
            let help = did_you_mean(word, known.map(|c| c.name()), "");
            self.error(
                typ.loc,
                "an `except` must name an exception of the runtime",
                help,
            );
        }
    }

    /// The runtime constant that a name stands for.
    fn constant_of(&self, e: &Expr) -> Option<Constant> {
        match &e.kind {
            ExprKind::Name { id, .. } if !self.locals.contains(id) => {
                Constant::from_name(self.text(*id))
            }
            _ => None,
        }
    }

    // Conditions.

    /// Environments where a condition is true and where it is false.
    fn condition(&mut self, test: &Expr, env: Env) -> (Option<Env>, Option<Env>) {
        deep(|| self.condition_inner(test, env))
    }

    fn condition_inner(&mut self, test: &Expr, env: Env) -> (Option<Env>, Option<Env>) {
        match &test.kind {
            ExprKind::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } => {
                let (yes, no) = self.condition(operand, env);
                (no, yes)
            }
            ExprKind::BoolOp { op, values } => {
                let and = matches!(op, BoolOp::And);
                let (mut on, mut out) = (Some(env), None);
                for v in values {
                    let Some(here) = on else {
                        break;
                    };
                    let (yes, no) = self.condition(v, here);
                    let (go, leave) = if and { (yes, no) } else { (no, yes) };
                    on = go;
                    out = join(out, leave);
                }
                if and { (on, out) } else { (out, on) }
            }
            ExprKind::Constant(Const::Bool(true)) => (Some(env), None),
            ExprKind::Constant(Const::Bool(false)) => (None, Some(env)),
            _ => {
                self.boolean(test, &env);
                let mut yes = env.clone();
                match &test.kind {
                    ExprKind::Name { id, .. } => {
                        for var in yes.values_mut() {
                            if var.guard == Guard::If(*id) {
                                var.guard = Guard::Sure;
                            }
                        }
                    }
                    ExprKind::Compare {
                        left,
                        ops,
                        comparators,
                    } if matches!(ops[..], [CmpOp::Is]) => {
                        self.narrow(left, &comparators[0], &mut yes);
                    }
                    _ => {}
                }
                (Some(yes), Some(env))
            }
        }
    }

    /// After `$type(x) is C`, x is known to be exactly of C.
    fn narrow(&mut self, left: &Expr, right: &Expr, env: &mut Env) {
        let ExprKind::Call(call) = &left.kind else {
            return;
        };
        let (Some((_, Op::S_TYPE)), [arg]) = (self.op_of(&call.func), &call.args[..]) else {
            return;
        };
        let (ExprKind::Name { id, .. }, Some(class)) = (&arg.kind, self.constant_of(right)) else {
            return;
        };
        let ty = match class {
            Constant::FunctionType => Ty::Func,
            Constant::MethodType => Ty::Method,
            Constant::CodeType => Ty::Code,
            Constant::CellType => Ty::Cell,
            Constant::GeneratorType => Ty::Gen,
            Constant::NoneType => Ty::None,
            Constant::Dict => Ty::Dict,
            Constant::Tuple => Ty::Tuple,
            Constant::List => Ty::List,
            Constant::Set => Ty::Set,
            Constant::Bool => Ty::Bool,
            Constant::Str => Ty::Str,
            Constant::Int => Ty::Int,
            Constant::Float => Ty::Float,
            Constant::Slice => Ty::Slice,
            _ => return,
        };
        if let Some(var) = env.get_mut(id) {
            var.ty = ty;
        }
    }

    /// An expression that must be True or False.
    fn boolean(&mut self, e: &Expr, env: &Env) {
        let before = self.errors.len();
        let ty = self.expr(e, env);
        if ty == Ty::Bool || self.errors.len() > before {
            return;
        }
        let help = match &e.kind {
            ExprKind::Compare { .. } => {
                "only `is` always answers True or False; use an op to compare"
            }
            _ => {
                "a surrogate's condition is the answer of an op, a comparison by `is`, or `not` of one"
            }
        };
        self.error(
            e.loc,
            "this condition is not known to be True or False",
            Some(help.into()),
        );
    }

    // Expressions.

    fn expr(&mut self, e: &Expr, env: &Env) -> Ty {
        deep(|| self.expr_inner(e, env))
    }

    fn expr_inner(&mut self, e: &Expr, env: &Env) -> Ty {
        match &e.kind {
            ExprKind::Constant(c) => match c {
                Const::None => Ty::None,
                Const::Bool(_) => Ty::Bool,
                Const::Int(_) => Ty::Int,
                Const::Float(_) => Ty::Float,
                Const::Str(_) => Ty::Str,
                Const::Tuple(_) => Ty::Tuple,
                _ => Ty::Any,
            },
            ExprKind::Name { id, .. } => self.name(*id, e.loc, env, true),
            ExprKind::Call(call) => self.call(call, e.loc, env),
            ExprKind::Attribute { value, attr, .. } => self.attribute(value, *attr, e.loc, env),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.compare(e.loc, left, ops, comparators, env),
            ExprKind::BoolOp { .. }
            | ExprKind::UnaryOp {
                op: UnaryOp::Not, ..
            } => {
                self.condition(e, env.clone());
                Ty::Bool
            }
            ExprKind::UnaryOp { operand, .. } => match self.expr(operand, env) {
                Ty::Int => Ty::Int,
                _ => {
                    self.effect(e.loc, Effects::ANY);
                    Ty::Any
                }
            },
            ExprKind::BinOp { left, op, right } => {
                let l = self.expr(left, env);
                if matches!(op, Operator::Mod) && l == Ty::Str {
                    self.formatting(e.loc, right, env);
                    return Ty::Str;
                }
                let r = self.expr(right, env);
                match op {
                    Operator::Add | Operator::Sub | Operator::Mult => self.arithmetic(e.loc, l, r),
                    _ => {
                        self.effect(e.loc, Effects::ANY);
                        Ty::Any
                    }
                }
            }
            ExprKind::IfExp { test, body, orelse } => {
                let (yes, no) = self.condition(test, env.clone());
                let yes = yes.map(|env| self.expr(body, &env));
                let no = no.map(|env| self.expr(orelse, &env));
                match (yes, no) {
                    (Some(a), Some(b)) => join_ty(a, b),
                    (a, b) => a.or(b).unwrap_or(Ty::Any),
                }
            }
            ExprKind::Tuple { elts, .. } => self.display(e.loc, elts, env, Ty::Tuple),
            ExprKind::List { elts, .. } => self.display(e.loc, elts, env, Ty::List),
            ExprKind::Set(elts) => {
                self.effect(e.loc, Effects::ANY);
                self.display(e.loc, elts, env, Ty::Set)
            }
            ExprKind::Dict { keys, values } => {
                let mut quiet = true;
                for (k, v) in keys.iter().zip(values) {
                    quiet &= k.as_ref().is_some_and(|k| self.expr(k, env) == Ty::Str);
                    self.expr(v, env);
                }
                let effects = if quiet {
                    Effects::ALLOCATES
                } else {
                    Effects::ANY
                };
                self.effect(e.loc, effects);
                Ty::Dict
            }
            ExprKind::Subscript { value, slice, .. } => {
                let (v, s) = (self.expr(value, env), self.expr(slice, env));
                let native = matches!(v, Ty::Tuple | Ty::List) && s == Ty::Int;
                let effects = Effects::RAISES.union(Effects::READS);
                self.effect(e.loc, if native { effects } else { Effects::ANY });
                Ty::Any
            }
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper, step].into_iter().flatten() {
                    self.expr(part, env);
                }
                self.effect(e.loc, Effects::ALLOCATES);
                Ty::Slice
            }
            ExprKind::Starred { value, .. } => {
                let ty = self.expr(value, env);
                if ty != Ty::Tuple {
                    self.effect(e.loc, Effects::ANY);
                }
                Ty::Any
            }
            ExprKind::Lambda(_) => self.no(e.loc, "`lambda`", "write it as a surrogate of its own"),
            ExprKind::Comp(_) => self.no(e.loc, "a comprehension", "use `while`, or a native op"),
            ExprKind::Await(_) => self.no(e.loc, "`await`", "surrogates are no coroutines"),
            ExprKind::Yield(_) | ExprKind::YieldFrom(_) => self.no(
                e.loc,
                "`yield`",
                "keep the state in a native object with a `__next__` surrogate",
            ),
            ExprKind::JoinedStr(_) | ExprKind::FormattedValue { .. } => {
                self.no(e.loc, "an f-string", "use `%`")
            }
            ExprKind::NamedExpr { .. } => {
                self.no(e.loc, "`:=`", "assign in a statement of its own")
            }
        }
    }

    fn no(&mut self, loc: Loc, what: &str, help: &str) -> Ty {
        self.error(
            loc,
            format!("{what} cannot be used in a surrogate"),
            Some(help.into()),
        );
        Ty::Any
    }

    fn display(&mut self, loc: Loc, elts: &[Expr], env: &Env, ty: Ty) -> Ty {
        for e in elts {
            self.expr(e, env);
        }
        if !elts.is_empty() {
            self.effect(loc, Effects::ALLOCATES);
        }
        ty
    }

    /// `+`, `-` or `*`, or an augmented operator.
    fn arithmetic(&mut self, loc: Loc, l: Ty, r: Ty) -> Ty {
        match (l, r) {
            (Ty::Int, Ty::Int) | (Ty::Str, Ty::Str) | (Ty::Float, Ty::Float) => {
                self.effect(loc, Effects::RAISES.union(Effects::ALLOCATES));
                l
            }
            _ => {
                self.effect(loc, Effects::ANY);
                Ty::Any
            }
        }
    }

    /// The right side of `'...' % right`.
    fn formatting(&mut self, loc: Loc, right: &Expr, env: &Env) {
        let simple = |ty| matches!(ty, Ty::Str | Ty::Int);
        let native = match &right.kind {
            ExprKind::Tuple { elts, .. } => {
                let mut all = true;
                for e in elts {
                    all &= simple(self.expr(e, env));
                }
                all
            }
            _ => simple(self.expr(right, env)),
        };
        let effects = Effects::RAISES.union(Effects::ALLOCATES);
        self.effect(loc, if native { effects } else { Effects::ANY });
    }

    fn compare(
        &mut self,
        loc: Loc,
        left: &Expr,
        ops: &[CmpOp],
        comparators: &[Expr],
        env: &Env,
    ) -> Ty {
        let is = |op: &CmpOp| matches!(op, CmpOp::Is | CmpOp::IsNot);
        let all_is = ops.iter().all(is);
        let mut types = Vec::new();
        for e in std::iter::once(left).chain(comparators) {
            // To ask what a look-up's value is needs no flag.
            types.push(match &e.kind {
                ExprKind::Name { id, .. } if all_is => self.name(*id, e.loc, env, false),
                _ => self.expr(e, env),
            });
        }
        let same = |ty| types.iter().all(|t| *t == ty);
        let ordered = !ops.iter().any(|op| matches!(op, CmpOp::In | CmpOp::NotIn));
        if all_is || ordered && [Ty::Int, Ty::Str, Ty::Float].into_iter().any(same) {
            return Ty::Bool;
        }
        self.effect(loc, Effects::ANY);
        Ty::Any
    }

    fn name(&mut self, id: Sym, loc: Loc, env: &Env, guarded: bool) -> Ty {
        let name = self.text(id).to_owned();
        if self.locals.contains(&id) {
            let Some(var) = env.get(&id).copied() else {
                let message = format!("`{name}` has no value on some path to here");
                self.error(loc, message, None);
                return Ty::Any;
            };
            if guarded {
                match var.guard {
                    Guard::Sure => {}
                    Guard::If(flag) => {
                        let flag = self.text(flag).to_owned();
                        self.error(
                            loc,
                            format!("`{name}` is there only where `{flag}` is true"),
                            Some(format!("use it in a branch of `if {flag}:`")),
                        );
                    }
                    Guard::Lost => self.error(
                        loc,
                        format!("`{name}` may not be there: its flag was not tested, or was assigned again"),
                        Some("test the flag of each look-up before the next one".into()),
                    ),
                }
            }
            return var.ty;
        }
        if self.known.signature(&name).is_some() {
            return Ty::Func;
        }
        match Constant::from_name(&name).map(Constant::kind) {
            Some(Kind::Class | Kind::Exception) => Ty::Type,
            Some(_) => Ty::Any,
            None => {
                let locals = self.locals.iter().map(|l| self.text(*l));
                let known = self.known.signatures.keys().map(String::as_str);
                let all = constants::NAMES.iter().copied().chain(locals).chain(known);
                let help = did_you_mean(&name, all, "");
                let message =
                    format!("`{name}` is no local, no surrogate and no constant of the runtime");
                self.error(loc, message, help);
                Ty::Any
            }
        }
    }

    fn attribute(&mut self, value: &Expr, attr: Sym, loc: Loc, env: &Env) -> Ty {
        self.expr(value, env);
        let (dollar, at) = self.attribute_dollar(attr, loc);
        match dollar {
            Some(Dollar::Field) => {
                self.effect(loc, Effects::READS);
                self.field(attr, at).map_or(Ty::Any, Field::ty)
            }
            Some(_) => {
                let effects = self.known.signature(LOAD_SPECIAL).map(|s| s.effects);
                self.effect(loc, effects.unwrap_or(Effects::ANY));
                Ty::Any
            }
            None => {
                self.effect(loc, Effects::ANY);
                Ty::Any
            }
        }
    }

    // Calls.

    fn call(&mut self, call: &Call, loc: Loc, env: &Env) -> Ty {
        if self.dollar(call.func.loc) == Some(Dollar::Op)
            && matches!(call.func.kind, ExprKind::Name { .. })
        {
            let ty = self.op_call(call, loc, env);
            if let Some((row, _)) = self.op_of(&call.func) {
                match row.returns {
                    Returns::Found(_) => self.found_alone(row, loc),
                    Returns::NoReturn => self.error(
                        loc,
                        format!("`${}` never returns", row.name),
                        Some("it must be a statement of its own, or follow `return`".into()),
                    ),
                    _ => {}
                }
            }
            return ty;
        }
        if let ExprKind::Name { id, .. } = &call.func.kind
            && !self.locals.contains(id)
        {
            let name = self.text(*id).to_owned();
            if self.known.signature(&name).is_some() {
                return self.surrogate_call(&name, call, loc, env);
            }
        }
        self.expr(&call.func, env);
        for a in &call.args {
            self.expr(a, env);
        }
        for k in &call.keywords {
            self.expr(&k.value, env);
        }
        match self.constant_of(&call.func).map(Constant::kind) {
            Some(Kind::Exception) if plain(call) => {
                self.effect(loc, Effects::RAISES.union(Effects::ALLOCATES));
                Ty::Exc
            }
            Some(Kind::Predicate) => {
                self.effect(loc, Effects::ANY);
                Ty::Bool
            }
            _ => {
                self.effect(loc, Effects::ANY);
                Ty::Any
            }
        }
    }

    fn surrogate_call(&mut self, name: &str, call: &Call, loc: Loc, env: &Env) -> Ty {
        let Some(s) = self.known.signature(name) else {
            return Ty::Any;
        };
        if !plain(call) || call.args.len() != s.params.len() {
            let names: Vec<&str> = s.params.iter().map(|(n, _)| n.as_str()).collect();
            let message = format!(
                "surrogate `{name}` takes {} plain argument{} ({}), not {}",
                names.len(),
                if names.len() == 1 { "" } else { "s" },
                names.join(", "),
                if plain(call) {
                    call.args.len().to_string()
                } else {
                    "these".into()
                },
            );
            self.error(loc, message, None);
        }
        for (arg, (param, ty)) in call.args.iter().zip(&s.params) {
            let got = self.expr(arg, env);
            self.fits(arg.loc, got, *ty, param, name);
        }
        self.effect(loc, s.effects);
        s.returns
    }

    fn fits(&mut self, loc: Loc, got: Ty, wanted: Ty, operand: &str, of: &str) {
        if got != wanted && got != Ty::Any && !matches!(wanted, Ty::Any | Ty::Many) {
            let message = format!(
                "`{operand}` of `{of}` must be of type {}, this is {}",
                wanted.name(),
                got.name()
            );
            self.error(loc, message, None);
        }
    }

    /// Checks the call of an op; the type of its answer, or of the value of a look-up.
    fn op_call(&mut self, call: &Call, loc: Loc, env: &Env) -> Ty {
        let Some((row, op)) = self.op_of(&call.func) else {
            if let ExprKind::Name { id, .. } = &call.func.kind {
                let name = self.text(*id)[1..].to_owned();
                let known = Op::all().iter().filter_map(|r| r.dollar).map(|d| d.name);
                let help = did_you_mean(&name, known, "$");
                let help = help.unwrap_or_else(|| "`lpy ops` lists the ops".into());
                self.error(call.func.loc, format!("no op `${name}`"), Some(help));
            }
            for a in &call.args {
                self.expr(a, env);
            }
            return Ty::Any;
        };
        let help = Some(format!("for instance `{}`", row.example));
        if op == Op::S_TAIL_CALL {
            self.error(loc, "a tail call is written `return f(...)`", None);
            return Ty::Any;
        }
        if !plain(call) {
            let message = format!("operands of `${}` are plain: no keywords, no `*`", row.name);
            self.error(loc, message, help);
            return Ty::Any;
        }
        let variadic = row.is_variadic();
        let fixed = row.operands.len() - usize::from(variadic);
        let written = usize::from(is_written(row.imm));
        let given = call.args.len();
        let enough = if variadic {
            given >= fixed + written
        } else {
            given == fixed + written
        };
        if !enough {
            let mut names: Vec<&str> = row.operands.iter().map(|o| o.name).collect();
            let immediate = format!("{:?}", row.imm).to_lowercase();
            if written == 1 {
                names.push(&immediate);
            }
            let message = format!(
                "`${}({})` is called with {given}",
                row.name,
                names.join(", ")
            );
            self.error(loc, message, help);
            return Ty::Any;
        }
        for (i, arg) in call.args[..given - written].iter().enumerate() {
            let got = self.expr(arg, env);
            if let Some(operand) = row.operands.get(i) {
                self.fits(
                    arg.loc,
                    got,
                    operand.ty,
                    operand.name,
                    &format!("${}", row.name),
                );
            }
        }
        if let (1, Some(arg)) = (written, call.args.last()) {
            if let Err((message, near)) = immediate(row.imm, arg, &self.p.names, self.known) {
                self.error(arg.loc, message, near.or(help));
            }
        }
        self.effect(loc, op.info().effects);
        match row.returns {
            Returns::Value(ty) | Returns::Found(ty) => ty,
            Returns::Bool => Ty::Bool,
            Returns::None | Returns::NoReturn => Ty::None,
        }
    }
}

/// The two names of `found, value = ...`.
pub(crate) fn pair(targets: &[Expr]) -> Option<(Sym, Sym)> {
    let [target] = targets else { return None };
    let ExprKind::Tuple { elts, .. } = &target.kind else {
        return None;
    };
    match &elts[..] {
        [
            Expr {
                kind: ExprKind::Name { id: a, .. },
                ..
            },
            Expr {
                kind: ExprKind::Name { id: b, .. },
                ..
            },
        ] if a != b => Some((*a, *b)),
        _ => None,
    }
}

/// How the attribute whose name starts at column `start` of the last line of `loc` is written, and the column of its `$`.
pub(crate) fn attribute_dollar(
    dollars: &crate::lexer::Dollars,
    start: i32,
    loc: Loc,
) -> (Option<Dollar>, i32) {
    let at = |col| dollars.get(&(loc.end_line, col)).copied();
    match (at(start), at(start - 1)) {
        (Some(Dollar::Field), _) => (Some(Dollar::Field), start),
        (_, Some(Dollar::Special)) => (Some(Dollar::Special), start - 1),
        _ => (None, start),
    }
}
