//! The table of builtin modules: name and initialiser. `_imp` finds modules here, `sys.builtin_module_names` lists them.

use hotpy_objects::*;

/// Creates a module.
pub type Init = fn() -> PyResult<Ref<PyModuleObject>>;

/// Every module that is linked in.
pub const MODULES: &[(&str, Init)] = &[
    ("_signal", crate::signal::init),
    ("_thread", crate::thread::init),
    ("errno", crate::errno::init),
    ("marshal", crate::marshal::init),
    ("posix", crate::posix::init),
    ("sys", crate::sys::init),
    ("time", crate::time::init),
];
