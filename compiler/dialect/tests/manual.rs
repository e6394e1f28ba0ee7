//! The examples of the manual compile, and contain the op that they are examples of.

use std::collections::BTreeSet;

use hotpy_dialect::{compile_file, render};
use hotpy_isa::constants::Constant;
use hotpy_isa::{Op, encoding};

const KEYWORDS: [&str; 12] = [
    "if", "else", "elif", "return", "while", "not", "and", "or", "is", "in", "pass", "raise",
];

/// The example as the body of a surrogate whose parameters are the names in it that stand for nothing else.
fn program(example: &str) -> String {
    let code = example.split("  #").next().unwrap_or("");
    let mut params = BTreeSet::new();
    let mut quote = false;
    let mut before = ' ';
    for word in code.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_')) {
        let name = word.trim_end_matches(|c: char| !(c.is_alphanumeric() || c == '_'));
        let first = name.chars().next().unwrap_or('0');
        let free = !quote
            && !matches!(before, '$' | '.')
            && (first.is_alphabetic() || first == '_')
            && !KEYWORDS.contains(&name)
            && !["None", "True", "False"].contains(&name)
            && Constant::from_name(name).is_none();
        if free {
            params.insert(name);
        }
        before = word[name.len()..].chars().next().unwrap_or(' ');
        quote ^= before == '\'';
    }
    let params: Vec<&str> = params.into_iter().collect();
    let body: String = code.lines().map(|l| format!("    {l}\n")).collect();
    format!(
        "def example({}):\n{body}    return None\n",
        params.join(", ")
    )
}

#[test]
fn examples_compile() {
    let mut failures = Vec::new();
    for row in Op::all() {
        let Some(d) = row.dollar else { continue };
        let source = program(d.example);
        // An example that leaves its function needs no end.
        let compiled = compile_file("example.lpy", &source)
            .or_else(|_| compile_file("example.lpy", &source.replace("    return None\n", "")));
        match compiled {
            Ok(all) => {
                let code = &all[0].code.code;
                if !encoding::instructions(code)
                    .flatten()
                    .any(|i| i.op == row.op)
                {
                    failures.push(format!("${} is not in its example:\n{source}", d.name));
                }
            }
            Err(e) => failures.push(format!("${}:\n{source}{}", d.name, render(&e))),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
