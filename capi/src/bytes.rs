//! `bytesobject.h`, `bytearrayobject.h`, `pycore_strhex.h`: byte strings, and the writer that builds them.

use crate::support::*;
use hotpy_objects::bytearray;
use hotpy_objects::str_::codecs::escapes;
use std::mem::offset_of;

const DATA: usize = offset_of!(PyBytesObject, ob_sval);

fn expected(o: &PyObject) -> PyResult<&PyBytesObject> {
    o.downcast::<PyBytesObject>()
        .ok_or_else(|| raise!(TypeError, "expected bytes, {} found", o.ty().name()))
}

fn data_of(b: &PyBytesObject) -> *mut c_char {
    (b as *const PyBytesObject)
        .cast_mut()
        .cast::<c_char>()
        .wrapping_add(DATA)
}

/// An object of `length` bytes (null-terminated, else not written), not shared with anybody.
fn unfilled(length: isize) -> PyResult<Ref<PyBytesObject>> {
    if length < 0 {
        return Err(raise!(
            SystemError,
            "Negative size passed to PyBytes_FromStringAndSize"
        ));
    }
    if length == 0 {
        return Ok(bytes::empty());
    }
    if length > isize::MAX - 64 {
        return Err(raise!(OverflowError, "byte string is too large"));
    }
    let block = mem::alloc(DATA + length as usize + 1);
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block has room for header, data and null.
    unsafe {
        let object = block.cast::<PyBytesObject>();
        block.cast::<PyVarObject>().write(PyVarObject {
            ob_base: mem::header(&bytes::PyBytes_Type),
            ob_size: Cell::new(length),
        });
        (*object).ob_shash.set(-1);
        block.add(DATA + length as usize).write(0);
        Ok(Ref::from_owned(object))
    }
}

export! {
    fn _PyBytes_FromHex(text: &PyObject, bytearray: c_int) -> PyResult {
        let ty: &PyTypeObject = if bytearray != 0 { &bytearray::PyByteArray_Type } else { &bytes::PyBytes_Type };
        call::call_method(ty, &*str_::intern("fromhex")?, &[text])
    }
    fn PyBytes_FromStringAndSize(data: *const c_char, length: isize) -> PyResult<Ref<PyBytesObject>> {
        if data.is_null() || length < 0 {
            return unfilled(length);
        }
        bytes::new(slice_of(data, length))
    }
    fn PyBytes_FromString(data: *const c_char) -> PyResult<Ref<PyBytesObject>> { bytes::new(bytes_of(data)) }
    fn PyBytes_FromObject(o: Option<&PyObject>) -> PyResult {
        let Some(o) = o else { return Err(bad_internal_call()) };
        if o.is_exact::<PyBytesObject>() {
            return Ok(o.to_ref());
        }
        if memoryview::has_buffer(o) {
            let buffer = memoryview::Buffer::get(o, flags::buffer::FULL_RO)?;
            return Ok(bytes::new(&memoryview::to_vec(buffer.raw(), b'C')?)?.into_object());
        }
        if o.is_instance::<Str>() || !(protocol::is_sequence(o) || protocol::is_iterator(o) || o.ty().tp_iter.get().is_some()) {
            return Err(raise!(TypeError, "cannot convert '{}' object to bytes", o.ty().name()));
        }
        call::call1(&bytes::PyBytes_Type, o)
    }
    fn PyBytes_Size(o: &PyObject) -> isize { expected(o).map_or(-1, |b| b.as_slice().len() as isize) }
    fn PyBytes_AsString(o: &PyObject) -> *mut c_char { expected(o).map_or(ptr::null_mut(), data_of) }
    fn PyBytes_AsStringAndSize(o: &PyObject, data: *mut *mut c_char, length: *mut isize) -> c_int {
        if data.is_null() {
            bad_internal_call();
            return -1;
        }
        let Ok(b) = expected(o) else { return -1 };
        // SAFETY: result pointers (C1).
        unsafe {
            *data = data_of(b);
            if !length.is_null() {
                *length = b.as_slice().len() as isize;
            } else if b.as_slice().contains(&0) {
                raise!(ValueError, "embedded null byte");
                return -1;
            }
        }
        0
    }
    fn PyBytes_Repr(o: &PyObject, _smart: c_int) -> PyResult<Ref<Str>> { protocol::repr(o) }
    fn PyBytes_Concat(place: *mut *mut PyObject, more: Option<&PyObject>) { concat(place, more) }
    fn PyBytes_ConcatAndDel(place: *mut *mut PyObject, more: Option<Ref>) { concat(place, more.as_deref()) }
    fn PyBytes_DecodeEscape(data: *const c_char, length: isize, errors: *const c_char, _unicode: isize, _encoding: *const c_char) -> PyResult<Ref<PyBytesObject>> {
        bytes::new(&escapes::escape_decode(slice_of(data, length), &opt_text_of(errors).unwrap_or(Cow::Borrowed("strict")))?)
    }
    fn _PyBytes_Join(separator: &PyObject, items: &PyObject) -> PyResult {
        let join = protocol::getattr(separator, &names::join)?;
        call::call1(&join, items)
    }
    /// Changes the length of an object that nobody else has.
    fn _PyBytes_Resize(place: *mut *mut PyBytesObject, length: isize) -> c_int { status(resize(place, length)) }
    fn _PyBytes_Find(data: *const c_char, length: isize, part: *const c_char, part_length: isize, offset: isize) -> isize {
        find(slice_of(data, length), slice_of(part, part_length)).map_or(-1, |at| at as isize + offset)
    }
    fn _PyBytes_ReverseFind(data: *const c_char, length: isize, part: *const c_char, part_length: isize, offset: isize) -> isize {
        rfind(slice_of(data, length), slice_of(part, part_length)).map_or(-1, |at| at as isize + offset)
    }
    /// Fills the destination with the source over and over.
    fn _PyBytes_Repeat(to: *mut c_char, length: isize, from: *const c_char, from_length: isize) {
        let mut done = 0;
        while done < length && from_length > 0 {
            // The source may be the destination's start.
            // SAFETY: the caller's memory (C1).
            unsafe { ptr::copy(from, to.offset(done), from_length.min(length - done) as usize) };
            done += from_length;
        }
    }

    // ---- bytearray ----

    fn PyByteArray_FromStringAndSize(data: *const c_char, length: isize) -> PyResult<Ref<PyByteArrayObject>> {
        if length < 0 {
            return Err(raise!(SystemError, "Negative size passed to PyByteArray_FromStringAndSize"));
        }
        if data.is_null() {
            let new = bytearray::new(&[])?;
            new.resize(length as usize)?;
            return Ok(new);
        }
        bytearray::new(slice_of(data, length))
    }
    fn PyByteArray_FromObject(o: &PyObject) -> PyResult { call::call1(&bytearray::PyByteArray_Type, o) }
    fn PyByteArray_Size(o: &PyByteArrayObject) -> isize { o.len() as isize }
    fn PyByteArray_AsString(o: &PyByteArrayObject) -> *mut c_char {
        if o.ob_base.ob_size.get() == 0 { (&raw const crate::data::_PyByteArray_empty_string).cast_mut().cast() } else { o.data_ptr().cast() }
    }
    fn PyByteArray_Resize(o: &PyByteArrayObject, length: isize) -> c_int { status(o.resize(length as usize)) }
    fn PyByteArray_Concat(a: &PyObject, b: &PyObject) -> PyResult {
        for o in [a, b] {
            if !memoryview::has_buffer(o) {
                return Err(raise!(TypeError, "can't concat {} to {}", b.ty().name(), a.ty().name()));
            }
        }
        let mut all = bytes::with_buffer(a, |data| Ok(data.to_vec()))?;
        bytes::with_buffer(b, |data| { all.extend_from_slice(data); Ok(()) })?;
        Ok(bytearray::new(&all)?.into_object())
    }

    // ---- hexadecimal ----

    fn _Py_strhex(data: *const c_char, length: isize) -> PyResult<Ref<Str>> { str_::from_ascii(&hex(slice_of(data, length), None, 0)?) }
    fn _Py_strhex_bytes(data: *const c_char, length: isize) -> PyResult<Ref<PyBytesObject>> { bytes::new(&hex(slice_of(data, length), None, 0)?) }
    fn _Py_strhex_with_sep(data: *const c_char, length: isize, sep: Option<&PyObject>, group: c_int) -> PyResult<Ref<Str>> {
        str_::from_ascii(&hex(slice_of(data, length), sep, group)?)
    }
    fn _Py_strhex_bytes_with_sep(data: *const c_char, length: isize, sep: Option<&PyObject>, group: c_int) -> PyResult<Ref<PyBytesObject>> {
        bytes::new(&hex(slice_of(data, length), sep, group)?)
    }

    // ---- the writer ----

    fn _PyBytesWriter_Init(w: *mut Writer) {
        // SAFETY: memory for a writer; its small buffer needs no value.
        unsafe { ptr::write_bytes(w.cast::<u8>(), 0, offset_of!(Writer, small_buffer)) }
    }
    fn _PyBytesWriter_Alloc(w: &Writer, size: isize) -> *mut u8 {
        w.use_small_buffer.set(1);
        w.allocated.set(w.small_buffer.len() as isize);
        let start = w.small_buffer.as_ptr().cast_mut().cast::<u8>();
        prepare(w, start, size).unwrap_or(ptr::null_mut())
    }
    /// Makes room for `size` more bytes behind `at`; where writing goes on.
    fn _PyBytesWriter_Prepare(w: &Writer, at: *mut u8, size: isize) -> *mut u8 {
        if size == 0 { at } else { prepare(w, at, size).unwrap_or(ptr::null_mut()) }
    }
    fn _PyBytesWriter_Resize(w: &Writer, at: *mut u8, size: isize) -> *mut u8 {
        grow(w, at, size).unwrap_or(ptr::null_mut())
    }
    fn _PyBytesWriter_WriteBytes(w: &Writer, at: *mut u8, data: *const c_char, size: isize) -> *mut u8 {
        let at = _PyBytesWriter_Prepare(w, at, size);
        if at.is_null() {
            return at;
        }
        // SAFETY: there is room.
        unsafe {
            ptr::copy_nonoverlapping(data.cast::<u8>(), at, size.max(0) as usize);
            at.add(size.max(0) as usize)
        }
    }
    fn _PyBytesWriter_Finish(w: &Writer, end: *mut u8) -> PyResult {
        let (start, length) = extent(w, end);
        // SAFETY: what has been written.
        let data = unsafe { std::slice::from_raw_parts(start, length) };
        let answer = if w.use_bytearray.get() != 0 {
            bytearray::new(data).map(Ref::into_object)
        } else {
            bytes::new(data).map(Ref::into_object)
        };
        w.buffer.set(None);
        answer
    }
    fn _PyBytesWriter_Dealloc(w: &Writer) { w.buffer.set(None) }
}

/// C: `_PyBytesWriter`. What is written lies in the small buffer, or in a bytes object (a bytearray is made at the end).
#[repr(C)]
pub struct Writer {
    buffer: Slot<PyBytesObject>,
    allocated: Cell<isize>,
    min_size: Cell<isize>,
    use_bytearray: Cell<c_int>,
    overallocate: Cell<c_int>,
    use_small_buffer: Cell<c_int>,
    small_buffer: [Cell<u8>; 512],
}

/// Where the writer's data starts, and how much there is up to `end`.
fn extent(w: &Writer, end: *mut u8) -> (*mut u8, usize) {
    let start = match w.buffer.get() {
        Some(buffer) if w.use_small_buffer.get() == 0 => data_of(buffer).cast(),
        _ => w.small_buffer.as_ptr().cast_mut().cast::<u8>(),
    };
    (start, end as usize - start as usize)
}

fn prepare(w: &Writer, at: *mut u8, size: isize) -> PyResult<*mut u8> {
    let Some(needed) = w.min_size.get().checked_add(size) else {
        return Err(errors::no_memory());
    };
    let at = if needed > w.allocated.get() {
        grow(w, at, needed)?
    } else {
        at
    };
    w.min_size.set(needed);
    Ok(at)
}

fn grow(w: &Writer, at: *mut u8, size: isize) -> PyResult<*mut u8> {
    let wanted = if w.overallocate.get() != 0 {
        size + size / 4
    } else {
        size
    };
    let (start, length) = extent(w, at);
    let new = unfilled(wanted.max(1))?;
    let to = data_of(&new).cast::<u8>();
    // SAFETY: the new object is larger than what is there.
    unsafe { ptr::copy_nonoverlapping(start, to, length) };
    w.buffer.set(Some(new));
    w.use_small_buffer.set(0);
    w.allocated.set(wanted.max(1));
    Ok(to.wrapping_add(length))
}

fn resize(place: *mut *mut PyBytesObject, length: isize) -> PyResult<()> {
    // SAFETY: the place owns a reference (C1).
    unsafe {
        let old = Ref::from_owned(*place);
        *place = ptr::null_mut();
        if !old.is_exact::<PyBytesObject>() || length < 0 {
            return Err(bad_internal_call());
        }
        let had = old.as_slice().len();
        if had == length as usize {
            *place = old.into_raw();
            return Ok(());
        }
        if length > 0 && had > 0 && old.ob_base.ob_base.ob_refcnt.get() == 1 {
            let block = mem::realloc(old.into_raw().cast(), DATA + length as usize + 1);
            if block.is_null() {
                return Err(errors::no_memory());
            }
            let object = block.cast::<PyBytesObject>();
            (*object).ob_base.ob_size.set(length);
            (*object).ob_shash.set(-1);
            block.add(DATA + length as usize).write(0);
            *place = object;
            return Ok(());
        }
        if had > 0 && length > 0 {
            // Shared after all.
            return Err(bad_internal_call());
        }
        *place = unfilled(length)?.into_raw();
        Ok(())
    }
}

fn concat(place: *mut *mut PyObject, more: Option<&PyObject>) {
    // SAFETY: the place owns a reference, or is null (C1).
    unsafe {
        let left = Ref::from_owned_opt(std::mem::replace(&mut *place, ptr::null_mut()));
        let (Some(left), Some(more)) = (left, more) else {
            return;
        };
        let join = || {
            if !memoryview::has_buffer(&left) || !memoryview::has_buffer(more) {
                return Err(raise!(
                    TypeError,
                    "can't concat {} to {}",
                    more.ty().name(),
                    left.ty().name()
                ));
            }
            let mut all = bytes::with_buffer(&left, |data| Ok(data.to_vec()))?;
            bytes::with_buffer(more, |data| {
                all.extend_from_slice(data);
                Ok(())
            })?;
            bytes::new(&all)
        };
        if let Ok(joined) = join() {
            *place = joined.into_raw().cast();
        }
    }
}

fn find(data: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() {
        return Some(0);
    }
    data.windows(part.len()).position(|w| w == part)
}

fn rfind(data: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() {
        return Some(data.len());
    }
    data.windows(part.len()).rposition(|w| w == part)
}

/// Hexadecimal digits, with a separator between groups (counted from the right, or from the left if negative). ValueError, TypeError.
fn hex(data: &[u8], sep: Option<&PyObject>, group: c_int) -> PyResult<Vec<u8>> {
    let mut separator = None;
    if let Some(sep) = sep {
        let text = match (sep.downcast::<Str>(), sep.downcast::<PyBytesObject>()) {
            (Some(text), _) if text.len() != 1 => {
                return Err(raise!(ValueError, "sep must be length 1."));
            }
            (Some(text), _) => text.char_at(0),
            (_, Some(data)) if data.as_slice().len() != 1 => {
                return Err(raise!(ValueError, "sep must be length 1."));
            }
            (_, Some(data)) => data.as_slice()[0] as u32,
            _ if protocol::len(sep)? != 1 => {
                return Err(raise!(ValueError, "sep must be length 1."));
            }
            _ => return Err(raise!(TypeError, "sep must be str or bytes.")),
        };
        if text > 127 {
            return Err(raise!(ValueError, "sep must be ASCII."));
        }
        separator = Some(text as u8);
    }
    bytes_methods::hex_digits(data, separator, group as isize)
}
