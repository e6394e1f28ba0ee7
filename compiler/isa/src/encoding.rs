//! Instructions as code units: two bytes each, opcode and argument byte; higher argument bytes go before, each in an
//! EXTENDED_ARG; inline CACHE units, all zero in compiled code, follow.

use crate::Op;

/// One instruction as found in code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decoded {
    pub op: Op,
    pub arg: u32,
    /// Unit of its first EXTENDED_ARG, or of itself.
    pub start: usize,
    /// Unit of the opcode proper.
    pub at: usize,
    /// Unit after it and its CACHE entries.
    pub next: usize,
}

/// Why code cannot be decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DecodeError {
    /// The byte at this unit is no op.
    UnknownOp(usize, u8),
    /// The code ends inside the instruction that starts at this unit.
    Truncated(usize),
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DecodeError::UnknownOp(unit, byte) => {
                write!(f, "no op has number {byte} (at unit {unit})")
            }
            DecodeError::Truncated(unit) => {
                write!(f, "code ends inside the instruction at unit {unit}")
            }
        }
    }
}

impl std::error::Error for DecodeError {}

/// EXTENDED_ARG units that an argument needs.
pub fn extended_args(arg: u32) -> usize {
    match arg {
        0..=0xff => 0,
        0x100..=0xffff => 1,
        0x1_0000..=0xff_ffff => 2,
        _ => 3,
    }
}

/// Units that an instruction takes, CACHE entries included.
pub fn size(op: Op, arg: u32) -> usize {
    extended_args(arg) + 1 + op.caches()
}

/// Appends an instruction with its EXTENDED_ARGs and zeroed CACHE entries. Answers false, having appended nothing, for
/// a pseudo-instruction.
pub fn encode(code: &mut Vec<u8>, op: Op, arg: u32) -> bool {
    let Some(byte) = op.byte() else { return false };
    for i in (1..=extended_args(arg)).rev() {
        code.extend([Op::EXTENDED_ARG as u8, (arg >> (8 * i)) as u8]);
    }
    code.extend([byte, arg as u8]);
    code.resize(code.len() + 2 * op.caches(), 0);
    true
}

/// The instruction that starts at `unit`; `None` at the end of the code.
pub fn decode(code: &[u8], unit: usize) -> Option<Result<Decoded, DecodeError>> {
    let mut at = unit;
    let mut arg = 0u32;
    if 2 * unit >= code.len() {
        return None;
    }
    loop {
        let Some(pair) = code.get(2 * at..2 * at + 2) else {
            return Some(Err(DecodeError::Truncated(unit)));
        };
        let Some(op) = Op::from_u8(pair[0]) else {
            return Some(Err(DecodeError::UnknownOp(at, pair[0])));
        };
        arg = arg << 8 | u32::from(pair[1]);
        if op != Op::EXTENDED_ARG {
            let next = at + 1 + op.caches();
            if 2 * next > code.len() {
                return Some(Err(DecodeError::Truncated(unit)));
            }
            return Some(Ok(Decoded {
                op,
                arg,
                start: unit,
                at,
                next,
            }));
        }
        at += 1;
    }
}

/// All instructions in order; stops after the first error.
pub fn instructions(code: &[u8]) -> impl Iterator<Item = Result<Decoded, DecodeError>> + '_ {
    let mut unit = Some(0);
    std::iter::from_fn(move || {
        let item = decode(code, unit?)?;
        unit = item.as_ref().ok().map(|d| d.next);
        Some(item)
    })
}

impl Decoded {
    /// The unit a jump goes to, if the instruction is one.
    pub fn target(&self) -> Option<usize> {
        match self.op.info().arg {
            crate::Arg::JumpForward => Some(self.next + self.arg as usize),
            crate::Arg::JumpBackward => Some(self.next.saturating_sub(self.arg as usize)),
            _ => None,
        }
    }
}
