//! `types.UnionType`: `int | str`.

use crate::def::{getset, one, slot};
use crate::*;
use flags::{member, tp};
use std::mem::offset_of;

/// C: `unionobject` (private there).
#[repr(C)]
pub struct unionobject {
    pub ob_base: PyObject,
    pub args: Slot<PyObject>,
    pub parameters: Slot<PyObject>,
}
object_structs!(unionobject);
builtin!(unionobject = _PyUnion_Type);

impl unionobject {
    fn args(&self) -> Ref<PyTupleObject> {
        match self.args.cloned() {
            // SAFETY: the field holds a tuple.
            Some(args) => unsafe { args.cast() },
            None => tuple::empty(),
        }
    }
}

/// What may stand in a union.
fn is_unionable(o: &PyObject) -> bool {
    singletons::is_none(o)
        || o.is_instance::<PyTypeObject>()
        || o.is_instance::<gaobject>()
        || o.is_exact::<unionobject>()
}

/// `X | Y` of types; NotImplemented if either is no type. May run Python (comparing aliases).
pub extern "C" fn type_or(a: &PyObject, b: &PyObject) -> PyResult {
    if !is_unionable(a) || !is_unionable(b) {
        return Ok(singletons::not_implemented());
    }
    make(&[a, b])
}

/// The union of types and unions, each member once; the member itself if there is only one.
fn make(parts: &[&PyObject]) -> PyResult {
    let mut flat: Vec<Ref> = Vec::with_capacity(parts.len());
    for part in parts {
        match part.exact::<unionobject>() {
            Some(union) => flat.extend(union.args().items().iter().map(|o| o.to_ref())),
            None if singletons::is_none(part) => flat.push(part.ty().to_ref()),
            None => flat.push(part.to_ref()),
        }
    }
    let mut members: Vec<Ref> = Vec::with_capacity(flat.len());
    'next: for candidate in flat {
        for known in &members {
            if protocol::eq(known, &candidate)? {
                continue 'next;
            }
        }
        members.push(candidate);
    }
    if members.len() == 1 {
        return members.pop().ok_or(Raised);
    }
    let args = tuple::from_owned(members)?;
    let union = mem::create_gc(&_PyUnion_Type, |header| unionobject {
        ob_base: header,
        args: Slot::EMPTY,
        parameters: Slot::EMPTY,
    })?;
    union.args.set(Some(args.into_object()));
    gc::track(&*union);
    Ok(union.into_object())
}

extern "C" fn repr(u: &unionobject) -> PyResult {
    let mut text = str_::Builder::default();
    for (i, arg) in u.args().items().iter().enumerate() {
        if i > 0 {
            text.push_text(" | ");
        }
        if arg.is(&singletons::_PyNone_Type) {
            text.push_text("None");
        } else {
            generic_alias::repr_argument(arg, &mut text)?;
        }
    }
    Ok(text.finish()?.into_object())
}

fn as_set(u: &unionobject) -> PyResult<Ref<PySetObject>> {
    let items: Vec<Ref> = u.args().items().iter().map(|o| o.to_ref()).collect();
    set::new_frozen(&items)
}

extern "C" fn hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    let hash = as_set(unsafe { this.cast() }).and_then(|s| protocol::hash(&s));
    hash.unwrap_or(-1)
}

extern "C" fn compare(u: &unionobject, other: &PyObject, op: c_int) -> PyResult {
    let equality = op == flags::cmp::EQ || op == flags::cmp::NE;
    let Some(other) = other.exact::<unionobject>().filter(|_| equality) else {
        return Ok(singletons::not_implemented());
    };
    protocol::compare(&*as_set(u)?, &*as_set(other)?, op)
}

extern "C" fn instancecheck(u: &unionobject, obj: &PyObject) -> PyResult {
    for arg in u.args().items() {
        // An alias among them raises.
        if protocol::is_instance(obj, arg)? {
            return Ok(boolean::from(true));
        }
    }
    Ok(boolean::from(false))
}

extern "C" fn subclasscheck(u: &unionobject, class: &PyObject) -> PyResult {
    if !class.is_instance::<PyTypeObject>() {
        return Err(raise!(TypeError, "issubclass() arg 1 must be a class"));
    }
    for arg in u.args().items() {
        if protocol::is_subclass(class, arg)? {
            return Ok(boolean::from(true));
        }
    }
    Ok(boolean::from(false))
}

fn parameters(u: &unionobject) -> PyResult<Ref<PyTupleObject>> {
    if u.parameters.is_null() {
        let made = generic_alias::make_parameters(&u.args())?;
        u.parameters.set(Some(made.into_object()));
    }
    match u.parameters.cloned() {
        // SAFETY: the field holds a tuple.
        Some(p) => Ok(unsafe { p.cast() }),
        None => Ok(tuple::empty()),
    }
}

extern "C" fn get_parameters(u: &unionobject, _: *mut c_void) -> PyResult {
    Ok(parameters(u)?.into_object())
}

/// The members after substitution, joined by `|` again (typing's variables make typing's unions).
extern "C" fn getitem(u: &unionobject, item: &PyObject) -> PyResult {
    let args = generic_alias::substitute(u, &u.args(), &*parameters(u)?, item)?;
    let Some((first, rest)) = args.items().split_first() else {
        return Err(raise!(TypeError, "Cannot take a Union of no types."));
    };
    let mut result = first.to_ref();
    for arg in rest {
        result = number::binary(number::BinaryOp::Or, &result, arg)?;
    }
    Ok(result)
}

/// `__module__` is the type's.
extern "C" fn getattro(this: &PyObject, name: &PyObject) -> PyResult {
    if let Some(text) = name.downcast::<Str>()
        && text.equals_text("__module__")
    {
        return protocol::getattr(this.ty(), text);
    }
    protocol::PyObject_GenericGetAttr(this, name)
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        let u: &unionobject = &*this.cast();
        u.args.set(None);
        u.parameters.set(None);
        mem::free_gc_object(this);
    }
}

extern "C" fn traverse(u: &unionobject, visit: visitproc, arg: *mut c_void) -> c_int {
    for field in [&u.args, &u.parameters] {
        if let Some(o) = field.get() {
            let answer = visit(o, arg);
            if answer != 0 {
                return answer;
            }
        }
    }
    0
}

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_or: slot::binary::<PyObject>(type_or),
    ..PyNumberMethods::EMPTY
};
static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_subscript: slot::binary(getitem),
    ..PyMappingMethods::EMPTY
};

static METHODS: [PyMethodDef; 3] = [
    one(c"__instancecheck__", instancecheck, c""),
    one(c"__subclasscheck__", subclasscheck, c""),
    PyMethodDef::END,
];

static MEMBERS: [PyMemberDef; 2] = [
    def::member(
        c"__args__",
        member::OBJECT,
        offset_of!(unionobject, args),
        member::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

static GETSET: [PyGetSetDef; 2] = [
    getset(
        c"__parameters__",
        get_parameters,
        None,
        c"the type variables of the union",
    ),
    PyGetSetDef::END,
];

#[unsafe(no_mangle)]
pub static _PyUnion_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_as_number: def::table(&NUMBER),
    tp_as_mapping: def::table(&MAPPING),
    tp_hash: Cell::new(Some(hash)),
    tp_getattro: Cell::new(Some(getattro)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_doc: Cell::new(c"A union of types, such as int | str.".as_ptr()),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::compare(compare),
    tp_methods: def::table(&METHODS[0]),
    tp_members: def::table(&MEMBERS[0]),
    tp_getset: def::table(&GETSET[0]),
    ..PyTypeObject::new::<unionobject>(c"types.UnionType")
};
