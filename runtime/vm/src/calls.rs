//! Calls of arbitrary objects from bytecode: what is Python enters a frame, what is native is called to its end.

use crate::args::{Given, bind};
use crate::builtin_calls;
use crate::frames;
use crate::surrogates::{self, Known};
use hotpy_objects::code::private::SIMPLE_ARGS;
use hotpy_objects::flags::tp;
use hotpy_objects::frame::Frame;
use hotpy_objects::task::{self, Begun};
use hotpy_objects::*;
use smallvec::SmallVec;
use std::ptr;

/// How a compound operation ended: with a value, by entering a frame (whose `previous` and `return_to` are still to be set), or
/// with an exception.
pub enum Outcome {
    Value(Ref),
    Enter(&'static Frame),
    /// A call of a class: the new object, and the frame of its Python `__init__`.
    EnterInit(&'static Frame, Ref),
    Raised,
}

impl From<PyResult> for Outcome {
    #[inline(always)]
    fn from(result: PyResult) -> Outcome {
        match result {
            Ok(v) => Outcome::Value(v),
            Err(Raised) => Outcome::Raised,
        }
    }
}

/// Drops owned arguments.
unsafe fn drop_args(args: *mut *mut PyObject, count: usize) {
    // SAFETY: the caller owns them.
    unsafe {
        for i in 0..count {
            PyObject::decref(*args.add(i));
        }
    }
}

/// The owned arguments as options, which have the same bits.
unsafe fn options<'a>(args: *mut *mut PyObject, count: usize) -> &'a mut [Option<Ref>] {
    if count == 0 {
        return &mut [];
    }
    // SAFETY: an owned pointer and `Some(Ref)` are the same bits; the caller gives its counts away.
    unsafe { std::slice::from_raw_parts_mut(args.cast::<Option<Ref>>(), count) }
}

/// A frame for a Python function with its arguments bound; takes over `function` and the arguments.
///
/// # Safety
/// `args` are `count` owned references, the last of which belong to `kwnames`.
#[inline(always)]
pub unsafe fn enter_function(
    ts: &PyThreadState,
    function: Ref<PyFunctionObject>,
    args: *mut *mut PyObject,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> Option<&'static Frame> {
    // SAFETY: `func_code` is a code object; the frame's locals have room for all parameters.
    unsafe {
        let code = &*function.func_code.as_ptr().cast::<PyCodeObject>();
        if code.co_flags.get() & SIMPLE_ARGS != 0
            && code.co_argcount.get() as usize == count
            && kwnames.is_none()
        {
            let Some(frame) = frames::push_uninit(ts, function.into_raw(), code) else {
                drop_args(args, count);
                return None;
            };
            let locals = frame.local_ptr(0);
            // Volatile, because calls of memcpy and memset cost more than these few words.
            let nlocals = code.co_nlocalsplus.get() as usize;
            for i in 0..count {
                ptr::write_volatile(locals.add(i), *args.add(i));
            }
            for i in count..nlocals {
                ptr::write_volatile(locals.add(i), ptr::null_mut());
            }
            return Some(frame);
        }
        enter_function_slow(ts, function, args, count, kwnames)
    }
}

#[inline(never)]
unsafe fn enter_function_slow(
    ts: &PyThreadState,
    function: Ref<PyFunctionObject>,
    args: *mut *mut PyObject,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> Option<&'static Frame> {
    // SAFETY: as in `enter_function`.
    unsafe {
        if kwnames.is_none()
            && let Some(entered) = enter_with_defaults(ts, &function, args, count)
        {
            if entered.is_none() {
                drop_args(args, count);
            }
            return entered;
        }
        let code = Ref::new(&*function.func_code.as_ptr().cast::<PyCodeObject>());
        let Some(frame) = frames::push(ts, function.clone().into_raw(), &code) else {
            drop_args(args, count);
            return None;
        };
        let keyword_count = kwnames.map_or(0, PyTupleObject::len);
        let (positional, keywords) = options(args, count).split_at_mut(count - keyword_count);
        let bound = bind(
            frame,
            &function,
            Given {
                positional,
                keywords,
                names: kwnames,
            },
        );
        for leftover in options(args, count) {
            leftover.take();
        }
        if bound.is_err() {
            frames::pop(ts, frame);
            return None;
        }
        Some(frame)
    }
}

/// A frame for a function of positional parameters alone whose last arguments are its defaults. `Some(None)`: MemoryError; `None`: nothing was done.
unsafe fn enter_with_defaults(
    ts: &PyThreadState,
    function: &Ref<PyFunctionObject>,
    args: *mut *mut PyObject,
    count: usize,
) -> Option<Option<&'static Frame>> {
    // SAFETY: as in `enter_function`; `__defaults__` is a tuple.
    unsafe {
        let code = &*function.func_code.as_ptr().cast::<PyCodeObject>();
        let wanted = code.co_argcount.get() as usize;
        if code.co_flags.get() & SIMPLE_ARGS == 0 || count >= wanted {
            return None;
        }
        let defaults = function
            .func_defaults
            .get()?
            .cast::<PyTupleObject>()
            .items();
        let first = (count + defaults.len()).checked_sub(wanted)?;
        let Some(frame) = frames::push_uninit(ts, function.clone().into_raw(), code) else {
            return Some(None);
        };
        let locals = frame.local_ptr(0);
        for i in 0..count {
            ptr::write_volatile(locals.add(i), *args.add(i));
        }
        for (i, default) in defaults[first..].iter().enumerate() {
            default.incref();
            ptr::write_volatile(locals.add(count + i), default.as_ptr());
        }
        for i in wanted..code.co_nlocalsplus.get() as usize {
            ptr::write_volatile(locals.add(i), ptr::null_mut());
        }
        Some(Some(frame))
    }
}

/// Calls any object; takes over the arguments. Python functions, bound methods, classes and objects with a Python `__call__` enter a frame.
///
/// # Safety
/// `args` are `count` owned references, the last of which belong to `kwnames`.
#[inline(always)]
pub unsafe fn call(
    ts: &PyThreadState,
    callable: Ref,
    args: *mut *mut PyObject,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> Outcome {
    // SAFETY: passed on; the type was checked.
    unsafe {
        if callable.is_exact::<PyFunctionObject>() {
            return match enter_function(ts, callable.cast(), args, count, kwnames) {
                Some(frame) => Outcome::Enter(frame),
                None => Outcome::Raised,
            };
        }
        if kwnames.is_none()
            && let Some(result) = directly(ts, &callable, args, count)
        {
            return result.into();
        }
        call_other(ts, callable, args, count, kwnames)
    }
}

/// A builtin function or method that takes just what it is given, and that no surrogate replaces, is called at once; drops the arguments.
/// `None`: nothing was done.
///
/// # Safety
/// `args` are `count` owned references.
#[inline(never)]
pub unsafe fn directly(
    ts: &PyThreadState,
    callable: &PyObject,
    args: *mut *mut PyObject,
    count: usize,
) -> Option<PyResult> {
    // SAFETY: the caller's promise.
    unsafe {
        let given = borrowed(args, count);
        let result = if let Some(method) = callable.exact::<PyMethodDescrObject>() {
            match method.call_directly::<false>(given) {
                Some(result) => result,
                None => builtin_calls::method_at_once(ts, method, given)?,
            }
        } else if let Some(function) = callable.exact::<PyCFunctionObject>() {
            match function.call_directly::<false>(given) {
                Some(result) => result,
                None => builtin_calls::at_once(ts, function, given)?,
            }
        } else {
            let class = callable.exact::<PyTypeObject>()?;
            let [argument] = *given else { return None };
            convert(class, argument)?
        };
        drop_args(args, count);
        Some(result)
    }
}

/// A builtin class's call with one argument, where that only looks at the argument.
#[inline]
fn convert(class: &PyTypeObject, argument: &PyObject) -> Option<PyResult> {
    if crate::config::always_surrogates() {
        return None;
    }
    if class.is(&typeobject::PyType_Type) {
        Some(Ok(argument.ty().to_ref().into_object()))
    } else if class.is(&str_::PyUnicode_Type) {
        if argument.is_exact::<Str>() {
            return Some(Ok(argument.to_ref()));
        }
        let number = argument.exact::<PyLongObject>()?;
        Some(int::decimal(number).map(Ref::into_object))
    } else if class.is(&tuple::PyTuple_Type) {
        let list = argument.exact::<PyListObject>()?;
        Some(tuple::from_borrowed(list.items()).map(Ref::into_object))
    } else {
        None
    }
}

/// Calls what is no Python function, and was not called [`directly`].
///
/// # Safety
/// As [`call`].
#[inline(never)]
pub unsafe fn call_other(
    ts: &PyThreadState,
    callable: Ref,
    args: *mut *mut PyObject,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> Outcome {
    // SAFETY: passed on; types are checked before casts.
    unsafe {
        if let Some(method) = callable.exact::<PyMethodObject>() {
            if let (Some(function), Some(this)) = (method.im_func.cloned(), method.im_self.cloned())
            {
                drop(callable);
                return call_with_self(ts, function, this, args, count, kwnames);
            }
        }
        if let Some(class) = callable.downcast::<PyTypeObject>() {
            if let Some(outcome) = call_type(ts, class, args, count, kwnames) {
                return outcome;
            }
        } else if typeobject::is_python_slot_call(callable.ty()) {
            if let Some(method) = typeobject::lookup(callable.ty(), &names::__call__) {
                let method = method.to_ref();
                if method.is_exact::<PyFunctionObject>() {
                    let outcome = call_with_self(ts, method, callable, args, count, kwnames);
                    return charged_twice(outcome);
                }
                return call_bound(ts, method, callable, args, count, kwnames);
            }
        } else if let Some(outcome) = call_builtin(ts, &callable, args, count, kwnames) {
            return outcome;
        }
        call_native(&callable, args, count, kwnames)
    }
}

/// The frame stands for a native level of its own too, as in CPython.
fn charged_twice(outcome: Outcome) -> Outcome {
    if let Outcome::Enter(frame) = &outcome {
        frame.frame_flags.set(2);
    }
    outcome
}

/// Calls through a `__call__` that is no plain function.
#[inline(never)]
unsafe fn call_bound(
    ts: &PyThreadState,
    method: Ref,
    this: Ref,
    args: *mut *mut PyObject,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> Outcome {
    // A chain of objects whose `__call__` is the next one is followed on the native stack, up to the recursion limit.
    let bound = errors::enter_native(" while calling a Python object").and_then(|guard| {
        let bound = match method.ty().tp_descr_get.get() {
            Some(get) => get(&method, Some(&this), Some(this.ty()))?,
            None => method,
        };
        Ok((guard, bound))
    });
    // SAFETY: passed on.
    unsafe {
        match bound {
            Ok((_guard, bound)) => call(ts, bound, args, count, kwnames),
            Err(Raised) => {
                drop_args(args, count);
                Outcome::Raised
            }
        }
    }
}

/// A call of a builtin that itself calls Python: enters a surrogate, or, for `type.__call__`, calls the class as the interpreter does.
#[inline(never)]
unsafe fn call_builtin(
    ts: &PyThreadState,
    callable: &PyObject,
    args: *mut *mut PyObject,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> Option<Outcome> {
    // SAFETY: `args` are live objects until they are dropped or passed on.
    unsafe {
        if let Some(function) = callable.exact::<PyCFunctionObject>() {
            let outcome =
                builtin_calls::call_function(ts, function, borrowed(args, count), kwnames)?;
            drop_args(args, count);
            return Some(outcome);
        }
        if let Some(method) = callable.exact::<PyMethodDescrObject>() {
            let outcome = builtin_calls::call_method(ts, method, borrowed(args, count), kwnames)?;
            drop_args(args, count);
            return Some(outcome);
        }
        if let Some(wrapper) = callable.exact::<descr::wrapperobject>() {
            let descr = wrapper.descr.get()?;
            if !is_type_call(descr) {
                let given = borrowed(args, count);
                let outcome = builtin_calls::call_wrapper(ts, callable, descr, given, kwnames)?;
                drop_args(args, count);
                return Some(outcome);
            }
            let class = wrapper.this.get()?.downcast::<PyTypeObject>()?;
            return call_class(ts, class, args, count, kwnames);
        }
        if let Some(wrapper) = callable.exact::<PyWrapperDescrObject>() {
            let positional = count - kwnames.map_or(0, PyTupleObject::len);
            if positional == 0 {
                return None;
            }
            if !is_type_call(wrapper) {
                let given = borrowed(args, count);
                let outcome = builtin_calls::call_wrapper(ts, callable, wrapper, given, kwnames)?;
                drop_args(args, count);
                return Some(outcome);
            }
            let first = Ref::new(&**args);
            let class = first.downcast::<PyTypeObject>()?;
            let outcome = call_class(ts, class, args.add(1), count - 1, kwnames)?;
            PyObject::decref(*args);
            return Some(outcome);
        }
        if let Some(calls) = task::calls_of(callable.ty()) {
            let outcome = begin(ts, calls(callable, borrowed(args, count), kwnames))?;
            drop_args(args, count);
            return Some(outcome);
        }
        if callable.ty().tp_flags.get() & tp::ASKS_FIRST != 0 && surrogates::is_loaded() {
            let given = borrowed(args, count);
            let outcome = builtin_calls::attempt_call(ts, callable, given, kwnames);
            drop_args(args, count);
            return Some(outcome);
        }
        None
    }
}

/// Goes on with a call that was begun; `None`: it is to be made natively.
pub(crate) fn begin(ts: &PyThreadState, begun: Option<Begun>) -> Option<Outcome> {
    Some(match begun? {
        Begun::Attempt => return None,
        Begun::Task(task) => crate::replay::run_task(ts, task, 1),
        Begun::Args(callable, mut args) => {
            // SAFETY: a reference is a pointer; the call takes over those, of which none is ours then.
            unsafe {
                let count = args.len();
                args.set_len(0);
                call(ts, callable, args.as_mut_ptr().cast(), count, None)
            }
        }
        Begun::Call(callable, args, kwargs) => call_ex(ts, callable, &args, kwargs.as_deref()),
        Begun::Operator(oparg, left, right) => crate::interp::binary(ts, oparg, left, right),
        Begun::SetItem(container, key, value) => crate::interp::set_item(ts, container, key, value),
        Begun::Each {
            put,
            into,
            iterable,
            answer,
        } => {
            let args: [&PyObject; 4] = [&put, &into, &iterable, &answer];
            crate::surrogates::enter(ts, crate::surrogates::Known::PutEach, &args)
        }
        Begun::Done(result) => result.into(),
    })
}

/// Whether a slot wrapper is `type.__call__`.
fn is_type_call(wrapper: &PyWrapperDescrObject) -> bool {
    let call = typeobject::lookup(&typeobject::PyType_Type, &names::__call__);
    call.is_some_and(|call| call.is(wrapper))
}

/// The arguments, borrowed.
unsafe fn borrowed<'a>(args: *mut *mut PyObject, count: usize) -> &'a [&'a PyObject] {
    if count == 0 {
        return &[];
    }
    // SAFETY: the caller has `count` live references there.
    unsafe { std::slice::from_raw_parts(args.cast(), count) }
}

/// Calls with one more argument in front.
unsafe fn call_with_self(
    ts: &PyThreadState,
    callable: Ref,
    this: Ref,
    args: *mut *mut PyObject,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> Outcome {
    let mut all: SmallVec<[*mut PyObject; 8]> = SmallVec::with_capacity(count + 1);
    all.push(this.into_raw());
    // SAFETY: `args` are `count` references, which move into `all`.
    unsafe {
        for i in 0..count {
            all.push(*args.add(i));
        }
        call(ts, callable, all.as_mut_ptr(), count + 1, kwnames)
    }
}

/// Calls natively, to the end; drops the arguments.
///
/// # Safety
/// As [`call`].
#[inline]
pub unsafe fn call_native(
    callable: &PyObject,
    args: *mut *mut PyObject,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> Outcome {
    // SAFETY: `args` are live objects for the length of the call.
    unsafe {
        let result = call::vectorcall(callable, borrowed(args, count), kwnames);
        drop_args(args, count);
        result.into()
    }
}

/// Calls a class whose making can be done natively up to a Python `__init__`. `None`: somebody else must do it.
unsafe fn call_type(
    ts: &PyThreadState,
    class: &PyTypeObject,
    args: *mut *mut PyObject,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> Option<Outcome> {
    if !same_slot!(class.ty(), typeobject::PyType_Type, tp_call) {
        // SAFETY: passed on.
        return unsafe { call_metaclass(ts, class, args, count, kwnames) };
    }
    // SAFETY: passed on.
    unsafe { call_class(ts, class, args, count, kwnames) }
}

/// What `type.__call__` does, whatever the metaclass. `None`: it is to be done natively.
unsafe fn call_class(
    ts: &PyThreadState,
    class: &PyTypeObject,
    args: *mut *mut PyObject,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> Option<Outcome> {
    if !surrogates::is_loaded() {
        return None;
    }
    if typeobject::is_subtype(class, &typeobject::PyType_Type) {
        let positional = count - kwnames.map_or(0, PyTupleObject::len);
        if class.is(&typeobject::PyType_Type) && positional != 3 {
            return None;
        }
        // SAFETY: the arguments are live and ours to drop.
        unsafe {
            let entered = enter_type_call(ts, class, borrowed(args, count), kwnames);
            drop_args(args, count);
            return Some(entered.unwrap_or(Outcome::Raised));
        }
    }
    if !class.is_heap_type() {
        // SAFETY: the arguments are live, and ours to drop if they have been used.
        unsafe {
            if let Some(makes) = task::making_of(class) {
                let outcome = begin(ts, makes(class, borrowed(args, count), kwnames));
                if outcome.is_some() {
                    drop_args(args, count);
                    return outcome;
                }
            }
            let outcome = match builtin_calls::call_class(ts, class, borrowed(args, count), kwnames)
            {
                None if !builtin_calls::attempts_class(class) => {
                    making_task(ts, class, borrowed(args, count), kwnames)?
                }
                outcome => outcome?,
            };
            drop_args(args, count);
            return Some(outcome);
        }
    }
    let python_new = typeobject::is_python_slot_new(class);
    if !python_new && !typeobject::is_python_slot_init(class) {
        // SAFETY: the arguments are live, and ours to drop.
        unsafe {
            if let Some(outcome) = making_task(ts, class, borrowed(args, count), kwnames) {
                drop_args(args, count);
                return Some(outcome);
            }
        }
        if !builtin_calls::attempts_class(class) {
            return None;
        }
        // SAFETY: as above.
        unsafe {
            let outcome = builtin_calls::attempt_call(ts, class, borrowed(args, count), kwnames);
            drop_args(args, count);
            return Some(outcome);
        }
    }
    let init = typeobject::lookup(class, &names::__init__)?;
    let is_exception = same_slot!(class, exceptions::Exception, tp_new);
    let is_empty = made_empty(class);
    let is_plain =
        (is_exception || is_empty || same_slot!(class, object::PyBaseObject_Type, tp_new))
            && class.tp_flags.get() & flags::tp::IS_ABSTRACT == 0
            && init.is_exact::<PyFunctionObject>();
    if !is_plain || crate::config::always_surrogates() {
        // SAFETY: as above.
        unsafe {
            let entered = enter_type_call(ts, class, borrowed(args, count), kwnames);
            drop_args(args, count);
            return Some(entered.unwrap_or(Outcome::Raised));
        }
    }
    let init = init.to_ref();
    let made = match (class.tp_alloc.get(), class.tp_new.get()) {
        (_, Some(new)) if is_empty => {
            tuple::from_borrowed(&[]).and_then(|none| new(class, &none, None))
        }
        (_, Some(new)) if is_exception => {
            let positional = count - kwnames.map_or(0, PyTupleObject::len);
            // SAFETY: the arguments are live.
            tuple::from_borrowed(unsafe { borrowed(args, positional) })
                .and_then(|args| new(class, &args, None))
        }
        (Some(alloc), _) => alloc(class, 0),
        _ => return None,
    };
    let object = match made {
        Ok(object) => object,
        Err(Raised) => {
            // SAFETY: the arguments are ours.
            unsafe { drop_args(args, count) };
            return Some(Outcome::Raised);
        }
    };
    let mut all: SmallVec<[*mut PyObject; 8]> = SmallVec::with_capacity(count + 1);
    all.push(object.clone().into_raw());
    // SAFETY: the arguments move into `all`; `init` is a Python function.
    unsafe {
        for i in 0..count {
            all.push(*args.add(i));
        }
        Some(
            match enter_function(ts, init.cast(), all.as_mut_ptr(), count + 1, kwnames) {
                Some(frame) => {
                    frame.frame_flags.set(2);
                    Outcome::EnterInit(frame, object)
                }
                None => Outcome::Raised,
            },
        )
    }
}

/// Whether instances of a class are made as a builtin container's are, which looks at no arguments.
pub fn made_empty(class: &PyTypeObject) -> bool {
    same_slot!(class, dict::PyDict_Type, tp_new)
        || same_slot!(class, list::PyList_Type, tp_new)
        || same_slot!(class, set::PySet_Type, tp_new)
}

/// A call of a class that is made and filled natively, but out of what may run Python.
fn making_task(
    ts: &PyThreadState,
    class: &PyTypeObject,
    args: &[&PyObject],
    kwnames: Option<&PyTupleObject>,
) -> Option<Outcome> {
    Some(match task::begin_making(class, args, kwnames)? {
        Ok(task) => crate::replay::run_task(ts, task, 1),
        Err(Raised) => Outcome::Raised,
    })
}

/// Enters the surrogate that makes an object in general.
#[inline(never)]
fn enter_type_call(
    ts: &PyThreadState,
    class: &PyTypeObject,
    args: &[&PyObject],
    kwnames: Option<&PyTupleObject>,
) -> PyResult<Outcome> {
    let named = kwnames.map_or(0, PyTupleObject::len);
    let (positional, values) = args.split_at(args.len() - named);
    let keywords = dict::new()?;
    if let Some(names) = kwnames {
        for (name, value) in names.items().iter().zip(values) {
            keywords.set_item(name, value)?;
        }
    }
    let positional = tuple::from_borrowed(positional)?;
    Ok(surrogates::enter(
        ts,
        Known::TypeCall,
        &[class, &positional, &keywords],
    ))
}

/// Calls a class through a metaclass with a Python `__call__`.
unsafe fn call_metaclass(
    ts: &PyThreadState,
    class: &PyTypeObject,
    args: *mut *mut PyObject,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> Option<Outcome> {
    if !typeobject::is_python_slot_call(class.ty()) {
        return None;
    }
    let method = typeobject::lookup(class.ty(), &names::__call__)
        .filter(|m| m.is_exact::<PyFunctionObject>())?;
    // SAFETY: passed on.
    Some(charged_twice(unsafe {
        call_with_self(
            ts,
            method.to_ref(),
            Ref::new(class).into_object(),
            args,
            count,
            kwnames,
        )
    }))
}

/// `f(*args, **kwargs)`; takes over the callable.
pub fn call_ex(
    ts: &PyThreadState,
    callable: Ref,
    args: &PyTupleObject,
    kwargs: Option<&PyDictObject>,
) -> Outcome {
    if callable.ty().tp_flags.get() & (tp::FOREIGN | tp::HAVE_VECTORCALL) == tp::FOREIGN {
        // C code gets the tuple itself.
        return call::call_ex(&callable, args, kwargs).into();
    }
    // The arguments are copied, maybe once more with another in front, and into the callee's tuple.
    if growing::ensure(size_of_val(args.items()) * 3).is_err() {
        return Outcome::Raised;
    }
    let mut all: SmallVec<[*mut PyObject; 8]> =
        args.items().iter().map(|a| a.to_ref().into_raw()).collect();
    let Some(kwargs) = kwargs.filter(|d| d.len() > 0) else {
        // SAFETY: the references are new.
        return unsafe { call(ts, callable, all.as_mut_ptr(), all.len(), None) };
    };
    let pairs = kwargs.pairs();
    let mut names = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        names.push(key);
        all.push(value.into_raw());
    }
    let strings = names.iter().all(|n| n.is_instance::<Str>());
    // SAFETY: the references are new and ours.
    unsafe {
        if !strings {
            drop_args(all.as_mut_ptr(), all.len());
            raise!(TypeError, "keywords must be strings");
            return Outcome::Raised;
        }
        match tuple::from_owned(names) {
            Ok(names) => call(ts, callable, all.as_mut_ptr(), all.len(), Some(&names)),
            Err(Raised) => {
                drop_args(all.as_mut_ptr(), all.len());
                Outcome::Raised
            }
        }
    }
}

/// A frame for a class's body, with `namespace` as its locals. TypeError if it has parameters.
pub fn call_body(ts: &PyThreadState, body: Ref, namespace: Ref) -> Outcome {
    if !body.is_exact::<PyFunctionObject>() {
        raise!(SystemError, "low-level Python: bad operand of $call_body");
        return Outcome::Raised;
    }
    // SAFETY: the type was checked; there are no arguments.
    unsafe {
        match enter_function(ts, body.cast(), ptr::null_mut(), 0, None) {
            Some(frame) => {
                frame.f_locals.set(Some(namespace));
                Outcome::Enter(frame)
            }
            None => Outcome::Raised,
        }
    }
}

/// A frame for a code object that runs in namespaces, as `exec` does.
pub fn enter_code(
    ts: &PyThreadState,
    code: &PyCodeObject,
    globals: &PyDictObject,
    locals: &PyObject,
    closure: Option<&PyTupleObject>,
) -> Outcome {
    let Ok(function) = function::new(code, globals, None) else {
        return Outcome::Raised;
    };
    if let Some(closure) = closure {
        function
            .func_closure
            .set(Some(Ref::new(closure).into_object()));
    }
    // SAFETY: there are no arguments; code with parameters is refused.
    match unsafe { enter_function(ts, function, ptr::null_mut(), 0, None) } {
        Some(frame) => {
            frame.f_locals.set(Some(locals.to_ref()));
            Outcome::Enter(frame)
        }
        None => Outcome::Raised,
    }
}

/// Calls with borrowed arguments and no keywords.
pub fn call_borrowed(ts: &PyThreadState, callable: &PyObject, args: &[&PyObject]) -> Outcome {
    let mut all = own(args);
    // SAFETY: the references are new.
    unsafe { call(ts, callable.to_ref(), all.as_mut_ptr(), args.len(), None) }
}

/// New references to arguments: as many as were given, then nulls.
#[inline(always)]
pub fn own(args: &[&PyObject]) -> SmallVec<[*mut PyObject; 8]> {
    if args.len() > 8 {
        return args.iter().map(|a| a.to_ref().into_raw()).collect();
    }
    let mut owned = [ptr::null_mut(); 8];
    for (place, argument) in owned.iter_mut().zip(args) {
        *place = argument.to_ref().into_raw();
    }
    SmallVec::from_buf(owned)
}
