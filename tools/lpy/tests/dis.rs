//! `hotpy.dis`, the same listings from inside: of surrogates as `lpy dis` shows them, of Python code as CPython's `dis` does.

use std::process::Command;

use hotpy_tests::interpreter::Interpreter;

fn run(program: &str, args: &[&str], script: &str) -> String {
    let oracle = Interpreter::oracle().unwrap();
    let path = match program {
        "python3.11" => oracle.path.clone(),
        _ => Interpreter::hotpy(&oracle).unwrap().path,
    };
    let library = oracle.path.parent().unwrap().display().to_string();
    let out = Command::new(path)
        .args(args)
        .args(["-c", script])
        .env("PATH", format!("{library}:/usr/bin:/bin"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "{errors}");
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn surrogates_are_listed_as_by_lpy() {
    let script = "
import hotpy.dis as d
for name in d.surrogates():
    print('==', name, *d.replaces(name), sep='|')
    d.dis(name)
";
    let text = run("hotpy", &[], script);
    let mut count = 0;
    for part in text.split("==|").skip(1) {
        let (head, listing) = part.split_once('\n').unwrap();
        let name = head.split('|').next().unwrap();
        let lpy = Command::new(env!("CARGO_BIN_EXE_lpy"))
            .args(["dis", "--baked", name])
            .output()
            .unwrap();
        let lpy = String::from_utf8(lpy.stdout).unwrap();
        let start = lpy.find("line depth").unwrap();
        assert_eq!(listing, &lpy[start..], "{name}");
        for replaced in head.split('|').skip(1) {
            assert!(lpy.contains(&format!("\nreplaces {replaced}\n")), "{head}");
        }
        count += 1;
    }
    assert!(count > 20, "{count} surrogates");
}

#[test]
fn python_code_is_listed_as_by_dis() {
    // Run before it is listed: what the interpreter rewrote is not seen.
    let program = "
def f(a, b=1, *args, k=2.0**-25, **kw):
    total = 0
    for x in range(300):
        try:
            total += a[x % 3] * b
        except (KeyError, IndexError) as e:
            total -= len(args)
        finally:
            total %= 1000
    return [total, f'{total!r:>5}', {**kw}, '\\u2ffc', k, kw.get('z', key(1, k=2))]
def key(*a, **k):
    with_ = lambda: (yield a)
    return with_
f([1, 2, 3]), f([1])
";
    let ours = format!(
        "{program}
import hotpy.dis as d
for x in (f, key, f.__code__, key()):
    d.dis(x, columns=False)
class C:
    def m(self): return self.x
d.dis(C.m, columns=False)
d.dis(C().m, columns=False)
try:
    d.dis(3)
except TypeError as e:
    print(e)
try:
    d.dis('no_such')
except LookupError as e:
    print(e)
"
    );
    let theirs = format!(
        "{program}
from dis import dis
for x in (f, key, f.__code__, key()):
    dis(x)
class C:
    def m(self): return self.x
dis(C.m)
dis(C().m)
print('there is no code in int objects')
print(\"no surrogate 'no_such'\")
"
    );
    let plain = |text: String| -> Vec<String> {
        let cut = |l: &str| match l.split_once(" at 0x") {
            Some((a, b)) => format!(
                "{a}{}",
                b.trim_start_matches(|c: char| c.is_ascii_hexdigit())
            ),
            None => l.to_owned(),
        };
        text.lines().map(cut).collect()
    };
    assert_eq!(
        plain(run("hotpy", &["-S"], &ours)),
        plain(run("python3.11", &["-S"], &theirs))
    );
}
