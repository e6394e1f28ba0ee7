//! Memory: a size-class free-list allocator without atomics (the GIL protects it), and the creation of objects.
//!
//! Blocks of 16 to 512 bytes come from 64 KiB pools, one size class each, that lie in 1 MiB arenas. A bitmap over the
//! address space (32 MiB of untouched zero pages) tells arena addresses from `malloc`'s. Freed blocks go to the front of
//! their class's list. Larger blocks, and all blocks under `-X malloc=system` or `PYTHONMALLOC=malloc`, are `malloc`'s own.
//! What C code may put in our allocator's place, by domain, is in `domains`; `stats` tells of what there is.
//! Objects with `tp::HAVE_GC` carry a 16-byte `PyGC_Head` in front.

pub mod domains;
pub mod stats;

use crate::*;
use std::mem::size_of;
use std::ptr;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::Relaxed;

const GRANULE: usize = 16;
/// How many bytes of a pool are cut into free blocks at a time.
const CARVED: usize = 512;
const CLASSES: usize = 33;
const SMALL_MAX: usize = 512;
const POOL: usize = 64 << 10;
const ARENA_SHIFT: usize = 20;
const ARENA: usize = 1 << ARENA_SHIFT;
/// Bytes of a pool that its header takes (the class number, padded to a granule).
const POOL_HEADER: usize = 16;

struct Heap {
    free: [Cell<*mut u8>; CLASSES],
    /// Untouched rest of the class's current pool.
    bump: [Cell<*mut u8>; CLASSES],
    bump_end: [Cell<*mut u8>; CLASSES],
    pools: [Cell<u32>; CLASSES],
    arenas: Cell<u32>,
    arena_next: Cell<usize>,
    arena_end: Cell<usize>,
    /// `malloc` makes all blocks.
    system: Cell<bool>,
    /// Objects' blocks are made by another allocator than our own (`domains`).
    hooked: Cell<bool>,
    /// Either of them: `free` is empty, so that every request is looked at, and the free lists lie in `aside`.
    detoured: Cell<bool>,
    aside: [Cell<*mut u8>; CLASSES],
    blocks: Cell<isize>,
    may_use_reserve: Cell<bool>,
    /// Somebody wants to know about each new arena.
    on_arena: Cell<Option<fn()>>,
}

// SAFETY: U1.
unsafe impl Sync for Heap {}

static HEAP: Heap = Heap {
    free: [const { Cell::new(ptr::null_mut()) }; CLASSES],
    bump: [const { Cell::new(ptr::null_mut()) }; CLASSES],
    bump_end: [const { Cell::new(ptr::null_mut()) }; CLASSES],
    pools: [const { Cell::new(0) }; CLASSES],
    arenas: Cell::new(0),
    arena_next: Cell::new(0),
    arena_end: Cell::new(0),
    system: Cell::new(false),
    hooked: Cell::new(false),
    detoured: Cell::new(false),
    aside: [const { Cell::new(ptr::null_mut()) }; CLASSES],
    blocks: Cell::new(0),
    may_use_reserve: Cell::new(false),
    on_arena: Cell::new(None),
};

const BITMAP_BYTES: usize = 1 << (47 - ARENA_SHIFT - 3);

struct Bitmap([Cell<u8>; BITMAP_BYTES]);

// SAFETY: U1.
unsafe impl Sync for Bitmap {}

static ARENAS: Bitmap = Bitmap([const { Cell::new(0) }; BITMAP_BYTES]);

#[inline(always)]
fn in_arena(address: usize) -> bool {
    let arena = address >> ARENA_SHIFT;
    match ARENAS.0.get(arena >> 3) {
        Some(byte) => byte.get() >> (arena & 7) & 1 != 0,
        None => false,
    }
}

/// Gives every object its own `malloc` block, so that memory checkers see it. Call before the first allocation.
pub fn use_system_malloc() {
    HEAP.system.set(true);
    choose_way();
}

/// Whether `malloc` makes all blocks.
pub fn is_system_malloc() -> bool {
    HEAP.system.get()
}

/// Says whether objects' blocks are another allocator's.
fn set_hooked(on: bool) {
    HEAP.hooked.set(on);
    choose_way();
}

/// The free lists lie where the fast paths find them, or aside.
fn choose_way() {
    let on = HEAP.system.get() || HEAP.hooked.get();
    if HEAP.detoured.replace(on) != on {
        for (list, aside) in HEAP.free.iter().zip(&HEAP.aside) {
            list.swap(aside);
        }
    }
}

/// Where the free lists lie.
fn lists() -> &'static [Cell<*mut u8>; CLASSES] {
    if HEAP.detoured.get() {
        &HEAP.aside
    } else {
        &HEAP.free
    }
}

/// Number of blocks in use, whoever makes them.
pub fn blocks_in_use() -> isize {
    HEAP.blocks.get()
}

/// The same as `sys.getallocatedblocks` counts them: those of pools.
pub fn pooled_blocks_in_use() -> isize {
    if HEAP.system.get() {
        0
    } else {
        HEAP.blocks.get()
    }
}

/// `size` bytes, not initialised, aligned to 16; null when there is no memory.
#[inline(always)]
pub fn alloc(size: usize) -> *mut u8 {
    match take(&HEAP.free, size) {
        Some(block) => block,
        None => alloc_slow(size),
    }
}

#[inline(never)]
fn alloc_slow(size: usize) -> *mut u8 {
    let block = if HEAP.hooked.get() {
        domains::malloc(domains::OBJECT, size).cast()
    } else {
        own_alloc_slow(size)
    };
    if block.is_null() && HEAP.may_use_reserve.get() {
        return alloc_from_reserve(size);
    }
    block
}

/// A block for those who cannot stop midway.
#[cold]
fn alloc_from_reserve(size: usize) -> *mut u8 {
    if HEAP.hooked.get() {
        // An allocator of C code that is in front may fail on purpose; it hands blocks that it does not know to the one behind it.
        let block = domains::first().malloc(size);
        if !block.is_null() {
            return block.cast();
        }
    }
    if give_up_reserve() {
        return alloc_slow(size);
    }
    ptr::null_mut()
}

/// [`alloc`] by our own allocator, whoever is in front of it.
#[inline(always)]
fn own_alloc(size: usize) -> *mut u8 {
    match take(&HEAP.free, size) {
        Some(block) => block,
        None => own_alloc_slow(size),
    }
}

/// The first block of its class's list.
#[inline(always)]
fn take(lists: &[Cell<*mut u8>; CLASSES], size: usize) -> Option<*mut u8> {
    let list = lists.get(size.div_ceil(GRANULE))?;
    let head = list.get();
    if head.is_null() {
        return None;
    }
    // SAFETY: a free block holds the address of the next free one.
    list.set(unsafe { head.cast::<*mut u8>().read() });
    HEAP.blocks.set(HEAP.blocks.get() + 1);
    Some(head)
}

#[inline(never)]
fn own_alloc_slow(size: usize) -> *mut u8 {
    if HEAP.detoured.get()
        && let Some(block) = take(&HEAP.aside, size)
    {
        return block;
    }
    HEAP.blocks.set(HEAP.blocks.get() + 1);
    if size > SMALL_MAX || HEAP.system.get() {
        // SAFETY: malloc of a positive size.
        let block: *mut u8 = unsafe { libc::malloc(size.max(1)).cast() };
        if block.is_null() {
            HEAP.blocks.set(HEAP.blocks.get() - 1);
        }
        return block;
    }
    let class = size.div_ceil(GRANULE).max(1);
    let block = class * GRANULE;
    loop {
        let at = HEAP.bump[class].get();
        let left = HEAP.bump_end[class].get() as usize - at as usize;
        if left >= block {
            // Some more blocks come to the free list, in the order of their addresses.
            let more = (left / block - 1).min(CARVED / block);
            let list = &lists()[class];
            // SAFETY: the blocks lie within the pool, and nobody has them.
            unsafe {
                let mut free = list.get();
                for i in (1..=more).rev() {
                    let next = at.add(i * block);
                    next.cast::<*mut u8>().write(free);
                    free = next;
                }
                list.set(free);
                HEAP.bump[class].set(at.add((1 + more) * block));
            }
            return at;
        }
        let Some(pool) = new_pool() else {
            HEAP.blocks.set(HEAP.blocks.get() - 1);
            return ptr::null_mut();
        };
        HEAP.pools[class].set(HEAP.pools[class].get() + 1);
        // SAFETY: a pool is POOL writable bytes.
        unsafe {
            pool.cast::<usize>().write(class);
            HEAP.bump[class].set(pool.add(POOL_HEADER));
            HEAP.bump_end[class].set(pool.add(POOL));
        }
    }
}

const RESERVE: usize = 4 * ARENA;
/// Address space held back for [`with_reserve`]; null if there is none.
static HELD_BACK: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

/// Whether there is memory for those who cannot stop midway ([`with_reserve`]); tries to get it.
#[inline(always)]
pub fn has_reserve() -> bool {
    !HELD_BACK.load(Relaxed).is_null() || get_reserve()
}

#[cold]
fn get_reserve() -> bool {
    let (none, flags) = (
        libc::PROT_NONE,
        libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
    );
    // SAFETY: a new mapping that nobody touches.
    let place = unsafe { libc::mmap(ptr::null_mut(), RESERVE, none, flags, -1, 0) };
    if place != libc::MAP_FAILED {
        HELD_BACK.store(place, Relaxed);
    }
    place != libc::MAP_FAILED
}

/// Has allocations of small objects within `f` succeed, if [`has_reserve`]: the address space that was held back is given up for them.
/// Who calls it must not do so for long after [`has_reserve`] has become false.
#[inline]
pub fn with_reserve<R>(f: impl FnOnce() -> R) -> R {
    let outer = HEAP.may_use_reserve.replace(true);
    let result = f();
    HEAP.may_use_reserve.set(outer);
    result
}

/// Gives the reserve back to the system; whether there was one.
fn give_up_reserve() -> bool {
    let place = HELD_BACK.swap(ptr::null_mut(), Relaxed);
    // SAFETY: the mapping is ours, and nobody else has its address any more.
    !place.is_null() && unsafe { libc::munmap(place, RESERVE) } == 0
}

/// [`free`] while the fast paths are not to be used.
#[cold]
unsafe fn free_by_detour(block: *mut u8) {
    if block.is_null() {
        return;
    }
    // SAFETY: the caller's promise.
    unsafe {
        if HEAP.hooked.get() {
            domains::free(domains::OBJECT, block.cast());
        } else {
            own_free(block);
        }
    }
}

/// [`free`] for a block of [`own_alloc`].
///
/// # Safety
/// As [`free`]; the block is not null.
#[inline(always)]
unsafe fn own_free(block: *mut u8) {
    HEAP.blocks.set(HEAP.blocks.get() - 1);
    // SAFETY: pools are aligned to their size and start with their class; every other block is malloc's.
    unsafe {
        if in_arena(block as usize) {
            let class = ((block as usize & !(POOL - 1)) as *const usize).read();
            let list = &lists()[class];
            block.cast::<*mut u8>().write(list.get());
            list.set(block);
        } else {
            libc::free(block.cast());
        }
    }
}

/// A fresh pool, aligned to its size.
fn new_pool() -> Option<*mut u8> {
    if HEAP.arena_next.get() == HEAP.arena_end.get() {
        // SAFETY: an anonymous mapping of twice the size surely holds an aligned arena; the rest is given back.
        unsafe {
            let map = |size: usize| {
                libc::mmap(
                    ptr::null_mut(),
                    size,
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                    -1,
                    0,
                )
            };
            let raw = map(2 * ARENA);
            if raw == libc::MAP_FAILED {
                return None;
            }
            let start = raw as usize;
            let arena = start.next_multiple_of(ARENA);
            if arena > start {
                libc::munmap(raw, arena - start);
            }
            let end = start + 2 * ARENA;
            if end > arena + ARENA {
                libc::munmap((arena + ARENA) as *mut _, end - arena - ARENA);
            }
            let number = arena >> ARENA_SHIFT;
            let byte = ARENAS.0.get(number >> 3)?;
            byte.set(byte.get() | 1 << (number & 7));
            HEAP.arena_next.set(arena);
            HEAP.arena_end.set(arena + ARENA);
            HEAP.arenas.set(HEAP.arenas.get() + 1);
            if let Some(tell) = HEAP.on_arena.get() {
                tell();
            }
        }
    }
    let pool = HEAP.arena_next.get();
    HEAP.arena_next.set(pool + POOL);
    Some(pool as *mut u8)
}

/// Frees a block of [`alloc`] or [`realloc`]; null is fine.
///
/// # Safety
/// The block came from here and is not used any more.
#[inline(always)]
pub unsafe fn free(block: *mut u8) {
    if HEAP.detoured.get() {
        // SAFETY: passed on.
        return unsafe { free_by_detour(block) };
    }
    if in_arena(block as usize) {
        // SAFETY: pools are aligned to their size and start with their class.
        unsafe {
            let class = ((block as usize & !(POOL - 1)) as *const usize).read();
            block.cast::<*mut u8>().write(HEAP.free[class].get());
            HEAP.free[class].set(block);
            HEAP.blocks.set(HEAP.blocks.get() - 1);
        }
    } else if !block.is_null() {
        HEAP.blocks.set(HEAP.blocks.get() - 1);
        // SAFETY: every other block is malloc's.
        unsafe { libc::free(block.cast()) }
    }
}

/// [`free`] for a block whose size is known: needs no look at its pool. A block may be larger than told (it is then kept for smaller
/// requests), never smaller.
///
/// # Safety
/// As [`free`]; the block is not null, and has at least `size` bytes.
#[inline(always)]
pub unsafe fn free_sized(block: *mut u8, size: usize) {
    let class = size.div_ceil(GRANULE);
    if class == 0 || class >= CLASSES || HEAP.detoured.get() {
        // SAFETY: passed on.
        return unsafe { free(block) };
    }
    // SAFETY: without a detour, all blocks of these classes come from pools.
    unsafe { block.cast::<*mut u8>().write(HEAP.free[class].get()) };
    HEAP.free[class].set(block);
    HEAP.blocks.set(HEAP.blocks.get() - 1);
}

/// Changes the size of a block, keeping its bytes; null (and the old block intact) when there is no memory.
///
/// # Safety
/// The block came from here (or is null).
pub unsafe fn realloc(block: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        if HEAP.hooked.get() {
            return domains::realloc(domains::OBJECT, block.cast(), size).cast();
        }
        own_realloc(block, size)
    }
}

/// [`realloc`] by our own allocator, whoever is in front of it.
///
/// # Safety
/// As [`realloc`]; the block is [`own_alloc`]'s.
unsafe fn own_realloc(block: *mut u8, size: usize) -> *mut u8 {
    if block.is_null() {
        return own_alloc(size);
    }
    // SAFETY: the caller's promise; pools start with their class.
    unsafe {
        let old = if in_arena(block as usize) {
            let class = ((block as usize & !(POOL - 1)) as *const usize).read();
            let old = class * GRANULE;
            if size <= old && size * 2 > old {
                return block;
            }
            old
        } else if size > SMALL_MAX || HEAP.system.get() {
            return libc::realloc(block.cast(), size.max(1)).cast();
        } else {
            libc::malloc_usable_size(block.cast())
        };
        let new = own_alloc(size);
        if !new.is_null() {
            ptr::copy_nonoverlapping(block, new, old.min(size));
            own_free(block);
        }
        new
    }
}

/// Creates an object of a type without gc header: `init` gets the finished header (count 1).
/// Raises MemoryError.
#[inline(always)]
pub fn create<T: Object>(ty: &PyTypeObject, init: impl FnOnce(PyObject) -> T) -> PyResult<Ref<T>> {
    let block = alloc(size_of::<T>()).cast::<T>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block is large enough, and the new object's one count is ours.
    unsafe {
        block.write(init(header(ty)));
        Ok(Ref::from_owned(block))
    }
}

/// Creates an object of a type with gc header; it is not yet tracked ([`gc::track`]).
/// Raises MemoryError.
#[inline(always)]
pub fn create_gc<T: Object>(
    ty: &PyTypeObject,
    init: impl FnOnce(PyObject) -> T,
) -> PyResult<Ref<T>> {
    let block = alloc_gc(size_of::<T>()).cast::<T>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: as in `create`.
    unsafe {
        block.write(init(header(ty)));
        Ok(Ref::from_owned(block))
    }
}

/// A new object's header: count 1, type `ty` (counted if it is a heap type).
#[inline(always)]
pub fn header(ty: &PyTypeObject) -> PyObject {
    if ty.tp_flags.get() & flags::tp::HEAPTYPE != 0 {
        ty.incref();
    }
    PyObject {
        ob_refcnt: Cell::new(1),
        ob_type: Slot::of(ty),
    }
}

/// A block of `size` bytes behind an untracked gc header; null when there is no memory.
#[inline(always)]
pub fn alloc_gc(size: usize) -> *mut u8 {
    alloc_gc_behind(0, size)
}

/// The same behind `in_front` zeroed bytes, a multiple of 8.
#[inline(always)]
pub fn alloc_gc_behind(in_front: usize, size: usize) -> *mut u8 {
    let block = alloc(in_front + size_of::<PyGC_Head>() + size);
    if block.is_null() {
        return block;
    }
    gc::count_allocation();
    // SAFETY: the block has room for all three.
    unsafe {
        ptr::write_bytes(block, 0, in_front);
        let block = block.add(in_front);
        block.cast::<PyGC_Head>().write(PyGC_Head {
            _gc_next: Cell::new(0),
            _gc_prev: Cell::new(0),
        });
        block.add(size_of::<PyGC_Head>())
    }
}

/// Frees the memory of a dead object without gc header.
///
/// # Safety
/// The object's fields are dead, and its block came from [`create`] or [`alloc`].
#[inline(always)]
pub unsafe fn free_object<T>(object: *mut T) {
    // SAFETY: the caller's promise.
    unsafe { free(object.cast()) }
}

/// Frees the memory of a dead, untracked object with gc header.
///
/// # Safety
/// As [`free_object`], and the block came from [`create_gc`] or [`alloc_gc`].
#[inline(always)]
pub unsafe fn free_gc_object<T>(object: *mut T) {
    gc::count_deallocation();
    // SAFETY: the gc header lies in front.
    unsafe { free(object.cast::<u8>().sub(size_of::<PyGC_Head>())) }
}

/// [`free_gc_object`] for an object of `size` bytes (gc header not counted).
///
/// # Safety
/// As [`free_gc_object`], and the object is not smaller.
#[inline(always)]
pub unsafe fn free_gc_sized<T>(object: *mut T, size: usize) {
    gc::count_deallocation();
    // SAFETY: the gc header lies in front.
    unsafe {
        free_sized(
            object.cast::<u8>().sub(size_of::<PyGC_Head>()),
            size + size_of::<PyGC_Head>(),
        )
    }
}

/// `tp_free` of types without gc header.
///
/// # Safety
/// As [`free_object`].
pub unsafe extern "C" fn tp_free_plain(object: *mut c_void) {
    // SAFETY: passed on.
    unsafe { free_object(object) }
}

/// `tp_free` of types with gc header.
///
/// # Safety
/// As [`free_gc_object`].
pub unsafe extern "C" fn tp_free_gc(object: *mut c_void) {
    // SAFETY: passed on.
    unsafe { free_gc_object(object) }
}

/// Frees a dead object through its type's `tp_free` (a subtype may have a gc header where its base has none).
///
/// # Safety
/// The object's fields are dead and it is untracked.
#[inline(always)]
pub unsafe fn free_instance<T: Object>(object: *mut T) {
    // SAFETY: the header is still intact.
    unsafe {
        let ty = (*object.cast::<PyObject>()).ty();
        match ty.tp_free.get() {
            Some(free) => free(object.cast()),
            None if ty.tp_flags.get() & flags::tp::HAVE_GC != 0 => free_gc_object(object),
            None => free_object(object),
        }
    }
}

/// `tp_alloc` of nearly every type: zeroed memory for the type's basic size and `items` items (plus one for a sentinel,
/// as in CPython), header set, tracked if the type has the gc flag. Raises MemoryError.
pub extern "C" fn generic_alloc(ty: &PyTypeObject, items: isize) -> PyResult {
    let item = ty.tp_itemsize.get() as usize;
    let size = (ty.tp_basicsize.get() as usize
        + if item == 0 {
            0
        } else {
            (items as usize + 1) * item
        })
    .next_multiple_of(8);
    let managed = ty.tp_flags.get() & flags::tp::MANAGED_DICT != 0;
    let is_gc = ty.tp_flags.get() & flags::tp::HAVE_GC != 0;
    // In front of the object: values and dict pointers of a managed dict, then the gc header.
    let before =
        if managed { MANAGED_WORDS } else { 0 } + if is_gc { size_of::<PyGC_Head>() } else { 0 };
    let block = alloc(size + before);
    if block.is_null() {
        return Err(errors::no_memory());
    }
    if is_gc {
        gc::count_allocation();
    }
    // SAFETY: the block has `before + size` bytes.
    unsafe {
        ptr::write_bytes(block, 0, size + before);
        let object = block.add(before).cast::<PyObject>();
        object.write(header(ty));
        if item != 0 {
            (*object.cast::<PyVarObject>()).ob_size.set(items);
        }
        let object = Ref::from_owned(object);
        if managed {
            dict::init_inline_values(&object);
        }
        if is_gc {
            gc::track(&object);
        }
        Ok(object)
    }
}

/// Bytes that a managed dict takes in front of the gc header.
pub const MANAGED_WORDS: usize = 16;

/// `tp_free` of C types below classes of Python: what lies in front of the object is what the type's flags say by then. C code may turn
/// the managed dict off after the type was readied.
///
/// # Safety
/// As [`free_gc_object`].
pub unsafe extern "C" fn tp_free_by_flags(object: *mut c_void) {
    // SAFETY: the header is still intact; the flags are those that it was allocated with.
    unsafe {
        let flags = (*object.cast::<PyObject>()).ty().tp_flags.get();
        match flags & flags::tp::MANAGED_DICT != 0 {
            true => tp_free_managed(object),
            false => tp_free_gc(object),
        }
    }
}

/// `tp_free` of types with a managed dict: its two words lie in front of the gc header.
///
/// # Safety
/// As [`free_gc_object`].
pub unsafe extern "C" fn tp_free_managed(object: *mut c_void) {
    gc::count_deallocation();
    // SAFETY: allocated by `generic_alloc` with the managed words.
    unsafe {
        free(
            object
                .cast::<u8>()
                .sub(size_of::<PyGC_Head>() + MANAGED_WORDS),
        )
    }
}
