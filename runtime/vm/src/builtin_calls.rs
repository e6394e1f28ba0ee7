//! Builtin functions and types that call Python: where such a call would, it enters a surrogate instead of running natively.
//!
//! A builtin that has a surrogate is marked in its method definition (`ml_flags` above `SURROGATE_SHIFT`) at start-up. Only calls with
//! plain, well-formed arguments are redirected: errors are left to the builtin itself, which then raises its own texts.

use crate::calls::Outcome;
use crate::config;
use crate::surrogates::{self, Known};
use hotpy_objects::flags::meth::SURROGATE_SHIFT;
use hotpy_objects::*;

/// The builtin functions that have surrogates; a mark is the place in this list + 1.
const FUNCTIONS: &[(&str, Builtin)] = &[
    ("len", Builtin::Len),
    ("next", Builtin::Next),
    ("iter", Builtin::Iter),
    ("getattr", Builtin::GetAttr),
    ("sorted", Builtin::Sorted),
    ("min", Builtin::Min),
    ("max", Builtin::Max),
    ("sum", Builtin::Sum),
    ("any", Builtin::Any),
    ("all", Builtin::All),
    ("__build_class__", Builtin::BuildClass),
];

#[derive(Clone, Copy)]
enum Builtin {
    Len,
    Next,
    Iter,
    GetAttr,
    Sorted,
    Min,
    Max,
    Sum,
    Any,
    All,
    BuildClass,
}

/// Marks the builtins.
pub fn register(builtins: &PyDictObject) {
    for (i, (name, _)) in FUNCTIONS.iter().enumerate() {
        let function = builtins.get_text(name);
        if let Some(function) = function
            .as_ref()
            .and_then(|f| f.exact::<PyCFunctionObject>())
        {
            // SAFETY: a builtin function's definition lives as long as it.
            let flags = unsafe { &(*function.m_ml.get()).ml_flags };
            flags.set(flags.get() | (i as i32 + 1) << SURROGATE_SHIFT);
        }
    }
    let sort = typeobject::lookup(&list::PyList_Type, &names::sort);
    if let Some(sort) = sort.and_then(|s| s.exact::<PyMethodDescrObject>()) {
        // SAFETY: as above.
        let flags = unsafe { &(*sort.d_method.get()).ml_flags };
        flags.set(flags.get() | LIST_SORT << SURROGATE_SHIFT);
    }
}

/// The mark of `list.sort`.
const LIST_SORT: i32 = FUNCTIONS.len() as i32 + 1;

/// Whether iterating over the object may run Python code.
fn iterates_python(object: &PyObject) -> bool {
    let ty = object.ty();
    config::always_surrogates()
        || typeobject::is_python_slot_iter(ty)
        || ty.tp_iter.get().is_none()
        || steps_python(object)
}

/// Whether an iterator's next step may run Python code.
fn steps_python(iterator: &PyObject) -> bool {
    iterator.is_exact::<PyGenObject>()
        || typeobject::is_python_slot_iternext(iterator.ty())
        || iterator.is_exact::<iterators::mapobject>()
        || iterator.is_exact::<iterators::filterobject>()
}

/// Whether comparing items of a container of this kind may run Python code.
fn has_python_items(object: &PyObject) -> bool {
    let items: &[&PyObject] = if let Some(l) = object.exact::<PyListObject>() {
        l.items()
    } else if let Some(t) = object.exact::<PyTupleObject>() {
        t.items()
    } else {
        return !object.is_exact::<range::rangeobject>() && !object.is_exact::<Str>();
    };
    items.iter().any(|i| i.ty().is_heap_type())
}

/// A keyword argument's value.
fn keyword<'a>(
    name: &str,
    args: &[&'a PyObject],
    names: Option<&PyTupleObject>,
) -> Option<&'a PyObject> {
    let names = names?;
    let positional = args.len() - names.len();
    let at = names
        .items()
        .iter()
        .position(|n| n.downcast::<Str>().is_some_and(|n| n.equals_text(name)))?;
    Some(args[positional + at])
}

/// Whether all keywords are among `known`.
fn only_keywords(known: &[&str], names: Option<&PyTupleObject>) -> bool {
    names.is_none_or(|names| {
        names.items().iter().all(|n| {
            n.downcast::<Str>()
                .is_some_and(|n| known.iter().any(|k| n.equals_text(k)))
        })
    })
}

/// The name as an interned str, as attribute look-up wants it.
fn interned(name: &Str) -> Ref<Str> {
    let mut name = Ref::new(name);
    str_::intern_in_place(&mut name);
    name
}

/// The call of a marked builtin function; `None`: it is to be called natively. Arguments are borrowed.
pub fn call_function(
    ts: &PyThreadState,
    function: &PyCFunctionObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Outcome> {
    // SAFETY: a builtin function's definition lives as long as it.
    let mark = unsafe { (*function.m_ml.get()).ml_flags.get() } >> SURROGATE_SHIFT;
    if mark == LIST_SORT && names.map_or(0, PyTupleObject::len) == args.len() {
        let list = function
            .m_self
            .get()
            .filter(|l| l.is_exact::<PyListObject>())?;
        return list_sort(ts, list, args, names);
    }
    let (_, builtin) = FUNCTIONS.get((mark as usize).checked_sub(1)?)?;
    let named = names.map_or(0, PyTupleObject::len);
    let positional = &args[..args.len() - named];
    let none = singletons::none();
    let none: &PyObject = &none;
    let always = config::always_surrogates();
    Some(match (builtin, positional) {
        (Builtin::Len, [object]) if named == 0 => {
            if !always && !typeobject::is_python_slot_len(object.ty()) {
                return None;
            }
            typeobject::lookup(object.ty(), &names::__len__)?;
            surrogates::enter(ts, Known::Len, &[object])
        }
        (Builtin::Next, [iterator]) if named == 0 && steps_python(iterator) => {
            surrogates::enter(ts, Known::Next, &[iterator])
        }
        (Builtin::Next, [iterator, default]) if named == 0 && steps_python(iterator) => {
            surrogates::enter(ts, Known::NextDefault, &[iterator, default])
        }
        (Builtin::Iter, [object]) if named == 0 && typeobject::is_python_slot_iter(object.ty()) => {
            surrogates::enter(ts, Known::GetIter, &[object])
        }
        (Builtin::GetAttr, [object, name]) if named == 0 => {
            let name = name.exact::<Str>()?;
            if object.is_instance::<PyTypeObject>() || object.is_instance::<PyModuleObject>() {
                return None;
            }
            let name = interned(name);
            crate::interp::load_attr(ts, object.to_ref(), &name)
        }
        (Builtin::GetAttr, [object, name, default]) if named == 0 => {
            let name = name.exact::<Str>()?;
            if !object.ty().is_heap_type() || object.is_instance::<PyTypeObject>() {
                return None;
            }
            let name = interned(name);
            surrogates::enter(ts, Known::GetAttrDefault, &[object, &name, default])
        }
        (Builtin::Sorted, [iterable]) if only_keywords(&["key", "reverse"], names) => {
            let key = keyword("key", args, names).unwrap_or(none);
            let reverse = match keyword("reverse", args, names) {
                None => false,
                Some(v) if boolean::is_true(v) || boolean::is_false(v) => boolean::is_true(v),
                Some(_) => return None,
            };
            let plain = singletons::is_none(key) && !has_python_items(iterable);
            if plain && !always && !iterates_python(iterable) {
                return None;
            }
            surrogates::enter(ts, Known::Sorted, &[iterable, key, &boolean::from(reverse)])
        }
        (Builtin::Min | Builtin::Max, positional)
            if !positional.is_empty() && only_keywords(&["key", "default"], names) =>
        {
            let key = keyword("key", args, names).unwrap_or(none);
            let default = keyword("default", args, names);
            let several = positional.len() > 1;
            if several && default.is_some() {
                return None;
            }
            let made;
            let items: &PyObject = if several {
                made = tuple::from_borrowed(positional).ok()?;
                &made
            } else {
                positional[0]
            };
            let plain = singletons::is_none(key) && !has_python_items(items);
            if plain && !always && !iterates_python(items) {
                return None;
            }
            let which = match builtin {
                Builtin::Min => Known::Min,
                _ => Known::Max,
            };
            let has_default = boolean::from(default.is_some());
            surrogates::enter(
                ts,
                which,
                &[items, key, &has_default, default.unwrap_or(none)],
            )
        }
        (Builtin::Sum, [iterable, rest @ ..]) if rest.len() + named <= 1 => {
            let start = match rest.first() {
                Some(start) => Some(*start),
                None if named == 1 => Some(keyword("start", args, names)?),
                None => None,
            };
            let text = |o: &PyObject| {
                o.is_instance::<Str>()
                    || o.is_instance::<PyBytesObject>()
                    || o.is_instance::<PyByteArrayObject>()
            };
            if start.is_some_and(text) {
                return None;
            }
            let python_start = start.is_some_and(|s| s.ty().is_heap_type());
            if !python_start && !has_python_items(iterable) && !iterates_python(iterable) {
                return None;
            }
            let zero = int::from_i64(0).ok()?;
            surrogates::enter(ts, Known::Sum, &[iterable, start.unwrap_or(&zero)])
        }
        (Builtin::Any | Builtin::All, [iterable]) if named == 0 => {
            if !has_python_items(iterable) && !iterates_python(iterable) {
                return None;
            }
            let which = match builtin {
                Builtin::Any => Known::Any,
                _ => Known::All,
            };
            surrogates::enter(ts, which, &[iterable])
        }
        (Builtin::BuildClass, [body, name, bases @ ..]) => {
            let is_class = |b: &&PyObject| b.is_instance::<PyTypeObject>();
            if !is_plain_body(body) || !name.is_instance::<Str>() || !bases.iter().all(is_class) {
                return None;
            }
            build_class(ts, body, name, bases, args, names).unwrap_or(Outcome::Raised)
        }
        _ => return None,
    })
}

/// Whether it is a function without parameters.
fn is_plain_body(body: &PyObject) -> bool {
    use hotpy_code::object::flags::{VARARGS, VARKEYWORDS};
    body.exact::<PyFunctionObject>()
        .and_then(|f| f.func_code.get())
        .and_then(|c| c.exact::<PyCodeObject>())
        .is_some_and(|c| {
            c.co_argcount.get() == 0
                && c.co_kwonlyargcount.get() == 0
                && !c.has_flag(VARARGS | VARKEYWORDS)
        })
}

/// `__build_class__` with bases that are classes: the metaclass is separated from the other keywords.
fn build_class(
    ts: &PyThreadState,
    body: &PyObject,
    name: &PyObject,
    bases: &[&PyObject],
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> PyResult<Outcome> {
    let keywords = dict::new()?;
    let mut meta: Ref = match bases.first() {
        Some(base) => Ref::new(base.ty()).into_object(),
        None => Ref::new(&*typeobject::PyType_Type).into_object(),
    };
    if let Some(names) = names {
        let values = &args[args.len() - names.len()..];
        for (key, value) in names.items().iter().zip(values) {
            if key
                .downcast::<Str>()
                .is_some_and(|k| k.equals_text("metaclass"))
            {
                meta = value.to_ref();
            } else {
                keywords.set_item(key, value)?;
            }
        }
    }
    let bases = tuple::from_borrowed(bases)?;
    Ok(surrogates::enter(
        ts,
        Known::BuildClass,
        &[body, name, &bases, &meta, &keywords],
    ))
}

/// The call of a marked builtin method, of which the first argument is its object; `None`: natively.
pub fn call_method(
    ts: &PyThreadState,
    method: &PyMethodDescrObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Outcome> {
    // SAFETY: a method descriptor's definition lives as long as it.
    let mark = unsafe { (*method.d_method.get()).ml_flags.get() } >> SURROGATE_SHIFT;
    if mark != LIST_SORT {
        return None;
    }
    let named = names.map_or(0, PyTupleObject::len);
    match &args[..args.len() - named] {
        [list] if list.is_exact::<PyListObject>() => list_sort(ts, list, args, names),
        _ => None,
    }
}

/// `list.sort(*, key=None, reverse=False)`.
fn list_sort(
    ts: &PyThreadState,
    list: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Outcome> {
    if !only_keywords(&["key", "reverse"], names) {
        return None;
    }
    let none = singletons::none();
    let key = keyword("key", args, names).unwrap_or(&none);
    let reverse = match keyword("reverse", args, names) {
        None => false,
        Some(v) if boolean::is_true(v) || boolean::is_false(v) => boolean::is_true(v),
        Some(_) => return None,
    };
    if singletons::is_none(key) && !has_python_items(list) && !config::always_surrogates() {
        return None;
    }
    Some(surrogates::enter(
        ts,
        Known::ListSort,
        &[list, key, &boolean::from(reverse)],
    ))
}

/// The call of a builtin class that iterates over its argument; `None`: natively.
pub fn call_class(
    ts: &PyThreadState,
    class: &PyTypeObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Outcome> {
    if names.is_some_and(|n| n.len() > 0) {
        return None;
    }
    let is = |ty: &PyTypeObject| std::ptr::eq(class, ty);
    if let [object] = args
        && is(&boolean::PyBool_Type)
        && (typeobject::is_python_slot_bool(object.ty())
            || typeobject::is_python_slot_len(object.ty()))
    {
        return Some(surrogates::enter(ts, Known::Bool, &[object]));
    }
    if let [iterable] = args {
        let collects = is(&list::PyList_Type) || is(&tuple::PyTuple_Type) || is(&set::PySet_Type);
        if collects && iterates_python(iterable) && !iterable.is_exact::<PyTupleObject>() {
            return Some(surrogates::enter(ts, Known::Collect, &[class, iterable]));
        }
        return None;
    }
    None
}
