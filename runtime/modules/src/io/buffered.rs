//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`, `BufferedRWPair`.
//!
//! The first three share one body, [`Buffer`].

use super::base::{BufferedIOBase, FILE_FLAGS, finalize, require};
use super::buffer::Buffer;
use super::{
    Beginnings, DEFAULT_BUFFER_SIZE, begins, forwarded, natively, register_init, register_steps,
    unsupported,
};
use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, getset, noargs, one, slot};
use hotpy_objects::task::{self, Answer};
use hotpy_objects::*;

pub type Buffered = Native<Buffer>;

macro_rules! buffered_type {
    ($name:ident, $path:literal, $init:ident, $methods:ident, $doc:literal) => {
        pub static $name: PyTypeObject = PyTypeObject {
            tp_dealloc: Cell::new(Some(dealloc_finalized::<Buffer>)),
            tp_finalize: Cell::new(Some(finalize)),
            tp_flags: FILE_FLAGS,
            tp_base: Slot::of(&raw const BufferedIOBase),
            tp_new: Cell::new(Some(new_default::<Buffer>)),
            tp_init: Cell::new(Some($init)),
            tp_repr: slot::unary(repr),
            tp_iternext: slot::next(next),
            tp_methods: methods($methods),
            tp_getset: getsets(GETSET),
            tp_dictoffset: dict_offset::<Buffer>(),
            tp_weaklistoffset: weak_offset::<Buffer>(),
            tp_doc: Cell::new($doc.as_ptr()),
            ..native_type::<Buffer>($path)
        };
    };
}
buffered_type!(
    BufferedReader,
    c"_io.BufferedReader",
    init_reader,
    READER_METHODS,
    c"BufferedReader(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nReads ahead of a raw file."
);
buffered_type!(
    BufferedWriter,
    c"_io.BufferedWriter",
    init_writer,
    WRITER_METHODS,
    c"BufferedWriter(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nCollects what is written to a raw file."
);
buffered_type!(
    BufferedRandom,
    c"_io.BufferedRandom",
    init_random,
    RANDOM_METHODS,
    c"BufferedRandom(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nReads and writes a raw file that can be positioned."
);

/// As a buffer, if the object is exactly of one of the three classes.
pub fn exact(o: &PyObject) -> Option<&Buffered> {
    let ty = o.ty();
    if ty.is(&*BufferedWriter) || ty.is(&*BufferedReader) || ty.is(&*BufferedRandom) {
        // SAFETY: the type was checked.
        Some(unsafe { o.cast() })
    } else {
        None
    }
}

async fn init(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
    name: &'static str,
    read: bool,
    write: bool,
) -> PyResult<()> {
    let params = Params {
        function: name,
        names: &["raw", "buffer_size"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let a = params.bind_tuple(args_tuple(args), kwargs)?;
    let Some(raw) = a[0] else { return Ok(()) };
    let size = buffer_size(a[1]).await?;
    // SAFETY: U3.
    let this: &Buffered = unsafe { this.cast() };
    this.initialized.set(false);
    this.detached.set(false);
    if read && write {
        require(raw, "seekable", "File or stream is not seekable.").await?;
    }
    if read {
        require(raw, "readable", "File or stream is not readable.").await?;
    }
    if write {
        require(raw, "writable", "File or stream is not writable.").await?;
    }
    this.raw.set(Some(raw.to_ref()));
    super::made_over(raw);
    if size <= 0 {
        return Err(raise!(ValueError, "buffer size must be strictly positive"));
    }
    // What can never be had is refused now.
    growing::ensure(size as usize)?;
    this.readable.set(read);
    this.writable.set(write);
    this.start(raw, size as usize).await
}

/// The size that a buffer is to have.
async fn buffer_size(given: Option<&PyObject>) -> PyResult<isize> {
    match given {
        Some(size) => isize_arg(&*task::indexed(size).await?),
        None => Ok(DEFAULT_BUFFER_SIZE as isize),
    }
}

macro_rules! inits {
    ($($f:ident $work:ident $name:literal $read:literal $write:literal;)*) => { $(
        async fn $work(
            this: &PyObject,
            args: &PyObject,
            kwargs: Option<&PyObject>,
        ) -> PyResult<()> {
            init(this, args, kwargs, $name, $read, $write).await
        }
        extern "C" fn $f(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
            def::status(task::run($work(this, args, kwargs)))
        }
    )* };
}
inits! {
    init_reader reader_task "BufferedReader" true false;
    init_writer writer_task "BufferedWriter" false true;
    init_random random_task "BufferedRandom" true true;
}

fn or_none(data: Option<Vec<u8>>) -> PyResult {
    match data {
        Some(data) => bytes(&data),
        None => none(),
    }
}

async fn read_task(this: &Buffered, args: &[&PyObject]) -> PyResult {
    check_count("read", args.len(), 0, 1)?;
    let n = super::size_arg(args).await?;
    if n < -1 {
        return Err(raise!(ValueError, "read length must be non-negative or -1"));
    }
    this.raw()?;
    this.check_open("read of closed file").await?;
    if n >= 0 && this.available() >= n as usize {
        return this.take_bytes(n as usize);
    }
    let _busy = this.enter()?;
    if n == -1 {
        this.read_all().await
    } else {
        or_none(this.read_exactly(n as usize).await?)
    }
}

async fn read1_task(this: &Buffered, args: &[&PyObject]) -> PyResult {
    check_count("read1", args.len(), 0, 1)?;
    let n = super::plain_size_arg(args).await?;
    this.raw()?;
    let n = if n < 0 { this.size.get() } else { n as usize };
    this.check_open("read of closed file").await?;
    if n == 0 {
        return bytes(b"");
    }
    this.read_once(n).await
}

async fn read_into(this: &Buffered, buffer: &PyObject, once: bool) -> PyResult {
    this.raw()?;
    this.check_open("readinto of closed file").await?;
    let name = if once { "readinto1" } else { "readinto" };
    let n = with_writable(name, buffer, |room| Ok(room.len()))?;
    let Some(data) = this.read_for(n, once).await? else {
        return none();
    };
    with_writable(name, buffer, |room| {
        let n = data.len().min(room.len());
        room[..n].copy_from_slice(&data[..n]);
        int(n as i64)
    })
}

async fn readinto_task(this: &Buffered, args: &[&PyObject]) -> PyResult {
    let buffer = args[0];
    read_into(this, buffer, false).await
}

async fn readinto1_task(this: &Buffered, args: &[&PyObject]) -> PyResult {
    let buffer = args[0];
    read_into(this, buffer, true).await
}

async fn peek_task(this: &Buffered, args: &[&PyObject]) -> PyResult {
    check_count("peek", args.len(), 0, 1)?;
    super::plain_size_arg(args).await?;
    this.raw()?;
    this.check_open("peek of closed file").await?;
    this.peek().await
}

async fn readline_task(this: &Buffered, args: &[&PyObject]) -> PyResult {
    check_count("readline", args.len(), 0, 1)?;
    let limit = super::size_arg(args).await?;
    this.raw()?;
    this.check_open("readline of closed file").await?;
    this.read_line(limit).await
}

extern "C" fn next(this: &Buffered) -> Option<Ref> {
    if this.object().ty().is(&*BufferedReader)
        && this.is_open_file()
        && !this.is_busy()
        && let Some(line) = this.line_at_hand()
    {
        return line.ok();
    }
    def::next_status(task::run(next_line(this)))
}

async fn next_line(this: &Buffered) -> Answer {
    this.raw()?;
    let ty = this.object().ty();
    let line = if ty.is(&*BufferedReader) || ty.is(&*BufferedRandom) {
        this.check_open("readline of closed file").await?;
        this.read_line(-1).await?
    } else {
        let line = task::method(this.object(), "readline", Vec::new()).await?;
        if !line.is_instance::<PyBytesObject>() {
            return Err(raise!(
                OSError,
                "readline() should have returned a bytes object, not '{}'",
                line.ty().name()
            ));
        }
        line
    };
    Ok((protocol::len(&line)? > 0).then_some(line))
}

async fn write_task(this: &Buffered, args: &[&PyObject]) -> PyResult {
    let data = args[0];
    this.raw()?;
    let data = bytes::with_buffer(data, growing::copied)?;
    this.put_checked(&data).await?;
    int(data.len() as i64)
}

async fn flush_task(this: &Buffered, _: &[&PyObject]) -> PyResult {
    this.raw()?;
    if this.writable.get() {
        this.flush_all().await?;
        return none();
    }
    this.check_open("flush of closed file").await?;
    task::method(&*this.raw()?, "flush", vec![]).await
}

async fn seek_task(this: &Buffered, args: &[&PyObject]) -> PyResult {
    check_count("seek", args.len(), 1, 2)?;
    let whence = super::whence_arg(args).await?;
    if !(0..=4).contains(&whence) {
        return Err(raise!(ValueError, "whence value {whence} unsupported"));
    }
    let raw = this.raw()?;
    this.check_open("seek of closed file").await?;
    if !task::truth(&*task::method(&raw, "seekable", vec![]).await?).await? {
        return Err(unsupported("File or stream is not seekable."));
    }
    let target = super::offset_arg(args[0], &*task::indexed(args[0]).await?)?;
    int(this.seek(target, whence).await?)
}

async fn tell_task(this: &Buffered, _: &[&PyObject]) -> PyResult {
    this.raw()?;
    int(this.tell().await?)
}

async fn truncate_task(this: &Buffered, args: &[&PyObject]) -> PyResult {
    check_count("truncate", args.len(), 0, 1)?;
    this.raw()?;
    this.check_open("truncate of closed file").await?;
    if !this.writable.get() {
        return Err(unsupported("truncate"));
    }
    match not_none(args.first().copied()) {
        Some(size) => this.truncate(size).await,
        None => this.truncate(&*none()?).await,
    }
}

async fn close_task(this: &Buffered, _: &[&PyObject]) -> PyResult {
    let raw = this.raw()?;
    if this.raw_closed().await? {
        return none();
    }
    if this.finalizing.get() {
        if task::method(&raw, "_dealloc_warn", vec![this.object().to_ref()])
            .await
            .is_err()
        {
            errors::clear();
        }
    }
    let flushed = task::method(this.object(), "flush", vec![]).await;
    let failed = super::put_off(&flushed);
    let closed = {
        // Who wants to write meanwhile waits, and finds it closed.
        let _busy = this.enter()?;
        task::method(&raw, "close", vec![]).await
    };
    this.close();
    super::both(failed, closed)
}

async fn detach_task(this: &Buffered, _: &[&PyObject]) -> PyResult {
    let raw = this.raw()?;
    task::method(this.object(), "flush", vec![]).await?;
    this.raw.take();
    this.detached.set(true);
    this.initialized.set(false);
    Ok(raw)
}

forwarded! { Buffered:
    readable_task raw "readable";
    writable_task raw "writable";
    seekable_task raw "seekable";
    fileno_task raw "fileno";
    isatty_task raw "isatty";
}

natively! { Buffered:
    alone {
        flush flush_task;
        tell tell_task;
        close close_task;
        detach detach_task;
        readable readable_task;
        writable writable_task;
        seekable seekable_task;
        fileno fileno_task;
        isatty isatty_task;
    }
    one {
        readinto readinto_task;
        readinto1 readinto1_task;
        write write_task;
    }
    args {
        read read_task;
        read1 read1_task;
        peek peek_task;
        readline readline_task;
        seek seek_task;
        truncate truncate_task;
    }
}

const TASKS: Beginnings = begins! { Buffered:
    "read" read_task, 0..=1;
    "read1" read1_task, 0..=1;
    "readinto" readinto_task, 1..=1;
    "readinto1" readinto1_task, 1..=1;
    "peek" peek_task, 0..=1;
    "readline" readline_task, 0..=1;
    "write" write_task, 1..=1;
    "flush" flush_task, 0..=0;
    "seek" seek_task, 1..=2;
    "tell" tell_task, 0..=0;
    "truncate" truncate_task, 0..=1;
    "close" close_task, 0..=0;
    "detach" detach_task, 0..=0;
    "readable" readable_task, 0..=0;
    "writable" writable_task, 0..=0;
    "seekable" seekable_task, 0..=0;
    "fileno" fileno_task, 0..=0;
    "isatty" isatty_task, 0..=0;
};

/// Has what raw files of Python are asked run in frames.
pub fn init_tasks() -> PyResult<()> {
    for ty in [&BufferedReader, &BufferedWriter, &BufferedRandom] {
        super::register(ty, TASKS)?;
        register_steps!(ty, Buffered, next_line);
        task::register_shown(ty, |this| super::begin_shown::<Buffered>(this, shown_task));
    }
    register_init!(&BufferedReader, reader_task);
    register_init!(&BufferedWriter, writer_task);
    register_init!(&BufferedRandom, random_task);
    super::register(&BufferedRWPair, PAIR_TASKS)?;
    register_init!(&BufferedRWPair, pair_task);
    Ok(())
}

extern "C" fn dealloc_warn(this: &Buffered, source: &PyObject) -> PyResult {
    if this.initialized.get() && method(&this.raw.or_none(), "_dealloc_warn", &[source]).is_err() {
        errors::clear();
    }
    none()
}

extern "C" fn getstate(this: &Buffered) -> PyResult {
    Err(raise!(
        TypeError,
        "cannot pickle '{}' object",
        this.object().ty().name()
    ))
}

extern "C" fn get_raw(this: &Buffered, _: *mut c_void) -> PyResult {
    match this.raw.get() {
        Some(raw) => Ok(raw),
        None => Err(raise!(AttributeError, "raw")),
    }
}

extern "C" fn closed(this: &Buffered, _: *mut c_void) -> PyResult {
    attr(&*this.raw()?, "closed")
}

extern "C" fn name(this: &Buffered, _: *mut c_void) -> PyResult {
    attr(&*this.raw()?, "name")
}

extern "C" fn mode(this: &Buffered, _: *mut c_void) -> PyResult {
    attr(&*this.raw()?, "mode")
}

extern "C" fn get_finalizing(this: &Buffered, _: *mut c_void) -> PyResult {
    boolean(this.finalizing.get())
}

extern "C" fn set_finalizing(this: &Buffered, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    def::status((|| {
        this.finalizing.set(bool_arg(value, false)?);
        Ok(())
    })())
}

extern "C" fn repr(this: &Buffered) -> PyResult {
    task::run(shown_task(this, &[]))
}

async fn shown_task(this: &Buffered, _: &[&PyObject]) -> PyResult {
    let ty = this.object().ty().qualified_name();
    match super::shown_attribute(this.object(), "name").await? {
        None => text(&format!("<{ty}>")),
        Some(name) => text(&format!("<{ty} name={name}>")),
    }
}

extern "C" fn sizeof(this: &Buffered) -> PyResult {
    int(this.object().ty().tp_basicsize.get() as i64 + this.window_size() as i64)
}

macro_rules! method_table {
    ($name:ident: $($entry:expr),* $(,)?) => {
        static_table! {
        static $name: [PyMethodDef] = [
            $($entry,)*
            noargs(c"flush", flush, c"flush($self, /)\n--\n\nWrites what is pending."),
            noargs(c"close", close, c"close($self, /)\n--\n\nFlushes and closes."),
            noargs(c"detach", detach, c"detach($self, /)\n--\n\nFlushes and separates the raw file."),
            noargs(c"seekable", seekable, c"seekable($self, /)\n--\n\n"),
            noargs(c"fileno", fileno, c"fileno($self, /)\n--\n\n"),
            noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\n"),
            fast(c"seek", seek, c"seek($self, target, whence=0, /)\n--\n\nMoves the position."),
            noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe position."),
            fast(c"truncate", truncate, c"truncate($self, pos=None, /)\n--\n\nCuts the file."),
            one(c"_dealloc_warn", dealloc_warn, c""),
            noargs(c"__getstate__", getstate, c""),
            noargs(c"__sizeof__", sizeof, c""),
            PyMethodDef::END,
        ];
        }
    };
}
method_table!(READER_METHODS:
    noargs(c"readable", readable, c"readable($self, /)\n--\n\n"),
    fast(c"read", read, c"read($self, size=-1, /)\n--\n\nReads bytes."),
    fast(c"read1", read1, c"read1($self, size=-1, /)\n--\n\nReads bytes with at most one raw read."),
    one(c"readinto", readinto, c"readinto($self, buffer, /)\n--\n\nReads into a buffer."),
    one(c"readinto1", readinto1, c"readinto1($self, buffer, /)\n--\n\nReads into a buffer."),
    fast(c"peek", peek, c"peek($self, size=0, /)\n--\n\nWhat is buffered, or could be."),
    fast(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nReads a line."),
);
method_table!(WRITER_METHODS:
    noargs(c"writable", writable, c"writable($self, /)\n--\n\n"),
    one(c"write", write, c"write($self, buffer, /)\n--\n\nWrites bytes."),
);
method_table!(RANDOM_METHODS:
    noargs(c"readable", readable, c"readable($self, /)\n--\n\n"),
    noargs(c"writable", writable, c"writable($self, /)\n--\n\n"),
    fast(c"read", read, c"read($self, size=-1, /)\n--\n\nReads bytes."),
    fast(c"read1", read1, c"read1($self, size=-1, /)\n--\n\nReads bytes with at most one raw read."),
    one(c"readinto", readinto, c"readinto($self, buffer, /)\n--\n\nReads into a buffer."),
    one(c"readinto1", readinto1, c"readinto1($self, buffer, /)\n--\n\nReads into a buffer."),
    fast(c"peek", peek, c"peek($self, size=0, /)\n--\n\nWhat is buffered, or could be."),
    fast(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nReads a line."),
    one(c"write", write, c"write($self, buffer, /)\n--\n\nWrites bytes."),
);

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"raw", get_raw, None, c""),
    getset(c"closed", closed, None, c""),
    getset(c"name", name, None, c""),
    getset(c"mode", mode, None, c""),
    getset(c"_finalizing", get_finalizing, Some(set_finalizing), c""),
    PyGetSetDef::END,
];
}

// ---- pairs ----

/// A reader and a writer on two raw files.
#[derive(Default)]
pub struct Pair {
    reader: Held,
    writer: Held,
}

impl Body for Pair {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        visit_all(&[&self.reader, &self.writer], visit)
    }
    fn clear(&self) {
        self.reader.take();
        self.writer.take();
    }
}

type PairObject = Native<Pair>;

pub static BufferedRWPair: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc_finalized::<Pair>)),
    tp_finalize: Cell::new(Some(finalize)),
    tp_flags: FILE_FLAGS,
    tp_base: Slot::of(&raw const BufferedIOBase),
    tp_new: Cell::new(Some(new_default::<Pair>)),
    tp_init: Cell::new(Some(init_pair)),
    tp_methods: methods(PAIR_METHODS),
    tp_getset: getsets(PAIR_GETSET),
    tp_dictoffset: dict_offset::<Pair>(),
    tp_weaklistoffset: weak_offset::<Pair>(),
    tp_doc: Cell::new(c"BufferedRWPair(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)\n--\n\nReads from one raw file and writes to another.".as_ptr()),
    ..native_type::<Pair>(c"_io.BufferedRWPair")
};

extern "C" fn init_pair(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    def::status(task::run(pair_task(this, args, kwargs)))
}

async fn pair_task(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult<()> {
    static PARAMS: Params = Params {
        function: "BufferedRWPair",
        names: &["", "", ""],
        positional_only: 3,
        positional: 3,
        required: 2,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    let (Some(reader), Some(writer)) = (a[0], a[1]) else {
        return Ok(());
    };
    let size = int(buffer_size(a[2]).await? as i64)?;
    require(reader, "readable", "File or stream is not readable.").await?;
    require(writer, "writable", "File or stream is not writable.").await?;
    // SAFETY: U3.
    let this: &PairObject = unsafe { this.cast() };
    let half = async |class: &'static PyTypeObject, file: &PyObject| {
        task::call(class, vec![file.to_ref(), size.clone()]).await
    };
    this.reader.set(Some(half(&BufferedReader, reader).await?));
    this.writer.set(Some(half(&BufferedWriter, writer).await?));
    Ok(())
}

impl Pair {
    fn reader(&self) -> PyResult {
        self.reader.get().ok_or_else(uninitialized)
    }

    fn writer(&self) -> PyResult {
        self.writer.get().ok_or_else(uninitialized)
    }
}

fn uninitialized() -> Raised {
    raise!(ValueError, "I/O operation on uninitialized object")
}

forwarded! { PairObject:
    pair_read_task reader "read";
    pair_read1_task reader "read1";
    pair_peek_task reader "peek";
    pair_readinto_task reader "readinto";
    pair_readinto1_task reader "readinto1";
    pair_readable_task reader "readable";
    pair_write_task writer "write";
    pair_flush_task writer "flush";
    pair_writable_task writer "writable";
}

async fn pair_close_task(this: &PairObject, _: &[&PyObject]) -> PyResult {
    let first = task::method(&*this.writer()?, "close", Vec::new()).await;
    let failed = super::put_off(&first);
    let second = task::method(&*this.reader()?, "close", Vec::new()).await;
    super::both(failed, second)
}

async fn pair_isatty_task(this: &PairObject, _: &[&PyObject]) -> PyResult {
    let answer = task::method(&*this.writer()?, "isatty", Vec::new()).await?;
    if boolean::is_false(&answer) {
        return task::method(&*this.reader()?, "isatty", Vec::new()).await;
    }
    Ok(answer)
}

natively! { PairObject:
    args {
        pair_read pair_read_task;
        pair_peek pair_peek_task;
        pair_read1 pair_read1_task;
        pair_readinto pair_readinto_task;
        pair_readinto1 pair_readinto1_task;
        pair_write pair_write_task;
        pair_flush pair_flush_task;
        pair_readable pair_readable_task;
        pair_writable pair_writable_task;
        pair_close pair_close_task;
        pair_isatty pair_isatty_task;
    }
}

const PAIR_TASKS: Beginnings = begins! { PairObject:
    "read" pair_read_task, 0..=1;
    "peek" pair_peek_task, 0..=1;
    "read1" pair_read1_task, 0..=1;
    "readinto" pair_readinto_task, 1..=1;
    "readinto1" pair_readinto1_task, 1..=1;
    "write" pair_write_task, 1..=1;
    "flush" pair_flush_task, 0..=0;
    "readable" pair_readable_task, 0..=0;
    "writable" pair_writable_task, 0..=0;
    "close" pair_close_task, 0..=0;
    "isatty" pair_isatty_task, 0..=0;
};

extern "C" fn pair_closed(this: &PairObject, _: *mut c_void) -> PyResult {
    match this.writer.get() {
        Some(writer) => attr(&writer, "closed"),
        None => Err(raise!(
            RuntimeError,
            "the BufferedRWPair object is being garbage-collected"
        )),
    }
}

static_table! {
static PAIR_METHODS: [PyMethodDef] = [
    fast(c"read", pair_read, c""),
    fast(c"peek", pair_peek, c""),
    fast(c"read1", pair_read1, c""),
    fast(c"readinto", pair_readinto, c""),
    fast(c"readinto1", pair_readinto1, c""),
    fast(c"write", pair_write, c""),
    fast(c"flush", pair_flush, c""),
    fast(c"readable", pair_readable, c""),
    fast(c"writable", pair_writable, c""),
    fast(c"close", pair_close, c""),
    fast(c"isatty", pair_isatty, c""),
    PyMethodDef::END,
];
}

static_table! {
static PAIR_GETSET: [PyGetSetDef] = [
    getset(c"closed", pair_closed, None, c""),
    PyGetSetDef::END,
];
}
