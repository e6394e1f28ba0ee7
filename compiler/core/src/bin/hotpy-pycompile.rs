//! Compiles Python files and writes marshalled code objects, for comparison with CPython's (`tests/compiler/compare.py`).
//!
//! `hotpy-pycompile [-O LEVEL] [-m MODE] FILE...` lists the code as `dis` would. With `-` instead of files it reads paths from
//! standard input (a path, a tab and another path: the second holds the text of the first in UTF-8) and writes, for each, a byte (0 code, 1 error), a 32-bit little-endian size, and marshalled code or the error's
//! text; below that, of a syntax error, tab-separated: exception, line, column, end line, end column, stage, source line.
//!
//! With `-s` it reads sources instead of paths: a byte for the mode (0 exec, 1 eval, 2 single; plus 4 if the source counts as
//! decoded text), a 32-bit little-endian size, the source. Of code only its warnings are written, one a line: category, line,
//! column, text.

use hotpy_code::{Const, PyStr, disasm, marshal};
use hotpy_compiler::errors::Origin;
use hotpy_compiler::{CompileError, Encoding, Mode, Options, Warning, compile_source};
use std::ffi::OsStr;
use std::io::{self, BufRead, Read, Write};
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

/// Answers sources, as paths are answered.
fn serve_sources(options: &Options) -> io::Result<()> {
    let (mut input, mut out) = (io::stdin().lock(), io::stdout().lock());
    let mut head = [0; 5];
    while input.read_exact(&mut head).is_ok() {
        let size = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
        let mut source = vec![0; size as usize];
        input.read_exact(&mut source)?;
        let options = Options {
            filename: PyStr(b"<source>"[..].into()),
            mode: match head[0] & 3 {
                0 => Mode::Exec,
                1 => Mode::Eval,
                _ => Mode::Single,
            },
            encoding: Some(if head[0] & 4 != 0 {
                Encoding::Utf8
            } else {
                Encoding::Detect
            }),
            ..options.clone()
        };
        let (status, payload) = match compile_source(&source, &options) {
            Ok(compiled) => {
                let warning = |w: &Warning| {
                    let (line, col) = (w.loc.line, w.loc.col + 1);
                    format!("{:?}\t{line}\t{col}\t{}\n", w.kind, w.msg)
                };
                (0, compiled.warnings.iter().map(warning).collect())
            }
            Err(e) => (1, describe(&e)),
        };
        out.write_all(&[status])?;
        out.write_all(&(payload.len() as u32).to_le_bytes())?;
        out.write_all(payload.as_bytes())?;
        out.flush()?;
    }
    Ok(())
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
        "{error}\n{}\t{place}\t{}\t{}",
        e.kind.name(),
        match (e.origin, &e.text) {
            (Origin::Parser, Some(_)) => "Parser",
            _ => "Compiler",
        },
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

fn finish(result: io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("hotpy-pycompile: {e}");
            ExitCode::FAILURE
        }
    }
}

fn main() -> ExitCode {
    let mut sources = false;
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
            Some("-s") => sources = true,
            _ => files.push(arg),
        }
    }
    if sources {
        return finish(serve_sources(&options));
    }
    if files.is_empty() {
        eprintln!("usage: hotpy-pycompile [-O LEVEL] [-m exec|eval|single] (FILE... | - | -s)");
        return ExitCode::from(2);
    }
    if files == ["-"] {
        return finish(serve(&options));
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
