//! Items: BINARY_SUBSCR, STORE_SUBSCR, DELETE_SUBSCR.

use super::quicken;
use crate::asking::iterates_python;
use crate::calls::{Outcome, call_borrowed};
use crate::config::always_surrogates;
use crate::replay::{self, Job};
use crate::surrogates::{self, Known};
use hotpy_isa::number as n;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use std::ptr;

/// Whether everything goes through surrogates.
#[inline(always)]
fn always() -> bool {
    always_surrogates() && surrogates::is_loaded()
}

fn get_job(job: &Job<'_>) -> PyResult {
    protocol::getitem(job.args[0], job.args[1])
}

fn set_job(job: &Job<'_>) -> PyResult {
    protocol::setitem(job.args[0], job.args[1], job.args[2]).map(|()| singletons::none())
}

fn delete_job(job: &Job<'_>) -> PyResult {
    protocol::delitem(job.args[0], job.args[1]).map(|()| singletons::none())
}

/// An exact int of one digit or none as an index from the front or the back; `None` out of range.
#[inline(always)]
pub fn small_index(key: &PyObject, len: usize) -> Option<usize> {
    let n = key.exact::<PyLongObject>()?;
    let size = n.ob_base.ob_size.get();
    let digit = n.ob_digit[0].get() as usize;
    match size {
        1 if digit < len => Some(digit),
        0 if len > 0 => Some(0),
        -1 if digit <= len => Some(len - digit),
        _ => None,
    }
}

/// The Python function that the type has for a special method behind a Python slot.
fn python_method(is_python: bool, ty: &PyTypeObject, name: &Str) -> Option<&'static PyObject> {
    if !is_python {
        return None;
    }
    typeobject::lookup(ty, name).filter(|m| m.is_exact::<PyFunctionObject>())
}

/// The container, if it is an exact dict and the key one that never runs Python.
#[inline(always)]
pub fn plain_dict<'a>(container: &'a PyObject, key: &PyObject) -> Option<&'a PyDictObject> {
    let dict = container.exact::<PyDictObject>()?;
    let is_plain =
        key.is_exact::<Str>() || key.is_exact::<PyLongObject>() || key.is_exact::<PyBytesObject>();
    is_plain.then_some(dict)
}

/// The character of an exact str at a small index; `None` is a miss.
#[inline(always)]
pub fn character(container: &PyObject, key: &PyObject) -> Option<Ref> {
    let text = container.exact::<Str>()?;
    let c = text.char_at(small_index(key, text.len())?);
    match str_::from_char(c) {
        Ok(c) => Some(c.into_object()),
        Err(Raised) => {
            errors::clear();
            None
        }
    }
}

/// The bounds of a slice of a container of `len` items, as (start, stop, step, count), clipped; `None` if they are not plain.
/// From `base` on the stack has the container and the slice's `count` parts.
#[inline(always)]
unsafe fn bounds(base: *mut *mut PyObject, count: usize, len: usize) -> Option<Bounds> {
    let plain = |o: &PyObject| -> Option<Option<isize>> {
        match o.exact::<PyLongObject>() {
            Some(n) if quicken::is_small(n) => Some(Some(quicken::small_value(n) as isize)),
            _ => singletons::is_none(o).then_some(None),
        }
    };
    // SAFETY: the caller's promise.
    let (start, stop, step) = unsafe {
        let step = if count == 3 {
            plain(&**base.add(3))?.unwrap_or(1)
        } else {
            1
        };
        (plain(&**base.add(1))?, plain(&**base.add(2))?, step)
    };
    if step == 0 {
        return None;
    }
    let (first, last) = if step < 0 {
        (isize::MAX, isize::MIN)
    } else {
        (0, isize::MAX)
    };
    let (start, stop, count) =
        slice::adjust(start.unwrap_or(first), stop.unwrap_or(last), step, len);
    Some(Bounds {
        start,
        stop,
        step,
        count,
    })
}

struct Bounds {
    start: isize,
    stop: isize,
    step: isize,
    count: usize,
}

impl Bounds {
    fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.count
    }
}

/// BUILD_SLICE (of `count` parts) and BINARY_SUBSCR of an exact list, tuple, str or bytes with plain bounds; `None`: nothing was done.
///
/// # Safety
/// From `base` on the stack has the container and the slice's parts.
#[inline(never)]
unsafe fn part(base: *mut *mut PyObject, count: usize) -> Option<PyResult> {
    if always_surrogates() {
        return None;
    }
    // SAFETY: the caller's promise.
    let (container, bounds) = unsafe { (&**base, |len| bounds(base, count, len)) };
    if let Some(list) = container.exact::<PyListObject>() {
        let items = list.items();
        let b = bounds(items.len())?;
        return Some(
            if b.step == 1 {
                list::from_borrowed(&items[b.range()])
            } else {
                list::picked(items, b.start, b.step, b.count)
            }
            .map(Ref::into_object),
        );
    }
    if let Some(text) = container.exact::<Str>() {
        let b = bounds(text.len()).filter(|b| b.step == 1)?;
        let range = b.range();
        return Some(text.substring(range.start, range.end).map(Ref::into_object));
    }
    if let Some(tuple) = container.exact::<PyTupleObject>() {
        let items = tuple.items();
        let b = bounds(items.len()).filter(|b| b.step == 1)?;
        return Some(if b.count == items.len() {
            Ok(container.to_ref())
        } else {
            tuple::from_borrowed(&items[b.range()]).map(Ref::into_object)
        });
    }
    let data = container.exact::<PyBytesObject>()?.as_slice();
    let b = bounds(data.len()).filter(|b| b.step == 1)?;
    Some(if b.count == data.len() {
        Ok(container.to_ref())
    } else {
        bytes::new(&data[b.range()]).map(Ref::into_object)
    })
}

/// BUILD_SLICE (of `count` parts) and STORE_SUBSCR of an exact list that gets another list's items; `None`: nothing was done.
///
/// # Safety
/// From `base` on the stack has the container and the slice's parts, and below it the value.
#[inline(never)]
unsafe fn set_part(base: *mut *mut PyObject, count: usize) -> Option<PyResult<()>> {
    // SAFETY: the caller's promise.
    unsafe {
        let list = (**base).exact::<PyListObject>()?;
        let value = (**base.sub(1)).exact::<PyListObject>()?;
        let b = bounds(base, count, list.len()).filter(|b| b.step == 1)?;
        if always_surrogates() || list.is(value) {
            return None;
        }
        let end = b.stop.max(b.start) as usize;
        Some(list.replace_part(b.start as usize, end, value.items()))
    }
}

/// BUILD_SLICE: what the slice is for is done at once, without it, where that is plain. Where to go on, and the stack's end; `None`: nothing was done.
///
/// # Safety
/// The stack that ends at `sp` has the container and `count` parts of the slice, and the instruction at `ip` comes next.
#[inline(always)]
pub unsafe fn sliced(
    frame: &Frame,
    ip: *mut u16,
    sp: *mut *mut PyObject,
    count: usize,
) -> Option<PyResult<(*mut u16, *mut *mut PyObject)>> {
    // SAFETY: the caller's promise; what is dropped was owned by the stack.
    unsafe {
        let base = sp.sub(count + 1);
        let drop_from = |first: *mut *mut PyObject| {
            for place in (0..sp.offset_from_unsigned(first)).rev() {
                PyObject::decref(*first.add(place));
            }
        };
        match *ip as u8 {
            n::BINARY_SUBSCR => {
                let part = part(base, count)?;
                frame.prev_instr.set(ip);
                Some(part.map(|part| {
                    drop_from(base.add(1));
                    drop(Ref::from_owned(ptr::replace(base, part.into_raw())));
                    (ip.add(5), base.add(1))
                }))
            }
            n::STORE_SUBSCR => {
                let done = set_part(base, count)?;
                frame.prev_instr.set(ip);
                Some(done.map(|()| {
                    drop_from(base.sub(1));
                    (ip.add(2), base.sub(1))
                }))
            }
            _ => None,
        }
    }
}

/// `container[key]`; takes over both.
#[inline(never)]
pub fn get(ts: &PyThreadState, container: Ref, key: Ref) -> Outcome {
    if always() {
        return surrogates::enter(ts, Known::GetItem, &[&container, &key]);
    }
    if let Some(list) = container.exact::<PyListObject>() {
        if let Some(i) = small_index(&key, list.len()) {
            return Outcome::Value(list.items()[i].to_ref());
        }
    } else if let Some(d) = plain_dict(&container, &key) {
        match d.get_item(&key) {
            Ok(Some(value)) => return Outcome::Value(value),
            Ok(None) => {
                errors::raise_key_error(&key);
                return Outcome::Raised;
            }
            Err(Raised) => return Outcome::Raised,
        }
    } else if let Some(tuple) = container.exact::<PyTupleObject>() {
        if let Some(i) = small_index(&key, tuple.len()) {
            return Outcome::Value(tuple.items()[i].to_ref());
        }
    } else if let Some(bytes) = container.exact::<PyBytesObject>() {
        let data = bytes.as_slice();
        if let Some(i) = small_index(&key, data.len()) {
            return int::from_i64(i64::from(data[i]))
                .map(Ref::into_object)
                .into();
        }
    } else if let Some(c) = character(&container, &key) {
        return Outcome::Value(c);
    }
    get_slow(ts, container, key)
}

fn get_slow(ts: &PyThreadState, container: Ref, key: Ref) -> Outcome {
    let ty = container.ty();
    if let Some(method) = python_method(
        typeobject::is_python_slot_subscript(ty),
        ty,
        &names::__getitem__,
    ) {
        return call_borrowed(ts, method, &[&container, &key]);
    }
    if !container.is_exact::<PyDictObject>()
        && let Some(d) = container.downcast::<PyDictObject>()
        && let Some(missing) = typeobject::lookup(ty, &names::__missing__)
        && replay::is_plain(&key)
        && !typeobject::is_python_slot_subscript(ty)
    {
        return match d.get_item(&key) {
            Ok(Some(value)) => Outcome::Value(value),
            Ok(None) => call_borrowed(ts, missing, &[&container, &key]),
            Err(Raised) => Outcome::Raised,
        };
    }
    if asks_nobody(&container)
        && (replay::is_plain(&key) || replay::is_plain_slice(&key))
        && !always()
    {
        return protocol::getitem(&container, &key).into();
    }
    replay::attempt(ts, get_job, 0, &[&container, &key])
}

/// `container[key] = value`; takes over all three.
#[inline(never)]
pub fn set(ts: &PyThreadState, container: Ref, key: Ref, value: Ref) -> Outcome {
    if always() {
        return surrogates::enter(ts, Known::SetItem, &[&container, &key, &value]);
    }
    if let Some(list) = container.exact::<PyListObject>() {
        if let Some(i) = small_index(&key, list.len()) {
            return done(list.set(i, value));
        }
    } else if let Some(d) = plain_dict(&container, &key) {
        return done(d.set_item(&key, &value));
    }
    set_slow(ts, container, key, value)
}

fn set_slow(ts: &PyThreadState, container: Ref, key: Ref, value: Ref) -> Outcome {
    let ty = container.ty();
    if let Some(method) = python_method(
        typeobject::is_python_slot_ass_subscript(ty),
        ty,
        &names::__setitem__,
    ) {
        return call_borrowed(ts, method, &[&container, &key, &value]);
    }
    if container.is_instance::<PyListObject>()
        && key.is_exact::<PySliceObject>()
        && surrogates::is_loaded()
        && !value.is_exact::<PyTupleObject>()
        && iterates_python(&value)
    {
        return surrogates::enter(ts, Known::SetItem, &[&container, &key, &value]);
    }
    if let Some(task) = byte_tasks::begin_set_slice(&container, &key, &value) {
        return replay::run_task(ts, task, 0);
    }
    let is_native = asks_nobody(&container) && !value.ty().is_heap_type() && !always();
    if is_native && (replay::is_plain(&key) || replay::is_plain_slice(&key)) {
        return done(protocol::setitem(&container, &key, &value));
    }
    replay::attempt(ts, set_job, 0, &[&container, &key, &value])
}

/// `del container[key]`; takes over both.
pub fn delete(ts: &PyThreadState, container: Ref, key: Ref) -> Outcome {
    if always() {
        return surrogates::enter(ts, Known::DelItem, &[&container, &key]);
    }
    let ty = container.ty();
    if let Some(method) = python_method(
        typeobject::is_python_slot_ass_subscript(ty),
        ty,
        &names::__delitem__,
    ) {
        return call_borrowed(ts, method, &[&container, &key]);
    }
    if asks_nobody(&container) && replay::is_plain(&key) {
        return done(protocol::delitem(&container, &key));
    }
    replay::attempt(ts, delete_job, 0, &[&container, &key])
}

/// Whether a container of this type has its items itself: with a plain key no item is asked for elsewhere.
fn asks_nobody(container: &PyObject) -> bool {
    container.ty().tp_flags.get() & flags::tp::INERT != 0 || container.is_exact::<PyDictObject>()
}

fn done(result: PyResult<()>) -> Outcome {
    match result {
        Ok(()) => Outcome::Value(singletons::none()),
        Err(Raised) => Outcome::Raised,
    }
}
