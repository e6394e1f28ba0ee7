//! `function`: Python functions.
//!
//! Annotations come from MAKE_FUNCTION as a flat tuple (name, value, ...) and turn into a dict when first asked for. A version, given out on
//! demand, stands for code, defaults and keyword defaults together; changing one of them takes it away.

use crate::def::{getset, slot, status};
use crate::*;
use cfunction::Params;
use flags::{member, tp};
use std::mem::offset_of;

builtin!(PyFunctionObject = PyFunction_Type);

struct NextVersion(Cell<u32>);
// SAFETY: U1.
unsafe impl Sync for NextVersion {}
static NEXT_VERSION: NextVersion = NextVersion(Cell::new(1));

/// A version for inline caches that changes with code, defaults and kwdefaults; 0: none left.
#[inline]
pub fn version(function: &PyFunctionObject) -> u32 {
    let version = function.func_version.get();
    if version != 0 {
        return version;
    }
    let next = NEXT_VERSION.0.get();
    if next != 0 {
        NEXT_VERSION.0.set(next.wrapping_add(1));
        function.func_version.set(next);
    }
    next
}

/// A function of `code` over `globals`; name, qualname, doc and module are taken from them.
pub fn new(
    code: &PyCodeObject,
    globals: &PyDictObject,
    qualname: Option<&Str>,
) -> PyResult<Ref<PyFunctionObject>> {
    let builtins = builtins_of(globals)?;
    new_with_builtins(code, globals, &builtins, qualname)
}

/// The same where the caller knows the builtins (the interpreter's frame has them).
pub fn new_with_builtins(
    code: &PyCodeObject,
    globals: &PyDictObject,
    builtins: &PyObject,
    qualname: Option<&Str>,
) -> PyResult<Ref<PyFunctionObject>> {
    let doc = code
        .co_consts
        .get()
        .and_then(|consts| consts.downcast::<PyTupleObject>())
        .and_then(|consts| consts.items().first().copied())
        .filter(|first| first.is_instance::<Str>());
    let module = globals.get_str(&names::__name__);
    let vectorcall = hooks::try_hooks().map(|h| h.function_vectorcall);
    let f = mem::create_gc(&PyFunction_Type, |header| PyFunctionObject {
        ob_base: header,
        func_globals: Slot::EMPTY,
        func_builtins: Slot::EMPTY,
        func_name: Slot::EMPTY,
        func_qualname: Slot::EMPTY,
        func_code: Slot::EMPTY,
        func_defaults: Slot::EMPTY,
        func_kwdefaults: Slot::EMPTY,
        func_closure: Slot::EMPTY,
        func_doc: Slot::EMPTY,
        func_dict: Slot::EMPTY,
        func_weakreflist: Slot::EMPTY,
        func_module: Slot::EMPTY,
        func_annotations: Slot::EMPTY,
        vectorcall: Cell::new(vectorcall),
        func_version: Cell::new(0),
    })?;
    let fill = |field: &Slot<PyObject>, value: &PyObject| {
        field.set_ptr(value.to_ref().into_raw());
    };
    fill(&f.func_globals, globals);
    fill(&f.func_builtins, builtins);
    fill(&f.func_code, code);
    if let Some(name) = code.co_name.get() {
        fill(&f.func_name, name);
    }
    if let Some(qualname) = qualname.map(|q| &**q).or(code.co_qualname.get()) {
        fill(&f.func_qualname, qualname);
    }
    f.func_doc
        .set(Some(doc.map_or_else(singletons::none, Ref::new)));
    f.func_module.set(module);
    gc::track(&*f);
    Ok(f)
}

/// The builtins that code over `globals` sees: its `__builtins__`, else the caller's.
pub fn builtins_of(globals: &PyDictObject) -> PyResult {
    let find = |globals: &PyDictObject| -> Option<Ref> {
        let found = globals.get_str(&names::__builtins__)?;
        Some(match found.downcast::<PyModuleObject>() {
            Some(module) => module.dict().to_ref(),
            None => found,
        })
    };
    if let Some(found) = find(globals) {
        return Ok(found);
    }
    if let Some(current) = (hooks::hooks().current_globals)()
        && let Some(current) = current.downcast::<PyDictObject>()
        && let Some(found) = find(current)
    {
        return Ok(found);
    }
    let module = (hooks::hooks().import)("builtins")?;
    match module.downcast::<PyModuleObject>() {
        Some(module) => Ok(module.dict().to_ref()),
        None => Ok(module),
    }
}

impl PyFunctionObject {
    #[inline(always)]
    pub fn code(&self) -> &PyCodeObject {
        // SAFETY: a function always has a code object.
        unsafe { &*self.func_code.as_ptr().cast() }
    }
    /// `__name__`.
    pub fn name(&self) -> &Str {
        // SAFETY: a function always has a name, a str.
        unsafe { &*self.func_name.as_ptr().cast() }
    }
    /// `__qualname__`.
    pub fn qualname(&self) -> &Str {
        // SAFETY: as above.
        unsafe { &*self.func_qualname.as_ptr().cast() }
    }
    #[inline(always)]
    pub fn globals(&self) -> &PyDictObject {
        // SAFETY: a function always has globals, a dict.
        unsafe { &*self.func_globals.as_ptr().cast() }
    }
}

static PARAMS: Params = Params {
    function: "function",
    names: &["code", "globals", "name", "argdefs", "closure"],
    positional_only: 0,
    positional: 5,
    required: 2,
};

extern "C" fn function_new(
    _ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: slots get a tuple.
    let bound = PARAMS.bind_tuple(unsafe { args.cast() }, kwargs)?;
    let wrong = |name: &str, expected: &str, got: &PyObject| {
        raise!(
            TypeError,
            "function() argument '{name}' must be {expected}, not {}",
            got.ty().name()
        )
    };
    let none = singletons::none();
    let (code, globals) = (bound[0].unwrap_or(&none), bound[1].unwrap_or(&none));
    let code = code
        .exact::<PyCodeObject>()
        .ok_or_else(|| wrong("code", "code", code))?;
    let globals = globals
        .downcast::<PyDictObject>()
        .ok_or_else(|| wrong("globals", "dict", globals))?;
    let given = |i: usize| bound[i].filter(|o| !singletons::is_none(o));
    if given(2).is_some_and(|n| !n.is_instance::<Str>()) {
        return Err(raise!(TypeError, "arg 3 (name) must be None or string"));
    }
    if given(3).is_some_and(|d| !d.is_instance::<PyTupleObject>()) {
        return Err(raise!(TypeError, "arg 4 (defaults) must be None or tuple"));
    }
    let free = code.co_nfreevars.get() as usize;
    let closure = match given(4) {
        None if free > 0 => {
            return Err(raise!(TypeError, "arg 5 (closure) must be tuple"));
        }
        None => None,
        Some(closure) => match closure.downcast::<PyTupleObject>() {
            Some(closure) => Some(closure),
            None => {
                return Err(raise!(TypeError, "arg 5 (closure) must be None or tuple"));
            }
        },
    };
    let count = closure.map_or(0, |c| c.len());
    if count != free {
        let name = code.co_name.get().and_then(|n| n.downcast::<Str>());
        return Err(raise!(
            ValueError,
            "{} requires closure of length {free}, not {count}",
            name.map_or_else(String::new, |n| n.to_string_lossy())
        ));
    }
    for item in closure.map_or(&[][..], |c| c.items()) {
        if !item.is_exact::<PyCellObject>() {
            return Err(raise!(
                TypeError,
                "arg 5 (closure) expected cell, found {}",
                item.ty().name()
            ));
        }
    }
    let f = new(code, globals, None)?;
    if let Some(name) = given(2) {
        f.func_name.set(Some(name.to_ref()));
    }
    f.func_defaults.set(given(3).map(Ref::new));
    f.func_closure
        .set(closure.filter(|c| c.len() > 0).map(|c| c.to_ref()));
    Ok(f.into_object())
}

// ---- attributes ----

/// Every change of what calls depend on.
fn changed(f: &PyFunctionObject) {
    f.func_version.set(0);
    watch::function_changed(f);
}

fn or_none(field: &Slot<PyObject>) -> PyResult {
    Ok(field.cloned().unwrap_or_else(singletons::none))
}

extern "C" fn get_code(f: &PyFunctionObject, _: *mut c_void) -> PyResult {
    hooks::audit_getattr(f, "__code__")?;
    or_none(&f.func_code)
}

extern "C" fn set_code(f: &PyFunctionObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    let set = || -> PyResult<()> {
        let Some(code) = value.and_then(|v| v.exact::<PyCodeObject>()) else {
            return Err(raise!(TypeError, "__code__ must be set to a code object"));
        };
        hooks::audit_setattr(f, "__code__", code)?;
        let closure = f
            .func_closure
            .get()
            .and_then(|c| c.downcast::<PyTupleObject>())
            .map_or(0, |c| c.len());
        let free = code.co_nfreevars.get() as usize;
        if free != closure {
            return Err(raise!(
                ValueError,
                "{}() requires a code object with {closure} free vars, not {free}",
                f.name().to_string_lossy()
            ));
        }
        changed(f);
        f.func_code.set(Some(code.to_ref()));
        Ok(())
    };
    status(set())
}

fn set_text(field: &Slot<PyObject>, value: Option<&PyObject>, name: &str) -> c_int {
    let Some(text) = value.filter(|v| v.is_instance::<Str>()) else {
        raise!(TypeError, "{name} must be set to a string object");
        return -1;
    };
    field.set(Some(text.to_ref()));
    0
}

extern "C" fn get_name(f: &PyFunctionObject, _: *mut c_void) -> PyResult {
    or_none(&f.func_name)
}
extern "C" fn set_name(f: &PyFunctionObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    set_text(&f.func_name, value, "__name__")
}
extern "C" fn get_qualname(f: &PyFunctionObject, _: *mut c_void) -> PyResult {
    or_none(&f.func_qualname)
}
extern "C" fn set_qualname(
    f: &PyFunctionObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    set_text(&f.func_qualname, value, "__qualname__")
}

extern "C" fn get_defaults(f: &PyFunctionObject, _: *mut c_void) -> PyResult {
    hooks::audit_getattr(f, "__defaults__")?;
    or_none(&f.func_defaults)
}
extern "C" fn set_defaults(
    f: &PyFunctionObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    let value = value.filter(|v| !singletons::is_none(v));
    if value.is_some_and(|v| !v.is_instance::<PyTupleObject>()) {
        raise!(TypeError, "__defaults__ must be set to a tuple object");
        return -1;
    }
    let told = match value {
        Some(value) => hooks::audit_setattr(f, "__defaults__", value),
        None => hooks::audit_delattr(f, "__defaults__"),
    };
    if told.is_err() {
        return -1;
    }
    changed(f);
    f.func_defaults.set(value.map(Ref::new));
    0
}

extern "C" fn get_kwdefaults(f: &PyFunctionObject, _: *mut c_void) -> PyResult {
    hooks::audit_getattr(f, "__kwdefaults__")?;
    or_none(&f.func_kwdefaults)
}
extern "C" fn set_kwdefaults(
    f: &PyFunctionObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    let value = value.filter(|v| !singletons::is_none(v));
    if value.is_some_and(|v| !v.is_instance::<PyDictObject>()) {
        raise!(TypeError, "__kwdefaults__ must be set to a dict object");
        return -1;
    }
    let told = match value {
        Some(value) => hooks::audit_setattr(f, "__kwdefaults__", value),
        None => hooks::audit_delattr(f, "__kwdefaults__"),
    };
    if told.is_err() {
        return -1;
    }
    changed(f);
    f.func_kwdefaults.set(value.map(Ref::new));
    0
}

/// `__annotations__`, made (or turned from a tuple) into a dict. Raises MemoryError.
pub fn annotations(f: &PyFunctionObject) -> PyResult {
    let stored = f.func_annotations.cloned();
    if let Some(stored) = &stored
        && stored.is_instance::<PyDictObject>()
    {
        return Ok(stored.clone());
    }
    let d = dict::new()?;
    if let Some(pairs) = stored.as_ref().and_then(|s| s.downcast::<PyTupleObject>()) {
        for pair in pairs.items().chunks_exact(2) {
            d.set_item(pair[0], pair[1])?;
        }
    }
    let d = d.into_object();
    f.func_annotations.set(Some(d.clone()));
    Ok(d)
}

extern "C" fn get_annotations(f: &PyFunctionObject, _: *mut c_void) -> PyResult {
    annotations(f)
}
extern "C" fn set_annotations(
    f: &PyFunctionObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    let value = value.filter(|v| !singletons::is_none(v));
    if value.is_some_and(|v| !v.is_instance::<PyDictObject>()) {
        raise!(TypeError, "__annotations__ must be set to a dict object");
        return -1;
    }
    changed(f);
    f.func_annotations.set(value.map(Ref::new));
    0
}

// ---- behaviour ----

extern "C" fn repr(f: &PyFunctionObject) -> PyResult {
    Ok(str_::new(&format!(
        "<function {} at {:#x}>",
        f.qualname().to_string_lossy(),
        f as *const PyFunctionObject as usize
    ))?
    .into_object())
}

/// Binds to a method, except on the class.
extern "C" fn descr_get(
    f: &PyFunctionObject,
    obj: Option<&PyObject>,
    _ty: Option<&PyObject>,
) -> PyResult {
    match obj.filter(|o| !singletons::is_none(o)) {
        Some(obj) => Ok(method::new(f, obj)?.into_object()),
        None => Ok(f.to_ref()),
    }
}

impl PyFunctionObject {
    /// The fields that the collector may clear: without the others a function could not even be called.
    fn clearable(&self) -> [&Slot<PyObject>; 7] {
        [
            &self.func_module,
            &self.func_defaults,
            &self.func_kwdefaults,
            &self.func_doc,
            &self.func_dict,
            &self.func_closure,
            &self.func_annotations,
        ]
    }
    fn fixed(&self) -> [&Slot<PyObject>; 5] {
        [
            &self.func_code,
            &self.func_globals,
            &self.func_builtins,
            &self.func_name,
            &self.func_qualname,
        ]
    }
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        gc::trashcan(this, dealloc, |this| {
            let f: &PyFunctionObject = &*this.cast();
            if !f.func_weakreflist.is_null() {
                weakref::clear_refs(f);
            }
            for field in f.clearable() {
                field.set(None);
            }
            for field in f.fixed() {
                field.set(None);
            }
            mem::free_gc_object(this);
        });
    }
}

/// Tells `each` what the function refers to, until it answers something else than 0.
#[inline(always)]
pub(crate) fn each_referent(
    f: &PyFunctionObject,
    mut each: impl FnMut(&PyObject) -> c_int,
) -> c_int {
    for field in f.fixed() {
        let answer = field.get().map_or(0, &mut each);
        if answer != 0 {
            return answer;
        }
    }
    for field in f.clearable() {
        let answer = field.get().map_or(0, &mut each);
        if answer != 0 {
            return answer;
        }
    }
    0
}

extern "C" fn traverse(f: &PyFunctionObject, visit: visitproc, arg: *mut c_void) -> c_int {
    each_referent(f, |o| visit(o, arg))
}

extern "C" fn clear(f: &PyFunctionObject) -> c_int {
    // Nobody calls it any more: what watches it need not know.
    f.func_version.set(0);
    for field in f.clearable() {
        field.set(None);
    }
    // These are never null: a finalizer may see the function yet.
    f.func_name.set(Some(str_::empty().into_object()));
    f.func_qualname.set(Some(str_::empty().into_object()));
    0
}

static MEMBERS: [PyMemberDef; 6] = [
    def::member(
        c"__closure__",
        member::OBJECT,
        offset_of!(PyFunctionObject, func_closure),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__doc__",
        member::OBJECT,
        offset_of!(PyFunctionObject, func_doc),
        0,
        c"",
    ),
    def::member(
        c"__globals__",
        member::OBJECT,
        offset_of!(PyFunctionObject, func_globals),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__module__",
        member::OBJECT,
        offset_of!(PyFunctionObject, func_module),
        0,
        c"",
    ),
    def::member(
        c"__builtins__",
        member::OBJECT,
        offset_of!(PyFunctionObject, func_builtins),
        member::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

static GETSET: [PyGetSetDef; 8] = [
    getset(c"__code__", get_code, Some(set_code), c""),
    getset(c"__defaults__", get_defaults, Some(set_defaults), c""),
    getset(c"__kwdefaults__", get_kwdefaults, Some(set_kwdefaults), c""),
    getset(
        c"__annotations__",
        get_annotations,
        Some(set_annotations),
        c"",
    ),
    getset(
        c"__dict__",
        object::get_instance_dict,
        Some(object::set_generic_dict),
        c"",
    ),
    getset(c"__name__", get_name, Some(set_name), c""),
    getset(c"__qualname__", get_qualname, Some(set_qualname), c""),
    PyGetSetDef::END,
];

#[unsafe(no_mangle)]
pub static PyFunction_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_vectorcall_offset: Cell::new(offset_of!(PyFunctionObject, vectorcall) as isize),
    tp_repr: slot::unary(repr),
    tp_call: Cell::new(Some(cfunction::vectorcall_call)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::HAVE_VECTORCALL | tp::METHOD_DESCRIPTOR),
    tp_doc: Cell::new(c"function(code, globals, name=None, argdefs=None, closure=None)\n--\n\nA function made of a code object.\n\n  code\n    the code object\n  globals\n    the dict of its global variables\n  name\n    a name other than the code object's\n  argdefs\n    a tuple of default values\n  closure\n    a tuple of cells, one for each free variable".as_ptr()),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear),
    tp_weaklistoffset: Cell::new(offset_of!(PyFunctionObject, func_weakreflist) as isize),
    tp_members: def::table(&MEMBERS[0]),
    tp_getset: def::table(&GETSET[0]),
    tp_descr_get: slot::descr_get(descr_get),
    tp_dictoffset: Cell::new(offset_of!(PyFunctionObject, func_dict) as isize),
    tp_new: Cell::new(Some(function_new)),
    ..PyTypeObject::new::<PyFunctionObject>(c"function")
};
