//! The interpreter's end: threads, `atexit`, flushing, tearing modules down so that finalizers run.

use crate::support::*;
use crate::{config, start, stdio, sys};
use hotpy_objects::def::Downcast;
use hotpy_objects::*;
use hotpy_vm::state;

fn report() {
    if errors::occurred().is_some() {
        errors::write_unraisable(None);
    }
}

/// Waits for the threads that are no daemons.
fn join_threads() {
    let Some(threading) = sys::modules().ok().and_then(|m| m.get_text("threading")) else {
        errors::clear();
        return;
    };
    if method(&threading, "_shutdown", &[]).is_err() {
        errors::write_unraisable(Some(&threading));
    }
}

/// C functions to be called at the very end (`Py_AtExit`), latest first.
static AT_EXIT: std::sync::Mutex<Vec<extern "C" fn()>> = std::sync::Mutex::new(Vec::new());

/// Has a C function called once the interpreter has ended.
pub fn at_exit(function: extern "C" fn()) {
    if let Ok(mut all) = AT_EXIT.lock() {
        all.push(function);
    }
}

/// Ends everything; false if output could not be flushed. Nothing of Python may run afterwards.
pub fn finish() -> bool {
    join_threads();
    crate::atexit::run();
    let good = stdio::flush();
    start::set_finalizing();
    str_::codecs::check_always(false);
    crate::faulthandler::finish();
    crate::signal::finish();
    // Besides freeing cycles, this puts what is left in the order in which it is reached from the modules: finalizers run in that order.
    if gc::collect(2).is_err() {
        report();
    }
    if tear_down().is_err() {
        report();
    }
    let_go();
    if config::with(|c| c.malloc_stats) {
        sys::tell_of_memory(true);
    }
    while let Some(function) = AT_EXIT.lock().ok().and_then(|mut all| all.pop()) {
        function();
    }
    good
}

/// Ends another interpreter than the main one, whose thread state is the current one; afterwards none is. The caller holds the GIL still.
/// A fatal error if it has other threads.
pub fn finish_another() {
    let ts = tstate();
    let interp = interpreter();
    join_threads();
    crate::atexit::run();
    if state::of(interp)
        .iter()
        .any(|other| !std::ptr::eq(*other, ts))
    {
        crate::faulthandler::fatal("Py_EndInterpreter: not the last thread");
    }
    interp.finalizing.set(1);
    if tear_down().is_err() {
        report();
    }
    let (sys_dict, builtins_dict) = (sys::dict(), crate::builtins::dict());
    crate::atexit::forget(interp);
    if gc::collect(2).is_err() {
        report();
    }
    crate::thread::forget(ts);
    state::clear(ts);
    interp.clear();
    for dict in [sys_dict, builtins_dict].into_iter().flatten() {
        dict.clear();
    }
    if gc::collect(2).is_err() {
        report();
    }
    state::swap(None);
    // SAFETY: nothing of it is left; whoever ends it does not use it again.
    unsafe { state::delete_interpreter(interp.as_ptr()) };
}

fn set_none(module: &str, dict: &PyDictObject, names: &[&str]) -> PyResult<()> {
    for name in names {
        config::tell(1, || format!("# clear {module}.{name}"));
        if dict.get_text(name).is_some() {
            dict.set_text(name, &singletons::_Py_NoneStruct)?;
        }
    }
    Ok(())
}

/// Clears a module's namespace: names with one leading underscore first, the rest, never `__builtins__`.
fn clear_namespace(dict: &PyDictObject) -> PyResult<()> {
    for underscored in [true, false] {
        for (key, value) in dict.pairs() {
            if singletons::is_none(&value) {
                continue;
            }
            let Some(name) = key.downcast::<Str>() else {
                continue;
            };
            let first = name.len() > 0 && name.char_at(0) == '_' as u32;
            let second = name.len() > 1 && name.char_at(1) == '_' as u32;
            if underscored && (!first || second) || !underscored && name.equals_text("__builtins__")
            {
                continue;
            }
            let pass = if underscored { 1 } else { 2 };
            config::tell(2, || {
                format!("#   clear[{pass}] {}", name.to_string_lossy())
            });
            drop(value);
            dict.set_item(&key, &singletons::_Py_NoneStruct)?;
        }
    }
    Ok(())
}

/// Puts `builtins` back to what it had at first. What came later goes after that.
fn restore_builtins() -> PyResult<()> {
    let interp = interpreter();
    let (Some(dict), Some(first)) = (crate::builtins::dict(), interp.builtins_copy.take()) else {
        return Ok(());
    };
    for (key, value) in first.pairs() {
        dict.set_item(&key, &value)?;
    }
    for (key, _) in dict.pairs() {
        if first.get_item(&key)?.is_none() {
            dict.del_item(&key)?;
        }
    }
    Ok(())
}

fn shown(name: &PyObject) -> String {
    name.downcast::<Str>()
        .map_or_else(String::new, Str::to_string_lossy)
}

fn tear_down() -> PyResult<()> {
    let Some(sys_dict) = sys::dict() else {
        return Ok(());
    };
    let modules = sys::modules()?;
    module::tell_of_ends(config::with(|c| c.verbose > 0));
    if let Some(builtins) = modules
        .get_text("builtins")
        .as_deref()
        .and_then(|m| m.downcast::<PyModuleObject>())
    {
        set_none("builtins", builtins.dict(), &["_"])?;
    }
    // Lists that the first state of `sys` had live longer than it.
    let kept =
        ["path_hooks", "path_importer_cache", "meta_path"].map(|name| sys_dict.get_text(name));
    set_none(
        "sys",
        &sys_dict,
        &[
            "path",
            "argv",
            "ps1",
            "ps2",
            "last_type",
            "last_value",
            "last_traceback",
            "path_hooks",
            "path_importer_cache",
            "meta_path",
            "__interactivehook__",
        ],
    )?;
    for name in ["stdin", "stdout", "stderr"] {
        config::tell(1, || format!("# restore sys.{name}"));
        if let Some(file) = sys_dict.get_text(&format!("__{name}__")) {
            sys_dict.set_text(name, &file)?;
        }
    }
    // Modules that nobody else refers to die here, with their namespaces.
    let mut left: Vec<(String, Ref<PyWeakReference>)> = Vec::new();
    for (key, value) in modules.pairs() {
        if !value.is_instance::<PyModuleObject>() {
            continue;
        }
        config::tell(1, || format!("# cleanup[2] removing {}", shown(&key)));
        left.push((shown(&key), weakref::new_ref(&value, None)?));
        drop(value);
        modules.set_item(&key, &singletons::_Py_NoneStruct)?;
    }
    modules.clear();
    drop(modules);
    restore_builtins()?;
    gc::collect(2)?;
    tell_of_garbage()?;
    // The rest are emptied, the last imported first.
    let builtins_dict = crate::builtins::dict();
    for (name, reference) in left.iter().rev() {
        let Some(module) = weakref::target(reference) else {
            continue;
        };
        let Some(module) = module.downcast::<PyModuleObject>() else {
            continue;
        };
        let dict = module.dict();
        if dict.is(&*sys_dict) || builtins_dict.as_ref().is_some_and(|b| dict.is(&**b)) {
            continue;
        }
        config::tell(1, || format!("# cleanup[3] wiping {name}"));
        clear_namespace(dict)?;
    }
    // Last comes what finalizers may still use; nobody could be told of what cannot be written after that.
    stdio::flush_silently();
    for (name, dict) in [("sys", Some(sys_dict)), ("builtins", builtins_dict)] {
        config::tell(1, || format!("# cleanup[3] wiping {name}"));
        if let Some(dict) = dict {
            clear_namespace(&dict)?;
        }
    }
    drop(kept);
    gc::collect(2)?;
    config::tell(1, || "# clear sys.audit hooks".to_owned());
    Ok(())
}

/// What the interpreter itself keeps of Python's objects: codecs, error handlers, the collector's callbacks.
fn let_go() {
    let interp = interpreter();
    interp.audit_hooks.take();
    interp.codec_search_path.take();
    interp.codec_search_cache.take();
    interp.codec_error_registry.take();
    match gc::callbacks() {
        Ok(callbacks) => callbacks.clear(),
        Err(Raised) => errors::clear(),
    }
}

/// Warns of objects that could not be collected.
fn tell_of_garbage() -> PyResult<()> {
    let garbage = gc::garbage()?;
    let asked = gc::STATE.debug.get();
    if garbage.len() == 0 || asked & gc::debug::SAVEALL != 0 {
        return Ok(());
    }
    let listed = asked & gc::debug::UNCOLLECTABLE != 0;
    let hint = if listed {
        ""
    } else {
        "; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them"
    };
    let message = format!(
        "gc: {} uncollectable objects at shutdown{hint}",
        garbage.len()
    );
    crate::warnings::warn_at(
        &exceptions::ResourceWarning,
        &message,
        &*str_::new("gc")?,
        0,
    )?;
    if listed {
        let shown = protocol::repr(&garbage)?.to_string_lossy();
        eprintln!("      {shown}");
    }
    Ok(())
}
