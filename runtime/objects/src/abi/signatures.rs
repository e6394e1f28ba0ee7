//! Signatures of type slots and C functions, written with references: a borrowed argument is `&PyObject`, a new
//! reference `PyResult`. The bits are those of the C prototypes.

use crate::abi::*;

pub type unaryfunc = extern "C" fn(&PyObject) -> PyResult;
pub type reprfunc = extern "C" fn(&PyObject) -> PyResult;
pub type getiterfunc = extern "C" fn(&PyObject) -> PyResult;
/// `None` is exhaustion, or an exception if one is set.
pub type iternextfunc = extern "C" fn(&PyObject) -> Option<Ref>;
pub type binaryfunc = extern "C" fn(&PyObject, &PyObject) -> PyResult;
pub type ternaryfunc = extern "C" fn(&PyObject, &PyObject, Option<&PyObject>) -> PyResult;
/// -1 with an exception set is an error.
pub type inquiry = extern "C" fn(&PyObject) -> c_int;
pub type lenfunc = extern "C" fn(&PyObject) -> isize;
pub type hashfunc = extern "C" fn(&PyObject) -> isize;
pub type ssizeargfunc = extern "C" fn(&PyObject, isize) -> PyResult;
pub type ssizeobjargproc = extern "C" fn(&PyObject, isize, Option<&PyObject>) -> c_int;
pub type objobjargproc = extern "C" fn(&PyObject, &PyObject, Option<&PyObject>) -> c_int;
pub type objobjproc = extern "C" fn(&PyObject, &PyObject) -> c_int;
pub type richcmpfunc = extern "C" fn(&PyObject, &PyObject, c_int) -> PyResult;
pub type getattrofunc = extern "C" fn(&PyObject, &PyObject) -> PyResult;
pub type setattrofunc = extern "C" fn(&PyObject, &PyObject, Option<&PyObject>) -> c_int;
pub type getattrfunc = unsafe extern "C" fn(&PyObject, *mut c_char) -> PyResult;
pub type setattrfunc = unsafe extern "C" fn(&PyObject, *mut c_char, Option<&PyObject>) -> c_int;
pub type descrgetfunc = extern "C" fn(&PyObject, Option<&PyObject>, Option<&PyObject>) -> PyResult;
pub type descrsetfunc = extern "C" fn(&PyObject, &PyObject, Option<&PyObject>) -> c_int;
pub type initproc = extern "C" fn(&PyObject, &PyObject, Option<&PyObject>) -> c_int;
pub type newfunc = extern "C" fn(&PyTypeObject, &PyObject, Option<&PyObject>) -> PyResult;
pub type allocfunc = extern "C" fn(&PyTypeObject, isize) -> PyResult;
pub type destructor = unsafe extern "C" fn(*mut PyObject);
pub type freefunc = unsafe extern "C" fn(*mut c_void);
pub type visitproc = extern "C" fn(&PyObject, *mut c_void) -> c_int;
pub type traverseproc = extern "C" fn(&PyObject, visitproc, *mut c_void) -> c_int;
pub type getbufferproc = extern "C" fn(&PyObject, &Py_buffer, c_int) -> c_int;
pub type releasebufferproc = extern "C" fn(&PyObject, &Py_buffer);
pub type getter = extern "C" fn(&PyObject, *mut c_void) -> PyResult;
pub type setter = extern "C" fn(&PyObject, Option<&PyObject>, *mut c_void) -> c_int;
/// Answers 1 (returned), 0 (raised) or 1 (yielded) in C; the result goes to the pointer.
pub type sendfunc = extern "C" fn(&PyObject, &PyObject, *mut *mut PyObject) -> c_int;
/// The second word counts arguments; its top bit says that slot -1 may be overwritten.
pub type vectorcallfunc =
    extern "C" fn(&PyObject, Args<'_>, usize, Option<&PyTupleObject>) -> PyResult;
pub type PyCapsule_Destructor = unsafe extern "C" fn(&PyObject);
pub type Py_tracefunc =
    unsafe extern "C" fn(&PyObject, *mut PyFrameObject, c_int, Option<&PyObject>) -> c_int;
/// Calls the slot behind a slot wrapper: (self, args, slot function, keywords).
pub type wrapperfunc =
    extern "C" fn(&PyObject, &PyTupleObject, *mut c_void, Option<&PyObject>) -> PyResult;

/// A builtin's C function; its real signature follows from the method's flags.
pub type PyCFunction = unsafe extern "C" fn();
/// METH_NOARGS, METH_O, METH_VARARGS.
pub type PyCFunctionPlain = extern "C" fn(&PyObject, Option<&PyObject>) -> PyResult;
/// METH_VARARGS | METH_KEYWORDS.
pub type PyCFunctionWithKeywords =
    extern "C" fn(&PyObject, &PyTupleObject, Option<&PyObject>) -> PyResult;
/// METH_FASTCALL.
pub type PyCFunctionFast = extern "C" fn(&PyObject, Args<'_>, isize) -> PyResult;
/// METH_FASTCALL | METH_KEYWORDS.
pub type PyCFunctionFastWithKeywords =
    extern "C" fn(&PyObject, Args<'_>, isize, Option<&PyTupleObject>) -> PyResult;
/// METH_METHOD | METH_FASTCALL | METH_KEYWORDS.
pub type PyCMethod =
    extern "C" fn(&PyObject, &PyTypeObject, Args<'_>, usize, Option<&PyTupleObject>) -> PyResult;
