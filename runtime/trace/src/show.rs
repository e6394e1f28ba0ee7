//! The cache as text, for `hotpy.trace`: a line per fact, fields separated by tabs.
//!
//! `tree` number, function, file, first line, bytes; then its traces: `trace` number, parent's number (empty for the root), the
//! parent's exit, entries, rounds; then `code` source line, text; `loop` where the loop's body starts; `exit` number, times
//! taken, number of the side trace (or nothing), source line; `end` text.

use crate::cache::{self, Fragment, Tree};
use hotpy_objects::*;
use hotpy_trace_ir::{End, NONE, TraceOp, text};
use std::fmt::Write;

/// The source line that an exit leads to.
fn line_of(fragment: &Fragment, snap: u32) -> i32 {
    if !fragment.snaps.is_used(snap) {
        return 0;
    }
    let frame = fragment.snaps.top(snap);
    // SAFETY: the constant is a code object.
    let code: &PyCodeObject = unsafe { (*fragment.consts[frame.code as usize].ptr()).cast() };
    code::line_at(code, frame.ip as usize).unwrap_or(0)
}

/// One instruction, with the names of constants.
fn instruction(fragment: &Fragment, at: u32) -> String {
    let trace = &fragment.trace;
    let mut out = text::inst(trace, at);
    let inst = &trace.insts[at as usize];
    let name = match inst.op {
        TraceOp::Const
        | TraceOp::GuardType
        | TraceOp::GuardIs
        | TraceOp::GuardIsNot
        | TraceOp::NewInstance => fragment
            .consts
            .get(inst.imm as usize)
            // SAFETY: constants are alive.
            .map(|k| crate::build::describe(unsafe { &*k.ptr() })),
        TraceOp::Call | TraceOp::CallRaises => Some(
            crate::helpers::Helper::from_number(inst.imm as u8)
                .name()
                .to_owned(),
        ),
        _ => None,
    };
    if let Some(name) = name {
        let _ = write!(out, "  ; {}", name.replace(['\n', '\t'], " "));
    }
    out
}

fn fragment(out: &mut String, tree: &Tree, number: usize, f: &Fragment, all: &[&Fragment]) {
    let mut parent = (String::new(), 0);
    for (n, p) in all.iter().enumerate() {
        for (x, exit) in p.exits.iter().enumerate() {
            if std::ptr::eq(exit.side.get(), f) {
                parent = (n.to_string(), x);
            }
        }
    }
    let _ = tree;
    let _ = writeln!(
        out,
        "trace\t{number}\t{}\t{}\t{}\t{}",
        parent.0,
        parent.1,
        f.entries.get(),
        f.rounds.get()
    );
    let needed = &f.needed;
    let mut line = f.lines.0;
    for (at, inst) in f.trace.insts.iter().enumerate() {
        if inst.snap != NONE && needed[at] {
            line = line_of(f, inst.snap);
        }
        if inst.op == TraceOp::LoopStart {
            let _ = writeln!(out, "loop");
        } else if needed[at] {
            let _ = writeln!(out, "code\t{line}\t{}", instruction(f, at as u32));
        }
    }
    for (x, exit) in f.exits.iter().enumerate() {
        let side = all
            .iter()
            .position(|s| std::ptr::eq(*s, exit.side.get()))
            .map(|n| n.to_string())
            .unwrap_or_default();
        if exit.count.get() > 0 || !side.is_empty() {
            let _ = writeln!(
                out,
                "exit\t{x}\t{}\t{side}\t{}",
                exit.count.get(),
                line_of(f, x as u32)
            );
        }
    }
    let _ = writeln!(
        out,
        "end\t{}",
        match &f.trace.end {
            End::Loop(_) => "loop".to_owned(),
            End::Link { .. } => "link".to_owned(),
            End::Exit(snap) => format!("exit {}", line_of(f, *snap)),
            End::Return(snap) => format!("return {}", line_of(f, *snap)),
        }
    );
}

/// All trees, as they are now.
pub fn snapshot() -> String {
    let mut out = String::new();
    for (n, tree) in cache::trees().into_iter().enumerate() {
        // SAFETY: a code object.
        let code: &PyCodeObject = unsafe { (*tree.code.ptr()).cast() };
        let _ = writeln!(
            out,
            "tree\t{n}\t{}\t{}\t{}\t{}",
            code.qualname().to_string_lossy(),
            code.filename().to_string_lossy(),
            tree.root.lines.0,
            tree.size.get()
        );
        let all: Vec<&Fragment> = std::iter::once(&*tree.root)
            .chain(tree.sides().iter().map(|s| &**s))
            .collect();
        for (number, f) in all.iter().enumerate() {
            fragment(&mut out, tree, number, f, &all);
        }
    }
    out
}

/// Switches tracing on or off from now on.
pub fn enable(on: bool) {
    crate::config::ENABLED.store(on, std::sync::atomic::Ordering::Relaxed);
    if on {
        for tree in cache::trees() {
            hotpy_vm::tracing::set_counter(tree.ip, 0);
        }
    }
}
