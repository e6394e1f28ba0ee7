//! `chain` and `islice`: items of other iterators as they are.

use super::*;

held_body!(Chain { source, active });

iterator!(
    ChainType,
    Chain,
    c"itertools.chain",
    made!(chain_new),
    native_step!(Chain, chain_next),
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
    (iterable.ty().is_heap_type() || forwards(iterable)).then(|| {
        let iterable = iterable.to_ref();
        Begun::Task(Box::pin(async {
            chain_over(class, iterable).await.map(Some)
        }))
    })
}

fn chain_next(this: &Native<Chain>) -> Answer {
    loop {
        if !this.active.is_some() {
            let next = match step_natively(&this.source) {
                Ok(Some(next)) => protocol::iter(&next).map(Some),
                other => other,
            };
            match next {
                Ok(Some(iterator)) => this.active.set(Some(iterator)),
                over => {
                    this.source.take();
                    if over.is_ok() {
                        errors::clear();
                    }
                    return over;
                }
            }
        }
        if let Some(item) = step_natively(&this.active)? {
            return Ok(Some(item));
        }
        errors::clear();
        this.active.take();
    }
}

// ---- islice ----

held_body!(Slice { source } next: Cell<usize>, stop: Cell<usize>, step: Cell<usize>, seen: Cell<usize>);
iterator!(SliceType, Slice, c"itertools.islice", made!(islice_new), native_step!(Slice, islice_next), pickle::SLICE,
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
    /// Whether the next item is one of the slice's, or is passed over; nothing at the end. Also with a stop before the start the items up to the start
    /// are consumed.
    fn wants(&self) -> Option<bool> {
        let seen = self.seen.get();
        if seen < self.next.get() {
            return Some(false);
        }
        (seen < self.stop.get()).then_some(true)
    }

    /// An item has been taken: one of the slice's?
    fn passed(&self, own: bool) {
        self.seen.set(self.seen.get() + 1);
        if own {
            let next = self.next.get().saturating_add(self.step.get());
            self.next.set(next.min(self.stop.get()));
        }
    }
}

/// What `wants` says, for low-level Python.
pub(super) fn islice_wants(this: &PyObject) -> PyResult {
    // SAFETY: the field is this type's.
    let this: &Native<Slice> = unsafe { this.cast() };
    Ok(this.wants().map_or_else(singletons::none, boolean::from))
}

pub(super) fn islice_passed(this: &PyObject, own: &PyObject) {
    // SAFETY: as above.
    let this: &Native<Slice> = unsafe { this.cast() };
    this.passed(boolean::is_true(own));
}

fn islice_next(this: &Native<Slice>) -> Answer {
    loop {
        let Some(own) = this.wants() else {
            this.source.take();
            return Ok(None);
        };
        let item = step_natively(&this.source);
        if !matches!(item, Ok(Some(_))) {
            // An exception is the end, too.
            this.source.take();
            return item;
        }
        this.passed(own);
        if own {
            return item;
        }
    }
}
