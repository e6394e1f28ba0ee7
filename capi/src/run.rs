//! `pythonrun.h`, `compile.h`, `marshal.h`, and the making of code and frames: source text in, results out.

use crate::support::*;
use hotpy_isa::Op;
use hotpy_isa::encoding::encode;
use hotpy_modules::engine::{self, Mode};
use hotpy_modules::{marshal, sys};
use hotpy_vm::eval;

/// `Py_single_input`, `Py_file_input`, `Py_eval_input`.
const SINGLE: c_int = 256;
const FILE: c_int = 257;
const EVAL: c_int = 258;

/// C: `PyCompilerFlags`.
#[repr(C)]
pub struct Flags {
    pub flags: Cell<c_int>,
    feature_version: Cell<c_int>,
}

/// C: `PyCF_IGNORE_COOKIE`: the source is UTF-8, whatever it says.
const IGNORE_COOKIE: c_int = 0x200;

/// `PyCF_` bits that the compiler knows: future features and what `compile()` takes.
fn compile(
    source: *const c_char,
    file: &Str,
    start: c_int,
    flags: Option<&Flags>,
    optimize: c_int,
) -> PyResult<Ref<PyCodeObject>> {
    let mode = match start {
        SINGLE => Mode::Single,
        FILE => Mode::Exec,
        EVAL => Mode::Eval,
        _ => return Err(raise!(SystemError, "invalid start token")),
    };
    let flag_bits = flags.map_or(0, |f| f.flags.get());
    engine::compile(
        bytes_of(source),
        // Else a comment may say which encoding the source has.
        flag_bits & IGNORE_COOKIE != 0,
        file,
        mode,
        flag_bits,
        optimize,
    )
}

fn run(
    source: *const c_char,
    start: c_int,
    globals: &PyDictObject,
    locals: Option<&PyObject>,
    flags: Option<&Flags>,
) -> PyResult {
    let code = compile(source, &*str_::new("<string>")?, start, flags, -1)?;
    crate::state::with_builtins(globals)?;
    hotpy_vm::eval::exec_code(&code, globals, locals.unwrap_or(globals), None)
}

fn run_simple(source: *const c_char, flags: Option<&Flags>) -> PyResult<()> {
    let main = sys::modules()?.get_text("__main__");
    let Some(main) = main.as_ref().and_then(|m| m.downcast::<PyModuleObject>()) else {
        return Err(raise!(RuntimeError, "unable to get __main__"));
    };
    run(source, FILE, main.dict(), None, flags).map(drop)
}

export! {
    fn Py_CompileString(source: *const c_char, file: *const c_char, start: c_int) -> PyResult<Ref<PyCodeObject>> {
        compile(source, &*str_::decode_fs(bytes_of(file))?, start, None, -1)
    }
    fn Py_CompileStringFlags(source: *const c_char, file: *const c_char, start: c_int, flags: Option<&Flags>) -> PyResult<Ref<PyCodeObject>> {
        compile(source, &*str_::decode_fs(bytes_of(file))?, start, flags, -1)
    }
    fn Py_CompileStringExFlags(source: *const c_char, file: *const c_char, start: c_int, flags: Option<&Flags>, optimize: c_int) -> PyResult<Ref<PyCodeObject>> {
        compile(source, &*str_::decode_fs(bytes_of(file))?, start, flags, optimize)
    }
    fn Py_CompileStringObject(source: *const c_char, file: &Str, start: c_int, flags: Option<&Flags>, optimize: c_int) -> PyResult<Ref<PyCodeObject>> {
        compile(source, file, start, flags, optimize)
    }
    fn PyRun_String(source: *const c_char, start: c_int, globals: &PyDictObject, locals: Option<&PyObject>) -> PyResult { run(source, start, globals, locals, None) }
    fn PyRun_StringFlags(source: *const c_char, start: c_int, globals: &PyDictObject, locals: Option<&PyObject>, flags: Option<&Flags>) -> PyResult {
        run(source, start, globals, locals, flags)
    }
    fn PyRun_SimpleString(source: *const c_char) -> c_int { PyRun_SimpleStringFlags(source, None) }
    fn PyRun_SimpleStringFlags(source: *const c_char, flags: Option<&Flags>) -> c_int {
        match run_simple(source, flags) {
            Ok(()) => 0,
            Err(Raised) => {
                hotpy_modules::run::print_error();
                -1
            }
        }
    }

    // ---- marshal ----

    fn PyMarshal_ReadObjectFromString(data: *const c_char, length: isize) -> PyResult { marshal::Reader::new(slice_of(data, length)).object() }
    fn PyMarshal_WriteLongToFile(x: c_long, file: *mut libc::FILE, _version: c_int) { write_file(&(x as i32).to_le_bytes(), file) }
    fn PyMarshal_WriteObjectToFile(o: &PyObject, file: *mut libc::FILE, version: c_int) {
        if let Ok(data) = marshal::to_bytes(o, version) {
            write_file(&data, file);
        }
    }
    fn PyMarshal_ReadShortFromFile(file: *mut libc::FILE) -> c_int { read_file(file, 2).map_or(-1, |b| i16::from_le_bytes([b[0], b[1]]).into()) }
    fn PyMarshal_ReadLongFromFile(file: *mut libc::FILE) -> c_long { read_file(file, 4).map_or(-1, |b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]).into()) }
    fn PyMarshal_ReadObjectFromFile(file: *mut libc::FILE) -> PyResult {
        let data = rest_of_file(file);
        let mut reader = marshal::Reader::new(&data);
        let object = reader.object();
        // The next one reads on behind it.
        let unread = reader.left();
        // SAFETY: the file is the caller's (C1).
        unsafe { libc::fseek(file, -(unread as c_long), libc::SEEK_CUR) };
        object
    }
    fn PyMarshal_ReadLastObjectFromFile(file: *mut libc::FILE) -> PyResult { marshal::Reader::new(&rest_of_file(file)).object() }
    fn PyMarshal_WriteObjectToString(o: &PyObject, version: c_int) -> PyResult { Ok(bytes::new(&marshal::to_bytes(o, version)?)?.into_object()) }

    // ---- code and frames that only tracebacks show ----

    fn PyCode_NewEmpty(file: *const c_char, name: *const c_char, line: c_int) -> PyResult<Ref<PyCodeObject>> {
        empty_code(&*str_::decode_fs(bytes_of(file))?, &*str_of(name)?, line)
    }
    fn PyCode_NewWithPosOnlyArgs(argcount: c_int, posonlyargcount: c_int, kwonlyargcount: c_int, _nlocals: c_int, stacksize: c_int, flags: c_int,
                                 code: &PyBytesObject, consts: &PyTupleObject, names: &PyTupleObject, varnames: &PyTupleObject,
                                 freevars: &PyTupleObject, cellvars: &PyTupleObject, file: &Str, name: &Str, qualname: &Str, line: c_int,
                                 linetable: &PyBytesObject, exceptiontable: &PyBytesObject) -> PyResult<Ref<PyCodeObject>> {
        let (localsplusnames, localspluskinds) = locals_plus(varnames, cellvars, freevars);
        code::new(code::Fields {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize: stacksize.max(1),
            flags,
            firstlineno: line,
            code: instructions(code).into(),
            consts: Ref::new(consts),
            names: tuple::from_borrowed(names.items())?,
            localsplusnames: tuple::from_borrowed(&localsplusnames)?,
            localspluskinds: bytes::new_apart(&localspluskinds)?,
            filename: Ref::new(file),
            name: Ref::new(name),
            qualname: Ref::new(qualname),
            linetable: Ref::new(linetable),
            exceptiontable: Ref::new(exceptiontable),
        })
    }
    fn PyCode_New(argcount: c_int, kwonlyargcount: c_int, nlocals: c_int, stacksize: c_int, flags: c_int, code: &PyBytesObject,
                  consts: &PyTupleObject, names: &PyTupleObject, varnames: &PyTupleObject, freevars: &PyTupleObject, cellvars: &PyTupleObject,
                  file: &Str, name: &Str, qualname: &Str, line: c_int, linetable: &PyBytesObject, exceptiontable: &PyBytesObject) -> PyResult<Ref<PyCodeObject>> {
        PyCode_NewWithPosOnlyArgs(argcount, 0, kwonlyargcount, nlocals, stacksize, flags, code, consts, names, varnames, freevars, cellvars,
                                  file, name, qualname, line, linetable, exceptiontable)
    }
    fn PyFrame_New(_ts: *mut PyThreadState, code: &PyCodeObject, globals: &PyDictObject, locals: Option<&PyObject>) -> PyResult<Ref<PyFrameObject>> {
        let function = function::new(code, globals, None)?;
        let object = frame::new_detached(code, globals, &function)?;
        if let Some(frame) = object.frame() {
            frame.f_locals.set(locals.map(PyObject::to_ref));
        }
        Ok(object)
    }
    fn PyEval_EvalFrame(f: &PyFrameObject) -> PyResult { eval::evaluate_object(f, false) }
    fn PyEval_EvalFrameEx(f: &PyFrameObject, throw: c_int) -> PyResult { eval::evaluate_object(f, throw != 0) }
    fn PyGen_New(f: Ref<PyFrameObject>) -> PyResult<Ref<PyGenObject>> { eval::generator_of(&generator::PyGen_Type, &f, None) }
    fn PyGen_NewWithQualName(f: Ref<PyFrameObject>, name: Option<&Str>, qualname: Option<&Str>) -> PyResult<Ref<PyGenObject>> {
        eval::generator_of(&generator::PyGen_Type, &f, name.zip(qualname))
    }
    fn PyCoro_New(f: Ref<PyFrameObject>, name: Option<&Str>, qualname: Option<&Str>) -> PyResult<Ref<PyGenObject>> {
        eval::generator_of(&generator::PyCoro_Type, &f, name.zip(qualname))
    }
    fn _PyFrame_IsEntryFrame(f: &PyFrameObject) -> c_int { f.frame().is_some_and(|frame| frame.is_entry.get()) as c_int }
    /// Adds an entry for a frame to the traceback of the exception that is set.
    fn PyTraceBack_Here(f: &PyFrameObject) -> c_int { status(here(f)) }
    fn _PyTraceBack_FromFrame(next: Option<&PyObject>, f: &PyFrameObject) -> PyResult<Ref<PyTracebackObject>> {
        let next = next.and_then(|t| t.downcast::<PyTracebackObject>()).map(Ref::new);
        traceback::new(next, Ref::new(f), last_instruction(f), f.line().unwrap_or(0))
    }
    /// The same for C code, which has no frame: one is made for the name and the place.
    fn _PyTraceback_Add(name: *const c_char, file: *const c_char, line: c_int) {
        let Some(taken) = errors::fetch() else { return };
        let make = || -> PyResult<Ref<PyFrameObject>> {
            let code = PyCode_NewEmpty(file, name, line)?;
            let globals = dict::new()?;
            let f = PyFrame_New(ptr::null_mut(), &code, &globals, None)?;
            f.f_lineno.set(line);
            Ok(f)
        };
        let made = make();
        if made.is_err() {
            errors::clear();
        }
        errors::restore(taken);
        if let Ok(f) = made
            && here(&f).is_err()
        {
            errors::clear();
        }
    }
}

/// The byte offset of the instruction that a frame is at; -1 if it has none.
fn last_instruction(f: &PyFrameObject) -> i32 {
    f.frame().map_or(-1, |frame| frame.lasti() as i32 * 2)
}

fn here(f: &PyFrameObject) -> PyResult<()> {
    let Some(mut taken) = errors::fetch() else {
        return Ok(());
    };
    let line = match f.f_lineno.get() {
        0 => f.line().unwrap_or(0),
        line => line,
    };
    let next = taken
        .traceback
        .as_ref()
        .and_then(|t| t.downcast::<PyTracebackObject>())
        .map(Ref::new);
    let lasti = last_instruction(f);
    match traceback::new(next, Ref::new(f), lasti, line) {
        Ok(entry) => taken.traceback = Some(entry.into_object()),
        Err(Raised) => errors::clear(),
    }
    errors::restore(taken);
    Ok(())
}

/// The names of locals, of cells that are no locals, and of free variables, with their kinds.
fn locals_plus<'a>(
    varnames: &'a PyTupleObject,
    cellvars: &'a PyTupleObject,
    freevars: &'a PyTupleObject,
) -> (Vec<&'a PyObject>, Vec<u8>) {
    use hotpy_code::object::kind;
    let same = |a: &PyObject, b: &PyObject| match (a.downcast::<Str>(), b.downcast::<Str>()) {
        (Some(a), Some(b)) => a.equals(b),
        _ => false,
    };
    let (mut names, mut kinds) = (varnames.items().to_vec(), vec![kind::LOCAL; varnames.len()]);
    for cell in cellvars.items() {
        match varnames.items().iter().position(|name| same(name, cell)) {
            Some(at) => kinds[at] |= kind::CELL,
            None => {
                names.push(cell);
                kinds.push(kind::CELL);
            }
        }
    }
    names.extend_from_slice(freevars.items());
    kinds.resize(names.len(), kind::FREE);
    (names, kinds)
}

/// Code that is never run may be empty; a code object has an instruction all the same.
fn instructions(code: &PyBytesObject) -> Vec<u8> {
    let mut code = code.as_slice().to_vec();
    if code.is_empty() {
        encode(&mut code, Op::RESUME, 0);
    }
    code
}

/// A code object that raises AssertionError if anybody runs it.
fn empty_code(file: &Str, name: &Str, line: c_int) -> PyResult<Ref<PyCodeObject>> {
    let mut code = Vec::new();
    for (op, argument) in [
        (Op::RESUME, 0),
        (Op::LOAD_ASSERTION_ERROR, 0),
        (Op::RAISE_VARARGS, 1),
    ] {
        encode(&mut code, op, argument);
    }
    // One entry without columns for the three units, on the first line.
    let linetable = [0x80 | 13 << 3 | 2, 0];
    code::new(code::Fields {
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 1,
        flags: 3,
        firstlineno: line,
        code: code.into(),
        consts: tuple::empty(),
        names: tuple::empty(),
        localsplusnames: tuple::empty(),
        localspluskinds: bytes::empty(),
        filename: Ref::new(file),
        name: Ref::new(name),
        qualname: Ref::new(name),
        linetable: bytes::new(&linetable)?,
        exceptiontable: bytes::empty(),
    })
}

fn write_file(data: &[u8], file: *mut libc::FILE) {
    // SAFETY: the file is the caller's (C1).
    unsafe { libc::fwrite(data.as_ptr().cast(), 1, data.len(), file) };
}

/// So many bytes. EOFError.
fn read_file(file: *mut libc::FILE, size: usize) -> PyResult<Vec<u8>> {
    let mut data = vec![0; size];
    // SAFETY: as above; there is room for the bytes.
    let got = unsafe { libc::fread(data.as_mut_ptr().cast(), 1, size, file) };
    if got < size {
        return Err(raise!(EOFError, "EOF read where data expected"));
    }
    Ok(data)
}

pub fn rest_of_file(file: *mut libc::FILE) -> Vec<u8> {
    let (mut data, mut chunk) = (Vec::new(), vec![0; 1 << 16]);
    loop {
        // SAFETY: as above.
        match unsafe { libc::fread(chunk.as_mut_ptr().cast(), 1, chunk.len(), file) } {
            0 => return data,
            n => data.extend_from_slice(&chunk[..n]),
        }
    }
}
