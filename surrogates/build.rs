//! Compiles all `*.lpy` here into one blob. An error in one of them fails the build with its diagnostics.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use hotpy_code::blob;
use hotpy_dialect::{File, compile, render};

fn main() -> ExitCode {
    match build() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("surrogates: {e}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> io::Result<bool> {
    let dir = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed={}", dir.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(&dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "lpy") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut files = Vec::new();
    let mut sources = String::from("&[\n");
    for path in &paths {
        let name = Path::new("surrogates").join(path.file_name().unwrap_or_default());
        let name = name.display().to_string();
        sources.push_str(&format!(
            "    ({name:?}, include_str!({:?})),\n",
            path.display().to_string()
        ));
        files.push(File::new(name, fs::read_to_string(path)?));
    }
    sources.push_str("]\n");
    match compile(&files, &[]) {
        Ok(blob) => {
            fs::write(out.join("surrogates.blob"), blob::write(&blob))?;
            fs::write(out.join("sources.rs"), sources)?;
            Ok(true)
        }
        Err(errors) => {
            eprint!("{}", render(&errors));
            Ok(false)
        }
    }
}
