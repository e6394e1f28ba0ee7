//! Start-up: interned names, the slot table, and every builtin type, bases first.
//!
//! Objects are made before their types are ready: creation only needs a type's address, size and flags, and look-ups of `str`
//! keys need no slots. Flags that tell the layout of subclasses are therefore set before anything else.

use std::ptr;

use super::ready::add_flags;
use super::{PyType_Type, ready, slots};
use crate::*;
use flags::tp;

/// Readies every builtin type. First thing at start-up, once there is a thread state. Raises MemoryError.
pub fn init() -> PyResult<()> {
    let layouts = [
        (&PyType_Type, tp::TYPE_SUBCLASS),
        (&int::PyLong_Type, tp::LONG_SUBCLASS),
        (&list::PyList_Type, tp::LIST_SUBCLASS),
        (&tuple::PyTuple_Type, tp::TUPLE_SUBCLASS),
        (&bytes::PyBytes_Type, tp::BYTES_SUBCLASS),
        (&str_::PyUnicode_Type, tp::UNICODE_SUBCLASS),
        (&dict::PyDict_Type, tp::DICT_SUBCLASS),
        (&exceptions::BaseException, tp::BASE_EXC_SUBCLASS),
    ];
    for (ty, flag) in layouts {
        ty.tp_flags.set(ty.tp_flags.get() | flag);
    }
    int::init();
    bytes::init();
    drop(tuple::empty());
    names::init()?;
    slots::init()?;
    mark();
    for ty in TYPES {
        ready(ty)?;
    }
    for ty in generator::async_gen_types() {
        ready(ty)?;
    }
    hamt::init()?;
    context::init()?;
    ready(&pickle_buffer::PyPickleBuffer_Type)?;
    exceptions::init()?;
    set::init()?;
    filling::init();
    classmethod::register();
    byte_tasks::init()?;
    dict::init_view_tasks()?;
    exceptions::init_tasks()?;
    generic_alias::register();
    module::init_tasks()?;
    object::init_tasks()?;
    weakref::register();
    generator::init()
}

/// Marks the types by what of them may run Python (`flags::tp`, from `CORE` on); classes made from them inherit what they may.
fn mark() {
    for ty in TYPES {
        add_flags(ty, tp::CORE);
    }
    for ty in ASKING_FIRST {
        add_flags(ty, tp::ASKS_FIRST);
    }
    for &ty in PLAIN {
        // The truth of NotImplemented warns.
        let lasting = if ptr::eq(ty, &singletons::_PyNotImplemented_Type) {
            0
        } else {
            tp::LASTING
        };
        add_flags(ty, tp::PLAIN | tp::INERT | lasting);
    }
    for ty in INERT {
        add_flags(ty, tp::INERT);
    }
    add_flags(&tuple::PyTuple_Type, tp::LASTING);
    for ty in STEPS_ASK {
        add_flags(ty, tp::STEPS_ASK);
    }
}

static ASKING_FIRST: &[&PyTypeObject] = &[
    &int::PyLong_Type,
    &float::PyFloat_Type,
    &complex::PyComplex_Type,
    &str_::PyUnicode_Type,
    &bytes::PyBytes_Type,
    &bytearray::PyByteArray_Type,
    &boolean::PyBool_Type,
    &range::PyRange_Type,
    &slice::PySlice_Type,
    &list::PyList_Type,
    &tuple::PyTuple_Type,
    &set::PySet_Type,
    &set::PyFrozenSet_Type,
    &dict::PyDict_Type,
    &iterators::PyMap_Type,
    &iterators::PyFilter_Type,
    &iterators::PyZip_Type,
    &enumerate::PyEnum_Type,
    &enumerate::PyReversed_Type,
    &property::PyProperty_Type,
    &classmethod::PyClassMethod_Type,
    &classmethod::PyStaticMethod_Type,
];

static PLAIN: &[&PyTypeObject] = &[
    &int::PyLong_Type,
    &boolean::PyBool_Type,
    &float::PyFloat_Type,
    &complex::PyComplex_Type,
    &str_::PyUnicode_Type,
    &bytes::PyBytes_Type,
    &range::PyRange_Type,
    &singletons::_PyNone_Type,
    &singletons::_PyNotImplemented_Type,
    &singletons::PyEllipsis_Type,
    &function::PyFunction_Type,
    &code::PyCode_Type,
];

static STEPS_ASK: &[&PyTypeObject] = &[
    &generator::PyGen_Type,
    &iterators::PyMap_Type,
    &iterators::PyFilter_Type,
    &iterators::PyZip_Type,
    &iterators::PySeqIter_Type,
    &iterators::PyCallIter_Type,
    &enumerate::PyEnum_Type,
    &enumerate::PyReversed_Type,
];

static INERT: &[&PyTypeObject] = &[
    &tuple::PyTuple_Type,
    &list::PyList_Type,
    &bytearray::PyByteArray_Type,
];

/// Every static type but the exceptions. `object` and `type` come first; a base is readied before its subtype in any order.
static TYPES: &[&PyTypeObject] = &[
    &object::PyBaseObject_Type,
    &PyType_Type,
    &int::PyLong_Type,
    &boolean::PyBool_Type,
    &float::PyFloat_Type,
    &complex::PyComplex_Type,
    &str_::PyUnicode_Type,
    &bytes::PyBytes_Type,
    &bytearray::PyByteArray_Type,
    &memoryview::PyMemoryView_Type,
    &tuple::PyTuple_Type,
    &list::PyList_Type,
    &dict::PyDict_Type,
    &set::PySet_Type,
    &set::PyFrozenSet_Type,
    &slice::PySlice_Type,
    &range::PyRange_Type,
    &enumerate::PyEnum_Type,
    &enumerate::PyReversed_Type,
    &iterators::PySeqIter_Type,
    &iterators::PyCallIter_Type,
    &iterators::PyMap_Type,
    &iterators::PyFilter_Type,
    &iterators::PyZip_Type,
    &singletons::_PyNone_Type,
    &singletons::_PyNotImplemented_Type,
    &singletons::PyEllipsis_Type,
    &descr::PyMethodDescr_Type,
    &descr::PyClassMethodDescr_Type,
    &descr::PyMemberDescr_Type,
    &descr::PyGetSetDescr_Type,
    &descr::PyWrapperDescr_Type,
    &descr::_PyMethodWrapper_Type,
    &cfunction::PyCFunction_Type,
    &cfunction::PyCMethod_Type,
    &function::PyFunction_Type,
    &method::PyMethod_Type,
    &cell::PyCell_Type,
    &property::PyProperty_Type,
    &classmethod::PyClassMethod_Type,
    &classmethod::PyStaticMethod_Type,
    &super_::PySuper_Type,
    &module::PyModule_Type,
    &module_def::PyModuleDef_Type,
    &mappingproxy::PyDictProxy_Type,
    &namespace::_PyNamespace_Type,
    &generic_alias::Py_GenericAliasType,
    &union_::_PyUnion_Type,
    &weakref::_PyWeakref_RefType,
    &capsule::PyCapsule_Type,
    &generic_alias::_Py_GenericAliasIterType,
    &weakref::_PyWeakref_ProxyType,
    &weakref::_PyWeakref_CallableProxyType,
    &method::PyInstanceMethod_Type,
    &code::PyCode_Type,
    &code::LineIterator_Type,
    &code::PositionsIterator_Type,
    &frame::PyFrame_Type,
    &traceback::PyTraceBack_Type,
    &generator::PyGen_Type,
    &generator::PyCoro_Type,
    &generator::PyCoroWrapper_Type,
    &tuple::PyTupleIter_Type,
    &list::PyListIter_Type,
    &list::PyListRevIter_Type,
    &range::PyRangeIter_Type,
    &range::PyLongRangeIter_Type,
    &str_::iter::PyUnicodeIter_Type,
    &str_::iter::_PyUnicodeASCIIIter_Type,
    &bytes::PyBytesIter_Type,
    &bytearray::PyByteArrayIter_Type,
    &memoryview::_PyManagedBuffer_Type,
    &memoryview::PyMemoryIter_Type,
    &dict::PyDictKeys_Type,
    &dict::PyDictItems_Type,
    &dict::PyDictValues_Type,
    &dict::PyDictIterKey_Type,
    &dict::PyDictIterValue_Type,
    &dict::PyDictIterItem_Type,
    &dict::PyDictRevIterKey_Type,
    &dict::PyDictRevIterValue_Type,
    &dict::PyDictRevIterItem_Type,
    &set::PySetIter_Type,
];
