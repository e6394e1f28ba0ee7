//! Conditions and expressions.

use hotpy_code::{Const, Loc};
use hotpy_compiler::ast::*;
use hotpy_isa::constants::{self, Constant, Kind};
use hotpy_isa::fields::Field;
use hotpy_isa::{Effects, Op, Ty};

use super::env::{Env, Guard, join, join_ty};
use super::{Check, deep};
use crate::LOAD_SPECIAL;
use crate::diagnostics::did_you_mean;
use crate::lexer::Dollar;

impl Check<'_> {
    /// Environments where a condition is true and where it is false.
    pub(super) fn condition(&mut self, test: &Expr, env: Env) -> (Option<Env>, Option<Env>) {
        deep(|| self.condition_inner(test, env))
    }

    pub(super) fn condition_inner(&mut self, test: &Expr, env: Env) -> (Option<Env>, Option<Env>) {
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
                    ExprKind::Call(call) => self.narrow_by_op(call, &mut yes),
                    _ => {}
                }
                (Some(yes), Some(env))
            }
        }
    }

    /// After `$type(x) is C`, x is known to be exactly of C.
    pub(super) fn narrow(&mut self, left: &Expr, right: &Expr, env: &mut Env) {
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

    /// After `$is_type(x)`, x is known to be a class; after `$is_subtype($type(x), int)`, an int.
    fn narrow_by_op(&mut self, call: &Call, env: &mut Env) {
        match (self.op_of(&call.func), &call.args[..]) {
            (Some((_, Op::S_IS_TYPE)), [arg]) => {
                if let ExprKind::Name { id, .. } = &arg.kind
                    && let Some(var) = env.get_mut(id)
                {
                    var.ty = Ty::Type;
                }
            }
            (Some((_, Op::S_IS_SUBTYPE)), [sub, base])
                if self.constant_of(base) == Some(Constant::Int) =>
            {
                self.narrow(sub, base, env);
            }
            _ => {}
        }
    }

    /// An expression that must be True or False.
    pub(super) fn boolean(&mut self, e: &Expr, env: &Env) {
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

    pub(super) fn expr(&mut self, e: &Expr, env: &Env) -> Ty {
        deep(|| self.expr_inner(e, env))
    }

    pub(super) fn expr_inner(&mut self, e: &Expr, env: &Env) -> Ty {
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

    pub(super) fn no(&mut self, loc: Loc, what: &str, help: &str) -> Ty {
        self.error(
            loc,
            format!("{what} cannot be used in a surrogate"),
            Some(help.into()),
        );
        Ty::Any
    }

    pub(super) fn display(&mut self, loc: Loc, elts: &[Expr], env: &Env, ty: Ty) -> Ty {
        for e in elts {
            self.expr(e, env);
        }
        if !elts.is_empty() {
            self.effect(loc, Effects::ALLOCATES);
        }
        ty
    }

    /// `+`, `-` or `*`, or an augmented operator.
    pub(super) fn arithmetic(&mut self, loc: Loc, l: Ty, r: Ty) -> Ty {
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
    pub(super) fn formatting(&mut self, loc: Loc, right: &Expr, env: &Env) {
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

    pub(super) fn compare(
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

    pub(super) fn name(&mut self, id: Sym, loc: Loc, env: &Env, guarded: bool) -> Ty {
        let name = self.text(id).to_owned();
        if self.locals.contains(&id) {
            let Some(var) = env.get(&id).copied() else {
                let message = format!("`{name}` has no value on some path to here");
                let help = format!("assign it before the paths part, for instance `{name} = None`");
                self.error(loc, message, Some(help));
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
        if self.known.is_surrogate(&name) {
            return Ty::Func;
        }
        match Constant::from_name(&name).map(Constant::kind) {
            Some(Kind::Class | Kind::Exception) => Ty::Type,
            Some(_) => Ty::Any,
            None => {
                let locals = self.locals.iter().map(|l| self.text(*l));
                let known = self.known.signatures.keys().map(String::as_str);
                let all = constants::NAMES.iter().copied().chain(locals).chain(known);
                let help = did_you_mean(&name, all, "").unwrap_or_else(|| {
                    "`lpy constants` lists the constants; files that call each other are compiled together".into()
                });
                let message =
                    format!("`{name}` is no local, no surrogate and no constant of the runtime");
                self.error(loc, message, Some(help));
                Ty::Any
            }
        }
    }

    pub(super) fn attribute(&mut self, value: &Expr, attr: Sym, loc: Loc, env: &Env) -> Ty {
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
}
