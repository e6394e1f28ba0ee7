//! Methods of sets over iterables of Python, and `^=`, as tasks: every item is looked up in a step of its own, which changes nothing before it
//! has asked. What is stepped natively goes to the methods themselves, as one attempt.

use super::operations::{copy, difference, intersection, of_kind};
use super::*;
use crate::growing;
use crate::task::{self, Begun, Native};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Union,
    Update,
    Difference,
    DifferenceUpdate,
    Intersection,
    IntersectionUpdate,
    SymmetricDifference,
    SymmetricDifferenceUpdate,
    IsDisjoint,
    IsSubset,
    IsSuperset,
}
use Method::*;

/// Whether iterating over the object runs no Python for sure.
pub(crate) fn is_native(object: &PyObject) -> bool {
    let flags = object.ty().tp_flags.get();
    flags & tp::INERT != 0
        || is_any_set(object) && !object.ty().is_heap_type()
        || object.is_exact::<PyDictObject>()
        || ptr::eq(object.ty(), &dict::PyDictKeys_Type)
}

fn set_of(object: &PyObject) -> &PySetObject {
    // SAFETY: the first operand of the jobs below is a set.
    unsafe { object.cast() }
}

/// The jobs of one item: `[set, item]`; to keep it in a result, `[set, item, result]`; to toggle it, `[set, item, its hash]`.
const ADD: Native = |a| set_of(a[0]).add(a[1]).map(|_| None);
const DISCARD: Native = |a| set_of(a[0]).discard(a[1]).map(|_| None);
const CONTAINS: Native = |a| Ok(Some(boolean::from(set_of(a[0]).contains(a[1])?)));
const KEEP: Native = |a| {
    let hash = hash_of(a[1])?;
    if set_of(a[0]).contains_hashed(a[1], hash)? {
        set_of(a[2]).add_hashed(a[1], hash)?;
    }
    Ok(None)
};
const TOGGLE: Native = |a| {
    let hash = number::index_isize(a[2], None)?;
    if !set_of(a[0]).discard_hashed(a[1], hash)? {
        set_of(a[0]).add_hashed(a[1], hash)?;
    }
    Ok(None)
};
/// The jobs of a whole native operand.
const ADD_ALL: Native = |a| set_of(a[0]).update(a[1]).map(|()| None);
const DISCARD_ALL: Native = |a| set_of(a[0]).difference_update(a[1]).map(|()| None);
const SUBTRACT: Native = |a| Ok(Some(difference(set_of(a[0]), a[1])?.into_object()));
const INTERSECT: Native = |a| Ok(Some(intersection(set_of(a[0]), a[1])?.into_object()));

/// Does a job for each item of an iterable.
async fn each(set: &PySetObject, other: &PyObject, job: Native) -> PyResult<()> {
    let it = task::iter(other).await?;
    while let Some(item) = task::next(&it).await? {
        task::attempt(job, &[set, &item]).await?;
    }
    Ok(())
}

pub(crate) async fn add_all(set: &PySetObject, other: &PyObject) -> PyResult<()> {
    if is_native(other) {
        return task::attempt(ADD_ALL, &[set, other]).await.map(|_| ());
    }
    each(set, other, ADD).await
}

pub(crate) async fn discard_all(set: &PySetObject, other: &PyObject) -> PyResult<()> {
    if is_native(other) {
        return task::attempt(DISCARD_ALL, &[set, other]).await.map(|_| ());
    }
    each(set, other, DISCARD).await
}

async fn intersected(set: &PySetObject, other: &PyObject) -> PyResult<Ref<PySetObject>> {
    if is_native(other) {
        let made = task::attempt(INTERSECT, &[set, other]).await?;
        return made
            // SAFETY: the job answers a set.
            .map(|m| unsafe { m.cast() })
            .ok_or(Raised);
    }
    let result = of_kind(set, None)?;
    let it = task::iter(other).await?;
    while let Some(item) = task::next(&it).await? {
        task::attempt(KEEP, &[set, &item, &result]).await?;
        if result.len() >= set.len() {
            break;
        }
    }
    Ok(result)
}

/// Whether the set has none (or all) of the items.
async fn contains_all(set: &PySetObject, other: &PyObject, wanted: bool) -> PyResult<bool> {
    let it = task::iter(other).await?;
    while let Some(item) = task::next(&it).await? {
        let found = task::attempt(CONTAINS, &[set, &item]).await?;
        if found.is_some_and(|f| boolean::is_true(&f)) != wanted {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Adds what is missing and discards what is there.
pub(crate) async fn toggle(set: &PySetObject, other: &PySetObject) -> PyResult<()> {
    if ptr::eq(set, other) {
        set.clear();
        return Ok(());
    }
    let mut items = growing::with_room(other.len())?;
    let mut place = 0;
    while let Some((next, item, hash)) = other.next_entry(place) {
        items.push((item.to_ref(), hash));
        place = next;
    }
    for (item, hash) in items {
        let hash = int::from_i64(hash as i64)?;
        task::attempt(TOGGLE, &[set, &item, &hash]).await?;
    }
    Ok(())
}

async fn run(method: Method, this: Ref<PySetObject>, others: Vec<Ref>) -> PyResult {
    let first = others.first().cloned().unwrap_or_else(singletons::none);
    match method {
        Union => {
            let result = copy(&this)?;
            for other in others.iter().filter(|o| !this.is(&***o)) {
                add_all(&result, other).await?;
            }
            return Ok(result.into_object());
        }
        Difference if is_native(&first) => {
            let made = task::attempt(SUBTRACT, &[&this, &first]).await?;
            let result = made.ok_or(Raised)?;
            for other in &others[1..] {
                discard_all(set_of(&result), other).await?;
            }
            return Ok(result);
        }
        Difference => {
            let result = copy(&this)?;
            for other in &others {
                discard_all(&result, other).await?;
            }
            return Ok(result.into_object());
        }
        Update | DifferenceUpdate => {
            for other in &others {
                if method == Update {
                    add_all(&this, other).await?;
                } else {
                    discard_all(&this, other).await?;
                }
            }
        }
        Intersection | IntersectionUpdate => {
            let mut result = Ref::new(&*this);
            for other in &others {
                result = intersected(&result, other).await?;
            }
            if method == Intersection {
                return Ok(result.into_object());
            }
            this.swap_bodies(&result);
        }
        SymmetricDifference => {
            let result = of_kind(&this, None)?;
            add_all(&result, &first).await?;
            toggle(&result, &this).await?;
            return Ok(result.into_object());
        }
        SymmetricDifferenceUpdate => {
            let other = match as_any_set(&first) {
                Some(other) => Ref::new(other),
                None => {
                    let made = new()?;
                    add_all(&made, &first).await?;
                    made
                }
            };
            toggle(&this, &other).await?;
        }
        IsDisjoint => return Ok(boolean::from(contains_all(&this, &first, false).await?)),
        IsSuperset => return Ok(boolean::from(contains_all(&this, &first, true).await?)),
        IsSubset => {
            let other = new()?;
            add_all(&other, &first).await?;
            let job: Native = |a| Ok(Some(methods::issubset(set_of(a[0]), a[1])?));
            let answer = task::attempt(job, &[&this, &other]).await?;
            return Ok(answer.unwrap_or_else(singletons::none));
        }
    }
    Ok(singletons::none())
}

fn begin(
    method: Method,
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let several = !matches!(
        method,
        SymmetricDifference | SymmetricDifferenceUpdate | IsDisjoint | IsSubset | IsSuperset
    );
    let natively = args.iter().all(|a| is_native(a))
        && !matches!(method, SymmetricDifference | SymmetricDifferenceUpdate);
    if names.is_some_and(|n| n.len() > 0) || args.is_empty() || !several && args.len() != 1 {
        return None;
    }
    let this = as_any_set(this)?;
    if args.iter().all(|a| is_native(a))
        && args
            .iter()
            .chain([&(this as &PyObject)])
            .all(|a| has_plain_items(a))
    {
        return None;
    }
    let this = Ref::new(this);
    if natively && matches!(method, IsDisjoint | IsSubset | IsSuperset) {
        // Nothing changes: the method itself, as an attempt.
        let job: Native = match method {
            IsDisjoint => |a| Ok(Some(methods::isdisjoint(set_of(a[0]), a[1])?)),
            IsSubset => |a| Ok(Some(methods::issubset(set_of(a[0]), a[1])?)),
            _ => |a| Ok(Some(methods::issuperset(set_of(a[0]), a[1])?)),
        };
        let other = args[0].to_ref();
        return Some(Begun::Task(Box::pin(async move {
            task::attempt(job, &[&this, &other]).await
        })));
    }
    let others = args.iter().map(|a| a.to_ref()).collect();
    Some(Begun::Task(Box::pin(async move {
        run(method, this, others).await.map(Some)
    })))
}

/// Whether looking up the items of a set, list or tuple runs no Python. Others are not looked through.
fn has_plain_items(object: &PyObject) -> bool {
    let plain = |o: &PyObject| o.ty().tp_flags.get() & tp::PLAIN != 0;
    if let Some(list) = object.exact::<PyListObject>() {
        return list.items().iter().all(|o| plain(o));
    }
    if let Some(tuple) = object.exact::<PyTupleObject>() {
        return tuple.items().iter().all(|o| plain(o));
    }
    let Some(set) = as_any_set(object) else {
        return plain(object);
    };
    let mut place = 0;
    while let Some((next, item, _)) = set.next_entry(place) {
        if !plain(item) {
            return false;
        }
        place = next;
    }
    true
}

/// `this ^= other` of two sets; `None`: natively.
pub fn begin_xor(this: &PyObject, other: &PyObject) -> Option<task::Task> {
    let (set, other) = (this.downcast::<PySetObject>()?, as_any_set(other)?);
    if has_plain_items(set) && has_plain_items(other) {
        return None;
    }
    let (set, other) = (Ref::new(set), Ref::new(other));
    Some(Box::pin(async move {
        toggle(&set, &other).await?;
        Ok(Some(set.into_object()))
    }))
}

/// `update` of several operands.
pub fn begin_update(this: &PyObject, args: &[&PyObject]) -> Option<Begun> {
    begin(Update, this, args, None)
}

/// Calls of the methods from bytecode are tasks; `update` has a surrogate.
pub(crate) fn init() -> PyResult<()> {
    const ALL: [(&str, task::Calls); 10] = [
        ("union", |t, a, n| begin(Union, t, a, n)),
        ("difference", |t, a, n| begin(Difference, t, a, n)),
        ("difference_update", |t, a, n| {
            begin(DifferenceUpdate, t, a, n)
        }),
        ("intersection", |t, a, n| begin(Intersection, t, a, n)),
        ("intersection_update", |t, a, n| {
            begin(IntersectionUpdate, t, a, n)
        }),
        ("symmetric_difference", |t, a, n| {
            begin(SymmetricDifference, t, a, n)
        }),
        ("symmetric_difference_update", |t, a, n| {
            begin(SymmetricDifferenceUpdate, t, a, n)
        }),
        ("isdisjoint", |t, a, n| begin(IsDisjoint, t, a, n)),
        ("issubset", |t, a, n| begin(IsSubset, t, a, n)),
        ("issuperset", |t, a, n| begin(IsSuperset, t, a, n)),
    ];
    for (name, calls) in ALL {
        for ty in [&PySet_Type, &PyFrozenSet_Type] {
            if ty.dict().get_text(name).is_some() {
                task::register_named(ty, name, calls)?;
            }
        }
    }
    Ok(())
}
