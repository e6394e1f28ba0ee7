//! Updating a dict from another, as a task: each entry that has to ask Python is a step of its own, and its place is kept.

use super::*;
use crate::flags::tp;
use crate::task::{self, Native, Task};

/// One entry: `[dict, key, value, hash]`.
const PUT: Native = |a| {
    // SAFETY: the first operand of the jobs below is a dict.
    let dict: &PyDictObject = unsafe { a[0].cast() };
    let hash = number::index_isize(a[3], None)?;
    dict.insert(a[1], hash, a[2].to_ref()).map(|()| None)
};

/// The whole update, for what is no dict: by `dict.update`, which has a surrogate.
fn update_method() -> PyResult {
    let found = PyDict_Type.dict().get_text("update");
    found.ok_or_else(|| raise!(SystemError, "dict has no update"))
}

async fn merge(this: Ref<PyDictObject>, other: Ref<PyDictObject>) -> PyResult<()> {
    if this.prepare_merge(&other)? {
        return Ok(());
    }
    let entries = other.entries();
    let mut at = 0;
    while let Some((key, value, hash)) = other.next_entry(&mut at) {
        if this.asks_about(&key, hash) {
            let hash = int::from_i64(hash as i64)?;
            task::attempt(PUT, &[&this, &key, &value, &hash]).await?;
        } else {
            this.insert(&key, hash, value)?;
        }
        if other.entries() != entries {
            return Err(raise!(RuntimeError, "dict mutated during update"));
        }
    }
    Ok(())
}

/// `this.update(other, **kwargs)`; `None`: natively, as no key asks Python.
pub fn begin_update(
    this: &PyDictObject,
    other: &PyDictObject,
    kwargs: Option<Ref<PyDictObject>>,
) -> Option<Task> {
    if this.has_text_keys() && other.has_text_keys() || !iterates_natively(other) {
        return None;
    }
    let (this, other) = (Ref::new(this), Ref::new(other));
    Some(Box::pin(async move {
        merge(this.clone(), other).await?;
        if let Some(kwargs) = kwargs {
            merge(this, kwargs).await?;
        }
        Ok(Some(singletons::none()))
    }))
}

/// The value of a key: `[dict, key, hash]`.
const FIND: Native = |a| {
    // SAFETY: the first operand is a dict.
    let dict: &PyDictObject = unsafe { a[0].cast() };
    let found = dict.find_value(a[1], number::index_isize(a[2], None)?)?;
    Ok(found.map(|value| value.to_ref()))
};

/// `this == other` (or `!=`), each entry a step of its own.
pub(crate) fn begin_compare(this: &PyObject, other: &PyObject, equal: bool) -> Option<Task> {
    let this = Ref::new(this.exact::<PyDictObject>()?);
    let other = Ref::new(other.exact::<PyDictObject>()?);
    Some(Box::pin(async move {
        if this.len() != other.len() {
            return Ok(Some(boolean::from(!equal)));
        }
        let mut at = 0;
        while let Some((key, value, hash)) = this.next_entry(&mut at) {
            let hash = int::from_i64(hash as i64)?;
            let same = match task::attempt(FIND, &[&other, &key, &hash]).await? {
                Some(found) => task::equal(&value, &found).await?,
                None => false,
            };
            if !same {
                return Ok(Some(boolean::from(!equal)));
            }
        }
        Ok(Some(boolean::from(equal)))
    }))
}

/// `this |= other`; `None`: natively.
pub fn begin_ior(this: &PyObject, other: &PyObject) -> Option<Task> {
    let dict = this.downcast::<PyDictObject>()?;
    let (this, args) = (this.to_ref(), [this.to_ref(), other.to_ref()]);
    if let Some(other) = other
        .downcast::<PyDictObject>()
        .filter(|d| iterates_natively(d))
    {
        let update = begin_update(dict, other, None)?;
        return Some(Box::pin(async move {
            update.await?;
            Ok(Some(this))
        }));
    }
    if other.ty().tp_flags.get() & tp::PLAIN != 0 {
        return None;
    }
    Some(Box::pin(async move {
        task::call_tuple(&*update_method()?, tuple::from_array(args)?, None).await?;
        Ok(Some(this))
    }))
}

/// `dict.__init__(this, source, **kwargs)`.
pub fn begin_init(
    this: &PyObject,
    args: Ref<PyTupleObject>,
    kwargs: Option<Ref<PyDictObject>>,
) -> Option<Task> {
    let source = args.items().first()?.to_ref();
    let this = this.downcast::<PyDictObject>()?.to_ref();
    Some(Box::pin(async move {
        let args = tuple::from_array([this, source])?;
        task::call_tuple(&*update_method()?, args, kwargs)
            .await
            .map(Some)
    }))
}
