//! `pythonrun.h` for streams of C: programs and statements read from a file; `import.h` for builtin modules of an embedder.

use crate::run::{Flags, rest_of_file};
use crate::support::*;
use hotpy_modules::engine::{self, Mode};
use hotpy_modules::interactive::{self, Session};
use hotpy_modules::{config, dynamic, run, sys, table};
use hotpy_objects::def::Downcast;

/// What `PyRun_InteractiveOne` answers at the end of input.
const END_OF_FILE: c_int = 11;

/// C: `struct _inittab`.
#[repr(C)]
pub struct InitTab {
    name: *const c_char,
    init: Option<dynamic::Init>,
}

/// Ends what a stream was opened for.
struct Closing(*mut libc::FILE, bool);

impl Drop for Closing {
    fn drop(&mut self) {
        if self.1 {
            // SAFETY: the caller has handed the stream over (C1).
            unsafe { libc::fclose(self.0) };
        }
    }
}

/// The code of a program; future features go to the flags and come from them.
fn compile(
    source: &[u8],
    name: &Str,
    mode: Mode,
    flags: Option<&Flags>,
) -> PyResult<Ref<PyCodeObject>> {
    let given = flags.map_or(0, |f| f.flags.get());
    let code = engine::compile(source, false, name, mode, given, -1)?;
    if let Some(flags) = flags {
        flags
            .flags
            .set(given | code.public_flags() & interactive::FUTURE);
    }
    Ok(code)
}

/// A file run as `__main__`, which has its name meanwhile.
fn simple(file: *mut libc::FILE, name: &Str, close: bool, flags: Option<&Flags>) -> PyResult<()> {
    let namespace = run::main_dict()?;
    let named = namespace.get_text("__file__").is_none();
    if named {
        namespace.set_text("__file__", name)?;
        namespace.set_text("__cached__", &singletons::_Py_NoneStruct)?;
    }
    let ran = (|| {
        let closing = Closing(file, close);
        let data = rest_of_file(file);
        drop(closing);
        let code = if name.to_string_lossy().ends_with(".pyc") {
            if data.get(..4) != Some(&hotpy_modules::pyc::MAGIC[..]) {
                return Err(raise!(RuntimeError, "Bad magic number in .pyc file"));
            }
            let object =
                hotpy_modules::marshal::Reader::new(data.get(16..).unwrap_or_default()).object();
            match object
                .ok()
                .and_then(|o| o.exact::<PyCodeObject>().map(Ref::new))
            {
                Some(code) => code,
                None => return Err(raise!(RuntimeError, "Bad code object in .pyc file")),
            }
        } else {
            compile(&data, name, Mode::Exec, flags)?
        };
        engine::exec(&code, &namespace, &namespace, None).map(drop)
    })();
    if named {
        with_error_aside(|| {
            for name in ["__file__", "__cached__"] {
                if namespace.get_text(name).is_some()
                    && str_::new(name)
                        .and_then(|name| namespace.del_item(&name))
                        .is_err()
                {
                    errors::clear();
                }
            }
        });
    }
    ran
}

fn simple_status(
    file: *mut libc::FILE,
    name: PyResult<Ref<Str>>,
    close: c_int,
    flags: Option<&Flags>,
) -> c_int {
    match name.and_then(|name| simple(file, &name, close != 0, flags)) {
        Ok(()) => 0,
        Err(Raised) => {
            run::print_error();
            -1
        }
    }
}

fn session(file: *mut libc::FILE, name: Ref<Str>, flags: Option<&Flags>) -> Session {
    unsafe extern "C" {
        static stdin: *mut libc::FILE;
    }
    // SAFETY: the C library's own.
    let other = (file != unsafe { stdin }).then_some(file);
    Session::new(other, name, flags.map_or(0, |f| f.flags.get()))
}

fn one(file: *mut libc::FILE, name: Ref<Str>, flags: Option<&Flags>) -> c_int {
    let mut session = session(file, name, flags);
    let result = session.one();
    if let Some(flags) = flags {
        flags.flags.set(session.flags);
    }
    match result {
        Ok(true) => 0,
        Ok(false) => END_OF_FILE,
        Err(Raised) => -1,
    }
}

/// The name of a stream; `???` if there is none.
fn named(file: *const c_char) -> PyResult<Ref<Str>> {
    if file.is_null() {
        return str_::new("???");
    }
    str_::decode_fs(bytes_of(file))
}

fn is_interactive(file: *mut libc::FILE, name: Option<&[u8]>) -> bool {
    // SAFETY: an open stream (C1).
    let terminal = unsafe { libc::isatty(libc::fileno(file)) == 1 };
    terminal
        || config::with(|c| c.interactive) > 0
            && name.is_none_or(|name| name == b"<stdin>" || name == b"???")
}

export! {
    fn PyRun_FileExFlags(file: *mut libc::FILE, name: *const c_char, start: c_int, globals: &PyDictObject, locals: Option<&PyObject>, close: c_int, flags: Option<&Flags>) -> PyResult {
        let name = named(name)?;
        let mode = match start {
            256 => Mode::Single,
            258 => Mode::Eval,
            _ => Mode::Exec,
        };
        let closing = Closing(file, close != 0);
        let source = rest_of_file(file);
        drop(closing);
        let code = compile(&source, &name, mode, flags)?;
        crate::state::with_builtins(globals)?;
        hotpy_vm::eval::exec_code(&code, globals, locals.unwrap_or(globals), None)
    }
    fn PyRun_File(file: *mut libc::FILE, name: *const c_char, start: c_int, globals: &PyDictObject, locals: Option<&PyObject>) -> PyResult { PyRun_FileExFlags(file, name, start, globals, locals, 0, None) }
    fn PyRun_FileEx(file: *mut libc::FILE, name: *const c_char, start: c_int, globals: &PyDictObject, locals: Option<&PyObject>, close: c_int) -> PyResult { PyRun_FileExFlags(file, name, start, globals, locals, close, None) }
    fn PyRun_FileFlags(file: *mut libc::FILE, name: *const c_char, start: c_int, globals: &PyDictObject, locals: Option<&PyObject>, flags: Option<&Flags>) -> PyResult { PyRun_FileExFlags(file, name, start, globals, locals, 0, flags) }
    fn PyRun_SimpleFileExFlags(file: *mut libc::FILE, name: *const c_char, close: c_int, flags: Option<&Flags>) -> c_int { simple_status(file, named(name), close, flags) }
    fn PyRun_SimpleFile(file: *mut libc::FILE, name: *const c_char) -> c_int { simple_status(file, named(name), 0, None) }
    fn PyRun_SimpleFileEx(file: *mut libc::FILE, name: *const c_char, close: c_int) -> c_int { simple_status(file, named(name), close, None) }
    fn _PyRun_SimpleFileObject(file: *mut libc::FILE, name: &Str, close: c_int, flags: Option<&Flags>) -> c_int {
        status(simple(file, name, close != 0, flags))
    }
    fn PyRun_AnyFileExFlags(file: *mut libc::FILE, name: *const c_char, close: c_int, flags: Option<&Flags>) -> c_int {
        if Py_FdIsInteractive(file, name) == 0 {
            return simple_status(file, named(name), close, flags);
        }
        let _closing = Closing(file, close != 0);
        PyRun_InteractiveLoopFlags(file, name, flags)
    }
    fn PyRun_AnyFile(file: *mut libc::FILE, name: *const c_char) -> c_int { PyRun_AnyFileExFlags(file, name, 0, None) }
    fn PyRun_AnyFileEx(file: *mut libc::FILE, name: *const c_char, close: c_int) -> c_int { PyRun_AnyFileExFlags(file, name, close, None) }
    fn PyRun_AnyFileFlags(file: *mut libc::FILE, name: *const c_char, flags: Option<&Flags>) -> c_int { PyRun_AnyFileExFlags(file, name, 0, flags) }
    fn _PyRun_AnyFileObject(file: *mut libc::FILE, name: Option<&Str>, close: c_int, flags: Option<&Flags>) -> c_int {
        if _Py_FdIsInteractive(file, name) == 0 {
            return status(name.map_or_else(|| str_::new("???"), |n| Ok(Ref::new(n))).and_then(|name| simple(file, &name, close != 0, flags)));
        }
        let _closing = Closing(file, close != 0);
        _PyRun_InteractiveLoopObject(file, name, flags)
    }
    fn Py_FdIsInteractive(file: *mut libc::FILE, name: *const c_char) -> c_int {
        is_interactive(file, (!name.is_null()).then(|| bytes_of(name))) as c_int
    }
    fn _Py_FdIsInteractive(file: *mut libc::FILE, name: Option<&Str>) -> c_int {
        let name = name.map(|n| n.to_string_lossy());
        is_interactive(file, name.as_ref().map(|n| n.as_bytes())) as c_int
    }
    fn PyRun_InteractiveLoopFlags(file: *mut libc::FILE, name: *const c_char, flags: Option<&Flags>) -> c_int {
        match named(name) {
            Ok(name) => _PyRun_InteractiveLoopObject(file, Some(&name), flags),
            Err(Raised) => {
                run::print_error();
                -1
            }
        }
    }
    fn PyRun_InteractiveLoop(file: *mut libc::FILE, name: *const c_char) -> c_int { PyRun_InteractiveLoopFlags(file, name, None) }
    /// Whatever statements raise is printed; 0 at the end of input. A SystemExit ends the process.
    fn _PyRun_InteractiveLoopObject(file: *mut libc::FILE, name: Option<&Str>, flags: Option<&Flags>) -> c_int {
        let Ok(name) = name.map_or_else(|| str_::new("???"), |n| Ok(Ref::new(n))) else { return -1 };
        let ended = session(file, name, flags).all(|| {
            run::print_error();
            Ok(())
        });
        status(ended)
    }
    fn PyRun_InteractiveOneObject(file: *mut libc::FILE, name: &Str, flags: Option<&Flags>) -> c_int {
        let answer = one(file, Ref::new(name), flags);
        if answer < 0 {
            run::print_error();
        }
        answer
    }
    fn PyRun_InteractiveOneFlags(file: *mut libc::FILE, name: *const c_char, flags: Option<&Flags>) -> c_int {
        match named(name) {
            Ok(name) => PyRun_InteractiveOneObject(file, &name, flags),
            Err(Raised) => {
                run::print_error();
                -1
            }
        }
    }
    fn PyRun_InteractiveOne(file: *mut libc::FILE, name: *const c_char) -> c_int { PyRun_InteractiveOneFlags(file, name, None) }

    // ---- before the interpreter starts ----

    fn PyImport_AppendInittab(name: *const c_char, init: Option<dynamic::Init>) -> c_int {
        let Some(init) = init.filter(|_| !name.is_null()) else { return -1 };
        // SAFETY: a C string (C1).
        table::append(unsafe { CStr::from_ptr(name) }, init);
        0
    }
    fn PyImport_ExtendInittab(rows: *const InitTab) -> c_int {
        let mut at = rows;
        // SAFETY: the table ends with a row without a name (C1).
        unsafe {
            while !(*at).name.is_null() {
                PyImport_AppendInittab((*at).name, (*at).init);
                at = at.add(1);
            }
        }
        0
    }
    fn PySys_AddAuditHook(hook: sys::AuditHook, own: *mut c_void) -> c_int {
        if !_PyRuntime.tstate_current.get().is_null() && sys::audit("sys.addaudithook", &[]).is_err() {
            // A hook may refuse silently.
            if errors::matches(&exceptions::RuntimeError) {
                errors::clear();
                return 0;
            }
            return -1;
        }
        sys::add_c_hook(hook, own);
        0
    }
    fn PySys_SetArgvEx(count: c_int, values: *const *const libc::wchar_t, update: c_int) {
        let set = || -> PyResult<()> {
            let mut argv = Vec::new();
            for i in 0..count.max(0) as usize {
                // SAFETY: so many wide strings (C1).
                argv.push(crate::unicode::PyUnicode_FromWideChar(unsafe { *values.add(i) }, -1)?.into_object());
            }
            if argv.is_empty() {
                argv.push(str_::new("")?.into_object());
            }
            let script = argv[0].downcast::<Str>().map(str_::encode_fs).transpose()?.unwrap_or_default();
            sys::set("argv", &*list::from_owned(argv)?)?;
            if update == 0 || count <= 0 {
                return Ok(());
            }
            let folder = match &script[..] {
                b"-c" | b"" => Vec::new(),
                script => run::script_folder(script),
            };
            if let Some(path) = sys::get("path").and_then(|p| p.downcast::<PyListObject>().map(Ref::new)) {
                path.insert(0, &*str_::decode_fs(&folder)?)?;
            }
            Ok(())
        };
        if set().is_err() {
            crate::errors::fatal("PySys_SetArgvEx", "can't assign sys.argv");
        }
    }
    fn PySys_SetArgv(count: c_int, values: *const *const libc::wchar_t) { PySys_SetArgvEx(count, values, 1) }

    // ---- what C code keeps with code objects ----

    fn _PyEval_RequestCodeExtraIndex(free: Option<code::extra::Free>) -> isize { code::extra::request(free).map_or(-1, |n| n as isize) }
    fn _PyCode_GetExtra(code: &PyObject, number: isize, to: *mut *mut c_void) -> c_int {
        let Some(code) = code.downcast::<PyCodeObject>() else {
            bad_internal_call();
            return -1;
        };
        // SAFETY: a result pointer (C1).
        unsafe { *to = code::extra::get(code, number as usize) };
        0
    }
    fn _PyCode_SetExtra(code: &PyObject, number: isize, pointer: *mut c_void) -> c_int {
        match code.downcast::<PyCodeObject>() {
            Some(code) if code::extra::set(code, number as usize, pointer) => 0,
            _ => {
                bad_internal_call();
                -1
            }
        }
    }
    fn PyCode_Optimize(code: &PyObject, _consts: &PyObject, _names: &PyObject, _lines: &PyObject) -> Ref { code.to_ref() }
    fn PyCode_Addr2Location(code: &PyCodeObject, offset: c_int, line: *mut c_int, column: *mut c_int, end_line: *mut c_int, end_column: *mut c_int) -> c_int {
        let place = if offset < 0 {
            code::Position { line: Some(code.co_firstlineno.get()), end_line: None, col: Some(0), end_col: Some(0) }
        } else {
            code::position_at(code, offset as usize / 2)
        };
        let at = |value: Option<i32>| value.unwrap_or(-1);
        let end = if offset < 0 { at(place.line) } else { at(place.end_line) };
        // SAFETY: result pointers (C1).
        unsafe {
            *line = at(place.line);
            *column = at(place.col);
            *end_line = end;
            *end_column = at(place.end_col);
        }
        1
    }

    // ---- the rest ----

    fn PyEval_EvalCodeEx(code: &PyCodeObject, globals: &PyDictObject, locals: Option<&PyObject>, args: *const *mut PyObject, count: c_int,
                         keywords: *const *mut PyObject, keyword_count: c_int, defaults: *const *mut PyObject, default_count: c_int,
                         keyword_defaults: Option<&PyObject>, closure: Option<&PyObject>) -> PyResult {
        crate::state::with_builtins(globals)?;
        let function = function::new(code, globals, None)?;
        let defaults = objects(defaults, default_count.max(0) as usize);
        if !defaults.is_empty() {
            function.func_defaults.set(Some(tuple::from_borrowed(defaults)?.into_object()));
        }
        function.func_kwdefaults.set(keyword_defaults.map(PyObject::to_ref));
        function.func_closure.set(closure.map(PyObject::to_ref));
        // Class and module code runs over the locals given.
        if let Some(locals) = locals.filter(|_| !code.has_flag(hotpy_code::object::flags::NEWLOCALS)) {
            return hotpy_vm::eval::exec_code(code, globals, locals, closure.and_then(|c| c.downcast()));
        }
        let mut all = objects(args, count.max(0) as usize).to_vec();
        let pairs = objects(keywords, 2 * keyword_count.max(0) as usize);
        let names: Vec<&PyObject> = pairs.iter().step_by(2).copied().collect();
        all.extend(pairs.iter().skip(1).step_by(2));
        let names = if names.is_empty() { None } else { Some(tuple::from_borrowed(&names)?) };
        call::vectorcall(&function, &all[..], names.as_deref())
    }
    fn PyEval_AcquireLock() {
        if let Some(ts) = hotpy_vm::state::of_this_thread() {
            hotpy_vm::gil::acquire(ts);
        }
    }
    fn PyEval_ReleaseLock() { hotpy_vm::gil::release(); }
    fn PyDescr_NewWrapper(ty: &PyTypeObject, row: &'static wrapperbase, wrapped: *mut c_void) -> PyResult<Ref<PyWrapperDescrObject>> {
        if row.name_strobj.is_null() {
            row.name_strobj.set(Some(name_of(row.name.get())?.into_object()));
        }
        descr::new_wrapper(ty, row, wrapped)
    }
    fn Py_GETENV(name: *const c_char) -> *mut c_char {
        if config::with(|c| c.ignore_environment) {
            return ptr::null_mut();
        }
        // SAFETY: a C string (C1).
        unsafe { libc::getenv(name) }
    }
    fn PyToken_OneChar(a: c_int) -> c_int { token(&[a]) }
    fn PyToken_TwoChars(a: c_int, b: c_int) -> c_int { token(&[a, b]) }
    fn PyToken_ThreeChars(a: c_int, b: c_int, c: c_int) -> c_int { token(&[a, b, c]) }
}

/// The number of an operator (`token.EXACT_TOKEN_TYPES`); that of OP for what is none.
fn token(characters: &[c_int]) -> c_int {
    const FROM_SEVEN: [&str; 45] = [
        "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%",
        "{", "}", "==", "!=", "<=", ">=", "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=",
        "&=", "|=", "^=", "<<=", ">>=", "**=", "//", "//=", "@", "@=", "->",
    ];
    const LATER: [(&str, c_int); 3] = [("...", 52), (":=", 53), ("<>", 28)];
    let text: Option<String> = characters
        .iter()
        .map(|&c| u32::try_from(c).ok().and_then(char::from_u32))
        .collect();
    let text = text.unwrap_or_default();
    let found = FROM_SEVEN
        .iter()
        .position(|o| *o == text)
        .map(|at| at as c_int + 7);
    let later = || LATER.iter().find(|(o, _)| *o == text).map(|(_, n)| *n);
    found.or_else(later).unwrap_or(54)
}
