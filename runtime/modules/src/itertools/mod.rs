//! `itertools`: iterators over iterators. One body per class; steps and constructors that may run Python are tasks (`hotpy_objects::task`).
//!
//! `pickle` has their `__reduce__`, `tee` the iterators that can be copied.
//!
//! Combinatorial iterators keep a pool of items and a vector of indices that is stepped in place.

mod pickle;
mod tee;

use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count, no_keywords};
use hotpy_objects::def::{Downcast, noargs, one, slot};
use hotpy_objects::number::BinaryOp;
use hotpy_objects::task::{self, Answer, Begun, Steps, Task};
use hotpy_objects::*;
use hotpy_vm::asking::runs_python;
use std::cell::RefCell;

/// Declares an iterator class: body, type, `__new__`, `__next__`.
macro_rules! iterator {
    ($ty:ident, $body:ident, $path:literal, $new:expr, $next:expr, $methods:expr, $doc:literal) => {
        static $ty: PyTypeObject = PyTypeObject {
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

/// Has steps and constructor of a class run in frames where they may run Python.
macro_rules! register {
    ($ty:expr, $body:ty, $new:path, $next:path) => {{
        register!($ty, $new);
        register_steps!($ty, $body, $next);
    }};
    ($ty:expr, $new:path) => {
        task::register_making(&$ty, |class, args, names| {
            begin_making(class, args, names, |ty, args, kwargs| {
                Box::pin(async { $new(ty, args, kwargs).await.map(Some) })
            })
        })
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
use {register_steps, stepped};

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
    Ok(items
        .unwrap_or_default()
        .iter()
        .map(|i| i.to_ref())
        .collect())
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
        struct $name { $($field: Held,)* $($rest: $ty,)* }
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
            fn asks(&self) -> bool {
                false $(|| asks(&self.$field))*
            }
        }
    };
}

// ---- count ----

held_body!(Count { value, step });
iterator!(
    CountType,
    Count,
    c"itertools.count",
    count_new,
    slot::next(count_next),
    COUNT_METHODS,
    c"count(start=0, step=1)\n--\n\nNumbers without end."
);

static_table! {
static COUNT_METHODS: [PyMethodDef] = [
    noargs(c"__reduce__", count_reduce, c""),
    PyMethodDef::END,
];
}

extern "C" fn count_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    static PARAMS: Params = Params {
        function: "count",
        names: &["start", "step"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    for given in [a[0], a[1]].into_iter().flatten() {
        // SAFETY: a type's number table, if it has one, lives as long as the type.
        let numbers = unsafe { given.ty().tp_as_number.get().as_ref() };
        let fits = numbers.is_some_and(|n| {
            n.nb_index.get().is_some() || n.nb_int.get().is_some() || n.nb_float.get().is_some()
        }) || given.is_instance::<PyComplexObject>();
        if !fits {
            return Err(raise!(TypeError, "a number is required"));
        }
    }
    let start = a[0].map_or_else(|| int(0), |o| Ok(o.to_ref()))?;
    let step = a[1].map_or_else(|| int(1), |o| Ok(o.to_ref()))?;
    Ok(new_native(
        ty,
        Count {
            value: Held::new(Some(start)),
            step: Held::new(Some(step)),
        },
    )?
    .into_object())
}

extern "C" fn count_next(this: &Native<Count>) -> Option<Ref> {
    def::next_status((|| {
        let value = this.value.or_none();
        let small = |o: &PyObject| o.exact::<PyLongObject>().and_then(|n| n.to_i64());
        if let (Some(n), Some(step)) = (small(&value), this.step.get().and_then(|s| small(&s)))
            && let Some(next) = n.checked_add(step)
        {
            this.value.set(Some(int(next)?));
            return Ok(Some(value));
        }
        this.value.set(Some(number::binary(
            BinaryOp::Add,
            &value,
            &this.step.or_none(),
        )?));
        Ok(Some(value))
    })())
}

fn is_one(o: &PyObject) -> bool {
    o.exact::<PyLongObject>().and_then(|n| n.to_i64()) == Some(1)
}

extern "C" fn count_reduce(this: &Native<Count>) -> PyResult {
    let step = this.step.or_none();
    let args = if is_one(&step) {
        vec![this.value.or_none()]
    } else {
        vec![this.value.or_none(), step]
    };
    tuple(vec![this.object().ty().to_ref(), tuple(args)?])
}

extern "C" fn count_repr(this: &Native<Count>) -> PyResult {
    let value = protocol::repr(&this.value.or_none())?.to_string_lossy();
    let step = this.step.or_none();
    if is_one(&step) {
        return text(&format!("count({value})"));
    }
    text(&format!(
        "count({value}, {})",
        protocol::repr(&step)?.to_string_lossy()
    ))
}

// ---- repeat ----

held_body!(Repeat { item } left: Cell<isize>);
iterator!(
    RepeatType,
    Repeat,
    c"itertools.repeat",
    repeat_new,
    slot::next(repeat_next),
    REPEAT_METHODS,
    c"repeat(object [,times]) -> the same object again and again"
);

static_table! {
static REPEAT_METHODS: [PyMethodDef] = [
    noargs(c"__length_hint__", repeat_hint, c""),
    noargs(c"__reduce__", repeat_reduce, c""),
    PyMethodDef::END,
];
}

extern "C" fn repeat_new(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "repeat",
        names: &["object", "times"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    let left = match a[1] {
        Some(times) => isize_arg(times)?.max(0),
        None => -1,
    };
    let body = Repeat {
        item: Held::new(a[0].map(|o| o.to_ref())),
        left: Cell::new(left),
    };
    Ok(new_native(ty, body)?.into_object())
}

extern "C" fn repeat_next(this: &Native<Repeat>) -> Option<Ref> {
    match this.left.get() {
        0 => None,
        n => {
            if n > 0 {
                this.left.set(n - 1);
            }
            this.item.get()
        }
    }
}

extern "C" fn repeat_hint(this: &Native<Repeat>) -> PyResult {
    if this.left.get() < 0 {
        return Err(raise!(TypeError, "len() of unsized object"));
    }
    int(this.left.get() as i64)
}

extern "C" fn repeat_reduce(this: &Native<Repeat>) -> PyResult {
    let mut args = vec![this.item.or_none()];
    if this.left.get() >= 0 {
        args.push(int(this.left.get() as i64)?);
    }
    tuple(vec![this.object().ty().to_ref(), tuple(args)?])
}

extern "C" fn repeat_repr(this: &Native<Repeat>) -> PyResult {
    let item = protocol::repr(&this.item.or_none())?.to_string_lossy();
    match this.left.get() {
        n if n < 0 => text(&format!("repeat({item})")),
        n => text(&format!("repeat({item}, {n})")),
    }
}

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
                this.saved.borrow_mut().push(item.clone());
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
iterator!(AccumulateType, Accumulate, c"itertools.accumulate", made!(accumulate_new), stepped!(Accumulate, accumulate_next), pickle::ACCUMULATE,
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

async fn accumulate_next(this: Ref<Native<Accumulate>>) -> Answer {
    if let Some(initial) = this.initial.take() {
        this.total.set(Some(initial.clone()));
        return Ok(Some(initial));
    }
    let Some(item) = step(&this.source).await? else {
        return Ok(None);
    };
    let total = match (this.total.get(), this.function.get()) {
        (None, _) => item,
        (Some(total), None) => task::add(&total, &item).await?,
        (Some(total), Some(function)) => task::call(&function, vec![total, item]).await?,
    };
    this.total.set(Some(total.clone()));
    Ok(Some(total))
}

// ---- chain ----

held_body!(Chain { source, active });

iterator!(
    ChainType,
    Chain,
    c"itertools.chain",
    made!(chain_new),
    slot::next(chain_step),
    CHAIN_METHODS,
    c"chain(*iterables) --> chain object\n\nThe items of one iterable after the other."
);

static_table! {
static CHAIN_METHODS: [PyMethodDef] = [
    def::class_method(one(c"from_iterable", chain_from_iterable, c"from_iterable($type, iterable, /)\n--\n\nChains what an iterable yields.")),
    def::class_method(one(c"__class_getitem__", generic_alias::class_getitem, c"See PEP 585")),
    noargs(c"__reduce__", pickle::chain_reduce, c"Return state information for pickling."),
    one(c"__setstate__", pickle::chain_setstate, c"Set state information for unpickling."),
    PyMethodDef::END,
];
}

fn new_chain(ty: &PyTypeObject, source: Ref) -> PyResult {
    Ok(new_native(
        ty,
        Chain {
            source: Held::new(Some(source)),
            active: Held::default(),
        },
    )?
    .into_object())
}

async fn chain_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    refuse_keywords(ty, "chain", kwargs)?;
    new_chain(ty, task::iter(args).await?)
}

async fn chain_over(class: Ref<PyTypeObject>, iterable: Ref) -> PyResult {
    new_chain(&class, task::iter(&iterable).await?)
}

extern "C" fn chain_from_iterable(class: &PyObject, iterable: &PyObject) -> PyResult {
    // SAFETY: class methods get a type.
    let class: Ref<PyTypeObject> = unsafe { class.to_ref().cast() };
    task::run(chain_over(class, iterable.to_ref()))
}

/// The same from bytecode.
fn begin_from_iterable(
    class: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let ([iterable], None) = (args, names) else {
        return None;
    };
    let class = Ref::new(class.downcast::<PyTypeObject>()?);
    runs_python(Some(iterable)).then(|| {
        let iterable = iterable.to_ref();
        Begun::Task(Box::pin(async {
            chain_over(class, iterable).await.map(Some)
        }))
    })
}

/// The iterator that is active has a next item, as a rule.
extern "C" fn chain_step(this: &Native<Chain>) -> Option<Ref> {
    if let Some(active) = this.active.get() {
        match protocol::next(&active) {
            Ok(Some(item)) => return Some(item),
            Ok(None) => drop(this.active.take()),
            Err(Raised) => return None,
        }
    }
    def::next_status(task::run(chain_next(Ref::new(this))))
}

async fn chain_next(this: Ref<Native<Chain>>) -> Answer {
    loop {
        if !this.active.is_some() {
            if !this.source.is_some() {
                return Ok(None);
            }
            match step(&this.source).await {
                Ok(Some(next)) => match task::iter(&next).await {
                    Ok(iterator) => this.active.set(Some(iterator)),
                    Err(raised) => {
                        this.source.take();
                        return Err(raised);
                    }
                },
                Ok(None) => {
                    this.source.take();
                    return Ok(None);
                }
                Err(raised) => {
                    this.source.take();
                    return Err(raised);
                }
            }
        }
        if let Some(item) = step(&this.active).await? {
            return Ok(Some(item));
        }
        this.active.take();
    }
}

// ---- compress, dropwhile, takewhile, filterfalse, starmap ----

held_body!(Pair { first, second } started: Cell<bool>);

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
    stepped!(Pair, compress_next),
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

async fn compress_next(this: Ref<Native<Pair>>) -> Answer {
    loop {
        let Some(item) = step(&this.first).await? else {
            return Ok(None);
        };
        let Some(selector) = step(&this.second).await? else {
            return Ok(None);
        };
        if task::truth(&selector).await? {
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
            stepped!(Pair, $next),
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

async fn dropwhile_next(this: Ref<Native<Pair>>) -> Answer {
    loop {
        let Some(item) = step(&this.second).await? else {
            return Ok(None);
        };
        if this.started.get() {
            return Ok(Some(item));
        }
        if !task::truth(&*task::call(&this.first.or_none(), vec![item.clone()]).await?).await? {
            this.started.set(true);
            return Ok(Some(item));
        }
    }
}

async fn takewhile_next(this: Ref<Native<Pair>>) -> Answer {
    if this.started.get() {
        return Ok(None);
    }
    let Some(item) = step(&this.second).await? else {
        return Ok(None);
    };
    if task::truth(&*task::call(&this.first.or_none(), vec![item.clone()]).await?).await? {
        return Ok(Some(item));
    }
    this.started.set(true);
    Ok(None)
}

async fn filterfalse_next(this: Ref<Native<Pair>>) -> Answer {
    let function = this.first.or_none();
    let plain = singletons::is_none(&function) || function.is(&*boolean::PyBool_Type);
    loop {
        let Some(item) = step(&this.second).await? else {
            return Ok(None);
        };
        let keep = if plain {
            !task::truth(&item).await?
        } else {
            !task::truth(&*task::call(&function, vec![item.clone()]).await?).await?
        };
        if keep {
            return Ok(Some(item));
        }
    }
}

async fn starmap_next(this: Ref<Native<Pair>>) -> Answer {
    let Some(args) = step(&this.second).await? else {
        return Ok(None);
    };
    let args = if args.is_exact::<PyTupleObject>() {
        args
    } else {
        task::call(&*tuple::PyTuple_Type, vec![args]).await?
    };
    // SAFETY: it is a tuple.
    let args = unsafe { args.cast::<PyTupleObject>() };
    task::call_tuple(&this.first.or_none(), args, None)
        .await
        .map(Some)
}

// ---- islice ----

held_body!(Slice { source } next: Cell<usize>, stop: Cell<usize>, step: Cell<usize>, seen: Cell<usize>);
iterator!(SliceType, Slice, c"itertools.islice", made!(islice_new), slot::next(islice_step), pickle::SLICE,
    c"islice(iterable, stop) or islice(iterable, start, stop[, step])\n\nA slice of what an iterator yields.");

async fn islice_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    let a = positional(ty, "islice", args, kwargs, 2, 4)?;
    let index = |o: &PyObject, complaint: &str, none: usize| -> PyResult<usize> {
        if singletons::is_none(o) {
            return Ok(none);
        }
        match number::index_isize(o, Some(&exceptions::OverflowError)) {
            Ok(n) if n >= 0 => Ok(n as usize),
            Ok(_) => Err(raise!(ValueError, "{complaint}")),
            Err(_) => {
                errors::clear();
                Err(raise!(ValueError, "{complaint}"))
            }
        }
    };
    const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    let (start, stop, step) = if a.len() == 2 {
        let complaint =
            "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        (0, index(a[1], complaint, usize::MAX)?, 1)
    } else {
        let complaint =
            "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        let start = index(a[1], INDICES, 0)?;
        let stop = index(a[2], complaint, usize::MAX)?;
        let complaint = "Step for islice() must be a positive integer or None.";
        let step = a.get(3).map_or(Ok(1), |o| index(o, complaint, 1))?;
        if step == 0 {
            return Err(raise!(ValueError, "{complaint}"));
        }
        (start, stop, step)
    };
    let body = Slice {
        source: Held::new(Some(task::iter(a[0]).await?)),
        next: Cell::new(start),
        stop: Cell::new(stop),
        step: Cell::new(step),
        seen: Cell::new(0),
    };
    Ok(new_native(ty, body)?.into_object())
}

impl Slice {
    /// An item of the slice has been taken.
    fn passed(&self) {
        self.seen.set(self.seen.get() + 1);
        let next = self.next.get().saturating_add(self.step.get());
        self.next.set(next.min(self.stop.get()));
    }
}

/// The next item is wanted, as a rule, and there.
extern "C" fn islice_step(this: &Native<Slice>) -> Option<Ref> {
    let seen = this.seen.get();
    if seen == this.next.get()
        && seen < this.stop.get()
        && let Some(source) = this.source.get()
    {
        let item = protocol::next(&source);
        match item {
            Ok(Some(_)) => this.passed(),
            Ok(None) => drop(this.source.take()),
            Err(Raised) => {}
        }
        return def::next_status(item);
    }
    def::next_status(task::run(islice_next(Ref::new(this))))
}

async fn islice_next(this: Ref<Native<Slice>>) -> Answer {
    let end = || {
        this.source.take();
        Ok(None)
    };
    while this.seen.get() < this.next.get() {
        // Also with a stop before the start the items up to the start are consumed, as far as the stop.
        if this.seen.get() >= this.next.get().min(this.stop.get())
            && this.stop.get() < this.next.get()
        {
            return end();
        }
        if step(&this.source).await?.is_none() {
            return end();
        }
        this.seen.set(this.seen.get() + 1);
    }
    if this.seen.get() >= this.stop.get() {
        return end();
    }
    let Some(item) = step(&this.source).await? else {
        return end();
    };
    this.passed();
    Ok(Some(item))
}

// ---- pairwise ----

held_body!(Pairwise { source, old });
iterator!(
    PairwiseType,
    Pairwise,
    c"itertools.pairwise",
    made!(pairwise_new),
    stepped!(Pairwise, pairwise_next),
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

async fn pairwise_next(this: Ref<Native<Pairwise>>) -> Answer {
    if !this.source.is_some() {
        return Ok(None);
    }
    let old = match this.old.get() {
        Some(old) => old,
        None => match step(&this.source).await? {
            Some(first) => {
                this.old.set(Some(first.clone()));
                first
            }
            None => {
                this.source.take();
                return Ok(None);
            }
        },
    };
    match step(&this.source).await {
        Ok(Some(new)) => {
            this.old.set(Some(new.clone()));
            tuple(vec![old, new]).map(Some)
        }
        other => {
            this.source.take();
            this.old.take();
            other.map(|_| None)
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

// ---- combinatorics ----

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Kind {
    #[default]
    Product,
    Permutations,
    Combinations,
    WithReplacement,
}

/// Pools of items and the indices of the next result.
#[derive(Default)]
struct Combinatoric {
    kind: Cell<Kind>,
    pools: RefCell<Vec<Vec<Ref>>>,
    indices: RefCell<Vec<usize>>,
    cycles: RefCell<Vec<usize>>,
    size: Cell<usize>,
    started: Cell<bool>,
    done: Cell<bool>,
}

impl Body for Combinatoric {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        if let Ok(pools) = self.pools.try_borrow() {
            for item in pools.iter().flatten() {
                let answer = visit(item);
                if answer != 0 {
                    return answer;
                }
            }
        }
        0
    }
    fn clear(&self) {
        self.done.set(true);
        drop(self.pools.take());
    }
}

iterator!(
    ProductType,
    Combinatoric,
    c"itertools.product",
    made!(product_new),
    slot::next(combinatoric_next),
    pickle::COMBINATORIC,
    c"product(*iterables, repeat=1) --> product object\n\nThe Cartesian product."
);
iterator!(
    PermutationsType,
    Combinatoric,
    c"itertools.permutations",
    made!(permutations_new),
    slot::next(combinatoric_next),
    pickle::COMBINATORIC,
    c"permutations(iterable, r=None)\n--\n\nAll orders of r items."
);
iterator!(
    CombinationsType,
    Combinatoric,
    c"itertools.combinations",
    made!(combinations_new),
    slot::next(combinatoric_next),
    pickle::COMBINATORIC,
    c"combinations(iterable, r)\n--\n\nAll choices of r items."
);
iterator!(ReplacementType, Combinatoric, c"itertools.combinations_with_replacement", made!(replacement_new), slot::next(combinatoric_next), pickle::COMBINATORIC,
    c"combinations_with_replacement(iterable, r)\n--\n\nAll choices of r items, each as often as it likes.");

fn new_combinatoric(
    ty: &PyTypeObject,
    kind: Kind,
    pools: Vec<Vec<Ref>>,
    size: usize,
    done: bool,
) -> PyResult {
    let n = pools.first().map_or(0, Vec::len);
    let indices: Vec<usize> = match kind {
        Kind::Product | Kind::WithReplacement => vec![0; if done { 0 } else { size }],
        Kind::Permutations => (0..n).collect(),
        Kind::Combinations => (0..if done { 0 } else { size }).collect(),
    };
    let cycles: Vec<usize> = match kind {
        Kind::Permutations if !done => (0..size).map(|i| n - i).collect(),
        _ => Vec::new(),
    };
    let body = Combinatoric {
        kind: Cell::new(kind),
        pools: RefCell::new(pools),
        indices: RefCell::new(indices),
        cycles: RefCell::new(cycles),
        size: Cell::new(size),
        started: Cell::new(false),
        done: Cell::new(done),
    };
    Ok(new_native(ty, body)?.into_object())
}

async fn product_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    static PARAMS: Params = Params {
        function: "product",
        names: &["repeat"],
        positional_only: 0,
        positional: 0,
        required: 0,
    };
    let empty = tuple::empty();
    let repeat = match PARAMS.bind_tuple(&empty, kwargs)?[0] {
        Some(repeat) => {
            let n = isize_arg(repeat)?;
            if n < 0 {
                return Err(raise!(ValueError, "repeat argument cannot be negative"));
            }
            n as usize
        }
        None => 1,
    };
    let mut pools = Vec::new();
    if repeat > 0 {
        for source in args_tuple(args).items() {
            pools.push(collect(source).await?);
        }
    }
    let once = pools.len();
    if once
        .checked_mul(repeat)
        .is_none_or(|n| n > isize::MAX as usize / 8)
    {
        return Err(raise!(OverflowError, "repeat argument too large"));
    }
    for _ in 1..repeat {
        for i in 0..once {
            let pool = pools[i].clone();
            pools.push(pool);
        }
    }
    let done = pools.iter().any(Vec::is_empty);
    let size = pools.len();
    new_combinatoric(ty, Kind::Product, pools, size, done)
}

fn size_arg(o: &PyObject) -> PyResult<usize> {
    let n = isize_arg(o)?;
    if n < 0 {
        Err(raise!(ValueError, "r must be non-negative"))
    } else {
        Ok(n as usize)
    }
}

async fn permutations_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    static PARAMS: Params = Params {
        function: "permutations",
        names: &["iterable", "r"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    let Some(iterable) = a[0] else { return none() };
    let pool = collect(iterable).await?;
    let size = match not_none(a[1]) {
        Some(r) if !r.is_instance::<PyLongObject>() => {
            return Err(raise!(TypeError, "Expected int as r"));
        }
        Some(r) => size_arg(r)?,
        None => pool.len(),
    };
    let done = size > pool.len();
    new_combinatoric(ty, Kind::Permutations, vec![pool], size, done)
}

async fn combinations_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    static PARAMS: Params = Params {
        function: "combinations",
        names: &["iterable", "r"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    let (Some(iterable), Some(r)) = (a[0], a[1]) else {
        return none();
    };
    let pool = collect(iterable).await?;
    let size = size_arg(r)?;
    let done = size > pool.len();
    new_combinatoric(ty, Kind::Combinations, vec![pool], size, done)
}

async fn replacement_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    static PARAMS: Params = Params {
        function: "combinations_with_replacement",
        names: &["iterable", "r"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    let (Some(iterable), Some(r)) = (a[0], a[1]) else {
        return none();
    };
    let pool = collect(iterable).await?;
    let size = size_arg(r)?;
    let done = pool.is_empty() && size > 0;
    new_combinatoric(ty, Kind::WithReplacement, vec![pool], size, done)
}

impl Combinatoric {
    /// Moves on to the next indices; false at the end.
    fn advance(&self) -> bool {
        let pools = self.pools.borrow();
        let mut indices = self.indices.borrow_mut();
        let size = self.size.get();
        let n = pools.first().map_or(0, Vec::len);
        match self.kind.get() {
            Kind::Product => {
                for i in (0..size).rev() {
                    indices[i] += 1;
                    if indices[i] < pools[i].len() {
                        return true;
                    }
                    indices[i] = 0;
                }
                false
            }
            Kind::Permutations => {
                let mut cycles = self.cycles.borrow_mut();
                for i in (0..size).rev() {
                    cycles[i] -= 1;
                    if cycles[i] == 0 {
                        indices[i..].rotate_left(1);
                        cycles[i] = n - i;
                    } else {
                        let j = cycles[i];
                        indices.swap(i, n - j);
                        return true;
                    }
                }
                false
            }
            Kind::Combinations => {
                let Some(i) = (0..size).rev().find(|&i| indices[i] != i + n - size) else {
                    return false;
                };
                indices[i] += 1;
                for j in i + 1..size {
                    indices[j] = indices[j - 1] + 1;
                }
                true
            }
            Kind::WithReplacement => {
                let Some(i) = (0..size).rev().find(|&i| indices[i] != n - 1) else {
                    return false;
                };
                let next = indices[i] + 1;
                indices[i..].fill(next);
                true
            }
        }
    }

    fn result(&self) -> PyResult {
        let items = {
            let pools = self.pools.borrow();
            let indices = self.indices.borrow();
            (0..self.size.get())
                .map(|i| {
                    let pool = if self.kind.get() == Kind::Product {
                        &pools[i]
                    } else {
                        &pools[0]
                    };
                    pool[indices[i]].clone()
                })
                .collect()
        };
        tuple(items)
    }
}

extern "C" fn combinatoric_next(this: &Native<Combinatoric>) -> Option<Ref> {
    if this.done.get() {
        return None;
    }
    if this.started.replace(true) && !this.advance() {
        this.done.set(true);
        return None;
    }
    this.result().ok()
}

// ---- groupby ----

held_body!(GroupBy { source, function, target, key, value } group: Cell<u64>);
iterator!(
    GroupByType,
    GroupBy,
    c"itertools.groupby",
    made!(groupby_new),
    stepped!(GroupBy, groupby_next),
    pickle::GROUP_BY,
    c"groupby(iterable, key=None)\n--\n\nKeys, and iterators over the neighbours that share them."
);

async fn groupby_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    static PARAMS: Params = Params {
        function: "groupby",
        names: &["iterable", "key"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    let Some(iterable) = a[0] else { return none() };
    let body = GroupBy {
        source: Held::new(Some(task::iter(iterable).await?)),
        function: Held::new(not_none(a[1]).map(|f| f.to_ref())),
        ..GroupBy::default()
    };
    Ok(new_native(ty, body)?.into_object())
}

impl GroupBy {
    /// Reads one item with its key; false at the end.
    async fn read(&self) -> PyResult<bool> {
        let Some(value) = step(&self.source).await? else {
            return Ok(false);
        };
        let key = match self.function.get() {
            Some(function) => task::call(&function, vec![value.clone()]).await?,
            None => value.clone(),
        };
        self.value.set(Some(value));
        self.key.set(Some(key));
        Ok(true)
    }
}

async fn groupby_next(this: Ref<Native<GroupBy>>) -> Answer {
    this.group.set(this.group.get() + 1);
    loop {
        match (this.key.get(), this.target.get()) {
            (Some(key), Some(target)) => {
                if !task::equal(&target, &key).await? {
                    break;
                }
            }
            (Some(_), None) => break,
            (None, _) => {}
        }
        if !this.read().await? {
            return Ok(None);
        }
    }
    let key = this.key.or_none();
    this.target.set(Some(key.clone()));
    let group = Group {
        parent: Held::new(Some(this.to_ref())),
        key: Held::new(Some(key.clone())),
        number: Cell::new(this.group.get()),
    };
    let group = new_native(&GroupType, group)?.into_object();
    tuple(vec![key, group]).map(Some)
}

held_body!(Group { parent, key } number: Cell<u64>);

static GroupType: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(pickle::group_new)),
    tp_methods: methods(pickle::GROUP),
    tp_iter: slot::unary(myself::<Group>),
    tp_iternext: stepped!(Group, group_next),
    ..native_type::<Group>(c"itertools._grouper")
};

async fn group_next(this: Ref<Native<Group>>) -> Answer {
    let Some(parent) = this.parent.get() else {
        return Ok(None);
    };
    // SAFETY: the parent is a groupby.
    let parent: Ref<Native<GroupBy>> = unsafe { parent.cast() };
    if parent.group.get() != this.number.get() {
        return Ok(None);
    }
    if !parent.value.is_some() && !parent.read().await? {
        return Ok(None);
    }
    if !task::equal(&this.key.or_none(), &parent.key.or_none()).await? {
        return Ok(None);
    }
    // The key stays: it tells the next group from this one.
    Ok(parent.value.take())
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
    register!(CycleType, Cycle, cycle_new, cycle_next);
    register!(AccumulateType, Accumulate, accumulate_new, accumulate_next);
    register!(ChainType, Chain, chain_new, chain_next);
    register!(CompressType, Pair, compress_new, compress_next);
    register!(DropWhileType, Pair, dropwhile_new, dropwhile_next);
    register!(TakeWhileType, Pair, takewhile_new, takewhile_next);
    register!(FilterFalseType, Pair, filterfalse_new, filterfalse_next);
    register!(StarMapType, Pair, starmap_new, starmap_next);
    register!(SliceType, Slice, islice_new, islice_next);
    register!(PairwiseType, Pairwise, pairwise_new, pairwise_next);
    register!(LongestType, Longest, longest_new, longest_next);
    register!(GroupByType, GroupBy, groupby_new, groupby_next);
    register_steps!(GroupType, Group, group_next);
    register!(ProductType, product_new);
    register!(PermutationsType, permutations_new);
    register!(CombinationsType, combinations_new);
    register!(ReplacementType, replacement_new);
    task::register_named(&ChainType, "from_iterable", begin_from_iterable)?;
    tee::register(&module)?;
    Ok(module)
}
