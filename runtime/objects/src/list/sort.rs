//! Timsort, as Tim Peters described it: natural runs extended to `minrun` by binary insertion, merged with galloping, the
//! order of merges being Munro and Wild's powersort rule (as CPython 3.11's). Stable; only `<` is used.
//!
//! The algorithm is written once, in the macro `timsort!`, and expanded twice: `direct` calls a [`Less`] that answers at
//! once, with special ones for keys that are all short strings, small ints, floats, or tuples starting so; `resumable` awaits each answer,
//! so that the interpreter can run Python's `<` without recursing natively ([`SortState`]). Where the keys' order is total and nobody sees
//! how often they are compared, a stable sort has one result: such keys' values are taken out and left to the standard library's sort (`by_value`).
//!
//! Invariant: outside of a merge the array is a permutation of the input. A merge keeps its gap behind a guard
//! that closes it on every way out, so an exception (or giving up) leaves a permutation as well.

use crate::flags::cmp;
use crate::growing;
use crate::*;
use smallvec::SmallVec;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::future::Future;
use std::mem::size_of;
use std::pin::Pin;
use std::ptr;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// An array of owned references that is permuted in place.
pub struct Items {
    pub(super) data: *mut *mut PyObject,
    pub(super) len: usize,
}

/// What is sorted: moved as bits, compared by its key.
trait Element: Copy {
    fn key(&self) -> &PyObject;
}

/// An item that is its own key.
#[derive(Clone, Copy)]
#[repr(transparent)]
struct Bare(*mut PyObject);

/// A key with its item.
#[derive(Clone, Copy)]
struct Keyed {
    key: *mut PyObject,
    item: *mut PyObject,
}

impl Element for Bare {
    #[inline(always)]
    fn key(&self) -> &PyObject {
        // SAFETY: the array being sorted owns its items.
        unsafe { &*self.0 }
    }
}

impl Element for Keyed {
    #[inline(always)]
    fn key(&self) -> &PyObject {
        // SAFETY: the array being sorted owns its keys.
        unsafe { &*self.key }
    }
}

/// A comparison that answers at once.
trait Less {
    fn less(&self, a: &PyObject, b: &PyObject) -> PyResult<bool>;
}

/// A gap in the array of `len` elements from `hole` on, whose content waits in `rest`: closed on drop.
struct Gap<E: Copy> {
    hole: *mut E,
    rest: *const E,
    len: usize,
}

impl<E: Copy> Drop for Gap<E> {
    fn drop(&mut self) {
        // SAFETY: the hole is `len` elements wide, and the rest lies in other memory.
        unsafe { ptr::copy_nonoverlapping(self.rest, self.hole, self.len) };
    }
}

/// A run of the array that waits to be merged.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    len: usize,
    power: u32,
}

const MIN_GALLOP: usize = 7;

/// Runs shorter than this are extended.
fn min_run(mut n: usize) -> usize {
    let mut odd = 0;
    while n >= 64 {
        odd |= n & 1;
        n >>= 1;
    }
    n + odd
}

/// The depth, in a perfect binary tree over the array of `n` elements, of the node between two neighbouring runs.
fn power(start: usize, left: usize, right: usize, n: usize) -> u32 {
    let mut a = 2 * start + left;
    let mut b = a + left + right;
    let mut depth = 0;
    loop {
        depth += 1;
        if a >= n {
            a -= n;
            b -= n;
        } else if b >= n {
            return depth;
        }
        a <<= 1;
        b <<= 1;
    }
}

macro_rules! timsort {
    ($module:ident, [$($async:tt)?], [$($await:tt)*], $bound:path) => {
        mod $module {
            use super::*;

            pub(super) struct Sorter<'a, E: Element, L: $bound> {
                pub(super) base: *mut E,
                pub(super) len: usize,
                pub(super) less: &'a L,
                pub(super) min_gallop: usize,
                pub(super) pending: Vec<Run>,
                pub(super) scratch: Vec<E>,
            }

            impl<E: Element, L: $bound> Sorter<'_, E, L> {
                #[inline(always)]
                fn at(&self, index: usize) -> *mut E {
                    // SAFETY: all indices here are within the array.
                    unsafe { self.base.add(index) }
                }

                #[inline(always)]
                $($async)? fn lt(&self, a: *const E, b: *const E) -> PyResult<bool> {
                    // SAFETY: both point to elements.
                    unsafe { self.less.less((*a).key(), (*b).key()) $($await)* }
                }

                /// Sorts. SAFETY throughout: pointers stay within the array or the scratch copy, as the counts say.
                pub(super) $($async)? fn run(&mut self) -> PyResult<()> {
                    let n = self.len;
                    if n < 2 {
                        return Ok(());
                    }
                    let shortest = min_run(n);
                    let mut start = 0;
                    while start < n {
                        let mut len = self.count_run(start, n) $($await)* ?;
                        if len < shortest {
                            let wanted = shortest.min(n - start);
                            self.insertion(start, start + wanted, start + len) $($await)* ?;
                            len = wanted;
                        }
                        self.found_run(start, len) $($await)* ?;
                        start += len;
                    }
                    while self.pending.len() > 1 {
                        let mut i = self.pending.len() - 2;
                        if i > 0 && self.pending[i - 1].len < self.pending[i + 1].len {
                            i -= 1;
                        }
                        self.merge_at(i) $($await)* ?;
                    }
                    Ok(())
                }

                /// The length of the run at `lo`; a strictly descending one is reversed.
                $($async)? fn count_run(&self, lo: usize, hi: usize) -> PyResult<usize> {
                    if lo + 1 == hi {
                        return Ok(1);
                    }
                    let mut i = lo + 2;
                    if self.lt(self.at(lo + 1), self.at(lo)) $($await)* ? {
                        while i < hi && self.lt(self.at(i), self.at(i - 1)) $($await)* ? {
                            i += 1;
                        }
                        // SAFETY: within the array.
                        unsafe { std::slice::from_raw_parts_mut(self.at(lo), i - lo).reverse() };
                    } else {
                        while i < hi && !self.lt(self.at(i), self.at(i - 1)) $($await)* ? {
                            i += 1;
                        }
                    }
                    Ok(i - lo)
                }

                /// Binary insertion sort of `lo..hi`, of which `lo..start` is sorted.
                $($async)? fn insertion(&self, lo: usize, hi: usize, start: usize) -> PyResult<()> {
                    for i in start..hi {
                        // SAFETY: within the array.
                        let pivot = unsafe { *self.at(i) };
                        let (mut left, mut right) = (lo, i);
                        while left < right {
                            let middle = left + ((right - left) >> 1);
                            if self.lt(&pivot, self.at(middle)) $($await)* ? {
                                right = middle;
                            } else {
                                left = middle + 1;
                            }
                        }
                        // SAFETY: within the array.
                        unsafe {
                            ptr::copy(self.at(left), self.at(left + 1), i - left);
                            *self.at(left) = pivot;
                        }
                    }
                    Ok(())
                }

                $($async)? fn found_run(&mut self, start: usize, len: usize) -> PyResult<()> {
                    if let Some(&last) = self.pending.last() {
                        let power = power(last.start, last.len, len, self.len);
                        while self.pending.len() > 1
                            && self.pending[self.pending.len() - 2].power > power
                        {
                            self.merge_at(self.pending.len() - 2) $($await)* ?;
                        }
                        if let Some(last) = self.pending.last_mut() {
                            last.power = power;
                        }
                    }
                    self.pending.push(Run { start, len, power: 0 });
                    Ok(())
                }

                /// Merges pending runs `i` and `i + 1`.
                $($async)? fn merge_at(&mut self, i: usize) -> PyResult<()> {
                    let (left, right) = (self.pending[i], self.pending[i + 1]);
                    self.pending[i].len = left.len + right.len;
                    self.pending.remove(i + 1);
                    // What of the left run is in place already, and then what of the right run.
                    let skip = self.gallop_right(self.at(right.start), self.at(left.start), left.len, 0) $($await)* ?;
                    let (a, na) = (left.start + skip, left.len - skip);
                    if na == 0 {
                        return Ok(());
                    }
                    let b = right.start;
                    let nb = self.gallop_left(self.at(a + na - 1), self.at(b), right.len, right.len - 1) $($await)* ?;
                    if nb == 0 {
                        return Ok(());
                    }
                    if na <= nb {
                        self.merge_low(self.at(a), na, self.at(b), nb) $($await)*
                    } else {
                        self.merge_high(self.at(a), na, self.at(b), nb) $($await)*
                    }
                }

                /// Where `key` goes in the sorted `a[..n]`, in front of equals, looking from `hint` on.
                $($async)? fn gallop_left(&self, key: *const E, a: *const E, n: usize, hint: usize) -> PyResult<usize> {
                    let at = |i: usize| a.wrapping_add(i);
                    let (mut last, mut ofs) = (0usize, 1usize);
                    let (mut low, mut high);
                    if self.lt(at(hint), key) $($await)* ? {
                        let max = n - hint;
                        while ofs < max && self.lt(at(hint + ofs), key) $($await)* ? {
                            last = ofs;
                            ofs = (ofs << 1) + 1;
                        }
                        (low, high) = (hint + last + 1, hint + ofs.min(max));
                    } else {
                        let max = hint + 1;
                        while ofs < max && !self.lt(at(hint - ofs), key) $($await)* ? {
                            last = ofs;
                            ofs = (ofs << 1) + 1;
                        }
                        (low, high) = (hint + 1 - ofs.min(max), hint - last);
                    }
                    while low < high {
                        let middle = low + ((high - low) >> 1);
                        if self.lt(at(middle), key) $($await)* ? {
                            low = middle + 1;
                        } else {
                            high = middle;
                        }
                    }
                    Ok(high)
                }

                /// The same, behind equals.
                $($async)? fn gallop_right(&self, key: *const E, a: *const E, n: usize, hint: usize) -> PyResult<usize> {
                    let at = |i: usize| a.wrapping_add(i);
                    let (mut last, mut ofs) = (0usize, 1usize);
                    let (mut low, mut high);
                    if self.lt(key, at(hint)) $($await)* ? {
                        let max = hint + 1;
                        while ofs < max && self.lt(key, at(hint - ofs)) $($await)* ? {
                            last = ofs;
                            ofs = (ofs << 1) + 1;
                        }
                        (low, high) = (hint + 1 - ofs.min(max), hint - last);
                    } else {
                        let max = n - hint;
                        while ofs < max && !self.lt(key, at(hint + ofs)) $($await)* ? {
                            last = ofs;
                            ofs = (ofs << 1) + 1;
                        }
                        (low, high) = (hint + last + 1, hint + ofs.min(max));
                    }
                    while low < high {
                        let middle = low + ((high - low) >> 1);
                        if self.lt(key, at(middle)) $($await)* ? {
                            high = middle;
                        } else {
                            low = middle + 1;
                        }
                    }
                    Ok(high)
                }

                /// Merges neighbours from the front; the left one waits in the scratch copy.
                $($async)? fn merge_low(&mut self, a: *mut E, na: usize, b: *mut E, nb: usize) -> PyResult<()> {
                    // SAFETY: the counts keep all pointers within the two runs; the gap lies right in front of `b`.
                    unsafe {
                        self.scratch.clear();
                        self.scratch.extend_from_slice(std::slice::from_raw_parts(a, na));
                        let mut gap = Gap { hole: a, rest: self.scratch.as_ptr(), len: na };
                        let (mut b, mut nb) = (b, nb);
                        macro_rules! take_b { () => {
                            *gap.hole = *b;
                            gap.hole = gap.hole.add(1);
                            b = b.add(1);
                            nb -= 1;
                        } }
                        macro_rules! take_a { () => {
                            *gap.hole = *gap.rest;
                            gap.hole = gap.hole.add(1);
                            gap.rest = gap.rest.add(1);
                            gap.len -= 1;
                        } }
                        take_b!();
                        let mut min_gallop = self.min_gallop;
                        'merge: {
                            if nb == 0 || gap.len == 1 {
                                break 'merge;
                            }
                            loop {
                                let (mut acount, mut bcount) = (0, 0);
                                loop {
                                    if self.lt(b, gap.rest) $($await)* ? {
                                        take_b!();
                                        bcount += 1;
                                        acount = 0;
                                        if nb == 0 {
                                            break 'merge;
                                        }
                                        if bcount >= min_gallop {
                                            break;
                                        }
                                    } else {
                                        take_a!();
                                        acount += 1;
                                        bcount = 0;
                                        if gap.len == 1 {
                                            break 'merge;
                                        }
                                        if acount >= min_gallop {
                                            break;
                                        }
                                    }
                                }
                                min_gallop += 1;
                                loop {
                                    min_gallop -= (min_gallop > 1) as usize;
                                    self.min_gallop = min_gallop;
                                    acount = self.gallop_right(b, gap.rest, gap.len, 0) $($await)* ?;
                                    if acount > 0 {
                                        ptr::copy_nonoverlapping(gap.rest, gap.hole, acount);
                                        gap.hole = gap.hole.add(acount);
                                        gap.rest = gap.rest.add(acount);
                                        gap.len -= acount;
                                        // 0 only if `<` is inconsistent.
                                        if gap.len <= 1 {
                                            break 'merge;
                                        }
                                    }
                                    take_b!();
                                    if nb == 0 {
                                        break 'merge;
                                    }
                                    bcount = self.gallop_left(gap.rest, b, nb, 0) $($await)* ?;
                                    if bcount > 0 {
                                        ptr::copy(b, gap.hole, bcount);
                                        gap.hole = gap.hole.add(bcount);
                                        b = b.add(bcount);
                                        nb -= bcount;
                                        if nb == 0 {
                                            break 'merge;
                                        }
                                    }
                                    take_a!();
                                    if gap.len == 1 {
                                        break 'merge;
                                    }
                                    if acount < MIN_GALLOP && bcount < MIN_GALLOP {
                                        break;
                                    }
                                }
                                min_gallop += 1;
                                self.min_gallop = min_gallop;
                            }
                        }
                        if gap.len == 1 && nb > 0 {
                            // The last of `a` goes behind the rest of `b`.
                            ptr::copy(b, gap.hole, nb);
                            gap.hole = gap.hole.add(nb);
                        }
                        Ok(())
                    }
                }

                /// Merges neighbours from the back; the right one waits in the scratch copy.
                $($async)? fn merge_high(&mut self, a: *mut E, na: usize, b: *mut E, nb: usize) -> PyResult<()> {
                    // SAFETY: the counts keep all pointers within the two runs; the gap lies right behind `a`.
                    unsafe {
                        self.scratch.clear();
                        self.scratch.extend_from_slice(std::slice::from_raw_parts(b, nb));
                        let low = a;
                        let scratch = self.scratch.as_ptr();
                        let mut na = na;
                        // The gap is `low[na..na + gap.len]`.
                        let mut gap = Gap { hole: low.add(na), rest: scratch, len: nb };
                        macro_rules! take_a { () => {
                            na -= 1;
                            gap.hole = gap.hole.sub(1);
                            *gap.hole.add(gap.len) = *gap.hole;
                        } }
                        macro_rules! take_b { () => {
                            gap.len -= 1;
                            *gap.hole.add(gap.len) = *scratch.add(gap.len);
                        } }
                        take_a!();
                        let mut min_gallop = self.min_gallop;
                        'merge: {
                            if na == 0 || gap.len == 1 {
                                break 'merge;
                            }
                            loop {
                                let (mut acount, mut bcount) = (0, 0);
                                loop {
                                    if self.lt(scratch.add(gap.len - 1), low.add(na - 1)) $($await)* ? {
                                        take_a!();
                                        acount += 1;
                                        bcount = 0;
                                        if na == 0 {
                                            break 'merge;
                                        }
                                        if acount >= min_gallop {
                                            break;
                                        }
                                    } else {
                                        take_b!();
                                        bcount += 1;
                                        acount = 0;
                                        if gap.len == 1 {
                                            break 'merge;
                                        }
                                        if bcount >= min_gallop {
                                            break;
                                        }
                                    }
                                }
                                min_gallop += 1;
                                loop {
                                    min_gallop -= (min_gallop > 1) as usize;
                                    self.min_gallop = min_gallop;
                                    let k = self.gallop_right(scratch.add(gap.len - 1), low, na, na - 1) $($await)* ?;
                                    acount = na - k;
                                    if acount > 0 {
                                        gap.hole = low.add(k);
                                        ptr::copy(gap.hole, gap.hole.add(gap.len), acount);
                                        na = k;
                                        if na == 0 {
                                            break 'merge;
                                        }
                                    }
                                    take_b!();
                                    if gap.len == 1 {
                                        break 'merge;
                                    }
                                    let k = self.gallop_left(low.add(na - 1), scratch, gap.len, gap.len - 1) $($await)* ?;
                                    bcount = gap.len - k;
                                    if bcount > 0 {
                                        ptr::copy_nonoverlapping(scratch.add(k), gap.hole.add(k), bcount);
                                        gap.len = k;
                                        // 0 only if `<` is inconsistent.
                                        if gap.len <= 1 {
                                            break 'merge;
                                        }
                                    }
                                    take_a!();
                                    if na == 0 {
                                        break 'merge;
                                    }
                                    if acount < MIN_GALLOP && bcount < MIN_GALLOP {
                                        break;
                                    }
                                }
                                min_gallop += 1;
                                self.min_gallop = min_gallop;
                            }
                        }
                        if gap.len == 1 && na > 0 {
                            // The first of `b` goes in front of the rest of `a`.
                            ptr::copy(low, low.add(1), na);
                            gap.hole = low;
                        }
                        Ok(())
                    }
                }
            }
        }
    };
}

timsort!(direct, [], [], Less);
timsort!(resumable, [async], [.await], Ask);

// ---- comparisons that answer at once ----

/// `<` of any objects. Runs Python in nested interpreters.
struct Generic;

impl Less for Generic {
    #[inline]
    fn less(&self, a: &PyObject, b: &PyObject) -> PyResult<bool> {
        protocol::compare_bool(a, b, cmp::LT)
    }
}

/// Exact strings of one byte a character.
struct Latin;

#[inline(always)]
fn latin(object: &PyObject) -> &[u8] {
    // SAFETY: only used for keys that `survey` found to be exact strings.
    match unsafe { object.cast::<Str>() }.units() {
        str_::Units::One(bytes) => bytes,
        _ => &[],
    }
}

impl Less for Latin {
    #[inline(always)]
    fn less(&self, a: &PyObject, b: &PyObject) -> PyResult<bool> {
        Ok(latin(a) < latin(b))
    }
}

/// Exact strings.
struct Text;

impl Less for Text {
    #[inline(always)]
    fn less(&self, a: &PyObject, b: &PyObject) -> PyResult<bool> {
        // SAFETY: only used for keys that `survey` found to be exact strings.
        Ok(unsafe { a.cast::<Str>().order(b.cast::<Str>()).is_lt() })
    }
}

/// Exact ints of at most one digit.
struct Small;

impl Small {
    #[inline(always)]
    fn value(key: &PyObject) -> isize {
        // SAFETY: only used for keys that `survey` found to be such ints; the digit of 0 is not initialised, but multiplied by 0.
        unsafe {
            let int = key.cast::<PyLongObject>();
            match int.ob_base.ob_size.get() {
                0 => 0,
                size => int.ob_digit[0].get() as isize * size,
            }
        }
    }
}

impl Less for Small {
    #[inline(always)]
    fn less(&self, a: &PyObject, b: &PyObject) -> PyResult<bool> {
        Ok(Small::value(a) < Small::value(b))
    }
}

/// Exact floats.
struct Float;

impl Float {
    #[inline(always)]
    fn value(key: &PyObject) -> f64 {
        // SAFETY: only used for keys that `survey` found to be exact floats.
        unsafe { key.cast::<PyFloatObject>().ob_fval.get() }
    }
}

impl Less for Float {
    #[inline(always)]
    fn less(&self, a: &PyObject, b: &PyObject) -> PyResult<bool> {
        Ok(Float::value(a) < Float::value(b))
    }
}

/// Exact, non-empty tuples whose first items are fit for `L`.
struct Tuple<L>(L);

impl<L: Less> Less for Tuple<L> {
    fn less(&self, a: &PyObject, b: &PyObject) -> PyResult<bool> {
        // SAFETY: only used for keys that `survey` found to be exact tuples.
        let (a, b) = unsafe {
            (
                a.cast::<PyTupleObject>().items(),
                b.cast::<PyTupleObject>().items(),
            )
        };
        for (i, (x, y)) in a.iter().zip(b).enumerate() {
            if !sequence::same(x, y)? {
                return if i == 0 {
                    self.0.less(x, y)
                } else {
                    protocol::compare_bool(x, y, cmp::LT)
                };
            }
        }
        Ok(a.len() < b.len())
    }
}

/// What the fast comparisons know.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Latin,
    Text,
    Small,
    Float,
    Other,
}

fn kind_of(object: &PyObject) -> Kind {
    if let Some(text) = object.exact::<Str>() {
        return match text.units() {
            str_::Units::One(_) => Kind::Latin,
            _ => Kind::Text,
        };
    }
    if sequence::compact_int(object).is_some() {
        return Kind::Small;
    }
    if object.is_exact::<PyFloatObject>() {
        return Kind::Float;
    }
    Kind::Other
}

fn common(keys: impl Iterator<Item = Kind>) -> Kind {
    let mut all: Option<Kind> = None;
    for kind in keys {
        all = Some(match (all, kind) {
            (_, Kind::Other) => return Kind::Other,
            (None, kind) => kind,
            (Some(a), b) if a == b => a,
            (Some(Kind::Latin | Kind::Text), Kind::Latin | Kind::Text) => Kind::Text,
            _ => return Kind::Other,
        });
    }
    all.unwrap_or(Kind::Other)
}

/// The kinds of a tuple's items, place by place.
type Kinds = SmallVec<[Kind; 8]>;

/// The kinds that the items of all keys have at each place, if all are exact tuples of items that are so of one kind: then no comparison can
/// raise, or run Python.
fn columns<E: Element>(elements: &[E]) -> Option<Kinds> {
    let mut kinds = Kinds::new();
    let plain = elements.iter().all(|e| {
        let Some(tuple) = e.key().exact::<PyTupleObject>() else {
            return false;
        };
        tuple.items().iter().enumerate().all(|(i, item)| {
            let kind = kind_of(item);
            match kinds.get_mut(i) {
                None => {
                    kinds.push(kind);
                    kind != Kind::Other
                }
                Some(all) => {
                    *all = common([*all, kind].into_iter());
                    *all != Kind::Other
                }
            }
        })
    });
    plain.then_some(kinds)
}

/// What all keys have in common.
enum Keys {
    Plain(Kind),
    /// Tuples that start so, and their columns, where they are all plain.
    Tuples(Kind, Option<Kinds>),
}

impl Keys {
    /// Whether comparing them can neither raise nor run Python.
    fn are_quiet(&self) -> bool {
        match self {
            Keys::Plain(kind) => *kind != Kind::Other,
            Keys::Tuples(_, columns) => columns.is_some(),
        }
    }
}

fn survey<E: Element>(elements: &[E]) -> Keys {
    fn first<E: Element>(e: &E) -> Option<&PyObject> {
        e.key().exact::<PyTupleObject>()?.items().first().copied()
    }
    if !elements.first().is_some_and(|e| first(e).is_some()) {
        return Keys::Plain(common(elements.iter().map(|e| kind_of(e.key()))));
    }
    if !elements.iter().all(|e| first(e).is_some()) {
        return Keys::Plain(Kind::Other);
    }
    match columns(elements) {
        Some(kinds) => Keys::Tuples(kinds[0], Some(kinds)),
        None => Keys::Tuples(common(elements.iter().filter_map(first).map(kind_of)), None),
    }
}

fn run_direct<E: Element, L: Less>(elements: &mut [E], less: &L) -> PyResult<()> {
    direct::Sorter {
        base: elements.as_mut_ptr(),
        len: elements.len(),
        less,
        min_gallop: MIN_GALLOP,
        pending: Vec::new(),
        scratch: Vec::new(),
    }
    .run()
}

/// Fewer elements are not worth a copy of their keys.
const MANY: usize = 16;

/// Sorts by the keys' values; `rest` compares two keys whose values are equal. False if there are too few elements, or too little memory.
fn by_value<E: Element, V: Copy + Ord>(
    elements: &mut [E],
    value: impl Fn(&PyObject) -> V,
    rest: impl Fn(&PyObject, &PyObject) -> Ordering,
) -> bool {
    let Ok(count) = u32::try_from(elements.len()) else {
        return false;
    };
    if elements.len() < MANY {
        return false;
    }
    // The sort wants as much again.
    if growing::ensure(elements.len() * 2 * size_of::<(V, u32)>()).is_err() {
        errors::clear();
        return false;
    }
    let mut places: Vec<(V, u32)> = (0..count)
        .zip(&*elements)
        .map(|(place, e)| (value(e.key()), place))
        .collect();
    let at = |place: u32| elements[place as usize];
    places.sort_by(|a, b| {
        a.0.cmp(&b.0)
            .then_with(|| rest(at(a.1).key(), at(b.1).key()))
    });
    let sorted: Vec<E> = places.iter().map(|(_, place)| at(*place)).collect();
    elements.copy_from_slice(&sorted);
    true
}

/// A number whose order is that of floats, other than NaN.
fn ordered(float: f64) -> i64 {
    // Zeros are equal.
    let bits = (float + 0.0).to_bits() as i64;
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

fn sort_small<E: Element>(elements: &mut [E]) -> PyResult<()> {
    match by_value(elements, Small::value, |_, _| Ordering::Equal) {
        true => Ok(()),
        false => run_direct(elements, &Small),
    }
}

fn sort_floats<E: Element>(elements: &mut [E]) -> PyResult<()> {
    let total = !elements.iter().any(|e| Float::value(e.key()).is_nan());
    let value = |key: &PyObject| ordered(Float::value(key));
    match total && by_value(elements, value, |_, _| Ordering::Equal) {
        true => Ok(()),
        false => run_direct(elements, &Float),
    }
}

/// The first eight bytes: most strings differ in them.
fn start_of(bytes: &[u8]) -> u64 {
    let mut first = [0; 8];
    let len = bytes.len().min(8);
    first[..len].copy_from_slice(&bytes[..len]);
    u64::from_be_bytes(first)
}

fn sort_latin<E: Element>(elements: &mut [E]) -> PyResult<()> {
    let start = |key: &PyObject| start_of(latin(key));
    match by_value(elements, start, |a, b| latin(a).cmp(latin(b))) {
        true => Ok(()),
        false => run_direct(elements, &Latin),
    }
}

impl Kind {
    /// A number that is not greater than another one's where the object is not; exact for ints and floats (NaN has no place), a prefix for strings.
    #[inline(always)]
    fn value(self, object: &PyObject) -> u64 {
        let signed = match self {
            Kind::Small => Small::value(object) as i64,
            Kind::Float => ordered(Float::value(object)),
            Kind::Latin => return start_of(latin(object)),
            Kind::Text | Kind::Other => return 0,
        };
        signed as u64 ^ 1 << 63
    }

    /// Whether equal values are equal objects.
    fn is_number(self) -> bool {
        matches!(self, Kind::Small | Kind::Float)
    }

    /// The order of two objects of the kind.
    fn order(self, a: &PyObject, b: &PyObject) -> Ordering {
        match self {
            Kind::Small | Kind::Float => self.value(a).cmp(&self.value(b)),
            Kind::Latin => latin(a).cmp(latin(b)),
            // SAFETY: what is of this kind is an exact string.
            Kind::Text => unsafe { a.cast::<Str>().order(b.cast::<Str>()) },
            Kind::Other => Ordering::Equal,
        }
    }
}

/// What two items of a tuple come to, in one number.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Two(u64, u64);

impl Two {
    #[inline(always)]
    fn number(self) -> u128 {
        (self.0 as u128) << 64 | self.1 as u128
    }
}

impl Ord for Two {
    #[inline(always)]
    fn cmp(&self, other: &Two) -> Ordering {
        self.number().cmp(&other.number())
    }
}

impl PartialOrd for Two {
    #[inline(always)]
    fn partial_cmp(&self, other: &Two) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Sorts keys that are tuples starting with items that are fit for `first`.
fn sort_tuples<E: Element, L: Less>(
    elements: &mut [E],
    columns: &Option<Kinds>,
    first: L,
) -> PyResult<()> {
    match columns {
        Some(kinds) if sort_columns(elements, kinds) => Ok(()),
        _ => run_direct(elements, &Tuple(first)),
    }
}

/// Sorts tuples of plain items by the values of their first two. False if they are few, or in no total order (NaN).
fn sort_columns<E: Element>(elements: &mut [E], kinds: &[Kind]) -> bool {
    fn items(key: &PyObject) -> &[&PyObject] {
        // SAFETY: `columns` found exact tuples.
        unsafe { key.cast::<PyTupleObject>().items() }
    }
    let total = |e: &E| {
        let floats = kinds.iter().zip(items(e.key()));
        floats
            .filter(|(kind, _)| **kind == Kind::Float)
            .all(|(_, item)| !Float::value(item).is_nan())
    };
    if kinds.contains(&Kind::Float) && !elements.iter().all(total) {
        return false;
    }
    // A string's value tells less than all of it, and what comes after it counts only where the strings are equal.
    let second = kinds.get(1).copied().filter(|_| kinds[0].is_number());
    let value = |key: &PyObject| {
        let items = items(key);
        let rest = items.get(1).zip(second);
        Two(
            kinds[0].value(items[0]),
            rest.map_or(0, |(item, kind)| kind.value(item)),
        )
    };
    let pairs = elements.iter().all(|e| items(e.key()).len() == 2);
    if pairs && kinds.iter().all(|kind| kind.is_number()) {
        return by_value(elements, value, |_, _| Ordering::Equal);
    }
    by_value(elements, value, |a, b| {
        let (a, b) = (items(a), items(b));
        let different = (kinds.iter().zip(a).zip(b))
            .map(|((kind, x), y)| kind.order(x, y))
            .find(|order| order.is_ne());
        different.unwrap_or_else(|| a.len().cmp(&b.len()))
    })
}

/// Sorts at once.
fn sort_elements<E: Element>(elements: &mut [E], keys: &Keys, reverse: bool) -> PyResult<()> {
    if reverse {
        elements.reverse();
    }
    let result = match keys {
        Keys::Plain(Kind::Latin) => sort_latin(elements),
        Keys::Plain(Kind::Text) => run_direct(elements, &Text),
        Keys::Plain(Kind::Small) => sort_small(elements),
        Keys::Plain(Kind::Float) => sort_floats(elements),
        Keys::Plain(Kind::Other) => run_direct(elements, &Generic),
        Keys::Tuples(Kind::Latin, columns) => sort_tuples(elements, columns, Latin),
        Keys::Tuples(Kind::Text, columns) => sort_tuples(elements, columns, Text),
        Keys::Tuples(Kind::Small, columns) => sort_tuples(elements, columns, Small),
        Keys::Tuples(Kind::Float, columns) => sort_tuples(elements, columns, Float),
        Keys::Tuples(Kind::Other, _) => run_direct(elements, &Tuple(Generic)),
    };
    if reverse {
        elements.reverse();
    }
    result
}

/// Sorts an array, natively. Any exception; runs Python if keys or `<` need it.
pub(super) fn sort(items: &Items, key: Option<&PyObject>, reverse: bool) -> PyResult<()> {
    if items.len == 0 {
        return Ok(());
    }
    // SAFETY: the array is the caller's, and nobody else sees it while it is sorted.
    let bare = unsafe { std::slice::from_raw_parts_mut(items.data.cast::<Bare>(), items.len) };
    // Sorting, with keys by way of pairs, takes half as much again.
    let room = if key.is_some() { 32 } else { 4 };
    growing::ensure(items.len * room)?;
    let Some(function) = key else {
        let kinds = survey(bare);
        return sort_elements(bare, &kinds, reverse);
    };
    let mut keys: Vec<Ref> = Vec::with_capacity(items.len);
    for item in bare.iter() {
        keys.push(call::call1(function, item.key())?);
    }
    items.sort_by(&keys, reverse)
}

impl Items {
    pub fn all(&self) -> &[&PyObject] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: the array owns its items, and is not written but by `sort_by`.
        unsafe { std::slice::from_raw_parts(self.data.cast(), self.len) }
    }

    /// Sorts natively. Any exception; runs Python if `<` needs it.
    pub fn sort(&self, reverse: bool) -> PyResult<()> {
        sort(self, None, reverse)
    }

    /// Has the items in an order again in which [`Items::all`] had them.
    pub fn restore(&self, order: &[*mut PyObject]) {
        if self.len == order.len() && self.len > 0 {
            // SAFETY: the array has as many places, and holds the same objects.
            unsafe { ptr::copy_nonoverlapping(order.as_ptr(), self.data, self.len) };
        }
    }

    /// Sorts by keys, one for each item. Any exception; runs Python if `<` needs it.
    pub fn sort_by(&self, keys: &[Ref], reverse: bool) -> PyResult<()> {
        if self.len == 0 || keys.len() != self.len {
            return Ok(());
        }
        // SAFETY: the array is the caller's, and nobody else sees it while it is sorted.
        let bare = unsafe { std::slice::from_raw_parts_mut(self.data.cast::<Bare>(), self.len) };
        sort_by(bare, keys, reverse)
    }
}

fn sort_by(bare: &mut [Bare], keys: &[Ref], reverse: bool) -> PyResult<()> {
    let mut pairs: Vec<Keyed> = keys
        .iter()
        .zip(bare.iter())
        .map(|(key, item)| Keyed {
            key: key.as_ptr(),
            item: item.0,
        })
        .collect();
    let kinds = survey(&pairs);
    let result = sort_elements(&mut pairs, &kinds, reverse);
    for (place, pair) in bare.iter_mut().zip(&pairs) {
        place.0 = pair.item;
    }
    result
}

// ---- the resumable form ----

/// A comparison that somebody else answers.
trait Ask {
    fn less(&self, a: &PyObject, b: &PyObject) -> Question;
}

/// Where questions and answers are exchanged.
#[derive(Default)]
struct Channel {
    question: RefCell<Option<(Ref, Ref)>>,
    answer: Cell<Option<bool>>,
}

/// One comparison under way.
struct Question(Rc<Channel>);

impl Ask for Rc<Channel> {
    fn less(&self, a: &PyObject, b: &PyObject) -> Question {
        *self.question.borrow_mut() = Some((a.to_ref(), b.to_ref()));
        Question(self.clone())
    }
}

impl Future for Question {
    type Output = PyResult<bool>;
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<PyResult<bool>> {
        match self.0.answer.take() {
            Some(answer) => Poll::Ready(Ok(answer)),
            None => Poll::Pending,
        }
    }
}

/// What the sort wants next.
pub enum Step {
    /// The truth of `a < b` is to be passed to the next [`SortState::step`].
    Compare(Ref, Ref),
    /// Sorted: the items, owned.
    Done(Vec<Ref>),
}

/// A sort that stops at every comparison, so that its caller can run Python's `<` itself.
///
/// Keys that are all strings, small ints or floats, or tuples of such, are compared at once: then the first step is the last.
/// If a comparison raises, [`SortState::abandon`] gives the items back, in some order.
pub struct SortState {
    // Declared first, so that a merge under way is closed before the elements go.
    work: Option<Pin<Box<dyn Future<Output = PyResult<()>>>>>,
    channel: Rc<Channel>,
    elements: Box<[Keyed]>,
    /// Whether keys are owned besides their items.
    keyed: bool,
    reverse: bool,
}

impl SortState {
    /// To sort `items` by themselves.
    pub fn new(items: Vec<Ref>, reverse: bool) -> SortState {
        let elements = items
            .into_iter()
            .map(|item| {
                let item = item.into_raw();
                Keyed { key: item, item }
            })
            .collect();
        SortState::start(elements, false, reverse)
    }

    /// To sort `items` by `keys`, one for each.
    pub fn with_keys(keys: Vec<Ref>, items: Vec<Ref>, reverse: bool) -> SortState {
        let elements = keys
            .into_iter()
            .zip(items)
            .map(|(key, item)| Keyed {
                key: key.into_raw(),
                item: item.into_raw(),
            })
            .collect();
        SortState::start(elements, true, reverse)
    }

    fn start(mut elements: Box<[Keyed]>, keyed: bool, reverse: bool) -> SortState {
        let channel = Rc::new(Channel::default());
        let keys = survey(&elements);
        let at_once = keys.are_quiet();
        let work = if at_once {
            // These comparisons cannot fail.
            let _ = sort_elements(&mut elements, &keys, reverse);
            None
        } else {
            if reverse {
                elements.reverse();
            }
            let (base, len) = (elements.as_mut_ptr(), elements.len());
            let ask = channel.clone();
            let work: Pin<Box<dyn Future<Output = PyResult<()>>>> = Box::pin(async move {
                resumable::Sorter {
                    base,
                    len,
                    less: &ask,
                    min_gallop: MIN_GALLOP,
                    pending: Vec::new(),
                    scratch: Vec::new(),
                }
                .run()
                .await
            });
            Some(work)
        };
        SortState {
            work,
            channel,
            elements,
            keyed,
            reverse: reverse && !at_once,
        }
    }

    /// Goes on with the answer to the last comparison (`None` at first).
    pub fn step(&mut self, answer: Option<bool>) -> Step {
        self.channel.answer.set(answer);
        if let Some(work) = &mut self.work {
            let mut context = Context::from_waker(Waker::noop());
            if work.as_mut().poll(&mut context).is_pending()
                && let Some((a, b)) = self.channel.question.take()
            {
                return Step::Compare(a, b);
            }
        }
        Step::Done(self.finish())
    }

    /// The items as they are now, after an exception.
    pub fn abandon(mut self) -> Vec<Ref> {
        self.finish()
    }

    fn finish(&mut self) -> Vec<Ref> {
        // Closes the gap of a merge under way.
        self.work = None;
        if self.reverse {
            self.elements.reverse();
        }
        let elements = std::mem::take(&mut self.elements);
        let mut items = Vec::with_capacity(elements.len());
        let mut keys = Vec::new();
        for e in &elements {
            // SAFETY: the elements owned these references.
            unsafe {
                items.push(Ref::from_owned(e.item));
                if self.keyed {
                    keys.push(Ref::from_owned(e.key));
                }
            }
        }
        drop(keys);
        items
    }
}

impl Drop for SortState {
    fn drop(&mut self) {
        drop(self.finish());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Elements that are no objects: their key pointer is the number.
    #[derive(Clone, Copy, PartialEq, Debug)]
    struct Fake(usize, usize);
    impl Element for Fake {
        fn key(&self) -> &PyObject {
            // SAFETY: only the address is looked at.
            unsafe {
                &*(&raw const FAKE)
                    .cast::<u8>()
                    .wrapping_add(self.0 * 16)
                    .cast()
            }
        }
    }
    static FAKE: [PyObjectBytes; 4096] = [const { PyObjectBytes([0; 16]) }; 4096];
    #[repr(align(16))]
    struct PyObjectBytes(#[allow(dead_code)] [u8; 16]);

    struct ByAddress(Cell<usize>, usize);
    impl Less for ByAddress {
        fn less(&self, a: &PyObject, b: &PyObject) -> PyResult<bool> {
            self.0.set(self.0.get() + 1);
            if self.0.get() == self.1 {
                return Err(Raised);
            }
            Ok((a as *const PyObject as usize) < b as *const PyObject as usize)
        }
    }

    fn numbers(n: usize, pattern: usize) -> Vec<Fake> {
        let mut seed = 12345u64 + n as u64;
        (0..n)
            .map(|i| {
                seed = seed
                    .wrapping_mul(6364136223846793005)
                    .wrapping_add(1442695040888963407);
                let r = (seed >> 33) as usize;
                let key = match pattern {
                    0 => r % 4096,
                    1 => r % 10,
                    2 => i % 4096,
                    3 => (n - i) % 4096,
                    4 => (i * 7) % 100 + r % 3,
                    _ => {
                        if i % 50 == 0 {
                            r % 4096
                        } else {
                            i % 4096
                        }
                    }
                };
                Fake(key, i)
            })
            .collect()
    }

    #[test]
    fn sorts_stably_and_keeps_a_permutation() {
        for n in [0, 1, 2, 3, 10, 63, 64, 65, 200, 1000, 5000] {
            for pattern in 0..6 {
                let input = numbers(n, pattern);
                let mut expected = input.clone();
                expected.sort_by_key(|f| f.0);
                let mut sorted = input.clone();
                assert!(run_direct(&mut sorted, &ByAddress(Cell::new(0), usize::MAX)).is_ok());
                assert_eq!(sorted, expected);
                for stop in [1, 5, 50, n, 3 * n, 8 * n] {
                    let mut broken = input.clone();
                    let _ = run_direct(&mut broken, &ByAddress(Cell::new(0), stop.max(1)));
                    broken.sort_by_key(|f| f.1);
                    assert_eq!(broken, input);
                }
            }
        }
    }
}
