//! `builtins`: the functions, types and constants that every program sees.
//!
//! Functions by theme: `reduce` (all, any, sum, min, max, sorted), `print`, `run` (compile, eval, exec), `build_class`;
//! the rest is here.

mod anext;
mod build_class;
mod print;
mod reduce;
pub mod run;

pub use run::{prepare_eval, prepare_exec};

use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, fast_kw, noargs, one};
use hotpy_objects::task::{self, Begun};
use hotpy_objects::*;

extern "C" fn abs(_: &PyObject, x: &PyObject) -> PyResult {
    number::absolute(x)
}

extern "C" fn ascii(_: &PyObject, obj: &PyObject) -> PyResult {
    Ok(protocol::ascii(obj)?.into_object())
}

/// `bin`, `oct`, `hex`: sign, prefix, digits.
fn radix(number: &PyObject, base: u32) -> PyResult {
    text(&int::to_text(&*number::index(number)?, base, true)?)
}

extern "C" fn bin(_: &PyObject, number: &PyObject) -> PyResult {
    radix(number, 2)
}

extern "C" fn oct(_: &PyObject, number: &PyObject) -> PyResult {
    radix(number, 8)
}

extern "C" fn hex(_: &PyObject, number: &PyObject) -> PyResult {
    radix(number, 16)
}

extern "C" fn callable(_: &PyObject, obj: &PyObject) -> PyResult {
    boolean(protocol::callable(obj))
}

extern "C" fn chr(_: &PyObject, i: &PyObject) -> PyResult {
    let Some(code) = number::index(i)?.to_i64() else {
        return Err(raise!(
            OverflowError,
            "Python int too large to convert to C int"
        ));
    };
    if i32::try_from(code).is_err() {
        return Err(raise!(
            OverflowError,
            "Python int too large to convert to C int"
        ));
    }
    if !(0..0x110000).contains(&code) {
        return Err(raise!(ValueError, "chr() arg not in range(0x110000)"));
    }
    Ok(str_::from_char(code as u32)?.into_object())
}

extern "C" fn ord(_: &PyObject, c: &PyObject) -> PyResult {
    let (size, value) = if let Some(s) = c.downcast::<Str>() {
        (s.len(), if s.len() == 1 { s.char_at(0) } else { 0 })
    } else if c.is_instance::<PyBytesObject>() || c.is_instance::<PyByteArrayObject>() {
        bytes::with_buffer(c, |b| Ok((b.len(), b.first().copied().unwrap_or(0) as u32)))?
    } else {
        return Err(raise!(
            TypeError,
            "ord() expected string of length 1, but {} found",
            c.ty().name()
        ));
    };
    if size != 1 {
        return Err(raise!(
            TypeError,
            "ord() expected a character, but string of length {size} found"
        ));
    }
    int(value as i64)
}

/// An attribute name: `str` or TypeError.
fn attribute_name(o: &PyObject) -> PyResult<&Str> {
    o.downcast::<Str>().ok_or_else(|| {
        raise!(
            TypeError,
            "attribute name must be string, not '{}'",
            o.ty().name()
        )
    })
}

extern "C" fn getattr(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("getattr", args.len(), 2, 3)?;
    let name = attribute_name(args[1])?;
    match args.get(2) {
        None => protocol::getattr(args[0], name),
        Some(default) => {
            Ok(protocol::getattr_opt(args[0], name)?.unwrap_or_else(|| default.to_ref()))
        }
    }
}

extern "C" fn hasattr(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("hasattr", args.len(), 2, 2)?;
    boolean(protocol::hasattr(args[0], attribute_name(args[1])?)?)
}

extern "C" fn setattr(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("setattr", args.len(), 3, 3)?;
    protocol::setattr(args[0], attribute_name(args[1])?, Some(args[2]))?;
    none()
}

extern "C" fn delattr(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("delattr", args.len(), 2, 2)?;
    protocol::setattr(args[0], attribute_name(args[1])?, None)?;
    none()
}

extern "C" fn divmod(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("divmod", args.len(), 2, 2)?;
    number::divmod(args[0], args[1])
}

extern "C" fn pow(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "pow",
        names: &["base", "exp", "mod"],
        positional_only: 0,
        positional: 3,
        required: 2,
    };
    if let ([base, exp], None) = (args.slice(count), kwnames) {
        return number::power(base, exp, &singletons::_Py_NoneStruct);
    }
    let a = PARAMS.bind(args, count, kwnames)?;
    let (Some(base), Some(exp)) = (a[0], a[1]) else {
        return none();
    };
    number::power(base, exp, a[2].unwrap_or(&singletons::_Py_NoneStruct))
}

extern "C" fn format(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("format", args.len(), 1, 2)?;
    let spec = match args.get(1) {
        Some(spec) => Ref::new(str_arg("format", "argument 2", spec)?),
        None => str_::empty(),
    };
    Ok(protocol::format(args[0], &spec)?.into_object())
}

extern "C" fn hash(_: &PyObject, obj: &PyObject) -> PyResult {
    int(protocol::hash(obj)? as i64)
}

extern "C" fn id(_: &PyObject, obj: &PyObject) -> PyResult {
    let address = uint(obj.as_ptr() as u64)?;
    crate::sys::audit("builtins.id", &[&address])?;
    Ok(address)
}

extern "C" fn isinstance(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("isinstance", args.len(), 2, 2)?;
    boolean(protocol::is_instance(args[0], args[1])?)
}

extern "C" fn issubclass(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("issubclass", args.len(), 2, 2)?;
    boolean(protocol::is_subclass(args[0], args[1])?)
}

extern "C" fn iter(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("iter", args.len(), 1, 2)?;
    match args.get(1) {
        None => protocol::iter(args[0]),
        Some(sentinel) => {
            if !protocol::callable(args[0]) {
                return Err(raise!(TypeError, "iter(v, w): v must be callable"));
            }
            iterators::callable_iter(args[0], sentinel)
        }
    }
}

extern "C" fn next(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("next", args.len(), 1, 2)?;
    if !protocol::is_iterator(args[0]) {
        return Err(raise!(
            TypeError,
            "'{}' object is not an iterator",
            args[0].ty().name()
        ));
    }
    let Some(step) = args[0].ty().tp_iternext.get() else {
        return none();
    };
    if let Some(item) = step(args[0]) {
        return Ok(item);
    }
    match (args.get(1), errors::occurred()) {
        (None, None) => Err(errors::raise_stop_iteration(None)),
        (None, Some(_)) => Err(Raised),
        (Some(default), None) => Ok(default.to_ref()),
        (Some(default), Some(_)) => {
            if !errors::matches(&exceptions::StopIteration) {
                return Err(Raised);
            }
            errors::clear();
            Ok(default.to_ref())
        }
    }
}

extern "C" fn len(_: &PyObject, obj: &PyObject) -> PyResult {
    int(protocol::len(obj)? as i64)
}

extern "C" fn repr(_: &PyObject, obj: &PyObject) -> PyResult {
    Ok(protocol::repr(obj)?.into_object())
}

extern "C" fn round(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "round",
        names: &["number", "ndigits"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let Some(number) = a[0] else { return none() };
    let Some(method) = protocol::lookup_special(number, &names::__round__)? else {
        return Err(raise!(
            TypeError,
            "type {} doesn't define __round__ method",
            number.ty().name()
        ));
    };
    match not_none(a[1]) {
        Some(digits) => call::call1(&method, digits),
        None => call::call0(&method),
    }
}

/// The mapping of the running frame's local names, brought up to date.
pub fn current_locals() -> PyResult {
    match frame::current() {
        Some(frame) => frame::fast_to_locals(frame),
        None => Err(raise!(SystemError, "frame does not exist")),
    }
}

/// The running frame's globals.
pub fn current_globals() -> PyResult<Ref<PyDictObject>> {
    match frame::current().and_then(|frame| frame.f_globals.cloned()) {
        // SAFETY: a frame's globals are a dict.
        Some(globals) => Ok(unsafe { globals.cast() }),
        None => Err(raise!(SystemError, "globals do not exist")),
    }
}

extern "C" fn globals(_: &PyObject) -> PyResult {
    Ok(current_globals()?.into_object())
}

extern "C" fn locals(_: &PyObject) -> PyResult {
    current_locals()
}

extern "C" fn vars(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("vars", args.len(), 0, 1)?;
    match args.first() {
        None => current_locals(),
        Some(obj) => match protocol::getattr_opt(obj, &names::__dict__)? {
            Some(dict) => Ok(dict),
            None => Err(raise!(
                TypeError,
                "vars() argument must have __dict__ attribute"
            )),
        },
    }
}

extern "C" fn dir(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("dir", args.len(), 0, 1)?;
    match args.first() {
        Some(obj) => Ok(protocol::dir(obj)?.into_object()),
        None => {
            let keys = protocol::collect(&*method(&*current_locals()?, "keys", &[])?)?;
            let keys = list::from_owned(keys)?;
            keys.sort(None, false)?;
            Ok(keys.into_object())
        }
    }
}

extern "C" fn breakpoint(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let Some(hook) = crate::sys::get("breakpointhook") else {
        return Err(raise!(RuntimeError, "lost sys.breakpointhook"));
    };
    crate::sys::audit("builtins.breakpoint", &[&hook])?;
    let total = count as usize + kwnames.map_or(0, |k| k.len());
    call::vectorcall(&hook, args.slice(total as isize), kwnames)
}

/// The same from bytecode.
fn begin_breakpoint(
    _: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let hook = crate::sys::get("breakpointhook")?;
    if crate::sys::is_audited() {
        return None;
    }
    Some(match task::given(args, names) {
        Ok((args, kwargs)) => Begun::Call(hook, args, kwargs),
        Err(raised) => Begun::Done(Err(raised)),
    })
}

static IMPORT_PARAMS: Params = Params {
    function: "__import__",
    names: &["name", "globals", "locals", "fromlist", "level"],
    positional_only: 0,
    positional: 5,
    required: 1,
};

extern "C" fn import(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let a = IMPORT_PARAMS.bind(args, count, kwnames)?;
    let Some(name) = a[0] else { return none() };
    let level = a[4].map_or(Ok(0), int_arg)?;
    crate::import::import_name(name, a[1], a[3], level)
}

/// The same from bytecode.
fn begin_import(_: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun> {
    let count = args.len() - names.map_or(0, PyTupleObject::len);
    let bound = IMPORT_PARAMS.bind(Args::from_slice(args), count as isize, names);
    let Ok(a) = bound else {
        return Some(Begun::Done(Err(Raised)));
    };
    let level = match a[4] {
        None => 0,
        Some(level) if level.is_exact::<PyLongObject>() => match int_arg(level) {
            Ok(level) => level,
            Err(raised) => return Some(Begun::Done(Err(raised))),
        },
        // One that must be converted is for the function itself.
        Some(_) => return None,
    };
    Some(crate::import::begin_import(a[0]?, a[1], a[3], level))
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast_kw::<PyObject>(c"__build_class__", build_class::build_class, c"__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nWhat the class statement calls."),
    fast_kw::<PyObject>(c"__import__", import, c"__import__($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)\n--\n\nWhat the import statement calls."),
    one::<PyObject>(c"abs", abs, c"abs($module, x, /)\n--\n\nThe absolute value."),
    one::<PyObject>(c"all", reduce::all, c"all($module, iterable, /)\n--\n\nWhether bool(x) is True for every item."),
    one::<PyObject>(c"any", reduce::any, c"any($module, iterable, /)\n--\n\nWhether bool(x) is True for some item."),
    one::<PyObject>(c"ascii", ascii, c"ascii($module, obj, /)\n--\n\nrepr() with escapes for all but ASCII."),
    one::<PyObject>(c"bin", bin, c"bin($module, number, /)\n--\n\nAn integer's binary digits.\n\n>>> bin(10)\n'0b1010'"),
    fast_kw::<PyObject>(c"breakpoint", breakpoint, c"breakpoint(*args, **kws)\n\nStops in the debugger."),
    one::<PyObject>(c"callable", callable, c"callable($module, obj, /)\n--\n\nWhether the object can be called."),
    one::<PyObject>(c"chr", chr, c"chr($module, i, /)\n--\n\nThe character of a code point."),
    fast_kw::<PyObject>(c"compile", run::compile, c"compile($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)\n--\n\nSource to a code object."),
    fast::<PyObject>(c"delattr", delattr, c"delattr($module, obj, name, /)\n--\n\nDeletes an attribute."),
    fast::<PyObject>(c"dir", dir, c"dir([object]) -> list of strings\n\nNames of attributes, or of local variables."),
    fast::<PyObject>(c"divmod", divmod, c"divmod($module, x, y, /)\n--\n\nThe pair (x//y, x%y)."),
    fast::<PyObject>(c"eval", run::eval, c"eval($module, source, globals=None, locals=None, /)\n--\n\nThe value of an expression."),
    fast_kw::<PyObject>(c"exec", run::exec, c"exec($module, source, globals=None, locals=None, /, *, closure=None)\n--\n\nRuns statements."),
    fast::<PyObject>(c"format", format, c"format($module, value, format_spec=\'\', /)\n--\n\nA value formatted as the specification says."),
    fast::<PyObject>(c"getattr", getattr, c"getattr(object, name[, default]) -> value\n\nAn attribute, or the default."),
    noargs::<PyObject>(c"globals", globals, c"globals($module, /)\n--\n\nThe running code's global variables."),
    fast::<PyObject>(c"hasattr", hasattr, c"hasattr($module, obj, name, /)\n--\n\nWhether the attribute exists."),
    one::<PyObject>(c"hash", hash, c"hash($module, obj, /)\n--\n\nThe object's hash."),
    one::<PyObject>(c"hex", hex, c"hex($module, number, /)\n--\n\nAn integer's hexadecimal digits.\n\n>>> hex(255)\n'0xff'"),
    one::<PyObject>(c"id", id, c"id($module, obj, /)\n--\n\nThe object's identity, a number."),
    fast::<PyObject>(c"input", print::input, c"input($module, prompt=\'\', /)\n--\n\nA line from the standard input."),
    fast::<PyObject>(c"isinstance", isinstance, c"isinstance($module, obj, class_or_tuple, /)\n--\n\nWhether the object is an instance of a class."),
    fast::<PyObject>(c"issubclass", issubclass, c"issubclass($module, cls, class_or_tuple, /)\n--\n\nWhether a class is derived from another."),
    fast::<PyObject>(c"iter", iter, c"iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nAn iterator."),
    one::<PyObject>(c"aiter", anext::aiter, c"aiter($module, async_iterable, /)\n--\n\nAn asynchronous iterator."),
    one::<PyObject>(c"len", len, c"len($module, obj, /)\n--\n\nThe number of items."),
    noargs::<PyObject>(c"locals", locals, c"locals($module, /)\n--\n\nThe running code's local variables."),
    fast_kw::<PyObject>(c"max", reduce::max, c"max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nThe largest item."),
    fast_kw::<PyObject>(c"min", reduce::min, c"min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nThe smallest item."),
    fast::<PyObject>(c"next", next, c"next(iterator[, default])\n\nThe next item."),
    fast::<PyObject>(c"anext", anext::anext, c"anext($module, aiterator, default=<unrepresentable>, /)\n--\n\nAn awaitable of the next item."),
    one::<PyObject>(c"oct", oct, c"oct($module, number, /)\n--\n\nAn integer's octal digits.\n\n>>> oct(64)\n'0o100'"),
    one::<PyObject>(c"ord", ord, c"ord($module, c, /)\n--\n\nThe code point of a character."),
    fast_kw::<PyObject>(c"pow", pow, c"pow($module, /, base, exp, mod=None)\n--\n\nbase**exp, or base**exp % mod."),
    fast_kw::<PyObject>(c"print", print::print, c"print($module, /, *args, sep=\' \', end=\'\\n\', file=None, flush=False)\n--\n\nPrints values."),
    one::<PyObject>(c"repr", repr, c"repr($module, obj, /)\n--\n\nA text that shows the object."),
    fast_kw::<PyObject>(c"round", round, c"round($module, /, number, ndigits=None)\n--\n\nRounds to a number of decimal digits."),
    fast::<PyObject>(c"setattr", setattr, c"setattr($module, obj, name, value, /)\n--\n\nSets an attribute."),
    fast_kw::<PyObject>(c"sorted", reduce::sorted, c"sorted($module, iterable, /, *, key=None, reverse=False)\n--\n\nA sorted list of the items."),
    fast_kw::<PyObject>(c"sum", reduce::sum, c"sum($module, iterable, /, start=0)\n--\n\nThe sum of the items and the start value."),
    fast::<PyObject>(c"vars", vars, c"vars([object]) -> dictionary\n\nThe object's __dict__, or the local variables."),
    PyMethodDef::END,
];
}

/// The interpreter's module, once made.
pub fn module() -> Option<Ref<PyModuleObject>> {
    interpreter().builtins.cloned()
}

/// The module's dict.
pub fn dict() -> Option<Ref<PyDictObject>> {
    Some(Ref::new(module()?.dict()))
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods(
        "builtins",
        "Functions, types and constants that need no import.",
        METHODS,
    )?;
    for ty in [
        &boolean::PyBool_Type,
        &memoryview::PyMemoryView_Type,
        &bytearray::PyByteArray_Type,
        &bytes::PyBytes_Type,
        &classmethod::PyClassMethod_Type,
        &complex::PyComplex_Type,
        &dict::PyDict_Type,
        &enumerate::PyEnum_Type,
        &iterators::PyFilter_Type,
        &float::PyFloat_Type,
        &set::PyFrozenSet_Type,
        &property::PyProperty_Type,
        &int::PyLong_Type,
        &list::PyList_Type,
        &iterators::PyMap_Type,
        &object::PyBaseObject_Type,
        &range::PyRange_Type,
        &enumerate::PyReversed_Type,
        &set::PySet_Type,
        &slice::PySlice_Type,
        &classmethod::PyStaticMethod_Type,
        &str_::PyUnicode_Type,
        &super_::PySuper_Type,
        &tuple::PyTuple_Type,
        &typeobject::PyType_Type,
        &iterators::PyZip_Type,
    ] {
        module.add(ty.short_name(), &**ty)?;
    }
    use exceptions::*;
    for ty in [
        &BaseException,
        &BaseExceptionGroup,
        &Exception,
        &TypeError,
        &StopAsyncIteration,
        &StopIteration,
        &GeneratorExit,
        &SystemExit,
        &KeyboardInterrupt,
        &ImportError,
        &ModuleNotFoundError,
        &OSError,
        &EOFError,
        &RuntimeError,
        &RecursionError,
        &NotImplementedError,
        &NameError,
        &UnboundLocalError,
        &AttributeError,
        &SyntaxError,
        &IndentationError,
        &TabError,
        &LookupError,
        &IndexError,
        &KeyError,
        &ValueError,
        &UnicodeError,
        &UnicodeEncodeError,
        &UnicodeDecodeError,
        &UnicodeTranslateError,
        &AssertionError,
        &ArithmeticError,
        &FloatingPointError,
        &OverflowError,
        &ZeroDivisionError,
        &SystemError,
        &ReferenceError,
        &MemoryError,
        &BufferError,
        &Warning,
        &UserWarning,
        &EncodingWarning,
        &DeprecationWarning,
        &PendingDeprecationWarning,
        &SyntaxWarning,
        &RuntimeWarning,
        &FutureWarning,
        &ImportWarning,
        &UnicodeWarning,
        &BytesWarning,
        &ResourceWarning,
        &ConnectionError,
        &BlockingIOError,
        &BrokenPipeError,
        &ChildProcessError,
        &ConnectionAbortedError,
        &ConnectionRefusedError,
        &ConnectionResetError,
        &FileExistsError,
        &FileNotFoundError,
        &IsADirectoryError,
        &NotADirectoryError,
        &InterruptedError,
        &PermissionError,
        &ProcessLookupError,
        &TimeoutError,
    ] {
        module.add(ty.short_name(), &**ty)?;
    }
    module.add("EnvironmentError", &*OSError)?;
    module.add("IOError", &*OSError)?;
    module.add("ExceptionGroup", exception_group_type())?;
    module.add("None", &singletons::_Py_NoneStruct)?;
    module.add("Ellipsis", &singletons::_Py_EllipsisObject)?;
    module.add("NotImplemented", &singletons::_Py_NotImplementedStruct)?;
    module.add("False", &*boolean(false)?)?;
    module.add("True", &*boolean(true)?)?;
    module.add("__debug__", &*boolean(crate::config::optimize() == 0)?)?;
    anext::init()?;
    interpreter().builtins.set(Some(module.clone()));
    task::register_named(&module, "print", print::begin_print)?;
    task::register_named(&module, "input", print::begin_input)?;
    task::register_named(&module, "breakpoint", begin_breakpoint)?;
    task::register_named(&module, "__import__", begin_import)?;
    Ok(module)
}
