//! `pystate.h`, `interpreteridobject.h`: interpreters, their IDs, and data that goes from one to another.

use crate::config::PyConfig;
use crate::support::*;
use hotpy_modules::{finish, interpreters};
use hotpy_vm::state;

fn state_pointer(ts: Option<&PyThreadState>) -> *mut PyThreadState {
    ts.map_or(ptr::null_mut(), |ts| {
        (ts as *const PyThreadState).cast_mut()
    })
}

fn interpreter_pointer(interp: PyResult<&PyInterpreterState>) -> *mut PyInterpreterState {
    interp.map_or(ptr::null_mut(), PyInterpreterState::as_ptr)
}

/// What was made is current; a failure has been printed, or is a hook's exception.
fn new_interpreter(isolated: bool) -> *mut PyThreadState {
    match interpreters::create(isolated) {
        Ok(made) => state_pointer(made),
        Err(Raised) => ptr::null_mut(),
    }
}

export! {
    fn PyInterpreterState_Get() -> *mut PyInterpreterState { interpreter().as_ptr() }
    fn PyInterpreterState_Main() -> *mut PyInterpreterState { _PyRuntime.main_interpreter.as_ptr() }
    fn PyInterpreterState_Head() -> *mut PyInterpreterState {
        state::interpreters().first().map_or(ptr::null_mut(), |interp| interp.as_ptr())
    }
    fn PyInterpreterState_Next(interp: &PyInterpreterState) -> *mut PyInterpreterState { interp.next.get() }
    fn PyInterpreterState_ThreadHead(interp: &PyInterpreterState) -> *mut PyThreadState { interp.threads_head.get() }
    /// -1 with RuntimeError for null.
    fn PyInterpreterState_GetID(interp: Option<&PyInterpreterState>) -> i64 {
        match interp {
            Some(interp) => interp.id.get(),
            None => { raise!(RuntimeError, "no interpreter provided"); -1 }
        }
    }
    fn PyInterpreterState_GetDict(interp: &PyInterpreterState) -> *mut PyObject {
        if interp.dict.is_null() {
            match dict::new() {
                Ok(new) => interp.dict.set(Some(new)),
                Err(Raised) => errors::clear(),
            }
        }
        interp.dict.as_ptr().cast()
    }
    fn PyInterpreterState_New() -> *mut PyInterpreterState {
        if hotpy_modules::sys::audit("cpython.PyInterpreterState_New", &[]).is_err() {
            return ptr::null_mut();
        }
        state::create_interpreter().as_ptr()
    }
    fn PyInterpreterState_Clear(interp: &PyInterpreterState) {
        if hotpy_modules::sys::audit("cpython.PyInterpreterState_Clear", &[]).is_err() {
            errors::clear();
        }
        for ts in state::of(interp) {
            state::clear(ts);
        }
        interp.clear();
    }
    fn PyInterpreterState_Delete(interp: *mut PyInterpreterState) {
        // SAFETY: a cleared interpreter that nobody uses any more.
        unsafe { state::delete_interpreter(interp) }
    }
    fn Py_NewInterpreter() -> *mut PyThreadState { new_interpreter(false) }
    fn _Py_NewInterpreter(isolated: c_int) -> *mut PyThreadState { new_interpreter(isolated != 0) }
    fn Py_EndInterpreter(ts: &PyThreadState) {
        if !ptr::eq(_PyRuntime.tstate_current.get(), ts) {
            crate::errors::fatal("Py_EndInterpreter", "thread is not current");
        }
        if frame::current().is_some() {
            crate::errors::fatal("Py_EndInterpreter", "thread still has a frame");
        }
        finish::finish_another();
    }
    fn _PyThreadState_Prealloc(interp: &'static PyInterpreterState) -> *mut PyThreadState { state_pointer(Some(state::create(interp))) }
    fn _PyInterpreterState_GetMainModule(interp: &PyInterpreterState) -> PyResult { interpreters::main_module(interp) }
    fn _PyInterpreterState_GetConfig(interp: &PyInterpreterState) -> *const PyConfig { (&raw const interp.config).cast() }
    fn _Py_GetConfig() -> *const PyConfig { _PyInterpreterState_GetConfig(interpreter()) }

    // ---- IDs ----

    fn _PyInterpreterState_LookUpID(id: i64) -> *mut PyInterpreterState { interpreter_pointer(interpreters::by_id(id)) }
    fn _PyInterpreterState_IDInitref(_interp: &PyInterpreterState) -> c_int { 0 }
    fn _PyInterpreterState_IDIncref(interp: &PyInterpreterState) -> c_int { interpreters::keep(interp); 0 }
    fn _PyInterpreterState_IDDecref(interp: &'static PyInterpreterState) { interpreters::let_go(interp) }
    fn _PyInterpreterState_RequiresIDRef(interp: &PyInterpreterState) -> c_int { interp.requires_idref.get() }
    fn _PyInterpreterState_RequireIDRef(interp: &PyInterpreterState, required: c_int) { interp.requires_idref.set((required != 0) as c_int) }
    fn _PyInterpreterState_GetIDObject(interp: &PyInterpreterState) -> PyResult { interpreters::id_object(interp) }
    fn _PyInterpreterID_New(id: i64) -> PyResult { interpreters::new_id(&interpreters::_PyInterpreterID_Type, id, false) }
    fn _PyInterpreterID_LookUp(id: &PyObject) -> *mut PyInterpreterState {
        interpreter_pointer(interpreters::id_of(id).and_then(interpreters::by_id))
    }

    // ---- data that goes from one interpreter to another ----

    fn _PyCrossInterpreterData_RegisterClass(class: &PyObject, share: Option<Share>) -> c_int {
        if !class.is_instance::<PyTypeObject>() {
            raise!(ValueError, "only classes may be registered");
            return -1;
        }
        let Some(share) = share else { crate::errors::fatal("_PyCrossInterpreterData_RegisterClass", "missing 'getdata' func") };
        // SAFETY: the type was checked.
        let class = unsafe { class.cast::<PyTypeObject>() };
        SHARED.0.borrow_mut().push((Ref::new(class), share));
        0
    }
    fn _PyCrossInterpreterData_Lookup(o: &PyObject) -> Option<Share> { share_of(o.ty()) }
    fn _PyObject_CheckCrossInterpreterData(o: &PyObject) -> c_int {
        match share_of(o.ty()) {
            Some(_) => 0,
            None => { unshareable(o); -1 }
        }
    }
    fn _PyObject_GetCrossInterpreterData(o: &PyObject, data: &mut CrossData) -> c_int {
        *data = CrossData { data: ptr::null_mut(), obj: ptr::null_mut(), interp: 0, new_object: None, free: None };
        let Some(share) = share_of(o.ty()) else {
            unshareable(o);
            return -1;
        };
        let held = o.to_ref();
        if share(&held, data) != 0 {
            return -1;
        }
        data.interp = interpreter().id.get();
        if data.new_object.is_none() {
            raise!(SystemError, "missing new_object func");
            _PyCrossInterpreterData_Release(data);
            return -1;
        }
        0
    }
    fn _PyCrossInterpreterData_NewObject(data: &mut CrossData) -> Option<Ref> { data.new_object.and_then(|new| new(data)) }
    /// Frees what the data refers to, in the interpreter that it is of. If that is gone, so is the object.
    fn _PyCrossInterpreterData_Release(data: &mut CrossData) {
        if data.data.is_null() && data.obj.is_null() {
            return;
        }
        let all = state::interpreters();
        let Some(interp) = all.iter().find(|interp| interp.id.get() == data.interp) else { return };
        let elsewhere = !ptr::eq(*interp, interpreter());
        // SAFETY: states on the list are live.
        let before = elsewhere.then(|| state::swap(unsafe { interp.threads_head.get().as_ref() }));
        if let Some(free) = data.free {
            free(data.data);
        }
        data.data = ptr::null_mut();
        // SAFETY: whoever filled it in gave a reference.
        drop(unsafe { Ref::<PyObject>::from_owned_opt(std::mem::replace(&mut data.obj, ptr::null_mut())) });
        if let Some(before) = before {
            state::swap(before);
        }
    }
}

/// C: `_PyCrossInterpreterData`.
#[repr(C)]
pub struct CrossData {
    data: *mut c_void,
    obj: *mut PyObject,
    interp: i64,
    new_object: Option<extern "C" fn(&mut CrossData) -> Option<Ref>>,
    free: Option<extern "C" fn(*mut c_void)>,
}

/// C: `crossinterpdatafunc`: fills in the data for an object.
type Share = extern "C" fn(&PyObject, &mut CrossData) -> c_int;

/// Classes of which C code has said how objects are shared.
struct Shared(std::cell::RefCell<Vec<(Ref<PyTypeObject>, Share)>>);

// SAFETY: U1; nothing is borrowed while anything else runs.
unsafe impl Sync for Shared {}

static SHARED: Shared = Shared(std::cell::RefCell::new(Vec::new()));

/// How objects of exactly that class are shared.
fn share_of(class: &PyTypeObject) -> Option<Share> {
    if class.is(&str_::PyUnicode_Type) || class.is(&bytes::PyBytes_Type) {
        return Some(share_contents);
    }
    if class.is(&int::PyLong_Type) {
        return Some(share_int);
    }
    if class.is(singletons::_Py_NoneStruct.ty()) {
        return Some(share_none);
    }
    let all = SHARED.0.borrow();
    let found = all.iter().rev().find(|(known, _)| known.is(class));
    found.map(|(_, share)| *share)
}

fn unshareable(o: &PyObject) {
    if errors::occurred().is_none()
        && let Ok(shown) = protocol::str(o)
    {
        raise!(
            ValueError,
            "{} does not support cross-interpreter data",
            shown.to_string_lossy()
        );
    }
}

extern "C" fn share_none(_: &PyObject, data: &mut CrossData) -> c_int {
    data.new_object = Some(new_none);
    0
}

extern "C" fn new_none(_: &mut CrossData) -> Option<Ref> {
    Some(singletons::none())
}

/// The number itself is the pointer.
extern "C" fn share_int(o: &PyObject, data: &mut CrossData) -> c_int {
    match o.downcast::<PyLongObject>().and_then(|n| n.to_i64()) {
        Some(n) => {
            data.data = n as usize as *mut c_void;
            data.new_object = Some(new_int);
            0
        }
        None => {
            raise!(OverflowError, "try sending as bytes");
            -1
        }
    }
}

extern "C" fn new_int(data: &mut CrossData) -> Option<Ref> {
    int::from_i64(data.data as usize as i64)
        .ok()
        .map(Ref::into_object)
}

/// A str or bytes: the object is kept, and copied where it arrives.
extern "C" fn share_contents(o: &PyObject, data: &mut CrossData) -> c_int {
    data.obj = o.to_ref().into_raw();
    data.data = data.obj.cast();
    data.new_object = Some(new_contents);
    0
}

extern "C" fn new_contents(data: &mut CrossData) -> Option<Ref> {
    // SAFETY: `share_contents` put it there, with a reference.
    let original = unsafe { data.obj.as_ref() }?;
    let copy = match original.downcast::<Str>() {
        Some(text) => str_::from_units(text.units()).map(Ref::into_object),
        None => bytes::with_buffer(original, |data| Ok(bytes::new(data)?.into_object())),
    };
    copy.ok()
}
