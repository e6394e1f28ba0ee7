//! The launcher as a library: from a command line, or from C (`embed`), to a running interpreter.
//!
//! `args` reads the command line and the environment into settings, `usage` has the texts; the interpreter itself is
//! `hotpy-modules`' `start`, `run` and `finish`.

mod args;
pub mod embed;
mod trace;
mod usage;

use hotpy_capi::data;
use hotpy_modules::run::Outcome;
use hotpy_modules::{allocators, config, fatal, finish, home, io, run, signal, start, sys};
use hotpy_objects::{mem, str_};
use std::ffi::CStr;
use std::sync::atomic::Ordering::Relaxed;

/// In the plain C locale: takes a UTF-8 one for the types of characters, here and in child processes, unless the user has decided.
fn coerce_locale(ignore_environment: bool) {
    let decision = std::env::var("PYTHONCOERCECLOCALE")
        .ok()
        .filter(|_| !ignore_environment);
    // SAFETY: no other thread exists yet; C strings.
    unsafe {
        let current = libc::setlocale(libc::LC_CTYPE, std::ptr::null());
        if current.is_null() || CStr::from_ptr(current) != c"C" || decision.as_deref() == Some("0")
        {
            return;
        }
        let warn = decision.as_deref() == Some("warn");
        if std::env::var("LC_ALL").is_ok_and(|v| !v.is_empty()) {
            if warn {
                eprintln!(
                    "Python runtime initialized with LC_CTYPE=C (a locale with default ASCII encoding), which may cause Unicode compatibility problems. Using C.UTF-8, C.utf8, or UTF-8 (if available) as alternative Unicode-compatible locales is recommended."
                );
            }
            return;
        }
        for target in [c"C.UTF-8", c"C.utf8", c"UTF-8"] {
            if libc::setlocale(libc::LC_CTYPE, target.as_ptr()).is_null() {
                continue;
            }
            libc::setenv(c"LC_CTYPE".as_ptr(), target.as_ptr(), 1);
            if warn {
                eprintln!(
                    "Python detected LC_CTYPE=C: LC_CTYPE coerced to {} (set another locale or PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior).",
                    target.to_string_lossy()
                );
            }
            return;
        }
    }
}

/// Brings the interpreter up for a command line; what it asks to be run, or the status to end with at once.
fn begin(argv: &[Vec<u8>], name: &str) -> Result<args::Parsed, i32> {
    begin_with(argv, name, |_| ())
}

/// Finds where everything lies; false, and the user is told, if there is no library.
fn place(settings: &mut config::Config, name: &str) -> bool {
    let own = if settings.executable.is_empty() {
        name
    } else {
        &settings.executable
    };
    let Some(found) = home::find(own, !settings.ignore_environment) else {
        eprintln!("{}", home::MISSING);
        return false;
    };
    // What an embedder says stays.
    let fill = |place: &mut String, found: &String| {
        if place.is_empty() {
            place.clone_from(found);
        }
    };
    fill(&mut settings.executable, &found.executable);
    if let Some(file) = home::path_file(&settings.executable) {
        settings.isolated = true;
        settings.ignore_environment = true;
        settings.safe_path = true;
        settings.no_site = !file.site;
        settings.search_path = Some(file.entries);
    }
    fill(&mut settings.base_prefix, &found.prefix);
    fill(&mut settings.prefix, &found.prefix);
    fill(&mut settings.exec_prefix, &found.exec_prefix);
    settings.stdlib = found.stdlib;
    settings.platlibdir = found.platlibdir;
    settings.patches = found.patches;
    settings.modules = found.modules;
    true
}

/// The same with settings that no command line can say.
fn begin_with(
    argv: &[Vec<u8>],
    name: &str,
    adjust: impl FnOnce(&mut config::Config),
) -> Result<args::Parsed, i32> {
    // SAFETY: the locale is set before any other thread exists; Python ignores a broken pipe's signal.
    unsafe {
        libc::setlocale(libc::LC_CTYPE, c"".as_ptr());
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
    let mut parsed = args::parse(argv, name)?;
    let mut settings = std::mem::take(&mut parsed.config);
    adjust(&mut settings);
    coerce_locale(settings.ignore_environment);
    if !settings.utf8_mode {
        str_::codecs::set_file_system_encoding(&io::textio::encoding_of_locale());
    }
    if !place(&mut settings, name) {
        return Err(1);
    }
    if parsed.system_malloc {
        mem::use_system_malloc();
    }
    allocators::choose_at_start(parsed.allocator);
    if settings.malloc_stats {
        sys::tell_of_memory(true);
        mem::stats::on_arena(|| sys::tell_of_memory(true));
    }
    hotpy_vm::config::SURROGATES_ALWAYS.store(parsed.surrogates_always, Relaxed);
    hotpy_vm::config::SURROGATES_SHOWN.store(parsed.surrogates_shown, Relaxed);
    str_::set_hash_seed(settings.hash_seed);
    if settings.no_debug_ranges {
        hotpy_objects::code::leave_columns_out();
    }
    trace::configure(&settings.x_options);
    config::install(settings);
    data::init();
    if let Err(what) = start::start() {
        fatal::while_starting(&what, "core initialized");
        return Err(1);
    }
    Ok(parsed)
}

/// Does what a command line says; the process's exit status.
pub fn launch(argv: &[Vec<u8>]) -> i32 {
    let name = String::from_utf8_lossy(argv.first().map_or(&b"hotpy"[..], |a| a)).into_owned();
    let parsed = match begin(argv, &name) {
        Ok(parsed) => parsed,
        Err(status) => return status,
    };
    let outcome = run::run(&parsed.program, &name, parsed.skip_first_line);
    trace::report();
    hotpy_trace::shutdown();
    let flushed = finish::finish();
    match outcome {
        _ if !flushed => 120,
        Outcome::Interrupted => signal::die_of_interrupt(),
        Outcome::Status(status) => status,
    }
}
