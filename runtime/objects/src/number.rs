//! Number protocol: operators on any objects, with reflected operands, for native callers; conversions to int and float.
//!
//! A binary operator asks the left operand's slot first, unless the right operand's type is a subtype with a slot of its own.

use crate::*;

/// Which binary operator; numbers are those of BINARY_OP's operand (0 add .. 12 xor, +13 in-place).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum BinaryOp {
    Add,
    And,
    FloorDivide,
    Lshift,
    MatMul,
    Multiply,
    Remainder,
    Or,
    Power,
    Rshift,
    Subtract,
    TrueDivide,
    Xor,
}

impl BinaryOp {
    /// All operators, by number.
    pub const ALL: [BinaryOp; 13] = [
        BinaryOp::Add,
        BinaryOp::And,
        BinaryOp::FloorDivide,
        BinaryOp::Lshift,
        BinaryOp::MatMul,
        BinaryOp::Multiply,
        BinaryOp::Remainder,
        BinaryOp::Or,
        BinaryOp::Power,
        BinaryOp::Rshift,
        BinaryOp::Subtract,
        BinaryOp::TrueDivide,
        BinaryOp::Xor,
    ];

    /// `+`, `//`, ...
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::And => "&",
            BinaryOp::FloorDivide => "//",
            BinaryOp::Lshift => "<<",
            BinaryOp::MatMul => "@",
            BinaryOp::Multiply => "*",
            BinaryOp::Remainder => "%",
            BinaryOp::Or => "|",
            BinaryOp::Power => "**",
            BinaryOp::Rshift => ">>",
            BinaryOp::Subtract => "-",
            BinaryOp::TrueDivide => "/",
            BinaryOp::Xor => "^",
        }
    }

    /// The operator as messages about it name it.
    fn described(self) -> &'static str {
        match self {
            BinaryOp::Power => "** or pow()",
            other => other.symbol(),
        }
    }

    /// The nb_ slot of a type (not for Power).
    #[inline]
    pub fn slot(self, ty: &PyTypeObject) -> Option<binaryfunc> {
        let n = numbers(ty)?;
        match self {
            BinaryOp::Add => n.nb_add.get(),
            BinaryOp::And => n.nb_and.get(),
            BinaryOp::FloorDivide => n.nb_floor_divide.get(),
            BinaryOp::Lshift => n.nb_lshift.get(),
            BinaryOp::MatMul => n.nb_matrix_multiply.get(),
            BinaryOp::Multiply => n.nb_multiply.get(),
            BinaryOp::Remainder => n.nb_remainder.get(),
            BinaryOp::Or => n.nb_or.get(),
            BinaryOp::Power => None,
            BinaryOp::Rshift => n.nb_rshift.get(),
            BinaryOp::Subtract => n.nb_subtract.get(),
            BinaryOp::TrueDivide => n.nb_true_divide.get(),
            BinaryOp::Xor => n.nb_xor.get(),
        }
    }

    /// The nb_inplace_ slot of a type (not for Power).
    #[inline]
    pub fn inplace_slot(self, ty: &PyTypeObject) -> Option<binaryfunc> {
        let n = numbers(ty)?;
        match self {
            BinaryOp::Add => n.nb_inplace_add.get(),
            BinaryOp::And => n.nb_inplace_and.get(),
            BinaryOp::FloorDivide => n.nb_inplace_floor_divide.get(),
            BinaryOp::Lshift => n.nb_inplace_lshift.get(),
            BinaryOp::MatMul => n.nb_inplace_matrix_multiply.get(),
            BinaryOp::Multiply => n.nb_inplace_multiply.get(),
            BinaryOp::Remainder => n.nb_inplace_remainder.get(),
            BinaryOp::Or => n.nb_inplace_or.get(),
            BinaryOp::Power => None,
            BinaryOp::Rshift => n.nb_inplace_rshift.get(),
            BinaryOp::Subtract => n.nb_inplace_subtract.get(),
            BinaryOp::TrueDivide => n.nb_inplace_true_divide.get(),
            BinaryOp::Xor => n.nb_inplace_xor.get(),
        }
    }
}

/// The type's number table.
#[inline(always)]
pub fn numbers(ty: &PyTypeObject) -> Option<&PyNumberMethods> {
    // SAFETY: a type's tables live as long as the type.
    unsafe { ty.tp_as_number.get().as_ref() }
}

/// The type's sequence table.
#[inline(always)]
pub fn sequences(ty: &PyTypeObject) -> Option<&PySequenceMethods> {
    // SAFETY: a type's tables live as long as the type.
    unsafe { ty.tp_as_sequence.get().as_ref() }
}

/// `None` for NotImplemented.
#[inline(always)]
fn answered(result: PyResult) -> PyResult<Option<Ref>> {
    result.map(|answer| (!singletons::is_not_implemented(&answer)).then_some(answer))
}

/// Asks the operands' slots in the right order; `None` if none wants to.
#[inline]
fn dispatch<F: Copy>(
    a: &PyObject,
    b: &PyObject,
    slot: impl Fn(&PyTypeObject) -> Option<F>,
    address: impl Fn(F) -> usize,
    call: impl Fn(F) -> PyResult,
) -> PyResult<Option<Ref>> {
    let (type_a, type_b) = (a.ty(), b.ty());
    let first = slot(type_a);
    let mut second = None;
    if !std::ptr::eq(type_a, type_b) {
        second = slot(type_b).filter(|&f| first.map(&address) != Some(address(f)));
    }
    if let Some(f) = first {
        if let Some(g) = second.filter(|_| typeobject::is_subtype(type_b, type_a)) {
            if let Some(answer) = answered(call(g))? {
                return Ok(Some(answer));
            }
            second = None;
        }
        if let Some(answer) = answered(call(f))? {
            return Ok(Some(answer));
        }
    }
    match second {
        Some(g) => answered(call(g)),
        None => Ok(None),
    }
}

fn dispatch_binary(
    a: &PyObject,
    b: &PyObject,
    slot: impl Fn(&PyTypeObject) -> Option<binaryfunc>,
) -> PyResult<Option<Ref>> {
    dispatch(a, b, slot, |f| f as usize, |f| f(a, b))
}

#[cold]
fn unsupported(a: &PyObject, b: &PyObject, symbol: &str) -> Raised {
    raise!(
        TypeError,
        "unsupported operand type(s) for {symbol}: '{}' and '{}'",
        a.ty().name(),
        b.ty().name()
    )
}

/// The error of a binary operator, with the hint for Python 2's `print >>file`.
#[cold]
fn unsupported_binary(op: BinaryOp, a: &PyObject, b: &PyObject) -> Raised {
    if op == BinaryOp::Rshift && is_print(a) {
        return raise!(
            TypeError,
            "unsupported operand type(s) for >>: '{}' and '{}'. Did you mean \"print(<message>, file=<output_stream>)\"?",
            a.ty().name(),
            b.ty().name()
        );
    }
    unsupported(a, b, op.described())
}

fn is_print(o: &PyObject) -> bool {
    let Some(function) = o.exact::<PyCFunctionObject>() else {
        return false;
    };
    // SAFETY: a builtin function's definition and name live as long as it.
    unsafe {
        let name = (*function.m_ml.get()).ml_name.get();
        !name.is_null() && std::ffi::CStr::from_ptr(name) == c"print"
    }
}

/// `sequence * count` through `repeat`.
fn repeat(f: ssizeargfunc, sequence: &PyObject, count: &PyObject) -> PyResult {
    if !has_index(count) {
        return Err(raise!(
            TypeError,
            "can't multiply sequence by non-int of type '{}'",
            count.ty().name()
        ));
    }
    f(
        sequence,
        index_isize(count, Some(&exceptions::OverflowError))?,
    )
}

/// What `+` and `*` do for sequences that are no numbers; `None` if they are none.
fn sequence_fallback(op: BinaryOp, a: &PyObject, b: &PyObject) -> PyResult<Option<Ref>> {
    match op {
        BinaryOp::Add => match sequences(a.ty()).and_then(|s| s.sq_concat.get()) {
            Some(f) => f(a, b).map(Some),
            None => Ok(None),
        },
        BinaryOp::Multiply => {
            if let Some(f) = sequences(a.ty()).and_then(|s| s.sq_repeat.get()) {
                return repeat(f, a, b).map(Some);
            }
            match sequences(b.ty()).and_then(|s| s.sq_repeat.get()) {
                Some(f) => repeat(f, b, a).map(Some),
                None => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

/// `a OP b`. TypeError "unsupported operand type(s) ..." and whatever the slots raise.
pub fn binary(op: BinaryOp, a: &PyObject, b: &PyObject) -> PyResult {
    if op == BinaryOp::Power {
        return power(a, b, &singletons::_Py_NoneStruct);
    }
    if let Some(answer) = dispatch_binary(a, b, |ty| op.slot(ty))? {
        return Ok(answer);
    }
    without_slots(op, false, a, b)
}

/// `a OP= b`.
pub fn inplace(op: BinaryOp, a: &PyObject, b: &PyObject) -> PyResult {
    if op == BinaryOp::Power {
        return inplace_power(a, b, &singletons::_Py_NoneStruct);
    }
    match inplace_as_numbers(op, a, b)? {
        Some(answer) => Ok(answer),
        None => without_slots(op, true, a, b),
    }
}

/// What the slots of numbers say to `a OP= b`.
fn inplace_as_numbers(op: BinaryOp, a: &PyObject, b: &PyObject) -> PyResult<Option<Ref>> {
    if let Some(f) = op.inplace_slot(a.ty())
        && let Some(answer) = answered(f(a, b))?
    {
        return Ok(Some(answer));
    }
    dispatch_binary(a, b, |ty| op.slot(ty))
}

/// Concatenation as a sequence's own (C: `PySequence_Concat`, `PySequence_InPlaceConcat`): its slots, before any of numbers; two
/// sequences without them are asked as numbers. TypeError.
pub fn concat(a: &PyObject, b: &PyObject, inplace: bool) -> PyResult {
    if let Some(table) = sequences(a.ty()) {
        let own = table.sq_inplace_concat.get().filter(|_| inplace);
        if let Some(f) = own.or(table.sq_concat.get()) {
            return f(a, b);
        }
    }
    let op = BinaryOp::Add;
    let answer = match protocol::is_sequence(a) && protocol::is_sequence(b) {
        true if inplace => inplace_as_numbers(op, a, b)?,
        true => dispatch_binary(a, b, |ty| op.slot(ty))?,
        false => None,
    };
    answer.ok_or_else(|| {
        raise!(
            TypeError,
            "'{}' object can't be concatenated",
            a.ty().name()
        )
    })
}

/// An operator that no number slot wanted to do: concatenation, repetition, or TypeError.
pub fn without_slots(op: BinaryOp, inplace: bool, a: &PyObject, b: &PyObject) -> PyResult {
    if op == BinaryOp::Power {
        return Err(unsupported(
            a,
            b,
            if inplace { "**=" } else { op.described() },
        ));
    }
    if inplace && let Some(s) = sequences(a.ty()) {
        match op {
            BinaryOp::Add => {
                if let Some(f) = s.sq_inplace_concat.get() {
                    return f(a, b);
                }
            }
            BinaryOp::Multiply => {
                if let Some(f) = s.sq_inplace_repeat.get() {
                    return repeat(f, a, b);
                }
            }
            _ => {}
        }
    }
    match sequence_fallback(op, a, b)? {
        Some(answer) => Ok(answer),
        None if inplace => Err(unsupported(a, b, &format!("{}=", op.symbol()))),
        None => Err(unsupported_binary(op, a, b)),
    }
}

/// Asks the slots of all three operands; `None` if none wants to.
fn dispatch_power(a: &PyObject, b: &PyObject, c: &PyObject) -> PyResult<Option<Ref>> {
    let slot = |ty: &PyTypeObject| numbers(ty).and_then(|n| n.nb_power.get());
    let call = |f: ternaryfunc| f(a, b, Some(c));
    if let Some(answer) = dispatch(a, b, slot, |f| f as usize, call)? {
        return Ok(Some(answer));
    }
    let asked = |f: ternaryfunc| {
        [a, b]
            .iter()
            .filter_map(|o| slot(o.ty()))
            .any(|g| g as usize == f as usize)
    };
    match slot(c.ty()).filter(|&f| !asked(f)) {
        Some(f) => answered(call(f)),
        None => Ok(None),
    }
}

#[cold]
fn unsupported_power(a: &PyObject, b: &PyObject, c: &PyObject, symbol: &str) -> Raised {
    if singletons::is_none(c) {
        return unsupported(a, b, symbol);
    }
    raise!(
        TypeError,
        "unsupported operand type(s) for {symbol}: '{}', '{}', '{}'",
        a.ty().name(),
        b.ty().name(),
        c.ty().name()
    )
}

/// `pow(a, b, c)`; `c` may be None.
pub fn power(a: &PyObject, b: &PyObject, c: &PyObject) -> PyResult {
    dispatch_power(a, b, c)?.ok_or_else(|| unsupported_power(a, b, c, "** or pow()"))
}

/// `a **= b` (with a third operand from C).
pub fn inplace_power(a: &PyObject, b: &PyObject, c: &PyObject) -> PyResult {
    if let Some(f) = numbers(a.ty()).and_then(|n| n.nb_inplace_power.get()) {
        if let Some(answer) = answered(f(a, b, Some(c)))? {
            return Ok(answer);
        }
    }
    dispatch_power(a, b, c)?.ok_or_else(|| unsupported_power(a, b, c, "**="))
}

/// `divmod(a, b)`.
pub fn divmod(a: &PyObject, b: &PyObject) -> PyResult {
    let slot = |ty: &PyTypeObject| numbers(ty).and_then(|n| n.nb_divmod.get());
    dispatch_binary(a, b, slot)?.ok_or_else(|| unsupported(a, b, "divmod()"))
}

fn unary(
    a: &PyObject,
    slot: impl FnOnce(&PyNumberMethods) -> Option<unaryfunc>,
    described: &str,
) -> PyResult {
    match numbers(a.ty()).and_then(slot) {
        Some(f) => f(a),
        None => Err(raise!(
            TypeError,
            "bad operand type for {described}: '{}'",
            a.ty().name()
        )),
    }
}

/// `-a`.
pub fn negative(a: &PyObject) -> PyResult {
    unary(a, |n| n.nb_negative.get(), "unary -")
}

/// `+a`.
pub fn positive(a: &PyObject) -> PyResult {
    unary(a, |n| n.nb_positive.get(), "unary +")
}

/// `~a`.
pub fn invert(a: &PyObject) -> PyResult {
    unary(a, |n| n.nb_invert.get(), "unary ~")
}

/// `abs(a)`.
pub fn absolute(a: &PyObject) -> PyResult {
    unary(a, |n| n.nb_absolute.get(), "abs()")
}

/// Whether the type has `__index__`.
#[inline]
pub fn has_index(a: &PyObject) -> bool {
    numbers(a.ty()).is_some_and(|n| n.nb_index.get().is_some())
}

/// Whether the object counts as a number: it can be made an index, an int or a float, or is complex.
pub fn is_number(a: &PyObject) -> bool {
    let converts = numbers(a.ty()).is_some_and(|n| {
        n.nb_index.get().is_some() || n.nb_int.get().is_some() || n.nb_float.get().is_some()
    });
    converts || a.is_instance::<PyComplexObject>()
}

/// The result of `__index__` or `__int__`: an int, with a warning about strict subclasses.
fn checked_int(result: Ref, method: &str) -> PyResult<Ref<PyLongObject>> {
    if int::of(&result).is_none() {
        return Err(raise!(
            TypeError,
            "{method} returned non-int (type {})",
            result.ty().name()
        ));
    }
    if !int::is_exact(&result) {
        errors::warn(
            &exceptions::DeprecationWarning,
            &format!(
                "{method} returned non-int (type {}).  The ability to return an instance of a strict subclass of int is deprecated, and may not be supported in a future version of Python.",
                result.ty().name()
            ),
            1,
        )?;
    }
    // SAFETY: checked above.
    Ok(unsafe { result.cast() })
}

/// `operator.index`: an exact or subclass int. TypeError "'X' object cannot be interpreted as an integer".
pub fn index(a: &PyObject) -> PyResult<Ref<PyLongObject>> {
    if let Some(n) = int::of(a) {
        return Ok(Ref::new(n));
    }
    match numbers(a.ty()).and_then(|n| n.nb_index.get()) {
        Some(f) => checked_int(f(a)?, "__index__"),
        None => Err(raise!(
            TypeError,
            "'{}' object cannot be interpreted as an integer",
            a.ty().name()
        )),
    }
}

/// `index` as a machine integer; out of range raises `overflow`, or clips if it is None.
pub fn index_isize(a: &PyObject, overflow: Option<&PyTypeObject>) -> PyResult<isize> {
    if let Some(value) = int::of(a).and_then(PyLongObject::single) {
        return Ok(value as isize);
    }
    let n = index(a)?;
    match (n.to_i64(), overflow) {
        (Some(value), _) => Ok(value as isize),
        (None, None) => Ok(if n.is_negative() {
            isize::MIN
        } else {
            isize::MAX
        }),
        (None, Some(ty)) => Err(errors::raise_text(
            ty,
            &format!("cannot fit '{}' into an index-sized integer", a.ty().name()),
        )),
    }
}

/// What `int(a)` answers for objects that convert by a method of theirs; `None` if there is no such method.
fn int_by_method(a: &PyObject) -> PyResult<Option<Ref>> {
    if int::is_exact(a) {
        return Ok(Some(a.to_ref()));
    }
    let exact = |n: Ref<PyLongObject>| Ok(Some(int::to_exact(&n)?.into_object()));
    let table = numbers(a.ty());
    if let Some(f) = table.and_then(|n| n.nb_int.get()) {
        return exact(checked_int(f(a)?, "__int__")?);
    }
    if has_index(a) {
        return exact(index(a)?);
    }
    let Some(method) = protocol::lookup_special(a, &names::__trunc__)? else {
        return Ok(None);
    };
    errors::warn(
        &exceptions::DeprecationWarning,
        "The delegation of int() to __trunc__ is deprecated.",
        1,
    )?;
    let result = call::call0(&method)?;
    if let Some(n) = int::of(&result) {
        return exact(Ref::new(n));
    }
    if !has_index(&result) {
        return Err(raise!(
            TypeError,
            "__trunc__ returned non-Integral (type {})",
            result.ty().name()
        ));
    }
    exact(index(&result)?)
}

fn no_int(a: &PyObject) -> Raised {
    raise!(
        TypeError,
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        a.ty().name()
    )
}

/// `int(a)`, for non-strings: `__int__`, `__index__`, `__trunc__`. An exact int.
pub fn to_int(a: &PyObject) -> PyResult {
    int_by_method(a)?.ok_or_else(|| no_int(a))
}

/// `int(a)` for anything, texts included.
pub fn to_int_or_parse(a: &PyObject) -> PyResult {
    if let Some(value) = int_by_method(a)? {
        return Ok(value);
    }
    if let Some(text) = str_::of(a) {
        return Ok(int::parse_str(text, 10)?.into_object());
    }
    if let Some(data) = bytes::text_of(a)? {
        return Ok(int::parse_bytes_object(a, &data, 10)?.into_object());
    }
    Err(no_int(a))
}

/// The value of an object that converts to float by `__float__` or `__index__`; `None` if it does not.
fn float_by_method(a: &PyObject) -> PyResult<Option<f64>> {
    if let Some(f) = a.exact::<PyFloatObject>() {
        return Ok(Some(f.value()));
    }
    if let Some(f) = numbers(a.ty()).and_then(|n| n.nb_float.get()) {
        let result = f(a)?;
        let Some(value) = float::of(&result) else {
            return Err(raise!(
                TypeError,
                "{}.__float__ returned non-float (type {})",
                a.ty().name(),
                result.ty().name()
            ));
        };
        if !float::is_exact(&result) {
            errors::warn(
                &exceptions::DeprecationWarning,
                &format!(
                    "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict subclass of float is deprecated, and may not be supported in a future version of Python.",
                    a.ty().name(),
                    result.ty().name()
                ),
                1,
            )?;
        }
        return Ok(Some(value.value()));
    }
    if has_index(a) {
        return index(a)?.to_f64().map(Some);
    }
    Ok(float::of(a).map(PyFloatObject::value))
}

/// `float(a)`, for non-strings (bytes-like objects are parsed).
pub fn to_float(a: &PyObject) -> PyResult<f64> {
    if let Some(value) = float_by_method(a)? {
        return Ok(value);
    }
    match float::parse_buffer(a)? {
        Some(value) => Ok(value),
        None => Err(raise!(
            TypeError,
            "float() argument must be a string or a real number, not '{}'",
            a.ty().name()
        )),
    }
}

/// Whether `float()` of the object asks the type, text or not.
pub fn has_float(a: &PyObject) -> bool {
    has_index(a) || numbers(a.ty()).is_some_and(|n| n.nb_float.get().is_some())
}

/// A number's value for a function that wants a float. TypeError "must be real number, not X".
#[inline]
pub fn as_f64(a: &PyObject) -> PyResult<f64> {
    if let Some(f) = float::of(a) {
        return Ok(f.value());
    }
    match float_by_method(a)? {
        Some(value) => Ok(value),
        None => Err(raise!(
            TypeError,
            "must be real number, not {}",
            a.ty().name()
        )),
    }
}
