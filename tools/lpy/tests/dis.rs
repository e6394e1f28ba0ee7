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
    print('==', name, *d.replaces(name), sep='\\t')
    d.dis(name)
";
    let text = run("hotpy", &[], script);
    let mut count = 0;
    for part in text.split("==\t").skip(1) {
        let (head, listing) = part.split_once('\n').unwrap();
        let name = head.split('\t').next().unwrap();
        let lpy = Command::new(env!("CARGO_BIN_EXE_lpy"))
            .args(["dis", "--baked", name])
            .output()
            .unwrap();
        let lpy = String::from_utf8(lpy.stdout).unwrap();
        let start = lpy.find("line depth").unwrap();
        assert_eq!(listing, &lpy[start..], "{name}");
        for replaced in head.split('\t').skip(1) {
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

/// Runs one program with surrogates shown, and prints the names of those from which something was called.
const WATCH: &str = "
import sys
seen = set()
def watch(frame, event, arg, seen=seen):
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith('surrogates/'):
            seen.add(code.co_name)
        frame = frame.f_back
name = sys.argv.pop(1)
with open(name, encoding='utf-8') as f:
    code = compile(f.read(), name, 'exec')
out, sys.stdout = sys.stdout, open('/dev/null', 'w')
sys.settrace(watch)
try:
    exec(code, {'__name__': '__main__', '__builtins__': __builtins__})
except BaseException:
    pass
sys.settrace(None)
print(*seen, sep='\\n', file=out)
";

/// Surrogates that are seen by other tests than the programs, and by which.
const ELSEWHERE: [(&str, &str); 5] = [
    (
        "load_special",
        "`obj$attr`, which no surrogate that ships uses: tools/hotpy/tests/blobs.rs",
    ),
    (
        "builtin_getattr",
        "a tail call alone, so that it is gone when something is called: programs/surrogates/folds_and_strict_zip",
    ),
    (
        "sorted_by_key",
        "likewise: programs/sorting",
    ),
    (
        "make_each",
        "likewise: programs/modules/itertools_in_frames",
    ),
    (
        "ask_throw",
        "under a trace function exceptions are thrown natively: programs/surrogates/sums_and_throws",
    ),
    (
        "given",
        "stands for frames that C code evaluates: extensions/evaluating",
    ),
    (
        "ask_go_on",
        "likewise, where a delegate answers a throw: programs/generators/throw_into_delegates",
    ),
];

/// The program of the surrogates that carry on what was begun natively: they are entered with fast paths only.
const WITH_FAST_PATHS: &str = "programs/modules/native_beginnings";

/// A surrogate that no test program enters is not tested. Programs of these areas are run until all have been entered.
#[test]
fn every_surrogate_is_entered_by_a_test_program() {
    const AREAS: [&str; 9] = [
        "surrogates",
        "special_methods",
        "sorting",
        "builtins",
        "collections",
        "coroutines",
        "classes",
        "generators",
        "statements",
    ];
    let oracle = Interpreter::oracle().unwrap();
    let hotpy = Interpreter::hotpy(&oracle).unwrap();
    let all = run(
        "hotpy",
        &[],
        "import _hotpy; print(*_hotpy.surrogates(), sep='\\n')",
    );
    let mut missing: std::collections::BTreeSet<&str> = all.lines().collect();
    for (name, _) in ELSEWHERE {
        assert!(
            missing.remove(name),
            "{name} is listed in ELSEWHERE, and gone"
        );
    }
    let programs = hotpy_tests::discover::programs().unwrap();
    let areas = AREAS.map(|area| {
        (
            format!("programs/{area}/"),
            &["-X", "surrogates=always"][..],
        )
    });
    let begun = (WITH_FAST_PATHS.to_owned(), &[][..]);
    for (prefix, way) in [begun].into_iter().chain(areas) {
        for program in programs.iter().filter(|p| p.name.starts_with(&prefix)) {
            if missing.is_empty() {
                return;
            }
            if program.file.extension().is_none_or(|e| e != "py") {
                continue;
            }
            let options = [&["-X", "surrogates=show"], way, &["-c", WATCH]].concat();
            let mut job = hotpy.with(&options).job(&program.cwd);
            job = job.args(&[program.file.display().to_string()]);
            let out = job.run().unwrap();
            for name in String::from_utf8_lossy(&out.stdout).lines() {
                missing.remove(name);
            }
        }
    }
    assert!(
        missing.is_empty(),
        "no test program shows these surrogates at work: {missing:?} (write one; or list them in ELSEWHERE with the test that does)"
    );
}
