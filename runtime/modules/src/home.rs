//! Finding the installed CPython 3.11's standard library, as CPython itself does, and our overlay of it.
//!
//! In this order: PYTHONHOME; `pyvenv.cfg`; landmarks above the executable; a prefix configured when HotPy was built; the
//! `python3.11` on PATH (which may be a shim of pyenv); usual prefixes.

use std::env;
use std::path::{Component, Path, PathBuf};

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Home {
    pub executable: String,
    pub prefix: String,
    pub exec_prefix: String,
    pub stdlib: String,
    /// The folder of the prefix that the library is in.
    pub platlibdir: String,
    pub patches: Option<String>,
    /// C modules made by `tools/modules`.
    pub modules: Option<String>,
}

const LIBRARY: &str = "lib/python3.11";

/// What is printed when there is no library.
pub const MISSING: &str = "hotpy: cannot find the standard library of CPython 3.11.\n\
    Install it (Debian: the package libpython3.11-stdlib), or set PYTHONHOME to the prefix that has lib/python3.11/os.py.";

fn has_library(prefix: &Path) -> bool {
    prefix.join(LIBRARY).join("os.py").is_file()
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The running program's path: as it was called, looked up on PATH if need be.
pub fn executable(argv0: &str) -> String {
    if argv0.is_empty() {
        return String::new();
    }
    if argv0.contains('/') {
        let path = PathBuf::from(argv0);
        if path.is_absolute() {
            return argv0.to_owned();
        }
        let trimmed = argv0.strip_prefix("./").unwrap_or(argv0);
        return match env::current_dir() {
            Ok(dir) => text(&dir.join(trimmed)),
            Err(_) => argv0.to_owned(),
        };
    }
    let paths = env::var_os("PATH").unwrap_or_default();
    for dir in env::split_paths(&paths) {
        let candidate = dir.join(argv0);
        if candidate.is_file() {
            return text(&candidate);
        }
    }
    String::new()
}

/// `home` of a virtual environment's `pyvenv.cfg`, next to the executable or one folder up.
fn venv_home(executable: &Path) -> Option<PathBuf> {
    let folder = executable.parent()?;
    for place in [Some(folder), folder.parent()].into_iter().flatten() {
        let Ok(config) = std::fs::read_to_string(place.join("pyvenv.cfg")) else {
            continue;
        };
        for line in config.lines() {
            if let Some((key, value)) = line.split_once('=')
                && key.trim().eq_ignore_ascii_case("home")
            {
                return Some(PathBuf::from(value.trim()));
            }
        }
    }
    None
}

/// The prefix above a folder that has the library.
fn above(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .find(|dir| dir.parent().is_some() && has_library(dir))
        .map(Path::to_path_buf)
}

/// The newest `versions/3.11*` of a pyenv folder.
fn pyenv(root: &Path) -> Option<PathBuf> {
    let mut found: Vec<(Vec<u32>, PathBuf)> = std::fs::read_dir(root.join("versions"))
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            if name != "3.11" && !name.starts_with("3.11.") {
                return None;
            }
            let number = name
                .split('.')
                .map(|part| part.parse().unwrap_or(0))
                .collect();
            Some((number, entry.path()))
        })
        .filter(|(_, path)| has_library(path))
        .collect();
    found.sort();
    found.pop().map(|(_, path)| path)
}

fn find_prefix(executable: &Path, use_environment: bool) -> Option<PathBuf> {
    if use_environment && let Some(home) = env::var_os("PYTHONHOME").filter(|h| !h.is_empty()) {
        let home = home.to_string_lossy().into_owned();
        return Some(PathBuf::from(home.split(':').next().unwrap_or("")));
    }
    if let Some(prefix) = venv_home(executable).and_then(|home| above(&home)) {
        return Some(prefix);
    }
    if let Some(prefix) = executable.parent().and_then(above) {
        return Some(prefix);
    }
    if let Ok(real) = std::fs::canonicalize(executable)
        && let Some(prefix) = real.parent().and_then(above)
    {
        return Some(prefix);
    }
    if let Some(prefix) = option_env!("HOTPY_PREFIX")
        .map(PathBuf::from)
        .filter(|p| has_library(p))
    {
        return Some(prefix);
    }
    let paths = env::var_os("PATH").unwrap_or_default();
    for dir in env::split_paths(&paths) {
        if !dir.join("python3.11").is_file() {
            continue;
        }
        // A real installation, a link to one, or a folder of shims beside the versions they stand for.
        let real = std::fs::canonicalize(dir.join("python3.11")).ok();
        let parents = [Some(dir.as_path()), real.as_deref().and_then(Path::parent)];
        if let Some(prefix) = parents
            .into_iter()
            .flatten()
            .filter_map(Path::parent)
            .find(|p| has_library(p))
        {
            return Some(prefix.to_path_buf());
        }
        if let Some(prefix) = dir.parent().and_then(pyenv) {
            return Some(prefix);
        }
    }
    for prefix in ["/usr/local", "/usr"] {
        if has_library(Path::new(prefix)) {
            return Some(PathBuf::from(prefix));
        }
    }
    pyenv(&PathBuf::from(env::var_os("HOME")?).join(".pyenv"))
}

/// What the file `EXECUTABLE._pth` says: the search path in place of every other, and whether `site` is imported.
pub struct PathFile {
    pub entries: Vec<String>,
    pub site: bool,
}

/// Reads it, if it is there.
pub fn path_file(executable: &str) -> Option<PathFile> {
    let text = std::fs::read_to_string(format!("{executable}._pth")).ok()?;
    let folder = Path::new(executable).parent()?;
    let mut file = PathFile {
        entries: Vec::new(),
        site: false,
    };
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        match line {
            "" => {}
            "import site" => file.site = true,
            _ if line.starts_with("import ") => {
                eprintln!("unsupported 'import' line in ._pth file");
            }
            _ => file.entries.push(normal(&folder.join(line))),
        }
    }
    Some(file)
}

/// The path without `.` and `..`, as far as its text tells.
fn normal(path: &Path) -> String {
    let mut shorter = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                shorter.pop();
            }
            part => shorter.push(part),
        }
    }
    text(&shorter)
}

/// Our overlay: beside the executable as it is installed, in the source tree it was built in, or where the build was told.
fn find_patches(executable: &Path) -> Option<PathBuf> {
    let real = std::fs::canonicalize(executable).unwrap_or_else(|_| executable.to_path_buf());
    let installed = real
        .parent()
        .and_then(Path::parent)
        .map(|p| p.join("lib/hotpy/stdlib-patches"));
    let in_tree = real
        .ancestors()
        .skip(1)
        .take(5)
        .map(|dir| dir.join("stdlib-patches"));
    let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../../stdlib-patches");
    installed
        .into_iter()
        .chain(in_tree)
        .chain(std::fs::canonicalize(built).ok())
        .find(|dir| dir.is_dir())
}

/// The C modules that an installed interpreter has built in and its library lacks, made by `tools/modules`: beside the executable.
fn find_modules(executable: &Path) -> Option<PathBuf> {
    let real = std::fs::canonicalize(executable).unwrap_or_else(|_| executable.to_path_buf());
    let beside = real.parent()?;
    let installed = beside.parent().map(|p| p.join("lib/hotpy/lib-dynload"));
    installed
        .into_iter()
        .chain([beside.join("lib-dynload")])
        .find(|dir| dir.is_dir())
}

/// Finds everything; `None` if there is no library.
pub fn find(argv0: &str, use_environment: bool) -> Option<Home> {
    let executable = executable(argv0);
    let own = if executable.is_empty() {
        env::current_exe().unwrap_or_default()
    } else {
        PathBuf::from(&executable)
    };
    let prefix = find_prefix(&own, use_environment)?;
    let exec_prefix = match env::var("PYTHONHOME") {
        Ok(home) if use_environment && home.contains(':') => {
            home.split(':').nth(1).unwrap_or("").to_owned()
        }
        _ => text(&prefix),
    };
    let platlibdir = env::var("PYTHONPLATLIBDIR")
        .ok()
        .filter(|name| use_environment && !name.is_empty())
        .unwrap_or_else(|| "lib".to_owned());
    Some(Home {
        executable,
        stdlib: text(&prefix.join(&platlibdir).join("python3.11")),
        platlibdir,
        prefix: text(&prefix),
        exec_prefix,
        patches: find_patches(&own).map(|p| text(&p)),
        modules: find_modules(&own).map(|p| text(&p)),
    })
}
