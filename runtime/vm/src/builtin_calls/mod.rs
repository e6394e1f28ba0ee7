//! Builtin functions, methods and types that call Python: where such a call would, it enters a surrogate instead of running natively.
//!
//! Which builtins have surrogates is declared beside these (`@replaces("builtin NAME")`). Their method definitions are marked at
//! start-up (`ml_flags` above `SURROGATE_SHIFT`). How a call's arguments become a surrogate's, and which calls may be made natively, is told by
//! an adapter ([`adapters`]). Only plain, well-formed calls are redirected: errors are left to the builtin itself, with its own texts.
//! Builtins that the surrogate `replay` replaces are run as attempts ([`crate::replay`]).

mod adapters;
mod classes;
mod natively;

use crate::asking::{
    forwards, has_hashes, has_plain_items, has_python_items, iterates_python, steps_python,
};
use crate::calls::{self, Outcome};
use crate::config;
use crate::interp;
pub(crate) use crate::replay::attempt_call;
use crate::replay::{self, Quiet};
use crate::surrogates;
use hotpy_code::blob::{Asks, Replaces};
use hotpy_objects::flags::meth::SURROGATE_SHIFT;
use hotpy_objects::number::BinaryOp;
use hotpy_objects::task::{self, Begun, OperatorWay};
use hotpy_objects::*;
use std::sync::OnceLock;

pub use classes::{attempts_class, call_class};

/// A call to be redirected; arguments are borrowed, those of keywords last.
pub(crate) struct Call<'a> {
    pub ts: &'a PyThreadState,
    /// The callable, for calling it natively after all.
    pub callable: &'a PyObject,
    /// The surrogate.
    pub number: usize,
    /// By which of the arguments it may run Python; the first of `args` is argument `first`.
    pub asks: Asks,
    pub first: usize,
    pub args: &'a [&'a PyObject],
    pub names: Option<&'a PyTupleObject>,
}

/// Redirects a call; `None`: it is to be made natively.
type Adapter = fn(&Call<'_>) -> Option<Outcome>;

/// What a mark stands for: its place in the list + 1.
struct Entry {
    name: String,
    number: usize,
    adapter: Adapter,
    /// By which arguments it may run Python, as declared.
    asks: Asks,
    /// It is a method.
    is_method: bool,
    /// The adapter wants a bound method's object as the first argument.
    wants_self: bool,
    /// A bound method's object, which is no argument, may ask.
    asks_bound: bool,
    quick: Quick,
}

/// Builtins that often answer [`at_once`].
#[derive(Clone, Copy)]
enum Quick {
    Len,
    IsInstance,
    Join,
    Extend,
    GetAttr,
    HasAttr,
    Hash,
    Next,
    Send,
    /// What `replay` replaces: it may be called if its arguments ask nothing.
    Attempt,
    /// The same, of whatever object it is a method.
    Convert,
    /// What looks a codec up by its name.
    Codec,
    No,
}

static ENTRIES: OnceLock<Vec<Entry>> = OnceLock::new();

impl Entry {
    /// A call without keywords; the first of `args` is argument `first`.
    fn call<'a>(
        &self,
        ts: &'a PyThreadState,
        callable: &'a PyObject,
        first: usize,
        args: &'a [&'a PyObject],
    ) -> Call<'a> {
        Call {
            ts,
            callable,
            number: self.number,
            asks: self.asks,
            first,
            args,
            names: None,
        }
    }
}

/// Marks the builtins that are replaced.
pub fn register(builtins: &PyDictObject, replaced: &[(Replaces, usize)]) {
    let mut entries: Vec<Entry> = Vec::new();
    for (replaces, number) in replaced {
        let Replaces::Builtin { name, asks } = replaces else {
            continue;
        };
        let is_replay = surrogates::by_name("replay")
            .zip(surrogates::function(*number).ok())
            .is_some_and(|(a, b)| a.is(&*b));
        let adapter = if is_replay {
            match name.as_str() {
                "isinstance" => adapters::isinstance,
                "issubclass" => adapters::issubclass,
                _ => adapters::attempt,
            }
        } else {
            adapters::of(name)
        };
        let is_method = name.contains('.') && name != "functools.reduce";
        entries.push(Entry {
            name: name.clone(),
            number: *number,
            adapter,
            asks: *asks,
            is_method,
            wants_self: is_method && !is_replay,
            asks_bound: is_method && Asks::has(asks.by | asks.of, 0),
            quick: match name.as_str() {
                "len" => Quick::Len,
                "isinstance" => Quick::IsInstance,
                "str.join" => Quick::Join,
                "list.extend" => Quick::Extend,
                "getattr" => Quick::GetAttr,
                "hasattr" => Quick::HasAttr,
                "hash" => Quick::Hash,
                "next" => Quick::Next,
                "generator.send" | "coroutine.send" => Quick::Send,
                _ if is_replay => Quick::Attempt,
                _ => Quick::No,
            },
        });
        if let Some(def) = definition(builtins, name) {
            mark(def, entries.len());
        }
    }
    // What modules mark later.
    for name in [FUNCTION, METHOD, OF_UNCHANGING] {
        entries.push(Entry {
            name: name.to_owned(),
            number: 0,
            adapter: adapters::attempt,
            asks: match name {
                OF_UNCHANGING => Asks { by: !1, of: 0 },
                _ => Asks::ALL,
            },
            is_method: name != FUNCTION,
            asks_bound: name == METHOD,
            quick: Quick::Attempt,
            wants_self: false,
        });
    }
    for (name, adapter, quick) in [
        (ALWAYS, adapters::attempt_always as Adapter, Quick::No),
        (CODEC, adapters::codec, Quick::Codec),
        (CONVERTING, adapters::convert, Quick::Convert),
        (ASKING_OF_SELF, adapters::convert_always, Quick::No),
    ] {
        entries.push(Entry {
            name: name.to_owned(),
            number: 0,
            adapter,
            asks: Asks::ALL,
            is_method: name != ALWAYS,
            asks_bound: true,
            quick,
            wants_self: name == CODEC,
        });
    }
    let _ = ENTRIES.set(entries);
    let codecs: [(&PyTypeObject, &str); 3] = [
        (&str_::PyUnicode_Type, "encode"),
        (&bytes::PyBytes_Type, "decode"),
        (&bytearray::PyByteArray_Type, "decode"),
    ];
    for (ty, method) in codecs {
        if let Some(method) = ty.dict().get_text(method) {
            mark_as(&method, CODEC);
        }
    }
    for ty in UNCHANGING {
        mark_methods(ty);
    }
    for (ty, names) in ASKING {
        mark_asking_type(ty, names);
    }
    for (ty, names) in CONVERTING_METHODS {
        mark_converting(ty, names);
    }
    for ty in [&iterators::PySeqIter_Type, &enumerate::PyReversed_Type] {
        if let Some(method) = ty.dict().get_text("__length_hint__") {
            mark_as(&method, ASKING_OF_SELF);
        }
    }
}

/// Methods that convert their arguments before they do anything, of types that are no [`ASKING`] ones.
static CONVERTING_METHODS: &[(&PyTypeObject, &[&str])] = &[
    (&list::PyList_Type, &["__getitem__"]),
    (&code::PyCode_Type, &["_varname_from_oparg"]),
    (&range::PyRangeIter_Type, &["__setstate__"]),
    (&range::PyLongRangeIter_Type, &["__setstate__"]),
    (&context::PyContext_Type, &["get"]),
    (&context::PyContextVar_Type, &["reset"]),
];

/// Types whose instances never change: whatever a method of theirs asks of its arguments, it may begin again.
static UNCHANGING: &[&PyTypeObject] = &[
    &int::PyLong_Type,
    &float::PyFloat_Type,
    &str_::PyUnicode_Type,
    &bytes::PyBytes_Type,
    &range::PyRange_Type,
    &slice::PySlice_Type,
];

/// Methods that ask `__index__` (or, of `object`, what a class has) of their arguments before they do anything.
static ASKING: &[(&PyTypeObject, &[&str])] = &[
    (&object::PyBaseObject_Type, &["__reduce_ex__", "__format__"]),
    (&bytearray::PyByteArray_Type, OF_BYTEARRAYS),
    (&memoryview::PyMemoryView_Type, &["cast", "tobytes", "hex"]),
    (&property::PyProperty_Type, &["getter", "setter", "deleter"]),
    (
        &mappingproxy::PyDictProxy_Type,
        &["get", "keys", "values", "items", "copy", "__reversed__"],
    ),
];
const OF_BYTEARRAYS: &[&str] = &[
    "__reduce_ex__",
    "append",
    "center",
    "count",
    "endswith",
    "expandtabs",
    "find",
    "hex",
    "index",
    "insert",
    "ljust",
    "pop",
    "remove",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rsplit",
    "split",
    "splitlines",
    "startswith",
    "translate",
    "zfill",
];

/// Marks all methods of a type that have arguments, and no mark of their own.
fn mark_methods(ty: &PyTypeObject) {
    for (_, method) in ty.dict().pairs() {
        let Some(def) = method_definition(&method) else {
            continue;
        };
        // SAFETY: a builtin's definition lives for ever.
        let flags = unsafe { (*def).ml_flags.get() };
        if flags >> SURROGATE_SHIFT == 0 && flags & flags::meth::NOARGS == 0 {
            let is_method = method.is_exact::<PyMethodDescrObject>();
            // A slice's parts may be of Python.
            let name = match is_method {
                false => FUNCTION,
                true if ty.is(&slice::PySlice_Type) => METHOD,
                true => OF_UNCHANGING,
            };
            mark_as(&method, name);
        }
    }
}

/// The definition of a method, or of a class method.
fn method_definition(method: &PyObject) -> Option<*mut PyMethodDef> {
    let is_of_class = method.ty().is(&*descr::PyClassMethodDescr_Type);
    if !is_of_class && !method.is_exact::<PyMethodDescrObject>() {
        return None;
    }
    // SAFETY: both types have this layout.
    Some(
        unsafe { method.cast::<PyMethodDescrObject>() }
            .d_method
            .get(),
    )
}

/// The method definition of a builtin function, or of a method of a builtin type.
fn definition(builtins: &PyDictObject, name: &str) -> Option<*const PyMethodDef> {
    let object = match name.split_once('.') {
        None => builtins.get_text(name)?,
        Some((class, method)) => {
            let class = match class {
                "generator" => Ref::new(&*generator::PyGen_Type).into_object(),
                "coroutine" => Ref::new(&*generator::PyCoro_Type).into_object(),
                _ => builtins.get_text(class)?,
            };
            protocol::getattr(&class, &*str_::intern(method).ok()?).ok()?
        }
    };
    if let Some(function) = object.exact::<PyCFunctionObject>() {
        return Some(function.m_ml.get());
    }
    let method = object.exact::<PyMethodDescrObject>()?;
    Some(method.d_method.get())
}

fn mark(def: *const PyMethodDef, mark: usize) {
    // SAFETY: a builtin's definition lives as long as the builtin, and those of builtins for ever.
    let flags = unsafe { &(*def).ml_flags };
    let own = flags.get() & ((1 << SURROGATE_SHIFT) - 1);
    flags.set(own | (mark as i32) << SURROGATE_SHIFT);
}

/// The entries of what modules mark.
const FUNCTION: &str = "any function";
const METHOD: &str = "any method";
/// Those of types whose instances never change, which ask nothing of the instance itself.
const OF_UNCHANGING: &str = "any method of what never changes";
const ALWAYS: &str = "any that always asks";
/// Those that convert their arguments first, of whatever type.
const CONVERTING: &str = "any method that converts";
/// Those that do nothing but ask what their object works with.
const ASKING_OF_SELF: &str = "any method that asks of its object";
/// Those of text and bytes that look codecs up.
const CODEC: &str = "any codec";

/// Marks a function of a module, or a method of a type, as one that asks Python before it changes anything.
pub fn mark_asking(function: &PyObject) {
    // A class method comes to be called as a function that is bound to its class.
    let name = if function.is_exact::<PyMethodDescrObject>() {
        METHOD
    } else {
        FUNCTION
    };
    mark_as(function, name);
}

/// The same for one that asks even if its arguments are plain: names tell what it asks.
pub fn mark_always_asking(function: &PyObject) {
    mark_as(function, ALWAYS);
}

fn mark_as(function: &PyObject, name: &str) {
    let def = match function.exact::<PyCFunctionObject>() {
        Some(function) => Some(function.m_ml.get()),
        None => method_definition(function),
    };
    let entries = ENTRIES.get().map_or(&[][..], |all| all);
    if let (Some(def), Some(place)) = (def, entries.iter().position(|e| e.name == name)) {
        mark(def, place + 1);
    }
}

/// Marks methods of a type that ask by their arguments alone, before they do anything else.
pub fn mark_converting(ty: &PyTypeObject, methods: &[&str]) {
    for name in methods {
        if let Some(method) = ty.dict().get_text(name) {
            mark_as(&method, CONVERTING);
        }
    }
}

/// Marks methods of a type as [`mark_asking`] does, and the type as one whose operations do so too.
pub fn mark_asking_type(ty: &PyTypeObject, methods: &[&str]) {
    ty.tp_flags.set(ty.tp_flags.get() | flags::tp::CORE);
    for name in methods {
        if let Some(method) = ty.dict().get_text(name) {
            mark_asking(&method);
        }
    }
}

/// Marks a function of a module that is made later, if a surrogate replaces it under this name.
pub fn mark_function(function: &PyObject, name: &str) {
    let place = ENTRIES
        .get()
        .and_then(|all| all.iter().rposition(|e| e.name == name));
    if let (Some(place), Some(function)) = (place, function.exact::<PyCFunctionObject>()) {
        mark(function.m_ml.get(), place + 1);
    }
}

fn entry(flags: i32) -> Option<&'static Entry> {
    ENTRIES
        .get()?
        .get(((flags >> SURROGATE_SHIFT) as usize).checked_sub(1)?)
}

/// Builtins that do no more than ask a special method, if that is one of Python, or resume a generator.
pub enum Special {
    Len,
    Hash,
    Next,
    Send,
}

/// Which of them a function is.
#[inline]
pub fn asks_at_once(function: &PyObject) -> Option<Special> {
    let flags = if let Some(function) = function.exact::<PyCFunctionObject>() {
        function.def().ml_flags.get()
    } else {
        // SAFETY: a method descriptor's definition lives as long as it.
        unsafe {
            (*function.exact::<PyMethodDescrObject>()?.d_method.get())
                .ml_flags
                .get()
        }
    };
    match entry(flags)?.quick {
        Quick::Len => Some(Special::Len),
        Quick::Hash => Some(Special::Hash),
        Quick::Next => Some(Special::Next),
        Quick::Send if function.is_exact::<PyMethodDescrObject>() => Some(Special::Send),
        _ => None,
    }
}

/// The surrogate of a builtin, by its name.
pub fn surrogate_of(name: &str) -> Option<usize> {
    let entry = ENTRIES.get()?.iter().rfind(|e| e.name == name)?;
    Some(entry.number)
}

/// What a builtin answers without being called, where nothing can ask Python; `None`: somebody else must see to it.
#[inline]
pub fn at_once(
    ts: &PyThreadState,
    function: &PyCFunctionObject,
    args: &[&PyObject],
) -> Option<PyResult> {
    let entry = entry(function.def().ml_flags.get())?;
    if config::always_surrogates() {
        return None;
    }
    match (entry.quick, args) {
        (Quick::Len, [object]) => {
            let len = if let Some(list) = object.exact::<PyListObject>() {
                list.len()
            } else if let Some(text) = object.exact::<Str>() {
                text.len()
            } else if object.ty().is_heap_type() || forwards(object) {
                return None;
            } else {
                match protocol::len(object) {
                    Ok(len) => len as usize,
                    Err(raised) => return Some(Err(raised)),
                }
            };
            Some(int::from_usize(len).map(Ref::into_object))
        }
        (Quick::IsInstance, [object, class]) => {
            protocol::is_plain_instance(object, class).map(|answer| Ok(boolean::from(answer)))
        }
        (Quick::Attempt | Quick::Hash, args)
            if !entry.asks_bound && args.iter().all(|a| replay::is_plain(a)) =>
        {
            function.call_directly::<true>(args)
        }
        (Quick::Convert, args) if args.iter().all(|a| replay::is_plain(a)) => {
            function.call_directly::<true>(args)
        }
        (Quick::GetAttr, [object, name]) => {
            let name = interned(name.exact::<Str>()?);
            interp::attribute_at_once(object, &name)?.transpose()
        }
        (Quick::HasAttr, [object, name]) if object.ty().is_heap_type() => {
            let name = interned(name.exact::<Str>()?);
            let found = interp::attribute_at_once(object, &name)?;
            Some(found.map(|found| boolean::from(found.is_some())))
        }
        (Quick::Attempt | Quick::Hash, args) => {
            let call = entry.call(ts, function, usize::from(entry.is_method), args);
            adapters::stays_native(&call)
                .then(|| function.call_directly::<true>(args))
                .flatten()
        }
        _ => None,
    }
}

/// The same for a builtin method, of which the first argument is its object.
#[inline]
pub fn method_at_once(
    ts: &PyThreadState,
    method: &PyMethodDescrObject,
    args: &[&PyObject],
) -> Option<PyResult> {
    // SAFETY: a method descriptor's definition lives as long as it.
    let entry = entry(unsafe { (*method.d_method.get()).ml_flags.get() })?;
    match (entry.quick, args) {
        (Quick::Attempt, args)
            if !config::always_surrogates() && args.iter().all(|a| replay::is_plain(a)) =>
        {
            method.call_directly::<true>(args)
        }
        (Quick::Attempt, args) if !config::always_surrogates() => {
            adapters::stays_native(&entry.call(ts, method, 0, args))
                .then(|| method.call_directly::<true>(args))
                .flatten()
        }
        (Quick::Convert, [_, rest @ ..])
            if !config::always_surrogates() && rest.iter().all(|a| replay::is_plain(a)) =>
        {
            method.call_directly::<true>(args)
        }
        (Quick::Extend, [list, items]) if !config::always_surrogates() => {
            let list = list.exact::<PyListObject>()?;
            let is_plain = items.is_exact::<PyListObject>() || items.is_exact::<PyTupleObject>();
            is_plain.then(|| list.extend(items).map(|()| singletons::none()))
        }
        (Quick::Codec, [_, names @ ..]) if !adapters::codec_asks(names) => {
            method.call_directly::<true>(args)
        }
        (Quick::Join, [text, items]) if !config::always_surrogates() => {
            let text = text.exact::<Str>()?;
            let items = match items.exact::<PyTupleObject>() {
                Some(tuple) => tuple.items(),
                None => items.exact::<PyListObject>()?.items(),
            };
            // Anything else than text is an error, of which the method itself tells.
            let all_text = items.iter().all(|i| i.is_exact::<Str>());
            // SAFETY: an owned pointer and a borrowed one are the same bits, and none is dropped.
            let items: &[Ref] =
                unsafe { std::slice::from_raw_parts(items.as_ptr().cast(), items.len()) };
            all_text.then(|| str_::join(text, items).map(Ref::into_object))
        }
        _ => None,
    }
}

/// A call that surely runs no Python; `None`: nothing was done.
#[inline]
pub fn quietly(quiet: &mut Quiet<'_>, callable: &PyObject, args: &[&PyObject]) -> Option<PyResult> {
    let (def, first, result);
    if let Some(function) = callable.exact::<PyCFunctionObject>() {
        result = function.call_directly::<false>(args);
        (def, first) = (function.m_ml.get(), 0);
    } else if let Some(method) = callable.exact::<PyMethodDescrObject>() {
        result = method.call_directly::<false>(args);
        (def, first) = (method.d_method.get(), 1);
    } else {
        return classes::instance_quietly(quiet, callable, args);
    }
    if result.is_some() {
        return result;
    }
    // SAFETY: a builtin's definition lives as long as the builtin.
    let flags = unsafe { (*def).ml_flags.get() };
    if flags >> SURROGATE_SHIFT == 0 {
        return Some(call::vectorcall(callable, args, None));
    }
    let entry = entry(flags)?;
    let at_once = match callable.exact::<PyCFunctionObject>() {
        Some(function) => at_once(quiet.ts(), function, args),
        None => method_at_once(quiet.ts(), callable.exact::<PyMethodDescrObject>()?, args),
    };
    match entry.quick {
        Quick::Attempt | Quick::Hash if at_once.is_none() && args.len() >= first => {
            let job = replay::Job {
                number: 0,
                callable: Some(callable),
                args,
                names: None,
            };
            quiet.run(replay::call, &job)
        }
        _ => at_once,
    }
}

/// The call of a builtin function; `None`: it is to be called natively. Arguments are borrowed.
pub fn call_function(
    ts: &PyThreadState,
    function: &PyCFunctionObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Outcome> {
    // SAFETY: a builtin function's definition lives as long as it.
    let flags = unsafe { (*function.m_ml.get()).ml_flags.get() };
    if let Some(begin) = task::calls_of_method(flags) {
        return begin_call(ts, begin(function.m_self.get()?, args, names), || {
            replay::attempt_converting(ts, function, args, names)
        });
    }
    let entry = entry(flags)?;
    let mut call = Call {
        ts,
        callable: function,
        number: entry.number,
        asks: entry.asks,
        first: usize::from(entry.is_method),
        args,
        names,
    };
    if !entry.wants_self {
        return (entry.adapter)(&call);
    }
    let all: smallvec::SmallVec<[&PyObject; 6]> = function
        .m_self
        .get()
        .into_iter()
        .chain(args.iter().copied())
        .collect();
    call.args = &all;
    call.first = 0;
    (entry.adapter)(&call)
}

/// Goes on with a call that was begun; `attempt` makes it as an attempt.
fn begin_call(
    ts: &PyThreadState,
    begun: Option<Begun>,
    attempt: impl FnOnce() -> Outcome,
) -> Option<Outcome> {
    match begun {
        Some(Begun::Attempt) => surrogates::is_loaded().then(attempt),
        begun => calls::begin(ts, begun),
    }
}

/// The call of a builtin method, of which the first argument is its object; `None`: natively.
pub fn call_method(
    ts: &PyThreadState,
    method: &PyMethodDescrObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Outcome> {
    // SAFETY: a method descriptor's definition lives as long as it.
    let flags = unsafe { (*method.d_method.get()).ml_flags.get() };
    if let Some(begin) = task::calls_of_method(flags) {
        let [this, rest @ ..] = args else { return None };
        let of = method.d_common.d_type.get()?;
        if args.len() == names.map_or(0, PyTupleObject::len)
            || !typeobject::is_subtype(this.ty(), of)
        {
            return None;
        }
        return begin_call(ts, begin(this, rest, names), || {
            replay::attempt_converting(ts, method, args, names)
        });
    }
    let entry = entry(flags)?;
    (entry.adapter)(&Call {
        ts,
        callable: method,
        number: entry.number,
        asks: entry.asks,
        first: 0,
        args,
        names,
    })
}

/// A slot as a method (`object.__repr__`): run as an attempt, but for those that change something step by step.
pub fn call_wrapper(
    ts: &PyThreadState,
    callable: &PyObject,
    descr: &PyWrapperDescrObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Outcome> {
    let name = descr.d_common.d_name.get()?;
    if names.is_none_or(|n| n.len() == 0)
        && let Some(outcome) = in_frames(ts, name, descr, args, callable)
    {
        return Some(outcome);
    }
    let excluded = [&names::__next__, &names::__iadd__];
    if excluded.iter().any(|n| name.is(&***n)) || !surrogates::is_loaded() {
        return None;
    }
    if name.is(&**names::__init__)
        && !descr
            .d_common
            .d_type
            .get()
            .is_some_and(fills_from_the_start)
    {
        return None;
    }
    Some(attempt_call(ts, callable, args, names))
}

/// Whether the `__init__` of a builtin type may begin again on the same object.
fn fills_from_the_start(of: &PyTypeObject) -> bool {
    of.is(&*bytearray::PyByteArray_Type)
        || of.tp_flags.get() & flags::tp::ASKS_FIRST != 0 && !task::has_init(of)
}

/// The operator that a method stands for.
fn operator_of(name: &PyObject) -> Option<(BinaryOp, OperatorWay)> {
    use BinaryOp::*;
    use OperatorWay::*;
    let all: [(&names::Name, BinaryOp, OperatorWay); 13] = [
        (&names::__iadd__, Add, InPlace),
        (&names::__iand__, And, InPlace),
        (&names::__ior__, Or, InPlace),
        (&names::__isub__, Subtract, InPlace),
        (&names::__ixor__, Xor, InPlace),
        (&names::__and__, And, Direct),
        (&names::__or__, Or, Direct),
        (&names::__sub__, Subtract, Direct),
        (&names::__xor__, Xor, Direct),
        (&names::__rand__, And, Reflected),
        (&names::__ror__, Or, Reflected),
        (&names::__rsub__, Subtract, Reflected),
        (&names::__rxor__, Xor, Reflected),
    ];
    all.into_iter()
        .find(|(n, ..)| name.is(&***n))
        .map(|(_, op, way)| (op, way))
}

/// `__next__`, `__contains__`, `__init__`, and operators of builtin containers, called as methods, where they may run Python.
fn in_frames(
    ts: &PyThreadState,
    name: &PyObject,
    descr: &PyWrapperDescrObject,
    args: &[&PyObject],
    callable: &PyObject,
) -> Option<Outcome> {
    let bound = callable.exact::<descr::wrapperobject>();
    let this = bound.map_or_else(|| args.first().copied(), |b| b.this.get())?;
    let rest = if bound.is_some() { args } else { &args[1..] };
    let of = descr.d_common.d_type.get()?;
    if !typeobject::is_subtype(this.ty(), of) {
        return None;
    }
    if name.is(&**names::__next__) {
        let is_native = !typeobject::is_python_slot_iternext(this.ty());
        return (rest.is_empty() && is_native && steps_python(this))
            .then(|| surrogates::enter(ts, surrogates::Known::NextOrRaise, &[this]));
    }
    if name.is(&**names::__iadd__) {
        let [other] = rest else { return None };
        if this.is_instance::<PyListObject>() && iterates_python(other) {
            return Some(surrogates::enter(
                ts,
                surrogates::Known::ListAdd,
                &[this, other],
            ));
        }
    }
    if let [other] = rest
        && of.tp_flags.get() & flags::tp::TASKS != 0
        && !replay::is_plain(other)
        && let Some(operator) = operator_of(name)
        && let Some(task) = task::begin_operator_as(of, operator, this, other)
    {
        return Some(replay::run_task(ts, task, 1));
    }
    if name.is(&**names::__contains__) {
        let [item] = rest else { return None };
        let search = task::begin_contains(this, item, false)?;
        return Some(replay::run_task(ts, search, 1));
    }
    if !name.is(&**names::__init__) || rest.iter().all(|a| replay::is_plain(a)) {
        return None;
    }
    let begun = match tuple::from_borrowed(rest) {
        Ok(given) => task::begin_init_as(of, this, &given)?,
        Err(Raised) => return Some(Outcome::Raised),
    };
    Some(replay::run_task(ts, begun, 1))
}

/// A keyword argument's value.
pub(super) fn keyword<'a>(
    name: &str,
    args: &[&'a PyObject],
    names: Option<&PyTupleObject>,
) -> Option<&'a PyObject> {
    let names = names?;
    let positional = args.len() - names.len();
    let at = names
        .items()
        .iter()
        .position(|n| n.downcast::<Str>().is_some_and(|n| n.equals_text(name)))?;
    Some(args[positional + at])
}

/// Whether all keywords are among `known`.
pub(super) fn only_keywords(known: &[&str], names: Option<&PyTupleObject>) -> bool {
    names.is_none_or(|names| {
        names.items().iter().all(|n| {
            n.downcast::<Str>()
                .is_some_and(|n| known.iter().any(|k| n.equals_text(k)))
        })
    })
}

/// The name as an interned str, as attribute look-up wants it.
pub(super) fn interned(name: &Str) -> Ref<Str> {
    let mut name = Ref::new(name);
    str_::intern_in_place(&mut name);
    name
}
