//! Iteration, lengths, search by iteration.

use crate::growing::{self, Growing};
use crate::*;

/// `iter(obj)`. May run Python; TypeError.
pub fn iter(obj: &PyObject) -> PyResult {
    let Some(slot) = obj.ty().tp_iter.get() else {
        if super::is_sequence(obj) {
            return iterators::sequence_iter(obj);
        }
        return Err(raise!(
            TypeError,
            "'{}' object is not iterable",
            obj.ty().name()
        ));
    };
    let iterator = slot(obj)?;
    if !is_iterator(&iterator) {
        return Err(raise!(
            TypeError,
            "iter() returned non-iterator of type '{}'",
            iterator.ty().name()
        ));
    }
    Ok(iterator)
}

/// The next item; `None` at the end. May run Python.
#[inline]
pub fn next(iterator: &PyObject) -> PyResult<Option<Ref>> {
    let Some(slot) = iterator.ty().tp_iternext.get() else {
        return Err(raise!(
            TypeError,
            "'{}' object is not an iterator",
            iterator.ty().name()
        ));
    };
    match slot(iterator) {
        Some(item) => Ok(Some(item)),
        None => at_end().map(|()| None),
    }
}

/// After an empty answer of `tp_iternext`: fine if nothing is set or a StopIteration (which is cleared).
#[inline]
pub fn at_end() -> PyResult<()> {
    if errors::occurred().is_some() {
        if !errors::matches(&exceptions::StopIteration) {
            return Err(Raised);
        }
        errors::clear();
    }
    Ok(())
}

/// Whether the object has a real `tp_iternext`.
#[inline]
pub fn is_iterator(obj: &PyObject) -> bool {
    obj.ty()
        .tp_iternext
        .get()
        .is_some_and(|f| f as usize != _PyObject_NextNotImplemented as *const () as usize)
}

/// `tp_iternext` of types that must look like iterators but are none.
#[unsafe(no_mangle)]
pub extern "C" fn _PyObject_NextNotImplemented(obj: &PyObject) -> Option<Ref> {
    raise!(TypeError, "'{}' object is not iterable", obj.ty().name());
    None
}

/// `tp_iter` of iterators.
#[unsafe(no_mangle)]
pub extern "C" fn PyObject_SelfIter(obj: &PyObject) -> PyResult {
    Ok(obj.to_ref())
}

/// Calls `f` with each item, until it answers false. May run Python.
pub fn for_each(iterable: &PyObject, f: &mut dyn FnMut(Ref) -> PyResult<bool>) -> PyResult<()> {
    if let Some(tuple) = iterable.exact::<PyTupleObject>() {
        // A tuple does not change; our caller's reference keeps it.
        for item in tuple.items() {
            if !f(Ref::new(*item))? {
                break;
            }
        }
        return Ok(());
    }
    if let Some(list) = iterable.exact::<PyListObject>() {
        let mut i = 0;
        while let Some(item) = list.get(i) {
            if !f(item)? {
                break;
            }
            i += 1;
        }
        return Ok(());
    }
    let iterator = iter(iterable)?;
    while let Some(item) = next(&iterator)? {
        if !f(item)? {
            break;
        }
    }
    Ok(())
}

/// All items of any iterable. May run Python.
pub fn collect(iterable: &PyObject) -> PyResult<Vec<Ref>> {
    if let Some(tuple) = iterable.exact::<PyTupleObject>() {
        return growing::owned(tuple.items());
    }
    if let Some(list) = iterable.exact::<PyListObject>() {
        return growing::owned(list.items());
    }
    let iterator = iter(iterable)?;
    let mut items = Growing::with_capacity(length_hint(iterable, 0)?.min(1 << 20));
    while let Some(item) = next(&iterator)? {
        items.try_push(item)?;
    }
    items.finish()
}

/// What a mapping's `keys()` gives. TypeError if that is no iterable; any exception. May run Python.
pub fn mapping_keys(mapping: &PyObject) -> PyResult<Vec<Ref>> {
    let keys = call::call_method(mapping, &names::keys, &[])?;
    match iter(&keys) {
        Ok(iterator) => collect(&iterator),
        Err(raised) => {
            if errors::matches(&exceptions::TypeError) {
                return Err(raise!(
                    TypeError,
                    "{}.keys() returned a non-iterable (type {})",
                    mapping.ty().name(),
                    keys.ty().name()
                ));
            }
            Err(raised)
        }
    }
}

/// Items of a list or tuple (no subclass), or of any other iterable; TypeError `message` if it is none.
pub fn fast_sequence(obj: &PyObject, message: &str) -> PyResult<Vec<Ref>> {
    if let Some(list) = obj.exact::<PyListObject>() {
        return growing::owned(list.items());
    }
    if let Some(tuple) = obj.exact::<PyTupleObject>() {
        return growing::owned(tuple.items());
    }
    let iterator = match iter(obj) {
        Ok(iterator) => iterator,
        Err(Raised) => {
            if errors::matches(&exceptions::TypeError) {
                errors::clear();
                return Err(raise!(TypeError, "{message}"));
            }
            return Err(Raised);
        }
    };
    collect(&iterator)
}

/// `len(obj)`. May run Python.
pub fn len(obj: &PyObject) -> PyResult<usize> {
    match len_slot(obj) {
        Some(-1) => Err(Raised),
        Some(n) => Ok(n as usize),
        None => Err(raise!(
            TypeError,
            "object of type '{}' has no len()",
            obj.ty().name()
        )),
    }
}

/// The length slot's answer (-1: raised); `None` without such a slot.
fn len_slot(obj: &PyObject) -> Option<isize> {
    length_of(obj.ty()).map(|slot| slot(obj))
}

/// Whether instances of a type have a length; a method of that name alone, as C code may have one, is none.
pub fn has_len(ty: &PyTypeObject) -> bool {
    length_of(ty).is_some()
}

#[inline]
fn length_of(ty: &PyTypeObject) -> Option<lenfunc> {
    // SAFETY: a type's table pointers are null or valid.
    unsafe {
        let of_sequence = ty
            .tp_as_sequence
            .get()
            .as_ref()
            .and_then(|t| t.sq_length.get());
        of_sequence.or_else(|| {
            ty.tp_as_mapping
                .get()
                .as_ref()
                .and_then(|t| t.mp_length.get())
        })
    }
}

/// `operator.length_hint(obj, default)`. May run Python.
pub fn length_hint(obj: &PyObject, default: usize) -> PyResult<usize> {
    match len_slot(obj) {
        Some(-1) if errors::matches(&exceptions::TypeError) => errors::clear(),
        Some(-1) => return Err(Raised),
        Some(n) => return Ok(n as usize),
        None => {}
    }
    let hint = match call::call_special(obj, &names::__length_hint__, &[]) {
        Ok(None) => return Ok(default),
        Ok(Some(hint)) => hint,
        Err(Raised) if errors::matches(&exceptions::TypeError) => {
            errors::clear();
            return Ok(default);
        }
        Err(Raised) => return Err(Raised),
    };
    if singletons::is_not_implemented(&hint) {
        return Ok(default);
    }
    let Some(hint) = hint.downcast::<PyLongObject>() else {
        return Err(raise!(
            TypeError,
            "__length_hint__ must be an integer, not {}",
            hint.ty().name()
        ));
    };
    if hint.is_negative() {
        return Err(raise!(ValueError, "__length_hint__() should return >= 0"));
    }
    match hint.to_i64() {
        Some(n) => Ok(n as usize),
        None => Err(raise!(
            OverflowError,
            "Python int too large to convert to C ssize_t"
        )),
    }
}

/// `item in container`. May run Python.
pub fn contains(container: &PyObject, item: &PyObject) -> PyResult<bool> {
    // SAFETY: a type's table pointers are null or valid.
    let slot =
        unsafe { container.ty().tp_as_sequence.get().as_ref() }.and_then(|t| t.sq_contains.get());
    match slot {
        Some(slot) => match slot(container, item) {
            -1 => Err(Raised),
            answer => Ok(answer != 0),
        },
        None => contains_by_iteration(container, item),
    }
}

/// Looks for an item that is or equals `item`. May run Python.
pub fn contains_by_iteration(container: &PyObject, item: &PyObject) -> PyResult<bool> {
    let iterator = match iter(container) {
        Ok(iterator) => iterator,
        Err(Raised) => {
            if errors::matches(&exceptions::TypeError) {
                errors::clear();
                return Err(raise!(
                    TypeError,
                    "argument of type '{}' is not iterable",
                    container.ty().name()
                ));
            }
            return Err(Raised);
        }
    };
    while let Some(candidate) = next(&iterator)? {
        if super::eq(&candidate, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}
