//! Modules and their definitions, struct sequences.
//!
//! Fields, order and sizes are CPython 3.11's; `tests/layout.rs` compares them with the installed headers.

use crate::abi::*;
use crate::object_structs;

/// C: `PyModuleObject`.
#[repr(C)]
pub struct PyModuleObject {
    pub ob_base: PyObject,
    pub md_dict: Slot<PyObject>,
    pub md_def: Slot<PyModuleDef>,
    pub md_state: Cell<*mut c_void>,
    pub md_weaklist: Slot<PyObject>,
    pub md_name: Slot<PyObject>,
}

/// C: `PyModuleDef_Base`.
#[repr(C)]
pub struct PyModuleDef_Base {
    pub ob_base: PyObject,
    pub m_init: Cell<*mut c_void>,
    pub m_index: Cell<isize>,
    pub m_copy: Slot<PyObject>,
}

/// C: `PyModuleDef`.
#[repr(C)]
pub struct PyModuleDef {
    pub m_base: PyModuleDef_Base,
    pub m_name: Cell<*const c_char>,
    pub m_doc: Cell<*const c_char>,
    pub m_size: Cell<isize>,
    pub m_methods: Cell<*mut PyMethodDef>,
    pub m_slots: Cell<*mut PyModuleDef_Slot>,
    pub m_traverse: Cell<Option<traverseproc>>,
    pub m_clear: Cell<Option<inquiry>>,
    pub m_free: Cell<Option<freefunc>>,
}

/// C: `PyModuleDef_Slot`.
#[repr(C)]
pub struct PyModuleDef_Slot {
    pub slot: Cell<i32>,
    pub value: Cell<*mut c_void>,
}

/// C: `PyStructSequence_Field`.
#[repr(C)]
pub struct PyStructSequence_Field {
    pub name: Cell<*const c_char>,
    pub doc: Cell<*const c_char>,
}

/// C: `PyStructSequence_Desc`.
#[repr(C)]
pub struct PyStructSequence_Desc {
    pub name: Cell<*const c_char>,
    pub doc: Cell<*const c_char>,
    pub fields: Cell<*mut PyStructSequence_Field>,
    pub n_in_sequence: Cell<i32>,
}

object_structs!(PyModuleObject, PyModuleDef);
