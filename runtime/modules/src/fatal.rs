//! What is printed when Python itself cannot: no start, no standard error.

use crate::traceback_print;
use hotpy_objects::*;
use std::io::Write;

/// Writes a line to the process's standard error, if that can be written.
macro_rules! tell {
    ($($piece:tt)*) => {
        drop(writeln!(std::io::stderr(), $($piece)*))
    };
}

/// Says why the interpreter could not start: `what` names the step and the reason, the exception that is set (taken) the cause.
pub fn while_starting(what: &str, state: &str) {
    tell!("Fatal Python error: {what}\nPython runtime state: {state}");
    if let Some(cause) = errors::fetch_instance() {
        let is_traced =
            errors::as_exception(&cause).is_some_and(|e| e.traceback.cloned().is_some());
        match crate::stderr_printer::new() {
            Ok(stderr) => traceback_print::print_exception(&cause, &stderr),
            Err(Raised) => errors::clear(),
        }
        if is_traced {
            return;
        }
    }
    // SAFETY: a plain question.
    let thread = unsafe { libc::pthread_self() };
    tell!("\nCurrent thread 0x{thread:016x} (most recent call first):\n  <no Python frame>");
}

/// There is nothing that an exception could be printed to: what it is goes to the process's own standard error.
pub fn lost_stderr(exception: &PyObject) {
    dump(exception);
    tell!("lost sys.stderr");
}

/// Describes an object for somebody who has to find out what went wrong.
fn dump(object: &PyObject) {
    let shown = protocol::repr(object).map(|r| r.to_string_lossy());
    let shown = shown.unwrap_or_else(|Raised| {
        errors::clear();
        "<an exception>".to_owned()
    });
    tell!(
        "object address  : {object:p}\nobject refcount : {}\nobject type     : {:p}\nobject type name: {}\nobject repr     : {shown}",
        object.ob_refcnt.get(),
        object.ty(),
        object.ty().name(),
    );
}
