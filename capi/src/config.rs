//! `initconfig.h`: `PyConfig`, filled by an embedder or from the interpreter's own settings, copied, freed, shown as a dict. What an embedder
//! asks for becomes a command line, so that it means what the same options mean.

use crate::support::*;
use hotpy_modules::{allocators, config, sys};
use std::mem::offset_of;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// C: `PyWideStringList`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Wides {
    length: isize,
    items: *mut *mut libc::wchar_t,
}

impl Wides {
    /// # Safety
    /// A list that was initialised.
    pub unsafe fn items<'a>(&self) -> &'a [*mut libc::wchar_t] {
        match self.items.is_null() {
            true => &[],
            // SAFETY: the list owns so many.
            false => unsafe { std::slice::from_raw_parts(self.items, self.length as usize) },
        }
    }
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

/// A copy of a wide string, which may be null.
pub(crate) fn copied(text: *const libc::wchar_t) -> Wide {
    if text.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: a wide string (C1), and room for as much.
    unsafe {
        let size = (libc::wcslen(text) + 1) * size_of::<libc::wchar_t>();
        let block = crate::memory::PyMem_RawMalloc(size).cast::<libc::wchar_t>();
        if !block.is_null() {
            ptr::copy_nonoverlapping(text.cast::<u8>(), block.cast::<u8>(), size);
        }
        block
    }
}

/// A wide string of bytes; those that are no UTF-8 are escaped as lone surrogates.
fn decoded(text: *const c_char) -> Wide {
    if text.is_null() {
        return ptr::null_mut();
    }
    let mut characters: Vec<u32> = Vec::new();
    for chunk in bytes_of(text).utf8_chunks() {
        characters.extend(chunk.valid().chars().map(|c| c as u32));
        characters.extend(chunk.invalid().iter().map(|&b| 0xdc00 + u32::from(b)));
    }
    characters.push(0);
    copied(characters.as_ptr().cast())
}

/// The bytes that a wide string stands for: the counterpart of [`decoded`].
pub fn narrow(text: *const libc::wchar_t) -> Vec<u8> {
    if text.is_null() {
        return Vec::new();
    }
    // SAFETY: a wide string (C1).
    let wide = unsafe { std::slice::from_raw_parts(text.cast::<u32>(), libc::wcslen(text)) };
    let mut out = Vec::with_capacity(wide.len());
    for &c in wide {
        match char::from_u32(c) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.push((c & 0xff) as u8),
        }
    }
    out
}

/// Puts a text into a field.
fn replaced(place: *mut Wide, text: Wide) -> PyStatus {
    // SAFETY: a field of a config (C1), which owns its text.
    unsafe { crate::memory::PyMem_RawFree(ptr::replace(place, text).cast()) };
    OK
}

/// Puts a text into a list at a place, the end for one beyond it.
pub(crate) fn inserted(list: *mut Wides, at: isize, text: Wide) -> PyStatus {
    if at < 0 {
        return PyStatus_Error(c"PyWideStringList_Insert index must be >= 0".as_ptr());
    }
    // SAFETY: C1: the list owns its items, which lie in a block of the raw allocator.
    unsafe {
        let length = (*list).length as usize;
        let size = (length + 1) * size_of::<Wide>();
        let items = crate::memory::PyMem_RawRealloc((*list).items.cast(), size).cast::<Wide>();
        if items.is_null() || text.is_null() {
            return PyStatus_NoMemory();
        }
        let at = (at as usize).min(length);
        ptr::copy(items.add(at), items.add(at + 1), length - at);
        items.add(at).write(text);
        (*list).items = items;
        (*list).length += 1;
    }
    OK
}

/// Makes a list of other texts.
pub(crate) fn filled(list: *mut Wides, texts: impl Iterator<Item = Wide>) -> PyStatus {
    // SAFETY: as above.
    unsafe {
        let old = ptr::replace(
            list,
            Wides {
                length: 0,
                items: ptr::null_mut(),
            },
        );
        (0..old.length as usize)
            .for_each(|i| crate::memory::PyMem_RawFree((*old.items.add(i)).cast()));
        crate::memory::PyMem_RawFree(old.items.cast());
    }
    for text in texts {
        let status = inserted(list, isize::MAX, text);
        if status.kind != 0 {
            return status;
        }
    }
    OK
}

/// C: `PyPreConfig`.
#[repr(C)]
pub struct PyPreConfig {
    _config_init: c_int,
    parse_argv: c_int,
    isolated: c_int,
    use_environment: c_int,
    configure_locale: c_int,
    coerce_c_locale: c_int,
    coerce_c_locale_warn: c_int,
    utf8_mode: c_int,
    dev_mode: c_int,
    allocator: c_int,
}

/// What an embedder asks for.
pub struct Wanted {
    /// The command line that says it.
    pub argv: Vec<Vec<u8>>,
    /// `sys.argv`, if that is not what the command line makes of it.
    pub sys_argv: Option<Vec<Vec<u8>>>,
    pub home: Option<Vec<u8>>,
    /// `sys.path`, if that is given.
    pub path: Option<Vec<Vec<u8>>>,
}

impl Wides {
    fn all(&self) -> Vec<Vec<u8>> {
        let items = 0..self.length.max(0) as usize;
        // SAFETY: a list has so many items.
        items
            .map(|i| narrow(unsafe { *self.items.add(i) }))
            .collect()
    }
}

impl PyConfig {
    pub fn wanted(&self) -> Wanted {
        let given = self.argv.all();
        let name = if self.program_name.is_null() {
            given
                .first()
                .cloned()
                .unwrap_or_else(|| b"python3".to_vec())
        } else {
            narrow(self.program_name)
        };
        let mut argv = vec![name];
        argv.extend(BEFORE.options(Some(self)));
        let mut flag = |on: bool, letter: &str| {
            if on {
                argv.push(letter.as_bytes().to_vec());
            }
        };
        flag(self.isolated > 0, "-I");
        flag(self.use_environment == 0, "-E");
        flag(self.site_import == 0, "-S");
        flag(self.user_site_directory == 0, "-s");
        flag(self.safe_path > 0, "-P");
        flag(self.write_bytecode == 0, "-B");
        flag(self.buffered_stdio == 0, "-u");
        flag(self.quiet > 0, "-q");
        flag(self.inspect > 0, "-i");
        flag(self.skip_source_first_line > 0, "-x");
        flag(self.dev_mode > 0, "-Xdev");
        for (count, letter) in [
            (self.verbose, "-v"),
            (self.optimization_level, "-O"),
            (self.bytes_warning, "-b"),
            (self.parser_debug, "-d"),
        ] {
            (0..count.min(9)).for_each(|_| flag(true, letter));
        }
        for (letter, list) in [("-X", &self.xoptions), ("-W", &self.warnoptions)] {
            for option in list.all() {
                argv.push(letter.as_bytes().to_vec());
                argv.push(option);
            }
        }
        let sys_argv = if self.parse_argv == 1 {
            argv.extend(given.into_iter().skip(1));
            None
        } else {
            for (option, text) in [
                (Some("-c"), self.run_command),
                (Some("-m"), self.run_module),
                (None, self.run_filename),
            ] {
                if !text.is_null() {
                    argv.extend(option.map(|o| o.as_bytes().to_vec()));
                    argv.push(narrow(text));
                    break;
                }
            }
            Some(if given.is_empty() {
                vec![Vec::new()]
            } else {
                given
            })
        };
        Wanted {
            argv,
            sys_argv,
            home: (!self.home.is_null()).then(|| narrow(self.home)),
            path: (self.module_search_paths_set > 0).then(|| self.module_search_paths.all()),
        }
    }
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
    let paths = sys::get("path").and_then(|p| {
        p.downcast::<PyListObject>()
            .map(|l| l.items().iter().map(|o| o.to_ref()).collect::<Vec<_>>())
    });
    let paths: Vec<String> = paths
        .unwrap_or_default()
        .iter()
        .filter_map(|p| p.downcast::<Str>().map(Str::to_string_lossy))
        .collect();
    config::with(|c| said(c, &paths))
}

/// What settings say.
fn said(c: &config::Config, paths: &[String]) -> PyConfig {
    // SAFETY: all fields are numbers and pointers.
    let mut to: PyConfig = unsafe { std::mem::zeroed() };
    let bytes = |list: &[Vec<u8>]| -> Vec<String> {
        let texts = list.iter().map(|a| String::from_utf8_lossy(a).into_owned());
        texts.collect()
    };
    {
        let x = |name: &str| c.x_options.iter().rev().find(|(n, _)| n == name);
        let on = |yes: bool| c_int::from(yes);
        to._config_init = 2;
        to.isolated = on(c.isolated);
        to.use_environment = on(!c.ignore_environment);
        to.dev_mode = on(c.dev_mode);
        to.install_signal_handlers = 1;
        to.use_hash_seed = on(c.hash_seed.is_some());
        to.hash_seed = c.hash_seed.unwrap_or(0).into();
        to.faulthandler = on(c.dev_mode || x("faulthandler").is_some());
        to.tracemalloc = c.tracemalloc as c_int;
        to.import_time = on(c.import_time);
        to.malloc_stats = on(c.malloc_stats);
        to.code_debug_ranges = on(!c.no_debug_ranges);
        to.filesystem_encoding = wide(
            str_::codecs::file_system_encoding()
                .to_str()
                .unwrap_or("utf-8"),
        );
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
        to.module_search_paths = wides(paths);
        to.stdlib_dir = wide(&c.stdlib);
        to.executable = wide(&c.executable);
        to.base_executable = wide(&c.executable);
        to.prefix = wide(&c.prefix);
        to.base_prefix = wide(&c.base_prefix);
        to.exec_prefix = wide(&c.exec_prefix);
        to.base_exec_prefix = wide(&c.exec_prefix);
        to._install_importlib = 1;
        to._init_main = 1;
    }
    to
}

/// What `Py_PreInitialize` was told; the least value means that it was not.
pub struct Before {
    utf8_mode: AtomicI32,
    isolated: AtomicI32,
    use_environment: AtomicI32,
    dev_mode: AtomicI32,
}

pub static BEFORE: Before = Before {
    utf8_mode: AtomicI32::new(-1),
    isolated: AtomicI32::new(-1),
    use_environment: AtomicI32::new(-1),
    dev_mode: AtomicI32::new(-1),
};

impl Before {
    /// The options that say the same, where a config does not say it itself.
    pub fn options(&self, config: Option<&PyConfig>) -> Vec<Vec<u8>> {
        let open = |own: fn(&PyConfig) -> c_int| config.is_none_or(|c| own(c) < 0);
        let mut all = Vec::new();
        let mut add = |on: bool, option: &str| {
            if on {
                all.push(option.as_bytes().to_vec());
            }
        };
        let isolated = self.isolated.load(Relaxed) > 0;
        add(isolated && open(|c| c.isolated), "-I");
        let alone = self.use_environment.load(Relaxed) == 0;
        add(alone && open(|c| c.use_environment), "-E");
        let is_dev = self.dev_mode.load(Relaxed) > 0;
        add(is_dev && open(|c| c.dev_mode), "-Xdev");
        all
    }

    /// And what no option says.
    pub fn adjust(&self, settings: &mut config::Config) {
        let utf8 = self.utf8_mode.load(Relaxed);
        if utf8 >= 0 {
            settings.utf8_mode = utf8 > 0;
        }
    }

    fn tell(&self, config: &PyPreConfig, argv: &[Vec<u8>]) -> PyStatus {
        for (field, value) in [
            (&self.utf8_mode, config.utf8_mode),
            (&self.isolated, config.isolated),
            (&self.use_environment, config.use_environment),
            (&self.dev_mode, config.dev_mode),
        ] {
            field.store(value, Relaxed);
        }
        if let Some(name) = allocators::Name::from_number(config.allocator) {
            allocators::choose(name);
        }
        if config.parse_argv > 0 {
            self.read(argv);
        }
        OK
    }

    /// The options before the program that are about the process.
    fn read(&self, argv: &[Vec<u8>]) {
        let mut args = argv.iter().skip(1);
        while let Some(arg) = args.next() {
            let Some(letters) = arg.strip_prefix(b"-").filter(|l| !l.is_empty()) else {
                return;
            };
            for (at, letter) in letters.iter().enumerate() {
                let rest = &letters[at + 1..];
                let mut value = || match rest.is_empty() {
                    true => args.next().cloned().unwrap_or_default(),
                    false => rest.to_vec(),
                };
                match letter {
                    b'I' => self.isolated.store(1, Relaxed),
                    b'E' => self.use_environment.store(0, Relaxed),
                    b'X' => match &value()[..] {
                        b"utf8" | b"utf8=1" => self.utf8_mode.store(1, Relaxed),
                        b"utf8=0" => self.utf8_mode.store(0, Relaxed),
                        b"dev" => self.dev_mode.store(1, Relaxed),
                        _ => {}
                    },
                    b'W' => drop(value()),
                    b'c' | b'm' | b'-' => return,
                    _ => continue,
                }
                if matches!(letter, b'X' | b'W') {
                    break;
                }
            }
        }
    }
}

impl PyConfig {
    /// What no command line says of it.
    pub fn adjust(&self, settings: &mut config::Config) {
        let text = |wide: Wide| {
            (!wide.is_null()).then(|| String::from_utf8_lossy(&narrow(wide)).into_owned())
        };
        for (to, from) in [
            (&mut settings.stdio_encoding, self.stdio_encoding),
            (&mut settings.stdio_errors, self.stdio_errors),
            (&mut settings.pycache_prefix, self.pycache_prefix),
        ] {
            if let Some(wanted) = text(from) {
                *to = Some(wanted);
            }
        }
        for (to, from) in [
            (&mut settings.executable, self.executable),
            (&mut settings.prefix, self.prefix),
            (&mut settings.base_prefix, self.base_prefix),
            (&mut settings.exec_prefix, self.exec_prefix),
        ] {
            if let Some(wanted) = text(from) {
                *to = wanted;
            }
        }
        if self.use_hash_seed >= 0 {
            let seed = self.hash_seed as u32;
            settings.hash_seed = (self.use_hash_seed > 0).then_some(seed);
            settings.hash_randomization = settings.hash_seed != Some(0);
        }
        if let Some(mode) = text(self.check_hash_pycs_mode) {
            settings.check_hash_based_pycs = mode;
        }
        if self.tracemalloc >= 0 {
            settings.tracemalloc = self.tracemalloc as usize;
        }
        settings.import_time |= self.import_time > 0;
        settings.malloc_stats |= self.malloc_stats > 0;
        settings.warn_default_encoding |= self.warn_default_encoding > 0;
        settings.no_debug_ranges |= self.code_debug_ranges == 0;
    }

    /// Takes over what settings say where nothing was asked for, and that the command line has been read: `option` is what it has run.
    pub fn complete(&mut self, settings: &config::Config, paths: &[String], option: Ran<'_>) {
        let read = said(settings, paths);
        let from_line = self.parse_argv == 1;
        if self.use_hash_seed < 0 {
            self.hash_seed = read.hash_seed;
        }
        let to: *mut PyConfig = self;
        for (name, offset, kind) in FIELDS {
            let from = (&raw const read).cast_mut();
            // SAFETY: fields of that kind of two configs; what is not taken over is freed.
            unsafe {
                match kind {
                    Kind::Int => {
                        let (to, from) = (field::<c_int>(to, offset), field::<c_int>(from, offset));
                        // Counts and switches of the command line.
                        if *to < 0 || from_line && !KEPT.contains(&name) {
                            *to = *from;
                        }
                    }
                    Kind::Long => {}
                    Kind::Text => {
                        let (to, from) = (field::<Wide>(to, offset), field::<Wide>(from, offset));
                        if (*to).is_null() && !PLACES.contains(&name) {
                            ptr::swap(to, from);
                        }
                        crate::memory::PyMem_RawFree((*from).cast());
                    }
                    Kind::List => {
                        let (to, from) = (field::<Wides>(to, offset), field::<Wides>(from, offset));
                        let keeps = match name {
                            "module_search_paths" => true,
                            "argv" | "xoptions" | "warnoptions" => !from_line && (*to).length > 0,
                            _ => (*to).length > 0,
                        };
                        if !keeps {
                            ptr::swap(to, from);
                        }
                        filled(from, std::iter::empty());
                    }
                }
            }
        }
        let place = match option {
            Ran::Command(_) => &raw mut self.run_command,
            Ran::Module(_) => &raw mut self.run_module,
            Ran::File(_) => &raw mut self.run_filename,
            Ran::Nothing => {
                self.parse_argv = 2;
                return;
            }
        };
        let (Ran::Command(text) | Ran::Module(text) | Ran::File(text)) = option else {
            return;
        };
        // SAFETY: a field of this config.
        if unsafe { (*place).is_null() } {
            replaced(place, wide(text));
        }
        self.parse_argv = 2;
    }
}

/// Where things are is found out when the interpreter starts.
const PLACES: [&str; 7] = [
    "prefix",
    "base_prefix",
    "exec_prefix",
    "base_exec_prefix",
    "executable",
    "base_executable",
    "stdlib_dir",
];

/// Numbers that settings do not tell.
const KEPT: [&str; 8] = [
    "_config_init",
    "parse_argv",
    "install_signal_handlers",
    "use_hash_seed",
    "module_search_paths_set",
    "pathconfig_warnings",
    "_install_importlib",
    "_init_main",
];

/// What a command line has run.
#[derive(Clone, Copy)]
pub enum Ran<'a> {
    Command(&'a str),
    Module(&'a str),
    File(&'a str),
    Nothing,
}

/// A field at an offset of a config.
fn field<T>(config: *mut PyConfig, offset: usize) -> *mut T {
    config.cast::<u8>().wrapping_add(offset).cast()
}

/// A config of the process before there is an interpreter: `init` says which kind.
fn preset_process(config: *mut PyPreConfig, init: c_int, isolated: bool) {
    let open = if isolated { 0 } else { -1 };
    let python = c_int::from(init == 2);
    // SAFETY: C1.
    unsafe {
        *config = PyPreConfig {
            _config_init: init,
            parse_argv: python,
            isolated: if init == 1 { -1 } else { c_int::from(isolated) },
            use_environment: if init == 1 {
                -1
            } else {
                c_int::from(!isolated)
            },
            configure_locale: c_int::from(!isolated),
            coerce_c_locale: if init == 2 { -1 } else { 0 },
            coerce_c_locale_warn: if init == 2 { -1 } else { 0 },
            utf8_mode: if init == 2 { -1 } else { 0 },
            dev_mode: open,
            allocator: 0,
        };
    }
}

export! {
    fn PyConfig_SetString(_config: *mut PyConfig, place: *mut Wide, text: *const libc::wchar_t) -> PyStatus { replaced(place, copied(text)) }
    fn PyConfig_SetBytesString(_config: *mut PyConfig, place: *mut Wide, text: *const c_char) -> PyStatus { replaced(place, decoded(text)) }
    fn PyConfig_SetWideStringList(_config: *mut PyConfig, list: *mut Wides, count: isize, texts: *const *const libc::wchar_t) -> PyStatus {
        // SAFETY: so many wide strings (C1).
        filled(list, (0..count.max(0) as usize).map(|i| copied(unsafe { *texts.add(i) })))
    }
    fn PyConfig_SetArgv(config: *mut PyConfig, count: isize, argv: *const *const libc::wchar_t) -> PyStatus {
        // SAFETY: C1.
        PyConfig_SetWideStringList(config, unsafe { &raw mut (*config).argv }, count, argv)
    }
    fn PyConfig_SetBytesArgv(config: *mut PyConfig, count: isize, argv: *const *const c_char) -> PyStatus {
        // SAFETY: C1: so many C strings.
        unsafe { filled(&raw mut (*config).argv, (0..count.max(0) as usize).map(|i| decoded(*argv.add(i)))) }
    }
    fn PyWideStringList_Append(list: *mut Wides, text: *const libc::wchar_t) -> PyStatus { inserted(list, isize::MAX, copied(text)) }
    fn PyWideStringList_Insert(list: *mut Wides, at: isize, text: *const libc::wchar_t) -> PyStatus { inserted(list, at, copied(text)) }
    fn PyPreConfig_InitPythonConfig(config: *mut PyPreConfig) { preset_process(config, 2, false) }
    fn PyPreConfig_InitIsolatedConfig(config: *mut PyPreConfig) { preset_process(config, 3, true) }
    fn _PyPreConfig_InitCompatConfig(config: *mut PyPreConfig) { preset_process(config, 1, false) }
    fn Py_PreInitialize(config: &PyPreConfig) -> PyStatus { BEFORE.tell(config, &[]) }
    fn Py_PreInitializeFromArgs(config: &PyPreConfig, count: isize, argv: *const *const libc::wchar_t) -> PyStatus {
        // SAFETY: so many wide strings (C1).
        let argv: Vec<_> = (0..count.max(0) as usize).map(|i| narrow(unsafe { *argv.add(i) })).collect();
        BEFORE.tell(config, &argv)
    }
    fn Py_PreInitializeFromBytesArgs(config: &PyPreConfig, count: isize, argv: *const *const c_char) -> PyStatus {
        // SAFETY: so many C strings (C1).
        let argv: Vec<_> = (0..count.max(0) as usize).map(|i| bytes_of(unsafe { *argv.add(i) }).to_vec()).collect();
        BEFORE.tell(config, &argv)
    }
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
