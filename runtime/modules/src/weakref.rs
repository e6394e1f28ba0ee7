//! `_weakref`: the primitives behind `weakref`.

use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::{Downcast, fast, one};
use hotpy_objects::*;

extern "C" fn getweakrefcount(_: &PyObject, object: &PyObject) -> PyResult {
    int(weakref::count(object) as i64)
}

extern "C" fn getweakrefs(_: &PyObject, object: &PyObject) -> PyResult {
    list(weakref::all_of(object))
}

extern "C" fn proxy(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("proxy", args.len(), 1, 2)?;
    Ok(weakref::new_proxy(args[0], not_none(args.get(1).copied()))?.into_object())
}

/// Removes a key if its value is a dead reference (it may have been replaced meanwhile).
extern "C" fn remove_dead_weakref(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("_remove_dead_weakref", args.len(), 2, 2)?;
    let Some(dict) = args[0].downcast::<PyDictObject>() else {
        return Err(bad_argument(
            "_remove_dead_weakref",
            "argument 1",
            "dict",
            args[0],
        ));
    };
    if let Some(value) = dict.get_item(args[1])? {
        let Some(reference) = value.downcast::<PyWeakReference>() else {
            return Err(raise!(TypeError, "not a weakref"));
        };
        if weakref::target(reference).is_none() {
            dict.del_item(args[1])?;
        }
    }
    none()
}

static_table! {
static METHODS: [PyMethodDef] = [
    one::<PyObject>(c"getweakrefcount", getweakrefcount, c"getweakrefcount($module, object, /)\n--\n\nThe number of weak references to an object."),
    one::<PyObject>(c"getweakrefs", getweakrefs, c"getweakrefs($module, object, /)\n--\n\nAll weak references to an object."),
    fast::<PyObject>(c"proxy", proxy, c"proxy($module, object, callback=None, /)\n--\n\nA proxy that refers weakly."),
    fast::<PyObject>(c"_remove_dead_weakref", remove_dead_weakref, c"_remove_dead_weakref($module, dct, key, /)\n--\n\nRemoves an entry whose value is dead."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods(
        "_weakref",
        "Weak references. Programs use weakref.",
        METHODS,
    )?;
    module.add("ref", &*weakref::_PyWeakref_RefType)?;
    module.add("ReferenceType", &*weakref::_PyWeakref_RefType)?;
    module.add("ProxyType", &*weakref::_PyWeakref_ProxyType)?;
    module.add("CallableProxyType", &*weakref::_PyWeakref_CallableProxyType)?;
    Ok(module)
}
