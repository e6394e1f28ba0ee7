//! Questions to the tree: which names are bound, what an immediate stands for, which statements are not allowed.

use std::collections::HashSet;

use hotpy_code::{Const, Loc};
use hotpy_compiler::ast::*;
use hotpy_isa::Imm;
use hotpy_isa::constants::{self, Constant};
use hotpy_isa::fields::{self, Field};
use hotpy_isa::names::SLOTS;
use num_traits::ToPrimitive;

use crate::Known;
use crate::diagnostics::did_you_mean;
use crate::lexer::Dollar;

/// Names that statements bind; among them, those bound by `found, value = ...`.
pub(super) fn assigned(body: &[Stmt], names: &mut HashSet<Sym>, pairs: &mut HashSet<Sym>) {
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
            StmtKind::For(f) => {
                target(&f.target, names);
                assigned(&f.body, names, pairs);
                assigned(&f.orelse, names, pairs);
            }
            StmtKind::With { items, body, .. } => {
                let vars = items.iter().filter_map(|i| i.vars.as_ref());
                vars.for_each(|v| target(v, names));
                assigned(body, names, pairs);
            }
            StmtKind::Match { cases, .. } => {
                cases.iter().for_each(|c| assigned(&c.body, names, pairs));
            }
            StmtKind::Import(all) | StmtKind::ImportFrom { names: all, .. } => {
                names.extend(all.iter().map(|a| a.asname.unwrap_or(a.name)));
            }
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
            None if known.is_surrogate(word) => Ok(0),
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

pub(super) fn literal(e: &Expr) -> bool {
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
pub(super) fn forbidden(kind: &StmtKind) -> Option<(&'static str, &'static str)> {
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
