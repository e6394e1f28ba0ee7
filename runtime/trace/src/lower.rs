//! From a trace to code of the register interpreter: dead code goes, comparisons join their guards, every value gets a register, the
//! loop's values are moved as one parallel move.
//!
//! Registers are assigned in one pass over the trace. What is made before the loop and used in it keeps its register through the loop.
//! A side trace finds its inputs in its parent's registers and uses none of its ancestors' for itself, so that it may go back to
//! the head of the tree, where those are expected.

use crate::abort::Abort;
use crate::build::{Built, Obj};
use hotpy_trace_ir::*;

/// One instruction of the register interpreter.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Code {
    pub op: TraceOp,
    /// Destination, operands.
    pub d: u16,
    pub a: u16,
    pub b: u16,
    pub c: u16,
    /// The exit.
    pub x: u16,
    /// Start of further operands.
    pub aux: u32,
    pub imm: u64,
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} d{} a{} b{} c{} x{} aux{} #{:x}",
            self.op.name(),
            self.d,
            self.a,
            self.b,
            self.c,
            self.x,
            self.aux,
            self.imm
        )
    }
}

/// Registers and code of a trace.
pub struct Lowered {
    pub code: Vec<Code>,
    /// Where the loop starts in the code (root traces).
    pub loop_at: usize,
    pub args: Vec<u16>,
    /// The register of each value.
    pub registers: Vec<u16>,
    /// One more than the highest register used.
    pub top: u16,
}

pub const NO_REGISTER: u16 = u16::MAX;
/// The register file's size.
pub const MAX_REGISTERS: usize = 4096;

struct Lowering<'a> {
    trace: &'a Trace,
    consts: &'a [Obj],
    registers: Vec<u16>,
    code: Vec<Code>,
    args: Vec<u16>,
}

/// The comparison as a guard: operation, and whether the operands are exchanged.
fn fused(op: TraceOp, truth: bool) -> Option<(TraceOp, bool)> {
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

/// Makes code. Registers from `base` on are free; `link_at`: the head's registers are the moves' targets already.
pub fn lower(built: &Built, base: u16) -> Result<Lowered, Abort> {
    let trace = &built.trace;
    let count = trace.insts.len();
    let needed = dce::needed(trace);
    let loop_start = trace.loop_start().unwrap_or(0);
    let end = count as u32;

    // How often, and where last, each value is used.
    let mut uses = vec![0u32; count];
    let mut last = vec![0u32; count];
    let use_at = |v: Val, at: u32, uses: &mut Vec<u32>, last: &mut Vec<u32>| {
        uses[v as usize] += 1;
        last[v as usize] = last[v as usize].max(at);
    };
    for at in 0..count {
        if !needed[at] {
            continue;
        }
        let inst = &trace.insts[at];
        for v in inst
            .operands()
            .chain(trace.args_of(at as Val).iter().copied())
        {
            use_at(v, at as u32, &mut uses, &mut last);
        }
        if inst.snap != NONE {
            trace.snaps[inst.snap as usize]
                .each(&mut |v| use_at(v, at as u32, &mut uses, &mut last));
        }
    }
    // A comparison that only its guard uses is made there.
    let mut joined = vec![false; count];
    for at in 0..count {
        let inst = &trace.insts[at];
        let truth = match inst.op {
            TraceOp::GuardTrue => true,
            TraceOp::GuardFalse => false,
            _ => continue,
        };
        let cmp = inst.a as usize;
        if !needed[at]
            || uses[cmp] != 1
            || !crate::config::coalesce()
            || fused(trace.insts[cmp].op, truth).is_none()
        {
            continue;
        }
        joined[cmp] = true;
        for v in trace.insts[cmp].operands() {
            last[v as usize] = last[v as usize].max(at as u32);
        }
    }
    // The last use of each phi within the body, before the end counts.
    let mut phi_last = last.clone();
    if let End::Loop(moves) = &trace.end {
        for &(phi, v) in moves {
            if v != phi && is_phi(trace.insts[v as usize].op) {
                phi_last[v as usize] = end;
            }
        }
    }
    match &trace.end {
        End::Loop(moves) => {
            for &(phi, v) in moves {
                if needed[phi as usize] {
                    use_at(v, end, &mut uses, &mut last);
                    last[phi as usize] = end;
                }
            }
        }
        End::Link { moves, .. } => {
            for &(_, v) in moves {
                use_at(v, end, &mut uses, &mut last);
            }
        }
        End::Exit(snap) | End::Return(snap) => {
            trace.snaps[*snap as usize].each(&mut |v| use_at(v, end, &mut uses, &mut last))
        }
    }
    if trace.loop_start().is_some() {
        for v in 0..loop_start {
            if last[v] > loop_start as u32 {
                last[v] = end;
            }
        }
    }
    // The next value of a phi goes straight to the phi's register, if that is free by then.
    let mut wants: Vec<Option<Val>> = vec![None; count];
    if let End::Loop(moves) = &trace.end {
        for &(phi, v) in moves {
            let is_phi = matches!(
                trace.insts[v as usize].op,
                TraceOp::PhiInt | TraceOp::PhiFloat | TraceOp::PhiBool | TraceOp::PhiObj
            );
            if (v as usize) > loop_start
                && crate::config::coalesce()
                && !is_phi
                && needed[phi as usize]
                && phi_last[phi as usize] <= v
                && wants[v as usize].is_none()
            {
                wants[v as usize] = Some(phi);
            }
        }
    }

    let mut l = Lowering {
        trace,
        consts: &built.consts,
        registers: vec![NO_REGISTER; count],
        code: Vec::new(),
        args: Vec::new(),
    };
    let mut free: Vec<u16> = Vec::new();
    let mut top = base as usize;
    let mut dying: Vec<Vec<Val>> = vec![Vec::new(); count + 1];
    let mut loop_at = 0;
    let mut at = 0;
    while at < count {
        let inst = &trace.insts[at];
        if inst.op == TraceOp::LoopStart {
            // The phis' first values, then the loop.
            let mut moves = Vec::new();
            let mut p = at + 1;
            while p < count && is_phi(trace.insts[p].op) {
                if needed[p] {
                    let r = take(&mut free, &mut top);
                    l.registers[p] = r;
                    moves.push((r, l.registers[trace.insts[p].a as usize]));
                }
                p += 1;
            }
            let scratch = top as u16;
            top += 1;
            l.parallel(moves, scratch);
            loop_at = l.code.len();
            for v in std::mem::take(&mut dying[at]) {
                free.push(l.registers[v as usize]);
            }
            at = p;
            // Values that died at a phi.
            for k in (loop_start + 1)..p {
                for v in std::mem::take(&mut dying[k]) {
                    free.push(l.registers[v as usize]);
                }
            }
            continue;
        }
        // Registers whose last use is here may be the destination.
        let dead = std::mem::take(&mut dying[at]);
        if needed[at] && !joined[at] {
            let dead: Vec<u16> = dead.iter().map(|v| l.registers[*v as usize]).collect();
            // Where the result is an exit's, its state is still that before.
            let state_stays = inst.op == TraceOp::CallRaises;
            if !state_stays {
                free.extend(&dead);
            }
            if inst.op.ty() != Ty::Unit {
                let is_input = matches!(
                    inst.op,
                    TraceOp::InObj | TraceOp::InInt | TraceOp::InFloat | TraceOp::InBool
                );
                let r = if is_input {
                    inst.imm as u16
                } else if let Some(phi) = wants[at] {
                    l.registers[phi as usize]
                } else {
                    take(&mut free, &mut top)
                };
                l.registers[at] = r;
                if !is_input && wants[at].is_none() {
                    // Lives until its last use; without one, it is free at once.
                    let until = last[at].max(at as u32) as usize;
                    if until < count {
                        if until == at {
                            free.push(r);
                        } else {
                            dying[until].push(at as Val);
                        }
                    }
                }
            }
            l.inst(at as Val)?;
            if state_stays {
                free.extend(&dead);
            }
        }
        at += 1;
    }
    let scratch = top as u16;
    top += 1;
    if top >= MAX_REGISTERS {
        return Err(Abort::Registers);
    }
    match &trace.end {
        End::Loop(moves) => {
            let moves: Vec<(u16, u16)> = moves
                .iter()
                .filter(|(phi, _)| needed[*phi as usize])
                .map(|&(phi, v)| (l.registers[phi as usize], l.registers[v as usize]))
                .collect();
            l.parallel(moves, scratch);
            l.push(TraceOp::Jump, loop_at as u64);
            l.join_jump();
        }
        End::Link { moves, .. } => {
            // What the loop does not need has no register there.
            let moves = moves
                .iter()
                .filter(|(r, _)| *r as u16 != NO_REGISTER)
                .map(|&(r, v)| (r as u16, l.registers[v as usize]))
                .collect();
            l.parallel(moves, scratch);
            l.push(TraceOp::Jump, u64::MAX);
        }
        End::Exit(snap) | End::Return(snap) => {
            let op = match trace.end {
                End::Return(_) => TraceOp::Return,
                _ => TraceOp::Leave,
            };
            l.push(op, 0);
            if let Some(code) = l.code.last_mut() {
                code.x = *snap as u16;
            }
        }
    }
    // Who drops a reference right before a look at what may have run can skip that.
    for k in 1..l.code.len() {
        if l.code[k].op == TraceOp::GuardValid && l.code[k - 1].op == TraceOp::DecRef {
            l.code[k - 1].imm = 1;
        }
    }
    Ok(Lowered {
        code: l.code,
        loop_at,
        args: l.args,
        registers: l.registers,
        top: top as u16,
    })
}

fn is_phi(op: TraceOp) -> bool {
    matches!(
        op,
        TraceOp::PhiInt | TraceOp::PhiFloat | TraceOp::PhiBool | TraceOp::PhiObj
    )
}

fn take(free: &mut Vec<u16>, top: &mut usize) -> u16 {
    free.pop().unwrap_or_else(|| {
        *top += 1;
        (*top - 1) as u16
    })
}

impl Lowering<'_> {
    fn push(&mut self, op: TraceOp, imm: u64) {
        self.code.push(Code {
            op,
            d: 0,
            a: 0,
            b: 0,
            c: 0,
            x: 0,
            aux: 0,
            imm,
        });
    }

    fn reg(&self, v: Val) -> u16 {
        if v == NONE {
            0
        } else {
            self.registers[v as usize]
        }
    }

    fn inst(&mut self, at: Val) -> Result<(), Abort> {
        let inst = self.trace.insts[at as usize];
        if inst.snap != NONE && inst.snap > 0xffff {
            return Err(Abort::Registers);
        }
        let x = if inst.snap == NONE {
            0
        } else {
            inst.snap as u16
        };
        let ptr = |k: u64| self.consts[k as usize].ptr() as u64;
        let mut code = Code {
            op: inst.op,
            d: self.registers[at as usize],
            a: self.reg(inst.a),
            b: self.reg(inst.b),
            c: self.reg(inst.c),
            x,
            aux: 0,
            imm: inst.imm,
        };
        use TraceOp::*;
        match inst.op {
            InObj | InInt | InFloat | InBool => return Ok(()),
            Const | GuardType | GuardIs | GuardIsNot | NewInstance => code.imm = ptr(inst.imm),
            GuardGen => {
                code.imm = ptr(inst.imm & 0xffff);
                code.aux = (inst.imm >> 16) as u32 & 0xff_ffff;
                code.c = (inst.imm >> 40) as u16;
                code.b = (inst.imm >> 56) as u16;
            }
            GuardGenSlots => {
                code.imm = ptr(inst.imm >> 32);
                code.aux = inst.imm as u32;
            }
            // Two constants, or a constant and a version: the second goes apart.
            GuardNoAttr => {
                code.imm = ptr(inst.imm & 0xffff_ffff);
                code.aux = (inst.imm >> 32) as u32;
            }
            GuardCode => {
                code.imm = ptr(inst.imm & 0xffff_ffff);
                code.aux = (inst.imm >> 32) as u32;
            }
            GuardKeys | GlobalLoad | GlobalStore => {
                code.imm = ptr(inst.imm & 0xffff);
                code.c = (inst.imm >> 16) as u16;
                code.aux = (inst.imm >> 32) as u32;
            }
            GuardTrue | GuardFalse => {
                let cmp = self.trace.insts[inst.a as usize];
                if self.registers[inst.a as usize] == NO_REGISTER {
                    // Joined.
                    let (op, swap) = fused(cmp.op, inst.op == GuardTrue).ok_or(Abort::Internal)?;
                    let (a, b) = if swap { (cmp.b, cmp.a) } else { (cmp.a, cmp.b) };
                    code.op = op;
                    code.a = self.reg(a);
                    code.b = self.reg(b);
                }
            }
            SliceSet => {
                code.aux = self.args.len() as u32;
                for &v in self.trace.args_of(at) {
                    self.args.push(self.registers[v as usize]);
                }
            }
            Call | CallRaises | NewTuple => {
                let args = self.trace.args_of(at);
                code.aux = self.args.len() as u32;
                code.b = args.len() as u16;
                for &v in args {
                    self.args.push(self.registers[v as usize]);
                }
            }
            _ => {}
        }
        self.code.push(code);
        Ok(())
    }

    /// Moves all at once: `to` registers get the values that `from` registers have before.
    fn parallel(&mut self, mut moves: Vec<(u16, u16)>, scratch: u16) {
        moves.retain(|(to, from)| to != from);
        while !moves.is_empty() {
            // A move whose target nobody else still reads.
            let ready = moves
                .iter()
                .position(|&(to, _)| !moves.iter().any(|&(_, from)| from == to));
            match ready {
                Some(n) => {
                    let (to, from) = moves.swap_remove(n);
                    self.one_move(to, from);
                }
                None => {
                    // A cycle: one value is kept aside.
                    let (_, from) = moves[0];
                    self.one_move(scratch, from);
                    for m in &mut moves {
                        if m.1 == from {
                            m.1 = scratch;
                        }
                    }
                }
            }
        }
    }

    fn one_move(&mut self, to: u16, from: u16) {
        self.push(TraceOp::Move, 0);
        if let Some(code) = self.code.last_mut() {
            code.d = to;
            code.a = from;
        }
    }

    /// A look at the eval breaker right before the jump joins it.
    fn join_jump(&mut self) {
        let n = self.code.len();
        if n >= 2 && self.code[n - 2].op == TraceOp::GuardBreaker {
            let x = self.code[n - 2].x;
            let jump = self.code[n - 1];
            self.code.truncate(n - 2);
            self.code.push(Code {
                op: TraceOp::BreakerJump,
                x,
                ..jump
            });
        }
    }
}
