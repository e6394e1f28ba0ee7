//! Running one surrogate in a `hotpy`, which loads the compiled file as an additional blob.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, process};

use hotpy_code::blob;

use crate::{Failure, input};

pub fn execute(
    file: &Path,
    name: &str,
    args: &[String],
    hotpy: Option<PathBuf>,
) -> Result<ExitCode, Failure> {
    let surrogates = input::load(file)?;
    let code = &surrogates.find(name)?.code;
    let wanted = code.argcount as usize;
    if args.len() != wanted {
        let params = code.localsplusnames.iter().take(wanted);
        let params: Vec<&str> = params.filter_map(|p| p.to_str()).collect();
        return Err(Failure::unable(format!(
            "`{name}` takes {wanted} argument{} ({}), not {}",
            if wanted == 1 { "" } else { "s" },
            params.join(", "),
            args.len()
        )));
    }
    let hotpy = match hotpy.or_else(|| env::var_os("HOTPY").map(PathBuf::from)) {
        Some(path) => path,
        None => env::current_exe()
            .map_err(|e| Failure::file(Path::new("lpy"), e))?
            .with_file_name(format!("hotpy{}", env::consts::EXE_SUFFIX)),
    };
    if !hotpy.is_file() {
        return Err(Failure::unable(format!(
            "{}: there is no hotpy\n  help: build it (`cargo build`), or name one with --hotpy",
            hotpy.display()
        )));
    }
    let path = env::temp_dir().join(format!("lpy-{}.blob", process::id()));
    fs::write(&path, blob::write(&surrogates.blob)).map_err(|e| Failure::file(&path, e))?;
    // Each argument keeps to its own parentheses, whatever it is.
    let list: String = args.iter().map(|a| format!("({a}\n), ")).collect();
    let status = Command::new(&hotpy)
        .arg("-X")
        .arg(format!("surrogates-blob={}", path.display()))
        .args(["-S", "-c"])
        .arg(format!(
            "import _hotpy\nprint(repr(_hotpy.surrogate('{name}')({list})))"
        ))
        .status();
    // Whether it ran or not, the blob is not needed any more.
    let _ = fs::remove_file(&path);
    let status = status.map_err(|e| Failure::file(&hotpy, e))?;
    match status.code() {
        Some(code) => Ok(ExitCode::from(code as u8)),
        None => Err(Failure::unable(format!("hotpy ended by {status}"))),
    }
}
