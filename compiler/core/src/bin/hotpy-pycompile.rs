//! Compiles Python files and writes marshalled code objects, for comparison with CPython's (`tests/compiler/compare.py`).
//!
//! `hotpy-pycompile [-O LEVEL] FILE...` lists the code as `dis` would. `hotpy-pycompile [-O LEVEL] -` reads paths from standard
//! input and writes, for each, a byte (0 code, 1 error), a 32-bit little-endian size, and marshalled code or the error's text.

use hotpy_code::{Const, PyStr, disasm, marshal};
use hotpy_compiler::{Options, compile_source};
use std::io::{self, BufRead, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;

fn compile(path: &Path, optimize: u8) -> Result<Rc<hotpy_code::CodeObject>, String> {
    let source = std::fs::read(path).map_err(|e| e.to_string())?;
    let options = Options {
        filename: PyStr(path.as_os_str().as_bytes().into()),
        optimize,
        ..Options::default()
    };
    match compile_source(&source, &options) {
        Ok(compiled) => Ok(Rc::new(compiled.code)),
        Err(e) => Err(e.to_string()),
    }
}

fn serve(optimize: u8) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for path in io::stdin().lock().split(b'\n') {
        let path = path?;
        let (status, payload) = match compile(Path::new(std::ffi::OsStr::from_bytes(&path)), optimize) {
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
    let mut files: Vec<_> = std::env::args_os().skip(1).collect();
    let mut optimize = 0;
    if files.len() > 1 && files[0] == "-O" {
        optimize = files[1].to_str().and_then(|level| level.parse().ok()).unwrap_or(0);
        files.drain(..2);
    }
    if files.is_empty() {
        eprintln!("usage: hotpy-pycompile [-O LEVEL] (FILE... | -)");
        return ExitCode::from(2);
    }
    if files == ["-"] {
        return match serve(optimize) {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => {
                eprintln!("hotpy-pycompile: {e}");
                ExitCode::FAILURE
            }
        };
    }
    let mut status = ExitCode::SUCCESS;
    for file in &files {
        match compile(Path::new(file), optimize) {
            Ok(code) => print!("{}", disasm::disassemble(&code)),
            Err(message) => {
                eprintln!("{message}");
                status = ExitCode::FAILURE;
            }
        }
    }
    status
}
