//! `_sre.SRE_Scanner`: one match after the other. It keeps the text's memory in place.

use super::pattern::{Pattern, Search, Way};
use super::subject::Subject;
use crate::support::*;
use hotpy_objects::def::{Downcast, getset, noargs};
use hotpy_objects::*;
use std::cell::RefCell;

/// The body: where the search stands.
#[derive(Default)]
pub struct Scanner {
    pattern: Held,
    subject: RefCell<Option<Subject>>,
    pos: Cell<usize>,
    end: Cell<usize>,
    /// Beyond the end: no more matches.
    from: Cell<usize>,
    must_advance: Cell<bool>,
}

impl Body for Scanner {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        match &*self.subject.borrow() {
            Some(subject) => match visit(subject.object()) {
                0 => self.pattern.visit(visit),
                other => other,
            },
            None => self.pattern.visit(visit),
        }
    }
    fn clear(&self) {
        self.pattern.take();
        drop(self.subject.take());
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
        subject: RefCell::new(Some(search.subject.clone())),
        pos: Cell::new(search.pos),
        end: Cell::new(search.end),
        from: Cell::new(search.from),
        must_advance: Cell::new(false),
    };
    new_native(&ScannerType, body)
}

fn step(this: &Native<Scanner>, way: Way) -> PyResult {
    let pattern = this.pattern.or_none();
    let Some(subject) = this.subject.borrow().clone() else { return none() };
    let Some(pattern) = pattern.downcast::<Pattern>() else { return none() };
    if this.from.get() == usize::MAX {
        return none();
    }
    let (pos, end) = (this.pos.get() as isize, this.end.get() as isize);
    let mut search = Search::over(pattern, subject, pos, end)?;
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
