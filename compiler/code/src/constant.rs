//! Constants of code objects, compared the way the compiler must: by type and bit pattern, never by Python equality.

use num_bigint::BigInt;
use std::rc::Rc;

use crate::CodeObject;

/// A Python string: WTF-8, so that lone surrogates survive (they are encoded like any other three-byte code point).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct PyStr(pub Rc<[u8]>);

impl PyStr {
    /// The text, if it holds no lone surrogate.
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl From<&str> for PyStr {
    fn from(s: &str) -> Self {
        PyStr(s.as_bytes().into())
    }
}

/// A constant that code can carry. `-0.0` and `0.0`, `1` and `True`, `1` and `1.0` are different constants.
#[derive(Clone, Debug)]
pub enum Const {
    None,
    Ellipsis,
    Bool(bool),
    Int(BigInt),
    Float(f64),
    Complex { re: f64, im: f64 },
    Str(PyStr),
    Bytes(Rc<[u8]>),
    Tuple(Rc<[Const]>),
    FrozenSet(Rc<[Const]>),
    Code(Rc<CodeObject>),
}

impl PartialEq for Const {
    fn eq(&self, other: &Self) -> bool {
        use Const::*;
        match (self, other) {
            (None, None) | (Ellipsis, Ellipsis) => true,
            (Bool(a), Bool(b)) => a == b,
            (Int(a), Int(b)) => a == b,
            (Float(a), Float(b)) => a.to_bits() == b.to_bits(),
            (Complex { re: a, im: b }, Complex { re: c, im: d }) => {
                a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits()
            }
            (Str(a), Str(b)) => a == b,
            (Bytes(a), Bytes(b)) => a == b,
            (Tuple(a), Tuple(b)) => a == b,
            // Members are distinct, but in no order.
            (FrozenSet(a), FrozenSet(b)) => {
                a.len() == b.len() && a.iter().all(|item| b.contains(item))
            }
            (Code(a), Code(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Eq for Const {}

impl Const {
    /// Whether this is or holds a NaN. To the compiler no two NaNs are the same constant, as to Python they are not equal.
    pub fn holds_nan(&self) -> bool {
        match self {
            Const::Float(f) => f.is_nan(),
            Const::Complex { re, im } => re.is_nan() || im.is_nan(),
            Const::Tuple(items) | Const::FrozenSet(items) => items.iter().any(Const::holds_nan),
            _ => false,
        }
    }
}

impl std::hash::Hash for Const {
    fn hash<H: std::hash::Hasher>(&self, h: &mut H) {
        std::mem::discriminant(self).hash(h);
        match self {
            Const::None | Const::Ellipsis => {}
            Const::Bool(b) => b.hash(h),
            Const::Int(i) => i.hash(h),
            Const::Float(f) => f.to_bits().hash(h),
            Const::Complex { re, im } => (re.to_bits(), im.to_bits()).hash(h),
            Const::Str(s) => s.hash(h),
            Const::Bytes(b) => b.hash(h),
            Const::Tuple(t) => t.hash(h),
            // Equal sets may list their members in different orders.
            Const::FrozenSet(t) => t.len().hash(h),
            Const::Code(c) => Rc::as_ptr(c).hash(h),
        }
    }
}
