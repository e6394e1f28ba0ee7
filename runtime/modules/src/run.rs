//! Running the main program: a command, a module, a file, standard input; and what its end means for the exit status.

use crate::engine::{self, Mode};
use crate::support::*;
use crate::{config, fatal, interactive, sys, traceback_print};
use hotpy_objects::def::Downcast;
use hotpy_objects::*;
use std::io::Read;
use std::path::Path;

/// What the command line asks for.
#[derive(Clone, Debug)]
pub enum Program {
    Command(Vec<u8>),
    Module(String),
    File(Vec<u8>),
    Stdin,
}

/// How a program ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Status(i32),
    /// KeyboardInterrupt was not caught: the process shall die of SIGINT.
    Interrupted,
}

/// `__main__`'s namespace.
pub fn main_dict() -> PyResult<Ref<PyDictObject>> {
    match sys::modules()?
        .get_text("__main__")
        .as_deref()
        .and_then(|m| m.downcast::<PyModuleObject>())
    {
        Some(module) => Ok(Ref::new(module.dict())),
        None => Err(raise!(RuntimeError, "unable to get __main__")),
    }
}

/// Puts an entry in front of `sys.path`, unless `-P` or `-I`.
fn prepend_path(entry: &[u8]) -> PyResult<()> {
    if config::with(|c| c.safe_path) {
        return Ok(());
    }
    force_path(entry)
}

fn force_path(entry: &[u8]) -> PyResult<()> {
    if let Some(path) = sys::get("path")
        && let Some(path) = path.downcast::<PyListObject>()
    {
        path.insert(0, &*str_::decode_fs(entry)?)?;
    }
    Ok(())
}

fn run_source(source: &[u8], is_text: bool, filename: &Str) -> PyResult<()> {
    let namespace = main_dict()?;
    let code = if is_text {
        engine::compile(source, true, filename, Mode::Exec, 0, -1)?
    } else {
        engine::compile_file(source, filename)?
    };
    sys::audit("exec", &[&code])?;
    engine::exec(&code, &namespace, &namespace, None)?;
    Ok(())
}

fn run_command(command: &[u8]) -> PyResult<()> {
    prepend_path(b"")?;
    let source = str_::decode_fs(command)?;
    // Undecodable bytes of the command line cannot be source.
    let source = match source.to_utf8() {
        Ok(text) => text.as_bytes().to_vec(),
        Err(_) => {
            errors::clear();
            eprintln!("Unable to decode the command from the command line:");
            let raised = source.to_utf8().map(drop);
            return raised;
        }
    };
    let mut source = source;
    source.push(b'\n');
    run_source(&source, true, &*str_::new("<string>")?)
}

fn run_module(name: &str, alter_argv: bool) -> PyResult<()> {
    let run = imported("runpy", "_run_module_as_main")?;
    call::call(&run, &[&*text(name)?, &*boolean(alter_argv)?])?;
    Ok(())
}

/// Whether the file ends like a zip archive.
fn is_zip(path: &Path) -> bool {
    use std::io::{Seek, SeekFrom};
    let Ok(mut file) = std::fs::File::open(path) else {
        return false;
    };
    let Ok(size) = file.seek(SeekFrom::End(0)) else {
        return false;
    };
    let tail = size.min(65557);
    if size < 22 || file.seek(SeekFrom::Start(size - tail)).is_err() {
        return false;
    }
    let mut data = Vec::new();
    file.read_to_end(&mut data).is_ok() && data.windows(4).any(|w| w == b"PK\x05\x06")
}

/// Whether a path hook knows what to do with the path: a folder or an archive.
fn has_importer(path: &[u8]) -> PyResult<bool> {
    let Some(hooks) = sys::get("path_hooks") else {
        return Ok(false);
    };
    let path = str_::decode_fs(path)?;
    for hook in protocol::collect(&hooks)? {
        match call::call1(&hook, &path) {
            Ok(_) => return Ok(true),
            Err(raised) => {
                if !errors::matches(&exceptions::ImportError) {
                    return Err(raised);
                }
                errors::clear();
            }
        }
    }
    Ok(false)
}

fn absolute(path: &[u8]) -> Vec<u8> {
    if path.first() == Some(&b'/') {
        return path.to_vec();
    }
    let mut full = crate::posix::dirs::current_directory().unwrap_or_else(|_| {
        errors::clear();
        Vec::new()
    });
    if full.is_empty() || path.is_empty() {
        return full;
    }
    full.push(b'/');
    full.extend_from_slice(path);
    full
}

/// A path as standard error shows it: bytes that are no UTF-8 as the surrogates that stand for them.
fn escaped(path: &[u8]) -> String {
    let mut shown = String::new();
    for chunk in path.utf8_chunks() {
        shown.push_str(chunk.valid());
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\udc{byte:02x}"));
        }
    }
    shown
}

/// The folder of a script, links followed as far as the script itself is one.
pub fn script_folder(path: &[u8]) -> Vec<u8> {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let mut file = std::path::PathBuf::from(std::ffi::OsStr::from_bytes(path));
    if let Ok(target) = std::fs::read_link(&file) {
        file = if target.is_absolute() {
            target
        } else {
            file.parent().map(|p| p.join(&target)).unwrap_or(target)
        };
    }
    let real = std::fs::canonicalize(&file).unwrap_or(file);
    real.parent()
        .map(|p| p.as_os_str().to_owned().into_vec())
        .unwrap_or_default()
}

fn run_file(program: &str, path: &[u8], skip_first_line: bool) -> PyResult<Option<i32>> {
    use std::os::unix::ffi::OsStrExt;
    // The empty name is the current folder.
    let os_path = Path::new(std::ffi::OsStr::from_bytes(if path.is_empty() {
        b"."
    } else {
        path
    }));
    if (os_path.is_dir() || is_zip(os_path)) && has_importer(path)? {
        force_path(&absolute(path))?;
        run_module("__main__", false)?;
        return Ok(None);
    }
    let shown_path = absolute(path);
    let shown = escaped(&shown_path);
    let cannot_open = |error: std::io::Error| {
        let code = error.raw_os_error().unwrap_or(0);
        let message = String::from_utf8_lossy(&errors::errno_message(code)).into_owned();
        eprintln!("{program}: can't open file '{shown}': [Errno {code}] {message}");
        Some(2)
    };
    let mut source = match std::fs::read(os_path) {
        Ok(source) => source,
        Err(error) if error.raw_os_error() == Some(libc::EISDIR) => {
            eprintln!("{program}: '{shown}' is a directory, cannot continue");
            return Ok(Some(1));
        }
        Err(error) => return Ok(cannot_open(error)),
    };
    prepend_path(&script_folder(path))?;
    let namespace = main_dict()?;
    let filename = str_::decode_fs(&shown_path)?;
    namespace.set_text("__file__", &filename)?;
    namespace.set_text("__cached__", &singletons::_Py_NoneStruct)?;
    let is_pyc = path.ends_with(b".pyc");
    if let Some(external) = sys::modules()?.get_text("_frozen_importlib_external") {
        let class = attr(
            &external,
            if is_pyc {
                "SourcelessFileLoader"
            } else {
                "SourceFileLoader"
            },
        )?;
        let loader = call::call(&class, &[&*text("__main__")?, &filename])?;
        namespace.set_text("__loader__", &loader)?;
    }
    if is_pyc {
        if source.get(..4) != Some(&crate::pyc::MAGIC[..]) {
            return Err(raise!(RuntimeError, "Bad magic number in .pyc file"));
        }
        let Some(data) = source.get(16..) else {
            return Err(raise!(EOFError, "EOF read where not expected"));
        };
        // Why it cannot be read is not told, as with any object that is no code.
        let object = crate::marshal::Reader::new(data).object().ok();
        let Some(code) = object.as_deref().and_then(|o| o.exact::<PyCodeObject>()) else {
            return Err(raise!(RuntimeError, "Bad code object in .pyc file"));
        };
        engine::exec(code, &namespace, &namespace, None)?;
    } else {
        if skip_first_line {
            // The line stays, empty, so that line numbers are right.
            let end = source
                .iter()
                .position(|&b| b == b'\n')
                .unwrap_or(source.len());
            source.drain(..end);
        }
        run_source(&source, false, &filename)?;
    }
    Ok(None)
}

fn run_stdin() -> PyResult<()> {
    if interactive::is_wanted() {
        config::set_inspect(0);
        interactive::run_startup_file()?;
        interactive::run_hook()?;
        sys::audit("cpython.run_stdin", &[])?;
        return interactive::run();
    }
    sys::audit("cpython.run_stdin", &[])?;
    let mut source = Vec::new();
    if std::io::stdin().lock().read_to_end(&mut source).is_err() {
        source.clear();
    }
    let namespace = main_dict()?;
    let filename = str_::new("<stdin>")?;
    namespace.set_text("__file__", &filename)?;
    namespace.set_text("__cached__", &singletons::_Py_NoneStruct)?;
    let result = run_source(&source, false, &filename);
    if result.is_ok() {
        namespace.del_item(&*text("__file__")?)?;
        namespace.del_item(&*text("__cached__")?)?;
    }
    result
}

/// Prints the exception that is set and clears it; a SystemExit ends the process.
pub fn print_error() {
    if errors::matches(&exceptions::SystemExit) && config::with(|c| c.inspect) == 0 {
        let status = match errors::fetch_instance() {
            Some(exception) => exit_status(&exception),
            None => 1,
        };
        let status = if crate::finish::finish() { status } else { 120 };
        // SAFETY: a plain system call; everything has been flushed.
        unsafe { libc::_exit(status & 0xff) };
    }
    report();
}

/// Prints the exception that is set through `sys.excepthook`, and clears it.
pub(crate) fn report() {
    let Some(exception) = errors::fetch_instance() else {
        return;
    };
    let traceback = errors::as_exception(&exception).and_then(|e| e.traceback.cloned());
    let traceback = traceback.unwrap_or_else(singletons::none);
    let ty = exception.ty().to_ref();
    for (name, value) in [
        ("last_type", &ty),
        ("last_value", &exception),
        ("last_traceback", &traceback),
    ] {
        if sys::set(name, value).is_err() {
            errors::clear();
        }
    }
    let stderr = match sys::get("stderr") {
        Some(none) if singletons::is_none(&none) => return,
        Some(file) if attr_opt(&file, "write").is_ok_and(|w| w.is_some()) => file,
        _ => {
            errors::clear();
            fatal::lost_stderr(&exception);
            return;
        }
    };
    flush_stdout();
    let hook = sys::get("excepthook").unwrap_or_else(singletons::none);
    if sys::audit("sys.excepthook", &[&hook, &ty, &exception, &traceback]).is_err() {
        // A hook that refuses with RuntimeError silences the report.
        let silent = errors::matches(&exceptions::RuntimeError);
        if silent {
            errors::clear();
            return;
        }
        errors::write_unraisable(None);
    }
    match sys::get("excepthook") {
        Some(hook) => {
            if call::call(&hook, &[&ty, &exception, &traceback]).is_err() {
                let second = errors::fetch_instance();
                sys::write_text(&stderr, "Error in sys.excepthook:\n");
                if let Some(second) = second {
                    traceback_print::print_exception(&second, &stderr);
                }
                sys::write_text(&stderr, "\nOriginal exception was:\n");
                traceback_print::print_exception(&exception, &stderr);
            }
        }
        None => {
            sys::write_text(&stderr, "sys.excepthook is missing\n");
            traceback_print::print_exception(&exception, &stderr);
        }
    }
}

fn flush_stdout() {
    if let Some(out) = sys::get("stdout").filter(|f| !singletons::is_none(f))
        && method(&out, "flush", &[]).is_err()
    {
        errors::clear();
    }
}

/// The status that a SystemExit asks for; prints its message if it is none.
fn exit_status(exception: &PyObject) -> i32 {
    flush_stdout();
    let code = match attr_opt(exception, "code") {
        Ok(Some(code)) => code,
        _ => {
            errors::clear();
            exception.to_ref()
        }
    };
    if singletons::is_none(&code) {
        return 0;
    }
    if let Some(number) = code.downcast::<PyLongObject>() {
        return number.to_i64().unwrap_or(-1) as i32;
    }
    match sys::get("stderr").filter(|f| !singletons::is_none(f)) {
        Some(stderr) => {
            match protocol::str(&code) {
                Ok(message) => {
                    if method(&stderr, "write", &[&message]).is_err() {
                        errors::clear();
                    }
                }
                Err(_) => errors::clear(),
            }
            sys::write_text(&stderr, "\n");
        }
        None => {
            if let Ok(message) = protocol::str(&code) {
                eprintln!("{}", message.to_string_lossy());
            }
        }
    }
    1
}

/// Deals with the exception that ended the program: prints it, or takes a SystemExit's status.
pub fn end_of(result: PyResult<()>) -> Outcome {
    if result.is_ok() {
        return Outcome::Status(0);
    }
    if errors::matches(&exceptions::SystemExit) && config::with(|c| c.inspect) == 0 {
        return match errors::fetch_instance() {
            Some(exception) => Outcome::Status(exit_status(&exception)),
            None => Outcome::Status(1),
        };
    }
    let interrupted = errors::matches(&exceptions::KeyboardInterrupt);
    report();
    if interrupted {
        Outcome::Interrupted
    } else {
        Outcome::Status(1)
    }
}

/// Runs the program; `name` is the program's own, for messages.
pub fn run(program: &Program, name: &str, skip_first_line: bool) -> Outcome {
    if let Err(raised) = crate::start::import_site() {
        if errors::matches(&exceptions::SystemExit) {
            return end_of(Err(raised));
        }
        fatal::while_starting(
            "init_import_site: Failed to import the site module",
            "initialized",
        );
        return Outcome::Status(1);
    }
    hotpy_trace::install();
    let stdin = matches!(program, Program::Stdin);
    let result = (stdin.then(|| prepend_path(b"")).unwrap_or(Ok(()))).and_then(|()| {
        interactive::tell_version(stdin);
        interactive::import_readline(stdin)
    });
    let result = match program {
        _ if result.is_err() => result,
        Program::Command(command) => run_command(command),
        Program::Module(module) => {
            let cwd = crate::posix::dirs::current_directory().unwrap_or_else(|_| {
                errors::clear();
                Vec::new()
            });
            prepend_path(&cwd).and_then(|()| run_module(module, true))
        }
        Program::File(path) => match run_file(name, path, skip_first_line) {
            Ok(Some(status)) => return Outcome::Status(status),
            Ok(None) => Ok(()),
            Err(raised) => Err(raised),
        },
        Program::Stdin => run_stdin(),
    };
    let outcome = end_of(result);
    // The program may have asked for it.
    let asked = interactive::variable("PYTHONINSPECT").is_some();
    if (asked || config::with(|c| c.inspect) > 0) && interactive::is_wanted() {
        config::set_inspect(0);
        return end_of(interactive::run_hook().and_then(|()| interactive::run()));
    }
    outcome
}
