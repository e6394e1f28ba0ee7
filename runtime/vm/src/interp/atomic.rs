//! Atomic ops of low-level Python: each is done whole, or raises, or ends by entering a frame. Those of the
//! surrogates' inner loops (`$next`, `$list_append`, `$tail_call`) have their arms in `dispatch`.

use super::rare::Step;
use super::support::stack_ops;
use super::{attributes, iteration, operators};
use crate::calls::{self, Outcome};
use crate::fields;
use crate::frames::ReturnTo;
use crate::replay::{self, Fulfilled, Job};
use crate::surrogates;
use hotpy_isa::Op;
use hotpy_isa::fields::Field;
use hotpy_objects::list::sort::{SortState, Step as SortStep};
use hotpy_objects::number::BinaryOp;
use hotpy_objects::*;
use smallvec::SmallVec;
use std::ptr;

/// Executes one op; the new end of the stack, also when it raised.
///
/// # Safety
/// As for the loop: `sp` is the end of the stack, which holds what the op takes and has room for what it leaves. Operands have
/// the table's types: the dialect's checker and the surrogates' authors see to that; here types are checked only
/// where a wrong one would not be memory-safe.
#[inline(never)]
pub unsafe fn execute(
    ts: &PyThreadState,
    op: Op,
    oparg: usize,
    mut sp: *mut *mut PyObject,
) -> (*mut *mut PyObject, Step) {
    stack_ops!($, sp, return (sp, Step::Raised));
    macro_rules! finish {
        ($outcome:expr, $to:ident) => {
            match $outcome {
                Outcome::Value(v) => push!(v),
                Outcome::Enter(new) => return (sp, Step::Enter(new, ReturnTo::$to)),
                Outcome::EnterInit(new, object) => {
                    push!(object);
                    return (sp, Step::Enter(new, ReturnTo::Init));
                }
                Outcome::Raised => return (sp, Step::Raised),
            }
        };
    }
    // A native operation on the topmost operands, which are dropped.
    macro_rules! native {
        ($count:expr, $number:expr, $operation:expr) => {{
            let mut args = [const { ptr::null_mut::<PyObject>() }; $count];
            sp = sp.sub($count);
            ptr::copy_nonoverlapping(sp, args.as_mut_ptr(), $count);
            let owned = args.map(|a| Ref::<PyObject>::from_owned(a));
            let borrowed = std::array::from_fn::<&PyObject, $count, _>(|i| &*owned[i]);
            replay::attempt(ts, $operation, $number, &borrowed)
        }};
    }
    macro_rules! push_found {
        ($value:expr) => {{
            let value: Option<Ref> = $value;
            let found = value.is_some();
            push!(value.unwrap_or_else(singletons::none));
            push!(boolean::from(found));
        }};
    }
    // SAFETY: the caller's promise about the stack; casts follow checks of the type.
    unsafe {
        match op {
            Op::S_TYPE => {
                let object = pop!();
                push!(Ref::new(object.ty()).into_object());
            }
            Op::S_IS_SUBTYPE => {
                let base = pop!();
                let sub = pop!();
                let answer = typeobject::is_subtype(attempt!(class(&sub)), attempt!(class(&base)));
                push!(boolean::from(answer));
            }
            Op::S_IS_TYPE => {
                let object = pop!();
                push!(boolean::from(object.is_instance::<PyTypeObject>()));
            }
            Op::S_CLASS_ATTR => {
                let name = pop!();
                let owner = pop!();
                let found = typeobject::lookup(attempt!(class(&owner)), attempt!(text(&name)));
                push_found!(found.map(Ref::new));
            }
            Op::S_HAS_CLASS_ATTR => {
                let name = pop!();
                let owner = pop!();
                let found = typeobject::lookup(attempt!(class(&owner)), attempt!(text(&name)));
                push!(boolean::from(found.is_some()));
            }
            Op::S_GET_CLASS_ATTR => {
                let name = pop!();
                let owner = pop!();
                let (ty, name) = (attempt!(class(&owner)), attempt!(text(&name)));
                match typeobject::lookup(ty, name) {
                    Some(found) => push!(found.to_ref()),
                    None => {
                        let error = raise!(
                            AttributeError,
                            "type object '{}' has no attribute '{}'",
                            ty.name(),
                            name.to_string_lossy()
                        );
                        let Raised = error;
                        return (sp, Step::Raised);
                    }
                }
            }
            Op::S_TUPLE_GET => {
                let items = pop!();
                let item = items
                    .downcast::<PyTupleObject>()
                    .and_then(|t| t.items().get(oparg).map(|i| i.to_ref()));
                push!(attempt!(item.ok_or_else(|| misused("tuple_get"))));
            }
            Op::S_TUPLE_IS => {
                let items = pop!();
                let len = items.downcast::<PyTupleObject>().map(PyTupleObject::len);
                push!(boolean::from(len == Some(oparg)));
            }
            Op::S_HINT => {
                let answer = pop!();
                let value = answer.downcast::<PyLongObject>();
                let value = attempt!(value.ok_or_else(|| misused("hint")));
                if value.is_negative() {
                    let error = raise!(ValueError, "__length_hint__() should return >= 0");
                    let Raised = error;
                    return (sp, Step::Raised);
                }
                if value.to_i64().is_none() {
                    let error = raise!(
                        OverflowError,
                        "Python int too large to convert to C ssize_t"
                    );
                    let Raised = error;
                    return (sp, Step::Raised);
                }
            }
            Op::S_CONSTANT => push!(attempt!(surrogates::constant(oparg))),
            Op::S_SURROGATE => push!(attempt!(surrogates::function(oparg)).into_object()),
            Op::S_LOAD_FIELD => {
                let object = pop!();
                push!(attempt!(load_field(&object, oparg)));
            }
            Op::S_STORE_FIELD => {
                let object = pop!();
                let value = pop!();
                attempt!(store_field(&object, oparg, value));
            }
            Op::S_DESCRIPTOR_GET if peek!(2).ty().is(&*descr::PyGetSetDescr_Type) => {
                let object = pop!();
                let getter = pop!();
                let outcome = replay::attempt_getter(ts, descriptor_get, &getter, &object);
                finish!(outcome, Push)
            }
            Op::S_DESCRIPTOR_GET => finish!(native!(2, 0, descriptor_get), Push),
            Op::S_IS_DATA => {
                let descriptor = pop!();
                let ty = descriptor.ty();
                let is_data = ty.tp_descr_set.get().is_some() && ty.tp_descr_get.get().is_some();
                push!(boolean::from(is_data));
            }
            Op::S_PYTHON_SLOT => {
                let owner = pop!();
                let answer = is_python_slot(attempt!(class(&owner)), oparg);
                push!(boolean::from(answer));
            }
            Op::S_INSTANCE_GET => {
                let name = pop!();
                let object = pop!();
                let value = attempt!(dict::instance_get(&object, attempt!(text(&name))));
                push_found!(value);
            }
            Op::S_SPECIAL => {
                let name = pop!();
                let object = pop!();
                match attempt!(special(ts, &object, attempt!(text(&name)))) {
                    None => push_found!(None),
                    Some(outcome) => {
                        finish!(outcome, FoundValue);
                        push!(boolean::from(true));
                    }
                }
            }
            Op::S_NO_ATTRIBUTE => {
                let name = pop!();
                let object = pop!();
                let name = attempt!(text(&name));
                let Raised = errors::raise_attribute_error(
                    &object,
                    name,
                    format_args!(
                        "'{}' object has no attribute '{}'",
                        object.ty().name(),
                        name.to_string_lossy()
                    ),
                );
                return (sp, Step::Raised);
            }
            Op::S_PYTHON_OP => {
                let op = pop!();
                let owner = pop!();
                let slot = operator_slot(attempt!(class(&owner)), attempt!(number_of(&op)));
                push!(boolean::from(slot.is_some_and(|s| s.is_python())));
            }
            Op::S_NATIVE_OP => {
                let op = pop!();
                let op = attempt!(number_of(&op));
                let kind = BinaryOp::ALL[op % 13];
                let is_inplace = op >= 13 && has_inplace(op, attempt!(class(peek!(3))));
                if is_inplace && !operators::repeats(kind, peek!(2)) {
                    let (right, left, owner) = (pop!(), pop!(), pop!());
                    match task::begin_inplace(kind, &left, &right) {
                        Some(task) => finish!(replay::run_task(ts, task, 0), Push),
                        None => {
                            push!(attempt!(native_op(&Job::new(op, &[&owner, &left, &right]))))
                        }
                    }
                } else if let Some(task) = task::begin_operator(kind, peek!(2), peek!(1)) {
                    drop((pop!(), pop!(), pop!()));
                    finish!(replay::run_task(ts, task, 0), Push)
                } else {
                    finish!(native!(3, op, native_op), Push)
                }
            }
            Op::S_OP_FALLBACK => {
                let op = pop!();
                let op = attempt!(number_of(&op));
                if op >= 13
                    && let Some(task) =
                        task::begin_inplace(BinaryOp::ALL[op % 13], peek!(2), peek!(1))
                {
                    drop((pop!(), pop!()));
                    finish!(replay::run_task(ts, task, 0), Push);
                    return (sp, Step::Done);
                }
                finish!(native!(2, op, op_fallback), Push)
            }
            Op::S_NATIVE_COMPARE => {
                let op = pop!();
                let op = attempt!(number_of(&op));
                finish!(native!(2, op, native_compare), Push)
            }
            Op::S_COMPARE_FALLBACK => {
                let op = pop!();
                let right = pop!();
                let left = pop!();
                let op = attempt!(number_of(&op)) as c_int;
                push!(attempt!(protocol::compare_without_slots(&left, &right, op)));
            }
            Op::S_LENGTH => {
                let answer = pop!();
                let length = attempt!(typeobject::length_of_answer(&answer));
                push!(attempt!(int::from_i64(length as i64)).into_object());
            }
            Op::S_NATIVE_ITER => {
                let object = pop!();
                finish!(super::iteration::iter_natively(ts, &object), Push)
            }
            Op::S_IS_ITERATOR => {
                let object = pop!();
                push!(boolean::from(protocol::is_iterator(&object)));
            }
            Op::S_NATIVE_NEW => {
                let made = attempt!(class(peek!(3)));
                if let Some(task) = task_of(peek!(3), peek!(2), peek!(1), task::begin_new_of) {
                    drop((pop!(), pop!(), pop!()));
                    finish!(replay::run_task(ts, task, 0), Push);
                    return (sp, Step::Done);
                }
                let asks_first = crate::builtin_calls::attempts_class(made);
                if asks_first {
                    finish!(native!(3, 0, native_new), Push)
                } else {
                    let (kws, args, owner) = (pop!(), pop!(), pop!());
                    push!(attempt!(native_new(&Job::new(0, &[&owner, &args, &kws]))));
                }
            }
            Op::S_NATIVE_INIT => {
                if let Some(task) = task_of(peek!(3), peek!(2), peek!(1), task::begin_init) {
                    drop((pop!(), pop!(), pop!()));
                    return (sp, Step::discard(replay::run_task(ts, task, 0)));
                }
                if crate::builtin_calls::attempts_class(peek!(3).ty()) {
                    {
                        let step = Step::discard(native!(3, 0, native_init));
                        return (sp, step);
                    };
                }
                let (kws, args, object) = (pop!(), pop!(), pop!());
                attempt!(native_init(&Job::new(0, &[&object, &args, &kws])));
            }
            Op::S_LIST_TAKE => {
                let items = pop!();
                if attempt!(list_of(&items)).allocated.get() == -1 {
                    // A sort within the sort of the same list: it is empty, and stays marked.
                    push!(items);
                } else {
                    let taken = attempt!(list::new());
                    move_items(attempt!(list_of(&items)), &taken);
                    attempt!(list_of(&items)).allocated.set(-1);
                    push!(taken.into_object());
                }
            }
            Op::S_LIST_GIVE_BACK => {
                let taken = pop!();
                let items = pop!();
                let (items, taken) = (attempt!(list_of(&items)), attempt!(list_of(&taken)));
                let modified = items.allocated.get() != -1;
                if ptr::eq(items, taken) {
                    push!(boolean::from(modified));
                    return (sp, Step::Done);
                }
                if !modified {
                    items.allocated.set(0);
                }
                // What was put in meanwhile goes with `taken`.
                let kept = attempt!(list::new());
                move_items(items, &kept);
                move_items(taken, items);
                drop(kept);
                push!(boolean::from(modified));
            }
            Op::S_SORT_BEGIN => {
                let reverse = pop!();
                let keys = pop!();
                let items = pop!();
                let items = attempt!(list_of(&items));
                let reverse = boolean::is_true(&reverse);
                if let Some(sorted) = sort_plainly(items, &keys, reverse) {
                    attempt!(sorted);
                    push!(singletons::none());
                    return (sp, Step::Done);
                }
                // The items, with their keys, and the sort's copy of a half.
                attempt!(growing::ensure(items.items().len() * 40));
                let values = drain(items);
                let state = if singletons::is_none(&keys) {
                    SortState::new(values, reverse)
                } else {
                    let keys = drain(attempt!(list_of(&keys)));
                    if keys.len() != values.len() {
                        {
                            let Raised = misused("sort_begin");
                            return (sp, Step::Raised);
                        };
                    }
                    SortState::with_keys(keys, values, reverse)
                };
                push!(attempt!(Sort::boxed(state)));
            }
            Op::S_SORT_STEP if singletons::is_none(peek!(2)) => {
                drop((pop!(), pop!()));
                push_found!(None);
            }
            Op::S_SORT_STEP => {
                let answer = pop!();
                let state = pop!();
                let sort = attempt!(Sort::of(&state));
                let answer = (!singletons::is_none(&answer)).then(|| boolean::is_true(&answer));
                match sort {
                    Sort::Running(running) => match running.step(answer) {
                        SortStep::Compare(a, b) => {
                            push_found!(Some(attempt!(tuple::from_array([a, b])).into_object()));
                        }
                        SortStep::Done(items) => {
                            *sort = Sort::Done(items);
                            push_found!(None);
                        }
                    },
                    _ => {
                        let Raised = misused("sort_step");
                        return (sp, Step::Raised);
                    }
                }
            }
            Op::S_SORT_END if singletons::is_none(peek!(2)) => drop((pop!(), pop!())),
            Op::S_SORT_END => {
                let items = pop!();
                let state = pop!();
                let items = attempt!(list_of(&items));
                let sorted = match std::mem::replace(attempt!(Sort::of(&state)), Sort::Over) {
                    Sort::Running(running) => running.abandon(),
                    Sort::Done(sorted) => sorted,
                    Sort::Over => {
                        let Raised = misused("sort_end");
                        return (sp, Step::Raised);
                    }
                };
                if !sorted.is_empty() {
                    move_items(&*attempt!(list::from_owned(sorted)), items);
                }
            }
            Op::S_NATIVE_CALL => {
                sp = sp.sub(oparg);
                let args: SmallVec<[Ref; 4]> =
                    (0..oparg).map(|i| Ref::from_owned(*sp.add(i))).collect();
                let function = pop!();
                let args: SmallVec<[&PyObject; 4]> = args.iter().map(|a| &**a).collect();
                finish!(
                    crate::builtin_calls::attempt_call(ts, &function, &args, None),
                    Push
                )
            }
            Op::S_NATIVE_GETITEM => finish!(native!(2, 0, native_getitem), Push),
            Op::S_NATIVE_SETITEM => {
                if let Some(task) = byte_tasks::begin_set_slice(peek!(3), peek!(2), peek!(1)) {
                    drop((pop!(), pop!(), pop!()));
                    return (sp, Step::discard(replay::run_task(ts, task, 0)));
                }
                let step = Step::discard(native!(3, 0, native_setitem));
                return (sp, step);
            }
            Op::S_NATIVE_DELITEM => {
                let step = Step::discard(native!(2, 0, native_delitem));
                return (sp, step);
            }
            Op::S_NATIVE_SETATTR => {
                if let Some(task) = typeobject::begin_set_bases(peek!(3), peek!(2), Some(peek!(1)))
                {
                    drop((pop!(), pop!(), pop!()));
                    return (sp, Step::discard(replay::run_task(ts, task, 0)));
                }
                {
                    let step = Step::discard(native!(3, 0, attributes::set_job));
                    return (sp, step);
                };
            }
            Op::S_NATIVE_DELATTR => {
                {
                    let step = Step::discard(native!(2, 0, attributes::set_job));
                    return (sp, step);
                };
            }
            Op::S_NATIVE_UNARY => finish!(native!(2, 0, native_unary), Push),
            Op::S_SAME_SLOT => {
                let other = pop!();
                let owner = pop!();
                let same = same_slot(attempt!(class(&owner)), attempt!(class(&other)), oparg);
                push!(boolean::from(same));
            }
            Op::S_IS_ITERABLE => {
                let owner = pop!();
                let ty = attempt!(class(&owner));
                let answer = ty.tp_iter.get().is_some() || is_sequence_type(ty);
                push!(boolean::from(answer));
            }
            Op::S_RESULT => {
                let state = pop!();
                push!(attempt!(replay::result(&state)));
            }
            Op::S_WISH => {
                let state = pop!();
                match attempt!(replay::fulfil(ts, &state)) {
                    Fulfilled::Next(iterator) => match iteration::next(ts, &iterator) {
                        iteration::Next::Item(item) => push_found!(Some(item)),
                        iteration::Next::End => push_found!(None),
                        iteration::Next::Generator(new) => {
                            push!(iterator);
                            return (sp, Step::Enter(new, ReturnTo::FoundGen));
                        }
                        iteration::Next::Enter(new) => {
                            push!(iterator);
                            return (sp, Step::Enter(new, ReturnTo::Found));
                        }
                        iteration::Next::Raised => return (sp, Step::Raised),
                    },
                    Fulfilled::Attempt(new) => {
                        // In the place of an iterator, whose end StopIteration is as well.
                        push!(singletons::none());
                        return (sp, Step::Enter(new, ReturnTo::Found));
                    }
                    Fulfilled::By(outcome) => {
                        finish!(outcome, FoundValue);
                        push!(boolean::from(true));
                    }
                }
            }
            Op::S_EXEC => {
                let (closure, locals, globals, code) = (pop!(), pop!(), pop!(), pop!());
                let (Some(code), Some(globals)) = (
                    code.exact::<PyCodeObject>(),
                    globals.downcast::<PyDictObject>(),
                ) else {
                    let Raised = misused("exec");
                    return (sp, Step::Raised);
                };
                let closure = closure.exact::<PyTupleObject>();
                finish!(calls::enter_code(ts, code, globals, &locals, closure), Push)
            }
            Op::S_NEW_CLASS => {
                let (kws, args, meta) = (pop!(), pop!(), pop!());
                attempt!(check_call(&args, &kws));
                // SAFETY: just checked.
                let args: Ref<PyTupleObject> = args.cast();
                let kws = kws.downcast::<PyDictObject>().map(Ref::new);
                let meta = Ref::new(attempt!(class(&meta)));
                let task = Box::pin(async move {
                    let (made, finished) = match typeobject::foreign_new(&meta) {
                        // A metaclass made by C code.
                        Some(new) => (new(&meta, &args, kws.as_deref().map(|k| &**k))?, true),
                        None => typeobject::create_for_call(meta, args, kws).await?,
                    };
                    let pair = tuple::from_array([made, boolean::from(finished)])?;
                    Ok(Some(pair.into_object()))
                });
                finish!(replay::run_task(ts, task, 0), Push)
            }
            Op::S_ATTRIBUTES_TO_NAME => {
                let owner = pop!();
                let pairs = typeobject::attributes_to_name(attempt!(class(&owner)));
                let all = attempt!(list::new());
                for (name, value) in pairs {
                    let pair = attempt!(tuple::from_array([name, value]));
                    attempt!(all.push(pair.into_object()));
                }
                push!(all.into_object());
            }
            Op::S_INIT_SUBCLASS => {
                let owner = pop!();
                let told = typeobject::inherited_init_subclass(attempt!(class(&owner)));
                push_found!(attempt!(told));
            }
            Op::S_ENUMERATED => {
                let item = pop!();
                let this = pop!();
                let Some(this) = this.downcast::<enumobject>() else {
                    let Raised = misused("enumerated");
                    return (sp, Step::Raised);
                };
                let number = attempt!(this.take_index());
                push!(attempt!(tuple::from_array([number, item])).into_object());
            }
            Op::S_STOP => {
                errors::raise_stop_iteration(None);
                return (sp, Step::Raised);
            }
            Op::S_SEND_OR_RAISE => {
                let value = pop!();
                let generator = pop!();
                match iteration::resume(ts, &generator, &value) {
                    Some(new) => {
                        push!(generator);
                        return (sp, Step::Enter(new, ReturnTo::GenCall));
                    }
                    None => push!(attempt!(iteration::send_natively(&generator, value))),
                }
            }
            Op::S_THROW_INTO => {
                let given = pop!();
                let generator = pop!();
                match iteration::throw_into(ts, &generator, given, oparg) {
                    Ok((first, last)) => {
                        push!(generator);
                        return (sp, Step::Through(first, last, ReturnTo::GenCall));
                    }
                    Err(answer) => push!(attempt!(answer)),
                }
            }
            Op::S_TRUTH => match operators::truth(ts, peek!(1)) {
                operators::Truth::Known(truth) => {
                    drop(pop!());
                    push!(boolean::from(truth));
                }
                operators::Truth::Enter(new) => return (sp, Step::Enter(new, ReturnTo::Branch)),
                operators::Truth::Raised => return (sp, Step::Raised),
            },
            Op::S_CALL_BODY => {
                let namespace = pop!();
                let body = pop!();
                finish!(calls::call_body(ts, body, namespace), Push)
            }
            Op::S_METATYPE => {
                let bases = pop!();
                let meta = pop!();
                let Some(bases) = bases.downcast::<PyTupleObject>() else {
                    {
                        let Raised = misused("metatype");
                        return (sp, Step::Raised);
                    };
                };
                let winner = typeobject::calculate_metatype(attempt!(class(&meta)), bases);
                push!(attempt!(winner).into_object());
            }
            Op::S_CHECK_NAMESPACE => {
                let namespace = pop!();
                let meta = pop!();
                attempt!(check_namespace(&meta, &namespace));
            }
            Op::S_CHECK_CLASSCELL => {
                let made = pop!();
                let name = pop!();
                let cell = pop!();
                attempt!(check_classcell(&cell, &name, &made));
            }
            op => {
                let error = raise!(SystemError, "unknown opcode {}", op as u16);
                let Raised = error;
                return (sp, Step::Raised);
            }
        }
    }
    (sp, Step::Done)
}

/// An operand of the wrong type: a mistake in a surrogate.
#[cold]
fn misused(op: &str) -> Raised {
    raise!(SystemError, "low-level Python: bad operand of ${op}")
}

fn class(object: &PyObject) -> PyResult<&PyTypeObject> {
    object
        .downcast::<PyTypeObject>()
        .ok_or_else(|| misused("class_attr"))
}

fn text(object: &PyObject) -> PyResult<&Str> {
    object
        .downcast::<Str>()
        .ok_or_else(|| misused("class_attr"))
}

pub(super) fn list_of(object: &PyObject) -> PyResult<&PyListObject> {
    object
        .downcast::<PyListObject>()
        .ok_or_else(|| misused("list_append"))
}

/// An operator's number.
fn number_of(object: &PyObject) -> PyResult<usize> {
    object
        .downcast::<PyLongObject>()
        .and_then(|n| n.to_i64())
        .filter(|n| (0..26).contains(n))
        .map(|n| n as usize)
        .ok_or_else(|| misused("native_op"))
}

fn check_call(args: &PyObject, kws: &PyObject) -> PyResult<()> {
    let valid = args.is_instance::<PyTupleObject>()
        && (singletons::is_none(kws) || kws.is_instance::<PyDictObject>());
    if valid {
        Ok(())
    } else {
        Err(misused("native_new"))
    }
}

/// Keyword arguments as native slots want them: nothing rather than an empty dict.
fn keywords(kws: &PyObject) -> Option<&PyObject> {
    kws.downcast::<PyDictObject>()
        .filter(|d| d.len() > 0)
        .map(|_| kws)
}

/// A special method, bound to the object; `None` if the type has none. Plain functions are bound without asking their `__get__`.
fn special(ts: &PyThreadState, object: &PyObject, name: &Str) -> PyResult<Option<Outcome>> {
    match typeobject::lookup(object.ty(), name) {
        Some(f) if f.is_exact::<PyFunctionObject>() => {
            Ok(Some(method::new(f, object).map(Ref::into_object).into()))
        }
        Some(f) if typeobject::is_python_slot_descr_get(f.ty()) => {
            Ok(Some(replay::attempt(ts, special_job, 0, &[object, name])))
        }
        Some(_) => Ok(protocol::lookup_special(object, name)?.map(Outcome::Value)),
        None => Ok(None),
    }
}

fn special_job(job: &Job<'_>) -> PyResult {
    let found = protocol::lookup_special(job.args[0], text(job.args[1])?)?;
    Ok(found.unwrap_or_else(singletons::none))
}

fn descriptor_get(job: &Job<'_>) -> PyResult {
    let (descriptor, object) = (job.args[0], job.args[1]);
    match descriptor.ty().tp_descr_get.get() {
        Some(get) => get(descriptor, Some(object), Some(object.ty())),
        None => Ok(descriptor.to_ref()),
    }
}

fn native_op(job: &Job<'_>) -> PyResult {
    let slot = operator_slot(class(job.args[0])?, job.number);
    match slot.filter(|s| !s.is_python()) {
        Some(slot) => slot.call(job.args[1], job.args[2]),
        None => Ok(singletons::not_implemented()),
    }
}

fn op_fallback(job: &Job<'_>) -> PyResult {
    let op = job.number;
    number::without_slots(BinaryOp::ALL[op % 13], op >= 13, job.args[0], job.args[1])
}

fn native_compare(job: &Job<'_>) -> PyResult {
    let ty = job.args[0].ty();
    match ty.tp_richcompare.get() {
        Some(slot) if !typeobject::is_python_slot_richcompare(ty) => {
            slot(job.args[0], job.args[1], job.number as c_int)
        }
        _ => Ok(singletons::not_implemented()),
    }
}

/// `tp_new` or `tp_init` with a surrogate's tuple and dict, where it is a task.
fn task_of(
    this: &PyObject,
    args: &PyObject,
    kws: &PyObject,
    begin: fn(&PyObject, &PyTupleObject, Option<&PyDictObject>) -> Option<task::Task>,
) -> Option<task::Task> {
    let kws = kws.downcast::<PyDictObject>().filter(|d| d.len() > 0);
    begin(this, args.downcast::<PyTupleObject>()?, kws)
}

fn native_new(job: &Job<'_>) -> PyResult {
    let (ty, args, kws) = (class(job.args[0])?, job.args[1], job.args[2]);
    check_call(args, kws)?;
    match ty.tp_new.get() {
        Some(new) => new(ty, args, keywords(kws)),
        None => Err(raise!(TypeError, "cannot create '{}' instances", ty.name())),
    }
}

fn native_init(job: &Job<'_>) -> PyResult {
    let (object, args, kws) = (job.args[0], job.args[1], job.args[2]);
    check_call(args, kws)?;
    match object.ty().tp_init.get() {
        Some(init) if init(object, args, keywords(kws)) < 0 => Err(Raised),
        _ => Ok(singletons::none()),
    }
}

fn native_getitem(job: &Job<'_>) -> PyResult {
    protocol::getitem(job.args[0], job.args[1])
}

fn native_setitem(job: &Job<'_>) -> PyResult {
    protocol::setitem(job.args[0], job.args[1], job.args[2]).map(|()| singletons::none())
}

fn native_delitem(job: &Job<'_>) -> PyResult {
    protocol::delitem(job.args[0], job.args[1]).map(|()| singletons::none())
}

fn native_unary(job: &Job<'_>) -> PyResult {
    let method = text(job.args[1])?;
    if method.is(&**names::__neg__) {
        number::negative(job.args[0])
    } else if method.is(&**names::__pos__) {
        number::positive(job.args[0])
    } else {
        number::invert(job.args[0])
    }
}

fn is_sequence_type(ty: &PyTypeObject) -> bool {
    // SAFETY: a type's table pointer is null or valid.
    unsafe { ty.tp_as_sequence.get().as_ref() }.is_some_and(|t| t.sq_item.get().is_some())
}

/// A slot for an operator: binary, or with three operands (`**`).
enum OperatorSlot {
    Binary(binaryfunc),
    Ternary(ternaryfunc),
}

impl OperatorSlot {
    fn is_python(&self) -> bool {
        typeobject::is_python_slot(match self {
            OperatorSlot::Binary(f) => *f as *const c_void,
            OperatorSlot::Ternary(f) => *f as *const c_void,
        })
    }

    fn call(&self, left: &PyObject, right: &PyObject) -> PyResult {
        match self {
            OperatorSlot::Binary(f) => f(left, right),
            OperatorSlot::Ternary(f) => f(left, right, Some(&singletons::_Py_NoneStruct)),
        }
    }
}

/// The slot of BINARY_OP's operand `op`.
fn operator_slot(ty: &PyTypeObject, op: usize) -> Option<OperatorSlot> {
    let operator = BinaryOp::ALL[op % 13];
    if operator == BinaryOp::Power {
        let numbers = number::numbers(ty)?;
        let slot = if op >= 13 {
            numbers.nb_inplace_power.get()
        } else {
            numbers.nb_power.get()
        };
        return slot.map(OperatorSlot::Ternary);
    }
    let slot = if op >= 13 {
        operator.inplace_slot(ty)
    } else {
        operator.slot(ty)
    };
    slot.map(OperatorSlot::Binary)
}

/// Whether the type has a slot for the augmented operator.
pub(super) fn has_inplace(op: usize, ty: &PyTypeObject) -> bool {
    operator_slot(ty, op).is_some()
}

/// Whether the slot of an operator calls a method of Python.
pub(super) fn asks_python(op: usize, ty: &PyTypeObject) -> bool {
    operator_slot(ty, op).is_some_and(|s| s.is_python())
}

/// Whether an operator on these operands may call a method of Python.
#[inline]
pub(super) fn is_python_operator(op: usize, left: &PyTypeObject, right: &PyTypeObject) -> bool {
    (left.is_heap_type() && (asks_python(op, left) || op >= 13 && asks_python(op - 13, left)))
        || (right.is_heap_type() && asks_python(op % 13, right))
}

/// Whether two types have the same function in the slot of this number.
fn same_slot(a: &PyTypeObject, b: &PyTypeObject, number: usize) -> bool {
    macro_rules! same {
        ($slot:ident) => {
            a.$slot.get().map(|f| f as usize) == b.$slot.get().map(|f| f as usize)
        };
    }
    match hotpy_isa::names::SLOTS.get(number).copied().unwrap_or("") {
        "__repr__" => same!(tp_repr),
        "__str__" => same!(tp_str),
        "__hash__" => same!(tp_hash),
        "__getattribute__" | "__getattr__" => same!(tp_getattro),
        "__setattr__" | "__delattr__" => same!(tp_setattro),
        "__iter__" => same!(tp_iter),
        "__eq__" => same!(tp_richcompare),
        "__getitem__" => {
            // SAFETY: a type's table pointers are null or valid.
            let subscript = |ty: &PyTypeObject| unsafe {
                let table = ty.tp_as_mapping.get().as_ref()?;
                table.mp_subscript.get().map(|f| f as usize)
            };
            subscript(a) == subscript(b)
        }
        _ => false,
    }
}

/// Whether the slot of this number (`hotpy_isa::names::SLOTS`) is one that calls Python.
fn is_python_slot(ty: &PyTypeObject, number: usize) -> bool {
    match hotpy_isa::names::SLOTS.get(number).copied().unwrap_or("") {
        "__new__" => typeobject::is_python_slot_new(ty),
        "__init__" => typeobject::is_python_slot_init(ty),
        "__call__" => typeobject::is_python_slot_call(ty),
        "__repr__" => typeobject::is_python_slot_repr(ty),
        "__str__" => typeobject::is_python_slot_str(ty),
        "__hash__" => typeobject::is_python_slot_hash(ty),
        "__getattribute__" | "__getattr__" => typeobject::is_python_slot_getattro(ty),
        "__setattr__" | "__delattr__" => typeobject::is_python_slot_setattro(ty),
        "__get__" => typeobject::is_python_slot_descr_get(ty),
        "__set__" | "__delete__" => typeobject::is_python_slot_descr_set(ty),
        "__lt__" | "__le__" | "__eq__" | "__ne__" | "__gt__" | "__ge__" => {
            typeobject::is_python_slot_richcompare(ty)
        }
        "__iter__" => typeobject::is_python_slot_iter(ty),
        "__next__" => typeobject::is_python_slot_iternext(ty),
        "__len__" => typeobject::is_python_slot_len(ty),
        "__contains__" => typeobject::is_python_slot_contains(ty),
        "__getitem__" => typeobject::is_python_slot_subscript(ty),
        "__setitem__" | "__delitem__" => typeobject::is_python_slot_ass_subscript(ty),
        "__bool__" => typeobject::is_python_slot_bool(ty),
        _ => false,
    }
}

pub(super) fn load_field(object: &PyObject, number: usize) -> PyResult {
    if let Some(place) = fields::place(number) {
        return place.load(object).ok_or_else(|| misused("load_field"))?;
    }
    let field = Field::from_number(number as u32).ok_or_else(|| misused("load_field"))?;
    let wrong = || misused("load_field");
    macro_rules! of {
        ($layout:ty) => {
            object.downcast::<$layout>().ok_or_else(wrong)?
        };
    }
    let exception =
        || -> PyResult<&PyBaseExceptionObject> { errors::as_exception(object).ok_or_else(wrong) };
    let value: Option<Ref> = match field {
        Field::Fget => of!(property::propertyobject).prop_get.cloned(),
        Field::Fset => of!(property::propertyobject).prop_set.cloned(),
        Field::Fdel => of!(property::propertyobject).prop_del.cloned(),
        Field::PropName => of!(property::propertyobject).prop_name.cloned(),
        Field::SelfObject => match object.exact::<PyMethodObject>() {
            Some(method) => method.im_self.cloned(),
            None => of!(PyCFunctionObject).m_self.cloned(),
        },
        Field::Func => of!(PyMethodObject).im_func.cloned(),
        Field::Wrapped => {
            let ty = object.ty();
            if !typeobject::is_subtype(ty, &classmethod::PyClassMethod_Type)
                && !typeobject::is_subtype(ty, &classmethod::PyStaticMethod_Type)
            {
                return Err(wrong());
            }
            // SAFETY: the class was checked; both have this layout.
            unsafe { object.cast::<classmethod::classmethod>() }
                .cm_callable
                .cloned()
        }
        Field::Name => Some(str_::new(of!(PyTypeObject).name())?.into_object()),
        Field::QualName => match object.exact::<PyFunctionObject>() {
            Some(function) => function.func_qualname.cloned(),
            None => Some(str_::new(&of!(PyTypeObject).qualified_name())?.into_object()),
        },
        Field::Mro => of!(PyTypeObject).tp_mro.cloned().map(Ref::into_object),
        Field::Bases => of!(PyTypeObject).tp_bases.cloned().map(Ref::into_object),
        Field::Base => of!(PyTypeObject).tp_base.cloned().map(Ref::into_object),
        Field::Code => of!(PyFunctionObject).func_code.cloned(),
        Field::Globals => of!(PyFunctionObject).func_globals.cloned(),
        Field::Defaults => of!(PyFunctionObject).func_defaults.cloned(),
        Field::KwDefaults => of!(PyFunctionObject).func_kwdefaults.cloned(),
        Field::Closure => of!(PyFunctionObject).func_closure.cloned(),
        Field::ThisClass => of!(super_::superobject)
            .type_
            .cloned()
            .map(Ref::into_object),
        Field::SelfClass => of!(super_::superobject)
            .obj_type
            .cloned()
            .map(Ref::into_object),
        Field::Start => of!(PySliceObject).start.cloned(),
        Field::Stop => of!(PySliceObject).stop.cloned(),
        Field::Step => of!(PySliceObject).step.cloned(),
        Field::ModuleDict => of!(PyModuleObject).md_dict.cloned(),
        Field::Value => {
            let exception = exception()?;
            if !typeobject::is_subtype(object.ty(), &exceptions::StopIteration) {
                return Err(wrong());
            }
            // SAFETY: the class was checked; its instances have this layout.
            unsafe { exception.ob_base.cast::<PyStopIterationObject>() }
                .value
                .cloned()
        }
        Field::Cause => exception()?.cause.cloned(),
        Field::Context => exception()?.context.cloned(),
        Field::Traceback => exception()?.traceback.cloned(),
        Field::MapFunc => of!(iterators::mapobject).func.cloned(),
        Field::MapIterators => of!(iterators::mapobject)
            .iters
            .cloned()
            .map(Ref::into_object),
        Field::FilterFunc => of!(iterators::filterobject).func.cloned(),
        Field::FilterIterator => of!(iterators::filterobject).it.cloned(),
        Field::ZipIterators => of!(iterators::zipobject)
            .ittuple
            .cloned()
            .map(Ref::into_object),
        Field::ZipStrict => Some(boolean::from(of!(iterators::zipobject).strict.get() != 0)),
        Field::EnumIterator => of!(enumobject).en_sit.cloned(),
        Field::Sequence => of!(iterators::seqiterobject).it_seq.cloned(),
        Field::SequenceIndex => {
            let index = of!(iterators::seqiterobject).it_index.get();
            if index == isize::MAX {
                return Err(raise!(OverflowError, "iter index too large"));
            }
            Some(int::from_i64(index as i64)?.into_object())
        }
        // Of modules that have not been imported.
        _ => return Err(wrong()),
    };
    Ok(value.unwrap_or_else(singletons::none))
}

fn store_field(object: &PyObject, number: usize, value: Ref) -> PyResult<()> {
    let field = Field::from_number(number as u32);
    if let Some(it) = object.exact::<iterators::seqiterobject>() {
        match (field, int::of(&*value).and_then(PyLongObject::to_i64)) {
            (Some(Field::SequenceIndex), Some(index)) => it.it_index.set(index as isize),
            (Some(Field::Sequence), None) => it.it_seq.set(None),
            _ => return Err(misused("store_field")),
        }
        return Ok(());
    }
    if let Some(place) = fields::place(number) {
        return place
            .store(object, value)
            .ok_or_else(|| misused("store_field"));
    }
    let exception = errors::as_exception(object).ok_or_else(|| misused("store_field"))?;
    let value = Some(value).filter(|v| !singletons::is_none(v));
    match field {
        Some(Field::Cause) => exception.cause.set(value),
        Some(Field::Context) => exception.context.set(value),
        Some(Field::Traceback) => exception.traceback.set(value),
        _ => return Err(misused("store_field")),
    }
    Ok(())
}

/// Moves all items of `from` into the empty list `to`.
fn move_items(from: &PyListObject, to: &PyListObject) {
    let size = from.ob_base.ob_size.replace(0);
    to.ob_item.set(from.ob_item.replace(ptr::null_mut()));
    to.allocated.set(from.allocated.replace(0));
    to.ob_base.ob_size.set(size);
}

/// Sorts a list's items at once, by keys or by themselves, if comparing those runs nothing. `None`: nothing was done.
fn sort_plainly(items: &PyListObject, keys: &PyObject, reverse: bool) -> Option<PyResult<()>> {
    let keys = keys.exact::<PyListObject>();
    let by = keys.map_or(items.items(), PyListObject::items);
    if by.len() != items.len() || !by.iter().all(|k| replay::is_plain(k)) {
        return None;
    }
    if growing::ensure(items.len() * 40).is_err() {
        return Some(Err(Raised));
    }
    let taken = list::Taken::new(items);
    let result = match keys {
        Some(keys) => {
            let all = keys.items();
            // SAFETY: an owned pointer and a borrowed one are the same bits, and none is dropped.
            let all: &[Ref] = unsafe { std::slice::from_raw_parts(all.as_ptr().cast(), all.len()) };
            taken.items().sort_by(all, reverse)
        }
        None => taken.items().sort(reverse),
    };
    taken.put_back();
    Some(result)
}

/// Takes all items out of a list.
fn drain(items: &PyListObject) -> Vec<Ref> {
    let values: Vec<Ref> = items.items().iter().map(|i| i.to_ref()).collect();
    if !values.is_empty() {
        items.clear();
    }
    values
}

/// A sort under way, as an object that only surrogates see.
enum Sort {
    Running(SortState),
    Done(Vec<Ref>),
    Over,
}

const SORT_NAME: &std::ffi::CStr = c"sort under way";

extern "C" fn drop_sort(capsule: &PyObject) {
    // SAFETY: only capsules made by `Sort::boxed` have this destructor; it runs once.
    unsafe {
        let pointer = capsule.cast::<PyCapsule>().pointer.get();
        drop(Box::from_raw(pointer.cast::<Sort>()));
    }
}

impl Sort {
    fn boxed(state: SortState) -> PyResult {
        let pointer = Box::into_raw(Box::new(Sort::Running(state)));
        match capsule::new(pointer.cast(), SORT_NAME.as_ptr(), Some(drop_sort)) {
            Ok(capsule) => Ok(capsule.into_object()),
            Err(raised) => {
                // SAFETY: nobody else has it.
                drop(unsafe { Box::from_raw(pointer) });
                Err(raised)
            }
        }
    }

    #[allow(clippy::mut_from_ref)]
    fn of(object: &PyObject) -> PyResult<&mut Sort> {
        match object.downcast::<PyCapsule>() {
            // SAFETY: by its name it is one of `boxed`'s, of which one surrogate frame at a time has the only reference.
            Some(c) if ptr::eq(c.name.get(), SORT_NAME.as_ptr()) => unsafe {
                Ok(&mut *c.pointer.get().cast::<Sort>())
            },
            _ => Err(misused("sort_step")),
        }
    }
}

/// TypeError unless `__prepare__`'s answer is a mapping.
fn check_namespace(meta: &PyObject, namespace: &PyObject) -> PyResult<()> {
    // SAFETY: a type's mapping table is null or valid.
    let table = unsafe { namespace.ty().tp_as_mapping.get().as_ref() };
    if table.is_some_and(|m| m.mp_subscript.get().is_some()) {
        return Ok(());
    }
    let of = match meta.downcast::<PyTypeObject>() {
        Some(meta) => meta.name(),
        None => "<metaclass>",
    };
    Err(raise!(
        TypeError,
        "{of}.__prepare__() must return a mapping, not {}",
        namespace.ty().name()
    ))
}

/// What the body's `__class__` cell holds must be the class.
fn check_classcell(cell: &PyObject, name: &PyObject, made: &PyObject) -> PyResult<()> {
    let Some(cell) = cell
        .exact::<PyCellObject>()
        .filter(|_| made.is_instance::<PyTypeObject>())
    else {
        return Ok(());
    };
    let shown = |o: &PyObject| -> PyResult<String> {
        Ok(protocol::repr(o)?
            .to_string_lossy()
            .chars()
            .take(200)
            .collect())
    };
    match cell.ob_ref.cloned() {
        None => Err(raise!(
            RuntimeError,
            "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
            shown(name)?,
            shown(made)?
        )),
        Some(content) if !content.is(made) => Err(raise!(
            TypeError,
            "__class__ set to {} defining {} as {}",
            shown(&content)?,
            shown(name)?,
            shown(made)?
        )),
        Some(_) => Ok(()),
    }
}

/// Does an op of low-level Python that enters no frame; its value (None if nothing was found, or if it has none).
pub fn perform(op: Op, oparg: usize, operands: &[&PyObject]) -> PyResult {
    let (left, step) = apart(op, oparg, operands).ok_or_else(|| misused("perform"))?;
    match step {
        Step::Done => Ok(left.into_iter().next().unwrap_or_else(singletons::none)),
        Step::Raised => Err(Raised),
        _ => Err(misused("perform")),
    }
}

/// Does an op of low-level Python that only asks about its operands; what it leaves on the stack. `None`: it raises, or enters a frame.
pub fn evaluate(op: Op, oparg: usize, operands: &[&PyObject]) -> Option<SmallVec<[Ref; 4]>> {
    let (left, step) = apart(op, oparg, operands)?;
    if let Step::Done = step {
        return Some(left);
    }
    errors::clear();
    None
}

/// Does an op on a stack of its own; what it leaves there. `None`: there is no room for so many operands.
fn apart(op: Op, oparg: usize, operands: &[&PyObject]) -> Option<(SmallVec<[Ref; 4]>, Step)> {
    const ROOM: usize = 8;
    let mut stack = [ptr::null_mut(); ROOM];
    if operands.len() > ROOM / 2 {
        return None;
    }
    for (slot, operand) in stack.iter_mut().zip(operands) {
        *slot = operand.to_ref().into_raw();
    }
    let bottom = stack.as_mut_ptr();
    // SAFETY: the stack holds the op's operands, which it takes, and has room for its results.
    unsafe {
        let (sp, step) = execute(tstate(), op, oparg, bottom.add(operands.len()));
        let count = usize::try_from(sp.offset_from(bottom)).unwrap_or(0);
        let left = stack[..count].iter().map(|p| Ref::from_owned(*p)).collect();
        Some((left, step))
    }
}
