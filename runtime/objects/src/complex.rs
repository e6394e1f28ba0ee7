//! `complex`: pairs of doubles. Division scales by the larger part of the divisor; powers go through polar coordinates, those with
//! small integral exponents through repeated squaring.

use crate::cfunction::Params;
use crate::*;
use std::mem::offset_of;

builtin!(PyComplexObject = PyComplex_Type);

type Complex = PyComplexObject;
type Parts = (f64, f64);

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: def::slot::binary(nb_add),
    nb_subtract: def::slot::binary(nb_subtract),
    nb_multiply: def::slot::binary(nb_multiply),
    nb_power: def::slot::ternary(nb_power),
    nb_negative: def::slot::unary(nb_negative),
    nb_positive: def::slot::unary(nb_positive),
    nb_absolute: def::slot::unary(nb_absolute),
    nb_bool: def::slot::inquiry(nb_bool),
    nb_true_divide: def::slot::binary(nb_true_divide),
    ..PyNumberMethods::EMPTY
};

static METHODS: [PyMethodDef; 5] = [
    def::noargs(
        c"conjugate",
        conjugate,
        c"conjugate($self, /)\n--\n\nThe number with the imaginary part's sign turned.",
    ),
    def::noargs(
        c"__complex__",
        complex,
        c"__complex__($self, /)\n--\n\nThe number as an exact complex.",
    ),
    def::noargs(
        c"__getnewargs__",
        getnewargs,
        c"__getnewargs__($self, /)\n--\n\nArguments for __new__, for copying.",
    ),
    def::one(
        c"__format__",
        format,
        c"__format__($self, format_spec, /)\n--\n\nFormatted as the specification says.",
    ),
    PyMethodDef::END,
];

static MEMBERS: [PyMemberDef; 3] = [
    def::member(
        c"real",
        flags::member::DOUBLE,
        offset_of!(PyComplexObject, cval) + offset_of!(Py_complex, real),
        flags::member::READONLY,
        c"the real part of a complex number",
    ),
    def::member(
        c"imag",
        flags::member::DOUBLE,
        offset_of!(PyComplexObject, cval) + offset_of!(Py_complex, imag),
        flags::member::READONLY,
        c"the imaginary part of a complex number",
    ),
    PyMemberDef::END,
];

#[unsafe(no_mangle)]
pub static PyComplex_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_free: Cell::new(Some(mem::tp_free_plain)),
    tp_repr: def::slot::unary(repr),
    tp_as_number: def::table(&NUMBER),
    tp_hash: Cell::new(Some(hash)),
    tp_flags: Cell::new(flags::tp::DEFAULT | flags::tp::BASETYPE),
    tp_doc: Cell::new(
        c"complex(real=0, imag=0)\n--\n\nThe complex number of two parts, or that a text stands for.".as_ptr(),
    ),
    tp_richcompare: def::slot::compare(compare),
    tp_methods: def::table(&METHODS[0]),
    tp_members: def::table(&MEMBERS[0]),
    tp_new: Cell::new(Some(new)),
    ..PyTypeObject::new::<PyComplexObject>(c"complex")
};

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is dead and owns nothing.
    unsafe { mem::free_instance(this) }
}

/// Raises MemoryError.
pub fn from_parts(re: f64, im: f64) -> PyResult<Ref<Complex>> {
    mem::create(&PyComplex_Type, |header| PyComplexObject {
        ob_base: header,
        cval: Py_complex {
            real: Cell::new(re),
            imag: Cell::new(im),
        },
    })
}

fn object((re, im): Parts) -> PyResult {
    Ok(from_parts(re, im)?.into_object())
}

impl PyComplexObject {
    /// Real and imaginary part.
    #[inline]
    pub fn parts(&self) -> (f64, f64) {
        (self.cval.real.get(), self.cval.imag.get())
    }
}

/// The value of a complex, float or int; `None` for anything else. OverflowError.
fn operand(o: &PyObject) -> PyResult<Option<Parts>> {
    if let Some(c) = o.downcast::<Complex>() {
        return Ok(Some(c.parts()));
    }
    if let Some(f) = float::of(o) {
        return Ok(Some((f.value(), 0.0)));
    }
    match int::of(o) {
        Some(n) => Ok(Some((n.to_f64()?, 0.0))),
        None => Ok(None),
    }
}

fn mul(a: Parts, b: Parts) -> Parts {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// `None` for a divisor of zero.
fn div(a: Parts, b: Parts) -> Option<Parts> {
    if b.0.abs() >= b.1.abs() {
        if b.0 == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let scale = b.0 + b.1 * ratio;
        Some(((a.0 + a.1 * ratio) / scale, (a.1 - a.0 * ratio) / scale))
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        let scale = b.0 * ratio + b.1;
        Some(((a.0 * ratio + a.1) / scale, (a.1 * ratio - a.0) / scale))
    } else {
        Some((f64::NAN, f64::NAN))
    }
}

/// A power by squaring.
fn integral_power(mut base: Parts, exponent: u32) -> Parts {
    let mut result = (1.0, 0.0);
    let mut mask = 1;
    while mask <= exponent {
        if exponent & mask != 0 {
            result = mul(result, base);
        }
        mask <<= 1;
        base = mul(base, base);
    }
    result
}

fn general_power(a: Parts, b: Parts) -> Option<Parts> {
    if b == (0.0, 0.0) {
        return Some((1.0, 0.0));
    }
    if a == (0.0, 0.0) {
        return (b.1 == 0.0 && b.0 >= 0.0).then_some((0.0, 0.0));
    }
    let size = a.0.hypot(a.1);
    let angle = a.1.atan2(a.0);
    let mut length = size.powf(b.0);
    let mut phase = angle * b.0;
    if b.1 != 0.0 {
        length /= (angle * b.1).exp();
        phase += b.1 * size.ln();
    }
    // An infinite angle has no sine.
    if phase.is_infinite() {
        return None;
    }
    Some((length * phase.cos(), length * phase.sin()))
}

/// `a ** b`. ZeroDivisionError, OverflowError.
pub fn pow(a: (f64, f64), b: (f64, f64)) -> PyResult<(f64, f64)> {
    let power = if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0 {
        let power = integral_power(a, b.0.abs() as u32);
        if b.0 > 0.0 {
            Some(power)
        } else {
            div((1.0, 0.0), power)
        }
    } else {
        general_power(a, b)
    };
    set_errno(0);
    match power {
        None => {
            set_errno(libc::EDOM);
            Err(raise!(
                ZeroDivisionError,
                "0.0 to a negative or complex power"
            ))
        }
        Some((re, im)) if re.is_infinite() || im.is_infinite() => {
            set_errno(libc::ERANGE);
            Err(raise!(OverflowError, "complex exponentiation"))
        }
        Some(power) => Ok(power),
    }
}

fn errno() -> c_int {
    // SAFETY: the thread's own variable.
    unsafe { *libc::__errno_location() }
}

fn set_errno(error: c_int) {
    // SAFETY: the thread's own variable.
    unsafe { *libc::__errno_location() = error }
}

macro_rules! binary_slots {
    ($($slot:ident |$a:ident, $b:ident| $answer:expr;)*) => { $(
        /// Either operand may be the complex (U3 does not hold for binary slots).
        extern "C" fn $slot(a: &PyObject, b: &PyObject) -> PyResult {
            let Some($a) = operand(a)? else {
                return Ok(singletons::not_implemented());
            };
            let Some($b) = operand(b)? else {
                return Ok(singletons::not_implemented());
            };
            object($answer)
        }
    )* };
}

binary_slots! {
    nb_add |a, b| (a.0 + b.0, a.1 + b.1);
    nb_subtract |a, b| (a.0 - b.0, a.1 - b.1);
    nb_multiply |a, b| mul(a, b);
    nb_true_divide |a, b| match div(a, b) {
        Some(quotient) => quotient,
        None => {
            set_errno(libc::EDOM);
            return Err(raise!(ZeroDivisionError, "complex division by zero"));
        }
    };
}

extern "C" fn nb_power(a: &PyObject, b: &PyObject, c: Option<&PyObject>) -> PyResult {
    let (Some(a), Some(b)) = (operand(a)?, operand(b)?) else {
        return Ok(singletons::not_implemented());
    };
    if c.is_some_and(|c| !singletons::is_none(c)) {
        return Err(raise!(ValueError, "complex modulo"));
    }
    object(pow(a, b)?)
}

extern "C" fn nb_negative(this: &Complex) -> PyResult {
    let (re, im) = this.parts();
    object((-re, -im))
}

extern "C" fn nb_positive(this: &Complex) -> PyResult {
    if this.is_exact::<Complex>() {
        return Ok(this.to_ref());
    }
    object(this.parts())
}

extern "C" fn nb_absolute(this: &Complex) -> PyResult {
    let (re, im) = this.parts();
    let size = re.hypot(im);
    let overflow = if size.is_nan() {
        // CPython leaves errno as the last operation set it, and looks at it.
        errno() == libc::ERANGE
    } else {
        size.is_infinite() && re.is_finite() && im.is_finite()
    };
    set_errno(if overflow { libc::ERANGE } else { 0 });
    if overflow {
        return Err(raise!(OverflowError, "absolute value too large"));
    }
    Ok(float::from_f64(size)?.into_object())
}

extern "C" fn nb_bool(this: &Complex) -> c_int {
    c_int::from(this.parts() != (0.0, 0.0))
}

extern "C" fn hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    let (re, im) = unsafe { this.cast::<Complex>() }.parts();
    const IMAGINARY: isize = 1_000_003;
    let hash = float::hash_f64(Some(this), re)
        .wrapping_add(IMAGINARY.wrapping_mul(float::hash_f64(Some(this), im)));
    if hash == -1 { -2 } else { hash }
}

/// Part of a repr: without ".0".
fn part(value: f64) -> String {
    let mut text = float::repr_f64(value);
    if text.ends_with(".0") {
        text.truncate(text.len() - 2);
    }
    text
}

extern "C" fn repr(this: &Complex) -> PyResult {
    let (re, im) = this.parts();
    let text = if re == 0.0 && re.is_sign_positive() {
        format!("{}j", part(im))
    } else {
        let im = part(im);
        let plus = if im.starts_with('-') { "" } else { "+" };
        format!("({}{plus}{im}j)", part(re))
    };
    Ok(str_::from_ascii(text.as_bytes())?.into_object())
}

extern "C" fn compare(this: &Complex, other: &PyObject, op: c_int) -> PyResult {
    if op != flags::cmp::EQ && op != flags::cmp::NE {
        return Ok(singletons::not_implemented());
    }
    let (re, im) = this.parts();
    let equal = if let Some(other) = other.downcast::<Complex>() {
        other.parts() == (re, im)
    } else if let Some(f) = float::of(other) {
        im == 0.0 && re == f.value()
    } else if let Some(n) = int::of(other) {
        im == 0.0 && !re.is_nan() && float::compare_int(re, n).is_eq()
    } else {
        return Ok(singletons::not_implemented());
    };
    Ok(boolean::from(equal == (op == flags::cmp::EQ)))
}

extern "C" fn conjugate(this: &Complex) -> PyResult {
    let (re, im) = this.parts();
    object((re, -im))
}

extern "C" fn complex(this: &Complex) -> PyResult {
    nb_positive(this)
}

extern "C" fn getnewargs(this: &Complex) -> PyResult {
    let (re, im) = this.parts();
    let pair = vec![
        float::from_f64(re)?.into_object(),
        float::from_f64(im)?.into_object(),
    ];
    Ok(tuple::from_owned(pair)?.into_object())
}

extern "C" fn format(this: &Complex, spec: &PyObject) -> PyResult {
    let (re, im) = this.parts();
    match str_::of(spec) {
        Some(spec) => Ok(str_::format_spec_complex(this, re, im, spec)?.into_object()),
        None => Err(raise!(
            TypeError,
            "__format__() argument must be str, not {}",
            str_::args::type_text(spec)
        )),
    }
}

/// Parses `complex(text)`'s text (ASCII, without underscores): a number, a number with `j`, or both; in parentheses if one likes.
fn parse(text: &[u8]) -> Option<Parts> {
    let trim = |mut text: &'_ [u8]| -> (usize, usize) {
        let all = text.len();
        let blank = |c: &u8| matches!(c, b' ' | 9..=13 | 0x1c..=0x1f);
        while text.first().is_some_and(blank) {
            text = &text[1..];
        }
        let start = all - text.len();
        while text.last().is_some_and(blank) {
            text = &text[..text.len() - 1];
        }
        (start, start + text.len())
    };
    let (start, end) = trim(text);
    let mut text = &text[start..end];
    if let [b'(', inner @ .., b')'] = text {
        let (start, end) = trim(inner);
        text = &inner[start..end];
    }
    let number = |text: &[u8]| -> Option<f64> {
        if text
            .iter()
            .any(|c| matches!(c, b' ' | 9..=13 | 0x1c..=0x1f))
        {
            return None;
        }
        float::text::parse_ascii(text)
    };
    let Some((b'j' | b'J', body)) = text.split_last() else {
        return Some((number(text)?, 0.0));
    };
    // The sign that starts the imaginary part: the last one that does not belong to an exponent.
    let sign = (0..body.len()).rev().find(|&i| {
        matches!(body[i], b'+' | b'-') && (i == 0 || !matches!(body[i - 1], b'e' | b'E'))
    });
    let (re, im) = body.split_at(sign.unwrap_or(0));
    let im = match im {
        b"" | b"+" => 1.0,
        b"-" => -1.0,
        im => number(im)?,
    };
    let re = if re.is_empty() { 0.0 } else { number(re)? };
    Some((re, im))
}

extern "C" fn new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    const PARAMS: Params = Params {
        function: "complex",
        names: &["real", "imag"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    // SAFETY: `tp_new` gets a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    let bound = PARAMS.bind_tuple(args, kwargs)?;
    let plain = std::ptr::eq(ty, &PyComplex_Type);
    if let (Some(re), None) = (bound[0], bound[1]) {
        if plain && re.is_exact::<Complex>() {
            return Ok(re.to_ref());
        }
    }
    let parts = construct(bound[0], bound[1])?;
    if plain {
        return object(parts);
    }
    let new = match ty.tp_alloc.get() {
        Some(alloc) => alloc(ty, 0)?,
        None => mem::generic_alloc(ty, 0)?,
    };
    if let Some(new) = new.downcast::<Complex>() {
        new.cval.real.set(parts.0);
        new.cval.imag.set(parts.1);
    }
    Ok(new)
}

/// The value of `x.__complex__()`, if there is one. Runs Python.
fn by_method(x: &PyObject) -> PyResult<Option<Ref<Complex>>> {
    let Some(result) = call::call_special(x, &names::__complex__, &[])? else {
        return Ok(None);
    };
    if result.is_exact::<Complex>() {
        // SAFETY: just checked.
        return Ok(Some(unsafe { Ref::cast(result) }));
    }
    if !result.is_instance::<Complex>() {
        return Err(raise!(
            TypeError,
            "__complex__ returned non-complex (type {})",
            result.ty().name()
        ));
    }
    errors::warn(
        &exceptions::DeprecationWarning,
        &format!(
            "__complex__ returned non-complex (type {}).  The ability to return an instance of a strict subclass of complex is deprecated, and may not be supported in a future version of Python.",
            result.ty().name()
        ),
        1,
    )?;
    // SAFETY: checked above.
    Ok(Some(unsafe { Ref::cast(result) }))
}

/// The value of an object that converts to complex or to float. Runs Python.
pub fn to_parts(x: &PyObject) -> PyResult<(f64, f64)> {
    if let Some(c) = x.exact::<Complex>() {
        return Ok(c.parts());
    }
    match by_method(x)? {
        Some(c) => Ok(c.parts()),
        None => Ok((number::as_f64(x)?, 0.0)),
    }
}

fn construct(re: Option<&PyObject>, im: Option<&PyObject>) -> PyResult<Parts> {
    if let Some(source) = re.and_then(str_::of) {
        if im.is_some() {
            return Err(raise!(
                TypeError,
                "complex() can't take second arg if first is a string"
            ));
        }
        growing::ensure(source.len())?;
        let Some(text) = float::text::without_underscores(&int::to_ascii(source)?) else {
            return Err(raise!(
                ValueError,
                "could not convert string to complex: {}",
                protocol::repr(source)?.to_string_lossy()
            ));
        };
        return parse(&text)
            .ok_or_else(|| raise!(ValueError, "complex() arg is a malformed string"));
    }
    if im.is_some_and(|im| str_::of(im).is_some()) {
        return Err(raise!(TypeError, "complex() second arg can't be a string"));
    }
    let by_method = match re {
        Some(re) if !re.is_exact::<Complex>() => by_method(re)?,
        _ => None,
    };
    let re: Option<&PyObject> = match &by_method {
        Some(c) => Some(c),
        None => re,
    };
    if let Some(re) = re.filter(|re| !is_number(re)) {
        return Err(raise!(
            TypeError,
            "complex() first argument must be a string or a number, not '{}'",
            re.ty().name()
        ));
    }
    if let Some(im) = im.filter(|im| !is_number(im)) {
        return Err(raise!(
            TypeError,
            "complex() second argument must be a number, not '{}'",
            im.ty().name()
        ));
    }
    // Parts may be complex themselves: re + im * 1j.
    let value = |x: &PyObject| -> PyResult<(Parts, bool)> {
        match x.downcast::<Complex>() {
            Some(c) => Ok((c.parts(), true)),
            None => Ok(((number::to_float(x)?, 0.0), false)),
        }
    };
    let ((mut real, re_im), re_complex) = match re {
        Some(re) => value(re)?,
        None => ((0.0, 0.0), false),
    };
    let Some(im) = im else {
        return Ok((real, re_im));
    };
    let ((mut imag, im_im), im_complex) = value(im)?;
    if im_complex {
        real -= im_im;
    }
    if re_complex {
        imag += re_im;
    }
    Ok((real, imag))
}

/// Whether the object is complex, or converts to float.
fn is_number(x: &PyObject) -> bool {
    // SAFETY: a type's tables live as long as the type.
    let table = unsafe { x.ty().tp_as_number.get().as_ref() };
    x.is_instance::<Complex>()
        || table.is_some_and(|n| n.nb_float.get().is_some() || n.nb_index.get().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let good: &[(&str, Parts)] = &[
            ("1+2j", (1.0, 2.0)),
            (" ( 1+2J ) ", (1.0, 2.0)),
            ("j", (0.0, 1.0)),
            ("-j", (0.0, -1.0)),
            ("1e5j", (0.0, 1e5)),
            ("1e-5-1e-5j", (1e-5, -1e-5)),
            ("1+j", (1.0, 1.0)),
            ("-1.5", (-1.5, 0.0)),
            ("inf-infj", (f64::INFINITY, f64::NEG_INFINITY)),
        ];
        for (text, parts) in good {
            assert_eq!(parse(text.as_bytes()), Some(*parts), "{text}");
        }
        for text in ["", "1+", "1 + 2j", "(1+2j", "1+2", "jj", "()", "+"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn arithmetic() {
        assert_eq!(integral_power((0.0, 1.0), 2), (-1.0, 0.0));
        assert_eq!(div((1.0, 0.0), (0.0, 0.0)), None);
        assert_eq!(div((4.0, 2.0), (0.0, 2.0)), Some((1.0, -2.0)));
        assert_eq!(general_power((0.0, 0.0), (-1.0, 0.0)), None);
    }
}
