//! `SyntaxError`: message and place.

use super::{args_of, base, object_member};
use crate::task::{self, Fills};
use crate::*;
use std::mem::offset_of;

pub(super) static MEMBERS: [PyMemberDef; 9] = [
    object_member(
        c"msg",
        offset_of!(PySyntaxErrorObject, msg),
        c"The message.",
    ),
    object_member(
        c"filename",
        offset_of!(PySyntaxErrorObject, filename),
        c"The file's name.",
    ),
    object_member(
        c"lineno",
        offset_of!(PySyntaxErrorObject, lineno),
        c"The line, from 1.",
    ),
    object_member(
        c"offset",
        offset_of!(PySyntaxErrorObject, offset),
        c"The column, from 1.",
    ),
    object_member(
        c"text",
        offset_of!(PySyntaxErrorObject, text),
        c"The line's text.",
    ),
    object_member(
        c"end_lineno",
        offset_of!(PySyntaxErrorObject, end_lineno),
        c"The last line.",
    ),
    object_member(
        c"end_offset",
        offset_of!(PySyntaxErrorObject, end_offset),
        c"The column after the end.",
    ),
    object_member(
        c"print_file_and_line",
        offset_of!(PySyntaxErrorObject, print_file_and_line),
        c"Whether the place is printed in front.",
    ),
    PyMemberDef::END,
];

pub(super) extern "C" fn init(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> c_int {
    def::status(task::run(fill(this, args_of(args), kwargs)))
}

/// What iterates over the place in Python does so in frames.
pub(super) fn init_tasks() {
    let fills = Fills {
        asks: base::second_asks,
        begin: |this, args, kwargs| {
            let this = this.to_ref();
            Some(Box::pin(async move {
                let kwargs: Option<&PyObject> = kwargs.as_deref().map(|k| &**k);
                fill(&this, &args, kwargs).await?;
                Ok(Some(singletons::none()))
            }))
        },
    };
    for ty in [
        &super::SyntaxError,
        &super::IndentationError,
        &super::TabError,
    ] {
        task::register_init(ty, fills);
    }
}

async fn fill(this: &PyObject, args: &PyTupleObject, kwargs: Option<&PyObject>) -> PyResult<()> {
    base::set_args(this, args, kwargs)?;
    // SAFETY: U3.
    let e: &PySyntaxErrorObject = unsafe { this.cast() };
    if let Some(message) = args.items().first() {
        e.msg.set(Some(message.to_ref()));
    }
    let [_, place] = args.items() else {
        return Ok(());
    };
    let place = base::collected(place).await?;
    let count = place.len();
    if !(4..=6).contains(&count) {
        let (bound, limit) = if count < 4 { ("least", 4) } else { ("most", 6) };
        return Err(raise!(
            TypeError,
            "function takes at {bound} {limit} arguments ({count} given)"
        ));
    }
    let item = |i: usize| place.items().get(i).map(|o| o.to_ref());
    e.filename.set(item(0));
    e.lineno.set(item(1));
    e.offset.set(item(2));
    e.text.set(item(3));
    e.end_lineno.set(item(4));
    e.end_offset.set(item(5));
    if count == 5 {
        return Err(raise!(
            TypeError,
            "end_offset must be provided when end_lineno is provided"
        ));
    }
    Ok(())
}

/// "message (file, line n)", the file without its folders.
pub(super) extern "C" fn str(this: &PyObject) -> PyResult {
    // SAFETY: U3.
    let e: &PySyntaxErrorObject = unsafe { this.cast() };
    let filename = e
        .filename
        .get()
        .and_then(|f| f.downcast::<Str>())
        .map(base_name);
    let lineno = e.lineno.get().and_then(|n| n.exact::<PyLongObject>());
    let lineno = lineno.map(|n| n.to_i64().unwrap_or(-1));
    let message = match e.msg.cloned() {
        Some(message) => protocol::str(&message)?,
        None => protocol::str(&singletons::_Py_NoneStruct)?,
    };
    let mut out = str_::Builder::default();
    out.push_str(&message);
    let line = lineno.map(|n| format!("line {n}"));
    match (filename.transpose()?, line) {
        (None, None) => {}
        (Some(file), Some(line)) => {
            out.push_text(" (");
            out.push_str(&file);
            out.push_text(&format!(", {line})"));
        }
        (Some(file), None) => {
            out.push_text(" (");
            out.push_str(&file);
            out.push_text(")");
        }
        (None, Some(line)) => out.push_text(&format!(" ({line})")),
    }
    Ok(out.finish()?.into_object())
}

fn base_name(path: &Str) -> PyResult<Ref<Str>> {
    let length = path.len();
    let start = (0..length)
        .rev()
        .find(|&i| path.char_at(i) == u32::from('/'))
        .map_or(0, |slash| slash + 1);
    path.substring(start, length)
}
