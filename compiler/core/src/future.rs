//! `from __future__` statements: which features a program asks for, and where they end.

use crate::ast::{Body, Module, Names, Stmt, StmtKind, docstring};
use crate::errors::{CompileError, Result, SyntaxError};

/// `co_flags` bits of the features that still change anything.
pub const BARRY_AS_FLUFL: u32 = 0x40_0000;
pub const ANNOTATIONS: u32 = 0x100_0000;

/// What the future statements at the head of a module say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Future {
    pub features: u32,
    /// Line of the last future statement: one below it is an error.
    pub last_line: i32,
}

/// Reads the future statements of `module`.
pub fn parse(module: &Module, names: &Names) -> Result<Future> {
    let mut future = Future {
        features: 0,
        last_line: -1,
    };
    let body: &[Stmt] = match &module.body {
        Body::Exec(body) | Body::Single(body) => body,
        Body::Eval(_) => return Ok(future),
    };
    let skip = usize::from(docstring(body).is_some());
    let mut done = false;
    let mut line = 0;
    for stmt in &body[skip..] {
        if done && stmt.loc.line > line {
            break;
        }
        line = stmt.loc.line;
        match &stmt.kind {
            StmtKind::ImportFrom {
                module: Some(module),
                names: list,
                level: 0,
            } if names.resolve(module) == "__future__" => {
                if done {
                    let msg = "from __future__ imports must occur at the beginning of the file";
                    // CPython gives the column counted from 0.
                    return Err(at_start(msg, stmt, 0));
                }
                for alias in list {
                    future.features |= feature(names.resolve(&alias.name), stmt)?;
                }
                future.last_line = stmt.loc.line;
            }
            _ => done = true,
        }
    }
    Ok(future)
}

fn feature(name: &str, stmt: &Stmt) -> Result<u32> {
    let msg = match name {
        "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
        | "print_function" | "unicode_literals" | "generator_stop" => return Ok(0),
        "barry_as_FLUFL" => return Ok(BARRY_AS_FLUFL),
        "annotations" => return Ok(ANNOTATIONS),
        "braces" => "not a chance".to_owned(),
        _ => format!("future feature {name:.100} is not defined"),
    };
    Err(at_start(msg, stmt, 1))
}

/// An error at the start of a statement, with the column of its line's first character being `first`.
fn at_start(msg: impl Into<String>, stmt: &Stmt, first: i32) -> CompileError {
    let mut e = SyntaxError::at_node(msg, stmt.loc);
    e.col = Some((stmt.loc.col + first).max(1));
    (e.end_line, e.end_col) = (Some(stmt.loc.line), None);
    e.into()
}
