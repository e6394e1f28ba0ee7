//! Making and filling lists, tuples, sets and dicts, and instances of classes made from them, out of what may run Python: as tasks.

use crate::flags::{cmp, tp};
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
    // The builtin type's own, whatever `__new__` the class has.
    let mut base: &PyTypeObject = &class;
    while base.is_heap_type() {
        base = base.tp_base.get()?;
    }
    let new = base.tp_new.get()?;
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

/// Whether filling a set from this may run Python.
fn set_args_ask(args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> bool {
    let items = |source: &PyObject| {
        let all = match source.exact::<PyListObject>() {
            Some(list) => list.items(),
            None => source
                .exact::<PyTupleObject>()
                .map_or(&[][..], |t| t.items()),
        };
        all.iter().any(|i| i.ty().tp_flags.get() & tp::PLAIN == 0)
    };
    only(args, kwargs).is_some_and(|source| !is_native(source) || items(source))
}

/// Whether filling a dict from this may run Python.
pub fn dict_asks(source: &PyObject) -> bool {
    let text_keys = |d: &PyDictObject| d.has_text_keys() && dict::iterates_natively(d);
    !source.downcast::<PyDictObject>().is_some_and(text_keys)
}

fn dict_args_ask(args: &PyTupleObject, _: Option<&PyDictObject>) -> bool {
    matches!(args.items(), [source] if dict_asks(source))
}

/// `this op other` of two lists or two dicts, item by item: what an answer has changed is seen from there on. `None`: they are something else.
pub fn begin_compare(this: &PyObject, other: &PyObject, op: c_int) -> Option<Task> {
    if op == cmp::EQ || op == cmp::NE {
        if let Some(task) = dict::begin_compare(this, other, op == cmp::EQ) {
            return Some(task);
        }
    }
    let this = Ref::new(this.exact::<PyListObject>()?);
    let other = Ref::new(other.exact::<PyListObject>()?);
    Some(Box::pin(async move {
        let by_length = |op| {
            let order = this.len().cmp(&other.len());
            boolean::from(match op {
                cmp::LT => order.is_lt(),
                cmp::LE => order.is_le(),
                cmp::EQ => order.is_eq(),
                cmp::NE => order.is_ne(),
                cmp::GT => order.is_gt(),
                _ => order.is_ge(),
            })
        };
        if this.len() != other.len() && (op == cmp::EQ || op == cmp::NE) {
            return Ok(Some(by_length(op)));
        }
        let mut i = 0;
        while let (Some(a), Some(b)) = (this.get(i), other.get(i)) {
            if !task::equal(&a, &b).await? {
                break;
            }
            i += 1;
        }
        match (this.get(i), other.get(i)) {
            (Some(_), Some(_)) if op == cmp::EQ || op == cmp::NE => {
                Ok(Some(boolean::from(op == cmp::NE)))
            }
            (Some(a), Some(b)) => task::compare(&a, &b, op).await.map(Some),
            _ => Ok(Some(by_length(op))),
        }
    }))
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
            asks: set_args_ask,
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
