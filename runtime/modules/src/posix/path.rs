//! Path arguments: `str`, `bytes`, `os.PathLike`, or an open file descriptor, as C strings.

use crate::support::*;
use hotpy_objects::def::Downcast;
use hotpy_objects::*;
use std::ffi::CString;

/// A converted path argument.
pub struct Path {
    /// As the C library wants it.
    pub narrow: CString,
    /// Instead of a name, where the function allows that.
    pub fd: Option<i32>,
    /// The argument, for error messages.
    pub object: Ref,
    /// Names in results are bytes as well.
    pub is_bytes: bool,
}

impl Path {
    pub fn ptr(&self) -> *const c_char {
        self.narrow.as_ptr()
    }

    /// The OSError of `errno`, with the file name.
    pub fn error(&self) -> Raised {
        errors::raise_errno(Some(&self.object), None)
    }

    /// A file name in the argument's own kind.
    pub fn name(&self, raw: &[u8]) -> PyResult {
        fs_name(raw, self.is_bytes)
    }
}

/// A file name as `str` or `bytes`.
pub fn fs_name(raw: &[u8], is_bytes: bool) -> PyResult {
    if is_bytes {
        bytes(raw)
    } else {
        Ok(str_::decode_fs(raw)?.into_object())
    }
}

/// `os.fspath`: `str` and `bytes` are themselves, others answer `__fspath__`.
pub fn fspath(o: &PyObject) -> PyResult {
    if o.is_instance::<Str>() || o.is_instance::<PyBytesObject>() {
        return Ok(o.to_ref());
    }
    let Some(path) = call::call_special(o, &names::__fspath__, &[])? else {
        return Err(raise!(
            TypeError,
            "expected str, bytes or os.PathLike object, not {}",
            o.ty().name()
        ));
    };
    if path.is_instance::<Str>() || path.is_instance::<PyBytesObject>() {
        return Ok(path);
    }
    Err(raise!(
        TypeError,
        "expected {}.__fspath__() to return str or bytes, not {}",
        o.ty().name(),
        path.ty().name()
    ))
}

/// File-system bytes of a `str` or `bytes` object, without nulls.
pub fn narrow(o: &PyObject) -> PyResult<CString> {
    let raw = match o.downcast::<Str>() {
        Some(text) => str_::encode_fs(text)?,
        None => bytes::with_buffer(o, |data| Ok(data.to_vec()))?,
    };
    CString::new(raw).map_err(|_| raise!(ValueError, "embedded null byte"))
}

/// What a path parameter accepts besides names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Allow {
    Name,
    Descriptor,
    Missing,
    MissingOrDescriptor,
}

/// Converts the argument called `argument` of `function`.
pub fn path_arg(
    function: &str,
    argument: &str,
    o: Option<&PyObject>,
    allow: Allow,
) -> PyResult<Path> {
    let descriptor = matches!(allow, Allow::Descriptor | Allow::MissingOrDescriptor);
    let missing = matches!(allow, Allow::Missing | Allow::MissingOrDescriptor);
    let none = singletons::none();
    let o = o.unwrap_or(&none);
    if singletons::is_none(o) && missing {
        return Ok(Path {
            narrow: c".".to_owned(),
            fd: None,
            object: singletons::none(),
            is_bytes: false,
        });
    }
    let refuse = |o: &PyObject| {
        let kinds = match allow {
            Allow::MissingOrDescriptor => "string, bytes, os.PathLike, integer or None",
            Allow::Descriptor => "string, bytes, os.PathLike or integer",
            Allow::Missing => "string, bytes, os.PathLike or None",
            Allow::Name => "string, bytes or os.PathLike",
        };
        raise!(
            TypeError,
            "{function}: {argument} should be {kinds}, not {}",
            o.ty().name()
        )
    };
    if o.is_instance::<Str>() || o.is_instance::<PyBytesObject>() {
        return Ok(Path {
            narrow: narrow(o)?,
            fd: None,
            object: o.to_ref(),
            is_bytes: !o.is_instance::<Str>(),
        });
    }
    if descriptor && number::has_index(o) {
        let fd = int_arg(o)?;
        return Ok(Path {
            narrow: CString::default(),
            fd: Some(fd),
            object: o.to_ref(),
            is_bytes: false,
        });
    }
    if memoryview::has_buffer(o) {
        // Other buffers (bytearray, memoryview) work, with a warning.
        let raw = bytes::with_buffer(o, |data| Ok(data.to_vec()))?;
        errors::warn(
            &exceptions::DeprecationWarning,
            &format!(
                "{function}: {argument} should be {}, not {}",
                if descriptor {
                    "string, bytes, os.PathLike or integer"
                } else {
                    "string, bytes or os.PathLike"
                },
                o.ty().name()
            ),
            1,
        )?;
        let narrow = CString::new(raw).map_err(|_| raise!(ValueError, "embedded null byte"))?;
        return Ok(Path {
            narrow,
            fd: None,
            object: o.to_ref(),
            is_bytes: true,
        });
    }
    if protocol::lookup_special(o, &names::__fspath__)?.is_none() {
        return Err(refuse(o));
    }
    let path = fspath(o)?;
    let is_bytes = !path.is_instance::<Str>();
    Ok(Path {
        narrow: narrow(&path)?,
        fd: None,
        object: path,
        is_bytes,
    })
}

/// The two halves of a function with `dir_fd`: its number, or the current directory.
pub fn dir_fd(o: Option<&PyObject>) -> PyResult<i32> {
    match not_none(o) {
        None => Ok(libc::AT_FDCWD),
        Some(o) if number::has_index(o) => int_arg(o),
        Some(o) => Err(raise!(
            TypeError,
            "argument should be integer or None, not {}",
            o.ty().name()
        )),
    }
}

/// A file descriptor, or an object with `fileno()`.
pub fn fd_arg(o: &PyObject) -> PyResult<i32> {
    let number = if o.is_instance::<PyLongObject>() {
        int_arg(o)?
    } else {
        let Some(fileno) = protocol::getattr_opt(o, &names::fileno)? else {
            return Err(raise!(
                TypeError,
                "argument must be an int, or have a fileno() method."
            ));
        };
        let answer = call::call0(&fileno)?;
        if !answer.is_instance::<PyLongObject>() {
            return Err(raise!(TypeError, "fileno() returned a non-integer"));
        }
        int_arg(&answer)?
    };
    if number < 0 {
        return Err(raise!(
            ValueError,
            "file descriptor cannot be a negative integer ({number})"
        ));
    }
    Ok(number)
}

/// Repeats a system call that a signal interrupted, running signal handlers in between; the GIL is free meanwhile.
/// `call` answers -1 for an error; the error's exception is made by `error`.
pub fn retry(mut call: impl FnMut() -> isize, error: impl Fn() -> Raised) -> PyResult<isize> {
    loop {
        let answer = crate::thread::without_gil(&mut call);
        if answer != -1 {
            return Ok(answer);
        }
        if errno() != libc::EINTR {
            return Err(error());
        }
        crate::signal::check()?;
    }
}

/// The C library's error number.
pub fn errno() -> i32 {
    // SAFETY: always a valid address.
    unsafe { *libc::__errno_location() }
}

/// Sets it, for a call that leaves it alone when nothing is wrong.
pub fn set_errno(code: i32) {
    // SAFETY: always a valid address.
    unsafe { *libc::__errno_location() = code }
}
