//! Our parser against `rustpython-parser`: both must make the same code of the library that CPython has installed. And against `diagnose`,
//! which must find nothing wrong with it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use hotpy_code::{Const, marshal};
use hotpy_compiler::ast::Names;
use hotpy_compiler::source::Source;
use hotpy_compiler::{CompileError, Encoding, Options, compile_ast, compile_source, parse};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = folder.read_dir() else {
        return;
    };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.ends_with("site-packages") && !path.ends_with("test") {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "py") {
            found.push(path);
        }
    }
}

type Parse = fn(&str, &mut parse::Context<'_>) -> Result<hotpy_compiler::ast::Module, CompileError>;

fn code(text: &str, parse: Parse) -> Result<Vec<u8>, String> {
    let mut names = Names::with_hasher(Default::default());
    let module = parse(text, &mut parse::Context::new(&mut names)).map_err(|e| e.to_string())?;
    let compiled = compile_ast(module, &mut names, &Options::default(), None);
    let code = compiled.map_err(|e| e.to_string())?.code;
    Ok(marshal::dumps(&Const::Code(Rc::new(code))))
}

#[test]
fn same_trees() {
    let library = Command::new("python3.11")
        .args([
            "-c",
            "import sysconfig; print(sysconfig.get_path('stdlib'), end='')",
        ])
        .output();
    let Ok(library) = library else {
        return;
    };
    let mut found = Vec::new();
    sources(
        Path::new(&String::from_utf8_lossy(&library.stdout).into_owned()),
        &mut found,
    );
    let mut compared = 0;
    // Every fourth: the others are compared with CPython's code anyway.
    for path in found.iter().step_by(4) {
        let Ok(bytes) = std::fs::read(path) else {
            continue;
        };
        let Ok(source) = Source::decode(&bytes, Encoding::Detect) else {
            continue;
        };
        let ours = code(&source.text, |text, cx| {
            parse::parse(text, hotpy_compiler::Mode::Exec, cx)
        });
        let theirs = code(&source.text, parse::parse_dialect);
        assert!(ours == theirs, "{}", path.display());
        // With a byte that is not UTF-8 in it, `diagnose` is asked, too.
        let marked = [source.text.as_bytes(), b"# \xff\n"].concat();
        let read_twice = compile_source(&marked, &Options::default());
        assert!(ours.is_ok() == read_twice.is_ok(), "{}", path.display());
        compared += 1;
    }
    assert!(compared > 100 || found.is_empty());
}
