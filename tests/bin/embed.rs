//! Embedding: CPython's own executable, running on `libpython3.11.so.1.0` of the target directory (`cargo build -p hotpy-embed`), and a
//! program in C that starts HotPy, compared with what they do on CPython's library.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, exit};

/// Command lines for the stock executable. They print nothing that differs by implementation.
const LINES: [&[&str]; 6] = [
    &[
        "-c",
        "import sys, math, _struct, json, re; print(sys.argv, math.sqrt(2), json.dumps([1]), sys.prefix)",
        "argument",
    ],
    &[
        "-S",
        "-E",
        "-c",
        "import sys; print(sys.flags.no_site); sys.exit(3)",
    ],
    &["-c", "1 / 0"],
    &["-m", "json.tool", "--help"],
    &["-V"],
    &["--no-such-option"],
];

/// A program that starts Python, runs code, calls back and forth, and ends.
const EMBEDDER: &str = r#"
#include <Python.h>
static PyObject *host(PyObject *module, PyObject *o) { return PyNumber_Multiply(o, PyLong_FromLong(2)); }
static PyMethodDef method = {"host", host, METH_O, NULL};
int main(void) {
    Py_Initialize();
    PyObject *main_dict = PyModule_GetDict(PyImport_AddModule("__main__"));
    PyDict_SetItemString(main_dict, "host", PyCFunction_New(&method, NULL));
    int status = PyRun_SimpleString("import math\nprint(host(21), math.floor(2.5), flush=True)");
    PyObject *value = PyRun_String("host('ab') + 'c'", Py_eval_input, main_dict, main_dict);
    printf("%d %s %d\n", status, PyUnicode_AsUTF8(value), value == Py_None);
    Py_DECREF(value);
    if (!PyRun_String("1 +", Py_eval_input, main_dict, main_dict)) PyErr_Clear();
    printf("%d\n", PyRun_SimpleString("raise SystemExit(0) if False else ValueError('shown')"));
    return Py_FinalizeEx();
}
"#;

/// A program that configures Python, adds a builtin module and an audit hook, and runs what its config says.
const CONFIGURED: &str = r#"
#include <Python.h>
#include <string.h>
static PyObject *answer(PyObject *module, PyObject *unused) { return PyLong_FromLong(42); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, NULL}, {NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "hosted", .m_size = -1, .m_methods = methods};
static PyObject *init(void) { return PyModule_Create(&def); }
static int hook(const char *event, PyObject *args, void *own) {
    if (!strcmp(event, "hosted.event")) { printf("heard %d\n", ++*(int *)own); fflush(stdout); }
    return 0;
}
int main(int argc, char **argv) {
    static int heard;
    PyImport_AppendInittab("hosted", init);
    PySys_AddAuditHook(hook, &heard);
    PyPreConfig before;
    PyPreConfig_InitPythonConfig(&before);
    before.utf8_mode = 1;
    Py_PreInitialize(&before);
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    char *arguments[] = {"program", "-c", "import sys, hosted; print(ascii(sys.argv), hosted.answer(), 'hosted' in sys.builtin_module_names, hosted.__spec__.origin, sys.flags.verbose, sys.flags.dont_write_bytecode, hash('seeded'), sys.flags.hash_randomization, sys.executable); sys.audit('hosted.event'); sys.exit(3)", "a\xc3\xa9"};
    PyStatus status = PyConfig_SetBytesArgv(&config, 4, arguments);
    if (!PyStatus_Exception(status)) status = PyConfig_SetString(&config, &config.program_name, L"./program");
    if (!PyStatus_Exception(status)) status = PyWideStringList_Append(&config.warnoptions, L"ignore");
    config.write_bytecode = 0;
    config.use_hash_seed = 1;
    config.hash_seed = 12345;
    if (!PyStatus_Exception(status)) status = PyConfig_SetString(&config, &config.executable, L"/an/executable/python");
    if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status)) Py_ExitStatusException(status);
    return Py_RunMain();
}
"#;

/// A program that has its config completed, and then adds to it; what it says of the process comes before.
const COMPLETED: &str = r#"
#include <Python.h>
#include <string.h>
int main(int argc, char **argv) {
    PyPreConfig before;
    PyPreConfig_InitPythonConfig(&before);
    char *first[] = {"program", "-E", "-X", "utf8=0", "-c", "-I"};
    PyStatus status = Py_PreInitializeFromBytesArgs(&before, 6, first);
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    char *arguments[] = {"./program", "-B", "-W", "ignore", "-c", "import sys; print(sys.argv, '/an/added/path' in sys.path, sys.flags.dont_write_bytecode, sys.flags.ignore_environment, sys.flags.utf8_mode, sys.stdout.encoding, sys.stdout.errors)", "one", "two"};
    if (!PyStatus_Exception(status)) status = PyConfig_SetBytesArgv(&config, 8, arguments);
    if (!PyStatus_Exception(status)) status = PyConfig_SetString(&config, &config.stdio_encoding, L"latin-1");
    if (!PyStatus_Exception(status)) status = PyConfig_SetString(&config, &config.stdio_errors, L"replace");
    if (!PyStatus_Exception(status)) status = PyConfig_Read(&config);
    if (PyStatus_Exception(status)) Py_ExitStatusException(status);
    printf("%d %ls %d %d %d %ls\n", config.parse_argv, config.argv.items[0], (int)config.argv.length, config.write_bytecode, config.module_search_paths_set, config.warnoptions.items[0]);
    int found = 0;
    for (Py_ssize_t i = 0; i < config.module_search_paths.length; i++)
        found += wcsstr(config.module_search_paths.items[i], L"python3.11") != NULL;
    printf("%d %d %d %d\n", found > 0, config.prefix != NULL, config.executable != NULL, !wcsncmp(config.run_command, L"import sys", 10));
    fflush(stdout);
    PyWideStringList_Append(&config.module_search_paths, L"/an/added/path");
    status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status)) Py_ExitStatusException(status);
    return Py_RunMain();
}
"#;

/// A program that uses what came before configs.
const OLD: &str = r#"
#include <Python.h>
int main(void) {
    Py_SetProgramName(L"./program");
    printf("%d\n", Py_SetStandardStreamEncoding("latin-1", NULL));
    Py_Initialize();
    PyRun_SimpleString("import sys; print(sys.stdout.encoding, sys.stdout.errors, sys.stdin.errors, flush=True)");
    printf("%d\n", Py_SetStandardStreamEncoding("ascii", NULL));
    int count; wchar_t **args;
    Py_GetArgcArgv(&count, &args);
    printf("%d\n", wcsstr(Py_GetPath(), L"python3.11") != NULL);
    return Py_FinalizeEx();
}
"#;

fn text(output: &Output) -> String {
    format!(
        "{:?}\n{}\n{}",
        output.status.code(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn run(command: &mut Command) -> String {
    match command.output() {
        Ok(output) => text(&output),
        Err(error) => {
            eprintln!("{command:?}: {error}");
            exit(2)
        }
    }
}

fn config(python: &Path, name: &str) -> String {
    let code = format!(
        "import sysconfig as s; print(s.get_config_var('{name}') or s.get_paths().get('{name}'), end='')"
    );
    let output = Command::new(python).args(["-c", &code]).output();
    output
        .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
        .unwrap_or_default()
}

fn main() {
    let python = hotpy_tests::interpreter::Interpreter::oracle();
    let python = match python {
        Ok(python) => python.path,
        Err(error) => {
            eprintln!("{error}");
            exit(2)
        }
    };
    let target: PathBuf = std::env::current_exe().unwrap_or_default();
    let target = target.parent().unwrap_or(Path::new("."));
    let folder = target.join("embed");
    let library = target.join("libpython3_11.so");
    let installed = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::copy(&library, folder.join("libpython3.11.so.1.0")));
    if let Err(error) = installed {
        eprintln!(
            "{}: {error}; cargo build -p hotpy-embed makes it",
            library.display()
        );
        exit(2);
    }
    let mut failed = 0;
    let mut check = |name: String, expected: String, got: String| {
        let same = expected == got;
        println!("{} {name}", if same { "ok  " } else { "FAIL" });
        if !same {
            println!("CPython's library: {expected}\nHotPy's: {got}");
            failed += 1;
        }
    };
    for line in LINES {
        let expected = run(Command::new(&python).args(line));
        let got = run(Command::new(&python)
            .args(line)
            .env("LD_LIBRARY_PATH", &folder));
        check(format!("{line:?}"), expected, got);
    }
    let library_folder = config(&python, "LIBDIR");
    let include = config(&python, "include");
    let home = config(&python, "prefix");
    for (name, text) in [
        ("embedder", EMBEDDER),
        ("configured", CONFIGURED),
        ("completed", COMPLETED),
        ("old", OLD),
    ] {
        let source = folder.join(format!("{name}.c"));
        let program = folder.join(name);
        let compiled = std::fs::write(&source, text).is_ok()
            && Command::new("cc")
                .args(["-w", "-I", &include, "-L", &library_folder, "-o"])
                .args([&program, &source])
                .arg("-lpython3.11")
                .status()
                .is_ok_and(|s| s.success());
        if !compiled {
            eprintln!("{name} does not compile");
            exit(2);
        }
        let embedder = |libraries: &Path| {
            run(Command::new(&program)
                .env("LD_LIBRARY_PATH", libraries)
                .env("PYTHONHOME", &home))
        };
        check(
            name.to_owned(),
            embedder(Path::new(&library_folder)),
            embedder(&folder),
        );
    }
    exit((failed > 0) as i32);
}
