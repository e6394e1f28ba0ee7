//! `tee`: iterators that share what they read, in a chain of blocks. Every iterator holds the block it stands in; blocks that nobody
//! needs any more go by themselves.

use super::{myself, positional, step};
use crate::support::*;
use hotpy_objects::cfunction::{check_count, no_keywords};
use hotpy_objects::def::{Downcast, fast, noargs, one, slot};
use hotpy_objects::task::{self, Answer, Begun, Steps};
use hotpy_objects::*;
use hotpy_vm::asking::runs_python;
use std::cell::RefCell;

/// Items of a block.
const BLOCK: usize = 57;

/// A block: items read, the source for more, the next block.
#[derive(Default)]
struct Data {
    source: Held,
    items: RefCell<Vec<Ref>>,
    next: Held,
    running: Cell<bool>,
}

impl Body for Data {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        match super::visit_vec(&self.items, visit) {
            0 => visit_all(&[&self.source, &self.next], visit),
            other => other,
        }
    }
    fn clear(&self) {
        self.source.take();
        drop(self.items.take());
        self.next.take();
    }
}

type Block = Native<Data>;

pub(super) static DataType: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(data_new)),
    tp_methods: methods(DATA_METHODS),
    tp_doc: Cell::new(
        c"teedataobject(iterable, values, next, /)\n--\n\nWhat several tee iterators share."
            .as_ptr(),
    ),
    ..native_type::<Data>(c"itertools._tee_dataobject")
};
builtin!(Block = DataType);

#[derive(Default)]
struct Tee {
    block: Held,
    at: Cell<usize>,
}

impl Body for Tee {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        self.block.visit(visit)
    }
    fn clear(&self) {
        self.block.take();
    }
}

pub(super) static TeeType: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(tee_new)),
    tp_iter: slot::unary(myself::<Tee>),
    tp_iternext: stepped!(Tee, tee_next),
    tp_methods: methods(TEE_METHODS),
    tp_weaklistoffset: weak_offset::<Tee>(),
    tp_doc: Cell::new(c"Iterator wrapped to make it copyable.".as_ptr()),
    ..native_type::<Tee>(c"itertools._tee")
};

static_table! {
static TEE_METHODS: [PyMethodDef] = [
    noargs(c"__copy__", tee_copy, c"An independent iterator from here on."),
    noargs(c"__reduce__", tee_reduce, c"Return state information for pickling."),
    one(c"__setstate__", tee_setstate, c"Set state information for unpickling."),
    PyMethodDef::END,
];
}

static_table! {
static DATA_METHODS: [PyMethodDef] = [
    noargs(c"__reduce__", data_reduce, c"Return state information for pickling."),
    PyMethodDef::END,
];
}

fn new_block(source: Option<Ref>) -> PyResult<Ref<Block>> {
    let body = Data {
        source: Held::new(source),
        ..Data::default()
    };
    new_native(&DataType, body)
}

impl Data {
    async fn get(&self, at: usize) -> Answer {
        if let Some(item) = self.items.borrow().get(at) {
            return Ok(Some(item.clone()));
        }
        if self.running.replace(true) {
            return Err(raise!(RuntimeError, "cannot re-enter the tee iterator"));
        }
        let next = step(&self.source).await;
        self.running.set(false);
        if let Ok(Some(item)) = &next {
            self.items.borrow_mut().push(item.clone());
        }
        next
    }

    /// The block after a full one, made if need be.
    fn following(&self) -> PyResult {
        if let Some(next) = self.next.get() {
            return Ok(next);
        }
        let next = new_block(self.source.get())?.into_object();
        self.next.set(Some(next.clone()));
        Ok(next)
    }
}

fn block_of(held: &Held) -> Option<Ref<Block>> {
    // SAFETY: iterators hold blocks.
    held.get().map(|b| unsafe { b.cast() })
}

async fn tee_next(this: Ref<Native<Tee>>) -> Answer {
    let Some(mut block) = block_of(&this.block) else {
        return Ok(None);
    };
    if this.at.get() >= BLOCK {
        let next = block.following()?;
        // SAFETY: blocks follow blocks.
        block = unsafe { next.clone().cast() };
        this.at.set(0);
        this.block.set(Some(next));
    }
    let item = block.get(this.at.get()).await?;
    if item.is_some() {
        this.at.set(this.at.get() + 1);
    }
    Ok(item)
}

impl Tee {
    fn asks(&self) -> bool {
        block_of(&self.block).is_some_and(|block| {
            super::asks(&block.source) && block.items.borrow().get(self.at.get()).is_none()
        })
    }
}

/// The steps run in frames where they may run Python.
pub(super) fn register(module: &PyModuleObject) -> PyResult<()> {
    register_steps!(TeeType, Tee, tee_next);
    task::register_named(module, "tee", |_, args, names| {
        if args.is_empty() || names.is_some() {
            return None;
        }
        if args.len() > 2 || !args.iter().any(|a| runs_python(Some(a))) {
            return None;
        }
        let args: Vec<Ref> = args.iter().map(|a| a.to_ref()).collect();
        Some(Begun::Task(Box::pin(async { tees(args).await.map(Some) })))
    })
}

fn tee_over(iterator: Ref) -> PyResult {
    let body = Tee {
        block: Held::new(Some(new_block(Some(iterator))?.into_object())),
        ..Tee::default()
    };
    Ok(new_native(&TeeType, body)?.into_object())
}

extern "C" fn tee_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    let a = positional(ty, "_tee", args, kwargs, 1, 1)?;
    let iterator = protocol::iter(a[0])?;
    if iterator.ty().is(&*TeeType) {
        // SAFETY: the type was checked.
        return tee_copy(unsafe { PyObject::cast(&iterator) });
    }
    tee_over(iterator)
}

extern "C" fn tee_copy(this: &Native<Tee>) -> PyResult {
    let body = Tee {
        block: Held::new(this.block.get()),
        at: Cell::new(this.at.get()),
    };
    Ok(new_native(&TeeType, body)?.into_object())
}

extern "C" fn tee_reduce(this: &Native<Tee>) -> PyResult {
    let state = tuple(vec![this.block.or_none(), int(this.at.get() as i64)?])?;
    let args = tuple(vec![tuple(Vec::new())?])?;
    tuple(vec![this.object().ty().to_ref(), args, state])
}

extern "C" fn tee_setstate(this: &Native<Tee>, state: &PyObject) -> PyResult {
    let [block, at] = super::pickle::state(state)?;
    if !block.ty().is(&*DataType) {
        return Err(raise!(
            TypeError,
            "argument 1 must be itertools._tee_dataobject, not {}",
            block.ty().name()
        ));
    }
    let at = int_arg(at)?;
    if !(0..=BLOCK as i32).contains(&at) {
        return Err(raise!(ValueError, "Index out of range"));
    }
    this.block.set(Some(block.to_ref()));
    this.at.set(at as usize);
    none()
}

extern "C" fn data_new(_: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    no_keywords("teedataobject", kwargs)?;
    let a = args_tuple(args).items();
    check_count("teedataobject", a.len(), 3, 3)?;
    let Some(values) = a[1].downcast::<PyListObject>() else {
        return Err(raise!(
            TypeError,
            "teedataobject() argument 2 must be list, not {}",
            type_text(a[1])
        ));
    };
    let next = not_none(Some(a[2]));
    let fits = match values.len() {
        BLOCK => next.is_none_or(|n| n.ty().is(&*DataType)),
        n => n < BLOCK && next.is_none(),
    };
    if !fits {
        return Err(raise!(ValueError, "Invalid arguments"));
    }
    let block = new_block(Some(a[0].to_ref()))?;
    *block.items.borrow_mut() = values.items().iter().map(|v| v.to_ref()).collect();
    block.next.set(next.map(|n| n.to_ref()));
    Ok(block.into_object())
}

extern "C" fn data_reduce(this: &Block) -> PyResult {
    let items = list(this.items.borrow().clone())?;
    let args = tuple(vec![this.source.or_none(), items, this.next.or_none()])?;
    tuple(vec![this.object().ty().to_ref(), args])
}

extern "C" fn tee(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("tee", args.len(), 1, 2)?;
    task::run(tees(args.iter().map(|a| a.to_ref()).collect()))
}

async fn tees(args: Vec<Ref>) -> PyResult {
    let n = match args.get(1) {
        Some(n) => isize_arg(&*task::indexed(n).await?)?,
        None => 2,
    };
    if n < 0 {
        return Err(raise!(ValueError, "n must be >= 0"));
    }
    if n == 0 {
        return tuple(Vec::new());
    }
    let iterator = task::iter(&args[0]).await?;
    let first = match attr_opt(&iterator, "__copy__")? {
        Some(_) => iterator,
        None => tee_over(task::iter(&iterator).await?)?,
    };
    let mut all = vec![first.clone()];
    for _ in 1..n {
        all.push(method(&first, "__copy__", &[])?);
    }
    tuple(all)
}

static_table! {
pub(super) static METHODS: [PyMethodDef] = [
    fast::<PyObject>(c"tee", tee, c"tee($module, iterable, n=2, /)\n--\n\nSeveral independent iterators over one iterable."),
    PyMethodDef::END,
];
}
