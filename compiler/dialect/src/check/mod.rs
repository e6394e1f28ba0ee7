//! The dialect's rules, checked on the tree along every path of a function.
//!
//! An [`Env`] holds the locals that certainly have a value at a point, with what is known of each: its type, and, for the
//! value of a look-up that may miss, the flag that must be true first. `if` splits and narrows it, joins intersect
//! it, loops repeat until it is stable (quietly, then once more aloud). No environment means that the point is not reached.
//!
//! Types are those of the op table. An operand of unknown type is accepted (the surrogate knows better); one that is known to be
//! of another type is an error. Conditions must be known to be True or False.

mod calls;
mod env;
mod exprs;
mod tree;

use std::collections::HashSet;

use hotpy_code::Loc;
use hotpy_compiler::ast::*;
use hotpy_isa::constants::{Constant, Kind};
use hotpy_isa::fields::{self, Field};
use hotpy_isa::{Dollar as OpRow, Effects, Op, Returns, Ty};

use crate::declare::Declared;
use crate::diagnostics::{Diagnostic, did_you_mean};
use crate::lexer::Dollar;
use crate::{Known, Parsed};

use env::{Env, Guard, Var, join};
use tree::{assigned, forbidden};
pub(crate) use tree::{attribute_dollar, immediate, is_written, pair, plain};

/// What code generation needs to know from the check.
#[derive(Default)]
pub(crate) struct Plan {
    /// Locals of each function, in source order.
    pub locals: Vec<HashSet<Sym>>,
    /// Places of the `return f(...)` that are tail calls.
    pub tails: HashSet<(i32, i32)>,
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
    /// How many `try` and `except` bodies are around; how many of the latter.
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
            let all = self.declared.signature.effects.union(extra);
            self.error(
                loc,
                format!(
                    "this has an effect that is not declared: {}",
                    extra.describe()
                ),
                Some(format!(
                    "do without, or declare it: @effects({})",
                    all.describe()
                )),
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
                let help = "take it out, or let a path lead here: what is before it ends in `return`, `raise`, `break` or `continue`";
                self.error(s.loc, "this is never reached", Some(help.into()));
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
                if self.loops.is_empty() {
                    let word = if is_break { "break" } else { "continue" };
                    self.error(
                        s.loc,
                        format!("`{word}` outside a loop"),
                        Some("it stands in the body of a `while`".into()),
                    );
                }
                if let Some(l) = self.loops.last_mut() {
                    let to = if is_break {
                        &mut l.breaks
                    } else {
                        &mut l.continues
                    };
                    *to = join(to.take(), Some(env));
                }
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
                self.dropped(call, e.loc);
                Some(env)
            }
            _ => {
                let before = self.errors.len();
                self.expr(e, &env);
                if self.errors.len() == before {
                    let help = "use the value, or take the statement out";
                    self.error(e.loc, "this statement does nothing", Some(help.into()));
                }
                Some(env)
            }
        }
    }

    /// Refuses an op as a statement if all that it does is to answer.
    fn dropped(&mut self, call: &Call, loc: Loc) {
        let Some((row, op)) = self.op_of(&call.func) else {
            return;
        };
        let answers = matches!(row.returns, Returns::Value(_) | Returns::Bool);
        let idle = Effects::READS.union(Effects::ALLOCATES);
        if answers && idle.contains(op.info().effects) {
            let message = format!(
                "the answer of `${}` is not used, and it does nothing else",
                row.name
            );
            let help = format!("for instance `{}`", row.example);
            self.error(loc, message, Some(help));
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
                Some("assign to a name, to `obj.$field`, `obj.attr` or `obj[key]`".into()),
            ),
        }
    }

    fn field(&mut self, attr: Sym, at: Loc) -> Option<Field> {
        let name = self.text(attr)[1..].to_owned();
        let field = Field::from_name(&name);
        if field.is_none() {
            let help = did_you_mean(&name, fields::NAMES.iter().copied(), "$");
            let help = help.unwrap_or_else(|| "`lpy fields` lists the fields".into());
            self.error(at, format!("no native field `${name}`"), Some(help));
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
            let help = match ty {
                Ty::Any => {
                    "an op's answer, a literal or an annotated parameter has a known type; or declare no type"
                }
                _ => "answer what is declared on every path, or declare no type",
            };
            self.error(at, message, Some(help.into()));
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
            self.error(
                loc,
                "`except*` cannot be used in a surrogate",
                Some("use `except`".into()),
            );
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
            let help = help.unwrap_or_else(|| "`lpy constants` lists the exceptions".into());
            self.error(
                typ.loc,
                "an `except` must name an exception of the runtime",
                Some(help),
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
}
