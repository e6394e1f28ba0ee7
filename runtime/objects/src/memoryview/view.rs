//! The types `memoryview`, its managed buffer, and its iterator.

use super::exchange::{Layout, blank, c_strides, get_into, has_buffer, release};
use super::format::{self, Comparer};
use crate::bytes_methods;
use crate::cfunction::Params;
use crate::def::{self, Downcast, fast, fast_kw, getset, noargs, slot};
use crate::flags::{buffer as request, cmp, tp};
use crate::growing::{self, Growing};
use crate::str_::args::{erase, type_text};
use crate::str_::iter::IndexIter;
use crate::str_::of;
use crate::*;
use std::mem::{offset_of, size_of};
use std::ptr;

const RELEASED: i32 = 1;
const C_CONTIGUOUS: i32 = 2;
const F_CONTIGUOUS: i32 = 4;
/// Of a view of one dimension without gaps.
pub const CONTIGUOUS: i32 = C_CONTIGUOUS | F_CONTIGUOUS;
const SCALAR: i32 = 8;
const INDIRECT: i32 = 16;
/// Of a managed buffer: the format string is its own.
const FREE_FORMAT: i32 = 2;
const MAX_NDIM: usize = 64;
const HEADER: usize = offset_of!(PyMemoryViewObject, ob_array);

#[unsafe(no_mangle)]
pub static _PyManagedBuffer_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(managed_dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(managed_traverse),
    tp_clear: slot::inquiry(managed_clear),
    ..PyTypeObject::new::<_PyManagedBufferObject>(c"managedbuffer")
};
builtin!(_PyManagedBufferObject = _PyManagedBuffer_Type);

#[unsafe(no_mangle)]
pub static PyMemoryView_Type: PyTypeObject = PyTypeObject {
    tp_basicsize: Cell::new(HEADER as isize),
    tp_itemsize: Cell::new(size_of::<isize>() as isize),
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_as_sequence: def::table(&SEQUENCE),
    tp_as_mapping: def::table(&MAPPING),
    tp_hash: Cell::new(Some(hash)),
    tp_as_buffer: def::table(&BUFFER),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::SEQUENCE),
    tp_doc: Cell::new(c"memoryview(object)\n--\n\nA view of the memory of an object.".as_ptr()),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear),
    tp_richcompare: slot::compare(compare),
    tp_weaklistoffset: Cell::new(offset_of!(PyMemoryViewObject, weakreflist) as isize),
    tp_iter: slot::unary(iter),
    tp_methods: Cell::new((&raw const METHODS).cast_mut().cast()),
    tp_getset: Cell::new((&raw const GETSETS).cast_mut().cast()),
    tp_new: Cell::new(Some(memoryview_new)),
    ..PyTypeObject::new::<PyMemoryViewObject>(c"memoryview")
};
builtin!(PyMemoryViewObject = PyMemoryView_Type);

static SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(length),
    sq_item: slot::index(item),
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
static METHODS: [PyMethodDef; 9] = [
    noargs(c"release", view_release, c"release($self, /)\n--\n\nGive the memory back; the view cannot be used any more."),
    fast_kw(c"tobytes", tobytes, c"tobytes($self, /, order='C')\n--\n\nThe items' bytes, in C, Fortran or any ('A') order."),
    fast_kw(c"hex", hex, c"hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nHexadecimal digits of the items' bytes; sep comes after every bytes_per_sep bytes.\n\n>>> value = memoryview(b'\\xff\\x01\\x20')\n>>> value.hex()\n'ff0120'\n>>> value.hex('-')\n'ff-01-20'\n>>> value.hex('-', 2)\n'ff-0120'\n>>> value.hex('-', -2)\n'ff01-20'"),
    noargs(c"tolist", tolist, c"tolist($self, /)\n--\n\nThe items, as a list or nested lists."),
    fast_kw(c"cast", cast, c"cast($self, /, format, shape=<unrepresentable>)\n--\n\nA view of the same memory with another format or shape."),
    noargs(c"toreadonly", toreadonly, c"toreadonly($self, /)\n--\n\nA view that cannot be written through."),
    noargs(c"__enter__", enter, c""),
    def::bare_name(fast(c"__exit__", exit, c"")),
    PyMethodDef::END,
];
static GETSETS: [PyGetSetDef; 13] = [
    getset(c"obj", get_obj, None, c"The object whose memory it is."),
    getset(c"nbytes", get_nbytes, None, c"Bytes that the items take."),
    getset(
        c"readonly",
        get_readonly,
        None,
        c"Whether the memory cannot be written.",
    ),
    getset(c"itemsize", get_itemsize, None, c"Bytes of an item."),
    getset(
        c"format",
        get_format,
        None,
        c"An item's format, in the notation of the struct module.",
    ),
    getset(c"ndim", get_ndim, None, c"Number of dimensions."),
    getset(c"shape", get_shape, None, c"Size of each dimension."),
    getset(
        c"strides",
        get_strides,
        None,
        c"Bytes from item to item in each dimension.",
    ),
    getset(
        c"suboffsets",
        get_suboffsets,
        None,
        c"Offsets behind pointers, for arrays of pointers to arrays.",
    ),
    getset(
        c"c_contiguous",
        get_c_contiguous,
        None,
        c"Whether the memory is dense in C order.",
    ),
    getset(
        c"f_contiguous",
        get_f_contiguous,
        None,
        c"Whether the memory is dense in Fortran order.",
    ),
    getset(
        c"contiguous",
        get_contiguous,
        None,
        c"Whether the memory is dense.",
    ),
    PyGetSetDef::END,
];

// ---- managed buffers ----

fn managed(flags: i32) -> PyResult<Ref<_PyManagedBufferObject>> {
    mem::create_gc(&_PyManagedBuffer_Type, |ob_base| _PyManagedBufferObject {
        ob_base,
        flags: Cell::new(flags),
        exports: Cell::new(0),
        master: blank(),
    })
}

fn managed_release(buffer: &_PyManagedBufferObject) {
    if buffer.flags.get() & RELEASED != 0 {
        return;
    }
    buffer.flags.set(buffer.flags.get() | RELEASED);
    gc::untrack(buffer);
    release(&buffer.master);
}

unsafe extern "C" fn managed_dealloc(this: *mut PyObject) {
    // SAFETY: U3; the object is dead and freed once.
    unsafe {
        let buffer = &*this.cast::<_PyManagedBufferObject>();
        managed_release(buffer);
        gc::untrack(buffer);
        if buffer.flags.get() & FREE_FORMAT != 0 {
            mem::free(buffer.master.format.get().cast_mut().cast());
        }
        mem::free_gc_object(this);
    }
}

extern "C" fn managed_traverse(
    buffer: &_PyManagedBufferObject,
    visit: visitproc,
    arg: *mut c_void,
) -> c_int {
    buffer.master.obj.get().map_or(0, |obj| visit(obj, arg))
}

extern "C" fn managed_clear(buffer: &_PyManagedBufferObject) -> c_int {
    if buffer.exports.get() == 0 {
        managed_release(buffer);
    }
    0
}

// ---- making views ----

/// A view with that layout on the buffer's memory. Raises MemoryError.
fn make(
    buffer: &Ref<_PyManagedBufferObject>,
    from: &Py_buffer,
    layout: &Layout,
    len: isize,
) -> PyResult<Ref<PyMemoryViewObject>> {
    let ndim = layout.shape.len();
    let block = mem::alloc_gc(HEADER + 3 * ndim.max(1) * size_of::<isize>());
    if block.is_null() {
        return Err(errors::no_memory());
    }
    let object = block.cast::<PyMemoryViewObject>();
    // SAFETY: the block has room for the header and three arrays.
    let view = unsafe {
        ptr::write_bytes(block, 0, HEADER);
        (*object).ob_base = PyVarObject {
            ob_base: mem::header(&PyMemoryView_Type),
            ob_size: Cell::new(3 * ndim as isize),
        };
        (*object).hash = Cell::new(-1);
        let arrays = block.add(HEADER).cast::<isize>();
        for (i, &size) in layout.shape.iter().enumerate() {
            arrays.add(i).write(size);
            arrays.add(ndim + i).write(layout.strides[i]);
            let sub = layout.suboffsets.get(i).copied().unwrap_or(-1);
            arrays.add(2 * ndim + i).write(sub);
        }
        let view = Ref::from_owned(object);
        let v = &view.view;
        v.buf.set(layout.data.cast());
        v.len.set(len);
        v.itemsize.set(layout.itemsize as isize);
        v.readonly.set(from.readonly.get());
        v.ndim.set(ndim as i32);
        v.format.set(if from.format.get().is_null() {
            c"B".as_ptr()
        } else {
            from.format.get()
        });
        if ndim > 0 {
            v.shape.set(arrays.cast());
            v.strides.set(arrays.add(ndim).cast());
        }
        if !layout.suboffsets.is_empty() {
            v.suboffsets.set(arrays.add(2 * ndim).cast());
        }
        v.internal.set(from.internal.get());
        v.obj.set(from.obj.cloned());
        view
    };
    view.mbuf.set(Some(buffer.clone()));
    buffer.exports.set(buffer.exports.get() + 1);
    set_flags(&view, layout);
    gc::track(&view);
    Ok(view)
}

fn set_flags(view: &PyMemoryViewObject, layout: &Layout) {
    let mut flags = 0;
    if layout.shape.is_empty() {
        flags |= SCALAR | C_CONTIGUOUS | F_CONTIGUOUS;
    } else {
        if layout.is_c_contiguous() {
            flags |= C_CONTIGUOUS;
        }
        if layout.is_f_contiguous() {
            flags |= F_CONTIGUOUS;
        }
    }
    if !layout.suboffsets.is_empty() {
        flags = (flags | INDIRECT) & !(C_CONTIGUOUS | F_CONTIGUOUS);
    }
    view.flags.set(flags);
}

fn too_many_dimensions() -> Raised {
    raise!(
        ValueError,
        "memoryview: number of dimensions must not exceed 64"
    )
}

fn of_managed(buffer: &Ref<_PyManagedBufferObject>) -> PyResult<Ref<PyMemoryViewObject>> {
    let master = &buffer.master;
    if master.ndim.get() as usize > MAX_NDIM {
        return Err(too_many_dimensions());
    }
    make(buffer, master, &Layout::of(master), master.len.get())
}

/// A format that views may point to: those that are not native ones are kept for ever, each once.
fn lasting_format(format: &str) -> &'static std::ffi::CStr {
    static KNOWN: std::sync::Mutex<Vec<&'static std::ffi::CStr>> =
        std::sync::Mutex::new(Vec::new());
    if let Some(format) = static_format(format) {
        return format;
    }
    let Ok(mut known) = KNOWN.lock() else {
        return c"B";
    };
    let old = known.iter().find(|f| f.to_bytes() == format.as_bytes());
    if let Some(old) = old {
        return old;
    }
    let new = std::ffi::CString::new(format).unwrap_or_default();
    let new: &'static std::ffi::CStr = Box::leak(new.into_boxed_c_str());
    known.push(new);
    new
}

/// A view of a contiguous copy, in Fortran's order for `F`, else in C's.
pub fn contiguous_copy(view: &PyMemoryViewObject, order: u8) -> PyResult<Ref<PyMemoryViewObject>> {
    let order = if order == b'F' { b'F' } else { b'C' };
    let data = bytes::new(&super::to_vec(&view.view, order)?)?;
    let buffer = managed(0)?;
    get_into(&data, &buffer.master, request::FULL_RO)?;
    gc::track(&buffer);
    let shape = Layout::of(&view.view).shape;
    let itemsize = view.view.itemsize.get();
    let strides = if order == b'C' {
        c_strides(&shape, itemsize)
    } else {
        let mut step = itemsize;
        let strides = shape.iter().map(|size| {
            let this = step;
            step *= size;
            this
        });
        strides.collect()
    };
    let layout = Layout {
        data: buffer.master.buf.get().cast(),
        itemsize: itemsize as usize,
        shape,
        strides,
        suboffsets: Vec::new(),
    };
    let made = make(&buffer, &buffer.master, &layout, view.view.len.get())?;
    made.view
        .format
        .set(lasting_format(&format_of(view)).as_ptr());
    Ok(made)
}

/// `memoryview(obj)`. TypeError for objects without the buffer protocol; whatever the exporter raises.
pub fn new(obj: &PyObject) -> PyResult<Ref<PyMemoryViewObject>> {
    if let Some(view) = obj.downcast::<PyMemoryViewObject>() {
        let buffer = alive(view)?;
        return make(
            &buffer,
            &view.view,
            &Layout::of(&view.view),
            view.view.len.get(),
        );
    }
    if !has_buffer(obj) {
        return Err(raise!(
            TypeError,
            "memoryview: a bytes-like object is required, not '{}'",
            obj.ty().name()
        ));
    }
    let buffer = managed(0)?;
    get_into(obj, &buffer.master, request::FULL_RO)?;
    gc::track(&buffer);
    of_managed(&buffer)
}

/// A view of a filled structure, whose content it takes over (C: `PyMemoryView_FromBuffer`). ValueError, MemoryError.
pub fn from_buffer(from: &Py_buffer) -> PyResult<Ref<PyMemoryViewObject>> {
    if from.buf.get().is_null() {
        return Err(raise!(
            ValueError,
            "PyMemoryView_FromBuffer(): info->buf must not be NULL"
        ));
    }
    let buffer = managed(0)?;
    let to = &buffer.master;
    to.buf.set(from.buf.get());
    to.len.set(from.len.get());
    to.itemsize.set(from.itemsize.get());
    to.readonly.set(from.readonly.get());
    to.ndim.set(from.ndim.get());
    to.format.set(from.format.get());
    to.shape.set(from.shape.get());
    to.strides.set(from.strides.get());
    to.suboffsets.set(from.suboffsets.get());
    to.internal.set(from.internal.get());
    gc::track(&buffer);
    of_managed(&buffer)
}

/// A view of memory that the caller keeps alive. Raises MemoryError.
pub fn from_memory(data: *mut u8, len: usize, writable: bool) -> PyResult<Ref<PyMemoryViewObject>> {
    let buffer = managed(0)?;
    let flags = if writable {
        request::FULL
    } else {
        request::FULL_RO
    };
    super::exchange::fill_info(&buffer.master, None, data, len, !writable, flags)?;
    gc::track(&buffer);
    of_managed(&buffer)
}

static NEW: Params = Params {
    function: "memoryview",
    names: &["object"],
    positional_only: 0,
    positional: 1,
    required: 1,
};

extern "C" fn memoryview_new(
    _: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: a tp_new is called with a tuple.
    let bound = NEW.bind_tuple(unsafe { args.cast() }, kwargs)?;
    match bound[0] {
        Some(object) => erase(new(object)),
        None => Err(Raised),
    }
}

// ---- life ----

/// The managed buffer of a view that can still be used. ValueError otherwise.
fn alive(view: &PyMemoryViewObject) -> PyResult<Ref<_PyManagedBufferObject>> {
    match view.mbuf.cloned() {
        Some(buffer) if view.flags.get() & RELEASED == 0 && buffer.flags.get() & RELEASED == 0 => {
            Ok(buffer)
        }
        _ => Err(raise!(
            ValueError,
            "operation forbidden on released memoryview object"
        )),
    }
}

/// Gives the memory back. BufferError if somebody has a buffer of this view.
fn release_view(view: &PyMemoryViewObject) -> PyResult<()> {
    if view.flags.get() & RELEASED != 0 {
        return Ok(());
    }
    let exports = view.exports.get();
    if exports > 0 {
        return Err(raise!(
            BufferError,
            "memoryview has {} exported buffer{}",
            exports,
            if exports == 1 { "" } else { "s" }
        ));
    }
    view.flags.set(view.flags.get() | RELEASED);
    view.view.obj.set(None);
    if let Some(buffer) = view.mbuf.cloned() {
        buffer.exports.set(buffer.exports.get() - 1);
        if buffer.exports.get() == 0 {
            managed_release(&buffer);
        }
    }
    Ok(())
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: U3; the object is dead and freed once.
    unsafe {
        let view = &*this.cast::<PyMemoryViewObject>();
        gc::untrack(view);
        if release_view(view).is_err() {
            errors::clear();
        }
        view.mbuf.set(None);
        if !view.weakreflist.is_null() {
            weakref::clear_refs(view);
        }
        mem::free_gc_object(this);
    }
}

extern "C" fn traverse(view: &PyMemoryViewObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let first = view.mbuf.get().map_or(0, |buffer| visit(buffer, arg));
    if first != 0 {
        return first;
    }
    view.view.obj.get().map_or(0, |obj| visit(obj, arg))
}

extern "C" fn clear(view: &PyMemoryViewObject) -> c_int {
    if release_view(view).is_err() {
        errors::clear();
    }
    view.mbuf.set(None);
    0
}

extern "C" fn getbuffer(view: &PyMemoryViewObject, to: &Py_buffer, flags: c_int) -> c_int {
    def::status(export(view, to, flags))
}

/// Whether all bits of a request are there.
fn asks(flags: c_int, what: c_int) -> bool {
    flags & what == what
}

fn export(view: &PyMemoryViewObject, to: &Py_buffer, flags: c_int) -> PyResult<()> {
    to.obj.set_ptr(ptr::null_mut());
    alive(view)?;
    let (from, state) = (&view.view, view.flags.get());
    let c = state & C_CONTIGUOUS != 0;
    let f = state & F_CONTIGUOUS != 0;
    let refuse = |text: &str| Err(errors::raise_text(&exceptions::BufferError, text));
    if flags & request::WRITABLE != 0 && from.readonly.get() != 0 {
        return refuse("memoryview: underlying buffer is not writable");
    }
    if asks(flags, request::C_CONTIGUOUS) && !c {
        return refuse("memoryview: underlying buffer is not C-contiguous");
    }
    if asks(flags, request::F_CONTIGUOUS) && !f {
        return refuse("memoryview: underlying buffer is not Fortran contiguous");
    }
    if asks(flags, request::ANY_CONTIGUOUS) && !c && !f {
        return refuse("memoryview: underlying buffer is not contiguous");
    }
    if !asks(flags, request::INDIRECT) && state & INDIRECT != 0 {
        return refuse("memoryview: underlying buffer requires suboffsets");
    }
    let mut strides = from.strides.get();
    if !asks(flags, request::STRIDES) {
        if !c {
            return refuse("memoryview: underlying buffer is not C-contiguous");
        }
        strides = ptr::null_mut();
    }
    let (mut ndim, mut shape) = (from.ndim.get(), from.shape.get());
    if !asks(flags, request::ND) {
        if flags & request::FORMAT != 0 {
            return refuse(
                "memoryview: cannot cast to unsigned bytes if the format flag is present",
            );
        }
        (ndim, shape) = (1, ptr::null_mut());
    }
    to.buf.set(from.buf.get());
    to.len.set(from.len.get());
    to.itemsize.set(from.itemsize.get());
    to.readonly.set(from.readonly.get());
    to.ndim.set(ndim);
    to.format.set(if flags & request::FORMAT != 0 {
        from.format.get()
    } else {
        ptr::null()
    });
    to.shape.set(shape);
    to.strides.set(strides);
    to.suboffsets.set(from.suboffsets.get());
    to.internal.set(from.internal.get());
    to.obj.set_ptr(view.to_ref().into_raw());
    view.exports.set(view.exports.get() + 1);
    Ok(())
}

extern "C" fn releasebuffer(this: &PyObject, _: &Py_buffer) {
    // SAFETY: U3.
    let view: &PyMemoryViewObject = unsafe { this.cast() };
    view.exports.set(view.exports.get() - 1);
}

// ---- slots ----

extern "C" fn repr(view: &PyMemoryViewObject) -> PyResult {
    let released = view.flags.get() & RELEASED != 0;
    let what = if released {
        "released memory"
    } else {
        "memory"
    };
    erase(str_::new(&format!("<{what} at {:p}>", view.as_ptr())))
}

extern "C" fn hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    let view: &PyMemoryViewObject = unsafe { this.cast() };
    match hashed(view) {
        Ok(hash) => hash,
        Err(_) => -1,
    }
}

fn hashed(view: &PyMemoryViewObject) -> PyResult<isize> {
    if view.hash.get() != -1 {
        return Ok(view.hash.get());
    }
    alive(view)?;
    if view.view.readonly.get() == 0 {
        return Err(raise!(ValueError, "cannot hash writable memoryview object"));
    }
    if !matches!(
        format::native(&format_of(view)),
        Some((b'B' | b'b' | b'c', _))
    ) {
        return Err(raise!(
            ValueError,
            "memoryview: hashing is restricted to formats 'B', 'b' or 'c'"
        ));
    }
    if let Some(obj) = view.view.obj.cloned() {
        // The exporter decides whether it can be hashed.
        protocol::hash(&obj)?;
    }
    let hash = str_::hash_bytes(&super::exchange::to_vec(&view.view, b'C')?);
    view.hash.set(hash);
    Ok(hash)
}

fn format_of(view: &PyMemoryViewObject) -> String {
    format::text(view.view.format.get())
}

extern "C" fn length(view: &PyMemoryViewObject) -> isize {
    if alive(view).is_err() {
        return -1;
    }
    Layout::of(&view.view).shape.first().copied().unwrap_or(1)
}

extern "C" fn compare(a: &PyMemoryViewObject, b: &PyObject, op: c_int) -> PyResult {
    if op != cmp::EQ && op != cmp::NE {
        return Ok(singletons::not_implemented());
    }
    match equal(a, b)? {
        Some(equal) => Ok(boolean::from(equal == (op == cmp::EQ))),
        None => Ok(singletons::not_implemented()),
    }
}

fn is_released(view: &PyMemoryViewObject) -> bool {
    view.flags.get() & RELEASED != 0
        || view
            .mbuf
            .get()
            .is_none_or(|b| b.flags.get() & RELEASED != 0)
}

fn equal(a: &PyMemoryViewObject, b: &PyObject) -> PyResult<Option<bool>> {
    if is_released(a) {
        return Ok(Some(a.is(b)));
    }
    let other;
    let held;
    let right = match b.downcast::<PyMemoryViewObject>() {
        Some(b) => {
            if is_released(b) {
                return Ok(Some(false));
            }
            held = Ref::new(b);
            &held.view
        }
        None => {
            other = match super::Buffer::get(b, request::FULL_RO) {
                Ok(buffer) => buffer,
                Err(_) => {
                    errors::clear();
                    return Ok(None);
                }
            };
            other.raw()
        }
    };
    let (x, y) = (Layout::of(&a.view), Layout::of(right));
    // Dimensions count up to the first one without items.
    let until_zero = |shape: &[isize]| -> Vec<isize> {
        let zero = shape.iter().position(|&n| n == 0);
        shape[..zero.map_or(shape.len(), |i| i + 1)].to_vec()
    };
    if x.shape.len() != y.shape.len() || until_zero(&x.shape) != until_zero(&y.shape) {
        return Ok(Some(false));
    }
    let (fx, fy) = (format_of(a), format::text(right.format.get()));
    let Some(comparer) = Comparer::new((&fx, x.itemsize), (&fy, y.itemsize))? else {
        return Ok(Some(false));
    };
    let mut items = Growing::new();
    x.each(&mut |at| items.try_push(at))?;
    let mut i = 0;
    let mut outcome = Ok(true);
    let walked: Result<(), ()> = y.each(&mut |at| {
        // SAFETY: both addresses are items of live buffers.
        outcome = unsafe { comparer.equal(items[i], at) };
        i += 1;
        if outcome == Ok(true) { Ok(()) } else { Err(()) }
    });
    let _ = walked;
    outcome.map(Some)
}

// ---- items ----

fn out_of_bounds(dim: usize) -> Raised {
    raise!(IndexError, "index out of bounds on dimension {}", dim + 1)
}

/// The address of an item along a dimension.
fn step(layout: &Layout, data: *mut u8, dim: usize, index: isize) -> PyResult<*mut u8> {
    let size = layout.shape[dim];
    let index = if index < 0 { index + size } else { index };
    if index < 0 || index >= size {
        return Err(out_of_bounds(dim));
    }
    // SAFETY: the index is within the shape.
    Ok(unsafe { layout.step(data, dim, index) })
}

extern "C" fn item(view: &PyMemoryViewObject, index: isize) -> PyResult {
    alive(view)?;
    let layout = Layout::of(&view.view);
    match layout.shape.len() {
        0 => return Err(raise!(TypeError, "invalid indexing of 0-dim memory")),
        1 => {}
        _ => {
            return Err(raise!(
                NotImplementedError,
                "multi-dimensional sub-views are not implemented"
            ));
        }
    }
    let code = format::adjusted(&format_of(view))?;
    let at = step(&layout, layout.data, 0, index)?;
    // SAFETY: an item of a live buffer.
    unsafe { format::unpack(at, code) }
}

fn index_of(key: &PyObject) -> PyResult<isize> {
    number::index_isize(key, Some(&exceptions::IndexError))
}

fn as_tuple(key: &PyObject) -> Option<&PyTupleObject> {
    key.downcast::<PyTupleObject>()
}

fn all_slices(key: &PyTupleObject) -> bool {
    !key.items().is_empty() && key.items().iter().all(|k| k.is_exact::<PySliceObject>())
}

/// The address that a tuple of indices leads to.
fn at_tuple(layout: &Layout, key: &PyTupleObject) -> PyResult<*mut u8> {
    let (ndim, given) = (layout.shape.len(), key.items().len());
    if given > ndim {
        return Err(raise!(
            TypeError,
            "cannot index {}-dimension view with {}-element tuple",
            ndim,
            given
        ));
    }
    if given < ndim {
        return Err(raise!(NotImplementedError, "sub-views are not implemented"));
    }
    let mut at = layout.data;
    for (dim, index) in key.items().iter().enumerate() {
        at = step(layout, at, dim, index_of(index)?)?;
    }
    Ok(at)
}

fn bad_key() -> Raised {
    raise!(TypeError, "memoryview: invalid slice key")
}

extern "C" fn subscript(view: &PyMemoryViewObject, key: &PyObject) -> PyResult {
    let buffer = alive(view)?;
    let layout = Layout::of(&view.view);
    let tuple = as_tuple(key);
    if layout.shape.is_empty() {
        if tuple.is_some_and(|t| t.items().is_empty()) {
            let code = format::adjusted(&format_of(view))?;
            // SAFETY: the one item of a live buffer.
            return unsafe { format::unpack(layout.data, code) };
        }
        if key.is(&singletons::_Py_EllipsisObject) {
            return Ok(view.to_ref());
        }
        return Err(raise!(TypeError, "invalid indexing of 0-dim memory"));
    }
    if number::has_index(key) {
        return item(view, index_of(key)?);
    }
    if let Some(key) = key.downcast::<PySliceObject>() {
        // The slice's indices may release the view, but not what is behind it.
        buffer.exports.set(buffer.exports.get() + 1);
        let sliced = attempt::apart(|| slice_first(&layout, key));
        let made = sliced.and_then(|(sliced, len)| make(&buffer, &view.view, &sliced, len));
        buffer.exports.set(buffer.exports.get() - 1);
        if buffer.exports.get() == 0 {
            managed_release(&buffer);
        }
        return erase(made);
    }
    match tuple {
        Some(key) if key.items().iter().all(|k| number::has_index(k)) => {
            let code = format::adjusted(&format_of(view))?;
            let at = at_tuple(&layout, key)?;
            alive(view)?;
            // SAFETY: an item of a buffer that is still there.
            unsafe { format::unpack(at, code) }
        }
        Some(key) if all_slices(key) => Err(raise!(
            NotImplementedError,
            "multi-dimensional slicing is not implemented"
        )),
        _ => Err(bad_key()),
    }
}

/// The layout with its first dimension sliced, and its bytes.
fn slice_first(layout: &Layout, key: &PySliceObject) -> PyResult<(Layout, isize)> {
    let (start, _, step, count) = slice::indices(key, layout.shape[0] as usize)?;
    let mut sliced = layout.clone();
    // SAFETY: a slice's start is within the shape or one past it.
    sliced.data = unsafe { layout.data.offset(layout.strides[0] * start) };
    sliced.shape[0] = count as isize;
    sliced.strides[0] = layout.strides[0] * step;
    let len = sliced.shape.iter().product::<isize>() * layout.itemsize as isize;
    Ok((sliced, len))
}

extern "C" fn set_subscript(
    view: &PyMemoryViewObject,
    key: &PyObject,
    value: Option<&PyObject>,
) -> c_int {
    def::status(assign(view, key, value))
}

fn assign(view: &PyMemoryViewObject, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    alive(view)?;
    let code = format::adjusted(&format_of(view))?;
    if view.view.readonly.get() != 0 {
        return Err(raise!(TypeError, "cannot modify read-only memory"));
    }
    let Some(value) = value else {
        return Err(raise!(TypeError, "cannot delete memory"));
    };
    let layout = Layout::of(&view.view);
    let tuple = as_tuple(key);
    let store = |at: *mut u8| -> PyResult<()> {
        // Packing may run Python that releases the view: the value is packed aside first.
        let mut packed = [0u8; 16];
        // SAFETY: no native item is larger than that, and the buffer is checked again.
        unsafe {
            format::pack(packed.as_mut_ptr(), value, code)?;
            alive(view)?;
            ptr::copy_nonoverlapping(packed.as_ptr(), at, layout.itemsize.min(16));
        }
        Ok(())
    };
    if layout.shape.is_empty() {
        if key.is(&singletons::_Py_EllipsisObject) || tuple.is_some_and(|t| t.items().is_empty()) {
            return store(layout.data);
        }
        return Err(raise!(TypeError, "invalid indexing of 0-dim memory"));
    }
    if number::has_index(key) {
        if layout.shape.len() > 1 {
            return Err(raise!(NotImplementedError, "sub-views are not implemented"));
        }
        let index = index_of(key)?;
        alive(view)?;
        return store(step(&layout, layout.data, 0, index)?);
    }
    match (key.downcast::<PySliceObject>(), tuple) {
        (Some(key), _) if layout.shape.len() == 1 => assign_slice(view, &layout, key, value),
        (_, Some(key)) if key.items().iter().all(|k| number::has_index(k)) => {
            store(at_tuple(&layout, key)?)
        }
        (Some(_), _) => Err(raise!(
            NotImplementedError,
            "memoryview slice assignments are currently restricted to ndim = 1"
        )),
        (_, Some(key)) if all_slices(key) => Err(raise!(
            NotImplementedError,
            "memoryview slice assignments are currently restricted to ndim = 1"
        )),
        _ => Err(bad_key()),
    }
}

fn assign_slice(
    view: &PyMemoryViewObject,
    layout: &Layout,
    key: &PySliceObject,
    value: &PyObject,
) -> PyResult<()> {
    let source = super::Buffer::get(value, request::FULL_RO)?;
    let (sliced, _) = slice_first(layout, key)?;
    alive(view)?;
    let from = Layout::of(source.raw());
    let plain = |format: &str| format.strip_prefix('@').unwrap_or(format).to_owned();
    let same_format = plain(&format_of(view)) == plain(&format::text(source.raw().format.get()));
    if !same_format || from.itemsize != sliced.itemsize || from.shape != sliced.shape {
        return Err(raise!(
            ValueError,
            "memoryview assignment: lvalue and rvalue have different structures"
        ));
    }
    // Source and target may overlap: the items are copied aside first.
    let data = from.to_vec(false)?;
    let mut items = data.chunks_exact(from.itemsize);
    let stored: Result<(), ()> = sliced.each(&mut |at| {
        if let Some(item) = items.next() {
            // SAFETY: an item of a live, writable buffer.
            unsafe { ptr::copy_nonoverlapping(item.as_ptr(), at, item.len()) };
        }
        Ok(())
    });
    debug_assert!(stored.is_ok());
    Ok(())
}

// ---- methods ----

extern "C" fn view_release(view: &PyMemoryViewObject) -> PyResult {
    release_view(view)?;
    Ok(singletons::none())
}

extern "C" fn enter(view: &PyMemoryViewObject) -> PyResult {
    alive(view)?;
    Ok(view.to_ref())
}

extern "C" fn exit(view: &PyMemoryViewObject, _: Args<'_>, _: isize) -> PyResult {
    view_release(view)
}

static TOBYTES: Params = Params {
    function: "tobytes",
    names: &["order"],
    positional_only: 0,
    positional: 1,
    required: 0,
};

extern "C" fn tobytes(
    view: &PyMemoryViewObject,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = TOBYTES.bind(args, n, names)?;
    let order = match bound[0] {
        None => b'C',
        Some(order) if singletons::is_none(order) => b'C',
        Some(order) => {
            let Some(text) = of(order) else {
                return Err(raise!(
                    TypeError,
                    "tobytes() argument 'order' must be str or None, not {}",
                    type_text(order)
                ));
            };
            alive(view)?;
            match text.to_utf8()? {
                "C" => b'C',
                "F" => b'F',
                "A" => b'A',
                _ => return Err(raise!(ValueError, "order must be 'C', 'F' or 'A'")),
            }
        }
    };
    alive(view)?;
    erase(bytes::new(&super::exchange::to_vec(&view.view, order)?))
}

extern "C" fn hex(
    view: &PyMemoryViewObject,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let (sep, per_sep) = bytes_methods::hex_args(args, n, names)?;
    alive(view)?;
    let data = super::exchange::to_vec(&view.view, b'C')?;
    bytes_methods::hex_text(&data, sep, per_sep)
}

extern "C" fn tolist(view: &PyMemoryViewObject) -> PyResult {
    alive(view)?;
    let layout = Layout::of(&view.view);
    let code = format::adjusted(&format_of(view))?;
    nested(&layout, layout.data, 0, code)
}

fn nested(layout: &Layout, data: *mut u8, dim: usize, code: u8) -> PyResult {
    if dim == layout.shape.len() {
        // SAFETY: an item of a live buffer; unpacking runs no Python.
        return unsafe { format::unpack(data, code) };
    }
    let mut items = growing::with_room(layout.shape[dim].max(0) as usize)?;
    for i in 0..layout.shape[dim] {
        // SAFETY: the index is within the shape.
        let at = unsafe { layout.step(data, dim, i) };
        items.push(nested(layout, at, dim + 1, code)?);
    }
    erase(list::from_owned(items))
}

extern "C" fn toreadonly(view: &PyMemoryViewObject) -> PyResult {
    let buffer = alive(view)?;
    let new = make(
        &buffer,
        &view.view,
        &Layout::of(&view.view),
        view.view.len.get(),
    )?;
    new.view.readonly.set(1);
    Ok(new.into_object())
}

static CAST: Params = Params {
    function: "cast",
    names: &["format", "shape"],
    positional_only: 0,
    positional: 2,
    required: 1,
};

/// A static C string of a native format, with or without `@`: views keep pointers to it.
fn static_format(format: &str) -> Option<&'static std::ffi::CStr> {
    const ALL: [&std::ffi::CStr; 32] = [
        c"c", c"b", c"B", c"?", c"h", c"H", c"i", c"I", c"l", c"L", c"q", c"Q", c"n", c"N", c"f",
        c"d", c"P", c"@c", c"@b", c"@B", c"@?", c"@h", c"@H", c"@i", c"@I", c"@l", c"@L", c"@q",
        c"@Q", c"@n", c"@N", c"@f",
    ];
    const MORE: [&std::ffi::CStr; 2] = [c"@d", c"@P"];
    ALL.iter()
        .chain(&MORE)
        .find(|f| f.to_bytes() == format.as_bytes())
        .copied()
}

extern "C" fn cast(
    view: &PyMemoryViewObject,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = CAST.bind(args, n, names)?;
    let format = match bound[0] {
        Some(format) => str_::args::str_arg("cast", "argument 'format'", format)?,
        None => return Err(Raised),
    };
    let buffer = alive(view)?;
    if view.flags.get() & C_CONTIGUOUS == 0 {
        return Err(raise!(
            TypeError,
            "memoryview: casts are restricted to C-contiguous views"
        ));
    }
    let layout = Layout::of(&view.view);
    let mut shape = None;
    if let Some(given) = bound[1] {
        let items = if given
            .ty()
            .is_subclass_flag(tp::LIST_SUBCLASS | tp::TUPLE_SUBCLASS)
        {
            protocol::fast_sequence(given, "")?
        } else {
            return Err(raise!(TypeError, "shape must be a list or a tuple"));
        };
        if items.len() > MAX_NDIM {
            return Err(too_many_dimensions());
        }
        if layout.shape.len() != 1 && items.len() != 1 {
            return Err(raise!(
                TypeError,
                "memoryview: cast must be 1D -> ND or ND -> 1D"
            ));
        }
        shape = Some(items);
    }
    if (shape.is_some() || layout.shape.len() != 1) && layout.shape.contains(&0) {
        return Err(raise!(
            TypeError,
            "memoryview: cannot cast view with zeros in shape or strides"
        ));
    }
    let source = format_of(view);
    let Some((code, itemsize)) = format::native(format.to_utf8()?) else {
        return Err(raise!(
            ValueError,
            "memoryview: destination format must be a native single character format prefixed with an optional '@'"
        ));
    };
    // Any other format is no byte format.
    let from = format::native(&source).map_or(b'_', |(code, _)| code);
    let is_byte = |code: u8| matches!(code, b'B' | b'b' | b'c');
    if !is_byte(from) && !is_byte(code) {
        return Err(raise!(
            TypeError,
            "memoryview: cannot cast between two non-byte formats"
        ));
    }
    let len = view.view.len.get();
    if len % itemsize as isize != 0 {
        return Err(raise!(
            TypeError,
            "memoryview: length is not a multiple of itemsize"
        ));
    }
    let shape = match shape {
        None => vec![len / itemsize as isize],
        Some(items) => cast_shape(&items, len, itemsize as isize)?,
    };
    let new = Layout {
        data: layout.data,
        itemsize,
        strides: c_strides(&shape, itemsize as isize),
        shape,
        suboffsets: Vec::new(),
    };
    let made = make(&buffer, &view.view, &new, len)?;
    if let Some(format) = static_format(format.to_utf8()?) {
        made.view.format.set(format.as_ptr());
    }
    Ok(made.into_object())
}

/// A shape from its sizes, which must make up `len` bytes.
fn cast_shape(items: &[Ref], len: isize, itemsize: isize) -> PyResult<Vec<isize>> {
    let mut shape = Vec::with_capacity(items.len());
    let mut product = itemsize;
    for item in items {
        if !item.ty().is_subclass_flag(tp::LONG_SUBCLASS) {
            return Err(raise!(
                TypeError,
                "memoryview.cast(): elements of shape must be integers"
            ));
        }
        // SAFETY: the flag says that it is an int.
        let size = unsafe { PyObject::cast::<PyLongObject>(item) }.to_i64();
        let Some(size) = size else {
            return Err(raise!(
                OverflowError,
                "Python int too large to convert to C ssize_t"
            ));
        };
        let Some(size) = Some(size).filter(|&n| n > 0) else {
            return Err(raise!(
                ValueError,
                "memoryview.cast(): elements of shape must be integers > 0"
            ));
        };
        product = match product.checked_mul(size as isize) {
            Some(product) => product,
            None => {
                return Err(raise!(
                    ValueError,
                    "memoryview.cast(): product(shape) > SSIZE_MAX"
                ));
            }
        };
        shape.push(size as isize);
    }
    if product != len {
        return Err(raise!(
            TypeError,
            "memoryview: product(shape) * itemsize != buffer size"
        ));
    }
    Ok(shape)
}

// ---- attributes ----

macro_rules! attributes {
    ($($name:ident = |$view:ident| $body:expr;)*) => { $(
        extern "C" fn $name($view: &PyMemoryViewObject, _: *mut c_void) -> PyResult {
            alive($view)?;
            $body
        }
    )* };
}

fn size_tuple(sizes: &[isize]) -> PyResult {
    let items: PyResult<Vec<Ref>> = sizes
        .iter()
        .map(|&n| erase(int::from_i64(n as i64)))
        .collect();
    erase(tuple::from_owned(items?))
}

attributes! {
    get_obj = |v| Ok(v.view.obj.cloned().unwrap_or_else(singletons::none));
    get_nbytes = |v| erase(int::from_i64(v.view.len.get() as i64));
    get_readonly = |v| Ok(boolean::from(v.view.readonly.get() != 0));
    get_itemsize = |v| erase(int::from_i64(v.view.itemsize.get() as i64));
    get_format = |v| erase(str_::new(&format_of(v)));
    get_ndim = |v| erase(int::from_i64(v.view.ndim.get() as i64));
    get_shape = |v| size_tuple(&Layout::of(&v.view).shape);
    get_strides = |v| size_tuple(&Layout::of(&v.view).strides);
    get_suboffsets = |v| size_tuple(&Layout::of(&v.view).suboffsets);
    get_c_contiguous = |v| Ok(boolean::from(v.flags.get() & C_CONTIGUOUS != 0));
    get_f_contiguous = |v| Ok(boolean::from(v.flags.get() & F_CONTIGUOUS != 0));
    get_contiguous = |v| Ok(boolean::from(v.flags.get() & (C_CONTIGUOUS | F_CONTIGUOUS) != 0));
}

// ---- iterator ----

#[unsafe(no_mangle)]
pub static PyMemoryIter_Type: PyTypeObject =
    IndexIter::type_object(c"memory_iterator", iter_next, ptr::null());

extern "C" fn iter(view: &PyMemoryViewObject) -> PyResult {
    alive(view)?;
    match view.view.ndim.get() {
        0 => Err(raise!(TypeError, "invalid indexing of 0-dim memory")),
        1 => {
            format::adjusted(&format_of(view))?;
            IndexIter::create(&PyMemoryIter_Type, view)
        }
        _ => Err(raise!(
            NotImplementedError,
            "multi-dimensional sub-views are not implemented"
        )),
    }
}

extern "C" fn iter_next(it: &IndexIter) -> Option<Ref> {
    let held = it.seq.cloned()?;
    // SAFETY: the iterator is only made for memoryviews.
    let view: &PyMemoryViewObject = unsafe { PyObject::cast(&held) };
    let index = it.index.get();
    if alive(view).is_err() {
        return None;
    }
    if index < Layout::of(&view.view).shape.first().copied().unwrap_or(0) {
        it.index.set(index + 1);
        return def::next_status(item(view, index).map(Some));
    }
    it.seq.set(None);
    None
}
