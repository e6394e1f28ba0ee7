//! `abstract.h`, the number protocol.

use crate::support::*;
use hotpy_objects::number::{self as n, BinaryOp};

macro_rules! binary {
    ($($name:ident $inplace:ident $op:ident;)*) => { export! { $(
        fn $name(a: Option<&PyObject>, b: Option<&PyObject>) -> PyResult { n::binary(BinaryOp::$op, given(a)?, given(b)?) }
        fn $inplace(a: Option<&PyObject>, b: Option<&PyObject>) -> PyResult { n::inplace(BinaryOp::$op, given(a)?, given(b)?) }
    )* } };
}

binary! {
    PyNumber_Add PyNumber_InPlaceAdd Add;
    PyNumber_Subtract PyNumber_InPlaceSubtract Subtract;
    PyNumber_Multiply PyNumber_InPlaceMultiply Multiply;
    PyNumber_MatrixMultiply PyNumber_InPlaceMatrixMultiply MatMul;
    PyNumber_FloorDivide PyNumber_InPlaceFloorDivide FloorDivide;
    PyNumber_TrueDivide PyNumber_InPlaceTrueDivide TrueDivide;
    PyNumber_Remainder PyNumber_InPlaceRemainder Remainder;
    PyNumber_Lshift PyNumber_InPlaceLshift Lshift;
    PyNumber_Rshift PyNumber_InPlaceRshift Rshift;
    PyNumber_And PyNumber_InPlaceAnd And;
    PyNumber_Xor PyNumber_InPlaceXor Xor;
    PyNumber_Or PyNumber_InPlaceOr Or;
}

export! {
    fn PyNumber_Divmod(a: Option<&PyObject>, b: Option<&PyObject>) -> PyResult { n::divmod(given(a)?, given(b)?) }
    fn PyNumber_Power(a: Option<&PyObject>, b: Option<&PyObject>, c: Option<&PyObject>) -> PyResult {
        n::power(given(a)?, given(b)?, given(c)?)
    }
    fn PyNumber_InPlacePower(a: Option<&PyObject>, b: Option<&PyObject>, c: Option<&PyObject>) -> PyResult {
        n::inplace_power(given(a)?, given(b)?, given(c)?)
    }
    fn PyNumber_Negative(a: Option<&PyObject>) -> PyResult { n::negative(given(a)?) }
    fn PyNumber_Positive(a: Option<&PyObject>) -> PyResult { n::positive(given(a)?) }
    fn PyNumber_Invert(a: Option<&PyObject>) -> PyResult { n::invert(given(a)?) }
    fn PyNumber_Absolute(a: Option<&PyObject>) -> PyResult { n::absolute(given(a)?) }
    fn PyNumber_Check(a: Option<&PyObject>) -> c_int { a.is_some_and(is_number) as c_int }
    fn PyIndex_Check(a: Option<&PyObject>) -> c_int { a.is_some_and(n::has_index) as c_int }
    /// An exact int.
    fn PyNumber_Index(a: Option<&PyObject>) -> PyResult {
        let index = n::index(given(a)?)?;
        Ok(int::to_exact(&index)?.into_object())
    }
    /// An int, perhaps of a subclass.
    fn _PyNumber_Index(a: Option<&PyObject>) -> PyResult { Ok(n::index(given(a)?)?.into_object()) }
    fn PyNumber_Long(a: Option<&PyObject>) -> PyResult { n::to_int_or_parse(given(a)?) }
    fn PyNumber_Float(a: Option<&PyObject>) -> PyResult {
        let a = given(a)?;
        if float::is_exact(a) {
            return Ok(a.to_ref());
        }
        call::call1(&float::PyFloat_Type, a)
    }
    fn PyNumber_ToBase(a: &PyObject, base: c_int) -> PyResult {
        if ![2, 8, 10, 16].contains(&base) {
            return Err(raise!(SystemError, "PyNumber_ToBase: base must be 2, 8, 10 or 16"));
        }
        Ok(str_::new(&int::to_text(&*n::index(a)?, base as u32, base != 10)?)?.into_object())
    }
    /// A null exception type means that the value is clipped.
    fn PyNumber_AsSsize_t(a: &PyObject, overflow: Option<&PyTypeObject>) -> isize {
        n::index_isize(a, overflow).unwrap_or(-1)
    }
}

fn is_number(a: &PyObject) -> bool {
    // SAFETY: a type's table lives as long as the type.
    unsafe { a.ty().tp_as_number.get().as_ref() }.is_some_and(|t| {
        t.nb_index.get().is_some() || t.nb_int.get().is_some() || t.nb_float.get().is_some()
    }) || a.is_instance::<PyComplexObject>()
}
