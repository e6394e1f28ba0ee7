//! `int`: arbitrary precision, 30-bit digits, sign in `ob_size`.
//!
//! -5 to 256 exist once, in `_PyRuntime.small_ints`, and every result in that range is one of those. `arith` holds the operators
//! with their fast paths for one and two digits; `magnitude` the algorithms on digits, `eight` those on eight at a time; `text` and `convert` the way to and from
//! other representations; `methods` the Python methods and the type's tables.

use crate::*;

pub mod arith;
mod convert;
mod eight;
pub mod magnitude;
mod methods;
mod power;
pub mod text;

pub use arith::{
    add, and, compare, divmod, equal, floordiv, invert, lshift, mul, negative, or, rem, rshift,
    scale, sub, true_div, xor,
};
pub(crate) use convert::{compose, to_ascii};
pub use convert::{
    decimal, from_bytes, from_f64, from_text, max_str_digits, parse_bytes_object, parse_str,
    round_to_power_of_ten, set_max_str_digits, to_text,
};
pub use methods::{PyLong_Type, to_exact};
pub use power::pow;

use magnitude::{BASE, MASK, SHIFT};

builtin!(PyLongObject = PyLong_Type);

/// Sets the type of the small ints. The first thing of `typeobject::init`.
pub fn init() {
    for n in &_PyRuntime.small_ints {
        n.ob_type
            .set_ptr(&raw const PyLong_Type as *mut PyTypeObject);
    }
}

/// An int in static memory (`True`, `False`).
pub const fn static_int(ty: &'static PyTypeObject, value: u32) -> PyLongObject {
    PyLongObject {
        ob_base: PyVarObject {
            ob_base: PyObject {
                ob_refcnt: Cell::new(IMMORTAL),
                ob_type: Slot::of(ty),
            },
            ob_size: Cell::new(if value == 0 { 0 } else { 1 }),
        },
        ob_digit: [Cell::new(value)],
    }
}

/// The object as an int (or an instance of a subclass).
#[inline(always)]
pub fn of(object: &PyObject) -> Option<&PyLongObject> {
    // SAFETY: the flag proves the layout.
    object
        .ty()
        .is_subclass_flag(flags::tp::LONG_SUBCLASS)
        .then(|| unsafe { object.cast() })
}

#[inline(always)]
pub fn is_exact(object: &PyObject) -> bool {
    object.is_exact::<PyLongObject>()
}

/// One of -5 to 256.
#[inline(always)]
fn small(value: i64) -> Ref<PyLongObject> {
    Ref::new(&_PyRuntime.small_ints[(value - SMALL_INT_MIN) as usize])
}

#[inline(always)]
fn is_small(value: i64) -> bool {
    (value.wrapping_sub(SMALL_INT_MIN) as u64) <= (SMALL_INT_MAX - SMALL_INT_MIN) as u64
}

pub fn zero() -> Ref<PyLongObject> {
    small(0)
}

pub fn one() -> Ref<PyLongObject> {
    small(1)
}

/// Raises MemoryError.
#[inline(always)]
pub fn from_i64(value: i64) -> PyResult<Ref<PyLongObject>> {
    if is_small(value) {
        return Ok(small(value));
    }
    let magnitude = value.unsigned_abs();
    if magnitude < u64::from(BASE) {
        return mem::create(&PyLong_Type, |header| PyLongObject {
            ob_base: PyVarObject {
                ob_base: header,
                ob_size: Cell::new(if value < 0 { -1 } else { 1 }),
            },
            ob_digit: [Cell::new(magnitude as u32)],
        });
    }
    from_magnitude(value < 0, magnitude)
}

/// Two or three digits.
#[inline(never)]
fn from_magnitude(negative: bool, magnitude: u64) -> PyResult<Ref<PyLongObject>> {
    let [low, middle, high] = text::from_u64(magnitude);
    if high != 0 {
        return from_digits(negative, &[low, middle, high]);
    }
    let new = allocate(2)?;
    // SAFETY: the new object has room for two digits, and nobody else sees it yet.
    unsafe { digits_ptr(&new).cast::<[u32; 2]>().write([low, middle]) };
    if negative {
        new.ob_base.ob_size.set(-2);
    }
    Ok(new)
}

pub fn from_u64(value: u64) -> PyResult<Ref<PyLongObject>> {
    match i64::try_from(value) {
        Ok(value) => from_i64(value),
        Err(_) => from_magnitude(false, value),
    }
}

pub fn from_usize(value: usize) -> PyResult<Ref<PyLongObject>> {
    from_u64(value as u64)
}

pub fn from_i128(value: i128) -> PyResult<Ref<PyLongObject>> {
    if let Ok(value) = i64::try_from(value) {
        return from_i64(value);
    }
    let mut rest = value.unsigned_abs();
    let mut digits = [0; 5];
    for digit in &mut digits {
        *digit = rest as u32 & MASK;
        rest >>= SHIFT;
    }
    from_digits(value < 0, &digits)
}

/// From digits, least significant first; leading zeros are dropped. Raises MemoryError.
pub fn from_digits(negative: bool, digits: &[u32]) -> PyResult<Ref<PyLongObject>> {
    let digits = magnitude::trim(digits);
    if digits.len() <= 1 {
        let value = i64::from(digits.first().copied().unwrap_or(0));
        let value = if negative { -value } else { value };
        if is_small(value) {
            return Ok(small(value));
        }
    }
    let new = allocate(digits.len())?;
    // SAFETY: the new object has room for the digits, and nobody else sees it yet.
    unsafe {
        std::ptr::copy_nonoverlapping(digits.as_ptr(), digits_ptr(&new), digits.len());
    }
    if negative {
        new.ob_base.ob_size.set(-(digits.len() as isize));
    }
    Ok(new)
}

/// Where the digits start.
#[inline(always)]
fn digits_ptr(n: &PyLongObject) -> *mut u32 {
    n.ob_digit.as_ptr() as *mut u32
}

/// A positive int with room for `count` digits, not yet written. Raises MemoryError.
#[inline]
pub fn allocate(count: usize) -> PyResult<Ref<PyLongObject>> {
    const DIGITS_AT: usize = std::mem::offset_of!(PyLongObject, ob_digit);
    let size = DIGITS_AT + count.max(2) * size_of::<u32>();
    let block = mem::alloc(size).cast::<PyLongObject>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block has room for the header, and the new object's one count is ours.
    unsafe {
        block.write(PyLongObject {
            ob_base: PyVarObject {
                ob_base: mem::header(&PyLong_Type),
                ob_size: Cell::new(count as isize),
            },
            ob_digit: [Cell::new(0)],
        });
        Ok(Ref::from_owned(block))
    }
}

/// Builds an int of at most `count` digits in place: `fill` writes all of them.
fn build(
    negative: bool,
    count: usize,
    fill: impl FnOnce(&mut [u32]),
) -> PyResult<Ref<PyLongObject>> {
    let new = allocate(count)?;
    // SAFETY: room for `count` digits, zeroed before the slice is made; nobody else sees the object yet.
    let digits = unsafe {
        std::ptr::write_bytes(digits_ptr(&new), 0, count);
        std::slice::from_raw_parts_mut(digits_ptr(&new), count)
    };
    fill(digits);
    let used = magnitude::trim(digits).len();
    if used <= 1 {
        let value = i64::from(digits.first().copied().unwrap_or(0));
        let value = if negative { -value } else { value };
        if is_small(value) {
            return Ok(small(value));
        }
    }
    let size = used as isize;
    new.ob_base.ob_size.set(if negative { -size } else { size });
    Ok(new)
}

/// Raises MemoryError.
pub fn from_bigint(value: &num_bigint::BigInt) -> PyResult<Ref<PyLongObject>> {
    from_digits(
        value.sign() == num_bigint::Sign::Minus,
        &magnitude::from_biguint(value.magnitude()),
    )
}

impl PyLongObject {
    /// Digits, least significant first.
    #[inline(always)]
    pub fn digits(&self) -> &[u32] {
        let len = self.ob_base.ob_size.get().unsigned_abs();
        // SAFETY: an int has as many digits as its size says, and they never change.
        unsafe { std::slice::from_raw_parts(digits_ptr(self), len) }
    }

    #[inline(always)]
    pub fn is_negative(&self) -> bool {
        self.ob_base.ob_size.get() < 0
    }

    #[inline(always)]
    pub fn is_zero(&self) -> bool {
        self.ob_base.ob_size.get() == 0
    }

    /// The value, if it has one digit at most.
    #[inline(always)]
    pub fn single(&self) -> Option<i64> {
        let size = self.ob_base.ob_size.get();
        ((size + 1) as usize <= 2).then(|| size as i64 * i64::from(self.ob_digit[0].get()))
    }

    /// The value, if it has two digits at most: its magnitude is below 2**60.
    #[inline(always)]
    pub fn double(&self) -> Option<i64> {
        let size = self.ob_base.ob_size.get();
        let low = i64::from(self.ob_digit[0].get());
        match size {
            -1..=1 => Some(size as i64 * low),
            2 | -2 => {
                let value = i64::from(self.digits()[1]) << SHIFT | low;
                Some(if size < 0 { -value } else { value })
            }
            _ => None,
        }
    }

    #[inline]
    pub fn to_i64(&self) -> Option<i64> {
        if let Some(value) = self.double() {
            return Some(value);
        }
        let magnitude = self.magnitude_u64()?;
        if self.is_negative() {
            (magnitude <= 1 << 63).then(|| (magnitude as i64).wrapping_neg())
        } else {
            i64::try_from(magnitude).ok()
        }
    }

    pub fn to_u64(&self) -> Option<u64> {
        (!self.is_negative())
            .then(|| self.magnitude_u64())
            .flatten()
    }

    pub fn to_usize(&self) -> Option<usize> {
        self.to_u64().map(|n| n as usize)
    }

    fn magnitude_u64(&self) -> Option<u64> {
        match *self.digits() {
            [] => Some(0),
            [a] => Some(u64::from(a)),
            [a, b] => Some(u64::from(b) << SHIFT | u64::from(a)),
            [a, b, c] if c < 16 => {
                Some(u64::from(c) << (2 * SHIFT) | u64::from(b) << SHIFT | u64::from(a))
            }
            _ => None,
        }
    }

    /// The low 64 bits in two's complement.
    pub fn low_bits(&self) -> u64 {
        let magnitude = self
            .digits()
            .iter()
            .take(3)
            .rev()
            .fold(0u64, |n, &d| n << SHIFT | u64::from(d));
        if self.is_negative() {
            magnitude.wrapping_neg()
        } else {
            magnitude
        }
    }

    /// Correctly rounded. OverflowError.
    #[inline]
    pub fn to_f64(&self) -> PyResult<f64> {
        match self.single() {
            Some(value) => Ok(value as f64),
            None => convert::to_f64(self),
        }
    }

    pub fn to_bigint(&self) -> num_bigint::BigInt {
        let sign = match self.sign() {
            0 => num_bigint::Sign::NoSign,
            1 => num_bigint::Sign::Plus,
            _ => num_bigint::Sign::Minus,
        };
        num_bigint::BigInt::from_biguint(sign, magnitude::to_biguint(self.digits()))
    }

    /// -1, 0 or 1.
    #[inline]
    pub fn sign(&self) -> i32 {
        self.ob_base.ob_size.get().signum() as i32
    }

    /// Bits of the magnitude.
    pub fn bit_length(&self) -> usize {
        magnitude::bits(self.digits())
    }

    pub fn is_odd(&self) -> bool {
        self.digits().first().is_some_and(|d| d & 1 == 1)
    }
}

/// The hash of numbers: the value modulo 2**61 - 1, with its sign; never -1.
#[inline]
pub fn hash(value: &PyLongObject) -> isize {
    let hash = match value.double() {
        Some(value) => value as isize,
        None => {
            let magnitude = hash_digits(value.digits()) as isize;
            if value.is_negative() {
                -magnitude
            } else {
                magnitude
            }
        }
    };
    if hash == -1 { -2 } else { hash }
}

fn hash_digits(digits: &[u32]) -> u64 {
    const BITS: u32 = 61;
    const MODULUS: u64 = (1 << BITS) - 1;
    digits.iter().rev().fold(0, |hash, &digit| {
        let shifted = (hash << SHIFT & MODULUS) | hash >> (BITS - SHIFT);
        let sum = shifted + u64::from(digit);
        if sum >= MODULUS { sum - MODULUS } else { sum }
    })
}

/// Gives up a reference to an exact int, faster than dropping it.
///
/// # Safety
/// The int's type is exactly `int`.
#[inline(always)]
pub unsafe fn discard(value: Ref<PyLongObject>) {
    let object = value.into_raw().cast::<PyObject>();
    // SAFETY: the reference was ours; an exact int owns nothing.
    unsafe {
        let count = (*object).ob_refcnt.get() - 1;
        (*object).ob_refcnt.set(count);
        if count == 0 {
            mem::free_object(object);
        }
    }
}
