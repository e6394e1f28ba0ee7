//! `types.GenericAlias`: `list[int]` and its like, and the substitution of type variables (shared with unions).

use crate::def::{getset, noargs, one, slot};
use crate::task::{self, Begun, Native};
use crate::*;
use flags::{member, tp};
use std::mem::offset_of;

builtin!(gaobject = Py_GenericAliasType);

/// Attributes that are the alias's own; all others are the origin's.
const OWN: [&str; 11] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];

/// `origin[args]`.
pub fn new(origin: &PyObject, args: &PyObject) -> PyResult {
    make(&Py_GenericAliasType, origin, args, false)
}

/// `__class_getitem__` of builtin generics: METH_O | METH_CLASS.
pub extern "C" fn class_getitem(class: &PyObject, args: &PyObject) -> PyResult {
    new(class, args)
}

fn make(ty: &PyTypeObject, origin: &PyObject, args: &PyObject, starred: bool) -> PyResult {
    let args = match args.downcast::<PyTupleObject>() {
        Some(args) => Ref::new(args),
        None => tuple::from_borrowed(&[args])?,
    };
    let alloc = ty.tp_alloc.get().unwrap_or(mem::generic_alloc);
    // SAFETY: the type and its subtypes have this layout.
    let a: Ref<gaobject> = unsafe { alloc(ty, 0)?.cast() };
    a.origin.set(Some(origin.to_ref()));
    a.args.set(Some(args.into_object()));
    a.starred.set(starred);
    if call::vectorcall_of(origin).is_some() {
        a.vectorcall.set(Some(vectorcall));
    }
    Ok(a.into_object())
}

impl gaobject {
    fn origin(&self) -> Ref {
        self.origin.cloned().unwrap_or_else(singletons::none)
    }
    fn args(&self) -> Ref<PyTupleObject> {
        match self.args.cloned() {
            // SAFETY: the field holds a tuple.
            Some(args) => unsafe { args.cast() },
            None => tuple::empty(),
        }
    }
}

fn named(name: &str) -> PyResult<Ref<Str>> {
    str_::intern(name)
}

// ---- text ----

/// How a type argument is shown. May run Python.
pub fn repr_argument(p: &PyObject, text: &mut str_::Builder) -> PyResult<()> {
    if p.is(&singletons::_Py_EllipsisObject) {
        text.push_text("...");
        return Ok(());
    }
    let is_alias = protocol::getattr_opt(p, &names::__origin__)?.is_some()
        && protocol::getattr_opt(p, &names::__args__)?.is_some();
    if !is_alias
        && let Some(qualname) = protocol::getattr_opt(p, &names::__qualname__)?
        && let Some(module) = protocol::getattr_opt(p, &names::__module__)?
        && !singletons::is_none(&module)
    {
        let is_builtin = module
            .downcast::<Str>()
            .is_some_and(|m| m.equals_text("builtins"));
        if !is_builtin {
            text.push_str(&*protocol::str(&module)?);
            text.push_text(".");
        }
        text.push_str(&*protocol::str(&qualname)?);
        return Ok(());
    }
    text.push_str(&*protocol::repr(p)?);
    Ok(())
}

extern "C" fn repr(a: &gaobject) -> PyResult {
    let mut text = str_::Builder::default();
    if a.starred.get() {
        text.push_text("*");
    }
    repr_argument(&a.origin(), &mut text)?;
    text.push_text("[");
    let args = a.args();
    for (i, p) in args.items().iter().enumerate() {
        if i > 0 {
            text.push_text(", ");
        }
        repr_argument(p, &mut text)?;
    }
    if args.len() == 0 {
        text.push_text("()");
    }
    text.push_text("]");
    Ok(text.finish()?.into_object())
}

// ---- type variables ----

fn add_once(all: &mut Vec<Ref>, item: &PyObject) {
    if !all.iter().any(|o| o.is(item)) {
        all.push(item.to_ref());
    }
}

/// The type variables in type arguments, each once, in order. May run Python.
pub fn make_parameters(args: &PyTupleObject) -> PyResult<Ref<PyTupleObject>> {
    let mut all = Vec::new();
    for arg in args.items() {
        // A class's own `__parameters__` is a descriptor that means something else.
        if arg.is_instance::<PyTypeObject>() {
            continue;
        }
        if protocol::getattr_opt(arg, &names::__typing_subst__)?.is_some() {
            add_once(&mut all, arg);
        } else if let Some(inner) = protocol::getattr_opt(arg, &names::__parameters__)?
            && let Some(inner) = inner.downcast::<PyTupleObject>()
        {
            for parameter in inner.items() {
                add_once(&mut all, parameter);
            }
        }
    }
    tuple::from_owned(all)
}

/// The subscript as a tuple, `*tuple[...]` in it unpacked. May run Python.
fn unpack_item(item: &PyObject) -> PyResult<Ref<PyTupleObject>> {
    let items: Vec<Ref> = match item.downcast::<PyTupleObject>() {
        Some(items) => items.items().iter().map(|o| o.to_ref()).collect(),
        None => vec![item.to_ref()],
    };
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        if !item.is_instance::<PyTypeObject>()
            && let Some(inner) =
                protocol::getattr_opt(&item, &names::__typing_unpacked_tuple_args__)?
            && let Some(inner) = inner.downcast::<PyTupleObject>()
            && !inner
                .items()
                .last()
                .is_some_and(|o| o.is(&singletons::_Py_EllipsisObject))
        {
            all.extend(inner.items().iter().map(|o| o.to_ref()));
        } else {
            all.push(item);
        }
    }
    tuple::from_owned(all)
}

/// Substitutes within an argument that has type variables of its own.
fn substitute_inside(
    obj: &PyObject,
    parameters: &PyTupleObject,
    items: &PyTupleObject,
) -> PyResult {
    let inner = protocol::getattr_opt(obj, &names::__parameters__)?;
    let Some(inner) = inner
        .as_ref()
        .and_then(|p| p.downcast::<PyTupleObject>())
        .filter(|p| p.len() > 0)
    else {
        return Ok(obj.to_ref());
    };
    let mut args: Vec<Ref> = Vec::with_capacity(inner.len());
    for parameter in inner.items() {
        match parameters.items().iter().position(|p| p.is(*parameter)) {
            None => args.push(parameter.to_ref()),
            Some(at) => {
                let value = items.items()[at];
                // A TypeVarTuple is iterable and stands for several arguments.
                match value.downcast::<PyTupleObject>() {
                    Some(several) if parameter.ty().tp_iter.get().is_some() => {
                        args.extend(several.items().iter().map(|o| o.to_ref()));
                    }
                    _ => args.push(value.to_ref()),
                }
            }
        }
    }
    protocol::getitem(obj, &*tuple::from_owned(args)?)
}

fn is_unpacked_variable(arg: &PyObject) -> PyResult<bool> {
    if arg.is_instance::<PyTypeObject>() {
        return Ok(false);
    }
    match protocol::getattr_opt(arg, &*named("__typing_is_unpacked_typevartuple__")?)? {
        Some(flag) => protocol::truth(&flag),
        None => Ok(false),
    }
}

/// The arguments of `this[item]`: `args` with the type variables `parameters` replaced. May run Python; TypeError.
pub fn substitute(
    this: &PyObject,
    args: &PyTupleObject,
    parameters: &PyTupleObject,
    item: &PyObject,
) -> PyResult<Ref<PyTupleObject>> {
    let count = parameters.len();
    if count == 0 {
        return Err(raise!(
            TypeError,
            "{} is not a generic class",
            protocol::repr(this)?.to_string_lossy()
        ));
    }
    let mut items = unpack_item(item)?;
    for parameter in parameters.items() {
        let Some(prepare) = protocol::getattr_opt(parameter, &names::__typing_prepare_subst__)?
        else {
            continue;
        };
        if singletons::is_none(&prepare) {
            continue;
        }
        let prepared = call::call(&prepare, &[this, &items])?;
        items = match prepared.downcast::<PyTupleObject>() {
            Some(prepared) => Ref::new(prepared),
            None => tuple::from_borrowed(&[&*prepared])?,
        };
    }
    if items.len() != count {
        return Err(raise!(
            TypeError,
            "Too {} arguments for {}; actual {}, expected {count}",
            if items.len() > count { "many" } else { "few" },
            protocol::repr(this)?.to_string_lossy(),
            items.len()
        ));
    }
    let mut all: Vec<Ref> = Vec::with_capacity(args.len());
    for arg in args.items() {
        if arg.is_instance::<PyTypeObject>() {
            all.push(arg.to_ref());
            continue;
        }
        let unpack = is_unpacked_variable(arg)?;
        let at = parameters.items().iter().position(|p| p.is(*arg));
        let new = match protocol::getattr_opt(arg, &names::__typing_subst__)? {
            Some(subst) if at.is_some() => {
                call::call1(&subst, items.items()[at.unwrap_or_default()])?
            }
            _ => substitute_inside(arg, parameters, &items)?,
        };
        match new.downcast::<PyTupleObject>().filter(|_| unpack) {
            Some(several) => all.extend(several.items().iter().map(|o| o.to_ref())),
            None => all.push(new),
        }
    }
    tuple::from_owned(all)
}

fn parameters(a: &gaobject) -> PyResult<Ref<PyTupleObject>> {
    if a.parameters.is_null() {
        let made = make_parameters(&a.args())?;
        a.parameters.set(Some(made.into_object()));
    }
    match a.parameters.cloned() {
        // SAFETY: the field holds a tuple.
        Some(p) => Ok(unsafe { p.cast() }),
        None => Ok(tuple::empty()),
    }
}

extern "C" fn getitem(this: &gaobject, item: &PyObject) -> PyResult {
    let args = substitute(this, &this.args(), &*parameters(this)?, item)?;
    make(
        &Py_GenericAliasType,
        &this.origin(),
        &args,
        this.starred.get(),
    )
}

// ---- behaviour ----

fn set_orig_class(made: &PyObject, alias: &PyObject) -> PyResult<()> {
    match protocol::setattr(made, &names::__orig_class__, Some(alias)) {
        Err(Raised)
            if errors::matches(&exceptions::AttributeError)
                || errors::matches(&exceptions::TypeError) =>
        {
            errors::clear();
            Ok(())
        }
        other => other,
    }
}

/// A call from bytecode: the origin's is made in a frame, where it may run Python.
fn begin_call(this: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun> {
    const SET: Native = |a| set_orig_class(a[0], a[1]).map(|()| None);
    let origin = this.downcast::<gaobject>()?.origin();
    let is_plain = |o: &&PyObject| o.ty().tp_flags.get() & tp::PLAIN != 0;
    let is_builtin = origin
        .downcast::<PyTypeObject>()
        .is_some_and(|c| !c.is_heap_type());
    if is_builtin && args.iter().all(is_plain) {
        return None;
    }
    let (args, kwargs) = match task::given(args, names) {
        Ok(given) => given,
        Err(raised) => return Some(Begun::Done(Err(raised))),
    };
    let this = this.to_ref();
    Some(Begun::Task(Box::pin(async move {
        let made = task::call_tuple(&origin, args, kwargs).await?;
        task::attempt(SET, &[&made, &this]).await?;
        Ok(Some(made))
    })))
}

/// Calls from bytecode are tasks.
pub(crate) fn register() {
    task::register_calls(&Py_GenericAliasType, begin_call);
}

extern "C" fn vectorcall(
    this: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    let all = args.slice((count + kwnames.map_or(0, |k| k.len())) as isize);
    // SAFETY: only aliases have this function.
    let origin = unsafe { this.cast::<gaobject>() }.origin();
    let made = call::vectorcall(&origin, all, kwnames)?;
    set_orig_class(&made, this)?;
    Ok(made)
}

extern "C" fn call(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // SAFETY: U3; slots get a tuple and a dict.
    unsafe {
        let origin = this.cast::<gaobject>().origin();
        let made = call::call_ex(&origin, args.cast(), kwargs.map(|d| d.cast()))?;
        set_orig_class(&made, this)?;
        Ok(made)
    }
}

extern "C" fn getattro(this: &PyObject, name: &PyObject) -> PyResult {
    if let Some(text) = name.downcast::<Str>()
        && !OWN.iter().any(|own| text.equals_text(own))
    {
        // SAFETY: U3.
        return protocol::getattr(&*unsafe { this.cast::<gaobject>() }.origin(), text);
    }
    protocol::PyObject_GenericGetAttr(this, name)
}

extern "C" fn hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    let a: &gaobject = unsafe { this.cast() };
    let both = || Ok::<_, Raised>(protocol::hash(&a.origin())? ^ protocol::hash(&*a.args())?);
    match both() {
        Ok(-1) => -2,
        Ok(hash) => hash,
        Err(Raised) => -1,
    }
}

extern "C" fn compare(a: &gaobject, other: &PyObject, op: c_int) -> PyResult {
    let equality = op == flags::cmp::EQ || op == flags::cmp::NE;
    let Some(b) = other.downcast::<gaobject>().filter(|_| equality) else {
        return Ok(singletons::not_implemented());
    };
    let same = a.starred.get() == b.starred.get()
        && protocol::eq(&a.origin(), &b.origin())?
        && protocol::eq(&*a.args(), &*b.args())?;
    Ok(boolean::from(same == (op == flags::cmp::EQ)))
}

extern "C" fn mro_entries(a: &gaobject, _bases: &PyObject) -> PyResult {
    Ok(tuple::from_owned(vec![a.origin()])?.into_object())
}
extern "C" fn instancecheck(_a: &gaobject, _o: &PyObject) -> PyResult {
    Err(raise!(
        TypeError,
        "isinstance() argument 2 cannot be a parameterized generic"
    ))
}
extern "C" fn subclasscheck(_a: &gaobject, _o: &PyObject) -> PyResult {
    Err(raise!(
        TypeError,
        "issubclass() argument 2 cannot be a parameterized generic"
    ))
}

fn builtin_function(name: &str) -> PyResult {
    let builtins = (hooks::hooks().import)("builtins")?;
    protocol::getattr(&builtins, &*named(name)?)
}

extern "C" fn reduce(a: &gaobject) -> PyResult {
    if a.starred.get() {
        let plain = new(&a.origin(), &a.args())?;
        let iterator = protocol::iter(&plain)?;
        let args = tuple::from_owned(vec![iterator])?;
        return Ok(
            tuple::from_owned(vec![builtin_function("next")?, args.into_object()])?.into_object(),
        );
    }
    let args = tuple::from_owned(vec![a.origin(), a.args().into_object()])?;
    Ok(tuple::from_owned(vec![a.ty().to_ref(), args.into_object()])?.into_object())
}

extern "C" fn dir(a: &gaobject) -> PyResult {
    let names = protocol::dir(&a.origin())?;
    for own in &OWN {
        let own = named(own)?;
        if !protocol::contains(&names, &own)? {
            names.append(&own)?;
        }
    }
    Ok(names.into_object())
}

extern "C" fn get_parameters(a: &gaobject, _: *mut c_void) -> PyResult {
    Ok(parameters(a)?.into_object())
}

/// The arguments of `*tuple[...]`; None for everything else.
extern "C" fn get_unpacked_args(a: &gaobject, _: *mut c_void) -> PyResult {
    if a.starred.get() && a.origin().is(&tuple::PyTuple_Type) {
        return Ok(a.args().into_object());
    }
    Ok(singletons::none())
}

extern "C" fn alias_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // SAFETY: slots get a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    cfunction::no_keywords("GenericAlias", kwargs)?;
    cfunction::check_count("GenericAlias", args.len(), 2, 2)?;
    make(ty, args.items()[0], args.items()[1], false)
}

// ---- iteration: `*list[int]` ----

/// C: `gaiterobject` (private there).
#[repr(C)]
pub struct gaiterobject {
    pub ob_base: PyObject,
    pub obj: Slot<PyObject>,
}
object_structs!(gaiterobject);
builtin!(gaiterobject = _Py_GenericAliasIterType);

extern "C" fn iter(a: &gaobject) -> PyResult {
    let i = mem::create_gc(&_Py_GenericAliasIterType, |header| gaiterobject {
        ob_base: header,
        obj: Slot::EMPTY,
    })?;
    i.obj.set(Some(a.to_ref()));
    gc::track(&*i);
    Ok(i.into_object())
}

extern "C" fn iter_next(i: &gaiterobject) -> Option<Ref> {
    let alias = i.obj.take()?;
    let alias = alias.downcast::<gaobject>()?;
    make(&Py_GenericAliasType, &alias.origin(), &alias.args(), true).ok()
}

extern "C" fn iter_reduce(i: &gaiterobject) -> PyResult {
    // Looking up `iter` may run Python, so the state is read afterwards.
    let function = builtin_function("iter")?;
    let content = i.obj.cloned();
    let content = content.unwrap_or_else(|| tuple::empty().into_object());
    sequence::reduced(function, content, None)
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn iter_dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        (*this.cast::<gaiterobject>()).obj.set(None);
        mem::free_gc_object(this);
    }
}

extern "C" fn iter_traverse(i: &gaiterobject, visit: visitproc, arg: *mut c_void) -> c_int {
    i.obj.get().map_or(0, |o| visit(o, arg))
}

static ITER_METHODS: [PyMethodDef; 2] = [noargs(c"__reduce__", iter_reduce, c""), PyMethodDef::END];

#[unsafe(no_mangle)]
pub static _Py_GenericAliasIterType: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(iter_dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(iter_traverse),
    tp_iter: Cell::new(Some(protocol::PyObject_SelfIter)),
    tp_iternext: slot::next(iter_next),
    tp_methods: def::table(&ITER_METHODS[0]),
    ..PyTypeObject::new::<gaiterobject>(c"generic_alias_iterator")
};

// ---- memory ----

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        let a: &gaobject = &*this.cast();
        if !a.weakreflist.is_null() {
            weakref::clear_refs(a);
        }
        a.origin.set(None);
        a.args.set(None);
        a.parameters.set(None);
        mem::free_instance(this);
    }
}

extern "C" fn traverse(a: &gaobject, visit: visitproc, arg: *mut c_void) -> c_int {
    for field in [&a.origin, &a.args, &a.parameters] {
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
    nb_or: slot::binary::<PyObject>(union_::type_or),
    ..PyNumberMethods::EMPTY
};
static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_subscript: slot::binary(getitem),
    ..PyMappingMethods::EMPTY
};

static METHODS: [PyMethodDef; 6] = [
    one(c"__mro_entries__", mro_entries, c""),
    one(c"__instancecheck__", instancecheck, c""),
    one(c"__subclasscheck__", subclasscheck, c""),
    noargs(c"__reduce__", reduce, c""),
    noargs(c"__dir__", dir, c""),
    PyMethodDef::END,
];

static MEMBERS: [PyMemberDef; 4] = [
    def::member(
        c"__origin__",
        member::OBJECT,
        offset_of!(gaobject, origin),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__args__",
        member::OBJECT,
        offset_of!(gaobject, args),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__unpacked__",
        member::BOOL,
        offset_of!(gaobject, starred),
        member::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

static GETSET: [PyGetSetDef; 3] = [
    getset(
        c"__parameters__",
        get_parameters,
        None,
        c"the type variables of the alias",
    ),
    getset(
        c"__typing_unpacked_tuple_args__",
        get_unpacked_args,
        None,
        c"",
    ),
    PyGetSetDef::END,
];

#[unsafe(no_mangle)]
pub static Py_GenericAliasType: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_vectorcall_offset: Cell::new(offset_of!(gaobject, vectorcall) as isize),
    tp_repr: slot::unary(repr),
    tp_as_number: def::table(&NUMBER),
    tp_as_mapping: def::table(&MAPPING),
    tp_hash: Cell::new(Some(hash)),
    tp_call: Cell::new(Some(call)),
    tp_getattro: Cell::new(Some(getattro)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE | tp::HAVE_VECTORCALL),
    tp_doc: Cell::new(
        c"GenericAlias(origin, args, /)\n--\n\nA class with type arguments, such as list[int]."
            .as_ptr(),
    ),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::compare(compare),
    tp_weaklistoffset: Cell::new(offset_of!(gaobject, weakreflist) as isize),
    tp_iter: slot::unary(iter),
    tp_methods: def::table(&METHODS[0]),
    tp_members: def::table(&MEMBERS[0]),
    tp_getset: def::table(&GETSET[0]),
    tp_alloc: Cell::new(Some(mem::generic_alloc)),
    tp_new: Cell::new(Some(alias_new)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<gaobject>(c"types.GenericAlias")
};
