//! `_hotpy`: what only this implementation has; for its tests and tools.

use hotpy_code::disasm::{Annotate, disassemble_annotated};
use hotpy_code::{Const, blob, marshal};
use hotpy_objects::def::{fast, noargs, one};
use hotpy_objects::*;

/// `surrogate(name)`
extern "C" fn surrogate(_: &PyObject, name: &PyObject) -> PyResult {
    let name = text(name, "surrogate")?;
    match hotpy_vm::surrogates::by_name(&name) {
        Some(function) => Ok(function.into_object()),
        None => Err(raise!(LookupError, "no surrogate '{name}'")),
    }
}

/// `surrogates()`
extern "C" fn surrogates(_: &PyObject) -> PyResult {
    let names = hotpy_vm::surrogates::names();
    let mut all = Vec::with_capacity(names.len());
    for (number, name) in names.iter().enumerate() {
        // What has been replaced by a file's is not called any more.
        if !names[number + 1..].contains(name) {
            all.push(str_::new(name)?.into_object());
        }
    }
    Ok(list::from_owned(all)?.into_object())
}

/// `declarations(name)`
extern "C" fn declarations(_: &PyObject, name: &PyObject) -> PyResult {
    let name = text(name, "declarations")?;
    let all = match blob::read_baked(hotpy_surrogates::BLOB) {
        Ok(all) => all.surrogates,
        Err(e) => return Err(raise!(SystemError, "{e}")),
    };
    let mut facts = Vec::new();
    if let Some(s) = all.iter().find(|s| s.name == *name) {
        for r in &s.replaces {
            facts.push(str_::new(&r.to_string())?.into_object());
        }
    }
    Ok(tuple::from_owned(facts)?.into_object())
}

/// `disassemble(code, source, columns)`
extern "C" fn disassemble(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    cfunction::check_count("disassemble", args.len(), 3, 3)?;
    let Some(code) = args[0].downcast::<PyCodeObject>() else {
        return Err(raise!(
            TypeError,
            "disassemble() argument 1 must be code, not {}",
            args[0].ty().name()
        ));
    };
    let given = match singletons::is_none(args[1]) {
        true => None,
        false => Some(text(args[1], "disassemble")?),
    };
    let bytes = crate::marshal::to_bytes(args[0], 4)?;
    let Ok(Const::Code(compiled)) = marshal::loads(&bytes) else {
        return Err(raise!(ValueError, "this code holds what no compiler makes"));
    };
    let path = code.filename().to_string_lossy();
    let baked = hotpy_surrogates::SOURCES.iter().find(|(p, _)| **p == *path);
    let names = hotpy_vm::surrogates::names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let notes = Annotate {
        source: given.as_deref().or(baked.map(|(_, s)| *s)),
        surrogates: &names,
        columns: boolean::is_true(args[2]),
    };
    Ok(str_::new(&disassemble_annotated(&compiled, notes))?.into_object())
}

/// `trace_snapshot()`
extern "C" fn trace_snapshot(_: &PyObject) -> PyResult {
    Ok(str_::new(&hotpy_trace::show::snapshot())?.into_object())
}

/// `trace_stats()`
extern "C" fn trace_stats(_: &PyObject) -> PyResult {
    Ok(str_::new(&hotpy_trace::stats::table())?.into_object())
}

/// `trace_clear()`
extern "C" fn trace_clear(_: &PyObject) -> PyResult {
    hotpy_trace::show::clear();
    Ok(singletons::none())
}

/// `trace_enable(on)`
extern "C" fn trace_enable(_: &PyObject, on: &PyObject) -> PyResult {
    hotpy_trace::show::enable(protocol::truth(on)?);
    Ok(singletons::none())
}

/// A str argument's text.
fn text(value: &PyObject, function: &str) -> PyResult<String> {
    match value.downcast::<Str>() {
        Some(s) => Ok(s.to_string_lossy()),
        None => Err(raise!(
            TypeError,
            "{function}() argument must be str, not {}",
            value.ty().name()
        )),
    }
}

static_table! {
static METHODS: [PyMethodDef] = [
    one::<PyObject>(c"surrogate", surrogate, c"surrogate($module, name, /)\n--\n\nThe function of a surrogate."),
    noargs::<PyObject>(c"surrogates", surrogates, c"surrogates($module, /)\n--\n\nThe names of all surrogates."),
    one::<PyObject>(
        c"declarations",
        declarations,
        c"declarations($module, name, /)\n--\n\nWhat a baked surrogate replaces, as text.",
    ),
    fast::<PyObject>(
        c"disassemble",
        disassemble,
        c"disassemble($module, code, source, columns, /)\n--\n\nThe listing of code, with lines of the source if it is known.",
    ),
    noargs::<PyObject>(c"trace_snapshot", trace_snapshot, c"trace_snapshot($module, /)\n--\n\nThe traces in the cache, as text."),
    noargs::<PyObject>(c"trace_stats", trace_stats, c"trace_stats($module, /)\n--\n\nThe tracer's statistics, as text."),
    noargs::<PyObject>(c"trace_clear", trace_clear, c"trace_clear($module, /)\n--\n\nDiscards all traces."),
    one::<PyObject>(c"trace_enable", trace_enable, c"trace_enable($module, on, /)\n--\n\nSwitches tracing on or off."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    module::with_methods("_hotpy", "What only HotPy has.", METHODS)
}
