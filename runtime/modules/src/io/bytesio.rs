//! `BytesIO`: a binary file in memory.

use super::base::{BufferedIOBase, FILE_FLAGS};
use super::{closed_error, natively};
use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, getset, noargs, one, slot};
use hotpy_objects::growing::Growing;
use hotpy_objects::task::{self, Begun};
use hotpy_objects::*;
use std::cell::RefCell;

/// What the file holds.
enum Content {
    /// The very object it was made of: nothing has been changed yet.
    Shared(Ref<PyBytesObject>),
    Own(Vec<u8>),
}

impl Content {
    fn data(&self) -> &[u8] {
        match self {
            Content::Shared(object) => object.as_slice(),
            Content::Own(data) => data,
        }
    }

    /// The content to be changed. Raises MemoryError.
    fn own(&mut self) -> PyResult<&mut Vec<u8>> {
        if let Content::Shared(object) = self {
            *self = Content::Own(growing::copied(object.as_slice())?);
        }
        match self {
            Content::Own(data) => Ok(data),
            Content::Shared(_) => unreachable!("it has just been replaced"),
        }
    }
}

#[derive(Default)]
pub struct Memory {
    /// `None` once closed.
    data: RefCell<Option<Content>>,
    at: Cell<usize>,
    exports: Cell<usize>,
}

impl Body for Memory {}

pub type Bytes = Native<Memory>;
builtin!(Bytes = BytesIO);

pub static BytesIO: PyTypeObject = PyTypeObject {
    tp_flags: FILE_FLAGS,
    tp_base: Slot::of(&raw const BufferedIOBase),
    tp_new: Cell::new(Some(new)),
    tp_init: Cell::new(Some(init)),
    tp_iter: slot::unary(iter),
    tp_iternext: slot::next(next),
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    tp_dictoffset: dict_offset::<Memory>(),
    tp_weaklistoffset: weak_offset::<Memory>(),
    tp_doc: Cell::new(c"BytesIO(initial_bytes=b'')\n--\n\nA binary file in memory.".as_ptr()),
    ..native_type::<Memory>(c"_io.BytesIO")
};

extern "C" fn new(ty: &PyTypeObject, _: &PyObject, _: Option<&PyObject>) -> PyResult {
    let body = Memory {
        data: RefCell::new(Some(Content::Own(Vec::new()))),
        ..Memory::default()
    };
    Ok(new_native(ty, body)?.into_object())
}

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    static PARAMS: Params = Params {
        function: "BytesIO",
        names: &["initial_bytes"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    def::status((|| {
        let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
        // SAFETY: U3.
        let this: &Bytes = unsafe { this.cast() };
        this.check_exports()?;
        let data = match not_none(a[0]) {
            Some(initial) => content_of(initial)?,
            None => Content::Own(Vec::new()),
        };
        drop(this.data.replace(Some(data)));
        this.at.set(0);
        Ok(())
    })())
}

/// The content that a bytes-like object gives. TypeError.
fn content_of(source: &PyObject) -> PyResult<Content> {
    if let Some(object) = source.exact::<PyBytesObject>() {
        return Ok(Content::Shared(Ref::new(object)));
    }
    Ok(Content::Own(bytes::with_buffer(source, growing::copied)?))
}

impl Memory {
    pub fn is_closed(&self) -> bool {
        self.data.borrow().is_none()
    }

    fn check_exports(&self) -> PyResult<()> {
        if self.exports.get() > 0 {
            return Err(raise!(
                BufferError,
                "Existing exports of data: object cannot be re-sized"
            ));
        }
        Ok(())
    }

    /// Looks at the content. ValueError once closed.
    fn view<R>(&self, f: impl FnOnce(&[u8]) -> PyResult<R>) -> PyResult<R> {
        match &*self.data.borrow() {
            Some(content) => f(content.data()),
            None => Err(closed_error()),
        }
    }

    /// Changes the content. ValueError once closed.
    fn with<R>(&self, f: impl FnOnce(&mut Vec<u8>) -> PyResult<R>) -> PyResult<R> {
        match &mut *self.data.borrow_mut() {
            Some(content) => f(content.own()?),
            None => Err(closed_error()),
        }
    }

    /// A piece of the content; the object itself where it is all of it.
    fn piece(&self, start: usize, end: usize) -> PyResult {
        match &*self.data.borrow() {
            Some(Content::Shared(object)) if start == 0 && end == object.as_slice().len() => {
                Ok(object.clone().into_object())
            }
            Some(content) => bytes(&content.data()[start..end]),
            None => Err(closed_error()),
        }
    }

    /// The next bytes, at most `size`; the position moves on.
    fn take(&self, size: isize) -> PyResult {
        let (start, end) = self.view(|data| {
            let start = self.at.get().min(data.len());
            let rest = data.len() - start;
            let n = if size < 0 {
                rest
            } else {
                rest.min(size as usize)
            };
            self.at.set(self.at.get() + n);
            Ok((start, start + n))
        })?;
        self.piece(start, end)
    }

    /// The next line, at most `size` bytes of it; `None` at the end.
    fn line(&self, size: isize) -> PyResult<Option<Ref>> {
        let data = self.data.borrow();
        let Some(content) = &*data else {
            return Err(closed_error());
        };
        let at = self.at.get();
        let rest = content.data().get(at..).unwrap_or_default();
        let most = rest.len().min(size as usize);
        if most == 0 {
            return Ok(None);
        }
        let start = rest.as_ptr();
        // Lines are short: the system's search starts sooner than `memchr`'s.
        // SAFETY: within the slice.
        let found = unsafe { libc::memchr(start.cast(), c_int::from(b'\n'), most) };
        let n = match found.addr() {
            0 => most,
            end => end - start.addr() + 1,
        };
        self.at.set(at + n);
        Ok(Some(bytes(&rest[..n])?))
    }

    fn put(&self, new: &[u8]) -> PyResult<usize> {
        self.view(|_| Ok(()))?;
        self.check_exports()?;
        self.with(|data| {
            if new.is_empty() {
                return Ok(0);
            }
            let at = self.at.get();
            if data.len() < at + new.len() {
                let end = at.checked_add(new.len()).unwrap_or(usize::MAX);
                if data.try_reserve(end - data.len()).is_err() {
                    return Err(errors::no_memory());
                }
                data.resize(end, 0);
            }
            data[at..at + new.len()].copy_from_slice(new);
            self.at.set(at + new.len());
            Ok(new.len())
        })
    }
}

fn size_arg(function: &str, args: Args<'_>, count: isize) -> PyResult<isize> {
    let args = args.slice(count);
    check_count(function, args.len(), 0, 1)?;
    opt_isize_arg(args.first().copied(), -1)
}

extern "C" fn read(this: &Bytes, args: Args<'_>, count: isize) -> PyResult {
    this.take(size_arg("read", args, count)?)
}

extern "C" fn read1(this: &Bytes, args: Args<'_>, count: isize) -> PyResult {
    this.take(size_arg("read1", args, count)?)
}

extern "C" fn readline(this: &Bytes, args: Args<'_>, count: isize) -> PyResult {
    match this.line(size_arg("readline", args, count)?)? {
        Some(line) => Ok(line),
        None => bytes(b""),
    }
}

extern "C" fn readlines(this: &Bytes, args: Args<'_>, count: isize) -> PyResult {
    if let [hint] = args.slice(count)
        && !hint.is_instance::<PyLongObject>()
        && not_none(Some(*hint)).is_some()
    {
        return Err(raise!(
            TypeError,
            "integer argument expected, got '{}'",
            hint.ty().name()
        ));
    }
    let hint = size_arg("readlines", args, count)?;
    let mut lines = Growing::new();
    let mut total = 0;
    while let Some(line) = this.line(-1)? {
        total += protocol::len(&line)? as isize;
        lines.try_push(line)?;
        if hint > 0 && total >= hint {
            break;
        }
    }
    list(lines.finish()?)
}

extern "C" fn readinto(this: &Bytes, buffer: &PyObject) -> PyResult {
    this.view(|_| Ok(()))?;
    with_writable("readinto", buffer, |room| {
        this.view(|data| {
            let start = this.at.get().min(data.len());
            let n = room.len().min(data.len() - start);
            room[..n].copy_from_slice(&data[start..start + n]);
            this.at.set(this.at.get() + n);
            int(n as i64)
        })
    })
}

extern "C" fn write(this: &Bytes, data: &PyObject) -> PyResult {
    this.view(|_| Ok(()))?;
    this.check_exports()?;
    if let Some(data) = data.exact::<PyBytesObject>() {
        return int(this.put(data.as_slice())? as i64);
    }
    let data = bytes::with_buffer(data, growing::copied)?;
    int(this.put(&data)? as i64)
}

async fn writelines_task(this: &Bytes, args: &[&PyObject]) -> PyResult {
    this.view(|_| Ok(()))?;
    let iterator = task::iter(args[0]).await?;
    while let Some(line) = task::next(&iterator).await? {
        write(this, &line)?;
    }
    none()
}

natively! { Bytes:
    one {
        writelines writelines_task;
    }
}

/// Lines that Python makes are made in frames.
pub fn init_tasks() -> PyResult<()> {
    let converting = ["read", "read1", "readline", "seek", "truncate"];
    hotpy_vm::builtin_calls::mark_converting(&BytesIO, &converting);
    task::register_named(&BytesIO, "writelines", |this, args, names| {
        let ([lines], None) = (args, names) else {
            return None;
        };
        let work = || Begun::Task(super::started::<Bytes>(this, args, writelines_task));
        (!filling::is_native(lines)).then(work)
    })
}

extern "C" fn seek(this: &Bytes, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("seek", args.len(), 1, 2)?;
    let offset = isize_arg(args[0])?;
    let whence = args.get(1).map_or(Ok(0), |o| int_arg(o))?;
    this.view(|data| {
        let base = match whence {
            0 if offset < 0 => return Err(raise!(ValueError, "negative seek value {offset}")),
            0 => 0,
            1 => this.at.get() as isize,
            2 => data.len() as isize,
            _ => {
                return Err(raise!(
                    ValueError,
                    "invalid whence ({whence}, should be 0, 1 or 2)"
                ));
            }
        };
        let Some(at) = base.checked_add(offset) else {
            return Err(raise!(OverflowError, "new position too large"));
        };
        this.at.set(at.max(0) as usize);
        int(at.max(0) as i64)
    })
}

extern "C" fn tell(this: &Bytes) -> PyResult {
    this.view(|_| int(this.at.get() as i64))
}

extern "C" fn truncate(this: &Bytes, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("truncate", args.len(), 0, 1)?;
    this.view(|_| Ok(()))?;
    this.check_exports()?;
    let size = opt_isize_arg(args.first().copied(), this.at.get() as isize)?;
    if size < 0 {
        return Err(raise!(ValueError, "negative size value {size}"));
    }
    this.with(|data| {
        data.truncate(size as usize);
        int(size as i64)
    })
}

extern "C" fn getvalue(this: &Bytes) -> PyResult {
    let len = this.view(|data| Ok(data.len()))?;
    let value = this.piece(0, len)?;
    if this.exports.get() == 0
        && let Some(value) = value.exact::<PyBytesObject>()
    {
        // Until something is written there is one copy.
        drop(this.data.replace(Some(Content::Shared(Ref::new(value)))));
    }
    Ok(value)
}

extern "C" fn close(this: &Bytes) -> PyResult {
    this.check_exports()?;
    drop(this.data.replace(None));
    none()
}

extern "C" fn flush(this: &Bytes) -> PyResult {
    this.view(|_| none())
}

extern "C" fn yes(this: &Bytes) -> PyResult {
    this.view(|_| boolean(true))
}

extern "C" fn isatty(this: &Bytes) -> PyResult {
    this.view(|_| boolean(false))
}

extern "C" fn closed(this: &Bytes, _: *mut c_void) -> PyResult {
    boolean(this.is_closed())
}

extern "C" fn iter(this: &Bytes) -> PyResult {
    this.view(|_| Ok(this.to_ref()))
}

extern "C" fn next(this: &Bytes) -> Option<Ref> {
    def::next_status(this.line(-1))
}

extern "C" fn getstate(this: &Bytes) -> PyResult {
    let value = getvalue(this)?;
    let dict = match this.dict.get() {
        Some(dict) => match dict.downcast::<PyDictObject>() {
            Some(dict) => dict.copy()?.into_object(),
            None => singletons::none(),
        },
        None => singletons::none(),
    };
    tuple(vec![value, int(this.at.get() as i64)?, dict])
}

extern "C" fn setstate(this: &Bytes, state: &PyObject) -> PyResult {
    let items = state.downcast::<PyTupleObject>().filter(|t| t.len() >= 3);
    let Some(items) = items else {
        return Err(raise!(
            TypeError,
            "{}.__setstate__ argument should be 3-tuple, got {}",
            this.object().ty().name(),
            state.ty().name()
        ));
    };
    if this.data.borrow().is_none() {
        return Err(closed_error());
    }
    let (value, at, dict) = (items.items()[0], items.items()[1], items.items()[2]);
    this.check_exports()?;
    let data = content_of(value)?;
    drop(this.data.replace(Some(data)));
    let at = isize_arg(at)?;
    if at < 0 {
        return Err(raise!(ValueError, "position value cannot be negative"));
    }
    this.at.set(at as usize);
    if let Some(dict) = not_none(Some(dict)) {
        if this.dict.is_null() {
            this.dict.set(Some(dict.to_ref()));
        } else if let Some(own) = this.dict.get().and_then(|d| d.downcast::<PyDictObject>()) {
            own.merge(dict, true)?;
        }
    }
    none()
}

// ---- getbuffer ----

/// Exports the file's bytes while a memoryview of it lives.
#[derive(Default)]
pub struct Exporter {
    source: Held,
}

impl Body for Exporter {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        self.source.visit(visit)
    }
}

static AS_BUFFER: PyBufferProcs = PyBufferProcs {
    bf_getbuffer: slot::getbuffer(get_buffer),
    bf_releasebuffer: Cell::new(Some(release_buffer)),
};

#[unsafe(export_name = "_PyBytesIOBuffer_Type")]
pub static BytesIOBuffer: PyTypeObject = PyTypeObject {
    tp_as_buffer: def::table(&AS_BUFFER),
    ..native_type::<Exporter>(c"_io._BytesIOBuffer")
};

extern "C" fn get_buffer(this: &Native<Exporter>, view: &Py_buffer, flags: c_int) -> c_int {
    def::status((|| {
        let Some(source) = this.source.get() else {
            return Err(closed_error());
        };
        // SAFETY: made by `getbuffer` from a BytesIO.
        let source: &Bytes = unsafe { PyObject::cast(&source) };
        let (start, len) = source.with(|data| Ok((data.as_mut_ptr(), data.len())))?;
        fill_buffer(view, this.object(), start, len, false, flags)?;
        source.exports.set(source.exports.get() + 1);
        Ok(())
    })())
}

extern "C" fn release_buffer(this: &PyObject, _: &Py_buffer) {
    // SAFETY: U3; the source is a BytesIO.
    unsafe {
        if let Some(source) = this.cast::<Native<Exporter>>().source.get() {
            let source: &Bytes = PyObject::cast(&source);
            source.exports.set(source.exports.get().saturating_sub(1));
        }
    }
}

extern "C" fn getbuffer(this: &Bytes) -> PyResult {
    this.view(|_| Ok(()))?;
    let exporter = new_native(
        &BytesIOBuffer,
        Exporter {
            source: Held::new(Some(this.to_ref())),
        },
    )?;
    Ok(memoryview::new(exporter.object())?.into_object())
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast(c"read", read, c"read($self, size=-1, /)\n--\n\nReads bytes."),
    fast(c"read1", read1, c"read1($self, size=-1, /)\n--\n\nReads bytes."),
    fast(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nReads a line."),
    fast(c"readlines", readlines, c"readlines($self, size=None, /)\n--\n\nReads all lines."),
    one(c"readinto", readinto, c"readinto($self, buffer, /)\n--\n\nReads into a buffer."),
    one(c"write", write, c"write($self, b, /)\n--\n\nWrites bytes."),
    one(c"writelines", writelines, c"writelines($self, lines, /)\n--\n\nWrites several bytes objects."),
    fast(c"seek", seek, c"seek($self, pos, whence=0, /)\n--\n\nMoves the position."),
    noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe position."),
    fast(c"truncate", truncate, c"truncate($self, size=None, /)\n--\n\nCuts the content."),
    noargs(c"getvalue", getvalue, c"getvalue($self, /)\n--\n\nThe whole content."),
    noargs(c"getbuffer", getbuffer, c"getbuffer($self, /)\n--\n\nA view of the content."),
    noargs(c"close", close, c"close($self, /)\n--\n\nDrops the content."),
    noargs(c"flush", flush, c"flush($self, /)\n--\n\nDoes nothing."),
    noargs(c"seekable", yes, c"seekable($self, /)\n--\n\nTrue."),
    noargs(c"readable", yes, c"readable($self, /)\n--\n\nTrue."),
    noargs(c"writable", yes, c"writable($self, /)\n--\n\nTrue."),
    noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\nFalse."),
    noargs(c"__getstate__", getstate, c""),
    one(c"__setstate__", setstate, c""),
    PyMethodDef::END,
];
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"closed", closed, None, c"True if the file is closed"),
    PyGetSetDef::END,
];
}
