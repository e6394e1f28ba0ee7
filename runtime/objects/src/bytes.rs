//! `bytes`: immutable; the data follows the header, with a null behind.
//!
//! The empty object and the 256 one-byte objects live in `_PyRuntime`, where compiled modules may look for them.

use crate::def::Downcast;
use crate::*;
use std::mem::offset_of;
use std::{ptr, slice};

#[unsafe(no_mangle)]
pub static PyBytes_Type: PyTypeObject = PyTypeObject::new::<PyBytesObject>(c"bytes");
builtin!(PyBytesObject = PyBytes_Type);

/// Where the data starts.
const HEADER: usize = offset_of!(PyBytesObject, ob_sval);

/// Fills `_PyRuntime`'s empty and one-byte objects. Idempotent.
pub fn init() {
    let fill = |object: &PyBytesObject, size: isize| {
        object.ob_base.ob_base.ob_refcnt.set(IMMORTAL);
        object
            .ob_base
            .ob_base
            .ob_type
            .set_ptr((&raw const PyBytes_Type).cast_mut());
        object.ob_base.ob_size.set(size);
        object.ob_shash.set(-1);
    };
    if !_PyRuntime.bytes_empty.ob_base.ob_base.ob_type.is_null() {
        return;
    }
    fill(&_PyRuntime.bytes_empty, 0);
    for c in 0..256 {
        let object = one_byte(c as u8);
        fill(object, 1);
        object.ob_sval[0].set(c as u8);
    }
}

fn one_byte(c: u8) -> &'static PyBytesObject {
    // SAFETY: each entry is 48 bytes for a header of 32 and a byte with its null.
    unsafe { &*_PyRuntime.bytes_characters[c as usize].as_ptr().cast() }
}

/// The empty object.
pub fn empty() -> Ref<PyBytesObject> {
    Ref::new(&_PyRuntime.bytes_empty)
}

/// A copy of the data. Raises MemoryError.
pub fn new(data: &[u8]) -> PyResult<Ref<PyBytesObject>> {
    // SAFETY: the whole buffer is written.
    unsafe {
        with_len(data.len(), |to| {
            ptr::copy_nonoverlapping(data.as_ptr(), to, data.len())
        })
    }
}

/// An object of `len` bytes that `fill` writes. Raises MemoryError.
///
/// # Safety
/// `fill` writes all `len` bytes.
pub unsafe fn with_len(len: usize, fill: impl FnOnce(*mut u8)) -> PyResult<Ref<PyBytesObject>> {
    match len {
        0 => return Ok(empty()),
        1 => {
            let mut byte = 0;
            fill(&mut byte);
            return Ok(Ref::new(one_byte(byte)));
        }
        _ => {}
    }
    if len > isize::MAX as usize - HEADER - 1 {
        return Err(errors::no_memory());
    }
    let block = mem::alloc(HEADER + len + 1);
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block has room for header, data and null.
    unsafe {
        let object = block.cast::<PyBytesObject>();
        (*object).ob_base = PyVarObject {
            ob_base: mem::header(&PyBytes_Type),
            ob_size: Cell::new(len as isize),
        };
        (*object).ob_shash = Cell::new(-1);
        let data = block.add(HEADER);
        data.add(len).write(0);
        fill(data);
        Ok(Ref::from_owned(object))
    }
}

impl PyBytesObject {
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: the object has `ob_size` bytes, which never change.
        unsafe {
            slice::from_raw_parts(
                (self as *const PyBytesObject).cast::<u8>().add(HEADER),
                self.ob_base.ob_size.get() as usize,
            )
        }
    }
}

/// Runs `f` over the bytes of any object with the buffer protocol. TypeError "a bytes-like object is required, not 'X'".
pub fn with_buffer<R>(obj: &PyObject, f: impl FnOnce(&[u8]) -> PyResult<R>) -> PyResult<R> {
    if let Some(bytes) = obj.downcast::<PyBytesObject>() {
        return f(bytes.as_slice());
    }
    let buffer = memoryview::Buffer::get(obj, flags::buffer::SIMPLE)?;
    f(buffer.as_slice())
}
