//! `pystate.h`, `ceval.h`, `pythread.h`: thread states, the GIL, locks, thread-specific storage, evaluation.

use crate::support::*;
use hotpy_modules::{sys, thread};
use hotpy_vm::{eval, events, gil, state};

fn current() -> *mut PyThreadState {
    _PyRuntime.tstate_current.get()
}

/// The thread state's dict, made at its first use.
fn state_dict(ts: Option<&PyThreadState>) -> *mut PyObject {
    let Some(ts) = ts else { return ptr::null_mut() };
    if ts.dict.is_null() {
        match dict::new() {
            Ok(d) => ts.dict.set(Some(d.into_object())),
            Err(Raised) => errors::clear(),
        }
    }
    ts.dict.as_ptr()
}

export! {
    // ---- thread states and interpreters ----

    /// PEP 523. Recording is off as long as there is a function.
    fn _PyInterpreterState_SetEvalFrameFunc(interp: &PyInterpreterState, function: Option<EvalFrame>) {
        // CPython's own is none.
        let function = function.filter(|f| *f as usize != _PyEval_EvalFrameDefault as *const () as usize);
        eval::set_eval_frame(interp, function);
    }
    fn _PyInterpreterState_GetEvalFrameFunc(interp: &PyInterpreterState) -> EvalFrame { interp.eval_frame.get().unwrap_or(_PyEval_EvalFrameDefault) }
    fn _PyEval_EvalFrameDefault(_ts: &PyThreadState, frame: &'static frame::Frame, throw: c_int) -> PyResult {
        // SAFETY: a frame that is complete and at rest (C1).
        unsafe { eval::evaluate(tstate(), frame, throw != 0) }
    }

    fn PyThreadState_Get() -> *mut PyThreadState {
        let ts = current();
        if ts.is_null() {
            crate::errors::fatal("PyThreadState_Get", "the function must be called with the GIL held, but the GIL is released (the current Python thread state is NULL)");
        }
        ts
    }
    fn _PyThreadState_UncheckedGet() -> *mut PyThreadState { current() }
    fn PyThreadState_Swap(new: *mut PyThreadState) -> *mut PyThreadState {
        // SAFETY: a live thread state, or null.
        state::swap(unsafe { new.as_ref() }).map_or(ptr::null_mut(), |old| (old as *const PyThreadState).cast_mut())
    }
    fn _PyThreadState_Swap(_gilstate: *mut c_void, new: *mut PyThreadState) -> *mut PyThreadState { PyThreadState_Swap(new) }
    fn PyThreadState_GetDict() -> *mut PyObject {
        // SAFETY: the current thread state, or null.
        state_dict(unsafe { current().as_ref() })
    }
    fn _PyThreadState_GetDict(ts: &PyThreadState) -> *mut PyObject { state_dict(Some(ts)) }
    fn PyThreadState_GetID(ts: &PyThreadState) -> u64 { ts.id.get() }
    fn PyThreadState_GetInterpreter(ts: &PyThreadState) -> *mut PyInterpreterState { ts.interp.get() }
    fn PyThreadState_GetFrame(ts: &PyThreadState) -> Option<Ref<PyFrameObject>> { frame::current_of(ts).and_then(|f| frame::object(f).ok()) }
    fn PyThreadState_Next(ts: &PyThreadState) -> *mut PyThreadState { ts.next.get() }
    fn PyThreadState_EnterTracing(ts: &PyThreadState) { events::pause(ts) }
    fn PyThreadState_LeaveTracing(ts: &PyThreadState) { events::resume(ts) }
    fn PyThreadState_New(interp: &'static PyInterpreterState) -> *mut PyThreadState {
        let ts = state::create(interp);
        if state::of_this_thread().is_none() {
            state::bind(ts);
        }
        (ts as *const PyThreadState).cast_mut()
    }
    fn PyThreadState_Clear(ts: &PyThreadState) { state::clear(ts) }
    fn PyThreadState_Delete(ts: *mut PyThreadState) {
        // SAFETY: a cleared state that nobody uses any more.
        unsafe { state::delete(ts) }
    }
    fn PyThreadState_DeleteCurrent() {
        // SAFETY: the caller holds the GIL and does not use the state again.
        unsafe { gil::end(&*PyThreadState_Get()) }
    }
    fn PyThreadState_SetAsyncExc(thread: c_ulong, exception: Option<&PyObject>) -> c_int {
        state::set_async_exception(thread, exception.map(PyObject::to_ref)) as c_int
    }
    fn _PyThread_CurrentFrames() -> PyResult { call::call0(&*hotpy_modules::support::imported("sys", "_current_frames")?) }
    fn _PyThread_CurrentExceptions() -> PyResult { call::call0(&*hotpy_modules::support::imported("sys", "_current_exceptions")?) }

    // ---- the GIL ----

    fn PyEval_SaveThread() -> *mut PyThreadState {
        let ts = current();
        if ts.is_null() {
            crate::errors::fatal("PyEval_SaveThread", "the function must be called with the GIL held, after Python initialization and before Python finalization, but the GIL is released (the current Python thread state is NULL)");
        }
        gil::release();
        ts
    }
    /// Keeps `errno`: callers look at it afterwards.
    fn PyEval_RestoreThread(ts: *mut PyThreadState) {
        if ts.is_null() {
            crate::errors::fatal("PyEval_RestoreThread", "the function must be called with an active thread state, after Python initialization and before Python finalization, but it was called without an active thread state. Did you forget to call PyEval_SaveThread()?");
        }
        // SAFETY: the thread state is this thread's.
        gil::acquire(unsafe { &*ts });
    }
    fn PyEval_AcquireThread(ts: *mut PyThreadState) { PyEval_RestoreThread(ts) }
    fn PyEval_ReleaseThread(_ts: *mut PyThreadState) { gil::release(); }
    fn PyEval_InitThreads() {}
    fn PyEval_ThreadsInitialized() -> c_int { 1 }
    /// 0: the thread had the GIL already. A thread that C code has started gets a thread state.
    fn PyGILState_Ensure() -> c_int {
        let Some(ts) = state::of_this_thread() else {
            let ts = state::create(&_PyRuntime.main_interpreter);
            state::bind(ts);
            gil::acquire(ts);
            return 1;
        };
        ts.gilstate_counter.set(ts.gilstate_counter.get() + 1);
        if ptr::eq(current(), ts) {
            return 0;
        }
        gil::acquire(ts);
        1
    }
    fn PyGILState_Release(before: c_int) {
        let Some(ts) = state::of_this_thread().filter(|ts| ptr::eq(current(), *ts)) else {
            crate::errors::fatal("PyGILState_Release", "thread state must be current when releasing");
        };
        let left = ts.gilstate_counter.get() - 1;
        ts.gilstate_counter.set(left);
        if left == 0 && !state::is_main(ts) {
            // The last of a thread that C code has started.
            state::clear(ts);
            // SAFETY: cleared, and the thread does not use it again.
            unsafe { gil::end(ts) };
        } else if before == 1 {
            gil::release();
        }
    }
    fn PyGILState_GetThisThreadState() -> *mut PyThreadState {
        state::of_this_thread().map_or(ptr::null_mut(), |ts| (ts as *const PyThreadState).cast_mut())
    }
    /// Tells nothing once there are several interpreters: a thread may have several states then.
    fn PyGILState_Check() -> c_int {
        if state::has_had_others() {
            return 1;
        }
        let ts = current();
        (!ts.is_null() && state::of_this_thread().is_some_and(|own| ptr::eq(own, ts))) as c_int
    }
    fn Py_MakePendingCalls() -> c_int {
        if hotpy_modules::signal::check().is_err() { -1 } else { status(hotpy_vm::breaker::run_pending()) }
    }
    fn Py_AddPendingCall(function: Option<extern "C" fn(*mut c_void) -> c_int>, argument: *mut c_void) -> c_int {
        match function {
            Some(function) if hotpy_vm::breaker::add_pending(function, argument as usize) => 0,
            _ => -1,
        }
    }

    // ---- locks ----

    fn PyThread_init_thread() {}
    fn PyThread_get_thread_ident() -> c_ulong { thread::ident() }
    fn PyThread_get_thread_native_id() -> c_ulong {
        // SAFETY: a plain system call.
        unsafe { libc::syscall(libc::SYS_gettid) as c_ulong }
    }
    fn PyThread_get_stacksize() -> usize { interpreter().threads_stacksize.get() }
    /// -1: too small.
    fn PyThread_set_stacksize(size: usize) -> c_int {
        if size != 0 && size < 32768 {
            return -1;
        }
        interpreter().threads_stacksize.set(size);
        0
    }
    fn PyThread_allocate_lock() -> *mut thread::Lock { Box::into_raw(Box::default()) }
    fn PyThread_free_lock(lock: *mut thread::Lock) {
        // SAFETY: a lock of `PyThread_allocate_lock`.
        unsafe { drop(Box::from_raw(lock)) }
    }
    fn PyThread_acquire_lock(lock: &thread::Lock, wait: c_int) -> c_int {
        if wait != 0 { lock.wait(-1, false) as c_int } else { lock.try_acquire() as c_int }
    }
    /// 0: not acquired, 1: acquired, 2: interrupted. The timeout is in microseconds, negative for ever.
    fn PyThread_acquire_lock_timed(lock: &thread::Lock, microseconds: i64, interruptible: c_int) -> c_int {
        let timeout = if microseconds < 0 { -1 } else { microseconds.saturating_mul(1000) };
        lock.wait(timeout, interruptible != 0) as c_int
    }
    fn PyThread_release_lock(lock: &thread::Lock) { lock.release() }
    fn _PyThread_at_fork_reinit(lock: *mut *mut thread::Lock) -> c_int {
        // SAFETY: the place of a lock; the old one may be held for ever, so it is left alone.
        unsafe { *lock = PyThread_allocate_lock() };
        0
    }
    fn PyThread_GetInfo() -> PyResult {
        sys::get("thread_info").ok_or_else(|| raise!(RuntimeError, "lost sys.thread_info"))
    }
    /// All bits set after a failure.
    fn PyThread_start_new_thread(function: extern "C" fn(*mut c_void), argument: *mut c_void) -> c_ulong {
        extern "C" fn run(start: *mut c_void) -> *mut c_void {
            // SAFETY: boxed below, for this thread.
            let start = unsafe { Box::from_raw(start.cast::<(extern "C" fn(*mut c_void), *mut c_void)>()) };
            start.0(start.1);
            ptr::null_mut()
        }
        let start = Box::into_raw(Box::new((function, argument)));
        let mut thread = 0;
        // SAFETY: the thread takes the box over.
        unsafe {
            if libc::pthread_create(&mut thread, ptr::null(), run, start.cast()) != 0 {
                drop(Box::from_raw(start));
                return c_ulong::MAX;
            }
            libc::pthread_detach(thread);
        }
        thread
    }
    fn _PyThreadState_DeleteCurrent(_ts: *mut PyThreadState) { PyThreadState_DeleteCurrent() }
    fn _PyEval_AddPendingCall(_interp: *mut PyInterpreterState, function: Option<extern "C" fn(*mut c_void) -> c_int>, argument: *mut c_void) -> c_int {
        Py_AddPendingCall(function, argument)
    }
    fn _PyGILState_GetInterpreterStateUnsafe() -> *mut PyInterpreterState { _PyRuntime.main_interpreter.as_ptr() }
    fn PyThread_exit_thread() {
        // SAFETY: ends the calling thread.
        unsafe { libc::pthread_exit(ptr::null_mut()) }
    }

    // ---- thread-specific storage ----

    fn PyThread_tss_alloc() -> *mut Tss { Box::into_raw(Box::new(Tss { initialized: Cell::new(0), key: Cell::new(0) })) }
    fn PyThread_tss_free(tss: *mut Tss) {
        if !tss.is_null() {
            // SAFETY: of `PyThread_tss_alloc`.
            unsafe {
                PyThread_tss_delete(&*tss);
                drop(Box::from_raw(tss));
            }
        }
    }
    fn PyThread_tss_is_created(tss: &Tss) -> c_int { tss.initialized.get() }
    fn PyThread_tss_create(tss: &Tss) -> c_int {
        if tss.initialized.get() != 0 {
            return 0;
        }
        let mut key = 0;
        // SAFETY: the key is written by the call.
        if unsafe { libc::pthread_key_create(&mut key, None) } != 0 {
            return -1;
        }
        tss.key.set(key);
        tss.initialized.set(1);
        0
    }
    fn PyThread_tss_delete(tss: &Tss) {
        if tss.initialized.replace(0) != 0 {
            // SAFETY: a key that was created.
            unsafe { libc::pthread_key_delete(tss.key.get()) };
        }
    }
    fn PyThread_tss_set(tss: &Tss, value: *mut c_void) -> c_int {
        // SAFETY: a key that was created.
        if unsafe { libc::pthread_setspecific(tss.key.get(), value) } == 0 { 0 } else { -1 }
    }
    fn PyThread_tss_get(tss: &Tss) -> *mut c_void {
        // SAFETY: a key that was created.
        unsafe { libc::pthread_getspecific(tss.key.get()) }
    }
    fn PyThread_create_key() -> c_int {
        let mut key = 0;
        // SAFETY: the key is written by the call.
        if unsafe { libc::pthread_key_create(&mut key, None) } == 0 { key as c_int } else { -1 }
    }
    fn PyThread_delete_key(key: c_int) {
        // SAFETY: a key of `PyThread_create_key`.
        unsafe { libc::pthread_key_delete(key as libc::pthread_key_t) };
    }
    fn PyThread_set_key_value(key: c_int, value: *mut c_void) -> c_int {
        // SAFETY: as above.
        if unsafe { libc::pthread_setspecific(key as libc::pthread_key_t, value) } == 0 { 0 } else { -1 }
    }
    fn PyThread_get_key_value(key: c_int) -> *mut c_void {
        // SAFETY: as above.
        unsafe { libc::pthread_getspecific(key as libc::pthread_key_t) }
    }
    fn PyThread_delete_key_value(key: c_int) { PyThread_set_key_value(key, ptr::null_mut()); }
    fn PyThread_ReInitTLS() {}

    // ---- evaluation ----

    fn PyEval_GetBuiltins() -> *mut PyObject {
        match frame::current() {
            Some(f) => f.f_builtins.as_ptr(),
            None => hotpy_modules::builtins::module().map_or(ptr::null_mut(), |m| m.md_dict.as_ptr()),
        }
    }
    fn _PyEval_GetBuiltin(name: &PyObject) -> PyResult { hotpy_modules::support::imported("builtins", &text_arg(name)?.to_string_lossy()) }
    fn _PyEval_GetBuiltinId(id: &crate::object::Identifier) -> PyResult { hotpy_modules::support::imported("builtins", &id.name()?.to_string_lossy()) }
    fn PyEval_GetGlobals() -> *mut PyObject { frame::current().map_or(ptr::null_mut(), |f| f.f_globals.as_ptr()) }
    fn PyEval_GetLocals() -> *mut PyObject {
        match frame::current() {
            Some(f) => frame::fast_to_locals(f).map_or(ptr::null_mut(), |l| borrowed(Some(l))),
            None => { raise!(SystemError, "frame does not exist"); ptr::null_mut() }
        }
    }
    fn PyEval_GetFrame() -> *mut PyFrameObject {
        // The frame keeps its object.
        frame::current().and_then(|f| frame::object(f).ok()).map_or(ptr::null_mut(), |o| o.as_ptr())
    }
    fn PyEval_GetFuncName(f: &PyObject) -> *const c_char { func_name(f) }
    fn PyEval_GetFuncDesc(f: &PyObject) -> *const c_char {
        if f.is_instance::<PyMethodObject>() || f.is_instance::<PyFunctionObject>() || f.is_instance::<PyCFunctionObject>() { c"()".as_ptr() } else { c" object".as_ptr() }
    }
    fn PyEval_MergeCompilerFlags(_flags: *mut c_void) -> c_int { 0 }
    fn PyEval_EvalCode(code: &PyCodeObject, globals: &PyDictObject, locals: Option<&PyObject>) -> PyResult {
        with_builtins(globals)?;
        hotpy_vm::eval::exec_code(code, globals, locals.unwrap_or(globals), None)
    }
    fn PyEval_SetProfile(f: Option<Py_tracefunc>, o: Option<&PyObject>) {
        if events::install_profiler(f, o).is_err() {
            errors::write_unraisable_message(Some("Exception ignored in PyEval_SetProfile"), None);
        }
    }
    fn _PyEval_SetProfile(_ts: &PyThreadState, f: Option<Py_tracefunc>, o: Option<&PyObject>) -> c_int { status(events::install_profiler(f, o)) }
    fn PyEval_SetTrace(f: Option<Py_tracefunc>, o: Option<&PyObject>) {
        if events::install_tracer(f, o).is_err() {
            errors::write_unraisable_message(Some("Exception ignored in PyEval_SetTrace"), None);
        }
    }
    fn _PyEval_SetTrace(_ts: &PyThreadState, f: Option<Py_tracefunc>, o: Option<&PyObject>) -> c_int { status(events::install_tracer(f, o)) }
    fn _PyEval_SetSwitchInterval(microseconds: c_ulong) { gil::set_interval(microseconds) }
    fn _PyEval_GetSwitchInterval() -> c_ulong { gil::interval() }
    fn Py_GetRecursionLimit() -> c_int { tstate().recursion_limit.get() }
    fn Py_SetRecursionLimit(limit: c_int) {
        if hotpy_vm::state::set_recursion_limit(limit).is_err() {
            errors::clear();
        }
    }
    /// Called when the counter in the thread state has run out.
    fn _Py_CheckRecursiveCall(ts: &PyThreadState, place: *const c_char) -> c_int {
        if ts.recursion_headroom.get() != 0 {
            return 0;
        }
        if ts.recursion_remaining.get() <= 0 {
            ts.recursion_headroom.set(ts.recursion_headroom.get() + 1);
            raise!(RecursionError, "maximum recursion depth exceeded{}", text_of(place));
            ts.recursion_headroom.set(ts.recursion_headroom.get() - 1);
            ts.recursion_remaining.set(ts.recursion_remaining.get() + 1);
            return -1;
        }
        0
    }
    fn Py_EnterRecursiveCall(place: *const c_char) -> c_int {
        let ts = tstate();
        let left = ts.recursion_remaining.get();
        ts.recursion_remaining.set(left - 1);
        if left > 1 && !errors::stack_is_low() { return 0; }
        if left > 1 {
            raise!(RecursionError, "maximum recursion depth exceeded{}", text_of(place));
            ts.recursion_remaining.set(left);
            return -1;
        }
        _Py_CheckRecursiveCall(ts, place)
    }
    fn Py_LeaveRecursiveCall() {
        let ts = tstate();
        ts.recursion_remaining.set(ts.recursion_remaining.get() + 1)
    }
}

/// C: `Py_tss_t`.
#[repr(C)]
pub struct Tss {
    initialized: Cell<c_int>,
    key: Cell<libc::pthread_key_t>,
}

fn func_name(f: &PyObject) -> *const c_char {
    if let Some(f) = f.downcast::<PyCFunctionObject>() {
        return f.def().ml_name.get();
    }
    if let Some(m) = f.downcast::<PyMethodObject>() {
        return func_name(m.function());
    }
    match f.downcast::<PyFunctionObject>() {
        Some(f) => crate::unicode_codecs::PyUnicode_AsUTF8(f.name()),
        None => f.ty().tp_name.get(),
    }
}

/// Globals that code runs in have builtins.
pub fn with_builtins(globals: &PyDictObject) -> PyResult<()> {
    if globals.get_text("__builtins__").is_none()
        && let Some(builtins) = hotpy_modules::builtins::module()
    {
        globals.set_text("__builtins__", &builtins)?;
    }
    Ok(())
}
