//! `faulthandler`: tracebacks on fatal signals, on a signal of the user's choice, after a time, or at once.
//!
//! The dump runs in signal handlers: it reads frames and code objects, and writes to a descriptor; it neither allocates nor locks.

use crate::support::*;
use hotpy_objects::bind;
use hotpy_objects::cfunction::{Names, check_count};
use hotpy_objects::def::{Downcast, fast, fast_kw, noargs};
use hotpy_objects::*;
use hotpy_vm::state;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The signals that end a process, by their usual names.
const FATAL: [(i32, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];
const MAX_FRAMES: usize = 100;
const MAX_THREADS: usize = 100;
const MAX_TEXT: usize = 500;

// ---- writing without allocation ----

struct Out(i32);

impl Out {
    fn raw(&self, data: &[u8]) {
        let mut rest = data;
        while !rest.is_empty() {
            // SAFETY: the slice has that many bytes.
            let n = unsafe { libc::write(self.0, rest.as_ptr().cast(), rest.len()) };
            // SAFETY: always a valid address.
            if n < 0 && unsafe { *libc::__errno_location() } == libc::EINTR {
                continue;
            }
            let Ok(n) = usize::try_from(n) else { return };
            rest = &rest[n..];
        }
    }

    fn text(&self, text: &str) {
        self.raw(text.as_bytes());
    }

    fn number(&self, mut n: u64, base: u64, width: usize) {
        let mut digits = [b'0'; 20];
        let mut at = digits.len();
        while n > 0 || digits.len() - at < width.max(1) {
            at -= 1;
            digits[at] = b"0123456789abcdef"[(n % base) as usize];
            n /= base;
        }
        self.raw(&digits[at..]);
    }

    /// Text in ASCII, other characters escaped.
    fn escaped(&self, text: &Str) {
        for (i, c) in text.code_points().enumerate() {
            if i == MAX_TEXT {
                self.text("...");
                break;
            }
            match c {
                0x20..=0x7e => self.raw(&[c as u8]),
                0..=0xff => {
                    self.text("\\x");
                    self.number(c as u64, 16, 2);
                }
                0x100..=0xffff => {
                    self.text("\\u");
                    self.number(c as u64, 16, 4);
                }
                _ => {
                    self.text("\\U");
                    self.number(c as u64, 16, 8);
                }
            }
        }
    }

    fn frames(&self, ts: &PyThreadState) {
        let Some(first) = frame::current_of(ts) else {
            return self.text("  <no Python frame>\n");
        };
        let mut next: *const frame::Frame = first;
        for depth in 0.. {
            // SAFETY: the chain consists of live frames; a broken one is the reason why we are here, and then it faults again.
            let Some(frame) = (unsafe { next.as_ref() }) else {
                return;
            };
            if depth == MAX_FRAMES {
                return self.text("  ...\n");
            }
            let code = frame.code();
            self.text("  File \"");
            self.escaped(code.filename());
            self.text("\", line ");
            let unit = (frame.prev_instr.get() as isize - code.first_instr() as isize) / 2;
            match code::line_at(code, unit.max(0) as usize) {
                Some(line) => self.number(line.max(0) as u64, 10, 1),
                None => self.text("???"),
            }
            self.text(" in ");
            self.escaped(code.name());
            self.text("\n");
            next = frame::visible(frame.previous.get());
        }
    }

    fn threads(&self, current: Option<&PyThreadState>) {
        // SAFETY: a thread state's interpreter outlives it.
        let interp = current
            .and_then(|ts| unsafe { ts.interp.get().as_ref() })
            .unwrap_or(&_PyRuntime.main_interpreter);
        for (i, ts) in state::chain(interp).enumerate() {
            if i > 0 {
                self.text("\n");
            }
            if i == MAX_THREADS {
                return self.text("...\n");
            }
            let is_current = current.is_some_and(|c| std::ptr::eq(c, ts));
            self.text(if is_current {
                "Current thread 0x"
            } else {
                "Thread 0x"
            });
            self.number(ts.thread_id.get(), 16, 16);
            self.text(" (most recent call first):\n");
            if is_current && gc::in_progress() {
                self.text("  Garbage-collecting\n");
            }
            self.frames(ts);
        }
    }

    fn dump(&self, all: bool, current: Option<&PyThreadState>) {
        match current {
            Some(ts) if !all => {
                self.text("Stack (most recent call first):\n");
                self.frames(ts);
            }
            _ => self.threads(current),
        }
    }
}

impl Out {
    /// The modules of C code that are not the library's own, and how many they are; nothing if there are none.
    fn extension_modules(&self) {
        let sys = interpreter().sys.get().map(PyModuleObject::dict);
        let of_sys = |name: &str| sys.and_then(|d| d.get_text(name));
        let modules = of_sys("modules");
        let Some(modules) = modules
            .as_deref()
            .and_then(|m| m.downcast::<PyDictObject>())
        else {
            return;
        };
        let known = of_sys("stdlib_module_names");
        let known = known.filter(|k| k.ty().is(&set::PyFrozenSet_Type));
        let (mut at, mut count) = (0, 0);
        while let Some((name, module, _)) = modules.next_entry(&mut at) {
            let (Some(name), Some(module)) =
                (name.downcast::<Str>(), module.downcast::<PyModuleObject>())
            else {
                continue;
            };
            let is_builtin = || {
                crate::table::MODULES
                    .iter()
                    .any(|(own, _)| name.equals_text(own))
            };
            let is_known = || {
                known
                    .as_deref()
                    .is_some_and(|k| protocol::contains(k, name).unwrap_or(false))
            };
            if module.md_def.get().is_none() && !is_builtin() || is_known() {
                continue;
            }
            self.text(if count == 0 {
                "\nExtension modules: "
            } else {
                ", "
            });
            self.escaped(name);
            count += 1;
        }
        if count > 0 {
            self.text(" (total: ");
            self.number(count, 10, 1);
            self.text(")\n");
        }
    }
}

/// Writes the stack of a thread, or of all of them; for when everything else may be broken.
pub fn dump(fd: i32, current: Option<&PyThreadState>, all: bool) {
    Out(fd).dump(all, current);
}

/// Writes which modules of C code there are that are not the library's own.
pub fn dump_extension_modules(fd: i32) {
    Out(fd).extension_modules();
}

/// Ends the process because it cannot go on: tells of the state, the exception that is set or the threads' frames, and of extension modules.
pub fn fatal(what: &str) -> ! {
    static WITHIN: AtomicBool = AtomicBool::new(false);
    if WITHIN.swap(true, SeqCst) {
        // The report itself fails.
        std::process::abort();
    }
    let out = Out(2);
    out.text("Fatal Python error: ");
    out.text(what);
    out.text("\nPython runtime state: ");
    let ts = state::of_this_thread();
    if crate::start::is_finalizing() {
        out.text("finalizing (tstate=0x");
        out.number(ts.map_or(0, |ts| std::ptr::from_ref(ts) as u64), 16, 16);
        out.text(")");
    } else {
        out.text("initialized");
    }
    out.text("\n\n");
    let has_gil = ts.is_some_and(|ts| std::ptr::eq(_PyRuntime.tstate_current.get(), ts));
    if has_gil && errors::occurred().is_some() {
        crate::run::report();
    } else {
        out.threads(ts);
    }
    out.extension_modules();
    restore_fatal();
    if has_gil {
        crate::stdio::flush_silently();
    }
    std::process::abort()
}

// ---- arguments ----

/// The descriptor of a file argument (None: `sys.stderr`), and the file to keep alive.
fn file_arg(file: Option<&PyObject>) -> PyResult<(i32, Option<Ref>)> {
    let file = match not_none(file) {
        Some(file) => file.to_ref(),
        None => match crate::sys::get("stderr") {
            None => return Err(raise!(RuntimeError, "unable to get sys.stderr")),
            Some(file) if singletons::is_none(&file) => {
                return Err(raise!(RuntimeError, "sys.stderr is None"));
            }
            Some(file) => file,
        },
    };
    if file.is_instance::<PyLongObject>() {
        let fd = int_arg(&file)?;
        if fd < 0 {
            return Err(raise!(ValueError, "file is not a valid file descripter"));
        }
        return Ok((fd, None));
    }
    let fd = method(&file, "fileno", &[])?;
    let fd = fd.downcast::<PyLongObject>().and_then(|n| n.to_i64());
    let Some(fd) = fd.filter(|n| (0..i32::MAX as i64).contains(n)) else {
        return Err(raise!(
            RuntimeError,
            "file.fileno() is not a valid file descriptor"
        ));
    };
    if method(&file, "flush", &[]).is_err() {
        errors::clear();
    }
    Ok((fd as i32, Some(file)))
}

extern "C" fn dump_traceback(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    names: Names<'_>,
) -> PyResult {
    let a = bind!(
        "dump_traceback",
        ["file", "all_threads"],
        0,
        args,
        count,
        names
    );
    let all = bool_arg(a[1], true)?;
    let (fd, _file) = file_arg(a[0])?;
    Out(fd).dump(all, Some(tstate()));
    crate::signal::check()?;
    none()
}

// ---- fatal signals ----

/// What a handler replaced. Written with the GIL held, read in handlers.
struct Previous(UnsafeCell<std::mem::MaybeUninit<libc::sigaction>>);

// SAFETY: see above.
unsafe impl Sync for Previous {}

static ENABLED: AtomicBool = AtomicBool::new(false);
static FATAL_FD: AtomicI32 = AtomicI32::new(2);
static FATAL_ALL: AtomicBool = AtomicBool::new(true);
static FATAL_FILE: Global = Global::EMPTY;
static FATAL_PREVIOUS: [Previous; 5] =
    [const { Previous(UnsafeCell::new(std::mem::MaybeUninit::uninit())) }; 5];

fn restore_fatal() {
    if !ENABLED.swap(false, SeqCst) {
        return;
    }
    for (i, (signal, _)) in FATAL.iter().enumerate() {
        // SAFETY: saved by `install_fatal`.
        unsafe {
            libc::sigaction(
                *signal,
                (*FATAL_PREVIOUS[i].0.get()).as_ptr(),
                std::ptr::null_mut(),
            )
        };
    }
}

extern "C" fn on_fatal(signal: c_int) {
    // SAFETY: always a valid address.
    let errno = unsafe { *libc::__errno_location() };
    restore_fatal();
    let out = Out(FATAL_FD.load(SeqCst));
    out.text("Fatal Python error: ");
    let name = FATAL.iter().find(|(number, _)| *number == signal);
    out.text(name.map_or("?", |(_, name)| *name));
    out.text("\n\n");
    out.dump(FATAL_ALL.load(SeqCst), state::of_this_thread());
    out.extension_modules();
    // SAFETY: the old handler is back: it gets the signal, which cannot be returned from.
    unsafe {
        *libc::__errno_location() = errno;
        libc::raise(signal);
    }
}

fn alternative_stack() {
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.swap(true, SeqCst) {
        return;
    }
    let size = libc::SIGSTKSZ * 4;
    let stack = libc::stack_t {
        ss_sp: Box::leak(vec![0u8; size].into_boxed_slice())
            .as_mut_ptr()
            .cast(),
        ss_flags: 0,
        ss_size: size,
    };
    // SAFETY: memory that is never freed.
    unsafe { libc::sigaltstack(&stack, std::ptr::null_mut()) };
}

/// Reports fatal signals on the descriptor from now on.
pub fn install_fatal(fd: i32, all: bool) -> PyResult<()> {
    FATAL_FD.store(fd, SeqCst);
    FATAL_ALL.store(all, SeqCst);
    if ENABLED.swap(true, SeqCst) {
        return Ok(());
    }
    alternative_stack();
    for (i, (signal, _)) in FATAL.iter().enumerate() {
        // SAFETY: the handler is async-signal-safe; the old action is saved.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_fatal as *const () as usize;
            action.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
            libc::sigemptyset(&mut action.sa_mask);
            let old = (*FATAL_PREVIOUS[i].0.get()).as_mut_ptr();
            if libc::sigaction(*signal, &action, old) != 0 {
                return Err(errors::raise_errno(None, None));
            }
        }
    }
    Ok(())
}

extern "C" fn enable(_: &PyObject, args: Args<'_>, count: isize, names: Names<'_>) -> PyResult {
    let a = bind!("enable", ["file", "all_threads"], 0, args, count, names);
    let all = bool_arg(a[1], true)?;
    let (fd, file) = file_arg(a[0])?;
    FATAL_FILE.set(file);
    install_fatal(fd, all)?;
    none()
}

extern "C" fn disable(_: &PyObject) -> PyResult {
    let was = ENABLED.load(SeqCst);
    restore_fatal();
    FATAL_FILE.take();
    boolean(was)
}

extern "C" fn is_enabled(_: &PyObject) -> PyResult {
    boolean(ENABLED.load(SeqCst))
}

// ---- the user's signals ----

struct User {
    fd: AtomicI32,
    all: AtomicBool,
    chain: AtomicBool,
    enabled: AtomicBool,
    file: Global,
    previous: Previous,
}

const SIGNALS: usize = crate::signal::COUNT;
static USER: [User; SIGNALS] = [const {
    User {
        fd: AtomicI32::new(2),
        all: AtomicBool::new(false),
        chain: AtomicBool::new(false),
        enabled: AtomicBool::new(false),
        file: Global::EMPTY,
        previous: Previous(UnsafeCell::new(std::mem::MaybeUninit::uninit())),
    }
}; SIGNALS];

fn install_user(signal: c_int, chain: bool, old: *mut libc::sigaction) -> bool {
    // SAFETY: the handler is async-signal-safe.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_user as *const () as usize;
        libc::sigemptyset(&mut action.sa_mask);
        action.sa_flags = libc::SA_ONSTACK | libc::SA_RESTART;
        if chain {
            action.sa_flags = libc::SA_ONSTACK | libc::SA_NODEFER;
        }
        libc::sigaction(signal, &action, old) == 0
    }
}

extern "C" fn on_user(signal: c_int) {
    let Some(user) = USER.get(signal as usize).filter(|u| u.enabled.load(SeqCst)) else {
        return;
    };
    // SAFETY: always a valid address; the saved action is valid while the handler is installed.
    unsafe {
        let errno = *libc::__errno_location();
        Out(user.fd.load(SeqCst)).dump(user.all.load(SeqCst), state::of_this_thread());
        if user.chain.load(SeqCst) {
            libc::sigaction(
                signal,
                (*user.previous.0.get()).as_ptr(),
                std::ptr::null_mut(),
            );
            *libc::__errno_location() = errno;
            libc::raise(signal);
            install_user(signal, true, std::ptr::null_mut());
        }
        *libc::__errno_location() = errno;
    }
}

fn user_signal(o: &PyObject) -> PyResult<i32> {
    let signal = int_arg(o)?;
    if FATAL.iter().any(|(fatal, _)| *fatal == signal) {
        return Err(raise!(
            RuntimeError,
            "signal {signal} cannot be registered, use enable() instead"
        ));
    }
    if !(1..SIGNALS as i32).contains(&signal) {
        return Err(raise!(ValueError, "signal number out of range"));
    }
    Ok(signal)
}

extern "C" fn register(_: &PyObject, args: Args<'_>, count: isize, names: Names<'_>) -> PyResult {
    let a = bind!(
        "register",
        ["signum", "file", "all_threads", "chain"],
        1,
        args,
        count,
        names
    );
    let Some(signal) = a[0] else {
        return Err(Raised);
    };
    let (all, chain) = (bool_arg(a[2], true)?, bool_arg(a[3], false)?);
    let signal = user_signal(signal)?;
    let (fd, file) = file_arg(a[1])?;
    let user = &USER[signal as usize];
    if !user.enabled.load(SeqCst) {
        alternative_stack();
        // SAFETY: the place is the signal's own.
        let old = unsafe { (*user.previous.0.get()).as_mut_ptr() };
        if !install_user(signal, chain, old) {
            return Err(errors::raise_errno(None, None));
        }
    }
    user.file.set(file);
    user.fd.store(fd, SeqCst);
    user.all.store(all, SeqCst);
    user.chain.store(chain, SeqCst);
    user.enabled.store(true, SeqCst);
    none()
}

extern "C" fn unregister(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("unregister", args.len(), 1, 1)?;
    let signal = user_signal(args[0])?;
    let user = &USER[signal as usize];
    let was = user.enabled.swap(false, SeqCst);
    if was {
        // SAFETY: saved by `register`.
        unsafe {
            libc::sigaction(
                signal,
                (*user.previous.0.get()).as_ptr(),
                std::ptr::null_mut(),
            )
        };
        user.file.take();
    }
    boolean(was)
}

// ---- after a time ----

/// True: cancelled.
type Cancel = Arc<(Mutex<bool>, Condvar)>;

struct Watchdog(Cell<Option<(Cancel, std::thread::JoinHandle<()>)>>);

// SAFETY: U1.
unsafe impl Sync for Watchdog {}

static WATCHDOG: Watchdog = Watchdog(Cell::new(None));
static WATCHDOG_FILE: Global = Global::EMPTY;

fn cancel_watchdog() {
    if let Some((cancel, thread)) = WATCHDOG.0.take() {
        *cancel.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        cancel.1.notify_all();
        let _ = thread.join();
    }
    WATCHDOG_FILE.take();
}

fn watch(cancel: &Cancel, timeout: Duration, repeat: bool, fd: i32, exit: bool) {
    let micros = timeout.subsec_micros();
    let seconds = timeout.as_secs();
    let mut header = format!(
        "Timeout ({}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    if micros != 0 {
        header += &format!(".{micros:06}");
    }
    header += ")!\n";
    loop {
        let guard = cancel.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (cancelled, _) = cancel
            .1
            .wait_timeout_while(guard, timeout, |cancelled| !*cancelled)
            .unwrap_or_else(PoisonError::into_inner);
        if *cancelled {
            return;
        }
        let out = Out(fd);
        out.text(&header);
        out.threads(None);
        if exit {
            // SAFETY: ends the process.
            unsafe { libc::_exit(1) };
        }
        if !repeat {
            return;
        }
    }
}

extern "C" fn dump_traceback_later(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    names: Names<'_>,
) -> PyResult {
    let a = bind!(
        "dump_traceback_later",
        ["timeout", "repeat", "file", "exit"],
        1,
        args,
        count,
        names
    );
    let Some(timeout) = a[0] else {
        return Err(Raised);
    };
    let ns = crate::time::timeout_ns(timeout)?;
    let (repeat, exit) = (bool_arg(a[1], false)?, bool_arg(a[3], false)?);
    if ns <= 0 {
        return Err(raise!(ValueError, "timeout must be greater than 0"));
    }
    // Rounded up to microseconds.
    let timeout = Duration::from_micros((ns as u64).div_ceil(1000));
    let (fd, file) = file_arg(a[2])?;
    cancel_watchdog();
    WATCHDOG_FILE.set(file);
    let cancel: Cancel = Arc::default();
    let own = cancel.clone();
    // SAFETY: masks are written by the calls; the new thread inherits a full one.
    let (started, old) = unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        let mut old: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut old);
        let started =
            std::thread::Builder::new().spawn(move || watch(&own, timeout, repeat, fd, exit));
        (started, old)
    };
    // SAFETY: the mask was saved above.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &old, std::ptr::null_mut()) };
    match started {
        Ok(thread) => {
            WATCHDOG.0.set(Some((cancel, thread)));
            none()
        }
        Err(_) => Err(raise!(RuntimeError, "unable to start watchdog thread")),
    }
}

extern "C" fn cancel_dump_traceback_later(_: &PyObject) -> PyResult {
    cancel_watchdog();
    none()
}

// ---- for tests ----

fn die(signal: c_int) -> PyResult {
    // SAFETY: a plain library call, with a handler or the default action.
    unsafe { libc::raise(signal) };
    none()
}

extern "C" fn sigsegv(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("_sigsegv", args.len(), 0, 1)?;
    if bool_arg(args.first().copied(), false)? {
        return crate::thread::without_gil(|| die(libc::SIGSEGV));
    }
    die(libc::SIGSEGV)
}

extern "C" fn read_null(_: &PyObject) -> PyResult {
    die(libc::SIGSEGV)
}

extern "C" fn sigfpe(_: &PyObject) -> PyResult {
    die(libc::SIGFPE)
}

extern "C" fn sigabrt(_: &PyObject) -> PyResult {
    std::process::abort()
}

extern "C" fn stack_overflow(_: &PyObject) -> PyResult {
    #[inline(never)]
    fn deeper(n: usize) -> usize {
        let room = std::hint::black_box([n as u8; 4096]);
        if n == usize::MAX {
            0
        } else {
            deeper(n + 1) + room[n % 4096] as usize
        }
    }
    int(std::hint::black_box(deeper(0)) as i64)
}

extern "C" fn fatal_error_c_thread(_: &PyObject) -> PyResult {
    let thread = std::thread::spawn(|| {
        let out = Out(2);
        out.text("Fatal Python error: faulthandler_fatal_error_thread: in new thread\n");
        out.text("Python runtime state: initialized\n\n");
        out.threads(None);
        std::process::abort()
    });
    crate::thread::without_gil(|| thread.join()).ok();
    none()
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast_kw::<PyObject>(c"enable", enable, c"enable(file=sys.stderr, all_threads=True): report fatal signals"),
    noargs::<PyObject>(c"disable", disable, c"disable(): report them no more"),
    noargs::<PyObject>(c"is_enabled", is_enabled, c"is_enabled()->bool: whether they are reported"),
    fast_kw::<PyObject>(c"dump_traceback", dump_traceback, c"dump_traceback(file=sys.stderr, all_threads=True): the tracebacks now"),
    fast_kw::<PyObject>(c"dump_traceback_later", dump_traceback_later, c"dump_traceback_later(timeout, repeat=False, file=sys.stderr, exit=False):\nthe tracebacks after so many seconds"),
    noargs::<PyObject>(c"cancel_dump_traceback_later", cancel_dump_traceback_later, c"cancel_dump_traceback_later():\nnot after all"),
    fast_kw::<PyObject>(c"register", register, c"register(signum, file=sys.stderr, all_threads=True, chain=False): the tracebacks on a signal"),
    fast::<PyObject>(c"unregister", unregister, c"unregister(signum): not on that signal any more"),
    fast::<PyObject>(c"_sigsegv", sigsegv, c"_sigsegv(release_gil=False): raise SIGSEGV"),
    noargs::<PyObject>(c"_read_null", read_null, c"_read_null(): end as if null had been read"),
    noargs::<PyObject>(c"_sigfpe", sigfpe, c"_sigfpe(): raise SIGFPE"),
    noargs::<PyObject>(c"_sigabrt", sigabrt, c"_sigabrt(): raise SIGABRT"),
    noargs::<PyObject>(c"_stack_overflow", stack_overflow, c"_stack_overflow(): use the native stack up"),
    noargs::<PyObject>(c"_fatal_error_c_thread", fatal_error_c_thread, c"_fatal_error_c_thread(): a fatal error in a foreign thread"),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    module::with_methods(
        "faulthandler",
        "Tracebacks when the process is about to die.",
        METHODS,
    )
}

/// `-X faulthandler`, PYTHONFAULTHANDLER: from the start on.
pub fn start() -> PyResult<()> {
    let asked = crate::config::with(|c| {
        c.dev_mode
            || c.x_options.iter().any(|(key, _)| key == "faulthandler")
            || !c.ignore_environment
                && std::env::var("PYTHONFAULTHANDLER").is_ok_and(|v| !v.is_empty())
    });
    if asked {
        install_fatal(2, true)?;
    }
    Ok(())
}

/// Before the interpreter ends.
pub fn finish() {
    cancel_watchdog();
    restore_fatal();
    FATAL_FILE.take();
}
