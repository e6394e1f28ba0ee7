//! `_functools`: `partial`, `reduce`, `cmp_to_key`, `lru_cache`'s wrapper.

use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, fast_kw, getset, noargs, one, slot};
use hotpy_objects::flags::tp;
use hotpy_objects::task::{self, Answer, Begun};
use hotpy_objects::*;
use hotpy_vm::asking;
use hotpy_vm::replay::{Job, Quiet};
use smallvec::SmallVec;
use std::cell::RefCell;

// ---- partial ----

#[derive(Default)]
struct Partial {
    function: Held,
    args: Held,
    kwargs: Held,
}

impl Body for Partial {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        visit_all(&[&self.function, &self.args, &self.kwargs], visit)
    }
    fn clear(&self) {
        self.function.take();
        self.args.take();
        self.kwargs.take();
    }
}

type PartialObject = Native<Partial>;

static PartialType: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(partial_new)),
    tp_call: slot::ternary(partial_call),
    tp_repr: slot::unary(partial_repr),
    tp_methods: methods(PARTIAL_METHODS),
    tp_getset: getsets(PARTIAL_GETSET),
    tp_dictoffset: dict_offset::<Partial>(),
    tp_weaklistoffset: weak_offset::<Partial>(),
    tp_flags: BASE_FLAGS,
    tp_doc: Cell::new(
        c"partial(func, *args, **keywords) - new function with some arguments given already."
            .as_ptr(),
    ),
    ..native_type::<Partial>(c"functools.partial")
};
builtin!(PartialObject = PartialType);

extern "C" fn partial_new(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    let Some((function, rest)) = args_tuple(args).items().split_first() else {
        return Err(raise!(
            TypeError,
            "type 'partial' takes at least one argument"
        ));
    };
    if !protocol::callable(function) {
        return Err(raise!(TypeError, "the first argument must be callable"));
    }
    let new_kwargs = kwargs.and_then(|k| k.downcast::<PyDictObject>());
    // A partial of a partial is flattened, if nobody has put attributes on the inner one.
    let inner = function
        .exact::<PartialObject>()
        .filter(|p| p.dict.is_null() && ty.is(&*PartialType));
    let (function, all, keywords) = match inner {
        Some(inner) => {
            let before = inner.args.or_none();
            let mut all: Vec<Ref> = args_tuple(&before)
                .items()
                .iter()
                .map(|a| a.to_ref())
                .collect();
            all.extend(rest.iter().map(|a| a.to_ref()));
            let before = inner.kwargs.or_none();
            let keywords = match before.downcast::<PyDictObject>() {
                Some(d) => d.copy()?,
                None => dict::new()?,
            };
            (inner.function.or_none(), tuple::from_owned(all)?, keywords)
        }
        None => (function.to_ref(), tuple::from_borrowed(rest)?, dict::new()?),
    };
    if let Some(more) = new_kwargs {
        keywords.merge(more, true)?;
    }
    let body = Partial {
        function: Held::new(Some(function)),
        args: Held::new(Some(all.into_object())),
        kwargs: Held::new(Some(keywords.into_object())),
    };
    Ok(new_native(ty, body)?.into_object())
}

impl Partial {
    /// The call that a call of this one stands for.
    fn call(
        &self,
        args: &[&PyObject],
        kwargs: Option<&PyDictObject>,
    ) -> PyResult<(Ref, Ref<PyTupleObject>, Option<Ref<PyDictObject>>)> {
        let (given, keywords) = (self.args.or_none(), self.kwargs.or_none());
        let given = args_tuple(&given).items();
        let all: Vec<&PyObject> = given.iter().chain(args).copied().collect();
        let own = keywords.downcast::<PyDictObject>().filter(|d| d.len() > 0);
        let new = kwargs.filter(|d| d.len() > 0);
        let merged = match (own, new) {
            (None, new) => new.map(Ref::new),
            (Some(own), new) => {
                let merged = own.copy()?;
                if let Some(new) = new {
                    merged.merge(new, true)?;
                }
                Some(merged)
            }
        };
        Ok((self.function.or_none(), tuple::from_borrowed(&all)?, merged))
    }
}

impl Partial {
    /// The call, if it is one without keywords that runs no Python.
    fn quietly(&self, args: &[&PyObject]) -> Option<PyResult> {
        let (function, given, keywords) =
            (self.function.get()?, self.args.get()?, self.kwargs.get()?);
        let runs_python = function.is_exact::<PyFunctionObject>();
        if runs_python || keywords.downcast::<PyDictObject>()?.len() > 0 {
            return None;
        }
        let mut all: SmallVec<[&PyObject; 6]> = SmallVec::from_slice(args_tuple(&given).items());
        all.extend_from_slice(args);
        asking::call_quietly(&mut Quiet::new(tstate()), &function, &all)
    }

    /// All arguments of a call without keywords, if it brings none of its own.
    fn plain_args(&self, args: &[&PyObject]) -> Option<SmallVec<[Ref; 4]>> {
        let keywords = self.kwargs.or_none();
        if keywords.downcast::<PyDictObject>()?.len() > 0 {
            return None;
        }
        let given = self.args.or_none();
        let given = args_tuple(&given).items();
        let mut all = SmallVec::with_capacity(given.len() + args.len());
        for a in given {
            all.push(a.to_ref());
        }
        for a in args {
            all.push(a.to_ref());
        }
        Some(all)
    }
}

extern "C" fn partial_call(
    this: &PartialObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    let kwargs = kwargs.and_then(|k| k.downcast::<PyDictObject>());
    let (function, args, kwargs) = this.call(args_tuple(args).items(), kwargs)?;
    call::call_ex(&function, &args, kwargs.as_deref())
}

/// The same from bytecode: the call is made in the place of this one.
fn begin_partial(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let this = this.downcast::<PartialObject>()?;
    if names.is_none() {
        if let Some(result) = this.quietly(args) {
            return Some(Begun::Done(result));
        }
        if let Some(args) = this.plain_args(args) {
            return Some(Begun::Args(this.function.or_none(), args));
        }
    }
    let begun =
        given(args, names).and_then(|(args, kwargs)| this.call(args.items(), kwargs.as_deref()));
    Some(match begun {
        Ok((function, args, kwargs)) => Begun::Call(function, args, kwargs),
        Err(raised) => Begun::Done(Err(raised)),
    })
}

extern "C" fn partial_repr(this: &PartialObject) -> PyResult {
    task::run(partial_shown(this))
}

/// An object counts as being printed.
struct Printed(Ref);

impl Drop for Printed {
    fn drop(&mut self) {
        protocol::repr_leave(&self.0);
    }
}

async fn partial_shown(this: &PartialObject) -> PyResult {
    let ty = this.object().ty();
    let name = if ty.is(&*PartialType) {
        "functools.partial".to_owned()
    } else {
        ty.name().to_owned()
    };
    if protocol::repr_enter(this.object())? {
        return text("...");
    }
    let _printed = Printed(this.to_ref());
    let shown_of = async |object: &PyObject| -> PyResult<String> {
        let shown = task::repr(object).await?;
        Ok(protocol::str(&shown)?.to_string_lossy())
    };
    let mut shown = vec![shown_of(&this.function.or_none()).await?];
    let args = this.args.or_none();
    for item in args_tuple(&args).items() {
        shown.push(shown_of(item).await?);
    }
    let kwargs = this.kwargs.or_none();
    let pairs = kwargs
        .downcast::<PyDictObject>()
        .map_or_else(Vec::new, |kwargs| kwargs.pairs());
    for (key, value) in pairs {
        let key = task::str(&key).await?;
        let key = protocol::str(&key)?.to_string_lossy();
        shown.push(format!("{key}={}", shown_of(&value).await?));
    }
    text(&format!("{name}({})", shown.join(", ")))
}

/// The same from bytecode.
fn begin_shown(this: &PyObject) -> Option<task::Task> {
    // SAFETY: it is registered for the type.
    let this: Ref<PartialObject> = unsafe { this.to_ref().cast() };
    Some(Box::pin(
        async move { partial_shown(&this).await.map(Some) },
    ))
}

extern "C" fn partial_reduce(this: &PartialObject) -> PyResult {
    let dict = this.dict.cloned().unwrap_or_else(singletons::none);
    tuple(vec![
        this.object().ty().to_ref(),
        tuple(vec![this.function.or_none()])?,
        tuple(vec![
            this.function.or_none(),
            this.args.or_none(),
            this.kwargs.or_none(),
            dict,
        ])?,
    ])
}

extern "C" fn partial_setstate(this: &PartialObject, state: &PyObject) -> PyResult {
    let bad = || raise!(TypeError, "invalid partial state");
    let Some(items) = state.downcast::<PyTupleObject>().filter(|t| t.len() == 4) else {
        return Err(bad());
    };
    let items = items.items();
    let kwargs = not_none(Some(items[2]));
    if !protocol::callable(items[0])
        || !items[1].is_instance::<PyTupleObject>()
        || kwargs.is_some_and(|k| !k.is_instance::<PyDictObject>())
    {
        return Err(bad());
    }
    let args = if items[1].is_exact::<PyTupleObject>() {
        items[1].to_ref()
    } else {
        tuple(protocol::collect(items[1])?)?
    };
    let kwargs = match kwargs.and_then(|k| k.downcast::<PyDictObject>()) {
        Some(d) if d.is_exact::<PyDictObject>() => Ref::new(d).into_object(),
        Some(d) => d.copy()?.into_object(),
        None => dict::new()?.into_object(),
    };
    this.function.set(Some(items[0].to_ref()));
    this.args.set(Some(args));
    this.kwargs.set(Some(kwargs));
    this.dict.set(not_none(Some(items[3])).map(|d| d.to_ref()));
    none()
}

extern "C" fn partial_func(this: &PartialObject, _: *mut c_void) -> PyResult {
    Ok(this.function.or_none())
}

extern "C" fn partial_args(this: &PartialObject, _: *mut c_void) -> PyResult {
    Ok(this.args.or_none())
}

extern "C" fn partial_keywords(this: &PartialObject, _: *mut c_void) -> PyResult {
    Ok(this.kwargs.or_none())
}

static_table! {
static PARTIAL_METHODS: [PyMethodDef] = [
    noargs(c"__reduce__", partial_reduce, c""),
    one(c"__setstate__", partial_setstate, c""),
    def::class_method(one(c"__class_getitem__", generic_alias::class_getitem, c"See PEP 585")),
    PyMethodDef::END,
];
}

static_table! {
static PARTIAL_GETSET: [PyGetSetDef] = [
    getset(c"func", partial_func, None, c"the function"),
    getset(c"args", partial_args, None, c"the arguments given already"),
    getset(c"keywords", partial_keywords, None, c"the keyword arguments given already"),
    getset(c"__dict__", get_dict::<Partial>, Some(set_dict::<Partial>), c""),
    PyGetSetDef::END,
];
}

// ---- reduce ----

extern "C" fn reduce(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("reduce", args.len(), 2, 3)?;
    let iterator = match protocol::iter(args[1]) {
        Ok(iterator) => iterator,
        Err(raised) => {
            if errors::matches(&exceptions::TypeError) {
                return Err(raise!(TypeError, "reduce() arg 2 must support iteration"));
            }
            return Err(raised);
        }
    };
    let mut result = args.get(2).map(|o| o.to_ref());
    while let Some(item) = protocol::next(&iterator)? {
        result = Some(match result {
            None => item,
            Some(before) => call::call(args[0], &[&before, &item])?,
        });
    }
    result.ok_or_else(|| {
        raise!(
            TypeError,
            "reduce() of empty iterable with no initial value"
        )
    })
}

// ---- cmp_to_key ----

#[derive(Default)]
struct Key {
    compare: Held,
    object: Held,
}

impl Body for Key {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        visit_all(&[&self.compare, &self.object], visit)
    }
    fn clear(&self) {
        self.compare.take();
        self.object.take();
    }
}

type KeyObject = Native<Key>;

static KeyType: PyTypeObject = PyTypeObject {
    tp_call: slot::ternary(key_call),
    tp_richcompare: slot::compare(key_compare),
    tp_hash: Cell::new(Some(protocol::PyObject_HashNotImplemented)),
    tp_getset: getsets(KEY_GETSET),
    ..native_type::<Key>(c"functools.KeyWrapper")
};

extern "C" fn key_call(this: &KeyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    static PARAMS: Params = Params {
        function: "K",
        names: &["obj"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let object = PARAMS.bind_tuple(args_tuple(args), kwargs)?[0].map(|o| o.to_ref());
    let body = Key {
        compare: Held::new(this.compare.get()),
        object: Held::new(object),
    };
    Ok(new_native(&KeyType, body)?.into_object())
}

extern "C" fn key_compare(this: &KeyObject, other: &PyObject, op: c_int) -> PyResult {
    if !other.ty().is(&*KeyType) {
        return Err(raise!(TypeError, "other argument must be K instance"));
    }
    // SAFETY: the type was checked.
    let other: &KeyObject = unsafe { other.cast() };
    let (Some(x), Some(y)) = (this.object.get(), other.object.get()) else {
        return Err(raise!(AttributeError, "object"));
    };
    let answer = call::call(&this.compare.or_none(), &[&x, &y])?;
    protocol::compare(&answer, &*int(0)?, op)
}

extern "C" fn key_get(this: &KeyObject, _: *mut c_void) -> PyResult {
    this.object
        .get()
        .ok_or_else(|| raise!(AttributeError, "obj"))
}

extern "C" fn key_set(this: &KeyObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    this.object.set(value.map(|v| v.to_ref()));
    0
}

static_table! {
static KEY_GETSET: [PyGetSetDef] = [
    getset(c"obj", key_get, Some(key_set), c"Value wrapped by a key function."),
    PyGetSetDef::END,
];
}

extern "C" fn cmp_to_key(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "cmp_to_key",
        names: &["mycmp"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let compare = PARAMS.bind(args, count, kwnames)?[0].map(|o| o.to_ref());
    Ok(new_native(
        &KeyType,
        Key {
            compare: Held::new(compare),
            object: Held::default(),
        },
    )?
    .into_object())
}

// ---- lru_cache ----

/// Remembered results: a dict from keys to the numbers of entries.
#[derive(Default)]
struct Cache {
    function: Held,
    info_type: Held,
    keys: Held,
    /// -1: no limit; 0: nothing is remembered.
    limit: Cell<isize>,
    typed: Cell<bool>,
    hits: Cell<i64>,
    misses: Cell<i64>,
    entries: RefCell<Entries>,
}

struct Entry {
    key: Ref,
    hash: isize,
    value: Ref,
    before: usize,
    after: usize,
}

/// No entry.
const NONE: usize = usize::MAX;

/// Entries by number, in a chain from the one that is oldest in use to the newest.
struct Entries {
    all: Vec<Option<Entry>>,
    free: Vec<usize>,
    first: usize,
    last: usize,
}

impl Default for Entries {
    fn default() -> Self {
        Entries {
            all: Vec::new(),
            free: Vec::new(),
            first: NONE,
            last: NONE,
        }
    }
}

impl Entries {
    fn entry(&mut self, number: usize) -> Option<&mut Entry> {
        self.all.get_mut(number)?.as_mut()
    }

    /// Takes an entry out of the chain; its value. `None`: there is none of that number.
    fn unlink(&mut self, number: usize) -> Option<Ref> {
        let Entry {
            value,
            before,
            after,
            ..
        } = self.entry(number)?;
        let (value, before, after) = (value.clone(), *before, *after);
        match self.entry(before) {
            Some(entry) => entry.after = after,
            None => self.first = after,
        }
        match self.entry(after) {
            Some(entry) => entry.before = before,
            None => self.last = before,
        }
        Some(value)
    }

    /// Puts an entry that is in no chain at its end.
    fn link(&mut self, number: usize) {
        let last = std::mem::replace(&mut self.last, number);
        if let Some(entry) = self.entry(number) {
            (entry.before, entry.after) = (last, NONE);
        }
        match self.entry(last) {
            Some(entry) => entry.after = number,
            None => self.first = number,
        }
    }

    /// A number that is free.
    fn number(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.all.push(None);
            self.all.len() - 1
        })
    }

    /// The oldest entry's key, with its hash.
    fn oldest(&mut self) -> Option<(Ref, isize)> {
        let first = self.first;
        self.entry(first).map(|e| (e.key.clone(), e.hash))
    }

    /// Takes the oldest entry out.
    fn pop_first(&mut self) -> Option<Entry> {
        let number = self.first;
        self.unlink(number)?;
        self.free.push(number);
        self.all.get_mut(number)?.take()
    }
}

impl Body for Cache {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        let answer = visit_all(&[&self.function, &self.info_type, &self.keys], visit);
        if answer != 0 {
            return answer;
        }
        if let Ok(entries) = self.entries.try_borrow() {
            for entry in entries.all.iter().flatten() {
                for object in [&entry.key, &entry.value] {
                    let answer = visit(object);
                    if answer != 0 {
                        return answer;
                    }
                }
            }
        }
        0
    }
    fn clear(&self) {
        let entries = self.entries.take();
        self.keys.take();
        drop(entries);
        self.function.take();
        self.info_type.take();
    }
}

type CacheObject = Native<Cache>;

static CacheType: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(cache_new)),
    tp_call: slot::ternary(cache_call),
    tp_descr_get: slot::descr_get(cache_get),
    tp_methods: methods(CACHE_METHODS),
    tp_getset: getsets(CACHE_GETSET),
    tp_dictoffset: dict_offset::<Cache>(),
    tp_weaklistoffset: weak_offset::<Cache>(),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE | tp::METHOD_DESCRIPTOR),
    ..native_type::<Cache>(c"functools._lru_cache_wrapper")
};

extern "C" fn cache_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    static PARAMS: Params = Params {
        function: "lru_cache",
        names: &["user_function", "maxsize", "typed", "cache_info_type"],
        positional_only: 0,
        positional: 4,
        required: 4,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    let (Some(function), Some(limit), Some(info)) = (a[0], a[1], a[3]) else {
        return none();
    };
    if !protocol::callable(function) {
        return Err(raise!(TypeError, "the first argument must be callable"));
    }
    let limit = match not_none(Some(limit)) {
        None => -1,
        Some(o) if number::has_index(o) => isize_arg(o)?.max(0),
        Some(_) => return Err(raise!(TypeError, "maxsize should be integer or None")),
    };
    let body = Cache {
        function: Held::new(Some(function.to_ref())),
        info_type: Held::new(Some(info.to_ref())),
        keys: Held::new(Some(dict::new()?.into_object())),
        limit: Cell::new(limit),
        typed: Cell::new(bool_arg(a[2], false)?),
        ..Cache::default()
    };
    Ok(new_native(ty, body)?.into_object())
}

/// Separates positional from keyword arguments in a key.
static KEYWORD_MARK: Global = Global::EMPTY;

impl Cache {
    /// The arguments as one hashable key.
    fn key(&self, args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> PyResult {
        let pairs = kwargs.filter(|d| d.len() > 0).map(|d| d.pairs());
        if pairs.is_none() && !self.typed.get() {
            if let [only] = args.items()
                && (only.is_exact::<Str>() || only.is_exact::<PyLongObject>())
            {
                return Ok(only.to_ref());
            }
            return Ok(Ref::new(args).into_object());
        }
        let mut parts: Vec<Ref> = args.items().iter().map(|a| a.to_ref()).collect();
        if let Some(pairs) = &pairs {
            parts.push(KEYWORD_MARK.or_none());
            for (key, value) in pairs {
                parts.push(key.clone());
                parts.push(value.clone());
            }
        }
        if self.typed.get() {
            parts.extend(args.items().iter().map(|a| a.ty().to_ref()));
            for (_, value) in pairs.iter().flatten() {
                parts.push(value.ty().to_ref());
            }
        }
        tuple(parts)
    }

    fn dict(&self) -> PyResult<Ref<PyDictObject>> {
        match self.keys.get() {
            // SAFETY: only a dict is put there.
            Some(keys) => Ok(unsafe { keys.cast() }),
            None => Err(raise!(
                RuntimeError,
                "the cache has been cleared by the collector"
            )),
        }
    }
}

impl Cache {
    /// The value remembered for a key, which now is the most recently used.
    fn recall(&self, key: &PyObject, hash: isize) -> Answer {
        let Some(found) = self.dict()?.get_hashed(key, hash)? else {
            return Ok(None);
        };
        if self.limit.get() < 0 {
            self.hits.set(self.hits.get() + 1);
            return Ok(Some(found));
        }
        let number = i64_arg(&found)? as usize;
        let mut entries = self.entries.borrow_mut();
        let Some(value) = entries.unlink(number) else {
            return Ok(None);
        };
        entries.link(number);
        self.hits.set(self.hits.get() + 1);
        Ok(Some(value))
    }

    fn remember(&self, key: &PyObject, hash: isize, value: &PyObject) -> PyResult<()> {
        let keys = self.dict()?;
        if self.limit.get() < 0 {
            return keys.set_hashed(key, hash, value);
        }
        // The call may have stored the key itself.
        if keys.get_hashed(key, hash)?.is_some() {
            return Ok(());
        }
        if keys.len() as isize >= self.limit.get() {
            // Its key's look-up may ask: only then is it gone.
            let oldest = self.entries.borrow_mut().oldest();
            if let Some((key, hash)) = oldest {
                keys.pop_hashed(&key, hash)?;
                let gone = self.entries.borrow_mut().pop_first();
                drop(gone);
            }
        }
        let number = self.entries.borrow_mut().number();
        if let Err(raised) = keys.set_hashed(key, hash, &*int(number as i64)?) {
            self.entries.borrow_mut().free.push(number);
            return Err(raised);
        }
        let entry = Entry {
            key: key.to_ref(),
            hash,
            value: value.to_ref(),
            before: NONE,
            after: NONE,
        };
        let mut entries = self.entries.borrow_mut();
        entries.all[number] = Some(entry);
        entries.link(number);
        Ok(())
    }

    /// A value that is remembered for plain arguments, if it is found without asking Python.
    fn recall_quietly(&self, args: &[&PyObject]) -> Option<PyResult> {
        struct Wanted<'a> {
            cache: &'a Cache,
            hash: isize,
            found: Cell<Option<Ref>>,
        }
        fn recall(job: &Job<'_>) -> PyResult {
            // SAFETY: the number is the address that is put there below.
            let wanted = unsafe { &*(job.number as *const Wanted<'_>) };
            wanted
                .found
                .set(wanted.cache.recall(job.args[0], wanted.hash)?);
            none()
        }
        if self.typed.get()
            || self.limit.get() == 0
            || args.iter().any(|a| a.ty().tp_flags.get() & tp::PLAIN == 0)
        {
            return None;
        }
        let key = match args {
            [only] if only.is_exact::<Str>() || only.is_exact::<PyLongObject>() => only.to_ref(),
            _ => tuple::from_borrowed(args).ok()?.into_object(),
        };
        let wanted = Wanted {
            cache: self,
            hash: protocol::hash(&key).ok()?,
            found: Cell::new(None),
        };
        let job = [&*key];
        let job = Job::new(&raw const wanted as usize, &job);
        match Quiet::new(tstate()).run(recall, &job)? {
            Ok(_) => wanted.found.take().map(Ok),
            Err(raised) => Some(Err(raised)),
        }
    }
}

fn cache_of(object: &PyObject) -> &Cache {
    // SAFETY: the jobs below are given one.
    &unsafe { object.cast::<CacheObject>() }.body
}

async fn cached(
    this: Ref<CacheObject>,
    args: Ref<PyTupleObject>,
    kwargs: Option<Ref<PyDictObject>>,
) -> PyResult {
    let function = this.function.or_none();
    if this.limit.get() == 0 {
        this.misses.set(this.misses.get() + 1);
        return task::call_tuple(&function, args, kwargs).await;
    }
    let key = this.key(&args, kwargs.as_deref())?;
    let hash = task::attempt(|a| Ok(Some(int(protocol::hash(a[0])? as i64)?)), &[&key]).await?;
    let hash = hash.unwrap_or_else(singletons::none);
    let recall: task::Native = |a| cache_of(a[0]).recall(a[1], isize_arg(a[2])?);
    if let Some(value) = task::attempt(recall, &[this.object(), &key, &hash]).await? {
        return Ok(value);
    }
    this.misses.set(this.misses.get() + 1);
    let value = task::call_tuple(&function, args, kwargs).await?;
    let remember: task::Native = |a| {
        cache_of(a[0]).remember(a[1], isize_arg(a[2])?, a[3])?;
        Ok(None)
    };
    task::attempt(remember, &[this.object(), &key, &hash, &value]).await?;
    Ok(value)
}

extern "C" fn cache_call(
    this: &CacheObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    let kwargs = kwargs.and_then(|k| k.downcast::<PyDictObject>());
    let args = Ref::new(args_tuple(args));
    task::run(cached(Ref::new(this), args, kwargs.map(Ref::new)))
}

/// A call from bytecode: the function runs in a frame.
fn begin_cached(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    // SAFETY: calls of this type's instances begin here.
    let this: Ref<CacheObject> = unsafe { this.to_ref().cast() };
    if names.is_none()
        && let Some(result) = this.recall_quietly(args)
    {
        return Some(Begun::Done(result));
    }
    Some(match given(args, names) {
        Ok((args, kwargs)) => Begun::Task(Box::pin(async {
            cached(this, args, kwargs).await.map(Some)
        })),
        Err(raised) => Begun::Done(Err(raised)),
    })
}

extern "C" fn cache_get(
    this: &CacheObject,
    instance: Option<&PyObject>,
    _: Option<&PyObject>,
) -> PyResult {
    match instance.filter(|o| !singletons::is_none(*o)) {
        None => Ok(this.to_ref()),
        Some(instance) => Ok(method::new(this.object(), instance)?.into_object()),
    }
}

extern "C" fn cache_info(this: &CacheObject) -> PyResult {
    let limit = match this.limit.get() {
        -1 => singletons::none(),
        n => int(n as i64)?,
    };
    let size = int(this.dict()?.len() as i64)?;
    call::call(
        &this.info_type.or_none(),
        &[
            &*int(this.hits.get())?,
            &*int(this.misses.get())?,
            &limit,
            &size,
        ],
    )
}

extern "C" fn cache_clear(this: &CacheObject) -> PyResult {
    let entries = this.entries.take();
    this.hits.set(0);
    this.misses.set(0);
    this.dict()?.clear();
    drop(entries);
    none()
}

extern "C" fn cache_reduce(this: &CacheObject) -> PyResult {
    protocol::getattr(this.object(), &names::__qualname__)
}

extern "C" fn cache_copy(this: &CacheObject) -> PyResult {
    Ok(this.to_ref())
}

extern "C" fn cache_deepcopy(this: &CacheObject, _: &PyObject) -> PyResult {
    Ok(this.to_ref())
}

static_table! {
static CACHE_METHODS: [PyMethodDef] = [
    noargs(c"cache_info", cache_info, c"Statistics of the cache."),
    noargs(c"cache_clear", cache_clear, c"Forgets all results."),
    noargs(c"__reduce__", cache_reduce, c""),
    noargs(c"__copy__", cache_copy, c""),
    one(c"__deepcopy__", cache_deepcopy, c""),
    PyMethodDef::END,
];
}

static_table! {
static CACHE_GETSET: [PyGetSetDef] = [
    getset(c"__dict__", get_dict::<Cache>, Some(set_dict::<Cache>), c""),
    PyGetSetDef::END,
];
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast::<PyObject>(c"reduce", reduce, c"reduce(function, iterable[, initial]) -> value\n\nCombines the items from left to right."),
    fast_kw::<PyObject>(c"cmp_to_key", cmp_to_key, c"cmp_to_key(mycmp) -> key function\n\nA key function from a comparison function."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods("_functools", "Tools that work on functions.", METHODS)?;
    typeobject::ready(&KeyType)?;
    add_type(&module, &PartialType)?;
    add_type(&module, &CacheType)?;
    task::register_calls(&PartialType, begin_partial);
    task::register_shown(&PartialType, begin_shown);
    task::register_calls(&CacheType, begin_cached);
    // Comparing keys asks the function before anything else.
    KeyType.tp_flags.set(KeyType.tp_flags.get() | tp::CORE);
    // So does showing what a partial holds.
    PartialType
        .tp_flags
        .set(PartialType.tp_flags.get() | tp::CORE);
    if let Some(reduce) = module.dict().get_text("reduce") {
        hotpy_vm::builtin_calls::mark_function(&reduce, "functools.reduce");
    }
    KEYWORD_MARK.set(Some(call::call0(&object::PyBaseObject_Type)?));
    Ok(module)
}
