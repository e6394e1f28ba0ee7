//! Numbers against CPython: the same operations on the same operands, results and error texts compared line by line.
//!
//! The object model runs here without a VM: a thread state, the types, no Python code.

mod support;

use hotpy_objects::number::BinaryOp;
use hotpy_objects::*;
use support::{compare, shown, with_objects};

/// Operands around every boundary of the representations.
fn operands() -> Vec<String> {
    let mut all: Vec<String> = [0i128, 1, 2, 3, 5, 7, 10, 255, 256, 257, 1000]
        .iter()
        .map(|n| n.to_string())
        .collect();
    for bits in [29, 30, 31, 53, 54, 59, 60, 61, 62, 63, 64, 89, 90, 91, 120] {
        for delta in [-1i128, 0, 1] {
            all.push(((1i128 << bits) + delta).to_string());
        }
    }
    all.push("123456789".repeat(5));
    all.push("98765432101234567890".repeat(9));
    all.push("7".repeat(500));
    all.push("31415926535".repeat(80));
    let negative: Vec<String> = all[1..].iter().map(|n| format!("-{n}")).collect();
    all.extend(negative);
    all
}

const OPS: &[BinaryOp] = &[
    BinaryOp::Add,
    BinaryOp::Subtract,
    BinaryOp::Multiply,
    BinaryOp::FloorDivide,
    BinaryOp::Remainder,
    BinaryOp::TrueDivide,
    BinaryOp::And,
    BinaryOp::Or,
    BinaryOp::Xor,
];

#[test]
fn int_operators() {
    let mut questions = Vec::new();
    let mut ours = Vec::new();
    with_objects(|| {
        let operands = operands();
        let values = operands
            .iter()
            .map(|text| int::from_text(text, 10))
            .collect::<PyResult<Vec<_>>>()?;
        for (a, x) in operands.iter().zip(&values) {
            for (b, y) in operands.iter().zip(&values) {
                for op in OPS {
                    questions.push(format!("{a} {} {b}", op.symbol()));
                    ours.push(shown(number::binary(*op, x, y)));
                }
                questions.push(format!("divmod({a}, {b})"));
                ours.push(shown(number::divmod(x, y)));
                questions.push(format!("{a} < {b}"));
                ours.push(shown(protocol::compare(x, y, flags::cmp::LT)));
                questions.push(format!("{a} == {b}"));
                ours.push(shown(protocol::compare(x, y, flags::cmp::EQ)));
            }
            for shift in [0i64, 1, 29, 30, 31, 32, 59, 60, 61, 64, 200, 100_000, -1] {
                let y = int::from_i64(shift)?;
                for op in [BinaryOp::Lshift, BinaryOp::Rshift] {
                    if shift == 100_000 && op == BinaryOp::Lshift {
                        continue;
                    }
                    questions.push(format!("{a} {} {shift}", op.symbol()));
                    ours.push(shown(number::binary(op, x, &y)));
                }
            }
            for exponent in [0i64, 1, 2, 3, 10, -1, -2] {
                let y = int::from_i64(exponent)?;
                questions.push(format!("({a}) ** {exponent}"));
                ours.push(shown(number::binary(BinaryOp::Power, x, &y)));
            }
            for m in [1i64, 2, 97, -97, 1 << 40, (1 << 61) - 1] {
                for e in ["5", "123456789012345678901234567890", "-3"] {
                    let (y, z) = (int::from_text(e, 10)?, int::from_i64(m)?);
                    questions.push(format!("pow({a}, {e}, {m})"));
                    ours.push(shown(number::power(x, &y, &z)));
                }
            }
            let m = int::from_text(&"135791113".repeat(9), 10)?;
            let y = int::from_text("-98765432109876543210", 10)?;
            questions.push(format!(
                "pow({a}, -98765432109876543210, {})",
                "135791113".repeat(9)
            ));
            ours.push(shown(number::power(x, &y, &m)));
            questions.push(format!("hash({a})"));
            ours.push(int::hash(x).to_string());
            questions.push(format!("-({a}), ~({a}), abs({a})"));
            ours.push(shown(Ok(tuple::from_owned(vec![
                number::negative(x)?,
                number::invert(x)?,
                number::absolute(x)?,
            ])?
            .into_object())));
            questions.push(format!("float({a})"));
            ours.push(shown(
                x.to_f64()
                    .and_then(|f| Ok(float::from_f64(f)?.into_object())),
            ));
            for places in [-1i64, -2, -17, -40, -600, 3] {
                questions.push(format!("round({a}, {places})"));
                let method = protocol::getattr(x, &*str_::new("__round__")?)?;
                ours.push(shown(call::call1(&method, &*int::from_i64(places)?)));
            }
            for format in ["x", "#_b", "o", ",", "+030d", "e", "08X"] {
                questions.push(format!("format({a}, {format:?})"));
                ours.push(shown(
                    protocol::format(x, &*str_::new(format)?).map(Ref::into_object),
                ));
            }
            for signed in [false, true] {
                for len in [0usize, 1, 8, 16, 200, 450] {
                    for order in ["little", "big"] {
                        questions.push(format!(
                            "({a}).to_bytes({len}, {order:?}, signed={})",
                            if signed { "True" } else { "False" }
                        ));
                        let mut out = vec![0; len];
                        let filled = x.to_bytes(&mut out, order == "little", signed);
                        if filled.is_ok() && len > 0 {
                            let back = int::from_bytes(&out, order == "little", signed)?;
                            assert!(int::equal(&back, x), "{a}");
                        }
                        ours.push(shown(
                            filled.and_then(|()| Ok(bytes::new(&out)?.into_object())),
                        ));
                    }
                }
            }
        }
        Ok(())
    });
    compare("def answer(line): return repr(eval(line))", questions, ours);
}

#[test]
fn int_texts() {
    let texts = [
        "",
        " ",
        "0",
        "-0",
        " 12 ",
        "+5",
        "1_000",
        "1__0",
        "_1",
        "1_",
        "0x1f",
        "0X_1f",
        "0b101",
        "0o17",
        "00",
        "01",
        "12a",
        "z",
        "Zz",
        "- 5",
        "--5",
        "0x",
        "\u{661}\u{662}",
        "\u{a0}7\u{2003}",
        "1\u{e9}",
        "9223372036854775808",
        "-18446744073709551616",
        "٣٤٥",
        "１２",
        "1e5",
        "1.0",
        "1_0+2_0j",
        "( -1e3-j )",
        "0_0",
        "0_1",
    ];
    let mut questions = Vec::new();
    let mut ours = Vec::new();
    with_objects(|| {
        for text in texts {
            for base in [10u32, 0, 2, 8, 16, 36] {
                questions.push(format!("{base} {text}"));
                ours.push(shown(int::from_text(text, base).map(Ref::into_object)));
            }
            questions.push(format!("float {text}"));
            let source = str_::new(text)?;
            ours.push(shown(call::call1(&float::PyFloat_Type, &source)));
            questions.push(format!("complex {text}"));
            ours.push(shown(call::call1(&complex::PyComplex_Type, &source)));
        }
        for length in [4300usize, 4301, 5000] {
            questions.push(format!("10 {}", "1".repeat(length)));
            ours.push(shown(
                int::from_text(&"1".repeat(length), 10).map(Ref::into_object),
            ));
        }
        Ok(())
    });
    compare(
        r"
def answer(line):
    base, text = line.split(' ', 1)
    if base == 'float': return repr(float(text))
    if base == 'complex': return repr(complex(text))
    return repr(int(text, int(base)))",
        questions,
        ours,
    );
}

#[test]
fn float_operators() {
    let texts = [
        "0.0",
        "-0.0",
        "1.0",
        "-1.0",
        "0.5",
        "2.0",
        "3.0",
        "-3.0",
        "0.1",
        "1e16",
        "1e22",
        "123456.789",
        "5e-324",
        "2.2250738585072014e-308",
        "1.7976931348623157e308",
        "-1e300",
        "1e-300",
        "inf",
        "-inf",
        "nan",
        "1e15",
        "9007199254740993.0",
        "1234567890123456.7",
        "0.0001",
        "0.00001",
        "4503599627370497.5",
        "2.5",
        "1152921504606846976.0",
        "-15.0",
        "25.0",
        "1e308",
    ];
    let ints = [
        "0",
        "1",
        "-7",
        "9007199254740993",
        "1152921504606846977",
        "-1152921504606846975",
    ];
    let mut questions = Vec::new();
    let mut ours = Vec::new();
    with_objects(|| {
        let mut values: Vec<(String, Ref)> = Vec::new();
        for text in texts {
            let value = float::parse(text).unwrap_or(f64::NAN);
            values.push((
                format!("float('{text}')"),
                float::from_f64(value)?.into_object(),
            ));
        }
        for text in ints.iter().map(|s| s.to_string()).chain(["1".repeat(400)]) {
            values.push((text.clone(), int::from_text(&text, 10)?.into_object()));
        }
        values.push(("1j".into(), complex::from_parts(0.0, 1.0)?.into_object()));
        values.push((
            "(2-3.5j)".into(),
            complex::from_parts(2.0, -3.5)?.into_object(),
        ));
        for (a, x) in &values {
            for (b, y) in &values {
                // Huge integer powers of integers are no matter for floats.
                let both_ints = int::of(x).is_some() && int::of(y).is_some();
                for op in [
                    BinaryOp::Add,
                    BinaryOp::Subtract,
                    BinaryOp::Multiply,
                    BinaryOp::FloorDivide,
                    BinaryOp::Remainder,
                    BinaryOp::TrueDivide,
                    BinaryOp::Power,
                ] {
                    if op == BinaryOp::Power && both_ints {
                        continue;
                    }
                    questions.push(format!("({a}) {} ({b})", op.symbol()));
                    ours.push(shown(number::binary(op, x, y)));
                }
                questions.push(format!("divmod({a}, {b})"));
                ours.push(shown(number::divmod(x, y)));
                for (op, symbol) in [
                    (flags::cmp::LT, "<"),
                    (flags::cmp::LE, "<="),
                    (flags::cmp::EQ, "=="),
                    (flags::cmp::NE, "!="),
                    (flags::cmp::GE, ">="),
                ] {
                    questions.push(format!("({a}) {symbol} ({b})"));
                    ours.push(shown(protocol::compare(x, y, op)));
                }
            }
            if !a.contains("nan") {
                questions.push(format!("hash({a})"));
                ours.push(protocol::hash(x)?.to_string());
            }
            questions.push(format!("abs({a})"));
            ours.push(shown(number::absolute(x)));
            for format in [
                "", "e", ".0f", ".3f", "g", ".17g", "#.3g", "+,.2f", "%", "020.1f", ".50f", "G",
            ] {
                questions.push(format!("format({a}, {format:?})"));
                ours.push(shown(
                    protocol::format(x, &*str_::new(format)?).map(Ref::into_object),
                ));
            }
            if float::of(x).is_some() {
                for method in [
                    "hex",
                    "as_integer_ratio",
                    "is_integer",
                    "__trunc__",
                    "__floor__",
                    "__ceil__",
                    "__round__",
                ] {
                    questions.push(format!("({a}).{method}()"));
                    let bound = protocol::getattr(x, &*str_::new(method)?)?;
                    ours.push(shown(call::call0(&bound)));
                }
                for places in [-400i64, -308, -16, -2, -1, 0, 1, 2, 15, 30, 400] {
                    questions.push(format!("round({a}, {places})"));
                    let bound = protocol::getattr(x, &*str_::new("__round__")?)?;
                    ours.push(shown(call::call1(&bound, &*int::from_i64(places)?)));
                }
            }
        }
        Ok(())
    });
    compare("def answer(line): return repr(eval(line))", questions, ours);
}

#[test]
fn float_texts_of_many_values() {
    let mut questions = Vec::new();
    let mut ours = Vec::new();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for i in 0..30_000u64 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bits = match i % 3 {
            0 => state,
            1 => (state % 1_000_000) as f64 as u64,
            _ => ((state >> 40) as f64 / 1000.0).to_bits(),
        };
        let value = f64::from_bits(bits);
        if !value.is_finite() {
            continue;
        }
        let places = (state >> 5) as usize % 25;
        questions.push(format!("{bits} {places}"));
        ours.push(format!(
            "{} {} {} {}",
            float::repr_f64(value),
            float::format_f64(value, b'e', places, false, false),
            float::format_f64(value, b'g', places, false, true),
            float::format_f64(value, b'f', places, true, false),
        ));
    }
    compare(
        r"
import struct
def answer(line):
    bits, places = map(int, line.split())
    v = struct.unpack('d', struct.pack('Q', bits))[0]
    return f'{v!r} {v:.{places}e} {v:+.{places}g} {v:#.{places}f}'",
        questions,
        ours,
    );
}

#[test]
fn ranges_and_slices() {
    let numbers = [
        "0",
        "1",
        "5",
        "-3",
        "10",
        "1000000000000000000000",
        "-9223372036854775808",
        "9223372036854775807",
    ];
    let steps = ["1", "-1", "3", "-7", "100000000000000000000", "0"];
    let mut questions = Vec::new();
    let mut ours = Vec::new();
    with_objects(|| {
        let parse = |text: &str| int::from_text(text, 10).map(Ref::into_object);
        for a in numbers {
            for b in numbers {
                for c in steps {
                    let (x, y, z) = (parse(a)?, parse(b)?, parse(c)?);
                    let made = range::new(&x, &y, &z).map(Ref::into_object);
                    let text = format!("range({a}, {b}, {c})");
                    let slice = slice::new(&x, &y, &z)?;
                    questions.push(text.clone());
                    let Ok(r) = made else {
                        ours.push(shown(Err(Raised)));
                        continue;
                    };
                    ours.push(shown(Ok(r.clone())));
                    // Shorter ranges hash None, whose hash is its address in CPython.
                    let long = r.downcast::<range::rangeobject>().map(|r| r.length());
                    if long.is_some_and(|n| n.to_i64().is_none_or(|n| n > 1)) {
                        questions.push(format!("hash({text})"));
                        ours.push(protocol::hash(&r)?.to_string());
                    }
                    questions.push(format!("len({text})"));
                    ours.push(shown(
                        protocol::len(&r).and_then(|n| Ok(int::from_usize(n)?.into_object())),
                    ));
                    for index in ["0", "-1", "2", "1000000000000"] {
                        questions.push(format!("{text}[{index}]"));
                        ours.push(shown(protocol::getitem(&r, &*parse(index)?)));
                        questions.push(format!("{index} in {text}"));
                        ours.push(shown(
                            protocol::contains(&r, &*parse(index)?).map(boolean::from),
                        ));
                    }
                    let cut =
                        slice::new(&*parse("1")?, &singletons::_Py_NoneStruct, &*parse("2")?)?;
                    questions.push(format!("{text}[1::2]"));
                    ours.push(shown(protocol::getitem(&r, &cut)));
                    questions.push(format!("{text}[::-1]"));
                    let none: &PyObject = &singletons::_Py_NoneStruct;
                    let back = slice::new(none, none, &*parse("-1")?)?;
                    ours.push(shown(protocol::getitem(&r, &back)));
                    for what in ["__iter__", "__reversed__"] {
                        questions.push(format!(
                            "[next(i, None) for i in [{text}.{what}()] for _ in range(3)] + [type({text}.{what}()).__name__]"
                        ));
                        let i = call::call0(&*protocol::getattr(&r, &*str_::new(what)?)?)?;
                        let mut items = Vec::new();
                        for _ in 0..3 {
                            items.push(protocol::next(&i)?.unwrap_or_else(singletons::none));
                        }
                        items.push(str_::new(i.ty().name())?.into_object());
                        ours.push(shown(Ok(list::from_owned(items)?.into_object())));
                    }
                    for len in [0usize, 1, 7] {
                        questions.push(format!("slice({a}, {b}, {c}).indices({len})"));
                        let method = protocol::getattr(&slice, &*str_::new("indices")?)?;
                        ours.push(shown(call::call1(&method, &*int::from_usize(len)?)));
                        questions.push(format!(
                            "len([0] * {len})and len(([0] * {len})[{a}:{b}:{c}])"
                        ));
                        let (.., count) = slice::indices(&slice, len)?;
                        ours.push(count.to_string());
                    }
                }
            }
        }
        Ok(())
    });
    compare("def answer(line): return repr(eval(line))", questions, ours);
}
