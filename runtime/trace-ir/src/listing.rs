//! Instructions packed for keeping: a finished trace is executed as other code, these are for people. Numbers take as many bytes as they
//! need, operands are counted backwards.

use crate::*;

/// The instructions of a trace, packed.
#[derive(Debug, Default)]
pub struct Listing {
    bytes: Box<[u8]>,
    count: usize,
}

fn put(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn take(bytes: &mut &[u8]) -> u64 {
    let (mut n, mut shift) = (0, 0);
    while let Some((&byte, rest)) = bytes.split_first() {
        *bytes = rest;
        n |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
        shift += 7;
    }
    n
}

/// Which parts an instruction has, in a byte before them.
const HAS: [u8; 6] = [1, 2, 4, 8, 16, 32];

impl Listing {
    pub fn pack(trace: &Trace) -> Listing {
        let mut out = Vec::with_capacity(trace.insts.len() * 8);
        for (at, inst) in trace.insts.iter().enumerate() {
            let args = trace.args_of(at as Val);
            let back = |v: Val| {
                if v == NONE {
                    0
                } else {
                    (at as u64 + 1).wrapping_sub(u64::from(v))
                }
            };
            let snap = if inst.snap == NONE {
                0
            } else {
                u64::from(inst.snap) + 1
            };
            let parts = [
                back(inst.a),
                back(inst.b),
                back(inst.c),
                inst.imm,
                snap,
                args.len() as u64,
            ];
            let has = HAS
                .iter()
                .zip(parts)
                .filter(|(_, n)| *n != 0)
                .map(|(bit, _)| bit)
                .sum();
            out.push(inst.op as u8);
            out.push(has);
            parts
                .into_iter()
                .filter(|n| *n != 0)
                .for_each(|n| put(&mut out, n));
            args.iter().for_each(|&v| put(&mut out, back(v)));
        }
        Listing {
            bytes: out.into(),
            count: trace.insts.len(),
        }
    }

    /// The instructions with their operands; nothing else of the trace.
    pub fn unpack(&self) -> Trace {
        let mut trace = Trace {
            insts: Vec::with_capacity(self.count),
            args: Vec::new(),
            snaps: Vec::new(),
            recipes: Recipes::default(),
            consts: Vec::new(),
            end: End::Loop(Vec::new()),
        };
        let mut bytes = &self.bytes[..];
        for at in 0..self.count {
            let [op, has, rest @ ..] = bytes else { break };
            bytes = rest;
            let parts = HAS.map(|bit| if has & bit != 0 { take(&mut bytes) } else { 0 });
            let value = |back: u64| match back {
                0 => NONE,
                back => (at as u64 + 1).wrapping_sub(back) as Val,
            };
            let [a, b, c, imm, snap, count] = parts;
            trace.insts.push(Inst {
                op: TraceOp::ALL
                    .get(*op as usize)
                    .copied()
                    .unwrap_or(TraceOp::Nop),
                a: value(a),
                b: value(b),
                c: value(c),
                imm,
                snap: (snap as SnapId).wrapping_sub(1),
            });
            if count > 0 {
                let args = (0..count).map(|_| value(take(&mut bytes))).collect();
                trace.args.push((at as Val, args));
            }
        }
        trace
    }

    /// The bytes it takes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back() {
        let inst = |op, a, b, imm, snap| Inst {
            a,
            b,
            imm,
            snap,
            ..Inst::new(op)
        };
        let trace = Trace {
            insts: vec![
                inst(TraceOp::Arg, NONE, NONE, 0, NONE),
                inst(TraceOp::ConstInt, NONE, NONE, u64::MAX, NONE),
                inst(TraceOp::PhiInt, 1, NONE, 0, NONE),
                inst(TraceOp::IntAdd, 1, 2, 0, 0),
                inst(TraceOp::Call, NONE, NONE, 7 << 32 | 5, 1000),
                Inst::new(TraceOp::Nop),
            ],
            args: vec![(4, vec![0, 3, 1])],
            snaps: Vec::new(),
            recipes: Recipes::default(),
            consts: Vec::new(),
            end: End::Loop(Vec::new()),
        };
        assert_eq!(Listing::pack(&trace).unpack(), trace);
    }
}
