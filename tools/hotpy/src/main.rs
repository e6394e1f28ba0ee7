//! The command `hotpy`, with `python3.11`'s command line.

use std::os::unix::ffi::OsStringExt;

#[global_allocator]
static ALLOCATOR: hotpy_alloc::Allocator = hotpy_alloc::Allocator;

fn main() {
    let argv: Vec<Vec<u8>> = std::env::args_os().map(OsStringExt::into_vec).collect();
    // SAFETY: plain library calls. Rust's handlers, which `main` finds installed, would return from a signal that somebody has sent.
    unsafe {
        libc::signal(libc::SIGSEGV, libc::SIG_DFL);
        libc::signal(libc::SIGBUS, libc::SIG_DFL);
    }
    let status = hotpy_launcher::launch(&argv);
    // Ends the process without running destructors of the runtime's statics.
    // SAFETY: standard output of Rust is not used for Python's output; nothing is left to flush.
    unsafe { libc::_exit(status & 0xff) }
}
