//! `object.h`: attributes, comparison, text, hashes, reference counts, the trash can.

use crate::support::*;

export! {
    // ---- text and hash ----

    fn PyObject_Repr(o: Option<&PyObject>) -> PyResult<Ref<Str>> {
        match o {
            Some(o) => protocol::repr(o),
            None => str_::new("<NULL>"),
        }
    }
    fn PyObject_Str(o: Option<&PyObject>) -> PyResult<Ref<Str>> {
        match o {
            Some(o) => protocol::str(o),
            None => str_::new("<NULL>"),
        }
    }
    fn PyObject_ASCII(o: Option<&PyObject>) -> PyResult<Ref<Str>> {
        match o {
            Some(o) => protocol::ascii(o),
            None => str_::new("<NULL>"),
        }
    }
    fn PyObject_Bytes(o: Option<&PyObject>) -> PyResult {
        match o {
            Some(o) => protocol::bytes(o),
            None => Ok(bytes::new(b"<NULL>")?.into_object()),
        }
    }
    fn PyObject_Format(o: &PyObject, spec: Option<&PyObject>) -> PyResult {
        let empty = str_::empty();
        let spec = match spec {
            None => &*empty,
            Some(spec) => match spec.downcast::<Str>() {
                Some(spec) => spec,
                None => return Err(raise!(SystemError, "Format specifier must be a string, not {}", spec.ty().name())),
            },
        };
        Ok(protocol::format(o, spec)?.into_object())
    }
    fn PyObject_Hash(o: &'static PyObject) -> isize {
        let ty = o.ty();
        if ty.tp_hash.get().is_none() && ty.tp_dict.is_null() && typeobject::ready(ty).is_err() {
            return -1;
        }
        protocol::hash(o).unwrap_or(-1)
    }
    fn PyObject_Dir(o: Option<&PyObject>) -> PyResult {
        match o {
            Some(o) => Ok(protocol::dir(o)?.into_object()),
            None => call::call0(&*hotpy_modules::support::imported("builtins", "dir")?),
        }
    }
    fn _Py_HashPointer(p: *const c_void) -> isize {
        protocol::hash_address(p)
    }
    fn _Py_HashPointerRaw(p: *const c_void) -> isize {
        (p as usize).rotate_right(4) as isize
    }
    fn _Py_HashBytes(data: *const c_char, length: isize) -> isize {
        str_::hash_bytes(slice_of(data, length))
    }
    fn _Py_HashDouble(object: Option<&PyObject>, value: f64) -> isize {
        float::hash_f64(object, value)
    }

    // ---- attributes ----

    fn PyObject_GetAttr(o: &PyObject, name: &PyObject) -> PyResult {
        protocol::getattr(o, protocol::attribute_name(name)?)
    }
    fn PyObject_GetAttrString(o: &PyObject, name: *const c_char) -> PyResult {
        protocol::getattr(o, &*name_of(name)?)
    }
    fn PyObject_HasAttr(o: &PyObject, name: &PyObject) -> c_int {
        quietly(|| protocol::hasattr(o, protocol::attribute_name(name)?))
    }
    fn PyObject_HasAttrString(o: &PyObject, name: *const c_char) -> c_int {
        quietly(|| protocol::hasattr(o, &*name_of(name)?))
    }
    fn PyObject_SetAttr(o: &PyObject, name: &PyObject, value: Option<&PyObject>) -> c_int {
        status(protocol::attribute_name(name).and_then(|name| protocol::setattr(o, name, value)))
    }
    fn PyObject_SetAttrString(o: &PyObject, name: *const c_char, value: Option<&PyObject>) -> c_int {
        status(name_of(name).and_then(|name| protocol::setattr(o, &name, value)))
    }
    fn _PyObject_LookupAttr(o: &PyObject, name: &PyObject, result: *mut *mut PyObject) -> c_int {
        found(result, protocol::attribute_name(name).and_then(|name| protocol::getattr_opt(o, name)))
    }
    fn _PyObject_LookupAttrId(o: &PyObject, id: &Identifier, result: *mut *mut PyObject) -> c_int {
        found(result, id.name().and_then(|name| protocol::getattr_opt(o, name)))
    }
    fn _PyObject_GetAttrId(o: &PyObject, id: &Identifier) -> PyResult {
        protocol::getattr(o, id.name()?)
    }
    fn _PyObject_SetAttrId(o: &PyObject, id: &Identifier, value: Option<&PyObject>) -> c_int {
        status(id.name().and_then(|name| protocol::setattr(o, name, value)))
    }
    fn _PyObject_LookupSpecial(o: &PyObject, name: &Str) -> Option<Ref> {
        lookup_special(o, name).unwrap_or(None)
    }
    fn _PyObject_LookupSpecialId(o: &PyObject, id: &Identifier) -> Option<Ref> {
        id.name().and_then(|name| lookup_special(o, name)).unwrap_or(None)
    }
    fn _PyObject_GetMethod(o: &PyObject, name: &PyObject, method: *mut *mut PyObject) -> c_int {
        match protocol::attribute_name(name).and_then(|name| protocol::get_method(o, name)) {
            Ok(Ok(unbound)) => { put(method, Some(unbound)); 1 }
            Ok(Err(attribute)) => { put(method, Some(attribute)); 0 }
            Err(Raised) => { put(method, None); 0 }
        }
    }
    fn _PyObject_IsAbstract(o: Option<&PyObject>) -> c_int {
        truth_status(o.map_or(Ok(false), method::is_abstract))
    }
    fn _PyObject_GetState(o: &PyObject) -> PyResult {
        call::call_method(o, &names::__getstate__, &[])
    }
    fn _PyObject_GenericGetAttrWithDict(o: &PyObject, name: &PyObject, dict: Option<&PyObject>, suppress: c_int) -> Option<Ref> {
        generic_getattr_with_dict(o, name, dict, suppress != 0).unwrap_or(None)
    }
    fn _PyObject_GenericSetAttrWithDict(o: &PyObject, name: &PyObject, value: Option<&PyObject>, dict: Option<&PyObject>) -> c_int {
        let set = || {
            let name = protocol::attribute_name(name)?;
            match dict {
                None => protocol::generic_setattr(o, name, value),
                Some(dict) => match value {
                    Some(value) => protocol::setitem(dict, name, value),
                    None => protocol::delitem(dict, name),
                },
            }
        };
        status(set())
    }
    fn PyObject_GenericGetDict(o: &PyObject, _context: *mut c_void) -> PyResult {
        object::get_instance_dict(o, ptr::null_mut())
    }
    fn PyObject_GenericSetDict(o: &PyObject, value: Option<&PyObject>, _context: *mut c_void) -> c_int {
        object::set_generic_dict(o, value, ptr::null_mut())
    }
    fn _PyObject_GetDictPtr(o: &PyObject) -> *mut *mut PyObject {
        dict_pointer(o)
    }

    // ---- comparison, truth, calls ----

    fn PyObject_RichCompare(a: Option<&PyObject>, b: Option<&PyObject>, op: c_int) -> PyResult {
        match (a, b) {
            (Some(a), Some(b)) => protocol::compare(a, b, op),
            _ => { if errors::occurred().is_none() { return Err(bad_internal_call()); } Err(Raised) }
        }
    }
    fn PyObject_RichCompareBool(a: &PyObject, b: &PyObject, op: c_int) -> c_int {
        truth_status(protocol::compare_bool(a, b, op))
    }
    fn PyObject_IsTrue(o: &PyObject) -> c_int {
        truth_status(protocol::truth(o))
    }
    fn PyObject_Not(o: &PyObject) -> c_int {
        truth_status(protocol::truth(o).map(|b| !b))
    }
    fn PyCallable_Check(o: Option<&PyObject>) -> c_int {
        o.is_some_and(protocol::callable) as c_int
    }
    fn Py_Is(a: *const PyObject, b: *const PyObject) -> c_int { ptr::eq(a, b) as c_int }
    fn Py_IsNone(a: *const PyObject) -> c_int { ptr::eq(a, &raw const singletons::_Py_NoneStruct) as c_int }
    fn Py_IsTrue(a: &PyObject) -> c_int { boolean::is_true(a) as c_int }
    fn Py_IsFalse(a: &PyObject) -> c_int { boolean::is_false(a) as c_int }
    fn Py_ReprEnter(o: &PyObject) -> c_int {
        // 1: the object is being shown already.
        match protocol::repr_enter(o) {
            Ok(inside) => inside as c_int,
            Err(Raised) => -1,
        }
    }
    fn Py_ReprLeave(o: &PyObject) {
        protocol::repr_leave(o)
    }

    // ---- reference counts ----

    fn Py_IncRef(o: Option<&PyObject>) {
        if let Some(o) = o { o.incref() }
    }
    fn Py_DecRef(o: *mut PyObject) {
        if !o.is_null() {
            // SAFETY: the caller gives up a count.
            unsafe { PyObject::decref(o) }
        }
    }
    fn _Py_IncRef(o: &PyObject) { o.incref() }
    fn _Py_DecRef(o: *mut PyObject) {
        // SAFETY: the caller gives up a count.
        unsafe { PyObject::decref(o) }
    }
    fn Py_NewRef(o: &PyObject) -> Ref { o.to_ref() }
    fn Py_XNewRef(o: Option<&PyObject>) -> Option<Ref> { o.map(PyObject::to_ref) }
    fn _Py_Dealloc(o: *mut PyObject) {
        // SAFETY: the count is zero, and nobody else has the object.
        unsafe { PyObject::dealloc(o) }
    }
    fn _Py_NewReference(o: &PyObject) { o.ob_refcnt.set(1) }
    fn _PyTrash_begin(_ts: *mut PyThreadState, _o: *mut PyObject) -> c_int { 0 }
    fn _PyTrash_end(_ts: *mut PyThreadState) {}
    /// Deallocation is bounded where counts fall to zero ([`PyObject::dealloc`]): the macros need not do it again.
    fn _PyTrash_cond(_o: *mut PyObject, _dealloc: *mut c_void) -> c_int { 0 }

    // ---- finalisers and weak references ----

    fn PyObject_CallFinalizer(o: *mut PyObject) {
        // SAFETY: the object is live.
        unsafe { gc::finalize(o) }
    }
    fn PyObject_CallFinalizerFromDealloc(o: *mut PyObject) -> c_int {
        // SAFETY: called from tp_dealloc at count zero.
        unsafe { if (*o).ty().tp_finalize.get().is_none() || typeobject::finalize_dying(o) { 0 } else { -1 } }
    }
    fn PyObject_ClearWeakRefs(o: &PyObject) {
        if o.ty().tp_weaklistoffset.get() > 0 {
            // Callbacks must not see, nor clobber, the exception that is set.
            with_error_aside(|| weakref::clear_refs(o));
        }
    }
    fn PyObject_Print(o: Option<&PyObject>, file: *mut libc::FILE, flags: c_int) -> c_int {
        let print = || -> PyResult<()> {
            let text = match (o, flags & 1) {
                (None, _) => str_::new("<nil>")?,
                (Some(o), 0) => protocol::repr(o)?,
                (Some(o), _) => protocol::str(o)?,
            };
            let data = str_::encode(&text, None, Some("backslashreplace"))?;
            // SAFETY: the caller's open file.
            unsafe { libc::fwrite(data.as_slice().as_ptr().cast(), 1, data.as_slice().len(), file) };
            Ok(())
        };
        status(print())
    }
    fn PyObject_Type(o: Option<&PyObject>) -> PyResult {
        Ok(given(o)?.ty().to_ref())
    }
    fn PyObject_Size(o: Option<&PyObject>) -> isize {
        size_status(given(o).and_then(protocol::len))
    }
    fn PyObject_Length(o: Option<&PyObject>) -> isize {
        size_status(given(o).and_then(protocol::len))
    }
    fn PyObject_LengthHint(o: &PyObject, default: isize) -> isize {
        size_status(protocol::length_hint(o, default as usize))
    }
    fn PyObject_IsInstance(o: &PyObject, class: &PyObject) -> c_int {
        truth_status(protocol::is_instance(o, class))
    }
    fn PyObject_IsSubclass(class: &PyObject, of: &PyObject) -> c_int {
        truth_status(protocol::is_subclass(class, of))
    }
    fn _PyObject_RealIsInstance(o: &PyObject, class: &PyObject) -> c_int {
        truth_status(protocol::real_is_instance(o, class))
    }
    fn _PyObject_RealIsSubclass(class: &PyObject, of: &PyObject) -> c_int {
        truth_status(protocol::real_is_subclass(class, of))
    }
    fn PyObject_GET_WEAKREFS_LISTPTR(o: &PyObject) -> *mut *mut PyObject {
        let offset = o.ty().tp_weaklistoffset.get();
        if offset > 0 { o.as_ptr().cast::<u8>().wrapping_offset(offset).cast() } else { ptr::null_mut() }
    }
    fn _PyObject_FunctionStr(f: &PyObject) -> PyResult<Ref<Str>> { str_::new(&cfunction::function_text(f)) }
    /// Whether the object is one no more, as far as can be seen: memory of objects may be filled with marks.
    fn _PyObject_IsFreed(o: *const PyObject) -> c_int {
        // SAFETY: the memory of an object can be read (C1).
        let is_freed = is_mark(o as usize) || unsafe { is_mark((*o).ob_type.as_ptr() as usize) };
        is_freed as c_int
    }
    fn _PyObject_CheckConsistency(_o: &PyObject, _content: c_int) -> c_int { 1 }
    fn _PyType_CheckConsistency(_ty: &PyTypeObject) -> c_int { 1 }
    fn _PyUnicode_CheckConsistency(_o: &PyObject, _content: c_int) -> c_int { 1 }
    fn _PyObject_Dump(o: Option<&PyObject>) {
        match o {
            None => eprintln!("<object at NULL>"),
            Some(o) => eprintln!("object address  : {:p}\nobject refcount : {}\nobject type name: {}", o, o.ob_refcnt.get(), o.ty().name()),
        }
    }
    fn _PyObject_HasLen(o: &PyObject) -> c_int {
        let ty = o.ty();
        // SAFETY: a type's tables live as long as the type.
        unsafe {
            (ty.tp_as_sequence.get().as_ref().is_some_and(|t| t.sq_length.get().is_some())
                || ty.tp_as_mapping.get().as_ref().is_some_and(|t| t.mp_length.get().is_some())) as c_int
        }
    }
    fn PyObject_GetAIter(o: &PyObject) -> PyResult {
        // SAFETY: a type's tables live as long as the type.
        let slot = unsafe { o.ty().tp_as_async.get().as_ref() }.and_then(|t| t.am_aiter.get());
        let Some(slot) = slot else {
            return Err(raise!(TypeError, "'{}' object is not an async iterable", o.ty().name()));
        };
        let it = slot(o)?;
        if PyAIter_Check(&it) == 0 {
            return Err(raise!(TypeError, "aiter() returned not an async iterator of type '{}'", it.ty().name()));
        }
        Ok(it)
    }
    fn PyAIter_Check(o: &PyObject) -> c_int {
        // SAFETY: a type's tables live as long as the type.
        unsafe { o.ty().tp_as_async.get().as_ref() }
            .and_then(|t| t.am_anext.get())
            .is_some_and(|f| f as usize != protocol::_PyObject_NextNotImplemented as *const () as usize) as c_int
    }
}

/// Errors count as no, and are forgotten.
fn quietly(ask: impl FnOnce() -> PyResult<bool>) -> c_int {
    match ask() {
        Ok(answer) => answer as c_int,
        Err(Raised) => {
            errors::clear();
            0
        }
    }
}

/// A special method of the object's type, bound; no exception if there is none.
fn lookup_special(o: &PyObject, name: &Str) -> PyResult<Option<Ref>> {
    protocol::lookup_special(o, name)
}

fn generic_getattr_with_dict(
    o: &PyObject,
    name: &PyObject,
    dict: Option<&PyObject>,
    suppress: bool,
) -> PyResult<Option<Ref>> {
    let name = protocol::attribute_name(name)?;
    if let Some(dict) = dict.and_then(|d| d.downcast::<PyDictObject>()) {
        let ty = o.ty();
        let found = typeobject::lookup(ty, name).map(PyObject::to_ref);
        let get = found.as_ref().and_then(|d| d.ty().tp_descr_get.get());
        if let (Some(descr), Some(get)) = (&found, get)
            && descr.ty().tp_descr_set.get().is_some()
        {
            return get(descr, Some(o), Some(ty)).map(Some);
        }
        if let Some(value) = dict.get_item(name)? {
            return Ok(Some(value));
        }
        return match (found, get) {
            (Some(descr), Some(get)) => get(&descr, Some(o), Some(ty)).map(Some),
            (Some(value), None) => Ok(Some(value)),
            (None, _) if suppress => Ok(None),
            (None, _) => Err(raise!(
                AttributeError,
                "'{}' object has no attribute '{}'",
                ty.name(),
                name.to_string_lossy()
            )),
        };
    }
    protocol::generic_getattr(o, name, suppress)
}

/// Where an object keeps its dict; null if it has none there. An instance with inline values gets a dict first.
fn dict_pointer(o: &PyObject) -> *mut *mut PyObject {
    let ty = o.ty();
    if ty.tp_flags.get() & flags::tp::MANAGED_DICT != 0 {
        if dict::instance_dict(o, true).is_err() {
            errors::clear();
            return ptr::null_mut();
        }
        // SAFETY: the dict pointer of a managed dict lies three words in front of the object.
        return unsafe { o.as_ptr().cast::<*mut PyObject>().sub(3) };
    }
    let offset = ty.tp_dictoffset.get();
    if offset == 0 {
        return ptr::null_mut();
    }
    let offset = if offset > 0 {
        offset
    } else {
        // SAFETY: negative offsets only occur in variable-sized objects.
        let items = unsafe { o.cast::<PyVarObject>() }.ob_size.get().abs();
        (ty.tp_basicsize.get() + items * ty.tp_itemsize.get() + 7 & !7) + offset
    };
    // SAFETY: the type says that a dict pointer lies there.
    unsafe { o.as_ptr().cast::<u8>().offset(offset).cast() }
}

/// C: `_Py_Identifier`. The second word, -1 at first, becomes the interned str.
#[repr(C)]
pub struct Identifier {
    string: *const c_char,
    cached: Cell<isize>,
}

impl Identifier {
    pub fn name(&self) -> PyResult<&'static Str> {
        if self.cached.get() == -1 {
            self.cached.set(name_of(self.string)?.into_raw() as isize);
        }
        // SAFETY: filled above with a reference that is never given up.
        Ok(unsafe { &*(self.cached.get() as *const Str) })
    }
}

/// Whether a word is no address: null, or a byte over and over that debugging allocators fill memory with.
fn is_mark(word: usize) -> bool {
    const EVERY_BYTE: usize = usize::MAX / 0xff;
    word == 0 || [0xcd, 0xdd, 0xfd].contains(&(word / EVERY_BYTE)) && word % EVERY_BYTE == 0
}
