//! `dictobject.h`.

use crate::object::Identifier;
use crate::support::*;
use hotpy_objects::dict::{self};
use hotpy_objects::protocol::getattr;

fn as_dict(o: &PyObject) -> PyResult<&PyDictObject> {
    o.downcast::<PyDictObject>().ok_or_else(bad_internal_call)
}

/// What a dict holds is borrowed by the caller (C4).
fn lookup(o: &PyObject, key: &PyObject) -> PyResult<*mut PyObject> {
    as_dict(o)?.get_item(key).map(borrowed)
}

/// Errors of hashing and comparing are forgotten; one that was set stays.
fn quiet_lookup(o: &PyObject, key: impl FnOnce() -> PyResult<Ref>) -> *mut PyObject {
    let Some(d) = o.downcast::<PyDictObject>() else {
        return ptr::null_mut();
    };
    let find = || {
        let answer = key().and_then(|key| d.get_item(&key));
        if answer.is_err() {
            errors::clear();
        }
        borrowed(answer.unwrap_or(None))
    };
    match errors::occurred() {
        None => find(),
        Some(_) => with_error_aside(find),
    }
}

fn items(o: &PyObject, each: impl Fn(Ref, Ref) -> PyResult) -> PyResult<Ref<PyListObject>> {
    let items: PyResult<Vec<Ref>> = as_dict(o)?
        .pairs()
        .into_iter()
        .map(|(key, value)| each(key, value))
        .collect();
    list::from_owned(items?)
}

fn delete(o: &PyObject, key: &PyObject) -> PyResult<()> {
    if as_dict(o)?.del_item(key)? {
        Ok(())
    } else {
        Err(errors::raise_key_error(key))
    }
}

export! {
    fn PyDict_New() -> PyResult<Ref<PyDictObject>> { dict::new() }
    fn _PyDict_NewPresized(entries: isize) -> PyResult<Ref<PyDictObject>> { dict::with_capacity(entries.max(0) as usize) }
    fn PyDict_Size(o: &PyObject) -> isize { as_dict(o).map_or(-1, |d| d.len() as isize) }
    fn PyDict_Clear(o: &PyObject) {
        if let Some(d) = o.downcast::<PyDictObject>() {
            d.clear();
        }
    }
    fn PyDict_Copy(o: Option<&PyObject>) -> PyResult<Ref<PyDictObject>> {
        match o {
            Some(o) => as_dict(o)?.copy(),
            None => Err(bad_internal_call()),
        }
    }
    fn PyDict_GetItem(o: &PyObject, key: &PyObject) -> *mut PyObject { quiet_lookup(o, || Ok(key.to_ref())) }
    fn PyDict_GetItemString(o: &PyObject, key: *const c_char) -> *mut PyObject { quiet_lookup(o, || Ok(str_of(key)?.into_object())) }
    fn PyDict_GetItemWithError(o: &PyObject, key: &PyObject) -> *mut PyObject { lookup(o, key).unwrap_or(ptr::null_mut()) }
    fn _PyDict_GetItemWithError(o: &PyObject, key: &PyObject) -> *mut PyObject { lookup(o, key).unwrap_or(ptr::null_mut()) }
    fn _PyDict_GetItemStringWithError(o: &PyObject, key: *const c_char) -> *mut PyObject {
        str_of(key).and_then(|key| lookup(o, &key)).unwrap_or(ptr::null_mut())
    }
    fn _PyDict_GetItemIdWithError(o: &PyObject, id: &Identifier) -> *mut PyObject {
        id.name().and_then(|key| lookup(o, key)).unwrap_or(ptr::null_mut())
    }
    fn _PyDict_GetItem_KnownHash(o: &PyObject, key: &PyObject, hash: isize) -> *mut PyObject {
        as_dict(o).and_then(|d| d.get_hashed(key, hash)).map_or(ptr::null_mut(), borrowed)
    }
    fn PyDict_Contains(o: &PyObject, key: &PyObject) -> c_int { truth_status(as_dict(o).and_then(|d| d.contains(key))) }
    fn _PyDict_Contains_KnownHash(o: &PyObject, key: &PyObject, hash: isize) -> c_int {
        truth_status(as_dict(o).and_then(|d| d.get_hashed(key, hash)).map(|v| v.is_some()))
    }
    fn _PyDict_ContainsId(o: &PyObject, id: &Identifier) -> c_int {
        truth_status(id.name().and_then(|key| as_dict(o)?.contains(key)))
    }
    fn PyDict_SetItem(o: &PyObject, key: &PyObject, value: &PyObject) -> c_int { status(as_dict(o).and_then(|d| d.set_item(key, value))) }
    fn _PyDict_SetItem_KnownHash(o: &PyObject, key: &PyObject, value: &PyObject, hash: isize) -> c_int {
        status(as_dict(o).and_then(|d| d.set_hashed(key, hash, value)))
    }
    fn PyDict_SetItemString(o: &PyObject, key: *const c_char, value: &PyObject) -> c_int {
        status(name_of(key).and_then(|key| as_dict(o)?.set_item(&key, value)))
    }
    fn _PyDict_SetItemId(o: &PyObject, id: &Identifier, value: &PyObject) -> c_int {
        status(id.name().and_then(|key| as_dict(o)?.set_item(key, value)))
    }
    fn PyDict_SetDefault(o: &PyObject, key: &PyObject, default: &PyObject) -> *mut PyObject {
        as_dict(o).and_then(|d| d.set_default(key, default)).map_or(ptr::null_mut(), |v| borrowed(Some(v)))
    }
    fn PyDict_DelItem(o: &PyObject, key: &PyObject) -> c_int { status(delete(o, key)) }
    fn _PyDict_DelItem_KnownHash(o: &PyObject, key: &PyObject, _hash: isize) -> c_int { status(delete(o, key)) }
    fn _PyDict_DelItemId(o: &PyObject, id: &Identifier) -> c_int { status(id.name().and_then(|key| delete(o, key))) }
    fn PyDict_DelItemString(o: &PyObject, key: *const c_char) -> c_int { status(str_of(key).and_then(|key| delete(o, &key))) }
    fn _PyDict_Pop(o: &PyObject, key: &PyObject, default: Option<&PyObject>) -> PyResult {
        match as_dict(o)?.pop(key)? {
            Some(value) => Ok(value),
            None => default.map(PyObject::to_ref).ok_or_else(|| errors::raise_key_error(key)),
        }
    }
    fn PyDict_Keys(o: &PyObject) -> PyResult<Ref<PyListObject>> { items(o, |key, _| Ok(key)) }
    fn PyDict_Values(o: &PyObject) -> PyResult<Ref<PyListObject>> { items(o, |_, value| Ok(value)) }
    fn PyDict_Items(o: &PyObject) -> PyResult<Ref<PyListObject>> {
        items(o, |key, value| Ok(tuple::from_array([key, value])?.into_object()))
    }
    fn PyDict_Next(o: &PyObject, place: *mut isize, key: *mut *mut PyObject, value: *mut *mut PyObject) -> c_int {
        next(o, place, key, value, ptr::null_mut())
    }
    fn _PyDict_Next(o: &PyObject, place: *mut isize, key: *mut *mut PyObject, value: *mut *mut PyObject, hash: *mut isize) -> c_int {
        next(o, place, key, value, hash)
    }
    fn PyDict_Update(o: &PyObject, other: &PyObject) -> c_int { status(as_dict(o).and_then(|d| d.merge(other, true))) }
    fn PyDict_Merge(o: &PyObject, other: &PyObject, replace: c_int) -> c_int {
        status(as_dict(o).and_then(|d| d.merge(other, replace != 0)))
    }
    fn _PyDict_MergeEx(o: &PyObject, other: &PyObject, replace: c_int) -> c_int {
        status(as_dict(o).and_then(|d| d.merge(other, replace != 0)))
    }
    fn PyDict_MergeFromSeq2(o: &PyObject, pairs: &PyObject, replace: c_int) -> c_int {
        status(as_dict(o).and_then(|d| d.merge_pairs(pairs, replace != 0)))
    }
    fn _PyDict_HasOnlyStringKeys(o: &PyDictObject) -> c_int {
        o.pairs().iter().all(|(key, _)| key.is_instance::<Str>()) as c_int
    }
    fn _PyDict_SizeOf(o: &PyDictObject) -> isize {
        let size = getattr(o, &names::__sizeof__).and_then(|f| call::call0(&f));
        size.map_or(-1, |n| crate::long::PyLong_AsSsize_t(Some(&n)))
    }
    fn _PyDictView_New(o: Option<&PyObject>, ty: &PyTypeObject) -> PyResult {
        let Some(o) = o else { return Err(bad_internal_call()) };
        match o.downcast::<PyDictObject>() {
            Some(d) => dict::new_view(ty, d),
            None => Err(raise!(TypeError, "{}() requires a dict argument, not '{}'", ty.name(), o.ty().name())),
        }
    }
    fn _PyDictView_Intersect(view: &PyObject, other: &PyObject) -> PyResult { crate::number::PyNumber_And(Some(view), Some(other)) }
    fn _PyDict_MaybeUntrack(_o: &PyObject) {}
    fn _PyDict_DebugMallocStats(_file: *mut libc::FILE) {}
    fn _PyDict_CheckConsistency(_o: &PyObject, _content: c_int) -> c_int { 1 }
    // Ordered dicts are dicts here.
    fn PyODict_New() -> PyResult {
        hotpy_modules::collections::ready_types()?;
        call::call0(&*hotpy_modules::collections::OrderedDict)
    }
    fn PyODict_SetItem(o: &PyObject, key: &PyObject, value: &PyObject) -> c_int { status(protocol::setitem(o, key, value)) }
    fn PyODict_DelItem(o: &PyObject, key: &PyObject) -> c_int { status(protocol::delitem(o, key)) }
    fn PyDictProxy_New(mapping: &PyObject) -> PyResult { mappingproxy::new(mapping) }
}

fn next(
    o: &PyObject,
    place: *mut isize,
    key: *mut *mut PyObject,
    value: *mut *mut PyObject,
    hash: *mut isize,
) -> c_int {
    let Some(d) = o.downcast::<PyDictObject>() else {
        return 0;
    };
    // SAFETY: in- and out-parameters, the latter may be null (C1).
    unsafe {
        let mut at = *place as usize;
        let Some((k, v, h)) = d.next_entry(&mut at) else {
            return 0;
        };
        *place = at as isize;
        if !key.is_null() {
            *key = k.as_ptr();
        }
        if !value.is_null() {
            *value = v.as_ptr();
        }
        if !hash.is_null() {
            *hash = h;
        }
    }
    1
}
