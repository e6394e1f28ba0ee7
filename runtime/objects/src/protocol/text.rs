//! `repr`, `str`, `ascii`, `format`, `bytes`, `hash`.

use crate::*;
use std::collections::BTreeSet;

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
        // Whatever it is.
        return Ok(text);
    }
    str_::backslash_escape(&text)
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

/// An object that a thread is printing.
pub type Printed = (usize, usize);

/// What is being printed, with the thread that does it: in order, and to be found quickly.
struct Printing {
    stack: Cell<Vec<Printed>>,
    set: Cell<BTreeSet<Printed>>,
}
// SAFETY: U1.
unsafe impl Sync for Printing {}
static PRINTING: Printing = Printing {
    stack: Cell::new(Vec::new()),
    set: Cell::new(BTreeSet::new()),
};

impl Printing {
    /// Nothing that changes objects runs in `f`.
    fn with<R>(&self, f: impl FnOnce(&mut Vec<Printed>, &mut BTreeSet<Printed>) -> R) -> R {
        let (mut stack, mut set) = (self.stack.take(), self.set.take());
        let result = f(&mut stack, &mut set);
        self.stack.set(stack);
        self.set.set(set);
        result
    }

    fn leave(&self, pair: Printed) {
        self.with(|stack, set| {
            if let Some(at) = stack.iter().rposition(|p| *p == pair) {
                stack.remove(at);
                set.remove(&pair);
            }
        });
    }
}

fn this_pair(obj: &PyObject) -> Printed {
    (
        tstate() as *const PyThreadState as usize,
        obj.as_ptr() as usize,
    )
}

/// Entered while printing a container: true if it is being printed already (then there is nothing to leave).
pub fn repr_enter(obj: &PyObject) -> PyResult<bool> {
    let pair = this_pair(obj);
    Ok(PRINTING.with(|stack, set| {
        let inside = !set.insert(pair);
        if !inside {
            stack.push(pair);
        }
        inside
    }))
}

/// Undoes [`repr_enter`].
pub fn repr_leave(obj: &PyObject) {
    PRINTING.leave(this_pair(obj));
}

/// How many objects are being printed.
#[inline]
pub fn printing() -> usize {
    // SAFETY: U1; the vector is only looked at.
    unsafe { (*PRINTING.stack.as_ptr()).len() }
}

/// What this thread has begun to print since so many were.
pub fn printing_since(count: usize) -> Vec<Printed> {
    let thread = tstate() as *const PyThreadState as usize;
    PRINTING.with(|stack, _| {
        let new = stack.iter().skip(count);
        new.filter(|p| p.0 == thread).copied().collect()
    })
}

/// Counts objects as being printed which were, though the native code that printed them is gone for the time being; those that
/// are to be given to [`release_printing`].
pub fn hold_printing(were: &[Printed]) -> Vec<Printed> {
    if were.is_empty() {
        return Vec::new();
    }
    PRINTING.with(|stack, set| {
        let held: Vec<Printed> = were.iter().filter(|p| set.insert(**p)).copied().collect();
        stack.extend(&held);
        held
    })
}

/// Undoes [`hold_printing`].
pub fn release_printing(held: &[Printed]) {
    for pair in held {
        PRINTING.leave(*pair);
    }
}
