//! Native algorithms that call back at many places, written once: as futures that ask.
//!
//! `next(&it).await` hands the wish for an iterator's next item to whoever drives the algorithm. [`run`] fulfils wishes natively; the VM's driver
//! (`replay`) has them fulfilled by a surrogate, in frames, so that nothing recurses on the native stack. Between two wishes
//! all that the algorithm knows is in the future, on the heap.
//!
//! Invariants:
//! 1. A future owns what it works on, and borrows nothing across a wish that a callback could change.
//! 2. It waits for nothing but wishes; whoever polls it has set its mailbox. Without one its wishes are fulfilled natively, at once.
//! 3. What a wish raises is the `Err` that it answers; the algorithm may handle it.

use crate::flags::{cmp, meth, tp};
use crate::number::BinaryOp;
use crate::*;
use smallvec::SmallVec;
use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::ptr;
use std::task::{Context, Poll, Waker};

/// What an algorithm wants to have done.
pub enum Wish {
    /// An iterator's next item; nothing at its end.
    Next(Ref),
    Iter(Ref),
    Truth(Ref),
    Str(Ref),
    /// `a op b`, with the number of COMPARE_OP's operator.
    Compare(Ref, Ref, c_int),
    Add(Ref, Ref),
    Call(Ref, Ref<PyTupleObject>, Option<Ref<PyDictObject>>),
    /// A native operation that asks Python, if at all, before it changes anything: it may be begun again.
    Attempt(Native, Vec<Ref>),
    /// A generator, coroutine or asynchronous generator goes on: with a value, or raising an exception. What it yields; StopIteration at its end.
    Resume(Ref<PyGenObject>, Result<Ref, Ref>),
    /// The same for an exception that is raised in what it delegates to.
    Throw(Ref<PyGenObject>, Ref),
    /// The innermost generator that it delegates to goes on with a value.
    GoOn(Ref<PyGenObject>, Ref),
}

pub type Native = fn(&[&PyObject]) -> Answer;

/// Nothing stands for the end of an iterator, alone.
pub type Answer = PyResult<Option<Ref>>;

/// An algorithm under way; nothing as its result is the end of an iterator.
pub type Task = Pin<Box<dyn Future<Output = Answer>>>;

/// A function under way, which keeps its arguments.
pub fn of_function(
    args: &[&PyObject],
    work: impl AsyncFn(&[&PyObject]) -> PyResult + 'static,
) -> Task {
    let args: Vec<Ref> = args.iter().map(|a| a.to_ref()).collect();
    Box::pin(async move {
        let args: Vec<&PyObject> = args.iter().map(|a| &**a).collect();
        work(&args).await.map(Some)
    })
}

#[derive(Default)]
struct Mailbox {
    wish: Cell<Option<Wish>>,
    answer: Cell<Option<Answer>>,
}

struct Current(Cell<*const Mailbox>);
// SAFETY: U1; set only while a future is polled.
unsafe impl Sync for Current {}
static CURRENT: Current = Current(Cell::new(ptr::null()));

/// The future of a wish.
struct Ask(Option<Wish>);

impl Future for Ask {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Answer> {
        // SAFETY: invariant 2: the mailbox, if there is one, is on the stack of the `poll` below.
        let Some(mailbox) = (unsafe { CURRENT.0.get().as_ref() }) else {
            return Poll::Ready(self.0.take().map_or(Ok(None), fulfil));
        };
        match self.0.take() {
            Some(wish) => {
                mailbox.wish.set(Some(wish));
                Poll::Pending
            }
            None => Poll::Ready(mailbox.answer.take().unwrap_or(Ok(None))),
        }
    }
}

/// How far an algorithm has come.
pub enum Polled {
    Wishes(Wish),
    Done(Answer),
}

/// Goes on with the answer to the last wish, or for the first time.
pub fn poll<F: Future<Output = Answer> + ?Sized>(
    task: Pin<&mut F>,
    answer: Option<Answer>,
) -> Polled {
    let mailbox = Mailbox {
        wish: Cell::new(None),
        answer: Cell::new(answer),
    };
    let outer = CURRENT.0.replace(&mailbox);
    let polled = task.poll(&mut Context::from_waker(Waker::noop()));
    CURRENT.0.set(outer);
    match polled {
        Poll::Ready(result) => Polled::Done(result),
        Poll::Pending => match mailbox.wish.take() {
            Some(wish) => Polled::Wishes(wish),
            None => Polled::Done(Err(raise!(SystemError, "a native task waits for nothing"))),
        },
    }
}

/// Runs an algorithm natively to its end.
#[inline]
pub fn run<T>(task: impl Future<Output = PyResult<T>>) -> PyResult<T> {
    let task = pin!(task);
    let outer = CURRENT.0.replace(ptr::null());
    let polled = task.poll(&mut Context::from_waker(Waker::noop()));
    CURRENT.0.set(outer);
    match polled {
        Poll::Ready(result) => result,
        Poll::Pending => Err(raise!(SystemError, "a native task waits for nothing")),
    }
}

/// Whether the algorithm under way is run by [`run`].
#[inline(always)]
fn natively() -> bool {
    CURRENT.0.get().is_null()
}

fn fulfil(wish: Wish) -> Answer {
    Ok(Some(match wish {
        Wish::Next(iterator) => return protocol::next(&iterator),
        Wish::Iter(object) => protocol::iter(&object)?,
        Wish::Str(object) => protocol::str(&object)?.into_object(),
        Wish::Truth(object) => boolean::from(protocol::truth(&object)?),
        Wish::Compare(a, b, op) => protocol::compare(&a, &b, op)?,
        Wish::Add(a, b) => number::binary(number::BinaryOp::Add, &a, &b)?,
        Wish::Call(function, args, kwargs) => call::call_ex(&function, &args, kwargs.as_deref())?,
        Wish::Attempt(operation, args) => {
            let args: Vec<&PyObject> = args.iter().map(|a| &**a).collect();
            return operation(&args);
        }
        Wish::Resume(generator, with) => generator::resume(&generator, with)?,
        Wish::Throw(generator, exception) => generator::throw_instance(&generator, &exception)?,
        Wish::GoOn(generator, value) => generator::go_on(&generator, value)?,
    }))
}

async fn ask(wish: Wish) -> PyResult {
    let answer = Ask(Some(wish)).await?;
    Ok(answer.unwrap_or_else(singletons::none))
}

/// An iterator's next item.
pub async fn next(iterator: &PyObject) -> Answer {
    if natively() {
        return protocol::next(iterator);
    }
    Ask(Some(Wish::Next(iterator.to_ref()))).await
}

/// What asking for the length comes to: `[object]`.
const HINT: Native = |a| protocol::length_hint(a[0], 0).map(|_| None);

/// Asks an object for its length before it is iterated over, as its items' number is not known.
pub async fn length_hint(object: &PyObject) -> PyResult<()> {
    attempt(HINT, &[object]).await.map(|_| ())
}

/// All items of any iterable.
pub async fn collect(iterable: &PyObject) -> PyResult<Vec<Ref>> {
    if iterable.is_exact::<PyTupleObject>() || iterable.is_exact::<PyListObject>() {
        return protocol::collect(iterable);
    }
    let iterator = iter(iterable).await?;
    length_hint(iterable).await?;
    let mut items = Vec::new();
    while let Some(item) = next(&iterator).await? {
        items.push(item);
    }
    Ok(items)
}

pub async fn iter(object: &PyObject) -> PyResult {
    if natively() {
        return protocol::iter(object);
    }
    ask(Wish::Iter(object.to_ref())).await
}

pub async fn truth(object: &PyObject) -> PyResult<bool> {
    if boolean::is_true(object) || boolean::is_false(object) {
        return Ok(boolean::is_true(object));
    }
    let answer = ask(Wish::Truth(object.to_ref())).await?;
    Ok(boolean::is_true(&answer))
}

/// `str(object)`
pub async fn str(object: &PyObject) -> PyResult {
    if object.is_exact::<Str>() {
        return Ok(object.to_ref());
    }
    if object.ty().tp_flags.get() & tp::PLAIN != 0 {
        return Ok(protocol::str(object)?.into_object());
    }
    ask(Wish::Str(object.to_ref())).await
}

/// `a op b` as the operator answers it.
pub async fn compare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult {
    let both = a.ty().tp_flags.get() & b.ty().tp_flags.get();
    if both & tp::PLAIN != 0 {
        return protocol::compare(a, b, op);
    }
    ask(Wish::Compare(a.to_ref(), b.to_ref(), op)).await
}

/// `a + b`
pub async fn add(a: &PyObject, b: &PyObject) -> PyResult {
    let both = a.ty().tp_flags.get() & b.ty().tp_flags.get();
    if both & tp::INERT != 0 {
        return number::binary(number::BinaryOp::Add, a, b);
    }
    ask(Wish::Add(a.to_ref(), b.to_ref())).await
}

/// Whether two objects are the same or equal.
pub async fn equal(a: &PyObject, b: &PyObject) -> PyResult<bool> {
    if a.is(b) {
        return Ok(true);
    }
    truth(&*compare(a, b, cmp::EQ).await?).await
}

pub async fn call(function: &PyObject, args: Vec<Ref>) -> PyResult {
    if natively() {
        let args: SmallVec<[&PyObject; 4]> = args.iter().map(|a| &**a).collect();
        return call::call(function, &args);
    }
    let args = tuple::from_owned(args)?;
    ask(Wish::Call(function.to_ref(), args, None)).await
}

/// A call of a method, which is looked up as any attribute.
pub async fn method(object: &PyObject, name: &str, args: Vec<Ref>) -> PyResult {
    named_method(object, &*str_::intern(name)?, args).await
}

/// The same for a name that is at hand.
pub async fn named_method(object: &PyObject, name: &Str, args: Vec<Ref>) -> PyResult {
    // SAFETY: the second operand is a name.
    const ATTRIBUTE: Native = |a| protocol::getattr(a[0], unsafe { a[1].cast() }).map(Some);
    if natively() {
        let args: SmallVec<[&PyObject; 4]> = args.iter().map(|a| &**a).collect();
        return call::call_method(object, name, &args);
    }
    let function = attempt(ATTRIBUTE, &[object, name]).await?.ok_or(Raised)?;
    call(&function, args).await
}

/// `repr(object)`
pub async fn repr(object: &PyObject) -> PyResult {
    const REPR: Native = |a| protocol::repr(a[0]).map(|t| Some(t.into_object()));
    attempt(REPR, &[object]).await?.ok_or(Raised)
}

/// An argument that is to be a number: what `__index__` of Python answers, or the object as it is.
pub async fn indexed(object: &PyObject) -> PyResult {
    const INDEX: Native = |a| number::index(a[0]).map(|n| Some(n.into_object()));
    if !object.ty().is_heap_type() || !number::has_index(object) {
        return Ok(object.to_ref());
    }
    attempt(INDEX, &[object]).await?.ok_or(Raised)
}

/// A call with a tuple of arguments, and keywords.
pub async fn call_tuple(
    function: &PyObject,
    args: Ref<PyTupleObject>,
    kwargs: Option<Ref<PyDictObject>>,
) -> PyResult {
    ask(Wish::Call(function.to_ref(), args, kwargs)).await
}

/// Runs a native operation that asks before it changes anything.
pub async fn attempt(operation: Native, args: &[&PyObject]) -> Answer {
    if natively() {
        return operation(args);
    }
    let args = args.iter().map(|a| a.to_ref()).collect();
    Ask(Some(Wish::Attempt(operation, args))).await
}

/// Lets a generator go on.
pub async fn resume(generator: &PyGenObject, with: Result<Ref, Ref>) -> PyResult {
    ask(Wish::Resume(Ref::new(generator), with)).await
}

/// Raises an exception where a generator, or what it delegates to, waits.
pub async fn throw(generator: &PyGenObject, exception: Ref) -> PyResult {
    ask(Wish::Throw(Ref::new(generator), exception)).await
}

/// Lets the innermost generator go on that a generator delegates to; what the outermost one yields then.
pub async fn go_on(generator: &PyGenObject, value: Ref) -> PyResult {
    ask(Wish::GoOn(Ref::new(generator), value)).await
}

// ---- who has algorithms of this kind

/// A type's steps: whether one may run Python, and its beginning.
#[derive(Clone, Copy)]
pub struct Steps {
    pub asks: fn(&PyObject) -> bool,
    /// With the value that is sent, None for `next`.
    pub next: fn(&PyObject, Ref) -> Task,
}

/// Steps that a surrogate makes where one may run Python: whether, and its number.
#[derive(Clone, Copy)]
pub struct StepsBy {
    pub asks: fn(&PyObject) -> bool,
    pub surrogate: usize,
}

/// How a call is made.
pub enum Begun {
    Task(Task),
    /// By another call, without keywords.
    Args(Ref, SmallVec<[Ref; 4]>),
    Call(Ref, Ref<PyTupleObject>, Option<Ref<PyDictObject>>),
    /// By an operator, with the operand of its BINARY_OP.
    Operator(usize, Ref, Ref),
    /// `container[key] = value`
    SetItem(Ref, Ref, Ref),
    /// By the surrogate `put_each`: each item of an iterable goes to a container by a builtin that is called with both.
    Each {
        put: Ref,
        into: Ref,
        iterable: Ref,
        answer: Ref,
    },
    /// Natively, as an attempt: it asks by its arguments alone, before it does anything else.
    Attempt,
    /// It is over.
    Done(PyResult),
}

/// Begins a call, of `this` itself or of a method of it; `None`: it runs no Python, or is wrong, and is to be made natively.
pub type Calls =
    fn(this: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun>;

/// Making an instance by a type's `tp_new`, or filling it by its `tp_init`; that of a class made from the type too.
#[derive(Clone, Copy)]
pub struct Fills {
    /// Whether the arguments may run Python.
    pub asks: fn(args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> bool,
    /// Its beginning, with the class or the object. `None`: natively.
    pub begin: fn(
        this: &PyObject,
        args: Ref<PyTupleObject>,
        kwargs: Option<Ref<PyDictObject>>,
    ) -> Option<Task>,
}

#[derive(Clone, Copy, Default)]
struct Entry {
    steps: Option<Steps>,
    by: Option<StepsBy>,
    calls: Option<Calls>,
    makes: Option<Calls>,
    news: Option<Fills>,
    inits: Option<Fills>,
    inplace: Option<Inplace>,
    contains: Option<fn(this: &PyObject, item: &PyObject) -> Option<Task>>,
    operators: Option<Inplace>,
    shown: Option<fn(this: &PyObject) -> Option<Task>>,
}

/// As which operand an operator's method has its object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OperatorWay {
    Direct,
    Reflected,
    InPlace,
}

/// An operator's result, for instance `this op= other`. `None`: natively.
pub type Inplace = fn(op: BinaryOp, this: &PyObject, other: &PyObject) -> Option<Task>;

#[derive(Default)]
struct Registry {
    types: RefCell<Vec<Entry>>,
    methods: RefCell<Vec<Calls>>,
}
struct Shared(std::cell::OnceCell<Registry>);
// SAFETY: U1; nothing is borrowed while anything else runs.
unsafe impl Sync for Shared {}
static REGISTRY: Shared = Shared(std::cell::OnceCell::new());

fn registry() -> &'static Registry {
    REGISTRY.0.get_or_init(Registry::default)
}

fn register(ty: &PyTypeObject, fill: impl FnOnce(&mut Entry)) {
    let mut all = registry().types.borrow_mut();
    let flags = ty.tp_flags.get();
    let at = if flags & tp::TASKS != 0 {
        (flags >> tp::TASK_SHIFT) as usize
    } else {
        all.push(Entry::default());
        ty.tp_flags
            .set(flags | tp::TASKS | ((all.len() - 1) as u64) << tp::TASK_SHIFT);
        all.len() - 1
    };
    fill(&mut all[at]);
}

/// An iterator's steps are tasks.
pub fn register_steps(ty: &PyTypeObject, steps: Steps) {
    register_steps_of_classes(ty, steps);
    steps_ask(ty);
}

/// An iterator's steps are a surrogate's.
pub fn register_steps_by(ty: &PyTypeObject, by: StepsBy) {
    register(ty, |e| e.by = Some(by));
    steps_ask(ty);
}

/// The same as [`register_steps`] for instances of classes made from the type, until [`steps_ask`] says that those of the type itself may run Python too.
pub fn register_steps_of_classes(ty: &PyTypeObject, steps: Steps) {
    register(ty, |e| e.steps = Some(steps));
}

/// From now on each step of an instance is looked at.
pub fn steps_ask(ty: &PyTypeObject) {
    ty.tp_flags.set(ty.tp_flags.get() | tp::STEPS_ASK);
}

/// Calls of a type's instances are tasks.
pub fn register_calls(ty: &PyTypeObject, calls: Calls) {
    register(ty, |e| e.calls = Some(calls));
}

/// Calls of the type itself are tasks.
pub fn register_making(ty: &PyTypeObject, makes: Calls) {
    register(ty, |e| e.makes = Some(makes));
}

/// Making instances by `tp_new` is a task.
pub fn register_new(ty: &PyTypeObject, fills: Fills) {
    register(ty, |e| e.news = Some(fills));
}

/// Filling instances by `tp_init` is a task.
pub fn register_init(ty: &PyTypeObject, fills: Fills) {
    register(ty, |e| e.inits = Some(fills));
}

/// Operators in place are tasks.
pub fn register_inplace(ty: &PyTypeObject, inplace: Inplace) {
    register(ty, |e| e.inplace = Some(inplace));
}

/// Operators, with an instance as the left or the right operand, are tasks.
pub fn register_operators(ty: &PyTypeObject, operators: Inplace) {
    register(ty, |e| e.operators = Some(operators));
}

/// The repr of an instance is a task. `None`: natively.
pub fn register_shown(ty: &PyTypeObject, shown: fn(this: &PyObject) -> Option<Task>) {
    register(ty, |e| e.shown = Some(shown));
}

/// Looking for an item by `in` is a task.
pub fn register_contains(
    ty: &PyTypeObject,
    contains: fn(this: &PyObject, item: &PyObject) -> Option<Task>,
) {
    register(ty, |e| e.contains = Some(contains));
}

/// Marks of methods (`ml_flags`) from here on are those of tasks.
const FIRST_MARK: i32 = 1 << 14;

/// Calls of a builtin function, or of a method, are tasks.
pub fn register_method(def: *const PyMethodDef, calls: Calls) {
    // SAFETY: a builtin's definition lives for ever.
    let flags = unsafe { &(*def).ml_flags };
    if flags.get() >> meth::SURROGATE_SHIFT >= FIRST_MARK {
        // The module is imported again, or by another interpreter.
        return;
    }
    let mut all = registry().methods.borrow_mut();
    let mark = FIRST_MARK + all.len() as i32;
    all.push(calls);
    let own = flags.get() & ((1 << meth::SURROGATE_SHIFT) - 1);
    flags.set(own | mark << meth::SURROGATE_SHIFT);
}

/// [`register_method`], found by its name among a type's or a module's own.
pub fn register_named(owner: &PyObject, name: &str, calls: Calls) -> PyResult<()> {
    let found = protocol::getattr(owner, &*str_::intern(name)?)?;
    if let Some(function) = found.exact::<PyCFunctionObject>() {
        register_method(function.m_ml.get(), calls);
    } else if let Some(method) = found.exact::<PyMethodDescrObject>() {
        register_method(method.d_method.get(), calls);
    }
    Ok(())
}

#[inline]
fn find<T>(ty: &PyTypeObject, pick: impl FnOnce(&Entry) -> Option<T>) -> Option<T> {
    let flags = ty.tp_flags.get();
    if flags & tp::TASKS == 0 {
        return None;
    }
    let all = registry().types.borrow();
    pick(all.get((flags >> tp::TASK_SHIFT) as usize)?)
}

/// The steps of an iterator whose type has them.
#[inline]
pub fn steps_of(ty: &PyTypeObject) -> Option<Steps> {
    find(ty, |e| e.steps)
}

/// The surrogate that makes the steps of an iterator, if its type has one.
#[inline]
pub fn steps_by(ty: &PyTypeObject) -> Option<StepsBy> {
    find(ty, |e| e.by)
}

/// Whether the next step of an iterator, whose steps are tasks or a surrogate's, may run Python.
pub fn steps_ask_python(iterator: &PyObject) -> bool {
    let asks = find(iterator.ty(), |e| {
        e.by.map(|by| by.asks).or(e.steps.map(|s| s.asks))
    });
    asks.is_some_and(|asks| asks(iterator))
}

/// What begins a call of an instance.
#[inline]
pub fn calls_of(ty: &PyTypeObject) -> Option<Calls> {
    find(ty, |e| e.calls)
}

/// What begins a call of the type.
#[inline]
pub fn making_of(ty: &PyTypeObject) -> Option<Calls> {
    if ty.is_heap_type() {
        return None;
    }
    find(ty, |e| e.makes)
}

/// `tp_new` of a class, where that is native and may run Python.
pub fn begin_new(
    class: &PyTypeObject,
    args: &PyTupleObject,
    kwargs: Option<&PyDictObject>,
) -> Option<Task> {
    let new = find(class, |e| e.news)?;
    if typeobject::is_python_slot_new(class) || !(new.asks)(args, kwargs) {
        return None;
    }
    (new.begin)(class, Ref::new(args), kwargs.map(Ref::new))
}

/// The same, with the class as an object.
pub fn begin_new_of(
    class: &PyObject,
    args: &PyTupleObject,
    kwargs: Option<&PyDictObject>,
) -> Option<Task> {
    begin_new(class.downcast::<PyTypeObject>()?, args, kwargs)
}

/// `tp_init` of an object, where that is native and may run Python.
pub fn begin_init(
    object: &PyObject,
    args: &PyTupleObject,
    kwargs: Option<&PyDictObject>,
) -> Option<Task> {
    let init = find(object.ty(), |e| e.inits)?;
    if typeobject::is_python_slot_init(object.ty()) || !(init.asks)(args, kwargs) {
        return None;
    }
    (init.begin)(object, Ref::new(args), kwargs.map(Ref::new))
}

/// Whether filling instances of a builtin type is a task.
pub fn has_init(of: &PyTypeObject) -> bool {
    find(of, |e| e.inits).is_some()
}

/// The `tp_init` of a builtin type, called for an instance of it or of a class made from it.
pub fn begin_init_as(of: &PyTypeObject, object: &PyObject, args: &PyTupleObject) -> Option<Task> {
    if of.is_heap_type() {
        return None;
    }
    let init = find(of, |e| e.inits)?;
    if !(init.asks)(args, None) {
        return None;
    }
    (init.begin)(object, Ref::new(args), None)
}

/// The `tp_new` of a builtin type, called for it or for a class made from it.
pub fn begin_new_as(
    of: &PyTypeObject,
    class: &PyTypeObject,
    args: &[&PyObject],
) -> Option<PyResult<Task>> {
    let mut base = class;
    while base.is_heap_type() {
        base = base.tp_base.get()?;
    }
    let new = find(of, |e| e.news)?;
    if of.is_heap_type() || !base.is(of) {
        return None;
    }
    // Named tuples are made so.
    let is_inert = |a: &&PyObject| a.ty().tp_flags.get() & tp::INERT != 0;
    if of.is(&*tuple::PyTuple_Type) && args.iter().all(is_inert) {
        return None;
    }
    let args = match tuple::from_borrowed(args) {
        Ok(args) => args,
        Err(raised) => return Some(Err(raised)),
    };
    if !(new.asks)(&args, None) {
        return None;
    }
    (new.begin)(class, args, None).map(Ok)
}

/// `this op= other`, where the type does that by a task.
pub fn begin_inplace(op: BinaryOp, this: &PyObject, other: &PyObject) -> Option<Task> {
    find(this.ty(), |e| e.inplace)?(op, this, other)
}

/// The operator of a builtin type, called as a method of it.
pub fn begin_operator_as(
    of: &PyTypeObject,
    (op, way): (BinaryOp, OperatorWay),
    this: &PyObject,
    other: &PyObject,
) -> Option<Task> {
    if of.is_heap_type() {
        return None;
    }
    match way {
        OperatorWay::Direct => find(of, |e| e.operators)?(op, this, other),
        OperatorWay::Reflected => find(of, |e| e.operators)?(op, other, this),
        OperatorWay::InPlace => find(of, |e| e.inplace)?(op, this, other),
    }
}

/// `left op right`, where a type does that by a task.
pub fn begin_operator(op: BinaryOp, left: &PyObject, right: &PyObject) -> Option<Task> {
    let of = |o: &PyObject| find(o.ty(), |e| e.operators);
    of(left).or_else(|| of(right))?(op, left, right)
}

/// `repr(this)`, where the type does that by a task.
pub fn begin_shown(this: &PyObject) -> Option<Task> {
    find(this.ty(), |e| e.shown)?(this)
}

/// `item in this` (or `not in`), where the type looks for it by a task.
pub fn begin_contains(this: &PyObject, item: &PyObject, invert: bool) -> Option<Task> {
    let found = find(this.ty(), |e| e.contains)?(this, item)?;
    Some(Box::pin(async move {
        let found = found.await?.is_some_and(|f| boolean::is_true(&f));
        Ok(Some(boolean::from(found != invert)))
    }))
}

/// A call of a class whose `tp_new` and `tp_init` are native, if one of them may run Python.
pub fn begin_making(
    class: &PyTypeObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<PyResult<Task>> {
    let is_made = find(class, |e| {
        (e.news.is_some() || e.inits.is_some()).then_some(())
    });
    is_made?;
    if args.iter().all(|a| a.ty().tp_flags.get() & tp::PLAIN != 0) {
        return None;
    }
    let (args, kwargs) = match given(args, names) {
        Ok(given) => given,
        Err(raised) => return Some(Err(raised)),
    };
    let asks = |fills: Fills| (fills.asks)(&args, kwargs.as_deref()).then_some(());
    if find(class, |e| e.news).and_then(asks).is_none()
        && find(class, |e| e.inits).and_then(asks).is_none()
    {
        return None;
    }
    let class = Ref::new(class);
    Some(Ok(Box::pin(async move {
        let made = match begin_new(&class, &args, kwargs.as_deref()) {
            Some(task) => task.await?.ok_or(Raised)?,
            None => {
                let new = class.tp_new.get();
                let new = new.ok_or_else(|| {
                    raise!(TypeError, "cannot create '{}' instances", class.name())
                })?;
                new(&class, &args, kwargs.as_deref().map(|k| &**k))?
            }
        };
        if !typeobject::is_subtype(made.ty(), &class) {
            return Ok(Some(made));
        }
        match begin_init(&made, &args, kwargs.as_deref()) {
            Some(task) => {
                task.await?;
            }
            None => {
                if let Some(init) = made.ty().tp_init.get()
                    && init(&made, &args, kwargs.as_deref().map(|k| &**k)) < 0
                {
                    return Err(Raised);
                }
            }
        }
        Ok(Some(made))
    })))
}

/// A call's arguments as a tuple, and a dict if there are keywords.
pub fn given(
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> PyResult<(Ref<PyTupleObject>, Option<Ref<PyDictObject>>)> {
    let (positional, values) = args.split_at(args.len() - names.map_or(0, PyTupleObject::len));
    let mut keywords = None;
    if let Some(names) = names.filter(|n| n.len() > 0) {
        let all = dict::new()?;
        for (name, value) in names.items().iter().zip(values) {
            all.set_item(name, value)?;
        }
        keywords = Some(all);
    }
    Ok((tuple::from_borrowed(positional)?, keywords))
}

/// What begins a call of a builtin, by its `ml_flags`.
#[inline]
pub fn calls_of_method(flags: i32) -> Option<Calls> {
    let mark = flags >> meth::SURROGATE_SHIFT;
    if mark < FIRST_MARK {
        return None;
    }
    let all = registry().methods.borrow();
    all.get((mark - FIRST_MARK) as usize).copied()
}
