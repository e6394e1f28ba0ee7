//! Start-up: the thread state, the types, the hooks.

use crate::{eval, state, surrogates};
use hotpy_objects::hooks::{Hooks, install};
use hotpy_objects::*;
use std::sync::OnceLock;

/// What `exec` and `eval` run: code, its namespaces, the cells of its free variables.
pub struct Prepared {
    pub code: Ref<PyCodeObject>,
    pub globals: Ref<PyDictObject>,
    pub locals: Ref,
    pub closure: Option<Ref<PyTupleObject>>,
}

/// What the crates above the VM provide.
pub struct Services {
    /// Checks the arguments of `exec` (those of keywords last), and compiles.
    pub prepare_exec: fn(args: &[&PyObject], names: Option<&PyTupleObject>) -> PyResult<Prepared>,
    /// The same for `eval`.
    pub prepare_eval: fn(args: &[&PyObject]) -> PyResult<Prepared>,
    /// Issues a warning; `Err` if a filter made it an exception.
    pub warn: fn(category: &PyTypeObject, message: &str, stack_level: isize) -> PyResult<()>,
    /// Warns of a coroutine that was never awaited.
    pub warn_unawaited: fn(coroutine: &PyGenObject) -> PyResult<()>,
    /// Tells the audit hooks of an event; whatever they raise.
    pub audit: fn(event: &str, args: &[&PyObject]) -> PyResult<()>,
    /// Imports a module by absolute name.
    pub import: fn(name: &str) -> PyResult,
}

static SERVICES: OnceLock<Services> = OnceLock::new();

/// What [`initialize`] was given.
pub fn services() -> Option<&'static Services> {
    SERVICES.get()
}

/// Makes the calling thread the main thread of a working VM without modules. Call once, before anything else of the runtime.
pub fn initialize(services: Services) -> PyResult<&'static PyThreadState> {
    let ts = state::create(&_PyRuntime.main_interpreter);
    state::make_current(Some(ts));
    state::set_main(ts);
    state::bind(ts);
    install(Hooks {
        function_vectorcall: eval::function_vectorcall,
        ask: crate::replay::ask_class,
        run_surrogate: surrogates::run,
        gen_resume: eval::gen_resume,
        iterates_python: crate::asking::iterates_python,
        warn: services.warn,
        warn_unawaited: services.warn_unawaited,
        audit: services.audit,
        current_globals,
        super_arguments,
        import: services.import,
    });
    let _ = SERVICES.set(services);
    typeobject::init()?;
    Ok(ts)
}

fn current_globals() -> Option<Ref> {
    frame::current()?.f_globals.cloned()
}

/// The class cell's content and the first argument of the running function.
fn super_arguments() -> PyResult<(Ref<PyTypeObject>, Ref)> {
    let Some(frame) = frame::current() else {
        return Err(raise!(RuntimeError, "super(): no current frame"));
    };
    let code = frame.code();
    if code.co_argcount.get() == 0 {
        return Err(raise!(RuntimeError, "super(): no arguments"));
    }
    // SAFETY: local slots are empty or own live objects.
    let local = |i: usize| unsafe { (*frame.local_ptr(i)).as_ref() };
    let first = match local(0) {
        // The argument may have been moved into a cell.
        Some(value) if code.localspluskinds()[0] & hotpy_code::object::kind::CELL != 0 => value
            .exact::<PyCellObject>()
            .and_then(|c| c.ob_ref.cloned()),
        value => value.map(Ref::new),
    };
    let Some(first) = first else {
        return Err(raise!(RuntimeError, "super(): arg[0] deleted"));
    };
    let from = (code.co_nlocalsplus.get() - code.co_nfreevars.get()) as usize;
    for i in from..code.co_nlocalsplus.get() as usize {
        if !code.local_name(i).equals_text("__class__") {
            continue;
        }
        let Some(cell) = local(i).and_then(|c| c.exact::<PyCellObject>()) else {
            return Err(raise!(RuntimeError, "super(): bad __class__ cell"));
        };
        let Some(class) = cell.ob_ref.cloned() else {
            return Err(raise!(RuntimeError, "super(): empty __class__ cell"));
        };
        if !class.is_instance::<PyTypeObject>() {
            return Err(raise!(
                RuntimeError,
                "super(): __class__ is not a type ({})",
                class.ty().name()
            ));
        }
        // SAFETY: the type was checked.
        return Ok((unsafe { class.cast() }, first));
    }
    Err(raise!(RuntimeError, "super(): __class__ cell not found"))
}
