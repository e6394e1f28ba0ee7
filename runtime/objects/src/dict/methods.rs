//! The type `dict`: slots and methods.

use super::instance::drop_values;
use super::keys::{decref_keys, empty_keys};
use super::*;
use crate::def::{class_method, fast, noargs, one, slot, status, table, truth_status, var_kw};
use crate::flags::{cmp, meth, tp};
use crate::{gc, sequence};

/// The type `dict`.
#[unsafe(no_mangle)]
pub static PyDict_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_as_number: table(&NUMBER),
    tp_as_sequence: table(&SEQUENCE),
    tp_as_mapping: table(&MAPPING),
    tp_flags: Cell::new(
        tp::DEFAULT
            | tp::HAVE_GC
            | tp::BASETYPE
            | tp::DICT_SUBCLASS
            | tp::MAPPING
            | tp::MATCH_SELF,
    ),
    tp_doc: Cell::new(
        c"dict() -> an empty dictionary\ndict(mapping) -> a copy of the mapping's items\ndict(iterable) -> the pairs of the iterable as keys and values\ndict(**kwargs) -> the keyword arguments; may follow the other forms"
            .as_ptr(),
    ),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear_slot),
    tp_richcompare: slot::compare(richcompare),
    tp_iter: slot::unary(iter),
    tp_methods: table(&METHODS[0]),
    tp_init: Cell::new(Some(init)),
    tp_new: Cell::new(Some(new_slot)),
    tp_vectorcall: Cell::new(Some(vectorcall)),
    ..PyTypeObject::new::<PyDictObject>(c"dict")
};

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_or: Cell::new(Some(or)),
    nb_inplace_or: slot::binary(inplace_or),
    ..PyNumberMethods::EMPTY
};

static SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_contains: slot::contains(contains_slot),
    ..PySequenceMethods::EMPTY
};

static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(len_slot),
    mp_subscript: slot::binary(subscript),
    mp_ass_subscript: slot::set_item(assign_subscript),
};

static METHODS: [PyMethodDef; 17] = [
    PyMethodDef {
        ml_flags: Cell::new(meth::O | meth::COEXIST),
        ..one(
            c"__contains__",
            contains,
            c"__contains__($self, key, /)\n--\n\nWhether the dictionary has the key.",
        )
    },
    PyMethodDef {
        ml_flags: Cell::new(meth::O | meth::COEXIST),
        ..one(
            c"__getitem__",
            subscript,
            c"__getitem__($self, key, /)\n--\n\nself[key]",
        )
    },
    noargs(
        c"__sizeof__",
        sizeof,
        c"__sizeof__($self, /)\n--\n\nBytes in memory.",
    ),
    fast(
        c"get",
        get,
        c"get($self, key, default=None, /)\n--\n\nThe key's value, or the default if there is none.",
    ),
    fast(
        c"setdefault",
        setdefault,
        c"setdefault($self, key, default=None, /)\n--\n\nThe key's value, after setting it to the default if there was none.",
    ),
    fast(
        c"pop",
        pop,
        c"pop($self, key, default=<unrepresentable>, /)\n--\n\nRemoves the key and returns its value.\n\nWithout it returns the default; if none is given, raises KeyError.",
    ),
    noargs(
        c"popitem",
        popitem,
        c"popitem($self, /)\n--\n\nRemoves and returns the last (key, value) pair.\n\nRaises KeyError if the dictionary is empty.",
    ),
    noargs(
        c"keys",
        views::keys_method,
        c"D.keys() -> a set-like view of the keys",
    ),
    noargs(
        c"items",
        views::items_method,
        c"D.items() -> a set-like view of the (key, value) pairs",
    ),
    noargs(
        c"values",
        views::values_method,
        c"D.values() -> a view of the values",
    ),
    var_kw(
        c"update",
        update,
        c"D.update([E, ]**F) -> None.  Sets the items of the mapping or iterable of pairs E, then those of F.",
    ),
    class_method(fast::<PyTypeObject>(
        c"fromkeys",
        fromkeys,
        c"fromkeys($type, iterable, value=None, /)\n--\n\nA dictionary with the iterable's items as keys, all of the same value.",
    )),
    noargs(
        c"clear",
        clear,
        c"D.clear() -> None.  Removes all items.",
    ),
    noargs(c"copy", copy, c"D.copy() -> a shallow copy"),
    noargs(
        c"__reversed__",
        iterators::reversed_keys,
        c"__reversed__($self, /)\n--\n\nAn iterator over the keys, last first.",
    ),
    class_method(one::<PyObject>(
        c"__class_getitem__",
        generic_alias::class_getitem,
        c"A generic alias, see PEP 585",
    )),
    PyMethodDef::END,
];

// ---- life ----

unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: tp_dealloc: a dead dict whose table and values are ours.
    unsafe {
        let exact = (*op).is_exact::<PyDictObject>();
        gc::untrack(&*op);
        gc::trashcan(op, dealloc, |op| {
            let dict = &*op.cast::<PyDictObject>();
            let (keys, values) = (dict.ma_keys.get(), dict.ma_values.get());
            if !values.is_null() {
                drop_values(values);
            }
            if keys != empty_keys() && !keys.is_null() {
                decref_keys(keys);
            }
            sequence::free_container(op, exact, size_of::<PyDictObject>());
        });
    }
}

/// Tells `each` what the dict refers to, until it answers something else than 0.
#[inline(always)]
pub(crate) fn each_referent(
    this: &PyDictObject,
    mut each: impl FnMut(&PyObject) -> c_int,
) -> c_int {
    let mut each = |slot: &Slot<PyObject>| slot.get().map_or(0, &mut each);
    let keys = this.keys();
    if let Some(values) = this.values() {
        // Shared keys are strings: only values matter.
        for nth in 0..values.used() {
            let answer = each(values.slot(values.in_order(nth)));
            if answer != 0 {
                return answer;
            }
        }
    } else if keys.is_unicode() {
        for i in 0..keys.nentries() {
            let answer = each(&keys.unicode_entry(i).me_value);
            if answer != 0 {
                return answer;
            }
        }
    } else {
        for i in 0..keys.nentries() {
            let entry = keys.general_entry(i);
            if entry.me_value.is_null() {
                continue;
            }
            for slot in [&entry.me_value, &entry.me_key] {
                let answer = each(slot);
                if answer != 0 {
                    return answer;
                }
            }
        }
    }
    0
}

extern "C" fn traverse(this: &PyDictObject, visit: visitproc, arg: *mut c_void) -> c_int {
    each_referent(this, |o| visit(o, arg))
}

extern "C" fn clear_slot(this: &PyDictObject) -> c_int {
    this.clear();
    0
}

extern "C" fn new_slot(ty: &PyTypeObject, _: &PyObject, _: Option<&PyObject>) -> PyResult {
    let new = sequence::allocate(ty, 0)?;
    // SAFETY: a new instance of dict's layout, all zero.
    let dict: &PyDictObject = unsafe { (*new).cast() };
    dict.ma_keys.set(empty_keys());
    dict.touch();
    if ptr::eq(ty, &PyDict_Type) {
        gc::untrack(dict);
    }
    Ok(new)
}

/// The arguments of `dict()` and `update()`.
fn update_from(
    this: &PyDictObject,
    function: &str,
    args: &PyTupleObject,
    kwargs: Option<&PyObject>,
) -> PyResult<()> {
    cfunction::check_count(function, args.len(), 0, 1)?;
    if let Some(source) = args.items().first() {
        this.merge(source, true)?;
    }
    if let Some(kwargs) = kwargs.and_then(|k| k.downcast::<PyDictObject>()) {
        let mut at = 0;
        while let Some((key, _, _)) = kwargs.next_entry(&mut at) {
            if !key.ty().is_subclass_flag(tp::UNICODE_SUBCLASS) {
                return Err(raise!(TypeError, "keywords must be strings"));
            }
        }
        this.merge_dict(kwargs, Existing::Replace)?;
    }
    Ok(())
}

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    // SAFETY: U3, and tp_init gets a tuple.
    let (this, args) = unsafe { (this.cast::<PyDictObject>(), args.cast::<PyTupleObject>()) };
    status(update_from(this, "dict", args, kwargs))
}

extern "C" fn update(
    this: &PyDictObject,
    args: &PyTupleObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    update_from(this, "update", args, kwargs)?;
    Ok(singletons::none())
}

extern "C" fn vectorcall(
    _: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    cfunction::check_count("dict", count, 0, 1)?;
    let names = names.map_or(&[][..], |names| names.items());
    let all = args.slice((count + names.len()) as isize);
    let dict = super::new()?;
    if count == 1 {
        dict.merge(all[0], true)?;
    }
    for (name, value) in names.iter().zip(&all[count..]) {
        dict.set_item(name, value)?;
    }
    Ok(dict.into_object())
}

// ---- slots ----

extern "C" fn repr(this: &PyDictObject) -> PyResult {
    if this.is_empty() {
        return Ok(str_::new("{}")?.into_object());
    }
    let Some(_guard) = sequence::Printing::enter(this)? else {
        return Ok(str_::new("{...}")?.into_object());
    };
    let mut text = str_::Builder::default();
    text.push_text("{");
    let (mut at, mut first) = (0, true);
    while let Some((key, value, _)) = this.next_entry(&mut at) {
        if !first {
            text.push_text(", ");
        }
        first = false;
        text.push_str(&*protocol::repr(&key)?);
        text.push_text(": ");
        text.push_str(&*protocol::repr(&value)?);
    }
    text.push_text("}");
    Ok(text.finish()?.into_object())
}

extern "C" fn richcompare(this: &PyDictObject, other: &PyObject, op: c_int) -> PyResult {
    match other.downcast::<PyDictObject>() {
        Some(other) if op == cmp::EQ || op == cmp::NE => {
            Ok(boolean::from(this.equals(other)? == (op == cmp::EQ)))
        }
        _ => Ok(singletons::not_implemented()),
    }
}

extern "C" fn iter(this: &PyDictObject) -> PyResult {
    iterators::new_keys_iter(this)
}

extern "C" fn len_slot(this: &PyDictObject) -> isize {
    this.len() as isize
}

extern "C" fn contains_slot(this: &PyDictObject, key: &PyObject) -> c_int {
    truth_status(this.contains(key))
}

/// `this[key]`, with `__missing__` of subclasses. May run Python.
pub extern "C" fn subscript(this: &PyDictObject, key: &PyObject) -> PyResult {
    if let Some(value) = this.find_value(key, hash_of(key)?)? {
        return Ok(value.to_ref());
    }
    missing(this, key)
}

#[cold]
fn missing(this: &PyDictObject, key: &PyObject) -> PyResult {
    if !this.is_exact::<PyDictObject>()
        && let Some(method) = protocol::lookup_special(this, &names::__missing__)?
    {
        return call::call1(&method, key);
    }
    Err(errors::raise_key_error(key))
}

extern "C" fn assign_subscript(
    this: &PyDictObject,
    key: &PyObject,
    value: Option<&PyObject>,
) -> c_int {
    status(match value {
        Some(value) => this.set_item(key, value),
        None => match this.del_item(key) {
            Ok(true) => Ok(()),
            Ok(false) => Err(errors::raise_key_error(key)),
            Err(raised) => Err(raised),
        },
    })
}

extern "C" fn or(this: &PyObject, other: &PyObject) -> PyResult {
    let (Some(this), Some(other)) = (
        this.downcast::<PyDictObject>(),
        other.downcast::<PyDictObject>(),
    ) else {
        return Ok(singletons::not_implemented());
    };
    let new = this.copy()?;
    new.merge(other, true)?;
    Ok(new.into_object())
}

extern "C" fn inplace_or(this: &PyDictObject, other: &PyObject) -> PyResult {
    this.merge(other, true)?;
    Ok(this.to_ref())
}

// ---- methods ----

extern "C" fn contains(this: &PyDictObject, key: &PyObject) -> PyResult {
    Ok(boolean::from(this.contains(key)?))
}

extern "C" fn sizeof(this: &PyDictObject) -> PyResult {
    let mut size = this.ty().tp_basicsize.get() as usize;
    let keys = this.keys();
    if this.values().is_some() {
        size += (keys.nentries() + keys.dk_usable.get().max(0) as usize) * 8;
    }
    if keys.dk_refcnt.get() == 1 {
        size += keys.byte_size();
    }
    Ok(int::from_usize(size)?.into_object())
}

extern "C" fn get(this: &PyDictObject, args: Args<'_>, count: isize) -> PyResult {
    cfunction::check_count("get", count as usize, 1, 2)?;
    let args = args.slice(count);
    Ok(match this.find_value(args[0], hash_of(args[0])?)? {
        Some(value) => value.to_ref(),
        None => args.get(1).map_or_else(singletons::none, |d| d.to_ref()),
    })
}

extern "C" fn setdefault(this: &PyDictObject, args: Args<'_>, count: isize) -> PyResult {
    cfunction::check_count("setdefault", count as usize, 1, 2)?;
    let args = args.slice(count);
    this.set_default(
        args[0],
        args.get(1).copied().unwrap_or(&singletons::_Py_NoneStruct),
    )
}

extern "C" fn pop(this: &PyDictObject, args: Args<'_>, count: isize) -> PyResult {
    cfunction::check_count("pop", count as usize, 1, 2)?;
    let args = args.slice(count);
    // An empty dict does not hash the key.
    let found = if this.is_empty() {
        None
    } else {
        this.pop(args[0])?
    };
    match (found, args.get(1)) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.to_ref()),
        (None, None) => Err(errors::raise_key_error(args[0])),
    }
}

extern "C" fn popitem(this: &PyDictObject) -> PyResult {
    match this.pop_last()? {
        Some((key, value)) => Ok(tuple::from_array([key, value])?.into_object()),
        None => Err(raise!(KeyError, "popitem(): dictionary is empty")),
    }
}

extern "C" fn fromkeys(class: &PyTypeObject, args: Args<'_>, count: isize) -> PyResult {
    cfunction::check_count("fromkeys", count as usize, 1, 2)?;
    let args = args.slice(count);
    let (iterable, value) = (
        args[0],
        args.get(1).copied().unwrap_or(&singletons::_Py_NoneStruct),
    );
    let new = call::call0(class)?;
    match new.exact::<PyDictObject>() {
        Some(dict) => {
            if dict.is_empty() {
                let expected = match iterable.exact::<PyDictObject>() {
                    Some(keys) => keys.len(),
                    None => iterable.exact::<PySetObject>().map_or(0, |set| set.len()),
                };
                if expected > 5 {
                    dict.resize(keys::log2_for_entries(expected), true)?;
                }
            }
            // Hashes that are known are not asked for again.
            if let Some(keys) = iterable.exact::<PyDictObject>() {
                let mut at = 0;
                while let Some((key, _, hash)) = keys.next_entry(&mut at) {
                    dict.set_hashed(&key, hash, value)?;
                }
                return Ok(new);
            }
            if let Some(keys) = set::as_any_set(iterable).filter(|s| set::is_exact(s)) {
                let mut at = 0;
                while let Some((next, key, hash)) = keys.next_entry(at) {
                    at = next;
                    let key = key.to_ref();
                    dict.set_hashed(&key, hash, value)?;
                }
                return Ok(new);
            }
            let steps = sequence::Stepper::new(iterable)?;
            while let Some(key) = steps.step()? {
                dict.set_item(&key, value)?;
            }
        }
        None => {
            let steps = sequence::Stepper::new(iterable)?;
            while let Some(key) = steps.step()? {
                protocol::setitem(&new, &key, value)?;
            }
        }
    }
    Ok(new)
}

extern "C" fn clear(this: &PyDictObject) -> PyResult {
    this.clear();
    Ok(singletons::none())
}

extern "C" fn copy(this: &PyDictObject) -> PyResult {
    Ok(this.copy()?.into_object())
}
