//! Python 3.11 source to code objects: decode, parse (rustpython-parser), symbol table, code generation,
//! control-flow optimisation, assembly. Knows nothing of the runtime.
//!
//! [`compile_source`] is the whole; [`compile_text`] starts from text and takes a dialect's hooks; [`compile_ast`] starts from a tree (of a dialect, or of Python `ast` objects).

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

use hotpy_code::{CodeObject, PyStr};

pub use codegen::{Dialect, Generator};
pub use errors::{CompileError, ErrorKind, Result, SyntaxError, Warning, WarningKind};
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
/// The `CO_FUTURE_*` bits, which code inherits and carries in `co_flags`.
pub const FEATURES: u32 = 0x1fe_0000;

/// How to compile.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub filename: PyStr,
    pub mode: Mode,
    /// 0; 1 drops asserts; 2 also drops docstrings.
    pub optimize: u8,
    /// Inherited `CO_FUTURE_*` bits and `PyCF_*` bits.
    pub flags: u32,
    pub encoding: Option<Encoding>,
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

/// Trees are dropped recursively: stack enough for the deepest that `len` bytes of source can make. Untouched, it costs nothing.
fn drop_room(len: usize) -> usize {
    (1 << 20) + len.saturating_mul(200).min(1 << 30)
}

/// Runs `work`, one step of a recursion over the tree, on a stack that grows as needed.
fn deep<R>(work: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(RED_ZONE, MORE_STACK, work)
}

/// Compiles source bytes.
pub fn compile_source(source: &[u8], options: &Options) -> Result<Compiled> {
    let encoding = options.encoding.unwrap_or(Encoding::Detect);
    let decoded = source::Source::decode(source, encoding).map(|mut decoded| {
        // Only programs are ended with a newline.
        if options.mode != Mode::Exec && !source.ends_with(b"\n") && !source.ends_with(b"\r") {
            decoded.text.pop();
        }
        decoded
    });
    let compiled = decoded.and_then(|decoded| compile_decoded(&decoded, options, None));
    compiled.map_err(|e| with_filename(e, options))
}

/// Compiles text, with the hooks of `dialect` if there is one. Lines end in `\n`.
pub fn compile_text(
    text: &str,
    options: &Options,
    dialect: Option<&dyn Dialect>,
) -> Result<Compiled> {
    let source = source::Source {
        text: text.to_owned(),
        declared: true,
        undecodable: None,
    };
    compile_decoded(&source, options, dialect)
}

fn compile_decoded(
    source: &source::Source,
    options: &Options,
    dialect: Option<&dyn Dialect>,
) -> Result<Compiled> {
    let compile = || {
        let mut names = ast::Names::default();
        let mut cx = parse::Context::new(&mut names);
        cx.chars = source.declared;
        cx.undecodable = source.undecodable.clone();
        let module = parse::parse(&source.text, options.mode, &mut cx)?;
        let warnings = cx.warnings;
        let compiled = compile_tree(module, &mut names, options, dialect, warnings);
        compiled.map_err(|e| with_text(e, source))
    };
    let room = drop_room(source.text.len());
    stacker::maybe_grow(room, room + MORE_STACK, compile).map_err(|e| with_filename(e, options))
}

/// Compiles a tree whose names are in `names`, with the hooks of `dialect` if there is one. The tree is folded on the way.
pub fn compile_ast(
    module: ast::Module,
    names: &mut ast::Names,
    options: &Options,
    dialect: Option<&dyn Dialect>,
) -> Result<Compiled> {
    compile_tree(module, names, options, dialect, Vec::new()).map_err(|e| with_filename(e, options))
}

fn compile_tree(
    module: ast::Module,
    names: &mut ast::Names,
    options: &Options,
    dialect: Option<&dyn Dialect>,
    mut warnings: Vec<Warning>,
) -> Result<Compiled> {
    match generate(module, names, options, dialect, &mut warnings) {
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
    codegen::generate(&module, names, &table, options, future, dialect, warnings)
}

/// Later stages do not see the source: gives their errors its line.
fn with_text(mut error: CompileError, source: &source::Source) -> CompileError {
    if let CompileError::Syntax(e) = &mut error {
        if let (None, Some(line)) = (&e.text, e.line) {
            e.text = Some(source.line(line).to_owned());
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
