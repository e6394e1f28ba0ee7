//! `type`: creation, MRO, slot inheritance, attribute look-up with its cache, version tags.
//!
//! - `ready`: finishes a type: MRO, inherited slots, descriptors for its tables; `mro`: C3
//! - `slots`: the table special method <-> slot; `wrappers`: Python calls of native slots; `slot_functions`: the other way
//! - `cache`: look-up through the MRO, version tags, invalidation
//! - `new`: `type(name, bases, dict)`; `type_methods`: the attributes and methods of classes; `subtype`: their instances' end
//!
//! Invariant: whatever changes a type (dict, bases, slots) calls [`modified`] (O5).

pub mod cache;
mod init;
mod mro;
pub mod new;
mod ready;
pub mod slot_functions;
pub mod slots;
pub mod subtype;
mod type_methods;
pub mod wrappers;

pub use cache::{clear as clear_cache, lookup, modified, version_tag, watch};
pub use init::init;
pub use new::{
    attributes_to_name, best_base, calculate_metatype, create_for_call, foreign_new,
    inherited_init_subclass, is_native_new_of, members_of, new_type,
};
pub use ready::{doc_of, ready, ready_heap, text_signature_of};
pub use slot_functions::{Special, find_special, hash_of_answer, length as length_of_answer};
pub use slots::*;
pub use subtype::{finalize_dying, subtype_dealloc};
pub use type_methods::{
    PyType_Type, begin_set_bases, getattr_of_type, merge_class_dict, type_call, type_getattro,
};

use crate::*;
use std::ffi::CStr;
use std::ptr;

builtin!(PyTypeObject = PyType_Type);

/// Forgets how long a borrow lasts: for objects that something else (a type's dict, a count of ours) keeps alive.
#[inline(always)]
pub(crate) fn static_ref<T>(object: &T) -> &'static T {
    // SAFETY: every caller names the owner that outlives the use.
    unsafe { &*(object as *const T) }
}

/// The text of a C string of a static table.
pub(crate) fn c_text(text: *const c_char) -> &'static str {
    if text.is_null() {
        return "";
    }
    // SAFETY: tables hold null-terminated strings that live for ever; ours are ASCII, foreign ones should be UTF-8.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap_or("?")
}

/// Whether `of` is in the type's MRO.
#[inline]
pub fn is_subtype(ty: &PyTypeObject, of: &PyTypeObject) -> bool {
    if ptr::eq(ty, of) {
        return true;
    }
    if ty.tp_mro.is_null() {
        let mut at = ty.tp_base.get();
        while let Some(t) = at {
            if ptr::eq(t, of) {
                return true;
            }
            at = t.tp_base.get();
        }
        return ptr::eq(of, &object::PyBaseObject_Type);
    }
    ty.mro().iter().any(|t| ptr::eq(*t, of))
}

/// The direct subtypes that are alive.
pub fn subtypes(ty: &PyTypeObject) -> Vec<Ref<PyTypeObject>> {
    let Some(table) = ty.tp_subclasses.get() else {
        return Vec::new();
    };
    // SAFETY: the table is a dict of weak references to types.
    let table: &PyDictObject = unsafe { table.cast() };
    let mut all = Vec::with_capacity(table.len());
    let mut position = 0;
    while let Some((_, reference, _)) = table.next_entry(&mut position) {
        let Some(reference) = reference.downcast::<PyWeakReference>() else {
            continue;
        };
        if let Some(subtype) = weakref::target(reference) {
            // SAFETY: as above.
            all.push(unsafe { subtype.cast::<PyTypeObject>() });
        }
    }
    all
}

impl PyTypeObject {
    /// The name that messages show (`tp_name`): for types made in C with the module in front, but for those of `builtins`
    /// ("collections.deque").
    pub fn name(&self) -> &str {
        c_text(self.tp_name.get())
    }

    /// The name as `__name__` has it.
    pub fn short_name(&self) -> &str {
        if self.is_heap_type()
            // SAFETY: the flag says that it is a PyHeapTypeObject, whose name is a str.
            && let Some(name) = unsafe { self.cast::<PyHeapTypeObject>() }.ht_name.get()
        {
            return match unsafe { name.cast::<Str>() }.to_utf8() {
                Ok(text) => text,
                Err(Raised) => {
                    errors::clear();
                    "?"
                }
            };
        }
        let full = self.name();
        full.rsplit_once('.').map_or(full, |(_, name)| name)
    }

    /// `module.qualname`; the name that C code gave it, or a class its own, if there is no `__module__` of text or it is "builtins".
    pub fn qualified_name(&self) -> String {
        let full_name = || c_text(self.tp_name.get()).to_string();
        if !self.is_heap_type() {
            return full_name();
        }
        let module = self.dict().get_str(&names::__module__);
        let Some(module) = module
            .as_ref()
            .and_then(|m| m.downcast::<Str>())
            .filter(|m| !m.equals_text("builtins"))
        else {
            return full_name();
        };
        // SAFETY: see `name`.
        let heap: &PyHeapTypeObject = unsafe { self.cast() };
        let qualname = heap
            .ht_qualname
            .get()
            .and_then(|q| q.downcast::<Str>())
            .map_or_else(|| self.name().to_string(), |q| q.to_string_lossy());
        format!("{}.{qualname}", module.to_string_lossy())
    }

    /// Whether a flag (one of `tp::*_SUBCLASS`) is set.
    #[inline(always)]
    pub fn is_subclass_flag(&self, flag: u64) -> bool {
        self.tp_flags.get() & flag != 0
    }

    #[inline(always)]
    pub fn is_heap_type(&self) -> bool {
        self.tp_flags.get() & flags::tp::HEAPTYPE != 0
    }

    /// The class's own attributes; whoever changes them calls [`modified`] and [`slots::update_slot`].
    #[inline(always)]
    pub fn dict(&self) -> &PyDictObject {
        debug_assert!(!self.tp_dict.is_null(), "a type that is not ready");
        // SAFETY: every ready type has a dict.
        unsafe { &*self.tp_dict.as_ptr().cast() }
    }

    /// The method resolution order, the type itself first.
    #[inline]
    pub fn mro(&self) -> &[&PyTypeObject] {
        self.types_of(&self.tp_mro)
    }

    /// `__bases__`.
    #[inline]
    pub fn bases(&self) -> &[&PyTypeObject] {
        self.types_of(&self.tp_bases)
    }

    #[inline(always)]
    fn types_of(&self, tuple: &Slot<PyObject>) -> &[&PyTypeObject] {
        match tuple.get() {
            // SAFETY: both tuples hold types alone, and a reference to a type is a reference to an object.
            Some(tuple) => unsafe {
                std::mem::transmute::<&[&PyObject], &[&PyTypeObject]>(
                    tuple.cast::<PyTupleObject>().items(),
                )
            },
            None => &[],
        }
    }
}
