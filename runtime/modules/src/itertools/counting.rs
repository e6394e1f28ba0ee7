//! `count` and `repeat`: iterators over nothing.

use super::*;

// While `by` is there the next number is `at`, and `value` is empty.
held_body!(Count { value, step } at: Cell<i64>, by: Cell<Option<i64>>);
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
pub(super) static COUNT_METHODS: [PyMethodDef] = [
    noargs(c"__reduce__", count_reduce, c""),
    PyMethodDef::END,
];
}

pub(super) extern "C" fn count_new(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
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
    let exact = |o: &PyObject| o.exact::<PyLongObject>().and_then(|n| n.to_i64());
    let any = |o: &PyObject| o.downcast::<PyLongObject>().and_then(|n| n.to_i64());
    // By ones, numbers of any type are counted on from.
    let by = exact(&step).or_else(|| any(&step).filter(|&by| by == 1));
    let start_at = if by == Some(1) {
        any(&start)
    } else {
        exact(&start)
    };
    let (at, by) = match start_at {
        Some(at) => (at, by),
        None => (0, None),
    };
    if by.is_none() && [&start, &step].iter().any(|n| adds_by_python(n)) {
        task::steps_ask(&CountType);
    }
    Ok(new_native(
        ty,
        Count {
            at: Cell::new(at),
            by: Cell::new(by),
            value: Held::new(by.is_none().then_some(start)),
            step: Held::new(Some(step)),
        },
    )?
    .into_object())
}

pub(super) extern "C" fn count_next(this: &Native<Count>) -> Option<Ref> {
    if let Some(by) = this.by.get() {
        let at = this.at.get();
        let value = int(at).ok()?;
        match at.checked_add(by) {
            Some(next) => this.at.set(next),
            None => {
                // From here on by objects.
                let next = number::binary(BinaryOp::Add, &value, &this.step.or_none()).ok()?;
                this.value.set(Some(next));
                this.by.set(None);
            }
        }
        return Some(value);
    }
    let value = this.value.or_none();
    let next = number::binary(BinaryOp::Add, &value, &this.step.or_none()).ok()?;
    this.value.set(Some(next));
    Some(value)
}

/// Whether adding to it may run Python.
fn adds_by_python(number: &PyObject) -> bool {
    number.ty().tp_flags.get() & tp::PLAIN == 0
}

/// Steps that add objects of Python are tasks; they are looked at once there is such a count.
pub(super) fn register_count() {
    let asks = |this: &PyObject| {
        // SAFETY: the steps are those of this type's instances.
        let this: &Native<Count> = unsafe { this.cast() };
        this.by.get().is_none()
            && [&this.value, &this.step]
                .iter()
                .any(|n| n.get().is_some_and(|n| adds_by_python(&n)))
    };
    let next = |this: &PyObject, _| -> Task {
        // SAFETY: as above.
        let this: Ref<Native<Count>> = unsafe { this.to_ref().cast() };
        Box::pin(async move {
            let value = this.value.or_none();
            let next = task::add(&value, &this.step.or_none()).await?;
            this.value.set(Some(next));
            Ok(Some(value))
        })
    };
    task::register_steps_of_classes(&CountType, Steps { asks, next });
}

/// The number that comes next.
fn count_value(this: &Native<Count>) -> PyResult {
    match this.by.get() {
        Some(_) => int(this.at.get()),
        None => Ok(this.value.or_none()),
    }
}

pub(super) fn is_one(o: &PyObject) -> bool {
    o.exact::<PyLongObject>().and_then(|n| n.to_i64()) == Some(1)
}

pub(super) extern "C" fn count_reduce(this: &Native<Count>) -> PyResult {
    let step = this.step.or_none();
    // The step is told as well once objects are counted.
    let plain = this.by.get() == Some(1) && this.at.get() != i64::MAX;
    let args = if plain {
        vec![count_value(this)?]
    } else {
        vec![count_value(this)?, step]
    };
    tuple(vec![this.object().ty().to_ref(), tuple(args)?])
}

pub(super) extern "C" fn count_repr(this: &Native<Count>) -> PyResult {
    let value = protocol::repr(&*count_value(this)?)?.to_string_lossy();
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
pub(super) static REPEAT_METHODS: [PyMethodDef] = [
    noargs(c"__length_hint__", repeat_hint, c""),
    noargs(c"__reduce__", repeat_reduce, c""),
    PyMethodDef::END,
];
}

pub(super) extern "C" fn repeat_new(
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

pub(super) extern "C" fn repeat_next(this: &Native<Repeat>) -> Option<Ref> {
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

pub(super) extern "C" fn repeat_hint(this: &Native<Repeat>) -> PyResult {
    if this.left.get() < 0 {
        return Err(raise!(TypeError, "len() of unsized object"));
    }
    int(this.left.get() as i64)
}

pub(super) extern "C" fn repeat_reduce(this: &Native<Repeat>) -> PyResult {
    let mut args = vec![this.item.or_none()];
    if this.left.get() >= 0 {
        args.push(int(this.left.get() as i64)?);
    }
    tuple(vec![this.object().ty().to_ref(), tuple(args)?])
}

pub(super) extern "C" fn repeat_repr(this: &Native<Repeat>) -> PyResult {
    let item = protocol::repr(&this.item.or_none())?.to_string_lossy();
    match this.left.get() {
        n if n < 0 => text(&format!("repeat({item})")),
        n => text(&format!("repeat({item}, {n})")),
    }
}
