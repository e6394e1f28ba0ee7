//! The op table: every opcode of CPython 3.11, every pseudo-instruction of the compiler, every atomic op.

#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u16)]
pub enum Op {
    CACHE = 0,
}
