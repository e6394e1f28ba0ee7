//! `pybuffer.h`, `memoryobject.h`, `pycapsule.h`, `weakrefobject.h`.

use crate::support::*;
use hotpy_objects::capsule;

/// C: `PyBUF_WRITE`.
const WRITE: c_int = 0x200;

export! {
    // ---- buffers ----

    fn PyObject_CheckBuffer(o: &PyObject) -> c_int { memoryview::has_buffer(o) as c_int }
    fn PyObject_GetBuffer(o: &PyObject, view: *mut Py_buffer, request: c_int) -> c_int {
        // SAFETY: a type's table lives as long as the type.
        let get = unsafe { o.ty().tp_as_buffer.get().as_ref() }.and_then(|p| p.bf_getbuffer.get());
        match get {
            // Exporters in C complain about null themselves.
            Some(_) if view.is_null() && is_ours(o) => {
                raise!(BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete");
                -1
            }
            // SAFETY: memory for a structure, which exporters fill (C1), or null for one in C.
            Some(get) => unsafe {
                let get: extern "C" fn(&PyObject, *mut Py_buffer, c_int) -> c_int = std::mem::transmute(get);
                get(o, view, request)
            },
            None => {
                raise!(TypeError, "a bytes-like object is required, not '{}'", o.ty().name());
                -1
            }
        }
    }
    fn PyBuffer_Release(view: &Py_buffer) { memoryview::release(view) }
    fn PyBuffer_FillInfo(view: Option<&Py_buffer>, o: Option<&PyObject>, data: *mut u8, length: isize, readonly: c_int, request: c_int) -> c_int {
        let Some(view) = view else {
            raise!(BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete");
            return -1;
        };
        status(memoryview::fill_info(view, o, data, length as usize, readonly != 0, request))
    }
    fn PyBuffer_IsContiguous(view: &Py_buffer, order: c_char) -> c_int { memoryview::is_contiguous(view, order as u8) as c_int }
    fn PyBuffer_GetPointer(view: &Py_buffer, indices: *const isize) -> *mut c_void {
        let mut at = view.buf.get().cast::<u8>();
        let (strides, suboffsets) = (view.strides.get().cast::<isize>(), view.suboffsets.get().cast::<isize>());
        for i in 0..view.ndim.get() as usize {
            // SAFETY: arrays with an entry for each dimension (C1).
            unsafe {
                at = at.offset(*strides.add(i) * *indices.add(i));
                if !suboffsets.is_null() && *suboffsets.add(i) >= 0 {
                    at = at.cast::<*mut u8>().read().offset(*suboffsets.add(i));
                }
            }
        }
        at.cast()
    }
    fn PyBuffer_ToContiguous(to: *mut u8, view: &Py_buffer, length: isize, order: c_char) -> c_int {
        if length != view.len.get() {
            raise!(ValueError, "PyBuffer_ToContiguous: len != view->len");
            return -1;
        }
        match memoryview::to_vec(view, order as u8) {
            Ok(data) => {
                // SAFETY: the caller's memory has room for the buffer's length (C1).
                unsafe { ptr::copy_nonoverlapping(data.as_ptr(), to, data.len()) };
                0
            }
            Err(Raised) => -1,
        }
    }
    fn PyBuffer_FromContiguous(view: &Py_buffer, from: *const u8, length: isize, order: c_char) -> c_int {
        let length = length.min(view.len.get()).max(0) as usize;
        if memoryview::is_contiguous(view, order as u8) {
            // SAFETY: the caller's memory (C1).
            unsafe { ptr::copy_nonoverlapping(from, view.buf.get().cast(), length) };
            return 0;
        }
        // Item by item; the first index changes quickest in Fortran's order, else the last.
        let (ndim, itemsize) = (view.ndim.get() as usize, view.itemsize.get() as usize);
        let mut indices = vec![0isize; ndim];
        for item in 0..length / itemsize.max(1) {
            // SAFETY: the indices are within the shape, and there are `length` bytes at `from` (C1).
            unsafe {
                let to = PyBuffer_GetPointer(view, indices.as_ptr());
                ptr::copy_nonoverlapping(from.add(item * itemsize), to.cast(), itemsize);
            }
            for k in 0..ndim {
                let i = if order as u8 == b'F' { k } else { ndim - 1 - k };
                indices[i] += 1;
                // SAFETY: the shape has an entry for each dimension.
                if indices[i] < unsafe { *view.shape.get().cast::<isize>().add(i) } {
                    break;
                }
                indices[i] = 0;
            }
        }
        0
    }
    fn PyBuffer_FillContiguousStrides(ndim: c_int, shape: *const isize, strides: *mut isize, itemsize: c_int, order: c_char) {
        let mut step = itemsize as isize;
        let ndim = ndim as usize;
        for k in 0..ndim {
            let i = if order as u8 == b'F' { k } else { ndim - 1 - k };
            // SAFETY: arrays with an entry for each dimension (C1).
            unsafe {
                *strides.add(i) = step;
                step *= *shape.add(i);
            }
        }
    }
    fn PyBuffer_SizeFromFormat(format: *const c_char) -> isize {
        let size = hotpy_modules::support::imported("struct", "calcsize").and_then(|f| call::call1(&f, &*str_of(format)?));
        size.map_or(-1, |n| crate::long::PyLong_AsSsize_t(Some(&n)))
    }
    fn PyObject_CopyData(to: &PyObject, from: &PyObject) -> c_int {
        let copy = || -> PyResult<()> {
            let target = memoryview::Buffer::get(to, flags::buffer::FULL)?;
            let source = memoryview::Buffer::get(from, flags::buffer::FULL_RO)?;
            if target.raw().len.get() < source.raw().len.get() {
                return Err(raise!(BufferError, "destination is too small to receive data from source"));
            }
            let data = memoryview::to_vec(source.raw(), b'C')?;
            // SAFETY: asked for as writable, and large enough.
            unsafe { ptr::copy_nonoverlapping(data.as_ptr(), target.raw().buf.get().cast(), data.len()) };
            Ok(())
        };
        status(copy())
    }
    fn PyObject_CheckReadBuffer(o: &PyObject) -> c_int {
        let can = memoryview::Buffer::get(o, flags::buffer::SIMPLE).is_ok();
        errors::clear();
        can as c_int
    }
    fn PyObject_AsReadBuffer(o: &PyObject, data: *mut *const c_void, length: *mut isize) -> c_int { as_buffer(o, data, length, flags::buffer::SIMPLE) }
    fn PyObject_AsCharBuffer(o: &PyObject, data: *mut *const c_void, length: *mut isize) -> c_int { as_buffer(o, data, length, flags::buffer::SIMPLE) }
    fn PyObject_AsWriteBuffer(o: &PyObject, data: *mut *const c_void, length: *mut isize) -> c_int { as_buffer(o, data, length, flags::buffer::WRITABLE) }
    fn PyMemoryView_FromObject(o: &PyObject) -> PyResult<Ref<PyMemoryViewObject>> { memoryview::new(o) }
    fn PyMemoryView_FromBuffer(view: &Py_buffer) -> PyResult<Ref<PyMemoryViewObject>> { memoryview::from_buffer(view) }
    fn PyMemoryView_FromMemory(data: *mut u8, length: isize, access: c_int) -> PyResult<Ref<PyMemoryViewObject>> {
        memoryview::from_memory(data, length as usize, access & 0x200 != 0)
    }
    fn PyMemoryView_GetContiguous(o: &PyObject, kind: c_int, order: c_char) -> PyResult<Ref<PyMemoryViewObject>> {
        let view = memoryview::new(o)?;
        let writes = kind == WRITE;
        if writes && view.view.readonly.get() != 0 {
            return Err(raise!(BufferError, "underlying buffer is not writable"));
        }
        if memoryview::is_contiguous(&view.view, order as u8) {
            return Ok(view);
        }
        if writes {
            return Err(raise!(BufferError, "writable contiguous buffer requested for a non-contiguous object."));
        }
        memoryview::contiguous_copy(&view, order as u8)
    }

    // ---- capsules ----

    fn PyCapsule_New(pointer: *mut c_void, name: *const c_char, destructor: Option<PyCapsule_Destructor>) -> PyResult<Ref<PyCapsule>> {
        capsule::new(pointer, name, destructor)
    }
    fn PyCapsule_IsValid(o: Option<&PyObject>, name: *const c_char) -> c_int {
        o.and_then(|o| o.exact::<PyCapsule>()).is_some_and(|c| same_name(c.name.get(), name)) as c_int
    }
    fn PyCapsule_GetPointer(o: Option<&PyObject>, name: *const c_char) -> *mut c_void {
        match valid(o, "PyCapsule_GetPointer") {
            Ok(c) if same_name(c.name.get(), name) => c.pointer.get(),
            Ok(_) => { raise!(ValueError, "PyCapsule_GetPointer called with incorrect name"); ptr::null_mut() }
            Err(Raised) => ptr::null_mut(),
        }
    }
    fn PyCapsule_GetName(o: Option<&PyObject>) -> *const c_char { valid(o, "PyCapsule_GetName").map_or(ptr::null(), |c| c.name.get()) }
    fn PyCapsule_GetDestructor(o: Option<&PyObject>) -> Option<PyCapsule_Destructor> { valid(o, "PyCapsule_GetDestructor").ok().and_then(|c| c.destructor.get()) }
    fn PyCapsule_GetContext(o: Option<&PyObject>) -> *mut c_void { valid(o, "PyCapsule_GetContext").map_or(ptr::null_mut(), |c| c.context.get()) }
    fn PyCapsule_SetPointer(o: Option<&PyObject>, pointer: *mut c_void) -> c_int {
        if pointer.is_null() {
            raise!(ValueError, "PyCapsule_SetPointer called with null pointer");
            return -1;
        }
        status(valid(o, "PyCapsule_SetPointer").map(|c| c.pointer.set(pointer)))
    }
    fn PyCapsule_SetName(o: Option<&PyObject>, name: *const c_char) -> c_int { status(valid(o, "PyCapsule_SetName").map(|c| c.name.set(name))) }
    fn PyCapsule_SetDestructor(o: Option<&PyObject>, destructor: Option<PyCapsule_Destructor>) -> c_int {
        status(valid(o, "PyCapsule_SetDestructor").map(|c| c.destructor.set(destructor)))
    }
    fn PyCapsule_SetContext(o: Option<&PyObject>, context: *mut c_void) -> c_int { status(valid(o, "PyCapsule_SetContext").map(|c| c.context.set(context))) }
    /// The pointer of the capsule `package.module.attribute`.
    fn PyCapsule_Import(name: *const c_char, _no_block: c_int) -> *mut c_void {
        let full = text_of(name);
        let find = || -> PyResult<Ref> {
            let mut parts = full.split('.');
            let first = parts.next().unwrap_or_default();
            let no_import = || raise!(ImportError, "PyCapsule_Import could not import module \"{first}\"");
            let mut object = match hotpy_modules::import::import_module(first) {
                Ok(module) => module,
                Err(Raised) => {
                    errors::clear();
                    return Err(no_import());
                }
            };
            for part in parts {
                object = protocol::getattr(&object, &*str_::intern(part)?)?;
            }
            Ok(object)
        };
        match find() {
            Ok(object) if PyCapsule_IsValid(Some(&object), name) != 0 => {
                // The module keeps the capsule.
                object.exact::<PyCapsule>().map_or(ptr::null_mut(), |c| c.pointer.get())
            }
            Ok(_) => { raise!(AttributeError, "PyCapsule_Import \"{full}\" is not valid"); ptr::null_mut() }
            Err(Raised) => ptr::null_mut(),
        }
    }

    // ---- weak references ----

    fn PyWeakref_NewRef(o: &PyObject, callback: Option<&PyObject>) -> PyResult<Ref<PyWeakReference>> {
        weakref::new_ref(o, callback.filter(|c| !singletons::is_none(c)))
    }
    fn PyWeakref_NewProxy(o: &PyObject, callback: Option<&PyObject>) -> PyResult<Ref<PyWeakReference>> {
        weakref::new_proxy(o, callback.filter(|c| !singletons::is_none(c)))
    }
    fn PyWeakref_GetObject(r: Option<&PyObject>) -> *mut PyObject {
        match r.filter(|r| is_weak(r)) {
            // SAFETY: a weak reference.
            Some(r) => unsafe { borrowed(Some(weakref::target(r.cast()).unwrap_or_else(singletons::none))) },
            None => { bad_internal_call(); ptr::null_mut() }
        }
    }
    fn _PyWeakref_GetWeakrefCount(r: *mut PyWeakReference) -> isize {
        let (mut count, mut at) = (0, r);
        // SAFETY: the chain's references are live.
        while let Some(r) = unsafe { at.as_ref() } {
            count += 1;
            at = r.wr_next.as_ptr();
        }
        count
    }
    fn _PyWeakref_ClearRef(r: &PyWeakReference) { weakref::clear_for_gc(r) }
}

/// Whether HotPy itself exports the object's memory.
fn is_ours(o: &PyObject) -> bool {
    o.ty().tp_flags.get() & flags::tp::FOREIGN == 0
}

fn is_weak(r: &PyObject) -> bool {
    typeobject::is_subtype(r.ty(), &weakref::_PyWeakref_RefType)
        || ptr::eq(r.ty(), &weakref::_PyWeakref_ProxyType)
        || ptr::eq(r.ty(), &weakref::_PyWeakref_CallableProxyType)
}

fn same_name(a: *const c_char, b: *const c_char) -> bool {
    a.is_null() && b.is_null() || !a.is_null() && !b.is_null() && bytes_of(a) == bytes_of(b)
}

fn valid<'a>(o: Option<&'a PyObject>, function: &str) -> PyResult<&'a PyCapsule> {
    match o
        .and_then(|o| o.exact::<PyCapsule>())
        .filter(|c| !c.pointer.get().is_null())
    {
        Some(c) => Ok(c),
        None => Err(raise!(
            ValueError,
            "{function} called with invalid PyCapsule object"
        )),
    }
}

/// The old protocol: memory that stays although nobody holds the buffer.
fn as_buffer(o: &PyObject, data: *mut *const c_void, length: *mut isize, request: c_int) -> c_int {
    match memoryview::Buffer::get(o, request) {
        // SAFETY: result pointers (C1).
        Ok(buffer) => unsafe {
            *data = buffer.raw().buf.get();
            *length = buffer.raw().len.get();
            0
        },
        Err(Raised) => -1,
    }
}
