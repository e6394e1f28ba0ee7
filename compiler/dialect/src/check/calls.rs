//! Calls: of ops, of surrogates, of anything else.

use hotpy_code::Loc;
use hotpy_compiler::ast::*;
use hotpy_isa::constants::{Constant, Kind};
use hotpy_isa::manual::heading;
use hotpy_isa::{Effects, Op, Returns, Ty};

use super::Check;
use super::env::Env;
use super::tree::{immediate, is_written, plain};
use crate::diagnostics::did_you_mean;
use crate::lexer::Dollar;

impl Check<'_> {
    pub(super) fn call(&mut self, call: &Call, loc: Loc, env: &Env) -> Ty {
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
            if self.known.is_surrogate(&name) {
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

    pub(super) fn surrogate_call(&mut self, name: &str, call: &Call, loc: Loc, env: &Env) -> Ty {
        let Some(s) = self.known.signature(name) else {
            // In a part of the file that could not be read.
            for a in &call.args {
                self.expr(a, env);
            }
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
            let help = format!("for instance `{name}({})`", names.join(", "));
            self.error(loc, message, Some(help));
        }
        for (arg, (param, ty)) in call.args.iter().zip(&s.params) {
            let got = self.expr(arg, env);
            self.fits(arg.loc, got, *ty, param, name);
        }
        self.effect(loc, s.effects);
        s.returns
    }

    pub(super) fn fits(&mut self, loc: Loc, got: Ty, wanted: Ty, operand: &str, of: &str) {
        let trusted = got == Ty::Any && !self.declared.is_anything();
        if got != wanted && !trusted && !matches!(wanted, Ty::Any | Ty::Many) {
            let got = match got {
                Ty::Any => "of unknown type".to_owned(),
                got => got.name(),
            };
            let message = format!(
                "`{operand}` of `{of}` must be of type {}, this is {got}",
                wanted.name(),
            );
            let known = "a test such as `if $type(x) is tuple:` makes a type known";
            let help = match of.starts_with('$') {
                true => format!("`lpy ops '{of}'` tells what it takes; {known}"),
                false => format!("`{of}` declares it; {known}"),
            };
            self.error(loc, message, Some(help));
        }
    }

    /// Checks the call of an op; the type of its answer, or of the value of a look-up.
    pub(super) fn op_call(&mut self, call: &Call, loc: Loc, env: &Env) -> Ty {
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
            let help = "outside `try`, and with plain arguments, `return f(a, b)` is compiled to a tail call";
            self.error(
                loc,
                "a tail call is written `return f(...)`",
                Some(help.into()),
            );
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
            let message = format!("`{}` is called with {given}", heading(row).0);
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
