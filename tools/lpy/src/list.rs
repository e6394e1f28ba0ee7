//! What low-level Python offers, as text: ops, fields, constants.

use std::fmt::Write;

use hotpy_code::disasm::json::Json;
use hotpy_dialect::diagnostics::did_you_mean;
use hotpy_isa::constants::{Constant, Kind};
use hotpy_isa::fields::Field;
use hotpy_isa::manual::{heading, raises, stack_words};
use hotpy_isa::{Dollar, Op, OpInfo, Returns, Section};

use crate::Failure;

/// `$op(operands) -> answer`
fn title(r: &OpInfo) -> String {
    let Some(d) = r.dollar else {
        return r.name.to_owned();
    };
    let (heading, answers) = heading(d);
    match d.returns {
        Returns::None => heading,
        Returns::NoReturn => format!("{heading} (never returns)"),
        _ => format!("{heading} -> {answers}"),
    }
}

/// All atomic ops in the order of their names, or everything about one op.
pub fn ops(name: Option<&str>, json: bool) -> Result<String, Failure> {
    let mut rows: Vec<&OpInfo> = match name {
        Some(name) => vec![find(name)?],
        None => Op::all().iter().filter(|r| r.dollar.is_some()).collect(),
    };
    rows.sort_by_key(|r| r.dollar.map(|d| d.name));
    if json {
        let all = rows.into_iter().map(as_json);
        return Ok(Json::List(all.collect()).render());
    }
    let mut out = String::new();
    for r in rows {
        match name {
            Some(_) => everything(&mut out, r),
            None => {
                let effects = r.effects.describe();
                let _ = writeln!(out, "{}\n    {}\n    effects: {effects}", title(r), r.doc);
            }
        }
    }
    Ok(out)
}

fn find(name: &str) -> Result<&'static OpInfo, Failure> {
    let bare = name.trim_start_matches('$');
    let found = Op::from_dollar(bare).or_else(|| Op::from_name(&bare.to_uppercase()));
    found.map(Op::info).ok_or_else(|| {
        let dollars = Op::all().iter().filter_map(|r| r.dollar).map(|d| d.name);
        let help = did_you_mean(bare, dollars, "$")
            .or_else(|| did_you_mean(bare, Op::all().iter().map(|r| r.name), ""));
        let help = help.unwrap_or_else(|| "`lpy ops` lists all of them".into());
        Failure::unable(format!("no op `{name}`\n  help: {help}"))
    })
}

fn kind(r: &OpInfo) -> &'static str {
    match r.section {
        Section::Atomic => "atomic op of low-level Python",
        Section::Base if r.atomic => "opcode of CPython 3.11, atomic",
        Section::Base => "opcode of CPython 3.11, compound",
        Section::Pseudo => "pseudo-instruction of the compiler",
        Section::Quick => "quickened form",
    }
}

fn stack(r: &OpInfo) -> String {
    match r.dollar {
        Some(d) => stack_words(d),
        None => format!("{:+} with argument 0", r.stack_effect(0, false)),
    }
}

fn everything(out: &mut String, r: &OpInfo) {
    let _ = writeln!(out, "{}\n    {}", title(r), r.doc);
    let _ = writeln!(out, "    {}, number {}", kind(r), r.number());
    let _ = writeln!(out, "    argument: {:?}", r.arg);
    let _ = writeln!(out, "    stack: {}", stack(r));
    let _ = writeln!(out, "    effects: {}", r.effects.describe());
    if let Some(d) = r.dollar {
        let raises = raises(r);
        let _ = writeln!(out, "    raises: {raises}\n    example: {}", d.example);
    }
}

fn as_json(r: &OpInfo) -> Json {
    let text = |f: fn(&Dollar) -> &'static str| Json::from(r.dollar.map(f));
    let operands = r.dollar.map(|d| {
        let each = d.operands.iter().map(|o| {
            let members = vec![("name", o.name.into()), ("type", o.ty.name().into())];
            Json::Object(members)
        });
        Json::List(each.collect())
    });
    let answers = r.dollar.map(|d| heading(d).1);
    Json::Object(vec![
        ("name", r.dollar.map_or(r.name, |d| d.name).into()),
        ("number", u32::from(r.number()).into()),
        ("kind", kind(r).into()),
        ("doc", r.doc.into()),
        ("operands", operands.unwrap_or(Json::Null)),
        ("answers", answers.into()),
        ("immediate", r.dollar.and_then(|d| d.imm.written()).into()),
        ("stack", stack(r).into()),
        ("effects", r.effects.describe().into()),
        ("raises", r.dollar.map(|_| raises(r)).into()),
        ("example", text(|d| d.example)),
    ])
}

pub fn fields() -> String {
    let mut out = String::new();
    for f in Field::all() {
        let written = if f.is_writable() { ", writable" } else { "" };
        let ty = format!("{:?}", f.ty());
        let _ = writeln!(out, "${:<16} {ty:<6} {}{written}", f.name(), f.doc());
    }
    out
}

pub fn constants() -> String {
    let mut out = String::new();
    for (kind, title) in [
        (Kind::Class, "types"),
        (Kind::Exception, "exceptions"),
        (Kind::Predicate, "functions that answer True or False"),
        (Kind::Function, "other functions"),
        (Kind::Object, "other objects"),
    ] {
        let all = Constant::all().iter().filter(|c| c.kind() == kind);
        let names: Vec<&str> = all.map(|c| c.name()).collect();
        let _ = writeln!(out, "{title}: {}", names.join(", "));
    }
    out
}
