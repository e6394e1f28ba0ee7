//! Code generation: one [`Unit`] per scope, each assembled as soon as it is complete.
//!
//! The [`Generator`] holds a stack of open scopes. Every instruction takes the *current location*, which statements and
//! expressions set on entry and restore on exit; code that belongs to no line is emitted with it unset, and assembly gives
//! such code the line of whatever leads to it. Where a location is set, unset or left alone is observable, in
//! tracebacks and in traced lines, and follows CPython 3.11 to the instruction.
//!
//! One file per family of constructs; `dialect` has the hooks for low-level Python.

mod assign;
mod call;
mod class;
mod comprehension;
mod control;
mod dialect;
mod exceptions;
mod expr;
mod function;
mod import;
mod jumps;
mod name;
mod pattern;
mod stmt;
mod unparse;
mod warn;
mod with;

use std::collections::HashMap;

use hotpy_code::object::flags;
use hotpy_code::{CodeObject, Const, PyStr};
use hotpy_isa::Op;

pub use dialect::Dialect;

use crate::Options;
use crate::ast::{Body, Module, Names, NodeId, Stmt, Sym};
use crate::cfg::{BlockId, Loc, Unit};
use crate::errors::{CompileError, Result, SyntaxError, Warning, WarningKind};
use crate::future::Future;
use crate::mangle::mangle;
use crate::parse::Kinds;
use crate::symtable::{BlockKind, Scope, SymTable, Table, flag};

/// Above this many values CPython builds collections piecemeal instead of on the stack.
const STACK_USE: usize = 30;
/// Statically nested blocks allowed.
const MAX_BLOCKS: usize = 20;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ScopeKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
}

/// What encloses the code being generated, for `break`, `continue` and `return` to undo.
#[derive(Clone, Copy, Debug)]
enum Frame<'a> {
    While {
        start: BlockId,
        exit: BlockId,
    },
    For {
        start: BlockId,
        exit: BlockId,
    },
    TryExcept,
    FinallyTry(&'a [Stmt]),
    FinallyEnd,
    With {
        loc: Loc,
        is_async: bool,
    },
    /// The body of an `except`; the name, if any, is deleted at its end.
    HandlerCleanup(Option<Sym>),
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehension,
}

/// An open scope.
struct ScopeState<'a> {
    unit: Unit,
    table: usize,
    kind: ScopeKind,
    /// The class whose private names are mangled.
    private: Option<Sym>,
    name: Sym,
    loc: Loc,
    frames: Vec<Frame<'a>>,
    locals: HashMap<Sym, u32, ahash::RandomState>,
    cells: Vec<Sym>,
    frees: Vec<Sym>,
}

/// A closed scope.
struct Finished {
    code: CodeObject,
    /// Its free variables, in order.
    frees: Vec<Sym>,
}

/// Generates code. Dialects get one to work with; the methods marked *for dialects* are meant for them.
pub struct Generator<'a> {
    names: &'a mut Names,
    table: &'a SymTable,
    options: &'a Options,
    future: Future,
    dialect: Option<&'a dyn Dialect>,
    warnings: &'a mut Vec<Warning>,
    kinds: &'a Kinds,
    interactive: bool,
    scopes: Vec<ScopeState<'a>>,
    texts: HashMap<Sym, PyStr, ahash::RandomState>,
}

/// Generates and assembles a whole module.
#[allow(clippy::too_many_arguments)]
pub fn generate<'a>(
    module: &'a Module,
    names: &'a mut Names,
    table: &'a SymTable,
    options: &'a Options,
    future: Future,
    dialect: Option<&'a dyn Dialect>,
    warnings: &'a mut Vec<Warning>,
    kinds: &'a Kinds,
) -> Result<CodeObject> {
    let mut g = Generator {
        names,
        table,
        options,
        future,
        dialect,
        warnings,
        kinds,
        interactive: false,
        scopes: Vec::new(),
        texts: HashMap::default(),
    };
    let name = g.names.get_or_intern("<module>");
    g.enter(name, ScopeKind::Module, NodeId(0), 1)?;
    let add_none = match &module.body {
        Body::Exec(body) => {
            g.body(body)?;
            true
        }
        Body::Single(body) => {
            g.interactive = true;
            if stmt::has_annotations(body) {
                // As CPython has it: before the first line's first column.
                g.set_loc(Loc {
                    line: 1,
                    col: 0,
                    end_line: 1,
                    end_col: 0,
                });
                g.emit(Op::SETUP_ANNOTATIONS, 0);
            }
            g.stmts(body)?;
            true
        }
        Body::Eval(e) => {
            g.expr(e)?;
            false
        }
    };
    Ok(g.exit(add_none)?.code)
}

impl<'a> Generator<'a> {
    fn scope(&self) -> &ScopeState<'a> {
        &self.scopes[self.scopes.len() - 1]
    }

    fn scope_mut(&mut self) -> &mut ScopeState<'a> {
        let top = self.scopes.len() - 1;
        &mut self.scopes[top]
    }

    fn unit(&mut self) -> &mut Unit {
        &mut self.scope_mut().unit
    }

    fn table(&self) -> &'a Table {
        &self.table.tables[self.scope().table]
    }

    fn kind(&self) -> ScopeKind {
        self.scope().kind
    }

    fn future_annotations(&self) -> bool {
        self.future.features & crate::future::ANNOTATIONS != 0
    }

    fn top_level_await(&self) -> bool {
        self.options.flags & crate::ALLOW_TOP_LEVEL_AWAIT != 0
            && self.table().kind == BlockKind::Module
    }

    /// The text of a name (*for dialects*).
    pub fn text(&self, name: Sym) -> &str {
        self.names.resolve(&name)
    }

    fn pystr(&mut self, name: Sym) -> PyStr {
        if let Some(s) = self.texts.get(&name) {
            return s.clone();
        }
        let s = PyStr::from(self.names.resolve(&name));
        self.texts.insert(name, s.clone());
        s
    }

    fn sym(&mut self, text: &str) -> Sym {
        self.names.get_or_intern(text)
    }

    fn mangled(&mut self, name: Sym) -> Sym {
        let private = self.scope().private;
        mangle(self.names, private, name)
    }

    // Scopes.

    fn enter(&mut self, name: Sym, kind: ScopeKind, node: NodeId, line: i32) -> Result<()> {
        let table = self.table.of(node);
        let mut unit = Unit::new();
        let entry = &self.table.tables[table];
        let mut cells = self.sorted(entry, |s, _| s == Some(Scope::Cell));
        if entry.needs_class_closure {
            cells = vec![self.sym("__class__")];
        }
        let frees = self.sorted(entry, |s, f| {
            s == Some(Scope::Free) || f & flag::FREE_CLASS != 0
        });
        unit.cellvars = cells.iter().map(|&s| self.pystr(s)).collect();
        unit.freevars = frees.iter().map(|&s| self.pystr(s)).collect();
        unit.varnames = entry.varnames.iter().map(|&s| self.pystr(s)).collect();
        let locals = entry
            .varnames
            .iter()
            .zip(0..)
            .map(|(&s, i)| (s, i))
            .collect();
        unit.name = self.pystr(name);
        unit.filename = self.options.filename.clone();
        unit.firstlineno = line as u32;
        let private = self.scopes.last().and_then(|s| s.private);
        let at = if kind == ScopeKind::Module { 0 } else { line };
        let loc = Loc {
            line: at,
            end_line: line,
            col: 0,
            end_col: 0,
        };
        let state = ScopeState {
            unit,
            table,
            kind,
            private,
            name,
            loc,
            frames: Vec::new(),
            locals,
            cells,
            frees,
        };
        self.scopes.push(state);
        let qualname = self.qualname();
        self.unit().qualname = qualname;
        self.emit(Op::RESUME, 0);
        if kind == ScopeKind::Module {
            self.scope_mut().loc.line = -1;
        }
        Ok(())
    }

    /// Names of a table that pass `keep`, in the order of their text.
    fn sorted(&self, table: &Table, keep: impl Fn(Option<Scope>, u32) -> bool) -> Vec<Sym> {
        let symbols = table.symbols.iter().filter(|(_, s)| keep(s.scope, s.flags));
        let mut out: Vec<Sym> = symbols.map(|(&name, _)| name).collect();
        out.sort_by(|a, b| self.names.resolve(a).cmp(self.names.resolve(b)));
        out
    }

    fn qualname(&mut self) -> PyStr {
        let depth = self.scopes.len();
        let name = self.scope().name;
        let own = self.pystr(name);
        if depth <= 2 && self.scopes[0].kind == ScopeKind::Module {
            return own;
        }
        let kind = self.kind();
        let parent = &self.scopes[depth - 2];
        if matches!(
            kind,
            ScopeKind::Function | ScopeKind::AsyncFunction | ScopeKind::Class
        ) {
            let mangled = mangle(self.names, parent.private, name);
            if self.table.tables[parent.table].scope(mangled) == Some(Scope::GlobalExplicit) {
                return own;
            }
        }
        let mut text = parent.unit.qualname.0.to_vec();
        if matches!(
            parent.kind,
            ScopeKind::Function | ScopeKind::AsyncFunction | ScopeKind::Lambda
        ) {
            text.extend_from_slice(b".<locals>");
        }
        text.push(b'.');
        text.extend_from_slice(&own.0);
        PyStr(text.into())
    }

    /// Ends the scope: adds the implicit return, computes the flags, assembles.
    fn exit(&mut self, add_none: bool) -> Result<Finished> {
        if self.unit().current().instrs.last().map(|i| i.op) != Some(Op::RETURN_VALUE) {
            self.unset_loc();
            if add_none {
                self.load_const(Const::None);
            }
            self.emit(Op::RETURN_VALUE, 0);
        }
        let code_flags = self.code_flags();
        let Some(mut state) = self.scopes.pop() else {
            return Err(internal("no open scope"));
        };
        state.unit.flags = code_flags;
        let code = crate::assemble::assemble(state.unit)
            .map_err(|e| CompileError::Overflow(e.to_string()))?;
        Ok(Finished {
            code,
            frees: state.frees,
        })
    }

    fn code_flags(&self) -> u32 {
        let table = self.table();
        let mut bits = 0;
        if table.is_function() {
            bits |= flags::NEWLOCALS | flags::OPTIMIZED;
            if table.nested {
                bits |= flags::NESTED;
            }
            bits |= match (table.generator, table.coroutine) {
                (true, false) => flags::GENERATOR,
                (false, true) => flags::COROUTINE,
                (true, true) => flags::ASYNC_GENERATOR,
                (false, false) => 0,
            };
            if table.varargs {
                bits |= flags::VARARGS;
            }
            if table.varkeywords {
                bits |= flags::VARKEYWORDS;
            }
            bits |= self.dialect.map_or(0, |d| d.function_flags());
        }
        bits |= (self.options.flags | self.future.features) & crate::FEATURES;
        if self.top_level_await() && table.coroutine && !table.generator {
            bits |= flags::COROUTINE;
        }
        bits
    }

    // Locations.

    /// The current location (*for dialects*).
    pub fn loc(&self) -> Loc {
        self.scope().loc
    }

    /// Makes `loc` current (*for dialects*).
    pub fn set_loc(&mut self, loc: Loc) {
        self.scope_mut().loc = loc;
    }

    fn unset_loc(&mut self) {
        self.scope_mut().loc.line = -1;
    }

    // Errors.

    /// An error at the current location.
    fn fail<T>(&self, msg: impl Into<String>) -> Result<T> {
        Err(SyntaxError::at_node(msg, self.loc()).into())
    }

    /// An error of a dialect's rule at `loc` (*for dialects*).
    pub fn dialect_error(&self, loc: Loc, msg: impl Into<String>) -> CompileError {
        let mut e = SyntaxError::at_node(msg, loc);
        e.filename = self.options.filename.clone();
        CompileError::Dialect(Box::new(e))
    }

    fn warn(&mut self, msg: impl Into<String>) {
        let loc = self.loc();
        self.warnings.push(Warning {
            kind: WarningKind::SyntaxWarning,
            msg: msg.into(),
            loc,
        });
    }

    // Instructions and blocks.

    /// Appends an instruction at the current location, with `arg` as the interface of [`Unit`] says (*for dialects*).
    pub fn emit(&mut self, op: Op, arg: u32) {
        let loc = self.current_loc();
        self.start_block();
        self.unit().emit(op, arg, loc);
    }

    /// An instruction that belongs to no line, whatever the current location.
    fn emit_no_line(&mut self, op: Op, arg: u32) {
        self.start_block();
        self.unit().emit(op, arg, Loc::NONE);
    }

    /// Appends a jump or a SETUP_* (*for dialects*).
    pub fn emit_jump(&mut self, op: Op, target: BlockId) {
        let loc = self.current_loc();
        self.start_block();
        self.unit().emit_jump(op, target, loc);
    }

    fn emit_jump_no_line(&mut self, op: Op, target: BlockId) {
        self.start_block();
        self.unit().emit_jump(op, target, Loc::NONE);
    }

    fn current_loc(&self) -> Loc {
        let loc = self.loc();
        if loc.line < 0 { Loc::NONE } else { loc }
    }

    /// After an instruction that ends a block, a new one begins of itself.
    fn start_block(&mut self) {
        let unit = self.unit();
        if unit.current().instrs.last().is_some_and(|i| i.ends_block()) {
            let block = unit.new_block();
            unit.place(block);
        }
    }

    /// A label that is yet to be placed (*for dialects*).
    pub fn new_block(&mut self) -> BlockId {
        self.unit().new_block()
    }

    /// Places a label here (*for dialects*).
    pub fn place(&mut self, block: BlockId) {
        self.unit().place(block);
    }

    // Constants and names.

    /// Emits a load of `value` (*for dialects*).
    pub fn load_const(&mut self, value: Const) {
        let arg = self.const_index(value);
        self.emit(Op::LOAD_CONST, arg);
    }

    /// Index of a constant of the current unit (*for dialects*).
    pub fn const_index(&mut self, value: Const) -> u32 {
        if let Const::Code(code) = &value {
            // The body of a `finally` is generated twice: equal code objects are one constant.
            let same = |c: &Const| matches!(c, Const::Code(other) if same_code(other, code));
            if let Some(i) = self.unit().consts.iter().position(same) {
                return i as u32;
            }
        }
        self.unit().const_index(value)
    }

    fn load_name_const(&mut self, name: Sym) {
        let text = self.pystr(name);
        self.load_const(Const::Str(text));
    }

    /// Index of a name, mangled, in `co_names` (*for dialects*).
    pub fn name_index(&mut self, name: Sym) -> u32 {
        let mangled = self.mangled(name);
        let text = self.pystr(mangled);
        self.unit().name_index(&text)
    }

    /// An instruction whose operand is a name.
    fn emit_name(&mut self, op: Op, name: Sym) {
        let arg = self.name_index(name);
        self.emit(op, arg);
    }

    // Enclosing blocks.

    fn push_frame(&mut self, frame: Frame<'a>) -> Result<()> {
        if self.scope().frames.len() >= MAX_BLOCKS {
            return self.fail("too many statically nested blocks");
        }
        self.scope_mut().frames.push(frame);
        Ok(())
    }

    fn pop_frame(&mut self) {
        self.scope_mut().frames.pop();
    }
}

fn internal(msg: &str) -> CompileError {
    CompileError::Overflow(msg.to_owned())
}

/// Equality as `code.__eq__` has it.
fn same_code(a: &CodeObject, b: &CodeObject) -> bool {
    a.name == b.name
        && a.firstlineno == b.firstlineno
        && a.code == b.code
        && a.linetable == b.linetable
        && a.exceptiontable == b.exceptiontable
        && a.argcount == b.argcount
        && a.posonlyargcount == b.posonlyargcount
        && a.kwonlyargcount == b.kwonlyargcount
        && a.flags == b.flags
        && a.names == b.names
        && a.localsplusnames == b.localsplusnames
        && a.consts.len() == b.consts.len()
        && a.consts.iter().zip(&b.consts).all(|(x, y)| match (x, y) {
            (Const::Code(x), Const::Code(y)) => same_code(x, y),
            _ => x == y,
        })
}
