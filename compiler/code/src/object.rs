//! The code object as the compiler makes it: CPython 3.11's fields, nothing of any runtime.

use crate::{Const, PyStr};

/// Flags of `co_flags`.
pub mod flags {
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    /// HotPy's own: code of a surrogate; its frames are hidden. Never set in anything that CPython reads.
    pub const SURROGATE: u32 = 0x4000_0000;
}

/// Kinds of `co_localspluskinds`.
pub mod kind {
    pub const LOCAL: u8 = 0x20;
    pub const CELL: u8 = 0x40;
    pub const FREE: u8 = 0x80;
}

/// One compiled scope. Fields are those of CPython 3.11's code object, in its own units:
/// `code` is unquickened bytecode with CACHE entries, two bytes per unit.
#[derive(Clone, Debug, Default)]
pub struct CodeObject {
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    pub flags: u32,
    pub code: Vec<u8>,
    pub consts: Vec<Const>,
    pub names: Vec<PyStr>,
    /// Locals, then cells that are no arguments, then free variables.
    pub localsplusnames: Vec<PyStr>,
    /// One byte of [`kind`] bits per entry of `localsplusnames`.
    pub localspluskinds: Vec<u8>,
    pub filename: PyStr,
    pub name: PyStr,
    pub qualname: PyStr,
    pub firstlineno: u32,
    pub linetable: Vec<u8>,
    pub exceptiontable: Vec<u8>,
}

impl CodeObject {
    /// Whether this is a class's body: the only scope with a name of its own whose variables are not in the frame.
    pub fn is_class(&self) -> bool {
        self.flags & flags::OPTIMIZED == 0 && self.qualname != self.name
    }
}
