//! The methods that `bytes` and `bytearray` share, written once over [`ByteString`].
//!
//! A `bytearray`'s data moves when it is resized: arguments that may run Python code are converted before the data is borrowed (O2).

use crate::cfunction::{Params, check_count};
use crate::def::{self, fast, fast_kw, noargs, one};
use crate::flags::tp;
use crate::growing::{self, Growing};
use crate::str_::args::{codec_name, erase, fit, int_arg, isize_arg, needle_args};
use crate::str_::layout::of;
use crate::str_::{Units, search};
use crate::*;
use bytes::with_buffer;
use memchr::memmem;

/// `bytes` or `bytearray`.
pub(crate) trait ByteString: Object + Sized + 'static {
    /// The data; gone when a bytearray is resized.
    fn data(&self) -> &[u8];
    /// A new object of the builtin type. Raises MemoryError.
    fn make(data: &[u8]) -> PyResult;
    /// A new object of `len` bytes that `fill` writes, all of them. Raises MemoryError.
    ///
    /// # Safety
    /// `fill` writes all `len` bytes.
    unsafe fn make_with(len: usize, fill: impl FnOnce(*mut u8)) -> PyResult;
    /// What has been collected. Raises MemoryError.
    fn make_grown(data: Growing<u8>) -> PyResult {
        data.check()?;
        Self::make(&data)
    }
    /// An object with the same data: itself, if it is exact and immutable.
    fn unchanged(&self) -> PyResult;
    /// The type that `fromhex` is a method of.
    fn builtin_type() -> &'static PyTypeObject;
}

/// White space in ASCII.
fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}

fn space(c: u32) -> bool {
    is_space(c as u8)
}

/// Number of shared entries, without the end.
pub(crate) const SHARED: usize = 42;

/// The shared method table.
pub(crate) const fn methods<S: ByteString>() -> [PyMethodDef; SHARED] {
    [
        noargs(c"capitalize", capitalize::<S>, c"B.capitalize() -> copy of B\n\nFirst byte in upper case, the others in lower case (ASCII)."),
        fast(c"center", center::<S>, c"center($self, width, fillchar=b' ', /)\n--\n\nCentred in the given width."),
        def::bare_name(fast(c"count", count::<S>, c"B.count(sub[, start[, end]]) -> int\n\nNumber of occurrences of sub (bytes or a number) that do not overlap.")),
        fast_kw(c"decode", decode::<S>, c"decode($self, /, encoding='utf-8', errors='strict')\n--\n\nThe text in the given encoding."),
        def::bare_name(fast(c"endswith", endswith::<S>, c"B.endswith(suffix[, start[, end]]) -> bool\n\nWhether B[start:end] ends with the suffix, or one of a tuple.")),
        fast_kw(c"expandtabs", expandtabs::<S>, c"expandtabs($self, /, tabsize=8)\n--\n\nTabs replaced by spaces up to the next tab stop."),
        def::bare_name(fast(c"find", find::<S>, c"B.find(sub[, start[, end]]) -> int\n\nLowest index of sub within B[start:end], or -1.")),
        def::class_method(one(c"fromhex", fromhex::<S>, c"fromhex($type, string, /)\n--\n\nThe bytes of a string of hexadecimal numbers; white space between bytes is skipped.")),
        fast_kw(c"hex", hex::<S>, c"hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nHexadecimal digits; sep comes after every bytes_per_sep bytes, counted from the right (left if negative).\n\n>>> value = b'\\xff\\x01\\x20'\n>>> value.hex()\n'ff0120'\n>>> value.hex('-')\n'ff-01-20'\n>>> value.hex('-', 2)\n'ff-0120'\n>>> value.hex('-', -2)\n'ff01-20'"),
        def::bare_name(fast(c"index", index::<S>, c"B.index(sub[, start[, end]]) -> int\n\nLike find(), but ValueError if there is none.")),
        noargs(c"isalnum", isalnum::<S>, c"B.isalnum() -> bool\n\nWhether all bytes are ASCII letters or digits, and there is one."),
        noargs(c"isalpha", isalpha::<S>, c"B.isalpha() -> bool\n\nWhether all bytes are ASCII letters, and there is one."),
        noargs(c"isascii", isascii::<S>, c"B.isascii() -> bool\n\nWhether all bytes are ASCII."),
        noargs(c"isdigit", isdigit::<S>, c"B.isdigit() -> bool\n\nWhether all bytes are ASCII digits, and there is one."),
        noargs(c"islower", islower::<S>, c"B.islower() -> bool\n\nWhether all ASCII letters are lower case, and there is one."),
        noargs(c"isspace", isspace::<S>, c"B.isspace() -> bool\n\nWhether all bytes are ASCII white space, and there is one."),
        noargs(c"istitle", istitle::<S>, c"B.istitle() -> bool\n\nWhether each word starts in upper case and goes on in lower case."),
        noargs(c"isupper", isupper::<S>, c"B.isupper() -> bool\n\nWhether all ASCII letters are upper case, and there is one."),
        one(c"join", join::<S>, c"join($self, iterable_of_bytes, /)\n--\n\nThe items with this object between them."),
        fast(c"ljust", ljust::<S>, c"ljust($self, width, fillchar=b' ', /)\n--\n\nFilled up at the right to the given width."),
        noargs(c"lower", lower::<S>, c"B.lower() -> copy of B\n\nASCII letters in lower case."),
        fast(c"lstrip", lstrip::<S>, c"lstrip($self, bytes=None, /)\n--\n\nWithout the white space (or the given bytes) at the start."),
        def::static_method(fast(c"maketrans", maketrans, c"maketrans(frm, to, /)\n--\n\nA table for translate() that maps each byte of frm to the byte of to at the same place.")),
        one(c"partition", partition::<S>, c"partition($self, sep, /)\n--\n\nWhat is before the first sep, sep, and what is after it; two empty objects at the end if there is none."),
        one(c"removeprefix", removeprefix::<S>, c"removeprefix($self, prefix, /)\n--\n\nWithout the prefix, if it is there."),
        one(c"removesuffix", removesuffix::<S>, c"removesuffix($self, suffix, /)\n--\n\nWithout the suffix, if it is there."),
        fast(c"replace", replace::<S>, c"replace($self, old, new, count=-1, /)\n--\n\nThe first count (-1: all) occurrences of old replaced by new."),
        def::bare_name(fast(c"rfind", rfind::<S>, c"B.rfind(sub[, start[, end]]) -> int\n\nHighest index of sub within B[start:end], or -1.")),
        def::bare_name(fast(c"rindex", rindex::<S>, c"B.rindex(sub[, start[, end]]) -> int\n\nLike rfind(), but ValueError if there is none.")),
        fast(c"rjust", rjust::<S>, c"rjust($self, width, fillchar=b' ', /)\n--\n\nFilled up at the left to the given width."),
        one(c"rpartition", rpartition::<S>, c"rpartition($self, sep, /)\n--\n\nWhat is before the last sep, sep, and what is after it; two empty objects at the start if there is none."),
        fast_kw(c"rsplit", rsplit::<S>, c"rsplit($self, /, sep=None, maxsplit=-1)\n--\n\nLike split(), but counting the splits from the right."),
        fast(c"rstrip", rstrip::<S>, c"rstrip($self, bytes=None, /)\n--\n\nWithout the white space (or the given bytes) at the end."),
        fast_kw(c"split", split::<S>, c"split($self, /, sep=None, maxsplit=-1)\n--\n\nList of the pieces between separators (None: runs of white space), after at most maxsplit splits."),
        fast_kw(c"splitlines", splitlines::<S>, c"splitlines($self, /, keepends=False)\n--\n\nList of the lines, with their ends if keepends is true."),
        def::bare_name(fast(c"startswith", startswith::<S>, c"B.startswith(prefix[, start[, end]]) -> bool\n\nWhether B[start:end] starts with the prefix, or one of a tuple.")),
        fast(c"strip", strip::<S>, c"strip($self, bytes=None, /)\n--\n\nWithout the white space (or the given bytes) at both ends."),
        noargs(c"swapcase", swapcase::<S>, c"B.swapcase() -> copy of B\n\nASCII upper case in lower case and the other way round."),
        noargs(c"title", title::<S>, c"B.title() -> copy of B\n\nASCII words start in upper case and go on in lower case."),
        fast_kw(c"translate", translate::<S>, c"translate($self, table, /, delete=b'')\n--\n\nWithout the bytes in delete, the others mapped through a table of 256 bytes (None: as they are)."),
        noargs(c"upper", upper::<S>, c"B.upper() -> copy of B\n\nASCII letters in upper case."),
        one(c"zfill", zfill::<S>, c"zfill($self, width, /)\n--\n\nFilled up with zeros at the left, behind a sign."),
    ]
}

/// The shared table with more entries behind it; `N` is the whole table's length with its end.
pub(crate) const fn with_more<S: ByteString, const M: usize, const N: usize>(
    more: [PyMethodDef; M],
) -> [PyMethodDef; N] {
    assert!(N == SHARED + M + 1);
    let mut all = [const { PyMethodDef::END }; N];
    let shared = methods::<S>();
    let mut i = 0;
    while i < SHARED {
        // SAFETY: an entry is plain data; the originals are forgotten.
        all[i] = unsafe { std::ptr::read(&shared[i]) };
        i += 1;
    }
    let mut j = 0;
    while j < M {
        // SAFETY: as above.
        all[i + j] = unsafe { std::ptr::read(&more[j]) };
        j += 1;
    }
    std::mem::forget(shared);
    std::mem::forget(more);
    all
}

// ---- search ----

/// A byte value. ValueError.
pub(crate) fn byte_value(obj: &PyObject) -> PyResult<u8> {
    match number::index_isize(obj, None)? {
        n @ 0..=255 => Ok(n as u8),
        _ => Err(raise!(ValueError, "byte must be in range(0, 256)")),
    }
}

/// Runs `f` over what is searched for: a bytes-like object, or a number. TypeError, ValueError.
fn with_needle<R>(obj: &PyObject, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
    if memoryview::has_buffer(obj) {
        return with_buffer(obj, |needle| Ok(f(needle)));
    }
    if !number::has_index(obj) {
        return Err(raise!(
            TypeError,
            "argument should be integer or bytes-like object, not '{}'",
            obj.ty().name()
        ));
    }
    Ok(f(&[byte_value(obj)?]))
}

fn search_with<S: ByteString, R>(
    function: &str,
    this: &S,
    args: &[&PyObject],
    search: impl FnOnce(Units<'_>, Units<'_>, usize) -> R,
) -> PyResult<Option<R>> {
    let (needle, start, end) = needle_args(function, args)?;
    with_needle(needle, |needle| {
        let data = this.data();
        let (start, end) = fit(start, end, data.len());
        (start <= end).then(|| search(Units::One(&data[start..end]), Units::One(needle), start))
    })
}

fn at_first(hay: Units<'_>, needle: Units<'_>, start: usize) -> Option<usize> {
    search::find(hay, needle).map(|i| i + start)
}
fn at_last(hay: Units<'_>, needle: Units<'_>, start: usize) -> Option<usize> {
    search::rfind(hay, needle).map(|i| i + start)
}

fn number_of(at: Option<usize>) -> PyResult {
    erase(int::from_i64(at.map_or(-1, |i| i as i64)))
}
fn found(at: Option<usize>) -> PyResult {
    match at {
        Some(i) => erase(int::from_usize(i)),
        None => Err(raise!(ValueError, "subsection not found")),
    }
}

extern "C" fn find<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    number_of(search_with("find", this, args.slice(n), at_first)?.flatten())
}
extern "C" fn rfind<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    number_of(search_with("rfind", this, args.slice(n), at_last)?.flatten())
}
extern "C" fn index<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    found(search_with("index", this, args.slice(n), at_first)?.flatten())
}
extern "C" fn rindex<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    found(search_with("rindex", this, args.slice(n), at_last)?.flatten())
}
extern "C" fn count<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    let counted = search_with("count", this, args.slice(n), |hay, needle, _| {
        search::count(hay, needle)
    })?;
    erase(int::from_usize(counted.unwrap_or(0)))
}

/// `item in this`: a number or a bytes-like object. TypeError, ValueError.
pub(crate) fn contains<S: ByteString>(this: &S, item: &PyObject) -> PyResult<bool> {
    if number::has_index(item) {
        match number::index_isize(item, None) {
            Ok(n) => {
                let Ok(byte) = u8::try_from(n) else {
                    return Err(raise!(ValueError, "byte must be in range(0, 256)"));
                };
                return Ok(memchr::memchr(byte, this.data()).is_some());
            }
            // It may still be a buffer.
            Err(Raised) => errors::clear(),
        }
    }
    with_buffer(item, |item| Ok(memmem::find(this.data(), item).is_some()))
}

fn tail_matches(data: &[u8], start: isize, end: isize, part: &[u8], at_end: bool) -> bool {
    let (start, end) = fit(start, end, data.len());
    if start > end {
        return false;
    }
    if at_end {
        data[start..end].ends_with(part)
    } else {
        data[start..end].starts_with(part)
    }
}

fn tail_method<S: ByteString>(
    function: &str,
    this: &S,
    args: &[&PyObject],
    at_end: bool,
) -> PyResult {
    let (part, start, end) = needle_args(function, args)?;
    let matches = |part: &PyObject| {
        with_buffer(part, |part| {
            Ok(tail_matches(this.data(), start, end, part, at_end))
        })
    };
    if part.ty().is_subclass_flag(tp::TUPLE_SUBCLASS) {
        // SAFETY: the flag says that it is a tuple.
        let parts: &PyTupleObject = unsafe { part.cast() };
        for part in parts.items() {
            if matches(part)? {
                return Ok(boolean::from(true));
            }
        }
        return Ok(boolean::from(false));
    }
    match matches(part) {
        Ok(found) => Ok(boolean::from(found)),
        Err(raised) => {
            if errors::matches(&exceptions::TypeError) {
                errors::clear();
                return Err(raise!(
                    TypeError,
                    "{} first arg must be bytes or a tuple of bytes, not {}",
                    function,
                    part.ty().name()
                ));
            }
            Err(raised)
        }
    }
}

extern "C" fn startswith<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    tail_method("startswith", this, args.slice(n), false)
}
extern "C" fn endswith<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    tail_method("endswith", this, args.slice(n), true)
}

extern "C" fn removeprefix<S: ByteString>(this: &S, prefix: &PyObject) -> PyResult {
    with_buffer(prefix, |prefix| match this.data().strip_prefix(prefix) {
        Some(rest) if !prefix.is_empty() => S::make(rest),
        _ => this.unchanged(),
    })
}
extern "C" fn removesuffix<S: ByteString>(this: &S, suffix: &PyObject) -> PyResult {
    with_buffer(suffix, |suffix| match this.data().strip_suffix(suffix) {
        Some(rest) if !suffix.is_empty() => S::make(rest),
        _ => this.unchanged(),
    })
}

// ---- replace, translate ----

fn replaced(data: &[u8], old: &[u8], new: &[u8], max: usize) -> Option<Growing<u8>> {
    if max == 0 || (old.is_empty() && new.is_empty()) {
        return None;
    }
    let mut out = Growing::new();
    if old.is_empty() {
        for (i, &b) in data.iter().enumerate() {
            if i < max {
                out.extend_from_slice(new);
            }
            out.push(b);
        }
        if data.len() < max {
            out.extend_from_slice(new);
        }
        return Some(out);
    }
    let mut from = 0;
    for at in memmem::find_iter(data, old).take(max) {
        out.extend_from_slice(&data[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    if from == 0 {
        return None;
    }
    out.extend_from_slice(&data[from..]);
    Some(out)
}

extern "C" fn replace<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    let args = args.slice(n);
    check_count("replace", args.len(), 2, 3)?;
    with_buffer(args[0], |old| {
        with_buffer(args[1], |new| {
            let max = args.get(2).map_or(Ok(-1), |max| isize_arg(max))?;
            let max = usize::try_from(max).unwrap_or(usize::MAX);
            match replaced(this.data(), old, new, max) {
                Some(out) => S::make_grown(out),
                None => this.unchanged(),
            }
        })
    })
}

static TRANSLATE: Params = Params {
    function: "translate",
    names: &["", "delete"],
    positional_only: 1,
    positional: 2,
    required: 1,
};

extern "C" fn translate<S: ByteString>(
    this: &S,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = TRANSLATE.bind(args, n, names)?;
    let table = match bound[0] {
        Some(table) if !singletons::is_none(table) => with_buffer(table, |table| {
            <[u8; 256]>::try_from(table)
                .map(Some)
                .map_err(|_| raise!(ValueError, "translation table must be 256 characters long"))
        })?,
        _ => None,
    };
    let mut drop = [false; 256];
    if let Some(delete) = bound[1] {
        with_buffer(delete, |delete| {
            delete.iter().for_each(|&b| drop[b as usize] = true);
            Ok(())
        })?;
    }
    let kept = this.data().iter().filter(|&&b| !drop[b as usize]);
    let mut out = Growing::with_capacity(this.data().len());
    match table {
        Some(table) => kept.for_each(|&b| out.push(table[b as usize])),
        None => kept.for_each(|&b| out.push(b)),
    }
    out.check()?;
    if *out == *this.data() {
        return this.unchanged();
    }
    S::make(&out)
}

extern "C" fn maketrans(_: &PyObject, args: Args<'_>, n: isize) -> PyResult {
    let args = args.slice(n);
    check_count("maketrans", args.len(), 2, 2)?;
    with_buffer(args[0], |from| {
        with_buffer(args[1], |to| {
            if from.len() != to.len() {
                return Err(raise!(
                    ValueError,
                    "maketrans arguments must have same length"
                ));
            }
            let mut table: Vec<u8> = (0..=255).collect();
            for (&a, &b) in from.iter().zip(to) {
                table[a as usize] = b;
            }
            erase(bytes::new(&table))
        })
    })
}

// ---- split, partition, strip, join ----

fn split_params(function: &'static str) -> Params {
    Params {
        function,
        names: &["sep", "maxsplit"],
        positional_only: 0,
        positional: 2,
        required: 0,
    }
}

fn list_of<S: ByteString>(data: &[u8], bounds: &[(usize, usize)]) -> PyResult {
    let mut items = growing::with_room(bounds.len())?;
    for &(start, end) in bounds {
        items.push(S::make(&data[start..end])?);
    }
    erase(list::from_owned(items))
}

type ByWords = fn(Units<'_>, usize, fn(u32) -> bool) -> PyResult<Vec<(usize, usize)>>;
type BySeparator = fn(Units<'_>, Units<'_>, usize) -> PyResult<Vec<(usize, usize)>>;

fn split_with<S: ByteString>(
    this: &S,
    sep: Option<&PyObject>,
    max: Option<&PyObject>,
    by_words: ByWords,
    by_separator: BySeparator,
) -> PyResult {
    let max = search::max_splits(max)?;
    match sep {
        Some(sep) if !singletons::is_none(sep) => with_buffer(sep, |sep| {
            if sep.is_empty() {
                return Err(raise!(ValueError, "empty separator"));
            }
            let data = this.data();
            list_of::<S>(data, &by_separator(Units::One(data), Units::One(sep), max)?)
        }),
        _ => {
            let data = this.data();
            list_of::<S>(data, &by_words(Units::One(data), max, space)?)
        }
    }
}

extern "C" fn split<S: ByteString>(
    this: &S,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = split_params("split").bind(args, n, names)?;
    split_with(
        this,
        bound[0],
        bound[1],
        |units, max, space| search::words(units, max, space),
        search::pieces,
    )
}

extern "C" fn rsplit<S: ByteString>(
    this: &S,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = split_params("rsplit").bind(args, n, names)?;
    split_with(
        this,
        bound[0],
        bound[1],
        |units, max, space| search::words_from_right(units, max, space),
        search::pieces_from_right,
    )
}

static SPLITLINES: Params = Params {
    function: "splitlines",
    names: &["keepends"],
    positional_only: 0,
    positional: 1,
    required: 0,
};

extern "C" fn splitlines<S: ByteString>(
    this: &S,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = SPLITLINES.bind(args, n, names)?;
    let keep = bound[0].map_or(Ok(0), int_arg)? != 0;
    let data = this.data();
    let bounds = search::lines(Units::One(data), keep, |c| c == 10 || c == 13)?;
    list_of::<S>(data, &bounds)
}

fn partition_with<S: ByteString>(this: &S, sep: &PyObject, right: bool) -> PyResult {
    with_buffer(sep, |needle| {
        if needle.is_empty() {
            return Err(raise!(ValueError, "empty separator"));
        }
        let data = this.data();
        let at = if right {
            memmem::rfind(data, needle)
        } else {
            memmem::find(data, needle)
        };
        let parts = match at {
            Some(i) => vec![
                S::make(&data[..i])?,
                S::make(needle)?,
                S::make(&data[i + needle.len()..])?,
            ],
            None if right => vec![S::make(b"")?, S::make(b"")?, this.unchanged()?],
            None => vec![this.unchanged()?, S::make(b"")?, S::make(b"")?],
        };
        erase(tuple::from_owned(parts))
    })
}

extern "C" fn partition<S: ByteString>(this: &S, sep: &PyObject) -> PyResult {
    partition_with(this, sep, false)
}
extern "C" fn rpartition<S: ByteString>(this: &S, sep: &PyObject) -> PyResult {
    partition_with(this, sep, true)
}

fn strip_with<S: ByteString>(
    function: &'static str,
    this: &S,
    args: &[&PyObject],
    (left, right): (bool, bool),
) -> PyResult {
    check_count(function, args.len(), 0, 1)?;
    let mut strips = [false; 256];
    match args.first() {
        Some(set) if !singletons::is_none(set) => with_buffer(set, |set| {
            set.iter().for_each(|&b| strips[b as usize] = true);
            Ok(())
        })?,
        _ => (0..=255u8).for_each(|b| strips[b as usize] = is_space(b)),
    }
    let all = this.data();
    let mut data = all;
    while let [b, rest @ ..] = data {
        if !left || !strips[*b as usize] {
            break;
        }
        data = rest;
    }
    while let [rest @ .., b] = data {
        if !right || !strips[*b as usize] {
            break;
        }
        data = rest;
    }
    if data.len() == all.len() {
        return this.unchanged();
    }
    S::make(data)
}

extern "C" fn strip<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    strip_with("strip", this, args.slice(n), (true, true))
}
extern "C" fn lstrip<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    strip_with("lstrip", this, args.slice(n), (true, false))
}
extern "C" fn rstrip<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    strip_with("rstrip", this, args.slice(n), (false, true))
}

extern "C" fn join<S: ByteString>(this: &S, iterable: &PyObject) -> PyResult {
    // An array cannot change its size meanwhile.
    let is_array = std::ptr::eq(S::builtin_type(), &bytearray::PyByteArray_Type);
    // SAFETY: U2.
    let object: &PyObject = unsafe { &*std::ptr::from_ref(this).cast() };
    let _held = is_array.then(|| memoryview::Buffer::get(object, flags::buffer::SIMPLE));
    let items = protocol::fast_sequence(iterable, "can only join an iterable")?;
    if let [one] = &items[..] {
        // SAFETY: an exact object of the layout is returned as it is.
        if std::ptr::eq(one.ty(), S::builtin_type()) {
            return unsafe { PyObject::cast::<S>(one) }.unchanged();
        }
    }
    let mut out = Growing::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(this.data());
        }
        let item = match memoryview::Buffer::get(item, flags::buffer::SIMPLE) {
            Ok(buffer) => buffer,
            Err(_) => {
                errors::clear();
                return Err(raise!(
                    TypeError,
                    "sequence item {}: expected a bytes-like object, {} found",
                    i,
                    item.ty().name()
                ));
            }
        };
        out.extend_from_slice(item.as_slice());
        out.check()?;
    }
    S::make_grown(out)
}

// ---- predicates ----

fn all<S: ByteString>(this: &S, test: impl Fn(&u8) -> bool) -> PyResult {
    let data = this.data();
    Ok(boolean::from(!data.is_empty() && data.iter().all(test)))
}

extern "C" fn isalnum<S: ByteString>(this: &S) -> PyResult {
    all(this, u8::is_ascii_alphanumeric)
}
extern "C" fn isalpha<S: ByteString>(this: &S) -> PyResult {
    all(this, u8::is_ascii_alphabetic)
}
extern "C" fn isdigit<S: ByteString>(this: &S) -> PyResult {
    all(this, u8::is_ascii_digit)
}
extern "C" fn isspace<S: ByteString>(this: &S) -> PyResult {
    all(this, |&b| is_space(b))
}
extern "C" fn isascii<S: ByteString>(this: &S) -> PyResult {
    Ok(boolean::from(this.data().is_ascii()))
}
extern "C" fn islower<S: ByteString>(this: &S) -> PyResult {
    let data = this.data();
    let found = data.iter().any(u8::is_ascii_lowercase) && !data.iter().any(u8::is_ascii_uppercase);
    Ok(boolean::from(found))
}
extern "C" fn isupper<S: ByteString>(this: &S) -> PyResult {
    let data = this.data();
    let found = data.iter().any(u8::is_ascii_uppercase) && !data.iter().any(u8::is_ascii_lowercase);
    Ok(boolean::from(found))
}
extern "C" fn istitle<S: ByteString>(this: &S) -> PyResult {
    let (mut found, mut inside) = (false, false);
    for b in this.data() {
        if b.is_ascii_alphabetic() {
            if inside == b.is_ascii_uppercase() {
                return Ok(boolean::from(false));
            }
            (found, inside) = (true, true);
        } else {
            inside = false;
        }
    }
    Ok(boolean::from(found))
}

// ---- case ----

fn mapped<S: ByteString>(this: &S, mut map: impl FnMut(&u8) -> u8) -> PyResult {
    let data = this.data();
    // SAFETY: as many bytes are written as there are.
    unsafe {
        S::make_with(data.len(), |to| {
            for (i, b) in data.iter().enumerate() {
                to.add(i).write(map(b));
            }
        })
    }
}

extern "C" fn lower<S: ByteString>(this: &S) -> PyResult {
    mapped(this, u8::to_ascii_lowercase)
}
extern "C" fn upper<S: ByteString>(this: &S) -> PyResult {
    mapped(this, u8::to_ascii_uppercase)
}
extern "C" fn swapcase<S: ByteString>(this: &S) -> PyResult {
    mapped(this, |b| {
        if b.is_ascii_alphabetic() {
            b ^ 0x20
        } else {
            *b
        }
    })
}
extern "C" fn capitalize<S: ByteString>(this: &S) -> PyResult {
    let mut first = true;
    mapped(this, |b| match std::mem::replace(&mut first, false) {
        true => b.to_ascii_uppercase(),
        false => b.to_ascii_lowercase(),
    })
}
extern "C" fn title<S: ByteString>(this: &S) -> PyResult {
    let mut inside = false;
    mapped(this, |b| {
        let out = if inside {
            b.to_ascii_lowercase()
        } else {
            b.to_ascii_uppercase()
        };
        inside = b.is_ascii_alphabetic();
        out
    })
}

// ---- padding ----

/// The missing bytes, the width, and the fill byte.
fn pad_args(function: &str, len: usize, args: &[&PyObject]) -> PyResult<(usize, usize, u8)> {
    check_count(function, args.len(), 1, 2)?;
    let width = isize_arg(args[0])?.max(0) as usize;
    let fill = match args.get(1) {
        None => b' ',
        Some(arg) => {
            let ty = arg.ty();
            let bytes = ty.is_subclass_flag(tp::BYTES_SUBCLASS)
                || typeobject::is_subtype(ty, &bytearray::PyByteArray_Type);
            let one = if bytes {
                with_buffer(arg, |data| Ok(if let [b] = data { Some(*b) } else { None }))?
            } else {
                None
            };
            match one {
                Some(b) => b,
                None => {
                    return Err(raise!(
                        TypeError,
                        "{}() argument 2 must be a byte string of length 1, not {}",
                        function,
                        ty.name()
                    ));
                }
            }
        }
    };
    Ok((width.saturating_sub(len), width, fill))
}

fn pad<S: ByteString>(this: &S, left: usize, right: usize, fill: u8) -> PyResult {
    if left == 0 && right == 0 {
        return this.unchanged();
    }
    let data = this.data();
    let len = left.saturating_add(right).saturating_add(data.len());
    // SAFETY: the three parts are all of it.
    unsafe {
        S::make_with(len, |to| {
            to.write_bytes(fill, left);
            to.add(left)
                .copy_from_nonoverlapping(data.as_ptr(), data.len());
            to.add(left + data.len()).write_bytes(fill, right);
        })
    }
}

extern "C" fn ljust<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    let (missing, _, fill) = pad_args("ljust", this.data().len(), args.slice(n))?;
    pad(this, 0, missing, fill)
}
extern "C" fn rjust<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    let (missing, _, fill) = pad_args("rjust", this.data().len(), args.slice(n))?;
    pad(this, missing, 0, fill)
}
extern "C" fn center<S: ByteString>(this: &S, args: Args<'_>, n: isize) -> PyResult {
    let (missing, width, fill) = pad_args("center", this.data().len(), args.slice(n))?;
    let left = missing / 2 + (missing & width & 1);
    pad(this, left, missing - left, fill)
}
extern "C" fn zfill<S: ByteString>(this: &S, width: &PyObject) -> PyResult {
    let width = isize_arg(width)?.max(0) as usize;
    let data = this.data();
    let missing = width.saturating_sub(data.len());
    match data {
        // SAFETY: sign, zeros and digits are all of it.
        [sign @ (b'+' | b'-'), rest @ ..] if missing > 0 => unsafe {
            S::make_with(width, |to| {
                to.write(*sign);
                to.add(1).write_bytes(b'0', missing);
                to.add(1 + missing)
                    .copy_from_nonoverlapping(rest.as_ptr(), rest.len());
            })
        },
        _ => pad(this, missing, 0, b'0'),
    }
}

static EXPANDTABS: Params = Params {
    function: "expandtabs",
    names: &["tabsize"],
    positional_only: 0,
    positional: 1,
    required: 0,
};

extern "C" fn expandtabs<S: ByteString>(
    this: &S,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = EXPANDTABS.bind(args, n, names)?;
    let size = bound[0].map_or(Ok(8), int_arg)?.max(0) as usize;
    let mut out = Growing::with_capacity(this.data().len());
    let mut column = 0;
    for &b in this.data() {
        if b == b'\t' {
            if size > 0 {
                let fill = size - column % size;
                if out.len() + fill > isize::MAX as usize {
                    return Err(raise!(OverflowError, "result too long"));
                }
                out.push_repeated(b' ', fill);
                column += fill;
            }
            continue;
        }
        out.push(b);
        column = if b == b'\n' || b == b'\r' {
            0
        } else {
            column + 1
        };
    }
    S::make_grown(out)
}

// ---- text ----

static DECODE: Params = Params {
    function: "decode",
    names: &["encoding", "errors"],
    positional_only: 0,
    positional: 2,
    required: 0,
};

extern "C" fn decode<S: ByteString>(
    this: &S,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = DECODE.bind(args, n, names)?;
    let encoding = codec_name("decode", "argument 'encoding'", bound[0])?;
    let errors = codec_name("decode", "argument 'errors'", bound[1])?;
    str_::codecs::check_names(encoding, errors)?;
    // An error handler may resize a bytearray: the exporter's lock on its size prevents that.
    // SAFETY: U2, it starts with an object header.
    let this: &PyObject = unsafe { &*std::ptr::from_ref(this).cast() };
    erase(with_buffer(this, |data| {
        if data.is_empty() {
            // No codec is asked.
            return str_::new("");
        }
        str_::decode(data, encoding, errors)
    }))
}

/// Hexadecimal digits with an optional separator. The arguments are `hex`'s. TypeError, ValueError.
pub(crate) fn hex_text(
    data: &[u8],
    sep: Option<&PyObject>,
    per_sep: Option<&PyObject>,
) -> PyResult {
    let per_sep = per_sep.map_or(Ok(1), int_arg)?;
    let separator = match sep {
        None => None,
        Some(sep) => {
            if protocol::len(sep)? != 1 {
                return Err(raise!(ValueError, "sep must be length 1."));
            }
            // One that only says that it has a length has the character that ends it.
            let c = if let Some(text) = of(sep) {
                if text.len() > 0 { text.char_at(0) } else { 0 }
            } else if sep.ty().is_subclass_flag(tp::BYTES_SUBCLASS) {
                with_buffer(sep, |b| Ok(b.first().map_or(0, |&b| b as u32)))?
            } else {
                return Err(raise!(TypeError, "sep must be str or bytes."));
            };
            if c > 127 {
                return Err(raise!(ValueError, "sep must be ASCII."));
            }
            Some(c as u8)
        }
    };
    let out = hex_digits(data, separator, per_sep as isize)?;
    erase(str_::from_ascii(&out))
}

/// Two hexadecimal digits for each byte; with a separator, groups of so many bytes, counted from the end, or if negative from the start.
/// Raises MemoryError.
pub fn hex_digits(data: &[u8], separator: Option<u8>, per_sep: isize) -> PyResult<Vec<u8>> {
    let digits = |b: u8| {
        let of = |n: u8| n + if n < 10 { b'0' } else { b'a' - 10 };
        [of(b >> 4), of(b & 15)]
    };
    let group = per_sep.unsigned_abs();
    let Some(separator) = separator.filter(|_| group > 0) else {
        let mut out = growing::with_room(data.len() * 2)?;
        out.resize(data.len() * 2, 0);
        for (pair, &b) in out.as_chunks_mut::<2>().0.iter_mut().zip(data) {
            *pair = digits(b);
        }
        return Ok(out);
    };
    let mut out = growing::with_room(data.len() * 3)?;
    for (i, &b) in data.iter().enumerate() {
        let at = if per_sep > 0 { data.len() - i } else { i };
        if i > 0 && at % group == 0 {
            out.push(separator);
        }
        out.extend(digits(b));
    }
    Ok(out)
}

static HEX: Params = Params {
    function: "hex",
    names: &["sep", "bytes_per_sep"],
    positional_only: 0,
    positional: 2,
    required: 0,
};

/// `hex`'s arguments.
pub(crate) fn hex_args<'a>(
    args: Args<'a>,
    n: isize,
    names: Option<&'a PyTupleObject>,
) -> PyResult<(Option<&'a PyObject>, Option<&'a PyObject>)> {
    let bound = HEX.bind(args, n, names)?;
    Ok((bound[0], bound[1]))
}

extern "C" fn hex<S: ByteString>(
    this: &S,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let (sep, per_sep) = hex_args(args, n, names)?;
    // SAFETY: U2, it starts with an object header.
    let this: &PyObject = unsafe { &*std::ptr::from_ref(this).cast() };
    with_buffer(this, |data| hex_text(data, sep, per_sep))
}

extern "C" fn fromhex<S: ByteString>(class: &PyTypeObject, text: &PyObject) -> PyResult {
    let text = str_::args::str_arg("fromhex", "argument", text)?;
    let bad = |at: usize| {
        raise!(
            ValueError,
            "non-hexadecimal number found in fromhex() arg at position {}",
            at
        )
    };
    let mut out = growing::with_room(text.len() / 2)?;
    let mut at = 0;
    let digit = |at: usize| {
        let c = if at < text.len() { text.char_at(at) } else { 0 };
        char::from_u32(c).and_then(|c| c.to_digit(16)).ok_or(at)
    };
    while at < text.len() {
        if text.char_at(at) < 128 && space(text.char_at(at)) {
            at += 1;
            continue;
        }
        let high = digit(at).map_err(bad)?;
        let low = digit(at + 1).map_err(bad)?;
        out.push((high << 4 | low) as u8);
        at += 2;
    }
    let made = S::make(&out)?;
    if std::ptr::eq(class, S::builtin_type()) {
        return Ok(made);
    }
    call::call1(class, &made)
}

// ---- repr, construction, comparison ----

/// `b'...'` between `before` and `after`. A bytearray's single quotes are always escaped, a bytes object's only if need be.
pub(crate) fn repr(data: &[u8], before: &str, after: &str) -> PyResult {
    let has = |b: u8| memchr::memchr(b, data).is_some();
    let quote = if has(b'\'') && !has(b'"') {
        b'"'
    } else {
        b'\''
    };
    let escaped_quote = if before.is_empty() { quote } else { b'\'' };
    let mut out = Growing::with_capacity(data.len() + before.len() + after.len() + 3);
    out.push(b'b');
    out.push(quote);
    for &b in data {
        match b {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            _ if b == escaped_quote => out.extend_from_slice(&[b'\\', b]),
            0x20..=0x7e => out.push(b),
            _ => {
                let digit = |n: u8| b"0123456789abcdef"[n as usize];
                out.extend_from_slice(&[b'\\', b'x', digit(b >> 4), digit(b & 15)]);
            }
        }
    }
    out.push(quote);
    out.check()?;
    if before.is_empty() && after.is_empty() {
        return erase(str_::from_ascii(&out));
    }
    let mut whole = str_::Builder::with_capacity(out.len() + before.len());
    whole.push_text(before);
    whole.push_units(Units::One(&out));
    whole.push_text(after);
    erase(whole.finish())
}

/// Whether the object can be iterated by `__getitem__`.
fn is_sequence(obj: &PyObject) -> bool {
    // SAFETY: a type's table is live as long as the type.
    unsafe { obj.ty().tp_as_sequence.get().as_ref() }
        .is_some_and(|table| table.sq_item.get().is_some())
        && !obj.ty().is_subclass_flag(tp::DICT_SUBCLASS)
}

/// The bytes of `bytes(source)` or `bytearray(source)` for a source that is no string and no int: a buffer or an iterable of
/// numbers. `range_text` is the ValueError's. Runs Python.
pub(crate) fn from_source(source: &PyObject, name: &str, range_text: &str) -> PyResult<Vec<u8>> {
    if memoryview::has_buffer(source) {
        let buffer = memoryview::Buffer::get(source, flags::buffer::FULL_RO)?;
        return memoryview::to_vec(buffer.raw(), b'C');
    }
    let iterable = source.ty().tp_iter.get().is_some() || is_sequence(source);
    if !iterable {
        return Err(raise!(
            TypeError,
            "cannot convert '{}' object to {}",
            source.ty().name(),
            name
        ));
    }
    let mut out = Growing::new();
    let mut add = |item: Ref| {
        // Items may change the source: that is not to be begun again.
        match attempt::apart(|| number::index_isize(&item, None))? {
            n @ 0..=255 => out.try_push(n as u8)?,
            _ => return Err(errors::raise_text(&exceptions::ValueError, range_text)),
        }
        Ok(true)
    };
    if source.is_exact::<PyListObject>() || source.is_exact::<PyTupleObject>() {
        protocol::for_each(source, &mut add)?;
    } else {
        let iterator = protocol::iter(source).map_err(|raised| {
            if errors::matches(&exceptions::TypeError) {
                return raise!(
                    TypeError,
                    "cannot convert '{}' object to {}",
                    source.ty().name(),
                    name
                );
            }
            raised
        })?;
        if name == "bytes" {
            // It asks for the length, as `list()` does.
            protocol::length_hint(source, 64)?;
        }
        while let Some(item) = protocol::next(&iterator)? {
            add(item)?;
        }
    }
    out.finish()
}

/// The arguments of `bytes()` and `bytearray()`: what the new object holds. Runs Python.
pub(crate) fn from_arguments(
    name: &'static str,
    params: &Params,
    range_text: &str,
    args: &PyTupleObject,
    kwargs: Option<&PyObject>,
) -> PyResult<Vec<u8>> {
    let bound = params.bind_tuple(args, kwargs)?;
    let encoding = codec_name(name, "argument 'encoding'", bound[1])?;
    let errors = codec_name(name, "argument 'errors'", bound[2])?;
    let source = match bound[0] {
        Some(source) => source,
        None if encoding.is_none() && errors.is_none() => return Ok(Vec::new()),
        None => {
            return Err(if encoding.is_some() {
                raise!(TypeError, "encoding without a string argument")
            } else {
                raise!(TypeError, "errors without a string argument")
            });
        }
    };
    let text = of(source);
    if let Some(text) = text
        && encoding.is_some()
    {
        return growing::copied(str_::encode(text, encoding, errors)?.as_slice());
    }
    if encoding.is_some() {
        return Err(raise!(TypeError, "encoding without a string argument"));
    }
    if errors.is_some() {
        return Err(match text {
            Some(_) => raise!(TypeError, "string argument without an encoding"),
            None => raise!(TypeError, "errors without a string argument"),
        });
    }
    if name == "bytes" {
        if let Some(result) = call::call_special(source, &names::__bytes__, &[])? {
            if !result.ty().is_subclass_flag(tp::BYTES_SUBCLASS) {
                return Err(raise!(
                    TypeError,
                    "__bytes__ returned non-bytes (type {})",
                    result.ty().name()
                ));
            }
            return with_buffer(&result, growing::copied);
        }
    }
    if text.is_some() {
        return Err(raise!(TypeError, "string argument without an encoding"));
    }
    if number::has_index(source) {
        match number::index_isize(source, Some(&exceptions::OverflowError)) {
            Ok(n) => {
                let Ok(n) = usize::try_from(n) else {
                    return Err(raise!(ValueError, "negative count"));
                };
                return growing::zeroed(n);
            }
            Err(raised) => {
                if !errors::matches(&exceptions::TypeError) {
                    return Err(raised);
                }
                errors::clear();
            }
        }
    }
    from_source(source, name, range_text)
}

/// A comparison's answer.
pub(crate) fn compared(a: &[u8], b: &[u8], op: c_int) -> Ref {
    use flags::cmp;
    boolean::from(match op {
        cmp::EQ => a == b,
        cmp::NE => a != b,
        cmp::LT => a < b,
        cmp::LE => a <= b,
        cmp::GT => a > b,
        _ => a >= b,
    })
}

/// `data * n`. Raises MemoryError.
pub(crate) fn repeated<S: ByteString>(data: &[u8], n: isize) -> PyResult {
    let n = n.max(0) as usize;
    let len = data
        .len()
        .checked_mul(n)
        .filter(|&l| l < isize::MAX as usize);
    let Some(len) = len else {
        return Err(errors::no_memory());
    };
    // SAFETY: the first piece and its copies are all of it.
    unsafe {
        S::make_with(len, |to| {
            if let [b] = data {
                to.write_bytes(*b, len);
            } else if len > 0 {
                to.copy_from_nonoverlapping(data.as_ptr(), data.len());
                str_::repeat_in_place(to, data.len(), len);
            }
        })
    }
}
