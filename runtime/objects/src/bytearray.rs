//! `bytearray`: bytes in a block of their own that grows by an eighth; deleting at the front only moves the start.
//!
//! While a buffer is exported the size is locked. An empty object may have no block: its data is then a static null.

use crate::bytes_methods::{self as shared, ByteString, byte_value};
use crate::cfunction::Params;
use crate::def::{self, Downcast, fast, noargs, one, slot};
use crate::flags::tp;
use crate::growing::{self, Growing};
use crate::str_::args::{erase, isize_arg};
use crate::str_::iter::IndexIter;
use crate::*;
use std::ptr;

#[unsafe(no_mangle)]
pub static PyByteArray_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(bytearray_repr),
    tp_str: slot::unary(bytearray_str),
    tp_as_number: def::table(&NUMBER),
    tp_as_sequence: def::table(&SEQUENCE),
    tp_as_mapping: def::table(&MAPPING),
    tp_as_buffer: def::table(&BUFFER),
    tp_flags: Cell::new(tp::DEFAULT | tp::BASETYPE | tp::MATCH_SELF),
    tp_doc: Cell::new(DOC.as_ptr()),
    tp_richcompare: Cell::new(Some(compare)),
    tp_iter: slot::unary(bytearray_iter),
    tp_methods: Cell::new((&raw const METHODS).cast_mut().cast()),
    tp_init: Cell::new(Some(init)),
    tp_new: Cell::new(Some(bytearray_new)),
    tp_free: Cell::new(Some(mem::tp_free_plain)),
    ..PyTypeObject::new::<PyByteArrayObject>(c"bytearray")
};
builtin!(PyByteArrayObject = PyByteArray_Type);

const DOC: &std::ffi::CStr = c"bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> copy of the bytes\nbytearray(int) -> that many null bytes\nbytearray() -> empty bytearray\n\nA sequence of bytes that can be changed.";

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_remainder: Cell::new(Some(remainder)),
    ..PyNumberMethods::EMPTY
};
static SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(length),
    sq_concat: slot::binary(concat),
    sq_repeat: slot::index(repeat),
    sq_item: slot::index(item),
    sq_ass_item: slot::set_index(set_item),
    sq_contains: slot::contains(contains),
    sq_inplace_concat: slot::binary(inplace_concat),
    sq_inplace_repeat: slot::index(inplace_repeat),
    ..PySequenceMethods::EMPTY
};
static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length),
    mp_subscript: slot::binary(subscript),
    mp_ass_subscript: slot::set_item(set_subscript),
};
static BUFFER: PyBufferProcs = PyBufferProcs {
    bf_getbuffer: slot::getbuffer(getbuffer),
    bf_releasebuffer: Cell::new(Some(releasebuffer)),
};
static METHODS: [PyMethodDef; shared::SHARED + 13] = shared::with_more::<PyByteArrayObject, 12, _>([
    noargs(c"__alloc__", alloc, c"B.__alloc__() -> int\n\nNumber of bytes that are allocated."),
    noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\nState for pickling."),
    fast(c"__reduce_ex__", reduce_ex, c"__reduce_ex__($self, proto=0, /)\n--\n\nState for pickling with a protocol."),
    noargs(c"__sizeof__", sizeof, c"__sizeof__($self, /)\n--\n\nBytes of memory."),
    one(c"append", append, c"append($self, item, /)\n--\n\nAdd a byte at the end."),
    noargs(c"clear", clear, c"clear($self, /)\n--\n\nRemove all bytes."),
    noargs(c"copy", copy, c"copy($self, /)\n--\n\nA copy."),
    one(c"extend", extend, c"extend($self, iterable_of_ints, /)\n--\n\nAdd all bytes of an iterable or a buffer at the end."),
    fast(c"insert", insert, c"insert($self, index, item, /)\n--\n\nInsert a byte before an index."),
    fast(c"pop", pop, c"pop($self, index=-1, /)\n--\n\nRemove the byte at an index (the last one) and return it. IndexError if there is none."),
    one(c"remove", remove, c"remove($self, value, /)\n--\n\nRemove the first occurrence of a byte. ValueError if there is none."),
    noargs(c"reverse", reverse, c"reverse($self, /)\n--\n\nReverse the order in place."),
]);

impl ByteString for PyByteArrayObject {
    fn data(&self) -> &[u8] {
        self.as_slice()
    }
    fn make(data: &[u8]) -> PyResult {
        erase(new(data))
    }
    unsafe fn make_with(len: usize, fill: impl FnOnce(*mut u8)) -> PyResult {
        let new = new(&[])?;
        new.resize(len)?;
        fill(new.data_ptr());
        Ok(new.into_object())
    }
    fn unchanged(&self) -> PyResult {
        Self::make(self.as_slice())
    }
    fn builtin_type() -> &'static PyTypeObject {
        &PyByteArray_Type
    }
}

/// A copy of the data. Raises MemoryError.
pub fn new(data: &[u8]) -> PyResult<Ref<PyByteArrayObject>> {
    let object = mem::create(&PyByteArray_Type, |ob_base| PyByteArrayObject {
        ob_base: PyVarObject {
            ob_base,
            ob_size: Cell::new(0),
        },
        ob_alloc: Cell::new(0),
        ob_bytes: Cell::new(ptr::null()),
        ob_start: Cell::new(ptr::null()),
        ob_exports: Cell::new(0),
    })?;
    object.splice(0, 0, data)?;
    Ok(object)
}

static NULL: u8 = 0;

impl PyByteArrayObject {
    #[inline]
    pub fn len(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Where the data is; never null.
    pub fn data_ptr(&self) -> *mut u8 {
        if self.ob_start.get().is_null() {
            (&raw const NULL).cast_mut()
        } else {
            self.ob_start.get().cast_mut().cast()
        }
    }
    /// The data, until the object is resized.
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: the block has `ob_size` bytes.
        unsafe { std::slice::from_raw_parts(self.data_ptr(), self.len()) }
    }
    fn offset(&self) -> usize {
        self.ob_start.get() as usize - self.ob_bytes.get() as usize
    }

    /// Changes the size; new bytes are not initialised. Raises BufferError if a buffer is exported, MemoryError.
    pub fn resize(&self, size: usize) -> PyResult<()> {
        if size == self.len() {
            return Ok(());
        }
        if self.ob_exports.get() > 0 {
            return Err(raise!(
                BufferError,
                "Existing exports of data: object cannot be re-sized"
            ));
        }
        if size > isize::MAX as usize - 1 {
            return Err(errors::no_memory());
        }
        let (allocated, offset) = (self.ob_alloc.get() as usize, self.offset());
        let capacity = if size + offset + 1 <= allocated {
            if size >= allocated / 2 {
                self.set_len(size);
                return Ok(());
            }
            size + 1
        } else if size <= allocated + allocated / 8 {
            size + (size >> 3) + if size < 9 { 3 } else { 6 }
        } else {
            size + 1
        };
        // SAFETY: the block came from `mem`; only the part that both sizes have is kept.
        unsafe {
            let old = self.ob_bytes.get().cast_mut().cast::<u8>();
            let block = if offset > 0 {
                let block = mem::alloc(capacity);
                if !block.is_null() {
                    ptr::copy_nonoverlapping(self.data_ptr(), block, size.min(self.len()));
                    mem::free(old);
                }
                block
            } else {
                mem::realloc(old, capacity)
            };
            if block.is_null() {
                return Err(errors::no_memory());
            }
            self.ob_bytes.set(block.cast());
            self.ob_start.set(block.cast());
        }
        self.ob_alloc.set(capacity as isize);
        self.set_len(size);
        Ok(())
    }

    /// The size fits the block.
    fn set_len(&self, size: usize) {
        self.ob_base.ob_size.set(size as isize);
        if self.ob_alloc.get() > 0 {
            // SAFETY: a block always has room for the null.
            unsafe { self.data_ptr().add(size).write(0) };
        }
    }

    /// `this[start:end] = data`; the bounds fit. `data` must not be this object's own. Raises BufferError, MemoryError.
    pub fn splice(&self, start: usize, end: usize, data: &[u8]) -> PyResult<()> {
        let (old, gone) = (self.len(), end - start);
        let tail = old - end;
        // SAFETY: all ranges lie within the old or the new size.
        unsafe {
            if data.len() < gone {
                if self.ob_exports.get() > 0 {
                    self.resize(old - gone + data.len())?;
                }
                let less = gone - data.len();
                if start == 0 {
                    // The start moves on.
                    self.ob_start.set(self.ob_start.get().add(less));
                    self.ob_base.ob_size.set((old - less) as isize);
                    let size = old - less;
                    self.compact(size)?;
                } else {
                    let at = self.data_ptr();
                    ptr::copy(at.add(end), at.add(start + data.len()), tail);
                    self.resize(old - less)?;
                }
            } else if data.len() > gone {
                self.resize(old + data.len() - gone)?;
                let at = self.data_ptr();
                ptr::copy(at.add(end), at.add(start + data.len()), tail);
            }
            ptr::copy_nonoverlapping(data.as_ptr(), self.data_ptr().add(start), data.len());
        }
        Ok(())
    }

    /// Gives memory back if less than half of the block is used.
    fn compact(&self, size: usize) -> PyResult<()> {
        if size >= self.ob_alloc.get() as usize / 2 {
            return Ok(());
        }
        let block = mem::alloc(size + 1);
        if block.is_null() {
            return Err(errors::no_memory());
        }
        // SAFETY: the new block has room for the data and the null; the old one is ours.
        unsafe {
            ptr::copy_nonoverlapping(self.data_ptr(), block, size);
            block.add(size).write(0);
            mem::free(self.ob_bytes.get().cast_mut().cast());
        }
        self.ob_bytes.set(block.cast());
        self.ob_start.set(block.cast());
        self.ob_alloc.set(size as isize + 1);
        Ok(())
    }

    fn put(&self, index: usize, byte: u8) {
        debug_assert!(index < self.len());
        // SAFETY: the callers check the index.
        unsafe { self.data_ptr().add(index).write(byte) }
    }
}

// ---- life ----

extern "C" fn bytearray_new(
    ty: &PyTypeObject,
    _args: &PyObject,
    _kwargs: Option<&PyObject>,
) -> PyResult {
    match ty.tp_alloc.get() {
        Some(alloc) => alloc(ty, 0),
        None => Err(raise!(TypeError, "cannot create '{}' instances", ty.name())),
    }
}

static INIT: Params = Params {
    function: "bytearray",
    names: &["source", "encoding", "errors"],
    positional_only: 0,
    positional: 3,
    required: 0,
};

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    // SAFETY: U3, and a tp_init is called with a tuple.
    let (this, args) = unsafe { (this.cast::<PyByteArrayObject>(), args.cast()) };
    let range = "byte must be in range(0, 256)";
    def::status((|| {
        // Bad arguments leave it as it is; a bad source leaves it empty.
        let bound = INIT.bind_tuple(args, kwargs)?;
        crate::str_::args::codec_name("bytearray", "argument 'encoding'", bound[1])?;
        crate::str_::args::codec_name("bytearray", "argument 'errors'", bound[2])?;
        if let [Some(source), None, None] = bound[..]
            && byte_tasks::is_iterator_of_python(source)
        {
            return task::run(byte_tasks::fill(this, source));
        }
        this.resize(0)?;
        let data = shared::from_arguments("bytearray", &INIT, range, args, kwargs)?;
        let len = this.len();
        this.splice(0, len, &data)
    })())
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: U3; the object is dead and freed once.
    unsafe {
        let bytes = &*this.cast::<PyByteArrayObject>();
        if bytes.ob_exports.get() > 0 {
            raise!(
                SystemError,
                "deallocated bytearray object has exported buffers"
            );
            errors::write_unraisable(None);
        }
        mem::free(bytes.ob_bytes.get().cast_mut().cast());
        mem::free_instance(this);
    }
}

extern "C" fn getbuffer(this: &PyByteArrayObject, view: &Py_buffer, flags: c_int) -> c_int {
    let (data, len) = (this.data_ptr(), this.len());
    let filled = memoryview::fill_info(view, Some(this), data, len, false, flags);
    if filled.is_ok() {
        this.ob_exports.set(this.ob_exports.get() + 1);
    }
    def::status(filled)
}

extern "C" fn releasebuffer(this: &PyObject, _: &Py_buffer) {
    // SAFETY: U3.
    let this: &PyByteArrayObject = unsafe { this.cast() };
    this.ob_exports.set(this.ob_exports.get() - 1);
}

// ---- slots ----

extern "C" fn bytearray_repr(this: &PyByteArrayObject) -> PyResult {
    let name = this.ty().short_name().to_owned();
    shared::repr(this.as_slice(), &format!("{name}("), ")")
}

extern "C" fn bytearray_str(this: &PyByteArrayObject) -> PyResult {
    if bytes::warns() {
        bytes::warn("str() on a bytearray instance")?;
    }
    bytearray_repr(this)
}

extern "C" fn compare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult {
    if bytes::warns()
        && matches!(op, flags::cmp::EQ | flags::cmp::NE)
        && (a.is_instance::<Str>() || b.is_instance::<Str>())
    {
        bytes::warn("Comparison between bytearray and string")?;
    }
    let simple = |obj: &PyObject| match memoryview::has_buffer(obj) {
        true => memoryview::Buffer::get(obj, flags::buffer::SIMPLE).ok(),
        false => None,
    };
    let (Some(x), Some(y)) = (simple(a), simple(b)) else {
        errors::clear();
        return Ok(singletons::not_implemented());
    };
    Ok(shared::compared(x.as_slice(), y.as_slice(), op))
}

extern "C" fn remainder(a: &PyObject, b: &PyObject) -> PyResult {
    match a.downcast::<PyByteArrayObject>() {
        Some(a) => {
            let format = growing::copied(a.as_slice())?;
            erase(new(&str_::percent::percent_format_bytes(&format, b)?))
        }
        None => Ok(singletons::not_implemented()),
    }
}

extern "C" fn length(this: &PyByteArrayObject) -> isize {
    this.len() as isize
}

extern "C" fn concat(a: &PyByteArrayObject, b: &PyObject) -> PyResult {
    bytes::concat_with::<PyByteArrayObject>(a.as_slice(), a, b)
}

extern "C" fn inplace_concat(a: &PyByteArrayObject, b: &PyObject) -> PyResult {
    // The data is copied: it may be this object's own.
    let more = match memoryview::Buffer::get(b, flags::buffer::SIMPLE) {
        Ok(buffer) => growing::copied(buffer.as_slice())?,
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
    a.splice(a.len(), a.len(), &more)?;
    Ok(a.to_ref())
}

extern "C" fn repeat(this: &PyByteArrayObject, n: isize) -> PyResult {
    shared::repeated::<PyByteArrayObject>(this.as_slice(), n)
}

extern "C" fn inplace_repeat(this: &PyByteArrayObject, n: isize) -> PyResult {
    let (piece, n) = (this.len(), n.max(0) as usize);
    let Some(len) = piece.checked_mul(n) else {
        return Err(errors::no_memory());
    };
    this.resize(len)?;
    if n > 1 && piece > 0 {
        // SAFETY: the block has been resized, and begins with the old data.
        unsafe { str_::repeat_in_place(this.data_ptr(), piece, len) };
    }
    Ok(this.to_ref())
}

extern "C" fn item(this: &PyByteArrayObject, index: isize) -> PyResult {
    match usize::try_from(index)
        .ok()
        .and_then(|i| this.as_slice().get(i))
    {
        Some(&b) => erase(int::from_i64(b as i64)),
        None => Err(raise!(IndexError, "bytearray index out of range")),
    }
}

/// Sets or deletes the byte at an index that counts from the end if it is negative.
fn assign_index(this: &PyByteArrayObject, index: isize, value: Option<&PyObject>) -> PyResult<()> {
    let value = value.map(byte_value).transpose()?;
    let index = if index < 0 {
        index + length(this)
    } else {
        index
    };
    let at = match usize::try_from(index) {
        Ok(i) if i < this.len() => i,
        _ => return Err(raise!(IndexError, "bytearray index out of range")),
    };
    match value {
        Some(byte) => {
            this.put(at, byte);
            Ok(())
        }
        None => this.splice(at, at + 1, &[]),
    }
}

extern "C" fn set_item(this: &PyByteArrayObject, index: isize, value: Option<&PyObject>) -> c_int {
    // A sequence slot gets its negative indices added up already.
    if index < 0 {
        raise!(IndexError, "bytearray index out of range");
        return -1;
    }
    def::status(assign_index(this, index, value))
}

extern "C" fn contains(this: &PyByteArrayObject, item: &PyObject) -> c_int {
    def::truth_status(shared::contains(this, item))
}

fn wrong_index(key: &PyObject) -> Raised {
    raise!(
        TypeError,
        "bytearray indices must be integers or slices, not {}",
        key.ty().name()
    )
}

extern "C" fn subscript(this: &PyByteArrayObject, key: &PyObject) -> PyResult {
    if number::has_index(key) {
        let i = number::index_isize(key, Some(&exceptions::IndexError))?;
        return item(this, if i < 0 { i + length(this) } else { i });
    }
    let Some(key) = key.downcast::<PySliceObject>() else {
        return Err(wrong_index(key));
    };
    let (start, _, step, count) = slice::indices(key, this.len())?;
    bytes::picked::<PyByteArrayObject>(this.as_slice(), start, step, count)
}

extern "C" fn set_subscript(
    this: &PyByteArrayObject,
    key: &PyObject,
    value: Option<&PyObject>,
) -> c_int {
    def::status(assign(this, key, value))
}

fn assign(this: &PyByteArrayObject, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    if number::has_index(key) {
        let i = number::index_isize(key, Some(&exceptions::IndexError))?;
        return assign_index(this, i, value);
    }
    let Some(key) = key.downcast::<PySliceObject>() else {
        return Err(wrong_index(key));
    };
    if value.is_some_and(|v| !v.is_instance::<PyByteArrayObject>()) {
        // Bounds are asked for before what is assigned is looked at.
        slice::indices(key, this.len())?;
    }
    let data = match value {
        None => Vec::new(),
        Some(value) => match value.downcast::<PyByteArrayObject>() {
            Some(other) => growing::copied(other.as_slice())?,
            None => {
                let number = str_::of(value).is_some() || is_number(value);
                if number {
                    return Err(raise!(
                        TypeError,
                        "can assign only bytes, buffers, or iterables of ints in range(0, 256)"
                    ));
                }
                shared::from_source(value, "bytearray", "byte must be in range(0, 256)")?
            }
        },
    };
    // Converting the value may have run Python: the slice is fitted to the length as it is now.
    let (start, _, step, count) = slice::indices(key, this.len())?;
    if step == 1 {
        let start = start as usize;
        return this.splice(start, start + count, &data);
    }
    if value.is_none() || data.is_empty() {
        return delete_slice(this, start, step, count);
    }
    if data.len() != count {
        return Err(raise!(
            ValueError,
            "attempt to assign bytes of size {} to extended slice of size {}",
            data.len(),
            count
        ));
    }
    for (i, &byte) in data.iter().enumerate() {
        this.put((start + i as isize * step) as usize, byte);
    }
    Ok(())
}

fn is_number(obj: &PyObject) -> bool {
    // SAFETY: a type's table is live as long as the type.
    unsafe { obj.ty().tp_as_number.get().as_ref() }.is_some_and(|table| {
        table.nb_index.get().is_some()
            || table.nb_int.get().is_some()
            || table.nb_float.get().is_some()
    })
}

fn delete_slice(this: &PyByteArrayObject, start: isize, step: isize, count: usize) -> PyResult<()> {
    if count == 0 {
        return Ok(());
    }
    let (first, step) = if step < 0 {
        (start + (count as isize - 1) * step, -step)
    } else {
        (start, step)
    };
    let (first, step) = (first as usize, step as usize);
    let gone = |i: usize| i >= first && (i - first) % step == 0 && (i - first) / step < count;
    let kept = this.as_slice().iter().enumerate();
    let kept = kept.filter(|(i, _)| !gone(*i)).map(|(_, &b)| b);
    let kept = growing::collected(kept)?;
    this.resize(kept.len())?;
    this.splice(0, kept.len(), &kept)
}

// ---- methods ----

extern "C" fn append(this: &PyByteArrayObject, item: &PyObject) -> PyResult {
    let byte = byte_value(item)?;
    let len = this.len();
    this.resize(len + 1)?;
    this.put(len, byte);
    Ok(singletons::none())
}

extern "C" fn clear(this: &PyByteArrayObject) -> PyResult {
    this.resize(0)?;
    Ok(singletons::none())
}

extern "C" fn copy(this: &PyByteArrayObject) -> PyResult {
    erase(new(this.as_slice()))
}

extern "C" fn extend(this: &PyByteArrayObject, iterable: &PyObject) -> PyResult {
    let more = if memoryview::has_buffer(iterable) {
        bytes::with_buffer(iterable, growing::copied)?
    } else {
        let it = match protocol::iter(iterable) {
            Ok(it) => it,
            Err(raised) => {
                if errors::matches(&exceptions::TypeError) {
                    errors::clear();
                    return Err(raise!(
                        TypeError,
                        "can't extend bytearray with {}",
                        iterable.ty().name()
                    ));
                }
                return Err(raised);
            }
        };
        let mut more = Growing::new();
        protocol::length_hint(iterable, 32)?;
        while let Some(item) = protocol::next(&it)? {
            more.try_push(byte_value(&item)?)?;
        }
        more.finish()?
    };
    this.splice(this.len(), this.len(), &more)?;
    Ok(singletons::none())
}

extern "C" fn insert(this: &PyByteArrayObject, args: Args<'_>, n: isize) -> PyResult {
    let args = args.slice(n);
    cfunction::check_count("insert", args.len(), 2, 2)?;
    let index = isize_arg(args[0])?;
    let byte = byte_value(args[1])?;
    let len = length(this);
    let at = if index < 0 {
        (index + len).max(0)
    } else {
        index.min(len)
    } as usize;
    this.splice(at, at, &[byte])?;
    Ok(singletons::none())
}

extern "C" fn pop(this: &PyByteArrayObject, args: Args<'_>, n: isize) -> PyResult {
    let args = args.slice(n);
    cfunction::check_count("pop", args.len(), 0, 1)?;
    let index = args.first().map_or(Ok(-1), |arg| isize_arg(arg))?;
    let len = length(this);
    if len == 0 {
        return Err(raise!(IndexError, "pop from empty bytearray"));
    }
    let index = if index < 0 { index + len } else { index };
    if index < 0 || index >= len {
        return Err(raise!(IndexError, "pop index out of range"));
    }
    let at = index as usize;
    let byte = this.as_slice()[at];
    this.splice(at, at + 1, &[])?;
    erase(int::from_i64(byte as i64))
}

extern "C" fn remove(this: &PyByteArrayObject, value: &PyObject) -> PyResult {
    let byte = byte_value(value)?;
    match memchr::memchr(byte, this.as_slice()) {
        Some(at) => {
            this.splice(at, at + 1, &[])?;
            Ok(singletons::none())
        }
        None => Err(raise!(ValueError, "value not found in bytearray")),
    }
}

extern "C" fn reverse(this: &PyByteArrayObject) -> PyResult {
    // SAFETY: nobody else looks at the data meanwhile.
    unsafe { std::slice::from_raw_parts_mut(this.data_ptr(), this.len()) }.reverse();
    Ok(singletons::none())
}

extern "C" fn alloc(this: &PyByteArrayObject) -> PyResult {
    erase(int::from_i64(this.ob_alloc.get() as i64))
}

extern "C" fn sizeof(this: &PyByteArrayObject) -> PyResult {
    let head = size_of::<PyByteArrayObject>();
    erase(int::from_usize(head + this.ob_alloc.get() as usize))
}

fn reduced(this: &PyByteArrayObject, protocol: i32) -> PyResult {
    let state = call::call_method(this, &names::__getstate__, &[])?;
    let data = this.as_slice();
    let args = if protocol < 3 {
        vec![
            str_::from_latin1(data)?.into_object(),
            str_::new("latin-1")?.into_object(),
        ]
    } else if data.is_empty() {
        Vec::new()
    } else {
        vec![bytes::new(data)?.into_object()]
    };
    erase(tuple::from_owned(vec![
        this.ty().to_ref(),
        tuple::from_owned(args)?.into_object(),
        state,
    ]))
}

extern "C" fn reduce(this: &PyByteArrayObject) -> PyResult {
    reduced(this, 2)
}

extern "C" fn reduce_ex(this: &PyByteArrayObject, args: Args<'_>, n: isize) -> PyResult {
    let args = args.slice(n);
    cfunction::check_count("__reduce_ex__", args.len(), 0, 1)?;
    let protocol = args.first().map_or(Ok(0), |arg| str_::args::int_arg(arg))?;
    reduced(this, protocol)
}

// ---- iterator ----

static ITER_METHODS: [PyMethodDef; 4] = IndexIter::methods(iter_hint, iter_reduce, iter_setstate);

#[unsafe(no_mangle)]
pub static PyByteArrayIter_Type: PyTypeObject = IndexIter::type_object(
    c"bytearray_iterator",
    iter_next,
    (&raw const ITER_METHODS).cast(),
);

extern "C" fn bytearray_iter(this: &PyByteArrayObject) -> PyResult {
    IndexIter::create(&PyByteArrayIter_Type, this)
}

fn data_of(it: &IndexIter) -> &[u8] {
    // SAFETY: the iterator is only made for bytearrays.
    it.seq.get().map_or(&[], |seq| {
        unsafe { seq.cast::<PyByteArrayObject>() }.as_slice()
    })
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
