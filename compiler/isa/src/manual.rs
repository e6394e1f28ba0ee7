//! The table as a Markdown page, committed as `compiler/isa/OPS.md`.

use crate::{Op, OpInfo, Returns, Section};
use std::fmt::Write;

fn stack(r: &OpInfo) -> String {
    let effect = |jump| {
        let at = |arg| r.stack_effect(arg, jump);
        if (1..9).all(|arg| at(arg) == at(0)) {
            format!("{:+}", at(0))
        } else {
            (0..4)
                .map(|arg| format!("{:+}", at(arg)))
                .chain(["…".into()])
                .collect::<Vec<_>>()
                .join(" ")
        }
    };
    let (next, jump) = (effect(false), effect(true));
    if next == jump {
        next
    } else {
        format!("{next}; jump {jump}")
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn ordinary(out: &mut String, section: Section) {
    out.push_str("| number | name | argument | caches | stack | effects | kind | what it does |\n");
    out.push_str("| ---: | --- | --- | ---: | --- | --- | --- | --- |\n");
    for r in Op::all().iter().filter(|r| r.section == section) {
        let kind = match (section, r.atomic, r.surrogate) {
            (Section::Quick, ..) => format!("of {}", r.base),
            (_, true, _) => "atomic".into(),
            (_, false, Some(name)) => format!("compound: `{name}`"),
            (_, false, None) => "compound".into(),
        };
        let _ = writeln!(
            out,
            "| {} | {} | {:?} | {} | {} | {} | {} | {} |",
            r.number(),
            r.name,
            r.arg,
            r.caches,
            stack(r),
            r.effects.describe(),
            kind,
            cell(r.doc)
        );
    }
}

/// The manual of all ops.
pub fn manual() -> String {
    let mut out = String::from(
        "# Ops\n\nMade from `src/table.rs` (`HOTPY_BLESS=1 cargo test -p hotpy-isa` writes it anew). Stack effects are listed for \
         the arguments 0, 1, 2, 3 where they depend on it.\n\n## CPython 3.11's opcodes\n\n",
    );
    ordinary(&mut out, Section::Base);
    out.push_str("\n## Pseudo-instructions of the compiler\n\n");
    ordinary(&mut out, Section::Pseudo);
    out.push_str("\n## Atomic ops\n\n| number | op | answers | immediate | effects | what it does | example |\n");
    out.push_str("| ---: | --- | --- | --- | --- | --- | --- |\n");
    for r in Op::all() {
        let Some(d) = r.dollar else { continue };
        let operands: Vec<String> = d
            .operands
            .iter()
            .map(|o| format!("{}: {:?}", o.name, o.ty))
            .collect();
        let answers = match d.returns {
            Returns::Value(ty) => format!("{ty:?}"),
            Returns::Bool => "Bool".into(),
            Returns::Found(ty) => format!("found, {ty:?}"),
            Returns::None => "nothing".into(),
            Returns::NoReturn => "never returns".into(),
        };
        let _ = writeln!(
            out,
            "| {} | `${}({})` | {} | {:?} | {} | {} | `{}` |",
            r.number(),
            d.name,
            operands.join(", "),
            answers,
            d.imm,
            r.effects.describe(),
            cell(r.doc),
            cell(d.example)
        );
    }
    out.push_str("\n## Quickened forms\n\n");
    ordinary(&mut out, Section::Quick);
    out
}
