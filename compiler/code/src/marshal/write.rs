//! Writing marshal. Two walks: the first counts occurrences, the second writes.

use super::tag;
use crate::{CodeObject, Const, PyStr};
use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;
use std::collections::HashMap;
use std::rc::Rc;

/// The marshalled form of `value`.
pub fn dumps(value: &Const) -> Vec<u8> {
    let mut w = Writer::default();
    w.count(value);
    w.write(value);
    w.out
}

#[derive(Default)]
struct Writer {
    out: Vec<u8>,
    /// How often a value occurs, each shared value's inside counted once.
    seen: HashMap<Const, u32>,
    /// Places in the list of shared values.
    shared: HashMap<Const, u32>,
}

/// The parts of a code object that are objects themselves, in the order in which they are written.
fn parts(code: &CodeObject) -> [Const; 10] {
    let names = |list: &[PyStr]| Const::Tuple(list.iter().cloned().map(Const::Str).collect());
    [
        Const::Bytes(code.code.as_slice().into()),
        Const::Tuple(code.consts.as_slice().into()),
        names(&code.names),
        names(&code.localsplusnames),
        Const::Bytes(code.localspluskinds.as_slice().into()),
        Const::Str(code.filename.clone()),
        Const::Str(code.name.clone()),
        Const::Str(code.qualname.clone()),
        Const::Bytes(code.linetable.as_slice().into()),
        Const::Bytes(code.exceptiontable.as_slice().into()),
    ]
}

/// Position of the first line among [`parts`].
const BEFORE_FIRST_LINE: usize = 8;

fn is_singleton(value: &Const) -> bool {
    matches!(value, Const::None | Const::Ellipsis | Const::Bool(_))
}

/// Whether CPython interns the string: it could be a name.
fn is_interned(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

impl Writer {
    fn count(&mut self, value: &Const) {
        if is_singleton(value) {
            return;
        }
        let seen = self.seen.entry(value.clone()).or_default();
        *seen += 1;
        if *seen > 1 {
            return;
        }
        match value {
            Const::Tuple(items) | Const::FrozenSet(items) => {
                items.iter().for_each(|i| self.count(i));
            }
            Const::Code(code) => parts(code).iter().for_each(|p| self.count(p)),
            _ => {}
        }
    }

    fn long(&mut self, n: u32) {
        self.out.extend(n.to_le_bytes());
    }

    fn sized(&mut self, bytes: &[u8]) {
        self.long(bytes.len() as u32);
        self.out.extend(bytes);
    }

    fn write(&mut self, value: &Const) {
        let mut flag = 0;
        if !is_singleton(value) && self.seen.get(value).is_some_and(|n| *n > 1) {
            if let Some(&index) = self.shared.get(value) {
                self.out.push(tag::REF);
                self.long(index);
                return;
            }
            let index = self.shared.len() as u32;
            self.shared.insert(value.clone(), index);
            flag = tag::FLAG;
        }
        match value {
            Const::None => self.out.push(tag::NONE),
            Const::Ellipsis => self.out.push(tag::ELLIPSIS),
            Const::Bool(b) => self.out.push(if *b { tag::TRUE } else { tag::FALSE }),
            Const::Int(i) => self.int(i, flag),
            Const::Float(f) => {
                self.out.push(tag::FLOAT | flag);
                self.out.extend(f.to_le_bytes());
            }
            Const::Complex { re, im } => {
                self.out.push(tag::COMPLEX | flag);
                self.out.extend(re.to_le_bytes());
                self.out.extend(im.to_le_bytes());
            }
            Const::Str(s) => self.string(&s.0, flag),
            Const::Bytes(b) => {
                self.out.push(tag::BYTES | flag);
                self.sized(b);
            }
            Const::Tuple(items) => {
                if let Ok(short) = u8::try_from(items.len()) {
                    self.out.extend([tag::SMALL_TUPLE | flag, short]);
                } else {
                    self.out.push(tag::TUPLE | flag);
                    self.long(items.len() as u32);
                }
                items.iter().for_each(|i| self.write(i));
            }
            Const::FrozenSet(items) => {
                self.out.push(tag::FROZENSET | flag);
                self.long(items.len() as u32);
                // A set has no order; that of the members' own marshalled forms is the same every time.
                let mut sorted: Vec<(Vec<u8>, &Const)> =
                    items.iter().map(|i| (dumps(i), i)).collect();
                sorted.sort_by(|a, b| a.0.cmp(&b.0));
                sorted.iter().for_each(|(_, i)| self.write(i));
            }
            Const::Code(code) => self.code(code, flag),
        }
    }

    fn int(&mut self, value: &BigInt, flag: u8) {
        if let Some(small) = value.to_i32() {
            self.out.push(tag::INT | flag);
            self.long(small as u32);
            return;
        }
        self.out.push(tag::LONG | flag);
        let (sign, digits) = (value.sign(), to_base_2_15(value));
        let count = digits.len() as i32;
        let count = if sign == Sign::Minus { -count } else { count };
        self.long(count as u32);
        for d in digits {
            self.out.extend(d.to_le_bytes());
        }
    }

    fn string(&mut self, text: &[u8], flag: u8) {
        let interned = is_interned(text);
        let pick = |yes, no| flag | if interned { yes } else { no };
        if !text.is_ascii() {
            self.out.push(pick(tag::INTERNED, tag::UNICODE));
            self.sized(text);
        } else if let Ok(short) = u8::try_from(text.len()) {
            let t = pick(tag::SHORT_ASCII_INTERNED, tag::SHORT_ASCII);
            self.out.extend([t, short]);
            self.out.extend(text);
        } else {
            self.out.push(pick(tag::ASCII_INTERNED, tag::ASCII));
            self.sized(text);
        }
    }

    fn code(&mut self, code: &Rc<CodeObject>, flag: u8) {
        self.out.push(tag::CODE | flag);
        for n in [
            code.argcount,
            code.posonlyargcount,
            code.kwonlyargcount,
            code.stacksize,
            code.flags,
        ] {
            self.long(n);
        }
        for (at, part) in parts(code).iter().enumerate() {
            if at == BEFORE_FIRST_LINE {
                self.long(code.firstlineno);
            }
            self.write(part);
        }
    }
}

/// Magnitude in digits of 15 bits, lowest first.
fn to_base_2_15(value: &BigInt) -> Vec<u16> {
    let mut digits = Vec::new();
    let (mut bits, mut have) = (0u32, 0);
    for byte in value.magnitude().to_bytes_le() {
        bits |= u32::from(byte) << have;
        have += 8;
        if have >= 15 {
            digits.push((bits & 0x7fff) as u16);
            bits >>= 15;
            have -= 15;
        }
    }
    if bits != 0 {
        digits.push(bits as u16);
    }
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}
