//! Code generation: the hooks into `hotpy-compiler` for what the dialect means differently.
//!
//! | source | code |
//! | --- | --- |
//! | `$op(a, b)` | a, b, the op with its immediate; an op without an answer leaves None, or nothing in a statement |
//! | `found, v = $op(a)` | a, the op, STORE_FAST found, STORE_FAST v |
//! | `obj.$field` | obj, `$load_field`; stored to: value, obj, `$store_field` |
//! | `obj$attr` | a call of `load_special(obj, 'attr')` |
//! | free name | `$constant` or `$surrogate` |
//! | `return f(a)` outside `try` | empty slot, f, a, `$tail_call` |
//!
//! The rules were checked before, so what does not fit here is a defect of the check, and reported as an error all the same.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use hotpy_code::blob::Surrogate;
use hotpy_code::object::flags;
use hotpy_code::{CodeObject, Const, Loc, PyStr};
use hotpy_compiler::ast::*;
use hotpy_compiler::{CompileError, Dialect, Generator, Options, compile_ast};
use hotpy_isa::constants::Constant;
use hotpy_isa::fields::Field;
use hotpy_isa::{Imm, Op, Returns};

use crate::check::{self, Plan, is_written, pair, plain};
use crate::diagnostics::Diagnostic;
use crate::lexer::{Dollar, Dollars};
use crate::{Known, LOAD_SPECIAL, Parsed, syntax_error};

type Result<T> = std::result::Result<T, CompileError>;

struct Hooks<'a> {
    dollars: &'a Dollars,
    known: &'a Known,
    plan: &'a Plan,
    /// Which function is being compiled, and its locals.
    next: Cell<usize>,
    locals: RefCell<HashSet<Sym>>,
}

/// Generates the code of a checked file.
pub(crate) fn compile(
    p: Parsed,
    plan: Plan,
    known: &Known,
) -> std::result::Result<Vec<Surrogate>, Diagnostic> {
    let Parsed {
        file,
        module,
        mut names,
        dollars,
        declared,
    } = p;
    let hooks = Hooks {
        dollars: &dollars,
        known,
        plan: &plan,
        next: Cell::new(0),
        locals: RefCell::default(),
    };
    let options = Options {
        filename: PyStr::from(file.path.as_str()),
        // Docstrings are for readers of the source.
        optimize: 2,
        ..Options::default()
    };
    let compiled = compile_ast(module, &mut names, &options, Some(&hooks))
        .map_err(|e| syntax_error(file, e))?;
    let codes: Vec<Rc<CodeObject>> = compiled
        .code
        .consts
        .into_iter()
        .filter_map(|c| match c {
            Const::Code(code) => Some(code),
            _ => None,
        })
        .collect();
    let mut all = Vec::new();
    for d in declared {
        let code = codes
            .iter()
            .find(|c| c.name.to_str() == Some(&d.signature.name));
        let Some(code) = code else {
            let message = format!("no code for `{}`", d.signature.name);
            return Err(Diagnostic::of_file(&file.path, message));
        };
        let mut replaces: Vec<_> = d.replaces.into_iter().map(|(r, _)| r).collect();
        replaces.sort();
        all.push(Surrogate {
            name: d.signature.name,
            replaces,
            recursion: d.recursion,
            place: d.place,
            effects: d.signature.effects,
            params: d.signature.params.iter().map(|(_, ty)| *ty).collect(),
            returns: d.signature.returns,
            code: code.clone(),
        });
    }
    Ok(all)
}

impl Hooks<'_> {
    /// The op that a callee names.
    fn op(&self, g: &Generator<'_>, func: &Expr) -> Option<Op> {
        let ExprKind::Name { id, .. } = &func.kind else {
            return None;
        };
        let at = (func.loc.line, func.loc.col);
        if self.dollars.get(&at) != Some(&Dollar::Op) {
            return None;
        }
        g.text(*id).strip_prefix('_').and_then(Op::from_dollar)
    }

    /// Emits an op's operands and the op.
    fn emit_op(&self, g: &mut Generator<'_>, op: Op, call: &Call, loc: Loc) -> Result<Returns> {
        let Some(row) = op.info().dollar else {
            return Err(g.dialect_error(loc, "not an atomic op"));
        };
        let written = usize::from(is_written(row.imm));
        let (operands, imm) = call.args.split_at(call.args.len() - written);
        for operand in operands {
            g.expr(operand)?;
        }
        let arg = match (row.imm, imm.first()) {
            (Imm::None, _) => 0,
            (Imm::Count, _) => {
                let fixed = row.operands.len() - usize::from(row.is_variadic());
                (operands.len() - fixed) as u32
            }
            (Imm::Const, Some(e)) => match e.as_constant() {
                Some(c) => g.const_index(c.clone()),
                None => return Err(g.dialect_error(e.loc, "the immediate must be a literal")),
            },
            (imm, Some(e)) => self.immediate(g, imm, e)?,
            (_, None) => return Err(g.dialect_error(loc, "the immediate is missing")),
        };
        g.set_loc(loc);
        g.emit(op, arg);
        Ok(row.returns)
    }

    fn immediate(&self, g: &mut Generator<'_>, imm: Imm, e: &Expr) -> Result<u32> {
        let word = match &e.kind {
            ExprKind::Name { id, .. } => Some(g.text(*id).to_owned()),
            _ => None,
        };
        // `check::immediate` wants a table of names; the generator's is not to be had, so the name is put into one.
        let mut names = Names::with_hasher(Default::default());
        let number = match word {
            Some(word) => {
                let kind = ExprKind::Name {
                    id: names.get_or_intern(word),
                    ctx: ExprContext::Load,
                };
                check::immediate(imm, &Expr::new(kind, e.loc), &names, self.known)
            }
            None => check::immediate(imm, e, &names, self.known),
        };
        number.map_err(|(message, _)| g.dialect_error(e.loc, message))
    }

    /// How an attribute is written.
    fn attribute_dollar(&self, g: &Generator<'_>, attr: Sym, loc: Loc) -> Option<Dollar> {
        let start = loc.end_col - g.text(attr).len() as i32;
        check::attribute_dollar(self.dollars, start, loc).0
    }

    fn field(&self, g: &Generator<'_>, attr: Sym, loc: Loc) -> Result<u32> {
        let name = g.text(attr).strip_prefix('_').unwrap_or("");
        match Field::from_name(name) {
            Some(f) => Ok(f.number()),
            None => Err(g.dialect_error(loc, format!("no native field `${name}`"))),
        }
    }

    /// `return f(a, ...)`
    fn tail_call(&self, g: &mut Generator<'_>, call: &Call, loc: Loc) -> Result<()> {
        g.set_loc(call.func.loc);
        g.emit(Op::PUSH_NULL, 0);
        g.expr(&call.func)?;
        for a in &call.args {
            g.expr(a)?;
        }
        g.set_loc(loc);
        g.emit(Op::S_TAIL_CALL, call.args.len() as u32);
        Ok(())
    }
}

impl Dialect for Hooks<'_> {
    fn call(&self, g: &mut Generator<'_>, call: &Call, loc: Loc) -> Option<Result<()>> {
        let op = self.op(g, &call.func)?;
        let done = self
            .emit_op(g, op, call, loc)
            .and_then(|returns| match returns {
                Returns::None => {
                    g.load_const(Const::None);
                    Ok(())
                }
                Returns::Found(_) | Returns::NoReturn => {
                    Err(g.dialect_error(loc, format!("{op} cannot stand in an expression")))
                }
                Returns::Value(_) | Returns::Bool => Ok(()),
            });
        Some(done)
    }

    fn attribute(
        &self,
        g: &mut Generator<'_>,
        value: &Expr,
        attr: Sym,
        loc: Loc,
    ) -> Option<Result<()>> {
        let done = match self.attribute_dollar(g, attr, loc)? {
            Dollar::Field => g.expr(value).and_then(|()| {
                let number = self.field(g, attr, loc)?;
                g.emit(Op::S_LOAD_FIELD, number);
                Ok(())
            }),
            _ => {
                let name = Const::Str(PyStr::from(g.text(attr)));
                g.emit(Op::PUSH_NULL, 0);
                g.emit(Op::S_SURROGATE, self.known.number(LOAD_SPECIAL));
                g.expr(value).map(|()| {
                    g.load_const(name);
                    g.emit(Op::PRECALL, 2);
                    g.emit(Op::CALL, 2);
                })
            }
        };
        Some(done)
    }

    fn store_attribute(
        &self,
        g: &mut Generator<'_>,
        value: &Expr,
        attr: Sym,
        loc: Loc,
    ) -> Option<Result<()>> {
        self.attribute_dollar(g, attr, loc)?;
        let done = g.expr(value).and_then(|()| {
            let number = self.field(g, attr, loc)?;
            g.emit(Op::S_STORE_FIELD, number);
            Ok(())
        });
        Some(done)
    }

    fn name(&self, g: &mut Generator<'_>, name: Sym, loc: Loc) -> Option<Result<()>> {
        if self.locals.borrow().contains(&name) {
            return None;
        }
        let text = g.text(name).to_owned();
        if self.known.signature(&text).is_some() {
            g.emit(Op::S_SURROGATE, self.known.number(&text));
        } else if let Some(c) = Constant::from_name(&text) {
            g.emit(Op::S_CONSTANT, c.number());
        } else {
            let message = format!("`{text}` is no constant of the runtime");
            return Some(Err(g.dialect_error(loc, message)));
        }
        Some(Ok(()))
    }

    fn statement(&self, g: &mut Generator<'_>, stmt: &Stmt) -> Option<Result<()>> {
        match &stmt.kind {
            StmtKind::FunctionDef(_) => {
                let i = self.next.replace(self.next.get() + 1);
                *self.locals.borrow_mut() = self.plan.locals.get(i).cloned().unwrap_or_default();
                None
            }
            StmtKind::Assign { targets, value } => {
                let ExprKind::Call(call) = &value.kind else {
                    return None;
                };
                let op = self.op(g, &call.func)?;
                if !matches!(op.info().dollar?.returns, Returns::Found(_)) {
                    return None;
                }
                let (found, name) = pair(targets)?;
                let done = self.emit_op(g, op, call, value.loc).and_then(|_| {
                    g.set_loc(targets[0].loc);
                    g.variable(found, ExprContext::Store)?;
                    g.variable(name, ExprContext::Store)
                });
                Some(done)
            }
            StmtKind::Expr(e) => {
                let ExprKind::Call(call) = &e.kind else {
                    return None;
                };
                let op = self.op(g, &call.func)?;
                match op.info().dollar?.returns {
                    Returns::None | Returns::NoReturn => {
                        Some(self.emit_op(g, op, call, e.loc).map(|_| ()))
                    }
                    _ => None,
                }
            }
            StmtKind::Return(Some(e)) => {
                let ExprKind::Call(call) = &e.kind else {
                    return None;
                };
                if let Some(op) = self.op(g, &call.func) {
                    let ends = op.info().dollar?.returns == Returns::NoReturn;
                    return ends.then(|| self.emit_op(g, op, call, e.loc).map(|_| ()));
                }
                let tail = self.plan.tails.contains(&(stmt.loc.line, stmt.loc.col));
                (tail && plain(call)).then(|| self.tail_call(g, call, e.loc))
            }
            _ => None,
        }
    }

    fn function_flags(&self) -> u32 {
        flags::SURROGATE
    }
}
