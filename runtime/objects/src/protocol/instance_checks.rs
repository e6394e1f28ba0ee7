//! `isinstance` and `issubclass`, with `__instancecheck__`, `__subclasscheck__`, and classes that only have `__bases__`.

use crate::*;
use std::ptr;

/// `isinstance(obj, class)`. May run Python.
pub fn is_instance(obj: &PyObject, class: &PyObject) -> PyResult<bool> {
    if ptr::eq(obj.ty().as_ptr(), class.as_ptr()) {
        return Ok(true);
    }
    if class.is_exact::<PyTypeObject>() {
        return real_is_instance(obj, class);
    }
    if let Some(classes) = class.downcast::<PyTupleObject>() {
        let _guard = errors::enter_native(" in __instancecheck__")?;
        for class in classes.items() {
            if is_instance(obj, class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(check) = super::lookup_special(class, &names::__instancecheck__)? {
        let _guard = errors::enter_native(" in __instancecheck__")?;
        return super::truth(&*call::call1(&check, obj)?);
    }
    real_is_instance(obj, class)
}

/// `isinstance(obj, class)` of an ordinary class, or a tuple of such, if no `__class__` is to be asked.
pub fn is_plain_instance(obj: &PyObject, class: &PyObject) -> Option<bool> {
    let one = |class: &PyObject| -> Option<bool> {
        if ptr::eq(obj.ty().as_ptr(), class.as_ptr()) {
            return Some(true);
        }
        if !class.is_exact::<PyTypeObject>() {
            return None;
        }
        if typeobject::is_subtype(obj.ty(), class.downcast()?) {
            return Some(true);
        }
        has_plain_class(obj.ty()).then_some(false)
    };
    match class.exact::<PyTupleObject>() {
        None => one(class),
        Some(classes) => {
            for class in classes.items() {
                if one(class)? {
                    return Some(true);
                }
            }
            Some(false)
        }
    }
}

/// `type.__instancecheck__`: the type, or what `__class__` says. May run Python.
pub fn real_is_instance(obj: &PyObject, class: &PyObject) -> PyResult<bool> {
    if let Some(class) = class.downcast::<PyTypeObject>() {
        if typeobject::is_subtype(obj.ty(), class) {
            return Ok(true);
        }
        if has_plain_class(obj.ty()) {
            return Ok(false);
        }
        let Some(claimed) = super::getattr_opt(obj, &names::__class__)? else {
            return Ok(false);
        };
        return Ok(match claimed.downcast::<PyTypeObject>() {
            Some(claimed) => !ptr::eq(claimed, obj.ty()) && typeobject::is_subtype(claimed, class),
            None => false,
        });
    }
    check_class(
        class,
        "isinstance() arg 2 must be a type, a tuple of types, or a union",
    )?;
    match super::getattr_opt(obj, &names::__class__)? {
        Some(claimed) => derives(&claimed, class),
        None => Ok(false),
    }
}

/// Whether `obj.__class__` is surely the type: object's own getset, read in the ordinary way.
fn has_plain_class(ty: &PyTypeObject) -> bool {
    super::has_generic_getattr(ty)
        && typeobject::lookup(ty, &names::__class__)
            .zip(typeobject::lookup(
                &object::PyBaseObject_Type,
                &names::__class__,
            ))
            .is_some_and(|(a, b)| ptr::eq(a, b))
}

/// `issubclass(class, of)`. May run Python.
pub fn is_subclass(class: &PyObject, of: &PyObject) -> PyResult<bool> {
    if of.is_exact::<PyTypeObject>() {
        if ptr::eq(class, of) {
            return Ok(true);
        }
        return real_is_subclass(class, of);
    }
    if let Some(classes) = of.downcast::<PyTupleObject>() {
        let _guard = errors::enter_native(" in __subclasscheck__")?;
        for of in classes.items() {
            if is_subclass(class, of)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(check) = super::lookup_special(of, &names::__subclasscheck__)? {
        let _guard = errors::enter_native(" in __subclasscheck__")?;
        return super::truth(&*call::call1(&check, class)?);
    }
    real_is_subclass(class, of)
}

/// `type.__subclasscheck__`. May run Python (for classes that are no types).
pub fn real_is_subclass(class: &PyObject, of: &PyObject) -> PyResult<bool> {
    if let (Some(class), Some(of)) = (
        class.downcast::<PyTypeObject>(),
        of.downcast::<PyTypeObject>(),
    ) {
        return Ok(typeobject::is_subtype(class, of));
    }
    check_class(class, "issubclass() arg 1 must be a class")?;
    check_class(
        of,
        "issubclass() arg 2 must be a class, a tuple of classes, or a union",
    )?;
    derives(class, of)
}

/// `__bases__` if it is a tuple.
fn abstract_bases(class: &PyObject) -> PyResult<Option<Ref<PyTupleObject>>> {
    match super::getattr_opt(class, &names::__bases__)? {
        // SAFETY: just checked.
        Some(bases) if bases.is_instance::<PyTupleObject>() => Ok(Some(unsafe { bases.cast() })),
        _ => Ok(None),
    }
}

/// TypeError `message` unless the object has a tuple of `__bases__`.
fn check_class(class: &PyObject, message: &str) -> PyResult<()> {
    match abstract_bases(class)? {
        Some(_) => Ok(()),
        None => Err(raise!(TypeError, "{message}")),
    }
}

/// Whether `of` is reached through `__bases__`.
fn derives(class: &PyObject, of: &PyObject) -> PyResult<bool> {
    let _guard = errors::enter_native(" in __subclasscheck__")?;
    let mut class = class.to_ref();
    loop {
        if class.is(of) {
            return Ok(true);
        }
        let Some(bases) = abstract_bases(&class)? else {
            return Ok(false);
        };
        match bases.items() {
            [] => return Ok(false),
            [only] => {
                let only = only.to_ref();
                class = only;
            }
            several => {
                for base in several {
                    if derives(base, of)? {
                        return Ok(true);
                    }
                }
                return Ok(false);
            }
        }
    }
}
