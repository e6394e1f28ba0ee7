//! `StringIO`: a text file in memory. It is kept as the strings that were written, joined when they are looked at; once something is
//! written over or cut off, as code points.

use super::base::{FILE_FLAGS, TextIOBase};
use super::newline::{self, NewlineMode, Newlines, find_points};
use super::register_steps;
use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, getset, noargs, one, slot};
use hotpy_objects::task::{self, Answer};
use hotpy_objects::*;
use std::cell::RefCell;

/// What the file holds.
enum Content {
    /// Strings, and how long they are together.
    Pieces(Vec<Ref<Str>>, usize),
    Points(Vec<u32>),
}

impl Content {
    fn len(&self) -> usize {
        match self {
            Content::Pieces(_, len) => *len,
            Content::Points(points) => points.len(),
        }
    }

    /// The content as one string. MemoryError.
    fn joined(&mut self) -> PyResult<Ref<Str>> {
        match self {
            Content::Points(points) => str_::from_code_points(points),
            Content::Pieces(pieces, len) => {
                if pieces.len() != 1 {
                    let mut builder = str_::Builder::with_capacity(*len);
                    for piece in &*pieces {
                        builder.push_str(piece);
                    }
                    *pieces = vec![builder.finish()?];
                }
                Ok(pieces[0].clone())
            }
        }
    }

    fn piece(&mut self, start: usize, end: usize) -> PyResult<Ref<Str>> {
        match self {
            Content::Points(points) => str_::from_code_points(&points[start..end]),
            Content::Pieces(..) => self.joined()?.substring(start, end),
        }
    }

    /// The content to be changed. Raises MemoryError.
    fn points(&mut self) -> PyResult<&mut Vec<u32>> {
        if let Content::Pieces(pieces, _) = self {
            *self = Content::Points(growing::collected(
                pieces.iter().flat_map(|p| p.code_points()),
            )?);
        }
        match self {
            Content::Points(points) => Ok(points),
            Content::Pieces(..) => unreachable!("it has just been replaced"),
        }
    }
}

#[derive(Default)]
pub struct Memory {
    /// `None` once closed, or before `__init__`.
    data: RefCell<Option<Content>>,
    at: Cell<usize>,
    mode: RefCell<NewlineMode>,
    newlines: Newlines,
    initialized: Cell<bool>,
}

impl Body for Memory {}

pub type Text = Native<Memory>;
builtin!(Text = StringIO);

pub static StringIO: PyTypeObject = PyTypeObject {
    tp_flags: FILE_FLAGS,
    tp_base: Slot::of(&raw const TextIOBase),
    tp_new: Cell::new(Some(new_default::<Memory>)),
    tp_init: Cell::new(Some(init)),
    tp_iternext: slot::next(next),
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    tp_dictoffset: dict_offset::<Memory>(),
    tp_weaklistoffset: weak_offset::<Memory>(),
    tp_doc: Cell::new(
        c"StringIO(initial_value='', newline='\\n')\n--\n\nA text file in memory.".as_ptr(),
    ),
    ..native_type::<Memory>(c"_io.StringIO")
};

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    static PARAMS: Params = Params {
        function: "StringIO",
        names: &["initial_value", "newline"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    def::status((|| {
        let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
        // SAFETY: U3.
        let this: &Text = unsafe { this.cast() };
        let newline = match a[1] {
            None => Some("\n".to_owned()),
            Some(o) if singletons::is_none(o) => None,
            Some(o) => match o.downcast::<Str>() {
                Some(s) => Some(s.to_string_lossy()),
                None => {
                    return Err(raise!(
                        TypeError,
                        "newline must be str or None, not {}",
                        o.ty().name()
                    ));
                }
            },
        };
        let mode = NewlineMode::parse(newline.as_deref(), true)?;
        let initial = match not_none(a[0]) {
            None => None,
            Some(o) => match o.downcast::<Str>() {
                Some(s) => Some(s),
                None => {
                    return Err(raise!(
                        TypeError,
                        "initial_value must be str or None, not {}",
                        o.ty().name()
                    ));
                }
            },
        };
        this.newlines.translate.set(mode.translate);
        this.newlines.reset();
        this.mode.replace(mode);
        drop(this.data.replace(Some(Content::Pieces(Vec::new(), 0))));
        this.at.set(0);
        this.initialized.set(true);
        if let Some(initial) = initial {
            this.put(initial)?;
            this.at.set(0);
        }
        Ok(())
    })())
}

impl Memory {
    fn with<R>(&self, f: impl FnOnce(&mut Content) -> PyResult<R>) -> PyResult<R> {
        if !self.initialized.get() {
            return Err(raise!(ValueError, "I/O operation on uninitialized object"));
        }
        match &mut *self.data.borrow_mut() {
            Some(data) => f(data),
            None => Err(raise!(ValueError, "I/O operation on closed file")),
        }
    }

    fn put(&self, string: &Str) -> PyResult<()> {
        let (universal, write) = {
            let mode = self.mode.borrow();
            (mode.universal, mode.write)
        };
        let mut string = if universal {
            self.newlines.decode(Ref::new(string), true)?
        } else {
            str_::to_exact(string)?
        };
        if let Some(end) = write
            && newline::has(&string, b'\n')
        {
            let mut translated = str_::Builder::with_capacity(string.len() + 16);
            for c in string.code_points() {
                if c == '\n' as u32 {
                    translated.push_text(end);
                } else {
                    translated.push(c);
                }
            }
            string = translated.finish()?;
        }
        if string.is_empty() {
            return Ok(());
        }
        self.with(|content| {
            let at = self.at.get();
            let end = at + string.len();
            self.at.set(end);
            match content {
                Content::Pieces(pieces, len) if *len == at => {
                    // Many small strings take less room as one.
                    match pieces.pop() {
                        Some(last) if last.len() < 256 && string.len() < 256 => {
                            // Without memory the last piece is lost.
                            *len -= last.len();
                            pieces.push(str_::append(last, &string)?);
                        }
                        last => {
                            pieces.extend(last);
                            if pieces.try_reserve(1).is_err() {
                                return Err(errors::no_memory());
                            }
                            pieces.push(string);
                        }
                    }
                    *len = end;
                }
                _ => {
                    let points = content.points()?;
                    if points.len() < end {
                        if points.try_reserve(end - points.len()).is_err() {
                            return Err(errors::no_memory());
                        }
                        points.resize(end, 0);
                    }
                    for (place, c) in points[at..end].iter_mut().zip(string.code_points()) {
                        *place = c;
                    }
                }
            }
            Ok(())
        })
    }

    fn line(&self, limit: isize) -> PyResult<Ref<Str>> {
        let end = self.mode.borrow().end;
        self.with(|content| {
            let start = self.at.get();
            if start >= content.len() {
                return Ok(str_::empty());
            }
            let found = match content {
                Content::Points(points) => find_points(points, start, end),
                Content::Pieces(..) => newline::find(&*content.joined()?, start, end),
            };
            let mut stop = found.unwrap_or(content.len());
            if limit >= 0 {
                stop = stop.min(start + limit as usize);
            }
            self.at.set(stop);
            content.piece(start, stop)
        })
    }
}

fn size_arg(function: &str, args: Args<'_>, count: isize, default: isize) -> PyResult<isize> {
    let args = args.slice(count);
    check_count(function, args.len(), 0, 1)?;
    opt_isize_arg(args.first().copied(), default)
}

extern "C" fn read(this: &Text, args: Args<'_>, count: isize) -> PyResult {
    let size = size_arg("read", args, count, -1)?;
    this.with(|data| {
        let start = this.at.get().min(data.len());
        let n = data.len() - start;
        let n = if size >= 0 { n.min(size as usize) } else { n };
        if n > 0 {
            this.at.set(start + n);
        }
        Ok(data.piece(start, start + n)?.into_object())
    })
}

extern "C" fn readline(this: &Text, args: Args<'_>, count: isize) -> PyResult {
    let limit = size_arg("readline", args, count, -1)?;
    Ok(this.line(limit)?.into_object())
}

extern "C" fn next(this: &Text) -> Option<Ref> {
    if this.object().ty().is(&*StringIO) {
        let line = this.with(|_| Ok(())).and_then(|()| this.line(-1));
        return line
            .ok()
            .filter(|line| !line.is_empty())
            .map(Ref::into_object);
    }
    def::next_status(task::run(next_line(this)))
}

async fn next_line(this: &Text) -> Answer {
    this.with(|_| Ok(()))?;
    let line = if this.object().ty().is(&*StringIO) {
        this.line(-1)?
    } else {
        super::textio::line_of_subclass(this.object()).await?
    };
    Ok((!line.is_empty()).then(|| line.into_object()))
}

/// Lines that a class of Python reads are read in frames.
pub fn init_tasks() {
    register_steps!(&StringIO, Text, next_line);
    hotpy_vm::builtin_calls::mark_converting(&StringIO, &["read", "readline", "seek", "truncate"]);
}

/// Writes to the object directly if it is exactly such a file; `None` if it is something else.
pub fn write_exact(file: &PyObject, string: &Str) -> Option<PyResult<()>> {
    let this = file.exact::<Text>()?;
    if string.len() == 0 {
        return Some(this.with(|_| Ok(())));
    }
    Some(this.put(string))
}

extern "C" fn write(this: &Text, string: &PyObject) -> PyResult {
    this.with(|_| Ok(()))?;
    let Some(string) = string.downcast::<Str>() else {
        return Err(raise!(
            TypeError,
            "string argument expected, got '{}'",
            string.ty().name()
        ));
    };
    if string.len() > 0 {
        this.put(string)?;
    }
    int(string.len() as i64)
}

extern "C" fn seek(this: &Text, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("seek", args.len(), 1, 2)?;
    let offset = isize_arg(args[0])?;
    let whence = args.get(1).map_or(Ok(0), |o| int_arg(o))?;
    this.with(|data| {
        if !(0..=2).contains(&whence) {
            return Err(raise!(
                ValueError,
                "Invalid whence ({whence}, should be 0, 1 or 2)"
            ));
        }
        if offset < 0 && whence == 0 {
            return Err(raise!(ValueError, "Negative seek position {offset}"));
        }
        if whence != 0 && offset != 0 {
            return Err(raise!(OSError, "Can't do nonzero cur-relative seeks"));
        }
        let at = match whence {
            0 => offset as usize,
            1 => this.at.get(),
            _ => data.len(),
        };
        this.at.set(at);
        int(at as i64)
    })
}

extern "C" fn tell(this: &Text) -> PyResult {
    this.with(|_| int(this.at.get() as i64))
}

extern "C" fn truncate(this: &Text, args: Args<'_>, count: isize) -> PyResult {
    this.with(|_| Ok(()))?;
    let size = size_arg("truncate", args, count, this.at.get() as isize)?;
    if size < 0 {
        return Err(raise!(ValueError, "Negative size value {size}"));
    }
    this.with(|data| {
        if (size as usize) < data.len() {
            data.points()?.truncate(size as usize);
        }
        int(size as i64)
    })
}

extern "C" fn getvalue(this: &Text) -> PyResult {
    this.with(|data| Ok(data.joined()?.into_object()))
}

extern "C" fn close(this: &Text) -> PyResult {
    drop(this.data.replace(None));
    none()
}

extern "C" fn yes(this: &Text) -> PyResult {
    this.with(|_| boolean(true))
}

extern "C" fn getstate(this: &Text) -> PyResult {
    let value = getvalue(this)?;
    let newline = match &this.mode.borrow().given {
        Some(newline) => text(newline)?,
        None => singletons::none(),
    };
    let dict = match this.dict.get().and_then(|d| d.downcast::<PyDictObject>()) {
        Some(dict) => dict.copy()?.into_object(),
        None => singletons::none(),
    };
    tuple(vec![value, newline, int(this.at.get() as i64)?, dict])
}

extern "C" fn setstate(this: &Text, state: &PyObject) -> PyResult {
    let Some(items) = state.downcast::<PyTupleObject>().filter(|t| t.len() >= 4) else {
        return Err(raise!(
            TypeError,
            "{}.__setstate__ argument should be 4-tuple, got {}",
            this.object().ty().name(),
            state.ty().name()
        ));
    };
    if this.initialized.get() && this.data.borrow().is_none() {
        return Err(raise!(ValueError, "I/O operation on closed file"));
    }
    let items = items.items();
    let newline =
        opt_str_arg("__setstate__", "item 2", Some(items[1]))?.map(|s| s.to_string_lossy());
    let mode = NewlineMode::parse(newline.as_deref(), true)?;
    let value = str_arg("__setstate__", "item 1", items[0])?;
    this.newlines.translate.set(mode.translate);
    this.mode.replace(mode);
    // Taken as it is: translation has been done before.
    let value = str_::to_exact(value)?;
    let len = value.len();
    drop(this.data.replace(Some(Content::Pieces(vec![value], len))));
    this.initialized.set(true);
    let at = isize_arg(items[2])?;
    if at < 0 {
        return Err(raise!(ValueError, "position value cannot be negative"));
    }
    this.at.set(at as usize);
    if let Some(dict) = not_none(Some(items[3])) {
        match this.dict.get().and_then(|d| d.downcast::<PyDictObject>()) {
            Some(own) => own.merge(dict, true)?,
            None => this.dict.set(Some(dict.to_ref())),
        }
    }
    none()
}

extern "C" fn closed(this: &Text, _: *mut c_void) -> PyResult {
    boolean(this.initialized.get() && this.data.borrow().is_none())
}

extern "C" fn line_buffering(this: &Text, _: *mut c_void) -> PyResult {
    this.with(|_| boolean(false))
}

extern "C" fn newlines(this: &Text, _: *mut c_void) -> PyResult {
    this.with(|_| Ok(()))?;
    if this.mode.borrow().universal {
        this.newlines.seen()
    } else {
        none()
    }
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast(c"read", read, c"read($self, size=-1, /)\n--\n\nReads text."),
    fast(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nReads a line."),
    one(c"write", write, c"write($self, s, /)\n--\n\nWrites text."),
    fast(c"seek", seek, c"seek($self, pos, whence=0, /)\n--\n\nMoves the position."),
    noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe position."),
    fast(c"truncate", truncate, c"truncate($self, pos=None, /)\n--\n\nCuts the content."),
    noargs(c"getvalue", getvalue, c"getvalue($self, /)\n--\n\nThe whole content."),
    noargs(c"close", close, c"close($self, /)\n--\n\nDrops the content."),
    noargs(c"seekable", yes, c"seekable($self, /)\n--\n\nTrue."),
    noargs(c"readable", yes, c"readable($self, /)\n--\n\nTrue."),
    noargs(c"writable", yes, c"writable($self, /)\n--\n\nTrue."),
    noargs(c"__getstate__", getstate, c""),
    one(c"__setstate__", setstate, c""),
    PyMethodDef::END,
];
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"closed", closed, None, c""),
    getset(c"newlines", newlines, None, c""),
    getset(c"line_buffering", line_buffering, None, c""),
    PyGetSetDef::END,
];
}
