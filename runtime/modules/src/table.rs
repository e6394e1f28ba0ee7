//! The table of builtin modules: name and initialiser. `_imp` finds modules here, `sys.builtin_module_names` lists them.

use crate::dynamic;
use hotpy_objects::*;
use std::ffi::{CStr, CString};
use std::sync::Mutex;

/// Creates a module.
pub type Init = fn() -> PyResult<Ref<PyModuleObject>>;

/// Every module that is linked in.
pub const MODULES: &[(&str, Init)] = &[
    ("_abc", crate::abc::init),
    ("_ast", crate::ast::init),
    ("_codecs", crate::codecs::init),
    ("_collections", crate::collections::init),
    ("_functools", crate::functools::init),
    ("_hotpy", crate::hotpy::init),
    ("_imp", crate::imp::init),
    ("_io", crate::io::init),
    ("_locale", crate::locale::init),
    ("_operator", crate::operator::init),
    ("_signal", crate::signal::init),
    ("_sre", crate::sre::init),
    ("_stat", crate::stat::init),
    ("_string", crate::string::init),
    ("_symtable", crate::symtable::init),
    ("_thread", crate::thread::init),
    ("_tokenize", crate::tokenize::init),
    ("_tracemalloc", crate::tracemalloc::init),
    ("_warnings", crate::warnings::init),
    ("_weakref", crate::weakref::init),
    ("atexit", crate::atexit::init),
    ("builtins", crate::builtins::init),
    ("errno", crate::errno::init),
    ("faulthandler", crate::faulthandler::init),
    ("gc", crate::gc::init),
    ("itertools", crate::itertools::init),
    ("marshal", crate::marshal::init),
    ("posix", crate::posix::init),
    ("pwd", crate::pwd::init),
    ("sys", crate::sys::init),
    ("time", crate::time::init),
    ("xxsubtype", crate::xxsubtype::init),
];

/// What C code that embeds HotPy has added before it starts (`PyImport_AppendInittab`): name and init function.
static ADDED: Mutex<Vec<(CString, dynamic::Init)>> = Mutex::new(Vec::new());

/// Adds a builtin module.
pub fn append(name: &CStr, init: dynamic::Init) {
    if let Ok(mut added) = ADDED.lock() {
        added.push((name.to_owned(), init));
    }
}

/// The init function of a module that C code has added.
pub fn added(name: &str) -> Option<(CString, dynamic::Init)> {
    let added = ADDED.lock().ok()?;
    let found = added
        .iter()
        .rev()
        .find(|(n, _)| n.to_bytes() == name.as_bytes());
    found.cloned()
}

/// The names of all builtin modules.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = MODULES.iter().map(|m| m.0.to_owned()).collect();
    if let Ok(added) = ADDED.lock() {
        names.extend(added.iter().map(|(n, _)| n.to_string_lossy().into_owned()));
    }
    names.sort_unstable();
    names
}

/// Makes the module of that name; `None` if it is not linked in. `sys` and `builtins` exist once.
pub fn create(name: &str) -> PyResult<Option<Ref<PyModuleObject>>> {
    if let Some(existing) = match name {
        "sys" => crate::sys::module(),
        "builtins" => crate::builtins::module(),
        _ => None,
    } {
        return Ok(Some(existing));
    }
    match MODULES.iter().find(|(known, _)| *known == name) {
        Some((_, init)) => init().map(Some),
        None => Ok(None),
    }
}
