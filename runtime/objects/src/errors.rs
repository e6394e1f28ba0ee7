//! Raising, fetching, matching and chaining exceptions.
//!
//! The exception that is set lives in the thread state's `curexc_type`, `curexc_value`, `curexc_traceback` and nowhere
//! else; the exceptions being handled are the `exc_info` chain. A set exception may be "lazy": the value is then the
//! argument (or missing, or a tuple of arguments) that an instance is made of when somebody wants to see it
//! ([`fetch_instance`]). With an exception being handled the instance is made at once, because it needs its `__context__`.

use crate::*;

mod recursion;
mod unraisable;

pub use recursion::{NativeGuard, check_levels, enter_native, set_stack_limit, stack_is_low};
pub use unraisable::{
    default_unraisable_hook, set_traceback_printer, unraisable_args_type, write_unraisable,
    write_unraisable_message,
};

/// Raises an exception of a builtin type with a formatted message: `return Err(raise!(TypeError, "x is {}", y))`.
/// The type is named as in [`exceptions`].
#[macro_export]
macro_rules! raise {
    ($ty:ident, $($arg:tt)+) => { $crate::errors::raise_format(&$crate::exceptions::$ty, format_args!($($arg)+)) };
}

/// Raises `ty(text)`, chained to the exception being handled.
#[cold]
pub fn raise_text(ty: &PyTypeObject, text: &str) -> Raised {
    match str_::new(text) {
        Ok(text) => raise_value(ty, Some(&text)),
        Err(raised) => raised,
    }
}

/// Raises `ty(text)`, or MemoryError if the text is too long for the memory there is.
#[cold]
pub fn raise_format(ty: &PyTypeObject, text: std::fmt::Arguments<'_>) -> Raised {
    if let Some(text) = text.as_str() {
        return raise_text(ty, text);
    }
    match formatted(text) {
        Ok(text) => raise_text(ty, &text),
        Err(raised) => raised,
    }
}

/// The text. Raises MemoryError.
fn formatted(text: std::fmt::Arguments<'_>) -> PyResult<String> {
    use std::fmt::Write;
    let mut out = growing::Growing::<u8>::new();
    // Writing does not fail: `finish` tells.
    let _ = out.write_fmt(text);
    // SAFETY: what formatting writes is text.
    Ok(unsafe { String::from_utf8_unchecked(out.finish()?) })
}

/// Raises `ty(value)` (a tuple is the argument list; an instance of `ty` is raised itself); chains the context.
/// May run Python (the class is called if an exception is being handled).
pub fn raise_value(ty: &PyObject, value: Option<&PyObject>) -> Raised {
    if !is_exception_class(ty) {
        let text = match protocol::repr(ty) {
            Ok(repr) => repr.to_string_lossy(),
            Err(raised) => return raised,
        };
        return raise!(
            SystemError,
            "_PyErr_SetObject: exception {text} is not a BaseException subclass"
        );
    }
    let instance = match value {
        Some(v) if is_exception_instance(v) => v.to_ref(),
        other => {
            if handled().is_none() {
                store(Some(ty.to_ref()), other.map(PyObject::to_ref), None);
                return Raised;
            }
            clear();
            match create(ty, other) {
                Ok(instance) => instance,
                Err(raised) => return raised,
            }
        }
    };
    raise_owned(ty, instance)
}

/// Raises an instance, as `ty`; chains the context. One that nobody else has cannot be in the context's own chain, which is not searched for it.
fn raise_owned(ty: &PyObject, instance: Ref) -> Raised {
    // SAFETY: an exception instance has the base layout.
    let exception: &PyBaseExceptionObject = unsafe { (*instance).cast() };
    if let Some(handled) = handled().map(PyObject::to_ref) {
        if instance.ob_refcnt.get() == 1 {
            exception.context.set(Some(handled));
        } else {
            exceptions::set_context(exception, Some(handled));
        }
    }
    let traceback = exception.traceback.cloned();
    store(Some(ty.to_ref()), Some(instance), traceback);
    Raised
}

/// [`raise_instance`] of an exception that is given away.
pub fn raise_made(exception: Ref) -> Raised {
    let ty = exception.ty().to_ref();
    raise_owned(&ty, exception)
}

/// Raises an instance; chains the context.
pub fn raise_instance(exception: &PyObject) -> Raised {
    raise_value(exception.ty(), Some(exception))
}

/// Raises `ty()` without arguments.
pub fn raise_none(ty: &PyTypeObject) -> Raised {
    raise_value(ty, None)
}

/// MemoryError, from a preallocated instance.
#[cold]
pub fn no_memory() -> Raised {
    match exceptions::spare_memory_error() {
        Some(instance) => raise_value(&exceptions::MemoryError, Some(&instance)),
        None => {
            store(Some(exceptions::MemoryError.to_ref()), None, None);
            Raised
        }
    }
}

/// OSError (or its subclass for the errno) of the C library's current errno, with up to two file names.
pub fn raise_errno(filename: Option<&PyObject>, filename2: Option<&PyObject>) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    raise_errno_value(errno, filename, filename2)
}

/// The same for a given errno.
pub fn raise_errno_value(
    errno: i32,
    filename: Option<&PyObject>,
    filename2: Option<&PyObject>,
) -> Raised {
    let build = || -> PyResult {
        let mut args = vec![
            int::from_i64(errno.into())?.into_object(),
            str_::decode_fs(&errno_message(errno))?.into_object(),
        ];
        if let Some(name) = filename {
            args.push(name.to_ref());
            if let Some(second) = filename2 {
                // The fourth argument is Windows' error number.
                args.push(int::from_i64(0)?.into_object());
                args.push(second.to_ref());
            }
        }
        let args = tuple::from_owned(args)?;
        Ok(exceptions::new_instance(&exceptions::OSError, &args)?.into_object())
    };
    match build() {
        Ok(instance) => raise_instance(&instance),
        Err(raised) => raised,
    }
}

/// The C library's text for an errno.
pub fn errno_message(errno: i32) -> Vec<u8> {
    let mut buffer = [0 as c_char; 256];
    // SAFETY: strerror_r fills at most the buffer and terminates it.
    unsafe {
        if libc::strerror_r(errno, buffer.as_mut_ptr(), buffer.len()) != 0 && buffer[0] == 0 {
            return format!("Unknown error {errno}").into_bytes();
        }
        std::ffi::CStr::from_ptr(buffer.as_ptr())
            .to_bytes()
            .to_vec()
    }
}

/// KeyError(key), the key wrapped so that a tuple stays one argument.
pub fn raise_key_error(key: &PyObject) -> Raised {
    match tuple::from_borrowed(&[key]) {
        Ok(args) => raise_value(&exceptions::KeyError, Some(&args)),
        Err(raised) => raised,
    }
}

/// StopIteration(value); a bare StopIteration if there is no value.
pub fn raise_stop_iteration(value: Option<&PyObject>) -> Raised {
    let Some(value) = value.filter(|v| !singletons::is_none(v)) else {
        return raise_none(&exceptions::StopIteration);
    };
    // A tuple or an exception must arrive as the one argument.
    let build = || {
        let args = tuple::from_borrowed(&[value])?;
        exceptions::new_instance(&exceptions::StopIteration, &args)
    };
    match build() {
        Ok(instance) => raise_made(instance.into_object()),
        Err(raised) => raised,
    }
}

/// AttributeError with its `name` and `obj` attributes, for "Did you mean".
pub fn raise_attribute_error(
    obj: &PyObject,
    name: &PyObject,
    text: std::fmt::Arguments<'_>,
) -> Raised {
    match formatted(text).and_then(|text| new_with_text(&exceptions::AttributeError, &text)) {
        Ok(instance) => {
            // SAFETY: the class's layout.
            let e = unsafe { PyObject::cast::<PyAttributeErrorObject>(&instance) };
            e.obj.set(Some(obj.to_ref()));
            e.name.set(Some(name.to_ref()));
            raise_instance(&instance)
        }
        Err(raised) => raised,
    }
}

/// Tells an AttributeError that is set, if that is what is set and it does not know yet, whose attribute of which name was looked up.
#[cold]
#[inline(never)]
pub fn note_attribute(obj: &PyObject, name: &PyObject) {
    if !matches(&exceptions::AttributeError) {
        return;
    }
    let Some(mut taken) = fetch() else { return };
    taken.normalize();
    if let Some(value) = &taken.value
        && is_exception_instance(value)
        && typeobject::is_subtype(value.ty(), &exceptions::AttributeError)
    {
        // SAFETY: the class's layout.
        let e = unsafe { PyObject::cast::<PyAttributeErrorObject>(value) };
        if e.name.is_null() && e.obj.is_null() {
            e.obj.set(Some(obj.to_ref()));
            e.name.set(Some(name.to_ref()));
        }
    }
    restore(taken);
}

/// NameError or UnboundLocalError; NameError gets its `name` attribute.
pub fn raise_name_error(name: &PyObject, text: &str, unbound_local: bool) -> Raised {
    if unbound_local {
        return raise_text(&exceptions::UnboundLocalError, text);
    }
    match new_with_text(&exceptions::NameError, text) {
        Ok(instance) => {
            // SAFETY: the class's layout.
            let e = unsafe { PyObject::cast::<PyNameErrorObject>(&instance) };
            e.name.set(Some(name.to_ref()));
            raise_instance(&instance)
        }
        Err(raised) => raised,
    }
}

/// An instance of a builtin exception class with one text argument.
fn new_with_text(ty: &PyTypeObject, text: &str) -> PyResult<Ref<PyBaseExceptionObject>> {
    let args = tuple::from_owned(vec![str_::new(text)?.into_object()])?;
    exceptions::new_instance(ty, &args)
}

/// The type of the exception that is set, borrowed.
#[inline(always)]
pub fn occurred() -> Option<&'static PyObject> {
    tstate().curexc_type.get()
}

/// A taken exception: type, value (maybe not an instance yet), traceback.
pub struct Taken {
    pub ty: Ref,
    pub value: Option<Ref>,
    pub traceback: Option<Ref>,
}

impl Taken {
    /// Makes the value an instance; an exception on the way takes this one's place. May run Python.
    pub fn normalize(&mut self) {
        const DEPTH: usize = 32;
        for attempt in 0.. {
            let made = if !is_exception_class(&self.ty) {
                return;
            } else if let Some(v) = self.value.as_deref().filter(|v| is_exception_instance(v)) {
                let actual = v.ty();
                match protocol::is_subclass(actual, &self.ty) {
                    Ok(true) => {
                        if !self.ty.is(actual) {
                            self.ty = actual.to_ref();
                        }
                        return;
                    }
                    Ok(false) => create(&self.ty, Some(v)),
                    Err(raised) => Err(raised),
                }
            } else {
                create(&self.ty, self.value.as_deref())
            };
            match made {
                Ok(instance) => {
                    self.value = Some(instance);
                    return;
                }
                Err(Raised) => {
                    if attempt == DEPTH {
                        clear();
                        raise!(
                            RecursionError,
                            "maximum recursion depth exceeded while normalizing an exception"
                        );
                    }
                    let Some(new) = fetch() else { return };
                    // The place where the first error happened is the better hint.
                    let traceback = self.traceback.take();
                    *self = new;
                    if self.traceback.is_none() {
                        self.traceback = traceback;
                    }
                }
            }
        }
    }
}

/// Takes the exception away.
pub fn fetch() -> Option<Taken> {
    let state = tstate();
    let ty = state.curexc_type.take()?;
    Some(Taken {
        ty,
        value: state.curexc_value.take(),
        traceback: state.curexc_traceback.take(),
    })
}

/// Takes it away as an instance (normalised, `__traceback__` set). May run Python.
pub fn fetch_instance() -> Option<Ref> {
    let mut taken = fetch()?;
    taken.normalize();
    let value = taken.value?;
    if let (Some(e), Some(traceback)) = (as_exception(&value), taken.traceback) {
        e.traceback.set(Some(traceback));
    }
    Some(value)
}

/// Puts a taken exception back, replacing any.
pub fn restore(taken: Taken) {
    store(Some(taken.ty), taken.value, taken.traceback);
}

/// Puts an instance back with its own traceback, without touching its context.
pub fn restore_instance(exception: Ref) {
    let traceback = as_exception(&exception).and_then(|e| e.traceback.cloned());
    store(Some(exception.ty().to_ref()), Some(exception), traceback);
}

/// Forgets the exception that is set, if any.
pub fn clear() {
    if occurred().is_some() {
        store(None, None, None);
    }
}

/// Replaces the exception that is set (O1: the old one goes last).
fn store(ty: Option<Ref>, value: Option<Ref>, traceback: Option<Ref>) {
    let state = tstate();
    let old = (
        state.curexc_type.replace(ty.map(Ref::into_object)),
        state.curexc_value.replace(value),
        state.curexc_traceback.replace(traceback),
    );
    drop(old);
}

/// Whether the exception that is set is an instance of `ty`.
#[inline]
pub fn matches(ty: &PyTypeObject) -> bool {
    occurred().is_some_and(|set| {
        // SAFETY: an exception class is a type.
        set.is(ty) || is_exception_class(set) && typeobject::is_subtype(unsafe { set.cast() }, ty)
    })
}

/// `except`'s test: exception type or instance against a class or tuple of classes.
pub fn given_matches(exception: &PyObject, against: &PyObject) -> bool {
    if let Some(classes) = against.downcast::<PyTupleObject>() {
        return classes
            .items()
            .iter()
            .any(|class| given_matches(exception, class));
    }
    let given: &PyObject = if is_exception_instance(exception) {
        exception.ty()
    } else {
        exception
    };
    if is_exception_class(given) && is_exception_class(against) {
        // SAFETY: both are types.
        return unsafe { typeobject::is_subtype(given.cast(), against.cast()) };
    }
    given.is(against)
}

/// The exception being handled (top of the `exc_info` chain), borrowed.
pub fn handled() -> Option<&'static PyObject> {
    handled_by(tstate())
}

/// The same of any thread.
pub fn handled_by(ts: &PyThreadState) -> Option<&'static PyObject> {
    let mut item = ts.exc_info.get();
    // SAFETY: the chain's items live in frames and generators that are on the stack.
    while let Some(entry) = unsafe { item.as_ref() } {
        if let Some(value) = entry.exc_value.get().filter(|v| !singletons::is_none(v)) {
            return Some(value);
        }
        item = entry.previous_item.get();
    }
    None
}

/// Whether it is a class that derives from BaseException.
#[inline]
pub fn is_exception_class(class: &PyObject) -> bool {
    // SAFETY: the metatype's flag says that it is a type.
    class.ty().is_subclass_flag(flags::tp::TYPE_SUBCLASS)
        && unsafe { class.cast::<PyTypeObject>() }.is_subclass_flag(flags::tp::BASE_EXC_SUBCLASS)
}

/// Whether it is an instance of BaseException.
#[inline]
pub fn is_exception_instance(object: &PyObject) -> bool {
    object.ty().is_subclass_flag(flags::tp::BASE_EXC_SUBCLASS)
}

/// The object as an exception, if it is one.
#[inline]
pub fn as_exception(object: &PyObject) -> Option<&PyBaseExceptionObject> {
    // SAFETY: the flag proves the layout.
    is_exception_instance(object).then(|| unsafe { object.cast() })
}

/// Calls an exception class as a lazy exception demands. TypeError unless the result is an exception.
fn create(class: &PyObject, value: Option<&PyObject>) -> PyResult {
    // SAFETY: callers pass exception classes only.
    let ty: &PyTypeObject = unsafe { class.cast() };
    let value = value.filter(|v| !singletons::is_none(v));
    let args = match value {
        None => tuple::empty(),
        Some(v) => match v.downcast::<PyTupleObject>() {
            Some(args) => Ref::new(args),
            None => tuple::from_borrowed(&[v])?,
        },
    };
    if !ty.is_heap_type() {
        return Ok(exceptions::new_instance(ty, &args)?.into_object());
    }
    let made = call::call_ex(class, &args, None)?;
    if !is_exception_instance(&made) {
        return Err(raise!(
            TypeError,
            "calling {} should have returned an instance of BaseException, not {}",
            protocol::repr(class)?.to_string_lossy(),
            made.ty().name()
        ));
    }
    Ok(made)
}

/// Raises `ty(text)` with the exception that is set as its cause and context.
pub fn raise_from_cause(ty: &PyTypeObject, text: &str) -> Raised {
    let cause = fetch_instance();
    raise_text(ty, text);
    if let (Some(cause), Some(new)) = (cause, fetch_instance()) {
        if let Some(e) = as_exception(&new) {
            e.context.set(Some(cause.clone()));
            e.cause.set(Some(cause));
            e.suppress_context.set(1);
        }
        restore_instance(new);
    }
    Raised
}

/// SystemError for a C function that answered null without an exception, or a result with one.
#[inline(always)]
pub fn checked(result: PyResult, callable: &PyObject) -> PyResult {
    if result.is_ok() == occurred().is_none() {
        return result;
    }
    inconsistent(result, callable)
}

#[cold]
#[inline(never)]
fn inconsistent(result: PyResult, callable: &PyObject) -> PyResult {
    let describe = |callable| match protocol::repr(callable) {
        Ok(repr) => repr.to_string_lossy(),
        Err(Raised) => {
            clear();
            "<object repr() failed>".to_owned()
        }
    };
    match result {
        Err(Raised) => Err(raise!(
            SystemError,
            "{} returned NULL without setting an exception",
            describe(callable)
        )),
        Ok(value) => {
            drop(value);
            let taken = fetch();
            let text = format!(
                "{} returned a result with an exception set",
                describe(callable)
            );
            if let Some(taken) = taken {
                restore(taken);
            }
            Err(raise_from_cause(&exceptions::SystemError, &text))
        }
    }
}

/// ImportWarning, DeprecationWarning ...: through the VM's hook. `Err` if the filter turns it into an exception.
pub fn warn(category: &PyTypeObject, text: &str, stack_level: isize) -> PyResult<()> {
    (hooks::hooks().warn)(category, text, stack_level)
}
