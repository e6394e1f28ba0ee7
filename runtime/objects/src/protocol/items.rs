//! Items: `obj[key]`, as mappings or as sequences.

use crate::*;

fn sequence_table(obj: &PyObject) -> Option<&PySequenceMethods> {
    // SAFETY: a type's table pointers are null or valid.
    unsafe { obj.ty().tp_as_sequence.get().as_ref() }
}

fn mapping_table(obj: &PyObject) -> Option<&PyMappingMethods> {
    // SAFETY: as above.
    unsafe { obj.ty().tp_as_mapping.get().as_ref() }
}

/// Whether the object has items by index and is no dict.
#[inline]
pub fn is_sequence(obj: &PyObject) -> bool {
    !obj.ty().is_subclass_flag(flags::tp::DICT_SUBCLASS)
        && sequence_table(obj).is_some_and(|t| t.sq_item.get().is_some())
}

/// The key as an index of a sequence that is no mapping. TypeError, IndexError.
fn index_for(key: &PyObject) -> PyResult<isize> {
    if !number::has_index(key) {
        return Err(raise!(
            TypeError,
            "sequence index must be integer, not '{}'",
            key.ty().name()
        ));
    }
    number::index_isize(key, Some(&exceptions::IndexError))
}

/// `obj[key]`. May run Python.
pub fn getitem(obj: &PyObject, key: &PyObject) -> PyResult {
    if let Some(slot) = mapping_table(obj).and_then(|t| t.mp_subscript.get()) {
        return slot(obj, key);
    }
    if sequence_table(obj).is_some_and(|t| t.sq_item.get().is_some()) {
        return sequence_item(obj, index_for(key)?);
    }
    if let Some(class) = obj.downcast::<PyTypeObject>() {
        if std::ptr::eq(class, &typeobject::PyType_Type) {
            return generic_alias::new(obj, key);
        }
        if let Some(method) = super::getattr_opt(obj, &names::__class_getitem__)?
            && !singletons::is_none(&method)
        {
            return call::call1(&method, key);
        }
        return Err(raise!(
            TypeError,
            "type '{}' is not subscriptable",
            class.name()
        ));
    }
    Err(raise!(
        TypeError,
        "'{}' object is not subscriptable",
        obj.ty().name()
    ))
}

/// Sets or deletes an item.
fn assign(obj: &PyObject, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    let answer = if let Some(slot) = mapping_table(obj).and_then(|t| t.mp_ass_subscript.get()) {
        slot(obj, key, value)
    } else if let Some(slot) = sequence_table(obj).and_then(|t| t.sq_ass_item.get()) {
        let index = from_end(obj, index_for(key)?)?;
        slot(obj, index, value)
    } else {
        // Two texts, after whether the key could have been a sequence's.
        let as_sequence = sequence_table(obj).is_some() && number::has_index(key);
        let what = match value {
            Some(_) => "does not support item assignment",
            None if as_sequence => "doesn't support item deletion",
            None => "does not support item deletion",
        };
        return Err(raise!(TypeError, "'{}' object {what}", obj.ty().name()));
    };
    if answer < 0 { Err(Raised) } else { Ok(()) }
}

/// `obj[key] = value`. May run Python.
pub fn setitem(obj: &PyObject, key: &PyObject, value: &PyObject) -> PyResult<()> {
    assign(obj, key, Some(value))
}

/// `del obj[key]`. May run Python.
pub fn delitem(obj: &PyObject, key: &PyObject) -> PyResult<()> {
    assign(obj, key, None)
}

/// A negative index counted from the end, if the object knows its length.
fn from_end(obj: &PyObject, index: isize) -> PyResult<isize> {
    if index >= 0 {
        return Ok(index);
    }
    match sequence_table(obj).and_then(|t| t.sq_length.get()) {
        Some(slot) => match slot(obj) {
            -1 => Err(Raised),
            n => Ok(index + n),
        },
        None => Ok(index),
    }
}

/// Sequence item by index (negative ones count from the end). May run Python.
pub fn sequence_item(obj: &PyObject, index: isize) -> PyResult {
    let Some(slot) = sequence_table(obj).and_then(|t| t.sq_item.get()) else {
        let name = obj.ty().name();
        return Err(
            if mapping_table(obj).is_some_and(|t| t.mp_subscript.get().is_some()) {
                raise!(TypeError, "{name} is not a sequence")
            } else {
                raise!(TypeError, "'{name}' object does not support indexing")
            },
        );
    };
    slot(obj, from_end(obj, index)?)
}
