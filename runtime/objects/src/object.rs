//! `object`: the root of all classes, its methods, `__class__` assignment, and what pickling asks of any object.

use crate::def::{class_method, getset, noargs, one, slot, status};
use crate::*;
use flags::tp;
use smallvec::SmallVec;
use std::ptr;
use typeobject::is_subtype;

static METHODS: [PyMethodDef; 9] = [
    one(c"__reduce_ex__", reduce_ex, c"__reduce_ex__($self, protocol, /)\n--\n\nHow to rebuild the object, for pickling."),
    noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\nHow to rebuild the object, for pickling."),
    noargs(c"__getstate__", getstate, c"__getstate__($self, /)\n--\n\nThe object's state, for pickling."),
    class_method(def::fast(c"__subclasshook__", subclasshook, c"Lets an abstract class decide what its subclasses are.\n\nissubclass() asks it. NotImplemented, the default, leaves the decision to the usual rule.\n")),
    class_method(noargs(c"__init_subclass__", init_subclass, c"Called when a class is subclassed.\n\nDoes nothing; subclasses may override it.\n")),
    one(c"__format__", object_format, c"__format__($self, format_spec, /)\n--\n\nThe text of format(self, format_spec).")
    ,
    noargs(c"__sizeof__", object_sizeof, c"__sizeof__($self, /)\n--\n\nThe object's size in memory, in bytes."),
    noargs(c"__dir__", object_dir, c"__dir__($self, /)\n--\n\nThe names that dir(self) shows."),
    PyMethodDef::END,
];

static GETSET: [PyGetSetDef; 2] = [
    getset(
        c"__class__",
        get_class,
        Some(set_class),
        c"the object's class",
    ),
    PyGetSetDef::END,
];

/// `__dict__` and `__weakref__` of classes that have both; the second entry on its own is for classes without dict.
pub static INSTANCE_GETSET: [PyGetSetDef; 3] = [
    getset(
        c"__dict__",
        get_class_dict,
        Some(set_class_dict),
        c"dictionary for instance variables",
    ),
    getset(
        c"__weakref__",
        get_weakref,
        None,
        c"list of weak references to the object",
    ),
    PyGetSetDef::END,
];

/// For classes with a dict alone.
pub static DICT_GETSET: [PyGetSetDef; 2] = [
    getset(
        c"__dict__",
        get_class_dict,
        Some(set_class_dict),
        c"dictionary for instance variables",
    ),
    PyGetSetDef::END,
];

#[unsafe(no_mangle)]
pub static PyBaseObject_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(object_dealloc)),
    tp_repr: slot::unary(object_repr),
    tp_hash: Cell::new(Some(protocol::identity_hash)),
    tp_str: slot::unary(object_str),
    tp_getattro: Cell::new(Some(protocol::PyObject_GenericGetAttr)),
    tp_setattro: Cell::new(Some(protocol::PyObject_GenericSetAttr)),
    tp_flags: Cell::new(tp::DEFAULT | tp::BASETYPE),
    tp_doc: Cell::new(c"object()\n--\n\nThe base class of all classes.\n\nAn instance has no attributes of its own.".as_ptr()),
    tp_richcompare: slot::compare(object_richcompare),
    tp_methods: def::table(&METHODS[0]),
    tp_getset: def::table(&GETSET[0]),
    tp_init: Cell::new(Some(object_init)),
    tp_alloc: Cell::new(Some(mem::generic_alloc)),
    tp_new: Cell::new(Some(object_new)),
    tp_free: Cell::new(Some(mem::tp_free_plain)),
    ..PyTypeObject::new::<PyObject>(c"object")
};

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn object_dealloc(this: *mut PyObject) {
    // SAFETY: a plain object has no fields.
    unsafe { mem::free_instance(this) }
}

// ---- creation ----

fn is_function<F: Copy>(slot: Option<F>, function: *const ()) -> bool {
    // SAFETY: function pointers are pointer-sized.
    slot.is_some_and(|f| unsafe { std::mem::transmute_copy::<F, *const ()>(&f) } == function)
}

fn has_arguments(args: &PyObject, kwargs: Option<&PyObject>) -> bool {
    // SAFETY: slots get a tuple and a dict.
    unsafe {
        args.cast::<PyTupleObject>().len() > 0
            || kwargs.is_some_and(|d| d.cast::<PyDictObject>().len() > 0)
    }
}

/// `object.__new__`. Arguments are refused where nobody could have taken them.
pub extern "C" fn object_new(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    if has_arguments(args, kwargs) {
        if !is_function(ty.tp_new.get(), object_new as *const ()) {
            return Err(raise!(
                TypeError,
                "object.__new__() takes exactly one argument (the type to instantiate)"
            ));
        }
        if is_function(ty.tp_init.get(), object_init as *const ()) {
            return Err(raise!(TypeError, "{}() takes no arguments", ty.name()));
        }
    }
    if ty.tp_flags.get() & tp::IS_ABSTRACT != 0 {
        return Err(abstract_class(ty));
    }
    match ty.tp_alloc.get() {
        Some(alloc) => alloc(ty, 0),
        None => mem::generic_alloc(ty, 0),
    }
}

#[cold]
fn abstract_class(ty: &PyTypeObject) -> Raised {
    let describe = || -> PyResult<(usize, String)> {
        let methods = protocol::getattr(ty, &names::__abstractmethods__)?;
        let sorted = list::from_owned(protocol::collect(&methods)?)?;
        sorted.sort(None, false)?;
        let items: Vec<Ref> = sorted.items().iter().map(|o| o.to_ref()).collect();
        let separator = str_::new(", ")?;
        let joined = str_::join(&separator, &items)?;
        Ok((items.len(), joined.to_string_lossy()))
    };
    match describe() {
        Ok((count, methods)) => raise!(
            TypeError,
            "Can't instantiate abstract class {} with abstract method{} {methods}",
            ty.name(),
            if count > 1 { "s" } else { "" }
        ),
        Err(Raised) => Raised,
    }
}

/// `object.__init__`.
pub extern "C" fn object_init(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> c_int {
    if !has_arguments(args, kwargs) {
        return 0;
    }
    let ty = this.ty();
    if !is_function(ty.tp_init.get(), object_init as *const ()) {
        raise!(
            TypeError,
            "object.__init__() takes exactly one argument (the instance to initialize)"
        );
        return -1;
    }
    if is_function(ty.tp_new.get(), object_new as *const ()) {
        raise!(
            TypeError,
            "{}.__init__() takes exactly one argument (the instance to initialize)",
            ty.name()
        );
        return -1;
    }
    0
}

// ---- text, comparison ----

extern "C" fn object_repr(this: &PyObject) -> PyResult {
    let ty = this.ty();
    let address = this.as_ptr() as usize;
    let text = if ty.is_heap_type() {
        let module = protocol::getattr_opt(ty, &names::__module__)?;
        match module.as_ref().and_then(|m| m.downcast::<Str>()) {
            Some(module) if !module.equals_text("builtins") => {
                let qualname = protocol::getattr(ty, &names::__qualname__)?;
                format!(
                    "<{}.{} object at {address:#x}>",
                    module.to_string_lossy(),
                    protocol::str(&qualname)?.to_string_lossy()
                )
            }
            _ => format!("<{} object at {address:#x}>", ty.name()),
        }
    } else {
        format!("<{} object at {address:#x}>", ty.name())
    };
    Ok(str_::new(&text)?.into_object())
}

extern "C" fn object_str(this: &PyObject) -> PyResult {
    match this.ty().tp_repr.get() {
        Some(repr) => repr(this),
        None => object_repr(this),
    }
}

/// Identity; `!=` is the opposite of the class's `==`.
extern "C" fn object_richcompare(this: &PyObject, other: &PyObject, op: c_int) -> PyResult {
    match op {
        flags::cmp::EQ if this.is(other) => Ok(boolean::from(true)),
        flags::cmp::NE => {
            let Some(compare) = this.ty().tp_richcompare.get() else {
                return Ok(singletons::not_implemented());
            };
            let equal = compare(this, other, flags::cmp::EQ)?;
            if singletons::is_not_implemented(&equal) {
                return Ok(equal);
            }
            Ok(boolean::from(!protocol::truth(&equal)?))
        }
        _ => Ok(singletons::not_implemented()),
    }
}

extern "C" fn object_format(this: &PyObject, spec: &PyObject) -> PyResult {
    let Some(spec) = spec.downcast::<Str>() else {
        return Err(raise!(
            TypeError,
            "__format__() argument must be str, not {}",
            str_::args::type_text(spec)
        ));
    };
    if spec.len() > 0 {
        return Err(raise!(
            TypeError,
            "unsupported format string passed to {}.__format__",
            this.ty().name()
        ));
    }
    Ok(protocol::str(this)?.into_object())
}

extern "C" fn object_sizeof(this: &PyObject) -> PyResult {
    let ty = this.ty();
    let mut size = ty.tp_basicsize.get();
    if ty.tp_itemsize.get() > 0 {
        // SAFETY: types with an item size are variable-sized.
        let items = unsafe { this.cast::<PyVarObject>() }.ob_size.get();
        size += items.abs() * ty.tp_itemsize.get();
    }
    Ok(int::from_i64(size as i64)?.into_object())
}

extern "C" fn object_dir(this: &PyObject) -> PyResult {
    let all = match protocol::getattr_opt(this, &names::__dict__)? {
        Some(own) => match own.downcast::<PyDictObject>() {
            Some(own) => own.copy()?,
            None => dict::new()?,
        },
        None => dict::new()?,
    };
    if let Some(class) = protocol::getattr_opt(this, &names::__class__)? {
        typeobject::merge_class_dict(&all, &class)?;
    }
    let keys = all.pairs().into_iter().map(|(key, _)| key).collect();
    Ok(list::from_owned(keys)?.into_object())
}

extern "C" fn subclasshook(_class: &PyObject, _args: Args<'_>, _count: isize) -> PyResult {
    Ok(singletons::not_implemented())
}

extern "C" fn init_subclass(_class: &PyObject) -> PyResult {
    Ok(singletons::none())
}

// ---- __dict__, __weakref__ ----

/// The `__dict__` descriptor of the static base with a dict, if the class is made from one (`type`, a module): that one counts.
fn dict_of_base(this: &PyObject) -> Option<Ref> {
    let mut ty = this.ty();
    while let Some(base) = ty.tp_base.get() {
        if ty.tp_dictoffset.get() != 0 && !ty.is_heap_type() {
            let found = Ref::new(typeobject::lookup(ty, &names::__dict__)?);
            return found.ty().tp_descr_set.get().is_some().then_some(found);
        }
        ty = base;
    }
    None
}

/// `__dict__` of instances of classes that added one.
extern "C" fn get_class_dict(this: &PyObject, closure: *mut c_void) -> PyResult {
    match dict_of_base(this).and_then(|base| Some((base.ty().tp_descr_get.get()?, base))) {
        Some((get, base)) => get(&base, Some(this), Some(this.ty())),
        None => get_instance_dict(this, closure),
    }
}

extern "C" fn set_class_dict(
    this: &PyObject,
    value: Option<&PyObject>,
    closure: *mut c_void,
) -> c_int {
    match dict_of_base(this).and_then(|base| Some((base.ty().tp_descr_set.get()?, base))) {
        Some((set, base)) => set(&base, this, value),
        None => set_instance_dict(this, value, closure),
    }
}

/// The dict of an instance.
pub extern "C" fn get_instance_dict(this: &PyObject, _: *mut c_void) -> PyResult {
    match dict::instance_dict(this, true)? {
        Some(d) => Ok(d.into_object()),
        None => Err(raise!(AttributeError, "This object has no __dict__")),
    }
}

/// Assignment of `__dict__`; deletion leaves the instance with an empty one.
pub extern "C" fn set_instance_dict(
    this: &PyObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    let set = || -> PyResult<()> {
        let Some(value) = value else {
            return dict::set_instance_dict(this, None);
        };
        match value.downcast::<PyDictObject>() {
            Some(d) => dict::set_instance_dict(this, Some(Ref::new(d))),
            None => Err(raise!(
                TypeError,
                "__dict__ must be set to a dictionary, not a '{}'",
                value.ty().name()
            )),
        }
    };
    status(set())
}

extern "C" fn get_weakref(this: &PyObject, _: *mut c_void) -> PyResult {
    Ok(weakref::first(this).unwrap_or_else(singletons::none))
}

// ---- __class__ ----

extern "C" fn get_class(this: &PyObject, _: *mut c_void) -> PyResult {
    Ok(this.ty().to_ref())
}

extern "C" fn set_class(this: &PyObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    status(assign_class(this, value))
}

fn assign_class(this: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "can't delete __class__ attribute"));
    };
    let Some(new) = value.downcast::<PyTypeObject>() else {
        return Err(raise!(
            TypeError,
            "__class__ must be set to a class, not '{}' object",
            value.ty().name()
        ));
    };
    hooks::audit_setattr(this, "__class__", value)?;
    let old = this.ty();
    let immutable = (new.tp_flags.get() | old.tp_flags.get()) & tp::IMMUTABLETYPE != 0;
    let modules =
        is_subtype(new, &module::PyModule_Type) && is_subtype(old, &module::PyModule_Type);
    if immutable && !modules {
        return Err(raise!(
            TypeError,
            "__class__ assignment only supported for mutable types or ModuleType subclasses"
        ));
    }
    check_compatible(old, new, "__class__")?;
    if old.tp_flags.get() & tp::MANAGED_DICT != 0 {
        // The values lie in the order of the old class's keys.
        dict::instance_dict(this, true)?;
    }
    let old = typeobject::static_ref(old);
    if new.is_heap_type() {
        new.incref();
    }
    this.ob_type.set_ptr(new as *const PyTypeObject as *mut _);
    watch::class_assigned(this);
    if old.is_heap_type() {
        // SAFETY: the object owned a count of its heap class.
        unsafe { PyObject::decref(old.as_ptr()) };
    }
    Ok(())
}

/// Whether the class adds nothing to its base's layout.
fn same_as_base(ty: &PyTypeObject) -> bool {
    let Some(base) = ty.tp_base.get() else {
        return false;
    };
    let gc = |t: &PyTypeObject| t.tp_flags.get() & tp::HAVE_GC;
    ty.tp_basicsize.get() == base.tp_basicsize.get()
        && ty.tp_itemsize.get() == base.tp_itemsize.get()
        && ty.tp_dictoffset.get() == base.tp_dictoffset.get()
        && ty.tp_weaklistoffset.get() == base.tp_weaklistoffset.get()
        && gc(ty) == gc(base)
        && (gc(ty) == 0
            || is_function(
                ty.tp_clear.get(),
                typeobject::subtype::subtype_clear as *const (),
            ))
}

/// Whether both classes add the same slots to the same base.
fn same_slots_added(a: &PyTypeObject, b: &PyTypeObject) -> bool {
    let Some(base) = a.tp_base.get() else {
        return false;
    };
    if !b.tp_base.get().is_some_and(|other| ptr::eq(other, base)) {
        return false;
    }
    let word = size_of::<usize>() as isize;
    let mut size = base.tp_basicsize.get();
    let members = |t: &PyTypeObject| -> Vec<String> {
        typeobject::new::members_of(t)
            .iter()
            .map(|m| typeobject::c_text(m.name.get()).to_string())
            .collect()
    };
    let slots = members(a);
    if slots != members(b) {
        return false;
    }
    size += word * slots.len() as isize;
    if a.tp_weaklistoffset.get() == size && b.tp_weaklistoffset.get() == size {
        size += word;
    }
    size == a.tp_basicsize.get() && size == b.tp_basicsize.get()
}

/// TypeError unless an object (or a class's base) of class `old` may become one of `new`; `what` is the attribute assigned.
pub fn check_compatible(old: &PyTypeObject, new: &PyTypeObject, what: &str) -> PyResult<()> {
    // How memory is freed follows from the layout for our own functions.
    let free = |t: &PyTypeObject| {
        t.tp_free
            .get()
            .map(|f| f as usize)
            .filter(|f| {
                *f != mem::tp_free_managed as *const () as usize
                    && *f != mem::tp_free_by_flags as *const () as usize
            })
            .unwrap_or(mem::tp_free_gc as *const () as usize)
    };
    if free(old) != free(new) {
        return Err(raise!(
            TypeError,
            "{what} assignment: '{}' deallocator differs from '{}'",
            new.name(),
            old.name()
        ));
    }
    let plain = |mut t| {
        while same_as_base(t) {
            match t.tp_base.get() {
                Some(base) => t = base,
                None => break,
            }
        }
        t
    };
    let (a, b): (&PyTypeObject, &PyTypeObject) = (plain(new), plain(old));
    let managed = |t: &PyTypeObject| t.tp_flags.get() & tp::MANAGED_DICT;
    if (ptr::eq(a, b) || same_slots_added(a, b)) && managed(old) == managed(new) {
        return Ok(());
    }
    Err(raise!(
        TypeError,
        "{what} assignment: '{}' object layout differs from '{}'",
        new.name(),
        old.name()
    ))
}

// ---- pickling ----

/// An attribute of the module `copyreg`.
fn copyreg(name: &str) -> PyResult {
    let module = (hooks::hooks().import)("copyreg")?;
    let name = str_::intern(name)?;
    protocol::getattr(&module, &name)
}

extern "C" fn reduce(this: &PyObject) -> PyResult {
    reduce_by_protocol(this, 0)
}

/// A class's own `__reduce__` comes first.
extern "C" fn reduce_ex(this: &PyObject, protocol: &PyObject) -> PyResult {
    let version = number::index_isize(protocol, Some(&exceptions::OverflowError))?;
    if let Some(own) = protocol::getattr_opt(this, &names::__reduce__)? {
        let class_reduce = protocol::getattr(this.ty(), &names::__reduce__)?;
        let default = PyBaseObject_Type.dict().get_str(&names::__reduce__);
        if !default.is_some_and(|d| d.is(&*class_reduce)) {
            return call::call0(&own);
        }
    }
    reduce_by_protocol(this, version)
}

/// `__reduce__` from bytecode: what `copyreg` does is Python.
pub(crate) fn init_tasks() -> PyResult<()> {
    task::register_named(&PyBaseObject_Type, "__reduce__", |this, args, names| {
        if !args.is_empty() || names.is_some() {
            return None;
        }
        let call = || {
            let args = tuple::from_array([this.to_ref(), int::from_i64(0)?.into_object()])?;
            Ok(task::Begun::Call(copyreg("_reduce_ex")?, args, None))
        };
        Some(call().unwrap_or_else(|raised| task::Begun::Done(Err(raised))))
    })
}

fn reduce_by_protocol(this: &PyObject, version: isize) -> PyResult {
    if version >= 2 {
        return reduce_new(this);
    }
    let function = copyreg("_reduce_ex")?;
    let version = int::from_i64(version as i64)?;
    call::call(&function, &[this, &version])
}

fn wrong_type(text: &str, got: &PyObject) -> Raised {
    raise!(TypeError, "{text}, not '{}'", got.ty().name())
}

/// What `__getnewargs_ex__` or `__getnewargs__` answers.
fn new_arguments(
    this: &PyObject,
) -> PyResult<(Option<Ref<PyTupleObject>>, Option<Ref<PyDictObject>>)> {
    if let Some(answer) = call::call_special(this, &names::__getnewargs_ex__, &[])? {
        let Some(pair) = answer.downcast::<PyTupleObject>() else {
            return Err(wrong_type(
                "__getnewargs_ex__ should return a tuple",
                &answer,
            ));
        };
        let [args, kwargs] = pair.items() else {
            return Err(raise!(
                ValueError,
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                pair.len()
            ));
        };
        let Some(args) = args.downcast::<PyTupleObject>() else {
            return Err(wrong_type(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple",
                args,
            ));
        };
        let Some(kwargs) = kwargs.downcast::<PyDictObject>() else {
            return Err(wrong_type(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict",
                kwargs,
            ));
        };
        return Ok((Some(Ref::new(args)), Some(Ref::new(kwargs))));
    }
    if let Some(answer) = call::call_special(this, &names::__getnewargs__, &[])? {
        let Some(args) = answer.downcast::<PyTupleObject>() else {
            return Err(wrong_type("__getnewargs__ should return a tuple", &answer));
        };
        return Ok((Some(Ref::new(args)), None));
    }
    Ok((None, None))
}

/// Protocol 2 and up: `copyreg.__newobj__(cls, *args)`, state, list items, dict items.
fn reduce_new(this: &PyObject) -> PyResult {
    if this.ty().tp_new.get().is_none() {
        return Err(raise!(
            TypeError,
            "cannot pickle '{}' object",
            this.ty().name()
        ));
    }
    let (args, kwargs) = new_arguments(this)?;
    let has_args = args.is_some();
    let class = protocol::getattr(this, &names::__class__)?;
    let kwargs = kwargs.filter(|d| d.len() > 0);
    let (function, arguments) = match (args, kwargs) {
        (Some(args), Some(kwargs)) => (
            copyreg("__newobj_ex__")?,
            tuple::from_borrowed(&[&*class, &**args, &**kwargs])?,
        ),
        (args, _) => {
            let mut all: SmallVec<[&PyObject; 4]> = SmallVec::new();
            all.push(&class);
            if let Some(args) = &args {
                all.extend_from_slice(args.items());
            }
            (copyreg("__newobj__")?, tuple::from_borrowed(&all)?)
        }
    };
    let is_list = this.is_instance::<PyListObject>();
    let is_dict = this.is_instance::<PyDictObject>();
    let state = state_of(this, !(has_args || is_list || is_dict))?;
    let list_items = if is_list {
        protocol::iter(this)?
    } else {
        singletons::none()
    };
    let dict_items = if is_dict {
        protocol::iter(&*call::call_method(this, &names::items, &[])?)?
    } else {
        singletons::none()
    };
    let parts = vec![
        function,
        arguments.into_object(),
        state,
        list_items,
        dict_items,
    ];
    Ok(tuple::from_owned(parts)?.into_object())
}

/// `__getstate__`, where object's own also checks that nothing is lost (`required`).
fn state_of(this: &PyObject, required: bool) -> PyResult {
    let method = protocol::getattr(this, &names::__getstate__)?;
    if let Some(f) = method.exact::<PyCFunctionObject>()
        && f.m_self.as_ptr() == this.as_ptr()
        && ptr::eq(f.m_ml.get(), &METHODS[2])
    {
        return default_state(this, required);
    }
    call::call0(&method)
}

extern "C" fn getstate(this: &PyObject) -> PyResult {
    default_state(this, false)
}

/// `cls.__slotnames__`, made by copyreg if it is missing.
fn slot_names(ty: &PyTypeObject) -> PyResult<Option<Ref>> {
    let check = |names: Ref| -> PyResult<Option<Ref>> {
        if singletons::is_none(&names) {
            Ok(None)
        } else if names.is_instance::<PyListObject>() {
            Ok(Some(names))
        } else {
            Err(raise!(
                TypeError,
                "copyreg._slotnames didn't return a list or None"
            ))
        }
    };
    if let Some(known) = ty.dict().get_text("__slotnames__") {
        if !singletons::is_none(&known) && !known.is_instance::<PyListObject>() {
            return Err(raise!(
                TypeError,
                "{}.__slotnames__ should be a list or None, not {}",
                ty.name(),
                known.ty().name()
            ));
        }
        return check(known);
    }
    check(call::call1(&*copyreg("_slotnames")?, ty)?)
}

fn default_state(this: &PyObject, required: bool) -> PyResult {
    let ty = this.ty();
    if required && ty.tp_itemsize.get() != 0 {
        return Err(raise!(TypeError, "cannot pickle {} objects", ty.name()));
    }
    let state = match dict::instance_dict(this, true)? {
        Some(d) if d.len() > 0 => d.into_object(),
        _ => singletons::none(),
    };
    let slots = slot_names(ty)?;
    let slots: Vec<Ref> = match &slots {
        Some(list) => protocol::collect(list)?,
        None => Vec::new(),
    };
    if required {
        let word = size_of::<usize>() as isize;
        let mut expected = PyBaseObject_Type.tp_basicsize.get() + word * slots.len() as isize;
        if ty.tp_dictoffset.get() != 0 && ty.tp_flags.get() & tp::MANAGED_DICT == 0 {
            expected += word;
        }
        if ty.tp_weaklistoffset.get() > 0 {
            expected += word;
        }
        if ty.tp_basicsize.get() > expected {
            return Err(raise!(TypeError, "cannot pickle '{}' object", ty.name()));
        }
    }
    let values = dict::new()?;
    for name in &slots {
        let name = protocol::attribute_name(name)?;
        if let Some(value) = protocol::getattr_opt(this, name)? {
            values.set_item(name, &value)?;
        }
    }
    if values.len() > 0 {
        return Ok(tuple::from_owned(vec![state, values.into_object()])?.into_object());
    }
    Ok(state)
}

/// `tp_new` of types that do everything in `tp_init` (C: `PyType_GenericNew`).
pub extern "C" fn generic_new(
    ty: &PyTypeObject,
    _args: &PyObject,
    _kwargs: Option<&PyObject>,
) -> PyResult {
    match ty.tp_alloc.get() {
        Some(alloc) => alloc(ty, 0),
        None => mem::generic_alloc(ty, 0),
    }
}

/// Assignment of `__dict__` where it cannot be deleted (functions, class methods ...).
pub extern "C" fn set_generic_dict(
    this: &PyObject,
    value: Option<&PyObject>,
    closure: *mut c_void,
) -> c_int {
    if value.is_none() {
        raise!(TypeError, "cannot delete __dict__");
        return -1;
    }
    set_instance_dict(this, value, closure)
}
