//! `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`: the abstract bases of all files.

use super::{Beginnings, begins, closed_error, natively, register_steps, unsupported};
use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::{Downcast, fast, getset, noargs, one, slot};
use hotpy_objects::flags::tp;
use hotpy_objects::growing::Growing;
use hotpy_objects::task::{self, Answer, Begun};
use hotpy_objects::*;

/// The bases have no state of their own besides the instance's `__dict__`.
#[derive(Default)]
pub struct Plain;

impl Body for Plain {}

type Base = Native<Plain>;

/// Flags of every class of files: subclassable, finalized.
pub const FILE_FLAGS: Cell<u64> =
    Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE | tp::HAVE_FINALIZE);

pub static IOBase: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc_finalized::<Plain>)),
    tp_finalize: Cell::new(Some(finalize)),
    tp_flags: FILE_FLAGS,
    tp_new: Cell::new(Some(new_default::<Plain>)),
    tp_iter: slot::unary(iter),
    tp_iternext: slot::next(next),
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    tp_dictoffset: dict_offset::<Plain>(),
    tp_weaklistoffset: weak_offset::<Plain>(),
    tp_doc: Cell::new(c"The base of all files: closing, iteration over lines, and methods that subclasses support or not.".as_ptr()),
    ..native_type::<Plain>(c"_io._IOBase")
};

pub static RawIOBase: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc_finalized::<Plain>)),
    tp_finalize: Cell::new(Some(finalize)),
    tp_flags: FILE_FLAGS,
    tp_base: Slot::of(&raw const IOBase),
    tp_new: Cell::new(Some(new_default::<Plain>)),
    tp_methods: methods(RAW_METHODS),
    tp_doc: Cell::new(c"The base of unbuffered binary files.".as_ptr()),
    ..native_type::<Plain>(c"_io._RawIOBase")
};

pub static BufferedIOBase: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc_finalized::<Plain>)),
    tp_finalize: Cell::new(Some(finalize)),
    tp_flags: FILE_FLAGS,
    tp_base: Slot::of(&raw const IOBase),
    tp_new: Cell::new(Some(new_default::<Plain>)),
    tp_methods: methods(BUFFERED_METHODS),
    tp_doc: Cell::new(c"The base of buffered binary files.".as_ptr()),
    ..native_type::<Plain>(c"_io._BufferedIOBase")
};

pub static TextIOBase: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc_finalized::<Plain>)),
    tp_finalize: Cell::new(Some(finalize)),
    tp_flags: FILE_FLAGS,
    tp_base: Slot::of(&raw const IOBase),
    tp_new: Cell::new(Some(new_default::<Plain>)),
    tp_methods: methods(TEXT_METHODS),
    tp_getset: getsets(TEXT_GETSET),
    tp_doc: Cell::new(c"The base of text files.".as_ptr()),
    ..native_type::<Plain>(c"_io._TextIOBase")
};

/// Closes a file that nobody refers to any more. Errors are dropped, but the exception that is set stays.
///
/// # Safety
/// U3; `tp_finalize` of files.
pub unsafe extern "C" fn finalize(this: *mut PyObject) {
    // SAFETY: the caller keeps the object alive.
    let this = unsafe { &*this };
    let saved = errors::fetch();
    let closed = match attr_opt(this, "closed") {
        Ok(Some(closed)) => protocol::truth(&closed).unwrap_or(true),
        Ok(None) => false,
        Err(_) => true,
    };
    errors::clear();
    if !closed {
        let marked = str_::intern("_finalizing")
            .and_then(|name| protocol::setattr(this, &name, Some(&*boolean(true)?)));
        if marked.is_err() {
            errors::clear();
        }
        if method(this, "close", &[]).is_err() {
            if crate::config::with(|c| c.dev_mode) {
                errors::write_unraisable(Some(this));
            } else {
                errors::clear();
            }
        }
    }
    if let Some(saved) = saved {
        errors::restore(saved);
    }
}

const CLOSED: &str = "__IOBase_closed";

async fn check_closed(this: &PyObject) -> PyResult<()> {
    if super::is_closed_in_frames(this).await? {
        Err(closed_error())
    } else {
        Ok(())
    }
}

/// Whether the base has been closed, whatever the file says.
async fn is_marked(this: &PyObject) -> PyResult<bool> {
    Ok(super::attribute(this, CLOSED).await?.is_some())
}

async fn mark_closed(this: &PyObject) -> PyResult<()> {
    const MARK: task::Native = |a| {
        let name = str_::intern(CLOSED)?;
        protocol::setattr(a[0], &name, Some(&*boolean(true)?))?;
        none().map(Some)
    };
    task::attempt(MARK, &[this]).await.map(drop)
}

extern "C" fn closed(this: &Base, _: *mut c_void) -> PyResult {
    match attr_opt(this.object(), CLOSED)? {
        Some(value) => boolean(protocol::truth(&value)?),
        None => boolean(false),
    }
}

extern "C" fn seek(_: &Base, _: Args<'_>, _: isize) -> PyResult {
    Err(unsupported("seek"))
}

async fn tell_task(this: &Base, _: &[&PyObject]) -> PyResult {
    task::method(this.object(), "seek", vec![int(0)?, int(1)?]).await
}

extern "C" fn truncate(_: &Base, _: Args<'_>, _: isize) -> PyResult {
    Err(unsupported("truncate"))
}

extern "C" fn fileno(_: &Base) -> PyResult {
    Err(unsupported("fileno"))
}

async fn flush_task(this: &Base, _: &[&PyObject]) -> PyResult {
    if is_marked(this.object()).await? {
        return Err(closed_error());
    }
    none()
}

async fn close_task(this: &Base, _: &[&PyObject]) -> PyResult {
    let this = this.object();
    if is_marked(this).await? {
        return none();
    }
    let flushed = task::method(this, "flush", Vec::new()).await;
    let pending = if flushed.is_err() {
        errors::fetch()
    } else {
        None
    };
    let marked = mark_closed(this).await;
    match pending {
        Some(taken) => {
            if marked.is_err() {
                errors::clear();
            }
            errors::restore(taken);
            Err(Raised)
        }
        None => {
            marked?;
            none()
        }
    }
}

extern "C" fn no(this: &Base) -> PyResult {
    let _ = this;
    boolean(false)
}

async fn isatty_task(this: &Base, _: &[&PyObject]) -> PyResult {
    check_closed(this.object()).await?;
    boolean(false)
}

async fn enter_task(this: &Base, _: &[&PyObject]) -> PyResult {
    check_closed(this.object()).await?;
    Ok(this.to_ref())
}

async fn exit_task(this: &Base, _: &[&PyObject]) -> PyResult {
    task::method(this.object(), "close", Vec::new()).await
}

async fn check_closed_task(this: &Base, _: &[&PyObject]) -> PyResult {
    check_closed(this.object()).await?;
    none()
}

/// Calls one of `readable()`, `writable()`, `seekable()`; UnsupportedOperation unless the answer is True.
pub async fn require(this: &PyObject, test: &str, complaint: &str) -> PyResult<()> {
    let answer = task::method(this, test, Vec::new()).await?;
    if boolean::is_true(&answer) {
        Ok(())
    } else {
        Err(unsupported(complaint))
    }
}

async fn check_seekable_task(this: &Base, _: &[&PyObject]) -> PyResult {
    require(this.object(), "seekable", "File or stream is not seekable.").await?;
    boolean(true)
}

async fn check_readable_task(this: &Base, _: &[&PyObject]) -> PyResult {
    require(this.object(), "readable", "File or stream is not readable.").await?;
    boolean(true)
}

async fn check_writable_task(this: &Base, _: &[&PyObject]) -> PyResult {
    require(this.object(), "writable", "File or stream is not writable.").await?;
    boolean(true)
}

async fn readline_task(this: &Base, args: &[&PyObject]) -> PyResult {
    check_count("readline", args.len(), 0, 1)?;
    let this = this.object();
    let limit = super::size_arg(args).await?;
    let peek = super::attribute(this, "peek").await?;
    let mut line: Vec<u8> = Vec::new();
    while limit < 0 || (line.len() as isize) < limit {
        let mut wanted = 1;
        if let Some(peek) = &peek {
            let ahead = task::call(peek, vec![int(1)?]).await?;
            let Some(ahead) = ahead.downcast::<PyBytesObject>() else {
                return Err(raise!(
                    OSError,
                    "peek() should have returned a bytes object, not '{}'",
                    ahead.ty().name()
                ));
            };
            let ahead = ahead.as_slice();
            if !ahead.is_empty() {
                let room = if limit < 0 {
                    ahead.len()
                } else {
                    ahead.len().min(limit as usize - line.len())
                };
                wanted = ahead[..room]
                    .iter()
                    .position(|&b| b == b'\n')
                    .map_or(room, |at| at + 1);
            }
        }
        let piece = task::method(this, "read", vec![(int(wanted as i64)?).to_ref()]).await?;
        let Some(piece) = piece.downcast::<PyBytesObject>() else {
            return Err(raise!(
                OSError,
                "read() should have returned a bytes object, not '{}'",
                piece.ty().name()
            ));
        };
        if piece.as_slice().is_empty() {
            break;
        }
        growing::append(&mut line, piece.as_slice())?;
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    bytes(&line)
}

extern "C" fn iter(this: &Base) -> PyResult {
    task::run(check_closed(this.object()))?;
    Ok(this.to_ref())
}

extern "C" fn next(this: &Base) -> Option<Ref> {
    def::next_status(task::run(next_line(this)))
}

async fn next_line(this: &Base) -> Answer {
    let line = task::method(this.object(), "readline", Vec::new()).await?;
    const LEN: task::Native = |a| int(protocol::len(a[0])? as i64).map(Some);
    let len = task::attempt(LEN, &[&line]).await?.ok_or(Raised)?;
    Ok((i64_arg(&len)? > 0).then_some(line))
}

async fn readlines_task(this: &Base, args: &[&PyObject]) -> PyResult {
    check_count("readlines", args.len(), 0, 1)?;
    let hint = super::size_arg(args).await?;
    if hint <= 0 {
        return list(task::collect(this.object()).await?);
    }
    let mut lines = Growing::new();
    let mut length = 0;
    let iterator = task::iter(this.object()).await?;
    while let Some(line) = task::next(&iterator).await? {
        length += protocol::len(&line)? as isize;
        lines.try_push(line)?;
        if length > hint {
            break;
        }
    }
    list(lines.finish()?)
}

async fn writelines_task(this: &Base, args: &[&PyObject]) -> PyResult {
    let lines = args[0];
    check_closed(this.object()).await?;
    let iterator = task::iter(lines).await?;
    while let Some(line) = task::next(&iterator).await? {
        task::named_method(this.object(), &names::write, vec![line]).await?;
    }
    none()
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast(c"seek", seek, c"seek(offset, whence=0, /)\n--\n\nMoves the position."),
    noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe position."),
    fast(c"truncate", truncate, c"truncate(size=None, /)\n--\n\nCuts the file."),
    noargs(c"flush", flush, c"flush($self, /)\n--\n\nWrites what is buffered."),
    noargs(c"close", close, c"close($self, /)\n--\n\nFlushes and closes the file."),
    noargs(c"seekable", no, c"seekable($self, /)\n--\n\nWhether the position can be moved."),
    noargs(c"readable", no, c"readable($self, /)\n--\n\nWhether the file can be read."),
    noargs(c"writable", no, c"writable($self, /)\n--\n\nWhether the file can be written."),
    fast(c"_checkClosed", check_closed_method, c""),
    fast(c"_checkSeekable", check_seekable, c""),
    fast(c"_checkReadable", check_readable, c""),
    fast(c"_checkWritable", check_writable, c""),
    noargs(c"fileno", fileno, c"fileno($self, /)\n--\n\nThe file descriptor."),
    noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\nWhether it is a terminal."),
    noargs(c"__enter__", enter, c""),
    fast(c"__exit__", exit, c""),
    fast(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nOne line."),
    fast(c"readlines", readlines, c"readlines($self, hint=-1, /)\n--\n\nA list of lines."),
    one(c"writelines", writelines, c"writelines($self, lines, /)\n--\n\nWrites a list of lines."),
    PyMethodDef::END,
];
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"__dict__", get_dict::<Plain>, None, c""),
    getset(c"closed", closed, None, c""),
    PyGetSetDef::END,
];
}

// ---- raw ----

async fn raw_read_task(this: &Base, args: &[&PyObject]) -> PyResult {
    check_count("read", args.len(), 0, 1)?;
    let n = super::plain_size_arg(args).await?;
    if n < 0 {
        return task::method(this.object(), "readall", vec![]).await;
    }
    let room = bytearray::new(&growing::zeroed(n as usize)?)?;
    let got = task::method(this.object(), "readinto", vec![room.to_ref()]).await?;
    if singletons::is_none(&got) {
        return Ok(got);
    }
    let got = isize_arg(&got)?;
    bytes::with_buffer(&room, |data| {
        bytes(&data[..(got.max(0) as usize).min(data.len())])
    })
}

async fn raw_readall_task(this: &Base, _: &[&PyObject]) -> PyResult {
    let mut all = Vec::new();
    loop {
        let piece = task::method(
            this.object(),
            "read",
            vec![(int(super::DEFAULT_BUFFER_SIZE as i64)?).to_ref()],
        )
        .await?;
        if singletons::is_none(&piece) {
            if all.is_empty() {
                return Ok(piece);
            }
            break;
        }
        let Some(piece) = piece.downcast::<PyBytesObject>() else {
            return Err(raise!(TypeError, "read() should return bytes"));
        };
        if piece.as_slice().is_empty() {
            break;
        }
        growing::append(&mut all, piece.as_slice())?;
    }
    bytes(&all)
}

extern "C" fn raw_unimplemented(_: &Base, _: Args<'_>, _: isize) -> PyResult {
    Err(errors::raise_none(&exceptions::NotImplementedError))
}

static_table! {
static RAW_METHODS: [PyMethodDef] = [
    fast(c"read", raw_read, c"read($self, size=-1, /)\n--\n\n"),
    fast(c"readinto", raw_unimplemented, c""),
    fast(c"write", raw_unimplemented, c""),
    noargs(c"readall", raw_readall, c"readall($self, /)\n--\n\nEverything up to the end."),
    PyMethodDef::END,
];
}

// ---- buffered ----

macro_rules! unsupported_methods {
    ($($f:ident $name:literal;)*) => { $(
        extern "C" fn $f(_: &Base, _: Args<'_>, _: isize) -> PyResult {
            Err(unsupported($name))
        }
    )* };
}
unsupported_methods! {
    no_detach "detach";
    no_read "read";
    no_read1 "read1";
    no_write "write";
    no_readline "readline";
}

async fn read_into(this: &Base, buffer: &PyObject, name: &str) -> PyResult {
    let size = bytes::with_buffer(buffer, |data| Ok(data.len()))?;
    let data = task::method(this.object(), name, vec![int(size as i64)?]).await?;
    let Some(data) = data.downcast::<PyBytesObject>() else {
        return Err(raise!(TypeError, "read() should return bytes"));
    };
    let data = data.as_slice();
    if data.len() > size {
        return Err(raise!(
            ValueError,
            "read() returned too much data: {size} bytes requested, {} returned",
            data.len()
        ));
    }
    with_writable(name, buffer, |room| {
        room[..data.len()].copy_from_slice(data);
        int(data.len() as i64)
    })
}

async fn readinto_task(this: &Base, args: &[&PyObject]) -> PyResult {
    read_into(this, args[0], "read").await
}

async fn readinto1_task(this: &Base, args: &[&PyObject]) -> PyResult {
    read_into(this, args[0], "read1").await
}

static_table! {
static BUFFERED_METHODS: [PyMethodDef] = [
    fast(c"detach", no_detach, c"detach($self, /)\n--\n\nSeparates the raw file."),
    fast(c"read", no_read, c"read(size=-1, /)\n--\n\nReads bytes."),
    fast(c"read1", no_read1, c"read1(size=-1, /)\n--\n\nReads bytes with at most one raw read."),
    one(c"readinto", readinto, c"readinto($self, buffer, /)\n--\n\nReads into a buffer."),
    one(c"readinto1", readinto1, c"readinto1($self, buffer, /)\n--\n\nReads into a buffer with at most one raw read."),
    fast(c"write", no_write, c"write(b, /)\n--\n\nWrites bytes."),
    PyMethodDef::END,
];
}

// ---- text ----

extern "C" fn absent(_: &Base, _: *mut c_void) -> PyResult {
    none()
}

static_table! {
static TEXT_METHODS: [PyMethodDef] = [
    fast(c"detach", no_detach, c"detach()\n--\n\nSeparates the buffer."),
    fast(c"read", no_read, c"read(size=-1, /)\n--\n\nReads text."),
    fast(c"readline", no_readline, c"readline(size=-1, /)\n--\n\nReads a line."),
    fast(c"write", no_write, c"write(s, /)\n--\n\nWrites text."),
    PyMethodDef::END,
];
}

static_table! {
static TEXT_GETSET: [PyGetSetDef] = [
    getset(c"encoding", absent, None, c"The file's encoding."),
    getset(c"newlines", absent, None, c"Line ends seen so far."),
    getset(c"errors", absent, None, c"The encoding's error handler."),
    PyGetSetDef::END,
];
}

// ---- tasks ----

natively! { Base:
    alone {
        tell tell_task;
        flush flush_task;
        close close_task;
        isatty isatty_task;
        enter enter_task;
        raw_readall raw_readall_task;
    }
    one {
        writelines writelines_task;
        readinto readinto_task;
        readinto1 readinto1_task;
    }
    args {
        exit exit_task;
        check_closed_method check_closed_task;
        check_seekable check_seekable_task;
        check_readable check_readable_task;
        check_writable check_writable_task;
        readline readline_task;
        readlines readlines_task;
        raw_read raw_read_task;
    }
}

const TASKS: Beginnings = begins! { Base:
    "tell" tell_task, 0..=0;
    "flush" flush_task, 0..=0;
    "close" close_task, 0..=0;
    "isatty" isatty_task, 0..=0;
    "__enter__" enter_task, 0..=0;
    "__exit__" exit_task, 0..=3;
    "_checkClosed" check_closed_task, 0..=1;
    "_checkSeekable" check_seekable_task, 0..=1;
    "_checkReadable" check_readable_task, 0..=1;
    "_checkWritable" check_writable_task, 0..=1;
    "readline" readline_task, 0..=1;
    "readlines" readlines_task, 0..=1;
};
const RAW_TASKS: Beginnings = begins! { Base:
    "read" raw_read_task, 0..=1;
    "readall" raw_readall_task, 0..=0;
};
const BUFFERED_TASKS: Beginnings = begins! { Base:
    "readinto" readinto_task, 1..=1;
    "readinto1" readinto1_task, 1..=1;
};

/// `writelines` of an iterable of Python.
fn begin_writelines(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let ([lines], None) = (args, names) else {
        return None;
    };
    if filling::is_native(lines) && !super::runs_python(this) {
        return None;
    }
    Some(Begun::Task(super::started::<Base>(
        this,
        args,
        writelines_task,
    )))
}

/// Has what files of Python are asked run in frames.
pub fn init_tasks() -> PyResult<()> {
    task::register_named(&IOBase, "writelines", begin_writelines)?;
    super::register(&IOBase, TASKS)?;
    super::register(&RawIOBase, RAW_TASKS)?;
    super::register(&BufferedIOBase, BUFFERED_TASKS)?;
    for ty in [&IOBase, &RawIOBase, &BufferedIOBase, &TextIOBase] {
        register_steps!(ty, Base, next_line);
    }
    Ok(())
}
