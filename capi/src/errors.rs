//! `pyerrors.h`, `warnings.h`: raising, fetching, matching; parts of exception objects; warnings; unraisable and fatal errors.

use crate::format::format;
use crate::support::*;
use crate::variadic::VaList;
use hotpy_modules::warnings;
use std::os::unix::ffi::OsStrExt;

/// Sets the exception from pointers as `PyErr_Restore` does: steals all three, which may be null.
fn restore(ty: Option<Ref>, value: Option<Ref>, traceback: Option<Ref>) {
    let state = tstate();
    let traceback = traceback.filter(|t| t.is_instance::<PyTracebackObject>());
    let old = (
        state.curexc_type.replace(ty),
        state.curexc_value.replace(value),
        state.curexc_traceback.replace(traceback),
    );
    drop(old);
}

/// The exception being handled, with its traceback.
fn handled() -> Option<Ref> {
    frame::force();
    errors::handled().map(PyObject::to_ref)
}

fn fetch(ty: *mut *mut PyObject, value: *mut *mut PyObject, traceback: *mut *mut PyObject) {
    let state = tstate();
    put(ty, state.curexc_type.take());
    put(value, state.curexc_value.take());
    put(traceback, state.curexc_traceback.take());
}

/// The exception class that a C caller names.
fn class(o: &PyObject) -> &PyTypeObject {
    // SAFETY: callers pass classes; anything else is refused by `raise_value`, which looks at the header alone.
    unsafe { o.cast() }
}

fn file_name(name: *const c_char) -> Option<Ref> {
    if name.is_null() {
        return None;
    }
    str_::decode_fs(bytes_of(name)).ok().map(Ref::into_object)
}

fn errno() -> c_int {
    // SAFETY: always a valid address.
    unsafe { *libc::__errno_location() }
}

/// `ty(errno, message[, name[, None, name2]])`; an interrupted call runs the signal handlers first.
fn from_errno(ty: &PyObject, name: Option<&PyObject>, name2: Option<&PyObject>) -> Raised {
    let code = errno();
    if code == libc::EINTR && hotpy_modules::signal::check().is_err() {
        return Raised;
    }
    let message = errors::errno_message(code);
    let build = || -> PyResult {
        let mut args = vec![
            int::from_i64(code as i64)?.into_object(),
            str_::decode(&message, None, Some("surrogateescape"))?.into_object(),
        ];
        if let Some(name) = name {
            args.push(name.to_ref());
            if let Some(second) = name2 {
                args.push(int::from_i64(0)?.into_object());
                args.push(second.to_ref());
            }
        }
        call::call_ex(ty, &*tuple::from_owned(args)?, None)
    };
    match build() {
        Ok(e) => errors::raise_value(e.ty(), Some(&e)),
        Err(raised) => raised,
    }
}

variadic! {
    PyErr_Format(2) => PyErr_FormatV;
    _PyErr_FormatFromCause(2) => format_from_cause;
}
variadic! {
    PyErr_WarnFormat(3) => warn_format;
    PyErr_ResourceWarning(3) => resource_warning;
    _PyErr_Format(3) => format_in_state;
    _PyErr_FormatFromCauseTstate(3) => format_from_cause_in_state;
}
variadic! {
    _Py_FatalErrorFormat(2) => fatal_format;
}
variadic! {
    PyErr_WarnExplicitFormat(0) => warn_explicit_format;
}

extern "C" fn format_in_state(
    _ts: *mut PyThreadState,
    ty: &PyObject,
    text: *const c_char,
    list: &mut VaList,
) -> PyResult {
    PyErr_FormatV(ty, text, list)
}

extern "C" fn format_from_cause_in_state(
    _ts: *mut PyThreadState,
    ty: &PyObject,
    text: *const c_char,
    list: &mut VaList,
) -> PyResult {
    format_from_cause(ty, text, list)
}

/// The exception that is set becomes cause and context of the new one.
extern "C" fn format_from_cause(ty: &PyObject, text: *const c_char, list: &mut VaList) -> PyResult {
    let cause = errors::fetch_instance();
    let answer = PyErr_FormatV(ty, text, list);
    if let (Some(cause), Some(new)) = (cause, errors::fetch_instance()) {
        if let Some(e) = errors::as_exception(&new) {
            e.context.set(Some(cause.clone()));
            e.cause.set(Some(cause));
            e.suppress_context.set(1);
        }
        errors::restore_instance(new);
    }
    answer
}

extern "C" fn warn_format(
    category: Option<&PyObject>,
    level: isize,
    text: *const c_char,
    list: &mut VaList,
) -> c_int {
    status(format(bytes_of(text), list).and_then(|text| warn(category, &text, level, None)))
}

extern "C" fn warn_explicit_format(list: &mut VaList) -> c_int {
    let category: *const PyObject = list.pointer();
    let file: *const c_char = list.pointer();
    let line = list.int();
    let module: *const c_char = list.pointer();
    let registry: *const PyObject = list.pointer();
    let text: *const c_char = list.pointer();
    // SAFETY: objects or null (C1).
    let (category, registry) = unsafe { (category.as_ref(), registry.as_ref()) };
    let mut warn = || {
        let module = if module.is_null() {
            None
        } else {
            Some(str_of(module)?.into_object())
        };
        warnings::warn_explicit(
            category.unwrap_or(&exceptions::RuntimeWarning),
            &*format(bytes_of(text), list)?,
            &*str_::decode_fs(bytes_of(file))?,
            line.into(),
            module.as_deref(),
            registry,
            None,
            None,
        )
    };
    status(warn())
}

extern "C" fn resource_warning(
    source: Option<&PyObject>,
    level: isize,
    text: *const c_char,
    list: &mut VaList,
) -> c_int {
    status(
        format(bytes_of(text), list)
            .and_then(|text| warn(Some(&exceptions::ResourceWarning), &text, level, source)),
    )
}

extern "C" fn fatal_format(function: *const c_char, text: *const c_char, list: &mut VaList) {
    let message = format(bytes_of(text), list)
        .map(|t| t.to_string_lossy())
        .unwrap_or_default();
    fatal(&text_of(function), &message)
}

fn warn(
    category: Option<&PyObject>,
    message: &PyObject,
    level: isize,
    source: Option<&PyObject>,
) -> PyResult<()> {
    warnings::warn(
        message,
        category.unwrap_or(&exceptions::RuntimeWarning),
        level,
        source,
    )
}

/// Ends the process as `Py_FatalError` does.
pub fn fatal(function: &str, message: &str) -> ! {
    hotpy_modules::faulthandler::fatal(&if function.is_empty() {
        message.to_owned()
    } else {
        format!("{function}: {message}")
    })
}

export! {
    // ---- raising ----

    fn PyErr_FormatV(ty: &PyObject, text: *const c_char, list: &mut VaList) -> PyResult {
        // Formatting must not see an exception that is set.
        errors::clear();
        let message = format(bytes_of(text), list)?;
        Err(errors::raise_value(ty, Some(&message)))
    }
    fn PyErr_SetObject(ty: Option<&PyObject>, value: Option<&PyObject>) {
        match ty {
            Some(ty) => { errors::raise_value(ty, value); }
            None => restore(None, None, None),
        }
    }
    fn _PyErr_SetObject(_ts: *mut PyThreadState, ty: Option<&PyObject>, value: Option<&PyObject>) { PyErr_SetObject(ty, value) }
    fn PyErr_SetString(ty: &PyObject, text: *const c_char) {
        if let Ok(text) = str_of(text) {
            errors::raise_value(ty, Some(&text));
        }
    }
    fn _PyErr_SetString(_ts: *mut PyThreadState, ty: &PyObject, text: *const c_char) { PyErr_SetString(ty, text) }
    fn PyErr_SetNone(ty: &PyObject) { errors::raise_value(ty, None); }
    fn _PyErr_SetNone(_ts: *mut PyThreadState, ty: &PyObject) { errors::raise_value(ty, None); }
    fn _PyErr_SetKeyError(key: &PyObject) { errors::raise_key_error(key); }
    fn PyErr_NoMemory() -> PyResult { Err(errors::no_memory()) }
    fn _PyErr_NoMemory(_ts: *mut PyThreadState) -> PyResult { Err(errors::no_memory()) }
    fn PyErr_BadArgument() -> c_int { bad_argument(); 0 }
    fn PyErr_BadInternalCall() { bad_internal_call(); }
    fn _PyErr_BadInternalCall(file: *const c_char, line: c_int) {
        raise!(SystemError, "{}:{line}: bad argument to internal function", text_of(file));
    }
    fn PyErr_SetFromErrno(ty: &PyObject) -> PyResult { Err(from_errno(ty, None, None)) }
    fn PyErr_SetFromErrnoWithFilenameObject(ty: &PyObject, name: Option<&PyObject>) -> PyResult { Err(from_errno(ty, name, None)) }
    fn PyErr_SetFromErrnoWithFilenameObjects(ty: &PyObject, name: Option<&PyObject>, name2: Option<&PyObject>) -> PyResult {
        Err(from_errno(ty, name, name2))
    }
    fn PyErr_SetFromErrnoWithFilename(ty: &PyObject, name: *const c_char) -> PyResult {
        let code = errno();
        let name = file_name(name);
        // SAFETY: always a valid address.
        unsafe { *libc::__errno_location() = code };
        Err(from_errno(ty, name.as_deref(), None))
    }
    fn PyErr_SetImportError(message: Option<&PyObject>, name: Option<&PyObject>, path: Option<&PyObject>) -> PyResult {
        Err(import_error(&exceptions::ImportError, message, name, path))
    }
    fn PyErr_SetImportErrorSubclass(ty: &PyObject, message: Option<&PyObject>, name: Option<&PyObject>, path: Option<&PyObject>) -> PyResult {
        Err(import_error(ty, message, name, path))
    }
    fn PyErr_SyntaxLocation(name: *const c_char, line: c_int) { syntax_location(file_name(name), line, -1) }
    fn PyErr_SyntaxLocationEx(name: *const c_char, line: c_int, column: c_int) { syntax_location(file_name(name), line, column) }
    fn PyErr_SyntaxLocationObject(name: &PyObject, line: c_int, column: c_int) { syntax_location(Some(name.to_ref()), line, column) }
    fn PyErr_RangedSyntaxLocationObject(name: &PyObject, line: c_int, column: c_int, _end_line: c_int, _end_column: c_int) {
        syntax_location(Some(name.to_ref()), line, column)
    }

    // ---- what is set ----

    fn PyErr_Occurred() -> *mut PyObject { tstate().curexc_type.as_ptr() }
    fn PyErr_Clear() { errors::clear() }
    fn _PyErr_Clear(_ts: *mut PyThreadState) { errors::clear() }
    fn PyErr_Fetch(ty: *mut *mut PyObject, value: *mut *mut PyObject, traceback: *mut *mut PyObject) { fetch(ty, value, traceback) }
    fn _PyErr_Fetch(_ts: *mut PyThreadState, ty: *mut *mut PyObject, value: *mut *mut PyObject, traceback: *mut *mut PyObject) { fetch(ty, value, traceback) }
    fn PyErr_Restore(ty: Option<Ref>, value: Option<Ref>, traceback: Option<Ref>) { restore(ty, value, traceback) }
    fn _PyErr_Restore(_ts: *mut PyThreadState, ty: Option<Ref>, value: Option<Ref>, traceback: Option<Ref>) { restore(ty, value, traceback) }
    fn PyErr_ExceptionMatches(against: &PyObject) -> c_int { errors::occurred().is_some_and(|set| errors::given_matches(set, against)) as c_int }
    fn _PyErr_ExceptionMatches(_ts: *mut PyThreadState, against: &PyObject) -> c_int { PyErr_ExceptionMatches(against) }
    fn PyErr_GivenExceptionMatches(e: Option<&PyObject>, against: Option<&PyObject>) -> c_int {
        match (e, against) {
            (Some(e), Some(against)) => errors::given_matches(e, against) as c_int,
            _ => 0,
        }
    }
    fn PyErr_NormalizeException(ty: *mut *mut PyObject, value: *mut *mut PyObject, traceback: *mut *mut PyObject) { normalize(ty, value, traceback) }
    fn _PyErr_NormalizeException(_ts: *mut PyThreadState, ty: *mut *mut PyObject, value: *mut *mut PyObject, traceback: *mut *mut PyObject) { normalize(ty, value, traceback) }
    /// Puts an exception back, the one that has come in between as its context.
    fn _PyErr_ChainExceptions(ty: Option<Ref>, value: Option<Ref>, traceback: Option<Ref>) {
        let Some(ty) = ty else { return };
        if errors::occurred().is_none() {
            return restore(Some(ty), value, traceback);
        }
        let new = errors::fetch_instance();
        let mut taken = errors::Taken { ty, value, traceback };
        taken.normalize();
        if let (Some(old), Some(traceback)) = (taken.value.as_deref().and_then(errors::as_exception), &taken.traceback) {
            old.traceback.set(Some(traceback.clone()));
        }
        if let Some(new) = new {
            if let Some(e) = errors::as_exception(&new) {
                exceptions::set_context(e, taken.value);
            }
            errors::restore_instance(new);
        }
    }

    // ---- what is being handled ----

    fn PyErr_GetHandledException() -> Option<Ref> { handled() }
    fn _PyErr_GetHandledException(_ts: *mut PyThreadState) -> Option<Ref> { handled() }
    fn PyErr_SetHandledException(e: Option<&PyObject>) { set_handled(e.map(PyObject::to_ref)) }
    fn _PyErr_SetHandledException(_ts: *mut PyThreadState, e: Option<&PyObject>) { set_handled(e.map(PyObject::to_ref)) }
    fn _PyErr_GetTopmostException(ts: &PyThreadState) -> *mut _PyErr_StackItem {
        frame::force();
        let mut item = ts.exc_info.get();
        // SAFETY: the chain's items live in frames and generators that are on the stack.
        unsafe {
            while (*item).exc_value.get().is_none_or(singletons::is_none) && !(*item).previous_item.get().is_null() {
                item = (*item).previous_item.get();
            }
        }
        item
    }
    fn PyErr_GetExcInfo(ty: *mut *mut PyObject, value: *mut *mut PyObject, traceback: *mut *mut PyObject) {
        let handled = handled();
        let none = || Some(singletons::none());
        let (t, tb) = match &handled {
            Some(e) => (Some(e.ty().to_ref()), errors::as_exception(e).and_then(|e| e.traceback.cloned()).or_else(none)),
            None => (none(), none()),
        };
        put(ty, t);
        put(value, handled.or_else(none));
        put(traceback, tb);
    }
    fn PyErr_SetExcInfo(ty: Option<Ref>, value: Option<Ref>, traceback: Option<Ref>) {
        set_handled(value);
        drop((ty, traceback));
    }
    fn _PyErr_StackItemToExcInfoTuple(item: &_PyErr_StackItem) -> PyResult {
        frame::force();
        let none = singletons::none;
        let value = item.exc_value.cloned().filter(|v| !singletons::is_none(v));
        let (ty, traceback) = match &value {
            Some(e) => (e.ty().to_ref(), errors::as_exception(e).and_then(|e| e.traceback.cloned()).unwrap_or_else(none)),
            None => (none(), none()),
        };
        Ok(tuple::from_array([ty, value.unwrap_or_else(none), traceback])?.into_object())
    }

    // ---- exception classes and their parts ----

    fn PyErr_NewException(name: *const c_char, base: Option<&PyObject>, dict: Option<&PyObject>) -> PyResult { new_exception(name, None, base, dict) }
    fn PyErr_NewExceptionWithDoc(name: *const c_char, doc: *const c_char, base: Option<&PyObject>, dict: Option<&PyObject>) -> PyResult {
        new_exception(name, opt_text_of(doc), base, dict)
    }
    fn PyExceptionClass_Name(class: &PyTypeObject) -> *const c_char { class.tp_name.get() }
    fn PyException_GetTraceback(e: &PyBaseExceptionObject) -> Option<Ref> {
        frame::force();
        e.traceback.cloned()
    }
    fn PyException_SetTraceback(e: &PyObject, traceback: &PyObject) -> c_int {
        status(protocol::setattr(e, &names::__traceback__, Some(traceback)))
    }
    fn PyException_GetContext(e: &PyBaseExceptionObject) -> Option<Ref> { e.context.cloned() }
    fn PyException_SetContext(e: &PyBaseExceptionObject, context: Option<Ref>) { e.context.set(context) }
    fn PyException_GetCause(e: &PyBaseExceptionObject) -> Option<Ref> { e.cause.cloned() }
    fn PyException_SetCause(e: &PyBaseExceptionObject, cause: Option<Ref>) {
        e.suppress_context.set(1);
        e.cause.set(cause)
    }
    fn PyUnicodeDecodeError_Create(encoding: *const c_char, data: *const c_char, length: isize, start: isize, end: isize, reason: *const c_char) -> PyResult<Ref<PyBaseExceptionObject>> {
        exceptions::new_unicode_decode_error(&text_of(encoding), slice_of(data, length), start as usize, end as usize, &text_of(reason))
    }
    fn PyUnicodeDecodeError_GetEncoding(e: &PyUnicodeErrorObject) -> PyResult { text_part(&e.encoding, "encoding") }
    fn PyUnicodeEncodeError_GetEncoding(e: &PyUnicodeErrorObject) -> PyResult { text_part(&e.encoding, "encoding") }
    fn PyUnicodeDecodeError_GetObject(e: &PyUnicodeErrorObject) -> PyResult { bytes_part(&e.object, "object") }
    fn PyUnicodeEncodeError_GetObject(e: &PyUnicodeErrorObject) -> PyResult { text_part(&e.object, "object") }
    fn PyUnicodeTranslateError_GetObject(e: &PyUnicodeErrorObject) -> PyResult { text_part(&e.object, "object") }
    fn PyUnicodeDecodeError_GetReason(e: &PyUnicodeErrorObject) -> PyResult { text_part(&e.reason, "reason") }
    fn PyUnicodeEncodeError_GetReason(e: &PyUnicodeErrorObject) -> PyResult { text_part(&e.reason, "reason") }
    fn PyUnicodeTranslateError_GetReason(e: &PyUnicodeErrorObject) -> PyResult { text_part(&e.reason, "reason") }
    fn PyUnicodeDecodeError_SetReason(e: &PyUnicodeErrorObject, reason: *const c_char) -> c_int { set_reason(e, reason) }
    fn PyUnicodeEncodeError_SetReason(e: &PyUnicodeErrorObject, reason: *const c_char) -> c_int { set_reason(e, reason) }
    fn PyUnicodeTranslateError_SetReason(e: &PyUnicodeErrorObject, reason: *const c_char) -> c_int { set_reason(e, reason) }
    fn PyUnicodeDecodeError_GetStart(e: &PyUnicodeErrorObject, to: *mut isize) -> c_int { position(e, to, true) }
    fn PyUnicodeEncodeError_GetStart(e: &PyUnicodeErrorObject, to: *mut isize) -> c_int { position(e, to, true) }
    fn PyUnicodeTranslateError_GetStart(e: &PyUnicodeErrorObject, to: *mut isize) -> c_int { position(e, to, true) }
    fn PyUnicodeDecodeError_GetEnd(e: &PyUnicodeErrorObject, to: *mut isize) -> c_int { position(e, to, false) }
    fn PyUnicodeEncodeError_GetEnd(e: &PyUnicodeErrorObject, to: *mut isize) -> c_int { position(e, to, false) }
    fn PyUnicodeTranslateError_GetEnd(e: &PyUnicodeErrorObject, to: *mut isize) -> c_int { position(e, to, false) }
    fn PyUnicodeDecodeError_SetStart(e: &PyUnicodeErrorObject, start: isize) -> c_int { e.start.set(start); 0 }
    fn PyUnicodeEncodeError_SetStart(e: &PyUnicodeErrorObject, start: isize) -> c_int { e.start.set(start); 0 }
    fn PyUnicodeTranslateError_SetStart(e: &PyUnicodeErrorObject, start: isize) -> c_int { e.start.set(start); 0 }
    fn PyUnicodeDecodeError_SetEnd(e: &PyUnicodeErrorObject, end: isize) -> c_int { e.end.set(end); 0 }
    fn PyUnicodeEncodeError_SetEnd(e: &PyUnicodeErrorObject, end: isize) -> c_int { e.end.set(end); 0 }
    fn PyUnicodeTranslateError_SetEnd(e: &PyUnicodeErrorObject, end: isize) -> c_int { e.end.set(end); 0 }
    fn _PyUnicodeTranslateError_Create(object: &Str, start: isize, end: isize, reason: *const c_char) -> PyResult<Ref<PyBaseExceptionObject>> {
        exceptions::new_unicode_translate_error(object, start as usize, end as usize, &text_of(reason))
    }

    // ---- warnings ----

    fn PyErr_WarnEx(category: Option<&PyObject>, text: *const c_char, level: isize) -> c_int {
        status(str_of(text).and_then(|text| warn(category, &text, level, None)))
    }
    fn PyErr_WarnExplicit(category: Option<&PyObject>, text: *const c_char, file: *const c_char, line: c_int, module: *const c_char, registry: Option<&PyObject>) -> c_int {
        let warn = || {
            let module = if module.is_null() { None } else { Some(str_of(module)?.into_object()) };
            warnings::warn_explicit(category.unwrap_or(&exceptions::RuntimeWarning), &*str_of(text)?, &*str_::decode_fs(bytes_of(file))?,
                line as i64, module.as_deref(), registry, None, None)
        };
        status(warn())
    }
    fn PyErr_WarnExplicitObject(category: Option<&PyObject>, message: &PyObject, file: &Str, line: c_int, module: Option<&PyObject>, registry: Option<&PyObject>) -> c_int {
        status(warnings::warn_explicit(category.unwrap_or(&exceptions::RuntimeWarning), message, file, line as i64, module, registry, None, None))
    }

    // ---- where nobody can handle it ----

    fn PyErr_WriteUnraisable(context: Option<&PyObject>) { errors::write_unraisable(context) }
    fn _PyErr_WriteUnraisableMsg(message: *const c_char, context: Option<&PyObject>) {
        let message = opt_text_of(message).map(|m| format!("Exception ignored {m}"));
        errors::write_unraisable_message(message.as_deref(), context)
    }
    fn PyErr_Print() { hotpy_modules::run::print_error() }
    fn PyErr_PrintEx(_set_last: c_int) { hotpy_modules::run::print_error() }
    fn PyErr_Display(_ty: &PyObject, value: &PyObject, _traceback: Option<&PyObject>) {
        if let Some(stderr) = hotpy_modules::sys::get("stderr").filter(|f| !singletons::is_none(f)) {
            if errors::is_exception_instance(value) {
                hotpy_modules::traceback_print::print_exception(value, &stderr);
            } else {
                let text = format!("TypeError: print_exception(): Exception expected for value, {} found\n", value.ty().name());
                hotpy_modules::sys::write_text(&stderr, &text);
            }
        }
    }
    fn _PyErr_Display(_file: &PyObject, ty: &PyObject, value: &PyObject, traceback: Option<&PyObject>) { PyErr_Display(ty, value, traceback) }
    fn _PyErr_Print(_ts: *mut PyThreadState) { hotpy_modules::run::print_error() }
    fn _PyErr_GetExcInfo(_ts: *mut PyThreadState, ty: *mut *mut PyObject, value: *mut *mut PyObject, traceback: *mut *mut PyObject) { PyErr_GetExcInfo(ty, value, traceback) }
    fn Py_FatalError(message: *const c_char) { fatal("", &text_of(message)) }
    fn _Py_FatalErrorFunc(function: *const c_char, message: *const c_char) { fatal(&text_of(function), &text_of(message)) }
    fn PyErr_CheckSignals() -> c_int { status(hotpy_modules::signal::check()) }
    fn _PyErr_CheckSignals() -> c_int { status(hotpy_modules::signal::check()) }
    fn _PyErr_CheckSignalsTstate(_ts: *mut PyThreadState) -> c_int { status(hotpy_modules::signal::check()) }
    fn PyErr_SetInterrupt() { PyErr_SetInterruptEx(libc::SIGINT); }
    fn PyErr_SetInterruptEx(signal: c_int) -> c_int {
        if !(1..=64).contains(&signal) { return -1; }
        if !hotpy_modules::signal::is_left_alone(signal) {
            hotpy_modules::signal::simulate(signal);
        }
        0
    }
    fn PyErr_ProgramText(file: *const c_char, line: c_int) -> Option<Ref> { program_text(bytes_of(file), line) }
    fn PyErr_ProgramTextObject(file: &PyObject, line: c_int) -> Option<Ref> { program_text_of(file, line) }
    fn _PyErr_ProgramDecodedTextObject(file: &PyObject, line: c_int, _encoding: *const c_char) -> Option<Ref> { program_text_of(file, line) }
}

/// The line of a source file, with its end; nothing, and no exception, if there is none.
fn program_text(file: &[u8], line: c_int) -> Option<Ref> {
    let before = usize::try_from(line).ok()?.checked_sub(1)?;
    let data = std::fs::read(std::ffi::OsStr::from_bytes(file)).ok()?;
    let source = hotpy_modules::engine::decoded(&data)?;
    let made = str_::new(source.text.split_inclusive('\n').nth(before)?);
    if made.is_err() {
        errors::clear();
    }
    made.ok().map(Ref::into_object)
}

fn program_text_of(file: &PyObject, line: c_int) -> Option<Ref> {
    let path = file.downcast::<Str>().map(str_::encode_fs)?;
    if path.is_err() {
        errors::clear();
    }
    program_text(&path.ok()?, line)
}

fn set_handled(e: Option<Ref>) {
    // SAFETY: the thread's innermost item.
    unsafe {
        (*tstate().exc_info.get())
            .exc_value
            .set(e.filter(|e| !singletons::is_none(e)))
    }
}

fn normalize(ty: *mut *mut PyObject, value: *mut *mut PyObject, traceback: *mut *mut PyObject) {
    // SAFETY: in- and out-parameters that own their references, or null (C1).
    unsafe {
        let take = |p: *mut *mut PyObject| {
            Ref::from_owned_opt(std::mem::replace(&mut *p, ptr::null_mut()))
        };
        let Some(class) = take(ty) else { return };
        let mut taken = errors::Taken {
            ty: class,
            value: take(value),
            traceback: take(traceback),
        };
        taken.normalize();
        *ty = taken.ty.into_raw();
        *value = owned(taken.value);
        *traceback = owned(taken.traceback);
    }
}

fn import_error(
    ty: &PyObject,
    message: Option<&PyObject>,
    name: Option<&PyObject>,
    path: Option<&PyObject>,
) -> Raised {
    match protocol::is_subclass(ty, &exceptions::ImportError) {
        Err(raised) => return raised,
        Ok(false) => return raise!(TypeError, "expected a subclass of ImportError"),
        Ok(true) => {}
    }
    let Some(message) = message else {
        return raise!(TypeError, "expected a message argument");
    };
    let none = &singletons::_Py_NoneStruct;
    let build = || -> PyResult {
        let kwargs = dict::new()?;
        kwargs.set_text("name", name.unwrap_or(none))?;
        kwargs.set_text("path", path.unwrap_or(none))?;
        call::call_ex(ty, &*tuple::from_borrowed(&[message])?, Some(&kwargs))
    };
    match build() {
        Ok(e) => errors::raise_value(class(ty), Some(&e)),
        Err(raised) => raised,
    }
}

/// Adds a place to the SyntaxError that is set.
fn syntax_location(file: Option<Ref>, line: c_int, column: c_int) {
    let Some(e) = errors::fetch_instance() else {
        return;
    };
    let set = || -> PyResult<()> {
        protocol::setattr(&e, &names::lineno, Some(&*int::from_i64(line as i64)?))?;
        let column = if column >= 0 {
            int::from_i64(column as i64)?.into_object()
        } else {
            singletons::none()
        };
        protocol::setattr(&e, &names::offset, Some(&column))?;
        if let Some(file) = &file {
            protocol::setattr(&e, &names::filename, Some(file))?;
        }
        Ok(())
    };
    if set().is_err() {
        errors::clear();
    }
    errors::restore_instance(e);
}

fn new_exception(
    name: *const c_char,
    doc: Option<Cow<'_, str>>,
    base: Option<&PyObject>,
    dict: Option<&PyObject>,
) -> PyResult {
    let full = text_of(name);
    let Some((module, short)) = full.rsplit_once('.') else {
        return Err(raise!(
            SystemError,
            "PyErr_NewException: name must be module.class"
        ));
    };
    let attributes = match dict {
        Some(dict) => match dict.downcast::<PyDictObject>() {
            Some(dict) => Ref::new(dict),
            None => return Err(bad_internal_call()),
        },
        None => dict::new()?,
    };
    if let Some(doc) = doc {
        attributes.set_item(&*names::__doc__, &*str_::new(&doc)?)?;
    }
    if !attributes.contains(&*names::__module__)? {
        attributes.set_item(&*names::__module__, &*str_::new(module)?)?;
    }
    let base = base.unwrap_or(&exceptions::Exception);
    let bases = match base.downcast::<PyTupleObject>() {
        Some(bases) => Ref::new(bases),
        None => tuple::from_borrowed(&[base])?,
    };
    call::call(
        &typeobject::PyType_Type,
        &[&*str_::new(short)?, &bases, &attributes],
    )
}

fn text_part(slot: &Slot<PyObject>, name: &str) -> PyResult {
    match slot.get() {
        Some(value) if value.is_instance::<Str>() => Ok(value.to_ref()),
        Some(_) => Err(raise!(TypeError, "{name} attribute must be unicode")),
        None => Err(raise!(TypeError, "{name} attribute not set")),
    }
}

fn bytes_part(slot: &Slot<PyObject>, name: &str) -> PyResult {
    match slot.get() {
        Some(value) if value.is_instance::<PyBytesObject>() => Ok(value.to_ref()),
        Some(_) => Err(raise!(TypeError, "{name} attribute must be bytes")),
        None => Err(raise!(TypeError, "{name} attribute not set")),
    }
}

fn set_reason(e: &PyUnicodeErrorObject, reason: *const c_char) -> c_int {
    status(str_of(reason).map(|reason| e.reason.set(Some(reason.into_object()))))
}

/// Start or end, kept within the object that could not be coded.
fn position(e: &PyUnicodeErrorObject, to: *mut isize, start: bool) -> c_int {
    let Some(object) = e.object.get() else {
        raise!(TypeError, "object attribute not set");
        return -1;
    };
    let Ok(length) = protocol::len(object) else {
        return -1;
    };
    let length = length as isize;
    let value = if start {
        e.start.get().max(0).min((length - 1).max(0))
    } else {
        e.end.get().max(1).min(length)
    };
    // SAFETY: a result pointer (C1).
    unsafe { *to = value };
    0
}
