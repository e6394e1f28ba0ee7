//! `_thread`: locks, thread identity, thread-local data, starting threads.
//!
//! A lock is a POSIX semaphore, so that waiting for it can be interrupted by a signal, whose handler then runs.

use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast_kw, noargs, slot};
use hotpy_objects::*;
use std::cell::{RefCell, UnsafeCell};
use std::collections::HashMap;

/// Runs `f`, which touches no Python object, while other threads may run Python code.
pub fn without_gil<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// The thread state of the calling thread, whether it holds the GIL or not.
pub fn state_of_this_thread() -> Option<&'static PyThreadState> {
    // There is one thread with a state: the main thread, whose state is kept while the GIL is free.
    let current = _PyRuntime.tstate_current.get();
    let own = if current.is_null() {
        RELEASED.get()
    } else {
        current
    };
    // SAFETY: thread states live until the process ends.
    unsafe { own.as_ref() }.filter(|ts| ts.thread_id.get() == ident())
}

static RELEASED: crate::config::Protected<*mut PyThreadState> =
    crate::config::Protected::new(std::ptr::null_mut());

/// Gives the GIL up: no thread state is current any more.
pub fn release_gil() {
    RELEASED.set(_PyRuntime.tstate_current.get());
    hotpy_vm::state::make_current(None);
}

/// Takes the GIL for a thread state.
pub fn take_gil(ts: &'static PyThreadState) {
    hotpy_vm::state::make_current(Some(ts));
}

/// In the child of a fork: only this thread is left.
pub fn after_fork() {
    // SAFETY: a plain system call.
    let id = unsafe { libc::pthread_self() };
    tstate().thread_id.set(id);
}

/// The calling thread's number, as `threading.get_ident()` has it.
pub fn ident() -> u64 {
    // SAFETY: cannot fail.
    unsafe { libc::pthread_self() }
}

// ---- locks ----

unsafe extern "C" {
    fn sem_clockwait(
        sem: *mut libc::sem_t,
        clock: libc::clockid_t,
        deadline: *const libc::timespec,
    ) -> c_int;
}

/// A lock that may be waited for with signals handled meanwhile.
pub struct Lock(Box<UnsafeCell<libc::sem_t>>);

impl Default for Lock {
    fn default() -> Lock {
        // SAFETY: a semaphore is initialised in place and never moves (it is boxed).
        unsafe {
            let sem = Box::new(UnsafeCell::new(std::mem::zeroed()));
            libc::sem_init(sem.get(), 0, 1);
            Lock(sem)
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // SAFETY: initialised by `default`.
        unsafe { libc::sem_destroy(self.0.get()) };
    }
}

impl Lock {
    /// Without waiting.
    pub fn try_acquire(&self) -> bool {
        // SAFETY: a live semaphore.
        unsafe { libc::sem_trywait(self.0.get()) == 0 }
    }

    pub fn is_locked(&self) -> bool {
        let mut value = 0;
        // SAFETY: a live semaphore.
        unsafe { libc::sem_getvalue(self.0.get(), &mut value) };
        value == 0
    }

    pub fn release(&self) {
        // SAFETY: a live semaphore.
        unsafe { libc::sem_post(self.0.get()) };
    }

    /// Waits as C code does, without the GIL: no handlers run. 0: not acquired, 1: acquired, 2: interrupted (if that is to be told).
    pub fn wait(&self, timeout: i64, interruptible: bool) -> i32 {
        if self.try_acquire() {
            return 1;
        }
        if timeout == 0 {
            return 0;
        }
        // SAFETY: the structure is written by the call.
        let mut deadline: libc::timespec = unsafe { std::mem::zeroed() };
        if timeout > 0 {
            // SAFETY: as above.
            unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut deadline) };
            let total = deadline.tv_nsec + timeout % 1_000_000_000;
            deadline.tv_sec = deadline
                .tv_sec
                .saturating_add(timeout / 1_000_000_000 + total / 1_000_000_000);
            deadline.tv_nsec = total % 1_000_000_000;
        }
        loop {
            // SAFETY: a live semaphore: its owner is kept by the caller.
            let status = unsafe {
                if timeout < 0 {
                    libc::sem_wait(self.0.get())
                } else {
                    sem_clockwait(self.0.get(), libc::CLOCK_MONOTONIC, &deadline)
                }
            };
            if status == 0 {
                return 1;
            }
            if crate::posix::path::errno() != libc::EINTR {
                return 0;
            }
            if interruptible {
                return 2;
            }
        }
    }

    /// Waits at most `timeout` nanoseconds (for ever if negative). Handlers of signals run meanwhile and may raise.
    pub fn acquire(&self, timeout: i64) -> PyResult<bool> {
        if self.try_acquire() {
            return Ok(true);
        }
        if timeout == 0 {
            return Ok(false);
        }
        // SAFETY: the structure is written by the call.
        let mut deadline: libc::timespec = unsafe { std::mem::zeroed() };
        if timeout > 0 {
            unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut deadline) };
            let total = deadline.tv_nsec + timeout % 1_000_000_000;
            deadline.tv_sec = deadline
                .tv_sec
                .saturating_add(timeout / 1_000_000_000 + total / 1_000_000_000);
            deadline.tv_nsec = total % 1_000_000_000;
        }
        loop {
            // SAFETY: a live semaphore: the object that owns it is kept by the caller.
            let status = without_gil(|| unsafe {
                if timeout < 0 {
                    libc::sem_wait(self.0.get())
                } else {
                    sem_clockwait(self.0.get(), libc::CLOCK_MONOTONIC, &deadline)
                }
            });
            if status == 0 {
                return Ok(true);
            }
            if crate::posix::path::errno() != libc::EINTR {
                return Ok(false);
            }
            crate::signal::check()?;
        }
    }
}

/// Arguments of `acquire`: how long to wait, in nanoseconds, -1 for ever, 0 not at all.
fn acquire_timeout(args: Args<'_>, count: isize, kwnames: Option<&PyTupleObject>) -> PyResult<i64> {
    static PARAMS: Params = Params {
        function: "acquire",
        names: &["blocking", "timeout"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let blocking = bool_arg(a[0], true)?;
    let Some(timeout) = a[1] else {
        return Ok(if blocking { -1 } else { 0 });
    };
    let ns = crate::time::timeout_ns(timeout)?;
    if !blocking && ns != -1_000_000_000 {
        return Err(raise!(
            ValueError,
            "can't specify a timeout for a non-blocking call"
        ));
    }
    if ns < 0 && ns != -1_000_000_000 {
        return Err(raise!(
            ValueError,
            "timeout value must be a non-negative number"
        ));
    }
    Ok(if !blocking {
        0
    } else if ns < 0 {
        -1
    } else {
        ns
    })
}

#[derive(Default)]
struct PlainLock {
    lock: RefCell<Lock>,
}

impl Body for PlainLock {}

static LockType: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(lock_repr),
    tp_methods: methods(LOCK_METHODS),
    tp_weaklistoffset: weak_offset::<PlainLock>(),
    ..native_type::<PlainLock>(c"_thread.lock")
};

const ACQUIRE_DOC: &std::ffi::CStr =
    c"acquire(blocking=True, timeout=-1) -> bool\n\nTakes the lock, waiting for it.";

static_table! {
static LOCK_METHODS: [PyMethodDef] = [
    fast_kw(c"acquire", lock_acquire, ACQUIRE_DOC),
    fast_kw(c"acquire_lock", lock_acquire, ACQUIRE_DOC),
    noargs(c"release", lock_release, c"release()\n\nGives the lock up."),
    noargs(c"release_lock", lock_release, c"release()\n\nGives the lock up."),
    noargs(c"locked", lock_locked, c"locked() -> bool"),
    noargs(c"locked_lock", lock_locked, c"locked() -> bool"),
    fast_kw(c"__enter__", lock_acquire, ACQUIRE_DOC),
    def::fast(c"__exit__", lock_exit, c"release()\n\nGives the lock up."),
    noargs(c"_at_fork_reinit", lock_reinit, c""),
    PyMethodDef::END,
];
}

extern "C" fn lock_repr(this: &Native<PlainLock>) -> PyResult {
    text(&format!(
        "<{} {} object at {:#x}>",
        if this.lock.borrow().is_locked() {
            "locked"
        } else {
            "unlocked"
        },
        this.object().ty().qualified_name(),
        this.object().as_ptr() as usize
    ))
}

extern "C" fn lock_acquire(
    this: &Native<PlainLock>,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let timeout = acquire_timeout(args, count, kwnames)?;
    // SAFETY: the semaphore is replaced only after a fork, when no thread waits.
    let lock = unsafe { &*this.lock.as_ptr() };
    boolean(lock.acquire(timeout)?)
}

extern "C" fn lock_release(this: &Native<PlainLock>) -> PyResult {
    let lock = this.lock.borrow();
    if !lock.is_locked() {
        return Err(raise!(RuntimeError, "release unlocked lock"));
    }
    lock.release();
    none()
}

extern "C" fn lock_exit(this: &Native<PlainLock>, _: Args<'_>, _: isize) -> PyResult {
    lock_release(this)
}

extern "C" fn lock_locked(this: &Native<PlainLock>) -> PyResult {
    boolean(this.lock.borrow().is_locked())
}

extern "C" fn lock_reinit(this: &Native<PlainLock>) -> PyResult {
    std::mem::forget(this.lock.replace(Lock::default()));
    none()
}

// ---- re-entrant locks ----

#[derive(Default)]
struct ReentrantLock {
    lock: RefCell<Lock>,
    owner: Cell<u64>,
    count: Cell<usize>,
}

impl Body for ReentrantLock {}

static RLockType: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(rlock_repr),
    tp_methods: methods(RLOCK_METHODS),
    tp_weaklistoffset: weak_offset::<ReentrantLock>(),
    tp_new: Cell::new(Some(new_default::<ReentrantLock>)),
    tp_flags: BASE_FLAGS,
    ..native_type::<ReentrantLock>(c"_thread.RLock")
};

static_table! {
static RLOCK_METHODS: [PyMethodDef] = [
    fast_kw(c"acquire", rlock_acquire, ACQUIRE_DOC),
    noargs(c"release", rlock_release, c"release()\n\nGives the lock up once."),
    noargs(c"_is_owned", rlock_is_owned, c""),
    def::one(c"_acquire_restore", rlock_restore, c""),
    noargs(c"_release_save", rlock_save, c""),
    fast_kw(c"__enter__", rlock_acquire, ACQUIRE_DOC),
    def::fast(c"__exit__", rlock_exit, c"release()\n\nGives the lock up once."),
    noargs(c"_at_fork_reinit", rlock_reinit, c""),
    PyMethodDef::END,
];
}

extern "C" fn rlock_repr(this: &Native<ReentrantLock>) -> PyResult {
    text(&format!(
        "<{} {} object owner={} count={} at {:#x}>",
        if this.count.get() > 0 {
            "locked"
        } else {
            "unlocked"
        },
        this.object().ty().qualified_name(),
        this.owner.get(),
        this.count.get(),
        this.object().as_ptr() as usize
    ))
}

extern "C" fn rlock_acquire(
    this: &Native<ReentrantLock>,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let timeout = acquire_timeout(args, count, kwnames)?;
    let me = ident();
    if this.count.get() > 0 && this.owner.get() == me {
        this.count.set(this.count.get() + 1);
        return boolean(true);
    }
    // SAFETY: as in `lock_acquire`.
    let taken = unsafe { &*this.lock.as_ptr() }.acquire(timeout)?;
    if taken {
        this.owner.set(me);
        this.count.set(1);
    }
    boolean(taken)
}

extern "C" fn rlock_release(this: &Native<ReentrantLock>) -> PyResult {
    if this.count.get() == 0 || this.owner.get() != ident() {
        return Err(raise!(RuntimeError, "cannot release un-acquired lock"));
    }
    this.count.set(this.count.get() - 1);
    if this.count.get() == 0 {
        this.owner.set(0);
        this.lock.borrow().release();
    }
    none()
}

extern "C" fn rlock_exit(this: &Native<ReentrantLock>, _: Args<'_>, _: isize) -> PyResult {
    rlock_release(this)
}

extern "C" fn rlock_is_owned(this: &Native<ReentrantLock>) -> PyResult {
    boolean(this.count.get() > 0 && this.owner.get() == ident())
}

extern "C" fn rlock_restore(this: &Native<ReentrantLock>, state: &PyObject) -> PyResult {
    let state = state.downcast::<PyTupleObject>().filter(|t| t.len() == 2);
    let Some(state) = state else {
        return Err(raise!(
            TypeError,
            "_acquire_restore() argument 1 must be a pair"
        ));
    };
    let (count, owner) = (i64_arg(state.items()[0])?, i64_arg(state.items()[1])?);
    // SAFETY: as in `lock_acquire`.
    unsafe { &*this.lock.as_ptr() }.acquire(-1)?;
    this.count.set(count as usize);
    this.owner.set(owner as u64);
    none()
}

extern "C" fn rlock_save(this: &Native<ReentrantLock>) -> PyResult {
    if this.count.get() == 0 {
        return Err(raise!(RuntimeError, "cannot release un-acquired lock"));
    }
    let state = tuple(vec![
        int(this.count.get() as i64)?,
        int(this.owner.get() as i64)?,
    ])?;
    this.count.set(0);
    this.owner.set(0);
    this.lock.borrow().release();
    Ok(state)
}

extern "C" fn rlock_reinit(this: &Native<ReentrantLock>) -> PyResult {
    std::mem::forget(this.lock.replace(Lock::default()));
    this.owner.set(0);
    this.count.set(0);
    none()
}

// ---- thread-local data ----

/// `_thread._local`: one attribute dict per thread. The instance's `__dict__` slot holds the running thread's.
#[derive(Default)]
struct Local {
    dicts: RefCell<HashMap<u64, Ref>>,
    args: Held,
    kwargs: Held,
}

impl Body for Local {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        if let Ok(dicts) = self.dicts.try_borrow() {
            for dict in dicts.values() {
                let answer = visit(dict);
                if answer != 0 {
                    return answer;
                }
            }
        }
        visit_all(&[&self.args, &self.kwargs], visit)
    }
    fn clear(&self) {
        drop(std::mem::take(&mut *self.dicts.borrow_mut()));
        self.args.take();
        self.kwargs.take();
    }
}

static LocalType: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(local_new)),
    tp_getattro: slot_getattr(),
    tp_setattro: Cell::new(Some(local_setattro)),
    tp_dictoffset: dict_offset::<Local>(),
    tp_weaklistoffset: weak_offset::<Local>(),
    tp_flags: BASE_FLAGS,
    tp_doc: Cell::new(c"_local()\n--\n\nAttributes that every thread has of its own.".as_ptr()),
    ..native_type::<Local>(c"_thread._local")
};

const fn slot_getattr() -> Cell<Option<getattrofunc>> {
    Cell::new(Some(local_getattro))
}

extern "C" fn local_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    let plain_init = ty.tp_init.get().map(|f| f as usize)
        == object::PyBaseObject_Type.tp_init.get().map(|f| f as usize);
    if plain_init {
        let any = args_tuple(args).len() > 0
            || kwargs
                .and_then(|k| k.downcast::<PyDictObject>())
                .is_some_and(|d| d.len() > 0);
        if any {
            return Err(raise!(
                TypeError,
                "Initialization arguments are not supported"
            ));
        }
    }
    let body = Local {
        args: Held::new(Some(args.to_ref())),
        kwargs: Held::new(kwargs.map(|k| k.to_ref())),
        ..Local::default()
    };
    let local = new_native(ty, body)?;
    let own = dict::new()?.into_object();
    local.dicts.borrow_mut().insert(ident(), own.clone());
    local.dict.set(Some(own));
    Ok(local.into_object())
}

/// Puts the running thread's dict into the instance; the first time in a thread `__init__` runs.
fn enter_local(this: &PyObject) -> PyResult<()> {
    // SAFETY: slots of the local type are called with its instances.
    let local = unsafe { this.cast::<Native<Local>>() };
    let me = ident();
    let known = local.dicts.borrow().get(&me).cloned();
    if let Some(own) = known {
        if !local.dict.get().is_some_and(|d| d.is(&*own)) {
            local.dict.set(Some(own));
        }
        return Ok(());
    }
    let own = dict::new()?.into_object();
    local.dicts.borrow_mut().insert(me, own.clone());
    local.dict.set(Some(own));
    if let Some(init) = this.ty().tp_init.get() {
        let args = local.args.get();
        let kwargs = local.kwargs.get();
        if let Some(args) = args {
            if init(this, &args, kwargs.as_deref()) < 0 {
                local.dicts.borrow_mut().remove(&me);
                return Err(Raised);
            }
        }
    }
    Ok(())
}

extern "C" fn local_getattro(this: &PyObject, name: &PyObject) -> PyResult {
    enter_local(this)?;
    let Some(name) = name.downcast::<Str>() else {
        return Err(raise!(
            TypeError,
            "attribute name must be string, not '{}'",
            name.ty().name()
        ));
    };
    if name.equals(&names::__dict__) {
        // SAFETY: as above.
        return Ok(unsafe { this.cast::<Native<Local>>() }
            .dict
            .cloned()
            .unwrap_or_else(singletons::none));
    }
    match protocol::generic_getattr(this, name, false)? {
        Some(value) => Ok(value),
        None => Err(raise!(SystemError, "attribute look-up without an answer")),
    }
}

extern "C" fn local_setattro(this: &PyObject, name: &PyObject, value: Option<&PyObject>) -> c_int {
    def::status((|| {
        enter_local(this)?;
        let Some(name) = name.downcast::<Str>() else {
            return Err(raise!(
                TypeError,
                "attribute name must be string, not '{}'",
                name.ty().name()
            ));
        };
        if name.equals(&names::__dict__) {
            return Err(raise!(
                AttributeError,
                "'{}' object attribute '__dict__' is read-only",
                this.ty().name()
            ));
        }
        protocol::generic_setattr(this, name, value)
    })())
}

// ---- functions ----

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
    int(0)
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
    crate::signal::simulate(signal);
    none()
}

static STACK_SIZE: crate::config::Protected<usize> = crate::config::Protected::new(0);

extern "C" fn stack_size(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("stack_size", args.len(), 0, 1)?;
    let old = STACK_SIZE.get();
    let new = args.first().map_or(Ok(0), |o| isize_arg(o))?;
    if new < 0 {
        return Err(raise!(ValueError, "size must be 0 or a positive value"));
    }
    if new != 0 && new < 32768 {
        return Err(raise!(ValueError, "size not valid: {new} bytes"));
    }
    if !args.is_empty() {
        STACK_SIZE.set(new as usize);
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
    Err(raise!(RuntimeError, "can't start new thread"))
}

/// The lock that is released when the thread ends, for `threading`.
extern "C" fn set_sentinel(module: &PyObject) -> PyResult {
    allocate_lock(module)
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
    def::one::<PyObject>(c"_excepthook", excepthook, c"_excepthook($module, exc_info, /)\n--\n\nReports what ended a thread."),
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
