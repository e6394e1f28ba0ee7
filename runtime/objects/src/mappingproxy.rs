//! `mappingproxy`: a read-only view of a mapping; what a class's `__dict__` is.

use crate::def::{noargs, slot};
use crate::*;
use cfunction::Params;
use flags::tp;

/// C: `mappingproxyobject` (private there).
#[repr(C)]
pub struct mappingproxyobject {
    pub ob_base: PyObject,
    pub mapping: Slot<PyObject>,
}
object_structs!(mappingproxyobject);
builtin!(mappingproxyobject = PyDictProxy_Type);

/// A view of any mapping.
pub fn new(mapping: &PyObject) -> PyResult {
    let p = mem::create_gc(&PyDictProxy_Type, |header| mappingproxyobject {
        ob_base: header,
        mapping: Slot::EMPTY,
    })?;
    p.mapping.set(Some(mapping.to_ref()));
    gc::track(&*p);
    Ok(p.into_object())
}

static PARAMS: Params = Params {
    function: "mappingproxy",
    names: &["mapping"],
    positional_only: 0,
    positional: 1,
    required: 1,
};

extern "C" fn proxy_new(
    _ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: slots get a tuple.
    let bound = PARAMS.bind_tuple(unsafe { args.cast() }, kwargs)?;
    let none = singletons::none();
    let mapping = bound[0].unwrap_or(&none);
    // SAFETY: a type's table pointers are null or valid.
    let is_mapping = unsafe { mapping.ty().tp_as_mapping.get().as_ref() }
        .is_some_and(|t| t.mp_subscript.get().is_some());
    if !is_mapping
        || mapping.is_instance::<PyListObject>()
        || mapping.is_instance::<PyTupleObject>()
    {
        return Err(raise!(
            TypeError,
            "mappingproxy() argument must be a mapping, not {}",
            mapping.ty().name()
        ));
    }
    new(mapping)
}

impl mappingproxyobject {
    /// The mapping behind the view.
    fn inner(&self) -> Ref {
        self.mapping.cloned().unwrap_or_else(singletons::none)
    }
}

/// What is behind a view, or the object itself.
fn unwrap(o: &PyObject) -> Ref {
    match o.exact::<mappingproxyobject>() {
        Some(p) => p.inner(),
        None => o.to_ref(),
    }
}

extern "C" fn len(p: &mappingproxyobject) -> isize {
    def::size_status(protocol::len(&p.inner()))
}
extern "C" fn getitem(p: &mappingproxyobject, key: &PyObject) -> PyResult {
    protocol::getitem(&p.inner(), key)
}
extern "C" fn contains(p: &mappingproxyobject, key: &PyObject) -> c_int {
    def::truth_status(protocol::contains(&p.inner(), key))
}
extern "C" fn iter(p: &mappingproxyobject) -> PyResult {
    protocol::iter(&p.inner())
}
extern "C" fn str(p: &mappingproxyobject) -> PyResult {
    Ok(protocol::str(&p.inner())?.into_object())
}
extern "C" fn repr(p: &mappingproxyobject) -> PyResult {
    let inner = protocol::repr(&p.inner())?;
    let mut text = str_::Builder::default();
    text.push_text("mappingproxy(");
    text.push_str(&inner);
    text.push_text(")");
    Ok(text.finish()?.into_object())
}
extern "C" fn compare(p: &mappingproxyobject, other: &PyObject, op: c_int) -> PyResult {
    protocol::compare(&p.inner(), other, op)
}
extern "C" fn or(a: &PyObject, b: &PyObject) -> PyResult {
    number::binary(number::BinaryOp::Or, &unwrap(a), &unwrap(b))
}
extern "C" fn inplace_or(a: &PyObject, _b: &PyObject) -> PyResult {
    Err(raise!(
        TypeError,
        "'|=' is not supported by {}; use '|' instead",
        a.ty().name()
    ))
}

fn call_inner(p: &mappingproxyobject, name: &str, args: &[&PyObject]) -> PyResult {
    call::call_method(&p.inner(), &*str_::intern(name)?, args)
}
extern "C" fn get(p: &mappingproxyobject, args: Args<'_>, count: isize) -> PyResult {
    cfunction::check_count("get", count as usize, 1, 2)?;
    let args = args.slice(count);
    let none = singletons::none();
    call_inner(p, "get", &[args[0], args.get(1).copied().unwrap_or(&none)])
}
extern "C" fn keys(p: &mappingproxyobject) -> PyResult {
    call_inner(p, "keys", &[])
}
extern "C" fn values(p: &mappingproxyobject) -> PyResult {
    call_inner(p, "values", &[])
}
extern "C" fn items(p: &mappingproxyobject) -> PyResult {
    call_inner(p, "items", &[])
}
extern "C" fn copy(p: &mappingproxyobject) -> PyResult {
    call_inner(p, "copy", &[])
}
extern "C" fn reversed(p: &mappingproxyobject) -> PyResult {
    call_inner(p, "__reversed__", &[])
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        (*this.cast::<mappingproxyobject>()).mapping.set(None);
        mem::free_gc_object(this);
    }
}

extern "C" fn traverse(p: &mappingproxyobject, visit: visitproc, arg: *mut c_void) -> c_int {
    p.mapping.get().map_or(0, |o| visit(o, arg))
}

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_or: slot::binary(or),
    nb_inplace_or: slot::binary(inplace_or),
    ..PyNumberMethods::EMPTY
};
static SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_contains: slot::contains(contains),
    ..PySequenceMethods::EMPTY
};
static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(len),
    mp_subscript: slot::binary(getitem),
    ..PyMappingMethods::EMPTY
};

static METHODS: [PyMethodDef; 8] = [
    def::fast(
        c"get",
        get,
        c"The value for a key, or the default (None) if there is no such key.",
    ),
    noargs(c"keys", keys, c"D.keys() -> a view of D's keys"),
    noargs(c"values", values, c"D.values() -> a view of D's values"),
    noargs(
        c"items",
        items,
        c"D.items() -> a view of D's (key, value) pairs",
    ),
    noargs(c"copy", copy, c"D.copy() -> a shallow copy of D"),
    def::class_method(def::one(
        c"__class_getitem__",
        generic_alias::class_getitem,
        c"See PEP 585",
    )),
    noargs(
        c"__reversed__",
        reversed,
        c"D.__reversed__() -> an iterator from the last key to the first",
    ),
    PyMethodDef::END,
];

#[unsafe(no_mangle)]
pub static PyDictProxy_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_as_number: def::table(&NUMBER),
    tp_as_sequence: def::table(&SEQUENCE),
    tp_as_mapping: def::table(&MAPPING),
    tp_str: slot::unary(str),
    tp_getattro: Cell::new(Some(protocol::PyObject_GenericGetAttr)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::MAPPING),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::compare(compare),
    tp_iter: slot::unary(iter),
    tp_methods: def::table(&METHODS[0]),
    tp_new: Cell::new(Some(proxy_new)),
    ..PyTypeObject::new::<mappingproxyobject>(c"mappingproxy")
};
