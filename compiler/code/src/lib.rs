//! Compiled code outside any runtime: [`CodeObject`], its constants, and the encodings that live inside it.
//!
//! One file per encoding: `locations` (PEP 626/657 line and column table), `exceptions` (PEP 654-era exception
//! table), `marshal` (version 4, as in `.pyc` files), `disasm`.

#![forbid(unsafe_code)]

pub mod blob;
pub mod constant;
pub mod disasm;
pub mod exceptions;
pub mod locations;
pub mod marshal;
pub mod object;
pub mod verify;

pub use constant::{Const, PyStr};
pub use locations::Loc;
pub use object::CodeObject;
