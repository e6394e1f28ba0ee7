//! Reading, binding and deleting variables.

use hotpy_isa::Op;

use super::Generator;
use crate::ast::{ExprContext, Sym};
use crate::errors::Result;
use crate::symtable::{BlockKind, Scope};

impl Generator<'_> {
    /// Loads, stores or deletes the variable `name` of the current scope (*for dialects*).
    pub fn variable(&mut self, name: Sym, ctx: ExprContext) -> Result<()> {
        self.check_name(name, ctx)?;
        let mangled = self.mangled(name);
        let table = self.table();
        let function = table.is_function();
        let op = |load, store, delete| match ctx {
            ExprContext::Load => load,
            ExprContext::Store => store,
            ExprContext::Del => delete,
        };
        match table.scope(mangled) {
            Some(Scope::Free) | Some(Scope::Cell) => {
                let arg = self.deref_index(mangled, table.scope(mangled) == Some(Scope::Cell));
                let load = if table.kind == BlockKind::Class {
                    Op::LOAD_CLASSDEREF
                } else {
                    Op::LOAD_DEREF
                };
                self.emit(op(load, Op::STORE_DEREF, Op::DELETE_DEREF), arg);
            }
            Some(Scope::Local) if function => {
                let arg = self.local_index(mangled);
                self.emit(op(Op::LOAD_FAST, Op::STORE_FAST, Op::DELETE_FAST), arg);
            }
            Some(Scope::GlobalExplicit) => self.global(mangled, ctx),
            Some(Scope::GlobalImplicit) if function => self.global(mangled, ctx),
            _ => {
                let text = self.pystr(mangled);
                let arg = self.unit().name_index(&text);
                self.emit(op(Op::LOAD_NAME, Op::STORE_NAME, Op::DELETE_NAME), arg);
            }
        }
        Ok(())
    }

    fn global(&mut self, mangled: Sym, ctx: ExprContext) {
        let text = self.pystr(mangled);
        let arg = self.unit().name_index(&text);
        match ctx {
            ExprContext::Load => self.emit(Op::LOAD_GLOBAL, arg << 1),
            ExprContext::Store => self.emit(Op::STORE_GLOBAL, arg),
            ExprContext::Del => self.emit(Op::DELETE_GLOBAL, arg),
        }
    }

    /// Index in `co_varnames`, given out on first use.
    fn local_index(&mut self, mangled: Sym) -> u32 {
        if let Some(&i) = self.scope().locals.get(&mangled) {
            return i;
        }
        let text = self.pystr(mangled);
        let scope = self.scope_mut();
        let i = scope.unit.varnames.len() as u32;
        scope.unit.varnames.push(text);
        scope.locals.insert(mangled, i);
        i
    }

    /// Index among the cell variables followed by the free ones.
    pub(super) fn deref_index(&self, mangled: Sym, cell: bool) -> u32 {
        let scope = self.scope();
        let find = |list: &[Sym]| list.iter().position(|&s| s == mangled).map(|i| i as u32);
        let free = || find(&scope.frees).map(|i| i + scope.cells.len() as u32);
        let found = if cell {
            find(&scope.cells).or_else(free)
        } else {
            free().or_else(|| find(&scope.cells))
        };
        // Analysis gave every cell and free name an index.
        found.unwrap_or(0)
    }

    /// `__debug__` is a constant: it can be neither bound nor deleted.
    pub(super) fn check_name(&self, name: Sym, ctx: ExprContext) -> Result<()> {
        let verb = match ctx {
            ExprContext::Load => return Ok(()),
            ExprContext::Store => "assign to",
            ExprContext::Del => "delete",
        };
        if self.text(name) == "__debug__" {
            return self.fail(format!("cannot {verb} __debug__"));
        }
        Ok(())
    }
}
