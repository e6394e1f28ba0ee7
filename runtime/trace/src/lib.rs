//! Tracing: hot loops are recorded, made into traces, and executed by a register interpreter. See the README.

pub mod abort;
pub mod build;
pub mod cache;
pub mod config;
pub mod driver;
pub mod exec;
pub mod exits;
pub mod helpers;
pub mod lower;
pub mod recipes;
pub mod record;
pub mod show;
pub mod stats;

use std::sync::atomic::Ordering::Relaxed;

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

/// Installs the tracer, if it is enabled. Call once, at start-up.
pub fn install() {
    if !config::is_enabled() || hotpy_vm::config::always_surrogates() {
        return;
    }
    cache::watch();
    hotpy_vm::tracing::install(
        hotpy_vm::tracing::Tracer {
            hot: driver::hot,
            step: record::step,
            raised: record::raised,
        },
        threshold(),
    );
}
