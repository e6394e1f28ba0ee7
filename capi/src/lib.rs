//! The C API of CPython 3.11: functions and data exported under their C names. See the README for the contracts.

#![allow(clippy::not_unsafe_ptr_arg_deref)]

#[macro_use]
mod variadic;
#[macro_use]
mod support;

pub mod data;

mod args;
mod buffer;
mod build_value;
mod builtin_inits;
mod bytes;
mod call;
pub mod config;
mod containers;
mod convert;
mod dict;
mod errors;
mod file;
mod files;
mod float;
mod format;
mod functions;
mod hashtable;
mod internal;
mod interpreters;
mod long;
mod memory;
mod missing;
mod module;
mod number;
mod numeric;
mod object;
mod opcodes;
mod paths;
mod run;
mod sequence;
mod state;
mod sys;
mod time;
mod types;
mod unicode;
mod unicode_codecs;
mod unicode_writer;
mod wide;
