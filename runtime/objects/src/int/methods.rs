//! The type `int`: slots, methods, construction.

use super::{arith, convert, from_digits, from_i64, from_usize, hash, of, power};
use crate::cfunction::{Params, check_count};
use crate::growing;
use crate::*;

type Int = PyLongObject;

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: def::slot::binary(nb_add),
    nb_subtract: def::slot::binary(nb_subtract),
    nb_multiply: def::slot::binary(nb_multiply),
    nb_remainder: def::slot::binary(nb_remainder),
    nb_divmod: def::slot::binary(nb_divmod),
    nb_power: def::slot::ternary(nb_power),
    nb_negative: def::slot::unary(nb_negative),
    nb_positive: def::slot::unary(exact_object),
    nb_absolute: def::slot::unary(nb_absolute),
    nb_bool: def::slot::inquiry(nb_bool),
    nb_invert: def::slot::unary(nb_invert),
    nb_lshift: def::slot::binary(nb_lshift),
    nb_rshift: def::slot::binary(nb_rshift),
    nb_and: def::slot::binary(nb_and),
    nb_xor: def::slot::binary(nb_xor),
    nb_or: def::slot::binary(nb_or),
    nb_int: def::slot::unary(exact_object),
    nb_float: def::slot::unary(nb_float),
    nb_floor_divide: def::slot::binary(nb_floor_divide),
    nb_true_divide: def::slot::binary(nb_true_divide),
    nb_index: def::slot::unary(exact_object),
    ..PyNumberMethods::EMPTY
};

static METHODS: [PyMethodDef; 14] = [
    def::noargs(
        c"conjugate",
        exact_object,
        c"The int itself: it has no imaginary part.",
    ),
    def::noargs(
        c"bit_length",
        bit_length,
        c"bit_length($self, /)\n--\n\nHow many bits the absolute value takes: 37 is 0b100101 and takes 6.\n\n>>> (37).bit_length()\n6\n>>> (-8).bit_length()\n4",
    ),
    def::noargs(
        c"bit_count",
        bit_count,
        c"bit_count($self, /)\n--\n\nHow many bits of the absolute value are one.\n\n>>> (11).bit_count()\n3\n>>> (-6).bit_count()\n2",
    ),
    def::fast_kw(
        c"to_bytes",
        to_bytes,
        c"to_bytes($self, /, length=1, byteorder=\'big\', *, signed=False)\n--\n\nThe value in so many bytes; OverflowError if it does not fit.",
    ),
    def::class_method(def::fast_kw(
        c"from_bytes",
        from_bytes,
        c"from_bytes($type, /, bytes, byteorder=\'big\', *, signed=False)\n--\n\nThe int that the bytes represent.",
    )),
    def::noargs(
        c"as_integer_ratio",
        as_integer_ratio,
        c"as_integer_ratio($self, /)\n--\n\nThe pair (self, 1).\n\n>>> (7).as_integer_ratio()\n(7, 1)\n>>> (-3).as_integer_ratio()\n(-3, 1)\n>>> True.as_integer_ratio()\n(1, 1)",
    ),
    def::noargs(c"__trunc__", exact_object, c"The int itself."),
    def::noargs(c"__floor__", exact_object, c"The int itself."),
    def::noargs(c"__ceil__", exact_object, c"The int itself."),
    def::fast(
        c"__round__",
        round,
        c"__round__($self, ndigits=<unrepresentable>, /)\n--\n\nRounded to a power of ten if ndigits is negative, half to even.",
    ),
    def::noargs(
        c"__getnewargs__",
        getnewargs,
        c"__getnewargs__($self, /)\n--\n\nArguments for __new__, for copying.",
    ),
    def::one(
        c"__format__",
        format,
        c"__format__($self, format_spec, /)\n--\n\nFormatted as the specification says.",
    ),
    def::noargs(
        c"__sizeof__",
        sizeof,
        c"__sizeof__($self, /)\n--\n\nBytes of memory.",
    ),
    PyMethodDef::END,
];

static GETSET: [PyGetSetDef; 5] = [
    def::getset(c"real", get_self, None, c"The int itself."),
    def::getset(c"imag", get_zero, None, c"Zero."),
    def::getset(c"numerator", get_self, None, c"The int itself."),
    def::getset(c"denominator", get_one, None, c"One."),
    PyGetSetDef::END,
];

#[unsafe(no_mangle)]
pub static PyLong_Type: PyTypeObject = PyTypeObject {
    tp_basicsize: Cell::new(std::mem::offset_of!(PyLongObject, ob_digit) as isize),
    tp_itemsize: Cell::new(size_of::<u32>() as isize),
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_free: Cell::new(Some(mem::tp_free_plain)),
    tp_repr: def::slot::unary(repr),
    tp_as_number: def::table(&NUMBER),
    tp_hash: Cell::new(Some(tp_hash)),
    tp_flags: Cell::new(
        flags::tp::DEFAULT
            | flags::tp::BASETYPE
            | flags::tp::LONG_SUBCLASS
            | flags::tp::MATCH_SELF,
    ),
    tp_doc: Cell::new(
        c"int([x]) -> integer\nint(x, base=10) -> integer\n\nThe integer that a number or a text stands for; 0 without arguments. Numbers are cut off towards zero. With a base, x is a text (str, bytes, bytearray): an optional sign, an optional prefix (0b, 0o, 0x), digits with single underscores between them, all in optional white space. Base 0 takes the base from the prefix.\n\n>>> int('0x1f', base=0)\n31"
            .as_ptr(),
    ),
    tp_richcompare: def::slot::compare(compare),
    tp_methods: def::table(&METHODS[0]),
    tp_getset: def::table(&GETSET[0]),
    tp_new: Cell::new(Some(new)),
    tp_vectorcall: Cell::new(Some(vectorcall)),
    ..PyTypeObject::new::<PyLongObject>(c"int")
};

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is dead and owns nothing.
    unsafe { mem::free_instance(this) }
}

/// An int of exactly the type `int` and the same value.
#[inline]
pub fn to_exact(n: &Int) -> PyResult<Ref<Int>> {
    if super::is_exact(n) {
        return Ok(Ref::new(n));
    }
    match n.single() {
        Some(value) => from_i64(value),
        None => from_digits(n.is_negative(), n.digits()),
    }
}

extern "C" fn exact_object(n: &Int) -> PyResult {
    Ok(to_exact(n)?.into_object())
}

fn object(n: PyResult<Ref<Int>>) -> PyResult {
    n.map(Ref::into_object)
}

macro_rules! binary_slots {
    ($($slot:ident: $function:path;)*) => { $(
        /// Either operand may be the int (U3 does not hold for binary slots).
        extern "C" fn $slot(a: &PyObject, b: &PyObject) -> PyResult {
            match (of(a), of(b)) {
                (Some(a), Some(b)) => object($function(a, b)),
                _ => Ok(singletons::not_implemented()),
            }
        }
    )* };
}

binary_slots! {
    nb_add: arith::add;
    nb_subtract: arith::sub;
    nb_multiply: arith::mul;
    nb_remainder: arith::rem;
    nb_lshift: arith::lshift;
    nb_rshift: arith::rshift;
    nb_and: arith::and;
    nb_or: arith::or;
    nb_xor: arith::xor;
    nb_floor_divide: arith::floordiv;
}

extern "C" fn nb_true_divide(a: &PyObject, b: &PyObject) -> PyResult {
    match (of(a), of(b)) {
        (Some(a), Some(b)) => Ok(float::from_f64(arith::true_div(a, b)?)?.into_object()),
        _ => Ok(singletons::not_implemented()),
    }
}

extern "C" fn nb_divmod(a: &PyObject, b: &PyObject) -> PyResult {
    match (of(a), of(b)) {
        (Some(a), Some(b)) => {
            let (q, r) = arith::divmod(a, b)?;
            Ok(tuple::from_owned(vec![q.into_object(), r.into_object()])?.into_object())
        }
        _ => Ok(singletons::not_implemented()),
    }
}

extern "C" fn nb_power(a: &PyObject, b: &PyObject, c: Option<&PyObject>) -> PyResult {
    let c = c.filter(|c| !singletons::is_none(c));
    let (Some(base), Some(exponent)) = (of(a), of(b)) else {
        return Ok(singletons::not_implemented());
    };
    let modulus = match c {
        None => None,
        Some(c) => match of(c) {
            Some(c) => Some(c),
            None => return Ok(singletons::not_implemented()),
        },
    };
    if modulus.is_none() && exponent.is_negative() {
        let power = float::pow(base.to_f64()?, exponent.to_f64()?)?;
        return match power {
            float::Power::Real(value) => Ok(float::from_f64(value)?.into_object()),
            // An integral exponent never leads to the complex numbers.
            float::Power::Complex => Ok(singletons::not_implemented()),
        };
    }
    object(power::pow(base, exponent, modulus))
}

extern "C" fn nb_negative(n: &Int) -> PyResult {
    object(arith::negative(n))
}

extern "C" fn nb_absolute(n: &Int) -> PyResult {
    object(arith::absolute(n))
}

extern "C" fn nb_invert(n: &Int) -> PyResult {
    object(arith::invert(n))
}

extern "C" fn nb_bool(n: &Int) -> c_int {
    c_int::from(!n.is_zero())
}

extern "C" fn nb_float(n: &Int) -> PyResult {
    Ok(float::from_f64(n.to_f64()?)?.into_object())
}

extern "C" fn tp_hash(n: &PyObject) -> isize {
    // SAFETY: U3.
    hash(unsafe { n.cast() })
}

extern "C" fn repr(n: &Int) -> PyResult {
    Ok(convert::decimal(n)?.into_object())
}

extern "C" fn compare(a: &Int, b: &PyObject, op: c_int) -> PyResult {
    match of(b) {
        Some(b) => Ok(boolean::from(holds(arith::compare(a, b), op))),
        None => Ok(singletons::not_implemented()),
    }
}

/// Whether an order satisfies an operator of `flags::cmp`.
fn holds(order: std::cmp::Ordering, op: c_int) -> bool {
    match op {
        flags::cmp::LT => order.is_lt(),
        flags::cmp::LE => order.is_le(),
        flags::cmp::EQ => order.is_eq(),
        flags::cmp::NE => order.is_ne(),
        flags::cmp::GT => order.is_gt(),
        _ => order.is_ge(),
    }
}

extern "C" fn get_self(n: &Int, _: *mut c_void) -> PyResult {
    exact_object(n)
}

extern "C" fn get_zero(_: &Int, _: *mut c_void) -> PyResult {
    object(from_i64(0))
}

extern "C" fn get_one(_: &Int, _: *mut c_void) -> PyResult {
    object(from_i64(1))
}

extern "C" fn bit_length(n: &Int) -> PyResult {
    object(from_usize(n.bit_length()))
}

extern "C" fn bit_count(n: &Int) -> PyResult {
    object(from_usize(
        n.digits().iter().map(|d| d.count_ones() as usize).sum(),
    ))
}

extern "C" fn as_integer_ratio(n: &Int) -> PyResult {
    let pair = vec![exact_object(n)?, object(from_i64(1))?];
    Ok(tuple::from_owned(pair)?.into_object())
}

extern "C" fn getnewargs(n: &Int) -> PyResult {
    Ok(tuple::from_owned(vec![exact_object(n)?])?.into_object())
}

extern "C" fn sizeof(n: &Int) -> PyResult {
    let fixed = n.ty().tp_basicsize.get() as usize;
    object(from_usize(
        fixed + n.digits().len().max(1) * size_of::<u32>(),
    ))
}

extern "C" fn format(n: &Int, spec: &PyObject) -> PyResult {
    match str_::of(spec) {
        Some(spec) => Ok(str_::spec::format_spec_int(n, spec)?.into_object()),
        None => Err(raise!(
            TypeError,
            "__format__() argument must be str, not {}",
            str_::args::type_text(spec)
        )),
    }
}

extern "C" fn round(n: &Int, args: Args<'_>, count: isize) -> PyResult {
    check_count("__round__", count as usize, 0, 1)?;
    let Some(digits) = args.slice(count).first() else {
        return exact_object(n);
    };
    let digits = number::index(digits)?;
    if !digits.is_negative() {
        return exact_object(n);
    }
    let exponent = digits
        .to_i64()
        .map_or(usize::MAX, |d| d.unsigned_abs() as usize);
    object(convert::round_to_power_of_ten(n, exponent))
}

/// "little" or "big" (also the default).
fn check_order<'a>(order: Option<&'a PyObject>, function: &str) -> PyResult<Option<&'a Str>> {
    let Some(order) = order else {
        return Ok(None);
    };
    str_::of(order).map(Some).ok_or_else(|| {
        raise!(
            TypeError,
            "{function}() argument 'byteorder' must be str, not {}",
            str_::args::type_text(order)
        )
    })
}

fn is_little(order: Option<&PyObject>, function: &str) -> PyResult<bool> {
    let Some(text) = check_order(order, function)? else {
        return Ok(false);
    };
    if text.equals_text("little") {
        Ok(true)
    } else if text.equals_text("big") {
        Ok(false)
    } else {
        Err(raise!(
            ValueError,
            "byteorder must be either 'little' or 'big'"
        ))
    }
}

extern "C" fn to_bytes(
    n: &Int,
    args: Args<'_>,
    count: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    const PARAMS: Params = Params {
        function: "to_bytes",
        names: &["length", "byteorder", "signed"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let bound = PARAMS.bind(args, count, names)?;
    let length = match bound[0] {
        Some(length) => match number::index(length)?.to_i64() {
            Some(n) => n,
            None => {
                return Err(raise!(
                    OverflowError,
                    "Python int too large to convert to C ssize_t"
                ));
            }
        },
        None => 1,
    };
    let little = match bound[1] {
        Some(order) if str_::of(order).is_none() => {
            return Err(is_little(bound[1], "to_bytes").unwrap_err());
        }
        order => order,
    };
    let signed = match bound[2] {
        Some(signed) => protocol::truth(signed)?,
        None => false,
    };
    let little = is_little(little, "to_bytes")?;
    if length < 0 {
        return Err(raise!(ValueError, "length argument must be non-negative"));
    }
    let mut out = growing::with_room(length as usize)?;
    out.resize(length as usize, 0);
    n.to_bytes(&mut out, little, signed)?;
    Ok(bytes::new(&out)?.into_object())
}

extern "C" fn from_bytes(
    ty: &PyTypeObject,
    args: Args<'_>,
    count: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    const PARAMS: Params = Params {
        function: "from_bytes",
        names: &["bytes", "byteorder", "signed"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let bound = PARAMS.bind(args, count, names)?;
    check_order(bound[1], "from_bytes")?;
    let signed = match bound[2] {
        Some(signed) => protocol::truth(signed)?,
        None => false,
    };
    let little = is_little(bound[1], "from_bytes")?;
    let source = bound[0].map_or_else(singletons::none, PyObject::to_ref);
    let data = if source.is_exact::<PyBytesObject>() {
        source
    } else {
        protocol::bytes(&source)?
    };
    let value = match data.downcast::<PyBytesObject>() {
        Some(data) => convert::from_bytes(data.as_slice(), little, signed)?,
        None => bytes::with_buffer(&data, |data| convert::from_bytes(data, little, signed))?,
    };
    if std::ptr::eq(ty, &PyLong_Type) {
        return Ok(value.into_object());
    }
    call::call1(ty, &value)
}

extern "C" fn new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    const PARAMS: Params = Params {
        function: "int",
        names: &["", "base"],
        positional_only: 1,
        positional: 2,
        required: 0,
    };
    // SAFETY: `tp_new` gets a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    let bound = PARAMS.bind_tuple(args, kwargs)?;
    let value = construct(bound[0], bound[1])?;
    if std::ptr::eq(ty, &PyLong_Type) {
        return Ok(value);
    }
    instance_of(ty, &value)
}

/// An instance of a subclass with the value of an int.
fn instance_of(ty: &PyTypeObject, value: &PyObject) -> PyResult {
    let Some(value) = of(value) else {
        return Err(raise!(TypeError, "an integer is required"));
    };
    let digits = value.digits();
    let count = digits.len() as isize;
    let new = match ty.tp_alloc.get() {
        Some(alloc) => alloc(ty, count)?,
        None => mem::generic_alloc(ty, count)?,
    };
    // SAFETY: the type derives from int, and was allocated with room for the digits.
    unsafe {
        let n: &Int = PyObject::cast(&new);
        n.ob_base
            .ob_size
            .set(if value.is_negative() { -count } else { count });
        std::ptr::copy_nonoverlapping(digits.as_ptr(), super::digits_ptr(n), digits.len());
    }
    Ok(new)
}

extern "C" fn vectorcall(
    ty: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let given = (count & !flags::VECTORCALL_ARGUMENTS_OFFSET) as isize;
    if names.is_none() && ty.is(&PyLong_Type) {
        match args.slice(given) {
            [] => return object(from_i64(0)),
            &[x] => return construct(Some(x), None),
            &[x, base] => return construct(Some(x), Some(base)),
            more => {
                return Err(raise!(
                    TypeError,
                    "int() takes at most 2 arguments ({} given)",
                    more.len()
                ));
            }
        }
    }
    let extra = names.map_or(0, |names| names.len()) as isize;
    let all = args.slice(given + extra);
    let positional = tuple::from_borrowed(&all[..given as usize])?;
    let kwargs = match names {
        Some(names) => {
            let d = dict::new()?;
            for (name, value) in names.items().iter().zip(&all[given as usize..]) {
                d.set_item(name, value)?;
            }
            Some(d)
        }
        None => None,
    };
    // SAFETY: this is called for `int` and its subtypes.
    let ty: &PyTypeObject = unsafe { ty.cast() };
    new(ty, &positional, kwargs.as_deref().map(|d| &**d))
}

/// `int(x, base)`.
fn construct(x: Option<&PyObject>, base: Option<&PyObject>) -> PyResult {
    let Some(x) = x else {
        return match base {
            Some(_) => Err(raise!(TypeError, "int() missing string argument")),
            None => object(from_i64(0)),
        };
    };
    let Some(base) = base else {
        if super::is_exact(x) {
            return Ok(x.to_ref());
        }
        return number::to_int_or_parse(x);
    };
    let base = number::index_isize(base, None)?;
    if base != 0 && !(2..=36).contains(&base) {
        return Err(raise!(
            ValueError,
            "int() base must be >= 2 and <= 36, or 0"
        ));
    }
    let base = base as u32;
    if let Some(text) = str_::of(x) {
        return object(convert::parse_str(text, base));
    }
    if x.is_instance::<PyBytesObject>() || x.is_instance::<PyByteArrayObject>() {
        let data = bytes::with_buffer(x, growing::copied)?;
        return object(convert::parse_bytes_object(x, &data, base));
    }
    Err(raise!(
        TypeError,
        "int() can't convert non-string with explicit base"
    ))
}
