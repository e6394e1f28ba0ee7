//! `list`, `tuple`, `dict` with its key tables, `set`, `slice`, `enumerate`.
//!
//! Fields, order and sizes are CPython 3.11's; `tests/layout.rs` compares them with the installed headers.

use crate::abi::*;
use crate::object_structs;

/// C: `PyListObject`.
#[repr(C)]
pub struct PyListObject {
    pub ob_base: PyVarObject,
    pub ob_item: Cell<*mut c_void>,
    pub allocated: Cell<isize>,
}

/// C: `PyTupleObject`.
#[repr(C)]
pub struct PyTupleObject {
    pub ob_base: PyVarObject,
    pub ob_item: [Cell<*mut PyObject>; 1],
}

/// C: `PyDictKeysObject`.
#[repr(C)]
pub struct PyDictKeysObject {
    pub dk_refcnt: Cell<isize>,
    pub dk_log2_size: Cell<u8>,
    pub dk_log2_index_bytes: Cell<u8>,
    pub dk_kind: Cell<u8>,
    pub dk_version: Cell<u32>,
    pub dk_usable: Cell<isize>,
    pub dk_nentries: Cell<isize>,
    pub dk_indices: [u8; 0],
}

/// C: `PyDictUnicodeEntry`.
#[repr(C)]
pub struct PyDictUnicodeEntry {
    pub me_key: Slot<PyObject>,
    pub me_value: Slot<PyObject>,
}

/// C: `PyDictKeyEntry`.
#[repr(C)]
pub struct PyDictKeyEntry {
    pub me_hash: Cell<isize>,
    pub me_key: Slot<PyObject>,
    pub me_value: Slot<PyObject>,
}

/// C: `PyDictValues`.
#[repr(C)]
pub struct PyDictValues {
    pub values: [Cell<*mut PyObject>; 1],
}

/// C: `PyDictObject`.
#[repr(C)]
pub struct PyDictObject {
    pub ob_base: PyObject,
    pub ma_used: Cell<isize>,
    pub ma_version_tag: Cell<u64>,
    pub ma_keys: Cell<*mut PyDictKeysObject>,
    pub ma_values: Cell<*mut PyDictValues>,
}

/// C: `setentry`.
#[repr(C)]
pub struct setentry {
    pub key: Slot<PyObject>,
    pub hash: Cell<isize>,
}

/// C: `PySetObject`.
#[repr(C)]
pub struct PySetObject {
    pub ob_base: PyObject,
    pub fill: Cell<isize>,
    pub used: Cell<isize>,
    pub mask: Cell<isize>,
    pub table: Cell<*mut setentry>,
    pub hash: Cell<isize>,
    pub finger: Cell<isize>,
    pub smalltable: [setentry; 8],
    pub weakreflist: Slot<PyObject>,
}

/// C: `PySliceObject`.
#[repr(C)]
pub struct PySliceObject {
    pub ob_base: PyObject,
    pub start: Slot<PyObject>,
    pub stop: Slot<PyObject>,
    pub step: Slot<PyObject>,
}

/// C: `PyODictObject`.
#[repr(C)]
pub struct PyODictObject {
    pub od_dict: PyDictObject,
    pub od_first: Cell<*mut c_void>,
    pub od_last: Cell<*mut c_void>,
    pub od_fast_nodes: Cell<*mut c_void>,
    pub od_fast_nodes_size: Cell<isize>,
    pub od_resize_sentinel: Cell<*mut c_void>,
    pub od_state: Cell<usize>,
    pub od_inst_dict: Slot<PyObject>,
    pub od_weakreflist: Slot<PyObject>,
}

/// C: `enumobject`.
#[repr(C)]
pub struct enumobject {
    pub ob_base: PyObject,
    pub en_index: Cell<isize>,
    pub en_sit: Slot<PyObject>,
    pub en_result: Slot<PyObject>,
    pub en_longindex: Slot<PyObject>,
    pub one: Slot<PyObject>,
}

object_structs!(
    PyListObject,
    PyTupleObject,
    PyDictObject,
    PySetObject,
    PySliceObject,
    PyODictObject,
    enumobject
);
