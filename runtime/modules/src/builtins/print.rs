//! `print` and `input`.

use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::Downcast;
use hotpy_objects::*;

/// Writes `str(value)` to a file object.
fn write(file: &PyObject, value: &PyObject) -> PyResult<()> {
    let shown = match value.exact::<Str>() {
        Some(text) => Ref::new(text),
        None => protocol::str(value)?,
    };
    if let Some(done) = crate::io::write_str(file, &shown) {
        return done;
    }
    let write = protocol::getattr(file, &names::write)?;
    call::call1(&write, &shown)?;
    Ok(())
}

pub extern "C" fn print(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let total = count as usize + kwnames.map_or(0, |k| k.len());
    let all = args.slice(total as isize);
    let (values, named) = all.split_at(count as usize);
    let (mut sep, mut end, mut file, mut flush) = (None, None, None, None);
    for (keyword, value) in kwnames.map_or(&[][..], |k| k.items()).iter().zip(named) {
        let keyword = keyword
            .downcast::<Str>()
            .map(|k| k.to_string_lossy())
            .unwrap_or_default();
        match keyword.as_str() {
            "sep" => sep = not_none(Some(value)),
            "end" => end = not_none(Some(value)),
            "file" => file = not_none(Some(value)),
            "flush" => flush = Some(*value),
            _ => {
                return Err(raise!(
                    TypeError,
                    "'{keyword}' is an invalid keyword argument for print()"
                ));
            }
        }
    }
    let flush = bool_arg(flush, false)?;
    let file = match file {
        Some(file) => file.to_ref(),
        None => match crate::sys::get("stdout") {
            Some(file) if singletons::is_none(&file) => return none(),
            Some(file) => file,
            None => return Err(raise!(RuntimeError, "lost sys.stdout")),
        },
    };
    for (given, name) in [(sep, "sep"), (end, "end")] {
        if let Some(o) = given
            && !o.is_instance::<Str>()
        {
            return Err(raise!(
                TypeError,
                "{name} must be None or a string, not {}",
                o.ty().name()
            ));
        }
    }
    let space;
    let sep = match sep {
        Some(sep) => sep,
        None => {
            space = str_::from_char(' ' as u32)?;
            &**space
        }
    };
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            write(&file, sep)?;
        }
        write(&file, value)?;
    }
    match end {
        Some(end) => write(&file, end)?,
        None => write(&file, &**str_::from_char('\n' as u32)?)?,
    }
    if flush {
        call::call0(&*protocol::getattr(&file, &names::flush)?)?;
    }
    none()
}

/// A standard file, or RuntimeError "input(): lost sys.X".
fn standard(name: &str) -> PyResult {
    match crate::sys::get(name) {
        Some(file) if !singletons::is_none(&file) => Ok(file),
        _ => Err(raise!(RuntimeError, "input(): lost sys.{name}")),
    }
}

fn flush(file: &PyObject) {
    if method(file, "flush", &[]).is_err() {
        errors::clear();
    }
}

/// Whether a file object is the process's own standard file.
fn is_standard(file: &PyObject, fd: i64) -> bool {
    match method(file, "fileno", &[]) {
        Ok(number) => number.downcast::<PyLongObject>().and_then(|n| n.to_i64()) == Some(fd),
        Err(Raised) => {
            errors::clear();
            false
        }
    }
}

pub extern "C" fn input(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("input", args.len(), 0, 1)?;
    let (stdin, stdout, stderr) = (standard("stdin")?, standard("stdout")?, standard("stderr")?);
    let prompt: &PyObject = match args.first() {
        Some(prompt) => prompt,
        None => &singletons::_Py_NoneStruct,
    };
    crate::sys::audit("builtins.input", &[prompt])?;
    flush(&stderr);
    if is_standard(&stdin, 0) && is_standard(&stdout, 1) && crate::readline::is_terminal() {
        flush(&stdout);
        return crate::readline::input(&stdin, &stdout, args.first().copied());
    }
    if let Some(prompt) = args.first() {
        write(&stdout, prompt)?;
    }
    flush(&stdout);
    let line = method(&stdin, "readline", &[])?;
    let Some(text) = line.downcast::<Str>() else {
        return Err(raise!(TypeError, "object.readline() returned non-string"));
    };
    match text.len() {
        0 => Err(raise!(EOFError, "EOF when reading a line")),
        n if text.char_at(n - 1) == '\n' as u32 => Ok(text.substring(0, n - 1)?.into_object()),
        _ => Ok(line),
    }
}
