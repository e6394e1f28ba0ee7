//! `aiter` and `anext`, with the awaitable that `anext(iterator, default)` gives.

use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::{fast, noargs, one, slot};
use hotpy_objects::task::{self, Begun, Steps, Task};
use hotpy_objects::*;

fn async_methods(ty: &PyTypeObject) -> Option<&PyAsyncMethods> {
    // SAFETY: a type's async table, if it has one, lives as long as the type.
    unsafe { ty.tp_as_async.get().as_ref() }
}

pub extern "C" fn aiter(_: &PyObject, iterable: &PyObject) -> PyResult {
    let Some(f) = async_methods(iterable.ty()).and_then(|m| m.am_aiter.get()) else {
        return Err(raise!(
            TypeError,
            "'{}' object is not an async iterable",
            iterable.ty().name()
        ));
    };
    let iterator = f(iterable)?;
    if async_methods(iterator.ty())
        .and_then(|m| m.am_anext.get())
        .is_none()
    {
        return Err(raise!(
            TypeError,
            "aiter() returned not an async iterator of type '{}'",
            iterator.ty().name()
        ));
    }
    Ok(iterator)
}

pub extern "C" fn anext(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("anext", args.len(), 1, 2)?;
    let Some(f) = async_methods(args[0].ty()).and_then(|m| m.am_anext.get()) else {
        return Err(raise!(
            TypeError,
            "'{}' object is not an async iterator",
            args[0].ty().name()
        ));
    };
    let awaitable = f(args[0])?;
    match args.get(1) {
        None => Ok(awaitable),
        Some(default) => {
            let body = Awaitable {
                wrapped: Held::new(Some(awaitable)),
                default: Held::new(Some(default.to_ref())),
            };
            Ok(new_native(&AnextAwaitable, body)?.into_object())
        }
    }
}

/// Awaits the wrapped object; its StopAsyncIteration becomes the default value.
#[derive(Default)]
struct Awaitable {
    wrapped: Held,
    default: Held,
}

impl Body for Awaitable {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        visit_all(&[&self.wrapped, &self.default], visit)
    }
    fn clear(&self) {
        self.wrapped.take();
        self.default.take();
    }
}

static AS_ASYNC: PyAsyncMethods = PyAsyncMethods {
    am_await: slot::unary(myself),
    ..PyAsyncMethods::EMPTY
};

static AnextAwaitable: PyTypeObject = PyTypeObject {
    tp_iter: slot::unary(myself),
    tp_iternext: slot::next(step),
    tp_as_async: def::table(&AS_ASYNC),
    tp_methods: methods(METHODS),
    ..native_type::<Awaitable>(c"anext_awaitable")
};

static_table! {
static METHODS: [PyMethodDef] = [
    one(c"send", send, c"send(arg)\n\nSends into the awaited iterator."),
    fast(c"throw", throw, c"throw(typ[,val[,tb]])\n\nThrows into the awaited iterator."),
    noargs(c"close", close, c"close()\n\nCloses the awaited iterator."),
    PyMethodDef::END,
];
}

extern "C" fn myself(this: &Native<Awaitable>) -> PyResult {
    Ok(this.to_ref())
}

/// The iterator behind the awaitable.
fn awaited(this: &Native<Awaitable>) -> PyResult {
    let wrapped = this.wrapped.or_none();
    let iterator = hotpy_vm::interp::awaitable_iterator(&wrapped)?;
    if iterator.ty().tp_iternext.get().is_some() {
        return Ok(iterator);
    }
    // A coroutine: what iterates over it is another object.
    match async_methods(iterator.ty()).and_then(|m| m.am_await.get()) {
        Some(f) => f(&iterator),
        None => Ok(iterator),
    }
}

/// Turns the end of asynchronous iteration into the default value's StopIteration.
fn or_default(this: &Native<Awaitable>, result: PyResult) -> PyResult {
    if result.is_err() && errors::matches(&exceptions::StopAsyncIteration) {
        errors::clear();
        return Err(errors::raise_stop_iteration(Some(&this.default.or_none())));
    }
    result
}

extern "C" fn step(this: &Native<Awaitable>) -> Option<Ref> {
    let iterator = match awaited(this) {
        Ok(iterator) => iterator,
        Err(raised) => return or_default(this, Err(raised)).ok(),
    };
    let f = iterator.ty().tp_iternext.get()?;
    match f(&iterator) {
        Some(item) => Some(item),
        None if errors::occurred().is_none() => None,
        None => or_default(this, Err(Raised)).ok(),
    }
}

fn forward(this: &Native<Awaitable>, name: &str, args: &[&PyObject]) -> PyResult {
    let result = awaited(this).and_then(|iterator| method(&iterator, name, args));
    or_default(this, result)
}

extern "C" fn send(this: &Native<Awaitable>, value: &PyObject) -> PyResult {
    forward(this, "send", &[value])
}

extern "C" fn throw(this: &Native<Awaitable>, args: Args<'_>, count: isize) -> PyResult {
    forward(this, "throw", args.slice(count))
}

extern "C" fn close(this: &Native<Awaitable>) -> PyResult {
    forward(this, "close", &[])
}

/// [`awaited`] and a method of it: `[this, name]`.
const METHOD: task::Native = |a| {
    // SAFETY: the first operand of the jobs below is one of these.
    let iterator = awaited(unsafe { a[0].cast() })?;
    // SAFETY: the second one is a name.
    protocol::getattr(&iterator, unsafe { a[1].cast() }).map(Some)
};

/// A method of what is awaited, in frames.
fn forwarding(this: &PyObject, name: &'static str, args: Vec<Ref>) -> Task {
    let this = this.to_ref();
    Box::pin(async move {
        let name = str_::intern(name)?;
        let answer = match task::attempt(METHOD, &[&this, &name]).await {
            Ok(Some(method)) => task::call(&method, args).await,
            Ok(None) => Err(Raised),
            Err(raised) => Err(raised),
        };
        // SAFETY: it is one of these.
        or_default(unsafe { (*this).cast() }, answer).map(Some)
    })
}

fn begin(
    this: &PyObject,
    name: &'static str,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    if names.is_some_and(|n| n.len() > 0) {
        return None;
    }
    let args = args.iter().map(|a| a.to_ref()).collect();
    Some(Begun::Task(forwarding(this, name, args)))
}

/// Readies the type.
pub fn init() -> PyResult<()> {
    typeobject::ready(&AnextAwaitable)?;
    let next = |this: &PyObject, _| forwarding(this, "__next__", Vec::new());
    let asks = |_: &PyObject| true;
    task::register_steps(&AnextAwaitable, Steps { asks, next });
    task::register_named(&AnextAwaitable, "throw", |this, args, names| {
        begin(this, "throw", args, names)
    })?;
    task::register_named(&AnextAwaitable, "send", |this, args, names| match args {
        [_] => begin(this, "send", args, names),
        _ => None,
    })?;
    task::register_named(&AnextAwaitable, "close", |this, args, names| match args {
        [] => begin(this, "close", args, names),
        _ => None,
    })
}
