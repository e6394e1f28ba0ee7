//! Attribute access: `object.__getattribute__` and its kin.
//!
//! A data descriptor of the class comes first, then the instance's own attributes (inline values or dict), then other
//! descriptors and plain attributes of the class.

use crate::*;
use def::status;
use std::ptr;

/// The name as `str`, or TypeError.
#[inline]
pub fn attribute_name(name: &PyObject) -> PyResult<&Str> {
    name.downcast::<Str>().ok_or_else(|| {
        raise!(
            TypeError,
            "attribute name must be string, not '{}'",
            name.ty().name()
        )
    })
}

fn no_attribute(obj: &PyObject, name: &Str) -> Raised {
    errors::raise_attribute_error(
        obj,
        name,
        format_args!(
            "'{}' object has no attribute '{}'",
            obj.ty().name(),
            name.to_string_lossy()
        ),
    )
}

/// `obj.name`. May run Python.
#[inline]
pub fn getattr(obj: &PyObject, name: &Str) -> PyResult {
    let found = match obj.ty().tp_getattro.get() {
        Some(get) => get(obj, name),
        None => getattr_by_text(obj, name),
    };
    if found.is_err() {
        errors::note_attribute(obj, name);
    }
    found
}

/// For types of old extensions, which take the name as a C string.
#[cold]
fn getattr_by_text(obj: &PyObject, name: &Str) -> PyResult {
    match obj.ty().tp_getattr.get() {
        // SAFETY: the text is null-terminated and lives as long as the str.
        Some(get) => unsafe { get(obj, name.to_utf8()?.as_ptr() as *mut c_char) },
        None => Err(no_attribute(obj, name)),
    }
}

/// `obj.name`; `None` instead of AttributeError. May run Python.
pub fn getattr_opt(obj: &PyObject, name: &Str) -> PyResult<Option<Ref>> {
    let slot = obj.ty().tp_getattro.get().map_or(0, |f| f as usize);
    if slot == PyObject_GenericGetAttr as *const () as usize {
        return match generic_getattr(obj, name, true) {
            Err(Raised) => forgive(Err(Raised)),
            found => found,
        };
    }
    if slot == typeobject::type_getattro as *const () as usize {
        // SAFETY: only metatypes have that function.
        return match typeobject::getattr_of_type(unsafe { obj.cast() }, name) {
            Err(Raised) => forgive(Err(Raised)),
            found => found,
        };
    }
    forgive(match obj.ty().tp_getattro.get() {
        Some(get) => get(obj, name),
        None => getattr_by_text(obj, name),
    })
}

fn forgive(result: PyResult) -> PyResult<Option<Ref>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Raised) if errors::matches(&exceptions::AttributeError) => {
            errors::clear();
            Ok(None)
        }
        Err(Raised) => Err(Raised),
    }
}

/// `obj.name` for a call: `Ok` is a function that wants `obj` as its first argument (no method object is made), `Err` the
/// attribute itself. May run Python.
pub fn get_method(obj: &PyObject, name: &Str) -> PyResult<Result<Ref, Ref>> {
    let ty = obj.ty();
    if has_generic_getattr(ty)
        && let Some(found) = typeobject::lookup(ty, name)
        && found.ty().tp_flags.get() & flags::tp::METHOD_DESCRIPTOR != 0
    {
        let found = Ref::new(found);
        if ty.tp_dictoffset.get() != 0
            && let Some(own) = dict::instance_get(obj, name)?
        {
            return Ok(Err(own));
        }
        return Ok(Ok(found));
    }
    getattr(obj, name).map(Err)
}

/// `obj.name = value`, or `del obj.name` with `None`. May run Python.
#[inline]
pub fn setattr(obj: &PyObject, name: &Str, value: Option<&PyObject>) -> PyResult<()> {
    if let Some(set) = obj.ty().tp_setattro.get() {
        return if set(obj, name, value) < 0 {
            Err(Raised)
        } else {
            Ok(())
        };
    }
    setattr_by_text(obj, name, value)
}

#[cold]
fn setattr_by_text(obj: &PyObject, name: &Str, value: Option<&PyObject>) -> PyResult<()> {
    if let Some(set) = obj.ty().tp_setattr.get() {
        // SAFETY: as in `getattr_by_text`.
        let answer = unsafe { set(obj, name.to_utf8()?.as_ptr() as *mut c_char, value) };
        return if answer < 0 { Err(Raised) } else { Ok(()) };
    }
    let ty = obj.ty();
    let how = if ty.tp_getattr.get().is_none() && ty.tp_getattro.get().is_none() {
        "no"
    } else {
        "only read-only"
    };
    let what = if value.is_some() { "assign to" } else { "del" };
    Err(raise!(
        TypeError,
        "'{}' object has {how} attributes ({what} .{})",
        ty.name(),
        name.to_string_lossy()
    ))
}

/// Whether `obj.name` raises no AttributeError. May run Python.
pub fn hasattr(obj: &PyObject, name: &Str) -> PyResult<bool> {
    Ok(getattr_opt(obj, name)?.is_some())
}

/// `object.__getattribute__`; `missing_ok` answers Ok(None) instead of raising AttributeError. May run Python (descriptors).
#[inline]
pub fn generic_getattr(obj: &PyObject, name: &Str, missing_ok: bool) -> PyResult<Option<Ref>> {
    let ty = obj.ty();
    let Some(found) = typeobject::lookup(ty, name) else {
        if ty.tp_dictoffset.get() != 0
            && let Some(value) = dict::instance_get(obj, name)?
        {
            return Ok(Some(value));
        }
        return if missing_ok {
            Ok(None)
        } else {
            Err(no_attribute(obj, name))
        };
    };
    let found = Ref::new(found);
    let get = found.ty().tp_descr_get.get();
    if let Some(get) = get
        && found.ty().tp_descr_set.get().is_some()
    {
        return get(&found, Some(obj), Some(ty)).map(Some);
    }
    if ty.tp_dictoffset.get() != 0
        && let Some(value) = dict::instance_get(obj, name)?
    {
        return Ok(Some(value));
    }
    match get {
        Some(get) => get(&found, Some(obj), Some(ty)).map(Some),
        None => Ok(Some(found)),
    }
}

/// `object.__setattr__` and `object.__delattr__` (with `None`). May run Python (descriptors, the old value's end).
#[inline]
pub fn generic_setattr(obj: &PyObject, name: &Str, value: Option<&PyObject>) -> PyResult<()> {
    setattr_with_dict(obj, name, value, None)
}

/// The same with a dict given from outside (a type's own).
pub fn setattr_with_dict(
    obj: &PyObject,
    name: &Str,
    value: Option<&PyObject>,
    own: Option<&PyDictObject>,
) -> PyResult<()> {
    let ty = obj.ty();
    let found = typeobject::lookup(ty, name);
    if let Some(found) = found
        && let Some(set) = found.ty().tp_descr_set.get()
    {
        let found = Ref::new(found);
        return if set(&found, obj, value) < 0 {
            Err(Raised)
        } else {
            Ok(())
        };
    }
    let done = match (own, value) {
        (Some(own), Some(value)) => own.set_item(name, value).map(|()| true)?,
        (Some(own), None) => own.del_item(name)?,
        (None, _) if ty.tp_dictoffset.get() != 0 => dict::instance_set(obj, name, value)?,
        (None, _) => false,
    };
    if done {
        return Ok(());
    }
    Err(not_settable(obj, name, found.is_some(), own.is_some()))
}

#[cold]
fn not_settable(obj: &PyObject, name: &Str, in_class: bool, is_type: bool) -> Raised {
    let (ty, name) = (obj.ty(), name.to_string_lossy());
    if is_type {
        // SAFETY: only types bring their own dict.
        let class: &PyTypeObject = unsafe { obj.cast() };
        return raise!(
            AttributeError,
            "type object '{}' has no attribute '{name}'",
            class.name()
        );
    }
    if in_class && ty.tp_dictoffset.get() == 0 {
        return raise!(
            AttributeError,
            "'{}' object attribute '{name}' is read-only",
            ty.name()
        );
    }
    raise!(
        AttributeError,
        "'{}' object has no attribute '{name}'",
        ty.name()
    )
}

/// `tp_getattro` of nearly every type. One function under its C name, because slots are compared with it.
#[unsafe(no_mangle)]
pub extern "C" fn PyObject_GenericGetAttr(obj: &PyObject, name: &PyObject) -> PyResult {
    match generic_getattr(obj, attribute_name(name)?, false)? {
        Some(value) => Ok(value),
        // Not reached: a miss raises.
        None => Err(Raised),
    }
}

/// `tp_setattro` of nearly every type.
#[unsafe(no_mangle)]
pub extern "C" fn PyObject_GenericSetAttr(
    obj: &PyObject,
    name: &PyObject,
    value: Option<&PyObject>,
) -> c_int {
    status(attribute_name(name).and_then(|name| generic_setattr(obj, name, value)))
}

/// Whether a type reads attributes as `object` does.
#[inline(always)]
pub fn has_generic_getattr(ty: &PyTypeObject) -> bool {
    ty.tp_getattro.get().map_or(0, |f| f as usize) == PyObject_GenericGetAttr as *const () as usize
}

/// Whether a type sets attributes as `object` does.
#[inline(always)]
pub fn has_generic_setattr(ty: &PyTypeObject) -> bool {
    ty.tp_setattro.get().map_or(0, |f| f as usize) == PyObject_GenericSetAttr as *const () as usize
}

/// The special method `name` from the object's type, bound; `None` if there is none. May run Python (`__get__`).
pub fn lookup_special(obj: &PyObject, name: &Str) -> PyResult<Option<Ref>> {
    let Some(found) = typeobject::lookup(obj.ty(), name) else {
        return Ok(None);
    };
    let found = Ref::new(found);
    match found.ty().tp_descr_get.get() {
        Some(get) => get(&found, Some(obj), Some(obj.ty())).map(Some),
        None => Ok(Some(found)),
    }
}

/// The instance's `__dict__`, made if the type has one and it is missing; `None` if the type has none.
pub fn instance_dict(obj: &PyObject) -> PyResult<Option<Ref<PyDictObject>>> {
    dict::instance_dict(obj, true)
}

/// Whether the object can be called.
#[inline(always)]
pub fn callable(obj: &PyObject) -> bool {
    obj.ty().tp_call.get().is_some()
}

/// The names that `dir(obj)` shows, sorted. Runs `__dir__`.
pub fn dir(obj: &PyObject) -> PyResult<Ref<PyListObject>> {
    let Some(method) = lookup_special(obj, &names::__dir__)? else {
        return Err(raise!(TypeError, "object does not provide __dir__"));
    };
    let answer = call::call0(&method)?;
    let all = list::from_owned(super::collect(&answer)?)?;
    all.sort(None, false)?;
    Ok(all)
}

/// Whether two slots hold the same function.
#[inline(always)]
pub fn same_function<F: Copy>(a: Option<F>, b: Option<F>) -> bool {
    debug_assert!(size_of::<F>() == size_of::<usize>());
    // SAFETY: function pointers are pointer-sized; an absent one is null.
    unsafe {
        ptr::eq(
            std::mem::transmute_copy::<Option<F>, *const u8>(&a),
            std::mem::transmute_copy::<Option<F>, *const u8>(&b),
        )
    }
}
