//! Calls of builtin classes, and of their subclasses without methods of Python for making instances.

use super::*;
use crate::surrogates::{Known, enter};
use std::ptr;

/// Whether making an instance asks Python before it changes anything, so that it may be attempted.
#[inline]
pub fn attempts_class(class: &PyTypeObject) -> bool {
    class.tp_flags.get() & flags::tp::ASKS_FIRST != 0
}

/// The call of a builtin class; `None`: natively.
pub fn call_class(
    ts: &PyThreadState,
    class: &PyTypeObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Outcome> {
    let is = |ty: &PyTypeObject| ptr::eq(class, ty);
    if !config::always_surrogates() && args.iter().all(|a| replay::is_plain(a)) {
        // What codecs and error handlers are called is plain, but these may be of Python.
        let codes = args.len() > 1
            && (is(&str_::PyUnicode_Type)
                || is(&bytes::PyBytes_Type)
                || is(&bytearray::PyByteArray_Type));
        return (codes && adapters::codec_asks(&args[1..]) && surrogates::is_loaded())
            .then(|| attempt_call(ts, class, args, names));
    }
    if is(&dict::PyDict_Type) && surrogates::is_loaded() {
        let call = Call {
            ts,
            callable: class,
            number: 0,
            asks: Asks::ALL,
            first: 0,
            args,
            names,
        };
        if let Some(outcome) = adapters::make_dict(&call) {
            return Some(outcome);
        }
    }
    if names.is_none_or(|n| n.len() == 0) {
        if let [object] = args {
            if is(&boolean::PyBool_Type) {
                let ty = object.ty();
                let python =
                    typeobject::is_python_slot_bool(ty) || typeobject::is_python_slot_len(ty);
                return python.then(|| attempt_call(ts, class, args, names));
            }
            if is(&str_::PyUnicode_Type) && object.ty().is_heap_type() {
                return Some(enter(ts, Known::Str, &[object]));
            }
            let collects = is(&list::PyList_Type)
                || is(&tuple::PyTuple_Type)
                || is(&set::PySet_Type)
                || is(&set::PyFrozenSet_Type);
            let of_set = (is(&set::PySet_Type) || is(&set::PyFrozenSet_Type)) && has_hashes(object);
            let in_order = is(&list::PyList_Type) || is(&tuple::PyTuple_Type);
            if in_order
                && !config::always_surrogates()
                && adapters::is_own_iterator(object)
                && iterates_python(object)
            {
                return Some(enter(ts, Known::CollectSteps, &[class, object]));
            }
            if collects && iterates_python(object) && !object.is_exact::<PyTupleObject>() && !of_set
            {
                return Some(enter(ts, Known::Collect, &[class, object]));
            }
            // The items are taken as they are.
            let takes_all = is(&list::PyList_Type) || is(&tuple::PyTuple_Type);
            if replay::is_plain(object) || takes_all && !object.ty().is_heap_type() {
                return None;
            }
        }
    }
    if !args.is_empty() && attempts_class(class) {
        return Some(attempt_call(ts, class, args, names));
    }
    None
}

/// A call of a class or of an instance that surely runs no Python; `None`: nothing was done.
pub fn instance_quietly(
    quiet: &mut Quiet<'_>,
    callable: &PyObject,
    args: &[&PyObject],
) -> Option<PyResult> {
    let marks = if let Some(class) = callable.downcast::<PyTypeObject>() {
        if class.is_heap_type() || typeobject::is_subtype(class, &typeobject::PyType_Type) {
            return None;
        }
        if args.iter().all(|a| replay::is_plain(a)) {
            return Some(call::call(callable, args));
        }
        class.tp_flags.get()
    } else {
        callable.ty().tp_flags.get()
    };
    let job = replay::Job {
        number: 0,
        callable: Some(callable),
        args,
        names: None,
    };
    (marks & flags::tp::ASKS_FIRST != 0)
        .then(|| quiet.run(replay::call, &job))
        .flatten()
}
