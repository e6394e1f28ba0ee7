//! `repr`, `str`, `ascii`, `format`, `bytes`, `hash`.

use crate::*;

/// `repr(obj)`. May run Python.
pub fn repr(obj: &PyObject) -> PyResult<Ref<Str>> {
    attempt::meets(obj);
    let ty = obj.ty();
    let Some(slot) = ty.tp_repr.get() else {
        return str_::new(&format!(
            "<{} object at {:#x}>",
            ty.name(),
            obj.as_ptr() as usize
        ));
    };
    let _guard = errors::enter_native(" while getting the repr of an object")?;
    as_str(slot(obj)?, "__repr__")
}

/// The answer of `__repr__` or `__str__`, which must be a `str`.
fn as_str(answer: Ref, method: &str) -> PyResult<Ref<Str>> {
    if !answer.ty().is_subclass_flag(flags::tp::UNICODE_SUBCLASS) {
        return Err(raise!(
            TypeError,
            "{method} returned non-string (type {})",
            answer.ty().name()
        ));
    }
    // SAFETY: the flag proves the layout.
    Ok(unsafe { answer.cast() })
}

/// `str(obj)`. May run Python.
pub fn str(obj: &PyObject) -> PyResult<Ref<Str>> {
    if let Some(text) = obj.exact::<Str>() {
        return Ok(Ref::new(text));
    }
    attempt::meets(obj);
    let Some(slot) = obj.ty().tp_str.get() else {
        return repr(obj);
    };
    let _guard = errors::enter_native(" while getting the str of an object")?;
    as_str(slot(obj)?, "__str__")
}

/// `ascii(obj)`: the repr with everything beyond ASCII escaped. May run Python.
pub fn ascii(obj: &PyObject) -> PyResult<Ref<Str>> {
    let text = repr(obj)?;
    if text.is_ascii() {
        return Ok(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.code_points() {
        match c {
            0..0x80 => escaped.push(c as u8 as char),
            0x80..0x100 => escaped.push_str(&format!("\\x{c:02x}")),
            0x100..0x1_0000 => escaped.push_str(&format!("\\u{c:04x}")),
            _ => escaped.push_str(&format!("\\U{c:08x}")),
        }
    }
    str_::new(&escaped)
}

/// `format(obj, spec)`. May run Python.
pub fn format(obj: &PyObject, spec: &Str) -> PyResult<Ref<Str>> {
    if spec.len() == 0 && (obj.is_exact::<Str>() || obj.is_exact::<PyLongObject>()) {
        return self::str(obj);
    }
    let Some(method) = super::lookup_special(obj, &names::__format__)? else {
        return Err(raise!(
            TypeError,
            "Type {} doesn't define __format__",
            obj.ty().name()
        ));
    };
    let answer = call::call1(&method, spec)?;
    if !answer.is_instance::<Str>() {
        return Err(raise!(
            TypeError,
            "__format__ must return a str, not {}",
            answer.ty().name()
        ));
    }
    // SAFETY: just checked.
    Ok(unsafe { answer.cast() })
}

/// `bytes(obj)` for anything but `str`: `__bytes__`, a buffer, an iterable of ints. May run Python.
pub fn bytes(obj: &PyObject) -> PyResult {
    if obj.is_exact::<PyBytesObject>() {
        return Ok(obj.to_ref());
    }
    if let Some(answer) = call::call_special(obj, &names::__bytes__, &[])? {
        if !answer.is_instance::<PyBytesObject>() {
            return Err(raise!(
                TypeError,
                "__bytes__ returned non-bytes (type {})",
                answer.ty().name()
            ));
        }
        return Ok(answer);
    }
    if obj.is_instance::<Str>() {
        return Err(raise!(
            TypeError,
            "cannot convert '{}' object to bytes",
            obj.ty().name()
        ));
    }
    // Unlike the constructor's, an argument with `__index__` is no length.
    if obj.is_instance::<PyLongObject>()
        || crate::number::has_index(obj)
            && !memoryview::has_buffer(obj)
            && obj.ty().tp_iter.get().is_none()
            && !super::is_sequence(obj)
    {
        return Err(raise!(
            TypeError,
            "cannot convert '{}' object to bytes",
            obj.ty().name()
        ));
    }
    bytes_from_parts(obj)
}

/// The bytes of a buffer or an iterable, as the constructor makes them.
fn bytes_from_parts(obj: &PyObject) -> PyResult {
    let has_buffer = !obj.ty().tp_as_buffer.get().is_null();
    if !has_buffer && obj.ty().tp_iter.get().is_none() && !super::is_sequence(obj) {
        return Err(raise!(
            TypeError,
            "cannot convert '{}' object to bytes",
            obj.ty().name()
        ));
    }
    call::call1(<PyBytesObject as def::Builtin>::type_object(), obj)
}

/// `hash(obj)`; -1 is never an answer. May run Python; TypeError for unhashable types.
#[inline]
pub fn hash(obj: &PyObject) -> PyResult<isize> {
    if let Some(text) = obj.exact::<Str>() {
        return Ok(str_::hash(text));
    }
    attempt::meets(obj);
    match obj.ty().tp_hash.get() {
        Some(slot) => match slot(obj) {
            -1 => Err(Raised),
            hash => Ok(hash),
        },
        None => Err(unhashable(obj)),
    }
}

#[cold]
fn unhashable(obj: &PyObject) -> Raised {
    raise!(TypeError, "unhashable type: '{}'", obj.ty().name())
}

/// `tp_hash` of types whose `__hash__` is None.
#[unsafe(no_mangle)]
pub extern "C" fn PyObject_HashNotImplemented(obj: &PyObject) -> isize {
    unhashable(obj);
    -1
}

/// The hash of an address: objects are aligned, so the low bits go to the top.
#[inline(always)]
pub fn hash_address<T>(object: *const T) -> isize {
    let hash = (object as usize).rotate_right(4) as isize;
    if hash == -1 { -2 } else { hash }
}

/// `tp_hash` by identity (`object.__hash__`).
pub extern "C" fn identity_hash(obj: &PyObject) -> isize {
    hash_address(obj)
}

/// What is being printed, with the thread that does it.
struct Printing(Cell<Vec<(usize, usize)>>);
// SAFETY: U1.
unsafe impl Sync for Printing {}
static PRINTING: Printing = Printing(Cell::new(Vec::new()));

fn this_pair(obj: &PyObject) -> (usize, usize) {
    (
        tstate() as *const PyThreadState as usize,
        obj.as_ptr() as usize,
    )
}

/// Entered while printing a container: true if it is being printed already (then there is nothing to leave).
pub fn repr_enter(obj: &PyObject) -> PyResult<bool> {
    let pair = this_pair(obj);
    let mut all = PRINTING.0.take();
    let inside = all.contains(&pair);
    if !inside {
        all.push(pair);
    }
    PRINTING.0.set(all);
    Ok(inside)
}

/// Undoes [`repr_enter`].
pub fn repr_leave(obj: &PyObject) {
    let pair = this_pair(obj);
    let mut all = PRINTING.0.take();
    if let Some(at) = all.iter().rposition(|p| *p == pair) {
        all.remove(at);
    }
    PRINTING.0.set(all);
}

/// An object that a thread is printing.
pub type Printed = (usize, usize);

/// What this thread is printing.
pub fn printing() -> Vec<Printed> {
    // SAFETY: U1; the vector is only looked at.
    let all = unsafe { &*PRINTING.0.as_ptr() };
    let thread = tstate() as *const PyThreadState as usize;
    all.iter().filter(|p| p.0 == thread).copied().collect()
}

/// Counts objects as being printed which were, though the native code that printed them is gone for the time being; those that
/// are to be given to [`release_printing`].
pub fn hold_printing(were: &[Printed]) -> Vec<Printed> {
    let mut all = PRINTING.0.take();
    let held: Vec<Printed> = were.iter().filter(|p| !all.contains(p)).copied().collect();
    all.extend(&held);
    PRINTING.0.set(all);
    held
}

/// Undoes [`hold_printing`].
pub fn release_printing(held: &[Printed]) {
    if !held.is_empty() {
        let mut all = PRINTING.0.take();
        all.retain(|p| !held.contains(p));
        PRINTING.0.set(all);
    }
}
