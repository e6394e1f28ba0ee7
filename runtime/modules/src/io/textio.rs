//! `TextIOWrapper`: text over a buffered binary file.
//!
//! Reading keeps the text of the last chunk and how much of it has been used; a snapshot of the chunk's bytes lets
//! `tell` find the byte position. Written text is encoded at once and collected before it goes to the buffer.

use super::base::{FILE_FLAGS, TextIOBase, finalize};
use super::codec::{self, Codec, Kind};
use super::newline::{self, LineEnd, NewlineMode, Newlines};
use super::position::Position;
use super::{
    Beginnings, begins, buffered, closed_error, forwarded, natively, register_init, register_steps,
    unsupported,
};
use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, fast_kw, getset, noargs, one, slot};
use hotpy_objects::task::{self, Answer, Begun};
use hotpy_objects::*;
use std::cell::RefCell;

pub struct Text {
    buffer: Held,
    initialized: Cell<bool>,
    detached: Cell<bool>,
    pub(super) codec: Codec,
    pub(super) mode: RefCell<NewlineMode>,
    pub(super) newlines: Newlines,
    reads: Cell<bool>,
    writes: Cell<bool>,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    has_read1: Cell<bool>,
    seekable: Cell<bool>,
    telling: Cell<bool>,
    finalizing: Cell<bool>,
    chunk_size: Cell<usize>,
    pending: RefCell<Vec<u8>>,
    decoded: RefCell<Option<Ref<Str>>>,
    used: Cell<usize>,
    /// The bytes of the current chunk, from a point where the decoder had kept no bytes, and its state was `flags`.
    snapshot: RefCell<Option<Vec<u8>>>,
    flags: Cell<i64>,
    /// How many bytes a character of the last chunk has.
    pub(super) bytes_per_char: Cell<f64>,
}

impl Default for Text {
    fn default() -> Text {
        Text {
            buffer: Held::default(),
            initialized: Cell::new(false),
            detached: Cell::new(false),
            codec: Codec::default(),
            mode: RefCell::default(),
            newlines: Newlines::default(),
            reads: Cell::new(false),
            writes: Cell::new(false),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            has_read1: Cell::new(false),
            seekable: Cell::new(false),
            telling: Cell::new(false),
            finalizing: Cell::new(false),
            chunk_size: Cell::new(8192),
            pending: RefCell::default(),
            decoded: RefCell::default(),
            used: Cell::new(0),
            snapshot: RefCell::default(),
            flags: Cell::new(0),
            bytes_per_char: Cell::new(0.0),
        }
    }
}

impl Text {
    /// Only a file that starts here gets a byte order mark.
    async fn mark_started(&self, buffer: &PyObject) -> PyResult<()> {
        if self.seekable.get() && self.writes.get() && self.codec.kind.get() == Kind::Other {
            let at = task::method(buffer, "tell", Vec::new()).await?;
            if task::truth(&at).await? {
                self.codec.restart_encoder(true).await?;
            }
        }
        Ok(())
    }

    /// What lies below, whatever state this is in.
    pub fn below(&self) -> Option<Ref> {
        self.buffer.get()
    }

    /// Whether coding may run Python.
    pub fn codec_runs_python(&self) -> bool {
        self.codec.runs_python()
    }
}

impl Body for Text {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        visit_all(
            &[&self.buffer, &self.codec.encoder, &self.codec.decoder],
            visit,
        )
    }
    fn clear(&self) {
        self.initialized.set(false);
        self.buffer.take();
        self.codec.encoder.take();
        self.codec.decoder.take();
    }
}

pub type Wrapper = Native<Text>;

pub static TextIOWrapper: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc_finalized::<Text>)),
    tp_finalize: Cell::new(Some(finalize)),
    tp_flags: FILE_FLAGS,
    tp_base: Slot::of(&raw const TextIOBase),
    tp_new: Cell::new(Some(new_default::<Text>)),
    tp_init: Cell::new(Some(init)),
    tp_repr: slot::unary(repr),
    tp_iternext: slot::next(next),
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    tp_dictoffset: dict_offset::<Text>(),
    tp_weaklistoffset: weak_offset::<Text>(),
    tp_doc: Cell::new(c"TextIOWrapper(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, write_through=False)\n--\n\nText over a buffered binary file.".as_ptr()),
    ..native_type::<Text>(c"_io.TextIOWrapper")
};
builtin!(Wrapper = TextIOWrapper);

/// A new `TextIOWrapper`, as `open()` makes it.
pub fn new(
    buffer: &PyObject,
    encoding: Option<&PyObject>,
    errors: Option<&PyObject>,
    newline: Option<&PyObject>,
    line_buffering: bool,
) -> PyResult {
    task::run(opened(buffer, encoding, errors, newline, line_buffering))
}

/// The same, as a task.
pub async fn opened(
    buffer: &PyObject,
    encoding: Option<&PyObject>,
    errors: Option<&PyObject>,
    newline: Option<&PyObject>,
    line_buffering: bool,
) -> PyResult {
    let wrapper = new_native(&TextIOWrapper, Text::default())?;
    setup(
        &wrapper,
        buffer,
        encoding,
        errors,
        newline,
        line_buffering,
        false,
    )
    .await?;
    Ok(wrapper.into_object())
}

/// The encoding of files for which none is named.
pub fn locale_encoding() -> String {
    if crate::config::with(|c| c.utf8_mode) {
        return "utf-8".to_owned();
    }
    encoding_of_locale()
}

/// The locale's own encoding.
pub fn encoding_of_locale() -> String {
    // SAFETY: the library's answer is a C string.
    let name = unsafe { std::ffi::CStr::from_ptr(libc::nl_langinfo(libc::CODESET)) };
    match name.to_str() {
        Ok("") | Err(_) => "utf-8".to_owned(),
        Ok(name) => name.to_owned(),
    }
}

/// UnicodeEncodeError for lone surrogates.
fn utf8(text: &Str) -> PyResult<String> {
    text.to_utf8().map(str::to_owned)
}

fn no_nulls(o: &Str, what: &str) -> PyResult<String> {
    let text = o.to_utf8()?.to_owned();
    if text.contains('\0') {
        return Err(raise!(ValueError, "{what}"));
    }
    Ok(text)
}

async fn setup(
    this: &Wrapper,
    buffer: &PyObject,
    encoding: Option<&PyObject>,
    errors: Option<&PyObject>,
    newline: Option<&PyObject>,
    line_buffering: bool,
    write_through: bool,
) -> PyResult<()> {
    this.initialized.set(false);
    this.detached.set(false);
    let encoding = match opt_str_arg("TextIOWrapper", "argument 'encoding'", encoding)? {
        None => {
            if crate::config::with(|c| c.warn_default_encoding) {
                errors::warn(
                    &exceptions::EncodingWarning,
                    "'encoding' argument not specified",
                    1,
                )?;
            }
            locale_encoding()
        }
        Some(name) if name.equals_text("locale") => locale_encoding(),
        Some(name) => no_nulls(name, "embedded null character")?,
    };
    let errors = match not_none(errors) {
        None => "strict".to_owned(),
        Some(o) => match o.downcast::<Str>() {
            Some(name) => no_nulls(name, "embedded null character")?,
            None => {
                return Err(raise!(
                    TypeError,
                    "TextIOWrapper() argument 'errors' must be str or None, not {}",
                    o.ty().name()
                ));
            }
        },
    };
    str_::codecs::check_names(None, Some(&errors))?;
    let newline = opt_str_arg("TextIOWrapper", "argument 'newline'", newline)?
        .map(|newline| no_nulls(newline, "embedded null character"))
        .transpose()?;
    let mode = NewlineMode::parse(newline.as_deref(), false)?;
    let reads = super::is_able(buffer, "readable").await?;
    let writes = super::is_able(buffer, "writable").await?;
    this.codec.open(&encoding, &errors, reads, writes).await?;
    this.newlines.translate.set(mode.translate);
    this.newlines.reset();
    this.mode.replace(mode);
    this.reads.set(reads);
    this.writes.set(writes);
    this.line_buffering.set(line_buffering);
    this.write_through.set(write_through);
    this.buffer.set(Some(buffer.to_ref()));
    let seekable = super::is_able(buffer, "seekable").await?;
    this.seekable.set(seekable);
    this.telling.set(seekable);
    this.has_read1
        .set(super::attribute(buffer, "read1").await?.is_some());
    this.pending.borrow_mut().clear();
    this.forget();
    this.mark_started(buffer).await?;
    this.initialized.set(true);
    super::made_over(this.object());
    Ok(())
}

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    def::status(task::run(init_task(this, args, kwargs)))
}

async fn init_task(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult<()> {
    static PARAMS: Params = Params {
        function: "TextIOWrapper",
        names: &[
            "buffer",
            "encoding",
            "errors",
            "newline",
            "line_buffering",
            "write_through",
        ],
        positional_only: 0,
        positional: 6,
        required: 1,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    let Some(buffer) = a[0] else { return Ok(()) };
    let (line_buffering, write_through) = (flag_arg(a[4], false)?, flag_arg(a[5], false)?);
    // SAFETY: U3.
    let this: &Wrapper = unsafe { this.cast() };
    setup(
        this,
        buffer,
        a[1],
        a[2],
        a[3],
        line_buffering,
        write_through,
    )
    .await
}

impl Text {
    /// For what also a detached file knows. ValueError.
    fn check_initialized(&self) -> PyResult<()> {
        if self.detached.get() {
            return Ok(());
        }
        self.buffer().map(drop)
    }

    fn buffer(&self) -> PyResult {
        if !self.initialized.get() {
            return Err(if self.detached.get() {
                raise!(ValueError, "underlying buffer has been detached")
            } else {
                raise!(ValueError, "I/O operation on uninitialized object")
            });
        }
        Ok(self.buffer.or_none())
    }

    /// The buffer of an open file.
    async fn open_buffer(&self) -> PyResult {
        let buffer = self.buffer()?;
        if super::is_closed_in_frames(&buffer).await? {
            Err(closed_error())
        } else {
            Ok(buffer)
        }
    }

    /// Forgets what was read ahead.
    fn forget(&self) {
        self.decoded.take();
        self.used.set(0);
        self.snapshot.take();
    }

    pub(super) async fn decode(&self, input: &[u8], last: bool) -> PyResult<Ref<Str>> {
        let text = self.codec.decode(input, last).await?;
        if self.mode.borrow().universal {
            self.newlines.decode(text, last)
        } else {
            Ok(text)
        }
    }

    /// Writes what is pending to the buffer.
    async fn write_pending(&self) -> PyResult<()> {
        let data = self.pending.take();
        if data.is_empty() {
            return Ok(());
        }
        let buffer = self.buffer()?;
        match buffered::exact(&buffer) {
            Some(buffer) => buffer.put_checked(&data).await,
            None => task::method(&buffer, "write", vec![(bytes(&data)?).to_ref()])
                .await
                .map(drop),
        }
    }

    fn take(&self, n: usize) -> PyResult<Ref<Str>> {
        let decoded = self.decoded.borrow().clone();
        let Some(decoded) = decoded else {
            return Ok(str_::empty());
        };
        let start = self.used.get();
        let end = decoded.len().min(start.saturating_add(n));
        self.used.set(end);
        if start == 0 && end == decoded.len() {
            Ok(decoded)
        } else {
            decoded.substring(start, end)
        }
    }

    /// Reads and decodes a chunk; false at the end of the file.
    async fn read_chunk(&self, hint: usize) -> PyResult<bool> {
        if !self.reads.get() {
            return Err(unsupported("not readable"));
        }
        let buffer = self.buffer()?;
        let (mut start, flags) = match self.telling.get() {
            true => self.decoder_state().await?,
            false => (Vec::new(), 0),
        };
        let name = if self.has_read1.get() {
            "read1"
        } else {
            "read"
        };
        let wanted = (self.bytes_per_char.get().max(1.0) * hint as f64) as usize;
        let size = self.chunk_size.get().max(wanted);
        let chunk = task::method(&buffer, name, vec![(int(size as i64)?).to_ref()]).await?;
        if chunk.ty().tp_as_buffer.get().is_null() {
            return Err(raise!(
                TypeError,
                "underlying {name}() should have returned a bytes-like object, not '{}'",
                chunk.ty().name()
            ));
        }
        let input = bytes::with_buffer(&chunk, growing::copied)?;
        let end = input.is_empty();
        let text = self.decode(&input, end).await?;
        let more = !end || text.len() > 0;
        self.bytes_per_char.set(match text.len() {
            0 => 0.0,
            chars => input.len() as f64 / chars as f64,
        });
        self.used.set(0);
        drop(self.decoded.replace(Some(text)));
        if self.telling.get() {
            growing::append(&mut start, &input)?;
            self.snapshot.replace(Some(start));
            self.flags.set(flags);
        }
        Ok(more)
    }

    /// Takes text to be written.
    async fn put(&self, string: &Str) -> PyResult<()> {
        if !self.writes.get() {
            return Err(unsupported("not writable"));
        }
        let write_end = self.mode.borrow().write;
        let translate = write_end.is_some();
        let line_buffering = self.line_buffering.get();
        let has_lf = (translate || line_buffering) && newline::has(string, b'\n');
        let translated;
        let string = match write_end {
            Some(end) if has_lf => {
                let mut builder = str_::Builder::default();
                for c in string.code_points() {
                    if c == '\n' as u32 {
                        builder.push_text(end);
                    } else {
                        builder.push(c);
                    }
                }
                translated = builder.finish()?;
                &*translated
            }
            _ => string,
        };
        let flush_lines = line_buffering && (has_lf || newline::has(string, b'\r'));
        let chunk = self.chunk_size.get();
        let runs_python = self.codec.runs_python();
        if runs_python || self.pending.borrow().is_empty() {
            let mut data = Vec::new();
            if runs_python {
                self.codec.encode_by_python(string, &mut data).await?;
            } else {
                self.codec.encode(string, &mut data)?;
            }
            if self.pending.borrow().len() + data.len() > chunk {
                self.write_pending().await?;
            }
            growing::append(&mut self.pending.borrow_mut(), &data)?;
        } else {
            let mut pending = self.pending.borrow_mut();
            let before = pending.len();
            if let Err(raised) = self.codec.encode(string, &mut pending) {
                pending.truncate(before);
                return Err(raised);
            }
            if pending.len() > chunk && before > 0 {
                let new = pending.split_off(before);
                drop(pending);
                self.write_pending().await?;
                self.pending.replace(new);
            }
        }
        if self.pending.borrow().len() >= chunk || flush_lines || self.write_through.get() {
            self.write_pending().await?;
        }
        if flush_lines {
            let buffer = self.buffer()?;
            match buffered::exact(&buffer) {
                Some(buffer) => buffer.flush_all().await?,
                None => {
                    task::method(&buffer, "flush", vec![]).await?;
                }
            }
        }
        if self.reads.get() {
            self.forget();
            self.codec.reset_decoder().await?;
            self.newlines.pending_cr.set(false);
        }
        Ok(())
    }

    async fn flush_all(&self) -> PyResult<()> {
        self.telling.set(self.seekable.get());
        self.write_pending().await?;
        let buffer = self.buffer()?;
        match buffered::exact(&buffer) {
            Some(own) if buffer.ty().is(&*buffered::BufferedWriter) => own.flush_all().await,
            _ => task::method(&buffer, "flush", vec![]).await.map(drop),
        }
    }

    /// The next line, if it has been read already and the file is an open one of the system.
    fn line_at_hand(&self) -> Option<PyResult<Ref<Str>>> {
        let buffer = self.buffer.get().filter(|_| self.initialized.get())?;
        if !buffered::exact(&buffer)?.is_open_file() || !self.pending.borrow().is_empty() {
            return None;
        }
        let decoded = self.decoded.borrow();
        let decoded = decoded.as_ref()?;
        let start = self.used.get();
        if start >= decoded.len() {
            return None;
        }
        let stop = newline::find(decoded, start, self.mode.borrow().end)?;
        self.used.set(stop);
        Some(decoded.substring(start, stop))
    }

    /// One line with its end; empty at the end of the file.
    async fn read_line(&self, limit: isize) -> PyResult<Ref<Str>> {
        self.write_pending().await?;
        let end = self.mode.borrow().end;
        let mut line: Option<Ref<Str>> = None;
        loop {
            let available = self
                .decoded
                .borrow()
                .as_ref()
                .is_some_and(|d| d.len() > self.used.get());
            if !available && !self.read_chunk(0).await? {
                self.forget();
                break;
            }
            let decoded = self.decoded.borrow().clone();
            let Some(decoded) = decoded else { break };
            let start = self.used.get();
            let have = line.as_ref().map_or(0, |l| l.len());
            // A line end that lies across two chunks.
            let split = end == LineEnd::CrLf
                && start == 0
                && line
                    .as_ref()
                    .is_some_and(|l| l.len() > 0 && l.char_at(l.len() - 1) == '\r' as u32)
                && decoded.len() > 0
                && decoded.char_at(0) == '\n' as u32;
            let found = if split {
                Some(1)
            } else {
                newline::find(&decoded, start, end)
            };
            let mut stop = found.unwrap_or(decoded.len());
            let mut done = found.is_some();
            if limit >= 0 && have + (stop - start) >= limit as usize {
                stop = start + (limit as usize - have);
                done = true;
            }
            let piece = if start == 0 && stop == decoded.len() {
                decoded
            } else {
                decoded.substring(start, stop)?
            };
            self.used.set(stop);
            line = Some(match line {
                None => piece,
                Some(line) => str_::append(line, &piece)?,
            });
            if done {
                break;
            }
        }
        Ok(line.unwrap_or_else(str_::empty))
    }

    /// How many bytes of the snapshot the used characters come from, if that can be told from the bytes alone.
    fn used_bytes(&self, snapshot: &[u8]) -> Option<usize> {
        let kind = self.codec.kind.get();
        if self.used.get() == 0 {
            return Some(0);
        }
        if kind == Kind::Other || self.flags.get() != 0 || snapshot.contains(&b'\r') {
            return None;
        }
        let mut at = 0;
        for _ in 0..self.used.get() {
            let b = *snapshot.get(at)?;
            at += match kind {
                _ if b < 0x80 => 1,
                Kind::Utf8 => {
                    let n = match b {
                        0xc2..=0xdf => 2,
                        0xe0..=0xef => 3,
                        0xf0..=0xf4 => 4,
                        _ => return None,
                    };
                    std::str::from_utf8(snapshot.get(at..at + n)?).ok()?;
                    n
                }
                Kind::Latin1 => 1,
                _ => return None,
            };
        }
        Some(at)
    }
}

/// Writes to the object directly if it is exactly a text file; `None` if it is something else.
pub fn write_exact(file: &PyObject, string: &Str) -> Option<PyResult<()>> {
    let this = file.exact::<Wrapper>()?;
    Some(task::run(async {
        this.open_buffer().await?;
        this.put(string).await
    }))
}

async fn write_task(this: &Wrapper, args: &[&PyObject]) -> PyResult {
    let string = args[0];
    this.buffer()?;
    let Some(string) = string.downcast::<Str>() else {
        return Err(bad_argument("write", "argument", "str", string));
    };
    this.open_buffer().await?;
    this.put(string).await?;
    int(string.len() as i64)
}

async fn read_task(this: &Wrapper, args: &[&PyObject]) -> PyResult {
    check_count("read", args.len(), 0, 1)?;
    let n = super::size_arg(args).await?;
    let buffer = this.open_buffer().await?;
    if !this.reads.get() {
        return Err(unsupported("not readable"));
    }
    this.write_pending().await?;
    if n < 0 {
        let rest = task::method(&buffer, "read", vec![]).await?;
        if rest.ty().tp_as_buffer.get().is_null() {
            return Err(raise!(
                TypeError,
                "underlying read() should have returned a bytes-like object, not '{}'",
                rest.ty().name()
            ));
        }
        let rest = bytes::with_buffer(&rest, growing::copied)?;
        let rest = this.decode(&rest, true).await?;
        let first = this.take(usize::MAX)?;
        this.forget();
        return Ok(if first.len() == 0 {
            rest
        } else {
            str_::concat(&first, &rest)?
        }
        .into_object());
    }
    let n = n as usize;
    let mut result = this.take(n)?;
    while result.len() < n {
        if !this.read_chunk(n - result.len()).await? {
            break;
        }
        let piece = this.take(n - result.len())?;
        result = if result.len() == 0 {
            piece
        } else {
            str_::append(result, &piece)?
        };
    }
    Ok(result.into_object())
}

async fn readline_task(this: &Wrapper, args: &[&PyObject]) -> PyResult {
    check_count("readline", args.len(), 0, 1)?;
    let limit = super::plain_size_arg(args).await?;
    this.open_buffer().await?;
    Ok(this.read_line(limit).await?.into_object())
}

extern "C" fn next(this: &Wrapper) -> Option<Ref> {
    if this.object().is_exact::<Wrapper>()
        && let Some(line) = this.line_at_hand()
    {
        this.telling.set(false);
        return line.ok().map(Ref::into_object);
    }
    def::next_status(task::run(next_line(this)))
}

async fn next_line(this: &Wrapper) -> Answer {
    this.buffer()?;
    this.telling.set(false);
    let line = if this.object().is_exact::<Wrapper>() {
        this.open_buffer().await?;
        this.read_line(-1).await?
    } else {
        line_of_subclass(this.object()).await?
    };
    if line.is_empty() {
        this.snapshot.take();
        this.telling.set(this.seekable.get());
        return Ok(None);
    }
    Ok(Some(line.into_object()))
}

/// What the `readline` of a subclass of a text file gives. OSError if that is no string.
pub async fn line_of_subclass(file: &PyObject) -> PyResult<Ref<Str>> {
    text_line(task::method(file, "readline", Vec::new()).await?)
}

fn text_line(line: Ref) -> PyResult<Ref<Str>> {
    if !line.is_instance::<Str>() {
        return Err(raise!(
            OSError,
            "readline() should have returned a str object, not '{}'",
            line.ty().name()
        ));
    }
    // SAFETY: the type was checked.
    Ok(unsafe { line.cast() })
}

async fn flush_task(this: &Wrapper, _: &[&PyObject]) -> PyResult {
    this.open_buffer().await?;
    this.flush_all().await?;
    none()
}

async fn close_task(this: &Wrapper, _: &[&PyObject]) -> PyResult {
    let buffer = this.buffer()?;
    if super::is_closed_in_frames(&buffer).await? {
        return none();
    }
    if this.finalizing.get() {
        let warned = task::method(&buffer, "_dealloc_warn", vec![this.to_ref()]).await;
        if warned.is_err() {
            errors::clear();
        }
    }
    let flushed = task::method(this.object(), "flush", Vec::new()).await;
    let failed = super::put_off(&flushed);
    super::both(failed, task::method(&buffer, "close", Vec::new()).await)
}

async fn detach_task(this: &Wrapper, _: &[&PyObject]) -> PyResult {
    let buffer = this.buffer()?;
    task::method(this.object(), "flush", Vec::new()).await?;
    this.buffer.take();
    this.detached.set(true);
    this.initialized.set(false);
    Ok(buffer)
}

forwarded! { Wrapper:
    fileno_task buffer "fileno";
    seekable_task buffer "seekable";
    readable_task buffer "readable";
    writable_task buffer "writable";
    isatty_task buffer "isatty";
}

fn big(value: &PyObject) -> PyResult<num_bigint::BigInt> {
    Ok(number::index(value)?.to_bigint())
}

async fn tell_task(this: &Wrapper, _: &[&PyObject]) -> PyResult {
    let buffer = this.open_buffer().await?;
    if !this.seekable.get() {
        return Err(unsupported("underlying stream is not seekable"));
    }
    if !this.telling.get() {
        return Err(raise!(OSError, "telling position disabled by next() call"));
    }
    this.write_pending().await?;
    task::method(this.object(), "flush", Vec::new()).await?;
    let at = task::method(&buffer, "tell", Vec::new()).await?;
    let snapshot = this.snapshot.borrow().clone();
    let Some(snapshot) = snapshot.filter(|_| this.reads.get()) else {
        return Ok(at);
    };
    let mut place = Position {
        start: i64_arg(&at)? - snapshot.len() as i64,
        flags: this.flags.get() as i32,
        ..Position::default()
    };
    match this.used_bytes(&snapshot) {
        Some(n) => place.start += n as i64,
        None => place = this.find_place(place, &snapshot, this.used.get()).await?,
    }
    place.to_int()
}

async fn seek_task(this: &Wrapper, args: &[&PyObject]) -> PyResult {
    check_count("seek", args.len(), 1, 2)?;
    let whence = super::whence_arg(args).await?;
    let buffer = this.open_buffer().await?;
    if !this.seekable.get() {
        return Err(unsupported("underlying stream is not seekable"));
    }
    let mut cookie = args[0].to_ref();
    match whence {
        0 => {}
        1 => {
            if !task::equal(&cookie, &*int(0)?).await? {
                return Err(unsupported("can't do nonzero cur-relative seeks"));
            }
            task::method(this.object(), "flush", Vec::new()).await?;
            cookie = task::method(this.object(), "tell", Vec::new()).await?;
        }
        2 => {
            if !task::equal(&cookie, &*int(0)?).await? {
                return Err(unsupported("can't do nonzero end-relative seeks"));
            }
            task::method(this.object(), "flush", Vec::new()).await?;
            this.forget();
            this.codec.reset_decoder().await?;
            this.newlines.pending_cr.set(false);
            let end = task::method(&buffer, "seek", vec![int(0)?, int(2)?]).await?;
            if this.codec.encoder.is_some() {
                let goes_on = !task::equal(&end, &*int(0)?).await?;
                this.codec.restart_encoder(goes_on).await?;
            }
            return Ok(end);
        }
        _ => {
            return Err(raise!(
                ValueError,
                "invalid whence ({whence}, should be 0, 1 or 2)"
            ));
        }
    }
    let cookie = task::indexed(&cookie).await?;
    let value = big(&cookie)?;
    if value.sign() == num_bigint::Sign::Minus {
        let shown = protocol::repr(&cookie)?.to_string_lossy();
        return Err(raise!(ValueError, "negative seek position {shown}"));
    }
    task::method(this.object(), "flush", Vec::new()).await?;
    let place = Position::of(&value)?;
    task::method(&buffer, "seek", vec![int(place.start)?]).await?;
    this.forget();
    if this.reads.get() {
        this.restart_decoder(&place).await?;
    }
    this.flags.set(i64::from(place.flags));
    if place.skip != 0 {
        let skip = place.skip.max(0) as usize;
        let input = task::method(&buffer, "read", vec![int(i64::from(place.feed))?]).await?;
        let input = bytes::with_buffer(&input, growing::copied)?;
        let text = this.decode(&input, place.last).await?;
        if text.len() < skip {
            return Err(raise!(OSError, "can't restore logical file position"));
        }
        drop(this.decoded.replace(Some(text)));
        this.used.set(skip);
        this.snapshot.replace(Some(input));
    } else {
        this.snapshot.replace(Some(Vec::new()));
    }
    if this.codec.encoder.is_some() {
        let goes_on = task::truth(&cookie).await?;
        this.codec.restart_encoder(goes_on).await?;
    }
    Ok(cookie)
}

async fn truncate_task(this: &Wrapper, args: &[&PyObject]) -> PyResult {
    check_count("truncate", args.len(), 0, 1)?;
    let buffer = this.buffer()?;
    task::method(this.object(), "flush", Vec::new()).await?;
    let size = match not_none(args.first().copied()) {
        Some(size) => size.to_ref(),
        None => tell_task(this, &[]).await?,
    };
    task::method(&buffer, "truncate", vec![size]).await
}

static RECONFIGURE: Params = Params {
    function: "reconfigure",
    names: &[
        "encoding",
        "errors",
        "newline",
        "line_buffering",
        "write_through",
    ],
    positional_only: 0,
    positional: 0,
    required: 0,
};

extern "C" fn reconfigure(
    this: &Wrapper,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let a = RECONFIGURE.bind(args, count, kwnames)?;
    task::run(reconfigure_task(this, &a))
}

/// The same from bytecode, if a codec or what lies below may be of Python.
fn begin_reconfigure(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    if !super::runs_python(this) && !args.iter().any(|a| codec::is_of_python(a)) {
        return None;
    }
    let count = args.len() - names.map_or(0, PyTupleObject::len);
    let Ok(a) = RECONFIGURE.bind(Args::from_slice(args), count as isize, names) else {
        return Some(Begun::Done(Err(Raised)));
    };
    let a: Vec<Option<Ref>> = a.iter().map(|o| o.map(PyObject::to_ref)).collect();
    // SAFETY: methods are those of the type.
    let this: Ref<Wrapper> = unsafe { this.to_ref().cast() };
    Some(Begun::Task(Box::pin(async move {
        let a: Vec<Option<&PyObject>> = a.iter().map(Option::as_deref).collect();
        reconfigure_task(&this, &a).await.map(Some)
    })))
}

async fn reconfigure_task(this: &Wrapper, a: &[Option<&PyObject>]) -> PyResult {
    this.buffer()?;
    let read_already = this.decoded.borrow().is_some();
    if read_already && (not_none(a[0]).is_some() || not_none(a[1]).is_some() || a[2].is_some()) {
        return Err(unsupported(
            "It is not possible to set the encoding or newline of stream after the first read",
        ));
    }
    let line_buffering = match not_none(a[3]) {
        Some(o) => int_arg(o)? != 0,
        None => this.line_buffering.get(),
    };
    let write_through = match not_none(a[4]) {
        Some(o) => int_arg(o)? != 0,
        None => this.write_through.get(),
    };
    let encoding = opt_str_arg("reconfigure", "argument 'encoding'", a[0])?
        .map(utf8)
        .transpose()?;
    let errors = opt_str_arg("reconfigure", "argument 'errors'", a[1])?
        .map(utf8)
        .transpose()?;
    let mode = match a[2] {
        Some(newline) => {
            let newline = opt_str_arg("reconfigure", "argument 'newline'", Some(newline))?;
            let newline = newline.map(utf8).transpose()?;
            Some(NewlineMode::parse(newline.as_deref(), false)?)
        }
        None => None,
    };
    task::method(this.object(), "flush", Vec::new()).await?;
    if encoding.is_some() || errors.is_some() {
        let errors = match (errors, &encoding) {
            (Some(errors), _) => errors,
            (None, Some(_)) => "strict".to_owned(),
            (None, None) => this.codec.errors.borrow().clone(),
        };
        let encoding = match encoding {
            Some(name) if name == "locale" => locale_encoding(),
            Some(name) => name,
            None => this.codec.encoding.borrow().clone(),
        };
        this.codec
            .open(&encoding, &errors, this.reads.get(), this.writes.get())
            .await?;
        this.mark_started(&*this.buffer()?).await?;
    }
    if let Some(mode) = mode {
        this.newlines.translate.set(mode.translate);
        this.mode.replace(mode);
    }
    this.line_buffering.set(line_buffering);
    this.write_through.set(write_through);
    none()
}

extern "C" fn getstate(this: &Wrapper) -> PyResult {
    Err(raise!(
        TypeError,
        "cannot pickle '{}' object",
        this.object().ty().name()
    ))
}

extern "C" fn repr(this: &Wrapper) -> PyResult {
    task::run(shown_task(this, &[]))
}

async fn shown_task(this: &Wrapper, _: &[&PyObject]) -> PyResult {
    // A detached one can still be shown.
    this.check_initialized()?;
    let mut shown = "<_io.TextIOWrapper".to_owned();
    for name in ["name", "mode"] {
        if let Some(value) = super::shown_attribute(this.object(), name).await? {
            shown.push_str(&format!(" {name}={value}"));
        }
    }
    let encoding = protocol::repr(&*text(&this.codec.encoding.borrow())?)?.to_string_lossy();
    text(&format!("{shown} encoding={encoding}>"))
}

extern "C" fn get_buffer(this: &Wrapper, _: *mut c_void) -> PyResult {
    match this.buffer.get() {
        Some(buffer) => Ok(buffer),
        None => Err(raise!(AttributeError, "buffer")),
    }
}

extern "C" fn get_encoding(this: &Wrapper, _: *mut c_void) -> PyResult {
    this.check_initialized()?;
    text(&this.codec.encoding.borrow())
}

extern "C" fn get_errors(this: &Wrapper, _: *mut c_void) -> PyResult {
    this.check_initialized()?;
    text(&this.codec.errors.borrow())
}

extern "C" fn get_name(this: &Wrapper, _: *mut c_void) -> PyResult {
    attr(&*this.buffer()?, "name")
}

extern "C" fn get_closed(this: &Wrapper, _: *mut c_void) -> PyResult {
    attr(&*this.buffer()?, "closed")
}

extern "C" fn get_newlines(this: &Wrapper, _: *mut c_void) -> PyResult {
    this.buffer()?;
    if this.mode.borrow().universal {
        this.newlines.seen()
    } else {
        none()
    }
}

extern "C" fn get_line_buffering(this: &Wrapper, _: *mut c_void) -> PyResult {
    boolean(this.line_buffering.get())
}

extern "C" fn get_write_through(this: &Wrapper, _: *mut c_void) -> PyResult {
    boolean(this.write_through.get())
}

extern "C" fn get_finalizing(this: &Wrapper, _: *mut c_void) -> PyResult {
    boolean(this.finalizing.get())
}

extern "C" fn set_finalizing(this: &Wrapper, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    def::status((|| {
        this.finalizing.set(bool_arg(value, false)?);
        Ok(())
    })())
}

extern "C" fn get_chunk_size(this: &Wrapper, _: *mut c_void) -> PyResult {
    this.buffer()?;
    int(this.chunk_size.get() as i64)
}

extern "C" fn set_chunk_size(this: &Wrapper, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    def::status((|| {
        this.buffer()?;
        let Some(value) = value else {
            return Err(raise!(AttributeError, "cannot delete attribute"));
        };
        let n = isize_arg(value)?;
        if n <= 0 {
            return Err(raise!(
                ValueError,
                "a strictly positive integer is required"
            ));
        }
        this.chunk_size.set(n as usize);
        Ok(())
    })())
}

static_table! {
static METHODS: [PyMethodDef] = [
    noargs(c"detach", detach, c"detach($self, /)\n--\n\nFlushes and separates the buffer."),
    fast_kw(c"reconfigure", reconfigure, c"reconfigure($self, /, *, encoding=None, errors=None, newline=None,\n            line_buffering=None, write_through=None)\n--\n\nChanges settings."),
    one(c"write", write, c"write($self, text, /)\n--\n\nWrites text."),
    fast(c"read", read, c"read($self, size=-1, /)\n--\n\nReads text."),
    fast(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nReads a line."),
    noargs(c"flush", flush, c"flush($self, /)\n--\n\nWrites what is pending."),
    noargs(c"close", close, c"close($self, /)\n--\n\nFlushes and closes."),
    noargs(c"fileno", fileno, c"fileno($self, /)\n--\n\nThe descriptor."),
    noargs(c"seekable", seekable, c"seekable($self, /)\n--\n\n"),
    noargs(c"readable", readable, c"readable($self, /)\n--\n\n"),
    noargs(c"writable", writable, c"writable($self, /)\n--\n\n"),
    noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\n"),
    fast(c"seek", seek, c"seek($self, cookie, whence=0, /)\n--\n\nMoves to a place that tell() gave."),
    noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe place, as a number without further meaning."),
    fast(c"truncate", truncate, c"truncate($self, pos=None, /)\n--\n\nCuts the file."),
    noargs(c"__getstate__", getstate, c""),
    PyMethodDef::END,
];
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"encoding", get_encoding, None, c""),
    getset(c"buffer", get_buffer, None, c""),
    getset(c"line_buffering", get_line_buffering, None, c""),
    getset(c"write_through", get_write_through, None, c""),
    getset(c"errors", get_errors, None, c""),
    getset(c"newlines", get_newlines, None, c""),
    getset(c"name", get_name, None, c""),
    getset(c"closed", get_closed, None, c""),
    getset(c"_CHUNK_SIZE", get_chunk_size, Some(set_chunk_size), c""),
    getset(c"_finalizing", get_finalizing, Some(set_finalizing), c""),
    PyGetSetDef::END,
];
}

natively! { Wrapper:
    alone {
        detach detach_task;
        flush flush_task;
        close close_task;
        fileno fileno_task;
        seekable seekable_task;
        readable readable_task;
        writable writable_task;
        isatty isatty_task;
        tell tell_task;
    }
    one {
        write write_task;
    }
    args {
        read read_task;
        readline readline_task;
        seek seek_task;
        truncate truncate_task;
    }
}

const TASKS: Beginnings = begins! { Wrapper:
    "detach" detach_task, 0..=0;
    "write" write_task, 1..=1;
    "read" read_task, 0..=1;
    "readline" readline_task, 0..=1;
    "flush" flush_task, 0..=0;
    "close" close_task, 0..=0;
    "fileno" fileno_task, 0..=0;
    "seekable" seekable_task, 0..=0;
    "readable" readable_task, 0..=0;
    "writable" writable_task, 0..=0;
    "isatty" isatty_task, 0..=0;
    "seek" seek_task, 1..=2;
    "tell" tell_task, 0..=0;
    "truncate" truncate_task, 0..=1;
};

/// Has what codecs, buffers and raw files of Python are asked run in frames.
pub fn init_tasks() -> PyResult<()> {
    super::register(&TextIOWrapper, TASKS)?;
    task::register_named(&TextIOWrapper, "reconfigure", begin_reconfigure)?;
    register_steps!(&TextIOWrapper, Wrapper, next_line);
    register_init!(&TextIOWrapper, init_task);
    task::register_shown(&TextIOWrapper, |this| {
        super::begin_shown::<Wrapper>(this, shown_task)
    });
    Ok(())
}

/// Makes a new text file pass on everything at once (`-u`).
pub fn set_write_through(file: &PyObject) {
    if let Some(this) = file.exact::<Wrapper>() {
        this.write_through.set(true);
    }
}
