//! Making and filling lists, tuples, sets and dicts, and instances of classes made from them, out of what may run Python: as tasks.

use crate::flags::tp;
use crate::number::BinaryOp;
use crate::task::{self, Fills, Task};
use crate::*;

/// Whether iterating over the object runs no Python for sure.
pub fn is_native(object: &PyObject) -> bool {
    let flags = object.ty().tp_flags.get();
    flags & tp::INERT != 0
        || object.is_exact::<PyDictObject>()
        || set::as_any_set(object).is_some_and(set::is_exact)
        || hooks::try_hooks().is_none_or(|h| !(h.iterates_python)(object))
}

/// The only argument, if there are no others.
fn only<'a>(args: &'a PyTupleObject, kwargs: Option<&PyDictObject>) -> Option<&'a PyObject> {
    match args.items() {
        [source] if kwargs.is_none_or(|k| k.len() == 0) => Some(*source),
        _ => None,
    }
}

fn asks(args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> bool {
    only(args, kwargs).is_some_and(|source| !is_native(source))
}

fn list_init(
    this: &PyObject,
    args: Ref<PyTupleObject>,
    kwargs: Option<Ref<PyDictObject>>,
) -> Option<Task> {
    let source = only(&args, kwargs.as_deref())?.to_ref();
    let this = Ref::new(this.downcast::<PyListObject>()?);
    let extend = list::PyList_Type.dict().get_text("extend")?;
    Some(Box::pin(async move {
        this.clear();
        task::call(&extend, vec![this.into_object(), source]).await?;
        Ok(Some(singletons::none()))
    }))
}

/// What an immutable container is made of is taken first, by its builtin mutable sibling.
fn new_of(
    class: &PyObject,
    args: Ref<PyTupleObject>,
    kwargs: Option<Ref<PyDictObject>>,
    sibling: &'static PyTypeObject,
) -> Option<Task> {
    let source = only(&args, kwargs.as_deref())?.to_ref();
    let class = Ref::new(class.downcast::<PyTypeObject>()?);
    let new = class.tp_new.get()?;
    Some(Box::pin(async move {
        let items = task::call(sibling, vec![source]).await?;
        new(&class, &*tuple::from_array([items])?, None).map(Some)
    }))
}

fn set_init(
    this: &PyObject,
    args: Ref<PyTupleObject>,
    kwargs: Option<Ref<PyDictObject>>,
) -> Option<Task> {
    let source = only(&args, kwargs.as_deref())?.to_ref();
    let this = Ref::new(this.downcast::<PySetObject>()?);
    Some(Box::pin(async move {
        this.clear();
        set::add_all(&this, &source).await?;
        Ok(Some(singletons::none()))
    }))
}

/// Whether filling a dict from this may run Python.
pub fn dict_asks(source: &PyObject) -> bool {
    let text_keys = |d: &PyDictObject| d.has_text_keys() && dict::iterates_natively(d);
    !source.downcast::<PyDictObject>().is_some_and(text_keys)
}

fn dict_args_ask(args: &PyTupleObject, _: Option<&PyDictObject>) -> bool {
    matches!(args.items(), [source] if dict_asks(source))
}

/// Calls from bytecode are tasks.
pub(crate) fn init() {
    task::register_inplace(&set::PySet_Type, |op, this, other| match op {
        BinaryOp::Xor => set::begin_xor(this, other),
        _ => None,
    });
    task::register_inplace(&dict::PyDict_Type, |op, this, other| match op {
        BinaryOp::Or => dict::begin_ior(this, other),
        _ => None,
    });
    task::register_init(
        &list::PyList_Type,
        Fills {
            asks,
            begin: list_init,
        },
    );
    task::register_init(
        &set::PySet_Type,
        Fills {
            asks,
            begin: set_init,
        },
    );
    let begin = dict::begin_init;
    task::register_init(
        &dict::PyDict_Type,
        Fills {
            asks: dict_args_ask,
            begin,
        },
    );
    let begin = |class: &PyObject, args, kwargs| new_of(class, args, kwargs, &list::PyList_Type);
    task::register_new(&tuple::PyTuple_Type, Fills { asks, begin });
    let begin = |class: &PyObject, args, kwargs| new_of(class, args, kwargs, &set::PySet_Type);
    task::register_new(&set::PyFrozenSet_Type, Fills { asks, begin });
}
