//! `_collections`: `deque`, `defaultdict`, `OrderedDict`, and helpers of `namedtuple` and `Counter`.

mod defaultdict;
mod deque;
mod ordered;
mod ordered_views;

pub use ordered::{OrderedDict, ready_types};

use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, getset, noargs, slot};
use hotpy_objects::number::BinaryOp;
use hotpy_objects::task::{self, Begun};
use hotpy_objects::*;

/// Counts the items of an iterable in a mapping.
extern "C" fn count_elements(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("_count_elements", args.len(), 2, 2)?;
    let (mapping, iterable) = (args[0], args[1]);
    let one = int(1)?;
    let iterator = protocol::iter(iterable)?;
    if let Some(dict) = mapping.downcast::<PyDictObject>()
        && counts_directly(mapping)?
    {
        while let Some(key) = protocol::next(&iterator)? {
            count_directly(dict, &key, &one)?;
        }
        return none();
    }
    let get = attr(mapping, "get")?;
    let zero = int(0)?;
    while let Some(key) = protocol::next(&iterator)? {
        let old = call::call(&get, &[&key, &zero])?;
        protocol::setitem(mapping, &key, &*number::binary(BinaryOp::Add, &old, &one)?)?;
    }
    none()
}

/// Whether a mapping counts by the dict's own methods.
fn counts_directly(mapping: &PyObject) -> PyResult<bool> {
    // A dict whose class changes neither `get` nor `__setitem__` is written directly.
    let same = |name: &str| -> PyResult<bool> {
        let own = typeobject::lookup(mapping.ty(), &*str_::intern(name)?);
        let plain = typeobject::lookup(&dict::PyDict_Type, &*str_::intern(name)?);
        Ok(matches!((own, plain), (Some(a), Some(b)) if a.is(b)))
    };
    Ok(mapping.is_instance::<PyDictObject>() && same("get")? && same("__setitem__")?)
}

fn count_directly(dict: &PyDictObject, key: &PyObject, one: &PyObject) -> PyResult<()> {
    let hash = protocol::hash(key)?;
    let new = match dict.get_hashed(key, hash)? {
        None => one.to_ref(),
        Some(old) => number::binary(BinaryOp::Add, &old, one)?,
    };
    dict.set_hashed(key, hash, &new)
}

/// Whether looking up what a builtin container yields runs no Python for sure.
fn has_plain_items(iterable: &PyObject) -> bool {
    let items: &[&PyObject] = match (
        iterable.exact::<PyListObject>(),
        iterable.exact::<PyTupleObject>(),
    ) {
        (Some(list), _) => list.items(),
        (_, Some(tuple)) => tuple.items(),
        _ => return !hotpy_vm::asking::has_python_items(iterable),
    };
    let plain = |o: &&PyObject| o.ty().tp_flags.get() & flags::tp::PLAIN != 0;
    items.iter().all(plain)
}

/// Counts one item in a dict: of `_count_elements` where its items are had in frames.
extern "C" fn count_one(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("_count_one", args.len(), 2, 2)?;
    let Some(dict) = args[0].downcast::<PyDictObject>() else {
        return Err(raise!(TypeError, "a dict is required"));
    };
    count_directly(dict, args[1], &*int(1)?)?;
    none()
}

static_table! {
static COUNT_ONE_DEF: [PyMethodDef] = [
    fast::<PyObject>(c"_count_one", count_one, c""),
    PyMethodDef::END,
];
}
static COUNT_ONE: Global = Global::EMPTY;

/// `_count_elements` from bytecode, where taking the items or looking them up may run Python.
fn begin_count(_: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun> {
    const PUT: task::Native = |a| protocol::setitem(a[0], a[1], a[2]).map(|()| None);
    let ([mapping, iterable], None) = (args, names) else {
        return None;
    };
    if filling::is_native(iterable) && has_plain_items(iterable) {
        return None;
    }
    let (mapping, iterable) = (mapping.to_ref(), iterable.to_ref());
    match counts_directly(&mapping) {
        Ok(true) => {
            return Some(Begun::Each {
                put: COUNT_ONE.get()?,
                into: mapping,
                iterable,
                answer: singletons::none(),
            });
        }
        Ok(false) => {}
        Err(raised) => return Some(Begun::Done(Err(raised))),
    }
    Some(Begun::Task(Box::pin(async move {
        let one = int(1)?;
        let iterator = task::iter(&iterable).await?;
        let (get, zero) = (attr(&mapping, "get")?, int(0)?);
        while let Some(key) = task::next(&iterator).await? {
            let old = task::call(&get, vec![key.clone(), zero.clone()]).await?;
            let new = task::add(&old, &one).await?;
            task::attempt(PUT, &[&mapping, &key, &new]).await?;
        }
        none().map(Some)
    })))
}

// ---- _tuplegetter ----

/// The descriptor of a named tuple's field.
#[derive(Default)]
struct TupleGetter {
    index: Cell<isize>,
    doc: Held,
}

impl Body for TupleGetter {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        self.doc.visit(visit)
    }
    fn clear(&self) {
        self.doc.take();
    }
}

type Getter = Native<TupleGetter>;

static TupleGetterType: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(getter_new)),
    tp_descr_get: slot::descr_get(getter_get),
    tp_descr_set: Cell::new(Some(getter_set)),
    tp_repr: slot::unary(getter_repr),
    tp_methods: methods(GETTER_METHODS),
    tp_getset: getsets(GETTER_GETSET),
    ..native_type::<TupleGetter>(c"_collections._tuplegetter")
};

extern "C" fn getter_new(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "_tuplegetter",
        names: &["", ""],
        positional_only: 2,
        positional: 2,
        required: 2,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    let body = TupleGetter {
        index: Cell::new(a[0].map_or(Ok(0), isize_arg)?),
        doc: Held::new(a[1].map(|d| d.to_ref())),
    };
    Ok(new_native(ty, body)?.into_object())
}

extern "C" fn getter_get(
    this: &Getter,
    object: Option<&PyObject>,
    _: Option<&PyObject>,
) -> PyResult {
    let Some(object) = object else {
        return Ok(this.to_ref());
    };
    let index = this.index.get();
    let Some(items) = object.downcast::<PyTupleObject>() else {
        if singletons::is_none(object) {
            return Ok(this.to_ref());
        }
        return Err(raise!(
            TypeError,
            "descriptor for index '{index}' for tuple subclasses doesn't apply to '{}' object",
            object.ty().name()
        ));
    };
    match usize::try_from(index)
        .ok()
        .and_then(|i| items.items().get(i))
    {
        Some(item) => Ok(item.to_ref()),
        None => Err(raise!(IndexError, "tuple index out of range")),
    }
}

extern "C" fn getter_set(_: &PyObject, _: &PyObject, value: Option<&PyObject>) -> c_int {
    let verb = if value.is_some() { "set" } else { "delete" };
    let _ = raise!(AttributeError, "can't {verb} attribute");
    -1
}

extern "C" fn getter_repr(this: &Getter) -> PyResult {
    let doc = protocol::repr(&this.doc.or_none())?.to_string_lossy();
    text(&format!(
        "{}({}, {doc})",
        this.object().ty().short_name(),
        this.index.get()
    ))
}

extern "C" fn getter_reduce(this: &Getter) -> PyResult {
    tuple(vec![
        this.object().ty().to_ref(),
        tuple(vec![int(this.index.get() as i64)?, this.doc.or_none()])?,
    ])
}

extern "C" fn getter_doc(this: &Getter, _: *mut c_void) -> PyResult {
    Ok(this.doc.or_none())
}

extern "C" fn getter_set_doc(this: &Getter, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    this.doc.set(value.map(|v| v.to_ref()));
    0
}

static_table! {
static GETTER_METHODS: [PyMethodDef] = [
    noargs(c"__reduce__", getter_reduce, c""),
    PyMethodDef::END,
];
}

static_table! {
static GETTER_GETSET: [PyGetSetDef] = [
    getset(c"__doc__", getter_doc, Some(getter_set_doc), c""),
    PyGetSetDef::END,
];
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast::<PyObject>(c"_count_elements", count_elements, c"_count_elements($module, mapping, iterable, /)\n--\n\nCounts items in a mapping."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods(
        "_collections",
        "Container types. Programs use collections.",
        METHODS,
    )?;
    add_type(&module, &deque::Deque)?;
    deque::register()?;
    add_type(&module, &deque::DequeIterator)?;
    add_type(&module, &deque::DequeReverseIterator)?;
    add_type(&module, &defaultdict::DefaultDict)?;
    task::register_named(
        &defaultdict::DefaultDict,
        "__missing__",
        defaultdict::begin_missing,
    )?;
    defaultdict::register();
    ordered::init_types(&module)?;
    task::register_named(&module, "_count_elements", begin_count)?;
    let count_one = cfunction::new(&COUNT_ONE_DEF[0], None, None)?;
    hotpy_vm::builtin_calls::mark_asking(&count_one);
    COUNT_ONE.set(Some(count_one.into_object()));
    add_type(&module, &TupleGetterType)?;
    Ok(module)
}
