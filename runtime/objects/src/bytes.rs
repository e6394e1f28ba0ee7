//! `bytes`: immutable; the data follows the header, with a null behind.
//!
//! The empty object and the 256 one-byte objects live in `_PyRuntime`, where compiled modules may look for them.

use crate::bytes_methods::{self as shared, ByteString};
use crate::cfunction::Params;
use crate::def::{self, Downcast, noargs, slot};
use crate::flags::tp;
use crate::str_::args::erase;
use crate::str_::iter::IndexIter;
use crate::*;
use std::mem::offset_of;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

#[unsafe(no_mangle)]
pub static PyBytes_Type: PyTypeObject = PyTypeObject {
    tp_basicsize: Cell::new(HEADER as isize + 1),
    tp_itemsize: Cell::new(1),
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(bytes_repr),
    tp_str: slot::unary(bytes_str),
    tp_as_number: def::table(&NUMBER),
    tp_as_sequence: def::table(&SEQUENCE),
    tp_as_mapping: def::table(&MAPPING),
    tp_hash: Cell::new(Some(bytes_hash)),
    tp_as_buffer: def::table(&BUFFER),
    tp_flags: Cell::new(tp::DEFAULT | tp::BASETYPE | tp::BYTES_SUBCLASS | tp::MATCH_SELF),
    tp_doc: Cell::new(DOC.as_ptr()),
    tp_richcompare: slot::compare(compare),
    tp_iter: slot::unary(bytes_iter),
    tp_methods: Cell::new((&raw const METHODS).cast_mut().cast()),
    tp_new: Cell::new(Some(bytes_new)),
    tp_free: Cell::new(Some(mem::tp_free_plain)),
    ..PyTypeObject::new::<PyBytesObject>(c"bytes")
};
builtin!(PyBytesObject = PyBytes_Type);

/// Where the data starts.
const HEADER: usize = offset_of!(PyBytesObject, ob_sval);

/// Fills `_PyRuntime`'s empty and one-byte objects. Idempotent.
pub fn init() {
    let fill = |object: &PyBytesObject, size: isize| {
        object.ob_base.ob_base.ob_refcnt.set(IMMORTAL);
        object
            .ob_base
            .ob_base
            .ob_type
            .set_ptr((&raw const PyBytes_Type).cast_mut());
        object.ob_base.ob_size.set(size);
        object.ob_shash.set(-1);
    };
    if !_PyRuntime.bytes_empty.ob_base.ob_base.ob_type.is_null() {
        return;
    }
    fill(&_PyRuntime.bytes_empty, 0);
    for c in 0..256 {
        let object = one_byte(c as u8);
        fill(object, 1);
        object.ob_sval[0].set(c as u8);
    }
}

fn one_byte(c: u8) -> &'static PyBytesObject {
    // SAFETY: each entry is 48 bytes for a header of 32 and a byte with its null.
    unsafe { &*_PyRuntime.bytes_characters[c as usize].as_ptr().cast() }
}

/// The empty object.
pub fn empty() -> Ref<PyBytesObject> {
    Ref::new(&_PyRuntime.bytes_empty)
}

/// A copy of the data. Raises MemoryError.
pub fn new(data: &[u8]) -> PyResult<Ref<PyBytesObject>> {
    // SAFETY: the whole buffer is written.
    unsafe {
        with_len(data.len(), |to| {
            ptr::copy_nonoverlapping(data.as_ptr(), to, data.len())
        })
    }
}

/// A copy of the data that is an object of its own, even if it is short.
pub fn new_apart(data: &[u8]) -> PyResult<Ref<PyBytesObject>> {
    if data.len() != 1 {
        return new(data);
    }
    // SAFETY: the whole buffer is written.
    unsafe { of_len(1, |to| to.write(data[0])) }
}

/// An object of `len` bytes that `fill` writes. Raises MemoryError.
///
/// # Safety
/// `fill` writes all `len` bytes.
pub unsafe fn with_len(len: usize, fill: impl FnOnce(*mut u8)) -> PyResult<Ref<PyBytesObject>> {
    match len {
        0 => Ok(empty()),
        1 => {
            let mut byte = 0;
            fill(&mut byte);
            Ok(Ref::new(one_byte(byte)))
        }
        // SAFETY: the caller's promise.
        _ => unsafe { of_len(len, fill) },
    }
}

/// The same, always new; `len` is not 0.
///
/// # Safety
/// As [`with_len`].
unsafe fn of_len(len: usize, fill: impl FnOnce(*mut u8)) -> PyResult<Ref<PyBytesObject>> {
    if len > isize::MAX as usize - HEADER - 1 {
        return Err(errors::no_memory());
    }
    let block = mem::alloc(HEADER + len + 1);
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block has room for header, data and null.
    unsafe {
        let object = block.cast::<PyBytesObject>();
        (*object).ob_base = PyVarObject {
            ob_base: mem::header(&PyBytes_Type),
            ob_size: Cell::new(len as isize),
        };
        (*object).ob_shash = Cell::new(-1);
        let data = block.add(HEADER);
        data.add(len).write(0);
        fill(data);
        Ok(Ref::from_owned(object))
    }
}

/// A bytes object in the making whose final length is not known: it is filled from the front, may grow, and is cut to size in the end.
pub struct Filling {
    object: Ref<PyBytesObject>,
    filled: usize,
}

impl Filling {
    /// Room for `n` bytes (at least one). Raises MemoryError.
    pub fn with_room(n: usize) -> PyResult<Filling> {
        // SAFETY: nobody looks at the bytes before they are filled (`finish` cuts the rest off).
        let object = unsafe { of_len(n.max(1), |_| ())? };
        Ok(Filling { object, filled: 0 })
    }

    fn size(&self) -> usize {
        self.object.ob_base.ob_size.get() as usize
    }

    /// Where the next bytes go, and how many there may be.
    pub fn room(&mut self) -> (*mut u8, usize) {
        // SAFETY: within the object's data.
        let at = unsafe { self.object.as_ptr().cast::<u8>().add(HEADER + self.filled) };
        (at, self.size() - self.filled)
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.filled
    }

    pub fn is_empty(&self) -> bool {
        self.filled == 0
    }

    /// `n` more bytes are there.
    ///
    /// # Safety
    /// They have been written at the place that [`Filling::room`] told.
    pub unsafe fn advance(&mut self, n: usize) {
        debug_assert!(self.filled + n <= self.size());
        self.filled += n;
    }

    /// Makes the object one of `size` bytes, which is not 0 and not less than what is filled. Raises MemoryError.
    pub fn resize(&mut self, size: usize) -> PyResult<()> {
        if size > isize::MAX as usize - HEADER - 1 {
            return Err(errors::no_memory());
        }
        // SAFETY: nobody else knows the object; an old block that cannot be resized stays whole.
        unsafe {
            let block = mem::realloc(self.object.as_ptr().cast(), HEADER + size + 1);
            if block.is_null() {
                return Err(errors::no_memory());
            }
            let moved = Ref::from_owned(block.cast::<PyBytesObject>());
            std::mem::forget(std::mem::replace(&mut self.object, moved));
            self.object.ob_base.ob_size.set(size as isize);
            block.add(HEADER + size).write(0);
        }
        Ok(())
    }

    /// The object with the bytes that are there. Raises MemoryError.
    pub fn finish(mut self) -> PyResult<Ref<PyBytesObject>> {
        let (start, filled) = (HEADER, self.filled);
        // SAFETY: that many bytes are filled.
        let data = unsafe {
            std::slice::from_raw_parts(self.object.as_ptr().cast::<u8>().add(start), filled)
        };
        if filled < 2 {
            return new(data);
        }
        if filled != self.size() {
            self.resize(filled)?;
        }
        Ok(self.object)
    }
}

impl PyBytesObject {
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: the object has `ob_size` bytes, which never change.
        unsafe {
            std::slice::from_raw_parts(
                (self as *const PyBytesObject).cast::<u8>().add(HEADER),
                self.ob_base.ob_size.get() as usize,
            )
        }
    }
}

/// Runs `f` over the bytes of any object with the buffer protocol. TypeError "a bytes-like object is required, not 'X'".
pub fn with_buffer<R>(obj: &PyObject, f: impl FnOnce(&[u8]) -> PyResult<R>) -> PyResult<R> {
    if let Some(bytes) = obj.downcast::<PyBytesObject>() {
        return f(bytes.as_slice());
    }
    let buffer = memoryview::Buffer::get(obj, flags::buffer::SIMPLE)?;
    f(buffer.as_slice())
}

/// A copy of the text that a bytes-like object holds, for conversions to numbers; `None` if it is not bytes-like or refuses (its error is dropped).
pub(crate) fn text_of(obj: &PyObject) -> PyResult<Option<Vec<u8>>> {
    if let Some(bytes) = obj.downcast::<PyBytesObject>() {
        return growing::copied(bytes.as_slice()).map(Some);
    }
    if !memoryview::has_buffer(obj) {
        return Ok(None);
    }
    let Ok(buffer) = memoryview::Buffer::get(obj, flags::buffer::SIMPLE) else {
        errors::clear();
        return Ok(None);
    };
    growing::copied(buffer.as_slice()).map(Some)
}

const DOC: &std::ffi::CStr = c"bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> copy of the bytes\nbytes(int) -> that many null bytes\nbytes() -> empty bytes\n\nAn immutable sequence of bytes.";

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_remainder: Cell::new(Some(remainder)),
    ..PyNumberMethods::EMPTY
};
static SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(length),
    sq_concat: slot::binary(concat),
    sq_repeat: slot::index(repeat),
    sq_item: slot::index(item),
    sq_contains: slot::contains(contains),
    ..PySequenceMethods::EMPTY
};
static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length),
    mp_subscript: slot::binary(subscript),
    ..PyMappingMethods::EMPTY
};
static BUFFER: PyBufferProcs = PyBufferProcs {
    bf_getbuffer: slot::getbuffer(getbuffer),
    ..PyBufferProcs::EMPTY
};
static METHODS: [PyMethodDef; shared::SHARED + 4] = shared::with_more::<PyBytesObject, 3, _>([
    noargs(c"__getnewargs__", getnewargs, c""),
    noargs(
        c"__bytes__",
        bytes_bytes,
        c"__bytes__($self, /)\n--\n\nAn object of type bytes itself.",
    ),
    noargs(
        c"__sizeof__",
        sizeof,
        c"__sizeof__($self, /)\n--\n\nBytes of memory.",
    ),
]);

impl ByteString for PyBytesObject {
    fn data(&self) -> &[u8] {
        self.as_slice()
    }
    fn make(data: &[u8]) -> PyResult {
        erase(new(data))
    }
    unsafe fn make_with(len: usize, fill: impl FnOnce(*mut u8)) -> PyResult {
        // SAFETY: the caller's promise.
        erase(unsafe { with_len(len, fill) })
    }
    fn unchanged(&self) -> PyResult {
        if self.is_exact::<PyBytesObject>() {
            Ok(self.to_ref())
        } else {
            Self::make(self.as_slice())
        }
    }
    fn builtin_type() -> &'static PyTypeObject {
        &PyBytes_Type
    }
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: U3; the object is dead and freed once.
    unsafe { mem::free_instance(this) }
}

static NEW: Params = Params {
    function: "bytes",
    names: &["source", "encoding", "errors"],
    positional_only: 0,
    positional: 3,
    required: 0,
};

extern "C" fn bytes_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // SAFETY: a tp_new is called with a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    let exact = ptr::eq(ty, &PyBytes_Type);
    if let ([source], None, true) = (args.items(), kwargs, exact) {
        if source.is_exact::<PyBytesObject>() {
            return Ok(source.to_ref());
        }
        // An object's __bytes__ may answer an object that can be passed on.
        if let Some(result) = from_dunder(source)? {
            return Ok(result);
        }
    }
    let range = "bytes must be in range(0, 256)";
    let data = shared::from_arguments("bytes", &NEW, range, args, kwargs)?;
    if exact {
        return erase(new(&data));
    }
    let Some(alloc) = ty.tp_alloc.get() else {
        return Err(raise!(TypeError, "cannot create '{}' instances", ty.name()));
    };
    let object = alloc(ty, data.len() as isize)?;
    // SAFETY: the type derives from bytes; the block has room for the data and its null.
    unsafe {
        let bytes: &PyBytesObject = PyObject::cast(&object);
        bytes.ob_shash.set(-1);
        let to = bytes.as_ptr().cast::<u8>().add(HEADER);
        ptr::copy_nonoverlapping(data.as_ptr(), to, data.len());
        to.add(data.len()).write(0);
    }
    Ok(object)
}

/// `source.__bytes__()`, if there is such a method and the source is no string.
fn from_dunder(source: &PyObject) -> PyResult<Option<Ref>> {
    if str_::of(source).is_some() {
        return Ok(None);
    }
    let Some(result) = call::call_special(source, &names::__bytes__, &[])? else {
        return Ok(None);
    };
    if !result.ty().is_subclass_flag(tp::BYTES_SUBCLASS) {
        return Err(raise!(
            TypeError,
            "__bytes__ returned non-bytes (type {})",
            result.ty().name()
        ));
    }
    Ok(Some(result))
}

extern "C" fn bytes_repr(this: &PyBytesObject) -> PyResult {
    shared::repr(this.as_slice(), "", "")
}

extern "C" fn bytes_str(this: &PyBytesObject) -> PyResult {
    if warns() {
        warn("str() on a bytes instance")?;
    }
    bytes_repr(this)
}

/// Whether `-b` was given.
static WARNS: AtomicBool = AtomicBool::new(false);

/// `-b`: comparisons with text, and `str()`, warn.
pub fn set_warns(on: bool) {
    WARNS.store(on, Relaxed);
}

#[inline]
pub(crate) fn warns() -> bool {
    WARNS.load(Relaxed)
}

/// BytesWarning, an error under `-bb`.
#[cold]
pub(crate) fn warn(text: &str) -> PyResult<()> {
    errors::warn(&exceptions::BytesWarning, text, 1)
}

/// Cached hash of the data (never -1).
pub fn hash(this: &PyBytesObject) -> isize {
    match this.ob_shash.get() {
        -1 => {
            let h = str_::hash_bytes(this.as_slice());
            this.ob_shash.set(h);
            h
        }
        h => h,
    }
}

extern "C" fn bytes_hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    hash(unsafe { this.cast() })
}

extern "C" fn compare(a: &PyBytesObject, b: &PyObject, op: c_int) -> PyResult {
    match b.downcast::<PyBytesObject>() {
        Some(b) => Ok(shared::compared(a.as_slice(), b.as_slice(), op)),
        None => {
            if warns() && matches!(op, flags::cmp::EQ | flags::cmp::NE) {
                if b.is_instance::<Str>() {
                    warn("Comparison between bytes and string")?;
                } else if b.is_instance::<PyLongObject>() {
                    warn("Comparison between bytes and int")?;
                }
            }
            Ok(singletons::not_implemented())
        }
    }
}

extern "C" fn remainder(a: &PyObject, b: &PyObject) -> PyResult {
    match a.downcast::<PyBytesObject>() {
        Some(a) => erase(new(&str_::percent::percent_format_bytes(a.as_slice(), b)?)),
        None => Ok(singletons::not_implemented()),
    }
}

extern "C" fn length(this: &PyBytesObject) -> isize {
    this.ob_base.ob_size.get()
}

extern "C" fn concat(a: &PyBytesObject, b: &PyObject) -> PyResult {
    concat_with::<PyBytesObject>(a.as_slice(), a, b)
}

/// `a + b` for a bytes-like `b`; TypeError naming both types for anything else.
pub(crate) fn concat_with<S: ByteString>(data: &[u8], a: &PyObject, b: &PyObject) -> PyResult {
    let buffer = match memoryview::Buffer::get(b, flags::buffer::SIMPLE) {
        Ok(buffer) => buffer,
        Err(_) => {
            errors::clear();
            return Err(raise!(
                TypeError,
                "can't concat {} to {}",
                b.ty().name(),
                a.ty().name()
            ));
        }
    };
    let more = buffer.as_slice();
    // SAFETY: both parts are all of it.
    unsafe {
        S::make_with(data.len() + more.len(), |to| {
            ptr::copy_nonoverlapping(data.as_ptr(), to, data.len());
            ptr::copy_nonoverlapping(more.as_ptr(), to.add(data.len()), more.len());
        })
    }
}

extern "C" fn repeat(this: &PyBytesObject, n: isize) -> PyResult {
    let len = this.as_slice().len();
    if (n == 1 || len == 0) && this.is_exact::<PyBytesObject>() {
        return Ok(this.to_ref());
    }
    if n <= 0 {
        // An object of its own, as tracemalloc shows.
        // SAFETY: there is nothing to write.
        return unsafe { of_len(0, |_| ()) }.map(Ref::into_object);
    }
    if len
        .checked_mul(n as usize)
        .is_none_or(|l| l > isize::MAX as usize)
    {
        return Err(raise!(OverflowError, "repeated bytes are too long"));
    }
    shared::repeated::<PyBytesObject>(this.as_slice(), n)
}

extern "C" fn item(this: &PyBytesObject, index: isize) -> PyResult {
    match usize::try_from(index)
        .ok()
        .and_then(|i| this.as_slice().get(i))
    {
        Some(&b) => erase(int::from_i64(b as i64)),
        None => Err(raise!(IndexError, "index out of range")),
    }
}

extern "C" fn contains(this: &PyBytesObject, item: &PyObject) -> c_int {
    def::truth_status(shared::contains(this, item))
}

extern "C" fn subscript(this: &PyBytesObject, key: &PyObject) -> PyResult {
    if number::has_index(key) {
        let i = number::index_isize(key, Some(&exceptions::IndexError))?;
        return item(this, if i < 0 { i + length(this) } else { i });
    }
    let Some(key) = key.downcast::<PySliceObject>() else {
        return Err(raise!(
            TypeError,
            "byte indices must be integers or slices, not {}",
            key.ty().name()
        ));
    };
    let data = this.as_slice();
    let (start, _, step, count) = slice::indices(key, data.len())?;
    if count == data.len() && step == 1 {
        return this.unchanged();
    }
    picked::<PyBytesObject>(data, start, step, count)
}

/// An object of every `step`-th byte. Raises MemoryError.
pub(crate) fn picked<S: ByteString>(
    data: &[u8],
    start: isize,
    step: isize,
    count: usize,
) -> PyResult {
    if count == 0 {
        return S::make(&[]);
    }
    if step == 1 {
        return S::make(&data[start as usize..start as usize + count]);
    }
    // SAFETY: all `count` bytes are written.
    unsafe {
        S::make_with(count, |to| {
            for i in 0..count as isize {
                to.offset(i).write(data[(start + i * step) as usize]);
            }
        })
    }
}

extern "C" fn getbuffer(this: &PyBytesObject, view: &Py_buffer, flags: c_int) -> c_int {
    let data = this.as_slice();
    def::status(memoryview::fill_info(
        view,
        Some(this),
        data.as_ptr().cast_mut(),
        data.len(),
        true,
        flags,
    ))
}

extern "C" fn getnewargs(this: &PyBytesObject) -> PyResult {
    erase(tuple::from_owned(vec![new(this.as_slice())?.into_object()]))
}

extern "C" fn bytes_bytes(this: &PyBytesObject) -> PyResult {
    this.unchanged()
}

extern "C" fn sizeof(this: &PyBytesObject) -> PyResult {
    erase(int::from_usize(HEADER + 1 + this.as_slice().len()))
}

// ---- iterator ----

static ITER_METHODS: [PyMethodDef; 4] = IndexIter::methods(iter_hint, iter_reduce, iter_setstate);

#[unsafe(no_mangle)]
pub static PyBytesIter_Type: PyTypeObject = IndexIter::type_object(
    c"bytes_iterator",
    iter_next,
    (&raw const ITER_METHODS).cast(),
);

extern "C" fn bytes_iter(this: &PyBytesObject) -> PyResult {
    IndexIter::create(&PyBytesIter_Type, this)
}

fn data_of(it: &IndexIter) -> &[u8] {
    // SAFETY: the iterator is only made for bytes.
    it.seq
        .get()
        .map_or(&[], |seq| unsafe { seq.cast::<PyBytesObject>() }.as_slice())
}

/// Whether a step of such an iterator would find nothing.
pub fn is_at_end(it: &IndexIter) -> bool {
    it.index.get() as usize >= data_of(it).len()
}

extern "C" fn iter_next(it: &IndexIter) -> Option<Ref> {
    let index = it.index.get();
    match data_of(it).get(index as usize) {
        Some(&b) => {
            it.index.set(index + 1);
            def::next_status(erase(int::from_i64(b as i64)).map(Some))
        }
        None => {
            it.seq.set(None);
            None
        }
    }
}
extern "C" fn iter_hint(it: &IndexIter) -> PyResult {
    it.hint(data_of(it).len())
}
extern "C" fn iter_reduce(it: &IndexIter) -> PyResult {
    it.reduced(tuple::empty().into_object())
}
extern "C" fn iter_setstate(it: &IndexIter, index: &PyObject) -> PyResult {
    it.set_index(index, data_of(it).len())
}
