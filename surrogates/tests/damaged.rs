//! Damage to the baked blob: whatever is changed in it, and however its checksum is put right again, reading it gives an error or
//! code that can be verified, never a panic.

use std::rc::Rc;

use hotpy_code::blob::{self, Blob, BlobError, HEADER, Surrogate};
use hotpy_code::{CodeObject, Const};
use hotpy_isa::{Op, encoding};
use hotpy_surrogates::BLOB;

fn random() -> impl FnMut(usize) -> usize {
    let mut state = 4242u64;
    move |n| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as usize % n
    }
}

/// A blob of two of the surrogates: soon read.
fn small() -> Blob {
    let mut all = blob::read(BLOB).unwrap();
    let number = |name| all.surrogates.iter().position(|s| s.name == name);
    let chosen = [number("contains_op"), number("type_call")];
    // Those they call keep their numbers as imports.
    all.imports = all.surrogates.iter().map(|s| s.name.clone()).collect();
    let keep: Vec<Surrogate> = chosen
        .into_iter()
        .flatten()
        .map(|n| all.surrogates[n].clone())
        .collect();
    assert_eq!(keep.len(), 2);
    all.surrogates = keep;
    all
}

#[test]
fn any_byte_changed_is_noticed() {
    let mut next = random();
    for _ in 0..3000 {
        let mut bytes = BLOB.to_vec();
        let at = next(bytes.len());
        bytes[at] ^= 1 + next(255) as u8;
        assert!(blob::read(&bytes).is_err(), "byte {at}");
    }
    for at in (0..BLOB.len()).step_by(97).chain(0..HEADER + 8) {
        assert!(blob::read(&BLOB[..at]).is_err(), "cut at {at}");
    }
    let longer = [BLOB, b"\0"].concat();
    assert!(matches!(blob::read(&longer), Err(BlobError::Malformed(_))));
}

#[test]
fn damage_below_the_checksum() {
    let payload = blob::write(&small())[HEADER..].to_vec();
    let mut next = random();
    let mut accepted = 0;
    for _ in 0..30_000 {
        let mut bad = payload.clone();
        for _ in 0..1 + next(3) {
            let at = next(bad.len());
            match next(4) {
                0 => bad[at] = next(256) as u8,
                1 => bad[at] ^= 1 << next(8),
                2 => drop(bad.drain(at..(at + 1 + next(8)).min(bad.len()))),
                _ => {
                    let (from, len) = (next(bad.len()), 1 + next(16));
                    let copy = bad[from..(from + len).min(bad.len())].to_vec();
                    bad.splice(at..at, copy);
                }
            }
            if bad.is_empty() {
                bad.push(0);
            }
        }
        match blob::read(&blob::seal(&bad)) {
            // A name, a line number, another constant: code that can be run, as good as any.
            Ok(blob) => {
                accepted += 1;
                let count = blob.surrogates.len() + blob.imports.len();
                for s in &blob.surrogates {
                    blob::verify(&s.code, count).unwrap();
                }
            }
            Err(e) => assert!(!e.to_string().is_empty()),
        }
    }
    assert!((100..20_000).contains(&accepted), "{accepted} accepted");
}

/// Damages the code of `contains_op`, which has loops, handlers and calls; what the blob's reader says.
#[track_caller]
fn refusal(damage: impl Fn(&mut CodeObject)) -> String {
    let mut all = small();
    let mut code = CodeObject::clone(&all.surrogates[0].code);
    damage(&mut code);
    all.surrogates[0].code = Rc::new(code);
    match blob::read(&blob::write(&all)) {
        Err(e @ BlobError::Code(..)) => e.to_string(),
        other => panic!("{:?}", other.map(|b| b.surrogates.len())),
    }
}

/// Changes the argument byte of the first `op`.
fn set_arg(code: &mut CodeObject, op: Op, change: impl Fn(u8) -> u8) {
    let found = encoding::instructions(&code.code).flatten();
    let at = found.filter(|d| d.op == op).map(|d| d.at).next().unwrap();
    code.code[2 * at + 1] = change(code.code[2 * at + 1]);
}

fn set_op(code: &mut CodeObject, old: Op, new: Op) {
    let found = encoding::instructions(&code.code).flatten();
    let at = found.filter(|d| d.op == old).map(|d| d.at).next().unwrap();
    code.code[2 * at] = new.byte().unwrap();
}

#[test]
fn every_kind_of_damage_is_named() {
    use hotpy_code::object::{flags, kind};
    let says = |text: String, what: &str| {
        assert!(text.starts_with("surrogate contains_op: "), "{text}");
        assert!(text.contains(what), "{text}: not {what}");
    };
    let jump = Op::POP_JUMP_FORWARD_IF_FALSE;
    says(
        refusal(|c| set_arg(c, jump, |_| 250)),
        "no instruction starts at",
    );
    says(refusal(|c| c.stacksize = 1), "deep");
    says(refusal(|c| c.stacksize = 1 << 20), "no code of a surrogate");
    says(refusal(|c| c.consts.clear()), "cannot have argument");
    says(
        refusal(|c| {
            c.localsplusnames.truncate(1);
            c.localspluskinds.truncate(1);
        }),
        "table of variables",
    );
    says(refusal(|c| c.posonlyargcount = 99), "table of variables");
    says(
        refusal(|c| c.localspluskinds[0] = kind::CELL),
        "no code of a surrogate",
    );
    says(refusal(|c| c.flags |= flags::GENERATOR), "stack");
    says(
        refusal(|c| c.flags |= flags::VARARGS),
        "no code of a surrogate",
    );
    says(
        refusal(|c| c.consts.push(Const::Code(Rc::default()))),
        "no code of a surrogate",
    );
    says(refusal(|c| set_op(c, Op::S_TYPE, Op::POP_TOP)), "stack");
    says(
        refusal(|c| set_op(c, Op::LOAD_FAST, Op::LOAD_FAST__LOAD_FAST)),
        "stands in no compiled code",
    );
    says(
        refusal(|c| set_op(c, Op::LOAD_FAST, Op::LOAD_DEREF)),
        "no surrogate has",
    );
    says(
        refusal(|c| set_arg(c, Op::S_SURROGATE, |_| 255)),
        "cannot have argument",
    );
    says(
        refusal(|c| set_arg(c, Op::S_CONSTANT, |_| 255)),
        "cannot have argument",
    );
    says(
        refusal(|c| set_arg(c, Op::CALL, |n| n + 1)),
        "malformed call",
    );
    says(
        refusal(|c| set_arg(c, Op::PRECALL, |n| n + 1)),
        "malformed call",
    );
    says(
        refusal(|c| c.exceptiontable = vec![0x80, 0, 0, 0]),
        "exception table",
    );
    says(refusal(|c| c.linetable.clear()), "location table");
    says(refusal(|c| c.code.clear()), "malformed");
    says(refusal(|c| c.code[0] = 255), "no op has number 255");
    says(
        refusal(|c| {
            let at = c.code.len() - 2;
            c.code[at] = Op::NOP as u8;
        }),
        "falls off the end",
    );
}

#[test]
fn declarations_fit_the_code() {
    let mut all = small();
    all.surrogates[0].params.pop();
    let text = blob::read(&blob::write(&all)).unwrap_err().to_string();
    assert!(text.ends_with("types of other parameters"), "{text}");
    let mut all = small();
    all.surrogates.reverse();
    let text = blob::read(&blob::write(&all)).unwrap_err().to_string();
    assert!(text.ends_with("names out of order"), "{text}");
}

#[test]
fn other_tables_and_formats() {
    let mut newer = BLOB.to_vec();
    newer[8] += 1;
    assert!(matches!(blob::read(&newer), Err(BlobError::Format(_))));
    let mut other = BLOB.to_vec();
    other[12] ^= 1;
    let text = blob::read(&other).unwrap_err().to_string();
    assert!(text.contains("another op table"), "{text}");
    assert_eq!(blob::read(b"PK\x03\x04").unwrap_err(), BlobError::NotABlob);
}
