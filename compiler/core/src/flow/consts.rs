//! Drops constants at the end of the table that no instruction names any more. The first one stays: it may be the docstring.

use super::{Flow, FlowError};
use hotpy_isa::Arg;

pub fn trim_unused(flow: &mut Flow) -> Result<(), FlowError> {
    let highest = flow
        .graph
        .order()
        .iter()
        .flat_map(|&id| &flow.graph.blocks[id].instrs)
        .filter(|i| i.op.info().arg == Arg::Const)
        .map(|i| i.arg as usize)
        .max()
        .unwrap_or(0);
    flow.unit.consts.truncate(highest + 1);
    Ok(())
}
