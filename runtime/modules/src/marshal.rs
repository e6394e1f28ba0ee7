//! `marshal`: Python values to bytes and back, version 4, as `.pyc` files hold them.
//!
//! Writing numbers every object that has more than one owner when it is first written (flag bit 0x80) and refers back to
//! it by number afterwards; reading numbers the flagged objects in the same order, containers before their items.

use crate::support::*;
use hotpy_objects::def::{Downcast, fast, one};
use hotpy_objects::flags::tp;
use hotpy_objects::growing::Growing;
use hotpy_objects::task::{self, Begun};
use hotpy_objects::*;
use std::borrow::Cow;
use std::collections::HashMap;

/// The newest version, and the default.
pub const VERSION: i32 = 4;
const FLAG_REF: u8 = 0x80;
const MAX_DEPTH: usize = 2000;
/// Longer tuples are believed when their items are there.
const DIRECT: usize = 4096;

// ---- reading ----

/// What is left of marshalled data.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    /// The next `n` bytes. EOFError.
    #[inline(always)]
    fn take(&mut self, n: usize) -> PyResult<&'a [u8]> {
        let Some((piece, rest)) = self.0.split_at_checked(n) else {
            return Err(too_short());
        };
        self.0 = rest;
        Ok(piece)
    }

    #[inline(always)]
    fn byte(&mut self) -> PyResult<u8> {
        let Some((&byte, rest)) = self.0.split_first() else {
            return Err(too_short());
        };
        self.0 = rest;
        Ok(byte)
    }

    #[inline(always)]
    fn four(&mut self) -> PyResult<[u8; 4]> {
        let Some((four, rest)) = self.0.split_first_chunk() else {
            return Err(too_short());
        };
        self.0 = rest;
        Ok(*four)
    }

    /// The data of a bytes object without a number that comes next, if that can be had without making the object.
    fn plain_bytes(&mut self) -> Option<&'a [u8]> {
        let (&[b's', a, b, c, d], rest) = self.0.split_first_chunk()? else {
            return None;
        };
        let n = i32::from_le_bytes([a, b, c, d]);
        let (piece, rest) = rest.split_at_checked(usize::try_from(n).ok()?)?;
        self.0 = rest;
        Some(piece)
    }
}

/// What comes next in marshalled data of which no more is to be read than one object takes.
enum Wait {
    Object,
    /// Objects up to the end marker.
    Dict,
    Objects(usize),
    /// Two bytes each.
    Digits(usize),
    Raw(usize),
    /// A number of bytes, of digits, of objects, in four bytes or one.
    Count(Counted, usize),
}

#[derive(Clone, Copy)]
enum Counted {
    Bytes,
    Digits,
    Objects,
}

/// Tells of a file, piece by piece, how much is to be read; what is wrong with it is left to the [`Reader`].
struct Scan(Vec<Wait>);

impl Scan {
    /// The size of the next piece; nothing at the end of the object.
    fn next(&mut self) -> Option<usize> {
        loop {
            let n = match self.0.last_mut()? {
                Wait::Object => 1,
                Wait::Dict => {
                    self.0.push(Wait::Object);
                    1
                }
                Wait::Objects(0) | Wait::Digits(0) => 0,
                Wait::Digits(n) => {
                    *n -= 1;
                    self.0.push(Wait::Raw(2));
                    2
                }
                Wait::Objects(n) => {
                    *n -= 1;
                    self.0.push(Wait::Object);
                    1
                }
                Wait::Raw(n) | Wait::Count(_, n) => *n,
            };
            if n > 0 {
                return Some(n);
            }
            self.0.pop();
        }
    }

    /// Goes on with the piece.
    fn take(&mut self, piece: &[u8]) {
        let Some(wait) = self.0.pop() else { return };
        match wait {
            Wait::Object if self.is_too_deep() => self.0.clear(),
            Wait::Object => self.object(piece[0] & !FLAG_REF),
            Wait::Count(counted, _) => {
                let n = match *piece {
                    [n] => i64::from(n),
                    [a, b, c, d] => i64::from(i32::from_le_bytes([a, b, c, d])),
                    _ => -1,
                };
                match (counted, usize::try_from(n)) {
                    (Counted::Digits, _) => self.0.push(Wait::Digits(n.unsigned_abs() as usize)),
                    (Counted::Bytes, Ok(n)) => self.0.push(Wait::Raw(n)),
                    (Counted::Objects, Ok(n)) => self.0.push(Wait::Objects(n)),
                    (_, Err(_)) => self.0.clear(),
                }
            }
            Wait::Raw(_) | Wait::Digits(_) | Wait::Dict | Wait::Objects(_) => {}
        }
    }

    /// Whether the object that was to be read is one that the reader refuses.
    fn is_too_deep(&self) -> bool {
        // Of code objects, lists of objects wait that have not begun: they stand right below one that has.
        let around = |pair: &[Wait]| !matches!(pair, [Wait::Objects(2), Wait::Raw(_)]);
        self.0.len() >= MAX_DEPTH
            && self
                .0
                .windows(2)
                .filter(|pair| matches!(pair[0], Wait::Dict | Wait::Objects(_)) && around(pair))
                .count()
                >= MAX_DEPTH - 1
    }

    fn object(&mut self, code: u8) {
        use Counted::*;
        // The last comes first.
        match code {
            b'N' | b'F' | b'T' | b'S' | b'.' => {}
            b'0' if matches!(self.0.last(), Some(Wait::Dict)) => {
                self.0.pop();
            }
            b'r' | b'i' => self.0.push(Wait::Raw(4)),
            b'I' | b'g' => self.0.push(Wait::Raw(8)),
            b'y' => self.0.extend([Wait::Raw(8), Wait::Raw(8)]),
            b'l' => self.0.push(Wait::Count(Digits, 4)),
            b'f' | b'z' | b'Z' => self.0.push(Wait::Count(Bytes, 1)),
            b'x' => self
                .0
                .extend([Wait::Count(Bytes, 1), Wait::Count(Bytes, 1)]),
            b's' | b'a' | b'A' | b'u' | b't' => self.0.push(Wait::Count(Bytes, 4)),
            b')' => self.0.push(Wait::Count(Objects, 1)),
            b'(' | b'[' | b'<' | b'>' => self.0.push(Wait::Count(Objects, 4)),
            b'{' => self.0.push(Wait::Dict),
            b'c' => {
                self.0
                    .extend([Wait::Objects(2), Wait::Raw(4), Wait::Objects(8)]);
                self.0.extend((0..5).map(|_| Wait::Raw(4)));
            }
            _ => self.0.clear(),
        }
    }
}

/// Exactly so many bytes of a Python file.
async fn read_from(file: &PyObject, n: usize) -> PyResult<Ref<PyByteArrayObject>> {
    let room = bytearray::new(&vec![0; n])?;
    let view = memoryview::new(&room)?.into_object();
    let got = task::method(file, "readinto", vec![view]).await?;
    let got = number::index_isize(&*task::indexed(&got).await?, Some(&exceptions::ValueError))?;
    if got > n as isize {
        return Err(raise!(
            ValueError,
            "read() returned too much data: {n} bytes requested, {got} returned"
        ));
    }
    if got < n as isize {
        return Err(raise!(EOFError, "EOF read where not expected"));
    }
    Ok(room)
}

fn too_short() -> Raised {
    raise!(EOFError, "marshal data too short")
}

fn bad(what: &str) -> Raised {
    raise!(ValueError, "bad marshal data ({what})")
}

/// Reads one object after another.
pub struct Reader<'a> {
    source: Bytes<'a>,
    refs: Vec<Option<Ref>>,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub fn new(data: &'a [u8]) -> Reader<'a> {
        Reader {
            source: Bytes(data),
            refs: Vec::new(),
            depth: 0,
        }
    }

    /// How many bytes have not been read.
    pub fn left(&self) -> usize {
        self.source.0.len()
    }

    /// The next object; `TypeError` for the end marker of a dict.
    pub fn object(&mut self) -> PyResult {
        self.whole()
    }

    #[inline(always)]
    fn take(&mut self, n: usize) -> PyResult<&'a [u8]> {
        self.source.take(n)
    }

    #[inline(always)]
    fn byte(&mut self) -> PyResult<u8> {
        self.source.byte()
    }

    #[inline(always)]
    fn long(&mut self) -> PyResult<i32> {
        self.source.four().map(i32::from_le_bytes)
    }

    fn size(&mut self, what: &str) -> PyResult<usize> {
        let n = self.long()?;
        if n < 0 {
            return Err(bad(&format!("{what} size out of range")));
        }
        Ok(n as usize)
    }

    fn double(&mut self) -> PyResult<f64> {
        let b = self.take(8)?;
        let mut a = [0; 8];
        a.copy_from_slice(&b);
        Ok(f64::from_le_bytes(a))
    }

    fn text_double(&mut self) -> PyResult<f64> {
        let n = self.byte()? as usize;
        let digits = self.take(n)?;
        match std::str::from_utf8(&digits).ok().and_then(float::parse) {
            Some(value) => Ok(value),
            None => Err(raise!(
                ValueError,
                "could not convert string to float: '{}'",
                String::from_utf8_lossy(&digits)
            )),
        }
    }

    fn whole(&mut self) -> PyResult {
        match self.item()? {
            Some(object) => Ok(object),
            None => Err(raise!(TypeError, "NULL object in marshal data for object")),
        }
    }

    fn item(&mut self) -> PyResult<Option<Ref>> {
        let code = match self.byte() {
            Ok(code) => code,
            Err(raised) => {
                if !errors::matches(&exceptions::EOFError) {
                    return Err(raised);
                }
                errors::clear();
                return Err(raise!(EOFError, "EOF read where object expected"));
            }
        };
        if self.depth == MAX_DEPTH {
            return Err(raise!(ValueError, "recursion limit exceeded"));
        }
        self.depth += 1;
        let result = self.typed(code & !FLAG_REF, code & FLAG_REF != 0);
        self.depth -= 1;
        result
    }

    fn items(&mut self, n: usize, kind: &str) -> PyResult<Vec<Ref>> {
        let mut items = Vec::with_capacity(n.min(1 << 16));
        for _ in 0..n {
            items.push(self.item_of(kind)?);
        }
        Ok(items)
    }

    #[inline]
    fn item_of(&mut self, kind: &str) -> PyResult {
        match self.item()? {
            Some(item) => Ok(item),
            None => Err(raise!(TypeError, "NULL object in marshal data for {kind}")),
        }
    }

    /// The bytecode of a code object, as a rule straight from the data.
    fn bytecode(&mut self) -> PyResult<Cow<'a, [u8]>> {
        if let Some(piece) = self.source.plain_bytes() {
            return Ok(Cow::Borrowed(piece));
        }
        let object = part::<PyBytesObject>(self.whole()?)?;
        Ok(Cow::Owned(object.as_slice().to_vec()))
    }

    /// A place among the numbered objects, to be filled when the object is complete.
    fn reserve(&mut self, flag: bool) -> Option<usize> {
        flag.then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        })
    }

    fn fill(&mut self, place: Option<usize>, object: Ref) -> Ref {
        if let Some(place) = place {
            self.refs[place] = Some(object.clone());
        }
        object
    }

    fn typed(&mut self, code: u8, flag: bool) -> PyResult<Option<Ref>> {
        let object: Ref = match code {
            b'0' => return Ok(None),
            b'N' => return none().map(Some),
            b'F' => return boolean(false).map(Some),
            b'T' => return boolean(true).map(Some),
            b'S' => return Ok(Some(Ref::new(&*exceptions::StopIteration))),
            b'.' => return Ok(Some(singletons::ellipsis())),
            b'r' => {
                let n = self.long()?;
                return match self.refs.get(n as usize) {
                    Some(Some(object)) if n >= 0 => Ok(Some(object.clone())),
                    _ => Err(bad("invalid reference")),
                };
            }
            b'i' => int(self.long()? as i64)?,
            b'I' => {
                let b = self.take(8)?;
                let mut a = [0; 8];
                a.copy_from_slice(&b);
                int(i64::from_le_bytes(a))?
            }
            b'l' => self.big_int()?,
            b'f' => float(self.text_double()?)?,
            b'g' => float(self.double()?)?,
            b'x' => {
                let re = self.text_double()?;
                let im = self.text_double()?;
                complex::from_parts(re, im)?.into_object()
            }
            b'y' => {
                let re = self.double()?;
                let im = self.double()?;
                complex::from_parts(re, im)?.into_object()
            }
            b's' => {
                let n = self.size("bytes object")?;
                bytes::new_apart(&self.take(n)?)?.into_object()
            }
            b'z' | b'Z' => {
                let n = self.byte()? as usize;
                self.ascii(n, code == b'Z')?
            }
            b'a' | b'A' => {
                let n = self.size("string")?;
                self.ascii(n, code == b'A')?
            }
            b'u' | b't' => {
                let n = self.size("string")?;
                let mut text = str_::decode(&self.take(n)?, None, Some("surrogatepass"))?;
                if code == b't' {
                    str_::intern_in_place(&mut text);
                }
                text.into_object()
            }
            b')' | b'(' => {
                let n = if code == b')' {
                    self.byte()? as usize
                } else {
                    self.size("tuple")?
                };
                let place = self.reserve(flag);
                let object = if (1..=DIRECT).contains(&n) {
                    let mut filling = tuple::Filling::new(n)?;
                    for _ in 0..n {
                        filling.push(self.item_of("tuple")?);
                    }
                    filling.finish().into_object()
                } else {
                    tuple(self.items(n, "tuple")?)?
                };
                return Ok(Some(self.fill(place, object)));
            }
            b'[' => {
                let n = self.size("list")?;
                let result = list::new()?;
                let place = self.reserve(flag);
                self.fill(place, result.clone().into_object());
                for item in self.items(n, "list")? {
                    result.push(item)?;
                }
                return Ok(Some(result.into_object()));
            }
            b'{' => {
                let result = dict::new()?;
                let place = self.reserve(flag);
                self.fill(place, result.clone().into_object());
                while let Some(key) = self.item()? {
                    let Some(value) = self.item()? else { break };
                    result.set_item(&key, &value)?;
                }
                return Ok(Some(result.into_object()));
            }
            b'<' => {
                let n = self.size("set")?;
                let result = set::new()?;
                let place = self.reserve(flag);
                self.fill(place, result.clone().into_object());
                for item in self.items(n, "set")? {
                    result.add(&item)?;
                }
                return Ok(Some(result.into_object()));
            }
            b'>' => {
                let n = self.size("set")?;
                let place = self.reserve(flag);
                let items = self.items(n, "set")?;
                let object = set::new_frozen(&items)?.into_object();
                return Ok(Some(self.fill(place, object)));
            }
            b'c' => {
                let place = self.reserve(flag);
                let object = self.code()?;
                return Ok(Some(self.fill(place, object)));
            }
            _ => return Err(bad("unknown type code")),
        };
        if flag {
            self.refs.push(Some(object.clone()));
        }
        Ok(Some(object))
    }

    fn ascii(&mut self, n: usize, intern: bool) -> PyResult {
        let piece = self.take(n)?;
        // An interned string is there already, as a rule.
        if intern && n > 1 && piece.is_ascii() {
            return Ok(str_::intern_ascii(&piece)?.into_object());
        }
        let mut text = str_::from_latin1(&piece)?;
        if intern {
            str_::intern_in_place(&mut text);
        }
        Ok(text.into_object())
    }

    fn big_int(&mut self) -> PyResult {
        let n = self.long()?;
        let count = n.unsigned_abs() as usize;
        let raw = self.take(count * 2)?;
        let mut bits = num_bigint::BigUint::default();
        // Fifteen-bit digits: packed into 30-bit ones first, so that the conversion is linear in practice.
        let mut words = Vec::with_capacity(count);
        for pair in raw.chunks_exact(2) {
            let digit = u16::from_le_bytes([pair[0], pair[1]]);
            if digit > 0x7fff {
                return Err(bad("digit out of range in long"));
            }
            words.push(digit as u32);
        }
        if words.last() == Some(&0) {
            return Err(bad("unnormalized long data"));
        }
        let mut packed: Vec<u32> = Vec::with_capacity(words.len() / 2 + 1);
        let (mut accumulated, mut have) = (0u64, 0);
        for word in words {
            accumulated |= (word as u64) << have;
            have += 15;
            if have >= 32 {
                packed.push(accumulated as u32);
                accumulated >>= 32;
                have -= 32;
            }
        }
        packed.push(accumulated as u32);
        bits.assign_from_slice(&packed);
        let sign = if n < 0 {
            num_bigint::Sign::Minus
        } else {
            num_bigint::Sign::Plus
        };
        Ok(int::from_bigint(&num_bigint::BigInt::from_biguint(sign, bits))?.into_object())
    }

    fn code(&mut self) -> PyResult {
        let argcount = self.long()?;
        let posonlyargcount = self.long()?;
        let kwonlyargcount = self.long()?;
        let stacksize = self.long()?;
        let flags = self.long()?;
        let code = self.bytecode()?;
        let consts = self.whole()?;
        let names = self.whole()?;
        let localsplusnames = self.whole()?;
        let localspluskinds = self.whole()?;
        let filename = self.whole()?;
        let name = self.whole()?;
        let qualname = self.whole()?;
        let firstlineno = self.long()?;
        let linetable = self.whole()?;
        let exceptiontable = self.whole()?;
        let code = code::new(code::Fields {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            firstlineno,
            code,
            consts: part(consts)?,
            names: part(names)?,
            localsplusnames: part(localsplusnames)?,
            localspluskinds: part(localspluskinds)?,
            filename: part(filename)?,
            name: part(name)?,
            qualname: part(qualname)?,
            linetable: part(linetable)?,
            exceptiontable: part(exceptiontable)?,
        })?;
        Ok(code.into_object())
    }
}

/// A part of a code object, of the type it must have.
fn part<T: def::Builtin>(object: Ref) -> PyResult<Ref<T>> {
    if object.is_instance::<T>() {
        // SAFETY: the type was checked.
        Ok(unsafe { object.cast() })
    } else {
        Err(raise!(
            TypeError,
            "code: a part has the wrong type, {}",
            object.ty().name()
        ))
    }
}

// ---- writing ----

/// Appends marshalled objects to a buffer.
pub struct Writer {
    out: Growing<u8>,
    version: i32,
    /// Numbers by address; the objects are kept alive meanwhile.
    numbers: HashMap<usize, u32>,
    kept: Vec<Ref>,
    depth: usize,
}

impl Writer {
    pub fn new(version: i32) -> Writer {
        Writer {
            out: Growing::new(),
            version,
            numbers: HashMap::new(),
            kept: Vec::new(),
            depth: 0,
        }
    }

    fn long(&mut self, n: i32) {
        self.out.extend_from_slice(&n.to_le_bytes());
    }

    fn size(&mut self, n: usize) -> PyResult<()> {
        if n > i32::MAX as usize {
            return Err(raise!(ValueError, "unmarshallable object"));
        }
        self.long(n as i32);
        Ok(())
    }

    fn sized(&mut self, data: &[u8]) -> PyResult<()> {
        self.size(data.len())?;
        self.out.extend_from_slice(data);
        self.out.check()
    }

    /// Writes a reference if the object was written before, else answers its flag bit. Raises MemoryError.
    fn reference(&mut self, o: &PyObject) -> PyResult<Option<u8>> {
        // An interned string may always be met again.
        let interned = o.exact::<Str>().is_some_and(str_::is_interned);
        if self.version < 3 || (o.ob_refcnt.get() == 1 && !interned) {
            return Ok(Some(0));
        }
        let address = o.as_ptr() as usize;
        if let Some(&number) = self.numbers.get(&address) {
            self.out.push(b'r');
            self.long(number as i32);
            return Ok(None);
        }
        if self.numbers.try_reserve(1).is_err() || self.kept.try_reserve(1).is_err() {
            return Err(errors::no_memory());
        }
        self.numbers.insert(address, self.numbers.len() as u32);
        self.kept.push(o.to_ref());
        Ok(Some(FLAG_REF))
    }

    /// Writes an object to which the caller holds a reference besides the owners'.
    fn unshared(&mut self, item: Ref) -> PyResult<Ref> {
        // SAFETY: the set that the item came from keeps it while it is written: nothing here runs Python.
        let borrowed = unsafe { &*item.as_ptr() };
        drop(item);
        self.object(borrowed)?;
        Ok(borrowed.to_ref())
    }

    fn double(&mut self, value: f64) {
        if self.version > 1 {
            self.out.extend_from_slice(&value.to_le_bytes());
        } else {
            let digits = float::format_f64(value, b'g', 17, false, false);
            self.out.push(digits.len() as u8);
            self.out.extend_from_slice(digits.as_bytes());
        }
    }

    /// Writes one object. ValueError "unmarshallable object".
    pub fn object(&mut self, o: &PyObject) -> PyResult<()> {
        self.depth += 1;
        let result = if self.depth > MAX_DEPTH {
            Err(raise!(ValueError, "object too deeply nested to marshal"))
        } else {
            self.typed(o)
        };
        self.depth -= 1;
        result
    }

    fn typed(&mut self, o: &PyObject) -> PyResult<()> {
        let single = if singletons::is_none(o) {
            b'N'
        } else if o.is(&*exceptions::StopIteration) {
            b'S'
        } else if o.is(&singletons::_Py_EllipsisObject) {
            b'.'
        } else if boolean::is_false(o) {
            b'F'
        } else if boolean::is_true(o) {
            b'T'
        } else {
            0
        };
        if single != 0 {
            self.out.push(single);
            return Ok(());
        }
        let Some(flag) = self.reference(o)? else {
            return Ok(());
        };
        if let Some(number) = o.exact::<PyLongObject>() {
            if let Some(small) = number.to_i64().and_then(|v| i32::try_from(v).ok()) {
                self.out.push(b'i' | flag);
                self.long(small);
                return Ok(());
            }
            self.out.push(b'l' | flag);
            return self.big_int(number);
        }
        if let Some(number) = o.exact::<PyFloatObject>() {
            self.out
                .push(if self.version > 1 { b'g' } else { b'f' } | flag);
            self.double(number.ob_fval.get());
        } else if let Some(number) = o.exact::<PyComplexObject>() {
            self.out
                .push(if self.version > 1 { b'y' } else { b'x' } | flag);
            self.double(number.cval.real.get());
            self.double(number.cval.imag.get());
        } else if let Some(data) = o.exact::<PyBytesObject>() {
            self.out.push(b's' | flag);
            self.sized(data.as_slice())?;
        } else if let Some(text) = o.exact::<Str>() {
            self.text(text, flag)?;
        } else if let Some(items) = o.exact::<PyTupleObject>() {
            if self.version >= 4 && items.len() < 256 {
                self.out.push(b')' | flag);
                self.out.push(items.len() as u8);
            } else {
                self.out.push(b'(' | flag);
                self.size(items.len())?;
            }
            for item in items.items() {
                self.object(item)?;
            }
        } else if let Some(items) = o.exact::<PyListObject>() {
            self.out.push(b'[' | flag);
            self.size(items.len())?;
            let mut i = 0;
            while let Some(item) = items.get(i) {
                self.object(&item)?;
                i += 1;
            }
        } else if let Some(items) = o.exact::<PyDictObject>() {
            self.out.push(b'{' | flag);
            growing::ensure(items.len() * 16)?;
            for (key, value) in items.pairs() {
                self.object(&key)?;
                self.object(&value)?;
            }
            self.out.push(b'0');
        } else if o.ty().is(&*set::PySet_Type) || o.ty().is(&*set::PyFrozenSet_Type) {
            // SAFETY: both types have this layout.
            let items = unsafe { o.cast::<PySetObject>() }.items()?;
            self.out.push(
                if o.ty().is(&*set::PySet_Type) {
                    b'<'
                } else {
                    b'>'
                } | flag,
            );
            self.size(items.len())?;
            // By their bytes, so that equal sets are written equally.
            // Each, with its bytes.
            growing::ensure(items.len() * 128)?;
            let mut sorted = Vec::with_capacity(items.len());
            for item in items {
                // Our own reference must not count.
                let mut one = Writer::new(self.version);
                let item = one.unshared(item)?;
                sorted.push((one.out.finish()?, item));
            }
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            // Sorting holds on to the members, so that they all count as shared.
            for (_, item) in &sorted {
                let held = item.clone();
                self.object(item)?;
                drop(held);
            }
        } else if o.is_exact::<PyCodeObject>() {
            self.out.push(b'c' | flag);
            // SAFETY: the type was checked.
            self.code(unsafe { o.cast() })?;
        } else if o.ty().tp_as_buffer.get().is_null() || o.ty().is_subclass_flag(tp::BYTES_SUBCLASS)
        {
            self.out.push(b'?');
            return Err(raise!(ValueError, "unmarshallable object"));
        } else {
            self.out.push(b's' | flag);
            let Ok(data) = memoryview::Buffer::get(o, flags::buffer::SIMPLE) else {
                errors::clear();
                return Err(raise!(ValueError, "unmarshallable object"));
            };
            self.sized(data.as_slice())?;
        }
        Ok(())
    }

    fn text(&mut self, text: &Str, flag: u8) -> PyResult<()> {
        let interned = str_::is_interned(text);
        if self.version >= 4 && text.is_ascii() {
            let data = text.to_utf8()?.as_bytes();
            if data.len() < 256 {
                self.out.push(if interned { b'Z' } else { b'z' } | flag);
                self.out.push(data.len() as u8);
                self.out.extend_from_slice(data);
                return Ok(());
            }
            self.out.push(if interned { b'A' } else { b'a' } | flag);
            return self.sized(data);
        }
        self.out.push(
            if self.version >= 3 && interned {
                b't'
            } else {
                b'u'
            } | flag,
        );
        self.sized(&text.to_wtf8()?)
    }

    fn big_int(&mut self, number: &PyLongObject) -> PyResult<()> {
        let mut digits = growing::with_room(number.digits().len() * 2)?;
        for &digit in number.digits() {
            digits.push((digit & 0x7fff) as u16);
            digits.push((digit >> 15) as u16);
        }
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let n = digits.len() as i32;
        self.long(if number.is_negative() { -n } else { n });
        for digit in digits {
            self.out.extend_from_slice(&digit.to_le_bytes());
        }
        Ok(())
    }

    fn code(&mut self, code: &PyCodeObject) -> PyResult<()> {
        self.long(code.co_argcount.get());
        self.long(code.co_posonlyargcount.get());
        self.long(code.co_kwonlyargcount.get());
        self.long(code.co_stacksize.get());
        self.long(code.public_flags());
        let bytecode = attr(code, "co_code")?;
        self.object(&bytecode)?;
        for field in [
            &code.co_consts,
            &code.co_names,
            &code.co_localsplusnames,
            &code.co_localspluskinds,
            &code.co_filename,
            &code.co_name,
            &code.co_qualname,
        ] {
            self.field(field)?;
        }
        self.long(code.co_firstlineno.get());
        self.field(&code.co_linetable)?;
        self.field(&code.co_exceptiontable)
    }

    /// Borrows the field, so that our own reference does not make the object look shared; the code object keeps it.
    fn field(&mut self, field: &Slot<PyObject>) -> PyResult<()> {
        match field.get() {
            Some(object) => self.object(object),
            None => {
                self.out.push(b'N');
                Ok(())
            }
        }
    }
}

// ---- module ----

extern "C" fn loads(_: &PyObject, data: &PyObject) -> PyResult {
    if crate::sys::is_audited() {
        let copy = bytes::with_buffer(data, bytes)?;
        crate::sys::audit("marshal.loads", &[&copy])?;
    }
    bytes::with_buffer(data, |data| Reader::new(data).object())
}

extern "C" fn load(_: &PyObject, file: &PyObject) -> PyResult {
    task::run(loaded(&[file]))
}

/// The same from bytecode.
fn begin_load(_: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun> {
    (names.is_none() && args.len() == 1).then(|| Begun::Task(task::of_function(args, loaded)))
}

async fn loaded(args: &[&PyObject]) -> PyResult {
    let file = args[0];
    crate::sys::audit("marshal.load", &[])?;
    // An empty read shows whether it is a binary file.
    let probe = task::method(file, "read", vec![int(0)?]).await?;
    if !probe.is_instance::<PyBytesObject>() {
        return Err(raise!(
            TypeError,
            "file.read() returned not bytes but {}",
            probe.ty().name()
        ));
    }
    let mut data = Vec::new();
    let mut scan = Scan(vec![Wait::Object]);
    while let Some(n) = scan.next() {
        let at_object = matches!(scan.0.last(), Some(Wait::Object));
        match read_from(file, n).await {
            Ok(piece) => {
                scan.take(piece.as_slice());
                growing::append(&mut data, piece.as_slice())?;
            }
            Err(Raised) if at_object && errors::matches(&exceptions::EOFError) => {
                errors::clear();
                return Err(raise!(EOFError, "EOF read where object expected"));
            }
            Err(raised) => return Err(raised),
        }
    }
    Reader::new(&data).object()
}

/// Marshals one object.
pub fn to_bytes(value: &PyObject, version: i32) -> PyResult<Vec<u8>> {
    let mut writer = Writer::new(version);
    writer.object(value)?;
    writer.out.finish()
}

extern "C" fn dumps(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    cfunction::check_count("dumps", args.len(), 1, 2)?;
    let version = args.get(1).map_or(Ok(VERSION), |o| int_arg(o))?;
    crate::sys::audit("marshal.dumps", &[args[0], &*int(version as i64)?])?;
    bytes(&to_bytes(args[0], version)?)
}

extern "C" fn dump(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    task::run(dumped(args.slice(count)))
}

/// The same from bytecode.
fn begin_dump(_: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun> {
    names
        .is_none()
        .then(|| Begun::Task(task::of_function(args, dumped)))
}

async fn dumped(args: &[&PyObject]) -> PyResult {
    cfunction::check_count("dump", args.len(), 2, 3)?;
    let version = match args.get(2) {
        Some(version) => int_arg(&*task::indexed(version).await?)?,
        None => VERSION,
    };
    crate::sys::audit("marshal.dumps", &[args[0], &*int(version as i64)?])?;
    let data = bytes(&to_bytes(args[0], version)?)?;
    task::method(args[1], "write", vec![data]).await
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast::<PyObject>(
        c"dump",
        dump,
        c"dump($module, value, file, version=version, /)\n--\n\nWrites the value to a binary file.",
    ),
    one::<PyObject>(c"load", load, c"load($module, file, /)\n--\n\nReads one value from a binary file."),
    fast::<PyObject>(
        c"dumps",
        dumps,
        c"dumps($module, value, version=version, /)\n--\n\nThe bytes that dump() would write.",
    ),
    one::<PyObject>(
        c"loads",
        loads,
        c"loads($module, bytes, /)\n--\n\nReads one value; what follows it is ignored.",
    ),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods("marshal", "Python values to bytes and back.", METHODS)?;
    add_int(&module, "version", VERSION as i64)?;
    task::register_named(&module, "dump", begin_dump)?;
    task::register_named(&module, "load", begin_load)?;
    if let Some(dumps) = module.dict().get_text("dumps") {
        hotpy_vm::builtin_calls::mark_asking(&dumps);
    }
    Ok(module)
}
