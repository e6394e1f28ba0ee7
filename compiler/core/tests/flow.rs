//! Passes as text in, text out: `tests/flow/*.txt`, renewed by `HOTPY_BLESS=1`.
//!
//! A file starts with `passes: NAME ...` (of `flow::PASSES`) or `listing` (everything, and the assembled code as `dis`
//! would show it); then the input, `---`, and the output.

use hotpy_code::disasm;
use hotpy_compiler::assemble::assemble;
use hotpy_compiler::flow::{self, Flow, Graph, text};

fn run(first: &str, input: &str) -> String {
    let mut unit = match text::parse(input) {
        Ok(unit) => unit,
        Err(e) => return e + "\n",
    };
    if first == "listing" {
        return match assemble(unit) {
            Ok(code) => format!("stack {}\n{}", code.stacksize, disasm::disassemble(&code)),
            Err(e) => format!("{e}\n"),
        };
    }
    let wanted: Vec<&str> = first
        .strip_prefix("passes:")
        .expect("passes: or listing")
        .split_whitespace()
        .collect();
    for name in &wanted {
        assert!(
            flow::PASSES.iter().any(|p| p.name == *name),
            "no pass {name}"
        );
    }
    let graph = match Graph::build(&mut unit) {
        Ok(graph) => graph,
        Err(e) => return format!("{e}\n"),
    };
    let consts = unit.consts.len();
    let mut flow = Flow {
        graph,
        unit: &mut unit,
    };
    flow::optimise(&mut flow, &|pass| wanted.contains(&pass)).unwrap();
    let mut out = flow.graph.to_string();
    if flow.unit.consts.len() != consts {
        out = format!(
            "consts {}\n{out}",
            flow.unit
                .consts
                .iter()
                .map(disasm::repr)
                .collect::<Vec<_>>()
                .join(" ")
        );
    }
    out
}

#[test]
fn passes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flow");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let whole = std::fs::read_to_string(&path).unwrap();
        let (first, rest) = whole.split_once('\n').unwrap();
        let (input, expected) = rest.split_once("---\n").unwrap_or((rest, ""));
        let found = run(first, input);
        count += 1;
        if found != expected {
            if std::env::var_os("HOTPY_BLESS").is_some() {
                std::fs::write(&path, format!("{first}\n{input}---\n{found}")).unwrap();
            } else {
                wrong.push(format!("{}:\n{found}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 8);
}
