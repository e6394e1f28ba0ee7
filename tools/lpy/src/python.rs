//! Ordinary Python code to look at: of source files and of `.pyc` files.

use std::fs;
use std::path::Path;
use std::rc::Rc;

use hotpy_code::disasm::with_nested;
use hotpy_code::{CodeObject, Const, PyStr, marshal};
use hotpy_compiler::{CompileError, Options, compile_source};
use hotpy_dialect::Diagnostic;
use hotpy_dialect::diagnostics::did_you_mean;

use crate::Failure;

/// Whether the file holds ordinary Python, by its name.
pub fn is_python(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "py" || e == "pyc")
}

/// The code of a module, and its source if that is to be had.
pub fn load(path: &Path) -> Result<(Rc<CodeObject>, Option<String>), Failure> {
    let data = fs::read(path).map_err(|e| Failure::file(path, e))?;
    if path.extension().is_some_and(|e| e == "pyc") {
        let code = pyc(&data).map_err(|e| Failure::unable(format!("{}: {e}", path.display())))?;
        let source = code.filename.to_str().map(fs::read);
        let text = source.and_then(Result::ok).map(|b| lines(&b));
        return Ok((code, text));
    }
    let options = Options {
        filename: PyStr::from(path.display().to_string().as_str()),
        ..Options::default()
    };
    match compile_source(&data, &options) {
        Ok(compiled) => Ok((Rc::new(compiled.code), Some(lines(&data)))),
        Err(e) => Err(Failure::Wrong(error(path, e))),
    }
}

/// Source text with Python's line ends.
fn lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn pyc(data: &[u8]) -> Result<Rc<CodeObject>, String> {
    let magic: [u8; 4] = match data.get(..4).and_then(|m| m.try_into().ok()) {
        Some(magic) if data.len() >= marshal::PYC_HEADER => magic,
        _ => return Err("too short for a .pyc file".into()),
    };
    if magic != marshal::PYC_MAGIC {
        let number = |m: [u8; 4]| u16::from_le_bytes([m[0], m[1]]);
        return Err(match magic[2..] == *b"\r\n" {
            true => format!(
                "compiled by another version of Python (magic number {}, not {})",
                number(magic),
                number(marshal::PYC_MAGIC)
            ),
            false => "not a .pyc file".into(),
        });
    }
    match marshal::loads(&data[marshal::PYC_HEADER..]) {
        Ok(Const::Code(code)) => Ok(code),
        Ok(_) => Err("holds no code".into()),
        Err(e) => Err(format!("damaged: {e}")),
    }
}

fn error(path: &Path, e: CompileError) -> String {
    let path = path.display().to_string();
    let CompileError::Syntax(e) = e else {
        return Diagnostic::of_file(&path, e.to_string()).to_string();
    };
    let at = |n: Option<i32>| n.unwrap_or(0).max(0) as u32;
    let message = format!("{}: {}", e.kind.name(), e.msg);
    let text = e.text.as_deref().unwrap_or("").trim_end().to_owned();
    if at(e.line) == 0 {
        return Diagnostic::of_file(&path, message).to_string();
    }
    let col = at(e.col).max(1);
    let end = if e.end_line == e.line {
        at(e.end_col)
    } else {
        0
    };
    Diagnostic {
        path,
        line: at(e.line),
        col,
        width: end.saturating_sub(col).max(1),
        message,
        help: None,
        text,
    }
    .to_string()
}

/// The code of this qualified name in a module.
pub fn find(code: &CodeObject, name: &str) -> Result<Rc<CodeObject>, Failure> {
    let all = with_nested(code);
    let nested = all.iter().flat_map(|c| &c.consts);
    let found = nested.filter_map(|c| match c {
        Const::Code(c) if c.qualname.to_str() == Some(name) => Some(c.clone()),
        _ => None,
    });
    found.into_iter().next().ok_or_else(|| {
        let names = all[1..].iter().filter_map(|c| c.qualname.to_str());
        let help =
            did_you_mean(name, names, "").map_or(String::new(), |h| format!("\n  help: {h}"));
        Failure::unable(format!("no code `{name}`{help}"))
    })
}
