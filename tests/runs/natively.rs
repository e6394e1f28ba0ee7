//! `tests/natively/natively.py` under hotpy on a small native stack: no use of a builtin recurses natively but those of `reasons.txt`, and all of these do.

use hotpy_tests::discover;
use hotpy_tests::interpreter::{Interpreter, MODES};
use hotpy_tests::process::Status;
use hotpy_tests::trials::run;
use libtest_mimic::Trial;
use std::time::Duration;

/// What 200 levels of native recursion do not fit into.
const SMALL_STACK: u64 = 256 << 10;
const TIMEOUT: Duration = Duration::from_secs(300);

fn main() {
    run(trials)
}

fn trials() -> Result<Vec<Trial>, String> {
    let hotpy = Interpreter::hotpy(&Interpreter::oracle()?)?;
    let folder = discover::root().join("natively");
    // With fast paths, and without: what is traced is made of what surrogates do.
    let trials = MODES.iter().take(2).map(|(mode, options)| {
        let (hotpy, folder) = (hotpy.with(options), folder.clone());
        Trial::test(format!("natively::{mode}"), move || {
            let mut job = hotpy.job(&folder).args(["natively.py"]);
            job.stack = Some(SMALL_STACK);
            job.timeout = TIMEOUT;
            let outcome = hotpy.run(&job);
            if outcome.status == Status::Exit(0) && outcome.stdout.is_empty() {
                return Ok(());
            }
            let text = [outcome.stdout, outcome.stderr].concat();
            Err(String::from_utf8_lossy(&text).into_owned().into())
        })
    });
    Ok(trials.collect())
}
