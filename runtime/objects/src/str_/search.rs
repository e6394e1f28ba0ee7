//! Substring search, and what is made of it: find, count, replace, split, partition, strip.
//!
//! Two- and four-byte text is searched as bytes with `memchr`'s substring search, and hits that do not lie on a character's
//! first byte are skipped.

use super::args::{erase, fit, isize_arg, needle_args, str_arg};
use super::builder::Builder;
use super::layout::{self, Unit, Units, empty, of, to_exact};
use super::unicode_data::{self as data, is};
use crate::cfunction::{Params, check_count};
use crate::growing::{self, Growing};
use crate::*;
use memchr::memmem;
use std::borrow::Cow;

/// Searches one text for another any number of times.
pub struct Searcher<'h> {
    hay: &'h [u8],
    width: usize,
    /// The needle's bytes at the hay's width; `None` if it cannot occur.
    needle: Option<memmem::Finder<'h>>,
    len: usize,
}

/// The needle's bytes at the hay's width; `None` if a character does not fit.
fn needle_bytes<'n>(hay: Units<'_>, needle: Units<'n>) -> Option<Cow<'n, [u8]>> {
    fn widen<A: Unit, B: Unit>(from: &[A]) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(from.len() * B::BYTES);
        for &c in from {
            let c: u32 = c.into();
            if B::BYTES < 4 && c >> (8 * B::BYTES) != 0 {
                return None;
            }
            out.extend_from_slice(&c.to_ne_bytes()[..B::BYTES]);
        }
        Some(out)
    }
    match (hay, needle) {
        (Units::One(_), Units::One(_))
        | (Units::Two(_), Units::Two(_))
        | (Units::Four(_), Units::Four(_)) => Some(Cow::Borrowed(needle.bytes())),
        (Units::One(_), n) => each_width!(n, s => widen::<_, u8>(s)).map(Cow::Owned),
        (Units::Two(_), n) => each_width!(n, s => widen::<_, u16>(s)).map(Cow::Owned),
        (Units::Four(_), n) => each_width!(n, s => widen::<_, u32>(s)).map(Cow::Owned),
    }
}

fn width(units: Units<'_>) -> usize {
    match units {
        Units::One(_) => 1,
        Units::Two(_) => 2,
        Units::Four(_) => 4,
    }
}

impl<'h> Searcher<'h> {
    /// The needle must not be empty.
    pub fn new(hay: Units<'h>, needle: Units<'h>) -> Searcher<'h> {
        let finder = needle_bytes(hay, needle).map(|bytes| match bytes {
            Cow::Borrowed(b) => memmem::Finder::new(b),
            Cow::Owned(b) => memmem::Finder::new(&b).into_owned(),
        });
        Searcher {
            hay: hay.bytes(),
            width: width(hay),
            needle: finder,
            len: needle.len(),
        }
    }

    /// The first occurrence at or after `from`.
    pub fn next(&self, from: usize) -> Option<usize> {
        let finder = self.needle.as_ref()?;
        let mut at = from * self.width;
        loop {
            at += finder.find(self.hay.get(at..)?)?;
            if at % self.width == 0 {
                return Some(at / self.width);
            }
            at += 1;
        }
    }

    /// All occurrences that do not overlap, from the left.
    pub fn all(self) -> impl Iterator<Item = usize> + use<'h> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let at = self.next(from)?;
            from = at + self.len;
            Some(at)
        })
    }
}

/// First occurrence; an empty needle is at 0.
pub fn find(hay: Units<'_>, needle: Units<'_>) -> Option<usize> {
    if needle.len() > hay.len() {
        return None;
    }
    if needle.is_empty() {
        return Some(0);
    }
    if let (Units::One(h), Units::One(n)) = (hay, needle) {
        return match n {
            [c] => memchr::memchr(*c, h),
            _ => memmem::find(h, n),
        };
    }
    if needle.len() == 1 {
        return find_char(hay, needle.at(0));
    }
    Searcher::new(hay, needle).next(0)
}

/// First occurrence of a character.
pub fn find_char(hay: Units<'_>, c: u32) -> Option<usize> {
    match hay {
        Units::One(h) => memchr::memchr(u8::try_from(c).ok()?, h),
        Units::Two(h) => {
            let c = u16::try_from(c).ok()?;
            h.iter().position(|&x| x == c)
        }
        Units::Four(h) => h.iter().position(|&x| x == c),
    }
}

/// Last occurrence; an empty needle is at the end.
pub fn rfind(hay: Units<'_>, needle: Units<'_>) -> Option<usize> {
    if needle.len() > hay.len() {
        return None;
    }
    if needle.is_empty() {
        return Some(hay.len());
    }
    let (bytes, width) = (hay.bytes(), width(hay));
    let needle = needle_bytes(hay, needle)?;
    if let (1, [c]) = (width, &*needle) {
        return memchr::memrchr(*c, bytes);
    }
    let finder = memmem::FinderRev::new(&*needle);
    let mut end = bytes.len();
    loop {
        let at = finder.rfind(&bytes[..end])?;
        if at % width == 0 {
            return Some(at / width);
        }
        end = at + needle.len() - 1;
    }
}

/// Occurrences that do not overlap; an empty needle occurs before every character and at the end.
pub fn count(hay: Units<'_>, needle: Units<'_>) -> usize {
    if needle.is_empty() {
        return hay.len() + 1;
    }
    if needle.len() > hay.len() {
        return 0;
    }
    match (hay, needle) {
        (Units::One(h), Units::One([c])) => memchr::memchr_iter(*c, h).count(),
        _ => Searcher::new(hay, needle).all().count(),
    }
}

// ---- find, index, count ----

/// The string's slice to search, where it starts, and the needle; `None` if the bounds cross.
fn parsed<'a>(
    function: &str,
    text: &'a Str,
    args: &[&'a PyObject],
) -> PyResult<Option<(Units<'a>, usize, Units<'a>)>> {
    let (needle, start, end) = needle_args(function, args)?;
    let Some(needle) = of(needle) else {
        return Err(raise!(TypeError, "must be str, not {}", needle.ty().name()));
    };
    let (start, end) = fit(start, end, text.len());
    if start > end {
        return Ok(None);
    }
    Ok(Some((
        text.units().slice(start, end),
        start,
        needle.units(),
    )))
}

fn find_with(
    function: &str,
    search: fn(Units<'_>, Units<'_>) -> Option<usize>,
    text: &Str,
    args: &[&PyObject],
) -> PyResult<Option<usize>> {
    let parsed = parsed(function, text, args)?;
    Ok(parsed.and_then(|(hay, start, needle)| search(hay, needle).map(|i| i + start)))
}

fn number_of(at: Option<usize>) -> PyResult {
    erase(int::from_i64(at.map_or(-1, |i| i as i64)))
}

fn found(at: Option<usize>) -> PyResult {
    match at {
        Some(i) => erase(int::from_usize(i)),
        None => Err(raise!(ValueError, "substring not found")),
    }
}

pub(super) extern "C" fn str_find(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    number_of(find_with("find", find, text, args.slice(n))?)
}
pub(super) extern "C" fn str_rfind(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    number_of(find_with("rfind", rfind, text, args.slice(n))?)
}
pub(super) extern "C" fn str_index(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    found(find_with("index", find, text, args.slice(n))?)
}
pub(super) extern "C" fn str_rindex(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    found(find_with("rindex", rfind, text, args.slice(n))?)
}
pub(super) extern "C" fn str_count(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    let parsed = parsed("count", text, args.slice(n))?;
    erase(int::from_usize(
        parsed.map_or(0, |(hay, _, needle)| count(hay, needle)),
    ))
}

impl Str {
    /// Whether a text is part of this one.
    pub fn contains_text(&self, part: &Str) -> bool {
        if part.len() == 1 {
            return find_char(self.units(), part.char_at(0)).is_some();
        }
        find(self.units(), part.units()).is_some()
    }
}

pub(super) extern "C" fn contains(text: &Str, item: &PyObject) -> c_int {
    match of(item) {
        Some(item) => find(text.units(), item.units()).is_some() as c_int,
        None => {
            raise!(
                TypeError,
                "'in <string>' requires string as left operand, not {}",
                item.ty().name()
            );
            -1
        }
    }
}

// ---- startswith, endswith, removeprefix, removesuffix ----

fn tail_matches(text: &Str, start: isize, end: isize, part: &Str, at_end: bool) -> bool {
    let (start, end) = fit(start, end, text.len());
    if start > end || end - start < part.len() {
        return false;
    }
    let units = text.units();
    if at_end {
        units.slice(end - part.len(), end).equals(part.units())
    } else {
        units.slice(start, start + part.len()).equals(part.units())
    }
}

fn tail_method(function: &str, text: &Str, args: &[&PyObject], at_end: bool) -> PyResult {
    let (part, start, end) = needle_args(function, args)?;
    if part.ty().is_subclass_flag(flags::tp::TUPLE_SUBCLASS) {
        // SAFETY: the flag says that it is a tuple.
        let parts: &PyTupleObject = unsafe { part.cast() };
        for part in parts.items() {
            let Some(part) = of(part) else {
                return Err(raise!(
                    TypeError,
                    "tuple for {} must only contain str, not {}",
                    function,
                    part.ty().name()
                ));
            };
            if tail_matches(text, start, end, part, at_end) {
                return Ok(boolean::from(true));
            }
        }
        return Ok(boolean::from(false));
    }
    match of(part) {
        Some(part) => Ok(boolean::from(tail_matches(text, start, end, part, at_end))),
        None => Err(raise!(
            TypeError,
            "{} first arg must be str or a tuple of str, not {}",
            function,
            part.ty().name()
        )),
    }
}

pub(super) extern "C" fn startswith(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    tail_method("startswith", text, args.slice(n), false)
}
pub(super) extern "C" fn endswith(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    tail_method("endswith", text, args.slice(n), true)
}

pub(super) extern "C" fn removeprefix(text: &Str, prefix: &PyObject) -> PyResult {
    let prefix = str_arg("removeprefix", "argument", prefix)?;
    if tail_matches(text, 0, isize::MAX, prefix, false) {
        return erase(text.substring(prefix.len(), text.len()));
    }
    erase(to_exact(text))
}
pub(super) extern "C" fn removesuffix(text: &Str, suffix: &PyObject) -> PyResult {
    let suffix = str_arg("removesuffix", "argument", suffix)?;
    if tail_matches(text, 0, isize::MAX, suffix, true) {
        return erase(text.substring(0, text.len() - suffix.len()));
    }
    erase(to_exact(text))
}

// ---- replace ----

/// `text.replace(old, new, max)`; a negative maximum is none. Raises MemoryError.
pub fn replace(text: &Str, old: &Str, new: &Str, max: isize) -> PyResult<Ref<Str>> {
    let max = if max < 0 { usize::MAX } else { max as usize };
    if max == 0 || old.len() > text.len() || (old.equals(new)) {
        return to_exact(text);
    }
    let (hay, with) = (text.units(), new.units());
    if old.is_empty() {
        let mut out = Builder::with_capacity(text.len() + new.len());
        for (i, c) in hay.iter().enumerate() {
            if i < max {
                out.push_units(with);
            }
            out.push(c);
        }
        if hay.len() < max {
            out.push_units(with);
        }
        return out.finish();
    }
    if let (Units::One(h), Units::One(&[a]), Units::One(&[b])) = (hay, old.units(), with) {
        if memchr::memchr(a, h).is_none() {
            return to_exact(text);
        }
        let mut out = growing::copied(h)?;
        for i in memchr::memchr_iter(a, h).take(max) {
            out[i] = b;
        }
        return layout::from_latin1(&out);
    }
    let mut out = None;
    let mut from = 0;
    for at in Searcher::new(hay, old.units()).all().take(max) {
        let out = out.get_or_insert_with(|| Builder::with_capacity(text.len()));
        out.push_units(hay.slice(from, at));
        out.push_units(with);
        from = at + old.len();
    }
    match out {
        None => to_exact(text),
        Some(mut out) => {
            out.push_units(hay.slice(from, hay.len()));
            out.finish()
        }
    }
}

pub(super) extern "C" fn str_replace(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    let args = args.slice(n);
    check_count("replace", args.len(), 2, 3)?;
    let old = str_arg("replace", "argument 1", args[0])?;
    let new = str_arg("replace", "argument 2", args[1])?;
    let max = args.get(2).map_or(Ok(-1), |max| isize_arg(max))?;
    erase(replace(text, old, new, max))
}

// ---- split, partition, splitlines ----

static SPLIT: Params = Params {
    function: "split",
    names: &["sep", "maxsplit"],
    positional_only: 0,
    positional: 2,
    required: 0,
};
static RSPLIT: Params = Params {
    function: "rsplit",
    ..SPLIT
};
static SPLITLINES: Params = Params {
    function: "splitlines",
    names: &["keepends"],
    positional_only: 0,
    positional: 1,
    required: 0,
};

/// Bounds of the words, at most `max` splits, from the left.
pub(crate) fn words(
    units: Units<'_>,
    max: usize,
    space: impl Fn(u32) -> bool,
) -> PyResult<Vec<(usize, usize)>> {
    let len = units.len();
    let (mut out, mut i) = (Growing::new(), 0);
    loop {
        while i < len && space(units.at(i)) {
            i += 1;
        }
        if i == len {
            return out.finish();
        }
        let start = i;
        if out.len() == max {
            // The rest keeps its white space.
            out.push((start, len));
            return out.finish();
        }
        while i < len && !space(units.at(i)) {
            i += 1;
        }
        out.push((start, i));
    }
}

/// Bounds of the words, at most `max` splits, from the right (in order of the text).
pub(crate) fn words_from_right(
    units: Units<'_>,
    max: usize,
    space: impl Fn(u32) -> bool,
) -> PyResult<Vec<(usize, usize)>> {
    let (mut out, mut i) = (Growing::new(), units.len());
    loop {
        while i > 0 && space(units.at(i - 1)) {
            i -= 1;
        }
        if i == 0 {
            break;
        }
        let end = i;
        if out.len() == max {
            out.push((0, end));
            break;
        }
        while i > 0 && !space(units.at(i - 1)) {
            i -= 1;
        }
        out.push((i, end));
    }
    out.reverse();
    out.finish()
}

/// Bounds of the pieces between occurrences of a non-empty separator.
pub(crate) fn pieces(
    units: Units<'_>,
    sep: Units<'_>,
    max: usize,
) -> PyResult<Vec<(usize, usize)>> {
    let (mut out, mut from) = (Growing::new(), 0);
    let mut cut = |at: usize| {
        out.push((from, at));
        from = at + sep.len();
    };
    match (units, sep) {
        (Units::One(h), Units::One(&[c])) => memchr::memchr_iter(c, h).take(max).for_each(&mut cut),
        _ if max > 0 && sep.len() <= units.len() => Searcher::new(units.slice(0, units.len()), sep)
            .all()
            .take(max)
            .for_each(&mut cut),
        _ => {}
    }
    out.push((from, units.len()));
    out.finish()
}

/// The same from the right.
pub(crate) fn pieces_from_right(
    units: Units<'_>,
    sep: Units<'_>,
    max: usize,
) -> PyResult<Vec<(usize, usize)>> {
    let (mut out, mut end) = (Growing::new(), units.len());
    while out.len() < max {
        out.check()?;
        let Some(at) = rfind(units.slice(0, end), sep) else {
            break;
        };
        out.push((at + sep.len(), end));
        end = at;
    }
    out.push((0, end));
    out.reverse();
    out.finish()
}

/// How many bytes there are at least that are printable ASCII characters.
fn printable(bytes: &[u8]) -> usize {
    const AT_ONCE: usize = 32;
    let mut chunks = bytes.chunks_exact(AT_ONCE);
    let odd = |chunk: &[u8]| {
        let odd = chunk.iter().map(|c| (c.wrapping_sub(0x20) >= 0x5f) as u8);
        odd.fold(0, |all, c| all | c) != 0
    };
    chunks.position(odd).unwrap_or(bytes.len() / AT_ONCE) * AT_ONCE
}

/// Bounds of the lines; `ends` keeps the line ends.
pub(crate) fn lines(
    units: Units<'_>,
    ends: bool,
    is_end: impl Fn(u32) -> bool,
) -> PyResult<Vec<(usize, usize)>> {
    fn find<U: Copy + Into<u32>>(
        units: &[U],
        ends: bool,
        is_end: impl Fn(u32) -> bool,
        printable: impl Fn(&[U]) -> usize,
    ) -> PyResult<Vec<(usize, usize)>> {
        let (mut out, mut from) = (Growing::new(), 0);
        let end_from = |from: usize| {
            let from = from + printable(&units[from..]);
            let rest = units[from..].iter();
            // No printable ASCII character ends a line.
            let at = rest
                .map(|&c| c.into())
                .position(|c| !(0x20..0x7f).contains(&c) && is_end(c));
            at.map(|at| from + at)
        };
        while let Some(stop) = end_from(from) {
            let is_pair =
                units[stop].into() == 13 && units.get(stop + 1).is_some_and(|&c| c.into() == 10);
            let next = stop + if is_pair { 2 } else { 1 };
            out.push((from, if ends { next } else { stop }));
            from = next;
        }
        if from < units.len() {
            out.push((from, units.len()));
        }
        out.finish()
    }
    match units {
        Units::One(s) => find(s, ends, is_end, printable),
        Units::Two(s) => find(s, ends, is_end, |_| 0),
        Units::Four(s) => find(s, ends, is_end, |_| 0),
    }
}

fn pieces_list(text: &Str, bounds: Vec<(usize, usize)>) -> PyResult {
    let mut items = growing::with_room(bounds.len())?;
    for (start, end) in bounds {
        items.push(text.substring(start, end)?.into_object());
    }
    erase(list::from_owned(items))
}

pub(crate) fn max_splits(arg: Option<&PyObject>) -> PyResult<usize> {
    let max = arg.map_or(Ok(-1), isize_arg)?;
    Ok(usize::try_from(max).unwrap_or(usize::MAX))
}

fn separator(arg: Option<&PyObject>) -> PyResult<Option<&Str>> {
    match arg {
        None => Ok(None),
        Some(arg) if singletons::is_none(arg) => Ok(None),
        Some(arg) => match of(arg) {
            None => Err(raise!(
                TypeError,
                "must be str or None, not {}",
                arg.ty().name()
            )),
            Some(sep) if sep.is_empty() => Err(raise!(ValueError, "empty separator")),
            Some(sep) => Ok(Some(sep)),
        },
    }
}

fn is_space(c: u32) -> bool {
    is(c, data::SPACE)
}

/// Whether the separator is longer, or of wider characters, than the text.
fn cannot_hold(text: &Str, sep: &Str) -> bool {
    let width = |s: &Str| match s.units() {
        Units::One(_) => 1,
        Units::Two(_) => 2,
        Units::Four(_) => 4,
    };
    text.len() < sep.len() || width(text) < width(sep)
}

/// A list of the text itself, whatever its class.
fn whole(text: &Str) -> PyResult {
    erase(list::from_owned(vec![text.to_ref().into_object()]))
}

pub(super) extern "C" fn split(
    text: &Str,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = SPLIT.bind(args, n, names)?;
    let max = max_splits(bound[1])?;
    let units = text.units();
    match separator(bound[0])? {
        Some(sep) if cannot_hold(text, sep) => whole(text),
        Some(sep) => pieces_list(text, pieces(units, sep.units(), max)?),
        None => pieces_list(text, words(units, max, is_space)?),
    }
}

pub(super) extern "C" fn rsplit(
    text: &Str,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = RSPLIT.bind(args, n, names)?;
    let max = max_splits(bound[1])?;
    let units = text.units();
    match separator(bound[0])? {
        Some(sep) if cannot_hold(text, sep) => whole(text),
        Some(sep) => pieces_list(text, pieces_from_right(units, sep.units(), max)?),
        None => pieces_list(text, words_from_right(units, max, is_space)?),
    }
}

pub(super) extern "C" fn splitlines(
    text: &Str,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = SPLITLINES.bind(args, n, names)?;
    let keep = bound[0].map_or(Ok(0), super::args::int_arg)? != 0;
    pieces_list(text, lines(text.units(), keep, |c| is(c, data::LINEBREAK))?)
}

fn partition_at(text: &Str, sep: &PyObject, right: bool) -> PyResult {
    let Some(sep) = of(sep) else {
        return Err(raise!(TypeError, "must be str, not {}", sep.ty().name()));
    };
    if sep.is_empty() {
        return Err(raise!(ValueError, "empty separator"));
    }
    let at = if right {
        rfind(text.units(), sep.units())
    } else {
        find(text.units(), sep.units())
    };
    let parts = match at {
        Some(i) => [
            text.substring(0, i)?,
            to_exact(sep)?,
            text.substring(i + sep.len(), text.len())?,
        ],
        None if right => [empty(), empty(), Ref::new(text)],
        None => [Ref::new(text), empty(), empty()],
    };
    erase(tuple::from_owned(
        parts.into_iter().map(Ref::into_object).collect(),
    ))
}

pub(super) extern "C" fn partition(text: &Str, sep: &PyObject) -> PyResult {
    partition_at(text, sep, false)
}
pub(super) extern "C" fn rpartition(text: &Str, sep: &PyObject) -> PyResult {
    partition_at(text, sep, true)
}

// ---- strip ----

fn strip_with(
    function: &'static str,
    text: &Str,
    args: &[&PyObject],
    left: bool,
    right: bool,
) -> PyResult {
    check_count(function, args.len(), 0, 1)?;
    let set = match args.first() {
        Some(arg) if !singletons::is_none(arg) => match of(arg) {
            Some(set) => Some(set.units()),
            None => return Err(raise!(TypeError, "{} arg must be None or str", function)),
        },
        _ => None,
    };
    let strips = |c: u32| match set {
        Some(set) => find_char(set, c).is_some(),
        None => is_space(c),
    };
    let units = text.units();
    let (mut start, mut end) = (0, units.len());
    while left && start < end && strips(units.at(start)) {
        start += 1;
    }
    while right && end > start && strips(units.at(end - 1)) {
        end -= 1;
    }
    erase(text.substring(start, end))
}

pub(super) extern "C" fn strip(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    strip_with("strip", text, args.slice(n), true, true)
}
pub(super) extern "C" fn lstrip(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    strip_with("lstrip", text, args.slice(n), true, false)
}
pub(super) extern "C" fn rstrip(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    strip_with("rstrip", text, args.slice(n), false, true)
}
