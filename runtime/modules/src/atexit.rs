//! `atexit`: calls at the interpreter's end, the last registered first.

use crate::support::*;
use hotpy_objects::def::{noargs, one, var_kw};
use hotpy_objects::*;
use std::cell::RefCell;

struct Callback {
    function: Ref,
    args: Ref<PyTupleObject>,
    kwargs: Option<Ref<PyDictObject>>,
}

type Callbacks = RefCell<Vec<Callback>>;

/// The interpreter's callbacks, made when they are first asked for.
fn callbacks() -> &'static Callbacks {
    let place = &interpreter().atexit;
    if place.get().is_null() {
        place.set(Box::into_raw(Box::<Callbacks>::default()).cast());
    }
    // SAFETY: put there just now or earlier, and freed by `forget` alone.
    unsafe { &*place.get().cast::<Callbacks>() }
}

/// Drops the callbacks of an interpreter that is ending.
pub fn forget(interp: &PyInterpreterState) {
    let place = interp.atexit.replace(std::ptr::null_mut());
    if !place.is_null() {
        // SAFETY: `callbacks` put it there.
        drop(unsafe { Box::from_raw(place.cast::<Callbacks>()) });
    }
}

/// Runs all callbacks, also those registered meanwhile; their exceptions are reported and dropped.
pub fn run() {
    loop {
        let last = callbacks().borrow_mut().pop();
        let Some(callback) = last else { return };
        if call::call_ex(
            &callback.function,
            &callback.args,
            callback.kwargs.as_deref(),
        )
        .is_err()
        {
            errors::write_unraisable_message(
                Some("Exception ignored in atexit callback"),
                Some(&callback.function),
            );
        }
    }
}

extern "C" fn register(_: &PyObject, args: &PyTupleObject, kwargs: Option<&PyObject>) -> PyResult {
    let Some((function, rest)) = args.items().split_first() else {
        return Err(raise!(
            TypeError,
            "register() takes at least 1 argument (0 given)"
        ));
    };
    if !protocol::callable(function) {
        return Err(raise!(TypeError, "the first argument must be callable"));
    }
    let callback = Callback {
        function: function.to_ref(),
        args: tuple::from_borrowed(rest)?,
        // SAFETY: keywords come in a dict.
        kwargs: kwargs.map(|k| Ref::new(unsafe { k.cast::<PyDictObject>() })),
    };
    callbacks().borrow_mut().push(callback);
    Ok(function.to_ref())
}

extern "C" fn unregister(_: &PyObject, function: &PyObject) -> PyResult {
    let mut i = 0;
    loop {
        let candidate = callbacks().borrow().get(i).map(|c| c.function.clone());
        let Some(candidate) = candidate else { break };
        if protocol::eq(&candidate, function)? {
            let removed = {
                let mut all = callbacks().borrow_mut();
                if i < all.len() {
                    Some(all.remove(i))
                } else {
                    None
                }
            };
            drop(removed);
        } else {
            i += 1;
        }
    }
    none()
}

extern "C" fn clear(_: &PyObject) -> PyResult {
    let all = callbacks().take();
    drop(all);
    none()
}

extern "C" fn count(_: &PyObject) -> PyResult {
    int(callbacks().borrow().len() as i64)
}

extern "C" fn run_now(_: &PyObject) -> PyResult {
    run();
    none()
}

static_table! {
static METHODS: [PyMethodDef] = [
    var_kw::<PyObject>(c"register", register, c"register(func, *args, **kwargs) -> func\n\nCalls the function at the end."),
    one::<PyObject>(c"unregister", unregister, c"unregister(func) -> None\n\nTakes a registered function back."),
    noargs::<PyObject>(c"_clear", clear, c"_clear() -> None\n\nForgets all functions."),
    noargs::<PyObject>(c"_run_exitfuncs", run_now, c"_run_exitfuncs() -> None\n\nCalls all functions now."),
    noargs::<PyObject>(c"_ncallbacks", count, c"_ncallbacks() -> int\n\nThe number of functions."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    module::with_methods("atexit", "Calls at the end of the interpreter.", METHODS)
}
