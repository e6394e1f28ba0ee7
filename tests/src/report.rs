//! Saying how two outcomes differ, shortly.

use crate::process::Outcome;

/// `None` if the outcomes are the same; else the first differences of each kind, in a form people can read.
pub fn difference(expected: &Outcome, actual: &Outcome) -> Option<String> {
    if expected == actual {
        return None;
    }
    let mut text = String::new();
    if expected.status != actual.status {
        text += &format!(
            "status: CPython {}, hotpy {}\n",
            expected.status, actual.status
        );
    }
    for (name, left, right) in [
        ("stdout", &expected.stdout, &actual.stdout),
        ("stderr", &expected.stderr, &actual.stderr),
    ] {
        if left != right {
            text += &format!("{name}: {}", first_difference(left, right));
        }
    }
    Some(text)
}

/// The first line in which two texts differ, with two lines before it; and how the texts end there.
fn first_difference(left: &[u8], right: &[u8]) -> String {
    let (left, right) = (
        String::from_utf8_lossy(left),
        String::from_utf8_lossy(right),
    );
    let (left, right): (Vec<&str>, Vec<&str>) = (left.lines().collect(), right.lines().collect());
    let at = left
        .iter()
        .zip(&right)
        .position(|(l, r)| l != r)
        .unwrap_or(left.len().min(right.len()));
    let mut text = format!(
        "first difference in line {} (CPython has {} lines, hotpy {})\n",
        at + 1,
        left.len(),
        right.len()
    );
    for line in &left[at.saturating_sub(2)..at] {
        text += &format!("     {}\n", clip(line));
    }
    let show = |side: &str, lines: &[&str], count: usize| -> String {
        let shown = lines
            .iter()
            .skip(at)
            .take(count)
            .map(|line| format!("  {side}  {}\n", clip(line)))
            .collect::<String>();
        if shown.is_empty() {
            format!("  {side}  (nothing more)\n")
        } else {
            shown
        }
    };
    text + &show("-", &left, 2) + &show("+", &right, 6)
}

fn clip(line: &str) -> String {
    match line.char_indices().nth(200) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line.to_string(),
    }
}
