//! `sysmodule.h`, `structseq.h`, `osmodule.h` (forks), `intrcheck.h`: `sys`, audit events, struct sequences, fork hooks, signals.

use crate::build_value;
use crate::format::format;
use crate::support::*;
use crate::variadic::VaList;
use hotpy_modules::{config, posix, sys};
use std::sync::atomic::Ordering::Acquire;

variadic! {
    PySys_Audit(2) => audit;
}
variadic! {
    PySys_WriteStdout(1) => write_stdout;
    PySys_FormatStdout(1) => format_stdout;
    PySys_WriteStderr(1) => write_stderr;
    PySys_FormatStderr(1) => format_stderr;
}

/// An audit event; the arguments are only built if somebody listens.
extern "C" fn audit(event: *const c_char, format: *const c_char, list: &mut VaList) -> c_int {
    if !sys::is_audited() {
        return 0;
    }
    let mut run = || -> PyResult<()> {
        let args = build_value::items(bytes_of(format), list)?;
        let args: Vec<&PyObject> = args.iter().map(|o| &**o).collect();
        // A single tuple stands for its items.
        match &args[..] {
            [one]
                if one.is_instance::<PyTupleObject>()
                    && bytes_of(format).first() != Some(&b'(') =>
            {
                sys::audit(
                    &text_of(event),
                    one.downcast::<PyTupleObject>().map_or(&[], |t| t.items()),
                )
            }
            args => sys::audit(&text_of(event), args),
        }
    };
    status(run())
}

/// Writes text to one of the standard files; what is set stays set.
fn write(name: &str, fd: c_int, text: &str) {
    with_error_aside(|| {
        let done = sys::get(name)
            .filter(|f| !singletons::is_none(f))
            .is_some_and(|file| {
                let text = str_::new(text);
                text.and_then(|text| call::call_method(&file, &names::write, &[&text]))
                    .is_ok()
            });
        if !done {
            errors::clear();
            // SAFETY: a plain system call.
            unsafe { libc::write(fd, text.as_ptr().cast(), text.len()) };
        }
    });
}

/// Text by C's own formatting, cut off after 1000 bytes.
fn c_formatted(format: *const c_char, list: &mut VaList) -> String {
    let mut buffer = [0u8; 1001];
    let length =
        crate::format::PyOS_vsnprintf(buffer.as_mut_ptr().cast(), buffer.len(), format, list);
    let text = CStr::from_bytes_until_nul(&buffer)
        .map(|t| t.to_string_lossy().into_owned())
        .unwrap_or_default();
    if length < 0 || length as usize >= buffer.len() {
        text + "... truncated"
    } else {
        text
    }
}

extern "C" fn write_stdout(format: *const c_char, list: &mut VaList) {
    write("stdout", 1, &c_formatted(format, list))
}
extern "C" fn write_stderr(format: *const c_char, list: &mut VaList) {
    write("stderr", 2, &c_formatted(format, list))
}
extern "C" fn format_stdout(text: *const c_char, list: &mut VaList) {
    match format(bytes_of(text), list) {
        Ok(text) => write("stdout", 1, &text.to_string_lossy()),
        Err(Raised) => errors::clear(),
    }
}
extern "C" fn format_stderr(text: *const c_char, list: &mut VaList) {
    match format(bytes_of(text), list) {
        Ok(text) => write("stderr", 2, &text.to_string_lossy()),
        Err(Raised) => errors::clear(),
    }
}

fn set(name: &Str, value: Option<&PyObject>) -> PyResult<()> {
    let Some(d) = sys::dict() else {
        return Err(raise!(RuntimeError, "lost sys"));
    };
    match value {
        Some(value) => d.set_item(name, value),
        None => d.del_item(name).map(drop),
    }
}

export! {
    fn PySys_GetObject(name: *const c_char) -> *mut PyObject { borrowed(sys::get(&text_of(name))) }
    fn _PySys_GetAttr(_ts: *mut PyThreadState, name: &Str) -> *mut PyObject { borrowed(sys::dict().and_then(|d| d.get_str(name))) }
    fn PySys_SetObject(name: *const c_char, value: Option<&PyObject>) -> c_int { status(name_of(name).and_then(|name| set(&name, value))) }
    fn _PySys_GetSizeOf(o: &PyObject) -> usize {
        let size = hotpy_modules::support::imported("sys", "getsizeof").and_then(|f| call::call1(&f, o));
        size.map_or(usize::MAX, |n| crate::long::PyLong_AsSize_t(Some(&n)))
    }
    fn PySys_GetXOptions() -> *mut PyObject { borrowed(sys::get("_xoptions")) }
    fn PySys_HasWarnOptions() -> c_int {
        sys::get("warnoptions").is_some_and(|o| protocol::len(&o).is_ok_and(|n| n > 0)) as c_int
    }
    fn PySys_ResetWarnOptions() {}
    fn PySys_AddWarnOption(_option: *const libc::wchar_t) {}
    fn PySys_AddWarnOptionUnicode(_option: &PyObject) {}
    fn PySys_AddXOption(_option: *const libc::wchar_t) {}
    fn PySys_SetPath(path: *const libc::wchar_t) {
        let set = || -> PyResult<()> {
            let text = crate::unicode::PyUnicode_FromWideChar(path, -1)?;
            let parts: PyResult<Vec<Ref>> = text.to_string_lossy().split(':').map(|p| Ok(str_::new(p)?.into_object())).collect();
            sys::set("path", &*list::from_owned(parts?)?)
        };
        if set().is_err() {
            errors::clear();
        }
    }

    // ---- struct sequences ----

    fn PyStructSequence_NewType(desc: &PyStructSequence_Desc) -> PyResult<Ref<PyTypeObject>> { new_struct_sequence(desc, 0) }
    fn _PyStructSequence_NewType(desc: &PyStructSequence_Desc, flags: c_ulong) -> PyResult<Ref<PyTypeObject>> { new_struct_sequence(desc, flags) }
    fn PyStructSequence_InitType(ty: &'static PyTypeObject, desc: &PyStructSequence_Desc) { let _ = structseq::init_static(ty, desc); }
    fn PyStructSequence_InitType2(ty: &'static PyTypeObject, desc: &PyStructSequence_Desc) -> c_int { status(structseq::init_static(ty, desc)) }
    fn PyStructSequence_New(ty: &PyTypeObject) -> PyResult { structseq::blank(ty) }
    fn PyStructSequence_SetItem(o: &PyObject, index: isize, item: Option<Ref>) {
        // SAFETY: a new struct sequence, with a place for the index.
        unsafe { *tuple::items_ptr(o.as_ptr().cast()).offset(index) = owned(item) }
    }
    fn PyStructSequence_GetItem(o: &PyObject, index: isize) -> *mut PyObject {
        // SAFETY: as above.
        unsafe { *tuple::items_ptr(o.as_ptr().cast()).offset(index) }
    }

    // ---- forks and signals ----

    fn PyOS_BeforeFork() { unraisable(posix::process::before_fork()) }
    fn PyOS_AfterFork_Parent() { unraisable(posix::process::after_fork_parent()) }
    fn PyOS_AfterFork_Child() { unraisable(posix::process::after_fork_child()) }
    fn PyOS_AfterFork() { unraisable(posix::process::after_fork_child()) }
    fn PyOS_InterruptOccurred() -> c_int { hotpy_modules::signal::take(libc::SIGINT) as c_int }
    fn _PyOS_InterruptOccurred(_ts: *mut PyThreadState) -> c_int { PyOS_InterruptOccurred() }
    fn _PyOS_IsMainThread() -> c_int { hotpy_modules::engine::is_main_thread() as c_int }
    fn PyOS_getsig(signal: c_int) -> usize {
        // SAFETY: the structure is written by the call.
        unsafe {
            let mut action = std::mem::zeroed::<libc::sigaction>();
            if libc::sigaction(signal, ptr::null(), &mut action) == -1 { libc::SIG_ERR } else { action.sa_sigaction }
        }
    }
    fn PyOS_setsig(signal: c_int, handler: usize) -> usize {
        // SAFETY: structures for the call.
        unsafe {
            let mut action = std::mem::zeroed::<libc::sigaction>();
            action.sa_sigaction = handler;
            libc::sigemptyset(&mut action.sa_mask);
            let mut before = std::mem::zeroed::<libc::sigaction>();
            if libc::sigaction(signal, &action, &mut before) == -1 { libc::SIG_ERR } else { before.sa_sigaction }
        }
    }
    fn _Py_RestoreSignals() {
        for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
            PyOS_setsig(signal, libc::SIG_DFL);
        }
    }
    fn _Py_IsFinalizing() -> c_int { hotpy_modules::start::is_finalizing() as c_int }
    fn Py_IsInitialized() -> c_int { _PyRuntime.initialized.load(Acquire) }
    fn _Py_IsCoreInitialized() -> c_int { _PyRuntime.core_initialized.load(Acquire) }
    fn Py_AtExit(function: Option<extern "C" fn()>) -> c_int {
        match function {
            Some(function) => { hotpy_modules::finish::at_exit(function); 0 }
            None => -1,
        }
    }
    fn Py_Exit(status: c_int) {
        hotpy_modules::finish::finish();
        std::process::exit(status)
    }
    fn Py_ExitStatusException(_status: *mut c_void) {}

    // ---- what the process is ----

    fn Py_GetVersion() -> *const c_char { c_text(&VERSION, &sys::version()) }
    fn Py_GetPlatform() -> *const c_char { c"linux".as_ptr() }
    fn Py_GetCopyright() -> *const c_char { c_text(&COPYRIGHT, &sys::get("copyright").and_then(|c| c.downcast::<Str>().map(|c| c.to_string_lossy())).unwrap_or_default()) }
    fn Py_GetCompiler() -> *const c_char { c"[Rust]".as_ptr() }
    fn Py_GetBuildInfo() -> *const c_char { c"main".as_ptr() }
    fn _Py_gitidentifier() -> *const c_char { c"main".as_ptr() }
    fn _Py_gitversion() -> *const c_char { c"".as_ptr() }
    fn Py_GetProgramName() -> *const libc::wchar_t { wide_text(&PROGRAM, &config::with(|c| c.executable.clone())) }
    fn Py_GetProgramFullPath() -> *const libc::wchar_t { wide_text(&PROGRAM, &config::with(|c| c.executable.clone())) }
    fn Py_GetPrefix() -> *const libc::wchar_t { wide_text(&PREFIX, &config::with(|c| c.prefix.clone())) }
    fn Py_GetExecPrefix() -> *const libc::wchar_t { wide_text(&EXEC_PREFIX, &config::with(|c| c.exec_prefix.clone())) }
    /// `sys.path` as it is when that is first asked for.
    fn Py_GetPath() -> *const libc::wchar_t {
        let path = || -> PyResult<String> {
            let Some(path) = hotpy_modules::sys::get("path") else { return Ok(String::new()) };
            let mut entries = Vec::new();
            for entry in protocol::collect(&path)? {
                entries.push(protocol::str(&entry)?.to_string_lossy());
            }
            Ok(entries.join(":"))
        };
        match path() {
            Ok(path) => wide_text(&PATH, &path),
            Err(Raised) => {
                errors::clear();
                ptr::null()
            }
        }
    }
    /// The arguments of the process: the array and its texts live for ever.
    fn Py_GetArgcArgv(argc: *mut c_int, argv: *mut *const *const libc::wchar_t) {
        let args = ARGS.get_or_init(|| config::with(|c| c.orig_argv.iter().map(|a| wide(&String::from_utf8_lossy(a))).collect()));
        let pointers = ARGV.get_or_init(|| args.iter().map(|a| a.as_ptr() as usize).chain([0]).collect());
        // SAFETY: result parameters (C1).
        unsafe {
            *argc = args.len() as c_int;
            *argv = pointers.as_ptr().cast();
        }
    }
    /// A new wide string that the caller frees with `PyMem_RawFree`.
    fn _Py_GetLocaleEncoding() -> *mut libc::wchar_t {
        let text: Vec<u32> = hotpy_modules::io::textio::encoding_of_locale().chars().map(u32::from).collect();
        crate::memory::copied_wide(domains::RAW, &text)
    }
    fn _Py_GetLocaleEncodingObject() -> PyResult<Ref<Str>> { str_::new(&hotpy_modules::io::textio::encoding_of_locale()) }
    fn _Py_device_encoding(fd: c_int) -> PyResult {
        call::call1(&*hotpy_modules::support::imported("os", "device_encoding")?, &*int::from_i64(fd as i64)?)
    }
    fn Py_GetPythonHome() -> *const libc::wchar_t { ptr::null() }
    fn _Py_SetLocaleFromEnv(category: c_int) -> *mut c_char {
        // SAFETY: a C string.
        unsafe { libc::setlocale(category, c"".as_ptr()) }
    }
}

fn unraisable(result: PyResult<()>) {
    if result.is_err() {
        errors::write_unraisable(None);
    }
}

fn new_struct_sequence(
    desc: &PyStructSequence_Desc,
    flags: c_ulong,
) -> PyResult<Ref<PyTypeObject>> {
    structseq::from_desc(desc, flags, |spec, base| {
        crate::types::from_spec(None, spec, Some(base))
    })
}

/// Text that is made once and stays.
struct Made(
    std::sync::OnceLock<Vec<u32>>,
    std::sync::OnceLock<std::ffi::CString>,
);

impl Made {
    const EMPTY: Made = Made(std::sync::OnceLock::new(), std::sync::OnceLock::new());
}

static VERSION: Made = Made::EMPTY;
static COPYRIGHT: Made = Made::EMPTY;
static PROGRAM: Made = Made::EMPTY;
static PREFIX: Made = Made::EMPTY;
static PATH: Made = Made::EMPTY;
static EXEC_PREFIX: Made = Made::EMPTY;

fn c_text(made: &'static Made, text: &str) -> *const c_char {
    made.1
        .get_or_init(|| std::ffi::CString::new(text.replace('\0', "")).unwrap_or_default())
        .as_ptr()
}

fn wide_text(made: &'static Made, text: &str) -> *const libc::wchar_t {
    made.0.get_or_init(|| wide(text)).as_ptr().cast()
}

/// The text's characters with a null at the end.
fn wide(text: &str) -> Vec<u32> {
    text.chars().map(|c| c as u32).chain([0]).collect()
}

static ARGS: std::sync::OnceLock<Vec<Vec<u32>>> = std::sync::OnceLock::new();
/// Addresses of them, and a null.
static ARGV: std::sync::OnceLock<Vec<usize>> = std::sync::OnceLock::new();
