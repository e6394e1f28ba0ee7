//! Classes.

use hotpy_code::Const;
use hotpy_isa::Op;

use super::{Generator, ScopeKind};
use crate::ast::*;
use crate::errors::Result;

impl<'a> Generator<'a> {
    pub(super) fn class_def(&mut self, c: &'a ClassDef, loc: Loc) -> Result<()> {
        self.decorators(&c.decorators)?;
        let first = c.decorators.first().map_or(loc.line, |d| d.loc.line);
        self.enter(c.name, ScopeKind::Class, c.node, first)?;
        self.scope_mut().private = Some(c.name);
        let (name, module) = (self.sym("__name__"), self.sym("__module__"));
        self.variable(name, ExprContext::Load)?;
        self.variable(module, ExprContext::Store)?;
        let qualname = self.scope().unit.qualname.clone();
        self.load_const(Const::Str(qualname));
        let name = self.sym("__qualname__");
        self.variable(name, ExprContext::Store)?;
        self.body(&c.body)?;
        self.unset_loc();
        if self.table().needs_class_closure {
            let (cell, stored) = (self.sym("__class__"), self.sym("__classcell__"));
            let arg = self.deref_index(cell, true);
            self.emit(Op::LOAD_CLOSURE, arg);
            self.emit(Op::COPY, 1);
            self.variable(stored, ExprContext::Store)?;
        } else {
            self.load_const(Const::None);
        }
        self.emit(Op::RETURN_VALUE, 0);
        let finished = self.exit(true)?;
        self.emit(Op::PUSH_NULL, 0);
        self.emit(Op::LOAD_BUILD_CLASS, 0);
        self.make_closure(finished, 0);
        self.load_name_const(c.name);
        self.arguments(2, &c.bases, &c.keywords)?;
        self.apply_decorators(&c.decorators);
        self.variable(c.name, ExprContext::Store)
    }
}
