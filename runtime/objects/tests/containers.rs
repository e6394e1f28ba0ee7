//! Containers against CPython: random calls of methods and slots of list, tuple, dict, set and frozenset, each printed as
//! Python source with its outcome; `python3.11` must get the same outcomes. Further: the collector, the trash can, inline values.
//!
//! Everything runs in one test on one thread, the runtime being one.

use hotpy_objects::*;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % n
    }
}

fn start_up() {
    if std::env::var_os("HOTPY_SYSTEM_MALLOC").is_some() {
        mem::use_system_malloc();
    }
    // SAFETY: all fields are cells for which zero is valid; it lives for ever.
    let state: &'static PyThreadState = Box::leak(Box::new(unsafe { std::mem::zeroed() }));
    state.interp.set(_PyRuntime.main_interpreter.as_ptr());
    state.recursion_remaining.set(1000);
    state.recursion_limit.set(1000);
    state
        .exc_info
        .set(&raw const state.exc_state as *mut _PyErr_StackItem);
    _PyRuntime
        .tstate_current
        .set(state as *const _ as *mut PyThreadState);
    typeobject::init().expect("types are made");
}

fn num(n: i64) -> Ref {
    int::from_i64(n).expect("memory").into_object()
}

fn text(s: &str) -> Ref {
    str_::new(s).expect("memory").into_object()
}

fn show(object: &PyObject) -> String {
    match protocol::repr(object) {
        Ok(r) => r.to_string_lossy(),
        Err(Raised) => failure(),
    }
}

/// The exception that is set, as `Type: text`; cleared.
fn failure() -> String {
    let exception = errors::fetch_instance().expect("an exception is set");
    let message = protocol::str(&exception).expect("it prints");
    format!("{}: {}", exception.ty().name(), message.to_string_lossy())
}

fn outcome(result: PyResult) -> String {
    match result {
        Ok(value) => show(&value),
        Err(Raised) => failure(),
    }
}

/// A small hashable value. Strings only where order does not depend on hashes.
fn scalar(r: &mut Random, strings: bool) -> Ref {
    match r.below(if strings { 8 } else { 5 }) {
        0..=2 => num(r.below(12) as i64 - 3),
        3 => float::from_f64(r.below(6) as f64 / 2.0)
            .expect("memory")
            .into_object(),
        4 => tuple::from_owned(vec![num(r.below(3) as i64), num(r.below(2) as i64)])
            .expect("memory")
            .into_object(),
        5 | 6 => text(["a", "b", "spam", "", "ä", "long key"][r.below(6)]),
        _ => boolean::from(r.below(2) == 0),
    }
}

fn sequence(r: &mut Random, strings: bool) -> Ref {
    let items = (0..r.below(6)).map(|_| scalar(r, strings)).collect();
    match r.below(2) {
        0 => list::from_owned(items).expect("memory").into_object(),
        _ => tuple::from_owned(items).expect("memory").into_object(),
    }
}

fn slice_of(r: &mut Random) -> Ref {
    let part = |r: &mut Random| match r.below(4) {
        0 => singletons::none(),
        _ => num(r.below(14) as i64 - 6),
    };
    let (a, b) = (part(r), part(r));
    let step = match r.below(3) {
        0 => num([-3, -2, -1, 1, 2, 3][r.below(6)]),
        _ => singletons::none(),
    };
    slice::new(&a, &b, &step).expect("memory").into_object()
}

/// One call: how it reads in Python (`x` is the object), and what came of it.
struct Call {
    source: String,
    outcome: String,
}

fn method(x: &PyObject, name: &str, args: &[Ref]) -> Call {
    let shown: Vec<String> = args.iter().map(|a| show(a)).collect();
    let refs: Vec<&PyObject> = args.iter().map(|a| &**a).collect();
    let result = call::call_method(x, &str_::intern(name).expect("memory"), &refs);
    Call {
        source: format!("x.{name}({})", shown.join(", ")),
        outcome: outcome(result),
    }
}

fn calls(program: &mut String, expected: &mut Vec<String>, x: &PyObject, call: Call) {
    let _ = writeln!(program, "step(lambda: {})", call.source);
    expected.push(format!("{} | {}", call.outcome, show(x)));
}

fn list_call(r: &mut Random, x: &PyObject) -> Call {
    let names = [
        "append",
        "insert",
        "extend",
        "pop",
        "remove",
        "index",
        "count",
        "reverse",
        "sort",
        "copy",
        "clear",
        "__getitem__",
        "__setitem__",
        "__delitem__",
        "__add__",
        "__iadd__",
        "__mul__",
        "__imul__",
        "__contains__",
        "__eq__",
        "__len__",
        "__sizeof__",
        "__lt__",
    ];
    let name = names[r.below(names.len())];
    let args = match name {
        "append" | "remove" | "count" | "__contains__" => vec![scalar(r, true)],
        "index" => {
            let mut args = vec![scalar(r, true)];
            for _ in 0..r.below(3) {
                args.push(num(r.below(12) as i64 - 5));
            }
            args
        }
        "insert" => vec![num(r.below(20) as i64 - 8), scalar(r, true)],
        "extend" | "__iadd__" => vec![sequence(r, true)],
        "__add__" | "__eq__" | "__lt__" => {
            let items = (0..r.below(4)).map(|_| num(r.below(4) as i64)).collect();
            vec![list::from_owned(items).expect("memory").into_object()]
        }
        "pop" if r.below(2) == 0 => vec![],
        "pop" => vec![num(r.below(12) as i64 - 6)],
        "clear" if r.below(4) != 0 => return method(x, "__len__", &[]),
        "__getitem__" | "__delitem__" => match r.below(2) {
            0 => vec![num(r.below(16) as i64 - 8)],
            _ => vec![slice_of(r)],
        },
        "__setitem__" => match r.below(2) {
            0 => vec![num(r.below(16) as i64 - 8), scalar(r, true)],
            _ => vec![slice_of(r), sequence(r, true)],
        },
        "__mul__" | "__imul__" => {
            if protocol::len(x).unwrap_or(99) > 12 {
                return method(x, "clear", &[]);
            }
            vec![num(r.below(5) as i64 - 1)]
        }
        _ => vec![],
    };
    method(x, name, &args)
}

fn dict_call(r: &mut Random, x: &PyObject) -> Call {
    let names = [
        "__setitem__",
        "__setitem__",
        "__setitem__",
        "__delitem__",
        "get",
        "pop",
        "setdefault",
        "popitem",
        "update",
        "__getitem__",
        "__contains__",
        "copy",
        "clear",
        "__or__",
        "__ior__",
        "__eq__",
        "__len__",
        "keys",
        "items",
        "values",
    ];
    let name = names[r.below(names.len())];
    let args = match name {
        "__setitem__" => vec![scalar(r, true), scalar(r, true)],
        "__delitem__" | "__getitem__" | "__contains__" | "get" => vec![scalar(r, true)],
        "pop" | "setdefault" => {
            let mut args = vec![scalar(r, true)];
            if r.below(2) == 0 {
                args.push(scalar(r, true));
            }
            args
        }
        "clear" if r.below(4) != 0 => return method(x, "__len__", &[]),
        "update" | "__or__" | "__ior__" | "__eq__" => {
            let d = dict::new().expect("memory");
            for _ in 0..r.below(5) {
                d.set_item(&scalar(r, true), &scalar(r, true))
                    .expect("hashable");
            }
            vec![d.into_object()]
        }
        _ => vec![],
    };
    method(x, name, &args)
}

fn set_call(r: &mut Random, x: &PyObject) -> Call {
    let names = [
        "add",
        "add",
        "add",
        "discard",
        "remove",
        "pop",
        "update",
        "union",
        "intersection",
        "difference",
        "symmetric_difference",
        "intersection_update",
        "difference_update",
        "symmetric_difference_update",
        "issubset",
        "issuperset",
        "isdisjoint",
        "copy",
        "clear",
        "__contains__",
        "__len__",
        "__sizeof__",
        "__or__",
        "__and__",
        "__sub__",
        "__xor__",
        "__le__",
        "__eq__",
    ];
    let name = names[r.below(names.len())];
    let args = match name {
        "add" | "discard" | "remove" | "__contains__" => match r.below(2) {
            0 => vec![num(r.below(200) as i64 * 7)],
            _ => vec![scalar(r, false)],
        },
        "clear" if r.below(6) != 0 => return method(x, "__len__", &[]),
        "pop" | "copy" | "clear" | "__len__" | "__sizeof__" => vec![],
        "__or__" | "__and__" | "__sub__" | "__xor__" | "__le__" | "__eq__" => {
            // Made from a list in both worlds, as the order of insertion matters.
            let items = (0..r.below(20))
                .map(|_| num(r.below(30) as i64 * 3))
                .collect();
            let items = list::from_owned(items).expect("memory");
            let other = set::from_iterable(&items).expect("hashable").into_object();
            let mut call = method(x, name, &[other]);
            call.source = format!("x.{name}(set({}))", show(&items));
            return call;
        }
        _ => vec![sequence(r, false)],
    };
    method(x, name, &args)
}

fn tuple_call(r: &mut Random, x: &PyObject) -> Call {
    let names = [
        "__getitem__",
        "__add__",
        "__mul__",
        "index",
        "count",
        "__hash__",
        "__contains__",
        "__eq__",
        "__lt__",
    ];
    let name = names[r.below(names.len())];
    let args = match name {
        "__getitem__" => match r.below(2) {
            0 => vec![num(r.below(16) as i64 - 8)],
            _ => vec![slice_of(r)],
        },
        "__add__" | "__eq__" | "__lt__" => {
            let items = (0..r.below(4)).map(|_| num(r.below(4) as i64)).collect();
            vec![tuple::from_owned(items).expect("memory").into_object()]
        }
        "__mul__" => vec![num(r.below(4) as i64 - 1)],
        "__hash__" => vec![],
        _ => vec![scalar(r, false)],
    };
    method(x, name, &args)
}

/// Runs the program with CPython, which prints a line for each step.
fn oracle(program: &str) -> Vec<String> {
    let prelude = "def step(f):\n    try: r = repr(f())\n    except Exception as e: r = f'{type(e).__name__}: {e}'\n    print(r, '|', repr(x))\n";
    let mut child = Command::new("python3.11")
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3.11 runs");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(format!("{prelude}{program}").as_bytes())
        .expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .expect("UTF-8")
        .lines()
        .map(str::to_string)
        .collect()
}

fn random_calls() {
    let mut r = Random(2024);
    let mut program = String::new();
    let mut expected = Vec::new();
    for round in 0..rounds() {
        let x: Ref = match round % 5 {
            0 => list::new().expect("memory").into_object(),
            1 => dict::new().expect("memory").into_object(),
            2 => set::new().expect("memory").into_object(),
            3 => {
                let items: Vec<Ref> = (0..r.below(9)).map(|_| scalar(&mut r, false)).collect();
                set::new_frozen(&items).expect("hashable").into_object()
            }
            _ => {
                let items = (0..r.below(9)).map(|_| scalar(&mut r, false)).collect();
                tuple::from_owned(items).expect("memory").into_object()
            }
        };
        match round % 5 {
            3 => {
                // The construction decides on the order: repeat it.
                let s: &PyObject = &x;
                let mut items: Vec<String> = Vec::new();
                protocol::for_each(s, &mut |i| {
                    items.push(show(&i));
                    Ok(true)
                })
                .expect("it iterates");
                let again: Vec<Ref> = protocol::collect(s).expect("it iterates");
                let y = set::new_frozen(&again).expect("hashable").into_object();
                let _ = writeln!(program, "x = frozenset([{}])", items.join(", "));
                for name in ["__hash__", "__len__", "__sizeof__", "copy"] {
                    let call = method(&y, name, &[]);
                    calls(&mut program, &mut expected, &y, call);
                }
                continue;
            }
            2 => program.push_str("x = set()\n"),
            _ => {
                let _ = writeln!(program, "x = {}", show(&x));
            }
        }
        for _ in 0..60 {
            let call = match round % 5 {
                0 => list_call(&mut r, &x),
                1 => dict_call(&mut r, &x),
                2 => set_call(&mut r, &x),
                _ => tuple_call(&mut r, &x),
            };
            calls(&mut program, &mut expected, &x, call);
        }
    }
    if let Some(path) = std::env::var_os("PROGRAM") {
        std::fs::write(path, &program).expect("written");
    }
    let got = oracle(&program);
    let sources: Vec<&str> = program.lines().filter(|l| l.starts_with("step")).collect();
    assert_eq!(got.len(), expected.len());
    let mut wrong = 0;
    for ((theirs, ours), source) in got.iter().zip(&expected).zip(&sources) {
        if theirs != ours {
            wrong += 1;
            if wrong <= 20 {
                println!("{source}\n  CPython: {theirs}\n  here:    {ours}");
            }
        }
    }
    assert_eq!(wrong, 0, "{wrong} of {} outcomes differ", expected.len());
}

fn trash() {
    // A list nested a million deep dies without native recursion.
    let mut outer = list::new().expect("memory");
    for i in 0..rounds() * 1000 {
        let inner = outer.into_object();
        outer = list::new().expect("memory");
        if i % 3 == 0 {
            let t = tuple::from_owned(vec![inner]).expect("memory");
            outer.push(t.into_object()).expect("memory");
        } else if i % 3 == 1 {
            let d = dict::new().expect("memory");
            d.set_item(&num(1), &inner).expect("hashable");
            outer.push(d.into_object()).expect("memory");
        } else {
            outer.push(inner).expect("memory");
        }
    }
    drop(outer);
}

fn cycles() {
    gc::collect(2).expect("it runs");
    let before = mem::blocks_in_use();
    for _ in 0..100 {
        let l = list::new().expect("memory");
        let d = dict::new().expect("memory");
        let t = tuple::from_owned(vec![l.clone().into_object(), d.clone().into_object()])
            .expect("memory");
        l.push(t.clone().into_object()).expect("memory");
        d.set_item(&num(5), &t).expect("hashable");
        let kept = list::new().expect("memory");
        kept.push(num(1)).expect("memory");
        l.push(kept.into_object()).expect("memory");
    }
    assert!(mem::blocks_in_use() > before + 300);
    let found = gc::collect(2).expect("it runs");
    // Per round: list, dict, tuple, and the inner list.
    assert_eq!(found, 400);
    assert_eq!(mem::blocks_in_use(), before);
    // What is reachable stays.
    let l = list::new().expect("memory");
    l.push(l.clone().into_object()).expect("memory");
    assert_eq!(gc::collect(2).expect("it runs"), 0);
    assert_eq!(show(&l), "[[...]]");
    l.clear();
    let d = dict::new().expect("memory");
    d.set_text("a", &num(1)).expect("memory");
    assert!(!gc::is_tracked(&d));
    d.set_text("b", &l).expect("memory");
    assert!(gc::is_tracked(&d));
    assert_eq!(gc::referents(&[&d]).len(), 2);
    assert_eq!(gc::referrers(&[&l], None).len(), 1);
}

fn inline_values() {
    let bases = tuple::from_owned(vec![Ref::new(&*object::PyBaseObject_Type)]).expect("memory");
    let name = str_::intern("C").expect("memory");
    let body = dict::new().expect("memory");
    body.set_text("__module__", &text("m")).expect("memory");
    let class = typeobject::new_type(&typeobject::PyType_Type, &name, &bases, &body, None)
        .expect("a class");
    let attribute = |i: usize| str_::intern(&format!("a{i}")).expect("memory");
    let make = || call::call0(&class).expect("an instance");
    // Force `class` to have seen some attributes.
    let first = make();
    assert!(dict::instance_values(&first).is_some());
    for i in [2, 0, 1] {
        protocol::setattr(&first, &attribute(i), Some(&num(i as i64))).expect("set");
    }
    assert_eq!(dict::shared_keys_index(&class, &attribute(2)), Some(0));
    assert_eq!(dict::shared_keys_index(&class, &attribute(0)), Some(1));
    let second = make();
    for i in 0..3 {
        protocol::setattr(&second, &attribute(i), Some(&num(10 + i as i64))).expect("set");
    }
    protocol::setattr(&second, &attribute(0), None).expect("deleted");
    protocol::setattr(&second, &attribute(0), Some(&num(7))).expect("set");
    assert!(protocol::setattr(&second, &attribute(9), None).is_err());
    errors::clear();
    let d = protocol::instance_dict(&second)
        .expect("memory")
        .expect("a dict");
    assert_eq!(show(&d), "{'a1': 11, 'a2': 12, 'a0': 7}");
    assert!(dict::instance_values(&second).is_none());
    assert_eq!(
        show(
            &protocol::instance_dict(&first)
                .expect("memory")
                .expect("a dict")
        ),
        "{'a2': 2, 'a0': 0, 'a1': 1}"
    );
    // The dict and the attributes are one.
    protocol::setattr(&second, &attribute(5), Some(&num(5))).expect("set");
    d.set_item(&*attribute(6), &num(6)).expect("set");
    assert_eq!(
        show(&*protocol::getattr(&second, &attribute(6)).expect("there")),
        "6"
    );
    assert_eq!(show(&d), "{'a1': 11, 'a2': 12, 'a0': 7, 'a5': 5, 'a6': 6}");
    d.pop(&*attribute(2)).expect("hashable");
    assert_eq!(show(&d), "{'a1': 11, 'a0': 7, 'a5': 5, 'a6': 6}");
    // More attributes than shared keys.
    let third = make();
    for i in 0..50 {
        protocol::setattr(&third, &attribute(i), Some(&num(i as i64))).expect("set");
    }
    for i in 0..50 {
        assert_eq!(
            show(&*protocol::getattr(&third, &attribute(i)).expect("there")),
            i.to_string()
        );
    }
    // Instances in cycles die.
    drop((first, second, third, d));
    gc::collect(2).expect("it runs");
    let before = mem::blocks_in_use();
    for _ in 0..20 {
        let a = make();
        protocol::setattr(&a, &attribute(0), Some(&a)).expect("set");
    }
    assert_eq!(gc::collect(2).expect("it runs"), 20);
    assert_eq!(mem::blocks_in_use(), before);
}

fn sorting() {
    let mut r = Random(7);
    for n in [0, 1, 5, 70, 500] {
        for reverse in [false, true] {
            let items: Vec<Ref> = (0..n)
                .map(|_| {
                    let key = num(r.below(20) as i64);
                    list::from_owned(vec![key]).expect("memory").into_object()
                })
                .collect();
            let native = list::from_owned(items.clone()).expect("memory");
            native.sort(None, reverse).expect("comparable");
            let mut state = list::sort::SortState::new(items, reverse);
            let mut answer = None;
            let sorted = loop {
                match state.step(answer) {
                    list::sort::Step::Compare(a, b) => {
                        answer = Some(
                            protocol::compare_bool(&a, &b, flags::cmp::LT).expect("comparable"),
                        );
                    }
                    list::sort::Step::Done(items) => break items,
                }
            };
            for (a, b) in native.items().iter().zip(&sorted) {
                assert!(a.is(&**b));
            }
            assert_eq!(native.len(), sorted.len());
        }
    }
    // Abandoned in the middle: nothing is lost.
    let items: Vec<Ref> = (0..300)
        .map(|_| {
            list::from_owned(vec![num(r.below(1000) as i64)])
                .expect("memory")
                .into_object()
        })
        .collect();
    for steps in [0, 1, 10, 500, 1500] {
        let mut state = list::sort::SortState::new(items.clone(), false);
        let mut answer = None;
        for _ in 0..steps {
            if let list::sort::Step::Compare(a, b) = state.step(answer) {
                answer = Some(protocol::compare_bool(&a, &b, flags::cmp::LT).expect("comparable"));
            }
        }
        let mut back: Vec<usize> = state
            .abandon()
            .iter()
            .map(|i| i.as_ptr() as usize)
            .collect();
        let mut all: Vec<usize> = items.iter().map(|i| i.as_ptr() as usize).collect();
        back.sort_unstable();
        all.sort_unstable();
        assert_eq!(back, all);
    }
}

#[test]
fn containers() {
    start_up();
    trash();
    cycles();
    inline_values();
    sorting();
    random_calls();
}

/// Fewer under a memory checker.
fn rounds() -> usize {
    std::env::var("ROUNDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(400)
}
