//! The table of builtin modules: name and initialiser. `_imp` finds modules here, `sys.builtin_module_names` lists them.

use hotpy_objects::*;

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
