//! Loading of a library module's code without `importlib`: its `.pyc` if that is up to date, else compiled and cached.
//!
//! Needed for the modules that make up the import system. The cache is the library's own `__pycache__` when it can be
//! written, else a directory of the user.

use crate::config;
use crate::engine::{self, Mode};
use hotpy_objects::*;
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The first four bytes of CPython 3.11's `.pyc` files.
pub const MAGIC: [u8; 4] = [0xa7, 0x0d, 0x0d, 0x0a];

fn cache_name(source: &Path) -> Option<String> {
    let stem = source.file_stem()?.to_str()?;
    Some(match config::optimize() {
        0 => format!("{stem}.cpython-311.pyc"),
        n => format!("{stem}.cpython-311.opt-{n}.pyc"),
    })
}

/// Where the user's own cache of that source lies.
fn user_cache(source: &Path) -> Option<PathBuf> {
    let base = match std::env::var_os("XDG_CACHE_HOME").filter(|v| !v.is_empty()) {
        Some(base) => PathBuf::from(base),
        None => PathBuf::from(std::env::var_os("HOME").filter(|v| !v.is_empty())?).join(".cache"),
    };
    Some(
        base.join("hotpy")
            .join(source.parent()?.strip_prefix("/").ok()?),
    )
}

/// The code object of a source file; `None` if there is no such file. SyntaxError and the like.
pub fn load(source: &str) -> PyResult<Option<Ref<PyCodeObject>>> {
    let path = Path::new(source);
    let Ok(meta) = fs::metadata(path) else {
        return Ok(None);
    };
    let (Some(name), Some(folder)) = (cache_name(path), path.parent()) else {
        return Ok(None);
    };
    let mut places = vec![folder.join("__pycache__").join(&name)];
    places.extend(user_cache(path).map(|dir| dir.join(&name)));
    for place in &places {
        if let Some(code) = read(place, &meta)? {
            return Ok(Some(code));
        }
    }
    let Ok(text) = fs::read(path) else {
        return Ok(None);
    };
    let filename = str_::decode_fs(source.as_bytes())?;
    let code = engine::compile(&text, false, &filename, Mode::Exec, 0, config::optimize())?;
    if !config::with(|c| c.dont_write_bytecode) {
        let mut data = MAGIC.to_vec();
        data.extend_from_slice(&0u32.to_le_bytes());
        data.extend_from_slice(&(meta.mtime() as u32).to_le_bytes());
        data.extend_from_slice(&(meta.size() as u32).to_le_bytes());
        data.extend_from_slice(&crate::marshal::to_bytes(&code, crate::marshal::VERSION)?);
        let _ = places.iter().find(|place| write(place, &data).is_ok());
    }
    Ok(Some(code))
}

/// The code of a `.pyc`, if it belongs to the source as it is now.
fn read(place: &Path, source: &fs::Metadata) -> PyResult<Option<Ref<PyCodeObject>>> {
    let Ok(data) = fs::read(place) else {
        return Ok(None);
    };
    let word = |at: usize| -> Option<u32> {
        Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?))
    };
    if data.get(..4) != Some(&MAGIC) {
        return Ok(None);
    }
    let valid = match word(4) {
        Some(0) => word(8) == Some(source.mtime() as u32) && word(12) == Some(source.size() as u32),
        // Hash-based and unchecked.
        Some(1) => true,
        _ => false,
    };
    if !valid {
        return Ok(None);
    }
    match crate::marshal::Reader::new(&data[16..]).object() {
        // SAFETY: the type is checked.
        Ok(code) if def::Downcast::is_exact::<PyCodeObject>(&*code) => {
            Ok(Some(unsafe { code.cast() }))
        }
        Ok(_) => Ok(None),
        Err(_) => {
            errors::clear();
            Ok(None)
        }
    }
}

/// Writes to a file that nobody sees before it is complete.
fn write(place: &Path, data: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    let temporary = place.with_extension(format!("pyc.{}", std::process::id()));
    let result = fs::File::create(&temporary)
        .and_then(|mut file| file.write_all(data))
        .and_then(|()| fs::rename(&temporary, place));
    if result.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    result
}
