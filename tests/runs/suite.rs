//! The quick part of CPython's own suite (`suite/files.txt`): no test may fail under hotpy that passes under CPython, but for the
//! expected ones, and no process may crash.
//!
//! All of the suite: `cargo run --release -p hotpy-tests --bin hotpy-suite`.

use hotpy_tests::interpreter::Interpreter;
use hotpy_tests::oracle::Oracle;
use hotpy_tests::suite::{self, End, Expectations, Limits};
use hotpy_tests::trials::run;
use libtest_mimic::{Failed, Trial};
use std::sync::Arc;
use std::time::Duration;

const LIMITS: Limits = Limits {
    time: Duration::from_secs(120),
    memory: 8 << 30,
    again: 1,
};

struct Setup {
    oracle: Oracle,
    hotpy: Interpreter,
    expectations: Expectations,
}

fn main() {
    run(trials)
}

fn trials() -> Result<Vec<Trial>, String> {
    let files = suite::files()?;
    let expectations = Expectations::load(&files)?;
    let mut oracle = Oracle::new()?;
    oracle.python.options.clear();
    let mut hotpy = Interpreter::hotpy(&oracle.python)?;
    hotpy.options.clear();
    if let Some(message) = suite::missing(&oracle.python) {
        eprintln!("{message}");
        return Ok(Vec::new());
    }
    let setup = Arc::new(Setup {
        oracle,
        hotpy,
        expectations,
    });
    let quick = files.into_iter().filter(|f| f.quick);
    Ok(quick
        .map(|file| {
            let setup = setup.clone();
            Trial::test(format!("suite/{}", file.name), move || {
                check(&setup, &file.name).map_err(Failed::from)
            })
        })
        .collect())
}

fn check(setup: &Setup, file: &str) -> Result<(), String> {
    let cpython = suite::expected(&setup.oracle, file, LIMITS)?;
    let record = suite::run(&setup.hotpy, file, LIMITS, Some(&cpython))?;
    let verdict = suite::compare(file, &cpython, &record, &setup.expectations);
    let mut text = String::new();
    if let End::Crash(..) | End::Hang(_) = record.end {
        text += &format!("{:?}\n{}\n", record.end, record.output);
    }
    for (test, outcome, why) in &verdict.lost {
        text += &format!("{outcome} {test}: {why}\n");
    }
    for stale in &verdict.stale {
        text += &format!("passes, though it is expected to fail: {stale}\n");
    }
    match text.is_empty() {
        true => Ok(()),
        false => Err(text),
    }
}
