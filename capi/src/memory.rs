//! `pymem.h`, `objimpl.h`: blocks, objects, the collector.

use crate::support::*;
use hotpy_modules::allocators;
use hotpy_objects::mem::domains::Allocator;

macro_rules! domain {
    ($domain:expr => $malloc:ident $calloc:ident $realloc:ident $free:ident) => {
        export! {
            fn $malloc(size: usize) -> *mut c_void { domains::malloc($domain, size) }
            fn $calloc(count: usize, size: usize) -> *mut c_void { domains::calloc($domain, count, size) }
            fn $realloc(block: *mut c_void, size: usize) -> *mut c_void {
                // SAFETY: the block is the domain's (C1).
                unsafe { domains::realloc($domain, block, size) }
            }
            fn $free(block: *mut c_void) {
                // SAFETY: as above.
                unsafe { domains::free($domain, block) }
            }
        }
    };
}

domain!(domains::RAW => PyMem_RawMalloc PyMem_RawCalloc PyMem_RawRealloc PyMem_RawFree);
domain!(domains::MEMORY => PyMem_Malloc PyMem_Calloc PyMem_Realloc PyMem_Free);
domain!(domains::OBJECT => PyObject_Malloc PyObject_Calloc PyObject_Realloc PyObject_Free);

/// What C knows of an allocator's name, with the debug hooks in front or without.
fn allocator_name(name: allocators::Name) -> *const c_char {
    name.text().map_or(ptr::null(), CStr::as_ptr)
}

/// A copy of the bytes with `end` zero bytes behind it, in a domain that C frees it from; null if there is no memory.
pub fn copied(domain: usize, bytes: &[u8], end: usize) -> *mut u8 {
    let block = domains::malloc(domain, bytes.len() + end).cast::<u8>();
    if !block.is_null() {
        // SAFETY: the block has room for the bytes and their end.
        unsafe {
            ptr::copy_nonoverlapping(bytes.as_ptr(), block, bytes.len());
            ptr::write_bytes(block.add(bytes.len()), 0, end);
        }
    }
    block
}

/// The same for wide characters.
pub fn copied_wide(domain: usize, text: &[u32]) -> *mut libc::wchar_t {
    // SAFETY: the characters' bytes.
    let bytes = unsafe { std::slice::from_raw_parts(text.as_ptr().cast(), size_of_val(text)) };
    copied(domain, bytes, 4).cast()
}

export! {
    fn _PyMem_Strdup(text: *const c_char) -> *mut u8 { copied(domains::MEMORY, bytes_of(text), 1) }
    fn _PyMem_RawStrdup(text: *const c_char) -> *mut c_char { copied(domains::RAW, bytes_of(text), 1).cast() }
    fn _PyMem_RawWcsdup(text: *const libc::wchar_t) -> *mut libc::wchar_t {
        // SAFETY: a C string of wide characters.
        copied_wide(domains::RAW, unsafe { std::slice::from_raw_parts(text.cast(), libc::wcslen(text)) })
    }
    fn PyMem_GetAllocator(domain: c_int, to: *mut Allocator) {
        // SAFETY: a result pointer (C1).
        unsafe { to.write(domains::get(domain.clamp(0, 2) as usize)) }
    }
    fn PyMem_SetAllocator(domain: c_int, allocator: &Allocator) {
        if let 0..=2 = domain {
            domains::set(domain as usize, *allocator);
        }
    }
    fn PyMem_SetupDebugHooks() { allocators::set_up_debug_hooks() }
    fn _PyMem_SetDefaultAllocator(domain: c_int, old: *mut Allocator) -> c_int {
        let domain = domain.clamp(0, 2) as usize;
        // SAFETY: a result pointer (C1).
        unsafe { old.write(domains::get(domain)) };
        domains::set(domain, domains::basic(domain));
        0
    }
    fn _PyMem_SetupAllocators(name: c_int) -> c_int {
        match allocators::Name::from_number(name) {
            Some(name) => { allocators::choose(name); 0 }
            None => -1,
        }
    }
    fn _PyMem_GetAllocatorName(text: *const c_char, to: *mut c_int) -> c_int {
        // An empty text is the default.
        let name = if text.is_null() || bytes_of(text).is_empty() { Some(allocators::Name::Default) } else { allocators::Name::from_text(bytes_of(text)) };
        match name {
            Some(name) => {
                // SAFETY: a result pointer (C1).
                unsafe { to.write(name as c_int) };
                0
            }
            None => -1,
        }
    }
    fn _PyObject_DebugMallocStats(to: *mut libc::FILE) -> c_int {
        if mem::is_system_malloc() {
            return 0;
        }
        print(to, &mem::stats::table());
        1
    }
    fn _PyFloat_DebugMallocStats(to: *mut libc::FILE) { print(to, &mem::stats::kept("PyFloatObjects", size_of::<PyFloatObject>())) }
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
    fn _PyMem_GetCurrentAllocatorName() -> *const c_char { allocators::in_force().map_or(ptr::null(), allocator_name) }
    fn _Py_GetAllocatedBlocks() -> isize { mem::pooled_blocks_in_use() }

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

/// Writes text to a C stream.
pub fn print(to: *mut libc::FILE, text: &str) {
    // SAFETY: a C stream (C1), and bytes.
    unsafe { libc::fwrite(text.as_ptr().cast(), 1, text.len(), to) };
}
