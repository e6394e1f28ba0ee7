//! Rich comparison and truth.

use crate::*;
use flags::cmp;

/// The operator seen from the other operand.
#[inline(always)]
pub fn swapped(op: c_int) -> c_int {
    match op {
        cmp::LT => cmp::GT,
        cmp::LE => cmp::GE,
        cmp::GT => cmp::LT,
        cmp::GE => cmp::LE,
        same => same,
    }
}

/// `<`, `<=` ...
pub fn symbol(op: c_int) -> &'static str {
    match op {
        cmp::LT => "<",
        cmp::LE => "<=",
        cmp::EQ => "==",
        cmp::NE => "!=",
        cmp::GT => ">",
        _ => ">=",
    }
}

/// Rich comparison, operator of `flags::cmp`: the right operand first if its class is a subtype. May run Python; TypeError.
pub fn compare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult {
    let _guard = errors::enter_native(" in comparison")?;
    attempt::meets(a);
    attempt::meets(b);
    let (of_a, of_b) = (a.ty(), b.ty());
    let mut reflected_done = false;
    if !std::ptr::eq(of_a, of_b)
        && let Some(slot) = of_b.tp_richcompare.get()
        && typeobject::is_subtype(of_b, of_a)
    {
        reflected_done = true;
        let r = slot(b, a, swapped(op))?;
        if !singletons::is_not_implemented(&r) {
            return Ok(r);
        }
    }
    if let Some(slot) = a.ty().tp_richcompare.get() {
        let r = slot(a, b, op)?;
        if !singletons::is_not_implemented(&r) {
            return Ok(r);
        }
    }
    if !reflected_done && let Some(slot) = b.ty().tp_richcompare.get() {
        let r = slot(b, a, swapped(op))?;
        if !singletons::is_not_implemented(&r) {
            return Ok(r);
        }
    }
    compare_without_slots(a, b, op)
}

/// A comparison that no operand wanted to make: identity for `==` and `!=`, else TypeError.
pub fn compare_without_slots(a: &PyObject, b: &PyObject, op: c_int) -> PyResult {
    match op {
        cmp::EQ => Ok(boolean::from(a.is(b))),
        cmp::NE => Ok(boolean::from(!a.is(b))),
        _ => Err(raise!(
            TypeError,
            "'{}' not supported between instances of '{}' and '{}'",
            symbol(op),
            a.ty().name(),
            b.ty().name()
        )),
    }
}

/// Rich comparison as a truth value; identity decides `==` and `!=` first. May run Python.
#[inline]
pub fn compare_bool(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<bool> {
    if a.is(b) {
        if op == cmp::EQ {
            return Ok(true);
        }
        if op == cmp::NE {
            return Ok(false);
        }
    }
    if let (Some(x), Some(y)) = (a.exact::<Str>(), b.exact::<Str>())
        && (op == cmp::EQ || op == cmp::NE)
    {
        return Ok(x.equals(y) == (op == cmp::EQ));
    }
    truth(&*compare(a, b, op)?)
}

/// `a is b or a == b`. May run Python.
#[inline]
pub fn eq(a: &PyObject, b: &PyObject) -> PyResult<bool> {
    compare_bool(a, b, cmp::EQ)
}

/// `bool(obj)`. May run Python.
#[inline]
pub fn truth(obj: &PyObject) -> PyResult<bool> {
    if boolean::is_true(obj) {
        return Ok(true);
    }
    if boolean::is_false(obj) || singletons::is_none(obj) {
        return Ok(false);
    }
    truth_by_slots(obj)
}

fn truth_by_slots(obj: &PyObject) -> PyResult<bool> {
    let ty = obj.ty();
    // SAFETY: a type's table pointers are null or valid.
    let answer = unsafe {
        if let Some(slot) = ty.tp_as_number.get().as_ref().and_then(|t| t.nb_bool.get()) {
            slot(obj) as isize
        } else if let Some(slot) = ty
            .tp_as_mapping
            .get()
            .as_ref()
            .and_then(|t| t.mp_length.get())
        {
            slot(obj)
        } else if let Some(slot) = ty
            .tp_as_sequence
            .get()
            .as_ref()
            .and_then(|t| t.sq_length.get())
        {
            slot(obj)
        } else {
            return Ok(true);
        }
    };
    if answer < 0 {
        return Err(Raised);
    }
    Ok(answer > 0)
}
