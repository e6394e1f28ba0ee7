//! The command `hotpy`, with `python3.11`'s command line.
//!
//! The entry point is C's, not Rust's: Rust's start-up would open the standard descriptors that are closed, and catch signals.

#![no_main]

use std::ffi::{CStr, c_char, c_int};

#[global_allocator]
static ALLOCATOR: hotpy_alloc::Allocator = hotpy_alloc::Allocator;

#[unsafe(no_mangle)]
extern "C" fn main(argc: c_int, argv: *const *const c_char) -> c_int {
    // SAFETY: the system passes `argc` C strings.
    let argv: Vec<Vec<u8>> = (0..argc.max(0) as usize)
        .map(|i| unsafe { CStr::from_ptr(*argv.add(i)) }.to_bytes().to_vec())
        .collect();
    let status = hotpy_launcher::launch(&argv);
    // Ends the process without running destructors of the runtime's statics.
    // SAFETY: standard output of Rust is not used for Python's output; nothing is left to flush.
    unsafe { libc::_exit(status & 0xff) }
}
