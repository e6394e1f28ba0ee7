//! Tables that declare builtin types: typed functions go in, C slots come out.
//!
//! A function with a typed `self` (`extern "C" fn(&PyListObject, ..)`) becomes the slot's erased type here, once:
//! a slot is only called with a `self` of its type (U3).

use crate::flags::{meth, tp};
use crate::*;
use std::ffi::CStr;
use std::mem::{size_of, transmute};
use std::ptr;

macro_rules! erased {
    ($($(#[$doc:meta])* $name:ident: fn($($arg:ty),*) -> $ret:ty as $slot:ty;)*) => { $(
        $(#[$doc])*
        pub const fn $name<S: Object>(f: extern "C" fn(&S $(, $arg)*) -> $ret) -> Cell<Option<$slot>> {
            // SAFETY: U3; `&S` and `&PyObject` are the same bits.
            Cell::new(Some(unsafe { transmute::<extern "C" fn(&S $(, $arg)*) -> $ret, $slot>(f) }))
        }
    )* };
}

/// One function per kind of slot.
pub mod slot {
    use super::*;

    erased! {
        /// `tp_repr`, `tp_str`, `tp_iter`, `nb_negative` ...
        unary: fn() -> PyResult as unaryfunc;
        next: fn() -> Option<Ref> as iternextfunc;
        binary: fn(&PyObject) -> PyResult as binaryfunc;
        ternary: fn(&PyObject, Option<&PyObject>) -> PyResult as ternaryfunc;
        inquiry: fn() -> c_int as crate::inquiry;
        len: fn() -> isize as lenfunc;
        /// `sq_item`, `sq_repeat`.
        index: fn(isize) -> PyResult as ssizeargfunc;
        set_index: fn(isize, Option<&PyObject>) -> c_int as ssizeobjargproc;
        set_item: fn(&PyObject, Option<&PyObject>) -> c_int as objobjargproc;
        contains: fn(&PyObject) -> c_int as objobjproc;
        compare: fn(&PyObject, c_int) -> PyResult as richcmpfunc;
        traverse: fn(visitproc, *mut c_void) -> c_int as traverseproc;
        descr_get: fn(Option<&PyObject>, Option<&PyObject>) -> PyResult as descrgetfunc;
        getbuffer: fn(&Py_buffer, c_int) -> c_int as getbufferproc;
    }
}

/// An argument-less or one-argument method's table entry.
const fn entry(name: &'static CStr, f: PyCFunction, flags: i32, doc: &'static CStr) -> PyMethodDef {
    PyMethodDef {
        ml_name: Cell::new(name.as_ptr()),
        ml_meth: Cell::new(Some(f)),
        ml_flags: Cell::new(flags),
        ml_doc: Cell::new(doc.as_ptr()),
    }
}

/// METH_NOARGS. `doc` starts with CPython's text signature (`"pop($self, /)\n--\n\n..."`).
pub const fn noargs<S: Object>(
    name: &'static CStr,
    f: extern "C" fn(&S) -> PyResult,
    doc: &'static CStr,
) -> PyMethodDef {
    // SAFETY: U3; a C function may ignore its second argument.
    entry(
        name,
        unsafe { transmute::<extern "C" fn(&S) -> PyResult, PyCFunction>(f) },
        meth::NOARGS,
        doc,
    )
}

/// METH_O.
pub const fn one<S: Object>(
    name: &'static CStr,
    f: extern "C" fn(&S, &PyObject) -> PyResult,
    doc: &'static CStr,
) -> PyMethodDef {
    // SAFETY: U3.
    entry(
        name,
        unsafe { transmute::<extern "C" fn(&S, &PyObject) -> PyResult, PyCFunction>(f) },
        meth::O,
        doc,
    )
}

/// METH_FASTCALL: positional arguments only.
pub const fn fast<S: Object>(
    name: &'static CStr,
    f: extern "C" fn(&S, Args<'_>, isize) -> PyResult,
    doc: &'static CStr,
) -> PyMethodDef {
    // SAFETY: U3.
    entry(
        name,
        unsafe { transmute::<extern "C" fn(&S, Args<'_>, isize) -> PyResult, PyCFunction>(f) },
        meth::FASTCALL,
        doc,
    )
}

/// METH_FASTCALL | METH_KEYWORDS: keyword values follow the positional ones, their names are in the tuple.
pub const fn fast_kw<S: Object>(
    name: &'static CStr,
    f: extern "C" fn(&S, Args<'_>, isize, Option<&PyTupleObject>) -> PyResult,
    doc: &'static CStr,
) -> PyMethodDef {
    // SAFETY: U3.
    let f = unsafe {
        transmute::<
            extern "C" fn(&S, Args<'_>, isize, Option<&PyTupleObject>) -> PyResult,
            PyCFunction,
        >(f)
    };
    entry(name, f, meth::FASTCALL | meth::KEYWORDS, doc)
}

/// METH_VARARGS | METH_KEYWORDS: a tuple and a dict.
pub const fn var_kw<S: Object>(
    name: &'static CStr,
    f: extern "C" fn(&S, &PyTupleObject, Option<&PyObject>) -> PyResult,
    doc: &'static CStr,
) -> PyMethodDef {
    // SAFETY: U3.
    let f = unsafe {
        transmute::<extern "C" fn(&S, &PyTupleObject, Option<&PyObject>) -> PyResult, PyCFunction>(
            f,
        )
    };
    entry(name, f, meth::VARARGS | meth::KEYWORDS, doc)
}

impl PyMethodDef {
    /// The table's end.
    pub const END: PyMethodDef = PyMethodDef {
        ml_name: Cell::new(ptr::null()),
        ml_meth: Cell::new(None),
        ml_flags: Cell::new(0),
        ml_doc: Cell::new(ptr::null()),
    };
}

const fn with_flags(e: PyMethodDef, more: i32) -> PyMethodDef {
    PyMethodDef {
        ml_flags: Cell::new(e.ml_flags.into_inner() | more),
        ml_name: e.ml_name,
        ml_meth: e.ml_meth,
        ml_doc: e.ml_doc,
    }
}

/// The entry as one that CPython declares METH_VARARGS: called as a builtin with keywords, it names itself without its type.
pub const fn bare_name(e: PyMethodDef) -> PyMethodDef {
    with_flags(e, meth::BARE_NAME)
}

/// The entry as a class method.
pub const fn class_method(e: PyMethodDef) -> PyMethodDef {
    with_flags(e, meth::CLASS)
}

/// The entry as a static method.
pub const fn static_method(e: PyMethodDef) -> PyMethodDef {
    with_flags(e, meth::STATIC)
}

/// An entry of a `tp_getset` table; pass `None` as the setter of a read-only attribute.
pub const fn getset<S: Object>(
    name: &'static CStr,
    get: extern "C" fn(&S, *mut c_void) -> PyResult,
    set: Option<extern "C" fn(&S, Option<&PyObject>, *mut c_void) -> c_int>,
    doc: &'static CStr,
) -> PyGetSetDef {
    PyGetSetDef {
        name: Cell::new(name.as_ptr()),
        // SAFETY: U3.
        get: Cell::new(Some(unsafe {
            transmute::<extern "C" fn(&S, *mut c_void) -> PyResult, getter>(get)
        })),
        set: Cell::new(match set {
            // SAFETY: U3.
            Some(set) => Some(unsafe {
                transmute::<extern "C" fn(&S, Option<&PyObject>, *mut c_void) -> c_int, setter>(set)
            }),
            None => None,
        }),
        doc: Cell::new(doc.as_ptr()),
        closure: Cell::new(ptr::null_mut()),
    }
}

impl PyGetSetDef {
    /// The table's end.
    pub const END: PyGetSetDef = PyGetSetDef {
        name: Cell::new(ptr::null()),
        get: Cell::new(None),
        set: Cell::new(None),
        doc: Cell::new(ptr::null()),
        closure: Cell::new(ptr::null_mut()),
    };
}

/// An entry of a `tp_members` table: a field at an offset, of a kind of [`flags::member`].
pub const fn member(
    name: &'static CStr,
    kind: i32,
    offset: usize,
    flags: i32,
    doc: &'static CStr,
) -> PyMemberDef {
    PyMemberDef {
        name: Cell::new(name.as_ptr()),
        type_: Cell::new(kind),
        offset: Cell::new(offset as isize),
        flags: Cell::new(flags),
        doc: Cell::new(doc.as_ptr()),
    }
}

impl PyMemberDef {
    /// The table's end.
    pub const END: PyMemberDef = PyMemberDef {
        name: Cell::new(ptr::null()),
        type_: Cell::new(0),
        offset: Cell::new(0),
        flags: Cell::new(0),
        doc: Cell::new(ptr::null()),
    };
}

/// The address of a static table, for a type's slot.
pub const fn table<T>(first: &'static T) -> Cell<*mut T> {
    Cell::new(first as *const T as *mut T)
}

impl PyTypeObject {
    /// A static type with nothing but a name (`"list"`, `"types.GenericAlias"`), the size of `T`, and default flags. The rest is
    /// filled by struct update: `PyTypeObject { tp_dealloc: .., ..PyTypeObject::new::<PyListObject>(c"list") }`.
    pub const fn new<T>(name: &'static CStr) -> PyTypeObject {
        // SAFETY: every field is a cell for which all zero bits are valid.
        let mut ty: PyTypeObject = unsafe { std::mem::zeroed() };
        ty.ob_base = PyVarObject {
            ob_base: PyObject {
                ob_refcnt: Cell::new(IMMORTAL),
                ob_type: Slot::of(&raw const typeobject::PyType_Type),
            },
            ob_size: Cell::new(0),
        };
        ty.tp_name = Cell::new(name.as_ptr());
        ty.tp_basicsize = Cell::new(size_of::<T>() as isize);
        ty.tp_flags = Cell::new(tp::DEFAULT);
        ty
    }
}

/// Method tables with nothing in them, to be filled by struct update.
macro_rules! empty_tables {
    ($($ty:ident),*) => { $(
        impl $ty {
            // SAFETY: every field is a cell for which all zero bits are valid.
            pub const EMPTY: $ty = unsafe { std::mem::zeroed() };
        }
    )* };
}
empty_tables!(
    PyNumberMethods,
    PySequenceMethods,
    PyMappingMethods,
    PyAsyncMethods,
    PyBufferProcs
);

/// A C status: 0, or -1 with an exception set.
#[inline(always)]
pub fn status(result: PyResult<()>) -> c_int {
    if result.is_ok() { 0 } else { -1 }
}

/// A C truth value: 0, 1, or -1 with an exception set.
#[inline(always)]
pub fn truth_status(result: PyResult<bool>) -> c_int {
    match result {
        Ok(b) => b as c_int,
        Err(Raised) => -1,
    }
}

/// A C size: -1 is an exception.
#[inline(always)]
pub fn size_status(result: PyResult<usize>) -> isize {
    match result {
        Ok(n) => n as isize,
        Err(Raised) => -1,
    }
}

/// A `tp_iternext` answer.
#[inline(always)]
pub fn next_status(result: PyResult<Option<Ref>>) -> Option<Ref> {
    result.unwrap_or(None)
}

/// A type's Python class, for checked downcasts.
///
/// # Safety
/// Every instance of `TYPE` (and of its subtypes) has layout `Self`.
pub unsafe trait Builtin: Object {
    /// The type object.
    fn type_object() -> &'static PyTypeObject;
}

/// Ties a layout to its type object: `builtin!(PyListObject = PyList_Type);`
#[macro_export]
macro_rules! builtin {
    ($layout:ty = $ty:expr) => {
        // SAFETY: the type object declares this layout's size.
        unsafe impl $crate::def::Builtin for $layout {
            #[inline(always)]
            fn type_object() -> &'static $crate::PyTypeObject {
                &$ty
            }
        }
    };
}

/// Checked casts of any object.
pub trait Downcast {
    /// As `T`, if the object is an instance of T's type or of a subtype.
    fn downcast<T: Builtin>(&self) -> Option<&T>;
    /// As `T`, if the object's type is exactly T's.
    fn exact<T: Builtin>(&self) -> Option<&T>;
    fn is_exact<T: Builtin>(&self) -> bool;
    fn is_instance<T: Builtin>(&self) -> bool;
}

impl Downcast for PyObject {
    #[inline]
    fn downcast<T: Builtin>(&self) -> Option<&T> {
        // SAFETY: the type check proves the layout.
        if self.is_instance::<T>() {
            Some(unsafe { self.cast() })
        } else {
            None
        }
    }
    #[inline(always)]
    fn exact<T: Builtin>(&self) -> Option<&T> {
        // SAFETY: the type check proves the layout.
        if self.is_exact::<T>() {
            Some(unsafe { self.cast() })
        } else {
            None
        }
    }
    #[inline(always)]
    fn is_exact<T: Builtin>(&self) -> bool {
        ptr::eq(self.ob_type.as_ptr(), T::type_object())
    }
    #[inline]
    fn is_instance<T: Builtin>(&self) -> bool {
        self.is_exact::<T>() || typeobject::is_subtype(self.ty(), T::type_object())
    }
}
