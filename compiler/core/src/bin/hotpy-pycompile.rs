//! Compiles Python files and writes marshalled code objects, for comparison with CPython's (`tests/compiler/compare.py`).
//!
//! `hotpy-pycompile [-O LEVEL] [-m MODE] FILE...` lists the code as `dis` would. With `-` instead of files it reads paths from
//! standard input (a path, a tab and another path: the second holds the text of the first in UTF-8) and writes, for each, a byte (0 code, 1 error), a 32-bit little-endian size, and marshalled code or the error's
//! text; below that, of a syntax error, tab-separated: exception, line, column, end line, end column, stage, source line.

use hotpy_code::{Const, PyStr, disasm, marshal};
use hotpy_compiler::{CompileError, Encoding, Mode, Options, compile_source};
use std::ffi::OsStr;
use std::io::{self, BufRead, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;

/// Compiles a file; `text` is where its text is, in UTF-8, if not in the file itself.
fn compile(
    path: &Path,
    text: Option<&Path>,
    options: &Options,
) -> Result<Rc<hotpy_code::CodeObject>, String> {
    let source = std::fs::read(text.unwrap_or(path)).map_err(|e| e.to_string())?;
    let options = Options {
        filename: PyStr(path.as_os_str().as_bytes().into()),
        encoding: text.map(|_| Encoding::Utf8),
        ..options.clone()
    };
    match compile_source(&source, &options) {
        Ok(compiled) => Ok(Rc::new(compiled.code)),
        Err(e) => Err(describe(&e)),
    }
}

fn describe(error: &CompileError) -> String {
    let CompileError::Syntax(e) = error else {
        return error.to_string();
    };
    let number = |n: Option<i32>| n.map_or("None".to_owned(), |n| n.to_string());
    let place = [e.line, e.col, e.end_line, e.end_col]
        .map(number)
        .join("\t");
    format!(
        "{error}\n{}\t{place}\t{:?}\t{}",
        e.kind.name(),
        e.origin,
        e.text.as_deref().unwrap_or("")
    )
}

fn serve(options: &Options) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().split(b'\n') {
        let line = line?;
        let mut paths = line
            .split(|&b| b == b'\t')
            .map(|p| Path::new(OsStr::from_bytes(p)));
        let path = paths.next().unwrap_or(Path::new(""));
        let (status, payload) = match compile(path, paths.next(), options) {
            Ok(code) => (0, marshal::dumps(&Const::Code(code))),
            Err(message) => (1, message.into_bytes()),
        };
        out.write_all(&[status])?;
        out.write_all(&(payload.len() as u32).to_le_bytes())?;
        out.write_all(&payload)?;
        out.flush()?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let mut files = Vec::new();
    let mut options = Options::default();
    let mut args = std::env::args_os().skip(1);
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("-O") => {
                options.optimize = args
                    .next()
                    .and_then(|a| a.to_str()?.parse().ok())
                    .unwrap_or(0)
            }
            Some("-m") => {
                options.mode = match args.next().as_ref().and_then(|a| a.to_str()) {
                    Some("eval") => Mode::Eval,
                    Some("single") => Mode::Single,
                    _ => Mode::Exec,
                }
            }
            _ => files.push(arg),
        }
    }
    if files.is_empty() {
        eprintln!("usage: hotpy-pycompile [-O LEVEL] [-m exec|eval|single] (FILE... | -)");
        return ExitCode::from(2);
    }
    if files == ["-"] {
        return match serve(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => {
                eprintln!("hotpy-pycompile: {e}");
                ExitCode::FAILURE
            }
        };
    }
    let mut status = ExitCode::SUCCESS;
    for file in &files {
        match compile(Path::new(file), None, &options) {
            Ok(code) => print!("{}", disasm::disassemble(&code)),
            Err(message) => {
                eprintln!("{message}");
                status = ExitCode::FAILURE;
            }
        }
    }
    status
}
