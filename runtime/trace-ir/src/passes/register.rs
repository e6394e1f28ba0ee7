//! Registers. What a stack machine copies (locals to the stack and back) is not copied: [`run`]. What remains is assigned to registers in
//! one pass over the trace: [`assign`].
//!
//! What is made before the loop and used in it keeps its register through the loop. A side trace finds its inputs in its parent's
//! registers and uses none of its ancestors' for itself, so that it may go back to the head of the tree, where those are expected.
//! Without this pass each value has a register of its own, and copies are executed; with `coalesce`, a comparison joins the guard that
//! alone uses it, and the next value of a phi goes straight to the phi's register, if that is free by then.

use super::{Aliases, Switches, remove};
use crate::*;

/// Ints that have registers of their own, from the first one on, and need not be put there.
pub const SMALL: std::ops::RangeInclusive<i64> = -1..=16;
/// How many registers these have.
pub const FIXED: u16 = 18;

/// The register of a small int.
fn fixed(inst: &Inst, base: u16, switches: &Switches) -> Option<u16> {
    let n = inst.imm as i64;
    let is_small = inst.op == TraceOp::ConstInt && SMALL.contains(&n);
    (is_small && base >= FIXED && switches.register).then(|| (n - SMALL.start()) as u16)
}

/// No register: what is not needed, or joined its guard.
pub const NO_REGISTER: u16 = u16::MAX;

fn is_copy(op: TraceOp) -> bool {
    use TraceOp::*;
    matches!(op, CopyObj | CopyInt | CopyFloat | CopyBool)
}

/// Forwards copies.
pub fn run(trace: &mut Trace) {
    if !trace.insts.iter().any(|i| is_copy(i.op)) {
        return;
    }
    let mut aliases = Aliases::new(trace);
    for at in 0..trace.insts.len() {
        let inst = &mut trace.insts[at];
        aliases.operands(inst);
        if is_copy(inst.op) {
            aliases.set(at as Val, inst.a);
            remove(inst);
        }
    }
    aliases.finish(trace);
}

/// One thing to be done, in order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Item {
    Inst(Val),
    Move {
        to: u16,
        from: u16,
    },
    /// The loop's start.
    Loop,
}

/// Where everything is.
pub struct Assignment {
    /// The register of each value.
    pub registers: Vec<u16>,
    pub items: Vec<Item>,
    /// One more than the highest register used.
    pub top: usize,
}

/// A comparison and its guard in one: the operation, and whether the operands are exchanged.
pub fn fused(op: TraceOp, truth: bool) -> Option<(TraceOp, bool)> {
    use TraceOp::*;
    Some(match (op, truth) {
        (IntLt, true) | (IntGe, false) => (IntLtT, false),
        (IntLe, true) | (IntGt, false) => (IntLeT, false),
        (IntGt, true) | (IntLe, false) => (IntLtT, true),
        (IntGe, true) | (IntLt, false) => (IntLeT, true),
        (IntEq, true) | (IntNe, false) => (IntEqT, false),
        (IntNe, true) | (IntEq, false) => (IntNeT, false),
        (FloatLt, true) => (FloatLtT, false),
        (FloatLe, true) => (FloatLeT, false),
        (FloatGt, true) => (FloatLtT, true),
        (FloatGe, true) => (FloatLeT, true),
        (FloatLt, false) => (FloatLtF, false),
        (FloatLe, false) => (FloatLeF, false),
        (FloatGt, false) => (FloatLtF, true),
        (FloatGe, false) => (FloatLeF, true),
        (FloatEq, true) | (FloatNe, false) => (FloatEqT, false),
        (FloatNe, true) | (FloatEq, false) => (FloatNeT, false),
        _ => return None,
    })
}

fn is_phi(op: TraceOp) -> bool {
    use TraceOp::*;
    matches!(op, PhiInt | PhiFloat | PhiBool | PhiObj)
}

fn is_input(op: TraceOp) -> bool {
    use TraceOp::*;
    matches!(op, InObj | InInt | InFloat | InBool)
}

/// Where values are used.
struct Uses {
    count: Vec<u32>,
    /// The last use of each value; the trace's end is its length.
    last: Vec<u32>,
    /// The same without the moves at the end of a loop.
    in_body: Vec<u32>,
    /// Comparisons that join their guards.
    joined: Vec<bool>,
}

impl Uses {
    fn note(&mut self, v: Val, at: u32) {
        self.count[v as usize] += 1;
        let last = &mut self.last[v as usize];
        *last = (*last).max(at);
    }

    fn new(trace: &Trace, needed: &[bool], join: bool) -> Uses {
        let count = trace.insts.len();
        let end = count as u32;
        let mut uses = Uses {
            count: vec![0; count],
            last: vec![0; count],
            in_body: Vec::new(),
            joined: vec![false; count],
        };
        for at in (0..count).filter(|&at| needed[at]) {
            let inst = &trace.insts[at];
            let args = trace.args_of(at as Val).iter().copied();
            inst.operands()
                .chain(args)
                .for_each(|v| uses.note(v, at as u32));
            if inst.snap != NONE {
                trace.snaps[inst.snap as usize]
                    .each(&trace.recipes, &mut |v| uses.note(v, at as u32));
            }
        }
        for at in (0..count).filter(|&at| needed[at] && join) {
            let inst = &trace.insts[at];
            let truth = match inst.op {
                TraceOp::GuardTrue => true,
                TraceOp::GuardFalse => false,
                _ => continue,
            };
            let compared = inst.a as usize;
            if uses.count[compared] != 1 || fused(trace.insts[compared].op, truth).is_none() {
                continue;
            }
            uses.joined[compared] = true;
            for v in trace.insts[compared].operands() {
                uses.last[v as usize] = uses.last[v as usize].max(at as u32);
            }
        }
        uses.in_body = uses.last.clone();
        match &trace.end {
            End::Loop(moves) => {
                for &(phi, v) in moves {
                    if v != phi && is_phi(trace.insts[v as usize].op) {
                        uses.in_body[v as usize] = end;
                    }
                    if needed[phi as usize] {
                        uses.note(v, end);
                        uses.last[phi as usize] = end;
                    }
                }
            }
            End::Link { moves, .. } => moves.iter().for_each(|&(_, v)| uses.note(v, end)),
            End::Exit(snap) | End::Return(snap) => {
                trace.snaps[*snap as usize].each(&trace.recipes, &mut |v| uses.note(v, end))
            }
        }
        if let Some(start) = trace.loop_start() {
            for last in &mut uses.last[..start] {
                if *last > start as u32 {
                    *last = end;
                }
            }
        }
        uses
    }
}

/// The registers that are free.
struct Free {
    registers: Vec<u16>,
    top: usize,
    reuse: bool,
}

impl Free {
    fn take(&mut self) -> u16 {
        self.registers.pop().unwrap_or_else(|| {
            self.top += 1;
            (self.top - 1) as u16
        })
    }

    fn give(&mut self, register: u16) {
        if self.reuse && register != NO_REGISTER {
            self.registers.push(register);
        }
    }
}

/// Values by the instruction that uses them last, as lists through one vector.
struct Dying {
    newest: Vec<Val>,
    older: Vec<Val>,
}

impl Dying {
    fn new(count: usize) -> Dying {
        Dying {
            newest: vec![NONE; count],
            older: vec![NONE; count],
        }
    }

    fn note(&mut self, v: Val, at: usize) {
        self.older[v as usize] = std::mem::replace(&mut self.newest[at], v);
    }

    /// The values of an instruction, in the order in which they were noted.
    fn take(&mut self, at: usize) -> Vec<Val> {
        let mut all = Vec::new();
        let mut v = std::mem::replace(&mut self.newest[at], NONE);
        while v != NONE {
            all.push(v);
            v = self.older[v as usize];
        }
        all.reverse();
        all
    }
}

/// Assigns registers from `base` on, to what is `needed`.
pub fn assign(trace: &Trace, needed: &[bool], base: u16, switches: &Switches) -> Assignment {
    let count = trace.insts.len();
    let start = trace.loop_start().unwrap_or(0);
    let uses = Uses::new(trace, needed, switches.coalesce);
    let wants = wanted(trace, needed, &uses, start, switches);
    let mut free = Free {
        registers: Vec::new(),
        top: base as usize,
        reuse: switches.register,
    };
    let mut registers = vec![NO_REGISTER; count];
    let mut items = Vec::with_capacity(count + 8);
    let mut dying = Dying::new(count);
    let mut at = 0;
    while at < count {
        let inst = &trace.insts[at];
        if inst.op == TraceOp::LoopStart {
            // The phis' first values, then the loop.
            let mut moves = Vec::new();
            let mut phi = at + 1;
            // What is not needed has left holes among them.
            while phi < count
                && (is_phi(trace.insts[phi].op) || trace.insts[phi].op == TraceOp::Nop)
            {
                if needed[phi] {
                    let register = free.take();
                    registers[phi] = register;
                    moves.push((register, registers[trace.insts[phi].a as usize]));
                }
                phi += 1;
            }
            let scratch = free.top as u16;
            free.top += 1;
            parallel(&mut items, moves, scratch);
            items.push(Item::Loop);
            for at in at..phi {
                for v in dying.take(at) {
                    free.give(registers[v as usize]);
                }
            }
            at = phi;
            continue;
        }
        let dead = dying.take(at);
        if let Some(register) = fixed(inst, base, switches) {
            registers[at] = register;
        } else if needed[at] && !uses.joined[at] {
            // Registers whose last use is here may be the destination; unless the result is an exit's, whose state is still that before.
            let state_stays = inst.op == TraceOp::CallRaises;
            if !state_stays {
                for v in &dead {
                    free.give(registers[*v as usize]);
                }
            }
            if inst.op.ty() != Ty::Unit {
                if is_input(inst.op) {
                    registers[at] = inst.imm as u16;
                } else if let Some(phi) = wants[at] {
                    registers[at] = registers[phi as usize];
                } else {
                    registers[at] = free.take();
                    match uses.last[at].max(at as u32) as usize {
                        // Nobody uses it.
                        until if until == at => free.give(registers[at]),
                        until if until < count => dying.note(at as Val, until),
                        _ => {}
                    }
                }
            }
            items.push(Item::Inst(at as Val));
            if state_stays {
                for v in &dead {
                    free.give(registers[*v as usize]);
                }
            }
        }
        at += 1;
    }
    let scratch = free.top as u16;
    free.top += 1;
    match &trace.end {
        End::Loop(moves) => {
            let moves = moves
                .iter()
                .filter(|(phi, _)| needed[*phi as usize])
                .map(|&(phi, v)| (registers[phi as usize], registers[v as usize]))
                .collect();
            parallel(&mut items, moves, scratch);
        }
        End::Link { moves, .. } => {
            // What the loop does not need has no register there.
            let moves = moves
                .iter()
                .filter(|(r, _)| *r as u16 != NO_REGISTER)
                .map(|&(r, v)| (r as u16, registers[v as usize]))
                .collect();
            parallel(&mut items, moves, scratch);
        }
        End::Exit(_) | End::Return(_) => {}
    }
    Assignment {
        registers,
        items,
        top: free.top,
    }
}

/// For each value, the phi whose register it may have: it is the phi's next value, and the phi is not used any more.
fn wanted(
    trace: &Trace,
    needed: &[bool],
    uses: &Uses,
    start: usize,
    switches: &Switches,
) -> Vec<Option<Val>> {
    let mut wants: Vec<Option<Val>> = vec![None; trace.insts.len()];
    if let (End::Loop(moves), true) = (&trace.end, switches.coalesce) {
        for &(phi, v) in moves {
            if (v as usize) > start
                && !is_phi(trace.insts[v as usize].op)
                && needed[phi as usize]
                && uses.in_body[phi as usize] <= v
                && wants[v as usize].is_none()
            {
                wants[v as usize] = Some(phi);
            }
        }
    }
    wants
}

/// Moves all at once: `to` registers get the values that `from` registers have before.
fn parallel(items: &mut Vec<Item>, mut moves: Vec<(u16, u16)>, scratch: u16) {
    moves.retain(|(to, from)| to != from);
    while !moves.is_empty() {
        // A move whose target nobody else still reads.
        let ready = moves
            .iter()
            .position(|&(to, _)| !moves.iter().any(|&(_, from)| from == to));
        match ready {
            Some(n) => {
                let (to, from) = moves.swap_remove(n);
                items.push(Item::Move { to, from });
            }
            None => {
                // A cycle: one value is kept aside.
                let (_, from) = moves[0];
                items.push(Item::Move { to: scratch, from });
                for m in &mut moves {
                    if m.1 == from {
                        m.1 = scratch;
                    }
                }
            }
        }
    }
}
