//! The modules' way to the VM and the compiler: making code objects, compiling source, running code, frames.

use crate::support::*;
use hotpy_code::PyStr;
use hotpy_compiler::ast::Names;
use hotpy_compiler::errors::Origin;
use hotpy_compiler::source::Source;
use hotpy_compiler::symtable::SymTable;
use hotpy_compiler::{
    CompileError, Encoding, ErrorKind, File, Options, SyntaxError, Warning, WarningKind,
};
use hotpy_objects::*;
use std::rc::Rc;

/// Makes the calling thread the main thread of a VM without modules.
pub fn initialize() -> PyResult<()> {
    hotpy_vm::start::initialize(hotpy_vm::start::Services {
        prepare_exec: crate::builtins::prepare_exec,
        prepare_eval: crate::builtins::prepare_eval,
        warn: crate::warnings::warn_text,
        warn_unawaited: crate::warnings::unawaited,
        audit: crate::sys::audit,
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

/// What `compile` is to do besides compiling as the mode says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extra {
    /// `CO_FUTURE_*` and `PyCF_*` bits.
    pub flags: i32,
    /// -1: the interpreter's level.
    pub optimize: i32,
    /// Minor version of the newest syntax allowed; -1: all.
    pub feature_version: i32,
}

fn options(filename: &Str, mode: Mode, is_text: bool, extra: Extra) -> PyResult<Options> {
    let optimize = if extra.optimize < 0 {
        crate::config::optimize()
    } else {
        extra.optimize
    };
    Ok(Options {
        filename: PyStr(filename.to_wtf8()?.into()),
        mode: match mode {
            Mode::Exec => hotpy_compiler::Mode::Exec,
            Mode::Eval => hotpy_compiler::Mode::Eval,
            Mode::Single => hotpy_compiler::Mode::Single,
        },
        optimize: optimize as u8,
        flags: extra.flags as u32,
        encoding: Some(if is_text {
            Encoding::Utf8
        } else {
            Encoding::Detect
        }),
        feature_version: u8::try_from(extra.feature_version).ok(),
        max_digits: int::max_str_digits(),
        file: Some(file_of(filename, None)),
        normalize: None,
    })
}

/// What errors show of the file that the source says it is from, if there is one. `codec`: the encoding of the source, if only the codecs know it.
fn file_of(filename: &Str, codec: Option<&str>) -> File {
    let (path, codec) = (
        filename.to_string_lossy().to_string(),
        codec.map(str::to_owned),
    );
    File(Rc::new(move |line, encoding| {
        file_line(&path, line, codec.as_deref().or(encoding))
    }))
}

/// A line of a file as CPython shows it: of a very long one only the end. Without an encoding it must be UTF-8.
fn file_line(path: &str, number: i32, encoding: Option<&str>) -> Option<String> {
    const CHUNK: usize = 999;
    let data = std::fs::read(path).ok()?;
    let mut rest = &data[..];
    let mut line = Vec::new();
    for _ in 0..number {
        line.clear();
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr2(b'\n', b'\r', rest);
        line.extend_from_slice(&rest[..end.unwrap_or(rest.len())]);
        rest = end.map_or(&[], |end| &rest[end..]);
        if end.is_some() {
            line.push(b'\n');
            rest = rest.strip_prefix(b"\r\n").unwrap_or(&rest[1..]);
        }
    }
    let shown = &line[line.len().saturating_sub(1) / CHUNK * CHUNK..];
    let shown = shown.split(|&b| b == 0).next().unwrap_or_default();
    match encoding {
        None => std::str::from_utf8(shown).ok().map(str::to_owned),
        Some("utf-8") => Some(String::from_utf8_lossy(shown).into_owned()),
        Some(name) => match str_::decode(shown, Some(name), Some("replace")) {
            Ok(text) => Some(text.to_string_lossy().to_string()),
            Err(Raised) => {
                errors::clear();
                None
            }
        },
    }
}

/// The source of a file as text, if it can be read as its encoding says.
pub fn decoded(source: &[u8]) -> Option<Source> {
    match Source::decode(source, Encoding::Detect) {
        Ok(decoded) => Some(decoded),
        Err(CompileError::Encoding(name)) => {
            // An encoding that only the codecs know.
            let text = str_::decode(source, Some(&name), Some("replace"));
            match text.and_then(|text| text.to_wtf8().map(|t| t.to_vec())) {
                Ok(text) => Source::decode(&text, Encoding::Utf8).ok(),
                Err(Raised) => {
                    errors::clear();
                    None
                }
            }
        }
        Err(_) => None,
    }
}

/// Whether the program has put a function of its own in the place of `unicodedata.normalize`, which CPython asks about identifiers.
fn normalizes() -> bool {
    let module = crate::sys::modules().map(|m| m.get_text("unicodedata"));
    let Ok(Some(module)) = module else {
        errors::clear();
        return false;
    };
    match module.downcast::<PyModuleObject>() {
        Some(module) => !(module.dict().get_text("normalize"))
            .is_some_and(|f| f.is_exact::<PyCFunctionObject>()),
        None => false,
    }
}

/// That function's answer; `None` with an exception set if it has none.
fn normalized(text: &str) -> Option<String> {
    if errors::occurred().is_some() {
        return None;
    }
    let ask = || {
        let normalize = imported("unicodedata", "normalize")?;
        let answer = call::call(&normalize, &[&*str_::new("NFKC")?, &*str_::new(text)?])?;
        match answer.downcast::<Str>() {
            Some(answer) => Ok(answer.to_utf8()?.to_string()),
            None => Err(raise!(
                TypeError,
                "unicodedata.normalize() must return a string, not {}",
                answer.ty().name()
            )),
        }
    };
    let answer: PyResult<String> = ask();
    answer.ok()
}

/// What the compiler, which cannot say that memory has run out, may take for a byte of source.
const MEMORY_PER_BYTE: usize = 30;

/// Runs one of the compiler's functions on source, with the codecs' help for encodings that only they know.
fn run_compiler<R>(
    source: &[u8],
    options: &Options,
    filename: &Str,
    work: &dyn Fn(&[u8], &Options) -> Result<R, CompileError>,
) -> PyResult<R> {
    // Three levels of the tree count as one call; a program has more than that.
    if tstate().recursion_remaining.get() <= 1 {
        return Err(raise_error(CompileError::TooDeep, filename));
    }
    growing::ensure(source.len().saturating_mul(MEMORY_PER_BYTE))?;
    if crate::sys::is_audited() {
        crate::sys::audit("compile", &[&*bytes(source)?, filename])?;
    }
    let asking;
    let mut options = options;
    if !source.is_ascii() && normalizes() {
        asking = Options {
            normalize: Some(normalized),
            ..options.clone()
        };
        options = &asking;
    }
    let result = work(source, options);
    if options.normalize.is_some() && errors::occurred().is_some() {
        return Err(Raised);
    }
    let result = match result {
        Err(CompileError::Encoding(name)) => {
            // An encoding that only the codecs know.
            let decoded = match str_::decode(source, Some(&name), None) {
                Ok(decoded) => decoded,
                Err(raised) => {
                    let decoding = errors::matches(&exceptions::UnicodeError);
                    if !decoding && !errors::matches(&exceptions::LookupError) {
                        return Err(raised);
                    }
                    let message = match errors::fetch_instance() {
                        Some(e) if decoding => protocol::str(&e)?.to_string_lossy().to_string(),
                        _ => format!("unknown encoding: {name}"),
                    };
                    let e = SyntaxError::of_encoding(message);
                    return Err(raise_error(e.into(), filename));
                }
            };
            let options = Options {
                encoding: Some(Encoding::Utf8),
                file: Some(file_of(filename, Some(&name))),
                ..options.clone()
            };
            work(decoded.to_utf8()?.as_bytes(), &options)
        }
        result => result,
    };
    result.map_err(|e| {
        if let CompileError::Syntax(e) = &e {
            if let Err(raised) = issue(&e.warnings, source, options, filename) {
                return raised;
            }
        }
        raise_error(e, filename)
    })
}

/// Issues the compiler's warnings; one that a filter makes an error is a syntax error.
fn issue(warnings: &[Warning], source: &[u8], options: &Options, filename: &Str) -> PyResult<()> {
    for warning in warnings {
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
            errors::clear();
            let found = hotpy_compiler::warning_error(source, options, warning);
            issue(&found.later, source, options, filename)?;
            let error = found.further.unwrap_or(found.error.into());
            return Err(raise_error(error, filename));
        }
    }
    Ok(())
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
    let extra = Extra {
        flags,
        optimize,
        feature_version: -1,
    };
    compile_with(source, is_text, filename, mode, extra)
}

/// [`compile`] with all that Python's `compile` can ask for.
pub fn compile_with(
    source: &[u8],
    is_text: bool,
    filename: &Str,
    mode: Mode,
    extra: Extra,
) -> PyResult<Ref<PyCodeObject>> {
    let options = options(filename, mode, is_text, extra)?;
    let compiled = run_compiler(source, &options, filename, &hotpy_compiler::compile_source)?;
    issue(&compiled.warnings, source, &options, filename)?;
    code::from_compiled_file(&compiled.code, filename)
}

/// Compiles an `ast` object; besides SyntaxError, TypeError and ValueError for a tree that no source could have.
pub fn compile_tree(
    tree: &PyObject,
    filename: &Str,
    mode: Mode,
    extra: Extra,
) -> PyResult<Ref<PyCodeObject>> {
    let wanted = match mode {
        Mode::Exec => crate::ast::Wanted::Module,
        Mode::Eval => crate::ast::Wanted::Expression,
        Mode::Single => crate::ast::Wanted::Interactive,
    };
    let mut tree = crate::ast::read(tree, wanted)?;
    if let Some(error) = tree.invalid {
        return Err(raise_error(error, filename));
    }
    let options = options(filename, mode, true, extra)?;
    let compiled = hotpy_compiler::compile_ast(tree.module, &mut tree.names, &options, None)
        .map_err(|e| raise_error(e, filename))?;
    issue(&compiled.warnings, b"", &options, filename)?;
    code::from_compiled_tree(&compiled.code, filename, tree.constants)
}

/// Parses source to an `ast` object.
pub fn parse(source: &[u8], is_text: bool, filename: &Str, mode: Mode, extra: Extra) -> PyResult {
    let options = options(filename, mode, is_text, extra)?;
    let parsed = run_compiler(source, &options, filename, &|source, options| {
        hotpy_compiler::parse_source(source, options, |module, names, parsed| {
            let tree = crate::ast::write(module, names, &parsed.details);
            Ok((tree, parsed.warnings))
        })
        .unwrap_or_else(|error| match error {
            CompileError::TooDeep => Ok((Err(crate::ast::too_deep()), Vec::new())),
            error => Err(error),
        })
    });
    let (tree, warnings) = parsed?;
    issue(&warnings, source, &options, filename)?;
    tree
}

/// Parses a signature type comment to an `ast.FunctionType`.
pub fn parse_function_type(source: &[u8], is_text: bool, filename: &Str, extra: Extra) -> PyResult {
    let options = options(filename, Mode::Eval, is_text, extra)?;
    run_compiler(source, &options, filename, &|source, options| {
        hotpy_compiler::parse_function_type(source, options, |args, returns, names, parsed| {
            crate::ast::write_function_type(args, returns, names, &parsed.details)
        })
    })?
}

/// Builds the symbol table of source and runs `work` on it.
pub fn symbols<R>(
    source: &[u8],
    is_text: bool,
    filename: &Str,
    mode: Mode,
    work: &dyn Fn(&SymTable, &Names) -> PyResult<R>,
) -> PyResult<R> {
    let extra = Extra {
        flags: 0,
        optimize: 0,
        feature_version: -1,
    };
    let options = options(filename, mode, is_text, extra)?;
    let (result, warnings) = run_compiler(source, &options, filename, &|source, options| {
        hotpy_compiler::symbols(source, options, |table, names, warnings| {
            (work(table, names), warnings)
        })
    })?;
    issue(&warnings, source, &options, filename)?;
    result
}

/// Compiles a program file. What cannot even be read is reported in other words, and places, than for [`compile`].
pub fn compile_file(source: &[u8], filename: &Str) -> PyResult<Ref<PyCodeObject>> {
    let nul = source.iter().position(|&b| b == 0);
    let compiled = match nul {
        // What is before it may be wrong in another way.
        Some(at) => match unreadable(&source[..at], filename) {
            Some(raised) => return Err(raised),
            None => return Err(nul_byte(source, at, filename)?),
        },
        None => compile(source, false, filename, Mode::Exec, 0, -1),
    };
    // Of a file every line must be readable, even if nothing is made of it.
    let decoded = Source::decode(source, Encoding::Detect).ok();
    if let Some(decoded) = decoded.filter(|d| d.undecodable.is_some()) {
        errors::clear();
        if decoded.encoding.is_some() {
            let at = std::str::from_utf8(source).map_or_else(|e| e.valid_up_to(), |_| 0);
            return Err(raise!(
                SyntaxError,
                "(unicode error) 'utf-8' codec can't decode byte 0x{:02x} in position {at}: invalid start byte",
                source[at]
            ));
        }
        if let Some(raised) = unreadable(source, filename) {
            return Err(raised);
        }
    }
    let raised = match compiled {
        Ok(code) => return Ok(code),
        Err(raised) => raised,
    };
    if !errors::matches(&exceptions::SyntaxError) {
        return Err(raised);
    }
    let Some(error) = errors::fetch_instance() else {
        return Err(raised);
    };
    let message = error
        .downcast::<PySyntaxErrorObject>()
        .and_then(|e| e.msg.cloned())
        .and_then(|m| m.downcast::<Str>().map(|m| m.to_string_lossy()))
        .unwrap_or_default();
    if let Some(name) = message.strip_prefix("unknown encoding: ") {
        return Err(raise!(SyntaxError, "encoding problem: {name}"));
    }
    if message.starts_with("encoding problem: ") {
        return Err(raise!(SyntaxError, "{message}"));
    }
    errors::restore_instance(error);
    Err(raised)
}

/// Raises the error for the first bytes of a file that are not UTF-8, if it declares no encoding.
fn unreadable(source: &[u8], filename: &Str) -> Option<Raised> {
    let at = std::str::from_utf8(source)
        .err()
        .filter(|e| e.error_len().is_some())?
        .valid_up_to();
    if source.starts_with(b"\xef\xbb\xbf") {
        return None;
    }
    let line = source[..at].iter().filter(|&&b| b == b'\n').count() + 1;
    Some(raise!(
        SyntaxError,
        "Non-UTF-8 code starting with '\\x{:02x}' in file {} on line {line}, but no encoding declared; see https://peps.python.org/pep-0263/ for details",
        source[at],
        filename.to_string_lossy()
    ))
}

/// Raises the error for a NUL byte in a file: at its line, of which it shows the part before it.
fn nul_byte(source: &[u8], at: usize, filename: &Str) -> PyResult<Raised> {
    let before = &source[..at];
    let start = before
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |newline| newline + 1);
    let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
    let details = tuple(vec![
        Ref::new(filename).into_object(),
        int(line as i64)?,
        int(0)?,
        text(&String::from_utf8_lossy(&before[start..]))?,
        int(line as i64)?,
        int(-1)?,
    ])?;
    let message = text("source code cannot contain null bytes")?;
    let args = tuple(vec![message, details])?;
    Ok(errors::raise_value(&exceptions::SyntaxError, Some(&args)))
}

/// Issues the warnings of a text that was only cut into tokens.
pub fn issue_token_warnings(warnings: &[Warning], source: &[u8], filename: &Str) -> PyResult<()> {
    issue(warnings, source, &Options::default(), filename)
}

/// Raises the Python exception for an error of the tokenizer.
pub fn raise_tokenizer_error(error: SyntaxError, filename: &Str) -> Raised {
    raise_error(error.into(), filename)
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
        CompileError::Memory => errors::no_memory(),
        CompileError::Undecodable(e) => {
            str_::codecs::raise_decode_error("utf-8", &e.bytes, e.start, e.end, e.reason)
        }
        CompileError::Encoding(name) => raise!(SyntaxError, "unknown encoding: {name}"),
        CompileError::Value(text) => raise!(ValueError, "{text}"),
        CompileError::Type(text) => raise!(TypeError, "{text}"),
        CompileError::System(text) => raise!(SystemError, "{text}"),
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
        Origin::Compiler => e
            .line
            .and_then(|line| file_line(&filename.to_string_lossy(), line, None)),
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
    hotpy_vm::state::is_main(tstate())
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

pub use hotpy_vm::events::{set_profile, set_trace};
