//! Extension modules: opening the shared object, finding and calling its init function, both kinds of initialisation.
//!
//! An init function answers a definition (multi-phase: the module is made from it for the spec, and executed later) or a finished
//! module (single-phase). Single-phase modules are remembered by file and name: a second import makes the module again from
//! what is remembered.

use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::*;
use std::ffi::{CStr, CString};

pub type Init = unsafe extern "C" fn() -> Option<Ref>;

/// The definitions of single-phase modules, by file and name.
static EXTENSIONS: Global = Global::EMPTY;

/// `_imp.create_dynamic(spec)`.
pub extern "C" fn create(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("create_dynamic", args.len(), 1, 2)?;
    let spec = args[0];
    let name = attr(spec, "name")?;
    let path = attr(spec, "origin")?;
    let (Some(name), Some(path)) = (name.downcast::<Str>(), path.downcast::<Str>()) else {
        return Err(raise!(
            TypeError,
            "spec.name and spec.origin must be strings"
        ));
    };
    if let Some(module) = again(name, path)? {
        return Ok(module);
    }
    let no = &singletons::_Py_NoneStruct;
    crate::sys::audit("import", &[name, path, no, no, no])?;
    load(spec, name, path)
}

/// `_imp.exec_dynamic(module)`.
pub extern "C" fn exec(_: &PyObject, module: &PyObject) -> PyResult {
    if let Some(module) = module.downcast::<PyModuleObject>()
        && let Some(def) = module.md_def.get()
        && module.md_state.get().is_null()
    {
        module_def::exec(module, def)?;
    }
    int(0)
}

fn import_error(message: &str, name: &Str, path: &Str) -> Raised {
    let build = || {
        let error = exceptions::new_instance(
            &exceptions::ImportError,
            &*tuple::from_owned(vec![str_::decode_fs(message.as_bytes())?.into_object()])?,
        )?;
        protocol::setattr(&error, &*str_::intern("name")?, Some(name))?;
        protocol::setattr(&error, &*str_::intern("path")?, Some(path))?;
        Ok(error)
    };
    match build() {
        Ok(error) => errors::raise_instance(&error),
        Err(raised) => raised,
    }
}

/// The init function's name: the module's last part, in Punycode if it is not ASCII.
fn init_name(name: &Str) -> PyResult<(String, bool)> {
    let full = name.to_string_lossy();
    let short = full.rsplit('.').next().unwrap_or(&full);
    if short.is_ascii() {
        return Ok((format!("PyInit_{}", short.replace('-', "_")), true));
    }
    let encoded = str_::encode(&*str_::new(short)?, Some("punycode"), None)?;
    let encoded = String::from_utf8_lossy(encoded.as_slice()).replace('-', "_");
    Ok((format!("PyInitU_{encoded}"), false))
}

fn dl_error() -> String {
    // SAFETY: the text is valid until the next call of the dl functions.
    unsafe {
        let text = libc::dlerror();
        if text.is_null() {
            "unknown dlopen() error".to_owned()
        } else {
            CStr::from_ptr(text).to_string_lossy().into_owned()
        }
    }
}

/// Opens the file and finds the init function.
fn open(name: &Str, path: &Str, symbol: &str) -> PyResult<Init> {
    let mut file = str_::encode_fs(path)?;
    if !file.contains(&b'/') {
        file.splice(0..0, *b"./");
    }
    let (Ok(file), Ok(c_symbol)) = (CString::new(file), CString::new(symbol)) else {
        return Err(raise!(ValueError, "embedded null byte"));
    };
    // SAFETY: C strings; what the file's constructors do is its own affair.
    unsafe {
        let handle = libc::dlopen(file.as_ptr(), crate::sys::dlopen_flags());
        if handle.is_null() {
            return Err(import_error(&dl_error(), name, path));
        }
        let init = libc::dlsym(handle, c_symbol.as_ptr());
        if init.is_null() {
            return Err(import_error(
                &format!("dynamic module does not define module export function ({symbol})"),
                name,
                path,
            ));
        }
        Ok(std::mem::transmute::<*mut c_void, Init>(init))
    }
}

/// Calls an init function with the package context set.
fn call_init(init: Init, full_name: &CStr, shown: &str) -> PyResult {
    let before = module_def::set_package_context(full_name.as_ptr());
    // SAFETY: the function of that name takes nothing and answers an object.
    let made = unsafe { init() };
    module_def::set_package_context(before);
    let Some(made) = made else {
        if errors::occurred().is_none() {
            return Err(raise!(
                SystemError,
                "initialization of {shown} failed without raising an exception"
            ));
        }
        return Err(Raised);
    };
    if errors::occurred().is_some() {
        // It is not known whether the object is a proper one: it is left alone.
        std::mem::forget(made);
        errors::clear();
        return Err(raise!(
            SystemError,
            "initialization of {shown} raised unreported exception"
        ));
    }
    if made.ob_type.is_null() {
        std::mem::forget(made);
        return Err(raise!(
            SystemError,
            "init function of {shown} returned uninitialized object"
        ));
    }
    Ok(made)
}

fn load(spec: &PyObject, name: &Str, path: &Str) -> PyResult {
    let (symbol, ascii) = init_name(name)?;
    let init = open(name, path, &symbol)?;
    crate::collections::ready_types()?;
    let full = name.to_string_lossy();
    let shown = full.rsplit('.').next().unwrap_or(&full).to_owned();
    let Ok(c_name) = CString::new(full) else {
        return Err(raise!(ValueError, "embedded null character"));
    };
    let made = call_init(init, &c_name, &shown)?;
    if let Some(def) = module_def::as_definition(&made) {
        std::mem::forget(made);
        return module_def::from_spec(def, spec, module_def::API_VERSION);
    }
    if !ascii {
        return Err(raise!(
            SystemError,
            "initialization of {shown} did not return PyModuleDef"
        ));
    }
    let def = made
        .downcast::<PyModuleObject>()
        .and_then(|m| m.md_def.get());
    let Some(def) = def else {
        return Err(raise!(
            SystemError,
            "initialization of {shown} did not return an extension module"
        ));
    };
    def.m_base.m_init.set(init as *mut c_void);
    protocol::setattr(&made, &names::__file__, Some(path))?;
    remember(&made, def, name, path)?;
    Ok(made)
}

/// A builtin module of C code that embeds HotPy: made by its init function.
pub fn from_init(spec: &PyObject, name: &CStr, init: Init) -> PyResult {
    let made = call_init(init, name, &name.to_string_lossy())?;
    if let Some(def) = module_def::as_definition(&made) {
        std::mem::forget(made);
        return module_def::from_spec(def, spec, module_def::API_VERSION);
    }
    let name = str_::decode(name.to_bytes(), None, None)?;
    crate::sys::modules()?.set_item(&name, &made)?;
    Ok(made)
}

fn extensions() -> PyResult<Ref<PyDictObject>> {
    if let Some(all) = EXTENSIONS.get()
        && let Some(all) = all.downcast::<PyDictObject>()
    {
        return Ok(Ref::new(all));
    }
    let all = dict::new()?;
    EXTENSIONS.set(Some(all.clone().into_object()));
    Ok(all)
}

/// Enters a single-phase module into `sys.modules` and the table of extensions.
fn remember(made: &PyObject, def: &PyModuleDef, name: &Str, path: &Str) -> PyResult<()> {
    crate::sys::modules()?.set_item(name, made)?;
    module_def::remember(def, Some(made))?;
    if !interpreter().is_main() && def.m_size.get() != -1 {
        // Other interpreters call the init function.
        return Ok(());
    }
    if def.m_size.get() == -1
        && let Some(module) = made.downcast::<PyModuleObject>()
    {
        def.m_base
            .m_copy
            .set(Some(module.dict().copy()?.into_object()));
    }
    let key = tuple::from_borrowed(&[path, name])?;
    let address = int::from_usize(def as *const PyModuleDef as usize)?;
    extensions()?.set_item(&key, &address)
}

/// A single-phase module that has been loaded before: its dict is filled anew, or its init function called again.
fn again(name: &Str, path: &Str) -> PyResult<Option<Ref>> {
    let key = tuple::from_borrowed(&[path, name])?;
    let Some(address) = extensions()?.get_item(&key)? else {
        return Ok(None);
    };
    let Some(address) = address
        .downcast::<PyLongObject>()
        .and_then(|n| n.to_usize())
    else {
        return Ok(None);
    };
    // SAFETY: the address of a static definition, put there by `remember`.
    let def = unsafe { &*(address as *const PyModuleDef) };
    let modules = crate::sys::modules()?;
    let module = if def.m_size.get() == -1 {
        let Some(copy) = def.m_base.m_copy.cloned() else {
            return Ok(None);
        };
        let module = match modules
            .get_item(name)?
            .filter(|m| m.is_instance::<PyModuleObject>())
        {
            Some(module) => module,
            None => module::new_named(name)?.into_object(),
        };
        if let Some(module) = module.downcast::<PyModuleObject>() {
            module.dict().merge(&copy, true)?;
            module.md_def.set_ptr(std::ptr::from_ref(def).cast_mut());
        }
        module
    } else {
        let init = def.m_base.m_init.get();
        if init.is_null() {
            return Ok(None);
        }
        // SAFETY: set by `load`.
        let init = unsafe { std::mem::transmute::<*mut c_void, Init>(init) };
        let full = name.to_string_lossy();
        let Ok(c_name) = CString::new(full.clone()) else {
            return Ok(None);
        };
        call_init(init, &c_name, full.rsplit('.').next().unwrap_or(&full))?
    };
    modules.set_item(name, &module)?;
    module_def::remember(def, Some(&module))?;
    Ok(Some(module))
}
