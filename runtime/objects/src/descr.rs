//! Descriptors of builtin types: method, member, getset, slot wrapper, class method; `method-wrapper`.

use crate::*;

pub static PyMethodDescr_Type: PyTypeObject =
    PyTypeObject::new::<PyMethodDescrObject>(c"method_descriptor");
pub static PyClassMethodDescr_Type: PyTypeObject =
    PyTypeObject::new::<PyMethodDescrObject>(c"classmethod_descriptor");
pub static PyMemberDescr_Type: PyTypeObject =
    PyTypeObject::new::<PyMemberDescrObject>(c"member_descriptor");
pub static PyGetSetDescr_Type: PyTypeObject =
    PyTypeObject::new::<PyGetSetDescrObject>(c"getset_descriptor");
pub static PyWrapperDescr_Type: PyTypeObject =
    PyTypeObject::new::<PyWrapperDescrObject>(c"wrapper_descriptor");
builtin!(PyMethodDescrObject = PyMethodDescr_Type);
builtin!(PyMemberDescrObject = PyMemberDescr_Type);
builtin!(PyGetSetDescrObject = PyGetSetDescr_Type);
builtin!(PyWrapperDescrObject = PyWrapperDescr_Type);
