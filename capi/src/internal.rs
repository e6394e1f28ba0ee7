//! Small functions of CPython's internal headers that have no chapter of their own: text for descriptors, environment, codecs, indices.

use crate::support::*;
use hotpy_modules::faulthandler;
use hotpy_objects::str_::codecs::registry;

/// C: `PyHash_FuncDef`.
#[repr(C)]
pub struct HashDef {
    hash: extern "C" fn(*const c_void, isize) -> isize,
    name: *const c_char,
    hash_bits: c_int,
    seed_bits: c_int,
}

// SAFETY: it points to static text.
unsafe impl Sync for HashDef {}

extern "C" fn hash_bytes(data: *const c_void, length: isize) -> isize {
    str_::hash_bytes(slice_of(data.cast(), length))
}

static HASH: HashDef = HashDef {
    hash: hash_bytes,
    name: c"siphash13".as_ptr(),
    hash_bits: 64,
    seed_bits: 128,
};

/// Writes to a descriptor what can be written; async-signal-safe.
fn dump(fd: c_int, text: &[u8]) {
    // SAFETY: the slice has that many bytes.
    unsafe { libc::write(fd, text.as_ptr().cast(), text.len()) };
}

/// The digits of a number, at least `width` of them, in the end of `room`.
fn digits(room: &mut [u8; 24], mut number: usize, base: usize, width: usize) -> &[u8] {
    let mut at = room.len();
    while at > 0 && (number != 0 || at == room.len() || room.len() - at < width) {
        at -= 1;
        room[at] = b"0123456789abcdef"[number % base];
        number /= base;
    }
    &room[at..]
}

/// An environment variable that is set to something.
fn variable(use_environment: c_int, name: *const c_char) -> *const c_char {
    if use_environment == 0 {
        return ptr::null();
    }
    // SAFETY: a C string.
    let value = unsafe { libc::getenv(name) };
    // SAFETY: the environment's texts are C strings.
    if value.is_null() || unsafe { *value } == 0 {
        ptr::null()
    } else {
        value
    }
}

export! {
    fn PyHash_GetFuncDef() -> *const HashDef { &raw const HASH }

    // ---- descriptors, for when everything else may be broken ----

    fn _Py_DumpDecimal(fd: c_int, number: usize) { dump(fd, digits(&mut [0; 24], number, 10, 1)) }
    fn _Py_DumpHexadecimal(fd: c_int, number: usize, width: isize) { dump(fd, digits(&mut [0; 24], number, 16, width.clamp(0, 16) as usize)) }
    /// Characters that are not printable ASCII are escaped; of a long text the beginning.
    fn _Py_DumpASCII(fd: c_int, text: &PyObject) {
        const MOST: usize = 500;
        let Some(text) = text.downcast::<Str>() else { return };
        for c in text.code_points().take(MOST) {
            let mut room = [0; 24];
            match c {
                0x20..=0x7e => dump(fd, &[c as u8]),
                0..=0xff => { dump(fd, b"\\x"); dump(fd, digits(&mut room, c as usize, 16, 2)) }
                0x100..=0xffff => { dump(fd, b"\\u"); dump(fd, digits(&mut room, c as usize, 16, 4)) }
                _ => { dump(fd, b"\\U"); dump(fd, digits(&mut room, c as usize, 16, 8)) }
            }
        }
        if text.len() > MOST {
            dump(fd, b"...");
        }
    }

    // ---- environment ----

    fn _Py_GetEnv(use_environment: c_int, name: *const c_char) -> *const c_char { variable(use_environment, name) }
    /// Raises a flag to what a variable says: a number, or 1 for anything else.
    fn _Py_get_env_flag(use_environment: c_int, flag: &mut c_int, name: *const c_char) {
        let value = variable(use_environment, name);
        if value.is_null() {
            return;
        }
        let number = text_of(value).trim().parse::<c_int>().ok().filter(|&n| n >= 0);
        *flag = (*flag).max(number.unwrap_or(1));
    }

    // ---- codecs for text ----

    fn _PyCodec_LookupTextEncoding(encoding: *const c_char, alternative: *const c_char) -> PyResult<Ref<PyTupleObject>> {
        registry::lookup_text(&text_of(encoding), &text_of(alternative))
    }
    fn _PyCodec_EncodeText(o: &PyObject, encoding: *const c_char, errors: *const c_char) -> PyResult {
        registry::lookup_text(&text_of(encoding), "codecs.encode()")?;
        registry::encode_object(o, &text_of(encoding), opt_text_of(errors).as_deref())
    }
    fn _PyCodec_DecodeText(o: &PyObject, encoding: *const c_char, errors: *const c_char) -> PyResult {
        registry::lookup_text(&text_of(encoding), "codecs.decode()")?;
        registry::decode_any(o, &text_of(encoding), opt_text_of(errors).as_deref())
    }
    fn _PyCodecInfo_GetIncrementalDecoder(codec: &PyObject, errors: *const c_char) -> PyResult { incremental(codec, "incrementaldecoder", errors) }
    fn _PyCodecInfo_GetIncrementalEncoder(codec: &PyObject, errors: *const c_char) -> PyResult { incremental(codec, "incrementalencoder", errors) }

    // ---- containers ----

    /// Deletes the item if the predicate says so of its value: 1, 0, or -1 with an exception.
    fn _PyDict_DelItemIf(o: &PyObject, key: &PyObject, wanted: extern "C" fn(&PyObject, *mut c_void) -> c_int, argument: *mut c_void) -> c_int {
        let Some(d) = o.downcast::<PyDictObject>() else { bad_internal_call(); return -1 };
        match d.get_item(key) {
            Ok(Some(value)) => match wanted(&value, argument) {
                1.. => status(d.del_item(key).map(drop)),
                answer => answer,
            },
            Ok(None) => { errors::raise_key_error(key); -1 }
            Err(Raised) => -1,
        }
    }
    fn _PySlice_GetLongIndices(s: &PySliceObject, length: &PyLongObject, start: *mut *mut PyObject, stop: *mut *mut PyObject, step: *mut *mut PyObject) -> c_int {
        match slice::long_indices(s, length) {
            Ok([a, b, c]) => {
                put(start, Some(a.into_object()));
                put(stop, Some(b.into_object()));
                put(step, Some(c.into_object()));
                0
            }
            Err(Raised) => -1,
        }
    }
    /// The next index of an array, the last dimension quickest.
    fn _Py_add_one_to_index_C(count: c_int, index: *mut isize, shape: *const isize) { next_index((0..count as usize).rev(), index, shape) }
    /// The same, the first dimension quickest.
    fn _Py_add_one_to_index_F(count: c_int, index: *mut isize, shape: *const isize) { next_index(0..count as usize, index, shape) }

    // ---- what should not happen ----

    fn _Py_FatalError_TstateNULL(function: *const c_char) {
        crate::errors::fatal(&text_of(function), "the function must be called with the GIL held, after Python initialization and before Python finalization, but the GIL is released (the current Python thread state is NULL)")
    }
    fn _Py_FatalRefcountErrorFunc(function: *const c_char, message: *const c_char) { crate::errors::fatal(&text_of(function), &text_of(message)) }
    fn _Py_BreakPoint() {}
    fn _PyEval_SignalReceived(_interp: *mut PyInterpreterState) { hotpy_vm::breaker::request_signals() }
    fn _PyEval_SignalAsyncExc(_interp: *mut PyInterpreterState) { hotpy_vm::breaker::request_look() }
    fn _Py_DumpTraceback(fd: c_int, ts: &PyThreadState) { faulthandler::dump(fd, Some(ts), false) }
    fn _Py_DumpTracebackThreads(fd: c_int, _interp: *mut PyInterpreterState, current: Option<&PyThreadState>) -> *const c_char {
        faulthandler::dump(fd, current, true);
        ptr::null()
    }
    fn _Py_DumpExtensionModules(fd: c_int, _interp: *mut PyInterpreterState) { faulthandler::dump_extension_modules(fd) }

    // ---- memory ----

    fn _PyDebugAllocatorStats(to: *mut libc::FILE, name: *const c_char, count: c_int, size: usize) {
        let what = format!("{count} free {}s * {size} bytes each", text_of(name));
        let total = hotpy_objects::mem::stats::grouped(count as usize * size);
        crate::memory::print(to, &format!("{what:>48} ={total:>21}\n"));
    }
    fn _PyObject_DebugTypeStats(to: *mut libc::FILE) {
        for (plural, size) in [("PyDictObjects", size_of::<PyDictObject>()), ("PyFloatObjects", size_of::<PyFloatObject>()), ("PyListObjects", size_of::<PyListObject>())] {
            crate::memory::print(to, &mem::stats::kept(plural, size));
        }
    }

    // ---- files ----

    fn _Py_WriteIndent(count: c_int, file: &PyObject) -> c_int { written(count, "", file) }
    fn _Py_WriteIndentedMargin(count: c_int, margin: *const c_char, file: &PyObject) -> c_int { written(count, &text_of(margin), file) }

    // ---- numbers ----

    fn _PyLong_FromBytes(text: *const c_char, length: isize, base: c_int) -> PyResult {
        let data = bytes::new(slice_of(text, length))?;
        call::call(&int::PyLong_Type, &[&*data, &*int::from_i64(base as i64)?])
    }

    // ---- text ----

    /// How many of its first characters make an identifier; -1 if not even the first.
    fn _PyUnicode_ScanIdentifier(text: &Str) -> isize {
        let units = text.units();
        (1..=text.len()).take_while(|&n| str_::identifier(units.slice(0, n))).last().unwrap_or(0) as isize
    }
    fn _Py_UTF8_Edit_Cost(a: &PyObject, b: &PyObject, max: isize) -> isize {
        let (Some(a), Some(b)) = (a.downcast::<Str>(), b.downcast::<Str>()) else { bad_internal_call(); return -1 };
        let max = usize::try_from(max).unwrap_or(1 << 20);
        hotpy_modules::traceback_print::edit_cost(&a.to_string_lossy(), &b.to_string_lossy(), max) as isize
    }
}

/// Writes spaces and a margin.
fn written(count: c_int, margin: &str, file: &PyObject) -> c_int {
    let text = format!("{:1$}{margin}", "", count.max(0) as usize);
    match std::ffi::CString::new(text) {
        Ok(text) => crate::file::PyFile_WriteString(text.as_ptr(), Some(file)),
        Err(_) => -1,
    }
}

fn next_index(dimensions: impl Iterator<Item = usize>, index: *mut isize, shape: *const isize) {
    for k in dimensions {
        // SAFETY: arrays with an entry for each dimension (C1).
        unsafe {
            if *index.add(k) < *shape.add(k) - 1 {
                *index.add(k) += 1;
                return;
            }
            *index.add(k) = 0;
        }
    }
}

/// An incremental coder of a codec's.
fn incremental(codec: &PyObject, which: &str, errors: *const c_char) -> PyResult {
    let make = protocol::getattr(codec, &*str_::intern(which)?)?;
    match opt_text_of(errors) {
        Some(errors) => call::call1(&make, &*str_::new(&errors)?),
        None => call::call0(&make),
    }
}
