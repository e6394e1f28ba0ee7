//! `longobject.h`, `boolobject.h`: ints to and from C numbers, bytes, text.

use crate::support::*;
use hotpy_objects::number;

type Int = PyLongObject;

/// The object as an int: itself, or its `__index__`. TypeError "'X' object cannot be interpreted as an integer".
#[inline]
fn index(o: Option<&PyObject>) -> PyResult<Ref<Int>> {
    match o {
        Some(o) => match int::of(o) {
            Some(n) => Ok(Ref::new(n)),
            None => number::index(o),
        },
        None => Err(bad_internal_call()),
    }
}

/// The object, which must be an int. TypeError "an integer is required".
fn required(o: Option<&PyObject>) -> PyResult<&Int> {
    match o {
        Some(o) => int::of(o).ok_or_else(|| raise!(TypeError, "an integer is required")),
        None => Err(bad_internal_call()),
    }
}

#[cold]
fn too_large(what: &str) -> Raised {
    raise!(OverflowError, "Python int too large to convert to C {what}")
}

fn signed(o: Option<&PyObject>, what: &str) -> PyResult<i64> {
    if let Some(n) = o.and_then(int::of)
        && let Some(value) = n.to_i64()
    {
        return Ok(value);
    }
    index(o)?.to_i64().ok_or_else(|| too_large(what))
}

/// The value and 0, or -1 and which way it is too large.
fn signed_and_overflow(o: Option<&PyObject>, overflow: *mut c_int) -> i64 {
    let (value, sign) = match index(o) {
        Ok(n) => match n.to_i64() {
            Some(value) => (value, 0),
            None => (-1, if n.is_negative() { -1 } else { 1 }),
        },
        Err(Raised) => (-1, 0),
    };
    // SAFETY: a result pointer (C1).
    unsafe { *overflow = sign };
    value
}

fn unsigned(o: Option<&PyObject>, negative: &str, large: impl FnOnce() -> Raised) -> PyResult<u64> {
    let n = required(o)?;
    if n.is_negative() {
        return Err(raise!(OverflowError, "{negative}"));
    }
    n.to_u64().ok_or_else(large)
}

fn too_big() -> Raised {
    raise!(OverflowError, "int too big to convert")
}

fn masked(o: Option<&PyObject>) -> u64 {
    match index(o) {
        Ok(n) => {
            let low = n.low_bits();
            if n.is_negative() { low } else { low }
        }
        Err(Raised) => u64::MAX,
    }
}

export! {
    fn PyLong_FromLong(value: c_long) -> PyResult<Ref<Int>> { int::from_i64(value) }
    fn PyLong_FromLongLong(value: i64) -> PyResult<Ref<Int>> { int::from_i64(value) }
    fn PyLong_FromSsize_t(value: isize) -> PyResult<Ref<Int>> { int::from_i64(value as i64) }
    fn PyLong_FromUnsignedLong(value: c_ulong) -> PyResult<Ref<Int>> { int::from_u64(value) }
    fn PyLong_FromUnsignedLongLong(value: u64) -> PyResult<Ref<Int>> { int::from_u64(value) }
    fn PyLong_FromSize_t(value: usize) -> PyResult<Ref<Int>> { int::from_usize(value) }
    fn PyLong_FromVoidPtr(value: *mut c_void) -> PyResult<Ref<Int>> { int::from_usize(value as usize) }
    fn PyLong_FromDouble(value: f64) -> PyResult<Ref<Int>> { int::from_f64(value) }
    fn PyLong_AsLong(o: Option<&PyObject>) -> c_long { signed(o, "long").unwrap_or(-1) }
    fn _PyLong_AsInt(o: Option<&PyObject>) -> c_int {
        let value = signed(o, "int");
        match value.and_then(|v| i32::try_from(v).map_err(|_| too_large("int"))) {
            Ok(value) => value,
            Err(Raised) => -1,
        }
    }
    fn PyLong_AsLongLong(o: Option<&PyObject>) -> i64 {
        match index(o) {
            Ok(n) => n.to_i64().unwrap_or_else(|| { too_big(); -1 }),
            Err(Raised) => -1,
        }
    }
    fn PyLong_AsLongAndOverflow(o: Option<&PyObject>, overflow: *mut c_int) -> c_long { signed_and_overflow(o, overflow) }
    fn PyLong_AsLongLongAndOverflow(o: Option<&PyObject>, overflow: *mut c_int) -> i64 { signed_and_overflow(o, overflow) }
    fn PyLong_AsSsize_t(o: Option<&PyObject>) -> isize {
        match required(o) {
            Ok(n) => n.to_i64().unwrap_or_else(|| { too_large("ssize_t"); -1 }) as isize,
            Err(Raised) => -1,
        }
    }
    fn PyLong_AsSize_t(o: Option<&PyObject>) -> usize {
        unsigned(o, "can't convert negative value to size_t", || too_large("size_t")).map_or(usize::MAX, |v| v as usize)
    }
    fn PyLong_AsUnsignedLong(o: Option<&PyObject>) -> c_ulong {
        unsigned(o, "can't convert negative value to unsigned int", || too_large("unsigned long")).unwrap_or(u64::MAX)
    }
    fn PyLong_AsUnsignedLongLong(o: Option<&PyObject>) -> u64 {
        unsigned(o, "can't convert negative int to unsigned", too_big).unwrap_or(u64::MAX)
    }
    fn PyLong_AsUnsignedLongMask(o: Option<&PyObject>) -> c_ulong { masked(o) }
    fn PyLong_AsUnsignedLongLongMask(o: Option<&PyObject>) -> u64 { masked(o) }
    fn PyLong_AsVoidPtr(o: Option<&PyObject>) -> *mut c_void {
        let value = required(o).and_then(|n| if n.is_negative() {
            n.to_i64().map(|v| v as u64).ok_or_else(too_big)
        } else {
            n.to_u64().ok_or_else(too_big)
        });
        value.map_or(ptr::null_mut(), |v| v as *mut c_void)
    }
    fn PyLong_AsDouble(o: Option<&PyObject>) -> f64 { required(o).and_then(|n| n.to_f64()).unwrap_or(-1.0) }
    fn PyLong_FromString(text: *const c_char, end: *mut *mut c_char, base: c_int) -> PyResult<Ref<Int>> {
        from_string(text, end, base)
    }
    fn PyLong_FromUnicodeObject(o: &Str, base: c_int) -> PyResult<Ref<Int>> { int::parse_str(o, base as u32) }
    fn PyLong_GetInfo() -> PyResult {
        hotpy_modules::sys::get("int_info").ok_or_else(|| raise!(RuntimeError, "lost sys.int_info"))
    }

    // ---- internals that extension modules use ----

    fn _PyLong_New(digits: isize) -> PyResult<Ref<Int>> {
        if digits as usize > (isize::MAX as usize - 24) / 4 {
            return Err(raise!(OverflowError, "too many digits in integer"));
        }
        let new = int::allocate(digits as usize)?;
        Ok(new)
    }
    fn _PyLong_Copy(n: &Int) -> PyResult<Ref<Int>> { int::from_digits(n.is_negative(), n.digits()) }
    fn _PyLong_Sign(n: &Int) -> c_int { n.sign() }
    fn _PyLong_NumBits(n: &Int) -> usize { n.bit_length() }
    fn _PyLong_FromByteArray(data: *const u8, length: usize, little: c_int, is_signed: c_int) -> PyResult<Ref<Int>> {
        int::from_bytes(slice_of(data.cast(), length as isize), little != 0, is_signed != 0)
    }
    fn _PyLong_AsByteArray(n: &Int, data: *mut u8, length: usize, little: c_int, is_signed: c_int) -> c_int {
        let mut none = [0u8; 0];
        let out = if length == 0 {
            &mut none[..]
        } else {
            // SAFETY: the caller's buffer (C1).
            unsafe { std::slice::from_raw_parts_mut(data, length) }
        };
        if n.to_i64().is_some_and(|v| write_word(v, out, little != 0, is_signed != 0)) {
            return 0;
        }
        status(n.to_bytes(out, little != 0, is_signed != 0))
    }
    fn _PyLong_Format(o: &PyObject, base: c_int) -> PyResult<Ref<Str>> {
        let Some(n) = int::of(o) else { return Err(bad_internal_call()) };
        str_::new(&int::to_text(n, base as u32, base != 10)?)
    }
    fn _PyLong_Lshift(n: &Int, count: usize) -> PyResult<Ref<Int>> { int::lshift(n, &*int::from_usize(count)?) }
    fn _PyLong_Rshift(n: &Int, count: usize) -> PyResult<Ref<Int>> { int::rshift(n, &*int::from_usize(count)?) }
    fn _PyLong_GCD(a: &Int, b: &Int) -> PyResult<Ref<Int>> { gcd(a, b) }
    fn _PyLong_DivmodNear(a: &PyObject, b: &PyObject) -> PyResult {
        match (int::of(a), int::of(b)) {
            (Some(a), Some(b)) => divmod_near(a, b),
            _ => Err(raise!(TypeError, "non-integer arguments in division")),
        }
    }
    /// The value as a fraction in [0.5, 1) and an exponent.
    fn _PyLong_Frexp(n: &Int, exponent: *mut isize) -> f64 {
        let bits = n.bit_length();
        let answer = frexp(n, bits);
        match answer {
            // SAFETY: a result pointer (C1).
            Ok((x, e)) => unsafe { *exponent = e; x },
            Err(Raised) => -1.0,
        }
    }
    fn _PyLong_UnsignedShort_Converter(o: &PyObject, to: *mut u16) -> c_int { convert(o, to, u16::try_from, "unsigned short") }
    fn _PyLong_UnsignedInt_Converter(o: &PyObject, to: *mut u32) -> c_int { convert(o, to, u32::try_from, "unsigned int") }
    fn _PyLong_UnsignedLong_Converter(o: &PyObject, to: *mut u64) -> c_int { convert_u64(o, to, PyLong_AsUnsignedLong) }
    fn _PyLong_UnsignedLongLong_Converter(o: &PyObject, to: *mut u64) -> c_int { convert_u64(o, to, PyLong_AsUnsignedLongLong) }
    fn _PyLong_Size_t_Converter(o: &PyObject, to: *mut u64) -> c_int {
        extern "C" fn size(o: Option<&PyObject>) -> u64 { PyLong_AsSize_t(o) as u64 }
        convert_u64(o, to, size)
    }
    fn PyBool_FromLong(value: c_long) -> Ref { boolean::from(value != 0) }
    fn _PyLong_FromUid(value: libc::uid_t) -> PyResult<Ref<Int>> { from_id(value) }
    fn _PyLong_FromGid(value: libc::gid_t) -> PyResult<Ref<Int>> { from_id(value) }
    fn _Py_Uid_Converter(o: &PyObject, to: *mut libc::uid_t) -> c_int { convert_id(o, to, "uid") }
    fn _Py_Gid_Converter(o: &PyObject, to: *mut libc::gid_t) -> c_int { convert_id(o, to, "gid") }
}

/// Writes a number that fits; false, with nothing written, if it does not.
fn write_word(value: i64, out: &mut [u8], little: bool, is_signed: bool) -> bool {
    let (length, sign) = (out.len(), (value >> 63) as u8);
    let fits = match (is_signed, length) {
        (_, 0) => false,
        (false, _) if value < 0 => false,
        (true, 1..8) => matches!(value >> (length * 8 - 1), 0 | -1),
        (false, 1..8) => value >> (length * 8) == 0,
        _ => true,
    };
    if !fits {
        return false;
    }
    let bytes = value.to_le_bytes();
    for (i, &byte) in bytes
        .iter()
        .chain(std::iter::repeat(&sign))
        .take(length)
        .enumerate()
    {
        out[if little { i } else { length - 1 - i }] = byte;
    }
    true
}

fn from_id(value: u32) -> PyResult<Ref<Int>> {
    int::from_i64(if value == u32::MAX { -1 } else { value as i64 })
}

/// A user's or group's number; -1 means "no change".
fn convert_id(o: &PyObject, to: *mut u32, what: &str) -> c_int {
    let value = || -> PyResult<u32> {
        let Ok(n) = number::index(o) else {
            return Err(raise!(
                TypeError,
                "{what} should be integer, not {}",
                o.ty().name()
            ));
        };
        match n.to_i64() {
            Some(-1) => Ok(u32::MAX),
            Some(v) if v < -1 => Err(raise!(OverflowError, "{what} is less than minimum")),
            Some(v) => match u32::try_from(v) {
                Ok(v) if v != u32::MAX => Ok(v),
                _ => Err(raise!(OverflowError, "{what} is greater than maximum")),
            },
            None if n.is_negative() => Err(raise!(OverflowError, "{what} is less than minimum")),
            None => Err(raise!(OverflowError, "{what} is greater than maximum")),
        }
    };
    match value() {
        // SAFETY: a converter's target (C1).
        Ok(value) => unsafe {
            *to = value;
            1
        },
        Err(Raised) => 0,
    }
}

fn convert<T, E>(
    o: &PyObject,
    to: *mut T,
    narrow: impl FnOnce(u64) -> Result<T, E>,
    what: &str,
) -> c_int {
    let mut wide = 0u64;
    if convert_u64(o, &mut wide, PyLong_AsUnsignedLong) == 0 {
        return 0;
    }
    match narrow(wide) {
        // SAFETY: a converter's target (C1).
        Ok(value) => unsafe {
            *to = value;
            1
        },
        Err(_) => {
            raise!(OverflowError, "Python int too large for C {what}");
            0
        }
    }
}

fn convert_u64(
    o: &PyObject,
    to: *mut u64,
    value: extern "C" fn(Option<&PyObject>) -> u64,
) -> c_int {
    if int::of(o).is_some_and(|n| n.is_negative()) {
        raise!(ValueError, "value must be positive");
        return 0;
    }
    let value = value(Some(o));
    if value == u64::MAX && errors::occurred().is_some() {
        return 0;
    }
    // SAFETY: a converter's target (C1).
    unsafe { *to = value };
    1
}

fn gcd(a: &Int, b: &Int) -> PyResult<Ref<Int>> {
    if let (Some(a), Some(b)) = (a.to_i64(), b.to_i64()) {
        let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        return int::from_u64(a);
    }
    let absolute = |n: &Int| int::from_digits(false, n.digits());
    let (mut a, mut b) = (absolute(a)?, absolute(b)?);
    while !b.is_zero() {
        if let (Some(x), Some(y)) = (a.to_i64(), b.to_i64()) {
            return gcd(&*int::from_i64(x)?, &*int::from_i64(y)?);
        }
        let rest = int::rem(&a, &b)?;
        a = b;
        b = rest;
    }
    Ok(a)
}

/// The quotient rounded to nearest, ties to even, and what remains.
fn divmod_near(a: &Int, b: &Int) -> PyResult {
    if b.is_zero() {
        return Err(raise!(
            ZeroDivisionError,
            "integer division or modulo by zero"
        ));
    }
    let (mut quotient, mut rest) = int::divmod(a, b)?;
    let twice = int::lshift(&rest, &*int::one())?;
    let order = int::compare(&twice, b);
    // The remainder has the divisor's sign.
    let greater = if b.is_negative() {
        order.is_lt()
    } else {
        order.is_gt()
    };
    if greater || order.is_eq() && quotient.is_odd() {
        quotient = int::add(&quotient, &*int::one())?;
        rest = int::sub(&rest, b)?;
    }
    Ok(tuple::from_array([quotient.into_object(), rest.into_object()])?.into_object())
}

fn frexp(n: &Int, bits: usize) -> PyResult<(f64, isize)> {
    if bits == 0 {
        return Ok((0.0, 0));
    }
    // The top 64 bits, the lowest of them standing for all below.
    let x = if bits <= 64 {
        let magnitude = int::from_digits(false, n.digits())?;
        let value = magnitude.to_u64().unwrap_or(0);
        halves(value << (64 - bits), false)
    } else {
        let magnitude = int::from_digits(false, n.digits())?;
        let shift = int::from_usize(bits - 64)?;
        let top = int::rshift(&magnitude, &shift)?;
        let rest = !int::equal(&*int::lshift(&top, &shift)?, &magnitude);
        halves(top.to_u64().unwrap_or(0), rest)
    };
    let (x, carry) = if x >= 1.0 { (0.5, 1) } else { (x, 0) };
    let x = if n.is_negative() { -x } else { x };
    Ok((x, bits as isize + carry))
}

/// 64 bits, the highest set, as a float in [0.5, 1]; ties to even.
fn halves(top: u64, more: bool) -> f64 {
    let (mut kept, cut) = (top >> 11, top & 0x7ff);
    if cut > 0x400 || cut == 0x400 && (more || kept & 1 == 1) {
        kept += 1;
    }
    kept as f64 / (1u64 << 53) as f64
}

/// `int(text, base)`; with `end` set, as much of the text as is a number.
fn from_string(text: *const c_char, end: *mut *mut c_char, base: c_int) -> PyResult<Ref<Int>> {
    if base != 0 && base < 2 || base > 36 {
        return Err(raise!(ValueError, "int() arg 2 must be >= 2 and <= 36"));
    }
    let all = bytes_of(text);
    if end.is_null() {
        return int::from_text(&String::from_utf8_lossy(all), base as u32);
    }
    let mut at = all
        .iter()
        .take_while(|b| matches!(b, b' ' | 9..=13))
        .count();
    at += all.get(at).is_some_and(|b| matches!(b, b'+' | b'-')) as usize;
    let radix = match (all.get(at), all.get(at + 1).map(u8::to_ascii_lowercase)) {
        (Some(b'0'), Some(b'x')) if matches!(base, 0 | 16) => 16,
        (Some(b'0'), Some(b'o')) if matches!(base, 0 | 8) => 8,
        (Some(b'0'), Some(b'b')) if matches!(base, 0 | 2) => 2,
        _ => 0,
    };
    if radix != 0 {
        at += 2;
    }
    let radix = match (radix, base) {
        (0, 0) => 10,
        (0, base) => base as u32,
        (radix, _) => radix,
    };
    at += all[at..]
        .iter()
        .take_while(|&&b| b == b'_' || (b as char).is_digit(radix))
        .count();
    let value = int::from_text(&String::from_utf8_lossy(&all[..at]), base as u32)?;
    // SAFETY: a result pointer (C1).
    unsafe { *end = text.wrapping_add(at).cast_mut() };
    Ok(value)
}
