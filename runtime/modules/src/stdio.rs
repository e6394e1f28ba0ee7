//! The standard files: `sys.stdin`, `stdout`, `stderr`, made without running any Python code in the common case.

use crate::config;
use crate::io::OpenArgs;
use crate::support::*;
use hotpy_objects::*;

/// Whether the file descriptor is open.
fn is_open(fd: i32) -> bool {
    // SAFETY: a plain system call.
    unsafe { libc::fcntl(fd, libc::F_GETFD) >= 0 }
}

/// One standard file, or None for a descriptor that is closed.
fn create(fd: i32, name: &str, encoding: &str, handler: &str) -> PyResult {
    if !is_open(fd) {
        return none();
    }
    let writes = fd != 0;
    let unbuffered = config::with(|c| c.unbuffered) && writes;
    let number = int(fd as i64)?;
    let buffer = crate::io::open(&OpenArgs {
        mode: if writes { "wb" } else { "rb" },
        buffering: if unbuffered { 0 } else { -1 },
        closefd: false,
        ..OpenArgs::new(&number)
    });
    let buffer = match buffer {
        Ok(buffer) => buffer,
        Err(raised) => {
            // Something that cannot be a file.
            if errors::matches(&exceptions::OSError) {
                errors::clear();
                return none();
            }
            return Err(raised);
        }
    };
    let raw = if unbuffered {
        buffer.clone()
    } else {
        attr(&buffer, "raw")?
    };
    protocol::setattr(&raw, &names::name, Some(&*text(name)?))?;
    // SAFETY: a plain system call.
    let line_buffering = fd == 2 || unsafe { libc::isatty(fd) } == 1;
    let encoding = text(encoding)?;
    let handler = text(handler)?;
    let newline = text("\n")?;
    let file = crate::io::textio::new(
        &buffer,
        Some(&encoding),
        Some(&handler),
        Some(&newline),
        line_buffering,
    )?;
    if unbuffered {
        crate::io::textio::set_write_through(&file);
    }
    protocol::setattr(
        &file,
        &names::mode,
        Some(&*text(if writes { "w" } else { "r" })?),
    )?;
    Ok(file)
}

/// Whether the process runs in the plain C locale, where file names and standard files tolerate any bytes.
fn is_c_locale() -> bool {
    // SAFETY: asks only; the answer is a C string.
    let name = unsafe { libc::setlocale(libc::LC_CTYPE, std::ptr::null()) };
    if name.is_null() {
        return true;
    }
    // SAFETY: as above.
    let name = unsafe { std::ffi::CStr::from_ptr(name) };
    matches!(name.to_bytes(), b"C" | b"POSIX" | b"C.UTF-8" | b"C.utf8")
}

/// Whether the file descriptor is a folder's.
fn is_directory(fd: i32) -> bool {
    // SAFETY: a plain system call that fills a structure of ours.
    unsafe {
        let mut status: libc::stat = std::mem::zeroed();
        libc::fstat(fd, &mut status) == 0 && status.st_mode & libc::S_IFMT == libc::S_IFDIR
    }
}

/// Sets the standard files, also under their dunder names. On failure an exception may be left set: the answer says what failed.
pub fn init() -> Result<(), String> {
    let (encoding, handler) = config::with(|c| (c.stdio_encoding.clone(), c.stdio_errors.clone()));
    let utf8 = config::with(|c| c.utf8_mode);
    let encoding = encoding.or_else(|| {
        let name = crate::io::textio::locale_encoding();
        (!name.eq_ignore_ascii_case("utf-8")).then_some(name)
    });
    // A codec goes by its own name.
    let encoding = match encoding {
        Some(asked) => Some(codec_name(&asked).map_err(|Raised| {
            "init_stdio_encoding: failed to get the Python codec name of the stdio encoding"
        })?),
        None => None,
    };
    let encoding = encoding.unwrap_or_else(|| "utf-8".to_owned());
    let tolerant = utf8 || is_c_locale();
    let handler = handler.unwrap_or_else(|| {
        if tolerant {
            "surrogateescape"
        } else {
            "strict"
        }
        .to_owned()
    });
    for (fd, name) in [(0, "stdin"), (1, "stdout"), (2, "stderr")] {
        let handler = if fd == 2 {
            "backslashreplace"
        } else {
            &handler
        };
        if fd == 0 && is_directory(fd) {
            return Err("init_sys_streams: <stdin> is a directory, cannot continue".to_owned());
        }
        let set = |file: Ref| {
            crate::sys::set(name, &file)?;
            crate::sys::set(&format!("__{name}__"), &file)
        };
        create(fd, &format!("<{name}>"), &encoding, handler)
            .and_then(set)
            .map_err(|Raised| "init_sys_streams: can't initialize sys standard streams")?;
    }
    Ok(())
}

/// The name that a codec gives itself.
fn codec_name(asked: &str) -> PyResult<String> {
    let codec = str_::codecs::registry::lookup(asked)?;
    Ok(protocol::str(&*attr(&codec, "name")?)?.to_string_lossy())
}

/// Flushes standard output and error; false if output could not be written (reported as an unraisable exception).
pub fn flush() -> bool {
    let mut good = true;
    if let Some(out) = crate::sys::get("stdout").filter(|f| !singletons::is_none(f))
        && !closed(&out)
        && method(&out, "flush", &[]).is_err()
    {
        errors::write_unraisable(Some(&out));
        good = false;
    }
    if let Some(err) = crate::sys::get("stderr").filter(|f| !singletons::is_none(f))
        && !closed(&err)
        && method(&err, "flush", &[]).is_err()
    {
        errors::clear();
        good = false;
    }
    good
}

/// Flushes what finalizers wrote, when nobody is left to be told of errors.
pub fn flush_silently() {
    for name in ["stdout", "stderr"] {
        if let Some(file) = crate::sys::get(name).filter(|f| !singletons::is_none(f))
            && !closed(&file)
            && method(&file, "flush", &[]).is_err()
        {
            errors::clear();
        }
    }
}

fn closed(file: &PyObject) -> bool {
    match attr_opt(file, "closed") {
        Ok(Some(value)) => protocol::truth(&value).unwrap_or_else(|_| {
            errors::clear();
            false
        }),
        Ok(None) => false,
        Err(_) => {
            errors::clear();
            false
        }
    }
}
