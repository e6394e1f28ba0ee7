//! `lpy diff`: two builds of surrogates, instruction by instruction.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use hotpy_code::blob::Surrogate;
use hotpy_code::disasm::{Change, Instruction, Listing, Step, compare};

use crate::input::{self, Surrogates};
use crate::{Failure, show};

/// Unchanged instructions shown around changes.
const CONTEXT: usize = 3;

/// The differences, and whether there are none.
pub fn report(files: &[PathBuf], name: Option<&str>) -> Result<(String, bool), Failure> {
    let (old, new) = match files {
        [new] => {
            let new = input::load(new)?;
            let mut old = input::baked()?;
            // What the file does not define is not gone.
            let defined = |s: &Surrogate| new.blob.surrogates.iter().any(|n| n.name == s.name);
            old.blob.surrogates.retain(defined);
            (Numbered::new(input::baked()?, old), Numbered::plain(new))
        }
        [old, new] => (
            Numbered::plain(input::load(old)?),
            Numbered::plain(input::load(new)?),
        ),
        _ => return Err(Failure::unable("one or two files")),
    };
    let all = |s: &Numbered| {
        s.shown
            .blob
            .surrogates
            .iter()
            .map(|s| s.name.clone())
            .collect()
    };
    let (before, after): (BTreeSet<String>, BTreeSet<String>) = (all(&old), all(&new));
    let mut names: Vec<&String> = before.union(&after).collect();
    if let Some(name) = name {
        if !names.iter().any(|n| *n == name) {
            new.shown.find(name)?;
        }
        names.retain(|n| *n == name);
    }
    let mut out = String::new();
    let mut same = 0;
    for name in &names {
        match (before.contains(*name), after.contains(*name)) {
            (true, true) => match one(&old, &new, name)? {
                text if text.is_empty() => same += 1,
                text => out.push_str(&text),
            },
            (true, false) => {
                let _ = writeln!(out, "- {name}: only in the old build");
            }
            _ => {
                let _ = writeln!(out, "+ {name}: only in the new build");
            }
        }
    }
    let equal = same == names.len();
    if equal {
        let _ = writeln!(out, "{}: no difference", crate::counted(same));
    }
    Ok((out, equal))
}

/// Surrogates to be shown, and the names that numbers in their code stand for.
struct Numbered {
    shown: Surrogates,
    names: Vec<String>,
}

impl Numbered {
    fn new(numbering: Surrogates, shown: Surrogates) -> Numbered {
        let names = numbering.names().into_iter().map(str::to_owned).collect();
        Numbered { shown, names }
    }

    fn plain(shown: Surrogates) -> Numbered {
        let names = shown.names().into_iter().map(str::to_owned).collect();
        Numbered { shown, names }
    }

    fn listing(&self, s: &Surrogate) -> Listing {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        Listing::new(&s.code, &names)
    }
}

fn declarations(s: &Surrogate) -> Vec<String> {
    let mut all = vec![format!("parameters: {}", show::params(s).join(", "))];
    all.extend(show::facts(s));
    all.push(format!("stack: {}", s.code.stacksize));
    all
}

/// What differs in one surrogate; nothing if nothing does.
fn one(old: &Numbered, new: &Numbered, name: &str) -> Result<String, Failure> {
    let (a, b) = (old.shown.find(name)?, new.shown.find(name)?);
    let mut out = String::new();
    let (facts_a, facts_b) = (declarations(a), declarations(b));
    for fact in facts_a.iter().filter(|f| !facts_b.contains(f)) {
        let _ = writeln!(out, "- {fact}");
    }
    for fact in facts_b.iter().filter(|f| !facts_a.contains(f)) {
        let _ = writeln!(out, "+ {fact}");
    }
    let (listing_a, listing_b) = (old.listing(a), new.listing(b));
    let steps = compare(&listing_a, &listing_b);
    let changed: Vec<usize> = (0..steps.len())
        .filter(|&n| !matches!(steps[n].change, Change::Same(..)))
        .collect();
    let near = |n: usize| changed.iter().any(|&c| c.abs_diff(n) <= CONTEXT);
    let mut gap = false;
    for (n, step) in steps.iter().enumerate() {
        if !near(n) {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push_str("  ...\n");
        }
        line(&mut out, step);
    }
    let (old_handlers, new_handlers) = (handlers(&listing_a), handlers(&listing_b));
    if changed.is_empty() && old_handlers != new_handlers {
        let _ = writeln!(
            out,
            "- handlers: {old_handlers}\n+ handlers: {new_handlers}"
        );
    }
    if out.is_empty() {
        return Ok(out);
    }
    let place = |s: &Surrogate| format!("{}:{}", show::text(&s.code.filename), s.code.firstlineno);
    Ok(format!("{name} ({} -> {})\n{out}\n", place(a), place(b)))
}

fn handlers(listing: &Listing) -> String {
    let all = listing.handlers.iter();
    let texts = all.map(|e| format!("{}-{} -> {}", 2 * e.start, 2 * e.end, 2 * e.target));
    texts.collect::<Vec<_>>().join(", ")
}

fn line(out: &mut String, step: &Step) {
    let sign = match step.change {
        Change::Same(..) => ' ',
        Change::Retargeted(..) => '>',
        Change::Removed(_) => '-',
        Change::Added(_) => '+',
    };
    let offset = |i: Option<&Instruction>| i.map_or(String::new(), |i| i.offset.to_string());
    let Some(i) = step.new.or(step.old) else {
        return;
    };
    let mut text = format!(
        "{sign} {:>5} {:>5}  {:<20}",
        offset(step.old),
        offset(step.new),
        i.name()
    );
    match (step.old, step.new) {
        (Some(a), Some(b)) if sign == '>' => {
            let _ = write!(text, " ({}, now {})", a.meaning, b.meaning);
        }
        _ if !i.meaning.is_empty() => {
            let _ = write!(text, " ({})", i.meaning);
        }
        _ => {
            if let Some(arg) = i.arg.filter(|&a| a > 0) {
                let _ = write!(text, " {arg}");
            }
        }
    }
    let _ = writeln!(out, "{}", text.trim_end());
}
