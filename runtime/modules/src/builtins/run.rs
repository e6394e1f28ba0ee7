//! `compile`, `eval`, `exec`.

use super::{current_globals, current_locals};
use crate::engine::{self, Extra, Mode};
use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::Downcast;
use hotpy_objects::*;
use hotpy_vm::start::Prepared;

/// Bits of `flags` that say how to compile, besides `__future__` features.
mod compile_flag {
    pub const SOURCE_IS_UTF8: i32 = 0x100;
    pub const DONT_IMPLY_DEDENT: i32 = 0x200;
    pub const ONLY_AST: i32 = 0x400;
    pub const TYPE_COMMENTS: i32 = 0x1000;
    pub const TOP_LEVEL_AWAIT: i32 = 0x2000;
    pub const ALLOW_INCOMPLETE_INPUT: i32 = 0x4000;
    /// Features of `__future__`, all 3.11 knows.
    pub const FUTURES: i32 = 0x1ff_0000 & !0x1_0000 | 0x10;
    pub const ALL: i32 = FUTURES
        | SOURCE_IS_UTF8
        | DONT_IMPLY_DEDENT
        | ONLY_AST
        | TYPE_COMMENTS
        | TOP_LEVEL_AWAIT
        | ALLOW_INCOMPLETE_INPUT;
}

/// The text of a source argument. Strings are UTF-8 whatever a coding line says.
pub fn source_bytes(o: &PyObject, what: &str) -> PyResult<(Vec<u8>, bool)> {
    let (data, is_text) = if let Some(text) = o.downcast::<Str>() {
        (growing::copied(text.to_utf8()?.as_bytes())?, true)
    } else if !o.ty().tp_as_buffer.get().is_null() {
        (bytes::with_buffer(o, growing::copied)?, false)
    } else {
        return Err(raise!(TypeError, "{what}"));
    };
    if data.contains(&0) {
        return Err(raise!(
            SyntaxError,
            "source code string cannot contain null bytes"
        ));
    }
    Ok((data, is_text))
}

/// A file's name: text, bytes, or a path object.
pub fn filename_arg(filename: &PyObject) -> PyResult<Ref<Str>> {
    if let Some(text) = filename.downcast::<Str>() {
        return Ok(Ref::new(text));
    }
    if memoryview::has_buffer(filename) && !filename.is_instance::<PyBytesObject>() {
        errors::warn(
            &exceptions::DeprecationWarning,
            &format!(
                "path should be string, bytes, or os.PathLike, not {}",
                filename.ty().name()
            ),
            1,
        )?;
        return bytes::with_buffer(filename, str_::decode_fs);
    }
    let path = crate::posix::path::fspath(filename)?;
    match path.downcast::<Str>() {
        Some(text) => Ok(Ref::new(text)),
        None => bytes::with_buffer(&path, str_::decode_fs),
    }
}

/// `__future__` features of the running code.
fn inherited() -> i32 {
    frame::current().map_or(0, |frame| {
        frame.code().co_flags.get() & compile_flag::FUTURES
    })
}

pub extern "C" fn compile(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "compile",
        names: &[
            "source",
            "filename",
            "mode",
            "flags",
            "dont_inherit",
            "optimize",
            "_feature_version",
        ],
        positional_only: 0,
        positional: 6,
        required: 3,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let (Some(source), Some(filename), Some(mode)) = (a[0], a[1], a[2]) else {
        return none();
    };
    let filename = filename_arg(filename)?;
    let mode = str_arg("compile", "argument 'mode'", mode)?.to_string_lossy();
    let flags = a[3].map_or(Ok(0), int_arg)?;
    let dont_inherit = bool_arg(a[4], false)?;
    let optimize = a[5].map_or(Ok(-1), int_arg)?;
    let feature_version = a[6].map_or(Ok(-1), int_arg)?;
    if flags & !compile_flag::ALL != 0 {
        return Err(raise!(ValueError, "compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(raise!(ValueError, "compile(): invalid optimize value"));
    }
    let only_ast = flags & compile_flag::ONLY_AST != 0;
    let mode = match mode.as_str() {
        "exec" => Some(Mode::Exec),
        "eval" => Some(Mode::Eval),
        "single" => Some(Mode::Single),
        "func_type" if only_ast => None,
        "func_type" => {
            return Err(raise!(
                ValueError,
                "compile() mode 'func_type' requires flag PyCF_ONLY_AST"
            ));
        }
        _ if only_ast => {
            return Err(raise!(
                ValueError,
                "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
            ));
        }
        _ => {
            return Err(raise!(
                ValueError,
                "compile() mode must be 'exec', 'eval' or 'single'"
            ));
        }
    };
    let extra = Extra {
        flags: if dont_inherit {
            flags
        } else {
            flags | inherited()
        },
        optimize,
        feature_version: if only_ast { feature_version } else { -1 },
    };
    if crate::ast::is_node(source)? {
        return match mode {
            Some(mode) if !only_ast => {
                crate::sys::audit("compile", &[source, &singletons::_Py_NoneStruct])?;
                Ok(engine::compile_tree(source, &filename, mode, extra)?.into_object())
            }
            _ => Ok(source.to_ref()),
        };
    }
    let (source, is_text) = source_bytes(
        source,
        "compile() arg 1 must be a string, bytes or AST object",
    )?;
    match mode {
        None => engine::parse_function_type(&source, is_text, &filename, extra),
        Some(mode) if only_ast => engine::parse(&source, is_text, &filename, mode, extra),
        Some(mode) => {
            Ok(engine::compile_with(&source, is_text, &filename, mode, extra)?.into_object())
        }
    }
}

/// `__builtins__` for code that runs in a namespace without it.
fn ensure_builtins(globals: &PyDictObject) -> PyResult<()> {
    if globals.get_str(&names::__builtins__).is_some() {
        return Ok(());
    }
    let builtins = match frame::current().and_then(|frame| frame.f_builtins.cloned()) {
        Some(builtins) => builtins,
        None => match crate::sys::modules()?.get_text("builtins") {
            Some(module) => protocol::getattr(&module, &names::__dict__)?,
            None => return Ok(()),
        },
    };
    globals.set_item(&names::__builtins__, &builtins)
}

fn is_mapping(o: &PyObject) -> bool {
    // SAFETY: a type's mapping table, if it has one.
    unsafe { o.ty().tp_as_mapping.get().as_ref() }.is_some_and(|m| m.mp_subscript.get().is_some())
}

/// The namespaces for running code: as given, or the caller's.
fn namespaces(
    globals: Option<&PyObject>,
    locals: Option<&PyObject>,
) -> PyResult<(Ref<PyDictObject>, Ref)> {
    let (globals, locals) = match (globals, locals) {
        (None, None) => (current_globals()?, current_locals()?),
        (None, Some(locals)) => (current_globals()?, locals.to_ref()),
        // SAFETY: the callers checked that it is a dict.
        (Some(globals), None) => (unsafe { globals.to_ref().cast() }, globals.to_ref()),
        // SAFETY: as above.
        (Some(globals), Some(locals)) => (unsafe { globals.to_ref().cast() }, locals.to_ref()),
    };
    ensure_builtins(&globals)?;
    Ok((globals, locals))
}

pub extern "C" fn eval(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let p = prepare_eval(args.slice(count))?;
    engine::exec(&p.code, &p.globals, &p.locals, None)
}

/// What `eval(*args)` is to run.
pub fn prepare_eval(args: &[&PyObject]) -> PyResult<Prepared> {
    check_count("eval", args.len(), 1, 3)?;
    let globals = not_none(args.get(1).copied());
    let locals = not_none(args.get(2).copied());
    if locals.is_some_and(|l| !is_mapping(l)) {
        return Err(raise!(TypeError, "locals must be a mapping"));
    }
    if let Some(globals) = globals
        && !globals.is_instance::<PyDictObject>()
    {
        return Err(if is_mapping(globals) {
            raise!(
                TypeError,
                "globals must be a real dict; try eval(code, {{}}, mapping)"
            )
        } else {
            raise!(TypeError, "globals must be a dict")
        });
    }
    let (globals, locals) = namespaces(globals, locals)?;
    if let Some(code) = args[0].exact::<PyCodeObject>() {
        crate::sys::audit("exec", &[code])?;
        if code.co_nfreevars.get() > 0 {
            return Err(raise!(
                TypeError,
                "code object passed to eval() may not contain free variables"
            ));
        }
        return Ok(Prepared {
            code: Ref::new(code),
            globals,
            locals,
            closure: None,
        });
    }
    let (source, is_text) = source_bytes(
        args[0],
        "eval() arg 1 must be a string, bytes or code object",
    )?;
    let start = source
        .iter()
        .position(|&b| b != b' ' && b != b'\t')
        .unwrap_or(source.len());
    let filename = str_::new("<string>")?;
    let code = engine::compile(
        &source[start..],
        is_text,
        &filename,
        Mode::Eval,
        inherited(),
        -1,
    )?;
    crate::sys::audit("exec", &[&*code])?;
    Ok(Prepared {
        code,
        globals,
        locals,
        closure: None,
    })
}

pub extern "C" fn exec(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let all = count + kwnames.map_or(0, |k| k.len()) as isize;
    let p = prepare_exec(args.slice(all), kwnames)?;
    engine::exec(&p.code, &p.globals, &p.locals, p.closure.as_deref())?;
    none()
}

/// What `exec(*args, **keywords)` is to run.
pub fn prepare_exec(args: &[&PyObject], kwnames: Option<&PyTupleObject>) -> PyResult<Prepared> {
    static PARAMS: Params = Params {
        function: "exec",
        names: &["", "", "", "closure"],
        positional_only: 3,
        positional: 3,
        required: 1,
    };
    let count = args.len() - kwnames.map_or(0, |k| k.len());
    let a = PARAMS.bind(Args::from_slice(args), count as isize, kwnames)?;
    let Some(source) = a[0] else {
        return Err(raise!(SystemError, "exec() without code"));
    };
    let (globals, locals, closure) = (not_none(a[1]), not_none(a[2]), not_none(a[3]));
    if let Some(globals) = globals
        && !globals.is_instance::<PyDictObject>()
    {
        return Err(raise!(
            TypeError,
            "exec() globals must be a dict, not {}",
            globals.ty().name()
        ));
    }
    if let Some(locals) = locals
        && !is_mapping(locals)
    {
        return Err(raise!(
            TypeError,
            "locals must be a mapping or None, not {}",
            locals.ty().name()
        ));
    }
    let (globals, locals) = namespaces(globals, locals)?;
    if let Some(code) = source.exact::<PyCodeObject>() {
        let free = code.co_nfreevars.get() as usize;
        let closure = match closure {
            Some(_) if free == 0 => {
                return Err(raise!(
                    TypeError,
                    "cannot use a closure with this code object"
                ));
            }
            None if free == 0 => None,
            given => {
                let cells = given.and_then(|c| c.exact::<PyTupleObject>()).filter(|t| {
                    t.len() == free && t.items().iter().all(|c| c.is_exact::<PyCellObject>())
                });
                if cells.is_none() {
                    return Err(raise!(
                        TypeError,
                        "code object requires a closure of exactly length {free}"
                    ));
                }
                cells
            }
        };
        crate::sys::audit("exec", &[code])?;
        return Ok(Prepared {
            code: Ref::new(code),
            globals,
            locals,
            closure: closure.map(Ref::new),
        });
    }
    if closure.is_some() {
        return Err(raise!(
            TypeError,
            "closure can only be used when source is a code object"
        ));
    }
    let (source, is_text) = source_bytes(
        source,
        "exec() arg 1 must be a string, bytes or code object",
    )?;
    let filename = str_::new("<string>")?;
    let code = engine::compile(&source, is_text, &filename, Mode::Exec, inherited(), -1)?;
    crate::sys::audit("exec", &[&*code])?;
    Ok(Prepared {
        code,
        globals,
        locals,
        closure: None,
    })
}
