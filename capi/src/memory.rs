//! `pymem.h`, `objimpl.h`: blocks, objects, the collector.

use crate::support::*;

const LIMIT: usize = isize::MAX as usize;

fn checked_product(count: usize, size: usize) -> Option<usize> {
    count.checked_mul(size).filter(|&n| n <= LIMIT)
}

fn zeroed(block: *mut u8, size: usize) -> *mut u8 {
    if !block.is_null() {
        // SAFETY: a block of that size.
        unsafe { ptr::write_bytes(block, 0, size) };
    }
    block
}

/// HotPy's own functions, without a context.
extern "C" fn own_malloc(_: *mut c_void, size: usize) -> *mut c_void {
    if size > LIMIT {
        return ptr::null_mut();
    }
    mem::alloc(size.max(1)).cast()
}
extern "C" fn own_calloc(_: *mut c_void, count: usize, size: usize) -> *mut c_void {
    match checked_product(count, size) {
        Some(size) => zeroed(mem::alloc(size.max(1)), size).cast(),
        None => ptr::null_mut(),
    }
}
extern "C" fn own_realloc(_: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void {
    if size > LIMIT {
        return ptr::null_mut();
    }
    // SAFETY: the block is one of this allocator's (C1).
    unsafe { mem::realloc(block.cast(), size.max(1)).cast() }
}
extern "C" fn own_free(_: *mut c_void, block: *mut c_void) {
    // SAFETY: the block is one of this allocator's (C1).
    unsafe { mem::free(block.cast()) }
}

// The raw domain needs no GIL: it is the C library's.
extern "C" fn raw_malloc(_: *mut c_void, size: usize) -> *mut c_void {
    if size > LIMIT {
        return ptr::null_mut();
    }
    // SAFETY: malloc of a positive size.
    unsafe { libc::malloc(size.max(1)) }
}
extern "C" fn raw_calloc(_: *mut c_void, count: usize, size: usize) -> *mut c_void {
    match checked_product(count, size) {
        // SAFETY: as above.
        Some(size) => unsafe { libc::calloc(size.max(1), 1) },
        None => ptr::null_mut(),
    }
}
extern "C" fn raw_realloc(_: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void {
    if size > LIMIT {
        return ptr::null_mut();
    }
    // SAFETY: the block is the C library's (C1).
    unsafe { libc::realloc(block, size.max(1)) }
}
extern "C" fn raw_free(_: *mut c_void, block: *mut c_void) {
    // SAFETY: the block is the C library's (C1).
    unsafe { libc::free(block) }
}

/// C: `PyMemAllocatorEx`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Allocator {
    context: *mut c_void,
    malloc: extern "C" fn(*mut c_void, usize) -> *mut c_void,
    calloc: extern "C" fn(*mut c_void, usize, usize) -> *mut c_void,
    realloc: extern "C" fn(*mut c_void, *mut c_void, usize) -> *mut c_void,
    free: extern "C" fn(*mut c_void, *mut c_void),
}

const RAW: Allocator = Allocator {
    context: ptr::null_mut(),
    malloc: raw_malloc,
    calloc: raw_calloc,
    realloc: raw_realloc,
    free: raw_free,
};
const OWN: Allocator = Allocator {
    context: ptr::null_mut(),
    malloc: own_malloc,
    calloc: own_calloc,
    realloc: own_realloc,
    free: own_free,
};

/// What C code's calls go to, by domain: raw, memory, objects. HotPy's own code allocates from its own allocator whatever is set.
struct Domains([Cell<Allocator>; 3]);

// SAFETY: set under the GIL (U1); C code that sets the raw one while other threads use it has been warned.
unsafe impl Sync for Domains {}

static DOMAINS: Domains = Domains([Cell::new(RAW), Cell::new(OWN), Cell::new(OWN)]);

macro_rules! domain {
    ($index:literal: $malloc:ident $calloc:ident $realloc:ident $free:ident) => {
        export! {
            fn $malloc(size: usize) -> *mut c_void {
                let to = DOMAINS.0[$index].get();
                (to.malloc)(to.context, size)
            }
            fn $calloc(count: usize, size: usize) -> *mut c_void {
                let to = DOMAINS.0[$index].get();
                (to.calloc)(to.context, count, size)
            }
            fn $realloc(block: *mut c_void, size: usize) -> *mut c_void {
                let to = DOMAINS.0[$index].get();
                (to.realloc)(to.context, block, size)
            }
            fn $free(block: *mut c_void) {
                let to = DOMAINS.0[$index].get();
                (to.free)(to.context, block)
            }
        }
    };
}

domain!(0: PyMem_RawMalloc PyMem_RawCalloc PyMem_RawRealloc PyMem_RawFree);
domain!(1: PyMem_Malloc PyMem_Calloc PyMem_Realloc PyMem_Free);
domain!(2: PyObject_Malloc PyObject_Calloc PyObject_Realloc PyObject_Free);

export! {
    fn _PyMem_Strdup(text: *const c_char) -> *mut u8 {
        let text = bytes_of(text);
        let block = mem::alloc(text.len() + 1);
        if !block.is_null() {
            // SAFETY: the block has room for the text and its end.
            unsafe {
                ptr::copy_nonoverlapping(text.as_ptr(), block, text.len());
                block.add(text.len()).write(0);
            }
        }
        block
    }
    fn _PyMem_RawStrdup(text: *const c_char) -> *mut c_char {
        // SAFETY: a C string.
        unsafe { libc::strdup(text) }
    }
    fn _PyMem_RawWcsdup(text: *const libc::wchar_t) -> *mut libc::wchar_t {
        // SAFETY: a C string of wide characters; the block has room for it and its end.
        unsafe {
            let bytes = (libc::wcslen(text) + 1) * size_of::<libc::wchar_t>();
            let block = libc::malloc(bytes).cast::<libc::wchar_t>();
            if !block.is_null() {
                ptr::copy_nonoverlapping(text, block, bytes / size_of::<libc::wchar_t>());
            }
            block
        }
    }
    fn PyMem_GetAllocator(domain: c_int, to: *mut Allocator) {
        // SAFETY: a result pointer (C1).
        unsafe { to.write(DOMAINS.0[domain.clamp(0, 2) as usize].get()) }
    }
    /// It serves the calls of C code. HotPy's own allocator is inlined everywhere: another one cannot take its place.
    fn PyMem_SetAllocator(domain: c_int, allocator: &Allocator) {
        if let Some(place) = usize::try_from(domain).ok().and_then(|i| DOMAINS.0.get(i)) {
            place.set(*allocator);
        }
    }
    fn PyMem_SetupDebugHooks() {}
    fn PyObject_GetArenaAllocator(to: *mut [*mut c_void; 3]) {
        // SAFETY: a result pointer (C1).
        unsafe { to.write([ptr::null_mut(); 3]) }
    }
    fn PyObject_SetArenaAllocator(_allocator: *mut c_void) {}
    fn PyTraceMalloc_Track(domain: c_uint, block: usize, size: usize) -> c_int {
        if tracemalloc::limit().is_none() {
            return -2;
        }
        // It may be called without the GIL.
        let state = crate::state::PyGILState_Ensure();
        tracemalloc::note(domain, block, size);
        crate::state::PyGILState_Release(state);
        0
    }
    fn PyTraceMalloc_Untrack(domain: c_uint, block: usize) -> c_int {
        if tracemalloc::limit().is_none() {
            return -2;
        }
        let state = crate::state::PyGILState_Ensure();
        tracemalloc::forget(domain, block);
        crate::state::PyGILState_Release(state);
        0
    }
    fn _PyTraceMalloc_GetTraceback(domain: c_uint, block: usize) -> PyResult {
        match tracemalloc::traceback(domain, block) {
            Some(traceback) => hotpy_modules::tracemalloc::frames(&traceback),
            None => Ok(singletons::none()),
        }
    }
    fn _PyMem_GetCurrentAllocatorName() -> *const c_char { c"pymalloc".as_ptr() }
    fn _Py_GetAllocatedBlocks() -> isize { mem::blocks_in_use() }

    // ---- objects ----

    fn _PyObject_New(ty: &PyTypeObject) -> PyResult { plain(ty, 0) }
    fn _PyObject_NewVar(ty: &PyTypeObject, items: isize) -> PyResult { plain(ty, items) }
    fn _PyObject_GC_New(ty: &PyTypeObject) -> PyResult { collected(ty, 0) }
    fn _PyObject_GC_NewVar(ty: &PyTypeObject, items: isize) -> PyResult {
        if items < 0 {
            return Err(bad_internal_call());
        }
        collected(ty, items)
    }
    fn _PyObject_GC_Resize(object: &PyVarObject, items: isize) -> *mut PyObject {
        let size = size_for(object.ty(), items);
        let head = size_of::<PyGC_Head>();
        // SAFETY: an untracked gc object, whose block starts at its gc header.
        unsafe {
            let block = mem::realloc(object.as_ptr().cast::<u8>().sub(head), size + head);
            if block.is_null() {
                errors::no_memory();
                return ptr::null_mut();
            }
            let object = block.add(head).cast::<PyVarObject>();
            (*object).ob_size.set(items);
            object.cast()
        }
    }
    fn PyObject_Init(object: *mut PyObject, ty: &PyTypeObject) -> *mut PyObject {
        if object.is_null() {
            errors::no_memory();
            return object;
        }
        // SAFETY: memory for an object of that type.
        unsafe { object.write(mem::header(ty)) };
        object
    }
    fn PyObject_InitVar(object: *mut PyVarObject, ty: &PyTypeObject, items: isize) -> *mut PyVarObject {
        if object.is_null() {
            errors::no_memory();
            return object;
        }
        // SAFETY: memory for an object of that type.
        unsafe { object.write(PyVarObject { ob_base: mem::header(ty), ob_size: Cell::new(items) }) };
        object
    }
    fn PyObject_GC_Track(object: &PyObject) { gc::track_if_needed(object) }
    fn PyObject_GC_UnTrack(object: &PyObject) { gc::untrack(object) }
    fn PyObject_GC_Del(object: *mut PyObject) {
        // SAFETY: the object is dead, its header intact.
        unsafe {
            gc::untrack(&*object);
            mem::tp_free_by_flags(object.cast());
        }
    }
    fn PyObject_GC_IsTracked(object: &PyObject) -> c_int { gc::is_tracked(object) as c_int }
    fn PyObject_GC_IsFinalized(object: &PyObject) -> c_int { gc::is_finalized(object) as c_int }
    fn PyObject_IS_GC(object: &PyObject) -> c_int { gc::is_gc(object) as c_int }
    fn PyGC_Enable() -> c_int { gc::STATE.enabled.replace(true) as c_int }
    fn PyGC_Disable() -> c_int {
        let was = gc::STATE.enabled.get();
        gc::set_enabled(false);
        was as c_int
    }
    fn PyGC_IsEnabled() -> c_int { gc::STATE.enabled.get() as c_int }
    fn PyGC_Collect() -> isize {
        if !gc::STATE.enabled.get() || gc::STATE.collecting.get() {
            return 0;
        }
        with_error_aside(|| size_status(gc::collect(2)))
    }
}

fn size_for(ty: &PyTypeObject, items: isize) -> usize {
    (ty.tp_basicsize.get() + items * ty.tp_itemsize.get()) as usize + 7 & !7
}

fn start(object: *mut PyObject, ty: &PyTypeObject, items: isize) -> Ref {
    // SAFETY: new memory for an object of that type; its one count is the caller's.
    unsafe {
        object.write(mem::header(ty));
        if ty.tp_itemsize.get() != 0 {
            (*object.cast::<PyVarObject>()).ob_size.set(items);
        }
        Ref::from_owned(object)
    }
}

/// An object without gc header, its fields not initialised.
fn plain(ty: &PyTypeObject, items: isize) -> PyResult {
    let block = mem::alloc(size_for(ty, items));
    if block.is_null() {
        return Err(errors::no_memory());
    }
    Ok(start(block.cast(), ty, items))
}

/// An untracked object with gc header, its fields not initialised; with the words of a managed dict, which it has not yet.
fn collected(ty: &PyTypeObject, items: isize) -> PyResult {
    let is_managed = ty.tp_flags.get() & flags::tp::MANAGED_DICT != 0;
    let in_front = if is_managed { mem::MANAGED_WORDS } else { 0 };
    let block = mem::alloc_gc_behind(in_front, size_for(ty, items));
    if block.is_null() {
        return Err(errors::no_memory());
    }
    Ok(start(block.cast(), ty, items))
}
