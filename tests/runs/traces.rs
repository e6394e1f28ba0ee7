//! The programs of `tests/traces` run under hotpy and look, by way of `hotpy.trace`, at what has become of their loops.
//!
//! `# Needs: NAME ...` in a program's head names commands; where one is not installed the trial is shown as ignored, with its name in the
//! trial's. `# Options: ...` are hotpy's.

use hotpy_tests::discover;
use hotpy_tests::interpreter::Interpreter;
use hotpy_tests::process::Status;
use hotpy_tests::trials::run;
use libtest_mimic::Trial;
use std::time::Duration;

/// Enough for a browser on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Whether there is such a command.
fn is_installed(command: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(command).is_file())
}

fn main() {
    run(trials)
}

fn trials() -> Result<Vec<Trial>, String> {
    let hotpy = Interpreter::hotpy(&Interpreter::oracle()?)?;
    let folder = discover::root().join("traces");
    let mut trials = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("tests/traces is there") {
        let name = entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("a name");
        if !name.ends_with(".py") {
            continue;
        }
        let text = std::fs::read_to_string(folder.join(&name)).expect("a program");
        let head = |what: &str| -> Vec<String> {
            let line = text.lines().find_map(|l| l.strip_prefix(what));
            let words = line.unwrap_or("").split_whitespace();
            words.map(String::from).collect()
        };
        let missing: Vec<String> = head("# Needs: ")
            .into_iter()
            .filter(|command| !is_installed(command))
            .collect();
        let mut title = format!("traces/{name}");
        if !missing.is_empty() {
            title += &format!(" (not installed: {})", missing.join(" "));
        }
        let options = head("# Options: ");
        let options: Vec<&str> = options.iter().map(|o| &**o).collect();
        let (hotpy, folder) = (hotpy.with(&options), folder.clone());
        let trial = Trial::test(title, move || {
            let mut job = hotpy.job(&folder).args([&name]);
            job.timeout = TIMEOUT;
            // A long soak, if one is asked for.
            if let Ok(seconds) = std::env::var("HOTPY_SOAK") {
                job.timeout += Duration::from_secs(seconds.parse().unwrap_or(0));
                job.env.push(("HOTPY_SOAK".into(), seconds.into()));
            }
            let outcome = hotpy.run(&job);
            if outcome.status == Status::Exit(0) {
                return Ok(());
            }
            let text = [outcome.stdout, outcome.stderr].concat();
            Err(String::from_utf8_lossy(&text).into_owned().into())
        });
        trials.push(trial.with_ignored_flag(!missing.is_empty()));
    }
    Ok(trials)
}
