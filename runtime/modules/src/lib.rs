//! The builtin modules, one file or folder each, and the interpreter's start.
//!
//! `table` lists the modules. `start` brings the interpreter up: object model, `sys`, `builtins`, import system,
//! standard files, `site`. `engine` is the way to the VM and the compiler.

/// Declares a static table: a slice of as many entries as are written.
macro_rules! static_table {
    ($(#[$meta:meta])* $vis:vis static $name:ident: [$ty:ty] = [$($entry:expr),* $(,)?];) => {
        $(#[$meta])*
        $vis static $name: &[$ty] = {
            static ENTRIES: [$ty; 0 $(+ { let _ = stringify!($entry); 1 })*] = [$($entry),*];
            &ENTRIES
        };
    };
}

pub mod config;
pub mod dynamic;
pub mod engine;
pub mod fatal;
pub mod finish;
pub mod home;
pub mod import;
pub mod interactive;
pub mod interpreters;
pub mod pyc;
pub mod readline;
pub mod run;
pub mod start;
pub mod stderr_printer;
pub mod stdio;
pub mod support;
pub mod table;
pub mod traceback_print;
pub mod tracemalloc;

pub mod abc;
pub mod allocators;
pub mod ast;
pub mod atexit;
pub mod builtins;
pub mod codecs;
pub mod collections;
pub mod errno;
pub mod faulthandler;
pub mod functools;
pub mod gc;
pub mod hotpy;
pub mod imp;
pub mod io;
pub mod itertools;
pub mod locale;
pub mod marshal;
pub mod operator;
pub mod posix;
pub mod pwd;
pub mod signal;
pub mod sre;
pub mod stat;
pub mod string;
pub mod symtable;
pub mod sys;
pub mod thread;
pub mod time;
pub mod tokenize;
pub mod warnings;
pub mod weakref;
pub mod xxsubtype;
