//! `throw`, `close` and the steps of asynchronous generators' awaitables from bytecode, as tasks: the generators' frames are entered by the interpreter.

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
                // SAFETY: the thread's cframe is live.
                let observed = unsafe { &*tstate().cframe.get() }.use_tracing.get() != 0;
                if observed {
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

/// The innermost generator that a generator waits for, through generators; `None` if that one waits for something else.
fn innermost(generator: &PyGenObject) -> Option<Ref<PyGenObject>> {
    let mut at = Ref::new(generator);
    while let Some(inner) = awaited(&at) {
        if !is_native_generator(&inner) {
            return None;
        }
        // SAFETY: the type was checked.
        let inner: Ref<PyGenObject> = unsafe { inner.cast() };
        if inner.state() != SUSPENDED {
            return None;
        }
        at = inner;
    }
    Some(at)
}

fn begin_throw(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    // SAFETY: it is a method of generators and coroutines; the thread's cframe is live.
    let generator: &PyGenObject = unsafe { this.cast() };
    let observed = unsafe { &*tstate().cframe.get() }.use_tracing.get() != 0;
    if observed || names.is_some() || args.is_empty() || args.len() > 3 {
        return None;
    }
    if generator.state() != SUSPENDED || innermost(generator).is_none() {
        return None;
    }
    if raise_given(args[0], args.get(1).copied(), args.get(2).copied()).is_err() {
        return Some(Begun::Done(Err(Raised)));
    }
    let closes = errors::matches(&exceptions::GeneratorExit);
    let exception = errors::fetch_instance()?;
    let generator = Ref::new(generator);
    Some(Begun::Task(Box::pin(async move {
        let inner = awaited(&generator).filter(|_| closes);
        if let Some(inner) = inner {
            generator.gi_frame_state.set(EXECUTING);
            // SAFETY: it waits for a generator, see above.
            let closed = closing(unsafe { inner.cast() }).await;
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
    let observed = unsafe { &*tstate().cframe.get() }.use_tracing.get() != 0;
    if observed || !args.is_empty() || generator.state() != SUSPENDED {
        return None;
    }
    let generator = Ref::new(generator);
    Some(Begun::Task(Box::pin(async {
        closing(generator).await?;
        Ok(Some(singletons::none()))
    })))
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
    task::register_steps(
        async_gen::athrow_type(),
        steps(|this, value| {
            let this = async_gen::awaitable(this);
            Box::pin(async { async_gen::athrow(this, value).await.map(Some) })
        }),
    );
    Ok(())
}
