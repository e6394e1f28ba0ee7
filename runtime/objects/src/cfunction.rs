//! `builtin_function_or_method`: calls of builtins, with CPython's texts for wrong arguments, and the binding of keyword parameters.

use crate::def::{getset, noargs, slot};
use crate::*;
use flags::{member, meth, tp};
use smallvec::SmallVec;
use std::mem::{offset_of, transmute};
use std::ptr;
use typeobject::{c_text, static_ref};

builtin!(PyCFunctionObject = PyCFunction_Type);

/// A builtin for a static definition, bound to `this` (a module for module functions).
pub fn new(
    def: &'static PyMethodDef,
    this: Option<&PyObject>,
    module: Option<&PyObject>,
) -> PyResult<Ref<PyCFunctionObject>> {
    let o = mem::create_gc(&PyCFunction_Type, |header| fields(header, def))?;
    o.m_self.set(this.map(Ref::new));
    o.m_module.set(module.map(Ref::new));
    gc::track(&*o);
    Ok(o)
}

/// A builtin whose function wants to know the class that defines it (METH_METHOD).
pub fn new_in_class(
    def: &'static PyMethodDef,
    this: &PyObject,
    class: &PyTypeObject,
) -> PyResult<Ref<PyCFunctionObject>> {
    let o = mem::create_gc(&PyCMethod_Type, |header| PyCMethodObject {
        func: fields(header, def),
        mm_class: Slot::EMPTY,
    })?;
    o.mm_class.set(Some(Ref::new(class)));
    o.func.m_self.set(Some(this.to_ref()));
    gc::track(&*o);
    // SAFETY: the larger structure starts with the smaller one.
    Ok(unsafe { o.cast() })
}

fn fields(header: PyObject, def: &'static PyMethodDef) -> PyCFunctionObject {
    PyCFunctionObject {
        ob_base: header,
        m_ml: Cell::new(def as *const PyMethodDef as *mut PyMethodDef),
        m_self: Slot::EMPTY,
        m_module: Slot::EMPTY,
        m_weakreflist: Slot::EMPTY,
        vectorcall: Cell::new(vectorcall_for(def.ml_flags.get())),
    }
}

impl PyCFunctionObject {
    #[inline(always)]
    pub fn def(&self) -> &PyMethodDef {
        // SAFETY: a builtin's definition outlives it.
        unsafe { &*self.m_ml.get() }
    }
    /// The C function's first argument.
    #[inline(always)]
    fn this(&self) -> &PyObject {
        // The C functions of static methods and unbound builtins expect null, and do not look at it.
        // SAFETY: typed as a reference, but ours never read a null self: tables of modules always bind one.
        match self.m_self.get() {
            Some(this) if self.def().ml_flags.get() & meth::STATIC == 0 => this,
            _ => &singletons::_Py_NoneStruct,
        }
    }
}

// ---- calls ----

impl PyCFunctionObject {
    /// Calls the C function at once, if it takes exactly what is given; `None`: somebody else must see to it.
    /// Functions that a surrogate replaces are for the caller to allow (`REPLACED`).
    #[inline(always)]
    pub fn call_directly<const REPLACED: bool>(&self, args: &[&PyObject]) -> Option<PyResult> {
        let def = self.def();
        let function = def.ml_meth.get()?;
        let flags = def.ml_flags.get();
        let flags = if REPLACED {
            flags & ((1 << meth::SURROGATE_SHIFT) - 1)
        } else {
            flags
        };
        let counts = || errors::enter_native(" while calling a Python object");
        // SAFETY: the flags tell the signature.
        let result = unsafe {
            match (flags, args) {
                (meth::O, [arg]) => {
                    let _guard = match counts() {
                        Ok(guard) => guard,
                        Err(raised) => return Some(Err(raised)),
                    };
                    transmute::<PyCFunction, PyCFunctionPlain>(function)(self.this(), Some(arg))
                }
                (meth::NOARGS, []) => {
                    let _guard = match counts() {
                        Ok(guard) => guard,
                        Err(raised) => return Some(Err(raised)),
                    };
                    transmute::<PyCFunction, PyCFunctionPlain>(function)(self.this(), None)
                }
                (meth::FASTCALL, args) => transmute::<PyCFunction, PyCFunctionFast>(function)(
                    self.this(),
                    Args::from_slice(args),
                    args.len() as isize,
                ),
                (FAST_KEYWORDS, args) => {
                    transmute::<PyCFunction, PyCFunctionFastWithKeywords>(function)(
                        self.this(),
                        Args::from_slice(args),
                        args.len() as isize,
                        None,
                    )
                }
                _ => return None,
            }
        };
        Some(errors::checked(result, self))
    }
}

const FAST_KEYWORDS: i32 = meth::FASTCALL | meth::KEYWORDS;

fn vectorcall_for(ml_flags: i32) -> Option<vectorcallfunc> {
    const KINDS: i32 =
        meth::VARARGS | meth::KEYWORDS | meth::NOARGS | meth::O | meth::FASTCALL | meth::METHOD;
    const METHOD: i32 = meth::METHOD | meth::FASTCALL | meth::KEYWORDS;
    match ml_flags & KINDS {
        meth::NOARGS => Some(call_noargs),
        meth::O => Some(call_o),
        meth::FASTCALL => Some(call_fast),
        FAST_KEYWORDS => Some(call_fast_keywords),
        METHOD => Some(call_method),
        _ => None,
    }
}

/// The C function with the signature that its flags promise.
macro_rules! c_function {
    ($f:expr => $ty:ty) => {
        match $f.def().ml_meth.get() {
            // SAFETY: the flags tell the signature.
            Some(function) => unsafe { transmute::<PyCFunction, $ty>(function) },
            None => return Err(raise!(SystemError, "a builtin without function")),
        }
    };
}

#[inline(always)]
fn unpack<'a>(
    callable: &'a PyObject,
    args: Args<'a>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> (&'a PyCFunctionObject, &'a [&'a PyObject], usize) {
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    let all = args.slice((count + kwnames.map_or(0, |k| k.len())) as isize);
    // SAFETY: the vectorcall functions are only put into builtins.
    (unsafe { callable.cast() }, all, count)
}

#[inline(always)]
fn refuse_keywords(callable: &PyObject, kwnames: Option<&PyTupleObject>) -> PyResult<()> {
    match kwnames {
        Some(names) if names.len() > 0 => Err(takes_no_keywords(callable)),
        _ => Ok(()),
    }
}

extern "C" fn call_noargs(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let (f, _, count) = unpack(callable, args, count, kwnames);
    refuse_keywords(callable, kwnames)?;
    if count != 0 {
        return Err(takes_no_arguments(callable, count));
    }
    let _guard = errors::enter_native(" while calling a Python object")?;
    c_function!(f => PyCFunctionPlain)(f.this(), None)
}

extern "C" fn call_o(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let (f, all, count) = unpack(callable, args, count, kwnames);
    refuse_keywords(callable, kwnames)?;
    if count != 1 {
        return Err(takes_one_argument(callable, count));
    }
    let _guard = errors::enter_native(" while calling a Python object")?;
    c_function!(f => PyCFunctionPlain)(f.this(), Some(all[0]))
}

extern "C" fn call_fast(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let (f, all, count) = unpack(callable, args, count, kwnames);
    refuse_keywords(callable, kwnames)?;
    c_function!(f => PyCFunctionFast)(f.this(), Args::from_slice(all), count as isize)
}

extern "C" fn call_fast_keywords(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let (f, all, count) = unpack(callable, args, count, kwnames);
    c_function!(f => PyCFunctionFastWithKeywords)(
        f.this(),
        Args::from_slice(all),
        count as isize,
        kwnames,
    )
}

extern "C" fn call_method(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let (f, all, count) = unpack(callable, args, count, kwnames);
    // SAFETY: such builtins are made by `new_in_class`.
    let class = unsafe { callable.cast::<PyCMethodObject>() }.mm_class.get();
    let Some(class) = class else {
        return Err(raise!(
            SystemError,
            "a builtin that needs its class has none"
        ));
    };
    c_function!(f => PyCMethod)(f.this(), class, Args::from_slice(all), count, kwnames)
}

/// `tp_call` of builtins: for the kinds that take a tuple (and a dict); the others go through vectorcall.
extern "C" fn cfunction_call(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: U3; slots get a tuple and a dict.
    let (f, args): (&PyCFunctionObject, &PyTupleObject) = unsafe { (this.cast(), args.cast()) };
    let kind = f.def().ml_flags.get();
    if kind & meth::VARARGS == 0 {
        return vectorcall_call(this, args, kwargs);
    }
    if kind & meth::KEYWORDS != 0 {
        return c_function!(f => PyCFunctionWithKeywords)(f.this(), args, kwargs);
    }
    if kwargs.is_some_and(|d| unsafe { d.cast::<PyDictObject>() }.len() > 0) {
        return Err(takes_no_keywords(this));
    }
    c_function!(f => PyCFunctionPlain)(f.this(), Some(args))
}

/// `tp_call` of types whose instances have a vectorcall function (C: `PyVectorcall_Call`).
pub extern "C" fn vectorcall_call(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // A subclass's instances lack the flag (the class may get a `__call__`), but have the field.
    let offset = this.ty().tp_vectorcall_offset.get();
    let function = if offset > 0 {
        // SAFETY: the type says that the field lies there.
        unsafe {
            *(this as *const PyObject as *const u8)
                .offset(offset)
                .cast::<Option<vectorcallfunc>>()
        }
    } else {
        None
    };
    let Some(function) = function else {
        return Err(raise!(
            TypeError,
            "'{}' object does not support vectorcall",
            this.ty().name()
        ));
    };
    // SAFETY: slots get a tuple and a dict.
    let args: &PyTupleObject = unsafe { args.cast() };
    let pairs = kwargs.map_or_else(Vec::new, |d| unsafe { d.cast::<PyDictObject>() }.pairs());
    if pairs.is_empty() {
        return function(this, Args::from_slice(args.items()), args.len(), None);
    }
    let mut all: SmallVec<[&PyObject; 8]> = SmallVec::from_slice(args.items());
    let mut keys = Vec::with_capacity(pairs.len());
    for (key, value) in &pairs {
        if !key.is_instance::<Str>() {
            return Err(raise!(TypeError, "keywords must be strings"));
        }
        keys.push(key.clone());
        all.push(value);
    }
    let names = tuple::from_owned(keys)?;
    function(this, Args::from_slice(&all), args.len(), Some(&names))
}

/// Keyword values as a dict, if there are any.
pub fn keyword_dict(
    kwnames: Option<&PyTupleObject>,
    values: &[&PyObject],
) -> PyResult<Option<Ref<PyDictObject>>> {
    match kwnames.filter(|names| names.len() > 0) {
        None => Ok(None),
        Some(names) => {
            let d = dict::with_capacity(names.len())?;
            for (name, value) in names.items().iter().zip(values) {
                d.set_item(name, value)?;
            }
            Ok(Some(d))
        }
    }
}

// ---- texts ----

/// How messages name a callable: `module.qualname()`, without the module for builtins.
pub fn function_text(callable: &PyObject) -> String {
    let text = || -> PyResult<String> {
        let Some(qualname) = protocol::getattr_opt(callable, &names::__qualname__)? else {
            return Ok(protocol::str(callable)?.to_string_lossy());
        };
        let qualname = protocol::str(&qualname)?.to_string_lossy();
        let module = protocol::getattr_opt(callable, &names::__module__)?;
        Ok(match module.as_ref().and_then(|m| m.downcast::<Str>()) {
            Some(module) if !module.equals_text("builtins") => {
                format!("{}.{qualname}()", module.to_string_lossy())
            }
            _ => format!("{qualname}()"),
        })
    };
    text().unwrap_or_else(|Raised| {
        errors::clear();
        "function".to_string()
    })
}

/// TypeError "f() takes no keyword arguments".
#[cold]
pub fn takes_no_keywords(callable: &PyObject) -> Raised {
    if let Some(f) = callable.downcast::<PyCFunctionObject>()
        && f.def().ml_flags.get() & (meth::BARE_NAME | meth::VARARGS) != 0
    {
        let name = c_text(f.def().ml_name.get());
        return raise!(TypeError, "{name}() takes no keyword arguments");
    }
    raise!(
        TypeError,
        "{} takes no keyword arguments",
        function_text(callable)
    )
}

/// TypeError "f() takes no arguments (1 given)".
#[cold]
pub fn takes_no_arguments(callable: &PyObject, given: usize) -> Raised {
    raise!(
        TypeError,
        "{} takes no arguments ({given} given)",
        function_text(callable)
    )
}

/// TypeError "f() takes exactly one argument (2 given)".
#[cold]
pub fn takes_one_argument(callable: &PyObject, given: usize) -> Raised {
    raise!(
        TypeError,
        "{} takes exactly one argument ({given} given)",
        function_text(callable)
    )
}

fn s(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// TypeError unless min <= count <= max: "pop expected at most 1 argument, got 2".
#[inline]
pub fn check_count(function: &str, count: usize, min: usize, max: usize) -> PyResult<()> {
    if count >= min && count <= max {
        return Ok(());
    }
    Err(wrong_count(function, count, min, max))
}

#[cold]
fn wrong_count(function: &str, count: usize, min: usize, max: usize) -> Raised {
    let (how, n) = if count < min {
        ("at least ", min)
    } else {
        ("at most ", max)
    };
    let how = if min == max { "" } else { how };
    raise!(
        TypeError,
        "{function} expected {how}{n} argument{}, got {count}",
        s(n)
    )
}

/// TypeError "X() takes no keyword arguments" unless empty.
#[inline]
pub fn no_keywords(function: &str, kwargs: Option<&PyObject>) -> PyResult<()> {
    match kwargs.and_then(|d| d.downcast::<PyDictObject>()) {
        Some(d) if d.len() > 0 => Err(raise!(TypeError, "{function}() takes no keyword arguments")),
        _ => Ok(()),
    }
}

// ---- parameters ----

/// The parameters of a builtin with keywords.
pub struct Params {
    pub function: &'static str,
    pub names: &'static [&'static str],
    pub positional_only: usize,
    pub positional: usize,
    pub required: usize,
}

/// One entry per parameter, `None` where not given.
pub type Bound<'a> = SmallVec<[Option<&'a PyObject>; 8]>;

/// Keyword arguments as they come from a caller.
#[derive(Clone, Copy)]
enum Keywords<'a> {
    Array(&'a PyTupleObject, &'a [&'a PyObject]),
    Dict(&'a PyDictObject),
}

impl<'a> Keywords<'a> {
    fn len(self) -> usize {
        match self {
            Keywords::Array(names, _) => names.len(),
            Keywords::Dict(d) => d.len(),
        }
    }

    fn get(self, name: &str) -> Option<&'a PyObject> {
        match self {
            Keywords::Array(names, values) => names
                .items()
                .iter()
                .position(|n| is_text(n, name))
                .map(|i| values[i]),
            // The dict, which the caller keeps, owns the value.
            Keywords::Dict(d) => d.get_text(name).map(|value| static_ref(&*value)),
        }
    }

    fn names(self) -> Vec<Ref> {
        match self {
            Keywords::Array(names, _) => names.items().iter().map(|n| n.to_ref()).collect(),
            Keywords::Dict(d) => d.pairs().into_iter().map(|(key, _)| key).collect(),
        }
    }
}

fn is_text(object: &PyObject, text: &str) -> bool {
    object
        .downcast::<Str>()
        .is_some_and(|s| s.equals_text(text))
}

/// The names of a call's keyword arguments.
pub type Names<'a> = Option<&'a PyTupleObject>;

/// The bound arguments of a FASTCALL|KEYWORDS function, by name: `bind!("pop", ["key", "default"], 1, args, count, names)`, of which one must be given.
#[macro_export]
macro_rules! bind {
    ($name:literal, [$($param:literal),*], $required:literal, $args:expr, $count:expr, $names:expr) => {{
        static PARAMS: $crate::cfunction::Params = $crate::cfunction::Params {
            function: $name,
            names: &[$($param),*],
            positional_only: 0,
            positional: [$($param),*].len(),
            required: $required,
        };
        PARAMS.bind($args, $count, $names)?
    }};
}

impl Params {
    /// Binds a FASTCALL|KEYWORDS argument array: one entry per name, `None` where not given. TypeError with CPython's texts.
    /// `names[..positional_only]` are positional-only, `names[positional..]` keyword-only; the first `required` must be given.
    #[inline]
    pub fn bind<'a>(
        &self,
        args: Args<'a>,
        count: isize,
        kwnames: Option<&'a PyTupleObject>,
    ) -> PyResult<Bound<'a>> {
        let count = count as usize & !flags::VECTORCALL_ARGUMENTS_OFFSET;
        let named = kwnames.map_or(0, |k| k.len());
        let all = args.slice((count + named) as isize);
        match kwnames.filter(|_| named > 0) {
            None => self.bind_positional(all),
            Some(names) => {
                self.bind_all(&all[..count], Some(Keywords::Array(names, &all[count..])))
            }
        }
    }

    /// The same for a tuple and a dict (`tp_new`, `tp_init`).
    pub fn bind_tuple<'a>(
        &self,
        args: &'a PyTupleObject,
        kwargs: Option<&'a PyObject>,
    ) -> PyResult<Bound<'a>> {
        let kwargs = kwargs
            .and_then(|d| d.downcast::<PyDictObject>())
            .filter(|d| d.len() > 0);
        match kwargs {
            None => self.bind_positional(args.items()),
            Some(d) => self.bind_all(args.items(), Some(Keywords::Dict(d))),
        }
    }

    #[inline]
    fn bind_positional<'a>(&self, args: &'a [&'a PyObject]) -> PyResult<Bound<'a>> {
        if args.len() < self.required || args.len() > self.positional {
            return self.bind_all(args, None);
        }
        let mut bound: Bound<'a> = args.iter().map(|o| Some(*o)).collect();
        bound.resize(self.names.len(), None);
        Ok(bound)
    }

    fn bind_all<'a>(
        &self,
        args: &'a [&'a PyObject],
        keywords: Option<Keywords<'a>>,
    ) -> PyResult<Bound<'a>> {
        let f = self.function;
        let (given, named) = (args.len(), keywords.map_or(0, Keywords::len));
        let len = self.names.len();
        if given + named > len {
            let kind = if given == 0 { "keyword " } else { "" };
            return Err(raise!(
                TypeError,
                "{f}() takes at most {len} {kind}argument{} ({} given)",
                s(len),
                given + named
            ));
        }
        let max = self.positional;
        let min = self.required.min(max);
        if given > max {
            if max == 0 {
                return Err(raise!(TypeError, "{f}() takes no positional arguments"));
            }
            let how = if min < max { "at most" } else { "exactly" };
            return Err(raise!(
                TypeError,
                "{f}() takes {how} {max} positional argument{} ({given} given)",
                s(max)
            ));
        }
        let min_only = self.positional_only.min(min);
        if given < min_only {
            let how = if min_only < max {
                "at least"
            } else {
                "exactly"
            };
            return Err(raise!(
                TypeError,
                "{f}() takes {how} {min_only} positional argument{} ({given} given)",
                s(min_only)
            ));
        }
        let mut bound: Bound<'a> = args.iter().map(|o| Some(*o)).collect();
        bound.resize(len, None);
        let mut used = 0;
        for i in given.max(self.positional_only)..len {
            if used < named
                && let Some(value) = keywords.and_then(|k| k.get(self.names[i]))
            {
                bound[i] = Some(value);
                used += 1;
            } else if i < self.required {
                return Err(raise!(
                    TypeError,
                    "{f}() missing required argument '{}' (pos {})",
                    self.names[i],
                    i + 1
                ));
            }
        }
        if let Some(keywords) = keywords
            && used < named
        {
            return Err(self.unexpected(given, keywords));
        }
        Ok(bound)
    }

    #[cold]
    fn unexpected(&self, given: usize, keywords: Keywords<'_>) -> Raised {
        let f = self.function;
        for i in self.positional_only..given {
            if keywords.get(self.names[i]).is_some() {
                return raise!(
                    TypeError,
                    "argument for {f}() given by name ('{}') and position ({})",
                    self.names[i],
                    i + 1
                );
            }
        }
        for name in keywords.names() {
            let Some(text) = name.downcast::<Str>() else {
                return raise!(TypeError, "keywords must be strings");
            };
            if !self.names[self.positional_only..]
                .iter()
                .any(|n| text.equals_text(n))
            {
                return raise!(
                    TypeError,
                    "'{}' is an invalid keyword argument for {f}()",
                    text.to_string_lossy()
                );
            }
        }
        raise!(TypeError, "invalid keyword argument for {f}()")
    }
}

// ---- attributes ----

fn name_object(f: &PyCFunctionObject) -> PyResult {
    Ok(str_::intern(c_text(f.def().ml_name.get()))?.into_object())
}

extern "C" fn get_name(f: &PyCFunctionObject, _: *mut c_void) -> PyResult {
    name_object(f)
}

extern "C" fn get_doc(f: &PyCFunctionObject, _: *mut c_void) -> PyResult {
    descr::doc_object(f.def().ml_name.get(), f.def().ml_doc.get())
}

extern "C" fn get_signature(f: &PyCFunctionObject, _: *mut c_void) -> PyResult {
    descr::signature_object(f.def().ml_name.get(), f.def().ml_doc.get())
}

/// The name alone for module functions, else with the class's qualified name in front.
extern "C" fn get_qualname(f: &PyCFunctionObject, _: *mut c_void) -> PyResult {
    let Some(this) = f
        .m_self
        .get()
        .filter(|o| !o.is_instance::<PyModuleObject>())
    else {
        return name_object(f);
    };
    let class: &PyObject = if this.is_instance::<PyTypeObject>() {
        this
    } else {
        this.ty()
    };
    let of = protocol::getattr(class, &names::__qualname__)?;
    let Some(of) = of.downcast::<Str>() else {
        return Err(raise!(
            TypeError,
            "<method>.__class__.__qualname__ is not a unicode object"
        ));
    };
    Ok(str_::new(&format!(
        "{}.{}",
        of.to_string_lossy(),
        c_text(f.def().ml_name.get())
    ))?
    .into_object())
}

extern "C" fn get_self(f: &PyCFunctionObject, _: *mut c_void) -> PyResult {
    if f.def().ml_flags.get() & meth::STATIC != 0 {
        return Ok(singletons::none());
    }
    Ok(f.m_self.cloned().unwrap_or_else(singletons::none))
}

extern "C" fn reduce(f: &PyCFunctionObject) -> PyResult {
    let name = name_object(f)?;
    match f
        .m_self
        .get()
        .filter(|o| !o.is_instance::<PyModuleObject>())
    {
        None => Ok(name),
        Some(this) => descr::reduce_as_attribute(this, &name),
    }
}

extern "C" fn repr(f: &PyCFunctionObject) -> PyResult {
    let name = c_text(f.def().ml_name.get());
    let text = match f
        .m_self
        .get()
        .filter(|o| !o.is_instance::<PyModuleObject>())
    {
        None => format!("<built-in function {name}>"),
        Some(this) => format!(
            "<built-in method {name} of {} object at {:#x}>",
            this.ty().name(),
            this.as_ptr() as usize
        ),
    };
    Ok(str_::new(&text)?.into_object())
}

extern "C" fn compare(f: &PyCFunctionObject, other: &PyObject, op: c_int) -> PyResult {
    let Some(other) = other.downcast::<PyCFunctionObject>() else {
        return Ok(singletons::not_implemented());
    };
    let function = |f: &PyCFunctionObject| f.def().ml_meth.get().map(|m| m as usize);
    let same = f.m_self.as_ptr() == other.m_self.as_ptr() && function(f) == function(other);
    match op {
        flags::cmp::EQ => Ok(boolean::from(same)),
        flags::cmp::NE => Ok(boolean::from(!same)),
        _ => Ok(singletons::not_implemented()),
    }
}

extern "C" fn hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    let f: &PyCFunctionObject = unsafe { this.cast() };
    let function = f.def().ml_meth.get().map_or(0, |m| m as usize);
    let hash = protocol::hash_address(f.m_self.as_ptr())
        ^ protocol::hash_address(ptr::without_provenance::<u8>(function));
    if hash == -1 { -2 } else { hash }
}

// ---- memory ----

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        gc::trashcan(this, dealloc, |this| {
            let f: &PyCFunctionObject = &*this.cast();
            if !f.m_weakreflist.is_null() {
                weakref::clear_refs(f);
            }
            if f.def().ml_flags.get() & meth::METHOD != 0 && f.is_exact::<PyCMethodObject>() {
                f.cast::<PyCMethodObject>().mm_class.set(None);
            }
            f.m_self.set(None);
            f.m_module.set(None);
            mem::free_instance(this);
        });
    }
}

extern "C" fn traverse(f: &PyCFunctionObject, visit: visitproc, arg: *mut c_void) -> c_int {
    if f.is_exact::<PyCMethodObject>() {
        // SAFETY: just checked.
        if let Some(class) = unsafe { f.cast::<PyCMethodObject>() }.mm_class.get() {
            let answer = visit(class, arg);
            if answer != 0 {
                return answer;
            }
        }
    }
    for field in [&f.m_self, &f.m_module] {
        if let Some(o) = field.get() {
            let answer = visit(o, arg);
            if answer != 0 {
                return answer;
            }
        }
    }
    0
}

static METHODS: [PyMethodDef; 2] = [noargs(c"__reduce__", reduce, c""), PyMethodDef::END];

static GETSET: [PyGetSetDef; 6] = [
    getset(c"__doc__", get_doc, None, c""),
    getset(c"__name__", get_name, None, c""),
    getset(c"__qualname__", get_qualname, None, c""),
    getset(c"__self__", get_self, None, c""),
    getset(c"__text_signature__", get_signature, None, c""),
    PyGetSetDef::END,
];

static MEMBERS: [PyMemberDef; 2] = [
    def::member(
        c"__module__",
        member::OBJECT,
        offset_of!(PyCFunctionObject, m_module),
        0,
        c"",
    ),
    PyMemberDef::END,
];

#[unsafe(no_mangle)]
pub static PyCFunction_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_vectorcall_offset: Cell::new(offset_of!(PyCFunctionObject, vectorcall) as isize),
    tp_repr: slot::unary(repr),
    tp_hash: Cell::new(Some(hash)),
    tp_call: Cell::new(Some(cfunction_call)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::HAVE_VECTORCALL),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::compare(compare),
    tp_weaklistoffset: Cell::new(offset_of!(PyCFunctionObject, m_weakreflist) as isize),
    tp_methods: def::table(&METHODS[0]),
    tp_members: def::table(&MEMBERS[0]),
    tp_getset: def::table(&GETSET[0]),
    ..PyTypeObject::new::<PyCFunctionObject>(c"builtin_function_or_method")
};

builtin!(PyCMethodObject = PyCMethod_Type);

#[unsafe(no_mangle)]
pub static PyCMethod_Type: PyTypeObject = PyTypeObject {
    tp_base: Slot::of(&raw const PyCFunction_Type),
    ..PyTypeObject::new::<PyCMethodObject>(c"builtin_method")
};
