//! The import statement's core: `__import__`, natively as far as modules that are loaded already go; the rest is
//! `importlib._bootstrap`'s, which `start` has loaded.

mod import_time;

use crate::support::*;
use hotpy_objects::def::Downcast;
use hotpy_objects::task::{self, Begun, Native};
use hotpy_objects::*;

/// Sets the module that finds and loads others.
pub fn set_bootstrap(module: Ref) {
    interpreter().importlib.set(Some(module));
}

/// The module that finds and loads others.
pub fn bootstrap() -> PyResult {
    interpreter()
        .importlib
        .cloned()
        .ok_or_else(|| raise!(ImportError, "the import system is not set up"))
}

/// The jobs `[module, name]`, of one object, and `[mapping, key]`.
const ATTRIBUTE: Native = |a| {
    // SAFETY: the second operand is a name.
    module_attr(a[0], unsafe { a[1].cast() })
};
const INITIALIZING: Native = |a| is_initializing(a[0]).map(|is| Some(boolean::from(is)));
const ITEM: Native = |a| match protocol::getitem(a[0], a[1]) {
    Ok(module) => Ok(Some(module)),
    Err(Raised) if errors::matches(&exceptions::KeyError) => {
        errors::clear();
        Ok(None)
    }
    Err(raised) => Err(raised),
};

/// `__import__(name, globals, locals, fromlist, level)`.
pub fn import_name(
    name: &PyObject,
    globals: Option<&PyObject>,
    fromlist: Option<&PyObject>,
    level: i32,
) -> PyResult {
    task::run(imported(name, globals, fromlist, level))
}

/// The same from bytecode: what the import system, finders, loaders and modules run is run in frames.
pub fn begin_import(
    name: &PyObject,
    globals: Option<&PyObject>,
    fromlist: Option<&PyObject>,
    level: i32,
) -> Begun {
    if let Some(module) = loaded_already(name, fromlist, level) {
        return Begun::Done(Ok(module));
    }
    let owned = |o: Option<&PyObject>| o.map(PyObject::to_ref);
    let (name, globals, fromlist) = (name.to_ref(), owned(globals), owned(fromlist));
    Begun::Task(Box::pin(async move {
        let (globals, fromlist) = (globals.as_deref(), fromlist.as_deref());
        imported(&name, globals, fromlist, level).await.map(Some)
    }))
}

/// What most imports come to: a module that is there, and complete; `None`: that is not sure.
fn loaded_already(name: &PyObject, fromlist: Option<&PyObject>, level: i32) -> Option<Ref> {
    let name = name.exact::<Str>()?;
    let wants_names = match not_none(fromlist) {
        Some(list) => list.exact::<PyTupleObject>()?.len() > 0,
        None => false,
    };
    if level != 0 || !wants_names && name.code_points().any(|c| c == '.' as u32) {
        return None;
    }
    let modules = crate::sys::dict()?.get_str(&names::modules)?;
    let module = modules.exact::<PyDictObject>()?.get_str(name)?;
    let dict = module.exact::<PyModuleObject>()?.dict();
    // A package may have submodules of the names wanted.
    let is_package = dict.get_str_borrowed(&names::__path__).is_some()
        || dict.get_str_borrowed(&names::__getattr__).is_some();
    if wants_names && is_package {
        return None;
    }
    let spec = dict.get_str(&names::__spec__)?;
    if singletons::is_none(&spec) {
        return Some(module);
    }
    let is_known = spec.ty().is_heap_type() && protocol::has_generic_getattr(spec.ty());
    if !is_known || typeobject::lookup(spec.ty(), &names::_initializing).is_some() {
        return None;
    }
    match protocol::getattr_opt(&spec, &names::_initializing) {
        Ok(Some(flag)) if boolean::is_false(&flag) => Some(module),
        Ok(_) => None,
        Err(Raised) => {
            errors::clear();
            None
        }
    }
}

async fn imported(
    name: &PyObject,
    globals: Option<&PyObject>,
    fromlist: Option<&PyObject>,
    level: i32,
) -> PyResult {
    let Some(name) = name.downcast::<Str>() else {
        return Err(raise!(TypeError, "module name must be a string"));
    };
    if level < 0 {
        return Err(raise!(ValueError, "level must be >= 0"));
    }
    let absolute = if level > 0 {
        resolve(name, not_none(globals), level as usize).await?
    } else {
        if name.len() == 0 {
            return Err(raise!(ValueError, "Empty module name"));
        }
        Ref::new(name)
    };
    let module = load(&absolute).await?;
    let wants_names = match not_none(fromlist) {
        Some(list) => task::truth(list).await?,
        None => false,
    };
    if wants_names {
        let path = [&*module, &**names::__path__];
        if task::attempt(ATTRIBUTE, &path).await?.is_none() {
            return Ok(module);
        }
        let import = match crate::sys::modules()?.get_str(&names::builtins) {
            Some(builtins) => protocol::getattr(&builtins, &names::__import__)?,
            None => return Err(raise!(KeyError, "builtins")),
        };
        let list = fromlist.map_or_else(singletons::none, PyObject::to_ref);
        let bootstrap = bootstrap()?;
        let args = vec![module, list, import];
        return trimmed(task::method(&bootstrap, "_handle_fromlist", args).await);
    }
    // `import a.b` binds `a`.
    let dot = name.code_points().position(|c| c == '.' as u32);
    let Some(dot) = dot.filter(|_| level == 0 || name.len() > 0) else {
        return Ok(module);
    };
    if level == 0 {
        let front = name.substring(0, dot)?;
        if front.len() == 0 {
            return Err(raise!(ValueError, "Empty module name"));
        }
        return load(&front).await;
    }
    let front = absolute.substring(0, absolute.len() - (name.len() - dot))?;
    match crate::sys::modules()?.get_item(&front)? {
        Some(module) => Ok(module),
        None => {
            let shown = protocol::repr(&front)?.to_string_lossy();
            Err(errors::raise_key_error(&*text(&format!(
                "{shown} not in sys.modules as expected"
            ))?))
        }
    }
}

/// The loaded module of an absolute name.
async fn load(name: &Str) -> PyResult {
    let modules = match crate::sys::dict().and_then(|d| d.get_str(&names::modules)) {
        Some(modules) => modules,
        None => return Err(raise!(RuntimeError, "unable to get sys.modules")),
    };
    let found = match modules.exact::<PyDictObject>() {
        Some(dict) => dict.get_item(name)?,
        None => task::attempt(ITEM, &[&modules, name]).await?,
    };
    if let Some(module) = found.filter(|m| !singletons::is_none(m)) {
        let initializing = task::attempt(INITIALIZING, &[&module]).await?;
        if initializing.is_some_and(|i| boolean::is_true(&i)) {
            let args = vec![Ref::new(name).into_object()];
            task::method(&*bootstrap()?, "_lock_unlock_module", args).await?;
        }
        return Ok(module);
    }
    crate::sys::audit_in_frames("import", &[name]).await?;
    let import = crate::sys::modules()?
        .get_str(&names::builtins)
        .and_then(|b| protocol::getattr(&b, &names::__import__).ok())
        .unwrap_or_else(singletons::none);
    let measured = crate::config::with(|c| c.import_time).then(import_time::Measured::begin);
    let bootstrap = bootstrap()?;
    let args = vec![Ref::new(name).into_object(), import];
    let result = trimmed(task::method(&bootstrap, "_find_and_load", args).await);
    if let Some(measured) = measured {
        measured.end(name);
    }
    result
}

/// An attribute of a module; of an ordinary one without `__getattr__` it can only be in its dict.
fn module_attr(module: &PyObject, name: &Str) -> PyResult<Option<Ref>> {
    if let Some(module) = module.exact::<PyModuleObject>() {
        let dict = module.dict();
        let found = dict.get_str(name);
        if found.is_some() || dict.get_str_borrowed(&names::__getattr__).is_none() {
            return Ok(found);
        }
    }
    protocol::getattr_opt(module, name)
}

/// Whether a module's body is still running.
fn is_initializing(module: &PyObject) -> PyResult<bool> {
    let Some(spec) = module_attr(module, &names::__spec__)? else {
        return Ok(false);
    };
    if singletons::is_none(&spec) {
        return Ok(false);
    }
    match protocol::getattr_opt(&spec, &names::_initializing)? {
        Some(value) => protocol::truth(&value),
        None => Ok(false),
    }
}

const PARENT: Native = |a| attr(a[0], "parent").map(Some);

/// The absolute name of a relative import.
async fn resolve(name: &Str, globals: Option<&PyObject>, level: usize) -> PyResult<Ref<Str>> {
    let Some(globals) = globals else {
        return Err(raise!(KeyError, "'__name__' not in globals"));
    };
    let Some(globals) = globals.downcast::<PyDictObject>() else {
        return Err(raise!(TypeError, "globals must be a dict"));
    };
    let some = |o: Option<Ref>| o.filter(|o| !singletons::is_none(o));
    let package = some(globals.get_str(&names::__package__));
    let spec = some(globals.get_str(&names::__spec__));
    let text_or = |o: Ref, message: &str| -> PyResult<Ref<Str>> {
        if o.is_instance::<Str>() {
            // SAFETY: the type was checked.
            Ok(unsafe { o.cast() })
        } else {
            Err(raise!(TypeError, "{message}"))
        }
    };
    let package = if let Some(package) = package {
        let package = text_or(package, "package must be a string")?;
        if let Some(spec) = spec {
            let parent = task::attempt(PARENT, &[&spec]).await?.ok_or(Raised)?;
            if !task::equal(&package, &parent).await? {
                errors::warn(
                    &exceptions::ImportWarning,
                    "__package__ != __spec__.parent",
                    1,
                )?;
            }
        }
        package
    } else if let Some(spec) = spec {
        text_or(
            task::attempt(PARENT, &[&spec]).await?.ok_or(Raised)?,
            "__spec__.parent must be a string",
        )?
    } else {
        errors::warn(
            &exceptions::ImportWarning,
            "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__",
            1,
        )?;
        let Some(package) = globals.get_str(&names::__name__) else {
            return Err(raise!(KeyError, "'__name__' not in globals"));
        };
        let package = text_or(package, "__name__ must be a string")?;
        if globals.get_str(&names::__path__).is_some() {
            package
        } else {
            match last_dot(&package) {
                Some(at) => package.substring(0, at)?,
                None => return Err(no_parent()),
            }
        }
    };
    if package.len() == 0 {
        return Err(no_parent());
    }
    let mut base = package;
    for _ in 1..level {
        match last_dot(&base) {
            Some(at) => base = base.substring(0, at)?,
            None => {
                return Err(raise!(
                    ImportError,
                    "attempted relative import beyond top-level package"
                ));
            }
        }
    }
    if name.len() == 0 {
        return Ok(base);
    }
    str_::concat(&*str_::concat(&base, &*str_::new(".")?)?, name)
}

fn last_dot(text: &Str) -> Option<usize> {
    (0..text.len())
        .rev()
        .find(|&i| text.char_at(i) == '.' as u32)
}

fn no_parent() -> Raised {
    raise!(
        ImportError,
        "attempted relative import with no known parent package"
    )
}

/// Takes the import system's own frames out of the traceback of an exception that passes through.
fn trimmed(result: PyResult) -> PyResult {
    if result.is_ok() || crate::config::with(|c| c.verbose) > 0 {
        return result;
    }
    let Some(taken) = errors::fetch() else {
        return result;
    };
    let mut taken = taken;
    taken.normalize();
    let always = errors::given_matches(&taken.ty, &*exceptions::ImportError);
    let mut links: Vec<Ref<PyTracebackObject>> = Vec::new();
    let mut next = taken.traceback.clone();
    while let Some(object) = next {
        let Some(entry) = object.exact::<PyTracebackObject>() else {
            break;
        };
        next = entry.tb_next.cloned().map(Ref::into_object);
        links.push(Ref::new(entry));
    }
    // Chunks of importlib frames: dropped if the error is the import's own, or if the chunk ends in the call of foreign code.
    let mut keep = vec![true; links.len()];
    let mut chunk = None;
    for (i, link) in links.iter().enumerate() {
        let (inside, calls_out) = frame_kind(link);
        if !inside {
            chunk = None;
            continue;
        }
        let start = *chunk.get_or_insert(i);
        if always || calls_out {
            keep[start..=i].fill(false);
        }
    }
    let mut head: Option<Ref<PyTracebackObject>> = None;
    for (link, keep) in links.into_iter().zip(keep).rev() {
        if keep {
            link.tb_next.set(head.take());
            head = Some(link);
        }
    }
    let head = head.map(Ref::into_object);
    if let Some(exception) = taken.value.as_deref().and_then(errors::as_exception) {
        exception.traceback.set(head.clone());
    }
    taken.traceback = head;
    errors::restore(taken);
    Err(Raised)
}

/// Whether an entry is a frame of the import system, and whether of the function that calls foreign code.
fn frame_kind(entry: &PyTracebackObject) -> (bool, bool) {
    let Some(frame) = entry.tb_frame.get().and_then(|f| f.frame()) else {
        return (false, false);
    };
    let code = frame.code();
    let inside = code.filename().equals_text("<frozen importlib._bootstrap>")
        || code
            .filename()
            .equals_text("<frozen importlib._bootstrap_external>");
    (inside, code.name().equals_text("_call_with_frames_removed"))
}

/// Imports a module by its absolute name, for native code.
pub fn import_module(name: &str) -> PyResult {
    let name = str_::intern(name)?;
    task::run(load(&name))
}
