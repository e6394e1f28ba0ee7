//! `pylifecycle.h`, as far as it goes: starting and ending HotPy from C. The process's one interpreter starts once.

use crate::args::Parsed;
use hotpy_capi::config::{BEFORE, PyConfig, PyStatus, PyStatus_Exit, PyStatus_Ok, Ran, narrow};
use hotpy_modules::run::{self, Outcome, Program};
use hotpy_modules::{finish, signal, start, sys};
use hotpy_objects::{_PyRuntime, PyResult, list, str_, tstate};
use std::ffi::{CStr, c_char, c_int};
use std::sync::Mutex;
use std::sync::atomic::Ordering::Acquire;

/// What `Py_SetProgramName` said.
static PROGRAM: Mutex<Option<String>> = Mutex::new(None);

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
    unsafe {
        std::env::set_var(
            "PYTHONHOME",
            String::from_utf8_lossy(&narrow(home)).as_ref(),
        )
    };
}

/// What `Py_SetPath` said: `sys.path`, in place of all that would be found.
static PATH: Mutex<Option<Vec<Vec<u8>>>> = Mutex::new(None);

#[unsafe(no_mangle)]
pub extern "C" fn Py_SetPath(path: *const libc::wchar_t) {
    if let Ok(mut wanted) = PATH.lock() {
        let entries = || {
            narrow(path)
                .split(|&c| c == b':')
                .map(<[u8]>::to_vec)
                .collect()
        };
        *wanted = (!path.is_null()).then(entries);
    }
}

/// What `Py_SetStandardStreamEncoding` said: encoding and error handler.
static STREAMS: Mutex<(Option<String>, Option<String>)> = Mutex::new((None, None));

/// The encoding of the standard files, and their error handler; null leaves things as they are. -1 once the interpreter runs.
///
/// # Safety
/// C strings, or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_SetStandardStreamEncoding(
    encoding: *const c_char,
    errors: *const c_char,
) -> c_int {
    if !_PyRuntime.tstate_current.get().is_null() {
        return -1;
    }
    // SAFETY: the caller's promise.
    let text = |text: *const c_char| {
        let given = !text.is_null();
        given.then(|| unsafe { CStr::from_ptr(text).to_string_lossy().into_owned() })
    };
    if let Ok(mut streams) = STREAMS.lock() {
        *streams = (text(encoding), text(errors));
    }
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_Initialize() {
    Py_InitializeEx(1);
}

/// Starts the interpreter without a program. A failure ends the process, as in CPython.
#[unsafe(no_mangle)]
pub extern "C" fn Py_InitializeEx(_signal_handlers: c_int) {
    if _PyRuntime.initialized.load(Acquire) != 0 {
        return;
    }
    let name = PROGRAM.lock().ok().and_then(|p| p.clone());
    let name = name.unwrap_or_else(|| "python3".to_owned());
    let argv = [vec![name.clone().into_bytes()], BEFORE.options(None)].concat();
    let begun = crate::begin_with(&argv, &name, |settings| {
        BEFORE.adjust(settings);
        if let Ok(streams) = STREAMS.lock() {
            let (encoding, errors) = streams.clone();
            settings.stdio_encoding = encoding.or(settings.stdio_encoding.take());
            settings.stdio_errors = errors.or(settings.stdio_errors.take());
        }
    });
    if let Err(status) = begun {
        std::process::exit(status);
    }
    let path = PATH.lock().ok().and_then(|p| p.clone());
    if path.is_some_and(|path| set_path(&path).is_err()) {
        hotpy_modules::run::print_error();
        std::process::exit(1);
    }
    if hotpy_modules::start::import_site().is_err() {
        hotpy_modules::run::print_error();
        std::process::exit(1);
    }
    hotpy_trace::install();
}

/// What [`Py_RunMain`] is to run.
static MAIN: Mutex<Option<Parsed>> = Mutex::new(None);

/// `sys.path` as the embedder wants it.
fn set_path(entries: &[Vec<u8>]) -> PyResult<()> {
    let entries = entries
        .iter()
        .map(|e| Ok(str_::decode_fs(e)?.into_object()));
    sys::set(
        "path",
        &*list::from_owned(entries.collect::<PyResult<_>>()?)?,
    )
}

/// Completes a config as the interpreter would that it starts: the command line is read, the library found.
///
/// # Safety
/// The config is one that was initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_Read(config: *mut PyConfig) -> PyStatus {
    // SAFETY: the caller's promise.
    let config = unsafe { &mut *config };
    let wanted = config.wanted();
    if let Some(home) = &wanted.home {
        // SAFETY: before the interpreter starts there is one thread.
        unsafe { std::env::set_var("PYTHONHOME", String::from_utf8_lossy(home).as_ref()) };
    }
    let name = String::from_utf8_lossy(&wanted.argv[0]).into_owned();
    let mut parsed = match crate::args::parse(&wanted.argv, &name) {
        Ok(parsed) => parsed,
        Err(status) => return PyStatus_Exit(status),
    };
    let settings = &mut parsed.config;
    if let Some(argv) = wanted.sys_argv {
        settings.argv = argv;
    }
    BEFORE.adjust(settings);
    config.adjust(settings);
    if !crate::place(settings, &name) {
        return PyStatus_Exit(1);
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (program, paths) = (&parsed.program, start::search_path(&parsed.config));
    let ran = match program {
        Program::Command(code) => text(code),
        Program::Module(name) => name.clone(),
        Program::File(path) => text(path),
        Program::Stdin => String::new(),
    };
    let ran = match program {
        Program::Command(_) => Ran::Command(&ran),
        Program::Module(_) => Ran::Module(&ran),
        Program::File(_) => Ran::File(&ran),
        Program::Stdin => Ran::Nothing,
    };
    config.complete(&parsed.config, &paths, ran);
    PyStatus_Ok()
}

/// Starts the interpreter as a config says.
///
/// # Safety
/// The config is one that was initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_InitializeFromConfig(config: *const PyConfig) -> PyStatus {
    if _PyRuntime.initialized.load(Acquire) != 0 {
        return PyStatus_Ok();
    }
    // SAFETY: the caller's promise.
    let wanted = unsafe { (*config).wanted() };
    if let Some(home) = &wanted.home {
        // SAFETY: before the interpreter starts there is one thread.
        unsafe { std::env::set_var("PYTHONHOME", String::from_utf8_lossy(home).as_ref()) };
    }
    let name = String::from_utf8_lossy(&wanted.argv[0]).into_owned();
    let sys_argv = wanted.sys_argv;
    let begun = crate::begin_with(&wanted.argv, &name, |settings| {
        if let Some(argv) = sys_argv {
            settings.argv = argv;
        }
        BEFORE.adjust(settings);
        // SAFETY: the caller's promise.
        unsafe { (*config).adjust(settings) };
    });
    let parsed = match begun {
        Ok(parsed) => parsed,
        Err(status) => return PyStatus_Exit(status),
    };
    let placed = wanted.path.map_or(Ok(()), |path| set_path(&path));
    if placed.is_err() || hotpy_modules::start::import_site().is_err() {
        run::print_error();
        return PyStatus_Exit(1);
    }
    hotpy_trace::install();
    if let Ok(mut main) = MAIN.lock() {
        *main = Some(parsed);
    }
    PyStatus_Ok()
}

/// Runs what the config said, and ends the interpreter; the process's exit status.
#[unsafe(no_mangle)]
pub extern "C" fn Py_RunMain() -> c_int {
    let Some(parsed) = MAIN.lock().ok().and_then(|mut main| main.take()) else {
        return 1;
    };
    let name = String::from_utf8_lossy(&hotpy_modules::config::with(|c| {
        c.orig_argv.first().cloned().unwrap_or_default()
    }))
    .into_owned();
    let outcome = run::run(&parsed.program, &name, parsed.skip_first_line);
    let status = match outcome {
        _ if !finish::finish() => 120,
        Outcome::Interrupted => signal::die_of_interrupt(),
        Outcome::Status(status) => status,
    };
    flush();
    status
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_Finalize() {
    Py_FinalizeEx();
}

/// Ends the interpreter; -1 if output could not be flushed. It cannot be started again.
#[unsafe(no_mangle)]
pub extern "C" fn Py_FinalizeEx() -> c_int {
    if _PyRuntime.initialized.load(Acquire) == 0 {
        return 0;
    }
    let _ = tstate();
    if finish::finish() { 0 } else { -1 }
}
