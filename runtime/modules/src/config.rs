//! What the command line and the environment decided: read by `sys`, the import system, `compile` and the launcher.

use std::cell::{Cell, RefCell};

/// The interpreter's settings, named as in CPython's `sys.flags` where they are flags.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub debug: i32,
    pub inspect: i32,
    pub interactive: i32,
    pub optimize: i32,
    pub dont_write_bytecode: bool,
    pub no_user_site: bool,
    pub no_site: bool,
    pub ignore_environment: bool,
    pub verbose: i32,
    pub bytes_warning: i32,
    pub quiet: bool,
    pub hash_randomization: bool,
    /// `None`: random.
    pub hash_seed: Option<u32>,
    pub isolated: bool,
    pub dev_mode: bool,
    pub utf8_mode: bool,
    pub warn_default_encoding: bool,
    pub safe_path: bool,
    /// `-X no_debug_ranges`: code objects without columns.
    pub no_debug_ranges: bool,
    /// `-X importtime`: each import's time goes to standard error.
    pub import_time: bool,
    /// `sys.path`, if a file beside the executable says it.
    pub search_path: Option<Vec<String>>,
    /// PYTHONMALLOCSTATS: tables of memory go to standard error, at each new arena and at the end.
    pub malloc_stats: bool,
    /// `-X tracemalloc`: frames per traceback, 0 for off.
    pub tracemalloc: usize,
    pub int_max_str_digits: i32,
    pub unbuffered: bool,
    pub warn_options: Vec<String>,
    pub x_options: Vec<(String, Option<String>)>,
    pub argv: Vec<Vec<u8>>,
    pub orig_argv: Vec<Vec<u8>>,
    pub check_hash_based_pycs: String,
    pub pycache_prefix: Option<String>,
    /// Where everything lies; see `home`.
    pub executable: String,
    pub prefix: String,
    pub exec_prefix: String,
    pub base_prefix: String,
    pub stdlib: String,
    /// The folder of a prefix that has the library (PYTHONPLATLIBDIR).
    pub platlibdir: String,
    pub patches: Option<String>,
    pub modules: Option<String>,
    pub stdio_encoding: Option<String>,
    pub stdio_errors: Option<String>,
    /// `-X refcounts`: `sys.gettotalrefcount` exists.
    pub refcounts: bool,
}

struct Store(RefCell<Config>);

// SAFETY: written by the launcher before the first thread; from then on under the GIL (U1).
unsafe impl Sync for Store {}

static CONFIG: Store = Store(RefCell::new(Config {
    debug: 0,
    inspect: 0,
    interactive: 0,
    optimize: 0,
    dont_write_bytecode: false,
    no_user_site: false,
    no_site: false,
    ignore_environment: false,
    verbose: 0,
    bytes_warning: 0,
    quiet: false,
    hash_randomization: true,
    hash_seed: None,
    isolated: false,
    dev_mode: false,
    utf8_mode: false,
    warn_default_encoding: false,
    safe_path: false,
    no_debug_ranges: false,
    import_time: false,
    search_path: None,
    malloc_stats: false,
    tracemalloc: 0,
    int_max_str_digits: -1,
    unbuffered: false,
    warn_options: Vec::new(),
    x_options: Vec::new(),
    argv: Vec::new(),
    orig_argv: Vec::new(),
    check_hash_based_pycs: String::new(),
    pycache_prefix: None,
    executable: String::new(),
    prefix: String::new(),
    exec_prefix: String::new(),
    base_prefix: String::new(),
    stdlib: String::new(),
    platlibdir: String::new(),
    patches: None,
    modules: None,
    stdio_encoding: None,
    stdio_errors: None,
    refcounts: false,
}));

/// Sets all at once. The launcher does, before `start::start`.
pub fn install(config: Config) {
    *CONFIG.0.borrow_mut() = config;
}

/// Reads settings.
pub fn with<R>(f: impl FnOnce(&Config) -> R) -> R {
    f(&CONFIG.0.borrow())
}

/// Whether a prompt follows the program, and a SystemExit does not end it (`-i`).
pub fn set_inspect(level: i32) {
    CONFIG.0.borrow_mut().inspect = level;
}

/// Tells what is being done, if `-v` was given so often.
pub fn tell(level: i32, what: impl FnOnce() -> String) {
    if with(|c| c.verbose) >= level {
        eprintln!("{}", what());
    }
}

/// The optimisation level (`-O`).
pub fn optimize() -> i32 {
    with(|c| c.optimize)
}

/// A plain cell that the GIL protects.
pub struct Protected<T>(Cell<T>);

// SAFETY: U1.
unsafe impl<T> Sync for Protected<T> {}

impl<T: Copy> Protected<T> {
    pub const fn new(value: T) -> Protected<T> {
        Protected(Cell::new(value))
    }
    pub fn get(&self) -> T {
        self.0.get()
    }
    pub fn set(&self, value: T) {
        self.0.set(value)
    }
}
