//! Texts of the command line.

/// The line that starts every complaint about the command line.
pub fn usage_line(name: &str) -> String {
    format!("usage: {name} [option] ... [-c cmd | -m mod | file | -] [arg] ...")
}

/// What follows a complaint.
pub fn complaint(name: &str) -> String {
    format!(
        "{}\nTry `python -h' for more information.",
        usage_line(name)
    )
}

/// `-h`.
pub const OPTIONS: &str = "\
Options (and environment variables that do the same):
-b     : warn when bytes are mixed with text; -bb: raise an error
-B     : write no .pyc files (PYTHONDONTWRITEBYTECODE=x)
-c cmd : run the command; ends the options
-d     : accepted, has no effect (PYTHONDEBUG=x)
-E     : do not look at PYTHON* variables
-h     : this text (also -? and --help)
-i     : prompt after the program has run (PYTHONINSPECT=x)
-I     : isolated from the user's environment: implies -E, -P and -s
-m mod : run a module of the library or of a package; ends the options
-O     : without assert and code for __debug__ (PYTHONOPTIMIZE=x)
-OO    : -O, and without docstrings
-P     : do not put the script's folder in front of sys.path (PYTHONSAFEPATH)
-q     : no greeting at the prompt
-s     : without the user's site-packages (PYTHONNOUSERSITE)
-S     : do not import site at the start
-u     : standard output and error unbuffered (PYTHONUNBUFFERED=x)
-v     : trace imports (PYTHONVERBOSE=x)
-V     : the version (also --version); twice: more about the build
-W arg : a warning filter, action:message:category:module:line (PYTHONWARNINGS=arg)
-x     : skip the first line of the source
-X opt : an option of the implementation, see --help-xoptions
--check-hash-based-pycs always|default|never:
         whether .pyc files with a source hash are checked
--help-env      : about environment variables
--help-xoptions : about -X options
--help-all      : all of this
Arguments:
file   : the program
-      : the program comes from standard input (default)
arg ...: the program's arguments, sys.argv[1:]";

/// `--help-env`.
pub const ENVIRONMENT: &str = "\
Environment variables:
PYTHONHOME      : the prefix of the standard library
PYTHONPATH      : folders to search for modules before the standard library, separated by ':'
PYTHONHASHSEED  : 'random', or the seed of string hashes, 0 to 4294967295
PYTHONIOENCODING: encoding[:errors] of the standard files
PYTHONUTF8      : 1 switches the UTF-8 mode on
PYTHONINTMAXSTRDIGITS: limit of conversions between int and text (0: none)
PYTHONBREAKPOINT: what breakpoint() calls (0: nothing)
PYTHONDEVMODE   : as -X dev
PYTHONPYCACHEPREFIX: as -X pycache_prefix
PYTHONWARNDEFAULTENCODING: as -X warn_default_encoding
Further ones stand beside their options, see --help.";

/// `--help-xoptions`.
pub const X_OPTIONS: &str = "\
Options of the implementation:
-X dev: warnings and checks for developers
-X utf8[=0]: UTF-8 mode on (off)
-X pycache_prefix=PATH: keep .pyc files in a tree of their own
-X warn_default_encoding: warn where a text file's encoding is not given
-X frozen_modules=[on|off]: whether start-up modules count as frozen
-X int_max_str_digits=N: limit of conversions between int and text (0: none)
HotPy's own:
-X surrogates=always: compound operations always run their surrogate
-X surrogates-blob=FILE: load the surrogates of a blob, too
-X surrogates=show: surrogates appear in tracebacks and frame walks
-X malloc=system: every object has a malloc block of its own, for memory checkers
-X notrace: hot loops are not traced; -X trace-stats: what was traced, printed at the end (more: runtime/trace/README.md)
-X no-specialise, no-tailcall, no-defer, no-register, no-coalesce: traces are made without that pass
-X refcounts: sys.gettotalrefcount() exists";
