//! The tracer's `-X` options.

use hotpy_trace::{config, stats};
use std::sync::atomic::Ordering::Relaxed;

/// A size in bytes: digits, perhaps with K, M or G.
fn size(text: &str) -> Option<usize> {
    let (digits, unit) = match text.char_indices().next_back()? {
        (at, 'k' | 'K') => (&text[..at], 1 << 10),
        (at, 'm' | 'M') => (&text[..at], 1 << 20),
        (at, 'g' | 'G') => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    digits.parse::<usize>().ok()?.checked_mul(unit)
}

/// Takes over what concerns tracing; values that make no sense are passed over, as other `-X` options are.
pub fn configure(options: &[(String, Option<String>)]) {
    for (key, value) in options {
        // The passes, each to be switched off and on.
        let (pass, on) = match key.strip_prefix("no-") {
            Some(pass) => (pass, false),
            None => (key.as_str(), true),
        };
        if let Some((_, switch)) = config::PASSES.iter().find(|(name, _)| *name == pass) {
            switch.store(on, Relaxed);
        }
        let number = || value.as_deref().and_then(|v| v.parse::<u32>().ok());
        match key.as_str() {
            "notrace" => config::ENABLED.store(false, Relaxed),
            "trace-stats" => config::STATS.store(true, Relaxed),
            "trace-log" => config::VERBOSE.store(true, Relaxed),
            "trace-cache" => {
                if let Some(bytes) = value.as_deref().and_then(size) {
                    config::CACHE_SIZE.store(bytes, Relaxed);
                }
            }
            "trace-threshold" => {
                if let Some(n) = number() {
                    config::THRESHOLD.store(n, Relaxed);
                }
            }
            "trace-exit" => {
                if let Some(n) = number() {
                    config::HOT_EXIT.store(n, Relaxed);
                }
            }
            "trace-decay" => {
                if let Some(n) = number() {
                    config::DECAY.store(n, Relaxed);
                }
            }
            "trace-limit" => {
                if let Some(n) = number() {
                    config::LIMIT.store(n, Relaxed);
                }
            }
            "trace-force-exit" => {
                if let Some(n) = number() {
                    config::FORCE_EXITS.store(n, Relaxed);
                }
            }
            "trace-fail-guard" => {
                if let Some(n) = number() {
                    config::FAIL_GUARD.store(n, Relaxed);
                }
            }
            "trace-sweep" => config::SWEEP.store(true, Relaxed),
            "trace-flush" => {
                if let Some(n) = number() {
                    config::FLUSH.store(n, Relaxed);
                }
            }
            _ => {}
        }
    }
}

/// Prints the statistics, if they were asked for.
pub fn report() {
    if config::STATS.load(Relaxed) {
        eprint!("{}", stats::table());
    }
}
