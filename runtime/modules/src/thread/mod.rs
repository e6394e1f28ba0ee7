//! `_thread`: locks, thread identity, thread-local data, starting threads.

mod local;
mod locks;

use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::{Downcast, noargs};
use hotpy_objects::*;
use hotpy_vm::{gil, state};
use local::LocalType;
pub use locks::Lock;
use locks::{LockType, PlainLock, RLockType};

/// Runs `f`, which touches no Python object, while other threads may run Python code.
pub fn without_gil<R>(f: impl FnOnce() -> R) -> R {
    gil::without(f)
}

/// The thread state is about to end: drops what thread-local objects keep for it.
pub fn forget(ts: &PyThreadState) {
    local::forget(ts);
}

/// In the child of a fork: only this thread is left.
pub fn after_fork() {
    let ts = tstate();
    gil::after_fork(ts);
    interpreter().threads_count.set(0);
    state::after_fork(ts);
    crate::signal::after_fork();
    crate::imp::after_fork();
}

/// The calling thread's number, as `threading.get_ident()` has it.
pub fn ident() -> u64 {
    // SAFETY: cannot fail.
    unsafe { libc::pthread_self() }
}

extern "C" fn allocate_lock(_: &PyObject) -> PyResult {
    Ok(new_native(&LockType, PlainLock::default())?.into_object())
}

extern "C" fn get_ident(_: &PyObject) -> PyResult {
    uint(ident())
}

extern "C" fn get_native_id(_: &PyObject) -> PyResult {
    // SAFETY: cannot fail.
    int(unsafe { libc::gettid() } as i64)
}

extern "C" fn count_threads(_: &PyObject) -> PyResult {
    int(interpreter().threads_count.get() as i64)
}

extern "C" fn exit_thread(_: &PyObject) -> PyResult {
    Err(errors::raise_none(&exceptions::SystemExit))
}

extern "C" fn interrupt_main(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("interrupt_main", args.len(), 0, 1)?;
    let signal = args.first().map_or(Ok(libc::SIGINT), |o| int_arg(o))?;
    if !(1..crate::signal::COUNT as i32).contains(&signal) {
        return Err(raise!(ValueError, "signal number out of range"));
    }
    if crate::signal::is_left_alone(signal) {
        return none();
    }
    crate::signal::simulate(signal);
    // In the main thread itself the handler runs at once.
    crate::signal::check()?;
    none()
}

extern "C" fn stack_size(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("stack_size", args.len(), 0, 1)?;
    let old = interpreter().threads_stacksize.get();
    let new = args.first().map_or(Ok(0), |o| isize_arg(o))?;
    if new < 0 {
        return Err(raise!(ValueError, "size must be 0 or a positive value"));
    }
    if new != 0 && new < 32768 {
        return Err(raise!(ValueError, "size not valid: {new} bytes"));
    }
    if !args.is_empty() {
        interpreter().threads_stacksize.set(new as usize);
    }
    int(old as i64)
}

extern "C" fn start_new_thread(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("start_new_thread", args.len(), 2, 3)?;
    if !protocol::callable(args[0]) {
        return Err(raise!(TypeError, "first arg must be callable"));
    }
    if !args[1].is_instance::<PyTupleObject>() {
        return Err(raise!(TypeError, "2nd arg must be a tuple"));
    }
    if args
        .get(2)
        .is_some_and(|o| !o.is_instance::<PyDictObject>())
    {
        return Err(raise!(TypeError, "optional 3rd arg must be a dictionary"));
    }
    if interpreter().config_isolated_interpreter.get() != 0 {
        return Err(raise!(
            RuntimeError,
            "thread is not supported for isolated subinterpreters"
        ));
    }
    crate::sys::audit(
        "_thread.start_new_thread",
        &[
            args[0],
            args[1],
            args.get(2).copied().unwrap_or(&singletons::_Py_NoneStruct),
        ],
    )?;
    let boot = Box::new(Boot {
        state: state::create(interpreter()),
        function: args[0].to_ref(),
        args: args[1].to_ref(),
        kwargs: args.get(2).map(|k| k.to_ref()),
    });
    let boot = Box::into_raw(boot);
    match spawn(boot) {
        Some(thread) => uint(thread),
        None => {
            // SAFETY: no thread has got it.
            unsafe {
                let boot = Box::from_raw(boot);
                state::clear(boot.state);
                state::delete(boot.state as *const PyThreadState as *mut PyThreadState);
            }
            Err(raise!(RuntimeError, "can't start new thread"))
        }
    }
}

/// What a new thread starts with.
struct Boot {
    state: &'static PyThreadState,
    function: Ref,
    args: Ref,
    kwargs: Option<Ref>,
}

/// A detached system thread that runs [`run`].
fn spawn(boot: *mut Boot) -> Option<u64> {
    // SAFETY: the attributes are initialised by the first call and destroyed once; the thread takes `boot` over.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_attr_init(&mut attributes) != 0 {
            return None;
        }
        let size = interpreter().threads_stacksize.get();
        let mut thread = 0;
        let sized = size == 0 || libc::pthread_attr_setstacksize(&mut attributes, size) == 0;
        let started = sized
            && libc::pthread_attr_setdetachstate(&mut attributes, libc::PTHREAD_CREATE_DETACHED)
                == 0
            && libc::pthread_create(&mut thread, &attributes, run, boot.cast()) == 0;
        libc::pthread_attr_destroy(&mut attributes);
        started.then_some(thread)
    }
}

/// A thread's life.
extern "C" fn run(boot: *mut c_void) -> *mut c_void {
    // SAFETY: `start_new_thread` has given it away.
    let boot = unsafe { Box::from_raw(boot.cast::<Boot>()) };
    let ts = boot.state;
    state::bind(ts);
    gil::acquire(ts);
    let count = &interpreter().threads_count;
    count.set(count.get() + 1);
    {
        let Boot {
            function,
            args,
            kwargs,
            ..
        } = *boot;
        let kwargs = kwargs.as_deref().and_then(|k| k.downcast::<PyDictObject>());
        if call::call_ex(&function, args_tuple(&args), kwargs).is_err() {
            if errors::matches(&exceptions::SystemExit) {
                errors::clear();
            } else {
                let message = "Exception ignored in thread started by";
                errors::write_unraisable_message(Some(message), Some(&function));
            }
        }
    }
    count.set(count.get() - 1);
    local::forget(ts);
    state::clear(ts);
    // SAFETY: this thread uses the state no more.
    unsafe { gil::end(ts) };
    std::ptr::null_mut()
}

/// The lock that is released when the thread ends, for `threading`.
extern "C" fn set_sentinel(module: &PyObject) -> PyResult {
    let lock = allocate_lock(module)?;
    let ts = tstate();
    if !ts.on_delete_data.get().is_null() {
        // SAFETY: set below, with a reference of its own.
        unsafe { drop(Ref::from_owned(ts.on_delete_data.get().cast::<PyObject>())) };
    }
    ts.on_delete.set(release_sentinel as *mut c_void);
    ts.on_delete_data.set(lock.clone().into_raw().cast());
    Ok(lock)
}

/// `on_delete` of a thread state.
extern "C" fn release_sentinel(lock: *mut c_void) {
    // SAFETY: `set_sentinel` put a lock there, with a reference of its own.
    let lock = unsafe { Ref::from_owned(lock.cast::<PyObject>()) };
    // SAFETY: as above.
    let own = unsafe { PyObject::cast::<Native<PlainLock>>(&lock) };
    let own = own.lock.borrow();
    if own.is_locked() {
        own.release();
    }
}

static EXCEPT_HOOK_ARGS: TypeCell = TypeCell::EMPTY;

extern "C" fn excepthook(_: &PyObject, args: &PyObject) -> PyResult {
    if !args.ty().is(EXCEPT_HOOK_ARGS.get()) {
        return Err(raise!(
            TypeError,
            "_thread.excepthook argument type must be ExceptHookArgs"
        ));
    }
    // SAFETY: a struct sequence is a tuple.
    let items = unsafe { args.cast::<PyTupleObject>() };
    let items: Vec<Ref> = items.items().iter().map(|i| i.to_ref()).collect();
    if items[0].is(&*exceptions::SystemExit) {
        return none();
    }
    let file = match crate::sys::get("stderr") {
        Some(file) if !singletons::is_none(&file) => file,
        _ => match attr_opt(&items[3], "_stderr") {
            Ok(Some(file)) if !singletons::is_none(&file) => file,
            _ => return none(),
        },
    };
    let name = match not_none(Some(&items[3])) {
        Some(thread) => protocol::str(&*attr(thread, "name")?)?.to_string_lossy(),
        None => ident().to_string(),
    };
    crate::sys::write_text(&file, &format!("Exception in thread {name}:\n"));
    if let Some(exception) = not_none(Some(&items[1])) {
        crate::traceback_print::print_exception(exception, &file);
    }
    let _ = method(&file, "flush", &[]);
    errors::clear();
    none()
}

static_table! {
static METHODS: [PyMethodDef] = [
    noargs::<PyObject>(c"allocate_lock", allocate_lock, c"allocate_lock() -> lock object"),
    noargs::<PyObject>(c"allocate", allocate_lock, c"allocate_lock() -> lock object"),
    noargs::<PyObject>(c"get_ident", get_ident, c"get_ident() -> integer\n\nThe thread's number."),
    noargs::<PyObject>(c"get_native_id", get_native_id, c"get_native_id() -> integer\n\nThe system's number of the thread."),
    noargs::<PyObject>(c"_count", count_threads, c"_count() -> integer\n\nThe number of threads started here."),
    noargs::<PyObject>(c"exit", exit_thread, c"exit()\n\nEnds the thread."),
    noargs::<PyObject>(c"exit_thread", exit_thread, c"exit_thread()\n\nEnds the thread."),
    def::fast::<PyObject>(c"interrupt_main", interrupt_main, c"interrupt_main(signum=signal.SIGINT, /)\n\nAs if the signal had come."),
    def::fast::<PyObject>(c"stack_size", stack_size, c"stack_size([size]) -> size\n\nThe native stack of new threads."),
    def::fast::<PyObject>(c"start_new_thread", start_new_thread, c"start_new_thread(function, args[, kwargs])\n\nStarts a thread."),
    def::fast::<PyObject>(c"start_new", start_new_thread, c"start_new_thread(function, args[, kwargs])\n\nStarts a thread."),
    noargs::<PyObject>(c"_set_sentinel", set_sentinel, c"_set_sentinel() -> lock"),
    def::one::<PyObject>(c"_excepthook", excepthook, c"_excepthook(exc_type, exc_value, exc_traceback, thread)\n\nReports what ended a thread."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods(
        "_thread",
        "Threads and locks. Programs use threading.",
        METHODS,
    )?;
    typeobject::ready(&LockType)?;
    module.add("LockType", &*LockType)?;
    add_type(&module, &RLockType)?;
    let waiting = ["acquire", "acquire_lock", "__enter__", "_acquire_restore"];
    for ty in [&LockType, &RLockType] {
        hotpy_vm::builtin_calls::mark_converting(ty, &waiting);
    }
    add_type(&module, &LocalType)?;
    module.add("error", &*exceptions::RuntimeError)?;
    module.add("TIMEOUT_MAX", &*float((i64::MAX / 1_000_000_000) as f64)?)?;
    let ty = structseq::new_type(
        "_thread._ExceptHookArgs",
        "What threading.excepthook gets.",
        &[
            ("exc_type", "Exception type"),
            ("exc_value", "Exception value"),
            ("exc_traceback", "Exception traceback"),
            ("thread", "Thread"),
        ],
        4,
    )?;
    module.add("_ExceptHookArgs", &*ty)?;
    EXCEPT_HOOK_ARGS.set(ty);
    Ok(module)
}
