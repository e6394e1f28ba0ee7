//! Against `python3.11`: what it marshals can be read, listed as `dis` lists it, and written so that it loads the same.

use hotpy_code::{CodeObject, Const, disasm, exceptions, locations, marshal, verify};
use std::io::Write;
use std::process::{Command, Stdio};
use std::rc::Rc;

fn python(script: &str, args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("python3.11")
        .arg("-c")
        .arg(script)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3.11 runs");
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let out = child.wait_with_output().unwrap();
    let _ = writer.join();
    assert!(out.status.success(), "{script}");
    out.stdout
}

#[test]
fn pyc_files_are_the_same_bytes() {
    let script = "
import importlib._bootstrap_external as b, sys
source = b'def f(x): return x.y\\n'
code = compile(source, 'x.py', 'exec')
sys.stdout.buffer.write(b._code_to_timestamp_pyc(code, 1234567890, len(source)))
";
    let theirs = python(script, &[], b"");
    let Const::Code(code) = marshal::loads(&theirs[marshal::PYC_HEADER..]).unwrap() else {
        panic!("not a code object")
    };
    assert_eq!(marshal::pyc(code, 1_234_567_890, 21), theirs);
}

/// Modules of the installed library with a bit of everything.
const MODULES: [&str; 6] = [
    "typing",
    "asyncio.tasks",
    "dataclasses",
    "decimal",
    "this",
    "html.entities",
];

const COMPILE: &str = r#"
import importlib.util, sys
path = importlib.util.find_spec(sys.argv[1]).origin
if sys.argv[1] == 'decimal':
    path = importlib.util.find_spec('_pydecimal').origin
source = open(path, 'rb').read() + rb'''
def constants():
    return [1e16, 1.5, -0.0, 1e-5, 123456789012345.0, 1e300*1e300, 2.5j, (-0.0-1j), 1 << 100, -(1 << 31), -(1 << 31) - 1,
            1 << 31, 32767, 32768 << 15, b"'x\x00\xff", "'", '"\\', '\ud800\x00\n', '\xe9\u20ac', ..., (), ((1,),), True]
def spread(x):
    return x in {1, 2.0, 'a', None}
'''
import marshal
"#;

fn compiled(module: &str) -> (Vec<u8>, Rc<CodeObject>) {
    let script =
        format!("{COMPILE}sys.stdout.buffer.write(marshal.dumps(compile(source, 'x.py', 'exec')))");
    let bytes = python(&script, &[module], b"");
    let Const::Code(code) = marshal::loads(&bytes).unwrap() else {
        panic!("not a code object")
    };
    (bytes, code)
}

#[test]
fn written_code_loads_equal() {
    for module in MODULES {
        let (_, code) = compiled(module);
        let script = format!(
            "{COMPILE}
ours = marshal.loads(sys.stdin.buffer.read())
theirs = compile(source, 'x.py', 'exec')
def same(a, b):
    for f in [n for n in dir(a) if n.startswith('co_') and n not in ('co_consts', 'co_lines', 'co_positions', 'co_lnotab')]:
        assert getattr(a, f) == getattr(b, f), (f, a, b)
    assert len(a.co_consts) == len(b.co_consts)
    for x, y in zip(a.co_consts, b.co_consts):
        if hasattr(x, 'co_code'): same(x, y)
        else: assert type(x) is type(y) and repr(x) == repr(y) or x == y and type(x) is frozenset, (x, y)
same(ours, theirs)
"
        );
        python(&script, &[module], &marshal::dumps(&Const::Code(code)));
    }
}

#[test]
fn written_code_is_the_same_bytes() {
    for module in MODULES {
        let (bytes, code) = compiled(module);
        let ours = marshal::dumps(&Const::Code(code));
        let same = ours.iter().zip(&bytes).take_while(|(a, b)| a == b).count();
        let around = |b: &[u8]| {
            String::from_utf8_lossy(&b[same.saturating_sub(60)..b.len().min(same + 40)])
                .into_owned()
        };
        assert!(
            ours == bytes,
            "{module} at {same}:\nours {:?}\ncpython {:?}",
            around(&ours),
            around(&bytes)
        );
    }
}

fn without_addresses(listing: &str) -> String {
    let mut out = String::new();
    let mut rest = listing;
    while let Some(at) = rest.find(" at 0x") {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 6..];
        rest = tail.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    out + rest
}

#[test]
fn listings_are_those_of_dis() {
    for module in MODULES {
        let (_, code) = compiled(module);
        let script = format!(
            "{COMPILE}import dis; sys.stdout.reconfigure(errors='surrogatepass'); dis.dis(compile(source, 'x.py', 'exec'))"
        );
        let expected = String::from_utf8(python(&script, &[module], b"")).unwrap();
        let expected = without_addresses(&expected);
        let found = disasm::disassemble(&code);
        for (n, (f, e)) in found.lines().zip(expected.lines()).enumerate() {
            if f.contains("frozenset") && e.contains("frozenset") {
                continue; // The order of a set is not ours to know.
            }
            assert_eq!(f, e, "{module}, line {n}");
        }
        assert_eq!(found.lines().count(), expected.lines().count());
    }
}

fn all(code: &Rc<CodeObject>) -> Vec<Rc<CodeObject>> {
    let mut found = vec![code.clone()];
    for c in &code.consts {
        if let Const::Code(inner) = c {
            found.extend(all(inner));
        }
    }
    found
}

#[test]
fn tables_round_trip() {
    for module in MODULES {
        for code in all(&compiled(module).1) {
            let entries: Vec<_> = exceptions::decode(&code.exceptiontable).collect();
            assert_eq!(exceptions::encode(&entries), code.exceptiontable);
            let mut w = locations::Writer::new(code.firstlineno);
            for e in locations::decode(&code.linetable, code.firstlineno) {
                w.push(e.loc, e.units);
            }
            assert_eq!(w.finish(), code.linetable, "{:?}", code.qualname);
        }
    }
}

#[test]
fn damaged_data_is_refused() {
    let (bytes, _) = compiled("this");
    for n in 0..bytes.len() {
        assert!(marshal::loads(&bytes[..n]).is_err());
        let mut changed = bytes.clone();
        changed[n] ^= 0x55;
        let _ = marshal::loads(&changed); // Whatever it answers, it must not panic.
    }
    assert!(marshal::loads(&[b')'; 100_000]).is_err());
}

#[test]
fn verifier_accepts_cpythons_code() {
    for module in MODULES {
        for code in all(&compiled(module).1) {
            let v = verify::verify(&code)
                .unwrap_or_else(|e| panic!("{module}: {:?}: {e}", code.qualname));
            assert!(v.deepest <= code.stacksize);
        }
    }
}

#[test]
fn verifier_refuses_what_is_wrong() {
    let source = "import marshal, sys
def f(a):
    for x in a:
        try: a(x, k=-x)
        except E: pass
    return [a, 1]
sys.stdout.buffer.write(marshal.dumps(f.__code__))
";
    let Const::Code(good) = marshal::loads(&python(source, &[], b"")).unwrap() else {
        panic!("not a code object")
    };
    verify::verify(&good).unwrap();
    let broken = |change: fn(&mut CodeObject)| {
        let mut code = CodeObject::clone(&good);
        change(&mut code);
        verify::verify(&code).unwrap_err().what
    };
    use hotpy_isa::Op;
    use verify::FaultKind::*;
    assert!(matches!(broken(|c| c.stacksize -= 1), TooDeep(_)));
    assert!(matches!(broken(|c| c.consts.clear()), BadArg(..)));
    assert!(matches!(
        broken(|c| {
            c.localsplusnames.truncate(1);
            c.localspluskinds.truncate(1);
        }),
        BadArg(Op::STORE_FAST, 1)
    ));
    assert!(matches!(
        broken(|c| c.localspluskinds.truncate(1)),
        BadVariables
    ));
    assert!(matches!(broken(|c| c.argcount = 3), BadVariables));
    assert!(matches!(
        broken(|c| {
            let units = c.code.chunks(2);
            let call = |u: &[u8]| u[0] == Op::CALL as u8;
            let at = units.clone().position(call).unwrap();
            c.code[2 * at + 1] += 1;
        }),
        BadCall
    ));
    assert!(matches!(
        broken(|c| c.code[2] = Op::COMPARE_OP_INT as u8),
        Quickened(Op::COMPARE_OP_INT)
    ));
    assert!(matches!(
        broken(|c| c.code[2] = Op::POP_TOP as u8),
        Underflow(Op::POP_TOP)
    ));
    assert!(matches!(broken(|c| c.code[2] = 255), Decode(_)));
    fn at(code: &[u8], op: Op) -> usize {
        let found = code.chunks(2).position(|u| u[0] == op as u8);
        2 * found.unwrap()
    }
    // The callee below which the empty slot lies is taken away.
    assert!(matches!(
        broken(|c| {
            let callee = at(&c.code, Op::PUSH_NULL) + 2;
            c.code[callee..callee + 2].copy_from_slice(&[Op::POP_TOP as u8, 0]);
        }),
        EmptySlot(Op::POP_TOP)
    ));
    let Const::Code(mut spread) = marshal::loads(&python(
        "import marshal, sys
def f(a): a(*a)
sys.stdout.buffer.write(marshal.dumps(f.__code__))
",
        &[],
        b"",
    ))
    .unwrap() else {
        panic!("not a code object")
    };
    verify::verify(&spread).unwrap();
    let code = &mut Rc::make_mut(&mut spread).code;
    let slot = at(code, Op::PUSH_NULL);
    code[slot..slot + 2].copy_from_slice(&[Op::LOAD_FAST as u8, 0]);
    assert!(matches!(
        verify::verify(&spread).unwrap_err().what,
        NoEmptySlot(Op::CALL_FUNCTION_EX)
    ));
    assert!(matches!(
        broken(|c| c.linetable.truncate(2)),
        BadLocationTable
    ));
    assert!(matches!(
        broken(|c| c.code.truncate(c.code.len() - 2)),
        BadLocationTable
    ));
    assert!(matches!(
        broken(|c| c.exceptiontable[1] = 0),
        BadExceptionTable
    ));
    assert!(matches!(
        broken(|c| {
            let at = c
                .code
                .chunks(2)
                .position(|u| u[0] == Op::FOR_ITER as u8)
                .unwrap();
            c.code[2 * at + 1] += 200;
        }),
        BadTarget(_)
    ));
    assert!(matches!(
        broken(|c| {
            let at = c.code.len() - 2;
            c.code[at] = Op::NOP as u8;
        }),
        FallsOffTheEnd
    ));
    // No byte of the code can be changed so that verifying it panics.
    for n in 0..good.code.len() {
        for x in 0..=255 {
            let mut code = CodeObject::clone(&good);
            code.code[n] = x;
            let _ = verify::verify(&code);
        }
    }
}

#[test]
fn printable_characters_are_pythons() {
    let script = "
runs, first = [], None
for c in range(0x110001):
    escaped = c < 0x110000 and not chr(c).isprintable()
    if escaped and first is None:
        first = c
    elif not escaped and first is not None:
        runs.append(f'(0x{first:x}, 0x{c - 1:x}),')
        first = None
line = '   '
for run in runs:
    if len(line) + len(run) > 116:
        print(line)
        line = '   '
    line += ' ' + run
print(line)
";
    let table = String::from_utf8(python(script, &[], b"")).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/disasm/printable.rs");
    let text = std::fs::read_to_string(path).unwrap();
    let (head, rest) = text.split_once("= &[\n").unwrap();
    let now = format!("{head}= &[\n{table}];\n");
    if std::env::var_os("HOTPY_BLESS").is_some() {
        std::fs::write(path, now).unwrap();
    } else {
        assert!(rest == format!("{table}];\n"), "the table is not CPython's");
    }
}

#[test]
fn floats_are_shown_as_by_repr() {
    let script = "
import struct, sys
for word in sys.argv[1].split():
    print(repr(struct.unpack('<d', struct.pack('<Q', int(word)))[0]))
";
    let mut bits: Vec<u64> = (0..64).map(|n| (1023u64 - n) << 52).collect();
    bits.extend((0..60).map(|n| (1023u64 + n) << 52 | 1));
    bits.extend([1, 2, 0x7fef_ffff_ffff_ffff, 0x10_0000_0000_0000, 1 << 63]);
    let mut state = 1u64;
    for _ in 0..2000 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
        bits.push(state);
    }
    let words: Vec<String> = bits.iter().map(u64::to_string).collect();
    let out = String::from_utf8(python(script, &[&words.join(" ")], b"")).unwrap();
    for (line, bits) in out.lines().zip(bits) {
        assert_eq!(disasm::repr(&Const::Float(f64::from_bits(bits))), line);
    }
}
