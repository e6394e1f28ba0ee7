//! Errors, warnings and acceptance of programs are CPython's: a small, fixed part of what `tests/compiler/errors.py` and
//! `fuzz.py` compare.

use std::path::Path;
use std::process::Command;

fn run(script: &str, args: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/compiler");
    let python = std::env::var("PYTHON311").unwrap_or("python3.11".into());
    let out = Command::new(python)
        .arg(folder.join(script))
        .args(args)
        .args(["--binary", env!("CARGO_BIN_EXE_hotpy-pycompile")])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python3.11 runs");
    let (said, complained) = (
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr),
    );
    assert!(out.status.success(), "{script}:\n{said}{complained}");
}

#[test]
fn errors_and_warnings() {
    run("errors.py", &["--quick", "-v"]);
}

#[test]
fn fuzzing() {
    run("fuzz.py", &["--grammar", "1500", "--bytes", "2000"]);
}

#[test]
fn limits() {
    run("limits.py", &["--quick"]);
}
