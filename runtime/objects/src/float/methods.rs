//! The type `float`: slots, methods, construction.

use super::{Power, compare_int, from_f64, hash_f64, of, text};
use crate::cfunction::{check_count, no_keywords};
use crate::growing;
use crate::*;
use std::cmp::Ordering;

type Float = PyFloatObject;

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: def::slot::binary(nb_add),
    nb_subtract: def::slot::binary(nb_subtract),
    nb_multiply: def::slot::binary(nb_multiply),
    nb_remainder: def::slot::binary(nb_remainder),
    nb_divmod: def::slot::binary(nb_divmod),
    nb_power: def::slot::ternary(nb_power),
    nb_negative: def::slot::unary(nb_negative),
    nb_positive: def::slot::unary(exact_object),
    nb_absolute: def::slot::unary(nb_absolute),
    nb_bool: def::slot::inquiry(nb_bool),
    nb_int: def::slot::unary(trunc),
    nb_float: def::slot::unary(exact_object),
    nb_floor_divide: def::slot::binary(nb_floor_divide),
    nb_true_divide: def::slot::binary(nb_true_divide),
    ..PyNumberMethods::EMPTY
};

static METHODS: [PyMethodDef; 13] = [
    def::noargs(c"conjugate", exact_object, c"conjugate($self, /)\n--\n\nThe float itself: it has no imaginary part."),
    def::noargs(c"__trunc__", trunc, c"__trunc__($self, /)\n--\n\nThe integer towards zero."),
    def::noargs(c"__floor__", floor, c"__floor__($self, /)\n--\n\nThe integer below."),
    def::noargs(c"__ceil__", ceil, c"__ceil__($self, /)\n--\n\nThe integer above."),
    def::fast(
        c"__round__",
        round,
        c"__round__($self, ndigits=None, /)\n--\n\nThe nearest integer, or the nearest float with that many decimals, half to even.",
    ),
    def::noargs(
        c"as_integer_ratio",
        as_integer_ratio,
        c"as_integer_ratio($self, /)\n--\n\nNumerator and positive denominator of the exact value, in lowest terms.\n\n>>> (0.75).as_integer_ratio()\n(3, 4)\n>>> (-6.5).as_integer_ratio()\n(-13, 2)\n>>> 1e3.as_integer_ratio()\n(1000, 1)",
    ),
    def::class_method(def::one(
        c"fromhex",
        fromhex,
        c"fromhex($type, string, /)\n--\n\nThe float that a hexadecimal text stands for.\n\n>>> float.fromhex('0x1.8p-1')\n0.75\n>>> float.fromhex('-a')\n-10.0",
    )),
    def::noargs(c"hex", hex, c"hex($self, /)\n--\n\nThe exact value in hexadecimal.\n\n>>> (0.75).hex()\n'0x1.8000000000000p-1'\n>>> (-10.0).hex()\n'-0x1.4000000000000p+3'"),
    def::noargs(c"is_integer", is_integer, c"is_integer($self, /)\n--\n\nWhether the value is integral."),
    def::noargs(
        c"__getnewargs__",
        getnewargs,
        c"__getnewargs__($self, /)\n--\n\nArguments for __new__, for copying.",
    ),
    def::class_method(def::one(
        c"__getformat__",
        getformat,
        c"__getformat__($type, typestr, /)\n--\n\nHow C's 'double' or 'float' is laid out.",
    )),
    def::one(
        c"__format__",
        format,
        c"__format__($self, format_spec, /)\n--\n\nFormatted as the specification says.",
    ),
    PyMethodDef::END,
];

static GETSET: [PyGetSetDef; 3] = [
    def::getset(c"real", get_real, None, c"The float itself."),
    def::getset(c"imag", get_imag, None, c"Zero."),
    PyGetSetDef::END,
];

#[unsafe(no_mangle)]
pub static PyFloat_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_free: Cell::new(Some(mem::tp_free_plain)),
    tp_repr: def::slot::unary(repr),
    tp_as_number: def::table(&NUMBER),
    tp_hash: Cell::new(Some(hash)),
    tp_flags: Cell::new(flags::tp::DEFAULT | flags::tp::BASETYPE | flags::tp::MATCH_SELF),
    tp_doc: Cell::new(
        c"float(x=0, /)\n--\n\nThe float that a number or a text stands for.".as_ptr(),
    ),
    tp_richcompare: def::slot::compare(compare),
    tp_methods: def::table(&METHODS[0]),
    tp_getset: def::table(&GETSET[0]),
    tp_new: Cell::new(Some(new)),
    tp_vectorcall: Cell::new(Some(vectorcall)),
    ..PyTypeObject::new::<PyFloatObject>(c"float")
};

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is dead and owns nothing.
    unsafe { mem::free_instance(this) }
}

fn object(value: f64) -> PyResult {
    Ok(from_f64(value)?.into_object())
}

/// A float of exactly the type `float`.
extern "C" fn exact_object(this: &Float) -> PyResult {
    if super::is_exact(this) {
        return Ok(this.to_ref());
    }
    object(this.value())
}

/// A float's or int's value; `None` for anything else. OverflowError.
#[inline(always)]
pub(super) fn operand(o: &PyObject) -> PyResult<Option<f64>> {
    if let Some(f) = of(o) {
        return Ok(Some(f.value()));
    }
    match int::of(o) {
        Some(n) => n.to_f64().map(Some),
        None => Ok(None),
    }
}

macro_rules! binary_slots {
    ($($slot:ident |$a:ident, $b:ident| $answer:expr;)*) => { $(
        /// Either operand may be the float (U3 does not hold for binary slots).
        extern "C" fn $slot(a: &PyObject, b: &PyObject) -> PyResult {
            let Some($a) = operand(a)? else {
                return Ok(singletons::not_implemented());
            };
            let Some($b) = operand(b)? else {
                return Ok(singletons::not_implemented());
            };
            $answer
        }
    )* };
}

binary_slots! {
    nb_add |a, b| object(a + b);
    nb_subtract |a, b| object(a - b);
    nb_multiply |a, b| object(a * b);
    nb_remainder |a, b| object(super::rem(a, b)?);
    nb_floor_divide |a, b| object(super::floordiv(a, b)?);
    nb_true_divide |a, b| object(super::true_div(a, b)?);
    nb_divmod |a, b| {
        let (q, r) = super::divmod(a, b)?;
        Ok(tuple::from_owned(vec![object(q)?, object(r)?])?.into_object())
    };
}

extern "C" fn nb_power(a: &PyObject, b: &PyObject, c: Option<&PyObject>) -> PyResult {
    if c.is_some_and(|c| !singletons::is_none(c)) {
        return Err(raise!(
            TypeError,
            "pow() 3rd argument not allowed unless all arguments are integers"
        ));
    }
    let (Some(x), Some(y)) = (operand(a)?, operand(b)?) else {
        return Ok(singletons::not_implemented());
    };
    match super::pow(x, y)? {
        Power::Real(value) => object(value),
        Power::Complex => {
            let (re, im) = complex::pow((x, 0.0), (y, 0.0))?;
            Ok(complex::from_parts(re, im)?.into_object())
        }
    }
}

extern "C" fn nb_negative(this: &Float) -> PyResult {
    object(-this.value())
}

extern "C" fn nb_absolute(this: &Float) -> PyResult {
    object(this.value().abs())
}

extern "C" fn nb_bool(this: &Float) -> c_int {
    c_int::from(this.value() != 0.0)
}

extern "C" fn hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    let value = unsafe { this.cast::<Float>() }.value();
    hash_f64(Some(this), value)
}

extern "C" fn repr(this: &Float) -> PyResult {
    Ok(str_::from_ascii(text::repr_f64(this.value()).as_bytes())?.into_object())
}

extern "C" fn compare(this: &Float, other: &PyObject, op: c_int) -> PyResult {
    let value = this.value();
    let order = if let Some(other) = of(other) {
        value.partial_cmp(&other.value())
    } else if let Some(n) = int::of(other) {
        (!value.is_nan()).then(|| compare_int(value, n))
    } else {
        return Ok(singletons::not_implemented());
    };
    Ok(boolean::from(match op {
        flags::cmp::LT => order == Some(Ordering::Less),
        flags::cmp::LE => order.is_some_and(Ordering::is_le),
        flags::cmp::EQ => order == Some(Ordering::Equal),
        flags::cmp::NE => order != Some(Ordering::Equal),
        flags::cmp::GT => order == Some(Ordering::Greater),
        _ => order.is_some_and(Ordering::is_ge),
    }))
}

fn integer(value: f64) -> PyResult {
    Ok(int::from_f64(value)?.into_object())
}

extern "C" fn trunc(this: &Float) -> PyResult {
    integer(this.value())
}

extern "C" fn floor(this: &Float) -> PyResult {
    integer(this.value().floor())
}

extern "C" fn ceil(this: &Float) -> PyResult {
    integer(this.value().ceil())
}

extern "C" fn round(this: &Float, args: Args<'_>, count: isize) -> PyResult {
    check_count("__round__", count as usize, 0, 1)?;
    let value = this.value();
    let digits = args
        .slice(count)
        .first()
        .filter(|d| !singletons::is_none(d));
    let Some(digits) = digits else {
        return integer(value.round_ties_even());
    };
    let digits = number::index_isize(digits, None)?;
    if !value.is_finite() || value == 0.0 || digits > 323 {
        return object(value);
    }
    if digits < -308 {
        return object(0f64.copysign(value));
    }
    if digits >= 0 {
        // The decimal text is correctly rounded, and so is its way back.
        let text = text::format_f64(value, b'f', digits as usize, false, false);
        return object(text::parse(&text).unwrap_or(value));
    }
    round_to_power(value, -digits as usize)
}

/// To a multiple of `10**exponent`: on the integer part, doubled to make room for "and a bit".
fn round_to_power(value: f64, exponent: usize) -> PyResult {
    let size = value.abs();
    let two = int::from_i64(2)?;
    let mut doubled = int::mul(&*int::from_f64(size)?, &two)?;
    if size != size.trunc() {
        doubled = int::add(&doubled, &*int::one())?;
    }
    let ten = int::from_i64(10)?;
    let unit = int::pow(&ten, &*int::from_usize(exponent)?, None)?;
    let double_unit = int::mul(&unit, &two)?;
    let (quotient, rest) = int::divmod(&doubled, &double_unit)?;
    let up = match int::compare(&rest, &unit) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => quotient.is_odd(),
    };
    let quotient = if up {
        int::add(&quotient, &*int::one())?
    } else {
        quotient
    };
    let rounded = int::mul(&quotient, &unit)?;
    match rounded.to_f64() {
        Ok(rounded) => object(rounded.copysign(value)),
        Err(Raised) => {
            errors::clear();
            Err(raise!(
                OverflowError,
                "rounded value too large to represent"
            ))
        }
    }
}

extern "C" fn as_integer_ratio(this: &Float) -> PyResult {
    let value = this.value();
    if value.is_infinite() {
        return Err(raise!(
            OverflowError,
            "cannot convert Infinity to integer ratio"
        ));
    }
    if value.is_nan() {
        return Err(raise!(ValueError, "cannot convert NaN to integer ratio"));
    }
    let bits = value.to_bits();
    let field = (bits >> 52 & 0x7ff) as i64;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (mut mantissa, mut exponent) = match field {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, field - 1075),
    };
    if mantissa == 0 {
        exponent = 0;
    } else {
        let zeros = mantissa.trailing_zeros();
        mantissa >>= zeros;
        exponent += i64::from(zeros);
    }
    let mut numerator = int::from_i64(if value < 0.0 { -mantissa } else { mantissa })?;
    let mut denominator = int::one();
    let shift = int::from_i64(exponent.abs())?;
    if exponent > 0 {
        numerator = int::lshift(&numerator, &shift)?;
    } else {
        denominator = int::lshift(&denominator, &shift)?;
    }
    let pair = vec![numerator.into_object(), denominator.into_object()];
    Ok(tuple::from_owned(pair)?.into_object())
}

extern "C" fn fromhex(ty: &PyTypeObject, source: &PyObject) -> PyResult {
    let Some(source) = str_::of(source) else {
        return Err(raise!(
            TypeError,
            "bad argument type for built-in operation"
        ));
    };
    let value = match text::from_hex(source.to_utf8()?.as_bytes()) {
        Ok(value) => object(value)?,
        Err(text::HexError::Syntax) => {
            return Err(raise!(
                ValueError,
                "invalid hexadecimal floating-point string"
            ));
        }
        Err(text::HexError::TooLarge) => {
            return Err(raise!(
                OverflowError,
                "hexadecimal value too large to represent as a float"
            ));
        }
    };
    if std::ptr::eq(ty, &PyFloat_Type) {
        return Ok(value);
    }
    call::call1(ty, &value)
}

extern "C" fn hex(this: &Float) -> PyResult {
    Ok(str_::from_ascii(text::to_hex(this.value()).as_bytes())?.into_object())
}

extern "C" fn is_integer(this: &Float) -> PyResult {
    let value = this.value();
    Ok(boolean::from(value.is_finite() && value == value.trunc()))
}

extern "C" fn getnewargs(this: &Float) -> PyResult {
    Ok(tuple::from_owned(vec![object(this.value())?])?.into_object())
}

extern "C" fn getformat(_: &PyTypeObject, which: &PyObject) -> PyResult {
    let Some(which) = str_::of(which) else {
        return Err(raise!(
            TypeError,
            "__getformat__() argument must be str, not {}",
            str_::args::type_text(which)
        ));
    };
    if !which.equals_text("double") && !which.equals_text("float") {
        return Err(raise!(
            ValueError,
            "__getformat__() argument 1 must be 'double' or 'float'"
        ));
    }
    let order = if cfg!(target_endian = "little") {
        "IEEE, little-endian"
    } else {
        "IEEE, big-endian"
    };
    Ok(str_::new(order)?.into_object())
}

extern "C" fn format(this: &Float, spec: &PyObject) -> PyResult {
    match str_::of(spec) {
        Some(spec) => Ok(str_::format_spec_float(this, this.value(), spec)?.into_object()),
        None => Err(raise!(
            TypeError,
            "__format__() argument must be str, not {}",
            str_::args::type_text(spec)
        )),
    }
}

extern "C" fn get_real(this: &Float, _: *mut c_void) -> PyResult {
    exact_object(this)
}

extern "C" fn get_imag(_: &Float, _: *mut c_void) -> PyResult {
    object(0.0)
}

extern "C" fn new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // SAFETY: `tp_new` gets a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    let own_init = |ty: &PyTypeObject| ty.tp_init.get().map(|f| f as usize);
    if std::ptr::eq(ty, &PyFloat_Type) || own_init(ty) == own_init(&PyFloat_Type) {
        no_keywords("float", kwargs)?;
    }
    let value = construct(args.items())?;
    if std::ptr::eq(ty, &PyFloat_Type) {
        return Ok(value);
    }
    let new = match ty.tp_alloc.get() {
        Some(alloc) => alloc(ty, 0)?,
        None => mem::generic_alloc(ty, 0)?,
    };
    if let (Some(new), Some(value)) = (of(&new), of(&value)) {
        new.ob_fval.set(value.value());
    }
    Ok(new)
}

extern "C" fn vectorcall(
    ty: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    if names.is_some_and(|names| names.len() > 0) {
        return Err(raise!(TypeError, "float() takes no keyword arguments"));
    }
    let args = args.slice((count & !flags::VECTORCALL_ARGUMENTS_OFFSET) as isize);
    if ty.is(&PyFloat_Type) {
        return construct(args);
    }
    // SAFETY: this is called for `float` and its subtypes.
    new(unsafe { ty.cast() }, &*tuple::from_borrowed(args)?, None)
}

/// `float(x)`: an exact float.
fn construct(args: &[&PyObject]) -> PyResult {
    check_count("float", args.len(), 0, 1)?;
    let Some(x) = args.first() else {
        return object(0.0);
    };
    if super::is_exact(x) {
        return Ok(x.to_ref());
    }
    if let Some(source) = str_::of(x)
        && !number::has_float(x)
    {
        return object(parse_str(source)?);
    }
    object(number::to_float(x)?)
}

/// `float(text)`. ValueError.
fn parse_str(source: &Str) -> PyResult<f64> {
    growing::ensure(source.len())?;
    let parsed = match source.ascii() {
        Some(ascii) => text::parse_ascii(ascii.as_bytes()),
        None => text::parse_ascii(&int::to_ascii(source)?),
    };
    parsed.ok_or_else(|| no_float(source))
}

/// ValueError for a text that is no float.
pub(super) fn no_float(source: &PyObject) -> Raised {
    match protocol::repr(source) {
        Ok(shown) => raise!(
            ValueError,
            "could not convert string to float: {}",
            shown.to_string_lossy()
        ),
        Err(raised) => raised,
    }
}

/// The value of a bytes-like object's text; `None` if the object has none to give. ValueError.
pub(crate) fn parse_buffer(source: &PyObject) -> PyResult<Option<f64>> {
    let Some(data) = bytes::text_of(source)? else {
        return Ok(None);
    };
    growing::ensure(data.len())?;
    match text::parse_ascii(&data) {
        Some(value) => Ok(Some(value)),
        None if source.is_instance::<PyBytesObject>() => Err(no_float(source)),
        None => Err(no_float(&*bytes::new(&data)?)),
    }
}

#[cfg(test)]
mod tests {
    use crate::float::floor_div_rem;

    #[test]
    fn quotient_and_remainder_add_up() {
        for a in [-7.25, -1.0, 0.5, 3.0, 1e10] {
            for b in [-2.5, -0.3, 0.7, 3.0] {
                let (q, r) = floor_div_rem(a, b);
                assert!((q * b + r - a).abs() <= 1e-9 * a.abs().max(1.0));
                assert!(r == 0.0 || (r < 0.0) == (b < 0.0));
            }
        }
    }
}
