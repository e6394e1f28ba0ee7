//! The matcher: a backtracking machine whose choices lie on an explicit stack in the heap, so that no pattern overflows the native stack.
//!
//! The stack holds choices (where to go on after a failure) and, between them, what was overwritten since (group marks, loop
//! counters), so that going back to a choice restores everything. Barriers delimit the bodies of atomic groups and look-arounds: success of
//! a body throws its choices away but keeps what is to be restored. Signals are served now and then, and may raise.

use super::charset::{Fold, ascii_word, locale_lower, locale_word, unicode_word};
use super::program::{Inst, NONE, Program, Start};
use super::tree::{At, Test, Word};
use hotpy_objects::str_::Unit;
use hotpy_objects::{PyResult, errors};

/// "No position".
pub const UNSET: usize = usize::MAX;

/// Failures between two looks at the signals.
const PATIENCE: u32 = 1 << 14;

#[derive(Clone, Copy)]
enum Entry {
    /// Go on there.
    Choice { ip: u32, pos: usize },
    /// A greedy single-character repeat that may give back down to `min`.
    Greedy { ip: u32, min: usize, pos: usize },
    /// A lazy one that may take `left` more.
    Lazy { ip: u32, pos: usize, left: usize },
    /// A lazy loop that may go on.
    LoopLazy { ip: u32, pos: usize },
    /// A mark as it was, and the last closed group.
    Mark {
        index: u32,
        last_group: u32,
        pos: usize,
    },
    /// A loop's state as it was.
    Loop {
        index: u32,
        count: isize,
        last: usize,
    },
    /// The start of a body; `ip` is where a failure of the body goes on, or NONE.
    Barrier { ip: u32, previous: u32, pos: usize },
}

#[derive(Clone, Copy)]
struct LoopState {
    count: isize,
    last: usize,
}

/// What a search needs and leaves: marks of the groups, the stack.
#[derive(Default)]
pub struct State {
    /// Start and end of every group.
    pub marks: Vec<usize>,
    /// The group closed last, from 1; 0: none.
    pub last_group: u32,
    /// Where the match starts and ends.
    pub start: usize,
    pub end: usize,
    /// The match must reach the end of the text.
    pub whole: bool,
    /// A match at the first position must not be empty.
    pub must_advance: bool,
    stack: Vec<Entry>,
    loops: Vec<LoopState>,
    barrier: u32,
    patience: u32,
}

impl State {
    fn reset(&mut self, program: &Program) {
        self.marks.clear();
        self.marks.resize(program.groups * 2, UNSET);
        self.loops.clear();
        let fresh = LoopState {
            count: -1,
            last: UNSET,
        };
        self.loops.resize(program.loops.len(), fresh);
        self.last_group = 0;
        self.stack.clear();
        self.barrier = NONE;
        if self.patience == 0 {
            self.patience = PATIENCE;
        }
    }

    /// Gives back the memory of an unusually deep match.
    pub fn trim(&mut self) {
        if self.stack.capacity() > 4096 {
            self.stack = Vec::new();
        }
    }

    #[inline(always)]
    fn push(&mut self, entry: Entry) -> PyResult<()> {
        if self.stack.len() == self.stack.capacity() {
            return self.push_growing(entry);
        }
        self.stack.push(entry);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn push_growing(&mut self, entry: Entry) -> PyResult<()> {
        let more = self.stack.len().max(32);
        if self.stack.len() >= NONE as usize || self.stack.try_reserve(more).is_err() {
            return Err(errors::no_memory());
        }
        self.stack.push(entry);
        Ok(())
    }

    fn restore(&mut self, entry: Entry) {
        match entry {
            Entry::Mark {
                index,
                last_group,
                pos,
            } => {
                self.marks[index as usize] = pos;
                self.last_group = last_group;
            }
            Entry::Loop { index, count, last } => {
                self.loops[index as usize] = LoopState { count, last };
            }
            _ => {}
        }
    }

    /// The body of the last barrier has matched: forgets its choices. The position at the barrier.
    fn cut(&mut self) -> usize {
        let at = self.barrier as usize;
        let Some(&Entry::Barrier { previous, pos, .. }) = self.stack.get(at) else {
            return UNSET;
        };
        self.barrier = previous;
        let mut kept = at;
        for i in at + 1..self.stack.len() {
            let entry = self.stack[i];
            if matches!(entry, Entry::Mark { .. } | Entry::Loop { .. }) {
                self.stack[kept] = entry;
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        pos
    }

    /// The same, undoing all that the body did.
    fn undo(&mut self) {
        let at = self.barrier as usize;
        while self.stack.len() > at + 1 {
            if let Some(entry) = self.stack.pop() {
                self.restore(entry);
            }
        }
        if let Some(Entry::Barrier { previous, .. }) = self.stack.pop() {
            self.barrier = previous;
        }
    }
}

/// Text, a program.
struct Machine<'a, U: Unit> {
    program: &'a Program,
    text: &'a [U],
}

impl<U: Unit> Machine<'_, U> {
    /// How many characters from `pos` pass the test, at most `max`.
    #[inline]
    fn count(&self, test: Test, pos: usize, max: usize) -> usize {
        let rest = &self.text[pos..];
        let rest = if rest.len() > max { &rest[..max] } else { rest };
        let until = |found: Option<usize>| found.unwrap_or(rest.len());
        match test {
            Test::AnyAll => rest.len(),
            Test::Any => until(find_unit(rest, 10)),
            Test::Literal(c) => until(rest.iter().position(|&x| x.into() != c)),
            Test::NotLiteral(c) => until(find_unit(rest, c)),
            Test::Set(i) => {
                let set = &self.program.sets[i as usize];
                until(rest.iter().position(|&x| !set.has(x)))
            }
        }
    }

    #[inline(always)]
    fn passes(&self, test: Test, c: U) -> bool {
        match test {
            Test::AnyAll => true,
            Test::Any => c.into() != 10,
            Test::Literal(l) => c.into() == l,
            Test::NotLiteral(l) => c.into() != l,
            Test::Set(i) => self.program.sets[i as usize].has(c),
        }
    }

    fn holds(&self, at: At, pos: usize) -> bool {
        let text = self.text;
        match at {
            At::Beginning => pos == 0,
            At::BeginningLine => pos == 0 || text[pos - 1].into() == 10,
            At::EndString => pos == text.len(),
            At::End => pos == text.len() || pos + 1 == text.len() && text[pos].into() == 10,
            At::EndLine => pos == text.len() || text[pos].into() == 10,
            At::Boundary(word, wanted) => {
                if text.is_empty() {
                    return false;
                }
                let is_word = |c: U| match word {
                    Word::Ascii => ascii_word(c.into()),
                    Word::Locale => locale_word(c.into()),
                    Word::Unicode => {
                        let c: u32 = c.into();
                        if c < 128 {
                            ascii_word(c)
                        } else {
                            unicode_word(c)
                        }
                    }
                };
                let before = pos > 0 && is_word(text[pos - 1]);
                let after = pos < text.len() && is_word(text[pos]);
                (before != after) == wanted
            }
        }
    }

    /// The length of what the group matched, if the same text is at `pos`.
    fn group_again(&self, state: &State, group: u32, fold: Fold, pos: usize) -> Option<usize> {
        let (start, end) = span(state, group)?;
        let len = end - start;
        if self.text.len() - pos < len {
            return None;
        }
        let (a, b) = (&self.text[start..end], &self.text[pos..pos + len]);
        let same = match fold {
            Fold::None => a == b,
            Fold::Locale => a
                .iter()
                .zip(b)
                .all(|(&x, &y)| x == y || locale_lower(x.into()) == locale_lower(y.into())),
            fold => a
                .iter()
                .zip(b)
                .all(|(&x, &y)| x == y || fold.apply(x.into()) == fold.apply(y.into())),
        };
        same.then_some(len)
    }

    /// Whether what must follow a repeat can start at `pos`.
    #[inline(always)]
    fn can_follow(&self, follow: u32, pos: usize) -> bool {
        follow == NONE
            || pos < self.text.len() && self.program.firsts[follow as usize].has(self.text[pos])
    }

    /// The last position in `min..=pos` at which what must follow can start.
    #[inline(always)]
    fn last_start(&self, follow: u32, min: usize, pos: usize) -> Option<usize> {
        if follow == NONE {
            return Some(pos);
        }
        let first = &self.program.firsts[follow as usize];
        let end = (pos + 1).min(self.text.len());
        let window = self.text.get(min..end)?;
        match first.only {
            Some(c) => window.iter().rposition(|&x| x.into() == c),
            None => window.iter().rposition(|&x| first.has(x)),
        }
        .map(|i| min + i)
    }

    /// Tries to match at `start`.
    fn run(&self, state: &mut State, start: usize) -> PyResult<bool> {
        let program = self.program;
        let text = self.text;
        let insts = program.insts.as_slice();
        let (mut ip, mut pos) = (0usize, start);
        'step: loop {
            // Every arm goes on, or breaks out of the block to fail.
            'fail: {
                macro_rules! character {
                    ($c:ident => $test:expr) => {{
                        let Some(&$c) = text.get(pos) else {
                            break 'fail;
                        };
                        if !$test {
                            break 'fail;
                        }
                        pos += 1;
                        ip += 1;
                    }};
                }
                match insts[ip] {
                    Inst::Literal(l) => character!(c => c.into() == l),
                    Inst::NotLiteral(l) => character!(c => c.into() != l),
                    Inst::Any => character!(c => c.into() != 10),
                    Inst::AnyAll => character!(_c => true),
                    Inst::Set(i) => character!(c => program.sets[i as usize].has(c)),
                    Inst::Text(at, len) => {
                        let (at, len) = (at as usize, len as usize);
                        let Some(here) = text.get(pos..pos + len) else {
                            break 'fail;
                        };
                        let wanted = &program.literals[at..at + len];
                        if !here.iter().zip(wanted).all(|(&c, &l)| c.into() == l) {
                            break 'fail;
                        }
                        pos += len;
                        ip += 1;
                    }
                    Inst::Position(at) => {
                        if !self.holds(at, pos) {
                            break 'fail;
                        }
                        ip += 1;
                    }
                    Inst::Mark(index) => {
                        let old = state.marks[index as usize];
                        let last_group = state.last_group;
                        state.push(Entry::Mark {
                            index,
                            last_group,
                            pos: old,
                        })?;
                        state.marks[index as usize] = pos;
                        if index & 1 == 1 {
                            state.last_group = index / 2 + 1;
                        }
                        ip += 1;
                    }
                    Inst::Jump(target) => ip = target as usize,
                    Inst::Fail => break 'fail,
                    Inst::Match => {
                        if state.whole && pos != text.len() || state.must_advance && pos == start {
                            break 'fail;
                        }
                        state.start = start;
                        state.end = pos;
                        return Ok(true);
                    }
                    Inst::Branch { alt, first } => {
                        if self.can_follow(first, pos) {
                            state.push(Entry::Choice { ip: alt, pos })?;
                            ip += 1;
                        } else {
                            ip = alt as usize;
                        }
                    }
                    Inst::Select { alt, first } => {
                        ip = if self.can_follow(first, pos) {
                            ip + 1
                        } else {
                            alt as usize
                        };
                    }
                    Inst::Greedy(i) => {
                        let single = &program.singles[i as usize];
                        let count = self.count(single.test, pos, single.max);
                        if count < single.min {
                            break 'fail;
                        }
                        let (min, max) = (pos + single.min, pos + count);
                        ip += 1;
                        if count < single.max && single.exclusive.of::<U>() {
                            // Only after all of it can come what must follow.
                            if !self.can_follow(single.follow, max) {
                                break 'fail;
                            }
                            pos = max;
                        } else {
                            match self.last_start(single.follow, min, max) {
                                Some(at) => pos = at,
                                None => break 'fail,
                            }
                            if pos > min {
                                let ip = ip as u32;
                                state.push(Entry::Greedy { ip, min, pos })?;
                            }
                        }
                    }
                    Inst::Lazy(i) => {
                        let single = &program.singles[i as usize];
                        if single.min > 0 && self.count(single.test, pos, single.min) < single.min {
                            break 'fail;
                        }
                        pos += single.min;
                        let left = single.max - single.min;
                        if !self.lazy(state, ip, &mut pos, left)? {
                            break 'fail;
                        }
                        ip += 1;
                    }
                    Inst::Possessive(i) => {
                        let single = &program.singles[i as usize];
                        let count = self.count(single.test, pos, single.max);
                        if count < single.min {
                            break 'fail;
                        }
                        pos += count;
                        ip += 1;
                    }
                    Inst::LoopInit(index) => {
                        let LoopState { count, last } = state.loops[index as usize];
                        state.push(Entry::Loop { index, count, last })?;
                        state.loops[index as usize] = LoopState {
                            count: -1,
                            last: UNSET,
                        };
                        ip += 1;
                    }
                    Inst::LoopGreedy(index) => {
                        let this = &program.loops[index as usize];
                        let LoopState { count, last } = state.loops[index as usize];
                        let next = count + 1;
                        if next < this.min {
                            state.push(Entry::Loop { index, count, last })?;
                            state.loops[index as usize].count = next;
                            ip += 1;
                        } else if next < this.max && pos != last && self.can_follow(this.first, pos)
                        {
                            // If what comes after the loop cannot start here, there is no second choice.
                            if !this.exclusive.of::<U>() {
                                state.push(Entry::Choice { ip: this.exit, pos })?;
                            }
                            state.push(Entry::Loop { index, count, last })?;
                            state.loops[index as usize] = LoopState {
                                count: next,
                                last: pos,
                            };
                            ip += 1;
                        } else {
                            ip = this.exit as usize;
                        }
                    }
                    Inst::LoopLazy(index) => {
                        let this = &program.loops[index as usize];
                        let LoopState { count, last } = state.loops[index as usize];
                        if count + 1 < this.min {
                            state.push(Entry::Loop { index, count, last })?;
                            state.loops[index as usize].count = count + 1;
                            ip += 1;
                        } else {
                            state.push(Entry::LoopLazy { ip: ip as u32, pos })?;
                            ip = this.exit as usize;
                        }
                    }
                    Inst::LoopPossessive(index) => {
                        let this = &program.loops[index as usize];
                        let LoopState { count, last } = state.loops[index as usize];
                        let next = count + 1;
                        let (previous, height) = (state.barrier, state.stack.len() as u32);
                        if next < this.min {
                            state.push(Entry::Barrier {
                                ip: NONE,
                                previous,
                                pos,
                            })?;
                            state.loops[index as usize].count = next;
                        } else if next < this.max && pos != last {
                            state.push(Entry::Barrier {
                                ip: this.exit,
                                previous,
                                pos,
                            })?;
                            state.loops[index as usize] = LoopState {
                                count: next,
                                last: pos,
                            };
                        } else {
                            ip = this.exit as usize;
                            continue 'step;
                        }
                        state.barrier = height;
                        ip += 1;
                    }
                    Inst::LoopCut(head) => {
                        state.cut();
                        ip = head as usize;
                    }
                    Inst::Atomic => {
                        let (previous, height) = (state.barrier, state.stack.len() as u32);
                        state.push(Entry::Barrier {
                            ip: NONE,
                            previous,
                            pos,
                        })?;
                        state.barrier = height;
                        ip += 1;
                    }
                    Inst::Cut => {
                        state.cut();
                        ip += 1;
                    }
                    Inst::Assert(back) => {
                        if pos < back as usize {
                            break 'fail;
                        }
                        let (previous, height) = (state.barrier, state.stack.len() as u32);
                        state.push(Entry::Barrier {
                            ip: NONE,
                            previous,
                            pos,
                        })?;
                        state.barrier = height;
                        pos -= back as usize;
                        ip += 1;
                    }
                    Inst::AssertEnd => {
                        pos = state.cut();
                        ip += 1;
                    }
                    Inst::AssertNot { back, after } => {
                        if pos < back as usize {
                            ip = after as usize;
                            continue 'step;
                        }
                        let (previous, height) = (state.barrier, state.stack.len() as u32);
                        state.push(Entry::Barrier {
                            ip: after,
                            previous,
                            pos,
                        })?;
                        state.barrier = height;
                        pos -= back as usize;
                        ip += 1;
                    }
                    Inst::AssertNotEnd => {
                        state.undo();
                        break 'fail;
                    }
                    Inst::GroupRef(group, fold) => {
                        match self.group_again(state, group, fold, pos) {
                            Some(len) => pos += len,
                            None => break 'fail,
                        }
                        ip += 1;
                    }
                    Inst::GroupExists { group, no } => {
                        ip = match span(state, group) {
                            Some(_) => ip + 1,
                            None => no as usize,
                        };
                    }
                }
                continue 'step;
            }
            match self.backtrack(state)? {
                Some((next, at)) => (ip, pos) = (next, at),
                None => return Ok(false),
            }
        }
    }

    /// Goes on with a lazy repeat at `pos`: to the next place where what follows can start, leaving a choice there.
    #[inline(always)]
    fn lazy(
        &self,
        state: &mut State,
        ip: usize,
        pos: &mut usize,
        mut left: usize,
    ) -> PyResult<bool> {
        let Inst::Lazy(i) = self.program.insts[ip] else {
            return Ok(false);
        };
        let single = &self.program.singles[i as usize];
        while !self.can_follow(single.follow, *pos) {
            match self.text.get(*pos) {
                Some(&c) if left > 0 && self.passes(single.test, c) => *pos += 1,
                _ => return Ok(false),
            }
            left -= 1;
        }
        if left > 0 {
            state.push(Entry::Lazy {
                ip: ip as u32,
                pos: *pos,
                left,
            })?;
        }
        Ok(true)
    }

    /// Back to the last choice: the instruction and position to go on with, or nothing if there is none left.
    #[inline(always)]
    fn backtrack(&self, state: &mut State) -> PyResult<Option<(usize, usize)>> {
        state.patience -= 1;
        if state.patience == 0 {
            state.patience = PATIENCE;
            crate::signal::check()?;
        }
        loop {
            let Some(entry) = state.stack.pop() else {
                return Ok(None);
            };
            match entry {
                Entry::Choice { ip, pos } => return Ok(Some((ip as usize, pos))),
                Entry::Greedy { ip, min, pos } => {
                    let Inst::Greedy(i) = self.program.insts[ip as usize - 1] else {
                        continue;
                    };
                    let follow = self.program.singles[i as usize].follow;
                    if let Some(pos) = self.last_start(follow, min, pos - 1) {
                        if pos > min {
                            state.stack.push(Entry::Greedy { ip, min, pos });
                        }
                        return Ok(Some((ip as usize, pos)));
                    }
                }
                Entry::Lazy { ip, mut pos, left } => {
                    let Inst::Lazy(i) = self.program.insts[ip as usize] else {
                        continue;
                    };
                    let test = self.program.singles[i as usize].test;
                    if self.text.get(pos).is_some_and(|&c| self.passes(test, c)) {
                        pos += 1;
                        if self.lazy(state, ip as usize, &mut pos, left - 1)? {
                            return Ok(Some((ip as usize + 1, pos)));
                        }
                    }
                }
                Entry::LoopLazy { ip, pos } => {
                    let Inst::LoopLazy(index) = self.program.insts[ip as usize] else {
                        continue;
                    };
                    let this = &self.program.loops[index as usize];
                    let LoopState { count, last } = state.loops[index as usize];
                    if count + 1 < this.max && pos != last {
                        state.push(Entry::Loop { index, count, last })?;
                        state.loops[index as usize] = LoopState {
                            count: count + 1,
                            last: pos,
                        };
                        return Ok(Some((ip as usize + 1, pos)));
                    }
                }
                Entry::Barrier { ip, previous, pos } => {
                    state.barrier = previous;
                    if ip != NONE {
                        return Ok(Some((ip as usize, pos)));
                    }
                }
                restored => state.restore(restored),
            }
        }
    }

    fn search(&self, state: &mut State, from: usize) -> PyResult<bool> {
        let end = self.text.len();
        let mut at = from;
        loop {
            let Some(next) = self.next_start(at) else {
                return Ok(false);
            };
            at = next;
            if at > end || end - at < self.program.min_width {
                return Ok(false);
            }
            if at != from {
                state.must_advance = false;
            }
            if self.run(state, at)? {
                return Ok(true);
            }
            at += 1;
        }
    }

    /// The first position from `at` on where a match can start.
    #[inline(always)]
    fn next_start(&self, at: usize) -> Option<usize> {
        match &self.program.start {
            Start::Any => Some(at),
            Start::Beginning => (at == 0).then_some(0),
            Start::First(first) => {
                let rest = self.text.get(at..)?;
                Some(at + rest.iter().position(|&c| first.has(c))?)
            }
            Start::Prefix(prefix, finder) => {
                let rest = self.text.get(at..)?;
                if let (1, Some(finder)) = (U::BYTES, finder) {
                    return Some(at + finder.find(as_bytes(rest))?);
                }
                Some(at + find_unit(rest, prefix[0])?)
            }
        }
    }
}

/// The text as bytes of memory.
fn as_bytes<U: Unit>(text: &[U]) -> &[u8] {
    // SAFETY: any units may be read as bytes.
    unsafe { std::slice::from_raw_parts(text.as_ptr().cast(), size_of_val(text)) }
}

/// The first of these characters.
#[inline(always)]
fn find_unit<U: Unit>(text: &[U], c: u32) -> Option<usize> {
    if U::BYTES == 1 {
        return memchr::memchr(u8::try_from(c).ok()?, as_bytes(text));
    }
    text.iter().position(|&x| x.into() == c)
}

/// Where the group matched, if it did.
fn span(state: &State, group: u32) -> Option<(usize, usize)> {
    let (start, end) = (
        state.marks[group as usize * 2],
        state.marks[group as usize * 2 + 1],
    );
    (start != UNSET && end != UNSET && start <= end).then_some((start, end))
}

/// Matches at `from`.
pub fn match_at<U: Unit>(
    program: &Program,
    text: &[U],
    state: &mut State,
    from: usize,
) -> PyResult<bool> {
    state.reset(program);
    if from > text.len() {
        return Ok(false);
    }
    Machine { program, text }.run(state, from)
}

/// Finds the first match that starts at or after `from`.
pub fn search<U: Unit>(
    program: &Program,
    text: &[U],
    state: &mut State,
    from: usize,
) -> PyResult<bool> {
    state.reset(program);
    if from > text.len() {
        return Ok(false);
    }
    Machine { program, text }.search(state, from)
}
