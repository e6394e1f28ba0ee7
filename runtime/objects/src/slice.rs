//! `slice`: three objects, and what they mean for a sequence of a given length.

use crate::cfunction::{check_count, no_keywords};
use crate::*;
use std::cmp::Ordering;
use std::mem::offset_of;

builtin!(PySliceObject = PySlice_Type);

static METHODS: [PyMethodDef; 3] = [
    def::one(
        c"indices",
        indices_method,
        c"The triple (start, stop, step) that the slice means for a sequence of that length: clipped to its bounds, without None.",
    ),
    def::noargs(c"__reduce__", reduce, c"Class and arguments, for copying."),
    PyMethodDef::END,
];

const fn object_member(name: &'static std::ffi::CStr, offset: usize) -> PyMemberDef {
    def::member(
        name,
        flags::member::OBJECT,
        offset,
        flags::member::READONLY,
        c"",
    )
}

static MEMBERS: [PyMemberDef; 4] = [
    object_member(c"start", offset_of!(PySliceObject, start)),
    object_member(c"stop", offset_of!(PySliceObject, stop)),
    object_member(c"step", offset_of!(PySliceObject, step)),
    PyMemberDef::END,
];

#[unsafe(no_mangle)]
pub static PySlice_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    tp_repr: def::slot::unary(repr),
    tp_hash: Cell::new(Some(hash)),
    tp_flags: Cell::new(flags::tp::DEFAULT | flags::tp::HAVE_GC),
    tp_doc: Cell::new(
        c"slice(stop)\nslice(start, stop[, step])\n\nWhat stands between the brackets of x[start:stop:step]."
            .as_ptr(),
    ),
    tp_traverse: def::slot::traverse(traverse),
    tp_richcompare: def::slot::compare(compare),
    tp_methods: def::table(&METHODS[0]),
    tp_members: def::table(&MEMBERS[0]),
    tp_new: Cell::new(Some(new_slot)),
    ..PyTypeObject::new::<PySliceObject>(c"slice")
};

/// `slice(start, stop, step)`. Raises MemoryError.
#[inline]
pub fn new(start: &PyObject, stop: &PyObject, step: &PyObject) -> PyResult<Ref<PySliceObject>> {
    let slot = |value: &PyObject| Slot::of(value.to_ref().into_raw());
    let slice = mem::create_gc(&PySlice_Type, |header| PySliceObject {
        ob_base: header,
        start: slot(start),
        stop: slot(stop),
        step: slot(step),
    })?;
    gc::track(&*slice);
    Ok(slice)
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is dead; its memory goes last.
    unsafe {
        gc::untrack(&*this);
        let slice = &*this.cast::<PySliceObject>();
        slice.start.set(None);
        slice.stop.set(None);
        slice.step.set(None);
        mem::free_instance(this);
    }
}

extern "C" fn traverse(this: &PySliceObject, visit: visitproc, arg: *mut c_void) -> c_int {
    for slot in [&this.start, &this.stop, &this.step] {
        let answer = slot.get().map_or(0, |object| visit(object, arg));
        if answer != 0 {
            return answer;
        }
    }
    0
}

/// The three objects; they never change.
fn fields(this: &PySliceObject) -> [&PyObject; 3] {
    let none: &PyObject = &singletons::_Py_NoneStruct;
    [&this.start, &this.stop, &this.step].map(|slot| slot.get().unwrap_or(none))
}

extern "C" fn new_slot(_: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // SAFETY: `tp_new` gets a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    no_keywords("slice", kwargs)?;
    check_count("slice", args.len(), 1, 3)?;
    let none: &PyObject = &singletons::_Py_NoneStruct;
    let (start, stop, step) = match *args.items() {
        [stop] => (none, stop, none),
        [start, stop] => (start, stop, none),
        [start, stop, step, ..] => (start, stop, step),
        [] => (none, none, none),
    };
    Ok(new(start, stop, step)?.into_object())
}

extern "C" fn repr(this: &PySliceObject) -> PyResult {
    let mut out = str_::Builder::default();
    for (before, field) in ["slice(", ", ", ", "].iter().zip(fields(this)) {
        out.push_text(before);
        out.push_str(&*protocol::repr(field)?);
    }
    out.push_text(")");
    Ok(out.finish()?.into_object())
}

extern "C" fn hash(_: &PyObject) -> isize {
    raise!(TypeError, "unhashable type: 'slice'");
    -1
}

extern "C" fn reduce(this: &PySliceObject) -> PyResult {
    let args = tuple::from_borrowed(&fields(this))?;
    Ok(tuple::from_borrowed(&[this.ty(), &args])?.into_object())
}

/// As tuples compare.
extern "C" fn compare(this: &PySliceObject, other: &PyObject, op: c_int) -> PyResult {
    let Some(other) = other.exact::<PySliceObject>() else {
        return Ok(singletons::not_implemented());
    };
    if this.is(other) {
        return Ok(boolean::from(matches!(
            op,
            flags::cmp::EQ | flags::cmp::LE | flags::cmp::GE
        )));
    }
    let (a, b) = (
        tuple::from_borrowed(&fields(this))?,
        tuple::from_borrowed(&fields(other))?,
    );
    protocol::compare(&a, &b, op)
}

fn bad_index() -> Raised {
    raise!(
        TypeError,
        "slice indices must be integers or None or have an __index__ method"
    )
}

/// A bound as a machine integer, clipped; `default` for None.
#[inline]
fn bound(value: &PyObject, default: isize) -> PyResult<isize> {
    if let Some(n) = value.exact::<PyLongObject>().and_then(PyLongObject::single) {
        return Ok(n as isize);
    }
    if singletons::is_none(value) {
        return Ok(default);
    }
    if !number::has_index(value) {
        return Err(bad_index());
    }
    number::index_isize(value, None)
}

/// Start, stop and step as machine integers, clipped to their range; the step is neither zero nor the smallest integer.
/// May run Python (`__index__`).
pub fn unpack(slice: &PySliceObject) -> PyResult<(isize, isize, isize)> {
    let [start, stop, step] = fields(slice);
    let step = bound(step, 1)?;
    if step == 0 {
        return Err(raise!(ValueError, "slice step cannot be zero"));
    }
    let (first, last) = if step < 0 {
        (isize::MAX, isize::MIN)
    } else {
        (0, isize::MAX)
    };
    Ok((
        bound(start, first)?,
        bound(stop, last)?,
        step.max(-isize::MAX),
    ))
}

/// Unpacked bounds for a sequence of `len` items: (start, stop, count), clipped.
pub fn adjust(start: isize, stop: isize, step: isize, len: usize) -> (isize, isize, usize) {
    let len = len as isize;
    let (lowest, highest) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let clip = |at: isize| {
        let at = if at < 0 { at.saturating_add(len) } else { at };
        at.clamp(lowest, highest.max(lowest))
    };
    let (start, stop) = (clip(start), clip(stop));
    let count = if step < 0 && stop < start {
        (start - stop - 1) / -step + 1
    } else if step > 0 && start < stop {
        (stop - start - 1) / step + 1
    } else {
        0
    };
    (start, stop, count as usize)
}

/// (start, stop, step, count) for a sequence of `len` items, clipped. May run Python (`__index__`), so that the sequence may have
/// another length afterwards.
pub fn indices(slice: &PySliceObject, len: usize) -> PyResult<(isize, isize, isize, usize)> {
    let (start, stop, step) = unpack(slice)?;
    let (start, stop, count) = adjust(start, stop, step, len);
    Ok((start, stop, step, count))
}

/// (start, stop, step) for a length of any size, without clipping to machine integers. ValueError, TypeError.
pub fn long_indices(slice: &PySliceObject, len: &PyLongObject) -> PyResult<[Ref<PyLongObject>; 3]> {
    let [start, stop, step] = fields(slice);
    let index = |value: &PyObject| {
        if !number::has_index(value) {
            return Err(bad_index());
        }
        int::to_exact(&*number::index(value)?)
    };
    let step = if singletons::is_none(step) {
        int::one()
    } else {
        index(step)?
    };
    let backwards = match step.sign() {
        0 => return Err(raise!(ValueError, "slice step cannot be zero")),
        sign => sign < 0,
    };
    let (lowest, highest) = if backwards {
        (int::from_i64(-1)?, int::sub(len, &int::one())?)
    } else {
        (int::zero(), Ref::new(len))
    };
    let bound = |value: &PyObject, default: &Ref<PyLongObject>| -> PyResult<Ref<PyLongObject>> {
        if singletons::is_none(value) {
            return Ok(default.clone());
        }
        let mut at = index(value)?;
        if at.is_negative() {
            at = int::add(&at, len)?;
        }
        Ok(if int::compare(&at, &lowest) == Ordering::Less {
            lowest.clone()
        } else if int::compare(&at, &highest) == Ordering::Greater {
            highest.clone()
        } else {
            at
        })
    };
    let (first, last) = if backwards {
        (&highest, &lowest)
    } else {
        (&lowest, &highest)
    };
    Ok([bound(start, first)?, bound(stop, last)?, step])
}

extern "C" fn indices_method(this: &PySliceObject, len: &PyObject) -> PyResult {
    let len = int::to_exact(&*number::index(len)?)?;
    if len.is_negative() {
        return Err(raise!(ValueError, "length should not be negative"));
    }
    let parts = long_indices(this, &len)?.map(Ref::into_object);
    Ok(tuple::from_owned(parts.into())?.into_object())
}

#[cfg(test)]
mod tests {
    use super::adjust;

    #[test]
    fn bounds_are_clipped() {
        const MIN: isize = isize::MIN;
        const MAX: isize = isize::MAX;
        assert_eq!(adjust(0, MAX, 1, 5), (0, 5, 5));
        assert_eq!(adjust(MAX, MIN, -1, 5), (4, -1, 5));
        assert_eq!(adjust(-2, MAX, 1, 5), (3, 5, 2));
        assert_eq!(adjust(3, 1, 1, 5), (3, 1, 0));
        assert_eq!(adjust(0, MAX, 2, 5), (0, 5, 3));
        assert_eq!(adjust(MAX, MIN, -2, 0), (-1, -1, 0));
        assert_eq!(adjust(MIN, MAX, MAX, 5), (0, 5, 1));
        assert_eq!(adjust(MAX, MIN, -MAX, 5), (4, -1, 1));
    }
}
