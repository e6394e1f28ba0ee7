//! `sys`: the interpreter's own state, as Python code sees it.
//!
//! The module's dict is the state: the runtime reads `sys.stdout`, `sys.path`, `sys.modules` from it with [`get`].

mod hooks;
mod info;
mod stdlib_names;

pub use hooks::{AuditHook, add_c_hook, audit, audit_in_frames, is_audited};
pub use info::{short_version, version};

use crate::config;
use crate::engine;
use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, fast_kw, noargs, one};
use hotpy_objects::*;

/// The interpreter's module.
pub fn module() -> Option<Ref<PyModuleObject>> {
    interpreter().sys.cloned()
}

/// The module's dict.
pub fn dict() -> Option<Ref<PyDictObject>> {
    Some(Ref::new(module()?.dict()))
}

/// `sys.name`, if there.
pub fn get(name: &str) -> Option<Ref> {
    dict()?.get_text(name)
}

/// Sets `sys.name`.
pub fn set(name: &str, value: &PyObject) -> PyResult<()> {
    match dict() {
        Some(dict) => dict.set_text(name, value),
        None => Ok(()),
    }
}

/// `sys.modules`.
pub fn modules() -> PyResult<Ref<PyDictObject>> {
    match dict().and_then(|d| d.get_str(&names::modules)) {
        Some(modules) if modules.is_instance::<PyDictObject>() => {
            // SAFETY: the type was checked.
            Ok(unsafe { modules.cast() })
        }
        _ => Err(raise!(RuntimeError, "unable to get sys.modules")),
    }
}

/// Writes text to a Python file object; errors are dropped.
pub fn write_text(file: &PyObject, message: &str) {
    let written = str_::new(message).and_then(|m| method(file, "write", &[&m]));
    if written.is_err() {
        errors::clear();
    }
}

extern "C" fn exit(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("exit", args.len(), 0, 1)?;
    Err(errors::raise_value(
        &exceptions::SystemExit,
        args.first().copied(),
    ))
}

extern "C" fn exc_info(_: &PyObject) -> PyResult {
    frame::force();
    exc_info_of(errors::handled())
}

fn exc_info_of(handled: Option<&PyObject>) -> PyResult {
    let Some(exception) = handled.filter(|e| !singletons::is_none(e)) else {
        return tuple(vec![
            singletons::none(),
            singletons::none(),
            singletons::none(),
        ]);
    };
    // SAFETY: handled exceptions are instances.
    let traceback = unsafe { exception.cast::<PyBaseExceptionObject>() }
        .traceback
        .cloned();
    tuple(vec![
        exception.ty().to_ref(),
        exception.to_ref(),
        traceback.unwrap_or_else(singletons::none),
    ])
}

extern "C" fn exception(_: &PyObject) -> PyResult {
    match errors::handled() {
        Some(exception) => Ok(exception.to_ref()),
        None => none(),
    }
}

extern "C" fn intern(_: &PyObject, string: &PyObject) -> PyResult {
    if !string.is_instance::<Str>() {
        return Err(bad_argument("intern", "argument", "str", string));
    }
    if !string.is_exact::<Str>() {
        return Err(raise!(TypeError, "can't intern {}", string.ty().name()));
    }
    // SAFETY: the type was checked.
    let mut string: Ref<Str> = unsafe { string.to_ref().cast() };
    str_::intern_in_place(&mut string);
    Ok(string.into_object())
}

extern "C" fn getrefcount(_: &PyObject, object: &PyObject) -> PyResult {
    int(object.ob_refcnt.get() as i64)
}

extern "C" fn getsizeof(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "getsizeof",
        names: &["object", "default"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let Some(object) = a[0] else { return none() };
    match size_of(object) {
        Ok(size) => uint(size),
        Err(raised) => match a[1] {
            Some(default) if errors::matches(&exceptions::TypeError) => {
                errors::clear();
                Ok(default.to_ref())
            }
            _ => Err(raised),
        },
    }
}

fn size_of(object: &PyObject) -> PyResult<u64> {
    let Some(size) = call::call_special(object, &names::__sizeof__, &[])? else {
        return Err(raise!(
            TypeError,
            "Type {} doesn't define __sizeof__",
            object.ty().name()
        ));
    };
    let size = i64_arg(&size)?;
    if size < 0 {
        return Err(raise!(ValueError, "__sizeof__() should return >= 0"));
    }
    let is_gc = object.ty().is_subclass_flag(flags::tp::HAVE_GC)
        && object.ty().tp_is_gc.get().is_none_or(|f| f(object) != 0);
    let managed = object.ty().is_subclass_flag(flags::tp::MANAGED_DICT);
    Ok(size as u64 + if is_gc { 16 } else { 0 } + if managed { 16 } else { 0 })
}

/// Has calls of what asks for a number run that in frames, once there are surrogates.
pub fn mark_asking() {
    for name in ["getsizeof", "setrecursionlimit"] {
        if let Some(function) = get(name) {
            hotpy_vm::builtin_calls::mark_asking(&function);
        }
    }
}

extern "C" fn getrecursionlimit(_: &PyObject) -> PyResult {
    int(tstate().recursion_limit.get() as i64)
}

extern "C" fn setrecursionlimit(_: &PyObject, limit: &PyObject) -> PyResult {
    let value = number::index(limit)?.to_i64();
    let Some(value) = value.and_then(|v| i32::try_from(v).ok()) else {
        return Err(raise!(
            OverflowError,
            "Python int too large to convert to C int"
        ));
    };
    hotpy_vm::state::set_recursion_limit(value)?;
    none()
}

extern "C" fn getframe(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("_getframe", args.len(), 0, 1)?;
    let depth = args.first().map_or(Ok(0), |o| int_arg(o))?;
    match engine::frame_object(depth.max(0) as usize)? {
        Some(frame) => {
            audit("sys._getframe", &[&frame])?;
            Ok(frame)
        }
        None => Err(raise!(ValueError, "call stack is not deep enough")),
    }
}

extern "C" fn getdefaultencoding(_: &PyObject) -> PyResult {
    text("utf-8")
}

extern "C" fn getfilesystemencoding(_: &PyObject) -> PyResult {
    text(c_text(str_::codecs::file_system_encoding()))
}

extern "C" fn getfilesystemencodeerrors(_: &PyObject) -> PyResult {
    text("surrogateescape")
}

extern "C" fn is_finalizing(_: &PyObject) -> PyResult {
    boolean(crate::start::is_finalizing())
}

extern "C" fn getallocatedblocks(_: &PyObject) -> PyResult {
    int(mem::pooled_blocks_in_use() as i64)
}

extern "C" fn getswitchinterval(_: &PyObject) -> PyResult {
    float(hotpy_vm::gil::interval() as f64 * 1e-6)
}

extern "C" fn setswitchinterval(_: &PyObject, interval: &PyObject) -> PyResult {
    let interval = number::as_f64(interval)?;
    if interval <= 0.0 {
        return Err(raise!(
            ValueError,
            "switch interval must be strictly positive"
        ));
    }
    hotpy_vm::gil::set_interval((interval * 1e6) as u64);
    none()
}

extern "C" fn get_int_max_str_digits(_: &PyObject) -> PyResult {
    int(int::max_str_digits() as i64)
}

extern "C" fn set_int_max_str_digits(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "set_int_max_str_digits",
        names: &["maxdigits"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let digits = PARAMS.bind(args, count, kwnames)?[0].map_or(Ok(0), int_arg)?;
    if digits != 0 && digits < 640 {
        return Err(raise!(ValueError, "maxdigits must be 0 or larger than 640"));
    }
    int::set_max_str_digits(digits as usize);
    none()
}

/// The flags that extension modules are opened with.
pub fn dlopen_flags() -> i32 {
    match interpreter().dlopenflags.get() {
        0 => libc::RTLD_NOW,
        flags => flags,
    }
}

extern "C" fn getdlopenflags(_: &PyObject) -> PyResult {
    int(dlopen_flags() as i64)
}

extern "C" fn setdlopenflags(_: &PyObject, flags: &PyObject) -> PyResult {
    interpreter().dlopenflags.set(int_arg(flags)?);
    none()
}

extern "C" fn settrace(_: &PyObject, f: &PyObject) -> PyResult {
    hooks::audit("sys.settrace", &[])?;
    engine::set_trace(not_none(Some(f)))?;
    none()
}

extern "C" fn gettrace(_: &PyObject) -> PyResult {
    Ok(tstate()
        .c_traceobj
        .cloned()
        .unwrap_or_else(singletons::none))
}

extern "C" fn setprofile(_: &PyObject, f: &PyObject) -> PyResult {
    hooks::audit("sys.setprofile", &[])?;
    engine::set_profile(not_none(Some(f)))?;
    none()
}

extern "C" fn getprofile(_: &PyObject) -> PyResult {
    Ok(tstate()
        .c_profileobj
        .cloned()
        .unwrap_or_else(singletons::none))
}

extern "C" fn call_tracing(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    task::run(called_tracing(args.slice(count)))
}

/// The same from bytecode.
fn begin_call_tracing(
    _: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<task::Begun> {
    names
        .is_none()
        .then(|| task::Begun::Task(task::of_function(args, called_tracing)))
}

async fn called_tracing(args: &[&PyObject]) -> PyResult {
    check_count("call_tracing", args.len(), 2, 2)?;
    let Some(arguments) = args[1].downcast::<PyTupleObject>() else {
        return Err(bad_argument("call_tracing", "argument 2", "tuple", args[1]));
    };
    let saved = tstate().tracing.replace(0);
    let result = task::call_tuple(args[0], Ref::new(arguments), None).await;
    tstate().tracing.set(saved);
    result
}

extern "C" fn current_frames(_: &PyObject) -> PyResult {
    audit("sys._current_frames", &[])?;
    let frames = dict::new()?;
    for ts in hotpy_vm::state::all() {
        if let Some(frame) = frame::current_of(ts) {
            let frame = frame::object(frame)?;
            frames.set_item(&*uint(ts.thread_id.get())?, &*frame)?;
        }
    }
    Ok(frames.into_object())
}

extern "C" fn current_exceptions(_: &PyObject) -> PyResult {
    audit("sys._current_exceptions", &[])?;
    let all = dict::new()?;
    for ts in hotpy_vm::state::all() {
        let info = exc_info_of(errors::handled_by(ts))?;
        all.set_item(&*uint(ts.thread_id.get())?, &info)?;
    }
    Ok(all.into_object())
}

extern "C" fn clear_type_cache(_: &PyObject) -> PyResult {
    hotpy_objects::typeobject::cache::clear();
    none()
}

extern "C" fn getquickenedcount(_: &PyObject) -> PyResult {
    int(0)
}

extern "C" fn gettotalrefcount(_: &PyObject) -> PyResult {
    let mut total = 0;
    for object in protocol::collect(&*call::call0(&*imported("gc", "get_objects")?)?)? {
        total += object.ob_refcnt.get() as i64 - 1;
    }
    int(total)
}

extern "C" fn get_coroutine_origin_tracking_depth(_: &PyObject) -> PyResult {
    int(tstate().coroutine_origin_tracking_depth.get() as i64)
}

extern "C" fn set_coroutine_origin_tracking_depth(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "set_coroutine_origin_tracking_depth",
        names: &["depth"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let depth = PARAMS.bind(args, count, kwnames)?[0].map_or(Ok(0), int_arg)?;
    if depth < 0 {
        return Err(raise!(ValueError, "depth must be >= 0"));
    }
    tstate().coroutine_origin_tracking_depth.set(depth);
    none()
}

static ASYNCGEN_HOOKS: TypeCell = TypeCell::EMPTY;

extern "C" fn get_asyncgen_hooks(_: &PyObject) -> PyResult {
    let state = tstate();
    structseq::new(
        ASYNCGEN_HOOKS.get(),
        vec![
            state
                .async_gen_firstiter
                .cloned()
                .unwrap_or_else(singletons::none),
            state
                .async_gen_finalizer
                .cloned()
                .unwrap_or_else(singletons::none),
        ],
    )
}

extern "C" fn set_asyncgen_hooks(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "set_asyncgen_hooks",
        names: &["firstiter", "finalizer"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    for (given, name) in [(a[0], "firstiter"), (a[1], "finalizer")] {
        if let Some(f) = not_none(given)
            && !protocol::callable(f)
        {
            return Err(raise!(
                TypeError,
                "callable {name} expected, got {}",
                f.ty().name()
            ));
        }
    }
    let state = tstate();
    if let Some(f) = a[1] {
        state
            .async_gen_finalizer
            .set(not_none(Some(f)).map(|f| f.to_ref()));
    }
    if let Some(f) = a[0] {
        state
            .async_gen_firstiter
            .set(not_none(Some(f)).map(|f| f.to_ref()));
    }
    none()
}

extern "C" fn debugmallocstats(_: &PyObject) -> PyResult {
    tell_of_memory(false);
    none()
}

/// The tables of memory, on the process's standard error; only the one of arenas where the other makes no sense.
pub fn tell_of_memory(arenas_alone: bool) {
    let mut text = String::new();
    if !mem::is_system_malloc() {
        text.push_str(&mem::stats::table());
    }
    if !arenas_alone {
        text.push('\n');
        for (plural, size) in [
            ("PyDictObjects", std::mem::size_of::<PyDictObject>()),
            ("PyFloatObjects", std::mem::size_of::<PyFloatObject>()),
            ("PyListObjects", std::mem::size_of::<PyListObject>()),
        ] {
            text.push_str(&mem::stats::kept(plural, size));
        }
    }
    eprint!("{text}");
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast::<PyObject>(c"exit", exit, c"exit($module, status=None, /)\n--\n\nRaises SystemExit(status)."),
    noargs::<PyObject>(c"exc_info", exc_info, c"exc_info($module, /)\n--\n\n(type, value, traceback) of the exception being handled."),
    noargs::<PyObject>(c"exception", exception, c"exception($module, /)\n--\n\nThe exception being handled, or None."),
    one::<PyObject>(c"intern", intern, c"intern($module, string, /)\n--\n\nThe one interned string equal to the argument."),
    one::<PyObject>(c"getrefcount", getrefcount, c"getrefcount($module, object, /)\n--\n\nThe object's reference count."),
    fast_kw::<PyObject>(c"getsizeof", getsizeof, c"getsizeof(object [, default]) -> int\n\nThe object's size in bytes."),
    noargs::<PyObject>(c"getrecursionlimit", getrecursionlimit, c"getrecursionlimit($module, /)\n--\n\nThe limit of Python calls in calls."),
    one::<PyObject>(c"setrecursionlimit", setrecursionlimit, c"setrecursionlimit($module, limit, /)\n--\n\nSets the limit of Python calls in calls."),
    fast::<PyObject>(c"_getframe", getframe, c"_getframe($module, depth=0, /)\n--\n\nA frame of the call stack."),
    noargs::<PyObject>(c"getdefaultencoding", getdefaultencoding, c"getdefaultencoding($module, /)\n--\n\nAlways utf-8."),
    noargs::<PyObject>(c"getfilesystemencoding", getfilesystemencoding, c"getfilesystemencoding($module, /)\n--\n\nThe encoding of file names."),
    noargs::<PyObject>(c"getfilesystemencodeerrors", getfilesystemencodeerrors, c"getfilesystemencodeerrors($module, /)\n--\n\nThe error handler for file names."),
    noargs::<PyObject>(c"is_finalizing", is_finalizing, c"is_finalizing($module, /)\n--\n\nWhether the interpreter is shutting down."),
    noargs::<PyObject>(c"getallocatedblocks", getallocatedblocks, c"getallocatedblocks($module, /)\n--\n\nThe number of memory blocks in use."),
    noargs::<PyObject>(c"getswitchinterval", getswitchinterval, c"getswitchinterval($module, /)\n--\n\nSeconds between switches of threads."),
    one::<PyObject>(c"setswitchinterval", setswitchinterval, c"setswitchinterval($module, interval, /)\n--\n\nSets the seconds between switches of threads."),
    noargs::<PyObject>(c"get_int_max_str_digits", get_int_max_str_digits, c"get_int_max_str_digits($module, /)\n--\n\nThe limit of conversions between int and text."),
    fast_kw::<PyObject>(c"set_int_max_str_digits", set_int_max_str_digits, c"set_int_max_str_digits($module, /, maxdigits)\n--\n\nSets the limit of conversions between int and text."),
    noargs::<PyObject>(c"getdlopenflags", getdlopenflags, c"getdlopenflags($module, /)\n--\n\nThe flags extension modules are opened with."),
    one::<PyObject>(c"setdlopenflags", setdlopenflags, c"setdlopenflags($module, flags, /)\n--\n\nSets the flags extension modules are opened with."),
    one::<PyObject>(c"settrace", settrace, c"settrace(function)\n\nSets the tracing function of the thread."),
    noargs::<PyObject>(c"gettrace", gettrace, c"gettrace($module, /)\n--\n\nThe tracing function of the thread."),
    one::<PyObject>(c"setprofile", setprofile, c"setprofile(function)\n\nSets the profiling function of the thread."),
    noargs::<PyObject>(c"getprofile", getprofile, c"getprofile($module, /)\n--\n\nThe profiling function of the thread."),
    fast::<PyObject>(c"call_tracing", call_tracing, c"call_tracing($module, func, args, /)\n--\n\nCalls while tracing is on."),
    noargs::<PyObject>(c"_current_frames", current_frames, c"_current_frames($module, /)\n--\n\nEvery thread's frame."),
    noargs::<PyObject>(c"_current_exceptions", current_exceptions, c"_current_exceptions($module, /)\n--\n\nEvery thread's exception."),
    noargs::<PyObject>(c"_clear_type_cache", clear_type_cache, c"_clear_type_cache($module, /)\n--\n\nEmpties the attribute cache."),
    noargs::<PyObject>(c"_getquickenedcount", getquickenedcount, c"_getquickenedcount($module, /)\n--\n\n"),
    noargs::<PyObject>(c"get_coroutine_origin_tracking_depth", get_coroutine_origin_tracking_depth, c"get_coroutine_origin_tracking_depth($module, /)\n--\n\nHow many frames coroutines remember."),
    fast_kw::<PyObject>(c"set_coroutine_origin_tracking_depth", set_coroutine_origin_tracking_depth, c"set_coroutine_origin_tracking_depth($module, /, depth)\n--\n\nSets how many frames coroutines remember."),
    noargs::<PyObject>(c"get_asyncgen_hooks", get_asyncgen_hooks, c"get_asyncgen_hooks($module, /)\n--\n\nThe hooks of async generators."),
    fast_kw::<PyObject>(c"set_asyncgen_hooks", set_asyncgen_hooks, c"set_asyncgen_hooks(* [, firstiter] [, finalizer])\n\nSets the hooks of async generators."),
    noargs::<PyObject>(c"_debugmallocstats", debugmallocstats, c"_debugmallocstats($module, /)\n--\n\nPrints about memory to stderr."),
    PyMethodDef::END,
];
}

static TOTAL_REFCOUNT: PyMethodDef = noargs::<PyObject>(
    c"gettotalrefcount",
    gettotalrefcount,
    c"gettotalrefcount($module, /)\n--\n\nThe sum of all reference counts the collector knows of.",
);

fn texts<S: AsRef<str>>(items: &[S]) -> PyResult<Vec<Ref>> {
    items.iter().map(|s| text(s.as_ref())).collect()
}

fn fs_texts(items: &[Vec<u8>]) -> PyResult<Vec<Ref>> {
    items
        .iter()
        .map(|s| Ok(str_::decode_fs(s)?.into_object()))
        .collect()
}

/// Creates the module. `sys.path` and the standard files are set later, by `start`.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods(
        "sys",
        "The interpreter's own state, and functions that reach into it.",
        METHODS,
    )?;
    interpreter().sys.set(Some(module.clone()));
    hooks::init(&module)?;
    info::init(&module)?;
    for name in ["modules", "path_importer_cache"] {
        module.add(name, &*dict::new()?)?;
    }
    for name in ["meta_path", "path_hooks"] {
        module.add(name, &*list::new()?)?;
    }
    let ty = structseq::new_type(
        "asyncgen_hooks",
        "Hooks of async generators.",
        &[
            (
                "firstiter",
                "called when an async generator is first iterated",
            ),
            (
                "finalizer",
                "called when an async generator is about to be collected",
            ),
        ],
        2,
    )?;
    ASYNCGEN_HOOKS.set(ty);
    add_int(&module, "maxsize", isize::MAX as i64)?;
    add_int(&module, "maxunicode", 0x10ffff)?;
    for (name, value) in [
        ("byteorder", "little"),
        ("platform", "linux"),
        ("platlibdir", &config::with(|c| c.platlibdir.clone())),
        ("float_repr_style", "short"),
        ("abiflags", ""),
        ("_framework", ""),
    ] {
        module.add(name, &*text(value)?)?;
    }
    module.add("_git", &*tuple(texts(&["CPython", "", ""])?)?)?;
    let builtin = crate::table::names();
    let builtin: Vec<&str> = builtin.iter().map(String::as_str).collect();
    module.add("builtin_module_names", &*tuple(texts(&builtin)?)?)?;
    let all = texts(stdlib_names::STDLIB_MODULE_NAMES)?;
    module.add("stdlib_module_names", &*set::new_frozen(&all)?)?;

    let c = config::with(|c| c.clone());
    if c.int_max_str_digits >= 0 {
        int::set_max_str_digits(c.int_max_str_digits as usize);
    }
    bytes::set_warns(c.bytes_warning > 0);
    module.add("argv", &*list(fs_texts(&c.argv)?)?)?;
    module.add("orig_argv", &*list(fs_texts(&c.orig_argv)?)?)?;
    for (name, value) in [
        ("executable", &c.executable),
        ("_base_executable", &c.executable),
        ("prefix", &c.prefix),
        ("exec_prefix", &c.exec_prefix),
        ("base_prefix", &c.base_prefix),
        ("base_exec_prefix", &c.base_prefix),
        ("_stdlib_dir", &c.stdlib),
    ] {
        module.add(name, &*str_::decode_fs(value.as_bytes())?)?;
    }
    module.add("warnoptions", &*list(texts(&c.warn_options)?)?)?;
    let options = dict::new()?;
    for (name, value) in &c.x_options {
        let value = match value {
            Some(value) => text(value)?,
            None => boolean(true)?,
        };
        options.set_text(name, &value)?;
    }
    module.add("_xoptions", &options)?;
    module.add("dont_write_bytecode", &*boolean(c.dont_write_bytecode)?)?;
    let prefix = match &c.pycache_prefix {
        Some(prefix) => text(prefix)?,
        None => singletons::none(),
    };
    module.add("pycache_prefix", &prefix)?;
    if c.refcounts {
        crate::posix::add_function(&module, &TOTAL_REFCOUNT)?;
    }
    Ok(module)
}
