//! `_hotpy`: what only this implementation has; for its tests and tools.

use hotpy_objects::def::one;
use hotpy_objects::*;

/// `surrogate(name)`
extern "C" fn surrogate(_: &PyObject, name: &PyObject) -> PyResult {
    let Some(name) = name.downcast::<Str>() else {
        return Err(raise!(
            TypeError,
            "surrogate() argument must be str, not {}",
            name.ty().name()
        ));
    };
    let name = name.to_string_lossy();
    match hotpy_vm::surrogates::by_name(&name) {
        Some(function) => Ok(function.into_object()),
        None => Err(raise!(LookupError, "no surrogate '{name}'")),
    }
}

static_table! {
static METHODS: [PyMethodDef] = [
    one::<PyObject>(c"surrogate", surrogate, c"surrogate($module, name, /)\n--\n\nThe function of a surrogate."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    module::with_methods("_hotpy", "What only HotPy has.", METHODS)
}
