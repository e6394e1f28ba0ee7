//! Python 3.11 source to code objects: decode, parse, symbol table, code generation,
//! control-flow optimisation, assembly. Knows nothing of the runtime.
//!
//! [`compile_source`] is the whole; [`compile_text`] starts from text and takes a dialect's hooks; [`compile_ast`] starts from a tree (of a
//! dialect, or of Python `ast` objects); [`parse_source`] and [`parse_function_type`] stop at the tree, [`symbols`] at the symbol table.

#![forbid(unsafe_code)]

mod arith;
pub mod assemble;
pub mod ast;
pub mod cfg;
pub mod codegen;
mod diagnose;
pub mod errors;
pub mod flow;
mod fold;
pub mod future;
pub mod lexer;
mod literals;
mod mangle;
pub mod parse;
mod printable;
pub mod source;
pub mod symtable;
mod undecodable;
pub mod validate;

use hotpy_code::{CodeObject, PyStr};
use std::cell::Cell;

pub use codegen::{Dialect, Generator};
pub use errors::{CompileError, ErrorKind, Result, SyntaxError, Warning, WarningKind};
pub use parse::{Details, Kinds};
pub use source::Encoding;
pub use undecodable::{DecodeError, Undecodable};

/// `compile`'s mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    #[default]
    Exec,
    Eval,
    Single,
}

/// `PyCF_ALLOW_TOP_LEVEL_AWAIT`.
pub const ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;
/// `PyCF_DONT_IMPLY_DEDENT`: interactive input without a newline at its end leaves its blocks open.
pub const DONT_IMPLY_DEDENT: u32 = 0x200;
/// `PyCF_ALLOW_INCOMPLETE_INPUT`: the error of a source that ends too early says no more than that.
pub const ALLOW_INCOMPLETE_INPUT: u32 = 0x4000;
/// `PyCF_TYPE_COMMENTS`.
pub const TYPE_COMMENTS: u32 = 0x1000;
/// The `CO_FUTURE_*` bits, which code inherits and carries in `co_flags`.
pub const FEATURES: u32 = 0x1fe_0000;

/// How to compile.
#[derive(Clone, Debug)]
pub struct Options {
    pub filename: PyStr,
    pub mode: Mode,
    /// 0; 1 drops asserts; 2 also drops docstrings.
    pub optimize: u8,
    /// Inherited `CO_FUTURE_*` bits and `PyCF_*` bits.
    pub flags: u32,
    pub encoding: Option<Encoding>,
    /// Syntax newer than Python 3.`feature_version` is refused.
    pub feature_version: Option<u8>,
    /// Integers of more decimal digits are refused; 0: none.
    pub max_digits: usize,
    /// The file that errors of the parser show.
    pub file: Option<File>,
    /// What brings identifiers that are not ASCII into their normal form, if that is not for the compiler to do.
    pub normalize: Option<fn(&str) -> Option<String>>,
}

/// A file whose lines CPython shows in place of the source's own, whatever it holds.
#[derive(Clone)]
pub struct File(pub std::rc::Rc<ReadLine>);

/// The line with a number, as text of an encoding (None: UTF-8, and nothing else will do).
pub type ReadLine = dyn Fn(i32, Option<&str>) -> Option<String>;

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("File")
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            filename: PyStr::default(),
            mode: Mode::default(),
            optimize: 0,
            flags: 0,
            encoding: None,
            feature_version: None,
            max_digits: 4300,
            file: None,
            normalize: None,
        }
    }
}

/// What a compilation gives.
#[derive(Debug)]
pub struct Compiled {
    pub code: CodeObject,
    pub warnings: Vec<Warning>,
}

/// Nodes may nest so deep.
const MAX_DEPTH: u32 = 2950;
/// Stack left below which more is made.
const RED_ZONE: usize = 128 << 10;
const MORE_STACK: usize = 4 << 20;

/// Stack enough to drop a tree of ours, which is done recursively.
const TREE_ROOM: usize = 2 << 20;

/// Stack enough to drop the deepest tree that `rustpython-parser` can make of `len` bytes of source. Untouched, it costs nothing.
fn drop_room(len: usize) -> usize {
    (1 << 20) + len.saturating_mul(200).min(1 << 30)
}

thread_local! {
    /// Lowest address that a step of a recursion may be called at on the stack in use; 0 if that is not known.
    static STACK_FLOOR: Cell<usize> = const { Cell::new(0) };
}

/// Runs `work`, one step of a recursion over the tree, on a stack that grows as needed.
#[inline(always)]
pub fn deep<R>(work: impl FnOnce() -> R) -> R {
    let here = 0u8;
    let at = &raw const here as usize;
    let floor = STACK_FLOOR.get();
    // A stack is no larger than that: an address further up is on another one.
    if floor != 0 && at.wrapping_sub(floor) < (1 << 30) {
        return work();
    }
    deeper(at, work)
}

/// Runs `work` on a stack with `room` bytes at least.
pub(crate) fn with_room<R>(room: usize, work: impl FnOnce() -> R) -> R {
    let floor = STACK_FLOOR.replace(0);
    let result = stacker::maybe_grow(room, room + MORE_STACK, work);
    STACK_FLOOR.set(floor);
    result
}

/// Finds out where the stack ends, and makes another if that is near.
#[cold]
#[inline(never)]
fn deeper<R>(at: usize, work: impl FnOnce() -> R) -> R {
    let floor = |at: usize| {
        let left = stacker::remaining_stack().unwrap_or(0);
        at.saturating_sub(left) + RED_ZONE
    };
    let known = STACK_FLOOR.replace(floor(at));
    if STACK_FLOOR.get() < at {
        return work();
    }
    let result = stacker::grow(MORE_STACK, || {
        let here = 0u8;
        STACK_FLOOR.set(floor(&raw const here as usize));
        work()
    });
    STACK_FLOOR.set(known);
    result
}

/// Compiles source bytes.
pub fn compile_source(source: &[u8], options: &Options) -> Result<Compiled> {
    decoded(source, options, |source| {
        compile_decoded(source, options, None)
    })
}

/// Decodes source bytes and runs `work` on the text. Its errors get the filename.
fn decoded<R>(
    source: &[u8],
    options: &Options,
    work: impl FnOnce(&source::Source) -> Result<R>,
) -> Result<R> {
    let encoding = options.encoding.unwrap_or(Encoding::Detect);
    let decoded = source::Source::decode(source, encoding).map(|mut decoded| {
        // Only programs are ended with a newline.
        if options.mode != Mode::Exec && !source.ends_with(b"\n") && !source.ends_with(b"\r") {
            decoded.text.pop();
        }
        decoded
    });
    decoded
        .and_then(|d| work(&d))
        .map_err(|e| with_filename(e, options))
}

/// Compiles text, with the hooks of `dialect` if there is one. Lines end in `\n`.
pub fn compile_text(
    text: &str,
    options: &Options,
    dialect: Option<&dyn Dialect>,
) -> Result<Compiled> {
    let source = source::Source {
        text: text.to_owned(),
        encoding: Some("utf-8".to_owned()),
        undecodable: None,
    };
    compile_decoded(&source, options, dialect)
}

fn compile_decoded(
    source: &source::Source,
    options: &Options,
    dialect: Option<&dyn Dialect>,
) -> Result<Compiled> {
    parsed(source, options, |module, names, cx| {
        compile_tree(
            module,
            names,
            options,
            dialect,
            cx.warnings,
            &cx.details.kinds,
        )
    })
    .map_err(|e| with_filename(e, options))
}

/// What the parser leaves besides the tree.
pub struct Parsed {
    pub warnings: Vec<Warning>,
    pub details: Details,
}

/// Parses text and runs `work` on the tree, on a stack on which the tree can be dropped.
fn parsed<R>(
    source: &source::Source,
    options: &Options,
    work: impl FnOnce(ast::Module, &mut ast::Names, Parsed) -> Result<R>,
) -> Result<R> {
    let parse = || {
        let mut names = ast::Names::with_hasher(Default::default());
        let mut cx = parse::Context::new(&mut names)
            .with_options(options)
            .with_source(source);
        let module = parse::parse(&source.text, options.mode, &mut cx)?;
        let parsed = Parsed {
            warnings: cx.warnings,
            details: cx.details,
        };
        work(module, &mut names, parsed).map_err(|e| with_text(e, &source.text))
    };
    with_room(TREE_ROOM, parse)
}

/// Parses source bytes and runs `work` on the tree, its names, and what else there is.
pub fn parse_source<R>(
    source: &[u8],
    options: &Options,
    work: impl FnOnce(&ast::Module, &ast::Names, Parsed) -> R,
) -> Result<R> {
    decoded(source, options, |source| {
        parsed(source, options, |module, names, parsed| {
            Ok(work(&module, names, parsed))
        })
    })
}

/// Parses a signature type comment, `(int, str) -> None`, and runs `work` on the parameters' types, the result's, and their names.
pub fn parse_function_type<R>(
    source: &[u8],
    options: &Options,
    work: impl FnOnce(&[ast::Expr], &ast::Expr, &ast::Names, Parsed) -> R,
) -> Result<R> {
    decoded(source, options, |source| {
        let text = &source.text;
        let parse = || {
            let mut names = ast::Names::with_hasher(Default::default());
            let mut cx = parse::Context::new(&mut names).with_options(options);
            let (args, returns) = parse::function_type(text, &mut cx)?;
            let parsed = Parsed {
                warnings: cx.warnings,
                details: cx.details,
            };
            Ok(work(&args, &returns, &names, parsed))
        };
        with_room(TREE_ROOM, parse)
    })
}

/// What becomes of a warning of `compile_source` that the caller's filters make an error.
pub struct WarningError {
    pub error: SyntaxError,
    /// The tokenizer goes on to the end of the source first. It may warn on the way.
    pub later: Vec<Warning>,
    /// And it may find an error, which is then the one to report.
    pub further: Option<CompileError>,
}

/// The error that `warning` becomes.
pub fn warning_error(source: &[u8], options: &Options, warning: &Warning) -> WarningError {
    let parse_time = warning.msg.starts_with("invalid ");
    let encoding = options.encoding.unwrap_or(Encoding::Detect);
    let decoded = source::Source::decode(source, encoding).ok();
    let Some(source) = decoded.filter(|_| parse_time) else {
        return WarningError {
            error: SyntaxError::at_node(warning.msg.clone(), warning.loc),
            later: Vec::new(),
            further: None,
        };
    };
    let mut names = ast::Names::with_hasher(Default::default());
    let cx = parse::Context::new(&mut names)
        .with_options(options)
        .with_source(&source);
    parse::warning_error(&source.text, options.mode, &cx, warning)
}

/// Builds the symbol table of source bytes and runs `work` on it.
pub fn symbols<R>(
    source: &[u8],
    options: &Options,
    work: impl FnOnce(&symtable::SymTable, &ast::Names, Vec<Warning>) -> R,
) -> Result<R> {
    decoded(source, options, |source| {
        parsed(source, options, |module, names, parsed| {
            let mut future = future::parse(&module, names)?;
            future.features |= options.flags & FEATURES;
            let table = symtable::SymTable::build(&module, names, &future)?;
            Ok(work(&table, names, parsed.warnings))
        })
    })
}

/// Compiles a tree whose names are in `names`, with the hooks of `dialect` if there is one. The tree is folded on the way.
pub fn compile_ast(
    module: ast::Module,
    names: &mut ast::Names,
    options: &Options,
    dialect: Option<&dyn Dialect>,
) -> Result<Compiled> {
    let compile = || compile_tree(module, names, options, dialect, Vec::new(), &Kinds::new());
    with_room(TREE_ROOM, compile).map_err(|e| with_filename(e, options))
}

fn compile_tree(
    module: ast::Module,
    names: &mut ast::Names,
    options: &Options,
    dialect: Option<&dyn Dialect>,
    mut warnings: Vec<Warning>,
    kinds: &Kinds,
) -> Result<Compiled> {
    match generate(module, names, options, dialect, &mut warnings, kinds) {
        Ok(code) => Ok(Compiled { code, warnings }),
        Err(CompileError::Syntax(mut e)) => {
            e.warnings = warnings;
            Err(CompileError::Syntax(e))
        }
        Err(e) => Err(e),
    }
}

fn generate(
    mut module: ast::Module,
    names: &mut ast::Names,
    options: &Options,
    dialect: Option<&dyn Dialect>,
    warnings: &mut Vec<Warning>,
    kinds: &Kinds,
) -> Result<CodeObject> {
    let mut future = future::parse(&module, names)?;
    future.features |= options.flags & FEATURES;
    fold::fold(
        &mut module,
        names,
        options.optimize,
        future.features & future::ANNOTATIONS != 0,
    );
    let table = symtable::SymTable::build(&module, names, &future)?;
    codegen::generate(
        &module, names, &table, options, future, dialect, warnings, kinds,
    )
}

/// Later stages do not see the source: gives their errors its line.
fn with_text(mut error: CompileError, text: &str) -> CompileError {
    if let CompileError::Syntax(e) = &mut error {
        if let (None, Some(line)) = (&e.text, e.line) {
            e.text = Some(source::line(text, line).to_owned());
        }
    }
    error
}

fn with_filename(mut error: CompileError, options: &Options) -> CompileError {
    if let CompileError::Syntax(e) | CompileError::Dialect(e) = &mut error {
        e.filename = options.filename.clone();
    }
    error
}
