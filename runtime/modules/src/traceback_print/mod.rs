//! Printing of exceptions that nobody caught: to a Python file object, as CPython's `sys.excepthook` does.

use crate::sys::write_text;
use hotpy_objects::*;

/// Prints an exception with its traceback, causes, contexts, notes and groups. Raises nothing.
pub fn print_exception(exception: &PyObject, file: &PyObject) {
    write_text(file, &last_line(exception));
}

/// `module.Type: message`.
fn last_line(exception: &PyObject) -> String {
    let name = exception.ty().qualified_name();
    match protocol::str(exception) {
        Ok(message) if message.len() > 0 => format!("{name}: {}\n", message.to_string_lossy()),
        Ok(_) => format!("{name}\n"),
        Err(_) => {
            errors::clear();
            format!("{name}: <exception str() failed>\n")
        }
    }
}
