//! Who makes blocks, by domain: the raw one needs no GIL; C code asks for memory in the second, for objects in the third. At first the raw
//! one is the C library's, the others are our own allocator's, and objects of our own come from there by the fast paths of `mem`. As
//! soon as another allocator is put in front of the objects' one, those find nothing and ask here.

use super::{own_alloc, own_free, own_realloc, set_hooked};
use crate::*;
use std::ptr;

pub const RAW: usize = 0;
pub const MEMORY: usize = 1;
pub const OBJECT: usize = 2;

/// The largest block.
pub const LIMIT: usize = isize::MAX as usize;

/// C: `PyMemAllocatorEx`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Allocator {
    pub context: *mut c_void,
    pub malloc: unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void,
    pub calloc: unsafe extern "C" fn(*mut c_void, usize, usize) -> *mut c_void,
    pub realloc: unsafe extern "C" fn(*mut c_void, *mut c_void, usize) -> *mut c_void,
    pub free: unsafe extern "C" fn(*mut c_void, *mut c_void),
}

impl Allocator {
    pub fn malloc(&self, size: usize) -> *mut c_void {
        // SAFETY: who made the allocator promised that it can be called so (here and below).
        unsafe { (self.malloc)(self.context, size) }
    }

    pub fn calloc(&self, count: usize, size: usize) -> *mut c_void {
        // SAFETY: as above.
        unsafe { (self.calloc)(self.context, count, size) }
    }

    /// # Safety
    /// The block is null or one of this allocator's; it is used no more unless the answer is null.
    pub unsafe fn realloc(&self, block: *mut c_void, size: usize) -> *mut c_void {
        // SAFETY: the caller's promise.
        unsafe { (self.realloc)(self.context, block, size) }
    }

    /// # Safety
    /// The block is null or one of this allocator's, and is used no more.
    pub unsafe fn free(&self, block: *mut c_void) {
        // SAFETY: the caller's promise.
        unsafe { (self.free)(self.context, block) }
    }

    /// Whether it is one of those that are there from the start. (The contexts tell: addresses of functions need not be unique.)
    pub fn is_basic(&self) -> bool {
        [RAW_BASIC.context, OWN.context].contains(&self.context)
    }
}

extern "C" fn own_malloc(_: *mut c_void, size: usize) -> *mut c_void {
    own_alloc(size.max(1)).cast()
}

extern "C" fn own_calloc(_: *mut c_void, count: usize, size: usize) -> *mut c_void {
    let size = count * size;
    let block = own_alloc(size.max(1));
    if !block.is_null() {
        // SAFETY: a block of that size.
        unsafe { ptr::write_bytes(block, 0, size) };
    }
    block.cast()
}

unsafe extern "C" fn own_resize(_: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise: the block is this allocator's.
    unsafe { own_realloc(block.cast(), size.max(1)).cast() }
}

unsafe extern "C" fn own_release(_: *mut c_void, block: *mut c_void) {
    if !block.is_null() {
        // SAFETY: as above.
        unsafe { own_free(block.cast()) }
    }
}

extern "C" fn raw_malloc(_: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: malloc of a positive size.
    unsafe { libc::malloc(size.max(1)) }
}

extern "C" fn raw_calloc(_: *mut c_void, count: usize, size: usize) -> *mut c_void {
    // SAFETY: as above.
    unsafe { libc::calloc((count * size).max(1), 1) }
}

unsafe extern "C" fn raw_realloc(_: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise: the block is the C library's.
    unsafe { libc::realloc(block, size.max(1)) }
}

unsafe extern "C" fn raw_free(_: *mut c_void, block: *mut c_void) {
    // SAFETY: as above.
    unsafe { libc::free(block) }
}

static CONTEXTS: [u8; 2] = [0, 1];

/// The C library's.
pub const RAW_BASIC: Allocator = Allocator {
    context: ptr::addr_of!(CONTEXTS[0]).cast_mut().cast(),
    malloc: raw_malloc,
    calloc: raw_calloc,
    realloc: raw_realloc,
    free: raw_free,
};

/// Our own.
pub const OWN: Allocator = Allocator {
    context: ptr::addr_of!(CONTEXTS[1]).cast_mut().cast(),
    malloc: own_malloc,
    calloc: own_calloc,
    realloc: own_resize,
    free: own_release,
};

/// What is in force, by domain.
struct Domains {
    now: [Cell<Allocator>; 3],
    /// The objects' one as the start of the interpreter left it.
    first: Cell<Allocator>,
}

// SAFETY: set under the GIL (U1); C code that sets the raw one while other threads use it has been warned.
unsafe impl Sync for Domains {}

static DOMAINS: Domains = Domains {
    now: [Cell::new(RAW_BASIC), Cell::new(OWN), Cell::new(OWN)],
    first: Cell::new(OWN),
};

/// A domain's allocator.
#[inline(always)]
pub fn get(domain: usize) -> Allocator {
    DOMAINS.now[domain].get()
}

/// The allocator that a domain begins with.
pub fn basic(domain: usize) -> Allocator {
    if domain == RAW { RAW_BASIC } else { OWN }
}

/// Puts an allocator into a domain. It takes back blocks of the one that was there, too.
pub fn set(domain: usize, allocator: Allocator) {
    DOMAINS.now[domain].set(allocator);
    if domain == OBJECT {
        set_hooked(allocator.context != OWN.context);
    }
}

/// From now on, what is set counts as set for some time only.
pub fn begin_with_what_is_set() {
    DOMAINS.first.set(get(OBJECT));
}

/// The objects' allocator as the start left it.
pub(super) fn first() -> Allocator {
    DOMAINS.first.get()
}

/// A block of a domain; null if there is no memory.
#[inline(always)]
pub fn malloc(domain: usize, size: usize) -> *mut c_void {
    if size > LIMIT {
        return ptr::null_mut();
    }
    get(domain).malloc(size)
}

/// The same, zeroed.
pub fn calloc(domain: usize, count: usize, size: usize) -> *mut c_void {
    match count.checked_mul(size) {
        Some(bytes) if bytes <= LIMIT => get(domain).calloc(count, size),
        _ => ptr::null_mut(),
    }
}

/// # Safety
/// As [`Allocator::realloc`].
pub unsafe fn realloc(domain: usize, block: *mut c_void, size: usize) -> *mut c_void {
    if size > LIMIT {
        return ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    unsafe { get(domain).realloc(block, size) }
}

/// # Safety
/// As [`Allocator::free`].
#[inline(always)]
pub unsafe fn free(domain: usize, block: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { get(domain).free(block) }
}
