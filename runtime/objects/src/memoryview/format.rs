//! Items of native single-character formats, unpacked to and packed from Python objects.

use crate::flags::tp;
use crate::str_::args::erase;
use crate::*;
use std::ffi::CStr;
use std::mem::size_of;

/// The format as text; `B` if there is none.
pub(super) fn text(format: *const c_char) -> String {
    if format.is_null() {
        return "B".to_owned();
    }
    // SAFETY: a format is a C string that lives as long as its buffer.
    unsafe { CStr::from_ptr(format) }
        .to_string_lossy()
        .into_owned()
}

/// The character and size of a native format (`i` or `@i`); `None` for all others.
pub(super) fn native(format: &str) -> Option<(u8, usize)> {
    let code = match format.strip_prefix('@').unwrap_or(format).as_bytes() {
        [code] => *code,
        _ => return None,
    };
    let size = match code {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' => size_of::<std::ffi::c_short>(),
        b'i' | b'I' => size_of::<c_int>(),
        b'l' | b'L' => size_of::<std::ffi::c_long>(),
        b'q' | b'Q' => size_of::<i64>(),
        b'n' | b'N' | b'P' => size_of::<usize>(),
        b'f' => size_of::<f32>(),
        b'd' => size_of::<f64>(),
        _ => return None,
    };
    Some((code, size))
}

/// The character of the format of items to be indexed. NotImplementedError unless it is one (with an optional `@`).
pub(super) fn adjusted(format: &str) -> PyResult<u8> {
    match format.strip_prefix('@').unwrap_or(format).as_bytes() {
        [code] => Ok(*code),
        _ => Err(raise!(
            NotImplementedError,
            "memoryview: unsupported format {}",
            format
        )),
    }
}

fn unsupported(code: u8) -> Raised {
    raise!(
        NotImplementedError,
        "memoryview: format {} not supported",
        code as char
    )
}

/// An item's value.
///
/// # Safety
/// `at` has the format's bytes.
pub(super) unsafe fn unpack(at: *const u8, code: u8) -> PyResult {
    // SAFETY: the caller's promise; reads need no alignment.
    unsafe {
        macro_rules! signed {
            ($ty:ty) => {
                erase(int::from_i64(at.cast::<$ty>().read_unaligned() as i64))
            };
        }
        macro_rules! unsigned {
            ($ty:ty) => {
                erase(int::from_u64(at.cast::<$ty>().read_unaligned() as u64))
            };
        }
        match code {
            b'B' => unsigned!(u8),
            b'b' => signed!(i8),
            b'h' => signed!(i16),
            b'H' => unsigned!(u16),
            b'i' => signed!(i32),
            b'I' => unsigned!(u32),
            b'l' | b'q' | b'n' => signed!(i64),
            b'L' | b'Q' | b'N' | b'P' => unsigned!(u64),
            b'f' => erase(float::from_f64(at.cast::<f32>().read_unaligned() as f64)),
            b'd' => erase(float::from_f64(at.cast::<f64>().read_unaligned())),
            b'?' => Ok(boolean::from(at.read() != 0)),
            b'c' => erase(bytes::new(std::slice::from_raw_parts(at, 1))),
            _ => Err(unsupported(code)),
        }
    }
}

/// Stores a value. TypeError, ValueError; may run Python (`__index__`, `__float__`, `__bool__`).
///
/// # Safety
/// `at` has the format's bytes, which may be written.
pub(super) unsafe fn pack(at: *mut u8, value: &PyObject, code: u8) -> PyResult<()> {
    let wrong_type = || {
        raise!(
            TypeError,
            "memoryview: invalid type for format '{}'",
            code as char
        )
    };
    let wrong_value = || {
        raise!(
            ValueError,
            "memoryview: invalid value for format '{}'",
            code as char
        )
    };
    let integer = |low: i128, high: i128| -> PyResult<u64> {
        let n = match number::index(value) {
            Ok(n) => n,
            Err(raised) => {
                if errors::matches(&exceptions::TypeError) {
                    errors::clear();
                    return Err(wrong_type());
                }
                if errors::matches(&exceptions::OverflowError)
                    || errors::matches(&exceptions::ValueError)
                {
                    errors::clear();
                    return Err(wrong_value());
                }
                return Err(raised);
            }
        };
        let n = match (n.to_i64(), n.to_u64()) {
            (Some(n), _) => n as i128,
            (_, Some(n)) => n as i128,
            _ => return Err(wrong_value()),
        };
        if (low..=high).contains(&n) {
            Ok(n as u64)
        } else {
            Err(wrong_value())
        }
    };
    // SAFETY: the caller's promise; writes need no alignment.
    unsafe {
        macro_rules! store {
            ($ty:ty) => {
                at.cast::<$ty>()
                    .write_unaligned(integer(<$ty>::MIN as i128, <$ty>::MAX as i128)? as $ty)
            };
        }
        match code {
            b'B' => store!(u8),
            b'b' => store!(i8),
            b'h' => store!(i16),
            b'H' => store!(u16),
            b'i' => store!(i32),
            b'I' => store!(u32),
            b'l' | b'q' | b'n' => store!(i64),
            b'L' | b'Q' | b'N' => store!(u64),
            b'P' => {
                // An address is an int and nothing else, and may be negative.
                if int::of(value).is_none() {
                    return Err(wrong_type());
                }
                let address = integer(i64::MIN as i128, u64::MAX as i128)?;
                at.cast::<u64>().write_unaligned(address);
            }
            b'f' | b'd' => {
                let x = match number::as_f64(value) {
                    Ok(x) => x,
                    Err(raised) => {
                        if errors::matches(&exceptions::TypeError) {
                            errors::clear();
                            return Err(wrong_type());
                        }
                        if errors::matches(&exceptions::OverflowError)
                            || errors::matches(&exceptions::ValueError)
                        {
                            errors::clear();
                            return Err(wrong_value());
                        }
                        return Err(raised);
                    }
                };
                if code == b'f' {
                    at.cast::<f32>().write_unaligned(x as f32);
                } else {
                    at.cast::<f64>().write_unaligned(x);
                }
            }
            b'?' => at.write(protocol::truth(value)? as u8),
            b'c' => {
                if !value.ty().is_subclass_flag(tp::BYTES_SUBCLASS) {
                    return Err(wrong_type());
                }
                match value.cast::<PyBytesObject>().as_slice() {
                    [b] => at.write(*b),
                    _ => return Err(wrong_value()),
                }
            }
            _ => return Err(unsupported(code)),
        }
    }
    Ok(())
}

/// Compares items of formats, native or not.
pub(super) struct Comparer {
    /// Both are the same native format.
    native: Option<u8>,
    /// `struct.Struct` objects of both formats otherwise.
    unpackers: Option<(Ref, Ref)>,
    sizes: (usize, usize),
}

impl Comparer {
    /// `None`: a format that nobody knows makes items unequal. Runs Python (the `struct` module).
    pub fn new(a: (&str, usize), b: (&str, usize)) -> PyResult<Option<Comparer>> {
        let sizes = (a.1, b.1);
        if let (Some((x, _)), Some((y, _))) = (native(a.0), native(b.0)) {
            if x == y {
                return Ok(Some(Comparer {
                    native: Some(x),
                    unpackers: None,
                    sizes,
                }));
            }
        }
        let module = (hooks::hooks().import)("struct")?;
        let class = protocol::getattr(&module, &*str_::intern("Struct")?)?;
        let error = protocol::getattr(&module, &*str_::intern("error")?)?;
        let make = |format: &str| match call::call1(&class, &**str_::new(format)?) {
            Ok(unpacker) => Ok(Some(unpacker)),
            Err(raised) => match errors::occurred() {
                Some(set) if errors::given_matches(set, &error) => {
                    errors::clear();
                    Ok(None)
                }
                _ => Err(raised),
            },
        };
        let (Some(x), Some(y)) = (make(a.0)?, make(b.0)?) else {
            return Ok(None);
        };
        Ok(Some(Comparer {
            native: None,
            unpackers: Some((x, y)),
            sizes,
        }))
    }

    /// Whether two items are equal.
    ///
    /// # Safety
    /// Both addresses have their format's bytes.
    pub unsafe fn equal(&self, a: *const u8, b: *const u8) -> PyResult<bool> {
        // SAFETY: the caller's promise.
        unsafe {
            let (x, y) = (
                std::slice::from_raw_parts(a, self.sizes.0),
                std::slice::from_raw_parts(b, self.sizes.1),
            );
            match (self.native, &self.unpackers) {
                (Some(b'f'), _) => {
                    Ok(a.cast::<f32>().read_unaligned() == b.cast::<f32>().read_unaligned())
                }
                (Some(b'd'), _) => {
                    Ok(a.cast::<f64>().read_unaligned() == b.cast::<f64>().read_unaligned())
                }
                (Some(b'?'), _) => Ok((x[0] != 0) == (y[0] != 0)),
                (Some(_), _) => Ok(x == y),
                (None, Some((first, second))) => {
                    let unpack = |unpacker: &PyObject, item: &[u8]| {
                        let item = bytes::new(item)?;
                        call::call_method(unpacker, &*str_::intern("unpack")?, &[&item])
                    };
                    protocol::eq(&*unpack(first, x)?, &*unpack(second, y)?)
                }
                (None, None) => Ok(false),
            }
        }
    }
}
