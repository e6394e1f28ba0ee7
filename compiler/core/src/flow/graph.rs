//! The control flow graph that passes work on: blocks linked in code order, exceptions' edges as `SETUP_*` targets.
//!
//! Invariants from `build` on: every target is in the chain of blocks; only a block's last instruction jumps or ends the
//! code. A block without instructions falls through. A block's id is the order in which it was made.

use crate::cfg::{Instr, Loc, Unit};
use hotpy_isa::Op;

/// Index of a block in [`Graph::blocks`].
pub type Id = usize;

/// An instruction whose target is a block of the graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ins {
    pub op: Op,
    pub arg: u32,
    pub target: Option<Id>,
    pub loc: Loc,
    /// The block that handles exceptions raised here (set by `handlers`).
    pub handler: Option<Id>,
}

impl Ins {
    pub fn new(op: Op, arg: u32, loc: Loc) -> Ins {
        Ins {
            op,
            arg,
            target: None,
            loc,
            handler: None,
        }
    }

    pub fn is_setup(&self) -> bool {
        matches!(
            self.op,
            Op::SETUP_FINALLY | Op::SETUP_CLEANUP | Op::SETUP_WITH
        )
    }

    pub fn is_jump(&self) -> bool {
        self.op.info().is_jump() && !self.is_setup()
    }

    /// Turns the instruction into a NOP on the same line.
    pub fn nop(&mut self) {
        self.op = Op::NOP;
        self.arg = 0;
        self.target = None;
    }

    /// Units of code it takes.
    pub fn size(&self) -> usize {
        hotpy_isa::encoding::size(self.op, self.arg)
    }
}

/// A basic block of the graph.
#[derive(Clone, Debug, Default)]
pub struct Node {
    pub instrs: Vec<Ins>,
    /// The block after it in the code.
    pub next: Option<Id>,
    /// Edges into it: fall-through, jumps, and as a handler (set by `reach`).
    pub predecessors: u32,
    /// Stack depth on entry; -1 if it is never reached (set by `depth`).
    pub start_depth: i32,
    /// As a handler it is given the raising instruction's offset (set by `handlers`).
    pub lasti: bool,
    /// First code unit (set by `layout`).
    pub offset: usize,
}

impl Node {
    pub fn last(&self) -> Option<&Ins> {
        self.instrs.last()
    }

    /// Whether control can run off the block's end.
    pub fn falls_through(&self) -> bool {
        self.last().is_none_or(|i| !i.op.info().no_fallthrough())
    }

    /// Whether the block leaves the code (returns or raises).
    pub fn is_exit(&self) -> bool {
        self.last()
            .is_some_and(|i| matches!(i.op, Op::RETURN_VALUE | Op::RAISE_VARARGS | Op::RERAISE))
    }

    /// An exit none of whose instructions has a line.
    pub fn is_exit_without_line(&self) -> bool {
        self.is_exit() && self.instrs.iter().all(|i| i.loc.line < 0)
    }
}

/// All blocks of one scope.
#[derive(Debug)]
pub struct Graph {
    pub blocks: Vec<Node>,
    pub entry: Id,
}

/// A graph that code generation should not have made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FlowError {
    /// A jump or SETUP_* has no target, or one that was never placed.
    BadTarget(Op),
    /// A jump or terminator is followed by more in its block.
    NotLast(Op),
    /// The last block does not end.
    FallsOffTheEnd,
    /// An instruction takes more than there is.
    StackUnderflow(Op, i32),
    /// Two ways into a block disagree about the stack's depth.
    UnequalDepth(i32),
    /// POP_BLOCK without SETUP_*.
    UnpairedPopBlock,
    /// A jump that exists forward only goes back.
    JumpsBack(Op),
    /// A cell or free variable's index is out of range.
    BadCell(Op, u32),
}

impl std::fmt::Display for FlowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FlowError::BadTarget(op) => write!(f, "{op} to a block that was never placed"),
            FlowError::NotLast(op) => write!(f, "{op} in the middle of a block"),
            FlowError::FallsOffTheEnd => write!(f, "control falls off the end of the code"),
            FlowError::StackUnderflow(op, line) => {
                write!(f, "stack underflow at {op} on line {line}")
            }
            FlowError::UnequalDepth(line) => {
                write!(f, "stack depth depends on the way to line {line}")
            }
            FlowError::UnpairedPopBlock => write!(f, "POP_BLOCK without SETUP"),
            FlowError::JumpsBack(op) => write!(f, "{op} jumps backwards"),
            FlowError::BadCell(op, arg) => write!(f, "{op} {arg}: no such cell"),
        }
    }
}

impl std::error::Error for FlowError {}

impl Graph {
    /// Takes the blocks out of `unit`; blocks that were never placed are dropped.
    pub fn build(unit: &mut Unit) -> Result<Graph, FlowError> {
        let sources = std::mem::take(&mut unit.blocks);
        let mut placed = vec![false; sources.len()];
        for id in &unit.order {
            placed[id.0 as usize] = true;
        }
        let convert = |i: &Instr| -> Result<Ins, FlowError> {
            let target = match i.target {
                Some(id) if placed.get(id.0 as usize) == Some(&true) => Some(id.0 as usize),
                None if !i.op.info().is_jump() => None,
                _ => return Err(FlowError::BadTarget(i.op)),
            };
            Ok(Ins {
                op: i.op,
                arg: if target.is_some() { 0 } else { i.arg },
                target,
                loc: i.loc,
                handler: None,
            })
        };
        let mut blocks = Vec::with_capacity(sources.len() + sources.len() / 4);
        for (source, &placed) in sources.iter().zip(&placed) {
            let mut node = Node::default();
            if placed {
                node.instrs.reserve(source.instrs.len());
                for i in &source.instrs {
                    node.instrs.push(convert(i)?);
                }
            }
            let inner = node.instrs.len().saturating_sub(1);
            if let Some(i) = node.instrs[..inner]
                .iter()
                .find(|i| i.is_jump() || i.op.info().no_fallthrough())
            {
                return Err(FlowError::NotLast(i.op));
            }
            blocks.push(node);
        }
        let order: Vec<Id> = unit.order.iter().map(|b| b.0 as usize).collect();
        for pair in order.windows(2) {
            blocks[pair[0]].next = Some(pair[1]);
        }
        match order.last() {
            Some(&last) if !blocks[last].falls_through() => {}
            _ => return Err(FlowError::FallsOffTheEnd),
        }
        let mut graph = Graph {
            blocks,
            entry: order[0],
        };
        graph.skip_empty_targets();
        Ok(graph)
    }

    /// Ids of the blocks in code order.
    pub fn order(&self) -> Vec<Id> {
        let mut ids = Vec::with_capacity(self.blocks.len());
        let mut at = Some(self.entry);
        while let Some(id) = at {
            ids.push(id);
            at = self.blocks[id].next;
        }
        ids
    }

    /// The first block from `id` on that has instructions; the chain's last block if none has.
    pub fn first_full(&self, mut id: Id) -> Id {
        while self.blocks[id].instrs.is_empty() {
            match self.blocks[id].next {
                Some(next) => id = next,
                None => break,
            }
        }
        id
    }

    /// The next block with instructions after `id`.
    pub fn next_full(&self, id: Id) -> Option<Id> {
        let next = self.first_full(self.blocks[id].next?);
        (!self.blocks[next].instrs.is_empty()).then_some(next)
    }

    /// Lets no jump or handler point at an empty block.
    pub fn skip_empty_targets(&mut self) {
        for id in 0..self.blocks.len() {
            for i in 0..self.blocks[id].instrs.len() {
                if let Some(target) = self.blocks[id].instrs[i].target {
                    let full = self.first_full(target);
                    self.blocks[id].instrs[i].target = Some(full);
                }
            }
        }
    }

    /// Takes empty blocks (but the entry) out of the chain.
    pub fn drop_empty(&mut self) {
        self.skip_empty_targets();
        let mut at = Some(self.entry);
        while let Some(id) = at {
            let mut next = self.blocks[id].next;
            while let Some(n) = next
                && self.blocks[n].instrs.is_empty()
            {
                next = self.blocks[n].next;
            }
            self.blocks[id].next = next;
            at = next;
        }
    }

    /// A copy of block `id`, placed right after it.
    pub fn copy_after(&mut self, id: Id) -> Id {
        let copy = self.blocks[id].clone();
        self.blocks.push(copy);
        let new = self.blocks.len() - 1;
        self.blocks[id].next = Some(new);
        new
    }
}
