//! Modules from C definitions (`PyModuleDef`): single- and multi-phase initialisation, module state, modules by number.

use crate::def::Builtin;
use crate::*;
use std::ffi::CStr;
use std::mem::transmute;
use std::ptr;

builtin!(PyModuleDef = PyModuleDef_Type);

/// The type of definitions; they are static C structures, never created or destroyed here.
#[unsafe(no_mangle)]
pub static PyModuleDef_Type: PyTypeObject = PyTypeObject {
    ..PyTypeObject::new::<PyModuleDef>(c"moduledef")
};

/// The version of the C API that extensions are compiled for.
pub const API_VERSION: i32 = 1013;
/// The version of the stable part.
pub const ABI_VERSION: i32 = 3;

/// `PyModuleDef_Slot.slot`.
const CREATE: i32 = 1;
const EXEC: i32 = 2;

/// Definitions are numbered from 1 when they are first used.
struct LastIndex(Cell<isize>);

// SAFETY: U1.
unsafe impl Sync for LastIndex {}

static LAST_INDEX: LastIndex = LastIndex(Cell::new(0));

/// The full name of the extension being initialised, under its C name.
#[unsafe(no_mangle)]
pub static _Py_PackageContext: PackageContext = PackageContext(Cell::new(ptr::null()));

#[repr(transparent)]
pub struct PackageContext(Cell<*const c_char>);

// SAFETY: U1.
unsafe impl Sync for PackageContext {}

/// Sets the full name that a single-phase extension's module gets; the one before.
pub fn set_package_context(name: *const c_char) -> *const c_char {
    _Py_PackageContext.0.replace(name)
}

/// Makes a static definition an object (C: `PyModuleDef_Init`).
pub fn init(def: &PyModuleDef) {
    let base = &def.m_base;
    if base.m_index.get() == 0 {
        base.ob_base.ob_refcnt.set(1);
        base.ob_base
            .ob_type
            .set_ptr((&raw const PyModuleDef_Type).cast_mut());
        let index = LAST_INDEX.0.get() + 1;
        LAST_INDEX.0.set(index);
        base.m_index.set(index);
    }
}

/// Names the module for C code: the definition's name, unless an extension within a package is being initialised.
fn full_name(name: *const c_char) -> *const c_char {
    let context = _Py_PackageContext.0.get();
    if context.is_null() {
        return name;
    }
    let (full, short) = (text(context), text(name));
    if full.rsplit_once('.').is_some_and(|(_, last)| last == short) {
        _Py_PackageContext.0.set(ptr::null());
        return context;
    }
    name
}

fn text<'a>(text: *const c_char) -> std::borrow::Cow<'a, str> {
    // SAFETY: definitions' texts are C strings that live as long as the extension.
    unsafe { CStr::from_ptr(text) }.to_string_lossy()
}

/// A module of a single-phase definition (C: `PyModule_Create2`). SystemError, RuntimeWarning for another API version.
pub fn create(def: &'static PyModuleDef, api_version: i32) -> PyResult<Ref<PyModuleObject>> {
    init(def);
    let name = full_name(def.m_name.get());
    check_api_version(name, api_version)?;
    if !def.m_slots.get().is_null() {
        return Err(raise!(
            SystemError,
            "module {}: PyModule_Create is incompatible with m_slots",
            text(name)
        ));
    }
    let module = module::new(&text(name))?;
    allocate_state(&module, def.m_size.get())?;
    if !def.m_methods.get().is_null() {
        add_functions(&module, def.m_methods.get())?;
    }
    set_doc(&module, def)?;
    module.md_def.set_ptr(ptr::from_ref(def).cast_mut());
    Ok(module)
}

fn check_api_version(name: *const c_char, version: i32) -> PyResult<()> {
    if version == API_VERSION || version == ABI_VERSION {
        return Ok(());
    }
    errors::warn(
        &exceptions::RuntimeWarning,
        &format!(
            "Python C API version mismatch for module {}: This Python has API version {API_VERSION}, module {} has version {version}.",
            text(name),
            text(name)
        ),
        1,
    )
}

fn allocate_state(module: &PyModuleObject, size: isize) -> PyResult<()> {
    if size > 0 && module.md_state.get().is_null() {
        let state = mem::alloc(size as usize);
        if state.is_null() {
            return Err(errors::no_memory());
        }
        // SAFETY: the block has that size.
        unsafe { ptr::write_bytes(state, 0, size as usize) };
        module.md_state.set(state.cast());
    }
    Ok(())
}

fn set_doc(module: &PyObject, def: &PyModuleDef) -> PyResult<()> {
    if def.m_doc.get().is_null() {
        return Ok(());
    }
    let doc = str_::new(&text(def.m_doc.get()))?;
    protocol::setattr(module, &names::__doc__, Some(&doc))
}

/// Adds the builtins of a C table to a module (C: `PyModule_AddFunctions`). ValueError for class and static methods.
pub fn add_functions(module: &PyObject, first: *mut PyMethodDef) -> PyResult<()> {
    let name = module
        .downcast::<PyModuleObject>()
        .and_then(PyModuleObject::name);
    let mut at = first.cast_const();
    // SAFETY: C tables end with a null name and live as long as the extension.
    while let Some(def) = unsafe { at.as_ref() }.filter(|d| !d.ml_name.get().is_null()) {
        let def = typeobject::static_ref(def);
        if def.ml_flags.get() & (flags::meth::CLASS | flags::meth::STATIC) != 0 {
            return Err(raise!(
                ValueError,
                "module functions cannot set METH_CLASS or METH_STATIC"
            ));
        }
        let function = cfunction::new(def, Some(module), name.as_ref().map(|n| &***n))?;
        let name = str_::intern(typeobject::c_text(def.ml_name.get()))?;
        protocol::setattr(module, &name, Some(&function))?;
        at = at.wrapping_add(1);
    }
    Ok(())
}

/// The slots of a multi-phase definition.
fn slots(def: &PyModuleDef) -> impl Iterator<Item = &PyModuleDef_Slot> {
    let mut at = def.m_slots.get().cast_const();
    std::iter::from_fn(move || {
        // SAFETY: the table is missing or ends with slot 0.
        let slot = unsafe { at.as_ref() }.filter(|s| s.slot.get() != 0)?;
        at = at.wrapping_add(1);
        Some(slot)
    })
}

/// The module that a multi-phase definition makes for a spec (C: `PyModule_FromDefAndSpec2`); not yet executed. SystemError.
pub fn from_spec(def: &'static PyModuleDef, spec: &PyObject, api_version: i32) -> PyResult {
    init(def);
    let name = protocol::getattr(spec, &*str_::intern("name")?)?;
    let Some(name) = name.downcast::<Str>() else {
        return Err(raise!(
            TypeError,
            "expected str, {} found",
            name.ty().name()
        ));
    };
    let shown = name.to_string_lossy();
    check_api_version(def.m_name.get(), api_version)?;
    if def.m_size.get() < 0 {
        return Err(raise!(
            SystemError,
            "module {shown}: m_size may not be negative for multi-phase initialization"
        ));
    }
    let (mut create, mut exec) = (None, false);
    for slot in slots(def) {
        match slot.slot.get() {
            CREATE if create.is_some() => {
                return Err(raise!(
                    SystemError,
                    "module {shown} has multiple create slots"
                ));
            }
            CREATE => create = Some(slot.value.get()),
            EXEC => exec = true,
            id => {
                return Err(raise!(
                    SystemError,
                    "module {shown} uses unknown slot ID {id}"
                ));
            }
        }
    }
    let module = match create {
        None => module::new_named(name)?.into_object(),
        Some(create) => {
            // SAFETY: the slot says what the function's signature is.
            let create: extern "C" fn(&PyObject, &PyModuleDef) -> PyResult =
                unsafe { transmute(create) };
            let made = create(spec, def);
            if made.is_err() && errors::occurred().is_none() {
                return Err(raise!(
                    SystemError,
                    "creation of module {shown} failed without setting an exception"
                ));
            }
            let made = made?;
            if errors::occurred().is_some() {
                drop(made);
                return Err(errors::raise_from_cause(
                    &exceptions::SystemError,
                    &format!("creation of module {shown} raised unreported exception"),
                ));
            }
            made
        }
    };
    match module.downcast::<PyModuleObject>() {
        Some(module) => {
            module.md_state.set(ptr::null_mut());
            module.md_def.set_ptr(ptr::from_ref(def).cast_mut());
        }
        None => {
            if def.m_size.get() > 0
                || def.m_traverse.get().is_some()
                || def.m_clear.get().is_some()
                || def.m_free.get().is_some()
            {
                return Err(raise!(
                    SystemError,
                    "module {shown} is not a module object, but requests module state"
                ));
            }
            if exec {
                return Err(raise!(
                    SystemError,
                    "module {shown} specifies execution slots, but did not create a ModuleType instance"
                ));
            }
        }
    }
    if !def.m_methods.get().is_null() {
        add_functions(&module, def.m_methods.get())?;
    }
    set_doc(&module, def)?;
    Ok(module)
}

/// Runs the execution slots of a module once it has its state (C: `PyModule_ExecDef`). Whatever they raise, SystemError.
pub fn exec(module: &PyModuleObject, def: &PyModuleDef) -> PyResult<()> {
    let shown = match module.name() {
        Some(name) => name.to_string_lossy(),
        None => return Err(raise!(SystemError, "nameless module")),
    };
    if def.m_size.get() >= 0 {
        // Also of no size: it says that the module is initialised, and will not be again.
        allocate_state(module, def.m_size.get().max(1))?;
    }
    for slot in slots(def) {
        match slot.slot.get() {
            CREATE => {}
            EXEC => {
                // SAFETY: the slot says what the function's signature is.
                let run: extern "C" fn(&PyObject) -> c_int = unsafe { transmute(slot.value.get()) };
                if run(module) != 0 {
                    if errors::occurred().is_none() {
                        return Err(raise!(
                            SystemError,
                            "execution of module {shown} failed without setting an exception"
                        ));
                    }
                    return Err(Raised);
                }
                if errors::occurred().is_some() {
                    return Err(errors::raise_from_cause(
                        &exceptions::SystemError,
                        &format!("execution of module {shown} raised unreported exception"),
                    ));
                }
            }
            id => {
                return Err(raise!(
                    SystemError,
                    "module {shown} initialized with unknown slot {id}"
                ));
            }
        }
    }
    Ok(())
}

/// The interpreter's single-phase module of a definition (C: `PyState_FindModule`).
pub fn find(def: &PyModuleDef) -> Option<&'static PyObject> {
    if !def.m_slots.get().is_null() {
        return None;
    }
    let index = def.m_base.m_index.get();
    if index <= 0 {
        return None;
    }
    // The list keeps the module.
    let module = interpreter().modules_by_index.get()?.get(index as usize)?;
    (!singletons::is_none(&module)).then(|| typeobject::static_ref(&*module))
}

/// Remembers the interpreter's single-phase module of a definition; `None` forgets it. Raises MemoryError.
pub fn remember(def: &PyModuleDef, module: Option<&PyObject>) -> PyResult<()> {
    init(def);
    let index = def.m_base.m_index.get() as usize;
    let slot = &interpreter().modules_by_index;
    if slot.is_null() {
        slot.set(Some(list::new()?));
    }
    let Some(all) = slot.cloned() else {
        return Ok(());
    };
    while all.len() <= index {
        all.append(&singletons::_Py_NoneStruct)?;
    }
    all.set(
        index,
        module.unwrap_or(&singletons::_Py_NoneStruct).to_ref(),
    )
}

/// Whether an object is a definition: what the init function of a multi-phase extension answers.
pub fn as_definition(object: &PyObject) -> Option<&'static PyModuleDef> {
    if !ptr::eq(object.ob_type.as_ptr(), PyModuleDef::type_object()) {
        return None;
    }
    // SAFETY: the type tells.
    Some(unsafe { typeobject::static_ref(object.cast()) })
}
