//! `initconfig.h`: `PyConfig` as something to read: the interpreter's own settings, copied, freed, shown as a dict.

use crate::support::*;
use hotpy_modules::{config, sys};
use std::mem::offset_of;

/// C: `PyWideStringList`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Wides {
    length: isize,
    items: *mut *mut libc::wchar_t,
}

type Wide = *mut libc::wchar_t;

/// C: `PyConfig`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyConfig {
    _config_init: c_int,
    isolated: c_int,
    use_environment: c_int,
    dev_mode: c_int,
    install_signal_handlers: c_int,
    use_hash_seed: c_int,
    hash_seed: c_ulong,
    faulthandler: c_int,
    tracemalloc: c_int,
    import_time: c_int,
    code_debug_ranges: c_int,
    show_ref_count: c_int,
    dump_refs: c_int,
    dump_refs_file: Wide,
    malloc_stats: c_int,
    filesystem_encoding: Wide,
    filesystem_errors: Wide,
    pycache_prefix: Wide,
    parse_argv: c_int,
    orig_argv: Wides,
    argv: Wides,
    xoptions: Wides,
    warnoptions: Wides,
    site_import: c_int,
    bytes_warning: c_int,
    warn_default_encoding: c_int,
    inspect: c_int,
    interactive: c_int,
    optimization_level: c_int,
    parser_debug: c_int,
    write_bytecode: c_int,
    verbose: c_int,
    quiet: c_int,
    user_site_directory: c_int,
    configure_c_stdio: c_int,
    buffered_stdio: c_int,
    stdio_encoding: Wide,
    stdio_errors: Wide,
    check_hash_pycs_mode: Wide,
    use_frozen_modules: c_int,
    safe_path: c_int,
    pathconfig_warnings: c_int,
    program_name: Wide,
    pythonpath_env: Wide,
    home: Wide,
    platlibdir: Wide,
    module_search_paths_set: c_int,
    module_search_paths: Wides,
    stdlib_dir: Wide,
    executable: Wide,
    base_executable: Wide,
    prefix: Wide,
    base_prefix: Wide,
    exec_prefix: Wide,
    base_exec_prefix: Wide,
    skip_source_first_line: c_int,
    run_command: Wide,
    run_module: Wide,
    run_filename: Wide,
    _install_importlib: c_int,
    _init_main: c_int,
    _isolated_interpreter: c_int,
    _is_python_build: c_int,
}

const _: () = assert!(size_of::<PyConfig>() == 424);

// SAFETY: U1.
unsafe impl Sync for PyConfig {}

/// What C code is shown as the interpreter's own: it asks only whether it is an isolated one, and of that nothing is set.
pub static EMPTY: PyConfig =
    // SAFETY: all fields are numbers and pointers.
    unsafe { std::mem::zeroed() };

/// C: `PyStatus`.
#[repr(C)]
pub struct PyStatus {
    kind: c_int,
    func: *const c_char,
    err_msg: *const c_char,
    exitcode: c_int,
}

const OK: PyStatus = PyStatus {
    kind: 0,
    func: ptr::null(),
    err_msg: ptr::null(),
    exitcode: 0,
};

#[derive(Clone, Copy)]
enum Kind {
    Int,
    Long,
    Text,
    List,
}

macro_rules! fields {
    ($($name:ident $kind:ident)*) => {
        [$((stringify!($name), offset_of!(PyConfig, $name), Kind::$kind)),*]
    };
}

/// All fields, in the order of the dict.
const FIELDS: [(&str, usize, Kind); 62] = fields! {
    _config_init Int isolated Int use_environment Int dev_mode Int install_signal_handlers Int use_hash_seed Int hash_seed Long
    faulthandler Int tracemalloc Int import_time Int code_debug_ranges Int show_ref_count Int dump_refs Int malloc_stats Int
    filesystem_encoding Text filesystem_errors Text pycache_prefix Text program_name Text parse_argv Int argv List xoptions List
    warnoptions List pythonpath_env Text home Text module_search_paths_set Int module_search_paths List stdlib_dir Text
    executable Text base_executable Text prefix Text base_prefix Text exec_prefix Text base_exec_prefix Text platlibdir Text
    site_import Int bytes_warning Int warn_default_encoding Int inspect Int interactive Int optimization_level Int
    parser_debug Int write_bytecode Int verbose Int quiet Int user_site_directory Int configure_c_stdio Int buffered_stdio Int
    stdio_encoding Text stdio_errors Text skip_source_first_line Int run_command Text run_module Text run_filename Text
    _install_importlib Int check_hash_pycs_mode Text pathconfig_warnings Int _init_main Int _isolated_interpreter Int
    orig_argv List use_frozen_modules Int safe_path Int _is_python_build Int
};

fn wide(text: &str) -> Wide {
    let block =
        crate::memory::PyMem_RawMalloc((text.chars().count() + 1) * size_of::<libc::wchar_t>());
    let block = block.cast::<u32>();
    if !block.is_null() {
        for (i, c) in text.chars().map(|c| c as u32).chain([0]).enumerate() {
            // SAFETY: there is room for the characters and the end.
            unsafe { block.add(i).write(c) };
        }
    }
    block.cast()
}

fn wide_opt(text: Option<&str>) -> Wide {
    text.map_or(ptr::null_mut(), wide)
}

fn wides(texts: &[String]) -> Wides {
    let items =
        crate::memory::PyMem_RawMalloc(texts.len().max(1) * size_of::<Wide>()).cast::<Wide>();
    if items.is_null() {
        return Wides {
            length: 0,
            items: ptr::null_mut(),
        };
    }
    for (i, text) in texts.iter().enumerate() {
        // SAFETY: there is room for so many.
        unsafe { items.add(i).write(wide(text)) };
    }
    Wides {
        length: texts.len() as isize,
        items,
    }
}

fn text(wide: Wide) -> PyResult {
    if wide.is_null() {
        return Ok(singletons::none());
    }
    Ok(crate::unicode::PyUnicode_FromWideChar(wide, -1)?.into_object())
}

fn list(wides: Wides) -> PyResult {
    let items: PyResult<Vec<Ref>> = (0..wides.length as usize)
        // SAFETY: a list has so many items.
        .map(|i| text(unsafe { *wides.items.add(i) }))
        .collect();
    Ok(hotpy_objects::list::from_owned(items?)?.into_object())
}

/// A config that says what a kind of interpreter starts with.
fn preset(config: *mut PyConfig, init: c_int, isolated: bool) {
    // SAFETY: C1; all fields are numbers and pointers.
    let config = unsafe {
        *config = std::mem::zeroed();
        &mut *config
    };
    config._config_init = init;
    config.isolated = c_int::from(isolated);
    config.use_environment = c_int::from(!isolated);
    config.user_site_directory = c_int::from(!isolated);
    config.safe_path = c_int::from(isolated);
    config.install_signal_handlers = c_int::from(!isolated);
    config.configure_c_stdio = c_int::from(init == 2);
    config.parse_argv = c_int::from(init == 2);
    config.pathconfig_warnings = c_int::from(!isolated);
    config.dev_mode = if isolated { 0 } else { -1 };
    for field in [
        &mut config.use_hash_seed,
        &mut config.faulthandler,
        &mut config.tracemalloc,
        &mut config.import_time,
        &mut config.use_frozen_modules,
    ] {
        *field = if isolated { 0 } else { -1 };
    }
    config.code_debug_ranges = 1;
    config.site_import = 1;
    config.write_bytecode = 1;
    config.buffered_stdio = 1;
    config._install_importlib = 1;
    config._init_main = 1;
}

/// The interpreter's own settings.
fn own() -> PyConfig {
    // SAFETY: all fields are numbers and pointers.
    let mut to: PyConfig = unsafe { std::mem::zeroed() };
    let paths = sys::get("path").and_then(|p| {
        p.downcast::<PyListObject>()
            .map(|l| l.items().iter().map(|o| o.to_ref()).collect::<Vec<_>>())
    });
    let paths: Vec<String> = paths
        .unwrap_or_default()
        .iter()
        .filter_map(|p| p.downcast::<Str>().map(Str::to_string_lossy))
        .collect();
    let bytes = |list: &[Vec<u8>]| -> Vec<String> {
        let texts = list.iter().map(|a| String::from_utf8_lossy(a).into_owned());
        texts.collect()
    };
    config::with(|c| {
        let x = |name: &str| c.x_options.iter().rev().find(|(n, _)| n == name);
        let on = |yes: bool| c_int::from(yes);
        to._config_init = 2;
        to.isolated = on(c.isolated);
        to.use_environment = on(!c.ignore_environment);
        to.dev_mode = on(c.dev_mode);
        to.install_signal_handlers = 1;
        to.faulthandler = on(c.dev_mode || x("faulthandler").is_some());
        to.tracemalloc = c.tracemalloc as c_int;
        to.import_time = on(x("importtime").is_some());
        to.code_debug_ranges = on(!c.no_debug_ranges);
        to.filesystem_encoding = wide("utf-8");
        to.filesystem_errors = wide("surrogateescape");
        to.pycache_prefix = wide_opt(c.pycache_prefix.as_deref());
        to.parse_argv = 2;
        to.orig_argv = wides(&bytes(&c.orig_argv));
        to.argv = wides(&bytes(&c.argv));
        let x_options: Vec<String> = (c.x_options.iter())
            .map(|(name, value)| match value {
                Some(value) => format!("{name}={value}"),
                None => name.clone(),
            })
            .collect();
        to.xoptions = wides(&x_options);
        to.warnoptions = wides(&c.warn_options);
        to.site_import = on(!c.no_site);
        to.bytes_warning = c.bytes_warning;
        to.warn_default_encoding = on(c.warn_default_encoding);
        to.inspect = c.inspect;
        to.interactive = c.interactive;
        to.optimization_level = c.optimize;
        to.parser_debug = c.debug;
        to.write_bytecode = on(!c.dont_write_bytecode);
        to.verbose = c.verbose;
        to.quiet = on(c.quiet);
        to.user_site_directory = on(!c.no_user_site);
        to.configure_c_stdio = 1;
        to.buffered_stdio = on(!c.unbuffered);
        to.stdio_encoding = wide(c.stdio_encoding.as_deref().unwrap_or("utf-8"));
        to.stdio_errors = wide(c.stdio_errors.as_deref().unwrap_or("strict"));
        to.check_hash_pycs_mode = wide(&c.check_hash_based_pycs);
        to.use_frozen_modules = 1;
        to.safe_path = on(c.safe_path);
        to.pathconfig_warnings = 1;
        to.program_name = wide(&c.executable);
        to.platlibdir = wide("lib");
        to.module_search_paths_set = 1;
        to.module_search_paths = wides(&paths);
        to.stdlib_dir = wide(&c.stdlib);
        to.executable = wide(&c.executable);
        to.base_executable = wide(&c.executable);
        to.prefix = wide(&c.prefix);
        to.base_prefix = wide(&c.base_prefix);
        to.exec_prefix = wide(&c.exec_prefix);
        to.base_exec_prefix = wide(&c.exec_prefix);
        to._install_importlib = 1;
        to._init_main = 1;
    });
    to
}

/// A field at an offset of a config.
fn field<T>(config: *mut PyConfig, offset: usize) -> *mut T {
    config.cast::<u8>().wrapping_add(offset).cast()
}

export! {
    fn PyConfig_InitPythonConfig(config: *mut PyConfig) { preset(config, 2, false) }
    fn PyConfig_InitIsolatedConfig(config: *mut PyConfig) { preset(config, 3, true) }
    fn _PyConfig_InitCompatConfig(config: *mut PyConfig) { preset(config, 1, false) }
    fn PyConfig_Clear(config: *mut PyConfig) {
        for (_, offset, kind) in FIELDS.iter().copied().chain([("", offset_of!(PyConfig, dump_refs_file), Kind::Text)]) {
            // SAFETY: C1; texts and lists of a config are its own, from the raw allocator.
            unsafe {
                match kind {
                    Kind::Text => crate::memory::PyMem_RawFree(ptr::replace(field::<Wide>(config, offset), ptr::null_mut()).cast()),
                    Kind::List => {
                        let none = Wides { length: 0, items: ptr::null_mut() };
                        let list = ptr::replace(field::<Wides>(config, offset), none);
                        (0..list.length as usize).for_each(|i| crate::memory::PyMem_RawFree((*list.items.add(i)).cast()));
                        crate::memory::PyMem_RawFree(list.items.cast());
                    }
                    Kind::Int | Kind::Long => {}
                }
            }
        }
    }
    fn _PyInterpreterState_GetConfigCopy(config: *mut PyConfig) -> c_int {
        PyConfig_Clear(config);
        // SAFETY: C1.
        unsafe { *config = own() };
        0
    }
    fn _PyConfig_AsDict(config: *mut PyConfig) -> PyResult<Ref<PyDictObject>> {
        let all = dict::new()?;
        for (name, offset, kind) in FIELDS {
            // SAFETY: C1; the field is of that kind.
            let value = unsafe {
                match kind {
                    Kind::Int => int::from_i64(i64::from(*field::<c_int>(config, offset)))?.into_object(),
                    Kind::Long => int::from_u64(*field::<c_ulong>(config, offset))?.into_object(),
                    Kind::Text => text(*field::<Wide>(config, offset))?,
                    Kind::List => list(*field::<Wides>(config, offset))?,
                }
            };
            all.set_text(name, &value)?;
        }
        Ok(all)
    }
    fn PyStatus_Ok() -> PyStatus { OK }
    fn PyStatus_Error(message: *const c_char) -> PyStatus { PyStatus { kind: 1, err_msg: message, ..OK } }
    fn PyStatus_NoMemory() -> PyStatus { PyStatus_Error(c"memory allocation failed".as_ptr()) }
    fn PyStatus_Exit(exitcode: c_int) -> PyStatus { PyStatus { kind: 2, exitcode, ..OK } }
    fn PyStatus_Exception(status: PyStatus) -> c_int { c_int::from(status.kind != 0) }
    fn PyStatus_IsError(status: PyStatus) -> c_int { c_int::from(status.kind == 1) }
    fn PyStatus_IsExit(status: PyStatus) -> c_int { c_int::from(status.kind == 2) }
}
