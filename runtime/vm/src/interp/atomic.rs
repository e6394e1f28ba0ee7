//! Atomic ops of low-level Python: each is done whole, or raises. Those that enter frames (`$tail_call`, `$next`, `$call_body`)
//! have their arms in the loop.

use crate::surrogates;
use hotpy_isa::Op;
use hotpy_isa::fields::Field;
use hotpy_objects::list::sort::{SortState, Step};
use hotpy_objects::number::BinaryOp;
use hotpy_objects::*;
use std::ptr;

/// Executes one op; the new end of the stack, also when it raised.
///
/// # Safety
/// As for the loop: `sp` is the end of the stack, which holds what the op takes and has room for what it leaves. Operands have
/// the table's types: the dialect's checker and the surrogates' authors see to that; here types are checked only
/// where a wrong one would not be memory-safe.
#[inline(never)]
pub unsafe fn execute(
    op: Op,
    oparg: usize,
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
    macro_rules! attempt {
        ($result:expr) => {
            match $result {
                Ok(v) => v,
                Err(Raised) => return (sp, Err(Raised)),
            }
        };
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
                        return (sp, Err(error));
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
                    return (sp, Err(error));
                }
                if value.to_i64().is_none() {
                    let error = raise!(
                        OverflowError,
                        "Python int too large to convert to C ssize_t"
                    );
                    return (sp, Err(error));
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
            Op::S_DESCRIPTOR_GET => {
                let object = pop!();
                let descriptor = pop!();
                let value = match descriptor.ty().tp_descr_get.get() {
                    Some(get) => attempt!(get(&descriptor, Some(&object), Some(object.ty()))),
                    None => descriptor,
                };
                push!(value);
            }
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
                let method = attempt!(special(&object, attempt!(text(&name))));
                push_found!(method);
            }
            Op::S_NO_ATTRIBUTE => {
                let name = pop!();
                let object = pop!();
                let name = attempt!(text(&name));
                let message = format!(
                    "'{}' object has no attribute '{}'",
                    object.ty().name(),
                    name.to_string_lossy()
                );
                return (
                    sp,
                    Err(errors::raise_attribute_error(&object, name, &message)),
                );
            }
            Op::S_PYTHON_OP => {
                let op = pop!();
                let owner = pop!();
                let slot = operator_slot(attempt!(class(&owner)), attempt!(number_of(&op)));
                push!(boolean::from(slot.is_some_and(|s| s.is_python())));
            }
            Op::S_NATIVE_OP => {
                let op = pop!();
                let right = pop!();
                let left = pop!();
                let owner = pop!();
                let slot = operator_slot(attempt!(class(&owner)), attempt!(number_of(&op)));
                push!(match slot.filter(|s| !s.is_python()) {
                    Some(slot) => attempt!(slot.call(&left, &right)),
                    None => singletons::not_implemented(),
                });
            }
            Op::S_OP_FALLBACK => {
                let op = pop!();
                let right = pop!();
                let left = pop!();
                let op = attempt!(number_of(&op));
                let answer = number::without_slots(BinaryOp::ALL[op % 13], op >= 13, &left, &right);
                push!(attempt!(answer));
            }
            Op::S_NATIVE_COMPARE => {
                let op = pop!();
                let right = pop!();
                let left = pop!();
                let ty = left.ty();
                let slot = ty.tp_richcompare.get();
                push!(match slot {
                    Some(slot) if !typeobject::is_python_slot_richcompare(ty) => {
                        attempt!(slot(&left, &right, attempt!(number_of(&op)) as c_int))
                    }
                    _ => singletons::not_implemented(),
                });
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
                push!(attempt!(protocol::iter(&object)));
            }
            Op::S_IS_ITERATOR => {
                let object = pop!();
                push!(boolean::from(protocol::is_iterator(&object)));
            }
            Op::S_NATIVE_NEW => {
                let kws = pop!();
                let args = pop!();
                let owner = pop!();
                let ty = attempt!(class(&owner));
                attempt!(check_call(&args, &kws));
                match ty.tp_new.get() {
                    Some(new) => push!(attempt!(new(ty, &args, keywords(&kws)))),
                    None => {
                        let error = raise!(TypeError, "cannot create '{}' instances", ty.name());
                        return (sp, Err(error));
                    }
                }
            }
            Op::S_NATIVE_INIT => {
                let kws = pop!();
                let args = pop!();
                let object = pop!();
                attempt!(check_call(&args, &kws));
                if let Some(init) = object.ty().tp_init.get() {
                    if init(&object, &args, keywords(&kws)) < 0 {
                        return (sp, Err(Raised));
                    }
                }
            }
            Op::S_LIST_APPEND => {
                let item = pop!();
                let items = pop!();
                attempt!(attempt!(list_of(&items)).push(item));
            }
            Op::S_LIST_TAKE => {
                let items = pop!();
                let taken = attempt!(list::new());
                move_items(attempt!(list_of(&items)), &taken);
                attempt!(list_of(&items)).allocated.set(-1);
                push!(taken.into_object());
            }
            Op::S_LIST_GIVE_BACK => {
                let taken = pop!();
                let items = pop!();
                let (items, taken) = (attempt!(list_of(&items)), attempt!(list_of(&taken)));
                let modified = items.allocated.get() != -1;
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
                let values = drain(items);
                let state = if singletons::is_none(&keys) {
                    SortState::new(values, reverse)
                } else {
                    let keys = drain(attempt!(list_of(&keys)));
                    if keys.len() != values.len() {
                        return (sp, Err(misused("sort_begin")));
                    }
                    SortState::with_keys(keys, values, reverse)
                };
                push!(attempt!(Sort::boxed(state)));
            }
            Op::S_SORT_STEP => {
                let answer = pop!();
                let state = pop!();
                let sort = attempt!(Sort::of(&state));
                let answer = (!singletons::is_none(&answer)).then(|| boolean::is_true(&answer));
                match sort {
                    Sort::Running(running) => match running.step(answer) {
                        Step::Compare(a, b) => {
                            push_found!(Some(attempt!(tuple::from_array([a, b])).into_object()));
                        }
                        Step::Done(items) => {
                            *sort = Sort::Done(items);
                            push_found!(None);
                        }
                    },
                    _ => return (sp, Err(misused("sort_step"))),
                }
            }
            Op::S_SORT_END => {
                let items = pop!();
                let state = pop!();
                let items = attempt!(list_of(&items));
                let sorted = match std::mem::replace(attempt!(Sort::of(&state)), Sort::Over) {
                    Sort::Running(running) => running.abandon(),
                    Sort::Done(sorted) => sorted,
                    Sort::Over => return (sp, Err(misused("sort_end"))),
                };
                move_items(&*attempt!(list::from_owned(sorted)), items);
            }
            Op::S_NATIVE_CALL => {
                let argument = pop!();
                let function = pop!();
                push!(attempt!(call::call1(&function, &argument)));
            }
            Op::S_METATYPE => {
                let bases = pop!();
                let meta = pop!();
                let Some(bases) = bases.downcast::<PyTupleObject>() else {
                    return (sp, Err(misused("metatype")));
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
                return (sp, Err(error));
            }
        }
    }
    (sp, Ok(()))
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

fn list_of(object: &PyObject) -> PyResult<&PyListObject> {
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

/// A special method, bound to the object. Plain functions are bound without asking their `__get__`.
pub(super) fn special(object: &PyObject, name: &Str) -> PyResult<Option<Ref>> {
    match typeobject::lookup(object.ty(), name) {
        Some(f) if f.is_exact::<PyFunctionObject>() => {
            method::new(f, object).map(|m| Some(m.into_object()))
        }
        Some(_) => protocol::lookup_special(object, name),
        None => Ok(None),
    }
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

/// Whether an operator on these operands may call a method of Python.
#[inline]
pub(super) fn is_python_operator(op: usize, left: &PyTypeObject, right: &PyTypeObject) -> bool {
    let python = |ty, op| operator_slot(ty, op).is_some_and(|s| s.is_python());
    (left.is_heap_type() && (python(left, op) || op >= 13 && python(left, op - 13)))
        || (right.is_heap_type() && python(right, op % 13))
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

fn load_field(object: &PyObject, number: usize) -> PyResult {
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
    };
    Ok(value.unwrap_or_else(singletons::none))
}

fn store_field(object: &PyObject, number: usize, value: Ref) -> PyResult<()> {
    let exception = errors::as_exception(object).ok_or_else(|| misused("store_field"))?;
    let value = Some(value).filter(|v| !singletons::is_none(v));
    match Field::from_number(number as u32) {
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

/// Takes all items out of a list.
fn drain(items: &PyListObject) -> Vec<Ref> {
    let values = items.items().iter().map(|i| i.to_ref()).collect();
    items.clear();
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
