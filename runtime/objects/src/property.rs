//! `property`: an attribute computed by functions.

use crate::def::{getset, one, slot, status};
use crate::*;
use cfunction::Params;
use flags::{member, tp};
use std::mem::offset_of;

/// C: `propertyobject` (private there).
#[repr(C)]
pub struct propertyobject {
    pub ob_base: PyObject,
    pub prop_get: Slot<PyObject>,
    pub prop_set: Slot<PyObject>,
    pub prop_del: Slot<PyObject>,
    pub prop_doc: Slot<PyObject>,
    pub prop_name: Slot<PyObject>,
    pub getter_doc: Cell<i32>,
}
object_structs!(propertyobject);
builtin!(propertyobject = PyProperty_Type);

static PARAMS: Params = Params {
    function: "property",
    names: &["fget", "fset", "fdel", "doc"],
    positional_only: 0,
    positional: 4,
    required: 0,
};

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    // SAFETY: U3; slots get a tuple.
    let (p, args): (&propertyobject, &PyTupleObject) = unsafe { (this.cast(), args.cast()) };
    let run = || -> PyResult<()> {
        let bound = PARAMS.bind_tuple(args, kwargs)?;
        let function = |i: usize| bound[i].filter(|o| !singletons::is_none(o)).map(Ref::new);
        p.prop_get.set(function(0));
        p.prop_set.set(function(1));
        p.prop_del.set(function(2));
        p.prop_doc.set(bound[3].map(Ref::new));
        p.prop_name.set(None);
        p.getter_doc.set(0);
        let no_doc = p.prop_doc.get().is_none_or(singletons::is_none);
        let Some(getter) = p.prop_get.cloned().filter(|_| no_doc) else {
            return copy_doc_of_subclass(p);
        };
        // The getter's doc is the property's.
        if let Some(doc) = protocol::getattr_opt(&getter, &names::__doc__)? {
            p.getter_doc.set(1);
            if p.is_exact::<propertyobject>() {
                p.prop_doc.set(Some(doc));
            } else {
                // A subclass keeps it in its dict, since its class's own doc would hide ours.
                protocol::setattr(p, &names::__doc__, Some(&doc))?;
            }
        }
        Ok(())
    };
    status(run())
}

/// A subclass's instance gets an explicit doc as an attribute of its own, where it can have one.
fn copy_doc_of_subclass(p: &propertyobject) -> PyResult<()> {
    let Some(doc) = p.prop_doc.cloned().filter(|d| !singletons::is_none(d)) else {
        return Ok(());
    };
    if !p.is_exact::<propertyobject>() && p.ty().tp_dictoffset.get() != 0 {
        protocol::setattr(p, &names::__doc__, Some(&doc))?;
    }
    Ok(())
}

/// What messages call the property: its name if it is known, and the object's class.
fn missing(p: &propertyobject, obj: &PyObject, what: &str) -> Raised {
    let of =
        match protocol::getattr(obj.ty(), &names::__qualname__).and_then(|q| protocol::repr(&q)) {
            Ok(q) => q.to_string_lossy(),
            Err(Raised) => return Raised,
        };
    match p.prop_name.cloned() {
        Some(name) => match protocol::repr(&name) {
            Ok(name) => raise!(
                AttributeError,
                "property {} of {of} object has no {what}",
                name.to_string_lossy()
            ),
            Err(Raised) => Raised,
        },
        None => raise!(AttributeError, "property of {of} object has no {what}"),
    }
}

extern "C" fn descr_get(
    p: &propertyobject,
    obj: Option<&PyObject>,
    _ty: Option<&PyObject>,
) -> PyResult {
    let Some(obj) = obj.filter(|o| !singletons::is_none(o)) else {
        return Ok(p.to_ref());
    };
    match p.prop_get.cloned() {
        Some(getter) => call::call1(&getter, obj),
        None => Err(missing(p, obj, "getter")),
    }
}

extern "C" fn descr_set(this: &PyObject, obj: &PyObject, value: Option<&PyObject>) -> c_int {
    // SAFETY: U3.
    let p: &propertyobject = unsafe { this.cast() };
    let answer = match value {
        Some(value) => match p.prop_set.cloned() {
            Some(setter) => call::call(&setter, &[obj, value]),
            None => Err(missing(p, obj, "setter")),
        },
        None => match p.prop_del.cloned() {
            Some(deleter) => call::call1(&deleter, obj),
            None => Err(missing(p, obj, "deleter")),
        },
    };
    status(answer.map(drop))
}

/// A copy with some functions replaced; the doc is asked of the new getter if the old one gave it.
fn copy(
    p: &propertyobject,
    get: Option<&PyObject>,
    set: Option<&PyObject>,
    del: Option<&PyObject>,
) -> PyResult {
    let none = singletons::none();
    let pick = |new: Option<&PyObject>, old: &Slot<PyObject>| -> Ref {
        match new.filter(|o| !singletons::is_none(o)) {
            Some(new) => new.to_ref(),
            None => old.cloned().unwrap_or_else(|| none.clone()),
        }
    };
    let getter = pick(get, &p.prop_get);
    let doc = if p.getter_doc.get() != 0 && !singletons::is_none(&getter) {
        none.clone()
    } else {
        p.prop_doc.cloned().unwrap_or_else(|| none.clone())
    };
    let setter = pick(set, &p.prop_set);
    let deleter = pick(del, &p.prop_del);
    let new = call::call(p.ty(), &[&getter, &setter, &deleter, &doc])?;
    if let Some(new) = new.downcast::<propertyobject>() {
        new.prop_name.set(p.prop_name.cloned());
    }
    Ok(new)
}

extern "C" fn with_getter(p: &propertyobject, f: &PyObject) -> PyResult {
    copy(p, Some(f), None, None)
}
extern "C" fn with_setter(p: &propertyobject, f: &PyObject) -> PyResult {
    copy(p, None, Some(f), None)
}
extern "C" fn with_deleter(p: &propertyobject, f: &PyObject) -> PyResult {
    copy(p, None, None, Some(f))
}

extern "C" fn set_name(p: &propertyobject, args: Args<'_>, count: isize) -> PyResult {
    if count != 2 {
        return Err(raise!(
            TypeError,
            "__set_name__() takes 2 positional arguments but {count} were given"
        ));
    }
    p.prop_name.set(Some(args.slice(2)[1].to_ref()));
    Ok(singletons::none())
}

extern "C" fn is_abstract(p: &propertyobject, _: *mut c_void) -> PyResult {
    for field in [&p.prop_get, &p.prop_set, &p.prop_del] {
        if let Some(f) = field.cloned()
            && method::is_abstract(&f)?
        {
            return Ok(boolean::from(true));
        }
    }
    Ok(boolean::from(false))
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        clear(&*this.cast());
        mem::free_instance(this);
    }
}

impl propertyobject {
    fn fields(&self) -> [&Slot<PyObject>; 5] {
        [
            &self.prop_get,
            &self.prop_set,
            &self.prop_del,
            &self.prop_doc,
            &self.prop_name,
        ]
    }
}

extern "C" fn traverse(p: &propertyobject, visit: visitproc, arg: *mut c_void) -> c_int {
    for field in p.fields() {
        if let Some(o) = field.get() {
            let answer = visit(o, arg);
            if answer != 0 {
                return answer;
            }
        }
    }
    0
}

extern "C" fn clear(p: &propertyobject) -> c_int {
    for field in p.fields() {
        field.set(None);
    }
    0
}

static METHODS: [PyMethodDef; 5] = [
    one(
        c"getter",
        with_getter,
        c"A copy of the property with another getter.",
    ),
    one(
        c"setter",
        with_setter,
        c"A copy of the property with another setter.",
    ),
    one(
        c"deleter",
        with_deleter,
        c"A copy of the property with another deleter.",
    ),
    def::fast(
        c"__set_name__",
        set_name,
        c"Tells the property the name that it has in its class.",
    ),
    PyMethodDef::END,
];

static MEMBERS: [PyMemberDef; 5] = [
    def::member(
        c"fget",
        member::OBJECT,
        offset_of!(propertyobject, prop_get),
        member::READONLY,
        c"",
    ),
    def::member(
        c"fset",
        member::OBJECT,
        offset_of!(propertyobject, prop_set),
        member::READONLY,
        c"",
    ),
    def::member(
        c"fdel",
        member::OBJECT,
        offset_of!(propertyobject, prop_del),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__doc__",
        member::OBJECT,
        offset_of!(propertyobject, prop_doc),
        0,
        c"",
    ),
    PyMemberDef::END,
];

static GETSET: [PyGetSetDef; 2] = [
    getset(c"__isabstractmethod__", is_abstract, None, c""),
    PyGetSetDef::END,
];

#[unsafe(no_mangle)]
pub static PyProperty_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE),
    tp_doc: Cell::new(c"property(fget=None, fset=None, fdel=None, doc=None)\n--\n\nAn attribute that functions get, set and delete.\n\n  fget\n    called with the instance when the attribute is read\n  fset\n    called with the instance and the new value\n  fdel\n    called with the instance when the attribute is deleted\n  doc\n    the doc string; the getter's if there is none\n\nUsed as a decorator, it turns a method into an attribute that can only be read; its\nmethods setter and deleter are decorators for the other functions.".as_ptr()),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear),
    tp_methods: def::table(&METHODS[0]),
    tp_members: def::table(&MEMBERS[0]),
    tp_getset: def::table(&GETSET[0]),
    tp_descr_get: slot::descr_get(descr_get),
    tp_descr_set: Cell::new(Some(descr_set)),
    tp_init: Cell::new(Some(init)),
    tp_alloc: Cell::new(Some(mem::generic_alloc)),
    tp_new: Cell::new(Some(object::generic_new)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<propertyobject>(c"property")
};
