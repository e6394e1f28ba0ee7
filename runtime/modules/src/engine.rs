//! The modules' way to the VM and the compiler: making code objects, compiling source, running code, frames.

use crate::support::*;
use hotpy_code::PyStr;
use hotpy_compiler::errors::Origin;
use hotpy_compiler::{CompileError, Encoding, ErrorKind, Options, SyntaxError, WarningKind};
use hotpy_objects::*;

/// Makes the calling thread the main thread of a VM without modules.
pub fn initialize() -> PyResult<()> {
    hotpy_vm::start::initialize(hotpy_vm::start::Services {
        warn: crate::warnings::warn_text,
        import: crate::import::import_module,
    })?;
    hotpy_vm::breaker::set_signal_handler(crate::signal::check);
    Ok(())
}

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
    let optimize = if optimize < 0 {
        crate::config::optimize()
    } else {
        optimize
    };
    let options = Options {
        filename: PyStr(filename.to_wtf8().into()),
        mode: match mode {
            Mode::Exec => hotpy_compiler::Mode::Exec,
            Mode::Eval => hotpy_compiler::Mode::Eval,
            Mode::Single => hotpy_compiler::Mode::Single,
        },
        optimize: optimize as u8,
        flags: flags as u32,
        encoding: Some(if is_text {
            Encoding::Utf8
        } else {
            Encoding::Detect
        }),
    };
    let compiled = match hotpy_compiler::compile_source(source, &options) {
        Err(CompileError::Encoding(name)) => {
            // An encoding that only the codecs know.
            let Ok(decoded) = str_::decode(source, Some(&name), None) else {
                errors::clear();
                return Err(raise!(SyntaxError, "unknown encoding: {name}"));
            };
            let options = Options {
                encoding: Some(Encoding::Utf8),
                ..options
            };
            hotpy_compiler::compile_source(decoded.to_utf8()?.as_bytes(), &options)
        }
        result => result,
    };
    let compiled = compiled.map_err(|e| raise_error(e, filename))?;
    for warning in &compiled.warnings {
        let category = match warning.kind {
            WarningKind::SyntaxWarning => &exceptions::SyntaxWarning,
            WarningKind::DeprecationWarning => &exceptions::DeprecationWarning,
        };
        let line = warning.loc.line;
        if let Err(raised) = crate::warnings::warn_at(category, &warning.msg, filename, line as i64)
        {
            if !errors::matches(category) {
                return Err(raised);
            }
            // A warning that a filter made an error is a syntax error.
            errors::clear();
            let error = SyntaxError::at_node(warning.msg.clone(), warning.loc);
            return Err(raise_error(error.into(), filename));
        }
    }
    code::from_compiled(&compiled.code)
}

/// Raises the Python exception for a compiler error.
fn raise_error(error: CompileError, filename: &Str) -> Raised {
    match error {
        CompileError::Syntax(e) | CompileError::Dialect(e) => {
            match raise_syntax_error(&e, filename) {
                Ok(raised) | Err(raised) => raised,
            }
        }
        CompileError::TooDeep => {
            raise!(
                RecursionError,
                "maximum recursion depth exceeded during compilation"
            )
        }
        CompileError::Encoding(name) => raise!(SyntaxError, "unknown encoding: {name}"),
        CompileError::Value(text) => raise!(ValueError, "{text}"),
        CompileError::Overflow(text) => raise!(OverflowError, "{text}"),
    }
}

fn raise_syntax_error(e: &SyntaxError, filename: &Str) -> PyResult<Raised> {
    let ty = match e.kind {
        ErrorKind::SyntaxError => &exceptions::SyntaxError,
        ErrorKind::IndentationError => &exceptions::IndentationError,
        ErrorKind::TabError => &exceptions::TabError,
    };
    let number = |n: Option<i32>| -> PyResult {
        match n {
            Some(n) => int(n as i64),
            None => none(),
        }
    };
    if e.line.is_none() && e.text.is_none() && e.col.is_none() {
        return Ok(errors::raise_value(ty, Some(&*text(&e.msg)?)));
    }
    // Errors found after parsing show the line of the file, if there is one.
    let line_text = match e.origin {
        Origin::Parser => e.text.clone(),
        Origin::Compiler => std::fs::read_to_string(filename.to_string_lossy())
            .ok()
            .and_then(|source| {
                source
                    .split_inclusive('\n')
                    .nth((e.line? - 1).max(0) as usize)
                    .map(str::to_owned)
            }),
    };
    let line_text = match line_text {
        Some(line) => text(&line)?,
        None => singletons::none(),
    };
    let details = tuple(vec![
        Ref::new(filename).into_object(),
        number(e.line)?,
        number(e.col)?,
        line_text,
        number(e.end_line)?,
        number(e.end_col)?,
    ])?;
    let args = tuple(vec![text(&e.msg)?, details])?;
    Ok(errors::raise_value(ty, Some(&args)))
}

/// Runs code in namespaces; the value it returns.
pub fn exec(
    code: &PyCodeObject,
    globals: &PyDictObject,
    locals: &PyObject,
    closure: Option<&PyTupleObject>,
) -> PyResult {
    hotpy_vm::eval::exec_code(code, globals, locals, closure)
}

/// Runs a class body in its namespace; the `__class__` cell or None.
pub fn run_class_body(function: &PyFunctionObject, namespace: &PyObject) -> PyResult {
    hotpy_vm::eval::run_body(function, namespace)
}

/// Asks the interpreter to stop at its next eval breaker.
pub fn request_break() {
    hotpy_vm::breaker::request_signals();
}

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
    let Some(mut frame) = frame::current() else {
        return Ok(None);
    };
    for _ in 0..depth {
        // SAFETY: the chain of frames consists of live frames.
        match unsafe { frame::visible(frame.previous.get()).as_ref() } {
            Some(next) => frame = next,
            None => return Ok(None),
        }
    }
    Ok(Some(frame::object(frame)?.into_object()))
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
