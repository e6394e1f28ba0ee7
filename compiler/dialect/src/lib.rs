//! Low-level Python: files of surrogates (`*.lpy`) to verified code objects and blobs.
//!
//! Four steps: `lexer` finds the `$` syntax and rewrites it in place to Python; `hotpy-compiler` parses; `declare` reads what is
//! declared beside each function; `check` walks every path of every function for the dialect's rules; `compile` hooks into
//! `hotpy-compiler`'s code generation. All files that call each other are compiled together ([`compile`]), because a
//! surrogate's number is its place among all names.

#![forbid(unsafe_code)]

mod check;
mod compile;
pub mod declare;
pub mod diagnostics;
pub mod lexer;
mod recover;

use std::collections::{HashMap, HashSet};

use hotpy_code::blob::{self, Asks, Blob, Replaces, Surrogate};
use hotpy_compiler::CompileError;
use hotpy_compiler::ast::{Module, Names};
use hotpy_isa::{Effects, Ty};

pub use declare::Signature;
pub use diagnostics::{Diagnostic, render};
pub use hotpy_isa::{constants, fields};

/// The surrogate that `obj$attr` calls.
pub const LOAD_SPECIAL: &str = "load_special";

/// A source file.
#[derive(Clone, Debug)]
pub struct File {
    /// As it shall appear in messages and in `co_filename`.
    pub path: String,
    pub source: String,
}

impl File {
    pub fn new(path: impl Into<String>, source: impl Into<String>) -> File {
        let source: String = source.into();
        File {
            path: path.into(),
            source: source.replace("\r\n", "\n"),
        }
    }
}

/// A parsed file.
struct Parsed<'a> {
    file: &'a File,
    module: Module,
    names: Names,
    dollars: lexer::Dollars,
    declared: Vec<declare::Declared>,
}

/// All surrogates that may be called by name: own ones, then imported ones.
pub(crate) struct Known {
    own: Vec<String>,
    signatures: HashMap<String, Signature, ahash::RandomState>,
    imports: std::cell::RefCell<Vec<String>>,
    /// Surrogates in parts of files that could not be read: nothing is known of them but their names.
    lost: HashSet<String, ahash::RandomState>,
}

impl Known {
    fn signature(&self, name: &str) -> Option<&Signature> {
        self.signatures.get(name)
    }

    fn is_surrogate(&self, name: &str) -> bool {
        self.signatures.contains_key(name) || self.lost.contains(name)
    }

    /// The number of a known surrogate; imports it if it is not an own one.
    fn number(&self, name: &str) -> u32 {
        if let Ok(i) = self.own.binary_search_by(|n| n.as_str().cmp(name)) {
            return i as u32;
        }
        let mut imports = self.imports.borrow_mut();
        let i = imports.iter().position(|n| n == name).unwrap_or_else(|| {
            imports.push(name.to_owned());
            imports.len() - 1
        });
        (self.own.len() + i) as u32
    }
}

/// The signature of a compiled surrogate, for compiling others that call it.
pub fn signature(s: &Surrogate) -> Signature {
    let names = s.code.localsplusnames.iter();
    let names = names.map(|n| n.to_str().unwrap_or("").to_owned());
    Signature {
        name: s.name.clone(),
        params: names.zip(s.params.iter().copied()).collect(),
        returns: s.returns,
        effects: s.effects,
    }
}

/// Compiles one file that calls no surrogates but its own (and `load_special`).
pub fn compile_file(path: &str, source: &str) -> Result<Vec<Surrogate>, Vec<Diagnostic>> {
    let blob = compile(&[File::new(path, source)], &[])?;
    Ok(blob.surrogates)
}

/// Compiles files together. `elsewhere` are surrogates of another blob, which become imports where they are called.
pub fn compile(files: &[File], elsewhere: &[Signature]) -> Result<Blob, Vec<Diagnostic>> {
    // Trees are dropped recursively, so room is made for that once.
    stacker::maybe_grow(1 << 20, 16 << 20, || compile_all(files, elsewhere))
}

fn compile_all(files: &[File], elsewhere: &[Signature]) -> Result<Blob, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    let (mut parsed, mut lost) = (Vec::new(), Vec::new());
    for file in files {
        parsed.extend(recover::parse_file(file, &mut lost, &mut errors));
    }
    let known = collect(&parsed, elsewhere, lost, &mut errors);
    let mut plans = Vec::new();
    for p in &parsed {
        plans.push(check::check(p, &known, &mut errors));
    }
    if !errors.is_empty() {
        return Err(sorted(errors));
    }
    let mut surrogates = Vec::new();
    for (p, plan) in parsed.into_iter().zip(plans) {
        match compile::compile(p, plan, &known) {
            Ok(all) => surrogates.extend(all),
            Err(e) => errors.push(e),
        }
    }
    surrogates.sort_by(|a, b| a.name.cmp(&b.name));
    let imports = known.imports.into_inner();
    let count = surrogates.len() + imports.len();
    for s in &surrogates {
        if let Err(fault) = blob::verify(&s.code, count) {
            let path = s.code.filename.to_str().unwrap_or("?");
            let message = format!("the code of `{}` cannot be verified: {fault}", s.name);
            errors.push(Diagnostic::of_file(path, message));
        }
    }
    if errors.is_empty() {
        Ok(Blob {
            surrogates,
            imports,
        })
    } else {
        Err(sorted(errors))
    }
}

fn sorted(mut errors: Vec<Diagnostic>) -> Vec<Diagnostic> {
    errors.sort();
    errors.dedup();
    errors
}

/// A compiler's error as a diagnostic. Its columns count characters if it is a parser's, bytes if not.
pub(crate) fn syntax_error(file: &File, e: CompileError) -> Diagnostic {
    let e = match e {
        CompileError::Syntax(e) | CompileError::Dialect(e) => e,
        other => return Diagnostic::of_file(&file.path, other.to_string()),
    };
    let line = e.line.unwrap_or(0).max(0) as u32;
    if line == 0 {
        return Diagnostic::of_file(&file.path, e.msg);
    }
    let text = file.source.lines().nth(line as usize - 1).unwrap_or("");
    let col = e.col.unwrap_or(1).max(1) as u32;
    let same_line = e.end_line == e.line;
    let end = e.end_col.filter(|_| same_line).unwrap_or(0).max(0) as u32;
    Diagnostic {
        path: file.path.clone(),
        line,
        col,
        width: end.saturating_sub(col).max(1),
        message: e.msg,
        help: Some(
            "the syntax is Python's, with `$op(x)`, `obj$attr` and `obj.$field` besides".into(),
        ),
        text: text.to_owned(),
    }
}

/// Gathers all signatures; what is declared twice is an error.
fn collect(
    parsed: &[Parsed],
    elsewhere: &[Signature],
    lost: Vec<String>,
    errors: &mut Vec<Diagnostic>,
) -> Known {
    let mut signatures: HashMap<String, Signature, ahash::RandomState> = HashMap::default();
    signatures.insert(
        LOAD_SPECIAL.into(),
        Signature {
            name: LOAD_SPECIAL.into(),
            params: vec![("obj".into(), Ty::Any), ("name".into(), Ty::Str)],
            returns: Ty::Any,
            effects: Effects::ANY,
        },
    );
    for s in elsewhere {
        signatures.insert(s.name.clone(), s.clone());
    }
    let mut own = Vec::new();
    let mut first: HashMap<&str, String, ahash::RandomState> = HashMap::default();
    let mut replaced: HashMap<Replaces, &str, ahash::RandomState> = HashMap::default();
    for p in parsed {
        for d in &p.declared {
            let name = d.signature.name.as_str();
            let at = |loc, message| Diagnostic::at(&p.file.path, &p.file.source, loc, message);
            if let Some(other) = first.get(name) {
                let message = format!("there is another surrogate `{name}`");
                errors.push(at(d.loc, message).with_help(format!("it is at {other}")));
            } else {
                first.insert(name, format!("{}:{}", p.file.path, d.loc.line));
                own.push(name.to_owned());
            }
            for (target, loc) in &d.replaces {
                let mut target = target.clone();
                if let Replaces::Builtin { asks, .. } = &mut target {
                    *asks = Asks::ALL;
                }
                if let Some(other) = replaced.insert(target.clone(), name) {
                    let message = format!("`{other}` replaces {target} already");
                    let help = "an op, a slot or a builtin has one surrogate";
                    errors.push(at(*loc, message).with_help(help.to_owned()));
                }
            }
            signatures.insert(name.to_owned(), d.signature.clone());
        }
    }
    own.sort();
    Known {
        own,
        signatures,
        imports: Default::default(),
        lost: lost.into_iter().collect(),
    }
}
