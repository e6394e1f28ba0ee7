//! The compiler's syntax tree.
//!
//! The parser's own tree carries byte ranges and `String` constants; this one carries what later stages work with:
//! line and column spans, [`Const`] values (surrogates survive), interned names, and an identity for every node that
//! opens a scope. It can also be made from Python's `ast` objects, which have no source text behind them.

use hotpy_code::Const;
use lasso::{Rodeo, Spur};

pub use crate::cfg::Loc;
pub use rustpython_parser::ast::{BoolOp, CmpOp, ExprContext, Operator, UnaryOp};

/// An interned identifier.
pub type Sym = Spur;
/// The table behind [`Sym`].
pub type Names = Rodeo<Spur, ahash::RandomState>;

/// Identity of a node that opens a scope: dense, from 0. Node 0 is the module.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NodeId(pub u32);

/// A whole program.
#[derive(Debug)]
pub struct Module {
    pub body: Body,
    /// How many [`NodeId`]s were given out.
    pub nodes: u32,
}

#[derive(Debug)]
pub enum Body {
    Exec(Vec<Stmt>),
    Single(Vec<Stmt>),
    Eval(Box<Expr>),
}

#[derive(Debug)]
pub struct Stmt {
    pub kind: StmtKind,
    pub loc: Loc,
}

#[derive(Debug)]
pub enum StmtKind {
    FunctionDef(Box<FunctionDef>),
    ClassDef(Box<ClassDef>),
    Return(Option<Expr>),
    Delete(Vec<Expr>),
    Assign {
        targets: Vec<Expr>,
        value: Expr,
    },
    AugAssign {
        target: Expr,
        op: Operator,
        value: Expr,
    },
    AnnAssign {
        target: Expr,
        annotation: Expr,
        value: Option<Expr>,
        simple: bool,
    },
    For(Box<For>),
    While {
        test: Expr,
        body: Vec<Stmt>,
        orelse: Vec<Stmt>,
    },
    If {
        test: Expr,
        body: Vec<Stmt>,
        orelse: Vec<Stmt>,
    },
    With {
        items: Vec<WithItem>,
        body: Vec<Stmt>,
        is_async: bool,
    },
    Match {
        subject: Expr,
        cases: Vec<MatchCase>,
    },
    Raise {
        exc: Option<Expr>,
        cause: Option<Expr>,
    },
    Try(Box<Try>),
    Assert {
        test: Expr,
        msg: Option<Expr>,
    },
    Import(Vec<Alias>),
    ImportFrom {
        module: Option<Sym>,
        names: Vec<Alias>,
        level: u32,
    },
    Global(Vec<Sym>),
    Nonlocal(Vec<Sym>),
    Expr(Expr),
    Pass,
    Break,
    Continue,
}

#[derive(Debug)]
pub struct FunctionDef {
    pub name: Sym,
    pub args: Arguments,
    pub body: Vec<Stmt>,
    pub decorators: Vec<Expr>,
    pub returns: Option<Expr>,
    pub is_async: bool,
    pub node: NodeId,
}

#[derive(Debug)]
pub struct ClassDef {
    pub name: Sym,
    pub bases: Vec<Expr>,
    pub keywords: Vec<Keyword>,
    pub body: Vec<Stmt>,
    pub decorators: Vec<Expr>,
    pub node: NodeId,
}

#[derive(Debug)]
pub struct For {
    pub target: Expr,
    pub iter: Expr,
    pub body: Vec<Stmt>,
    pub orelse: Vec<Stmt>,
    pub is_async: bool,
}

#[derive(Debug)]
pub struct Try {
    pub body: Vec<Stmt>,
    pub handlers: Vec<Handler>,
    pub orelse: Vec<Stmt>,
    pub finalbody: Vec<Stmt>,
    /// `except*` handlers.
    pub star: bool,
}

#[derive(Debug)]
pub struct Handler {
    pub typ: Option<Expr>,
    pub name: Option<Sym>,
    pub body: Vec<Stmt>,
    pub loc: Loc,
}

#[derive(Debug)]
pub struct WithItem {
    pub context: Expr,
    pub vars: Option<Expr>,
}

#[derive(Debug)]
pub struct Alias {
    pub name: Sym,
    pub asname: Option<Sym>,
    pub loc: Loc,
}

#[derive(Debug)]
pub struct Keyword {
    /// None for `**value`.
    pub arg: Option<Sym>,
    pub value: Expr,
    pub loc: Loc,
}

#[derive(Debug, Default)]
pub struct Arguments {
    pub posonly: Vec<Arg>,
    pub args: Vec<Arg>,
    pub vararg: Option<Arg>,
    pub kwonly: Vec<Arg>,
    pub kwarg: Option<Arg>,
    /// Defaults of the last positional parameters.
    pub defaults: Vec<Expr>,
    /// One per keyword-only parameter.
    pub kw_defaults: Vec<Option<Expr>>,
}

impl Arguments {
    /// All parameters in the order of `co_varnames`.
    pub fn all(&self) -> impl Iterator<Item = &Arg> {
        let named = self.posonly.iter().chain(&self.args).chain(&self.kwonly);
        named.chain(&self.vararg).chain(&self.kwarg)
    }
}

#[derive(Debug)]
pub struct Arg {
    pub name: Sym,
    pub annotation: Option<Expr>,
    pub loc: Loc,
}

#[derive(Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub loc: Loc,
}

#[derive(Debug)]
pub enum ExprKind {
    BoolOp {
        op: BoolOp,
        values: Vec<Expr>,
    },
    NamedExpr {
        target: Box<Expr>,
        value: Box<Expr>,
    },
    BinOp {
        left: Box<Expr>,
        op: Operator,
        right: Box<Expr>,
    },
    UnaryOp {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Lambda(Box<Lambda>),
    IfExp {
        test: Box<Expr>,
        body: Box<Expr>,
        orelse: Box<Expr>,
    },
    /// A key of None is a `**value`.
    Dict {
        keys: Vec<Option<Expr>>,
        values: Vec<Expr>,
    },
    Set(Vec<Expr>),
    Comp(Box<Comp>),
    Await(Box<Expr>),
    Yield(Option<Box<Expr>>),
    YieldFrom(Box<Expr>),
    Compare {
        left: Box<Expr>,
        ops: Vec<CmpOp>,
        comparators: Vec<Expr>,
    },
    Call(Box<Call>),
    FormattedValue {
        value: Box<Expr>,
        conversion: Conversion,
        spec: Option<Box<Expr>>,
    },
    JoinedStr(Vec<Expr>),
    Constant(Const),
    Attribute {
        value: Box<Expr>,
        attr: Sym,
        ctx: ExprContext,
    },
    Subscript {
        value: Box<Expr>,
        slice: Box<Expr>,
        ctx: ExprContext,
    },
    Starred {
        value: Box<Expr>,
        ctx: ExprContext,
    },
    Name {
        id: Sym,
        ctx: ExprContext,
    },
    List {
        elts: Vec<Expr>,
        ctx: ExprContext,
    },
    Tuple {
        elts: Vec<Expr>,
        ctx: ExprContext,
    },
    Slice {
        lower: Option<Box<Expr>>,
        upper: Option<Box<Expr>>,
        step: Option<Box<Expr>>,
    },
}

/// `!s`, `!r`, `!a` of a replacement field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conversion {
    None,
    Str,
    Repr,
    Ascii,
}

#[derive(Debug)]
pub struct Lambda {
    pub args: Arguments,
    pub body: Expr,
    pub node: NodeId,
}

#[derive(Debug)]
pub struct Call {
    pub func: Expr,
    pub args: Vec<Expr>,
    pub keywords: Vec<Keyword>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompKind {
    List,
    Set,
    Dict,
    Generator,
}

/// A comprehension or generator expression.
#[derive(Debug)]
pub struct Comp {
    pub kind: CompKind,
    /// The element; of a dict comprehension the key.
    pub elt: Expr,
    /// The value of a dict comprehension.
    pub value: Option<Expr>,
    pub generators: Vec<Generator>,
    pub node: NodeId,
}

#[derive(Debug)]
pub struct Generator {
    pub target: Expr,
    pub iter: Expr,
    pub ifs: Vec<Expr>,
    pub is_async: bool,
}

#[derive(Debug)]
pub struct MatchCase {
    pub pattern: Pattern,
    pub guard: Option<Expr>,
    pub body: Vec<Stmt>,
}

#[derive(Debug)]
pub struct Pattern {
    pub kind: PatternKind,
    pub loc: Loc,
}

#[derive(Debug)]
pub enum PatternKind {
    Value(Expr),
    Singleton(Const),
    Sequence(Vec<Pattern>),
    Mapping {
        keys: Vec<Expr>,
        patterns: Vec<Pattern>,
        rest: Option<Sym>,
    },
    Class {
        cls: Expr,
        patterns: Vec<Pattern>,
        kwd_attrs: Vec<Sym>,
        kwd_patterns: Vec<Pattern>,
    },
    Star(Option<Sym>),
    /// `pattern as name`; a capture without a pattern, the wildcard without either.
    As {
        pattern: Option<Box<Pattern>>,
        name: Option<Sym>,
    },
    Or(Vec<Pattern>),
}

impl Expr {
    pub fn new(kind: ExprKind, loc: Loc) -> Expr {
        Expr { kind, loc }
    }

    pub fn constant(value: Const, loc: Loc) -> Expr {
        Expr {
            kind: ExprKind::Constant(value),
            loc,
        }
    }

    /// The value, if this is a constant.
    pub fn as_constant(&self) -> Option<&Const> {
        match &self.kind {
            ExprKind::Constant(c) => Some(c),
            _ => None,
        }
    }

    pub fn is_starred(&self) -> bool {
        matches!(self.kind, ExprKind::Starred { .. })
    }
}

/// The docstring of a body: its first statement, if that is a string.
pub fn docstring(body: &[Stmt]) -> Option<&Const> {
    match &body.first()?.kind {
        StmtKind::Expr(e) => e.as_constant().filter(|c| matches!(c, Const::Str(_))),
        _ => None,
    }
}
