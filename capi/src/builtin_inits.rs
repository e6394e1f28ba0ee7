//! The init functions of the builtin modules, as an embedder's table of modules may name them.

use crate::support::*;
use hotpy_modules::table;

/// A new module, as an import would make it.
fn made(name: &str) -> PyResult<Ref<PyModuleObject>> {
    table::create(name)?.ok_or_else(|| raise!(SystemError, "no builtin module '{name}'"))
}

macro_rules! inits {
    ($($function:ident $name:literal,)*) => {
        export! { $(fn $function() -> PyResult<Ref<PyModuleObject>> { made($name) })* }
    };
}

inits! {
    PyInit__abc "_abc",
    PyInit__ast "_ast",
    PyInit__codecs "_codecs",
    PyInit__collections "_collections",
    PyInit__functools "_functools",
    PyInit__imp "_imp",
    PyInit__io "_io",
    PyInit__locale "_locale",
    PyInit__operator "_operator",
    PyInit__signal "_signal",
    PyInit__sre "_sre",
    PyInit__stat "_stat",
    PyInit__string "_string",
    PyInit__symtable "_symtable",
    PyInit__thread "_thread",
    PyInit__tokenize "_tokenize",
    PyInit__tracemalloc "_tracemalloc",
    PyInit__weakref "_weakref",
    PyInit_atexit "atexit",
    PyInit_errno "errno",
    PyInit_faulthandler "faulthandler",
    PyInit_gc "gc",
    PyInit_itertools "itertools",
    PyInit_posix "posix",
    PyInit_pwd "pwd",
    PyInit_time "time",
    PyInit_xxsubtype "xxsubtype",
    PyMarshal_Init "marshal",
    _PyWarnings_Init "_warnings",
}
