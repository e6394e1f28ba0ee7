//! hotpy-refleak: each test program many times in one process; the total of references must stay flat.
//!
//! The runs are driven by `refleak.py` under hotpy's `-X refcounts`, which makes `sys.gettotalrefcount()` count the references
//! of all objects that the collector knows; leaks of others show in the number of memory blocks in use. The first
//! runs fill caches (inline caches, interned strings, type attribute caches); after them the total must not grow from one
//! run to the next, unless CPython's memory blocks do so as well. `tests/leaks.toml` lists programs that grow, or cannot be run so, each with a reason.

use clap::Parser;
use hotpy_tests::discover::{self, Program};
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
    /// With traces, which keep what they are about until they go cold
    #[arg(long)]
    traces: bool,
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

/// What `tests/leaks.toml` says of programs: prefixes of names, and why.
struct Known {
    left_out: Vec<(String, String)>,
    grows: Vec<(String, String)>,
}

impl Known {
    fn load() -> Result<Known, String> {
        let file = discover::root().join("leaks.toml");
        let bad = |what: String| format!("{}: {what}", file.display());
        let text = std::fs::read_to_string(&file).map_err(|e| bad(e.to_string()))?;
        let table: toml::Table = text.parse().map_err(|e| bad(format!("{e}")))?;
        let list = |kind: &str| -> Result<Vec<(String, String)>, String> {
            let entries = table.get(kind).and_then(|l| l.as_array());
            let entries = entries.map_or(&[][..], Vec::as_slice);
            let field = |entry: &toml::Value, name: &str| {
                let value = entry.get(name).and_then(|v| v.as_str());
                value
                    .map(String::from)
                    .ok_or_else(|| bad(format!("an entry of `{kind}` without `{name}`")))
            };
            let both = |e: &toml::Value| Ok((field(e, "program")?, field(e, "reason")?));
            entries.iter().map(both).collect()
        };
        Ok(Known {
            left_out: list("left_out")?,
            grows: list("grows")?,
        })
    }
}

fn reason<'a>(list: &'a [(String, String)], program: &str) -> Option<&'a str> {
    let found = list.iter().find(|(p, _)| program.starts_with(p.as_str()));
    found.map(|(_, reason)| reason.as_str())
}

/// What one program needs after each run.
struct Measured {
    totals: Vec<i64>,
    blocks: Vec<i64>,
    /// How it ended, if that was not well.
    failure: Option<String>,
}

impl Measured {
    fn is_flat(&self, warm: usize) -> bool {
        // A run or two may differ by one: what counts is whether the last ones need more than the first.
        let flat = |n: &[i64]| n.iter().skip(warm).take(2).max() >= n.last();
        flat(&self.totals) && flat(&self.blocks)
    }
}

fn measure(interpreter: &Interpreter, program: &Program, options: &Options) -> Measured {
    let mut job = interpreter
        .job(&program.cwd)
        .arg(discover::root().join("bin/refleak.py"))
        .arg(&program.file)
        .arg(options.warm.to_string())
        .arg(options.runs.to_string());
    job.stdin = program.runs[0].stdin.clone();
    job.timeout = Duration::from_secs(options.timeout);
    let outcome = interpreter.run(&job);
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
    let mut lines = text.lines().rev();
    let mut numbers = || -> Vec<i64> {
        let words = lines.next().unwrap_or("").split_whitespace();
        words.filter_map(|w| w.parse().ok()).collect()
    };
    let (blocks, totals) = (numbers(), numbers());
    let enough = [&totals, &blocks]
        .iter()
        .all(|n| n.len() == options.warm + options.runs);
    let failure = (outcome.status != Status::Exit(0) || !enough).then(|| {
        let stderr = String::from_utf8_lossy(&outcome.stderr).into_owned();
        let mut tail: Vec<&str> = stderr.lines().rev().take(4).collect();
        tail.reverse();
        format!("{}\n    {}", outcome.status, tail.join("\n    "))
    });
    Measured {
        totals,
        blocks,
        failure,
    }
}

/// How many programs are not as they should be.
fn run(options: &Options) -> Result<usize, String> {
    let x: Vec<&str> = options.x.iter().flat_map(|o| ["-X", o.as_str()]).collect();
    let oracle = Interpreter::oracle()?;
    let hotpy = Interpreter::hotpy(&oracle)?
        .with(&["-X", "refcounts"])
        .with(if options.traces {
            &[]
        } else {
            &["-X", "notrace"]
        })
        .with(&x);
    let known = Known::load()?;
    let (mut passed, mut failed) = (0, 0);
    for program in discover::programs()? {
        let wanted = options.filter.is_empty()
            || options
                .filter
                .iter()
                .any(|f| program.name.contains(f.as_str()));
        let source = program.file.extension().is_some_and(|e| e == "py");
        if !wanted || !source || reason(&known.left_out, &program.name).is_some() {
            continue;
        }
        let measured = measure(&hotpy, &program, options);
        let flat = measured.failure.is_none() && measured.is_flat(options.warm);
        let verdict = match (flat, reason(&known.grows, &program.name)) {
            _ if measured.failure.is_some() => Err(measured.failure.clone().unwrap_or_default()),
            (true, None) => Ok("ok".to_string()),
            (true, Some(reason)) => Err(format!("stale entry, it is flat: {reason}")),
            (false, Some(reason)) => Ok(format!("grows: {reason}")),
            (false, None) if !measure(&oracle, &program, options).is_flat(options.warm) => {
                Ok("ok: grows in CPython, too".to_string())
            }
            (false, None) => Err(format!(
                "references {:?}, blocks {:?}",
                measured.totals, measured.blocks
            )),
        };
        match verdict {
            Ok(text) => {
                passed += 1;
                println!("{} ... {text}", program.name);
            }
            Err(text) => {
                failed += 1;
                println!("{} ... FAILED: {text}", program.name);
            }
        }
    }
    println!("\n{passed} passed, {failed} failed");
    Ok(failed)
}
