//! Object headers, types and their slot tables, method and member tables, weak references.
//!
//! Fields, order and sizes are CPython 3.11's; `tests/layout.rs` compares them with the installed headers.

use crate::abi::*;
use crate::object_structs;

/// C: `PyObject`.
#[repr(C)]
pub struct PyObject {
    pub ob_refcnt: Cell<isize>,
    pub ob_type: Slot<PyTypeObject>,
}

/// C: `PyVarObject`.
#[repr(C)]
pub struct PyVarObject {
    pub ob_base: PyObject,
    pub ob_size: Cell<isize>,
}

/// C: `PyTypeObject`.
#[repr(C)]
pub struct PyTypeObject {
    pub ob_base: PyVarObject,
    pub tp_name: Cell<*const c_char>,
    pub tp_basicsize: Cell<isize>,
    pub tp_itemsize: Cell<isize>,
    pub tp_dealloc: Cell<Option<destructor>>,
    pub tp_vectorcall_offset: Cell<isize>,
    pub tp_getattr: Cell<Option<getattrfunc>>,
    pub tp_setattr: Cell<Option<setattrfunc>>,
    pub tp_as_async: Cell<*mut PyAsyncMethods>,
    pub tp_repr: Cell<Option<reprfunc>>,
    pub tp_as_number: Cell<*mut PyNumberMethods>,
    pub tp_as_sequence: Cell<*mut PySequenceMethods>,
    pub tp_as_mapping: Cell<*mut PyMappingMethods>,
    pub tp_hash: Cell<Option<hashfunc>>,
    pub tp_call: Cell<Option<ternaryfunc>>,
    pub tp_str: Cell<Option<reprfunc>>,
    pub tp_getattro: Cell<Option<getattrofunc>>,
    pub tp_setattro: Cell<Option<setattrofunc>>,
    pub tp_as_buffer: Cell<*mut PyBufferProcs>,
    pub tp_flags: Cell<u64>,
    pub tp_doc: Cell<*const c_char>,
    pub tp_traverse: Cell<Option<traverseproc>>,
    pub tp_clear: Cell<Option<inquiry>>,
    pub tp_richcompare: Cell<Option<richcmpfunc>>,
    pub tp_weaklistoffset: Cell<isize>,
    pub tp_iter: Cell<Option<getiterfunc>>,
    pub tp_iternext: Cell<Option<iternextfunc>>,
    pub tp_methods: Cell<*mut PyMethodDef>,
    pub tp_members: Cell<*mut PyMemberDef>,
    pub tp_getset: Cell<*mut PyGetSetDef>,
    pub tp_base: Slot<PyTypeObject>,
    pub tp_dict: Slot<PyObject>,
    pub tp_descr_get: Cell<Option<descrgetfunc>>,
    pub tp_descr_set: Cell<Option<descrsetfunc>>,
    pub tp_dictoffset: Cell<isize>,
    pub tp_init: Cell<Option<initproc>>,
    pub tp_alloc: Cell<Option<allocfunc>>,
    pub tp_new: Cell<Option<newfunc>>,
    pub tp_free: Cell<Option<freefunc>>,
    pub tp_is_gc: Cell<Option<inquiry>>,
    pub tp_bases: Slot<PyObject>,
    pub tp_mro: Slot<PyObject>,
    pub tp_cache: Slot<PyObject>,
    pub tp_subclasses: Slot<PyObject>,
    pub tp_weaklist: Slot<PyObject>,
    pub tp_del: Cell<Option<destructor>>,
    pub tp_version_tag: Cell<u32>,
    pub tp_finalize: Cell<Option<destructor>>,
    pub tp_vectorcall: Cell<Option<vectorcallfunc>>,
}

/// C: `PyHeapTypeObject`.
#[repr(C)]
pub struct PyHeapTypeObject {
    pub ht_type: PyTypeObject,
    pub as_async: PyAsyncMethods,
    pub as_number: PyNumberMethods,
    pub as_mapping: PyMappingMethods,
    pub as_sequence: PySequenceMethods,
    pub as_buffer: PyBufferProcs,
    pub ht_name: Slot<PyObject>,
    pub ht_slots: Slot<PyObject>,
    pub ht_qualname: Slot<PyObject>,
    pub ht_cached_keys: Cell<*mut PyDictKeysObject>,
    pub ht_module: Slot<PyObject>,
    pub _ht_tpname: Cell<*const c_char>,
    pub _spec_cache: Cell<*mut c_void>,
}

/// C: `PyNumberMethods`.
#[repr(C)]
pub struct PyNumberMethods {
    pub nb_add: Cell<Option<binaryfunc>>,
    pub nb_subtract: Cell<Option<binaryfunc>>,
    pub nb_multiply: Cell<Option<binaryfunc>>,
    pub nb_remainder: Cell<Option<binaryfunc>>,
    pub nb_divmod: Cell<Option<binaryfunc>>,
    pub nb_power: Cell<Option<ternaryfunc>>,
    pub nb_negative: Cell<Option<unaryfunc>>,
    pub nb_positive: Cell<Option<unaryfunc>>,
    pub nb_absolute: Cell<Option<unaryfunc>>,
    pub nb_bool: Cell<Option<inquiry>>,
    pub nb_invert: Cell<Option<unaryfunc>>,
    pub nb_lshift: Cell<Option<binaryfunc>>,
    pub nb_rshift: Cell<Option<binaryfunc>>,
    pub nb_and: Cell<Option<binaryfunc>>,
    pub nb_xor: Cell<Option<binaryfunc>>,
    pub nb_or: Cell<Option<binaryfunc>>,
    pub nb_int: Cell<Option<unaryfunc>>,
    pub nb_reserved: Cell<*mut c_void>,
    pub nb_float: Cell<Option<unaryfunc>>,
    pub nb_inplace_add: Cell<Option<binaryfunc>>,
    pub nb_inplace_subtract: Cell<Option<binaryfunc>>,
    pub nb_inplace_multiply: Cell<Option<binaryfunc>>,
    pub nb_inplace_remainder: Cell<Option<binaryfunc>>,
    pub nb_inplace_power: Cell<Option<ternaryfunc>>,
    pub nb_inplace_lshift: Cell<Option<binaryfunc>>,
    pub nb_inplace_rshift: Cell<Option<binaryfunc>>,
    pub nb_inplace_and: Cell<Option<binaryfunc>>,
    pub nb_inplace_xor: Cell<Option<binaryfunc>>,
    pub nb_inplace_or: Cell<Option<binaryfunc>>,
    pub nb_floor_divide: Cell<Option<binaryfunc>>,
    pub nb_true_divide: Cell<Option<binaryfunc>>,
    pub nb_inplace_floor_divide: Cell<Option<binaryfunc>>,
    pub nb_inplace_true_divide: Cell<Option<binaryfunc>>,
    pub nb_index: Cell<Option<unaryfunc>>,
    pub nb_matrix_multiply: Cell<Option<binaryfunc>>,
    pub nb_inplace_matrix_multiply: Cell<Option<binaryfunc>>,
}

/// C: `PySequenceMethods`.
#[repr(C)]
pub struct PySequenceMethods {
    pub sq_length: Cell<Option<lenfunc>>,
    pub sq_concat: Cell<Option<binaryfunc>>,
    pub sq_repeat: Cell<Option<ssizeargfunc>>,
    pub sq_item: Cell<Option<ssizeargfunc>>,
    pub was_sq_slice: Cell<*mut c_void>,
    pub sq_ass_item: Cell<Option<ssizeobjargproc>>,
    pub was_sq_ass_slice: Cell<*mut c_void>,
    pub sq_contains: Cell<Option<objobjproc>>,
    pub sq_inplace_concat: Cell<Option<binaryfunc>>,
    pub sq_inplace_repeat: Cell<Option<ssizeargfunc>>,
}

/// C: `PyMappingMethods`.
#[repr(C)]
pub struct PyMappingMethods {
    pub mp_length: Cell<Option<lenfunc>>,
    pub mp_subscript: Cell<Option<binaryfunc>>,
    pub mp_ass_subscript: Cell<Option<objobjargproc>>,
}

/// C: `PyAsyncMethods`.
#[repr(C)]
pub struct PyAsyncMethods {
    pub am_await: Cell<Option<unaryfunc>>,
    pub am_aiter: Cell<Option<unaryfunc>>,
    pub am_anext: Cell<Option<unaryfunc>>,
    pub am_send: Cell<Option<sendfunc>>,
}

/// C: `PyBufferProcs`.
#[repr(C)]
pub struct PyBufferProcs {
    pub bf_getbuffer: Cell<Option<getbufferproc>>,
    pub bf_releasebuffer: Cell<Option<releasebufferproc>>,
}

/// C: `PyMethodDef`.
#[repr(C)]
pub struct PyMethodDef {
    pub ml_name: Cell<*const c_char>,
    pub ml_meth: Cell<Option<PyCFunction>>,
    pub ml_flags: Cell<i32>,
    pub ml_doc: Cell<*const c_char>,
}

/// C: `PyGetSetDef`.
#[repr(C)]
pub struct PyGetSetDef {
    pub name: Cell<*const c_char>,
    pub get: Cell<Option<getter>>,
    pub set: Cell<Option<setter>>,
    pub doc: Cell<*const c_char>,
    pub closure: Cell<*mut c_void>,
}

/// C: `PyMemberDef`.
#[repr(C)]
pub struct PyMemberDef {
    pub name: Cell<*const c_char>,
    pub type_: Cell<i32>,
    pub offset: Cell<isize>,
    pub flags: Cell<i32>,
    pub doc: Cell<*const c_char>,
}

/// C: `PyType_Slot`.
#[repr(C)]
pub struct PyType_Slot {
    pub slot: Cell<i32>,
    pub pfunc: Cell<*mut c_void>,
}

/// C: `PyType_Spec`.
#[repr(C)]
pub struct PyType_Spec {
    pub name: Cell<*const c_char>,
    pub basicsize: Cell<i32>,
    pub itemsize: Cell<i32>,
    pub flags: Cell<u32>,
    pub slots: Cell<*mut PyType_Slot>,
}

/// C: `PyGC_Head`.
#[repr(C)]
pub struct PyGC_Head {
    pub _gc_next: Cell<usize>,
    pub _gc_prev: Cell<usize>,
}

/// C: `PyWeakReference`.
#[repr(C)]
pub struct PyWeakReference {
    pub ob_base: PyObject,
    pub wr_object: Slot<PyObject>,
    pub wr_callback: Slot<PyObject>,
    pub hash: Cell<isize>,
    pub wr_prev: Slot<PyWeakReference>,
    pub wr_next: Slot<PyWeakReference>,
    pub vectorcall: Cell<Option<vectorcallfunc>>,
}

object_structs!(PyVarObject, PyTypeObject, PyHeapTypeObject, PyWeakReference);
