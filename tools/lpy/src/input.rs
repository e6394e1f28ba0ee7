//! Surrogates to look at: baked ones, those of `.lpy` files, those of blobs.

use std::fs;
use std::path::{Path, PathBuf};

use hotpy_code::blob::{self, Blob, Surrogate};
use hotpy_dialect::diagnostics::did_you_mean;
use hotpy_dialect::{File, compile, render, signature};

use crate::Failure;

/// A blob, and the sources of its surrogates as far as they are known: path and text.
pub struct Surrogates {
    pub blob: Blob,
    pub sources: Vec<(String, String)>,
}

impl Surrogates {
    /// Names in the order of their numbers.
    pub fn names(&self) -> Vec<&str> {
        let own = self.blob.surrogates.iter().map(|s| s.name.as_str());
        own.chain(self.blob.imports.iter().map(String::as_str))
            .collect()
    }

    pub fn source(&self, s: &Surrogate) -> Option<&str> {
        let path = s.code.filename.to_str().unwrap_or("");
        let found = self.sources.iter().find(|(p, _)| p == path);
        found.map(|(_, text)| text.as_str())
    }

    /// The surrogate of this name.
    pub fn find(&self, name: &str) -> Result<&Surrogate, Failure> {
        let all = &self.blob.surrogates;
        all.iter().find(|s| s.name == name).ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|s| s.name.as_str()).collect();
            let near = did_you_mean(name, names.iter().copied(), "");
            let help = near.unwrap_or_else(|| format!("there are {}", names.join(", ")));
            Failure::unable(format!("no surrogate `{name}`\n  help: {help}"))
        })
    }
}

/// The surrogates that this tool was built with.
pub fn baked() -> Result<Surrogates, Failure> {
    let owned = |(p, s): &(&str, &str)| (p.to_string(), s.to_string());
    Ok(Surrogates {
        blob: blob::read(hotpy_surrogates::BLOB).map_err(Failure::unable)?,
        sources: hotpy_surrogates::SOURCES.iter().map(owned).collect(),
    })
}

/// Compiles files together, against the baked surrogates.
pub fn compile_files(paths: &[PathBuf]) -> Result<Surrogates, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let bytes = fs::read(path).map_err(|e| Failure::file(path, e))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::unable(format!("{}: not UTF-8", path.display())))?;
        files.push(File::new(path.display().to_string(), text));
    }
    let elsewhere: Vec<_> = baked()?.blob.surrogates.iter().map(signature).collect();
    match compile(&files, &elsewhere) {
        Ok(blob) => Ok(Surrogates {
            blob,
            sources: files.into_iter().map(|f| (f.path, f.source)).collect(),
        }),
        Err(errors) => {
            let n = errors.len();
            let end = format!("\n{n} error{}\n", if n == 1 { "" } else { "s" });
            Err(Failure::Wrong(render(&errors) + &end))
        }
    }
}

/// The surrogates of a `.lpy` file, or of a blob.
pub fn load(path: &Path) -> Result<Surrogates, Failure> {
    if !path.extension().is_some_and(|e| e == "blob") {
        return compile_files(&[path.to_path_buf()]);
    }
    let data = fs::read(path).map_err(|e| Failure::file(path, e))?;
    let blob =
        blob::read(&data).map_err(|e| Failure::unable(format!("{}: {e}", path.display())))?;
    let mut sources: Vec<(String, String)> = Vec::new();
    for s in &blob.surrogates {
        let path = s.code.filename.to_str().unwrap_or("");
        if sources.iter().any(|(p, _)| p == path) {
            continue;
        }
        // Where the file is gone, the listing is without source lines.
        if let Ok(text) = fs::read_to_string(path) {
            sources.push((path.to_owned(), text));
        }
    }
    Ok(Surrogates { blob, sources })
}
