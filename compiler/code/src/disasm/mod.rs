//! Code objects for people: [`Listing`] says everything about each instruction, `text` prints it in the layout of Python's
//! `dis`, `json` for programs, `diff` compares two. Nested code follows the code that holds it.
//!
//! An EXTENDED_ARG is an instruction of its own and CACHE entries are left out, as `dis` has it.

mod diff;
pub mod json;
pub mod printable;
mod repr;
mod text;

pub use diff::{Change, Step, compare};
pub use repr::repr;
pub use text::{Annotate, disassemble, disassemble_annotated};

use crate::verify::{self, Fault};
use crate::{CodeObject, Const, Loc, PyStr, exceptions, locations};
use hotpy_isa::{Arg, Imm, Op, constants, fields, names};
use std::collections::{HashMap, HashSet};

/// One instruction.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// In bytes.
    pub offset: usize,
    pub opcode: u8,
    /// `None` if the byte is no op.
    pub op: Option<Op>,
    /// With the bits of EXTENDED_ARGs before it; `None` for an op without argument.
    pub arg: Option<u32>,
    /// What the argument means: `dis`'s `argrepr`.
    pub meaning: String,
    /// The source line, where another one begins.
    pub starts_line: Option<i32>,
    /// Whether a jump or an exception handler's entry leads here.
    pub is_jump_target: bool,
    /// Offset that it may jump to.
    pub target: Option<usize>,
    pub loc: Loc,
    /// Items on the stack before it; `None` if no path leads here, or the code cannot be verified.
    pub depth: Option<u32>,
}

impl Instruction {
    /// `LOAD_FAST`, `$type`, or `<3>` for a byte that is no op.
    pub fn name(&self) -> String {
        match self.op {
            Some(op) => op
                .info()
                .dollar
                .map_or(op.name().into(), |d| format!("${}", d.name)),
            None => format!("<{}>", self.opcode),
        }
    }

    /// [`hotpy_isa::Effects::letters`] of an atomic op, `compound` for one that a surrogate may take over.
    pub fn effects(&self) -> String {
        match self.op.map(Op::info) {
            Some(info) if info.atomic => info.effects.letters(),
            Some(_) => "compound".into(),
            None => String::new(),
        }
    }
}

/// All that can be said about one code object, nested code apart.
#[derive(Clone, Debug)]
pub struct Listing {
    pub instructions: Vec<Instruction>,
    pub handlers: Vec<exceptions::Entry>,
    /// Why the code may not be run; there are no depths then.
    pub fault: Option<Fault>,
}

impl Listing {
    /// Takes `code` apart; `surrogates` are the names of surrogates in the order of their numbers.
    pub fn new(code: &CodeObject, surrogates: &[&str]) -> Listing {
        let handlers: Vec<_> = exceptions::decode(&code.exceptiontable).collect();
        let verified = verify::verify(code);
        let locs = locs(code);
        let mut instructions: Vec<Instruction> = Vec::new();
        let mut last_line = None;
        for line in lines(&code.code) {
            let loc = locs.get(line.unit).copied().unwrap_or(Loc::NONE);
            let starts =
                loc.line >= 0 && locs_start(&locs, line.unit) && last_line != Some(loc.line);
            if starts {
                last_line = Some(loc.line);
            }
            let has_arg = line.byte >= 90 || line.op.is_some_and(|op| op.info().arg != Arg::None);
            let extended = instructions
                .last()
                .filter(|i| i.op == Some(Op::EXTENDED_ARG));
            let depth = match &verified {
                Ok(v) => v.depths.get(line.unit).copied().flatten(),
                Err(_) => None,
            };
            let depth = depth.or(extended.and_then(|i| i.depth));
            instructions.push(Instruction {
                offset: 2 * line.unit,
                opcode: line.byte,
                op: line.op,
                arg: has_arg.then_some(line.arg),
                meaning: meaning(code, &line, surrogates),
                starts_line: starts.then_some(loc.line),
                is_jump_target: false,
                target: target(&line).map(|unit| 2 * unit),
                loc,
                depth,
            });
        }
        let entries = handlers.iter().map(|e| 2 * e.target as usize);
        let labels: HashSet<usize> = instructions
            .iter()
            .filter_map(|i| i.target)
            .chain(entries)
            .collect();
        for i in &mut instructions {
            i.is_jump_target = labels.contains(&i.offset);
        }
        Listing {
            instructions,
            handlers,
            fault: verified.err(),
        }
    }

    /// Place of the instruction at each offset.
    pub fn places(&self) -> HashMap<usize, usize> {
        let all = self.instructions.iter().enumerate();
        all.map(|(place, i)| (i.offset, place)).collect()
    }
}

/// `code` and all code within it, each after the code that holds it.
pub fn with_nested(code: &CodeObject) -> Vec<&CodeObject> {
    let mut all = vec![code];
    for c in &code.consts {
        if let Const::Code(inner) = c {
            all.extend(with_nested(inner));
        }
    }
    all
}

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

/// The location of each code unit.
fn locs(code: &CodeObject) -> Vec<Loc> {
    let units = code.code.len() / 2;
    let mut all = Vec::with_capacity(units);
    for e in locations::decode(&code.linetable, code.firstlineno) {
        let room = units - all.len();
        all.extend(std::iter::repeat_n(e.loc, e.units.min(room)));
    }
    all
}

/// Whether a run of one line begins at this unit.
fn locs_start(locs: &[Loc], unit: usize) -> bool {
    unit == 0 || locs[unit - 1].line != locs[unit].line
}

fn target(line: &Line) -> Option<usize> {
    match line.op?.info().arg {
        Arg::JumpForward => Some(line.next + line.arg as usize),
        Arg::JumpBackward => Some(line.next.saturating_sub(line.arg as usize)),
        _ => None,
    }
}

fn name(list: &[PyStr], index: u32) -> String {
    list.get(index as usize).map_or_else(
        || format!("<{index}>"),
        |s| String::from_utf8_lossy(&s.0).into_owned(),
    )
}

fn meaning(code: &CodeObject, line: &Line, surrogates: &[&str]) -> String {
    let Some(op) = line.op else {
        return String::new();
    };
    let arg = line.arg;
    let listed = |list: &[&str]| {
        list.get(arg as usize)
            .map(|s| s.to_string())
            .unwrap_or_default()
    };
    let constant = || code.consts.get(arg as usize).map(repr).unwrap_or_default();
    match op.info().arg {
        Arg::Imm => match op.info().dollar.map(|d| d.imm) {
            Some(Imm::Const) => constant(),
            Some(Imm::Constant) => listed(constants::NAMES),
            Some(Imm::Field) => listed(fields::NAMES),
            Some(Imm::Slot) => listed(names::SLOTS),
            Some(Imm::Surrogate) => listed(surrogates),
            _ => String::new(),
        },
        // `dis` says nothing of the names.
        Arg::Const if op == Op::KW_NAMES => String::new(),
        Arg::Const => constant(),
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
