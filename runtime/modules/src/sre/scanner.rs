//! `_sre.SRE_Scanner`: one match after the other.

use super::pattern::{Pattern, Search, Way};
use crate::support::*;
use hotpy_objects::def::{Downcast, getset, noargs};
use hotpy_objects::*;

/// The body: where the search stands. The text's memory is asked for anew for each match.
#[derive(Default)]
pub struct Scanner {
    pattern: Held,
    text: Held,
    pos: Cell<usize>,
    end: Cell<usize>,
    /// Beyond the end: no more matches.
    from: Cell<usize>,
    must_advance: Cell<bool>,
}

impl Body for Scanner {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        visit_all(&[&self.pattern, &self.text], visit)
    }
    fn clear(&self) {
        self.pattern.take();
        self.text.take();
    }
}

pub static ScannerType: PyTypeObject = PyTypeObject {
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    ..native_type::<Scanner>(c"_sre.SRE_Scanner")
};

/// A scanner that goes on with a search.
pub fn new(search: Search<'_>) -> PyResult<Ref<Native<Scanner>>> {
    let body = Scanner {
        pattern: Held::new(Some(search.pattern.to_ref())),
        text: Held::new(Some(search.subject.object().to_ref())),
        pos: Cell::new(search.pos),
        end: Cell::new(search.end),
        from: Cell::new(search.from),
        must_advance: Cell::new(false),
    };
    new_native(&ScannerType, body)
}

fn step(this: &Native<Scanner>, way: Way) -> PyResult {
    let (pattern, text) = (this.pattern.or_none(), this.text.or_none());
    let Some(pattern) = pattern.downcast::<Pattern>() else { return none() };
    if this.from.get() == usize::MAX {
        return none();
    }
    let (pos, end) = (this.pos.get() as isize, this.end.get() as isize);
    let mut search = Search::new(pattern, &text, pos, end)?;
    search.from = this.from.get();
    search.state.must_advance = this.must_advance.get();
    if !search.next(way)? {
        this.from.set(usize::MAX);
        return none();
    }
    this.from.set(search.from);
    this.must_advance.set(search.state.must_advance);
    search.matched()
}

extern "C" fn match_(this: &Native<Scanner>) -> PyResult {
    step(this, Way::Match)
}

extern "C" fn search(this: &Native<Scanner>) -> PyResult {
    step(this, Way::Search)
}

extern "C" fn pattern(this: &Native<Scanner>, _: *mut c_void) -> PyResult {
    Ok(this.pattern.or_none())
}

static_table! {
static METHODS: [PyMethodDef] = [
    noargs(c"match", match_, c"match($self, /)\n--\n\n"),
    noargs(c"search", search, c"search($self, /)\n--\n\n"),
    PyMethodDef::END,
];
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"pattern", pattern, None, c"The pattern."),
    PyGetSetDef::END,
];
}
