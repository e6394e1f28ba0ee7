//! Reading a file although parts of it cannot be read, so that all its errors are reported at once.
//!
//! A file that does not parse is cut where functions begin at the left margin. Each piece is parsed by itself; those that
//! do not parse, or have a `$` out of place, are reported and blanked out, and the rest is read without them. Blanking keeps
//! every position. Names of lost functions are kept, so that calls of them are no further errors.

use hotpy_compiler::ast::{Module, Names};
use hotpy_compiler::source::Source;
use hotpy_compiler::{CompileError, Encoding, parse};

use crate::diagnostics::Diagnostic;
use crate::{File, Parsed, declare, lexer, syntax_error};

/// Parses a file as far as it can be; `lost` gets the names of functions that cannot.
pub(crate) fn parse_file<'a>(
    file: &'a File,
    lost: &mut Vec<String>,
    errors: &mut Vec<Diagnostic>,
) -> Option<Parsed<'a>> {
    let source = match Source::decode(file.source.as_bytes(), Encoding::Utf8) {
        Ok(source) => source,
        Err(e) => {
            errors.push(syntax_error(file, e));
            return None;
        }
    };
    let lexer::Rewritten {
        text,
        dollars,
        errors: misplaced,
    } = lexer::rewrite(&file.path, &source.text);
    let whole = match misplaced.is_empty() {
        true => tree(&text).map_err(Some),
        false => Err(None),
    };
    let (mut module, names) = match whole {
        Ok(read) => read,
        Err(why) => {
            let before = errors.len();
            let kept = readable(file, &text, &misplaced, lost, errors);
            match tree(&kept) {
                Ok(read) if errors.len() > before => read,
                _ => {
                    // The pieces tell less than the whole.
                    errors.truncate(before);
                    errors.extend(misplaced);
                    errors.extend(why.map(|e| syntax_error(file, e)));
                    return None;
                }
            }
        }
    };
    let declared = declare::declarations(file, &mut module, &names, errors);
    Some(Parsed {
        file,
        module,
        names,
        dollars,
        declared,
    })
}

/// The text without the pieces that cannot be read, which are reported.
fn readable(
    file: &File,
    text: &str,
    misplaced: &[Diagnostic],
    lost: &mut Vec<String>,
    errors: &mut Vec<Diagnostic>,
) -> String {
    let mut kept = String::new();
    for piece in pieces(text) {
        let here = misplaced.iter().filter(|d| piece.lines.contains(&d.line));
        let mut faults: Vec<Diagnostic> = here.cloned().collect();
        if faults.is_empty() {
            let above = "\n".repeat(piece.lines.start as usize - 1);
            let fault = tree(&(above + piece.text)).err();
            faults.extend(fault.map(|e| syntax_error(file, e)));
        }
        if faults.is_empty() {
            kept.push_str(piece.text);
        } else {
            kept.extend(piece.text.chars().filter(|&c| c == '\n'));
            lost.extend(names_in(piece.text));
            errors.extend(faults);
        }
    }
    kept
}

fn tree(text: &str) -> Result<(Module, Names), CompileError> {
    let mut names = Names::with_hasher(Default::default());
    let mut cx = parse::Context::new(&mut names);
    let module = parse::parse_dialect(text, &mut cx)?;
    Ok((module, names))
}

/// A part of a file, and its lines (from 1).
struct Piece<'a> {
    text: &'a str,
    lines: std::ops::Range<u32>,
}

/// Cuts a text before each function at the left margin, its decorators with it.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    let (mut start, mut first, mut at) = (0, 1, 0);
    let mut decorated = false;
    for (n, line) in (1..).zip(text.split_inclusive('\n')) {
        let decorator = line.starts_with('@');
        let head = decorator || line.starts_with("def ") || line.starts_with("async def ");
        if head && !decorated && at > start {
            all.push(Piece {
                text: &text[start..at],
                lines: first..n,
            });
            (start, first) = (at, n);
        }
        if head {
            decorated = decorator;
        }
        at += line.len();
    }
    all.push(Piece {
        text: &text[start..],
        lines: first..u32::MAX,
    });
    all
}

/// Names of the functions that seem to be in a text.
fn names_in(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().filter_map(|line| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        let rest = line.strip_prefix("def ")?.trim_start();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
        Some(rest[..end].to_owned()).filter(|name| !name.is_empty())
    })
}
