//! `chain` and `islice`: items of other iterators as they are. Their usual step is made before a task is.

use super::*;

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

pub(super) fn new_chain(ty: &PyTypeObject, source: Ref) -> PyResult {
    Ok(new_native(
        ty,
        Chain {
            source: Held::new(Some(source)),
            active: Held::default(),
        },
    )?
    .into_object())
}

pub(super) async fn chain_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    refuse_keywords(ty, "chain", kwargs)?;
    new_chain(ty, task::iter(args).await?)
}

pub(super) async fn chain_over(class: Ref<PyTypeObject>, iterable: Ref) -> PyResult {
    new_chain(&class, task::iter(&iterable).await?)
}

pub(super) extern "C" fn chain_from_iterable(class: &PyObject, iterable: &PyObject) -> PyResult {
    // SAFETY: class methods get a type.
    let class: Ref<PyTypeObject> = unsafe { class.to_ref().cast() };
    task::run(chain_over(class, iterable.to_ref()))
}

/// The same from bytecode.
pub(super) fn begin_from_iterable(
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
pub(super) extern "C" fn chain_step(this: &Native<Chain>) -> Option<Ref> {
    if let Some(active) = this.active.get() {
        match protocol::next(&active) {
            Ok(Some(item)) => return Some(item),
            Ok(None) => drop(this.active.take()),
            Err(Raised) => return None,
        }
    }
    def::next_status(task::run(chain_next(Ref::new(this))))
}

pub(super) async fn chain_next(this: Ref<Native<Chain>>) -> Answer {
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

// ---- islice ----

held_body!(Slice { source } next: Cell<usize>, stop: Cell<usize>, step: Cell<usize>, seen: Cell<usize>);
iterator!(SliceType, Slice, c"itertools.islice", made!(islice_new), slot::next(islice_step), pickle::SLICE,
    c"islice(iterable, stop) or islice(iterable, start, stop[, step])\n\nA slice of what an iterator yields.");

pub(super) async fn islice_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
    let (ty, args, kwargs) = (&*ty, &*args, kwargs.as_deref());
    let a = positional(ty, "islice", args, kwargs, 2, 4)?;
    let index = async |o: &PyObject, complaint: &str, none: usize| -> PyResult<usize> {
        if singletons::is_none(o) {
            return Ok(none);
        }
        let indexed = task::indexed(o).await;
        match indexed.and_then(|o| number::index_isize(&o, Some(&exceptions::OverflowError))) {
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
        (0, index(a[1], complaint, usize::MAX).await?, 1)
    } else {
        let complaint =
            "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        let start = index(a[1], INDICES, 0).await?;
        let stop = index(a[2], complaint, usize::MAX).await?;
        let complaint = "Step for islice() must be a positive integer or None.";
        let step = match a.get(3) {
            Some(o) => index(o, complaint, 1).await?,
            None => 1,
        };
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
pub(super) extern "C" fn islice_step(this: &Native<Slice>) -> Option<Ref> {
    let seen = this.seen.get();
    if seen == this.next.get()
        && seen < this.stop.get()
        && let Some(source) = this.source.get()
    {
        let item = match source.ty().tp_iternext.get() {
            Some(next) => next(&source),
            None => def::next_status(protocol::next(&source)),
        };
        match item {
            Some(_) => this.passed(),
            // An exception is the end, too.
            None => drop(this.source.take()),
        }
        return item;
    }
    def::next_status(task::run(islice_next(Ref::new(this))))
}

pub(super) async fn islice_next(this: Ref<Native<Slice>>) -> Answer {
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
        let item = step(&this.source).await;
        if !matches!(item, Ok(Some(_))) {
            this.source.take();
            return item;
        }
        this.seen.set(this.seen.get() + 1);
    }
    if this.seen.get() >= this.stop.get() {
        return end();
    }
    let item = step(&this.source).await;
    match item {
        Ok(Some(_)) => this.passed(),
        _ => drop(this.source.take()),
    }
    item
}
