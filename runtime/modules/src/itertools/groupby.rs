//! `groupby` and its groups.

use super::*;
use hotpy_objects::flags::cmp;

held_body!(GroupBy { source, function, target, key, value } group: Cell<u64>);
iterator!(
    GroupByType,
    GroupBy,
    c"itertools.groupby",
    made!(groupby_new),
    native_step!(GroupBy, groupby_next),
    pickle::GROUP_BY,
    c"groupby(iterable, key=None)\n--\n\nKeys, and iterators over the neighbours that share them."
);

pub(super) async fn groupby_new(ty: Ref<PyTypeObject>, args: Ref, kwargs: Option<Ref>) -> PyResult {
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
    fn read(&self) -> PyResult<bool> {
        let Some(value) = step_natively(&self.source)? else {
            return Ok(false);
        };
        let key = match self.function.get() {
            Some(function) => call::call(&function, &[&value])?,
            None => value.clone(),
        };
        self.value.set(Some(value));
        self.key.set(Some(key));
        Ok(true)
    }
}

/// Whether two keys are the same or equal.
fn equal(a: &PyObject, b: &PyObject) -> PyResult<bool> {
    Ok(a.is(b) || protocol::truth(&*protocol::compare(a, b, cmp::EQ)?)?)
}

/// The group that was handed out last is over.
pub(super) fn end_group(this: &PyObject, _: &PyObject) {
    // SAFETY: the field is this type's.
    let this: &Native<GroupBy> = unsafe { this.cast() };
    this.group.set(this.group.get() + 1);
}

/// The group of the last key.
pub(super) fn new_group(this: &PyObject) -> PyResult {
    // SAFETY: as above.
    let of: &Native<GroupBy> = unsafe { this.cast() };
    let group = Group {
        parent: Held::new(Some(this.to_ref())),
        key: Held::new(of.key.get()),
        number: Cell::new(of.group.get()),
    };
    Ok(new_native(&GroupType, group)?.into_object())
}

fn groupby_next(this: &Native<GroupBy>) -> Answer {
    end_group(this.object(), this.object());
    loop {
        match (this.key.get(), this.target.get()) {
            (Some(key), Some(target)) => {
                if !equal(&target, &key)? {
                    break;
                }
            }
            (Some(_), None) => break,
            (None, _) => {}
        }
        if !this.read()? {
            return Ok(None);
        }
    }
    let key = this.key.or_none();
    this.target.set(Some(key.clone()));
    tuple(vec![key, new_group(this.object())?]).map(Some)
}

held_body!(Group { parent, key } number: Cell<u64>);

pub(super) static GroupType: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(pickle::group_new)),
    tp_methods: methods(pickle::GROUP),
    tp_iter: slot::unary(myself::<Group>),
    tp_iternext: native_step!(Group, group_next),
    ..native_type::<Group>(c"itertools._grouper")
};

/// The groupby of a group.
fn parent(this: &Native<Group>) -> Option<Ref<Native<GroupBy>>> {
    // SAFETY: the parent is a groupby.
    this.parent.get().map(|parent| unsafe { parent.cast() })
}

/// Whether a group is the newest one.
pub(super) fn is_current(this: &PyObject) -> PyResult {
    // SAFETY: the field is this type's.
    let this: &Native<Group> = unsafe { this.cast() };
    boolean(parent(this).is_some_and(|p| p.group.get() == this.number.get()))
}

fn group_next(this: &Native<Group>) -> Answer {
    let Some(parent) = parent(this) else {
        return Ok(None);
    };
    if parent.group.get() != this.number.get() {
        return Ok(None);
    }
    if !parent.value.is_some() && !parent.read()? {
        return Ok(None);
    }
    if !equal(&this.key.or_none(), &parent.key.or_none())? {
        return Ok(None);
    }
    // The key stays: it tells the next group from this one.
    Ok(parent.value.take())
}
