//! The virtual machine: frames, the interpreter loop, calls, exceptions, generators, import, threads' state.
//!
//! Law 2 (state): between two bytecodes everything is in heap memory; a Python-to-Python call never recurses on the
//! native stack. [`interp::run`] is entered anew only when native code calls Python.

pub mod args;
pub mod asking;
pub mod breaker;
pub mod builtin_calls;
pub mod calls;
pub mod config;
pub mod eval;
pub mod events;
pub mod fields;
pub mod frames;
pub mod gil;
pub mod interp;
pub mod replay;
pub mod start;
pub mod state;
pub mod surrogates;
pub mod tracing;
