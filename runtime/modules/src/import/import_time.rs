//! `-X importtime`: how long each import takes, of itself and with what it imports, in microseconds.

use hotpy_objects::*;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

/// How many imports are under way.
static LEVEL: AtomicUsize = AtomicUsize::new(0);
/// What the imports within the one under way have taken, in nanoseconds.
static WITHIN: AtomicU64 = AtomicU64::new(0);
static HEADED: std::sync::Once = std::sync::Once::new();

/// Runs an import and tells its time on standard error, failed or not.
pub fn measured(name: &Str, import: impl FnOnce() -> PyResult) -> PyResult {
    HEADED.call_once(|| {
        eprintln!("import time: self [us] | cumulative | imported package");
    });
    let level = LEVEL.fetch_add(1, Relaxed);
    let before = WITHIN.swap(0, Relaxed);
    let start = Instant::now();
    let result = import();
    let total = start.elapsed().as_nanos() as u64;
    let own = total.saturating_sub(WITHIN.load(Relaxed));
    WITHIN.store(before + total, Relaxed);
    LEVEL.store(level, Relaxed);
    eprintln!(
        "import time: {:9} | {:10} | {:indent$}{}",
        own.div_ceil(1000),
        total.div_ceil(1000),
        "",
        name.to_string_lossy(),
        indent = 2 * level,
    );
    result
}
