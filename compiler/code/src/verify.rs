//! Checks that code can be run without looking: every instruction decodes, every index is in its table, every jump lands on
//! an instruction, the stack never underflows and has one depth at each instruction, and never exceeds `co_stacksize`; empty
//! slots are taken only by what expects them.
//!
//! A walk over all paths from the first instruction, through fall-through, jumps and exception handlers. What no path
//! reaches is decoded, but its stack is not looked at.

use crate::object::flags;
use crate::{CodeObject, Const, exceptions, locations};
use hotpy_isa::encoding::{self, DecodeError, Decoded};
use hotpy_isa::{Arg, Imm, Op, Section, names};
use std::collections::HashSet;

/// What verified code needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// Stack depth before the instruction at each code unit; `None` for units that no path reaches or no instruction starts at.
    pub depths: Vec<Option<u32>>,
    /// The greatest depth.
    pub deepest: u32,
}

/// What is wrong with code, at which code unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    pub unit: usize,
    pub what: FaultKind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FaultKind {
    Decode(DecodeError),
    /// An index outside its table, or a code outside its range.
    BadArg(Op, u32),
    /// A jump or handler goes where no instruction starts.
    BadTarget(usize),
    Underflow(Op),
    /// It takes an empty slot, or may, where only a value will do.
    EmptySlot(Op),
    /// The slot that must be empty is not.
    NoEmptySlot(Op),
    UnequalDepth(u32, u32),
    FallsOffTheEnd,
    /// Deeper than `co_stacksize` says.
    TooDeep(u32),
    /// A quickened form, which no compiler makes.
    Quickened(Op),
    /// PRECALL and CALL do not belong together, or more names are given than arguments.
    BadCall,
    /// There are more parameters than variables, or kinds than names.
    BadVariables,
    /// What code of a surrogate may not do.
    NotInSurrogate(Op),
    /// What code of a surrogate may not be: a generator, a closure, code with code inside.
    NotASurrogate,
    /// The exception table is out of order or out of range.
    BadExceptionTable,
    /// The location table covers another number of units.
    BadLocationTable,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = self.unit;
        match &self.what {
            FaultKind::Decode(e) => write!(f, "{e}"),
            FaultKind::BadArg(op, arg) => write!(f, "unit {unit}: {op} cannot have argument {arg}"),
            FaultKind::BadTarget(t) => write!(f, "unit {unit}: no instruction starts at {t}"),
            FaultKind::Underflow(op) => write!(f, "unit {unit}: too little on the stack for {op}"),
            FaultKind::EmptySlot(op) => write!(f, "unit {unit}: {op} may take an empty slot"),
            FaultKind::NoEmptySlot(op) => write!(f, "unit {unit}: {op} needs an empty slot"),
            FaultKind::UnequalDepth(a, b) => {
                write!(f, "unit {unit}: stack depth is {a} one way, {b} another")
            }
            FaultKind::FallsOffTheEnd => write!(f, "unit {unit}: control falls off the end"),
            FaultKind::TooDeep(depth) => write!(f, "unit {unit}: the stack gets {depth} deep"),
            FaultKind::Quickened(op) => write!(f, "unit {unit}: {op} stands in no compiled code"),
            FaultKind::BadCall => write!(f, "unit {unit}: malformed call"),
            FaultKind::BadVariables => {
                write!(f, "the table of variables does not fit the parameters")
            }
            FaultKind::NotInSurrogate(op) => write!(f, "unit {unit}: no surrogate has {op}"),
            FaultKind::NotASurrogate => write!(f, "this is no code of a surrogate"),
            FaultKind::BadExceptionTable => write!(f, "malformed exception table"),
            FaultKind::BadLocationTable => write!(f, "malformed location table"),
        }
    }
}

impl std::error::Error for Fault {}

/// Verifies `code`, but not the code among its constants.
pub fn verify(code: &CodeObject) -> Result<Verified, Fault> {
    let v = Verifier::new(code)?;
    v.check_variables()?;
    v.check_args()?;
    v.check_calls()?;
    v.check_tables()?;
    v.walk()
}

/// Verifies `code` and all code within it.
pub fn verify_all(code: &CodeObject) -> Result<(), Fault> {
    verify(code)?;
    for c in &code.consts {
        if let Const::Code(inner) = c {
            verify_all(inner)?;
        }
    }
    Ok(())
}

/// No argument is greater: far more than any stack holds, and far from overflow.
const MAX_ARG: u32 = 1 << 28;

struct Verifier<'a> {
    code: &'a CodeObject,
    instrs: Vec<Decoded>,
    /// Index into `instrs` of the instruction that starts at a unit.
    starts: Vec<Option<usize>>,
    /// Units that jumps and handlers go to.
    targets: HashSet<usize>,
    handlers: Vec<exceptions::Entry>,
}

fn fault<T>(unit: usize, what: FaultKind) -> Result<T, Fault> {
    Err(Fault { unit, what })
}

impl<'a> Verifier<'a> {
    fn new(code: &'a CodeObject) -> Result<Verifier<'a>, Fault> {
        let mut instrs = Vec::new();
        let mut starts = vec![None; code.code.len() / 2];
        for d in encoding::instructions(&code.code) {
            match d {
                Ok(d) if d.op == Op::CACHE => {
                    return fault(d.at, FaultKind::BadArg(Op::CACHE, d.arg));
                }
                Ok(d) if d.op.info().section == Section::Quick => {
                    return fault(d.at, FaultKind::Quickened(d.op));
                }
                Ok(d) => {
                    starts[d.start] = Some(instrs.len());
                    instrs.push(d);
                }
                Err(e) => return fault(0, FaultKind::Decode(e)),
            }
        }
        let handlers: Vec<_> = exceptions::decode(&code.exceptiontable).collect();
        let jumps = instrs.iter().filter_map(Decoded::target);
        let targets = jumps.chain(handlers.iter().map(|e| e.target as usize));
        Ok(Verifier {
            code,
            targets: targets.collect(),
            instrs,
            starts,
            handlers,
        })
    }

    fn check_variables(&self) -> Result<(), Fault> {
        let code = self.code;
        let counted = [code.argcount, code.kwonlyargcount];
        let rest = [flags::VARARGS, flags::VARKEYWORDS];
        let rest = rest.into_iter().filter(|&f| code.flags & f != 0).count();
        let params: u64 = counted.into_iter().map(u64::from).sum();
        let fits = params + rest as u64 <= code.localsplusnames.len() as u64
            && code.posonlyargcount <= code.argcount
            && code.localspluskinds.len() == code.localsplusnames.len();
        match fits {
            true => Ok(()),
            false => fault(0, FaultKind::BadVariables),
        }
    }

    /// CALL's arguments are counted by the PRECALL before it, so the two must be one.
    fn check_calls(&self) -> Result<(), Fault> {
        let (mut prepared, mut names) = (None, None);
        for d in &self.instrs {
            let given = prepared.take();
            let bad = match d.op {
                Op::KW_NAMES => {
                    match self.code.consts.get(d.arg as usize) {
                        Some(Const::Tuple(items)) => names = Some(items.len()),
                        _ => names = None,
                    }
                    false
                }
                Op::PRECALL => {
                    prepared = Some(d.arg);
                    names.is_some_and(|n| n > d.arg as usize)
                }
                Op::CALL => {
                    names = None;
                    given != Some(d.arg) || self.targets.contains(&d.start)
                }
                _ => given.is_some() || names.is_some(),
            };
            if bad {
                return fault(d.start, FaultKind::BadCall);
            }
        }
        Ok(())
    }

    fn check_args(&self) -> Result<(), Fault> {
        let code = self.code;
        for d in &self.instrs {
            let info = d.op.info();
            let arg = d.arg as usize;
            let fits = match info.arg {
                Arg::Const => match d.op {
                    Op::KW_NAMES => matches!(code.consts.get(arg), Some(Const::Tuple(_))),
                    _ => arg < code.consts.len(),
                },
                Arg::Name => arg < code.names.len(),
                Arg::GlobalName => arg >> 1 < code.names.len(),
                Arg::Local | Arg::Deref => arg < code.localsplusnames.len(),
                Arg::Compare => arg < names::COMPARISONS.len(),
                Arg::BinaryKind => arg < names::BINARY_OPS.len(),
                Arg::Invert => arg < 2,
                Arg::JumpForward | Arg::JumpBackward => {
                    let target = match info.arg {
                        Arg::JumpForward => d.next.checked_add(arg),
                        _ => d.next.checked_sub(arg),
                    };
                    match target {
                        Some(t) if self.starts.get(t).copied().flatten().is_some() => true,
                        t => return fault(d.start, FaultKind::BadTarget(t.unwrap_or(0))),
                    }
                }
                Arg::Imm => {
                    let imm = info.dollar.map_or(Imm::None, |d| d.imm);
                    match imm {
                        Imm::Const => arg < code.consts.len(),
                        Imm::Constant => arg < hotpy_isa::constants::NAMES.len(),
                        Imm::Field => arg < hotpy_isa::fields::NAMES.len(),
                        Imm::Slot => arg < names::SLOTS.len(),
                        // The blob's reader knows how many surrogates there are.
                        Imm::None | Imm::Int | Imm::Count | Imm::Surrogate => true,
                    }
                }
                Arg::None | Arg::Count | Arg::Flags | Arg::Raw | Arg::Target => true,
            };
            // Stack effects are computed from it.
            if !fits || d.arg > MAX_ARG {
                return fault(d.start, FaultKind::BadArg(d.op, d.arg));
            }
        }
        Ok(())
    }

    fn check_tables(&self) -> Result<(), Fault> {
        let units = self.starts.len();
        let mut end = 0;
        for e in &self.handlers {
            if e.start < end || e.end <= e.start || e.end as usize > units {
                return fault(e.start as usize, FaultKind::BadExceptionTable);
            }
            end = e.end;
            if self
                .starts
                .get(e.target as usize)
                .copied()
                .flatten()
                .is_none()
            {
                return fault(e.start as usize, FaultKind::BadTarget(e.target as usize));
            }
        }
        let located: usize = locations::decode(&self.code.linetable, self.code.firstlineno)
            .map(|e| e.units)
            .sum();
        if located != units {
            return fault(0, FaultKind::BadLocationTable);
        }
        Ok(())
    }

    fn walk(&self) -> Result<Verified, Fault> {
        let generator = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
        let mut w = Walk {
            v: self,
            stacks: vec![None; self.starts.len()],
            work: Vec::new(),
            deepest: 0,
        };
        let sent = Stack {
            depth: u32::from(self.code.flags & generator != 0),
            odd: Vec::new(),
        };
        w.reach(0, sent, 0)?;
        while let Some(index) = w.work.pop() {
            w.step(&self.instrs[index])?;
        }
        let depth = |stack: &Option<Stack>| stack.as_ref().map(|s| s.depth);
        Ok(Verified {
            depths: w.stacks.iter().map(depth).collect(),
            deepest: w.deepest,
        })
    }
}

/// What may lie in a slot of the stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Slot {
    Value,
    /// Nothing: what tells CALL that there is no bound `self`.
    Empty,
    Either,
}

/// The stack at an instruction: its depth, and the slots from the bottom that hold no value for sure.
#[derive(Clone, Default)]
struct Stack {
    depth: u32,
    odd: Vec<(u32, Slot)>,
}

impl Stack {
    fn get(&self, at: u32) -> Slot {
        let found = self.odd.iter().find(|(i, _)| *i == at);
        found.map_or(Slot::Value, |(_, slot)| *slot)
    }

    fn set(&mut self, at: u32, slot: Slot) {
        self.odd.retain(|(i, _)| *i != at);
        if slot != Slot::Value {
            self.odd.push((at, slot));
        }
    }

    fn cut(&self, depth: u32) -> Stack {
        let kept = self.odd.iter().copied().filter(|(i, _)| *i < depth);
        Stack {
            depth,
            odd: kept.collect(),
        }
    }

    /// What holds whichever of the two it is; whether that is less than was known of this one.
    fn join(&mut self, other: &Stack) -> bool {
        let places = self.odd.iter().chain(&other.odd).map(|(i, _)| *i);
        let differs = |at: &u32| self.get(*at) != other.get(*at) && self.get(*at) != Slot::Either;
        let changed: Vec<u32> = places.filter(differs).collect();
        for &at in &changed {
            self.set(at, Slot::Either);
        }
        !changed.is_empty()
    }
}

struct Walk<'a> {
    v: &'a Verifier<'a>,
    /// The stack before the instruction at each code unit.
    stacks: Vec<Option<Stack>>,
    work: Vec<usize>,
    deepest: u32,
}

impl Walk<'_> {
    fn reach(&mut self, unit: usize, stack: Stack, from: usize) -> Result<(), Fault> {
        let Some(index) = self.v.starts.get(unit).copied().flatten() else {
            return fault(from, FaultKind::FallsOffTheEnd);
        };
        let depth = stack.depth;
        if depth > self.v.code.stacksize {
            return fault(from, FaultKind::TooDeep(depth));
        }
        self.deepest = self.deepest.max(depth);
        match &mut self.stacks[unit] {
            None => self.stacks[unit] = Some(stack),
            Some(there) => {
                if there.depth != depth {
                    return fault(unit, FaultKind::UnequalDepth(there.depth, depth));
                }
                if !there.join(&stack) {
                    return Ok(());
                }
            }
        }
        self.work.push(index);
        Ok(())
    }

    /// The stack after an instruction that finds `stack`.
    fn after(&self, d: &Decoded, stack: &Stack, jump: bool) -> Result<Stack, Fault> {
        let (popped, pushed) = d.op.info().stack(d.arg, jump);
        let Some(rest) = stack.depth.checked_sub(popped) else {
            return fault(d.start, FaultKind::Underflow(d.op));
        };
        let lowest = stack.get(rest);
        // Where an empty slot may be taken, or must, it is the lowest.
        let values_from = match d.op {
            Op::CALL | Op::PRECALL => rest + 1,
            Op::CALL_FUNCTION_EX | Op::S_TAIL_CALL if lowest == Slot::Empty => rest + 1,
            Op::CALL_FUNCTION_EX | Op::S_TAIL_CALL => {
                return fault(d.start, FaultKind::NoEmptySlot(d.op));
            }
            Op::COPY | Op::SWAP => u32::MAX,
            _ => rest,
        };
        if stack.odd.iter().any(|(i, _)| *i >= values_from) {
            return fault(d.start, FaultKind::EmptySlot(d.op));
        }
        let mut after = stack.cut(rest);
        after.depth = rest.saturating_add(pushed);
        match d.op {
            Op::PUSH_NULL => after.set(rest, Slot::Empty),
            Op::LOAD_METHOD => after.set(rest, Slot::Either),
            Op::LOAD_GLOBAL if d.arg & 1 != 0 => after.set(rest, Slot::Empty),
            Op::PRECALL => after.set(rest, lowest),
            Op::COPY | Op::SWAP if d.arg == 0 => {
                return fault(d.start, FaultKind::BadArg(d.op, d.arg));
            }
            Op::COPY => {
                after.odd.clone_from(&stack.odd);
                after.set(stack.depth, lowest);
            }
            Op::SWAP => {
                after.odd.clone_from(&stack.odd);
                let top = stack.depth - 1;
                after.set(rest, stack.get(top));
                after.set(top, lowest);
            }
            _ => {}
        }
        Ok(after)
    }

    fn step(&mut self, d: &Decoded) -> Result<(), Fault> {
        let stack = self.stacks[d.start].clone().unwrap_or_default();
        if let Some(target) = d.target() {
            self.reach(target, self.after(d, &stack, true)?, d.start)?;
        }
        let next = self.after(d, &stack, false)?;
        if !d.op.info().no_fallthrough() {
            self.reach(d.next, next, d.start)?;
        }
        let at = d.at as u32;
        let handler = self.v.handlers.iter().find(|e| e.start <= at && at < e.end);
        if let Some(e) = handler {
            if e.depth > stack.depth {
                return fault(d.start, FaultKind::Underflow(d.op));
            }
            let mut caught = stack.cut(e.depth);
            caught.depth = e.depth.saturating_add(1 + u32::from(e.lasti));
            self.reach(e.target as usize, caught, d.start)?;
        }
        Ok(())
    }
}
