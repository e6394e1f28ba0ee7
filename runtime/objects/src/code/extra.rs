//! What C code keeps with code objects (PEP 523): pointers by the numbers that were given out, freed with the code.

use crate::*;

/// Frees what was kept.
pub type Free = unsafe extern "C" fn(*mut c_void);

/// By number: what frees the pointers.
struct Frees(Cell<Vec<Option<Free>>>);

// SAFETY: U1.
unsafe impl Sync for Frees {}

static FREES: Frees = Frees(Cell::new(Vec::new()));

const MOST: usize = 255;

impl Frees {
    fn all(&self) -> &[Option<Free>] {
        // SAFETY: U1; nobody adds one while it is looked at.
        unsafe { &*self.0.as_ptr() }
    }
}

/// A new number, if there are any left.
pub fn request(free: Option<Free>) -> Option<usize> {
    let mut frees = FREES.0.take();
    let number = frees.len();
    let fits = number < MOST;
    if fits {
        frees.push(free);
    }
    FREES.0.set(frees);
    fits.then_some(number)
}

/// The pointers kept with a code object.
fn kept(code: &PyCodeObject) -> Option<&mut Vec<*mut c_void>> {
    // SAFETY: the field is null or a vector of ours; U1.
    unsafe { code.co_extra.get().cast::<Vec<*mut c_void>>().as_mut() }
}

/// The pointer with that number; null if there is none.
pub fn get(code: &PyCodeObject, number: usize) -> *mut c_void {
    let found = kept(code).and_then(|all| all.get(number).copied());
    found.unwrap_or_default()
}

/// Keeps a pointer in the place of another one, which is freed; false for a number that nobody has asked for.
pub fn set(code: &PyCodeObject, number: usize, pointer: *mut c_void) -> bool {
    let count = FREES.all().len();
    if number >= count {
        return false;
    }
    if code.co_extra.get().is_null() {
        let none: Box<Vec<*mut c_void>> = Box::default();
        code.co_extra.set(Box::into_raw(none).cast());
    }
    let Some(all) = kept(code) else { return false };
    if all.len() < count {
        all.resize(count, std::ptr::null_mut());
    }
    free(number, std::mem::replace(&mut all[number], pointer));
    true
}

fn free(number: usize, pointer: *mut c_void) {
    if !pointer.is_null()
        && let Some(Some(free)) = FREES.all().get(number)
    {
        // SAFETY: a pointer that was kept under this number.
        unsafe { free(pointer) }
    }
}

/// The code object dies.
pub(super) fn drop_all(code: &PyCodeObject) {
    let all = code.co_extra.replace(std::ptr::null_mut());
    if all.is_null() {
        return;
    }
    // SAFETY: a vector of ours, which nobody finds any more.
    let all = unsafe { Box::from_raw(all.cast::<Vec<*mut c_void>>()) };
    for (number, pointer) in all.into_iter().enumerate() {
        free(number, pointer);
    }
}
