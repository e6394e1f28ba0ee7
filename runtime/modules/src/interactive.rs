//! The interactive prompt: what comes before it (version, start-up file, history and completion of `readline`), and its loop.
//!
//! A statement ends where it is complete, one with a block at an empty line. Lines of a terminal come through `readline`'s hook.

use crate::engine::{self, Mode};
use crate::run::{main_dict, report};
use crate::support::*;
use crate::{config, sys};
use hotpy_objects::*;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Whether standard input is somebody typing, or shall be taken for that (`-i`).
pub fn is_wanted() -> bool {
    // SAFETY: a plain system call.
    unsafe { libc::isatty(0) == 1 || config::with(|c| c.interactive) > 0 }
}

/// A variable of the environment that is set to something, unless the environment is to be ignored.
pub fn variable(name: &str) -> Option<OsString> {
    if config::with(|c| c.ignore_environment) {
        return None;
    }
    std::env::var_os(name).filter(|v| !v.is_empty())
}

/// Tells what is running before a prompt, and always if told to tell much.
pub fn tell_version(stdin: bool) {
    let (quiet, verbose, site) = config::with(|c| (c.quiet, c.verbose > 0, !c.no_site));
    if quiet || !verbose && !(stdin && is_wanted()) {
        return;
    }
    eprintln!("Python {} on linux", sys::version());
    if site {
        eprintln!("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.");
    }
}

/// Imports `readline` and the completion where a prompt may come, if there are such modules.
pub fn import_readline(stdin: bool) -> PyResult<()> {
    if config::with(|c| c.isolated || c.inspect == 0 && !stdin) {
        return Ok(());
    }
    for module in ["readline", "rlcompleter"] {
        if crate::import::import_module(module).is_err() {
            errors::clear();
        }
    }
    Ok(())
}

/// What goes wrong before the prompt is told; a SystemExit goes on.
fn told(result: PyResult<()>, what: &str) -> PyResult<()> {
    if result.is_ok() {
        return Ok(());
    }
    if let Some(stderr) = sys::get("stderr").filter(|f| !singletons::is_none(f)) {
        let pending = errors::fetch();
        sys::write_text(&stderr, what);
        if let Some(pending) = pending {
            errors::restore(pending);
        }
    }
    if errors::matches(&exceptions::SystemExit) {
        return Err(Raised);
    }
    report();
    Ok(())
}

/// Runs the file that PYTHONSTARTUP names in `__main__`. SystemExit.
pub fn run_startup_file() -> PyResult<()> {
    let Some(path) = variable("PYTHONSTARTUP") else {
        return Ok(());
    };
    let filename = str_::decode_fs(path.as_bytes())?;
    sys::audit("cpython.run_startup", &[&filename])?;
    let source = match std::fs::read(&path) {
        Ok(source) => source,
        Err(error) => {
            // SAFETY: always a valid address.
            unsafe { *libc::__errno_location() = error.raw_os_error().unwrap_or(0) };
            let failed = errors::raise_errno(Some(&filename), None);
            return told(Err(failed), "Could not open PYTHONSTARTUP\n");
        }
    };
    let namespace = main_dict()?;
    namespace.set_text("__file__", &filename)?;
    namespace.set_text("__cached__", &singletons::_Py_NoneStruct)?;
    let ran = engine::compile_file(&source, &filename)
        .and_then(|code| engine::exec(&code, &namespace, &namespace, None));
    let ended = told(ran.map(drop), "");
    for name in ["__file__", "__cached__"] {
        if namespace.get_text(name).is_some() {
            namespace.del_item(&*text(name)?)?;
        }
    }
    ended
}

/// Calls `sys.__interactivehook__`, by which `site` sets history and completion up. SystemExit.
pub fn run_hook() -> PyResult<()> {
    let Some(hook) = sys::get("__interactivehook__") else {
        return Ok(());
    };
    let ran = sys::audit("cpython.run_interactivehook", &[&hook])
        .and_then(|()| call::call0(&hook).map(drop));
    told(ran, "Failed calling sys.__interactivehook__\n")
}

/// What `sys.ps1` or `ps2` shows now.
fn prompt(name: &str) -> String {
    let shown = sys::get(name).map(|prompt| protocol::str(&prompt));
    match shown {
        Some(Ok(text)) => text.to_string_lossy(),
        Some(Err(Raised)) => {
            errors::clear();
            String::new()
        }
        None => String::new(),
    }
}

/// Statements typed in, one after the other.
pub struct Session {
    /// A stream of C code's, or standard input.
    file: Option<*mut libc::FILE>,
    filename: Ref<Str>,
    /// Flags of the compiler; what `from __future__ import` switches on comes to them.
    pub flags: i32,
}

impl Session {
    pub fn new(file: Option<*mut libc::FILE>, filename: Ref<Str>, flags: i32) -> Session {
        Session {
            file,
            filename,
            flags,
        }
    }

    /// The next line with its end; empty at the end of input. KeyboardInterrupt.
    fn next_line(&self, prompt: &str) -> PyResult<String> {
        let line = match self.file {
            Some(file) => {
                eprint!("{prompt}");
                crate::thread::without_gil(|| crate::readline::rest_of_line(file))
                    .unwrap_or_default()
            }
            None if crate::readline::is_terminal() => crate::readline::line(prompt.as_bytes())?,
            None => {
                eprint!("{prompt}");
                let mut line = String::new();
                let _ = std::io::stdin().read_line(&mut line);
                return Ok(line);
            }
        };
        Ok(String::from_utf8_lossy(&line).into_owned())
    }

    fn compile(&self, source: &str, flags: i32) -> PyResult<Ref<PyCodeObject>> {
        let (source, flags) = (source.as_bytes(), flags | self.flags);
        engine::compile(source, true, &self.filename, Mode::Single, flags, -1)
    }

    /// Reads a statement, and runs it in `__main__`: false at the end of input. Whatever it raises, or its syntax.
    pub fn one(&mut self) -> PyResult<bool> {
        let mut pending = String::new();
        loop {
            let shown = prompt(if pending.is_empty() { "ps1" } else { "ps2" });
            let line = match self.next_line(&shown) {
                Ok(line) => line,
                Err(raised) => {
                    // Below what was being typed.
                    eprintln!();
                    return Err(raised);
                }
            };
            if line.is_empty() {
                match sys::get("stderr").filter(|f| !singletons::is_none(f)) {
                    Some(stderr) => sys::write_text(&stderr, "\n"),
                    None => eprintln!(),
                }
                if pending.is_empty() {
                    return Ok(false);
                }
            }
            let is_blank = line.trim().is_empty();
            // A comment by itself is no statement either.
            if pending.is_empty() && (is_blank || line.trim_start().starts_with('#')) {
                continue;
            }
            pending.push_str(&line);
            if !is_blank && is_compound(&pending) {
                // It goes on to a blank line, unless there is an error already.
                match self.compile(&pending, PARTIAL) {
                    Ok(_) => continue,
                    Err(_) if is_incomplete() => continue,
                    Err(raised) => return Err(raised),
                }
            }
            let flags = if line.is_empty() { 0 } else { PARTIAL };
            let code = match self.compile(&pending, flags) {
                Ok(code) => code,
                Err(raised) => {
                    let more = !is_blank || !is_compound(&pending);
                    if is_incomplete() && (more || is_open(&pending, &self.filename)) {
                        continue;
                    }
                    // A blank line ends a block that is none.
                    return Err(raised);
                }
            };
            self.flags |= code.public_flags() & FUTURE;
            let namespace = main_dict()?;
            let ran = engine::exec(&code, &namespace, &namespace, None);
            if ran.is_ok() {
                crate::stdio::flush();
            }
            return ran.map(|_| true);
        }
    }

    /// All statements; `raised` deals with what they raise, and may end the session.
    pub fn all(&mut self, raised: impl Fn() -> PyResult<()>) -> PyResult<()> {
        for (name, prompt) in [("ps1", ">>> "), ("ps2", "... ")] {
            if sys::get(name).is_none() {
                sys::set(name, &*text(prompt)?)?;
            }
        }
        // Without memory for anything the session ends after some tries.
        let mut in_need = 0;
        loop {
            match text("<stdin>").and_then(|_| self.one()) {
                Ok(true) => in_need = 0,
                Ok(false) => return Ok(()),
                Err(Raised) => {
                    in_need = match errors::matches(&exceptions::MemoryError) {
                        true => in_need + 1,
                        false => 0,
                    };
                    if in_need > PATIENCE {
                        return Err(Raised);
                    }
                    raised()?;
                    crate::stdio::flush();
                }
            }
        }
    }
}

/// Reads and runs statements from standard input up to its end. SystemExit.
pub fn run() -> PyResult<()> {
    Session::new(None, str_::new("<stdin>")?, 0).all(|| {
        if errors::matches(&exceptions::SystemExit) && config::with(|c| c.inspect) == 0 {
            return Err(Raised);
        }
        report();
        Ok(())
    })
}

/// So many statements in a row may fail for want of memory.
const PATIENCE: i32 = 16;

/// The flags of code that stand for features of `__future__`.
pub const FUTURE: i32 = 0x1fe_0000;

/// What is typed in may end too early: `PyCF_ALLOW_INCOMPLETE_INPUT` and `PyCF_DONT_IMPLY_DEDENT`.
const PARTIAL: i32 = 0x4200;

/// Whether a statement typed in begins a block.
fn is_compound(text: &str) -> bool {
    const WORDS: [&str; 10] = [
        "if", "while", "for", "try", "with", "def", "class", "async", "match", "@",
    ];
    let first = text.trim_start();
    let word: &str = match first.strip_prefix('@') {
        Some(_) => "@",
        None => first
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .unwrap_or(""),
    };
    // `match` may be a name.
    let is_block = word != "match"
        || first
            .lines()
            .next()
            .is_some_and(|l| l.trim_end().ends_with(':'));
    WORDS.contains(&word) && is_block
}

/// Whether the text ends within brackets or a string; else its syntax error is left set.
fn is_open(text: &str, filename: &Str) -> bool {
    let compiled = engine::compile(text.as_bytes(), true, filename, Mode::Single, 0, -1);
    let Some(error) = compiled.is_err().then(errors::fetch_instance).flatten() else {
        return false;
    };
    let open = protocol::str(&error).is_ok_and(|m| {
        let text = m.to_string_lossy();
        text.contains("was never closed") || text.contains("unterminated triple-quoted")
    });
    if !open {
        errors::restore_instance(error);
    }
    open
}

/// Whether the syntax error that is set only says that the text ended too early. Clears it if so.
fn is_incomplete() -> bool {
    let Some(error) = errors::fetch_instance() else {
        return false;
    };
    let early =
        protocol::str(&error).is_ok_and(|m| m.to_string_lossy().starts_with("incomplete input"));
    if !early {
        errors::restore_instance(error);
    }
    early
}
