//! `abstract.h`, calls: tuples and dicts, vectorcall, formats, argument lists.

use crate::build_value;
use crate::object::Identifier;
use crate::support::*;
use crate::variadic::VaList;
use hotpy_objects::flags::VECTORCALL_ARGUMENTS_OFFSET;
use smallvec::SmallVec;

export! {
    fn PyObject_Call(f: &PyObject, args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> PyResult {
        call::call_ex(f, args, kwargs)
    }
    fn PyObject_CallObject(f: &PyObject, args: Option<&PyObject>) -> PyResult {
        match args {
            None => call::call0(f),
            Some(args) => match args.downcast::<PyTupleObject>() {
                Some(args) => call::call_ex(f, args, None),
                None => Err(raise!(TypeError, "argument list must be a tuple")),
            },
        }
    }
    fn PyObject_CallNoArgs(f: &PyObject) -> PyResult { call::call0(f) }
    fn PyObject_CallOneArg(f: &PyObject, arg: &PyObject) -> PyResult { call::call1(f, arg) }
    fn PyCFunction_Call(f: &PyObject, args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> PyResult {
        call::call_ex(f, args, kwargs)
    }
    fn PyEval_CallObjectWithKeywords(f: &PyObject, args: Option<&PyTupleObject>, kwargs: Option<&PyDictObject>) -> PyResult {
        let empty = tuple::empty();
        call::call_ex(f, args.unwrap_or(&empty), kwargs)
    }
    fn PyObject_Vectorcall(f: &PyObject, args: *const *mut PyObject, nargsf: usize, kwnames: Option<&PyTupleObject>) -> PyResult {
        vectorcall(f, args, nargsf, kwnames)
    }
    fn _PyObject_FastCall(f: &PyObject, args: *const *mut PyObject, count: isize) -> PyResult {
        vectorcall(f, args, count as usize, None)
    }
    fn PyObject_VectorcallDict(f: &PyObject, args: *const *mut PyObject, nargsf: usize, kwargs: Option<&PyDictObject>) -> PyResult {
        vectorcall_dict(f, args, nargsf, kwargs)
    }
    fn _PyObject_FastCallDictTstate(_ts: *mut PyThreadState, f: &PyObject, args: *const *mut PyObject, nargsf: usize, kwargs: Option<&PyDictObject>) -> PyResult {
        vectorcall_dict(f, args, nargsf, kwargs)
    }
    fn _PyObject_MakeTpCall(_ts: *mut PyThreadState, f: &PyObject, args: *const *mut PyObject, count: isize, keywords: Option<&PyObject>) -> PyResult {
        match keywords.map(|k| k.downcast::<PyDictObject>()) {
            Some(Some(kwargs)) => vectorcall_dict(f, args, count as usize, Some(kwargs)),
            // SAFETY: keywords are a dict or a tuple of names.
            _ => make_tp_call(f, args, count as usize, keywords.map(|k| unsafe { k.cast() })),
        }
    }
    fn _PyObject_Call(_ts: *mut PyThreadState, f: &PyObject, args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> PyResult {
        call::call_ex(f, args, kwargs)
    }
    fn _PyObject_Call_Prepend(_ts: *mut PyThreadState, f: &PyObject, this: &PyObject, args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> PyResult {
        let mut all: Vec<&PyObject> = vec![this];
        all.extend_from_slice(args.items());
        call::call_ex(f, &*tuple::from_borrowed(&all)?, kwargs)
    }
    fn PyObject_VectorcallMethod(name: &PyObject, args: *const *mut PyObject, nargsf: usize, kwnames: Option<&PyTupleObject>) -> PyResult {
        vectorcall_method(protocol::attribute_name(name)?, args, nargsf, kwnames)
    }
    fn PyVectorcall_Call(f: &PyObject, args: &PyTupleObject, kwargs: Option<&PyObject>) -> PyResult {
        cfunction::vectorcall_call(f, args, kwargs)
    }
    fn PyVectorcall_Function(f: &PyObject) -> Option<vectorcallfunc> { call::vectorcall_of(f) }
    fn _Py_CheckFunctionResult(_ts: *mut PyThreadState, f: Option<&PyObject>, result: *mut PyObject, place: *const c_char) -> PyResult {
        // SAFETY: the result is a new reference, or null.
        let result = unsafe { Ref::from_owned_opt(result) }.ok_or(Raised);
        match f {
            Some(f) => errors::checked(result, f),
            None => errors::checked(result, &*str_of(place)?),
        }
    }
    fn _PyStack_AsDict(values: *const *mut PyObject, kwnames: &PyTupleObject) -> PyResult {
        let d = dict::new()?;
        for (name, value) in kwnames.items().iter().zip(objects(values, kwnames.len())) {
            d.set_item(name, value)?;
        }
        Ok(d.into_object())
    }
}

/// Calls as [`call::vectorcall`] does, but lets the callee use the slot in front of the arguments, if it may.
#[inline]
fn vectorcall(
    f: &PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let count = nargsf & !VECTORCALL_ARGUMENTS_OFFSET;
    if let Some(function) = call::vectorcall_of(f) {
        // SAFETY: `Args` is a pointer to borrowed objects.
        let args = unsafe { std::mem::transmute::<*const *mut PyObject, Args<'_>>(args) };
        return errors::checked(function(f, args, nargsf, kwnames), f);
    }
    make_tp_call(f, args, count, kwnames)
}

fn make_tp_call(
    f: &PyObject,
    args: *const *mut PyObject,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let all = objects(args, count + kwnames.map_or(0, PyTupleObject::len));
    let positional = tuple::from_borrowed(&all[..count])?;
    let kwargs = cfunction::keyword_dict(kwnames, &all[count..])?;
    let Some(call) = f.ty().tp_call.get() else {
        return Err(raise!(
            TypeError,
            "'{}' object is not callable",
            f.ty().name()
        ));
    };
    let _guard = errors::enter_native(" while calling a Python object")?;
    errors::checked(call(f, &positional, kwargs.as_deref().map(|d| &**d)), f)
}

fn vectorcall_dict(
    f: &PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwargs: Option<&PyDictObject>,
) -> PyResult {
    let Some(kwargs) = kwargs.filter(|d| d.len() > 0) else {
        return vectorcall(f, args, nargsf, None);
    };
    let count = nargsf & !VECTORCALL_ARGUMENTS_OFFSET;
    call::call_ex(
        f,
        &*tuple::from_borrowed(objects(args, count))?,
        Some(kwargs),
    )
}

/// `args[0].name(*args[1:])`.
fn vectorcall_method(
    name: &Str,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let count = nargsf & !VECTORCALL_ARGUMENTS_OFFSET;
    let all = objects(args, count + kwnames.map_or(0, PyTupleObject::len));
    match protocol::get_method(all[0], name)? {
        Ok(function) => call::vectorcall(&function, all, kwnames),
        Err(bound) => call::vectorcall(&bound, &all[1..], kwnames),
    }
}

// ---- argument lists that end with null ----

variadic! {
    PyObject_CallFunctionObjArgs(1) => call_function_obj_args;
}
variadic! {
    PyObject_CallMethodObjArgs(2) => call_method_obj_args;
    _PyObject_CallMethodIdObjArgs(2) => call_method_id_obj_args;
}

type Items<'a> = SmallVec<[&'a PyObject; 8]>;

fn until_null<'a>(list: &mut VaList) -> Items<'a> {
    let mut all = Items::new();
    // SAFETY: the arguments are live objects up to a null (C8).
    while let Some(object) = unsafe { list.pointer::<PyObject>().as_ref() } {
        all.push(object);
    }
    all
}

extern "C" fn call_function_obj_args(f: Option<&PyObject>, list: &mut VaList) -> PyResult {
    call::call(given(f)?, &until_null(list))
}

extern "C" fn call_method_obj_args(
    this: Option<&PyObject>,
    name: Option<&PyObject>,
    list: &mut VaList,
) -> PyResult {
    call::call_method(
        given(this)?,
        protocol::attribute_name(given(name)?)?,
        &until_null(list),
    )
}

extern "C" fn call_method_id_obj_args(
    this: Option<&PyObject>,
    id: &Identifier,
    list: &mut VaList,
) -> PyResult {
    call::call_method(given(this)?, id.name()?, &until_null(list))
}

// ---- formats ----

variadic! {
    PyObject_CallFunction(2) => call_function;
    _PyObject_CallFunction_SizeT(2) => call_function;
    PyEval_CallFunction(2) => call_function;
}
variadic! {
    PyObject_CallMethod(3) => call_method;
    _PyObject_CallMethod_SizeT(3) => call_method;
    _PyObject_CallMethod(3) => call_method_name;
    _PyObject_CallMethodId(3) => call_method_id;
    _PyObject_CallMethodId_SizeT(3) => call_method_id;
    PyEval_CallMethod(3) => call_method;
}

/// The arguments that a format describes: a single tuple stands for its items.
fn formatted(format: *const c_char, list: &mut VaList) -> PyResult<Vec<Ref>> {
    let mut all = build_value::items(bytes_of(format), list)?;
    if all.len() == 1
        && let Some(items) = all[0].downcast::<PyTupleObject>()
    {
        all = items.items().iter().map(|o| o.to_ref()).collect();
    }
    Ok(all)
}

fn call_with(f: &PyObject, args: &[Ref]) -> PyResult {
    let args: Items<'_> = args.iter().map(|o| &**o).collect();
    call::call(f, &args)
}

extern "C" fn call_function(
    f: Option<&PyObject>,
    format: *const c_char,
    list: &mut VaList,
) -> PyResult {
    call_with(given(f)?, &formatted(format, list)?)
}

fn call_attribute(f: PyResult, format: *const c_char, list: &mut VaList) -> PyResult {
    let f = f?;
    if !protocol::callable(&f) {
        return Err(raise!(
            TypeError,
            "attribute of type '{}' is not callable",
            f.ty().name()
        ));
    }
    call_with(&f, &formatted(format, list)?)
}

extern "C" fn call_method(
    this: Option<&PyObject>,
    name: *const c_char,
    format: *const c_char,
    list: &mut VaList,
) -> PyResult {
    call_attribute(
        protocol::getattr(given(this)?, &*name_of(name)?),
        format,
        list,
    )
}

extern "C" fn call_method_name(
    this: Option<&PyObject>,
    name: &PyObject,
    format: *const c_char,
    list: &mut VaList,
) -> PyResult {
    let name = protocol::attribute_name(name)?;
    call_attribute(protocol::getattr(given(this)?, name), format, list)
}

extern "C" fn call_method_id(
    this: Option<&PyObject>,
    id: &Identifier,
    format: *const c_char,
    list: &mut VaList,
) -> PyResult {
    call_attribute(protocol::getattr(given(this)?, id.name()?), format, list)
}
