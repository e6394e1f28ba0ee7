//! Blobs given by `-X surrogates-blob`: the two surrogates of the HotPy (2) slides run as printed; a damaged blob is refused.

use hotpy_code::blob;
use hotpy_dialect::{File, compile, render};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The slides' surrogates, compiled into a file of this test's own.
fn slides(name: &str, change: impl FnOnce(&mut Vec<u8>)) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../compiler/dialect/tests/slides");
    let files: Vec<File> = ["load_special.lpy", "type_call.lpy"]
        .map(|name| {
            let source = std::fs::read_to_string(folder.join(name)).expect("the slides are there");
            File::new(name, source)
        })
        .into();
    let blob = compile(&files, &[]).unwrap_or_else(|errors| panic!("{}", render(&errors)));
    let mut data = blob::write(&blob);
    change(&mut data);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, data).expect("the target folder can be written to");
    path
}

fn run(blob: &Path, program: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hotpy"))
        .args(["-S", "-X"])
        .arg(format!("surrogates-blob={}", blob.display()))
        .args(["-c", program])
        .output()
        .expect("hotpy runs")
}

const PROGRAM: &str = r#"
import _hotpy
call = _hotpy.surrogate("surrogate_type_call")
special = _hotpy.surrogate("surrogate_load_special")

class Point:
    def __init__(self, x, *, y=0):
        self.x = x; self.y = y
    def total(self): return self.x + self.y
    @property
    def double(self): return 2 * self.x
    @staticmethod
    def alone(): return "static"
    plain = 7

class Bad:
    def __init__(self): return 3

class Other:
    def __new__(cls, *args): return args

p = call(Point, (1,), {"y": 2})
print(type(p).__name__, p.x, p.y, call(Other, (4, 5), {}), call(list, ("ab",), {}))
print(special(p, "total")(), special(p, "double"), special(p, "alone")(), special(p, "plain"), special([3], "__len__")())
for f, args in ((call, (Bad, (), {})), (special, (p, "x"))):
    try:
        f(*args)
    except Exception as e:
        tb = e.__traceback__
        depth = 0
        while tb:
            depth += 1; tb = tb.tb_next
        print(type(e).__name__, e, depth)
"#;

const EXPECTED: &str = "\
Point 1 2 (4, 5) ['a', 'b']
3 2 static 7 1
TypeError __init__() should return None not 'int' 1
AttributeError 'Point' object has no attribute 'x' 1
";

#[test]
fn slides_run_as_printed() {
    let out = run(&slides("slides.blob", |_| {}), PROGRAM);
    assert_eq!(String::from_utf8_lossy(&out.stderr), "");
    assert_eq!(String::from_utf8_lossy(&out.stdout), EXPECTED);
}

/// Nothing runs; the message says which file, and why.
fn refused(blob: &Path, why: &str) {
    let out = run(blob, "print('must not run')");
    let message = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(1), "{message}");
    assert_eq!(String::from_utf8_lossy(&out.stdout), "");
    let name = blob.display().to_string();
    assert!(
        message.starts_with("hotpy: ") && message.contains(&name) && message.contains(why),
        "{message}"
    );
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn damaged_blobs_are_refused() {
    let damaged = slides("damaged.blob", |data| {
        let last = data.len() - 1;
        data[last] ^= 1;
    });
    refused(&damaged, "blob of surrogates is damaged");
    // The header: magic, format, hash of the op table, checksum, length.
    refused(
        &slides("format.blob", |data| data[8] += 1),
        "blob of surrogates has format",
    );
    refused(
        &slides("table.blob", |data| data[12] ^= 1),
        "compiled for another op table",
    );
    for (name, keep) in [("short.blob", 20), ("cut.blob", 100)] {
        refused(
            &slides(name, |data| data.truncate(keep)),
            "blob of surrogates is truncated",
        );
    }
    let no_blob = |data: &mut Vec<u8>| *data = b"print('a program')\n".repeat(9);
    refused(&slides("program.blob", no_blob), "not a blob of surrogates");
    refused(&slides("empty.blob", Vec::clear), "blob of surrogates");
}

#[test]
fn missing_blobs_are_refused() {
    refused(Path::new("no/such.blob"), "No such file");
    refused(Path::new(env!("CARGO_TARGET_TMPDIR")), "Is a directory");
}
