//! `_warnings`: issuing warnings: filters, registries of what has been said already, output.
//!
//! The state that counts is `warnings`' own (`filters`, `defaultaction`, `onceregistry`) once that module is imported;
//! until then the interpreter's lists serve.

use crate::support::*;
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::{Downcast, fast_kw, noargs};
use hotpy_objects::task::{self, Begun, Native};
use hotpy_objects::*;

fn or_none(slot: &Slot<PyObject>) -> Ref {
    slot.cloned().unwrap_or_else(singletons::none)
}

/// An attribute of `warnings` if that is imported (or shall be imported for it).
fn of_module(name: &str, import: bool) -> PyResult<Option<Ref>> {
    let module = if import && !crate::start::is_ending() {
        match (hooks::hooks().import)("warnings") {
            Ok(module) => module,
            Err(raised) => {
                if errors::matches(&exceptions::ImportError) {
                    errors::clear();
                    return Ok(None);
                }
                return Err(raised);
            }
        }
    } else {
        match crate::sys::modules()?.get_text("warnings") {
            Some(module) => module,
            None => return Ok(None),
        }
    };
    attr_opt(&module, name)
}

/// The jobs `[pattern, subject]`, `[class, class]`, `[object, class]`, and `[registry, key, whether to add it]`.
const MATCHED: Native = |a| boolean(matched(a[0], a[1])?).map(Some);
const IS_SUBCLASS: Native = |a| boolean(protocol::is_subclass(a[0], a[1])?).map(Some);
const IS_INSTANCE: Native = |a| boolean(protocol::is_instance(a[0], a[1])?).map(Some);
const SAID: Native = |a| {
    let add = hotpy_objects::boolean::is_true(a[2]);
    boolean(said_before(a[0], a[1], add)?).map(Some)
};

/// Whether a job that answers so says yes.
async fn tells(job: Native, operands: &[&PyObject]) -> PyResult<bool> {
    let answer = task::attempt(job, operands).await?;
    Ok(answer.is_some_and(|a| hotpy_objects::boolean::is_true(&a)))
}

/// The action for a warning, and the filter it comes from.
async fn action(
    category: &PyObject,
    message: &PyObject,
    line: i64,
    module: &PyObject,
) -> PyResult<(Ref, Ref)> {
    if let Some(filters) = of_module("filters", false)? {
        interpreter().warnings_filters.set(Some(filters));
    }
    let filters = or_none(&interpreter().warnings_filters);
    let Some(filters) = filters.downcast::<PyListObject>() else {
        return Err(raise!(ValueError, "_warnings.filters must be a list"));
    };
    let mut i = 0;
    while let Some(item) = filters.get(i) {
        let Some(fields) = item.exact::<PyTupleObject>().filter(|t| t.len() == 5) else {
            return Err(raise!(
                ValueError,
                "_warnings.filters item {i} isn't a 5-tuple"
            ));
        };
        let fields: Vec<Ref> = fields.items().iter().map(|f| f.to_ref()).collect();
        if !fields[0].is_instance::<Str>() {
            return Err(raise!(
                TypeError,
                "action must be a string, not '{}'",
                fields[0].ty().name()
            ));
        }
        if tells(MATCHED, &[&fields[1], message]).await?
            && tells(IS_SUBCLASS, &[category, &fields[2]]).await?
            && tells(MATCHED, &[&fields[3], module]).await?
        {
            let only = i64_arg(&fields[4])?;
            if only == 0 || only == line {
                return Ok((fields[0].clone(), item));
            }
        }
        i += 1;
    }
    if let Some(default) = of_module("defaultaction", false)? {
        if !default.is_instance::<Str>() {
            return Err(raise!(
                TypeError,
                "_warnings.defaultaction must be a string, not '{}'",
                default.ty().name()
            ));
        }
        interpreter().warnings_default_action.set(Some(default));
    }
    Ok((
        or_none(&interpreter().warnings_default_action),
        singletons::none(),
    ))
}

/// A filter's pattern: None, a text to be equal to, or a compiled expression.
fn matched(pattern: &PyObject, subject: &PyObject) -> PyResult<bool> {
    if singletons::is_none(pattern) {
        return Ok(true);
    }
    if pattern.is_exact::<Str>() {
        return protocol::eq(pattern, subject);
    }
    protocol::truth(&*method(pattern, "match", &[subject])?)
}

/// Whether the registry has the key; a registry of other filters is emptied first. Adds it if `add`.
fn said_before(registry: &PyObject, key: &PyObject, add: bool) -> PyResult<bool> {
    let Some(dict) = registry.downcast::<PyDictObject>() else {
        return Ok(false);
    };
    let current = dict
        .get_text("version")
        .and_then(|v| v.downcast::<PyLongObject>().and_then(|n| n.to_i64()));
    if current != Some(interpreter().warnings_filters_version.get()) {
        dict.clear();
        dict.set_text(
            "version",
            &*int(interpreter().warnings_filters_version.get())?,
        )?;
    } else if let Some(value) = dict.get_item(key)?
        && protocol::truth(&value)?
    {
        return Ok(true);
    }
    if add {
        dict.set_item(key, &*boolean(true)?)?;
    }
    Ok(false)
}

/// The module name that a file name suggests.
fn module_of(filename: &Str) -> PyResult {
    let name = filename.to_string_lossy();
    if name.is_empty() {
        return text("<unknown>");
    }
    text(name.strip_suffix(".py").unwrap_or(&name))
}

/// Issues a warning for a place in a file. Raises the warning itself if a filter says so.
#[allow(clippy::too_many_arguments)]
pub fn warn_explicit(
    category: &PyObject,
    message: &PyObject,
    filename: &Str,
    line: i64,
    module: Option<&PyObject>,
    registry: Option<&PyObject>,
    source_line: Option<&PyObject>,
    source: Option<&PyObject>,
) -> PyResult<()> {
    task::run(issue(
        category,
        message,
        filename,
        line,
        module,
        registry,
        source_line,
        source,
    ))
}

#[allow(clippy::too_many_arguments)]
async fn issue(
    category: &PyObject,
    message: &PyObject,
    filename: &Str,
    line: i64,
    module: Option<&PyObject>,
    registry: Option<&PyObject>,
    source_line: Option<&PyObject>,
    source: Option<&PyObject>,
) -> PyResult<()> {
    let module = match module {
        Some(module) if singletons::is_none(module) => return Ok(()),
        Some(module) => module.to_ref(),
        None => module_of(filename)?,
    };
    let registry = not_none(registry);
    if let Some(registry) = registry
        && !registry.is_instance::<PyDictObject>()
    {
        return Err(raise!(TypeError, "'registry' must be a dict or None"));
    }
    let is_warning = [message, &*exceptions::Warning];
    let (words, message, category) = if tells(IS_INSTANCE, &is_warning).await? {
        (
            task::str(message).await?,
            message.to_ref(),
            message.ty().to_ref(),
        )
    } else {
        (
            message.to_ref(),
            task::call(category, vec![message.to_ref()]).await?,
            category.to_ref(),
        )
    };
    let number = int(line)?;
    let key = tuple(vec![words.clone(), category.clone(), number.clone()])?;
    let (yes, no) = (boolean(true)?, boolean(false)?);
    if let Some(registry) = registry
        && tells(SAID, &[registry, &key, &no]).await?
    {
        return Ok(());
    }
    let (action, filter) = action(&category, &words, line, &module).await?;
    let action_text = protocol::str(&action)?.to_string_lossy();
    match action_text.as_str() {
        "error" => {
            return Err(errors::raise_value(message.ty(), Some(&message)));
        }
        "ignore" => return Ok(()),
        _ => {}
    }
    let mut silent = false;
    if action_text != "always" {
        if let Some(registry) = registry {
            protocol::setitem(registry, &key, &yes)?;
        }
        let short = |zero: bool| -> PyResult {
            let mut parts = vec![words.clone(), category.clone()];
            if zero {
                parts.push(int(0)?);
            }
            tuple(parts)
        };
        match action_text.as_str() {
            "once" => {
                let owned;
                let registry = match registry {
                    Some(registry) => registry,
                    None => {
                        owned = once_registry()?;
                        &*owned
                    }
                };
                silent = tells(SAID, &[registry, &*short(false)?, &yes]).await?;
            }
            "module" => {
                if let Some(registry) = registry {
                    silent = tells(SAID, &[registry, &*short(false)?, &yes]).await?;
                }
            }
            "default" => {}
            _ => {
                let action = protocol::repr(&action)?.to_string_lossy();
                let filter = protocol::str(&filter)?.to_string_lossy();
                return Err(raise!(
                    RuntimeError,
                    "Unrecognized action ({action}) in warnings.filters:\n {filter}"
                ));
            }
        }
    }
    if silent {
        return Ok(());
    }
    show(
        &category,
        &words,
        &message,
        filename,
        line,
        &number,
        source_line,
        source,
    )
    .await
}

fn once_registry() -> PyResult {
    match of_module("onceregistry", false)? {
        Some(registry) => {
            if !registry.is_instance::<PyDictObject>() {
                return Err(raise!(
                    TypeError,
                    "_warnings.onceregistry must be a dict, not '{}'",
                    registry.ty().name()
                ));
            }
            interpreter()
                .warnings_once_registry
                .set(Some(registry.clone()));
            Ok(registry)
        }
        None => Ok(or_none(&interpreter().warnings_once_registry)),
    }
}

#[allow(clippy::too_many_arguments)]
async fn show(
    category: &PyObject,
    words: &PyObject,
    message: &PyObject,
    filename: &Str,
    line: i64,
    number: &PyObject,
    source_line: Option<&PyObject>,
    source: Option<&PyObject>,
) -> PyResult<()> {
    let Some(shower) = of_module("_showwarnmsg", source.is_some())? else {
        return print(category, words, filename, line, source_line);
    };
    if !protocol::callable(&shower) {
        return Err(raise!(
            TypeError,
            "warnings._showwarnmsg() must be set to a callable"
        ));
    }
    let Some(class) = of_module("WarningMessage", false)? else {
        return Err(raise!(
            RuntimeError,
            "unable to get warnings.WarningMessage"
        ));
    };
    let record = vec![
        message.to_ref(),
        category.to_ref(),
        Ref::new(filename).into_object(),
        number.to_ref(),
        singletons::none(),
        singletons::none(),
        source.map_or_else(singletons::none, PyObject::to_ref),
    ];
    let record = task::call(&class, record).await?;
    task::call(&shower, vec![record]).await?;
    Ok(())
}

/// `file:line: Category: text`, and the source line if it can be had.
fn print(
    category: &PyObject,
    words: &PyObject,
    filename: &Str,
    line: i64,
    source_line: Option<&PyObject>,
) -> PyResult<()> {
    let Some(file) = crate::sys::get("stderr").filter(|f| !singletons::is_none(f)) else {
        return Ok(());
    };
    let name = protocol::str(&*protocol::getattr(category, &names::__name__)?)?.to_string_lossy();
    let words = protocol::str(words)?.to_string_lossy();
    let place = filename.to_string_lossy();
    crate::sys::write_text(&file, &format!("{place}:{line}: {name}: {words}\n"));
    let source = match source_line {
        Some(source) => Some(protocol::str(source)?.to_string_lossy()),
        None => std::fs::read_to_string(&place).ok().and_then(|text| {
            text.lines()
                .nth((line - 1).max(0) as usize)
                .map(str::to_owned)
        }),
    };
    if let Some(source) = source {
        let source = source.trim_matches([' ', '\t', '\x0c']);
        if !source.is_empty() {
            crate::sys::write_text(&file, &format!("  {source}\n"));
        }
    }
    Ok(())
}

fn is_internal(frame: &PyFrameObject) -> bool {
    frame.frame().is_some_and(|f| {
        let name = f.code().filename().to_string_lossy();
        name.contains("importlib") && name.contains("_bootstrap")
    })
}

/// The frame that a warning is about: so many levels up, frames of the import system not counted.
fn frame_at(level: isize) -> PyResult<Option<Ref<PyFrameObject>>> {
    let mut depth = 0;
    let at = |depth: usize| -> PyResult<Option<Ref<PyFrameObject>>> {
        // SAFETY: it is a frame object.
        Ok(crate::engine::frame_object(depth)?.map(|f| unsafe { f.cast() }))
    };
    let Some(first) = at(0)? else { return Ok(None) };
    let count_all = level <= 0 || is_internal(&first);
    let mut frame = Some(first);
    let mut left = level;
    while left > 1 && frame.is_some() {
        left -= 1;
        loop {
            depth += 1;
            frame = at(depth)?;
            if count_all || frame.as_ref().is_none_or(|f| !is_internal(f)) {
                break;
            }
        }
    }
    Ok(frame)
}

/// `warnings.warn`.
pub fn warn(
    message: &PyObject,
    category: &PyObject,
    level: isize,
    source: Option<&PyObject>,
) -> PyResult<()> {
    task::run(issue_here(message, category, level, source))
}

async fn issue_here(
    message: &PyObject,
    category: &PyObject,
    level: isize,
    source: Option<&PyObject>,
) -> PyResult<()> {
    let (globals, filename, line) = match frame_at(level)? {
        None => {
            let globals = crate::sys::dict()
                .ok_or_else(|| raise!(RuntimeError, "lost sys"))?
                .into_object();
            (globals, str_::new("sys")?, 1)
        }
        Some(frame) => match frame.frame() {
            Some(f) => (
                f.f_globals.cloned().unwrap_or_else(singletons::none),
                Ref::new(f.code().filename()),
                f.line().unwrap_or(0) as i64,
            ),
            None => return Ok(()),
        },
    };
    let Some(globals) = globals.downcast::<PyDictObject>() else {
        return Ok(());
    };
    let registry = match globals.get_text("__warningregistry__") {
        Some(registry) => registry,
        None => {
            let new = dict::new()?.into_object();
            globals.set_text("__warningregistry__", &new)?;
            new
        }
    };
    let module = match globals.get_str(&names::__name__) {
        Some(name) if singletons::is_none(&name) || name.is_instance::<Str>() => name,
        _ => text("<string>")?,
    };
    issue(
        category,
        message,
        &filename,
        line,
        Some(&module),
        Some(&registry),
        None,
        source,
    )
    .await
}

/// The object model's hook.
pub fn warn_text(category: &PyTypeObject, message: &str, level: isize) -> PyResult<()> {
    warn(&*text(message)?, category, level, None)
}

/// RuntimeWarning "coroutine ... was never awaited", through `warnings`, which tells where it was made.
pub fn unawaited(coroutine: &PyGenObject) -> PyResult<()> {
    if let Some(warn) = of_module("_warn_unawaited_coroutine", true)? {
        match call::call1(&warn, coroutine) {
            Ok(_) => return Ok(()),
            Err(raised) if errors::matches(&exceptions::RuntimeWarning) => return Err(raised),
            Err(Raised) => errors::write_unraisable(Some(coroutine)),
        }
    }
    let name = coroutine
        .gi_qualname
        .cloned()
        .unwrap_or_else(singletons::none);
    let name = protocol::str(&name)?.to_string_lossy();
    let message = format!("coroutine '{name}' was never awaited");
    warn_text(&exceptions::RuntimeWarning, &message, 1)
}

/// ResourceWarning "unclosed file ...".
pub fn unclosed(source: &PyObject) -> PyResult<()> {
    let shown = protocol::repr(source)?.to_string_lossy();
    warn(
        &*text(&format!("unclosed file {shown}"))?,
        &*exceptions::ResourceWarning,
        1,
        Some(source),
    )
}

/// A warning of the compiler.
pub fn warn_at(category: &PyTypeObject, message: &str, filename: &Str, line: i64) -> PyResult<()> {
    warn_explicit(
        category,
        &*text(message)?,
        filename,
        line,
        None,
        None,
        None,
        None,
    )
}

static WARN_PARAMS: Params = Params {
    function: "warn",
    names: &["message", "category", "stacklevel", "source"],
    positional_only: 0,
    positional: 4,
    required: 1,
};

extern "C" fn warn_function(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let a = WARN_PARAMS.bind(args, count, kwnames)?;
    task::run(warning(&a))
}

/// The same from bytecode.
fn begin_warn(_: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun> {
    Some(begin(&WARN_PARAMS, args, names, warning))
}

/// Binds the arguments, and begins what is to be done with them.
fn begin(
    params: &'static Params,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
    work: impl AsyncFn(&[Option<&PyObject>]) -> PyResult + 'static,
) -> Begun {
    let count = args.len() - names.map_or(0, PyTupleObject::len);
    let Ok(a) = params.bind(Args::from_slice(args), count as isize, names) else {
        return Begun::Done(Err(Raised));
    };
    let a: Vec<Option<Ref>> = a.iter().map(|o| o.map(PyObject::to_ref)).collect();
    Begun::Task(Box::pin(async move {
        let a: Vec<Option<&PyObject>> = a.iter().map(Option::as_deref).collect();
        work(&a).await.map(Some)
    }))
}

async fn warning(a: &[Option<&PyObject>]) -> PyResult {
    let Some(message) = a[0] else { return none() };
    let level = match a[2] {
        Some(level) => isize_arg(&*task::indexed(level).await?)?,
        None => 1,
    };
    let is_warning = [message, &*exceptions::Warning];
    let category: &PyObject = if tells(IS_INSTANCE, &is_warning).await? {
        message.ty()
    } else {
        not_none(a[1]).unwrap_or(&exceptions::UserWarning)
    };
    let fits = category.ty().is_subclass_flag(flags::tp::TYPE_SUBCLASS)
        && tells(IS_SUBCLASS, &[category, &*exceptions::Warning]).await?;
    if !fits {
        return Err(raise!(
            TypeError,
            "category must be a Warning subclass, not '{}'",
            category.ty().name()
        ));
    }
    issue_here(message, category, level, not_none(a[3])).await?;
    none()
}

static EXPLICIT_PARAMS: Params = Params {
    function: "warn_explicit",
    names: &[
        "message",
        "category",
        "filename",
        "lineno",
        "module",
        "registry",
        "module_globals",
        "source",
    ],
    positional_only: 0,
    positional: 8,
    required: 4,
};

extern "C" fn warn_explicit_function(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let a = EXPLICIT_PARAMS.bind(args, count, kwnames)?;
    task::run(warning_explicitly(&a))
}

/// The same from bytecode.
fn begin_warn_explicit(
    _: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    Some(begin(&EXPLICIT_PARAMS, args, names, warning_explicitly))
}

async fn warning_explicitly(a: &[Option<&PyObject>]) -> PyResult {
    let (Some(message), Some(category), Some(filename), Some(line)) = (a[0], a[1], a[2], a[3])
    else {
        return none();
    };
    let filename = str_arg("warn_explicit", "argument 3", filename)?;
    let line = i64_arg(line)?;
    let source_line = match not_none(a[6]) {
        None => None,
        Some(globals) => {
            if !globals.is_instance::<PyDictObject>() {
                return Err(raise!(
                    TypeError,
                    "module_globals must be a dict, not '{}'",
                    globals.ty().name()
                ));
            }
            loader_line(globals, line).await?
        }
    };
    issue(
        category,
        message,
        filename,
        line,
        a[4],
        a[5],
        source_line.as_deref(),
        not_none(a[7]),
    )
    .await?;
    none()
}

/// The source line that a module's loader knows of.
async fn loader_line(globals: &PyObject, line: i64) -> PyResult<Option<Ref>> {
    let Some(globals) = globals.downcast::<PyDictObject>() else {
        return Ok(None);
    };
    let (Some(loader), Some(name)) = (
        globals.get_str(&names::__loader__),
        globals.get_str(&names::__name__),
    ) else {
        return Ok(None);
    };
    const GET_SOURCE: Native = |a| attr_opt(a[0], "get_source");
    let Some(get_source) = task::attempt(GET_SOURCE, &[&loader]).await? else {
        return Ok(None);
    };
    let source = task::call(&get_source, vec![name]).await?;
    let Some(source) = source.downcast::<Str>() else {
        return Ok(None);
    };
    let source = source.to_string_lossy();
    match source.lines().nth((line - 1).max(0) as usize) {
        Some(found) => Ok(Some(text(found)?)),
        None => Ok(None),
    }
}

extern "C" fn filters_mutated(_: &PyObject) -> PyResult {
    let version = &interpreter().warnings_filters_version;
    version.set(version.get() + 1);
    none()
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast_kw::<PyObject>(c"warn", warn_function, c"warn($module, /, message, category=None, stacklevel=1, source=None)\n--\n\nIssues a warning, or perhaps ignores it or raises an exception."),
    fast_kw::<PyObject>(c"warn_explicit", warn_explicit_function, c"warn_explicit(message, category, filename, lineno,\n              module=None, registry=None, module_globals=None, source=None) -> None\n\nThe same for a given place."),
    noargs::<PyObject>(c"_filters_mutated", filters_mutated, c"_filters_mutated() -> None\n\nTells that the filters have changed."),
    PyMethodDef::END,
];
}

fn initial_filters() -> PyResult {
    let filter = |category: &PyTypeObject, action: &str, module: Option<&str>| -> PyResult {
        tuple(vec![
            str_::intern(action)?.into_object(),
            singletons::none(),
            category.to_ref(),
            match module {
                Some(module) => text(module)?,
                None => singletons::none(),
            },
            int(0)?,
        ])
    };
    list(vec![
        filter(&exceptions::DeprecationWarning, "default", Some("__main__"))?,
        filter(&exceptions::DeprecationWarning, "ignore", None)?,
        filter(&exceptions::PendingDeprecationWarning, "ignore", None)?,
        filter(&exceptions::ImportWarning, "ignore", None)?,
        filter(&exceptions::ResourceWarning, "ignore", None)?,
    ])
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods("_warnings", "The core of warnings.", METHODS)?;
    if interpreter().warnings_filters.is_null() {
        interpreter().warnings_filters.set(Some(initial_filters()?));
        interpreter()
            .warnings_once_registry
            .set(Some(dict::new()?.into_object()));
        interpreter()
            .warnings_default_action
            .set(Some(text("default")?));
    }
    task::register_named(&module, "warn", begin_warn)?;
    task::register_named(&module, "warn_explicit", begin_warn_explicit)?;
    module.add("filters", &or_none(&interpreter().warnings_filters))?;
    module.add(
        "_onceregistry",
        &or_none(&interpreter().warnings_once_registry),
    )?;
    module.add(
        "_defaultaction",
        &or_none(&interpreter().warnings_default_action),
    )?;
    Ok(module)
}
