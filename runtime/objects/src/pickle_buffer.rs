//! `pickle.PickleBuffer`: a buffer that a pickler may take out of band.

use crate::def::{noargs, slot, table};
use crate::flags::{self, tp};
use crate::*;
use std::mem::offset_of;

/// C: `PyPickleBufferObject`.
#[repr(C)]
pub struct PyPickleBufferObject {
    pub ob_base: PyObject,
    pub view: Py_buffer,
    pub weakreflist: Slot<PyObject>,
}

object_structs!(PyPickleBufferObject);
builtin!(PyPickleBufferObject = PyPickleBuffer_Type);

/// A wrapper around an object's memory. TypeError, BufferError.
pub fn new(object: &PyObject) -> PyResult<Ref<PyPickleBufferObject>> {
    let new = mem::create_gc(&PyPickleBuffer_Type, |header| PyPickleBufferObject {
        ob_base: header,
        view: memoryview::blank(),
        weakreflist: Slot::EMPTY,
    })?;
    memoryview::get_into(object, &new.view, flags::buffer::FULL_RO)?;
    gc::track(&*new);
    Ok(new)
}

/// The memory. ValueError once it has been released.
pub fn view(b: &PyPickleBufferObject) -> PyResult<&Py_buffer> {
    if b.view.obj.is_null() {
        return Err(raise!(
            ValueError,
            "operation forbidden on released PickleBuffer object"
        ));
    }
    Ok(&b.view)
}

extern "C" fn new_slot(_: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    static PARAMS: cfunction::Params = cfunction::Params {
        function: "PickleBuffer",
        names: &[""],
        positional_only: 1,
        positional: 1,
        required: 1,
    };
    // SAFETY: tp_new gets a tuple.
    let bound = PARAMS.bind_tuple(unsafe { args.cast() }, kwargs)?;
    let none = singletons::none();
    Ok(new(bound[0].unwrap_or(&none))?.into_object())
}

unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: tp_dealloc: the fields are ours.
    unsafe {
        gc::untrack(&*op);
        let b: &PyPickleBufferObject = &*op.cast();
        if !b.weakreflist.is_null() {
            weakref::clear_refs(b);
        }
        memoryview::release(&b.view);
        mem::free_instance(op);
    }
}

extern "C" fn traverse(b: &PyPickleBufferObject, visit: visitproc, arg: *mut c_void) -> c_int {
    gc::visit(&b.view.obj, visit, arg)
}

extern "C" fn clear(b: &PyPickleBufferObject) -> c_int {
    memoryview::release(&b.view);
    0
}

extern "C" fn get_buffer(b: &PyPickleBufferObject, to: &Py_buffer, request: c_int) -> c_int {
    def::status(view(b).and_then(|v| match v.obj.get() {
        Some(object) => memoryview::get_into(object, to, request),
        None => Ok(()),
    }))
}

extern "C" fn raw(b: &PyPickleBufferObject) -> PyResult {
    let v = view(b)?;
    if v.suboffsets.get().is_null()
        && (memoryview::is_contiguous(v, b'C') || memoryview::is_contiguous(v, b'F'))
    {
        let Some(object) = v.obj.get() else {
            return Err(Raised);
        };
        let all = memoryview::new(object)?;
        // One dimension of bytes over the same memory.
        let cast = protocol::getattr(&all, &*str_::intern("cast")?)?;
        if memoryview::is_contiguous(v, b'C') {
            return call::call1(&cast, &*str_::new("B")?);
        }
        // It has several dimensions: room for the shape and the strides of one.
        let flat = &all.view;
        flat.format.set(c"B".as_ptr());
        flat.itemsize.set(1);
        flat.ndim.set(1);
        // SAFETY: the view's own arrays; it was made just now and nobody else has it.
        unsafe {
            *flat.shape.get().cast::<isize>() = flat.len.get();
            *flat.strides.get().cast::<isize>() = 1;
        }
        all.flags.set(all.flags.get() | memoryview::CONTIGUOUS);
        return Ok(all.into_object());
    }
    Err(raise!(
        BufferError,
        "cannot extract raw buffer from non-contiguous buffer"
    ))
}

extern "C" fn release(b: &PyPickleBufferObject) -> PyResult {
    memoryview::release(&b.view);
    Ok(singletons::none())
}

static METHODS: [PyMethodDef; 3] = [
    noargs(
        c"raw",
        raw,
        c"raw($self, /)\n--\n\nA memoryview of the bytes; BufferError unless they are contiguous.",
    ),
    noargs(
        c"release",
        release,
        c"release($self, /)\n--\n\nGives the memory back.",
    ),
    PyMethodDef::END,
];

static BUFFER: PyBufferProcs = PyBufferProcs {
    bf_getbuffer: slot::getbuffer(get_buffer),
    bf_releasebuffer: Cell::new(None),
};

#[unsafe(no_mangle)]
pub static PyPickleBuffer_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_as_buffer: table(&BUFFER),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_doc: Cell::new(c"A wrapper for buffers that are pickled out of band.".as_ptr()),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear),
    tp_weaklistoffset: Cell::new(offset_of!(PyPickleBufferObject, weakreflist) as isize),
    tp_methods: table(&METHODS[0]),
    tp_new: Cell::new(Some(new_slot)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<PyPickleBufferObject>(c"pickle.PickleBuffer")
};
