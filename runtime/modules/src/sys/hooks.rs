//! `sys`'s hooks: display of values, uncaught and unraisable exceptions, breakpoints, audit.

use crate::support::*;
use crate::traceback_print;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::{Downcast, fast, fast_kw, one};
use hotpy_objects::task::{self, Begun};
use hotpy_objects::*;
use hotpy_vm::events;
use std::sync::atomic::Ordering::Relaxed;

/// An audit hook in C: event, arguments (a tuple) and its own pointer; not 0 with an exception set if it refuses.
pub type AuditHook = extern "C" fn(*const c_char, &PyObject, *mut c_void) -> c_int;

/// The audit hooks of C code.
static C_HOOKS: std::sync::Mutex<Vec<(AuditHook, usize)>> = std::sync::Mutex::new(Vec::new());

/// Adds a hook of C code, which may be before there is an interpreter.
pub fn add_c_hook(hook: AuditHook, own: *mut c_void) {
    if let Ok(mut all) = C_HOOKS.lock() {
        all.push((hook, own as usize));
        hooks::C_AUDIT_HOOKS.store(true, Relaxed);
    }
}

pub use hotpy_objects::hooks::is_audited;

/// Tells the audit hooks of an event; whatever they raise.
#[inline]
pub fn audit(event: &str, args: &[&PyObject]) -> PyResult<()> {
    if is_audited() {
        audit_hooks(event, args)
    } else {
        Ok(())
    }
}

/// The same within a task: hooks of Python run in frames.
pub async fn audit_in_frames(event: &str, args: &[&PyObject]) -> PyResult<()> {
    if is_audited() {
        told(event, args).await
    } else {
        Ok(())
    }
}

#[cold]
fn audit_hooks(event: &str, args: &[&PyObject]) -> PyResult<()> {
    // An attempt that begins again would tell it twice.
    attempt::apart(|| task::run(told(event, args)))
}

/// While it lives the thread is not observed.
struct Unobserved<'a>(&'a PyThreadState);

impl<'a> Unobserved<'a> {
    fn new(ts: &'a PyThreadState) -> Unobserved<'a> {
        events::pause(ts);
        Unobserved(ts)
    }
}

impl Drop for Unobserved<'_> {
    fn drop(&mut self) {
        events::resume(self.0);
    }
}

async fn told(event: &str, args: &[&PyObject]) -> PyResult<()> {
    let args = tuple::from_borrowed(args)?;
    // C code hears of it first.
    let hooks = C_HOOKS.lock().map(|hooks| hooks.clone());
    if let Ok(c_event) = std::ffi::CString::new(event) {
        for (hook, own) in hooks.unwrap_or_default() {
            if hook(c_event.as_ptr(), &args, own as *mut c_void) != 0 {
                return Err(Raised);
            }
        }
    }
    // SAFETY: the GIL's holder's, or none between two interpreters, when no hook of Python can be called.
    let Some(ts) = (unsafe { _PyRuntime.tstate_current.get().as_ref() }) else {
        return Ok(());
    };
    let event = text(event)?;
    let hooks = interpreter().audit_hooks.cloned();
    let hooks = hooks.map_or(Ok(Vec::new()), |all| protocol::collect(&all))?;
    for hook in hooks {
        // Trace functions are not told of hooks, but for those that want it.
        let unobserved = Unobserved::new(ts);
        let traced = match crate::io::attribute(&hook, "__cantrace__").await? {
            Some(value) => task::truth(&value).await?,
            None => false,
        };
        let _unobserved = (!traced).then_some(unobserved);
        task::call(&hook, vec![event.clone(), args.to_ref().into_object()]).await?;
    }
    Ok(())
}

extern "C" fn audit_function(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    task::run(audited(args.slice(count)))
}

/// The same from bytecode.
fn begin_audit(_: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun> {
    (is_audited() && names.is_none()).then(|| Begun::Task(task::of_function(args, audited)))
}

async fn audited(args: &[&PyObject]) -> PyResult {
    let Some((event, rest)) = args.split_first() else {
        return Err(raise!(
            TypeError,
            "audit() missing 1 required positional argument: 'event'"
        ));
    };
    let event = str_arg("audit", "argument 1", event)?.to_string_lossy();
    audit_in_frames(&event, rest).await?;
    none()
}

extern "C" fn addaudithook(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: cfunction::Params = cfunction::Params {
        function: "addaudithook",
        names: &["hook"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let Some(hook) = PARAMS.bind(args, count, kwnames)?[0] else {
        return none();
    };
    if let Err(raised) = audit("sys.addaudithook", &[]) {
        // A hook may refuse silently, with RuntimeError.
        if errors::matches(&exceptions::RuntimeError) {
            errors::clear();
            return none();
        }
        return Err(raised);
    }
    let slot = &interpreter().audit_hooks;
    if slot.is_null() {
        let all = list::new()?;
        gc::untrack(&all);
        slot.set(Some(all));
    }
    if let Some(all) = slot.cloned() {
        all.append(hook)?;
    }
    none()
}

extern "C" fn displayhook(_: &PyObject, value: &PyObject) -> PyResult {
    task::run(displayed(value))
}

/// The same from bytecode.
fn begin_displayhook(
    _: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let ([value], None) = (args, names) else {
        return None;
    };
    let value = value.to_ref();
    Some(Begun::Task(Box::pin(async move {
        displayed(&value).await.map(Some)
    })))
}

async fn displayed(value: &PyObject) -> PyResult {
    let Some(builtins) = super::modules()?.get_text("builtins") else {
        return Err(raise!(RuntimeError, "lost builtins module"));
    };
    if singletons::is_none(value) {
        return none();
    }
    let underscore = str_::intern("_")?;
    protocol::setattr(&builtins, &underscore, Some(&*none()?))?;
    let Some(out) = super::get("stdout").filter(|o| !singletons::is_none(o)) else {
        return Err(raise!(RuntimeError, "lost sys.stdout"));
    };
    let shown = task::repr(value).await?;
    if let Err(raised) = task::method(&out, "write", vec![shown.clone()]).await {
        if !errors::matches(&exceptions::UnicodeEncodeError) {
            return Err(raised);
        }
        errors::clear();
        let encoding = protocol::str(&*attr(&out, "encoding")?)?.to_string_lossy();
        // SAFETY: a repr is text.
        let shown: Ref<Str> = unsafe { shown.cast() };
        let encoded = str_::encode(&shown, Some(&encoding), Some("backslashreplace"))?;
        match attr_opt(&out, "buffer")? {
            Some(buffer) => {
                task::method(&buffer, "write", vec![encoded.into_object()]).await?;
            }
            None => {
                let plain = str_::decode(encoded.as_slice(), Some(&encoding), Some("strict"))?;
                task::method(&out, "write", vec![plain.into_object()]).await?;
            }
        }
    }
    task::method(&out, "write", vec![text("\n")?]).await?;
    protocol::setattr(&builtins, &underscore, Some(value))?;
    none()
}

extern "C" fn excepthook(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    task::run(excepted(args.slice(count)))
}

/// The same from bytecode.
fn begin_excepthook(
    _: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    names
        .is_none()
        .then(|| Begun::Task(task::of_function(args, excepted)))
}

async fn excepted(args: &[&PyObject]) -> PyResult {
    check_count("excepthook", args.len(), 3, 3)?;
    let (value, traceback) = (args[1], args[2]);
    if let Some(exception) = value.downcast::<PyBaseExceptionObject>()
        && exception.traceback.is_null()
        && !singletons::is_none(traceback)
        && traceback.is_instance::<PyTracebackObject>()
    {
        exception.traceback.set(Some(traceback.to_ref()));
    }
    let Some(file) = super::get("stderr").filter(|f| !singletons::is_none(f)) else {
        return none();
    };
    if !errors::is_exception_instance(value) {
        let message = text(&format!(
            "TypeError: print_exception(): Exception expected for value, {} found\n",
            value.ty().name()
        ))?;
        if task::method(&file, "write", vec![message]).await.is_err() {
            errors::clear();
        }
        return none();
    }
    traceback_print::printed(value, &file).await;
    if task::method(&file, "flush", Vec::new()).await.is_err() {
        errors::clear();
    }
    none()
}

extern "C" fn unraisablehook(_: &PyObject, args: &PyObject) -> PyResult {
    task::run(unraisable(&[args]))
}

/// The same from bytecode.
fn begin_unraisablehook(
    _: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    (names.is_none() && args.len() == 1).then(|| Begun::Task(task::of_function(args, unraisable)))
}

async fn unraisable(args: &[&PyObject]) -> PyResult {
    errors::default_unraisable_hook(args[0]).await?;
    none()
}

extern "C" fn breakpointhook(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let total = count as usize + kwnames.map_or(0, |k| k.len());
    match breakpoint_function()? {
        Some(hook) => call::vectorcall(&hook, args.slice(total as isize), kwnames),
        None => none(),
    }
}

/// The same from bytecode.
fn begin_breakpointhook(
    _: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let given = breakpoint_function().and_then(|hook| Ok((hook, task::given(args, names)?)));
    Some(match given {
        Ok((Some(hook), (args, kwargs))) => Begun::Call(hook, args, kwargs),
        Ok((None, _)) => Begun::Done(none()),
        Err(raised) => Begun::Done(Err(raised)),
    })
}

/// What `PYTHONBREAKPOINT` names; nothing if it is switched off, or cannot be had.
fn breakpoint_function() -> PyResult<Option<Ref>> {
    let target = std::env::var("PYTHONBREAKPOINT").unwrap_or_default();
    let target = if target.is_empty() {
        "pdb.set_trace".to_owned()
    } else {
        target
    };
    if target == "0" {
        return Ok(None);
    }
    let (module, name) = target.rsplit_once('.').unwrap_or(("builtins", &target));
    match imported(module, name) {
        Ok(hook) => Ok(Some(hook)),
        Err(raised) => {
            if !errors::matches(&exceptions::ImportError)
                && !errors::matches(&exceptions::AttributeError)
            {
                return Err(raised);
            }
            errors::clear();
            errors::warn(
                &exceptions::RuntimeWarning,
                &format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{target}\""),
                0,
            )?;
            Ok(None)
        }
    }
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast::<PyObject>(c"audit", audit_function, c"audit(event, *args)\n\nTells the audit hooks of an event."),
    fast_kw::<PyObject>(c"addaudithook", addaudithook, c"addaudithook($module, /, hook)\n--\n\nAdds an audit hook, for ever."),
    one::<PyObject>(c"displayhook", displayhook, c"displayhook($module, object, /)\n--\n\nPrints a value as the prompt does."),
    fast::<PyObject>(c"excepthook", excepthook, c"excepthook($module, exctype, value, traceback, /)\n--\n\nPrints an exception to stderr."),
    one::<PyObject>(c"unraisablehook", unraisablehook, c"unraisablehook($module, unraisable, /)\n--\n\nReports an exception that nobody can get."),
    fast_kw::<PyObject>(c"breakpointhook", breakpointhook, c"breakpointhook(*args, **kws)\n\nWhat breakpoint() calls."),
];
}

/// Adds the hooks, each also under its dunder name.
pub fn init(module: &PyModuleObject) -> PyResult<()> {
    for entry in METHODS {
        crate::posix::add_function(module, entry)?;
    }
    task::register_named(module, "audit", begin_audit)?;
    task::register_named(module, "call_tracing", super::begin_call_tracing)?;
    task::register_named(module, "excepthook", begin_excepthook)?;
    task::register_named(module, "unraisablehook", begin_unraisablehook)?;
    task::register_named(module, "displayhook", begin_displayhook)?;
    task::register_named(module, "breakpointhook", begin_breakpointhook)?;
    for name in [
        "displayhook",
        "excepthook",
        "unraisablehook",
        "breakpointhook",
    ] {
        if let Some(hook) = module.dict().get_text(name) {
            module.add(&format!("__{name}__"), &hook)?;
        }
    }
    errors::set_traceback_printer(crate::traceback_print::render_traceback);
    Ok(())
}
