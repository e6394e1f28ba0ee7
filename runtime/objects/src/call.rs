//! Calling objects from native code: always to the end (a Python callee runs in a nested interpreter).

use crate::*;
use smallvec::SmallVec;

/// Calls with positional arguments. Any exception.
#[inline]
pub fn call(callable: &PyObject, args: &[&PyObject]) -> PyResult {
    vectorcall(callable, args, None)
}

/// Calls without arguments.
#[inline]
pub fn call0(callable: &PyObject) -> PyResult {
    vectorcall(callable, &[], None)
}

/// Calls with one argument.
#[inline]
pub fn call1(callable: &PyObject, arg: &PyObject) -> PyResult {
    vectorcall(callable, &[arg], None)
}

/// The vectorcall function of an object, if its type and the object have one.
#[inline(always)]
pub fn vectorcall_of(callable: &PyObject) -> Option<vectorcallfunc> {
    let ty = callable.ty();
    if ty.tp_flags.get() & flags::tp::HAVE_VECTORCALL == 0 {
        return None;
    }
    // SAFETY: the flag says that the field lies at the offset.
    unsafe {
        *(callable as *const PyObject as *const u8)
            .offset(ty.tp_vectorcall_offset.get())
            .cast::<Option<vectorcallfunc>>()
    }
}

/// Calls; the last values of `args` belong to the names in `kwnames`, if given.
pub fn vectorcall(
    callable: &PyObject,
    args: &[&PyObject],
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let positional = args.len() - kwnames.map_or(0, |names| names.items().len());
    if let Some(f) = vectorcall_of(callable) {
        return errors::checked(
            f(callable, Args::from_slice(args), positional, kwnames),
            callable,
        );
    }
    let tuple = tuple::from_borrowed(&args[..positional])?;
    let kwargs = match kwnames {
        Some(names) if !names.items().is_empty() => {
            let d = dict::new()?;
            for (name, value) in names.items().iter().zip(&args[positional..]) {
                d.set_item(name, value)?;
            }
            Some(d)
        }
        _ => None,
    };
    call_slot(callable, &tuple, kwargs.as_deref())
}

/// Calls `tp_call`, or raises TypeError for an object that is not callable.
fn call_slot(callable: &PyObject, args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> PyResult {
    let Some(f) = callable.ty().tp_call.get() else {
        return Err(raise!(
            TypeError,
            "'{}' object is not callable",
            callable.ty().name()
        ));
    };
    let _guard = errors::enter_native(" while calling a Python object")?;
    errors::checked(f(callable, args, kwargs.map(|d| &**d)), callable)
}

/// Calls with a tuple and a dict whose keys are strings.
pub fn call_ex(
    callable: &PyObject,
    args: &PyTupleObject,
    kwargs: Option<&PyDictObject>,
) -> PyResult {
    let Some(f) = vectorcall_of(callable) else {
        return call_slot(callable, args, kwargs);
    };
    let Some(kwargs) = kwargs.filter(|d| d.len() > 0) else {
        return errors::checked(
            f(
                callable,
                Args::from_slice(args.items()),
                args.items().len(),
                None,
            ),
            callable,
        );
    };
    let pairs = kwargs.pairs();
    let mut all: SmallVec<[&PyObject; 8]> = SmallVec::from_slice(args.items());
    let mut names = Vec::with_capacity(kwargs.len());
    for (key, value) in &pairs {
        if !key.ty().is_subclass_flag(flags::tp::UNICODE_SUBCLASS) {
            return Err(raise!(TypeError, "keywords must be strings"));
        }
        names.push(key.clone());
        all.push(value);
    }
    let names = tuple::from_owned(names)?;
    errors::checked(
        f(
            callable,
            Args::from_slice(&all),
            args.items().len(),
            Some(&names),
        ),
        callable,
    )
}

/// The arguments of a call as a tuple, and a dict if there are keywords.
pub fn given(
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> PyResult<(Ref<PyTupleObject>, Option<Ref<PyDictObject>>)> {
    let positional = args.len() - names.map_or(0, PyTupleObject::len);
    let (positional, values) = args.split_at(positional);
    let kwargs = match names.filter(|n| n.len() > 0) {
        None => None,
        Some(names) => {
            let kwargs = dict::new()?;
            for (name, value) in names.items().iter().zip(values) {
                kwargs.set_item(name, value)?;
            }
            Some(kwargs)
        }
    };
    Ok((tuple::from_borrowed(positional)?, kwargs))
}

/// `obj.name(*args)`.
pub fn call_method(obj: &PyObject, name: &Str, args: &[&PyObject]) -> PyResult {
    match protocol::get_method(obj, name)? {
        Ok(function) => call(&function, &with_self(obj, args)),
        Err(bound) => call(&bound, args),
    }
}

/// Calls the special method `name` of `obj`'s type, bound to `obj`; `None` if there is none.
pub fn call_special(obj: &PyObject, name: &Str, args: &[&PyObject]) -> PyResult<Option<Ref>> {
    match typeobject::find_special(obj, name)? {
        Some(method) => method.call(&with_self(obj, args)).map(Some),
        None => Ok(None),
    }
}

fn with_self<'a>(obj: &'a PyObject, args: &[&'a PyObject]) -> SmallVec<[&'a PyObject; 6]> {
    let mut all = SmallVec::with_capacity(args.len() + 1);
    all.push(obj);
    all.extend_from_slice(args);
    all
}
