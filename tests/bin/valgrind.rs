//! hotpy-valgrind: the test programs under valgrind's memcheck.
//!
//! hotpy runs with `-X malloc=system`, which gives every object its own block, so that valgrind sees uses after free and
//! reads beyond an object's end. Any invalid access, any use of uninitialised memory, any bad free fails the program; leaks
//! are not looked for here (`hotpy-refleak` does). A program's own exit status does not matter.

use clap::Parser;
use hotpy_tests::discover::{self, Program};
use hotpy_tests::interpreter::Interpreter;
use hotpy_tests::process::{Job, Status};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What valgrind exits with if it found an error; no test program does.
const FOUND: i32 = 86;

#[derive(Parser)]
#[command(about = "Runs the test programs under valgrind")]
struct Options {
    /// Only programs whose names contain one of these
    filter: Vec<String>,
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Seconds for each program
    #[arg(long, default_value_t = 300)]
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
            eprintln!("hotpy-valgrind: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<usize, String> {
    let mut programs = discover::programs()?;
    programs.retain(|p| {
        options.filter.is_empty() || options.filter.iter().any(|f| p.name.contains(f.as_str()))
    });
    let x: Vec<&str> = options.x.iter().flat_map(|o| ["-X", o.as_str()]).collect();
    let hotpy = Interpreter::hotpy(&Interpreter::oracle()?)?
        .with(&["-X", "malloc=system"])
        .with(&x);
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = check(program, &hotpy, Duration::from_secs(options.timeout));
                    println!(
                        "{} ... {}",
                        program.name,
                        if result.is_ok() { "ok" } else { "FAILED" }
                    );
                    if let Err(text) = result
                        && let Ok(mut list) = failed.lock()
                    {
                        list.push((program.name.clone(), text));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().map_err(|e| e.to_string())?;
    for (name, text) in &failed {
        println!("\n---- {name} ----\n{text}");
    }
    println!(
        "\n{} passed, {} failed",
        programs.len() - failed.len(),
        failed.len()
    );
    Ok(failed.len())
}

fn check(program: &Program, hotpy: &Interpreter, timeout: Duration) -> Result<(), String> {
    for run in &program.runs {
        let log = std::env::temp_dir().join(format!(
            "hotpy-valgrind-{}-{:?}",
            std::process::id(),
            std::thread::current().id()
        ));
        let mut job = Job::new("/usr/bin/valgrind", &program.cwd)
            .args([
                "--quiet",
                "--leak-check=no",
                "--num-callers=24",
                "--main-stacksize=8388608",
            ])
            .arg(format!("--error-exitcode={FOUND}"))
            .arg(format!("--log-file={}", log.display()))
            .arg(&hotpy.path)
            .args(&hotpy.options)
            .args(&run.args);
        job.stdin = run.stdin.clone();
        job.path = hotpy.job(&program.cwd).path;
        job.timeout = timeout;
        let outcome = job.run().map_err(|e| format!("cannot run valgrind: {e}"))?;
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        let _ = std::fs::remove_file(&log);
        let errors: Vec<&str> = text.lines().take(60).collect();
        // Under valgrind a signal kills the client, and valgrind with it: KeyboardInterrupt ends so on purpose.
        match outcome.status {
            Status::Exit(FOUND) => return Err(format!("{:?}\n{}", run.args, errors.join("\n"))),
            Status::Signal(signal) if signal != libc::SIGINT => {
                return Err(format!(
                    "{:?}: signal {signal}\n{}",
                    run.args,
                    errors.join("\n")
                ));
            }
            Status::Timeout => return Err(format!("{:?}: timed out", run.args)),
            _ if text.contains("Invalid ") || text.contains("uninitialised") => {
                return Err(format!("{:?}\n{}", run.args, errors.join("\n")));
            }
            _ => {}
        }
    }
    Ok(())
}
