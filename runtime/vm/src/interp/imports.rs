//! IMPORT_NAME, IMPORT_FROM, IMPORT_STAR.

use super::namespace::globals;
use crate::calls::{Outcome, call_borrowed};
use crate::replay::{self, Job};
use hotpy_objects::frame::Frame;
use hotpy_objects::*;

/// Calls the builtins' `__import__`; one of Python is entered.
pub fn import_name(
    ts: &PyThreadState,
    frame: &Frame,
    name: &Str,
    fromlist: &PyObject,
    level: &PyObject,
) -> Outcome {
    let import = match import_function(frame) {
        Ok(import) => import,
        Err(Raised) => return Outcome::Raised,
    };
    let locals = frame.f_locals.cloned().unwrap_or_else(singletons::none);
    let args: [&PyObject; 5] = [name, globals(frame), &locals, fromlist, level];
    if import.is_exact::<PyFunctionObject>() {
        return call_borrowed(ts, &import, &args);
    }
    call::call(&import, &args).into()
}

fn import_function(frame: &Frame) -> PyResult {
    // SAFETY: a function always has builtins.
    let builtins = unsafe { &*frame.f_builtins.as_ptr() };
    let import = match builtins.exact::<PyDictObject>() {
        Some(d) => d.get_item(&names::__import__)?,
        None => Some(protocol::getitem(builtins, &names::__import__)?),
    };
    import.ok_or_else(|| raise!(ImportError, "__import__ not found"))
}

/// `from module import name`: the attribute, or the submodule of that name in `sys.modules`. ImportError.
pub fn import_from(ts: &PyThreadState, module: &PyObject, name: &Str) -> Outcome {
    // SAFETY: the second operand is a name.
    let job = |job: &Job<'_>| attribute_of(job.args[0], unsafe { job.args[1].cast() });
    replay::attempt(ts, job, 0, &[module, name])
}

fn attribute_of(module: &PyObject, name: &Str) -> PyResult {
    if let Some(value) = protocol::getattr_opt(module, name)? {
        return Ok(value);
    }
    let module_name = protocol::getattr_opt(module, &names::__name__)?;
    let package = module_name.as_deref().and_then(|n| n.downcast::<Str>());
    if let Some(package) = package {
        let mut full = str_::Builder::default();
        full.push_str(package);
        full.push_text(".");
        full.push_str(name);
        let full = full.finish()?;
        let sys = (hooks::hooks().import)("sys")?;
        let modules = protocol::getattr(&sys, &names::modules)?;
        if let Some(d) = modules.downcast::<PyDictObject>() {
            if let Some(found) = d.get_item(&full)? {
                return Ok(found);
            }
        }
    }
    let package_text =
        package.map_or_else(|| "<unknown module name>".to_owned(), Str::to_string_lossy);
    let path = match protocol::getattr_opt(module, &names::__file__) {
        Ok(path) => path.filter(|p| p.is_instance::<Str>()),
        Err(Raised) => {
            errors::clear();
            None
        }
    };
    let name_text = name.to_string_lossy();
    let text = match path.as_deref().and_then(|p| p.downcast::<Str>()) {
        None => {
            format!("cannot import name '{name_text}' from '{package_text}' (unknown location)")
        }
        Some(path) => {
            let spec = protocol::getattr_opt(module, &names::__spec__)?;
            let initializing = match &spec {
                Some(spec) => match protocol::getattr_opt(spec, &names::_initializing)? {
                    Some(v) => protocol::truth(&v)?,
                    None => false,
                },
                None => false,
            };
            let path = path.to_string_lossy();
            if initializing {
                format!(
                    "cannot import name '{name_text}' from partially initialized module '{package_text}' (most likely due to a circular import) ({path})"
                )
            } else {
                format!("cannot import name '{name_text}' from '{package_text}' ({path})")
            }
        }
    };
    let message = str_::new(&text)?;
    let args = tuple::from_borrowed(&[&message])?;
    let exception = exceptions::new_instance(&exceptions::ImportError, &args)?;
    // SAFETY: an ImportError has its layout.
    let layout: &PyImportErrorObject = unsafe { (**exception).cast() };
    layout.name.set(package.map(|p| p.to_ref()));
    layout.path.set(path);
    Err(errors::raise_instance(&exception))
}

/// `from module import *`.
pub fn import_star(frame: &Frame, module: &PyObject) -> PyResult<()> {
    let Some(locals) = frame.f_locals.cloned() else {
        return Err(raise!(SystemError, "no locals found during 'import *'"));
    };
    let (names_of, skip_private, from_all) = match protocol::getattr_opt(module, &names::__all__)? {
        Some(all) => (all, false, true),
        None => match protocol::getattr_opt(module, &names::__dict__)? {
            Some(d) => (call::call_method(&d, &names::keys, &[])?, true, false),
            None => {
                return Err(raise!(
                    ImportError,
                    "from-import-* object has no __dict__ and no __all__"
                ));
            }
        },
    };
    for name in protocol::collect(&names_of)? {
        let Some(text) = name.downcast::<Str>() else {
            let module_name = protocol::getattr(module, &names::__name__)?;
            let module_name = protocol::str(&module_name)?.to_string_lossy();
            return Err(if from_all {
                raise!(
                    TypeError,
                    "Item in {module_name}.__all__ must be str, not {}",
                    name.ty().name()
                )
            } else {
                raise!(
                    TypeError,
                    "Key in {module_name}.__dict__ must be str, not {}",
                    name.ty().name()
                )
            });
        };
        if skip_private && text.len() > 0 && text.char_at(0) == '_' as u32 {
            continue;
        }
        let value = protocol::getattr(module, text)?;
        match locals.exact::<PyDictObject>() {
            Some(d) => d.set_item(&name, &value)?,
            None => protocol::setitem(&locals, &name, &value)?,
        }
    }
    Ok(())
}
