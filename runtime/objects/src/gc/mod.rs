//! The cycle collector: generations, tracking, statistics; the algorithm is in `collect`, the trash can in `trash`.
//!
//! An object of a gc type has a `PyGC_Head` in front: two links of its generation's circular list. `_gc_next` is 0
//! while the object is untracked. The low bits of `_gc_prev` say that the finaliser has run ([`FINALIZED`]) and that
//! a collection is looking at the object ([`COLLECTING`]).
//! Allocation never collects (O6): it counts, and asks for a collection that the VM runs at its eval breaker.

mod collect;
mod trash;

pub use collect::{collect, collect_due, referents, referrers};
pub use trash::{TRASH_LIMIT, trashcan};

use crate::*;
use std::mem::size_of;

/// Bit of `_gc_prev`: `tp_finalize` has been called.
pub const FINALIZED: usize = 1;
/// Bit of `_gc_prev`: in the generation being collected, the rest of the word being a count.
pub const COLLECTING: usize = 2;
/// The bits of `_gc_prev` that are the link.
pub const PREV_MASK: usize = !3;
/// Bit of `_gc_next` while collecting: tentatively unreachable.
pub(crate) const UNREACHABLE: usize = 1;

/// Bits of `gc.set_debug`.
pub mod debug {
    pub const STATS: i32 = 1;
    pub const COLLECTABLE: i32 = 2;
    pub const UNCOLLECTABLE: i32 = 4;
    pub const SAVEALL: i32 = 32;
}

/// A list head in a static: pointers, so that it can name its own address.
#[repr(C)]
struct Head {
    next: Cell<*const Head>,
    prev: Cell<*const Head>,
}

/// One generation.
#[repr(C)]
pub struct Generation {
    head: Head,
    pub threshold: Cell<i32>,
    /// Generation 0: allocations minus deallocations; others: collections of the next younger one.
    pub count: Cell<i32>,
}

/// Counters of `gc.get_stats`, per generation.
pub struct Stats {
    pub collections: Cell<isize>,
    pub collected: Cell<isize>,
    pub uncollectable: Cell<isize>,
}

/// The collector's state.
pub struct State {
    pub generations: [Generation; 3],
    permanent: Generation,
    pub enabled: Cell<bool>,
    pub collecting: Cell<bool>,
    due: Cell<bool>,
    pub debug: Cell<i32>,
    /// `gc.garbage`, made by [`garbage`].
    garbage: Slot<PyObject>,
    /// `gc.callbacks`, made by [`callbacks`].
    callbacks: Slot<PyObject>,
    pub stats: [Stats; 3],
    long_lived_total: Cell<isize>,
    long_lived_pending: Cell<isize>,
}

// SAFETY: U1.
unsafe impl Sync for State {}

const fn generation(head: *const Head, threshold: i32) -> Generation {
    Generation {
        head: Head {
            next: Cell::new(head),
            prev: Cell::new(head),
        },
        threshold: Cell::new(threshold),
        count: Cell::new(0),
    }
}

/// The one collector.
pub static STATE: State = State {
    generations: [
        generation(&raw const STATE.generations[0].head, 700),
        generation(&raw const STATE.generations[1].head, 10),
        generation(&raw const STATE.generations[2].head, 10),
    ],
    permanent: generation(&raw const STATE.permanent.head, 0),
    enabled: Cell::new(true),
    collecting: Cell::new(false),
    due: Cell::new(false),
    debug: Cell::new(0),
    garbage: Slot::EMPTY,
    callbacks: Slot::EMPTY,
    stats: [const {
        Stats {
            collections: Cell::new(0),
            collected: Cell::new(0),
            uncollectable: Cell::new(0),
        }
    }; 3],
    long_lived_total: Cell::new(0),
    long_lived_pending: Cell::new(0),
};

impl Generation {
    /// The list's head, as the links see it.
    #[inline(always)]
    fn list(&self) -> *mut PyGC_Head {
        &raw const self.head as *mut PyGC_Head
    }
}

/// The gc header of an object of a gc type.
///
/// # Safety
/// The object has one.
#[inline(always)]
pub unsafe fn head_of(object: *const PyObject) -> *mut PyGC_Head {
    // SAFETY: the header lies in front.
    unsafe { (object as *mut PyGC_Head).sub(1) }
}

/// The object behind a gc header.
#[inline(always)]
pub(crate) fn object_of(head: *mut PyGC_Head) -> *mut PyObject {
    head.wrapping_add(1).cast()
}

/// Whether the object has a gc header.
#[inline(always)]
pub fn is_gc(object: &PyObject) -> bool {
    let ty = object.ty();
    ty.tp_flags.get() & flags::tp::HAVE_GC != 0
        && match ty.tp_is_gc.get() {
            None => true,
            // SAFETY: instances of `type` are types.
            Some(_) if ty.is(&*typeobject::PyType_Type) => unsafe {
                object.cast::<PyTypeObject>().is_heap_type()
            },
            Some(f) => f(object) != 0,
        }
}

/// Whether the object is tracked or may come to be (an untracked tuple stays so).
#[inline(always)]
pub fn may_be_tracked(object: &PyObject) -> bool {
    is_gc(object) && (!object.is_exact::<PyTupleObject>() || is_tracked_gc(object))
}

#[inline(always)]
fn is_tracked_gc(object: &PyObject) -> bool {
    // SAFETY: the caller knows that the object has a gc header.
    unsafe { (*head_of(object))._gc_next.get() != 0 }
}

/// Starts to track a fully built object of a gc type that is not tracked yet.
#[inline(always)]
pub fn track(object: &PyObject) {
    let list = STATE.generations[0].list();
    // SAFETY: the object has a gc header (its type says so), and list links are live headers.
    unsafe {
        let head = head_of(object);
        debug_assert!((*head)._gc_next.get() == 0);
        let last = (*list)._gc_prev.get() as *mut PyGC_Head;
        (*last)._gc_next.set(head as usize);
        (*head)
            ._gc_prev
            .set((*head)._gc_prev.get() & FINALIZED | last as usize);
        (*head)._gc_next.set(list as usize);
        (*list)._gc_prev.set(head as usize);
    }
}

/// [`track`], unless it is tracked already.
#[inline(always)]
pub fn track_if_needed(object: &PyObject) {
    // SAFETY: as in `track`.
    if unsafe { (*head_of(object))._gc_next.get() } == 0 {
        track(object);
    }
}

/// Stops tracking an object of a gc type; fine if it is not tracked.
#[inline(always)]
pub fn untrack(object: &PyObject) {
    // SAFETY: the object has a gc header; the links of a tracked one are live headers.
    unsafe {
        let head = head_of(object);
        let next = (*head)._gc_next.get() as *mut PyGC_Head;
        if next.is_null() {
            return;
        }
        let prev = ((*head)._gc_prev.get() & PREV_MASK) as *mut PyGC_Head;
        (*prev)._gc_next.set(next as usize);
        (*next)
            ._gc_prev
            .set((*next)._gc_prev.get() & !PREV_MASK | prev as usize);
        (*head)._gc_next.set(0);
        (*head)._gc_prev.set((*head)._gc_prev.get() & FINALIZED);
    }
}

/// Whether a collection is going on.
pub fn in_progress() -> bool {
    STATE.collecting.get()
}

/// Whether the object has a gc header and is tracked.
#[inline]
pub fn is_tracked(object: &PyObject) -> bool {
    is_gc(object) && is_tracked_gc(object)
}

/// Whether the object's finaliser has run.
#[inline]
pub fn is_finalized(object: &PyObject) -> bool {
    // SAFETY: a gc object has a header.
    is_gc(object) && unsafe { (*head_of(object))._gc_prev.get() & FINALIZED != 0 }
}

/// Remembers that the finaliser has run.
#[inline]
pub fn set_finalized(object: &PyObject) {
    if is_gc(object) {
        // SAFETY: a gc object has a header.
        unsafe {
            let head = head_of(object);
            (*head)._gc_prev.set((*head)._gc_prev.get() | FINALIZED);
        }
    }
}

/// Runs `tp_finalize` once in a gc object's life. May run Python.
///
/// # Safety
/// The object is live.
pub unsafe fn finalize(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(f) = (*object).ty().tp_finalize.get() else {
            return;
        };
        if is_finalized(&*object) {
            return;
        }
        set_finalized(&*object);
        f(object);
    }
}

/// For `tp_dealloc` of types with a finaliser: runs it while the object is briefly alive again. False: it was
/// resurrected, and deallocation must stop. May run Python.
///
/// # Safety
/// The object's count is 0 and its fields are intact.
pub unsafe fn finalize_from_dealloc(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        (*object).ob_refcnt.set(1);
        finalize(object);
        let count = (*object).ob_refcnt.get() - 1;
        (*object).ob_refcnt.set(count);
        count == 0
    }
}

/// Counts towards the next collection of the youngest generation; asks for it when due.
#[inline(always)]
pub fn count_allocation() {
    let young = &STATE.generations[0];
    let count = young.count.get() + 1;
    young.count.set(count);
    if count > young.threshold.get() {
        request();
    }
}

#[cold]
fn request() {
    if STATE.enabled.get() && STATE.generations[0].threshold.get() != 0 && !STATE.collecting.get() {
        STATE.due.set(true);
    }
}

#[inline(always)]
pub fn count_deallocation() {
    let young = &STATE.generations[0].count;
    if young.get() > 0 {
        young.set(young.get() - 1);
    }
}

/// Whether a collection has been asked for (the VM looks at the eval breaker, then calls [`collect_due`]).
#[inline(always)]
pub fn is_due() -> bool {
    STATE.due.get()
}

/// `gc.enable()` / `gc.disable()`.
pub fn set_enabled(on: bool) {
    STATE.enabled.set(on);
    if !on {
        STATE.due.set(false);
    }
}

fn list_in(slot: &Slot<PyObject>) -> PyResult<Ref<PyListObject>> {
    if let Some(list) = slot.get() {
        // SAFETY: only lists are put there.
        return Ok(Ref::new(unsafe { list.cast() }));
    }
    let list = list::new()?;
    slot.set(Some(list.clone().into_object()));
    Ok(list)
}

/// `gc.garbage`. Raises MemoryError.
pub fn garbage() -> PyResult<Ref<PyListObject>> {
    list_in(&STATE.garbage)
}

/// `gc.callbacks`. Raises MemoryError.
pub fn callbacks() -> PyResult<Ref<PyListObject>> {
    list_in(&STATE.callbacks)
}

/// New references to the objects of a list (heads are stable: nothing runs in between).
fn objects_of(list: *mut PyGC_Head, into: &mut Vec<Ref>) {
    // SAFETY: list links are live headers.
    unsafe {
        let mut at = (*list)._gc_next.get() as *mut PyGC_Head;
        while at != list {
            into.push(Ref::new(&*object_of(at)));
            at = (*at)._gc_next.get() as *mut PyGC_Head;
        }
    }
}

/// `gc.get_objects(generation)`: all tracked objects (without frozen ones), or those of one generation.
pub fn objects(generation: Option<usize>) -> Vec<Ref> {
    let mut all = Vec::new();
    for (i, each) in STATE.generations.iter().enumerate() {
        if generation.is_none_or(|only| only == i) {
            objects_of(each.list(), &mut all);
        }
    }
    all
}

/// Appends the objects of `from` to `to`.
///
/// # Safety
/// Both are list heads.
unsafe fn merge(from: *mut PyGC_Head, to: *mut PyGC_Head) {
    // SAFETY: the caller's promise; links are live headers.
    unsafe {
        let first = (*from)._gc_next.get() as *mut PyGC_Head;
        if first != from {
            let last = (*from)._gc_prev.get() as *mut PyGC_Head;
            let to_last = (*to)._gc_prev.get() as *mut PyGC_Head;
            (*to_last)._gc_next.set(first as usize);
            (*first)
                ._gc_prev
                .set((*first)._gc_prev.get() & !PREV_MASK | to_last as usize);
            (*last)._gc_next.set(to as usize);
            (*to)._gc_prev.set(last as usize);
        }
        empty(from);
    }
}

/// Makes a list head empty.
///
/// # Safety
/// It is a list head.
unsafe fn empty(list: *mut PyGC_Head) {
    // SAFETY: the caller's promise.
    unsafe {
        (*list)._gc_next.set(list as usize);
        (*list)._gc_prev.set(list as usize);
    }
}

/// # Safety
/// It is a list head.
unsafe fn is_empty(list: *mut PyGC_Head) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*list)._gc_next.get() == list as usize }
}

/// # Safety
/// It is a list head.
unsafe fn size(list: *mut PyGC_Head) -> usize {
    // SAFETY: list links are live headers.
    unsafe {
        let mut n = 0;
        let mut at = (*list)._gc_next.get() as *mut PyGC_Head;
        while at != list {
            n += 1;
            at = (*at)._gc_next.get() as *mut PyGC_Head;
        }
        n
    }
}

/// `gc.freeze()`: moves all tracked objects out of the collector's sight.
pub fn freeze() {
    for each in &STATE.generations {
        // SAFETY: these are list heads.
        unsafe { merge(each.list(), STATE.permanent.list()) };
        each.count.set(0);
    }
}

/// `gc.unfreeze()`: into the oldest generation.
pub fn unfreeze() {
    // SAFETY: these are list heads.
    unsafe { merge(STATE.permanent.list(), STATE.generations[2].list()) };
}

/// `gc.get_freeze_count()`.
pub fn freeze_count() -> usize {
    // SAFETY: a list head.
    unsafe { size(STATE.permanent.list()) }
}

/// Visits a slot's content in a `tp_traverse`: returns what the visitor answered, 0 for an empty slot.
#[inline(always)]
pub fn visit<T: Object>(slot: &Slot<T>, visit: visitproc, arg: *mut c_void) -> c_int {
    match slot.get() {
        // SAFETY: U2.
        Some(object) => visit(unsafe { &*(object as *const T as *const PyObject) }, arg),
        None => 0,
    }
}

/// A `tp_dealloc` that gives up the named fields and then the object, with a function of `mem` (`free_instance`: the type can be subclassed).
#[macro_export]
macro_rules! dealloc_slots {
    ($name:ident($ty:ty): $($field:ident),+; $free:ident) => {
        unsafe extern "C" fn $name(op: *mut $crate::PyObject) {
            // SAFETY: tp_dealloc: a dead object of this layout.
            unsafe {
                $crate::gc::untrack(&*op);
                let this = &*op.cast::<$ty>();
                $(drop(this.$field.take());)+
                $crate::mem::$free(op);
            }
        }
    };
}

/// A `tp_traverse` over the named fields.
#[macro_export]
macro_rules! traverse_slots {
    ($name:ident($ty:ty): $($field:ident),+) => {
        extern "C" fn $name(this: &$ty, visit: $crate::visitproc, arg: *mut $crate::c_void) -> $crate::c_int {
            $(
                let answer = $crate::gc::visit(&this.$field, visit, arg);
                if answer != 0 {
                    return answer;
                }
            )+
            0
        }
    };
}

const _: () = assert!(size_of::<PyGC_Head>() == 16 && size_of::<Head>() == 16);
