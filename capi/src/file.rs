//! `fileobject.h`, `fileutils.h`, `osmodule.h`, `pystrcmp.h`: files, descriptors, paths, wide characters.

use crate::support::*;
use hotpy_modules::posix::path;
use libc::wchar_t;
use std::ffi::CString;

fn errno() -> c_int {
    // SAFETY: always a valid address.
    unsafe { *libc::__errno_location() }
}

pub fn set_errno(code: c_int) {
    // SAFETY: always a valid address.
    unsafe { *libc::__errno_location() = code }
}

fn os_error() -> c_int {
    errors::raise_errno(None, None);
    -1
}

/// Repeats an interrupted call; handlers of signals run in between and may raise.
fn retry(mut call: impl FnMut() -> isize) -> isize {
    loop {
        let answer = hotpy_modules::thread::without_gil(&mut call);
        if answer >= 0 {
            return answer;
        }
        let code = errno();
        if code != libc::EINTR {
            os_error();
            set_errno(code);
            return -1;
        }
        if hotpy_modules::signal::check().is_err() {
            set_errno(code);
            return -1;
        }
    }
}

/// Writes the descriptor's flag; -1 without an exception.
fn set_cloexec(fd: c_int, on: bool) -> c_int {
    // SAFETY: plain system calls.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFD);
        if flags < 0 {
            return -1;
        }
        let new = if on {
            flags | libc::FD_CLOEXEC
        } else {
            flags & !libc::FD_CLOEXEC
        };
        if new == flags {
            0
        } else {
            libc::fcntl(fd, libc::F_SETFD, new)
        }
    }
}

/// The file descriptor of an int or of an object with `fileno()`. TypeError, ValueError.
fn descriptor(o: &PyObject) -> PyResult<c_int> {
    let fd = if o.is_instance::<PyLongObject>() {
        crate::long::_PyLong_AsInt(Some(o))
    } else {
        let Some(method) = protocol::getattr_opt(o, &names::fileno)? else {
            return Err(raise!(
                TypeError,
                "argument must be an int, or have a fileno() method."
            ));
        };
        let number = call::call0(&method)?;
        if !number.is_instance::<PyLongObject>() {
            return Err(raise!(TypeError, "fileno() returned a non-integer"));
        }
        crate::long::_PyLong_AsInt(Some(&number))
    };
    if fd == -1 && errors::occurred().is_some() {
        return Err(Raised);
    }
    if fd < 0 {
        return Err(raise!(
            ValueError,
            "file descriptor cannot be a negative integer ({fd})"
        ));
    }
    Ok(fd)
}

fn wide_copy(text: &[u32]) -> *mut wchar_t {
    crate::memory::copied_wide(domains::RAW, text)
}

export! {
    // ---- file objects ----

    fn PyObject_AsFileDescriptor(o: &PyObject) -> c_int { descriptor(o).unwrap_or(-1) }
    fn _PyLong_FileDescriptor_Converter(o: &PyObject, to: *mut c_int) -> c_int {
        match descriptor(o) {
            // SAFETY: a converter's target (C1).
            Ok(fd) => unsafe { *to = fd; 1 },
            Err(Raised) => 0,
        }
    }
    fn PyFile_WriteObject(o: &PyObject, file: Option<&PyObject>, flags: c_int) -> c_int {
        let write = || {
            let Some(file) = file else { return Err(raise!(TypeError, "writeobject with NULL file")) };
            let writer = protocol::getattr(file, &names::write)?;
            let text = if flags & 1 != 0 { protocol::str(o)? } else { protocol::repr(o)? };
            call::call1(&writer, &text).map(drop)
        };
        status(write())
    }
    fn PyFile_WriteString(text: *const c_char, file: Option<&PyObject>) -> c_int {
        let Some(file) = file else {
            if errors::occurred().is_none() {
                raise!(SystemError, "null file for PyFile_WriteString");
            }
            return -1;
        };
        if errors::occurred().is_some() {
            return -1;
        }
        status(str_of(text).and_then(|text| call::call_method(file, &names::write, &[&text]).map(drop)))
    }
    fn PyFile_GetLine(file: &PyObject, n: c_int) -> PyResult {
        let line = if n <= 0 { call::call_method(file, &names::readline, &[])? } else { call::call_method(file, &names::readline, &[&*int::from_i64(n as i64)?])? };
        Ok(line)
    }
    fn PyFile_FromFd(fd: c_int, _name: *const c_char, mode: *const c_char, buffering: c_int, encoding: *const c_char, errors: *const c_char, newline: *const c_char, closefd: c_int) -> PyResult {
        let open = hotpy_modules::support::imported("io", "open")?;
        let text = |p: *const c_char| -> PyResult { if p.is_null() { Ok(singletons::none()) } else { Ok(str_of(p)?.into_object()) } };
        call::call(&open, &[&*int::from_i64(fd as i64)?, &*text(mode)?, &*int::from_i64(buffering as i64)?, &*text(encoding)?, &*text(errors)?, &*text(newline)?, &*boolean::from(closefd != 0)])
    }
    fn PyFile_NewStdPrinter(fd: c_int) -> PyResult {
        PyFile_FromFd(fd, ptr::null(), c"w".as_ptr(), -1, ptr::null(), ptr::null(), ptr::null(), 0)
    }
    fn PyFile_OpenCode(path: *const c_char) -> PyResult { PyFile_OpenCodeObject(&*str_of(path)?) }
    /// For the whole process, and for ever.
    fn PyFile_SetOpenCodeHook(hook: Option<hotpy_modules::io::OpenCode>, data: *mut c_void) -> c_int {
        let is_running = !_PyRuntime.tstate_current.get().is_null();
        if is_running && hotpy_modules::sys::audit("setopencodehook", &[]).is_err() {
            return -1;
        }
        match hook {
            Some(hook) if hotpy_modules::io::set_open_code(hook, data) => 0,
            _ if is_running => {
                raise!(SystemError, "failed to change existing open_code hook");
                -1
            }
            _ => -1,
        }
    }
    fn PyFile_OpenCodeObject(path: &PyObject) -> PyResult { call::call1(&*hotpy_modules::support::imported("io", "open_code")?, path) }
    fn PyOS_FSPath(o: &PyObject) -> PyResult { path::fspath(o) }

    // ---- descriptors: the exception is set unless the name says otherwise ----

    fn _Py_open(path: *const c_char, flags: c_int) -> c_int {
        retry(|| {
            // SAFETY: a C string.
            unsafe { libc::open(path, flags | libc::O_CLOEXEC) as isize }
        }) as c_int
    }
    fn _Py_open_noraise(path: *const c_char, flags: c_int) -> c_int {
        // SAFETY: a C string.
        unsafe { libc::open(path, flags | libc::O_CLOEXEC) }
    }
    fn _Py_read(fd: c_int, to: *mut c_void, count: usize) -> isize {
        // SAFETY: the caller's buffer (C1).
        retry(|| unsafe { libc::read(fd, to, count.min(isize::MAX as usize)) })
    }
    fn _Py_write(fd: c_int, from: *const c_void, count: usize) -> isize {
        // SAFETY: the caller's buffer (C1).
        retry(|| unsafe { libc::write(fd, from, count.min(isize::MAX as usize)) })
    }
    fn _Py_write_noraise(fd: c_int, from: *const c_void, count: usize) -> isize {
        loop {
            // SAFETY: the caller's buffer (C1).
            let written = unsafe { libc::write(fd, from, count.min(isize::MAX as usize)) };
            if written >= 0 || errno() != libc::EINTR {
                return written;
            }
        }
    }
    fn _Py_dup(fd: c_int) -> c_int {
        // SAFETY: a plain system call.
        let new = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
        if new < 0 { os_error() } else { new }
    }
    fn _Py_fstat(fd: c_int, to: *mut libc::stat) -> c_int {
        // SAFETY: the caller's structure (C1).
        if unsafe { libc::fstat(fd, to) } != 0 { os_error() } else { 0 }
    }
    fn _Py_fstat_noraise(fd: c_int, to: *mut libc::stat) -> c_int {
        // SAFETY: the caller's structure (C1).
        unsafe { libc::fstat(fd, to) }
    }
    fn _Py_stat(o: &PyObject, to: *mut libc::stat) -> c_int {
        match path::narrow(o) {
            // SAFETY: the caller's structure (C1).
            Ok(name) => unsafe { libc::stat(name.as_ptr(), to) },
            Err(Raised) => -2,
        }
    }
    fn _Py_get_inheritable(fd: c_int) -> c_int {
        // SAFETY: a plain system call.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFD) };
        if flags < 0 { os_error() } else { (flags & libc::FD_CLOEXEC == 0) as c_int }
    }
    fn _Py_set_inheritable(fd: c_int, inheritable: c_int, _atomic: *mut c_int) -> c_int {
        if set_cloexec(fd, inheritable == 0) < 0 { os_error() } else { 0 }
    }
    fn _Py_set_inheritable_async_safe(fd: c_int, inheritable: c_int, _atomic: *mut c_int) -> c_int { set_cloexec(fd, inheritable == 0) }
    fn _Py_get_blocking(fd: c_int) -> c_int {
        // SAFETY: a plain system call.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
        if flags < 0 { os_error() } else { (flags & libc::O_NONBLOCK == 0) as c_int }
    }
    fn _Py_set_blocking(fd: c_int, blocking: c_int) -> c_int {
        let mut on: c_int = (blocking == 0) as c_int;
        // SAFETY: FIONBIO reads an int.
        if unsafe { libc::ioctl(fd, libc::FIONBIO, &mut on) } < 0 { os_error() } else { 0 }
    }
    fn _Py_fopen_obj(o: &PyObject, mode: *const c_char) -> *mut libc::FILE {
        let opened = (|| {
            hotpy_modules::sys::audit("open", &[o, &*str_of(mode)?, &*int::from_i64(0)?])?;
            path::narrow(&*path::fspath(o)?)
        })();
        let Ok(name) = opened else { return ptr::null_mut() };
        // SAFETY: C strings.
        let file = unsafe { libc::fopen(name.as_ptr(), mode) };
        if file.is_null() {
            errors::raise_errno(Some(o), None);
            return file;
        }
        // SAFETY: an open file.
        set_cloexec(unsafe { libc::fileno(file) }, true);
        file
    }
    fn Py_UniversalNewlineFgets(to: *mut c_char, size: c_int, file: *mut libc::FILE, _o: *mut PyObject) -> *mut c_char {
        // SAFETY: the caller's buffer and file (C1).
        unsafe { libc::fgets(to, size, file) }
    }
    fn _PyOS_URandomNonblock(to: *mut u8, count: isize) -> c_int { random(to, count, libc::GRND_NONBLOCK) }
    fn _PyOS_URandom(to: *mut u8, count: isize) -> c_int { random(to, count, 0) }
    fn _Py_closerange(first: c_int, last: c_int) {
        for fd in first..=last.min(1 << 20) {
            // SAFETY: a plain system call.
            unsafe { libc::close(fd) };
        }
    }

    // ---- wide characters, by the locale's encoding: UTF-8 ----

    fn Py_DecodeLocale(text: *const c_char, length: *mut usize) -> *mut wchar_t {
        let mut wide = Vec::new();
        for chunk in bytes_of(text).utf8_chunks() {
            wide.extend(chunk.valid().chars().map(|c| c as u32));
            wide.extend(chunk.invalid().iter().map(|&b| 0xdc00 + b as u32));
        }
        if !length.is_null() {
            // SAFETY: a result pointer (C1).
            unsafe { *length = wide.len() };
        }
        wide_copy(&wide)
    }
    fn Py_EncodeLocale(text: *const wchar_t, _error: *mut usize) -> *mut c_char {
        // SAFETY: a null-terminated wide string (C1).
        let wide = unsafe { std::slice::from_raw_parts(text.cast::<u32>(), libc::wcslen(text)) };
        let mut out = Vec::with_capacity(wide.len());
        for &c in wide {
            match char::from_u32(c) {
                Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                None if (0xdc80..=0xdcff).contains(&c) => out.push((c - 0xdc00) as u8),
                None => return ptr::null_mut(),
            }
        }
        let Ok(out) = CString::new(out) else { return ptr::null_mut() };
        crate::memory::_PyMem_Strdup(out.as_ptr()).cast()
    }
    /// -2: `length` is where the text cannot be decoded. -3: no such error handler here.
    fn _Py_DecodeLocaleEx(text: *const c_char, to: *mut *mut wchar_t, length: *mut usize, reason: *mut *const c_char, _current: c_int, handler: c_int) -> c_int {
        let Some(handler) = locale_handler(handler) else { return -3 };
        // SAFETY: result pointers (C1), which may be null but for `to`.
        let put = |at: usize, why: Option<&'static CStr>| unsafe {
            if !length.is_null() { *length = at }
            if let (Some(why), false) = (why, reason.is_null()) { *reason = why.as_ptr() }
        };
        match str_::decode(bytes_of(text), Some("utf-8"), Some(handler)) {
            Ok(decoded) => {
                let wide: Vec<u32> = decoded.code_points().collect();
                put(wide.len(), None);
                // SAFETY: as above.
                unsafe { *to = wide_copy(&wide) };
                0
            }
            Err(Raised) => {
                put(failed_at(), Some(c"decoding error"));
                -2
            }
        }
    }
    fn _Py_EncodeLocaleEx(text: *const wchar_t, to: *mut *mut c_char, position: *mut usize, reason: *mut *const c_char, _current: c_int, handler: c_int) -> c_int {
        let Some(handler) = locale_handler(handler) else { return -3 };
        // SAFETY: a null-terminated wide string (C1).
        let length = unsafe { libc::wcslen(text) } as isize;
        let encoded = crate::unicode::PyUnicode_FromWideChar(text, length)
            .and_then(|text| str_::encode(&text, Some("utf-8"), Some(handler)));
        match encoded {
            Ok(encoded) => {
                if encoded.as_slice().contains(&0) {
                    return -1;
                }
                let block = crate::memory::copied(domains::RAW, encoded.as_slice(), 1);
                // SAFETY: a result pointer (C1).
                unsafe { *to = block.cast() };
                if block.is_null() { -1 } else { 0 }
            }
            Err(Raised) => {
                let at = failed_at();
                // SAFETY: result pointers, which may be null.
                unsafe {
                    if !position.is_null() { *position = at }
                    if !reason.is_null() { *reason = c"encoding error".as_ptr() }
                }
                -2
            }
        }
    }
    fn _Py_GetErrorHandler(name: *const c_char) -> c_int {
        let known = ["strict", "surrogateescape", "replace", "ignore", "backslashreplace", "surrogatepass", "xmlcharrefreplace"];
        match opt_text_of(name) {
            None => 1,
            Some(name) => known.iter().position(|k| *k == name).map_or(known.len() + 1, |at| at + 1) as c_int,
        }
    }
    fn PyOS_Readline(_input: *mut libc::FILE, _output: *mut libc::FILE, prompt: *const c_char) -> *mut c_char {
        match hotpy_modules::readline::line(bytes_of(prompt)) {
            Ok(line) => crate::memory::copied(domains::RAW, &line, 1).cast(),
            Err(Raised) => ptr::null_mut(),
        }
    }
    fn PyOS_mystricmp(a: *const c_char, b: *const c_char) -> c_int {
        // SAFETY: C strings.
        unsafe { libc::strcasecmp(a, b) }
    }
    fn PyOS_mystrnicmp(a: *const c_char, b: *const c_char, count: isize) -> c_int {
        // SAFETY: C strings.
        unsafe { libc::strncasecmp(a, b, count as usize) }
    }
    fn PyOS_strtoul(text: *const c_char, end: *mut *mut c_char, base: c_int) -> c_ulong {
        // SAFETY: a C string.
        unsafe { libc::strtoul(text, end, base) }
    }
    fn PyOS_strtol(text: *const c_char, end: *mut *mut c_char, base: c_int) -> c_long {
        // SAFETY: a C string.
        unsafe { libc::strtol(text, end, base) }
    }
}

fn random(to: *mut u8, count: isize, flags: libc::c_uint) -> c_int {
    let mut done = 0;
    while done < count {
        // SAFETY: the caller's buffer (C1).
        let n = unsafe { libc::getrandom(to.offset(done).cast(), (count - done) as usize, flags) };
        if n < 0 {
            if errno() == libc::EINTR {
                continue;
            }
            return os_error();
        }
        done += n;
    }
    0
}

/// The handlers that the locale's codec knows, by C's `_Py_error_handler`.
fn locale_handler(number: c_int) -> Option<&'static str> {
    match number {
        1 => Some("strict"),
        2 => Some("surrogateescape"),
        6 => Some("surrogatepass"),
        _ => None,
    }
}

/// Where the UnicodeError that is set says that text and bytes do not fit; clears it.
fn failed_at() -> usize {
    let Some(error) = errors::fetch_instance() else {
        return 0;
    };
    let start = str_::intern("start").and_then(|name| protocol::getattr(&error, &name));
    let at = start
        .ok()
        .and_then(|s| s.downcast::<PyLongObject>().and_then(|s| s.to_i64()));
    errors::clear();
    at.unwrap_or(0) as usize
}
