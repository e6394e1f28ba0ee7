//! What a tracer assumes of mutable things without checking it again, and so must be told about: values in dicts, functions' code and
//! defaults, objects' classes. (Types have [`typeobject::watch`].) Nothing here runs Python.

use crate::*;
use std::sync::OnceLock;

/// Functions that hear of changes.
pub struct Watchers {
    /// A watched dict has changed; `key` is the key object in its table, null if more or something else than a value changed.
    pub dict: fn(dict: &PyDictObject, key: *mut PyObject),
    /// Code, defaults or keyword defaults of a function have been assigned.
    pub function: fn(&PyFunctionObject),
    /// The class of an object has been assigned.
    pub class: fn(&PyObject),
    /// Code is going.
    pub code: fn(&PyCodeObject),
}

static WATCHERS: OnceLock<Watchers> = OnceLock::new();

/// Sets the watchers, once.
pub fn install(watchers: Watchers) {
    let _ = WATCHERS.set(watchers);
}

#[cold]
#[inline(never)]
pub(crate) fn dict_changed(dict: &PyDictObject, key: *mut PyObject) {
    if let Some(w) = WATCHERS.get() {
        (w.dict)(dict, key);
    }
}

pub(crate) fn function_changed(f: &PyFunctionObject) {
    if let Some(w) = WATCHERS.get() {
        (w.function)(f);
    }
}

pub(crate) fn class_assigned(object: &PyObject) {
    if let Some(w) = WATCHERS.get() {
        (w.class)(object);
    }
}

pub(crate) fn code_goes(code: &PyCodeObject) {
    if let Some(w) = WATCHERS.get() {
        (w.code)(code);
    }
}
