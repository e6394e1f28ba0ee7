//! Blobs of compiled surrogates: how a build bakes them, and how a runtime reads them back.
//!
//! Layout, little-endian: magic (8 bytes), format version (u32), hash of the op table (u64), checksum of the payload (u64), its
//! length (u32), the payload. Payload: number of surrogates (u32), each with name, declarations and marshalled code; number
//! of imports (u32), their names. Names are strictly ascending; a surrogate's number is its place, and imports are numbered
//! after the surrogates (a baked blob has none; a blob of a single file may import baked surrogates).
//!
//! A blob made for another op table, damaged or malformed is refused, never partly accepted.

use std::fmt;
use std::rc::Rc;

use hotpy_isa::{Arg, Effects, Imm, Op, Ty, encoding, names, table_hash};

use crate::object::{flags, kind};
use crate::verify::{self, Fault, FaultKind};
use crate::{CodeObject, Const, marshal};

const MAGIC: [u8; 8] = *b"HotPyLPy";
/// Version of this layout.
pub const FORMAT: u32 = 4;
/// Bytes before the payload.
pub const HEADER: usize = 32;

/// What a surrogate replaces.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Replaces {
    /// A compound op, or one variant of it (an operator of BINARY_OP or COMPARE_OP).
    Op { op: Op, variant: Option<u8> },
    /// A slot of a builtin type, named as its special method.
    Slot { class: String, slot: String },
    /// A builtin function (`sorted`) or a method of a builtin type (`list.sort`).
    Builtin { name: String, asks: Asks },
}

/// By which of its arguments a builtin may run Python at all; the first, or a method's object, is number 0, and the last bit stands for all from 7 on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Asks {
    /// By anything that an operation on the argument may run.
    pub by: u8,
    /// Only if the argument is an instance of a class of Python.
    pub of: u8,
}

impl Asks {
    /// By every argument.
    pub const ALL: Asks = Asks { by: 0xff, of: 0 };

    /// Whether the bits of an argument are set in a mask.
    pub fn has(mask: u8, argument: usize) -> bool {
        mask & 1 << argument.min(7) != 0
    }

    /// Reads what follows a builtin's name: `of 0 by 1`, or nothing.
    pub fn parse(text: &str) -> Option<Asks> {
        let mut words = text.split_whitespace().peekable();
        if words.peek().is_none() {
            return Some(Asks::ALL);
        }
        let mut asks = Asks { by: 0, of: 0 };
        let mut mask = None;
        for word in words {
            match (word, word.parse::<u8>()) {
                ("by", _) => mask = Some(&mut asks.by),
                ("of", _) => mask = Some(&mut asks.of),
                (_, Ok(argument @ 0..=7)) => **mask.as_mut()? |= 1 << argument,
                _ => return None,
            }
        }
        Some(asks)
    }
}

impl fmt::Display for Asks {
    /// As written behind a builtin's name, with a space before it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Asks::ALL {
            return Ok(());
        }
        for (word, mask) in [("of", self.of), ("by", self.by)] {
            if mask != 0 {
                write!(f, " {word}")?;
            }
            for argument in (0..8).filter(|&n| Asks::has(mask, n)) {
                write!(f, " {argument}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Replaces {
    /// As written in `@replaces("...")`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Replaces::Op { op, variant: None } => write!(f, "{op}"),
            Replaces::Op {
                op,
                variant: Some(v),
            } => {
                let list: &[&str] = match op {
                    Op::COMPARE_OP => &names::COMPARISONS,
                    _ => &names::BINARY_OPS,
                };
                write!(f, "{op} {}", list.get(*v as usize).unwrap_or(&"?"))
            }
            Replaces::Slot { class, slot } => write!(f, "slot {class}.{slot}"),
            Replaces::Builtin { name, asks } => write!(f, "builtin {name}{asks}"),
        }
    }
}

/// A compiled surrogate and what was declared beside it.
#[derive(Clone, Debug)]
pub struct Surrogate {
    pub name: String,
    pub replaces: Vec<Replaces>,
    /// Levels of recursion that a call of it counts for: 0 or 1.
    pub recursion: u32,
    /// What the RecursionError of a call too deep adds to its message.
    pub place: String,
    /// What it may do at most.
    pub effects: Effects,
    /// What it takes: as many as its code has parameters.
    pub params: Vec<Ty>,
    /// What it answers.
    pub returns: Ty,
    pub code: Rc<CodeObject>,
}

/// The content of a blob.
#[derive(Clone, Debug, Default)]
pub struct Blob {
    /// In ascending order of their names.
    pub surrogates: Vec<Surrogate>,
    /// Names of surrogates elsewhere, numbered after the own ones.
    pub imports: Vec<String>,
}

/// Why a blob was refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BlobError {
    NotABlob,
    Format(u32),
    /// Made for another op table.
    OpTable,
    Truncated,
    Checksum,
    Malformed(&'static str),
    /// A surrogate's code may not be run.
    Code(String, Fault),
}

impl fmt::Display for BlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BlobError::NotABlob => f.write_str("not a blob of surrogates"),
            BlobError::Format(n) => write!(f, "blob of surrogates has format {n}, not {FORMAT}"),
            BlobError::OpTable => f.write_str(
                "blob of surrogates was compiled for another op table; compile it again",
            ),
            BlobError::Truncated => f.write_str("blob of surrogates is truncated"),
            BlobError::Checksum => f.write_str("blob of surrogates is damaged (checksum)"),
            BlobError::Malformed(what) => write!(f, "blob of surrogates is malformed: {what}"),
            BlobError::Code(name, fault) => write!(f, "surrogate {name}: {fault}"),
        }
    }
}

impl std::error::Error for BlobError {}

/// FNV-1a over eight bytes at a time.
fn checksum(data: &[u8]) -> u64 {
    let mut chunks = data.chunks_exact(8);
    let step = |h: u64, v: u64| (h ^ v).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    let mut h = (&mut chunks).fold(0xcbf2_9ce4_8422_2325, |h, c| {
        step(h, u64::from_le_bytes(c.try_into().unwrap_or_default()))
    });
    h = step(h, data.len() as u64);
    chunks.remainder().iter().fold(h, |h, &b| step(h, b.into()))
}

/// The bytes of a blob.
pub fn write(blob: &Blob) -> Vec<u8> {
    let mut p = Vec::new();
    put(&mut p, blob.surrogates.len());
    for s in &blob.surrogates {
        put_text(&mut p, &s.name);
        put(&mut p, s.replaces.len());
        for r in &s.replaces {
            match r {
                Replaces::Op { op, variant } => {
                    p.extend([0, op.number() as u8, variant.map_or(255, |v| v)]);
                }
                Replaces::Slot { class, slot } => {
                    p.push(1);
                    put_text(&mut p, class);
                    put_text(&mut p, slot);
                }
                Replaces::Builtin { name, asks } => {
                    p.push(2);
                    put_text(&mut p, name);
                    p.extend([asks.by, asks.of]);
                }
            }
        }
        put(&mut p, s.recursion as usize);
        put_text(&mut p, &s.place);
        p.push(s.effects.bits());
        put(&mut p, s.params.len());
        for ty in s.params.iter().chain([&s.returns]) {
            p.push(Ty::ALL.iter().position(|t| t == ty).unwrap_or(0) as u8);
        }
        let code = marshal::dumps(&Const::Code(s.code.clone()));
        put(&mut p, code.len());
        p.extend(code);
    }
    put(&mut p, blob.imports.len());
    for name in &blob.imports {
        put_text(&mut p, name);
    }
    seal(&p)
}

/// A payload with its header. (Apart from `write` for tests that damage payloads.)
pub fn seal(p: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER + p.len());
    out.extend(MAGIC);
    out.extend(FORMAT.to_le_bytes());
    out.extend(table_hash().to_le_bytes());
    out.extend(checksum(p).to_le_bytes());
    put(&mut out, p.len());
    out.extend(p);
    out
}

/// The payload of a sealed blob.
pub fn payload(blob: &[u8]) -> &[u8] {
    blob.get(HEADER..).unwrap_or_default()
}

fn put(out: &mut Vec<u8>, n: usize) {
    out.extend((n as u32).to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, s: &str) {
    put(out, s.len());
    out.extend(s.as_bytes());
}

/// No surrogate needs a stack so deep.
const MAX_STACK: u32 = 4096;

/// Ops for generators, modules, classes and closures, besides those that name globals or cells.
const ABSENT: [Op; 18] = [
    Op::YIELD_VALUE,
    Op::RETURN_GENERATOR,
    Op::SEND,
    Op::ASYNC_GEN_WRAP,
    Op::COPY_FREE_VARS,
    Op::MAKE_FUNCTION,
    Op::LOAD_BUILD_CLASS,
    Op::SETUP_ANNOTATIONS,
    Op::PRINT_EXPR,
    Op::IMPORT_NAME,
    Op::IMPORT_FROM,
    Op::IMPORT_STAR,
    Op::LOAD_NAME,
    Op::STORE_NAME,
    Op::DELETE_NAME,
    Op::STORE_GLOBAL,
    Op::DELETE_GLOBAL,
    Op::JUMP_BACKWARD_NO_INTERRUPT,
];

/// Reads a blob and verifies all code in it.
pub fn read(data: &[u8]) -> Result<Blob, BlobError> {
    let blob = parse(data, true)?;
    let count = blob.surrogates.len() + blob.imports.len();
    for s in &blob.surrogates {
        verify(&s.code, count).map_err(|f| BlobError::Code(s.name.clone(), f))?;
    }
    Ok(blob)
}

/// Verifies the code of a surrogate in a blob that numbers `count` surrogates.
pub fn verify(code: &CodeObject, count: usize) -> Result<(), Fault> {
    verify::verify(code)?;
    let plain = flags::OPTIMIZED | flags::NEWLOCALS | flags::SURROGATE;
    let fault = |unit, what| Err(Fault { unit, what });
    let nested = code.consts.iter().any(|c| matches!(c, Const::Code(_)));
    let cells = code.localspluskinds.iter().any(|&k| k != kind::LOCAL);
    if code.flags != plain
        || code.kwonlyargcount > 0
        || code.stacksize > MAX_STACK
        || nested
        || cells
    {
        return fault(0, FaultKind::NotASurrogate);
    }
    for d in encoding::instructions(&code.code).flatten() {
        let surrogate = d.op.info().dollar.is_some_and(|o| o.imm == Imm::Surrogate);
        if surrogate && d.arg as usize >= count {
            return fault(d.start, FaultKind::BadArg(d.op, d.arg));
        }
        let names = matches!(d.op.info().arg, Arg::GlobalName | Arg::Deref);
        if names || ABSENT.contains(&d.op) {
            return fault(d.start, FaultKind::NotInSurrogate(d.op));
        }
    }
    Ok(())
}

/// Reads a blob that the build has verified, and made with this very op table: header, checksum and structure are checked, but not each
/// instruction.
pub fn read_baked(data: &[u8]) -> Result<Blob, BlobError> {
    parse(data, false)
}

fn parse(data: &[u8], foreign: bool) -> Result<Blob, BlobError> {
    let mut r = Reader { data };
    if r.bytes(8).ok() != Some(&MAGIC[..]) {
        return Err(BlobError::NotABlob);
    }
    let format = r.u32()?;
    if format != FORMAT {
        return Err(BlobError::Format(format));
    }
    let table = r.u64()?;
    if foreign && table != table_hash() {
        return Err(BlobError::OpTable);
    }
    let sum = r.u64()?;
    let len = r.u32()? as usize;
    if r.data.len() < len {
        return Err(BlobError::Truncated);
    }
    if r.data.len() > len {
        return Err(BlobError::Malformed("trailing bytes"));
    }
    if checksum(r.data) != sum {
        return Err(BlobError::Checksum);
    }
    let mut blob = Blob::default();
    for _ in 0..r.u32()? {
        let s = surrogate(&mut r)?;
        if blob
            .surrogates
            .last()
            .is_some_and(|last| last.name >= s.name)
        {
            return Err(BlobError::Malformed("names out of order"));
        }
        blob.surrogates.push(s);
    }
    for _ in 0..r.u32()? {
        blob.imports.push(r.text()?);
    }
    if !r.data.is_empty() {
        return Err(BlobError::Malformed("trailing bytes"));
    }
    Ok(blob)
}

fn surrogate(r: &mut Reader) -> Result<Surrogate, BlobError> {
    let name = r.text()?;
    let mut replaces = Vec::new();
    for _ in 0..r.u32()? {
        replaces.push(match r.u8()? {
            0 => {
                let op = Op::from_u8(r.u8()?).ok_or(BlobError::Malformed("unknown op"))?;
                let variant = Some(r.u8()?).filter(|&v| v != 255);
                Replaces::Op { op, variant }
            }
            1 => Replaces::Slot {
                class: r.text()?,
                slot: r.text()?,
            },
            2 => Replaces::Builtin {
                name: r.text()?,
                asks: Asks {
                    by: r.u8()?,
                    of: r.u8()?,
                },
            },
            _ => return Err(BlobError::Malformed("unknown kind of declaration")),
        });
    }
    let recursion = r.u32()?;
    let place = r.text()?;
    let effects = Effects::from_bits(r.u8()?).ok_or(BlobError::Malformed("unknown effects"))?;
    let mut params = Vec::new();
    for _ in 0..r.u32()? {
        params.push(r.ty()?);
    }
    let returns = r.ty()?;
    let len = r.u32()? as usize;
    let code = match marshal::loads(r.bytes(len)?) {
        Ok(Const::Code(code)) if code.flags & flags::SURROGATE != 0 => code,
        _ => return Err(BlobError::Malformed("no code of a surrogate")),
    };
    if params.len() != code.argcount as usize {
        return Err(BlobError::Malformed("types of other parameters"));
    }
    Ok(Surrogate {
        name,
        replaces,
        recursion,
        place,
        effects,
        params,
        returns,
        code,
    })
}

struct Reader<'a> {
    data: &'a [u8],
}

impl<'a> Reader<'a> {
    fn bytes(&mut self, n: usize) -> Result<&'a [u8], BlobError> {
        let (head, rest) = self.data.split_at_checked(n).ok_or(BlobError::Truncated)?;
        self.data = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BlobError> {
        self.bytes(N)?.try_into().map_err(|_| BlobError::Truncated)
    }

    fn u8(&mut self) -> Result<u8, BlobError> {
        Ok(self.array::<1>()?[0])
    }

    fn u32(&mut self) -> Result<u32, BlobError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, BlobError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn ty(&mut self) -> Result<Ty, BlobError> {
        let ty = Ty::ALL.get(self.u8()? as usize).copied();
        ty.ok_or(BlobError::Malformed("unknown type"))
    }

    fn text(&mut self) -> Result<String, BlobError> {
        let n = self.u32()? as usize;
        let text = std::str::from_utf8(self.bytes(n)?);
        text.map(str::to_owned)
            .map_err(|_| BlobError::Malformed("a name is not UTF-8"))
    }
}
