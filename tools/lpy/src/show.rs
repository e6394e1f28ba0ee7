//! Listings of compiled surrogates.

use std::fmt::Write as _;
use std::io::Write as _;

use hotpy_code::blob::{Blob, Surrogate};
use hotpy_code::disasm::{Annotate, disassemble_annotated};
use hotpy_dialect::diagnostics::did_you_mean;
use hotpy_isa::{Effects, Ty};

/// Prints `text`; a reader that stops reading is no error.
pub fn page(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// The surrogate of this name.
pub fn find<'a>(blob: &'a Blob, name: &str) -> Result<&'a Surrogate, String> {
    blob.surrogates
        .iter()
        .find(|s| s.name == name)
        .ok_or_else(|| {
            let names: Vec<&str> = blob.surrogates.iter().map(|s| s.name.as_str()).collect();
            let near = did_you_mean(name, names.iter().copied(), "");
            let help = near.unwrap_or_else(|| format!("there are {}", names.join(", ")));
            format!("lpy: no surrogate `{name}`\n  help: {help}")
        })
}

/// The code of one surrogate, or of all, with the source lines from `sources` (path and text).
pub fn listing(
    blob: &Blob,
    sources: &Vec<(String, String)>,
    name: Option<&str>,
) -> Result<String, String> {
    let chosen: Vec<&Surrogate> = match name {
        Some(name) => vec![find(blob, name)?],
        None => blob.surrogates.iter().collect(),
    };
    let own = blob.surrogates.iter().map(|s| s.name.as_str());
    let names: Vec<&str> = own.chain(blob.imports.iter().map(String::as_str)).collect();
    let mut out = String::new();
    for (i, s) in chosen.into_iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let path = s.code.filename.to_str().unwrap_or("");
        let _ = writeln!(out, "{} ({path}:{})", s.name, s.code.firstlineno);
        for r in &s.replaces {
            let _ = writeln!(out, "replaces {r}");
        }
        if s.recursion > 0 {
            let _ = writeln!(out, "counts as {} calls deep", s.recursion);
        }
        if s.effects != Effects::ANY.union(Effects::CONTROL) {
            let _ = writeln!(out, "effects: {}", s.effects.describe());
        }
        if s.returns != Ty::Any {
            let _ = writeln!(out, "answers {}", s.returns.name());
        }
        let notes = Annotate {
            source: sources
                .iter()
                .find(|(p, _)| p == path)
                .map(|(_, s)| s.as_str()),
            surrogates: &names,
        };
        out.push_str(&disassemble_annotated(&s.code, notes));
    }
    Ok(out)
}
