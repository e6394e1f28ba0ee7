//! Building objects: displays, f-strings, functions, calls with unpacked arguments. Stack items are taken over where a pointer is passed.

use crate::calls::{self, Outcome};
use hotpy_objects::frame::Frame;
use hotpy_objects::*;

/// The owned stack items.
unsafe fn take(items: *mut *mut PyObject, count: usize) -> Vec<Ref> {
    // SAFETY: the caller gives up `count` references.
    unsafe { (0..count).map(|i| Ref::from_owned(*items.add(i))).collect() }
}

/// BUILD_TUPLE.
pub unsafe fn tuple(items: *mut *mut PyObject, count: usize) -> PyResult {
    // SAFETY: passed on.
    Ok(hotpy_objects::tuple::from_owned(unsafe { take(items, count) })?.into_object())
}

/// BUILD_LIST.
pub unsafe fn list(items: *mut *mut PyObject, count: usize) -> PyResult {
    // SAFETY: passed on.
    Ok(hotpy_objects::list::from_owned(unsafe { take(items, count) })?.into_object())
}

/// BUILD_SET.
pub unsafe fn set(items: *mut *mut PyObject, count: usize) -> PyResult {
    // SAFETY: passed on.
    let items = unsafe { take(items, count) };
    let set = hotpy_objects::set::new()?;
    for item in &items {
        set.add(item)?;
    }
    Ok(set.into_object())
}

/// BUILD_MAP: `count` pairs.
pub unsafe fn map(items: *mut *mut PyObject, count: usize) -> PyResult {
    // SAFETY: passed on.
    let items = unsafe { take(items, 2 * count) };
    let d = dict::with_capacity(count)?;
    for pair in items.chunks_exact(2) {
        d.set_item(&pair[0], &pair[1])?;
    }
    Ok(d.into_object())
}

/// BUILD_CONST_KEY_MAP.
pub unsafe fn const_key_map(keys: &PyObject, items: *mut *mut PyObject, count: usize) -> PyResult {
    // SAFETY: passed on.
    let values = unsafe { take(items, count) };
    let Some(keys) = keys.exact::<PyTupleObject>().filter(|k| k.len() == count) else {
        return Err(raise!(SystemError, "bad BUILD_CONST_KEY_MAP keys argument"));
    };
    let d = dict::with_capacity(count)?;
    for (key, value) in keys.items().iter().zip(&values) {
        d.set_item(key, value)?;
    }
    Ok(d.into_object())
}

/// BUILD_STRING.
pub unsafe fn string(items: *mut *mut PyObject, count: usize) -> PyResult {
    // SAFETY: passed on.
    let items = unsafe { take(items, count) };
    Ok(str_::join(&*str_::empty(), &items)?.into_object())
}

/// FORMAT_VALUE: `conversion` 0 none, 1 str, 2 repr, 3 ascii.
pub fn format_value(value: Ref, spec: Option<Ref>, conversion: usize) -> PyResult {
    let value = match conversion {
        1 => protocol::str(&value)?.into_object(),
        2 => protocol::repr(&value)?.into_object(),
        3 => protocol::ascii(&value)?.into_object(),
        _ => value,
    };
    let spec = match &spec {
        Some(spec) => match spec.downcast::<Str>() {
            Some(s) => Some(s),
            None => {
                return Err(raise!(
                    TypeError,
                    "Format specifier must be a string, not {}",
                    spec.ty().name()
                ));
            }
        },
        None => None,
    };
    if spec.is_none_or(|s| s.len() == 0) && value.is_exact::<Str>() {
        return Ok(value);
    }
    let empty = str_::empty();
    Ok(protocol::format(&value, spec.unwrap_or(&empty))?.into_object())
}

/// LIST_EXTEND. TypeError names the unpacking if the operand is no iterable.
pub fn list_extend(list: &PyListObject, iterable: &PyObject) -> PyResult<()> {
    list.extend(iterable).map_err(|raised| {
        let ty = iterable.ty();
        let iterable_type = ty.tp_iter.get().is_some()
            || protocol::lookup_special(iterable, &names::__getitem__).is_ok_and(|m| m.is_some());
        if errors::matches(&exceptions::TypeError) && !iterable_type {
            errors::clear();
            return raise!(
                TypeError,
                "Value after * must be an iterable, not {}",
                ty.name()
            );
        }
        raised
    })
}

/// DICT_UPDATE.
pub fn dict_update(d: &PyDictObject, other: &PyObject) -> PyResult<()> {
    d.merge_mapping(other, dict::Existing::Replace)
        .map_err(|raised| {
            if errors::matches(&exceptions::AttributeError) {
                errors::clear();
                return raise!(TypeError, "'{}' object is not a mapping", other.ty().name());
            }
            raised
        })
}

/// The name of a callable in messages: `qualname()`, or its `str`.
pub fn function_text(callable: &PyObject) -> String {
    let qualname = protocol::getattr_opt(callable, &names::__qualname__)
        .ok()
        .flatten();
    let Some(qualname) = qualname.as_deref().and_then(|q| q.downcast::<Str>()) else {
        errors::clear();
        return protocol::str(callable).map_or_else(
            |_| {
                errors::clear();
                String::new()
            },
            |s| s.to_string_lossy(),
        );
    };
    let module = protocol::getattr_opt(callable, &names::__module__)
        .ok()
        .flatten();
    errors::clear();
    match module.as_deref().and_then(|m| m.downcast::<Str>()) {
        Some(m) if !m.equals_text("builtins") => {
            format!("{}.{}()", m.to_string_lossy(), qualname.to_string_lossy())
        }
        _ => format!("{}()", qualname.to_string_lossy()),
    }
}

/// DICT_MERGE: keyword arguments of a call of `callable`; TypeError for a name given twice.
pub fn dict_merge(d: &PyDictObject, other: &PyObject, callable: &PyObject) -> PyResult<()> {
    let raised = match d.merge_mapping(other, dict::Existing::Refuse) {
        Ok(()) => return Ok(()),
        Err(raised) => raised,
    };
    if errors::matches(&exceptions::AttributeError) {
        errors::clear();
        return Err(raise!(
            TypeError,
            "{} argument after ** must be a mapping, not {}",
            function_text(callable),
            other.ty().name()
        ));
    }
    // The dict's own KeyError is a name given twice; one that Python code raised is none.
    if errors::matches(&exceptions::KeyError) && tstate().curexc_traceback.is_null() {
        let Some(error) = errors::fetch_instance() else {
            return Err(raised);
        };
        let args = errors::as_exception(&error).and_then(|e| e.args.cloned());
        let args = args.as_deref().and_then(|a| a.downcast::<PyTupleObject>());
        if let Some([key]) = args.map(PyTupleObject::items) {
            return Err(match key.downcast::<Str>() {
                Some(key) => raise!(
                    TypeError,
                    "{} got multiple values for keyword argument '{}'",
                    function_text(callable),
                    key.to_string_lossy()
                ),
                None => raise!(TypeError, "keywords must be strings"),
            });
        }
        errors::restore_instance(error);
    }
    Err(raised)
}

/// CALL_FUNCTION_EX; takes over everything.
pub fn call_ex(ts: &PyThreadState, callable: Ref, args: Ref, kwargs: Option<Ref>) -> Outcome {
    let kwargs = match kwargs {
        Some(k) if !k.is_exact::<PyDictObject>() => {
            let made = dict::new().and_then(|d| dict_merge(&d, &k, &callable).map(|()| d));
            match made {
                Ok(d) => Some(d.into_object()),
                Err(Raised) => return Outcome::Raised,
            }
        }
        k => k,
    };
    let args = if args.is_exact::<PyTupleObject>() {
        args
    } else {
        let ty = args.ty();
        let iterable = ty.tp_iter.get().is_some()
            || protocol::lookup_special(&args, &names::__getitem__).is_ok_and(|m| m.is_some());
        if !iterable {
            raise!(
                TypeError,
                "{} argument after * must be an iterable, not {}",
                function_text(&callable),
                ty.name()
            );
            return Outcome::Raised;
        }
        match protocol::collect(&args).and_then(hotpy_objects::tuple::from_owned) {
            Ok(t) => t.into_object(),
            Err(Raised) => return Outcome::Raised,
        }
    };
    // SAFETY: both types were checked.
    unsafe {
        let tuple: &PyTupleObject = (*args).cast();
        let kwargs = kwargs.as_deref().map(|k| k.cast::<PyDictObject>());
        calls::call_ex(ts, callable, tuple, kwargs)
    }
}

/// MAKE_FUNCTION, without closure, defaults and annotations.
pub fn function(frame: &Frame, code: &PyObject) -> PyResult<Ref<PyFunctionObject>> {
    let Some(code) = code.exact::<PyCodeObject>() else {
        return Err(raise!(SystemError, "MAKE_FUNCTION without a code object"));
    };
    hotpy_objects::function::new(code, super::namespace::globals(frame), None)
}
