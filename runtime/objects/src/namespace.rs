//! `types.SimpleNamespace`: an object that is nothing but its attributes.

use crate::def::{noargs, slot, status};
use crate::*;
use flags::{member, tp};
use std::mem::offset_of;

/// C: `_PyNamespaceObject` (private there).
#[repr(C)]
pub struct _PyNamespaceObject {
    pub ob_base: PyObject,
    pub ns_dict: Slot<PyObject>,
}
object_structs!(_PyNamespaceObject);
builtin!(_PyNamespaceObject = _PyNamespace_Type);

/// A namespace with the given attributes.
pub fn new(attributes: Option<&PyDictObject>) -> PyResult {
    let n = allocate(&_PyNamespace_Type)?;
    if let Some(attributes) = attributes {
        n.dict()?.merge(attributes, true)?;
    }
    Ok(n.into_object())
}

fn allocate(ty: &PyTypeObject) -> PyResult<Ref<_PyNamespaceObject>> {
    let alloc = ty.tp_alloc.get().unwrap_or(mem::generic_alloc);
    // SAFETY: the type and its subtypes have this layout.
    let n: Ref<_PyNamespaceObject> = unsafe { alloc(ty, 0)?.cast() };
    n.ns_dict.set(Some(dict::new()?.into_object()));
    Ok(n)
}

impl _PyNamespaceObject {
    fn dict(&self) -> PyResult<Ref<PyDictObject>> {
        match self.ns_dict.cloned() {
            // SAFETY: the field holds a dict.
            Some(d) => Ok(unsafe { d.cast() }),
            None => dict::new(),
        }
    }
}

extern "C" fn namespace_new(
    ty: &PyTypeObject,
    _args: &PyObject,
    _kwargs: Option<&PyObject>,
) -> PyResult {
    Ok(allocate(ty)?.into_object())
}

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    // SAFETY: U3; slots get a tuple and a dict.
    let (n, args): (&_PyNamespaceObject, &PyTupleObject) = unsafe { (this.cast(), args.cast()) };
    let run = || -> PyResult<()> {
        if args.len() > 0 {
            return Err(raise!(TypeError, "no positional arguments expected"));
        }
        let Some(kwargs) = kwargs else {
            return Ok(());
        };
        for (key, _) in unsafe { kwargs.cast::<PyDictObject>() }.pairs() {
            if !key.is_instance::<Str>() {
                return Err(raise!(TypeError, "keywords must be strings"));
            }
        }
        n.dict()?.merge(kwargs, true)
    };
    status(run())
}

extern "C" fn repr(n: &_PyNamespaceObject) -> PyResult {
    let name = if n.is_exact::<_PyNamespaceObject>() {
        "namespace"
    } else {
        n.ty().short_name()
    };
    if protocol::repr_enter(n)? {
        return Ok(str_::new(&format!("{name}(...)"))?.into_object());
    }
    let text = || -> PyResult {
        let mut text = str_::Builder::default();
        text.push_text(name);
        text.push_text("(");
        let mut first = true;
        for (key, value) in n.dict()?.pairs() {
            let Some(key) = key.downcast::<Str>().filter(|k| k.len() > 0) else {
                continue;
            };
            if !std::mem::take(&mut first) {
                text.push_text(", ");
            }
            text.push_str(key);
            text.push_text("=");
            text.push_str(&*protocol::repr(&value)?);
        }
        text.push_text(")");
        Ok(text.finish()?.into_object())
    };
    let result = text();
    protocol::repr_leave(n);
    result
}

extern "C" fn compare(n: &_PyNamespaceObject, other: &PyObject, op: c_int) -> PyResult {
    match other.downcast::<_PyNamespaceObject>() {
        Some(other) => protocol::compare(&*n.dict()?, &*other.dict()?, op),
        None => Ok(singletons::not_implemented()),
    }
}

extern "C" fn reduce(n: &_PyNamespaceObject) -> PyResult {
    let class = n.ty().to_ref();
    Ok(tuple::from_owned(vec![
        class,
        tuple::empty().into_object(),
        n.dict()?.into_object(),
    ])?
    .into_object())
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        (*this.cast::<_PyNamespaceObject>()).ns_dict.set(None);
        mem::free_instance(this);
    }
}

extern "C" fn traverse(n: &_PyNamespaceObject, visit: visitproc, arg: *mut c_void) -> c_int {
    n.ns_dict.get().map_or(0, |o| visit(o, arg))
}

extern "C" fn clear(n: &_PyNamespaceObject) -> c_int {
    n.ns_dict.set(None);
    0
}

static MEMBERS: [PyMemberDef; 2] = [
    def::member(
        c"__dict__",
        member::OBJECT,
        offset_of!(_PyNamespaceObject, ns_dict),
        member::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

static METHODS: [PyMethodDef; 2] = [
    noargs(
        c"__reduce__",
        reduce,
        c"How to rebuild the object, for pickling.",
    ),
    PyMethodDef::END,
];

#[unsafe(no_mangle)]
pub static _PyNamespace_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_getattro: Cell::new(Some(protocol::PyObject_GenericGetAttr)),
    tp_setattro: Cell::new(Some(protocol::PyObject_GenericSetAttr)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE),
    tp_doc: Cell::new(
        c"An object whose attributes are the keyword arguments.\n\nSimpleNamespace(**kwargs)"
            .as_ptr(),
    ),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear),
    tp_richcompare: slot::compare(compare),
    tp_methods: def::table(&METHODS[0]),
    tp_members: def::table(&MEMBERS[0]),
    tp_dictoffset: Cell::new(offset_of!(_PyNamespaceObject, ns_dict) as isize),
    tp_init: Cell::new(Some(init)),
    tp_alloc: Cell::new(Some(mem::generic_alloc)),
    tp_new: Cell::new(Some(namespace_new)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<_PyNamespaceObject>(c"types.SimpleNamespace")
};
