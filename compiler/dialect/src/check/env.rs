//! What is known of locals at a point of a function, and how it joins where paths meet.

use std::collections::BTreeMap;

use hotpy_compiler::ast::Sym;
use hotpy_isa::Ty;

/// Whether a look-up's value may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Guard {
    Sure,
    /// Only where this flag is true.
    If(Sym),
    /// The flag was assigned again.
    Lost,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Var {
    pub ty: Ty,
    pub guard: Guard,
}

pub(super) type Env = BTreeMap<Sym, Var>;

pub(super) fn join_ty(a: Ty, b: Ty) -> Ty {
    if a == b { a } else { Ty::Any }
}

pub(super) fn join(a: Option<Env>, b: Option<Env>) -> Option<Env> {
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
