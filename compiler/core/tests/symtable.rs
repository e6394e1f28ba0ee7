//! The symbol table against CPython's: scopes, in order, and for each name its flags and what it is.

use std::process::Command;

use hotpy_compiler::ast::Names;
use hotpy_compiler::symtable::{BlockKind, Scope, SymTable, flag};
use hotpy_compiler::{Mode, future, parse};

const PROGRAMS: &[&str] = &[
    "x = 1\ndef f(a, b=x, *c, d: int = 2, **e):\n    global g\n    g = a\n    def h():\n        nonlocal b\n        b = c\n        return [i + b for i in e if (j := i)]\n    return h\n",
    "class A(B):\n    x: int = 1\n    __y = 2\n    def f(self):\n        super().f()\n        return __class__, self.__y, x\n    z = [x for _ in range(3)]\n",
    "import a.b, c as d\nfrom e import f as g\ntry:\n    pass\nexcept E as h:\n    pass\nwith i as (j, *k): pass\nfor l in m: del l\n",
    "def outer():\n    v = 1\n    class C:\n        v = v\n        def m(self): return v\n    def g():\n        yield v\n    async def co():\n        await v\n        return lambda q, *, r=v: (q, r, w)\n",
    "match s:\n    case {'a': b, **r}: pass\n    case [x, *y] | P(x=x, y=y): pass\n    case int() as n if n: pass\n",
    "global q\nq = 1\ndef f():\n    print(q)\n    def g():\n        global q\n        del q\n    {k: v for k, v in q for z in v}\n    return (lambda: (yield))\n",
];

/// One line per name of every scope, in CPython's order of scopes.
const ORACLE: &str = "
import symtable, sys
def show(t):
    names = sorted(t.get_symbols(), key=lambda s: s.get_name())
    print('scope', t.get_name(), t.get_type(), t.is_nested())
    for s in names:
        print(s.get_name(), 'l' * s.is_local(), 'f' * s.is_free(), 'p' * s.is_parameter(), 'g' * s.is_global(),
            'G' * s.is_declared_global(), 'i' * s.is_imported(), 'u' * s.is_referenced(), 'n' * s.is_nonlocal(), sep='|')
    for c in t.get_children():
        show(c)
show(symtable.symtable(sys.argv[1], '<s>', 'exec'))
";

fn ours(source: &str) -> String {
    let mut names = Names::with_hasher(Default::default());
    let module = parse::parse(source, Mode::Exec, &mut parse::Context::new(&mut names)).unwrap();
    let future = future::parse(&module, &names).unwrap();
    let table = SymTable::build(&module, &mut names, &future).unwrap();
    let mut out = String::new();
    show(&table, 0, &names, &mut out);
    out
}

fn show(table: &SymTable, scope: usize, names: &Names, out: &mut String) {
    let t = &table.tables[scope];
    let kind = match t.kind {
        BlockKind::Module => "module",
        BlockKind::Class => "class",
        _ => "function",
    };
    let nested = if t.nested { "True" } else { "False" };
    *out += &format!("scope {} {kind} {nested}\n", names.resolve(&t.name));
    let mut symbols: Vec<_> = t
        .symbols
        .iter()
        .map(|(n, s)| (names.resolve(n), *s))
        .collect();
    symbols.sort_by_key(|(n, _)| *n);
    for (name, s) in symbols {
        let is = |c: char, yes: bool| if yes { c.to_string() } else { String::new() };
        let module = t.kind == BlockKind::Module;
        let global = matches!(s.scope, Some(Scope::GlobalExplicit | Scope::GlobalImplicit));
        let bound = s.flags & flag::BOUND != 0;
        let fields = [
            name.to_owned(),
            is(
                'l',
                matches!(s.scope, Some(Scope::Local | Scope::Cell)) || (module && bound),
            ),
            is('f', s.scope == Some(Scope::Free)),
            is('p', s.flags & flag::PARAM != 0),
            is('g', global || (module && bound)),
            is('G', s.scope == Some(Scope::GlobalExplicit)),
            is('i', s.flags & flag::IMPORT != 0),
            is('u', s.flags & flag::USE != 0),
            is('n', s.flags & flag::NONLOCAL != 0),
        ];
        *out += &fields.join("|");
        *out += "\n";
    }
    for &child in &t.children {
        show(table, child, names, out);
    }
}

#[test]
fn same_as_cpython() {
    for source in PROGRAMS {
        let Ok(output) = Command::new("python3.11")
            .args(["-c", ORACLE, source])
            .output()
        else {
            eprintln!("no python3.11: skipped");
            return;
        };
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(
            ours(source),
            String::from_utf8_lossy(&output.stdout),
            "{source}"
        );
    }
}
