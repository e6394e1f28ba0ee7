//! `memoryview` and the buffer protocol.

use crate::*;
use std::{ptr, slice};

#[unsafe(no_mangle)]
pub static PyMemoryView_Type: PyTypeObject = PyTypeObject::new::<PyMemoryViewObject>(c"memoryview");
builtin!(PyMemoryViewObject = PyMemoryView_Type);

/// A filled `Py_buffer`, released on drop. It lies in a box: exporters may remember its address.
pub struct Buffer(Box<Py_buffer>);

impl Buffer {
    /// Asks the object for its memory. TypeError if it has none to give; BufferError by the exporter.
    pub fn get(obj: &PyObject, flags: c_int) -> PyResult<Buffer> {
        let procs = obj.ty().tp_as_buffer.get();
        // SAFETY: a type's table is live as long as the type.
        let get = unsafe { procs.as_ref() }.and_then(|p| p.bf_getbuffer.get());
        let Some(get) = get else {
            return Err(raise!(
                TypeError,
                "a bytes-like object is required, not '{}'",
                obj.ty().name()
            ));
        };
        let buffer = Box::new(blank());
        if get(obj, &buffer, flags) < 0 {
            return Err(Raised);
        }
        Ok(Buffer(buffer))
    }

    /// The memory, taken as a run of bytes; the exporter keeps it alive and in place.
    pub fn as_slice(&self) -> &[u8] {
        if self.0.len.get() == 0 {
            return &[];
        }
        // SAFETY: the exporter promised `len` bytes until the release.
        unsafe { slice::from_raw_parts(self.0.buf.get().cast(), self.0.len.get() as usize) }
    }

    /// The C structure.
    pub fn raw(&self) -> &Py_buffer {
        &self.0
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        release(&self.0);
    }
}

/// An empty structure.
pub fn blank() -> Py_buffer {
    Py_buffer {
        buf: Cell::new(ptr::null_mut()),
        obj: Slot::EMPTY,
        len: Cell::new(0),
        itemsize: Cell::new(1),
        readonly: Cell::new(1),
        ndim: Cell::new(1),
        format: Cell::new(ptr::null()),
        shape: Cell::new(ptr::null_mut()),
        strides: Cell::new(ptr::null_mut()),
        suboffsets: Cell::new(ptr::null_mut()),
        internal: Cell::new(ptr::null_mut()),
    }
}

/// Gives the memory back (C: `PyBuffer_Release`); nothing happens to an empty structure. May run Python (the exporter's end).
pub fn release(buffer: &Py_buffer) {
    let Some(obj) = buffer.obj.cloned() else {
        return;
    };
    // SAFETY: a type's table is live as long as the type.
    let procs = unsafe { obj.ty().tp_as_buffer.get().as_ref() };
    if let Some(release) = procs.and_then(|p| p.bf_releasebuffer.get()) {
        release(&obj, buffer);
    }
    buffer.obj.set(None);
}

pub fn new(obj: &PyObject) -> PyResult<Ref<PyMemoryViewObject>> {
    let _ = obj;
    todo!()
}

/// Whether the object has the buffer protocol.
pub fn has_buffer(obj: &PyObject) -> bool {
    // SAFETY: a type's table is live as long as the type.
    unsafe { obj.ty().tp_as_buffer.get().as_ref() }
        .is_some_and(|procs| procs.bf_getbuffer.get().is_some())
}
