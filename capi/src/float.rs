//! `floatobject.h`, `complexobject.h`, `pystrtod.h`: floats and complex numbers, their texts and packed forms.

use crate::support::*;
use hotpy_objects::number;

/// C: `Py_complex`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Complex {
    real: f64,
    imag: f64,
}

export! {
    fn PyFloat_FromDouble(value: f64) -> PyResult<Ref<PyFloatObject>> { float::from_f64(value) }
    fn PyFloat_AsDouble(o: Option<&PyObject>) -> f64 {
        match o {
            Some(o) => number::as_f64(o).unwrap_or(-1.0),
            None => { bad_argument(); -1.0 }
        }
    }
    fn PyFloat_FromString(o: &PyObject) -> PyResult { call::call1(&float::PyFloat_Type, o) }
    fn PyFloat_GetInfo() -> PyResult {
        hotpy_modules::sys::get("float_info").ok_or_else(|| raise!(RuntimeError, "lost sys.float_info"))
    }
    fn PyFloat_GetMax() -> f64 { f64::MAX }
    fn PyFloat_GetMin() -> f64 { f64::MIN_POSITIVE }

    // ---- packed floats: 0, or -1 with an exception ----

    fn PyFloat_Pack2(value: f64, to: *mut u8, little: c_int) -> c_int {
        match half_bits(value) {
            Ok(bits) => pack(&bits.to_le_bytes(), to, little),
            Err(Raised) => -1,
        }
    }
    fn PyFloat_Pack4(value: f64, to: *mut u8, little: c_int) -> c_int {
        let narrow = value as f32;
        if narrow.is_infinite() && value.is_finite() {
            raise!(OverflowError, "float too large to pack with f format");
            return -1;
        }
        pack(&narrow.to_le_bytes(), to, little)
    }
    fn PyFloat_Pack8(value: f64, to: *mut u8, little: c_int) -> c_int { pack(&value.to_le_bytes(), to, little) }
    fn PyFloat_Unpack2(from: *const u8, little: c_int) -> f64 { from_half(u16::from_le_bytes(unpack(from, little))) }
    fn PyFloat_Unpack4(from: *const u8, little: c_int) -> f64 { f32::from_le_bytes(unpack(from, little)) as f64 }
    fn PyFloat_Unpack8(from: *const u8, little: c_int) -> f64 { f64::from_le_bytes(unpack(from, little)) }

    // ---- text ----

    fn PyOS_double_to_string(value: f64, code: c_char, precision: c_int, flags: c_int, kind: *mut c_int) -> *mut c_char {
        double_to_string(value, code as u8, precision, flags, kind).unwrap_or(ptr::null_mut())
    }
    /// Without `end` the whole text must be a number. A null overflow exception means that it overflows to infinity.
    fn PyOS_string_to_double(text: *const c_char, end: *mut *mut c_char, overflow: Option<&PyTypeObject>) -> f64 {
        string_to_double(text, end, overflow).unwrap_or(-1.0)
    }
    fn _Py_dg_infinity(sign: c_int) -> f64 { if sign != 0 { f64::NEG_INFINITY } else { f64::INFINITY } }
    fn _Py_dg_stdnan(sign: c_int) -> f64 { if sign != 0 { -f64::NAN } else { f64::NAN } }
    fn _Py_parse_inf_or_nan(text: *const c_char, end: *mut *mut c_char) -> f64 {
        let (value, length) = special_prefix(bytes_of(text)).unwrap_or((-1.0, 0));
        // SAFETY: a result pointer (C1).
        unsafe { *end = text.wrapping_add(length).cast_mut() };
        value
    }

    // ---- complex numbers ----

    fn PyComplex_FromDoubles(real: f64, imag: f64) -> PyResult<Ref<PyComplexObject>> { complex::from_parts(real, imag) }
    fn PyComplex_FromCComplex(c: Complex) -> PyResult<Ref<PyComplexObject>> { complex::from_parts(c.real, c.imag) }
    fn PyComplex_RealAsDouble(o: &PyObject) -> f64 {
        match o.downcast::<PyComplexObject>() {
            Some(c) => c.parts().0,
            None => number::as_f64(o).unwrap_or(-1.0),
        }
    }
    fn PyComplex_ImagAsDouble(o: &PyObject) -> f64 { o.downcast::<PyComplexObject>().map_or(0.0, |c| c.parts().1) }
    fn PyComplex_AsCComplex(o: &PyObject) -> Complex {
        if let Some(c) = o.downcast::<PyComplexObject>() {
            let (real, imag) = c.parts();
            return Complex { real, imag };
        }
        match as_complex(o) {
            Ok((real, imag)) => Complex { real, imag },
            Err(Raised) => Complex { real: -1.0, imag: 0.0 },
        }
    }
    fn _Py_c_sum(a: Complex, b: Complex) -> Complex { Complex { real: a.real + b.real, imag: a.imag + b.imag } }
    fn _Py_c_diff(a: Complex, b: Complex) -> Complex { Complex { real: a.real - b.real, imag: a.imag - b.imag } }
    fn _Py_c_neg(a: Complex) -> Complex { Complex { real: -a.real, imag: -a.imag } }
    fn _Py_c_prod(a: Complex, b: Complex) -> Complex {
        Complex { real: a.real * b.real - a.imag * b.imag, imag: a.real * b.imag + a.imag * b.real }
    }
    fn _Py_c_quot(a: Complex, b: Complex) -> Complex { quotient(a, b) }
    fn _Py_c_abs(a: Complex) -> f64 { modulus(a) }
    fn _Py_c_pow(a: Complex, b: Complex) -> Complex {
        match complex::pow((a.real, a.imag), (b.real, b.imag)) {
            Ok((real, imag)) => Complex { real, imag },
            Err(Raised) => {
                let overflow = errors::matches(&exceptions::OverflowError);
                errors::clear();
                set_errno(if overflow { libc::ERANGE } else { libc::EDOM });
                Complex { real: 0.0, imag: 0.0 }
            }
        }
    }
}

fn set_errno(code: c_int) {
    // SAFETY: always a valid address.
    unsafe { *libc::__errno_location() = code }
}

/// A number's complex value: `__complex__`, else its float value.
fn as_complex(o: &PyObject) -> PyResult<(f64, f64)> {
    if let Some(method) = protocol::lookup_special(o, &names::__complex__)? {
        let answer = call::call0(&method)?;
        return match answer.downcast::<PyComplexObject>() {
            Some(c) => {
                if !c.is_exact::<PyComplexObject>() {
                    let what = format!(
                        "{}.__complex__ returned non-complex (type {}).  The ability to return an instance of a strict subclass of complex is deprecated, and may not be supported in a future version of Python.",
                        o.ty().name(),
                        answer.ty().name()
                    );
                    errors::warn(&exceptions::DeprecationWarning, &what, 1)?;
                }
                Ok(c.parts())
            }
            None => Err(raise!(
                TypeError,
                "{}.__complex__ returned non-complex (type {})",
                o.ty().name(),
                answer.ty().name()
            )),
        };
    }
    Ok((number::as_f64(o)?, 0.0))
}

/// Division with the larger part of the divisor scaled to 1; EDOM for division by zero.
fn quotient(a: Complex, b: Complex) -> Complex {
    if b.real.abs() >= b.imag.abs() {
        if b.real == 0.0 {
            set_errno(libc::EDOM);
            return Complex {
                real: 0.0,
                imag: 0.0,
            };
        }
        let ratio = b.imag / b.real;
        let scale = b.real + b.imag * ratio;
        Complex {
            real: (a.real + a.imag * ratio) / scale,
            imag: (a.imag - a.real * ratio) / scale,
        }
    } else if b.imag.abs() >= b.real.abs() {
        let ratio = b.real / b.imag;
        let scale = b.real * ratio + b.imag;
        Complex {
            real: (a.real * ratio + a.imag) / scale,
            imag: (a.imag * ratio - a.real) / scale,
        }
    } else {
        Complex {
            real: f64::NAN,
            imag: f64::NAN,
        }
    }
}

fn modulus(a: Complex) -> f64 {
    set_errno(0);
    if a.real.is_infinite() || a.imag.is_infinite() {
        return f64::INFINITY;
    }
    if a.real.is_nan() || a.imag.is_nan() {
        return f64::NAN;
    }
    let value = a.real.hypot(a.imag);
    set_errno(if value.is_finite() { 0 } else { libc::ERANGE });
    value
}

fn pack<const N: usize>(bytes: &[u8; N], to: *mut u8, little: c_int) -> c_int {
    let mut bytes = *bytes;
    if little == 0 {
        bytes.reverse();
    }
    // SAFETY: the caller's buffer has room (C1).
    unsafe { to.cast::<[u8; N]>().write_unaligned(bytes) };
    0
}

fn unpack<const N: usize>(from: *const u8, little: c_int) -> [u8; N] {
    // SAFETY: the caller's buffer has as many bytes (C1).
    let mut bytes = unsafe { from.cast::<[u8; N]>().read_unaligned() };
    if little == 0 {
        bytes.reverse();
    }
    bytes
}

/// IEEE half precision, ties to even. OverflowError.
fn half_bits(value: f64) -> PyResult<u16> {
    let sign = (value.is_sign_negative() as u16) << 15;
    if value.is_nan() {
        return Ok(sign | 0x7e00);
    }
    if value.is_infinite() {
        return Ok(sign | 0x7c00);
    }
    let size = value.abs();
    // In units of the least subnormal below the least normal number, else of the last of eleven bits.
    let exponent = if size < 2f64.powi(-14) {
        -14
    } else {
        (size.to_bits() >> 52) as i32 - 1023
    };
    let scaled = size * 2f64.powi(10 - exponent);
    let mut units = scaled as u64;
    let rest = scaled - units as f64;
    if rest > 0.5 || rest == 0.5 && units & 1 == 1 {
        units += 1;
    }
    // A carry runs over into the exponent of its own accord.
    let bits = ((exponent + 14) as u64) * 0x400 + units;
    if bits >= 0x7c00 {
        return Err(raise!(
            OverflowError,
            "float too large to pack with e format"
        ));
    }
    Ok(sign | bits as u16)
}

fn from_half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    sign * match exponent {
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        0 => fraction * 2f64.powi(-24),
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    }
}

/// Bits of `flags`: a sign always, ".0" for whole numbers, the alternate form.
const SIGN: c_int = 1;
const ADD_DOT_0: c_int = 2;
const ALTERNATE: c_int = 4;

fn double_to_string(
    value: f64,
    code: u8,
    precision: c_int,
    flags: c_int,
    kind: *mut c_int,
) -> PyResult<*mut c_char> {
    let repr = code == b'r';
    if !matches!(code, b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'r') || repr && precision != 0 {
        return Err(bad_internal_call());
    }
    let mut text = if repr {
        let text = float::repr_f64(value);
        match text.strip_suffix(".0") {
            Some(whole) if flags & ADD_DOT_0 == 0 => whole.to_owned(),
            _ => text,
        }
    } else {
        let text = float::format_f64(
            value,
            code,
            precision as usize,
            flags & ALTERNATE != 0,
            false,
        );
        let plain = value.is_finite() && !text.contains(['.', 'e', 'E']);
        if flags & ADD_DOT_0 != 0 && plain {
            text + ".0"
        } else {
            text
        }
    };
    if flags & SIGN != 0 && !text.starts_with('-') {
        text.insert(0, '+');
    }
    if !kind.is_null() {
        // SAFETY: a result pointer (C1).
        unsafe {
            *kind = if value.is_infinite() {
                1
            } else {
                value.is_nan() as c_int * 2
            }
        };
    }
    let block = crate::memory::copied(domains::MEMORY, text.as_bytes(), 1);
    if block.is_null() {
        return Err(errors::no_memory());
    }
    Ok(block.cast())
}

/// "inf", "infinity" or "nan" with a sign at the start of a text: value and length.
fn special_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let negative = text.first() == Some(&b'-');
    let starts = |word: &str| {
        text.get(sign..sign + word.len())
            .is_some_and(|t| t.eq_ignore_ascii_case(word.as_bytes()))
    };
    let (value, length) = if starts("infinity") {
        (f64::INFINITY, 8)
    } else if starts("inf") {
        (f64::INFINITY, 3)
    } else if starts("nan") {
        (f64::NAN, 3)
    } else {
        return None;
    };
    Some((if negative { -value } else { value }, sign + length))
}

/// The longest prefix that is a decimal number.
fn number_prefix(text: &[u8]) -> usize {
    let digits = |from: usize| {
        text[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut at = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let whole = digits(at);
    at += whole;
    let mut fraction = 0;
    if text.get(at) == Some(&b'.') {
        fraction = digits(at + 1);
        if whole + fraction > 0 {
            at += 1 + fraction;
        }
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let exponent = if at + 1 + sign <= text.len() {
            digits(at + 1 + sign)
        } else {
            0
        };
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    at
}

fn string_to_double(
    text: *const c_char,
    end: *mut *mut c_char,
    overflow: Option<&PyTypeObject>,
) -> PyResult<f64> {
    let all = bytes_of(text);
    let (value, length) = match special_prefix(all) {
        Some(found) => found,
        None => {
            let length = number_prefix(all);
            let value = std::str::from_utf8(&all[..length])
                .ok()
                .and_then(|t| t.parse().ok());
            (value.unwrap_or(-1.0), length)
        }
    };
    let shown = || String::from_utf8_lossy(all).into_owned();
    if length == 0 || end.is_null() && length < all.len() {
        return Err(raise!(
            ValueError,
            "could not convert string to float: '{}'",
            shown()
        ));
    }
    if let Some(ty) = overflow
        && f64::is_infinite(value)
        && special_prefix(all).is_none()
    {
        let text = format!("value too large to convert to float: '{}'", shown());
        return Err(errors::raise_text(ty, &text));
    }
    if !end.is_null() {
        // SAFETY: a result pointer (C1).
        unsafe { *end = text.wrapping_add(length).cast_mut() };
    }
    Ok(value)
}
