//! Pickling of the iterators: `__reduce__`, `__setstate__`, `__sizeof__`.

use super::*;

/// The items of a state tuple that must have `N`.
pub(super) fn state<const N: usize>(state: &PyObject) -> PyResult<[&PyObject; N]> {
    let Some(tuple) = state.downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "state is not a tuple"));
    };
    match <[&PyObject; N]>::try_from(tuple.items()) {
        Ok(items) => Ok(items),
        Err(_) => Err(raise!(
            TypeError,
            "function takes exactly {N} argument{} ({} given)",
            if N == 1 { "" } else { "s" },
            tuple.len()
        )),
    }
}

fn class(o: &PyObject) -> Ref {
    o.ty().to_ref()
}

macro_rules! entries {
    ($name:ident: $reduce:ident $($setstate:ident)? $(| $sizeof:ident)?) => {
        static_table! {
        pub(super) static $name: [PyMethodDef] = [
            noargs(c"__reduce__", $reduce, c"Return state information for pickling."),
            $(one(c"__setstate__", $setstate, c"Set state information for unpickling."),)?
            $(noargs(c"__sizeof__", $sizeof, c"Returns size in memory, in bytes."),)?
            PyMethodDef::END,
        ];
        }
    };
}

// ---- cycle ----

entries!(CYCLE: cycle_reduce cycle_setstate);

extern "C" fn cycle_reduce(this: &Native<Cycle>) -> PyResult {
    let saved = list(this.saved.borrow().clone())?;
    let (source, full) = match this.source.get() {
        Some(source) => (source, this.full.get()),
        None => {
            // Goes on in the items saved.
            let source = protocol::iter(&saved)?;
            if this.at.get() > 0 {
                method(&source, "__setstate__", &[&*int(this.at.get() as i64)?])?;
            }
            (source, true)
        }
    };
    let state = tuple(vec![saved, boolean::from(full)])?;
    tuple(vec![class(this.object()), tuple(vec![source])?, state])
}

extern "C" fn cycle_setstate(this: &Native<Cycle>, given: &PyObject) -> PyResult {
    let [saved, full] = state(given)?;
    let Some(saved) = saved.downcast::<PyListObject>() else {
        return Err(raise!(
            TypeError,
            "argument 1 must be list, not {}",
            type_text(saved)
        ));
    };
    let full = int_arg(full)? != 0;
    let items = saved.items().iter().map(|i| i.to_ref()).collect();
    drop(this.saved.replace(items));
    this.full.set(full);
    this.at.set(0);
    none()
}

// ---- accumulate ----

entries!(ACCUMULATE: accumulate_reduce accumulate_setstate);

/// The items of a tuple, then those of an iterator.
fn chained(first: Ref, source: Ref) -> PyResult {
    let sources = tuple(vec![tuple(vec![first])?, source])?;
    new_chain(&ChainType, protocol::iter(&sources)?)
}

extern "C" fn accumulate_reduce(this: &Native<Accumulate>) -> PyResult {
    let (function, source) = (this.function.or_none(), this.source.or_none());
    if let Some(initial) = this.initial.get() {
        let args = tuple(vec![chained(initial, source)?, function])?;
        return tuple(vec![class(this.object()), args, singletons::none()]);
    }
    let total = this.total.get();
    if total.as_ref().is_some_and(|t| singletons::is_none(t)) {
        let over = tuple(vec![chained(singletons::none(), source)?, function])?;
        let again = call::call_ex(this.object().ty(), args_tuple(&over), None)?;
        let args = tuple(vec![again, int(1)?, singletons::none()])?;
        return tuple(vec![SliceType.to_ref(), args]);
    }
    let total = total.unwrap_or_else(singletons::none);
    tuple(vec![
        class(this.object()),
        tuple(vec![source, function])?,
        total,
    ])
}

extern "C" fn accumulate_setstate(this: &Native<Accumulate>, total: &PyObject) -> PyResult {
    this.total.set(Some(total.to_ref()));
    none()
}

// ---- chain ----

pub(super) extern "C" fn chain_reduce(this: &Native<Chain>) -> PyResult {
    let mut all = vec![class(this.object()), tuple(Vec::new())?];
    if let Some(source) = this.source.get() {
        let mut parts = vec![source];
        parts.extend(this.active.get());
        all.push(tuple(parts)?);
    }
    tuple(all)
}

pub(super) extern "C" fn chain_setstate(this: &Native<Chain>, given: &PyObject) -> PyResult {
    let Some(given) = given.downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "state is not a tuple"));
    };
    let items = given.items();
    if items.is_empty() || items.len() > 2 {
        let bound = if items.is_empty() {
            "least 1 argument"
        } else {
            "most 2 arguments"
        };
        return Err(raise!(
            TypeError,
            "function takes at {bound} ({} given)",
            items.len()
        ));
    }
    if !items.iter().all(|i| protocol::is_iterator(i)) {
        return Err(raise!(TypeError, "Arguments must be iterators."));
    }
    this.source.set(Some(items[0].to_ref()));
    this.active.set(items.get(1).map(|i| i.to_ref()));
    none()
}

// ---- pairs ----

entries!(PAIR: pair_reduce);
entries!(PREDICATE: predicate_reduce predicate_setstate);

extern "C" fn pair_reduce(this: &Native<Pair>) -> PyResult {
    let args = tuple(vec![this.first.or_none(), this.second.or_none()])?;
    tuple(vec![class(this.object()), args])
}

extern "C" fn predicate_reduce(this: &Native<Pair>) -> PyResult {
    let args = tuple(vec![this.first.or_none(), this.second.or_none()])?;
    let started = int(i64::from(this.started.is_some()))?;
    tuple(vec![class(this.object()), args, started])
}

extern "C" fn predicate_setstate(this: &Native<Pair>, given: &PyObject) -> PyResult {
    let started = protocol::truth(given)?;
    this.started.set(started.then(|| boolean::from(true)));
    none()
}

// ---- islice ----

entries!(SLICE: islice_reduce islice_setstate);

extern "C" fn islice_reduce(this: &Native<Slice>) -> PyResult {
    let Some(source) = this.source.get() else {
        let empty = protocol::iter(&*list(Vec::new())?)?;
        let args = tuple(vec![empty, int(0)?])?;
        return tuple(vec![class(this.object()), args, int(0)?]);
    };
    let stop = match this.stop.get() {
        usize::MAX => singletons::none(),
        stop => int(stop as i64)?,
    };
    let args = tuple(vec![
        source,
        int(this.next.get() as i64)?,
        stop,
        int(this.step.get() as i64)?,
    ])?;
    tuple(vec![
        class(this.object()),
        args,
        int(this.seen.get() as i64)?,
    ])
}

extern "C" fn islice_setstate(this: &Native<Slice>, given: &PyObject) -> PyResult {
    if !given.is_instance::<PyLongObject>() {
        return Err(raise!(TypeError, "an integer is required"));
    }
    this.seen.set(isize_arg(given)?.max(0) as usize);
    none()
}

// ---- zip_longest ----

entries!(LONGEST: longest_reduce longest_setstate);

extern "C" fn longest_reduce(this: &Native<Longest>) -> PyResult {
    let empty = tuple(Vec::new())?;
    let sources = this.sources.borrow();
    let args = sources
        .iter()
        .map(|s| s.clone().unwrap_or_else(|| empty.clone()));
    tuple(vec![
        class(this.object()),
        tuple(args.collect())?,
        this.fill.or_none(),
    ])
}

extern "C" fn longest_setstate(this: &Native<Longest>, given: &PyObject) -> PyResult {
    this.fill.set(Some(given.to_ref()));
    none()
}

// ---- combinatorics ----

entries!(COMBINATORIC: combinatoric_reduce combinatoric_setstate | combinatoric_sizeof);

fn numbers(all: &[usize]) -> PyResult {
    tuple(
        all.iter()
            .map(|&n| int(n as i64))
            .collect::<PyResult<_>>()?,
    )
}

extern "C" fn combinatoric_reduce(this: &Native<Combinatoric>) -> PyResult {
    let kind = this.kind.get();
    let size = || int(this.size.get() as i64);
    let (started, done) = (this.started.get(), this.done.get());
    if started && done {
        let empty = tuple(Vec::new())?;
        let args = match kind {
            Kind::Product => vec![empty],
            _ => vec![empty, size()?],
        };
        return tuple(vec![class(this.object()), tuple(args)?]);
    }
    let pools = this.pools.borrow().clone();
    let mut args = pools.into_iter().map(tuple).collect::<PyResult<Vec<_>>>()?;
    if kind != Kind::Product {
        args.push(size()?);
    }
    let mut all = vec![class(this.object()), tuple(args)?];
    if started {
        let indices = numbers(&this.indices.borrow())?;
        all.push(match kind {
            Kind::Permutations => tuple(vec![indices, numbers(&this.cycles.borrow())?])?,
            _ => indices,
        });
    }
    tuple(all)
}

/// Numbers of a tuple of that length, moved into their ranges.
fn clamped(
    given: &PyObject,
    len: usize,
    range: impl Fn(usize) -> (i64, i64),
) -> PyResult<Vec<usize>> {
    let items = given.downcast::<PyTupleObject>().filter(|t| t.len() == len);
    let Some(items) = items else {
        return Err(raise!(ValueError, "invalid arguments"));
    };
    let items = items.items().iter().enumerate();
    items
        .map(|(i, item)| {
            let (low, high) = range(i);
            Ok(i64_arg(item)?.clamp(low, high.max(low)) as usize)
        })
        .collect()
}

extern "C" fn combinatoric_setstate(this: &Native<Combinatoric>, given: &PyObject) -> PyResult {
    let size = this.size.get();
    let lens: Vec<usize> = this.pools.borrow().iter().map(Vec::len).collect();
    let n = lens.first().copied().unwrap_or(0) as i64;
    if this.kind.get() == Kind::Permutations {
        let [indices, cycles] = state(given)?;
        for (i, part) in [indices, cycles].into_iter().enumerate() {
            if !part.is_instance::<PyTupleObject>() {
                return Err(raise!(
                    TypeError,
                    "argument {} must be tuple, not {}",
                    i + 1,
                    type_text(part)
                ));
            }
        }
        if size > n as usize {
            return Err(raise!(ValueError, "invalid arguments"));
        }
        let indices = clamped(indices, n as usize, |_| (0, n - 1))?;
        let cycles = clamped(cycles, size, |i| (1, n - i as i64))?;
        this.indices.replace(indices);
        this.cycles.replace(cycles);
    } else {
        let indices = match this.kind.get() {
            Kind::Product => clamped(given, size, |i| (0, lens[i] as i64 - 1))?,
            Kind::Combinations => clamped(given, size, |i| (0, n - size as i64 + i as i64))?,
            _ => clamped(given, size, |_| (0, n - 1))?,
        };
        this.indices.replace(indices);
    }
    // Without items there is nothing to go on with.
    let empty = match this.kind.get() {
        Kind::Product => lens.contains(&0),
        _ => n == 0 && size > 0,
    };
    this.started.set(true);
    this.done.set(empty);
    none()
}

extern "C" fn combinatoric_sizeof(this: &Native<Combinatoric>) -> PyResult {
    // What the state takes without our bookkeeping, as CPython counts it.
    let basic = match this.kind.get() {
        Kind::Product => 48,
        Kind::Permutations => 64,
        Kind::Combinations | Kind::WithReplacement => 56,
    };
    let size = this.size.get();
    let words = match this.kind.get() {
        Kind::Permutations => this.pools.borrow().first().map_or(0, Vec::len) + size,
        _ => size,
    };
    int(basic + 8 * words as i64)
}

// ---- groupby ----

entries!(GROUP_BY: groupby_reduce groupby_setstate);
entries!(GROUP: group_reduce);

extern "C" fn groupby_reduce(this: &Native<GroupBy>) -> PyResult {
    let args = tuple(vec![this.source.or_none(), this.function.or_none()])?;
    let mut all = vec![class(this.object()), args];
    if let (Some(key), Some(value), Some(target)) =
        (this.key.get(), this.value.get(), this.target.get())
    {
        all.push(tuple(vec![key, value, target])?);
    }
    tuple(all)
}

extern "C" fn groupby_setstate(this: &Native<GroupBy>, given: &PyObject) -> PyResult {
    let [key, value, target] = state(given)?;
    this.key.set(Some(key.to_ref()));
    this.value.set(Some(value.to_ref()));
    this.target.set(Some(target.to_ref()));
    none()
}

extern "C" fn group_reduce(this: &Native<Group>) -> PyResult {
    let parent = this.parent.or_none();
    let current = parent.ty().is(&*GroupByType)
        // SAFETY: the type was checked.
        && unsafe { PyObject::cast::<Native<GroupBy>>(&parent) }.group.get() == this.number.get();
    if !current {
        let iter = attr(&*imported_builtins()?, "iter")?;
        return tuple(vec![iter, tuple(vec![tuple(Vec::new())?])?]);
    }
    tuple(vec![
        class(this.object()),
        tuple(vec![parent, this.key.or_none()])?,
    ])
}

fn imported_builtins() -> PyResult {
    (hooks::hooks().import)("builtins")
}

/// `_grouper(parent, key)`.
pub(super) extern "C" fn group_new(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    let a = positional(ty, "_grouper", args, kwargs, 2, 2)?;
    if !a[0].ty().is(&*GroupByType) {
        return Err(raise!(
            TypeError,
            "_grouper() argument 1 must be itertools.groupby, not {}",
            type_text(a[0])
        ));
    }
    // SAFETY: the type was checked.
    let parent: &Native<GroupBy> = unsafe { a[0].cast() };
    parent.group.set(parent.group.get() + 1);
    let body = Group {
        parent: Held::new(Some(a[0].to_ref())),
        key: Held::new(Some(a[1].to_ref())),
        number: Cell::new(parent.group.get()),
    };
    Ok(new_native(&GroupType, body)?.into_object())
}
