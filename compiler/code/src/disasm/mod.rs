//! Code objects as text, in the layout of Python's `dis`; nested code follows the code that holds it.

mod repr;

pub use repr::repr;

use crate::{CodeObject, Const, PyStr, exceptions, locations};
use hotpy_isa::{Arg, Imm, Op, constants, fields, names};
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

/// What a listing may show besides the code.
#[derive(Clone, Copy, Default)]
pub struct Annotate<'a> {
    /// The source; each of its lines is shown before its instructions.
    pub source: Option<&'a str>,
    /// Names of surrogates in the order of their numbers.
    pub surrogates: &'a [&'a str],
}

/// The listing of `code` and all code within it.
pub fn disassemble(code: &CodeObject) -> String {
    disassemble_annotated(code, Annotate::default())
}

/// The same with source lines and names of surrogates.
pub fn disassemble_annotated(code: &CodeObject, notes: Annotate) -> String {
    let mut out = String::new();
    one(&mut out, code, notes);
    nested(&mut out, code, notes);
    out
}

fn nested(out: &mut String, code: &CodeObject, notes: Annotate) {
    for c in &code.consts {
        if let Const::Code(inner) = c {
            let _ = writeln!(out, "\nDisassembly of {}:", repr(c));
            one(out, inner, notes);
            nested(out, inner, notes);
        }
    }
}

/// One unit as `dis` lists it: an EXTENDED_ARG is an instruction of its own, CACHE entries are left out.
struct Line {
    unit: usize,
    op: Option<Op>,
    byte: u8,
    arg: u32,
    next: usize,
}

fn lines(code: &[u8]) -> Vec<Line> {
    let mut all = Vec::new();
    let (mut unit, mut high) = (0, 0u32);
    while let Some(pair) = code.get(2 * unit..2 * unit + 2) {
        let op = Op::from_u8(pair[0]);
        let arg = high << 8 | u32::from(pair[1]);
        let next = unit + 1 + op.map_or(0, |o| o.caches());
        high = if op == Some(Op::EXTENDED_ARG) { arg } else { 0 };
        all.push(Line {
            unit,
            op,
            byte: pair[0],
            arg,
            next,
        });
        unit = next;
    }
    all
}

/// Code units at which a source line starts.
fn line_starts(code: &CodeObject) -> HashMap<usize, i32> {
    let mut starts = HashMap::new();
    let (mut unit, mut last) = (0, None);
    for e in locations::decode(&code.linetable, code.firstlineno) {
        if e.loc.line >= 0 && last != Some(e.loc.line) {
            last = Some(e.loc.line);
            starts.insert(unit, e.loc.line);
        }
        unit += e.units;
    }
    starts
}

fn target(line: &Line) -> Option<usize> {
    match line.op?.info().arg {
        Arg::JumpForward => Some(line.next + line.arg as usize),
        Arg::JumpBackward => Some(line.next.saturating_sub(line.arg as usize)),
        _ => None,
    }
}

fn one(out: &mut String, code: &CodeObject, notes: Annotate) {
    let lines = lines(&code.code);
    let starts = line_starts(code);
    let handlers: Vec<_> = exceptions::decode(&code.exceptiontable).collect();
    let labels: HashSet<usize> = lines
        .iter()
        .filter_map(target)
        .chain(handlers.iter().map(|e| e.target as usize))
        .collect();
    let width = starts
        .values()
        .map(|l| l.to_string().len())
        .max()
        .unwrap_or(0)
        .max(3);
    let last_offset = lines.last().map_or(0, |l| 2 * l.unit);
    let offset_width = last_offset.to_string().len().max(4);
    for line in &lines {
        let start = starts.get(&line.unit);
        if start.is_some() && line.unit > 0 {
            out.push('\n');
        }
        let source = notes
            .source
            .zip(start)
            .and_then(|(s, &l)| s.lines().nth((l as usize).wrapping_sub(1)));
        if let Some(text) = source {
            let _ = writeln!(out, "{:>width$}   | {text}", "");
        }
        let number = start.map_or(String::new(), |l| l.to_string());
        let mark = if labels.contains(&line.unit) {
            ">>"
        } else {
            "  "
        };
        let name = match line.op {
            Some(op) => op
                .info()
                .dollar
                .map_or(op.name().into(), |d| format!("${}", d.name)),
            None => format!("<{}>", line.byte),
        };
        let offset = 2 * line.unit;
        let mut text = format!("{number:>width$}     {mark} {offset:>offset_width$} {name:<20}");
        let has_arg = line.byte >= 90 || line.op.is_some_and(|op| op.info().arg != Arg::None);
        if has_arg {
            let _ = write!(text, " {:>5}", line.arg);
            let meaning = meaning(code, line, notes);
            if !meaning.is_empty() {
                let _ = write!(text, " ({meaning})");
            }
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    if !handlers.is_empty() {
        out.push_str("ExceptionTable:\n");
        for e in handlers {
            let lasti = if e.lasti { " lasti" } else { "" };
            let _ = writeln!(
                out,
                "  {} to {} -> {} [{}]{lasti}",
                2 * e.start,
                2 * e.end - 2,
                2 * e.target,
                e.depth
            );
        }
    }
}

fn name(list: &[PyStr], index: u32) -> String {
    list.get(index as usize).map_or_else(
        || format!("<{index}>"),
        |s| String::from_utf8_lossy(&s.0).into_owned(),
    )
}

fn meaning(code: &CodeObject, line: &Line, notes: Annotate) -> String {
    let Some(op) = line.op else {
        return String::new();
    };
    let arg = line.arg;
    let listed = |list: &[&str]| {
        list.get(arg as usize)
            .map(|s| s.to_string())
            .unwrap_or_default()
    };
    match op.info().arg {
        Arg::Imm => match op.info().dollar.map(|d| d.imm) {
            Some(Imm::Const) => code.consts.get(arg as usize).map(repr).unwrap_or_default(),
            Some(Imm::Constant) => listed(constants::NAMES),
            Some(Imm::Field) => listed(fields::NAMES),
            Some(Imm::Slot) => listed(names::SLOTS),
            Some(Imm::Surrogate) => listed(notes.surrogates),
            _ => String::new(),
        },
        Arg::Const => code.consts.get(arg as usize).map(repr).unwrap_or_default(),
        Arg::Name => name(&code.names, arg),
        Arg::GlobalName => {
            let null = if arg & 1 == 1 { "NULL + " } else { "" };
            format!("{null}{}", name(&code.names, arg >> 1))
        }
        Arg::Local | Arg::Deref => name(&code.localsplusnames, arg),
        Arg::JumpForward | Arg::JumpBackward => {
            format!("to {}", 2 * target(line).unwrap_or_default())
        }
        Arg::Compare => listed(&names::COMPARISONS),
        Arg::BinaryKind => listed(&names::BINARY_OPS),
        Arg::Flags => match op {
            Op::MAKE_FUNCTION => ["defaults", "kwdefaults", "annotations", "closure"]
                .iter()
                .enumerate()
                .filter(|(bit, _)| arg >> bit & 1 == 1)
                .map(|(_, s)| *s)
                .collect::<Vec<_>>()
                .join(", "),
            Op::FORMAT_VALUE => {
                let how = ["", "str", "repr", "ascii"][arg as usize & 3];
                match (how, arg & 4 == 4) {
                    ("", true) => "with format".into(),
                    (how, true) => format!("{how}, with format"),
                    (how, false) => how.into(),
                }
            }
            _ => String::new(),
        },
        _ => String::new(),
    }
}
