//! Exceptions that nobody can catch (in `__del__`, in callbacks): `sys.unraisablehook`, and the builtin hook that prints.

use crate::*;

struct Shared {
    args_type: Slot<PyTypeObject>,
    printer: Cell<Option<TracebackPrinter>>,
}

// SAFETY: U1.
unsafe impl Sync for Shared {}

static SHARED: Shared = Shared {
    args_type: Slot::EMPTY,
    printer: Cell::new(None),
};

/// Renders a traceback as `traceback.print_tb` does, header line included.
pub type TracebackPrinter = fn(traceback: &PyObject) -> PyResult<String>;

/// What `sys` has under a name.
fn of_sys(name: &Str) -> Option<Ref> {
    interpreter().sys.get()?.dict().get_str(name)
}

/// The VM's traceback printer; until it is set, tracebacks are left out.
pub fn set_traceback_printer(printer: TracebackPrinter) {
    SHARED.printer.set(Some(printer));
}

/// The type of the hook's argument, `sys.UnraisableHookArgs`.
pub fn unraisable_args_type() -> PyResult<&'static PyTypeObject> {
    if SHARED.args_type.is_null() {
        let ty = structseq::new_type(
            "UnraisableHookArgs",
            "What sys.unraisablehook is called with.",
            &[
                ("exc_type", "exception class"),
                ("exc_value", "exception instance, or None"),
                ("exc_traceback", "traceback, or None"),
                ("err_msg", "message, or None for the usual one"),
                ("object", "where it happened, or None"),
            ],
            5,
        )?;
        SHARED.args_type.set(Some(ty));
    }
    // SAFETY: set above and never cleared.
    Ok(unsafe { &*SHARED.args_type.as_ptr() })
}

/// Reports the exception that is set to `sys.unraisablehook` and clears it. Runs Python, never raises.
pub fn write_unraisable(context: Option<&PyObject>) {
    write_unraisable_message(None, context)
}

/// The same with a text in place of "Exception ignored in".
pub fn write_unraisable_message(message: Option<&str>, context: Option<&PyObject>) {
    let Some(mut taken) = errors::fetch() else {
        return;
    };
    taken.normalize();
    if taken.traceback.is_none()
        && let Some(frame) = frame::current()
    {
        // As if it had been raised where it turns up.
        taken.traceback = frame::object(frame)
            .and_then(|object| traceback::new(None, object, frame.lasti() as i32 * 2, -1))
            .map_or_else(
                |Raised| {
                    errors::clear();
                    None
                },
                |entry| Some(entry.into_object()),
            );
    }
    if let (Some(traceback), Some(e)) = (
        &taken.traceback,
        taken.value.as_deref().and_then(errors::as_exception),
    ) {
        e.traceback.set(Some(traceback.clone()));
    }
    let or_none = |o: Option<&PyObject>| o.map_or_else(singletons::none, PyObject::to_ref);
    let report = |taken: &errors::Taken, message: Option<&str>, context: Option<&PyObject>| {
        let message = match message {
            Some(text) => str_::new(text)?.into_object(),
            None => singletons::none(),
        };
        Ok::<[Ref; 5], Raised>([
            taken.ty.clone(),
            or_none(taken.value.as_deref()),
            or_none(taken.traceback.as_deref()),
            message,
            or_none(context),
        ])
    };
    let hook = of_sys(&names::unraisablehook).filter(|h| !singletons::is_none(h));
    let Ok(parts) = report(&taken, message, context) else {
        return errors::clear();
    };
    let Some(hook) = hook else {
        print(&parts);
        return errors::clear();
    };
    let mut audited = false;
    let called = unraisable_args_type()
        .and_then(|ty| structseq::new(ty, parts.to_vec()))
        .and_then(|args| {
            if let Some(hooks) = hooks::try_hooks() {
                (hooks.audit)("sys.unraisablehook", &[&hook, &args])?;
            }
            audited = true;
            call::call1(&hook, &args)
        });
    if called.is_ok() {
        return;
    }
    if let Some(mut failure) = errors::fetch() {
        failure.normalize();
        let message = Some(if audited {
            "Exception ignored in sys.unraisablehook"
        } else {
            "Exception ignored in audit hook"
        });
        if let Ok(parts) = report(&failure, message, Some(&hook)) {
            print(&parts);
        }
    }
    errors::clear();
}

/// `sys.__unraisablehook__(args)`. TypeError unless `args` is an `UnraisableHookArgs`.
pub async fn default_unraisable_hook(args: &PyObject) -> PyResult<()> {
    let ty = unraisable_args_type()?;
    if !std::ptr::eq(args.ty(), ty) {
        return Err(raise!(
            TypeError,
            "sys.unraisablehook argument type must be UnraisableHookArgs"
        ));
    }
    let mut parts = Vec::with_capacity(5);
    for i in 0..5 {
        parts.push(protocol::sequence_item(args, i)?);
    }
    if let Ok(parts) = parts.try_into() {
        printed(&parts).await;
    }
    errors::clear();
    Ok(())
}

/// Prints (type, value, traceback, message, object) to `sys.stderr`.
fn print(parts: &[Ref; 5]) {
    let printed = task::run(async {
        printed(parts).await;
        Ok(())
    });
    debug_assert!(printed.is_ok());
}

/// The same within a task.
async fn printed(parts: &[Ref; 5]) {
    const SHOWN: task::Native = |a| Ok(Some(str_::new(&shown(a))?.into_object()));
    let stderr = of_sys(&names::stderr);
    let nowhere = match &stderr {
        Some(file) => singletons::is_none(file),
        None => interpreter().finalizing.get() != 0,
    };
    if nowhere {
        return;
    }
    let parts: Vec<&PyObject> = parts.iter().map(|part| &**part).collect();
    let written = match (&stderr, task::attempt(SHOWN, &parts).await) {
        (Some(file), Ok(Some(text))) => match task::method(file, "write", vec![text]).await {
            Ok(_) => task::method(file, "flush", Vec::new()).await,
            Err(raised) => Err(raised),
        },
        (_, text) => {
            let text = text.ok().flatten();
            let text = text.as_deref().and_then(|t| t.downcast::<Str>());
            eprint!("{}", text.map_or_else(String::new, Str::to_string_lossy));
            Ok(singletons::none())
        }
    };
    if written.is_err() {
        errors::clear();
    }
}

/// The text of what is printed.
fn shown(parts: &[&PyObject]) -> String {
    let [ty, value, traceback, message, object] = parts else {
        return String::new();
    };
    let mut out = String::new();
    let message = message
        .downcast::<Str>()
        .map(|m| m.to_string_lossy())
        .unwrap_or_default();
    if !singletons::is_none(object) {
        out.push_str(if message.is_empty() {
            "Exception ignored in"
        } else {
            &message
        });
        out.push_str(": ");
        out.push_str(&text_or(protocol::repr(object), "<object repr() failed>"));
        out.push('\n');
    } else if !message.is_empty() {
        out.push_str(&message);
        out.push_str(":\n");
    }
    if let Some(printer) = SHARED
        .printer
        .get()
        .filter(|_| !singletons::is_none(traceback))
    {
        match printer(traceback) {
            Ok(text) => out.push_str(&text),
            Err(Raised) => errors::clear(),
        }
    }
    if errors::is_exception_class(ty) {
        // SAFETY: it is a type.
        let class: &PyTypeObject = unsafe { PyObject::cast(ty) };
        let module = text_of_attribute(class, &names::__module__);
        match module {
            Some(module) if module == "builtins" || module == "__main__" => {}
            Some(module) => {
                out.push_str(&module);
                out.push('.');
            }
            None => out.push_str("<unknown>"),
        }
        out.push_str(
            &text_of_attribute(class, &names::__qualname__).unwrap_or_else(|| "<unknown>".into()),
        );
        if !singletons::is_none(value) {
            let text = text_or(protocol::str(value), "<exception str() failed>");
            out.push_str(": ");
            out.push_str(&text);
        }
        out.push('\n');
    }
    out
}

fn text_or(text: PyResult<Ref<Str>>, otherwise: &str) -> String {
    match text {
        Ok(text) => text.to_string_lossy(),
        Err(Raised) => {
            errors::clear();
            otherwise.to_owned()
        }
    }
}

fn text_of_attribute(object: &PyObject, name: &Str) -> Option<String> {
    match protocol::getattr(object, name) {
        Ok(value) => value.downcast::<Str>().map(|s| s.to_string_lossy()),
        Err(Raised) => {
            errors::clear();
            None
        }
    }
}
