//! What `list`, `tuple` and the iterators share: index arguments, comparison, search, repr, stepping through iterators.
//!
//! The loops re-read the length and own each item while they call out (O3), so they serve the mutable list too.

use crate::flags::cmp;
use crate::*;
use std::borrow::Cow;
use std::ffi::CStr;

/// A container of object pointers, as it is right now.
pub(crate) trait Items: Object {
    fn count(&self) -> usize;
    /// The item at `index`, if there (still) is one; U4.
    fn at(&self, index: usize) -> Option<&PyObject>;
}

/// The type's `tp_name`, as CPython's messages have it.
pub(crate) fn type_name(object: &PyObject) -> Cow<'_, str> {
    tp_name(object.ty())
}

/// The `tp_name` of a type.
pub(crate) fn tp_name(ty: &PyTypeObject) -> Cow<'_, str> {
    // SAFETY: every type has a name that lives as long as the type.
    unsafe { CStr::from_ptr(ty.tp_name.get()).to_string_lossy() }
}

/// The value of an exact int of at most one digit.
#[inline(always)]
pub fn compact_int(object: &PyObject) -> Option<isize> {
    let int = object.exact::<PyLongObject>()?;
    match int.ob_base.ob_size.get() {
        0 => Some(0),
        size @ (1 | -1) => Some(int.ob_digit[0].get() as isize * size),
        _ => None,
    }
}

/// A subscript as a machine integer; IndexError if it does not fit.
#[inline(always)]
pub(crate) fn subscript_index(key: &PyObject) -> PyResult<isize> {
    match compact_int(key) {
        Some(i) => Ok(i),
        None => number::index_isize(key, Some(&exceptions::IndexError)),
    }
}

/// A `start` or `stop` argument: clipped, `None` not accepted.
pub fn slice_bound(arg: &PyObject) -> PyResult<isize> {
    if let Some(i) = compact_int(arg) {
        return Ok(i);
    }
    if !number::has_index(arg) {
        return Err(raise!(
            TypeError,
            "slice indices must be integers or have an __index__ method"
        ));
    }
    number::index_isize(arg, None)
}

/// `bound` counted from the start, not below 0.
#[inline]
pub(crate) fn clip(bound: isize, len: usize) -> usize {
    if bound < 0 {
        (bound + len as isize).max(0) as usize
    } else {
        bound as usize
    }
}

/// The `start=0, stop=sys.maxsize` of `index` methods, in `args[1..]`.
pub(crate) fn index_range(args: &[&PyObject], len: usize) -> PyResult<(usize, usize)> {
    let start = match args.get(1) {
        Some(arg) => slice_bound(arg)?,
        None => 0,
    };
    let stop = match args.get(2) {
        Some(arg) => slice_bound(arg)?,
        None => isize::MAX,
    };
    Ok((clip(start, len), clip(stop, len)))
}

/// `item is wanted or item == wanted`, item being owned meanwhile. May run Python.
#[inline(always)]
pub(crate) fn same(item: &PyObject, wanted: &PyObject) -> PyResult<bool> {
    if item.is(wanted) {
        return Ok(true);
    }
    same_slow(item, wanted)
}

#[inline(never)]
fn same_slow(item: &PyObject, wanted: &PyObject) -> PyResult<bool> {
    if ptr_eq_types(item, wanted) {
        // Small ints are the same object or differ; strings compare without Python.
        if let (Some(a), Some(b)) = (item.exact::<Str>(), wanted.exact::<Str>()) {
            return Ok(a.equals(b));
        }
        if let (Some(a), Some(b)) = (compact_int(item), compact_int(wanted)) {
            return Ok(a == b);
        }
    }
    let item = item.to_ref();
    protocol::compare_bool(&item, wanted, cmp::EQ)
}

#[inline(always)]
fn ptr_eq_types(a: &PyObject, b: &PyObject) -> bool {
    a.ob_type.as_ptr() == b.ob_type.as_ptr()
}

/// The first index in the range whose item equals `wanted`. May run Python.
pub(crate) fn find<S: Items>(
    this: &S,
    wanted: &PyObject,
    start: usize,
    stop: usize,
) -> PyResult<Option<usize>> {
    let mut i = start;
    while i < stop {
        let Some(item) = this.at(i) else { break };
        if same(item, wanted)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

/// How many items equal `wanted`. May run Python.
pub(crate) fn count<S: Items>(this: &S, wanted: &PyObject) -> PyResult<usize> {
    let (mut i, mut n) = (0, 0);
    while let Some(item) = this.at(i) {
        n += same(item, wanted)? as usize;
        i += 1;
    }
    Ok(n)
}

/// Lexicographic comparison. May run Python.
pub(crate) fn compare<S: Items>(a: &S, b: &S, op: c_int) -> PyResult {
    let mut i = 0;
    while let (Some(x), Some(y)) = (a.at(i), b.at(i)) {
        if !x.is(y) {
            let (x, y) = (x.to_ref(), y.to_ref());
            if !same_slow(&x, &y)? {
                return match op {
                    cmp::EQ => Ok(boolean::from(false)),
                    cmp::NE => Ok(boolean::from(true)),
                    _ => protocol::compare(&x, &y, op),
                };
            }
        }
        i += 1;
    }
    Ok(boolean::from(ordered(&a.count(), &b.count(), op)))
}

/// A Rust comparison by operator number.
#[inline]
pub(crate) fn ordered<T: PartialOrd>(a: &T, b: &T, op: c_int) -> bool {
    match op {
        cmp::LT => a < b,
        cmp::LE => a <= b,
        cmp::EQ => a == b,
        cmp::NE => a != b,
        cmp::GT => a > b,
        _ => a >= b,
    }
}

/// Printing of a container, entered once per object: a guard that leaves again.
pub(crate) struct Printing<'a>(&'a PyObject);

impl<'a> Printing<'a> {
    /// `None`: the object is being printed already.
    pub(crate) fn enter(object: &'a PyObject) -> PyResult<Option<Printing<'a>>> {
        Ok(if protocol::repr_enter(object)? {
            None
        } else {
            Some(Printing(object))
        })
    }
}

impl Drop for Printing<'_> {
    fn drop(&mut self) {
        protocol::repr_leave(self.0);
    }
}

/// `open`, the items' reprs with commas, `close`; a lone item is followed by `single`. Runs Python.
pub(crate) fn repr<S: Items>(
    this: &S,
    open: &str,
    single: &str,
    close: &str,
) -> PyResult<Ref<Str>> {
    let mut text = str_::Builder::default();
    text.push_text(open);
    let mut i = 0;
    while let Some(item) = this.at(i) {
        if i > 0 {
            text.push_text(", ");
        }
        let item = item.to_ref();
        text.push_str(&*protocol::repr(&item)?);
        i += 1;
    }
    if i == 1 {
        text.push_text(single);
    }
    text.push_text(close);
    text.finish()
}

/// An iterator with its `tp_iternext` at hand.
pub(crate) struct Stepper {
    pub(crate) iterator: Ref,
    next: iternextfunc,
}

impl Stepper {
    /// `iter(object)`. May run Python.
    pub(crate) fn new(object: &PyObject) -> PyResult<Stepper> {
        Stepper::of(protocol::iter(object)?)
    }

    /// Of something that is an iterator.
    pub(crate) fn of(iterator: Ref) -> PyResult<Stepper> {
        match iterator.ty().tp_iternext.get() {
            Some(next) => Ok(Stepper { iterator, next }),
            None => Err(raise!(
                TypeError,
                "'{}' object is not an iterator",
                type_name(&iterator)
            )),
        }
    }

    /// The next item; `None` at the end. May run Python.
    #[inline(always)]
    pub(crate) fn step(&self) -> PyResult<Option<Ref>> {
        match (self.next)(&self.iterator) {
            Some(item) => Ok(Some(item)),
            None => end_of_iteration(),
        }
    }
}

/// After a null from `tp_iternext`: the end (StopIteration is cleared), or the exception.
#[inline]
pub(crate) fn end_of_iteration() -> PyResult<Option<Ref>> {
    if errors::occurred().is_none() {
        return Ok(None);
    }
    end_or_error()
}

#[cold]
fn end_or_error() -> PyResult<Option<Ref>> {
    if errors::matches(&exceptions::StopIteration) {
        errors::clear();
        return Ok(None);
    }
    Err(Raised)
}

/// TypeError "X() takes no keyword arguments" unless empty.
#[inline]
pub(crate) fn no_kwnames(function: &str, names: Option<&PyTupleObject>) -> PyResult<()> {
    match names {
        Some(names) if names.len() > 0 => {
            Err(raise!(TypeError, "{function}() takes no keyword arguments"))
        }
        _ => Ok(()),
    }
}

/// A new instance of `ty` with room for `items`, through its `tp_alloc`.
#[inline]
pub(crate) fn allocate(ty: &PyTypeObject, items: isize) -> PyResult {
    match ty.tp_alloc.get() {
        Some(alloc) => alloc(ty, items),
        None => mem::generic_alloc(ty, items),
    }
}

/// Frees a dead container: exact builtins, of `size` bytes, skip the look at `tp_free`.
///
/// # Safety
/// As `mem::free_instance`; `exact` says that the object's type is the builtin itself.
#[inline(always)]
pub(crate) unsafe fn free_container<T: Object>(object: *mut T, exact: bool, size: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        if exact {
            mem::free_gc_sized(object, size)
        } else {
            mem::free_instance(object)
        }
    }
}

/// A builtin function by name, for `__reduce__`. May run Python.
pub(crate) fn builtin_function(name: &str) -> PyResult {
    let builtins = (hooks::hooks().import)("builtins")?;
    protocol::getattr(&builtins, &*str_::intern(name)?)
}

/// `(function, (argument,))` or `(function, (argument,), state)`.
pub(crate) fn reduced(function: Ref, argument: Ref, state: Option<Ref>) -> PyResult {
    let args = tuple::from_owned(vec![argument])?.into_object();
    let mut parts = vec![function, args];
    parts.extend(state);
    Ok(tuple::from_owned(parts)?.into_object())
}

/// The argument of an iterator's `__setstate__`: an int. TypeError, OverflowError.
pub(crate) fn state_index(state: &PyObject) -> PyResult<isize> {
    let Some(int) = state.downcast::<PyLongObject>() else {
        return Err(raise!(TypeError, "an integer is required"));
    };
    match int.to_i64() {
        Some(index) => Ok(index as isize),
        None => Err(raise!(
            OverflowError,
            "Python int too large to convert to C ssize_t"
        )),
    }
}

/// A slot that is the end of an iterator: IndexError and StopIteration are swallowed, others stay. `None` if swallowed.
pub(crate) fn item_or_end(result: PyResult) -> PyResult<Option<Ref>> {
    match result {
        Ok(item) => Ok(Some(item)),
        Err(Raised) => {
            if errors::matches(&exceptions::IndexError)
                || errors::matches(&exceptions::StopIteration)
            {
                errors::clear();
                Ok(None)
            } else {
                Err(Raised)
            }
        }
    }
}

/// Whether `tp_new` of builtin `own` must refuse keywords for `ty`: it is the builtin itself, or a subclass without `__init__`.
pub(crate) fn refuses_keywords(ty: &PyTypeObject, own: &PyTypeObject) -> bool {
    std::ptr::eq(ty, own)
        || ty.tp_init.get().map(|f| f as usize) == own.tp_init.get().map(|f| f as usize)
}
