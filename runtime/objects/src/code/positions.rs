//! From an instruction's offset to its source span, through the location table.

use crate::*;
use hotpy_code::locations;
use std::ffi::c_char;
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
    let lines = code._co_linearray.get().cast::<i32>();
    if lines.is_null() {
        return position_at(code, unit).line;
    }
    // SAFETY: `spread_lines` has made a line for each unit.
    let line = (unit < code.units()).then(|| unsafe { *lines.add(unit) });
    line.filter(|&line| line >= 0)
}

/// Whether two units are known to have the same line: only of code that has lines spread out.
pub fn are_on_one_line(code: &PyCodeObject, a: usize, b: usize) -> bool {
    let lines = code._co_linearray.get().cast::<i32>();
    // SAFETY: as in `line_at`.
    !lines.is_null() && a.max(b) < code.units() && unsafe { *lines.add(a) == *lines.add(b) }
}

/// Gives observed code a line for each unit (-1 for none): the location table can only be read from its start.
pub fn spread_lines(code: &PyCodeObject) {
    if !code._co_linearray.get().is_null() {
        return;
    }
    let mut lines = Vec::with_capacity(code.units());
    for entry in locations::decode(code.linetable(), code.co_firstlineno.get() as u32) {
        lines.extend(std::iter::repeat_n(entry.loc.line, entry.units));
    }
    lines.resize(code.units(), -1);
    code._co_linearray_entry_size.set(size_of::<i32>() as i16);
    code._co_linearray
        .set(Box::into_raw(lines.into_boxed_slice()).cast::<c_char>());
}

/// Drops them.
pub(super) fn drop_lines(code: &PyCodeObject) {
    let lines = code._co_linearray.replace(std::ptr::null());
    if !lines.is_null() {
        let lines =
            std::ptr::slice_from_raw_parts_mut(lines.cast_mut().cast::<i32>(), code.units());
        // SAFETY: `spread_lines` has made it, of that length.
        drop(unsafe { Box::from_raw(lines) });
    }
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
