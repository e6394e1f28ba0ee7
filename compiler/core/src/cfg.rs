//! The interface between code generation and assembly: basic blocks of instructions, one [`Unit`] per scope.
//!
//! Code generation appends instructions to the current block and names jump targets by [`BlockId`]; it may use the
//! pseudo-instructions of the op table (`SETUP_FINALLY`, `SETUP_WITH`, `SETUP_CLEANUP`, `POP_BLOCK`, `JUMP`,
//! `JUMP_NO_INTERRUPT`, `POP_JUMP_IF_{FALSE,TRUE,NONE,NOT_NONE}`). Assembly (`flow`, `assemble`) removes them.
//!
//! Operands before assembly: of LOAD_GLOBAL the name's index shifted left by one (the low bit is set when a PUSH_NULL is
//! merged into it); of MAKE_CELL, LOAD_CLOSURE, LOAD_DEREF, STORE_DEREF, DELETE_DEREF and LOAD_CLASSDEREF the index into
//! `cellvars` followed by `freevars`. Assembly inserts MAKE_CELL, COPY_FREE_VARS, RETURN_GENERATOR and the POP_TOP after it;
//! RESUME is code generation's.

use hotpy_code::{Const, PyStr};
use hotpy_isa::Op;
use std::collections::HashMap;

pub use hotpy_code::Loc;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct BlockId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instr {
    pub op: Op,
    /// The operand; of a jump or SETUP_* it is unused until assembly.
    pub arg: u32,
    pub target: Option<BlockId>,
    pub loc: Loc,
}

impl Instr {
    /// `SETUP_FINALLY`, `SETUP_CLEANUP`, `SETUP_WITH`: names a handler, does not jump.
    pub fn is_setup(&self) -> bool {
        matches!(
            self.op,
            Op::SETUP_FINALLY | Op::SETUP_CLEANUP | Op::SETUP_WITH
        )
    }

    /// Really jumps, perhaps on a condition.
    pub fn is_jump(&self) -> bool {
        self.op.info().is_jump() && !self.is_setup()
    }

    /// Must be the last of its block.
    pub fn ends_block(&self) -> bool {
        self.is_jump() || self.op.info().no_fallthrough()
    }
}

/// A basic block. Control falls through to the block that follows in [`Unit::order`], unless its last instruction never does.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub instrs: Vec<Instr>,
}

/// One scope's code before assembly. Everything here except the instructions ends up as the same-named field of the code object.
#[derive(Debug, Default)]
pub struct Unit {
    pub blocks: Vec<Block>,
    /// Blocks in the order in which they were placed; a block that was never placed is unreachable.
    pub order: Vec<BlockId>,
    pub consts: Vec<Const>,
    pub names: Vec<PyStr>,
    pub varnames: Vec<PyStr>,
    /// Cell variables, sorted as CPython sorts them; those that are arguments also occur in `varnames`.
    pub cellvars: Vec<PyStr>,
    pub freevars: Vec<PyStr>,
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub flags: u32,
    pub name: PyStr,
    pub qualname: PyStr,
    pub filename: PyStr,
    pub firstlineno: u32,
    const_index: HashMap<Const, u32, ahash::RandomState>,
    name_index: HashMap<PyStr, u32, ahash::RandomState>,
}

impl Unit {
    /// A unit with one placed, empty entry block.
    pub fn new() -> Unit {
        let mut unit = Unit::default();
        let entry = unit.new_block();
        unit.place(entry);
        unit
    }

    /// Makes a block that is not yet placed.
    pub fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block::default());
        BlockId(self.blocks.len() as u32 - 1)
    }

    /// Places `block` after everything placed so far and makes it current.
    pub fn place(&mut self, block: BlockId) {
        debug_assert!(!self.order.contains(&block) || self.order.len() > 64);
        self.order.push(block);
    }

    /// The block that instructions go to.
    pub fn current(&mut self) -> &mut Block {
        let id = *self.order.last().expect("a unit has an entry block");
        &mut self.blocks[id.0 as usize]
    }

    /// A block ends with its first jump or terminator: what follows goes to a new one, made and placed here.
    fn split_if_ended(&mut self) {
        let ended = self.current().instrs.last().is_some_and(|i| i.ends_block());
        if ended {
            let next = self.new_block();
            self.place(next);
        }
    }

    pub fn emit(&mut self, op: Op, arg: u32, loc: Loc) {
        self.split_if_ended();
        self.current().instrs.push(Instr {
            op,
            arg,
            target: None,
            loc,
        });
    }

    pub fn emit_jump(&mut self, op: Op, target: BlockId, loc: Loc) {
        self.split_if_ended();
        self.current().instrs.push(Instr {
            op,
            arg: 0,
            target: Some(target),
            loc,
        });
    }

    /// Index of `value` in `consts`, added if it is new.
    pub fn const_index(&mut self, value: Const) -> u32 {
        if let Some(&i) = self.const_index.get(&value)
            && !value.holds_nan()
        {
            return i;
        }
        let i = self.consts.len() as u32;
        self.consts.push(value.clone());
        self.const_index.insert(value, i);
        i
    }

    /// Index of `name` in `names`, added if it is new.
    pub fn name_index(&mut self, name: &PyStr) -> u32 {
        if let Some(&i) = self.name_index.get(name) {
            return i;
        }
        let i = self.names.len() as u32;
        self.names.push(name.clone());
        self.name_index.insert(name.clone(), i);
        i
    }
}
