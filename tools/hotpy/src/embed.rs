//! `pylifecycle.h`, as far as it goes: starting and ending HotPy from C. The process's one interpreter starts once.

use hotpy_modules::finish;
use hotpy_objects::{_PyRuntime, tstate};
use std::ffi::{CStr, c_char, c_int};
use std::sync::Mutex;

/// What `Py_SetProgramName` said.
static PROGRAM: Mutex<Option<String>> = Mutex::new(None);

/// A wide string as UTF-8; lone surrogates stand for the bytes that they escape.
fn narrow(text: *const libc::wchar_t) -> Vec<u8> {
    if text.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller's null-terminated string.
    let wide = unsafe { std::slice::from_raw_parts(text.cast::<u32>(), libc::wcslen(text)) };
    let mut out = Vec::with_capacity(wide.len());
    for &c in wide {
        match char::from_u32(c) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.push((c & 0xff) as u8),
        }
    }
    out
}

fn flush() {
    // SAFETY: flushes all of the C library's streams.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}

/// `main` of the stock executable: everything that a command line says.
///
/// # Safety
/// `argv` has `argc` C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_BytesMain(argc: c_int, argv: *const *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    let argv: Vec<Vec<u8>> = (0..argc.max(0) as usize)
        .map(|i| unsafe { CStr::from_ptr(*argv.add(i)).to_bytes().to_vec() })
        .collect();
    let status = crate::launch(&argv);
    flush();
    status
}

/// The same for wide strings.
///
/// # Safety
/// `argv` has `argc` wide strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_Main(argc: c_int, argv: *const *const libc::wchar_t) -> c_int {
    // SAFETY: the caller's promise.
    let argv: Vec<Vec<u8>> = (0..argc.max(0) as usize)
        .map(|i| narrow(unsafe { *argv.add(i) }))
        .collect();
    let status = crate::launch(&argv);
    flush();
    status
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_SetProgramName(name: *const libc::wchar_t) {
    if let Ok(mut program) = PROGRAM.lock() {
        *program = Some(String::from_utf8_lossy(&narrow(name)).into_owned());
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_SetPythonHome(home: *const libc::wchar_t) {
    // SAFETY: before the interpreter starts there is one thread.
    unsafe { std::env::set_var("PYTHONHOME", String::from_utf8_lossy(&narrow(home)).as_ref()) };
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_Initialize() {
    Py_InitializeEx(1);
}

/// Starts the interpreter without a program. A failure ends the process, as in CPython.
#[unsafe(no_mangle)]
pub extern "C" fn Py_InitializeEx(_signal_handlers: c_int) {
    if !_PyRuntime.tstate_current.get().is_null() {
        return;
    }
    let name = PROGRAM.lock().ok().and_then(|p| p.clone());
    let name = name.unwrap_or_else(|| "python3".to_owned());
    if let Err(status) = crate::begin(&[name.clone().into_bytes()], &name) {
        std::process::exit(status);
    }
    if hotpy_modules::start::import_site().is_err() {
        hotpy_modules::run::print_error();
        std::process::exit(1);
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_Finalize() {
    Py_FinalizeEx();
}

/// Ends the interpreter; -1 if output could not be flushed. It cannot be started again.
#[unsafe(no_mangle)]
pub extern "C" fn Py_FinalizeEx() -> c_int {
    if _PyRuntime.tstate_current.get().is_null() {
        return 0;
    }
    let _ = tstate();
    if finish::finish() { 0 } else { -1 }
}
