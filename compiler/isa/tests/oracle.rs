//! The base section of the table against `python3.11`'s own `opcode` and `dis`.

use hotpy_isa::{Arg, Op, Section, names};
use std::process::Command;

const SCRIPT: &str = r#"
import dis, opcode
ARGS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 255, 256, 257, 1000, 65536]
for n, name in enumerate(opcode.opname):
    if name.startswith('<'):
        continue
    kind = ('jrel' if n in opcode.hasjrel else 'const' if n in opcode.hasconst else 'name' if n in opcode.hasname
            else 'local' if n in opcode.haslocal else 'free' if n in opcode.hasfree
            else 'compare' if n in opcode.hascompare else 'none' if n < opcode.HAVE_ARGUMENT else 'other')
    effects = [dis.stack_effect(n, a if n >= opcode.HAVE_ARGUMENT else None, jump=j) for j in (False, True) for a in ARGS]
    print('op', n, name, kind, opcode._inline_cache_entries[n], *effects)
assert not opcode.hasjabs
print('compare', *opcode.cmp_op)
print('binary', *[sign for _, sign in opcode._nb_ops])
"#;
const ARGS: [u32; 16] = [
    0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 255, 256, 257, 1000, 65536,
];

fn oracle() -> String {
    let out = Command::new("python3.11")
        .args(["-c", SCRIPT])
        .output()
        .expect("python3.11 runs");
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).expect("UTF-8")
}

#[test]
fn base_section_is_cpythons() {
    let text = oracle();
    let mut seen = 0;
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[0] {
            "compare" => assert_eq!(words[1..], names::COMPARISONS),
            "binary" => assert_eq!(words[1..], names::BINARY_OPS),
            _ => {
                seen += 1;
                let number: u8 = words[1].parse().unwrap();
                let op = Op::from_u8(number).unwrap_or_else(|| panic!("no row for {line}"));
                let info = op.info();
                assert_eq!((info.name, info.section), (words[2], Section::Base));
                let kind = match info.arg {
                    Arg::JumpForward | Arg::JumpBackward => "jrel",
                    Arg::Const => "const",
                    Arg::Name | Arg::GlobalName => "name",
                    Arg::Local => "local",
                    Arg::Deref => "free",
                    Arg::Compare => "compare",
                    Arg::None => "none",
                    _ => "other",
                };
                assert_eq!(kind, words[3], "operand of {op}");
                assert_eq!(info.caches.to_string(), words[4], "caches of {op}");
                let mut expected = words[5..].iter();
                for jump in [false, true] {
                    for arg in ARGS {
                        assert_eq!(
                            info.stack_effect(arg, jump).to_string(),
                            *expected.next().unwrap(),
                            "stack effect of {op} {arg}, jump: {jump}"
                        );
                    }
                }
            }
        }
    }
    let rows = Op::all()
        .iter()
        .filter(|r| r.section == Section::Base)
        .count();
    assert_eq!(seen, rows, "3.11 has exactly the base section's opcodes");
}
