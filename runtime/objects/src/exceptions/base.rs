//! `BaseException`: arguments, chaining attributes, notes, pickling.

use super::args_of;
use crate::*;
use std::mem::offset_of;

/// `tp_new`: keeps the positional arguments; keywords are `__init__`'s business.
pub(super) extern "C" fn new(
    ty: &PyTypeObject,
    args: &PyObject,
    _kwargs: Option<&PyObject>,
) -> PyResult {
    let this = match ty.tp_alloc.get() {
        Some(alloc) => alloc(ty, 0)?,
        None => mem::generic_alloc(ty, 0)?,
    };
    // SAFETY: the type derives from BaseException.
    let e: &PyBaseExceptionObject = unsafe { PyObject::cast(&this) };
    e.args.set(Some(args.to_ref()));
    Ok(this)
}

pub(super) extern "C" fn init(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> c_int {
    def::status(set_args(this, args_of(args), kwargs))
}

/// `BaseException.__init__`.
pub(super) fn set_args(
    this: &PyObject,
    args: &PyTupleObject,
    kwargs: Option<&PyObject>,
) -> PyResult<()> {
    cfunction::no_keywords(this.ty().name(), kwargs)?;
    of(this).args.set(Some(args.to_ref()));
    Ok(())
}

/// U3: `self` of an exception's slot.
pub(super) fn of(this: &PyObject) -> &PyBaseExceptionObject {
    // SAFETY: U3.
    unsafe { this.cast() }
}

/// The arguments; empty after `tp_clear`.
pub(super) fn args(this: &PyObject) -> Ref<PyTupleObject> {
    match of(this)
        .args
        .get()
        .and_then(|args| args.downcast::<PyTupleObject>())
    {
        Some(args) => Ref::new(args),
        None => tuple::empty(),
    }
}

pub(super) extern "C" fn str(this: &PyObject) -> PyResult {
    let args = args(this);
    Ok(match args.items() {
        [] => str_::empty(),
        [one] => protocol::str(one)?,
        _ => protocol::str(&args)?,
    }
    .into_object())
}

pub(super) extern "C" fn repr(this: &PyObject) -> PyResult {
    let args = args(this);
    let mut out = str_::Builder::default();
    out.push_text(this.ty().short_name());
    match args.items() {
        [one] => {
            let one = protocol::repr(one)?;
            out.push_text("(");
            out.push_str(&one);
            out.push_text(")");
        }
        _ => out.push_str(&*protocol::repr(&args)?),
    }
    Ok(out.finish()?.into_object())
}

extern "C" fn reduce(this: &PyBaseExceptionObject) -> PyResult {
    let args = args(this);
    let ty = this.ty();
    Ok(match this.dict.get() {
        Some(dict) => tuple::from_borrowed(&[ty, &args, dict])?,
        None => tuple::from_borrowed(&[ty, &args])?,
    }
    .into_object())
}

extern "C" fn setstate(this: &PyBaseExceptionObject, state: &PyObject) -> PyResult {
    if !singletons::is_none(state) {
        let Some(state) = state.downcast::<PyDictObject>() else {
            return Err(raise!(TypeError, "state is not a dictionary"));
        };
        for (key, value) in state.pairs() {
            let Some(name) = key.downcast::<Str>() else {
                return Err(raise!(
                    TypeError,
                    "attribute name must be string, not '{}'",
                    key.ty().name()
                ));
            };
            protocol::setattr(this, name, Some(&value))?;
        }
    }
    Ok(singletons::none())
}

extern "C" fn with_traceback(this: &PyBaseExceptionObject, traceback: &PyObject) -> PyResult {
    set_traceback(this, traceback)?;
    Ok(this.to_ref())
}

extern "C" fn add_note(this: &PyBaseExceptionObject, note: &PyObject) -> PyResult {
    if !note.is_instance::<Str>() {
        return Err(raise!(
            TypeError,
            "note must be a str, not '{}'",
            note.ty().name()
        ));
    }
    let notes = match protocol::getattr_opt(this, &names::__notes__)? {
        Some(notes) => notes,
        None => {
            let notes = list::new()?.into_object();
            protocol::setattr(this, &names::__notes__, Some(&notes))?;
            notes
        }
    };
    let Some(notes) = notes.downcast::<PyListObject>() else {
        return Err(raise!(
            TypeError,
            "Cannot add note: __notes__ is not a list"
        ));
    };
    notes.append(note)?;
    Ok(singletons::none())
}

pub(super) static METHODS: [PyMethodDef; 5] = [
    def::noargs(
        c"__reduce__",
        reduce,
        c"Class, arguments and attributes, for copying.",
    ),
    def::one(
        c"__setstate__",
        setstate,
        c"Sets the attributes that __reduce__ saved.",
    ),
    def::one(
        c"with_traceback",
        with_traceback,
        c"Sets __traceback__ and returns the exception itself.",
    ),
    def::one(
        c"add_note",
        add_note,
        c"Appends a text to __notes__; tracebacks show it below the message.",
    ),
    PyMethodDef::END,
];

pub(super) static MEMBERS: [PyMemberDef; 2] = [
    def::member(
        c"__suppress_context__",
        flags::member::BOOL,
        offset_of!(PyBaseExceptionObject, suppress_context),
        0,
        c"Whether tracebacks leave the context out.",
    ),
    PyMemberDef::END,
];

pub(super) static GETSET: [PyGetSetDef; 6] = [
    def::getset(c"__dict__", get_dict, Some(set_dict), c"The attributes."),
    def::getset(
        c"args",
        get_args,
        Some(set_args_attribute),
        c"The arguments.",
    ),
    def::getset(
        c"__traceback__",
        get_traceback,
        Some(set_traceback_attribute),
        c"Where the exception was raised.",
    ),
    def::getset(
        c"__context__",
        get_context,
        Some(set_context_attribute),
        c"The exception that was being handled.",
    ),
    def::getset(
        c"__cause__",
        get_cause,
        Some(set_cause_attribute),
        c"The exception given with 'from'.",
    ),
    PyGetSetDef::END,
];

fn or_none(slot: &Slot<PyObject>) -> PyResult {
    Ok(slot.cloned().unwrap_or_else(singletons::none))
}

extern "C" fn get_dict(this: &PyBaseExceptionObject, _: *mut c_void) -> PyResult {
    if this.dict.is_null() {
        this.dict.set(Some(dict::new()?.into_object()));
    }
    or_none(&this.dict)
}

extern "C" fn set_dict(
    this: &PyBaseExceptionObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    def::status((|| {
        let Some(value) = value else {
            return Err(raise!(TypeError, "cannot delete __dict__"));
        };
        if !value.is_instance::<PyDictObject>() {
            return Err(raise!(
                TypeError,
                "__dict__ must be set to a dictionary, not a '{}'",
                value.ty().name()
            ));
        }
        this.dict.set(Some(value.to_ref()));
        Ok(())
    })())
}

extern "C" fn get_args(this: &PyBaseExceptionObject, _: *mut c_void) -> PyResult {
    or_none(&this.args)
}

extern "C" fn set_args_attribute(
    this: &PyBaseExceptionObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    def::status((|| {
        let Some(value) = value else {
            return Err(raise!(TypeError, "args may not be deleted"));
        };
        this.args.set(Some(to_tuple(value)?.into_object()));
        Ok(())
    })())
}

/// `tuple(value)`.
pub(super) fn to_tuple(value: &PyObject) -> PyResult<Ref<PyTupleObject>> {
    match value.exact::<PyTupleObject>() {
        Some(tuple) => Ok(Ref::new(tuple)),
        None => tuple::from_owned(protocol::collect(value)?),
    }
}

/// The same within a task.
pub(super) async fn collected(value: &PyObject) -> PyResult<Ref<PyTupleObject>> {
    if filling::is_native(value) {
        return to_tuple(value);
    }
    let made = task::call(&tuple::PyTuple_Type, vec![value.to_ref()]).await?;
    // SAFETY: a call of `tuple` makes one.
    Ok(unsafe { made.cast() })
}

/// Whether iterating over the second argument may run Python.
pub(super) fn second_asks(args: &PyTupleObject, _: Option<&PyDictObject>) -> bool {
    matches!(args.items(), [_, second] if !filling::is_native(second))
}

extern "C" fn get_traceback(this: &PyBaseExceptionObject, _: *mut c_void) -> PyResult {
    frame::force();
    or_none(&this.traceback)
}

extern "C" fn set_traceback_attribute(
    this: &PyBaseExceptionObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    def::status(match value {
        Some(value) => set_traceback(this, value),
        None => Err(raise!(TypeError, "__traceback__ may not be deleted")),
    })
}

fn set_traceback(this: &PyBaseExceptionObject, value: &PyObject) -> PyResult<()> {
    if !singletons::is_none(value) && !value.is_exact::<PyTracebackObject>() {
        return Err(raise!(
            TypeError,
            "__traceback__ must be a traceback or None"
        ));
    }
    frame::force();
    this.traceback
        .set((!singletons::is_none(value)).then(|| value.to_ref()));
    Ok(())
}

/// An exception, or nothing for None. TypeError otherwise.
fn exception_or_none(value: Option<&PyObject>, what: &str) -> PyResult<Option<Ref>> {
    match value {
        None => Err(raise!(TypeError, "__{what}__ may not be deleted")),
        Some(value) if singletons::is_none(value) => Ok(None),
        Some(value) if errors::is_exception_instance(value) => Ok(Some(value.to_ref())),
        Some(_) => Err(raise!(
            TypeError,
            "exception {what} must be None or derive from BaseException"
        )),
    }
}

extern "C" fn get_context(this: &PyBaseExceptionObject, _: *mut c_void) -> PyResult {
    or_none(&this.context)
}

extern "C" fn set_context_attribute(
    this: &PyBaseExceptionObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    def::status(exception_or_none(value, "context").map(|value| this.context.set(value)))
}

extern "C" fn get_cause(this: &PyBaseExceptionObject, _: *mut c_void) -> PyResult {
    or_none(&this.cause)
}

extern "C" fn set_cause_attribute(
    this: &PyBaseExceptionObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    def::status(exception_or_none(value, "cause").map(|value| {
        this.suppress_context.set(1);
        this.cause.set(value)
    }))
}

/// Sets the context as raising does: not on itself, and a chain that would lead back to the exception is cut there.
pub fn set_context(exception: &PyBaseExceptionObject, context: Option<Ref>) {
    let Some(context) = context else {
        return exception.context.set(None);
    };
    if context.is(exception) {
        return;
    }
    // Walks the chain, with a second walker at half the pace that notices a cycle which is there already.
    let next = |e: &Ref| errors::as_exception(e).and_then(|e| e.context.cloned());
    let mut fast = context.clone();
    let mut slow = context.clone();
    let mut step_slow = false;
    while let Some(following) = next(&fast) {
        if following.is(exception) {
            if let Some(e) = errors::as_exception(&fast) {
                e.context.set(None);
            }
            break;
        }
        fast = following;
        if fast.is(&*slow) {
            break;
        }
        if step_slow {
            if let Some(following) = next(&slow) {
                slow = following;
            }
        }
        step_slow = !step_slow;
    }
    exception.context.set(Some(context));
}
