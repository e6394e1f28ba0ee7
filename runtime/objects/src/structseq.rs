//! Struct sequences: tuples with named fields (`sys.version_info`, `os.stat_result`).
//!
//! An instance has tuple's layout: the visible fields are its items (`ob_size`), the others lie behind them and are
//! attributes only. How many there are is in the type's dict (`n_fields`), as C code that makes such types expects.

use crate::def::{noargs, slot, table};
use crate::flags::{member, tp};
use crate::sequence;
use crate::task::{self, Fills, Task};
use crate::*;
use std::cell::RefCell;
use std::ffi::{CStr, CString};

use names::{n_fields as N_FIELDS, n_sequence_fields as N_SEQUENCE, n_unnamed_fields as N_UNNAMED};

static METHODS: [PyMethodDef; 2] = [
    noargs(c"__reduce__", reduce, c"State for pickling."),
    PyMethodDef::END,
];

fn leak(text: &str) -> &'static CStr {
    let text: String = text.chars().filter(|&c| c != '\0').collect();
    // No null is left in it.
    Box::leak(CString::new(text).unwrap_or_default().into_boxed_c_str())
}

/// A field of a type being made: its name, `None` for one that is an item only, and its doc.
type Field = (Option<&'static CStr>, *const c_char);

/// The builtin modules' types, by where their description is: modules that are imported anew, or by another interpreter, find theirs.
struct Made(RefCell<Vec<(*const (), &'static PyTypeObject)>>);
// SAFETY: U1; nothing is borrowed while anything else runs.
unsafe impl Sync for Made {}
static MADE: Made = Made(RefCell::new(Vec::new()));

/// The type for a struct sequence, which lives for ever: (name, doc) of each field; a field with an empty name is an item only;
/// fields beyond `visible` are attributes only. Raises MemoryError.
pub fn new_type(
    name: &'static str,
    doc: &'static str,
    fields: &'static [(&'static str, &'static str)],
    visible: usize,
) -> PyResult<Ref<PyTypeObject>> {
    let key = fields.as_ptr().cast();
    let made = MADE
        .0
        .borrow()
        .iter()
        .find(|(k, ty)| std::ptr::eq(*k, key) && ty.name() == name)
        .map(|(_, ty)| *ty);
    if let Some(ty) = made {
        return Ok(Ref::new(ty));
    }
    let fields: Vec<Field> = fields
        .iter()
        .map(|(name, doc)| ((!name.is_empty()).then(|| leak(name)), leak(doc).as_ptr()))
        .collect();
    let ty = Box::leak(Box::new(PyTypeObject::new::<PyTupleObject>(leak(name))));
    fill(ty, leak(doc).as_ptr(), &fields, visible)?;
    MADE.0.borrow_mut().push((key, ty));
    Ok(Ref::new(ty))
}

/// C code gives a field that is an item only this name.
#[unsafe(no_mangle)]
pub static PyStructSequence_UnnamedField: UnnamedField = UnnamedField(c"unnamed field".as_ptr());

#[repr(transparent)]
pub struct UnnamedField(*const c_char);

// SAFETY: it points to static text.
unsafe impl Sync for UnnamedField {}

/// The fields of a C description.
fn fields_of(desc: &PyStructSequence_Desc) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut at = desc.fields.get().cast_const();
    // SAFETY: the table ends with a null name, and lives as long as the type.
    while let Some(field) = unsafe { at.as_ref() }.filter(|f| !f.name.get().is_null()) {
        let name = field.name.get();
        let unnamed = std::ptr::eq(name, PyStructSequence_UnnamedField.0);
        // SAFETY: a C string.
        let name = (!unnamed).then(|| unsafe { CStr::from_ptr(name) });
        fields.push((name, field.doc.get()));
        at = at.wrapping_add(1);
    }
    fields
}

/// The heap type for a C description; `make` makes one of a specification and its base. Whatever that raises.
pub fn from_desc(
    desc: &PyStructSequence_Desc,
    flags: u64,
    make: impl FnOnce(&PyType_Spec, &PyObject) -> PyResult,
) -> PyResult<Ref<PyTypeObject>> {
    let (fields, visible) = (fields_of(desc), desc.n_in_sequence.get() as usize);
    let members = members_of(&fields);
    let part = |slot: c_int, pfunc: *const c_void| PyType_Slot {
        slot: Cell::new(slot),
        pfunc: Cell::new(pfunc.cast_mut()),
    };
    let callable = flags & tp::DISALLOW_INSTANTIATION == 0;
    let slots = [
        part(52, dealloc as *const c_void),
        part(66, repr as *const c_void),
        part(56, desc.doc.get().cast()),
        part(64, METHODS.as_ptr().cast()),
        part(71, traverse as *const c_void),
        part(72, members.as_ptr().cast()),
        part(if callable { 65 } else { 0 }, new_slot as *const c_void),
        part(0, std::ptr::null()),
    ];
    let spec = PyType_Spec {
        name: Cell::new(desc.name.get()),
        basicsize: Cell::new(tuple::ITEMS_OFFSET as c_int),
        itemsize: Cell::new(8),
        flags: Cell::new((tp::DEFAULT | tp::HAVE_GC | flags) as u32),
        slots: Cell::new(slots.as_ptr().cast_mut()),
    };
    let made = make(&spec, &tuple::PyTuple_Type)?;
    // SAFETY: what is made of a specification is a type.
    let ty: Ref<PyTypeObject> = unsafe { made.cast() };
    // All its slots are ours.
    ty.tp_flags.set(ty.tp_flags.get() & !tp::FOREIGN);
    describe(&ty, &fields, visible)?;
    Ok(ty)
}

/// Makes a static C structure such a type.
pub fn init_static(ty: &'static PyTypeObject, desc: &PyStructSequence_Desc) -> PyResult<()> {
    if ty.tp_flags.get() & tp::READY != 0 {
        return Ok(());
    }
    ty.tp_name.set(desc.name.get());
    ty.ob_base.ob_base.ob_refcnt.set(IMMORTAL);
    fill(
        ty,
        desc.doc.get(),
        &fields_of(desc),
        desc.n_in_sequence.get() as usize,
    )
}

/// The members for the fields that have names, and the end of the table.
fn members_of(fields: &[Field]) -> Vec<PyMemberDef> {
    let mut members: Vec<PyMemberDef> = Vec::new();
    for (i, (field, doc)) in fields.iter().enumerate() {
        let Some(field) = field else { continue };
        let mut entry = def::member(
            field,
            member::OBJECT,
            tuple::ITEMS_OFFSET + i * 8,
            member::READONLY,
            c"",
        );
        entry.doc = Cell::new(*doc);
        members.push(entry);
    }
    members.push(PyMemberDef::END);
    members
}

/// Enters into the type's dict how many fields there are, and `__match_args__`.
fn describe(ty: &PyTypeObject, fields: &[Field], visible: usize) -> PyResult<()> {
    let unnamed = fields.iter().filter(|(name, _)| name.is_none()).count();
    let named = fields[..visible.min(fields.len())]
        .iter()
        .filter_map(|(name, _)| *name);
    let match_args = named
        .map(|name| Ok(str_::intern(&name.to_string_lossy())?.into_object()))
        .collect::<PyResult<Vec<Ref>>>()?;
    let d = ty.dict();
    d.set_item(&*N_SEQUENCE, &*int::from_usize(visible)?)?;
    d.set_item(&*N_FIELDS, &*int::from_usize(fields.len())?)?;
    d.set_item(&*N_UNNAMED, &*int::from_usize(unnamed)?)?;
    d.set_item(&*names::__match_args__, &*tuple::from_owned(match_args)?)?;
    typeobject::modified(ty);
    Ok(())
}

fn fill(
    ty: &'static PyTypeObject,
    doc: *const c_char,
    fields: &[Field],
    visible: usize,
) -> PyResult<()> {
    let members = Box::leak(members_of(fields).into_boxed_slice());
    ty.tp_basicsize.set(tuple::ITEMS_OFFSET as isize);
    ty.tp_itemsize.set(8);
    ty.tp_dealloc.set(Some(dealloc));
    ty.tp_repr.set(slot::unary(repr).get());
    ty.tp_flags
        .set(tp::DEFAULT | tp::HAVE_GC | tp::TUPLE_SUBCLASS);
    ty.tp_doc.set(doc);
    ty.tp_traverse.set(slot::traverse(traverse).get());
    ty.tp_methods.set(table(&METHODS[0]).get());
    ty.tp_members.set(table(&members[0]).get());
    ty.tp_base
        .set_ptr((&raw const tuple::PyTuple_Type).cast_mut());
    ty.tp_new.set(Some(new_slot as newfunc));
    typeobject::ready(ty)?;
    let begin = begin_new;
    task::register_new(ty, Fills { asks, begin });
    describe(ty, fields, visible)
}

/// An instance whose fields C code will fill: null for now. Raises MemoryError.
pub fn blank(ty: &PyTypeObject) -> PyResult {
    let (total, visible) = (count_of(ty, &N_FIELDS), count_of(ty, &N_SEQUENCE));
    let block = mem::alloc_gc(tuple::ITEMS_OFFSET + total * 8).cast::<PyTupleObject>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block has room for all fields.
    unsafe {
        block.cast::<PyVarObject>().write(PyVarObject {
            ob_base: mem::header(ty),
            ob_size: Cell::new(visible as isize),
        });
        std::ptr::write_bytes(tuple::items_ptr(block), 0, total);
        gc::track(&*block);
        Ok(Ref::from_owned(block).into_object())
    }
}

/// An entry of the type's dict that counts fields.
fn count_of(ty: &PyTypeObject, which: &Str) -> usize {
    ty.dict()
        .get_str_borrowed(which)
        .and_then(sequence::compact_int)
        .map_or(0, |n| n.max(0) as usize)
}

/// The name of the `nth` named field.
fn field_name(ty: &PyTypeObject, nth: usize) -> Option<&CStr> {
    let members = ty.tp_members.get();
    if members.is_null() {
        return None;
    }
    // SAFETY: the table ends with an entry without name, and the caller counts the fields.
    unsafe {
        for i in 0..=nth {
            if (*members.add(i)).name.get().is_null() {
                return None;
            }
        }
        Some(CStr::from_ptr((*members.add(nth)).name.get()))
    }
}

/// An instance; `values` has one entry per field. SystemError if not, MemoryError.
pub fn new(ty: &PyTypeObject, mut values: Vec<Ref>) -> PyResult {
    let (total, visible) = (count_of(ty, &N_FIELDS), count_of(ty, &N_SEQUENCE));
    if values.len() != total || total == 0 {
        return Err(raise!(
            SystemError,
            "{} has {} fields, not {}",
            sequence::tp_name(ty),
            total,
            values.len()
        ));
    }
    let block = mem::alloc_gc(tuple::ITEMS_OFFSET + total * 8).cast::<PyTupleObject>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block has room for all fields, which are moved there.
    unsafe {
        block.cast::<PyVarObject>().write(PyVarObject {
            ob_base: mem::header(ty),
            ob_size: Cell::new(visible as isize),
        });
        values.set_len(0);
        std::ptr::copy_nonoverlapping(values.as_ptr().cast(), tuple::items_ptr(block), total);
        gc::track(&*block);
        Ok(Ref::from_owned(block).into_object())
    }
}

/// All fields, hidden ones included, borrowed.
fn all_fields(this: &PyTupleObject) -> &[Option<&PyObject>] {
    let total = count_of(this.ty(), &N_FIELDS).max(this.len());
    // SAFETY: instances have that many fields; unfinished ones (from C) may hold nulls.
    unsafe {
        std::slice::from_raw_parts(
            tuple::items_ptr(this as *const _ as *mut _) as *const Option<&PyObject>,
            total,
        )
    }
}

unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: tp_dealloc: the fields are ours.
    unsafe {
        gc::untrack(&*op);
        let ty = &*(*op).ob_type.as_ptr();
        let this: &PyTupleObject = (*op).cast();
        for field in all_fields(this).iter().flatten() {
            PyObject::decref(field.as_ptr());
        }
        mem::free_instance(op);
        if ty.is_heap_type() {
            PyObject::decref(ty.as_ptr());
        }
    }
}

extern "C" fn traverse(this: &PyTupleObject, visit: visitproc, arg: *mut c_void) -> c_int {
    if this.ty().is_heap_type() {
        let answer = visit(this.ty(), arg);
        if answer != 0 {
            return answer;
        }
    }
    for field in all_fields(this).iter().flatten() {
        let answer = visit(field, arg);
        if answer != 0 {
            return answer;
        }
    }
    0
}

static PARAMS: cfunction::Params = cfunction::Params {
    function: "structseq",
    names: &["sequence", "dict"],
    positional_only: 0,
    positional: 2,
    required: 1,
};

/// What an instance is to be made of.
fn source_of(args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> Option<Ref> {
    let first = args.items().first().map(|s| s.to_ref());
    first.or_else(|| kwargs.and_then(|k| k.get_text("sequence")))
}

fn asks(args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> bool {
    source_of(args, kwargs).is_some_and(|s| !filling::is_native(&s))
}

/// An instance of what Python iterates over, made in frames.
fn begin_new(
    class: &PyObject,
    args: Ref<PyTupleObject>,
    kwargs: Option<Ref<PyDictObject>>,
) -> Option<Task> {
    let class = Ref::new(class.downcast::<PyTypeObject>()?);
    let source = source_of(&args, kwargs.as_deref())?;
    Some(Box::pin(async move {
        let iterator = match task::iter(&source).await {
            Err(Raised) if errors::matches(&exceptions::TypeError) => {
                errors::clear();
                return Err(raise!(TypeError, "constructor requires a sequence"));
            }
            answer => answer?,
        };
        let items = tuple::from_owned(task::collect(&iterator).await?)?.into_object();
        let mut given: Vec<Ref> = args.items().iter().map(|a| a.to_ref()).collect();
        match (given.first_mut(), &kwargs) {
            (Some(first), _) => *first = items,
            (None, Some(kwargs)) => kwargs.set_text("sequence", &items)?,
            (None, None) => {}
        }
        let given = tuple::from_owned(given)?;
        new_slot(&class, &given, kwargs.as_deref().map(|k| &**k)).map(Some)
    }))
}

extern "C" fn new_slot(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // SAFETY: tp_new gets a tuple.
    let bound = PARAMS.bind_tuple(unsafe { args.cast() }, kwargs)?;
    let name = sequence::tp_name(ty);
    let (total, visible, unnamed) = (
        count_of(ty, &N_FIELDS),
        count_of(ty, &N_SEQUENCE),
        count_of(ty, &N_UNNAMED),
    );
    let Some(source) = bound[0] else {
        return Err(raise!(TypeError, "constructor requires a sequence"));
    };
    let mut values = protocol::fast_sequence(source, "constructor requires a sequence")?;
    let extra = match bound[1] {
        None => None,
        Some(extra) => match extra.downcast::<PyDictObject>() {
            Some(extra) => Some(extra),
            None => {
                return Err(raise!(
                    TypeError,
                    "{name}() takes a dict as second arg, if any"
                ));
            }
        },
    };
    let given = values.len();
    if given < visible || given > total {
        let (bound, limit) = match (visible == total, given < visible) {
            (true, _) => ("a", visible),
            (false, true) => ("an at least", visible),
            (false, false) => ("an at most", total),
        };
        return Err(raise!(
            TypeError,
            "{name}() takes {bound} {limit}-sequence ({given}-sequence given)"
        ));
    }
    for i in given..total {
        let found = match (extra, field_name(ty, i - unnamed)) {
            (Some(extra), Some(name)) => extra.get_text(&name.to_string_lossy()),
            _ => None,
        };
        values.push(found.unwrap_or_else(singletons::none));
    }
    new(ty, values)
}

extern "C" fn repr(this: &PyTupleObject) -> PyResult {
    let mut text = str_::Builder::default();
    text.push_text(&sequence::type_name(this));
    text.push_text("(");
    for (i, item) in this.items().iter().enumerate() {
        let Some(name) = field_name(this.ty(), i) else {
            return Err(raise!(
                SystemError,
                "In structseq_repr(), member {} name is NULL for type {}",
                i,
                sequence::type_name(this)
            ));
        };
        if i > 0 {
            text.push_text(", ");
        }
        text.push_text(&name.to_string_lossy());
        text.push_text("=");
        text.push_str(&*protocol::repr(item)?);
    }
    text.push_text(")");
    Ok(text.finish()?.into_object())
}

extern "C" fn reduce(this: &PyTupleObject) -> PyResult {
    let ty = this.ty();
    let unnamed = count_of(ty, &N_UNNAMED);
    let items = tuple::from_borrowed(this.items())?;
    let hidden = dict::new()?;
    for (i, field) in all_fields(this).iter().enumerate().skip(this.len()) {
        if let (Some(name), Some(field)) = (field_name(ty, i - unnamed), field) {
            hidden.set_text(&name.to_string_lossy(), field)?;
        }
    }
    let state = tuple::from_array([items.into_object(), hidden.into_object()])?;
    Ok(tuple::from_array([ty.to_ref(), state.into_object()])?.into_object())
}
