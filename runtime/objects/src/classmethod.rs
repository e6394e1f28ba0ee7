//! `classmethod` and `staticmethod`.

use crate::def::{getset, slot, status};
use crate::*;
use flags::{member, tp};
use std::mem::offset_of;

/// C: `classmethod`, `staticmethod` (private there).
#[repr(C)]
pub struct classmethod {
    pub ob_base: PyObject,
    pub cm_callable: Slot<PyObject>,
    pub cm_dict: Slot<PyObject>,
}
object_structs!(classmethod);

fn create(ty: &PyTypeObject, callable: &PyObject) -> PyResult {
    let o = mem::generic_alloc(ty, 0)?;
    // SAFETY: both types have this layout.
    unsafe { (*o).cast::<classmethod>() }
        .cm_callable
        .set(Some(callable.to_ref()));
    Ok(o)
}

/// `classmethod(callable)` without copying the callable's attributes (C: `PyClassMethod_New`).
pub fn new_class(callable: &PyObject) -> PyResult {
    create(&PyClassMethod_Type, callable)
}

/// `staticmethod(callable)`, likewise.
pub fn new_static(callable: &PyObject) -> PyResult {
    create(&PyStaticMethod_Type, callable)
}

/// The wrapped callable of an exact classmethod or staticmethod.
pub fn callable(o: &PyObject) -> Option<&PyObject> {
    let ty = o.ty();
    if std::ptr::eq(ty, &PyClassMethod_Type) || std::ptr::eq(ty, &PyStaticMethod_Type) {
        // SAFETY: just checked.
        return unsafe { (*o).cast::<classmethod>() }.cm_callable.get();
    }
    None
}

/// Takes over the attributes that identify a function.
fn copy_attributes(to: &PyObject, from: &PyObject) -> PyResult<()> {
    let wanted: [&Str; 5] = [
        &names::__module__,
        &names::__name__,
        &names::__qualname__,
        &names::__doc__,
        &names::__annotations__,
    ];
    for name in wanted {
        if let Some(value) = protocol::getattr_opt(from, name)? {
            protocol::setattr(to, name, Some(&value))?;
        }
    }
    Ok(())
}

fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>, name: &str) -> c_int {
    // SAFETY: U3; slots get a tuple.
    let (this, args): (&classmethod, &PyTupleObject) = unsafe { (this.cast(), args.cast()) };
    let run = || -> PyResult<()> {
        cfunction::no_keywords(name, kwargs)?;
        cfunction::check_count(name, args.len(), 1, 1)?;
        let callable = args.items()[0];
        this.cm_callable.set(Some(callable.to_ref()));
        copy_attributes(this, callable)
    };
    status(run())
}

extern "C" fn class_init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    init(this, args, kwargs, "classmethod")
}
extern "C" fn static_init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    init(this, args, kwargs, "staticmethod")
}

impl classmethod {
    fn content(&self, what: &str) -> PyResult {
        self.cm_callable
            .cloned()
            .ok_or_else(|| raise!(RuntimeError, "uninitialized {what} object"))
    }
}

/// The callable bound to the class; what it wraps may be a descriptor itself.
extern "C" fn class_get(
    this: &classmethod,
    obj: Option<&PyObject>,
    ty: Option<&PyObject>,
) -> PyResult {
    let callable = this.content("classmethod")?;
    let class: &PyObject = match (ty, obj) {
        (Some(ty), _) => ty,
        (None, Some(obj)) => obj.ty(),
        (None, None) => return Ok(callable),
    };
    if let Some(get) = callable.ty().tp_descr_get.get() {
        return get(&callable, Some(class), Some(class));
    }
    Ok(method::new(&callable, class)?.into_object())
}

extern "C" fn static_get(
    this: &classmethod,
    _obj: Option<&PyObject>,
    _ty: Option<&PyObject>,
) -> PyResult {
    this.content("staticmethod")
}

extern "C" fn static_call(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // SAFETY: U3; slots get a tuple and a dict.
    let (this, args): (&classmethod, &PyTupleObject) = unsafe { (this.cast(), args.cast()) };
    let callable = this.content("staticmethod")?;
    call::call_ex(&callable, args, kwargs.map(|d| unsafe { d.cast() }))
}

fn repr(this: &classmethod, what: &str) -> PyResult {
    let inner = match this.cm_callable.cloned() {
        Some(callable) => protocol::repr(&callable)?.to_string_lossy(),
        None => "<NULL>".to_string(),
    };
    Ok(str_::new(&format!("<{what}({inner})>"))?.into_object())
}
extern "C" fn class_repr(this: &classmethod) -> PyResult {
    repr(this, "classmethod")
}
extern "C" fn static_repr(this: &classmethod) -> PyResult {
    repr(this, "staticmethod")
}

extern "C" fn is_abstract(this: &classmethod, _: *mut c_void) -> PyResult {
    match this.cm_callable.cloned() {
        Some(callable) => Ok(boolean::from(method::is_abstract(&callable)?)),
        None => Ok(boolean::from(false)),
    }
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        let c: &classmethod = &*this.cast();
        c.cm_callable.set(None);
        c.cm_dict.set(None);
        mem::free_instance(this);
    }
}

extern "C" fn traverse(this: &classmethod, visit: visitproc, arg: *mut c_void) -> c_int {
    for field in [&this.cm_callable, &this.cm_dict] {
        if let Some(o) = field.get() {
            let answer = visit(o, arg);
            if answer != 0 {
                return answer;
            }
        }
    }
    0
}

extern "C" fn clear(this: &classmethod) -> c_int {
    this.cm_callable.set(None);
    this.cm_dict.set(None);
    0
}

static MEMBERS: [PyMemberDef; 3] = [
    def::member(
        c"__func__",
        member::OBJECT,
        offset_of!(classmethod, cm_callable),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__wrapped__",
        member::OBJECT,
        offset_of!(classmethod, cm_callable),
        member::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

static GETSET: [PyGetSetDef; 3] = [
    getset(c"__isabstractmethod__", is_abstract, None, c""),
    getset(
        c"__dict__",
        object::get_instance_dict,
        Some(object::set_generic_dict),
        c"",
    ),
    PyGetSetDef::END,
];

/// What both types share.
const fn shared(name: &'static std::ffi::CStr) -> PyTypeObject {
    PyTypeObject {
        tp_dealloc: Cell::new(Some(dealloc)),
        tp_flags: Cell::new(tp::DEFAULT | tp::BASETYPE | tp::HAVE_GC),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::inquiry(clear),
        tp_members: def::table(&MEMBERS[0]),
        tp_getset: def::table(&GETSET[0]),
        tp_dictoffset: Cell::new(offset_of!(classmethod, cm_dict) as isize),
        tp_alloc: Cell::new(Some(mem::generic_alloc)),
        tp_new: Cell::new(Some(object::generic_new)),
        tp_free: Cell::new(Some(mem::tp_free_gc)),
        ..PyTypeObject::new::<classmethod>(name)
    }
}

#[unsafe(no_mangle)]
pub static PyClassMethod_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(class_repr),
    tp_doc: Cell::new(c"classmethod(function) -> method\n\nMakes a function a method of the class: it gets the class as its first argument,\nwhether it is called on the class or on an instance.".as_ptr()),
    tp_descr_get: slot::descr_get(class_get),
    tp_init: Cell::new(Some(class_init)),
    ..shared(c"classmethod")
};

#[unsafe(no_mangle)]
pub static PyStaticMethod_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(static_repr),
    tp_call: Cell::new(Some(static_call)),
    tp_doc: Cell::new(c"staticmethod(function) -> method\n\nMakes a function an attribute of the class that gets no implicit first argument.".as_ptr()),
    tp_descr_get: slot::descr_get(static_get),
    tp_init: Cell::new(Some(static_init)),
    ..shared(c"staticmethod")
};

/// A call of a staticmethod is a call of what it holds.
fn begin_static(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<task::Begun> {
    let function = callable(this)?.to_ref();
    if names.is_none_or(|n| n.len() == 0) {
        let args = args.iter().map(|a| a.to_ref()).collect();
        return Some(task::Begun::Args(function, args));
    }
    Some(match task::given(args, names) {
        Ok((args, kwargs)) => task::Begun::Call(function, args, kwargs),
        Err(raised) => task::Begun::Done(Err(raised)),
    })
}

/// Calls from bytecode are made there.
pub(crate) fn register() {
    task::register_calls(&PyStaticMethod_Type, begin_static);
}
