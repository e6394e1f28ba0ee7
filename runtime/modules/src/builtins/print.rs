//! `print` and `input`.

use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::Downcast;
use hotpy_objects::flags::tp;
use hotpy_objects::task::{self, Begun};
use hotpy_objects::*;

/// Writes `str(value)` to a file object.
async fn write(file: &PyObject, value: &PyObject) -> PyResult<()> {
    let shown = task::str(value).await?;
    if let Some(text) = shown.downcast::<Str>()
        && let Some(done) = crate::io::write_str(file, text)
    {
        return done;
    }
    let write = protocol::getattr(file, &names::write)?;
    task::call(&write, vec![shown]).await?;
    Ok(())
}

pub extern "C" fn print(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let total = count as usize + kwnames.map_or(0, |k| k.len());
    let all = growing::owned(args.slice(total as isize))?;
    task::run(printing(all, kwnames.map(Ref::new)))
}

/// The same from bytecode: methods of what is printed, and of the file, run in frames.
pub fn begin_print(
    _: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let is_plain =
        |o: &PyObject| o.ty().tp_flags.get() & tp::PLAIN != 0 || crate::io::is_in_memory(o);
    let file = crate::sys::dict().and_then(|d| d.get_str(&names::stdout));
    // What cannot be had is told by `print` itself.
    if !growing::fits(size_of_val(args) * 2) {
        return None;
    }
    if args.iter().all(|a| is_plain(a)) && file.is_none_or(|f| !f.ty().is_heap_type()) {
        return None;
    }
    let (args, names) = (
        args.iter().map(|a| a.to_ref()).collect(),
        names.map(Ref::new),
    );
    Some(Begun::Task(Box::pin(async {
        printing(args, names).await.map(Some)
    })))
}

async fn printing(args: Vec<Ref>, kwnames: Option<Ref<PyTupleObject>>) -> PyResult {
    let all = growing::collected(args.iter().map(|a| &**a))?;
    let count = all.len() - kwnames.as_ref().map_or(0, |k| k.len());
    let (values, named) = all.split_at(count);
    let (mut sep, mut end, mut file, mut flush) = (None, None, None, None);
    for (keyword, value) in kwnames
        .as_ref()
        .map_or(&[][..], |k| k.items())
        .iter()
        .zip(named)
    {
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
        None => match crate::sys::dict().and_then(|d| d.get_str(&names::stdout)) {
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
            write(&file, sep).await?;
        }
        write(&file, value).await?;
    }
    match end {
        Some(end) => write(&file, end).await?,
        None => write(&file, &**str_::from_char('\n' as u32)?).await?,
    }
    if flush {
        let flush = protocol::getattr(&file, &names::flush)?;
        task::call(&flush, Vec::new()).await?;
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

async fn flush(file: &PyObject) {
    if task::method(file, "flush", Vec::new()).await.is_err() {
        errors::clear();
    }
}

/// Whether a file object is the process's own standard file.
async fn is_standard(file: &PyObject, fd: i64) -> bool {
    match task::method(file, "fileno", Vec::new()).await {
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
    task::run(reading(args.first().copied()))
}

/// The same from bytecode.
pub fn begin_input(
    _: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    if args.len() > 1 || names.is_some_and(|n| n.len() > 0) {
        return None;
    }
    let prompt = args.first().map(|p| p.to_ref());
    Some(Begun::Task(Box::pin(async move {
        reading(prompt.as_deref()).await.map(Some)
    })))
}

async fn reading(prompt: Option<&PyObject>) -> PyResult {
    let (stdin, stdout, stderr) = (standard("stdin")?, standard("stdout")?, standard("stderr")?);
    let shown = prompt.unwrap_or(&singletons::_Py_NoneStruct);
    crate::sys::audit("builtins.input", &[shown])?;
    flush(&stderr).await;
    if is_standard(&stdin, 0).await
        && is_standard(&stdout, 1).await
        && crate::readline::is_terminal()
    {
        flush(&stdout).await;
        return crate::readline::input(&stdin, &stdout, prompt);
    }
    if let Some(prompt) = prompt {
        write(&stdout, prompt).await?;
    }
    flush(&stdout).await;
    let line = task::method(&stdin, "readline", Vec::new()).await?;
    let Some(text) = line.downcast::<Str>() else {
        return Err(raise!(TypeError, "object.readline() returned non-string"));
    };
    match text.len() {
        0 => Err(raise!(EOFError, "EOF when reading a line")),
        n if text.char_at(n - 1) == '\n' as u32 => Ok(text.substring(0, n - 1)?.into_object()),
        _ => Ok(line),
    }
}
