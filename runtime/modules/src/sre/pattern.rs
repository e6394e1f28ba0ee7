//! `re.Pattern`: a compiled expression, and its searches.

use super::engine::{self, State};
use super::matched::{self, Matched};
use super::program::Program;
use super::scanner::{self, Scanner};
use super::subject::Subject;
use crate::support::*;
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::{Downcast, class_method, fast_kw, getset, noargs, one, slot};
use hotpy_objects::flags::{cmp, tp};
use hotpy_objects::task::{self, Begun};
use hotpy_objects::*;
use std::future::Future;

/// The flags that show in `repr`, in order.
const FLAGS: [(u32, &str); 9] = [
    (1, "re.TEMPLATE"),
    (2, "re.IGNORECASE"),
    (4, "re.LOCALE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (32, "re.UNICODE"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
    (256, "re.ASCII"),
];
const LOCALE: u32 = 4;
const UNICODE: u32 = 32;
const ASCII: u32 = 256;

/// The body of a pattern object.
#[derive(Default)]
pub struct Compiled {
    pub pattern: Held,
    pub flags: Cell<i32>,
    pub groups: Cell<isize>,
    pub group_index: Held,
    pub index_group: Held,
    /// The compiler's code, for comparison.
    pub code: Box<[u32]>,
    pub program: Option<Box<Program>>,
    /// A state that no search uses now.
    pub spare: Cell<Option<Box<State>>>,
}

impl Body for Compiled {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        visit_all(
            &[&self.pattern, &self.group_index, &self.index_group],
            visit,
        )
    }
    fn clear(&self) {
        self.pattern.take();
        self.group_index.take();
        self.index_group.take();
    }
}

pub type Pattern = Native<Compiled>;

pub static PatternType: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(repr),
    tp_hash: Cell::new(Some(hash)),
    tp_richcompare: slot::compare(compare),
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    tp_weaklistoffset: weak_offset::<Compiled>(),
    tp_doc: Cell::new(c"Compiled regular expression object.".as_ptr()),
    ..native_type::<Compiled>(c"re.Pattern")
};
builtin!(Pattern = PatternType);

/// How a search starts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Match,
    FullMatch,
    Search,
}

/// A running search: the text, where it is, what it found last.
pub struct Search<'a> {
    pub pattern: &'a Pattern,
    pub subject: Subject,
    pub pos: usize,
    pub end: usize,
    /// Where the next match may start.
    pub from: usize,
    pub state: Box<State>,
}

impl Drop for Search<'_> {
    fn drop(&mut self) {
        let mut state = std::mem::take(&mut self.state);
        state.trim();
        self.pattern.spare.set(Some(state));
    }
}

impl<'a> Search<'a> {
    /// A search of `text[pos..end]`. TypeError for a text of the wrong kind.
    pub fn new(
        pattern: &'a Pattern,
        text: &PyObject,
        pos: isize,
        end: isize,
    ) -> PyResult<Search<'a>> {
        Search::over(pattern, Subject::new(text)?, pos, end)
    }

    /// The same over a text that is at hand.
    pub fn over(
        pattern: &'a Pattern,
        subject: Subject,
        pos: isize,
        end: isize,
    ) -> PyResult<Search<'a>> {
        if let Some(source) = pattern.pattern.get()
            && !singletons::is_none(&source)
        {
            let wants_text = str_::of(&source).is_some();
            if wants_text && !subject.is_text() {
                return Err(raise!(
                    TypeError,
                    "cannot use a string pattern on a bytes-like object"
                ));
            }
            if !wants_text && subject.is_text() {
                return Err(raise!(
                    TypeError,
                    "cannot use a bytes pattern on a string-like object"
                ));
            }
        }
        let len = subject.units().len() as isize;
        let (pos, end) = (pos.clamp(0, len) as usize, end.clamp(0, len) as usize);
        let mut state = pattern.spare.take().unwrap_or_default();
        state.must_advance = false;
        Ok(Search {
            pattern,
            subject,
            pos,
            end,
            from: pos,
            state,
        })
    }

    /// Finds the next match; the search then goes on behind it.
    pub fn next(&mut self, way: Way) -> PyResult<bool> {
        let Some(program) = &self.pattern.program else {
            return Ok(false);
        };
        let state = &mut *self.state;
        state.whole = way == Way::FullMatch;
        let (from, end) = (self.from, self.end);
        let found = if from > end {
            false
        } else {
            each_width!(self.subject.units().slice(0, end), text => match way {
                Way::Search => engine::search(program, text, state, from),
                _ => engine::match_at(program, text, state, from),
            })?
        };
        if found {
            state.must_advance = state.end == state.start;
            self.from = state.end;
        }
        Ok(found)
    }

    /// What group `i` (0: everything) matched, or nothing.
    pub fn group(&self, i: usize) -> PyResult<Option<Ref>> {
        let (start, end) = match i {
            0 => (self.state.start, self.state.end),
            _ => (self.state.marks[2 * i - 2], self.state.marks[2 * i - 1]),
        };
        if start == engine::UNSET || end == engine::UNSET {
            return Ok(None);
        }
        self.subject.slice(start, end).map(Some)
    }

    /// A match object for what was found last.
    pub fn matched(&self) -> PyResult {
        matched::new(self)
    }

    /// An empty text of the subject's kind.
    fn empty(&self) -> PyResult {
        self.subject.slice(0, 0)
    }
}

macro_rules! params {
    ($function:literal, $($name:literal),*; $required:literal) => {{
        static PARAMS: Params = Params {
            function: $function,
            names: &[$($name),*],
            positional_only: 0,
            positional: [$($name),*].len(),
            required: $required,
        };
        &PARAMS
    }};
}

/// `(string, pos=0, endpos=sys.maxsize)`.
fn begin<'a>(
    this: &'a Pattern,
    params: &'static Params,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult<Search<'a>> {
    let a = params.bind(args, count, kwnames)?;
    let Some(text) = a[0] else { return Err(Raised) };
    let bound = |o: Option<&PyObject>, default| o.map_or(Ok(default), |o| isize_arg(o));
    let (pos, end) = (bound(a[1], 0)?, bound(a[2], isize::MAX)?);
    Search::new(this, text, pos, end)
}

fn single(mut search: Search<'_>, way: Way) -> PyResult {
    if search.next(way)? {
        search.matched()
    } else {
        none()
    }
}

type Names<'a> = Option<&'a PyTupleObject>;

extern "C" fn match_(this: &Pattern, args: Args<'_>, count: isize, names: Names<'_>) -> PyResult {
    let params = params!("match", "string", "pos", "endpos"; 1);
    single(begin(this, params, args, count, names)?, Way::Match)
}

extern "C" fn fullmatch(
    this: &Pattern,
    args: Args<'_>,
    count: isize,
    names: Names<'_>,
) -> PyResult {
    let params = params!("fullmatch", "string", "pos", "endpos"; 1);
    single(begin(this, params, args, count, names)?, Way::FullMatch)
}

extern "C" fn search(this: &Pattern, args: Args<'_>, count: isize, names: Names<'_>) -> PyResult {
    let params = params!("search", "string", "pos", "endpos"; 1);
    single(begin(this, params, args, count, names)?, Way::Search)
}

extern "C" fn findall(this: &Pattern, args: Args<'_>, count: isize, names: Names<'_>) -> PyResult {
    let params = params!("findall", "string", "pos", "endpos"; 1);
    let mut search = begin(this, params, args, count, names)?;
    let groups = this.groups.get() as usize;
    let found = list::new()?;
    while search.next(Way::Search)? {
        let part = |i: usize| -> PyResult {
            match search.group(i)? {
                Some(part) => Ok(part),
                None => search.empty(),
            }
        };
        found.push(match groups {
            0 | 1 => part(groups)?,
            _ => tuple((1..=groups).map(part).collect::<PyResult<Vec<Ref>>>()?)?,
        })?;
    }
    Ok(found.into_object())
}

fn new_scanner(search: Search<'_>) -> PyResult<Ref<Native<Scanner>>> {
    scanner::new(search)
}

extern "C" fn scanner(this: &Pattern, args: Args<'_>, count: isize, names: Names<'_>) -> PyResult {
    let params = params!("scanner", "string", "pos", "endpos"; 1);
    Ok(new_scanner(begin(this, params, args, count, names)?)?.into_object())
}

extern "C" fn finditer(this: &Pattern, args: Args<'_>, count: isize, names: Names<'_>) -> PyResult {
    let params = params!("finditer", "string", "pos", "endpos"; 1);
    let scanner = new_scanner(begin(this, params, args, count, names)?)?;
    let next = attr(scanner.object(), "search")?;
    iterators::callable_iter(&next, &singletons::none())
}

extern "C" fn split(this: &Pattern, args: Args<'_>, count: isize, names: Names<'_>) -> PyResult {
    let a = params!("split", "string", "maxsplit"; 1).bind(args, count, names)?;
    let Some(text) = a[0] else { return Err(Raised) };
    let limit = a[1].map_or(Ok(0), |o| isize_arg(o))?;
    let mut search = Search::new(this, text, 0, isize::MAX)?;
    let parts = list::new()?;
    let (mut last, mut n) = (0, 0);
    while (limit == 0 || n < limit) && search.next(Way::Search)? {
        parts.push(search.subject.slice(last, search.state.start)?)?;
        for i in 1..=this.groups.get() as usize {
            parts.push(search.group(i)?.unwrap_or_else(singletons::none))?;
        }
        last = search.state.end;
        n += 1;
    }
    parts.push(search.subject.slice(last, search.end)?)?;
    Ok(parts.into_object())
}

/// Whether a template stands for itself.
fn is_literal(template: &PyObject) -> bool {
    match Subject::new(template) {
        Ok(subject) => {
            !each_width!(subject.units(), text => text.iter().any(|&c| u32::from(c) == 0x5c))
        }
        Err(_) => {
            errors::clear();
            false
        }
    }
}

/// `sub` and `subn`: the new text and the number of replacements.
async fn substitute(
    this: Ref<Pattern>,
    template: Ref,
    text: Ref,
    limit: isize,
) -> PyResult<(Ref, isize)> {
    let (this, template, text) = (&*this, &*template, &*text);
    let template = if protocol::callable(template) || is_literal(template) {
        template.to_ref()
    } else {
        let parts = vec![this.object().to_ref(), template.to_ref()];
        task::call(&*imported("re", "_subx")?, parts).await?
    };
    let by_call = protocol::callable(&template);
    let mut search = Search::new(this, text, 0, isize::MAX)?;
    // A text put into a text needs no list of parts.
    if let (false, Some(new)) = (by_call, str_::of(&template))
        && search.subject.is_text()
    {
        let (new, mut n, mut last) = (Ref::new(new), 0, 0);
        let mut out = str_::Builder::default();
        while (limit == 0 || n < limit) && search.next(Way::Search)? {
            let units = search.subject.units();
            out.push_units(units.slice(last, search.state.start));
            out.push_str(&new);
            out.check()?;
            last = search.state.end;
            n += 1;
        }
        if n == 0 {
            return Ok((search.subject.slice(0, search.end)?, 0));
        }
        out.push_units(search.subject.units().slice(last, search.end));
        return Ok((out.finish()?.into_object(), n));
    }
    let parts = list::new()?;
    let (mut n, mut last) = (0, 0);
    while (limit == 0 || n < limit) && search.next(Way::Search)? {
        if last < search.state.start {
            parts.push(search.subject.slice(last, search.state.start)?)?;
        }
        let item = if by_call {
            let found = search.matched()?;
            task::call(&template, vec![found]).await?
        } else {
            template.clone()
        };
        if !singletons::is_none(&item) {
            parts.push(item)?;
        }
        last = search.state.end;
        n += 1;
    }
    if last < search.end {
        parts.push(search.subject.slice(last, search.end)?)?;
    }
    let empty = search.empty()?;
    let joined = if parts.is_empty() {
        empty
    } else {
        method(&empty, "join", &[&parts])?
    };
    Ok((joined, n))
}

static SUB: Params = Params {
    function: "sub",
    names: &["repl", "string", "count"],
    positional_only: 0,
    positional: 3,
    required: 2,
};
static SUBN: Params = Params {
    function: "subn",
    ..SUB
};

/// What `sub` or `subn` is to do, from its arguments: with the number of replacements, if that is wanted.
fn substitution(
    this: &Pattern,
    given: &[Option<&PyObject>],
    counted: bool,
) -> PyResult<impl Future<Output = PyResult> + use<>> {
    let (Some(template), Some(text)) = (given[0], given[1]) else {
        return Err(Raised);
    };
    let (this, template, text) = (Ref::new(this), template.to_ref(), text.to_ref());
    let limit = given[2].map(PyObject::to_ref);
    Ok(async move {
        let limit = match limit {
            Some(limit) => isize_arg(&*task::indexed(&limit).await?)?,
            None => 0,
        };
        let (new, n) = substitute(this, template, text, limit).await?;
        match counted {
            true => tuple(vec![new, int(n as i64)?]),
            false => Ok(new),
        }
    })
}

extern "C" fn sub(this: &Pattern, args: Args<'_>, count: isize, names: Names<'_>) -> PyResult {
    task::run(substitution(this, &SUB.bind(args, count, names)?, false)?)
}

extern "C" fn subn(this: &Pattern, args: Args<'_>, count: isize, names: Names<'_>) -> PyResult {
    task::run(substitution(this, &SUBN.bind(args, count, names)?, true)?)
}

/// The same from bytecode: what replaces a match is called in frames.
fn begin_sub<const COUNTED: bool>(
    this: &PyObject,
    args: &[&PyObject],
    names: Names<'_>,
) -> Option<Begun> {
    // A template that is no text alone is of `re`, which is Python.
    let is_plain = |a: &&PyObject| a.ty().tp_flags.get() & tp::PLAIN != 0;
    let positional = args.len() - names.map_or(0, PyTupleObject::len);
    if args.iter().all(is_plain) && positional > 0 && is_literal(args[0]) {
        return None;
    }
    // SAFETY: it is a method of patterns.
    let this: &Pattern = unsafe { this.cast() };
    let params = if COUNTED { &SUBN } else { &SUB };
    let count = args.len() - names.map_or(0, PyTupleObject::len);
    let bound = params.bind(Args::from_slice(args), count as isize, names);
    Some(match bound.and_then(|a| substitution(this, &a, COUNTED)) {
        Ok(future) => Begun::Task(Box::pin(async { future.await.map(Some) })),
        Err(raised) => Begun::Done(Err(raised)),
    })
}

/// Calls of `sub` and `subn` from bytecode are tasks.
pub(super) fn register(ty: &PyTypeObject) -> PyResult<()> {
    task::register_named(ty, "sub", begin_sub::<false>)?;
    task::register_named(ty, "subn", begin_sub::<true>)?;
    let searching = [
        "match",
        "fullmatch",
        "search",
        "findall",
        "split",
        "finditer",
        "scanner",
    ];
    hotpy_vm::builtin_calls::mark_converting(ty, &searching);
    Ok(())
}

extern "C" fn copy(this: &Pattern) -> PyResult {
    Ok(this.to_ref())
}

extern "C" fn deepcopy(this: &Pattern, _: &PyObject) -> PyResult {
    Ok(this.to_ref())
}

extern "C" fn repr(this: &Pattern) -> PyResult {
    let source = this.pattern.or_none();
    let mut flags = this.flags.get() as u32;
    if str_::of(&source).is_some() && flags & (LOCALE | UNICODE | ASCII) == UNICODE {
        flags &= !UNICODE;
    }
    let mut shown = Vec::new();
    for (bit, name) in FLAGS {
        if flags & bit != 0 {
            shown.push(name.to_owned());
            flags &= !bit;
        }
    }
    if flags != 0 {
        shown.push(format!("0x{flags:x}"));
    }
    let mut out = str_::Builder::default();
    out.push_text("re.compile(");
    let source = protocol::repr(&source)?;
    out.push_units(source.units().slice(0, source.len().min(200)));
    if !shown.is_empty() {
        out.push_text(", ");
        out.push_text(&shown.join("|"));
    }
    out.push_text(")");
    Ok(out.finish()?.into_object())
}

extern "C" fn hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    let this: &Pattern = unsafe { this.cast() };
    let Ok(source) = protocol::hash(&this.pattern.or_none()) else {
        return -1;
    };
    let code: Vec<u8> = this.code.iter().flat_map(|c| c.to_le_bytes()).collect();
    let hash = source ^ str_::hash_bytes(&code) ^ this.flags.get() as isize ^ this.groups.get();
    if hash == -1 { -2 } else { hash }
}

extern "C" fn compare(this: &Pattern, other: &PyObject, op: c_int) -> PyResult {
    if op != cmp::EQ && op != cmp::NE {
        return Ok(singletons::not_implemented());
    }
    let Some(other) = other.downcast::<Pattern>() else {
        return Ok(singletons::not_implemented());
    };
    let mut same = this.object().is(other.object());
    if !same && this.flags.get() == other.flags.get() && this.code == other.code {
        let (a, b) = (this.pattern.or_none(), other.pattern.or_none());
        let kinds = str_::of(&a).is_some() == str_::of(&b).is_some();
        same = kinds && protocol::eq(&a, &b)?;
    }
    boolean(same == (op == cmp::EQ))
}

extern "C" fn get_pattern(this: &Pattern, _: *mut c_void) -> PyResult {
    Ok(this.pattern.or_none())
}

extern "C" fn get_flags(this: &Pattern, _: *mut c_void) -> PyResult {
    int(this.flags.get() as i64)
}

extern "C" fn get_groups(this: &Pattern, _: *mut c_void) -> PyResult {
    int(this.groups.get() as i64)
}

extern "C" fn get_group_index(this: &Pattern, _: *mut c_void) -> PyResult {
    match this.group_index.get() {
        Some(index) => mappingproxy::new(&index),
        None => mappingproxy::new(&*dict::new()?),
    }
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast_kw(c"match", match_, c"match($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nMatches at the start of the string."),
    fast_kw(c"fullmatch", fullmatch, c"fullmatch($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nMatches the whole string."),
    fast_kw(c"search", search, c"search($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nFinds the first match; None if there is none."),
    fast_kw(c"sub", sub, c"sub($self, /, repl, string, count=0)\n--\n\nThe string with its matches replaced."),
    fast_kw(c"subn", subn, c"subn($self, /, repl, string, count=0)\n--\n\nThe same, and how many were replaced."),
    fast_kw(c"findall", findall, c"findall($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nThe texts of all matches, or of their groups."),
    fast_kw(c"split", split, c"split($self, /, string, maxsplit=0)\n--\n\nThe parts between the matches."),
    fast_kw(c"finditer", finditer, c"finditer($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nAn iterator over all matches."),
    fast_kw(c"scanner", scanner, c"scanner($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\n"),
    noargs(c"__copy__", copy, c"__copy__($self, /)\n--\n\n"),
    one(c"__deepcopy__", deepcopy, c"__deepcopy__($self, memo, /)\n--\n\n"),
    class_method(one::<PyObject>(c"__class_getitem__", generic_alias_of, c"See PEP 585")),
    PyMethodDef::END,
];
}

/// `Pattern[str]`.
pub extern "C" fn generic_alias_of(class: &PyObject, args: &PyObject) -> PyResult {
    generic_alias::class_getitem(class, args)
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"pattern", get_pattern, None, c"The text that was compiled."),
    getset(c"flags", get_flags, None, c"The flags."),
    getset(c"groups", get_groups, None, c"The number of groups."),
    getset(c"groupindex", get_group_index, None, c"Numbers of groups by name."),
    PyGetSetDef::END,
];
}

/// The body of a match for what a search has found.
pub fn body_of_match(search: &Search<'_>) -> Matched {
    let state = &search.state;
    let mut spans = matched::Spans::with_capacity(state.marks.len() + 2);
    spans.push(state.start as isize);
    spans.push(state.end as isize);
    for pair in state.marks.chunks_exact(2) {
        // An open group counts as unset; so does one whose end is from an earlier round.
        if pair[0] == engine::UNSET || pair[1] == engine::UNSET {
            spans.extend([-1, -1]);
        } else {
            spans.extend([pair[0] as isize, pair[1] as isize]);
        }
    }
    Matched {
        text: Held::new(Some(search.subject.object().to_ref())),
        pattern: Held::new(Some(search.pattern.to_ref())),
        spans,
        last_group: Cell::new(state.last_group as isize),
        pos: Cell::new(search.pos as isize),
        end: Cell::new(search.end as isize),
        regs: Held::default(),
    }
}
