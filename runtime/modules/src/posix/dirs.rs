//! Directories and names: listing, `scandir` with its entries, making, moving, removing, links.

use super::path::*;
use crate::support::*;
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::{fast_kw, getset, noargs, one, slot};
use hotpy_objects::*;
use std::cell::RefCell;
use std::ffi::CStr;

fn failed() -> Raised {
    errors::raise_errno(None, None)
}

/// An open directory stream.
struct Stream(*mut libc::DIR);

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: the stream is open and ours.
        unsafe { libc::closedir(self.0) };
    }
}

impl Stream {
    fn open(path: &Path) -> PyResult<Stream> {
        // SAFETY: plain library calls; the duplicate keeps the caller's descriptor open.
        unsafe {
            let dir = match path.fd {
                None => libc::opendir(path.ptr()),
                Some(fd) => {
                    let copy = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
                    let dir = if copy < 0 {
                        std::ptr::null_mut()
                    } else {
                        libc::fdopendir(copy)
                    };
                    if dir.is_null() && copy >= 0 {
                        let error = errno();
                        libc::close(copy);
                        *libc::__errno_location() = error;
                    }
                    if !dir.is_null() {
                        libc::rewinddir(dir);
                    }
                    dir
                }
            };
            if dir.is_null() {
                Err(path.error())
            } else {
                Ok(Stream(dir))
            }
        }
    }

    /// Name, inode, type of the next entry besides `.` and `..`.
    fn next(&self, path: &Path) -> PyResult<Option<(Vec<u8>, u64, u8)>> {
        loop {
            // SAFETY: the stream is open; the entry is copied before the next call.
            unsafe {
                *libc::__errno_location() = 0;
                let entry = libc::readdir(self.0);
                if entry.is_null() {
                    return if errno() == 0 {
                        Ok(None)
                    } else {
                        Err(path.error())
                    };
                }
                let name = CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
                if name != b"." && name != b".." {
                    return Ok(Some((name.to_vec(), (*entry).d_ino, (*entry).d_type)));
                }
            }
        }
    }
}

extern "C" fn listdir(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "listdir",
        names: &["path"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("listdir", "path", a[0], Allow::MissingOrDescriptor)?;
    crate::sys::audit("os.listdir", &[&path.object])?;
    let stream = Stream::open(&path)?;
    let mut names = Vec::new();
    while let Some((name, ..)) = stream.next(&path)? {
        names.push(path.name(&name)?);
    }
    list(names)
}

// ---- scandir ----

/// `posix.ScandirIterator`.
#[derive(Default)]
struct Scan {
    state: RefCell<Option<(Stream, Path)>>,
}

impl Body for Scan {}

static ScandirIterator: PyTypeObject = PyTypeObject {
    tp_iter: slot::unary(scan_iter),
    tp_iternext: slot::next(scan_next),
    tp_methods: methods(SCAN_METHODS),
    tp_dealloc: Cell::new(Some(dealloc_finalized::<Scan>)),
    tp_finalize: Cell::new(Some(scan_finalize)),
    ..native_type::<Scan>(c"posix.ScandirIterator")
};

static_table! {
static SCAN_METHODS: [PyMethodDef] = [
    noargs(c"__enter__", scan_iter, c""),
    def::fast(c"__exit__", scan_exit, c""),
    noargs(c"close", scan_close, c""),
    PyMethodDef::END,
];
}

extern "C" fn scan_iter(this: &Native<Scan>) -> PyResult {
    Ok(this.to_ref())
}

extern "C" fn scan_close(this: &Native<Scan>) -> PyResult {
    drop(this.state.take());
    none()
}

/// Warns about an iterator that was neither exhausted nor closed.
unsafe extern "C" fn scan_finalize(this: *mut PyObject) {
    // SAFETY: U3; the object is still alive.
    let this = unsafe { &*this };
    // SAFETY: as above.
    let own: &Native<Scan> = unsafe { this.cast() };
    if own.state.borrow().is_none() {
        return;
    }
    let pending = errors::fetch();
    let warned = protocol::repr(this).and_then(|shown| {
        let text = format!("unclosed scandir iterator {}", shown.to_string_lossy());
        errors::warn(&exceptions::ResourceWarning, &text, 1)
    });
    if warned.is_err() {
        errors::write_unraisable(Some(this));
    }
    drop(own.state.take());
    if let Some(pending) = pending {
        errors::restore(pending);
    }
}

extern "C" fn scan_exit(this: &Native<Scan>, _: Args<'_>, _: isize) -> PyResult {
    scan_close(this)
}

extern "C" fn scan_next(this: &Native<Scan>) -> Option<Ref> {
    def::next_status((|| {
        let found = {
            let state = this.state.borrow();
            let Some((stream, path)) = &*state else {
                return Ok(None);
            };
            stream
                .next(path)?
                .map(|entry| (entry, path.is_bytes, path.narrow.clone(), path.fd))
        };
        let Some(((name, ino, kind), is_bytes, directory, fd)) = found else {
            drop(this.state.take());
            return Ok(None);
        };
        let mut full = directory.into_bytes();
        if fd.is_some() || (full == b"." && this.default_path()) {
            full = if fd.is_some() {
                Vec::new()
            } else {
                b"./".to_vec()
            };
        } else if full.last() != Some(&b'/') {
            full.push(b'/');
        }
        full.extend_from_slice(&name);
        let entry = new_native(
            &DirEntry,
            Entry {
                name: Held::new(Some(fs_name(&name, is_bytes)?)),
                path: Held::new(Some(fs_name(&full, is_bytes)?)),
                raw: full,
                fd: fd.unwrap_or(libc::AT_FDCWD),
                ino,
                kind,
                stat: Held::default(),
                lstat: Held::default(),
            },
        )?;
        Ok(Some(entry.into_object()))
    })())
}

impl Scan {
    fn default_path(&self) -> bool {
        self.state
            .borrow()
            .as_ref()
            .is_some_and(|(_, path)| singletons::is_none(&path.object))
    }
}

/// `os.DirEntry`.
#[derive(Default)]
struct Entry {
    name: Held,
    path: Held,
    raw: Vec<u8>,
    fd: i32,
    ino: u64,
    kind: u8,
    stat: Held,
    lstat: Held,
}

impl Body for Entry {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        visit_all(&[&self.name, &self.path, &self.stat, &self.lstat], visit)
    }
}

static DirEntry: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(entry_repr),
    tp_methods: methods(ENTRY_METHODS),
    tp_getset: getsets(ENTRY_GETSET),
    ..native_type::<Entry>(c"posix.DirEntry")
};

static_table! {
static ENTRY_METHODS: [PyMethodDef] = [
    fast_kw(c"is_dir", entry_is_dir, c"is_dir($self, /, *, follow_symlinks=True)\n--\n\nWhether it is a directory."),
    fast_kw(c"is_file", entry_is_file, c"is_file($self, /, *, follow_symlinks=True)\n--\n\nWhether it is a file."),
    noargs(c"is_symlink", entry_is_symlink, c"is_symlink($self, /)\n--\n\nWhether it is a symbolic link."),
    fast_kw(c"stat", entry_stat, c"stat($self, /, *, follow_symlinks=True)\n--\n\nThe entry's status, remembered."),
    noargs(c"inode", entry_inode, c"inode($self, /)\n--\n\nThe entry's inode."),
    noargs(c"__fspath__", entry_fspath, c"__fspath__($self, /)\n--\n\nThe entry's path."),
    def::class_method(one(c"__class_getitem__", generic_alias::class_getitem, c"")),
    PyMethodDef::END,
];
}

static_table! {
static ENTRY_GETSET: [PyGetSetDef] = [
    getset(c"name", entry_name, None, c"the entry's base file name, relative to scandir's path"),
    getset(c"path", entry_path, None, c"the entry's full path name"),
    PyGetSetDef::END,
];
}

extern "C" fn entry_name(this: &Native<Entry>, _: *mut c_void) -> PyResult {
    Ok(this.name.or_none())
}

extern "C" fn entry_path(this: &Native<Entry>, _: *mut c_void) -> PyResult {
    Ok(this.path.or_none())
}

extern "C" fn entry_fspath(this: &Native<Entry>) -> PyResult {
    Ok(this.path.or_none())
}

extern "C" fn entry_inode(this: &Native<Entry>) -> PyResult {
    uint(this.ino)
}

extern "C" fn entry_repr(this: &Native<Entry>) -> PyResult {
    let name = protocol::repr(&this.name.or_none())?;
    text(&format!("<DirEntry {}>", name.to_string_lossy()))
}

impl Entry {
    fn raw_stat(&self, follow: bool) -> PyResult<libc::stat> {
        let path = std::ffi::CString::new(self.raw.clone()).unwrap_or_default();
        // SAFETY: the structure is written by the call.
        unsafe {
            let mut st: libc::stat = std::mem::zeroed();
            let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
            if libc::fstatat(self.fd, path.as_ptr(), &mut st, flags) != 0 {
                return Err(errors::raise_errno(Some(&self.path.or_none()), None));
            }
            Ok(st)
        }
    }

    fn test(&self, follow: bool, kind: u8, mode: u32) -> PyResult<bool> {
        let is_link = self.kind == libc::DT_LNK;
        if self.kind != libc::DT_UNKNOWN && !(is_link && follow) {
            return Ok(self.kind == kind);
        }
        match self.raw_stat(follow) {
            Ok(st) => Ok(st.st_mode & libc::S_IFMT == mode),
            Err(raised) => {
                if errors::matches(&exceptions::FileNotFoundError) {
                    errors::clear();
                    return Ok(false);
                }
                Err(raised)
            }
        }
    }
}

fn follow_arg(
    function: &'static str,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult<bool> {
    let params = Params {
        function,
        names: &["follow_symlinks"],
        positional_only: 0,
        positional: 0,
        required: 0,
    };
    bool_arg(params.bind(args, count, kwnames)?[0], true)
}

extern "C" fn entry_is_dir(
    this: &Native<Entry>,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    boolean(this.test(
        follow_arg("is_dir", args, count, kwnames)?,
        libc::DT_DIR,
        libc::S_IFDIR,
    )?)
}

extern "C" fn entry_is_file(
    this: &Native<Entry>,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    boolean(this.test(
        follow_arg("is_file", args, count, kwnames)?,
        libc::DT_REG,
        libc::S_IFREG,
    )?)
}

extern "C" fn entry_is_symlink(this: &Native<Entry>) -> PyResult {
    boolean(this.test(false, libc::DT_LNK, libc::S_IFLNK)?)
}

extern "C" fn entry_stat(
    this: &Native<Entry>,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let follow = follow_arg("stat", args, count, kwnames)?;
    let slot = if follow { &this.stat } else { &this.lstat };
    if let Some(st) = slot.get() {
        return Ok(st);
    }
    let st = super::stat::stat_object(&this.raw_stat(follow)?)?;
    slot.set(Some(st.clone()));
    Ok(st)
}

extern "C" fn scandir(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "scandir",
        names: &["path"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("scandir", "path", a[0], Allow::MissingOrDescriptor)?;
    crate::sys::audit("os.scandir", &[&path.object])?;
    let stream = Stream::open(&path)?;
    let scan = new_native(
        &ScandirIterator,
        Scan {
            state: RefCell::new(Some((stream, path))),
        },
    )?;
    Ok(scan.into_object())
}

// ---- names ----

extern "C" fn getcwd(_: &PyObject) -> PyResult {
    fs_name(&current_directory()?, false)
}

extern "C" fn getcwdb(_: &PyObject) -> PyResult {
    bytes(&current_directory()?)
}

/// The current directory. OSError.
pub fn current_directory() -> PyResult<Vec<u8>> {
    // SAFETY: with a null buffer the library allocates, and we free.
    unsafe {
        let raw = libc::getcwd(std::ptr::null_mut(), 0);
        if raw.is_null() {
            return Err(failed());
        }
        let path = CStr::from_ptr(raw).to_bytes().to_vec();
        libc::free(raw.cast());
        Ok(path)
    }
}

extern "C" fn chdir(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "chdir",
        names: &["path"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("chdir", "path", a[0], Allow::Descriptor)?;
    // SAFETY: plain system calls.
    let bad = unsafe {
        match path.fd {
            Some(fd) => libc::fchdir(fd),
            None => libc::chdir(path.ptr()),
        }
    };
    if bad != 0 { Err(path.error()) } else { none() }
}

extern "C" fn mkdir(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "mkdir",
        names: &["path", "mode", "dir_fd"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("mkdir", "path", a[0], Allow::Name)?;
    let mode = a[1].map_or(Ok(0o777), int_arg)?;
    let at = dir_fd(a[2])?;
    // SAFETY: the path is a C string.
    if unsafe { libc::mkdirat(at, path.ptr(), mode as u32) } != 0 {
        Err(path.error())
    } else {
        none()
    }
}

fn remove(
    function: &'static str,
    flags: i32,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let params = Params {
        function,
        names: &["path", "dir_fd"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let a = params.bind(args, count, kwnames)?;
    let path = path_arg(function, "path", a[0], Allow::Name)?;
    let at = dir_fd(a[1])?;
    // SAFETY: the path is a C string.
    if unsafe { libc::unlinkat(at, path.ptr(), flags) } != 0 {
        Err(path.error())
    } else {
        none()
    }
}

extern "C" fn unlink(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    remove("unlink", 0, args, count, kwnames)
}

extern "C" fn remove_file(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    remove("remove", 0, args, count, kwnames)
}

extern "C" fn rmdir(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    remove("rmdir", libc::AT_REMOVEDIR, args, count, kwnames)
}

fn move_file(
    function: &'static str,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let params = Params {
        function,
        names: &["src", "dst", "src_dir_fd", "dst_dir_fd"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let a = params.bind(args, count, kwnames)?;
    let from = path_arg(function, "src", a[0], Allow::Name)?;
    let to = path_arg(function, "dst", a[1], Allow::Name)?;
    let (from_at, to_at) = (dir_fd(a[2])?, dir_fd(a[3])?);
    // SAFETY: the paths are C strings.
    if unsafe { libc::renameat(from_at, from.ptr(), to_at, to.ptr()) } != 0 {
        return Err(errors::raise_errno(Some(&from.object), Some(&to.object)));
    }
    none()
}

extern "C" fn rename(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    move_file("rename", args, count, kwnames)
}

extern "C" fn replace(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    move_file("replace", args, count, kwnames)
}

extern "C" fn link(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "link",
        names: &["src", "dst", "src_dir_fd", "dst_dir_fd", "follow_symlinks"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let from = path_arg("link", "src", a[0], Allow::Name)?;
    let to = path_arg("link", "dst", a[1], Allow::Name)?;
    let (from_at, to_at) = (dir_fd(a[2])?, dir_fd(a[3])?);
    let flags = if bool_arg(a[4], true)? {
        libc::AT_SYMLINK_FOLLOW
    } else {
        0
    };
    // SAFETY: the paths are C strings.
    if unsafe { libc::linkat(from_at, from.ptr(), to_at, to.ptr(), flags) } != 0 {
        return Err(errors::raise_errno(Some(&from.object), Some(&to.object)));
    }
    none()
}

extern "C" fn symlink(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "symlink",
        names: &["src", "dst", "target_is_directory", "dir_fd"],
        positional_only: 0,
        positional: 3,
        required: 2,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let from = path_arg("symlink", "src", a[0], Allow::Name)?;
    let to = path_arg("symlink", "dst", a[1], Allow::Name)?;
    let at = dir_fd(a[3])?;
    // SAFETY: the paths are C strings.
    if unsafe { libc::symlinkat(from.ptr(), at, to.ptr()) } != 0 {
        return Err(errors::raise_errno(Some(&from.object), Some(&to.object)));
    }
    none()
}

extern "C" fn readlink(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "readlink",
        names: &["path", "dir_fd"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("readlink", "path", a[0], Allow::Name)?;
    let at = dir_fd(a[1])?;
    let mut buffer = vec![0u8; 4097];
    // SAFETY: the buffer has that many bytes.
    let n = unsafe { libc::readlinkat(at, path.ptr(), buffer.as_mut_ptr().cast(), buffer.len()) };
    if n < 0 {
        Err(path.error())
    } else {
        path.name(&buffer[..n as usize])
    }
}

extern "C" fn mkfifo(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "mkfifo",
        names: &["path", "mode", "dir_fd"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let path = path_arg("mkfifo", "path", a[0], Allow::Name)?;
    let mode = a[1].map_or(Ok(0o666), int_arg)?;
    let at = dir_fd(a[2])?;
    // SAFETY: the path is a C string.
    if unsafe { libc::mkfifoat(at, path.ptr(), mode as u32) } != 0 {
        Err(path.error())
    } else {
        none()
    }
}

extern "C" fn fspath_function(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "fspath",
        names: &["path"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    match PARAMS.bind(args, count, kwnames)?[0] {
        Some(path) => fspath(path),
        None => none(),
    }
}

extern "C" fn umask(_: &PyObject, mask: &PyObject) -> PyResult {
    // SAFETY: cannot fail.
    int(unsafe { libc::umask(int_arg(mask)? as u32) } as i64)
}

extern "C" fn chroot(_: &PyObject, path: &PyObject) -> PyResult {
    let path = path_arg("chroot", "path", Some(path), Allow::Name)?;
    // SAFETY: the path is a C string.
    if unsafe { libc::chroot(path.ptr()) } != 0 {
        Err(path.error())
    } else {
        none()
    }
}

extern "C" fn sync(_: &PyObject) -> PyResult {
    // SAFETY: cannot fail.
    unsafe { libc::sync() };
    none()
}

static_table! {
/// The functions of this file.
pub static METHODS: [PyMethodDef] = [
    fast_kw::<PyObject>(c"listdir", listdir, c"listdir($module, /, path=None)\n--\n\nThe names in a directory."),
    fast_kw::<PyObject>(c"scandir", scandir, c"scandir($module, /, path=None)\n--\n\nThe entries of a directory, one by one."),
    noargs::<PyObject>(c"getcwd", getcwd, c"getcwd($module, /)\n--\n\nThe current directory."),
    noargs::<PyObject>(c"getcwdb", getcwdb, c"getcwdb($module, /)\n--\n\nThe current directory, as bytes."),
    fast_kw::<PyObject>(c"chdir", chdir, c"chdir($module, /, path)\n--\n\nChanges the current directory."),
    fast_kw::<PyObject>(c"mkdir", mkdir, c"mkdir($module, /, path, mode=511, *, dir_fd=None)\n--\n\nMakes a directory."),
    fast_kw::<PyObject>(c"rmdir", rmdir, c"rmdir($module, /, path, *, dir_fd=None)\n--\n\nRemoves an empty directory."),
    fast_kw::<PyObject>(c"unlink", unlink, c"unlink($module, /, path, *, dir_fd=None)\n--\n\nRemoves a file."),
    fast_kw::<PyObject>(c"remove", remove_file, c"remove($module, /, path, *, dir_fd=None)\n--\n\nRemoves a file."),
    fast_kw::<PyObject>(c"rename", rename, c"rename($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)\n--\n\nMoves a file."),
    fast_kw::<PyObject>(c"replace", replace, c"replace($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)\n--\n\nMoves a file over another."),
    fast_kw::<PyObject>(c"link", link, c"link($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=True)\n--\n\nMakes a hard link."),
    fast_kw::<PyObject>(c"symlink", symlink, c"symlink($module, /, src, dst, target_is_directory=False, *, dir_fd=None)\n--\n\nMakes a symbolic link."),
    fast_kw::<PyObject>(c"readlink", readlink, c"readlink($module, /, path, *, dir_fd=None)\n--\n\nWhere a symbolic link points."),
    fast_kw::<PyObject>(c"mkfifo", mkfifo, c"mkfifo($module, /, path, mode=438, *, dir_fd=None)\n--\n\nMakes a named pipe."),
    fast_kw::<PyObject>(c"fspath", fspath_function, c"fspath($module, /, path)\n--\n\nThe file system's form of a path."),
    one::<PyObject>(c"umask", umask, c"umask($module, mask, /)\n--\n\nSets the mask of permissions, answering the old one."),
    by_name!(one c"chroot", chroot, c"chroot($module, /, path)\n--\n\nChanges the root directory.", ["path"], 1),
    noargs::<PyObject>(c"sync", sync, c"sync($module, /)\n--\n\nForces everything to the disk."),
    PyMethodDef::END,
];
}

/// Types and tables of names.
pub fn init(module: &PyModuleObject) -> PyResult<()> {
    typeobject::ready(&ScandirIterator)?;
    add_type(module, &DirEntry)?;
    Ok(())
}
