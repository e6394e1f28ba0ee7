//! `_stat`: names and tests of file modes.

use crate::support::*;
use hotpy_objects::def::one;
use hotpy_objects::*;

fn mode_arg(o: &PyObject) -> PyResult<u32> {
    let mode = plain_int_arg(o)?;
    if mode.is_negative() {
        return Err(raise!(
            OverflowError,
            "can't convert negative value to unsigned int"
        ));
    }
    let Some(mode) = mode.to_u64() else {
        return Err(raise!(
            OverflowError,
            "Python int too large to convert to C unsigned long"
        ));
    };
    u32::try_from(mode).map_err(|_| raise!(OverflowError, "mode out of range"))
}

macro_rules! tests {
    ($($f:ident $kind:expr;)*) => { $(
        extern "C" fn $f(_: &PyObject, mode: &PyObject) -> PyResult {
            boolean(mode_arg(mode)? & libc::S_IFMT == $kind)
        }
    )* };
}
tests! {
    is_dir libc::S_IFDIR;
    is_chr libc::S_IFCHR;
    is_blk libc::S_IFBLK;
    is_reg libc::S_IFREG;
    is_fifo libc::S_IFIFO;
    is_lnk libc::S_IFLNK;
    is_sock libc::S_IFSOCK;
}

extern "C" fn never(_: &PyObject, mode: &PyObject) -> PyResult {
    mode_arg(mode)?;
    boolean(false)
}

extern "C" fn s_imode(_: &PyObject, mode: &PyObject) -> PyResult {
    int((mode_arg(mode)? & 0o7777) as i64)
}

extern "C" fn s_ifmt(_: &PyObject, mode: &PyObject) -> PyResult {
    int((mode_arg(mode)? & libc::S_IFMT) as i64)
}

extern "C" fn filemode(_: &PyObject, mode: &PyObject) -> PyResult {
    let mode = mode_arg(mode)?;
    let kind = match mode & libc::S_IFMT {
        libc::S_IFREG => '-',
        libc::S_IFDIR => 'd',
        libc::S_IFLNK => 'l',
        libc::S_IFBLK => 'b',
        libc::S_IFCHR => 'c',
        libc::S_IFIFO => 'p',
        libc::S_IFSOCK => 's',
        _ => '?',
    };
    let mut shown = String::from(kind);
    for (shift, special, lower, upper) in [
        (6, libc::S_ISUID, 's', 'S'),
        (3, libc::S_ISGID, 's', 'S'),
        (0, libc::S_ISVTX, 't', 'T'),
    ] {
        let bits = mode >> shift;
        shown.push(if bits & 4 != 0 { 'r' } else { '-' });
        shown.push(if bits & 2 != 0 { 'w' } else { '-' });
        shown.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => lower,
            (true, false) => upper,
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text(&shown)
}

static_table! {
static METHODS: [PyMethodDef] = [
    one::<PyObject>(c"S_ISDIR", is_dir, c"S_ISDIR(mode) -> bool"),
    one::<PyObject>(c"S_ISCHR", is_chr, c"S_ISCHR(mode) -> bool"),
    one::<PyObject>(c"S_ISBLK", is_blk, c"S_ISBLK(mode) -> bool"),
    one::<PyObject>(c"S_ISREG", is_reg, c"S_ISREG(mode) -> bool"),
    one::<PyObject>(c"S_ISFIFO", is_fifo, c"S_ISFIFO(mode) -> bool"),
    one::<PyObject>(c"S_ISLNK", is_lnk, c"S_ISLNK(mode) -> bool"),
    one::<PyObject>(c"S_ISSOCK", is_sock, c"S_ISSOCK(mode) -> bool"),
    one::<PyObject>(c"S_ISDOOR", never, c"S_ISDOOR(mode) -> bool"),
    one::<PyObject>(c"S_ISPORT", never, c"S_ISPORT(mode) -> bool"),
    one::<PyObject>(c"S_ISWHT", never, c"S_ISWHT(mode) -> bool"),
    one::<PyObject>(c"S_IMODE", s_imode, c"S_IMODE(mode) -> the permission bits"),
    one::<PyObject>(c"S_IFMT", s_ifmt, c"S_IFMT(mode) -> the kind of file"),
    one::<PyObject>(c"filemode", filemode, c"filemode(mode) -> text as ls shows it"),
    PyMethodDef::END,
];
}

const CONSTANTS: &[(&str, i64)] = &[
    ("S_IFDIR", 0o40000),
    ("S_IFCHR", 0o20000),
    ("S_IFBLK", 0o60000),
    ("S_IFREG", 0o100000),
    ("S_IFIFO", 0o10000),
    ("S_IFLNK", 0o120000),
    ("S_IFSOCK", 0o140000),
    ("S_IFDOOR", 0),
    ("S_IFPORT", 0),
    ("S_IFWHT", 0),
    ("S_ISUID", 0o4000),
    ("S_ISGID", 0o2000),
    ("S_ISVTX", 0o1000),
    ("S_ENFMT", 0o2000),
    ("S_IREAD", 0o400),
    ("S_IWRITE", 0o200),
    ("S_IEXEC", 0o100),
    ("S_IRWXU", 0o700),
    ("S_IRUSR", 0o400),
    ("S_IWUSR", 0o200),
    ("S_IXUSR", 0o100),
    ("S_IRWXG", 0o70),
    ("S_IRGRP", 0o40),
    ("S_IWGRP", 0o20),
    ("S_IXGRP", 0o10),
    ("S_IRWXO", 7),
    ("S_IROTH", 4),
    ("S_IWOTH", 2),
    ("S_IXOTH", 1),
    ("UF_NODUMP", 1),
    ("UF_IMMUTABLE", 2),
    ("UF_APPEND", 4),
    ("UF_OPAQUE", 8),
    ("UF_NOUNLINK", 16),
    ("UF_COMPRESSED", 32),
    ("UF_HIDDEN", 0x8000),
    ("SF_ARCHIVED", 0x10000),
    ("SF_IMMUTABLE", 0x20000),
    ("SF_APPEND", 0x40000),
    ("SF_NOUNLINK", 0x100000),
    ("SF_SNAPSHOT", 0x200000),
    ("ST_MODE", 0),
    ("ST_INO", 1),
    ("ST_DEV", 2),
    ("ST_NLINK", 3),
    ("ST_UID", 4),
    ("ST_GID", 5),
    ("ST_SIZE", 6),
    ("ST_ATIME", 7),
    ("ST_MTIME", 8),
    ("ST_CTIME", 9),
];

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods(
        "_stat",
        "Names and tests of file modes. Programs use stat.",
        METHODS,
    )?;
    for (name, value) in CONSTANTS {
        add_int(&module, name, *value)?;
    }
    Ok(module)
}
