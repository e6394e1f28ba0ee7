//! The `frame` type as Python sees it.

use super::*;
use crate::def::{getset, member, noargs, slot, table};
use crate::flags::{member as kind, tp};
use std::mem::offset_of;

#[unsafe(no_mangle)]
pub static PyFrame_Type: PyTypeObject = PyTypeObject {
    tp_basicsize: Cell::new(
        offset_of!(PyFrameObject, _f_frame_data) as isize + (FRAME_WORDS * 8) as isize,
    ),
    tp_itemsize: Cell::new(8),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::DISALLOW_INSTANTIATION),
    tp_dealloc: Cell::new(Some(frame_dealloc)),
    tp_repr: slot::unary(frame_repr),
    tp_traverse: slot::traverse(frame_traverse),
    tp_clear: slot::inquiry(frame_tp_clear),
    tp_methods: table(&METHODS[0]),
    tp_members: table(&MEMBERS[0]),
    tp_getset: table(&GETSET[0]),
    ..PyTypeObject::new::<PyFrameObject>(c"frame")
};
builtin!(PyFrameObject = PyFrame_Type);

static METHODS: [PyMethodDef; 3] = [
    noargs(
        c"clear",
        frame_clear,
        c"Drops the references that a finished frame holds.",
    ),
    noargs(c"__sizeof__", frame_sizeof, c"Size in memory, in bytes."),
    PyMethodDef::END,
];

static MEMBERS: [PyMemberDef; 2] = [
    member(
        c"f_trace_lines",
        kind::BOOL,
        offset_of!(PyFrameObject, f_trace_lines),
        0,
        c"",
    ),
    PyMemberDef::END,
];

static GETSET: [PyGetSetDef; 10] = [
    getset(c"f_back", get_back, None, c""),
    getset(c"f_locals", get_locals, None, c""),
    getset(c"f_lineno", get_lineno, Some(set_lineno), c""),
    getset(c"f_trace", get_trace, Some(set_trace), c""),
    getset(c"f_lasti", get_lasti, None, c""),
    getset(c"f_globals", get_globals, None, c""),
    getset(c"f_builtins", get_builtins, None, c""),
    getset(c"f_code", get_code, None, c""),
    getset(
        c"f_trace_opcodes",
        get_trace_opcodes,
        Some(set_trace_opcodes),
        c"",
    ),
    PyGetSetDef::END,
];

/// The interpreter frame behind the object; only a frame object that is being built has none.
fn inner(object: &PyFrameObject) -> PyResult<&Frame> {
    // SAFETY: `f_frame` is kept true by `retire` and by generators.
    unsafe { object.f_frame.get().as_ref() }
        .ok_or_else(|| raise!(RuntimeError, "frame has been deallocated"))
}

impl PyFrameObject {
    /// The interpreter frame, wherever it lives now.
    pub fn frame(&self) -> Option<&Frame> {
        // SAFETY: `f_frame` is kept true by `retire` and by generators.
        unsafe { self.f_frame.get().as_ref() }
    }

    /// The line that `f_lineno` answers.
    pub fn line(&self) -> Option<i32> {
        if self.f_lineno.get() != 0 {
            return Some(self.f_lineno.get());
        }
        self.frame().and_then(Frame::line)
    }
}

extern "C" fn get_back(object: &PyFrameObject, _: *mut c_void) -> PyResult {
    if let Some(back) = object.f_back.cloned() {
        return Ok(back.into_object());
    }
    let previous = visible(inner(object)?.previous.get());
    // SAFETY: the chain consists of live frames.
    match unsafe { previous.as_ref() } {
        Some(frame) => Ok(super::object(frame)?.into_object()),
        None => Ok(singletons::none()),
    }
}

extern "C" fn get_locals(object: &PyFrameObject, _: *mut c_void) -> PyResult {
    let locals = fast_to_locals(inner(object)?)?;
    object.f_fast_as_locals.set(1);
    Ok(locals)
}

extern "C" fn get_lineno(object: &PyFrameObject, _: *mut c_void) -> PyResult {
    match object.line() {
        Some(line) => Ok(int::from_i64(line.into())?.into_object()),
        None => Ok(singletons::none()),
    }
}

extern "C" fn set_lineno(
    object: &PyFrameObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    let Some(value) = value else {
        raise!(AttributeError, "cannot delete attribute");
        return -1;
    };
    def::status(jump::set_line(object, value))
}

extern "C" fn get_trace(object: &PyFrameObject, _: *mut c_void) -> PyResult {
    Ok(object.f_trace.cloned().unwrap_or_else(singletons::none))
}

extern "C" fn set_trace(object: &PyFrameObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    object
        .f_trace
        .set(value.filter(|v| !singletons::is_none(v)).map(Ref::new));
    0
}

extern "C" fn get_lasti(object: &PyFrameObject, _: *mut c_void) -> PyResult {
    let lasti = inner(object)?.lasti();
    Ok(int::from_i64(if lasti < 0 { -1 } else { lasti as i64 * 2 })?.into_object())
}

extern "C" fn get_globals(object: &PyFrameObject, _: *mut c_void) -> PyResult {
    Ok(inner(object)?
        .f_globals
        .cloned()
        .unwrap_or_else(singletons::none))
}

extern "C" fn get_builtins(object: &PyFrameObject, _: *mut c_void) -> PyResult {
    Ok(inner(object)?
        .f_builtins
        .cloned()
        .unwrap_or_else(singletons::none))
}

extern "C" fn get_code(object: &PyFrameObject, _: *mut c_void) -> PyResult {
    hooks::audit_getattr(object, "f_code")?;
    Ok(Ref::new(inner(object)?.code()).into_object())
}

extern "C" fn get_trace_opcodes(object: &PyFrameObject, _: *mut c_void) -> PyResult {
    Ok(boolean::from(object.f_trace_opcodes.get() != 0))
}

extern "C" fn set_trace_opcodes(
    object: &PyFrameObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    match value {
        Some(v) if boolean::is_true(v) || boolean::is_false(v) => {
            object.f_trace_opcodes.set(boolean::is_true(v) as u8);
            0
        }
        _ => {
            raise!(TypeError, "attribute value type must be bool");
            -1
        }
    }
}

extern "C" fn frame_repr(object: &PyFrameObject) -> PyResult {
    let code = inner(object)?.code();
    let mut text = str_::Builder::default();
    text.push_text(&format!("<frame at {object:p}, file "));
    text.push_str(&*protocol::repr(code.filename())?);
    text.push_text(&format!(", line {}, code ", object.line().unwrap_or(0)));
    text.push_str(code.name());
    text.push_text(">");
    Ok(text.finish()?.into_object())
}

extern "C" fn frame_sizeof(object: &PyFrameObject) -> PyResult {
    let code = inner(object)?.code();
    let words = FRAME_WORDS + (code.co_nlocalsplus.get() + code.co_stacksize.get()) as usize;
    Ok(int::from_usize(offset_of!(PyFrameObject, _f_frame_data) + 8 * words)?.into_object())
}

/// Empties locals and stack of a frame that does not run.
fn clear_values(frame: &Frame) {
    let live = frame.stacktop.get();
    let code_locals = frame.code().co_nlocalsplus.get();
    for i in 0..live {
        // SAFETY: slots below `stacktop` own references or are null; emptied before they are dropped.
        unsafe {
            let old = std::mem::replace(&mut *frame.local_ptr(i as usize), std::ptr::null_mut());
            frame.stacktop.set(live.min(code_locals.max(i + 1)));
            drop(Ref::from_owned_opt(old));
        }
    }
    frame.stacktop.set(live.min(code_locals));
}

extern "C" fn frame_clear(object: &PyFrameObject) -> PyResult {
    let frame = inner(object)?;
    if let Some(generator) = frame.generator() {
        if generator.gi_frame_state.get() == flags::frame_state::EXECUTING {
            return Err(raise!(RuntimeError, "cannot clear an executing frame"));
        }
        crate::generator::finalize(generator);
    } else if frame.owner.get() == owner::THREAD {
        return Err(raise!(RuntimeError, "cannot clear an executing frame"));
    } else {
        object.f_trace.set(None);
        clear_values(frame);
    }
    Ok(singletons::none())
}

extern "C" fn frame_traverse(object: &PyFrameObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let visit_one = |o: Option<&PyObject>| o.map_or(0, |o| visit(o, arg));
    let r = visit_one(object.f_back.get().map(|f| &**f));
    if r != 0 {
        return r;
    }
    let r = visit_one(object.f_trace.get());
    if r != 0 {
        return r;
    }
    match object.frame() {
        Some(frame) if frame.owner.get() == owner::FRAME_OBJECT => {
            traverse_slots(frame, visit, arg)
        }
        _ => 0,
    }
}

/// Visits everything a frame at rest owns.
pub(crate) fn traverse_slots(frame: &Frame, visit: visitproc, arg: *mut c_void) -> c_int {
    let fixed: [Option<&PyObject>; 3] = [
        frame.f_locals.get(),
        frame.f_func.get().map(|f| &**f),
        frame.f_code.get().map(|c| &**c),
    ];
    // SAFETY: slots below `stacktop` own references or are null.
    let slots =
        (0..frame.stacktop.get() as usize).map(|i| unsafe { (*frame.local_ptr(i)).as_ref() });
    for object in fixed.into_iter().chain(slots).flatten() {
        let r = visit(object, arg);
        if r != 0 {
            return r;
        }
    }
    0
}

extern "C" fn frame_tp_clear(object: &PyFrameObject) -> c_int {
    object.f_trace.set(None);
    if let Some(frame) = object.frame() {
        if frame.owner.get() == owner::FRAME_OBJECT {
            clear_values(frame);
        }
    }
    0
}

unsafe extern "C" fn frame_dealloc(object: *mut PyObject) {
    // SAFETY: a dying frame object; if it owns its frame's contents they die with it.
    unsafe {
        gc::untrack(&*object);
        gc::trashcan(object, frame_dealloc, |object| {
            let this: &PyFrameObject = (*object).cast();
            if let Some(frame) = this.frame() {
                if frame.owner.get() == owner::FRAME_OBJECT {
                    clear_slots(frame);
                }
            }
            this.f_trace.set(None);
            this.f_back.set(None);
            mem::free_gc_object(object);
        });
    }
}
