//! Slot wrappers' bodies: a Python call of `int.__add__`, `list.__len__` ... checks its arguments and calls the native slot.
//!
//! `wrapped` is the slot's function; its C signature is the one that the wrapper belongs to (the row of `slots::SLOTS` says so).

use crate::*;
use std::mem::transmute;

/// The slot function behind a wrapper, with its signature.
macro_rules! slot_fn {
    ($wrapped:expr => $ty:ty) => {
        // SAFETY: a wrapper is only used with slots of its signature.
        unsafe { transmute::<*mut c_void, $ty>($wrapped) }
    };
}

/// TypeError unless there are exactly `expected` arguments.
fn check(args: &PyTupleObject, expected: usize) -> PyResult<()> {
    let got = args.len();
    if got == expected {
        return Ok(());
    }
    let s = if expected == 1 { "" } else { "s" };
    Err(raise!(
        TypeError,
        "expected {expected} argument{s}, got {got}"
    ))
}

/// Between `min` and `max` arguments, of which an absent one is `None` (texts as for a nameless function).
fn check_range(args: &PyTupleObject, min: usize, max: usize) -> PyResult<()> {
    cfunction::check_count("", args.len(), min, max)
}

fn from_status(status: c_int) -> PyResult {
    if status < 0 {
        return Err(Raised);
    }
    Ok(singletons::none())
}

macro_rules! wrappers {
    ($($(#[$doc:meta])* fn $name:ident($this:ident, $args:ident, $wrapped:ident) $body:block)*) => { $(
        $(#[$doc])*
        pub extern "C" fn $name(
            $this: &PyObject,
            $args: &PyTupleObject,
            $wrapped: *mut c_void,
            _keywords: Option<&PyObject>,
        ) -> PyResult $body
    )* };
}

wrappers! {
    fn unary(this, args, wrapped) {
        check(args, 0)?;
        slot_fn!(wrapped => unaryfunc)(this)
    }
    fn binary(this, args, wrapped) {
        check(args, 1)?;
        slot_fn!(wrapped => binaryfunc)(this, args.items()[0])
    }
    fn binary_l(this, args, wrapped) {
        check(args, 1)?;
        // Wrappers are told apart by their address: this one must not be merged with `binary`.
        slot_fn!(wrapped => binaryfunc)(std::hint::black_box(this), args.items()[0])
    }
    fn binary_r(this, args, wrapped) {
        check(args, 1)?;
        slot_fn!(wrapped => binaryfunc)(args.items()[0], this)
    }
    fn ternary(this, args, wrapped) {
        check_range(args, 1, 2)?;
        let none = singletons::none();
        let third: &PyObject = args.items().get(1).copied().unwrap_or(&none);
        slot_fn!(wrapped => ternaryfunc)(this, args.items()[0], Some(third))
    }
    fn ternary_r(this, args, wrapped) {
        check_range(args, 1, 2)?;
        let none = singletons::none();
        let third: &PyObject = args.items().get(1).copied().unwrap_or(&none);
        slot_fn!(wrapped => ternaryfunc)(args.items()[0], this, Some(third))
    }
    fn predicate(this, args, wrapped) {
        check(args, 0)?;
        match slot_fn!(wrapped => inquiry)(this) {
            -1 => Err(Raised),
            answer => Ok(boolean::from(answer != 0)),
        }
    }
    fn len(this, args, wrapped) {
        check(args, 0)?;
        match slot_fn!(wrapped => lenfunc)(this) {
            -1 => Err(Raised),
            n => Ok(int::from_i64(n as i64)?.into_object()),
        }
    }
    fn hash(this, args, wrapped) {
        check(args, 0)?;
        match slot_fn!(wrapped => hashfunc)(this) {
            -1 => Err(Raised),
            n => Ok(int::from_i64(n as i64)?.into_object()),
        }
    }
    fn index_argument(this, args, wrapped) {
        check_range(args, 1, 1)?;
        let n = number::index_isize(args.items()[0], Some(&exceptions::OverflowError))?;
        slot_fn!(wrapped => ssizeargfunc)(this, n)
    }
    fn sq_item(this, args, wrapped) {
        check(args, 1)?;
        slot_fn!(wrapped => ssizeargfunc)(this, index_of(this, args.items()[0])?)
    }
    fn sq_set_item(this, args, wrapped) {
        check_range(args, 2, 2)?;
        let index = index_of(this, args.items()[0])?;
        from_status(slot_fn!(wrapped => ssizeobjargproc)(this, index, Some(args.items()[1])))
    }
    fn sq_del_item(this, args, wrapped) {
        check(args, 1)?;
        let index = index_of(this, args.items()[0])?;
        from_status(slot_fn!(wrapped => ssizeobjargproc)(this, index, None))
    }
    fn set_item(this, args, wrapped) {
        check_range(args, 2, 2)?;
        from_status(slot_fn!(wrapped => objobjargproc)(this, args.items()[0], Some(args.items()[1])))
    }
    fn del_item(this, args, wrapped) {
        check(args, 1)?;
        from_status(slot_fn!(wrapped => objobjargproc)(this, args.items()[0], None))
    }
    fn contains(this, args, wrapped) {
        check(args, 1)?;
        match slot_fn!(wrapped => objobjproc)(this, args.items()[0]) {
            -1 => Err(Raised),
            answer => Ok(boolean::from(answer != 0)),
        }
    }
    fn setattr(this, args, wrapped) {
        check_range(args, 2, 2)?;
        check_not_bypassed(this, wrapped, "__setattr__")?;
        from_status(slot_fn!(wrapped => setattrofunc)(this, args.items()[0], Some(args.items()[1])))
    }
    fn delattr(this, args, wrapped) {
        check(args, 1)?;
        check_not_bypassed(this, wrapped, "__delattr__")?;
        from_status(slot_fn!(wrapped => setattrofunc)(this, args.items()[0], None))
    }
    fn next(this, args, wrapped) {
        check(args, 0)?;
        match slot_fn!(wrapped => iternextfunc)(this) {
            Some(value) => Ok(value),
            None if errors::occurred().is_some() => Err(Raised),
            None => Err(errors::raise_stop_iteration(None)),
        }
    }
    fn descr_get(this, args, wrapped) {
        check_range(args, 1, 2)?;
        let present = |i: usize| args.items().get(i).copied().filter(|o| !singletons::is_none(o));
        let (obj, ty) = (present(0), present(1));
        if obj.is_none() && ty.is_none() {
            return Err(raise!(TypeError, "__get__(None, None) is invalid"));
        }
        slot_fn!(wrapped => descrgetfunc)(this, obj, ty)
    }
    fn descr_set(this, args, wrapped) {
        check_range(args, 2, 2)?;
        from_status(slot_fn!(wrapped => descrsetfunc)(this, args.items()[0], Some(args.items()[1])))
    }
    fn descr_delete(this, args, wrapped) {
        check(args, 1)?;
        from_status(slot_fn!(wrapped => descrsetfunc)(this, args.items()[0], None))
    }
    fn del(this, args, wrapped) {
        check(args, 0)?;
        let finalize = slot_fn!(wrapped => destructor);
        // SAFETY: a live object.
        unsafe { finalize(this.as_ptr()) };
        Ok(singletons::none())
    }
}

macro_rules! compare_wrappers {
    ($($name:ident = $op:ident;)*) => { $(
        pub extern "C" fn $name(
            this: &PyObject,
            args: &PyTupleObject,
            wrapped: *mut c_void,
            _keywords: Option<&PyObject>,
        ) -> PyResult {
            check(args, 1)?;
            slot_fn!(wrapped => richcmpfunc)(this, args.items()[0], flags::cmp::$op)
        }
    )* };
}
compare_wrappers! { lt = LT; le = LE; eq = EQ; ne = NE; gt = GT; ge = GE; }

pub extern "C" fn call(
    this: &PyObject,
    args: &PyTupleObject,
    wrapped: *mut c_void,
    keywords: Option<&PyObject>,
) -> PyResult {
    slot_fn!(wrapped => ternaryfunc)(this, args, keywords)
}

pub extern "C" fn init(
    this: &PyObject,
    args: &PyTupleObject,
    wrapped: *mut c_void,
    keywords: Option<&PyObject>,
) -> PyResult {
    from_status(slot_fn!(wrapped => initproc)(this, args, keywords))
}

/// A sequence index: negative ones count from the end.
fn index_of(this: &PyObject, index: &PyObject) -> PyResult<isize> {
    let mut i = number::index_isize(index, Some(&exceptions::OverflowError))?;
    if i < 0 {
        // SAFETY: a type's table pointers are null or valid.
        let len =
            unsafe { this.ty().tp_as_sequence.get().as_ref() }.and_then(|s| s.sq_length.get());
        if let Some(len) = len {
            match len(this) {
                -1 => return Err(Raised),
                n => i += n,
            }
        }
    }
    Ok(i)
}

/// `object.__setattr__(cls, ..)` must not get round the `__setattr__` of a builtin type in between.
fn check_not_bypassed(this: &PyObject, wrapped: *mut c_void, name: &str) -> PyResult<()> {
    let ty = this.ty();
    let slot = |t: &PyTypeObject| t.tp_setattro.get().map_or(0, |f| f as usize);
    let is_python = |t: &PyTypeObject| super::slots::is_python_slot_setattro(t);
    // Start at the builtin type whose function the object's class has, if it has one.
    let start = ty
        .mro()
        .iter()
        .rev()
        .find(|base| !is_python(base) && slot(base) == slot(ty));
    let mut at = Some(start.map_or(ty, |base| *base));
    while let Some(base) = at {
        if slot(base) == wrapped as usize {
            break;
        }
        if !is_python(base) {
            return Err(raise!(
                TypeError,
                "can't apply this {name} to {} object",
                ty.name()
            ));
        }
        at = base.tp_base.get();
    }
    Ok(())
}
