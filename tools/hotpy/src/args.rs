//! The command line and the environment, as CPython 3.11 reads them. (`clap` knows neither its order nor its texts.)

use crate::usage;
use hotpy_modules::allocators::Name;
use hotpy_modules::config::Config;
use hotpy_modules::run::Program;
use hotpy_modules::sys;
use hotpy_objects::tracemalloc::MAX_FRAMES;
use std::os::unix::ffi::OsStringExt;

/// Everything that was asked for.
pub struct Parsed {
    pub config: Config,
    pub program: Program,
    pub skip_first_line: bool,
    pub system_malloc: bool,
    pub allocator: Name,
    pub surrogates_always: bool,
    pub surrogates_shown: bool,
}

/// Reports a wrong command line; the exit status.
fn refuse(name: &str, complaint: &str) -> i32 {
    eprintln!("{complaint}\n{}", usage::complaint(name));
    2
}

/// A setting that keeps the interpreter from starting.
fn fatal(what: &str) -> i32 {
    eprintln!("Fatal Python error: {what}\nPython runtime state: preinitialized\n");
    1
}

/// A setting that is wrong before anything else is looked at.
fn fatal_at_once(what: &str) -> i32 {
    eprintln!("Fatal Python error: {what}\nPython runtime state: preinitializing\n");
    1
}

/// Options that take an argument.
const WITH_ARGUMENT: &[u8] = b"cmWX";
const KNOWN: &[u8] = b"?bBcdEhiIJm0OPqRsStuvVW:xX";

/// Reads the command line. `Err` is the exit status where nothing is to be run.
pub fn parse(argv: &[Vec<u8>], name: &str) -> Result<Parsed, i32> {
    let mut c = Config {
        hash_randomization: true,
        int_max_str_digits: -1,
        orig_argv: argv.to_vec(),
        check_hash_based_pycs: "default".to_owned(),
        ..Config::default()
    };
    let mut program = None;
    let mut skip_first_line = false;
    let mut random_hashes = false;
    let (mut version, mut help, mut help_env, mut help_x) = (0, false, false, false);
    let mut warn_options: Vec<String> = Vec::new();
    let mut at = 1;
    let lossy = |raw: &[u8]| String::from_utf8_lossy(raw).into_owned();
    'arguments: while at < argv.len() {
        let argument = &argv[at];
        if argument.first() != Some(&b'-') || argument.len() == 1 {
            break;
        }
        at += 1;
        if argument == b"--" {
            break;
        }
        if let Some(long) = argument.strip_prefix(b"--") {
            match long {
                b"help" => help = true,
                b"version" => version += 1,
                b"help-env" => help_env = true,
                b"help-xoptions" => help_x = true,
                b"help-all" => (help, help_env, help_x) = (true, true, true),
                b"check-hash-based-pycs" => {
                    let Some(value) = argv.get(at) else {
                        return Err(refuse(
                            name,
                            "Argument expected for the --check-hash-based-pycs options",
                        ));
                    };
                    at += 1;
                    c.check_hash_based_pycs = lossy(value);
                    if !["always", "default", "never"].contains(&c.check_hash_based_pycs.as_str()) {
                        return Err(refuse(
                            name,
                            "--check-hash-based-pycs must be one of 'default', 'always', or 'never'",
                        ));
                    }
                }
                _ => return Err(refuse(name, &format!("unknown option --{}", lossy(long)))),
            }
            continue;
        }
        let mut i = 1;
        while i < argument.len() {
            let option = argument[i];
            i += 1;
            if !KNOWN.contains(&option) || option == b':' {
                return Err(refuse(
                    name,
                    &format!("Unknown option: -{}", option as char),
                ));
            }
            if WITH_ARGUMENT.contains(&option) {
                let value = if i < argument.len() {
                    argument[i..].to_vec()
                } else {
                    match argv.get(at) {
                        Some(value) => {
                            at += 1;
                            value.clone()
                        }
                        None => {
                            return Err(refuse(
                                name,
                                &format!("Argument expected for the -{} option", option as char),
                            ));
                        }
                    }
                };
                match option {
                    b'c' => {
                        program = Some(Program::Command(value));
                        break 'arguments;
                    }
                    b'm' => {
                        program = Some(Program::Module(lossy(&value)));
                        break 'arguments;
                    }
                    b'W' => warn_options.push(lossy(&value)),
                    _ => {
                        let text = lossy(&value);
                        c.x_options.push(match text.split_once('=') {
                            Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                            None => (text, None),
                        });
                    }
                }
                continue 'arguments;
            }
            match option {
                b'b' => c.bytes_warning += 1,
                b'B' => c.dont_write_bytecode = true,
                b'd' => c.debug += 1,
                b'E' => c.ignore_environment = true,
                b'h' | b'?' => help = true,
                b'i' => {
                    c.inspect += 1;
                    c.interactive += 1;
                }
                b'I' => {
                    c.isolated = true;
                    c.ignore_environment = true;
                    c.no_user_site = true;
                    c.safe_path = true;
                }
                b'O' => c.optimize += 1,
                b'P' => c.safe_path = true,
                b'q' => c.quiet = true,
                b'R' => random_hashes = true,
                b's' => c.no_user_site = true,
                b'S' => c.no_site = true,
                b'u' => c.unbuffered = true,
                b'v' => c.verbose += 1,
                b'V' => version += 1,
                b'x' => skip_first_line = true,
                _ => {}
            }
        }
    }
    if help || help_env || help_x {
        if help {
            println!("{}\n{}", usage::usage_line(name), usage::OPTIONS);
        }
        if help_env {
            println!("{}", usage::ENVIRONMENT);
        }
        if help_x {
            println!("{}", usage::X_OPTIONS);
        }
        return Err(0);
    }
    if version > 0 {
        let text = if version > 1 {
            sys::version()
        } else {
            sys::short_version()
        };
        println!("Python {text}");
        return Err(0);
    }

    let rest = &argv[at.min(argv.len())..];
    let (program, arguments) = match program {
        Some(program @ Program::Command(_)) => (program, [&[b"-c".to_vec()], rest].concat()),
        Some(program) => (program, [&[b"-m".to_vec()], rest].concat()),
        None => match rest.first() {
            None => (Program::Stdin, vec![Vec::new()]),
            Some(first) if first == b"-" => (Program::Stdin, rest.to_vec()),
            Some(first) => (Program::File(first.clone()), rest.to_vec()),
        },
    };
    c.argv = arguments;
    let mut allocator = Name::Default;
    c.hash_seed = environment(&mut c, &mut warn_options, &mut allocator)?;
    if random_hashes {
        c.hash_seed = None;
        c.hash_randomization = true;
    }
    x_options(&mut c)?;
    if c.dev_mode {
        if allocator == Name::Default {
            allocator = Name::Debug;
        }
        c.warn_options.push("default".to_owned());
    }
    c.warn_options.append(&mut warn_options);
    match c.bytes_warning {
        0 => {}
        1 => c.warn_options.push("default::BytesWarning".to_owned()),
        _ => c.warn_options.push("error::BytesWarning".to_owned()),
    }
    let refused = !c.ignore_environment && std::env::var("PYTHONUTF8").is_ok_and(|v| v == "0");
    if !c.utf8_mode
        && !refused
        && is_plain_locale()
        && !c.x_options.iter().any(|(k, _)| k == "utf8")
    {
        c.utf8_mode = true;
    }
    let given = |key: &str, value: Option<&str>| {
        c.x_options
            .iter()
            .any(|(k, v)| k == key && (value.is_none() || v.as_deref() == value))
    };
    Ok(Parsed {
        program,
        skip_first_line,
        system_malloc: given("malloc", Some("system")),
        allocator,
        surrogates_always: given("surrogates", Some("always")),
        surrogates_shown: given("surrogates", Some("show")),
        config: c,
    })
}

/// Whether the locale is C's or POSIX's own, in which Python uses UTF-8 all the same.
fn is_plain_locale() -> bool {
    // SAFETY: asks only; the answer is a C string.
    unsafe {
        let name = libc::setlocale(libc::LC_CTYPE, std::ptr::null());
        !name.is_null() && matches!(std::ffi::CStr::from_ptr(name).to_bytes(), b"C" | b"POSIX")
    }
}

/// PYTHON* variables; answers the hash seed.
fn environment(
    c: &mut Config,
    warn_options: &mut Vec<String>,
    allocator: &mut Name,
) -> Result<Option<u32>, i32> {
    if c.ignore_environment {
        return Ok(None);
    }
    let get = |name: &str| -> Option<String> {
        let value = std::env::var_os(name)?.into_vec();
        if value.is_empty() {
            None
        } else {
            Some(String::from_utf8_lossy(&value).into_owned())
        }
    };
    // A number counts as that many times the option, anything else as once.
    let level = |name: &str| get(name).map_or(0, |v| v.parse::<i32>().map_or(1, |n| n.max(0)));
    c.debug = c.debug.max(level("PYTHONDEBUG"));
    c.verbose = c.verbose.max(level("PYTHONVERBOSE"));
    c.optimize = c.optimize.max(level("PYTHONOPTIMIZE"));
    c.inspect = c.inspect.max(level("PYTHONINSPECT"));
    c.dont_write_bytecode |= get("PYTHONDONTWRITEBYTECODE").is_some();
    c.no_user_site |= get("PYTHONNOUSERSITE").is_some();
    c.unbuffered |= get("PYTHONUNBUFFERED").is_some();
    c.safe_path |= get("PYTHONSAFEPATH").is_some();
    c.dev_mode |= get("PYTHONDEVMODE").is_some();
    c.warn_default_encoding |= get("PYTHONWARNDEFAULTENCODING").is_some();
    c.no_debug_ranges |= get("PYTHONNODEBUGRANGES").is_some();
    if let Some(value) = get("PYTHONTRACEMALLOC") {
        match value.parse::<usize>() {
            Ok(n) if n <= MAX_FRAMES => c.tracemalloc = n,
            _ => {
                return Err(fatal(
                    "config_init_tracemalloc: PYTHONTRACEMALLOC: invalid number of frames",
                ));
            }
        }
    }
    c.pycache_prefix = get("PYTHONPYCACHEPREFIX");
    c.import_time |= get("PYTHONPROFILEIMPORTTIME").is_some();
    if let Some(name) = get("PYTHONMALLOC") {
        *allocator = Name::from_text(name.as_bytes()).ok_or_else(|| {
            fatal_at_once("preconfig_init_allocator: PYTHONMALLOC: unknown allocator")
        })?;
    }
    c.malloc_stats = get("PYTHONMALLOCSTATS").is_some();
    match get("PYTHONUTF8").as_deref() {
        Some("1") => c.utf8_mode = true,
        None | Some("0") => {}
        Some(_) => {
            return Err(fatal_at_once(
                "preconfig_init_utf8_mode: invalid PYTHONUTF8 environment variable value",
            ));
        }
    }
    if let Some(warnings) = get("PYTHONWARNINGS") {
        warn_options.splice(0..0, warnings.split(',').map(str::to_owned));
    }
    if let Some(value) = get("PYTHONIOENCODING") {
        let (encoding, errors) = value.split_once(':').unwrap_or((&value, ""));
        if !encoding.is_empty() {
            c.stdio_encoding = Some(encoding.to_owned());
        }
        if !errors.is_empty() {
            c.stdio_errors = Some(errors.to_owned());
        } else if !encoding.is_empty() {
            c.stdio_errors = Some("strict".to_owned());
        }
    }
    if let Some(value) = get("PYTHONINTMAXSTRDIGITS") {
        match value.parse::<i32>() {
            Ok(n) if n == 0 || n >= 640 => c.int_max_str_digits = n,
            _ => {
                return Err(fatal(
                    "config_init_int_max_str_digits: PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.",
                ));
            }
        }
    }
    match get("PYTHONHASHSEED").as_deref() {
        None | Some("random") => Ok(None),
        Some(value) => match value.parse::<u32>() {
            Ok(seed) => {
                c.hash_randomization = seed != 0;
                Ok(Some(seed))
            }
            Err(_) => Err(fatal(
                "config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]",
            )),
        },
    }
}

/// `-X` options that are settings.
fn x_options(c: &mut Config) -> Result<(), i32> {
    for (key, value) in c.x_options.clone() {
        match (key.as_str(), value.as_deref()) {
            ("dev", _) => c.dev_mode = true,
            ("utf8", None | Some("1")) => c.utf8_mode = true,
            ("utf8", Some("0")) => c.utf8_mode = false,
            ("utf8", Some(_)) => {
                // Found before anything else is set up.
                return Err(fatal_at_once(
                    "preconfig_init_utf8_mode: invalid -X utf8 option value",
                ));
            }
            ("importtime", _) => c.import_time = true,
            ("frozen_modules", None | Some("" | "on" | "off")) => {}
            ("frozen_modules", Some(_)) => {
                return Err(fatal(
                    "bad value for option -X frozen_modules (expected \"on\" or \"off\")",
                ));
            }
            ("warn_default_encoding", _) => c.warn_default_encoding = true,
            ("pycache_prefix", value) => {
                c.pycache_prefix = value.filter(|v| !v.is_empty()).map(str::to_owned);
            }
            ("no_debug_ranges", _) => c.no_debug_ranges = true,
            ("tracemalloc", value) => match value.map_or(Ok(1), str::parse::<usize>) {
                Ok(n) if n <= MAX_FRAMES => c.tracemalloc = n,
                _ => {
                    return Err(fatal(
                        "config_init_tracemalloc: -X tracemalloc=NFRAME: invalid number of frames",
                    ));
                }
            },
            ("refcounts", _) => c.refcounts = true,
            ("int_max_str_digits", value) => match value.map(str::parse::<i32>) {
                Some(Ok(n)) if n == 0 || n >= 640 => c.int_max_str_digits = n,
                _ => {
                    return Err(fatal(
                        "config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.",
                    ));
                }
            },
            _ => {}
        }
    }
    Ok(())
}
