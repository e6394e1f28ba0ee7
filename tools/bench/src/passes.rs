//! The table of executed instructions by pass, as in HotPy's slides: bytecodes without tracing, then register instructions with no
//! pass, and with one pass after the other switched on; below it what the tracer did with all of them.

use crate::measure::Subject;
use std::collections::HashMap;
use std::fmt::Write;
use std::process::Command;

/// Rows: what they are called, and the passes that are off.
const ROWS: [(&str, &[&str]); 5] = [
    (
        "tracing",
        &["specialise", "tailcall", "defer", "register", "coalesce"],
    ),
    ("+ specialise, tailcall", &["defer", "register", "coalesce"]),
    ("+ defer", &["register", "coalesce"]),
    ("+ register", &["coalesce"]),
    ("+ coalesce", &[]),
];

/// Runs the program with `-X trace-stats` and these options: the statistics.
fn stats(hotpy: &Subject, program: &[String], options: &[String]) -> Result<String, String> {
    let mut command = Command::new(&hotpy.path);
    command.env("PATH", &hotpy.search).args(&hotpy.options);
    for option in ["trace-stats"]
        .into_iter()
        .chain(options.iter().map(|o| &**o))
    {
        command.args(["-X", option]);
    }
    let out = command.args(program).output().map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&out.stderr).into_owned();
    if !out.status.success() {
        return Err(format!("{}: {}\n{text}", hotpy.path.display(), out.status));
    }
    Ok(text)
}

/// The numbers of the statistics by name.
fn numbers(text: &str) -> HashMap<&str, u64> {
    text.lines()
        .filter_map(|line| {
            let (name, number) = line.rsplit_once(' ')?;
            Some((name.trim(), number.parse().ok()?))
        })
        .collect()
}

/// A number with its thousands apart.
fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The table, and the last row's instructions over the untraced bytecodes.
pub fn table(hotpy: &Subject, program: &[String]) -> Result<(String, f64), String> {
    let untraced = stats(hotpy, program, &["notrace".into()])?;
    let bytecodes = *numbers(&untraced)
        .get("bytecodes interpreted")
        .ok_or("this hotpy does not count bytecodes")?;
    let mut out = format!(
        "{:<24}{:>16}{:>16}{:>12}\n{:<24}{:>16}{:>16}{:>12}\n",
        "", "register", "bytecodes", "both, of", "", "instructions", "interpreted", "untraced"
    );
    let mut row = |name: &str, instructions: u64, interpreted: u64| {
        let ratio = (instructions + interpreted) as f64 / bytecodes.max(1) as f64;
        let _ = writeln!(
            out,
            "{name:<24}{:>16}{:>16}{ratio:>12.3}",
            thousands(instructions),
            thousands(interpreted)
        );
        ratio
    };
    row("no tracing", 0, bytecodes);
    let (mut ratio, mut last) = (0.0, String::new());
    for (name, off) in ROWS {
        let options: Vec<String> = off.iter().map(|pass| format!("no-{pass}")).collect();
        last = stats(hotpy, program, &options)?;
        let found = numbers(&last);
        let number = |name| found.get(name).copied().unwrap_or(0);
        ratio = row(
            name,
            number("register instructions"),
            number("bytecodes interpreted"),
        );
    }
    let _ = write!(out, "\nWith all passes:\n{last}");
    Ok((out, ratio))
}
