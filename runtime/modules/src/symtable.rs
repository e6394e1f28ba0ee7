//! `_symtable`: the compiler's symbol table as objects, one per scope.

use crate::builtins::run::{filename_arg, source_bytes};
use crate::engine::{self, Mode};
use crate::support::*;
use hotpy_compiler::ast::Names;
use hotpy_compiler::symtable::{BlockKind, Scope, SymTable, flag};
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::{fast, slot};
use hotpy_objects::flags::{member, tp};
use hotpy_objects::*;
use std::mem::offset_of;

/// Where a symbol's [`Scope`] stands in its flags, and how wide it is.
const SCOPE_OFF: i64 = 11;
const SCOPE_MASK: i64 = 15;

/// A scope.
#[repr(C)]
struct Entry {
    ob_base: PyObject,
    id: Slot<PyObject>,
    name: Slot<PyObject>,
    symbols: Slot<PyObject>,
    varnames: Slot<PyObject>,
    children: Slot<PyObject>,
    nested: Cell<i32>,
    kind: Cell<i32>,
    lineno: Cell<i32>,
}

// SAFETY: U2, repr(C) with the header first.
unsafe impl Object for Entry {}
// SAFETY: U1.
unsafe impl Sync for Entry {}

builtin!(Entry = EntryType);

static EntryType: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_getattro: Cell::new(Some(protocol::PyObject_GenericGetAttr)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::DISALLOW_INSTANTIATION),
    tp_traverse: slot::traverse(traverse),
    tp_members: members(MEMBERS),
    ..PyTypeObject::new::<Entry>(c"symtable entry")
};

const fn object(name: &'static std::ffi::CStr, offset: usize) -> PyMemberDef {
    readonly_object(name, offset, c"")
}

const fn number(name: &'static std::ffi::CStr, offset: usize) -> PyMemberDef {
    def::member(name, member::INT, offset, member::READONLY, c"")
}

static_table! {
static MEMBERS: [PyMemberDef] = [
    object(c"id", offset_of!(Entry, id)),
    object(c"name", offset_of!(Entry, name)),
    object(c"symbols", offset_of!(Entry, symbols)),
    object(c"varnames", offset_of!(Entry, varnames)),
    object(c"children", offset_of!(Entry, children)),
    number(c"nested", offset_of!(Entry, nested)),
    number(c"type", offset_of!(Entry, kind)),
    number(c"lineno", offset_of!(Entry, lineno)),
    PyMemberDef::END,
];
}

impl Entry {
    fn owned(&self) -> [&Slot<PyObject>; 5] {
        [
            &self.id,
            &self.name,
            &self.symbols,
            &self.varnames,
            &self.children,
        ]
    }
}

/// # Safety
/// U3, and the count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete; nothing refers to it any more.
    unsafe {
        gc::untrack(&*this);
        for field in (*this.cast::<Entry>()).owned() {
            field.take();
        }
        mem::free_gc_object(this);
    }
}

extern "C" fn traverse(this: &Entry, visit: visitproc, arg: *mut c_void) -> c_int {
    for field in this.owned() {
        let answer = field.get().map_or(0, |o| visit(o, arg));
        if answer != 0 {
            return answer;
        }
    }
    0
}

extern "C" fn repr(this: &Entry) -> PyResult {
    let shown = |o: Option<&PyObject>| -> PyResult<String> {
        o.map_or(Ok(String::new()), |o| {
            Ok(protocol::str(o)?.to_string_lossy())
        })
    };
    text(&format!(
        "<symtable entry {}({}), line {}>",
        shown(this.name.get())?,
        shown(this.id.get())?,
        this.lineno.get()
    ))
}

/// The number of a scope kind in a symbol's flags.
fn scope_number(scope: Option<Scope>) -> i64 {
    match scope {
        None => 0,
        Some(Scope::Local) => 1,
        Some(Scope::GlobalExplicit) => 2,
        Some(Scope::GlobalImplicit) => 3,
        Some(Scope::Free) => 4,
        Some(Scope::Cell) => 5,
    }
}

/// The object for scope `index` and all within it.
fn entry(table: &SymTable, names: &Names, index: usize) -> PyResult {
    let _guard = errors::enter_native(" during compilation")?;
    let scope = &table.tables[index];
    let name = |sym| -> PyResult { Ok(str_::intern(names.resolve(&sym))?.into_object()) };
    let symbols = dict::new()?;
    for (sym, symbol) in &scope.symbols {
        let flags = symbol.flags as i64 | scope_number(symbol.scope) << SCOPE_OFF;
        symbols.set_item(&*name(*sym)?, &*int(flags)?)?;
    }
    let varnames = scope.varnames.iter().map(|v| name(*v));
    let varnames = list(varnames.collect::<PyResult<_>>()?)?;
    let children = scope.children.iter().map(|c| entry(table, names, *c));
    let children = list(children.collect::<PyResult<_>>()?)?;
    let kind = match scope.kind {
        BlockKind::Function => 0,
        BlockKind::Class => 1,
        BlockKind::Module => 2,
        BlockKind::Annotation => 3,
    };
    let e = mem::create_gc(&EntryType, |header| Entry {
        ob_base: header,
        id: Slot::EMPTY,
        name: Slot::EMPTY,
        symbols: Slot::EMPTY,
        varnames: Slot::EMPTY,
        children: Slot::EMPTY,
        nested: Cell::new(scope.nested as i32),
        kind: Cell::new(kind),
        lineno: Cell::new(scope.line),
    })?;
    // A scope's own address tells it from all that live.
    e.id.set(Some(uint(e.as_ptr() as u64)?));
    e.name.set(Some(name(scope.name)?));
    e.symbols.set(Some(symbols.into_object()));
    e.varnames.set(Some(varnames));
    e.children.set(Some(children));
    gc::track(&e.ob_base);
    Ok(e.into_object())
}

extern "C" fn symtable(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("symtable", args.len(), 3, 3)?;
    let filename = filename_arg(args[1])?;
    let mode = str_arg("symtable", "argument 3", args[2])?;
    let (source, is_text) =
        source_bytes(args[0], "symtable() arg 1 must be a string or bytes object")?;
    let mode = match mode.to_string_lossy().as_str() {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => {
            return Err(raise!(
                ValueError,
                "symtable() arg 3 must be 'exec' or 'eval' or 'single'"
            ));
        }
    };
    engine::symbols(&source, is_text, &filename, mode, &|table, names| {
        entry(table, names, 0)
    })
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast::<PyObject>(c"symtable", symtable, c"symtable($module, source, filename, startstr, /)\n--\n\nThe symbol table of a program: its outermost scope."),
    PyMethodDef::END,
];
}

const CONSTANTS: &[(&str, i64)] = &[
    ("USE", flag::USE as i64),
    ("DEF_GLOBAL", flag::GLOBAL as i64),
    ("DEF_NONLOCAL", flag::NONLOCAL as i64),
    ("DEF_LOCAL", flag::LOCAL as i64),
    ("DEF_PARAM", flag::PARAM as i64),
    ("DEF_FREE", 32),
    ("DEF_FREE_CLASS", flag::FREE_CLASS as i64),
    ("DEF_IMPORT", flag::IMPORT as i64),
    ("DEF_BOUND", flag::BOUND as i64),
    ("DEF_ANNOT", flag::ANNOT as i64),
    ("TYPE_FUNCTION", 0),
    ("TYPE_CLASS", 1),
    ("TYPE_MODULE", 2),
    ("LOCAL", 1),
    ("GLOBAL_EXPLICIT", 2),
    ("GLOBAL_IMPLICIT", 3),
    ("FREE", 4),
    ("CELL", 5),
    ("SCOPE_OFF", SCOPE_OFF),
    ("SCOPE_MASK", SCOPE_MASK),
];

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    typeobject::ready(&EntryType)?;
    let module = module::with_methods("_symtable", "", METHODS)?;
    for (name, value) in CONSTANTS {
        add_int(&module, name, *value)?;
    }
    Ok(module)
}
