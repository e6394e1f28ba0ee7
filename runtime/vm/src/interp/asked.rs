//! What an operation asks first, where that is a `__len__` or `__hash__` of Python: its frame is entered at once, and no surrogate. So is a generator's that a
//! call of `next` or `send` resumes, or that of a `__new__` which is all there is to a call of a class.
//!
//! `len(x)` and `hash(x)` are over with the answer. An operation on a set or a dict keeps its operands on the stack (`ReturnTo::Hashed`): it is executed
//! again with the hash known (`attempt::know`), as an attempt, so that what else it asks is asked as ever. A recorder sees the surrogates instead.

use super::iteration;
use crate::builtin_calls;
use crate::calls::enter_function;
use crate::config::always_surrogates;
use crate::frames::ReturnTo;
use crate::replay;
use crate::surrogates;
use hotpy_isa::Op;
use hotpy_isa::encoding::instructions;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use smallvec::SmallVec;

/// The Python function of a class that answers for `name`, if frames may be entered for it.
#[inline]
fn method(ty: &PyTypeObject, name: &Str) -> Option<Ref<PyFunctionObject>> {
    if always_surrogates() || !surrogates::is_loaded() {
        return None;
    }
    let function = typeobject::lookup(ty, name).filter(|m| m.is_exact::<PyFunctionObject>())?;
    // SAFETY: the type was checked.
    Some(unsafe { function.to_ref().cast() })
}

/// A frame to be entered, and what becomes of its value.
type Entered = (PyResult<&'static Frame>, ReturnTo);

/// The call of `len`, `hash` or `next` for an object of a class of Python, or of `next` or `send` for a generator, which is pushed; takes over the arguments.
/// `None`: it is another call.
///
/// # Safety
/// `args` are `count` owned references.
#[inline(never)]
pub unsafe fn call(
    ts: &PyThreadState,
    callable: &PyObject,
    args: *mut *mut PyObject,
    count: usize,
    sp: &mut *mut *mut PyObject,
) -> Option<Entered> {
    if let Some(class) = callable.downcast::<PyTypeObject>() {
        // SAFETY: the caller's promise.
        return unsafe { made(ts, class, args, count) };
    }
    if !matches!(count, 1 | 2) {
        return None;
    }
    let special = builtin_calls::asks_at_once(callable)?;
    // SAFETY: the caller's promise.
    let this = unsafe { &**args };
    let ty = this.ty();
    // SAFETY: as above.
    unsafe {
        match special {
            builtin_calls::Special::Next if count == 1 => {
                if let Some(generator) = this.exact::<PyGenObject>() {
                    return resumed(ts, generator, singletons::none(), 1, sp);
                }
            }
            builtin_calls::Special::Send if count == 2 && is_method_of(callable, ty) => {
                let value = (**args.add(1)).to_ref();
                let entered = resumed(ts, this.cast(), value, 2, sp);
                if entered.is_some() {
                    PyObject::decref(*args.add(1));
                }
                return entered;
            }
            _ => {}
        }
    }
    if count != 1 || !ty.is_heap_type() {
        return None;
    }
    let (method, return_to) = match special {
        builtin_calls::Special::Next if typeobject::is_python_slot_iternext(ty) => {
            // SAFETY: the caller's promise.
            let frame = unsafe { enter_function(ts, method(ty, &names::__next__)?, args, 1, None) };
            return Some((frame.ok_or(Raised), ReturnTo::Push));
        }
        builtin_calls::Special::Len if typeobject::is_python_slot_len(ty) => {
            (method(ty, &names::__len__)?, ReturnTo::Length)
        }
        builtin_calls::Special::Hash if typeobject::is_python_slot_hash(ty) => {
            (method(ty, &names::__hash__)?, ReturnTo::Hash)
        }
        _ => return None,
    };
    // SAFETY: the caller's promise.
    let frame = unsafe { enter_function(ts, method, args, 1, None) };
    // The builtin is a level of its own.
    let frame = frame.inspect(|frame| frame.frame_flags.set(2));
    Some((frame.ok_or(Raised), return_to))
}

/// The call of a class whose instances a `__new__` of Python makes, and no `__init__` fills, as named tuples are: the frame of that.
unsafe fn made(
    ts: &PyThreadState,
    class: &PyTypeObject,
    args: *mut *mut PyObject,
    count: usize,
) -> Option<Entered> {
    if !class.is_heap_type()
        || !typeobject::is_python_slot_new(class)
        || !same_slot!(class, object::PyBaseObject_Type, tp_init)
        || !same_slot!(class.ty(), typeobject::PyType_Type, tp_call)
        || is_observed(ts)
    {
        return None;
    }
    let new = typeobject::lookup(class, &names::__new__)?;
    if !new.ty().is(&classmethod::PyStaticMethod_Type) {
        return None;
    }
    let new = classmethod::callable(new)?;
    let fills = new.exact::<PyFunctionObject>().is_some_and(only_fills);
    if always_surrogates() || !surrogates::is_loaded() || !fills {
        return None;
    }
    let mut all: SmallVec<[*mut PyObject; 8]> = SmallVec::with_capacity(count + 1);
    all.push(class.to_ref().into_raw());
    // SAFETY: the caller's promise: the arguments move into `all`.
    let frame = unsafe {
        for i in 0..count {
            all.push(*args.add(i));
        }
        enter_function(ts, new.to_ref().cast(), all.as_mut_ptr(), count + 1, None)
    };
    // `type.__call__` is a level of its own.
    let frame = frame.inspect(|frame| frame.frame_flags.set(2));
    Some((frame.ok_or(Raised), ReturnTo::Push))
}

/// Whether a `__new__` does no more than to call `tuple.__new__` with its class and a tuple of its parameters. Then its result is of that class, for which no
/// `__init__` is to be looked up: any other code could make, or import, a class whose instance has one.
fn only_fills(new: &PyFunctionObject) -> bool {
    use Op::*;
    // SAFETY: a function has a code object, whose units are its bytecode, and its globals are a dict.
    let (code, globals, units) = unsafe {
        let code = &*new.func_code.as_ptr().cast::<PyCodeObject>();
        let units = std::slice::from_raw_parts(code.first_instr().cast::<u8>(), code.units() * 2);
        let globals = &*new.func_globals.as_ptr().cast::<PyDictObject>();
        (code, globals, units)
    };
    let mut ops = instructions(units).map_while(Result::ok);
    let mut next = |op: Op| ops.next().filter(|d| d.op == op).map(|d| d.arg as usize);
    let name = next(RESUME).and_then(|_| next(LOAD_GLOBAL));
    if name.is_none() || next(LOAD_FAST) != Some(0) {
        return false;
    }
    let mut after = ops.skip_while(|d| d.op == LOAD_FAST).map(|d| d.op);
    if ![BUILD_TUPLE, PRECALL, CALL, RETURN_VALUE]
        .iter()
        .all(|op| after.next() == Some(*op))
    {
        return false;
    }
    let callee = name.and_then(|arg| globals.get_item(&code.names().items()[arg >> 1]).ok()?);
    callee.is_some_and(|f| typeobject::is_native_new_of(&f, &tuple::PyTuple_Type))
}

/// Whether somebody observes the thread.
fn is_observed(ts: &PyThreadState) -> bool {
    // SAFETY: the thread's cframe is live.
    unsafe { (*ts.cframe.get()).use_tracing.get() != 0 }
}

/// Whether a method of builtin generators is one of this type's.
fn is_method_of(method: &PyObject, ty: &PyTypeObject) -> bool {
    let method = method.exact::<PyMethodDescrObject>();
    method.is_some_and(|m| m.d_common.d_type.get().is_some_and(|of| of.is(ty)))
}

/// The frame of a generator at rest that a call resumes, which counts for `levels` levels of recursion; takes over a reference to it if there is one, and
/// pushes that. Who observes is told of more by the surrogate.
unsafe fn resumed(
    ts: &PyThreadState,
    generator: &PyGenObject,
    value: Ref,
    levels: u8,
    sp: &mut *mut *mut PyObject,
) -> Option<Entered> {
    if is_observed(ts) || always_surrogates() || !surrogates::is_loaded() {
        return None;
    }
    let frame = iteration::resume(ts, generator, &value)?;
    frame.frame_flags.set(levels);
    // SAFETY: the caller's reference, for which the stack has room where the call's operands were.
    unsafe {
        **sp = generator.as_ptr();
        *sp = sp.add(1);
    }
    Some((Ok(frame), ReturnTo::GenCall))
}

/// The key whose hash an operation on a set or a dict asks first of Python. `None`: it asks something else, or nothing.
unsafe fn key<'a>(op: Op, oparg: usize, sp: *mut *mut PyObject) -> Option<&'a PyObject> {
    // SAFETY: the operands lie below `sp`.
    unsafe {
        let peek = |depth: usize| &**sp.sub(depth);
        let is_dict = |o: &PyObject| o.is_exact::<PyDictObject>();
        let is_set = |o: &PyObject| set::as_any_set(o).is_some_and(set::is_exact);
        let (first, step, count) = match op {
            Op::BUILD_SET => (oparg, 1, oparg),
            Op::BUILD_MAP => (2 * oparg, 2, oparg),
            Op::SET_ADD => (1, 1, 1),
            Op::BINARY_SUBSCR | Op::STORE_SUBSCR if is_dict(peek(2)) => (1, 1, 1),
            Op::CONTAINS_OP if is_dict(peek(1)) || is_set(peek(1)) => (2, 1, 1),
            _ => return None,
        };
        let mut keys = (0..count).map(|i| peek(first - i * step));
        let key = keys.find(|key| !replay::is_plain(key))?;
        let repeats = replay::is_repeatable(key) && keys.all(replay::is_repeatable);
        (repeats && typeobject::is_python_slot_hash(key.ty())).then_some(key)
    }
}

/// The frame of the `__hash__` that an operation on a set or a dict asks first; its operands stay on the stack.
///
/// # Safety
/// `op` is the instruction to be executed, its operands lie below `sp`.
#[inline(never)]
pub unsafe fn hash(
    ts: &PyThreadState,
    op: Op,
    oparg: usize,
    sp: *mut *mut PyObject,
) -> Option<PyResult<&'static Frame>> {
    // SAFETY: the caller's promise; the thread's cframe is live.
    unsafe {
        let key = key(op, oparg, sp)?;
        // With an EXTENDED_ARG it cannot be executed again by itself; an observer would hear of its line again.
        if oparg > 255 || (*ts.cframe.get()).use_tracing.get() != 0 || attempt::is_known(key) {
            return None;
        }
        let method = method(key.ty(), &names::__hash__)?;
        let mut args = [key.to_ref().into_raw()];
        Some(enter_function(ts, method, args.as_mut_ptr(), 1, None).ok_or(Raised))
    }
}

/// What a `__hash__` has answered is known to the operation that the frame stands at, which is executed again.
///
/// # Safety
/// [`hash`] has entered the frame that has answered; the operands lie below `sp`.
pub unsafe fn hashed(frame: &Frame, sp: *mut *mut PyObject, answer: &PyObject) -> PyResult<()> {
    let hash = typeobject::hash_of_answer(answer)?;
    // SAFETY: the caller's promise.
    unsafe {
        let unit = *frame.prev_instr.get();
        let op = Op::from_u8(unit as u8).map_or(Op::NOP, Op::base);
        if let Some(key) = key(op, (unit >> 8) as usize, sp) {
            attempt::know(key, hash);
        }
    }
    Ok(())
}
