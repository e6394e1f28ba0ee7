//! `moduleobject.h`, `modsupport.h` (modules), `import.h`.

use crate::object::Identifier;
use crate::support::*;
use hotpy_modules::{import, sys};

fn as_module(o: &PyObject) -> PyResult<&PyModuleObject> {
    o.downcast::<PyModuleObject>().ok_or_else(bad_argument)
}

/// The module's dict, for additions. SystemError.
fn dict_of(o: &PyObject) -> PyResult<&PyDictObject> {
    match o.downcast::<PyModuleObject>() {
        Some(module) => Ok(module.dict()),
        None => Err(raise!(
            TypeError,
            "PyModule_AddObjectRef() first argument must be a module"
        )),
    }
}

/// Sets a global; a null value is an error that should have been raised.
fn add(module: &PyObject, name: *const c_char, value: Option<&PyObject>) -> PyResult<()> {
    let dict = dict_of(module)?;
    let Some(value) = value else {
        if errors::occurred().is_none() {
            raise!(
                SystemError,
                "PyModule_AddObjectRef() must be called with an exception raised if value is NULL"
            );
        }
        return Err(Raised);
    };
    dict.set_item(&*name_of(name)?, value)
}

fn add_new<T: Object>(module: &PyObject, name: *const c_char, value: PyResult<Ref<T>>) -> c_int {
    status(value.and_then(|value| add(module, name, Some(&value.into_object()))))
}

fn file_name(o: &PyObject) -> PyResult<Ref<Str>> {
    match as_module(o)?.dict().get_text("__file__") {
        Some(name) if name.is_instance::<Str>() => {
            // SAFETY: just checked.
            Ok(unsafe { name.cast() })
        }
        _ => Err(raise!(SystemError, "module filename missing")),
    }
}

fn module_name(o: &PyObject) -> PyResult<Ref<Str>> {
    as_module(o)?
        .name()
        .ok_or_else(|| raise!(SystemError, "nameless module"))
}

/// A module of `sys.modules`, made there if it is missing.
fn add_module(name: &Str) -> PyResult {
    let modules = sys::modules()?;
    if let Some(found) = modules
        .get_item(name)?
        .filter(|m| m.is_instance::<PyModuleObject>())
    {
        return Ok(found);
    }
    let new = module::new_named(name)?;
    modules.set_item(name, &new)?;
    Ok(new.into_object())
}

/// `__import__(name)` as the running code would do it, then the module itself.
fn import_name(name: &PyObject) -> PyResult {
    let Some(text) = name.downcast::<Str>() else {
        return Err(raise!(TypeError, "module name must be a string"));
    };
    let globals = (hooks::hooks().current_globals)();
    let from = list::from_borrowed(&[&*names::__doc__])?;
    let builtins_import = globals
        .as_ref()
        .and_then(|g| g.downcast::<PyDictObject>())
        .and_then(|g| g.get_str(&names::__builtins__));
    let import = match builtins_import {
        Some(builtins) => match builtins.downcast::<PyDictObject>() {
            Some(d) => d
                .get_str(&names::__import__)
                .ok_or_else(|| errors::raise_key_error(&names::__import__))?,
            None => protocol::getattr(&builtins, &names::__import__)?,
        },
        None => hotpy_modules::support::imported("builtins", "__import__")?,
    };
    let globals = match globals {
        Some(globals) => globals,
        None => dict::new()?.into_object(),
    };
    call::call(&import, &[text, &globals, &globals, &from, &*int::zero()])?;
    let modules = sys::modules()?;
    modules
        .get_item(text)?
        .ok_or_else(|| errors::raise_key_error(text))
}

export! {
    fn PyModule_New(name: *const c_char) -> PyResult<Ref<PyModuleObject>> { module::new_named(&*str_of(name)?) }
    fn PyModule_NewObject(name: &Str) -> PyResult<Ref<PyModuleObject>> { module::new_named(name) }
    fn PyModuleDef_Init(def: &'static PyModuleDef) -> *mut PyModuleDef {
        module_def::init(def);
        (def as *const PyModuleDef).cast_mut()
    }
    fn PyModule_Create2(def: &'static PyModuleDef, version: c_int) -> PyResult<Ref<PyModuleObject>> { module_def::create(def, version) }
    fn _PyModule_CreateInitialized(def: &'static PyModuleDef, version: c_int) -> PyResult<Ref<PyModuleObject>> { module_def::create(def, version) }
    fn PyModule_FromDefAndSpec2(def: &'static PyModuleDef, spec: &PyObject, version: c_int) -> PyResult { module_def::from_spec(def, spec, version) }
    fn PyModule_ExecDef(module: &PyObject, def: &PyModuleDef) -> c_int { status(as_module(module).and_then(|m| module_def::exec(m, def))) }
    fn PyModule_AddFunctions(module: &PyObject, functions: *mut PyMethodDef) -> c_int { status(module_def::add_functions(module, functions)) }
    fn PyModule_SetDocString(module: &PyObject, doc: *const c_char) -> c_int {
        status(str_of(doc).and_then(|doc| protocol::setattr(module, &names::__doc__, Some(&doc))))
    }
    fn PyModule_GetDict(module: &PyObject) -> *mut PyObject {
        match module.downcast::<PyModuleObject>() {
            Some(m) => m.md_dict.as_ptr(),
            None => { bad_internal_call(); ptr::null_mut() }
        }
    }
    fn PyModule_GetDef(module: &PyObject) -> *mut PyModuleDef { as_module(module).map_or(ptr::null_mut(), |m| m.md_def.as_ptr()) }
    fn _PyImport_IsInitialized(interp: Option<&PyInterpreterState>) -> c_int {
        interp.is_some_and(|i| !i.importlib.is_null()) as c_int
    }
    fn PyModule_GetState(module: &PyObject) -> *mut c_void { as_module(module).map_or(ptr::null_mut(), |m| m.md_state.get()) }
    fn PyModule_GetNameObject(module: &PyObject) -> PyResult<Ref<Str>> { module_name(module) }
    fn PyModule_GetName(module: &PyObject) -> *const c_char {
        // The module's dict keeps the name.
        module_name(module).map_or(ptr::null(), |name| crate::unicode_codecs::PyUnicode_AsUTF8(&name))
    }
    fn PyModule_GetFilenameObject(module: &PyObject) -> PyResult<Ref<Str>> { file_name(module) }
    fn PyModule_GetFilename(module: &PyObject) -> *const c_char {
        file_name(module).map_or(ptr::null(), |name| crate::unicode_codecs::PyUnicode_AsUTF8(&name))
    }
    fn _PyModule_Clear(_module: &PyObject) {}
    fn _PyModule_ClearDict(_dict: &PyObject) {}
    fn _PyModuleSpec_IsInitializing(spec: Option<&PyObject>) -> c_int {
        let is = spec.is_some_and(|spec| {
            protocol::getattr_opt(spec, &names::_initializing).is_ok_and(|v| v.is_some_and(|v| protocol::truth(&v).unwrap_or(false)))
        });
        errors::clear();
        is as c_int
    }

    // ---- adding globals ----

    fn PyModule_AddObjectRef(module: &PyObject, name: *const c_char, value: Option<&PyObject>) -> c_int { status(add(module, name, value)) }
    /// Steals the value, but only if it succeeds.
    fn PyModule_AddObject(module: &PyObject, name: *const c_char, value: *mut PyObject) -> c_int {
        // SAFETY: an object or null.
        match add(module, name, unsafe { value.as_ref() }) {
            Ok(()) => {
                // SAFETY: the caller gives a count away (C3).
                unsafe { PyObject::decref(value) };
                0
            }
            Err(Raised) => -1,
        }
    }
    /// Steals the value in any case.
    fn _PyModule_Add(module: &PyObject, name: *const c_char, value: Option<Ref>) -> c_int { status(add(module, name, value.as_deref())) }
    fn PyModule_AddIntConstant(module: &PyObject, name: *const c_char, value: c_long) -> c_int { add_new(module, name, int::from_i64(value)) }
    fn PyModule_AddStringConstant(module: &PyObject, name: *const c_char, value: *const c_char) -> c_int { add_new(module, name, str_of(value)) }
    fn PyModule_AddType(module: &PyObject, ty: &'static PyTypeObject) -> c_int {
        if crate::types::PyType_Ready(ty) < 0 {
            return -1;
        }
        add_new(module, crate::types::_PyType_Name(ty), Ok(Ref::new(ty)))
    }

    // ---- modules by definition ----

    fn PyState_FindModule(def: &PyModuleDef) -> *mut PyObject { module_def::find(def).map_or(ptr::null_mut(), PyObject::as_ptr) }
    fn PyState_AddModule(module: &PyObject, def: Option<&PyModuleDef>) -> c_int {
        let Some(def) = def else { crate::errors::fatal("PyState_AddModule", "module definition is NULL") };
        if !def.m_slots.get().is_null() {
            raise!(SystemError, "PyState_AddModule called on module with slots");
            return -1;
        }
        status(module_def::remember(def, Some(module)))
    }
    fn _PyState_AddModule(_ts: *mut PyThreadState, module: &PyObject, def: Option<&PyModuleDef>) -> c_int { PyState_AddModule(module, def) }
    fn PyState_RemoveModule(def: &PyModuleDef) -> c_int {
        if !def.m_slots.get().is_null() {
            raise!(SystemError, "PyState_RemoveModule called on module with slots");
            return -1;
        }
        status(module_def::remember(def, None))
    }

    // ---- import ----

    fn PyImport_Import(name: &PyObject) -> PyResult { import_name(name) }
    fn PyImport_ImportModule(name: *const c_char) -> PyResult { import_name(&*str_of(name)?) }
    fn PyImport_ImportModuleNoBlock(name: *const c_char) -> PyResult { import_name(&*str_of(name)?) }
    fn PyImport_ImportModuleLevel(name: *const c_char, globals: Option<&PyObject>, _locals: Option<&PyObject>, from: Option<&PyObject>, level: c_int) -> PyResult {
        import::import_name(&*str_of(name)?, globals, from, level)
    }
    fn PyImport_ImportModuleLevelObject(name: &PyObject, globals: Option<&PyObject>, _locals: Option<&PyObject>, from: Option<&PyObject>, level: c_int) -> PyResult {
        import::import_name(name, globals, from, level)
    }
    fn PyImport_ReloadModule(module: &PyObject) -> PyResult {
        call::call1(&*hotpy_modules::support::imported("importlib", "reload")?, module)
    }
    fn PyImport_GetModule(name: &PyObject) -> Option<Ref> { sys::modules().and_then(|m| m.get_item(name)).unwrap_or(None) }
    fn _PyImport_GetModuleId(id: &Identifier) -> Option<Ref> { id.name().and_then(|name| sys::modules()?.get_item(name)).unwrap_or(None) }
    fn _PyImport_GetModuleAttr(module: &PyObject, name: &PyObject) -> PyResult {
        protocol::getattr(&*import_name(module)?, protocol::attribute_name(name)?)
    }
    fn _PyImport_GetModuleAttrString(module: *const c_char, name: *const c_char) -> PyResult {
        protocol::getattr(&*import_name(&*str_of(module)?)?, &*name_of(name)?)
    }
    fn _PyImport_SetModule(name: &PyObject, module: &PyObject) -> c_int { status(sys::modules().and_then(|m| m.set_item(name, module))) }
    fn _PyImport_SetModuleString(name: *const c_char, module: &PyObject) -> c_int {
        status(name_of(name).and_then(|name| sys::modules()?.set_item(&name, module)))
    }
    fn PyImport_GetModuleDict() -> *mut PyObject { sys::modules().map_or(ptr::null_mut(), |m| borrowed(Some(m.into_object()))) }
    fn PyImport_AddModule(name: *const c_char) -> *mut PyObject { str_of(name).and_then(|name| add_module(&name)).map_or(ptr::null_mut(), |m| borrowed(Some(m))) }
    fn PyImport_AddModuleObject(name: &Str) -> *mut PyObject { add_module(name).map_or(ptr::null_mut(), |m| borrowed(Some(m))) }
    fn PyImport_ExecCodeModule(name: *const c_char, code: &PyObject) -> PyResult { exec_code(&*str_of(name)?, code, None) }
    fn PyImport_ExecCodeModuleEx(name: *const c_char, code: &PyObject, path: *const c_char) -> PyResult {
        let path = if path.is_null() { None } else { Some(str_::decode_fs(bytes_of(path))?) };
        exec_code(&*str_of(name)?, code, path.as_deref().map(|p| &**p))
    }
    fn PyImport_ExecCodeModuleObject(name: &Str, code: &PyObject, path: Option<&PyObject>, _cached: Option<&PyObject>) -> PyResult { exec_code(name, code, path) }
    fn PyImport_ExecCodeModuleWithPathnames(name: *const c_char, code: &PyObject, path: *const c_char, _cached: *const c_char) -> PyResult {
        PyImport_ExecCodeModuleEx(name, code, path)
    }
    fn PyImport_GetMagicNumber() -> c_long { i32::from_le_bytes(hotpy_modules::pyc::MAGIC) as c_long }
    fn PyImport_GetMagicTag() -> *const c_char { c"cpython-311".as_ptr() }
    fn _PyImport_AcquireLock() {}
    fn _PyImport_ReleaseLock() -> c_int { 1 }
    fn PyImport_ImportFrozenModule(_name: *const c_char) -> c_int { 0 }
    fn PyImport_ImportFrozenModuleObject(_name: &PyObject) -> c_int { 0 }
    fn PyImport_GetImporter(path: &PyObject) -> PyResult {
        call::call1(&*hotpy_modules::support::imported("pkgutil", "get_importer")?, path)
    }
}

fn exec_code(name: &Str, code: &PyObject, path: Option<&PyObject>) -> PyResult {
    let module = add_module(name)?;
    let (Some(module_object), Some(code)) = (
        module.downcast::<PyModuleObject>(),
        code.exact::<PyCodeObject>(),
    ) else {
        return Err(bad_internal_call());
    };
    let d = module_object.dict();
    if let Some(path) = path {
        d.set_text("__file__", path)?;
    }
    if d.get_text("__builtins__").is_none()
        && let Some(builtins) = hotpy_modules::builtins::module()
    {
        d.set_text("__builtins__", builtins.dict())?;
    }
    if hotpy_vm::eval::exec_code(code, d, d, None).is_err() {
        if let Some(taken) = errors::fetch() {
            let _ = sys::modules()?.del_item(name);
            errors::restore(taken);
        }
        return Err(Raised);
    }
    sys::modules()?.get_item(name)?.ok_or_else(|| {
        raise!(
            ImportError,
            "Loaded module {} not found in sys.modules",
            name.to_string_lossy()
        )
    })
}
