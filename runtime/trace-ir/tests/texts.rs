//! Traces as text: what is in `tests/traces/*.txt` is parsed, verified, and the instructions that are needed are listed; with a first
//! line `pass NAME`, the trace as that pass leaves it; with `sweep N`, what is left of it, and of the snapshots from number N on; with `assign SWITCHES...`, what goes into which register (`lowered`: as it
//! is done for code). The expected
//! answer follows the line `----`. `BLESS=1` writes it anew.

use hotpy_trace_ir::passes::{self, PASSES, Switches, register};
use hotpy_trace_ir::*;
use std::fmt::Write;
use std::path::Path;

fn answer(input: &str) -> String {
    let (order, text) = match input.split_once('\n') {
        Some((first, rest))
            if ["pass ", "assign", "sweep "]
                .iter()
                .any(|o| first.starts_with(o)) =>
        {
            (first, rest)
        }
        _ => ("", input),
    };
    let mut trace = match text::parse(text) {
        Ok(trace) => trace,
        Err(why) => return format!("cannot be parsed: {why}\n"),
    };
    if let Err(why) = verify::verify(&trace) {
        return format!("is wrong: {why}\n");
    }
    let again = text::parse(&trace.to_string()).expect("what is printed can be parsed");
    assert_eq!(again, trace, "printing and parsing changes nothing");
    if let Some(name) = order.strip_prefix("pass ") {
        let pass = PASSES.iter().find(|p| p.name == name).expect("a pass");
        (pass.run)(&mut trace);
        if let Err(why) = verify::verify(&trace) {
            return format!("is wrong after {name}: {why}\n");
        }
        return shown(&trace);
    }
    if order.starts_with("assign") {
        let on = |name: &str| order.split(' ').any(|word| word == name);
        let switches = Switches {
            register: on("register"),
            coalesce: on("coalesce"),
            ..Switches::ALL
        };
        // As it is done for code: with ints that have registers, and constants that operations have.
        if on("lowered") {
            let mut needed = dce::needed(&trace);
            let embedded = embed::embedded(&trace, &needed);
            needed.iter_mut().zip(embedded).for_each(|(n, e)| *n &= !e);
            return assigned_from(&trace, &switches, register::FIXED, &needed);
        }
        return assigned(&trace, &switches);
    }
    if let Some(from) = order.strip_prefix("sweep ") {
        let from = dce::sweep(&mut trace, from.parse().expect("a number"));
        if let Err(why) = verify::verify(&trace) {
            return format!("is wrong after the sweep: {why}\n");
        }
        let code = assigned(&trace, &Switches::ALL);
        return format!("{}from s{from}\n{code}", shown(&trace));
    }
    let mut out = String::new();
    for (at, needed) in dce::needed(&trace).into_iter().enumerate() {
        if needed {
            let _ = writeln!(out, "{}", text::inst(&trace, at as u32));
        }
    }
    out
}

/// The trace, without what was removed and what is not needed any more.
fn shown(trace: &Trace) -> String {
    let needed = dce::needed(trace);
    let mut out = String::new();
    for (at, line) in trace.to_string().lines().enumerate() {
        if needed.get(at).copied().unwrap_or(true) && !line.starts_with('k') {
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

/// The registers' code.
fn assigned(trace: &Trace, switches: &Switches) -> String {
    assigned_from(trace, switches, 0, &dce::needed(trace))
}

/// The registers' code, registers from `base` on.
fn assigned_from(trace: &Trace, switches: &Switches, base: u16, needed: &[bool]) -> String {
    let done = register::assign(trace, needed, base, switches);
    let register = |v: Val| match done.registers[v as usize] {
        register::NO_REGISTER => format!("v{v}"),
        r => format!("r{r}"),
    };
    let mut out = String::new();
    for item in &done.items {
        let _ = match *item {
            register::Item::Loop => writeln!(out, "loop"),
            register::Item::Move { to, from } => writeln!(out, "r{to} = r{from}"),
            register::Item::Inst(at) => {
                let inst = &trace.insts[at as usize];
                let result = match inst.op.ty() {
                    Ty::Unit => String::new(),
                    _ => format!("{} = ", register(at)),
                };
                let operands: Vec<String> = inst.operands().map(register).collect();
                writeln!(out, "{result}{} {}", inst.op.name(), operands.join(","))
            }
        };
    }
    let _ = writeln!(out, "{} registers", done.top);
    out
}

#[test]
fn texts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces");
    let mut count = 0;
    let mut passes = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let whole = std::fs::read_to_string(&path).expect("a text");
        let (input, expected) = whole.split_once("----\n").unwrap_or((&whole, ""));
        let got = answer(input);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, format!("{input}----\n{got}")).expect("can be written");
        } else {
            assert_eq!(got, expected, "{}", path.display());
        }
        let order = input.lines().next().unwrap_or("");
        passes.extend(order.strip_prefix("pass ").map(str::to_owned));
        count += 1;
    }
    assert!(count >= 5, "the texts are found");
    for pass in PASSES {
        assert!(
            passes.iter().any(|p| p == pass.name),
            "{} has no text",
            pass.name
        );
    }
}

/// All passes one after the other leave what each of them has made of it.
#[test]
fn together() {
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces/coalesce_reads.txt"),
    )
    .expect("a text");
    let (input, _) = text.split_once("----\n").expect("input and answer");
    let (_, input) = input.split_once('\n').expect("an order");
    let mut one = text::parse(input).expect("a trace");
    let mut other = one.clone();
    passes::run(&mut one, &Switches::ALL, true).expect("it verifies after each pass");
    for pass in PASSES {
        (pass.run)(&mut other);
    }
    assert_eq!(one, other);
}
