//! Asynchronous generators: the type, the awaitables of `__anext__`/`asend` and of `athrow`/`aclose`, and the wrapper that tells a
//! yielded value from an awaited one.

use super::attributes::*;
use super::*;
use crate::def::{fast, getset, member, next_status, noargs, one, slot, table};
use crate::flags::{member as kind, tp};
use std::mem::offset_of;

#[unsafe(no_mangle)]
pub static PyAsyncGen_Type: PyTypeObject = PyTypeObject {
    tp_basicsize: Cell::new((offset_of!(PyGenObject, gi_iframe) + 8 * FRAME_WORDS) as isize),
    tp_itemsize: Cell::new(8),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::DISALLOW_INSTANTIATION),
    tp_dealloc: Cell::new(Some(generator_dealloc)),
    tp_as_async: table(&ASYNC_GEN_ASYNC),
    tp_repr: slot::unary(async_gen_repr),
    tp_traverse: slot::traverse(generator_traverse),
    tp_weaklistoffset: Cell::new(offset_of!(PyGenObject, gi_weakreflist) as isize),
    tp_methods: table(&METHODS[0]),
    tp_members: table(&MEMBERS[0]),
    tp_getset: table(&GETSET[0]),
    tp_finalize: Cell::new(Some(generator_finalize)),
    ..PyTypeObject::new::<PyAsyncGenObject>(c"async_generator")
};
builtin!(PyAsyncGenObject = PyAsyncGen_Type);

static ASYNC_GEN_ASYNC: PyAsyncMethods = PyAsyncMethods {
    am_aiter: slot::unary(async_gen_aiter),
    am_anext: slot::unary(async_gen_anext),
    am_send: Cell::new(Some(generator_am_send)),
    ..PyAsyncMethods::EMPTY
};

static METHODS: [PyMethodDef; 5] = [
    one(c"asend", async_gen_asend, c"asend(v) -> an awaitable that sends `v` into the generator."),
    fast(c"athrow", async_gen_athrow, c"athrow(value)\nathrow(type[,value[,tb]])\n\nAn awaitable that raises an exception in the generator."),
    noargs(c"aclose", async_gen_aclose, c"aclose() -> an awaitable that raises GeneratorExit in the generator."),
    def::class_method(one(c"__class_getitem__", generic_alias::class_getitem, c"See PEP 585")),
    PyMethodDef::END,
];

static MEMBERS: [PyMemberDef; 2] = [
    member(
        c"ag_running",
        kind::BOOL,
        offset_of!(PyGenObject, gi_running_async),
        kind::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

static GETSET: [PyGetSetDef; 6] = [
    getset(
        c"__name__",
        get_name,
        Some(set_name),
        c"name of the async generator",
    ),
    getset(
        c"__qualname__",
        get_qualname,
        Some(set_qualname),
        c"qualified name of the async generator",
    ),
    getset(
        c"ag_await",
        get_awaited,
        None,
        c"what the generator awaits, or None",
    ),
    getset(c"ag_frame", get_frame, None, c""),
    getset(c"ag_code", get_code, None, c""),
    PyGetSetDef::END,
];

/// Every type of this file, to be readied.
pub fn async_gen_types() -> &'static [&'static PyTypeObject] {
    static TYPES: [&PyTypeObject; 4] = [
        &PyAsyncGen_Type,
        &WrappedValue_Type,
        &Asend_Type,
        &Athrow_Type,
    ];
    &TYPES
}

extern "C" fn async_gen_repr(this: &PyGenObject) -> PyResult {
    repr_as(this, "async_generator")
}

extern "C" fn async_gen_aiter(this: &PyObject) -> PyResult {
    Ok(this.to_ref())
}

extern "C" fn async_gen_anext(this: &PyGenObject) -> PyResult {
    new_awaitable(&Asend_Type, this, None)
}

extern "C" fn async_gen_asend(this: &PyGenObject, value: &PyObject) -> PyResult {
    new_awaitable(&Asend_Type, this, Some(value.to_ref()))
}

extern "C" fn async_gen_athrow(this: &PyGenObject, args: Args<'_>, count: isize) -> PyResult {
    let args = tuple::from_borrowed(args.slice(count))?;
    new_awaitable(&Athrow_Type, this, Some(args.into_object()))
}

extern "C" fn async_gen_aclose(this: &PyGenObject) -> PyResult {
    new_awaitable(&Athrow_Type, this, None)
}

/// Tells the event loop's hooks about a generator that is iterated for the first time.
fn init_hooks(generator: &PyGenObject) -> PyResult<()> {
    if generator.gi_hooks_inited.replace(1) != 0 {
        return Ok(());
    }
    let ts = tstate();
    generator
        .gi_origin_or_finalizer
        .set(ts.async_gen_finalizer.cloned());
    if let Some(first) = ts.async_gen_firstiter.cloned() {
        call::call1(&first, generator)?;
    }
    Ok(())
}

const INIT: u8 = 0;
const ITER: u8 = 1;
const CLOSED: u8 = 2;

/// `asend`'s and `athrow`'s awaitable. `argument` is the value sent, or the tuple thrown; without one it is `__anext__` or `aclose`.
/// C: `PyAsyncGenASend`, `PyAsyncGenAThrow`.
#[repr(C)]
pub(super) struct Awaitable {
    ob_base: PyObject,
    generator: Slot<PyGenObject>,
    argument: Slot<PyObject>,
    state: Cell<u8>,
}
object_structs!(Awaitable);

static AWAITABLE_ASEND: PyAsyncMethods = PyAsyncMethods {
    am_await: slot::unary(awaitable_iter),
    ..PyAsyncMethods::EMPTY
};

#[unsafe(export_name = "_PyAsyncGenASend_Type")]
static Asend_Type: PyTypeObject = PyTypeObject {
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::DISALLOW_INSTANTIATION),
    tp_dealloc: Cell::new(Some(awaitable_dealloc)),
    tp_as_async: table(&AWAITABLE_ASEND),
    tp_traverse: slot::traverse(awaitable_traverse),
    tp_iter: slot::unary(awaitable_iter),
    tp_iternext: slot::next(asend_next),
    tp_methods: table(&ASEND_METHODS[0]),
    ..PyTypeObject::new::<Awaitable>(c"async_generator_asend")
};

static ASEND_METHODS: [PyMethodDef; 4] = [
    one(
        c"send",
        asend_send,
        c"send(arg) -> what the generator awaits next, or StopIteration with the value yielded.",
    ),
    fast(
        c"throw",
        asend_throw,
        c"throw(value)\nthrow(type[,value[,tb]])\n\nRaises an exception where the generator waits.",
    ),
    noargs(
        c"close",
        awaitable_close,
        c"close() -> makes the awaitable unusable.",
    ),
    PyMethodDef::END,
];

#[unsafe(export_name = "_PyAsyncGenAThrow_Type")]
static Athrow_Type: PyTypeObject = PyTypeObject {
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::DISALLOW_INSTANTIATION),
    tp_dealloc: Cell::new(Some(awaitable_dealloc)),
    tp_as_async: table(&AWAITABLE_ASEND),
    tp_traverse: slot::traverse(awaitable_traverse),
    tp_iter: slot::unary(awaitable_iter),
    tp_iternext: slot::next(athrow_next),
    tp_methods: table(&ATHROW_METHODS[0]),
    ..PyTypeObject::new::<Awaitable>(c"async_generator_athrow")
};

static ATHROW_METHODS: [PyMethodDef; 4] = [
    one(
        c"send",
        athrow_send,
        c"send(arg) -> what the generator awaits next, or StopIteration.",
    ),
    fast(
        c"throw",
        athrow_throw,
        c"throw(value)\nthrow(type[,value[,tb]])\n\nRaises an exception where the generator waits.",
    ),
    noargs(
        c"close",
        awaitable_close,
        c"close() -> makes the awaitable unusable.",
    ),
    PyMethodDef::END,
];

fn new_awaitable(ty: &PyTypeObject, generator: &PyGenObject, argument: Option<Ref>) -> PyResult {
    init_hooks(generator)?;
    let new = mem::create_gc(ty, |ob_base| Awaitable {
        ob_base,
        generator: Slot::EMPTY,
        argument: Slot::EMPTY,
        state: Cell::new(INIT),
    })?;
    new.generator.set(Some(Ref::new(generator)));
    new.argument.set(argument);
    gc::track(&new);
    Ok(new.into_object())
}

/// The answer of an asynchronous generator's step: its end is StopAsyncIteration.
fn answer_async(answer: PyResult) -> PyResult {
    if answer.is_err() && errors::matches(&exceptions::StopIteration) {
        errors::clear();
        return Err(errors::raise_none(&exceptions::StopAsyncIteration));
    }
    answer
}

fn ended() -> bool {
    errors::matches(&exceptions::StopAsyncIteration) || errors::matches(&exceptions::GeneratorExit)
}

/// A yielded (wrapped) value becomes the awaitable's result, that is, StopIteration; an awaited one is passed on.
fn unwrap_answer(generator: &PyGenObject, answer: PyResult) -> PyResult {
    match answer {
        Ok(value) => match unwrap_value(&value) {
            Some(inner) => {
                generator.gi_running_async.set(0);
                Err(errors::raise_stop_iteration(Some(&inner)))
            }
            None => Ok(value),
        },
        Err(Raised) => {
            if ended() {
                generator.gi_closed.set(1);
            }
            generator.gi_running_async.set(0);
            Err(Raised)
        }
    }
}

pub(super) fn asend_type() -> &'static PyTypeObject {
    &Asend_Type
}

pub(super) fn athrow_type() -> &'static PyTypeObject {
    &Athrow_Type
}

pub(super) fn awaitable(object: &PyObject) -> Ref<Awaitable> {
    // SAFETY: it is called with instances of the two types above.
    unsafe { object.to_ref().cast() }
}

impl Awaitable {
    fn inner(&self) -> Ref<PyGenObject> {
        self.generator.cloned().expect("set when made")
    }

    /// The generator, unless the awaitable is used up.
    pub(super) fn open_inner(&self) -> Option<Ref<PyGenObject>> {
        (self.state.get() != CLOSED).then(|| self.inner())
    }

    /// What `asend`'s `throw` makes of the generator's answer.
    pub(super) fn asend_thrown(&self, answer: PyResult) -> PyResult {
        self.close_on_error(unwrap_answer(&self.inner(), answer_async(answer)))
    }

    /// What `athrow`'s and `aclose`'s `throw` make of it.
    pub(super) fn athrow_thrown(&self, answer: PyResult) -> PyResult {
        let (generator, answer) = (self.inner(), answer_async(answer));
        if !self.argument.is_null() {
            return unwrap_answer(&generator, answer);
        }
        match answer {
            Ok(v) if unwrap_value(&v).is_some() => Err(ignored_exit(self, &generator)),
            Ok(v) => Ok(v),
            Err(Raised) => {
                if ended() {
                    errors::clear();
                    errors::raise_none(&exceptions::StopIteration);
                }
                Err(Raised)
            }
        }
    }

    fn close_on_error(&self, answer: PyResult) -> PyResult {
        if answer.is_err() {
            self.state.set(CLOSED);
        }
        answer
    }
}

extern "C" fn awaitable_iter(this: &PyObject) -> PyResult {
    Ok(this.to_ref())
}

extern "C" fn asend_next(this: &Awaitable) -> Option<Ref> {
    next_status(asend_send(this, &singletons::none()).map(Some))
}

extern "C" fn asend_send(this: &Awaitable, value: &PyObject) -> PyResult {
    task::run(asend(Ref::new(this), value.to_ref()))
}

pub(super) async fn asend(this: Ref<Awaitable>, mut value: Ref) -> PyResult {
    let generator = this.inner();
    match this.state.get() {
        CLOSED => {
            return Err(raise!(
                RuntimeError,
                "cannot reuse already awaited __anext__()/asend()"
            ));
        }
        INIT => {
            if generator.gi_running_async.get() != 0 {
                return Err(raise!(
                    RuntimeError,
                    "anext(): asynchronous generator is already running"
                ));
            }
            if singletons::is_none(&value) {
                value = this.argument.cloned().unwrap_or_else(singletons::none);
            }
            this.state.set(ITER);
        }
        _ => {}
    }
    generator.gi_running_async.set(1);
    let answer = answer_async(task::resume(&generator, Ok(value)).await);
    this.close_on_error(unwrap_answer(&generator, answer))
}

extern "C" fn asend_throw(this: &Awaitable, args: Args<'_>, count: isize) -> PyResult {
    if this.state.get() == CLOSED {
        return Err(raise!(
            RuntimeError,
            "cannot reuse already awaited __anext__()/asend()"
        ));
    }
    cfunction::check_count("throw", count as usize, 1, 3)?;
    let args = args.slice(count);
    let generator = this.inner();
    this.asend_thrown(answer(throw(
        &generator,
        args[0],
        args.get(1).copied(),
        args.get(2).copied(),
    )))
}

extern "C" fn awaitable_close(this: &Awaitable) -> PyResult {
    this.state.set(CLOSED);
    Ok(singletons::none())
}

extern "C" fn athrow_next(this: &Awaitable) -> Option<Ref> {
    next_status(athrow_send(this, &singletons::none()).map(Some))
}

/// The generator yielded in answer to GeneratorExit.
fn ignored_exit(this: &Awaitable, generator: &PyGenObject) -> Raised {
    generator.gi_running_async.set(0);
    this.state.set(CLOSED);
    raise!(RuntimeError, "async generator ignored GeneratorExit")
}

/// The generator ended with an exception; for `aclose` that is what was wanted.
fn athrow_failed(this: &Awaitable, generator: &PyGenObject) -> Raised {
    generator.gi_running_async.set(0);
    this.state.set(CLOSED);
    if ended() && this.argument.is_null() {
        errors::clear();
        return errors::raise_none(&exceptions::StopIteration);
    }
    Raised
}

extern "C" fn athrow_send(this: &Awaitable, value: &PyObject) -> PyResult {
    task::run(athrow(Ref::new(this), value.to_ref()))
}

pub(super) async fn athrow(this: Ref<Awaitable>, value: Ref) -> PyResult {
    let (this, value) = (&*this, &*value);
    let generator = this.inner();
    let closing = this.argument.is_null();
    if this.state.get() == CLOSED {
        return Err(raise!(
            RuntimeError,
            "cannot reuse already awaited aclose()/athrow()"
        ));
    }
    if generator.is_done() {
        this.state.set(CLOSED);
        return Err(errors::raise_none(&exceptions::StopIteration));
    }
    if this.state.get() == INIT {
        if generator.gi_running_async.get() != 0 {
            this.state.set(CLOSED);
            let what = if closing { "aclose" } else { "athrow" };
            return Err(raise!(
                RuntimeError,
                "{what}(): asynchronous generator is already running"
            ));
        }
        if generator.gi_closed.get() != 0 {
            this.state.set(CLOSED);
            return Err(errors::raise_none(&exceptions::StopAsyncIteration));
        }
        if !singletons::is_none(value) {
            return Err(raise!(
                RuntimeError,
                "can't send non-None value to a just-started coroutine"
            ));
        }
        this.state.set(ITER);
        generator.gi_running_async.set(1);
        if closing {
            generator.gi_closed.set(1);
            errors::raise_none(&exceptions::GeneratorExit);
            let exit = errors::fetch_instance().ok_or(Raised)?;
            let answer = answer_async(task::throw(&generator, exit).await);
            return match answer {
                Ok(v) if unwrap_value(&v).is_some() => Err(ignored_exit(this, &generator)),
                Ok(v) => Ok(v),
                Err(Raised) => Err(athrow_failed(this, &generator)),
            };
        }
        let args = this
            .argument
            .cloned()
            .unwrap_or_else(|| tuple::empty().into_object());
        let args = args
            .downcast::<PyTupleObject>()
            .map_or(&[][..], PyTupleObject::items);
        let Some(first) = args.first() else {
            return Err(raise!(
                TypeError,
                "athrow expected at least 1 argument, got 0"
            ));
        };
        raise_given(first, args.get(1).copied(), args.get(2).copied())?;
        let exception = errors::fetch_instance().ok_or(Raised)?;
        let answer = answer_async(task::throw(&generator, exception).await);
        return unwrap_answer(&generator, answer).map_err(|_| {
            this.state.set(CLOSED);
            generator.gi_running_async.set(0);
            Raised
        });
    }
    let answer = answer_async(task::resume(&generator, Ok(value.to_ref())).await);
    if !closing {
        return unwrap_answer(&generator, answer);
    }
    match answer {
        Ok(v) if unwrap_value(&v).is_some() => Err(ignored_exit(this, &generator)),
        Ok(v) => Ok(v),
        Err(Raised) => Err(athrow_failed(this, &generator)),
    }
}

extern "C" fn athrow_throw(this: &Awaitable, args: Args<'_>, count: isize) -> PyResult {
    if this.state.get() == CLOSED {
        return Err(raise!(
            RuntimeError,
            "cannot reuse already awaited aclose()/athrow()"
        ));
    }
    cfunction::check_count("throw", count as usize, 1, 3)?;
    let args = args.slice(count);
    let generator = this.inner();
    this.athrow_thrown(answer(throw(
        &generator,
        args[0],
        args.get(1).copied(),
        args.get(2).copied(),
    )))
}

extern "C" fn awaitable_traverse(this: &Awaitable, visit: visitproc, arg: *mut c_void) -> c_int {
    let r = this.generator.get().map_or(0, |g| visit(g, arg));
    if r != 0 {
        r
    } else {
        this.argument.get().map_or(0, |a| visit(a, arg))
    }
}

unsafe extern "C" fn awaitable_dealloc(object: *mut PyObject) {
    // SAFETY: a dying awaitable.
    unsafe {
        gc::untrack(&*object);
        let this: &Awaitable = (*object).cast();
        this.generator.set(None);
        this.argument.set(None);
        mem::free_gc_object(object);
    }
}

/// A value that `yield` in an asynchronous generator hands out. C: `_PyAsyncGenWrappedValue`.
#[repr(C)]
struct WrappedValue {
    ob_base: PyObject,
    value: Slot<PyObject>,
}
object_structs!(WrappedValue);

#[unsafe(export_name = "_PyAsyncGenWrappedValue_Type")]
static WrappedValue_Type: PyTypeObject = PyTypeObject {
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::DISALLOW_INSTANTIATION),
    tp_dealloc: Cell::new(Some(wrapped_dealloc)),
    tp_traverse: slot::traverse(wrapped_traverse),
    ..PyTypeObject::new::<WrappedValue>(c"async_generator_wrapped_value")
};

/// ASYNC_GEN_WRAP.
pub fn wrap_value(value: Ref) -> PyResult {
    let wrapped = mem::create_gc(&WrappedValue_Type, |ob_base| WrappedValue {
        ob_base,
        value: Slot::EMPTY,
    })?;
    wrapped.value.set(Some(value));
    gc::track(&wrapped);
    Ok(wrapped.into_object())
}

/// The value inside, if `object` is wrapped.
pub fn unwrap_value(object: &PyObject) -> Option<Ref> {
    if !object.ty().is(&WrappedValue_Type) {
        return None;
    }
    // SAFETY: the type was checked.
    unsafe { object.cast::<WrappedValue>().value.cloned() }
}

extern "C" fn wrapped_traverse(this: &WrappedValue, visit: visitproc, arg: *mut c_void) -> c_int {
    this.value.get().map_or(0, |v| visit(v, arg))
}

unsafe extern "C" fn wrapped_dealloc(object: *mut PyObject) {
    // SAFETY: a dying wrapper.
    unsafe {
        gc::untrack(&*object);
        (*object).cast::<WrappedValue>().value.set(None);
        mem::free_gc_object(object);
    }
}
