//! Building objects: displays, f-strings, functions, calls with unpacked arguments. Stack items are taken over where a pointer is passed.

use crate::asking::{has_hashes, iterates_python};
use crate::calls::{self, Outcome};
use crate::config::always_surrogates;
use crate::replay::{self, Job};
use crate::surrogates::{self, Known};
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use smallvec::SmallVec;

/// The owned stack items.
unsafe fn take(items: *mut *mut PyObject, count: usize) -> SmallVec<[Ref; 8]> {
    // SAFETY: the caller gives up `count` references.
    unsafe { (0..count).map(|i| Ref::from_owned(*items.add(i))).collect() }
}

/// BUILD_TUPLE.
pub unsafe fn tuple(items: *mut *mut PyObject, count: usize) -> PyResult {
    // SAFETY: passed on.
    Ok(unsafe { hotpy_objects::tuple::from_stack(items.cast_const(), count) }?.into_object())
}

/// BUILD_LIST.
pub unsafe fn list(items: *mut *mut PyObject, count: usize) -> PyResult {
    // SAFETY: passed on.
    Ok(unsafe { hotpy_objects::list::from_stack(items.cast_const(), count) }?.into_object())
}

/// BUILD_SLICE.
pub unsafe fn slice(items: *mut *mut PyObject, count: usize) -> PyResult {
    // SAFETY: passed on.
    let parts = unsafe { take(items, count) };
    let none = singletons::none();
    let step = parts.get(2).unwrap_or(&none);
    Ok(hotpy_objects::slice::new(&parts[0], &parts[1], step)?.into_object())
}

/// Whether hashing and comparing the object never runs Python.
#[inline(always)]
pub(super) fn is_plain_key(key: &PyObject) -> bool {
    (key.is_exact::<Str>() || key.is_exact::<PyLongObject>()) && !always_surrogates()
}

fn borrow(items: &[Ref]) -> &[&PyObject] {
    // SAFETY: both are pointers to live objects.
    unsafe { std::slice::from_raw_parts(items.as_ptr().cast(), items.len()) }
}

/// BUILD_SET.
pub unsafe fn set(ts: &PyThreadState, items: *mut *mut PyObject, count: usize) -> Outcome {
    // SAFETY: passed on.
    let items = unsafe { take(items, count) };
    if items.iter().all(|i| is_plain_key(i)) {
        return set_of(&Job::new(0, borrow(&items))).into();
    }
    replay::attempt(ts, set_of, 0, borrow(&items))
}

fn set_of(job: &Job<'_>) -> PyResult {
    let set = hotpy_objects::set::new()?;
    for item in job.args {
        set.add(item)?;
    }
    Ok(set.into_object())
}

/// BUILD_MAP: `count` pairs.
pub unsafe fn map(ts: &PyThreadState, items: *mut *mut PyObject, count: usize) -> Outcome {
    // SAFETY: passed on.
    let items = unsafe { take(items, 2 * count) };
    if items.chunks_exact(2).all(|pair| is_plain_key(&pair[0])) {
        return map_of(&Job::new(0, borrow(&items))).into();
    }
    replay::attempt(ts, map_of, 0, borrow(&items))
}

fn map_of(job: &Job<'_>) -> PyResult {
    let d = dict::with_capacity(job.args.len() / 2)?;
    for pair in job.args.chunks_exact(2) {
        d.set_item(pair[0], pair[1])?;
    }
    Ok(d.into_object())
}

/// SET_ADD.
pub fn set_add(ts: &PyThreadState, set: &PyObject, item: &PyObject) -> Outcome {
    fn add(job: &Job<'_>) -> PyResult {
        let set = job.args[0].downcast::<PySetObject>();
        set.map_or(Ok(false), |set| set.add(job.args[1]))
            .map(|_| singletons::none())
    }
    let args = [set, item];
    if is_plain_key(item) {
        return add(&Job::new(0, &args)).into();
    }
    replay::attempt(ts, add, 0, &args)
}

/// MAP_ADD.
pub fn map_add(ts: &PyThreadState, d: &PyObject, key: &PyObject, value: &PyObject) -> Outcome {
    fn add(job: &Job<'_>) -> PyResult {
        protocol::setitem(job.args[0], job.args[1], job.args[2]).map(|()| singletons::none())
    }
    let args = [d, key, value];
    if is_plain_key(key) {
        return add(&Job::new(0, &args)).into();
    }
    replay::attempt(ts, add, 0, &args)
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
    // SAFETY: the caller gives its counts of the items away, after they have been looked at where they lie.
    unsafe {
        let made = str_::join(
            str_::nothing(),
            std::slice::from_raw_parts(items.cast::<Ref>(), count),
        );
        for i in 0..count {
            PyObject::decref(*items.add(i));
        }
        Ok(made?.into_object())
    }
}

/// FORMAT_VALUE: `conversion` 0 none, 1 str, 2 repr, 3 ascii.
pub fn format_value(
    ts: &PyThreadState,
    value: Ref,
    spec: Option<Ref>,
    conversion: usize,
) -> Outcome {
    let is_empty = |s: &Ref| s.downcast::<Str>().is_some_and(|s| s.len() == 0);
    let spec = spec.filter(|s| !is_empty(s));
    if spec.is_none() && conversion < 2 && value.is_exact::<Str>() && !always_surrogates() {
        return Outcome::Value(value);
    }
    let ty = value.ty();
    let python = ty.is_heap_type() && surrogates::is_loaded();
    match (&spec, conversion) {
        (None, 1) if python => return surrogates::enter(ts, Known::Str, &[&value]),
        (None, 2) if typeobject::is_python_slot_repr(ty) && python => {
            return surrogates::enter(ts, Known::Repr, &[&value]);
        }
        (None, 2) => {
            if let Some(task) = task::begin_shown(&value) {
                return replay::run_task(ts, task, 1);
            }
        }
        (None, 0) if python => {
            return surrogates::enter(ts, Known::Format, &[&value, &*str_::empty()]);
        }
        (Some(spec), 0) if python && spec.is_exact::<Str>() => {
            return surrogates::enter(ts, Known::Format, &[&value, spec]);
        }
        _ => {}
    }
    let none = singletons::none();
    let spec: &PyObject = spec.as_deref().unwrap_or(&none);
    let args = [&*value, spec];
    if replay::is_plain(&value) && !always_surrogates() {
        return formatted(&Job::new(conversion, &args)).into();
    }
    replay::attempt(ts, formatted, conversion, &args)
}

/// The same without entering a frame: what Python code it needs runs natively.
pub fn format_value_natively(
    value: &PyObject,
    spec: Option<&PyObject>,
    conversion: usize,
) -> PyResult {
    let none = singletons::none();
    formatted(&Job::new(conversion, &[value, spec.unwrap_or(&none)]))
}

fn formatted(job: &Job<'_>) -> PyResult {
    let value = match job.number {
        1 => protocol::str(job.args[0])?.into_object(),
        2 => protocol::repr(job.args[0])?.into_object(),
        3 => protocol::ascii(job.args[0])?.into_object(),
        _ => job.args[0].to_ref(),
    };
    if singletons::is_none(job.args[1]) {
        if value.is_exact::<Str>() {
            return Ok(value);
        }
        return Ok(protocol::format(&value, &str_::empty())?.into_object());
    }
    let Some(spec) = job.args[1].downcast::<Str>() else {
        return Err(raise!(
            TypeError,
            "Format specifier must be a string, not {}",
            job.args[1].ty().name()
        ));
    };
    Ok(protocol::format(&value, spec)?.into_object())
}

/// Whether `iter()` of the object has a chance.
fn is_iterable(object: &PyObject) -> bool {
    object.ty().tp_iter.get().is_some()
        || protocol::lookup_special(object, &names::__getitem__).is_ok_and(|m| m.is_some())
}

fn done(result: PyResult<()>) -> Outcome {
    result.map(|()| singletons::none()).into()
}

/// LIST_EXTEND. TypeError names the unpacking if the operand is no iterable.
pub fn list_extend(ts: &PyThreadState, list: &PyObject, iterable: &PyObject) -> Outcome {
    // SAFETY: LIST_EXTEND finds a list on the stack.
    let list: &PyListObject = unsafe { list.cast() };
    if iterates_python(iterable) && is_iterable(iterable) && surrogates::is_loaded() {
        return surrogates::enter(ts, Known::ListExtend, &[list, iterable]);
    }
    done(list_extend_natively(list, iterable))
}

/// The same without entering a frame.
pub fn list_extend_natively(list: &PyListObject, iterable: &PyObject) -> PyResult<()> {
    list.extend(iterable).map_err(|raised| {
        if errors::matches(&exceptions::TypeError) && !is_iterable(iterable) {
            errors::clear();
            return raise!(
                TypeError,
                "Value after * must be an iterable, not {}",
                iterable.ty().name()
            );
        }
        raised
    })
}

/// `list += iterable`.
pub fn list_iadd(ts: &PyThreadState, list: &PyListObject, iterable: &PyObject) -> Outcome {
    if iterates_python(iterable) && is_iterable(iterable) && surrogates::is_loaded() {
        return surrogates::enter(ts, Known::ListAdd, &[list, iterable]);
    }
    number::inplace(number::BinaryOp::Add, list, iterable).into()
}

/// SET_UPDATE.
pub fn set_update(ts: &PyThreadState, set: &PyObject, iterable: &PyObject) -> Outcome {
    let python = iterates_python(iterable) && !has_hashes(iterable);
    if python && is_iterable(iterable) && surrogates::is_loaded() {
        return surrogates::enter(ts, Known::SetUpdate, &[set, iterable]);
    }
    fn update(job: &Job<'_>) -> PyResult {
        // SAFETY: SET_UPDATE finds a set on the stack.
        let set: &PySetObject = unsafe { job.args[0].cast() };
        set.update(job.args[1]).map(|()| singletons::none())
    }
    // Adding again what was added before changes nothing.
    replay::attempt(ts, update, 0, &[set, iterable])
}

/// DICT_UPDATE.
pub fn dict_update(ts: &PyThreadState, d: &PyObject, other: &PyObject) -> Outcome {
    fn update(job: &Job<'_>) -> PyResult {
        // SAFETY: DICT_UPDATE finds a dict on the stack.
        let (d, other): (&PyDictObject, _) = unsafe { (job.args[0].cast(), job.args[1]) };
        d.merge_mapping(other, dict::Existing::Replace)
            .map_err(|raised| {
                if errors::matches(&exceptions::AttributeError) {
                    errors::clear();
                    return raise!(TypeError, "'{}' object is not a mapping", other.ty().name());
                }
                raised
            })?;
        Ok(singletons::none())
    }
    // Setting again what was set before changes nothing.
    replay::attempt(ts, update, 0, &[d, other])
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
    let qualname = qualname.to_string_lossy();
    let is_builtins = |m: &PyObject| {
        m.downcast::<Str>()
            .is_some_and(|m| m.equals_text("builtins"))
    };
    match module.filter(|m| !singletons::is_none(m) && !is_builtins(m)) {
        Some(module) => match protocol::str(&module) {
            Ok(module) => format!("{}.{qualname}()", module.to_string_lossy()),
            Err(Raised) => {
                errors::clear();
                format!("{qualname}()")
            }
        },
        None => format!("{qualname}()"),
    }
}

/// DICT_MERGE: keyword arguments of a call of `callable`; TypeError for a name given twice.
pub fn dict_merge(
    ts: &PyThreadState,
    d: &PyObject,
    other: &PyObject,
    callable: &PyObject,
) -> Outcome {
    replay::attempt(ts, merge_keywords, 0, &[d, other, callable])
}

/// The same of what runs no Python.
pub fn merge_natively(d: &PyDictObject, other: &PyObject, callable: &PyObject) -> PyResult<()> {
    merge_keywords(&Job::new(0, &[d, other, callable])).map(drop)
}

/// A mapping is merged into a copy, so that nothing is in the dict before everything is known.
fn merge_keywords(job: &Job<'_>) -> PyResult {
    // SAFETY: DICT_MERGE finds a dict on the stack.
    let d: &PyDictObject = unsafe { job.args[0].cast() };
    let (other, callable) = (job.args[1], job.args[2]);
    let merged = if other.is_exact::<PyDictObject>() {
        d.merge_mapping(other, dict::Existing::Refuse)
    } else {
        d.copy().and_then(|copy| {
            copy.merge_mapping(other, dict::Existing::Refuse)?;
            d.merge_dict(&copy, dict::Existing::Replace)
        })
    };
    let raised = match merged {
        Ok(()) => return Ok(singletons::none()),
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
            let (function, key) = (function_text(callable), protocol::str(key)?);
            let key = key.to_string_lossy();
            return Err(raise!(
                TypeError,
                "{function} got multiple values for keyword argument '{key}'"
            ));
        }
        errors::restore_instance(error);
    }
    Err(raised)
}

/// `{**mapping}` for a call whose keywords are a single mapping.
fn keywords(job: &Job<'_>) -> PyResult {
    let d = dict::new()?;
    merge_keywords(&Job::new(0, &[&d, job.args[0], job.args[1]]))?;
    Ok(d.into_object())
}

/// CALL_FUNCTION_EX; takes over everything.
pub fn call_ex(ts: &PyThreadState, callable: Ref, args: Ref, kwargs: Option<Ref>) -> Outcome {
    let kwargs = match kwargs {
        Some(k) if !k.is_exact::<PyDictObject>() => {
            match keywords(&Job::new(0, &[&k, &callable])) {
                Ok(d) => Some(d),
                Err(Raised) => return Outcome::Raised,
            }
        }
        k => k,
    };
    let args = if args.is_exact::<PyTupleObject>() {
        args
    } else {
        if !is_iterable(&args) {
            raise!(
                TypeError,
                "{} argument after * must be an iterable, not {}",
                function_text(&callable),
                args.ty().name()
            );
            return Outcome::Raised;
        }
        if iterates_python(&args) && surrogates::is_loaded() {
            let none = singletons::none();
            let kwargs: &PyObject = kwargs.as_deref().unwrap_or(&none);
            return surrogates::enter(ts, Known::CallEx, &[&callable, &args, kwargs]);
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
