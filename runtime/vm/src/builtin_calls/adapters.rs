//! How calls of builtins become calls of their surrogates.

use super::*;
use crate::interp;
use crate::surrogates::{Known, enter, enter_number};

/// The adapter of a builtin.
pub(super) fn of(name: &str) -> Adapter {
    match name {
        "len" => len,
        "next" => next,
        "iter" => iter,
        "getattr" => getattr,
        "hasattr" => hasattr,
        "setattr" => setattr,
        "delattr" => delattr,
        "sorted" => sorted,
        "list.sort" => list_sort,
        "min" => min,
        "max" => max,
        "sum" => sum,
        "any" => any,
        "all" => all,
        "repr" => repr,
        "format" => format,
        "list.extend" | "set.update" => extend,
        "str.join" => join,
        "generator.send" | "coroutine.send" => send,
        "dir" => dir,
        "dict.update" => dict_update,
        "dict.fromkeys" => dict_fromkeys,
        "exec" => exec,
        "eval" => eval,
        "type.__new__" => new_method,
        "functools.reduce" => reduce,
        "__build_class__" => build_class,
        _ => never,
    }
}

/// Builtin types, which have no definition to be marked: see [`super::classes`].
fn never(_: &Call<'_>) -> Option<Outcome> {
    None
}

impl<'a> Call<'a> {
    fn named(&self) -> usize {
        self.names.map_or(0, PyTupleObject::len)
    }

    fn positional(&self) -> &'a [&'a PyObject] {
        &self.args[..self.args.len() - self.named()]
    }

    /// The arguments, if there are no keywords.
    fn plain(&self) -> Option<&'a [&'a PyObject]> {
        (self.named() == 0).then_some(self.args)
    }

    /// The arguments for calling it natively: what a bound method is bound to is none.
    fn native_args(&self) -> &'a [&'a PyObject] {
        let bound = self.callable.is_exact::<PyCFunctionObject>();
        &self.args[usize::from(bound)..]
    }

    /// The keyword arguments as a dict, if there are any.
    fn keywords(&self) -> PyResult<Option<Ref<PyDictObject>>> {
        let Some(names) = self.names.filter(|n| n.len() > 0) else {
            return Ok(None);
        };
        let keywords = dict::new()?;
        let values = &self.args[self.args.len() - names.len()..];
        for (name, value) in names.items().iter().zip(values) {
            keywords.set_item(name, value)?;
        }
        Ok(Some(keywords))
    }

    fn enter(&self, args: &[&PyObject]) -> Option<Outcome> {
        Some(enter_number(self.ts, self.number, args))
    }
}

pub(super) fn attempt(call: &Call<'_>) -> Option<Outcome> {
    if !config::always_surrogates() && stays_native(call) {
        return None;
    }
    surrogates::is_loaded().then(|| attempt_call(call.ts, call.callable, call.args, call.names))
}

/// `isinstance` and `issubclass` of one class whose metaclass has a check of Python: that is called at once.
pub(super) fn isinstance(call: &Call<'_>) -> Option<Outcome> {
    match call.plain() {
        Some([object, class])
            if !std::ptr::eq(object.ty().as_ptr(), class.as_ptr())
                && has_check(class, &names::__instancecheck__) =>
        {
            Some(enter(call.ts, Known::InstanceByHook, &[object, class]))
        }
        _ => attempt(call),
    }
}

pub(super) fn issubclass(call: &Call<'_>) -> Option<Outcome> {
    match call.plain() {
        Some([derived, class]) if has_check(class, &names::__subclasscheck__) => {
            Some(enter(call.ts, Known::SubclassByHook, &[derived, class]))
        }
        _ => attempt(call),
    }
}

fn has_check(class: &PyObject, name: &Str) -> bool {
    let meta = class.ty();
    meta.is_heap_type()
        && surrogates::is_loaded()
        && typeobject::lookup(meta, name).is_some_and(|f| f.is_exact::<PyFunctionObject>())
}

/// What converts its arguments first, of whatever object it is a method.
pub(super) fn convert(call: &Call<'_>) -> Option<Outcome> {
    let first = usize::from(!call.callable.is_exact::<PyCFunctionObject>());
    let is_plain = call.args.iter().skip(first).all(|a| replay::is_plain(a));
    if is_plain && !config::always_surrogates() {
        return None;
    }
    convert_always(call)
}

pub(super) fn convert_always(call: &Call<'_>) -> Option<Outcome> {
    surrogates::is_loaded()
        .then(|| replay::attempt_converting(call.ts, call.callable, call.args, call.names))
}

/// What asks even if its arguments are plain.
pub(super) fn attempt_always(call: &Call<'_>) -> Option<Outcome> {
    surrogates::is_loaded().then(|| attempt_call(call.ts, call.callable, call.args, call.names))
}

/// `text.encode(encoding, errors)`, `data.decode(encoding, errors)`: what codecs and error handlers are of Python is asked.
pub(super) fn codec(call: &Call<'_>) -> Option<Outcome> {
    let named = |name| keyword(name, call.args, call.names);
    let asks = match (call.names, named("encoding"), named("errors")) {
        (None, ..) => codec_asks(call.args.get(1..)?),
        (Some(_), Some(encoding), None) => codec_asks(&[encoding]),
        _ => true,
    };
    (asks && surrogates::is_loaded())
        .then(|| attempt_call(call.ts, call.callable, call.native_args(), call.names))
}

/// Whether names of a codec and of an error handler may be of Python.
pub(super) fn codec_asks(names: &[&PyObject]) -> bool {
    fn text<'a>(o: &&'a PyObject) -> Option<&'a str> {
        o.exact::<Str>().and_then(Str::ascii)
    }
    let is_known = match names {
        [] => true,
        [encoding] => text(encoding).is_some_and(|e| str_::is_direct(e, None)),
        [encoding, errors] => text(encoding)
            .zip(text(errors))
            .is_some_and(|(e, errors)| str_::is_direct(e, Some(errors))),
        _ => true,
    };
    config::always_surrogates() || !is_known
}

/// Whether a call certainly asks nothing, as declared for the builtin.
pub(super) fn stays_native(call: &Call<'_>) -> bool {
    // An object that is bound is no argument.
    let asks_bound = |mask: u8| call.first > 0 && Asks::has(mask, 0);
    call.named() == 0
        && !asks_bound(call.asks.by | call.asks.of)
        && call.args.iter().enumerate().all(|(i, argument)| {
            let (ty, i) = (argument.ty(), i + call.first);
            let is_plain = replay::is_plain(argument)
                || argument.is_exact::<PyTypeObject>()
                || argument.is_exact::<PyTupleObject>() && has_plain_items(argument);
            is_plain
                || !Asks::has(call.asks.by, i)
                    && (!Asks::has(call.asks.of, i) || !ty.is_heap_type())
        })
}

fn len(call: &Call<'_>) -> Option<Outcome> {
    let [object] = call.plain()? else { return None };
    if forwards(object) {
        return attempt(call);
    }
    if !config::always_surrogates() && !typeobject::is_python_slot_len(object.ty()) {
        return None;
    }
    if !protocol::has_len(object.ty()) {
        return None;
    }
    typeobject::lookup(object.ty(), &names::__len__)?;
    call.enter(&[object])
}

fn next(call: &Call<'_>) -> Option<Outcome> {
    match call.plain()? {
        [iterator] if may_step(iterator) => call.enter(&[iterator]),
        [iterator, default] if may_step(iterator) => {
            Some(enter(call.ts, Known::NextDefault, &[iterator, default]))
        }
        _ => None,
    }
}

/// Whether the next step is the surrogate's.
fn may_step(iterator: &PyObject) -> bool {
    steps_python(iterator)
        || iterator.ty().tp_iternext.get().is_some() && config::always_surrogates()
}

fn iter(call: &Call<'_>) -> Option<Outcome> {
    let [object] = call.plain()? else { return None };
    let python = typeobject::is_python_slot_iter(object.ty())
        || config::always_surrogates()
        || forwards(object);
    if python { call.enter(&[object]) } else { None }
}

fn getattr(call: &Call<'_>) -> Option<Outcome> {
    match call.plain()? {
        [object, name] => {
            let name = interned(name.exact::<Str>()?);
            let outcome = interp::load_attr(call.ts, object.to_ref(), &name);
            if let Outcome::Enter(frame) = &outcome {
                // The call of `getattr` itself.
                frame.frame_flags.set(frame.frame_flags.get() + 1);
            }
            Some(outcome)
        }
        [object, name, default] => {
            let name = name.exact::<Str>()?;
            if !object.ty().is_heap_type() && !config::always_surrogates() {
                return None;
            }
            let name = interned(name);
            match interp::attribute_at_once(object, &name) {
                Some(Ok(found)) => {
                    return Some(Outcome::Value(found.unwrap_or_else(|| default.to_ref())));
                }
                Some(Err(Raised)) => return Some(Outcome::Raised),
                None => {}
            }
            Some(enter(
                call.ts,
                Known::GetAttrDefault,
                &[object, &name, default],
            ))
        }
        _ => None,
    }
}

fn hasattr(call: &Call<'_>) -> Option<Outcome> {
    let [object, name] = call.plain()? else {
        return None;
    };
    let name = name.exact::<Str>()?;
    if !object.ty().is_heap_type() && !config::always_surrogates() {
        return None;
    }
    let name = interned(name);
    match interp::attribute_at_once(object, &name) {
        Some(Ok(found)) => return Some(Outcome::Value(boolean::from(found.is_some()))),
        Some(Err(Raised)) => return Some(Outcome::Raised),
        None => {}
    }
    call.enter(&[object, &name])
}

fn setattr(call: &Call<'_>) -> Option<Outcome> {
    let [object, name, value] = call.plain()? else {
        return None;
    };
    let Some(name) = name.exact::<Str>().map(interned) else {
        return attempt(call);
    };
    // An attribute that the class does not know of.
    if !config::always_surrogates()
        && protocol::has_generic_setattr(object.ty())
        && typeobject::lookup(object.ty(), &name).is_none()
    {
        let done = protocol::generic_setattr(object, &name, Some(*value));
        return Some(done.map(|()| singletons::none()).into());
    }
    call.enter(&[object, &name, value])
}

fn delattr(call: &Call<'_>) -> Option<Outcome> {
    let [object, name] = call.plain()? else {
        return None;
    };
    match name.exact::<Str>() {
        Some(name) => call.enter(&[object, &interned(name)]),
        None => attempt(call),
    }
}

/// A call with these arguments is put off until the one at a place has been converted, which may ask Python.
fn put_off(
    call: &Call<'_>,
    args: &[&PyObject],
    place: usize,
    convert: task::Native,
) -> Option<Outcome> {
    if !surrogates::is_loaded() {
        return None;
    }
    let callable = call.callable.to_ref();
    let mut args: Vec<Ref> = args.iter().map(|a| a.to_ref()).collect();
    let names = call.names.map(Ref::new);
    let task: task::Task = Box::pin(async move {
        if let Some(converted) = task::attempt(convert, &[&args[place]]).await? {
            args[place] = converted;
        }
        let (args, kwargs) = {
            let args: Vec<&PyObject> = args.iter().map(|a| &**a).collect();
            task::given(&args, names.as_deref())?
        };
        task::call_tuple(&callable, args, kwargs).await.map(Some)
    });
    Some(replay::run_task(call.ts, task, 1))
}

/// What `sort` and `sorted` are told by keywords.
enum SortOptions<'a> {
    Plain(Option<&'a PyObject>, bool),
    /// `reverse`, which is that far from the last argument, is to be asked for its `__index__`.
    Reverse(usize),
}

/// The keywords `key` and `reverse`; `None` if there are others, or `reverse` is no number.
fn sort_options<'a>(call: &Call<'a>) -> Option<SortOptions<'a>> {
    if !only_keywords(&["key", "reverse"], call.names) {
        return None;
    }
    let key = keyword("key", call.args, call.names).filter(|k| !singletons::is_none(k));
    let reverse = match keyword("reverse", call.args, call.names) {
        None => false,
        Some(v) if boolean::is_true(v) || boolean::is_false(v) => boolean::is_true(v),
        Some(v) => match v.exact::<PyLongObject>() {
            Some(n) => i32::try_from(n.to_i64()?).ok()? != 0,
            None => {
                let place = call.args.iter().rev().position(|a| a.is(v))?;
                return Some(SortOptions::Reverse(place + 1));
            }
        },
    };
    Some(SortOptions::Plain(key, reverse))
}

/// What an argument of an integer type is converted to.
const INDEX: task::Native = |a| number::index(a[0]).map(|n| Some(n.into_object()));

fn sorted(call: &Call<'_>) -> Option<Outcome> {
    let [iterable] = call.positional() else {
        return None;
    };
    let (key, reverse) = match sort_options(call)? {
        SortOptions::Plain(key, reverse) => (key, reverse),
        SortOptions::Reverse(at) => return put_off(call, call.args, call.args.len() - at, INDEX),
    };
    if !iterates_python(iterable) {
        if key.is_none() && has_plain_items(iterable) {
            return None;
        }
        if let Some(key) = key.filter(|key| natively::never_quiet(key)) {
            let args = [iterable, key, &*boolean::from(reverse)];
            return Some(enter(call.ts, Known::SortedByKey, &args));
        }
        if let Some(outcome) = natively::sorted(call, iterable, key, reverse) {
            return Some(outcome);
        }
    }
    let none = singletons::none();
    call.enter(&[iterable, key.unwrap_or(&none), &boolean::from(reverse)])
}

fn list_sort(call: &Call<'_>) -> Option<Outcome> {
    let [list] = call.positional() else {
        return None;
    };
    let (key, reverse) = match sort_options(call)? {
        SortOptions::Plain(key, reverse) => (key, reverse),
        SortOptions::Reverse(at) => {
            let args = call.native_args();
            return put_off(call, args, args.len() - at, INDEX);
        }
    };
    let items = list.exact::<PyListObject>()?;
    let none = singletons::none();
    if !config::always_surrogates() {
        match key {
            None if has_plain_items(list) => return None,
            None if !has_python_items(list) => {
                return Some(natively::sort_items(call, items, reverse, &none));
            }
            None => {}
            Some(key) => {
                if let Some(outcome) = natively::sort_by_keys(call, items, key, reverse, &none) {
                    return Some(outcome);
                }
            }
        }
    }
    let args = [
        list,
        &*none,
        key.unwrap_or(&none),
        &*boolean::from(reverse),
        &*none,
    ];
    Some(enter(call.ts, Known::SortFrom, &args))
}

fn min(call: &Call<'_>) -> Option<Outcome> {
    min_max(call, &natively::MIN)
}

fn max(call: &Call<'_>) -> Option<Outcome> {
    min_max(call, &natively::MAX)
}

/// Whether the items can be looked at without taking them.
fn is_sequence(object: &PyObject) -> bool {
    object.is_exact::<PyListObject>() || object.is_exact::<PyTupleObject>()
}

fn min_max(call: &Call<'_>, which: &natively::Extreme) -> Option<Outcome> {
    let positional = call.positional();
    if positional.is_empty() || !only_keywords(&["key", "default"], call.names) {
        return None;
    }
    let none = singletons::none();
    let key = keyword("key", call.args, call.names).unwrap_or(&none);
    let default = keyword("default", call.args, call.names);
    let several = positional.len() > 1;
    if several && default.is_some() {
        return None;
    }
    let made;
    let items: &PyObject = if several {
        made = tuple::from_borrowed(positional).ok()?;
        &made
    } else {
        positional[0]
    };
    let has_key = !singletons::is_none(key);
    if !iterates_python(items) {
        if !has_key && has_plain_items(items) {
            return None;
        }
        if (has_key || !is_sequence(items) || !has_python_items(items))
            && let Some(outcome) = natively::extreme(call, which, items, key, default)
        {
            return Some(outcome);
        }
    }
    let has_default = boolean::from(default.is_some());
    call.enter(&[items, key, &has_default, default.unwrap_or(&none)])
}

fn sum(call: &Call<'_>) -> Option<Outcome> {
    let [iterable, rest @ ..] = call.positional() else {
        return None;
    };
    if rest.len() + call.named() > 1 {
        return None;
    }
    let start = match rest.first() {
        Some(start) => Some(*start),
        None if call.named() == 1 => Some(keyword("start", call.args, call.names)?),
        None => None,
    };
    let text = |o: &PyObject| {
        o.is_instance::<Str>()
            || o.is_instance::<PyBytesObject>()
            || o.is_instance::<PyByteArrayObject>()
    };
    if start.is_some_and(text) {
        return None;
    }
    let python_start = start.is_some_and(|s| s.ty().is_heap_type());
    let zero = int::from_i64(0).ok()?;
    if !python_start && !iterates_python(iterable) {
        if !has_python_items(iterable) {
            return None;
        }
        if !is_sequence(iterable) {
            return natively::sum(call, iterable, start.unwrap_or(&zero));
        }
    }
    match start {
        Some(start) => call.enter(&[iterable, start]),
        None => Some(enter(call.ts, Known::SumAll, &[iterable])),
    }
}

fn any(call: &Call<'_>) -> Option<Outcome> {
    any_all(call, Known::AnyFrom)
}

fn all(call: &Call<'_>) -> Option<Outcome> {
    any_all(call, Known::AllFrom)
}

fn any_all(call: &Call<'_>, from: Known) -> Option<Outcome> {
    let [iterable] = call.plain()? else {
        return None;
    };
    if !iterates_python(iterable) {
        if !has_python_items(iterable) {
            return None;
        }
        if !is_sequence(iterable) {
            return natively::any_all(call, iterable, from);
        }
    }
    call.enter(&[iterable])
}

fn repr(call: &Call<'_>) -> Option<Outcome> {
    let [object] = call.plain()? else {
        return None;
    };
    if !typeobject::is_python_slot_repr(object.ty()) {
        if let Some(task) = task::begin_shown(object) {
            return Some(replay::run_task(call.ts, task, 1));
        }
        if object.ty().tp_iternext.get().is_some() && surrogates::is_loaded() {
            // An iterator that is shown is not stepped.
            fn repr(job: &replay::Job<'_>) -> PyResult {
                protocol::repr(job.args[0]).map(Ref::into_object)
            }
            return Some(replay::attempt_step(call.ts, repr, object));
        }
        return attempt(call);
    }
    call.enter(&[object])
}

fn format(call: &Call<'_>) -> Option<Outcome> {
    let (object, spec) = match call.plain()? {
        [object] => (*object, str_::empty()),
        [object, spec] => (*object, Ref::new(spec.exact::<Str>()?)),
        _ => return None,
    };
    if !object.ty().is_heap_type() {
        return attempt(call);
    }
    call.enter(&[object, &spec])
}

fn extend(call: &Call<'_>) -> Option<Outcome> {
    if let [set, rest @ ..] = call.plain()?
        && rest.len() > 1
    {
        return crate::calls::begin(call.ts, set::begin_update(set, rest));
    }
    let [container, iterable] = call.plain()? else {
        return None;
    };
    if container.is_instance::<PySetObject>() && !container.is_exact::<PySetObject>() {
        return crate::calls::begin(call.ts, set::begin_update(container, &[iterable]));
    }
    let exact = container.is_instance::<PyListObject>() || container.is_exact::<PySetObject>();
    let python = iterates_python(iterable)
        || container.is_exact::<PySetObject>() && has_python_items(iterable);
    if !exact || !python || container.is_exact::<PySetObject>() && has_hashes(iterable) {
        return attempt_update(call, container);
    }
    call.enter(&[container, iterable])
}

/// `set.update` natively, but for the keys' comparisons.
fn attempt_update(call: &Call<'_>, container: &PyObject) -> Option<Outcome> {
    let natively = !container.is_exact::<PySetObject>() || !surrogates::is_loaded();
    (!natively && call.callable.is_exact::<PyMethodDescrObject>())
        .then(|| attempt_call(call.ts, call.callable, call.args, call.names))
}

/// `dir(object)`, unless what is asked is native.
fn dir(call: &Call<'_>) -> Option<Outcome> {
    let [object] = call.plain()? else { return None };
    let native = !object.ty().is_heap_type()
        && !config::always_surrogates()
        && module::own_dir(object).is_none();
    if native { None } else { call.enter(&[object]) }
}

fn dict_update(call: &Call<'_>) -> Option<Outcome> {
    let [target, source] = call.positional() else {
        return None;
    };
    let d = target.downcast::<PyDictObject>()?;
    if let Some(other) = source.downcast::<PyDictObject>()
        && dict::iterates_natively(other)
    {
        let keywords = match call.keywords() {
            Ok(keywords) => keywords,
            Err(Raised) => return Some(Outcome::Raised),
        };
        return dict::begin_update(d, other, keywords).map(|t| replay::run_task(call.ts, t, 1));
    }
    if !pairs_ask(source) {
        return None;
    }
    let none = singletons::none();
    if call.named() == 0
        && let Some(outcome) = take_pairs(call.ts, d, source, &none)
    {
        return Some(outcome);
    }
    Some(match call.keywords() {
        Ok(keywords) => {
            let keywords = keywords.as_deref().map_or(&*none, |k| k);
            enter_number(call.ts, call.number, &[target, source, keywords])
        }
        Err(Raised) => Outcome::Raised,
    })
}

/// `dict(source, **keywords)` of what is no dict.
pub(super) fn make_dict(call: &Call<'_>) -> Option<Outcome> {
    let [source] = call.positional() else {
        return None;
    };
    if source.is_instance::<PyDictObject>() || !pairs_ask(source) {
        return None;
    }
    let Ok(made) = dict::new() else {
        return Some(Outcome::Raised);
    };
    if call.named() == 0
        && let Some(outcome) = take_pairs(call.ts, &made, source, &made)
    {
        return Some(outcome);
    }
    let none = singletons::none();
    Some(match call.keywords() {
        Ok(keywords) => {
            let keywords = keywords.as_deref().map_or(&*none, |k| k);
            enter(call.ts, Known::MakeDict, &[source, keywords])
        }
        Err(Raised) => Outcome::Raised,
    })
}

/// Whether the object is an iterator or a view whose steps run no Python, and no mapping.
fn steps_natively(source: &PyObject) -> bool {
    let ty = source.ty();
    !ty.is_heap_type()
        && ty.tp_flags.get() & flags::tp::CORE != 0
        && !iterates_python(source)
        && typeobject::lookup(ty, &names::keys).is_none()
}

/// Puts pairs into a dict, as long as neither they nor their keys ask Python: from there on its surrogate goes on. `None`: nothing was taken.
fn take_pairs(
    ts: &PyThreadState,
    target: &PyDictObject,
    source: &PyObject,
    answer: &PyObject,
) -> Option<Outcome> {
    if !target.is_exact::<PyDictObject>() || !steps_natively(source) {
        return None;
    }
    let take = || -> PyResult<Option<Outcome>> {
        let it = protocol::iter(source)?;
        let mut number = 0;
        while let Some(item) = protocol::next(&it)? {
            let pair = match item.exact::<PyTupleObject>() {
                Some(tuple) => tuple.items(),
                None => item.exact::<PyListObject>().map_or(&[][..], |l| l.items()),
            };
            if let &[key, value] = pair
                && replay::is_plain(key)
            {
                let hash = protocol::hash(key)?;
                if !target.asks_about(key, hash) {
                    target.insert(key, hash, value.to_ref())?;
                    number += 1;
                    continue;
                }
            }
            let number = int::from_usize(number)?;
            let rest: [&PyObject; 5] = [target, &it, &item, &number, answer];
            return Ok(Some(enter(ts, Known::MergeRest, &rest)));
        }
        Ok(None)
    };
    Some(match take() {
        Ok(Some(outcome)) => outcome,
        Ok(None) => Outcome::Value(answer.to_ref()),
        Err(Raised) => Outcome::Raised,
    })
}

/// Whether making a dict of this may run Python.
fn pairs_ask(source: &PyObject) -> bool {
    let items = if let Some(list) = source.exact::<PyListObject>() {
        list.items()
    } else if let Some(tuple) = source.exact::<PyTupleObject>() {
        tuple.items()
    } else {
        return true;
    };
    let plain = |pair: &&PyObject| {
        let pair = pair.exact::<PyTupleObject>();
        pair.is_some_and(|p| p.items().first().is_some_and(|key| replay::is_plain(key)))
    };
    config::always_surrogates() || !items.iter().all(plain)
}

fn dict_fromkeys(call: &Call<'_>) -> Option<Outcome> {
    let none = singletons::none();
    let (class, iterable, value) = match call.plain()? {
        [class, iterable] => (*class, *iterable, &*none),
        [class, iterable, value] => (*class, *iterable, *value),
        _ => return None,
    };
    let exact = class.is(&*dict::PyDict_Type);
    if exact && (has_hashes(iterable) || !iterates_python(iterable)) {
        // Nobody sees the dict before it is done.
        return surrogates::is_loaded()
            .then(|| attempt_call(call.ts, call.callable, call.native_args(), None));
    }
    call.enter(&[class, iterable, value])
}

fn join(call: &Call<'_>) -> Option<Outcome> {
    let [separator, iterable] = call.plain()? else {
        return None;
    };
    if !iterates_python(iterable) || iterable.is_exact::<PyListObject>() {
        return None;
    }
    if !config::always_surrogates() && is_own_iterator(iterable) {
        return Some(enter(call.ts, Known::JoinSteps, &[separator, iterable]));
    }
    call.enter(&[separator, iterable])
}

/// Whether it is a builtin iterator whose steps may run Python: `iter` of it is itself, and it is not asked for its length.
pub(super) fn is_own_iterator(object: &PyObject) -> bool {
    object.is_exact::<PyGenObject>()
        || object.is_exact::<iterators::mapobject>()
        || object.is_exact::<iterators::filterobject>()
        || object.is_exact::<iterators::zipobject>()
        || object.is_exact::<enumobject>()
        || !object.ty().is_heap_type() && task::steps_by(object.ty()).is_some()
}

fn send(call: &Call<'_>) -> Option<Outcome> {
    let [generator, value] = call.plain()? else {
        return None;
    };
    if !generator::is_native_generator(generator) {
        return None;
    }
    call.enter(&[generator, value])
}

fn exec(call: &Call<'_>) -> Option<Outcome> {
    let prepare = crate::start::services()?.prepare_exec;
    let prepared = match prepare(call.args, call.names) {
        Ok(prepared) => prepared,
        Err(Raised) => return Some(Outcome::Raised),
    };
    let none = singletons::none();
    let closure: &PyObject = prepared.closure.as_deref().map_or(&*none, |c| c);
    call.enter(&[&prepared.code, &prepared.globals, &prepared.locals, closure])
}

fn eval(call: &Call<'_>) -> Option<Outcome> {
    let prepare = crate::start::services()?.prepare_eval;
    match prepare(call.plain()?) {
        Ok(prepared) => call.enter(&[&prepared.code, &prepared.globals, &prepared.locals]),
        Err(Raised) => Some(Outcome::Raised),
    }
}

/// `T.__new__(...)` of a builtin type.
fn new_method(call: &Call<'_>) -> Option<Outcome> {
    let [of, first, rest @ ..] = call.args else {
        return None;
    };
    let class = first.downcast::<PyTypeObject>()?;
    if !typeobject::is_subtype(class, &typeobject::PyType_Type) {
        if let Some(of) = of.downcast::<PyTypeObject>()
            && call.named() == 0
            && let Some(task) = task::begin_new_as(of, class, rest)
        {
            return Some(match task {
                Ok(task) => replay::run_task(call.ts, task, 1),
                Err(Raised) => Outcome::Raised,
            });
        }
        // Found as a method of `type`: the object that it is bound to is its first argument.
        return attempts_class(class)
            .then(|| attempt_call(call.ts, call.callable, &call.args[1..], call.names));
    }
    if !of.is(&*typeobject::PyType_Type) || rest.len() - call.named() != 3 {
        return None;
    }
    let (positional, values) = rest.split_at(3);
    let made = (|| {
        let keywords = dict::new()?;
        if let Some(names) = call.names {
            for (name, value) in names.items().iter().zip(values) {
                keywords.set_item(name, value)?;
            }
        }
        Ok((tuple::from_borrowed(positional)?, keywords))
    })();
    match made {
        Ok((args, keywords)) => Some(enter(call.ts, Known::NewClass, &[class, &args, &keywords])),
        Err(Raised) => Some(Outcome::Raised),
    }
}

/// `functools.reduce(function, iterable[, initial])`.
fn reduce(call: &Call<'_>) -> Option<Outcome> {
    let none = singletons::none();
    if let [function, iterable, initial @ ..] = call.plain()?
        && initial.len() < 2
        && !iterates_python(iterable)
        && let Some(outcome) = natively::reduce(call, function, iterable, initial.first().copied())
    {
        return Some(outcome);
    }
    match call.plain()? {
        [function, iterable] => call.enter(&[function, iterable, &boolean::from(false), &none]),
        [function, iterable, initial] => {
            call.enter(&[function, iterable, &boolean::from(true), initial])
        }
        _ => None,
    }
}

fn build_class(call: &Call<'_>) -> Option<Outcome> {
    let [body, name, bases @ ..] = call.positional() else {
        return None;
    };
    if !body.is_exact::<PyFunctionObject>() || !name.is_instance::<Str>() {
        return None;
    }
    Some(enter_build_class(call, body, name, bases).unwrap_or(Outcome::Raised))
}

/// `__build_class__`: the metaclass is separated from the other keywords.
fn enter_build_class(
    call: &Call<'_>,
    body: &PyObject,
    name: &PyObject,
    bases: &[&PyObject],
) -> PyResult<Outcome> {
    let (args, names) = (call.args, call.names);
    let keywords = dict::new()?;
    let mut asked = None;
    if let Some(names) = names {
        let values = &args[args.len() - names.len()..];
        for (key, value) in names.items().iter().zip(values) {
            if key
                .downcast::<Str>()
                .is_some_and(|k| k.equals_text("metaclass"))
            {
                asked = Some(value.to_ref());
            } else {
                keywords.set_item(key, value)?;
            }
        }
    }
    let none = singletons::none();
    let all = tuple::from_borrowed(bases)?;
    if !bases.iter().all(|b| b.is_instance::<PyTypeObject>()) {
        let meta = asked.as_deref().unwrap_or(&none);
        let args = [body, name, &*all, meta, &*keywords];
        return Ok(enter(call.ts, Known::BuildClassFrom, &args));
    }
    let meta = asked.unwrap_or_else(|| match bases.first() {
        Some(base) => Ref::new(base.ty()).into_object(),
        None => Ref::new(&*typeobject::PyType_Type).into_object(),
    });
    let args = [body, name, &*all, &*meta, &*keywords, &*none];
    Ok(enter_number(call.ts, call.number, &args))
}
