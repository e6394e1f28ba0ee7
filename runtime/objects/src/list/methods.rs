//! The type `list`: slots and methods.

use super::*;
use crate::def::{class_method, fast, fast_kw, noargs, one, slot, status, table, truth_status};
use crate::flags::{cmp, meth, tp};
use crate::growing;
use crate::sequence;

/// The type `list`.
#[unsafe(no_mangle)]
pub static PyList_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_as_sequence: table(&SEQUENCE),
    tp_as_mapping: table(&MAPPING),
    tp_flags: Cell::new(
        tp::DEFAULT
            | tp::HAVE_GC
            | tp::BASETYPE
            | tp::LIST_SUBCLASS
            | tp::SEQUENCE
            | tp::MATCH_SELF,
    ),
    tp_doc: Cell::new(
        c"list(iterable=(), /)\n--\n\nMutable sequence, made of the items of an iterable; without an argument it is empty."
            .as_ptr(),
    ),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear_slot),
    tp_richcompare: slot::compare(richcompare),
    tp_iter: slot::unary(iter),
    tp_methods: table(&METHODS[0]),
    tp_init: Cell::new(Some(init)),
    tp_new: Cell::new(Some(new_slot)),
    tp_vectorcall: Cell::new(Some(vectorcall)),
    ..PyTypeObject::new::<PyListObject>(c"list")
};

static SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(len_slot),
    sq_concat: slot::binary(concat),
    sq_repeat: slot::index(repeat),
    sq_item: slot::index(item),
    sq_ass_item: slot::set_index(assign_item),
    sq_contains: slot::contains(contains),
    sq_inplace_concat: slot::binary(inplace_concat),
    sq_inplace_repeat: slot::index(inplace_repeat),
    ..PySequenceMethods::EMPTY
};

static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(len_slot),
    mp_subscript: slot::binary(subscript),
    mp_ass_subscript: slot::set_item(assign_subscript),
};

static METHODS: [PyMethodDef; 16] = [
    PyMethodDef {
        ml_flags: Cell::new(meth::O | meth::COEXIST),
        ..one(
            c"__getitem__",
            subscript,
            c"__getitem__($self, index, /)\n--\n\nself[index]",
        )
    },
    noargs(
        c"__reversed__",
        reversed,
        c"__reversed__($self, /)\n--\n\nAn iterator from the last item to the first.",
    ),
    noargs(
        c"__sizeof__",
        sizeof,
        c"__sizeof__($self, /)\n--\n\nBytes in memory.",
    ),
    noargs(
        c"clear",
        clear,
        c"clear($self, /)\n--\n\nRemoves all items.",
    ),
    noargs(c"copy", copy, c"copy($self, /)\n--\n\nA shallow copy."),
    one(
        c"append",
        append,
        c"append($self, object, /)\n--\n\nAdds the object at the end.",
    ),
    fast(
        c"insert",
        insert,
        c"insert($self, index, object, /)\n--\n\nInserts the object in front of the index.",
    ),
    one(
        c"extend",
        extend,
        c"extend($self, iterable, /)\n--\n\nAdds all items of the iterable at the end.",
    ),
    fast(
        c"pop",
        pop,
        c"pop($self, index=-1, /)\n--\n\nRemoves and returns the item at the index.\n\nRaises IndexError if there is none.",
    ),
    one(
        c"remove",
        remove,
        c"remove($self, value, /)\n--\n\nRemoves the first item that equals the value.\n\nRaises ValueError if there is none.",
    ),
    fast(
        c"index",
        index,
        c"index($self, value, start=0, stop=sys.maxsize, /)\n--\n\nThe first index whose item equals the value.\n\nRaises ValueError if there is none.",
    ),
    one(
        c"count",
        count,
        c"count($self, value, /)\n--\n\nHow many items equal the value.",
    ),
    noargs(
        c"reverse",
        reverse,
        c"reverse($self, /)\n--\n\nTurns the order around, in place.",
    ),
    fast_kw(
        c"sort",
        sort_method,
        c"sort($self, /, *, key=None, reverse=False)\n--\n\nSorts in place, stably, by `<`.\n\nWith a key function its results are compared; with reverse, the order is descending.",
    ),
    class_method(one::<PyObject>(
        c"__class_getitem__",
        generic_alias::class_getitem,
        c"A generic alias, see PEP 585",
    )),
    PyMethodDef::END,
];

// ---- life ----

unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: tp_dealloc: a dead list whose array is ours; unfinished ones (from C) may hold nulls.
    unsafe {
        let exact = (*op).is_exact::<PyListObject>();
        gc::untrack(&*op);
        gc::trashcan(op, dealloc, |op| {
            let list = &*op.cast::<PyListObject>();
            let items = list.data();
            let mut i = list.len();
            while i > 0 {
                i -= 1;
                let item = *items.add(i);
                if !item.is_null() {
                    PyObject::decref(item);
                }
            }
            mem::free(items.cast());
            sequence::free_container(op, exact, size_of::<PyListObject>());
        });
    }
}

extern "C" fn traverse(this: &PyListObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // From the end, as CPython: see tuples.
    for i in (0..this.len()).rev() {
        // SAFETY: within the list; items of unfinished lists (from C) may be null.
        if let Some(item) = unsafe { (*this.data().add(i)).as_ref() } {
            let answer = visit(item, arg);
            if answer != 0 {
                return answer;
            }
        }
    }
    0
}

extern "C" fn clear_slot(this: &PyListObject) -> c_int {
    this.clear();
    0
}

extern "C" fn new_slot(ty: &PyTypeObject, _: &PyObject, _: Option<&PyObject>) -> PyResult {
    sequence::allocate(ty, 0)
}

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    // SAFETY: U3, and tp_init gets a tuple.
    let (list, args) = unsafe { (this.cast::<PyListObject>(), args.cast::<PyTupleObject>()) };
    let own_new =
        this.ty().tp_new.get().map(|f| f as usize) == Some(new_slot as *const () as usize);
    status((|| {
        if own_new {
            cfunction::no_keywords("list", kwargs)?;
        }
        cfunction::check_count("list", args.len(), 0, 1)?;
        if !list.data().is_null() {
            list.clear();
        }
        match args.items().first() {
            Some(iterable) => list.extend(iterable),
            None => Ok(()),
        }
    })())
}

extern "C" fn vectorcall(
    _: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    sequence::no_kwnames("list", names)?;
    cfunction::check_count("list", count, 0, 1)?;
    let list = super::new()?;
    if let Some(iterable) = args.slice(count as isize).first() {
        list.extend(iterable)?;
    }
    Ok(list.into_object())
}

// ---- slots ----

extern "C" fn repr(this: &PyListObject) -> PyResult {
    if this.is_empty() {
        return Ok(str_::new("[]")?.into_object());
    }
    match sequence::Printing::enter(this)? {
        None => Ok(str_::new("[...]")?.into_object()),
        Some(_guard) => Ok(sequence::repr(this, "[", "", "]")?.into_object()),
    }
}

extern "C" fn richcompare(this: &PyListObject, other: &PyObject, op: c_int) -> PyResult {
    let Some(other) = other.downcast::<PyListObject>() else {
        return Ok(singletons::not_implemented());
    };
    if this.len() != other.len() && (op == cmp::EQ || op == cmp::NE) {
        return Ok(boolean::from(op == cmp::NE));
    }
    sequence::compare(this, other, op)
}

/// A new iterator. Raises MemoryError.
pub extern "C" fn iter(this: &PyListObject) -> PyResult {
    iterators::new_iter(this)
}

extern "C" fn len_slot(this: &PyListObject) -> isize {
    this.len() as isize
}

extern "C" fn contains(this: &PyListObject, wanted: &PyObject) -> c_int {
    truth_status(sequence::find(this, wanted, 0, usize::MAX).map(|at| at.is_some()))
}

#[cold]
fn out_of_range() -> Raised {
    raise!(IndexError, "list index out of range")
}

#[cold]
fn assign_out_of_range() -> Raised {
    raise!(IndexError, "list assignment index out of range")
}

extern "C" fn item(this: &PyListObject, index: isize) -> PyResult {
    this.get(index as usize).ok_or_else(out_of_range)
}

/// `this[key]`. May run Python (`__index__`).
pub extern "C" fn subscript(this: &PyListObject, key: &PyObject) -> PyResult {
    if sequence::compact_int(key).is_some() || number::has_index(key) {
        let mut i = sequence::subscript_index(key)?;
        if i < 0 {
            i += this.len() as isize;
        }
        return item(this, i);
    }
    let Some(range) = key.exact::<PySliceObject>() else {
        return Err(bad_index(key));
    };
    let (start, _, step, count) = slice::indices(range, this.len())?;
    if count == 0 {
        return Ok(super::new()?.into_object());
    }
    if step == 1 {
        let start = start as usize;
        return Ok(from_borrowed(&this.items()[start..start + count])?.into_object());
    }
    Ok(super::picked(this.items(), start, step, count)?.into_object())
}

#[cold]
fn bad_index(key: &PyObject) -> Raised {
    raise!(
        TypeError,
        "list indices must be integers or slices, not {}",
        sequence::type_name(key)
    )
}

extern "C" fn assign_item(this: &PyListObject, index: isize, value: Option<&PyObject>) -> c_int {
    status(assign_at(this, index, value))
}

#[inline]
fn assign_at(this: &PyListObject, index: isize, value: Option<&PyObject>) -> PyResult<()> {
    if index < 0 || index as usize >= this.len() {
        return Err(assign_out_of_range());
    }
    match value {
        // SAFETY: the index is within the list.
        Some(value) => unsafe { this.set_unchecked(index as usize, value.to_ref()) },
        None => drop(this.remove_at(index as usize)),
    }
    Ok(())
}

extern "C" fn assign_subscript(
    this: &PyListObject,
    key: &PyObject,
    value: Option<&PyObject>,
) -> c_int {
    status(set_subscript(this, key, value))
}

/// `this[key] = value`, or `del this[key]` with `None`. Any exception; may run Python.
pub fn set_subscript(
    this: &PyListObject,
    key: &PyObject,
    value: Option<&PyObject>,
) -> PyResult<()> {
    if sequence::compact_int(key).is_some() || number::has_index(key) {
        let mut i = sequence::subscript_index(key)?;
        if i < 0 {
            i += this.len() as isize;
        }
        return assign_at(this, i, value);
    }
    let Some(range) = key.exact::<PySliceObject>() else {
        return Err(bad_index(key));
    };
    set_slice(this, range, value)
}

fn set_slice(this: &PyListObject, range: &PySliceObject, value: Option<&PyObject>) -> PyResult<()> {
    let len = this.len();
    let mut span = slice::indices(range, len)?;
    let items = match value {
        None => None,
        Some(value) => Some(if value.is(this) {
            growing::owned(this.items())?
        } else {
            let message = if span.2 == 1 {
                "can only assign an iterable"
            } else {
                "must assign iterable to extended slice"
            };
            protocol::fast_sequence(value, message)?
        }),
    };
    if this.len() != len {
        // The value's iterator changed the list.
        span = slice::indices(range, this.len())?;
    }
    let (start, stop, step, count) = span;
    if step == 1 {
        let end = stop.max(start) as usize;
        return this.splice_owned(start as usize, end, items.unwrap_or_default());
    }
    let Some(items) = items else {
        return delete_stepped(this, start, step, count);
    };
    if items.len() != count {
        return Err(raise!(
            ValueError,
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            count
        ));
    }
    let mut dead = growing::with_room(count)?;
    for (i, item) in items.into_iter().enumerate() {
        // SAFETY: the slice's indices are within the list, which owned the old item.
        unsafe {
            let place = this.data().offset(start + i as isize * step);
            dead.push(Ref::from_owned(place.replace(item.into_raw())));
        }
    }
    drop(dead);
    Ok(())
}

/// `del this[start::step]` for `count` items. Raises MemoryError.
fn delete_stepped(this: &PyListObject, start: isize, step: isize, count: usize) -> PyResult<()> {
    if count == 0 {
        return Ok(());
    }
    let (first, stride) = if step < 0 {
        (start + step * (count as isize - 1), -step)
    } else {
        (start, step)
    };
    let (len, stride) = (this.len(), stride as usize);
    let mut dead: Vec<Ref> = growing::with_room(count)?;
    let mut to = first as usize;
    // SAFETY: all indices are within the list; removed references are moved out before they are overwritten.
    unsafe {
        let data = this.data();
        for i in 0..count {
            let at = first as usize + i * stride;
            dead.push(Ref::from_owned(*data.add(at)));
            let next = if i + 1 == count { len } else { at + stride };
            std::ptr::copy(data.add(at + 1), data.add(to), next - at - 1);
            to += next - at - 1;
        }
    }
    this.ob_base.ob_size.set((len - count) as isize);
    if this.resize(len - count).is_err() {
        errors::clear();
    }
    drop(dead);
    Ok(())
}

extern "C" fn concat(this: &PyListObject, other: &PyObject) -> PyResult {
    let Some(other) = other.downcast::<PyListObject>() else {
        return Err(raise!(
            TypeError,
            "can only concatenate list (not \"{}\") to list",
            sequence::type_name(other)
        ));
    };
    let list = with_capacity(this.len() + other.len())?;
    // SAFETY: there is room for both.
    unsafe {
        list.fill(0, this.len(), |i| this.items()[i]);
        list.fill(this.len(), other.len(), |i| other.items()[i]);
    }
    Ok(list.into_object())
}

fn repeated(len: usize, times: isize) -> PyResult<usize> {
    match len.checked_mul(times.max(0) as usize) {
        Some(total) if total <= isize::MAX as usize / 8 => Ok(total),
        _ => Err(errors::no_memory()),
    }
}

/// Fills `data[len..total]` with repetitions of its first `len` items.
///
/// # Safety
/// The array has room, and its first `len` items are filled.
unsafe fn fill_repeated(data: *mut *mut PyObject, len: usize, total: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let more = (total / len - 1) as isize;
        for i in 0..len {
            let item = &**data.add(i);
            item.ob_refcnt.set(item.ob_refcnt.get() + more);
        }
        if len == 1 {
            std::slice::from_raw_parts_mut(data, total).fill(*data);
            return;
        }
        let mut done = len;
        while done < total {
            let part = done.min(total - done);
            std::ptr::copy_nonoverlapping(data, data.add(done), part);
            done += part;
        }
    }
}

extern "C" fn repeat(this: &PyListObject, times: isize) -> PyResult {
    let len = this.len();
    let total = repeated(len, times)?;
    let list = with_capacity(total)?;
    if total > 0 {
        // SAFETY: there is room for all.
        unsafe {
            list.fill(0, len, |i| this.items()[i]);
            fill_repeated(list.data(), len, total);
        }
        list.ob_base.ob_size.set(total as isize);
    }
    Ok(list.into_object())
}

extern "C" fn inplace_concat(this: &PyListObject, other: &PyObject) -> PyResult {
    this.extend(other)?;
    Ok(this.to_ref())
}

extern "C" fn inplace_repeat(this: &PyListObject, times: isize) -> PyResult {
    let len = this.len();
    if len == 0 || times == 1 {
        return Ok(this.to_ref());
    }
    if times < 1 {
        this.clear();
        return Ok(this.to_ref());
    }
    let total = repeated(len, times)?;
    this.resize(total)?;
    // SAFETY: `resize` has made room for all.
    unsafe { fill_repeated(this.data(), len, total) };
    Ok(this.to_ref())
}

// ---- methods ----

extern "C" fn reversed(this: &PyListObject) -> PyResult {
    iterators::new_reversed(this)
}

extern "C" fn sizeof(this: &PyListObject) -> PyResult {
    let basic = this.ty().tp_basicsize.get();
    Ok(int::from_i64((basic + this.allocated.get() * 8) as i64)?.into_object())
}

extern "C" fn clear(this: &PyListObject) -> PyResult {
    this.clear();
    Ok(singletons::none())
}

extern "C" fn copy(this: &PyListObject) -> PyResult {
    Ok(from_borrowed(this.items())?.into_object())
}

extern "C" fn append(this: &PyListObject, object: &PyObject) -> PyResult {
    this.append(object)?;
    Ok(singletons::none())
}

extern "C" fn insert(this: &PyListObject, args: Args<'_>, count: isize) -> PyResult {
    cfunction::check_count("insert", count as usize, 2, 2)?;
    let args = args.slice(count);
    let index = str_::args::isize_arg(args[0])?;
    this.insert(index, args[1])?;
    Ok(singletons::none())
}

extern "C" fn extend(this: &PyListObject, iterable: &PyObject) -> PyResult {
    this.extend(iterable)?;
    Ok(singletons::none())
}

extern "C" fn pop(this: &PyListObject, args: Args<'_>, count: isize) -> PyResult {
    cfunction::check_count("pop", count as usize, 0, 1)?;
    let index = match args.slice(count).first() {
        Some(arg) => match sequence::compact_int(arg) {
            Some(i) => i,
            None => str_::args::isize_arg(arg)?,
        },
        None => -1,
    };
    this.pop(index)
}

extern "C" fn remove(this: &PyListObject, value: &PyObject) -> PyResult {
    match sequence::find(this, value, 0, usize::MAX)? {
        Some(at) if at < this.len() => {
            drop(this.remove_at(at));
            Ok(singletons::none())
        }
        // `__eq__` shortened the list: there is nothing left to remove at that place.
        Some(_) => Ok(singletons::none()),
        None => Err(raise!(ValueError, "list.remove(x): x not in list")),
    }
}

extern "C" fn index(this: &PyListObject, args: Args<'_>, count: isize) -> PyResult {
    cfunction::check_count("index", count as usize, 1, 3)?;
    let args = args.slice(count);
    let (start, stop) = sequence::index_range(args, this.len())?;
    match sequence::find(this, args[0], start, stop)? {
        Some(at) => Ok(int::from_usize(at)?.into_object()),
        None => Err(raise!(
            ValueError,
            "{} is not in list",
            protocol::repr(args[0])?.to_string_lossy()
        )),
    }
}

extern "C" fn count(this: &PyListObject, value: &PyObject) -> PyResult {
    Ok(int::from_usize(sequence::count(this, value)?)?.into_object())
}

extern "C" fn reverse(this: &PyListObject) -> PyResult {
    this.reverse();
    Ok(singletons::none())
}

static SORT_PARAMS: cfunction::Params = cfunction::Params {
    function: "sort",
    names: &["key", "reverse"],
    positional_only: 0,
    positional: 0,
    required: 0,
};

extern "C" fn sort_method(
    this: &PyListObject,
    args: Args<'_>,
    count: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = SORT_PARAMS.bind(args, count, names)?;
    let key = bound[0].filter(|key| !singletons::is_none(key));
    let reverse = match bound[1] {
        Some(reverse) => int_argument(reverse)? != 0,
        None => false,
    };
    this.sort(key, reverse)?;
    Ok(singletons::none())
}

/// An argument of C type `int`. TypeError, OverflowError.
pub(crate) fn int_argument(arg: &PyObject) -> PyResult<i32> {
    let wide = number::index(arg)?;
    wide.to_i64()
        .and_then(|wide| i32::try_from(wide).ok())
        .ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C int"))
}
