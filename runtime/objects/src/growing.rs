//! Vectors for results of unknown size: that memory has run out is noted while they grow, and told at the end.
//!
//! The standard `Vec` ends the process where it cannot grow; a Python program is to get a MemoryError. Whatever grows with the size of a
//! program's data is collected here.

use crate::errors;
use crate::{PyObject, PyResult, Ref};
use std::ops::{Deref, DerefMut};

/// A vector that loses everything, and takes nothing more, once it could not grow.
pub struct Growing<T> {
    items: Vec<T>,
    failed: bool,
}

impl<T> Default for Growing<T> {
    fn default() -> Self {
        Growing::new()
    }
}

impl<T> Growing<T> {
    pub const fn new() -> Self {
        Growing {
            items: Vec::new(),
            failed: false,
        }
    }

    /// With room for `n` items.
    pub fn with_capacity(n: usize) -> Self {
        let mut new = Growing::new();
        if new.items.try_reserve_exact(n).is_err() {
            new.fail();
        }
        new
    }

    #[cold]
    pub fn fail(&mut self) {
        self.items = Vec::new();
        self.failed = true;
    }

    /// Makes room for `n` more items; false if there is none.
    #[inline]
    pub fn reserve(&mut self, n: usize) -> bool {
        if self.items.capacity() - self.items.len() >= n && !self.failed {
            return true;
        }
        self.reserve_slowly(n)
    }

    #[inline(never)]
    fn reserve_slowly(&mut self, n: usize) -> bool {
        if !self.failed && self.items.try_reserve(n).is_err() {
            self.fail();
        }
        !self.failed
    }

    #[inline]
    pub fn push(&mut self, item: T) {
        if self.reserve(1) {
            self.items.push(item);
        }
    }

    /// For loops that only a failure ends. Raises MemoryError.
    #[inline]
    pub fn try_push(&mut self, item: T) -> PyResult<()> {
        if self.reserve(1) {
            self.items.push(item);
            return Ok(());
        }
        Err(errors::no_memory())
    }

    pub fn truncate(&mut self, len: usize) {
        self.items.truncate(len);
    }

    /// Everything. Raises MemoryError if there was no room for something.
    pub fn finish(self) -> PyResult<Vec<T>> {
        if self.failed {
            return Err(errors::no_memory());
        }
        Ok(self.items)
    }

    /// Raises MemoryError if there was no room for something.
    pub fn check(&self) -> PyResult<()> {
        if self.failed {
            return Err(errors::no_memory());
        }
        Ok(())
    }
}

impl<T: Copy> Growing<T> {
    #[inline]
    pub fn extend_from_slice(&mut self, items: &[T]) {
        if self.reserve(items.len()) {
            self.items.extend_from_slice(items);
        }
    }

    /// The same of another type, with room for as many more.
    pub fn converted<U>(&self, convert: impl Fn(T) -> U) -> Growing<U> {
        let mut new = Growing::with_capacity(self.len() * 2 + 16);
        if self.failed {
            new.fail();
        }
        new.extend(self.iter().map(|&item| convert(item)));
        new
    }

    /// `n` times the same item.
    pub fn push_repeated(&mut self, item: T, n: usize) {
        if self.reserve(n) {
            self.items.resize(self.items.len() + n, item);
        }
    }
}

impl<T> Extend<T> for Growing<T> {
    #[inline]
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        let items = items.into_iter();
        if !self.reserve(items.size_hint().0) {
            return;
        }
        for item in items {
            self.push(item);
        }
    }
}

/// Whether that many bytes can be had: to be asked before code that cannot say that it got none.
#[inline]
pub fn fits(bytes: usize) -> bool {
    bytes < 1 << 20 || can_be_mapped(bytes)
}

/// Whether the system has that much. (An allocation that nobody uses may be optimised away.)
#[inline(never)]
fn can_be_mapped(bytes: usize) -> bool {
    // SAFETY: a new mapping is nobody else's, and is given back at once.
    unsafe {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let at = libc::mmap(std::ptr::null_mut(), bytes, access, kind, -1, 0);
        at != libc::MAP_FAILED && libc::munmap(at, bytes) == 0
    }
}

/// Raises MemoryError unless that many bytes can be had.
#[inline]
pub fn ensure(bytes: usize) -> PyResult<()> {
    if fits(bytes) {
        return Ok(());
    }
    Err(errors::no_memory())
}

/// New references to all items. Raises MemoryError.
pub fn owned(items: &[&PyObject]) -> PyResult<Vec<Ref>> {
    let mut new = with_room(items.len())?;
    new.extend(items.iter().map(|item| item.to_ref()));
    Ok(new)
}

/// An empty vector with room for exactly `n` items. Raises MemoryError.
pub fn with_room<T>(n: usize) -> PyResult<Vec<T>> {
    let mut new = Vec::new();
    match new.try_reserve_exact(n) {
        Ok(()) => Ok(new),
        Err(_) => Err(errors::no_memory()),
    }
}

/// `n` zero bytes, which take memory once they are touched. Raises MemoryError.
pub fn zeroed(n: usize) -> PyResult<Vec<u8>> {
    ensure(n)?;
    Ok(vec![0; n])
}

/// Appends to a vector. Raises MemoryError.
pub fn append<T: Copy>(to: &mut Vec<T>, items: &[T]) -> PyResult<()> {
    if to.try_reserve(items.len()).is_err() {
        return Err(errors::no_memory());
    }
    to.extend_from_slice(items);
    Ok(())
}

/// A copy. Raises MemoryError.
pub fn copied<T: Copy>(items: &[T]) -> PyResult<Vec<T>> {
    let mut new = with_room(items.len())?;
    new.extend_from_slice(items);
    Ok(new)
}

/// All of an iterator. Raises MemoryError.
pub fn collected<T>(items: impl Iterator<Item = T>) -> PyResult<Vec<T>> {
    let mut new = Growing::new();
    new.extend(items);
    new.finish()
}

impl<T> Deref for Growing<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> DerefMut for Growing<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}

impl std::fmt::Write for Growing<u8> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_told_at_the_end() {
        let mut all = Growing::<u64>::new();
        all.push(1);
        all.push_repeated(7, usize::MAX / 16);
        all.push(2);
        assert!(all.is_empty() && all.failed);
    }

    #[test]
    fn what_fits() {
        assert!(fits(0) && fits(1 << 20));
        assert!(!fits(1 << 60) && !fits(usize::MAX));
    }

    #[test]
    fn everything_is_kept_otherwise() {
        let mut all = Growing::with_capacity(1);
        all.extend_from_slice(b"ab");
        all.push_repeated(b'c', 2);
        all.extend(*b"de");
        assert_eq!(&*all, b"abccde");
    }
}
