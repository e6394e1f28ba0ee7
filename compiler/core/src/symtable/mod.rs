//! The symbol table: which names each scope binds and uses, and what each name therefore is.
//!
//! Two passes, as in CPython: `build` walks the tree and records definitions and uses per scope; `analyze` walks the scopes
//! and decides local, cell, free or global. Scopes are numbered in the order in which they were entered; scope 0 is the
//! module. A node finds its scope through its [`NodeId`].

mod analyze;
mod build;

use indexmap::IndexMap;

use crate::ast::{Module, Names, NodeId, Sym};
use crate::errors::Result;
use crate::future::Future;

/// How a scope uses a name: bits.
pub mod flag {
    /// `global` statement.
    pub const GLOBAL: u32 = 1;
    /// Bound here.
    pub const LOCAL: u32 = 2;
    pub const PARAM: u32 = 4;
    /// `nonlocal` statement.
    pub const NONLOCAL: u32 = 8;
    pub const USE: u32 = 16;
    /// Free in a class body's function, and also bound in that class body.
    pub const FREE_CLASS: u32 = 64;
    pub const IMPORT: u32 = 128;
    pub const ANNOT: u32 = 256;
    /// Target of a comprehension's `for`.
    pub const COMP_ITER: u32 = 512;
    pub const BOUND: u32 = LOCAL | PARAM | IMPORT;
}

/// What a name is in a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    Local,
    GlobalExplicit,
    GlobalImplicit,
    Free,
    Cell,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlockKind {
    Module,
    Class,
    Function,
    /// The names in an annotation that is kept as text: affects nothing.
    Annotation,
}

#[derive(Clone, Copy, Debug)]
pub struct Symbol {
    pub flags: u32,
    /// None until the analysis has run.
    pub scope: Option<Scope>,
}

/// What kind of comprehension a function block stands for.
pub use crate::ast::CompKind;

/// One scope.
#[derive(Debug)]
pub struct Table {
    pub name: Sym,
    pub kind: BlockKind,
    pub symbols: IndexMap<Sym, Symbol, ahash::RandomState>,
    /// Parameters, in the order of `co_varnames`.
    pub varnames: Vec<Sym>,
    pub children: Vec<usize>,
    pub line: i32,
    pub comprehension: Option<CompKind>,
    /// Inside a function, at whatever distance.
    pub nested: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub varargs: bool,
    pub varkeywords: bool,
    pub returns_value: bool,
    /// A class whose `__class__` some method uses.
    pub needs_class_closure: bool,
    free: bool,
    child_free: bool,
    /// Where names were declared by `global`, `nonlocal` or `:=`.
    directives: Vec<(Sym, crate::ast::Loc)>,
}

impl Table {
    pub fn is_function(&self) -> bool {
        self.kind == BlockKind::Function
    }

    pub fn flags(&self, name: Sym) -> u32 {
        self.symbols.get(&name).map_or(0, |s| s.flags)
    }

    pub fn scope(&self, name: Sym) -> Option<Scope> {
        self.symbols.get(&name).and_then(|s| s.scope)
    }
}

/// All scopes of a module.
#[derive(Debug)]
pub struct SymTable {
    pub tables: Vec<Table>,
    by_node: Vec<u32>,
}

impl SymTable {
    /// Builds and analyses the table of `module`.
    pub fn build(module: &Module, names: &mut Names, future: &Future) -> Result<SymTable> {
        let mut table = build::build(module, names, future)?;
        analyze::analyze(&mut table, names)?;
        Ok(table)
    }

    /// The scope that `node` opens.
    pub fn of(&self, node: NodeId) -> usize {
        self.by_node[node.0 as usize] as usize
    }
}
