//! `module`.

use crate::def::{getset, noargs, slot, status};
use crate::task::{self, Begun};
use crate::*;
use cfunction::Params;
use flags::{member, tp};
use smallvec::SmallVec;
use std::mem::offset_of;

builtin!(PyModuleObject = PyModule_Type);

/// An empty module with the usual names set to None.
pub fn new(name: &str) -> PyResult<Ref<PyModuleObject>> {
    new_named(&*str_::intern(name)?)
}

/// The same for a name that is an object.
pub fn new_named(name: &Str) -> PyResult<Ref<PyModuleObject>> {
    let m = allocate(&PyModule_Type)?;
    fill(&m, name, &singletons::_Py_NoneStruct)?;
    Ok(m)
}

fn allocate(ty: &PyTypeObject) -> PyResult<Ref<PyModuleObject>> {
    let dict = dict::new()?;
    let alloc = ty.tp_alloc.get().unwrap_or(mem::generic_alloc);
    // SAFETY: module types have this layout.
    let m: Ref<PyModuleObject> = unsafe { alloc(ty, 0)?.cast() };
    m.md_dict.set(Some(dict.into_object()));
    Ok(m)
}

/// `__name__`, `__doc__`, and what importing sets later.
fn fill(m: &PyModuleObject, name: &Str, doc: &PyObject) -> PyResult<()> {
    let dict = m.dict();
    dict.set_item(&names::__name__, name)?;
    dict.set_item(&names::__doc__, doc)?;
    for each in [&names::__package__, &names::__loader__, &names::__spec__] {
        dict.set_item(each, &singletons::_Py_NoneStruct)?;
    }
    m.md_name.set(Some(name.to_ref()));
    Ok(())
}

/// A module with a doc string and functions of a static table, as builtin modules are.
pub fn with_methods(
    name: &'static str,
    doc: &'static str,
    methods: &'static [PyMethodDef],
) -> PyResult<Ref<PyModuleObject>> {
    let m = new(name)?;
    if !doc.is_empty() {
        let doc = str_::new(doc)?;
        m.dict().set_item(&names::__doc__, &doc)?;
    }
    let module_name = str_::intern(name)?;
    for def in methods {
        if def.ml_name.get().is_null() {
            break;
        }
        let function = cfunction::new(def, Some(&m), Some(&module_name))?;
        let name = str_::intern(typeobject::c_text(def.ml_name.get()))?;
        m.dict().set_item(&name, &function)?;
    }
    Ok(m)
}

impl PyModuleObject {
    /// The module's namespace.
    #[inline(always)]
    pub fn dict(&self) -> &PyDictObject {
        // SAFETY: a module has a dict from its allocation on.
        unsafe { &*self.md_dict.as_ptr().cast() }
    }

    /// Sets a global of the module.
    pub fn add(&self, name: &str, value: &PyObject) -> PyResult<()> {
        self.dict().set_item(&*str_::intern(name)?, value)
    }

    /// The module's `__name__`, if that is a str.
    pub fn name(&self) -> Option<Ref<Str>> {
        let name = self.dict().get_str(&names::__name__)?;
        // SAFETY: just checked.
        name.is_instance::<Str>().then(|| unsafe { name.cast() })
    }
}

static PARAMS: Params = Params {
    function: "module",
    names: &["name", "doc"],
    positional_only: 0,
    positional: 2,
    required: 1,
};

extern "C" fn module_new(
    ty: &PyTypeObject,
    _args: &PyObject,
    _kwargs: Option<&PyObject>,
) -> PyResult {
    Ok(allocate(ty)?.into_object())
}

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    // SAFETY: U3; slots get a tuple.
    let (m, args): (&PyModuleObject, &PyTupleObject) = unsafe { (this.cast(), args.cast()) };
    let run = || -> PyResult<()> {
        let bound = PARAMS.bind_tuple(args, kwargs)?;
        let none = singletons::none();
        let name = bound[0].unwrap_or(&none);
        let Some(text) = name.downcast::<Str>() else {
            return Err(raise!(
                TypeError,
                "module() argument 'name' must be str, not {}",
                str_::args::type_text(name)
            ));
        };
        fill(m, text, bound[1].unwrap_or(&none))
    };
    status(run())
}

/// Whether a spec's flag or list says so; errors count as no.
fn is_initializing(spec: &PyObject) -> PyResult<bool> {
    match protocol::getattr_opt(spec, &names::_initializing)? {
        Some(flag) => protocol::truth(&flag),
        None => Ok(false),
    }
}

fn is_uninitialized_submodule(spec: &PyObject, name: &Str) -> PyResult<bool> {
    match protocol::getattr_opt(spec, &names::_uninitialized_submodules)? {
        Some(list) => protocol::contains(&list, name),
        None => Ok(false),
    }
}

/// An attribute; then the module's own `__getattr__`; then an AttributeError that tells of circular imports. May run Python.
fn find(m: &PyModuleObject, name: &Str, missing_ok: bool) -> PyResult<Option<Ref>> {
    if let Some(found) = protocol::generic_getattr(m, name, true)? {
        return Ok(Some(found));
    }
    if let Some(fallback) = m.dict().get_str(&names::__getattr__) {
        return call::call1(&fallback, name).map(Some);
    }
    if missing_ok {
        return Ok(None);
    }
    let attribute = name.to_string_lossy();
    let text = match m.name() {
        None => format!("module has no attribute '{attribute}'"),
        Some(module) => {
            let module = module.to_string_lossy();
            let spec = m
                .dict()
                .get_str(&names::__spec__)
                .unwrap_or_else(singletons::none);
            if is_initializing(&spec)? {
                format!(
                    "partially initialized module '{module}' has no attribute '{attribute}' (most likely due to a circular import)"
                )
            } else if is_uninitialized_submodule(&spec, name)? {
                format!(
                    "cannot access submodule '{attribute}' of module '{module}' (most likely due to a circular import)"
                )
            } else {
                format!("module '{module}' has no attribute '{attribute}'")
            }
        }
    };
    Err(errors::raise_attribute_error(
        m,
        name,
        format_args!("{text}"),
    ))
}

/// `tp_getattro` of modules.
pub extern "C" fn getattro(this: &PyObject, name: &PyObject) -> PyResult {
    // SAFETY: U3.
    let m: &PyModuleObject = unsafe { this.cast() };
    match find(m, protocol::attribute_name(name)?, false)? {
        Some(found) => Ok(found),
        None => Err(Raised),
    }
}

/// `repr` of a spec, or of what is known without one; as importlib prints modules. May run Python.
extern "C" fn repr(m: &PyModuleObject) -> PyResult {
    let attribute = |o: &PyObject, name: &str| -> PyResult<Option<Ref>> {
        protocol::getattr_opt(o, &*str_::intern(name)?)
    };
    let shown = |o: &PyObject| -> PyResult<String> { Ok(protocol::repr(o)?.to_string_lossy()) };
    let loader = attribute(m, "__loader__")?.filter(|l| !singletons::is_none(l));
    let spec = match attribute(m, "__spec__")? {
        Some(spec) if protocol::truth(&spec)? => Some(spec),
        _ => None,
    };
    let text = if let Some(spec) = spec {
        let get = |name: &str| protocol::getattr(&spec, &*str_::intern(name)?);
        let name = get("name")?;
        let name = if singletons::is_none(&name) {
            "'?'".to_string()
        } else {
            shown(&name)?
        };
        let origin = get("origin")?;
        if singletons::is_none(&origin) {
            let loader = get("loader")?;
            if singletons::is_none(&loader) {
                format!("<module {name}>")
            } else {
                format!("<module {name} ({})>", shown(&loader)?)
            }
        } else if protocol::truth(&*get("has_location")?)? {
            format!("<module {name} from {}>", shown(&origin)?)
        } else {
            format!(
                "<module {name} ({})>",
                protocol::str(&origin)?.to_string_lossy()
            )
        }
    } else {
        let name = match attribute(m, "__name__")? {
            Some(name) => shown(&name)?,
            None => "'?'".to_string(),
        };
        // Deprecated, but asked before the file.
        if let Some(loader) = &loader
            && let Some(function) = attribute(loader, "module_repr")?
        {
            match call::call1(&function, m) {
                Ok(text) => return Ok(text),
                Err(Raised) if errors::matches(&exceptions::Exception) => errors::clear(),
                Err(Raised) => return Err(Raised),
            }
        }
        match (attribute(m, "__file__")?, loader) {
            (Some(file), _) => format!("<module {name} from {}>", shown(&file)?),
            (None, Some(loader)) => format!("<module {name} ({})>", shown(&loader)?),
            (None, None) => format!("<module {name}>"),
        }
    };
    Ok(str_::new(&text)?.into_object())
}

extern "C" fn dir(m: &PyModuleObject) -> PyResult {
    let d = protocol::getattr(m, &names::__dict__)?;
    let Some(d) = d.downcast::<PyDictObject>() else {
        return Err(raise!(TypeError, "<module>.__dict__ is not a dictionary"));
    };
    if let Some(own) = d.get_str(&names::__dir__) {
        return call::call0(&own);
    }
    let keys = d.pairs().into_iter().map(|(key, _)| key).collect();
    Ok(list::from_owned(keys)?.into_object())
}

/// `module.__dir__()` from bytecode: a function of the module's is called in a frame.
fn begin_dir(this: &PyObject, args: &[&PyObject], _: Option<&PyTupleObject>) -> Option<Begun> {
    let own = own_dir(this).filter(|_| args.is_empty())?;
    Some(Begun::Args(own, SmallVec::new()))
}

/// The function that an ordinary module has for `dir`.
pub fn own_dir(object: &PyObject) -> Option<Ref> {
    let module = object.exact::<PyModuleObject>()?;
    module.dict().get_str(&names::__dir__)
}

/// Calls from bytecode are tasks.
pub(crate) fn init_tasks() -> PyResult<()> {
    task::register_named(&PyModule_Type, "__dir__", begin_dir)
}

extern "C" fn get_annotations(m: &PyModuleObject, _: *mut c_void) -> PyResult {
    if let Some(found) = m.dict().get_str(&names::__annotations__) {
        return Ok(found);
    }
    let fresh = dict::new()?;
    m.dict().set_item(&names::__annotations__, &fresh)?;
    Ok(fresh.into_object())
}

extern "C" fn set_annotations(
    m: &PyModuleObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    let set = || -> PyResult<()> {
        match value {
            Some(value) => m.dict().set_item(&names::__annotations__, value),
            None if m.dict().del_item(&names::__annotations__)? => Ok(()),
            None => Err(raise!(AttributeError, "__annotations__")),
        }
    };
    status(set())
}

/// The C definition, whose functions may look at the module's state: only once it has it.
fn definition(m: &PyModuleObject) -> Option<&PyModuleDef> {
    m.md_def
        .get()
        .filter(|d| d.m_size.get() <= 0 || !m.md_state.get().is_null())
}

/// # Safety
/// The object's count has just become zero.
/// Whether the end of each module is told on standard error (`-v`).
static TELLS: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// Has the end of each module told from now on, or no more.
pub fn tell_of_ends(on: bool) {
    TELLS.store(on, std::sync::atomic::Ordering::Relaxed);
}

#[cold]
fn tell_of_end(m: &PyModuleObject) {
    if let Some(name) = m.md_name.get().and_then(|n| n.downcast::<Str>()) {
        eprintln!("# destroy {}", name.to_string_lossy());
    }
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        let m: &PyModuleObject = &*this.cast();
        if TELLS.load(std::sync::atomic::Ordering::Relaxed) {
            tell_of_end(m);
        }
        if !m.md_weaklist.is_null() {
            weakref::clear_refs(m);
        }
        if let Some(free) = definition(m).and_then(|d| d.m_free.get()) {
            free(this.cast());
        }
        m.md_dict.set(None);
        m.md_name.set(None);
        mem::free(m.md_state.get().cast());
        mem::free_instance(this);
    }
}

extern "C" fn traverse(m: &PyModuleObject, visit: visitproc, arg: *mut c_void) -> c_int {
    if let Some(f) = definition(m).and_then(|d| d.m_traverse.get()) {
        let answer = f(m, visit, arg);
        if answer != 0 {
            return answer;
        }
    }
    m.md_dict.get().map_or(0, |d| visit(d, arg))
}

/// The dict stays: functions of the module may still run, and the dict is cleared itself.
extern "C" fn clear(m: &PyModuleObject) -> c_int {
    match definition(m).and_then(|d| d.m_clear.get()) {
        Some(f) => f(m),
        None => 0,
    }
}

static METHODS: [PyMethodDef; 2] = [
    noargs(
        c"__dir__",
        dir,
        c"__dir__() -> list\nThe names of the module's attributes.",
    ),
    PyMethodDef::END,
];

static MEMBERS: [PyMemberDef; 2] = [
    def::member(
        c"__dict__",
        member::OBJECT,
        offset_of!(PyModuleObject, md_dict),
        member::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

static GETSET: [PyGetSetDef; 2] = [
    getset(
        c"__annotations__",
        get_annotations,
        Some(set_annotations),
        c"",
    ),
    PyGetSetDef::END,
];

#[unsafe(no_mangle)]
pub static PyModule_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_getattro: Cell::new(Some(getattro)),
    tp_setattro: Cell::new(Some(protocol::PyObject_GenericSetAttr)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE),
    tp_doc: Cell::new(c"module(name, doc=None)\n--\n\nA module: a namespace with a name.".as_ptr()),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear),
    tp_weaklistoffset: Cell::new(offset_of!(PyModuleObject, md_weaklist) as isize),
    tp_methods: def::table(&METHODS[0]),
    tp_members: def::table(&MEMBERS[0]),
    tp_getset: def::table(&GETSET[0]),
    tp_dictoffset: Cell::new(offset_of!(PyModuleObject, md_dict) as isize),
    tp_init: Cell::new(Some(init)),
    tp_new: Cell::new(Some(module_new)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<PyModuleObject>(c"module")
};
