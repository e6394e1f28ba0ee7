//! `match` statements: lengths, keys, class patterns.

use crate::calls::Outcome;
use crate::config::always_surrogates;
use crate::replay::{self, Job};
use hotpy_objects::*;

/// GET_LEN.
pub fn get_len(ts: &PyThreadState, subject: &PyObject) -> Outcome {
    let known = match (
        subject.exact::<PyListObject>(),
        subject.exact::<PyTupleObject>(),
    ) {
        (Some(list), _) => Some(list.len()),
        (_, Some(tuple)) => Some(tuple.len()),
        _ => None,
    };
    if let Some(len) = known.filter(|_| !always_surrogates()) {
        return int::from_usize(len).map(Ref::into_object).into();
    }
    let len = |job: &Job<'_>| Ok(int::from_usize(protocol::len(job.args[0])?)?.into_object());
    if !subject.ty().is_heap_type() {
        let args = &[subject];
        return len(&Job::new(0, args)).into();
    }
    replay::attempt(ts, len, 0, &[subject])
}

/// MATCH_KEYS: the tuple of values, or None if a key is missing. ValueError for a repeated key.
pub fn match_keys(ts: &PyThreadState, subject: &PyObject, keys: &PyObject) -> Outcome {
    // `get` tells a missing key from a stored value by a fresh marker, and makes no default appear in a defaultdict.
    match call::call0(&object::PyBaseObject_Type) {
        Ok(marker) => replay::attempt(ts, values_of_keys, 0, &[subject, keys, &marker]),
        Err(Raised) => Outcome::Raised,
    }
}

fn values_of_keys(job: &Job<'_>) -> PyResult {
    let (subject, keys, marker) = (job.args[0], job.args[1], job.args[2]);
    let Some(keys) = keys.downcast::<PyTupleObject>() else {
        return Err(raise!(SystemError, "MATCH_KEYS without a tuple"));
    };
    if keys.len() == 0 {
        return Ok(tuple::empty().into_object());
    }
    let get = protocol::getattr(subject, &names::get)?;
    let seen = set::new()?;
    let mut values = Vec::with_capacity(keys.len());
    for key in keys.items() {
        if !seen.add(key)? {
            let key = protocol::repr(key)?.to_string_lossy();
            return Err(raise!(
                ValueError,
                "mapping pattern checks duplicate key ({key})"
            ));
        }
        let value = call::call(&get, &[key, marker])?;
        if value.is(marker) {
            return Ok(singletons::none());
        }
        values.push(value);
    }
    Ok(tuple::from_owned(values)?.into_object())
}

/// The subject's attribute for a sub-pattern; `None` if it has none. TypeError if the name was used already.
fn attribute(
    subject: &PyObject,
    class: &PyTypeObject,
    name: &Str,
    seen: &PySetObject,
) -> PyResult<Option<Ref>> {
    if !seen.add(name)? {
        return Err(raise!(
            TypeError,
            "{}() got multiple sub-patterns for attribute {}",
            class.name(),
            protocol::repr(name)?.to_string_lossy()
        ));
    }
    protocol::getattr_opt(subject, name)
}

/// MATCH_CLASS: the tuple of attribute values of `positional` sub-patterns and the named ones, or None if it does not match.
pub fn match_class(
    ts: &PyThreadState,
    subject: &PyObject,
    class: &PyObject,
    positional: usize,
    keywords: &PyObject,
) -> Outcome {
    replay::attempt(ts, values_of_class, positional, &[subject, class, keywords])
}

fn values_of_class(job: &Job<'_>) -> PyResult {
    let (positional, subject, class, keywords) =
        (job.number, job.args[0], job.args[1], job.args[2]);
    let Some(class) = class.downcast::<PyTypeObject>() else {
        return Err(raise!(TypeError, "called match pattern must be a type"));
    };
    if !protocol::is_instance(subject, class)? {
        return Ok(singletons::none());
    }
    let seen = set::new()?;
    let mut values = Vec::new();
    if positional > 0 {
        let mut allowed = 1;
        let mut names_of = None;
        match protocol::getattr_opt(class, &names::__match_args__)? {
            Some(args) => {
                if !args.is_exact::<PyTupleObject>() {
                    return Err(raise!(
                        TypeError,
                        "{}.__match_args__ must be a tuple (got {})",
                        class.name(),
                        args.ty().name()
                    ));
                }
                // SAFETY: the type was checked.
                let args = unsafe { args.cast::<PyTupleObject>() };
                allowed = args.len();
                names_of = Some(args);
            }
            None if !class.is_subclass_flag(flags::tp::MATCH_SELF) => allowed = 0,
            None => {}
        }
        if allowed < positional {
            return Err(raise!(
                TypeError,
                "{}() accepts {allowed} positional sub-pattern{} ({positional} given)",
                class.name(),
                if allowed == 1 { "" } else { "s" }
            ));
        }
        match names_of {
            None => values.push(subject.to_ref()),
            Some(args) => {
                for i in 0..positional {
                    let name = args.items()[i].to_ref();
                    let Some(name) = name.exact::<Str>() else {
                        return Err(raise!(
                            TypeError,
                            "__match_args__ elements must be strings (got {})",
                            name.ty().name()
                        ));
                    };
                    match attribute(subject, class, name, &seen)? {
                        Some(value) => values.push(value),
                        None => return Ok(singletons::none()),
                    }
                }
            }
        }
    }
    let keywords = keywords
        .downcast::<PyTupleObject>()
        .map_or(&[][..], PyTupleObject::items);
    for name in keywords {
        let Some(name) = name.downcast::<Str>() else {
            continue;
        };
        match attribute(subject, class, name, &seen)? {
            Some(value) => values.push(value),
            None => return Ok(singletons::none()),
        }
    }
    Ok(tuple::from_owned(values)?.into_object())
}
