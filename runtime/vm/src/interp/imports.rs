//! IMPORT_NAME, IMPORT_FROM, IMPORT_STAR.

use super::namespace::globals;
use crate::calls::{Outcome, call_borrowed};
use crate::replay::{self, Job};
use hotpy_objects::frame::Frame;
use hotpy_objects::task::{self, Native};
use hotpy_objects::*;

/// Calls the builtins' `__import__`.
pub fn import_name(
    ts: &PyThreadState,
    frame: &Frame,
    name: &Str,
    fromlist: &PyObject,
    level: &PyObject,
) -> Outcome {
    const IMPORT: Native = |a| import_function(a[0]).map(Some);
    // SAFETY: a function always has builtins.
    let builtins = unsafe { &*frame.f_builtins.as_ptr() };
    let locals = frame.f_locals.cloned().unwrap_or_else(singletons::none);
    let args: [&PyObject; 5] = [name, globals(frame), &locals, fromlist, level];
    if builtins.is_instance::<PyDictObject>() {
        return match import_function(builtins) {
            Ok(import) => call_borrowed(ts, &import, &args),
            Err(Raised) => Outcome::Raised,
        };
    }
    let (builtins, args) = (builtins.to_ref(), args.map(PyObject::to_ref));
    let importing = Box::pin(async move {
        let import = task::attempt(IMPORT, &[&builtins]).await?.ok_or(Raised)?;
        task::call(&import, args.into()).await.map(Some)
    });
    replay::run_task(ts, importing, 0)
}

fn import_function(builtins: &PyObject) -> PyResult {
    let import = match builtins.downcast::<PyDictObject>() {
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
pub fn import_star(ts: &PyThreadState, frame: &Frame, module: Ref) -> Outcome {
    let Some(locals) = frame.f_locals.cloned() else {
        raise!(SystemError, "no locals found during 'import *'");
        return Outcome::Raised;
    };
    let importing = Box::pin(async move {
        import_all(&module, &locals).await?;
        Ok(Some(singletons::none()))
    });
    replay::run_task(ts, importing, 0)
}

/// The jobs `[module, name]`, of one object, and `[namespace, name, value]`.
const NAMED: Native = |a| {
    // SAFETY: the second operand is a name.
    protocol::getattr_opt(a[0], unsafe { a[1].cast() })
};
const ATTRIBUTE: Native = |a| {
    // SAFETY: as above.
    protocol::getattr(a[0], unsafe { a[1].cast() }).map(Some)
};
const TEXT: Native = |a| protocol::str(a[0]).map(|t| Some(t.into_object()));
const STORE: Native = |a| protocol::setitem(a[0], a[1], a[2]).map(|()| None);

async fn import_all(module: &PyObject, locals: &PyObject) -> PyResult<()> {
    let (names_of, from_all) = match task::attempt(NAMED, &[module, &**names::__all__]).await? {
        Some(all) => (all, true),
        None => match task::attempt(NAMED, &[module, &**names::__dict__]).await? {
            Some(d) => (task::method(&d, "keys", Vec::new()).await?, false),
            None => {
                return Err(raise!(
                    ImportError,
                    "from-import-* object has no __dict__ and no __all__"
                ));
            }
        },
    };
    for name in task::collect(&names_of).await? {
        let Some(text) = name.downcast::<Str>() else {
            let of = [module, &**names::__name__];
            let of = task::attempt(ATTRIBUTE, &of).await?.ok_or(Raised)?;
            let of = task::attempt(TEXT, &[&of]).await?;
            let of = of.as_deref().and_then(|t| t.downcast::<Str>());
            let of = of.map_or_else(String::new, Str::to_string_lossy);
            let kind = name.ty().name();
            return Err(if from_all {
                raise!(TypeError, "Item in {of}.__all__ must be str, not {kind}")
            } else {
                raise!(TypeError, "Key in {of}.__dict__ must be str, not {kind}")
            });
        };
        if !from_all && text.len() > 0 && text.char_at(0) == '_' as u32 {
            continue;
        }
        let value = task::attempt(ATTRIBUTE, &[module, &name]).await?;
        let value = value.ok_or(Raised)?;
        match locals.exact::<PyDictObject>() {
            Some(d) => d.set_item(&name, &value)?,
            None => drop(task::attempt(STORE, &[locals, &name, &value]).await?),
        }
    }
    Ok(())
}
