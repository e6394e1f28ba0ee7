//! Ops that are not worth a place in the hot loop: they change the stack, may raise or enter a frame, but do not jump.

use super::support::stack_ops;
use super::{
    async_ops, atomic, attributes, build, except_star, exceptions, imports, iteration, matching,
    namespace, operators, subscript,
};
use crate::calls::Outcome;
use crate::frames::ReturnTo;
use crate::replay;
use hotpy_isa::Op;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use std::ptr;

/// How an op has ended.
pub enum Step {
    Done,
    Enter(&'static Frame, ReturnTo),
    /// The second frame, which is the first or is called by it through others, goes on: with the exception that is set, if one is.
    Through(&'static Frame, &'static Frame, ReturnTo),
    Raised,
}

impl Step {
    /// For an op whose value, if it has one, is dropped.
    pub fn discard(outcome: Outcome) -> Step {
        match outcome {
            Outcome::Value(_) => Step::Done,
            Outcome::Enter(new) | Outcome::EnterInit(new, _) => Step::Enter(new, ReturnTo::Discard),
            Outcome::Raised => Step::Raised,
        }
    }
}

/// Executes one op; the new end of the stack, also when it raised.
///
/// # Safety
/// As for the loop: `sp` is the end of `frame`'s stack, which holds what the op takes and has room for what it leaves.
#[inline(never)]
pub unsafe fn execute(
    ts: &PyThreadState,
    op: Op,
    oparg: usize,
    frame: &Frame,
    mut sp: *mut *mut PyObject,
) -> (*mut *mut PyObject, Step) {
    stack_ops!($, sp, return (sp, Step::Raised));
    // Pushes an outcome's value, or enters its frame.
    macro_rules! finish {
        ($outcome:expr) => {
            match $outcome {
                Outcome::Value(v) => push!(v),
                Outcome::Enter(new) => return (sp, Step::Enter(new, ReturnTo::Push)),
                Outcome::EnterInit(new, object) => {
                    push!(object);
                    return (sp, Step::Enter(new, ReturnTo::Init));
                }
                Outcome::Raised => return (sp, Step::Raised),
            }
        };
    }
    // Pushes the items of an outcome's tuple, or enters its frame.
    macro_rules! spread {
        ($outcome:expr) => {
            match $outcome {
                Outcome::Value(items) => {
                    let count = iteration::push_items(&items, sp);
                    sp = sp.add(count);
                }
                Outcome::Enter(new) | Outcome::EnterInit(new, _) => {
                    return (sp, Step::Enter(new, ReturnTo::Unpack));
                }
                Outcome::Raised => return (sp, Step::Raised),
            }
        };
    }
    // SAFETY: the caller's promise; the compiler's stack layout.
    unsafe {
        match op {
            Op::UNARY_POSITIVE | Op::UNARY_NEGATIVE | Op::UNARY_INVERT => {
                let value = pop!();
                finish!(operators::unary(ts, op, value))
            }
            Op::DELETE_SUBSCR => {
                let key = pop!();
                let container = pop!();
                return (sp, Step::discard(subscript::delete(ts, container, key)));
            }
            Op::DELETE_ATTR => {
                let object = pop!();
                let name = frame.code().name_at(oparg);
                let outcome = attributes::store_attr(ts, object, name, None);
                return (sp, Step::discard(outcome));
            }
            Op::GET_YIELD_FROM_ITER => {
                let iterable = pop!();
                finish!(iteration::get_yield_from_iter(ts, frame, iterable))
            }
            Op::BEFORE_WITH => {
                let manager = pop!();
                match attempt!(exceptions::plain_with_methods(&manager)) {
                    Some((exit, enter)) => {
                        push!(exit);
                        finish!(exceptions::enter_with(ts, enter, manager))
                    }
                    None => spread!(exceptions::before_with(ts, &manager)),
                }
            }
            Op::WITH_EXCEPT_START => {
                finish!(exceptions::with_except_start(ts, peek!(4), peek!(1)))
            }
            Op::DELETE_FAST => {
                let old = ptr::replace(frame.local_ptr(oparg), ptr::null_mut());
                if old.is_null() {
                    namespace::unbound_local(frame, oparg);
                    return (sp, Step::Raised);
                }
                PyObject::decref(old);
            }
            Op::STORE_GLOBAL => {
                let value = pop!();
                attempt!(namespace::store_global(
                    frame,
                    frame.code().name_at(oparg),
                    &value
                ));
            }
            Op::DELETE_GLOBAL => {
                attempt!(namespace::delete_global(frame, frame.code().name_at(oparg)))
            }
            Op::LOAD_NAME => finish!(namespace::load_name(ts, frame, frame.code().name_at(oparg))),
            Op::STORE_NAME => {
                let value = pop!();
                let name = frame.code().name_at(oparg);
                let outcome = namespace::store_name(ts, frame, name, &value);
                return (sp, Step::discard(outcome));
            }
            Op::DELETE_NAME => {
                let outcome = namespace::delete_name(ts, frame, frame.code().name_at(oparg));
                return (sp, Step::discard(outcome));
            }
            Op::MAKE_CELL => {
                let slot = frame.local_ptr(oparg);
                let content = Ref::from_owned_opt(ptr::replace(slot, ptr::null_mut()));
                *slot = attempt!(cell::new(content)).into_raw().cast();
            }
            Op::DELETE_DEREF => {
                let cell: &PyCellObject = (**frame.local_ptr(oparg)).cast();
                if cell.ob_ref.take().is_none() {
                    namespace::unbound_cell(frame, oparg);
                    return (sp, Step::Raised);
                }
            }
            Op::LOAD_CLASSDEREF => {
                finish!(namespace::load_class_deref(ts, frame, oparg))
            }
            Op::COPY_FREE_VARS => {
                let function = &*frame.f_func.as_ptr();
                if let Some(closure) = function.func_closure.get() {
                    let cells = closure.cast::<PyTupleObject>().items();
                    let first = frame.code().co_nlocalsplus.get() as usize - oparg;
                    for (i, cell) in cells.iter().enumerate().take(oparg) {
                        *frame.local_ptr(first + i) = cell.to_ref().into_raw();
                    }
                }
            }
            Op::SETUP_ANNOTATIONS => {
                return (sp, Step::discard(namespace::setup_annotations(ts, frame)));
            }
            Op::LOAD_BUILD_CLASS => finish!(namespace::load_build_class(ts, frame)),
            Op::LOAD_ASSERTION_ERROR => {
                push!(Ref::new(&hotpy_objects::exceptions::AssertionError).into_object())
            }
            Op::PRINT_EXPR => {
                let value = pop!();
                return (sp, Step::discard(namespace::print_expr(ts, &value)));
            }
            Op::IMPORT_NAME => {
                let fromlist = pop!();
                let level = pop!();
                let name = frame.code().name_at(oparg);
                finish!(imports::import_name(ts, frame, name, &fromlist, &level))
            }
            Op::IMPORT_FROM => {
                finish!(imports::import_from(
                    ts,
                    peek!(1),
                    frame.code().name_at(oparg)
                ))
            }
            Op::IMPORT_STAR => {
                let module = pop!();
                return (sp, Step::discard(imports::import_star(ts, frame, module)));
            }
            Op::BUILD_SET => {
                sp = sp.sub(oparg);
                finish!(build::set(ts, sp, oparg))
            }
            Op::BUILD_CONST_KEY_MAP => {
                let keys = pop!();
                sp = sp.sub(oparg);
                push!(attempt!(build::const_key_map(&keys, sp, oparg)));
            }
            Op::BUILD_STRING => {
                sp = sp.sub(oparg);
                push!(attempt!(build::string(sp, oparg)));
            }
            Op::FORMAT_VALUE => {
                let spec = if oparg & 4 != 0 { Some(pop!()) } else { None };
                let value = pop!();
                finish!(build::format_value(ts, value, spec, oparg & 3))
            }
            Op::SET_ADD => {
                let item = pop!();
                if build::is_plain_key(&item)
                    && let Some(set) = peek!(oparg).exact::<PySetObject>()
                {
                    attempt!(set.add(&item));
                    return (sp, Step::Done);
                }
                return (sp, Step::discard(build::set_add(ts, peek!(oparg), &item)));
            }
            Op::MAP_ADD => {
                let value = pop!();
                let key = pop!();
                let outcome = build::map_add(ts, peek!(oparg), &key, &value);
                return (sp, Step::discard(outcome));
            }
            Op::LIST_EXTEND => {
                let iterable = pop!();
                let outcome = build::list_extend(ts, peek!(oparg), &iterable);
                return (sp, Step::discard(outcome));
            }
            Op::LIST_TO_TUPLE => {
                let list = pop!();
                let items = (*list).cast::<PyListObject>().items();
                push!(attempt!(tuple::from_borrowed(items)).into_object());
            }
            Op::SET_UPDATE => {
                let iterable = pop!();
                let outcome = build::set_update(ts, peek!(oparg), &iterable);
                return (sp, Step::discard(outcome));
            }
            Op::DICT_UPDATE => {
                let other = pop!();
                let outcome = build::dict_update(ts, peek!(oparg), &other);
                return (sp, Step::discard(outcome));
            }
            Op::DICT_MERGE => {
                let other = pop!();
                let callable = peek!(oparg + 2);
                let outcome = build::dict_merge(ts, peek!(oparg), &other, callable);
                return (sp, Step::discard(outcome));
            }
            Op::MAKE_FUNCTION => {
                let code = pop!();
                let closure = if oparg & 8 != 0 { Some(pop!()) } else { None };
                let annotations = if oparg & 4 != 0 { Some(pop!()) } else { None };
                let kwdefaults = if oparg & 2 != 0 { Some(pop!()) } else { None };
                let defaults = if oparg & 1 != 0 { Some(pop!()) } else { None };
                let function = attempt!(build::function(frame, &code));
                function.func_closure.set(closure);
                function.func_annotations.set(annotations);
                function.func_kwdefaults.set(kwdefaults);
                function.func_defaults.set(defaults);
                push!(function.into_object());
            }
            Op::UNPACK_EX => {
                let sequence = pop!();
                let (before, after) = (oparg & 0xff, oparg >> 8);
                if let Some(rest) = iteration::unpack_star_exact(&sequence, before, after, sp) {
                    attempt!(rest);
                    sp = sp.add(before + 1 + after);
                    return (sp, Step::Done);
                }
                spread!(iteration::unpack_star(ts, &sequence, before, after))
            }
            Op::ASYNC_GEN_WRAP => {
                let value = pop!();
                push!(attempt!(generator::wrap_value(value)));
            }
            Op::GET_AWAITABLE => {
                let awaitable = pop!();
                finish!(async_ops::get_awaitable(ts, &awaitable, oparg))
            }
            Op::GET_AITER => {
                let iterable = pop!();
                finish!(async_ops::get_aiter(ts, &iterable))
            }
            Op::GET_ANEXT => finish!(async_ops::get_anext(ts, peek!(1))),
            Op::BEFORE_ASYNC_WITH => {
                let manager = pop!();
                spread!(async_ops::before_async_with(ts, &manager))
            }
            Op::PUSH_EXC_INFO => {
                let exception = pop!();
                let info = &*ts.exc_info.get();
                push!(
                    info.exc_value
                        .replace(Some(exception.clone()))
                        .unwrap_or_else(singletons::none)
                );
                push!(exception);
            }
            Op::POP_EXCEPT => {
                let previous = pop!();
                let info = &*ts.exc_info.get();
                info.exc_value
                    .set(Some(previous).filter(|p| !singletons::is_none(p)));
            }
            Op::CHECK_EXC_MATCH => {
                let against = pop!();
                let matches = attempt!(exceptions::check_match(peek!(1), &against));
                push!(boolean::from(matches));
            }
            Op::CHECK_EG_MATCH => {
                let against = pop!();
                let exception = pop!();
                spread!(except_star::check_match(ts, exception, against))
            }
            Op::PREP_RERAISE_STAR => {
                let raised = pop!();
                let original = pop!();
                finish!(except_star::prepare_reraise(ts, original, raised))
            }
            Op::GET_LEN => finish!(matching::get_len(ts, peek!(1))),
            Op::MATCH_MAPPING => {
                push!(boolean::from(
                    peek!(1).ty().is_subclass_flag(flags::tp::MAPPING)
                ))
            }
            Op::MATCH_SEQUENCE => {
                push!(boolean::from(
                    peek!(1).ty().is_subclass_flag(flags::tp::SEQUENCE)
                ))
            }
            Op::MATCH_KEYS => {
                finish!(matching::match_keys(ts, peek!(2), peek!(1)))
            }
            Op::MATCH_CLASS => {
                let names = pop!();
                let class = pop!();
                let subject = pop!();
                finish!(matching::match_class(ts, &subject, &class, oparg, &names))
            }
            Op::S_REPLAY => {
                let error = pop!();
                let answer = pop!();
                let state = pop!();
                let asked = attempt!(replay::go_on(ts, frame, &state, answer, error));
                let found = asked.is_some();
                push!(asked.unwrap_or_else(singletons::none));
                push!(boolean::from(found));
            }
            Op::S_LOAD_FIELD => {
                let object = pop!();
                push!(attempt!(atomic::load_field(&object, oparg)));
            }
            Op::S_NEXT_OR_RAISE => {
                let iterator = pop!();
                if !iterator.is_exact::<PyGenObject>()
                    && let Some(step) = crate::asking::native_step(&iterator)
                {
                    match step(&iterator) {
                        Some(item) => push!(item),
                        None => {
                            if errors::occurred().is_none() {
                                errors::raise_stop_iteration(None);
                            }
                            return (sp, Step::Raised);
                        }
                    }
                    return (sp, Step::Done);
                }
                match iteration::next(ts, &iterator) {
                    iteration::Next::Item(item) => push!(item),
                    iteration::Next::End => {
                        errors::raise_stop_iteration(None);
                        return (sp, Step::Raised);
                    }
                    iteration::Next::Generator(new) => {
                        push!(iterator);
                        return (sp, Step::Enter(new, ReturnTo::GenCall));
                    }
                    iteration::Next::Enter(new) => return (sp, Step::Enter(new, ReturnTo::Push)),
                    iteration::Next::Raised => return (sp, Step::Raised),
                }
            }
            Op::S_ADVANCE => {
                let value = pop!();
                let state = pop!();
                let given = match oparg {
                    0 => Ok(Some(value)),
                    1 => Ok(None),
                    _ => {
                        errors::restore_instance(value);
                        Err(Raised)
                    }
                };
                push!(boolean::from(attempt!(replay::advance(ts, &state, given))));
            }
            op => return atomic::execute(ts, op, oparg, sp),
        }
    }
    (sp, Step::Done)
}
