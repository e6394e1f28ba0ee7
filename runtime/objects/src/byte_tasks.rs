//! `bytes(it)`, `bytearray(it)`, `bytearray.extend(it)` and `array[:] = it` of what may run Python, as tasks; also for classes made from these types.

use crate::flags::tp;
use crate::task::{self, Begun, Fills, Native, Task};
use crate::*;
use std::ptr;

/// An item as a number: `[item]`.
const INDEX: Native = |a| Ok(Some(number::index(a[0])?.into_object()));

#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Bytes,
    ByteArray,
    Extension,
}

/// What the iterable yields. It is asked for its length where CPython does so.
async fn collected(source: &PyObject, of: Of) -> PyResult<Vec<u8>> {
    let mut data = growing::Growing::new();
    each_byte(source, of, |byte| data.try_push(byte)).await?;
    data.finish()
}

/// Hands what the iterable yields to `take`, one by one.
async fn each_byte(
    source: &PyObject,
    of: Of,
    mut take: impl FnMut(u8) -> PyResult<()>,
) -> PyResult<()> {
    let iterator = match task::iter(source).await {
        Err(Raised) if errors::matches(&exceptions::TypeError) => {
            errors::clear();
            let name = source.ty().name();
            return Err(match of {
                Of::Bytes => raise!(TypeError, "cannot convert '{name}' object to bytes"),
                Of::ByteArray => raise!(TypeError, "cannot convert '{name}' object to bytearray"),
                Of::Extension => raise!(TypeError, "can't extend bytearray with {name}"),
            });
        }
        answer => answer?,
    };
    if of != Of::ByteArray {
        task::length_hint(source).await?;
    }
    while let Some(item) = task::next(&iterator).await? {
        let number = if item.is_exact::<PyLongObject>() {
            item
        } else {
            task::attempt(INDEX, &[&item]).await?.ok_or(Raised)?
        };
        match number::index_isize(&number, None)? {
            n @ 0..=255 => take(n as u8)?,
            _ if of == Of::Bytes => {
                return Err(raise!(ValueError, "bytes must be in range(0, 256)"));
            }
            _ => return Err(raise!(ValueError, "byte must be in range(0, 256)")),
        }
    }
    Ok(())
}

/// Fills an array with what an iterable yields; what there is already is seen meanwhile.
pub(crate) async fn fill(array: &PyByteArrayObject, source: &PyObject) -> PyResult<()> {
    array.resize(0)?;
    each_byte(source, Of::ByteArray, |byte| {
        let len = array.len();
        array.splice(len, len, &[byte])
    })
    .await
}

/// `separator.join(it)`: what is joined is collected first.
fn begin_join(this: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun> {
    let ([source], None) = (args, names) else {
        return None;
    };
    if filling::is_native(source) {
        return None;
    }
    let (this, source) = (this.to_ref(), source.to_ref());
    Some(Begun::Task(Box::pin(async move {
        // An array cannot change its size meanwhile.
        let _held = memoryview::Buffer::get(&this, flags::buffer::SIMPLE)?;
        let items = task::call(&*list::PyList_Type, vec![source]).await?;
        let join = protocol::getattr(&this, &*str_::intern("join")?)?;
        call::call1(&join, &items).map(Some)
    })))
}

/// Whether a source is nothing but an iterable of which taking the items may run Python: one of a class of Python, a generator, a list of what may
/// have `__index__`.
pub fn is_iterator_of_python(source: &PyObject) -> bool {
    let ty = source.ty();
    let items = match (
        source.exact::<PyListObject>(),
        source.exact::<PyTupleObject>(),
    ) {
        (Some(list), _) => list.items(),
        (_, Some(tuple)) => tuple.items(),
        _ => &[],
    };
    if items.iter().any(|i| i.ty().is_heap_type()) {
        return true;
    }
    let iterates = typeobject::is_python_slot_iter(ty)
        || typeobject::is_python_slot_iternext(ty)
        || ty.tp_iter.get().is_some() && ty.tp_iternext.get().is_some()
        || ty.is_heap_type() && ty.tp_iter.get().is_none() && protocol::is_sequence(source);
    iterates
        && !memoryview::has_buffer(source)
        && !number::has_index(source)
        && str_::of(source).is_none()
        && typeobject::lookup(ty, &names::__bytes__).is_none()
}

fn begin_making(
    class: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let [source] = args else { return None };
    if names.is_some_and(|n| n.len() > 0) || !is_iterator_of_python(source) {
        return None;
    }
    let (source, is_bytes) = (
        source.to_ref(),
        ptr::eq(class, &raw const *bytes::PyBytes_Type as *const PyObject),
    );
    Some(Begun::Task(Box::pin(async move {
        Ok(Some(if is_bytes {
            bytes::new(&collected(&source, Of::Bytes).await?)?.into_object()
        } else {
            bytearray::new(&collected(&source, Of::ByteArray).await?)?.into_object()
        }))
    })))
}

/// `int.from_bytes`, put off until `signed` is a truth value and the source bytes.
fn begin_from_bytes(
    class: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    const BYTES: Native = |a| protocol::bytes(a[0]).map(Some);
    let positional = args.len() - names.map_or(0, PyTupleObject::len);
    let place = |position: usize, name: &str| {
        let is = |n: &&PyObject| n.exact::<Str>().is_some_and(|n| n.equals_text(name));
        let named = names.and_then(|n| n.items().iter().position(|n| is(n)));
        named
            .map(|at| positional + at)
            .or((position < positional).then_some(position))
    };
    let (source, order, signed) = (
        place(0, "bytes")?,
        place(1, "byteorder"),
        place(2, "signed"),
    );
    let is_plain =
        |o: &PyObject| o.ty().tp_flags.get() & tp::PLAIN != 0 || memoryview::has_buffer(o);
    let signed = signed.filter(|&s| s >= positional && !is_plain(args[s]));
    if order.is_some_and(|o| !args[o].is_exact::<Str>())
        || signed.is_none() && is_plain(args[source])
    {
        return None;
    }
    let class = class.to_ref();
    let mut given: Vec<Ref> = args.iter().map(|a| a.to_ref()).collect();
    let names = names.map(Ref::new);
    Some(Begun::Task(Box::pin(async move {
        if let Some(signed) = signed {
            given[signed] = boolean::from(task::truth(&given[signed]).await?);
        }
        if !is_plain(&given[source]) {
            given[source] = if is_iterator_of_python(&given[source]) {
                bytes::new(&collected(&given[source], Of::Bytes).await?)?.into_object()
            } else {
                task::attempt(BYTES, &[&given[source]])
                    .await?
                    .ok_or(Raised)?
            };
        }
        let (args, kwargs) = {
            let given: Vec<&PyObject> = given.iter().map(|a| &**a).collect();
            task::given(&given, names.as_deref())?
        };
        let function = protocol::getattr(&class, &*str_::intern("from_bytes")?)?;
        task::call_tuple(&function, args, kwargs).await.map(Some)
    })))
}

fn begin_extend(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let [source] = args else { return None };
    if names.is_some_and(|n| n.len() > 0)
        || memoryview::has_buffer(source)
        || !is_iterator_of_python(source)
    {
        return None;
    }
    let this = this.downcast::<PyByteArrayObject>()?.to_ref();
    let source = source.to_ref();
    Some(Begun::Task(Box::pin(async move {
        let data = collected(&source, Of::Extension).await?;
        // SAFETY: it was one above.
        let array: &PyByteArrayObject = unsafe { (*this).cast() };
        array.splice(array.len(), array.len(), &data)?;
        Ok(Some(singletons::none()))
    })))
}

fn asks(args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> bool {
    match args.items() {
        [source] => kwargs.is_none_or(|k| k.len() == 0) && is_iterator_of_python(source),
        _ => false,
    }
}

fn bytes_new(
    class: &PyObject,
    args: Ref<PyTupleObject>,
    _: Option<Ref<PyDictObject>>,
) -> Option<Task> {
    let source = args.items().first()?.to_ref();
    let class = Ref::new(class.downcast::<PyTypeObject>()?);
    let new = class.tp_new.get()?;
    Some(Box::pin(async move {
        let data = bytes::new(&collected(&source, Of::Bytes).await?)?;
        new(&class, &*tuple::from_array([data.into_object()])?, None).map(Some)
    }))
}

fn bytearray_init(
    this: &PyObject,
    args: Ref<PyTupleObject>,
    _: Option<Ref<PyDictObject>>,
) -> Option<Task> {
    let source = args.items().first()?.to_ref();
    let this = Ref::new(this.downcast::<PyByteArrayObject>()?);
    Some(Box::pin(async move {
        fill(&this, &source).await?;
        Ok(Some(singletons::none()))
    }))
}

/// `array[key] = source` for a slice, of what [`is_iterator_of_python`]. The bounds are asked for before the items, and again after.
pub fn begin_set_slice(array: &PyObject, key: &PyObject, source: &PyObject) -> Option<Task> {
    const BOUNDS: Native = |a| {
        let (Some(array), Some(key)) = (
            a[0].downcast::<PyByteArrayObject>(),
            a[1].exact::<PySliceObject>(),
        ) else {
            return Ok(None);
        };
        slice::indices(key, array.len()).map(|_| None)
    };
    const SET: Native = |a| protocol::setitem(a[0], a[1], a[2]).map(|()| None);
    array.downcast::<PyByteArrayObject>()?;
    if !key.is_exact::<PySliceObject>() || !is_iterator_of_python(source) {
        return None;
    }
    let (array, key, source) = (array.to_ref(), key.to_ref(), source.to_ref());
    Some(Box::pin(async move {
        task::attempt(BOUNDS, &[&array, &key]).await?;
        let data = bytearray::new(&collected(&source, Of::ByteArray).await?)?;
        task::attempt(SET, &[&array, &key, &data]).await?;
        Ok(Some(singletons::none()))
    }))
}

/// Calls from bytecode are tasks.
pub(crate) fn init() -> PyResult<()> {
    task::register_new(
        &bytes::PyBytes_Type,
        Fills {
            asks,
            begin: bytes_new,
        },
    );
    let begin = bytearray_init;
    task::register_init(&bytearray::PyByteArray_Type, Fills { asks, begin });
    task::register_making(&bytes::PyBytes_Type, begin_making);
    task::register_making(&bytearray::PyByteArray_Type, begin_making);
    task::register_named(&bytes::PyBytes_Type, "join", begin_join)?;
    task::register_named(&bytearray::PyByteArray_Type, "join", begin_join)?;
    task::register_named(&int::PyLong_Type, "from_bytes", begin_from_bytes)?;
    task::register_named(&bytearray::PyByteArray_Type, "extend", begin_extend)
}
