//! The tool's commands, from outside. (`run` is tested by the tutorial.)

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn lpy(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lpy"))
        .args(args)
        .output()
        .unwrap()
}

#[track_caller]
fn out(args: &[&str]) -> String {
    let o = lpy(args);
    assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr));
    String::from_utf8(o.stdout).unwrap()
}

/// What a command that ends with `status` says.
#[track_caller]
fn err(args: &[&str], status: i32) -> String {
    let o = lpy(args);
    assert_eq!(o.status.code(), Some(status));
    String::from_utf8(o.stderr).unwrap()
}

fn file(name: &str, text: impl AsRef<[u8]>) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn lists() {
    let all = out(&["ops"]);
    assert!(all.contains("$class_attr(cls: Type, name: Str) -> found: Bool, value: Any\n"));
    let about = out(&["ops", "$type"]);
    for line in [
        "example: cls = $type(obj)\n",
        "stack: 1 -> 1\n",
        "raises: nothing\n",
    ] {
        assert!(about.contains(line), "{about}");
    }
    assert!(out(&["ops", "binary_op"]).contains("BINARY_OP"));
    assert!(out(&["ops", "--json", "type"]).contains("\"operands\": [\n"));
    assert!(err(&["ops", "typ"], 2).contains("did you mean `$type`?"));
    assert!(out(&["fields"]).contains("$fget"));
    assert!(out(&["constants"]).contains("FunctionType"));
    let targets = out(&["targets"]);
    assert!(targets.contains("BINARY_OP + & //") && targets.contains("__build_class__"));
}

#[test]
fn checks_and_compiles() {
    let good = file("good.lpy", "def f(x):\n    return x$length()\n");
    assert_eq!(out(&["check", &good]), "1 surrogate: fine\n");
    let blob = good.replace(".lpy", ".blob");
    out(&["compile", &good, "-o", &blob]);
    let read = hotpy_code::blob::read(&std::fs::read(&blob).unwrap()).unwrap();
    assert_eq!(read.imports, ["load_special"]);
    // A blob can be looked at, too.
    let text = out(&["dis", &blob, "f"]);
    assert!(text.contains("|     return x$length()\n"), "{text}");

    let bad = file("bad.lpy", "def f(x):\n    return $typ(x)\n");
    let text = err(&["check", &bad], 1);
    assert!(text.contains("bad.lpy:2:12: error: no op `$typ`"), "{text}");
    assert!(text.ends_with("1 error\n"), "{text}");
    let text = err(&["check", "no-such-file.lpy"], 2);
    assert_eq!(text, "lpy: no-such-file.lpy: No such file or directory\n");
    let text = err(&["check", &file("latin.lpy", b"# \xff\n")], 2);
    assert!(text.ends_with("latin.lpy: not UTF-8\n"), "{text}");
}

#[test]
fn disassembles() {
    let text = out(&["dis", "--baked", "load_special"]);
    assert!(text.contains("| def load_special(obj, name"), "{text}");
    assert!(
        text.contains("         1  R                4 $type\n"),
        "{text}"
    );
    let f = file(
        "dis.lpy",
        "def f(x):\n    return g(x)\n\ndef g(x):\n    return TypeError\n",
    );
    let text = out(&["dis", &f, "f"]);
    assert!(text.contains("|     return g(x)\n"), "{text}");
    assert!(text.contains("$surrogate               1 (g)"), "{text}");
    assert!(!text.contains("TypeError"), "{text}");
    let text = out(&["dis", "--json", &f, "f"]);
    assert!(text.contains("\"argrepr\": \"g\""), "{text}");
    assert!(
        text.contains("{\"line\": 2, \"text\": \"    return g(x)\"}"),
        "{text}"
    );
    let text = err(&["dis", &f, "fff"], 2);
    assert!(text.contains("no surrogate `fff`\n  help: "), "{text}");
}

#[test]
fn ordinary_code() {
    let f = file(
        "module.py",
        "class C:\n    def method(self):\n        return len(self)\n",
    );
    let text = out(&["dis", &f, "C.method"]);
    assert!(text.contains("|         return len(self)\n"), "{text}");
    assert!(
        text.contains("(NULL + len)") && !text.contains("__module__"),
        "{text}"
    );
    assert!(err(&["dis", &f, "C.methd"], 2).contains("did you mean `C.method`?"));
    let bad = file("bad.py", "x = (\n");
    let text = err(&["dis", &bad], 1);
    assert!(
        text.contains("bad.py:1:5: error: SyntaxError: '(' was never closed"),
        "{text}"
    );
    for (name, data, says) in [
        ("short.pyc", &b"\xa7\x0d\x0d\x0a"[..], "too short"),
        (
            "old.pyc",
            b"\x61\x0d\x0d\x0a            N",
            "another version of Python (magic number 3425, not 3495)",
        ),
        ("other.pyc", b"PK\x03\x04            N", "not a .pyc file"),
        (
            "none.pyc",
            b"\xa7\x0d\x0d\x0a            N",
            "holds no code",
        ),
        (
            "cut.pyc",
            b"\xa7\x0d\x0d\x0a            \xe3\x00\x00",
            "damaged",
        ),
    ] {
        let text = err(&["dis", &file(name, data)], 2);
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn blobs_refused() {
    let good = file("sound.lpy", "def f(x):\n    return x\n");
    let path = good.replace(".lpy", ".blob");
    out(&["compile", &good, "-o", &path]);
    let sound = std::fs::read(&path).unwrap();
    let changed = |at: usize, name: &str| {
        let mut data = sound.clone();
        data[at] ^= 1;
        err(&["dis", &file(name, data)], 2)
    };
    assert!(changed(0, "magic.blob").contains("not a blob"));
    assert!(changed(8, "format.blob").contains("has format"));
    assert!(changed(12, "table.blob").contains("another op table; compile it again"));
    assert!(changed(40, "payload.blob").contains("damaged (checksum)"));
    let text = err(&["diff", &file("cut.blob", &sound[..20]), &good], 2);
    assert!(
        text.contains("cut.blob: blob of surrogates is truncated"),
        "{text}"
    );
}

#[test]
fn differences() {
    let old = file(
        "old.lpy",
        "@effects(any)\ndef f(x):\n    if x is None:\n        return 1\n    return g(x)\n\ndef g(x):\n    return x\n",
    );
    let new = file(
        "new.lpy",
        "@recursion(1)\ndef f(x):\n    y = x\n    if x is None:\n        return 2\n    return g(y)\n\ndef g(x):\n    return x\n",
    );
    assert_eq!(out(&["diff", &old, &old]), "2 surrogates: no difference\n");
    let o = lpy(&["diff", &old, &new]);
    assert_eq!(o.status.code(), Some(1));
    let text = String::from_utf8(o.stdout).unwrap();
    for line in [
        "+ counts for the recursion limit\n",
        "- effects: any\n",
        "+           4  STORE_FAST           (y)\n",
        "-     6        LOAD_CONST           (1)\n",
        "+          10  LOAD_CONST           (2)\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
    // The jump leads to the same instruction, if elsewhere; `g` is the same.
    assert!(!text.contains('>') || text.contains(" -> "), "{text}");
    assert!(!text.contains("\ng ("), "{text}");
    assert_eq!(
        out(&["diff", &old, &new, "--name", "g"]),
        "1 surrogate: no difference\n"
    );
    assert!(err(&["diff", &old, &new, "--name", "h"], 2).contains("no surrogate `h`"));
    // Against what is baked: a surrogate compiled from the same source is the same.
    let baked = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../surrogates");
    let all: Vec<String> = std::fs::read_dir(baked)
        .unwrap()
        .map(|e| e.unwrap().path().display().to_string())
        .filter(|p| p.ends_with(".lpy"))
        .collect();
    assert!(all.len() > 3);
    for path in all {
        assert!(
            out(&["diff", &path]).ends_with(": no difference\n"),
            "{path}"
        );
    }
}

#[test]
fn uses() {
    let all = out(&["uses"]);
    assert!(
        all.contains("ops that no surrogate uses: $get_class_attr"),
        "{all}"
    );
    let native = all.lines().find(|l| l.starts_with("compound ops that no"));
    assert!(native.is_some_and(|l| l.contains("IMPORT_NAME") && !l.contains("GET_ITER")));
    let one = out(&["uses", "get_iter"]);
    assert!(
        one.contains("    replaces: GET_ITER, builtin iter\n"),
        "{one}"
    );
    let f = file("user.lpy", "def mine(x):\n    return get_iter(x.$fget)\n");
    let text = out(&["uses", "get_iter", "--file", &f]);
    assert!(text.contains(", mine"), "{text}");
    assert!(out(&["uses", ".$fget", "-f", &f]).contains("mine"));
    assert!(out(&["uses", "$get_class_attr"]).contains("used by no surrogate"));
    assert!(err(&["uses", "get_itr"], 2).contains("did you mean `get_iter`?"));
    assert!(out(&["uses", "--json"]).contains("\"unused_ops\": ["));
}

#[test]
fn help() {
    for task in ["check", "compile", "dis", "diff", "uses", "run", "ops"] {
        let text = out(&[task, "--help"]);
        assert!(text.contains("Example"), "{text}");
    }
    assert!(out(&["--help"]).contains("Exit status: 0"));
    assert_eq!(lpy(&["dis", "--nonsense"]).status.code(), Some(2));
}

/// What `lpy dis` shows of ordinary code is what `dis` shows, over one in forty files of the installed library.
#[test]
fn listings_are_those_of_dis() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/compiler/listings.py");
    let o = Command::new("python3.11")
        .arg(script)
        .args([env!("CARGO_BIN_EXE_lpy"), "--every", "40", "--plain"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&o.stdout);
    assert!(o.status.success(), "{text}");
    assert!(!text.starts_with("0 files"), "{text}");
}
