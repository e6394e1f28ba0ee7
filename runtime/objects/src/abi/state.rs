//! Thread state, context frames of C calls, exception stack.
//!
//! Fields, order and sizes are CPython 3.11's; `tests/layout.rs` compares them with the installed headers.

use crate::abi::*;
use crate::object_structs;

/// C: `_PyErr_StackItem`.
#[repr(C)]
pub struct _PyErr_StackItem {
    pub exc_value: Slot<PyObject>,
    pub previous_item: Cell<*mut _PyErr_StackItem>,
}

/// C: `_PyCFrame`.
#[repr(C)]
pub struct _PyCFrame {
    pub use_tracing: Cell<u8>,
    pub current_frame: Cell<*mut _PyInterpreterFrame>,
    pub previous: Cell<*mut _PyCFrame>,
}

/// C: `_PyStackChunk`.
#[repr(C)]
pub struct _PyStackChunk {
    pub previous: Cell<*mut _PyStackChunk>,
    pub size: Cell<usize>,
    pub top: Cell<usize>,
    pub data: [Cell<*mut PyObject>; 1],
}

/// C: `PyThreadState`.
#[repr(C)]
pub struct PyThreadState {
    pub prev: Cell<*mut PyThreadState>,
    pub next: Cell<*mut PyThreadState>,
    pub interp: Cell<*mut PyInterpreterState>,
    pub _initialized: Cell<i32>,
    pub _static: Cell<i32>,
    pub recursion_remaining: Cell<i32>,
    pub recursion_limit: Cell<i32>,
    pub recursion_headroom: Cell<i32>,
    pub tracing: Cell<i32>,
    pub tracing_what: Cell<i32>,
    pub cframe: Cell<*mut _PyCFrame>,
    pub c_profilefunc: Cell<Option<Py_tracefunc>>,
    pub c_tracefunc: Cell<Option<Py_tracefunc>>,
    pub c_profileobj: Slot<PyObject>,
    pub c_traceobj: Slot<PyObject>,
    pub curexc_type: Slot<PyObject>,
    pub curexc_value: Slot<PyObject>,
    pub curexc_traceback: Slot<PyObject>,
    pub exc_info: Cell<*mut _PyErr_StackItem>,
    pub dict: Slot<PyObject>,
    pub gilstate_counter: Cell<i32>,
    pub async_exc: Slot<PyObject>,
    pub thread_id: Cell<u64>,
    pub native_thread_id: Cell<u64>,
    pub trash_delete_nesting: Cell<i32>,
    pub trash_delete_later: Slot<PyObject>,
    pub on_delete: Cell<*mut c_void>,
    pub on_delete_data: Cell<*mut c_void>,
    pub coroutine_origin_tracking_depth: Cell<i32>,
    pub async_gen_firstiter: Slot<PyObject>,
    pub async_gen_finalizer: Slot<PyObject>,
    pub context: Slot<PyObject>,
    pub context_ver: Cell<u64>,
    pub id: Cell<u64>,
    pub trace_info: [Cell<u8>; 48],
    pub datastack_chunk: Cell<*mut _PyStackChunk>,
    pub datastack_top: Cell<*mut c_void>,
    pub datastack_limit: Cell<*mut c_void>,
    pub exc_state: _PyErr_StackItem,
    pub root_cframe: _PyCFrame,
}

/// C: `PyContext`.
#[repr(C)]
pub struct PyContext {
    pub ob_base: PyObject,
    pub ctx_prev: Cell<*mut c_void>,
    pub ctx_vars: Cell<*mut c_void>,
    pub ctx_weakreflist: Slot<PyObject>,
    pub ctx_entered: Cell<i32>,
}

/// C: `PyContextVar`.
#[repr(C)]
pub struct PyContextVar {
    pub ob_base: PyObject,
    pub var_name: Slot<PyObject>,
    pub var_default: Slot<PyObject>,
    pub var_cached: Slot<PyObject>,
    pub var_cached_tsid: Cell<u64>,
    pub var_cached_tsver: Cell<u64>,
    pub var_hash: Cell<isize>,
}

/// C: `PyContextToken`.
#[repr(C)]
pub struct PyContextToken {
    pub ob_base: PyObject,
    pub tok_ctx: Cell<*mut c_void>,
    pub tok_var: Cell<*mut c_void>,
    pub tok_oldval: Slot<PyObject>,
    pub tok_used: Cell<i32>,
}

object_structs!(PyContext, PyContextVar, PyContextToken);
