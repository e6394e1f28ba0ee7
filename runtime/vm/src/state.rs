//! Interpreters and thread states: the lists of all, creation and end, which is the main thread's, the recursion limit.

use crate::breaker;
use hotpy_objects::*;
use std::ptr;
use std::sync::atomic::{AtomicI64, AtomicPtr, AtomicU64, Ordering::*};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Python's default recursion limit.
pub const DEFAULT_RECURSION_LIMIT: i32 = 1000;

/// The interpreters, the newest first. The lock is that of their lists of thread states too: foreign code makes thread states without the GIL.
struct Lists {
    head: *mut PyInterpreterState,
}

struct Shared(Mutex<Lists>);

// SAFETY: the pointer is a mutex's affair.
unsafe impl Sync for Shared {}
// SAFETY: as above.
unsafe impl Send for Shared {}

static LISTS: Shared = Shared(Mutex::new(Lists {
    head: (&raw const _PyRuntime.main_interpreter).cast_mut(),
}));
/// Numbers of interpreters are not used again.
static NEXT_INTERPRETER: AtomicI64 = AtomicI64::new(1);
static MAIN: AtomicPtr<PyThreadState> = AtomicPtr::new(ptr::null_mut());
static NEXT_ID: AtomicU64 = AtomicU64::new(1);

fn lists() -> MutexGuard<'static, Lists> {
    LISTS.0.lock().unwrap_or_else(PoisonError::into_inner)
}

fn as_mut(ts: &PyThreadState) -> *mut PyThreadState {
    (ts as *const PyThreadState).cast_mut()
}

/// Makes an interpreter without thread states and modules.
pub fn create_interpreter() -> &'static PyInterpreterState {
    // SAFETY: every field is a cell for which all zero bits are valid; memory that is never touched costs nothing.
    let interp: &'static PyInterpreterState = unsafe {
        let layout = std::alloc::Layout::new::<PyInterpreterState>();
        let block = std::alloc::alloc_zeroed(layout).cast::<PyInterpreterState>();
        match block.as_ref() {
            Some(interp) => interp,
            None => std::alloc::handle_alloc_error(layout),
        }
    };
    let mut lists = lists();
    interp.id.set(NEXT_INTERPRETER.fetch_add(1, Relaxed));
    interp.next.set(lists.head);
    lists.head = interp.as_ptr();
    interp
}

/// Takes a cleared interpreter off the list and frees it with its thread states.
///
/// # Safety
/// It is not the main one, and nobody uses it or its thread states any more.
pub unsafe fn delete_interpreter(interp: *mut PyInterpreterState) {
    // SAFETY: the caller's promise; it was made by `create_interpreter`.
    unsafe {
        while let Some(ts) = (*interp).threads_head.get().as_ref() {
            delete(as_mut(ts));
        }
        let mut lists = lists();
        let next = (*interp).next.get();
        if lists.head == interp {
            lists.head = next;
        } else {
            let mut at = lists.head;
            while (*at).next.get() != interp {
                at = (*at).next.get();
            }
            (*at).next.set(next);
        }
        drop(lists);
        std::alloc::dealloc(
            interp.cast(),
            std::alloc::Layout::new::<PyInterpreterState>(),
        );
    }
}

/// Whether there has ever been another interpreter than the main one.
pub fn has_had_others() -> bool {
    NEXT_INTERPRETER.load(Relaxed) > 1
}

/// The interpreters, the newest first.
pub fn interpreters() -> Vec<&'static PyInterpreterState> {
    collect_interpreters(&lists())
}

fn collect_interpreters(lists: &Lists) -> Vec<&'static PyInterpreterState> {
    let mut all = Vec::new();
    let mut next = lists.head;
    // SAFETY: interpreters on the list are live.
    while let Some(interp) = unsafe { next.as_ref() } {
        all.push(interp);
        next = interp.next.get();
    }
    all
}

fn recursion_limit(interp: &PyInterpreterState) -> i32 {
    match interp.recursion_limit.get() {
        0 => DEFAULT_RECURSION_LIMIT,
        limit => limit,
    }
}

/// Makes a thread state, for the calling thread until [`bind`] gives it to another; it is not yet current. Lives until [`delete`].
pub fn create(interp: &'static PyInterpreterState) -> &'static PyThreadState {
    // SAFETY: every field is a cell for which all zero bits are valid; the self-references point into the box.
    let ts: &'static PyThreadState =
        unsafe { &*Box::into_raw(Box::new(std::mem::zeroed::<PyThreadState>())) };
    ts.interp.set(interp.as_ptr());
    let limit = recursion_limit(interp);
    ts._initialized.set(1);
    ts.recursion_limit.set(limit);
    ts.recursion_remaining.set(limit);
    ts.exc_info
        .set(&raw const ts.exc_state as *mut _PyErr_StackItem);
    ts.cframe.set(&raw const ts.root_cframe as *mut _PyCFrame);
    if interp.eval_frame.get().is_some() {
        ts.root_cframe.use_tracing.set(255);
    }
    ts.id.set(NEXT_ID.fetch_add(1, Relaxed));
    ts.context_ver.set(1);
    // `PyGILState_Release` deletes the state of a thread that C code has started when this falls to zero.
    ts.gilstate_counter.set(1);
    set_thread(ts);
    let lists = lists();
    let head = interp.threads_head.replace(as_mut(ts));
    ts.next.set(head);
    // SAFETY: states on the list are live.
    if let Some(old) = unsafe { head.as_ref() } {
        old.prev.set(as_mut(ts));
    }
    drop(lists);
    ts
}

fn set_thread(ts: &PyThreadState) {
    // SAFETY: plain calls that cannot fail.
    unsafe {
        ts.thread_id.set(libc::pthread_self());
        ts.native_thread_id
            .set(libc::syscall(libc::SYS_gettid) as u64);
    }
}

thread_local! {
    /// The thread's own state, whether or not it holds the GIL.
    static OWN: Cell<*const PyThreadState> = const { Cell::new(ptr::null()) };
}

/// The calling thread's state, if it has one; async-signal-safe.
pub fn of_this_thread() -> Option<&'static PyThreadState> {
    // SAFETY: a thread's state lives until the thread forgets it.
    unsafe { OWN.get().as_ref() }
}

/// The thread states of an interpreter without the lock, for dumps when everything else may be broken.
pub fn chain(interp: &PyInterpreterState) -> impl Iterator<Item = &'static PyThreadState> {
    // The pointers are read as they are; a torn list is the risk of a dump.
    let mut next = interp.threads_head.get();
    std::iter::from_fn(move || {
        // SAFETY: as above.
        let ts: &'static PyThreadState = unsafe { next.as_ref() }?;
        next = ts.next.get();
        Some(ts)
    })
}

/// The state belongs to the calling thread, which is going to run Python.
pub fn bind(ts: &PyThreadState) {
    OWN.set(ts);
    set_thread(ts);
    errors::set_stack_limit();
}

/// Makes the state the main thread's: signal handlers run there.
pub fn set_main(ts: &'static PyThreadState) {
    MAIN.store(ts as *const PyThreadState as *mut PyThreadState, Release);
}

/// Whether the state is the main thread's.
pub fn is_main(ts: &PyThreadState) -> bool {
    ptr::eq(MAIN.load(Acquire), ts)
}

/// All thread states of all interpreters, the newest first. They live at least until the caller lets go of the GIL.
pub fn all() -> Vec<&'static PyThreadState> {
    let lists = lists();
    let interpreters = collect_interpreters(&lists);
    interpreters.into_iter().flat_map(chain).collect()
}

/// Those of an interpreter.
pub fn of(interp: &PyInterpreterState) -> Vec<&'static PyThreadState> {
    let _lists = lists();
    chain(interp).collect()
}

/// Drops what the state holds (may run Python), and tells whoever waits for the thread's end.
pub fn clear(ts: &PyThreadState) {
    ts.dict.take();
    ts.async_exc.take();
    ts.curexc_type.take();
    ts.curexc_value.take();
    ts.curexc_traceback.take();
    ts.exc_state.exc_value.take();
    ts.c_tracefunc.set(None);
    ts.c_profilefunc.set(None);
    ts.c_traceobj.take();
    ts.c_profileobj.take();
    ts.async_gen_firstiter.take();
    ts.async_gen_finalizer.take();
    ts.context.take();
    let on_delete = ts.on_delete.replace(ptr::null_mut());
    if !on_delete.is_null() {
        // SAFETY: whoever set it (`_thread`, or C code) gave a function of one pointer.
        unsafe {
            let call: extern "C" fn(*mut c_void) = std::mem::transmute(on_delete);
            call(ts.on_delete_data.get());
        }
    }
}

/// Takes a cleared state, which is nobody's current one, off the list and frees it with its data stack.
///
/// # Safety
/// Nobody uses the state any more.
pub unsafe fn delete(ts: *mut PyThreadState) {
    if ptr::eq(OWN.get(), ts) {
        OWN.set(ptr::null());
    }
    // SAFETY: the state is live and on the list; chunks of the data stack are its own.
    unsafe {
        let lists = lists();
        let (prev, next) = ((*ts).prev.get(), (*ts).next.get());
        match prev.as_ref() {
            Some(prev) => prev.next.set(next),
            None => (*(*ts).interp.get()).threads_head.set(next),
        }
        if let Some(next) = next.as_ref() {
            next.prev.set(prev);
        }
        drop(lists);
        let mut chunk = (*ts).datastack_chunk.get();
        while let Some(this) = chunk.as_ref() {
            let previous = this.previous.get();
            libc::free(chunk.cast());
            chunk = previous;
        }
        drop(Box::from_raw(ts));
    }
}

/// In the child of a fork: only the caller's state is left, and it is the main thread's. The others' objects are dropped.
pub fn after_fork(ts: &'static PyThreadState) {
    // SAFETY: there is one thread; another may have held the lock when the process was copied.
    unsafe {
        let lock = &raw const LISTS.0 as *mut Mutex<Lists>;
        if (*lock).try_lock().is_err() {
            let old = (*lock).get_mut().unwrap_or_else(PoisonError::into_inner);
            let head = old.head;
            ptr::write(lock, Mutex::new(Lists { head }));
        }
    }
    set_thread(ts);
    set_main(ts);
    for other in all() {
        if !ptr::eq(other, ts) {
            other.on_delete.set(ptr::null_mut());
            clear(other);
            // SAFETY: its thread does not exist in this process. Its frames may still be referred to: they are left alone.
            unsafe {
                other.datastack_chunk.set(ptr::null_mut());
                delete(as_mut(other));
            }
        }
    }
    // Other interpreters are left as they are, for nobody: whoever was to end them does not exist.
    let main = &_PyRuntime.main_interpreter;
    let mut lists = lists();
    lists.head = main.as_ptr();
    // SAFETY: a thread state's interpreter outlives it.
    let own = unsafe { &*ts.interp.get() };
    if !own.is_main() {
        own.next.set(main.as_ptr());
        lists.head = own.as_ptr();
    }
}

/// Raises the exception in the thread with that identity, at its next eval breaker (C: `PyThreadState_SetAsyncExc`). How many threads were found.
pub fn set_async_exception(thread: u64, exception: Option<Ref>) -> usize {
    for ts in all() {
        if ts.thread_id.get() == thread {
            ts.async_exc.set(exception);
            breaker::request_look();
            return 1;
        }
    }
    0
}

/// Makes `ts` the current thread state. The caller holds the GIL.
pub fn make_current(ts: Option<&'static PyThreadState>) {
    _PyRuntime
        .tstate_current
        .set(ts.map_or(ptr::null_mut(), |t| {
            t as *const PyThreadState as *mut PyThreadState
        }));
}

/// Makes another thread state, which may be another interpreter's, the current one; the old one. The caller holds the GIL, and holds it still.
pub fn swap(new: Option<&'static PyThreadState>) -> Option<&'static PyThreadState> {
    // SAFETY: the current state is live.
    let old = unsafe { _PyRuntime.tstate_current.get().as_ref() };
    if old.is_some() {
        frame::force();
    }
    make_current(new);
    if let Some(new) = new {
        breaker::recompute(new);
    }
    old
}

/// Sets `sys.setrecursionlimit`'s limit. RecursionError if the depth is beyond it already.
pub fn set_recursion_limit(limit: i32) -> PyResult<()> {
    if limit < 1 {
        return Err(raise!(
            ValueError,
            "recursion limit must be greater or equal than 1"
        ));
    }
    let ts = tstate();
    let depth = ts.recursion_limit.get() - ts.recursion_remaining.get();
    if depth >= limit {
        return Err(raise!(
            RecursionError,
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        ));
    }
    let interp = interpreter();
    interp.recursion_limit.set(limit);
    for each in of(interp) {
        let depth = each.recursion_limit.get() - each.recursion_remaining.get();
        each.recursion_limit.set(limit);
        each.recursion_remaining.set(limit - depth);
    }
    Ok(())
}
