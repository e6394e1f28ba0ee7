//! Stack effects of opcodes, from the one op table.

use hotpy_isa::{Op, Section};

/// `PY_INVALID_STACK_EFFECT`.
const INVALID: i32 = i32::MAX;

/// The effect of an opcode with an argument, when it jumps (1), when not (0), or the larger of both (-1).
pub fn stack_effect(opcode: i32, argument: i32, jump: i32) -> i32 {
    let Some(op) = u8::try_from(opcode).ok().and_then(Op::from_u8) else {
        return INVALID;
    };
    let info = op.info();
    if info.section != Section::Base {
        return INVALID;
    }
    let effect = |jumps| info.stack_effect(argument as u32, jumps);
    match jump {
        0 => effect(false),
        1 => effect(true),
        _ => effect(false).max(effect(true)),
    }
}
