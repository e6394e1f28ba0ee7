//! From a [`Unit`] to a [`CodeObject`]: frame layout, function prefix, the passes of `flow`, and the encodings.

use crate::cfg::{Loc, Unit};
use crate::flow::{self, Flow, FlowError, Graph, Ins};
use hotpy_code::object::{flags, kind};
use hotpy_code::{CodeObject, exceptions, locations};
use hotpy_isa::{Arg, Op, encoding};

/// Why a unit cannot be assembled: code generation's mistake, not the program's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssembleError {
    pub scope: String,
    pub error: FlowError,
}

impl std::fmt::Display for AssembleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot assemble '{}': {}", self.scope, self.error)
    }
}

impl std::error::Error for AssembleError {}

/// Assembles `unit`. Its nested code objects are already among its constants.
pub fn assemble(unit: Unit) -> Result<CodeObject, AssembleError> {
    assemble_with(unit, |_| true)
}

/// Like [`assemble`], running only those of [`flow::PASSES`] whose name `wanted` answers true for.
pub fn assemble_with(
    mut unit: Unit,
    wanted: impl Fn(&str) -> bool,
) -> Result<CodeObject, AssembleError> {
    let scope = String::from_utf8_lossy(&unit.qualname.0).into_owned();
    assemble_unit(&mut unit, &wanted).map_err(|error| AssembleError { scope, error })
}

fn assemble_unit(unit: &mut Unit, wanted: &dyn Fn(&str) -> bool) -> Result<CodeObject, FlowError> {
    let mut graph = Graph::build(unit)?;
    if unit.firstlineno == 0 {
        let first = graph.blocks[graph.entry].instrs.first();
        unit.firstlineno = first.map_or(1, |i| i.loc.line.max(1) as u32);
    }
    let layout = Layout::of(unit);
    insert_prefix(&mut graph, unit, &layout);
    layout.fix_cells(&mut graph)?;

    let mut flow = Flow { graph, unit };
    flow::optimise(&mut flow, wanted)?;
    let Flow { mut graph, unit } = flow;

    let is_generator =
        unit.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0;
    let depth = flow::depth::measure(&mut graph, is_generator)?;
    flow::handlers::label(&mut graph)?;
    for id in graph.order() {
        flow::nops::clean(&mut graph, id);
    }
    flow::layout::direct_jumps(&mut graph)?;
    flow::layout::place(&mut graph);

    Ok(CodeObject {
        argcount: unit.argcount,
        posonlyargcount: unit.posonlyargcount,
        kwonlyargcount: unit.kwonlyargcount,
        stacksize: depth,
        flags: unit.flags,
        code: code(&graph),
        consts: std::mem::take(&mut unit.consts),
        names: std::mem::take(&mut unit.names),
        localsplusnames: layout.names,
        localspluskinds: layout.kinds,
        filename: unit.filename.clone(),
        name: unit.name.clone(),
        qualname: unit.qualname.clone(),
        firstlineno: unit.firstlineno,
        linetable: location_table(&graph, unit.firstlineno),
        exceptiontable: exception_table(&graph),
    })
}

/// Where variables live in the frame: locals, then cells that are no arguments or other locals, then free variables.
struct Layout {
    names: Vec<hotpy_code::PyStr>,
    kinds: Vec<u8>,
    /// Frame index of each cell variable, then of each free one.
    cells: Vec<u32>,
    cell_count: usize,
}

impl Layout {
    fn of(unit: &Unit) -> Layout {
        let mut names = unit.varnames.clone();
        let mut kinds = vec![kind::LOCAL; names.len()];
        let mut cells = Vec::new();
        for name in &unit.cellvars {
            if let Some(at) = unit.varnames.iter().position(|v| v == name) {
                kinds[at] |= kind::CELL;
                cells.push(at as u32);
            } else {
                cells.push(names.len() as u32);
                names.push(name.clone());
                kinds.push(kind::CELL);
            }
        }
        for name in &unit.freevars {
            cells.push(names.len() as u32);
            names.push(name.clone());
            kinds.push(kind::FREE);
        }
        Layout {
            names,
            kinds,
            cells,
            cell_count: unit.cellvars.len(),
        }
    }

    /// Rewrites indices among cell and free variables to frame indices.
    fn fix_cells(&self, graph: &mut Graph) -> Result<(), FlowError> {
        for block in &mut graph.blocks {
            for i in &mut block.instrs {
                if i.op.info().arg == Arg::Deref {
                    i.arg = *self
                        .cells
                        .get(i.arg as usize)
                        .ok_or(FlowError::BadCell(i.op, i.arg))?;
                }
            }
        }
        Ok(())
    }
}

/// What a frame does before its first RESUME: fetch the closure, make cells (in frame order), become a generator.
fn insert_prefix(graph: &mut Graph, unit: &Unit, layout: &Layout) {
    let mut prefix = Vec::new();
    if !unit.freevars.is_empty() {
        let count = unit.freevars.len() as u32;
        prefix.push(Ins::new(Op::COPY_FREE_VARS, count, Loc::NONE));
    }
    let mut cells: Vec<u32> = (0..layout.cell_count as u32).collect();
    cells.sort_by_key(|&cell| layout.cells[cell as usize]);
    prefix.extend(
        cells
            .into_iter()
            .map(|cell| Ins::new(Op::MAKE_CELL, cell, Loc::NONE)),
    );
    if unit.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0 {
        let loc = Loc::line(unit.firstlineno as i32);
        prefix.push(Ins::new(Op::RETURN_GENERATOR, 0, loc));
        prefix.push(Ins::new(Op::POP_TOP, 0, loc));
    }
    graph.blocks[graph.entry].instrs.splice(0..0, prefix);
}

fn instructions(graph: &Graph) -> impl Iterator<Item = &Ins> {
    graph
        .order()
        .into_iter()
        .flat_map(|id| &graph.blocks[id].instrs)
}

fn code(graph: &Graph) -> Vec<u8> {
    let mut out = Vec::new();
    for i in instructions(graph) {
        let real = encoding::encode(&mut out, i.op, i.arg);
        debug_assert!(real, "{} survived assembly", i.op);
    }
    out
}

fn location_table(graph: &Graph, firstlineno: u32) -> Vec<u8> {
    let mut table = locations::Writer::new(firstlineno);
    for i in instructions(graph) {
        table.push(i.loc, i.size());
    }
    table.finish()
}

fn exception_table(graph: &Graph) -> Vec<u8> {
    let mut entries: Vec<exceptions::Entry> = Vec::new();
    let mut at = 0;
    let mut current = None;
    for i in instructions(graph) {
        let end = at + i.size() as u32;
        if let Some(handler) = i.handler {
            match entries.last_mut() {
                Some(open) if current == Some(handler) => open.end = end,
                _ => {
                    let block = &graph.blocks[handler];
                    let pushed = 1 + i32::from(block.lasti);
                    entries.push(exceptions::Entry {
                        start: at,
                        end,
                        target: block.offset as u32,
                        depth: (block.start_depth - pushed).max(0) as u32,
                        lasti: block.lasti,
                    });
                }
            }
        }
        current = i.handler;
        at = end;
    }
    exceptions::encode(&entries)
}
