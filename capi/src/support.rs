//! What all chapters share: the export macro, C strings, answers in C's way.

pub use hotpy_objects::def::{size_status, status, truth_status};
pub use hotpy_objects::mem::domains;
pub use hotpy_objects::*;
pub use std::borrow::Cow;
pub use std::ffi::{CStr, c_long, c_uint, c_ulong};
pub use std::ptr;

/// Functions exported under their C names with the C calling convention.
#[macro_export]
macro_rules! export {
    ($($(#[$doc:meta])* fn $name:ident($($arg:tt)*) $(-> $ret:ty)? $body:block)*) => { $(
        $(#[$doc])*
        #[unsafe(no_mangle)]
        pub extern "C" fn $name($($arg)*) $(-> $ret)? $body
    )* };
}

/// A C string's bytes; none for null.
pub fn bytes_of<'a>(text: *const c_char) -> &'a [u8] {
    if text.is_null() {
        return &[];
    }
    // SAFETY: C strings end with a null and outlive the call (C1).
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// A C string as text; what is not UTF-8 is replaced.
pub fn text_of<'a>(text: *const c_char) -> Cow<'a, str> {
    String::from_utf8_lossy(bytes_of(text))
}

/// The same, `None` for null.
pub fn opt_text_of<'a>(text: *const c_char) -> Option<Cow<'a, str>> {
    (!text.is_null()).then(|| text_of(text))
}

/// `length` bytes at a C pointer.
pub fn slice_of<'a>(data: *const c_char, length: isize) -> &'a [u8] {
    if length <= 0 || data.is_null() {
        return &[];
    }
    // SAFETY: the caller of the C function says that so many bytes lie there (C1).
    unsafe { std::slice::from_raw_parts(data.cast(), length as usize) }
}

/// A str of a C string, which must be UTF-8. UnicodeDecodeError.
pub fn str_of(text: *const c_char) -> PyResult<Ref<Str>> {
    str_::decode(bytes_of(text), None, None)
}

/// The interned str of a C string.
pub fn name_of(text: *const c_char) -> PyResult<Ref<Str>> {
    match std::str::from_utf8(bytes_of(text)) {
        Ok(text) => str_::intern(text),
        Err(_) => str_of(text),
    }
}

/// Gives up the reference and answers the pointer: for results that somebody else keeps alive (C4).
pub fn borrowed(object: Option<Ref>) -> *mut PyObject {
    object.map_or(ptr::null_mut(), |o| o.as_ptr())
}

/// A new reference as a pointer, null if there is none.
pub fn owned(object: Option<Ref>) -> *mut PyObject {
    object.map_or(ptr::null_mut(), Ref::into_raw)
}

/// SystemError for a function called with the wrong kind of object.
#[cold]
pub fn bad_internal_call() -> Raised {
    raise!(SystemError, "bad argument to internal function")
}

/// What functions of the abstract protocols say of null.
#[cold]
pub fn null_argument() -> Raised {
    if errors::occurred().is_none() {
        raise!(SystemError, "null argument to internal routine");
    }
    Raised
}

/// The argument, or the complaint about null.
#[inline(always)]
pub fn given(object: Option<&PyObject>) -> PyResult<&PyObject> {
    object.ok_or_else(null_argument)
}

/// The object as a str. TypeError "bad argument type for built-in operation".
pub fn text_arg(object: &PyObject) -> PyResult<&Str> {
    object.downcast::<Str>().ok_or_else(bad_argument)
}

#[cold]
pub fn bad_argument() -> Raised {
    raise!(TypeError, "bad argument type for built-in operation")
}

/// Writes a new reference (or null) to a result pointer.
pub fn put(to: *mut *mut PyObject, object: Option<Ref>) {
    // SAFETY: result pointers are valid (C1).
    unsafe { *to = owned(object) }
}

/// 1 and the object, 0 and null, or -1 and null with an exception set.
pub fn found(to: *mut *mut PyObject, answer: PyResult<Option<Ref>>) -> c_int {
    let (status, object) = match answer {
        Ok(Some(object)) => (1, Some(object)),
        Ok(None) => (0, None),
        Err(Raised) => (-1, None),
    };
    put(to, object);
    status
}

/// Runs `f` with the exception that is set put aside.
pub fn with_error_aside<R>(f: impl FnOnce() -> R) -> R {
    let taken = errors::fetch();
    let answer = f();
    if let Some(taken) = taken {
        errors::restore(taken);
    }
    answer
}

/// An array of C pointers to objects, as slices are passed about here.
pub fn objects<'a>(items: *const *mut PyObject, count: usize) -> &'a [&'a PyObject] {
    if count == 0 {
        return &[];
    }
    // SAFETY: the caller passes `count` live objects (C1).
    unsafe { std::slice::from_raw_parts(items.cast(), count) }
}
