//! The native beginnings of builtins that loop over an iterable (`sum`, `any`, `all`, `min`, `max`, `sorted`, `reduce`): they go on as long as
//! nothing may run Python, which is to the end as a rule. Where something may, the rest is the surrogate's.
//!
//! Invariant: what has been taken or called is not taken or called again.

use super::*;
use crate::asking::{self, add_quietly, call_quietly, orders_quietly, truth_quietly};
use crate::surrogates::{Known, enter};
use hotpy_objects::flags::{cmp, tp};
use hotpy_objects::list::Taken;
use hotpy_objects::list::sort::Items;

/// An iterator that was made natively.
pub(super) struct Source {
    pub iterator: Ref,
    /// What it works with tells at each step whether that runs Python.
    changes: bool,
}

pub(super) enum Step {
    Item(Ref),
    End,
    /// The next step may run Python.
    Asks,
    Raised,
}

impl Source {
    fn over(iterator: Ref) -> Source {
        let changes = iterator.ty().tp_flags.get() & (tp::STEPS_ASK | tp::HEAPTYPE) != 0;
        Source { iterator, changes }
    }

    /// `None`: making the iterator, or its first step, may run Python.
    pub(super) fn of(iterable: &PyObject) -> Option<PyResult<Source>> {
        match asking::native_iter(iterable)? {
            Ok(iterator) => Some(Ok(Source::over(iterator))),
            Err(raised) => Some(Err(raised)),
        }
    }

    #[inline]
    pub(super) fn step(&self) -> Step {
        if self.changes && steps_python(&self.iterator) {
            return Step::Asks;
        }
        match protocol::next(&self.iterator) {
            Ok(Some(item)) => Step::Item(item),
            Ok(None) => Step::End,
            Err(Raised) => Step::Raised,
        }
    }
}

/// Begins a loop natively: `None` if not even its first item is to be had so.
macro_rules! begin {
    ($iterable:expr) => {
        match Source::of($iterable)? {
            Ok(source) => source,
            Err(Raised) => return Some(Outcome::Raised),
        }
    };
}

/// A number that is added up.
enum Total {
    Int(i64),
    Float(f64),
    Other(Ref),
}

impl Total {
    fn of(start: &PyObject) -> Total {
        if let Some(n) = start.exact::<PyLongObject>().and_then(|n| n.to_i64()) {
            Total::Int(n)
        } else if let Some(f) = start.exact::<PyFloatObject>() {
            Total::Float(f.ob_fval.get())
        } else {
            Total::Other(start.to_ref())
        }
    }

    fn object(&self) -> PyResult {
        Ok(match self {
            Total::Int(n) => int::from_i64(*n)?.into_object(),
            Total::Float(f) => float::from_f64(*f)?.into_object(),
            Total::Other(o) => o.clone(),
        })
    }

    /// Adds an item; `false`: that may run Python.
    fn add(&mut self, item: &PyObject) -> PyResult<bool> {
        let whole = || {
            let is_int = item.is_exact::<PyLongObject>() || item.is_exact::<boolean::PyBool>();
            // SAFETY: bool has int's layout.
            is_int
                .then(|| unsafe { item.cast::<PyLongObject>() }.to_i64())
                .flatten()
        };
        let next = match self {
            Total::Int(n) => whole().and_then(|v| n.checked_add(v)).map(Total::Int),
            Total::Float(f) => match item.exact::<PyFloatObject>() {
                Some(item) => Some(Total::Float(*f + item.ob_fval.get())),
                None => whole().map(|v| Total::Float(*f + v as f64)),
            },
            Total::Other(_) => None,
        };
        *self = match next {
            Some(next) => next,
            None => match add_quietly(&*self.object()?, item) {
                Some(sum) => Total::of(&*sum?),
                None => return Ok(false),
            },
        };
        Ok(true)
    }
}

/// `sum(iterable, start)`
pub(super) fn sum(call: &Call<'_>, iterable: &PyObject, start: &PyObject) -> Option<Outcome> {
    let source = begin!(iterable);
    let mut total = Total::of(start);
    let goes_on = |known, total: &Total, item: Option<&PyObject>| match total.object() {
        Ok(total) => {
            let args = [Some(&*source.iterator), Some(&*total), item];
            let args: smallvec::SmallVec<[&PyObject; 3]> = args.into_iter().flatten().collect();
            Some(match known {
                Some(known) => enter(call.ts, known, &args),
                None => surrogates::enter_number(call.ts, call.number, &args),
            })
        }
        Err(Raised) => Some(Outcome::Raised),
    };
    loop {
        let item = match source.step() {
            Step::Item(item) => item,
            Step::End => return Some(total.object().into()),
            Step::Asks => return goes_on(None, &total, None),
            Step::Raised => return Some(Outcome::Raised),
        };
        match total.add(&item) {
            Ok(true) => {}
            Ok(false) => return goes_on(Some(Known::SumFrom), &total, Some(&item)),
            Err(Raised) => return Some(Outcome::Raised),
        }
    }
}

/// `any(iterable)`, or `all(iterable)`, which is over at the first item that is not `stays`.
pub(super) fn any_all(call: &Call<'_>, iterable: &PyObject, from: Known) -> Option<Outcome> {
    let source = begin!(iterable);
    let stays = from == Known::AllFrom;
    loop {
        let item = match source.step() {
            Step::Item(item) => item,
            Step::End => return Some(Outcome::Value(boolean::from(stays))),
            Step::Asks => {
                return Some(surrogates::enter_number(
                    call.ts,
                    call.number,
                    &[&source.iterator],
                ));
            }
            Step::Raised => return Some(Outcome::Raised),
        };
        match truth_quietly(&item) {
            Some(Ok(truth)) if truth == stays => {}
            Some(Ok(truth)) => return Some(Outcome::Value(boolean::from(truth))),
            Some(Err(Raised)) => return Some(Outcome::Raised),
            None => return Some(enter(call.ts, from, &[&source.iterator, &item])),
        }
    }
}

/// `min` and `max`: the surrogates that go on, and the comparison.
pub(super) struct Extreme {
    /// (iterator, key, first item)
    first: Known,
    /// (iterator, key, best, its key)
    on: Known,
    /// The same, and an item.
    from: Known,
    op: c_int,
    name: &'static str,
}

pub(super) const MIN: Extreme = Extreme {
    first: Known::MinFirst,
    on: Known::MinOn,
    from: Known::MinFrom,
    op: cmp::LT,
    name: "min",
};

pub(super) const MAX: Extreme = Extreme {
    first: Known::MaxFirst,
    on: Known::MaxOn,
    from: Known::MaxFrom,
    op: cmp::GT,
    name: "max",
};

/// `min(iterable, key=key, default=default)`
pub(super) fn extreme(
    call: &Call<'_>,
    which: &Extreme,
    iterable: &PyObject,
    key: &PyObject,
    default: Option<&PyObject>,
) -> Option<Outcome> {
    let ts = call.ts;
    let has_key = !singletons::is_none(key);
    if has_key && never_quiet(key) {
        return None;
    }
    let source = begin!(iterable);
    let mut quiet = Quiet::new(ts);
    let key_of = |quiet: &mut Quiet<'_>, item: &Ref| match has_key {
        true => call_quietly(quiet, key, &[item]),
        false => Some(Ok(item.clone())),
    };
    let it = &*source.iterator;
    let first = match (source.step(), default) {
        (Step::Item(item), _) => item,
        (Step::End, Some(default)) => return Some(Outcome::Value(default.to_ref())),
        (Step::End, None) => {
            raise!(ValueError, "{}() arg is an empty sequence", which.name);
            return Some(Outcome::Raised);
        }
        (Step::Asks, _) => {
            let none = singletons::none();
            let has_default = boolean::from(default.is_some());
            let args = [it, key, &*has_default, default.unwrap_or(&none)];
            return Some(surrogates::enter_number(ts, call.number, &args));
        }
        (Step::Raised, _) => return Some(Outcome::Raised),
    };
    let first_key = match key_of(&mut quiet, &first) {
        Some(Ok(key)) => key,
        Some(Err(Raised)) => return Some(Outcome::Raised),
        None => return Some(enter(ts, which.first, &[it, key, &first])),
    };
    let (mut best, mut best_key) = (first, first_key);
    loop {
        let item = match source.step() {
            Step::Item(item) => item,
            Step::End => return Some(Outcome::Value(best)),
            Step::Asks => return Some(enter(ts, which.on, &[it, key, &best, &best_key])),
            Step::Raised => return Some(Outcome::Raised),
        };
        let goes_on = |item_key: Option<&PyObject>| {
            let (none, has_key) = (singletons::none(), boolean::from(item_key.is_some()));
            let item_key = item_key.unwrap_or(&none);
            let args = [it, key, &*best, &*best_key, &*item, &*has_key, item_key];
            Some(enter(ts, which.from, &args))
        };
        let item_key = match key_of(&mut quiet, &item) {
            Some(Ok(key)) => key,
            Some(Err(Raised)) => return Some(Outcome::Raised),
            None => return goes_on(None),
        };
        match orders_quietly(&mut quiet, &item_key, &best_key, which.op) {
            Some(Ok(true)) => (best, best_key) = (item, item_key),
            Some(Ok(false)) => {}
            Some(Err(Raised)) => return Some(Outcome::Raised),
            None => return goes_on(Some(&item_key)),
        }
    }
}

/// Whether a call of a function always runs Python.
pub(super) fn never_quiet(function: &PyObject) -> bool {
    function.is_exact::<PyFunctionObject>() || function.is_exact::<PyMethodObject>()
}

/// `functools.reduce(function, iterable[, initial])`
pub(super) fn reduce(
    call: &Call<'_>,
    function: &PyObject,
    iterable: &PyObject,
    initial: Option<&PyObject>,
) -> Option<Outcome> {
    if never_quiet(function) {
        return None;
    }
    // An object that cannot be iterated over is the surrogate's to complain about.
    let Ok(source) = Source::of(iterable)? else {
        if errors::matches(&exceptions::TypeError) {
            errors::clear();
            raise!(TypeError, "reduce() arg 2 must support iteration");
        }
        return Some(Outcome::Raised);
    };
    let (ts, it) = (call.ts, &*source.iterator);
    let mut quiet = Quiet::new(ts);
    let mut result = initial.map(PyObject::to_ref);
    loop {
        let item = match source.step() {
            Step::Item(item) => item,
            Step::End => match result {
                Some(result) => return Some(Outcome::Value(result)),
                None => {
                    raise!(
                        TypeError,
                        "reduce() of empty iterable with no initial value"
                    );
                    return Some(Outcome::Raised);
                }
            },
            Step::Asks => {
                let (none, has_initial) = (singletons::none(), boolean::from(result.is_some()));
                let args = [
                    function,
                    it,
                    &*has_initial,
                    result.as_deref().unwrap_or(&none),
                ];
                return Some(surrogates::enter_number(ts, call.number, &args));
            }
            Step::Raised => return Some(Outcome::Raised),
        };
        result = Some(match result {
            None => item,
            Some(result) => match call_quietly(&mut quiet, function, &[&result, &item]) {
                Some(Ok(next)) => next,
                Some(Err(Raised)) => return Some(Outcome::Raised),
                None => {
                    return Some(enter(
                        ts,
                        Known::ReduceFrom,
                        &[function, it, &result, &item],
                    ));
                }
            },
        });
    }
}

/// Sorts what was taken out of a list, by keys or by themselves; `None`: that would ask Python, and they are in the order in which they were.
fn sort_quietly(
    ts: &PyThreadState,
    items: &Items,
    keys: Option<&[Ref]>,
    reverse: bool,
) -> Option<PyResult<()>> {
    let sort = || match keys {
        Some(keys) => items.sort_by(keys, reverse),
        None => items.sort(reverse),
    };
    let is_plain = match keys {
        Some(keys) => keys.iter().all(|k| replay::is_plain(k)),
        None => items.all().iter().all(|i| replay::is_plain(i)),
    };
    if is_plain {
        return Some(sort());
    }
    let order: Vec<*mut PyObject> = items.all().iter().map(|i| i.as_ptr()).collect();
    let sorted = Quiet::new(ts).run_all(sort);
    if sorted.is_none() {
        items.restore(&order);
    }
    sorted
}

/// The end of a sort: the list gets its items back.
fn sorted_back(taken: Taken<'_>, result: PyResult<()>, answer: &PyObject) -> Outcome {
    let touched = taken.put_back();
    match result {
        Ok(()) if touched => {
            raise!(ValueError, "list modified during sort");
            Outcome::Raised
        }
        Ok(()) => Outcome::Value(answer.to_ref()),
        Err(Raised) => Outcome::Raised,
    }
}

/// A list's items are sorted, none of which is of a class of Python; `answer` is what the call answers.
pub(super) fn sort_items(
    call: &Call<'_>,
    list: &PyListObject,
    reverse: bool,
    answer: &PyObject,
) -> Outcome {
    if growing::ensure(list.len() * 16).is_err() {
        return Outcome::Raised;
    }
    let taken = Taken::new(list);
    match sort_quietly(call.ts, &taken.items(), None, reverse) {
        Some(result) => sorted_back(taken, result, answer),
        None => {
            taken.put_back();
            let none = singletons::none();
            let args = [list, &*none, &*none, &*boolean::from(reverse), answer];
            enter(call.ts, Known::SortFrom, &args)
        }
    }
}

/// A list's items are sorted by keys that a function makes; `answer` is what the call answers.
pub(super) fn sort_by_keys(
    call: &Call<'_>,
    list: &PyListObject,
    key: &PyObject,
    reverse: bool,
    answer: &PyObject,
) -> Option<Outcome> {
    if never_quiet(key) {
        return None;
    }
    let mut keys = Vec::with_capacity(list.len());
    // The list looks empty to the key function.
    let taken = Taken::new(list);
    let items = taken.items();
    let mut stopped = None;
    let mut quiet = Quiet::new(call.ts);
    for item in items.all() {
        match call_quietly(&mut quiet, key, &[item]) {
            Some(Ok(key)) if !key.ty().is_heap_type() => keys.push(key),
            Some(Ok(key)) => {
                keys.push(key);
                stopped.get_or_insert(Ok(()));
            }
            other => {
                stopped = Some(other.map_or(Ok(()), |failed| failed.map(drop)));
                break;
            }
        }
    }
    let result = match stopped {
        None => sort_quietly(call.ts, &items, Some(&keys), reverse),
        Some(Ok(())) => None,
        Some(Err(raised)) => Some(Err(raised)),
    };
    let result = match result {
        Some(result) => result,
        None => {
            taken.put_back();
            return Some(match list::from_owned(keys) {
                Ok(keys) => {
                    let args = [list, &**keys, key, &*boolean::from(reverse), answer];
                    enter(call.ts, Known::SortFrom, &args)
                }
                Err(Raised) => Outcome::Raised,
            });
        }
    };
    Some(sorted_back(taken, result, answer))
}

/// `sorted` of what may be taken out natively: a list's items are sorted so as well, if they run no Python.
pub(super) fn sorted(
    call: &Call<'_>,
    iterable: &PyObject,
    key: Option<&PyObject>,
    reverse: bool,
) -> Option<Outcome> {
    let made = protocol::collect(iterable).and_then(list::from_owned);
    let Ok(list) = made else {
        return Some(Outcome::Raised);
    };
    if let Some(key) = key {
        return sort_by_keys(call, &list, key, reverse, &list);
    }
    if has_python_items(&list) {
        let none = singletons::none();
        let args = [&**list, &*none, &*none, &*boolean::from(reverse), &**list];
        return Some(enter(call.ts, Known::SortFrom, &args));
    }
    Some(sort_items(call, &list, reverse, &list))
}
