//! Small operations of the library and of C modules: `tests/micro/GROUP.py` prints, for each of its cases, `NAME NANOSECONDS`.

use crate::measure::{self, Row, Subject};
use std::collections::BTreeMap;
use std::path::Path;

/// The ways to start of which the time of a whole process is taken.
const STARTS: [&[&str]; 3] = [
    &["-c", "pass"],
    &["-S", "-E", "-c", "pass"],
    &["-c", "import asyncio"],
];

/// A row for every case `GROUP.NAME`: the best of all runs under each subject, in turns. `filter` selects groups, or cases by their full names.
pub fn compare(
    root: &Path,
    subjects: &[Subject; 2],
    runs: usize,
    filter: &[String],
) -> Result<Vec<Row>, String> {
    let folder = root.join("tests/micro");
    let list = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut groups: Vec<String> = list
        .filter_map(|e| {
            e.ok()?
                .file_name()
                .to_str()?
                .strip_suffix(".py")
                .map(String::from)
        })
        .filter(|name| name != "measure")
        .collect();
    groups.sort();
    let mut rows = Vec::new();
    for group in groups {
        let (whole, cases): (Vec<&String>, Vec<&String>) = filter
            .iter()
            .filter(|f| f.split('.').next() == Some(&group))
            .partition(|f| !f.contains('.'));
        if !filter.is_empty() && whole.is_empty() && cases.is_empty() {
            continue;
        }
        let mut args = vec![folder.join(format!("{group}.py")).display().to_string()];
        if whole.is_empty() {
            args.extend(
                cases
                    .iter()
                    .filter_map(|c| c.split_once('.'))
                    .map(|(_, name)| name.to_string()),
            );
        }
        rows.extend(group_rows(&group, subjects, &args, runs)?);
    }
    Ok(rows)
}

fn group_rows(
    group: &str,
    subjects: &[Subject; 2],
    args: &[String],
    runs: usize,
) -> Result<Vec<Row>, String> {
    let mut best: BTreeMap<String, [f64; 2]> = BTreeMap::new();
    let mut order = Vec::new();
    let mut peak = [0.0; 2];
    for _ in 0..runs.max(1) {
        for (i, subject) in subjects.iter().enumerate() {
            let sample = measure::measure(subject, args, false)?;
            if !sample.ok {
                return Err(format!("{group}: {} failed", subject.path.display()));
            }
            peak[i] = sample.peak.max(peak[i]);
            for line in String::from_utf8_lossy(&sample.output).lines() {
                let parsed = line
                    .split_once(' ')
                    .and_then(|(n, t)| Some((n, t.parse::<f64>().ok()?)));
                let (name, time) =
                    parsed.ok_or_else(|| format!("{group}: not a result: {line}"))?;
                let times = best.entry(name.to_string()).or_insert_with(|| {
                    order.push(name.to_string());
                    [f64::MAX; 2]
                });
                times[i] = times[i].min(time);
            }
        }
    }
    Ok(order
        .into_iter()
        .map(|name| Row {
            seconds: best[&name].map(|ns| ns / 1e9),
            name: format!("{group}.{name}"),
            peak,
            spread: [0.0; 2],
            failure: None,
        })
        .collect())
}

/// Rows for the ways to start, `runs` times each, with the environment's site-packages.
pub fn starts(subjects: &[Subject; 2], runs: usize) -> Result<Vec<Row>, String> {
    STARTS
        .iter()
        .map(|args| {
            let args: Vec<String> = args.iter().map(|a| a.to_string()).collect();
            measure::compare(subjects, &args.join(" "), &args, runs, false, true)
        })
        .collect()
}
