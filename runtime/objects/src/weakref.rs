//! `weakref.ref`, proxies.
//!
//! The references to an object form a list that starts in a field of the object (`tp_weaklistoffset`). At its front stand, if they exist,
//! the plain reference without callback (shared by all who ask for one) and the proxy without callback; the others follow, newest
//! first. A reference whose object has died points to None.

use crate::def::slot;
use crate::task::{self, Begun, Steps};
use crate::*;
use flags::tp;
use smallvec::SmallVec;
use std::mem::offset_of;
use std::ptr;

builtin!(PyWeakReference = _PyWeakref_RefType);

/// The field of an object where its list starts; `None` if its type has none.
#[inline]
fn list_of(obj: &PyObject) -> Option<&Slot<PyWeakReference>> {
    let offset = obj.ty().tp_weaklistoffset.get();
    if offset <= 0 {
        return None;
    }
    // SAFETY: the type says that the list lies there.
    Some(unsafe { &*obj.as_ptr().cast::<u8>().offset(offset).cast() })
}

/// Whether the object is alive, that is, not being deallocated.
fn is_alive(obj: &PyObject) -> bool {
    obj.ob_refcnt.get() > 0
}

/// The object referred to, if it is alive.
#[inline]
pub fn target(reference: &PyWeakReference) -> Option<Ref> {
    reference
        .wr_object
        .get()
        .filter(|o| !singletons::is_none(o) && is_alive(o))
        .map(Ref::new)
}

/// The first reference of an object, as `__weakref__` shows it.
pub fn first(obj: &PyObject) -> Option<Ref> {
    list_of(obj)?.get().map(|r| r.to_ref())
}

/// How many references and proxies there are to an object.
pub fn count(obj: &PyObject) -> usize {
    all_of(obj).len()
}

/// All references and proxies to an object, in the order of the list.
pub fn all_of(obj: &PyObject) -> Vec<Ref> {
    let mut all = Vec::new();
    let mut at = list_of(obj).map_or(ptr::null_mut(), |l| l.as_ptr());
    // SAFETY: the list holds live references.
    while let Some(r) = unsafe { at.as_ref() } {
        all.push(r.to_ref());
        at = r.wr_next.as_ptr();
    }
    all
}

/// The shared reference and proxy without callback at the front of the list.
fn basic(list: &Slot<PyWeakReference>) -> (Option<&PyWeakReference>, Option<&PyWeakReference>) {
    let (mut reference, mut proxy) = (None, None);
    let mut at = list.as_ptr();
    // SAFETY: the list holds live references.
    if let Some(r) = unsafe { at.as_ref() }
        && r.wr_callback.is_null()
    {
        if r.is_exact::<PyWeakReference>() {
            reference = Some(r);
            at = r.wr_next.as_ptr();
        }
        if let Some(r) = unsafe { at.as_ref() }
            && r.wr_callback.is_null()
            && is_proxy(r)
        {
            proxy = Some(r);
        }
    }
    (reference, proxy)
}

/// What a proxy stands for, while that lives; `None` for anything else.
pub fn proxied(o: &PyObject) -> Option<Ref> {
    // SAFETY: a proxy has the layout of a reference.
    is_proxy(o)
        .then(|| unsafe { o.cast::<PyWeakReference>() })
        .and_then(target)
}

pub fn is_proxy(o: &PyObject) -> bool {
    ptr::eq(o.ty(), &_PyWeakref_ProxyType) || ptr::eq(o.ty(), &_PyWeakref_CallableProxyType)
}

fn insert_after(new: &PyWeakReference, before: &PyWeakReference) {
    new.wr_prev.set_ptr(before as *const _ as *mut _);
    new.wr_next.set_ptr(before.wr_next.as_ptr());
    // SAFETY: the list holds live references.
    if let Some(next) = unsafe { before.wr_next.as_ptr().as_ref() } {
        next.wr_prev.set_ptr(new as *const _ as *mut _);
    }
    before.wr_next.set_ptr(new as *const _ as *mut _);
}

fn insert_first(new: &PyWeakReference, list: &Slot<PyWeakReference>) {
    let next = list.as_ptr();
    new.wr_prev.set_ptr(ptr::null_mut());
    new.wr_next.set_ptr(next);
    // SAFETY: the list holds live references.
    if let Some(next) = unsafe { next.as_ref() } {
        next.wr_prev.set_ptr(new as *const _ as *mut _);
    }
    list.set_ptr(new as *const _ as *mut _);
}

/// Takes a reference out of its object's list and lets it point to None; its callback stays.
fn unlink(r: &PyWeakReference) {
    let Some(obj) = r.wr_object.get().filter(|o| !singletons::is_none(o)) else {
        return;
    };
    if let Some(list) = list_of(obj)
        && ptr::eq(list.as_ptr(), r)
    {
        list.set_ptr(r.wr_next.as_ptr());
    }
    // `wr_object` is borrowed, also for None.
    r.wr_object
        .set_ptr(&raw const singletons::_Py_NoneStruct as *mut _);
    // SAFETY: the neighbours are live references.
    unsafe {
        if let Some(prev) = r.wr_prev.as_ptr().as_ref() {
            prev.wr_next.set_ptr(r.wr_next.as_ptr());
        }
        if let Some(next) = r.wr_next.as_ptr().as_ref() {
            next.wr_prev.set_ptr(r.wr_prev.as_ptr());
        }
    }
    r.wr_prev.set_ptr(ptr::null_mut());
    r.wr_next.set_ptr(ptr::null_mut());
}

fn allocate(
    ty: &PyTypeObject,
    obj: &PyObject,
    callback: Option<&PyObject>,
) -> PyResult<Ref<PyWeakReference>> {
    let o = mem::generic_alloc(ty, 0)?;
    // SAFETY: reference types have this layout (or a longer one).
    let r: Ref<PyWeakReference> = unsafe { o.cast() };
    r.hash.set(-1);
    r.wr_object.set_ptr(obj.as_ptr());
    r.wr_callback.set(callback.map(Ref::new));
    r.vectorcall.set(Some(ref_vectorcall));
    Ok(r)
}

fn not_referable(obj: &PyObject) -> Raised {
    raise!(
        TypeError,
        "cannot create weak reference to '{}' object",
        obj.ty().name()
    )
}

fn create(
    ty: &PyTypeObject,
    obj: &PyObject,
    callback: Option<&PyObject>,
) -> PyResult<Ref<PyWeakReference>> {
    let callback = callback.filter(|c| !singletons::is_none(c));
    let Some(list) = list_of(obj) else {
        return Err(not_referable(obj));
    };
    let exact = ptr::eq(ty, &_PyWeakref_RefType);
    if callback.is_none()
        && exact
        && let (Some(shared), _) = basic(list)
    {
        return Ok(Ref::new(shared));
    }
    let new = allocate(ty, obj, callback)?;
    let (shared, proxy) = basic(list);
    if callback.is_none() && exact {
        insert_first(&new, list);
    } else {
        match proxy.or(shared) {
            Some(before) => insert_after(&new, before),
            None => insert_first(&new, list),
        }
    }
    Ok(new)
}

/// `weakref.ref(obj, callback)`. TypeError if the object cannot have one.
pub fn new_ref(obj: &PyObject, callback: Option<&PyObject>) -> PyResult<Ref<PyWeakReference>> {
    create(&_PyWeakref_RefType, obj, callback)
}

/// `weakref.proxy(obj, callback)`. TypeError if the object cannot have one.
pub fn new_proxy(obj: &PyObject, callback: Option<&PyObject>) -> PyResult<Ref<PyWeakReference>> {
    let callback = callback.filter(|c| !singletons::is_none(c));
    let Some(list) = list_of(obj) else {
        return Err(not_referable(obj));
    };
    if callback.is_none()
        && let (_, Some(shared)) = basic(list)
    {
        return Ok(Ref::new(shared));
    }
    let ty = if protocol::callable(obj) {
        &_PyWeakref_CallableProxyType
    } else {
        &_PyWeakref_ProxyType
    };
    let new = allocate(ty, obj, callback)?;
    let (shared, proxy) = basic(list);
    let before = if callback.is_none() {
        shared
    } else {
        proxy.or(shared)
    };
    match before {
        Some(before) => insert_after(&new, before),
        None => insert_first(&new, list),
    }
    Ok(new)
}

/// Lets a reference point to None and forgets its callback.
fn clear_one(r: &PyWeakReference) {
    unlink(r);
    r.wr_callback.set(None);
}

/// The same without dropping the callback's reference through Python-visible state (for the collector).
pub fn clear_for_gc(r: &PyWeakReference) {
    unlink(r);
}

/// Clears all weak references of a dying object and calls their callbacks (from `tp_dealloc`), in the order of the list.
/// May run Python.
pub fn clear_refs(obj: &PyObject) {
    let Some(list) = list_of(obj) else {
        return;
    };
    // Those without callback first: there is nothing to wait for.
    // SAFETY: the list holds live references.
    while let Some(r) = unsafe { list.as_ptr().as_ref() } {
        if !r.wr_callback.is_null() {
            break;
        }
        clear_one(r);
    }
    if list.is_null() {
        return;
    }
    let pending = errors::fetch();
    let mut todo: SmallVec<[(Option<Ref<PyWeakReference>>, Ref); 2]> = SmallVec::new();
    // SAFETY: as above.
    while let Some(r) = unsafe { list.as_ptr().as_ref() } {
        let alive = is_alive(r);
        let callback = r.wr_callback.take();
        let reference = alive.then(|| Ref::new(r));
        unlink(r);
        if let Some(callback) = callback {
            todo.push((reference, callback));
        }
    }
    for (reference, callback) in todo {
        // A reference that dies together with its object does not call back.
        if let Some(reference) = reference {
            handle(&reference, &callback);
        }
    }
    if let Some(pending) = pending {
        errors::restore(pending);
    }
}

/// Calls a callback; what it raises is reported.
pub fn handle(reference: &PyObject, callback: &PyObject) {
    if attempt::apart(|| call::call1(callback, reference)).is_err() {
        errors::write_unraisable(Some(callback));
    }
}

// ---- the reference type ----

fn ref_arguments<'a>(
    args: &'a PyObject,
    name: &str,
) -> PyResult<(&'a PyObject, Option<&'a PyObject>)> {
    // SAFETY: slots get a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    cfunction::check_count(name, args.len(), 1, 2)?;
    Ok((args.items()[0], args.items().get(1).copied()))
}

extern "C" fn ref_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // A subclass's __init__ may take keywords; ours refuses them.
    let _ = kwargs;
    let (obj, callback) = ref_arguments(args, "__new__")?;
    Ok(create(ty, obj, callback)?.into_object())
}

extern "C" fn ref_init(_this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    def::status(
        cfunction::no_keywords("ref", kwargs)
            .and_then(|()| ref_arguments(args, "__init__"))
            .map(drop),
    )
}

extern "C" fn ref_vectorcall(
    callable: &PyObject,
    _args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    if kwnames.is_some_and(|k| k.len() > 0) {
        return Err(raise!(TypeError, "weakref() takes no keyword arguments"));
    }
    cfunction::check_count("weakref", count, 0, 0)?;
    // SAFETY: only references have this function.
    Ok(target(unsafe { callable.cast() }).unwrap_or_else(singletons::none))
}

extern "C" fn ref_hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    let r: &PyWeakReference = unsafe { this.cast() };
    if r.hash.get() != -1 {
        return r.hash.get();
    }
    let Some(obj) = target(r) else {
        raise!(TypeError, "weak object has gone away");
        return -1;
    };
    let hash = protocol::hash(&obj).unwrap_or(-1);
    r.hash.set(hash);
    hash
}

fn name_of(obj: &PyObject) -> PyResult<Option<String>> {
    // Whatever goes wrong, the reference can be shown.
    let name = protocol::getattr_opt(obj, &names::__name__).unwrap_or_else(|_| {
        errors::clear();
        None
    });
    Ok(name
        .as_ref()
        .and_then(|n| n.downcast::<Str>())
        .map(|n| n.to_string_lossy()))
}

extern "C" fn ref_repr(this: &PyWeakReference) -> PyResult {
    let address = this as *const PyWeakReference as usize;
    let text = match target(this) {
        None => format!("<weakref at {address:#x}; dead>"),
        Some(obj) => {
            let (class, at) = (obj.ty().name().to_string(), obj.as_ptr() as usize);
            match name_of(&obj)? {
                None => format!("<weakref at {address:#x}; to '{class}' at {at:#x}>"),
                Some(name) => {
                    format!("<weakref at {address:#x}; to '{class}' at {at:#x} ({name})>")
                }
            }
        }
    };
    Ok(str_::new(&text)?.into_object())
}

/// By the objects while both live, else by identity.
extern "C" fn ref_compare(this: &PyWeakReference, other: &PyObject, op: c_int) -> PyResult {
    let equality = op == flags::cmp::EQ || op == flags::cmp::NE;
    let Some(other) = other.downcast::<PyWeakReference>().filter(|_| equality) else {
        return Ok(singletons::not_implemented());
    };
    match (target(this), target(other)) {
        (Some(a), Some(b)) => protocol::compare(&a, &b, op),
        _ => Ok(boolean::from(
            ptr::eq(this, other) == (op == flags::cmp::EQ),
        )),
    }
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn ref_dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        clear_one(&*this.cast());
        mem::free_instance(this);
    }
}

extern "C" fn ref_traverse(this: &PyWeakReference, visit: visitproc, arg: *mut c_void) -> c_int {
    this.wr_callback.get().map_or(0, |o| visit(o, arg))
}

extern "C" fn ref_clear(this: &PyWeakReference) -> c_int {
    clear_one(this);
    0
}

static REF_METHODS: [PyMethodDef; 2] = [
    def::class_method(def::one(
        c"__class_getitem__",
        generic_alias::class_getitem,
        c"See PEP 585",
    )),
    PyMethodDef::END,
];

static REF_MEMBERS: [PyMemberDef; 2] = [
    def::member(
        c"__callback__",
        flags::member::OBJECT,
        offset_of!(PyWeakReference, wr_callback),
        flags::member::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

#[unsafe(no_mangle)]
pub static _PyWeakref_RefType: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(ref_dealloc)),
    tp_vectorcall_offset: Cell::new(offset_of!(PyWeakReference, vectorcall) as isize),
    tp_repr: slot::unary(ref_repr),
    tp_hash: Cell::new(Some(ref_hash)),
    tp_call: Cell::new(Some(cfunction::vectorcall_call)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::HAVE_VECTORCALL | tp::BASETYPE),
    tp_traverse: slot::traverse(ref_traverse),
    tp_clear: slot::inquiry(ref_clear),
    tp_richcompare: slot::compare(ref_compare),
    tp_methods: def::table(&REF_METHODS[0]),
    tp_members: def::table(&REF_MEMBERS[0]),
    tp_init: Cell::new(Some(ref_init)),
    tp_alloc: Cell::new(Some(mem::generic_alloc)),
    tp_new: Cell::new(Some(ref_new)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<PyWeakReference>(c"weakref.ReferenceType")
};

// ---- proxies ----

/// The live object behind a proxy, or the object itself. ReferenceError.
fn unwrap(o: &PyObject) -> PyResult {
    if !is_proxy(o) {
        return Ok(o.to_ref());
    }
    // SAFETY: proxies have this layout.
    target(unsafe { o.cast() })
        .ok_or_else(|| raise!(ReferenceError, "weakly-referenced object no longer exists"))
}

extern "C" fn proxy_getattr(this: &PyObject, name: &PyObject) -> PyResult {
    protocol::getattr(&*unwrap(this)?, protocol::attribute_name(name)?)
}
extern "C" fn proxy_setattr(this: &PyObject, name: &PyObject, value: Option<&PyObject>) -> c_int {
    def::status(
        unwrap(this).and_then(|o| protocol::setattr(&o, protocol::attribute_name(name)?, value)),
    )
}
extern "C" fn proxy_str(this: &PyObject) -> PyResult {
    Ok(protocol::str(&*unwrap(this)?)?.into_object())
}
extern "C" fn proxy_repr(this: &PyWeakReference) -> PyResult {
    // A proxy to a dead object shows None.
    let obj = target(this).unwrap_or_else(singletons::none);
    Ok(str_::new(&format!(
        "<weakproxy at {:#x} to {} at {:#x}>",
        this as *const PyWeakReference as usize,
        obj.ty().name(),
        obj.as_ptr() as usize
    ))?
    .into_object())
}
extern "C" fn proxy_call(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    let obj = unwrap(this)?;
    // SAFETY: slots get a tuple and a dict.
    unsafe { call::call_ex(&obj, args.cast(), kwargs.map(|d| d.cast())) }
}
extern "C" fn proxy_compare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult {
    protocol::compare(&*unwrap(a)?, &*unwrap(b)?, op)
}
extern "C" fn proxy_iter(this: &PyObject) -> PyResult {
    protocol::iter(&*unwrap(this)?)
}
extern "C" fn proxy_next(this: &PyObject) -> Option<Ref> {
    def::next_status(stepped(this).and_then(|obj| protocol::next(&obj)))
}

/// What a proxy's steps are those of; TypeError.
fn stepped(this: &PyObject) -> PyResult {
    let obj = unwrap(this)?;
    if !protocol::is_iterator(&obj) {
        return Err(raise!(
            TypeError,
            "Weakref proxy referenced a non-iterator '{}' object",
            obj.ty().name()
        ));
    }
    Ok(obj)
}

/// Steps and calls from bytecode are those of the object itself.
pub(crate) fn register() {
    let steps = Steps {
        asks: |this| {
            let iterator = proxied(this).filter(|o| protocol::is_iterator(o));
            iterator.is_some_and(|o| (hooks::hooks().iterates_python)(&o))
        },
        next: |this, _| {
            let this = this.to_ref();
            Box::pin(async move { task::next(&*stepped(&this)?).await })
        },
    };
    task::register_steps(&_PyWeakref_ProxyType, steps);
    task::register_steps(&_PyWeakref_CallableProxyType, steps);
    task::register_calls(&_PyWeakref_CallableProxyType, |this, args, names| {
        let target = proxied(this)?;
        if names.is_none_or(|n| n.len() == 0) {
            let args = args.iter().map(|a| a.to_ref()).collect();
            return Some(Begun::Args(target, args));
        }
        Some(match task::given(args, names) {
            Ok((args, kwargs)) => Begun::Call(target, args, kwargs),
            Err(raised) => Begun::Done(Err(raised)),
        })
    });
}

extern "C" fn proxy_len(this: &PyObject) -> isize {
    def::size_status(unwrap(this).and_then(|o| protocol::len(&o)))
}
extern "C" fn proxy_getitem(this: &PyObject, key: &PyObject) -> PyResult {
    protocol::getitem(&*unwrap(this)?, &*unwrap(key)?)
}
extern "C" fn proxy_setitem(this: &PyObject, key: &PyObject, value: Option<&PyObject>) -> c_int {
    def::status(unwrap(this).and_then(|o| match value {
        Some(value) => protocol::setitem(&o, key, value),
        None => protocol::delitem(&o, key),
    }))
}
extern "C" fn proxy_contains(this: &PyObject, item: &PyObject) -> c_int {
    def::truth_status(unwrap(this).and_then(|o| protocol::contains(&o, item)))
}
extern "C" fn proxy_bool(this: &PyObject) -> c_int {
    def::truth_status(unwrap(this).and_then(|o| protocol::truth(&o)))
}
extern "C" fn proxy_bytes(this: &PyObject) -> PyResult {
    call::call_method(&*unwrap(this)?, &names::__bytes__, &[])
}
extern "C" fn proxy_reversed(this: &PyObject) -> PyResult {
    call::call_method(&*unwrap(this)?, &names::__reversed__, &[])
}

macro_rules! proxy_operators {
    (binary $($name:ident: $op:ident;)*) => { $(
        extern "C" fn $name(a: &PyObject, b: &PyObject) -> PyResult {
            number::binary(number::BinaryOp::$op, &*unwrap(a)?, &*unwrap(b)?)
        }
    )* };
    (inplace $($name:ident: $op:ident;)*) => { $(
        extern "C" fn $name(a: &PyObject, b: &PyObject) -> PyResult {
            number::inplace(number::BinaryOp::$op, &*unwrap(a)?, &*unwrap(b)?)
        }
    )* };
    (unary $($name:ident: $function:path;)*) => { $(
        extern "C" fn $name(a: &PyObject) -> PyResult {
            $function(&*unwrap(a)?)
        }
    )* };
}
proxy_operators! { binary
    proxy_add: Add; proxy_sub: Subtract; proxy_mul: Multiply; proxy_mod: Remainder;
    proxy_lshift: Lshift; proxy_rshift: Rshift; proxy_and: And; proxy_xor: Xor; proxy_or: Or;
    proxy_floordiv: FloorDivide; proxy_truediv: TrueDivide; proxy_matmul: MatMul;
}
proxy_operators! { inplace
    proxy_iadd: Add; proxy_isub: Subtract; proxy_imul: Multiply; proxy_imod: Remainder;
    proxy_ilshift: Lshift; proxy_irshift: Rshift; proxy_iand: And; proxy_ixor: Xor; proxy_ior: Or;
    proxy_ifloordiv: FloorDivide; proxy_itruediv: TrueDivide; proxy_imatmul: MatMul;
}
proxy_operators! { unary
    proxy_neg: number::negative; proxy_pos: number::positive; proxy_abs: number::absolute;
    proxy_invert: number::invert; proxy_int: number::to_int;
}
extern "C" fn proxy_float(a: &PyObject) -> PyResult {
    Ok(float::from_f64(number::to_float(&*unwrap(a)?)?)?.into_object())
}
extern "C" fn proxy_index(a: &PyObject) -> PyResult {
    Ok(number::index(&*unwrap(a)?)?.into_object())
}
extern "C" fn proxy_divmod(a: &PyObject, b: &PyObject) -> PyResult {
    number::divmod(&*unwrap(a)?, &*unwrap(b)?)
}
extern "C" fn proxy_pow(a: &PyObject, b: &PyObject, c: Option<&PyObject>) -> PyResult {
    let none = singletons::none();
    number::power(&*unwrap(a)?, &*unwrap(b)?, &*unwrap(c.unwrap_or(&none))?)
}
extern "C" fn proxy_ipow(a: &PyObject, b: &PyObject, _c: Option<&PyObject>) -> PyResult {
    number::inplace(number::BinaryOp::Power, &*unwrap(a)?, &*unwrap(b)?)
}

static PROXY_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(proxy_add),
    nb_subtract: slot::binary(proxy_sub),
    nb_multiply: slot::binary(proxy_mul),
    nb_remainder: slot::binary(proxy_mod),
    nb_divmod: slot::binary(proxy_divmod),
    nb_power: slot::ternary(proxy_pow),
    nb_negative: slot::unary(proxy_neg),
    nb_positive: slot::unary(proxy_pos),
    nb_absolute: slot::unary(proxy_abs),
    nb_bool: slot::inquiry(proxy_bool),
    nb_invert: slot::unary(proxy_invert),
    nb_lshift: slot::binary(proxy_lshift),
    nb_rshift: slot::binary(proxy_rshift),
    nb_and: slot::binary(proxy_and),
    nb_xor: slot::binary(proxy_xor),
    nb_or: slot::binary(proxy_or),
    nb_int: slot::unary(proxy_int),
    nb_float: slot::unary(proxy_float),
    nb_inplace_add: slot::binary(proxy_iadd),
    nb_inplace_subtract: slot::binary(proxy_isub),
    nb_inplace_multiply: slot::binary(proxy_imul),
    nb_inplace_remainder: slot::binary(proxy_imod),
    nb_inplace_power: slot::ternary(proxy_ipow),
    nb_inplace_lshift: slot::binary(proxy_ilshift),
    nb_inplace_rshift: slot::binary(proxy_irshift),
    nb_inplace_and: slot::binary(proxy_iand),
    nb_inplace_xor: slot::binary(proxy_ixor),
    nb_inplace_or: slot::binary(proxy_ior),
    nb_floor_divide: slot::binary(proxy_floordiv),
    nb_true_divide: slot::binary(proxy_truediv),
    nb_inplace_floor_divide: slot::binary(proxy_ifloordiv),
    nb_inplace_true_divide: slot::binary(proxy_itruediv),
    nb_index: slot::unary(proxy_index),
    nb_matrix_multiply: slot::binary(proxy_matmul),
    nb_inplace_matrix_multiply: slot::binary(proxy_imatmul),
    ..PyNumberMethods::EMPTY
};

static PROXY_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(proxy_len),
    sq_contains: slot::contains(proxy_contains),
    ..PySequenceMethods::EMPTY
};

static PROXY_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(proxy_len),
    mp_subscript: slot::binary(proxy_getitem),
    mp_ass_subscript: slot::set_item(proxy_setitem),
};

static PROXY_METHODS: [PyMethodDef; 3] = [
    def::noargs(c"__bytes__", proxy_bytes, c""),
    def::noargs(c"__reversed__", proxy_reversed, c""),
    PyMethodDef::END,
];

/// What both proxy types share.
const fn proxy_type(name: &'static std::ffi::CStr) -> PyTypeObject {
    PyTypeObject {
        tp_dealloc: Cell::new(Some(ref_dealloc)),
        tp_repr: slot::unary(proxy_repr),
        tp_as_number: def::table(&PROXY_NUMBER),
        tp_as_sequence: def::table(&PROXY_SEQUENCE),
        tp_as_mapping: def::table(&PROXY_MAPPING),
        tp_hash: Cell::new(Some(protocol::PyObject_HashNotImplemented)),
        tp_str: slot::unary(proxy_str),
        tp_getattro: Cell::new(Some(proxy_getattr)),
        tp_setattro: Cell::new(Some(proxy_setattr)),
        tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
        tp_traverse: slot::traverse(ref_traverse),
        tp_clear: slot::inquiry(ref_clear),
        tp_richcompare: slot::compare(proxy_compare),
        tp_methods: def::table(&PROXY_METHODS[0]),
        ..PyTypeObject::new::<PyWeakReference>(name)
    }
}

#[unsafe(no_mangle)]
pub static _PyWeakref_ProxyType: PyTypeObject = PyTypeObject {
    tp_iter: slot::unary(proxy_iter),
    tp_iternext: slot::next(proxy_next),
    ..proxy_type(c"weakref.ProxyType")
};

#[unsafe(no_mangle)]
pub static _PyWeakref_CallableProxyType: PyTypeObject = PyTypeObject {
    tp_call: Cell::new(Some(proxy_call)),
    tp_iter: slot::unary(proxy_iter),
    tp_iternext: slot::next(proxy_next),
    ..proxy_type(c"weakref.CallableProxyType")
};
