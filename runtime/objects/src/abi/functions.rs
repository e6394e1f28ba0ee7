//! Functions, methods, descriptors, cells, generic aliases, capsules.
//!
//! Fields, order and sizes are CPython 3.11's; `tests/layout.rs` compares them with the installed headers.

use crate::abi::*;
use crate::object_structs;

/// C: `PyFunctionObject`.
#[repr(C)]
pub struct PyFunctionObject {
    pub ob_base: PyObject,
    pub func_globals: Slot<PyObject>,
    pub func_builtins: Slot<PyObject>,
    pub func_name: Slot<PyObject>,
    pub func_qualname: Slot<PyObject>,
    pub func_code: Slot<PyObject>,
    pub func_defaults: Slot<PyObject>,
    pub func_kwdefaults: Slot<PyObject>,
    pub func_closure: Slot<PyObject>,
    pub func_doc: Slot<PyObject>,
    pub func_dict: Slot<PyObject>,
    pub func_weakreflist: Slot<PyObject>,
    pub func_module: Slot<PyObject>,
    pub func_annotations: Slot<PyObject>,
    pub vectorcall: Cell<Option<vectorcallfunc>>,
    pub func_version: Cell<u32>,
}

/// C: `PyMethodObject`.
#[repr(C)]
pub struct PyMethodObject {
    pub ob_base: PyObject,
    pub im_func: Slot<PyObject>,
    pub im_self: Slot<PyObject>,
    pub im_weakreflist: Slot<PyObject>,
    pub vectorcall: Cell<Option<vectorcallfunc>>,
}

/// C: `PyInstanceMethodObject`.
#[repr(C)]
pub struct PyInstanceMethodObject {
    pub ob_base: PyObject,
    pub func: Slot<PyObject>,
}

/// C: `PyCFunctionObject`.
#[repr(C)]
pub struct PyCFunctionObject {
    pub ob_base: PyObject,
    pub m_ml: Cell<*mut PyMethodDef>,
    pub m_self: Slot<PyObject>,
    pub m_module: Slot<PyObject>,
    pub m_weakreflist: Slot<PyObject>,
    pub vectorcall: Cell<Option<vectorcallfunc>>,
}

/// C: `PyCMethodObject`.
#[repr(C)]
pub struct PyCMethodObject {
    pub func: PyCFunctionObject,
    pub mm_class: Slot<PyTypeObject>,
}

/// C: `PyDescrObject`.
#[repr(C)]
pub struct PyDescrObject {
    pub ob_base: PyObject,
    pub d_type: Slot<PyTypeObject>,
    pub d_name: Slot<PyObject>,
    pub d_qualname: Slot<PyObject>,
}

/// C: `PyMethodDescrObject`.
#[repr(C)]
pub struct PyMethodDescrObject {
    pub d_common: PyDescrObject,
    pub d_method: Cell<*mut PyMethodDef>,
    pub vectorcall: Cell<Option<vectorcallfunc>>,
}

/// C: `PyGetSetDescrObject`.
#[repr(C)]
pub struct PyGetSetDescrObject {
    pub d_common: PyDescrObject,
    pub d_getset: Cell<*mut PyGetSetDef>,
}

/// C: `PyMemberDescrObject`.
#[repr(C)]
pub struct PyMemberDescrObject {
    pub d_common: PyDescrObject,
    pub d_member: Cell<*mut PyMemberDef>,
}

/// C: `wrapperbase`.
#[repr(C)]
pub struct wrapperbase {
    pub name: Cell<*const c_char>,
    pub offset: Cell<i32>,
    pub function: Cell<*mut c_void>,
    pub wrapper: Cell<Option<wrapperfunc>>,
    pub doc: Cell<*const c_char>,
    pub flags: Cell<i32>,
    pub name_strobj: Slot<PyObject>,
}

/// C: `PyWrapperDescrObject`.
#[repr(C)]
pub struct PyWrapperDescrObject {
    pub d_common: PyDescrObject,
    pub d_base: Cell<*mut wrapperbase>,
    pub d_wrapped: Cell<*mut c_void>,
}

/// C: `PyCellObject`.
#[repr(C)]
pub struct PyCellObject {
    pub ob_base: PyObject,
    pub ob_ref: Slot<PyObject>,
}

/// C: `gaobject`.
#[repr(C)]
pub struct gaobject {
    pub ob_base: PyObject,
    pub origin: Slot<PyObject>,
    pub args: Slot<PyObject>,
    pub parameters: Slot<PyObject>,
    pub weakreflist: Slot<PyObject>,
    pub starred: Cell<bool>,
    pub vectorcall: Cell<Option<vectorcallfunc>>,
}

/// C: `PyCapsule`.
#[repr(C)]
pub struct PyCapsule {
    pub ob_base: PyObject,
    pub pointer: Cell<*mut c_void>,
    pub name: Cell<*const c_char>,
    pub context: Cell<*mut c_void>,
    pub destructor: Cell<Option<PyCapsule_Destructor>>,
}

object_structs!(
    PyFunctionObject,
    PyMethodObject,
    PyInstanceMethodObject,
    PyCFunctionObject,
    PyCMethodObject,
    PyDescrObject,
    PyMethodDescrObject,
    PyGetSetDescrObject,
    PyMemberDescrObject,
    PyWrapperDescrObject,
    PyCellObject,
    gaobject,
    PyCapsule
);
