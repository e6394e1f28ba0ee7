//! `hamt`: a mapping that never changes; a changed copy shares all but one path with it (a hash array mapped trie). Contexts hold one.
//!
//! A node has up to 32 entries, one for each value of five bits of the key's hash that occurs ([`HamtNode`]'s bitmap says which): a key and its
//! value, or a node for the next five bits. Keys of the same hash share a node without bitmap. Seven levels use the hash up.
//! Comparing keys may run Python, which cannot change anything here.

use crate::def::{fast, noargs, one, slot, table};
use crate::flags::{self, tp};
use crate::*;
use std::mem::{offset_of, size_of};

const BITS: u32 = 5;

/// A key with its value; without key, a node.
#[derive(Clone)]
struct Entry {
    key: Option<Ref>,
    value: Ref,
}

impl Entry {
    fn node(node: Ref<HamtNode>) -> Entry {
        Entry {
            key: None,
            value: node.into_object(),
        }
    }

    fn pair(key: &PyObject, value: &PyObject) -> Entry {
        Entry {
            key: Some(key.to_ref()),
            value: value.to_ref(),
        }
    }

    /// The node of an entry without key.
    fn child(&self) -> &HamtNode {
        // SAFETY: what has no key is a node.
        unsafe { PyObject::cast(&self.value) }
    }
}

/// One node.
#[repr(C)]
pub struct HamtNode {
    ob_base: PyObject,
    shape: Shape,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy)]
enum Shape {
    /// Which values of the five bits have entries, which come in their order.
    Bitmap(u32),
    /// All keys have this hash.
    Same(u32),
}

/// The mapping.
#[repr(C)]
pub struct Hamt {
    ob_base: PyObject,
    /// Empty only while the collector takes the mapping apart.
    root: Slot<HamtNode>,
    count: usize,
    weakrefs: Slot<PyObject>,
}

/// Goes once over the entries: what `keys()`, `values()` and `items()` answer.
#[repr(C)]
pub struct HamtSteps {
    ob_base: PyObject,
    of: Slot<Hamt>,
    /// The nodes that it is in, from the root on, each with the number of its next entry.
    path: Cell<Vec<(*const HamtNode, usize)>>,
}

object_structs!(HamtNode, Hamt, HamtSteps);
builtin!(Hamt = _PyHamt_Type);
builtin!(HamtNode = NODE);

/// How much of the tree a removal leaves.
enum Left {
    NotFound,
    Nothing,
    /// A node with one key is no node of its own.
    One(Entry),
    Node(Ref<HamtNode>),
}

fn hash_of(key: &PyObject) -> PyResult<u32> {
    let hash = protocol::hash(key)? as u64;
    Ok(hash as u32 ^ (hash >> 32) as u32)
}

fn same(key: &PyObject, other: &PyObject) -> PyResult<bool> {
    Ok(key.is(other) || protocol::eq(key, other)?)
}

fn bit(hash: u32, shift: u32) -> u32 {
    1 << (hash >> shift & 31)
}

impl HamtNode {
    fn new(shape: Shape, entries: Vec<Entry>) -> PyResult<Ref<HamtNode>> {
        let node = mem::create_gc(&NODE, |ob_base| HamtNode {
            ob_base,
            shape,
            entries,
        })?;
        gc::track(&*node);
        Ok(node)
    }

    /// The node with an entry at a place, in the stead of what is there if `instead`.
    fn with(
        &self,
        shape: Shape,
        at: usize,
        entry: Entry,
        instead: bool,
    ) -> PyResult<Ref<HamtNode>> {
        let mut entries = growing::with_room(self.entries.len() + 1)?;
        entries.extend_from_slice(&self.entries[..at]);
        entries.push(entry);
        entries.extend_from_slice(&self.entries[at + usize::from(instead)..]);
        HamtNode::new(shape, entries)
    }

    /// Two keys that share a place.
    fn of_two(shift: u32, one: (u32, Entry), two: (u32, Entry)) -> PyResult<Ref<HamtNode>> {
        let ((h1, e1), (h2, e2)) = (one, two);
        if h1 == h2 {
            return HamtNode::new(Shape::Same(h1), vec![e1, e2]);
        }
        let (b1, b2) = (bit(h1, shift), bit(h2, shift));
        let entries = if b1 == b2 {
            let below = HamtNode::of_two(shift + BITS, (h1, e1), (h2, e2))?;
            vec![Entry::node(below)]
        } else if b1 < b2 {
            vec![e1, e2]
        } else {
            vec![e2, e1]
        };
        HamtNode::new(Shape::Bitmap(b1 | b2), entries)
    }

    /// Where the key of that hash would be: its place, and whether there is an entry.
    fn place(bitmap: u32, hash: u32, shift: u32) -> (usize, bool) {
        let bit = bit(hash, shift);
        let at = (bitmap & (bit - 1)).count_ones() as usize;
        (at, bitmap & bit != 0)
    }

    /// The number of the key among those of the same hash.
    fn position(&self, key: &PyObject) -> PyResult<Option<usize>> {
        for (i, entry) in self.entries.iter().enumerate() {
            if let Some(known) = &entry.key
                && same(key, known)?
            {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }

    fn find(&self, hash: u32, key: &PyObject) -> PyResult<Option<&Ref>> {
        let (mut node, mut shift) = (self, 0);
        loop {
            let bitmap = match node.shape {
                Shape::Same(all) if all != hash => return Ok(None),
                Shape::Same(_) => {
                    return Ok(node.position(key)?.map(|at| &node.entries[at].value));
                }
                Shape::Bitmap(bitmap) => bitmap,
            };
            let (at, there) = HamtNode::place(bitmap, hash, shift);
            if !there {
                return Ok(None);
            }
            let entry = &node.entries[at];
            match &entry.key {
                Some(known) => return Ok(same(key, known)?.then_some(&entry.value)),
                None => (node, shift) = (entry.child(), shift + BITS),
            }
        }
    }

    /// The node with the entry, and whether its key is new; `None` if the key has that very value.
    fn set(&self, shift: u32, hash: u32, entry: Entry) -> PyResult<Option<(Ref<HamtNode>, bool)>> {
        let Some(key) = entry.key.clone() else {
            return Ok(None);
        };
        let bitmap = match self.shape {
            Shape::Same(all) if all == hash => {
                let (at, known) = match self.position(&key)? {
                    Some(at) if self.entries[at].value.is(&*entry.value) => return Ok(None),
                    Some(at) => (at, true),
                    None => (self.entries.len(), false),
                };
                let kept = self.entries.get(at).and_then(|e| e.key.clone());
                let entry = Entry {
                    key: kept.or(entry.key),
                    value: entry.value,
                };
                return Ok(Some((self.with(self.shape, at, entry, known)?, !known)));
            }
            Shape::Same(all) => {
                let over = Shape::Bitmap(bit(all, shift));
                let over = HamtNode::new(over, vec![Entry::node(Ref::new(self))])?;
                return over.set(shift, hash, entry);
            }
            Shape::Bitmap(bitmap) => bitmap,
        };
        let (at, there) = HamtNode::place(bitmap, hash, shift);
        if !there {
            let shape = Shape::Bitmap(bitmap | bit(hash, shift));
            return Ok(Some((self.with(shape, at, entry, false)?, true)));
        }
        let old = &self.entries[at];
        let (new, added) = match &old.key {
            None => match old.child().set(shift + BITS, hash, entry)? {
                Some((below, added)) => (Entry::node(below), added),
                None => return Ok(None),
            },
            Some(known) if same(&key, known)? => {
                if old.value.is(&*entry.value) {
                    return Ok(None);
                }
                let key = old.key.clone();
                (Entry { key, ..entry }, false)
            }
            Some(known) => {
                let old = (hash_of(known)?, old.clone());
                let below = HamtNode::of_two(shift + BITS, old, (hash, entry))?;
                (Entry::node(below), true)
            }
        };
        Ok(Some((self.with(self.shape, at, new, true)?, added)))
    }

    /// What is left when an entry goes, or another one comes in its place.
    fn left(&self, shift: u32, hash: u32, at: usize, instead: Option<Entry>) -> PyResult<Left> {
        let mut entries = self.entries.clone();
        let shape = match (self.shape, instead) {
            (shape, Some(entry)) => {
                entries[at] = entry;
                shape
            }
            (Shape::Bitmap(bitmap), None) => {
                entries.remove(at);
                Shape::Bitmap(bitmap & !bit(hash, shift))
            }
            (shape, None) => {
                entries.remove(at);
                shape
            }
        };
        if entries.is_empty() {
            return Ok(Left::Nothing);
        }
        // The root stays a node.
        if shift > 0 && entries.len() == 1 && entries[0].key.is_some() {
            return Ok(entries.pop().map_or(Left::Nothing, Left::One));
        }
        HamtNode::new(shape, entries).map(Left::Node)
    }

    fn without(&self, shift: u32, hash: u32, key: &PyObject) -> PyResult<Left> {
        let bitmap = match self.shape {
            Shape::Same(all) if all != hash => return Ok(Left::NotFound),
            Shape::Same(_) => {
                return match self.position(key)? {
                    Some(at) => self.left(shift, hash, at, None),
                    None => Ok(Left::NotFound),
                };
            }
            Shape::Bitmap(bitmap) => bitmap,
        };
        let (at, there) = HamtNode::place(bitmap, hash, shift);
        if !there {
            return Ok(Left::NotFound);
        }
        let entry = &self.entries[at];
        let instead = match &entry.key {
            Some(known) if !same(key, known)? => return Ok(Left::NotFound),
            Some(_) => None,
            None => match entry.child().without(shift + BITS, hash, key)? {
                Left::NotFound => return Ok(Left::NotFound),
                Left::Nothing => None,
                Left::One(entry) => Some(entry),
                Left::Node(below) => Some(Entry::node(below)),
            },
        };
        self.left(shift, hash, at, instead)
    }
}

fn with_root(root: Ref<HamtNode>, count: usize) -> PyResult<Ref<Hamt>> {
    let new = mem::create_gc(&_PyHamt_Type, |ob_base| Hamt {
        ob_base,
        root: Slot::EMPTY,
        count,
        weakrefs: Slot::EMPTY,
    })?;
    new.root.set(Some(root));
    gc::track(&*new);
    Ok(new)
}

/// An empty mapping. Raises MemoryError.
pub fn new() -> PyResult<Ref<Hamt>> {
    with_root(HamtNode::new(Shape::Bitmap(0), Vec::new())?, 0)
}

impl Hamt {
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The value of a key. May run Python; whatever hashing and comparing raise.
    pub fn find(&self, key: &PyObject) -> PyResult<Option<Ref>> {
        let hash = hash_of(key)?;
        match self.root.get() {
            Some(root) => Ok(root.find(hash, key)?.cloned()),
            None => Ok(None),
        }
    }

    /// The mapping with a value for the key: the same one if it has that very value. May run Python.
    pub fn with(&self, key: &PyObject, value: &PyObject) -> PyResult<Ref<Hamt>> {
        let hash = hash_of(key)?;
        let entry = Entry::pair(key, value);
        let set = self.root.get().map(|root| root.set(0, hash, entry));
        match set.transpose()?.flatten() {
            Some((root, added)) => with_root(root, self.count + usize::from(added)),
            None => Ok(Ref::new(self)),
        }
    }

    /// The mapping without the key: the same one if it does not have it. May run Python.
    pub fn without(&self, key: &PyObject) -> PyResult<Ref<Hamt>> {
        let hash = hash_of(key)?;
        let left = self.root.get().map(|root| root.without(0, hash, key));
        match left.transpose()? {
            None | Some(Left::NotFound) => Ok(Ref::new(self)),
            Some(Left::Node(root)) => with_root(root, self.count - 1),
            Some(Left::Nothing | Left::One(_)) => new(),
        }
    }

    /// Whether both have equal values for the same keys. May run Python.
    pub fn equals(&self, other: &Hamt) -> PyResult<bool> {
        if self.count != other.count {
            return Ok(false);
        }
        let steps = steps(self, &KEYS)?;
        while let Some(entry) = steps.next() {
            let Some(key) = &entry.key else { continue };
            match other.find(key)? {
                Some(value) if same(&entry.value, &value)? => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    }
}

impl HamtSteps {
    fn next(&self) -> Option<Entry> {
        let mut path = self.path.take();
        let found = loop {
            let Some((node, at)) = path.last_mut() else {
                break None;
            };
            // SAFETY: nodes of the mapping, which `of` keeps and which never changes.
            let node = unsafe { &**node };
            let Some(entry) = node.entries.get(*at) else {
                path.pop();
                continue;
            };
            *at += 1;
            if entry.key.is_some() {
                break Some(entry.clone());
            }
            path.push((entry.child(), 0));
        };
        self.path.set(path);
        found
    }
}

fn steps(of: &Hamt, ty: &PyTypeObject) -> PyResult<Ref<HamtSteps>> {
    let new = mem::create_gc(ty, |ob_base| HamtSteps {
        ob_base,
        of: Slot::EMPTY,
        path: Cell::new(Vec::new()),
    })?;
    new.of.set(Some(Ref::new(of)));
    if let Some(root) = of.root.get() {
        new.path.set(vec![(root, 0)]);
    }
    gc::track(&*new);
    Ok(new)
}

/// An iterator over the keys that has a length.
pub extern "C" fn keys(this: &Hamt) -> PyResult {
    Ok(steps(this, &KEYS)?.into_object())
}

/// The same over the values.
pub extern "C" fn values(this: &Hamt) -> PyResult {
    Ok(steps(this, &VALUES)?.into_object())
}

/// The same over pairs of both.
pub extern "C" fn items(this: &Hamt) -> PyResult {
    Ok(steps(this, &ITEMS)?.into_object())
}

// ---- the types ----

unsafe extern "C" fn node_dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete; the trash can bounds how deep values of values are.
    unsafe {
        gc::untrack(&*this);
        gc::trashcan(this, node_dealloc, |this| {
            std::ptr::drop_in_place(&raw mut (*this.cast::<HamtNode>()).entries);
            mem::free_gc_object(this);
        });
    }
}

extern "C" fn node_traverse(this: &HamtNode, visit: visitproc, arg: *mut c_void) -> c_int {
    for entry in &this.entries {
        for object in entry.key.iter().chain([&entry.value]) {
            let answer = visit(object, arg);
            if answer != 0 {
                return answer;
            }
        }
    }
    0
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        let hamt: &Hamt = (*this).cast();
        if !hamt.weakrefs.is_null() {
            weakref::clear_refs(hamt);
        }
        hamt.root.set(None);
        mem::free_gc_object(this);
    }
}

extern "C" fn clear(this: &Hamt) -> c_int {
    this.root.set(None);
    0
}

unsafe extern "C" fn steps_dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        let steps: &HamtSteps = (*this).cast();
        drop(steps.path.take());
        steps.of.set(None);
        mem::free_gc_object(this);
    }
}

extern "C" fn steps_clear(this: &HamtSteps) -> c_int {
    drop(this.path.take());
    this.of.set(None);
    0
}

extern "C" fn steps_len(this: &HamtSteps) -> isize {
    this.of.get().map_or(0, Hamt::len) as isize
}

traverse_slots!(traverse(Hamt): root);
traverse_slots!(steps_traverse(HamtSteps): of);

extern "C" fn next_key(this: &HamtSteps) -> Option<Ref> {
    this.next()?.key
}

extern "C" fn next_value(this: &HamtSteps) -> Option<Ref> {
    Some(this.next()?.value)
}

extern "C" fn next_item(this: &HamtSteps) -> Option<Ref> {
    let entry = this.next()?;
    Some(tuple::pair(&*entry.key?, &entry.value).ok()?.into_object())
}

extern "C" fn length(this: &Hamt) -> isize {
    this.count as isize
}

extern "C" fn subscript(this: &Hamt, key: &PyObject) -> PyResult {
    this.find(key)?.ok_or_else(|| errors::raise_key_error(key))
}

extern "C" fn contains(this: &Hamt, key: &PyObject) -> c_int {
    def::truth_status(this.find(key).map(|value| value.is_some()))
}

extern "C" fn compare(this: &Hamt, other: &PyObject, op: c_int) -> PyResult {
    let Some(other) = other
        .exact::<Hamt>()
        .filter(|_| matches!(op, flags::cmp::EQ | flags::cmp::NE))
    else {
        return Ok(singletons::not_implemented());
    };
    Ok(boolean::from(this.equals(other)? == (op == flags::cmp::EQ)))
}

extern "C" fn make(_: &PyTypeObject, _: &PyObject, _: Option<&PyObject>) -> PyResult {
    Ok(new()?.into_object())
}

extern "C" fn set(this: &Hamt, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    cfunction::check_count("set", args.len(), 2, 2)?;
    Ok(this.with(args[0], args[1])?.into_object())
}

extern "C" fn get(this: &Hamt, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    cfunction::check_count("get", args.len(), 1, 2)?;
    let found = this.find(args[0])?;
    Ok(found.unwrap_or_else(|| {
        args.get(1)
            .map_or_else(singletons::none, |default| default.to_ref())
    }))
}

extern "C" fn delete(this: &Hamt, key: &PyObject) -> PyResult {
    Ok(this.without(key)?.into_object())
}

static METHODS: [PyMethodDef; 7] = [
    fast(c"set", set, c""),
    fast(c"get", get, c""),
    one(c"delete", delete, c""),
    noargs(c"items", items, c""),
    noargs(c"keys", keys, c""),
    noargs(c"values", values, c""),
    PyMethodDef::END,
];

static SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_contains: slot::contains(contains),
    ..PySequenceMethods::EMPTY
};

static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length),
    mp_subscript: slot::binary(subscript),
    ..PyMappingMethods::EMPTY
};

static STEPS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(steps_len),
    ..PyMappingMethods::EMPTY
};

static NODE: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(node_dealloc)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::DISALLOW_INSTANTIATION),
    tp_traverse: slot::traverse(node_traverse),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<HamtNode>(c"hamt_node")
};

pub static _PyHamt_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_as_sequence: table(&SEQUENCE),
    tp_as_mapping: table(&MAPPING),
    tp_hash: Cell::new(Some(protocol::PyObject_HashNotImplemented)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear),
    tp_richcompare: slot::compare(compare),
    tp_weaklistoffset: Cell::new(offset_of!(Hamt, weakrefs) as isize),
    tp_iter: slot::unary(keys),
    tp_methods: table(&METHODS[0]),
    tp_new: Cell::new(Some(make)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<Hamt>(c"hamt")
};

macro_rules! steps_types {
    ($($name:ident $text:literal $next:ident)*) => { $(
        static $name: PyTypeObject = PyTypeObject {
            tp_dealloc: Cell::new(Some(steps_dealloc)),
            tp_as_mapping: table(&STEPS_MAPPING),
            tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
            tp_traverse: slot::traverse(steps_traverse),
            tp_clear: slot::inquiry(steps_clear),
            tp_iter: Cell::new(Some(protocol::PyObject_SelfIter)),
            tp_iternext: slot::next($next),
            tp_free: Cell::new(Some(mem::tp_free_gc)),
            ..PyTypeObject::new::<HamtSteps>($text)
        };
    )* };
}

steps_types! {
    KEYS c"keys" next_key
    VALUES c"values" next_value
    ITEMS c"items" next_item
}

pub(super) fn init() -> PyResult<()> {
    for ty in [&NODE, &_PyHamt_Type, &KEYS, &VALUES, &ITEMS] {
        typeobject::ready(ty)?;
    }
    Ok(())
}

const _: () = assert!(size_of::<Entry>() == 16);
