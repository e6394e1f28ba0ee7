//! The one way up: functions of the VM that the object model calls, filled in once at start-up.

use crate::*;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// What the VM provides.
pub struct Hooks {
    /// Vectorcall of a Python function: runs it to its end in a nested interpreter.
    pub function_vectorcall: vectorcallfunc,
    /// Native code is about to call a class with functions of Python while an attempt is under way: what that has as its answer. `None`: the
    /// call is to be made.
    pub ask: fn(callable: &PyObject, args: &[&PyObject]) -> Option<PyResult>,
    /// Runs a surrogate, found by the name it has in its `.lpy` file, to its end; borrowed arguments, positional.
    pub run_surrogate: fn(name: &'static str, args: &[&PyObject]) -> PyResult,
    /// Runs a generator's frame until it yields or ends (its state tells which); with a value that is pushed first, or
    /// throwing in the exception that is set.
    pub gen_resume: fn(generator: &PyGenObject, value: Option<Ref>) -> PyResult,
    /// Whether iterating over an object may run Python.
    pub iterates_python: fn(&PyObject) -> bool,
    /// Warns; `Err` if the filter turned the warning into an exception.
    pub warn: fn(category: &PyTypeObject, message: &str, stack_level: isize) -> PyResult<()>,
    /// Warns of a coroutine that was never awaited.
    pub warn_unawaited: fn(coroutine: &PyGenObject) -> PyResult<()>,
    /// The builtins, globals and locals of the running Python frame, borrowed.
    pub current_globals: fn() -> Option<Ref>,
    /// `super()` without arguments: the running frame's `__class__` cell content and first argument.
    pub super_arguments: fn() -> PyResult<(Ref<PyTypeObject>, Ref)>,
    /// Tells the audit hooks of an event; whatever they raise.
    pub audit: fn(event: &str, args: &[&PyObject]) -> PyResult<()>,
    /// `module.__getattr__`-free import of a module by absolute name.
    pub import: fn(name: &str) -> PyResult,
}

static HOOKS: OnceLock<Hooks> = OnceLock::new();

/// Fills the table; the first call wins.
pub fn install(hooks: Hooks) {
    let _ = HOOKS.set(hooks);
}

/// The table. Before start-up has filled it nothing may call up.
#[inline]
pub fn hooks() -> &'static Hooks {
    HOOKS.get().expect("the VM has been started")
}

/// Whether C code has audit hooks.
pub static C_AUDIT_HOOKS: AtomicBool = AtomicBool::new(false);

/// Whether anybody listens to audit events.
#[inline]
pub fn is_audited() -> bool {
    !interpreter().audit_hooks.is_null() || C_AUDIT_HOOKS.load(Relaxed)
}

/// Tells the audit hooks, if there are any, that an attribute is being read which shows what is inside; whatever they raise.
#[inline]
pub fn audit_getattr(object: &PyObject, name: &str) -> PyResult<()> {
    match is_audited() {
        true => tell("object.__getattr__", object, name),
        false => Ok(()),
    }
}

/// The same of an attribute that is being deleted.
pub fn audit_delattr(object: &PyObject, name: &str) -> PyResult<()> {
    match is_audited() {
        true => tell("object.__delattr__", object, name),
        false => Ok(()),
    }
}

#[cold]
fn tell(event: &str, object: &PyObject, name: &str) -> PyResult<()> {
    let Some(hooks) = try_hooks() else {
        return Ok(());
    };
    let name = str_::intern(name)?;
    attempt::apart(|| (hooks.audit)(event, &[object, &*name]))
}

/// Tells the audit hooks that an attribute is being set; whatever they raise.
pub fn audit_setattr(object: &PyObject, name: &str, value: &PyObject) -> PyResult<()> {
    let Some(hooks) = try_hooks() else {
        return Ok(());
    };
    let name = str_::intern(name)?;
    // An attempt that begins again would tell it twice.
    attempt::apart(|| (hooks.audit)("object.__setattr__", &[object, &*name, value]))
}

/// The table, or `None` before start-up has filled it.
#[inline]
pub fn try_hooks() -> Option<&'static Hooks> {
    HOOKS.get()
}
