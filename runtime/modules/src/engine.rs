//! The modules' way to the VM and the compiler: making code objects, compiling source, running code, frames.

use hotpy_objects::*;

/// What is compiled: a module, an expression, an interactive statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Exec,
    Eval,
    Single,
}

/// Compiles source; SyntaxError. `is_text`: it is UTF-8 whatever a coding line says. `optimize` -1: the interpreter's level.
pub fn compile(
    source: &[u8],
    is_text: bool,
    filename: &Str,
    mode: Mode,
    flags: i32,
    optimize: i32,
) -> PyResult<Ref<PyCodeObject>> {
    let _ = (source, is_text, filename, mode, flags, optimize);
    Err(raise!(SystemError, "the compiler is not linked in"))
}

/// Runs code in namespaces; the value it returns.
pub fn exec(
    code: &PyCodeObject,
    globals: &PyDictObject,
    locals: &PyObject,
    closure: Option<&PyTupleObject>,
) -> PyResult {
    let _ = (code, globals, locals, closure);
    Err(raise!(SystemError, "the interpreter is not linked in"))
}

/// Runs a class body in its namespace; the `__class__` cell or None.
pub fn run_class_body(function: &PyFunctionObject, namespace: &PyObject) -> PyResult {
    let _ = (function, namespace);
    Err(raise!(SystemError, "the interpreter is not linked in"))
}

/// Asks the interpreter to stop at its next eval breaker.
pub fn request_break() {}

/// Whether the caller is the process's main thread.
pub fn is_main_thread() -> bool {
    true
}

/// The running Python frame as a frame object.
pub fn current_frame_object() -> Option<Ref> {
    frame_object(0).ok().flatten()
}

/// The frame `depth` calls up, as a frame object; surrogates' frames do not count.
pub fn frame_object(depth: usize) -> PyResult<Option<Ref>> {
    let Some(mut frame) = frame::current() else { return Ok(None) };
    for _ in 0..depth {
        // SAFETY: the chain of frames consists of live frames.
        match unsafe { frame::visible(frame.previous.get()).as_ref() } {
            Some(next) => frame = next,
            None => return Ok(None),
        }
    }
    Ok(Some(frame::object(frame)?.into_object()))
}

/// Passes on the limit of conversions between int and text (0: none).
pub fn set_int_max_str_digits(digits: i32) {
    let _ = digits;
}

/// `sys.settrace`.
pub fn set_trace(f: Option<&PyObject>) -> PyResult<()> {
    tstate().c_traceobj.set(f.map(|f| f.to_ref()));
    Ok(())
}

/// `sys.setprofile`.
pub fn set_profile(f: Option<&PyObject>) -> PyResult<()> {
    tstate().c_profileobj.set(f.map(|f| f.to_ref()));
    Ok(())
}
