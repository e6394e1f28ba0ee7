//! The tool's commands, from outside. (`run` is tested where there is a runtime: tests/.)

use std::path::PathBuf;
use std::process::{Command, Output};

fn lpy(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lpy"))
        .args(args)
        .output()
        .unwrap()
}

fn out(o: &Output) -> String {
    assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr));
    String::from_utf8(o.stdout.clone()).unwrap()
}

fn err(o: &Output) -> String {
    assert!(!o.status.success());
    String::from_utf8(o.stderr.clone()).unwrap()
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn lists() {
    let all = out(&lpy(&["ops"]));
    assert!(all.contains("$class_attr(cls: Type, name: Str) -> found, Any\n"));
    assert!(out(&lpy(&["ops", "$type"])).contains("example: cls = $type(obj)"));
    assert!(out(&lpy(&["ops", "binary_op"])).contains("BINARY_OP"));
    assert!(err(&lpy(&["ops", "typ"])).contains("did you mean `$type`?"));
    assert!(out(&lpy(&["fields"])).contains("$fget"));
    assert!(out(&lpy(&["constants"])).contains("FunctionType"));
}

#[test]
fn checks_and_compiles() {
    let good = file("good.lpy", "def f(x):\n    return x$length()\n");
    let path = good.to_str().unwrap();
    assert_eq!(out(&lpy(&["check", path])), "1 surrogate: fine\n");
    let blob = good.with_extension("blob");
    out(&lpy(&["compile", path, "-o", blob.to_str().unwrap()]));
    let read = hotpy_code::blob::read(&std::fs::read(blob).unwrap()).unwrap();
    assert_eq!(read.imports, ["load_special"]);

    let bad = file("bad.lpy", "def f(x):\n    return $typ(x)\n");
    let text = err(&lpy(&["check", bad.to_str().unwrap()]));
    assert!(text.contains("bad.lpy:2:12: error: no op `$typ`"), "{text}");
    assert!(text.ends_with("1 error\n"), "{text}");
    assert!(err(&lpy(&["check", "no-such-file.lpy"])).contains("no-such-file.lpy"));
}

#[test]
fn disassembles() {
    let text = out(&lpy(&["dis", "--baked", "load_special"]));
    assert!(text.contains("| def load_special(obj, name"), "{text}");
    assert!(text.contains("$class_attr"), "{text}");
    let f = file(
        "dis.lpy",
        "def f(x):\n    return g(x)\n\ndef g(x):\n    return TypeError\n",
    );
    let text = out(&lpy(&["dis", f.to_str().unwrap(), "f"]));
    assert!(text.contains("|     return g(x)\n"), "{text}");
    assert!(text.contains("$surrogate               1 (g)"), "{text}");
    assert!(!text.contains("TypeError"), "{text}");
    let text = err(&lpy(&["dis", f.to_str().unwrap(), "ff"]));
    assert!(text.contains("did you mean `f`?"), "{text}");
}
