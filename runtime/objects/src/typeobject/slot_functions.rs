//! The generic slot functions: what native callers of a slot reach when the class defines the special method in Python.
//!
//! Each looks its method up on the type of `self`, calls it to its end (a Python method runs in a nested interpreter), and checks
//! the answer. The interpreter recognises them (`slots::is_python_slot`) and enters surrogates instead.

use super::{cache, static_ref};
use crate::def::{size_status, status, truth_status};
use crate::*;

/// A special method found on a type: a function that still wants `self`, or something bound already.
pub struct Special {
    function: Ref,
    unbound: bool,
}

/// Looks `name` up on `obj`'s type and binds it, without making a bound method for plain functions.
/// Raises what `__get__` raises; `None` if there is no such method.
#[inline]
pub fn find_special(obj: &PyObject, name: &Str) -> PyResult<Option<Special>> {
    let Some(descr) = cache::lookup(obj.ty(), name) else {
        return Ok(None);
    };
    let descr = Ref::new(descr);
    if descr.ty().tp_flags.get() & flags::tp::METHOD_DESCRIPTOR != 0 {
        return Ok(Some(Special {
            function: descr,
            unbound: true,
        }));
    }
    let function = match descr.ty().tp_descr_get.get() {
        Some(get) => get(&descr, Some(obj), Some(obj.ty()))?,
        None => descr,
    };
    Ok(Some(Special {
        function,
        unbound: false,
    }))
}

impl Special {
    /// Calls with `args`, of which the first is `self`.
    #[inline]
    pub fn call(&self, args: &[&PyObject]) -> PyResult {
        call::call(&self.function, if self.unbound { args } else { &args[1..] })
    }
}

/// Calls the special method with `args[0]` as self; AttributeError if there is none.
fn call_method(name: &Str, args: &[&PyObject]) -> PyResult {
    match find_special(args[0], name)? {
        Some(method) => method.call(args),
        None => Err(errors::raise_value(&exceptions::AttributeError, Some(name))),
    }
}

/// The same, but NotImplemented if there is none.
fn call_maybe(name: &Str, args: &[&PyObject]) -> PyResult {
    match find_special(args[0], name)? {
        Some(method) => method.call(args),
        None => Ok(singletons::not_implemented()),
    }
}

/// Whether the right operand has its own version of a reflected method.
fn overrides(left: &PyObject, right: &PyObject, name: &Str) -> PyResult<bool> {
    // Read as class attributes: `__get__` and metaclasses can see it.
    let Some(of_right) = protocol::getattr_opt(right.ty(), name)? else {
        return Ok(false);
    };
    let Some(of_left) = protocol::getattr_opt(left.ty(), name)? else {
        return Ok(true);
    };
    protocol::compare_bool(&of_left, &of_right, flags::cmp::NE)
}

type NumberSlot = fn(&PyTypeObject) -> bool;

/// The binary operators' common rule: the right operand first if its class is a subtype that overrides the reflected method.
fn binary(a: &PyObject, b: &PyObject, is_own: NumberSlot, name: &Str, reflected: &Str) -> PyResult {
    let same = std::ptr::eq(a.ty(), b.ty());
    let mut try_right = !same && is_own(b.ty());
    if is_own(a.ty()) {
        if try_right && super::is_subtype(b.ty(), a.ty()) && overrides(a, b, reflected)? {
            let r = call_maybe(reflected, &[b, a])?;
            if !singletons::is_not_implemented(&r) {
                return Ok(r);
            }
            try_right = false;
        }
        let r = call_maybe(name, &[a, b])?;
        if !singletons::is_not_implemented(&r) || same {
            return Ok(r);
        }
    }
    if try_right {
        return call_maybe(reflected, &[b, a]);
    }
    Ok(singletons::not_implemented())
}

macro_rules! binary_slots {
    ($($function:ident: $slot:ident, $name:ident, $reflected:ident;)*) => { $(
        pub extern "C" fn $function(a: &PyObject, b: &PyObject) -> PyResult {
            binary(
                a,
                b,
                // SAFETY: a type's table pointers are null or valid.
                |ty| unsafe { ty.tp_as_number.get().as_ref() }
                    .and_then(|n| n.$slot.get())
                    .is_some_and(|s| s as usize == $function as *const () as usize),
                &names::$name,
                &names::$reflected,
            )
        }
    )* };
}

binary_slots! {
    slot_nb_add: nb_add, __add__, __radd__;
    slot_nb_subtract: nb_subtract, __sub__, __rsub__;
    slot_nb_multiply: nb_multiply, __mul__, __rmul__;
    slot_nb_remainder: nb_remainder, __mod__, __rmod__;
    slot_nb_divmod: nb_divmod, __divmod__, __rdivmod__;
    slot_nb_lshift: nb_lshift, __lshift__, __rlshift__;
    slot_nb_rshift: nb_rshift, __rshift__, __rrshift__;
    slot_nb_and: nb_and, __and__, __rand__;
    slot_nb_xor: nb_xor, __xor__, __rxor__;
    slot_nb_or: nb_or, __or__, __ror__;
    slot_nb_floor_divide: nb_floor_divide, __floordiv__, __rfloordiv__;
    slot_nb_true_divide: nb_true_divide, __truediv__, __rtruediv__;
    slot_nb_matrix_multiply: nb_matrix_multiply, __matmul__, __rmatmul__;
}

fn has_python_power(ty: &PyTypeObject) -> bool {
    // SAFETY: a type's table pointers are null or valid.
    unsafe { ty.tp_as_number.get().as_ref() }
        .and_then(|n| n.nb_power.get())
        .is_some_and(|s| s as usize == slot_nb_power as *const () as usize)
}

/// With a modulus, only `a.__pow__` is asked; the caller tries the other operands' slots itself.
pub extern "C" fn slot_nb_power(
    a: &PyObject,
    b: &PyObject,
    modulus: Option<&PyObject>,
) -> PyResult {
    match modulus.filter(|m| !singletons::is_none(m)) {
        None => binary(a, b, has_python_power, &names::__pow__, &names::__rpow__),
        Some(modulus) if has_python_power(a.ty()) => call_method(&names::__pow__, &[a, b, modulus]),
        Some(_) => Ok(singletons::not_implemented()),
    }
}

pub extern "C" fn slot_nb_inplace_power(
    a: &PyObject,
    b: &PyObject,
    _modulus: Option<&PyObject>,
) -> PyResult {
    call_method(&names::__ipow__, &[a, b])
}

macro_rules! method_slots {
    (unary $($function:ident: $name:ident;)*) => { $(
        pub extern "C" fn $function(this: &PyObject) -> PyResult {
            call_method(&names::$name, &[this])
        }
    )* };
    (binary $($function:ident: $name:ident;)*) => { $(
        pub extern "C" fn $function(this: &PyObject, other: &PyObject) -> PyResult {
            call_method(&names::$name, &[this, other])
        }
    )* };
}

method_slots! { unary
    slot_nb_negative: __neg__;
    slot_nb_positive: __pos__;
    slot_nb_absolute: __abs__;
    slot_nb_invert: __invert__;
    slot_nb_int: __int__;
    slot_nb_float: __float__;
    slot_nb_index: __index__;
}

method_slots! { binary
    slot_nb_inplace_add: __iadd__;
    slot_nb_inplace_subtract: __isub__;
    slot_nb_inplace_multiply: __imul__;
    slot_nb_inplace_remainder: __imod__;
    slot_nb_inplace_lshift: __ilshift__;
    slot_nb_inplace_rshift: __irshift__;
    slot_nb_inplace_and: __iand__;
    slot_nb_inplace_xor: __ixor__;
    slot_nb_inplace_or: __ior__;
    slot_nb_inplace_floor_divide: __ifloordiv__;
    slot_nb_inplace_true_divide: __itruediv__;
    slot_nb_inplace_matrix_multiply: __imatmul__;
    slot_mp_subscript: __getitem__;
}

/// `__bool__`, else `__len__`, else true.
pub extern "C" fn slot_nb_bool(this: &PyObject) -> c_int {
    let answer = || -> PyResult<bool> {
        if let Some(method) = find_special(this, &names::__bool__)? {
            let r = method.call(&[this])?;
            if boolean::is_true(&r) || boolean::is_false(&r) {
                return Ok(boolean::is_true(&r));
            }
            return Err(raise!(
                TypeError,
                "__bool__ should return bool, returned {}",
                r.ty().name()
            ));
        }
        match find_special(this, &names::__len__)? {
            Some(method) => Ok(length(&*method.call(&[this])?)? > 0),
            None => Ok(true),
        }
    };
    truth_status(answer())
}

/// What `__len__` answered, as a size. TypeError, ValueError, OverflowError.
pub fn length(answer: &PyObject) -> PyResult<usize> {
    let value = number::index(answer)?;
    if value.is_negative() {
        return Err(raise!(ValueError, "__len__() should return >= 0"));
    }
    match value.to_i64() {
        Some(n) => Ok(n as usize),
        None => Err(raise!(
            OverflowError,
            "cannot fit 'int' into an index-sized integer"
        )),
    }
}

pub extern "C" fn slot_sq_length(this: &PyObject) -> isize {
    size_status(call_method(&names::__len__, &[this]).and_then(|n| length(&n)))
}

pub extern "C" fn slot_mp_length(this: &PyObject) -> isize {
    slot_sq_length(this)
}

pub extern "C" fn slot_sq_item(this: &PyObject, index: isize) -> PyResult {
    let index = int::from_i64(index as i64)?;
    call_method(&names::__getitem__, &[this, &index])
}

pub extern "C" fn slot_sq_ass_item(
    this: &PyObject,
    index: isize,
    value: Option<&PyObject>,
) -> c_int {
    match int::from_i64(index as i64) {
        Ok(index) => slot_mp_ass_subscript(this, &index, value),
        Err(Raised) => -1,
    }
}

pub extern "C" fn slot_mp_ass_subscript(
    this: &PyObject,
    key: &PyObject,
    value: Option<&PyObject>,
) -> c_int {
    let answer = match value {
        Some(value) => call_method(&names::__setitem__, &[this, key, value]),
        None => call_method(&names::__delitem__, &[this, key]),
    };
    status(answer.map(drop))
}

/// `__contains__`, or a search by iteration; `__contains__ = None` forbids both.
pub extern "C" fn slot_sq_contains(this: &PyObject, item: &PyObject) -> c_int {
    let answer = || -> PyResult<bool> {
        match find_special(this, &names::__contains__)? {
            Some(method) if singletons::is_none(&method.function) => Err(raise!(
                TypeError,
                "'{}' object is not a container",
                this.ty().name()
            )),
            Some(method) => protocol::truth(&*method.call(&[this, item])?),
            None => protocol::iterate::contains_by_iteration(this, item),
        }
    };
    truth_status(answer())
}

pub extern "C" fn slot_tp_repr(this: &PyObject) -> PyResult {
    match find_special(this, &names::__repr__)? {
        Some(method) => method.call(&[this]),
        None => Ok(str_::new(&format!(
            "<{} object at {:#x}>",
            this.ty().name(),
            this.as_ptr() as usize
        ))?
        .into_object()),
    }
}

pub extern "C" fn slot_tp_str(this: &PyObject) -> PyResult {
    call_method(&names::__str__, &[this])
}

/// An int of any size is reduced as `int.__hash__` does; -1 becomes -2.
pub extern "C" fn slot_tp_hash(this: &PyObject) -> isize {
    if let Some(hash) = attempt::known_hash(this) {
        return hash;
    }
    let answer = || -> PyResult<isize> {
        let method = match find_special(this, &names::__hash__)? {
            Some(method) if !singletons::is_none(&method.function) => method,
            _ => {
                return Err(raise!(TypeError, "unhashable type: '{}'", this.ty().name()));
            }
        };
        hash_of_answer(&*method.call(&[this])?)
    };
    answer().unwrap_or(-1)
}

/// The hash that a `__hash__` of Python has answered.
pub fn hash_of_answer(answer: &PyObject) -> PyResult<isize> {
    let Some(value) = answer.downcast::<PyLongObject>() else {
        return Err(raise!(
            TypeError,
            "__hash__ method should return an integer"
        ));
    };
    // A value that fits is the hash itself, so that two classes may agree on hashes beyond the modulus.
    let hash = match value.to_i64() {
        Some(n) => n as isize,
        None => int::hash(value),
    };
    Ok(if hash == -1 { -2 } else { hash })
}

pub extern "C" fn slot_tp_call(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    match find_special(this, &names::__call__)? {
        Some(method) => call_with_self(&method, this, args, kwargs),
        None => Err(errors::raise_value(
            &exceptions::AttributeError,
            Some(&names::__call__),
        )),
    }
}

/// Calls with `self` in front of a tuple's items, and a dict of keywords.
fn call_with_self(
    method: &Special,
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: slots get a tuple and a dict.
    let args: &PyTupleObject = unsafe { args.cast() };
    let kwargs = kwargs.map(|d| unsafe { d.cast::<PyDictObject>() });
    if !method.unbound {
        return call::call_ex(&method.function, args, kwargs);
    }
    let mut all = smallvec::SmallVec::<[&PyObject; 8]>::with_capacity(args.len() + 1);
    all.push(this);
    all.extend_from_slice(args.items());
    match kwargs.filter(|d| d.len() > 0) {
        None => call::call(&method.function, &all),
        Some(_) => {
            let args = tuple::from_borrowed(&all)?;
            call::call_ex(&method.function, &args, kwargs)
        }
    }
}

fn is_generic_getattribute(method: &PyObject) -> bool {
    method.exact::<PyWrapperDescrObject>().is_some_and(|w| {
        w.d_wrapped.get() as usize == protocol::PyObject_GenericGetAttr as *const () as usize
    })
}

/// `__getattribute__` of Python without `__getattr__`.
pub extern "C" fn slot_tp_getattro(this: &PyObject, name: &PyObject) -> PyResult {
    call_method(&names::__getattribute__, &[this, name])
}

/// `__getattribute__`, then `__getattr__` after an AttributeError. Replaces itself by [`slot_tp_getattro`] in a class that turns
/// out to have no `__getattr__`.
pub extern "C" fn slot_tp_getattr_hook(this: &PyObject, name: &PyObject) -> PyResult {
    let ty = this.ty();
    let Some(fallback) = cache::lookup(ty, &names::__getattr__) else {
        ty.tp_getattro.set(Some(slot_tp_getattro));
        return slot_tp_getattro(this, name);
    };
    let fallback = Ref::new(fallback);
    let first = match cache::lookup(ty, &names::__getattribute__).map(Ref::new) {
        Some(method) if !is_generic_getattribute(&method) => call_attribute(this, &method, name),
        _ => match name.downcast::<Str>() {
            Some(text) => match protocol::generic_getattr(this, text, true) {
                Ok(Some(value)) => return Ok(value),
                Ok(None) => return call_attribute(this, &fallback, name),
                // A property or the like may have raised AttributeError.
                Err(Raised) => Err(Raised),
            },
            None => protocol::PyObject_GenericGetAttr(this, name),
        },
    };
    match first {
        Err(Raised) if errors::matches(&exceptions::AttributeError) => {
            errors::clear();
            call_attribute(this, &fallback, name)
        }
        other => other,
    }
}

/// Binds a method found on the type, and calls it with the attribute's name.
fn call_attribute(this: &PyObject, method: &PyObject, name: &PyObject) -> PyResult {
    if method.ty().tp_flags.get() & flags::tp::METHOD_DESCRIPTOR != 0 {
        return call::call(method, &[this, name]);
    }
    match method.ty().tp_descr_get.get() {
        Some(get) => call::call1(&*get(method, Some(this), Some(this.ty()))?, name),
        None => call::call1(method, name),
    }
}

pub extern "C" fn slot_tp_setattro(
    this: &PyObject,
    name: &PyObject,
    value: Option<&PyObject>,
) -> c_int {
    let answer = match value {
        Some(value) => call_method(&names::__setattr__, &[this, name, value]),
        None => call_method(&names::__delattr__, &[this, name]),
    };
    status(answer.map(drop))
}

pub extern "C" fn slot_tp_richcompare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult {
    let name: &Str = match op {
        flags::cmp::LT => &names::__lt__,
        flags::cmp::LE => &names::__le__,
        flags::cmp::EQ => &names::__eq__,
        flags::cmp::NE => &names::__ne__,
        flags::cmp::GT => &names::__gt__,
        _ => &names::__ge__,
    };
    match find_special(a, name) {
        Ok(Some(method)) => method.call(&[a, b]),
        Ok(None) => Ok(singletons::not_implemented()),
        // A slot wrapper of another type's.
        Err(raised) if errors::matches(&exceptions::TypeError) => Err(raised),
        // A method that cannot be looked up does not want to.
        Err(Raised) => {
            errors::clear();
            Ok(singletons::not_implemented())
        }
    }
}

/// `__iter__`, or the sequence iterator over `__getitem__`; `__iter__ = None` forbids both.
pub extern "C" fn slot_tp_iter(this: &PyObject) -> PyResult {
    if let Some(method) = find_special(this, &names::__iter__)? {
        if singletons::is_none(&method.function) {
            return Err(not_iterable(this));
        }
        return method.call(&[this]);
    }
    if cache::lookup(this.ty(), &names::__getitem__).is_none() {
        return Err(not_iterable(this));
    }
    iterators::sequence_iter(this)
}

fn not_iterable(this: &PyObject) -> Raised {
    raise!(TypeError, "'{}' object is not iterable", this.ty().name())
}

pub extern "C" fn slot_tp_iternext(this: &PyObject) -> Option<Ref> {
    call_method(&names::__next__, &[this]).ok()
}

/// A type without `__get__` (it has been deleted) binds to itself.
pub extern "C" fn slot_tp_descr_get(
    this: &PyObject,
    obj: Option<&PyObject>,
    ty: Option<&PyObject>,
) -> PyResult {
    let Some(get) = cache::lookup(this.ty(), &names::__get__) else {
        return Ok(this.to_ref());
    };
    let get = Ref::new(get);
    let none = singletons::none();
    call::call(&get, &[this, obj.unwrap_or(&none), ty.unwrap_or(&none)])
}

pub extern "C" fn slot_tp_descr_set(
    this: &PyObject,
    obj: &PyObject,
    value: Option<&PyObject>,
) -> c_int {
    let answer = match value {
        Some(value) => call_method(&names::__set__, &[this, obj, value]),
        None => call_method(&names::__delete__, &[this, obj]),
    };
    status(answer.map(drop))
}

pub extern "C" fn slot_tp_init(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> c_int {
    let run = || -> PyResult<()> {
        let Some(method) = find_special(this, &names::__init__)? else {
            return Err(errors::raise_value(
                &exceptions::AttributeError,
                Some(&names::__init__),
            ));
        };
        let r = call_with_self(&method, this, args, kwargs)?;
        if !singletons::is_none(&r) {
            return Err(raise!(
                TypeError,
                "__init__() should return None, not '{}'",
                truncated(r.ty().name(), 200)
            ));
        }
        Ok(())
    };
    status(run())
}

/// At most `max` bytes of a name, as CPython's messages cut them.
pub fn truncated(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

pub extern "C" fn slot_tp_new(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    let function = protocol::getattr(ty, &names::__new__)?;
    // SAFETY: slots get a tuple and a dict.
    let args: &PyTupleObject = unsafe { args.cast() };
    let kwargs = kwargs.map(|d| unsafe { d.cast::<PyDictObject>() });
    let mut all = smallvec::SmallVec::<[&PyObject; 8]>::with_capacity(args.len() + 1);
    all.push(ty);
    all.extend_from_slice(args.items());
    match kwargs.filter(|d| d.len() > 0) {
        None => call::call(&function, &all),
        Some(_) => call::call_ex(&function, &*tuple::from_borrowed(&all)?, kwargs),
    }
}

/// `__del__`: exceptions are reported as unraisable, the one being handled is kept.
///
/// # Safety
/// `this` is live.
pub unsafe extern "C" fn slot_tp_finalize(this: *mut PyObject) {
    // SAFETY: the caller's promise.
    let this = unsafe { &*this };
    let saved = errors::fetch();
    match find_special(this, &names::__del__) {
        Ok(Some(method)) => {
            if attempt::apart(|| method.call(&[this])).is_err() {
                errors::write_unraisable(Some(static_ref(&*method.function)));
            }
        }
        Ok(None) => {}
        Err(Raised) => errors::write_unraisable(Some(this)),
    }
    if let Some(saved) = saved {
        errors::restore(saved);
    }
}

macro_rules! async_slots {
    ($($function:ident: $name:ident, $text:literal;)*) => { $(
        pub extern "C" fn $function(this: &PyObject) -> PyResult {
            match find_special(this, &names::$name)? {
                Some(method) => method.call(&[this]),
                None => Err(raise!(AttributeError, $text, this.ty().name())),
            }
        }
    )* };
}

async_slots! {
    slot_am_await: __await__, "object {} does not have __await__ method";
    slot_am_aiter: __aiter__, "object {} does not have __aiter__ method";
    slot_am_anext: __anext__, "object {} does not have __anext__ method";
}
