//! `bytes(it)`, `bytearray(it)` and `bytearray.extend(it)` of an iterator of Python, as tasks.

use crate::task::{self, Begun, Native};
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
    let mut data = growing::Growing::new();
    while let Some(item) = task::next(&iterator).await? {
        let number = if item.is_exact::<PyLongObject>() {
            item
        } else {
            task::attempt(INDEX, &[&item]).await?.ok_or(Raised)?
        };
        match number::index_isize(&number, None)? {
            n @ 0..=255 => data.try_push(n as u8)?,
            _ if of == Of::Bytes => {
                return Err(raise!(ValueError, "bytes must be in range(0, 256)"));
            }
            _ => return Err(raise!(ValueError, "byte must be in range(0, 256)")),
        }
    }
    data.finish()
}

/// Whether a source is nothing but an iterable, of a class of Python or a generator.
fn is_iterator_of_python(source: &PyObject) -> bool {
    let ty = source.ty();
    let iterates = typeobject::is_python_slot_iter(ty)
        || typeobject::is_python_slot_iternext(ty)
        || ty.tp_iter.get().is_some() && ty.tp_iternext.get().is_some();
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

/// Calls from bytecode are tasks.
pub(crate) fn init() -> PyResult<()> {
    task::register_making(&bytes::PyBytes_Type, begin_making);
    task::register_making(&bytearray::PyByteArray_Type, begin_making);
    task::register_named(&bytearray::PyByteArray_Type, "extend", begin_extend)
}
