//! Rust's allocator: free lists by size class, one set per thread; what is large is the system's. See the README for the invariants.

mod reserve;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};

const GRANULE: usize = 16;
const SMALL_MAX: usize = 1024;
const CLASSES: usize = SMALL_MAX / GRANULE + 1;
const CHUNK: usize = 64 << 10;
/// A chunk out of the reserve.
const SMALL_CHUNK: usize = 16 << 10;

/// A free block: its first word is the next one's address.
type Link = *mut u8;
/// How many blocks more than it takes a thread may free before it hands its lists on: others may lack what it hoards.
const HOARD: usize = 1 << 16;

/// A thread's free blocks, and what is left of its chunk.
struct Lists {
    free: [Cell<Link>; CLASSES],
    chunk: Cell<*mut u8>,
    left: Cell<usize>,
    /// Blocks freed less blocks taken from the lists.
    hoard: Cell<usize>,
    /// Whether the thread's end will hand the lists on.
    registered: Cell<bool>,
}

thread_local! {
    static LISTS: Lists = const {
        Lists {
            free: [const { Cell::new(ptr::null_mut()) }; CLASSES],
            chunk: Cell::new(ptr::null_mut()),
            left: Cell::new(0),
            hoard: Cell::new(0),
            registered: Cell::new(false),
        }
    };
}

/// What threads have handed on. Both are lists through the second words of what they hold.
struct Depot {
    /// Chains of blocks by class.
    chains: [Link; CLASSES],
    /// Rests of chunks; the first word of each is its length.
    rests: Link,
}
// SAFETY: A3; the blocks belong to nobody.
unsafe impl Send for Depot {}
static DEPOT: Mutex<Depot> = Mutex::new(Depot {
    chains: [ptr::null_mut(); CLASSES],
    rests: ptr::null_mut(),
});
/// Which classes have chains in the depot: a hint, so that the lock is seldom taken in vain.
static STOCKED: [AtomicBool; CLASSES] = [const { AtomicBool::new(false) }; CLASSES];

const UNDECIDED: u8 = 0;
const POOLED: u8 = 1;
const SYSTEM: u8 = 2;
/// Where small blocks come from.
static MODE: AtomicU8 = AtomicU8::new(UNDECIDED);

#[inline(always)]
fn is_pooled(layout: Layout) -> bool {
    layout.size() <= SMALL_MAX
        && layout.align() <= GRANULE
        && MODE.load(Ordering::Relaxed) != SYSTEM
}

/// Fixes the mode, as the environment says.
#[cold]
fn decide() -> u8 {
    // SAFETY: the name is a C string; the answer is one, or null.
    let wants_system = unsafe {
        let value = libc::getenv(c"PYTHONMALLOC".as_ptr());
        !value.is_null() && libc::strncmp(value, c"malloc".as_ptr(), 6) == 0
    };
    let mode = if wants_system { SYSTEM } else { POOLED };
    MODE.store(mode, Ordering::Relaxed);
    mode
}

/// A block when the thread's list is empty.
#[cold]
#[inline(never)]
fn refill(lists: &Lists, class: usize) -> *mut u8 {
    if MODE.load(Ordering::Relaxed) == UNDECIDED && decide() == SYSTEM {
        // SAFETY: the size is not 0.
        return unsafe {
            System.alloc(Layout::from_size_align_unchecked(class * GRANULE, GRANULE))
        };
    }
    if !lists.registered.replace(true) {
        register(lists);
    }
    let size = class * GRANULE;
    if STOCKED[class].load(Ordering::Relaxed)
        && let Ok(mut depot) = DEPOT.try_lock()
    {
        let head = depot.chains[class];
        if !head.is_null() {
            // SAFETY: A1; the first of the chain is taken, the rest is the thread's.
            unsafe {
                depot.chains[class] = *head.cast::<Link>().add(1);
                STOCKED[class].store(!depot.chains[class].is_null(), Ordering::Relaxed);
                lists.free[class].set(*head.cast::<Link>());
            }
            return head;
        }
    }
    if lists.left.get() < size {
        // The rest of the old chunk serves its own size.
        let rest = lists.left.get() / GRANULE;
        if rest > 0 {
            // SAFETY: A1; the rest is a whole number of granules that nobody has.
            unsafe { push(lists, rest, lists.chunk.get()) };
        }
        let (mut chunk, mut length) = handed_on_rest(size).unwrap_or_else(|| {
            // SAFETY: the layout is valid and not empty.
            let chunk = unsafe { System.alloc(Layout::from_size_align_unchecked(CHUNK, GRANULE)) };
            (chunk, CHUNK)
        });
        if chunk.is_null() {
            (chunk, length) = (reserve::take(SMALL_CHUNK, GRANULE), SMALL_CHUNK);
            if chunk.is_null() {
                lists.left.set(0);
                return chunk;
            }
        }
        lists.chunk.set(chunk);
        lists.left.set(length);
    }
    let block = lists.chunk.get();
    // SAFETY: the chunk has at least so many bytes left.
    lists.chunk.set(unsafe { block.add(size) });
    lists.left.set(lists.left.get() - size);
    block
}

/// The last handed-on rest of a chunk, if it has room.
fn handed_on_rest(size: usize) -> Option<(*mut u8, usize)> {
    let mut depot = DEPOT.try_lock().ok()?;
    let rest = depot.rests;
    if rest.is_null() {
        return None;
    }
    // SAFETY: A4.
    let length = unsafe { *rest.cast::<usize>() };
    if length < size {
        return None;
    }
    // SAFETY: A4.
    depot.rests = unsafe { *rest.cast::<Link>().add(1) };
    Some((rest, length))
}

/// # Safety
/// A1: the block is of the class and in no list.
#[inline(always)]
unsafe fn push(lists: &Lists, class: usize, block: *mut u8) {
    // SAFETY: a block has room for a word.
    unsafe { *block.cast::<Link>() = lists.free[class].get() };
    lists.free[class].set(block);
}

/// The key whose destructor runs at the end of a thread, plus one; 0 before it is made.
static KEY: AtomicU32 = AtomicU32::new(0);

/// Sees to it that [`retire`] runs at the thread's end.
fn register(lists: &Lists) {
    // SAFETY: plain calls; two threads that both make a key waste one.
    unsafe {
        let mut key = KEY.load(Ordering::Acquire);
        if key == 0 {
            let mut new = 0;
            if libc::pthread_key_create(&mut new, Some(retire)) != 0 {
                return;
            }
            key = new + 1;
            KEY.store(key, Ordering::Release);
        }
        libc::pthread_setspecific(key - 1, ptr::from_ref(lists).cast());
    }
}

/// Hands the ending thread's lists and the rest of its chunk to the depot.
unsafe extern "C" fn retire(lists: *mut libc::c_void) {
    // SAFETY: `register` gave the address of the thread's own lists, which live as long as the thread.
    let lists = unsafe { &*lists.cast::<Lists>() };
    let length = lists.left.replace(0);
    // A rest has room for every class: a smaller one is a block of its own size.
    if (GRANULE..SMALL_MAX).contains(&length) {
        // SAFETY: A1; the rest is a whole number of granules that nobody has.
        unsafe { push(lists, length / GRANULE, lists.chunk.get()) };
    }
    hand_on(lists);
    if length >= SMALL_MAX
        && let Ok(mut depot) = DEPOT.lock()
    {
        let rest = lists.chunk.get().cast::<Link>();
        // SAFETY: A4: nobody has the rest, which is at least two words long.
        unsafe {
            *rest.cast::<usize>() = length;
            *rest.add(1) = depot.rests;
        }
        depot.rests = rest.cast();
    }
    lists.registered.set(false);
}

/// Hands the thread's lists to the depot.
#[cold]
#[inline(never)]
fn hand_on(lists: &Lists) {
    lists.hoard.set(0);
    let Ok(mut depot) = DEPOT.lock() else { return };
    for class in 1..CLASSES {
        let head = lists.free[class].replace(ptr::null_mut());
        if head.is_null() {
            continue;
        }
        // SAFETY: A1; a block has room for two words.
        unsafe { *head.cast::<Link>().add(1) = depot.chains[class] };
        depot.chains[class] = head;
        STOCKED[class].store(true, Ordering::Relaxed);
    }
}

/// A block that no class has.
#[inline]
unsafe fn alloc_large(layout: Layout) -> *mut u8 {
    // SAFETY: the caller's promise.
    let block = unsafe { System.alloc(layout) };
    if block.is_null() {
        return reserve::take(layout.size(), layout.align());
    }
    block
}

/// The allocator.
pub struct Allocator;

// SAFETY: A1-A3: blocks are as large and aligned as asked, and nobody else has them.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !is_pooled(layout) {
            // SAFETY: the caller's promise.
            return unsafe { alloc_large(layout) };
        }
        let class = layout.size().div_ceil(GRANULE).max(1);
        LISTS.with(|lists| {
            let head = lists.free[class].get();
            if head.is_null() {
                return refill(lists, class);
            }
            lists.hoard.set(lists.hoard.get().saturating_sub(1));
            // SAFETY: A1.
            lists.free[class].set(unsafe { *head.cast::<Link>() });
            head
        })
    }

    /// Large blocks of zeros are the system's fresh pages, which nobody touches before they are used.
    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe {
            if !is_pooled(layout) {
                let block = System.alloc_zeroed(layout);
                if !block.is_null() {
                    return block;
                }
            }
            let block = self.alloc(layout);
            if !block.is_null() {
                block.write_bytes(0, layout.size());
            }
            block
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if !is_pooled(layout) {
            if reserve::has(block) {
                return reserve::give_back();
            }
            // SAFETY: A2; the caller's promise.
            return unsafe { System.dealloc(block, layout) };
        }
        let class = layout.size().div_ceil(GRANULE).max(1);
        // SAFETY: A1; the caller gives the block up.
        LISTS.with(|lists| unsafe {
            push(lists, class, block);
            let hoard = lists.hoard.get() + 1;
            lists.hoard.set(hoard);
            if hoard > HOARD {
                hand_on(lists);
            }
        });
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise; the alignment stays.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (is_pooled(layout), is_pooled(wanted)) {
            (false, false) if !reserve::has(block) => {
                // SAFETY: A2.
                let new = unsafe { System.realloc(block, layout, size) };
                if !new.is_null() {
                    return new;
                }
                let new = reserve::take(size, layout.align());
                if !new.is_null() {
                    // SAFETY: both blocks are valid for the smaller of the two sizes; the old one is still the system's.
                    unsafe {
                        ptr::copy_nonoverlapping(block, new, layout.size().min(size));
                        System.dealloc(block, layout);
                    }
                }
                new
            }
            (true, true)
                if layout.size().div_ceil(GRANULE).max(1) == size.div_ceil(GRANULE).max(1) =>
            {
                block
            }
            // SAFETY: both blocks are valid for the smaller of the two sizes.
            _ => unsafe {
                let new = self.alloc(wanted);
                if !new.is_null() {
                    ptr::copy_nonoverlapping(block, new, layout.size().min(size));
                    self.dealloc(block, layout);
                }
                new
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[global_allocator]
    static GLOBAL: Allocator = Allocator;

    #[test]
    fn sizes_and_growth() {
        let mut all: Vec<Vec<u8>> = Vec::new();
        for size in 0..3000usize {
            let mut v = Vec::with_capacity(size % 1500);
            v.extend((0..size).map(|i| (i ^ size) as u8));
            all.push(v);
            if size % 3 == 0 {
                all.swap_remove(size / 2 % all.len());
            }
        }
        for v in &all {
            let size = v.len();
            assert!(v.iter().enumerate().all(|(i, &b)| b == (i ^ size) as u8));
        }
    }

    #[test]
    fn blocks_of_ended_threads_are_used_again() {
        let addresses = |count: usize| -> Vec<usize> {
            std::thread::spawn(move || {
                let blocks: Vec<Box<[u8; 999]>> = (0..count).map(|_| Box::new([7; 999])).collect();
                blocks.iter().map(|b| b.as_ptr() as usize).collect()
            })
            .join()
            .unwrap()
        };
        let first: std::collections::HashSet<usize> = addresses(1000).into_iter().collect();
        let again = addresses(1000).iter().filter(|a| first.contains(a)).count();
        assert!(again > 500, "{again}");
    }

    #[test]
    fn a_thread_does_not_hoard_what_others_allocate() {
        let (sender, receiver) = std::sync::mpsc::sync_channel::<Vec<Box<[u64; 40]>>>(4);
        let producer = std::thread::spawn(move || {
            let mut addresses = std::collections::HashSet::new();
            for round in 0..400 {
                let blocks: Vec<_> = (0..1000).map(|_| Box::new([round; 40])).collect();
                addresses.extend(blocks.iter().map(|b| b.as_ptr() as usize));
                sender.send(blocks).unwrap();
            }
            addresses.len()
        });
        let received: usize = receiver.iter().map(|blocks| blocks.len()).sum();
        assert_eq!(received, 400_000);
        assert!(producer.join().unwrap() < 200_000);
    }

    #[test]
    fn the_rest_of_a_chunk_outlives_its_thread() {
        let address = || {
            let work = || {
                let block = vec![1u8; 500];
                block.as_ptr() as usize & !(CHUNK - 1)
            };
            std::thread::spawn(work).join().unwrap()
        };
        let chunks: std::collections::HashSet<usize> = (0..200).map(|_| address()).collect();
        assert!(chunks.len() < 50, "{}", chunks.len());
    }

    #[test]
    fn freed_by_another_thread() {
        let blocks: Vec<Box<u64>> = (0..10_000).map(Box::new).collect();
        let sum = std::thread::spawn(move || blocks.iter().map(|b| **b).sum::<u64>());
        assert_eq!(sum.join().unwrap(), 49_995_000);
    }
}
