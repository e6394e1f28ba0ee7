//! `defaultdict`: a dict that makes missing values by calling a factory.

use crate::support::*;
use hotpy_objects::def::{Downcast, noargs, one, slot};
use hotpy_objects::flags::{member, tp};
use hotpy_objects::number::BinaryOp;
use hotpy_objects::task::{self, Begun, Fills, Task};
use hotpy_objects::*;
use std::mem::offset_of;

/// C: `defdictobject` (private there).
#[repr(C)]
pub struct DefaultDictObject {
    dict: PyDictObject,
    default_factory: Slot<PyObject>,
}
object_structs!(DefaultDictObject);

static NUMBERS: PyNumberMethods = PyNumberMethods {
    nb_or: Cell::new(Some(union)),
    ..PyNumberMethods::EMPTY
};

pub static DefaultDict: PyTypeObject = PyTypeObject {
    tp_base: Slot::of(&raw const dict::PyDict_Type),
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear),
    tp_init: Cell::new(Some(init)),
    tp_repr: slot::unary(repr),
    tp_as_number: def::table(&NUMBERS),
    tp_methods: methods(METHODS),
    tp_members: members(MEMBERS),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE),
    tp_doc: Cell::new(
        c"defaultdict(default_factory=None, /, [...]) --> dict that makes missing values".as_ptr(),
    ),
    ..PyTypeObject::new::<DefaultDictObject>(c"collections.defaultdict")
};
builtin!(DefaultDictObject = DefaultDict);

static_table! {
static MEMBERS: [PyMemberDef] = [
    def::member(c"default_factory", member::OBJECT, offset_of!(DefaultDictObject, default_factory), 0,
        c"Factory for default value called by __missing__()."),
    PyMemberDef::END,
];
}

static_table! {
static METHODS: [PyMethodDef] = [
    one(c"__missing__", missing, c"__missing__(key) # makes, stores and returns the missing value"),
    noargs(c"copy", copy, c"D.copy() -> a shallow copy of D."),
    noargs(c"__copy__", copy, c"D.copy() -> a shallow copy of D."),
    noargs(c"__reduce__", reduce, c"Helps pickle."),
    def::class_method(one(c"__class_getitem__", generic_alias::class_getitem, c"See PEP 585")),
    PyMethodDef::END,
];
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete; dict's own deallocator does the rest.
    unsafe {
        gc::untrack(&*this);
        (*this.cast::<DefaultDictObject>()).default_factory.take();
        if let Some(base) = dict::PyDict_Type.tp_dealloc.get() {
            base(this);
        }
    }
}

extern "C" fn traverse(this: &DefaultDictObject, visit: visitproc, arg: *mut c_void) -> c_int {
    if let Some(factory) = this.default_factory.get() {
        let answer = visit(factory, arg);
        if answer != 0 {
            return answer;
        }
    }
    dict::PyDict_Type
        .tp_traverse
        .get()
        .map_or(0, |base| base(this, visit, arg))
}

extern "C" fn clear(this: &DefaultDictObject) -> c_int {
    this.default_factory.take();
    dict::PyDict_Type
        .tp_clear
        .get()
        .map_or(0, |base| base(this))
}

/// Sets the factory; the arguments for the dict.
fn begin_init(this: &DefaultDictObject, args: &PyTupleObject) -> PyResult<Ref<PyTupleObject>> {
    let items = args.items();
    let (factory, rest) = match items.split_first() {
        Some((first, rest)) => (Some(*first), rest),
        None => (None, items),
    };
    let factory = not_none(factory);
    if factory.is_some_and(|f| !protocol::callable(f)) {
        return Err(raise!(TypeError, "first argument must be callable or None"));
    }
    this.default_factory.set(factory.map(|f| f.to_ref()));
    tuple::from_borrowed(rest)
}

/// Has what may run Python run it in frames.
pub(super) fn register() {
    let asks = |args: &PyTupleObject, kwargs: Option<&PyDictObject>| match args.items() {
        [_, source] => filling::dict_asks(source) || kwargs.is_some_and(|k| !k.has_text_keys()),
        _ => false,
    };
    let begin = |this: &PyObject, args: Ref<PyTupleObject>, kwargs: Option<Ref<PyDictObject>>| {
        let this = Ref::new(this.downcast::<DefaultDictObject>()?);
        let begun: Task = Box::pin(async move {
            let rest = begin_init(&this, &args)?;
            match dict::begin_init(&this, rest, kwargs) {
                Some(filling) => filling.await,
                None => Ok(None),
            }
        });
        Some(begun)
    };
    task::register_inplace(&DefaultDict, |op, this, other| match op {
        BinaryOp::Or => dict::begin_ior(this, other),
        _ => None,
    });
    task::register_init(&DefaultDict, Fills { asks, begin });
    hotpy_vm::builtin_calls::mark_asking_type(&DefaultDict, &["copy", "__copy__"]);
}

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    def::status((|| {
        // SAFETY: U3.
        let rest = begin_init(unsafe { this.cast() }, args_tuple(args))?;
        match dict::PyDict_Type.tp_init.get() {
            Some(base) if base(this, &rest, kwargs) < 0 => Err(Raised),
            _ => Ok(()),
        }
    })())
}

extern "C" fn missing(this: &DefaultDictObject, key: &PyObject) -> PyResult {
    task::run(made(Ref::new(this), key.to_ref()))
}

/// A missing key's value, from the factory.
async fn made(this: Ref<DefaultDictObject>, key: Ref) -> PyResult {
    let Some(factory) = this
        .default_factory
        .cloned()
        .filter(|f| !singletons::is_none(f))
    else {
        return Err(errors::raise_key_error(&key));
    };
    let value = task::call(&factory, Vec::new()).await?;
    let set: task::Native = |a| protocol::setitem(a[0], a[1], a[2]).map(|()| None);
    task::attempt(set, &[&this, &key, &value]).await?;
    Ok(value)
}

/// The same from bytecode.
pub(super) fn begin_missing(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let ([key], None) = (args, names) else {
        return None;
    };
    // SAFETY: it is a method of this type.
    let (this, key) = unsafe { (this.to_ref().cast(), key.to_ref()) };
    Some(Begun::Task(Box::pin(async {
        made(this, key).await.map(Some)
    })))
}

extern "C" fn copy(this: &DefaultDictObject) -> PyResult {
    let factory = this
        .default_factory
        .cloned()
        .unwrap_or_else(singletons::none);
    call::call(this.ty(), &[&factory, this])
}

extern "C" fn reduce(this: &DefaultDictObject) -> PyResult {
    let factory = this
        .default_factory
        .cloned()
        .filter(|f| !singletons::is_none(f));
    let items = protocol::iter(&*method(this, "items", &[])?)?;
    tuple(vec![
        this.ty().to_ref(),
        tuple(factory.into_iter().collect())?,
        singletons::none(),
        singletons::none(),
        items,
    ])
}

extern "C" fn repr(this: &DefaultDictObject) -> PyResult {
    let Some(base) = dict::PyDict_Type.tp_repr.get() else {
        return none();
    };
    let items = base(this)?;
    let items = protocol::str(&items)?.to_string_lossy();
    let factory = match this.default_factory.cloned() {
        None => "None".to_owned(),
        Some(factory) => {
            if protocol::repr_enter(&factory)? {
                "...".to_owned()
            } else {
                let shown = protocol::repr(&factory);
                protocol::repr_leave(&factory);
                shown?.to_string_lossy()
            }
        }
    };
    text(&format!("{}({factory}, {items})", this.ty().short_name()))
}

extern "C" fn union(left: &PyObject, right: &PyObject) -> PyResult {
    let (own, other) = match left.downcast::<DefaultDictObject>() {
        Some(own) => (own, right),
        None => match right.downcast::<DefaultDictObject>() {
            Some(own) => (own, left),
            None => return Ok(singletons::not_implemented()),
        },
    };
    if !other.is_instance::<PyDictObject>() {
        return Ok(singletons::not_implemented());
    }
    let factory = own
        .default_factory
        .cloned()
        .unwrap_or_else(singletons::none);
    let new = call::call(own.ty(), &[&factory, left])?;
    number::inplace(BinaryOp::Or, &new, right)
}
