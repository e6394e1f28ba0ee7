//! Creating classes: `type.__new__`, and the builtin `__new__` that wraps a native `tp_new`.
//!
//! [`create`] makes the class, asking at most a metaclass's `mro()`; [`finish`] then tells attributes (`__set_name__`) and the parent class
//! (`__init_subclass__`). The interpreter runs the second part in a surrogate, native callers through [`new_type`].
//!
//! Layout of an instance: the base's fields, one word per slot, a dict pointer (only over variable-sized bases; others
//! keep their dict in front of the object: `tp::MANAGED_DICT`), the weak reference list.

use super::slot_functions::find_special;
use super::{is_subtype, ready, slots, static_ref, subtype};
use crate::*;
use flags::{meth, tp};
use std::mem::size_of;
use std::ptr;

const WORD: isize = size_of::<usize>() as isize;

/// `type(name, bases, dict, **kwargs)` for native callers: creation and both callbacks. May run Python.
pub fn new_type(
    metatype: &PyTypeObject,
    name: &Str,
    bases: &PyTupleObject,
    dict: &PyDictObject,
    kwargs: Option<&PyDictObject>,
) -> PyResult<Ref<PyTypeObject>> {
    let ty = ready::natively(create(metatype, name, bases, dict))?;
    finish(&ty, kwargs)?;
    Ok(ty)
}

/// The most derived metatype of `metatype` and those of the bases. TypeError "metaclass conflict...".
pub fn calculate_metatype(
    metatype: &PyTypeObject,
    bases: &PyTupleObject,
) -> PyResult<Ref<PyTypeObject>> {
    let mut winner = Ref::new(metatype);
    for base in bases.items() {
        let candidate = base.ty();
        if is_subtype(&winner, candidate) {
            continue;
        }
        if is_subtype(candidate, &winner) {
            winner = Ref::new(candidate);
            continue;
        }
        return Err(raise!(
            TypeError,
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"
        ));
    }
    Ok(winner)
}

/// Whether `ty` has fields that `base` has not (a weak reference list and a dict at the end do not count).
fn adds_fields(ty: &PyTypeObject, base: &PyTypeObject) -> bool {
    let mut size = ty.tp_basicsize.get();
    if ty.tp_itemsize.get() != 0 || base.tp_itemsize.get() != 0 {
        return size != base.tp_basicsize.get() || ty.tp_itemsize.get() != base.tp_itemsize.get();
    }
    for (offset, at_base) in [
        (ty.tp_weaklistoffset.get(), base.tp_weaklistoffset.get()),
        (ty.tp_dictoffset.get(), base.tp_dictoffset.get()),
    ] {
        if offset != 0 && at_base == 0 && offset + WORD == size && ty.is_heap_type() {
            size -= WORD;
        }
    }
    size != base.tp_basicsize.get()
}

/// The nearest ancestor (or the type itself) that decides the layout of instances.
pub fn solid_base(ty: &PyTypeObject) -> &PyTypeObject {
    let base = match ty.tp_base.get() {
        Some(base) => solid_base(base),
        None => &object::PyBaseObject_Type,
    };
    if adds_fields(ty, base) { ty } else { base }
}

/// The base whose layout the class extends. TypeError for unsuitable bases.
pub fn best_base<'a>(bases: &'a PyTupleObject) -> PyResult<&'a PyTypeObject> {
    let mut best: Option<(&PyTypeObject, &PyTypeObject)> = None;
    for base in bases.items() {
        let Some(base) = base.downcast::<PyTypeObject>() else {
            return Err(raise!(TypeError, "bases must be types"));
        };
        if base.tp_flags.get() & tp::READY == 0 && !base.is_heap_type() {
            ready(static_ref(base))?;
        }
        if base.tp_flags.get() & tp::BASETYPE == 0 {
            return Err(raise!(
                TypeError,
                "type '{}' is not an acceptable base type",
                base.name()
            ));
        }
        let solid = solid_base(base);
        match best {
            Some((_, winner)) if is_subtype(winner, solid) => {}
            Some((_, winner)) if !is_subtype(solid, winner) => {
                return Err(raise!(
                    TypeError,
                    "multiple bases have instance lay-out conflict"
                ));
            }
            _ => best = Some((base, solid)),
        }
    }
    best.map(|(base, _)| base)
        .ok_or_else(|| raise!(TypeError, "a new-style class can't have only classic bases"))
}

/// The member slots that a heap class added itself, in its structure's tail.
pub fn members_of(ty: &PyTypeObject) -> &[PyMemberDef] {
    let count = ty.ob_base.ob_size.get();
    if count <= 0 || !ty.is_heap_type() {
        return &[];
    }
    // SAFETY: a heap type with `ob_size` members has been allocated with room for them behind its metatype's basic size.
    unsafe {
        let first = (ty as *const PyTypeObject)
            .cast::<u8>()
            .offset(ty.ty().tp_basicsize.get())
            .cast();
        std::slice::from_raw_parts(first, count as usize)
    }
}

/// What `__slots__` asks for.
struct Layout {
    /// Mangled names, sorted.
    names: Vec<Ref<Str>>,
    /// `ht_slots`.
    tuple: Option<Ref<PyTupleObject>>,
    add_dict: bool,
    add_weak: bool,
}

/// Creates a class without calling `__set_name__` and `__init_subclass__`. The metatype is taken as it is. TypeError, ValueError.
pub async fn create(
    metatype: &PyTypeObject,
    name: &Str,
    bases: &PyTupleObject,
    dict: &PyDictObject,
) -> PyResult<Ref<PyTypeObject>> {
    let bases = match bases.len() {
        0 => tuple::from_borrowed(&[&*object::PyBaseObject_Type])?,
        _ => Ref::new(bases),
    };
    let base = Ref::new(best_base(&bases)?);
    let dict = dict.copy()?;
    let layout = layout(name, &base, &bases, &dict)?;

    let alloc = metatype.tp_alloc.get().unwrap_or(mem::generic_alloc);
    let object = alloc(metatype, layout.names.len() as isize)?;
    // SAFETY: instances of metatypes are heap types.
    let heap: Ref<PyHeapTypeObject> = unsafe { object.cast() };
    let ty: &PyTypeObject = &heap.ht_type;
    ty.tp_flags
        .set(tp::HEAPTYPE | tp::BASETYPE | tp::HAVE_GC | ty.tp_flags.get() & !0xffff_ffff);
    ty.tp_as_async.set(&raw const heap.as_async as *mut _);
    ty.tp_as_number.set(&raw const heap.as_number as *mut _);
    ty.tp_as_sequence.set(&raw const heap.as_sequence as *mut _);
    ty.tp_as_mapping.set(&raw const heap.as_mapping as *mut _);
    ty.tp_as_buffer.set(&raw const heap.as_buffer as *mut _);
    ty.tp_bases.set(Some(bases.clone().into_object()));
    ty.tp_base.set(Some(base.clone()));
    ty.tp_dict.set(Some(dict.clone().into_object()));
    set_name(ty, name)?;
    set_attributes(&heap, name, &dict)?;
    set_members(&heap, &base, &layout)?;
    // Before readying, so that methods see the class through their cell even if that fails.
    set_class_cell(&dict, ty)?;
    ready::finish(ty).await?;
    if !ty.mro().iter().any(|t| std::ptr::eq(*t, ty)) {
        // The bases could not be told of the class.
        return Err(raise!(
            TypeError,
            "super(type, obj): obj must be an instance or subtype of type"
        ));
    }
    if base_slots_agree(ty) {
        slots::update_own(ty)?;
    } else {
        slots::update_all(ty);
    }
    if ty.tp_flags.get() & tp::MANAGED_DICT != 0 {
        heap.ht_cached_keys.set(dict::new_shared_keys());
    }
    // SAFETY: a heap type starts with a type.
    Ok(unsafe { heap.cast() })
}

/// Whether inheritance alone gave every slot that the class does not define: there is one base, and its slots follow its dict. Of a sequence that has
/// `__iadd__` a subclass gets the number's slot, too. The methods of a type of C code may have names of operators whose slots it leaves empty.
fn base_slots_agree(ty: &PyTypeObject) -> bool {
    // SAFETY: a type's table pointers are null or valid.
    let concat = unsafe { ty.tp_as_sequence.get().as_ref() };
    let appends = concat.is_some_and(|s| s.sq_inplace_concat.get().is_some());
    ty.bases().len() == 1
        && ty.bases()[0].tp_flags.get() & tp::FOREIGN == 0
        && (!appends || number::BinaryOp::Add.inplace_slot(ty).is_some())
        && ty.tp_flags.get() & super::cache::NO_VERSION == 0
        && ty.mro().len() == ty.bases()[0].mro().len() + 1
}

/// Checks `__slots__`, and decides on `__dict__` and `__weakref__`.
fn layout(
    name: &Str,
    base: &PyTypeObject,
    bases: &PyTupleObject,
    dict: &PyDictObject,
) -> PyResult<Layout> {
    let may_add_dict = base.tp_dictoffset.get() == 0;
    let may_add_weak = base.tp_weaklistoffset.get() == 0 && base.tp_itemsize.get() == 0;
    let mut layout = Layout {
        names: Vec::new(),
        tuple: None,
        add_dict: false,
        add_weak: false,
    };
    let Some(declared) = dict.get_str(&names::__slots__) else {
        layout.add_dict = may_add_dict;
        layout.add_weak = may_add_weak;
        return Ok(layout);
    };
    let items = if declared.is_instance::<Str>() {
        vec![declared]
    } else {
        protocol::collect(&declared)?
    };
    if !items.is_empty() && base.tp_itemsize.get() != 0 {
        return Err(raise!(
            TypeError,
            "nonempty __slots__ not supported for subtype of '{}'",
            base.name()
        ));
    }
    let mut wanted = Vec::with_capacity(items.len());
    for item in &items {
        let Some(slot) = item.downcast::<Str>() else {
            return Err(raise!(
                TypeError,
                "__slots__ items must be strings, not '{}'",
                item.ty().name()
            ));
        };
        if !str_::is_identifier(slot) {
            return Err(raise!(TypeError, "__slots__ must be identifiers"));
        }
        if slot.equals_text("__dict__") {
            if !may_add_dict || layout.add_dict {
                return Err(raise!(
                    TypeError,
                    "__dict__ slot disallowed: we already got one"
                ));
            }
            layout.add_dict = true;
        } else if slot.equals_text("__weakref__") {
            if !may_add_weak || layout.add_weak {
                return Err(raise!(
                    TypeError,
                    "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0"
                ));
            }
            layout.add_weak = true;
        } else {
            wanted.push(mangle(name, slot)?);
        }
    }
    for slot in &wanted {
        if dict.contains(slot)?
            && !slot.equals_text("__qualname__")
            && !slot.equals_text("__classcell__")
        {
            let shown = protocol::repr(slot)?;
            return Err(raise!(
                ValueError,
                "{} in __slots__ conflicts with class variable",
                shown.to_string_lossy()
            ));
        }
    }
    wanted.sort_by(|a, b| a.order(b));
    layout.tuple = Some(tuple::from_owned(
        wanted.iter().map(|s| s.clone().into_object()).collect(),
    )?);
    layout.names = wanted;
    // A further base's dict or weak reference list must have a place as well.
    for other in bases.items() {
        if other.is(base) {
            continue;
        }
        // SAFETY: `best_base` has checked that the bases are types.
        let other: &PyTypeObject = unsafe { other.cast() };
        layout.add_dict |= may_add_dict && other.tp_dictoffset.get() != 0;
        layout.add_weak |= may_add_weak && other.tp_weaklistoffset.get() != 0;
    }
    Ok(layout)
}

/// `__private` within class `C` is `_C__private`.
fn mangle(class: &Str, name: &Str) -> PyResult<Ref<Str>> {
    let text = name.to_string_lossy();
    let class = class.to_string_lossy();
    let class = class.trim_start_matches('_');
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') || class.is_empty() {
        let mut name = Ref::new(name);
        if name.is_exact::<Str>() {
            str_::intern_in_place(&mut name);
        }
        return Ok(name);
    }
    str_::intern(&format!("_{class}{text}"))
}

/// Sets `tp_name` and `ht_name`. ValueError for null characters, UnicodeEncodeError for surrogates.
pub fn set_name(ty: &PyTypeObject, name: &Str) -> PyResult<()> {
    let text = name.to_utf8()?;
    if text.contains('\0') {
        return Err(raise!(
            ValueError,
            "type name must not contain null characters"
        ));
    }
    let pointer = text.as_ptr();
    // SAFETY: the caller has a heap type; the text lives in the str that `ht_name` keeps.
    let heap: &PyHeapTypeObject = unsafe { ty.cast() };
    let old = heap.ht_name.replace(Some(name.to_ref()));
    ty.tp_name.set(pointer.cast());
    drop(old);
    Ok(())
}

/// `__module__`, `__qualname__`, `__doc__`, and the methods that are class or static methods without saying so.
fn set_attributes(heap: &PyHeapTypeObject, name: &Str, dict: &PyDictObject) -> PyResult<()> {
    if dict.get_str(&names::__module__).is_none()
        && let Some(globals) = hooks::try_hooks().and_then(|h| (h.current_globals)())
    {
        // SAFETY: a frame's globals are a dict.
        let globals: Ref<PyDictObject> = unsafe { globals.cast() };
        if let Some(module) = globals.get_str(&names::__name__) {
            dict.set_item(&names::__module__, &module)?;
        }
    }
    let qualname = match dict.get_str(&names::__qualname__) {
        Some(qualname) => {
            if !qualname.is_instance::<Str>() {
                return Err(raise!(
                    TypeError,
                    "type __qualname__ must be a str, not {}",
                    qualname.ty().name()
                ));
            }
            dict.del_item(&names::__qualname__)?;
            qualname
        }
        None => name.to_ref(),
    };
    heap.ht_qualname.set(Some(qualname));
    if let Some(doc) = dict.get_str(&names::__doc__)
        && let Some(doc) = doc.downcast::<Str>()
    {
        heap.ht_type.tp_doc.set(owned_text(doc.to_utf8()?)?);
    }
    let implicit = |name: &Str, make: fn(&PyObject) -> PyResult| -> PyResult<()> {
        match dict.get_str(name) {
            Some(f) if f.is_exact::<PyFunctionObject>() => dict.set_item(name, &*make(&f)?),
            _ => Ok(()),
        }
    };
    implicit(&names::__new__, classmethod::new_static)?;
    implicit(&names::__init_subclass__, classmethod::new_class)?;
    implicit(&names::__class_getitem__, classmethod::new_class)
}

/// A null-terminated copy in memory that the class owns.
fn owned_text(text: &str) -> PyResult<*const c_char> {
    let block = mem::alloc(text.len() + 1);
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block has room for the text and its end.
    unsafe {
        ptr::copy_nonoverlapping(text.as_ptr(), block, text.len());
        block.add(text.len()).write(0);
    }
    Ok(block.cast())
}

/// Places the slots, dict and weak reference list, and sets the functions that follow from them.
fn set_members(heap: &PyHeapTypeObject, base: &PyTypeObject, layout: &Layout) -> PyResult<()> {
    let ty = &heap.ht_type;
    let mut offset = base.tp_basicsize.get();
    for (member, name) in members_of(ty).iter().zip(&layout.names) {
        // The text lives in the str that `ht_slots` keeps.
        member.name.set(name.to_utf8()?.as_ptr().cast());
        member.type_.set(flags::member::OBJECT_EX);
        member.offset.set(offset);
        offset += WORD;
    }
    if let Some(tuple) = &layout.tuple {
        heap.ht_slots.set(Some(tuple.clone().into_object()));
    }
    let in_front = base.tp_itemsize.get() == 0;
    if layout.add_dict && !in_front {
        ty.tp_dictoffset.set(-WORD);
        offset += WORD;
    }
    if layout.add_weak {
        ty.tp_weaklistoffset.set(offset);
        offset += WORD;
    }
    let mut managed = base.tp_flags.get() & tp::MANAGED_DICT != 0;
    if layout.add_dict && in_front {
        managed = true;
        ty.tp_flags.set(ty.tp_flags.get() | tp::MANAGED_DICT);
        ty.tp_dictoffset.set(-offset - 3 * WORD);
    }
    ty.tp_basicsize.set(offset);
    ty.tp_itemsize.set(base.tp_itemsize.get());
    ty.tp_members
        .set(members_of(ty).first().map_or(ptr::null_mut(), |m| {
            m as *const PyMemberDef as *mut PyMemberDef
        }));
    let getset: Option<&'static PyGetSetDef> = match (layout.add_dict, layout.add_weak) {
        (true, true) => Some(&object::INSTANCE_GETSET[0]),
        (true, false) => Some(&object::DICT_GETSET[0]),
        (false, true) => Some(&object::INSTANCE_GETSET[1]),
        (false, false) => None,
    };
    if let Some(first) = getset {
        ty.tp_getset
            .set(first as *const PyGetSetDef as *mut PyGetSetDef);
    }
    ty.tp_dealloc.set(Some(subtype::subtype_dealloc));
    ty.tp_traverse.set(Some(subtype::subtype_traverse));
    ty.tp_clear.set(Some(subtype::subtype_clear));
    ty.tp_alloc.set(Some(mem::generic_alloc));
    ty.tp_free.set(Some(if managed {
        mem::tp_free_managed
    } else {
        mem::tp_free_gc
    }));
    Ok(())
}

/// Fills the cell through which methods see `__class__`, and takes it out of the dict.
fn set_class_cell(dict: &PyDictObject, ty: &PyTypeObject) -> PyResult<()> {
    let Some(cell) = dict.get_str(&names::__classcell__) else {
        return Ok(());
    };
    let Some(cell) = cell.exact::<PyCellObject>() else {
        let shown = protocol::repr(cell.ty())?;
        return Err(raise!(
            TypeError,
            "__classcell__ must be a nonlocal cell, not {}",
            shown.to_string_lossy()
        ));
    };
    cell.ob_ref.set(Some(ty.to_ref()));
    dict.del_item(&names::__classcell__)?;
    Ok(())
}

/// Tells the attributes their names, then the parent class about its subclass. Runs Python; whatever that raises.
pub fn finish(ty: &PyTypeObject, kwargs: Option<&PyDictObject>) -> PyResult<()> {
    for (key, value) in attributes_to_name(ty) {
        set_attribute_name(ty, &key, &value)?;
    }
    let Some(method) = inherited_init_subclass(ty)? else {
        return Ok(());
    };
    call::call_ex(&method, &*tuple::empty(), kwargs).map(drop)
}

/// The attributes whose types have `__set_name__`.
pub fn attributes_to_name(ty: &PyTypeObject) -> Vec<(Ref, Ref)> {
    ty.dict()
        .pairs()
        .into_iter()
        .filter(|(_, value)| super::lookup(value.ty(), &names::__set_name__).is_some())
        .collect()
}

/// `value.__set_name__(ty, key)`; what it raises is wrapped in a RuntimeError.
pub fn set_attribute_name(ty: &PyTypeObject, key: &PyObject, value: &PyObject) -> PyResult<()> {
    let Some(method) = find_special(value, &names::__set_name__)? else {
        return Ok(());
    };
    match method.call(&[value, ty, key]) {
        Ok(_) => Ok(()),
        Err(Raised) => Err(set_name_error(ty, key, value)),
    }
}

/// Wraps the exception that is set, as after a failed `__set_name__`.
pub fn set_name_error(ty: &PyTypeObject, key: &PyObject, value: &PyObject) -> Raised {
    let cause = errors::fetch_instance();
    let Ok(shown) = protocol::repr(key) else {
        return Raised;
    };
    let raised = raise!(
        RuntimeError,
        "Error calling __set_name__ on '{}' instance {} in '{}'",
        value.ty().name(),
        shown.to_string_lossy(),
        ty.name()
    );
    if let (Some(cause), Some(error)) = (cause, errors::fetch_instance()) {
        if let Some(instance) = error.downcast::<PyBaseExceptionObject>() {
            exceptions::set_context(instance, Some(cause.clone()));
            instance.suppress_context.set(1);
            instance.cause.set(Some(cause));
        }
        errors::restore_instance(error);
    }
    raised
}

/// `super(ty, ty).__init_subclass__`; `None` if it is object's, which does nothing (but refuse keywords).
pub fn inherited_init_subclass(ty: &PyTypeObject) -> PyResult<Option<Ref>> {
    for base in ty.mro().iter().skip(1) {
        if let Some(found) = base.dict().get_str(&names::__init_subclass__) {
            return match found.ty().tp_descr_get.get() {
                Some(get) => get(&found, None, Some(ty)).map(Some),
                None => Ok(Some(found)),
            };
        }
    }
    Ok(None)
}

/// `tp_new` of `type`: `type.__new__(metatype, name, bases, dict, **kwargs)`.
pub extern "C" fn type_new(
    metatype: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: slots get a tuple and a dict.
    let args: &PyTupleObject = unsafe { args.cast() };
    let kwargs = kwargs.map(|d| unsafe { d.cast::<PyDictObject>() });
    let create = create_for_call(Ref::new(metatype), Ref::new(args), kwargs.map(Ref::new));
    let (made, finished) = ready::natively(create)?;
    if !finished && let Some(ty) = made.downcast::<PyTypeObject>() {
        finish(ty, kwargs)?;
    }
    Ok(made)
}

/// A metaclass's own `tp_new`, if that is neither `type`'s nor a method of Python.
pub fn foreign_new(metatype: &PyTypeObject) -> Option<newfunc> {
    let new = metatype.tp_new.get()?;
    let is_known = new as usize == type_new as *const () as usize
        || super::is_python_slot(new as *const std::ffi::c_void);
    (!is_known).then_some(new)
}

/// What `type.__new__` makes of its arguments, and whether it is finished: a more derived metaclass has done all of it.
pub async fn create_for_call(
    metatype: Ref<PyTypeObject>,
    args: Ref<PyTupleObject>,
    kwargs: Option<Ref<PyDictObject>>,
) -> PyResult<(Ref, bool)> {
    let (name, bases, dict) = check_arguments(&args)?;
    for base in bases.items() {
        if !base.is_instance::<PyTypeObject>()
            && protocol::getattr_opt(base, &names::__mro_entries__)?.is_some()
        {
            return Err(raise!(
                TypeError,
                "type() doesn't support MRO entry resolution; use types.new_class()"
            ));
        }
    }
    let winner = calculate_metatype(&metatype, bases)?;
    if !winner.is(&*metatype)
        && let Some(new) = winner.tp_new.get()
        && new as usize != type_new as *const () as usize
    {
        return Ok((new(&winner, &args, kwargs.as_deref().map(|d| &**d))?, true));
    }
    let made = create(&winner, name, bases, dict).await?;
    Ok((made.into_object(), false))
}

/// The three arguments of `type.__new__`.
pub fn check_arguments(args: &PyTupleObject) -> PyResult<(&Str, &PyTupleObject, &PyDictObject)> {
    let [name, bases, dict] = args.items() else {
        return Err(raise!(
            TypeError,
            "type.__new__() takes exactly 3 arguments ({} given)",
            args.len()
        ));
    };
    let wrong = |number: usize, expected: &str, got: &PyObject| {
        raise!(
            TypeError,
            "type.__new__() argument {number} must be {expected}, not {}",
            got.ty().name()
        )
    };
    let name = name
        .downcast::<Str>()
        .ok_or_else(|| wrong(1, "str", name))?;
    let bases = bases
        .downcast::<PyTupleObject>()
        .ok_or_else(|| wrong(2, "tuple", bases))?;
    let dict = dict
        .downcast::<PyDictObject>()
        .ok_or_else(|| wrong(3, "dict", dict))?;
    Ok((name, bases, dict))
}

// ---- the builtin `__new__` of types with a native tp_new ----

static NEW_METHOD: PyMethodDef = PyMethodDef {
    ml_name: Cell::new(c"__new__".as_ptr()),
    // SAFETY: the flags tell the signature.
    ml_meth: Cell::new(Some(unsafe {
        std::mem::transmute::<PyCFunctionWithKeywords, PyCFunction>(call_native_new)
    })),
    ml_flags: Cell::new(meth::VARARGS | meth::KEYWORDS),
    ml_doc: Cell::new(
        c"__new__($type, *args, **kwargs)\n--\n\nCreates an object; help(type) shows the real signature.".as_ptr(),
    ),
};

/// The builtin `__new__` of a type, bound to it.
pub fn new_wrapper(ty: &PyTypeObject) -> PyResult {
    Ok(cfunction::new(&NEW_METHOD, Some(ty), None)?.into_object())
}

/// Whether a class attribute `__new__` is the builtin of a native `tp_new`.
pub fn is_native_new(attribute: &PyObject) -> bool {
    attribute
        .exact::<PyCFunctionObject>()
        .is_some_and(|f| ptr::eq(f.m_ml.get(), &NEW_METHOD))
}

/// Whether it is the builtin `__new__` of `ty`.
pub fn is_native_new_of(attribute: &PyObject, ty: &PyTypeObject) -> bool {
    let function = attribute.exact::<PyCFunctionObject>();
    function.is_some_and(|f| is_native_new(f) && f.m_self.as_ptr() == ty.as_ptr())
}

/// The nearest base whose `tp_new` is native.
fn native_base(ty: &PyTypeObject) -> &PyTypeObject {
    let mut at = ty;
    while slots::is_python_slot_new(at) {
        match at.tp_base.get() {
            Some(base) => at = base,
            None => break,
        }
    }
    at
}

/// `T.__new__(subtype, *args, **kwargs)`: checks that `T`'s native constructor may make a `subtype`.
extern "C" fn call_native_new(
    this: &PyObject,
    args: &PyTupleObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: the builtin is bound to its type.
    let ty: &PyTypeObject = unsafe { this.cast() };
    let name = ty.name();
    let Some(first) = args.items().first() else {
        return Err(raise!(TypeError, "{name}.__new__(): not enough arguments"));
    };
    let Some(subtype) = first.downcast::<PyTypeObject>() else {
        return Err(raise!(
            TypeError,
            "{name}.__new__(X): X is not a type object ({})",
            first.ty().name()
        ));
    };
    let sub = subtype.name();
    if !is_subtype(subtype, ty) {
        return Err(raise!(
            TypeError,
            "{name}.__new__({sub}): {sub} is not a subtype of {name}"
        ));
    }
    let native = native_base(subtype);
    if native.tp_new.get().map(|f| f as usize) != ty.tp_new.get().map(|f| f as usize) {
        return Err(raise!(
            TypeError,
            "{name}.__new__({sub}) is not safe, use {}.__new__()",
            native.name()
        ));
    }
    let Some(new) = ty.tp_new.get() else {
        return Err(raise!(TypeError, "cannot create '{name}' instances"));
    };
    let rest = tuple::from_borrowed(&args.items()[1..])?;
    new(subtype, &rest, kwargs)
}
