//! From a trace to code of the register interpreter: what is needed gets registers (`passes::register`), each instruction becomes code,
//! constants become addresses.

use crate::abort::Abort;
use crate::build::{Built, Obj};
use hotpy_trace_ir::passes::register::{self, Assignment, Item};
use hotpy_trace_ir::*;

/// One instruction of the register interpreter.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Code {
    pub op: TraceOp,
    /// A `guard.valid` follows: if nothing has changed, it is skipped.
    pub then_valid: bool,
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

/// The target of links to a tree's loop, and to its start, with the arguments in their registers.
pub const LOOP: u32 = 0;
pub const START: u32 = 1;

pub use register::NO_REGISTER;
/// The register file's size.
pub const MAX_REGISTERS: usize = 4096;
/// Among further operands: a constant's number, not a register's.
pub const CONSTANT: u16 = 0x8000;

struct Lowering<'a> {
    trace: &'a Trace,
    consts: &'a [Obj],
    registers: Vec<u16>,
    /// Constants that operations have in themselves.
    embedded: Vec<bool>,
    code: Vec<Code>,
    args: Vec<u16>,
}

/// Makes code. Registers from `base` on are free.
pub fn lower(built: &Built, base: u16) -> Result<Lowered, Abort> {
    let trace = &built.trace;
    let mut needed = dce::needed(trace);
    let embedded = match crate::config::register() {
        true => embed::embedded(trace, &needed),
        false => vec![false; trace.insts.len()],
    };
    for (needed, embedded) in needed.iter_mut().zip(&embedded) {
        *needed &= !embedded;
    }
    let Assignment {
        registers,
        items,
        top,
    } = register::assign(trace, &needed, base, &crate::config::passes());
    if top >= MAX_REGISTERS {
        return Err(Abort::Registers);
    }
    let mut l = Lowering {
        trace,
        consts: &built.consts,
        registers,
        embedded,
        code: Vec::with_capacity(items.len() + 1),
        args: Vec::new(),
    };
    let mut loop_at = 0;
    for item in items {
        match item {
            Item::Inst(at) => l.inst(at)?,
            Item::Move { to, from } => l.one_move(to, from),
            Item::Loop => loop_at = l.code.len(),
        }
    }
    match &trace.end {
        End::Loop(_) => {
            l.push(TraceOp::Jump, loop_at as u64);
            if crate::config::coalesce() {
                l.join_jump();
            }
        }
        End::Link { target, .. } if *target == START => l.push(TraceOp::Restart, 0),
        End::Link { .. } => l.push(TraceOp::Jump, u64::MAX),
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
    for k in 1..l.code.len() {
        l.code[k - 1].then_valid = l.code[k].op == TraceOp::GuardValid;
    }
    if crate::config::coalesce() {
        l.join_entries();
        l.join_pairs();
    }
    Ok(Lowered {
        code: l.code,
        loop_at,
        args: l.args,
        registers: l.registers,
        top: top as u16,
    })
}

impl Lowering<'_> {
    fn push(&mut self, op: TraceOp, imm: u64) {
        self.code.push(Code {
            op,
            then_valid: false,
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

    fn is_embedded(&self, v: Val) -> bool {
        v != NONE && self.embedded[v as usize]
    }

    /// The address of an embedded constant.
    fn constant(&self, v: Val) -> u64 {
        self.consts[self.trace.insts[v as usize].imm as usize].ptr() as u64
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
            then_valid: false,
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
            CopyObj | CopyInt | CopyFloat | CopyBool => code.op = Move,
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
                    let (op, swap) =
                        register::fused(cmp.op, inst.op == GuardTrue).ok_or(Abort::Internal)?;
                    let (a, b) = if swap { (cmp.b, cmp.a) } else { (cmp.a, cmp.b) };
                    code.op = op;
                    code.a = self.reg(a);
                    code.b = self.reg(b);
                }
            }
            IncRef if self.is_embedded(inst.a) => {
                code.op = IncRefConst;
                code.imm = self.constant(inst.a);
            }
            DictItem | DictHas if self.is_embedded(inst.b) => {
                code.op = match inst.op {
                    DictItem => DictItemConst,
                    _ => DictHasConst,
                };
                code.imm = self.constant(inst.b);
            }
            StrEq if self.is_embedded(inst.a) || self.is_embedded(inst.b) => {
                let (constant, other) = match self.is_embedded(inst.a) {
                    true => (inst.a, inst.b),
                    false => (inst.b, inst.a),
                };
                code.op = StrEqConst;
                code.a = self.reg(other);
                code.imm = self.constant(constant);
            }
            SliceSet => {
                code.aux = self.args.len() as u32;
                for &v in self.trace.args_of(at) {
                    self.args.push(self.registers[v as usize]);
                }
            }
            Call | CallRaises | NewTuple | NewFunction => {
                let args = self.trace.args_of(at);
                code.aux = self.args.len() as u32;
                code.b = args.len() as u16;
                for &v in args {
                    let arg = if self.is_embedded(v) {
                        CONSTANT | self.trace.insts[v as usize].imm as u16
                    } else {
                        self.registers[v as usize]
                    };
                    self.args.push(arg);
                }
            }
            _ => {}
        }
        self.code.push(code);
        Ok(())
    }

    fn one_move(&mut self, to: u16, from: u16) {
        self.push(TraceOp::Move, 0);
        if let Some(code) = self.code.last_mut() {
            code.d = to;
            code.a = from;
        }
    }

    /// What lets a generator go on is one operation, which has its parts behind it.
    fn join_entries(&mut self) {
        use TraceOp::*;
        for k in 2..self.code.len() {
            let parts = [&self.code[k - 2], &self.code[k - 1], &self.code[k]];
            if parts.map(|c| c.op) == [GuardGen, GuardGenSlots, GenResume]
                && parts.iter().all(|c| c.a == parts[0].a)
            {
                self.code[k - 2].op = GenEnter;
            }
        }
    }

    /// Operations that often follow each other become one, which has the second one behind it.
    fn join_pairs(&mut self) {
        use TraceOp::*;
        for k in 1..self.code.len() {
            let (first, second) = (&self.code[k - 1], &self.code[k]);
            let follows = second.a == first.d && first.d != NO_REGISTER;
            let joined = match (first.op, second.op) {
                (TupleItem, UnboxInt) => TupleItemInt,
                (TupleNext, UnboxInt) => TupleNextInt,
                (ListItem, UnboxInt) => ListItemInt,
                (ListNext, UnboxInt) => ListNextInt,
                (AttrLoad, UnboxInt) => AttrLoadInt,
                (AttrDict, DictItemConst) => AttrDictItem,
                (StrEq, GuardTrue | GuardFalse) => StrEqTest,
                (StrEqConst, GuardTrue | GuardFalse) => StrEqConstTest,
                (GenPeek, GenEnter) => GenPeekEnter,
                _ => continue,
            };
            if follows {
                self.code[k - 1].op = joined;
            }
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
