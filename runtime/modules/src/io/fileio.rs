//! `FileIO`: a file descriptor as an unbuffered binary file.

use super::base::{FILE_FLAGS, RawIOBase, finalize};
use super::{Beginnings, begins, natively, unsupported};
use crate::posix::path::{errno, fspath, narrow, retry};
use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, getset, noargs, one, slot};
use hotpy_objects::task;
use hotpy_objects::*;

/// Largest single read or write that Linux does.
const MAX_IO: usize = 0x7fff_f000;

pub struct File {
    pub fd: Cell<i32>,
    pub readable: Cell<bool>,
    pub writable: Cell<bool>,
    appending: Cell<bool>,
    created: Cell<bool>,
    /// -1: not yet known.
    seekable: Cell<i8>,
    closefd: Cell<bool>,
    finalizing: Cell<bool>,
    block_size: Cell<usize>,
}

impl Default for File {
    fn default() -> File {
        File {
            fd: Cell::new(-1),
            readable: Cell::new(false),
            writable: Cell::new(false),
            appending: Cell::new(false),
            created: Cell::new(false),
            seekable: Cell::new(-1),
            closefd: Cell::new(true),
            finalizing: Cell::new(false),
            block_size: Cell::new(0),
        }
    }
}

impl Body for File {}

pub type FileObject = Native<File>;

pub static FileIO: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc_finalized::<File>)),
    tp_finalize: Cell::new(Some(finalize)),
    tp_flags: FILE_FLAGS,
    tp_base: Slot::of(&raw const RawIOBase),
    tp_new: Cell::new(Some(new_default::<File>)),
    tp_init: Cell::new(Some(init)),
    tp_repr: slot::unary(repr),
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    tp_dictoffset: dict_offset::<File>(),
    tp_weaklistoffset: weak_offset::<File>(),
    tp_doc: Cell::new(
        c"FileIO(file, mode='r', closefd=True, opener=None)\n--\n\nAn open file, unbuffered."
            .as_ptr(),
    ),
    ..native_type::<File>(c"_io.FileIO")
};
builtin!(FileObject = FileIO);

fn failed() -> Raised {
    errors::raise_errno(None, None)
}

/// A new `FileIO` as `open()` makes it.
pub fn open_raw(
    file: &PyObject,
    mode: &str,
    closefd: bool,
    opener: Option<&PyObject>,
) -> PyResult<Ref<FileObject>> {
    let raw = new_native(&FileIO, File::default())?;
    open(&raw, file, mode, closefd, opener)?;
    Ok(raw)
}

/// The block size that the file system prefers, of a `FileIO`.
pub fn block_size(raw: &PyObject) -> Option<usize> {
    raw.exact::<FileObject>()
        .map(|f| f.block_size.get())
        .filter(|&n| n > 1)
}

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    static PARAMS: Params = Params {
        function: "FileIO",
        names: &["file", "mode", "closefd", "opener"],
        positional_only: 0,
        positional: 4,
        required: 1,
    };
    def::status((|| {
        let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
        let Some(file) = a[0] else { return Ok(()) };
        let mode = match a[1] {
            Some(mode) => str_arg("FileIO", "argument 'mode'", mode)?
                .to_utf8()?
                .to_owned(),
            None => "r".to_owned(),
        };
        // SAFETY: U3.
        open(
            unsafe { this.cast() },
            file,
            &mode,
            flag_arg(a[2], true)?,
            not_none(a[3]),
        )
    })())
}

fn open(
    this: &FileObject,
    file: &PyObject,
    mode: &str,
    closefd: bool,
    opener: Option<&PyObject>,
) -> PyResult<()> {
    if this.fd.get() >= 0 {
        if this.closefd.get() {
            internal_close(this)?;
        } else {
            this.fd.set(-1);
        }
    }
    let mut given = None;
    if file.is_instance::<PyLongObject>() || number::has_index(file) && !file.is_instance::<Str>() {
        match int_arg(file) {
            Ok(fd) if fd < 0 => return Err(raise!(ValueError, "negative file descriptor")),
            Ok(fd) => given = Some(fd),
            // It may still be a path.
            Err(_) => errors::clear(),
        }
    }
    let name = match given {
        Some(_) => None,
        None => Some(narrow(&*fspath(file)?)?),
    };
    let (mut base, mut plus, mut flags) = (0, false, 0);
    let bad = || {
        raise!(
            ValueError,
            "Must have exactly one of create/read/write/append mode and at most one plus"
        )
    };
    this.readable.set(false);
    this.writable.set(false);
    this.appending.set(false);
    this.created.set(false);
    this.seekable.set(-1);
    this.closefd.set(closefd);
    for c in mode.chars() {
        match c {
            'x' | 'r' | 'w' | 'a' => {
                if base > 0 {
                    return Err(bad());
                }
                base += 1;
                match c {
                    'x' => {
                        this.created.set(true);
                        this.writable.set(true);
                        flags |= libc::O_EXCL | libc::O_CREAT;
                    }
                    'r' => this.readable.set(true),
                    'w' => {
                        this.writable.set(true);
                        flags |= libc::O_CREAT | libc::O_TRUNC;
                    }
                    _ => {
                        this.writable.set(true);
                        this.appending.set(true);
                        flags |= libc::O_APPEND | libc::O_CREAT;
                    }
                }
            }
            'b' => {}
            '+' => {
                if plus {
                    return Err(bad());
                }
                plus = true;
            }
            _ => return Err(raise!(ValueError, "invalid mode: {mode}")),
        }
    }
    if base == 0 {
        return Err(bad());
    }
    if plus {
        this.readable.set(true);
        this.writable.set(true);
    }
    flags |= match (this.readable.get(), this.writable.get()) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    } | libc::O_CLOEXEC;
    crate::sys::audit("open", &[file, &*text(mode)?, &*int(flags as i64)?])?;
    let mut opened_here = false;
    match (given, &name) {
        (Some(fd), _) => this.fd.set(fd),
        (None, Some(name)) => {
            if !closefd {
                return Err(raise!(
                    ValueError,
                    "Cannot use closefd=False with file name"
                ));
            }
            let fd = match opener {
                None => {
                    // SAFETY: the name is a C string.
                    retry(
                        || unsafe { libc::open(name.as_ptr(), flags, 0o666) as isize },
                        || errors::raise_errno(Some(file), None),
                    )? as i32
                }
                Some(opener) => {
                    let answer = call::call(opener, &[file, &*int(flags as i64)?])?;
                    if !answer.is_instance::<PyLongObject>() {
                        return Err(raise!(TypeError, "expected integer from opener"));
                    }
                    let fd = int_arg(&answer)?;
                    if fd < 0 {
                        return Err(raise!(ValueError, "opener returned {fd}"));
                    }
                    // SAFETY: a plain system call.
                    unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
                    fd
                }
            };
            this.fd.set(fd);
            opened_here = true;
        }
        (None, None) => return Ok(()),
    }
    let fail = |raised: Raised| {
        // A descriptor that was given stays the caller's.
        if opened_here {
            let saved = errors::fetch();
            let _ = internal_close(this);
            errors::clear();
            if let Some(saved) = saved {
                errors::restore(saved);
            }
        } else {
            this.fd.set(-1);
        }
        raised
    };
    // SAFETY: the structure is written by the call.
    unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        if libc::fstat(this.fd.get(), &mut st) != 0 {
            if errno() == libc::EBADF {
                return Err(fail(errors::raise_errno(
                    if opened_here { Some(file) } else { None },
                    None,
                )));
            }
        } else {
            if st.st_mode & libc::S_IFMT == libc::S_IFDIR {
                let raised = errors::raise_errno_value(libc::EISDIR, Some(file), None);
                return Err(fail(raised));
            }
            this.block_size.set(st.st_blksize as usize);
        }
        if let Err(raised) = protocol::setattr(this.object(), &names::name, Some(file)) {
            return Err(fail(raised));
        }
        if this.appending.get()
            && libc::lseek(this.fd.get(), 0, libc::SEEK_END) < 0
            && errno() != libc::ESPIPE
        {
            let raised = failed();
            return Err(fail(raised));
        }
    }
    Ok(())
}

fn internal_close(this: &FileObject) -> PyResult<()> {
    let fd = this.fd.replace(-1);
    // SAFETY: the descriptor is ours.
    if fd >= 0
        && crate::thread::without_gil(|| unsafe { libc::close(fd) }) < 0
        && errno() != libc::EINTR
    {
        return Err(failed());
    }
    Ok(())
}

impl File {
    pub fn open_fd(&self) -> PyResult<i32> {
        let fd = self.fd.get();
        if fd < 0 {
            Err(raise!(ValueError, "I/O operation on closed file"))
        } else {
            Ok(fd)
        }
    }

    fn read_fd(&self) -> PyResult<i32> {
        let fd = self.open_fd()?;
        if self.readable.get() {
            Ok(fd)
        } else {
            Err(unsupported("File not open for reading"))
        }
    }

    fn write_fd(&self) -> PyResult<i32> {
        let fd = self.open_fd()?;
        if self.writable.get() {
            Ok(fd)
        } else {
            Err(unsupported("File not open for writing"))
        }
    }

    /// Reads at most as much as there is room; `None` if that would block.
    pub fn read_into(&self, room: &mut [u8]) -> PyResult<Option<usize>> {
        // SAFETY: the slice has that many bytes.
        unsafe { self.read_to(room.as_mut_ptr(), room.len()) }
    }

    /// The same for memory that need not be initialised.
    ///
    /// # Safety
    /// `size` bytes may be written at `place`.
    pub unsafe fn read_to(&self, place: *mut u8, size: usize) -> PyResult<Option<usize>> {
        let fd = self.read_fd()?;
        let n = size.min(MAX_IO);
        would_block(retry_or_block(|| {
            // SAFETY: the caller's promise.
            unsafe { libc::read(fd, place.cast(), n) }
        }))
    }

    /// One read of at most `size` bytes; `None` if it would block.
    fn read_once(&self, size: usize) -> PyResult<Option<bytes::Filling>> {
        let mut data = bytes::Filling::with_room(size.min(MAX_IO))?;
        let place = data.room().0;
        // SAFETY: the room is at least as large.
        let got = unsafe { self.read_to(place, size)? };
        // SAFETY: the system has written them.
        Ok(got.map(|n| unsafe {
            data.advance(n);
            data
        }))
    }

    /// Writes as much as the system takes; `None` if that would block.
    pub fn write_some(&self, data: &[u8]) -> PyResult<Option<usize>> {
        let fd = self.write_fd()?;
        let n = data.len().min(MAX_IO);
        would_block(retry_or_block(|| {
            // SAFETY: the slice has that many bytes.
            unsafe { libc::write(fd, data.as_ptr().cast(), n) }
        }))
    }

    /// Moves the position, answering the new one.
    pub fn seek_to(&self, offset: i64, whence: i32) -> PyResult<i64> {
        let fd = self.open_fd()?;
        // SAFETY: a plain system call.
        let at = unsafe { libc::lseek(fd, offset, whence) };
        if self.seekable.get() < 0 {
            self.seekable.set((at >= 0) as i8);
        }
        if at < 0 { Err(failed()) } else { Ok(at) }
    }
}

/// A system call, again after signals; -1 with EAGAIN is passed on.
fn retry_or_block(mut call: impl FnMut() -> isize) -> PyResult<isize> {
    loop {
        let answer = crate::thread::without_gil(&mut call);
        if answer != -1 {
            return Ok(answer);
        }
        match errno() {
            libc::EINTR => crate::signal::check()?,
            libc::EAGAIN => return Ok(-1),
            _ => return Err(failed()),
        }
    }
}

fn would_block(answer: PyResult<isize>) -> PyResult<Option<usize>> {
    answer.map(|n| usize::try_from(n).ok())
}

fn count_or_none(n: Option<usize>) -> PyResult {
    match n {
        Some(n) => int(n as i64),
        None => none(),
    }
}

extern "C" fn read(this: &FileObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("read", args.len(), 0, 1)?;
    let size = opt_isize_arg(args.first().copied(), -1)?;
    this.read_fd()?;
    if size < 0 {
        return readall(this);
    }
    match this.read_once(size as usize)? {
        Some(data) => Ok(data.finish()?.into_object()),
        None => none(),
    }
}

extern "C" fn readall(this: &FileObject) -> PyResult {
    let fd = this.read_fd()?;
    // Room for the rest of a regular file in one go.
    // SAFETY: the structure is written by the call.
    let guess = unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        let at = libc::lseek(fd, 0, libc::SEEK_CUR);
        if at >= 0 && libc::fstat(fd, &mut st) == 0 && st.st_size >= at {
            (st.st_size - at) as usize + 1
        } else {
            super::DEFAULT_BUFFER_SIZE
        }
    };
    let mut data = bytes::Filling::with_room(guess.clamp(512, 1 << 30))?;
    loop {
        let (place, mut size) = data.room();
        if size == 0 {
            data.resize(data.len() + data.len().clamp(512, 1 << 24))?;
            continue;
        }
        size = size.min(MAX_IO);
        // SAFETY: the room is what it says; what was read is there.
        match unsafe { this.read_to(place, size)? } {
            Some(0) => break,
            Some(n) => unsafe { data.advance(n) },
            None if data.is_empty() => return none(),
            None => break,
        }
    }
    Ok(data.finish()?.into_object())
}

extern "C" fn readinto(this: &FileObject, buffer: &PyObject) -> PyResult {
    this.read_fd()?;
    with_writable("readinto", buffer, |room| {
        count_or_none(this.read_into(room)?)
    })
}

extern "C" fn write(this: &FileObject, data: &PyObject) -> PyResult {
    this.write_fd()?;
    bytes::with_buffer(data, |data| count_or_none(this.write_some(data)?))
}

extern "C" fn seek(this: &FileObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("seek", args.len(), 1, 2)?;
    this.open_fd()?;
    if args[0].is_instance::<PyFloatObject>() {
        return Err(raise!(TypeError, "an integer is required"));
    }
    let whence = args.get(1).map_or(Ok(0), |o| int_arg(o))?;
    int(this.seek_to(i64_arg(args[0])?, whence)?)
}

extern "C" fn tell(this: &FileObject) -> PyResult {
    int(this.seek_to(0, libc::SEEK_CUR)?)
}

extern "C" fn truncate(this: &FileObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("truncate", args.len(), 0, 1)?;
    let fd = this.write_fd()?;
    let size = match not_none(args.first().copied()) {
        Some(size) => size.to_ref(),
        None => int(this.seek_to(0, libc::SEEK_CUR)?)?,
    };
    let length = i64_arg(&size)?;
    // SAFETY: a plain system call.
    retry(|| unsafe { libc::ftruncate(fd, length) as isize }, failed)?;
    Ok(size)
}

async fn close_task(this: &FileObject, _: &[&PyObject]) -> PyResult {
    // Flushes, while the file is open.
    let base = task::method(&RawIOBase, "close", vec![this.to_ref()]).await;
    if !this.closefd.get() {
        this.fd.set(-1);
        return base;
    }
    let saved = if base.is_err() { errors::fetch() } else { None };
    if this.finalizing.get() && this.fd.get() >= 0 {
        warn_unclosed(this, this.object());
    }
    let closed = internal_close(this);
    if let Some(saved) = saved {
        errors::clear();
        errors::restore(saved);
        return Err(Raised);
    }
    closed?;
    none()
}

natively! { FileObject:
    alone {
        close close_task;
    }
}

const TASKS: Beginnings = begins! { FileObject:
    "close" close_task, 0..=0;
};

/// What a class of Python does where a file is closed is done in frames.
pub fn init_tasks() -> PyResult<()> {
    super::register(&FileIO, TASKS)
}

/// ResourceWarning "unclosed file ...".
fn warn_unclosed(this: &FileObject, source: &PyObject) {
    if this.fd.get() < 0 || !this.closefd.get() {
        return;
    }
    if crate::warnings::unclosed(source).is_err() {
        if errors::matches(&exceptions::Warning) {
            errors::write_unraisable(Some(this.object()));
        } else {
            errors::clear();
        }
    }
}

extern "C" fn dealloc_warn(this: &FileObject, source: &PyObject) -> PyResult {
    warn_unclosed(this, source);
    none()
}

extern "C" fn fileno(this: &FileObject) -> PyResult {
    int(this.open_fd()? as i64)
}

extern "C" fn isatty(this: &FileObject) -> PyResult {
    let fd = this.open_fd()?;
    // SAFETY: a plain system call.
    boolean(unsafe { libc::isatty(fd) } == 1)
}

extern "C" fn readable(this: &FileObject) -> PyResult {
    this.open_fd()?;
    boolean(this.readable.get())
}

extern "C" fn writable(this: &FileObject) -> PyResult {
    this.open_fd()?;
    boolean(this.writable.get())
}

extern "C" fn seekable(this: &FileObject) -> PyResult {
    this.open_fd()?;
    if this.seekable.get() < 0 && this.seek_to(0, libc::SEEK_CUR).is_err() {
        errors::clear();
    }
    boolean(this.seekable.get() == 1)
}

impl File {
    fn mode_text(&self) -> &'static str {
        match (
            self.created.get(),
            self.appending.get(),
            self.readable.get(),
            self.writable.get(),
        ) {
            (true, _, true, _) => "xb+",
            (true, ..) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, ..) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }
}

extern "C" fn mode(this: &FileObject, _: *mut c_void) -> PyResult {
    text(this.mode_text())
}

extern "C" fn closed(this: &FileObject, _: *mut c_void) -> PyResult {
    boolean(this.fd.get() < 0)
}

extern "C" fn closefd(this: &FileObject, _: *mut c_void) -> PyResult {
    boolean(this.closefd.get())
}

extern "C" fn get_finalizing(this: &FileObject, _: *mut c_void) -> PyResult {
    boolean(this.finalizing.get())
}

extern "C" fn set_finalizing(this: &FileObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    def::status((|| {
        this.finalizing.set(bool_arg(value, false)?);
        Ok(())
    })())
}

extern "C" fn get_block_size(this: &FileObject, _: *mut c_void) -> PyResult {
    int(this.block_size.get() as i64)
}

extern "C" fn set_block_size(this: &FileObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    def::status((|| {
        this.block_size.set(value.map_or(Ok(0), int_arg)? as usize);
        Ok(())
    })())
}

extern "C" fn repr(this: &FileObject) -> PyResult {
    if this.fd.get() < 0 {
        return text("<_io.FileIO [closed]>");
    }
    let rest = format!(
        "mode='{}' closefd={}>",
        this.mode_text(),
        if this.closefd.get() { "True" } else { "False" }
    );
    match protocol::getattr_opt(this.object(), &names::name)? {
        None => text(&format!("<_io.FileIO fd={} {rest}", this.fd.get())),
        Some(name) => {
            let _guard = errors::enter_native(" while getting the repr of an object")?;
            let name = protocol::repr(&name)?;
            text(&format!(
                "<_io.FileIO name={} {rest}",
                name.to_string_lossy()
            ))
        }
    }
}

extern "C" fn getstate(this: &FileObject) -> PyResult {
    let name = this.object().ty().name().to_owned();
    Err(raise!(TypeError, "cannot pickle '{name}' object"))
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast(c"read", read, c"read($self, size=-1, /)\n--\n\nReads at most so many bytes."),
    noargs(c"readall", readall, c"readall($self, /)\n--\n\nReads up to the end."),
    one(c"readinto", readinto, c"readinto($self, buffer, /)\n--\n\nReads into a buffer."),
    one(c"write", write, c"write($self, b, /)\n--\n\nWrites, answering how many bytes the system took."),
    fast(c"seek", seek, c"seek($self, pos, whence=0, /)\n--\n\nMoves the position."),
    noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe position."),
    fast(c"truncate", truncate, c"truncate($self, size=None, /)\n--\n\nCuts or extends the file."),
    noargs(c"close", close, c"close($self, /)\n--\n\nCloses the file."),
    noargs(c"seekable", seekable, c"seekable($self, /)\n--\n\nWhether the position can be moved."),
    noargs(c"readable", readable, c"readable($self, /)\n--\n\nWhether it was opened for reading."),
    noargs(c"writable", writable, c"writable($self, /)\n--\n\nWhether it was opened for writing."),
    noargs(c"fileno", fileno, c"fileno($self, /)\n--\n\nThe descriptor."),
    noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\nWhether it is a terminal."),
    one(c"_dealloc_warn", dealloc_warn, c""),
    noargs(c"__getstate__", getstate, c""),
    PyMethodDef::END,
];
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"closed", closed, None, c"True if the file is closed"),
    getset(c"closefd", closefd, None, c"True if closing closes the descriptor"),
    getset(c"mode", mode, None, c"the file's mode"),
    getset(c"_finalizing", get_finalizing, Some(set_finalizing), c""),
    getset(c"_blksize", get_block_size, Some(set_block_size), c""),
    PyGetSetDef::END,
];
}
