//! The trash can: deallocation of deeply nested containers without deep native recursion.
//!
//! A container's `tp_dealloc` runs its body inside [`trashcan`]. Beyond [`TRASH_LIMIT`] nested bodies the object is put aside
//! instead, on a list through its gc header; the outermost body empties that list when it is done.

use super::{FINALIZED, head_of};
use crate::*;

/// How many nested deallocations run on the native stack.
pub const TRASH_LIMIT: i32 = 50;

/// Runs `body` (the rest of `op`'s deallocation) now, or puts the object aside so that `dealloc` is called again later.
///
/// A subtype's deallocation that calls its base's is not counted twice: only the outermost one, which is `dealloc` of the
/// object's own type, takes part.
///
/// # Safety
/// `op` has a gc header, is untracked and has count 0; `dealloc` may be called again from its start.
#[inline(always)]
pub unsafe fn trashcan(op: *mut PyObject, dealloc: destructor, body: impl FnOnce(*mut PyObject)) {
    // SAFETY: the caller's promise.
    unsafe {
        let own = (*op)
            .ty()
            .tp_dealloc
            .get()
            .is_some_and(|f| f as usize == dealloc as usize);
        if !own {
            return body(op);
        }
        let state = tstate();
        let depth = state.trash_delete_nesting.get();
        if depth >= TRASH_LIMIT {
            return put_aside(op);
        }
        state.trash_delete_nesting.set(depth + 1);
        body(op);
        state.trash_delete_nesting.set(depth);
        if depth <= 0 && !state.trash_delete_later.is_null() {
            empty(state);
        }
    }
}

/// # Safety
/// As [`trashcan`].
#[cold]
unsafe fn put_aside(op: *mut PyObject) {
    let later = &tstate().trash_delete_later;
    // SAFETY: the header of an untracked object is free for use, but for the finalised bit.
    unsafe {
        let head = head_of(op);
        (*head)
            ._gc_prev
            .set((*head)._gc_prev.get() & FINALIZED | later.as_ptr() as usize);
    }
    later.set_ptr(op);
}

/// Deallocates what was put aside, including what is put aside meanwhile.
#[cold]
fn empty(state: &PyThreadState) {
    // Raised so that nested bodies do not empty the list themselves.
    state
        .trash_delete_nesting
        .set(state.trash_delete_nesting.get() + 1);
    loop {
        let op = state.trash_delete_later.as_ptr();
        if op.is_null() {
            break;
        }
        // SAFETY: only dead objects with intact fields were put aside.
        unsafe {
            let head = head_of(op);
            let link = (*head)._gc_prev.get();
            state
                .trash_delete_later
                .set_ptr((link & !FINALIZED) as *mut PyObject);
            (*head)._gc_prev.set(link & FINALIZED);
            if let Some(dealloc) = (*op).ty().tp_dealloc.get() {
                dealloc(op);
            }
        }
    }
    state
        .trash_delete_nesting
        .set(state.trash_delete_nesting.get() - 1);
}
