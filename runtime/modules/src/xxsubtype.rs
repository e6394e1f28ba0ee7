//! `xxsubtype`: a list and a dict with a counter of their own, for tests of subtyping.

use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::{class_method, fast, getset, member, noargs, static_method, var_kw};
use hotpy_objects::flags::{member as kind, tp};
use hotpy_objects::*;
use std::mem::offset_of;

#[repr(C)]
struct SpamList {
    list: PyListObject,
    state: Cell<i32>,
}

#[repr(C)]
struct SpamDict {
    dict: PyDictObject,
    state: Cell<i32>,
}

// SAFETY: U2, repr(C) with the header first.
unsafe impl Object for SpamList {}
// SAFETY: as above.
unsafe impl Object for SpamDict {}

static ListType: PyTypeObject = PyTypeObject {
    tp_base: Slot::of(&raw const list::PyList_Type),
    tp_init: Cell::new(Some(init_list)),
    tp_methods: methods(LIST_METHODS),
    tp_getset: getsets(LIST_GETSET),
    tp_flags: Cell::new(tp::DEFAULT | tp::BASETYPE),
    ..PyTypeObject::new::<SpamList>(c"xxsubtype.spamlist")
};

static DictType: PyTypeObject = PyTypeObject {
    tp_base: Slot::of(&raw const dict::PyDict_Type),
    tp_init: Cell::new(Some(init_dict)),
    tp_methods: methods(DICT_METHODS),
    tp_members: members(DICT_MEMBERS),
    tp_flags: Cell::new(tp::DEFAULT | tp::BASETYPE),
    ..PyTypeObject::new::<SpamDict>(c"xxsubtype.spamdict")
};

fn base_init(
    base: &PyTypeObject,
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> c_int {
    base.tp_init
        .get()
        .map_or(0, |init| init(this, args, kwargs))
}

extern "C" fn init_list(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    // SAFETY: U3.
    unsafe { this.cast::<SpamList>() }.state.set(0);
    base_init(&list::PyList_Type, this, args, kwargs)
}

extern "C" fn init_dict(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    // SAFETY: U3.
    unsafe { this.cast::<SpamDict>() }.state.set(0);
    base_init(&dict::PyDict_Type, this, args, kwargs)
}

extern "C" fn list_get(this: &SpamList) -> PyResult {
    int(this.state.get() as i64)
}

extern "C" fn list_set(this: &SpamList, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("setstate", args.len(), 1, 1)?;
    this.state.set(parsed_int_arg(args[0])?);
    none()
}

extern "C" fn list_state(this: &SpamList, _: *mut c_void) -> PyResult {
    list_get(this)
}

extern "C" fn dict_get(this: &SpamDict) -> PyResult {
    int(this.state.get() as i64)
}

extern "C" fn dict_set(this: &SpamDict, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("setstate", args.len(), 1, 1)?;
    this.state.set(parsed_int_arg(args[0])?);
    none()
}

/// The class or None, the positional arguments, the keyword arguments.
extern "C" fn special(
    this: &PyObject,
    args: &PyTupleObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    let kwargs = kwargs.map_or_else(singletons::none, |k| k.to_ref());
    tuple(vec![this.to_ref(), Ref::new(args).into_object(), kwargs])
}

extern "C" fn bench(_: &PyObject, args: &PyTupleObject, _: Option<&PyObject>) -> PyResult {
    let items = args.items();
    check_count("bench", items.len(), 2, 3)?;
    let name = str_arg("bench", "argument 2", items[1])?;
    let n = items.get(2).map_or(Ok(1000), |o| parsed_int_arg(o))?;
    let start = std::time::Instant::now();
    for _ in 0..n {
        protocol::getattr(items[0], name)?;
    }
    float(start.elapsed().as_secs_f64())
}

static_table! {
static LIST_METHODS: [PyMethodDef] = [
    noargs(c"getstate", list_get, c"getstate() -> state"),
    fast(c"setstate", list_set, c"setstate(state)"),
    class_method(var_kw::<PyObject>(c"classmeth", special, c"classmeth(*args, **kw)")),
    static_method(var_kw::<PyObject>(c"staticmeth", special, c"staticmeth(*args, **kw)")),
    PyMethodDef::END,
];
}

static_table! {
static LIST_GETSET: [PyGetSetDef] = [
    getset(c"state", list_state, None, c"an int variable for demonstration purposes"),
    PyGetSetDef::END,
];
}

static_table! {
static DICT_METHODS: [PyMethodDef] = [
    noargs(c"getstate", dict_get, c"getstate() -> state"),
    fast(c"setstate", dict_set, c"setstate(state)"),
    PyMethodDef::END,
];
}

static_table! {
static DICT_MEMBERS: [PyMemberDef] = [
    member(c"state", kind::INT, offset_of!(SpamDict, state), kind::READONLY, c"an int variable for demonstration purposes"),
    PyMemberDef::END,
];
}

static_table! {
static METHODS: [PyMethodDef] = [
    var_kw::<PyObject>(c"bench", bench, c""),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods(
        "xxsubtype",
        "Subtypes of builtin types, for tests.",
        METHODS,
    )?;
    add_type(&module, &ListType)?;
    add_type(&module, &DictType)?;
    Ok(module)
}
