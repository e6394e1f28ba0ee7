//! Listings as text, in the layout of Python's `dis`; with columns of its own and source lines if wanted.

use super::{Instruction, Listing, repr};
use crate::{CodeObject, Const};
use hotpy_isa::Op;
use std::fmt::Write;

/// What a listing may show besides the code.
#[derive(Clone, Copy, Default)]
pub struct Annotate<'a> {
    /// The source; each of its lines is shown before its instructions.
    pub source: Option<&'a str>,
    /// Names of surrogates in the order of their numbers.
    pub surrogates: &'a [&'a str],
    /// Stack depth and effects of each instruction.
    pub columns: bool,
}

/// The listing of `code` and all code within it, as `dis` prints it.
pub fn disassemble(code: &CodeObject) -> String {
    disassemble_annotated(code, Annotate::default())
}

/// The same with what `notes` asks for.
pub fn disassemble_annotated(code: &CodeObject, notes: Annotate) -> String {
    let lines: Vec<&str> = notes.source.map_or(Vec::new(), |s| s.lines().collect());
    let mut out = String::new();
    one(&mut out, code, notes, &lines);
    nested(&mut out, code, notes, &lines);
    out
}

fn nested(out: &mut String, code: &CodeObject, notes: Annotate, source: &[&str]) {
    for c in &code.consts {
        if let Const::Code(inner) = c {
            let _ = writeln!(out, "\nDisassembly of {}:", repr(c));
            one(out, inner, notes, source);
            nested(out, inner, notes, source);
        }
    }
}

fn one(out: &mut String, code: &CodeObject, notes: Annotate, source: &[&str]) {
    let listing = Listing::new(code, notes.surrogates);
    let starts = listing.instructions.iter().filter_map(|i| i.starts_line);
    let widest = starts.map(|l| l.to_string().len()).max().unwrap_or(0);
    let width = widest.max(if notes.columns { 4 } else { 3 });
    let last_offset = listing.instructions.last().map_or(0, |i| i.offset);
    let offset_width = last_offset.to_string().len().max(4);
    if let (true, Some(fault)) = (notes.columns, &listing.fault) {
        let _ = writeln!(out, "This code cannot be verified: {fault}");
    }
    if notes.columns {
        let _ = writeln!(
            out,
            "{:>width$} {:>5}  {:<8}    {:>offset_width$} op",
            "line", "depth", "effects", "offset"
        );
    }
    for i in &listing.instructions {
        if i.starts_line.is_some() && i.offset > 0 {
            out.push('\n');
        }
        let text = i
            .starts_line
            .and_then(|l| source.get((l as usize).wrapping_sub(1)));
        if let Some(text) = text {
            let line = format!("{:>width$}   | {text}", "");
            let _ = writeln!(out, "{}", line.trim_end());
        }
        let number = i.starts_line.map_or(String::new(), |l| l.to_string());
        let mut line = format!("{number:>width$} ");
        if notes.columns {
            let depth = i.depth.map_or("-".into(), |d| d.to_string());
            let _ = write!(line, "{depth:>5}  {:<8} ", i.effects());
        } else {
            line.push_str("    ");
        }
        let offset_width = match notes.columns {
            true => offset_width.max("offset".len()),
            false => offset_width,
        };
        let mark = if i.is_jump_target { ">>" } else { "  " };
        let _ = write!(line, "{mark} {:>offset_width$} {:<20}", i.offset, i.name());
        if let Some(arg) = i.arg {
            let _ = write!(line, " {arg:>5}");
            let meaning = shown(code, i, notes.columns);
            if !meaning.is_empty() {
                let _ = write!(line, " ({meaning})");
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if !listing.handlers.is_empty() {
        out.push_str("ExceptionTable:\n");
        for e in &listing.handlers {
            let lasti = if e.lasti { " lasti" } else { "" };
            let _ = writeln!(
                out,
                "  {} to {} -> {} [{}]{lasti}",
                bytes(e.start),
                bytes(e.end).saturating_sub(2),
                bytes(e.target),
                e.depth
            );
        }
    }
}

/// Offset of a code unit.
fn bytes(unit: u32) -> u64 {
    2 * u64::from(unit)
}

/// What is shown of the argument: more than `dis` shows, if `more` is asked for.
fn shown(code: &CodeObject, i: &Instruction, more: bool) -> String {
    match (i.op, i.arg) {
        (Some(Op::KW_NAMES), Some(arg)) if more => {
            code.consts.get(arg as usize).map(repr).unwrap_or_default()
        }
        _ => i.meaning.clone(),
    }
}
