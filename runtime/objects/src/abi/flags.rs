//! Flag words and small constants of the C API.

/// `tp_flags`.
pub mod tp {
    pub const HAVE_FINALIZE: u64 = 1 << 0;
    pub const MANAGED_DICT: u64 = 1 << 4;
    pub const SEQUENCE: u64 = 1 << 5;
    pub const MAPPING: u64 = 1 << 6;
    pub const DISALLOW_INSTANTIATION: u64 = 1 << 7;
    pub const IMMUTABLETYPE: u64 = 1 << 8;
    pub const HEAPTYPE: u64 = 1 << 9;
    pub const BASETYPE: u64 = 1 << 10;
    pub const HAVE_VECTORCALL: u64 = 1 << 11;
    pub const READY: u64 = 1 << 12;
    pub const READYING: u64 = 1 << 13;
    pub const HAVE_GC: u64 = 1 << 14;
    pub const METHOD_DESCRIPTOR: u64 = 1 << 17;
    pub const HAVE_VERSION_TAG: u64 = 1 << 18;
    pub const VALID_VERSION_TAG: u64 = 1 << 19;
    pub const IS_ABSTRACT: u64 = 1 << 20;
    /// A class pattern's single positional sub-pattern matches the object itself.
    pub const MATCH_SELF: u64 = 1 << 22;
    pub const LONG_SUBCLASS: u64 = 1 << 24;
    pub const LIST_SUBCLASS: u64 = 1 << 25;
    pub const TUPLE_SUBCLASS: u64 = 1 << 26;
    pub const BYTES_SUBCLASS: u64 = 1 << 27;
    pub const UNICODE_SUBCLASS: u64 = 1 << 28;
    pub const DICT_SUBCLASS: u64 = 1 << 29;
    pub const BASE_EXC_SUBCLASS: u64 = 1 << 30;
    pub const TYPE_SUBCLASS: u64 = 1 << 31;
    /// As in 3.11, where every type may have a version tag.
    pub const DEFAULT: u64 = 0;
    /// Bits 32 and up are HotPy's own; C code compiled for 3.11 never looks at them.
    pub const HOTPY_FIRST: u32 = 32;
    /// The type, or the builtin type that a class of Python is made from, is one of the object model's own: neither a module's nor C code's.
    pub const CORE: u64 = 1 << 33;
    /// No operation on an instance, whatever it is, runs Python: what it holds is as plain.
    pub const PLAIN: u64 = 1 << 34;
    /// No operator with such operands runs Python, comparisons and formatting apart.
    pub const INERT: u64 = 1 << 35;
    /// Making an instance, or calling one, asks Python before it changes anything. Inherited, as CORE is.
    pub const ASKS_FIRST: u64 = 1 << 36;
    /// A type of C code, or a class made from one.
    pub const FOREIGN: u64 = 1 << 37;
    /// Steps or calls of instances are tasks (`task`). Inherited.
    pub const TASKS: u64 = 1 << 38;
    /// An instance's truth and length never change, and asking for them runs nothing.
    pub const LASTING: u64 = 1 << 39;
    /// Whether a step of such an iterator runs Python is told by what it works with. Inherited.
    pub const STEPS_ASK: u64 = 1 << 40;
    /// From here on: the type's place among those with [`TASKS`]. Inherited.
    pub const TASK_SHIFT: u32 = 48;
    /// Marks that a class has from the type that its instances are made like.
    pub const MADE_LIKE: u64 = ASKS_FIRST | TASKS | STEPS_ASK | !0 << TASK_SHIFT;
}

/// `ml_flags`. HotPy's own are `BARE_NAME` (CPython declares the builtin METH_VARARGS, whose message for keywords has the bare name), and bits 16
/// and up: the number (plus one) of the surrogate that carries the builtin.
pub mod meth {
    pub const VARARGS: i32 = 0x1;
    pub const KEYWORDS: i32 = 0x2;
    pub const NOARGS: i32 = 0x4;
    pub const O: i32 = 0x8;
    pub const CLASS: i32 = 0x10;
    pub const STATIC: i32 = 0x20;
    pub const COEXIST: i32 = 0x40;
    pub const FASTCALL: i32 = 0x80;
    pub const METHOD: i32 = 0x200;
    pub const BARE_NAME: i32 = 0x1000;
    pub const SURROGATE_SHIFT: u32 = 16;
}

/// Operators of `tp_richcompare`.
pub mod cmp {
    pub const LT: i32 = 0;
    pub const LE: i32 = 1;
    pub const EQ: i32 = 2;
    pub const NE: i32 = 3;
    pub const GT: i32 = 4;
    pub const GE: i32 = 5;
}

/// Kinds of `PyMemberDef.type`.
pub mod member {
    pub const SHORT: i32 = 0;
    pub const INT: i32 = 1;
    pub const LONG: i32 = 2;
    pub const FLOAT: i32 = 3;
    pub const DOUBLE: i32 = 4;
    pub const STRING: i32 = 5;
    pub const OBJECT: i32 = 6;
    pub const CHAR: i32 = 7;
    pub const BYTE: i32 = 8;
    pub const UBYTE: i32 = 9;
    pub const USHORT: i32 = 10;
    pub const UINT: i32 = 11;
    pub const ULONG: i32 = 12;
    pub const STRING_INPLACE: i32 = 13;
    pub const BOOL: i32 = 14;
    pub const OBJECT_EX: i32 = 16;
    pub const LONGLONG: i32 = 17;
    pub const ULONGLONG: i32 = 18;
    pub const PYSSIZET: i32 = 19;
    pub const NONE: i32 = 20;
    pub const READONLY: i32 = 1;
    pub const AUDIT_READ: i32 = 2;
}

/// `flags` of `bf_getbuffer`.
pub mod buffer {
    pub const SIMPLE: i32 = 0;
    pub const WRITABLE: i32 = 1;
    pub const FORMAT: i32 = 4;
    pub const ND: i32 = 8;
    pub const STRIDES: i32 = 0x10 | ND;
    pub const C_CONTIGUOUS: i32 = 0x20 | STRIDES;
    pub const F_CONTIGUOUS: i32 = 0x40 | STRIDES;
    pub const ANY_CONTIGUOUS: i32 = 0x80 | STRIDES;
    pub const INDIRECT: i32 = 0x100 | STRIDES;
    pub const FULL: i32 = INDIRECT | WRITABLE | FORMAT;
    pub const FULL_RO: i32 = INDIRECT | FORMAT;
    pub const CONTIG: i32 = ND | WRITABLE;
    pub const CONTIG_RO: i32 = ND;
}

/// The argument count of a vectorcall carries this bit when slot -1 may be overwritten.
pub const VECTORCALL_ARGUMENTS_OFFSET: usize = 1 << 63;

/// Kind of `_PyInterpreterFrame.owner`.
pub mod owner {
    pub const THREAD: u8 = 0;
    pub const GENERATOR: u8 = 1;
    pub const FRAME_OBJECT: u8 = 2;
}

/// `PyGenObject.gi_frame_state`.
pub mod frame_state {
    pub const CREATED: i8 = -2;
    pub const SUSPENDED: i8 = -1;
    pub const EXECUTING: i8 = 0;
    pub const COMPLETED: i8 = 1;
    pub const CLEARED: i8 = 4;
}
