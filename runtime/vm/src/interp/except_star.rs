//! `except*`: matching parts of exception groups, and what is raised at the end.

use hotpy_objects::*;

fn is_group(object: &PyObject) -> bool {
    typeobject::is_subtype(object.ty(), &exceptions::BaseExceptionGroup)
}

/// CHECK_EG_MATCH: (the rest or None, the matching part or None). TypeError for a clause that names a group class or no exception.
pub fn check_match(exception: &PyObject, against: &PyObject) -> PyResult<(Ref, Ref)> {
    let classes: Vec<Ref> = match against.downcast::<PyTupleObject>() {
        Some(t) => t.items().iter().map(|c| c.to_ref()).collect(),
        None => vec![against.to_ref()],
    };
    for class in &classes {
        if !errors::is_exception_class(class) {
            return Err(raise!(
                TypeError,
                "catching classes that do not inherit from BaseException is not allowed"
            ));
        }
        let group = class
            .downcast::<PyTypeObject>()
            .is_some_and(|c| typeobject::is_subtype(c, &exceptions::BaseExceptionGroup));
        if group {
            return Err(raise!(
                TypeError,
                "catching ExceptionGroup with except* is not allowed. Use except instead."
            ));
        }
    }
    if singletons::is_none(exception) {
        return Ok((singletons::none(), singletons::none()));
    }
    if errors::given_matches(exception, against) {
        if is_group(exception) {
            return Ok((singletons::none(), exception.to_ref()));
        }
        // A bare exception is caught as a group of one.
        let message = str_::empty();
        let items = tuple::from_borrowed(&[exception])?;
        let group = call::call(&exceptions::BaseExceptionGroup, &[&message, &items])?;
        if let (Some(base), Some(inner)) = (
            errors::as_exception(&group),
            errors::as_exception(exception),
        ) {
            // The group takes the traceback's place on the way out.
            base.traceback.set(inner.traceback.cloned());
        }
        return Ok((singletons::none(), group));
    }
    if is_group(exception) {
        let split = str_::intern("split")?;
        let pair = call::call_method(exception, &split, &[against])?;
        let Some(pair) = pair.downcast::<PyTupleObject>().filter(|p| p.len() >= 2) else {
            return Err(raise!(
                TypeError,
                "{}.split must return a 2-tuple",
                exception.ty().name()
            ));
        };
        return Ok((pair.items()[1].to_ref(), pair.items()[0].to_ref()));
    }
    Ok((exception.to_ref(), singletons::none()))
}

/// Whether two exceptions share what a split leaves alone, so that they are parts of one original.
fn same_origin(a: &PyObject, b: &PyObject) -> bool {
    let (Some(a), Some(b)) = (errors::as_exception(a), errors::as_exception(b)) else {
        return false;
    };
    a.notes.as_ptr() == b.notes.as_ptr()
        && a.traceback.as_ptr() == b.traceback.as_ptr()
        && a.cause.as_ptr() == b.cause.as_ptr()
        && a.context.as_ptr() == b.context.as_ptr()
}

/// The exceptions that are no groups, with the identity that splits keep.
fn leaves(exception: &PyObject, out: &mut Vec<*mut PyObject>) {
    if !is_group(exception) {
        out.push(exception.as_ptr());
        return;
    }
    // SAFETY: a group has the group layout.
    let group: &PyBaseExceptionGroupObject = unsafe { exception.cast() };
    if let Some(items) = group.excs.get().and_then(|e| e.downcast::<PyTupleObject>()) {
        for item in items.items() {
            leaves(item, out);
        }
    }
}

/// The part of `group` whose leaves are in `keep`, in its structure; `None` if there is none.
fn project(group: &PyObject, keep: &[*mut PyObject]) -> PyResult<Option<Ref>> {
    if !is_group(group) {
        return Ok(keep.contains(&group.as_ptr()).then(|| group.to_ref()));
    }
    // SAFETY: a group has the group layout.
    let layout: &PyBaseExceptionGroupObject = unsafe { group.cast() };
    let items = layout.excs.cloned().unwrap_or_else(singletons::none);
    let Some(items) = items.downcast::<PyTupleObject>() else {
        return Ok(None);
    };
    let mut parts = Vec::new();
    for item in items.items() {
        parts.extend(project(item, keep)?);
    }
    if parts.is_empty() {
        return Ok(None);
    }
    let parts = list::from_owned(parts)?;
    let derived = call::call_method(group, &*str_::intern("derive")?, &[&parts])?;
    if let (Some(new), Some(old)) = (errors::as_exception(&derived), errors::as_exception(group)) {
        new.traceback.set(old.traceback.cloned());
        new.context.set(old.context.cloned());
        new.cause.set(old.cause.cloned());
        new.notes.set(old.notes.cloned());
    }
    Ok(Some(derived))
}

/// PREP_RERAISE_STAR: the exception to raise after all clauses, or None.
pub fn prepare_reraise(original: &PyObject, raised: &PyObject) -> PyResult {
    let Some(raised) = raised.downcast::<PyListObject>() else {
        return Err(raise!(SystemError, "PREP_RERAISE_STAR without a list"));
    };
    let items: Vec<Ref> = raised
        .items()
        .iter()
        .filter(|e| !singletons::is_none(e))
        .map(|e| e.to_ref())
        .collect();
    if items.is_empty() {
        return Ok(singletons::none());
    }
    if !is_group(original) {
        // A bare exception was caught as a group, and at most one thing came of it.
        return Ok(items[0].clone());
    }
    let (reraised, new): (Vec<Ref>, Vec<Ref>) =
        items.into_iter().partition(|e| same_origin(e, original));
    let mut keep = Vec::new();
    for part in &reraised {
        leaves(part, &mut keep);
    }
    let rest = project(original, &keep)?;
    if new.is_empty() {
        return Ok(rest.unwrap_or_else(singletons::none));
    }
    let mut all = new;
    all.extend(rest);
    let message = str_::empty();
    let all = list::from_owned(all)?;
    call::call(&exceptions::BaseExceptionGroup, &[&message, &all])
}
