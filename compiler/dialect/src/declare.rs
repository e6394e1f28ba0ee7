//! What stands beside a surrogate: its decorators (`@replaces`, `@effects`, `@recursion`), parameters and annotations.
//!
//! They are read from the tree and taken out of it, so that only the function itself is compiled.

use hotpy_code::blob::{Asks, Replaces};
use hotpy_code::{Const, Loc};
use hotpy_compiler::ast::{Body, Expr, ExprKind, FunctionDef, Module, Names, StmtKind};
use hotpy_isa::constants::{Constant, Kind};
use hotpy_isa::names::{BINARY_OPS, COMPARISONS, SLOTS};
use hotpy_isa::{Effects, Op, Section, Ty};

use crate::File;
use crate::diagnostics::{Diagnostic, did_you_mean};

/// What callers of a surrogate have to know.
#[derive(Clone, Debug)]
pub struct Signature {
    pub name: String,
    pub params: Vec<(String, Ty)>,
    pub returns: Ty,
    pub effects: Effects,
}

/// A surrogate's declarations.
#[derive(Debug)]
pub struct Declared {
    pub signature: Signature,
    /// Of the name.
    pub loc: Loc,
    pub replaces: Vec<(Replaces, Loc)>,
    pub recursion: u32,
    /// What a RecursionError on entering it adds to its message.
    pub place: String,
    /// Whether effects were declared; else any are allowed.
    pub limited: bool,
}

impl Declared {
    /// Whether anything was declared: who declares nothing is not asked for types, either.
    pub fn is_anything(&self) -> bool {
        let params = &self.signature.params;
        let typed = params.iter().any(|(_, ty)| *ty != Ty::Any);
        typed || self.signature.returns != Ty::Any || self.limited || !self.replaces.is_empty()
    }
}

/// Builtin functions and methods that call back, and which a surrogate may replace.
pub const BUILTINS: &[&str] = &[
    "__build_class__",
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bool",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "complex",
    "coroutine.send",
    "delattr",
    "dict",
    "dict.__contains__",
    "dict.__getitem__",
    "dict.fromkeys",
    "dict.get",
    "dict.pop",
    "dict.setdefault",
    "dict.update",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "filter",
    "float",
    "format",
    "frozenset",
    "frozenset.__contains__",
    "frozenset.difference",
    "frozenset.intersection",
    "frozenset.isdisjoint",
    "frozenset.issubset",
    "frozenset.issuperset",
    "frozenset.symmetric_difference",
    "frozenset.union",
    "functools.reduce",
    "generator.send",
    "getattr",
    "hasattr",
    "hash",
    "hex",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "itertools.accumulate.__next__",
    "itertools.chain.__next__",
    "itertools.compress.__next__",
    "itertools.dropwhile.__next__",
    "itertools.filterfalse.__next__",
    "itertools._grouper.__next__",
    "itertools.groupby.__next__",
    "itertools.islice.__next__",
    "itertools.pairwise.__next__",
    "itertools.starmap.__next__",
    "itertools.takewhile.__next__",
    "len",
    "list",
    "list.count",
    "list.extend",
    "list.index",
    "list.insert",
    "list.pop",
    "list.remove",
    "list.sort",
    "map",
    "max",
    "min",
    "next",
    "object.__dir__",
    "object.__format__",
    "object.__reduce_ex__",
    "oct",
    "ord",
    "pow",
    "print",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "set.__contains__",
    "set.add",
    "set.difference",
    "set.discard",
    "set.intersection",
    "set.isdisjoint",
    "set.issubset",
    "set.issuperset",
    "set.remove",
    "set.symmetric_difference",
    "set.union",
    "set.update",
    "setattr",
    "slice",
    "sorted",
    "str",
    "str.format",
    "str.format_map",
    "str.join",
    "sum",
    "super",
    "tuple",
    "tuple.count",
    "tuple.index",
    "type",
    "type.__dir__",
    "type.__new__",
    "vars",
    "zip",
];

/// The help where nothing is near.
const TARGETS: &str = "`lpy targets` lists all that can be replaced";

/// All that `@replaces` may name, for reading.
pub fn targets() -> String {
    let compound = Op::all()
        .iter()
        .filter(|r| r.section == Section::Base && !r.atomic);
    let mut ops: Vec<String> = compound
        .map(|r| match r.op {
            Op::BINARY_OP => format!("{} {}", r.name, BINARY_OPS.join(" ")),
            Op::COMPARE_OP => format!("{} {}", r.name, COMPARISONS.join(" ")),
            _ => r.name.to_owned(),
        })
        .collect();
    ops.sort();
    let classes = Constant::all()
        .iter()
        .filter(|c| matches!(c.kind(), Kind::Class | Kind::Exception));
    let classes: Vec<&str> = classes.map(|c| c.name()).collect();
    let mut builtins = BUILTINS.to_vec();
    builtins.sort_unstable();
    format!(
        "A compound op, alone or with one of its variants:\n    {}\n\"slot TYPE.NAME\", where TYPE is one of\n    {}\nand NAME \
         one of\n    {}\n\"builtin NAME\", where NAME is one of\n    {}\n",
        ops.join("\n    "),
        classes.join(" "),
        SLOTS.join(" "),
        builtins.join(" ")
    )
}

/// Reads and removes the declarations of every function; anything else at the top of a file is an error.
pub fn declarations(
    file: &File,
    module: &mut Module,
    names: &Names,
    errors: &mut Vec<Diagnostic>,
) -> Vec<Declared> {
    let mut all = Vec::new();
    let Body::Exec(body) = &mut module.body else {
        return all;
    };
    let mut r = Reader {
        file,
        names,
        errors,
    };
    for stmt in body {
        match &mut stmt.kind {
            StmtKind::FunctionDef(f) if !f.is_async => all.push(r.function(f, stmt.loc)),
            StmtKind::FunctionDef(_) => {
                let help = "take `async` out: a surrogate steps through awaitables with ops";
                r.error(stmt.loc, "a surrogate cannot be async", Some(help.into()));
            }
            StmtKind::Expr(e) if matches!(e.as_constant(), Some(Const::Str(_))) => {}
            _ => r.error(
                stmt.loc,
                "only functions may stand at the top of a file of surrogates",
                Some("constants of the runtime need no import or definition".into()),
            ),
        }
    }
    all
}

struct Reader<'a> {
    file: &'a File,
    names: &'a Names,
    errors: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn error(&mut self, loc: Loc, message: impl Into<String>, help: Option<String>) {
        let d = Diagnostic::at(&self.file.path, &self.file.source, loc, message);
        self.errors.push(d.with_help(help));
    }

    fn function(&mut self, f: &mut FunctionDef, loc: Loc) -> Declared {
        let name = self.names.resolve(&f.name).to_owned();
        let name_loc = Loc {
            end_line: loc.line,
            col: loc.col + 4,
            end_col: loc.col + 4 + name.len() as i32,
            ..loc
        };
        if Constant::from_name(&name).is_some() {
            self.error(
                name_loc,
                format!("`{name}` is the name of a constant of the runtime"),
                Some("name the surrogate otherwise, for instance after the op it replaces".into()),
            );
        }
        let args = &mut f.args;
        let rest = [&args.vararg, &args.kwarg];
        for arg in rest.into_iter().flatten().chain(&args.kwonly) {
            let message = "a surrogate takes a fixed number of positional parameters";
            let help =
                "take what varies as `args: Tuple` and `kws: Dict`, and call `f(*args, **kws)`";
            self.error(arg.loc, message, Some(help.into()));
        }
        for d in args
            .defaults
            .iter()
            .chain(args.kw_defaults.iter().flatten())
        {
            self.error(
                d.loc,
                "a parameter of a surrogate cannot have a default",
                Some("let every caller give it".into()),
            );
        }
        let mut params = Vec::new();
        for arg in args.posonly.iter_mut().chain(&mut args.args) {
            let ty = arg.annotation.take().map_or(Ty::Any, |a| self.ty(&a));
            params.push((self.names.resolve(&arg.name).to_owned(), ty));
        }
        let mut d = Declared {
            signature: Signature {
                name,
                params,
                returns: Ty::Any,
                effects: Effects::ANY.union(Effects::CONTROL),
            },
            loc: name_loc,
            replaces: Vec::new(),
            recursion: 0,
            place: String::new(),
            limited: false,
        };
        if let Some(a) = f.returns.take() {
            d.signature.returns = self.ty(&a);
        }
        let mut seen = Vec::new();
        for decorator in std::mem::take(&mut f.decorators) {
            self.once(&decorator, &mut seen);
            self.decorator(&mut d, &decorator);
        }
        self.operands(&d);
        d
    }

    /// Refuses a second `@effects` or `@recursion`.
    fn once(&mut self, decorator: &Expr, seen: &mut Vec<String>) {
        let ExprKind::Call(call) = &decorator.kind else {
            return;
        };
        let ExprKind::Name { id, .. } = &call.func.kind else {
            return;
        };
        let word = self.names.resolve(id);
        if word != "replaces" && seen.iter().any(|s| s == word) {
            self.error(
                decorator.loc,
                format!("there is an @{word} already"),
                Some("write all of it in one declaration".into()),
            );
        }
        seen.push(word.to_owned());
    }

    /// A surrogate gets at least what the op takes from the stack, or the object whose slot it is.
    fn operands(&mut self, d: &Declared) {
        let given = d.signature.params.len();
        for (target, loc) in &d.replaces {
            let wanted = match target {
                // How many are on the stack is another thing than how many there are.
                Replaces::Op {
                    op: Op::CALL | Op::PRECALL,
                    ..
                } => 0,
                Replaces::Op { op, .. } => {
                    let taken = |arg| op.info().stack(arg, false).0 as usize;
                    // Others take as many as their argument says, or more than concerns the surrogate.
                    let fixed = (1..4).all(|arg| taken(arg) == taken(0)) && taken(0) < 4;
                    if fixed { taken(0) } else { 0 }
                }
                Replaces::Slot { .. } => 1,
                Replaces::Builtin { .. } => 0,
            };
            if given < wanted {
                let message = format!(
                    "{target} has {wanted} operand{}, but `{}` takes {given}",
                    if wanted == 1 { "" } else { "s" },
                    d.signature.name
                );
                let help = "a surrogate's first parameters are the operands of what it replaces";
                self.error(*loc, message, Some(help.into()));
            }
        }
    }

    fn ty(&mut self, annotation: &Expr) -> Ty {
        let word = match &annotation.kind {
            ExprKind::Name { id, .. } => self.names.resolve(id),
            ExprKind::Constant(Const::None) => "None",
            _ => "",
        };
        let ty = Ty::from_name(word);
        if ty.is_none() {
            let known: Vec<String> = Ty::ALL[..20].iter().map(|t| t.name()).collect();
            let near = did_you_mean(word, known.iter().map(String::as_str), "");
            let help = near.unwrap_or_else(|| format!("types are {}", known.join(", ")));
            self.error(annotation.loc, "unknown type", Some(help));
        }
        ty.unwrap_or(Ty::Any)
    }

    fn decorator(&mut self, d: &mut Declared, decorator: &Expr) {
        const HELP: &str = "declarations are @replaces(\"...\"), @effects(word, ...) and @recursion(number, place)";
        let ExprKind::Call(call) = &decorator.kind else {
            return self.error(decorator.loc, "not a declaration", Some(HELP.into()));
        };
        let word = match &call.func.kind {
            ExprKind::Name { id, .. } => self.names.resolve(id),
            _ => "",
        };
        if !call.keywords.is_empty() || call.args.is_empty() {
            return self.error(
                decorator.loc,
                "a declaration takes one or more plain arguments",
                Some(HELP.into()),
            );
        }
        match word {
            "replaces" => {
                for arg in &call.args {
                    self.replaces(d, arg);
                }
            }
            "effects" => {
                let mut effects = Effects::PURE;
                for arg in &call.args {
                    let effect = self.effect(arg);
                    if call.args.len() > 1 && effect.is_some_and(Effects::is_pure) {
                        let help = "`pure` means none of the others: leave one of them out";
                        self.error(arg.loc, "`pure` stands alone", Some(help.into()));
                    }
                    effects = effects.union(effect.unwrap_or(Effects::PURE));
                }
                d.signature.effects = effects;
                d.limited = true;
            }
            "recursion" => {
                let n = match call.args[0].as_constant() {
                    Some(Const::Int(n)) => u32::try_from(n).ok().filter(|&n| n < 2),
                    _ => None,
                };
                let place = match call.args.get(1).map(|a| a.as_constant()) {
                    None => Some(String::new()),
                    Some(Some(Const::Str(s))) => s.to_str().map(|s| format!(" {s}")),
                    Some(_) => None,
                };
                match (n, place) {
                    (Some(n), Some(place)) if call.args.len() < 3 => {
                        d.recursion = n;
                        d.place = place;
                    }
                    _ => self.error(
                        call.args[0].loc,
                        "a recursion charge is 0 or 1, and the words that end the error's message",
                        Some("for instance @recursion(1, \"in comparison\")".into()),
                    ),
                }
            }
            _ => {
                let help = did_you_mean(word, ["replaces", "effects", "recursion"], "@");
                self.error(
                    decorator.loc,
                    "not a declaration",
                    Some(help.unwrap_or(HELP.into())),
                );
            }
        }
    }

    fn effect(&mut self, arg: &Expr) -> Option<Effects> {
        let word = match &arg.kind {
            ExprKind::Name { id, .. } => self.names.resolve(id),
            ExprKind::Constant(Const::Str(s)) => s.to_str().unwrap_or(""),
            _ => "",
        };
        let effect = Effects::from_word(word);
        if effect.is_none() {
            let help = did_you_mean(word, Effects::WORDS, "")
                .unwrap_or_else(|| format!("effects are {}", Effects::WORDS.join(", ")));
            self.error(arg.loc, "unknown effect", Some(help));
        }
        effect
    }

    fn replaces(&mut self, d: &mut Declared, arg: &Expr) {
        let Some(Const::Str(text)) = arg.as_constant() else {
            return self.error(
                arg.loc,
                "what is replaced must be told in a string",
                Some(
                    "for instance \"BINARY_OP +\", \"slot type.__call__\", \"builtin sorted\""
                        .into(),
                ),
            );
        };
        match target(text.to_str().unwrap_or("")) {
            Ok(target) => d.replaces.push((target, arg.loc)),
            Err((message, help)) => self.error(arg.loc, message, help),
        }
    }
}

/// Reads the text of a `@replaces`.
fn target(text: &str) -> Result<Replaces, (String, Option<String>)> {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    match first {
        "slot" => {
            let (class, slot) = rest.split_once('.').unwrap_or((rest, ""));
            let classes = Constant::all()
                .iter()
                .filter(|c| matches!(c.kind(), Kind::Class | Kind::Exception))
                .map(|c| c.name());
            if !classes.clone().any(|c| c == class) {
                let help = did_you_mean(class, classes, "slot ").unwrap_or(TARGETS.into());
                return Err((format!("no type `{class}`"), Some(help)));
            }
            if !SLOTS.contains(&slot) {
                let help = did_you_mean(slot, SLOTS.iter().copied(), "").unwrap_or(TARGETS.into());
                return Err((format!("types have no slot `{slot}`"), Some(help)));
            }
            Ok(Replaces::Slot {
                class: class.into(),
                slot: slot.into(),
            })
        }
        "builtin" => {
            let (name, asks) = rest.split_once(' ').unwrap_or((rest, ""));
            if !BUILTINS.contains(&name) {
                let help = did_you_mean(name, BUILTINS.iter().copied(), "builtin ");
                let help = help.unwrap_or(TARGETS.into());
                return Err((format!("no builtin `{name}` can be replaced"), Some(help)));
            }
            let Some(asks) = Asks::parse(asks) else {
                let help = "by which arguments it asks Python: \"by 0 1\", or \"of 0\" if only an instance of a class of Python is asked";
                return Err((format!("`{asks}` names no arguments"), Some(help.into())));
            };
            let name = name.into();
            Ok(Replaces::Builtin { name, asks })
        }
        name => {
            let compound = |op: &Op| op.info().section == Section::Base && !op.info().atomic;
            let Some(op) = Op::from_name(name).filter(compound) else {
                let known = Op::all()
                    .iter()
                    .filter(|r| compound(&r.op))
                    .map(|r| r.name)
                    .chain(["slot", "builtin"]);
                let help = did_you_mean(name, known, "").unwrap_or(TARGETS.into());
                return Err((format!("no compound op `{name}`"), Some(help)));
            };
            let variants: &[&str] = match op {
                Op::BINARY_OP => &BINARY_OPS,
                Op::COMPARE_OP => &COMPARISONS,
                _ => &[],
            };
            let variant = match rest {
                "" => None,
                v => match variants.iter().position(|known| *known == v) {
                    Some(i) => Some(i as u8),
                    None => {
                        let help = match variants {
                            [] => format!("write \"{op}\""),
                            known => format!("its variants are {}", known.join(" ")),
                        };
                        return Err((format!("{op} has no variant `{v}`"), Some(help)));
                    }
                },
            };
            Ok(Replaces::Op { op, variant })
        }
    }
}
