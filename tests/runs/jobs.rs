//! Real work under CPython and under hotpy: the library's own programs (`jobs/tools`) and installed packages (`jobs/packages`); and the soak.
//!
//! A job is a program whose output is the same in every run. `# Needs: NAME ...` in its head names the packages that it imports; if the
//! oracle does not have one of them the trial is shown as ignored, with the packages' names in the trial's.
//! Here, unlike in `programs.rs`, both interpreters run with `site`, the installed packages and a home.

use hotpy_tests::discover::{self, Program};
use hotpy_tests::interpreter::Interpreter;
use hotpy_tests::process::{Outcome, Status};
use hotpy_tests::report::difference;
use hotpy_tests::trials::run;
use libtest_mimic::{Failed, Trial};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Enough for the longest job, on a machine that does other things too.
const TIMEOUT: Duration = Duration::from_secs(240);

/// How long the soak takes if HOTPY_SOAK_SECONDS does not say.
const SOAK_SECONDS: &str = "120";

struct Setup {
    python: Interpreter,
    hotpy: Interpreter,
    home: PathBuf,
}

fn main() {
    run(trials)
}

fn trials() -> Result<Vec<Trial>, String> {
    let mut python = Interpreter::oracle()?;
    let mut hotpy = Interpreter::hotpy(&python)?;
    for interpreter in [&mut python, &mut hotpy] {
        interpreter.options = vec!["-B".into()];
    }
    let home = std::env::temp_dir().join(format!("hotpy-jobs-{}", std::process::id()));
    std::fs::create_dir_all(&home).map_err(|e| format!("{}: {e}", home.display()))?;
    let setup = Arc::new(Setup {
        python,
        hotpy,
        home,
    });
    let mut trials = Vec::new();
    for folder in ["jobs/tools", "jobs/packages"] {
        for program in discover::sources(folder)? {
            let missing = setup.missing(&needs(&program.file)?);
            let mut name = program.name.clone();
            if !missing.is_empty() {
                name += &format!(" (not installed: {})", missing.join(" "));
            }
            let setup = setup.clone();
            trials.push(
                Trial::test(name, move || setup.compare(&program).map_err(Failed::from))
                    .with_ignored_flag(!missing.is_empty()),
            );
        }
    }
    trials.push(Trial::test("soak", move || {
        setup.soak().map_err(Failed::from)
    }));
    Ok(trials)
}

/// The packages that a job's head names.
fn needs(file: &Path) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let line = text.lines().find_map(|l| l.strip_prefix("# Needs: "));
    Ok(line
        .map(|l| l.split_whitespace().map(String::from).collect())
        .unwrap_or_default())
}

impl Setup {
    /// Those of `packages` that the oracle cannot find.
    fn missing(&self, packages: &[String]) -> Vec<String> {
        if packages.is_empty() {
            return Vec::new();
        }
        let code = "import sys, importlib.util as u; print(*[n for n in sys.argv[1:] if not u.find_spec(n)])";
        let job = self
            .python
            .job(&self.home)
            .args(["-c", code])
            .args(packages);
        let outcome = self.python.run(&job);
        String::from_utf8_lossy(&outcome.stdout)
            .split_whitespace()
            .map(String::from)
            .collect()
    }

    fn outcome(&self, interpreter: &Interpreter, program: &Program) -> Outcome {
        let mut job = interpreter.job(&program.cwd).args(&program.runs[0].args);
        job.timeout = TIMEOUT;
        job.env = vec![
            ("HOME".into(), self.home.clone().into()),
            ("PYTHONHASHSEED".into(), "0".into()),
            ("PYTHONDONTWRITEBYTECODE".into(), "1".into()),
        ];
        interpreter.run(&job)
    }

    /// All kinds of work over and over: nothing fails, nothing grows.
    fn soak(&self) -> Result<(), String> {
        let seconds = std::env::var("HOTPY_SOAK_SECONDS").unwrap_or_else(|_| SOAK_SECONDS.into());
        let mut hotpy = self.hotpy.clone();
        hotpy.options.extend(["-X", "refcounts"].map(String::from));
        let args = ["soak/soak.py".to_owned(), "--seconds".to_owned(), seconds];
        let mut job = hotpy.job(discover::root()).args(&args);
        job.timeout = TIMEOUT
            + Duration::from_secs(
                args[2]
                    .parse()
                    .map_err(|e| format!("HOTPY_SOAK_SECONDS: {e}"))?,
            );
        let outcome = hotpy.run(&job);
        match outcome.status {
            Status::Exit(0) => Ok(()),
            status => Err(format!(
                "{status}\n{}{}",
                String::from_utf8_lossy(&outcome.stdout),
                String::from_utf8_lossy(&outcome.stderr)
            )),
        }
    }

    fn compare(&self, program: &Program) -> Result<(), String> {
        let expected = self.outcome(&self.python, program);
        if expected.status != Status::Exit(0) {
            let stderr = String::from_utf8_lossy(&expected.stderr);
            return Err(format!("CPython itself: {}\n{stderr}", expected.status));
        }
        match difference(&expected, &self.outcome(&self.hotpy, program)) {
            Some(text) => Err(text),
            None => Ok(()),
        }
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.home);
    }
}
