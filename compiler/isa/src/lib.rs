//! The op table and what is derived from it: [`Op`], [`OpInfo`], instruction encoding, [`table_hash`], [`manual`].
//!
//! The table itself is [`table`]; everything here reads it. Nothing in this crate knows what an op *does*: bodies live in
//! exhaustive matches of the crates that execute, check or record ops.

#![forbid(unsafe_code)]

pub mod constants;
pub mod effects;
pub mod encoding;
pub mod fields;
pub mod info;
pub mod manual;
pub mod names;
pub mod table;

pub use effects::Effects;
pub use info::{
    Arg, CACHES, Dollar, Flow, Imm, Op, OpInfo, Operand, Returns, Section, Ty, number, table_hash,
};
pub use manual::manual;
