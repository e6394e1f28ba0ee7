//! Warnings about code that is legal but cannot be meant.

use hotpy_code::Const;

use super::Generator;
use crate::ast::*;

impl Generator<'_> {
    /// `is` with a literal.
    pub(super) fn check_compare(&mut self, e: &Expr) {
        let ExprKind::Compare {
            left,
            ops,
            comparators,
        } = &e.kind
        else {
            return;
        };
        let identity = |e: &Expr| match e.as_constant() {
            None | Some(Const::None | Const::Bool(_) | Const::Ellipsis) => true,
            Some(_) => false,
        };
        let mut left = identity(left);
        for (op, right) in ops.iter().zip(comparators) {
            let right = identity(right);
            if !left || !right {
                match op {
                    CmpOp::Is => return self.warn("\"is\" with a literal. Did you mean \"==\"?"),
                    CmpOp::IsNot => {
                        return self.warn("\"is not\" with a literal. Did you mean \"!=\"?");
                    }
                    _ => {}
                }
            }
            left = right;
        }
    }

    /// A call of a display or literal.
    pub(super) fn check_callable(&mut self, func: &Expr) {
        let never = match &func.kind {
            ExprKind::Constant(_)
            | ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::Dict { .. }
            | ExprKind::Set(_)
            | ExprKind::Comp(_)
            | ExprKind::JoinedStr(_)
            | ExprKind::FormattedValue { .. } => true,
            _ => false,
        };
        if let (true, Some(typ)) = (never, type_name(func)) {
            self.warn(format!(
                "'{typ}' object is not callable; perhaps you missed a comma?"
            ));
        }
    }

    /// A subscript of something that has none, or an index that cannot be one.
    pub(super) fn check_subscript(&mut self, value: &Expr, index: &Expr) {
        let unsubscriptable = match &value.kind {
            ExprKind::Constant(c) => matches!(
                c,
                Const::None
                    | Const::Ellipsis
                    | Const::Bool(_)
                    | Const::Int(_)
                    | Const::Float(_)
                    | Const::Complex { .. }
                    | Const::FrozenSet(_)
            ),
            ExprKind::Set(_) | ExprKind::Lambda(_) => true,
            ExprKind::Comp(c) => matches!(c.kind, CompKind::Set | CompKind::Generator),
            _ => false,
        };
        if let (true, Some(typ)) = (unsubscriptable, type_name(value)) {
            return self.warn(format!(
                "'{typ}' object is not subscriptable; perhaps you missed a comma?"
            ));
        }
        let sequence = match &value.kind {
            ExprKind::Constant(c) => matches!(c, Const::Str(_) | Const::Bytes(_) | Const::Tuple(_)),
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::JoinedStr(_)
            | ExprKind::FormattedValue { .. } => true,
            ExprKind::Comp(c) => c.kind == CompKind::List,
            _ => false,
        };
        if !sequence || matches!(index.as_constant(), Some(Const::Int(_) | Const::Bool(_))) {
            return;
        }
        if let (Some(typ), Some(got)) = (type_name(value), type_name(index)) {
            self.warn(format!(
                "{typ} indices must be integers or slices, not {got}; perhaps you missed a comma?"
            ));
        }
    }
}

/// The type of an expression's value, where its form tells.
fn type_name(e: &Expr) -> Option<&'static str> {
    Some(match &e.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } => "list",
        ExprKind::Dict { .. } => "dict",
        ExprKind::Set(_) => "set",
        ExprKind::Comp(c) => match c.kind {
            CompKind::List => "list",
            CompKind::Dict => "dict",
            CompKind::Set => "set",
            CompKind::Generator => "generator",
        },
        ExprKind::Lambda(_) => "function",
        ExprKind::JoinedStr(_) | ExprKind::FormattedValue { .. } => "str",
        ExprKind::Constant(c) => match c {
            Const::None => "NoneType",
            Const::Ellipsis => "ellipsis",
            Const::Bool(_) => "bool",
            Const::Int(_) => "int",
            Const::Float(_) => "float",
            Const::Complex { .. } => "complex",
            Const::Str(_) => "str",
            Const::Bytes(_) => "bytes",
            Const::Tuple(_) => "tuple",
            Const::FrozenSet(_) => "frozenset",
            Const::Code(_) => "code",
        },
        _ => return None,
    })
}
