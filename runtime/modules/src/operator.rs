//! `_operator`: operators as functions; `itemgetter`, `attrgetter`, `methodcaller`.

use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::{Downcast, fast, fast_kw, noargs, one, slot};
use hotpy_objects::flags::{cmp, tp};
use hotpy_objects::number::BinaryOp;
use hotpy_objects::task::{self, Begun, OperatorWay};
use hotpy_objects::*;
use std::mem::offset_of;

macro_rules! binary {
    ($($f:ident |$a:ident, $b:ident| $answer:expr;)*) => { $(
        extern "C" fn $f(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
            let args = args.slice(count);
            check_count(stringify!($f).trim_end_matches('_'), args.len(), 2, 2)?;
            let ($a, $b) = (args[0], args[1]);
            $answer
        }
    )* };
}
binary! {
    add |a, b| number::binary(BinaryOp::Add, a, b);
    sub |a, b| number::binary(BinaryOp::Subtract, a, b);
    mul |a, b| number::binary(BinaryOp::Multiply, a, b);
    matmul |a, b| number::binary(BinaryOp::MatMul, a, b);
    floordiv |a, b| number::binary(BinaryOp::FloorDivide, a, b);
    truediv |a, b| number::binary(BinaryOp::TrueDivide, a, b);
    mod_ |a, b| number::binary(BinaryOp::Remainder, a, b);
    lshift |a, b| number::binary(BinaryOp::Lshift, a, b);
    rshift |a, b| number::binary(BinaryOp::Rshift, a, b);
    and_ |a, b| number::binary(BinaryOp::And, a, b);
    or_ |a, b| number::binary(BinaryOp::Or, a, b);
    xor |a, b| number::binary(BinaryOp::Xor, a, b);
    pow |a, b| number::power(a, b, &singletons::_Py_NoneStruct);
    iadd |a, b| number::inplace(BinaryOp::Add, a, b);
    isub |a, b| number::inplace(BinaryOp::Subtract, a, b);
    imul |a, b| number::inplace(BinaryOp::Multiply, a, b);
    imatmul |a, b| number::inplace(BinaryOp::MatMul, a, b);
    ifloordiv |a, b| number::inplace(BinaryOp::FloorDivide, a, b);
    itruediv |a, b| number::inplace(BinaryOp::TrueDivide, a, b);
    imod |a, b| number::inplace(BinaryOp::Remainder, a, b);
    ilshift |a, b| number::inplace(BinaryOp::Lshift, a, b);
    irshift |a, b| number::inplace(BinaryOp::Rshift, a, b);
    iand |a, b| number::inplace(BinaryOp::And, a, b);
    ior |a, b| number::inplace(BinaryOp::Or, a, b);
    ixor |a, b| number::inplace(BinaryOp::Xor, a, b);
    ipow |a, b| number::inplace(BinaryOp::Power, a, b);
    lt |a, b| protocol::compare(a, b, cmp::LT);
    le |a, b| protocol::compare(a, b, cmp::LE);
    eq |a, b| protocol::compare(a, b, cmp::EQ);
    ne |a, b| protocol::compare(a, b, cmp::NE);
    ge |a, b| protocol::compare(a, b, cmp::GE);
    gt |a, b| protocol::compare(a, b, cmp::GT);
    is_ |a, b| boolean(a.is(b));
    is_not |a, b| boolean(!a.is(b));
    contains |a, b| boolean(protocol::contains(a, b)?);
    getitem |a, b| protocol::getitem(a, b);
    delitem |a, b| { protocol::delitem(a, b)?; none() };
    concat |a, b| number::concat(a, b, false);
    iconcat |a, b| number::concat(a, b, true);
    countOf |a, b| count_of(a, b);
    indexOf |a, b| index_of(a, b);
    _compare_digest |a, b| compare_digest(a, b);
}

fn count_of(a: &PyObject, b: &PyObject) -> PyResult {
    let mut n = 0;
    let iterator = protocol::iter(a)?;
    while let Some(item) = protocol::next(&iterator)? {
        if protocol::eq(&item, b)? {
            n += 1;
        }
    }
    int(n)
}

fn index_of(a: &PyObject, b: &PyObject) -> PyResult {
    let mut n = 0;
    let iterator = protocol::iter(a)?;
    while let Some(item) = protocol::next(&iterator)? {
        if protocol::eq(&item, b)? {
            return int(n);
        }
        n += 1;
    }
    Err(raise!(ValueError, "sequence.index(x): x not in sequence"))
}

/// Equality in a time that does not depend on where the two differ.
fn compare_digest(a: &PyObject, b: &PyObject) -> PyResult {
    let same = |x: &[u8], y: &[u8]| {
        let mut differ = (x.len() != y.len()) as u8;
        for i in 0..y.len() {
            differ |= y[i] ^ x.get(i).copied().unwrap_or(!y[i]);
        }
        boolean(differ == 0)
    };
    match (a.downcast::<Str>(), b.downcast::<Str>()) {
        (Some(x), Some(y)) => {
            if !x.is_ascii() || !y.is_ascii() {
                return Err(raise!(
                    TypeError,
                    "comparing strings with non-ASCII characters is not supported"
                ));
            }
            same(x.to_utf8()?.as_bytes(), y.to_utf8()?.as_bytes())
        }
        (None, None) if memoryview::has_buffer(a) && memoryview::has_buffer(b) => {
            bytes::with_buffer(a, |x| bytes::with_buffer(b, |y| same(x, y)))
        }
        _ => Err(raise!(
            TypeError,
            "unsupported operand types(s) or combination of types: '{}' and '{}'",
            a.ty().name(),
            b.ty().name()
        )),
    }
}

macro_rules! unary {
    ($($f:ident |$a:ident| $answer:expr;)*) => { $(
        extern "C" fn $f(_: &PyObject, $a: &PyObject) -> PyResult {
            $answer
        }
    )* };
}
unary! {
    neg |a| number::negative(a);
    pos |a| number::positive(a);
    invert |a| number::invert(a);
    abs |a| number::absolute(a);
    index |a| Ok(number::index(a)?.into_object());
    not_ |a| boolean(!protocol::truth(a)?);
    truth |a| boolean(protocol::truth(a)?);
}

extern "C" fn setitem(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("setitem", args.len(), 3, 3)?;
    protocol::setitem(args[0], args[1], args[2])?;
    none()
}

extern "C" fn length_hint(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("length_hint", args.len(), 1, 2)?;
    let default = match args.get(1) {
        Some(o) => isize_arg(o)?,
        None => 0,
    };
    match protocol::length_hint(args[0], usize::MAX)? {
        usize::MAX => int(default as i64),
        hint => int(hint as i64),
    }
}

extern "C" fn call_function(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let total = count as usize + kwnames.map_or(0, |k| k.len());
    let all = args.slice(total as isize);
    if count < 1 {
        return Err(raise!(
            TypeError,
            "call expected at least 1 argument, got 0"
        ));
    }
    call::vectorcall(all[0], &all[1..], kwnames)
}

// ---- itemgetter, attrgetter, methodcaller ----

/// Keys, attribute names, or a method's name with its arguments.
#[derive(Default)]
struct Getter {
    vectorcall: Cell<Option<vectorcallfunc>>,
    items: Held,
    name: Held,
    args: Held,
    kwargs: Held,
}

impl Body for Getter {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        visit_all(&[&self.items, &self.name, &self.args, &self.kwargs], visit)
    }
    fn clear(&self) {
        self.items.take();
        self.args.take();
        self.kwargs.take();
    }
}

type GetterObject = Native<Getter>;

macro_rules! getter_type {
    ($name:ident, $path:literal, $new:ident, $call:ident, $repr:ident, $table:ident, $doc:literal) => {
        static $name: PyTypeObject = PyTypeObject {
            tp_new: Cell::new(Some($new)),
            tp_call: Cell::new(Some(cfunction::vectorcall_call)),
            tp_vectorcall_offset: Cell::new(
                (offset_of!(GetterObject, body) + offset_of!(Getter, vectorcall)) as isize,
            ),
            tp_repr: slot::unary($repr),
            tp_methods: methods($table),
            tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE | tp::HAVE_VECTORCALL),
            tp_doc: Cell::new($doc.as_ptr()),
            ..native_type::<Getter>($path)
        };
    };
}
getter_type!(
    ItemGetter,
    c"operator.itemgetter",
    new_itemgetter,
    call_itemgetter,
    repr_itemgetter,
    ITEM_METHODS,
    c"itemgetter(item, ...) --> itemgetter object\n\nA callable that fetches items."
);
getter_type!(AttrGetter, c"operator.attrgetter", new_attrgetter, call_attrgetter, repr_attrgetter, ITEM_METHODS,
    c"attrgetter(attr, ...) --> attrgetter object\n\nA callable that fetches attributes; names may be dotted.");
getter_type!(
    MethodCaller,
    c"operator.methodcaller",
    new_methodcaller,
    call_methodcaller,
    repr_methodcaller,
    METHOD_METHODS,
    c"methodcaller(name, ...) --> methodcaller object\n\nA callable that calls a method."
);

fn keyword_count(kwargs: Option<&PyObject>) -> usize {
    kwargs
        .and_then(|k| k.downcast::<PyDictObject>())
        .map_or(0, |d| d.len())
}

extern "C" fn new_itemgetter(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    cfunction::no_keywords("itemgetter", kwargs)?;
    check_count("itemgetter", args_tuple(args).len(), 1, usize::MAX)?;
    let body = Getter {
        vectorcall: Cell::new(Some(call_itemgetter)),
        items: Held::new(Some(args.to_ref())),
        ..Getter::default()
    };
    Ok(new_native(ty, body)?.into_object())
}

extern "C" fn new_attrgetter(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    cfunction::no_keywords("attrgetter", kwargs)?;
    let names = args_tuple(args);
    check_count("attrgetter", names.len(), 1, usize::MAX)?;
    if names.items().iter().any(|n| !n.is_instance::<Str>()) {
        return Err(raise!(TypeError, "attribute name must be a string"));
    }
    let body = Getter {
        vectorcall: Cell::new(Some(call_attrgetter)),
        items: Held::new(Some(args.to_ref())),
        ..Getter::default()
    };
    Ok(new_native(ty, body)?.into_object())
}

extern "C" fn new_methodcaller(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    let Some((name, rest)) = args_tuple(args).items().split_first() else {
        return Err(raise!(
            TypeError,
            "methodcaller needs at least one argument, the method name"
        ));
    };
    if !name.is_instance::<Str>() {
        return Err(raise!(TypeError, "method name must be a string"));
    }
    let body = Getter {
        vectorcall: Cell::new(Some(call_methodcaller)),
        name: Held::new(Some(name.to_ref())),
        args: Held::new(Some(tuple::from_borrowed(rest)?.into_object())),
        kwargs: Held::new(kwargs.map(|k| k.to_ref())),
        ..Getter::default()
    };
    Ok(new_native(ty, body)?.into_object())
}

/// The getter that is called, and its one argument.
fn subject<'a>(
    name: &str,
    this: &'a PyObject,
    args: Args<'a>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult<(&'a GetterObject, &'a PyObject)> {
    if names.is_some_and(|n| n.len() > 0) {
        return Err(raise!(TypeError, "{name}() takes no keyword arguments"));
    }
    let args = args.slice((count & !flags::VECTORCALL_ARGUMENTS_OFFSET) as isize);
    check_count(name, args.len(), 1, 1)?;
    // SAFETY: it is the vectorcall of these types.
    Ok((unsafe { this.cast() }, args[0]))
}

/// One answer as it is, several as a tuple.
fn answers(items: &PyObject, mut get: impl FnMut(&PyObject) -> PyResult) -> PyResult {
    let items = args_tuple(items);
    if items.len() == 1 {
        return get(items.items()[0]);
    }
    tuple(
        items
            .items()
            .iter()
            .map(|item| get(item))
            .collect::<PyResult<_>>()?,
    )
}

extern "C" fn call_itemgetter(
    this: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let (this, object) = subject("itemgetter", this, args, count, names)?;
    answers(&this.items.or_none(), |key| protocol::getitem(object, key))
}

extern "C" fn call_attrgetter(
    this: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let (this, object) = subject("attrgetter", this, args, count, names)?;
    answers(&this.items.or_none(), |name| {
        let Some(name) = name.downcast::<Str>() else {
            return none();
        };
        let text = name.to_string_lossy();
        if !text.contains('.') {
            return protocol::getattr(object, name);
        }
        let mut value = object.to_ref();
        for part in text.split('.') {
            value = protocol::getattr(&value, &*str_::intern(part)?)?;
        }
        Ok(value)
    })
}

extern "C" fn call_methodcaller(
    this: &PyObject,
    args: Args<'_>,
    count: usize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let (this, object) = subject("methodcaller", this, args, count, names)?;
    let name = this.name.or_none();
    let Some(name) = name.downcast::<Str>() else {
        return none();
    };
    let method = protocol::getattr(object, name)?;
    let (given, named) = (this.args.or_none(), this.kwargs.get());
    call::call_ex(
        &method,
        args_tuple(&given),
        named.as_deref().and_then(|k| k.downcast::<PyDictObject>()),
    )
}

fn repr_items(this: &GetterObject) -> PyResult {
    let name = this.object().ty().qualified_name();
    if protocol::repr_enter(this.object())? {
        return text(&format!("{name}(...)"));
    }
    let result = (|| {
        let items = this.items.or_none();
        let shown = args_tuple(&items)
            .items()
            .iter()
            .map(|item| Ok(protocol::repr(item)?.to_string_lossy()))
            .collect::<PyResult<Vec<_>>>()?;
        text(&format!("{name}({})", shown.join(", ")))
    })();
    protocol::repr_leave(this.object());
    result
}

extern "C" fn repr_itemgetter(this: &GetterObject) -> PyResult {
    repr_items(this)
}

extern "C" fn repr_attrgetter(this: &GetterObject) -> PyResult {
    repr_items(this)
}

extern "C" fn repr_methodcaller(this: &GetterObject) -> PyResult {
    let name = this.object().ty().qualified_name();
    if protocol::repr_enter(this.object())? {
        return text(&format!("{name}(...)"));
    }
    let result = (|| {
        let mut shown = vec![protocol::repr(&this.name.or_none())?.to_string_lossy()];
        for item in args_tuple(&this.args.or_none()).items() {
            shown.push(protocol::repr(item)?.to_string_lossy());
        }
        if let Some(kwargs) = this
            .kwargs
            .get()
            .as_deref()
            .and_then(|k| k.downcast::<PyDictObject>())
        {
            for (key, value) in kwargs.pairs() {
                let key = protocol::str(&key)?.to_string_lossy();
                shown.push(format!(
                    "{key}={}",
                    protocol::repr(&value)?.to_string_lossy()
                ));
            }
        }
        text(&format!("{name}({})", shown.join(", ")))
    })();
    protocol::repr_leave(this.object());
    result
}

extern "C" fn reduce_items(this: &GetterObject) -> PyResult {
    tuple(vec![this.object().ty().to_ref(), this.items.or_none()])
}

extern "C" fn reduce_methodcaller(this: &GetterObject) -> PyResult {
    let kwargs = this.kwargs.get();
    let name = this.name.or_none();
    let args = this.args.or_none();
    if keyword_count(kwargs.as_deref()) == 0 {
        let mut all = vec![name];
        all.extend(args_tuple(&args).items().iter().map(|a| a.to_ref()));
        return tuple(vec![this.object().ty().to_ref(), tuple(all)?]);
    }
    let partial = imported("functools", "partial")?;
    let start = tuple::from_owned(vec![this.object().ty().to_ref(), name])?;
    let kwargs = kwargs.unwrap_or_else(singletons::none);
    let constructor = call::call_ex(&partial, &start, kwargs.downcast::<PyDictObject>())?;
    tuple(vec![constructor, args])
}

static_table! {
static ITEM_METHODS: [PyMethodDef] = [
    noargs(c"__reduce__", reduce_items, c"Helps pickle."),
    PyMethodDef::END,
];
}

static_table! {
static METHOD_METHODS: [PyMethodDef] = [
    noargs(c"__reduce__", reduce_methodcaller, c"Helps pickle."),
    PyMethodDef::END,
];
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast::<PyObject>(c"add", add, c"add($module, a, b, /)\n--\n\nSame as a + b."),
    fast::<PyObject>(c"sub", sub, c"sub($module, a, b, /)\n--\n\nSame as a - b."),
    fast::<PyObject>(c"mul", mul, c"mul($module, a, b, /)\n--\n\nSame as a * b."),
    fast::<PyObject>(c"matmul", matmul, c"matmul($module, a, b, /)\n--\n\nSame as a @ b."),
    fast::<PyObject>(c"floordiv", floordiv, c"floordiv($module, a, b, /)\n--\n\nSame as a // b."),
    fast::<PyObject>(c"truediv", truediv, c"truediv($module, a, b, /)\n--\n\nSame as a / b."),
    fast::<PyObject>(c"mod", mod_, c"mod($module, a, b, /)\n--\n\nSame as a % b."),
    fast::<PyObject>(c"lshift", lshift, c"lshift($module, a, b, /)\n--\n\nSame as a << b."),
    fast::<PyObject>(c"rshift", rshift, c"rshift($module, a, b, /)\n--\n\nSame as a >> b."),
    fast::<PyObject>(c"and_", and_, c"and_($module, a, b, /)\n--\n\nSame as a & b."),
    fast::<PyObject>(c"or_", or_, c"or_($module, a, b, /)\n--\n\nSame as a | b."),
    fast::<PyObject>(c"xor", xor, c"xor($module, a, b, /)\n--\n\nSame as a ^ b."),
    fast::<PyObject>(c"pow", pow, c"pow($module, a, b, /)\n--\n\nSame as a ** b."),
    fast::<PyObject>(c"iadd", iadd, c"iadd($module, a, b, /)\n--\n\nSame as a += b."),
    fast::<PyObject>(c"isub", isub, c"isub($module, a, b, /)\n--\n\nSame as a -= b."),
    fast::<PyObject>(c"imul", imul, c"imul($module, a, b, /)\n--\n\nSame as a *= b."),
    fast::<PyObject>(c"imatmul", imatmul, c"imatmul($module, a, b, /)\n--\n\nSame as a @= b."),
    fast::<PyObject>(c"ifloordiv", ifloordiv, c"ifloordiv($module, a, b, /)\n--\n\nSame as a //= b."),
    fast::<PyObject>(c"itruediv", itruediv, c"itruediv($module, a, b, /)\n--\n\nSame as a /= b."),
    fast::<PyObject>(c"imod", imod, c"imod($module, a, b, /)\n--\n\nSame as a %= b."),
    fast::<PyObject>(c"ilshift", ilshift, c"ilshift($module, a, b, /)\n--\n\nSame as a <<= b."),
    fast::<PyObject>(c"irshift", irshift, c"irshift($module, a, b, /)\n--\n\nSame as a >>= b."),
    fast::<PyObject>(c"iand", iand, c"iand($module, a, b, /)\n--\n\nSame as a &= b."),
    fast::<PyObject>(c"ior", ior, c"ior($module, a, b, /)\n--\n\nSame as a |= b."),
    fast::<PyObject>(c"ixor", ixor, c"ixor($module, a, b, /)\n--\n\nSame as a ^= b."),
    fast::<PyObject>(c"ipow", ipow, c"ipow($module, a, b, /)\n--\n\nSame as a **= b."),
    fast::<PyObject>(c"lt", lt, c"lt($module, a, b, /)\n--\n\nSame as a < b."),
    fast::<PyObject>(c"le", le, c"le($module, a, b, /)\n--\n\nSame as a <= b."),
    fast::<PyObject>(c"eq", eq, c"eq($module, a, b, /)\n--\n\nSame as a == b."),
    fast::<PyObject>(c"ne", ne, c"ne($module, a, b, /)\n--\n\nSame as a != b."),
    fast::<PyObject>(c"ge", ge, c"ge($module, a, b, /)\n--\n\nSame as a >= b."),
    fast::<PyObject>(c"gt", gt, c"gt($module, a, b, /)\n--\n\nSame as a > b."),
    fast::<PyObject>(c"is_", is_, c"is_($module, a, b, /)\n--\n\nSame as a is b."),
    fast::<PyObject>(c"is_not", is_not, c"is_not($module, a, b, /)\n--\n\nSame as a is not b."),
    fast::<PyObject>(c"contains", contains, c"contains($module, a, b, /)\n--\n\nSame as b in a."),
    fast::<PyObject>(c"getitem", getitem, c"getitem($module, a, b, /)\n--\n\nSame as a[b]."),
    fast::<PyObject>(c"setitem", setitem, c"setitem($module, a, b, c, /)\n--\n\nSame as a[b] = c."),
    fast::<PyObject>(c"delitem", delitem, c"delitem($module, a, b, /)\n--\n\nSame as del a[b]."),
    fast::<PyObject>(c"concat", concat, c"concat($module, a, b, /)\n--\n\nSame as a + b, for sequences."),
    fast::<PyObject>(c"iconcat", iconcat, c"iconcat($module, a, b, /)\n--\n\nSame as a += b, for sequences."),
    fast::<PyObject>(c"countOf", countOf, c"countOf($module, a, b, /)\n--\n\nHow often b occurs in a."),
    fast::<PyObject>(c"indexOf", indexOf, c"indexOf($module, a, b, /)\n--\n\nWhere b first occurs in a."),
    fast::<PyObject>(c"_compare_digest", _compare_digest, c"_compare_digest($module, a, b, /)\n--\n\nEquality in constant time."),
    one::<PyObject>(c"neg", neg, c"neg($module, a, /)\n--\n\nSame as -a."),
    one::<PyObject>(c"pos", pos, c"pos($module, a, /)\n--\n\nSame as +a."),
    one::<PyObject>(c"inv", invert, c"inv($module, a, /)\n--\n\nSame as ~a."),
    one::<PyObject>(c"invert", invert, c"invert($module, a, /)\n--\n\nSame as ~a."),
    one::<PyObject>(c"abs", abs, c"abs($module, a, /)\n--\n\nSame as abs(a)."),
    one::<PyObject>(c"index", index, c"index($module, a, /)\n--\n\nSame as a.__index__()."),
    one::<PyObject>(c"not_", not_, c"not_($module, a, /)\n--\n\nSame as not a."),
    one::<PyObject>(c"truth", truth, c"truth($module, a, /)\n--\n\nSame as bool(a)."),
    fast::<PyObject>(c"length_hint", length_hint, c"length_hint($module, obj, default=0, /)\n--\n\nAn estimate of the number of items."),
    fast_kw::<PyObject>(c"call", call_function, c"call($module, obj, /, *args, **kwargs)\n--\n\nSame as obj(*args, **kwargs)."),
    PyMethodDef::END,
];
}

/// A call of an operator in place, as the operator itself.
fn operator<const OPARG: usize>(
    _: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    match (args, names) {
        ([left, right], None) => Some(Begun::Operator(OPARG, left.to_ref(), right.to_ref())),
        _ => None,
    }
}

/// What a search through an iterable counts.
#[derive(Clone, Copy, PartialEq)]
enum Search {
    Contains,
    Count,
    Index,
}

async fn search(what: Search, items: Ref, wanted: Ref) -> PyResult {
    let iterator = task::iter(&items).await?;
    let mut n = 0;
    while let Some(item) = task::next(&iterator).await? {
        let same = task::equal(&item, &wanted).await?;
        match what {
            Search::Contains if same => return boolean(true),
            Search::Index if same => return int(n),
            Search::Count if !same => {}
            _ => n += 1,
        }
    }
    match what {
        Search::Contains => boolean(false),
        Search::Count => int(n),
        Search::Index => Err(raise!(ValueError, "sequence.index(x): x not in sequence")),
    }
}

/// Searches as tasks; what is no iterator of Python is searched natively, as an attempt.
fn begin_search<const WHAT: u8>(
    _: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let ([items, wanted], None) = (args, names) else {
        return None;
    };
    let what = [Search::Contains, Search::Count, Search::Index][WHAT as usize];
    let (items, wanted) = (items.to_ref(), wanted.to_ref());
    let iterates = hotpy_vm::asking::iterates_python(&items);
    if iterates && (what != Search::Contains || items.ty().tp_iternext.get().is_some()) {
        let found = async move { search(what, items, wanted).await.map(Some) };
        return Some(Begun::Task(Box::pin(found)));
    }
    let job: task::Native = match what {
        Search::Contains => |a| boolean(protocol::contains(a[0], a[1])?).map(Some),
        Search::Count => |a| count_of(a[0], a[1]).map(Some),
        Search::Index => |a| index_of(a[0], a[1]).map(Some),
    };
    let found = async move { task::attempt(job, &[&items, &wanted]).await };
    Some(Begun::Task(Box::pin(found)))
}

/// Whether the operand concatenates in place by its type's own slot: nothing else is asked.
fn has_inplace_concat(left: &PyObject) -> bool {
    // SAFETY: a type's table pointers are null or valid.
    let table = unsafe { left.ty().tp_as_sequence.get().as_ref() };
    table.is_some_and(|t| t.sq_inplace_concat.get().is_some())
}

/// A list, or another container, takes what an iterator of Python gives.
fn begin_iconcat(_: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun> {
    let ([left, right], None) = (args, names) else {
        return None;
    };
    if !has_inplace_concat(left) {
        return Some(Begun::Attempt);
    }
    if !left.is_instance::<PyListObject>() {
        let mut of = left.ty();
        while of.is_heap_type() {
            of = of.tp_base.get()?;
        }
        let operator = (BinaryOp::Add, OperatorWay::InPlace);
        return task::begin_operator_as(of, operator, left, right).map(Begun::Task);
    }
    let is_iterable = right.ty().tp_iter.get().is_some() || protocol::is_sequence(right);
    if !is_iterable || !hotpy_vm::asking::iterates_python(right) {
        return None;
    }
    let extend = list::PyList_Type.dict().get_text("extend")?;
    let (left, right) = (left.to_ref(), right.to_ref());
    Some(Begun::Task(Box::pin(async move {
        task::call(&extend, vec![left.clone(), right]).await?;
        Ok(Some(left))
    })))
}

fn begin_call(_: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun> {
    let (function, rest) = args.split_first()?;
    if rest.len() < names.map_or(0, PyTupleObject::len) {
        return None;
    }
    Some(match task::given(rest, names) {
        Ok((args, kwargs)) => Begun::Call(function.to_ref(), args, kwargs),
        Err(raised) => Begun::Done(Err(raised)),
    })
}

/// What may change something before it asks, with the operands of BINARY_OP.
static TASKS: &[(&str, task::Calls)] = &[
    ("iadd", operator::<13>),
    ("iand", operator::<14>),
    ("ifloordiv", operator::<15>),
    ("ilshift", operator::<16>),
    ("imatmul", operator::<17>),
    ("imul", operator::<18>),
    ("imod", operator::<19>),
    ("ior", operator::<20>),
    ("ipow", operator::<21>),
    ("irshift", operator::<22>),
    ("isub", operator::<23>),
    ("itruediv", operator::<24>),
    ("ixor", operator::<25>),
    ("contains", begin_search::<0>),
    ("countOf", begin_search::<1>),
    ("indexOf", begin_search::<2>),
    ("iconcat", begin_iconcat),
    ("call", begin_call),
    ("setitem", |_, args, names| match (args, names) {
        ([c, k, v], None) => Some(Begun::SetItem(c.to_ref(), k.to_ref(), v.to_ref())),
        _ => None,
    }),
];

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods(
        "_operator",
        "Operators as functions. Programs use operator.",
        METHODS,
    )?;
    for ty in [&ItemGetter, &AttrGetter, &MethodCaller] {
        add_type(&module, ty)?;
        ty.tp_flags
            .set(ty.tp_flags.get() | tp::CORE | tp::ASKS_FIRST);
    }
    // Operators ask before they change anything, unless they work in place.
    for (name, function) in module.dict().pairs() {
        let in_place = name.downcast::<Str>().is_none_or(|n| {
            let n = n.to_string_lossy();
            n.starts_with('i')
                && !["index", "inv", "invert", "is_", "is_not", "indexOf"].contains(&&*n)
        });
        if !in_place {
            hotpy_vm::builtin_calls::mark_asking(&function);
        }
    }
    for (name, begin) in TASKS {
        task::register_named(&module, name, *begin)?;
    }
    Ok(module)
}
