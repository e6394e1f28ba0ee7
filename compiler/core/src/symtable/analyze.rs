//! Second pass: every name of every scope becomes local, cell, free or global.
//!
//! Top down go the names bound in enclosing functions and the names declared global; bottom up come the names that
//! inner scopes need from outside.

use std::collections::HashSet;

use super::{BlockKind, Scope, SymTable, Symbol, flag};
use crate::ast::{Names, Sym};
use crate::deep;
use crate::errors::{Result, SyntaxError};

type Set = HashSet<Sym, ahash::RandomState>;

struct Analyzer<'a> {
    table: &'a mut SymTable,
    names: &'a Names,
    class_cell: Option<Sym>,
}

pub(super) fn analyze(table: &mut SymTable, names: &Names) -> Result<()> {
    let mut a = Analyzer {
        table,
        names,
        class_cell: names.get("__class__"),
    };
    a.block(0, None, Set::default()).map(|_| ())
}

impl Analyzer<'_> {
    /// Analyses a scope, given the names bound in enclosing functions (None outside any scope) and those that are
    /// explicitly global. Returns the names it needs from outside.
    fn block(&mut self, scope: usize, mut bound: Option<Set>, mut global: Set) -> Result<Set> {
        let kind = self.table.tables[scope].kind;
        let mut local = Set::default();
        let mut free = Set::default();
        // A class body hides nothing from the functions in it: they see what the class saw.
        let outer = (kind == BlockKind::Class).then(|| (bound.clone(), global.clone()));
        let mut scopes: Vec<(Sym, Scope)> =
            Vec::with_capacity(self.table.tables[scope].symbols.len());
        for i in 0..self.table.tables[scope].symbols.len() {
            let (name, flags) = {
                let (name, symbol) = self.table.tables[scope]
                    .symbols
                    .get_index(i)
                    .unwrap_or_else(|| unreachable!());
                (*name, symbol.flags)
            };
            let what = self.name(
                scope,
                name,
                flags,
                &mut bound,
                &mut local,
                &mut free,
                &mut global,
            )?;
            scopes.push((name, what));
        }
        let (inner_bound, inner_global) = match outer {
            Some((b, g)) => {
                let mut b = b.unwrap_or_default();
                b.extend(self.class_cell);
                (b, g)
            }
            None => {
                let mut b = if kind == BlockKind::Function {
                    local
                } else {
                    Set::default()
                };
                b.extend(bound.iter().flatten());
                (b, global)
            }
        };
        let mut needed = Set::default();
        for child in self.table.tables[scope].children.clone() {
            let (b, g) = (inner_bound.clone(), inner_global.clone());
            needed.extend(deep(|| self.block(child, Some(b), g))?);
            if self.table.tables[child].free || self.table.tables[child].child_free {
                self.table.tables[scope].child_free = true;
            }
        }
        if kind == BlockKind::Function {
            for (name, what) in &mut scopes {
                if *what == Scope::Local && needed.remove(name) {
                    *what = Scope::Cell;
                }
            }
        } else if kind == BlockKind::Class && self.class_cell.is_some_and(|c| needed.remove(&c)) {
            self.table.tables[scope].needs_class_closure = true;
        }
        let symbols = &mut self.table.tables[scope].symbols;
        for (name, what) in scopes {
            if let Some(symbol) = symbols.get_mut(&name) {
                symbol.scope = Some(what);
            }
        }
        for &name in &needed {
            match symbols.get_mut(&name) {
                Some(symbol) => {
                    if kind == BlockKind::Class && symbol.flags & (flag::BOUND | flag::GLOBAL) != 0
                    {
                        symbol.flags |= flag::FREE_CLASS;
                    }
                }
                None => {
                    if bound.as_ref().is_none_or(|b| b.contains(&name)) {
                        symbols.insert(
                            name,
                            Symbol {
                                flags: 0,
                                scope: Some(Scope::Free),
                            },
                        );
                    }
                }
            }
        }
        free.extend(needed);
        Ok(free)
    }

    fn at_directive(&self, scope: usize, name: Sym, msg: String) -> SyntaxError {
        let directives = &self.table.tables[scope].directives;
        let loc = directives
            .iter()
            .find(|(n, _)| *n == name)
            .map_or(crate::ast::Loc::NONE, |(_, loc)| *loc);
        SyntaxError::at_node(msg, loc)
    }

    fn name(
        &mut self,
        scope: usize,
        name: Sym,
        flags: u32,
        bound: &mut Option<Set>,
        local: &mut Set,
        free: &mut Set,
        global: &mut Set,
    ) -> Result<Scope> {
        let text = self.names.resolve(&name);
        if flags & flag::GLOBAL != 0 {
            if flags & flag::NONLOCAL != 0 {
                return Err(self
                    .at_directive(scope, name, format!("name '{text}' is nonlocal and global"))
                    .into());
            }
            global.insert(name);
            if let Some(bound) = bound {
                bound.remove(&name);
            }
            return Ok(Scope::GlobalExplicit);
        }
        if flags & flag::NONLOCAL != 0 {
            let msg = match bound {
                None => "nonlocal declaration not allowed at module level".to_owned(),
                Some(bound) if !bound.contains(&name) => {
                    format!("no binding for nonlocal '{text}' found")
                }
                Some(_) => {
                    self.table.tables[scope].free = true;
                    free.insert(name);
                    return Ok(Scope::Free);
                }
            };
            return Err(self.at_directive(scope, name, msg).into());
        }
        if flags & flag::BOUND != 0 {
            local.insert(name);
            global.remove(&name);
            return Ok(Scope::Local);
        }
        if bound.as_ref().is_some_and(|b| b.contains(&name)) {
            self.table.tables[scope].free = true;
            free.insert(name);
            return Ok(Scope::Free);
        }
        if global.contains(&name) {
            return Ok(Scope::GlobalImplicit);
        }
        if self.table.tables[scope].nested {
            self.table.tables[scope].free = true;
        }
        Ok(Scope::GlobalImplicit)
    }
}
