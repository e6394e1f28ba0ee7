//! From an instruction's offset to its source span, through the location table.

use crate::*;
use hotpy_code::locations;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// A source span; `None` where the table has none. Columns count UTF-8 bytes from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Position {
    pub line: Option<i32>,
    pub end_line: Option<i32>,
    pub col: Option<i32>,
    pub end_col: Option<i32>,
}

/// The span of the instruction that starts at code unit `unit`.
pub fn position_at(code: &PyCodeObject, unit: usize) -> Position {
    let mut at = 0;
    for entry in locations::decode(code.linetable(), code.co_firstlineno.get() as u32) {
        at += entry.units;
        if unit < at {
            let known = |v: i32| (v >= 0).then_some(v);
            return Position {
                line: known(entry.loc.line),
                end_line: known(entry.loc.end_line),
                col: known(entry.loc.col),
                end_col: known(entry.loc.end_col),
            };
        }
    }
    Position::default()
}

/// The line of code unit `unit`.
pub fn line_at(code: &PyCodeObject, unit: usize) -> Option<i32> {
    position_at(code, unit).line
}

/// `-X no_debug_ranges`: code objects are made without columns.
static WITHOUT_COLUMNS: AtomicBool = AtomicBool::new(false);

/// Has code objects made without columns from now on.
pub fn leave_columns_out() {
    WITHOUT_COLUMNS.store(true, Relaxed);
}

/// A location table as code objects are to have it: the same, or with lines alone.
pub(super) fn wanted(table: Ref<PyBytesObject>, firstline: i32) -> PyResult<Ref<PyBytesObject>> {
    if !WITHOUT_COLUMNS.load(Relaxed) {
        return Ok(table);
    }
    let mut writer = locations::Writer::new(firstline as u32);
    for mut entry in locations::decode(table.as_slice(), firstline as u32) {
        entry.loc.col = -1;
        entry.loc.end_col = -1;
        entry.loc.end_line = entry.loc.line;
        writer.push(entry.loc, entry.units);
    }
    bytes::new(&writer.finish())
}
