//! The description of Python's abstract syntax: every node class with its fields, from which the classes of `_ast`, their docs, and the
//! look-ups of `read` and `write` derive.
//!
//! Fields are written as the classes' docs show them: a type (`?` optional, `*` list) and a name.

/// An abstract class (`stmt`), or a class without one (`arg`).
#[derive(Debug)]
pub struct Family {
    pub name: &'static str,
    /// Its nodes have positions.
    pub located: Located,
    /// The concrete classes; none if the family is itself one.
    pub members: &'static [Class],
    /// Fields of a family without members.
    pub fields: &'static str,
}

/// Which position attributes nodes have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Located {
    No,
    /// With an end that may be left out.
    Yes,
    /// With an end that must be there.
    Fully,
}

impl Family {
    /// What a class's `__doc__` says.
    pub fn doc(&self) -> String {
        let signature = |name: &str, fields: &str| match fields {
            "" => name.to_owned(),
            _ => format!("{name}({fields})"),
        };
        if self.members.is_empty() {
            return signature(self.name, self.fields);
        }
        let members: Vec<String> = self
            .members
            .iter()
            .map(|c| signature(c.name(), c.fields()))
            .collect();
        // Families of plain names are on one line.
        let plain = self.members.len() > 1 && self.members.iter().all(|c| c.fields().is_empty());
        let between = if plain {
            " | ".to_owned()
        } else {
            format!("\n{} | ", " ".repeat(self.name.len()))
        };
        format!("{} = {}", self.name, members.join(&between))
    }
}

/// One field of a description: its type, its name, and whether it may be absent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    pub name: &'static str,
    pub optional: bool,
}

/// The fields of a description.
pub fn fields(description: &'static str) -> impl Iterator<Item = Field> {
    description.split(", ").filter(|f| !f.is_empty()).map(|f| {
        let (kind, name) = f.split_once(' ').unwrap_or((f, f));
        Field {
            name,
            optional: kind.ends_with('?'),
        }
    })
}

macro_rules! abstract_syntax {
    ($($family:ident $name:literal $located:ident $fields:literal { $($class:ident $class_fields:literal)* })*) => {
        /// A concrete node class of a family.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Class { $($($class,)*)* }

        impl Class {
            pub const ALL: &[Class] = &[$($(Class::$class,)*)*];

            pub fn name(self) -> &'static str {
                match self { $($(Class::$class => stringify!($class),)*)* }
            }

            /// Its fields, as its `__doc__` shows them.
            pub fn fields(self) -> &'static str {
                match self { $($(Class::$class => $class_fields,)*)* }
            }
        }

        /// Index of a family in [`FAMILIES`]. Nobody asks for modules by it.
        #[allow(dead_code)]
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Kind { $($family,)* }

        /// All families, in the order of the module's names.
        pub static FAMILIES: &[Family] = &[$(Family {
            name: $name,
            located: Located::$located,
            members: &[$(Class::$class),*],
            fields: $fields,
        }),*];
    };
}

abstract_syntax! {
    Mod "mod" No "" {
        Module "stmt* body, type_ignore* type_ignores"
        Interactive "stmt* body"
        Expression "expr body"
        FunctionType "expr* argtypes, expr returns"
    }
    Stmt "stmt" Yes "" {
        FunctionDef "identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment"
        AsyncFunctionDef "identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment"
        ClassDef "identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list"
        Return "expr? value"
        Delete "expr* targets"
        Assign "expr* targets, expr value, string? type_comment"
        AugAssign "expr target, operator op, expr value"
        AnnAssign "expr target, expr annotation, expr? value, int simple"
        For "expr target, expr iter, stmt* body, stmt* orelse, string? type_comment"
        AsyncFor "expr target, expr iter, stmt* body, stmt* orelse, string? type_comment"
        While "expr test, stmt* body, stmt* orelse"
        If "expr test, stmt* body, stmt* orelse"
        With "withitem* items, stmt* body, string? type_comment"
        AsyncWith "withitem* items, stmt* body, string? type_comment"
        Match "expr subject, match_case* cases"
        Raise "expr? exc, expr? cause"
        Try "stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody"
        TryStar "stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody"
        Assert "expr test, expr? msg"
        Import "alias* names"
        ImportFrom "identifier? module, alias* names, int? level"
        Global "identifier* names"
        Nonlocal "identifier* names"
        Expr "expr value"
        Pass ""
        Break ""
        Continue ""
    }
    Expr "expr" Yes "" {
        BoolOp "boolop op, expr* values"
        NamedExpr "expr target, expr value"
        BinOp "expr left, operator op, expr right"
        UnaryOp "unaryop op, expr operand"
        Lambda "arguments args, expr body"
        IfExp "expr test, expr body, expr orelse"
        Dict "expr* keys, expr* values"
        Set "expr* elts"
        ListComp "expr elt, comprehension* generators"
        SetComp "expr elt, comprehension* generators"
        DictComp "expr key, expr value, comprehension* generators"
        GeneratorExp "expr elt, comprehension* generators"
        Await "expr value"
        Yield "expr? value"
        YieldFrom "expr value"
        Compare "expr left, cmpop* ops, expr* comparators"
        Call "expr func, expr* args, keyword* keywords"
        FormattedValue "expr value, int conversion, expr? format_spec"
        JoinedStr "expr* values"
        Constant "constant value, string? kind"
        Attribute "expr value, identifier attr, expr_context ctx"
        Subscript "expr value, expr slice, expr_context ctx"
        Starred "expr value, expr_context ctx"
        Name "identifier id, expr_context ctx"
        List "expr* elts, expr_context ctx"
        Tuple "expr* elts, expr_context ctx"
        Slice "expr? lower, expr? upper, expr? step"
    }
    ExprContext "expr_context" No "" { Load "" Store "" Del "" }
    Boolop "boolop" No "" { And "" Or "" }
    Operator "operator" No "" {
        Add "" Sub "" Mult "" MatMult "" Div "" Mod "" Pow "" LShift "" RShift "" BitOr "" BitXor "" BitAnd "" FloorDiv ""
    }
    Unaryop "unaryop" No "" { Invert "" Not "" UAdd "" USub "" }
    Cmpop "cmpop" No "" { Eq "" NotEq "" Lt "" LtE "" Gt "" GtE "" Is "" IsNot "" In "" NotIn "" }
    Comprehension "comprehension" No "expr target, expr iter, expr* ifs, int is_async" {}
    Excepthandler "excepthandler" Yes "" { ExceptHandler "expr? type, identifier? name, stmt* body" }
    Arguments "arguments" No "arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr* kw_defaults, arg? kwarg, expr* defaults" {}
    Arg "arg" Yes "identifier arg, expr? annotation, string? type_comment" {}
    Keyword "keyword" Yes "identifier? arg, expr value" {}
    Alias "alias" Yes "identifier name, identifier? asname" {}
    Withitem "withitem" No "expr context_expr, expr? optional_vars" {}
    MatchCase "match_case" No "pattern pattern, expr? guard, stmt* body" {}
    Pattern "pattern" Fully "" {
        MatchValue "expr value"
        MatchSingleton "constant value"
        MatchSequence "pattern* patterns"
        MatchMapping "expr* keys, pattern* patterns, identifier? rest"
        MatchClass "expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns"
        MatchStar "identifier? name"
        MatchAs "pattern? pattern, identifier? name"
        MatchOr "pattern* patterns"
    }
    TypeIgnore "type_ignore" No "" { TypeIgnore "int lineno, string tag" }
}
