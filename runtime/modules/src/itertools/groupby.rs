//! `groupby` and its groups.

use super::*;

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

pub(super) async fn groupby_next(this: Ref<Native<GroupBy>>) -> Answer {
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

pub(super) static GroupType: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(pickle::group_new)),
    tp_methods: methods(pickle::GROUP),
    tp_iter: slot::unary(myself::<Group>),
    tp_iternext: stepped!(Group, group_next),
    ..native_type::<Group>(c"itertools._grouper")
};

pub(super) async fn group_next(this: Ref<Native<Group>>) -> Answer {
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
