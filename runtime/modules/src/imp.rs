//! `_imp`: what `importlib._bootstrap` needs of the runtime: builtin and frozen modules, the import lock, source hashes.
//!
//! CPython bakes some library modules into its executable ("frozen"). We have none of its sources; the same modules are
//! loaded from the installed library's `.pyc` files and given the file names `<frozen NAME>`, so that tracebacks look alike.

use crate::config;
use crate::support::*;
use crate::thread::Lock;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, fast_kw, noargs, one};
use hotpy_objects::*;
use std::ffi::CStr;

/// Name, whether it is a package, the name of the module whose source it is.
pub const FROZEN: &[(&CStr, bool, &str)] = &[
    (c"_frozen_importlib", false, "importlib._bootstrap"),
    (
        c"_frozen_importlib_external",
        false,
        "importlib._bootstrap_external",
    ),
    (c"zipimport", false, "zipimport"),
    (c"abc", false, "abc"),
    (c"codecs", false, "codecs"),
    (c"io", false, "io"),
    (c"_collections_abc", false, "_collections_abc"),
    (c"_sitebuiltins", false, "_sitebuiltins"),
    (c"genericpath", false, "genericpath"),
    (c"ntpath", false, "ntpath"),
    (c"posixpath", false, "posixpath"),
    (c"os.path", false, "posixpath"),
    (c"os", false, "os"),
    (c"site", false, "site"),
    (c"stat", false, "stat"),
    (c"importlib.util", false, "importlib.util"),
    (c"importlib.machinery", false, "importlib.machinery"),
    (c"runpy", false, "runpy"),
    (c"__hello__", false, "__hello__"),
    (c"__hello_alias__", false, "__hello__"),
    (c"__phello_alias__", true, "__hello__"),
    (c"__phello_alias__.spam", false, "__hello__"),
    (c"__phello__", true, "__phello__"),
    (c"__phello__.__init__", false, "<__phello__"),
    (c"__phello__.ham", true, "__phello__.ham"),
    (c"__phello__.ham.__init__", false, "<__phello__.ham"),
    (c"__phello__.ham.eggs", false, "__phello__.ham.eggs"),
    (c"__phello__.spam", false, "__phello__.spam"),
    (c"__hello_only__", false, ONLY),
];

/// The source of a module that no file holds: it has no origin.
const ONLY: &str = "";

fn origin_name(origin: &str) -> PyResult {
    match origin {
        ONLY => none(),
        origin => text(origin),
    }
}

/// The first so many are frozen whatever `-X frozen_modules` says.
pub const ALWAYS_FROZEN: usize = 3;
/// The last so many are for tests.
pub const FROZEN_TESTS: usize = 11;

fn frozen(name: &Str) -> Option<&'static (&'static CStr, bool, &'static str)> {
    let off = match interpreter().override_frozen_modules.get() {
        0 => config::with(|c| {
            c.x_options
                .iter()
                .rev()
                .find(|(k, _)| k == "frozen_modules")
                .map(|(_, v)| v.as_deref() == Some("off"))
        })
        .unwrap_or(false),
        n => n < 0,
    };
    let limit = if off { ALWAYS_FROZEN } else { FROZEN.len() };
    FROZEN[..limit]
        .iter()
        .find(|(known, ..)| name.equals_text(c_text(known)))
}

/// The code of a frozen module, `None` if the library has no such file.
pub fn frozen_code(origin: &str, is_package: bool) -> PyResult<Option<Ref<PyCodeObject>>> {
    // `<` stands before a package whose own module is meant. An alias of a module may be a package.
    let (origin, is_package) = match origin.strip_prefix('<') {
        Some(package) => (package, true),
        None => (origin, is_package && origin != "__hello__"),
    };
    let mut path = config::with(|c| c.stdlib.clone());
    for part in origin.split('.') {
        path.push('/');
        path.push_str(part);
    }
    path.push_str(if is_package { "/__init__.py" } else { ".py" });
    if origin == ONLY {
        let name = str_::intern("<frozen frozen_only>")?;
        let source = b"initialized = True\nprint('Hello world!')\n";
        return crate::engine::compile(source, true, &name, crate::engine::Mode::Exec, 0, 0)
            .map(Some);
    }
    let code = match crate::pyc::load(&path)? {
        Some(code) => code,
        // Modules for tests that exist in frozen form alone; they are empty.
        None if origin.starts_with("__phello__.ham") => crate::engine::compile(
            b"",
            true,
            &*str_::new("ham")?,
            crate::engine::Mode::Exec,
            0,
            0,
        )?,
        None => return Ok(None),
    };
    let name = str_::intern(&format!("<frozen {origin}>"))?;
    set_filename(&code, &name);
    Ok(Some(code))
}

/// Gives a code object and those in its constants another file name.
fn set_filename(code: &PyCodeObject, name: &Str) {
    code.co_filename.set(Some(Ref::new(name).into_object()));
    for item in code.consts().items() {
        if let Some(inner) = item.exact::<PyCodeObject>() {
            set_filename(inner, name);
        }
    }
}

extern "C" fn is_builtin(_: &PyObject, name: &PyObject) -> PyResult {
    let name = str_arg("is_builtin", "argument", name)?;
    if name.equals_text("sys") || name.equals_text("builtins") {
        return int(-1);
    }
    let known = crate::table::names();
    int(known.iter().any(|known| name.equals_text(known)) as i64)
}

extern "C" fn is_frozen(_: &PyObject, name: &PyObject) -> PyResult {
    boolean(frozen(str_arg("is_frozen", "argument", name)?).is_some())
}

fn no_frozen(name: &Str) -> Raised {
    let shown = protocol::repr(name)
        .map(|s| s.to_string_lossy())
        .unwrap_or_default();
    let build = || {
        let text = text(&format!("No such frozen object named {shown}"))?;
        let args = tuple::from_owned(vec![text])?;
        let error = exceptions::new_instance(&exceptions::ImportError, &args)?;
        protocol::setattr(&error, &*str_::intern("name")?, Some(name))?;
        Ok(error)
    };
    match build() {
        Ok(error) => errors::raise_instance(&error),
        Err(raised) => raised,
    }
}

extern "C" fn is_frozen_package(_: &PyObject, name: &PyObject) -> PyResult {
    let name = str_arg("is_frozen_package", "argument", name)?;
    match frozen(name) {
        Some((_, is_package, _)) => boolean(*is_package),
        None => Err(no_frozen(name)),
    }
}

extern "C" fn find_frozen(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "find_frozen",
        names: &["", "withdata"],
        positional_only: 1,
        positional: 1,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let Some(name) = a[0] else { return none() };
    let name = str_arg("find_frozen", "argument 1", name)?;
    let Some((_, is_package, origin)) = frozen(name) else {
        return none();
    };
    let data = if bool_arg(a[1], false)? {
        match frozen_code(origin, *is_package)? {
            Some(code) => {
                let data = bytes(&crate::marshal::to_bytes(&code, crate::marshal::VERSION)?)?;
                memoryview::new(&data)?.into_object()
            }
            None => singletons::none(),
        }
    } else {
        singletons::none()
    };
    tuple(vec![data, boolean(*is_package)?, origin_name(origin)?])
}

extern "C" fn get_frozen_object(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("get_frozen_object", args.len(), 1, 2)?;
    let name = str_arg("get_frozen_object", "argument 1", args[0])?;
    if let Some(data) = not_none(args.get(1).copied()) {
        let object = bytes::with_buffer(data, |data| crate::marshal::Reader::new(data).object());
        let Ok(object) = object else {
            errors::clear();
            let shown = protocol::repr(name)?.to_string_lossy();
            return Err(raise!(
                ImportError,
                "Frozen object named {shown} is invalid"
            ));
        };
        if !object.is_instance::<PyCodeObject>() {
            let shown = protocol::repr(name)?.to_string_lossy();
            return Err(raise!(
                TypeError,
                "frozen object {shown} is not a code object"
            ));
        }
        return Ok(object);
    }
    let Some((_, is_package, origin)) = frozen(name) else {
        return Err(no_frozen(name));
    };
    match frozen_code(origin, *is_package)? {
        Some(code) => Ok(code.into_object()),
        None => Err(no_frozen(name)),
    }
}

extern "C" fn init_frozen(_: &PyObject, name: &PyObject) -> PyResult {
    let name = str_arg("init_frozen", "argument", name)?;
    let Some((_, is_package, origin)) = frozen(name) else {
        return none();
    };
    let Some(code) = frozen_code(origin, *is_package)? else {
        return none();
    };
    let module = module::new(&name.to_string_lossy())?;
    if *is_package {
        module.add("__path__", &*list(Vec::new())?)?;
    }
    module.add("__origname__", &*origin_name(origin)?)?;
    crate::sys::modules()?.set_item(name, &module)?;
    crate::start::exec_module(&module, &code)?;
    Ok(module.into_object())
}

extern "C" fn frozen_module_names(_: &PyObject) -> PyResult {
    list(
        FROZEN
            .iter()
            .map(|(name, ..)| text(c_text(name)))
            .collect::<PyResult<_>>()?,
    )
}

extern "C" fn override_frozen(_: &PyObject, value: &PyObject) -> PyResult {
    interpreter().override_frozen_modules.set(int_arg(value)?);
    none()
}

extern "C" fn create_builtin(_: &PyObject, spec: &PyObject) -> PyResult {
    let name = attr(spec, "name")?;
    let Some(name) = name.downcast::<Str>() else {
        return Err(raise!(TypeError, "spec.name must be a string"));
    };
    let name = name.to_string_lossy();
    if let Some((name, init)) = crate::table::added(&name) {
        return crate::dynamic::from_init(spec, &name, init);
    }
    match crate::table::create(&name)? {
        Some(module) => Ok(module.into_object()),
        None => none(),
    }
}

/// Only modules of C code have something to execute.
extern "C" fn exec_builtin(of: &PyObject, module: &PyObject) -> PyResult {
    crate::dynamic::exec(of, module)
}

extern "C" fn extension_suffixes(_: &PyObject) -> PyResult {
    list(
        [".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so"]
            .iter()
            .map(|s| text(s))
            .collect::<PyResult<_>>()?,
    )
}

// ---- the import lock ----

static LOCK_OWNER: config::Protected<u64> = config::Protected::new(0);
static LOCK_DEPTH: config::Protected<u32> = config::Protected::new(0);

/// What threads wait for; made when it is first needed, anew in a forked child.
struct ImportLock(Cell<Option<&'static Lock>>);

// SAFETY: U1; waiting for a semaphore needs no GIL.
unsafe impl Sync for ImportLock {}

static LOCK: ImportLock = ImportLock(Cell::new(None));

impl ImportLock {
    fn get(&self) -> &'static Lock {
        if self.0.get().is_none() {
            self.0.set(Some(Box::leak(Box::default())));
        }
        self.0.get().unwrap_or_else(|| Box::leak(Box::default()))
    }
}

/// In the child of a fork: whoever else held it does not exist.
pub fn after_fork() {
    if LOCK_OWNER.get() != crate::thread::ident() {
        LOCK.0.set(None);
        LOCK_DEPTH.set(0);
    }
}

/// Takes the import lock.
pub fn take_lock() -> PyResult<()> {
    let me = crate::thread::ident();
    if LOCK_DEPTH.get() == 0 || LOCK_OWNER.get() != me {
        LOCK.get().acquire(-1)?;
        LOCK_OWNER.set(me);
    }
    LOCK_DEPTH.set(LOCK_DEPTH.get() + 1);
    Ok(())
}

extern "C" fn acquire_lock(_: &PyObject) -> PyResult {
    take_lock()?;
    none()
}

/// Gives the import lock up. RuntimeError if the caller does not hold it.
pub fn give_lock() -> PyResult<()> {
    if LOCK_DEPTH.get() == 0 || LOCK_OWNER.get() != crate::thread::ident() {
        return Err(raise!(RuntimeError, "not holding the import lock"));
    }
    LOCK_DEPTH.set(LOCK_DEPTH.get() - 1);
    if LOCK_DEPTH.get() == 0 {
        LOCK.get().release();
    }
    Ok(())
}

extern "C" fn release_lock(_: &PyObject) -> PyResult {
    give_lock()?;
    none()
}

extern "C" fn lock_held(_: &PyObject) -> PyResult {
    boolean(LOCK_DEPTH.get() > 0)
}

extern "C" fn fix_co_filename(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("_fix_co_filename", args.len(), 2, 2)?;
    let Some(code) = args[0].exact::<PyCodeObject>() else {
        return Err(bad_argument(
            "_fix_co_filename",
            "argument 1",
            "code",
            args[0],
        ));
    };
    let path = str_arg("_fix_co_filename", "argument 2", args[1])?;
    if !code.filename().equals(path) {
        set_filename(code, path);
    }
    none()
}

/// SipHash-1-3 of bytes under a key, as hash-based `.pyc` files have it.
fn siphash13(key: u64, data: &[u8]) -> u64 {
    let mut v = [
        key ^ 0x736f6d6570736575,
        0x646f72616e646f6d,
        key ^ 0x6c7967656e657261,
        0x7465646279746573,
    ];
    fn round(v: &mut [u64; 4]) {
        v[0] = v[0].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[0] = v[0].rotate_left(32);
        v[2] = v[2].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[2] = v[2].rotate_left(32);
    }
    let mut chunks = data.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        let word = u64::from_le_bytes(word);
        v[3] ^= word;
        round(&mut v);
        v[0] ^= word;
    }
    let mut last = [0u8; 8];
    last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    last[7] = data.len() as u8;
    let word = u64::from_le_bytes(last);
    v[3] ^= word;
    round(&mut v);
    v[0] ^= word;
    v[2] ^= 0xff;
    for _ in 0..3 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

extern "C" fn source_hash(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "source_hash",
        names: &["key", "source"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let (Some(key), Some(source)) = (a[0], a[1]) else {
        return none();
    };
    let key = i64_arg(key)? as u64;
    let hash = bytes::with_buffer(source, |data| Ok(siphash13(key, data)))?;
    bytes(&hash.to_le_bytes())
}

static_table! {
static METHODS: [PyMethodDef] = [
    one::<PyObject>(c"is_builtin", is_builtin, c"is_builtin($module, name, /)\n--\n\nWhether the module is linked in (-1: and cannot be made again)."),
    one::<PyObject>(c"is_frozen", is_frozen, c"is_frozen($module, name, /)\n--\n\nWhether the module is frozen."),
    one::<PyObject>(c"is_frozen_package", is_frozen_package, c"is_frozen_package($module, name, /)\n--\n\nWhether the frozen module is a package."),
    fast_kw::<PyObject>(c"find_frozen", find_frozen, c"find_frozen($module, name, /, *, withdata=False)\n--\n\nWhat is known of a frozen module, or None."),
    fast::<PyObject>(c"get_frozen_object", get_frozen_object, c"get_frozen_object($module, name, data=None, /)\n--\n\nThe code of a frozen module."),
    one::<PyObject>(c"init_frozen", init_frozen, c"init_frozen($module, name, /)\n--\n\nLoads a frozen module."),
    noargs::<PyObject>(c"_frozen_module_names", frozen_module_names, c"_frozen_module_names($module, /)\n--\n\nNames of frozen modules."),
    one::<PyObject>(c"_override_frozen_modules_for_tests", override_frozen, c"_override_frozen_modules_for_tests($module, override, /)\n--\n\nSwitches frozen modules on (1) or off (-1)."),
    one::<PyObject>(c"create_builtin", create_builtin, c"create_builtin($module, spec, /)\n--\n\nMakes a module that is linked in."),
    one::<PyObject>(c"exec_builtin", exec_builtin, c"exec_builtin($module, mod, /)\n--\n\nInitialises a module that is linked in."),
    fast::<PyObject>(c"create_dynamic", crate::dynamic::create, c"create_dynamic($module, spec, file=<unrepresentable>, /)\n--\n\nMakes an extension module."),
    one::<PyObject>(c"exec_dynamic", crate::dynamic::exec, c"exec_dynamic($module, mod, /)\n--\n\nInitialises an extension module."),
    noargs::<PyObject>(c"extension_suffixes", extension_suffixes, c"extension_suffixes($module, /)\n--\n\nEndings of extension modules' file names."),
    noargs::<PyObject>(c"acquire_lock", acquire_lock, c"acquire_lock($module, /)\n--\n\nTakes the import lock."),
    noargs::<PyObject>(c"release_lock", release_lock, c"release_lock($module, /)\n--\n\nGives the import lock up."),
    noargs::<PyObject>(c"lock_held", lock_held, c"lock_held($module, /)\n--\n\nWhether the import lock is held."),
    fast::<PyObject>(c"_fix_co_filename", fix_co_filename, c"_fix_co_filename($module, code, path, /)\n--\n\nChanges a code object's file name."),
    fast_kw::<PyObject>(c"source_hash", source_hash, c"source_hash($module, /, key, source)\n--\n\nA source file's hash."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods("_imp", "The import system's way to the runtime.", METHODS)?;
    for name in ["get_frozen_object", "is_frozen_package", "source_hash"] {
        if let Some(function) = module.dict().get_text(name) {
            hotpy_vm::builtin_calls::mark_asking(&function);
        }
    }
    let check = config::with(|c| c.check_hash_based_pycs.clone());
    let check = if check.is_empty() { "default" } else { &check };
    module.add("check_hash_based_pycs", &*text(check)?)?;
    Ok(module)
}
