//! Ops that are not worth a place in the hot loop: they change the stack and may raise, but enter no frame and do not jump.

use super::{
    async_ops, atomic, build, except_star, exceptions, imports, iteration, matching, namespace,
};
use hotpy_isa::Op;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use std::ptr;

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
) -> (*mut *mut PyObject, PyResult<()>) {
    macro_rules! push {
        ($value:expr) => {{
            let value: Ref = $value;
            *sp = value.into_raw();
            sp = sp.add(1);
        }};
    }
    macro_rules! pop {
        () => {{
            sp = sp.sub(1);
            Ref::<PyObject>::from_owned(*sp)
        }};
    }
    macro_rules! peek {
        ($n:expr) => {
            &**sp.sub($n)
        };
    }
    macro_rules! attempt {
        ($result:expr) => {
            match $result {
                Ok(v) => v,
                Err(Raised) => return (sp, Err(Raised)),
            }
        };
    }
    // SAFETY: the caller's promise; the compiler's stack layout.
    unsafe {
        match op {
            Op::DELETE_FAST => {
                let old = ptr::replace(frame.local_ptr(oparg), ptr::null_mut());
                if old.is_null() {
                    namespace::unbound_local(frame, oparg);
                    return (sp, Err(Raised));
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
            Op::LOAD_NAME => push!(attempt!(namespace::load_name(
                frame,
                frame.code().name_at(oparg)
            ))),
            Op::STORE_NAME => {
                let value = pop!();
                attempt!(namespace::store_name(
                    frame,
                    frame.code().name_at(oparg),
                    &value
                ));
            }
            Op::DELETE_NAME => {
                attempt!(namespace::delete_name(frame, frame.code().name_at(oparg)))
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
                    return (sp, Err(Raised));
                }
            }
            Op::LOAD_CLASSDEREF => {
                push!(attempt!(namespace::load_class_deref(frame, oparg)))
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
            Op::SETUP_ANNOTATIONS => attempt!(namespace::setup_annotations(frame)),
            Op::LOAD_BUILD_CLASS => push!(attempt!(namespace::load_build_class(frame))),
            Op::LOAD_ASSERTION_ERROR => {
                push!(Ref::new(&hotpy_objects::exceptions::AssertionError).into_object())
            }
            Op::PRINT_EXPR => {
                let value = pop!();
                attempt!(namespace::print_expr(&value));
            }
            Op::IMPORT_NAME => {
                let fromlist = pop!();
                let level = pop!();
                let name = frame.code().name_at(oparg);
                push!(attempt!(imports::import_name(
                    frame, name, &fromlist, &level
                )));
            }
            Op::IMPORT_FROM => {
                let value = attempt!(imports::import_from(peek!(1), frame.code().name_at(oparg)));
                push!(value);
            }
            Op::IMPORT_STAR => {
                let module = pop!();
                attempt!(imports::import_star(frame, &module));
            }
            Op::BUILD_SET => {
                sp = sp.sub(oparg);
                push!(attempt!(build::set(sp, oparg)));
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
                push!(attempt!(build::format_value(value, spec, oparg & 3)));
            }
            Op::SET_ADD => {
                let item = pop!();
                attempt!((peek!(oparg)).cast::<PySetObject>().add(&item));
            }
            Op::MAP_ADD => {
                let value = pop!();
                let key = pop!();
                attempt!((peek!(oparg)).cast::<PyDictObject>().set_item(&key, &value));
            }
            Op::LIST_EXTEND => {
                let iterable = pop!();
                attempt!(build::list_extend((peek!(oparg)).cast(), &iterable));
            }
            Op::LIST_TO_TUPLE => {
                let list = pop!();
                let items = (*list).cast::<PyListObject>().items();
                push!(attempt!(tuple::from_borrowed(items)).into_object());
            }
            Op::SET_UPDATE => {
                let iterable = pop!();
                attempt!((peek!(oparg)).cast::<PySetObject>().update(&iterable));
            }
            Op::DICT_UPDATE => {
                let other = pop!();
                attempt!(build::dict_update((peek!(oparg)).cast(), &other));
            }
            Op::DICT_MERGE => {
                let other = pop!();
                let callable = peek!(oparg + 2);
                attempt!(build::dict_merge((peek!(oparg)).cast(), &other, callable));
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
                attempt!(iteration::unpack_star(
                    &sequence,
                    oparg & 0xff,
                    oparg >> 8,
                    sp
                ));
                sp = sp.add((oparg & 0xff) + 1 + (oparg >> 8));
            }
            Op::ASYNC_GEN_WRAP => {
                let value = pop!();
                push!(attempt!(generator::wrap_value(value)));
            }
            Op::GET_AWAITABLE => {
                let awaitable = pop!();
                push!(attempt!(async_ops::get_awaitable(&awaitable, oparg)));
            }
            Op::GET_AITER => {
                let iterable = pop!();
                push!(attempt!(async_ops::get_aiter(&iterable)));
            }
            Op::GET_ANEXT => push!(attempt!(async_ops::get_anext(peek!(1)))),
            Op::BEFORE_ASYNC_WITH => {
                let manager = pop!();
                let (exit, entered) = attempt!(async_ops::before_async_with(&manager));
                push!(exit);
                push!(entered);
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
                let (rest, matched) = attempt!(except_star::check_match(&exception, &against));
                // The handler handles the part that matched.
                if !singletons::is_none(&matched) {
                    let info = &*ts.exc_info.get();
                    info.exc_value.set(Some(matched.clone()));
                }
                push!(rest);
                push!(matched);
            }
            Op::PREP_RERAISE_STAR => {
                let raised = pop!();
                let original = pop!();
                push!(attempt!(except_star::prepare_reraise(&original, &raised)));
            }
            Op::GET_LEN => push!(attempt!(matching::get_len(peek!(1)))),
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
                let values = attempt!(matching::match_keys(peek!(2), peek!(1)));
                push!(values);
            }
            Op::MATCH_CLASS => {
                let names = pop!();
                let class = pop!();
                let subject = pop!();
                push!(attempt!(matching::match_class(
                    &subject, &class, oparg, &names
                )));
            }
            op => return atomic::execute(op, oparg, sp),
        }
    }
    (sp, Ok(()))
}
