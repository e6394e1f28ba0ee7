//! CPython's own test suite, from the installed `test` package: one process per file, through `suite/child.py`.
//!
//! What counts is the single test: of those that pass on CPython here, which pass on hotpy? CPython's answers are computed
//! once and kept beside the oracle's others. A process that crashes or hangs is started anew for the tests it had not
//! come to. `suite/files.txt` has the files with their groups, `suite/expectations.toml` the tests known to fail.

use crate::discover::root;
use crate::interpreter::Interpreter;
use crate::oracle::Oracle;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A test file of the suite.
#[derive(Clone, Debug)]
pub struct File {
    pub name: String,
    pub group: String,
    /// Belongs to the part that `cargo test` runs.
    pub quick: bool,
}

/// The files of `suite/files.txt`: `GROUP NAME`, and `quick` after it.
pub fn files() -> Result<Vec<File>, String> {
    let list = root().join("suite/files.txt");
    let text = fs::read_to_string(&list).map_err(|e| format!("{}: {e}", list.display()))?;
    let lines = text
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty());
    lines
        .map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
            [group, name] => Ok((group, name, false)),
            [group, name, "quick"] => Ok((group, name, true)),
            _ => Err(format!("{}: {line}", list.display())),
        })
        .map(|line| {
            line.map(|(group, name, quick)| File {
                name: name.to_owned(),
                group: group.to_owned(),
                quick,
            })
        })
        .collect()
}

/// How the process of a file ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    Pass,
    /// Tests failed, or the file could not be run.
    Fail,
    /// By a signal, in this test if it was in one.
    Crash(i32, Option<String>),
    Hang(Option<String>),
}

/// What became of a file.
#[derive(Clone, Debug)]
pub struct Record {
    pub end: End,
    /// Test -> outcome, without the `test.FILE.` in front.
    pub tests: BTreeMap<String, String>,
    /// Test -> last line of the traceback.
    pub why: BTreeMap<String, String>,
    /// The end of what it wrote, if it did not pass.
    pub output: String,
    pub time: Duration,
}

/// Limits of one process.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub time: Duration,
    /// `RLIMIT_AS` in bytes.
    pub memory: u64,
    /// How many times a file that crashed or hangs is started anew.
    pub again: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            time: Duration::from_secs(240),
            memory: 8 << 30,
            again: 5,
        }
    }
}

/// Runs a file of the suite under an interpreter, but for tests that hang or crash under CPython already (`cpython`).
pub fn run(
    python: &Interpreter,
    file: &str,
    limits: Limits,
    cpython: Option<&Record>,
) -> Result<Record, String> {
    let began = Instant::now();
    let fatal = cpython.iter().flat_map(|record| &record.tests);
    let left_out: BTreeSet<String> = fatal
        .filter(|(_, outcome)| matches!(outcome.as_str(), "hang" | "crash"))
        .map(|(test, _)| test.clone())
        .collect();
    let mut record = once(python, file, limits, &left_out)?;
    for _ in 0..limits.again {
        let (End::Crash(_, Some(_)) | End::Hang(Some(_))) = &record.end else {
            break;
        };
        let before: BTreeSet<String> = record.tests.keys().chain(&left_out).cloned().collect();
        let next = once(python, file, limits, &before)?;
        let moved = next.tests.len();
        for (name, outcome) in next.tests {
            record.tests.entry(name).or_insert(outcome);
        }
        record.why.extend(next.why);
        // The first crash is the file's end, but whether to go on is up to the last one.
        if moved == 0 || !matches!(next.end, End::Crash(..) | End::Hang(_)) {
            break;
        }
    }
    record.time = began.elapsed();
    Ok(record)
}

/// What CPython does with a file; asked once.
pub fn expected(oracle: &Oracle, file: &str, limits: Limits) -> Result<Record, String> {
    let child = root().join("suite/child.py");
    let key = [
        file.as_bytes(),
        &fs::read(&child).map_err(|e| e.to_string())?,
    ];
    if let Some(kept) = oracle.kept("suite", &key) {
        return Ok(decode(&String::from_utf8_lossy(&kept)));
    }
    let record = run(&oracle.python, file, limits, None)?;
    oracle.keep("suite", &key, encode(&record).as_bytes());
    Ok(record)
}

fn encode(record: &Record) -> String {
    let lines = record.tests.iter();
    lines
        .map(|(test, outcome)| format!("{outcome} {test}\n"))
        .collect()
}

fn decode(text: &str) -> Record {
    let lines = text.lines().filter_map(|l| l.split_once(' '));
    Record {
        end: End::Pass,
        tests: lines.map(|(o, t)| (t.to_owned(), o.to_owned())).collect(),
        why: BTreeMap::new(),
        output: String::new(),
        time: Duration::ZERO,
    }
}

/// In the environment of a test's process and of all that it starts.
const MARK: &str = "HOTPY_SUITE_RUN";

fn once(
    python: &Interpreter,
    file: &str,
    limits: Limits,
    left_out: &BTreeSet<String>,
) -> Result<Record, String> {
    static SERIAL: AtomicUsize = AtomicUsize::new(0);
    let mark = format!(
        "{}.{}",
        std::process::id(),
        SERIAL.fetch_add(1, Ordering::Relaxed)
    );
    // Short: paths of sockets lie below it.
    let folder = std::env::temp_dir().join(format!("hs{mark}"));
    let work = folder.join("w");
    fs::create_dir_all(&work).map_err(|e| format!("{}: {e}", work.display()))?;
    let (notes, log) = (folder.join("notes"), folder.join("log"));
    let mut list = String::new();
    if !left_out.is_empty() {
        let names: Vec<String> = left_out.iter().map(|n| whole(file, n)).collect();
        list = folder.join("left_out").display().to_string();
        fs::write(&list, names.join("\n")).map_err(|e| e.to_string())?;
    }
    let output = fs::File::create(&log).map_err(|e| e.to_string())?;
    let errors = output.try_clone().map_err(|e| e.to_string())?;
    let mut command = Command::new(&python.path);
    command
        .args(&python.options)
        .arg(root().join("suite/child.py"))
        .arg(file)
        .arg(&notes)
        .arg(&list)
        .current_dir(&work)
        .env_clear()
        .env("PATH", python.search())
        .env("HOME", &folder)
        .env("LANG", "C.UTF-8")
        .env("TERM", "xterm")
        .env("SHELL", "/bin/sh")
        .env("USER", "root")
        .env("LOGNAME", "root")
        .env("TMPDIR", &work)
        .env(MARK, &mark)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors);
    // SAFETY: the closure only makes async-signal-safe system calls between fork and exec.
    unsafe {
        command.pre_exec(move || {
            libc::setsid();
            for signal in 1..32 {
                libc::signal(signal, libc::SIG_DFL);
            }
            for (resource, bytes) in [(libc::RLIMIT_CORE, 0), (libc::RLIMIT_AS, limits.memory)] {
                let limit = libc::rlimit {
                    rlim_cur: bytes,
                    rlim_max: bytes,
                };
                libc::setrlimit(resource, &limit);
            }
            Ok(())
        });
    }
    let began = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|e| format!("{}: {e}", python.path.display()))?;
    let mut hangs = false;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            break status;
        }
        if began.elapsed() > limits.time {
            hangs = true;
            let _ = child.kill();
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    end_strays(&mark);
    let mut record = read(&fs::read_to_string(&notes).unwrap_or_default(), file);
    use std::os::unix::process::ExitStatusExt;
    let last = record.running.take();
    record.record.end = match (hangs, status.signal()) {
        (true, _) => End::Hang(last.clone()),
        (false, Some(signal)) => End::Crash(signal, last.clone()),
        (false, None) if status.success() => End::Pass,
        (false, None) => End::Fail,
    };
    if let (Some(test), false) = (last, status.success() && !hangs) {
        let outcome = if hangs { "hang" } else { "crash" };
        record.record.tests.insert(test, outcome.to_owned());
    }
    if record.record.end != End::Pass {
        let text = fs::read(&log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text[text.len().saturating_sub(3000)..]);
        record.record.output = text.into_owned();
    }
    record.record.time = began.elapsed();
    let _ = fs::remove_dir_all(&folder);
    Ok(record.record)
}

struct Notes {
    record: Record,
    running: Option<String>,
}

fn read(text: &str, file: &str) -> Notes {
    let mut notes = Notes {
        record: decode(""),
        running: None,
    };
    for line in text.lines() {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        match kind {
            ">" => notes.running = Some(short(file, rest)),
            "=" => {
                let (outcome, test) = rest.split_once(' ').unwrap_or((rest, ""));
                let test = short(file, test);
                // Some names stand for several tests: all must pass.
                let known = notes.record.tests.entry(test).or_default();
                if known.is_empty() || known == "pass" {
                    *known = outcome.to_owned();
                }
                notes.running = None;
            }
            "!" => {
                let (test, why) = rest.split_once(' ').unwrap_or((rest, ""));
                let why = why.to_owned();
                notes.record.why.entry(short(file, test)).or_insert(why);
            }
            _ => {}
        }
    }
    notes
}

fn prefix(file: &str) -> String {
    match file.strip_prefix("test.") {
        Some(_) => format!("{file}."),
        None => format!("test.{file}."),
    }
}

fn short(file: &str, test: &str) -> String {
    test.strip_prefix(&prefix(file)).unwrap_or(test).to_owned()
}

fn whole(file: &str, test: &str) -> String {
    // Names from elsewhere (doctests of a library module) are left as they are: both are listed.
    format!("{}{test}\n{test}", prefix(file))
}

/// Ends what a test left running: processes with its mark in their environment.
fn end_strays(mark: &str) {
    let wanted = format!("{MARK}={mark}");
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(|n| n.parse::<i32>().ok()) else {
            continue;
        };
        let environ = fs::read(entry.path().join("environ")).unwrap_or_default();
        if environ.split(|b| *b == 0).any(|v| v == wanted.as_bytes()) {
            // SAFETY: a signal to a process that one of our tests has started.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
    }
}

/// Whether the interpreter's library has the suite; else how to get it.
pub fn missing(python: &Interpreter) -> Option<String> {
    let code = "import test.libregrtest, test.test_grammar";
    let found = Command::new(&python.path)
        .args(["-B", "-c", code])
        .env_clear()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match found {
        Ok(status) if status.success() => None,
        _ => Some(format!(
            "{} has no `test` package: CPython's suite is not run (Debian has it in libpython3.11-testsuite)",
            python.path.display()
        )),
    }
}

/// A known failure: why, and whether the test passes at times.
#[derive(Clone, Debug)]
pub struct Known {
    pub reason: String,
    pub unsteady: bool,
}

/// `suite/expectations.toml`: file -> test -> why it fails. The test `*` stands for all of a file.
#[derive(Default, Debug)]
pub struct Expectations(BTreeMap<String, BTreeMap<String, Known>>);

impl Expectations {
    pub fn load(files: &[File]) -> Result<Expectations, String> {
        let path = root().join("suite/expectations.toml");
        let bad = |what: String| format!("{}: {what}", path.display());
        let text = fs::read_to_string(&path).map_err(|e| bad(e.to_string()))?;
        let table: toml::Table = text
            .parse()
            .map_err(|e: toml::de::Error| bad(e.to_string()))?;
        let mut known: BTreeMap<String, BTreeMap<String, Known>> = BTreeMap::new();
        let entries = table.get("fails").and_then(|f| f.as_array());
        for entry in entries.map_or(&[][..], Vec::as_slice) {
            let field = |name: &str| {
                let value = entry.get(name).and_then(|v| v.as_str());
                value.filter(|v| !v.is_empty()).map(str::to_owned)
            };
            let file = field("file").ok_or_else(|| bad("an entry without `file`".into()))?;
            if !files.iter().any(|f| f.name == file) {
                return Err(bad(format!("no such file: {file}")));
            }
            let reason = field("reason").ok_or_else(|| bad(format!("{file}: no `reason`")))?;
            let unsteady = entry.get("unsteady").and_then(|u| u.as_bool()) == Some(true);
            let tests = entry.get("tests").and_then(|t| t.as_array());
            for test in tests.ok_or_else(|| bad(format!("{file}: no `tests`")))? {
                let test = test
                    .as_str()
                    .ok_or_else(|| bad(format!("{file}: tests are strings")))?;
                let why = Known {
                    reason: reason.clone(),
                    unsteady,
                };
                let of_file = known.entry(file.clone()).or_default();
                if of_file.insert(test.to_owned(), why).is_some() {
                    return Err(bad(format!("{file}: {test} is listed twice")));
                }
            }
        }
        Ok(Expectations(known))
    }

    pub fn reason(&self, file: &str, test: &str) -> Option<&Known> {
        let of_file = self.0.get(file)?;
        of_file.get(test).or_else(|| of_file.get("*"))
    }

    /// The tests listed for a file.
    pub fn listed(&self, file: &str) -> impl Iterator<Item = (&str, &Known)> {
        let of_file = self.0.get(file).into_iter().flatten();
        of_file.map(|(test, known)| (test.as_str(), known))
    }
}

/// A file's result held against CPython's and against the expectations.
#[derive(Clone, Default, Debug)]
pub struct Verdict {
    /// Tests that pass on CPython.
    pub of: usize,
    pub passed: usize,
    /// Test, outcome, why it failed: tests that should pass, and are not expected to fail.
    pub lost: Vec<(String, String, String)>,
    /// The same for the expected ones.
    pub known: Vec<(String, String, String)>,
    /// Expected to fail, but passes.
    pub stale: Vec<String>,
}

pub fn compare(
    file: &str,
    cpython: &Record,
    hotpy: &Record,
    expectations: &Expectations,
) -> Verdict {
    let mut verdict = Verdict::default();
    let mut lost = BTreeSet::new();
    for (test, _) in cpython.tests.iter().filter(|(_, o)| *o == "pass") {
        verdict.of += 1;
        let outcome = hotpy.tests.get(test).map_or("not run", String::as_str);
        if outcome == "pass" {
            verdict.passed += 1;
            continue;
        }
        lost.insert(test.as_str());
        let why = hotpy.why.get(test).cloned().unwrap_or_default();
        let entry = (test.clone(), outcome.to_owned(), why);
        match expectations.reason(file, test) {
            Some(_) => verdict.known.push(entry),
            None => verdict.lost.push(entry),
        }
    }
    for (test, known) in expectations.listed(file) {
        // Another version of the suite may not have the test.
        let fails = match test {
            "*" => !lost.is_empty() || verdict.of == 0,
            _ => lost.contains(test) || cpython.tests.get(test).is_none_or(|o| o != "pass"),
        };
        if !fails && !known.unsteady {
            verdict.stale.push(format!("{test}: {}", known.reason));
        }
    }
    verdict
}
