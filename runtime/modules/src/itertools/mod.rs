//! `itertools`: iterators over iterators. Steps that may run Python are those of surrogates, or tasks (`hotpy_objects::task`) where these are rare; so are
//! constructors.
//!
//! `pickle` has their `__reduce__`, `tee` the iterators that can be copied.

use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count, no_keywords};
use hotpy_objects::def::{Downcast, noargs, one, slot};
use hotpy_objects::flags::tp;
use hotpy_objects::number::BinaryOp;
use hotpy_objects::task::{self, Answer, Begun, Steps, StepsBy, Task};
use hotpy_objects::*;
use hotpy_vm::asking::{forwards, runs_python};
use hotpy_vm::builtin_calls;
use hotpy_vm::fields::{Field, Holds, provide};
use std::cell::RefCell;

/// Declares an iterator class: body, type, `__new__`, `__next__`.
macro_rules! iterator {
    ($ty:ident, $body:ident, $path:literal, $new:expr, $next:expr, $methods:expr, $doc:literal) => {
        pub(super) static $ty: PyTypeObject = PyTypeObject {
            tp_new: Cell::new(Some($new)),
            tp_iter: slot::unary(myself::<$body>),
            tp_iternext: $next,
            tp_methods: methods($methods),
            tp_flags: BASE_FLAGS,
            tp_doc: Cell::new($doc.as_ptr()),
            ..native_type::<$body>($path)
        };
    };
}

/// `tp_new` that is a task, run natively.
macro_rules! made {
    ($new:path) => {{
        extern "C" fn native(
            ty: &PyTypeObject,
            args: &PyObject,
            kwargs: Option<&PyObject>,
        ) -> PyResult {
            let kwargs = kwargs.map(PyObject::to_ref);
            task::run($new(Ref::new(ty), args.to_ref(), kwargs))
        }
        native
    }};
}

/// `tp_iternext` that is a task, run natively.
macro_rules! stepped {
    ($body:ty, $next:path) => {{
        extern "C" fn native(this: &Native<$body>) -> Option<Ref> {
            def::next_status(task::run($next(Ref::new(this))))
        }
        slot::next(native)
    }};
}

/// `tp_iternext` that a surrogate stands for where it runs Python.
macro_rules! native_step {
    ($body:ty, $next:path) => {{
        extern "C" fn native(this: &Native<$body>) -> Option<Ref> {
            def::next_status($next(this))
        }
        slot::next(native)
    }};
}

/// Has steps and constructor of a class run in frames where they may run Python.
macro_rules! register {
    ($ty:expr, $body:ty, $new:path, $next:path) => {{
        register!($ty, $new);
        register_steps!($ty, $body, $next);
    }};
    ($ty:expr, $new:path) => {
        register!($ty, $new, by begin_making)
    };
    ($ty:expr, $new:path, by $begin:path) => {
        task::register_making(&$ty, |class, args, names| {
            $begin(class, args, names, |ty, args, kwargs| {
                Box::pin(async { $new(ty, args, kwargs).await.map(Some) })
            })
        })
    };
}
macro_rules! register_by {
    ($ty:expr, $body:ty, $name:literal) => {
        task::register_steps_by(
            &$ty,
            StepsBy {
                // SAFETY: the steps are those of this type's instances.
                asks: |this| unsafe { PyObject::cast::<Native<$body>>(this) }.asks(),
                surrogate: builtin_calls::surrogate_of($name).unwrap_or_default(),
            },
        )
    };
}
macro_rules! register_steps {
    ($ty:expr, $body:ty, $next:path) => {
        task::register_steps(
            &$ty,
            Steps {
                // SAFETY: the steps are those of this type's instances.
                asks: |this| unsafe { PyObject::cast::<Native<$body>>(this) }.asks(),
                next: |this, _| Box::pin($next(unsafe { this.to_ref().cast::<Native<$body>>() })),
            },
        )
    };
}

/// Begins a constructor that makes iterators of its arguments, if that may run Python.
fn begin_making_iterators(
    class: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
    start: fn(Ref<PyTypeObject>, Ref, Option<Ref>) -> Task,
) -> Option<Begun> {
    let asks = |a: &&PyObject| a.ty().is_heap_type() || forwards(a);
    if !args.iter().any(asks) {
        return None;
    }
    begin_making(class, args, names, start)
}

/// Begins a constructor, if an argument may run Python.
fn begin_making(
    class: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
    start: fn(Ref<PyTypeObject>, Ref, Option<Ref>) -> Task,
) -> Option<Begun> {
    if !args.iter().any(|a| runs_python(Some(a))) {
        return None;
    }
    let class = Ref::new(class.downcast::<PyTypeObject>()?);
    Some(match given(args, names) {
        Ok((args, kwargs)) => Begun::Task(start(
            class,
            args.into_object(),
            kwargs.map(Ref::into_object),
        )),
        Err(raised) => Begun::Done(Err(raised)),
    })
}

/// Whether what is held may run Python when it is used; of a list's or tuple's iterator, what comes next.
fn asks(held: &Held) -> bool {
    const AHEAD: usize = 16;
    let Some(object) = held.get() else {
        return false;
    };
    let (at, all): (isize, &[&PyObject]) =
        if let Some(it) = object.exact::<tuple::tupleiterobject>() {
            let all = it.it_seq.get().map_or(&[][..], PyTupleObject::items);
            (it.it_index.get(), all)
        } else if let Some(it) = object.exact::<list::listiterobject>() {
            let all = it.it_seq.get().map_or(&[][..], PyListObject::items);
            (it.it_index.get(), all)
        } else {
            return runs_python(Some(&object));
        };
    let coming = all.iter().skip(at.max(0) as usize).take(AHEAD);
    coming.into_iter().any(|o| runs_python(Some(o)))
}

/// All items of an iterable.
async fn collect(iterable: &PyObject) -> PyResult<Vec<Ref>> {
    let items = task::call(&*list::PyList_Type, vec![iterable.to_ref()]).await?;
    let items = items.downcast::<PyListObject>().map(PyListObject::items);
    growing::owned(items.unwrap_or_default())
}

extern "C" fn myself<B: Body>(this: &Native<B>) -> PyResult {
    Ok(this.to_ref())
}

static_table! {
static NONE: [PyMethodDef] = [PyMethodDef::END];
}

/// References held by a vector in a body.
fn visit_vec(items: &RefCell<Vec<Ref>>, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
    if let Ok(items) = items.try_borrow() {
        for item in items.iter() {
            let answer = visit(item);
            if answer != 0 {
                return answer;
            }
        }
    }
    0
}

/// One step of an iterator: the item, or nothing at the end (or an exception).
async fn step(iterator: &Held) -> Answer {
    match iterator.get() {
        Some(iterator) => task::next(&iterator).await,
        None => Ok(None),
    }
}

/// The same, natively. At the end StopIteration may be set, which is the caller's end as well.
fn step_natively(iterator: &Held) -> Answer {
    let Some(iterator) = iterator.get() else {
        return Ok(None);
    };
    let Some(next) = iterator.ty().tp_iternext.get() else {
        return protocol::next(&iterator);
    };
    match next(&iterator) {
        Some(item) => Ok(Some(item)),
        None if errors::occurred().is_none() || errors::matches(&exceptions::StopIteration) => {
            Ok(None)
        }
        None => Err(Raised),
    }
}

/// Whether keyword arguments are refused: a subclass's `__init__` may want them.
fn refuse_keywords(ty: &PyTypeObject, name: &str, kwargs: Option<&PyObject>) -> PyResult<()> {
    let plain = object::PyBaseObject_Type.tp_init.get().map(|f| f as usize);
    if ty.tp_init.get().map(|f| f as usize) != plain {
        return Ok(());
    }
    no_keywords(name, kwargs)
}

fn positional<'a>(
    ty: &PyTypeObject,
    name: &str,
    args: &'a PyObject,
    kwargs: Option<&PyObject>,
    min: usize,
    max: usize,
) -> PyResult<&'a [&'a PyObject]> {
    refuse_keywords(ty, name, kwargs)?;
    let items = args_tuple(args).items();
    check_count(name, items.len(), min, max)?;
    Ok(items)
}

macro_rules! held_body {
    ($name:ident { $($field:ident),* } $($rest:ident: $ty:ty),*) => {
        #[derive(Default)]
        pub(super) struct $name { $(pub(super) $field: Held,)* $(pub(super) $rest: $ty,)* }
        impl Body for $name {
            fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
                visit_all(&[$(&self.$field),*], visit)
            }
            fn clear(&self) {
                $(self.$field.take();)*
            }
        }
        #[allow(dead_code)]
        impl $name {
            pub(super) fn asks(&self) -> bool {
                false $(|| asks(&self.$field))*
            }
        }
    };
}

// The macros above are theirs as well.
mod combinatorics;
mod counting;
mod groupby;
mod pickle;
mod slices;
mod tee;

use combinatorics::*;
use counting::*;
use groupby::*;
use slices::*;

// ---- cycle ----

#[derive(Default)]
struct Cycle {
    source: Held,
    saved: RefCell<Vec<Ref>>,
    at: Cell<usize>,
    /// All items are saved already, though the source goes on.
    full: Cell<bool>,
}

impl Cycle {
    fn asks(&self) -> bool {
        asks(&self.source)
    }
}

impl Body for Cycle {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        match self.source.visit(visit) {
            0 => visit_vec(&self.saved, visit),
            other => other,
        }
    }
    fn clear(&self) {
        self.source.take();
        drop(self.saved.take());
    }
}

iterator!(
    CycleType,
    Cycle,
    c"itertools.cycle",
    made!(cycle_new),
    stepped!(Cycle, cycle_next),
    pickle::CYCLE,
    c"cycle(iterable, /)\n--\n\nThe items again and again."
);

async fn cycle_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    let a = positional(ty, "cycle", args, kwargs, 1, 1)?;
    let body = Cycle {
        source: Held::new(Some(task::iter(a[0]).await?)),
        ..Cycle::default()
    };
    Ok(new_native(ty, body)?.into_object())
}

async fn cycle_next(this: Ref<Native<Cycle>>) -> Answer {
    if this.source.is_some() {
        if let Some(item) = step(&this.source).await? {
            if !this.full.get() {
                let mut saved = this.saved.borrow_mut();
                if saved.try_reserve(1).is_err() {
                    return Err(errors::no_memory());
                }
                saved.push(item.clone());
            }
            return Ok(Some(item));
        }
        this.source.take();
    }
    let saved = this.saved.borrow();
    if saved.is_empty() {
        return Ok(None);
    }
    let at = this.at.get();
    this.at.set((at + 1) % saved.len());
    Ok(Some(saved[at].clone()))
}

// ---- accumulate ----

held_body!(Accumulate {
    source,
    function,
    total,
    initial
});
iterator!(AccumulateType, Accumulate, c"itertools.accumulate", made!(accumulate_new), native_step!(Accumulate, accumulate_next), pickle::ACCUMULATE,
    c"accumulate(iterable, func=None, *, initial=None)\n--\n\nRunning sums, or other running results.");

async fn accumulate_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    static PARAMS: Params = Params {
        function: "accumulate",
        names: &["iterable", "func", "initial"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    let Some(iterable) = a[0] else { return none() };
    let body = Accumulate {
        source: Held::new(Some(task::iter(iterable).await?)),
        function: Held::new(not_none(a[1]).map(|f| f.to_ref())),
        total: Held::default(),
        initial: Held::new(not_none(a[2]).map(|i| i.to_ref())),
    };
    Ok(new_native(ty, body)?.into_object())
}

fn accumulate_next(this: &Native<Accumulate>) -> Answer {
    if let Some(initial) = this.initial.take() {
        this.total.set(Some(initial.clone()));
        return Ok(Some(initial));
    }
    let Some(item) = step_natively(&this.source)? else {
        return Ok(None);
    };
    let total = match (this.total.get(), this.function.get()) {
        (None, _) => item,
        (Some(total), None) => number::binary(BinaryOp::Add, &total, &item)?,
        (Some(total), Some(function)) => call::call(&function, &[&total, &item])?,
    };
    this.total.set(Some(total.clone()));
    Ok(Some(total))
}

// ---- compress, dropwhile, takewhile, filterfalse, starmap ----

// `started` is True once it is.

held_body!(Pair {
    first,
    second,
    started
});

fn new_pair(ty: &PyTypeObject, first: Ref, second: Ref) -> PyResult {
    let body = Pair {
        first: Held::new(Some(first)),
        second: Held::new(Some(second)),
        ..Pair::default()
    };
    Ok(new_native(ty, body)?.into_object())
}

iterator!(
    CompressType,
    Pair,
    c"itertools.compress",
    made!(compress_new),
    native_step!(Pair, compress_next),
    pickle::PAIR,
    c"compress(data, selectors)\n--\n\nItems whose selector is true."
);

async fn compress_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    static PARAMS: Params = Params {
        function: "compress",
        names: &["data", "selectors"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    let (Some(data), Some(selectors)) = (a[0], a[1]) else {
        return none();
    };
    new_pair(ty, task::iter(data).await?, task::iter(selectors).await?)
}

fn compress_next(this: &Native<Pair>) -> Answer {
    loop {
        let Some(item) = step_natively(&this.first)? else {
            return Ok(None);
        };
        let Some(selector) = step_natively(&this.second)? else {
            return Ok(None);
        };
        if protocol::truth(&selector)? {
            return Ok(Some(item));
        }
    }
}

macro_rules! predicate_class {
    ($ty:ident, $path:literal, $new:ident, $next:ident, $name:literal, $methods:expr, $doc:literal) => {
        iterator!(
            $ty,
            Pair,
            $path,
            made!($new),
            native_step!(Pair, $next),
            $methods,
            $doc
        );
        async fn $new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
            let a = positional(&ty, $name, &args, kwargs.as_deref(), 2, 2)?;
            new_pair(&ty, a[0].to_ref(), task::iter(a[1]).await?)
        }
    };
}
predicate_class!(DropWhileType, c"itertools.dropwhile", dropwhile_new, dropwhile_next, "dropwhile", pickle::PREDICATE,
    c"dropwhile(predicate, iterable, /)\n--\n\nThe items from the first on for which the predicate is false.");
predicate_class!(TakeWhileType, c"itertools.takewhile", takewhile_new, takewhile_next, "takewhile", pickle::PREDICATE,
    c"takewhile(predicate, iterable, /)\n--\n\nThe items up to the first for which the predicate is false.");
predicate_class!(
    FilterFalseType,
    c"itertools.filterfalse",
    filterfalse_new,
    filterfalse_next,
    "filterfalse",
    pickle::PAIR,
    c"filterfalse(function, iterable, /)\n--\n\nThe items for which the function is false."
);
predicate_class!(StarMapType, c"itertools.starmap", starmap_new, starmap_next, "starmap", pickle::PAIR,
    c"starmap(function, iterable, /)\n--\n\nThe function's results for arguments from the iterable.");

impl Pair {
    /// Whether the function's answer for an item is true.
    fn says(&self, item: &PyObject) -> PyResult<bool> {
        protocol::truth(&*call::call(&self.first.or_none(), &[item])?)
    }

    fn start(&self) {
        self.started.set(Some(boolean::from(true)));
    }
}

fn dropwhile_next(this: &Native<Pair>) -> Answer {
    loop {
        let Some(item) = step_natively(&this.second)? else {
            return Ok(None);
        };
        if this.started.is_some() {
            return Ok(Some(item));
        }
        if !this.says(&item)? {
            this.start();
            return Ok(Some(item));
        }
    }
}

fn takewhile_next(this: &Native<Pair>) -> Answer {
    if this.started.is_some() {
        return Ok(None);
    }
    let Some(item) = step_natively(&this.second)? else {
        return Ok(None);
    };
    if this.says(&item)? {
        return Ok(Some(item));
    }
    this.start();
    Ok(None)
}

fn filterfalse_next(this: &Native<Pair>) -> Answer {
    let function = this.first.or_none();
    let plain = singletons::is_none(&function) || function.is(&*boolean::PyBool_Type);
    loop {
        let Some(item) = step_natively(&this.second)? else {
            return Ok(None);
        };
        let truth = if plain {
            protocol::truth(&item)?
        } else {
            this.says(&item)?
        };
        if !truth {
            return Ok(Some(item));
        }
    }
}

fn starmap_next(this: &Native<Pair>) -> Answer {
    let Some(args) = step_natively(&this.second)? else {
        return Ok(None);
    };
    let args = match args.exact::<PyTupleObject>() {
        Some(args) => Ref::new(args),
        None => tuple::from_owned(protocol::collect(&args)?)?,
    };
    call::call_ex(&this.first.or_none(), &args, None).map(Some)
}

// ---- pairwise ----

held_body!(Pairwise { source, old });
iterator!(
    PairwiseType,
    Pairwise,
    c"itertools.pairwise",
    made!(pairwise_new),
    native_step!(Pairwise, pairwise_next),
    NONE,
    c"pairwise(iterable, /)\n--\n\nPairs of neighbours."
);

async fn pairwise_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    let a = positional(ty, "pairwise", args, kwargs, 1, 1)?;
    let body = Pairwise {
        source: Held::new(Some(task::iter(a[0]).await?)),
        old: Held::default(),
    };
    Ok(new_native(ty, body)?.into_object())
}

fn pairwise_next(this: &Native<Pairwise>) -> Answer {
    if !this.source.is_some() {
        return Ok(None);
    }
    let pair = || -> PyResult<Option<(Ref, Ref)>> {
        let old = match this.old.get() {
            Some(old) => old,
            None => match step_natively(&this.source)? {
                Some(first) => {
                    this.old.set(Some(first.clone()));
                    first
                }
                None => return Ok(None),
            },
        };
        Ok(step_natively(&this.source)?.map(|new| (old, new)))
    };
    match pair() {
        Ok(Some((old, new))) => {
            this.old.set(Some(new.clone()));
            tuple(vec![old, new]).map(Some)
        }
        over => {
            this.source.take();
            this.old.take();
            over.map(|_| None)
        }
    }
}

// ---- zip_longest ----

#[derive(Default)]
struct Longest {
    sources: RefCell<Vec<Option<Ref>>>,
    active: Cell<usize>,
    fill: Held,
}

impl Longest {
    fn asks(&self) -> bool {
        self.sources
            .borrow()
            .iter()
            .any(|s| runs_python(s.as_deref()))
    }
}

impl Body for Longest {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        if let Ok(sources) = self.sources.try_borrow() {
            for source in sources.iter().flatten() {
                let answer = visit(source);
                if answer != 0 {
                    return answer;
                }
            }
        }
        self.fill.visit(visit)
    }
    fn clear(&self) {
        drop(self.sources.take());
        self.fill.take();
    }
}

iterator!(LongestType, Longest, c"itertools.zip_longest", made!(longest_new), stepped!(Longest, longest_next), pickle::LONGEST,
    c"zip_longest(iter1 [,iter2 [...]], [fillvalue=None])\n\nTuples of items; short iterables are filled up.");

async fn longest_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    let mut fill = None;
    if let Some(kwargs) = kwargs.and_then(|k| k.downcast::<PyDictObject>()) {
        fill = kwargs.get_text("fillvalue");
        if kwargs.len() > fill.is_some() as usize {
            return Err(raise!(
                TypeError,
                "zip_longest() got an unexpected keyword argument"
            ));
        }
    }
    let mut sources = Vec::new();
    for source in args_tuple(args).items() {
        sources.push(Some(task::iter(source).await?));
    }
    let body = Longest {
        active: Cell::new(sources.len()),
        sources: RefCell::new(sources),
        fill: Held::new(fill),
    };
    Ok(new_native(ty, body)?.into_object())
}

async fn longest_next(this: Ref<Native<Longest>>) -> Answer {
    let n = this.sources.borrow().len();
    if n == 0 || this.active.get() == 0 {
        return Ok(None);
    }
    let mut items = Vec::with_capacity(n);
    for i in 0..n {
        let source = this.sources.borrow().get(i).cloned().flatten();
        let item = match source {
            None => None,
            Some(source) => match task::next(&source).await {
                Ok(Some(item)) => Some(item),
                Ok(None) => {
                    this.active.set(this.active.get() - 1);
                    if this.active.get() == 0 {
                        return Ok(None);
                    }
                    let old = this.sources.borrow_mut().get_mut(i).and_then(Option::take);
                    drop(old);
                    None
                }
                Err(raised) => {
                    this.active.set(0);
                    return Err(raised);
                }
            },
        };
        items.push(item.unwrap_or_else(|| this.fill.or_none()));
    }
    tuple(items).map(Some)
}

/// Tells low-level Python where the iterators have what.
fn register_fields() {
    static CHAINS: &[&PyTypeObject] = &[&ChainType];
    static PAIRS: &[&PyTypeObject] = &[
        &CompressType,
        &DropWhileType,
        &TakeWhileType,
        &FilterFalseType,
        &StarMapType,
    ];
    static ACCUMULATES: &[&PyTypeObject] = &[&AccumulateType];
    static PAIRWISES: &[&PyTypeObject] = &[&PairwiseType];
    static SLICES: &[&PyTypeObject] = &[&SliceType];
    static GROUP_BYS: &[&PyTypeObject] = &[&GroupByType];
    static GROUPS: &[&PyTypeObject] = &[&GroupType];
    macro_rules! at {
        ($body:ty, $field:ident) => {
            std::mem::offset_of!(Native<$body>, body) + std::mem::offset_of!($body, $field)
        };
    }
    let total = at!(Accumulate, total);
    let (target, key, value) = (at!(GroupBy, target), at!(GroupBy, key), at!(GroupBy, value));
    for (field, types, holds) in [
        (Field::ChainSource, CHAINS, Holds::Maybe(at!(Chain, source))),
        (Field::ChainActive, CHAINS, Holds::Maybe(at!(Chain, active))),
        (Field::PairFirst, PAIRS, Holds::Object(at!(Pair, first))),
        (Field::PairSecond, PAIRS, Holds::Object(at!(Pair, second))),
        (Field::PairStarted, PAIRS, Holds::Maybe(at!(Pair, started))),
        (
            Field::AccumulateSource,
            ACCUMULATES,
            Holds::Object(at!(Accumulate, source)),
        ),
        (
            Field::AccumulateFunction,
            ACCUMULATES,
            Holds::Object(at!(Accumulate, function)),
        ),
        (
            Field::AccumulateInitial,
            ACCUMULATES,
            Holds::Maybe(at!(Accumulate, initial)),
        ),
        (Field::AccumulateTotal, ACCUMULATES, Holds::Object(total)),
        (Field::AccumulateBegun, ACCUMULATES, Holds::Filled(total)),
        (Field::SliceSource, SLICES, Holds::Maybe(at!(Slice, source))),
        (Field::SliceWants, SLICES, Holds::Made(slices::islice_wants)),
        (
            Field::SlicePassed,
            SLICES,
            Holds::Told(slices::islice_passed),
        ),
        (
            Field::PairwiseSource,
            PAIRWISES,
            Holds::Maybe(at!(Pairwise, source)),
        ),
        (
            Field::PairwiseOld,
            PAIRWISES,
            Holds::Object(at!(Pairwise, old)),
        ),
        (
            Field::PairwiseBegun,
            PAIRWISES,
            Holds::Filled(at!(Pairwise, old)),
        ),
        (
            Field::GroupBySource,
            GROUP_BYS,
            Holds::Object(at!(GroupBy, source)),
        ),
        (
            Field::GroupByFunction,
            GROUP_BYS,
            Holds::Object(at!(GroupBy, function)),
        ),
        (Field::GroupByTarget, GROUP_BYS, Holds::Object(target)),
        (Field::GroupByHasTarget, GROUP_BYS, Holds::Filled(target)),
        (Field::GroupByKey, GROUP_BYS, Holds::Object(key)),
        (Field::GroupByHasKey, GROUP_BYS, Holds::Filled(key)),
        (Field::GroupByValue, GROUP_BYS, Holds::Object(value)),
        (Field::GroupByHasValue, GROUP_BYS, Holds::Filled(value)),
        (
            Field::GroupByGroup,
            GROUP_BYS,
            Holds::MadeAndTold(groupby::new_group, groupby::end_group),
        ),
        (
            Field::GroupParent,
            GROUPS,
            Holds::Object(at!(Group, parent)),
        ),
        (Field::GroupKey, GROUPS, Holds::Object(at!(Group, key))),
        (
            Field::GroupIsCurrent,
            GROUPS,
            Holds::Made(groupby::is_current),
        ),
    ] {
        provide(field, types, holds);
    }
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods("itertools", "Iterators over iterators.", tee::METHODS)?;
    let count_repr_slot = slot::unary(count_repr);
    CountType.tp_repr.set(count_repr_slot.get());
    let repeat_repr_slot = slot::unary(repeat_repr);
    RepeatType.tp_repr.set(repeat_repr_slot.get());
    for ty in [
        &AccumulateType,
        &CombinationsType,
        &ReplacementType,
        &CycleType,
        &DropWhileType,
        &TakeWhileType,
        &SliceType,
        &StarMapType,
        &ChainType,
        &CompressType,
        &FilterFalseType,
        &CountType,
        &LongestType,
        &PairwiseType,
        &PermutationsType,
        &ProductType,
        &RepeatType,
        &GroupByType,
        &GroupType,
        &tee::TeeType,
        &tee::DataType,
    ] {
        add_type(&module, ty)?;
    }
    // Numbers and objects are asked when an iterator of these is made or shown, before anything else.
    for ty in [&CountType, &RepeatType] {
        ty.tp_flags
            .set(ty.tp_flags.get() | tp::CORE | tp::ASKS_FIRST);
    }
    counting::register_count();
    register!(CycleType, Cycle, cycle_new, cycle_next);
    register_fields();
    register!(AccumulateType, accumulate_new, by begin_making_iterators);
    register!(CompressType, compress_new, by begin_making_iterators);
    register!(DropWhileType, dropwhile_new, by begin_making_iterators);
    register!(TakeWhileType, takewhile_new, by begin_making_iterators);
    register!(FilterFalseType, filterfalse_new, by begin_making_iterators);
    register!(StarMapType, starmap_new, by begin_making_iterators);
    register!(SliceType, islice_new, by begin_making_iterators);
    register!(GroupByType, groupby_new, by begin_making_iterators);
    register_by!(AccumulateType, Accumulate, "itertools.accumulate.__next__");
    register_by!(ChainType, Chain, "itertools.chain.__next__");
    register_by!(CompressType, Pair, "itertools.compress.__next__");
    register_by!(DropWhileType, Pair, "itertools.dropwhile.__next__");
    register_by!(TakeWhileType, Pair, "itertools.takewhile.__next__");
    register_by!(FilterFalseType, Pair, "itertools.filterfalse.__next__");
    register_by!(StarMapType, Pair, "itertools.starmap.__next__");
    register_by!(SliceType, Slice, "itertools.islice.__next__");
    register_by!(GroupByType, GroupBy, "itertools.groupby.__next__");
    register_by!(GroupType, Group, "itertools._grouper.__next__");
    register!(PairwiseType, pairwise_new, by begin_making_iterators);
    register_by!(PairwiseType, Pairwise, "itertools.pairwise.__next__");
    register!(LongestType, Longest, longest_new, longest_next);
    register!(ProductType, product_new);
    register!(PermutationsType, permutations_new);
    register!(CombinationsType, combinations_new);
    register!(ReplacementType, replacement_new);
    task::register_named(&ChainType, "from_iterable", begin_from_iterable)?;
    tee::register(&module)?;
    Ok(module)
}
