//! Raising and catching in bytecode, and the `with` statement.

use crate::calls::{Outcome, call_borrowed};
use crate::surrogates::{self, Known};
use hotpy_code::object::flags as co;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;

/// Where an exception table sends control.
pub struct Handler {
    pub target: u32,
    pub depth: u32,
    pub lasti: bool,
}

/// The handler for what the instruction at `place` raised.
pub fn find_handler(frame: &Frame, place: *mut u16) -> Option<Handler> {
    // A surrogate's frame in a tail call stands outside its code, so the addresses are compared as numbers.
    let bytes = (place as usize).wrapping_sub(frame.code().first_instr() as usize);
    let at = u32::try_from(bytes / 2).ok()?;
    handler_at(frame.code(), at)
}

/// The handler for what the instruction at this unit of the code raises.
pub fn handler_at(code: &PyCodeObject, at: u32) -> Option<Handler> {
    if at as usize >= code.units() {
        return None;
    }
    hotpy_code::exceptions::decode(code.exception_table())
        .take_while(|e| e.start <= at)
        .find(|e| at < e.end)
        .map(|e| Handler {
            target: e.target,
            depth: e.depth,
            lasti: e.lasti,
        })
}

/// `__init__` has returned something other than None.
#[cold]
pub fn init_returned(value: &PyObject) {
    raise!(
        TypeError,
        "__init__() should return None, not '{}'",
        value.ty().name()
    );
}

fn is_class(object: &PyObject) -> bool {
    errors::is_exception_class(object)
}

fn is_instance(object: &PyObject) -> bool {
    errors::is_exception_instance(object)
}

/// RAISE_VARARGS; an exception is set afterwards. True if it is the one being handled, raised again.
pub fn raise(exception: Option<Ref>, cause: Option<Ref>) -> bool {
    let Some(exception) = exception else {
        return match errors::handled() {
            Some(handled) => {
                errors::restore_instance(handled.to_ref());
                true
            }
            None => {
                raise!(RuntimeError, "No active exception to reraise");
                false
            }
        };
    };
    let instance = if is_class(&exception) {
        match call::call0(&exception) {
            Ok(v) if is_instance(&v) => v,
            Ok(v) => {
                let class = protocol::repr(&exception)
                    .map_or_else(|_| String::new(), |r| r.to_string_lossy());
                let ty =
                    protocol::repr(v.ty()).map_or_else(|_| String::new(), |r| r.to_string_lossy());
                raise!(
                    TypeError,
                    "calling {class} should have returned an instance of BaseException, not {ty}"
                );
                return false;
            }
            Err(Raised) => return false,
        }
    } else if is_instance(&exception) {
        exception
    } else {
        raise!(TypeError, "exceptions must derive from BaseException");
        return false;
    };
    if let Some(cause) = cause {
        let cause = if is_class(&cause) {
            match call::call0(&cause) {
                Ok(v) if is_instance(&v) => Some(v),
                Ok(v) => {
                    let class = protocol::repr(&cause)
                        .map_or_else(|_| String::new(), |r| r.to_string_lossy());
                    let ty = protocol::repr(v.ty())
                        .map_or_else(|_| String::new(), |r| r.to_string_lossy());
                    raise!(
                        TypeError,
                        "calling {class} should have returned an instance of BaseException, not {ty}"
                    );
                    return false;
                }
                Err(Raised) => return false,
            }
        } else if is_instance(&cause) {
            Some(cause)
        } else if singletons::is_none(&cause) {
            None
        } else {
            raise!(TypeError, "exception causes must derive from BaseException");
            return false;
        };
        // SAFETY: exception instances have the base layout.
        let base: &PyBaseExceptionObject = unsafe { (*instance).cast() };
        base.suppress_context.set(1);
        base.cause.set(cause);
    }
    errors::raise_made(instance);
    false
}

/// CHECK_EXC_MATCH. TypeError if the clause names no exception class.
pub fn check_match(exception: &PyObject, against: &PyObject) -> PyResult<bool> {
    let valid = |o: &PyObject| is_class(o);
    let all_valid = match against.downcast::<PyTupleObject>() {
        Some(classes) => classes.items().iter().all(|c| valid(c)),
        None => valid(against),
    };
    if !all_valid {
        return Err(raise!(
            TypeError,
            "catching classes that do not inherit from BaseException is not allowed"
        ));
    }
    Ok(errors::given_matches(exception, against))
}

/// A generator's frame is left with an exception: StopIteration (and StopAsyncIteration in an asynchronous generator) becomes RuntimeError.
pub fn generator_raised(generator: &PyGenObject) {
    let Some(code) = generator.gi_code.get() else {
        return;
    };
    let text = if errors::matches(&exceptions::StopIteration) {
        if code.has_flag(co::ASYNC_GENERATOR) {
            "async generator raised StopIteration"
        } else if code.has_flag(co::COROUTINE) {
            "coroutine raised StopIteration"
        } else {
            "generator raised StopIteration"
        }
    } else if code.has_flag(co::ASYNC_GENERATOR) && errors::matches(&exceptions::StopAsyncIteration)
    {
        "async generator raised StopAsyncIteration"
    } else {
        return;
    };
    errors::raise_from_cause(&exceptions::RuntimeError, text);
}

/// BEFORE_WITH's look-ups when both methods are functions of Python or builtin: the bound `__exit__` and `__enter__`.
pub fn plain_with_methods(manager: &PyObject) -> PyResult<Option<(Ref, Ref)>> {
    let plain = |name| {
        let method = typeobject::lookup(manager.ty(), name)?;
        (!typeobject::is_python_slot_descr_get(method.ty())).then_some(())
    };
    let both = plain(&names::__enter__).and(plain(&names::__exit__));
    if both.is_none() || crate::config::always_surrogates() {
        return Ok(None);
    }
    let enter = protocol::lookup_special(manager, &names::__enter__)?;
    let exit = protocol::lookup_special(manager, &names::__exit__)?;
    Ok(exit.zip(enter))
}

/// The general way: a tuple of what `__enter__()` answered and the bound `__exit__`.
pub fn before_with(ts: &PyThreadState, manager: &PyObject) -> Outcome {
    surrogates::enter(ts, Known::With, &[manager])
}

/// Calls the bound `__enter__`.
pub fn enter_with(ts: &PyThreadState, enter: Ref, manager: Ref) -> Outcome {
    let outcome = call_borrowed(ts, &enter, &[]);
    drop(manager);
    outcome
}

/// Calls `__exit__(type, value, traceback)`.
pub fn with_except_start(ts: &PyThreadState, exit: &PyObject, exception: &PyObject) -> Outcome {
    let traceback = errors::as_exception(exception)
        .and_then(|e| e.traceback.cloned())
        .unwrap_or_else(singletons::none);
    let class = Ref::new(exception.ty());
    call_borrowed(ts, exit, &[&class, exception, &traceback])
}

/// END_ASYNC_FOR: whether the exception only says that the iterator has come to its end.
pub fn ends_async_for(exception: &PyObject) -> bool {
    let end = &hotpy_objects::exceptions::StopAsyncIteration;
    typeobject::is_subtype(exception.ty(), end)
}
