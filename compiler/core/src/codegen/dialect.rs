//! Hooks for a dialect: a language whose source parses as Python, and some of whose nodes compile to something else.
//!
//! A dialect's front end rewrites its own syntax to calls, attributes and names that it recognises again here (by a prefix no
//! Python program uses). Each hook is asked before ordinary code is generated; `None` means "not mine". A hook may
//! use the generator's public methods, visiting sub-expressions included, which asks the hooks again. Hooks take `&self`
//! for that reason: state of a dialect goes in cells.

use super::Generator;
use crate::ast::{Call, Expr, Loc, Stmt, Sym};
use crate::cfg::BlockId;
use crate::errors::Result;

/// What a dialect compiles itself. Every method's default is ordinary Python.
pub trait Dialect {
    /// A call. The result must be left on the stack.
    fn call(&self, _g: &mut Generator<'_>, _call: &Call, _loc: Loc) -> Option<Result<()>> {
        None
    }

    /// `value.attr` read. The result must be left on the stack.
    fn attribute(
        &self,
        _g: &mut Generator<'_>,
        _value: &Expr,
        _attr: Sym,
        _loc: Loc,
    ) -> Option<Result<()>> {
        None
    }

    /// `value.attr` stored to; what is stored is on the stack and must be consumed.
    fn store_attribute(
        &self,
        _g: &mut Generator<'_>,
        _value: &Expr,
        _attr: Sym,
        _loc: Loc,
    ) -> Option<Result<()>> {
        None
    }

    /// A name read.
    fn name(&self, _g: &mut Generator<'_>, _name: Sym, _loc: Loc) -> Option<Result<()>> {
        None
    }

    /// A test: must jump to `target` if its truth is `jump_if`, else fall through. Asked for every part of `and`, `or`
    /// and `not` separately.
    fn condition(
        &self,
        _g: &mut Generator<'_>,
        _test: &Expr,
        _target: BlockId,
        _jump_if: bool,
    ) -> Option<Result<()>> {
        None
    }

    /// A whole statement: for statements that a dialect compiles differently (`return f(x)` as a tail call) or forbids.
    fn statement(&self, _g: &mut Generator<'_>, _stmt: &Stmt) -> Option<Result<()>> {
        None
    }

    /// Added to `co_flags` of every function.
    fn function_flags(&self) -> u32 {
        0
    }
}
