//! `libpython3.11.so.1.0`: HotPy for programs that embed Python. `cargo build -p hotpy-embed` leaves `libpython3_11.so`, to be installed
//! under that name. The functions are those of `hotpy-capi` and of the launcher's library, exported because this crate refers to them.

use hotpy_capi as _;
use hotpy_launcher as _;

#[global_allocator]
static ALLOCATOR: hotpy_alloc::Allocator = hotpy_alloc::Allocator;
