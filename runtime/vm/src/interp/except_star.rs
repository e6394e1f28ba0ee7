//! `except*`: matching parts of exception groups, and what is raised at the end.

use hotpy_objects::*;

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
    let (matched, rest) = exceptions::match_group(exception, against)?;
    Ok((
        rest.unwrap_or_else(singletons::none),
        matched.unwrap_or_else(singletons::none),
    ))
}

/// PREP_RERAISE_STAR: the exception to raise after all clauses, or None.
pub fn prepare_reraise(original: &PyObject, raised: &PyObject) -> PyResult {
    let Some(raised) = raised.downcast::<PyListObject>() else {
        return Err(raise!(SystemError, "PREP_RERAISE_STAR without a list"));
    };
    Ok(exceptions::prep_reraise_star(original, raised)?.unwrap_or_else(singletons::none))
}
