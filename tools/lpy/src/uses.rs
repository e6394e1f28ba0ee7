//! `lpy uses`: what each surrogate replaces, who calls it, what it calls and uses; which ops no surrogate uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

use hotpy_code::blob::Surrogate;
use hotpy_code::disasm::json::Json;
use hotpy_dialect::diagnostics::did_you_mean;
use hotpy_isa::constants::Constant;
use hotpy_isa::fields::Field;
use hotpy_isa::{Imm, Op, Section, encoding};

use crate::input::{self, Surrogates};
use crate::{Failure, show};

/// What one surrogate refers to.
#[derive(Default)]
struct Uses {
    at: String,
    replaces: Vec<String>,
    surrogates: BTreeSet<String>,
    ops: BTreeSet<&'static str>,
    fields: BTreeSet<&'static str>,
    constants: BTreeSet<&'static str>,
}

type All = BTreeMap<String, Uses>;

fn of(s: &Surrogate, names: &[&str]) -> Uses {
    let mut uses = Uses {
        at: format!("{}:{}", show::text(&s.code.filename), s.code.firstlineno),
        replaces: s.replaces.iter().map(|r| r.to_string()).collect(),
        ..Uses::default()
    };
    for d in encoding::instructions(&s.code.code).flatten() {
        let Some(row) = d.op.info().dollar else {
            continue;
        };
        uses.ops.insert(row.name);
        match row.imm {
            Imm::Surrogate => {
                let name = names.get(d.arg as usize).copied().unwrap_or("?");
                uses.surrogates.insert(name.to_owned());
            }
            Imm::Field => uses
                .fields
                .extend(Field::from_number(d.arg).map(Field::name)),
            Imm::Constant => uses
                .constants
                .extend(Constant::from_number(d.arg).map(Constant::name)),
            _ => {}
        }
    }
    uses
}

fn add(all: &mut All, from: &Surrogates) {
    let names = from.names();
    for s in &from.blob.surrogates {
        all.insert(s.name.clone(), of(s, &names));
    }
}

/// Names of the surrogates of which `test` is true.
fn those(all: &All, test: impl Fn(&Uses) -> bool) -> Vec<&str> {
    let found = all.iter().filter(|(_, u)| test(u));
    found.map(|(name, _)| name.as_str()).collect()
}

fn unused_ops(all: &All) -> Vec<&'static str> {
    let rows = Op::all().iter().filter_map(|r| r.dollar);
    let mut names: Vec<_> = rows
        .map(|d| d.name)
        .filter(|op| !all.values().any(|u| u.ops.contains(op)))
        .collect();
    names.sort_unstable();
    names
}

/// Compound ops of which no surrogate replaces any variant.
fn native_alone(all: &All) -> Vec<&'static str> {
    let replaced = |op: &str| {
        let mut words = all.values().flat_map(|u| &u.replaces);
        words.any(|r| r.split(' ').next() == Some(op))
    };
    let compound = Op::all()
        .iter()
        .filter(|r| r.section == Section::Base && !r.atomic);
    let mut names: Vec<_> = compound.map(|r| r.name).filter(|n| !replaced(n)).collect();
    names.sort_unstable();
    names
}

/// Surrogates that no declaration and no other surrogate leads to.
fn unreached(all: &All) -> Vec<&str> {
    let called: BTreeSet<&String> = all.values().flat_map(|u| &u.surrogates).collect();
    all.iter()
        .filter(|(name, u)| u.replaces.is_empty() && !called.contains(name))
        .map(|(name, _)| name.as_str())
        .collect()
}

pub fn report(name: Option<&str>, files: &[PathBuf], json: bool) -> Result<String, Failure> {
    let mut all = All::new();
    add(&mut all, &input::baked()?);
    for file in files {
        add(&mut all, &input::load(file)?);
    }
    match (name, json) {
        (Some(name), false) => about(&all, name),
        (Some(name), true) => match all.get(name) {
            Some(uses) => Ok(as_json(&all, name, uses).render()),
            None => Ok(Json::from(users(&all, name)?).render()),
        },
        (None, true) => {
            let each = all.iter().map(|(name, uses)| as_json(&all, name, uses));
            let members = vec![
                ("surrogates", Json::List(each.collect())),
                ("unused_ops", unused_ops(&all).into()),
                ("by_name_only", unreached(&all).into()),
                ("not_replaced", native_alone(&all).into()),
            ];
            Ok(Json::Object(members).render())
        }
        (None, false) => {
            let mut out = String::new();
            for (name, uses) in &all {
                entry(&mut out, &all, name, uses);
                out.push('\n');
            }
            let by_name = unreached(&all).join(", ");
            let _ = writeln!(
                out,
                "entered by the runtime by name alone, or not at all: {by_name}"
            );
            let native = native_alone(&all).join(", ");
            let _ = writeln!(out, "compound ops that no surrogate replaces: {native}");
            let ops: Vec<String> = unused_ops(&all).iter().map(|o| format!("${o}")).collect();
            let _ = writeln!(out, "ops that no surrogate uses: {}", ops.join(", "));
            Ok(out)
        }
    }
}

fn joined<T: AsRef<str>>(items: impl IntoIterator<Item = T>, prefix: &str) -> String {
    let items = items.into_iter();
    let texts: Vec<String> = items.map(|i| format!("{prefix}{}", i.as_ref())).collect();
    texts.join(", ")
}

fn entry(out: &mut String, all: &All, name: &str, uses: &Uses) {
    let _ = writeln!(out, "{name} ({})", uses.at);
    for (what, text) in [
        ("replaces", joined(&uses.replaces, "")),
        (
            "called by",
            joined(those(all, |u| u.surrogates.contains(name)), ""),
        ),
        ("calls", joined(&uses.surrogates, "")),
        ("ops", joined(&uses.ops, "$")),
        ("fields", joined(&uses.fields, ".$")),
        ("constants", joined(&uses.constants, "")),
    ] {
        if !text.is_empty() {
            let _ = writeln!(out, "    {what}: {text}");
        }
    }
}

fn as_json(all: &All, name: &str, uses: &Uses) -> Json {
    let owned = |set: &BTreeSet<&'static str>| Json::from(set.iter().copied().collect::<Vec<_>>());
    let calls: Vec<&str> = uses.surrogates.iter().map(String::as_str).collect();
    let replaces: Vec<&str> = uses.replaces.iter().map(String::as_str).collect();
    Json::Object(vec![
        ("name", name.into()),
        ("at", uses.at.as_str().into()),
        ("replaces", replaces.into()),
        (
            "called_by",
            those(all, |u| u.surrogates.contains(name)).into(),
        ),
        ("calls", calls.into()),
        ("ops", owned(&uses.ops)),
        ("fields", owned(&uses.fields)),
        ("constants", owned(&uses.constants)),
    ])
}

/// Who uses an op, field or constant.
fn users<'a>(all: &'a All, name: &str) -> Result<Vec<&'a str>, Failure> {
    let bare = name.trim_start_matches(['.', '$']);
    if !name.starts_with('.') && Op::from_dollar(bare).is_some() {
        return Ok(those(all, |u| u.ops.contains(bare)));
    }
    if Field::from_name(bare).is_some() {
        return Ok(those(all, |u| u.fields.contains(bare)));
    }
    if Constant::from_name(bare).is_some() {
        return Ok(those(all, |u| u.constants.contains(bare)));
    }
    let ops = Op::all().iter().filter_map(|r| r.dollar).map(|d| d.name);
    let surrogates = all.keys().map(String::as_str);
    let help = did_you_mean(bare, surrogates, "")
        .or_else(|| did_you_mean(bare, ops, "$"))
        .map_or(String::new(), |h| format!("\n  help: {h}"));
    Err(Failure::unable(format!(
        "`{name}` is no surrogate, op, field or constant{help}"
    )))
}

fn about(all: &All, name: &str) -> Result<String, Failure> {
    let mut out = String::new();
    if let Some(uses) = all.get(name) {
        entry(&mut out, all, name, uses);
        return Ok(out);
    }
    let users = users(all, name)?;
    let _ = match users.is_empty() {
        true => writeln!(out, "{name}: used by no surrogate"),
        false => writeln!(out, "{name}: used by {}", users.join(", ")),
    };
    Ok(out)
}
