//! `traceback`: one entry per frame that an exception passed through.

use crate::def::{getset, member, noargs, slot, table};
use crate::flags::{member as kind, tp};
use crate::frame::Frame;
use crate::*;
use std::mem::offset_of;

#[unsafe(no_mangle)]
pub static PyTraceBack_Type: PyTypeObject = PyTypeObject {
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_dealloc: Cell::new(Some(traceback_dealloc)),
    tp_traverse: slot::traverse(traceback_traverse),
    tp_clear: slot::inquiry(traceback_clear),
    tp_methods: table(&METHODS[0]),
    tp_members: table(&MEMBERS[0]),
    tp_getset: table(&GETSET[0]),
    tp_new: Cell::new(Some(traceback_new)),
    tp_doc: Cell::new(
        c"traceback(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nOne entry of a traceback."
            .as_ptr(),
    ),
    ..PyTypeObject::new::<PyTracebackObject>(c"traceback")
};
builtin!(PyTracebackObject = PyTraceBack_Type);

static METHODS: [PyMethodDef; 2] = [noargs(c"__dir__", traceback_dir, c""), PyMethodDef::END];

static MEMBERS: [PyMemberDef; 3] = [
    member(
        c"tb_frame",
        kind::OBJECT,
        offset_of!(PyTracebackObject, tb_frame),
        kind::READONLY | kind::AUDIT_READ,
        c"",
    ),
    member(
        c"tb_lasti",
        kind::INT,
        offset_of!(PyTracebackObject, tb_lasti),
        kind::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

static GETSET: [PyGetSetDef; 3] = [
    getset(c"tb_next", get_next, Some(set_next), c""),
    getset(c"tb_lineno", get_lineno, None, c""),
    PyGetSetDef::END,
];

/// A new entry in front of `next`.
pub fn new(
    next: Option<Ref<PyTracebackObject>>,
    frame: Ref<PyFrameObject>,
    lasti: i32,
    line: i32,
) -> PyResult<Ref<PyTracebackObject>> {
    let entry = mem::create_gc(&PyTraceBack_Type, |ob_base| PyTracebackObject {
        ob_base,
        tb_next: Slot::EMPTY,
        tb_frame: Slot::EMPTY,
        tb_lasti: Cell::new(lasti),
        tb_lineno: Cell::new(line),
    })?;
    entry.tb_next.set(next);
    entry.tb_frame.set(Some(frame));
    gc::track(&entry);
    Ok(entry)
}

/// Adds `frame` to the traceback of the exception that is set (C: `PyTraceBack_Here`).
pub fn here(frame: &Frame) -> PyResult<()> {
    let object = frame::object(frame)?;
    // The line is looked up when asked for: -1 stands for "from tb_lasti".
    let ts = tstate();
    // SAFETY: `curexc_traceback` holds a traceback or nothing.
    let next = ts
        .curexc_traceback
        .take()
        .map(|tb| unsafe { tb.cast::<PyTracebackObject>() });
    let lasti = frame.lasti() as i32 * 2;
    let entry = new(next, object, lasti, -1)?;
    ts.curexc_traceback.set(Some(entry.into_object()));
    Ok(())
}

impl PyTracebackObject {
    /// The source line, computed when first asked for.
    pub fn line(&self) -> Option<i32> {
        let line = self.tb_lineno.get();
        if line != -1 {
            return Some(line);
        }
        let frame = self.tb_frame.get()?.frame()?;
        if self.tb_lasti.get() < 0 {
            return Some(frame.code().co_firstlineno.get());
        }
        code::line_at(frame.code(), self.tb_lasti.get() as usize / 2)
    }
}

extern "C" fn traceback_dir(_: &PyTracebackObject) -> PyResult {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
    let names: PyResult<Vec<Ref>> = names
        .iter()
        .map(|n| Ok(str_::new(n)?.into_object()))
        .collect();
    Ok(list::from_owned(names?)?.into_object())
}

extern "C" fn get_lineno(tb: &PyTracebackObject, _: *mut c_void) -> PyResult {
    match tb.line() {
        Some(line) => Ok(int::from_i64(line.into())?.into_object()),
        None => Ok(singletons::none()),
    }
}

extern "C" fn get_next(tb: &PyTracebackObject, _: *mut c_void) -> PyResult {
    Ok(tb
        .tb_next
        .cloned()
        .map_or_else(singletons::none, Ref::into_object))
}

fn next_of(value: &PyObject) -> PyResult<Option<Ref<PyTracebackObject>>> {
    if singletons::is_none(value) {
        return Ok(None);
    }
    match value.exact::<PyTracebackObject>() {
        Some(tb) => Ok(Some(Ref::new(tb))),
        None => Err(raise!(
            TypeError,
            "expected traceback object, got '{}'",
            value.ty().name()
        )),
    }
}

extern "C" fn set_next(tb: &PyTracebackObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    let Some(value) = value else {
        raise!(TypeError, "can't delete tb_next attribute");
        return -1;
    };
    let Ok(next) = next_of(value) else { return -1 };
    let mut cursor = next.as_deref();
    while let Some(entry) = cursor {
        if entry.is(tb) {
            raise!(ValueError, "traceback loop detected");
            return -1;
        }
        cursor = entry.tb_next.get();
    }
    tb.tb_next.set(next);
    0
}

extern "C" fn traceback_new(
    _: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    static PARAMS: cfunction::Params = cfunction::Params {
        function: "TracebackType",
        names: &["tb_next", "tb_frame", "tb_lasti", "tb_lineno"],
        positional_only: 0,
        positional: 4,
        required: 4,
    };
    // SAFETY: tp_new is called with a tuple.
    let given = PARAMS.bind_tuple(unsafe { args.cast() }, kwargs)?;
    let at = |i: usize| given[i].expect("required");
    let frame = at(1).exact::<PyFrameObject>().ok_or_else(|| {
        raise!(
            TypeError,
            "TracebackType() argument 'tb_frame' must be frame, not {}",
            at(1).ty().name()
        )
    })?;
    let Ok(next) = next_of(at(0)) else {
        errors::clear();
        return Err(raise!(
            TypeError,
            "expected traceback object or None, got '{}'",
            at(0).ty().name()
        ));
    };
    let number = |o: &PyObject| -> PyResult<i32> {
        let n = number::index_isize(o, Some(&exceptions::OverflowError))?;
        i32::try_from(n)
            .map_err(|_| raise!(OverflowError, "Python int too large to convert to C int"))
    };
    Ok(new(next, Ref::new(frame), number(at(2))?, number(at(3))?)?.into_object())
}

extern "C" fn traceback_traverse(
    tb: &PyTracebackObject,
    visit: visitproc,
    arg: *mut c_void,
) -> c_int {
    let r = tb.tb_next.get().map_or(0, |n| visit(n, arg));
    if r != 0 {
        r
    } else {
        tb.tb_frame.get().map_or(0, |f| visit(f, arg))
    }
}

extern "C" fn traceback_clear(tb: &PyTracebackObject) -> c_int {
    tb.tb_next.set(None);
    tb.tb_frame.set(None);
    0
}

unsafe extern "C" fn traceback_dealloc(object: *mut PyObject) {
    // SAFETY: a dying traceback.
    unsafe {
        gc::untrack(&*object);
        gc::trashcan(object, traceback_dealloc, |object| {
            let tb: &PyTracebackObject = (*object).cast();
            tb.tb_next.set(None);
            tb.tb_frame.set(None);
            mem::free_gc_object(object);
        });
    }
}
