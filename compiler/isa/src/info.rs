//! Everything derived from the table's rows: the enum, one [`OpInfo`] per op, look-up by number and name.
//!
//! Invariants, checked while compiling: no two rows share a number (the enum's discriminants), and every row's number
//! lies in its section's range (`CHECKED`).

use crate::Effects;

/// Which section of the table an op is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Section {
    /// An opcode of CPython 3.11.
    Base,
    /// An instruction that exists only inside the compiler.
    Pseudo,
    /// An atomic op of low-level Python.
    Atomic,
    /// A base op rewritten with an inline cache.
    Quick,
}

/// What an instruction's argument means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Arg {
    /// Nothing.
    None,
    /// Index into `co_consts`.
    Const,
    /// Index into `co_names`.
    Name,
    /// Index into `co_names`, shifted left by one; the low bit is a flag.
    GlobalName,
    /// Index of a plain local in the frame's variables.
    Local,
    /// Index of a cell in the frame's variables. Before assembly: among cell, then free variables.
    Deref,
    /// Units to skip, counted from the next instruction.
    JumpForward,
    /// Units to go back, counted from the next instruction.
    JumpBackward,
    /// A comparison, 0 to 5; see [`crate::names::COMPARISONS`].
    Compare,
    /// A binary operator; see [`crate::names::BINARY_OPS`].
    BinaryKind,
    /// 1 for the negated form.
    Invert,
    /// A number of items or a depth.
    Count,
    /// Bits or a small code, explained by the op.
    Flags,
    /// Uninterpreted bits.
    Raw,
    /// A basic block (pseudo-instructions).
    Target,
    /// The immediate of an atomic op; see [`Dollar::imm`].
    Imm,
}

/// Where control goes after the op, exceptions apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Flow {
    /// To the next instruction.
    Next,
    /// To the next instruction or to the jump's target.
    Branch,
    /// To the jump's target.
    Goto,
    /// Nowhere in this code.
    End,
}

/// Type of a stack operand or result of an atomic op, as the dialect's checker knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Ty {
    Any,
    Type,
    Func,
    Code,
    Dict,
    Tuple,
    List,
    Set,
    Bool,
    Str,
    Int,
    Float,
    Exc,
    Frame,
    Gen,
    Iter,
    Slice,
    Cell,
    Method,
    None,
    /// As many operands of any type as the immediate says (last operand only).
    Many,
}

impl Ty {
    /// All types, each at the place of its number.
    pub const ALL: [Ty; 21] = [
        Ty::Any,
        Ty::Type,
        Ty::Func,
        Ty::Code,
        Ty::Dict,
        Ty::Tuple,
        Ty::List,
        Ty::Set,
        Ty::Bool,
        Ty::Str,
        Ty::Int,
        Ty::Float,
        Ty::Exc,
        Ty::Frame,
        Ty::Gen,
        Ty::Iter,
        Ty::Slice,
        Ty::Cell,
        Ty::Method,
        Ty::None,
        Ty::Many,
    ];

    /// The type's name in the table and in annotations of low-level Python.
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// The type of this name; [`Ty::Many`] is none.
    pub fn from_name(name: &str) -> Option<Ty> {
        Ty::ALL[..20].iter().copied().find(|t| t.name() == name)
    }
}

/// What the argument of an atomic op's instruction holds, given as the last argument in the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Imm {
    None,
    /// A native field, by name in the source, by number in the code; see [`crate::fields`].
    Field,
    /// Index into `co_consts`.
    Const,
    /// A small non-negative integer.
    Int,
    /// A slot of a type, by name in the source; see [`crate::names::SLOTS`].
    Slot,
    /// Number of operands of [`Ty::Many`]; not written in the source.
    Count,
    /// A constant of the runtime, by name in the source; see [`crate::constants`].
    Constant,
    /// A surrogate, by name in the source, by its number in the blob in the code.
    Surrogate,
}

impl Imm {
    /// What is written in the source as the op's last argument; `None` if nothing is.
    pub const fn written(self) -> Option<&'static str> {
        match self {
            Imm::None | Imm::Count => None,
            Imm::Field => Some("name of a native field"),
            Imm::Const => Some("literal"),
            Imm::Int => Some("number from 0 to 65535"),
            Imm::Slot => Some("name of a slot"),
            Imm::Constant => Some("name of a constant"),
            Imm::Surrogate => Some("name of a surrogate"),
        }
    }
}

/// What an atomic op leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Returns {
    /// One value.
    Value(Ty),
    /// True or False.
    Bool,
    /// The value (`None` if there is none), and above it whether there is one.
    Found(Ty),
    /// Nothing is pushed; in an expression it counts as None.
    None,
    /// Never comes back: raises, or replaces the frame.
    NoReturn,
}

/// One stack operand of an atomic op.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Operand {
    pub name: &'static str,
    pub ty: Ty,
}

/// What is known about an atomic op besides what every op has.
#[derive(Clone, Copy, Debug)]
pub struct Dollar {
    /// The name after `$` in low-level Python.
    pub name: &'static str,
    pub operands: &'static [Operand],
    pub returns: Returns,
    pub imm: Imm,
    /// A fragment of low-level Python, whose free names are parameters.
    pub example: &'static str,
    /// The exceptions it raises itself, and where others come from; empty if it raises none, or only those of code that it runs.
    pub raises: &'static str,
}

impl Dollar {
    /// Whether the last operand stands for a number of operands told by the immediate.
    pub fn is_variadic(&self) -> bool {
        matches!(self.operands.last(), Some(o) if o.ty == Ty::Many)
    }

    /// Operands popped and results pushed, given the immediate.
    pub fn stack(&self, arg: u32) -> (u32, u32) {
        let fixed = self.operands.len() as u32;
        let popped = if self.is_variadic() {
            fixed - 1 + arg
        } else {
            fixed
        };
        let pushed = match self.returns {
            Returns::Value(_) | Returns::Bool => 1,
            Returns::Found(_) => 2,
            Returns::None | Returns::NoReturn => 0,
        };
        (popped, pushed)
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct OpInfo {
    pub op: Op,
    pub name: &'static str,
    pub section: Section,
    pub arg: Arg,
    /// Inline CACHE units that follow the instruction.
    pub caches: u8,
    pub flow: Flow,
    pub effects: Effects,
    pub atomic: bool,
    /// The op to which a quickened form goes back; every other op's is itself.
    pub base: Op,
    pub dollar: Option<&'static Dollar>,
    pub doc: &'static str,
    stack: Option<fn(u32, bool) -> (u32, u32)>,
}

impl OpInfo {
    pub const fn number(&self) -> u16 {
        self.op as u16
    }

    /// How many items the op takes (or looks at) and leaves, by its argument and by whether it jumps.
    pub fn stack(&self, arg: u32, jump: bool) -> (u32, u32) {
        match (self.stack, self.dollar) {
            (Some(f), _) => f(arg, jump),
            (None, Some(d)) => d.stack(arg),
            (None, None) => (0, 0),
        }
    }

    /// `dis.stack_effect`.
    pub fn stack_effect(&self, arg: u32, jump: bool) -> i32 {
        let (popped, pushed) = self.stack(arg, jump);
        pushed as i32 - popped as i32
    }

    /// Whether the argument is a jump's target or distance (`SETUP_*` included).
    pub const fn is_jump(&self) -> bool {
        matches!(self.arg, Arg::JumpForward | Arg::JumpBackward | Arg::Target)
    }

    /// Whether the next instruction is never reached from this one.
    pub const fn no_fallthrough(&self) -> bool {
        matches!(self.flow, Flow::Goto | Flow::End)
    }
}

macro_rules! define {
    (
        base { $($base:ident = $bnum:literal: $barg:ident, $bcaches:literal, $bflow:ident, $bstack:expr, $($beffect:ident)|+, $batomic:ident, $bdoc:literal;)* }
        pseudo { $($pseudo:ident = $pnum:literal: $parg:ident, $pcaches:literal, $pflow:ident, $pstack:expr, $($peffect:ident)|+, $pdoc:literal;)* }
        atomic { $($atomic:ident = $anum:literal: $aname:literal, ($($operand:ident: $ty:ident),*) -> $returns:ident$(($rty:ident))?, $imm:ident, $($aeffect:ident)|+, $adoc:literal, $example:literal $(, $raises:literal)?;)* }
        quick { $($quick:ident = $qnum:literal: $qbase:ident, $qdoc:literal;)* }
    ) => {
        /// Every op there is. Real ones are below 256 and fit the instruction's byte.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        #[repr(u16)]
        pub enum Op {
            $(#[doc = $bdoc] $base = $bnum,)*
            $(#[doc = $pdoc] $pseudo = $pnum,)*
            $(#[doc = $adoc] $atomic = $anum,)*
            $(#[doc = $qdoc] $quick = $qnum,)*
        }

        const TABLE: &[OpInfo] = &[
            $(OpInfo {
                op: Op::$base,
                name: stringify!($base),
                section: Section::Base,
                arg: Arg::$barg,
                caches: $bcaches,
                flow: Flow::$bflow,
                effects: Effects::PURE$(.union(Effects::$beffect))+,
                atomic: matches!(Atomicity::$batomic, Atomicity::Atomic),
                base: Op::$base,
                dollar: None,
                doc: $bdoc,
                stack: Some($bstack),
            },)*
            $(OpInfo {
                op: Op::$pseudo,
                name: stringify!($pseudo),
                section: Section::Pseudo,
                arg: Arg::$parg,
                caches: $pcaches,
                flow: Flow::$pflow,
                effects: Effects::PURE$(.union(Effects::$peffect))+,
                atomic: true,
                base: Op::$pseudo,
                dollar: None,
                doc: $pdoc,
                stack: Some($pstack),
            },)*
            $(OpInfo {
                op: Op::$atomic,
                name: stringify!($atomic),
                section: Section::Atomic,
                arg: if matches!(Imm::$imm, Imm::None) { Arg::None } else { Arg::Imm },
                caches: 0,
                flow: if matches!(Returns::$returns$((Ty::$rty))?, Returns::NoReturn) { Flow::End } else { Flow::Next },
                effects: Effects::PURE$(.union(Effects::$aeffect))+,
                atomic: true,
                base: Op::$atomic,
                dollar: Some(&Dollar {
                    name: $aname,
                    operands: &[$(Operand { name: stringify!($operand), ty: Ty::$ty }),*],
                    returns: Returns::$returns$((Ty::$rty))?,
                    imm: Imm::$imm,
                    example: $example,
                    raises: concat!($($raises)?),
                }),
                doc: $adoc,
                stack: None,
            },)*
            $({
                let base = row(Op::$qbase);
                OpInfo { op: Op::$quick, name: stringify!($quick), section: Section::Quick, base: Op::$qbase, doc: $qdoc, ..base }
            },)*
        ];

        /// The numbers of the ops that are in code, for matches on bytes.
        pub mod number {
            use super::Op;
            $(pub const $base: u8 = Op::$base as u8;)*
            $(pub const $atomic: u8 = Op::$atomic as u8;)*
            $(pub const $quick: u8 = Op::$quick as u8;)*
        }

        /// The rows of the base section, from which quickened forms inherit.
        #[allow(dead_code)]
        const fn row(op: Op) -> OpInfo {
            match op {
                $(Op::$base => OpInfo {
                    op: Op::$base,
                    name: stringify!($base),
                    section: Section::Base,
                    arg: Arg::$barg,
                    caches: $bcaches,
                    flow: Flow::$bflow,
                    effects: Effects::PURE$(.union(Effects::$beffect))+,
                    atomic: matches!(Atomicity::$batomic, Atomicity::Atomic),
                    base: Op::$base,
                    dollar: None,
                    doc: $bdoc,
                    stack: Some($bstack),
                },)*
                _ => panic!("a quickened form names its base op"),
            }
        }
    };
}

enum Atomicity {
    #[allow(dead_code)]
    Compound,
    Atomic,
}

crate::for_each_op!(define);

/// One more than the highest number of any op.
pub const LIMIT: usize = 266;

static ROWS: [OpInfo; TABLE.len()] = {
    let mut rows = [TABLE[0]; TABLE.len()];
    let mut i = 0;
    while i < TABLE.len() {
        rows[i] = TABLE[i];
        i += 1;
    }
    rows
};

/// Row of each number; 0 with a number other than CACHE's means that there is no such op.
const INDEX: [u16; LIMIT] = {
    let mut index = [0u16; LIMIT];
    let mut i = 0;
    while i < TABLE.len() {
        index[TABLE[i].op as usize] = i as u16;
        i += 1;
    }
    index
};

/// The op that each byte stands for in code as it was compiled.
static BASES: [Option<Op>; 256] = {
    let mut bases = [None; 256];
    let mut i = 0;
    while i < TABLE.len() {
        let number = TABLE[i].op as usize;
        if number < bases.len() {
            bases[number] = Some(TABLE[i].base);
        }
        i += 1;
    }
    bases
};

/// Inline CACHE units after the instruction that a byte names; 0 for a byte that names none.
pub static CACHES: [u8; 256] = {
    let mut caches = [0; 256];
    let mut i = 0;
    while i < TABLE.len() {
        if (TABLE[i].op as usize) < caches.len() {
            caches[TABLE[i].op as usize] = TABLE[i].caches;
        }
        i += 1;
    }
    caches
};

/// A row outside its section's numbers does not compile.
const _CHECKED: () = {
    let mut i = 0;
    while i < TABLE.len() {
        let n = TABLE[i].op as u16;
        match TABLE[i].section {
            Section::Base => assert!(n < 177, "3.11's opcodes end at 176"),
            Section::Pseudo => assert!(n >= 256, "pseudo-instructions are numbered from 256"),
            Section::Atomic | Section::Quick => {
                assert!(n < 255, "real ops fit a byte, and 255 stays free")
            }
        }
        i += 1;
    }
};

impl Op {
    /// All ops, in the table's order.
    pub fn all() -> &'static [OpInfo] {
        &ROWS
    }

    /// The op with this number, if there is one.
    pub fn from_u16(number: u16) -> Option<Op> {
        let row = *INDEX.get(number as usize)? as usize;
        let op = ROWS[row].op;
        (op as u16 == number).then_some(op)
    }

    /// The op that a code unit's first byte names, if there is one.
    pub fn from_u8(byte: u8) -> Option<Op> {
        Op::from_u16(byte.into())
    }

    /// The op of the code as it was compiled, if the byte names one: what a quickened form stands for, itself for any other.
    #[inline]
    pub fn base_of(byte: u8) -> Option<Op> {
        BASES[byte as usize]
    }

    /// The op of this name, in 3.11's spelling (`LOAD_FAST`) or the table's (`S_TYPE`).
    pub fn from_name(name: &str) -> Option<Op> {
        ROWS.iter().find(|r| r.name == name).map(|r| r.op)
    }

    /// The atomic op written `$name` in low-level Python.
    pub fn from_dollar(name: &str) -> Option<Op> {
        ROWS.iter()
            .find(|r| r.dollar.is_some_and(|d| d.name == name))
            .map(|r| r.op)
    }

    /// The op's row.
    pub fn info(self) -> &'static OpInfo {
        &ROWS[INDEX[self as usize] as usize]
    }

    pub fn name(self) -> &'static str {
        self.info().name
    }

    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The byte that encodes the op; `None` for pseudo-instructions.
    pub fn byte(self) -> Option<u8> {
        u8::try_from(self as u16).ok()
    }

    /// Inline CACHE units after the instruction.
    pub fn caches(self) -> usize {
        self.info().caches as usize
    }

    /// The op that a quickened form stands for; itself for any other.
    pub fn base(self) -> Op {
        self.info().base
    }
}

impl std::fmt::Display for Op {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A hash of everything that compiled code depends on: names, numbers, operands, cache sizes, stack effects. Blobs of
/// surrogates carry it, and are refused by a runtime with another table.
pub fn table_hash() -> u64 {
    static HASH: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    *HASH.get_or_init(|| {
        let mut text = String::new();
        for r in Op::all() {
            use std::fmt::Write;
            let _ = write!(
                text,
                "{} {} {:?} {} {:?}",
                r.name,
                r.number(),
                r.arg,
                r.caches,
                r.flow
            );
            for arg in 0..6 {
                let _ = write!(text, " {:?}{:?}", r.stack(arg, false), r.stack(arg, true));
            }
            if let Some(d) = r.dollar {
                let _ = write!(text, " {} {:?} {:?}", d.name, d.returns, d.imm);
                for o in d.operands {
                    let _ = write!(text, " {:?}", o.ty);
                }
            }
            text.push('\n');
        }
        let lists = [
            crate::constants::NAMES,
            crate::fields::NAMES,
            crate::names::SLOTS,
        ];
        for name in lists.into_iter().flatten() {
            text.push_str(name);
            text.push('\n');
        }
        // FNV-1a: stable across builds and machines, unlike the standard library's hashers.
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    })
}
