//! Tracing: hot loops are recorded, made into traces, and executed by a register interpreter. See the README.

pub mod abort;
pub mod build;
pub mod cache;
pub mod checks;
pub mod config;
pub mod count;
pub mod driver;
pub mod exec;
pub mod exits;
pub mod foreign;
pub mod helpers;
pub mod leaving;
pub mod lower;
pub mod payoff;
pub mod recipes;
pub mod record;
pub mod show;
pub mod stats;

use hotpy_vm::tracing::Tracer;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Backward jumps until a loop is recorded.
pub(crate) fn threshold() -> u16 {
    config::THRESHOLD.load(Relaxed).min(0xfffe) as u16
}

/// Ends tracing: all that traces hold is let go. May run finalisers.
pub fn shutdown() {
    config::ENABLED.store(false, Relaxed);
    cache::flush();
    cache::bury();
}

/// Installs the tracer, once, if it is enabled: when the program is about to run, for what starts the interpreter is not worth a trace.
pub fn install() {
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    if INSTALLED.swap(true, Relaxed) {
        return;
    }
    let counts = config::STATS.load(Relaxed);
    if hotpy_vm::config::always_surrogates() {
        config::ENABLED.store(false, Relaxed);
    }
    if !config::is_enabled() && !counts {
        return;
    }
    cache::watch();
    checks::start();
    let tracer = if counts {
        Tracer {
            hot: count::hot,
            step: count::step,
            raised: record::raised,
        }
    } else {
        Tracer {
            hot: driver::hot,
            step: record::step,
            raised: record::raised,
        }
    };
    // What is only counted is counted from the start.
    let threshold = if config::is_enabled() { threshold() } else { 0 };
    hotpy_vm::tracing::install(tracer, threshold);
}
