//! hotpy-suite: CPython's own test suite under hotpy, one process per file, held against what CPython itself passes here.
//!
//! Prints for each file the tests that CPython passes and hotpy does not, then a table per group. Exit status 1 if a test fails that
//! `suite/expectations.toml` does not list, if a listed one passes, or if a process crashed.

use clap::Parser;
use hotpy_tests::interpreter::Interpreter;
use hotpy_tests::oracle::Oracle;
use hotpy_tests::suite::{self, End, Expectations, File, Limits, Record, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;

#[derive(Parser)]
#[command(about = "Runs CPython's own test suite under hotpy")]
struct Options {
    /// Only files of these names or groups (lang, core-modules, stdlib-python, ext, capi)
    filter: Vec<String>,
    /// Only the part that `cargo test` runs
    #[arg(long)]
    quick: bool,
    /// Processes at once
    #[arg(short, long, default_value_t = 2)]
    jobs: usize,
    /// Seconds for each process
    #[arg(long, default_value_t = 240)]
    timeout: u64,
    /// GiB of address space for each process
    #[arg(long, default_value_t = 8)]
    memory: u64,
    /// Also the expected failures, in the form of expectations.toml, by the line that each ended with
    #[arg(long)]
    list: bool,
    /// Options for hotpy, as further `-X` values
    #[arg(short = 'X', value_name = "OPTION")]
    x: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("hotpy-suite: {message}");
            ExitCode::from(2)
        }
    }
}

struct Done {
    file: File,
    record: Record,
    verdict: Verdict,
}

fn run(options: &Options) -> Result<bool, String> {
    let all = suite::files()?;
    let expectations = Expectations::load(&all)?;
    let wanted = |f: &File| {
        options.filter.is_empty() || options.filter.iter().any(|w| *w == f.name || *w == f.group)
    };
    let files: Vec<File> = all
        .into_iter()
        .filter(|f| wanted(f) && (f.quick || !options.quick))
        .collect();
    let mut oracle = Oracle::new()?;
    oracle.python.options.clear();
    if let Some(message) = suite::missing(&oracle.python) {
        return Err(message);
    }
    let x: Vec<&str> = options.x.iter().flat_map(|o| ["-X", o.as_str()]).collect();
    let mut hotpy = Interpreter::hotpy(&oracle.python)?;
    hotpy.options.clear();
    let hotpy = hotpy.with(&x);
    let limits = Limits {
        time: Duration::from_secs(options.timeout),
        memory: options.memory << 30,
        ..Limits::default()
    };
    let queue = Mutex::new(files.into_iter());
    let done = Mutex::new(Vec::new());
    let failure = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let Some(file) = queue.lock().ok().and_then(|mut q| q.next()) else {
                        return;
                    };
                    let result = suite::expected(&oracle, &file.name, limits).and_then(|cpython| {
                        let record = suite::run(&hotpy, &file.name, limits, Some(&cpython))?;
                        let verdict = suite::compare(&file.name, &cpython, &record, &expectations);
                        Ok(Done {
                            file,
                            record,
                            verdict,
                        })
                    });
                    match result {
                        Ok(one) => {
                            print!("{}", shown(&one));
                            if let Ok(mut done) = done.lock() {
                                done.push(one);
                            }
                        }
                        Err(message) => {
                            if let Ok(mut failure) = failure.lock() {
                                *failure = Some(message);
                            }
                            return;
                        }
                    }
                }
            });
        }
    });
    if let Some(message) = failure.into_inner().map_err(|e| e.to_string())? {
        return Err(message);
    }
    let mut done = done.into_inner().map_err(|e| e.to_string())?;
    done.sort_by(|a, b| a.file.name.cmp(&b.file.name));
    if options.list {
        print!("{}", listed(&done));
    }
    Ok(table(&done))
}

/// The lines about one file.
fn shown(one: &Done) -> String {
    let verdict = &one.verdict;
    let mut text = format!(
        "{} {} {}/{} {:.1}s{}\n",
        one.file.group,
        one.file.name,
        verdict.passed,
        verdict.of,
        one.record.time.as_secs_f64(),
        match &one.record.end {
            End::Pass => String::new(),
            End::Fail => " fails".to_owned(),
            End::Crash(signal, test) => format!(
                " CRASH signal {signal} in {}",
                test.as_deref().unwrap_or("no test")
            ),
            End::Hang(test) => format!(" HANG in {}", test.as_deref().unwrap_or("no test")),
        },
    );
    for (test, outcome, why) in &verdict.lost {
        let _ = writeln!(text, "    {outcome} {test}: {why}");
    }
    for stale in &verdict.stale {
        let _ = writeln!(text, "    passes, though it is expected to fail: {stale}");
    }
    // All of the file is lost: what it said.
    if verdict.passed == 0 && verdict.of > 0 {
        let lines: Vec<&str> = one.record.output.trim_end().lines().collect();
        for line in &lines[lines.len().saturating_sub(12)..] {
            let _ = writeln!(text, "    | {line}");
        }
    }
    text
}

/// The failures in the form of the expectations, without reasons.
fn listed(done: &[Done]) -> String {
    let mut text = String::new();
    for one in done {
        for (test, outcome, why) in one.verdict.lost.iter().chain(&one.verdict.known) {
            let _ = write!(
                text,
                "\n# {outcome}: {why}\n[[fails]]\nfile = {:?}\ntests = [{test:?}]\nreason = \"\"\n",
                one.file.name
            );
        }
    }
    text
}

/// Prints the table per group; whether all is as expected.
fn table(done: &[Done]) -> bool {
    let mut groups: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let (mut lost, mut known, mut stale) = (0, 0, 0);
    let (mut crashed, mut hanging) = (Vec::new(), Vec::new());
    for one in done {
        let verdict = &one.verdict;
        let row = groups.entry(&one.file.group).or_default();
        row[0] += 1;
        row[1] += usize::from(verdict.passed == verdict.of);
        row[2] += verdict.passed;
        row[3] += verdict.of;
        lost += verdict.lost.len();
        known += verdict.known.len();
        stale += verdict.stale.len();
        match &one.record.end {
            End::Crash(..) => crashed.push(one.file.name.as_str()),
            End::Hang(_) => hanging.push(one.file.name.as_str()),
            _ => {}
        }
    }
    println!("\n{:<16} {:>12} {:>16}", "group", "files", "tests");
    for (group, [files, whole, passed, of]) in groups {
        println!(
            "{group:<16} {:>12} {:>16} {:>7.2}%",
            format!("{whole}/{files}"),
            format!("{passed}/{of}"),
            100.0 * passed as f64 / of.max(1) as f64
        );
    }
    println!("\nlost {lost}, expected to fail {known}, stale expectations {stale}");
    println!("crashed: {}", crashed.join(" "));
    println!("timed out: {}", hanging.join(" "));
    lost == 0 && stale == 0 && crashed.is_empty()
}
