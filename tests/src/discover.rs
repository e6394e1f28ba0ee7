//! Finding the test programs.
//!
//! `programs/AREA/NAME.py` is a program; beside it may lie `NAME.args` (one argument a line) and `NAME.stdin`.
//! `programs/AREA/NAME.toml` lists whole command lines instead: `[[run]]` tables with `args`, and `stdin` if wanted.
//! Folders below an area hold modules for its programs to import, and files for its command lines to name.
//! `recursion/NAME.py`, with the expected output in `NAME.out`, runs under hotpy alone.

use std::fs;
use std::path::{Path, PathBuf};

/// One invocation of the interpreter: what follows its options, and its standard input.
#[derive(Clone, Debug)]
pub struct Invocation {
    pub args: Vec<String>,
    pub stdin: Vec<u8>,
}

/// A test program: a source file, or a list of command lines.
#[derive(Clone, Debug)]
pub struct Program {
    /// `programs/AREA/NAME` or `recursion/NAME`.
    pub name: String,
    pub file: PathBuf,
    /// Where it runs: its own folder.
    pub cwd: PathBuf,
    pub runs: Vec<Invocation>,
}

/// The folder `tests/` of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All programs of `tests/programs`, sorted by name.
pub fn programs() -> Result<Vec<Program>, String> {
    let mut found = Vec::new();
    for area in entries(&root().join("programs"))? {
        if !area.is_dir() {
            continue;
        }
        for file in entries(&area)? {
            let area_name = file_name(&area);
            match file.extension().and_then(|e| e.to_str()) {
                Some("py") => found.push(source_program(&format!("programs/{area_name}"), &file)?),
                Some("toml") => found.push(command_lines(&format!("programs/{area_name}"), &file)?),
                _ => {}
            }
        }
    }
    Ok(found)
}

/// The programs of the speed table, small: `bench/NAME.args` has the size.
pub fn bench() -> Result<Vec<Program>, String> {
    let files = entries(&root().join("bench"))?;
    files
        .iter()
        .filter(|f| f.extension().is_some_and(|e| e == "py"))
        .map(|f| source_program("bench", f))
        .collect()
}

/// All programs of `tests/recursion`, sorted by name.
pub fn recursion() -> Result<Vec<Program>, String> {
    sources("recursion")
}

/// The programs right in a folder of `tests`, sorted by name.
pub fn sources(folder: &str) -> Result<Vec<Program>, String> {
    let files = entries(&root().join(folder))?;
    files
        .iter()
        .filter(|f| f.extension().is_some_and(|e| e == "py"))
        .map(|f| source_program(folder, f))
        .collect()
}

fn source_program(folder: &str, file: &Path) -> Result<Program, String> {
    let mut args = vec![file_name(file)];
    if let Ok(text) = fs::read_to_string(file.with_extension("args")) {
        args.extend(text.lines().map(String::from));
    }
    let stdin = fs::read(file.with_extension("stdin")).unwrap_or_default();
    Ok(Program {
        name: format!("{folder}/{}", stem(file)),
        file: file.to_path_buf(),
        cwd: file.parent().unwrap_or(Path::new(".")).to_path_buf(),
        runs: vec![Invocation { args, stdin }],
    })
}

fn command_lines(folder: &str, file: &Path) -> Result<Program, String> {
    let bad = |what: &str| format!("{}: {what}", file.display());
    let text = fs::read_to_string(file).map_err(|e| bad(&e.to_string()))?;
    let table: toml::Table = text
        .parse()
        .map_err(|e: toml::de::Error| bad(&e.to_string()))?;
    let runs = table
        .get("run")
        .and_then(|r| r.as_array())
        .ok_or_else(|| bad("no [[run]]"))?;
    let mut invocations = Vec::new();
    for run in runs {
        let args = run
            .get("args")
            .and_then(|a| a.as_array())
            .ok_or_else(|| bad("a [[run]] without args"))?;
        let args: Option<Vec<String>> = args.iter().map(|a| a.as_str().map(String::from)).collect();
        let stdin = run.get("stdin").and_then(|s| s.as_str()).unwrap_or("");
        invocations.push(Invocation {
            args: args.ok_or_else(|| bad("args must be strings"))?,
            stdin: stdin.as_bytes().to_vec(),
        });
    }
    Ok(Program {
        name: format!("{folder}/{}", stem(file)),
        file: file.to_path_buf(),
        cwd: file.parent().unwrap_or(Path::new(".")).to_path_buf(),
        runs: invocations,
    })
}

/// The entries of a folder, sorted.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let list = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut paths: Vec<PathBuf> = list.filter_map(|e| e.ok()).map(|e| e.path()).collect();
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
