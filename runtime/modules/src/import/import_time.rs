//! `-X importtime`: how long each import takes, of itself and with what it imports, in microseconds.

use hotpy_objects::*;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

/// How many imports are under way.
static LEVEL: AtomicUsize = AtomicUsize::new(0);
/// What the imports within the one under way have taken, in nanoseconds.
static WITHIN: AtomicU64 = AtomicU64::new(0);
static HEADED: std::sync::Once = std::sync::Once::new();

/// An import whose time is taken.
pub struct Measured {
    level: usize,
    before: u64,
    start: Instant,
}

impl Measured {
    pub fn begin() -> Measured {
        HEADED.call_once(|| {
            eprintln!("import time: self [us] | cumulative | imported package");
        });
        Measured {
            level: LEVEL.fetch_add(1, Relaxed),
            before: WITHIN.swap(0, Relaxed),
            start: Instant::now(),
        }
    }

    /// Tells the time on standard error, whether the import has failed or not.
    pub fn end(self, name: &Str) {
        let total = self.start.elapsed().as_nanos() as u64;
        let own = total.saturating_sub(WITHIN.load(Relaxed));
        WITHIN.store(self.before + total, Relaxed);
        LEVEL.store(self.level, Relaxed);
        eprintln!(
            "import time: {:9} | {:10} | {:indent$}{}",
            own.div_ceil(1000),
            total.div_ceil(1000),
            "",
            name.to_string_lossy(),
            indent = 2 * self.level,
        );
    }
}
