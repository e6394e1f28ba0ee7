//! `throw`, `close` and the steps of asynchronous generators' awaitables from bytecode, as tasks: the generators' frames are entered by the interpreter.

use super::attributes::CoroutineWrapper;
use super::*;
use crate::task::{self, Begun, Steps, Task};

/// Closes a generator, from the innermost one on that it waits for.
pub(super) async fn closing(generator: Ref<PyGenObject>) -> PyResult<()> {
    let mut chain = vec![generator];
    // What closing the inner one has raised.
    let mut failed: Option<Ref> = None;
    while let Some(last) = chain.last().cloned() {
        match last.state() {
            EXECUTING => {
                raise!(ValueError, "{} already executing", last.kind());
                failed = errors::fetch_instance();
                chain.pop();
                break;
            }
            CREATED => {
                if is_observed() {
                    // A trace function sees it start, and end.
                    break;
                }
                finish_unstarted(&last);
                chain.pop();
                break;
            }
            COMPLETED | CLEARED => {
                chain.pop();
                break;
            }
            _ => {}
        }
        let Some(inner) = awaited(&last) else { break };
        last.gi_frame_state.set(EXECUTING);
        if is_native_generator(&inner) {
            // SAFETY: the type was checked.
            chain.push(unsafe { inner.cast() });
        } else {
            if let Err(Raised) = close_other(&inner).await {
                failed = errors::fetch_instance();
            }
            break;
        }
    }
    while let Some(last) = chain.pop() {
        if last.state() == EXECUTING {
            last.gi_frame_state.set(SUSPENDED);
        }
        failed = match exit(&last, failed).await {
            Ok(()) => None,
            Err(Raised) => errors::fetch_instance(),
        };
    }
    match failed {
        None => Ok(()),
        Some(exception) => {
            errors::restore_instance(exception);
            Err(Raised)
        }
    }
}

/// Throws GeneratorExit, or what closing the inner iterator has raised, into a suspended generator, which must end.
async fn exit(generator: &PyGenObject, failed: Option<Ref>) -> PyResult<()> {
    let thrown = match failed {
        Some(exception) => exception,
        None => {
            errors::raise_none(&exceptions::GeneratorExit);
            errors::fetch_instance().ok_or(Raised)?
        }
    };
    match task::resume(generator, Err(thrown)).await {
        Ok(_) => Err(raise!(
            RuntimeError,
            "{} ignored GeneratorExit",
            generator.kind()
        )),
        Err(Raised)
            if errors::matches(&exceptions::StopIteration)
                || errors::matches(&exceptions::GeneratorExit) =>
        {
            errors::clear();
            Ok(())
        }
        Err(Raised) => Err(Raised),
    }
}

/// Closes what is no generator, if it can be closed.
async fn close_other(iterator: &PyObject) -> PyResult<()> {
    match protocol::getattr_opt(iterator, &names::close) {
        Ok(Some(method)) => task::call(&method, Vec::new()).await.map(drop),
        Ok(None) => Ok(()),
        Err(Raised) => {
            errors::write_unraisable(Some(iterator));
            Ok(())
        }
    }
}

/// The generators through which a generator waits, itself the first, and what the last one waits for that is no generator. `None` if one is running.
fn delegation(generator: &PyGenObject) -> Option<(Vec<Ref<PyGenObject>>, Option<Ref>)> {
    let mut chain = vec![Ref::new(generator)];
    loop {
        let last = chain.last()?;
        if last.state() != SUSPENDED {
            return None;
        }
        let Some(inner) = awaited(last) else {
            return Some((chain, None));
        };
        if !is_native_generator(&inner) {
            return Some((chain, Some(inner)));
        }
        // SAFETY: the type was checked.
        chain.push(unsafe { inner.cast() });
    }
}

/// The `throw` of what a generator delegates to: `[delegate]`.
const THROW_OF: task::Native = |a| protocol::getattr_opt(a[0], &names::throw);

/// Throws into what is no generator, at the end of a chain of generators. `given` are `throw`'s arguments.
async fn throw_other(chain: Vec<Ref<PyGenObject>>, delegate: Ref, given: Vec<Ref>) -> PyResult {
    let set_all = |state| chain.iter().for_each(|g| g.gi_frame_state.set(state));
    set_all(EXECUTING);
    let method = match task::attempt(THROW_OF, &[&delegate]).await {
        Ok(Some(method)) => method,
        answer => {
            set_all(SUSPENDED);
            drop(delegate);
            if answer.is_err() || raise_all(&given).is_err() {
                return fail_inside(chain).await;
            }
            let exception = errors::fetch_instance().ok_or(Raised)?;
            return task::throw(&chain[0], exception).await;
        }
    };
    drop(delegate);
    let answer = task::call(&method, given).await;
    set_all(SUSPENDED);
    match answer {
        Ok(value) => Ok(value),
        Err(Raised) => go_on_behind(chain).await,
    }
}

/// [`raise_given`] of `throw`'s arguments.
fn raise_all<O: std::ops::Deref<Target = PyObject>>(given: &[O]) -> PyResult<()> {
    let part = |n: usize| given.get(n).map(|g| &**g);
    raise_given(part(0).ok_or(Raised)?, part(1), part(2))
}

/// The innermost generator cannot be thrown into: the error is that of what the others delegate to.
async fn fail_inside(mut chain: Vec<Ref<PyGenObject>>) -> PyResult {
    chain.pop();
    if chain.is_empty() {
        return Err(Raised);
    }
    go_on_behind(chain).await
}

/// What the last generator of a chain delegates to has raised, or returned by StopIteration: it goes on.
async fn go_on_behind(chain: Vec<Ref<PyGenObject>>) -> PyResult {
    match leave_delegate(&chain[chain.len() - 1]) {
        Ok(value) => task::go_on(&chain[0], value).await,
        Err(Raised) => {
            let exception = errors::fetch_instance().ok_or(Raised)?;
            task::throw(&chain[0], exception).await
        }
    }
}

fn begin_throw(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    // SAFETY: it is a method of generators and coroutines.
    let generator: &PyGenObject = unsafe { this.cast() };
    if is_observed() || names.is_some() || args.is_empty() || args.len() > 3 {
        return None;
    }
    let (chain, delegate) = delegation(generator)?;
    if let Some(delegate) = delegate
        && !errors::given_matches(args[0], &exceptions::GeneratorExit)
    {
        let given = args.iter().map(|a| a.to_ref()).collect();
        return Some(Begun::Task(Box::pin(async move {
            throw_other(chain, delegate, given).await.map(Some)
        })));
    }
    if raise_all(args).is_err() {
        return Some(Begun::Task(Box::pin(async {
            fail_inside(chain).await.map(Some)
        })));
    }
    let closes = errors::matches(&exceptions::GeneratorExit);
    let exception = errors::fetch_instance()?;
    let generator = Ref::new(generator);
    Some(Begun::Task(Box::pin(async move {
        let inner = awaited(&generator).filter(|_| closes);
        if let Some(inner) = inner {
            generator.gi_frame_state.set(EXECUTING);
            let closed = if is_native_generator(&inner) {
                // SAFETY: the type was checked.
                closing(unsafe { inner.cast() }).await
            } else {
                close_other(&inner).await
            };
            generator.gi_frame_state.set(SUSPENDED);
            if let Err(Raised) = closed {
                let exception = errors::fetch_instance().ok_or(Raised)?;
                return task::resume(&generator, Err(exception)).await.map(Some);
            }
            return task::resume(&generator, Err(exception)).await.map(Some);
        }
        task::throw(&generator, exception).await.map(Some)
    })))
}

fn begin_close(this: &PyObject, args: &[&PyObject], _: Option<&PyTupleObject>) -> Option<Begun> {
    // SAFETY: as above.
    let generator: &PyGenObject = unsafe { this.cast() };
    if is_observed() || !args.is_empty() || generator.state() != SUSPENDED {
        return None;
    }
    let generator = Ref::new(generator);
    Some(Begun::Task(Box::pin(async {
        closing(generator).await?;
        Ok(Some(singletons::none()))
    })))
}

/// Whether trace or profile functions are told what happens: then it happens natively.
fn is_observed() -> bool {
    // SAFETY: the thread's cframe is live.
    unsafe { &*tstate().cframe.get() }.use_tracing.get() != 0
}

/// `send` of an awaitable.
fn begin_send(
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
    send: impl FnOnce(Ref) -> Task,
) -> Option<Begun> {
    let [value] = args else { return None };
    (names.is_none() && !is_observed()).then(|| Begun::Task(send(value.to_ref())))
}

/// `throw` of an awaitable, which makes something of the generator's answer.
fn begin_throw_through(
    generator: &PyGenObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
    finish: impl FnOnce(PyResult) -> PyResult + 'static,
) -> Option<Begun> {
    match begin_throw(generator, args, names)? {
        Begun::Task(thrown) => Some(Begun::Task(Box::pin(async move {
            let answer = thrown.await;
            finish(answer.and_then(|value| value.ok_or(Raised))).map(Some)
        }))),
        other => Some(other),
    }
}

/// `throw` of an awaitable of an asynchronous generator; `ATHROW`: of one that itself throws into it.
fn begin_awaitable_throw<const ATHROW: bool>(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let this = async_gen::awaitable(this);
    let generator = this.open_inner()?;
    begin_throw_through(&generator, args, names, move |answer| {
        if ATHROW {
            this.athrow_thrown(answer)
        } else {
            this.asend_thrown(answer)
        }
    })
}

/// The coroutine of a wrapper.
fn wrapped(this: &PyObject) -> Option<Ref<PyGenObject>> {
    let is_wrapper = this.ty().is(&PyCoroWrapper_Type);
    // SAFETY: the type was checked.
    is_wrapper.then(|| unsafe { this.cast::<CoroutineWrapper>() }.inner())
}

fn send_wrapped(this: &PyObject, value: Ref) -> Task {
    let coroutine = wrapped(this);
    Box::pin(async move {
        let coroutine = coroutine.ok_or(Raised)?;
        task::resume(&coroutine, Ok(value)).await.map(Some)
    })
}

/// The steps of an awaitable of an asynchronous generator.
fn steps(next: fn(&PyObject, Ref) -> Task) -> Steps {
    Steps {
        asks: |_| true,
        next,
    }
}

/// Calls from bytecode are tasks.
pub(crate) fn init() -> PyResult<()> {
    for ty in [&PyGen_Type, &PyCoro_Type] {
        task::register_named(ty, "throw", begin_throw)?;
        task::register_named(ty, "close", begin_close)?;
    }
    task::register_steps(
        async_gen::asend_type(),
        steps(|this, value| {
            let this = async_gen::awaitable(this);
            Box::pin(async { async_gen::asend(this, value).await.map(Some) })
        }),
    );
    let (asend, athrow) = (async_gen::asend_type(), async_gen::athrow_type());
    task::register_named(asend, "throw", begin_awaitable_throw::<false>)?;
    task::register_named(athrow, "throw", begin_awaitable_throw::<true>)?;
    task::register_named(asend, "send", |this, args, names| {
        let this = async_gen::awaitable(this);
        begin_send(args, names, |value| {
            Box::pin(async { async_gen::asend(this, value).await.map(Some) })
        })
    })?;
    task::register_named(athrow, "send", |this, args, names| {
        let this = async_gen::awaitable(this);
        begin_send(args, names, |value| {
            Box::pin(async { async_gen::athrow(this, value).await.map(Some) })
        })
    })?;
    let wrapper = &PyCoroWrapper_Type;
    task::register_steps(wrapper, steps(send_wrapped));
    task::register_named(wrapper, "send", |this, args, names| {
        begin_send(args, names, |value| send_wrapped(this, value))
    })?;
    task::register_named(wrapper, "throw", |this, args, names| {
        begin_throw(&*wrapped(this)?, args, names)
    })?;
    task::register_named(wrapper, "close", |this, args, names| {
        begin_close(&*wrapped(this)?, args, names)
    })?;
    task::register_steps(
        async_gen::athrow_type(),
        steps(|this, value| {
            let this = async_gen::awaitable(this);
            Box::pin(async { async_gen::athrow(this, value).await.map(Some) })
        }),
    );
    Ok(())
}
