//! The table as a Markdown page, committed as `compiler/isa/OPS.md`.

use crate::constants::{Constant, Kind};
use crate::fields::Field;
use crate::{Dollar, Effects, Imm, Op, OpInfo, Returns, Section, Ty};
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
        let kind = match (section, r.atomic) {
            (Section::Quick, _) => format!("of {}", r.base),
            (_, true) => "atomic".into(),
            (_, false) => "compound".into(),
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

/// `$op(operand: type, ..., immediate)` and its answer, as listings of ops begin.
pub fn heading(d: &Dollar) -> (String, String) {
    let mut operands: Vec<String> = d
        .operands
        .iter()
        .map(|o| match o.ty {
            Ty::Many => format!("{}...", o.name),
            ty => format!("{}: {ty:?}", o.name),
        })
        .collect();
    operands.extend(d.imm.written().map(|what| format!("<{what}>")));
    let answers = match d.returns {
        Returns::Value(ty) => format!("{ty:?}"),
        Returns::Bool => "Bool".into(),
        Returns::Found(ty) => format!("found: Bool, value: {ty:?}"),
        Returns::None => "nothing".into(),
        Returns::NoReturn => "never returns".into(),
    };
    (format!("${}({})", d.name, operands.join(", ")), answers)
}

/// What an atomic op raises, in words.
pub fn raises(r: &OpInfo) -> &'static str {
    match r.dollar.map_or("", |d| d.raises) {
        "" if r.effects.contains(Effects::CALLS) => "what the code that it runs raises",
        "" => "nothing",
        text => text,
    }
}

/// Items taken and left, in words.
pub fn stack_words(d: &Dollar) -> String {
    let (popped, pushed) = d.stack(0);
    match d.is_variadic() {
        true => format!(
            "{popped} + number of {}... -> {pushed}",
            d.operands[popped as usize].name
        ),
        false => format!("{popped} -> {pushed}"),
    }
}

fn atomic(out: &mut String, r: &OpInfo, d: &Dollar) {
    let (heading, answers) = heading(d);
    let _ = writeln!(out, "\n### `{heading}`\n\n{}\n", r.doc);
    let immediate = match d.imm {
        Imm::None => "none".into(),
        Imm::Count => "the number of operands, not written".into(),
        imm => imm.written().unwrap_or_default().to_owned(),
    };
    for (what, text) in [
        ("answers", answers),
        ("number", format!("{} ({})", r.number(), r.name)),
        ("immediate", immediate),
        ("stack", stack_words(d)),
        (
            "effects",
            format!("{} (`{}`)", r.effects.describe(), r.effects.letters()),
        ),
        ("raises", raises(r).to_owned()),
    ] {
        let _ = writeln!(out, "- {what}: {text}");
    }
    let _ = writeln!(out, "\n```python\n{}\n```", d.example);
}

/// The manual of all ops.
pub fn manual() -> String {
    let mut out = String::from(
        "# Ops\n\nMade from `src/table.rs` (`HOTPY_BLESS=1 cargo test -p hotpy-isa` writes it anew). Stack effects are listed for \
         the arguments 0, 1, 2, 3 where they depend on it.\n\nLetters of effects: `P` none, `!` raises, `A` allocates, `R` reads, \
         `W` writes, `K` writes what guards watch, `C` enters or leaves a frame, `*` whatever Python code can do.\n\n\
         ## Atomic ops\n\nWhat low-level Python writes `$op(operands, immediate)`. Each example compiles, as the body of a \
         surrogate whose parameters are its free names.\n\n",
    );
    let mut rows: Vec<(&OpInfo, &Dollar)> = Op::all()
        .iter()
        .filter_map(|r| Some((r, r.dollar?)))
        .collect();
    rows.sort_by_key(|(_, d)| d.name);
    out.push_str("| op | answers | effects |\n| --- | --- | --- |\n");
    for (r, d) in &rows {
        let (heading, answers) = heading(d);
        let _ = writeln!(
            out,
            "| `{heading}` | {answers} | `{}` |",
            r.effects.letters()
        );
    }
    for (r, d) in rows {
        atomic(&mut out, r, d);
    }
    out.push_str(
        "\n## Native fields\n\n`obj.$field`, and `obj.$field = value` where it can be written.\n\n",
    );
    out.push_str(
        "| field | type | written | of what, and what it is |\n| --- | --- | --- | --- |\n",
    );
    for f in Field::all() {
        let written = if f.is_writable() { "yes" } else { "no" };
        let _ = writeln!(
            out,
            "| `.${}` | {:?} | {written} | {} |",
            f.name(),
            f.ty(),
            f.doc()
        );
    }
    out.push_str("\n## Constants of the runtime\n\nFree names that a surrogate may use.\n\n");
    for (kind, title) in [
        (Kind::Class, "Types"),
        (Kind::Exception, "Exceptions"),
        (Kind::Predicate, "Functions that answer True or False"),
        (Kind::Function, "Other functions"),
        (Kind::Object, "Other objects"),
    ] {
        let all = Constant::all().iter().filter(|c| c.kind() == kind);
        let names: Vec<String> = all.map(|c| format!("`{}`", c.name())).collect();
        let _ = writeln!(out, "- {title}: {}", names.join(", "));
    }
    out.push_str("\n## CPython 3.11's opcodes\n\n");
    ordinary(&mut out, Section::Base);
    out.push_str("\n## Pseudo-instructions of the compiler\n\n");
    ordinary(&mut out, Section::Pseudo);
    out.push_str("\n## Quickened forms\n\n");
    ordinary(&mut out, Section::Quick);
    out
}
