//! What Python sees of a code object: members, computed attributes, `replace`, `co_lines`, `co_positions`, comparison.

use super::*;
use crate::def::{fast_kw, getset, member, noargs, slot, table};
use crate::flags::{cmp, member as kind, tp};
use hotpy_code::locations;
use std::mem::offset_of;

#[unsafe(no_mangle)]
pub static PyCode_Type: PyTypeObject = PyTypeObject {
    tp_basicsize: Cell::new(CODE_OFFSET as isize),
    tp_itemsize: Cell::new(2),
    tp_dealloc: Cell::new(Some(code_dealloc)),
    tp_repr: slot::unary(code_repr),
    tp_hash: slot::len(code_hash),
    tp_richcompare: slot::compare(code_compare),
    tp_weaklistoffset: Cell::new(offset_of!(PyCodeObject, co_weakreflist) as isize),
    tp_methods: table(&METHODS[0]),
    tp_members: table(&MEMBERS[0]),
    tp_getset: table(&GETSET[0]),
    tp_new: Cell::new(Some(code_new)),
    tp_doc: Cell::new(
        c"code(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, freevars=(), cellvars=(), /)\n--\n\nA compiled scope. Not for the faint of heart."
            .as_ptr(),
    ),
    ..PyTypeObject::new::<PyCodeObject>(c"code")
};
builtin!(PyCodeObject = PyCode_Type);

static METHODS: [PyMethodDef; 5] = [
    fast_kw(c"replace", code_replace, c"replace($self, /, *, co_argcount=-1, co_posonlyargcount=-1,\n        co_kwonlyargcount=-1, co_nlocals=-1, co_stacksize=-1,\n        co_flags=-1, co_firstlineno=-1, co_code=None, co_consts=None,\n        co_names=None, co_varnames=None, co_freevars=None,\n        co_cellvars=None, co_filename=None, co_name=None,\n        co_qualname=None, co_linetable=None, co_exceptiontable=None)\n--\n\nA copy in which the given fields differ."),
    noargs(c"co_lines", code_lines, c"Iterates over (start, end, line) of each run of instructions."),
    noargs(c"co_positions", code_positions, c"Iterates over (line, end line, column, end column) of each code unit."),
    fast_kw(c"_varname_from_oparg", varname_from_oparg, c"_varname_from_oparg($self, /, oparg)\n--\n\nThe local, cell or free variable of an operand."),
    PyMethodDef::END,
];

static MEMBERS: [PyMemberDef; 14] = [
    member(
        c"co_argcount",
        kind::INT,
        offset_of!(PyCodeObject, co_argcount),
        kind::READONLY,
        c"",
    ),
    member(
        c"co_posonlyargcount",
        kind::INT,
        offset_of!(PyCodeObject, co_posonlyargcount),
        kind::READONLY,
        c"",
    ),
    member(
        c"co_kwonlyargcount",
        kind::INT,
        offset_of!(PyCodeObject, co_kwonlyargcount),
        kind::READONLY,
        c"",
    ),
    member(
        c"co_stacksize",
        kind::INT,
        offset_of!(PyCodeObject, co_stacksize),
        kind::READONLY,
        c"",
    ),
    member(
        c"co_nlocals",
        kind::INT,
        offset_of!(PyCodeObject, co_nlocals),
        kind::READONLY,
        c"",
    ),
    member(
        c"co_names",
        kind::OBJECT,
        offset_of!(PyCodeObject, co_names),
        kind::READONLY,
        c"",
    ),
    member(
        c"co_filename",
        kind::OBJECT,
        offset_of!(PyCodeObject, co_filename),
        kind::READONLY,
        c"",
    ),
    member(
        c"co_name",
        kind::OBJECT,
        offset_of!(PyCodeObject, co_name),
        kind::READONLY,
        c"",
    ),
    member(
        c"co_qualname",
        kind::OBJECT,
        offset_of!(PyCodeObject, co_qualname),
        kind::READONLY,
        c"",
    ),
    member(
        c"co_firstlineno",
        kind::INT,
        offset_of!(PyCodeObject, co_firstlineno),
        kind::READONLY,
        c"",
    ),
    member(
        c"co_linetable",
        kind::OBJECT,
        offset_of!(PyCodeObject, co_linetable),
        kind::READONLY,
        c"",
    ),
    member(
        c"co_exceptiontable",
        kind::OBJECT,
        offset_of!(PyCodeObject, co_exceptiontable),
        kind::READONLY,
        c"",
    ),
    member(
        c"co_consts",
        kind::OBJECT,
        offset_of!(PyCodeObject, co_consts),
        kind::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

static GETSET: [PyGetSetDef; 8] = [
    getset(c"co_flags", get_flags, None, c""),
    getset(c"co_lnotab", get_lnotab, None, c""),
    getset(c"_co_code_adaptive", get_adaptive, None, c""),
    getset(c"co_varnames", get_varnames, None, c""),
    getset(c"co_cellvars", get_cellvars, None, c""),
    getset(c"co_freevars", get_freevars, None, c""),
    getset(c"co_code", get_code, None, c""),
    PyGetSetDef::END,
];

unsafe extern "C" fn code_dealloc(object: *mut PyObject) {
    // SAFETY: a dying code object; every slot owns its reference.
    unsafe {
        let code: &PyCodeObject = (*object).cast();
        if !code.co_weakreflist.is_null() {
            weakref::clear_refs(code);
        }
        watch::code_goes(code);
        super::extra::drop_all(code);
        super::positions::drop_lines(code);
        for field in [
            &code.co_consts,
            &code.co_names,
            &code.co_exceptiontable,
            &code.co_localsplusnames,
            &code.co_localspluskinds,
            &code.co_filename,
            &code.co_name,
            &code.co_qualname,
            &code.co_linetable,
            &code._co_code,
        ] {
            field.set(None);
        }
        mem::free_object(object);
    }
}

extern "C" fn get_flags(code: &PyCodeObject, _: *mut c_void) -> PyResult {
    Ok(int::from_i64(code.public_flags().into())?.into_object())
}

extern "C" fn get_code(code: &PyCodeObject, _: *mut c_void) -> PyResult {
    if let Some(cached) = code._co_code.cloned() {
        return Ok(cached);
    }
    let plain = bytes::new(&code.plain_code())?.into_object();
    code._co_code.set(Some(plain.clone()));
    Ok(plain)
}

extern "C" fn get_adaptive(code: &PyCodeObject, _: *mut c_void) -> PyResult {
    // SAFETY: the bytecode is part of the object.
    let raw =
        unsafe { std::slice::from_raw_parts(code.first_instr().cast::<u8>(), code.units() * 2) };
    Ok(bytes::new(raw)?.into_object())
}

/// The names of the locals-plus variables with any of the kind bits.
fn names_of_kind(code: &PyCodeObject, bits: u8) -> PyResult {
    let kinds = code.localspluskinds();
    let names = code.localsplusnames().items();
    let picked: Vec<&PyObject> = kinds
        .iter()
        .zip(names)
        .filter(|(k, _)| **k & bits != 0)
        .map(|(_, name)| *name)
        .collect();
    Ok(tuple::from_borrowed(&picked)?.into_object())
}

extern "C" fn get_varnames(code: &PyCodeObject, _: *mut c_void) -> PyResult {
    names_of_kind(code, hotpy_code::object::kind::LOCAL)
}

extern "C" fn get_cellvars(code: &PyCodeObject, _: *mut c_void) -> PyResult {
    names_of_kind(code, hotpy_code::object::kind::CELL)
}

extern "C" fn get_freevars(code: &PyCodeObject, _: *mut c_void) -> PyResult {
    names_of_kind(code, hotpy_code::object::kind::FREE)
}

/// The line table in the form that was used before 3.10: pairs of byte and line increments.
extern "C" fn get_lnotab(code: &PyCodeObject, _: *mut c_void) -> PyResult {
    let mut out: Vec<u8> = Vec::new();
    let (mut line, mut at, mut marked) = (code.co_firstlineno.get(), 0usize, 0usize);
    for entry in locations::decode(code.linetable(), line as u32) {
        if entry.loc.line >= 0 && entry.loc.line != line {
            let mut bytes = (at - marked) * 2;
            let mut delta = entry.loc.line - line;
            while bytes > 254 {
                out.extend([254, 0]);
                bytes -= 254;
            }
            while !(-128..=127).contains(&delta) {
                let step = if delta < 0 { -128 } else { 127 };
                out.extend([bytes as u8, step as i8 as u8]);
                bytes = 0;
                delta -= step;
            }
            out.extend([bytes as u8, delta as i8 as u8]);
            line = entry.loc.line;
            marked = at;
        }
        at += entry.units;
    }
    Ok(bytes::new(&out)?.into_object())
}

extern "C" fn code_repr(code: &PyCodeObject) -> PyResult {
    let line = if code.co_firstlineno.get() != 0 {
        code.co_firstlineno.get()
    } else {
        -1
    };
    let mut text = str_::Builder::default();
    text.push_text("<code object ");
    text.push_str(code.name());
    text.push_text(&format!(" at {:p}, file \"", code));
    text.push_str(code.filename());
    text.push_text(&format!("\", line {line}>"));
    Ok(text.finish()?.into_object())
}

/// The objects and numbers that decide equality and hash.
fn parts(code: &PyCodeObject) -> ([&PyObject; 5], [i32; 6]) {
    (
        [
            code.name(),
            code.consts(),
            code.names(),
            code.localsplusnames(),
            code.co_exceptiontable.get().unwrap_or(code),
        ],
        [
            code.co_argcount.get(),
            code.co_posonlyargcount.get(),
            code.co_kwonlyargcount.get(),
            code.public_flags(),
            code.co_firstlineno.get(),
            code.units() as i32,
        ],
    )
}

extern "C" fn code_hash(code: &PyCodeObject) -> isize {
    let (objects, numbers) = parts(code);
    let mut hash = 20221211u64;
    let mut mix = |v: u64| hash = (hash ^ v).wrapping_mul(1_000_003);
    for object in objects {
        match protocol::hash(object) {
            Ok(h) => mix(h as u64),
            Err(Raised) => return -1,
        }
    }
    for n in numbers {
        mix(n as u64);
    }
    for unit in code.plain_code() {
        mix(unit.into());
    }
    if hash as isize == -1 {
        -2
    } else {
        hash as isize
    }
}

extern "C" fn code_compare(a: &PyCodeObject, b: &PyObject, op: c_int) -> PyResult {
    let (Some(b), true) = (b.downcast::<PyCodeObject>(), op == cmp::EQ || op == cmp::NE) else {
        return Ok(singletons::not_implemented());
    };
    let ((objects_a, numbers_a), (objects_b, numbers_b)) = (parts(a), parts(b));
    let mut equal = numbers_a == numbers_b
        && a.linetable() == b.linetable()
        && a.localspluskinds() == b.localspluskinds()
        && a.plain_code() == b.plain_code();
    for (i, (x, y)) in objects_a.iter().zip(objects_b).enumerate() {
        if !equal {
            break;
        }
        equal = protocol::eq(x, y)? && (i != 1 || same_constants(x, y)?);
    }
    Ok(boolean::from(equal == (op == cmp::EQ)))
}

/// Constants are the same only if their types (and zeros' signs) are, which their `repr` shows.
fn same_constants(a: &PyObject, b: &PyObject) -> PyResult<bool> {
    let (a, b) = unsafe_tuples(a, b);
    for (x, y) in a.items().iter().zip(b.items()) {
        if x.is(*y) {
            continue;
        }
        if !x.ty().is(y.ty()) {
            return Ok(false);
        }
        if x.downcast::<PyCodeObject>().is_none()
            && !protocol::repr(x)?.equals(&*protocol::repr(y)?)
        {
            return Ok(false);
        }
    }
    Ok(true)
}

fn unsafe_tuples<'a>(a: &'a PyObject, b: &'a PyObject) -> (&'a PyTupleObject, &'a PyTupleObject) {
    // SAFETY: both are `co_consts`, which are tuples.
    unsafe { (a.cast(), b.cast()) }
}

/// Joins variable names into the locals-plus form: locals, cells that are no arguments or locals, free variables.
fn locals_plus(
    varnames: &PyTupleObject,
    cellvars: &PyTupleObject,
    freevars: &PyTupleObject,
) -> PyResult<(Ref<PyTupleObject>, Vec<u8>)> {
    use hotpy_code::object::kind::{CELL, FREE, LOCAL};
    let mut names: Vec<Ref> = Vec::new();
    let mut kinds: Vec<u8> = Vec::new();
    for name in varnames.items() {
        names.push(name.to_ref());
        kinds.push(LOCAL);
    }
    for cell in cellvars.items() {
        let local = cell.downcast::<Str>().and_then(|cell| {
            let same = |n: &&PyObject| n.downcast::<Str>().is_some_and(|n| n.equals(cell));
            varnames.items().iter().position(same)
        });
        match local {
            Some(i) => kinds[i] |= CELL,
            None => {
                names.push(cell.to_ref());
                kinds.push(CELL);
            }
        }
    }
    for name in freevars.items() {
        names.push(name.to_ref());
        kinds.push(FREE);
    }
    Ok((tuple::from_owned(names)?, kinds))
}

/// A tuple of strings as one of exact strings.
fn exact_names(names: &PyTupleObject) -> PyResult<Ref<PyTupleObject>> {
    let mut exact = Vec::with_capacity(names.len());
    for name in names.items() {
        let Some(text) = name.downcast::<Str>() else {
            return Err(raise!(
                TypeError,
                "name tuples must contain only strings, not '{}'",
                name.ty().name()
            ));
        };
        exact.push(if text.is_exact::<Str>() {
            name.to_ref()
        } else {
            str_::from_wtf8(&text.to_wtf8()?)?.into_object()
        });
    }
    tuple::from_owned(exact)
}

/// Makes a code object whose number of locals was given apart.
fn new_with_locals(fields: Fields<'_>, nlocals: i32) -> PyResult {
    let count = |bit: u8| {
        fields
            .localspluskinds
            .as_slice()
            .iter()
            .filter(|k| **k & bit != 0)
            .count()
    };
    let right = count(hotpy_code::object::kind::LOCAL) as i64 == nlocals as i64;
    check(&fields)?;
    if !right {
        return Err(raise!(ValueError, "code: co_nlocals != len(co_varnames)"));
    }
    Ok(new(fields)?.into_object())
}

fn number(value: &PyObject) -> PyResult<i32> {
    let n = number::index_isize(value, None)?;
    i32::try_from(n).map_err(|_| raise!(OverflowError, "Python int too large to convert to C int"))
}

fn typed<'a, T: def::Builtin>(function: &str, what: &str, value: &'a PyObject) -> PyResult<&'a T> {
    value.downcast::<T>().ok_or_else(|| {
        raise!(
            TypeError,
            "{function}() {what} must be {}, not {}",
            T::type_object().name(),
            if singletons::is_none(value) {
                "None"
            } else {
                value.ty().name()
            }
        )
    })
}

extern "C" fn code_new(_: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    cfunction::no_keywords("code", kwargs)?;
    // SAFETY: tp_new is called with a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    cfunction::check_count("code", args.len(), 16, 18)?;
    let a = args.items();
    let at = |i: usize| format!("argument {}", i + 1);
    let empty = tuple::empty();
    let tuple_at = |i: usize| typed::<PyTupleObject>("code", &at(i), a[i]);
    let string_at = |i: usize| typed::<Str>("code", &at(i), a[i]).map(Ref::new);
    let bytes_at = |i: usize| typed::<PyBytesObject>("code", &at(i), a[i]).map(Ref::new);
    let numbers: [i32; 6] = [
        number(a[0])?,
        number(a[1])?,
        number(a[2])?,
        number(a[3])?,
        number(a[4])?,
        number(a[5])?,
    ];
    let code = bytes_at(6)?.as_slice().to_vec();
    let (consts, names, varnames) = (tuple_at(7)?, tuple_at(8)?, tuple_at(9)?);
    let (filename, name, qualname) = (string_at(10)?, string_at(11)?, string_at(12)?);
    let firstlineno = number(a[13])?;
    let (linetable, exceptiontable) = (bytes_at(14)?, bytes_at(15)?);
    let freevars = if a.len() > 16 { tuple_at(16)? } else { &empty };
    let cellvars = if a.len() > 17 { tuple_at(17)? } else { &empty };
    for (what, n) in ["argcount", "posonlyargcount", "kwonlyargcount", "nlocals"]
        .iter()
        .zip(numbers)
    {
        if n < 0 {
            return Err(raise!(ValueError, "code: {what} must not be negative"));
        }
    }
    let names = exact_names(names)?;
    let (varnames, freevars) = (exact_names(varnames)?, exact_names(freevars)?);
    let (localsplusnames, kinds) = locals_plus(&varnames, &*exact_names(cellvars)?, &freevars)?;
    let fields = Fields {
        argcount: numbers[0],
        posonlyargcount: numbers[1],
        kwonlyargcount: numbers[2],
        stacksize: numbers[4],
        flags: numbers[5],
        code: code.into(),
        consts: tuple::from_borrowed(consts.items())?,
        names,
        localsplusnames,
        localspluskinds: bytes::new_apart(&kinds)?,
        filename,
        name,
        qualname,
        firstlineno,
        linetable,
        exceptiontable,
    };
    new_with_locals(fields, numbers[3])
}

static REPLACE: cfunction::Params = cfunction::Params {
    function: "replace",
    names: &[
        "co_argcount",
        "co_posonlyargcount",
        "co_kwonlyargcount",
        "co_nlocals",
        "co_stacksize",
        "co_flags",
        "co_firstlineno",
        "co_code",
        "co_consts",
        "co_names",
        "co_varnames",
        "co_freevars",
        "co_cellvars",
        "co_filename",
        "co_name",
        "co_qualname",
        "co_linetable",
        "co_exceptiontable",
    ],
    positional_only: 0,
    positional: 0,
    required: 0,
};

extern "C" fn code_replace(
    code: &PyCodeObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let given = REPLACE.bind(args, count, kwnames)?;
    let int_of = |i: usize, old: i32| given[i].map_or(Ok(old), number);
    let null = std::ptr::null_mut();
    let tuple_of = |i: usize, old: Ref<PyTupleObject>| match given[i] {
        Some(v) => {
            typed::<PyTupleObject>("replace", &format!("argument '{}'", REPLACE.names[i]), v)
                .map(Ref::new)
        }
        None => Ok(old),
    };
    let names_of = |get: extern "C" fn(&PyCodeObject, *mut c_void) -> PyResult| -> PyResult<Ref<PyTupleObject>> {
        // SAFETY: these getters answer tuples.
        Ok(unsafe { get(code, null)?.cast() })
    };
    let string_of = |i: usize, old: &Str| match given[i] {
        Some(v) => {
            typed::<Str>("replace", &format!("argument '{}'", REPLACE.names[i]), v).map(Ref::new)
        }
        None => Ok(Ref::new(old)),
    };
    let bytes_of = |i: usize, old: &[u8]| match given[i] {
        Some(v) => {
            typed::<PyBytesObject>("replace", &format!("argument '{}'", REPLACE.names[i]), v)
                .map(Ref::new)
        }
        None => bytes::new(old),
    };
    let varnames = tuple_of(10, names_of(get_varnames)?)?;
    let freevars = tuple_of(11, names_of(get_freevars)?)?;
    let cellvars = tuple_of(12, names_of(get_cellvars)?)?;
    for (name, value) in REPLACE.names.iter().zip(&given).take(7) {
        if let Some(value) = value
            && number(value)? < 0
        {
            return Err(raise!(ValueError, "{name} must be a positive integer"));
        }
    }
    let attributes = tuple_of(9, Ref::new(code.names()))?;
    let (names, kinds) = locals_plus(&varnames, &cellvars, &freevars)?;
    let nlocals = int_of(3, code.co_nlocals.get())?;
    let fields = Fields {
        argcount: int_of(0, code.co_argcount.get())?,
        posonlyargcount: int_of(1, code.co_posonlyargcount.get())?,
        kwonlyargcount: int_of(2, code.co_kwonlyargcount.get())?,
        stacksize: int_of(4, code.co_stacksize.get())?,
        flags: int_of(5, code.public_flags())?,
        firstlineno: int_of(6, code.co_firstlineno.get())?,
        code: match given[7] {
            Some(v) => typed::<PyBytesObject>("replace", "argument 'co_code'", v)?
                .as_slice()
                .into(),
            None => code.plain_code().into(),
        },
        consts: tuple::from_borrowed(tuple_of(8, Ref::new(code.consts()))?.items())?,
        names: tuple::from_borrowed(attributes.items())?,
        localsplusnames: names,
        localspluskinds: bytes::new_apart(&kinds)?,
        filename: string_of(13, code.filename())?,
        name: string_of(14, code.name())?,
        qualname: string_of(15, code.qualname())?,
        linetable: bytes_of(16, code.linetable())?,
        exceptiontable: bytes_of(17, code.exception_table())?,
    };
    new_with_locals(fields, nlocals)
}

extern "C" fn varname_from_oparg(
    code: &PyCodeObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: cfunction::Params = cfunction::Params {
        function: "_varname_from_oparg",
        names: &["oparg"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let given = PARAMS.bind(args, count, kwnames)?;
    let index = number(given[0].expect("required"))?;
    match code.localsplusnames().items().get(index as usize) {
        Some(name) => Ok(name.to_ref()),
        None => Err(raise!(IndexError, "tuple index out of range")),
    }
}

/// An iterator over tuples computed beforehand.
#[repr(C)]
pub struct SpanIterator {
    ob_base: PyObject,
    items: Slot<PyListObject>,
    next: Cell<usize>,
}
object_structs!(SpanIterator);

macro_rules! span_iterator {
    ($symbol:ident, $name:literal) => {
        pub static $symbol: PyTypeObject = PyTypeObject {
            tp_flags: Cell::new(tp::DEFAULT | tp::DISALLOW_INSTANTIATION),
            tp_dealloc: Cell::new(Some(span_dealloc)),
            tp_iter: slot::unary(span_iter),
            tp_iternext: slot::next(span_next),
            ..PyTypeObject::new::<SpanIterator>($name)
        };
    };
}
span_iterator!(LineIterator_Type, c"line_iterator");
span_iterator!(PositionsIterator_Type, c"positions_iterator");

fn span_iterator(ty: &'static PyTypeObject, items: Vec<Ref>) -> PyResult {
    let items = list::from_owned(items)?;
    let iterator = mem::create(ty, |ob_base| SpanIterator {
        ob_base,
        items: Slot::EMPTY,
        next: Cell::new(0),
    })?;
    iterator.items.set(Some(items));
    Ok(iterator.into_object())
}

unsafe extern "C" fn span_dealloc(object: *mut PyObject) {
    // SAFETY: a dying span iterator.
    unsafe {
        (*object).cast::<SpanIterator>().items.set(None);
        mem::free_object(object);
    }
}

extern "C" fn span_iter(it: &SpanIterator) -> PyResult {
    Ok(it.to_ref())
}

extern "C" fn span_next(it: &SpanIterator) -> Option<Ref> {
    let at = it.next.get();
    it.next.set(at + 1);
    it.items.get()?.get(at)
}

fn number_or_none(n: Option<i32>) -> PyResult {
    match n {
        Some(n) => Ok(int::from_i64(n.into())?.into_object()),
        None => Ok(singletons::none()),
    }
}

extern "C" fn code_lines(code: &PyCodeObject) -> PyResult {
    let mut items = Vec::new();
    let mut at = 0;
    for entry in locations::decode(code.linetable(), code.co_firstlineno.get() as u32) {
        let line = (entry.loc.line >= 0).then_some(entry.loc.line);
        let end = at + entry.units as i32 * 2;
        let numbers = [
            number_or_none(Some(at))?,
            number_or_none(Some(end))?,
            number_or_none(line)?,
        ];
        items.push(tuple::from_owned(numbers.into())?.into_object());
        at = end;
    }
    span_iterator(&LineIterator_Type, items)
}

extern "C" fn code_positions(code: &PyCodeObject) -> PyResult {
    let mut items = Vec::with_capacity(code.units());
    for entry in locations::decode(code.linetable(), code.co_firstlineno.get() as u32) {
        let known = |v: i32| number_or_none((v >= 0).then_some(v));
        let loc = entry.loc;
        let numbers = [
            known(loc.line)?,
            known(loc.end_line)?,
            known(loc.col)?,
            known(loc.end_col)?,
        ];
        let item = tuple::from_owned(numbers.into())?.into_object();
        items.extend(std::iter::repeat_n(item, entry.units));
    }
    span_iterator(&PositionsIterator_Type, items)
}
