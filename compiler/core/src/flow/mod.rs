//! From code generation's blocks to blocks that can be written out, exactly as CPython 3.11 does it.
//!
//! One pass per file, in the order of [`PASSES`]; some run several times. `assemble` prepares the graph before them (cells'
//! indices, function prefix) and writes it out after them.

pub mod consts;
pub mod depth;
pub mod exits;
pub mod graph;
pub mod handlers;
pub mod layout;
pub mod lines;
pub mod nops;
pub mod peephole;
pub mod reach;
pub mod swaps;
pub mod text;

pub use graph::{FlowError, Graph, Id, Ins, Node};

use crate::cfg::Unit;

/// What a pass works on: the graph, and the unit for its constants and first line.
pub struct Flow<'a> {
    pub graph: Graph,
    pub unit: &'a mut Unit,
}

/// A named pass.
pub struct Pass {
    pub name: &'static str,
    pub run: fn(&mut Flow) -> Result<(), FlowError>,
}

/// The passes in their order.
pub const PASSES: &[Pass] = &[
    Pass {
        name: "inline-exits",
        run: exits::inline_small_exits,
    },
    Pass {
        name: "peephole",
        run: peephole::run,
    },
    Pass {
        name: "inline-exits",
        run: exits::inline_small_exits,
    },
    Pass {
        name: "unreachable",
        run: reach::remove_unreachable,
    },
    Pass {
        name: "nops",
        run: nops::run,
    },
    Pass {
        name: "redundant-jumps",
        run: reach::remove_redundant_jumps,
    },
    Pass {
        name: "duplicate-exits",
        run: exits::duplicate_without_line,
    },
    Pass {
        name: "unused-consts",
        run: consts::trim_unused,
    },
    Pass {
        name: "propagate-lines",
        run: lines::propagate,
    },
    Pass {
        name: "exit-lines",
        run: lines::guarantee_exits,
    },
];

/// Runs those passes that are wanted by name.
pub fn optimise(flow: &mut Flow, wanted: &dyn Fn(&str) -> bool) -> Result<(), FlowError> {
    for pass in PASSES.iter().filter(|p| wanted(p.name)) {
        (pass.run)(flow)?;
    }
    Ok(())
}
