//! `posix`: the system calls behind `os`, one file per chapter of `os`'s manual.

/// A table entry that takes arguments by position or name, for a function that takes them by position.
macro_rules! by_name {
    ($kind:ident $name:literal, $f:ident, $doc:literal, [$($param:literal),+], $required:literal) => {{
        extern "C" fn wrapper(
            this: &PyObject,
            args: Args<'_>,
            count: isize,
            kwnames: Option<&PyTupleObject>,
        ) -> PyResult {
            static PARAMS: hotpy_objects::cfunction::Params = hotpy_objects::cfunction::Params {
                function: match $name.to_str() {
                    Ok(name) => name,
                    Err(_) => "",
                },
                names: &[$($param),+],
                positional_only: 0,
                positional: [$($param),+].len(),
                required: $required,
            };
            let bound = PARAMS.bind(args, count, kwnames)?;
            let given: Vec<&PyObject> = bound.iter().map_while(|o| *o).collect();
            by_name!(@$kind $f this given)
        }
        hotpy_objects::def::fast_kw::<PyObject>($name, wrapper, $doc)
    }};
    (@one $f:ident $this:ident $given:ident) => {
        $f($this, $given[0])
    };
    (@fast $f:ident $this:ident $given:ident) => {
        $f($this, Args::from_slice(&$given), $given.len() as isize)
    };
}

pub mod config;
pub mod dirs;
pub mod files;
pub mod more;
pub mod path;
pub mod process;
pub mod spawn;
pub mod stat;

use crate::support::*;
use hotpy_objects::*;

/// What `os` learns from about optional parts.
const HAVE_FUNCTIONS: &[&str] = &[
    "HAVE_EVENTFD",
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FEXECVE",
    "HAVE_FDOPENDIR",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_FUTIMES",
    "HAVE_FUTIMESAT",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
];

/// Functions that call Python in their middle.
const CALL_BACK: [&str; 3] = ["fork", "forkpty", "register_at_fork"];

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods(
        "posix",
        "The operating system's interface, by the names of the C library. Programs use os.",
        dirs::METHODS,
    )?;
    for table in [
        files::METHODS,
        stat::METHODS,
        process::METHODS,
        more::METHODS,
        config::METHODS,
        spawn::METHODS,
    ] {
        for entry in table {
            add_function(&module, entry)?;
        }
    }
    // Paths and numbers are converted before anything is done.
    for (name, function) in module.dict().pairs() {
        let calls_back = name
            .exact::<Str>()
            .is_some_and(|n| CALL_BACK.iter().any(|c| n.equals_text(c)));
        if !calls_back {
            hotpy_vm::builtin_calls::mark_asking(&function);
        }
    }
    stat::init(&module)?;
    files::init(&module)?;
    dirs::init(&module)?;
    process::init(&module)?;
    more::init(&module)?;
    config::init(&module)?;
    module.add("error", &*exceptions::OSError)?;
    let have = HAVE_FUNCTIONS
        .iter()
        .map(|name| text(name))
        .collect::<PyResult<Vec<_>>>()?;
    module.add("_have_functions", &*list(have)?)?;
    Ok(module)
}

/// Adds one function of a static table.
pub fn add_function(module: &PyModuleObject, entry: &'static PyMethodDef) -> PyResult<()> {
    if entry.ml_name.get().is_null() {
        return Ok(());
    }
    // SAFETY: names of the tables are C strings.
    let name = c_text(unsafe { std::ffi::CStr::from_ptr(entry.ml_name.get()) });
    let owner = module.md_name.cloned();
    let function = cfunction::new(entry, Some(module), owner.as_deref())?;
    module.add(name, &function)
}
