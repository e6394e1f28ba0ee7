//! Lines from a terminal, with the editing that the library's `readline` module provides through a hook (C: `PyOS_Readline`).

use crate::support::*;
use hotpy_objects::mem::domains;
use hotpy_objects::*;
use std::ffi::{CStr, CString};

/// Writes the prompt and answers the line with its end in memory of `malloc`: empty at the end of input, null if a signal came.
type Hook = unsafe extern "C" fn(*mut libc::FILE, *mut libc::FILE, *const c_char) -> *mut c_char;

/// A C variable that C code sets, or reads.
#[repr(transparent)]
pub struct Variable<T>(Cell<T>);

// SAFETY: U1.
unsafe impl<T> Sync for Variable<T> {}

/// Set by `readline`; exported under its C name.
#[unsafe(no_mangle)]
pub static PyOS_ReadlineFunctionPointer: Variable<Option<Hook>> = Variable(Cell::new(None));

/// Called before a line is waited for, without the GIL: an event loop of C code.
#[unsafe(no_mangle)]
pub static PyOS_InputHook: Variable<Option<unsafe extern "C" fn() -> c_int>> =
    Variable(Cell::new(None));

/// Whose line is being read: `readline` takes the GIL for that thread when a signal comes.
#[unsafe(no_mangle)]
pub static _PyOS_ReadlineTState: Variable<*const PyThreadState> =
    Variable(Cell::new(std::ptr::null()));

unsafe extern "C" {
    static stdin: *mut libc::FILE;
    static stdout: *mut libc::FILE;
}

/// Whether standard input and output are a terminal.
pub fn is_terminal() -> bool {
    // SAFETY: plain system calls.
    unsafe { libc::isatty(0) == 1 && libc::isatty(1) == 1 }
}

/// A line with its end, for a prompt; empty at the end of input. Whatever a signal handler raises, KeyboardInterrupt.
pub fn line(prompt: &[u8]) -> PyResult<Vec<u8>> {
    let Ok(prompt) = CString::new(prompt) else {
        return Err(raise!(
            ValueError,
            "input: prompt string cannot contain null characters"
        ));
    };
    let hook = PyOS_ReadlineFunctionPointer.0.get();
    let outer = _PyOS_ReadlineTState.0.replace(tstate());
    let read = match hook {
        // SAFETY: the C library's own streams; the hook takes the GIL itself when it calls back.
        Some(hook) => crate::thread::without_gil(|| unsafe {
            let text = hook(stdin, stdout, prompt.as_ptr());
            if text.is_null() {
                return None;
            }
            let line = CStr::from_ptr(text).to_bytes().to_vec();
            domains::free(domains::RAW, text.cast());
            Some(line)
        }),
        None => crate::thread::without_gil(|| plain(&prompt)),
    };
    _PyOS_ReadlineTState.0.set(outer);
    match read {
        Some(line) => Ok(line),
        None => {
            crate::signal::check()?;
            Err(errors::raise_none(&exceptions::KeyboardInterrupt))
        }
    }
}

/// A line of standard input without editing; `None` if a signal came.
fn plain(prompt: &CStr) -> Option<Vec<u8>> {
    // SAFETY: the text's size is told; the C library's own stream.
    unsafe {
        libc::write(2, prompt.as_ptr().cast(), prompt.to_bytes().len());
        if let Some(hook) = PyOS_InputHook.0.get() {
            hook();
        }
        rest_of_line(stdin)
    }
}

/// The line that comes next in a stream, with its end; `None` if a signal came.
pub fn rest_of_line(file: *mut libc::FILE) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let mut part = [0u8; 1024];
    // SAFETY: the buffer's size is told; an open stream.
    unsafe {
        loop {
            if libc::fgets(part.as_mut_ptr().cast(), part.len() as c_int, file).is_null() {
                if libc::feof(file) != 0 {
                    libc::clearerr(file);
                    return Some(line);
                }
                libc::clearerr(file);
                return if crate::posix::path::errno() == libc::EINTR {
                    None
                } else {
                    Some(line)
                };
            }
            let read = CStr::from_ptr(part.as_ptr().cast()).to_bytes();
            line.extend_from_slice(read);
            if line.last() == Some(&b'\n') {
                return Some(line);
            }
        }
    }
}

/// `input()` at a terminal: the prompt in the output's encoding, the line in the input's. EOFError.
pub fn input(input: &PyObject, output: &PyObject, prompt: Option<&PyObject>) -> PyResult {
    let name = |file: &PyObject, which: &str| -> PyResult<String> {
        let value = attr(file, which)?;
        Ok(value
            .downcast::<Str>()
            .map(Str::to_string_lossy)
            .unwrap_or_default())
    };
    let shown = match prompt {
        None => Vec::new(),
        Some(prompt) => {
            let text = protocol::str(prompt)?;
            let (encoding, errors) = (name(output, "encoding")?, name(output, "errors")?);
            str_::encode(&text, Some(&encoding), Some(&errors))?
                .as_slice()
                .to_vec()
        }
    };
    let mut line = line(&shown)?;
    if line.is_empty() {
        return Err(errors::raise_none(&exceptions::EOFError));
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    let (encoding, errors) = (name(input, "encoding")?, name(input, "errors")?);
    Ok(str_::decode(&line, Some(&encoding), Some(&errors))?.into_object())
}
