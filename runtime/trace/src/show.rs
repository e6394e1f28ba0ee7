//! The cache as text, for `hotpy.trace`: a line per fact, fields separated by tabs.
//!
//! `tree` number, function, file, first line, bytes, heat; then its traces: `trace` number, parent's number (empty for the root), the
//! parent's exit, entries, rounds; then `code` source line, file (empty: the tree's), text; `loop` where the loop's body starts; `exit`
//! number, times taken to the interpreter, number of the side trace (or nothing), source line, file; `end` text.

use crate::cache::{self, Fragment, Tree};
use hotpy_objects::*;
use hotpy_trace_ir::{End, NONE, Trace, TraceOp, text};
use std::fmt::Write;

/// A constant, for people.
pub fn describe(object: &PyObject) -> String {
    if let Some(ty) = object.downcast::<PyTypeObject>() {
        return format!("class {}", ty.name());
    }
    if let Some(f) = object.exact::<PyFunctionObject>() {
        return format!("function {}", f.qualname().to_string_lossy());
    }
    if let Some(c) = object.exact::<PyCodeObject>() {
        return format!("code {}", c.name().to_string_lossy());
    }
    let plain = object.is_exact::<PyLongObject>()
        || object.is_exact::<PyFloatObject>()
        || object.is_exact::<Str>()
        || singletons::is_none(object);
    if plain {
        if let Ok(text) = protocol::repr(object) {
            let text = text.to_string_lossy();
            return text.chars().take(40).collect();
        }
        errors::clear();
    }
    format!("a {}", object.ty().name())
}

/// The source line that an exit leads to, and its file, if that is not `outer`'s: surrogates stand at their callers' lines.
fn line_of(fragment: &Fragment, snap: u32, outer: &PyCodeObject) -> (i32, String) {
    for (n, frame) in fragment.snaps.frames(snap).into_iter().rev().enumerate() {
        // SAFETY: the constant is a code object.
        let code: &PyCodeObject = unsafe { (*fragment.consts[frame.code as usize].ptr()).cast() };
        if code.is_hidden() {
            continue;
        }
        // A caller stands at its call; the innermost frame at what comes next.
        let at = if n == 0 { frame.ip as i32 } else { frame.prev };
        let line = code::line_at(code, at.max(0) as usize).unwrap_or(0);
        let file = code.filename().to_string_lossy();
        let is_outer = file == outer.filename().to_string_lossy();
        return (line, if is_outer { String::new() } else { file });
    }
    (0, String::new())
}

/// One instruction, with the names of constants.
fn instruction(fragment: &Fragment, trace: &Trace, at: u32) -> String {
    let mut out = text::inst(trace, at);
    let inst = &trace.insts[at as usize];
    let number = format!(" #{}", inst.imm);
    match inst.op {
        TraceOp::ConstFloat => {
            out = out.replace(&number, &format!(" {:?}", f64::from_bits(inst.imm)))
        }
        TraceOp::ConstInt => out = out.replace(&number, &format!(" {}", inst.imm as i64)),
        // Its name follows.
        TraceOp::Call | TraceOp::CallRaises => out = out.replace(&number, ""),
        _ => {}
    }
    let name = match inst.op {
        TraceOp::Const
        | TraceOp::GuardType
        | TraceOp::GuardIs
        | TraceOp::GuardIsNot
        | TraceOp::NewInstance => fragment
            .consts
            .get(inst.imm as usize)
            // SAFETY: constants are alive.
            .map(|k| describe(unsafe { &*k.ptr() })),
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
    // SAFETY: a code object.
    let outer: &PyCodeObject = unsafe { (*tree.code.ptr()).cast() };
    let _ = writeln!(
        out,
        "trace\t{number}\t{}\t{}\t{}\t{}",
        parent.0,
        parent.1,
        f.entries.get(),
        f.rounds.get()
    );
    let trace = f.listing.unpack();
    let (mut line, mut file) = (f.lines.0, String::new());
    for (at, inst) in trace.insts.iter().enumerate() {
        if inst.snap != NONE {
            (line, file) = line_of(f, inst.snap, outer);
        }
        if inst.op == TraceOp::LoopStart {
            let _ = writeln!(out, "loop");
        } else if inst.op != TraceOp::Nop {
            let _ = writeln!(
                out,
                "code\t{line}\t{file}\t{}",
                instruction(f, &trace, at as u32)
            );
        }
    }
    for (x, exit) in f.exits.iter().enumerate() {
        let side = all
            .iter()
            .position(|s| std::ptr::eq(*s, exit.side.get()))
            .map(|n| n.to_string())
            .unwrap_or_default();
        if exit.taken() > 0 || !side.is_empty() {
            let (line, file) = line_of(f, x as u32, outer);
            let _ = writeln!(out, "exit\t{x}\t{}\t{side}\t{line}\t{file}", exit.taken());
        }
    }
    let _ = writeln!(
        out,
        "end\t{}",
        match &f.end {
            End::Loop(_) => "loop".to_owned(),
            End::Link { target, .. } if *target == crate::lower::START => "restart".to_owned(),
            End::Link { .. } => "link".to_owned(),
            End::Exit(snap) => format!("exit {}", line_of(f, *snap, outer).0),
            End::Return(snap) => format!("return {}", line_of(f, *snap, outer).0),
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
            "tree\t{n}\t{}\t{}\t{}\t{}\t{}",
            code.qualname().to_string_lossy(),
            code.filename().to_string_lossy(),
            tree.root.lines.0,
            tree.size.get(),
            tree.heat.get()
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

/// Discards all traces; what they hold goes as soon as none is executed.
pub fn clear() {
    cache::flush();
    cache::bury();
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
