//! Traceback entries: file, line, function, the source line, and carets under what was executed.

use super::Printer;
use hotpy_compiler::ast::{Body, ExprKind, Names, StmtKind};
use hotpy_compiler::parse;
use hotpy_compiler::source::Source;
use hotpy_objects::code::Position;
use hotpy_objects::*;
use std::collections::HashMap;

/// Entries printed at most, unless `sys.tracebacklimit` says otherwise.
const DEFAULT_LIMIT: i64 = 1000;
/// Equal entries in a row that are printed before they are only counted.
const REPEATED: usize = 3;

/// How many entries are printed; none, and no header, if it is not positive.
pub(super) fn limit() -> i64 {
    crate::sys::get("tracebacklimit")
        .and_then(|l| {
            l.downcast::<PyLongObject>().map(|l| match l.to_i64() {
                Some(limit) => limit,
                None if l.is_negative() => 0,
                None => i64::MAX,
            })
        })
        .unwrap_or(DEFAULT_LIMIT)
}

/// Source lines of the files seen.
#[derive(Default)]
pub struct Sources(HashMap<Vec<u8>, Option<Source>>);

impl Sources {
    /// Line `number` of a file, without its newline; `None` if there is no such file or line.
    fn line(&mut self, filename: &Str, number: i32) -> Option<String> {
        let path = str_::encode_fs(filename).ok().or_else(|| {
            errors::clear();
            None
        })?;
        let source = self.0.entry(path.clone()).or_insert_with(|| {
            let bytes = read(&path)?;
            crate::engine::decoded(&bytes)
        });
        let line = source.as_ref()?.line(number);
        (!line.is_empty()).then(|| line.trim_end_matches('\n').to_owned())
    }
}

/// A file by its own name, or by its last part in a directory of `sys.path`.
fn read(path: &[u8]) -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt;
    let direct = std::path::Path::new(std::ffi::OsStr::from_bytes(path));
    if path.starts_with(b"<") && path.ends_with(b">") {
        return None;
    }
    if let Ok(bytes) = std::fs::read(direct) {
        return Some(bytes);
    }
    let name = direct.file_name()?;
    let places = crate::sys::get("path")?;
    let places = places.downcast::<PyListObject>()?;
    for place in places.items() {
        let Some(place): Option<Vec<u8>> = place
            .downcast::<Str>()
            .and_then(|p| str_::encode_fs(p).ok())
        else {
            errors::clear();
            continue;
        };
        let full = std::path::Path::new(std::ffi::OsStr::from_bytes(&place)).join(name);
        if let Ok(bytes) = std::fs::read(full) {
            return Some(bytes);
        }
    }
    None
}

impl Printer {
    /// All entries of a traceback, oldest first.
    pub(super) fn traceback(&mut self, tb: &PyTracebackObject) {
        let limit = limit();
        if limit <= 0 {
            return;
        }
        let mut all: Vec<&PyTracebackObject> = Vec::new();
        let mut next = Some(tb);
        while let Some(entry) = next {
            all.push(entry);
            next = entry.tb_next.get();
        }
        let skip = all.len().saturating_sub(limit as usize);
        let mut last: Option<(*mut PyObject, i32, *mut PyObject)> = None;
        let mut count = 0;
        for entry in &all[skip..] {
            let Some(frame) = entry.tb_frame.get().and_then(|f| f.frame()) else {
                continue;
            };
            let code = frame.code();
            let line = entry.line().unwrap_or(-1);
            let this = (code.filename().as_ptr(), line, code.name().as_ptr());
            if last != Some(this) {
                self.repeated(count);
                last = Some(this);
                count = 0;
            }
            count += 1;
            if count <= REPEATED {
                let position = match entry.tb_lasti.get() {
                    lasti if lasti >= 0 => code::position_at(code, lasti as usize / 2),
                    _ => Position::default(),
                };
                self.entry(code.filename(), line, code.name(), position);
            }
        }
        self.repeated(count);
    }

    fn repeated(&mut self, count: usize) {
        if count > REPEATED {
            let more = count - REPEATED;
            let plural = if more > 1 { "s" } else { "" };
            self.line(&format!(
                "  [Previous line repeated {more} more time{plural}]\n"
            ));
        }
    }

    fn entry(&mut self, filename: &Str, line: i32, name: &Str, position: Position) {
        self.margin();
        self.text("  File \"");
        self.str(filename);
        self.text(&format!("\", line {line}, in "));
        self.str(name);
        self.text("\n");
        let Some(source) = self.sources.line(filename, line) else {
            return;
        };
        let blank = |c: char| matches!(c, ' ' | '\t' | '\x0c');
        let shown = source.trim_start_matches(blank);
        if shown.is_empty() {
            return;
        }
        self.margin();
        self.text("    ");
        self.text(shown);
        self.text("\n");
        if position.line == Some(line) {
            if let Some(carets) = carets(&source, shown, position) {
                self.margin();
                self.text("    ");
                self.text(&carets);
                self.text("\n");
            }
        }
    }
}

/// The caret line for a source line of which `shown` is printed; `None` if it would mark everything, or there are no columns.
fn carets(source: &str, shown: &str, position: Position) -> Option<String> {
    let (start, end_line, end) = (position.col?, position.end_line?, position.end_col?);
    let trimmed = source.trim_end();
    let start = start as usize;
    let one_line = Some(end_line) == position.line;
    let end = if one_line {
        end as usize
    } else {
        trimmed.len()
    };
    if start > end
        || end > source.len()
        || !source.is_char_boundary(start)
        || !source.is_char_boundary(end)
    {
        return None;
    }
    let segment = &source[start..end];
    let anchors = if one_line { anchors(segment) } else { None };
    let indent = source.len() - shown.len();
    if start < end && anchors.is_none() && start <= indent && end >= trimmed.len() {
        return None;
    }
    let before = source.get(indent..start).unwrap_or("");
    let mut out = " ".repeat(before.chars().map(width).sum());
    for (at, c) in segment.char_indices() {
        let mark = match anchors {
            Some((from, to)) if at < from || at >= to => '~',
            _ => '^',
        };
        out.extend(std::iter::repeat_n(mark, width(c)));
    }
    Some(out)
}

/// Columns that a character takes: two if it is wide.
fn width(c: char) -> usize {
    match unicode_width::UnicodeWidthChar::width(c) {
        Some(2) => 2,
        _ => 1,
    }
}

/// The operator of a binary operation, or the brackets of a subscript, as a range of the segment.
fn anchors(segment: &str) -> Option<(usize, usize)> {
    let mut names = Names::with_hasher(Default::default());
    let mut cx = parse::Context::new(&mut names);
    let module = parse::parse(&format!("{segment}\n"), hotpy_compiler::Mode::Exec, &mut cx).ok()?;
    let Body::Exec(body) = &module.body else {
        return None;
    };
    let [statement] = body.as_slice() else {
        return None;
    };
    let StmtKind::Expr(expr) = &statement.kind else {
        return None;
    };
    let bytes = segment.as_bytes();
    match &expr.kind {
        ExprKind::BinOp { left, right, .. } => {
            let (from, to) = (left.loc.end_col as usize, right.loc.col as usize);
            let skipped = |b: u8| b.is_ascii_whitespace() || b == b')' || b == b'\\';
            let at = (from..to).find(|&i| bytes.get(i).is_some_and(|&b| !skipped(b)))?;
            let two = at + 1 < to
                && bytes
                    .get(at + 1)
                    .is_some_and(|&b| !b.is_ascii_whitespace() && b != b'(');
            Some((at, at + 1 + two as usize))
        }
        ExprKind::Subscript { value, .. } => {
            let from = value.loc.end_col as usize;
            let at = (from..bytes.len()).find(|&i| bytes[i] == b'[')?;
            Some((at, expr.loc.end_col as usize))
        }
        _ => None,
    }
}
