//! The owned reference [`Ref`], the error token [`Raised`], reference-holding fields ([`Slot`]), argument arrays ([`Args`]).
//!
//! `Result<Ref<T>, Raised>` has the representation of a nullable pointer (the standard library guarantees it for a
//! `NonNull` newtype and a zero-sized error), so a C slot's return value is the same bits.

use super::{PyObject, PyTypeObject};
use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::{self, NonNull};

/// A structure that starts with an object header.
///
/// # Safety
/// U2: the implementor is `repr(C)` and its first bytes are a `PyObject`.
pub unsafe trait Object {}

/// The exception is set in the current thread state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Raised;

/// What most operations answer: a new reference, or the exception is set.
pub type PyResult<T = Ref<PyObject>> = Result<T, Raised>;

/// An owned reference: dropping it decrements the count (and may run arbitrary code), cloning increments it.
#[repr(transparent)]
pub struct Ref<T: Object = PyObject>(NonNull<T>);

impl<T: Object> Ref<T> {
    /// A new reference to a borrowed object.
    #[inline(always)]
    pub fn new(object: &T) -> Ref<T> {
        header(object).incref();
        Ref(NonNull::from(object))
    }

    /// Takes over one reference count.
    ///
    /// # Safety
    /// `pointer` is a live object of layout `T`, and the caller owns one of its counts.
    #[inline(always)]
    pub unsafe fn from_owned(pointer: *mut T) -> Ref<T> {
        // SAFETY: the caller's promise.
        Ref(unsafe { NonNull::new_unchecked(pointer) })
    }

    /// The same for a pointer that may be null.
    ///
    /// # Safety
    /// As [`Ref::from_owned`] unless it is null.
    #[inline(always)]
    pub unsafe fn from_owned_opt(pointer: *mut T) -> Option<Ref<T>> {
        NonNull::new(pointer).map(Ref)
    }

    /// Gives the count away to whoever takes the pointer.
    #[inline(always)]
    pub fn into_raw(self) -> *mut T {
        ManuallyDrop::new(self).0.as_ptr()
    }

    #[inline(always)]
    pub fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }

    /// The same reference, seen as a plain object.
    #[inline(always)]
    pub fn into_object(self) -> Ref<PyObject> {
        Ref(ManuallyDrop::new(self).0.cast())
    }

    /// The same reference, seen as layout `U`.
    ///
    /// # Safety
    /// The object has layout `U`.
    #[inline(always)]
    pub unsafe fn cast<U: Object>(self) -> Ref<U> {
        Ref(ManuallyDrop::new(self).0.cast())
    }
}

#[inline(always)]
fn header<T: Object>(object: &T) -> &PyObject {
    // SAFETY: U2.
    unsafe { &*(object as *const T as *const PyObject) }
}

impl<T: Object> Clone for Ref<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Ref::new(&**self)
    }
}

impl<T: Object> Drop for Ref<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: we own one count.
        unsafe { PyObject::decref(self.0.as_ptr().cast()) }
    }
}

impl<T: Object> Deref for Ref<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the object lives as long as our count.
        unsafe { self.0.as_ref() }
    }
}

impl<T: Object> std::fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ref({:p})", self.0)
    }
}

/// How deep deallocations of gc types may nest on the native stack.
const MAX_NESTING: u32 = 60;

/// The deallocations in progress.
struct Nesting {
    depth: Cell<u32>,
    pending: Cell<Vec<*mut PyObject>>,
}

// SAFETY: U1.
unsafe impl Sync for Nesting {}

static NESTING: Nesting = Nesting {
    depth: Cell::new(0),
    pending: Cell::new(Vec::new()),
};

/// Sets how deep the running thread is in deallocations, and tells how deep it was: the count goes with the GIL.
pub fn swap_dealloc_nesting(depth: u32) -> u32 {
    NESTING.depth.replace(depth)
}

impl Nesting {
    fn has_pending(&self) -> bool {
        // SAFETY: U1; the vector is only looked at.
        unsafe { !(*self.pending.as_ptr()).is_empty() }
    }
}

impl PyObject {
    /// The object's type; valid while the object keeps it (U4).
    #[inline(always)]
    pub fn ty(&self) -> &PyTypeObject {
        // SAFETY: every live object has a type.
        unsafe { &*self.ob_type.as_ptr() }
    }

    /// Identity.
    #[inline(always)]
    pub fn is<T: Object>(&self, other: &T) -> bool {
        ptr::eq(self, other as *const T as *const PyObject)
    }

    #[inline(always)]
    pub fn incref(&self) {
        self.ob_refcnt.set(self.ob_refcnt.get() + 1);
    }

    /// Gives up one count; at zero the object's type deallocates it (may run arbitrary code).
    ///
    /// # Safety
    /// The caller owns the count.
    #[inline(always)]
    pub unsafe fn decref(this: *mut PyObject) {
        // SAFETY: the caller owns a count, so the object is live.
        unsafe {
            let count = (*this).ob_refcnt.get() - 1;
            (*this).ob_refcnt.set(count);
            if count == 0 {
                PyObject::dealloc(this);
            }
        }
    }

    /// Runs the type's `tp_dealloc`. Chains of objects of gc types do not recurse on the native stack without bound: beyond
    /// [`MAX_NESTING`] they are kept until the outermost one is done.
    ///
    /// # Safety
    /// The count has just become zero.
    #[inline(never)]
    pub unsafe fn dealloc(this: *mut PyObject) {
        // SAFETY: the object is complete, its type has a tp_dealloc; U1 for the nesting state.
        unsafe {
            let ty = (*this).ty();
            let Some(dealloc) = ty.tp_dealloc.get() else {
                eprintln!("Fatal Python error: an object of a type without tp_dealloc died");
                std::process::abort();
            };
            if ty.tp_flags.get() & crate::abi::flags::tp::HAVE_GC == 0 {
                return dealloc(this);
            }
            let depth = NESTING.depth.get();
            if depth >= MAX_NESTING {
                // Finalisers may run a collection before its turn comes: the collector must not see a count of zero.
                crate::gc::untrack(&*this);
                let mut pending = NESTING.pending.take();
                pending.push(this);
                NESTING.pending.set(pending);
                return;
            }
            NESTING.depth.set(depth + 1);
            dealloc(this);
            if depth == 0 && NESTING.has_pending() {
                PyObject::dealloc_pending();
            }
            NESTING.depth.set(depth);
        }
    }

    /// Deallocates what was kept, and what that keeps in turn.
    #[cold]
    #[inline(never)]
    unsafe fn dealloc_pending() {
        loop {
            let pending = NESTING.pending.take();
            if pending.is_empty() {
                return;
            }
            for object in pending {
                // SAFETY: kept at count zero, complete.
                unsafe {
                    if let Some(dealloc) = (*object).ty().tp_dealloc.get() {
                        dealloc(object);
                    }
                }
            }
        }
    }

    /// Seen as layout `T`.
    ///
    /// # Safety
    /// The object has layout `T`.
    #[inline(always)]
    pub unsafe fn cast<T: Object>(&self) -> &T {
        // SAFETY: the caller's promise.
        unsafe { &*(self as *const PyObject as *const T) }
    }

    /// A new reference.
    #[inline(always)]
    pub fn to_ref(&self) -> Ref<PyObject> {
        Ref::new(self)
    }

    #[inline(always)]
    pub fn as_ptr(&self) -> *mut PyObject {
        self as *const PyObject as *mut PyObject
    }
}

/// A field that owns a reference, or is empty.
#[repr(transparent)]
pub struct Slot<T>(Cell<*mut T>);

impl<T> Slot<T> {
    pub const EMPTY: Slot<T> = Slot(Cell::new(ptr::null_mut()));

    /// For statics: a pointer that is not counted.
    pub const fn of(pointer: *const T) -> Slot<T> {
        Slot(Cell::new(pointer as *mut T))
    }

    #[inline(always)]
    pub fn as_ptr(&self) -> *mut T {
        self.0.get()
    }

    #[inline(always)]
    pub fn is_null(&self) -> bool {
        self.0.get().is_null()
    }

    /// Writes the raw pointer; counts are the caller's business.
    #[inline(always)]
    pub fn set_ptr(&self, pointer: *mut T) {
        self.0.set(pointer)
    }
}

impl<T: Object> Slot<T> {
    /// Borrows what the slot holds (U4).
    #[inline(always)]
    pub fn get(&self) -> Option<&T> {
        // SAFETY: U4; a non-null slot owns a live object.
        unsafe { self.0.get().as_ref() }
    }

    /// A new reference to what the slot holds.
    #[inline(always)]
    pub fn cloned(&self) -> Option<Ref<T>> {
        self.get().map(Ref::new)
    }

    /// Publishes the new value, then drops the old one (may run arbitrary code).
    #[inline(always)]
    pub fn set(&self, value: Option<Ref<T>>) {
        drop(self.replace(value));
    }

    /// Publishes the new value and hands out the old one.
    #[inline(always)]
    pub fn replace(&self, value: Option<Ref<T>>) -> Option<Ref<T>> {
        let new = value.map_or(ptr::null_mut(), Ref::into_raw);
        // SAFETY: the slot owned its pointer.
        unsafe { Ref::from_owned_opt(self.0.replace(new)) }
    }

    #[inline(always)]
    pub fn take(&self) -> Option<Ref<T>> {
        self.replace(None)
    }
}

/// The argument array of a C call: borrowed, non-null objects.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Args<'a>(*const *mut PyObject, PhantomData<&'a PyObject>);

impl<'a> Args<'a> {
    /// The first `count` arguments.
    #[inline(always)]
    pub fn slice(self, count: isize) -> &'a [&'a PyObject] {
        if count == 0 {
            return &[];
        }
        // SAFETY: the caller of the C function passed `count` live objects.
        unsafe { std::slice::from_raw_parts(self.0.cast(), count as usize) }
    }

    #[inline(always)]
    pub fn from_slice(slice: &'a [&'a PyObject]) -> Args<'a> {
        Args(slice.as_ptr().cast(), PhantomData)
    }
}
