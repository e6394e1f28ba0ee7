//! What the compiler tells its caller when it cannot, or would rather not: errors and warnings.
//!
//! Positions follow CPython's `SyntaxError`: 1-based lines; `col` and `end_col` are 1-based and count characters
//! for errors found while reading the source, UTF-8 bytes for those found later ([`Origin`]), as CPython does.

use hotpy_code::PyStr;

use crate::cfg::Loc;
use crate::undecodable::DecodeError;

/// Which Python exception an error becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
}

impl ErrorKind {
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::SyntaxError => "SyntaxError",
            ErrorKind::IndentationError => "IndentationError",
            ErrorKind::TabError => "TabError",
        }
    }
}

/// Which stage found the error. CPython's later stages take `text` from the file on disk, if there is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    Parser,
    Compiler,
}

/// The contents of a Python `SyntaxError`. `None` stands for Python's None, and so does an absent position.
#[derive(Clone, Debug)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub msg: String,
    pub filename: PyStr,
    pub line: Option<i32>,
    pub col: Option<i32>,
    pub end_line: Option<i32>,
    pub end_col: Option<i32>,
    /// The source line; of an [`Origin::Compiler`] error only meaningful when the source is a file.
    pub text: Option<String>,
    pub origin: Origin,
    /// To issue before the error is raised.
    pub warnings: Vec<Warning>,
}

impl SyntaxError {
    /// An error of the parser at a character range: 1-based columns.
    pub fn at(
        msg: impl Into<String>,
        line: i32,
        col: i32,
        end_line: i32,
        end_col: i32,
    ) -> SyntaxError {
        SyntaxError {
            kind: ErrorKind::SyntaxError,
            msg: msg.into(),
            filename: PyStr::default(),
            line: Some(line),
            col: Some(col),
            end_line: Some(end_line),
            end_col: Some(end_col),
            text: None,
            origin: Origin::Parser,
            warnings: Vec::new(),
        }
    }

    /// An error of the symbol table or of code generation at a node.
    pub fn at_node(msg: impl Into<String>, loc: Loc) -> SyntaxError {
        SyntaxError {
            origin: Origin::Compiler,
            ..SyntaxError::at(msg, loc.line, loc.col + 1, loc.end_line, loc.end_col + 1)
        }
    }

    /// An error in a source that could not be decoded: it has no place.
    pub fn of_encoding(msg: impl Into<String>) -> SyntaxError {
        let mut e = SyntaxError::at(msg, 0, -1, 0, 0);
        (e.end_line, e.end_col) = (None, None);
        e
    }

    /// The error that a warning of the tokenizer becomes: where it has read to.
    pub fn of_warning(warning: &Warning, text: &str) -> SyntaxError {
        let loc = warning.loc;
        let column = |line: i32, col: i32| {
            let before = crate::source::line(text, line).get(..col.max(0) as usize);
            before.map_or(col, |b| b.chars().count() as i32)
        };
        let (col, end_col) = (column(loc.line, loc.col), column(loc.end_line, loc.end_col));
        let mut e = SyntaxError::at(warning.msg.clone(), loc.line, col, loc.end_line, end_col);
        let shown = crate::source::line(text, loc.line);
        e.text = Some(shown.trim_end_matches('\n').to_owned());
        e
    }

    pub fn with_kind(mut self, kind: ErrorKind) -> SyntaxError {
        self.kind = kind;
        self
    }
}

/// Why there is no code.
#[derive(Clone, Debug)]
pub enum CompileError {
    /// Becomes `SyntaxError` or a subclass.
    Syntax(Box<SyntaxError>),
    /// The program nests deeper than the compiler goes; becomes `RecursionError`.
    TooDeep,
    /// The program nests deeper than CPython's parser goes; becomes `MemoryError`.
    Memory,
    /// Becomes `UnicodeDecodeError`.
    Undecodable(Box<DecodeError>),
    /// The source declares an encoding that is not decoded here: the caller may decode it with its codecs and compile the text
    /// as [`Encoding::Utf8`](crate::Encoding::Utf8), or raise `SyntaxError("unknown encoding: ...")`.
    Encoding(String),
    /// Becomes `ValueError` (a malformed tree given to `compile`).
    Value(String),
    /// Becomes `TypeError` (likewise).
    Type(String),
    /// Becomes `SystemError` (a tree that passes validation and cannot be compiled).
    System(String),
    /// Becomes `OverflowError` or `SystemError`: a limit of the code object was exceeded.
    Overflow(String),
    /// A rule of an installed [`Dialect`](crate::codegen::Dialect) was broken; positions as of [`SyntaxError`].
    Dialect(Box<SyntaxError>),
}

impl From<SyntaxError> for CompileError {
    fn from(e: SyntaxError) -> Self {
        CompileError::Syntax(Box::new(e))
    }
}

impl std::fmt::Display for CompileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CompileError::Syntax(e) | CompileError::Dialect(e) => {
                let file = String::from_utf8_lossy(&e.filename.0);
                write!(
                    f,
                    "{file}:{}:{}: {}: {}",
                    e.line.unwrap_or(0),
                    e.col.unwrap_or(0),
                    e.kind.name(),
                    e.msg
                )
            }
            CompileError::TooDeep => {
                f.write_str("maximum recursion depth exceeded during compilation")
            }
            CompileError::Memory => f.write_str("parser stack overflow"),
            CompileError::Undecodable(e) => write!(f, "{e}"),
            CompileError::Encoding(name) => write!(f, "unknown encoding: {name}"),
            CompileError::Value(m)
            | CompileError::Type(m)
            | CompileError::System(m)
            | CompileError::Overflow(m) => f.write_str(m),
        }
    }
}

impl std::error::Error for CompileError {}

/// Which Python warning category.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WarningKind {
    SyntaxWarning,
    DeprecationWarning,
}

/// A warning to issue, in source order of discovery. If the caller's filters turn it into an error, `loc` is where.
#[derive(Clone, Debug)]
pub struct Warning {
    pub kind: WarningKind,
    pub msg: String,
    pub loc: Loc,
}

pub type Result<T> = std::result::Result<T, CompileError>;
