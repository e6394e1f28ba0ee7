//! What good surrogates compile to.

use hotpy_code::blob::{self, Blob, BlobError, Replaces};
use hotpy_code::disasm::disassemble;
use hotpy_code::object::flags;
use hotpy_dialect::{File, compile, compile_file, render, signature};
use hotpy_isa::{Effects, Op, Ty, encoding};

fn good(source: &str) -> Blob {
    match compile(&[File::new("t.lpy", source)], &[]) {
        Ok(blob) => blob,
        Err(e) => panic!("{}", render(&e)),
    }
}

/// The ops of a surrogate, each with its argument.
fn ops(blob: &Blob, name: &str) -> Vec<String> {
    let s = blob.surrogates.iter().find(|s| s.name == name).unwrap();
    encoding::instructions(&s.code.code)
        .map(|d| d.unwrap())
        .map(|d| format!("{} {}", d.op, d.arg))
        .collect()
}

fn slides(name: &str) -> String {
    let path = format!("{}/tests/slides/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn slides_compile_as_printed() {
    for (file, expected) in [
        ("type_call.lpy", slides("type_call.dis")),
        ("load_special.lpy", slides("load_special.dis")),
    ] {
        let all = match compile_file(file, &slides(file)) {
            Ok(all) => all,
            Err(e) => panic!("{}", render(&e)),
        };
        assert_eq!(all.len(), 1);
        assert_ne!(all[0].code.flags & flags::SURROGATE, 0);
        let listing = disassemble(&all[0].code);
        if std::env::var_os("HOTPY_BLESS").is_some() {
            let path = format!("{}/tests/slides/{file}", env!("CARGO_MANIFEST_DIR"));
            std::fs::write(path.replace(".lpy", ".dis"), &listing).unwrap();
        } else {
            assert_eq!(listing, expected);
        }
    }
}

#[test]
fn pairs_fields_and_special() {
    let blob = good(
        "def f(obj):\n    found, v = $class_attr($type(obj), 'x')\n    if not found:\n        return obj.$__func__\n    \
         obj.$__cause__ = v\n    return obj$length(v)\n\ndef load_special(obj, name):\n    return NotImplemented\n",
    );
    assert_eq!(
        ops(&blob, "f"),
        [
            "RESUME 0",
            "LOAD_FAST 0",
            "S_TYPE 0",
            "LOAD_CONST 1",
            "S_CLASS_ATTR 0",
            "STORE_FAST 1",
            "STORE_FAST 2",
            "LOAD_FAST 1",
            "POP_JUMP_FORWARD_IF_TRUE 3",
            "LOAD_FAST 0",
            "S_LOAD_FIELD 5",
            "RETURN_VALUE 0",
            "LOAD_FAST 2",
            "LOAD_FAST 0",
            "S_STORE_FIELD 24",
            "PUSH_NULL 0",
            "PUSH_NULL 0",
            "S_SURROGATE 1",
            "LOAD_FAST 0",
            "LOAD_CONST 2",
            "PRECALL 2",
            "CALL 2",
            "LOAD_FAST 2",
            "S_TAIL_CALL 1",
        ]
    );
    assert!(blob.imports.is_empty());
}

#[test]
fn no_tail_call_inside_try() {
    let blob = good(
        "def f(g):\n    try:\n        return g()\n    except TypeError:\n        return g(1)\n",
    );
    assert!(!ops(&blob, "f").contains(&"S_TAIL_CALL 0".to_owned()));
    assert!(!ops(&blob, "f").contains(&"S_TAIL_CALL 1".to_owned()));
}

#[test]
fn declarations_are_kept() {
    let blob = good(
        "@replaces('BINARY_OP +', 'slot int.__add__')\n@replaces('builtin list.sort of 0 by 1 2')\n@effects(reads, raises)\n@recursion(1)\n\
         def f(a: Type, b: Tuple) -> Bool:\n    return a is b\n",
    );
    let s = &blob.surrogates[0];
    assert_eq!(
        s.replaces,
        [
            Replaces::Op {
                op: Op::BINARY_OP,
                variant: Some(0)
            },
            Replaces::Slot {
                class: "int".into(),
                slot: "__add__".into()
            },
            Replaces::Builtin {
                name: "list.sort".into(),
                asks: blob::Asks { by: 6, of: 1 },
            },
        ]
    );
    assert_eq!(s.effects, Effects::READS.union(Effects::RAISES));
    assert_eq!((s.recursion, s.returns), (1, Ty::Bool));
    assert_eq!(s.params, [Ty::Type, Ty::Tuple]);
    let back = blob::read(&blob::write(&blob)).unwrap();
    assert_eq!(back.surrogates[0].params, s.params);
    // Whoever calls it from another blob is held to them.
    let file = File::new("u.lpy", "def g(x: Str):\n    return f(x, ())\n");
    let errors = compile(&[file], &[signature(s)]).unwrap_err();
    assert_eq!(
        errors[0].message,
        "`a` of `f` must be of type Type, this is Str"
    );
}

#[test]
fn calls_across_files_and_blobs() {
    let one = File::new(
        "one.lpy",
        "def b(x):\n    if c(x):\n        return a(x)\n    return x\n",
    );
    let two = File::new(
        "two.lpy",
        "def a(x):\n    return x\n\ndef c(x) -> Bool:\n    return x is None\n",
    );
    let blob = compile(&[one.clone(), two.clone()], &[]).unwrap();
    let names: Vec<_> = blob.surrogates.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert!(ops(&blob, "b").contains(&"S_SURROGATE 2".into()));

    let other = compile(&[two], &[]).unwrap();
    let elsewhere: Vec<_> = other.surrogates.iter().map(signature).collect();
    let blob = compile(&[one], &elsewhere).unwrap();
    assert_eq!(blob.imports, ["c", "a"]);
    assert!(ops(&blob, "b").contains(&"S_SURROGATE 1".into()));
    assert!(ops(&blob, "b").contains(&"S_SURROGATE 2".into()));
}

#[test]
fn loops_and_handlers() {
    good(
        "def f(items: Tuple, g):\n    i = 0\n    last = None\n    while True:\n        if i is 3:\n            break\n        try:\n            \
         last = g(items[i])\n        except (StopIteration, TypeError) as e:\n            if last is None:\n                raise\n            \
         raise ValueError('after') from e\n        i += 1\n    return last\n",
    );
}

#[test]
fn blobs_come_back() {
    let blob = good(
        "@recursion(1, 'in sum')\n@replaces('COMPARE_OP <')\ndef f(x, y):\n    return g(x)\n\ndef g(x):\n    return 'é'\n",
    );
    let bytes = blob::write(&blob);
    let back = blob::read(&bytes).unwrap();
    assert_eq!(blob::write(&back), bytes);
    assert_eq!(back.surrogates[0].recursion, 1);
    assert_eq!(back.surrogates[0].place, " in sum");
    assert_eq!(back.surrogates[0].replaces, blob.surrogates[0].replaces);

    assert_eq!(blob::read(b"").unwrap_err(), BlobError::NotABlob);
    assert_eq!(blob::read(&bytes[..20]).unwrap_err(), BlobError::Truncated);
    // No single damaged byte and no cut gets through.
    for at in 0..bytes.len() {
        let mut bad = bytes.clone();
        bad[at] ^= 0x41;
        assert!(blob::read(&bad).is_err(), "byte {at}");
        assert!(blob::read(&bytes[..at]).is_err(), "cut at {at}");
    }
    let mut newer = bytes.clone();
    newer[8] += 1;
    assert_eq!(
        blob::read(&newer).unwrap_err(),
        BlobError::Format(blob::FORMAT + 1)
    );
    let mut other = bytes;
    other[12] ^= 1;
    assert_eq!(blob::read(&other).unwrap_err(), BlobError::OpTable);
}

#[test]
fn unverifiable_code_is_refused() {
    let mut blob = good("def f(x):\n    return g(x)\n\ndef g(x):\n    return x\n");
    // As if `g` had been lost: its number is out of range.
    blob.surrogates.pop();
    let bytes = blob::write(&blob);
    assert!(matches!(
        blob::read(&bytes),
        Err(BlobError::Code(name, _)) if name == "f"
    ));
}
