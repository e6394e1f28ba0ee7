//! `product`, `permutations`, `combinations`: a pool of items and a vector of indices that is stepped in place.

use super::*;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Kind {
    #[default]
    Product,
    Permutations,
    Combinations,
    WithReplacement,
}

/// Pools of items and the indices of the next result.
#[derive(Default)]
pub(super) struct Combinatoric {
    pub(super) kind: Cell<Kind>,
    pub(super) pools: RefCell<Vec<Vec<Ref>>>,
    pub(super) indices: RefCell<Vec<usize>>,
    pub(super) cycles: RefCell<Vec<usize>>,
    pub(super) size: Cell<usize>,
    pub(super) started: Cell<bool>,
    pub(super) done: Cell<bool>,
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

pub(super) fn new_combinatoric(
    ty: &PyTypeObject,
    kind: Kind,
    pools: Vec<Vec<Ref>>,
    size: usize,
    done: bool,
) -> PyResult {
    let n = pools.first().map_or(0, Vec::len);
    growing::ensure(n.saturating_add(size).saturating_mul(16))?;
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

pub(super) async fn product_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
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
            let n = isize_arg(&*task::indexed(repeat).await?)?;
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
    growing::ensure((once * repeat).saturating_mul(size_of::<Vec<Ref>>()))?;
    for _ in 1..repeat {
        growing::ensure(pools.iter().take(once).map(|p| size_of_val(&p[..])).sum())?;
        for i in 0..once {
            let pool = pools[i].clone();
            pools.push(pool);
        }
    }
    let done = pools.iter().any(Vec::is_empty);
    let size = pools.len();
    new_combinatoric(ty, Kind::Product, pools, size, done)
}

pub(super) async fn size_arg(o: &PyObject) -> PyResult<usize> {
    let n = isize_arg(&*task::indexed(o).await?)?;
    if n < 0 {
        Err(raise!(ValueError, "r must be non-negative"))
    } else {
        Ok(n as usize)
    }
}

pub(super) async fn permutations_new(
    ty: Ref<PyTypeObject>,
    args: Ref,
    kwargs: Option<Ref>,
) -> PyResult {
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
        Some(r) => size_arg(r).await?,
        None => pool.len(),
    };
    let done = size > pool.len();
    new_combinatoric(ty, Kind::Permutations, vec![pool], size, done)
}

pub(super) async fn combinations_new(
    ty: Ref<PyTypeObject>,
    args: Ref,
    kwargs: Option<Ref>,
) -> PyResult {
    static PARAMS: Params = choice_params("combinations");
    choices(&ty, &args, kwargs.as_deref(), &PARAMS, Kind::Combinations).await
}

pub(super) async fn replacement_new(
    ty: Ref<PyTypeObject>,
    args: Ref,
    kwargs: Option<Ref>,
) -> PyResult {
    static PARAMS: Params = choice_params("combinations_with_replacement");
    choices(
        &ty,
        &args,
        kwargs.as_deref(),
        &PARAMS,
        Kind::WithReplacement,
    )
    .await
}

const fn choice_params(function: &'static str) -> Params {
    Params {
        function,
        names: &["iterable", "r"],
        positional_only: 0,
        positional: 2,
        required: 2,
    }
}

/// Makes an iterator over choices of `r` items; with replacement, one item is enough for any `r`.
async fn choices(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
    params: &'static Params,
    kind: Kind,
) -> PyResult {
    let a = params.bind_tuple(args_tuple(args), kwargs)?;
    let (Some(iterable), Some(r)) = (a[0], a[1]) else {
        return none();
    };
    let pool = collect(iterable).await?;
    let size = size_arg(r).await?;
    let done = match kind {
        Kind::WithReplacement => pool.is_empty() && size > 0,
        _ => size > pool.len(),
    };
    new_combinatoric(ty, kind, vec![pool], size, done)
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

pub(super) extern "C" fn combinatoric_next(this: &Native<Combinatoric>) -> Option<Ref> {
    if this.done.get() {
        return None;
    }
    if this.started.replace(true) && !this.advance() {
        this.done.set(true);
        return None;
    }
    this.result().ok()
}
