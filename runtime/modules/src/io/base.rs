//! `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`: the abstract bases of all files.

use super::{closed_error, unsupported};
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

fn check_closed(this: &PyObject) -> PyResult<()> {
    if super::is_closed(this)? {
        Err(closed_error())
    } else {
        Ok(())
    }
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

extern "C" fn tell(this: &Base) -> PyResult {
    method(this.object(), "seek", &[&*int(0)?, &*int(1)?])
}

extern "C" fn truncate(_: &Base, _: Args<'_>, _: isize) -> PyResult {
    Err(unsupported("truncate"))
}

extern "C" fn fileno(_: &Base) -> PyResult {
    Err(unsupported("fileno"))
}

extern "C" fn flush(this: &Base) -> PyResult {
    if attr_opt(this.object(), CLOSED)?.is_some() {
        return Err(closed_error());
    }
    none()
}

extern "C" fn close(this: &Base) -> PyResult {
    let this = this.object();
    if attr_opt(this, CLOSED)?.is_some() {
        return none();
    }
    let flushed = method(this, "flush", &[]);
    let pending = if flushed.is_err() {
        errors::fetch()
    } else {
        None
    };
    let marked = protocol::setattr(this, &*str_::intern(CLOSED)?, Some(&*boolean(true)?));
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

extern "C" fn isatty(this: &Base) -> PyResult {
    check_closed(this.object())?;
    boolean(false)
}

extern "C" fn enter(this: &Base) -> PyResult {
    check_closed(this.object())?;
    Ok(this.to_ref())
}

extern "C" fn exit(this: &Base, _: Args<'_>, _: isize) -> PyResult {
    method(this.object(), "close", &[])
}

extern "C" fn check_closed_method(this: &Base, _: Args<'_>, _: isize) -> PyResult {
    check_closed(this.object())?;
    none()
}

/// Calls one of `readable()`, `writable()`, `seekable()`; UnsupportedOperation unless the answer is True.
pub fn require(this: &PyObject, test: &str, complaint: &str) -> PyResult<()> {
    let answer = method(this, test, &[])?;
    if boolean::is_true(&answer) {
        Ok(())
    } else {
        Err(unsupported(complaint))
    }
}

extern "C" fn check_seekable(this: &Base, _: Args<'_>, _: isize) -> PyResult {
    require(this.object(), "seekable", "File or stream is not seekable.")?;
    boolean(true)
}

extern "C" fn check_readable(this: &Base, _: Args<'_>, _: isize) -> PyResult {
    require(this.object(), "readable", "File or stream is not readable.")?;
    boolean(true)
}

extern "C" fn check_writable(this: &Base, _: Args<'_>, _: isize) -> PyResult {
    require(this.object(), "writable", "File or stream is not writable.")?;
    boolean(true)
}

extern "C" fn readline(this: &Base, args: Args<'_>, count: isize) -> PyResult {
    task::run(readline_task(this, args.slice(count)))
}

async fn readline_task(this: &Base, args: &[&PyObject]) -> PyResult {
    check_count("readline", args.len(), 0, 1)?;
    let this = this.object();
    let limit = opt_isize_arg(args.first().copied(), -1)?;
    let peek = task::attempt(PEEK, &[this]).await?;
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
    check_closed(this.object())?;
    Ok(this.to_ref())
}

extern "C" fn next(this: &Base) -> Option<Ref> {
    def::next_status(task::run(next_line(this.object())))
}

async fn next_line(this: &PyObject) -> Answer {
    let line = task::method(this, "readline", Vec::new()).await?;
    const LEN: task::Native = |a| int(protocol::len(a[0])? as i64).map(Some);
    let len = task::attempt(LEN, &[&line]).await?.ok_or(Raised)?;
    Ok((i64_arg(&len)? > 0).then_some(line))
}

extern "C" fn readlines(this: &Base, args: Args<'_>, count: isize) -> PyResult {
    task::run(readlines_task(this, args.slice(count)))
}

async fn readlines_task(this: &Base, args: &[&PyObject]) -> PyResult {
    check_count("readlines", args.len(), 0, 1)?;
    let hint = opt_isize_arg(args.first().copied(), -1)?;
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

extern "C" fn writelines(this: &Base, lines: &PyObject) -> PyResult {
    task::run(writelines_task(this, &[lines]))
}

async fn writelines_task(this: &Base, args: &[&PyObject]) -> PyResult {
    let lines = args[0];
    check_closed_in_frames(this.object()).await?;
    let iterator = task::iter(lines).await?;
    while let Some(line) = task::next(&iterator).await? {
        task::method(this.object(), "write", vec![line.to_ref()]).await?;
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

extern "C" fn raw_read(this: &Base, args: Args<'_>, count: isize) -> PyResult {
    task::run(raw_read_task(this, args.slice(count)))
}

async fn raw_read_task(this: &Base, args: &[&PyObject]) -> PyResult {
    check_count("read", args.len(), 0, 1)?;
    let n = args.first().map_or(Ok(-1), |o| isize_arg(o))?;
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

extern "C" fn raw_readall(this: &Base) -> PyResult {
    task::run(raw_readall_task(this, &[]))
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

/// What a file may be able to do.
const PEEK: task::Native = |a| attr_opt(a[0], "peek");

async fn check_closed_in_frames(file: &PyObject) -> PyResult<()> {
    const CHECK: task::Native = |a| check_closed(a[0]).map(|()| None);
    task::attempt(CHECK, &[file]).await.map(drop)
}

macro_rules! begins {
    ($($begin:ident $body:ident $counts:expr;)*) => { $(
        fn $begin(
            this: &PyObject,
            args: &[&PyObject],
            names: Option<&PyTupleObject>,
        ) -> Option<Begun> {
            if names.is_some_and(|n| n.len() > 0)
                || !($counts).contains(&args.len())
                || !this.ty().is_heap_type()
            {
                return None;
            }
            // SAFETY: methods are those of the type.
            let this: Ref<Base> = unsafe { this.to_ref().cast() };
            let args: Vec<Ref> = args.iter().map(|a| a.to_ref()).collect();
            Some(Begun::Task(Box::pin(async move {
                let args: Vec<&PyObject> = args.iter().map(|a| &**a).collect();
                $body(&this, &args).await.map(Some)
            })))
        }
    )* };
}
begins! {
    begin_readline readline_task 0..=1;
    begin_readlines readlines_task 0..=1;
    begin_writelines writelines_task 1..=1;
    begin_raw_read raw_read_task 0..=1;
    begin_raw_readall raw_readall_task 0..=0;
}

/// Has what files of Python classes are asked run in frames.
pub fn register() -> PyResult<()> {
    task::register_named(&IOBase, "readline", begin_readline)?;
    task::register_named(&IOBase, "readlines", begin_readlines)?;
    task::register_named(&IOBase, "writelines", begin_writelines)?;
    task::register_named(&RawIOBase, "read", begin_raw_read)?;
    task::register_named(&RawIOBase, "readall", begin_raw_readall)?;
    Ok(())
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

fn read_into(this: &Base, buffer: &PyObject, name: &str) -> PyResult {
    let size = bytes::with_buffer(buffer, |data| Ok(data.len()))?;
    let data = method(this.object(), name, &[&*int(size as i64)?])?;
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

extern "C" fn readinto(this: &Base, buffer: &PyObject) -> PyResult {
    read_into(this, buffer, "read")
}

extern "C" fn readinto1(this: &Base, buffer: &PyObject) -> PyResult {
    read_into(this, buffer, "read1")
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
