//! Counts of what happened, and their table.

use crate::{abort, cache, checks, config, count};
use std::cell::Cell;
use std::fmt::Write;
use std::sync::atomic::Ordering::Relaxed;

/// Counters.
pub struct Counters {
    pub recordings: Cell<u64>,
    pub roots: Cell<u64>,
    pub sides: Cell<u64>,
    pub entries: Cell<u64>,
    pub exits: Cell<u64>,
    pub forced: Cell<u64>,
    /// Register instructions of trees that are gone.
    pub retired: Cell<u64>,
}

// SAFETY: U1 (the GIL).
unsafe impl Sync for Counters {}

pub static COUNTERS: Counters = Counters {
    recordings: Cell::new(0),
    roots: Cell::new(0),
    sides: Cell::new(0),
    entries: Cell::new(0),
    exits: Cell::new(0),
    forced: Cell::new(0),
    retired: Cell::new(0),
};

pub fn add(counter: &Cell<u64>) {
    counter.set(counter.get() + 1);
}

/// Traces made so far.
pub fn made() -> u64 {
    COUNTERS.roots.get() + COUNTERS.sides.get()
}

/// Register instructions that a tree has executed, about: each trace's length times its rounds.
pub fn executed_by(tree: &cache::Tree) -> u64 {
    let all = std::iter::once(&tree.root).chain(tree.sides().iter());
    all.map(|fragment| {
        let len = fragment.code.len() as u64;
        if fragment.is_loop() {
            let preamble = fragment.loop_at as u64;
            return fragment.entries.get() * preamble + fragment.rounds.get() * (len - preamble);
        }
        // Where it was left, the exits being evenly spread.
        let snaps = fragment.exits.len().max(1) as u64;
        let left = fragment.exits.iter().enumerate().map(|(x, exit)| {
            let side = exit.side.get();
            // SAFETY: side traces live as long as their tree.
            let entered = unsafe { side.as_ref() }.map_or(0, |side| side.entries.get());
            (u64::from(exit.count.get()) + entered) * x as u64
        });
        fragment.rounds.get() * len + left.sum::<u64>() * len / snaps
    })
    .sum()
}

/// A tree is going: its counts stay.
pub fn retire(tree: &cache::Tree) {
    let counter = &COUNTERS.retired;
    counter.set(counter.get() + executed_by(tree));
}

/// Register instructions executed: counted, or about, by each trace's length times its rounds.
pub fn executed() -> u64 {
    let counted = checks::executed();
    if !counted.is_empty() {
        return counted.iter().map(|(_, n)| n).sum();
    }
    let live: u64 = cache::trees().into_iter().map(executed_by).sum();
    live + COUNTERS.retired.get()
}

/// The table of `-X trace-stats`.
pub fn table() -> String {
    let c = &COUNTERS;
    let mut out = String::new();
    let mut line = |name: &str, n: u64| {
        let _ = writeln!(out, "{name:32} {n:>14}");
    };
    for (pass, switch) in &config::PASSES {
        line(&format!("pass {pass}"), u64::from(switch.load(Relaxed)));
    }
    line("register instructions", executed());
    if config::STATS.load(Relaxed) {
        line("bytecodes interpreted", count::executed());
    }
    line("recordings", c.recordings.get());
    line("root traces made", c.roots.get());
    line("side traces made", c.sides.get());
    line("traces entered", c.entries.get());
    line("exits to the interpreter", c.exits.get());
    line("frames made during calls", c.forced.get());
    line("trees in the cache", cache::trees().len() as u64);
    line("bytes in the cache", cache::size() as u64);
    let parts = ["code", "listings", "exits", "recipes", "constants"];
    for (part, bytes) in parts.iter().zip(cache::sizes()) {
        line(&format!("bytes of {part}"), bytes as u64);
    }
    line("trees invalidated", cache::invalidated());
    line("trees gone cold", cache::cooled());
    for (text, n) in abort::counts() {
        line(&format!("aborted: {text}"), n);
    }
    for (name, n) in count::most(12) {
        line(&format!("interpreted: {name}"), n);
    }
    for (name, n) in checks::executed() {
        line(&format!("executed: {name}"), n);
    }
    out
}
