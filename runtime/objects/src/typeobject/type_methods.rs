//! The type `type`: calling classes, their attributes, `mro()`, `__subclasses__` and the rest; assignment of `__bases__`.

use super::new::{best_base, set_name, type_new};
use super::{is_subtype, lookup, modified, mro, ready, slots, static_ref, subtypes};
use crate::def::{self, class_method, getset, noargs, one, slot, status};
use crate::*;
use flags::{member, tp};
use std::mem::offset_of;
use std::ptr;

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_or: slot::binary::<PyObject>(union_::type_or),
    ..PyNumberMethods::EMPTY
};

static MEMBERS: [PyMemberDef; 8] = [
    def::member(
        c"__basicsize__",
        member::PYSSIZET,
        offset_of!(PyTypeObject, tp_basicsize),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__itemsize__",
        member::PYSSIZET,
        offset_of!(PyTypeObject, tp_itemsize),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__flags__",
        // HotPy's own are behind these.
        member::UINT,
        offset_of!(PyTypeObject, tp_flags),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__weakrefoffset__",
        member::PYSSIZET,
        offset_of!(PyTypeObject, tp_weaklistoffset),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__base__",
        member::OBJECT,
        offset_of!(PyTypeObject, tp_base),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__dictoffset__",
        member::PYSSIZET,
        offset_of!(PyTypeObject, tp_dictoffset),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__mro__",
        member::OBJECT,
        offset_of!(PyTypeObject, tp_mro),
        member::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

static GETSET: [PyGetSetDef; 10] = [
    getset(c"__name__", get_name, Some(set_name_attr), c""),
    getset(c"__qualname__", get_qualname, Some(set_qualname), c""),
    getset(c"__bases__", get_bases, Some(set_bases), c""),
    getset(c"__module__", get_module, Some(set_module), c""),
    getset(
        c"__abstractmethods__",
        get_abstractmethods,
        Some(set_abstractmethods),
        c"",
    ),
    getset(c"__dict__", get_dict, None, c""),
    getset(c"__doc__", get_doc, Some(set_doc), c""),
    getset(c"__text_signature__", get_text_signature, None, c""),
    getset(
        c"__annotations__",
        get_annotations,
        Some(set_annotations),
        c"",
    ),
    PyGetSetDef::END,
];

static METHODS: [PyMethodDef; 8] = [
    noargs(c"mro", type_mro, c"mro($self, /)\n--\n\nComputes the method resolution order."),
    noargs(c"__subclasses__", type_subclasses, c"__subclasses__($self, /)\n--\n\nThe direct subclasses that are alive."),
    class_method(def::var_kw(c"__prepare__", type_prepare, c"__prepare__() -> dict\nMakes the namespace in which a class body runs.")),
    one(c"__instancecheck__", instancecheck, c"__instancecheck__($self, instance, /)\n--\n\nWhether the object is an instance of this class."),
    one(c"__subclasscheck__", subclasscheck, c"__subclasscheck__($self, subclass, /)\n--\n\nWhether the class is a subclass of this class."),
    noargs(c"__dir__", type_dir, c"__dir__($self, /)\n--\n\nThe names of the class's attributes and of its bases'."),
    noargs(c"__sizeof__", type_sizeof, c"__sizeof__($self, /)\n--\n\nThe class's size in memory, in bytes."),
    PyMethodDef::END,
];

#[unsafe(no_mangle)]
pub static PyType_Type: PyTypeObject = PyTypeObject {
    tp_itemsize: Cell::new(size_of::<PyMemberDef>() as isize),
    tp_dealloc: Cell::new(Some(type_dealloc)),
    tp_vectorcall_offset: Cell::new(offset_of!(PyTypeObject, tp_vectorcall) as isize),
    tp_repr: slot::unary(type_repr),
    tp_call: Cell::new(Some(type_call)),
    tp_getattro: Cell::new(Some(type_getattro)),
    tp_setattro: Cell::new(Some(type_setattro)),
    tp_as_number: def::table(&NUMBER),
    tp_flags: Cell::new(
        tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE | tp::TYPE_SUBCLASS | tp::HAVE_VECTORCALL,
    ),
    tp_doc: Cell::new(
        c"type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type"
            .as_ptr(),
    ),
    tp_traverse: slot::traverse(type_traverse),
    tp_clear: slot::inquiry(type_clear),
    tp_weaklistoffset: Cell::new(offset_of!(PyTypeObject, tp_weaklist) as isize),
    tp_methods: def::table(&METHODS[0]),
    tp_members: def::table(&MEMBERS[0]),
    tp_getset: def::table(&GETSET[0]),
    tp_dictoffset: Cell::new(offset_of!(PyTypeObject, tp_dict) as isize),
    tp_init: Cell::new(Some(type_init)),
    tp_alloc: Cell::new(Some(mem::generic_alloc)),
    tp_new: Cell::new(Some(type_new)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    tp_is_gc: slot::inquiry(type_is_gc),
    tp_vectorcall: Cell::new(Some(type_vectorcall)),
    ..PyTypeObject::new::<PyHeapTypeObject>(c"type")
};

/// The heap part of a class; only for heap types.
#[inline]
fn heap(ty: &PyTypeObject) -> &PyHeapTypeObject {
    debug_assert!(ty.is_heap_type());
    // SAFETY: every caller has checked the flag.
    unsafe { ty.cast() }
}

// ---- calling ----

/// `type(x)`; otherwise as any metaclass is called.
extern "C" fn type_vectorcall(
    this: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    let named = kwnames.map_or(0, |k| k.len());
    let all = args.slice((count + named) as isize);
    // SAFETY: only `type` has this function.
    let ty: &PyTypeObject = unsafe { this.cast() };
    if count == 1 && ptr::eq(ty, &PyType_Type) {
        if named != 0 {
            return Err(raise!(TypeError, "type() takes no keyword arguments"));
        }
        return Ok(all[0].ty().to_ref());
    }
    let positional = tuple::from_borrowed(&all[..count])?;
    let kwargs = match kwnames.filter(|k| k.len() > 0) {
        Some(names) => {
            let d = dict::new()?;
            for (name, value) in names.items().iter().zip(&all[count..]) {
                d.set_item(name, value)?;
            }
            Some(d)
        }
        None => None,
    };
    type_call(this, &positional, kwargs.as_deref().map(|d| &**d))
}

/// `cls(*args, **kwargs)` for native callers: `tp_new`, then `tp_init` if an instance came out.
pub extern "C" fn type_call(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: U3; slots get a tuple and a dict.
    let (ty, items): (&PyTypeObject, &PyTupleObject) = unsafe { (this.cast(), args.cast()) };
    if ptr::eq(ty, &PyType_Type) {
        let named = kwargs.map_or(0, |d| unsafe { d.cast::<PyDictObject>() }.len());
        if items.len() == 1 && named == 0 {
            return Ok(items.items()[0].ty().to_ref());
        }
        if items.len() != 3 {
            return Err(raise!(TypeError, "type() takes 1 or 3 arguments"));
        }
    }
    let Some(new) = ty.tp_new.get() else {
        return Err(raise!(TypeError, "cannot create '{}' instances", ty.name()));
    };
    if !attempt::current().is_null()
        && (slots::is_python_slot_new(ty) || slots::is_python_slot_init(ty))
        && kwargs.is_none_or(|d| unsafe { d.cast::<PyDictObject>() }.len() == 0)
        && let Some(answer) = (hooks::hooks().ask)(this, items.items())
    {
        return answer;
    }
    let object = new(ty, args, kwargs)?;
    if is_subtype(object.ty(), ty)
        && let Some(init) = object.ty().tp_init.get()
        && init(&object, args, kwargs) < 0
    {
        return Err(Raised);
    }
    Ok(object)
}

extern "C" fn type_init(_this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    // SAFETY: slots get a tuple and a dict.
    let (args, named): (&PyTupleObject, usize) = unsafe {
        (
            args.cast(),
            kwargs.map_or(0, |d| d.cast::<PyDictObject>().len()),
        )
    };
    if args.len() == 1 && named != 0 {
        raise!(TypeError, "type.__init__() takes no keyword arguments");
        return -1;
    }
    if args.len() != 1 && args.len() != 3 {
        raise!(TypeError, "type.__init__() takes 1 or 3 arguments");
        return -1;
    }
    0
}

// ---- attributes of classes ----

/// `C.name`: the metaclass's data descriptors, then the MRO, then the rest of the metaclass.
pub extern "C" fn type_getattro(this: &PyObject, name: &PyObject) -> PyResult {
    // SAFETY: U3.
    let ty: &PyTypeObject = unsafe { this.cast() };
    let text = protocol::attribute_name(name)?;
    match getattr_of_type(ty, text)? {
        Some(value) => Ok(value),
        None => Err(errors::raise_attribute_error(
            ty,
            name,
            format_args!(
                "type object '{}' has no attribute '{}'",
                ty.name(),
                text.to_string_lossy()
            ),
        )),
    }
}

/// The same; `None` if there is no such attribute.
#[inline]
pub fn getattr_of_type(ty: &PyTypeObject, name: &Str) -> PyResult<Option<Ref>> {
    let meta = ty.ty();
    let from_meta = lookup(meta, name);
    let mut meta_get = None;
    if let Some(found) = from_meta {
        meta_get = found.ty().tp_descr_get.get();
        if let Some(get) = meta_get
            && found.ty().tp_descr_set.get().is_some()
        {
            let found = Ref::new(found);
            return get(&found, Some(ty), Some(meta)).map(Some);
        }
    }
    let from_meta = from_meta.map(Ref::new);
    if let Some(found) = lookup(ty, name) {
        let found = Ref::new(found);
        return match found.ty().tp_descr_get.get() {
            Some(get) => get(&found, None, Some(ty)).map(Some),
            None => Ok(Some(found)),
        };
    }
    match (from_meta, meta_get) {
        (Some(found), Some(get)) => get(&found, Some(ty), Some(meta)).map(Some),
        (found, _) => Ok(found),
    }
}

/// `C.name = value`, `del C.name`.
extern "C" fn type_setattro(this: &PyObject, name: &PyObject, value: Option<&PyObject>) -> c_int {
    // SAFETY: U3.
    let ty: &PyTypeObject = unsafe { this.cast() };
    status(protocol::attribute_name(name).and_then(|text| setattr_of_type(ty, text, value)))
}

fn setattr_of_type(ty: &PyTypeObject, name: &Str, value: Option<&PyObject>) -> PyResult<()> {
    if ty.tp_flags.get() & tp::IMMUTABLETYPE != 0 {
        let shown = protocol::repr(name)?;
        return Err(raise!(
            TypeError,
            "cannot set {} attribute of immutable type '{}'",
            shown.to_string_lossy(),
            ty.name()
        ));
    }
    // Class attributes are found by the identity of their names.
    let mut interned = Ref::new(name);
    if name.is_exact::<Str>() && !str_::is_interned(name) {
        str_::intern_in_place(&mut interned);
    }
    // C code may set attributes before it readies the type: that finds them, and what slots they fill.
    let is_ready = !ty.tp_mro.is_null();
    if ty.tp_dict.is_null() {
        ty.tp_dict.set(Some(dict::new()?.into_object()));
    }
    // First: nothing may be remembered of the old value when it dies.
    modified(ty);
    protocol::attributes::setattr_with_dict(ty, &interned, value, Some(ty.dict()))?;
    modified(ty);
    if is_ready {
        slots::update_slot(ty, &interned)?;
    }
    Ok(())
}

/// TypeError unless a special attribute of the class may be set (or deleted).
fn check_settable(ty: &PyTypeObject, value: Option<&PyObject>, name: &str) -> PyResult<()> {
    let verb = if ty.tp_flags.get() & tp::IMMUTABLETYPE != 0 {
        "set"
    } else if value.is_none() {
        "delete"
    } else {
        return Ok(());
    };
    Err(raise!(
        TypeError,
        "cannot {verb} '{name}' attribute of immutable type '{}'",
        ty.name()
    ))
}

/// The value of a setter that refuses deletion and immutable types.
fn settable<'a>(
    ty: &PyTypeObject,
    value: Option<&'a PyObject>,
    name: &str,
) -> PyResult<&'a PyObject> {
    check_settable(ty, value, name)?;
    let value = value.ok_or(Raised)?;
    hooks::audit_setattr(ty, name, value)?;
    Ok(value)
}

extern "C" fn get_name(ty: &PyTypeObject, _: *mut c_void) -> PyResult {
    if ty.is_heap_type()
        && let Some(name) = heap(ty).ht_name.cloned()
    {
        return Ok(name);
    }
    Ok(str_::intern(ty.short_name())?.into_object())
}

extern "C" fn set_name_attr(ty: &PyTypeObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    let set = || -> PyResult<()> {
        let value = settable(ty, value, "__name__")?;
        let Some(name) = value.downcast::<Str>() else {
            return Err(raise!(
                TypeError,
                "can only assign string to {}.__name__, not '{}'",
                ty.name(),
                value.ty().name()
            ));
        };
        set_name(ty, name)
    };
    status(set())
}

extern "C" fn get_qualname(ty: &PyTypeObject, c: *mut c_void) -> PyResult {
    if ty.is_heap_type()
        && let Some(name) = heap(ty).ht_qualname.cloned()
    {
        return Ok(name);
    }
    get_name(ty, c)
}

extern "C" fn set_qualname(ty: &PyTypeObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    let set = || -> PyResult<()> {
        let value = settable(ty, value, "__qualname__")?;
        if !value.is_instance::<Str>() {
            return Err(raise!(
                TypeError,
                "can only assign string to {}.__qualname__, not '{}'",
                ty.name(),
                value.ty().name()
            ));
        }
        heap(ty).ht_qualname.set(Some(value.to_ref()));
        Ok(())
    };
    status(set())
}

extern "C" fn get_module(ty: &PyTypeObject, _: *mut c_void) -> PyResult {
    if ty.is_heap_type() {
        return ty.dict().get_str(&names::__module__).ok_or_else(|| {
            errors::raise_value(&exceptions::AttributeError, Some(&names::__module__))
        });
    }
    let module = ty.name().rsplit_once('.').map_or("builtins", |(m, _)| m);
    Ok(str_::intern(module)?.into_object())
}

extern "C" fn set_module(ty: &PyTypeObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    let set = || -> PyResult<()> {
        let value = settable(ty, value, "__module__")?;
        modified(ty);
        ty.dict().set_item(&names::__module__, value)
    };
    status(set())
}

extern "C" fn get_abstractmethods(ty: &PyTypeObject, _: *mut c_void) -> PyResult {
    // `type` itself has the getset under that name.
    let own = if ptr::eq(ty, &PyType_Type) {
        None
    } else {
        ty.dict().get_str(&names::__abstractmethods__)
    };
    own.ok_or_else(|| {
        errors::raise_value(
            &exceptions::AttributeError,
            Some(&names::__abstractmethods__),
        )
    })
}

extern "C" fn set_abstractmethods(
    ty: &PyTypeObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    let set = || -> PyResult<()> {
        let abstract_now = match value {
            Some(value) => {
                let truth = protocol::truth(value)?;
                ty.dict().set_item(&names::__abstractmethods__, value)?;
                truth
            }
            None => {
                if !ty.dict().del_item(&names::__abstractmethods__)? {
                    return Err(errors::raise_value(
                        &exceptions::AttributeError,
                        Some(&names::__abstractmethods__),
                    ));
                }
                false
            }
        };
        modified(ty);
        let flags = ty.tp_flags.get() & !tp::IS_ABSTRACT;
        ty.tp_flags.set(if abstract_now {
            flags | tp::IS_ABSTRACT
        } else {
            flags
        });
        Ok(())
    };
    status(set())
}

extern "C" fn get_dict(ty: &PyTypeObject, _: *mut c_void) -> PyResult {
    if ty.tp_dict.is_null() {
        return Ok(singletons::none());
    }
    mappingproxy::new(ty.dict())
}

extern "C" fn get_doc(ty: &PyTypeObject, _: *mut c_void) -> PyResult {
    if !ty.is_heap_type() && !ty.tp_doc.get().is_null() {
        return match ready::doc_of(ty.tp_name.get(), ty.tp_doc.get()) {
            Some(text) => Ok(str_::new(text)?.into_object()),
            None => Ok(singletons::none()),
        };
    }
    let Some(doc) = ty.dict().get_str(&names::__doc__) else {
        return Ok(singletons::none());
    };
    match doc.ty().tp_descr_get.get() {
        Some(get) => get(&doc, None, Some(ty)),
        None => Ok(doc),
    }
}

extern "C" fn set_doc(ty: &PyTypeObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    let set = || -> PyResult<()> {
        let value = settable(ty, value, "__doc__")?;
        modified(ty);
        ty.dict().set_item(&names::__doc__, value)
    };
    status(set())
}

extern "C" fn get_text_signature(ty: &PyTypeObject, _: *mut c_void) -> PyResult {
    match ready::text_signature_of(ty.tp_name.get(), ty.tp_doc.get()) {
        Some(text) => Ok(str_::new(text)?.into_object()),
        None => Ok(singletons::none()),
    }
}

extern "C" fn get_annotations(ty: &PyTypeObject, _: *mut c_void) -> PyResult {
    if !ty.is_heap_type() {
        return Err(raise!(
            AttributeError,
            "type object '{}' has no attribute '__annotations__'",
            ty.name()
        ));
    }
    if let Some(found) = ty.dict().get_str(&names::__annotations__) {
        return match found.ty().tp_descr_get.get() {
            Some(get) => get(&found, None, Some(ty)),
            None => Ok(found),
        };
    }
    let fresh = dict::new()?;
    ty.dict().set_item(&names::__annotations__, &fresh)?;
    modified(ty);
    Ok(fresh.into_object())
}

extern "C" fn set_annotations(
    ty: &PyTypeObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    let set = || -> PyResult<()> {
        if ty.tp_flags.get() & tp::IMMUTABLETYPE != 0 {
            return Err(raise!(
                TypeError,
                "cannot set '__annotations__' attribute of immutable type '{}'",
                ty.name()
            ));
        }
        modified(ty);
        match value {
            Some(value) => ty.dict().set_item(&names::__annotations__, value)?,
            None => {
                if !ty.dict().del_item(&names::__annotations__)? {
                    return Err(raise!(AttributeError, "__annotations__"));
                }
            }
        }
        modified(ty);
        Ok(())
    };
    status(set())
}

// ---- __bases__ ----

extern "C" fn get_bases(ty: &PyTypeObject, _: *mut c_void) -> PyResult {
    Ok(ty
        .tp_bases
        .cloned()
        .unwrap_or_else(|| tuple::empty().into_object()))
}

/// What must be undone if a subtype's MRO cannot be computed.
type OldOrders = Vec<(Ref<PyTypeObject>, Option<Ref>)>;

extern "C" fn set_bases(ty: &PyTypeObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    status(task::run(assign_bases(ty, value)))
}

/// `class.__bases__ = value` as a task, where a metaclass's `mro()` may be asked; `None`: it is something else, or done natively.
pub fn begin_set_bases(
    class: &PyObject,
    name: &PyObject,
    value: Option<&PyObject>,
) -> Option<task::Task> {
    if !name.is(&**names::__bases__) {
        return None;
    }
    let (ty, value) = (class.downcast::<PyTypeObject>()?, value?);
    let own = lookup(&PyType_Type, &names::__bases__);
    let meta = ty.ty();
    let found = lookup(meta, &names::__bases__);
    if ptr::eq(meta, &PyType_Type)
        || !same_slot!(meta, PyType_Type, tp_setattro)
        || !matches!((own, found), (Some(own), Some(found)) if own.is(found))
    {
        return None;
    }
    let (ty, value) = (Ref::new(ty), value.to_ref());
    Some(Box::pin(async move {
        assign_bases(&ty, Some(&value)).await?;
        Ok(Some(singletons::none()))
    }))
}

async fn assign_bases(ty: &PyTypeObject, value: Option<&PyObject>) -> PyResult<()> {
    let value = settable(ty, value, "__bases__")?;
    let name = ty.name();
    let Some(bases) = value.downcast::<PyTupleObject>() else {
        return Err(raise!(
            TypeError,
            "can only assign tuple to {name}.__bases__, not {}",
            value.ty().name()
        ));
    };
    if bases.len() == 0 {
        return Err(raise!(
            TypeError,
            "can only assign non-empty tuple to {name}.__bases__, not ()"
        ));
    }
    for base in bases.items() {
        let Some(base) = base.downcast::<PyTypeObject>() else {
            return Err(raise!(
                TypeError,
                "{name}.__bases__ must be tuple of classes, not '{}'",
                base.ty().name()
            ));
        };
        // A metaclass's mro() may say otherwise, so the chain of layouts counts as well.
        let mut at = Some(base);
        let mut through_layout = false;
        while let Some(t) = at {
            through_layout |= ptr::eq(t, ty);
            at = t.tp_base.get();
        }
        if is_subtype(base, ty) || through_layout {
            return Err(raise!(
                TypeError,
                "a __bases__ item causes an inheritance cycle"
            ));
        }
    }
    let new_base = best_base(bases)?;
    let Some(old_base) = ty.tp_base.cloned() else {
        return Err(Raised);
    };
    object::check_compatible(&old_base, new_base, "__bases__")?;

    let old_bases = ty.tp_bases.replace(Some(bases.to_ref()));
    let old_base_field = ty.tp_base.replace(Some(Ref::new(new_base)));
    let mut done: OldOrders = Vec::new();
    match recompute_orders(ty, &mut done).await {
        Ok(()) => {
            // A reentrant assignment through mro() has the last word.
            if ty.tp_bases.as_ptr() == bases.as_ptr() {
                if let Some(old) = &old_bases {
                    // SAFETY: bases are a tuple of types.
                    for base in unsafe { (**old).cast::<PyTupleObject>() }.items() {
                        ready::remove_subtype(unsafe { base.cast() }, ty);
                    }
                }
                for base in bases.items() {
                    // SAFETY: checked above.
                    ready::add_subtype(unsafe { base.cast() }, ty)?;
                }
                modified(ty);
                update_with_subtypes(ty);
            }
            Ok(())
        }
        Err(Raised) => {
            let pending = errors::fetch();
            for (ty, order) in done.into_iter().rev() {
                modified(&ty);
                drop(ty.tp_mro.replace(order));
            }
            if ty.tp_bases.as_ptr() == bases.as_ptr() {
                drop(ty.tp_bases.replace(old_bases));
                drop(ty.tp_base.replace(old_base_field));
            }
            modified(ty);
            if let Some(pending) = pending {
                errors::restore(pending);
            }
            Err(Raised)
        }
    }
}

/// All slots of the class and of its subtypes.
fn update_with_subtypes(ty: &PyTypeObject) {
    slots::update_all(ty);
    ready::inherit_marks(ty);
    for subtype in subtypes(ty) {
        update_with_subtypes(&subtype);
    }
}

async fn recompute_orders(ty: &PyTypeObject, done: &mut OldOrders) -> PyResult<()> {
    let mut pending = vec![Ref::new(ty)];
    while let Some(ty) = pending.pop() {
        let mut old = None;
        if mro::compute(&ty, &mut old).await? {
            pending.extend(subtypes(&ty).into_iter().rev());
            done.push((ty, old));
        }
    }
    Ok(())
}

// ---- methods ----

extern "C" fn type_mro(ty: &PyTypeObject) -> PyResult {
    let order = mro::c3(ty)?;
    Ok(list::from_owned(order.into_iter().map(Ref::into_object).collect())?.into_object())
}

extern "C" fn type_subclasses(ty: &PyTypeObject) -> PyResult {
    let all = subtypes(ty).into_iter().map(Ref::into_object).collect();
    Ok(list::from_owned(all)?.into_object())
}

extern "C" fn type_prepare(
    _class: &PyObject,
    _args: &PyTupleObject,
    _kwargs: Option<&PyObject>,
) -> PyResult {
    Ok(dict::new()?.into_object())
}

extern "C" fn instancecheck(ty: &PyTypeObject, object: &PyObject) -> PyResult {
    Ok(boolean::from(protocol::real_is_instance(object, ty)?))
}

extern "C" fn subclasscheck(ty: &PyTypeObject, class: &PyObject) -> PyResult {
    Ok(boolean::from(protocol::real_is_subclass(class, ty)?))
}

/// Adds the names of a class and of its bases, as `dir` shows them. May run Python for what is not a real class.
pub fn merge_class_dict(into: &PyDictObject, class: &PyObject) -> PyResult<()> {
    if let Some(d) = protocol::getattr_opt(class, &names::__dict__)? {
        into.merge(&d, true)?;
    }
    if let Some(bases) = protocol::getattr_opt(class, &names::__bases__)? {
        let Ok(n) = protocol::len(&bases) else {
            errors::clear();
            return Ok(());
        };
        for i in 0..n {
            let base = protocol::sequence_item(&bases, i as isize)?;
            merge_class_dict(into, &base)?;
        }
    }
    Ok(())
}

extern "C" fn type_dir(ty: &PyTypeObject) -> PyResult {
    let all = dict::new()?;
    merge_class_dict(&all, ty)?;
    let keys = all.pairs().into_iter().map(|(key, _)| key).collect();
    Ok(list::from_owned(keys)?.into_object())
}

extern "C" fn type_sizeof(ty: &PyTypeObject) -> PyResult {
    let size = if ty.is_heap_type() {
        size_of::<PyHeapTypeObject>()
    } else {
        size_of::<PyTypeObject>()
    };
    Ok(int::from_usize(size)?.into_object())
}

extern "C" fn type_repr(ty: &PyTypeObject) -> PyResult {
    if ty.tp_name.get().is_null() {
        return Ok(str_::new("<class (partially initialised)>")?.into_object());
    }
    Ok(str_::new(&format!("<class '{}'>", ty.qualified_name()))?.into_object())
}

// ---- memory ----

extern "C" fn type_is_gc(ty: &PyTypeObject) -> c_int {
    ty.is_heap_type() as c_int
}

extern "C" fn type_traverse(ty: &PyTypeObject, visit: visitproc, arg: *mut c_void) -> c_int {
    if !ty.is_heap_type() {
        return 0;
    }
    for field in [&ty.tp_dict, &ty.tp_cache, &ty.tp_mro, &ty.tp_bases] {
        if let Some(o) = field.get() {
            let answer = visit(o, arg);
            if answer != 0 {
                return answer;
            }
        }
    }
    if let Some(base) = ty.tp_base.get() {
        let answer = visit(base, arg);
        if answer != 0 {
            return answer;
        }
    }
    match heap(ty).ht_module.get() {
        Some(module) => visit(module, arg),
        None => 0,
    }
}

extern "C" fn type_clear(ty: &PyTypeObject) -> c_int {
    if !ty.is_heap_type() {
        return 0;
    }
    modified(ty);
    if !ty.tp_dict.is_null() {
        static_ref(ty.dict()).clear();
    }
    heap(ty).ht_module.set(None);
    ty.tp_mro.set(None);
    0
}

/// # Safety
/// A heap type's count has just become zero.
unsafe extern "C" fn type_dealloc(this: *mut PyObject) {
    // SAFETY: the type is complete; nobody can reach it any more, but its subtypes' lists of its bases can.
    unsafe {
        let ty: &PyTypeObject = &*this.cast();
        if !ty.is_heap_type() {
            eprintln!("Fatal Python error: a static type died");
            std::process::abort();
        }
        gc::untrack(ty);
        let pending = errors::fetch();
        modified(ty);
        if let Some(bases) = ty.tp_bases.cloned() {
            for base in bases.cast::<PyTupleObject>().items() {
                ready::remove_subtype(base.cast(), ty);
            }
        }
        weakref::clear_refs(ty);
        if let Some(pending) = pending {
            errors::restore(pending);
        }
        ty.tp_base.set(None);
        ty.tp_dict.set(None);
        ty.tp_bases.set(None);
        ty.tp_mro.set(None);
        ty.tp_cache.set(None);
        ty.tp_subclasses.set(None);
        mem::free(ty.tp_doc.get() as *mut u8);
        let heap = heap(ty);
        heap.ht_name.set(None);
        heap.ht_qualname.set(None);
        heap.ht_slots.set(None);
        heap.ht_module.set(None);
        let keys = heap.ht_cached_keys.replace(ptr::null_mut());
        if !keys.is_null() {
            dict::drop_shared_keys(keys);
        }
        mem::free(heap._ht_tpname.get() as *mut u8);
        mem::free_instance(this);
    }
}
