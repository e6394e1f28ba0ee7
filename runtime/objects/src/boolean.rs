//! `bool`: two ints that print differently.

use crate::*;

/// `True` and `False` have int's layout.
#[repr(transparent)]
pub struct PyBool(pub PyLongObject);
object_structs!(PyBool);
builtin!(PyBool = PyBool_Type);

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_and: def::slot::binary(and),
    nb_xor: def::slot::binary(xor),
    nb_or: def::slot::binary(or),
    ..PyNumberMethods::EMPTY
};

#[unsafe(no_mangle)]
pub static PyBool_Type: PyTypeObject = PyTypeObject {
    tp_basicsize: Cell::new(std::mem::offset_of!(PyLongObject, ob_digit) as isize),
    tp_itemsize: Cell::new(size_of::<u32>() as isize),
    tp_repr: Cell::new(Some(repr)),
    tp_as_number: def::table(&NUMBER),
    tp_flags: Cell::new(
        flags::tp::DEFAULT | flags::tp::LONG_SUBCLASS | flags::tp::MATCH_SELF,
    ),
    tp_doc: Cell::new(
        c"bool(x) -> bool\n\nTrue if x is true, else False. The class has these two instances and no subclasses.".as_ptr(),
    ),
    tp_base: Slot::of(&raw const int::PyLong_Type),
    tp_new: Cell::new(Some(new)),
    tp_vectorcall: Cell::new(Some(vectorcall)),
    ..PyTypeObject::new::<PyBool>(c"bool")
};

#[unsafe(no_mangle)]
pub static _Py_TrueStruct: PyLongObject = int::static_int(&PyBool_Type, 1);
#[unsafe(no_mangle)]
pub static _Py_FalseStruct: PyLongObject = int::static_int(&PyBool_Type, 0);

/// A new reference to True or False.
#[inline(always)]
pub fn from(b: bool) -> Ref {
    Ref::new(if b {
        &*_Py_TrueStruct
    } else {
        &*_Py_FalseStruct
    })
}

#[inline(always)]
pub fn is_true(o: &PyObject) -> bool {
    o.is(&_Py_TrueStruct)
}

#[inline(always)]
pub fn is_false(o: &PyObject) -> bool {
    o.is(&_Py_FalseStruct)
}

/// The value of a bool.
#[inline(always)]
fn value(o: &PyObject) -> Option<bool> {
    if is_true(o) {
        Some(true)
    } else if is_false(o) {
        Some(false)
    } else {
        None
    }
}

macro_rules! bit_slots {
    ($($name:ident $op:tt;)*) => { $(
        /// A bool for two bools, int's answer otherwise.
        extern "C" fn $name(a: &PyObject, b: &PyObject) -> PyResult {
            if let (Some(a), Some(b)) = (value(a), value(b)) {
                return Ok(from(a $op b));
            }
            match (int::of(a), int::of(b)) {
                (Some(a), Some(b)) => Ok(int::$name(a, b)?.into_object()),
                _ => Ok(singletons::not_implemented()),
            }
        }
    )* };
}

bit_slots! {
    and &;
    or |;
    xor ^;
}

extern "C" fn repr(this: &PyObject) -> PyResult {
    Ok(str_::intern(if is_true(this) { "True" } else { "False" })?.into_object())
}

extern "C" fn new(_: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // SAFETY: `tp_new` gets a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    cfunction::no_keywords("bool", kwargs)?;
    convert(args.items())
}

extern "C" fn vectorcall(
    _: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    if names.is_some_and(|names| names.len() > 0) {
        return Err(raise!(TypeError, "bool() takes no keyword arguments"));
    }
    convert(args.slice((count & !flags::VECTORCALL_ARGUMENTS_OFFSET) as isize))
}

fn convert(args: &[&PyObject]) -> PyResult {
    cfunction::check_count("bool", args.len(), 0, 1)?;
    match args.first() {
        Some(x) => Ok(from(protocol::truth(x)?)),
        None => Ok(from(false)),
    }
}
