//! `dict_keys`, `dict_items`, `dict_values`: views with set operations.

use super::*;
use crate::def::{getset, noargs, one, slot, table, truth_status};
use crate::flags::{cmp, tp};
use crate::sequence::Stepper;
use crate::{gc, sequence};

/// A view. C: `_PyDictViewObject`.
#[repr(C)]
pub struct _PyDictViewObject {
    pub ob_base: PyObject,
    pub dv_dict: Slot<PyDictObject>,
}
object_structs!(_PyDictViewObject);

/// The type `dict_keys`.
#[unsafe(no_mangle)]
pub static PyDictKeys_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_as_number: table(&NUMBER),
    tp_as_sequence: table(&KEYS_SEQUENCE),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::compare(richcompare),
    tp_iter: slot::unary(keys_iter),
    tp_methods: table(&KEYS_METHODS[0]),
    tp_getset: table(&GETSET[0]),
    ..PyTypeObject::new::<_PyDictViewObject>(c"dict_keys")
};

/// The type `dict_items`.
#[unsafe(no_mangle)]
pub static PyDictItems_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_as_number: table(&NUMBER),
    tp_as_sequence: table(&ITEMS_SEQUENCE),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::compare(richcompare),
    tp_iter: slot::unary(items_iter),
    tp_methods: table(&ITEMS_METHODS[0]),
    tp_getset: table(&GETSET[0]),
    ..PyTypeObject::new::<_PyDictViewObject>(c"dict_items")
};

/// The type `dict_values`.
#[unsafe(no_mangle)]
pub static PyDictValues_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_repr: slot::unary(repr),
    tp_as_sequence: table(&VALUES_SEQUENCE),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(traverse),
    tp_iter: slot::unary(values_iter),
    tp_methods: table(&VALUES_METHODS[0]),
    tp_getset: table(&GETSET[0]),
    ..PyTypeObject::new::<_PyDictViewObject>(c"dict_values")
};

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_subtract: Cell::new(Some(subtract)),
    nb_and: Cell::new(Some(and)),
    nb_xor: Cell::new(Some(xor)),
    nb_or: Cell::new(Some(or)),
    ..PyNumberMethods::EMPTY
};

static KEYS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(len),
    sq_contains: slot::contains(contains_slot),
    ..PySequenceMethods::EMPTY
};

static ITEMS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(len),
    sq_contains: slot::contains(contains_slot),
    ..PySequenceMethods::EMPTY
};

static VALUES_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(len),
    ..PySequenceMethods::EMPTY
};

const ISDISJOINT: PyMethodDef = one(
    c"isdisjoint",
    isdisjoint,
    c"isdisjoint($self, other, /)\n--\n\nWhether view and iterable have nothing in common.",
);

static KEYS_METHODS: [PyMethodDef; 3] = [
    ISDISJOINT,
    noargs(
        c"__reversed__",
        keys_reversed,
        c"__reversed__($self, /)\n--\n\nAn iterator over the keys, last first.",
    ),
    PyMethodDef::END,
];

static ITEMS_METHODS: [PyMethodDef; 3] = [
    ISDISJOINT,
    noargs(
        c"__reversed__",
        items_reversed,
        c"__reversed__($self, /)\n--\n\nAn iterator over the items, last first.",
    ),
    PyMethodDef::END,
];

static VALUES_METHODS: [PyMethodDef; 2] = [
    noargs(
        c"__reversed__",
        values_reversed,
        c"__reversed__($self, /)\n--\n\nAn iterator over the values, last first.",
    ),
    PyMethodDef::END,
];

static GETSET: [PyGetSetDef; 2] = [
    getset(
        c"mapping",
        mapping,
        None,
        c"A read-only proxy of the dictionary.",
    ),
    PyGetSetDef::END,
];

/// A view of a type that derives from one of these. Raises MemoryError.
pub fn new_view(ty: &PyTypeObject, dict: &PyDictObject) -> PyResult {
    let view = mem::create_gc(ty, |ob_base| _PyDictViewObject {
        ob_base,
        dv_dict: Slot::EMPTY,
    })?;
    view.dv_dict.set(Some(Ref::new(dict)));
    gc::track(&*view);
    Ok(view.into_object())
}

/// `dict.keys()`. Raises MemoryError.
pub extern "C" fn keys_method(dict: &PyDictObject) -> PyResult {
    new_view(&PyDictKeys_Type, dict)
}

/// `dict.items()`. Raises MemoryError.
pub extern "C" fn items_method(dict: &PyDictObject) -> PyResult {
    new_view(&PyDictItems_Type, dict)
}

/// `dict.values()`. Raises MemoryError.
pub extern "C" fn values_method(dict: &PyDictObject) -> PyResult {
    new_view(&PyDictValues_Type, dict)
}

dealloc_slots!(dealloc(_PyDictViewObject): dv_dict; free_gc_object);

traverse_slots!(traverse(_PyDictViewObject): dv_dict);

impl _PyDictViewObject {
    /// The dict; a view never lets go of it.
    #[inline(always)]
    fn dict(&self) -> PyResult<&PyDictObject> {
        self.dv_dict
            .get()
            .ok_or_else(|| raise!(SystemError, "a view without dict"))
    }

    /// Whether the view (of keys or items) has the item. May run Python.
    pub(super) fn contains(&self, item: &PyObject) -> PyResult<bool> {
        let dict = Ref::new(self.dict()?);
        if is_keys(self.ty()) {
            return dict.contains(item);
        }
        let Some(pair) = item.downcast::<PyTupleObject>() else {
            return Ok(false);
        };
        let [key, value] = pair.items() else {
            return Ok(false);
        };
        match dict.get_item(key)? {
            Some(found) => sequence::same(&found, value),
            None => Ok(false),
        }
    }
}

/// Whether it is the type of views of keys, or derives from it.
fn is_keys(ty: &PyTypeObject) -> bool {
    ptr::eq(ty, &PyDictKeys_Type) || typeobject::is_subtype(ty, &PyDictKeys_Type)
}

/// As a view of keys or items.
pub(super) fn set_view(object: &PyObject) -> Option<&_PyDictViewObject> {
    let ty = object.ty();
    if is_keys(ty) || typeobject::is_subtype(ty, &PyDictItems_Type) {
        // SAFETY: the type says so.
        Some(unsafe { object.cast() })
    } else {
        None
    }
}

pub(super) extern "C" fn len(this: &_PyDictViewObject) -> isize {
    this.dv_dict.get().map_or(0, |d| d.len() as isize)
}

extern "C" fn contains_slot(this: &_PyDictViewObject, item: &PyObject) -> c_int {
    truth_status(this.contains(item))
}

extern "C" fn keys_iter(this: &_PyDictViewObject) -> PyResult {
    iterators::new_keys_iter(this.dict()?)
}

extern "C" fn items_iter(this: &_PyDictViewObject) -> PyResult {
    iterators::new_items_iter(this.dict()?)
}

extern "C" fn values_iter(this: &_PyDictViewObject) -> PyResult {
    iterators::new_values_iter(this.dict()?)
}

extern "C" fn keys_reversed(this: &_PyDictViewObject) -> PyResult {
    iterators::reversed_keys(this.dict()?)
}

extern "C" fn items_reversed(this: &_PyDictViewObject) -> PyResult {
    iterators::new_reversed_items(this.dict()?)
}

extern "C" fn values_reversed(this: &_PyDictViewObject) -> PyResult {
    iterators::new_reversed_values(this.dict()?)
}

extern "C" fn mapping(this: &_PyDictViewObject, _: *mut c_void) -> PyResult {
    mappingproxy::new(this.dict()?)
}

extern "C" fn repr(this: &_PyDictViewObject) -> PyResult {
    let Some(_guard) = sequence::Printing::enter(this)? else {
        return Ok(str_::new("...")?.into_object());
    };
    let items = list::from_iterable(this)?;
    let mut text = str_::Builder::default();
    text.push_text(&sequence::type_name(this));
    text.push_text("(");
    text.push_str(&*protocol::repr(&items)?);
    text.push_text(")");
    Ok(text.finish()?.into_object())
}

/// Whether all items of `iterable` are in `container`. May run Python.
fn all_in(iterable: &PyObject, container: &PyObject) -> PyResult<bool> {
    let steps = Stepper::new(iterable)?;
    while let Some(item) = steps.step()? {
        if !protocol::contains(container, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

extern "C" fn richcompare(this: &_PyDictViewObject, other: &PyObject, op: c_int) -> PyResult {
    if !set::is_any_set(other) && set_view(other).is_none() {
        return Ok(singletons::not_implemented());
    }
    let mine = len(this) as usize;
    let theirs = protocol::len(other)?;
    Ok(boolean::from(match op {
        cmp::EQ => mine == theirs && all_in(this, other)?,
        cmp::NE => !(mine == theirs && all_in(this, other)?),
        cmp::LT => mine < theirs && all_in(this, other)?,
        cmp::LE => mine <= theirs && all_in(this, other)?,
        cmp::GT => mine > theirs && all_in(other, this)?,
        _ => mine >= theirs && all_in(other, this)?,
    }))
}

/// A set of the operand's items; a view of keys is read from its dict.
pub(super) fn to_set(operand: &PyObject) -> PyResult<Ref<PySetObject>> {
    let set = set::new()?;
    match set_view(operand) {
        Some(view) if ptr::eq(view.ty(), &PyDictKeys_Type) => set.update(view.dict()?)?,
        _ => set.update(operand)?,
    }
    Ok(set)
}

extern "C" fn subtract(a: &PyObject, b: &PyObject) -> PyResult {
    let result = to_set(a)?;
    result.difference_update(b)?;
    Ok(result.into_object())
}

extern "C" fn or(a: &PyObject, b: &PyObject) -> PyResult {
    let result = to_set(a)?;
    result.update(b)?;
    Ok(result.into_object())
}

extern "C" fn xor(a: &PyObject, b: &PyObject) -> PyResult {
    let result = to_set(a)?;
    result.symmetric_difference_update(b)?;
    Ok(result.into_object())
}

extern "C" fn and(a: &PyObject, b: &PyObject) -> PyResult {
    // At least one is a view: look items of the other one up in it.
    let (view, other) = match (set_view(a), set_view(b)) {
        (Some(a_view), Some(b_view)) if len(b_view) > len(a_view) => (b_view, a),
        (Some(a_view), _) => (a_view, b),
        (None, Some(b_view)) => (b_view, a),
        (None, None) => return Ok(singletons::not_implemented()),
    };
    if let Some(other) = other.exact::<PySetObject>()
        && len(view) as usize <= other.len()
    {
        return Ok(set::intersection(other, view)?.into_object());
    }
    let result = set::new()?;
    let steps = Stepper::new(other)?;
    while let Some(item) = steps.step()? {
        if view.contains(&item)? {
            result.add(&item)?;
        }
    }
    Ok(result.into_object())
}

extern "C" fn isdisjoint(this: &_PyDictViewObject, other: &PyObject) -> PyResult {
    if this.is(other) {
        return Ok(boolean::from(len(this) == 0));
    }
    // Iterate over the shorter one if the other one is a set or view too.
    let (iterate, look): (&PyObject, &PyObject) = if (set::is_any_set(other)
        || set_view(other).is_some())
        && protocol::len(other)? > len(this) as usize
    {
        (this, other)
    } else {
        (other, this)
    };
    let steps = Stepper::new(iterate)?;
    while let Some(item) = steps.step()? {
        if protocol::contains(look, &item)? {
            return Ok(boolean::from(false));
        }
    }
    Ok(boolean::from(true))
}
