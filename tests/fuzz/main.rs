//! hotpy-fuzz: mutants of the test programs under both interpreters; the kinds of their ends must agree.
//!
//! Mutants are numbered; a number and a seed make one, always the same. CPython's side is a fork server (`driver.py`), so
//! a mutant costs it a millisecond; hotpy starts anew each time. A crash, a hang that CPython does not share, or another
//! kind of end is a failure: it is reduced by leaving out lines, and written with both ends into the output folder.
//! Differences that involve a time-out are tried again with ten times the time.

mod mutate;
mod outcome;

use clap::Parser;
use hotpy_tests::discover;
use hotpy_tests::interpreter::Interpreter;
use hotpy_tests::process::Status;
use mutate::Corpus;
use outcome::{Kind, failure, kind};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

#[derive(Parser)]
#[command(
    about = "Runs mutated test programs under CPython and hotpy and compares the kind of outcome"
)]
struct Options {
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many mutants
    #[arg(long, default_value_t = 10_000)]
    count: u64,
    /// The number of the first mutant
    #[arg(long, default_value_t = 0)]
    start: u64,
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Seconds for each run
    #[arg(long, default_value_t = 2.0)]
    timeout: f64,
    /// Memory for each run, in MiB of address space
    #[arg(long, default_value_t = 2048)]
    memory: u64,
    /// Where failures go
    #[arg(long, default_value = "target/fuzz")]
    out: PathBuf,
    /// Only programs whose names contain this
    #[arg(long)]
    filter: Option<String>,
    /// Options for hotpy, as `-X` values
    #[arg(short = 'X', value_name = "OPTION")]
    x: Vec<String>,
    /// Print one mutant and stop
    #[arg(long)]
    print: Option<u64>,
    /// Failures reduced at most
    #[arg(long, default_value_t = 60)]
    reduce: usize,
}

fn main() -> std::process::ExitCode {
    match run(&Options::parse()) {
        Ok(0) => std::process::ExitCode::SUCCESS,
        Ok(_) => std::process::ExitCode::FAILURE,
        Err(message) => {
            eprintln!("hotpy-fuzz: {message}");
            std::process::ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<u64, String> {
    let corpus = Corpus::new(sources(options.filter.as_deref())?);
    if corpus.programs.is_empty() {
        return Err("no program matches".into());
    }
    if let Some(number) = options.print {
        let (name, source) = corpus.mutant(options.seed, number);
        println!(
            "# mutant {number} of {name}, seed {}\n{source}",
            options.seed
        );
        return Ok(0);
    }
    let python = Interpreter::oracle()?;
    let x: Vec<&str> = options.x.iter().flat_map(|o| ["-X", o.as_str()]).collect();
    let hotpy = Interpreter::hotpy(&python)?.with(&x);
    std::fs::create_dir_all(&options.out).map_err(|e| e.to_string())?;
    let out = std::path::absolute(&options.out).map_err(|e| e.to_string())?;
    println!(
        "CPython: {}\nhotpy:   {}",
        python.path.display(),
        hotpy.path.display()
    );
    let next = AtomicU64::new(options.start);
    let end = options.start + options.count;
    let state = Mutex::new(State::default());
    let began = Instant::now();
    std::thread::scope(|scope| -> Result<(), String> {
        let mut workers = Vec::new();
        for job in 0..options.jobs.max(1) {
            let (corpus, python, hotpy, next, state, out) =
                (&corpus, &python, &hotpy, &next, &state, &out);
            workers.push(scope.spawn(move || -> Result<(), String> {
                let mut worker =
                    Worker::new(options, python, hotpy, &out.join(format!("work{job}")))?;
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= end {
                        return Ok(());
                    }
                    let (name, source) = corpus.mutant(options.seed, number);
                    let found = worker.check(&source)?;
                    let mut counts = state.lock().map_err(|e| e.to_string())?;
                    *counts.kinds.entry(found.cpython.to_string()).or_default() += 1;
                    counts.done += 1;
                    if counts.done % 500 == 0 {
                        println!(
                            "{} mutants, {} failures, {:.0} s",
                            counts.done,
                            counts.failures,
                            began.elapsed().as_secs_f64()
                        );
                    }
                    let Some(why) = found.why else { continue };
                    counts.failures += 1;
                    let ordinal = counts.failures as usize;
                    println!(
                        "{why}: mutant {number} of {name}: CPython {}, hotpy {}",
                        found.cpython, found.hotpy
                    );
                    drop(counts);
                    let shorter = if ordinal <= options.reduce {
                        worker.reduce(&source, &found)?
                    } else {
                        source
                    };
                    let head = format!(
                        "# {why}: mutant {number} of {name}, seed {}\n# CPython: {}, hotpy: {}\n",
                        options.seed, found.cpython, found.hotpy
                    );
                    let file = out.join(format!("{number:06}.py"));
                    std::fs::write(&file, head + &shorter).map_err(|e| e.to_string())?;
                    std::fs::write(file.with_extension("err"), &found.stderr)
                        .map_err(|e| e.to_string())?;
                }
            }));
        }
        workers
            .into_iter()
            .try_for_each(|w| w.join().map_err(|_| "a worker panicked".to_string())?)
    })?;
    let state = state.into_inner().map_err(|e| e.to_string())?;
    let mut kinds: Vec<_> = state.kinds.iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let shown: Vec<String> = kinds
        .iter()
        .take(16)
        .map(|(kind, count)| format!("{kind} {count}"))
        .collect();
    println!("outcomes under CPython: {}", shown.join(", "));
    println!(
        "{:.0} s; failures are in {}",
        began.elapsed().as_secs_f64(),
        out.display()
    );
    println!(
        "{} passed, {} failed",
        state.done - state.failures,
        state.failures
    );
    Ok(state.failures)
}

#[derive(Default)]
struct State {
    done: u64,
    failures: u64,
    kinds: BTreeMap<String, u64>,
}

/// The programs mutated: all but those that import files, take long, raise limits on purpose, or call C by `ctypes`.
fn sources(filter: Option<&str>) -> Result<Vec<(String, String)>, String> {
    let mut out = Vec::new();
    for program in discover::programs()? {
        let left_out = ["programs/imports/", "programs/recursion/", "programs/cli/"]
            .iter()
            .any(|a| program.name.starts_with(a));
        if left_out
            || program.file.extension().is_none_or(|e| e != "py")
            || filter.is_some_and(|f| !program.name.contains(f))
        {
            continue;
        }
        if let Ok(text) = std::fs::read_to_string(&program.file)
            // What C functions do with arguments of a wrong kind is undefined under both.
            && !text.contains("ctypes")
        {
            out.push((program.name, text));
        }
    }
    Ok(out)
}

/// One thread: its scratch folder, and its fork server.
struct Worker<'a> {
    options: &'a Options,
    python: &'a Interpreter,
    hotpy: &'a Interpreter,
    folder: PathBuf,
    server: Option<(Child, ChildStdin, BufReader<ChildStdout>)>,
}

struct Found {
    cpython: Kind,
    hotpy: Kind,
    why: Option<&'static str>,
    stderr: Vec<u8>,
}

impl<'a> Worker<'a> {
    fn new(
        options: &'a Options,
        python: &'a Interpreter,
        hotpy: &'a Interpreter,
        folder: &Path,
    ) -> Result<Self, String> {
        std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
        Ok(Worker {
            options,
            python,
            hotpy,
            folder: folder.to_path_buf(),
            server: None,
        })
    }

    /// Runs a source under both; tries again with more time if a time-out is what differs.
    fn check(&mut self, source: &str) -> Result<Found, String> {
        let path = self.folder.join("mutant.py");
        std::fs::write(&path, source).map_err(|e| e.to_string())?;
        let mut seconds = self.options.timeout;
        loop {
            let cpython = self.ask_cpython(&path, seconds)?;
            // A mutant that CPython does not finish is only tried for crashes, and not for long.
            let (hotpy, stderr) = self.ask_hotpy(
                &path,
                if cpython == Kind::Timeout {
                    seconds / 2.0
                } else {
                    seconds
                },
            );
            let why = failure(&cpython, &hotpy);
            if why.is_none() || hotpy != Kind::Timeout || seconds > self.options.timeout {
                return Ok(Found {
                    cpython,
                    hotpy,
                    why,
                    stderr,
                });
            }
            seconds *= 10.0;
        }
    }

    fn ask_hotpy(&self, path: &Path, seconds: f64) -> (Kind, Vec<u8>) {
        let mut job = self.hotpy.job(&self.folder).arg(path);
        job.timeout = Duration::from_secs_f64(seconds);
        job.memory = Some(self.options.memory << 20);
        job.keep = 1 << 20;
        let outcome = self.hotpy.run(&job);
        (kind(outcome.status, &outcome.stderr), outcome.stderr)
    }

    fn ask_cpython(&mut self, path: &Path, seconds: f64) -> Result<Kind, String> {
        if self.server.is_none() {
            let mut child = Command::new(&self.python.path)
                .args(["-I", "-S", "-B"])
                .arg(discover::root().join("fuzz/driver.py"))
                .env_clear()
                .env("LC_ALL", "C.UTF-8")
                .current_dir(&self.folder)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .map_err(|e| format!("{}: {e}", self.python.path.display()))?;
            let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
                return Err("the driver has no pipes".into());
            };
            self.server = Some((child, stdin, BufReader::new(stdout)));
        }
        let Some((_, stdin, stdout)) = &mut self.server else {
            return Err("no driver".into());
        };
        writeln!(
            stdin,
            "{}\t{seconds}\t{}",
            path.display(),
            self.options.memory << 20
        )
        .map_err(|e| e.to_string())?;
        let mut answer = String::new();
        stdout.read_line(&mut answer).map_err(|e| e.to_string())?;
        let status = match answer.trim().split_once(' ') {
            Some(("exit", code)) => Status::Exit(code.parse().map_err(|_| answer.clone())?),
            Some(("signal", number)) => Status::Signal(number.parse().map_err(|_| answer.clone())?),
            _ if answer.trim() == "timeout" => Status::Timeout,
            _ => return Err(format!("the driver answered {answer:?}")),
        };
        let stderr = std::fs::read(path.with_extension("py.err")).unwrap_or_default();
        Ok(kind(status, &stderr))
    }

    /// Leaves out ever smaller runs of lines as long as both interpreters end as before.
    fn reduce(&mut self, source: &str, found: &Found) -> Result<String, String> {
        let mut lines: Vec<&str> = source.lines().collect();
        let mut size = lines.len() / 2;
        let mut budget = 250;
        let slow = found.hotpy == Kind::Timeout;
        while size > 0 && budget > 0 && !slow {
            let mut at = 0;
            let mut shrunk = false;
            while at < lines.len() && budget > 0 {
                budget -= 1;
                let mut fewer = lines[..at].to_vec();
                fewer.extend_from_slice(&lines[(at + size).min(lines.len())..]);
                let now = self.check(&(fewer.join("\n") + "\n"))?;
                if now.cpython == found.cpython && now.hotpy == found.hotpy {
                    lines = fewer;
                    shrunk = true;
                } else {
                    at += size;
                }
            }
            if size > 1 || !shrunk {
                size /= 2;
            }
        }
        Ok(lines.join("\n") + "\n")
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        if let Some((mut child, stdin, _)) = self.server.take() {
            drop(stdin);
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
