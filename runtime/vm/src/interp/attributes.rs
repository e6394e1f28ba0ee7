//! Attribute access from bytecode. What needs no Python code is done here; a property of Python, or a look-up hook that is a Python
//! function, is entered as a frame.

use crate::calls::{Outcome, call_borrowed};
use crate::config::always_surrogates;
use crate::replay::{self, Job};
use crate::surrogates::{self, Known};
use hotpy_objects::flags::tp;
use hotpy_objects::*;

/// What LOAD_METHOD found.
pub enum Loaded {
    /// An unbound method and the object that goes with it.
    Method(Ref, Ref),
    /// Anything else, as LOAD_ATTR would have it.
    Other(Outcome),
}

fn has_generic_getattr(ty: &PyTypeObject) -> bool {
    same_slot!(ty, object::PyBaseObject_Type, tp_getattro)
}

/// Whether a class's look-up is `object.__getattribute__` followed by a `__getattr__` that is a Python function; that function.
fn getattr_fallback(ty: &PyTypeObject) -> Option<&'static PyObject> {
    if !typeobject::is_python_slot_getattro(ty) {
        return None;
    }
    let fallback = typeobject::lookup(ty, &names::__getattr__)?;
    let getattribute = typeobject::lookup(ty, &names::__getattribute__)?;
    let generic = typeobject::lookup(&object::PyBaseObject_Type, &names::__getattribute__)?;
    (getattribute.is(generic) && fallback.is_exact::<PyFunctionObject>()).then_some(fallback)
}

/// What the type's attribute of a name is, for an instance.
enum Found {
    /// A value: nothing of the instance can be before it.
    Done(Outcome),
    /// A non-data descriptor or a plain class attribute, borrowed, or nothing: the instance comes first.
    After(Option<&'static PyObject>),
}

/// Looks at the type first, as data descriptors want.
#[inline(always)]
fn look_at_type(ts: &PyThreadState, object: &PyObject, name: &Str) -> Found {
    let Some(descr) = typeobject::lookup(object.ty(), name) else {
        return Found::After(None);
    };
    let descr_type = descr.ty();
    if descr_type.tp_descr_set.get().is_none() {
        return Found::After(Some(descr));
    }
    let Some(get) = descr_type.tp_descr_get.get() else {
        return Found::After(Some(descr));
    };
    if let Some(property) = native_property(descr) {
        if let Some(getter) = property.prop_get.cloned() {
            return Found::Done(call_borrowed(ts, &getter, &[object]));
        }
    } else if typeobject::is_python_slot_descr_get(descr_type) {
        return Found::Done(call_python_get(ts, descr, object));
    }
    let keep = descr.to_ref();
    let flags = object.ty().tp_flags.get();
    if flags & (tp::TASKS | tp::ASKS_FIRST) != 0 && flags & tp::PLAIN == 0 {
        // What a file, or a property, works with may be of Python.
        return Found::Done(replay::attempt_getter(ts, get_job, &keep, object));
    }
    Found::Done(get(&keep, Some(object), Some(object.ty())).into())
}

/// A property, or an instance of a subclass that gets as it does.
#[inline(always)]
fn native_property(descr: &PyObject) -> Option<&property::propertyobject> {
    descr.exact::<property::propertyobject>().or_else(|| {
        let is_python = typeobject::is_python_slot_descr_get(descr.ty());
        descr
            .downcast::<property::propertyobject>()
            .filter(|_| !is_python)
    })
}

/// Calls the Python `__get__` of a descriptor.
fn call_python_get(ts: &PyThreadState, descr: &PyObject, object: &PyObject) -> Outcome {
    let keep = descr.to_ref();
    match typeobject::lookup(descr.ty(), &names::__get__)
        .filter(|g| g.is_exact::<PyFunctionObject>())
    {
        Some(get) => call_borrowed(ts, get, &[&keep, object, object.ty()]),
        None => replay::attempt(ts, get_job, 0, &[&keep, object]),
    }
}

fn get_job(job: &Job<'_>) -> PyResult {
    let (descr, object) = (job.args[0], job.args[1]);
    match descr.ty().tp_descr_get.get() {
        Some(get) => get(descr, Some(object), Some(object.ty())),
        None => Ok(descr.to_ref()),
    }
}

/// Binds what the class has under the name.
#[inline(always)]
fn bind(ts: &PyThreadState, descr: &'static PyObject, object: &PyObject) -> Outcome {
    if descr.is_exact::<PyFunctionObject>() {
        return method::new(descr, object).map(Ref::into_object).into();
    }
    let ty = descr.ty();
    match ty.tp_descr_get.get() {
        None => Outcome::Value(descr.to_ref()),
        Some(_) if typeobject::is_python_slot_descr_get(ty) => call_python_get(ts, descr, object),
        Some(get) => {
            let keep = descr.to_ref();
            get(&keep, Some(object), Some(object.ty())).into()
        }
    }
}

#[cold]
fn no_attribute(object: &PyObject, name: &Str) -> Outcome {
    errors::raise_attribute_error(
        object,
        name,
        format_args!(
            "'{}' object has no attribute '{}'",
            object.ty().name(),
            name.to_string_lossy()
        ),
    );
    Outcome::Raised
}

/// LOAD_ATTR; takes over the object.
pub fn load_attr(ts: &PyThreadState, object: Ref, name: &Str) -> Outcome {
    let ty = object.ty();
    let fallback = if has_generic_getattr(ty) {
        if always_surrogates() && surrogates::is_loaded() {
            return surrogates::enter(ts, Known::GenericGetAttr, &[&object, name]);
        }
        None
    } else {
        match getattr_fallback(ty) {
            Some(fallback) => Some(fallback),
            None => return load_attr_special(ts, object, name),
        }
    };
    if let (Some(fallback), Some(descr)) = (fallback, typeobject::lookup(ty, name)) {
        if descr.ty().tp_descr_set.get().is_some() {
            // A data descriptor that raises AttributeError makes `__getattr__` be asked.
            if !gets_natively(descr) || always_surrogates() {
                return load_attr_checked(ts, object, name);
            }
            let keep = descr.to_ref();
            let get = descr.ty().tp_descr_get.get();
            let value = get.map_or_else(
                || Ok(keep.clone()),
                |get| get(&keep, Some(&object), Some(ty)),
            );
            return or_fallback(ts, value, fallback, &object, name);
        }
    }
    let outcome = match look_at_type(ts, &object, name) {
        Found::Done(outcome) => outcome,
        Found::After(descr) => {
            // A comparison of keys may end what the class has.
            let _keep = descr.map(PyObject::to_ref);
            match dict::instance_get(&object, name) {
                Err(Raised) => Outcome::Raised,
                Ok(Some(value)) => Outcome::Value(value),
                Ok(None) => match (descr, fallback) {
                    (Some(descr), Some(_)) if gets_natively(descr) && !always_surrogates() => {
                        bind(ts, descr, &object)
                    }
                    (Some(_), Some(_)) => return load_attr_checked(ts, object, name),
                    (Some(descr), None) => bind(ts, descr, &object),
                    (None, Some(fallback)) => call_borrowed(ts, fallback, &[&object, name]),
                    (None, None) => no_attribute(&object, name),
                },
            }
        }
    };
    outcome
}

/// The attribute of an object, where nothing of Python is asked for it and no descriptor computes it: `Some(None)` if there is none;
/// `None` if somebody else must look.
pub fn attribute_at_once(object: &PyObject, name: &Str) -> Option<PyResult<Option<Ref>>> {
    let ty = object.ty();
    if always_surrogates() || !has_generic_getattr(ty) {
        return None;
    }
    let descr = typeobject::lookup(ty, name);
    if descr.is_some_and(|d| {
        d.ty().tp_descr_set.get().is_some()
            || d.ty().tp_descr_get.get().is_some() && !d.is_exact::<PyFunctionObject>()
    }) {
        return None;
    }
    // A comparison of keys may end what the class has.
    let keep = descr.map(PyObject::to_ref);
    match dict::instance_get(object, name) {
        Ok(None) => {}
        found => return Some(found),
    }
    let Some(descr) = keep else {
        return Some(Ok(None));
    };
    if descr.is_exact::<PyFunctionObject>() {
        return Some(method::new(&descr, object).map(|m| Some(m.into_object())));
    }
    Some(Ok(Some(descr)))
}

/// Whether getting this attribute of a class runs no Python. Getting a function, a builtin's method and the like raises no AttributeError.
fn gets_natively(descr: &PyObject) -> bool {
    let ty = descr.ty();
    ty.tp_descr_get.get().is_none()
        || descr.is_exact::<PyFunctionObject>()
        || descr.is_exact::<PyMethodDescrObject>()
        || descr.is_exact::<PyWrapperDescrObject>()
        || descr.is_exact::<PyMemberDescrObject>()
        || descr.is_exact::<PyGetSetDescrObject>()
        || std::ptr::eq(ty, &classmethod::PyStaticMethod_Type)
        || std::ptr::eq(ty, &classmethod::PyClassMethod_Type)
            && classmethod::callable(descr).is_some_and(|c| c.is_exact::<PyFunctionObject>())
}

/// What was found, or what `__getattr__` says if that was an AttributeError.
fn or_fallback(
    ts: &PyThreadState,
    found: PyResult,
    fallback: &'static PyObject,
    object: &PyObject,
    name: &Str,
) -> Outcome {
    match found {
        Err(Raised) if errors::matches(&exceptions::AttributeError) => {
            errors::clear();
            call_borrowed(ts, fallback, &[object, name])
        }
        found => found.into(),
    }
}

/// An attribute of a class whose metaclass adds a `__getattr__` to `type`'s look-up, where nothing of Python is asked for it.
fn class_attr_with_hook(ts: &PyThreadState, object: &PyObject, name: &Str) -> Option<Outcome> {
    let class = object.downcast::<PyTypeObject>()?;
    let meta = class.ty();
    let fallback = typeobject::lookup(meta, &names::__getattr__)?;
    let getattribute = typeobject::lookup(meta, &names::__getattribute__)?;
    let own = typeobject::lookup(&typeobject::PyType_Type, &names::__getattribute__)?;
    if !getattribute.is(own) || !fallback.is_exact::<PyFunctionObject>() || always_surrogates() {
        return None;
    }
    let (of_meta, of_class) = (
        typeobject::lookup(meta, name),
        typeobject::lookup(class, name),
    );
    if of_meta.is_none() && of_class.is_none() {
        return Some(call_borrowed(ts, fallback, &[object, name]));
    }
    let natively = |descr: Option<&PyObject>| descr.is_none_or(gets_natively);
    if !natively(of_meta) || !natively(of_class) {
        return None;
    }
    let found = typeobject::type_getattro(object, name);
    Some(or_fallback(ts, found, fallback, object, name))
}

/// The general way, which asks every hook in turn.
fn load_attr_checked(ts: &PyThreadState, object: Ref, name: &Str) -> Outcome {
    if surrogates::is_loaded() {
        return surrogates::enter(ts, Known::GetAttr, &[&object, name]);
    }
    protocol::getattr(&object, name).into()
}

fn native_getattr(ts: &PyThreadState, object: &PyObject, name: &Str) -> Outcome {
    fn get(job: &Job<'_>) -> PyResult {
        // SAFETY: the second operand is a name.
        protocol::getattr(job.args[0], unsafe { job.args[1].cast() })
    }
    replay::attempt(ts, get, 0, &[object, name])
}

/// Sets, or with two operands deletes, an attribute by the type's slot.
pub fn set_job(job: &Job<'_>) -> PyResult {
    // SAFETY: the second operand is a name.
    let name: &Str = unsafe { job.args[1].cast() };
    protocol::setattr(job.args[0], name, job.args.get(2).copied()).map(|()| singletons::none())
}

/// Types with a look-up of their own.
fn load_attr_special(ts: &PyThreadState, object: Ref, name: &Str) -> Outcome {
    let ty = object.ty();
    if !typeobject::is_python_slot_getattro(ty) {
        return native_getattr(ts, &object, name);
    }
    if let Some(outcome) = class_attr_with_hook(ts, &object, name) {
        return outcome;
    }
    if typeobject::lookup(ty, &names::__getattr__).is_some() {
        return load_attr_checked(ts, object, name);
    }
    {
        if let Some(hook) = typeobject::lookup(ty, &names::__getattribute__) {
            if hook.is_exact::<PyFunctionObject>() {
                return call_borrowed(ts, hook, &[&object, name]);
            }
        }
    }
    native_getattr(ts, &object, name)
}

/// Whether a class has a builtin method of the name, which messages tell from a bound one.
fn is_builtin_method(ty: &PyTypeObject, name: &Str) -> bool {
    typeobject::lookup(ty, name).is_some_and(|m| m.is_exact::<PyMethodDescrObject>())
}

/// LOAD_METHOD; takes over the object.
pub fn load_method(ts: &PyThreadState, object: Ref, name: &Str) -> Loaded {
    let ty = object.ty();
    if !has_generic_getattr(ty) || always_surrogates() && !is_builtin_method(ty, name) {
        return Loaded::Other(load_attr(ts, object, name));
    }
    match look_at_type(ts, &object, name) {
        Found::Done(outcome) => Loaded::Other(outcome),
        Found::After(descr) => {
            let is_method = descr.is_some_and(|d| d.ty().is_subclass_flag(tp::METHOD_DESCRIPTOR));
            match dict::instance_get(&object, name) {
                Err(Raised) => Loaded::Other(Outcome::Raised),
                Ok(Some(value)) => Loaded::Other(Outcome::Value(value)),
                Ok(None) => match descr {
                    Some(descr) if is_method => Loaded::Method(descr.to_ref(), object),
                    Some(descr) => Loaded::Other(bind(ts, descr, &object)),
                    None => Loaded::Other(no_attribute(&object, name)),
                },
            }
        }
    }
}

/// STORE_ATTR and DELETE_ATTR (`value` is `None`); takes over object and value.
pub fn store_attr(ts: &PyThreadState, object: Ref, name: &Str, value: Option<Ref>) -> Outcome {
    let ty = object.ty();
    if always_surrogates() && surrogates::is_loaded() {
        return match &value {
            Some(v) => surrogates::enter(ts, Known::SetAttr, &[&object, name, v]),
            None => surrogates::enter(ts, Known::DelAttr, &[&object, name]),
        };
    }
    if typeobject::is_python_slot_setattro(ty) {
        let special = if value.is_some() {
            &*names::__setattr__
        } else {
            &*names::__delattr__
        };
        if let Some(hook) = typeobject::lookup(ty, special) {
            if hook.is_exact::<PyFunctionObject>() {
                return match &value {
                    Some(v) => call_borrowed(ts, hook, &[&object, name, v]),
                    None => call_borrowed(ts, hook, &[&object, name]),
                };
            }
        }
    } else if same_slot!(ty, object::PyBaseObject_Type, tp_setattro) {
        if let Some(descr) = typeobject::lookup(ty, name) {
            if let Some(property) =
                native_property(descr).filter(|p| !typeobject::is_python_slot_descr_set(p.ty()))
            {
                let setter = if value.is_some() {
                    property.prop_set.cloned()
                } else {
                    property.prop_del.cloned()
                };
                if let Some(setter) = setter.filter(|s| s.is_exact::<PyFunctionObject>()) {
                    return match &value {
                        Some(v) => call_borrowed(ts, &setter, &[&object, v]),
                        None => call_borrowed(ts, &setter, &[&object]),
                    };
                }
            } else if typeobject::is_python_slot_descr_set(descr.ty()) {
                let special = if value.is_some() {
                    &*names::__set__
                } else {
                    &*names::__delete__
                };
                let keep = descr.to_ref();
                if let Some(set) = typeobject::lookup(descr.ty(), special) {
                    if set.is_exact::<PyFunctionObject>() {
                        return match &value {
                            Some(v) => call_borrowed(ts, set, &[&keep, &object, v]),
                            None => call_borrowed(ts, set, &[&keep, &object]),
                        };
                    }
                }
            }
        }
    }
    if same_slot!(ty, object::PyBaseObject_Type, tp_setattro)
        && typeobject::lookup(ty, name).is_none_or(|d| !d.ty().is_heap_type())
    {
        return match protocol::setattr(&object, name, value.as_deref()) {
            Ok(()) => Outcome::Value(singletons::none()),
            Err(Raised) => Outcome::Raised,
        };
    }
    if let Some(task) = typeobject::begin_set_bases(&object, name, value.as_deref()) {
        return replay::run_task(ts, task, 0);
    }
    match &value {
        Some(v) => replay::attempt(ts, set_job, 0, &[&object, name, v]),
        None => replay::attempt(ts, set_job, 0, &[&object, name]),
    }
}
