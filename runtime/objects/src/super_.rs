//! `super`: attributes looked up after a class in the MRO of another.

use crate::def::{slot, status};
use crate::*;
use flags::{member, tp};
use std::mem::offset_of;
use std::ptr;
use typeobject::is_subtype;

/// C: `superobject` (private there).
#[repr(C)]
pub struct superobject {
    pub ob_base: PyObject,
    pub type_: Slot<PyTypeObject>,
    pub obj: Slot<PyObject>,
    pub obj_type: Slot<PyTypeObject>,
}
object_structs!(superobject);
builtin!(superobject = PySuper_Type);

/// The class whose MRO is searched: of `obj`, or `obj` itself if that is a class. May run Python (`__class__`); TypeError.
fn check(ty: &PyTypeObject, obj: &PyObject) -> PyResult<Ref<PyTypeObject>> {
    if let Some(class) = obj.downcast::<PyTypeObject>()
        && is_subtype(class, ty)
    {
        return Ok(Ref::new(class));
    }
    if is_subtype(obj.ty(), ty) {
        return Ok(Ref::new(obj.ty()));
    }
    if let Some(claimed) = protocol::getattr_opt(obj, &names::__class__)?
        && let Some(claimed) = claimed.downcast::<PyTypeObject>()
        && !ptr::eq(claimed, obj.ty())
        && is_subtype(claimed, ty)
    {
        return Ok(Ref::new(claimed));
    }
    Err(raise!(
        TypeError,
        "super(type, obj): obj must be an instance or subtype of type"
    ))
}

/// `super(type, obj)`. TypeError.
pub fn new(ty: &PyTypeObject, obj: &PyObject) -> PyResult<Ref<superobject>> {
    let obj_type = check(ty, obj)?;
    // SAFETY: the type has this layout.
    let s: Ref<superobject> = unsafe { mem::generic_alloc(&PySuper_Type, 0)?.cast() };
    s.type_.set(Some(Ref::new(ty)));
    s.obj.set(Some(obj.to_ref()));
    s.obj_type.set(Some(obj_type));
    Ok(s)
}

/// What the first class after `ty` in the MRO of `start` that has `name` has under it. Runs nothing.
pub fn found_after(ty: &PyTypeObject, start: &PyTypeObject, name: &Str) -> Option<Ref> {
    let mro = start.tp_mro.cloned()?;
    // SAFETY: an MRO is a tuple of types.
    let mro: Ref<PyTupleObject> = unsafe { mro.cast() };
    let mut rest = mro.items().iter().skip_while(|t| !t.is(ty)).skip(1);
    // SAFETY: as above.
    rest.find_map(|t| unsafe {
        let base = t.cast::<PyTypeObject>();
        let has_dict = !base.tp_dict.is_null();
        has_dict.then(|| base.dict().get_str(name)).flatten()
    })
}

/// The attribute `name` after `ty` in the MRO of `start`, bound to `obj` (or to the class if `obj` is `start` itself); `None` if
/// there is none. May run Python.
pub fn lookup_after(
    ty: &PyTypeObject,
    obj: Option<&PyObject>,
    start: &PyTypeObject,
    name: &Str,
) -> PyResult<Option<Ref>> {
    let Some(found) = found_after(ty, start, name) else {
        return Ok(None);
    };
    match found.ty().tp_descr_get.get() {
        Some(get) => get(&found, obj.filter(|o| !o.is(start)), Some(start)).map(Some),
        None => Ok(Some(found)),
    }
}

extern "C" fn getattro(this: &PyObject, name: &PyObject) -> PyResult {
    // SAFETY: U3.
    let s: &superobject = unsafe { this.cast() };
    let text = protocol::attribute_name(name)?;
    // `super().__class__` is super itself.
    if let (Some(ty), Some(start)) = (s.type_.cloned(), s.obj_type.cloned())
        && !text.equals_text("__class__")
        && let Some(found) = lookup_after(&ty, s.obj.cloned().as_deref(), &start, text)?
    {
        return Ok(found);
    }
    protocol::PyObject_GenericGetAttr(this, name)
}

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    // SAFETY: U3; slots get a tuple.
    let (s, args): (&superobject, &PyTupleObject) = unsafe { (this.cast(), args.cast()) };
    let run = || -> PyResult<()> {
        cfunction::no_keywords("super", kwargs)?;
        cfunction::check_count("super()", args.len(), 0, 2)?;
        let (ty, obj) = match args.items() {
            [] => {
                let (ty, obj) = (hooks::hooks().super_arguments)()?;
                (ty, Some(obj))
            }
            [ty, rest @ ..] => {
                let Some(ty) = ty.downcast::<PyTypeObject>() else {
                    return Err(raise!(
                        TypeError,
                        "super() argument 1 must be a type, not {}",
                        ty.ty().name()
                    ));
                };
                (Ref::new(ty), rest.first().map(|o| o.to_ref()))
            }
        };
        let obj = obj.filter(|o| !singletons::is_none(o));
        let obj_type = match &obj {
            Some(obj) => Some(check(&ty, obj)?),
            None => None,
        };
        s.type_.set(Some(ty));
        s.obj.set(obj);
        s.obj_type.set(obj_type);
        Ok(())
    };
    status(run())
}

/// An unbound super binds to an instance.
extern "C" fn descr_get(
    s: &superobject,
    obj: Option<&PyObject>,
    _ty: Option<&PyObject>,
) -> PyResult {
    let Some(obj) = obj.filter(|o| !singletons::is_none(o) && s.obj.is_null()) else {
        return Ok(s.to_ref());
    };
    let Some(ty) = s.type_.cloned() else {
        return Ok(s.to_ref());
    };
    if !s.is_exact::<superobject>() {
        return call::call(s.ty(), &[&ty, obj]);
    }
    Ok(new(&ty, obj)?.into_object())
}

extern "C" fn repr(s: &superobject) -> PyResult {
    let ty = s.type_.get().map_or("NULL", |t| t.name());
    let text = match s.obj_type.get() {
        Some(of) => format!("<super: <class '{ty}'>, <{} object>>", of.name()),
        None => format!("<super: <class '{ty}'>, NULL>"),
    };
    Ok(str_::new(&text)?.into_object())
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        let s: &superobject = &*this.cast();
        s.obj.set(None);
        s.type_.set(None);
        s.obj_type.set(None);
        mem::free_instance(this);
    }
}

extern "C" fn traverse(s: &superobject, visit: visitproc, arg: *mut c_void) -> c_int {
    let fields: [Option<&PyObject>; 3] = [
        s.obj.get(),
        s.type_.get().map(|t| &**t),
        s.obj_type.get().map(|t| &**t),
    ];
    for o in fields.into_iter().flatten() {
        let answer = visit(o, arg);
        if answer != 0 {
            return answer;
        }
    }
    0
}

static MEMBERS: [PyMemberDef; 4] = [
    def::member(
        c"__thisclass__",
        member::OBJECT,
        offset_of!(superobject, type_),
        member::READONLY,
        c"the class after which the search starts",
    ),
    def::member(
        c"__self__",
        member::OBJECT,
        offset_of!(superobject, obj),
        member::READONLY,
        c"the instance that attributes are bound to; may be None",
    ),
    def::member(
        c"__self_class__",
        member::OBJECT,
        offset_of!(superobject, obj_type),
        member::READONLY,
        c"the class whose order is searched; may be None",
    ),
    PyMemberDef::END,
];

#[unsafe(no_mangle)]
pub static PySuper_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_getattro: Cell::new(Some(getattro)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE),
    tp_doc: Cell::new(c"super() -> super(the class around, the first argument)\nsuper(type) -> an unbound super object\nsuper(type, obj) -> for an instance of the type\nsuper(type, type2) -> for a subclass of the type\n\nAttributes come from the classes after the type in the method resolution order.".as_ptr()),
    tp_traverse: slot::traverse(traverse),
    tp_members: def::table(&MEMBERS[0]),
    tp_descr_get: slot::descr_get(descr_get),
    tp_init: Cell::new(Some(init)),
    tp_alloc: Cell::new(Some(mem::generic_alloc)),
    tp_new: Cell::new(Some(object::generic_new)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<superobject>(c"super")
};
