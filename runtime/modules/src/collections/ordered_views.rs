//! Views and iterators of ordered dicts. Iterators notice that the order has changed.

use super::ordered::OrderedDictObject;
use crate::support::*;
use hotpy_objects::def::{Downcast, noargs, slot};
use hotpy_objects::dict::{
    _PyDictViewObject, PyDictItems_Type, PyDictKeys_Type, PyDictValues_Type,
};
use hotpy_objects::flags::tp;
use hotpy_objects::*;

/// What an iterator yields.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Keys,
    Values,
    Items,
}

#[derive(Default)]
struct Walk {
    /// Nothing when it has ended.
    source: Held,
    kind: Cell<Kind>,
    reversed: Cell<bool>,
    at: Cell<usize>,
    changes: Cell<u64>,
    len: Cell<usize>,
}

impl Body for Walk {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        self.source.visit(visit)
    }
    fn clear(&self) {
        self.source.take();
    }
}

#[unsafe(export_name = "PyODictIter_Type")]
static IteratorType: PyTypeObject = PyTypeObject {
    tp_iter: slot::unary(myself),
    tp_iternext: slot::next(next),
    tp_methods: methods(METHODS),
    ..native_type::<Walk>(c"odict_iterator")
};

static_table! {
static METHODS: [PyMethodDef] = [
    noargs(c"__reduce__", reduce, c"Return state information for pickling"),
    PyMethodDef::END,
];
}

/// A new iterator.
pub fn iterator(dict: &OrderedDictObject, kind: Kind, reversed: bool) -> PyResult {
    let body = Walk {
        source: Held::new(Some(dict.to_ref())),
        kind: Cell::new(kind),
        reversed: Cell::new(reversed),
        at: Cell::new(if reversed { usize::MAX } else { 0 }),
        changes: Cell::new(dict.changes.get()),
        len: Cell::new(dict.dict.len()),
    };
    Ok(new_native(&IteratorType, body)?.into_object())
}

extern "C" fn myself(this: &Native<Walk>) -> PyResult {
    Ok(this.to_ref())
}

extern "C" fn next(this: &Native<Walk>) -> Option<Ref> {
    def::next_status((|| {
        let Some(dict) = this.source.get() else {
            return Ok(None);
        };
        let Some(dict) = dict.downcast::<OrderedDictObject>() else {
            return Ok(None);
        };
        let broken = if dict.changes.get() != this.changes.get() {
            Some("mutated")
        } else if dict.dict.len() != this.len.get() {
            Some("changed size")
        } else {
            None
        };
        if let Some(what) = broken {
            this.source.take();
            return Err(raise!(RuntimeError, "OrderedDict {what} during iteration"));
        }
        let mut at = this.at.get();
        let item = if this.reversed.get() {
            dict.dict.entry_before(&mut at)
        } else {
            dict.dict
                .next_entry(&mut at)
                .map(|(key, value, _)| (key, value))
        };
        this.at.set(at);
        let Some((key, value)) = item else {
            this.source.take();
            return Ok(None);
        };
        match this.kind.get() {
            Kind::Keys => Ok(Some(key)),
            Kind::Items => tuple(vec![key, value]).map(Some),
            Kind::Values => Ok(Some(value)),
        }
    })())
}

/// As an iterator over a list of what is left.
extern "C" fn reduce(this: &Native<Walk>) -> PyResult {
    let rest = new_native(
        &IteratorType,
        Walk {
            source: Held::new(this.source.get()),
            kind: Cell::new(this.kind.get()),
            reversed: Cell::new(this.reversed.get()),
            at: Cell::new(this.at.get()),
            changes: Cell::new(this.changes.get()),
            len: Cell::new(this.len.get()),
        },
    )?;
    let items = list(protocol::collect(rest.object())?)?;
    let iter = attr(&*(hooks::hooks().import)("builtins")?, "iter")?;
    tuple(vec![iter, tuple(vec![items])?])
}

macro_rules! view_type {
    ($ty:ident, $symbol:literal, $base:ident, $methods:ident, $name:literal, $iter:ident, $reversed:ident, $kind:expr) => {
        #[unsafe(export_name = $symbol)]
        static $ty: PyTypeObject = PyTypeObject {
            tp_base: Slot::of(&raw const $base),
            tp_iter: slot::unary($iter),
            tp_methods: methods($methods),
            tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::DISALLOW_INSTANTIATION),
            ..PyTypeObject::new::<_PyDictViewObject>($name)
        };
        extern "C" fn $iter(this: &_PyDictViewObject) -> PyResult {
            walk(this, $kind, false)
        }
        extern "C" fn $reversed(this: &_PyDictViewObject) -> PyResult {
            walk(this, $kind, true)
        }
        static_table! {
        static $methods: [PyMethodDef] = [
            noargs(c"__reversed__", $reversed, c""),
            PyMethodDef::END,
        ];
        }
    };
}
view_type!(
    KeysType,
    "PyODictKeys_Type",
    PyDictKeys_Type,
    KEYS_METHODS,
    c"odict_keys",
    keys_iter,
    keys_reversed,
    Kind::Keys
);
view_type!(
    ValuesType,
    "PyODictValues_Type",
    PyDictValues_Type,
    VALUES_METHODS,
    c"odict_values",
    values_iter,
    values_reversed,
    Kind::Values
);
view_type!(
    ItemsType,
    "PyODictItems_Type",
    PyDictItems_Type,
    ITEMS_METHODS,
    c"odict_items",
    items_iter,
    items_reversed,
    Kind::Items
);

fn walk(view: &_PyDictViewObject, kind: Kind, reversed: bool) -> PyResult {
    match view
        .dv_dict
        .get()
        .and_then(|d| d.downcast::<OrderedDictObject>())
    {
        Some(dict) => iterator(dict, kind, reversed),
        None => protocol::iter(&*tuple::empty()),
    }
}

/// A new view.
pub fn view(dict: &OrderedDictObject, kind: Kind) -> PyResult {
    let ty = match kind {
        Kind::Keys => &KeysType,
        Kind::Values => &ValuesType,
        Kind::Items => &ItemsType,
    };
    dict::new_view(ty, &dict.dict)
}

/// Readies the types.
pub fn init() -> PyResult<()> {
    for ty in [&IteratorType, &KeysType, &ValuesType, &ItemsType] {
        typeobject::ready(ty)?;
    }
    Ok(())
}
