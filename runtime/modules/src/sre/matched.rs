//! `re.Match`.

use super::pattern::{Pattern, Search, body_of_match, generic_alias_of};
use super::subject::Subject;
use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, class_method, fast, fast_kw, getset, noargs, one, slot};
use hotpy_objects::task::{self, Begun};
use hotpy_objects::*;
use smallvec::SmallVec;

/// Start and end of the match, then of every group; -1 for unset.
pub type Spans = SmallVec<[isize; 8]>;

/// The body of a match object.
#[derive(Default)]
pub struct Matched {
    pub text: Held,
    pub pattern: Held,
    pub spans: Spans,
    /// 0: none.
    pub last_group: Cell<isize>,
    pub pos: Cell<isize>,
    pub end: Cell<isize>,
    pub regs: Held,
}

impl Body for Matched {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        visit_all(&[&self.text, &self.pattern, &self.regs], visit)
    }
    fn clear(&self) {
        self.text.take();
        self.pattern.take();
        self.regs.take();
    }
}

type Match = Native<Matched>;

static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_subscript: slot::binary(get_item),
    ..PyMappingMethods::EMPTY
};

pub static MatchType: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(repr),
    tp_as_mapping: def::table(&MAPPING),
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    tp_doc: Cell::new(
        c"The result of re.match() and re.search().\nMatch objects always have a boolean value of True.".as_ptr(),
    ),
    ..native_type::<Matched>(c"re.Match")
};

/// A match object for what a search has found.
pub fn new(search: &Search<'_>) -> PyResult {
    Ok(new_native(&MatchType, body_of_match(search))?.into_object())
}

fn no_group() -> Raised {
    raise!(IndexError, "no such group")
}

impl Matched {
    fn groups(&self) -> usize {
        self.spans.len() / 2
    }

    /// The group that an index or name means.
    fn index(&self, key: &PyObject) -> PyResult<usize> {
        let number = if number::has_index(key) {
            // Too large is no group either.
            match number::index(key)?.to_i64() {
                Some(n) => n,
                None => return Err(no_group()),
            }
        } else {
            let pattern = self.pattern.or_none();
            let index = pattern
                .downcast::<Pattern>()
                .and_then(|p| p.group_index.get());
            let index = index
                .as_deref()
                .and_then(|i| i.downcast::<PyDictObject>())
                .filter(|i| i.len() > 0);
            let found = match index {
                Some(index) => match index.get_item(key) {
                    Ok(found) => found,
                    Err(_) => {
                        errors::clear();
                        None
                    }
                },
                None => None,
            };
            match found.and_then(|n| number::index(&n).ok().and_then(|n| n.to_i64())) {
                Some(n) => n,
                None => return Err(no_group()),
            }
        };
        match usize::try_from(number) {
            Ok(n) if n < self.groups() => Ok(n),
            _ => Err(no_group()),
        }
    }

    fn part(&self, i: usize) -> PyResult<Option<Ref>> {
        let (start, end) = (self.spans[2 * i], self.spans[2 * i + 1]);
        if start < 0 || end < 0 {
            return Ok(None);
        }
        let subject = Subject::new(&self.text.or_none())?;
        subject.slice(start as usize, end as usize).map(Some)
    }

    fn part_or(&self, i: usize, default: &PyObject) -> PyResult {
        Ok(self.part(i)?.unwrap_or_else(|| default.to_ref()))
    }

    /// An optional argument that names a group.
    fn group_arg(&self, function: &str, args: &[&PyObject]) -> PyResult<usize> {
        check_count(function, args.len(), 0, 1)?;
        args.first().map_or(Ok(0), |key| self.index(key))
    }
}

extern "C" fn get_item(this: &Match, key: &PyObject) -> PyResult {
    this.part_or(this.index(key)?, &singletons::none())
}

extern "C" fn group(this: &Match, args: Args<'_>, count: isize) -> PyResult {
    match args.slice(count) {
        [] => this.part_or(0, &singletons::none()),
        [key] => get_item(this, key),
        keys => tuple(
            keys.iter()
                .map(|key| get_item(this, key))
                .collect::<PyResult<_>>()?,
        ),
    }
}

extern "C" fn start(this: &Match, args: Args<'_>, count: isize) -> PyResult {
    int(this.spans[2 * this.group_arg("start", args.slice(count))?] as i64)
}

extern "C" fn end(this: &Match, args: Args<'_>, count: isize) -> PyResult {
    int(this.spans[2 * this.group_arg("end", args.slice(count))? + 1] as i64)
}

extern "C" fn span(this: &Match, args: Args<'_>, count: isize) -> PyResult {
    this.pair(this.group_arg("span", args.slice(count))?)
}

impl Matched {
    fn pair(&self, i: usize) -> PyResult {
        tuple(vec![
            int(self.spans[2 * i] as i64)?,
            int(self.spans[2 * i + 1] as i64)?,
        ])
    }
}

fn default_arg<'a>(
    params: &'static Params,
    args: Args<'a>,
    count: isize,
    names: Option<&'a PyTupleObject>,
) -> PyResult {
    let a = params.bind(args, count, names)?;
    Ok(a[0].map_or_else(singletons::none, |o| o.to_ref()))
}

extern "C" fn groups(
    this: &Match,
    args: Args<'_>,
    count: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "groups",
        names: &["default"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let default = default_arg(&PARAMS, args, count, names)?;
    let all: PyResult<Vec<Ref>> = (1..this.groups())
        .map(|i| this.part_or(i, &default))
        .collect();
    tuple(all?)
}

extern "C" fn groupdict(
    this: &Match,
    args: Args<'_>,
    count: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "groupdict",
        names: &["default"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let default = default_arg(&PARAMS, args, count, names)?;
    let result = dict::new()?;
    let pattern = this.pattern.or_none();
    let index = pattern
        .downcast::<Pattern>()
        .and_then(|p| p.group_index.get());
    if let Some(index) = index.as_deref().and_then(|i| i.downcast::<PyDictObject>()) {
        for (name, number) in index.pairs() {
            let i = this.index(&number)?;
            result.set_item(&name, &*this.part_or(i, &default)?)?;
        }
    }
    Ok(result.into_object())
}

static EXPAND: Params = Params {
    function: "expand",
    names: &["template"],
    positional_only: 0,
    positional: 1,
    required: 1,
};

/// Calls from bytecode: an index is converted first, or a name looked up; templates are of `re`, which is Python.
pub(super) fn register(ty: &PyTypeObject) -> PyResult<()> {
    hotpy_vm::builtin_calls::mark_converting(ty, &["group", "start", "end", "span"]);
    task::register_named(ty, "expand", |this, args, names| {
        // SAFETY: it is a method of matches.
        let this: &Match = unsafe { this.cast() };
        let count = args.len() - names.map_or(0, PyTupleObject::len);
        let template = EXPAND.bind(Args::from_slice(args), count as isize, names);
        let call = || {
            let template = template?[0].ok_or(Raised)?;
            let args = [&*this.pattern.or_none(), this.object(), template];
            let args = tuple::from_borrowed(&args)?;
            Ok(Begun::Call(imported("re", "_expand")?, args, None))
        };
        Some(call().unwrap_or_else(|raised| Begun::Done(Err(raised))))
    })
}

extern "C" fn expand(
    this: &Match,
    args: Args<'_>,
    count: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let a = EXPAND.bind(args, count, names)?;
    let Some(template) = a[0] else {
        return Err(Raised);
    };
    let expand = imported("re", "_expand")?;
    call::call(&expand, &[&this.pattern.or_none(), this.object(), template])
}

extern "C" fn copy(this: &Match) -> PyResult {
    Ok(this.to_ref())
}

extern "C" fn deepcopy(this: &Match, _: &PyObject) -> PyResult {
    Ok(this.to_ref())
}

extern "C" fn repr(this: &Match) -> PyResult {
    let part = protocol::repr(&*this.part_or(0, &singletons::none())?)?;
    let mut out = str_::Builder::default();
    out.push_text(&format!(
        "<{} object; span=({}, {}), match=",
        this.object().ty().name(),
        this.spans[0],
        this.spans[1]
    ));
    out.push_units(part.units().slice(0, part.len().min(50)));
    out.push_text(">");
    Ok(out.finish()?.into_object())
}

extern "C" fn get_string(this: &Match, _: *mut c_void) -> PyResult {
    Ok(this.text.or_none())
}

extern "C" fn get_re(this: &Match, _: *mut c_void) -> PyResult {
    Ok(this.pattern.or_none())
}

extern "C" fn get_pos(this: &Match, _: *mut c_void) -> PyResult {
    int(this.pos.get() as i64)
}

extern "C" fn get_endpos(this: &Match, _: *mut c_void) -> PyResult {
    int(this.end.get() as i64)
}

extern "C" fn get_lastindex(this: &Match, _: *mut c_void) -> PyResult {
    match this.last_group.get() {
        0 => none(),
        n => int(n as i64),
    }
}

extern "C" fn get_lastgroup(this: &Match, _: *mut c_void) -> PyResult {
    let pattern = this.pattern.or_none();
    let names = pattern
        .downcast::<Pattern>()
        .and_then(|p| p.index_group.get());
    let name = names
        .as_deref()
        .and_then(|n| n.downcast::<PyTupleObject>())
        .and_then(|n| {
            n.items()
                .get(this.last_group.get() as usize)
                .map(|n| n.to_ref())
        });
    match this.last_group.get() {
        0 => none(),
        _ => Ok(name.unwrap_or_else(singletons::none)),
    }
}

extern "C" fn get_regs(this: &Match, _: *mut c_void) -> PyResult {
    if !this.regs.is_some() {
        let all: PyResult<Vec<Ref>> = (0..this.groups()).map(|i| this.pair(i)).collect();
        this.regs.set(Some(tuple(all?)?));
    }
    Ok(this.regs.or_none())
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast(c"group", group, c"group([group1, ...]) -> str or tuple.\n    The texts of one or more groups, 0 for the whole match."),
    fast(c"start", start, c"start($self, group=0, /)\n--\n\nWhere the group starts."),
    fast(c"end", end, c"end($self, group=0, /)\n--\n\nWhere the group ends."),
    fast(c"span", span, c"span($self, group=0, /)\n--\n\nWhere the group starts and ends."),
    fast_kw(c"groups", groups, c"groups($self, /, default=None)\n--\n\nThe texts of all groups."),
    fast_kw(c"groupdict", groupdict, c"groupdict($self, /, default=None)\n--\n\nThe texts of the named groups."),
    fast_kw(c"expand", expand, c"expand($self, /, template)\n--\n\nThe template with its references filled in."),
    noargs(c"__copy__", copy, c"__copy__($self, /)\n--\n\n"),
    one(c"__deepcopy__", deepcopy, c"__deepcopy__($self, memo, /)\n--\n\n"),
    class_method(one::<PyObject>(c"__class_getitem__", generic_alias_of, c"See PEP 585")),
    PyMethodDef::END,
];
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"string", get_string, None, c"The text that was searched."),
    getset(c"re", get_re, None, c"The pattern."),
    getset(c"pos", get_pos, None, c"Where the search started."),
    getset(c"endpos", get_endpos, None, c"Where the search had to end."),
    getset(c"lastindex", get_lastindex, None, c"The number of the group matched last."),
    getset(c"lastgroup", get_lastgroup, None, c"The name of the group matched last."),
    getset(c"regs", get_regs, None, c""),
    PyGetSetDef::END,
];
}
