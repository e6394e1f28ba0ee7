//! `OrderedDict`: a dict whose order can be changed, and counts for equality.
//!
//! The order is the dict's own: a key moves to the end by being taken out and put in again, to the front by doing so with all others (which
//! takes as long as there are items). `first` remembers where the first item is, so that taking the first ones one by one is
//! quick. Whatever changes the order is counted, so that iterators notice it.

use super::ordered_views::{self, Kind};
use crate::support::*;
use hotpy_objects::bind;
use hotpy_objects::cfunction::Names;
use hotpy_objects::def::{Downcast, fast_kw, getset, noargs, slot, var_kw};
use hotpy_objects::flags::{cmp, tp};
use hotpy_objects::number::BinaryOp;
use hotpy_objects::task::{self, Begun, Fills, Task};
use hotpy_objects::*;
use std::mem::offset_of;

/// As large as C: `PyODictObject` (private there).
#[repr(C)]
pub struct OrderedDictObject {
    pub dict: PyDictObject,
    /// No item lies before it, as long as nothing is put in.
    first: Cell<usize>,
    /// Changes of the order.
    pub changes: Cell<u64>,
    unused: [Cell<usize>; 4],
    instance_dict: Slot<PyObject>,
    weak_references: Slot<PyObject>,
}
object_structs!(OrderedDictObject);

static NUMBERS: PyNumberMethods = PyNumberMethods {
    nb_or: Cell::new(Some(union)),
    nb_inplace_or: slot::binary(inplace_union),
    ..PyNumberMethods::EMPTY
};

static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_ass_subscript: slot::set_item(set_item),
    ..PyMappingMethods::EMPTY
};

#[unsafe(export_name = "PyODict_Type")]
pub static OrderedDict: PyTypeObject = PyTypeObject {
    tp_base: Slot::of(&raw const dict::PyDict_Type),
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear_slot),
    tp_init: Cell::new(Some(init)),
    tp_repr: slot::unary(repr),
    tp_richcompare: slot::compare(compare),
    tp_iter: slot::unary(iter),
    tp_as_number: def::table(&NUMBERS),
    tp_as_mapping: def::table(&MAPPING),
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    tp_dictoffset: Cell::new(offset_of!(OrderedDictObject, instance_dict) as isize),
    tp_weaklistoffset: Cell::new(offset_of!(OrderedDictObject, weak_references) as isize),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE),
    tp_doc: Cell::new(c"Dictionary that remembers insertion order".as_ptr()),
    ..PyTypeObject::new::<OrderedDictObject>(c"collections.OrderedDict")
};
builtin!(OrderedDictObject = OrderedDict);

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete; dict's own deallocator does the rest.
    unsafe {
        gc::untrack(&*this);
        let own = &*this.cast::<OrderedDictObject>();
        if !own.weak_references.is_null() {
            weakref::clear_refs(&*this);
        }
        own.instance_dict.take();
        if let Some(base) = dict::PyDict_Type.tp_dealloc.get() {
            base(this);
        }
    }
}

extern "C" fn traverse(this: &OrderedDictObject, visit: visitproc, arg: *mut c_void) -> c_int {
    if let Some(dict) = this.instance_dict.get() {
        let answer = visit(dict, arg);
        if answer != 0 {
            return answer;
        }
    }
    dict::PyDict_Type
        .tp_traverse
        .get()
        .map_or(0, |base| base(this, visit, arg))
}

extern "C" fn clear_slot(this: &OrderedDictObject) -> c_int {
    this.instance_dict.take();
    this.changed();
    dict::PyDict_Type
        .tp_clear
        .get()
        .map_or(0, |base| base(this))
}

fn is_exact(this: &OrderedDictObject) -> bool {
    this.is_exact::<OrderedDictObject>()
}

impl OrderedDictObject {
    /// The order has changed; `first` holds no longer.
    fn changed(&self) {
        self.changes.set(self.changes.get() + 1);
        self.first.set(0);
    }

    /// The first item's entry position, if there is an item.
    fn first_key(&self) -> Option<(Ref, isize)> {
        let mut at = self.first.get();
        let (key, _, hash) = self.dict.next_entry(&mut at)?;
        self.first.set(at - 1);
        Some((key, hash))
    }

    /// Takes an item out.
    fn take(&self, key: &PyObject, hash: isize) -> PyResult<Option<(Ref, Ref)>> {
        let first = self.first.get();
        let taken = self.dict.take_item(key, hash)?;
        if taken.is_some() {
            self.changed();
            // Taking out moves nothing.
            self.first.set(first);
        }
        Ok(taken)
    }

    fn put(&self, key: &PyObject, hash: isize, value: &PyObject) -> PyResult<()> {
        let before = self.dict.len();
        self.dict.set_hashed(key, hash, value)?;
        if self.dict.len() != before {
            self.changed();
        }
        Ok(())
    }
}

extern "C" fn set_item(
    this: &OrderedDictObject,
    key: &PyObject,
    value: Option<&PyObject>,
) -> c_int {
    def::status((|| {
        let hash = protocol::hash(key)?;
        match value {
            Some(value) => this.put(key, hash, value),
            None => match this.take(key, hash)? {
                Some(_) => Ok(()),
                None => Err(errors::raise_key_error(key)),
            },
        }
    })())
}

/// `self[key] = value`: `[self, key, value]`.
const SET: task::Native = |a| protocol::setitem(a[0], a[1], a[2]).map(|()| None);
/// `other[key]`: `[other, key]`.
const GET: task::Native = |a| protocol::getitem(a[0], a[1]).map(Some);
/// `other.keys` and `other.items`, if there are such: `[other]`.
const KEYS: task::Native = |a| attr_opt(a[0], "keys");
const ITEMS: task::Native = |a| attr_opt(a[0], "items");

/// Puts pairs in through `self[key] = value`.
async fn add_pairs(this: &PyObject, pairs: &PyObject) -> PyResult<()> {
    let iterator = task::iter(pairs).await?;
    while let Some(pair) = task::next(&iterator).await? {
        let parts = task::iter(&pair).await?;
        let Some(key) = task::next(&parts).await? else {
            return Err(raise!(ValueError, "need more than 0 values to unpack"));
        };
        let Some(value) = task::next(&parts).await? else {
            return Err(raise!(ValueError, "need more than 1 value to unpack"));
        };
        if task::next(&parts).await?.is_some() {
            return Err(raise!(ValueError, "too many values to unpack (expected 2)"));
        }
        task::attempt(SET, &[this, &key, &value]).await?;
    }
    Ok(())
}

/// Puts in what a mapping, or an iterable of pairs, has.
async fn update_from(this: &PyObject, other: &PyObject) -> PyResult<()> {
    if other.is_exact::<PyDictObject>() {
        return add_pairs(this, &*method(other, "items", &[])?).await;
    }
    if let Some(keys) = task::attempt(KEYS, &[other]).await? {
        let keys = task::call(&keys, Vec::new()).await?;
        let iterator = task::iter(&keys).await?;
        while let Some(key) = task::next(&iterator).await? {
            let value = task::attempt(GET, &[other, &key]).await?.ok_or(Raised)?;
            task::attempt(SET, &[this, &key, &value]).await?;
        }
        return Ok(());
    }
    if let Some(items) = task::attempt(ITEMS, &[other]).await? {
        return add_pairs(this, &*task::call(&items, Vec::new()).await?).await;
    }
    add_pairs(this, other).await
}

async fn update_args(
    this: &PyObject,
    args: &PyTupleObject,
    kwargs: Option<&PyObject>,
) -> PyResult<()> {
    if args.len() > 1 {
        return Err(raise!(
            TypeError,
            "update() takes at most 1 positional argument ({} given)",
            args.len()
        ));
    }
    if let Some(other) = args.items().first() {
        update_from(this, other).await?;
    }
    match kwargs.and_then(|k| k.downcast::<PyDictObject>()) {
        Some(kwargs) if kwargs.len() > 0 => add_pairs(this, &*method(kwargs, "items", &[])?).await,
        _ => Ok(()),
    }
}

async fn init_from(
    this: &PyObject,
    args: &PyTupleObject,
    kwargs: Option<&PyObject>,
) -> PyResult<()> {
    if args.len() > 1 {
        return Err(raise!(
            TypeError,
            "expected at most 1 arguments, got {}",
            args.len()
        ));
    }
    update_args(this, args, kwargs).await
}

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    def::status(task::run(init_from(this, args_tuple(args), kwargs)))
}

/// `__init__` in frames.
fn begin_init(
    this: &PyObject,
    args: Ref<PyTupleObject>,
    kwargs: Option<Ref<PyDictObject>>,
) -> Option<Task> {
    let natively = this.ty().is(&*OrderedDict)
        && matches!(args.items(), [source] if !filling::dict_asks(source));
    if natively {
        return None;
    }
    let this = this.to_ref();
    Some(Box::pin(async move {
        init_from(&this, &args, kwargs.as_deref().map(|k| &**k)).await?;
        none().map(Some)
    }))
}

/// `update` in frames.
fn begin_update(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let (args, kwargs) = match task::given(args, names) {
        Ok(given) => given,
        Err(raised) => return Some(Begun::Done(Err(raised))),
    };
    let this = this.to_ref();
    Some(Begun::Task(Box::pin(async move {
        update_args(&this, &args, kwargs.as_deref().map(|k| &**k)).await?;
        none().map(Some)
    })))
}

/// `this |= other` in frames.
fn begin_ior(this: &PyObject, other: &PyObject) -> Option<Task> {
    let (this, other) = (this.to_ref(), other.to_ref());
    Some(Box::pin(async move {
        update_from(&this, &other).await?;
        Ok(Some(this))
    }))
}

extern "C" fn update(
    this: &OrderedDictObject,
    args: &PyTupleObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    task::run(update_args(this, args, kwargs))?;
    none()
}

extern "C" fn iter(this: &OrderedDictObject) -> PyResult {
    ordered_views::iterator(this, Kind::Keys, false)
}

extern "C" fn reversed(this: &OrderedDictObject) -> PyResult {
    ordered_views::iterator(this, Kind::Keys, true)
}

extern "C" fn keys(this: &OrderedDictObject) -> PyResult {
    ordered_views::view(this, Kind::Keys)
}

extern "C" fn values(this: &OrderedDictObject) -> PyResult {
    ordered_views::view(this, Kind::Values)
}

extern "C" fn items(this: &OrderedDictObject) -> PyResult {
    ordered_views::view(this, Kind::Items)
}

extern "C" fn repr(this: &OrderedDictObject) -> PyResult {
    let name = this.ty().short_name().to_owned();
    if this.dict.len() == 0 {
        return text(&format!("{name}()"));
    }
    if protocol::repr_enter(this)? {
        return text("...");
    }
    let result = (|| {
        let pairs = if is_exact(this) {
            let pairs = this.dict.pairs().into_iter();
            list(
                pairs
                    .map(|(k, v)| tuple(vec![k, v]))
                    .collect::<PyResult<_>>()?,
            )?
        } else {
            list(protocol::collect(&*method(this, "items", &[])?)?)?
        };
        let mut out = str_::Builder::default();
        out.push_text(&name);
        out.push_text("(");
        out.push_str(&*protocol::repr(&pairs)?);
        out.push_text(")");
        Ok(out.finish()?.into_object())
    })();
    protocol::repr_leave(this);
    result
}

extern "C" fn compare(this: &OrderedDictObject, other: &PyObject, op: c_int) -> PyResult {
    if !other.is_instance::<PyDictObject>() || op != cmp::EQ && op != cmp::NE {
        return Ok(singletons::not_implemented());
    }
    let Some(base) = dict::PyDict_Type.tp_richcompare.get() else {
        return Ok(singletons::not_implemented());
    };
    let mut same = protocol::truth(&*base(this, other, cmp::EQ)?)?;
    if same && let Some(other) = other.downcast::<OrderedDictObject>() {
        let (mut i, mut j) = (0, 0);
        let (changes, others) = (this.changes.get(), other.changes.get());
        while same {
            match (this.dict.next_entry(&mut i), other.dict.next_entry(&mut j)) {
                (Some((a, ..)), Some((b, ..))) => same = protocol::eq(&a, &b)?,
                (None, None) => break,
                _ => same = false,
            }
            if this.changes.get() != changes || other.changes.get() != others {
                return Err(raise!(RuntimeError, "OrderedDict mutated during iteration"));
            }
        }
    }
    boolean(same == (op == cmp::EQ))
}

extern "C" fn union(left: &PyObject, right: &PyObject) -> PyResult {
    match class_of_union(left, right) {
        Some(class) => task::run(united(class, left, right)),
        None => Ok(singletons::not_implemented()),
    }
}

/// The class of what two dicts come to.
fn class_of_union<'a>(left: &'a PyObject, right: &'a PyObject) -> Option<&'a PyTypeObject> {
    if !left.is_instance::<PyDictObject>() || !right.is_instance::<PyDictObject>() {
        return None;
    }
    Some(if left.is_instance::<OrderedDictObject>() {
        left.ty()
    } else {
        right.ty()
    })
}

async fn united(class: &PyObject, left: &PyObject, right: &PyObject) -> PyResult {
    let new = task::call(class, vec![left.to_ref()]).await?;
    update_from(&new, right).await?;
    Ok(new)
}

/// The same in frames, if a class of Python is involved.
fn begin_union(op: BinaryOp, left: &PyObject, right: &PyObject) -> Option<Task> {
    let class = class_of_union(left, right)?.to_ref();
    let is_python = left.ty().is_heap_type() || right.ty().is_heap_type();
    if op != BinaryOp::Or || !is_python {
        return None;
    }
    let (left, right) = (left.to_ref(), right.to_ref());
    Some(Box::pin(async move {
        united(&class, &left, &right).await.map(Some)
    }))
}

extern "C" fn inplace_union(this: &OrderedDictObject, other: &PyObject) -> PyResult {
    task::run(update_from(this, other))?;
    Ok(this.to_ref())
}

extern "C" fn reduce(this: &OrderedDictObject) -> PyResult {
    let state = method(this, "__getstate__", &[])?;
    let items = protocol::iter(&*method(this, "items", &[])?)?;
    tuple(vec![
        this.ty().to_ref(),
        tuple(Vec::new())?,
        state,
        singletons::none(),
        items,
    ])
}

extern "C" fn setdefault(
    this: &OrderedDictObject,
    args: Args<'_>,
    count: isize,
    names: Names<'_>,
) -> PyResult {
    let a = bind!("setdefault", ["key", "default"], 1, args, count, names);
    let Some(key) = a[0] else { return Err(Raised) };
    let default = a[1].map_or_else(singletons::none, |o| o.to_ref());
    if is_exact(this) {
        let hash = protocol::hash(key)?;
        if let Some(value) = this.dict.get_hashed(key, hash)? {
            return Ok(value);
        }
        this.put(key, hash, &default)?;
        return Ok(default);
    }
    if protocol::contains(this, key)? {
        return protocol::getitem(this, key);
    }
    protocol::setitem(this, key, &default)?;
    Ok(default)
}

extern "C" fn pop(
    this: &OrderedDictObject,
    args: Args<'_>,
    count: isize,
    names: Names<'_>,
) -> PyResult {
    let a = bind!("pop", ["key", "default"], 1, args, count, names);
    let Some(key) = a[0] else { return Err(Raised) };
    let hash = protocol::hash(key)?;
    if let Some((_, value)) = this.take(key, hash)? {
        return Ok(value);
    }
    // A subclass may make values for missing keys.
    if !is_exact(this) && protocol::contains(this, key)? {
        let value = protocol::getitem(this, key)?;
        protocol::delitem(this, key)?;
        return Ok(value);
    }
    match a[1] {
        Some(default) => Ok(default.to_ref()),
        None => Err(errors::raise_key_error(key)),
    }
}

extern "C" fn popitem(
    this: &OrderedDictObject,
    args: Args<'_>,
    count: isize,
    names: Names<'_>,
) -> PyResult {
    let a = bind!("popitem", ["last"], 0, args, count, names);
    let taken = if bool_arg(a[0], true)? {
        let taken = this.dict.pop_last()?;
        if taken.is_some() {
            this.changed();
        }
        taken
    } else {
        match this.first_key() {
            Some((key, hash)) => this.take(&key, hash)?,
            None => None,
        }
    };
    match taken {
        Some((key, value)) => tuple(vec![key, value]),
        None => Err(errors::raise_key_error(&*text("dictionary is empty")?)),
    }
}

extern "C" fn move_to_end(
    this: &OrderedDictObject,
    args: Args<'_>,
    count: isize,
    names: Names<'_>,
) -> PyResult {
    let a = bind!("move_to_end", ["key", "last"], 1, args, count, names);
    let Some(key) = a[0] else { return Err(Raised) };
    let last = bool_arg(a[1], true)?;
    let hash = protocol::hash(key)?;
    let Some((key, value)) = this.take(key, hash)? else {
        return Err(errors::raise_key_error(key));
    };
    let mut others = Vec::new();
    if !last {
        let mut at = 0;
        while let Some(entry) = this.dict.next_entry(&mut at) {
            others.push(entry);
        }
        this.dict.clear();
    }
    // The keys are known to differ: nothing is called.
    this.dict.add_absent(&key, hash, &value)?;
    for (key, value, hash) in others {
        this.dict.add_absent(&key, hash, &value)?;
    }
    this.changed();
    none()
}

extern "C" fn clear(this: &OrderedDictObject) -> PyResult {
    // That there is nothing left is no change of the order.
    this.first.set(0);
    this.dict.clear();
    none()
}

extern "C" fn copy(this: &OrderedDictObject) -> PyResult {
    task::run(copied(this))
}

async fn copied(this: &OrderedDictObject) -> PyResult {
    let exact = is_exact(this);
    let new = task::call(this.ty(), Vec::new()).await?;
    let mut at = 0;
    while let Some((key, value, _)) = this.dict.next_entry(&mut at) {
        if exact {
            protocol::setitem(&new, &key, &value)?;
            continue;
        }
        let value = task::attempt(GET, &[this, &key]).await?.ok_or(Raised)?;
        task::attempt(SET, &[&new, &key, &value]).await?;
    }
    Ok(new)
}

/// `copy` in frames, of what is of a class of Python.
fn begin_copy(this: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun> {
    let this = Ref::new(this.downcast::<OrderedDictObject>()?);
    if is_exact(&this) || !args.is_empty() || names.is_some_and(|n| n.len() > 0) {
        return None;
    }
    Some(Begun::Task(Box::pin(async move {
        copied(&this).await.map(Some)
    })))
}

extern "C" fn sizeof(this: &OrderedDictObject) -> PyResult {
    let base = protocol::getattr(&*dict::PyDict_Type, &*str_::intern("__sizeof__")?)?;
    let size = i64_arg(&*call::call1(&base, this)?)?;
    let extra = size_of::<OrderedDictObject>() - size_of::<PyDictObject>();
    int(size + extra as i64)
}

extern "C" fn from_keys(
    class: &PyObject,
    args: Args<'_>,
    count: isize,
    names: Names<'_>,
) -> PyResult {
    let a = bind!("fromkeys", ["iterable", "value"], 1, args, count, names);
    let Some(iterable) = a[0] else {
        return Err(Raised);
    };
    let value = a[1].map_or_else(singletons::none, |o| o.to_ref());
    task::run(made_of_keys(class, iterable, &value))
}

async fn made_of_keys(class: &PyObject, iterable: &PyObject, value: &PyObject) -> PyResult {
    let new = task::call(class, Vec::new()).await?;
    let iterator = task::iter(iterable).await?;
    while let Some(key) = task::next(&iterator).await? {
        task::attempt(SET, &[&new, &key, value]).await?;
    }
    Ok(new)
}

/// `fromkeys` in frames.
fn begin_from_keys(
    class: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let (iterable, value) = match (args, names) {
        ([iterable], None) => (iterable.to_ref(), singletons::none()),
        ([iterable, value], None) => (iterable.to_ref(), value.to_ref()),
        _ => return None,
    };
    let class = class.to_ref();
    Some(Begun::Task(Box::pin(async move {
        made_of_keys(&class, &iterable, &value).await.map(Some)
    })))
}

extern "C" fn get_instance_dict(this: &OrderedDictObject, _: *mut c_void) -> PyResult {
    if this.instance_dict.is_null() {
        this.instance_dict.set(Some(dict::new()?.into_object()));
    }
    Ok(this.instance_dict.cloned().unwrap_or_else(singletons::none))
}

extern "C" fn set_instance_dict(
    this: &OrderedDictObject,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    def::status((|| {
        deleted(value, "__dict__")?;
        if let Some(value) = value {
            if !value.is_instance::<PyDictObject>() {
                return Err(raise!(
                    TypeError,
                    "__dict__ must be set to a dictionary, not a '{}'",
                    value.ty().name()
                ));
            }
            this.instance_dict.set(Some(value.to_ref()));
        }
        Ok(())
    })())
}

static_table! {
static METHODS: [PyMethodDef] = [
    def::class_method(fast_kw::<PyObject>(c"fromkeys", from_keys, c"fromkeys($type, /, iterable, value=None)\n--\n\nAn ordered dictionary with these keys.")),
    noargs(c"__sizeof__", sizeof, c""),
    noargs(c"__reduce__", reduce, c"Return state information for pickling"),
    fast_kw(c"setdefault", setdefault, c"setdefault($self, /, key, default=None)\n--\n\nThe key's value, put in if there is none."),
    fast_kw(c"pop", pop, c"pop($self, /, key, default=<unrepresentable>)\n--\n\nTakes a key's value out."),
    fast_kw(c"popitem", popitem, c"popitem($self, /, last=True)\n--\n\nTakes the last, or the first, item out."),
    noargs(c"keys", keys, c"D.keys() -> a view of the keys"),
    noargs(c"values", values, c"D.values() -> a view of the values"),
    noargs(c"items", items, c"D.items() -> a view of the items"),
    var_kw(c"update", update, c"D.update([E, ]**F) -> None.  Puts in the items of E, then F."),
    noargs(c"clear", clear, c"od.clear() -> None.  Remove all items from od."),
    noargs(c"copy", copy, c"od.copy() -> a shallow copy of od"),
    noargs(c"__reversed__", reversed, c"od.__reversed__() <==> reversed(od)"),
    fast_kw(c"move_to_end", move_to_end, c"move_to_end($self, /, key, last=True)\n--\n\nMoves a key to the end, or to the front."),
    PyMethodDef::END,
];
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"__dict__", get_instance_dict, Some(set_instance_dict), c""),
    PyGetSetDef::END,
];
}

/// Readies the types, which C code has at hand whether or not the module has been imported.
pub fn ready_types() -> PyResult<()> {
    ordered_views::init()?;
    typeobject::ready(&OrderedDict)
}

/// Readies the types and enters them into the module.
pub fn init_types(module: &PyModuleObject) -> PyResult<()> {
    ordered_views::init()?;
    add_type(module, &OrderedDict)?;
    let asks = |args: &PyTupleObject, _: Option<&PyDictObject>| args.len() == 1;
    let begin = begin_init;
    task::register_init(&OrderedDict, Fills { asks, begin });
    task::register_inplace(&OrderedDict, |op, this, other| match op {
        BinaryOp::Or => begin_ior(this, other),
        _ => None,
    });
    task::register_operators(&OrderedDict, begin_union);
    task::register_named(&OrderedDict, "copy", begin_copy)?;
    task::register_named(&OrderedDict, "update", begin_update)?;
    task::register_named(&OrderedDict, "fromkeys", begin_from_keys)?;
    let asking = ["setdefault", "pop", "move_to_end"];
    hotpy_vm::builtin_calls::mark_asking_type(&OrderedDict, &asking);
    hotpy_vm::builtin_calls::mark_converting(&OrderedDict, &["popitem"]);
    Ok(())
}
