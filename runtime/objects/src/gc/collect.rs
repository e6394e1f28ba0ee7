//! The collection itself: trial deletion, as CPython does it.
//!
//! 1. Every object of the young list gets its reference count copied into `_gc_prev` (bit [`COLLECTING`] set).
//! 2. `tp_traverse` of each subtracts the references that come from within: what is left came from outside.
//! 3. A scan moves objects without outside references to the unreachable list, and back when a reachable one refers to them.
//!    Meanwhile links run forwards only (`_gc_prev` is the count until an object has been scanned).
//! 4. Of the unreachable ones: those with `tp_del`, and what they reach, go to `gc.garbage`; weak references are cleared and their
//!    callbacks called; finalisers run; if that resurrected some, 1-3 are repeated; the rest is cleared by `tp_clear`.

use super::*;
use std::time::Instant;

const SHIFT: u32 = 2;

/// # Safety
/// As the functions on list heads: `head` is a live gc header.
#[inline(always)]
unsafe fn refs(head: *mut PyGC_Head) -> isize {
    // SAFETY: the caller's promise.
    unsafe { ((*head)._gc_prev.get() as isize) >> SHIFT }
}

#[inline(always)]
unsafe fn set_refs(head: *mut PyGC_Head, refs: isize) {
    // SAFETY: the caller's promise.
    unsafe {
        (*head)
            ._gc_prev
            .set((*head)._gc_prev.get() & !PREV_MASK | (refs as usize) << SHIFT)
    }
}

#[inline(always)]
unsafe fn is_collecting(head: *mut PyGC_Head) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*head)._gc_prev.get() & COLLECTING != 0 }
}

#[inline(always)]
unsafe fn clear_collecting(head: *mut PyGC_Head) {
    // SAFETY: the caller's promise.
    unsafe { (*head)._gc_prev.set((*head)._gc_prev.get() & !COLLECTING) }
}

#[inline(always)]
unsafe fn next_of(head: *mut PyGC_Head) -> *mut PyGC_Head {
    // SAFETY: the caller's promise.
    unsafe { ((*head)._gc_next.get() & !UNREACHABLE) as *mut PyGC_Head }
}

/// Moves an object of a well-linked list to the end of another one.
unsafe fn move_to(head: *mut PyGC_Head, list: *mut PyGC_Head) {
    // SAFETY: the caller's promise; links are live headers.
    unsafe {
        let prev = ((*head)._gc_prev.get() & PREV_MASK) as *mut PyGC_Head;
        let next = (*head)._gc_next.get() as *mut PyGC_Head;
        (*prev)._gc_next.set(next as usize);
        (*next)
            ._gc_prev
            .set((*next)._gc_prev.get() & !PREV_MASK | prev as usize);
        append(head, list);
    }
}

/// Puts a header that is in no list at the end of one, keeping its low bits.
#[inline(always)]
unsafe fn append(head: *mut PyGC_Head, list: *mut PyGC_Head) {
    // SAFETY: the caller's promise; links are live headers.
    unsafe {
        let last = (*list)._gc_prev.get() as *mut PyGC_Head;
        (*last)._gc_next.set(head as usize);
        (*head)
            ._gc_prev
            .set((*head)._gc_prev.get() & !PREV_MASK | last as usize);
        (*head)._gc_next.set(list as usize);
        (*list)._gc_prev.set(head as usize);
    }
}

/// An empty list on the stack; its address must not change once it is used.
fn local() -> PyGC_Head {
    PyGC_Head {
        _gc_next: Cell::new(0),
        _gc_prev: Cell::new(0),
    }
}

fn start(list: &PyGC_Head) -> *mut PyGC_Head {
    let list = list as *const PyGC_Head as *mut PyGC_Head;
    // SAFETY: it becomes a list head here.
    unsafe { empty(list) };
    list
}

/// Calls the object's `tp_traverse`.
#[inline(always)]
unsafe fn traverse(head: *mut PyGC_Head, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the header of a live object.
    unsafe {
        let object = &*object_of(head);
        match object.ty().tp_traverse.get() {
            Some(f) => f(object, visit, arg),
            None => 0,
        }
    }
}

/// Tells `each` what the object refers to: directly for the types of most objects, `through` a visitor for all others.
#[inline(always)]
unsafe fn each_referent(
    head: *mut PyGC_Head,
    mut each: impl FnMut(&PyObject),
    through: visitproc,
    arg: *mut c_void,
) {
    let mut each = |object: &PyObject| {
        each(object);
        0
    };
    // SAFETY: the header of a live object; an exact type says what the object is.
    unsafe {
        let object = &*object_of(head);
        let ty = object.ty();
        if ty.is(&*function::PyFunction_Type) {
            function::each_referent(object.cast(), each);
        } else if ty.is(&*tuple::PyTuple_Type) {
            tuple::each_referent(object.cast(), each);
        } else if ty.is(&*dict::PyDict_Type) {
            dict::each_referent(object.cast(), &mut each);
        } else if let Some(f) = ty.tp_traverse.get() {
            f(object, through, arg);
        }
    }
}

/// Objects whose count is to be lowered when their memory has arrived: it is asked for some objects ahead.
struct Ahead {
    ring: [*const PyObject; Ahead::SIZE],
    at: usize,
}

impl Ahead {
    const SIZE: usize = 16;

    /// Takes an object in; another one is due, or null.
    #[inline(always)]
    fn swap(&mut self, object: *const PyObject) -> *const PyObject {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a prefetch has no effect that a program can see.
        unsafe {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            _mm_prefetch::<_MM_HINT_T0>(object.cast::<i8>().wrapping_add(8));
        }
        let due = std::mem::replace(&mut self.ring[self.at], object);
        self.at = (self.at + 1) % Ahead::SIZE;
        due
    }
}

/// A reference to this object, which may be null, comes from within.
#[inline(always)]
unsafe fn subtract(object: *const PyObject) {
    // SAFETY: null or a live object; a gc object has a header.
    unsafe {
        if let Some(object) = object.as_ref()
            && is_gc(object)
        {
            let head = head_of(object);
            if is_collecting(head) {
                let prev = &(*head)._gc_prev;
                prev.set(prev.get().wrapping_sub(1 << SHIFT));
            }
        }
    }
}

extern "C" fn visit_subtract(object: &PyObject, arg: *mut c_void) -> c_int {
    // SAFETY: `deduce_unreachable` passes its ring.
    unsafe { subtract((*arg.cast::<Ahead>()).swap(object)) };
    0
}

extern "C" fn visit_reachable(object: &PyObject, arg: *mut c_void) -> c_int {
    // SAFETY: `move_unreachable` passes its list.
    unsafe { reach(object, arg.cast()) };
    0
}

/// A reachable object refers to this one.
#[inline(always)]
unsafe fn reach(object: &PyObject, reachable: *mut PyGC_Head) {
    if !is_gc(object) {
        return;
    }
    // SAFETY: a gc object has a header; lists are in the state that `move_unreachable` keeps.
    unsafe {
        let head = head_of(object);
        // Not in this collection, or scanned already.
        if !is_collecting(head) {
            return;
        }
        if (*head)._gc_next.get() & UNREACHABLE != 0 {
            // Moved away too early: back to the end of what is to be scanned.
            let prev = ((*head)._gc_prev.get() & PREV_MASK) as *mut PyGC_Head;
            let next = next_of(head);
            (*prev)._gc_next.set((*head)._gc_next.get());
            (*next)
                ._gc_prev
                .set((*next)._gc_prev.get() & !PREV_MASK | prev as usize);
            append(head, reachable);
            set_refs(head, 1);
        } else if refs(head) == 0 {
            // Still to be scanned: found reachable meanwhile.
            set_refs(head, 1);
        }
    }
}

/// Steps 1 to 3: splits `base` into what is referred to from outside (stays) and `unreachable`.
/// Afterwards the former is no longer [`COLLECTING`], the latter is. Answers how many stay.
unsafe fn deduce_unreachable(base: *mut PyGC_Head, unreachable: *mut PyGC_Head) -> usize {
    // SAFETY: the list holds live objects; nothing but traversal runs here.
    unsafe {
        let mut at = next_of(base);
        while at != base {
            let count = (*object_of(at)).ob_refcnt.get();
            (*at)
                ._gc_prev
                .set((*at)._gc_prev.get() & FINALIZED | COLLECTING | (count as usize) << SHIFT);
            at = next_of(at);
        }
        let mut ahead = Ahead {
            ring: [std::ptr::null(); Ahead::SIZE],
            at: 0,
        };
        let ahead = &raw mut ahead;
        at = next_of(base);
        while at != base {
            let each = |object: &PyObject| subtract((*ahead).swap(object));
            each_referent(at, each, visit_subtract, ahead.cast());
            at = next_of(at);
        }
        for _ in 0..Ahead::SIZE {
            subtract((*ahead).swap(std::ptr::null()));
        }
        move_unreachable(base, unreachable)
    }
}

/// Answers how many stay. Tuples that hold nothing that could be part of a cycle are untracked on the way.
unsafe fn move_unreachable(young: *mut PyGC_Head, unreachable: *mut PyGC_Head) -> usize {
    // SAFETY: as in `deduce_unreachable`.
    unsafe {
        let mut staying = 0;
        let mut prev = young;
        let mut at = next_of(young);
        while at != young {
            if refs(at) != 0 {
                let each = |object: &PyObject| reach(object, young);
                each_referent(at, each, visit_reachable, young.cast());
                if is_inert_tuple(&*object_of(at)) {
                    (*prev)._gc_next.set((*at)._gc_next.get());
                    (*at)._gc_next.set(0);
                    (*at)._gc_prev.set((*at)._gc_prev.get() & FINALIZED);
                } else {
                    // The scan is past this object: its backward link is restored.
                    (*at)
                        ._gc_prev
                        .set((*at)._gc_prev.get() & FINALIZED | prev as usize);
                    prev = at;
                    staying += 1;
                }
            } else {
                (*prev)._gc_next.set((*at)._gc_next.get());
                let last = (*unreachable)._gc_prev.get() as *mut PyGC_Head;
                (*last)._gc_next.set(at as usize | UNREACHABLE);
                (*at)
                    ._gc_prev
                    .set((*at)._gc_prev.get() & !PREV_MASK | last as usize);
                (*at)._gc_next.set(unreachable as usize | UNREACHABLE);
                (*unreachable)._gc_prev.set(at as usize);
            }
            at = (*prev)._gc_next.get() as *mut PyGC_Head;
        }
        (*young)._gc_prev.set(prev as usize);
        // Ordinary links from here on.
        let mut at = unreachable;
        loop {
            let next = next_of(at);
            (*at)._gc_next.set(next as usize);
            at = next;
            if at == unreachable {
                break;
            }
        }
        staying
    }
}

/// Whether the object is a tuple that holds nothing that could be part of a cycle.
#[inline(always)]
fn is_inert_tuple(object: &PyObject) -> bool {
    let Some(tuple) = object.exact::<PyTupleObject>() else {
        return false;
    };
    // SAFETY: within the tuple; unfinished ones (from C) may hold nulls.
    (0..tuple.len()).all(|i| unsafe {
        let items = tuple::items_ptr(tuple as *const _ as *mut _);
        (*items.add(i)).as_ref().is_some_and(|o| !may_be_tracked(o))
    })
}

/// Untracks dicts that hold nothing that could be part of a cycle; answers how many.
unsafe fn untrack_dicts(list: *mut PyGC_Head) -> usize {
    // SAFETY: the list holds live objects.
    unsafe {
        let mut inert = 0;
        let mut at = next_of(list);
        while at != list {
            let next = next_of(at);
            let object = &*object_of(at);
            if let Some(dict) = object.exact::<PyDictObject>()
                && dict.is_inert()
            {
                untrack(object);
                inert += 1;
            }
            at = next;
        }
        inert
    }
}

extern "C" fn visit_move(object: &PyObject, arg: *mut c_void) -> c_int {
    if is_gc(object) {
        // SAFETY: a gc object has a header; collecting ones are in a well-linked list.
        unsafe {
            let head = head_of(object);
            if is_collecting(head) {
                move_to(head, arg.cast());
                clear_collecting(head);
            }
        }
    }
    0
}

/// Moves objects with `tp_del`, and all that they reach, to `finalizers`.
unsafe fn move_legacy_finalizers(unreachable: *mut PyGC_Head, finalizers: *mut PyGC_Head) {
    // SAFETY: the lists hold live objects.
    unsafe {
        let mut at = next_of(unreachable);
        while at != unreachable {
            let next = next_of(at);
            if (*object_of(at)).ty().tp_del.get().is_some() {
                clear_collecting(at);
                move_to(at, finalizers);
            }
            at = next;
        }
        let mut at = next_of(finalizers);
        while at != finalizers {
            traverse(at, visit_move, finalizers.cast());
            at = next_of(at);
        }
    }
}

/// Where the object keeps its list of weak references, if its type has such.
fn weakrefs_of(object: &PyObject) -> Option<&Slot<PyWeakReference>> {
    let offset = object.ty().tp_weaklistoffset.get();
    if offset <= 0 {
        return None;
    }
    // SAFETY: the type says that the field is there.
    Some(unsafe {
        &*(object as *const PyObject)
            .cast::<u8>()
            .offset(offset)
            .cast::<Slot<PyWeakReference>>()
    })
}

/// Makes a weak reference dead, keeping its callback.
fn clear_weakref(wr: &PyWeakReference) {
    if let Some(target) = wr.wr_object.get()
        && !singletons::is_none(target)
        && let Some(list) = weakrefs_of(target)
        && list.as_ptr() == wr as *const _ as *mut _
    {
        list.set_ptr(wr.wr_next.as_ptr());
    }
    wr.wr_object
        .set_ptr(&raw const singletons::_Py_NoneStruct as *mut PyObject);
    if let Some(prev) = wr.wr_prev.get() {
        prev.wr_next.set_ptr(wr.wr_next.as_ptr());
    }
    if let Some(next) = wr.wr_next.get() {
        next.wr_prev.set_ptr(wr.wr_prev.as_ptr());
    }
    wr.wr_prev.set_ptr(std::ptr::null_mut());
    wr.wr_next.set_ptr(std::ptr::null_mut());
}

/// Clears all weak references to the unreachable objects, so that no callback can see them; then calls the callbacks of those
/// that are reachable themselves. Runs Python.
unsafe fn handle_weakrefs(unreachable: *mut PyGC_Head) {
    let mut to_call: Vec<Ref<PyWeakReference>> = Vec::new();
    // SAFETY: the list holds live objects; nothing runs before the callbacks.
    unsafe {
        let mut at = next_of(unreachable);
        while at != unreachable {
            let object = &*object_of(at);
            if let Some(wr) = object.downcast::<PyWeakReference>() {
                // A dying weak reference never calls back.
                clear_weakref(wr);
            }
            if let Some(list) = weakrefs_of(object) {
                while let Some(wr) = list.get() {
                    let wr = Ref::new(wr);
                    clear_weakref(&wr);
                    if !wr.wr_callback.is_null() && !is_collecting(head_of(&**wr)) {
                        to_call.push(wr);
                    }
                }
            }
            at = next_of(at);
        }
    }
    for wr in to_call {
        if let Some(callback) = wr.wr_callback.cloned()
            && attempt::apart(|| call::call1(&callback, &wr)).is_err()
        {
            errors::write_unraisable(Some(&callback));
        }
    }
}

/// Runs the finalisers. Runs Python.
unsafe fn finalize_garbage(collectable: *mut PyGC_Head) {
    let seen = local();
    let seen = start(&seen);
    // SAFETY: only the list's first object is looked at in each round, as finalisers may change the list.
    unsafe {
        while !is_empty(collectable) {
            let head = next_of(collectable);
            let object = object_of(head);
            move_to(head, seen);
            if (*head)._gc_prev.get() & FINALIZED == 0
                && let Some(f) = (*object).ty().tp_finalize.get()
            {
                (*head)._gc_prev.set((*head)._gc_prev.get() | FINALIZED);
                let _held = Ref::new(&*object);
                f(object);
            }
        }
        merge(seen, collectable);
    }
}

/// Breaks the cycles with `tp_clear`. Runs Python (drops).
unsafe fn delete_garbage(collectable: *mut PyGC_Head, old: *mut PyGC_Head) {
    // SAFETY: only the list's first object is looked at in each round, as clearing may change the list.
    unsafe {
        while !is_empty(collectable) {
            let head = next_of(collectable);
            let object = Ref::new(&*object_of(head));
            if STATE.debug.get() & debug::SAVEALL != 0 {
                if garbage().and_then(|list| list.append(&object)).is_err() {
                    errors::clear();
                }
            } else if let Some(clear) = object.ty().tp_clear.get() {
                clear(&object);
                if errors::occurred().is_some() {
                    errors::write_unraisable(None);
                }
            }
            if (*head)._gc_next.get() != 0 && next_of(collectable) == head {
                // It is still there (and maybe alive): next time.
                clear_collecting(head);
                move_to(head, old);
            }
            drop(object);
        }
    }
}

/// Puts objects with `tp_del` into `gc.garbage`.
unsafe fn handle_legacy_finalizers(finalizers: *mut PyGC_Head, old: *mut PyGC_Head) {
    // SAFETY: the list holds live objects.
    unsafe {
        let mut at = next_of(finalizers);
        while at != finalizers {
            let object = &*object_of(at);
            let save =
                STATE.debug.get() & debug::SAVEALL != 0 || object.ty().tp_del.get().is_some();
            if save && garbage().and_then(|list| list.append(object)).is_err() {
                errors::clear();
            }
            at = next_of(at);
        }
        merge(finalizers, old);
    }
}

unsafe fn print_list(what: &str, list: *mut PyGC_Head) {
    // SAFETY: the list holds live objects.
    unsafe {
        let mut at = next_of(list);
        while at != list {
            let object = object_of(at);
            eprintln!(
                "gc: {what} <{} {:p}>",
                sequence::type_name(&*object),
                object
            );
            at = next_of(at);
        }
    }
}

/// One collection of a generation and the younger ones: (unreachable, of these uncollectable). Runs Python.
fn run(generation: usize) -> (usize, usize) {
    let debugging = STATE.debug.get();
    let started = Instant::now();
    if debugging & debug::STATS != 0 {
        eprintln!("gc: collecting generation {generation}...");
        // SAFETY: these are list heads.
        let sizes = STATE
            .generations
            .each_ref()
            .map(|g| unsafe { size(g.list()) });
        eprintln!(
            "gc: objects in each generation: {} {} {}",
            sizes[0], sizes[1], sizes[2]
        );
        eprintln!("gc: objects in permanent generation: {}", freeze_count());
    }
    if let Some(older) = STATE.generations.get(generation + 1) {
        older.count.set(older.count.get() + 1);
    }
    let young = STATE.generations[generation].list();
    let old = STATE.generations[(generation + 1).min(2)].list();
    let (unreachable, still, finalizers) = (local(), local(), local());
    let (unreachable, still, finalizers) = (start(&unreachable), start(&still), start(&finalizers));
    // SAFETY: these are list heads, of live objects throughout; finalisers and callbacks run only where the steps say so.
    unsafe {
        for each in &STATE.generations[..=generation] {
            each.count.set(0);
            if each.list() != young {
                merge(each.list(), young);
            }
        }
        let staying = deduce_unreachable(young, unreachable);
        if young != old {
            if generation == 1 {
                let pending = &STATE.long_lived_pending;
                pending.set(pending.get() + staying as isize);
            }
            merge(young, old);
        } else {
            let inert = untrack_dicts(young);
            STATE.long_lived_pending.set(0);
            STATE.long_lived_total.set((staying - inert) as isize);
        }
        move_legacy_finalizers(unreachable, finalizers);
        if debugging & debug::COLLECTABLE != 0 {
            print_list("collectable", unreachable);
        }
        handle_weakrefs(unreachable);
        finalize_garbage(unreachable);
        // What the finalisers resurrected, and what that reaches, survives.
        deduce_unreachable(unreachable, still);
        merge(unreachable, old);
        let collected = size(still);
        delete_garbage(still, old);
        let uncollectable = size(finalizers);
        if debugging & debug::UNCOLLECTABLE != 0 {
            print_list("uncollectable", finalizers);
        }
        handle_legacy_finalizers(finalizers, old);
        if debugging & debug::STATS != 0 {
            eprintln!(
                "gc: done, {} unreachable, {} uncollectable, {:.4}s elapsed",
                collected + uncollectable,
                uncollectable,
                started.elapsed().as_secs_f64()
            );
        }
        let stats = &STATE.stats[generation];
        stats.collections.set(stats.collections.get() + 1);
        stats
            .collected
            .set(stats.collected.get() + collected as isize);
        stats
            .uncollectable
            .set(stats.uncollectable.get() + uncollectable as isize);
        (collected, uncollectable)
    }
}

/// Tells `gc.callbacks`. Runs Python.
fn tell(phase: &str, generation: usize, collected: usize, uncollectable: usize) {
    let Some(list) = STATE.callbacks.get() else {
        return;
    };
    // SAFETY: only a list is put there.
    let list: Ref<PyListObject> = Ref::new(unsafe { list.cast() });
    if list.is_empty() {
        return;
    }
    let told = (|| {
        let info = dict::new()?;
        info.set_text("generation", &*int::from_usize(generation)?)?;
        info.set_text("collected", &*int::from_usize(collected)?)?;
        info.set_text("uncollectable", &*int::from_usize(uncollectable)?)?;
        let phase = str_::intern(phase)?;
        let mut i = 0;
        while let Some(callback) = list.get(i) {
            if attempt::apart(|| call::call(&callback, &[&phase, &info])).is_err() {
                errors::write_unraisable(Some(&callback));
            }
            i += 1;
        }
        Ok(())
    })();
    if let Err(Raised) = told {
        errors::write_unraisable(None);
    }
}

/// A collection with its surroundings: not nested, an exception that is set stays set.
fn guarded(generation: usize) -> usize {
    if STATE.collecting.replace(true) {
        return 0;
    }
    let pending = errors::fetch();
    tell("start", generation, 0, 0);
    let (collected, uncollectable) = run(generation);
    tell("stop", generation, collected, uncollectable);
    if let Some(pending) = pending {
        errors::restore(pending);
    }
    STATE.collecting.set(false);
    collected + uncollectable
}

/// What has been asked for by [`count_allocation`]: the oldest generation that is due. Runs Python.
pub fn collect_due() {
    STATE.due.set(false);
    if !STATE.enabled.get() || STATE.collecting.get() {
        return;
    }
    for i in (0..3).rev() {
        let each = &STATE.generations[i];
        if each.count.get() <= each.threshold.get() {
            continue;
        }
        // A full collection only pays when a quarter is new.
        if i == 2 && STATE.long_lived_pending.get() < STATE.long_lived_total.get() / 4 {
            continue;
        }
        guarded(i);
        break;
    }
}

/// Collects `generation` and younger; the number of unreachable objects found. Runs Python; its exceptions go to
/// `sys.unraisablehook`.
pub fn collect(generation: usize) -> PyResult<usize> {
    if generation > 2 {
        return Err(raise!(ValueError, "invalid generation"));
    }
    frame::force();
    Ok(guarded(generation))
}

extern "C" fn visit_collect(object: &PyObject, arg: *mut c_void) -> c_int {
    // SAFETY: `referents` passes its vector.
    unsafe { (*arg.cast::<Vec<Ref>>()).push(object.to_ref()) };
    0
}

/// `gc.get_referents`: what the objects directly refer to.
pub fn referents(objects: &[&PyObject]) -> Vec<Ref> {
    let mut found: Vec<Ref> = Vec::new();
    for object in objects {
        if is_gc(object) {
            // SAFETY: a gc object has a header.
            unsafe { traverse(head_of(*object), visit_collect, (&raw mut found).cast()) };
        }
    }
    found
}

extern "C" fn visit_match(object: &PyObject, arg: *mut c_void) -> c_int {
    // SAFETY: `referrers` passes its slice.
    let wanted = unsafe { &*arg.cast::<&[&PyObject]>() };
    wanted.iter().any(|w| w.is(object)) as c_int
}

/// `gc.get_referrers`: the tracked objects that directly refer to any of these (`except` left out).
pub fn referrers(wanted: &[&PyObject], except: Option<&PyObject>) -> Vec<Ref> {
    let mut found = Vec::new();
    let mut wanted = wanted;
    for generation in &STATE.generations {
        let list = generation.list();
        // SAFETY: the list holds live objects; traversal runs nothing.
        unsafe {
            let mut at = next_of(list);
            while at != list {
                let object = &*object_of(at);
                if except.is_none_or(|e| !e.is(object))
                    && traverse(at, visit_match, (&raw mut wanted).cast()) != 0
                {
                    found.push(object.to_ref());
                }
                at = next_of(at);
            }
        }
    }
    found
}
