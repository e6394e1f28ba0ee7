//! `range` and its iterators.
//!
//! A range holds exact ints of any size. Its iterator counts machine integers where start, stop and step are such
//! (`range_iterator`), and ints otherwise (`longrange_iterator`).

use crate::cfunction::{check_count, no_keywords};
use crate::*;
use std::cmp::Ordering;
use std::mem::offset_of;

type Int = Ref<PyLongObject>;

/// C: `rangeobject` (private there): start, stop, step, length, all exact ints.
#[repr(C)]
pub struct rangeobject {
    pub ob_base: PyObject,
    pub start: Slot<PyObject>,
    pub stop: Slot<PyObject>,
    pub step: Slot<PyObject>,
    pub length: Slot<PyObject>,
}

/// Iterator over a range of machine integers. C: `_PyRangeIterObject`.
#[repr(C)]
pub struct rangeiterobject {
    pub ob_base: PyObject,
    pub index: Cell<i64>,
    pub start: Cell<i64>,
    pub step: Cell<i64>,
    pub len: Cell<i64>,
}

/// Iterator over a range of large ints. C: `longrangeiterobject`.
#[repr(C)]
pub struct longrangeiterobject {
    pub ob_base: PyObject,
    pub index: Slot<PyLongObject>,
    pub start: Slot<PyLongObject>,
    pub step: Slot<PyLongObject>,
    pub len: Slot<PyLongObject>,
}

object_structs!(rangeobject, rangeiterobject, longrangeiterobject);
builtin!(rangeobject = PyRange_Type);
builtin!(rangeiterobject = PyRangeIter_Type);
builtin!(longrangeiterobject = PyLongRangeIter_Type);

static SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: def::slot::len(length),
    sq_item: def::slot::index(item),
    sq_contains: def::slot::contains(contains),
    ..PySequenceMethods::EMPTY
};

static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: def::slot::len(length),
    mp_subscript: def::slot::binary(subscript),
    ..PyMappingMethods::EMPTY
};

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_bool: def::slot::inquiry(truth),
    ..PyNumberMethods::EMPTY
};

static METHODS: [PyMethodDef; 5] = [
    def::noargs(
        c"__reversed__",
        reversed,
        c"An iterator from the last item to the first.",
    ),
    def::noargs(c"__reduce__", reduce, c"Class and arguments, for copying."),
    def::one(
        c"count",
        count,
        c"rangeobject.count(value) -> integer -- how often the value occurs",
    ),
    def::one(
        c"index",
        index,
        c"rangeobject.index(value) -> integer -- where the value is; ValueError if it is not there",
    ),
    PyMethodDef::END,
];

const fn object_member(name: &'static std::ffi::CStr, offset: usize) -> PyMemberDef {
    def::member(
        name,
        flags::member::OBJECT_EX,
        offset,
        flags::member::READONLY,
        c"",
    )
}

static MEMBERS: [PyMemberDef; 4] = [
    object_member(c"start", offset_of!(rangeobject, start)),
    object_member(c"stop", offset_of!(rangeobject, stop)),
    object_member(c"step", offset_of!(rangeobject, step)),
    PyMemberDef::END,
];

#[unsafe(no_mangle)]
pub static PyRange_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_free: Cell::new(Some(mem::tp_free_plain)),
    tp_repr: def::slot::unary(repr),
    tp_as_number: def::table(&NUMBER),
    tp_as_sequence: def::table(&SEQUENCE),
    tp_as_mapping: def::table(&MAPPING),
    tp_hash: Cell::new(Some(hash)),
    tp_flags: Cell::new(flags::tp::DEFAULT | flags::tp::SEQUENCE),
    tp_doc: Cell::new(
        c"range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nThe integers from start (0 unless given) towards stop, which is left out, by step (1 unless given)."
            .as_ptr(),
    ),
    tp_richcompare: def::slot::compare(compare),
    tp_iter: def::slot::unary(iter),
    tp_methods: def::table(&METHODS[0]),
    tp_members: def::table(&MEMBERS[0]),
    tp_new: Cell::new(Some(new_slot)),
    tp_vectorcall: Cell::new(Some(vectorcall)),
    ..PyTypeObject::new::<rangeobject>(c"range")
};

/// A range field, an exact int.
fn int_of(slot: &Slot<PyObject>) -> &PyLongObject {
    match slot.get() {
        // SAFETY: ranges hold exact ints from their creation on.
        Some(value) => unsafe { value.cast() },
        None => &_PyRuntime.small_ints[5],
    }
}

impl rangeobject {
    pub fn start(&self) -> &PyLongObject {
        int_of(&self.start)
    }

    pub fn stop(&self) -> &PyLongObject {
        int_of(&self.stop)
    }

    pub fn step(&self) -> &PyLongObject {
        int_of(&self.step)
    }

    /// How many items there are.
    pub fn length(&self) -> &PyLongObject {
        int_of(&self.length)
    }

    /// `self[at]` for an index that has been checked.
    fn at(&self, at: &PyLongObject) -> PyResult<Int> {
        int::add(self.start(), &*int::mul(at, self.step())?)
    }
}

/// How many items a range has; the step is not zero.
fn compute_length(start: &PyLongObject, stop: &PyLongObject, step: &PyLongObject) -> PyResult<Int> {
    if let (Some(start), Some(stop), Some(step)) = (start.double(), stop.double(), step.double()) {
        return int::from_i64(count_items(start, stop, step));
    }
    let (low, high, stride) = if step.is_negative() {
        (stop, start, int::negative(step)?)
    } else {
        (start, stop, Ref::new(step))
    };
    if int::compare(low, high) != Ordering::Less {
        return Ok(int::zero());
    }
    let last = int::sub(&*int::sub(high, low)?, &int::one())?;
    int::add(&*int::floordiv(&last, &stride)?, &int::one())
}

/// The same for values whose differences fit.
#[inline]
fn count_items(start: i64, stop: i64, step: i64) -> i64 {
    if step > 0 && start < stop {
        (stop - start - 1) / step + 1
    } else if step < 0 && stop < start {
        (start - stop - 1) / -step + 1
    } else {
        0
    }
}

fn from_ints(start: Int, stop: Int, step: Int) -> PyResult<Ref<rangeobject>> {
    let length = compute_length(&start, &stop, &step)?;
    let slot = |value: Int| Slot::of(value.into_object().into_raw());
    mem::create(&PyRange_Type, |header| rangeobject {
        ob_base: header,
        start: slot(start),
        stop: slot(stop),
        step: slot(step),
        length: slot(length),
    })
}

/// `range(start, stop, step)`. ValueError for a step of zero; the conversions may run Python.
pub fn new(start: &PyObject, stop: &PyObject, step: &PyObject) -> PyResult<Ref<rangeobject>> {
    let exact = |value: &PyObject| int::to_exact(&*number::index(value)?);
    let (start, stop, step) = (exact(start)?, exact(stop)?, exact(step)?);
    if step.is_zero() {
        return Err(raise!(ValueError, "range() arg 3 must not be zero"));
    }
    from_ints(start, stop, step)
}

fn construct(args: &[&PyObject]) -> PyResult {
    check_count("range", args.len(), 1, 3)?;
    let (zero, one) = (int::zero(), int::one());
    let range = match *args {
        [stop] => new(&zero, stop, &one)?,
        [start, stop] => new(start, stop, &one)?,
        [start, stop, step, ..] => new(start, stop, step)?,
        [] => new(&zero, &zero, &one)?,
    };
    Ok(range.into_object())
}

extern "C" fn new_slot(_: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    no_keywords("range", kwargs)?;
    // SAFETY: `tp_new` gets a tuple.
    construct(unsafe { args.cast::<PyTupleObject>() }.items())
}

extern "C" fn vectorcall(
    _: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    if names.is_some_and(|names| names.len() > 0) {
        return Err(raise!(TypeError, "range() takes no keyword arguments"));
    }
    construct(args.slice((count & !flags::VECTORCALL_ARGUMENTS_OFFSET) as isize))
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is dead; its memory goes last.
    unsafe {
        let range = &*this.cast::<rangeobject>();
        for slot in [&range.start, &range.stop, &range.step, &range.length] {
            slot.set(None);
        }
        mem::free_instance(this);
    }
}

extern "C" fn repr(this: &rangeobject) -> PyResult {
    let mut text = format!(
        "range({}, {}",
        int::to_text(this.start(), 10, false)?,
        int::to_text(this.stop(), 10, false)?
    );
    if this.step().single() != Some(1) {
        text += &format!(", {}", int::to_text(this.step(), 10, false)?);
    }
    Ok(str_::new(&(text + ")"))?.into_object())
}

extern "C" fn truth(this: &rangeobject) -> c_int {
    c_int::from(!this.length().is_zero())
}

extern "C" fn length(this: &rangeobject) -> isize {
    def::size_status(match this.length().to_i64() {
        Some(n) => Ok(n as usize),
        None => Err(raise!(
            OverflowError,
            "Python int too large to convert to C ssize_t"
        )),
    })
}

fn out_of_range() -> Raised {
    raise!(IndexError, "range object index out of range")
}

/// The item at an index, which may count from the end.
fn get(this: &rangeobject, index: &PyLongObject) -> PyResult {
    let mut index = Ref::new(index);
    if index.is_negative() {
        index = int::add(&index, this.length())?;
    }
    if index.is_negative() || int::compare(&index, this.length()) != Ordering::Less {
        return Err(out_of_range());
    }
    Ok(this.at(&index)?.into_object())
}

/// `sq_item`: negative indices are out of range.
extern "C" fn item(this: &rangeobject, index: isize) -> PyResult {
    if index < 0 {
        return Err(out_of_range());
    }
    get(this, &*int::from_i64(index as i64)?)
}

extern "C" fn subscript(this: &rangeobject, key: &PyObject) -> PyResult {
    if number::has_index(key) {
        return get(this, &*number::index(key)?);
    }
    let Some(slice) = key.downcast::<PySliceObject>() else {
        return Err(raise!(
            TypeError,
            "range indices must be integers or slices, not {}",
            key.ty().name()
        ));
    };
    let [start, stop, step] = slice::long_indices(slice, this.length())?;
    let step = int::mul(&*int::to_exact(&step)?, this.step())?;
    Ok(from_ints(this.at(&start)?, this.at(&stop)?, step)?.into_object())
}

/// Whether an int is in the range.
fn contains_int(this: &rangeobject, value: &PyLongObject) -> PyResult<bool> {
    let (start, stop) = (this.start(), this.stop());
    let inside = if this.step().is_negative() {
        int::compare(value, start).is_le() && int::compare(value, stop).is_gt()
    } else {
        int::compare(value, start).is_ge() && int::compare(value, stop).is_lt()
    };
    Ok(inside && int::rem(&*int::sub(value, start)?, this.step())?.is_zero())
}

/// Exact ints and bools, whose equality is known.
fn plain_int(value: &PyObject) -> Option<&PyLongObject> {
    int::of(value)
        .filter(|_| int::is_exact(value) || boolean::is_true(value) || boolean::is_false(value))
}

extern "C" fn contains(this: &rangeobject, value: &PyObject) -> c_int {
    def::truth_status(match plain_int(value) {
        Some(n) => contains_int(this, n),
        None => find(this, value).map(|at| at.is_some()),
    })
}

/// The first index at which an item equals the value, by comparing. Runs Python.
fn find(this: &rangeobject, value: &PyObject) -> PyResult<Option<usize>> {
    let mut at = 0;
    let mut found = None;
    protocol::for_each(this, &mut |item| {
        if protocol::eq(&item, value)? {
            found = Some(at);
        }
        at += 1;
        Ok(found.is_none())
    })?;
    Ok(found)
}

extern "C" fn count(this: &rangeobject, value: &PyObject) -> PyResult {
    if let Some(n) = plain_int(value) {
        return Ok(int::from_i64(i64::from(contains_int(this, n)?))?.into_object());
    }
    let mut total = 0;
    protocol::for_each(this, &mut |item| {
        total += usize::from(protocol::eq(&item, value)?);
        Ok(true)
    })?;
    Ok(int::from_usize(total)?.into_object())
}

extern "C" fn index(this: &rangeobject, value: &PyObject) -> PyResult {
    let Some(n) = plain_int(value) else {
        return match find(this, value)? {
            Some(at) => Ok(int::from_usize(at)?.into_object()),
            None => Err(raise!(ValueError, "sequence.index(x): x not in sequence")),
        };
    };
    if !contains_int(this, n)? {
        return Err(raise!(
            ValueError,
            "{} is not in range",
            protocol::repr(value)?.to_string_lossy()
        ));
    }
    let distance = int::sub(n, this.start())?;
    Ok(int::floordiv(&distance, this.step())?.into_object())
}

fn equal(a: &rangeobject, b: &rangeobject) -> bool {
    let length = a.length();
    a.is(b)
        || int::equal(length, b.length())
            && (length.is_zero()
                || int::equal(a.start(), b.start())
                    && (length.single() == Some(1) || int::equal(a.step(), b.step())))
}

extern "C" fn compare(this: &rangeobject, other: &PyObject, op: c_int) -> PyResult {
    match (other.downcast::<rangeobject>(), op) {
        (Some(other), flags::cmp::EQ) => Ok(boolean::from(equal(this, other))),
        (Some(other), flags::cmp::NE) => Ok(boolean::from(!equal(this, other))),
        _ => Ok(singletons::not_implemented()),
    }
}

/// Equal ranges have equal (length, start, step) where these matter.
extern "C" fn hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    let this: &rangeobject = unsafe { this.cast() };
    let none: &PyObject = &singletons::_Py_NoneStruct;
    let length: &PyObject = this.length();
    let key = match this.length().single() {
        Some(0) => [length, none, none],
        Some(1) => [length, &**this.start(), none],
        _ => [length, &**this.start(), &**this.step()],
    };
    match tuple::from_borrowed(&key).and_then(|key| protocol::hash(&key)) {
        Ok(hash) => hash,
        Err(Raised) => -1,
    }
}

extern "C" fn reduce(this: &rangeobject) -> PyResult {
    let args = tuple::from_borrowed(&[this.start(), this.stop(), this.step()])?;
    Ok(tuple::from_borrowed(&[this.ty(), &args])?.into_object())
}

// ---- iterators ----

static ITERATOR_METHODS: [PyMethodDef; 4] = [
    def::noargs(
        c"__length_hint__",
        iterator_length,
        c"How many items are left.",
    ),
    def::noargs(c"__reduce__", iterator_reduce, c"For copying."),
    def::one(c"__setstate__", iterator_setstate, c"Moves to an index."),
    PyMethodDef::END,
];

#[unsafe(no_mangle)]
pub static PyRangeIter_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(iterator_dealloc)),
    tp_free: Cell::new(Some(mem::tp_free_plain)),
    tp_flags: Cell::new(flags::tp::DEFAULT | flags::tp::DISALLOW_INSTANTIATION),
    tp_iter: def::slot::unary(iterator_self::<rangeiterobject>),
    tp_iternext: def::slot::next(iterator_next),
    tp_methods: def::table(&ITERATOR_METHODS[0]),
    ..PyTypeObject::new::<rangeiterobject>(c"range_iterator")
};

static LONG_ITERATOR_METHODS: [PyMethodDef; 4] = [
    def::noargs(c"__length_hint__", long_length, c"How many items are left."),
    def::noargs(c"__reduce__", long_reduce, c"For copying."),
    def::one(c"__setstate__", long_setstate, c"Moves to an index."),
    PyMethodDef::END,
];

#[unsafe(no_mangle)]
pub static PyLongRangeIter_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(long_dealloc)),
    tp_free: Cell::new(Some(mem::tp_free_plain)),
    tp_flags: Cell::new(flags::tp::DEFAULT | flags::tp::DISALLOW_INSTANTIATION),
    tp_iter: def::slot::unary(iterator_self::<longrangeiterobject>),
    tp_iternext: def::slot::next(long_next),
    tp_methods: def::table(&LONG_ITERATOR_METHODS[0]),
    ..PyTypeObject::new::<longrangeiterobject>(c"longrange_iterator")
};

extern "C" fn iterator_self<T: Object>(this: &T) -> PyResult {
    Ok(Ref::new(this).into_object())
}

fn short_iterator(start: i64, step: i64, len: i64) -> PyResult {
    let iterator = mem::create(&PyRangeIter_Type, |header| rangeiterobject {
        ob_base: header,
        index: Cell::new(0),
        start: Cell::new(start),
        step: Cell::new(step),
        len: Cell::new(len),
    })?;
    Ok(iterator.into_object())
}

fn long_iterator(start: Int, step: Int, len: Int) -> PyResult {
    let slot = |value: Int| Slot::of(value.into_raw());
    let iterator = mem::create(&PyLongRangeIter_Type, |header| longrangeiterobject {
        ob_base: header,
        index: slot(int::zero()),
        start: slot(start),
        step: slot(step),
        len: slot(len),
    })?;
    Ok(iterator.into_object())
}

/// Start, step and length, if all of a range's numbers and its length are machine integers.
fn short(this: &rangeobject) -> Option<(i64, i64, i64)> {
    this.stop().to_i64()?;
    Some((
        this.start().to_i64()?,
        this.step().to_i64()?,
        this.length().to_i64()?,
    ))
}

/// `iter(range)`. Raises MemoryError.
pub extern "C" fn iter(this: &rangeobject) -> PyResult {
    // The number after the last one must fit too, wherever the last one lies.
    let fits = |&(_, step, len): &(i64, i64, i64)| {
        let beyond = |stop: i64| stop.checked_add(step - step.signum());
        len == 0 || this.stop().to_i64().and_then(beyond).is_some()
    };
    match short(this).filter(fits) {
        Some((start, step, len)) => short_iterator(start, step, len),
        None => long_iterator(
            Ref::new(this.start()),
            Ref::new(this.step()),
            Ref::new(this.length()),
        ),
    }
}

extern "C" fn reversed(this: &rangeobject) -> PyResult {
    if let Some((start, step, len)) = short(this) {
        // The number before the first one must fit too.
        let first = start.checked_sub(step);
        if let (Some(_), Some(back)) = (first, step.checked_neg()) {
            let last = start.wrapping_add((len - 1).wrapping_mul(step));
            return short_iterator(last, back, len);
        }
    }
    let before_end = int::sub(this.length(), &int::one())?;
    long_iterator(
        this.at(&before_end)?,
        int::negative(this.step())?,
        Ref::new(this.length()),
    )
}

unsafe extern "C" fn iterator_dealloc(this: *mut PyObject) {
    // SAFETY: the object is dead and owns nothing.
    unsafe { mem::free_instance(this) }
}

impl rangeiterobject {
    /// The next number; `None` at the end.
    #[inline(always)]
    pub fn advance(&self) -> Option<i64> {
        let index = self.index.get();
        if index >= self.len.get() {
            return None;
        }
        self.index.set(index + 1);
        // Only the numbers of the range themselves are known to fit.
        Some(
            self.start
                .get()
                .wrapping_add(index.wrapping_mul(self.step.get())),
        )
    }
}

extern "C" fn iterator_next(this: &rangeiterobject) -> Option<Ref> {
    let value = this.advance()?;
    int::from_i64(value).ok().map(Ref::into_object)
}

extern "C" fn iterator_length(this: &rangeiterobject) -> PyResult {
    Ok(int::from_i64(this.len.get() - this.index.get())?.into_object())
}

/// `(iter, (range,), index)`.
fn reduced(start: &PyLongObject, step: &PyLongObject, len: &PyLongObject, index: Ref) -> PyResult {
    let stop = int::add(start, &*int::mul(len, step)?)?;
    let range = from_ints(Ref::new(start), stop, Ref::new(step))?;
    let args = tuple::from_owned(vec![range.into_object()])?;
    let iter = sequence::builtin_function("iter")?;
    Ok(tuple::from_owned(vec![iter, args.into_object(), index])?.into_object())
}

extern "C" fn iterator_reduce(this: &rangeiterobject) -> PyResult {
    reduced(
        &*int::from_i64(this.start.get())?,
        &*int::from_i64(this.step.get())?,
        &*int::from_i64(this.len.get())?,
        int::from_i64(this.index.get())?.into_object(),
    )
}

extern "C" fn iterator_setstate(this: &rangeiterobject, state: &PyObject) -> PyResult {
    let Some(index) = number::index(state)?.to_i64() else {
        return Err(raise!(
            OverflowError,
            "Python int too large to convert to C long"
        ));
    };
    this.index.set(index.clamp(0, this.len.get()));
    Ok(singletons::none())
}

/// A field of a long iterator.
fn field(slot: &Slot<PyLongObject>) -> Int {
    slot.cloned().unwrap_or_else(int::zero)
}

unsafe extern "C" fn long_dealloc(this: *mut PyObject) {
    // SAFETY: the object is dead; its memory goes last.
    unsafe {
        let iterator = &*this.cast::<longrangeiterobject>();
        for slot in [
            &iterator.index,
            &iterator.start,
            &iterator.step,
            &iterator.len,
        ] {
            slot.set(None);
        }
        mem::free_instance(this);
    }
}

extern "C" fn long_next(this: &longrangeiterobject) -> Option<Ref> {
    let next = || -> PyResult<Option<Ref>> {
        let index = field(&this.index);
        if int::compare(&index, &field(&this.len)) != Ordering::Less {
            return Ok(None);
        }
        let distance = int::mul(&index, &field(&this.step))?;
        let value = int::add(&field(&this.start), &distance)?;
        this.index.set(Some(int::add(&index, &int::one())?));
        Ok(Some(value.into_object()))
    };
    def::next_status(next())
}

extern "C" fn long_length(this: &longrangeiterobject) -> PyResult {
    Ok(int::sub(&field(&this.len), &field(&this.index))?.into_object())
}

extern "C" fn long_reduce(this: &longrangeiterobject) -> PyResult {
    reduced(
        &field(&this.start),
        &field(&this.step),
        &field(&this.len),
        field(&this.index).into_object(),
    )
}

extern "C" fn long_setstate(this: &longrangeiterobject, state: &PyObject) -> PyResult {
    let index = int::to_exact(&*number::index(state)?)?;
    let len = field(&this.len);
    let clipped = if index.is_negative() {
        int::zero()
    } else if int::compare(&index, &len) == Ordering::Greater {
        len
    } else {
        index
    };
    this.index.set(Some(clipped));
    Ok(singletons::none())
}

#[cfg(test)]
mod tests {
    use super::count_items;

    #[test]
    fn lengths() {
        assert_eq!(count_items(0, 10, 3), 4);
        assert_eq!(count_items(0, 9, 3), 3);
        assert_eq!(count_items(10, 0, -3), 4);
        assert_eq!(count_items(0, 10, -1), 0);
        assert_eq!(count_items(5, 5, 1), 0);
        assert_eq!(count_items(0, 1, 1 << 59), 1);
    }
}
