//! `lock` and `RLock`.
//!
//! A lock is a POSIX semaphore, so that waiting for it can be interrupted by a signal, whose handler then runs.

use super::{ident, without_gil};
use crate::support::*;
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::{Downcast, fast_kw, noargs, slot};
use hotpy_objects::*;
use std::cell::{RefCell, UnsafeCell};

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

/// The time `timeout` nanoseconds from now, on the monotonic clock.
fn deadline(timeout: i64) -> libc::timespec {
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
    deadline
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

    /// Waits for ever; handlers of signals come later.
    pub fn acquire_quietly(&self) {
        // SAFETY: a live semaphore: the object that owns it is kept by the caller.
        while without_gil(|| unsafe { libc::sem_wait(self.0.get()) }) != 0 {}
    }

    /// Waits as C code does, whether or not the caller has the GIL, which is left alone: no handlers run.
    /// 0: not acquired, 1: acquired, 2: interrupted (if that is to be told).
    pub fn wait(&self, timeout: i64, interruptible: bool) -> i32 {
        if self.try_acquire() {
            return 1;
        }
        if timeout == 0 {
            return 0;
        }
        let deadline = deadline(timeout);
        loop {
            if self.wait_once(timeout, &deadline) {
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

    /// One wait; the C library's error number tells why it failed.
    fn wait_once(&self, timeout: i64, deadline: &libc::timespec) -> bool {
        // SAFETY: a live semaphore: the object that owns it is kept by the caller.
        let status = unsafe {
            if timeout < 0 {
                libc::sem_wait(self.0.get())
            } else {
                sem_clockwait(self.0.get(), libc::CLOCK_MONOTONIC, deadline)
            }
        };
        status == 0
    }

    /// Waits at most `timeout` nanoseconds (for ever if negative). Handlers of signals run meanwhile and may raise.
    pub fn acquire(&self, timeout: i64) -> PyResult<bool> {
        if self.try_acquire() {
            return Ok(true);
        }
        if timeout == 0 {
            return Ok(false);
        }
        let deadline = deadline(timeout);
        loop {
            if without_gil(|| self.wait_once(timeout, &deadline)) {
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
    let blocking = a[0].map_or(Ok(1), |o| int_arg(o))? != 0;
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
        return Err(raise!(ValueError, "timeout value must be positive"));
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
pub struct PlainLock {
    pub lock: RefCell<Lock>,
}

impl Body for PlainLock {}

pub static LockType: PyTypeObject = PyTypeObject {
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

#[derive(Default)]
struct ReentrantLock {
    lock: RefCell<Lock>,
    owner: Cell<u64>,
    count: Cell<usize>,
}

impl Body for ReentrantLock {}

pub static RLockType: PyTypeObject = PyTypeObject {
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
    noargs(c"_recursion_count", rlock_recursion_count, c"For internal use by reentrancy tests."),
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

extern "C" fn rlock_recursion_count(this: &Native<ReentrantLock>) -> PyResult {
    let mine = this.owner.get() == ident();
    int(if mine { this.count.get() as i64 } else { 0 })
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
