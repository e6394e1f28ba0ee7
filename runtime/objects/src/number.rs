//! Number protocol: operators on any objects, with reflected operands, for native callers.

use crate::*;

/// Which binary operator; numbers are those of BINARY_OP's operand (0 add .. 12 xor, +13 in-place).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum BinaryOp {
    Add,
    And,
    FloorDivide,
    Lshift,
    MatMul,
    Multiply,
    Remainder,
    Or,
    Power,
    Rshift,
    Subtract,
    TrueDivide,
    Xor,
}
impl BinaryOp {
    /// `+`, `//`, ...
    pub fn symbol(self) -> &'static str {
        todo!()
    }
    /// The nb_ slot of a type (not for Power).
    pub fn slot(self, ty: &PyTypeObject) -> Option<binaryfunc> {
        todo!()
    }
}
/// `a OP b`. TypeError "unsupported operand type(s) ..." and whatever the slots raise.
pub fn binary(op: BinaryOp, a: &PyObject, b: &PyObject) -> PyResult {
    todo!()
}
/// `a OP= b`.
pub fn inplace(op: BinaryOp, a: &PyObject, b: &PyObject) -> PyResult {
    todo!()
}
/// `pow(a, b, c)`; `c` may be None.
pub fn power(a: &PyObject, b: &PyObject, c: &PyObject) -> PyResult {
    todo!()
}
pub fn divmod(a: &PyObject, b: &PyObject) -> PyResult {
    todo!()
}
pub fn negative(a: &PyObject) -> PyResult {
    todo!()
}
pub fn positive(a: &PyObject) -> PyResult {
    todo!()
}
pub fn invert(a: &PyObject) -> PyResult {
    todo!()
}
pub fn absolute(a: &PyObject) -> PyResult {
    todo!()
}
/// `operator.index`: an exact or subclass int. TypeError "'X' object cannot be interpreted as an integer".
pub fn index(a: &PyObject) -> PyResult<Ref<PyLongObject>> {
    todo!()
}
/// `index` as a machine integer; out of range raises `overflow`, or clips if it is None.
pub fn index_isize(a: &PyObject, overflow: Option<&PyTypeObject>) -> PyResult<isize> {
    todo!()
}
/// `int(a)`, for non-strings: __int__, __index__, __trunc__.
pub fn to_int(a: &PyObject) -> PyResult {
    todo!()
}
/// `float(a)`, for non-strings.
pub fn to_float(a: &PyObject) -> PyResult<f64> {
    todo!()
}
pub fn has_index(a: &PyObject) -> bool {
    todo!()
}
