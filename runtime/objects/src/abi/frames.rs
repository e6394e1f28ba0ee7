//! Code, frames, tracebacks, generators.
//!
//! Fields, order and sizes are CPython 3.11's; `tests/layout.rs` compares them with the installed headers.

use crate::abi::*;
use crate::object_structs;

/// C: `PyCodeObject`.
#[repr(C)]
pub struct PyCodeObject {
    pub ob_base: PyVarObject,
    pub co_consts: Slot<PyObject>,
    pub co_names: Slot<PyObject>,
    pub co_exceptiontable: Slot<PyObject>,
    pub co_flags: Cell<i32>,
    pub co_warmup: Cell<i16>,
    pub _co_linearray_entry_size: Cell<i16>,
    pub co_argcount: Cell<i32>,
    pub co_posonlyargcount: Cell<i32>,
    pub co_kwonlyargcount: Cell<i32>,
    pub co_stacksize: Cell<i32>,
    pub co_firstlineno: Cell<i32>,
    pub co_nlocalsplus: Cell<i32>,
    pub co_nlocals: Cell<i32>,
    pub co_nplaincellvars: Cell<i32>,
    pub co_ncellvars: Cell<i32>,
    pub co_nfreevars: Cell<i32>,
    pub co_localsplusnames: Slot<PyObject>,
    pub co_localspluskinds: Slot<PyObject>,
    pub co_filename: Slot<PyObject>,
    pub co_name: Slot<PyObject>,
    pub co_qualname: Slot<PyObject>,
    pub co_linetable: Slot<PyObject>,
    pub co_weakreflist: Slot<PyObject>,
    pub _co_code: Slot<PyObject>,
    pub _co_linearray: Cell<*const c_char>,
    pub _co_firsttraceable: Cell<i32>,
    pub co_extra: Cell<*mut c_void>,
    pub co_code_adaptive: [Cell<u8>; 1],
}

/// C: `_PyInterpreterFrame`.
#[repr(C)]
pub struct _PyInterpreterFrame {
    pub f_func: Slot<PyFunctionObject>,
    pub f_globals: Slot<PyObject>,
    pub f_builtins: Slot<PyObject>,
    pub f_locals: Slot<PyObject>,
    pub f_code: Slot<PyCodeObject>,
    pub frame_obj: Slot<PyFrameObject>,
    pub previous: Cell<*mut _PyInterpreterFrame>,
    pub prev_instr: Cell<*mut u16>,
    pub stacktop: Cell<i32>,
    pub is_entry: Cell<bool>,
    pub owner: Cell<u8>,
    /// HotPy's own, in CPython's padding: what the frame's return does to its caller (`vm::frames::ReturnTo`).
    pub return_to: Cell<u8>,
    /// HotPy's own, in CPython's padding: `vm::frames::flags`.
    pub frame_flags: Cell<u8>,
    pub localsplus: [Cell<*mut PyObject>; 1],
}

/// C: `PyFrameObject`.
#[repr(C)]
pub struct PyFrameObject {
    pub ob_base: PyObject,
    pub f_back: Slot<PyFrameObject>,
    pub f_frame: Cell<*mut _PyInterpreterFrame>,
    pub f_trace: Slot<PyObject>,
    pub f_lineno: Cell<i32>,
    pub f_trace_lines: Cell<u8>,
    pub f_trace_opcodes: Cell<u8>,
    pub f_fast_as_locals: Cell<u8>,
    pub _f_frame_data: [Cell<*mut PyObject>; 1],
}

/// C: `PyTracebackObject`.
#[repr(C)]
pub struct PyTracebackObject {
    pub ob_base: PyObject,
    pub tb_next: Slot<PyTracebackObject>,
    pub tb_frame: Slot<PyFrameObject>,
    pub tb_lasti: Cell<i32>,
    pub tb_lineno: Cell<i32>,
}

/// C: `PyGenObject`.
#[repr(C)]
pub struct PyGenObject {
    pub ob_base: PyObject,
    pub gi_code: Slot<PyCodeObject>,
    pub gi_weakreflist: Slot<PyObject>,
    pub gi_name: Slot<PyObject>,
    pub gi_qualname: Slot<PyObject>,
    pub gi_exc_state: _PyErr_StackItem,
    pub gi_origin_or_finalizer: Slot<PyObject>,
    pub gi_hooks_inited: Cell<u8>,
    pub gi_closed: Cell<u8>,
    pub gi_running_async: Cell<u8>,
    pub gi_frame_state: Cell<i8>,
    /// Padding in C. While it runs, how far from its exception state the next older one is, in words, if `previous_item` leads past it; or 0.
    pub gi_outer: Cell<i32>,
    pub gi_iframe: [Cell<*mut PyObject>; 1],
}

/// C: `PyCoroObject`.
#[repr(C)]
pub struct PyCoroObject {
    pub ob_base: PyObject,
    pub cr_code: Slot<PyCodeObject>,
    pub cr_weakreflist: Slot<PyObject>,
    pub cr_name: Slot<PyObject>,
    pub cr_qualname: Slot<PyObject>,
    pub cr_exc_state: _PyErr_StackItem,
    pub cr_origin_or_finalizer: Slot<PyObject>,
    pub cr_hooks_inited: Cell<u8>,
    pub cr_closed: Cell<u8>,
    pub cr_running_async: Cell<u8>,
    pub cr_frame_state: Cell<i8>,
    pub cr_iframe: [Cell<*mut PyObject>; 1],
}

/// C: `PyAsyncGenObject`.
#[repr(C)]
pub struct PyAsyncGenObject {
    pub ob_base: PyObject,
    pub ag_code: Slot<PyCodeObject>,
    pub ag_weakreflist: Slot<PyObject>,
    pub ag_name: Slot<PyObject>,
    pub ag_qualname: Slot<PyObject>,
    pub ag_exc_state: _PyErr_StackItem,
    pub ag_origin_or_finalizer: Slot<PyObject>,
    pub ag_hooks_inited: Cell<u8>,
    pub ag_closed: Cell<u8>,
    pub ag_running_async: Cell<u8>,
    pub ag_frame_state: Cell<i8>,
    pub ag_iframe: [Cell<*mut PyObject>; 1],
}

object_structs!(
    PyCodeObject,
    PyFrameObject,
    PyTracebackObject,
    PyGenObject,
    PyCoroObject,
    PyAsyncGenObject
);
