//! hotpy-refleak: each test program many times in one process; the total of references must stay flat.
//!
//! The runs are driven by `refleak.py` under hotpy's `-X refcounts`, which makes `sys.gettotalrefcount()` count the references
//! of all objects that the collector knows; leaks of others show in the number of memory blocks in use. The first
//! runs fill caches (inline caches, interned strings, type attribute caches); after them the total must not grow from one
//! run to the next.

use clap::Parser;
use hotpy_tests::discover;
use hotpy_tests::interpreter::Interpreter;
use hotpy_tests::process::Status;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Parser)]
#[command(about = "Checks that the test programs leak no references")]
struct Options {
    /// Only programs whose names contain one of these
    filter: Vec<String>,
    /// Runs that may change the total
    #[arg(long, default_value_t = 5)]
    warm: usize,
    /// Runs that may not
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Seconds for each program
    #[arg(long, default_value_t = 120)]
    timeout: u64,
    /// Options for hotpy, as further `-X` values
    #[arg(short = 'X', value_name = "OPTION")]
    x: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("hotpy-refleak: {message}");
            ExitCode::from(2)
        }
    }
}

/// Programs that change the process for good (each run adds to it on purpose), or that cannot run inside another.
const LEFT_OUT: [&str; 3] = [
    "programs/cli/",
    "programs/imports/",
    "programs/weakrefs/exit_order",
];

fn run(options: &Options) -> Result<usize, String> {
    let x: Vec<&str> = options.x.iter().flat_map(|o| ["-X", o.as_str()]).collect();
    let hotpy = Interpreter::hotpy(&Interpreter::oracle()?)?
        .with(&["-X", "refcounts"])
        .with(&x);
    let driver = discover::root().join("bin/refleak.py");
    let (mut passed, mut failed) = (0, 0);
    for program in discover::programs()? {
        let wanted = options.filter.is_empty()
            || options
                .filter
                .iter()
                .any(|f| program.name.contains(f.as_str()));
        let source = program.file.extension().is_some_and(|e| e == "py");
        if !wanted || !source || LEFT_OUT.iter().any(|l| program.name.starts_with(l)) {
            continue;
        }
        let mut job = hotpy.job(&program.cwd).arg(&driver);
        job = job
            .arg(&program.file)
            .arg(options.warm.to_string())
            .arg(options.runs.to_string());
        job.stdin = program.runs[0].stdin.clone();
        job.timeout = Duration::from_secs(options.timeout);
        let outcome = hotpy.run(&job);
        let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
        let mut lines = text.lines().rev();
        let mut numbers = || -> Vec<i64> {
            let line = lines.next().unwrap_or("");
            line.split_whitespace()
                .filter_map(|w| w.parse().ok())
                .collect()
        };
        let (blocks, totals) = (numbers(), numbers());
        let enough = [&totals, &blocks]
            .iter()
            .all(|n| n.len() == options.warm + options.runs);
        // A run or two may differ by one: what counts is whether the last ones need more than the first.
        let flat = |n: &[i64]| n.iter().skip(options.warm).take(2).max() >= n.last();
        let flat = flat(&totals) && flat(&blocks);
        if outcome.status == Status::Exit(0) && enough && flat {
            passed += 1;
            println!("{} ... ok", program.name);
            continue;
        }
        failed += 1;
        println!(
            "{} ... FAILED: {}, references {totals:?}, blocks {blocks:?}",
            program.name, outcome.status
        );
        if !enough {
            let stderr = String::from_utf8_lossy(&outcome.stderr).into_owned();
            let tail: Vec<&str> = stderr.lines().rev().take(4).collect();
            println!(
                "    {}",
                tail.into_iter().rev().collect::<Vec<_>>().join("\n    ")
            );
        }
    }
    println!("\n{passed} passed, {failed} failed");
    Ok(failed)
}
