//! What is left when the system gives no more: small blocks for the way from a MemoryError to its handler, and out of the program.
//!
//! Objects are not made of it, so an endless program meets its MemoryError first. It lies in the program's zero pages: it takes address
//! space from the start, memory only once it is needed.

use std::cell::UnsafeCell;
use std::ptr;
use std::sync::Mutex;

const SIZE: usize = 1 << 20;
/// Larger requests may fail: who makes them is ready for it.
const LARGEST: usize = 64 << 10;

#[repr(align(4096))]
struct Bytes(UnsafeCell<[u8; SIZE]>);
// SAFETY: A5; what of it is given out belongs to the one who asked.
unsafe impl Sync for Bytes {}
static BYTES: Bytes = Bytes(UnsafeCell::new([0; SIZE]));

/// How much is given out, and in how many blocks.
static GIVEN: Mutex<(usize, usize)> = Mutex::new((0, 0));

/// Whether a block is the reserve's.
#[inline(always)]
pub fn has(block: *mut u8) -> bool {
    (block as usize).wrapping_sub(BYTES.0.get() as usize) < SIZE
}

/// A block; null if it is too large, or nothing is left.
#[cold]
#[inline(never)]
pub fn take(size: usize, align: usize) -> *mut u8 {
    if size > LARGEST || align > 4096 {
        return ptr::null_mut();
    }
    let Ok(mut given) = GIVEN.lock() else {
        return ptr::null_mut();
    };
    let start = given.0.next_multiple_of(align);
    if start + size > SIZE {
        return ptr::null_mut();
    }
    *given = (start + size, given.1 + 1);
    // SAFETY: the block lies within.
    unsafe { BYTES.0.get().cast::<u8>().add(start) }
}

/// One of its blocks is free. Once all are, it begins anew.
#[cold]
#[inline(never)]
pub fn give_back() {
    if let Ok(mut given) = GIVEN.lock() {
        given.1 -= 1;
        if given.1 == 0 {
            given.0 = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serves_small_blocks_until_it_is_used_up() {
        assert!(take(LARGEST + 1, 16).is_null());
        let first = take(100, 64);
        assert!(has(first) && first as usize % 64 == 0);
        let mut blocks = 1;
        while !take(LARGEST, 16).is_null() {
            blocks += 1;
        }
        assert_eq!(blocks, SIZE / LARGEST);
        (0..blocks).for_each(|_| give_back());
        assert_eq!(take(1, 1), first);
        give_back();
    }
}
