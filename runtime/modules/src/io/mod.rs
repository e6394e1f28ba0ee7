//! `_io`: files in three layers (raw descriptors, buffers, text) and in memory.
//!
//! One file per class; the abstract bases are in `base`. Layers talk to each other through Python methods unless the
//! lower one is exactly our own class, which is then called directly.

pub mod base;
mod buffer;
pub mod buffered;
pub mod bytesio;
pub mod codec;
pub mod fileio;
pub mod newline;
mod position;
pub mod stringio;
pub mod textio;

use crate::support::*;
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::{fast, fast_kw};
use hotpy_objects::task::{self, Answer, Begun, Native};
use hotpy_objects::*;

/// Size of buffers unless a file's block size says otherwise.
pub const DEFAULT_BUFFER_SIZE: usize = 8192;

static UNSUPPORTED: TypeCell = TypeCell::EMPTY;

/// io.UnsupportedOperation(text).
pub fn unsupported(message: &str) -> Raised {
    errors::raise_text(UNSUPPORTED.get(), message)
}

/// ValueError "I/O operation on closed file."
pub fn closed_error() -> Raised {
    raise!(ValueError, "I/O operation on closed file.")
}

/// `file.closed`.
pub fn is_closed(file: &PyObject) -> PyResult<bool> {
    if let Some(own) = buffered::exact(file) {
        return task::run(own.raw_closed());
    }
    let ty = file.ty();
    if !ty.is_heap_type()
        && let Some(found) = typeobject::lookup(ty, &names::closed)
        && let Some(closed) = found.exact::<PyGetSetDescrObject>()
    {
        // SAFETY: a descriptor's definition lives as long as the type, which has the object's layout.
        let def = unsafe { &*closed.d_getset.get() };
        if let Some(get) = def.get.get() {
            return protocol::truth(&*get(file, def.closure.get())?);
        }
    }
    protocol::truth(&*protocol::getattr(file, &names::closed)?)
}

/// The same within a task.
async fn is_closed_in_frames(file: &PyObject) -> PyResult<bool> {
    const IS_CLOSED: Native = |a| boolean(is_closed(a[0])?).map(Some);
    if !file.ty().is_heap_type() {
        return is_closed(file);
    }
    let closed = task::attempt(IS_CLOSED, &[file]).await?;
    Ok(closed.is_some_and(|c| hotpy_objects::boolean::is_true(&c)))
}

/// The first argument as a size: -1 if there is none, or None.
async fn size_arg(args: &[&PyObject]) -> PyResult<isize> {
    match args.first() {
        Some(size) => match opt_isize_arg(Some(&*task::indexed(size).await?), -1) {
            Err(_) if errors::matches(&exceptions::OverflowError) => {
                errors::clear();
                Err(cannot_fit(&exceptions::OverflowError, size, "index"))
            }
            size => size,
        },
        None => Ok(-1),
    }
}

/// What `__index__` of an argument answered is too large.
fn cannot_fit(error: &PyTypeObject, argument: &PyObject, kind: &str) -> Raised {
    let class = argument.ty().name();
    errors::raise_text(
        error,
        &format!("cannot fit '{class}' into an {kind}-sized integer"),
    )
}

/// A position in a file, given as an object and, if it has one, its index. ValueError if it is too large.
fn offset_arg(argument: &PyObject, index: &PyObject) -> PyResult<i64> {
    i64_arg(index).map_err(|raised| {
        if !errors::matches(&exceptions::OverflowError) {
            return raised;
        }
        errors::clear();
        cannot_fit(&exceptions::ValueError, argument, "offset")
    })
}

/// The first argument as a size that is not None.
async fn plain_size_arg(args: &[&PyObject]) -> PyResult<isize> {
    match args.first() {
        Some(size) => isize_arg(&*task::indexed(size).await?),
        None => Ok(-1),
    }
}

/// The second argument as what a position is relative to.
async fn whence_arg(args: &[&PyObject]) -> PyResult<c_int> {
    match args.get(1) {
        Some(whence) => int_arg(&*task::indexed(whence).await?),
        None => Ok(0),
    }
}

/// How far down the layers of a file are looked at.
const LAYERS: usize = 16;

/// Whether what a file does may run Python: its class is one of Python, or what lies below it is, or its codec.
pub fn runs_python(file: &PyObject) -> bool {
    if file.is_exact::<fileio::FileObject>() {
        return false;
    }
    let mut file = file.to_ref();
    for _ in 0..LAYERS {
        if file.ty().is_heap_type() {
            return true;
        }
        let below = if let Some(buffer) = buffered::exact(&file) {
            buffer.below()
        } else if let Some(text) = file.exact::<textio::Wrapper>() {
            if text.codec_runs_python() {
                return true;
            }
            text.below()
        } else if file.ty().is(&*buffered::BufferedRWPair) {
            return true;
        } else {
            return false;
        };
        match below {
            Some(below) => file = below,
            None => return false,
        }
    }
    true
}

/// What a file's method does, as a task.
trait Work<T>: AsyncFn(&T, &[&PyObject]) -> PyResult + 'static {}
impl<T, F: AsyncFn(&T, &[&PyObject]) -> PyResult + 'static> Work<T> for F {}

/// Begins a method from bytecode as a task, if it may run Python.
fn begin<T: Object + 'static>(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
    counts: std::ops::RangeInclusive<usize>,
    work: impl Work<T>,
) -> Option<Begun> {
    if names.is_some_and(|n| n.len() > 0) || !counts.contains(&args.len()) {
        return None;
    }
    if !runs_python(this) {
        let is_plain = |a: &&PyObject| a.ty().tp_flags.get() & flags::tp::PLAIN != 0;
        return (!args.iter().all(is_plain)).then_some(Begun::Attempt);
    }
    Some(Begun::Task(started(this, args, work)))
}

/// A method under way.
fn started<T: Object + 'static>(
    this: &PyObject,
    args: &[&PyObject],
    work: impl Work<T>,
) -> task::Task {
    // SAFETY: methods are those of the type.
    let this: Ref<T> = unsafe { this.to_ref().cast() };
    task::of_function(args, async move |args: &[&PyObject]| {
        work(&this, args).await
    })
}

/// A table of what begins the methods of a type: their names, what they do and how many arguments they have.
macro_rules! begins {
    ($ty:ty: $($name:literal $work:path, $counts:expr;)*) => {
        &[$(($name, |this, args, names| {
            $crate::io::begin::<$ty>(this, args, names, $counts, $work)
        }),)*]
    };
}
use begins;

/// The same methods as C functions, which run all natively.
macro_rules! natively {
    ($ty:ty:
        $(alone { $($alone:ident $work_alone:path;)* })?
        $(one { $($one:ident $work_one:path;)* })?
        $(args { $($args:ident $work_args:path;)* })?
    ) => {
        $($(extern "C" fn $alone(this: &$ty) -> PyResult {
            task::run($work_alone(this, &[]))
        })*)?
        $($(extern "C" fn $one(this: &$ty, arg: &PyObject) -> PyResult {
            task::run($work_one(this, &[arg]))
        })*)?
        $($(extern "C" fn $args(this: &$ty, args: Args<'_>, count: isize) -> PyResult {
            task::run($work_args(this, args.slice(count)))
        })*)?
    };
}
use natively;

/// Methods that hand on what they are asked: by `$of`, the file, and the method of that.
macro_rules! forwarded {
    ($ty:ty: $($work:ident $of:ident $name:literal;)*) => { $(
        async fn $work(this: &$ty, args: &[&PyObject]) -> PyResult {
            let args = args.iter().map(|a| a.to_ref()).collect();
            task::method(&*this.$of()?, $name, args).await
        }
    )* };
}
use forwarded;

/// Such a table.
type Beginnings = &'static [(&'static str, task::Calls)];

/// Has a type's own methods among them begun as tasks.
fn register(ty: &'static PyTypeObject, all: Beginnings) -> PyResult<()> {
    for (name, calls) in all {
        if ty.dict().get_text(name).is_some() {
            task::register_named(ty, name, *calls)?;
        }
    }
    Ok(())
}

/// Has the steps of files of a type made as tasks, if they may run Python.
macro_rules! register_steps {
    ($ty:expr, $layout:ty, $next:path) => {
        task::register_steps_of_classes(
            $ty,
            task::Steps {
                asks: $crate::io::runs_python,
                next: |this, _| {
                    // SAFETY: the steps are those of the type.
                    let this: Ref<$layout> = unsafe { this.to_ref().cast() };
                    Box::pin(async move { $next(&this).await })
                },
            },
        )
    };
}
use register_steps;

/// Has files of a type filled by tasks, if an argument is a file that may run Python (or, for text, names such a codec).
macro_rules! register_init {
    ($ty:expr, $init:path) => {
        task::register_init(
            $ty,
            task::Fills {
                asks: $crate::io::is_over_python,
                begin: |this, args, kwargs| {
                    let this = this.to_ref();
                    Some(Box::pin(async move {
                        let kwargs: Option<&PyObject> = kwargs.as_deref().map(|k| &**k);
                        $init(&this, &args, kwargs).await?;
                        Ok(Some(singletons::none()))
                    }))
                },
            },
        )
    };
}
use register_init;

/// A file of one of our types is made over another: from the first that may run Python on, steps of such files are looked at.
fn made_over(file: &PyObject) {
    if runs_python(file) {
        for ty in [
            &buffered::BufferedReader,
            &buffered::BufferedRandom,
            &textio::TextIOWrapper,
        ] {
            task::steps_ask(ty);
        }
    }
}

/// Whether one of the arguments is a file that may run Python, or the name of such a codec.
fn is_over_python(args: &PyTupleObject, kwargs: Option<&PyDictObject>) -> bool {
    let asks = |object: &PyObject| runs_python(object) || codec::is_of_python(object);
    args.items().iter().any(|a| asks(a))
        || kwargs.is_some_and(|k| k.pairs().iter().any(|(_, value)| asks(value)))
}

/// Calls one of `readable()`, `writable()`, `seekable()` for its truth.
async fn is_able(file: &PyObject, test: &str) -> PyResult<bool> {
    task::truth(&*task::method(file, test, Vec::new()).await?).await
}

/// An attribute, as a task asks for it; nothing if there is none.
pub async fn attribute(object: &PyObject, name: &str) -> Answer {
    const ATTRIBUTE: Native = |a| {
        // SAFETY: the second operand is a name.
        protocol::getattr_opt(a[0], unsafe { a[1].cast() })
    };
    task::attempt(ATTRIBUTE, &[object, &*str_::intern(name)?]).await
}

/// The repr of an attribute of a file that is shown; nothing if there is none, or asking for it is a ValueError.
async fn shown_attribute(file: &PyObject, name: &str) -> PyResult<Option<String>> {
    match attribute(file, name).await {
        Ok(Some(value)) => {
            let shown = task::repr(&value).await?;
            Ok(Some(protocol::str(&shown)?.to_string_lossy()))
        }
        Ok(None) => Ok(None),
        Err(Raised) if errors::matches(&exceptions::ValueError) => {
            errors::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// Shows a file as a task, if that may run Python.
fn begin_shown<T: Object + 'static>(this: &PyObject, work: impl Work<T>) -> Option<task::Task> {
    runs_python(this).then(|| started(this, &[], work))
}

/// Goes on with the answer of a file's closing after its flush, which may have failed: the later error is raised, with the earlier one as its context.
fn both(flush_failed: Option<Ref>, closed: PyResult) -> PyResult {
    let Some(first) = flush_failed else {
        return closed;
    };
    if closed.is_err() {
        if let Some(second) = errors::fetch_instance() {
            if let Some(e) = errors::as_exception(&second) {
                exceptions::set_context(e, Some(first));
            }
            errors::restore_instance(second);
        }
    } else {
        errors::restore_instance(first);
    }
    Err(Raised)
}

/// The error of what has just failed, to be told later.
fn put_off<T>(result: &PyResult<T>) -> Option<Ref> {
    result.is_err().then(errors::fetch_instance).flatten()
}

/// Writes to a text file directly, if it is exactly our own kind.
pub fn write_str(file: &PyObject, text: &Str) -> Option<PyResult<()>> {
    textio::write_exact(file, text).or_else(|| stringio::write_exact(file, text))
}

/// Whether writing text to the file runs no Python.
pub fn is_in_memory(file: &PyObject) -> bool {
    file.is_exact::<stringio::Text>()
}

/// A text file's encoding where none is named: checks the type and warns under `-X warn_default_encoding`.
extern "C" fn text_encoding(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    cfunction::check_count("text_encoding", args.len(), 1, 2)?;
    if not_none(Some(args[0])).is_some() {
        return Ok(args[0].to_ref());
    }
    let level = args.get(1).map_or(Ok(2), |o| int_arg(o))?;
    if crate::config::with(|c| c.warn_default_encoding) {
        errors::warn(
            &exceptions::EncodingWarning,
            "'encoding' argument not specified",
            level as isize,
        )?;
    }
    text(if crate::config::with(|c| c.utf8_mode) {
        "utf-8"
    } else {
        "locale"
    })
}

/// What C code has put in the place of opening code (`PyFile_SetOpenCodeHook`), and its data.
pub type OpenCode = unsafe extern "C" fn(&PyObject, *mut c_void) -> PyResult;

struct Hook(Cell<Option<(OpenCode, *mut c_void)>>);

// SAFETY: U1.
unsafe impl Sync for Hook {}

static OPEN_CODE: Hook = Hook(Cell::new(None));

/// Sets what opens code; false if there is one already.
pub fn set_open_code(hook: OpenCode, data: *mut c_void) -> bool {
    let is_free = OPEN_CODE.0.get().is_none();
    if is_free {
        OPEN_CODE.0.set(Some((hook, data)));
    }
    is_free
}

extern "C" fn open_code(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "open_code",
        names: &["path"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let Some(path) = PARAMS.bind(args, count, kwnames)?[0] else {
        return none();
    };
    str_arg("open_code", "argument 'path'", path)?;
    if let Some((hook, data)) = OPEN_CODE.0.get() {
        // SAFETY: the hook has this signature.
        return unsafe { hook(path, data) };
    }
    open(&OpenArgs {
        file: path,
        mode: "rb",
        ..OpenArgs::new(path)
    })
}

/// Arguments of `open`.
pub struct OpenArgs<'a> {
    pub file: &'a PyObject,
    pub mode: &'a str,
    pub buffering: i32,
    pub encoding: Option<&'a PyObject>,
    pub errors: Option<&'a PyObject>,
    pub newline: Option<&'a PyObject>,
    pub closefd: bool,
    pub opener: Option<&'a PyObject>,
}

impl<'a> OpenArgs<'a> {
    pub fn new(file: &'a PyObject) -> OpenArgs<'a> {
        OpenArgs {
            file,
            mode: "r",
            buffering: -1,
            encoding: None,
            errors: None,
            newline: None,
            closefd: true,
            opener: None,
        }
    }
}

/// `open()`: raw file, buffer, text layer as the mode asks for.
pub fn open(a: &OpenArgs<'_>) -> PyResult {
    task::run(opened(a))
}

/// The jobs `[path]`, and `[file, mode, whether to close it, opener]`.
const FSPATH: Native = |a| crate::posix::path::fspath(a[0]).map(Some);
const OPEN_RAW: Native = |a| {
    let mode = str_arg("open", "argument 'mode'", a[1])?.to_utf8()?;
    let closefd = hotpy_objects::boolean::is_true(a[2]);
    let raw = fileio::open_raw(a[0], mode, closefd, not_none(Some(a[3])))?;
    Ok(Some(raw.into_object()))
};

async fn opened(a: &OpenArgs<'_>) -> PyResult {
    let path;
    let file = if number::is_number(a.file) {
        a.file
    } else {
        path = task::attempt(FSPATH, &[a.file]).await?.ok_or(Raised)?;
        &*path
    };
    let (mut creating, mut reading, mut writing, mut appending, mut updating) =
        (false, false, false, false, false);
    let (mut is_text, mut is_binary) = (false, false);
    for (i, c) in a.mode.char_indices() {
        match c {
            'x' => creating = true,
            'r' => reading = true,
            'w' => writing = true,
            'a' => appending = true,
            '+' => updating = true,
            't' => is_text = true,
            'b' => is_binary = true,
            _ => return Err(raise!(ValueError, "invalid mode: '{}'", a.mode)),
        }
        if a.mode[i + c.len_utf8()..].contains(c) {
            return Err(raise!(ValueError, "invalid mode: '{}'", a.mode));
        }
    }
    let mut raw_mode = String::new();
    for (flag, c) in [
        (creating, 'x'),
        (reading, 'r'),
        (writing, 'w'),
        (appending, 'a'),
        (updating, '+'),
    ] {
        if flag {
            raw_mode.push(c);
        }
    }
    if is_text && is_binary {
        return Err(raise!(
            ValueError,
            "can't have text and binary mode at once"
        ));
    }
    match creating as u32 + reading as u32 + writing as u32 + appending as u32 {
        0 => {
            return Err(raise!(
                ValueError,
                "Must have exactly one of create/read/write/append mode and at most one plus"
            ));
        }
        1 => {}
        _ => {
            return Err(raise!(
                ValueError,
                "must have exactly one of create/read/write/append mode"
            ));
        }
    }
    if is_binary {
        for (given, name) in [
            (not_none(a.encoding), "an encoding"),
            (not_none(a.errors), "an errors"),
            (not_none(a.newline), "a newline"),
        ] {
            if given.is_some() {
                return Err(raise!(
                    ValueError,
                    "binary mode doesn't take {name} argument"
                ));
            }
        }
        if a.buffering == 1 {
            errors::warn(
                &exceptions::RuntimeWarning,
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
                1,
            )?;
        }
    }
    let (mode, closefd, none) = (text(&raw_mode)?, boolean(a.closefd)?, singletons::none());
    let raw = [file, &*mode, &*closefd, a.opener.unwrap_or(&none)];
    let raw = task::attempt(OPEN_RAW, &raw).await?.ok_or(Raised)?;
    let result = layers(
        a,
        raw.clone(),
        is_binary,
        creating || writing || appending,
        reading,
        updating,
    )
    .await;
    if result.is_err() {
        // The descriptor goes with the error; the error stays.
        if let Some(taken) = errors::fetch() {
            if method(&raw, "close", &[]).is_err() {
                errors::clear();
            }
            errors::restore(taken);
        }
    }
    result
}

async fn layers(
    a: &OpenArgs<'_>,
    raw: Ref,
    is_binary: bool,
    writes: bool,
    reads: bool,
    updating: bool,
) -> PyResult {
    let mut buffering = a.buffering;
    let isatty = buffering < 0 && protocol::truth(&*method(&raw, "isatty", &[])?)?;
    let mut line_buffering = false;
    if buffering == 1 && !is_binary || buffering < 0 && isatty {
        buffering = -1;
        line_buffering = true;
    }
    if buffering < 0 || buffering == 1 {
        buffering = fileio::block_size(&raw).unwrap_or(DEFAULT_BUFFER_SIZE) as i32;
    }
    if buffering == 0 {
        if !is_binary {
            return Err(raise!(ValueError, "can't have unbuffered text I/O"));
        }
        return Ok(raw);
    }
    let ty: &'static PyTypeObject = if updating {
        &buffered::BufferedRandom
    } else if writes {
        &buffered::BufferedWriter
    } else if reads {
        &buffered::BufferedReader
    } else {
        return Err(raise!(ValueError, "unknown mode: '{}'", a.mode));
    };
    let buffer = call::call(ty, &[&raw, &*int(buffering as i64)?])?;
    if is_binary {
        return Ok(buffer);
    }
    let wrapper = textio::opened(&buffer, a.encoding, a.errors, a.newline, line_buffering).await;
    let wrapper = match wrapper {
        Ok(wrapper) => wrapper,
        Err(raised) => {
            // Closed properly, it warns of nothing; the error stays.
            if let Some(taken) = errors::fetch() {
                if method(&buffer, "close", &[]).is_err() {
                    errors::clear();
                }
                errors::restore(taken);
            }
            return Err(raised);
        }
    };
    protocol::setattr(&wrapper, &names::mode, Some(&*text(a.mode)?))?;
    Ok(wrapper)
}

static OPEN_PARAMS: Params = Params {
    function: "open",
    names: &[
        "file",
        "mode",
        "buffering",
        "encoding",
        "errors",
        "newline",
        "closefd",
        "opener",
    ],
    positional_only: 0,
    positional: 8,
    required: 1,
};

/// `open` as Python calls it; the same function is `builtins.open`.
extern "C" fn open_function(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let a = OPEN_PARAMS.bind(args, count, kwnames)?;
    task::run(opening(&a))
}

/// The same from bytecode, if a path, an opener or a codec may be of Python.
fn begin_open(_: &PyObject, args: &[&PyObject], names: Option<&PyTupleObject>) -> Option<Begun> {
    let is_plain = |o: &&PyObject| o.ty().tp_flags.get() & flags::tp::PLAIN != 0;
    let count = args.len() - names.map_or(0, PyTupleObject::len);
    let has_opener = names.is_some_and(|n| {
        let is_opener = |n: &&PyObject| n.exact::<Str>().is_some_and(|n| n.equals_text("opener"));
        n.items().iter().any(is_opener)
    });
    let has_codec = || {
        let keyword = names.and_then(|n| {
            let is = |n: &&PyObject| n.exact::<Str>().is_some_and(|n| n.equals_text("encoding"));
            n.items().iter().position(is)
        });
        let encoding = keyword.map_or_else(|| args[..count].get(3), |at| args.get(count + at));
        encoding.is_some_and(|e| codec::is_of_python(e))
    };
    if args.iter().all(is_plain) && !has_opener && args.len() < 8 && !has_codec() {
        return None;
    }
    let Ok(a) = OPEN_PARAMS.bind(Args::from_slice(args), count as isize, names) else {
        return Some(Begun::Done(Err(Raised)));
    };
    let a: Vec<Option<Ref>> = a.iter().map(|o| o.map(PyObject::to_ref)).collect();
    Some(Begun::Task(Box::pin(async move {
        let a: Vec<Option<&PyObject>> = a.iter().map(Option::as_deref).collect();
        opening(&a).await.map(Some)
    })))
}

async fn opening(a: &[Option<&PyObject>]) -> PyResult {
    let Some(file) = a[0] else { return none() };
    let mode = match a[1] {
        Some(mode) => str_arg("open", "argument 'mode'", mode)?
            .to_utf8()?
            .to_owned(),
        None => "r".to_owned(),
    };
    let buffering = match a[2] {
        Some(buffering) => int_arg(&*task::indexed(buffering).await?)?,
        None => -1,
    };
    for (given, name) in [
        (a[3], "'encoding'"),
        (a[4], "'errors'"),
        (a[5], "'newline'"),
    ] {
        opt_str_arg("open", &format!("argument {name}"), given)?;
    }
    let closefd = flag_arg(a[6], true)?;
    let args = OpenArgs {
        file,
        mode: &mode,
        buffering,
        encoding: a[3],
        errors: a[4],
        newline: a[5],
        closefd,
        opener: not_none(a[7]),
    };
    opened(&args).await
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast_kw::<PyObject>(c"open", open_function, c"open($module, /, file, mode=\'r\', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)\n--\n\nOpens a file."),
    fast::<PyObject>(c"text_encoding", text_encoding, c"text_encoding($module, encoding, stacklevel=2, /)\n--\n\nThe encoding to use where one may be named."),
    fast_kw::<PyObject>(c"open_code", open_code, c"open_code($module, /, path)\n--\n\nOpens a file of code, in binary mode."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods("io", "Files and streams. Programs use io.", METHODS)?;
    task::register_named(&module, "open", begin_open)?;
    if let Some(asking) = module.dict().get_text("text_encoding") {
        hotpy_vm::builtin_calls::mark_asking(&asking);
    }
    add_int(&module, "DEFAULT_BUFFER_SIZE", DEFAULT_BUFFER_SIZE as i64)?;
    let error = UNSUPPORTED.once(|| {
        let bases = tuple::from_borrowed(&[&*exceptions::OSError, &*exceptions::ValueError])?;
        let body = dict::new()?;
        body.set_text("__module__", &*text("io")?)?;
        let name = str_::new("UnsupportedOperation")?;
        typeobject::new_type(&typeobject::PyType_Type, &name, &bases, &body, None)
    })?;
    module.add("UnsupportedOperation", error)?;
    module.add("BlockingIOError", &*exceptions::BlockingIOError)?;
    for ty in [
        &base::IOBase,
        &base::RawIOBase,
        &base::BufferedIOBase,
        &base::TextIOBase,
        &fileio::FileIO,
        &bytesio::BytesIO,
        &bytesio::BytesIOBuffer,
        &stringio::StringIO,
        &buffered::BufferedReader,
        &buffered::BufferedWriter,
        &buffered::BufferedRWPair,
        &buffered::BufferedRandom,
        &textio::TextIOWrapper,
        &newline::IncrementalNewlineDecoder,
    ] {
        typeobject::ready(ty)?;
        if ty.is(&*fileio::FileIO) {
            // A path and an opener are asked before there is a file.
            ty.tp_flags
                .set(ty.tp_flags.get() | flags::tp::CORE | flags::tp::ASKS_FIRST);
        }
        if ty.short_name() != "_BytesIOBuffer" {
            module.add(ty.short_name(), &**ty)?;
        }
    }
    base::init_tasks()?;
    buffered::init_tasks()?;
    textio::init_tasks()?;
    newline::init_tasks()?;
    fileio::init_tasks()?;
    stringio::init_tasks();
    bytesio::init_tasks()?;
    Ok(module)
}
