//! Python 3.11 source to code objects: decode, parse (rustpython-parser), symbol table, code generation,
//! control-flow optimisation, assembly. Knows nothing of the runtime.

#![forbid(unsafe_code)]

pub mod assemble;
pub mod cfg;
pub mod flow;
