//! The object model: memory, reference counts, the collector, types, and every builtin type.
//!
//! One file (or folder) per builtin type; `protocol` holds the operations that every object answers; `hooks` is the
//! one way up, to the VM. See the crate's README for the contracts.

pub mod abi;
pub mod call;
pub mod def;
pub mod errors;
pub mod gc;
pub mod growing;
pub mod hooks;
pub mod mem;
pub mod names;
pub mod number;
pub mod protocol;
pub mod watch;

// Builtin types.
pub mod attempt;
pub mod boolean;
pub mod byte_tasks;
pub mod bytearray;
pub mod bytes;
pub mod bytes_methods;
pub mod capsule;
pub mod cell;
pub mod cfunction;
pub mod classmethod;
pub mod code;
pub mod complex;
pub mod context;
pub mod descr;
pub mod dict;
pub mod enumerate;
pub mod exceptions;
pub mod filling;
pub mod float;
pub mod frame;
pub mod function;
pub mod generator;
pub mod generic_alias;
pub mod hamt;
pub mod int;
pub mod iterators;
pub mod list;
pub mod mappingproxy;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod module_def;
pub mod namespace;
pub mod object;
pub mod pickle_buffer;
pub mod property;
pub mod range;
pub mod sequence;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod str_;
pub mod structseq;
pub mod super_;
pub mod task;
pub mod traceback;
pub mod tracemalloc;
pub mod tuple;
pub mod typeobject;
pub mod union_;
pub mod weakref;

pub use abi::*;
pub use def::{Builtin, Downcast};

/// A `str` object. The header that all representations share; text is reached through `str_`'s methods.
pub type Str = PyASCIIObject;
