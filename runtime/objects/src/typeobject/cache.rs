//! The type attribute cache: 4096 entries, keyed by a type's version tag and the identity of a name.
//!
//! Invariants: a type has a version tag only if all types of its MRO have one, so that [`modified`] may stop at a type without.
//! An entry holds a reference to its name, and borrows the value: the value stands in a dict of the MRO as long as the
//! version is current. Tags are never reused; when they run out, types simply are not cached any more.

use super::static_ref;
use crate::*;
use std::ptr;

const BITS: u32 = 12;
const SIZE: usize = 1 << BITS;
/// Longer names are not cached, so that the cache does not keep large strings alive.
const MAX_NAME: usize = 100;
/// HotPy's own type flag: the MRO has a type that does not know this one as its subtype, so tags would not be invalidated.
pub const NO_VERSION: u64 = 1 << flags::tp::HOTPY_FIRST;

struct Entry {
    version: Cell<u32>,
    name: Cell<*const Str>,
    value: Cell<*const PyObject>,
}

struct Cache([Entry; SIZE]);
// SAFETY: U1.
unsafe impl Sync for Cache {}

static CACHE: Cache = Cache(
    [const {
        Entry {
            version: Cell::new(0),
            name: Cell::new(ptr::null()),
            value: Cell::new(ptr::null()),
        }
    }; SIZE],
);

/// Called with a type whose attributes, bases or slots have changed.
pub type Watcher = fn(&PyTypeObject);

struct Global {
    next_version: Cell<u32>,
    watchers: [Cell<Option<Watcher>>; 8],
}
// SAFETY: U1.
unsafe impl Sync for Global {}

static GLOBAL: Global = Global {
    next_version: Cell::new(1),
    watchers: [const { Cell::new(None) }; 8],
};

#[inline(always)]
fn entry(version: u32, name: &Str) -> &'static Entry {
    let hash = version.wrapping_mul(31) as usize ^ (name as *const Str as usize >> 4);
    &CACHE.0[hash & (SIZE - 1)]
}

/// The attribute in the MRO's dicts, borrowed, without binding. Raises nothing, runs no Python for names that are exact `str`.
#[inline]
pub fn lookup(ty: &PyTypeObject, name: &Str) -> Option<&'static PyObject> {
    // An invalid tag is 0, which no entry has together with a name.
    let version = ty.tp_version_tag.get();
    let e = entry(version, name);
    if e.version.get() == version && ptr::eq(e.name.get(), name) {
        // SAFETY: the version is current, so the value is still in the MRO.
        return unsafe { e.value.get().as_ref() };
    }
    lookup_slow(ty, name)
}

#[inline(never)]
fn lookup_slow(ty: &PyTypeObject, name: &Str) -> Option<&'static PyObject> {
    // The MRO stays alive while keys are compared, which may run Python for odd keys.
    let mro = ty.tp_mro.cloned();
    let found = match &mro {
        // SAFETY: an MRO is a tuple of types.
        Some(mro) => unsafe { (**mro).cast::<PyTupleObject>() }
            .items()
            .iter()
            .find_map(|base| find_in(unsafe { base.cast() }, name)),
        None if ty.tp_flags.get() & (flags::tp::READYING | flags::tp::HEAPTYPE) == 0 => {
            // A static type that nobody has readied.
            if super::ready(static_ref(ty)).is_err() {
                errors::clear();
                return None;
            }
            return lookup(ty, name);
        }
        None => {
            // Not ready yet: single inheritance is all there is.
            let mut at = Some(ty);
            let mut found = None;
            while let Some(t) = at {
                found = find_in(t, name);
                if found.is_some() {
                    break;
                }
                at = t.tp_base.get();
            }
            return found;
        }
    };
    if name.is_exact::<Str>() && name.len() <= MAX_NAME {
        let version = version_tag(ty);
        if version != 0 {
            let e = entry(version, name);
            let old = e.name.replace(Ref::new(name).into_raw());
            e.version.set(version);
            e.value
                .set(found.map_or(ptr::null(), |o| o as *const PyObject));
            // SAFETY: the entry owned the old name.
            drop(unsafe { Ref::<Str>::from_owned_opt(old.cast_mut()) });
        }
    }
    found
}

/// In the type's own dict, borrowed from it.
fn find_in(ty: &PyTypeObject, name: &Str) -> Option<&'static PyObject> {
    // SAFETY: a type's dict is a dict.
    let dict = unsafe { ty.tp_dict.get()?.cast::<PyDictObject>() };
    dict.get_str(name).map(|found| static_ref(&*found))
}

/// The type's version tag, newly assigned if need be; 0 if there is none to be had.
#[inline]
pub fn version_tag(ty: &PyTypeObject) -> u32 {
    let version = ty.tp_version_tag.get();
    if version != 0 {
        return version;
    }
    assign(ty)
}

#[inline(never)]
fn assign(ty: &PyTypeObject) -> u32 {
    if ty.tp_version_tag.get() != 0 {
        return ty.tp_version_tag.get();
    }
    if ty.tp_flags.get() & flags::tp::READY == 0 || ty.tp_flags.get() & NO_VERSION != 0 {
        return 0;
    }
    if let Some(bases) = ty.tp_bases.get() {
        // SAFETY: the bases are a tuple of types.
        for base in unsafe { bases.cast::<PyTupleObject>() }.items() {
            if assign(unsafe { base.cast() }) == 0 {
                return 0;
            }
        }
    }
    let version = GLOBAL.next_version.get();
    if version == 0 {
        return 0;
    }
    GLOBAL.next_version.set(version.wrapping_add(1));
    ty.tp_version_tag.set(version);
    ty.tp_flags
        .set(ty.tp_flags.get() | flags::tp::VALID_VERSION_TAG);
    version
}

/// Forgets everything remembered of the type and its subtypes (C: `PyType_Modified`). Runs no Python.
pub fn modified(ty: &PyTypeObject) {
    if ty.tp_version_tag.get() == 0 {
        return;
    }
    for subtype in super::subtypes(ty) {
        modified(&subtype);
    }
    ty.tp_version_tag.set(0);
    ty.tp_flags
        .set(ty.tp_flags.get() & !flags::tp::VALID_VERSION_TAG);
    for watcher in &GLOBAL.watchers {
        if let Some(watcher) = watcher.get() {
            watcher(ty);
        }
    }
}

/// Has `watcher` called with each type that had a version tag and lost it; false if all places are taken.
pub fn watch(watcher: Watcher) -> bool {
    match GLOBAL.watchers.iter().find(|w| w.get().is_none()) {
        Some(place) => {
            place.set(Some(watcher));
            true
        }
        None => false,
    }
}

/// Empties the cache, as `sys._clear_type_cache` does; answers the last version given out.
pub fn clear() -> u32 {
    for e in &CACHE.0 {
        e.version.set(0);
        e.value.set(ptr::null());
        let old = e.name.replace(ptr::null());
        // SAFETY: the entry owned its name.
        drop(unsafe { Ref::<Str>::from_owned_opt(old.cast_mut()) });
    }
    GLOBAL.next_version.get().wrapping_sub(1)
}
