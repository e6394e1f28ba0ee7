//! `method`: a function bound to an object; `instancemethod`: a function that binds like a Python one.

use crate::def::{getset, noargs, slot};
use crate::*;
use flags::{member, tp};
use smallvec::SmallVec;
use std::mem::offset_of;

builtin!(PyMethodObject = PyMethod_Type);
builtin!(PyInstanceMethodObject = PyInstanceMethod_Type);

/// A function bound to `this`.
#[inline]
pub fn new(function: &PyObject, this: &PyObject) -> PyResult<Ref<PyMethodObject>> {
    let m = mem::create_gc(&PyMethod_Type, |header| PyMethodObject {
        ob_base: header,
        im_func: Slot::EMPTY,
        im_self: Slot::EMPTY,
        im_weakreflist: Slot::EMPTY,
        vectorcall: Cell::new(Some(vectorcall)),
    })?;
    m.im_func.set_ptr(function.to_ref().into_raw());
    m.im_self.set_ptr(this.to_ref().into_raw());
    gc::track(&*m);
    Ok(m)
}

impl PyMethodObject {
    /// `__func__`.
    #[inline(always)]
    pub fn function(&self) -> &PyObject {
        // SAFETY: a method has a function from its creation to its end.
        unsafe { &*self.im_func.as_ptr() }
    }
    /// `__self__`.
    #[inline(always)]
    pub fn this(&self) -> &PyObject {
        // SAFETY: as above.
        unsafe { &*self.im_self.as_ptr() }
    }
}

/// Calls the function with `self` in front.
extern "C" fn vectorcall(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    // SAFETY: only methods have this function.
    let m: &PyMethodObject = unsafe { callable.cast() };
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    let given = args.slice((count + kwnames.map_or(0, |k| k.len())) as isize);
    let mut all: SmallVec<[&PyObject; 8]> = SmallVec::with_capacity(given.len() + 1);
    all.push(m.this());
    all.extend_from_slice(given);
    call::vectorcall(m.function(), &all, kwnames)
}

/// Whether `callable.__isabstractmethod__` is true. May run Python.
pub fn is_abstract(callable: &PyObject) -> PyResult<bool> {
    match protocol::getattr_opt(callable, &names::__isabstractmethod__)? {
        Some(answer) => protocol::truth(&answer),
        None => Ok(false),
    }
}

extern "C" fn method_new(
    _ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: slots get a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    cfunction::no_keywords("method", kwargs)?;
    cfunction::check_count("method", args.len(), 2, 2)?;
    let (function, this) = (args.items()[0], args.items()[1]);
    if !protocol::callable(function) {
        return Err(raise!(TypeError, "first argument must be callable"));
    }
    if singletons::is_none(this) {
        return Err(raise!(TypeError, "instance must not be None"));
    }
    Ok(new(function, this)?.into_object())
}

/// Attributes of methods first, then those of the function.
extern "C" fn getattro(this: &PyObject, name: &PyObject) -> PyResult {
    // SAFETY: U3.
    let function = unsafe { this.cast::<PyMethodObject>() }.function();
    own_or_of(this, function, name)
}

/// An attribute of the object's type, else of the function.
fn own_or_of(this: &PyObject, function: &PyObject, name: &PyObject) -> PyResult {
    let text = protocol::attribute_name(name)?;
    if let Some(found) = typeobject::lookup(this.ty(), text) {
        let found = Ref::new(found);
        return match found.ty().tp_descr_get.get() {
            Some(get) => get(&found, Some(this), Some(this.ty())),
            None => Ok(found),
        };
    }
    protocol::getattr(function, text)
}

extern "C" fn get_doc(this: &PyMethodObject, _: *mut c_void) -> PyResult {
    protocol::getattr(this.function(), &names::__doc__)
}

extern "C" fn reduce(this: &PyMethodObject) -> PyResult {
    let name = protocol::getattr(this.function(), &names::__name__)?;
    descr::reduce_as_attribute(this.this(), &name)
}

extern "C" fn repr(this: &PyMethodObject) -> PyResult {
    let mut name = protocol::getattr_opt(this.function(), &names::__qualname__)?;
    if name.is_none() {
        name = protocol::getattr_opt(this.function(), &names::__name__)?;
    }
    let name = match name.as_ref().and_then(|n| n.downcast::<Str>()) {
        Some(name) => name.to_string_lossy(),
        None => "?".to_string(),
    };
    let this = protocol::repr(this.this())?.to_string_lossy();
    Ok(str_::new(&format!("<bound method {name} of {this}>"))?.into_object())
}

extern "C" fn compare(this: &PyMethodObject, other: &PyObject, op: c_int) -> PyResult {
    let equality = op == flags::cmp::EQ || op == flags::cmp::NE;
    let Some(other) = other.exact::<PyMethodObject>().filter(|_| equality) else {
        return Ok(singletons::not_implemented());
    };
    let same = protocol::eq(this.function(), other.function())? && this.this().is(other.this());
    Ok(boolean::from(same == (op == flags::cmp::EQ)))
}

extern "C" fn hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    let m: &PyMethodObject = unsafe { this.cast() };
    match protocol::hash(m.function()) {
        Ok(of_function) => match protocol::hash_address(m.this()) ^ of_function {
            -1 => -2,
            hash => hash,
        },
        Err(Raised) => -1,
    }
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        let m: &PyMethodObject = &*this.cast();
        if !m.im_weakreflist.is_null() {
            weakref::clear_refs(m);
        }
        m.im_func.set(None);
        m.im_self.set(None);
        mem::free_gc_object(this);
    }
}

extern "C" fn traverse(this: &PyMethodObject, visit: visitproc, arg: *mut c_void) -> c_int {
    for field in [&this.im_func, &this.im_self] {
        if let Some(o) = field.get() {
            let answer = visit(o, arg);
            if answer != 0 {
                return answer;
            }
        }
    }
    0
}

static METHODS: [PyMethodDef; 2] = [noargs(c"__reduce__", reduce, c""), PyMethodDef::END];

static GETSET: [PyGetSetDef; 2] = [getset(c"__doc__", get_doc, None, c""), PyGetSetDef::END];

static MEMBERS: [PyMemberDef; 3] = [
    def::member(
        c"__func__",
        member::OBJECT,
        offset_of!(PyMethodObject, im_func),
        member::READONLY,
        c"the function that implements the method",
    ),
    def::member(
        c"__self__",
        member::OBJECT,
        offset_of!(PyMethodObject, im_self),
        member::READONLY,
        c"the instance that the method is bound to",
    ),
    PyMemberDef::END,
];

#[unsafe(no_mangle)]
pub static PyMethod_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_vectorcall_offset: Cell::new(offset_of!(PyMethodObject, vectorcall) as isize),
    tp_repr: slot::unary(repr),
    tp_hash: Cell::new(Some(hash)),
    tp_call: Cell::new(Some(cfunction::vectorcall_call)),
    tp_getattro: Cell::new(Some(getattro)),
    tp_setattro: Cell::new(Some(protocol::PyObject_GenericSetAttr)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::HAVE_VECTORCALL),
    tp_doc: Cell::new(c"method(function, instance)\n--\n\nA function bound to an instance, which becomes its first argument.".as_ptr()),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::compare(compare),
    tp_weaklistoffset: Cell::new(offset_of!(PyMethodObject, im_weakreflist) as isize),
    tp_methods: def::table(&METHODS[0]),
    tp_members: def::table(&MEMBERS[0]),
    tp_getset: def::table(&GETSET[0]),
    tp_new: Cell::new(Some(method_new)),
    ..PyTypeObject::new::<PyMethodObject>(c"method")
};

// ---- instancemethod ----

/// A function that binds to instances, from C code's callable.
pub fn new_instance_method(function: &PyObject) -> PyResult<Ref<PyInstanceMethodObject>> {
    let m = mem::create_gc(&PyInstanceMethod_Type, |header| PyInstanceMethodObject {
        ob_base: header,
        func: Slot::EMPTY,
    })?;
    m.func.set(Some(function.to_ref()));
    gc::track(&*m);
    Ok(m)
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn instance_dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        (*this.cast::<PyInstanceMethodObject>()).func.set(None);
        mem::free_gc_object(this);
    }
}

extern "C" fn instance_traverse(
    this: &PyInstanceMethodObject,
    visit: visitproc,
    arg: *mut c_void,
) -> c_int {
    this.func.get().map_or(0, |o| visit(o, arg))
}

fn wrapped(this: &PyInstanceMethodObject) -> PyResult {
    this.func
        .cloned()
        .ok_or_else(|| raise!(SystemError, "an instancemethod without function"))
}

extern "C" fn instance_new(
    _ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: slots get a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    cfunction::no_keywords("instancemethod", kwargs)?;
    cfunction::check_count("instancemethod", args.len(), 1, 1)?;
    let function = args.items()[0];
    if !protocol::callable(function) {
        return Err(raise!(TypeError, "first argument must be callable"));
    }
    Ok(new_instance_method(function)?.into_object())
}

extern "C" fn instance_getattro(this: &PyObject, name: &PyObject) -> PyResult {
    // SAFETY: U3.
    let function = wrapped(unsafe { this.cast() })?;
    own_or_of(this, &function, name)
}

extern "C" fn instance_doc(this: &PyInstanceMethodObject, _: *mut c_void) -> PyResult {
    protocol::getattr(&*wrapped(this)?, &names::__doc__)
}

extern "C" fn instance_repr(this: &PyInstanceMethodObject) -> PyResult {
    let function = wrapped(this)?;
    let name = protocol::getattr_opt(&function, &names::__name__)?;
    let name = match name.as_ref().and_then(|n| n.downcast::<Str>()) {
        Some(name) => name.to_string_lossy(),
        None => "?".to_string(),
    };
    let address = function.as_ptr();
    Ok(str_::new(&format!("<instancemethod {name} at {address:p}>"))?.into_object())
}

extern "C" fn instance_compare(
    this: &PyInstanceMethodObject,
    other: &PyObject,
    op: c_int,
) -> PyResult {
    let equality = op == flags::cmp::EQ || op == flags::cmp::NE;
    let Some(other) = other.exact::<PyInstanceMethodObject>().filter(|_| equality) else {
        return Ok(singletons::not_implemented());
    };
    let same = protocol::eq(&*wrapped(this)?, &*wrapped(other)?)?;
    Ok(boolean::from(same == (op == flags::cmp::EQ)))
}

extern "C" fn instance_get(
    this: &PyInstanceMethodObject,
    obj: Option<&PyObject>,
    _ty: Option<&PyObject>,
) -> PyResult {
    let function = wrapped(this)?;
    match obj {
        Some(obj) => Ok(new(&function, obj)?.into_object()),
        None => Ok(function),
    }
}

extern "C" fn instance_call(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: U3; slots get a tuple and a dict.
    unsafe {
        call::call_ex(
            &*wrapped(this.cast())?,
            args.cast(),
            kwargs.map(|d| d.cast()),
        )
    }
}

static INSTANCE_MEMBERS: [PyMemberDef; 2] = [
    def::member(
        c"__func__",
        member::OBJECT,
        offset_of!(PyInstanceMethodObject, func),
        member::READONLY,
        c"the function that implements the method",
    ),
    PyMemberDef::END,
];

static INSTANCE_GETSET: [PyGetSetDef; 2] = [
    getset(c"__doc__", instance_doc, None, c""),
    PyGetSetDef::END,
];

#[unsafe(no_mangle)]
pub static PyInstanceMethod_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(instance_dealloc)),
    tp_repr: slot::unary(instance_repr),
    tp_getattro: Cell::new(Some(instance_getattro)),
    tp_setattro: Cell::new(Some(protocol::PyObject_GenericSetAttr)),
    tp_doc: Cell::new(c"instancemethod(function)\n--\n\nA callable that binds to instances as a Python function does.".as_ptr()),
    tp_richcompare: slot::compare(instance_compare),
    tp_getset: def::table(&INSTANCE_GETSET[0]),
    tp_new: Cell::new(Some(instance_new)),
    tp_call: Cell::new(Some(instance_call)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(instance_traverse),
    tp_members: def::table(&INSTANCE_MEMBERS[0]),
    tp_descr_get: slot::descr_get(instance_get),
    ..PyTypeObject::new::<PyInstanceMethodObject>(c"instancemethod")
};
