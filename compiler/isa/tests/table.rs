//! The table's own consistency, instruction encoding, and the committed manual.

use hotpy_isa::encoding::{self, DecodeError};
use hotpy_isa::{Effects, Op, Section, Ty, manual, table_hash};
use std::collections::HashSet;

#[test]
fn look_ups_agree() {
    let mut names = HashSet::new();
    for r in Op::all() {
        assert_eq!(Op::from_u16(r.number()), Some(r.op));
        assert_eq!(Op::from_name(r.name), Some(r.op));
        assert!(names.insert(r.name));
        assert!(
            r.doc.ends_with('.') || r.doc.ends_with(".)"),
            "{} has no doc",
            r.name
        );
        assert_eq!(r.op.byte().is_none(), r.section == Section::Pseudo);
        if let Some(d) = r.dollar {
            assert_eq!(Op::from_dollar(d.name), Some(r.op));
            assert!(names.insert(d.name));
            assert!(
                d.example.contains(&format!("${}(", d.name)),
                "example of {}",
                d.name
            );
            let (raises, calls) = (Effects::RAISES, Effects::CALLS);
            let own = r.effects.contains(raises) && !r.effects.contains(calls);
            assert!(
                !own || !d.raises.is_empty(),
                "the row of {} ends in what it raises",
                d.name
            );
            assert!(
                d.raises.is_empty() || r.effects.contains(raises),
                "{} raises nothing",
                d.name
            );
            let many = d.operands.iter().filter(|o| o.ty == Ty::Many).count();
            assert!(
                many == 0 || (many == 1 && d.is_variadic()),
                "Many comes last in {}",
                d.name
            );
        }
        assert_eq!(
            r.op.base().info().section == Section::Base,
            matches!(r.section, Section::Base | Section::Quick)
        );
    }
    assert_eq!(Op::from_u8(255), None);
    assert_ne!(table_hash(), 0);
}

#[test]
fn encoding_round_trips() {
    for (op, arg, size) in [
        (Op::NOP, 0, 1),
        (Op::LOAD_FAST, 255, 1),
        (Op::LOAD_CONST, 256, 2),
        (Op::LOAD_GLOBAL, 0x1_0000, 8),
        (Op::CALL, 0x0100_0000, 8),
        (Op::LOAD_METHOD, u32::MAX, 14),
    ] {
        let mut code = Vec::new();
        assert!(encoding::encode(&mut code, op, arg));
        assert_eq!((code.len(), encoding::size(op, arg)), (2 * size, size));
        let all: Vec<_> = encoding::instructions(&code).map(Result::unwrap).collect();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].op, all[0].arg, all[0].next), (op, arg, size));
    }
    assert!(!encoding::encode(&mut Vec::new(), Op::JUMP, 0));
}

#[test]
fn bad_code_is_refused() {
    assert_eq!(
        encoding::decode(&[255, 0], 0),
        Some(Err(DecodeError::UnknownOp(0, 255)))
    );
    assert_eq!(
        encoding::decode(&[9], 0),
        Some(Err(DecodeError::Truncated(0)))
    );
    assert_eq!(
        encoding::decode(&[144, 1], 0),
        Some(Err(DecodeError::Truncated(0)))
    );
    assert_eq!(
        encoding::decode(&[116, 1, 0, 0], 0),
        Some(Err(DecodeError::Truncated(0)))
    );
    assert_eq!(encoding::decode(&[], 0), None);
}

#[test]
fn manual_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/OPS.md");
    let now = manual();
    if std::env::var_os("HOTPY_BLESS").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == now,
        "OPS.md is out of date: HOTPY_BLESS=1 cargo test -p hotpy-isa"
    );
}
