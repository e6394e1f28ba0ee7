//! `expectations.toml`: programs known to fail, each with a reason and the modes it fails in.
//!
//! A listed program that passes is an error too, so the list cannot go stale.

use crate::interpreter::{MODES, TRACER_MODES};
use std::collections::HashMap;
use std::fs;

/// The names of all modes.
fn modes() -> impl Iterator<Item = &'static str> {
    MODES.iter().chain(&TRACER_MODES).map(|(name, _)| *name)
}

/// (program, mode) -> reason.
#[derive(Default, Debug)]
pub struct Expectations(HashMap<(String, String), String>);

impl Expectations {
    /// Reads `tests/expectations.toml`. `known` are all programs' names: a listed one must exist.
    pub fn load(known: &[String]) -> Result<Expectations, String> {
        let file = crate::discover::root().join("expectations.toml");
        let bad = |what: String| format!("{}: {what}", file.display());
        let text = fs::read_to_string(&file).map_err(|e| bad(e.to_string()))?;
        let table: toml::Table = text
            .parse()
            .map_err(|e: toml::de::Error| bad(e.to_string()))?;
        let mut list = HashMap::new();
        for entry in table
            .get("fails")
            .and_then(|f| f.as_array())
            .map_or(&[][..], Vec::as_slice)
        {
            let field = |name: &str| entry.get(name).and_then(|v| v.as_str()).map(String::from);
            let program =
                field("program").ok_or_else(|| bad("an entry without `program`".into()))?;
            let reason =
                field("reason").ok_or_else(|| bad(format!("{program} has no `reason`")))?;
            if !known.contains(&program) {
                return Err(bad(format!("no such program: {program}")));
            }
            let only = field("mode");
            if let Some(mode) = &only
                && !modes().any(|name| name == mode)
            {
                return Err(bad(format!("{program}: no such mode: {mode}")));
            }
            for mode in modes().filter(|name| only.as_deref().is_none_or(|m| m == *name)) {
                list.insert((program.clone(), mode.to_string()), reason.clone());
            }
        }
        Ok(Expectations(list))
    }

    /// Why `program` is expected to fail in `mode`, if it is.
    pub fn reason(&self, program: &str, mode: &str) -> Option<&str> {
        self.0
            .get(&(program.to_string(), mode.to_string()))
            .map(String::as_str)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
