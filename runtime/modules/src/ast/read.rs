//! `ast` objects to the compiler's tree. What the tree cannot express is refused here, the rest by `hotpy_compiler::validate`.
//!
//! Reading may run Python (attributes of subclasses), so nothing of an object is assumed to stay. Errors that CPython finds only once the
//! whole tree is read wait in `later`.

use super::table::{Class, FAMILIES, Kind, Located};
use super::{Classes, Info, classes};
use crate::support::*;
use hotpy_code::{Const, PyStr};
use hotpy_compiler::ast::{Body, *};
use hotpy_compiler::{CompileError, validate};
use hotpy_objects::def::Downcast;
use hotpy_objects::*;

/// Which kind of `mod` the mode asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    Module,
    Expression,
    Interactive,
}

struct Reader {
    classes: &'static Classes,
    names: Names,
    /// The objects that constants were, for code to have the same.
    constants: Vec<(Const, Ref)>,
    nodes: u32,
    /// The first error of a kind that is reported only after reading.
    later: Option<CompileError>,
    /// As `later`, after validation.
    last: Option<CompileError>,
}

/// A tree and its names.
pub struct Tree {
    pub module: Module,
    pub names: Names,
    /// Its constants, and the objects that they are.
    pub constants: Vec<(Const, Ref)>,
    /// Why there is no tree after all.
    pub invalid: Option<CompileError>,
}

/// Reads and validates. TypeError, ValueError, whatever reading attributes raises.
pub fn read(object: &PyObject, wanted: Wanted) -> PyResult<Tree> {
    let mut r = Reader {
        classes: classes()?,
        names: Names::with_hasher(Default::default()),
        constants: Vec::new(),
        nodes: 1,
        later: None,
        last: None,
    };
    let class = match wanted {
        Wanted::Module => Class::Module,
        Wanted::Expression => Class::Expression,
        Wanted::Interactive => Class::Interactive,
    };
    if !protocol::is_instance(object, &*r.classes.of(class).ty)? {
        return Err(raise!(
            TypeError,
            "expected {} node, got {}",
            class.name(),
            object.ty().short_name()
        ));
    }
    let node = Fields::of_class(&r, object, class, "mod");
    let body = match wanted {
        Wanted::Module => {
            let body = r.stmts(node, 0)?;
            r.each(node, 1, |r, o| {
                not_none(Some(o)).map_or(Ok(()), |o| r.type_ignore(o))
            })?;
            Body::Exec(body)
        }
        Wanted::Interactive => Body::Single(r.stmts(node, 0)?),
        Wanted::Expression => Body::Eval(Box::new(r.required_expr(node, 0)?)),
    };
    let module = Module {
        body,
        nodes: r.nodes,
    };
    let mut invalid = r.later.take();
    if invalid.is_none() {
        invalid = validate::validate(&module, &r.names).err();
    }
    Ok(Tree {
        module,
        names: r.names,
        constants: r.constants,
        invalid: invalid.or(r.last),
    })
}

/// An object whose fields are read as those of a class.
#[derive(Clone, Copy)]
struct Fields<'a> {
    object: &'a PyObject,
    info: &'static Info,
    name: &'static str,
    /// What a RecursionError calls it.
    place: &'static str,
}

impl<'a> Fields<'a> {
    fn of_class(
        r: &Reader,
        object: &'a PyObject,
        class: Class,
        family: &'static str,
    ) -> Fields<'a> {
        Fields {
            object,
            info: r.classes.of(class),
            name: class.name(),
            place: place(family),
        }
    }

    fn of_family(r: &Reader, object: &'a PyObject, kind: Kind) -> Fields<'a> {
        let name = FAMILIES[kind as usize].name;
        Fields {
            object,
            info: r.classes.family(kind),
            name,
            place: place(name),
        }
    }
}

/// The end of a RecursionError's text.
fn place(family: &str) -> &'static str {
    match family {
        "mod" => " while traversing 'mod' node",
        "stmt" => " while traversing 'stmt' node",
        "expr" => " while traversing 'expr' node",
        "comprehension" => " while traversing 'comprehension' node",
        "excepthandler" => " while traversing 'excepthandler' node",
        "arguments" => " while traversing 'arguments' node",
        "arg" => " while traversing 'arg' node",
        "keyword" => " while traversing 'keyword' node",
        "alias" => " while traversing 'alias' node",
        "withitem" => " while traversing 'withitem' node",
        "match_case" => " while traversing 'match_case' node",
        "pattern" => " while traversing 'pattern' node",
        _ => " while traversing 'type_ignore' node",
    }
}

fn missing(field: &str, owner: &str) -> Raised {
    raise!(TypeError, "required field \"{field}\" missing from {owner}")
}

/// A C int.
fn int_of(o: &PyObject) -> PyResult<i32> {
    let Some(number) = o.downcast::<PyLongObject>() else {
        let shown = protocol::repr(o)?.to_string_lossy();
        return Err(raise!(ValueError, "invalid integer value: {shown}"));
    };
    number
        .to_i64()
        .and_then(|n| i32::try_from(n).ok())
        .ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C int"))
}

impl Reader {
    fn defer(&mut self, error: CompileError) {
        self.later.get_or_insert(error);
    }

    fn node(&mut self) -> NodeId {
        self.nodes += 1;
        NodeId(self.nodes - 1)
    }

    /// A field's value; nothing if it is None, or optional and missing.
    fn opt(&self, f: Fields<'_>, index: usize) -> PyResult<Option<Ref>> {
        let (name, optional) = &f.info.fields[index];
        match protocol::getattr_opt(f.object, name)? {
            Some(value) if singletons::is_none(&value) => Ok(None),
            Some(value) => Ok(Some(value)),
            None if *optional => Ok(None),
            None => Err(missing(&name.to_string_lossy(), f.name)),
        }
    }

    /// A field's value, which may be None.
    fn value(&self, f: Fields<'_>, index: usize) -> PyResult {
        Ok(self.opt(f, index)?.unwrap_or_else(singletons::none))
    }

    /// The error for None where the tree needs something.
    fn is_required(&self, f: Fields<'_>, index: usize) -> Raised {
        let field = f.info.fields[index].0.to_string_lossy();
        raise!(ValueError, "field '{field}' is required for {}", f.name)
    }

    /// Converts each item of a list field.
    fn each<T>(
        &mut self,
        f: Fields<'_>,
        index: usize,
        mut convert: impl FnMut(&mut Self, &PyObject) -> PyResult<T>,
    ) -> PyResult<Vec<T>> {
        let name = &f.info.fields[index].0;
        let Some(value) = protocol::getattr_opt(f.object, name)? else {
            return Err(missing(&name.to_string_lossy(), f.name));
        };
        let Some(list) = value.downcast::<PyListObject>() else {
            return Err(raise!(
                TypeError,
                "{} field \"{}\" must be a list, not a {}",
                f.name,
                name.to_string_lossy(),
                value.ty().name()
            ));
        };
        let len = list.len();
        let mut out = Vec::with_capacity(len);
        for i in 0..len {
            let changed = || {
                raise!(
                    RuntimeError,
                    "{} field \"{}\" changed size during iteration",
                    f.name,
                    name.to_string_lossy()
                )
            };
            let item = list.get(i).ok_or_else(changed)?;
            let _guard = errors::enter_native(f.place)?;
            out.push(convert(self, &item)?);
            if list.len() != len {
                return Err(changed());
            }
        }
        Ok(out)
    }

    fn identifier(&mut self, o: &PyObject) -> PyResult<Sym> {
        match o.exact::<Str>() {
            Some(text) => Ok(self.names.get_or_intern(text.to_utf8()?)),
            None => Err(raise!(TypeError, "AST identifier must be of type str")),
        }
    }

    fn name(&mut self, f: Fields<'_>, index: usize) -> PyResult<Sym> {
        match self.opt(f, index)? {
            Some(o) => self.identifier(&o),
            None => Err(self.is_required(f, index)),
        }
    }

    fn opt_name(&mut self, f: Fields<'_>, index: usize) -> PyResult<Option<Sym>> {
        self.opt(f, index)?.map(|o| self.identifier(&o)).transpose()
    }

    fn names_of(&mut self, f: Fields<'_>, index: usize) -> PyResult<Vec<Sym>> {
        self.each(f, index, |r, o| r.identifier(o))
    }

    /// A text that the tree does not keep: a type comment, a constant's kind.
    fn check_text(&self, f: Fields<'_>, index: usize) -> PyResult<()> {
        match self.opt(f, index)? {
            Some(o) if !o.is_exact::<Str>() && !o.is_exact::<PyBytesObject>() => {
                Err(raise!(TypeError, "AST string must be of type str"))
            }
            _ => Ok(()),
        }
    }

    fn int(&self, f: Fields<'_>, index: usize) -> PyResult<i32> {
        int_of(&*self.value(f, index)?)
    }

    /// Position attributes.
    fn loc(&self, o: &PyObject, kind: Kind) -> PyResult<Loc> {
        let family = &FAMILIES[kind as usize];
        let c = self.classes;
        let required = |name: &Ref<Str>| match protocol::getattr_opt(o, name)? {
            Some(value) => int_of(&value),
            None => Err(missing(&name.to_string_lossy(), family.name)),
        };
        let end = |name: &Ref<Str>, start: i32| {
            if family.located == Located::Fully {
                return required(name);
            }
            match protocol::getattr_opt(o, name)? {
                Some(value) if !singletons::is_none(&value) => int_of(&value),
                _ => Ok(start),
            }
        };
        let line = required(&c.lineno)?;
        let col = required(&c.col_offset)?;
        Ok(Loc {
            line,
            col,
            end_line: end(&c.end_lineno, line)?,
            end_col: end(&c.end_col_offset, col)?,
        })
    }

    /// Which member of a family an object is an instance of.
    fn class(&self, o: &PyObject, kind: Kind) -> PyResult<Class> {
        let family = &FAMILIES[kind as usize];
        for class in family.members {
            if o.ty().is(&*self.classes.of(*class).ty) {
                return Ok(*class);
            }
        }
        for class in family.members {
            if protocol::is_instance(o, &*self.classes.of(*class).ty)? {
                return Ok(*class);
            }
        }
        let shown = protocol::repr(o)?.to_string_lossy();
        Err(raise!(
            TypeError,
            "expected some sort of {}, but got {shown}",
            family.name
        ))
    }

    fn member(&self, f: Fields<'_>, index: usize, kind: Kind) -> PyResult<Class> {
        self.class(&*self.value(f, index)?, kind)
    }

    fn context(&self, f: Fields<'_>, index: usize) -> PyResult<ExprContext> {
        Ok(match self.member(f, index, Kind::ExprContext)? {
            Class::Load => ExprContext::Load,
            Class::Store => ExprContext::Store,
            _ => ExprContext::Del,
        })
    }

    fn operator(&self, f: Fields<'_>, index: usize) -> PyResult<Operator> {
        Ok(match self.member(f, index, Kind::Operator)? {
            Class::Add => Operator::Add,
            Class::Sub => Operator::Sub,
            Class::Mult => Operator::Mult,
            Class::MatMult => Operator::MatMult,
            Class::Div => Operator::Div,
            Class::Mod => Operator::Mod,
            Class::Pow => Operator::Pow,
            Class::LShift => Operator::LShift,
            Class::RShift => Operator::RShift,
            Class::BitOr => Operator::BitOr,
            Class::BitXor => Operator::BitXor,
            Class::BitAnd => Operator::BitAnd,
            _ => Operator::FloorDiv,
        })
    }

    fn comparison(&self, o: &PyObject) -> PyResult<CmpOp> {
        Ok(match self.class(o, Kind::Cmpop)? {
            Class::Eq => CmpOp::Eq,
            Class::NotEq => CmpOp::NotEq,
            Class::Lt => CmpOp::Lt,
            Class::LtE => CmpOp::LtE,
            Class::Gt => CmpOp::Gt,
            Class::GtE => CmpOp::GtE,
            Class::Is => CmpOp::Is,
            Class::IsNot => CmpOp::IsNot,
            Class::In => CmpOp::In,
            _ => CmpOp::NotIn,
        })
    }

    fn stmts(&mut self, f: Fields<'_>, index: usize) -> PyResult<Vec<Stmt>> {
        self.each(f, index, |r, o| {
            if singletons::is_none(o) {
                r.defer(CompileError::Value(
                    "None disallowed in statement list".into(),
                ));
                return Ok(Stmt {
                    kind: StmtKind::Pass,
                    loc: Loc::NONE,
                });
            }
            r.stmt(o)
        })
    }

    fn exprs(&mut self, f: Fields<'_>, index: usize) -> PyResult<Vec<Expr>> {
        self.each(f, index, |r, o| {
            if singletons::is_none(o) {
                r.defer(CompileError::Value(
                    "None disallowed in expression list".into(),
                ));
                return Ok(Expr::constant(Const::None, Loc::NONE));
            }
            r.expr(o)
        })
    }

    fn opt_exprs(&mut self, f: Fields<'_>, index: usize) -> PyResult<Vec<Option<Expr>>> {
        self.each(f, index, |r, o| {
            not_none(Some(o)).map(|o| r.expr(o)).transpose()
        })
    }

    fn required_expr(&mut self, f: Fields<'_>, index: usize) -> PyResult<Expr> {
        match self.opt_expr(f, index)? {
            Some(e) => Ok(e),
            None => Err(self.is_required(f, index)),
        }
    }

    fn opt_expr(&mut self, f: Fields<'_>, index: usize) -> PyResult<Option<Expr>> {
        let Some(o) = self.opt(f, index)? else {
            return Ok(None);
        };
        let _guard = errors::enter_native(f.place)?;
        self.expr(&o).map(Some)
    }

    fn boxed(&mut self, f: Fields<'_>, index: usize) -> PyResult<Box<Expr>> {
        self.required_expr(f, index).map(Box::new)
    }

    fn opt_boxed(&mut self, f: Fields<'_>, index: usize) -> PyResult<Option<Box<Expr>>> {
        Ok(self.opt_expr(f, index)?.map(Box::new))
    }

    fn type_ignore(&mut self, o: &PyObject) -> PyResult<()> {
        let class = self.class(o, Kind::TypeIgnore)?;
        let f = Fields::of_class(self, o, class, "type_ignore");
        self.int(f, 0)?;
        self.check_text(f, 1)
    }

    fn stmt(&mut self, o: &PyObject) -> PyResult<Stmt> {
        let loc = self.loc(o, Kind::Stmt)?;
        let class = self.class(o, Kind::Stmt)?;
        let f = Fields::of_class(self, o, class, "stmt");
        let kind = match class {
            Class::FunctionDef | Class::AsyncFunctionDef => {
                let node = self.node();
                let name = self.name(f, 0)?;
                let args = self.arguments(f, 1)?;
                let body = self.stmts(f, 2)?;
                let decorators = self.exprs(f, 3)?;
                let returns = self.opt_expr(f, 4)?;
                self.check_text(f, 5)?;
                StmtKind::FunctionDef(Box::new(FunctionDef {
                    name,
                    args,
                    body,
                    decorators,
                    returns,
                    is_async: class == Class::AsyncFunctionDef,
                    node,
                }))
            }
            Class::ClassDef => {
                let node = self.node();
                StmtKind::ClassDef(Box::new(ClassDef {
                    name: self.name(f, 0)?,
                    bases: self.exprs(f, 1)?,
                    keywords: self.keywords(f, 2)?,
                    body: self.stmts(f, 3)?,
                    decorators: self.exprs(f, 4)?,
                    node,
                }))
            }
            Class::Return => StmtKind::Return(self.opt_expr(f, 0)?),
            Class::Delete => StmtKind::Delete(self.exprs(f, 0)?),
            Class::Assign => {
                let targets = self.exprs(f, 0)?;
                let value = self.required_expr(f, 1)?;
                self.check_text(f, 2)?;
                StmtKind::Assign { targets, value }
            }
            Class::AugAssign => {
                let target = self.required_expr(f, 0)?;
                self.check_target(&target, "augmented");
                StmtKind::AugAssign {
                    target,
                    op: self.operator(f, 1)?,
                    value: self.required_expr(f, 2)?,
                }
            }
            Class::AnnAssign => {
                let target = self.required_expr(f, 0)?;
                self.check_target(&target, "annotated");
                StmtKind::AnnAssign {
                    target,
                    annotation: self.required_expr(f, 1)?,
                    value: self.opt_expr(f, 2)?,
                    simple: self.int(f, 3)? != 0,
                }
            }
            Class::For | Class::AsyncFor => {
                let target = self.required_expr(f, 0)?;
                let iter = self.required_expr(f, 1)?;
                let body = self.stmts(f, 2)?;
                let orelse = self.stmts(f, 3)?;
                self.check_text(f, 4)?;
                StmtKind::For(Box::new(For {
                    target,
                    iter,
                    body,
                    orelse,
                    is_async: class == Class::AsyncFor,
                }))
            }
            Class::While => StmtKind::While {
                test: self.required_expr(f, 0)?,
                body: self.stmts(f, 1)?,
                orelse: self.stmts(f, 2)?,
            },
            Class::If => StmtKind::If {
                test: self.required_expr(f, 0)?,
                body: self.stmts(f, 1)?,
                orelse: self.stmts(f, 2)?,
            },
            Class::With | Class::AsyncWith => {
                let items = self.each(f, 0, |r, o| {
                    let f = Fields::of_family(r, o, Kind::Withitem);
                    Ok(WithItem {
                        context: r.required_expr(f, 0)?,
                        vars: r.opt_expr(f, 1)?,
                    })
                })?;
                let body = self.stmts(f, 1)?;
                self.check_text(f, 2)?;
                StmtKind::With {
                    items,
                    body,
                    is_async: class == Class::AsyncWith,
                }
            }
            Class::Match => StmtKind::Match {
                subject: self.required_expr(f, 0)?,
                cases: self.each(f, 1, |r, o| {
                    let f = Fields::of_family(r, o, Kind::MatchCase);
                    let Some(pattern) = r.opt_pattern(f, 0)? else {
                        return Err(r.is_required(f, 0));
                    };
                    Ok(MatchCase {
                        pattern,
                        guard: r.opt_expr(f, 1)?,
                        body: r.stmts(f, 2)?,
                    })
                })?,
            },
            Class::Raise => StmtKind::Raise {
                exc: self.opt_expr(f, 0)?,
                cause: self.opt_expr(f, 1)?,
            },
            Class::Try | Class::TryStar => StmtKind::Try(Box::new(Try {
                body: self.stmts(f, 0)?,
                handlers: self.each(f, 1, |r, o| r.handler(o))?,
                orelse: self.stmts(f, 2)?,
                finalbody: self.stmts(f, 3)?,
                star: class == Class::TryStar,
            })),
            Class::Assert => StmtKind::Assert {
                test: self.required_expr(f, 0)?,
                msg: self.opt_expr(f, 1)?,
            },
            Class::Import => StmtKind::Import(self.aliases(f, 0)?),
            Class::ImportFrom => {
                let module = self.opt_name(f, 0)?;
                let names = self.aliases(f, 1)?;
                let level = match self.opt(f, 2)? {
                    Some(level) => int_of(&level)?,
                    None => 0,
                };
                if level < 0 {
                    self.defer(CompileError::Value("Negative ImportFrom level".into()));
                }
                StmtKind::ImportFrom {
                    module,
                    names,
                    level: level.max(0) as u32,
                }
            }
            Class::Global => StmtKind::Global(self.names_of(f, 0)?),
            Class::Nonlocal => StmtKind::Nonlocal(self.names_of(f, 0)?),
            Class::Expr => StmtKind::Expr(self.required_expr(f, 0)?),
            Class::Break => StmtKind::Break,
            Class::Continue => StmtKind::Continue,
            _ => StmtKind::Pass,
        };
        Ok(Stmt { kind, loc })
    }

    /// What code generation would stumble over.
    fn check_target(&mut self, target: &Expr, what: &str) {
        let kind = match target.kind {
            ExprKind::Starred { .. } => Class::Starred,
            ExprKind::List { .. } => Class::List,
            ExprKind::Tuple { .. } => Class::Tuple,
            // Good, or refused by the validation.
            _ => return,
        };
        let number = kind as usize - Class::BoolOp as usize + 1;
        let text = format!("invalid node type ({number}) for {what} assignment");
        self.last.get_or_insert(CompileError::System(text));
    }

    fn handler(&mut self, o: &PyObject) -> PyResult<Handler> {
        let loc = self.loc(o, Kind::Excepthandler)?;
        let class = self.class(o, Kind::Excepthandler)?;
        let f = Fields::of_class(self, o, class, "excepthandler");
        Ok(Handler {
            typ: self.opt_expr(f, 0)?,
            name: self.opt_name(f, 1)?,
            body: self.stmts(f, 2)?,
            loc,
        })
    }

    fn aliases(&mut self, f: Fields<'_>, index: usize) -> PyResult<Vec<Alias>> {
        self.each(f, index, |r, o| {
            let f = Fields::of_family(r, o, Kind::Alias);
            Ok(Alias {
                name: r.name(f, 0)?,
                asname: r.opt_name(f, 1)?,
                loc: r.loc(o, Kind::Alias)?,
            })
        })
    }

    fn keywords(&mut self, f: Fields<'_>, index: usize) -> PyResult<Vec<Keyword>> {
        self.each(f, index, |r, o| {
            let f = Fields::of_family(r, o, Kind::Keyword);
            Ok(Keyword {
                arg: r.opt_name(f, 0)?,
                value: r.required_expr(f, 1)?,
                loc: r.loc(o, Kind::Keyword)?,
            })
        })
    }

    fn arguments(&mut self, f: Fields<'_>, index: usize) -> PyResult<Arguments> {
        let o = self.value(f, index)?;
        let f = Fields::of_family(self, &o, Kind::Arguments);
        Ok(Arguments {
            posonly: self.each(f, 0, |r, o| r.arg(o))?,
            args: self.each(f, 1, |r, o| r.arg(o))?,
            vararg: self.opt(f, 2)?.map(|o| self.arg(&o)).transpose()?,
            kwonly: self.each(f, 3, |r, o| r.arg(o))?,
            kw_defaults: self.opt_exprs(f, 4)?,
            kwarg: self.opt(f, 5)?.map(|o| self.arg(&o)).transpose()?,
            defaults: self.exprs(f, 6)?,
        })
    }

    fn arg(&mut self, o: &PyObject) -> PyResult<Arg> {
        let f = Fields::of_family(self, o, Kind::Arg);
        let name = self.name(f, 0)?;
        let annotation = self.opt_expr(f, 1)?;
        self.check_text(f, 2)?;
        Ok(Arg {
            name,
            annotation,
            loc: self.loc(o, Kind::Arg)?,
        })
    }

    fn expr(&mut self, o: &PyObject) -> PyResult<Expr> {
        let loc = self.loc(o, Kind::Expr)?;
        let class = self.class(o, Kind::Expr)?;
        let f = Fields::of_class(self, o, class, "expr");
        let kind = match class {
            Class::BoolOp => ExprKind::BoolOp {
                op: match self.member(f, 0, Kind::Boolop)? {
                    Class::And => BoolOp::And,
                    _ => BoolOp::Or,
                },
                values: self.exprs(f, 1)?,
            },
            Class::NamedExpr => ExprKind::NamedExpr {
                target: self.boxed(f, 0)?,
                value: self.boxed(f, 1)?,
            },
            Class::BinOp => ExprKind::BinOp {
                left: self.boxed(f, 0)?,
                op: self.operator(f, 1)?,
                right: self.boxed(f, 2)?,
            },
            Class::UnaryOp => ExprKind::UnaryOp {
                op: match self.member(f, 0, Kind::Unaryop)? {
                    Class::Invert => UnaryOp::Invert,
                    Class::Not => UnaryOp::Not,
                    Class::UAdd => UnaryOp::UAdd,
                    _ => UnaryOp::USub,
                },
                operand: self.boxed(f, 1)?,
            },
            Class::Lambda => {
                let node = self.node();
                ExprKind::Lambda(Box::new(Lambda {
                    args: self.arguments(f, 0)?,
                    body: self.required_expr(f, 1)?,
                    node,
                }))
            }
            Class::IfExp => ExprKind::IfExp {
                test: self.boxed(f, 0)?,
                body: self.boxed(f, 1)?,
                orelse: self.boxed(f, 2)?,
            },
            Class::Dict => ExprKind::Dict {
                keys: self.opt_exprs(f, 0)?,
                values: self.exprs(f, 1)?,
            },
            Class::Set => ExprKind::Set(self.exprs(f, 0)?),
            Class::ListComp => self.comprehension(f, CompKind::List)?,
            Class::SetComp => self.comprehension(f, CompKind::Set)?,
            Class::DictComp => self.comprehension(f, CompKind::Dict)?,
            Class::GeneratorExp => self.comprehension(f, CompKind::Generator)?,
            Class::Await => ExprKind::Await(self.boxed(f, 0)?),
            Class::Yield => ExprKind::Yield(self.opt_boxed(f, 0)?),
            Class::YieldFrom => ExprKind::YieldFrom(self.boxed(f, 0)?),
            Class::Compare => ExprKind::Compare {
                left: self.boxed(f, 0)?,
                ops: self.each(f, 1, |r, o| r.comparison(o))?,
                comparators: self.exprs(f, 2)?,
            },
            Class::Call => ExprKind::Call(Box::new(Call {
                func: self.required_expr(f, 0)?,
                args: self.exprs(f, 1)?,
                keywords: self.keywords(f, 2)?,
            })),
            Class::FormattedValue => {
                let value = self.boxed(f, 0)?;
                let conversion = match self.int(f, 1)? {
                    -1 => Conversion::None,
                    115 => Conversion::Str,
                    114 => Conversion::Repr,
                    97 => Conversion::Ascii,
                    other => {
                        let text = format!("Unrecognized conversion character {other}");
                        self.last.get_or_insert(CompileError::System(text));
                        Conversion::None
                    }
                };
                ExprKind::FormattedValue {
                    value,
                    conversion,
                    spec: self.opt_boxed(f, 2)?,
                }
            }
            Class::JoinedStr => ExprKind::JoinedStr(self.exprs(f, 0)?),
            Class::Constant => {
                let value = self.value(f, 0)?;
                self.check_text(f, 1)?;
                let constant = self.constant(&value)?;
                self.constants.push((constant.clone(), value));
                ExprKind::Constant(constant)
            }
            Class::Attribute => ExprKind::Attribute {
                value: self.boxed(f, 0)?,
                attr: self.name(f, 1)?,
                ctx: self.context(f, 2)?,
            },
            Class::Subscript => ExprKind::Subscript {
                value: self.boxed(f, 0)?,
                slice: self.boxed(f, 1)?,
                ctx: self.context(f, 2)?,
            },
            Class::Starred => ExprKind::Starred {
                value: self.boxed(f, 0)?,
                ctx: self.context(f, 1)?,
            },
            Class::Name => ExprKind::Name {
                id: self.name(f, 0)?,
                ctx: self.context(f, 1)?,
            },
            Class::List => ExprKind::List {
                elts: self.exprs(f, 0)?,
                ctx: self.context(f, 1)?,
            },
            Class::Tuple => ExprKind::Tuple {
                elts: self.exprs(f, 0)?,
                ctx: self.context(f, 1)?,
            },
            _ => ExprKind::Slice {
                lower: self.opt_boxed(f, 0)?,
                upper: self.opt_boxed(f, 1)?,
                step: self.opt_boxed(f, 2)?,
            },
        };
        Ok(Expr { kind, loc })
    }

    fn comprehension(&mut self, f: Fields<'_>, kind: CompKind) -> PyResult<ExprKind> {
        let node = self.node();
        let elt = self.required_expr(f, 0)?;
        let value = match kind {
            CompKind::Dict => Some(self.required_expr(f, 1)?),
            _ => None,
        };
        let generators = self.each(f, 1 + value.is_some() as usize, |r, o| {
            let f = Fields::of_family(r, o, Kind::Comprehension);
            Ok(Generator {
                target: r.required_expr(f, 0)?,
                iter: r.required_expr(f, 1)?,
                ifs: r.exprs(f, 2)?,
                is_async: r.int(f, 3)? != 0,
            })
        })?;
        Ok(ExprKind::Comp(Box::new(Comp {
            kind,
            elt,
            value,
            generators,
            node,
        })))
    }

    /// A constant; of a type that code cannot carry, the error waits.
    fn constant(&mut self, o: &PyObject) -> PyResult<Const> {
        let _guard = errors::enter_native(" during compilation")?;
        let items = |r: &mut Self, items: Vec<Ref>| -> PyResult<Vec<Const>> {
            items.iter().map(|item| r.constant(item)).collect()
        };
        Ok(if singletons::is_none(o) {
            Const::None
        } else if o.is(&*singletons::ellipsis()) {
            Const::Ellipsis
        } else if boolean::is_true(o) || boolean::is_false(o) {
            Const::Bool(boolean::is_true(o))
        } else if let Some(n) = o.exact::<PyLongObject>() {
            Const::Int(n.to_bigint())
        } else if let Some(f) = o.exact::<PyFloatObject>() {
            Const::Float(f.value())
        } else if let Some(c) = o.exact::<PyComplexObject>() {
            let (re, im) = c.parts();
            Const::Complex { re, im }
        } else if let Some(s) = o.exact::<Str>() {
            Const::Str(PyStr(s.to_wtf8()?.into()))
        } else if let Some(b) = o.exact::<PyBytesObject>() {
            Const::Bytes(b.as_slice().into())
        } else if let Some(t) = o.exact::<PyTupleObject>() {
            let all = t.items().iter().map(|i| i.to_ref()).collect();
            Const::Tuple(items(self, all)?.into())
        } else if o.ty().is(&*set::PyFrozenSet_Type) {
            let all = protocol::collect(o)?;
            Const::FrozenSet(items(self, all)?.into())
        } else {
            let text = format!("got an invalid type in Constant: {}", o.ty().name());
            self.defer(CompileError::Type(text));
            Const::None
        })
    }

    fn patterns(&mut self, f: Fields<'_>, index: usize) -> PyResult<Vec<Pattern>> {
        self.each(f, index, |r, o| match not_none(Some(o)) {
            Some(o) => r.pattern(o),
            None => Err(raise!(ValueError, "None disallowed in pattern list")),
        })
    }

    fn opt_pattern(&mut self, f: Fields<'_>, index: usize) -> PyResult<Option<Pattern>> {
        let Some(o) = self.opt(f, index)? else {
            return Ok(None);
        };
        let _guard = errors::enter_native(f.place)?;
        self.pattern(&o).map(Some)
    }

    fn pattern(&mut self, o: &PyObject) -> PyResult<Pattern> {
        let loc = self.loc(o, Kind::Pattern)?;
        let class = self.class(o, Kind::Pattern)?;
        let f = Fields::of_class(self, o, class, "pattern");
        let kind = match class {
            Class::MatchValue => PatternKind::Value(self.required_expr(f, 0)?),
            Class::MatchSingleton => {
                let value = self.value(f, 0)?;
                PatternKind::Singleton(self.constant(&value)?)
            }
            Class::MatchSequence => PatternKind::Sequence(self.patterns(f, 0)?),
            Class::MatchMapping => PatternKind::Mapping {
                keys: self.exprs(f, 0)?,
                patterns: self.patterns(f, 1)?,
                rest: self.opt_name(f, 2)?,
            },
            Class::MatchClass => PatternKind::Class {
                cls: self.required_expr(f, 0)?,
                patterns: self.patterns(f, 1)?,
                kwd_attrs: self.names_of(f, 2)?,
                kwd_patterns: self.patterns(f, 3)?,
            },
            Class::MatchStar => PatternKind::Star(self.opt_name(f, 0)?),
            Class::MatchAs => PatternKind::As {
                pattern: self.opt_pattern(f, 0)?.map(Box::new),
                name: self.opt_name(f, 1)?,
            },
            _ => PatternKind::Or(self.patterns(f, 0)?),
        };
        Ok(Pattern { kind, loc })
    }
}
