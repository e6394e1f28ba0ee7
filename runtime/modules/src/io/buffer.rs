//! What the buffered files have in common: a window of bytes over a raw file.
//!
//! The window holds bytes read ahead and bytes written that the raw file does not have yet; for a file of both kinds they
//! share it. Positions count from its start. Invariants, whatever Python code runs in the middle of an operation:
//! `at`, `read_end` and the ends of `dirty` are at most `size`; the window has no bytes (until it is next needed) or `size`.
//! The order of calls to the raw file is CPython's, which its classes in Python can see.

use super::buffered::Buffered;
use super::fileio::{File, FileIO};
use crate::posix::path::{errno, set_errno};
use crate::support::*;
use crate::thread::Lock;
use hotpy_objects::task;
use hotpy_objects::*;
use std::cell::RefCell;

type RawFile = Native<File>;

#[derive(Default)]
pub struct Buffer {
    pub(super) raw: Held,
    pub(super) initialized: Cell<bool>,
    pub(super) detached: Cell<bool>,
    pub(super) readable: Cell<bool>,
    pub(super) writable: Cell<bool>,
    pub(super) finalizing: Cell<bool>,
    pub(super) size: Cell<usize>,
    window: RefCell<Vec<u8>>,
    /// Closed, which gave the window back.
    closed: Cell<bool>,
    /// Where the next byte is read or written.
    at: Cell<usize>,
    /// Up to where bytes are valid for reading; `None`: nothing was read ahead.
    read_end: Cell<Option<usize>>,
    /// From where to where bytes are to be written; `None`: there is nothing.
    dirty: Cell<Option<(usize, usize)>>,
    /// Where in the window the raw file's position lies, if that is known.
    raw_at: Cell<Option<usize>>,
    /// The raw file's position, if it is known.
    place: Cell<Option<i64>>,
    /// The system's error number when the raw file last would have blocked.
    refusal: Cell<i32>,
    lock: Lock,
    /// The thread that is inside, 0: none.
    owner: Cell<u64>,
}

impl Body for Buffer {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        self.raw.visit(visit)
    }
    fn clear(&self) {
        self.initialized.set(false);
        self.raw.take();
    }
}

// ---- the state ----

impl Buffer {
    /// The raw file, whatever state this is in.
    pub fn below(&self) -> Option<Ref> {
        self.raw.get()
    }

    /// The raw file, or ValueError.
    pub(super) fn raw(&self) -> PyResult {
        if !self.initialized.get() {
            return Err(if self.detached.get() {
                raise!(ValueError, "raw stream has been detached")
            } else {
                raise!(ValueError, "I/O operation on uninitialized object")
            });
        }
        Ok(self.raw.or_none())
    }

    /// The raw file is closed. ValueError if there is none.
    pub async fn raw_closed(&self) -> PyResult<bool> {
        let raw = self.raw()?;
        match system_file(&raw) {
            Some(file) => Ok(file.fd.get() < 0),
            None => super::is_closed_in_frames(&raw).await,
        }
    }

    /// The raw file is one of the system, and open.
    pub fn is_open_file(&self) -> bool {
        let raw = self.raw.get();
        let file = raw.as_deref().and_then(system_file);
        file.is_some_and(|file| file.fd.get() >= 0)
    }

    pub(super) async fn check_open(&self, what: &str) -> PyResult<()> {
        if self.raw_closed().await? {
            Err(raise!(ValueError, "{what}"))
        } else {
            Ok(())
        }
    }

    /// A thread is at work with it.
    pub(super) fn is_busy(&self) -> bool {
        self.owner.get() != 0
    }

    /// Begins anew over a raw file, with a window of `size` bytes that is still empty.
    pub(super) async fn start(&self, raw: &PyObject, size: usize) -> PyResult<()> {
        self.size.set(size);
        self.forget();
        self.closed.set(false);
        self.initialized.set(true);
        // A file of the system is asked when it matters.
        if system_file(raw).is_none() && self.raw_tell().await.is_err() {
            errors::clear();
        }
        Ok(())
    }

    /// Gives the window back, with what was read ahead and what is still to be written.
    pub(super) fn close(&self) {
        self.forget();
        self.closed.set(true);
    }

    /// The bytes that the window has, or may have, in memory.
    pub(super) fn window_size(&self) -> usize {
        if self.initialized.get() && !self.closed.get() {
            self.size.get()
        } else {
            0
        }
    }

    fn forget(&self) {
        self.window.take();
        self.at.set(0);
        self.read_end.set(None);
        self.dirty.set(None);
        self.raw_at.set(None);
        self.place.set(None);
    }

    /// Drops what was read ahead.
    fn drop_ahead(&self) {
        self.read_end.set(None);
    }

    /// Until where bytes can be read without asking the raw file.
    fn readable_end(&self) -> Option<usize> {
        self.read_end.get().filter(|_| self.readable.get())
    }

    /// How much was read ahead.
    pub(super) fn available(&self) -> usize {
        self.readable_end()
            .map_or(0, |end| end.saturating_sub(self.at.get()))
    }

    /// How far the raw file's position is ahead of this one's.
    fn lead(&self) -> i64 {
        match self.raw_at.get() {
            Some(raw_at) if self.readable_end().is_some() || self.dirty.get().is_some() => {
                raw_at as i64 - self.at.get() as i64
            }
            _ => 0,
        }
    }

    /// Moves the position to `at`; what was read ahead reaches at least there.
    fn advance_to(&self, at: usize) {
        self.at.set(at);
        if let Some(end) = self.readable_end() {
            self.read_end.set(Some(end.max(at)));
        }
    }

    /// The window with its memory. Raises MemoryError.
    fn with_window<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> PyResult<R> {
        let mut window = self.window.borrow_mut();
        if window.len() != self.size.get() {
            *window = growing::zeroed(self.size.get())?;
        }
        Ok(f(&mut window))
    }

    /// What was read ahead, passed to `f`, which says how much it takes.
    fn taking<R>(&self, f: impl FnOnce(&[u8]) -> PyResult<(usize, R)>) -> PyResult<R> {
        let start = self.at.get();
        let window = self.window.borrow();
        let ahead = window.get(start..start + self.available()).unwrap_or(&[]);
        let (taken, result) = f(ahead)?;
        self.at.set(start + taken.min(ahead.len()));
        Ok(result)
    }

    /// Takes at most `n` bytes from what was read ahead. Raises MemoryError.
    pub(super) fn take(&self, n: usize) -> PyResult<Vec<u8>> {
        self.taking(|ahead| {
            let n = n.min(ahead.len());
            Ok((n, growing::copied(&ahead[..n])?))
        })
    }

    /// The same as an object.
    pub(super) fn take_bytes(&self, n: usize) -> PyResult {
        self.taking(|ahead| {
            let n = n.min(ahead.len());
            Ok((n, bytes(&ahead[..n])?))
        })
    }

    /// The next line, if all of it was read ahead.
    pub(super) fn line_at_hand(&self) -> Option<PyResult> {
        let at = self.at.get();
        let window = self.window.borrow();
        let ahead = window.get(at..at + self.available())?;
        let end = memchr::memchr(b'\n', ahead)? + 1;
        self.at.set(at + end);
        Some(bytes(&ahead[..end]))
    }

    pub(super) fn enter(&self) -> PyResult<Busy<'_>> {
        let me = crate::thread::ident();
        if !self.lock.try_acquire() {
            let shown = || protocol::repr(Buffered::of(self).object());
            if self.owner.get() == me {
                let shown = shown()?.to_string_lossy();
                return Err(raise!(RuntimeError, "reentrant call inside {shown}"));
            }
            if !crate::start::is_finalizing() {
                self.lock.acquire_quietly();
            } else if !self.lock.acquire(1_000_000_000)? {
                // A daemon thread that has been stopped holds it.
                let shown = shown()?.to_string_lossy();
                crate::faulthandler::fatal(&format!(
                    "_enter_buffered_busy: could not acquire lock for {shown} at interpreter shutdown, possibly due to daemon threads"
                ));
            }
        }
        self.owner.set(me);
        Ok(Busy(self))
    }
}

/// Held during an operation: a raw file's Python code must not come back in.
pub(super) struct Busy<'a>(&'a Buffer);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.owner.set(0);
        self.0.lock.release();
    }
}

/// The raw file as exactly our own class, which is called directly.
fn system_file(raw: &PyObject) -> Option<&RawFile> {
    // SAFETY: the type was checked.
    raw.ty().is(&*FileIO).then(|| unsafe { raw.cast() })
}

/// BlockingIOError with the system's error number and `characters_written`.
fn blocked(errno: i32, written: usize) -> Raised {
    let args = (|| {
        tuple(vec![
            int(errno as i64)?,
            text("write could not complete without blocking")?,
            int(written as i64)?,
        ])
    })();
    match args {
        Ok(args) => errors::raise_value(&exceptions::BlockingIOError, Some(&args)),
        Err(raised) => raised,
    }
}

// ---- the raw file ----

impl Buffer {
    /// The raw file has read or written `n` bytes.
    fn moved(&self, n: Option<usize>) -> Option<usize> {
        let place = self.place.get().map(|at| at + n.unwrap_or(0) as i64);
        self.place.set(place);
        n
    }

    /// One raw read of at most `n` bytes; `None` if it would block.
    pub(super) async fn raw_read(&self, n: usize) -> PyResult<Option<Vec<u8>>> {
        let raw = self.raw()?;
        let got = match system_file(&raw) {
            Some(file) => {
                let mut room = growing::zeroed(n)?;
                file.read_into(&mut room)?.map(|n| {
                    room.truncate(n);
                    room
                })
            }
            None => read_by_method(&raw, n).await?,
        };
        self.moved(got.as_ref().map(Vec::len));
        Ok(got)
    }

    /// One raw read to behind what was read ahead; how much came, `None` if it would block.
    async fn fill(&self) -> PyResult<Option<usize>> {
        let start = self.readable_end().unwrap_or(0);
        let raw = self.raw()?;
        let got = match system_file(&raw) {
            Some(file) => {
                self.with_window(|_| ())?;
                // Taken out, because other threads run meanwhile; nothing is available to them.
                let mut window = self.window.take();
                let got = window
                    .get_mut(start..)
                    .map_or(Ok(Some(0)), |room| file.read_into(room));
                if window.len() == self.size.get() {
                    self.window.replace(window);
                }
                got?
            }
            None => match read_by_method(&raw, self.size.get().saturating_sub(start)).await? {
                None => None,
                Some(new) => self.with_window(|window| {
                    let room = window.get_mut(start..).unwrap_or(&mut []);
                    let n = new.len().min(room.len());
                    room[..n].copy_from_slice(&new[..n]);
                    Some(n)
                })?,
            },
        };
        if let Some(n) = self.moved(got).filter(|n| *n > 0) {
            self.read_end.set(Some(start + n));
            self.raw_at.set(Some(start + n));
        }
        Ok(got)
    }

    /// One raw write; how much was taken, `None` if it would block.
    async fn raw_write(&self, data: &[u8]) -> PyResult<Option<usize>> {
        let raw = self.raw()?;
        if let Some(file) = system_file(&raw) {
            self.refusal.set(libc::EAGAIN);
            return file.write_some(data).map(|n| self.moved(n));
        }
        let data_object = bytes::new(data)?;
        let view = memoryview::new(&data_object)?;
        set_errno(0);
        let taken = task::method(&raw, "write", vec![view.to_ref()]).await?;
        if singletons::is_none(&taken) {
            self.refusal.set(errno());
            return Ok(None);
        }
        let count = isize_arg(&taken)?;
        if count < 0 || count as usize > data.len() {
            return Err(raise!(
                OSError,
                "raw write() returned invalid length {count} (should have been between 0 and {})",
                data.len()
            ));
        }
        Ok(self.moved(Some(count as usize)))
    }

    pub(super) async fn raw_seek(&self, offset: i64, whence: i32) -> PyResult<i64> {
        let raw = self.raw()?;
        let at = match system_file(&raw) {
            Some(file) => file.seek_to(offset, whence)?,
            None => {
                let args = vec![int(offset)?, int(whence as i64)?];
                position(&*task::method(&raw, "seek", args).await?)?
            }
        };
        self.place.set(Some(at));
        Ok(at)
    }

    async fn raw_tell(&self) -> PyResult<i64> {
        let raw = self.raw()?;
        let at = match system_file(&raw) {
            Some(file) => file.seek_to(0, 1)?,
            None => position(&*task::method(&raw, "tell", vec![]).await?)?,
        };
        self.place.set(Some(at));
        Ok(at)
    }
}

/// A position that a raw file answered. OSError if it is negative.
fn position(answer: &PyObject) -> PyResult<i64> {
    let at = super::offset_arg(answer, answer)?;
    if at < 0 {
        return Err(raise!(OSError, "Raw stream returned invalid position {at}"));
    }
    Ok(at)
}

/// One read of at most `n` bytes by the method `readinto`; `None` if it would block.
async fn read_by_method(raw: &PyObject, n: usize) -> PyResult<Option<Vec<u8>>> {
    let room = bytearray::new(&growing::zeroed(n)?)?;
    let view = memoryview::new(&room)?;
    let got = task::method(raw, "readinto", vec![view.to_ref()]).await?;
    if singletons::is_none(&got) {
        return Ok(None);
    }
    let count = match isize_arg(&got) {
        Ok(count) => count,
        Err(raised) => {
            if errors::matches(&exceptions::TypeError) {
                return Err(errors::raise_from_cause(
                    &exceptions::OSError,
                    "raw readinto() failed",
                ));
            }
            return Err(raised);
        }
    };
    if count < 0 || count as usize > n {
        return Err(raise!(
            OSError,
            "raw readinto() returned invalid length {count} (should have been between 0 and {n})"
        ));
    }
    drop(view);
    bytes::with_buffer(&room, |data| {
        growing::copied(data.get(..count as usize).unwrap_or(data)).map(Some)
    })
}

// ---- reading ----

impl Buffer {
    /// Before the raw file is read: what is to be written is, and nothing is read ahead any more.
    async fn begin_reading(&self) -> PyResult<()> {
        if self.writable.get() {
            self.settle().await?;
        }
        self.drop_ahead();
        Ok(())
    }

    /// All that is left; `None` if nothing is there and reading would block.
    pub(super) async fn read_all(&self) -> PyResult {
        let mut data = self.take(usize::MAX)?;
        self.begin_reading().await?;
        self.place.set(None);
        let raw = self.raw()?;
        if let Some(readall) = super::attribute(&raw, "readall").await? {
            let rest = task::call(&readall, Vec::new()).await?;
            if !singletons::is_none(&rest) && !rest.is_instance::<PyBytesObject>() {
                return Err(raise!(TypeError, "readall() should return bytes"));
            }
            if data.is_empty() {
                return Ok(rest);
            }
            if let Some(rest) = rest.downcast::<PyBytesObject>() {
                growing::append(&mut data, rest.as_slice())?;
            }
            return bytes(&data);
        }
        loop {
            let piece = task::method(&raw, "read", vec![]).await?;
            if singletons::is_none(&piece) {
                return if data.is_empty() {
                    none()
                } else {
                    bytes(&data)
                };
            }
            let Some(piece) = piece.downcast::<PyBytesObject>() else {
                return Err(raise!(TypeError, "read() should return bytes"));
            };
            if piece.as_slice().is_empty() {
                return bytes(&data);
            }
            growing::append(&mut data, piece.as_slice())?;
        }
    }

    /// Reads until `n` bytes are there, or the end; `None` if nothing is there and reading would block.
    pub(super) async fn read_exactly(&self, n: usize) -> PyResult<Option<Vec<u8>>> {
        let mut data = self.take(n)?;
        if data.len() == n {
            return Ok(Some(data));
        }
        let some = |data: Vec<u8>| (!data.is_empty()).then_some(data);
        self.begin_reading().await?;
        let size = self.size.get();
        // Whole windows go past this one.
        while n - data.len() >= size {
            let missing = n - data.len();
            match self.raw_read(missing - missing % size).await? {
                None => return Ok(some(data)),
                Some(new) if new.is_empty() => return Ok(Some(data)),
                Some(new) if data.is_empty() => data = new,
                Some(new) => growing::append(&mut data, &new)?,
            }
        }
        self.at.set(0);
        self.raw_at.set(Some(0));
        self.read_end.set(Some(0));
        while data.len() < n && self.read_end.get().is_some_and(|end| end < size) {
            match self.fill().await? {
                None => return Ok(some(data)),
                Some(0) => break,
                Some(_) => {
                    let new = self.take(n - data.len())?;
                    growing::append(&mut data, &new)?;
                }
            }
        }
        Ok(Some(data))
    }

    /// What `read1(n)` answers, for `n` at least 1: by one raw read at most.
    pub(super) async fn read_once(&self, n: usize) -> PyResult {
        if self.available() > 0 {
            return self.take_bytes(n);
        }
        let _busy = self.enter()?;
        self.drop_ahead();
        bytes(&self.raw_read(n).await?.unwrap_or_default())
    }

    /// What `readinto` of `n` bytes reads, or `readinto1` (`once`); `None` if nothing is there and reading would block.
    pub(super) async fn read_for(&self, n: usize, once: bool) -> PyResult<Option<Vec<u8>>> {
        let mut data = self.take(n)?;
        if data.len() == n {
            return Ok(Some(data));
        }
        let _busy = self.enter()?;
        self.begin_reading().await?;
        self.at.set(0);
        while data.len() < n {
            let missing = n - data.len();
            let got = if missing > self.size.get() {
                // What is large goes past the window.
                self.raw_read(missing).await?
            } else if once && !data.is_empty() {
                break;
            } else {
                match self.fill().await? {
                    None => None,
                    Some(_) => Some(self.take(missing)?),
                }
            };
            match got {
                None if data.is_empty() => return Ok(None),
                None => break,
                Some(new) if new.is_empty() => break,
                Some(new) => growing::append(&mut data, &new)?,
            }
            if once {
                break;
            }
        }
        Ok(Some(data))
    }

    /// What was read ahead, after one raw read if that is nothing.
    pub(super) async fn peek(&self) -> PyResult {
        let _busy = self.enter()?;
        if self.writable.get() {
            self.settle().await?;
        }
        if self.available() == 0 {
            self.drop_ahead();
            self.fill().await?;
            self.at.set(0);
        }
        self.taking(|ahead| Ok((0, bytes(ahead)?)))
    }

    /// One line, at most `limit` bytes if that is not negative.
    pub(super) async fn read_line(&self, limit: isize) -> PyResult {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut line = Vec::new();
        // Takes what belongs to the line; whether that was the last of it.
        let take = |line: &mut Vec<u8>| {
            self.taking(|ahead| {
                let room = ahead.len().min(limit - line.len());
                let end = memchr::memchr(b'\n', &ahead[..room]);
                let n = end.map_or(room, |at| at + 1);
                growing::append(line, &ahead[..n])?;
                Ok((n, end.is_some() || line.len() == limit))
            })
        };
        if limit == usize::MAX
            && let Some(whole) = self.line_at_hand()
        {
            return whole;
        }
        if take(&mut line)? {
            return bytes(&line);
        }
        let _busy = self.enter()?;
        if self.writable.get() {
            self.settle().await?;
        }
        loop {
            self.drop_ahead();
            if !self.fill().await?.is_some_and(|n| n > 0) {
                return bytes(&line);
            }
            self.at.set(0);
            if take(&mut line)? {
                return bytes(&line);
            }
        }
    }
}

// ---- writing and moving ----

impl Buffer {
    /// Writes all that is to be written. BlockingIOError with how much was taken: none.
    async fn write_out(&self) -> PyResult<()> {
        if let Some((start, end)) = self.dirty.get().filter(|(start, end)| start < end) {
            debug_assert!(end <= self.size.get());
            // The raw file goes to where the first of it belongs.
            let back = self.lead() + self.at.get() as i64 - start as i64;
            if back != 0 {
                self.raw_seek(-back, 1).await?;
                self.raw_at.set(Some(start));
            }
        }
        while let Some((start, end)) = self.dirty.get().filter(|(start, end)| start < end) {
            // A copy, because other threads and Python code run meanwhile.
            let data = self.with_window(|window| growing::copied(&window[start..end]))??;
            let Some(n) = self.raw_write(&data).await? else {
                return Err(blocked(self.refusal.get(), 0));
            };
            if self.dirty.get() != Some((start, end)) {
                // It was initialised anew.
                return Ok(());
            }
            self.dirty.set(Some((start + n, end)));
            self.raw_at.set(Some(start + n));
            crate::signal::check()?;
        }
        self.dirty.set(None);
        Ok(())
    }

    /// Writes all that is to be written, and moves the raw file to where this one is.
    async fn settle(&self) -> PyResult<()> {
        self.write_out().await?;
        if self.readable.get() {
            let moved = self.raw_seek(-self.lead(), 1).await;
            self.drop_ahead();
            moved?;
        }
        Ok(())
    }

    /// Puts bytes into the window at `at`, which has the room.
    fn put_at(&self, at: usize, data: &[u8]) -> PyResult<()> {
        self.with_window(|window| window[at..at + data.len()].copy_from_slice(data))?;
        let end = at + data.len();
        self.dirty.set(Some(match self.dirty.get() {
            None => (at, end),
            Some((first, last)) => (first.min(at), last.max(end)),
        }));
        self.advance_to(end);
        Ok(())
    }

    /// Takes bytes to be written. What does not fit is written to the raw file first. BlockingIOError with how much was taken.
    async fn put(&self, data: &[u8]) -> PyResult<()> {
        let size = self.size.get();
        if self.readable_end().is_none() && self.dirty.get().is_none() {
            self.at.set(0);
            self.raw_at.set(Some(0));
        }
        let at = self.at.get();
        if data.len() <= size - at {
            return self.put_at(at, data);
        }
        if let Err(raised) = self.write_out().await {
            if !errors::matches(&exceptions::BlockingIOError) {
                return Err(raised);
            }
            self.drop_ahead();
            return self.put_what_fits(data);
        }
        let lead = self.lead();
        if lead != 0 {
            self.raw_seek(-lead, 1).await?;
        }
        // The window is empty now: what is larger goes past it.
        let mut rest = data;
        let mut full = None;
        while rest.len() > size {
            match self.raw_write(rest).await? {
                Some(n) => rest = &rest[n..],
                None => {
                    let taken = &rest[..size];
                    full = Some(data.len() - rest.len() + taken.len());
                    rest = taken;
                }
            }
            crate::signal::check()?;
        }
        self.drop_ahead();
        self.raw_at.set(Some(0));
        self.dirty.set(None);
        self.put_at(0, rest)?;
        match full {
            Some(taken) => Err(blocked(self.refusal.get(), taken)),
            None => Ok(()),
        }
    }

    /// The raw file takes nothing more, which is raised: what has room in the window is taken.
    fn put_what_fits(&self, data: &[u8]) -> PyResult<()> {
        let (start, end) = self.dirty.get().unwrap_or_default();
        self.with_window(|window| window.copy_within(start..end, 0))?;
        let held = end - start;
        self.dirty.set(Some((0, held)));
        self.raw_at
            .set(self.raw_at.get().map(|at| at.saturating_sub(start)));
        let taken = data.len().min(self.size.get() - held);
        errors::clear();
        self.put_at(held, &data[..taken])?;
        if taken < data.len() {
            return Err(blocked(self.refusal.get(), taken));
        }
        Ok(())
    }

    /// `write` of a file that may be closed.
    pub async fn put_checked(&self, data: &[u8]) -> PyResult<()> {
        let _busy = self.enter()?;
        self.check_open("write to closed file").await?;
        self.put(data).await
    }

    /// Writes everything to the raw file.
    pub async fn flush_all(&self) -> PyResult<()> {
        self.check_open("flush of closed file").await?;
        let _busy = self.enter()?;
        self.settle().await
    }

    /// `truncate`: to `size`, an int or None, which the raw file is handed.
    pub(super) async fn truncate(&self, size: &PyObject) -> PyResult {
        let _busy = self.enter()?;
        self.settle().await?;
        let raw = self.raw()?;
        let answer = task::method(&raw, "truncate", vec![size.to_ref()]).await?;
        if self.raw_tell().await.is_err() {
            errors::clear();
        }
        Ok(answer)
    }

    /// The position.
    pub(super) async fn tell(&self) -> PyResult<i64> {
        Ok((self.raw_tell().await? - self.lead()).max(0))
    }

    /// Moves to `target` relative to `whence`, of the kinds of lseek; the new position.
    pub(super) async fn seek(&self, target: i64, whence: c_int) -> PyResult<i64> {
        if whence <= 1 && self.available() > 0 {
            // Within what was read ahead nothing moves below.
            let raw = match self.place.get() {
                Some(place) => place,
                None => self.raw_tell().await?,
            };
            let here = raw - self.lead();
            let offset = if whence == 1 { target } else { target - here };
            if (-(self.at.get() as i64)..=self.available() as i64).contains(&offset) {
                let at = self.at.get() as i64;
                self.at.set((at + offset) as usize);
                return Ok(here + offset);
            }
        }
        let _busy = self.enter()?;
        if self.writable.get() {
            self.write_out().await?;
        }
        let target = if whence == 1 {
            target - self.lead()
        } else {
            target
        };
        let at = self.raw_seek(target, whence).await?;
        self.raw_at.set(None);
        self.drop_ahead();
        Ok(at)
    }
}
