//! `contextvars`: contexts, variables, tokens.
//!
//! A context maps variables to values in a mapping that never changes ([`hamt`]): copying is cheap, as every task of an event loop wants it. The thread state holds the running context; a variable caches its value together with
//! the thread state's `context_ver`, which changes whenever the running context does.

use crate::def::{Downcast, class_method, fast, fast_kw, getset, member, noargs, one, slot, table};
use crate::flags::{self, tp};
use crate::hamt::{self, Hamt};
use crate::*;
use std::mem::offset_of;
use std::ptr;

builtin!(PyContext = PyContext_Type);
builtin!(PyContextVar = PyContextVar_Type);
builtin!(PyContextToken = PyContextToken_Type);

// ---- contexts ----

fn vars(c: &PyContext) -> &Hamt {
    // SAFETY: a context has a mapping from its creation on.
    unsafe { &*c.ctx_vars.get().cast() }
}

fn new_with(vars: Ref<Hamt>) -> PyResult<Ref<PyContext>> {
    let c = mem::create_gc(&PyContext_Type, |header| PyContext {
        ob_base: header,
        ctx_prev: Cell::new(ptr::null_mut()),
        ctx_vars: Cell::new(vars.into_raw().cast()),
        ctx_weakreflist: Slot::EMPTY,
        ctx_entered: Cell::new(0),
    })?;
    gc::track(&*c);
    Ok(c)
}

/// An empty context. Raises MemoryError.
pub fn new() -> PyResult<Ref<PyContext>> {
    new_with(hamt::new()?)
}

/// A context with the same values.
pub fn copy(c: &PyContext) -> PyResult<Ref<PyContext>> {
    new_with(Ref::new(vars(c)))
}

/// The running context, made at its first use.
pub fn current() -> PyResult<Ref<PyContext>> {
    let ts = tstate();
    if let Some(c) = ts.context.get() {
        // SAFETY: only contexts are put there.
        return Ok(Ref::new(unsafe { c.cast() }));
    }
    let c = new()?;
    ts.context.set(Some(c.clone().into_object()));
    changed(ts);
    Ok(c)
}

fn changed(ts: &PyThreadState) {
    ts.context_ver.set(ts.context_ver.get() + 1);
}

/// Makes the context the running one. RuntimeError if it is running somewhere.
pub fn enter(c: &PyContext) -> PyResult<()> {
    if c.ctx_entered.get() != 0 {
        return Err(raise!(
            RuntimeError,
            "cannot enter context: {} is already entered",
            protocol::repr(c)?.to_string_lossy()
        ));
    }
    let ts = tstate();
    let before = ts.context.replace(Some(Ref::new(c).into_object()));
    c.ctx_prev
        .set(before.map_or(ptr::null_mut(), |b| b.into_raw().cast()));
    c.ctx_entered.set(1);
    changed(ts);
    Ok(())
}

/// Goes back to the context before. RuntimeError if it is not the running one.
pub fn exit(c: &PyContext) -> PyResult<()> {
    if c.ctx_entered.get() == 0 {
        return Err(raise!(
            RuntimeError,
            "cannot exit context: {} has not been entered",
            protocol::repr(c)?.to_string_lossy()
        ));
    }
    let ts = tstate();
    if !ptr::eq(ts.context.as_ptr(), c.as_ptr()) {
        return Err(raise!(
            RuntimeError,
            "cannot exit context: thread state references a different context object"
        ));
    }
    // SAFETY: `enter` put a reference there, or null.
    let before = unsafe { Ref::from_owned_opt(c.ctx_prev.replace(ptr::null_mut()).cast()) };
    c.ctx_entered.set(0);
    let this = ts.context.replace(before);
    changed(ts);
    drop(this);
    Ok(())
}

/// Sets (or removes) a variable: the context gets another mapping.
fn assign(c: &PyContext, var: &PyContextVar, value: Option<&PyObject>) -> PyResult<()> {
    let changed = match value {
        Some(value) => vars(c).with(var, value)?,
        None => vars(c).without(var)?,
    };
    let before = c.ctx_vars.replace(changed.into_raw().cast());
    // SAFETY: the context owned its mapping.
    drop(unsafe { Ref::from_owned(before.cast::<Hamt>()) });
    Ok(())
}

fn key_error(key: &PyObject) -> Raised {
    match protocol::repr(key) {
        Ok(shown) => raise!(
            TypeError,
            "a ContextVar key was expected, got {}",
            shown.to_string_lossy()
        ),
        Err(raised) => raised,
    }
}

fn find(c: &PyContext, key: &PyObject) -> PyResult<Option<Ref>> {
    if !key.is_exact::<PyContextVar>() {
        return Err(key_error(key));
    }
    vars(c).find(key)
}

extern "C" fn context_new(
    _: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    let any = args
        .downcast::<PyTupleObject>()
        .is_some_and(|t| !t.is_empty())
        || kwargs
            .and_then(|k| k.downcast::<PyDictObject>())
            .is_some_and(|d| d.len() > 0);
    if any {
        return Err(raise!(TypeError, "Context() does not accept any arguments"));
    }
    Ok(new()?.into_object())
}

extern "C" fn context_traverse(c: &PyContext, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: both are objects or null.
    for object in unsafe {
        [
            c.ctx_prev.get().cast::<PyObject>().as_ref(),
            c.ctx_vars.get().cast::<PyObject>().as_ref(),
        ]
    }
    .into_iter()
    .flatten()
    {
        let answer = visit(object, arg);
        if answer != 0 {
            return answer;
        }
    }
    0
}

extern "C" fn context_clear(c: &PyContext) -> c_int {
    // SAFETY: the context owns both; it is never without a mapping.
    unsafe {
        drop(Ref::<PyObject>::from_owned_opt(
            c.ctx_prev.replace(ptr::null_mut()).cast(),
        ));
        if let Ok(empty) = hamt::new() {
            drop(Ref::<PyObject>::from_owned_opt(
                c.ctx_vars.replace(empty.into_raw().cast()).cast(),
            ));
        }
    }
    0
}

unsafe extern "C" fn context_dealloc(op: *mut PyObject) {
    // SAFETY: tp_dealloc: the fields are ours.
    unsafe {
        gc::untrack(&*op);
        let c: &PyContext = &*op.cast();
        if !c.ctx_weakreflist.is_null() {
            weakref::clear_refs(c);
        }
        drop(Ref::<PyObject>::from_owned_opt(c.ctx_prev.get().cast()));
        drop(Ref::<PyObject>::from_owned_opt(c.ctx_vars.get().cast()));
        mem::free_instance(op);
    }
}

extern "C" fn context_len(c: &PyContext) -> isize {
    vars(c).len() as isize
}

extern "C" fn context_item(c: &PyContext, key: &PyObject) -> PyResult {
    find(c, key)?.ok_or_else(|| errors::raise_key_error(key))
}

extern "C" fn context_contains(c: &PyContext, key: &PyObject) -> c_int {
    def::truth_status(find(c, key).map(|v| v.is_some()))
}

extern "C" fn context_iter(c: &PyContext) -> PyResult {
    hamt::keys(vars(c))
}

extern "C" fn context_compare(a: &PyContext, b: &PyObject, op: c_int) -> PyResult {
    let Some(b) = b
        .exact::<PyContext>()
        .filter(|_| matches!(op, flags::cmp::EQ | flags::cmp::NE))
    else {
        return Ok(singletons::not_implemented());
    };
    let equal = vars(a).equals(vars(b))?;
    Ok(boolean::from(equal == (op == flags::cmp::EQ)))
}

extern "C" fn context_get(c: &PyContext, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    cfunction::check_count("get", args.len(), 1, 2)?;
    match find(c, args[0])? {
        Some(value) => Ok(value),
        None => Ok(args.get(1).map_or_else(singletons::none, |d| d.to_ref())),
    }
}

extern "C" fn context_keys(c: &PyContext) -> PyResult {
    hamt::keys(vars(c))
}

extern "C" fn context_values(c: &PyContext) -> PyResult {
    hamt::values(vars(c))
}

extern "C" fn context_items(c: &PyContext) -> PyResult {
    hamt::items(vars(c))
}

extern "C" fn context_copy(c: &PyContext) -> PyResult {
    Ok(copy(c)?.into_object())
}

extern "C" fn context_run(
    c: &PyContext,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    if count < 1 {
        return Err(raise!(
            TypeError,
            "run() missing 1 required positional argument"
        ));
    }
    let all = args.slice(count + kwnames.map_or(0, PyTupleObject::len) as isize);
    enter(c)?;
    let answer = call::vectorcall(all[0], &all[1..], kwnames);
    if exit(c).is_err() {
        return Err(Raised);
    }
    answer
}

/// `run` from bytecode: the function runs in a frame.
fn begin_run(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<task::Begun> {
    let context = Ref::new(this.downcast::<PyContext>()?);
    let (function, rest) = args.split_first()?;
    if args.len() == names.map_or(0, PyTupleObject::len) {
        return None;
    }
    let function = function.to_ref();
    Some(match call::given(rest, names) {
        Ok((args, kwargs)) => task::Begun::Task(Box::pin(async move {
            enter(&context)?;
            let answer = task::call_tuple(&function, args, kwargs).await;
            exit(&context)?;
            answer.map(Some)
        })),
        Err(raised) => task::Begun::Done(Err(raised)),
    })
}

static CONTEXT_METHODS: [PyMethodDef; 7] = [
    fast_kw(
        c"run",
        context_run,
        c"run(callable, *args, **kwargs)\n\nCalls with this context as the running one.",
    ),
    fast(
        c"get",
        context_get,
        c"get($self, key, default=None, /)\n--\n\nThe value of a variable, or the default.",
    ),
    noargs(
        c"items",
        context_items,
        c"items($self, /)\n--\n\nPairs of variable and value.",
    ),
    noargs(
        c"keys",
        context_keys,
        c"keys($self, /)\n--\n\nThe variables.",
    ),
    noargs(
        c"values",
        context_values,
        c"values($self, /)\n--\n\nThe values.",
    ),
    noargs(
        c"copy",
        context_copy,
        c"copy($self, /)\n--\n\nA context with the same values.",
    ),
    PyMethodDef::END,
];

static CONTEXT_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_contains: slot::contains(context_contains),
    ..PySequenceMethods::EMPTY
};

static CONTEXT_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(context_len),
    mp_subscript: slot::binary(context_item),
    ..PyMappingMethods::EMPTY
};

#[unsafe(no_mangle)]
pub static PyContext_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(context_dealloc)),
    tp_as_sequence: table(&CONTEXT_SEQUENCE),
    tp_as_mapping: table(&CONTEXT_MAPPING),
    tp_hash: Cell::new(Some(protocol::PyObject_HashNotImplemented)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(context_traverse),
    tp_clear: slot::inquiry(context_clear),
    tp_richcompare: slot::compare(context_compare),
    tp_weaklistoffset: Cell::new(offset_of!(PyContext, ctx_weakreflist) as isize),
    tp_iter: slot::unary(context_iter),
    tp_methods: table(&CONTEXT_METHODS[0]),
    tp_new: Cell::new(Some(context_new)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<PyContext>(c"Context")
};

// ---- variables ----

/// A variable. TypeError for a name that is no str.
pub fn new_var(name: &PyObject, default: Option<&PyObject>) -> PyResult<Ref<PyContextVar>> {
    if !name.is_instance::<Str>() {
        return Err(raise!(TypeError, "context variable name must be a str"));
    }
    let hash = protocol::hash(name)?;
    let var = mem::create_gc(&PyContextVar_Type, |header| PyContextVar {
        ob_base: header,
        var_name: Slot::EMPTY,
        var_default: Slot::EMPTY,
        var_cached: Slot::EMPTY,
        var_cached_tsid: Cell::new(0),
        var_cached_tsver: Cell::new(0),
        var_hash: Cell::new(0),
    })?;
    let mixed = protocol::hash_address(var.as_ptr()) ^ hash;
    var.var_hash.set(if mixed == -1 { -2 } else { mixed });
    var.var_name.set(Some(name.to_ref()));
    var.var_default.set(default.map(PyObject::to_ref));
    gc::track(&*var);
    Ok(var)
}

/// The variable's value in the running context, or the given default, or its own.
pub fn get(var: &PyContextVar, default: Option<&PyObject>) -> PyResult<Option<Ref>> {
    let ts = tstate();
    if let Some(c) = ts.context.get() {
        if !var.var_cached.is_null()
            && var.var_cached_tsid.get() == ts.id.get()
            && var.var_cached_tsver.get() == ts.context_ver.get()
        {
            return Ok(var.var_cached.cloned());
        }
        // SAFETY: only contexts are put there.
        if let Some(value) = vars(unsafe { c.cast() }).find(var)? {
            cache(var, ts, &value);
            return Ok(Some(value));
        }
    }
    Ok(default
        .map(PyObject::to_ref)
        .or_else(|| var.var_default.cloned()))
}

/// The cached value is borrowed: the running context keeps it as long as the version stands.
fn cache(var: &PyContextVar, ts: &PyThreadState, value: &PyObject) {
    var.var_cached.set_ptr(value.as_ptr());
    var.var_cached_tsid.set(ts.id.get());
    var.var_cached_tsver.set(ts.context_ver.get());
}

fn forget(var: &PyContextVar) {
    var.var_cached.set_ptr(ptr::null_mut());
    var.var_cached_tsid.set(0);
    var.var_cached_tsver.set(0);
}

/// Sets the variable in the running context; a token that remembers what was there.
pub fn set(var: &PyContextVar, value: &PyObject) -> PyResult<Ref<PyContextToken>> {
    forget(var);
    let c = current()?;
    let old = vars(&c).find(var)?;
    let token = mem::create_gc(&PyContextToken_Type, |header| PyContextToken {
        ob_base: header,
        tok_ctx: Cell::new(c.clone().into_raw().cast()),
        tok_var: Cell::new(Ref::new(var).into_raw().cast()),
        tok_oldval: Slot::EMPTY,
        tok_used: Cell::new(0),
    })?;
    token.tok_oldval.set(old);
    gc::track(&*token);
    assign(&c, var, Some(value))?;
    cache(var, tstate(), value);
    Ok(token)
}

/// Puts back what the token remembers. RuntimeError, ValueError for a token that does not fit.
pub fn reset(var: &PyContextVar, token: &PyContextToken) -> PyResult<()> {
    let shown = || -> PyResult<String> { Ok(protocol::repr(token)?.to_string_lossy()) };
    if token.tok_used.get() != 0 {
        return Err(raise!(
            RuntimeError,
            "{} has already been used once",
            shown()?
        ));
    }
    if !ptr::eq(token.tok_var.get().cast(), var) {
        return Err(raise!(
            ValueError,
            "{} was created by a different ContextVar",
            shown()?
        ));
    }
    let c = current()?;
    if !ptr::eq(token.tok_ctx.get().cast(), c.as_ptr()) {
        return Err(raise!(
            ValueError,
            "{} was created in a different Context",
            shown()?
        ));
    }
    token.tok_used.set(1);
    forget(var);
    assign(&c, var, token.tok_oldval.cloned().as_deref())
}

extern "C" fn var_new(_: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    static PARAMS: cfunction::Params = cfunction::Params {
        function: "ContextVar",
        names: &["", "default"],
        positional_only: 1,
        positional: 1,
        required: 1,
    };
    // SAFETY: tp_new gets a tuple.
    let bound = PARAMS.bind_tuple(unsafe { args.cast() }, kwargs)?;
    let none = singletons::none();
    Ok(new_var(bound[0].unwrap_or(&none), bound[1])?.into_object())
}

extern "C" fn var_traverse(var: &PyContextVar, visit: visitproc, arg: *mut c_void) -> c_int {
    for slot in [&var.var_name, &var.var_default] {
        let answer = gc::visit(slot, visit, arg);
        if answer != 0 {
            return answer;
        }
    }
    0
}

extern "C" fn var_clear(var: &PyContextVar) -> c_int {
    forget(var);
    var.var_name.set(None);
    var.var_default.set(None);
    0
}

unsafe extern "C" fn var_dealloc(op: *mut PyObject) {
    // SAFETY: tp_dealloc: the fields are ours.
    unsafe {
        gc::untrack(&*op);
        var_clear(&*op.cast());
        mem::free_instance(op);
    }
}

extern "C" fn var_hash(var: &PyContextVar) -> isize {
    var.var_hash.get()
}

extern "C" fn var_repr(var: &PyContextVar) -> PyResult {
    let none = singletons::none();
    let mut text = format!(
        "<ContextVar name={}",
        protocol::repr(var.var_name.get().unwrap_or(&none))?.to_string_lossy()
    );
    if let Some(default) = var.var_default.get() {
        text.push_str(&format!(
            " default={}",
            protocol::repr(default)?.to_string_lossy()
        ));
    }
    text.push_str(&format!(" at {:#x}>", var.as_ptr() as usize));
    Ok(str_::new(&text)?.into_object())
}

extern "C" fn var_get(var: &PyContextVar, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    cfunction::check_count("get", args.len(), 0, 1)?;
    match get(var, args.first().copied())? {
        Some(value) => Ok(value),
        None => Err(errors::raise_value(&exceptions::LookupError, Some(var))),
    }
}

extern "C" fn var_set(var: &PyContextVar, value: &PyObject) -> PyResult {
    Ok(set(var, value)?.into_object())
}

extern "C" fn var_reset(var: &PyContextVar, token: &PyObject) -> PyResult {
    let Some(token) = token.exact::<PyContextToken>() else {
        return Err(raise!(
            TypeError,
            "expected an instance of Token, got {}",
            protocol::repr(token)?.to_string_lossy()
        ));
    };
    reset(var, token)?;
    Ok(singletons::none())
}

static VAR_METHODS: [PyMethodDef; 5] = [
    fast(
        c"get",
        var_get,
        c"get($self, default=<unrepresentable>, /)\n--\n\nThe value in the running context.",
    ),
    one(
        c"set",
        var_set,
        c"set($self, value, /)\n--\n\nSets the value in the running context; a token to undo it.",
    ),
    one(
        c"reset",
        var_reset,
        c"reset($self, token, /)\n--\n\nUndoes the set that made the token.",
    ),
    class_method(one::<PyObject>(
        c"__class_getitem__",
        generic_alias::class_getitem,
        c"A generic alias, see PEP 585",
    )),
    PyMethodDef::END,
];

static VAR_MEMBERS: [PyMemberDef; 2] = [
    member(
        c"name",
        flags::member::OBJECT,
        offset_of!(PyContextVar, var_name),
        flags::member::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

#[unsafe(no_mangle)]
pub static PyContextVar_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(var_dealloc)),
    tp_repr: slot::unary(var_repr),
    tp_hash: slot::len(var_hash),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(var_traverse),
    tp_clear: slot::inquiry(var_clear),
    tp_methods: table(&VAR_METHODS[0]),
    tp_members: table(&VAR_MEMBERS[0]),
    tp_new: Cell::new(Some(var_new)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<PyContextVar>(c"ContextVar")
};

// ---- tokens ----

extern "C" fn token_new(
    _: &PyTypeObject,
    _args: &PyObject,
    _kwargs: Option<&PyObject>,
) -> PyResult {
    Err(raise!(
        RuntimeError,
        "Tokens can only be created by ContextVars"
    ))
}

extern "C" fn token_traverse(t: &PyContextToken, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: both are objects or null.
    for object in unsafe {
        [
            t.tok_ctx.get().cast::<PyObject>().as_ref(),
            t.tok_var.get().cast::<PyObject>().as_ref(),
        ]
    }
    .into_iter()
    .flatten()
    {
        let answer = visit(object, arg);
        if answer != 0 {
            return answer;
        }
    }
    gc::visit(&t.tok_oldval, visit, arg)
}

extern "C" fn token_clear(t: &PyContextToken) -> c_int {
    // SAFETY: the token owns both.
    unsafe {
        drop(Ref::<PyObject>::from_owned_opt(
            t.tok_ctx.replace(ptr::null_mut()).cast(),
        ));
        drop(Ref::<PyObject>::from_owned_opt(
            t.tok_var.replace(ptr::null_mut()).cast(),
        ));
    }
    t.tok_oldval.set(None);
    0
}

unsafe extern "C" fn token_dealloc(op: *mut PyObject) {
    // SAFETY: tp_dealloc: the fields are ours.
    unsafe {
        gc::untrack(&*op);
        token_clear(&*op.cast());
        mem::free_instance(op);
    }
}

fn token_var(t: &PyContextToken) -> Ref {
    // SAFETY: an object or null.
    unsafe { t.tok_var.get().cast::<PyObject>().as_ref() }
        .map_or_else(singletons::none, PyObject::to_ref)
}

extern "C" fn token_repr(t: &PyContextToken) -> PyResult {
    let used = if t.tok_used.get() != 0 { " used" } else { "" };
    let var = protocol::repr(&token_var(t))?.to_string_lossy();
    Ok(str_::new(&format!(
        "<Token{used} var={var} at {:#x}>",
        t.as_ptr() as usize
    ))?
    .into_object())
}

extern "C" fn get_token_var(t: &PyContextToken, _: *mut c_void) -> PyResult {
    Ok(token_var(t))
}

extern "C" fn get_old_value(t: &PyContextToken, _: *mut c_void) -> PyResult {
    Ok(t.tok_oldval.cloned().unwrap_or_else(|| MISSING.to_ref()))
}

static TOKEN_GETSET: [PyGetSetDef; 3] = [
    getset(c"var", get_token_var, None, c""),
    getset(c"old_value", get_old_value, None, c""),
    PyGetSetDef::END,
];

static TOKEN_METHODS: [PyMethodDef; 2] = [
    class_method(one::<PyObject>(
        c"__class_getitem__",
        generic_alias::class_getitem,
        c"A generic alias, see PEP 585",
    )),
    PyMethodDef::END,
];

#[unsafe(no_mangle)]
pub static PyContextToken_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(token_dealloc)),
    tp_repr: slot::unary(token_repr),
    tp_hash: Cell::new(Some(protocol::PyObject_HashNotImplemented)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(token_traverse),
    tp_clear: slot::inquiry(token_clear),
    tp_methods: table(&TOKEN_METHODS[0]),
    tp_getset: table(&TOKEN_GETSET[0]),
    tp_new: Cell::new(Some(token_new)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<PyContextToken>(c"Token")
};

extern "C" fn missing_repr(_: &PyObject) -> PyResult {
    Ok(str_::new("<Token.MISSING>")?.into_object())
}

static MissingType: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(missing_repr),
    ..PyTypeObject::new::<PyObject>(c"Token.MISSING")
};

/// What a token remembers when the variable had no value.
static MISSING: PyObject = PyObject {
    ob_refcnt: Cell::new(IMMORTAL),
    ob_type: Slot::of(&raw const MissingType),
};

/// Readies the types.
pub(crate) fn init() -> PyResult<()> {
    for ty in [
        &PyContext_Type,
        &PyContextVar_Type,
        &PyContextToken_Type,
        &MissingType,
    ] {
        typeobject::ready(ty)?;
    }
    // The hash of a name.
    let flags = &PyContextVar_Type.tp_flags;
    flags.set(flags.get() | tp::ASKS_FIRST);
    task::register_named(&PyContext_Type, "run", begin_run)?;
    PyContextToken_Type.dict().set_text("MISSING", &MISSING)
}
