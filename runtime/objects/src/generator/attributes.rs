//! The types `generator`, `coroutine` and `coroutine_wrapper` as Python sees them.

use super::*;
use crate::def::{fast, getset, member, next_status, noargs, one, slot, table};
use crate::flags::{member as kind, tp};
use std::mem::offset_of;

#[unsafe(no_mangle)]
pub static PyGen_Type: PyTypeObject = PyTypeObject {
    tp_basicsize: Cell::new((offset_of!(PyGenObject, gi_iframe) + 8 * FRAME_WORDS) as isize),
    tp_itemsize: Cell::new(8),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::DISALLOW_INSTANTIATION),
    tp_dealloc: Cell::new(Some(generator_dealloc)),
    tp_as_async: table(&GEN_ASYNC),
    tp_repr: slot::unary(generator_repr),
    tp_traverse: slot::traverse(generator_traverse),
    tp_weaklistoffset: Cell::new(offset_of!(PyGenObject, gi_weakreflist) as isize),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(generator_next),
    tp_methods: table(&GEN_METHODS[0]),
    tp_members: table(&GEN_MEMBERS[0]),
    tp_getset: table(&GEN_GETSET[0]),
    tp_finalize: Cell::new(Some(generator_finalize)),
    ..PyTypeObject::new::<PyGenObject>(c"generator")
};
builtin!(PyGenObject = PyGen_Type);

static GEN_ASYNC: PyAsyncMethods = PyAsyncMethods {
    am_send: Cell::new(Some(generator_am_send)),
    ..PyAsyncMethods::EMPTY
};

static GEN_METHODS: [PyMethodDef; 4] = [
    one(c"send", generator_send, c"send(arg) -> what the generator yields next, or StopIteration.\n\n`arg` becomes the value of the yield expression that it waits in."),
    fast(c"throw", generator_throw, c"throw(value)\nthrow(type[,value[,tb]])\n\nRaises an exception where the generator waits; answers what it yields next."),
    noargs(c"close", generator_close, c"close() -> raises GeneratorExit where the generator waits."),
    PyMethodDef::END,
];

static GEN_MEMBERS: [PyMemberDef; 1] = [PyMemberDef::END];

static GEN_GETSET: [PyGetSetDef; 8] = [
    getset(
        c"__name__",
        get_name,
        Some(set_name),
        c"name of the generator",
    ),
    getset(
        c"__qualname__",
        get_qualname,
        Some(set_qualname),
        c"qualified name of the generator",
    ),
    getset(
        c"gi_yieldfrom",
        get_awaited,
        None,
        c"the iterator that yield from waits for, or None",
    ),
    getset(c"gi_running", get_running, None, c""),
    getset(c"gi_frame", get_frame, None, c""),
    getset(c"gi_suspended", get_suspended, None, c""),
    getset(c"gi_code", get_code, None, c""),
    PyGetSetDef::END,
];

#[unsafe(no_mangle)]
pub static PyCoro_Type: PyTypeObject = PyTypeObject {
    tp_basicsize: Cell::new((offset_of!(PyGenObject, gi_iframe) + 8 * FRAME_WORDS) as isize),
    tp_itemsize: Cell::new(8),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::DISALLOW_INSTANTIATION),
    tp_dealloc: Cell::new(Some(generator_dealloc)),
    tp_as_async: table(&CORO_ASYNC),
    tp_repr: slot::unary(coroutine_repr),
    tp_traverse: slot::traverse(generator_traverse),
    tp_weaklistoffset: Cell::new(offset_of!(PyGenObject, gi_weakreflist) as isize),
    tp_methods: table(&CORO_METHODS[0]),
    tp_members: table(&CORO_MEMBERS[0]),
    tp_getset: table(&CORO_GETSET[0]),
    tp_finalize: Cell::new(Some(generator_finalize)),
    ..PyTypeObject::new::<PyCoroObject>(c"coroutine")
};
builtin!(PyCoroObject = PyCoro_Type);

static CORO_ASYNC: PyAsyncMethods = PyAsyncMethods {
    am_await: slot::unary(coroutine_await),
    am_send: Cell::new(Some(generator_am_send)),
    ..PyAsyncMethods::EMPTY
};

static CORO_METHODS: [PyMethodDef; 4] = [
    one(c"send", generator_send, c"send(arg) -> sends a value into coroutine, which answers what it awaits next; StopIteration at its end."),
    fast(c"throw", generator_throw, c"throw(value)\nthrow(type[,value[,traceback]])\n\nRaises an exception in coroutine, where it waits."),
    noargs(c"close", generator_close, c"close() -> raises GeneratorExit inside coroutine, where it waits."),
    PyMethodDef::END,
];

static CORO_MEMBERS: [PyMemberDef; 2] = [
    member(
        c"cr_origin",
        kind::OBJECT,
        offset_of!(PyGenObject, gi_origin_or_finalizer),
        kind::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

static CORO_GETSET: [PyGetSetDef; 8] = [
    getset(
        c"__name__",
        get_name,
        Some(set_name),
        c"name of the coroutine",
    ),
    getset(
        c"__qualname__",
        get_qualname,
        Some(set_qualname),
        c"qualified name of the coroutine",
    ),
    getset(
        c"cr_await",
        get_awaited,
        None,
        c"what the coroutine awaits, or None",
    ),
    getset(c"cr_running", get_running, None, c""),
    getset(c"cr_frame", get_frame, None, c""),
    getset(c"cr_code", get_code, None, c""),
    getset(c"cr_suspended", get_suspended, None, c""),
    PyGetSetDef::END,
];

/// Turns a step's answer into a call's: the end is StopIteration.
pub(super) fn answer(step: Step) -> PyResult {
    match step {
        Step::Yielded(v) => Ok(v),
        Step::Returned(v) => Err(errors::raise_stop_iteration(
            Some(&*v).filter(|v| !singletons::is_none(v)),
        )),
        Step::Raised => Err(Raised),
    }
}

extern "C" fn generator_next(this: &PyGenObject) -> Option<Ref> {
    match send(this, None) {
        Step::Yielded(v) => Some(v),
        Step::Returned(v) => {
            // A bare end needs no exception.
            if !singletons::is_none(&v) {
                errors::raise_stop_iteration(Some(&v));
            }
            None
        }
        Step::Raised => next_status(Err(Raised)),
    }
}

extern "C" fn generator_send(this: &PyGenObject, value: &PyObject) -> PyResult {
    answer(send(this, Some(value)))
}

pub(super) extern "C" fn generator_am_send(
    this: &PyObject,
    value: &PyObject,
    result: *mut *mut PyObject,
) -> c_int {
    // SAFETY: the slot belongs to generators and coroutines; `result` is the caller's variable.
    unsafe {
        *result = std::ptr::null_mut();
        match send(this.cast(), Some(value)) {
            Step::Yielded(v) => {
                *result = v.into_raw();
                1
            }
            Step::Returned(v) => {
                *result = v.into_raw();
                0
            }
            Step::Raised => -1,
        }
    }
}

extern "C" fn generator_throw(this: &PyGenObject, args: Args<'_>, count: isize) -> PyResult {
    cfunction::check_count("throw", count as usize, 1, 3)?;
    let args = args.slice(count);
    answer(throw(
        this,
        args[0],
        args.get(1).copied(),
        args.get(2).copied(),
    ))
}

extern "C" fn generator_close(this: &PyGenObject) -> PyResult {
    close(this)?;
    Ok(singletons::none())
}

pub(super) extern "C" fn get_name(this: &PyGenObject, _: *mut c_void) -> PyResult {
    Ok(this.gi_name.cloned().unwrap_or_else(singletons::none))
}

pub(super) extern "C" fn get_qualname(this: &PyGenObject, _: *mut c_void) -> PyResult {
    Ok(this.gi_qualname.cloned().unwrap_or_else(singletons::none))
}

fn set_text(field: &Slot<PyObject>, what: &str, value: Option<&PyObject>) -> c_int {
    match value {
        Some(v) if v.is_instance::<Str>() => {
            field.set(Some(v.to_ref()));
            0
        }
        _ => {
            raise!(TypeError, "{what} must be set to a string object");
            -1
        }
    }
}

pub(super) extern "C" fn set_name(
    this: &PyGenObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    set_text(&this.gi_name, "__name__", value)
}

pub(super) extern "C" fn set_qualname(
    this: &PyGenObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    set_text(&this.gi_qualname, "__qualname__", value)
}

pub(super) extern "C" fn get_awaited(this: &PyGenObject, _: *mut c_void) -> PyResult {
    Ok(delegate(this).unwrap_or_else(singletons::none))
}

pub(super) extern "C" fn get_running(this: &PyGenObject, _: *mut c_void) -> PyResult {
    Ok(boolean::from(this.state() == EXECUTING))
}

pub(super) extern "C" fn get_suspended(this: &PyGenObject, _: *mut c_void) -> PyResult {
    Ok(boolean::from(this.state() == SUSPENDED))
}

/// What the attribute is called that kinds of generators have each under a name of their own.
fn name_for<'a>(this: &PyGenObject, names: [&'a str; 3]) -> &'a str {
    if this.is_exact::<PyCoroObject>() {
        names[1]
    } else if this.is_exact::<PyAsyncGenObject>() {
        names[2]
    } else {
        names[0]
    }
}

pub(super) extern "C" fn get_frame(this: &PyGenObject, _: *mut c_void) -> PyResult {
    hooks::audit_getattr(this, name_for(this, ["gi_frame", "cr_frame", "ag_frame"]))?;
    if this.is_done() {
        return Ok(singletons::none());
    }
    Ok(frame::object(this.frame())?.into_object())
}

pub(super) extern "C" fn get_code(this: &PyGenObject, _: *mut c_void) -> PyResult {
    hooks::audit_getattr(this, name_for(this, ["gi_code", "cr_code", "ag_code"]))?;
    Ok(this
        .gi_code
        .cloned()
        .map_or_else(singletons::none, Ref::into_object))
}

/// `<generator object f at 0x...>`
pub(super) fn repr_as(this: &PyGenObject, kind: &str) -> PyResult {
    let mut text = str_::Builder::default();
    text.push_text(&format!("<{kind} object "));
    if let Some(name) = this.gi_qualname.get().and_then(|n| n.downcast::<Str>()) {
        text.push_str(name);
    }
    text.push_text(&format!(" at {this:p}>"));
    Ok(text.finish()?.into_object())
}

extern "C" fn generator_repr(this: &PyGenObject) -> PyResult {
    repr_as(this, "generator")
}

extern "C" fn coroutine_repr(this: &PyGenObject) -> PyResult {
    repr_as(this, "coroutine")
}

pub(super) extern "C" fn generator_traverse(
    this: &PyGenObject,
    visit: visitproc,
    arg: *mut c_void,
) -> c_int {
    let fixed: [Option<&PyObject>; 5] = [
        this.gi_code.get().map(|c| &**c),
        this.gi_name.get(),
        this.gi_qualname.get(),
        this.gi_origin_or_finalizer.get(),
        this.gi_exc_state.exc_value.get(),
    ];
    for object in fixed.into_iter().flatten() {
        let r = visit(object, arg);
        if r != 0 {
            return r;
        }
    }
    // A running frame's stack is in motion: what it holds counts as referenced from outside.
    if this.is_done() || this.state() == EXECUTING {
        0
    } else {
        frame::traverse_slots(this.frame(), visit, arg)
    }
}

pub(super) unsafe extern "C" fn generator_finalize(object: *mut PyObject) {
    // SAFETY: called by dealloc and by the collector with a live generator.
    finalize(unsafe { (*object).cast() })
}

pub(super) unsafe extern "C" fn generator_dealloc(object: *mut PyObject) {
    // SAFETY: a dying generator; it is resurrected for its finaliser, which runs Python code.
    unsafe {
        gc::untrack(&*object);
        gc::trashcan(object, generator_dealloc, |object| {
            let this: &PyGenObject = (*object).cast();
            if !this.gi_weakreflist.is_null() {
                weakref::clear_refs(this);
            }
            gc::track(this);
            if !typeobject::finalize_dying(object) {
                return;
            }
            gc::untrack(&*object);
            if this.state() < COMPLETED {
                this.gi_frame_state.set(CLEARED);
                this.frame().previous.set(std::ptr::null_mut());
                frame::retire(this.frame());
            }
            this.gi_code.set(None);
            this.gi_name.set(None);
            this.gi_qualname.set(None);
            this.gi_origin_or_finalizer.set(None);
            this.gi_exc_state.exc_value.set(None);
            mem::free_gc_object(object);
        });
    }
}

/// What `coroutine.__await__` answers: an iterator that drives the coroutine. C: `PyCoroWrapper`.
#[repr(C)]
pub struct CoroutineWrapper {
    ob_base: PyObject,
    coroutine: Slot<PyGenObject>,
}
object_structs!(CoroutineWrapper);

#[unsafe(export_name = "_PyCoroWrapper_Type")]
pub static PyCoroWrapper_Type: PyTypeObject = PyTypeObject {
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::DISALLOW_INSTANTIATION),
    tp_dealloc: Cell::new(Some(wrapper_dealloc)),
    tp_traverse: slot::traverse(wrapper_traverse),
    tp_iter: slot::unary(protocol::PyObject_SelfIter),
    tp_iternext: slot::next(wrapper_next),
    tp_methods: table(&WRAPPER_METHODS[0]),
    ..PyTypeObject::new::<CoroutineWrapper>(c"coroutine_wrapper")
};

static WRAPPER_METHODS: [PyMethodDef; 4] = [
    one(c"send", wrapper_send, c"send(arg) -> sends a value into coroutine, which answers what it awaits next; StopIteration at its end."),
    fast(c"throw", wrapper_throw, c"throw(value)\nthrow(type[,value[,traceback]])\n\nRaises an exception in coroutine, where it waits."),
    noargs(c"close", wrapper_close, c"close() -> raises GeneratorExit inside coroutine, where it waits."),
    PyMethodDef::END,
];

extern "C" fn coroutine_await(this: &PyGenObject) -> PyResult {
    coroutine_wrapper(this)
}

/// A new wrapper.
pub fn coroutine_wrapper(coroutine: &PyGenObject) -> PyResult {
    let wrapper = mem::create_gc(&PyCoroWrapper_Type, |ob_base| CoroutineWrapper {
        ob_base,
        coroutine: Slot::EMPTY,
    })?;
    wrapper.coroutine.set(Some(Ref::new(coroutine)));
    gc::track(&wrapper);
    Ok(wrapper.into_object())
}

impl CoroutineWrapper {
    pub(super) fn inner(&self) -> Ref<PyGenObject> {
        self.coroutine.cloned().expect("set when made")
    }
}

extern "C" fn wrapper_next(this: &CoroutineWrapper) -> Option<Ref> {
    generator_next(&this.inner())
}

extern "C" fn wrapper_send(this: &CoroutineWrapper, value: &PyObject) -> PyResult {
    generator_send(&this.inner(), value)
}

extern "C" fn wrapper_throw(this: &CoroutineWrapper, args: Args<'_>, count: isize) -> PyResult {
    generator_throw(&this.inner(), args, count)
}

extern "C" fn wrapper_close(this: &CoroutineWrapper) -> PyResult {
    generator_close(&this.inner())
}

extern "C" fn wrapper_traverse(
    this: &CoroutineWrapper,
    visit: visitproc,
    arg: *mut c_void,
) -> c_int {
    this.coroutine.get().map_or(0, |c| visit(c, arg))
}

unsafe extern "C" fn wrapper_dealloc(object: *mut PyObject) {
    // SAFETY: a dying wrapper.
    unsafe {
        gc::untrack(&*object);
        (*object).cast::<CoroutineWrapper>().coroutine.set(None);
        mem::free_gc_object(object);
    }
}
