//! The table, and the same as JSON.

use crate::measure::Row;
use std::fmt::Write;

/// Means over the benchmarks that ran.
pub struct Summary {
    pub geomean: f64,
    pub memory: f64,
    pub count: usize,
}

impl Summary {
    pub fn new(rows: &[Row]) -> Summary {
        let good: Vec<&Row> = rows.iter().filter(|r| r.failure.is_none()).collect();
        let mean = |f: fn(&Row) -> f64| {
            (good.iter().map(|r| f(r).ln()).sum::<f64>() / good.len().max(1) as f64).exp()
        };
        Summary {
            geomean: mean(Row::ratio),
            memory: mean(Row::memory_ratio),
            count: good.len(),
        }
    }
}

pub fn text(rows: &[Row], startup: Option<&Row>, summary: &Summary, wall: bool) -> String {
    let clock = if wall { "wall clock" } else { "processor time" };
    let mut out = format!(
        "medians, {clock}; ratio: CPython / hotpy (above 1: hotpy is faster); memory: hotpy / CPython\n"
    );
    let _ = writeln!(
        out,
        "{:<16}{:>11}{:>11}{:>8}{:>10}{:>10}{:>8}",
        "", "CPython ms", "hotpy ms", "ratio", "spread", "peak MB", "memory"
    );
    for row in rows.iter().chain(startup) {
        if let Some(why) = &row.failure {
            let _ = writeln!(out, "{:<16}  {why}", row.name);
            continue;
        }
        let _ = writeln!(
            out,
            "{:<16}{:>11.1}{:>11.1}{:>8.2}{:>9.0}%{:>10.1}{:>8.2}",
            row.name,
            row.seconds[0] * 1e3,
            row.seconds[1] * 1e3,
            row.ratio(),
            row.spread[0].max(row.spread[1]) * 100.0,
            row.peak[1] / 1024.0,
            row.memory_ratio()
        );
    }
    let _ = writeln!(
        out,
        "geometric mean of {}: ratio {:.3}, memory {:.2} (start-up not included)",
        summary.count, summary.geomean, summary.memory
    );
    out
}

/// Rows of small operations, in nanoseconds, and the mean of each group (what comes before the dot).
pub fn micro(rows: &[Row]) -> String {
    let mut out = format!(
        "{:<36}{:>14}{:>14}{:>8}\n",
        "", "CPython ns", "hotpy ns", "ratio"
    );
    let group = |row: &Row| row.name.split('.').next().unwrap_or("").to_string();
    for part in rows.chunk_by(|a, b| group(a) == group(b)) {
        for row in part {
            let [cpython, hotpy] = row.seconds.map(|s| s * 1e9);
            let _ = writeln!(
                out,
                "{:<36}{cpython:>14.1}{hotpy:>14.1}{:>8.2}",
                row.name,
                row.ratio()
            );
        }
        let _ = writeln!(
            out,
            "{:<36}{:>36.2}",
            format!("geometric mean of {}", group(&part[0])),
            Summary::new(part).geomean
        );
    }
    let _ = writeln!(
        out,
        "geometric mean of {}: {:.3}",
        rows.len(),
        Summary::new(rows).geomean
    );
    out
}

pub fn json(rows: &[Row], startup: Option<&Row>, summary: &Summary) -> String {
    let object = |row: &Row| {
        let failure = row
            .failure
            .as_ref()
            .map_or("null".into(), |f| format!("{f:?}"));
        format!(
            "{{\"name\": {:?}, \"cpython_s\": {}, \"hotpy_s\": {}, \"ratio\": {}, \"cpython_peak_kb\": {}, \"hotpy_peak_kb\": {}, \"memory_ratio\": {}, \"failure\": {failure}}}",
            row.name,
            number(row.seconds[0]),
            number(row.seconds[1]),
            number(row.ratio()),
            number(row.peak[0]),
            number(row.peak[1]),
            number(row.memory_ratio())
        )
    };
    let list: Vec<String> = rows.iter().map(object).collect();
    format!(
        "{{\"benchmarks\": [\n  {}\n], \"startup\": {}, \"geomean\": {}, \"memory\": {}}}",
        list.join(",\n  "),
        startup.map_or("null".into(), object),
        number(summary.geomean),
        number(summary.memory)
    )
}

fn number(value: f64) -> String {
    if value.is_finite() {
        format!("{value:.6}")
    } else {
        "null".into()
    }
}
