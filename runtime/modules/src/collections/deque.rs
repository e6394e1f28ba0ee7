//! `deque`: a double-ended queue, here a ring buffer. Every change is counted, so that iterators notice it.

use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, getset, noargs, one, slot};
use hotpy_objects::flags::{cmp, tp};
use hotpy_objects::number::BinaryOp;
use hotpy_objects::task::{self, Begun, Fills, Task};
use hotpy_objects::*;
use smallvec::SmallVec;
use std::cell::RefCell;
use std::collections::VecDeque;

#[derive(Default)]
pub struct Queue {
    items: RefCell<VecDeque<Ref>>,
    /// Negative: no limit.
    maxlen: Cell<isize>,
    changes: Cell<u64>,
}

impl Body for Queue {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        if let Ok(items) = self.items.try_borrow() {
            for item in items.iter() {
                let answer = visit(item);
                if answer != 0 {
                    return answer;
                }
            }
        }
        0
    }
    fn clear(&self) {
        self.empty();
    }
}

type DequeObject = Native<Queue>;

static SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(len),
    sq_concat: slot::binary(concat),
    sq_repeat: slot::index(repeat),
    sq_item: slot::index(item),
    sq_ass_item: slot::set_index(set_item),
    sq_contains: slot::contains(contains),
    sq_inplace_concat: slot::binary(inplace_concat),
    sq_inplace_repeat: slot::index(inplace_repeat),
    ..PySequenceMethods::EMPTY
};

pub static Deque: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(new)),
    tp_init: Cell::new(Some(init)),
    tp_repr: slot::unary(repr),
    tp_richcompare: slot::compare(compare),
    tp_iter: slot::unary(iter),
    tp_as_sequence: def::table(&SEQUENCE),
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    tp_weaklistoffset: weak_offset::<Queue>(),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE | tp::SEQUENCE),
    tp_doc: Cell::new(c"deque([iterable[, maxlen]]) --> deque object\n\nA queue that grows and shrinks at both ends.".as_ptr()),
    ..native_type::<Queue>(c"collections.deque")
};
builtin!(DequeObject = Deque);

extern "C" fn new(ty: &PyTypeObject, _: &PyObject, _: Option<&PyObject>) -> PyResult {
    Ok(new_native(
        ty,
        Queue {
            maxlen: Cell::new(-1),
            ..Queue::default()
        },
    )?
    .into_object())
}

/// `deque.__init__` up to the items, which it answers.
fn begin_init(
    this: &DequeObject,
    args: &PyTupleObject,
    kwargs: Option<&PyObject>,
) -> PyResult<Option<Ref>> {
    static PARAMS: Params = Params {
        function: "deque",
        names: &["iterable", "maxlen"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let a = PARAMS.bind_tuple(args, kwargs)?;
    let maxlen = match not_none(a[1]) {
        None => -1,
        Some(o) => {
            if !o.is_instance::<PyLongObject>() {
                return Err(raise!(TypeError, "an integer is required"));
            }
            let n = isize_arg(o)?;
            if n < 0 {
                return Err(raise!(ValueError, "maxlen must be non-negative"));
            }
            n
        }
    };
    this.maxlen.set(maxlen);
    this.empty();
    Ok(a[0].map(|iterable| iterable.to_ref()))
}

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    // SAFETY: U3.
    let this: &DequeObject = unsafe { this.cast() };
    def::status(
        begin_init(this, args_tuple(args), kwargs).and_then(|iterable| match iterable {
            Some(iterable) => this.extend(&iterable, false),
            None => Ok(()),
        }),
    )
}

/// Items from what may run Python.
async fn extend_from(this: &DequeObject, iterable: &PyObject, left: bool) -> PyResult<()> {
    let iterator = task::iter(iterable).await?;
    while let Some(item) = task::next(&iterator).await? {
        if this.maxlen.get() == 0 {
            // As below.
        } else if left {
            this.push_front(item)?
        } else {
            this.push_back(item)?
        }
    }
    Ok(())
}

fn task_init(
    this: &PyObject,
    args: Ref<PyTupleObject>,
    kwargs: Option<Ref<PyDictObject>>,
) -> Option<Task> {
    let this = Ref::new(this.downcast::<DequeObject>()?);
    Some(Box::pin(async move {
        let kwargs = kwargs.as_deref().map(|k| &**k);
        if let Some(iterable) = begin_init(&this, &args, kwargs)? {
            extend_from(&this, &iterable, false).await?;
        }
        Ok(Some(singletons::none()))
    }))
}

/// `append` and `appendleft`, which take over the items that are to be had in frames only.
static APPENDS: [Global; 2] = [Global::EMPTY, Global::EMPTY];

/// The surrogate `make_each`.
static MAKE_EACH: Global = Global::EMPTY;

/// Has each item of an iterable appended by a surrogate. `None`: by a task, because nothing is kept.
fn append_each(this: &DequeObject, iterable: &PyObject, left: bool, answer: Ref) -> Option<Begun> {
    Some(Begun::Each {
        put: APPENDS[usize::from(left)]
            .get()
            .filter(|_| this.maxlen.get() != 0)?,
        into: this.to_ref(),
        iterable: iterable.to_ref(),
        answer,
    })
}

/// `deque(iterable[, maxlen])`, where that may run Python.
fn begin_making(
    class: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let [iterable, limit @ ..] = args else {
        return None;
    };
    if limit.is_empty() && names.is_none() && !filling::is_native(iterable) {
        let args = [APPENDS[0].get()?, class.to_ref(), iterable.to_ref()];
        return Some(Begun::Args(MAKE_EACH.get()?, SmallVec::from_iter(args)));
    }
    let is_plain = match (names, limit) {
        (None, []) => true,
        (_, [limit]) => limit.is_exact::<PyLongObject>() || singletons::is_none(limit),
        _ => false,
    };
    if !is_plain || filling::is_native(iterable) {
        return None;
    }
    let (given, kwargs) = match task::given(args, names) {
        Ok((given, kwargs)) => (given, kwargs.map(Ref::into_object)),
        Err(raised) => return Some(Begun::Done(Err(raised))),
    };
    let made = class
        .downcast::<PyTypeObject>()
        .ok_or(Raised)
        .and_then(|ty| new(ty, &given, None))
        .and_then(|made| {
            // SAFETY: `new` makes queues.
            let this: Ref<DequeObject> = unsafe { made.cast() };
            Ok((begin_init(&this, &given, kwargs.as_deref())?, this))
        });
    match made {
        Ok((Some(iterable), this)) => append_each(&this, &iterable, false, this.to_ref()),
        Ok((None, this)) => Some(Begun::Done(Ok(this.to_ref()))),
        Err(raised) => Some(Begun::Done(Err(raised))),
    }
}

fn begin_extend<const LEFT: bool>(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let ([iterable], None) = (args, names) else {
        return None;
    };
    if filling::is_native(iterable) || this.is(*iterable) {
        return None;
    }
    let this = this.downcast::<DequeObject>()?;
    if let Some(begun) = append_each(this, iterable, LEFT, singletons::none()) {
        return Some(begun);
    }
    let (this, iterable) = (Ref::new(this), iterable.to_ref());
    Some(Begun::Task(Box::pin(async move {
        extend_from(&this, &iterable, LEFT).await?;
        Ok(Some(singletons::none()))
    })))
}

/// Has what may run Python run it in frames.
pub(super) fn register() -> PyResult<()> {
    let asks = |args: &PyTupleObject, kwargs: Option<&PyDictObject>| {
        let iterable = kwargs.and_then(|k| k.get_text("iterable"));
        let all = args.items();
        all.first().is_some_and(|i| !filling::is_native(i))
            || iterable.is_some_and(|i| !filling::is_native(&i))
    };
    for (name, append) in ["append", "appendleft"].iter().zip(&APPENDS) {
        append.set(Deque.dict().get_text(name));
    }
    MAKE_EACH.set(hotpy_vm::surrogates::by_name("make_each").map(Ref::into_object));
    task::register_making(&Deque, begin_making);
    let begin = task_init;
    task::register_init(&Deque, Fills { asks, begin });
    task::register_named(&Deque, "extend", begin_extend::<false>)?;
    task::register_named(&Deque, "extendleft", begin_extend::<true>)?;
    task::register_inplace(&Deque, |op, this, other| match op {
        BinaryOp::Add => begin_concat(this, other),
        _ => None,
    });
    task::register_contains(&Deque, |this, value| {
        let (this, value) = begin_search(this, value)?;
        Some(Box::pin(async move {
            let at = find(&this, &value, 0, usize::MAX, "contains").await?;
            boolean(at.is_some()).map(Some)
        }))
    });
    task::register_named(&Deque, "count", |this, args, names| {
        let ([value], None) = (args, names) else {
            return None;
        };
        let (this, value) = begin_search(this, value)?;
        let counting = async move { counted(&this, &value).await.map(Some) };
        Some(Begun::Task(Box::pin(counting)))
    })?;
    task::register_named(&Deque, "remove", |this, args, names| {
        let ([value], None) = (args, names) else {
            return None;
        };
        let (this, value) = begin_search(this, value)?;
        let removing = async move { removed(&this, &value).await.map(Some) };
        Some(Begun::Task(Box::pin(removing)))
    })?;
    task::register_named(&Deque, "index", |this, args, names| {
        if names.is_some() || args.iter().all(|a| is_plain(a)) && begin_search(this, this).is_none()
        {
            return None;
        }
        let this = Ref::new(this.downcast::<DequeObject>()?);
        Some(Begun::Task(task::of_function(args, async move |args| {
            looked_for(&this, args).await
        })))
    })?;
    let asking = ["insert", "rotate", "copy", "__copy__"];
    hotpy_vm::builtin_calls::mark_asking_type(&Deque, &asking);
    Ok(())
}

fn is_plain(object: &PyObject) -> bool {
    object.ty().tp_flags.get() & tp::PLAIN != 0
}

/// What a search works with, if comparing may run Python.
fn begin_search(this: &PyObject, value: &PyObject) -> Option<(Ref<DequeObject>, Ref)> {
    let this = this.downcast::<DequeObject>()?;
    if is_plain(value) && this.items.borrow().iter().all(|i| is_plain(i)) {
        return None;
    }
    Some((Ref::new(this), value.to_ref()))
}

/// `this += iterable`, where that may run Python.
fn begin_concat(this: &PyObject, iterable: &PyObject) -> Option<Task> {
    if filling::is_native(iterable) || this.is(iterable) {
        return None;
    }
    let (this, iterable) = (Ref::new(this.downcast::<DequeObject>()?), iterable.to_ref());
    Some(Box::pin(async move {
        extend_from(&this, &iterable, false).await?;
        Ok(Some(this.into_object()))
    }))
}

impl Queue {
    fn changed(&self) {
        self.changes.set(self.changes.get() + 1);
    }

    fn empty(&self) {
        let old = self.items.take();
        if !old.is_empty() {
            self.changed();
        }
        drop(old);
    }

    fn len(&self) -> usize {
        self.items.borrow().len()
    }

    fn get(&self, index: usize) -> Option<Ref> {
        self.items.borrow().get(index).cloned()
    }

    /// Makes room at one end for an item that comes in at the other: what goes, if the queue is full.
    fn full(&self, pop: fn(&mut VecDeque<Ref>) -> Option<Ref>) -> Option<Ref> {
        let limit = self.maxlen.get();
        let mut items = self.items.borrow_mut();
        (limit >= 0 && items.len() as isize >= limit)
            .then(|| pop(&mut items))
            .flatten()
    }

    /// Raises MemoryError unless there is room for so many more.
    fn reserve(&self, count: usize) -> PyResult<()> {
        match self.items.borrow_mut().try_reserve(count) {
            Ok(()) => Ok(()),
            Err(_) => Err(errors::no_memory()),
        }
    }

    #[inline]
    fn push_back(&self, item: Ref) -> PyResult<()> {
        self.reserve(1)?;
        let old = self.full(VecDeque::pop_front);
        self.changed();
        if self.maxlen.get() != 0 {
            self.items.borrow_mut().push_back(item);
        }
        drop(old);
        Ok(())
    }

    #[inline]
    fn push_front(&self, item: Ref) -> PyResult<()> {
        self.reserve(1)?;
        let old = self.full(VecDeque::pop_back);
        self.changed();
        if self.maxlen.get() != 0 {
            self.items.borrow_mut().push_front(item);
        }
        drop(old);
        Ok(())
    }

    fn extend(&self, iterable: &PyObject, left: bool) -> PyResult<()> {
        if let (Some(list), false) = (iterable.exact::<PyListObject>(), left) {
            if self.items.borrow().is_empty() {
                // What would be pushed out again, the list keeps alive: nobody sees it in between.
                let items = list.items();
                let kept = usize::try_from(self.maxlen.get()).unwrap_or(items.len());
                let last = &items[items.len().saturating_sub(kept)..];
                if last.is_empty() {
                    return Ok(());
                }
                self.reserve(last.len())?;
                self.changed();
                let mut own = self.items.borrow_mut();
                own.extend(last.iter().map(|item| item.to_ref()));
                return Ok(());
            }
            let mut i = 0;
            while let Some(item) = list.items().get(i) {
                self.push_back(item.to_ref())?;
                i += 1;
            }
            return Ok(());
        }
        let iterator = protocol::iter(iterable)?;
        while let Some(item) = protocol::next(&iterator)? {
            if self.maxlen.get() == 0 {
                // Taken, but no change.
            } else if left {
                self.push_front(item)?
            } else {
                self.push_back(item)?
            }
        }
        Ok(())
    }

    fn all(&self) -> PyResult<Vec<Ref>> {
        growing::collected(self.items.borrow().iter().cloned())
    }

    fn rotate(&self, n: isize) {
        let mut items = self.items.borrow_mut();
        let len = items.len() as isize;
        if len > 1 {
            items.rotate_right(n.rem_euclid(len) as usize);
            drop(items);
            self.changed();
        }
    }
}

/// `extend` and its like, given the queue itself, work on a copy.
fn source(this: &DequeObject, iterable: &PyObject) -> PyResult {
    if this.object().is(iterable) {
        list(this.all()?)
    } else {
        Ok(iterable.to_ref())
    }
}

extern "C" fn append(this: &DequeObject, value: &PyObject) -> PyResult {
    this.push_back(value.to_ref())?;
    none()
}

extern "C" fn appendleft(this: &DequeObject, value: &PyObject) -> PyResult {
    this.push_front(value.to_ref())?;
    none()
}

extern "C" fn extend(this: &DequeObject, iterable: &PyObject) -> PyResult {
    this.extend(&*source(this, iterable)?, false)?;
    none()
}

extern "C" fn extendleft(this: &DequeObject, iterable: &PyObject) -> PyResult {
    this.extend(&*source(this, iterable)?, true)?;
    none()
}

fn popped(this: &DequeObject, item: Option<Ref>) -> PyResult {
    match item {
        Some(item) => {
            this.changed();
            Ok(item)
        }
        None => Err(raise!(IndexError, "pop from an empty deque")),
    }
}

extern "C" fn pop(this: &DequeObject) -> PyResult {
    let item = this.items.borrow_mut().pop_back();
    popped(this, item)
}

extern "C" fn popleft(this: &DequeObject) -> PyResult {
    let item = this.items.borrow_mut().pop_front();
    popped(this, item)
}

extern "C" fn clear(this: &DequeObject) -> PyResult {
    this.empty();
    none()
}

extern "C" fn rotate(this: &DequeObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("rotate", args.len(), 0, 1)?;
    this.rotate(args.first().map_or(Ok(1), |o| isize_arg(o))?);
    none()
}

extern "C" fn reverse(this: &DequeObject) -> PyResult {
    this.items.borrow_mut().make_contiguous().reverse();
    none()
}

extern "C" fn count(this: &DequeObject, value: &PyObject) -> PyResult {
    task::run(counted(this, value))
}

async fn counted(this: &DequeObject, value: &PyObject) -> PyResult {
    let (changes, mut n, mut i) = (this.changes.get(), 0, 0);
    while let Some(item) = this.get(i) {
        if task::equal(&item, value).await? {
            n += 1;
        }
        if this.changes.get() != changes {
            return Err(raise!(RuntimeError, "deque mutated during iteration"));
        }
        i += 1;
    }
    int(n)
}

/// Where the value is, between two places.
async fn find(
    this: &DequeObject,
    value: &PyObject,
    start: usize,
    stop: usize,
    complaint: &str,
) -> PyResult<Option<usize>> {
    let changes = this.changes.get();
    let mut i = start;
    while i < stop {
        let Some(item) = this.get(i) else { break };
        let same = task::equal(&item, value).await?;
        if this.changes.get() != changes {
            return Err(if complaint == "remove" {
                raise!(IndexError, "deque mutated during iteration")
            } else {
                raise!(RuntimeError, "deque mutated during iteration")
            });
        }
        if same {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

extern "C" fn index(this: &DequeObject, args: Args<'_>, count: isize) -> PyResult {
    task::run(looked_for(this, args.slice(count)))
}

async fn looked_for(this: &DequeObject, args: &[&PyObject]) -> PyResult {
    check_count("index", args.len(), 1, 3)?;
    let mut bounds = [0, isize::MAX];
    for (bound, given) in bounds.iter_mut().zip(&args[1..]) {
        *bound = sequence::slice_bound(&*task::indexed(given).await?)?;
    }
    let len = this.len() as isize;
    let [start, stop] = bounds.map(|n| if n < 0 { (n + len).max(0) } else { n.min(len) } as usize);
    found_index(this, args[0], start, stop).await
}

async fn found_index(this: &DequeObject, value: &PyObject, start: usize, stop: usize) -> PyResult {
    const REPR: task::Native = |a| protocol::repr(a[0]).map(|text| Some(text.into_object()));
    match find(this, value, start, stop, "index").await? {
        Some(at) => int(at as i64),
        None => {
            let shown = task::attempt(REPR, &[value]).await?.ok_or(Raised)?;
            let shown = shown.downcast::<Str>().map(Str::to_string_lossy);
            let shown = shown.unwrap_or_default();
            Err(raise!(ValueError, "{shown} is not in deque"))
        }
    }
}

extern "C" fn remove(this: &DequeObject, value: &PyObject) -> PyResult {
    task::run(removed(this, value))
}

async fn removed(this: &DequeObject, value: &PyObject) -> PyResult {
    match find(this, value, 0, usize::MAX, "remove").await? {
        Some(at) => {
            let old = this.items.borrow_mut().remove(at);
            this.changed();
            drop(old);
            none()
        }
        None => Err(raise!(ValueError, "deque.remove(x): x not in deque")),
    }
}

extern "C" fn insert(this: &DequeObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("insert", args.len(), 2, 2)?;
    let at = isize_arg(args[0])?;
    let len = this.len() as isize;
    if this.maxlen.get() == len {
        return Err(raise!(IndexError, "deque already at its maximum size"));
    }
    this.reserve(1)?;
    let at = if at < 0 {
        (at + len).max(0)
    } else {
        at.min(len)
    };
    this.items
        .borrow_mut()
        .insert(at as usize, args[1].to_ref());
    this.changed();
    none()
}

extern "C" fn copy(this: &DequeObject) -> PyResult {
    Ok(copied(this)?.to_ref())
}

/// One of the same kind and items; a subclass is called with this one.
fn copied(this: &DequeObject) -> PyResult<Ref<DequeObject>> {
    let ty = this.object().ty();
    let maxlen = this.maxlen.get();
    let new = if this.object().is_exact::<DequeObject>() {
        let new: Ref<DequeObject> = new_native(
            ty,
            Queue {
                maxlen: Cell::new(maxlen),
                ..Queue::default()
            },
        )?;
        for item in this.all()? {
            new.push_back(item)?;
        }
        return Ok(new);
    } else if maxlen < 0 {
        call::call(ty, &[this.object()])?
    } else {
        call::call(ty, &[this.object(), &*int(maxlen as i64)?])?
    };
    // A subclass may make anything.
    if !new.is_instance::<DequeObject>() {
        return Err(raise!(
            TypeError,
            "{}() must return a deque, not {}",
            ty.name(),
            new.ty().name()
        ));
    }
    // SAFETY: the type was checked.
    Ok(unsafe { new.cast() })
}

extern "C" fn len(this: &DequeObject) -> isize {
    Queue::len(this) as isize
}

extern "C" fn item(this: &DequeObject, index: isize) -> PyResult {
    match usize::try_from(index).ok().and_then(|i| this.get(i)) {
        Some(item) => Ok(item),
        None => Err(raise!(IndexError, "deque index out of range")),
    }
}

extern "C" fn set_item(this: &DequeObject, index: isize, value: Option<&PyObject>) -> c_int {
    def::status((|| {
        let at = match usize::try_from(index) {
            Ok(at) if at < this.len() => at,
            _ => return Err(raise!(IndexError, "deque index out of range")),
        };
        let old = match value {
            Some(value) => Some(std::mem::replace(
                &mut this.items.borrow_mut()[at],
                value.to_ref(),
            )),
            None => {
                this.changed();
                this.items.borrow_mut().remove(at)
            }
        };
        drop(old);
        Ok(())
    })())
}

extern "C" fn contains(this: &DequeObject, value: &PyObject) -> c_int {
    let found = task::run(find(this, value, 0, usize::MAX, "contains"));
    def::truth_status(found.map(|at| at.is_some()))
}

extern "C" fn concat(this: &DequeObject, other: &PyObject) -> PyResult {
    let Some(other) = other.downcast::<DequeObject>() else {
        return Err(raise!(
            TypeError,
            "can only concatenate deque (not \"{}\") to deque",
            other.ty().name()
        ));
    };
    let more = other.all()?;
    let new = copied(this)?;
    for item in more {
        new.push_back(item)?;
    }
    Ok(new.into_object())
}

fn repeated(items: &[Ref], n: isize) -> PyResult<Vec<Ref>> {
    let n = n.max(0) as usize;
    if items
        .len()
        .checked_mul(n)
        .is_none_or(|total| total > isize::MAX as usize / 8)
    {
        return Err(errors::no_memory());
    }
    let mut all = growing::with_room(items.len() * n)?;
    all.extend(items.iter().cloned().cycle().take(items.len() * n));
    Ok(all)
}

extern "C" fn repeat(this: &DequeObject, n: isize) -> PyResult {
    inplace_repeat(&*copied(this)?, n)
}

extern "C" fn inplace_concat(this: &DequeObject, other: &PyObject) -> PyResult {
    this.extend(&*source(this, other)?, false)?;
    Ok(this.to_ref())
}

extern "C" fn inplace_repeat(this: &DequeObject, n: isize) -> PyResult {
    let items = repeated(&this.all()?, n)?;
    this.empty();
    for item in items {
        this.push_back(item)?;
    }
    Ok(this.to_ref())
}

extern "C" fn compare(this: &DequeObject, other: &PyObject, op: c_int) -> PyResult {
    let Some(other) = other.downcast::<DequeObject>() else {
        return Ok(singletons::not_implemented());
    };
    if this.object().is(other.object()) {
        match op {
            cmp::EQ => return boolean(true),
            cmp::NE => return boolean(false),
            _ => {}
        }
    }
    if this.len() != other.len() && (op == cmp::EQ || op == cmp::NE) {
        return boolean(op == cmp::NE);
    }
    let mut i = 0;
    while let (Some(a), Some(b)) = (this.get(i), other.get(i)) {
        if !protocol::eq(&a, &b)? {
            return match op {
                cmp::EQ => boolean(false),
                cmp::NE => boolean(true),
                _ => protocol::compare(&a, &b, op),
            };
        }
        i += 1;
    }
    let order = this.len().cmp(&other.len());
    boolean(match op {
        cmp::LT => order.is_lt(),
        cmp::LE => order.is_le(),
        cmp::EQ => order.is_eq(),
        cmp::NE => order.is_ne(),
        cmp::GE => order.is_ge(),
        _ => order.is_gt(),
    })
}

extern "C" fn repr(this: &DequeObject) -> PyResult {
    if protocol::repr_enter(this.object())? {
        return text("[...]");
    }
    let result = (|| {
        let items = list(this.all()?)?;
        let items = protocol::repr(&items)?.to_string_lossy();
        let name = this.object().ty().short_name().to_owned();
        match this.maxlen.get() {
            n if n >= 0 => text(&format!("{name}({items}, maxlen={n})")),
            _ => text(&format!("{name}({items})")),
        }
    })();
    protocol::repr_leave(this.object());
    result
}

extern "C" fn maxlen(this: &DequeObject, _: *mut c_void) -> PyResult {
    match this.maxlen.get() {
        n if n < 0 => none(),
        n => int(n as i64),
    }
}

extern "C" fn reduce(this: &DequeObject) -> PyResult {
    let state = method(this.object(), "__getstate__", &[])?;
    let args = match this.maxlen.get() {
        n if n < 0 => tuple(Vec::new())?,
        n => tuple(vec![tuple(Vec::new())?, int(n as i64)?])?,
    };
    tuple(vec![
        this.object().ty().to_ref(),
        args,
        state,
        protocol::iter(this.object())?,
    ])
}

static_table! {
static METHODS: [PyMethodDef] = [
    one(c"append", append, c"Add an element to the right side."),
    one(c"appendleft", appendleft, c"Add an element to the left side."),
    noargs(c"clear", clear, c"Remove all elements."),
    noargs(c"copy", copy, c"A shallow copy."),
    noargs(c"__copy__", copy, c"A shallow copy."),
    one(c"count", count, c"D.count(value) -> how often the value occurs"),
    one(c"extend", extend, c"Add several elements to the right side."),
    one(c"extendleft", extendleft, c"Add several elements to the left side, one after the other."),
    fast(c"index", index, c"D.index(value, [start, [stop]]) -> where the value first occurs"),
    fast(c"insert", insert, c"D.insert(index, object) -- before the index"),
    noargs(c"pop", pop, c"Remove and return the rightmost element."),
    noargs(c"popleft", popleft, c"Remove and return the leftmost element."),
    one(c"remove", remove, c"D.remove(value) -- its first occurrence"),
    noargs(c"reverse", reverse, c"D.reverse() -- in place"),
    fast(c"rotate", rotate, c"Rotate so many steps to the right (left if negative)."),
    noargs(c"__reduce__", reduce, c"Helps pickle."),
    noargs(c"__reversed__", reversed, c"D.__reversed__() -- an iterator from the right"),
    def::class_method(one(c"__class_getitem__", generic_alias::class_getitem, c"See PEP 585")),
    PyMethodDef::END,
];
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"maxlen", maxlen, None, c"maximum size of a deque or None if unbounded"),
    PyGetSetDef::END,
];
}

// ---- iterators ----

#[derive(Default)]
pub struct Walk {
    queue: Held,
    at: Cell<usize>,
    changes: Cell<u64>,
}

impl Body for Walk {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        self.queue.visit(visit)
    }
    fn clear(&self) {
        self.queue.take();
    }
}

pub static DequeIterator: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(walk_new)),
    tp_iter: slot::unary(walk_iter),
    tp_iternext: slot::next(walk_next),
    tp_methods: methods(WALK_METHODS),
    ..native_type::<Walk>(c"_collections._deque_iterator")
};

pub static DequeReverseIterator: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(walk_new)),
    tp_iter: slot::unary(walk_iter),
    tp_iternext: slot::next(walk_back),
    tp_methods: methods(WALK_METHODS),
    ..native_type::<Walk>(c"_collections._deque_reverse_iterator")
};

static_table! {
static WALK_METHODS: [PyMethodDef] = [
    noargs(c"__length_hint__", walk_hint, c"How many elements are left."),
    noargs(c"__reduce__", walk_reduce, c"Return state information for pickling."),
    PyMethodDef::END,
];
}

/// `(deque, index=0)`, for unpickling.
extern "C" fn walk_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    hotpy_objects::cfunction::no_keywords(ty.short_name(), kwargs)?;
    let a = args_tuple(args).items();
    check_count("function", a.len(), 1, 2)?;
    let Some(deque) = a[0].downcast::<DequeObject>() else {
        return Err(raise!(
            TypeError,
            "argument 1 must be collections.deque, not {}",
            type_text(a[0])
        ));
    };
    let at = a.get(1).map_or(Ok(0), |o| isize_arg(o))?.max(0) as usize;
    let new = walk(deque, ty)?;
    // SAFETY: just made.
    unsafe { PyObject::cast::<Native<Walk>>(&new) }
        .at
        .set(at.min(deque.len()));
    Ok(new)
}

extern "C" fn walk_reduce(this: &Native<Walk>) -> PyResult {
    let at = this.at.get().min(isize::MAX as usize) as i64;
    let args = tuple(vec![this.queue.or_none(), int(at)?])?;
    tuple(vec![this.object().ty().to_ref(), args])
}

fn walk(this: &DequeObject, ty: &PyTypeObject) -> PyResult {
    let body = Walk {
        queue: Held::new(Some(this.to_ref())),
        at: Cell::new(0),
        changes: Cell::new(this.changes.get()),
    };
    Ok(new_native(ty, body)?.into_object())
}

extern "C" fn iter(this: &DequeObject) -> PyResult {
    walk(this, &DequeIterator)
}

extern "C" fn reversed(this: &DequeObject) -> PyResult {
    walk(this, &DequeReverseIterator)
}

extern "C" fn walk_iter(this: &Native<Walk>) -> PyResult {
    Ok(this.to_ref())
}

fn advance(this: &Native<Walk>, back: bool) -> PyResult<Option<Ref>> {
    let Some(queue) = this.queue.get() else {
        return Ok(None);
    };
    // SAFETY: made from a deque.
    let queue: &DequeObject = unsafe { PyObject::cast(&queue) };
    if queue.changes.get() != this.changes.get() {
        this.at.set(usize::MAX);
        return Err(raise!(RuntimeError, "deque mutated during iteration"));
    }
    let (at, len) = (this.at.get(), queue.len());
    if at >= len {
        return Ok(None);
    }
    this.at.set(at + 1);
    Ok(queue.get(if back { len - 1 - at } else { at }))
}

extern "C" fn walk_next(this: &Native<Walk>) -> Option<Ref> {
    def::next_status(advance(this, false))
}

extern "C" fn walk_back(this: &Native<Walk>) -> Option<Ref> {
    def::next_status(advance(this, true))
}

extern "C" fn walk_hint(this: &Native<Walk>) -> PyResult {
    let Some(queue) = this.queue.get() else {
        return int(0);
    };
    // SAFETY: made from a deque.
    let queue: &DequeObject = unsafe { PyObject::cast(&queue) };
    int(queue.len().saturating_sub(this.at.get()) as i64)
}
