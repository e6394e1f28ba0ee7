//! Units and graphs as text, for dumps and for tests of passes.
//!
//! ```text
//! consts None 1 'x'
//! locals a b
//! b0:
//!     LOAD_CONST 1 @3:4-9
//!     POP_JUMP_IF_FALSE b2 @3
//! b2:
//!     NOP
//! ```
//!
//! After `@` come the line and the columns (in one line; what spans lines is written without columns); nothing is no line.
//! Lines before the first block set what the unit has besides code: `consts`, `locals`, `cells`, `free`, `names`, `line`
//! (the first one), and `generator`.

use super::Graph;
use crate::cfg::{BlockId, Loc, Unit};
use hotpy_code::object::flags;
use hotpy_code::{Const, PyStr};
use hotpy_isa::Op;
use std::collections::HashMap;
use std::fmt::{self, Write};

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for id in self.order() {
            writeln!(f, "b{id}:")?;
            for i in &self.blocks[id].instrs {
                write!(f, "    {}", i.op)?;
                match i.target {
                    Some(target) => write!(f, " b{target}")?,
                    None if i.op.info().arg != hotpy_isa::Arg::None => write!(f, " {}", i.arg)?,
                    None => {}
                }
                if i.loc.line >= 0 {
                    write!(f, " @{}", i.loc.line)?;
                    if i.loc.col >= 0 && i.loc.line == i.loc.end_line {
                        write!(f, ":{}-{}", i.loc.col, i.loc.end_col)?;
                    }
                }
                f.write_char('\n')?;
            }
        }
        Ok(())
    }
}

/// Reads a unit; an error names the line.
pub fn parse(text: &str) -> Result<Unit, String> {
    let mut unit = Unit::new();
    unit.firstlineno = 1;
    unit.order.clear();
    unit.blocks.clear();
    let mut blocks: HashMap<&str, BlockId> = HashMap::new();
    for line in text.lines() {
        // Blocks are numbered as they are placed, whatever their names.
        if let Some(label) = line.trim().strip_suffix(':') {
            let id = unit.new_block();
            if blocks.insert(label, id).is_some() {
                return Err(format!("block {label} occurs twice"));
            }
        }
    }
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if !line.is_empty() {
            statement(&mut unit, &blocks, line).map_err(|e| format!("line {}: {e}", number + 1))?;
        }
    }
    Ok(unit)
}

fn statement(unit: &mut Unit, blocks: &HashMap<&str, BlockId>, line: &str) -> Result<(), String> {
    let block = |name: &str| blocks.get(name).copied().ok_or(format!("no block {name}"));
    if let Some(label) = line.strip_suffix(':') {
        unit.place(block(label)?);
        return Ok(());
    }
    let (mut words, loc) = match line.split_once('@') {
        Some((words, at)) => (words.split_whitespace(), location(at)?),
        None => (line.split_whitespace(), Loc::NONE),
    };
    let head = words.next().unwrap_or_default();
    let names = |words: std::str::SplitWhitespace| words.map(PyStr::from).collect::<Vec<_>>();
    match head {
        "consts" => unit.consts = words.map(constant).collect::<Result<_, _>>()?,
        "locals" => unit.varnames = names(words),
        "cells" => unit.cellvars = names(words),
        "free" => unit.freevars = names(words),
        "names" => unit.names = names(words),
        "line" => unit.firstlineno = integer(words.next())?,
        "generator" => unit.flags |= flags::GENERATOR,
        _ => {
            let op = Op::from_name(head).ok_or(format!("no op {head}"))?;
            if unit.order.is_empty() {
                return Err("an instruction before the first block".into());
            }
            match words.next() {
                Some(target) if op.info().is_jump() => {
                    let target = block(target)?;
                    unit.emit_jump(op, target, loc);
                }
                Some(arg) => unit.emit(op, integer(Some(arg))?, loc),
                None => unit.emit(op, 0, loc),
            }
        }
    }
    Ok(())
}

fn integer<T: std::str::FromStr>(word: Option<&str>) -> Result<T, String> {
    let word = word.unwrap_or_default();
    word.parse().map_err(|_| format!("'{word}' is no number"))
}

fn location(text: &str) -> Result<Loc, String> {
    let Some((line, columns)) = text.trim().split_once(':') else {
        return Ok(Loc::line(integer(Some(text.trim()))?));
    };
    let (col, end_col) = columns.split_once('-').ok_or("columns are FROM-TO")?;
    let line = integer(Some(line))?;
    Ok(Loc {
        line,
        end_line: line,
        col: integer(Some(col))?,
        end_col: integer(Some(end_col))?,
    })
}

fn constant(word: &str) -> Result<Const, String> {
    Ok(match word {
        "None" => Const::None,
        "True" => Const::Bool(true),
        "False" => Const::Bool(false),
        "()" => Const::Tuple([].into()),
        _ => match word.strip_prefix('\'').and_then(|w| w.strip_suffix('\'')) {
            Some(text) => Const::Str(text.into()),
            None => Const::Int(integer::<i64>(Some(word))?.into()),
        },
    })
}
