//! Bringing the interpreter up: object model and VM, `sys` and `builtins`, the import system, standard files, `site`.

use crate::support::*;
use crate::{config, engine, imp, import, stdio, sys, table};
use hotpy_objects::*;
use std::sync::atomic::Ordering::{Acquire, Release};

/// Whether the interpreter is shutting down.
pub fn is_finalizing() -> bool {
    !_PyRuntime._finalizing.load(Acquire).is_null()
}

/// Whether it, or the current one of its interpreters, is shutting down.
pub fn is_ending() -> bool {
    is_finalizing() || interpreter().finalizing.get() != 0
}

/// From now on it is.
pub fn set_finalizing() {
    hotpy_vm::gil::set_finalizing();
}

/// Runs a module's code in its namespace.
pub fn exec_module(module: &PyModuleObject, code: &PyCodeObject) -> PyResult<()> {
    let namespace = module.dict();
    if namespace.get_str(&names::__builtins__).is_none()
        && let Some(builtins) = sys::modules()?.get_text("builtins")
    {
        namespace.set_item(&names::__builtins__, &builtins)?;
    }
    engine::exec(code, namespace, namespace, None)?;
    Ok(())
}

/// Loads one of the two halves of the import system.
fn load_frozen(name: &str, origin: &str) -> PyResult<Ref<PyModuleObject>> {
    let Some(code) = imp::frozen_code(origin, false)? else {
        return Err(raise!(
            ImportError,
            "{origin} is missing from the standard library"
        ));
    };
    let module = module::new(name)?;
    module.add("__origname__", &*text(origin)?)?;
    sys::modules()?.set_text(name, &module)?;
    if name == "_frozen_importlib" {
        config::tell(1, || format!("import {name} # frozen"));
    }
    exec_module(&module, &code)?;
    Ok(module)
}

/// What `sys.path` is by the settings: PYTHONPATH, the overlay, the library.
pub fn search_path(c: &config::Config) -> Vec<String> {
    if let Some(only) = &c.search_path {
        return only.clone();
    }
    let mut entries: Vec<String> = Vec::new();
    if !c.ignore_environment
        && let Ok(path) = std::env::var("PYTHONPATH")
        && !path.is_empty()
    {
        entries.extend(path.split(':').map(str::to_owned));
    }
    entries.extend(c.patches.clone());
    entries.push(format!("{}/{}/python311.zip", c.prefix, c.platlibdir));
    entries.push(c.stdlib.clone());
    entries.push(format!(
        "{}/{}/python3.11/lib-dynload",
        c.exec_prefix, c.platlibdir
    ));
    entries.extend(c.modules.clone());
    entries
}

fn init_path() -> PyResult<()> {
    let entries = config::with(search_path);
    let items = entries
        .iter()
        .map(|e| Ok(str_::decode_fs(e.as_bytes())?.into_object()))
        .collect::<PyResult<_>>()?;
    sys::set("path", &*list(items)?)
}

/// Makes `__main__`.
fn init_main() -> PyResult<()> {
    let main = module::new("__main__")?;
    main.add("__annotations__", &*dict::new()?)?;
    if let Some(builtins) = sys::modules()?.get_text("builtins") {
        main.add("__builtins__", &builtins)?;
    }
    let loader = attr(&*import::bootstrap()?, "BuiltinImporter")?;
    main.add("__loader__", &loader)?;
    sys::modules()?.set_text("__main__", &main)
}

/// Loads the surrogates, those of `-X surrogates-blob=FILE` too. A blob that is refused ends the process.
fn load_surrogates(builtins: &PyModuleObject) {
    let files: Vec<String> = config::with(|c| {
        let given = c
            .x_options
            .iter()
            .filter(|(key, _)| key == "surrogates-blob");
        given.filter_map(|(_, file)| file.clone()).collect()
    });
    if let Err(why) = hotpy_vm::surrogates::load(builtins.dict(), &files) {
        eprintln!("hotpy: {why}");
        std::process::exit(1);
    }
    sys::mark_asking();
}

/// Starts everything. The settings have been installed (`config::install`). On failure an exception may be left set: the answer says
/// what could not be done.
pub fn start() -> Result<(), String> {
    let general = |Raised| "init: the interpreter cannot be started";
    start_imports().map_err(general)?;
    stdio::init()?;
    start_signals().map_err(general)?;
    str_::codecs::check_always(config::with(|c| c.dev_mode));
    _PyRuntime.initialized.store(1, Release);
    Ok(())
}

/// Starts another interpreter, whose thread state is the current one, up to `site`. On failure an exception may be left set.
pub fn start_another() -> Result<(), String> {
    let general = |Raised| "init: the interpreter cannot be started";
    start_modules().map_err(general)?;
    stdio::init()?;
    init_main().and_then(|()| import_site()).map_err(general)?;
    Ok(())
}

fn start_imports() -> PyResult<()> {
    engine::initialize()?;
    _PyRuntime.core_initialized.store(1, Release);
    start_modules()
}

/// The interpreter's own modules: `sys`, `builtins`, the import system, `_io`.
fn start_modules() -> PyResult<()> {
    let is_main = interpreter().is_main();
    let sys_module = table::create("sys")?.ok_or(Raised)?;
    let modules = sys::modules()?;
    modules.set_text("sys", &sys_module)?;
    let builtins = table::create("builtins")?.ok_or(Raised)?;
    modules.set_text("builtins", &builtins)?;
    let copy = builtins.dict().copy()?;
    interpreter().builtins_copy.set(Some(copy));
    if is_main {
        load_surrogates(&builtins);
        typeobject::ready(&crate::interpreters::_PyInterpreterID_Type)?;
    }
    init_path()?;
    if is_main {
        match config::with(|c| c.tracemalloc) {
            0 => {}
            frames => crate::tracemalloc::start(frames),
        }
    }
    // For `-v` and for what goes wrong early.
    let stderr = crate::stderr_printer::new()?;
    sys::set("stderr", &stderr)?;
    sys::set("__stderr__", &stderr)?;

    let bootstrap = load_frozen("_frozen_importlib", "importlib._bootstrap")?;
    import::set_bootstrap(bootstrap.clone().into_object());
    let imp_module = table::create("_imp")?.ok_or(Raised)?;
    modules.set_text("_imp", &imp_module)?;
    config::tell(1, || "import _imp # builtin".to_owned());
    method(&bootstrap, "_install", &[&sys_module, &imp_module])?;

    let io_module = import::import_module("_io")?;
    builtins.add("open", &*attr(&io_module, "open")?)?;
    method(&bootstrap, "_install_external_importers", &[])?;
    init_zipimport()
}

fn start_signals() -> PyResult<()> {
    crate::faulthandler::start()?;
    let signal = import::import_module("_signal")?;
    // SAFETY: a builtin module.
    crate::signal::handle_interrupts(unsafe { PyObject::cast(&signal) })?;
    init_main()?;
    if !config::with(|c| c.warn_options.is_empty()) {
        import::import_module("warnings")?;
    }
    Ok(())
}

/// Puts the importer of zip files first among the path hooks.
fn init_zipimport() -> PyResult<()> {
    config::tell(1, || "# installing zipimport hook".to_owned());
    let importer = match imported("zipimport", "zipimporter") {
        Ok(importer) => importer,
        Err(raised) => {
            if errors::matches(&exceptions::ImportError) {
                errors::clear();
                config::tell(1, || "# can't import zipimport.zipimporter".to_owned());
                return Ok(());
            }
            return Err(raised);
        }
    };
    if let Some(hooks) = sys::get("path_hooks") {
        method(&hooks, "insert", &[&*int(0)?, &importer])?;
    }
    config::tell(1, || "# installed zipimport hook".to_owned());
    Ok(())
}

/// Imports `site`, unless `-S`.
pub fn import_site() -> PyResult<()> {
    if config::with(|c| c.no_site) {
        return Ok(());
    }
    import::import_module("site").map(drop)
}
