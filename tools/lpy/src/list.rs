//! What low-level Python offers, as text: ops, fields, constants.

use std::fmt::Write;

use hotpy_dialect::diagnostics::did_you_mean;
use hotpy_isa::constants::{Constant, Kind};
use hotpy_isa::fields::Field;
use hotpy_isa::{Imm, Op, OpInfo, Returns, Section};

/// `$op(operands) -> answer`
fn heading(r: &OpInfo) -> String {
    let Some(d) = r.dollar else {
        return r.name.to_owned();
    };
    let mut operands: Vec<String> = d
        .operands
        .iter()
        .map(|o| format!("{}: {:?}", o.name, o.ty))
        .collect();
    if !matches!(d.imm, Imm::None | Imm::Count) {
        operands.push(format!(
            "immediate {}",
            format!("{:?}", d.imm).to_lowercase()
        ));
    }
    let answers = match d.returns {
        Returns::Value(ty) => format!(" -> {ty:?}"),
        Returns::Bool => " -> Bool".into(),
        Returns::Found(ty) => format!(" -> found, {ty:?}"),
        Returns::None => String::new(),
        Returns::NoReturn => " (never returns)".into(),
    };
    format!("${}({}){answers}", d.name, operands.join(", "))
}

/// All atomic ops in the order of their names.
pub fn ops() -> String {
    let mut rows: Vec<&OpInfo> = Op::all().iter().filter(|r| r.dollar.is_some()).collect();
    rows.sort_by_key(|r| r.dollar.map(|d| d.name));
    let mut out = String::new();
    for r in rows {
        let _ = writeln!(
            out,
            "{}\n    {}\n    effects: {}",
            heading(r),
            r.doc,
            r.effects.describe()
        );
    }
    out
}

/// Everything about one op.
pub fn op(name: &str) -> Result<String, String> {
    let bare = name.trim_start_matches('$');
    let found = Op::from_dollar(bare).or_else(|| Op::from_name(&bare.to_uppercase()));
    let Some(op) = found else {
        let dollars = Op::all().iter().filter_map(|r| r.dollar).map(|d| d.name);
        let help = did_you_mean(bare, dollars, "$")
            .or_else(|| did_you_mean(bare, Op::all().iter().map(|r| r.name), ""));
        let help = help.map_or(String::new(), |h| format!("\n  help: {h}"));
        return Err(format!("lpy: no op `{name}`{help}"));
    };
    let r = op.info();
    let kind = match r.section {
        Section::Atomic => "atomic op of low-level Python",
        Section::Base if r.atomic => "opcode of CPython 3.11, atomic",
        Section::Base => "opcode of CPython 3.11, compound",
        Section::Pseudo => "pseudo-instruction of the compiler",
        Section::Quick => "quickened form",
    };
    let mut out = format!("{}\n    {}\n", heading(r), r.doc);
    let _ = writeln!(
        out,
        "    {kind}, number {}, argument: {:?}",
        r.number(),
        r.arg
    );
    let _ = writeln!(out, "    effects: {}", r.effects.describe());
    match r.dollar {
        Some(d) => {
            let _ = writeln!(out, "    example: {}", d.example);
        }
        None => {
            let _ = writeln!(
                out,
                "    stack effect with argument 0: {:+}",
                r.stack_effect(0, false)
            );
        }
    }
    Ok(out)
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
