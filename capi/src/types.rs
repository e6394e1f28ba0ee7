//! `object.h`, types: readying, making types from specifications, slots by number, modules behind types.

use crate::support::*;
use hotpy_objects::flags::{member, tp};
use hotpy_objects::typeobject::{self, PyType_Type};
use std::mem::{offset_of, size_of};

export! {
    fn PyType_Ready(ty: &'static PyTypeObject) -> c_int {
        ty.tp_flags.set(ty.tp_flags.get() | tp::FOREIGN);
        if ty.is_heap_type() {
            return status(typeobject::ready_heap(ty));
        }
        status(typeobject::ready(ty))
    }
    fn PyType_IsSubtype(ty: &PyTypeObject, of: &PyTypeObject) -> c_int {
        typeobject::is_subtype(ty, of) as c_int
    }
    fn PyType_SUPPORTS_WEAKREFS(ty: &PyTypeObject) -> c_int { (ty.tp_weaklistoffset.get() > 0) as c_int }
    fn PyType_GetFlags(ty: &PyTypeObject) -> c_ulong { ty.tp_flags.get() & 0xffff_ffff }
    fn PyType_Modified(ty: &PyTypeObject) { typeobject::modified(ty) }
    fn PyType_ClearCache() -> c_uint { typeobject::clear_cache() }
    fn PyType_GenericAlloc(ty: &PyTypeObject, items: isize) -> PyResult { mem::generic_alloc(ty, items) }
    fn PyType_GenericNew(ty: &PyTypeObject, _args: Option<&PyObject>, _kwargs: Option<&PyObject>) -> PyResult {
        match ty.tp_alloc.get() {
            Some(alloc) => alloc(ty, 0),
            None => mem::generic_alloc(ty, 0),
        }
    }
    fn _PyType_Lookup(ty: &PyTypeObject, name: &PyObject) -> *mut PyObject {
        name.downcast::<Str>().and_then(|name| typeobject::lookup(ty, name)).map_or(ptr::null_mut(), PyObject::as_ptr)
    }
    fn _PyType_LookupId(ty: &PyTypeObject, id: &crate::object::Identifier) -> *mut PyObject {
        match id.name() {
            Ok(name) => typeobject::lookup(ty, name).map_or(ptr::null_mut(), PyObject::as_ptr),
            Err(Raised) => ptr::null_mut(),
        }
    }
    fn _PyType_CalculateMetaclass(metatype: &PyTypeObject, bases: &PyTupleObject) -> *mut PyTypeObject {
        typeobject::calculate_metatype(metatype, bases).map_or(ptr::null_mut(), |t| t.as_ptr())
    }
    fn _PyType_GetDocFromInternalDoc(name: *const c_char, doc: *const c_char) -> PyResult {
        descr::doc_object(name, doc)
    }
    fn _PyType_GetTextSignatureFromInternalDoc(name: *const c_char, doc: *const c_char) -> PyResult {
        descr::signature_object(name, doc)
    }
    /// The part of the name behind the last dot.
    fn _PyType_Name(ty: &PyTypeObject) -> *const c_char {
        let name = ty.tp_name.get();
        let at = bytes_of(name).iter().rposition(|&b| b == b'.').map_or(0, |dot| dot + 1);
        name.wrapping_add(at)
    }
    fn PyType_GetName(ty: &PyTypeObject) -> PyResult { protocol::getattr(ty, &names::__name__) }
    fn PyType_GetQualName(ty: &PyTypeObject) -> PyResult { protocol::getattr(ty, &names::__qualname__) }
    fn PyType_GetSlot(ty: &PyTypeObject, number: c_int) -> *mut c_void {
        if number < 1 || number as usize > SLOTS.len() {
            bad_internal_call();
            return ptr::null_mut();
        }
        // SAFETY: the tables' fields are pointers; a static type's tables may be missing.
        unsafe { slot_of(ty, SLOTS[number as usize - 1]).map_or(ptr::null_mut(), |cell| cell.get()) }
    }
    fn PyType_GetModule(ty: &PyTypeObject) -> *mut PyObject {
        module_of(ty).map_or(ptr::null_mut(), |m| m.as_ptr())
    }
    fn PyType_GetModuleState(ty: &PyTypeObject) -> *mut c_void {
        match module_of(ty).and_then(|m| m.downcast::<PyModuleObject>()) {
            Some(module) => module.md_state.get(),
            None => ptr::null_mut(),
        }
    }
    fn PyType_GetModuleByDef(ty: &PyTypeObject, def: *mut PyModuleDef) -> *mut PyObject {
        for class in ty.mro() {
            if !class.is_heap_type() {
                continue;
            }
            // SAFETY: just checked.
            let heap: &PyHeapTypeObject = unsafe { class.cast() };
            if let Some(module) = heap.ht_module.get().and_then(|m| m.downcast::<PyModuleObject>())
                && module.md_def.as_ptr() == def
            {
                return PyObject::as_ptr(module);
            }
        }
        raise!(TypeError, "PyType_GetModuleByDef: No superclass of '{}' has the given module", ty.name());
        ptr::null_mut()
    }
    fn PyType_FromSpec(spec: &PyType_Spec) -> PyResult { from_spec(None, spec, None) }
    fn PyType_FromSpecWithBases(spec: &PyType_Spec, bases: Option<&PyObject>) -> PyResult { from_spec(None, spec, bases) }
    fn PyType_FromModuleAndSpec(module: Option<&PyObject>, spec: &PyType_Spec, bases: Option<&PyObject>) -> PyResult {
        from_spec(module, spec, bases)
    }
}

macro_rules! slots {
    ($($($field:ident).+)*) => { [$(offset_of!(PyHeapTypeObject, $($field).+)),*] };
}

/// Where the slot with each number (from 1) lies in a heap type.
#[rustfmt::skip]
static SLOTS: [usize; 81] = slots! {
    as_buffer.bf_getbuffer as_buffer.bf_releasebuffer
    as_mapping.mp_ass_subscript as_mapping.mp_length as_mapping.mp_subscript
    as_number.nb_absolute as_number.nb_add as_number.nb_and as_number.nb_bool as_number.nb_divmod as_number.nb_float
    as_number.nb_floor_divide as_number.nb_index as_number.nb_inplace_add as_number.nb_inplace_and
    as_number.nb_inplace_floor_divide as_number.nb_inplace_lshift as_number.nb_inplace_multiply as_number.nb_inplace_or
    as_number.nb_inplace_power as_number.nb_inplace_remainder as_number.nb_inplace_rshift as_number.nb_inplace_subtract
    as_number.nb_inplace_true_divide as_number.nb_inplace_xor as_number.nb_int as_number.nb_invert as_number.nb_lshift
    as_number.nb_multiply as_number.nb_negative as_number.nb_or as_number.nb_positive as_number.nb_power
    as_number.nb_remainder as_number.nb_rshift as_number.nb_subtract as_number.nb_true_divide as_number.nb_xor
    as_sequence.sq_ass_item as_sequence.sq_concat as_sequence.sq_contains as_sequence.sq_inplace_concat
    as_sequence.sq_inplace_repeat as_sequence.sq_item as_sequence.sq_length as_sequence.sq_repeat
    ht_type.tp_alloc ht_type.tp_base ht_type.tp_bases ht_type.tp_call ht_type.tp_clear ht_type.tp_dealloc ht_type.tp_del
    ht_type.tp_descr_get ht_type.tp_descr_set ht_type.tp_doc ht_type.tp_getattr ht_type.tp_getattro ht_type.tp_hash
    ht_type.tp_init ht_type.tp_is_gc ht_type.tp_iter ht_type.tp_iternext ht_type.tp_methods ht_type.tp_new ht_type.tp_repr
    ht_type.tp_richcompare ht_type.tp_setattr ht_type.tp_setattro ht_type.tp_str ht_type.tp_traverse ht_type.tp_members
    ht_type.tp_getset ht_type.tp_free as_number.nb_matrix_multiply as_number.nb_inplace_matrix_multiply
    as_async.am_await as_async.am_aiter as_async.am_anext ht_type.tp_finalize as_async.am_send
};

mod number {
    pub const BASE: i32 = 48;
    pub const BASES: i32 = 49;
    pub const DOC: i32 = 56;
    pub const MEMBERS: i32 = 72;
}

/// The field of any type that a heap type has at `offset`; `None` if the type lacks the table.
///
/// # Safety
/// `offset` is one of [`SLOTS`].
unsafe fn slot_of(ty: &PyTypeObject, offset: usize) -> Option<&Cell<*mut c_void>> {
    macro_rules! table {
        ($field:ident, $layout:ty, $pointer:ident) => {{
            const START: usize = offset_of!(PyHeapTypeObject, $field);
            if (START..START + size_of::<$layout>()).contains(&offset) {
                let table = ty.$pointer.get();
                // SAFETY: the offset lies within the table.
                return (!table.is_null())
                    .then(|| unsafe { &*table.cast::<u8>().add(offset - START).cast() });
            }
        }};
    }
    table!(as_async, PyAsyncMethods, tp_as_async);
    table!(as_number, PyNumberMethods, tp_as_number);
    table!(as_mapping, PyMappingMethods, tp_as_mapping);
    table!(as_sequence, PySequenceMethods, tp_as_sequence);
    table!(as_buffer, PyBufferProcs, tp_as_buffer);
    // SAFETY: the offset lies within the type.
    Some(unsafe { &*(ty as *const PyTypeObject).cast::<u8>().add(offset).cast() })
}

/// The module that a heap type was made for. TypeError if there is none.
fn module_of(ty: &PyTypeObject) -> Option<&PyObject> {
    if !ty.is_heap_type() {
        raise!(
            TypeError,
            "PyType_GetModule: Type '{}' is not a heap type",
            ty.name()
        );
        return None;
    }
    // SAFETY: just checked.
    let heap: &PyHeapTypeObject = unsafe { ty.cast() };
    let module = heap.ht_module.get();
    if module.is_none() {
        raise!(
            TypeError,
            "PyType_GetModule: Type '{}' has no associated module",
            ty.name()
        );
    }
    module
}

/// The entries of a specification's slot table.
fn slots_of(spec: &PyType_Spec) -> impl Iterator<Item = &PyType_Slot> {
    let mut at = spec.slots.get().cast_const();
    std::iter::from_fn(move || {
        // SAFETY: the table ends with slot 0 (C1).
        let slot = unsafe { &*at };
        at = at.wrapping_add(1);
        (slot.slot.get() != 0).then_some(slot)
    })
}

/// The entries of a member table.
fn members_at<'a>(first: *mut c_void) -> impl Iterator<Item = &'a PyMemberDef> {
    let mut at = first.cast::<PyMemberDef>().cast_const();
    std::iter::from_fn(move || {
        // SAFETY: the table ends with a null name (C1).
        let member = unsafe { &*at };
        at = at.wrapping_add(1);
        (!member.name.get().is_null()).then_some(member)
    })
}

/// A copy of a C string in memory that a type owns.
fn owned_text(text: &[u8]) -> PyResult<*mut u8> {
    let block = crate::memory::copied(domains::OBJECT, text, 1);
    if block.is_null() {
        return Err(errors::no_memory());
    }
    Ok(block)
}

/// A heap type from a specification. TypeError, SystemError.
pub fn from_spec(
    module: Option<&PyObject>,
    spec: &PyType_Spec,
    bases: Option<&PyObject>,
) -> PyResult {
    let full_name = bytes_of(spec.name.get());
    if full_name.is_empty() && spec.name.get().is_null() {
        return Err(raise!(
            SystemError,
            "Type spec does not define the name field."
        ));
    }
    let mut count = 0;
    let (mut base_slot, mut bases_slot) = (ptr::null_mut(), ptr::null_mut());
    for slot in slots_of(spec) {
        match slot.slot.get() {
            number::MEMBERS => count = members_at(slot.pfunc.get()).count(),
            number::BASE => base_slot = slot.pfunc.get(),
            number::BASES => bases_slot = slot.pfunc.get(),
            n if n < 0 || n as usize > SLOTS.len() => {
                return Err(raise!(RuntimeError, "invalid slot offset"));
            }
            _ => {}
        }
    }
    // SAFETY: the slots' values are objects, if they are given (C1).
    let from_slots = unsafe {
        bases_slot
            .cast::<PyObject>()
            .as_ref()
            .or(base_slot.cast::<PyObject>().as_ref())
    };
    let bases: Ref<PyTupleObject> = match bases.or(from_slots) {
        None => tuple::from_borrowed(&[&*object::PyBaseObject_Type])?,
        Some(bases) => match bases.downcast::<PyTupleObject>() {
            Some(bases) => Ref::new(bases),
            None => tuple::from_borrowed(&[bases])?,
        },
    };
    let base = typeobject::best_base(&bases)?;

    let object = mem::generic_alloc(&PyType_Type, count as isize)?;
    // SAFETY: instances of `type` are heap types.
    let heap: Ref<PyHeapTypeObject> = unsafe { object.cast() };
    let ty: &PyTypeObject = &heap.ht_type;
    ty.tp_flags
        .set(spec.flags.get() as u64 | tp::HEAPTYPE | tp::FOREIGN);
    ty.tp_as_async.set(&raw const heap.as_async as *mut _);
    ty.tp_as_number.set(&raw const heap.as_number as *mut _);
    ty.tp_as_sequence.set(&raw const heap.as_sequence as *mut _);
    ty.tp_as_mapping.set(&raw const heap.as_mapping as *mut _);
    ty.tp_as_buffer.set(&raw const heap.as_buffer as *mut _);
    let dot = full_name.iter().rposition(|&b| b == b'.');
    let short = str_::decode(&full_name[dot.map_or(0, |d| d + 1)..], None, None)?;
    heap.ht_name.set(Some(short.clone().into_object()));
    heap.ht_qualname.set(Some(short.into_object()));
    let name = owned_text(full_name)?;
    heap._ht_tpname.set(name.cast());
    ty.tp_name.set(name.cast());
    heap.ht_module.set(module.map(PyObject::to_ref));
    ty.tp_base.set(Some(Ref::new(base)));
    ty.tp_bases.set(Some(bases.clone().into_object()));
    ty.tp_basicsize.set(spec.basicsize.get() as isize);
    ty.tp_itemsize.set(spec.itemsize.get() as isize);
    for slot in slots_of(spec) {
        let value = slot.pfunc.get();
        match slot.slot.get() {
            number::BASE | number::BASES => {}
            number::DOC if value.is_null() => ty.tp_doc.set(ptr::null()),
            number::DOC => ty.tp_doc.set(owned_text(bytes_of(value.cast()))?.cast()),
            number::MEMBERS => copy_members(ty, value),
            // SAFETY: the numbers have been checked, and a heap type has all tables.
            n => unsafe {
                if let Some(cell) = slot_of(ty, SLOTS[n as usize - 1]) {
                    cell.set(value);
                }
            },
        }
    }
    if ty.tp_dealloc.get().is_none() {
        ty.tp_dealloc.set(Some(typeobject::subtype_dealloc));
    }
    typeobject::ready_heap(ty)?;
    for name in ["__weaklistoffset__", "__dictoffset__"] {
        let is_listed = |m: &PyMemberDef| bytes_of(m.name.get()) == name.as_bytes();
        if typeobject::members_of(ty).iter().any(is_listed) {
            let name = str_::new(name)?.into_object();
            ty.dict().del_item(&name)?;
        }
    }
    if ty.tp_flags.get() & tp::MANAGED_DICT != 0 && heap.ht_cached_keys.get().is_null() {
        heap.ht_cached_keys.set(dict::new_shared_keys());
    }
    set_module(ty, full_name, dot)?;
    Ok(heap.into_object())
}

/// Copies the members behind the type's structure; three names tell offsets instead.
fn copy_members(ty: &PyTypeObject, first: *mut c_void) {
    let to = typeobject::members_of(ty);
    for (to, from) in to.iter().zip(members_at(first)) {
        to.name.set(from.name.get());
        to.type_.set(from.type_.get());
        to.offset.set(from.offset.get());
        to.flags.set(from.flags.get());
        to.doc.set(from.doc.get());
        if from.type_.get() != member::PYSSIZET {
            continue;
        }
        match bytes_of(from.name.get()) {
            b"__weaklistoffset__" => ty.tp_weaklistoffset.set(from.offset.get()),
            b"__dictoffset__" => ty.tp_dictoffset.set(from.offset.get()),
            b"__vectorcalloffset__" => ty.tp_vectorcall_offset.set(from.offset.get()),
            _ => {}
        }
    }
    if let Some(first) = to.first() {
        ty.tp_members
            .set(first as *const PyMemberDef as *mut PyMemberDef);
    }
}

/// `__module__`: the name's part before its last dot. DeprecationWarning if it has none.
fn set_module(ty: &PyTypeObject, full_name: &[u8], dot: Option<usize>) -> PyResult<()> {
    if ty.dict().contains(&*names::__module__)? {
        return Ok(());
    }
    match dot {
        Some(dot) => {
            let module = str_::decode(&full_name[..dot], None, None)?;
            ty.dict().set_item(&*names::__module__, &module)
        }
        None => errors::warn(
            &exceptions::DeprecationWarning,
            &format!(
                "builtin type {} has no __module__ attribute",
                String::from_utf8_lossy(full_name)
            ),
            1,
        ),
    }
}
