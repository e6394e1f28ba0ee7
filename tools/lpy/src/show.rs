//! Listings of surrogates and of ordinary code.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use hotpy_code::blob::Surrogate;
use hotpy_code::disasm::json::{self, Json};
use hotpy_code::disasm::{Annotate, disassemble_annotated, with_nested};
use hotpy_code::{CodeObject, PyStr};
use hotpy_isa::{Effects, Ty};

use crate::input::{self, Surrogates};
use crate::{Failure, python};

/// How a listing looks.
#[derive(Clone, Copy)]
pub struct Style {
    pub json: bool,
    pub plain: bool,
}

/// Prints `text`; a reader that stops reading is no error.
pub fn page(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// The listing of `FILE [NAME]`, or of `[NAME]` among the baked surrogates.
pub fn dis(baked: bool, what: &[String], style: Style) -> Result<String, Failure> {
    if what.len() > 1 + usize::from(!baked) {
        return Err(Failure::unable("one name at most"));
    }
    if baked {
        return surrogates(&input::baked()?, what.first().map(String::as_str), style);
    }
    let Some(file) = what.first() else {
        return Err(Failure::unable("which file? (or --baked)"));
    };
    let (path, name) = (Path::new(file), what.get(1).map(String::as_str));
    if !python::is_python(path) {
        return surrogates(&input::load(path)?, name, style);
    }
    let (module, source) = python::load(path)?;
    let code = match name {
        Some(name) => python::find(&module, name)?,
        None => module,
    };
    if style.json {
        let all = with_nested(&code).into_iter();
        let all = all.map(|c| Json::Object(with_source(c, &[], source.as_deref())));
        return Ok(Json::Object(vec![("code", Json::List(all.collect()))]).render());
    }
    let notes = Annotate {
        source: source.as_deref().filter(|_| !style.plain),
        surrogates: &[],
        columns: !style.plain,
    };
    Ok(disassemble_annotated(&code, notes))
}

fn surrogates(all: &Surrogates, name: Option<&str>, style: Style) -> Result<String, Failure> {
    let chosen: Vec<&Surrogate> = match name {
        Some(name) => vec![all.find(name)?],
        None => all.blob.surrogates.iter().collect(),
    };
    let names = all.names();
    if style.json {
        let each = chosen.into_iter().map(|s| {
            let mut members = declared(s);
            members.extend(with_source(&s.code, &names, all.source(s)));
            Json::Object(members)
        });
        let imports: Vec<&str> = all.blob.imports.iter().map(String::as_str).collect();
        let members = vec![
            ("surrogates", Json::List(each.collect())),
            ("imports", imports.into()),
        ];
        return Ok(Json::Object(members).render());
    }
    let mut out = String::new();
    for (i, s) in chosen.into_iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let path = s.code.filename.to_str().unwrap_or("");
        let _ = writeln!(
            out,
            "{}({}) ({path}:{})",
            s.name,
            params(s).join(", "),
            s.code.firstlineno
        );
        for fact in facts(s) {
            let _ = writeln!(out, "{fact}");
        }
        let notes = Annotate {
            source: all.source(s).filter(|_| !style.plain),
            surrogates: &names,
            columns: !style.plain,
        };
        out.push_str(&disassemble_annotated(&s.code, notes));
    }
    Ok(out)
}

/// Parameters with the types they have.
pub fn params(s: &Surrogate) -> Vec<String> {
    let names = s.code.localsplusnames.iter().zip(&s.params);
    names
        .map(|(name, ty)| match ty {
            Ty::Any => text(name),
            ty => format!("{}: {}", text(name), ty.name()),
        })
        .collect()
}

/// What is declared beside a surrogate, a line each.
pub fn facts(s: &Surrogate) -> Vec<String> {
    let mut all: Vec<String> = s.replaces.iter().map(|r| format!("replaces {r}")).collect();
    if s.recursion > 0 {
        all.push(format!("counts for the recursion limit{}", s.place));
    }
    if s.effects != Effects::ANY.union(Effects::CONTROL) {
        all.push(format!("effects: {}", s.effects.describe()));
    }
    if s.returns != Ty::Any {
        all.push(format!("answers {}", s.returns.name()));
    }
    all
}

fn declared(s: &Surrogate) -> Vec<(&'static str, Json)> {
    let replaces: Vec<String> = s.replaces.iter().map(|r| r.to_string()).collect();
    vec![
        ("surrogate", s.name.as_str().into()),
        ("parameters", params(s).into()),
        ("replaces", replaces.into()),
        ("recursion", s.recursion.into()),
        ("declared_effects", s.effects.describe().into()),
        ("returns", s.returns.name().into()),
    ]
}

/// A code object, and the source lines of its instructions.
fn with_source(
    code: &CodeObject,
    names: &[&str],
    source: Option<&str>,
) -> Vec<(&'static str, Json)> {
    let mut members = json::code(code, names);
    let texts: Vec<&str> = source.map_or(Vec::new(), |s| s.lines().collect());
    let mut numbers: Vec<i32> = hotpy_code::locations::decode(&code.linetable, code.firstlineno)
        .map(|e| e.loc.line)
        .filter(|&l| l > 0)
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let lines = numbers.into_iter().filter_map(|n| {
        let text = texts.get(n as usize - 1)?;
        Some(Json::Object(vec![
            ("line", n.into()),
            ("text", (*text).into()),
        ]))
    });
    members.push(("source", Json::List(lines.collect())));
    members
}

/// A name as text.
pub fn text(name: &PyStr) -> String {
    String::from_utf8_lossy(&name.0).into_owned()
}
