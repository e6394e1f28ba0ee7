//! `except*`: matching parts of exception groups, and what is raised at the end.

use crate::calls::Outcome;
use crate::replay;
use hotpy_objects::*;

/// CHECK_EG_MATCH: a tuple of the matching part and the rest, each of them an object or None. TypeError for a clause that names a group class or
/// no exception.
pub fn check_match(ts: &PyThreadState, exception: Ref, against: Ref) -> Outcome {
    if check_classes(&against).is_err() {
        return Outcome::Raised;
    }
    let matching = Box::pin(async move {
        let (matched, rest) = exceptions::match_group(&exception, &against).await?;
        let matched = matched.unwrap_or_else(singletons::none);
        // The handler handles the part that matched.
        if !singletons::is_none(&matched) {
            // SAFETY: the thread state's exception states are live; the surrogate that carries this has none of its own.
            let info = unsafe { &*tstate().exc_info.get() };
            info.exc_value.set(Some(matched.clone()));
        }
        // If nothing matched, the next clause sees the exception itself.
        let rest = if singletons::is_none(&matched) {
            exception
        } else {
            rest.unwrap_or_else(singletons::none)
        };
        Ok(Some(tuple::from_array([matched, rest])?.into_object()))
    });
    replay::run_task(ts, matching, 0)
}

fn check_classes(against: &PyObject) -> PyResult<()> {
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
    Ok(())
}

/// PREP_RERAISE_STAR: the exception to raise after all clauses, or None.
pub fn prepare_reraise(ts: &PyThreadState, original: Ref, raised: Ref) -> Outcome {
    let preparing = Box::pin(async move {
        let Some(raised) = raised.downcast::<PyListObject>() else {
            return Err(raise!(SystemError, "PREP_RERAISE_STAR without a list"));
        };
        let left = exceptions::prep_reraise_star(&original, raised).await?;
        Ok(Some(left.unwrap_or_else(singletons::none)))
    });
    replay::run_task(ts, preparing, 0)
}
