//! Switches of the VM, set from the command line before start-up.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// `-X surrogates=always`: compound operations always take their surrogate, never the fast path.
pub static SURROGATES_ALWAYS: AtomicBool = AtomicBool::new(false);

/// `-X surrogates=show`: surrogate frames appear in tracebacks and frame walks.
pub static SURROGATES_SHOWN: AtomicBool = AtomicBool::new(false);

/// Whether fast paths are off.
#[inline(always)]
pub fn always_surrogates() -> bool {
    SURROGATES_ALWAYS.load(Relaxed)
}
