//! The two interpreters: the oracle `python3.11` and the `hotpy` under test.

use crate::process::{Job, Outcome, Status};
use std::path::{Path, PathBuf};

/// Options both interpreters get: no `.pyc` written into the tree, no environment, no `site`.
pub const COMMON: [&str; 4] = ["-B", "-E", "-S", "-s"];

/// The ways hotpy runs each program, by name, with their options.
pub const MODES: [(&str, &[&str]); 4] = [
    ("default", &[]),
    ("surrogates", &["-X", "surrogates=always"]),
    ("traces", &["-X", "trace-threshold=2", "-X", "trace-exit=2"]),
    (
        "exits",
        &["-X", "trace-threshold=2", "-X", "trace-force-exit=3"],
    ),
];

/// Every loop traced at once, and further options.
macro_rules! traced {
    ($($option:literal),*) => {
        &["-X", "trace-threshold=2", "-X", "trace-exit=2", $("-X", $option),*]
    };
}

/// Further ways to run what is traced: guards that fail, traces that go, thresholds, each pass off. In `cargo test` the programs of
/// `tracing` run in each of them; all programs with `HOTPY_MODES=all`.
pub const TRACER_MODES: [(&str, &[&str]); 16] = [
    ("all-guards", traced!("trace-force-exit=1")),
    ("guard-4", traced!("trace-fail-guard=4")),
    ("guard-9", traced!("trace-fail-guard=9")),
    ("guard-20", traced!("trace-fail-guard=20")),
    ("sweep", traced!("trace-sweep")),
    ("flush", traced!("trace-flush=1")),
    ("flush-7", traced!("trace-flush=7")),
    ("decay", traced!("trace-decay=1", "trace-cache=20K")),
    (
        "threshold-1",
        &["-X", "trace-threshold=1", "-X", "trace-exit=1"],
    ),
    (
        "threshold-63",
        &["-X", "trace-threshold=63", "-X", "trace-exit=63"],
    ),
    ("no-specialise", traced!("no-specialise")),
    ("no-tailcall", traced!("no-tailcall")),
    ("no-defer", traced!("no-defer")),
    ("no-register", traced!("no-register")),
    ("no-coalesce", traced!("no-coalesce")),
    (
        "no-passes",
        traced!(
            "no-specialise",
            "no-tailcall",
            "no-defer",
            "no-register",
            "no-coalesce"
        ),
    ),
];

/// An executable and the options it always gets.
#[derive(Clone, Debug)]
pub struct Interpreter {
    pub path: PathBuf,
    pub options: Vec<String>,
    /// Where its jobs look for programs: the oracle's folder first, for hotpy takes the library of the `python3.11` it finds.
    search: String,
}

fn search(oracle: &Path) -> String {
    format!(
        "{}:/usr/bin:/bin",
        oracle.parent().unwrap_or(Path::new("/usr/bin")).display()
    )
}

impl Interpreter {
    /// The oracle: `$PYTHON311`, else `python3.11` of the PATH; its real executable, for the name found may be a
    /// script that picks one.
    pub fn oracle() -> Result<Interpreter, String> {
        let name = std::env::var("PYTHON311").unwrap_or_else(|_| "python3.11".into());
        let out = std::process::Command::new(&name)
            .args(["-I", "-S", "-c", "import sys; print(sys.executable)"])
            .output()
            .map_err(|e| format!("cannot run {name}: {e} (set PYTHON311 to a CPython 3.11)"))?;
        let path = String::from_utf8_lossy(&out.stdout).trim().to_string();
        if path.is_empty() {
            return Err(format!(
                "{name} does not run:\n{}",
                String::from_utf8_lossy(&out.stderr)
            ));
        }
        let search = search(Path::new(&path));
        Ok(Interpreter {
            path: path.into(),
            options: COMMON.map(String::from).to_vec(),
            search,
        })
    }

    /// hotpy: `$HOTPY`, else the most recently built of this target directory's profiles.
    pub fn hotpy(oracle: &Interpreter) -> Result<Interpreter, String> {
        let path = match std::env::var_os("HOTPY") {
            Some(path) => std::path::absolute(path).map_err(|e| e.to_string())?,
            None => newest_build()
                .ok_or("no hotpy found: `cargo build --release` first, or set HOTPY to one")?,
        };
        if !path.is_file() {
            return Err(format!("HOTPY={}: no such file", path.display()));
        }
        Ok(Interpreter {
            path,
            options: COMMON.map(String::from).to_vec(),
            search: oracle.search.clone(),
        })
    }

    /// Where its processes look for programs.
    pub fn search(&self) -> &str {
        &self.search
    }

    /// The same executable with more options.
    pub fn with(&self, options: &[&str]) -> Interpreter {
        let mut other = self.clone();
        other.options.extend(options.iter().map(|o| o.to_string()));
        other
    }

    /// A job that runs the executable with its options in `cwd`; the caller adds what to run.
    pub fn job(&self, cwd: &Path) -> Job {
        let mut job = Job::new(&self.path, cwd).args(&self.options);
        job.path = self.search.clone().into();
        job
    }

    /// Runs `job`, and replaces this executable's own path in what it wrote by `<python>`.
    pub fn run(&self, job: &Job) -> Outcome {
        match job.run() {
            Ok(mut outcome) => {
                let path = self.path.as_os_str().as_encoded_bytes();
                outcome.stdout = replace(&outcome.stdout, path, b"<python>");
                outcome.stderr = replace(&outcome.stderr, path, b"<python>");
                outcome
            }
            Err(e) => {
                let stderr = format!("cannot run {}: {e}\n", self.path.display()).into_bytes();
                Outcome {
                    status: Status::Signal(0),
                    stdout: Vec::new(),
                    stderr,
                }
            }
        }
    }
}

/// The target directory this test was built into (`target/PROFILE/deps/NAME`), and the workspace's default one.
pub fn target_dirs() -> Vec<PathBuf> {
    let mut found = Vec::new();
    if let Ok(exe) = std::env::current_exe() {
        let profile = exe
            .ancestors()
            .skip(1)
            .find(|dir| dir.file_name().is_some_and(|n| n != "deps"));
        found.extend(profile.and_then(Path::parent).map(Path::to_path_buf));
    }
    found.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"));
    found
}

fn newest_build() -> Option<PathBuf> {
    let paths = target_dirs()
        .into_iter()
        .flat_map(|dir| ["release", "fast", "debug"].map(|p| dir.join(p).join("hotpy")));
    paths
        .filter(|p| p.is_file())
        .max_by_key(|p| p.metadata().and_then(|m| m.modified()).ok())
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.windows(from.len()).position(|w| w == from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}
