//! The interpreter's codec registry: search functions, a cache of what they found, and error handlers by name.

use super::super::layout::{self, of};
use super::{handlers, normalized};
use crate::flags::tp;
use crate::*;

/// The slot's object, made if it is empty.
fn made<T: Object>(slot: &Slot<T>, new: fn() -> PyResult<Ref<T>>) -> PyResult<Ref<T>> {
    if let Some(there) = slot.cloned() {
        return Ok(there);
    }
    let new = new()?;
    slot.set(Some(new.clone()));
    Ok(new)
}

/// The search functions. The first time the package `encodings` is imported, which registers its own.
fn search_path() -> PyResult<Ref<PyListObject>> {
    if let Some(there) = interpreter().codec_search_path.cloned() {
        return Ok(there);
    }
    let new = made(&interpreter().codec_search_path, list::new)?;
    if let Err(raised) = (hooks::hooks().import)("encodings") {
        // It is tried again.
        interpreter().codec_search_path.take();
        return Err(raised);
    }
    Ok(new)
}

/// Adds a search function. TypeError if it cannot be called.
pub fn register(search: &PyObject) -> PyResult<()> {
    if !protocol::callable(search) {
        return Err(raise!(TypeError, "argument must be callable"));
    }
    search_path()?.append(search)
}

/// Removes a search function and forgets what was found.
pub fn unregister(search: &PyObject) -> PyResult<()> {
    let Some(all) = interpreter().codec_search_path.cloned() else {
        return Ok(());
    };
    if let Some(at) = all.items().iter().position(|f| f.is(search)) {
        drop(all.pop(at as isize)?);
        if let Some(cache) = interpreter().codec_search_cache.cloned() {
            cache.clear();
        }
    }
    Ok(())
}

/// The codec's tuple (encoder, decoder, stream reader, stream writer). Runs Python; LookupError, TypeError.
pub fn lookup(encoding: &str) -> PyResult<Ref<PyTupleObject>> {
    let name = normalized(encoding);
    let cache = made(&interpreter().codec_search_cache, dict::new)?;
    let key = super::super::intern(&name)?;
    if let Some(found) = cache.get_item(&key)? {
        return as_codec(found);
    }
    let search = search_path()?;
    if search.len() == 0 {
        return Err(raise!(
            LookupError,
            "no codec search functions registered: can't find encoding"
        ));
    }
    let mut i = 0;
    while let Some(function) = search.get(i) {
        i += 1;
        let found = call::call1(&function, &key)?;
        if singletons::is_none(&found) {
            continue;
        }
        let codec = as_codec(found)?;
        cache.set_item(&key, &codec)?;
        return Ok(codec);
    }
    Err(raise!(LookupError, "unknown encoding: {}", encoding))
}

fn as_codec(found: Ref) -> PyResult<Ref<PyTupleObject>> {
    if found.ty().is_subclass_flag(tp::TUPLE_SUBCLASS) {
        // SAFETY: the flag says that it is a tuple.
        let codec = unsafe { found.cast::<PyTupleObject>() };
        if codec.len() == 4 {
            return Ok(codec);
        }
    }
    Err(raise!(
        TypeError,
        "codec search functions must return 4-tuples"
    ))
}

/// Registers an error handler. TypeError if it cannot be called.
pub fn register_error(name: &str, handler: &PyObject) -> PyResult<()> {
    if !protocol::callable(handler) {
        return Err(raise!(TypeError, "handler must be callable"));
    }
    made(&interpreter().codec_error_registry, dict::new)?.set_text(name, handler)
}

/// The error handler of that name. LookupError.
pub fn lookup_error(name: &str) -> PyResult {
    let all = made(&interpreter().codec_error_registry, dict::new)?;
    if let Some(found) = all.get_text(name) {
        return Ok(found);
    }
    match handlers::builtin_handler(name)? {
        Some(handler) => {
            all.set_text(name, &handler)?;
            Ok(handler)
        }
        None => Err(raise!(LookupError, "unknown error handler name '{}'", name)),
    }
}

// ---- encoding and decoding through codecs ----

/// Calls a codec's encoder (0) or decoder (1): the first item of the pair that it answers.
fn run(
    codec: &PyTupleObject,
    which: usize,
    encoding: &str,
    object: &PyObject,
    errors: Option<&str>,
) -> PyResult {
    let function = codec.items()[which].to_ref();
    let result = match errors {
        Some(errors) => call::call(&function, &[object, &**layout::new(errors)?]),
        None => call::call1(&function, object),
    };
    let (kind, doing) = [("encoder", "encoding"), ("decoder", "decoding")][which];
    let result = match result {
        Ok(result) => result,
        Err(raised) => return Err(explained(raised, doing, encoding)),
    };
    if result.ty().is_subclass_flag(tp::TUPLE_SUBCLASS) {
        // SAFETY: the flag says that it is a tuple.
        let pair: &PyTupleObject = unsafe { PyObject::cast(&result) };
        if let [value, _] = pair.items() {
            return Ok(value.to_ref());
        }
    }
    Err(raise!(
        TypeError,
        "{} must return a tuple (object, integer)",
        kind
    ))
}

/// A codec's plain exception becomes the cause of one of the same type that names the codec; one with arguments of its own, or with
/// state, stays as it is.
fn explained(raised: Raised, doing: &str, encoding: &str) -> Raised {
    let Some(cause) = errors::fetch_instance() else {
        return raised;
    };
    let ty = cause.ty();
    // A type that makes and initialises its instances like BaseException has nothing but its arguments.
    let base = &exceptions::BaseException;
    let size = ty.tp_basicsize.get() - base.tp_basicsize.get();
    let plain = (size == 0 || size == 8 && ty.tp_weaklistoffset.get() != 0)
        && ty.tp_init.get().map(|f| f as usize) == base.tp_init.get().map(|f| f as usize)
        && ty.tp_new.get().map(|f| f as usize) == base.tp_new.get().map(|f| f as usize);
    // SAFETY: exceptions have this layout.
    let error: &PyBaseExceptionObject = unsafe { PyObject::cast(&cause) };
    let simple_args = error.args.get().is_some_and(|args| {
        // SAFETY: an exception's args are a tuple.
        let args: &PyTupleObject = unsafe { args.cast() };
        match args.items() {
            [] => true,
            [one] => of(one).is_some(),
            _ => false,
        }
    });
    let has_attributes = error
        .dict
        .get()
        .and_then(|d| d.downcast::<PyDictObject>())
        .is_some_and(|d| d.len() > 0);
    if !plain || !simple_args || has_attributes {
        errors::restore_instance(cause);
        return raised;
    }
    let text = match protocol::str(&cause) {
        Ok(text) => text.to_string_lossy(),
        Err(_) => {
            errors::clear();
            String::new()
        }
    };
    let name = ty.name().to_owned();
    errors::raise_text(
        ty,
        &format!("{doing} with '{encoding}' codec failed ({name}: {text})"),
    );
    if let Some(new) = errors::fetch_instance() {
        // SAFETY: exceptions have this layout.
        let error: &PyBaseExceptionObject = unsafe { PyObject::cast(&new) };
        error.cause.set(Some(cause.clone()));
        error.suppress_context.set(1);
        exceptions::set_context(error, Some(cause));
        errors::restore_instance(new);
    }
    raised
}

/// `codecs.encode(object, encoding, errors)`: any object to any object. Runs Python; any exception.
pub fn encode_object(object: &PyObject, encoding: &str, errors: Option<&str>) -> PyResult {
    run(&*lookup(encoding)?, 0, encoding, object, errors)
}

/// `codecs.decode(object, encoding, errors)`. Runs Python; any exception.
pub fn decode_any(object: &PyObject, encoding: &str, errors: Option<&str>) -> PyResult {
    run(&*lookup(encoding)?, 1, encoding, object, errors)
}

/// The codec, if it is one between text and bytes. LookupError otherwise.
pub fn lookup_text(encoding: &str, alternative: &str) -> PyResult<Ref<PyTupleObject>> {
    let codec = lookup(encoding)?;
    if !std::ptr::eq(codec.ty(), &tuple::PyTuple_Type) {
        let name = super::super::intern("_is_text_encoding")?;
        if let Some(is_text) = protocol::getattr_opt(&codec, &name)? {
            if !protocol::truth(&is_text)? {
                return Err(raise!(
                    LookupError,
                    "'{}' is not a text encoding; use {} to handle arbitrary codecs",
                    encoding,
                    alternative
                ));
            }
        }
    }
    Ok(codec)
}

/// `text.encode(encoding, errors)` for codecs of the registry.
pub(super) fn encode_text(
    text: &Str,
    encoding: &str,
    errors: Option<&str>,
) -> PyResult<Ref<PyBytesObject>> {
    let codec = lookup_text(encoding, "codecs.encode()")?;
    let result = run(&codec, 0, encoding, text, errors)?;
    if result.ty().is_subclass_flag(tp::BYTES_SUBCLASS) {
        // SAFETY: the flag says that it is bytes.
        return Ok(unsafe { result.cast() });
    }
    if typeobject::is_subtype(result.ty(), &bytearray::PyByteArray_Type) {
        errors::warn(
            &exceptions::RuntimeWarning,
            &format!(
                "encoder {encoding} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"
            ),
            1,
        )?;
        return bytes::with_buffer(&result, bytes::new);
    }
    Err(raise!(
        TypeError,
        "'{}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
        encoding,
        result.ty().name()
    ))
}

/// `data.decode(encoding, errors)` for codecs of the registry.
pub(super) fn decode_text(
    data: &PyObject,
    encoding: &str,
    errors: Option<&str>,
) -> PyResult<Ref<Str>> {
    let codec = lookup_text(encoding, "codecs.decode()")?;
    let result = run(&codec, 1, encoding, data, errors)?;
    match of(&result) {
        Some(text) => Ok(Ref::new(text)),
        None => Err(raise!(
            TypeError,
            "'{}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
            encoding,
            result.ty().name()
        )),
    }
}
