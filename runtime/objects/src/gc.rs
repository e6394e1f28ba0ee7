//! The cycle collector: generations, tracking, collection at the eval breaker.

use crate::*;

/// Starts to track a fully built object of a gc type.
pub fn track(object: &PyObject) {
    todo!()
}
/// Stops tracking; fine if it is not tracked.
pub fn untrack(object: &PyObject) {
    todo!()
}
pub fn is_tracked(object: &PyObject) -> bool {
    todo!()
}
/// Counts towards the next collection of the youngest generation; requests it through the eval breaker when due.
pub fn count_allocation() {
    todo!()
}
pub fn count_deallocation() {
    todo!()
}
/// Whether a collection has been requested (the VM asks at the eval breaker, then calls `collect_due`).
pub fn is_due() -> bool {
    todo!()
}
pub fn collect_due() {
    todo!()
}
/// Collects `generation` and younger; the number of unreachable objects found.
pub fn collect(generation: usize) -> PyResult<usize> {
    todo!()
}

/// Runs a container's deallocation, bounding native recursion: past a depth of about 50 the object is kept on the thread
/// state's list and deallocated when the outermost one is done.
///
/// # Safety
/// `object` is dead and untracked; `dealloc` frees it.
pub unsafe fn trashcan(object: *mut PyObject, dealloc: impl FnOnce(*mut PyObject)) {
    dealloc(object)
}
