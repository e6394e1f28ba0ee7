//! The `main` of the differential tests: trials are found, then run as cargo's own tests would be.

use libtest_mimic::{Arguments, Trial};
use std::process::exit;

/// Runs what `find` finds, as the command line asks; does not come back. What keeps it from finding anything is told, with status 2.
pub fn run(find: impl FnOnce() -> Result<Vec<Trial>, String>) -> ! {
    run_with(|_| {}, find)
}

/// The same; `adjust` sets what the command line leaves open.
pub fn run_with(
    adjust: impl FnOnce(&mut Arguments),
    find: impl FnOnce() -> Result<Vec<Trial>, String>,
) -> ! {
    let mut arguments = Arguments::from_args();
    adjust(&mut arguments);
    match find() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit(),
        Err(message) => {
            eprintln!("{message}");
            exit(2)
        }
    }
}
