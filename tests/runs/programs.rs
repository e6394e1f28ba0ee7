//! Every program of `tests/programs` (and, small, of `tests/bench`) under CPython and under hotpy, in every mode, and every program of
//! `tests/recursion` under hotpy on a small native stack. In the tracer's further modes the programs of `tracing`; with `HOTPY_MODES=all`,
//! every program; `HOTPY_GUARD=N` adds the mode in which the guard at place N of each trace fails.
//!
//! Filters and `--list` work as with any `cargo test`; a trial is called `programs/AREA/NAME::MODE`.

use hotpy_tests::discover::{self, Program};
use hotpy_tests::expect::Expectations;
use hotpy_tests::interpreter::{Interpreter, MODES, TRACER_MODES};
use hotpy_tests::oracle::Oracle;
use hotpy_tests::process::{Outcome, Status};
use hotpy_tests::report::difference;
use hotpy_tests::trials::run;
use libtest_mimic::{Failed, Trial};
use std::sync::Arc;
use std::time::Duration;

/// The native stack a deep recursion gets: 256 KiB. What CPython needs for the same is hundreds of megabytes.
const SMALL_STACK: u64 = 256 << 10;
/// What it may take on a busy machine: without fast paths every step is several frames.
const DEEP_TIMEOUT: Duration = Duration::from_secs(300);

struct Setup {
    oracle: Oracle,
    hotpy: Interpreter,
    expectations: Expectations,
}

fn main() {
    run(trials)
}

fn trials() -> Result<Vec<Trial>, String> {
    let mut programs = discover::programs()?;
    programs.extend(discover::bench()?);
    let recursion = discover::recursion()?;
    let names: Vec<String> = programs
        .iter()
        .chain(&recursion)
        .map(|p| p.name.clone())
        .collect();
    let oracle = Oracle::new()?;
    let hotpy = Interpreter::hotpy(&oracle.python)?;
    let setup = Arc::new(Setup {
        oracle,
        hotpy,
        expectations: Expectations::load(&names)?,
    });
    let few: Vec<Program> = programs
        .iter()
        .filter(|p| p.name.starts_with("programs/tracing/"))
        .cloned()
        .collect();
    let is_all = std::env::var_os("HOTPY_MODES").is_some_and(|m| m == "all");
    let further = if is_all { &programs } else { &few };
    // One more guard, to go through them all.
    let guard = std::env::var("HOTPY_GUARD").ok().map(|n| {
        let option: &'static str = format!("trace-fail-guard={n}").leak();
        let traced = [
            "-X",
            "trace-threshold=2",
            "-X",
            "trace-exit=2",
            "-X",
            option,
        ];
        let mode: &'static str = format!("guard-{n}").leak();
        (mode, &*Vec::leak(traced.to_vec()), further, &[][..])
    });
    let all = MODES.map(|(mode, options)| (mode, options, &programs, &recursion[..]));
    let tracer = TRACER_MODES.map(|(mode, options)| (mode, options, further, &[][..]));
    let mut trials = Vec::new();
    for (mode, options, programs, recursion) in all.into_iter().chain(tracer).chain(guard) {
        for (list, check) in [(&programs[..], same_as_oracle as Check), (recursion, deep)] {
            for program in list {
                let (setup, program) = (setup.clone(), program.clone());
                trials.push(Trial::test(
                    format!("{}::{mode}", program.name),
                    move || {
                        let result = check(&setup, &program, options);
                        match (setup.expectations.reason(&program.name, mode), result) {
                            (None, Ok(())) | (Some(_), Err(_)) => Ok(()),
                            (None, Err(text)) => Err(Failed::from(text)),
                            (Some(reason), Ok(())) => {
                                Err(format!("stale expectation, it passes: {reason}").into())
                            }
                        }
                    },
                ));
            }
        }
    }
    eprintln!(
        "CPython: {}\nhotpy:   {}",
        setup.oracle.python.path.display(),
        setup.hotpy.path.display()
    );
    if !setup.expectations.is_empty() {
        eprintln!("expected failures: {}", setup.expectations.len());
    }
    Ok(trials)
}

type Check = fn(&Setup, &Program, &[&str]) -> Result<(), String>;

/// stdout, stderr and exit status are those of CPython, for each command line of the program.
fn same_as_oracle(setup: &Setup, program: &Program, options: &[&str]) -> Result<(), String> {
    let hotpy = setup.hotpy.with(options);
    for run in &program.runs {
        let expected = setup.oracle.outcome(program, run, options);
        if expected.status == Status::Timeout {
            return Err(format!("{:?}: CPython itself timed out", run.args));
        }
        let mut job = hotpy.job(&program.cwd).args(&run.args);
        job.stdin = run.stdin.clone();
        if let Some(text) = difference(&expected, &hotpy.run(&job)) {
            return Err(format!("{:?}\n{text}", run.args));
        }
    }
    Ok(())
}

/// The output is that of `NAME.out` on a small native stack; and CPython's at a depth it can do.
fn deep(setup: &Setup, program: &Program, options: &[&str]) -> Result<(), String> {
    let hotpy = setup.hotpy.with(options);
    let mut shallow = program.clone();
    shallow.runs[0].args.push("100".into());
    same_as_oracle(setup, &shallow, options)?;
    let file = program.file.with_extension("out");
    let stdout = std::fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let expected = Outcome {
        status: Status::Exit(0),
        stdout,
        stderr: Vec::new(),
    };
    let mut job = hotpy.job(&program.cwd).args(&program.runs[0].args);
    job.stack = Some(SMALL_STACK);
    job.timeout = DEEP_TIMEOUT;
    match difference(&expected, &hotpy.run(&job)) {
        Some(text) => Err(text.replace("CPython", "expected")),
        None => Ok(()),
    }
}
