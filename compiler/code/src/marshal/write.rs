//! Writing marshal. Two walks: the first counts occurrences, the second writes.
//!
//! CPython enters an object into the list of shared ones if it has more than one reference. What that comes to for a fresh
//! compilation: interned strings, small integers and other singletons always; the code string always (the code object
//! caches it), though it is never found again; constants, names and tables, which the compiler merges, if they occur more
//! than once; kinds of variables never; a class body's qualified name, which its own constants hold too, once; other scopes' never.
//! A frozenset is another object in each code object if CPython, interning its members, finds one of them interned already: as an
//! identifier of the program (or of another program in the same process, which is not known here).

use super::tag;
use crate::{CodeObject, Const, PyStr};
use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The marshalled form of `value`, as of one that nothing else refers to.
pub fn dumps(value: &Const) -> Vec<u8> {
    let mut w = Writer::default();
    w.note_identifiers(value);
    w.count(value);
    w.write(value);
    w.out
}

/// The marshalled form of a value that the caller holds on to: itself entered into the list.
pub(super) fn dumps_held(value: &Const) -> Vec<u8> {
    let mut w = Writer::default();
    w.note_identifiers(value);
    w.count(value);
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
    /// The same for names that as constants would not be interned: those are other objects.
    names: HashMap<PyStr, u32>,
    /// Places given out, some of them to what is not found again.
    places: u32,
    /// Names of variables, attributes and scopes.
    identifiers: HashSet<PyStr>,
    /// Qualified names of the class bodies met so far: while counting, and while writing.
    classes: [HashSet<PyStr>; 2],
}

fn tuple_of(names: &[PyStr]) -> Const {
    Const::Tuple(names.iter().cloned().map(Const::Str).collect())
}

fn is_singleton(value: &Const) -> bool {
    matches!(value, Const::None | Const::Ellipsis | Const::Bool(_))
}

/// Whether CPython interns the string if it is a constant: it could be a name.
fn is_name_like(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// Whether CPython interns the string. Besides what could be a name, `*` is in any process that has imported all names
/// of a module.
fn is_interned(text: &PyStr) -> bool {
    is_name_like(&text.0) || &*text.0 == b"*"
}

/// Whether there is one object for this value, which the interpreter holds.
fn is_held(value: &Const) -> bool {
    match value {
        Const::Int(i) => i.to_i32().is_some_and(|i| (-5..=256).contains(&i)),
        Const::Str(s) => {
            let mut chars = s.to_str().unwrap_or("--").chars();
            let is_single = chars.next().is_none_or(|c| (c as u32) < 256) && chars.next().is_none();
            is_single || is_interned(s)
        }
        Const::Bytes(b) => b.len() <= 1,
        Const::Tuple(t) => t.is_empty(),
        _ => false,
    }
}

impl Writer {
    /// Whether the value is made anew for each code object.
    fn is_remade(&self, value: &Const) -> bool {
        match value {
            Const::FrozenSet(items) => items.iter().any(|i| {
                self.is_remade(i) || matches!(i, Const::Str(s) if self.identifiers.contains(s))
            }),
            _ => false,
        }
    }

    fn note_identifiers(&mut self, value: &Const) {
        match value {
            Const::Tuple(items) => items.iter().for_each(|i| self.note_identifiers(i)),
            Const::Code(code) => {
                let names = code.names.iter().chain(&code.localsplusnames);
                self.identifiers.extend(names.cloned());
                self.identifiers.insert(code.name.clone());
                code.consts.iter().for_each(|c| self.note_identifiers(c));
            }
            _ => {}
        }
    }

    /// Whether a scope's qualified name is the object among its constants: there is one for each name.
    fn owns_qualname(&mut self, code: &CodeObject, walk: usize) -> bool {
        is_held(&Const::Str(code.qualname.clone()))
            || code.is_class() && self.classes[walk].insert(code.qualname.clone())
    }

    fn is_shared(&self, value: &Const) -> bool {
        !is_singleton(value)
            && !value.holds_nan()
            && !self.is_remade(value)
            && (self.seen.get(value).is_some_and(|n| *n > 1) || is_held(value))
    }

    fn count(&mut self, value: &Const) {
        if is_singleton(value) {
            return;
        }
        let seen = self.seen.entry(value.clone()).or_default();
        *seen += 1;
        if *seen > 1 && !self.is_remade(value) {
            return;
        }
        match value {
            Const::Tuple(items) | Const::FrozenSet(items) => {
                items.iter().for_each(|i| self.count(i));
            }
            Const::Code(code) => {
                self.count(&Const::Tuple(code.consts.as_slice().into()));
                self.count_names(&code.names);
                self.count_names(&code.localsplusnames);
                self.count(&Const::Bytes(code.linetable.as_slice().into()));
                self.count(&Const::Bytes(code.exceptiontable.as_slice().into()));
                // Whoever compiles holds the file's name.
                self.count(&Const::Str(code.filename.clone()));
                self.count(&Const::Str(code.filename.clone()));
                if code.qualname != code.name && self.owns_qualname(code, 0) {
                    self.count(&Const::Str(code.qualname.clone()));
                }
            }
            _ => {}
        }
    }

    /// Names themselves are always shared.
    fn count_names(&mut self, names: &[PyStr]) {
        *self.seen.entry(tuple_of(names)).or_default() += 1;
    }

    fn long(&mut self, n: u32) {
        self.out.extend(n.to_le_bytes());
    }

    fn sized(&mut self, bytes: &[u8]) {
        self.long(bytes.len() as u32);
        self.out.extend(bytes);
    }

    /// Enters something into the list; its place.
    fn place(&mut self) -> u32 {
        self.places += 1;
        self.places - 1
    }

    /// The flag for an entry that is about to be written; none if a reference was written in its stead.
    fn enter(&mut self, value: &Const, always: bool) -> Option<u8> {
        if is_singleton(value) || !(always || self.is_shared(value)) {
            return Some(0);
        }
        if let Some(&index) = self.shared.get(value) {
            self.out.push(tag::REF);
            self.long(index);
            return None;
        }
        let index = self.place();
        self.shared.insert(value.clone(), index);
        Some(tag::FLAG)
    }

    fn write(&mut self, value: &Const) {
        if let Some(flag) = self.enter(value, false) {
            self.content(value, flag);
        }
    }

    fn content(&mut self, value: &Const, flag: u8) {
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
            Const::Str(s) => self.string(s, is_interned(s), flag),
            Const::Bytes(b) => {
                self.out.push(tag::BYTES | flag);
                self.sized(b);
            }
            Const::Tuple(items) => {
                self.tuple_head(items.len(), flag);
                items.iter().for_each(|i| self.write(i));
            }
            Const::FrozenSet(items) => {
                self.out.push(tag::FROZENSET | flag);
                self.long(items.len() as u32);
                // A set has no order; that of the members' own marshalled forms is the same every time. Sorting holds
                // on to the members, so that they all count as shared.
                let mut sorted: Vec<(Vec<u8>, &Const)> =
                    items.iter().map(|i| (self.alone(i), i)).collect();
                sorted.sort_by(|a, b| a.0.cmp(&b.0));
                for (_, item) in sorted {
                    if let Some(flag) = self.enter(item, true) {
                        self.content(item, flag);
                    }
                }
            }
            Const::Code(code) => self.code(code, flag),
        }
    }

    /// The value marshalled by itself, but shared as it is in the whole.
    fn alone(&mut self, value: &Const) -> Vec<u8> {
        let mut w = Writer {
            seen: std::mem::take(&mut self.seen),
            identifiers: std::mem::take(&mut self.identifiers),
            ..Writer::default()
        };
        w.write(value);
        self.seen = w.seen;
        self.identifiers = w.identifiers;
        w.out
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

    fn tuple_head(&mut self, len: usize, flag: u8) {
        if let Ok(short) = u8::try_from(len) {
            self.out.extend([tag::SMALL_TUPLE | flag, short]);
        } else {
            self.out.push(tag::TUPLE | flag);
            self.long(len as u32);
        }
    }

    fn names(&mut self, names: &[PyStr]) {
        if let Some(flag) = self.enter(&tuple_of(names), false) {
            self.tuple_head(names.len(), flag);
            names.iter().for_each(|n| self.name(n, true));
        }
    }

    /// A name of a variable or attribute (interned), or of a scope.
    fn name(&mut self, name: &PyStr, interned: bool) {
        if is_interned(name) {
            self.write(&Const::Str(name.clone()));
        } else if let Some(&index) = self.names.get(name) {
            self.out.push(tag::REF);
            self.long(index);
        } else {
            let index = self.place();
            self.names.insert(name.clone(), index);
            self.string(name, interned, tag::FLAG);
        }
    }

    fn string(&mut self, text: &PyStr, interned: bool, flag: u8) {
        let text: &[u8] = &text.0;
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
        self.place();
        self.out.push(tag::BYTES | tag::FLAG);
        self.sized(&code.code);
        self.write(&Const::Tuple(code.consts.as_slice().into()));
        self.names(&code.names);
        self.names(&code.localsplusnames);
        if code.localspluskinds.is_empty() {
            self.write(&Const::Bytes([].into()));
        } else {
            self.out.push(tag::BYTES);
            self.sized(&code.localspluskinds);
        }
        self.write(&Const::Str(code.filename.clone()));
        // Scopes without a name of their own have one like `<lambda>`, which is not interned.
        let interned = code.name.0.first() != Some(&b'<');
        self.name(&code.name, interned);
        if code.qualname == code.name {
            self.name(&code.name, interned);
        } else if self.owns_qualname(code, 1) {
            self.write(&Const::Str(code.qualname.clone()));
        } else {
            self.string(&code.qualname, false, 0);
        }
        self.long(code.firstlineno);
        self.write(&Const::Bytes(code.linetable.as_slice().into()));
        self.write(&Const::Bytes(code.exceptiontable.as_slice().into()));
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
