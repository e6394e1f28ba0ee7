//! The modules' way to the VM and the compiler: making code objects, compiling source, running code, frames.

use hotpy_objects::*;

/// What a code object consists of, in the order `marshal` has it.
pub struct CodeParts {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: Ref,
    pub consts: Ref,
    pub names: Ref,
    pub localsplusnames: Ref,
    pub localspluskinds: Ref,
    pub filename: Ref,
    pub name: Ref,
    pub qualname: Ref,
    pub firstlineno: i32,
    pub linetable: Ref,
    pub exceptiontable: Ref,
}

/// A code object of given parts; ValueError for parts of a wrong type.
pub fn new_code(parts: CodeParts) -> PyResult {
    let _ = parts;
    Err(raise!(SystemError, "code objects are not linked in"))
}

/// Asks the interpreter to stop at its next eval breaker.
pub fn request_break() {}

/// Whether the caller is the process's main thread.
pub fn is_main_thread() -> bool {
    true
}

/// The running Python frame as a frame object.
pub fn current_frame_object() -> Option<Ref> {
    None
}

/// The frame `depth` calls up, as a frame object; surrogates' frames do not count.
pub fn frame_object(depth: usize) -> PyResult<Option<Ref>> {
    let _ = depth;
    Ok(None)
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

/// Whether the object is a traceback.
pub fn is_traceback(o: &PyObject) -> bool {
    o.ty().name() == "traceback"
}

/// Whether the object is a code object.
pub fn is_code(o: &PyObject) -> bool {
    o.ty().name() == "code"
}
