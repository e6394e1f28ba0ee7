//! Reading marshal: whatever CPython 3.11 writes for a code object. Anything else is an error, never a panic.

use super::tag;
use crate::{CodeObject, Const, PyStr};
use num_bigint::{BigInt, Sign};
use std::rc::Rc;

/// Deepest nesting that is followed.
const MAX_DEPTH: u32 = 2000;

/// Why data cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MarshalError {
    /// The data ends too early.
    Truncated,
    /// A type byte at this offset that code objects never hold.
    UnknownType(u8, usize),
    /// A back reference to nothing, or to what is still being read.
    BadReference(u32),
    /// A part of a code object has the wrong type, or a number is out of range.
    BadCode(&'static str),
    /// Nested too deeply.
    TooDeep,
}

impl std::fmt::Display for MarshalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            MarshalError::Truncated => write!(f, "marshal data too short"),
            MarshalError::UnknownType(t, at) => write!(f, "unknown marshal type {t} at {at}"),
            MarshalError::BadReference(n) => write!(f, "bad marshal reference {n}"),
            MarshalError::BadCode(what) => write!(f, "bad {what} in marshalled code"),
            MarshalError::TooDeep => write!(f, "marshal data nested too deeply"),
        }
    }
}

impl std::error::Error for MarshalError {}

type Result<T> = std::result::Result<T, MarshalError>;

/// The value that `data` starts with.
pub fn loads(data: &[u8]) -> Result<Const> {
    Reader {
        data,
        at: 0,
        shared: Vec::new(),
        depth: 0,
    }
    .value()
}

struct Reader<'a> {
    data: &'a [u8],
    at: usize,
    /// Values entered so far; `None` while a value is being read.
    shared: Vec<Option<Const>>,
    depth: u32,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(n).ok_or(MarshalError::Truncated)?;
        let bytes = self.data.get(self.at..end).ok_or(MarshalError::Truncated)?;
        self.at = end;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut a = [0; N];
        a.copy_from_slice(self.take(N)?);
        Ok(a)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    fn long(&mut self) -> Result<i32> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    fn size(&mut self) -> Result<usize> {
        usize::try_from(self.long()?).map_err(|_| MarshalError::BadCode("size"))
    }

    fn float(&mut self) -> Result<f64> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    fn value(&mut self) -> Result<Const> {
        let start = self.at;
        let head = self.byte()?;
        let slot = (head & tag::FLAG != 0).then(|| {
            self.shared.push(None);
            self.shared.len() - 1
        });
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(MarshalError::TooDeep);
        }
        let value = self.content(head & !tag::FLAG, start)?;
        self.depth -= 1;
        if let Some(slot) = slot {
            self.shared[slot] = Some(value.clone());
        }
        Ok(value)
    }

    fn content(&mut self, tag: u8, start: usize) -> Result<Const> {
        Ok(match tag {
            tag::NONE => Const::None,
            tag::TRUE => Const::Bool(true),
            tag::FALSE => Const::Bool(false),
            tag::ELLIPSIS => Const::Ellipsis,
            tag::INT => Const::Int(self.long()?.into()),
            tag::LONG => Const::Int(self.big()?),
            tag::FLOAT => Const::Float(self.float()?),
            tag::COMPLEX => Const::Complex {
                re: self.float()?,
                im: self.float()?,
            },
            tag::BYTES => {
                let n = self.size()?;
                Const::Bytes(self.take(n)?.into())
            }
            tag::UNICODE | tag::INTERNED | tag::ASCII | tag::ASCII_INTERNED => {
                let n = self.size()?;
                Const::Str(PyStr(self.take(n)?.into()))
            }
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let n = self.byte()?.into();
                Const::Str(PyStr(self.take(n)?.into()))
            }
            tag::SMALL_TUPLE => {
                let n = self.byte()?.into();
                Const::Tuple(self.items(n)?.into())
            }
            tag::TUPLE => {
                let n = self.size()?;
                Const::Tuple(self.items(n)?.into())
            }
            tag::FROZENSET => {
                let n = self.size()?;
                Const::FrozenSet(self.items(n)?.into())
            }
            tag::CODE => Const::Code(Rc::new(self.code()?)),
            tag::REF => {
                let n = self.long()? as u32;
                let value = self.shared.get(n as usize).cloned().flatten();
                value.ok_or(MarshalError::BadReference(n))?
            }
            other => return Err(MarshalError::UnknownType(other, start)),
        })
    }

    fn items(&mut self, n: usize) -> Result<Vec<Const>> {
        // Every item takes a byte at least, so a huge count in short data fails before it allocates.
        if n > self.data.len() - self.at {
            return Err(MarshalError::Truncated);
        }
        (0..n).map(|_| self.value()).collect()
    }

    fn big(&mut self) -> Result<BigInt> {
        let count = self.long()?;
        let mut digits = Vec::new();
        for pair in self.take(2 * count.unsigned_abs() as usize)?.chunks(2) {
            digits.push(u16::from_le_bytes([pair[0], pair[1]]));
        }
        let mut value = BigInt::from(0);
        for d in digits.iter().rev() {
            value = (value << 15) + BigInt::from(*d);
        }
        let sign = if count < 0 { Sign::Minus } else { Sign::Plus };
        Ok(BigInt::from_biguint(sign, value.magnitude().clone()))
    }

    fn count(&mut self) -> Result<u32> {
        u32::try_from(self.long()?).map_err(|_| MarshalError::BadCode("count"))
    }

    fn bytes(&mut self, what: &'static str) -> Result<Vec<u8>> {
        match self.value()? {
            Const::Bytes(b) => Ok(b.to_vec()),
            _ => Err(MarshalError::BadCode(what)),
        }
    }

    fn tuple(&mut self, what: &'static str) -> Result<Vec<Const>> {
        match self.value()? {
            Const::Tuple(t) => Ok(t.to_vec()),
            _ => Err(MarshalError::BadCode(what)),
        }
    }

    fn str(&mut self, what: &'static str) -> Result<PyStr> {
        string(self.value()?, what)
    }

    fn strs(&mut self, what: &'static str) -> Result<Vec<PyStr>> {
        let items = self.tuple(what)?;
        items.into_iter().map(|c| string(c, what)).collect()
    }

    fn code(&mut self) -> Result<CodeObject> {
        // Fields are read in the order in which they are written here.
        Ok(CodeObject {
            argcount: self.count()?,
            posonlyargcount: self.count()?,
            kwonlyargcount: self.count()?,
            stacksize: self.count()?,
            flags: self.long()? as u32,
            code: self.bytes("code")?,
            consts: self.tuple("constants")?,
            names: self.strs("names")?,
            localsplusnames: self.strs("variable names")?,
            localspluskinds: self.bytes("variable kinds")?,
            filename: self.str("file name")?,
            name: self.str("name")?,
            qualname: self.str("qualified name")?,
            firstlineno: self.count()?,
            linetable: self.bytes("line table")?,
            exceptiontable: self.bytes("exception table")?,
        })
    }
}

fn string(value: Const, what: &'static str) -> Result<PyStr> {
    match value {
        Const::Str(s) => Ok(s),
        _ => Err(MarshalError::BadCode(what)),
    }
}
