//! Functions and lambdas: decorators, defaults, annotations, closures.

use hotpy_code::{CodeObject, Const};
use hotpy_isa::Op;

use super::{Finished, Generator, ScopeKind};
use crate::ast::*;
use crate::errors::Result;
use crate::symtable::{BlockKind, Scope};

/// MAKE_FUNCTION's argument: what is on the stack below the code object.
const DEFAULTS: u32 = 1;
const KW_DEFAULTS: u32 = 2;
const ANNOTATIONS: u32 = 4;
const CLOSURE: u32 = 8;

impl<'a> Generator<'a> {
    pub(super) fn function_def(&mut self, f: &'a FunctionDef, loc: Loc) -> Result<()> {
        self.check_parameters(&f.args)?;
        self.decorators(&f.decorators)?;
        let first = f.decorators.first().map_or(loc.line, |d| d.loc.line);
        let mut how = self.defaults(&f.args)?;
        if self.annotations(&f.args, f.returns.as_ref())? {
            how |= ANNOTATIONS;
        }
        let kind = if f.is_async {
            ScopeKind::AsyncFunction
        } else {
            ScopeKind::Function
        };
        self.enter(f.name, kind, f.node, first)?;
        let doc = docstring(&f.body);
        let first_const = doc
            .filter(|_| self.options.optimize < 2)
            .cloned()
            .unwrap_or(Const::None);
        self.const_index(first_const);
        self.set_counts(&f.args);
        let skip = usize::from(doc.is_some() && self.options.optimize < 2);
        self.stmts(&f.body[skip..])?;
        let finished = self.exit(true)?;
        self.make_closure(finished, how);
        self.apply_decorators(&f.decorators);
        self.variable(f.name, ExprContext::Store)
    }

    pub(super) fn lambda(&mut self, l: &Lambda, loc: Loc) -> Result<()> {
        self.check_parameters(&l.args)?;
        let how = self.defaults(&l.args)?;
        let name = self.sym("<lambda>");
        self.enter(name, ScopeKind::Lambda, l.node, loc.line)?;
        // A lambda has no docstring, whatever it returns.
        self.const_index(Const::None);
        self.set_counts(&l.args);
        self.expr(&l.body)?;
        let finished = if self.table().generator {
            self.exit(false)?
        } else {
            self.emit(Op::RETURN_VALUE, 0);
            self.exit(true)?
        };
        self.make_closure(finished, how);
        Ok(())
    }

    fn set_counts(&mut self, args: &Arguments) {
        let unit = self.unit();
        unit.argcount = (args.posonly.len() + args.args.len()) as u32;
        unit.posonlyargcount = args.posonly.len() as u32;
        unit.kwonlyargcount = args.kwonly.len() as u32;
    }

    fn check_parameters(&mut self, args: &Arguments) -> Result<()> {
        args.all()
            .try_for_each(|a| self.check_name(a.name, ExprContext::Store))
    }

    pub(super) fn decorators(&mut self, decorators: &[Expr]) -> Result<()> {
        decorators.iter().try_for_each(|d| self.expr(d))
    }

    /// Calls the decorators below the function on the stack, innermost first.
    pub(super) fn apply_decorators(&mut self, decorators: &[Expr]) {
        let outer = self.loc();
        for d in decorators.iter().rev() {
            self.set_loc(d.loc);
            self.emit(Op::PRECALL, 0);
            self.emit(Op::CALL, 0);
        }
        self.set_loc(outer);
    }

    /// Pushes default values; MAKE_FUNCTION's bits for them.
    fn defaults(&mut self, args: &Arguments) -> Result<u32> {
        let mut how = 0;
        if !args.defaults.is_empty() {
            for d in &args.defaults {
                self.expr(d)?;
            }
            self.emit(Op::BUILD_TUPLE, args.defaults.len() as u32);
            how |= DEFAULTS;
        }
        let mut keys = Vec::new();
        for (arg, default) in args.kwonly.iter().zip(&args.kw_defaults) {
            if let Some(d) = default {
                let mangled = self.mangled(arg.name);
                keys.push(Const::Str(self.pystr(mangled)));
                self.expr(d)?;
            }
        }
        if !keys.is_empty() {
            let n = keys.len() as u32;
            self.load_const(Const::Tuple(keys.into()));
            self.emit(Op::BUILD_CONST_KEY_MAP, n);
            how |= KW_DEFAULTS;
        }
        Ok(how)
    }

    /// Pushes a tuple of names and annotations; false if there are none.
    fn annotations(&mut self, args: &Arguments, returns: Option<&Expr>) -> Result<bool> {
        let mut n = 0;
        let annotated = args
            .args
            .iter()
            .chain(&args.posonly)
            .chain(&args.vararg)
            .chain(&args.kwonly)
            .chain(&args.kwarg);
        for arg in annotated {
            n += self.annotation(arg.name, arg.annotation.as_ref())?;
        }
        let name = self.sym("return");
        n += self.annotation(name, returns)?;
        if n > 0 {
            self.emit(Op::BUILD_TUPLE, n);
        }
        Ok(n > 0)
    }

    fn annotation(&mut self, name: Sym, annotation: Option<&Expr>) -> Result<u32> {
        let Some(a) = annotation else { return Ok(0) };
        let mangled = self.mangled(name);
        self.load_name_const(mangled);
        if self.future_annotations() {
            self.annotation_text(a)?;
        } else if let ExprKind::Starred { value, .. } = &a.kind {
            self.expr(value)?;
            self.emit(Op::UNPACK_SEQUENCE, 1);
        } else {
            self.expr(a)?;
        }
        Ok(2)
    }

    /// Pushes a finished scope as a function.
    pub(super) fn make_closure(&mut self, finished: Finished, mut how: u32) {
        let Finished { code, frees } = finished;
        if !frees.is_empty() {
            for name in &frees {
                let table = self.table();
                let class_cell = table.kind == BlockKind::Class && self.text(*name) == "__class__";
                let cell = class_cell || table.scope(*name) == Some(Scope::Cell);
                let arg = self.deref_index(*name, cell);
                self.emit(Op::LOAD_CLOSURE, arg);
            }
            how |= CLOSURE;
            self.emit(Op::BUILD_TUPLE, frees.len() as u32);
        }
        self.load_code(code);
        self.emit(Op::MAKE_FUNCTION, how);
    }

    fn load_code(&mut self, code: CodeObject) {
        self.load_const(Const::Code(code.into()));
    }
}
