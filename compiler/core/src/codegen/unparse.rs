//! Annotations back to text, for `from __future__ import annotations`: the canonical spelling of `ast.unparse`'s C twin.

use hotpy_code::{Const, PyStr};

use super::Generator;
use crate::ast::*;
use crate::deep;
use crate::errors::Result;
use crate::parse::Kinds;

/// Binding strength, weakest first. A parent asks for a minimum; a weaker child gets parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    fn above(self) -> Level {
        use Level::*;
        const ALL: [Level; 16] = [
            Tuple, Test, Or, And, Not, Compare, BitOr, BitXor, BitAnd, Shift, Arith, Term, Factor,
            Power, Await, Atom,
        ];
        ALL[(self as usize + 1).min(15)]
    }
}

impl Generator<'_> {
    /// Pushes an annotation as the text of its source.
    pub(super) fn annotation_text(&mut self, e: &Expr) -> Result<()> {
        let mut u = Unparser {
            names: self.names,
            kinds: self.kinds,
            out: Vec::new(),
        };
        u.expr(e, Level::Test);
        let text = PyStr(u.out.into());
        self.load_const(Const::Str(text));
        Ok(())
    }
}

/// Python's repr of a constant, for messages.
pub(super) fn constant(c: &Const) -> String {
    let names = Names::with_hasher(Default::default());
    let mut u = Unparser {
        names: &names,
        kinds: &Kinds::new(),
        out: Vec::new(),
    };
    u.constant(c);
    String::from_utf8_lossy(&u.out).into_owned()
}

struct Unparser<'n> {
    names: &'n Names,
    kinds: &'n Kinds,
    out: Vec<u8>,
}

impl Unparser<'_> {
    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn name(&mut self, name: Sym) {
        let text = self.names.resolve(&name);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn list(&mut self, elts: &[Expr], level: Level) {
        for (i, e) in elts.iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            self.expr(e, level);
        }
    }

    /// Writes inside parentheses if `own` is weaker than `wanted`.
    fn group(&mut self, own: Level, wanted: Level, write: impl FnOnce(&mut Self)) {
        let needed = wanted > own;
        if needed {
            self.put("(");
        }
        write(self);
        if needed {
            self.put(")");
        }
    }

    fn expr(&mut self, e: &Expr, level: Level) {
        deep(|| self.expr_inner(e, level));
    }

    fn expr_inner(&mut self, e: &Expr, level: Level) {
        match &e.kind {
            ExprKind::BoolOp { op, values } => {
                let (own, text) = match op {
                    BoolOp::And => (Level::And, " and "),
                    BoolOp::Or => (Level::Or, " or "),
                };
                self.group(own, level, |u| {
                    for (i, v) in values.iter().enumerate() {
                        if i > 0 {
                            u.put(text);
                        }
                        u.expr(v, own.above());
                    }
                });
            }
            ExprKind::BinOp { left, op, right } => {
                let (own, text) = binary(*op);
                let power = matches!(op, Operator::Pow);
                self.group(own, level, |u| {
                    u.expr(left, if power { own.above() } else { own });
                    u.put(text);
                    u.expr(right, if power { own } else { own.above() });
                });
            }
            ExprKind::UnaryOp { op, operand } => {
                let (own, text) = match op {
                    UnaryOp::Invert => (Level::Factor, "~"),
                    UnaryOp::Not => (Level::Not, "not "),
                    UnaryOp::UAdd => (Level::Factor, "+"),
                    UnaryOp::USub => (Level::Factor, "-"),
                };
                self.group(own, level, |u| {
                    u.put(text);
                    u.expr(operand, own);
                });
            }
            ExprKind::Lambda(l) => self.group(Level::Test, level, |u| {
                let empty = l.args.all().next().is_none();
                u.put(if empty { "lambda" } else { "lambda " });
                u.parameters(&l.args);
                u.put(": ");
                u.expr(&l.body, Level::Test);
            }),
            ExprKind::IfExp { test, body, orelse } => self.group(Level::Test, level, |u| {
                u.expr(body, Level::Test.above());
                u.put(" if ");
                u.expr(test, Level::Test.above());
                u.put(" else ");
                u.expr(orelse, Level::Test);
            }),
            ExprKind::Dict { keys, values } => {
                self.put("{");
                for (i, (k, v)) in keys.iter().zip(values).enumerate() {
                    if i > 0 {
                        self.put(", ");
                    }
                    match k {
                        Some(k) => {
                            self.expr(k, Level::Test);
                            self.put(": ");
                            self.expr(v, Level::Test);
                        }
                        None => {
                            self.put("**");
                            self.expr(v, Level::BitOr);
                        }
                    }
                }
                self.put("}");
            }
            ExprKind::Set(elts) => {
                self.put("{");
                self.list(elts, Level::Test);
                self.put("}");
            }
            ExprKind::Comp(c) => self.comprehension(c),
            ExprKind::Await(v) => self.group(Level::Await, level, |u| {
                u.put("await ");
                u.expr(v, Level::Atom);
            }),
            ExprKind::Yield(v) => {
                self.put("(yield");
                if let Some(v) = v {
                    self.put(" ");
                    self.expr(v, Level::Tuple);
                }
                self.put(")");
            }
            ExprKind::YieldFrom(v) => {
                self.put("(yield from ");
                self.expr(v, Level::Test);
                self.put(")");
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.group(Level::Compare, level, |u| {
                u.expr(left, Level::Compare.above());
                for (op, right) in ops.iter().zip(comparators) {
                    u.put(comparison(*op));
                    u.expr(right, Level::Compare.above());
                }
            }),
            ExprKind::Call(c) => self.call(c),
            ExprKind::JoinedStr(_) | ExprKind::FormattedValue { .. } => {
                let mut body = Unparser {
                    names: self.names,
                    kinds: self.kinds,
                    out: Vec::new(),
                };
                body.fstring_part(e, false);
                self.put("f");
                self.string(&body.out);
            }
            ExprKind::Constant(c) => {
                if matches!(c, Const::Str(_)) && self.kinds.contains(&(e.loc.line, e.loc.col)) {
                    self.put("u");
                }
                self.constant(c)
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, Level::Atom);
                // `1.real` would read as a float.
                let int = matches!(value.as_constant(), Some(Const::Int(_)));
                self.put(if int { " ." } else { "." });
                self.name(*attr);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, Level::Atom);
                self.put("[");
                self.expr(slice, Level::Tuple);
                self.put("]");
            }
            ExprKind::Starred { value, .. } => {
                self.put("*");
                self.expr(value, Level::BitOr);
            }
            ExprKind::Name { id, .. } => self.name(*id),
            ExprKind::List { elts, .. } => {
                self.put("[");
                self.list(elts, Level::Test);
                self.put("]");
            }
            ExprKind::Tuple { elts, .. } => {
                if elts.is_empty() {
                    self.put("()");
                    return;
                }
                self.group(Level::Tuple, level, |u| {
                    u.list(elts, Level::Test);
                    if elts.len() == 1 {
                        u.put(",");
                    }
                });
            }
            ExprKind::Slice { lower, upper, step } => {
                if let Some(l) = lower {
                    self.expr(l, Level::Test);
                }
                self.put(":");
                if let Some(u) = upper {
                    self.expr(u, Level::Test);
                }
                if let Some(s) = step {
                    self.put(":");
                    self.expr(s, Level::Test);
                }
            }
            ExprKind::NamedExpr { target, value } => {
                self.group(Level::Tuple, level, |u| {
                    u.expr(target, Level::Atom);
                    u.put(" := ");
                    u.expr(value, Level::Atom);
                });
            }
        }
    }

    fn call(&mut self, c: &Call) {
        self.expr(&c.func, Level::Atom);
        if let ([arg], []) = (&c.args[..], &c.keywords[..]) {
            if matches!(&arg.kind, ExprKind::Comp(g) if g.kind == CompKind::Generator) {
                // A generator expression brings its own parentheses.
                return self.expr(arg, Level::Test);
            }
        }
        self.put("(");
        self.list(&c.args, Level::Test);
        for (i, k) in c.keywords.iter().enumerate() {
            if i > 0 || !c.args.is_empty() {
                self.put(", ");
            }
            match k.arg {
                Some(name) => {
                    self.name(name);
                    self.put("=");
                }
                None => self.put("**"),
            }
            self.expr(&k.value, Level::Test);
        }
        self.put(")");
    }

    fn comprehension(&mut self, c: &Comp) {
        let (open, close) = match c.kind {
            CompKind::List => ("[", "]"),
            CompKind::Set | CompKind::Dict => ("{", "}"),
            CompKind::Generator => ("(", ")"),
        };
        self.put(open);
        self.expr(&c.elt, Level::Test);
        if let Some(value) = &c.value {
            self.put(": ");
            self.expr(value, Level::Test);
        }
        for g in &c.generators {
            self.put(if g.is_async { " async for " } else { " for " });
            self.expr(&g.target, Level::Tuple);
            self.put(" in ");
            self.expr(&g.iter, Level::Test.above());
            for test in &g.ifs {
                self.put(" if ");
                self.expr(test, Level::Test.above());
            }
        }
        self.put(close);
    }

    fn parameters(&mut self, args: &Arguments) {
        let mut first = true;
        let mut comma = |u: &mut Self| {
            if !std::mem::take(&mut first) {
                u.put(", ");
            }
        };
        let positional = args.posonly.len() + args.args.len();
        for (i, a) in args.posonly.iter().chain(&args.args).enumerate() {
            comma(self);
            self.name(a.name);
            if let Some(d) = (i + args.defaults.len()).checked_sub(positional) {
                self.put("=");
                self.expr(&args.defaults[d], Level::Test);
            }
            if i + 1 == args.posonly.len() {
                self.put(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonly.is_empty() {
            comma(self);
            self.put("*");
            if let Some(v) = &args.vararg {
                self.name(v.name);
            }
        }
        for (a, d) in args.kwonly.iter().zip(&args.kw_defaults) {
            comma(self);
            self.name(a.name);
            if let Some(d) = d {
                self.put("=");
                self.expr(d, Level::Test);
            }
        }
        if let Some(k) = &args.kwarg {
            comma(self);
            self.put("**");
            self.name(k.name);
        }
    }

    /// A piece of an f-string's body, braces doubled in text.
    fn fstring_part(&mut self, e: &Expr, spec: bool) {
        match &e.kind {
            ExprKind::JoinedStr(values) => values.iter().for_each(|v| self.fstring_part(v, spec)),
            ExprKind::Constant(Const::Str(s)) => {
                for &b in s.0.iter() {
                    self.out.push(b);
                    if matches!(b, b'{' | b'}') {
                        self.out.push(b);
                    }
                }
            }
            ExprKind::FormattedValue {
                value,
                conversion,
                spec,
            } => {
                let mut inner = Unparser {
                    names: self.names,
                    kinds: self.kinds,
                    out: Vec::new(),
                };
                inner.expr(value, Level::Test.above());
                self.put(if inner.out.starts_with(b"{") {
                    "{ "
                } else {
                    "{"
                });
                self.out.extend_from_slice(&inner.out);
                match conversion {
                    Conversion::None => {}
                    Conversion::Str => self.put("!s"),
                    Conversion::Repr => self.put("!r"),
                    Conversion::Ascii => self.put("!a"),
                }
                if let Some(s) = spec {
                    self.put(":");
                    self.fstring_part(s, true);
                }
                self.put("}");
            }
            _ => self.expr(e, Level::Test),
        }
    }

    fn constant(&mut self, c: &Const) {
        match c {
            Const::None => self.put("None"),
            Const::Ellipsis => self.put("..."),
            Const::Bool(b) => self.put(if *b { "True" } else { "False" }),
            Const::Int(i) => self.put(&i.to_string()),
            Const::Float(f) => self.put(&float(*f)),
            Const::Complex { re, im } => {
                let im = match im.is_infinite() {
                    true => "1e309".to_owned(),
                    false => complex_part(*im),
                };
                if *re == 0.0 && !re.is_sign_negative() {
                    self.put(&format!("{im}j"));
                } else {
                    self.put(&format!(
                        "({}{}{im}j)",
                        complex_part(*re),
                        if im.starts_with('-') { "" } else { "+" }
                    ));
                }
            }
            Const::Str(s) => self.string(&s.0),
            Const::Bytes(b) => {
                self.put("b");
                let quote = quote_for(b);
                self.out.push(quote);
                for &c in b.iter() {
                    self.byte(c, quote);
                }
                self.out.push(quote);
            }
            Const::Tuple(t) => {
                self.put("(");
                for (i, item) in t.iter().enumerate() {
                    if i > 0 {
                        self.put(", ");
                    }
                    self.constant(item);
                }
                self.put(if t.len() == 1 { ",)" } else { ")" });
            }
            Const::FrozenSet(_) | Const::Code(_) => self.put("..."),
        }
    }

    fn byte(&mut self, c: u8, quote: u8) {
        match c {
            b'\\' => self.put("\\\\"),
            b'\n' => self.put("\\n"),
            b'\r' => self.put("\\r"),
            b'\t' => self.put("\\t"),
            c if c == quote => self.out.extend_from_slice(&[b'\\', c]),
            0x20..=0x7e => self.out.push(c),
            _ => self.put(&format!("\\x{c:02x}")),
        }
    }

    /// Python's repr of a str.
    fn string(&mut self, s: &[u8]) {
        let quote = quote_for(s);
        self.out.push(quote);
        let mut rest = s;
        while let Some(&first) = rest.first() {
            if first < 0x80 {
                self.byte(first, quote);
                rest = &rest[1..];
                continue;
            }
            let len = 1 + rest[1..].iter().take_while(|b| **b & 0xc0 == 0x80).count();
            let (head, tail) = rest.split_at(len);
            match std::str::from_utf8(head)
                .ok()
                .and_then(|h| h.chars().next())
            {
                Some(c) if !c.is_control() && !(c.is_whitespace()) && c != '\u{ad}' => {
                    self.out.extend_from_slice(head)
                }
                Some(c) if (c as u32) < 0x100 => self.put(&format!("\\x{:02x}", c as u32)),
                Some(c) if (c as u32) < 0x10000 => self.put(&format!("\\u{:04x}", c as u32)),
                Some(c) => self.put(&format!("\\U{:08x}", c as u32)),
                None => {
                    let code = head.iter().skip(1).fold(u32::from(head[0] & 0x0f), |n, b| {
                        n << 6 | u32::from(b & 0x3f)
                    });
                    self.put(&format!("\\u{code:04x}"));
                }
            }
            rest = tail;
        }
        self.out.push(quote);
    }
}

fn quote_for(s: &[u8]) -> u8 {
    if s.contains(&b'\'') && !s.contains(&b'"') {
        b'"'
    } else {
        b'\''
    }
}

fn complex_part(f: f64) -> String {
    let text = float(f);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Python's repr of a float; infinity as a literal that gives it.
fn float(f: f64) -> String {
    if f.is_infinite() {
        return if f > 0.0 { "1e309" } else { "-1e309" }.to_owned();
    }
    if f == 0.0 || (1e-4..1e16).contains(&f.abs()) {
        let text = format!("{f}");
        return if text.contains('.') {
            text
        } else {
            text + ".0"
        };
    }
    let text = format!("{f:e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let (sign, digits) = exponent
                .strip_prefix('-')
                .map_or(("+", exponent), |d| ("-", d));
            format!("{mantissa}e{sign}{digits:0>2}")
        }
        None => text,
    }
}

fn binary(op: Operator) -> (Level, &'static str) {
    match op {
        Operator::Add => (Level::Arith, " + "),
        Operator::Sub => (Level::Arith, " - "),
        Operator::Mult => (Level::Term, " * "),
        Operator::MatMult => (Level::Term, " @ "),
        Operator::Div => (Level::Term, " / "),
        Operator::Mod => (Level::Term, " % "),
        Operator::FloorDiv => (Level::Term, " // "),
        Operator::Pow => (Level::Power, " ** "),
        Operator::LShift => (Level::Shift, " << "),
        Operator::RShift => (Level::Shift, " >> "),
        Operator::BitOr => (Level::BitOr, " | "),
        Operator::BitXor => (Level::BitXor, " ^ "),
        Operator::BitAnd => (Level::BitAnd, " & "),
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}
