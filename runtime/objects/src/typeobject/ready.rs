//! Finishing a type (C: `PyType_Ready`): base and bases, MRO, dict with descriptors, inherited slots, `__hash__`, subtype lists.
//!
//! Order matters: a slot wrapper is made for the slots that a type fills itself, that is, before slots are inherited. Slots that
//! belong together (`tp_getattr` and `tp_getattro`; comparison and hash; traverse and clear) are inherited together.

use super::{PyType_Type, c_text, modified, mro, slots};
use crate::*;
use flags::tp;
use std::ffi::CStr;
use std::mem::{offset_of, size_of};
use std::ptr;

/// Finishes a static type. Raises MemoryError, or SystemError for an inconsistent table. A type that is ready is left alone.
pub fn ready(ty: &'static PyTypeObject) -> PyResult<()> {
    if ty.tp_flags.get() & tp::READY != 0 {
        return Ok(());
    }
    add_flags(ty, tp::IMMUTABLETYPE);
    if let Some(base) = ty.tp_base.get()
        && !base.is_heap_type()
    {
        ready(super::static_ref(base))?;
    }
    natively(finish(ty))
}

/// Finishes a heap type whose slots (`tp_base`, `tp_bases`, `tp_dict` and its own functions) have been filled in.
pub fn ready_heap(ty: &PyTypeObject) -> PyResult<()> {
    if ty.tp_flags.get() & tp::READY != 0 {
        return Ok(());
    }
    natively(finish(ty))
}

/// Does natively what may ask a metaclass for the order. It is not to be begun again: what was set before stays.
pub(super) fn natively<T>(work: impl Future<Output = PyResult<T>>) -> PyResult<T> {
    attempt::apart(|| task::run(work))
}

pub(super) fn add_flags(ty: &PyTypeObject, more: u64) {
    ty.tp_flags.set(ty.tp_flags.get() | more);
}

/// All of it, for a type that is not ready. Its metaclass may be asked for the order.
pub(super) async fn finish(ty: &PyTypeObject) -> PyResult<()> {
    add_flags(ty, tp::READYING);
    let result = steps(ty).await;
    ty.tp_flags.set(ty.tp_flags.get() & !tp::READYING);
    if result.is_ok() {
        add_flags(ty, tp::READY);
    }
    result
}

async fn steps(ty: &PyTypeObject) -> PyResult<()> {
    let is_object = ptr::eq(ty, &object::PyBaseObject_Type);
    if ty.tp_base.is_null() && !is_object {
        ty.tp_base.set(Some(Ref::new(&object::PyBaseObject_Type)));
    }
    if ty.ob_type.is_null() {
        let meta = ty
            .tp_base
            .get()
            .map_or(&raw const PyType_Type, |b| b.ob_type.as_ptr());
        ty.ob_type.set_ptr(meta.cast_mut());
    }
    if ty.tp_dict.is_null() {
        let d = dict::with_capacity(own_names(ty))?;
        ty.tp_dict.set(Some(d.into_object()));
    }
    if ty.tp_bases.is_null() {
        let bases = match ty.tp_base.get() {
            Some(base) => tuple::from_borrowed(&[base])?,
            None => tuple::empty(),
        };
        ty.tp_bases.set(Some(bases.into_object()));
    }
    let mut old = None;
    mro::compute(ty, &mut old).await?;
    drop(old);
    set_new(ty)?;
    fill_dict(ty)?;
    inherit(ty);
    complete_managed_dict(ty);
    inherit_marks(ty);
    set_hash(ty)?;
    for base in ty.bases() {
        add_subtype(base, ty)?;
    }
    Ok(())
}

/// C code asks for a managed dict by the flag alone.
fn complete_managed_dict(ty: &PyTypeObject) {
    if !ty.is_heap_type()
        || ty.tp_flags.get() & tp::MANAGED_DICT == 0
        || ty.tp_dictoffset.get() != 0
    {
        return;
    }
    let words = 3 * size_of::<usize>() as isize;
    ty.tp_dictoffset.set(-ty.tp_basicsize.get() - words);
    // SAFETY: the flag says which type it is.
    let heap: &PyHeapTypeObject = unsafe { ty.cast() };
    if heap.ht_cached_keys.get().is_null() {
        heap.ht_cached_keys.set(dict::new_shared_keys());
    }
}

/// About how many names the type's tables define.
fn own_names(ty: &PyTypeObject) -> usize {
    let mut n = 4;
    // SAFETY: tables end with a null name.
    unsafe {
        let mut m = ty.tp_methods.get();
        while !m.is_null() && !(*m).ml_name.get().is_null() {
            n += 1;
            m = m.add(1);
        }
        let mut g = ty.tp_getset.get();
        while !g.is_null() && !(*g).name.get().is_null() {
            n += 1;
            g = g.add(1);
        }
    }
    n + if ty.tp_as_number.get().is_null() {
        4
    } else {
        24
    }
}

/// A static type directly under `object` without `tp_new` cannot be instantiated; others have or inherit `__new__`.
fn set_new(ty: &PyTypeObject) -> PyResult<()> {
    let base = ty.tp_base.get();
    if ty.tp_new.get().is_none()
        && base.is_some_and(|b| ptr::eq(b, &object::PyBaseObject_Type))
        && !ty.is_heap_type()
    {
        add_flags(ty, tp::DISALLOW_INSTANTIATION);
    }
    if ty.tp_flags.get() & tp::DISALLOW_INSTANTIATION != 0 {
        ty.tp_new.set(None);
        return Ok(());
    }
    if ty.tp_new.get().is_some() {
        if !ty.dict().contains(&names::__new__)? {
            let function = super::new::new_wrapper(ty)?;
            ty.dict().set_item(&names::__new__, &function)?;
        }
    } else if let Some(base) = base {
        ty.tp_new.set(base.tp_new.get());
    }
    Ok(())
}

/// Sets unless the dict has the name already.
fn set_default(dict: &PyDictObject, name: &Str, value: &PyObject) -> PyResult<()> {
    if dict.get_str(name).is_none() {
        dict.set_item(name, value)?;
    }
    Ok(())
}

fn fill_dict(ty: &PyTypeObject) -> PyResult<()> {
    add_wrappers(ty)?;
    let dict = ty.dict();
    // SAFETY: tables end with a null name and live for ever.
    unsafe {
        let mut m = ty.tp_methods.get();
        while !m.is_null() && !(*m).ml_name.get().is_null() {
            add_method(ty, super::static_ref(&*m))?;
            m = m.add(1);
        }
        let mut m = ty.tp_members.get();
        while !m.is_null() && !(*m).name.get().is_null() {
            let descr = descr::new_member(ty, super::static_ref(&*m))?;
            set_default(dict, descr::name_of(&descr), &descr)?;
            m = m.add(1);
        }
        let mut g = ty.tp_getset.get();
        while !g.is_null() && !(*g).name.get().is_null() {
            let descr = descr::new_getset(ty, super::static_ref(&*g))?;
            set_default(dict, descr::name_of(&descr), &descr)?;
            g = g.add(1);
        }
    }
    if dict.get_str(&names::__doc__).is_none() {
        let doc = match doc_of(ty.tp_name.get(), ty.tp_doc.get()) {
            Some(text) => str_::new(text)?.into_object(),
            None => singletons::none(),
        };
        dict.set_item(&names::__doc__, &doc)?;
    }
    Ok(())
}

fn add_method(ty: &PyTypeObject, def: &'static PyMethodDef) -> PyResult<()> {
    let kind = def.ml_flags.get();
    let name = str_::intern(c_text(def.ml_name.get()))?;
    if kind & flags::meth::COEXIST == 0 && ty.dict().get_str(&name).is_some() {
        return Ok(());
    }
    let descr: Ref = if kind & flags::meth::CLASS != 0 {
        descr::new_class_method(ty, def)?.into_object()
    } else if kind & flags::meth::STATIC != 0 {
        let function = cfunction::new(def, Some(ty), None)?;
        classmethod::new_static(&function)?.into_object()
    } else {
        descr::new_method(ty, def)?.into_object()
    };
    ty.dict().set_item(&name, &descr)
}

/// Slot wrappers for the slots that the type fills itself.
fn add_wrappers(ty: &PyTypeObject) -> PyResult<()> {
    let dict = ty.dict();
    for row in &slots::SLOTS {
        if row.wrapper.get().is_none() {
            continue;
        }
        let Some(word) = slots::word_at(ty, row.offset.get() as usize) else {
            continue;
        };
        if word.get().is_null() || dict.get_str(row.name()).is_some() {
            continue;
        }
        if word.get() == protocol::PyObject_HashNotImplemented as *mut c_void {
            dict.set_item(row.name(), &singletons::_Py_NoneStruct)?;
        } else {
            let wrapper = descr::new_wrapper(ty, row, word.get())?;
            dict.set_item(row.name(), &wrapper)?;
        }
    }
    Ok(())
}

/// The length of the text signature (`"name(...)\n--\n\n"`) at the start of a doc, with its end marker; 0 if there is none.
fn signature_len(name: &str, doc: &str) -> Option<(usize, usize)> {
    let short = name.rsplit('.').next().unwrap_or(name);
    let rest = doc.strip_prefix(short)?;
    if !rest.starts_with('(') {
        return None;
    }
    let end = doc.find(")\n--\n\n")?;
    // A blank line before the marker means that it belongs to something else.
    if doc[..end].contains("\n\n") {
        return None;
    }
    Some((short.len(), end + 1))
}

fn doc_text(doc: *const c_char) -> Option<&'static str> {
    if doc.is_null() {
        return None;
    }
    // SAFETY: docs are null-terminated and live as long as their type.
    unsafe { CStr::from_ptr(doc) }.to_str().ok()
}

/// A doc without its text signature; `None` if nothing is left.
pub fn doc_of(name: *const c_char, doc: *const c_char) -> Option<&'static str> {
    let doc = doc_text(doc)?;
    let text = match signature_len(c_text(name), doc) {
        Some((_, end)) => &doc[end + ")\n--\n\n".len() - 1..],
        None => doc,
    };
    (!text.is_empty()).then_some(text)
}

/// The text signature `"(...)"` at the start of a doc.
pub fn text_signature_of(name: *const c_char, doc: *const c_char) -> Option<&'static str> {
    let doc = doc_text(doc)?;
    signature_len(c_text(name), doc).map(|(start, end)| &doc[start..end])
}

// ---- inheritance ----

fn inherit(ty: &PyTypeObject) {
    let Some(base) = ty.tp_base.get() else {
        return;
    };
    inherit_special(ty, base);
    for other in ty.mro().iter().skip(1) {
        inherit_slots(ty, other);
    }
    // Tables that a type lacks are its base's.
    macro_rules! share {
        ($($table:ident)*) => { $( if ty.$table.get().is_null() { ty.$table.set(base.$table.get()); } )* };
    }
    share!(tp_as_async tp_as_number tp_as_sequence tp_as_mapping tp_as_buffer);
}

/// The flags `tp::*_SUBCLASS`.
const SUBCLASS_FLAGS: u64 = tp::LONG_SUBCLASS
    | tp::LIST_SUBCLASS
    | tp::TUPLE_SUBCLASS
    | tp::BYTES_SUBCLASS
    | tp::UNICODE_SUBCLASS
    | tp::DICT_SUBCLASS
    | tp::BASE_EXC_SUBCLASS
    | tp::TYPE_SUBCLASS;

/// Sizes, offsets, flags, and the collector's functions.
fn inherit_special(ty: &PyTypeObject, base: &PyTypeObject) {
    let (own, of_base) = (ty.tp_flags.get(), base.tp_flags.get());
    if own & tp::HAVE_GC == 0
        && of_base & tp::HAVE_GC != 0
        && ty.tp_traverse.get().is_none()
        && ty.tp_clear.get().is_none()
    {
        add_flags(ty, tp::HAVE_GC);
        ty.tp_traverse.set(base.tp_traverse.get());
        ty.tp_clear.set(base.tp_clear.get());
    }
    macro_rules! copy_if_zero {
        ($($field:ident)*) => { $( if ty.$field.get() == 0 { ty.$field.set(base.$field.get()); } )* };
    }
    copy_if_zero!(tp_basicsize tp_itemsize tp_weaklistoffset tp_dictoffset);
    add_flags(
        ty,
        of_base & (SUBCLASS_FLAGS | tp::MATCH_SELF | tp::MANAGED_DICT),
    );
}

/// A class of Python has the marks (`tp::CORE`) that all its bases have; to be called again when they change. Types of C code have none.
pub(super) fn inherit_marks(ty: &PyTypeObject) {
    if !ty.is_heap_type() || ty.tp_flags.get() & tp::FOREIGN != 0 {
        return;
    }
    if ty
        .bases()
        .iter()
        .any(|b| b.tp_flags.get() & tp::FOREIGN != 0)
    {
        add_flags(ty, tp::FOREIGN);
    }
    let of_bases = ty
        .bases()
        .iter()
        .fold(tp::CORE, |all, base| all & base.tp_flags.get());
    let made_like = ty.tp_base.get().map_or(0, |b| b.tp_flags.get()) & tp::MADE_LIKE;
    let others = ty.tp_flags.get() & !(tp::CORE | tp::MADE_LIKE);
    ty.tp_flags.set(others | of_bases | made_like);
}

/// Sequence or mapping, for `match`; a class has the mark of the first base that has one.
const COLLECTION: u64 = tp::SEQUENCE | tp::MAPPING;

fn words(table: *mut u8, size: usize) -> &'static [Cell<usize>] {
    // SAFETY: slot tables consist of pointer-sized cells and live as long as their type.
    unsafe { std::slice::from_raw_parts(table.cast(), size / size_of::<usize>()) }
}

/// Copies what `base` defines itself (its own base has something else there) where `ty` has nothing.
fn copy_words(ty: *mut u8, base: *mut u8, above: *mut u8, size: usize) {
    if ty.is_null() || base.is_null() || ptr::eq(ty, base) {
        return;
    }
    let above = (!above.is_null() && !ptr::eq(above, base)).then(|| words(above, size));
    for (i, (to, from)) in words(ty, size).iter().zip(words(base, size)).enumerate() {
        let value = from.get();
        if to.get() == 0 && value != 0 && above.is_none_or(|a| a[i].get() != value) {
            to.set(value);
        }
    }
}

/// Copies the slots that `base` (any type of the MRO) defines and `ty` lacks.
fn inherit_slots(ty: &PyTypeObject, base: &PyTypeObject) {
    let above = base.tp_base.get();
    macro_rules! table {
        ($($field:ident: $size:expr;)*) => { $(
            copy_words(
                ty.$field.get().cast(),
                base.$field.get().cast(),
                above.map_or(ptr::null_mut(), |a| a.$field.get().cast()),
                $size,
            );
        )* };
    }
    table! {
        tp_as_number: size_of::<PyNumberMethods>();
        // am_send, the last one, is its type's alone: a class below may have a `send` of its own.
        tp_as_async: offset_of!(PyAsyncMethods, am_send);
        tp_as_sequence: size_of::<PySequenceMethods>();
        tp_as_mapping: size_of::<PyMappingMethods>();
        tp_as_buffer: size_of::<PyBufferProcs>();
    }
    macro_rules! address {
        ($t:expr, $field:ident) => {
            $t.$field.get().map_or(0, |f| f as usize)
        };
    }
    macro_rules! copy {
        ($($field:ident)*) => { $(
            if ty.$field.get().is_none()
                && base.$field.get().is_some()
                && above.is_none_or(|a| address!(a, $field) != address!(base, $field))
            {
                ty.$field.set(base.$field.get());
            }
        )* };
    }
    copy!(tp_dealloc);
    if ty.tp_getattr.get().is_none() && ty.tp_getattro.get().is_none() {
        ty.tp_getattr.set(base.tp_getattr.get());
        ty.tp_getattro.set(base.tp_getattro.get());
    }
    if ty.tp_setattr.get().is_none() && ty.tp_setattro.get().is_none() {
        ty.tp_setattr.set(base.tp_setattr.get());
        ty.tp_setattro.set(base.tp_setattro.get());
    }
    copy!(tp_repr);
    if ty.tp_vectorcall_offset.get() == 0 {
        ty.tp_vectorcall_offset.set(base.tp_vectorcall_offset.get());
    }
    // Calls of mutable classes' instances must see a changed `__call__`.
    if ty.tp_call.get().is_none()
        && base.tp_flags.get() & tp::HAVE_VECTORCALL != 0
        && ty.tp_flags.get() & tp::IMMUTABLETYPE != 0
    {
        add_flags(ty, tp::HAVE_VECTORCALL);
    }
    copy!(tp_call tp_str);
    let overrides_hash = ["__eq__", "__hash__"]
        .iter()
        .any(|name| ty.dict().get_text(name).is_some());
    if ty.tp_richcompare.get().is_none() && ty.tp_hash.get().is_none() && !overrides_hash {
        ty.tp_richcompare.set(base.tp_richcompare.get());
        ty.tp_hash.set(base.tp_hash.get());
    }
    copy!(tp_iter tp_iternext tp_descr_get);
    if base.tp_descr_get.get().is_some()
        && address!(ty, tp_descr_get) == address!(base, tp_descr_get)
        && ty.tp_flags.get() & tp::IMMUTABLETYPE != 0
    {
        add_flags(ty, base.tp_flags.get() & tp::METHOD_DESCRIPTOR);
    }
    copy!(tp_descr_set tp_init tp_alloc tp_finalize tp_del tp_is_gc);
    if ty.tp_flags.get() & COLLECTION == 0 {
        add_flags(ty, base.tp_flags.get() & COLLECTION);
    }
    // Memory is given back the way it was got: with what lies in front of the object.
    let in_front = |t: &PyTypeObject| t.tp_flags.get() & (tp::HAVE_GC | tp::MANAGED_DICT);
    if in_front(ty) == in_front(base) && in_front(ty) & tp::MANAGED_DICT == 0 {
        copy!(tp_free);
    } else if in_front(ty) & tp::HAVE_GC != 0 && ty.tp_free.get().is_none() {
        ty.tp_free.set(Some(mem::tp_free_by_flags));
    }
}

/// A type that compares but does not hash has `__hash__ = None`.
fn set_hash(ty: &PyTypeObject) -> PyResult<()> {
    if ty.tp_hash.get().is_some() {
        return Ok(());
    }
    if ty.dict().get_str(&names::__hash__).is_none() {
        ty.dict()
            .set_item(&names::__hash__, &singletons::_Py_NoneStruct)?;
        ty.tp_hash.set(Some(protocol::PyObject_HashNotImplemented));
    }
    Ok(())
}

// ---- subtype lists ----

/// Enters `ty` into the base's list of subtypes: a dict from address to weak reference, in order of creation.
pub fn add_subtype(base: &PyTypeObject, ty: &PyTypeObject) -> PyResult<()> {
    if base.tp_subclasses.is_null() {
        base.tp_subclasses.set(Some(dict::new()?.into_object()));
    }
    let key = int::from_usize(ty as *const PyTypeObject as usize)?;
    let reference = weakref::new_ref(ty, None)?;
    let Some(table) = base.tp_subclasses.cloned() else {
        return Ok(());
    };
    // SAFETY: the table is a dict.
    unsafe { table.cast::<PyDictObject>() }.set_item(&key, &reference)
}

/// Takes `ty` out of the base's list.
pub fn remove_subtype(base: &PyTypeObject, ty: &PyTypeObject) {
    let Some(table) = base.tp_subclasses.cloned() else {
        return;
    };
    let Ok(key) = int::from_usize(ty as *const PyTypeObject as usize) else {
        return errors::clear();
    };
    // SAFETY: as above.
    if unsafe { table.cast::<PyDictObject>() }
        .del_item(&key)
        .is_err()
    {
        errors::clear();
    }
    modified(ty);
}
