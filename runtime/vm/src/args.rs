//! Binding call arguments to a Python function's parameters.

use hotpy_code::object::flags::{VARARGS, VARKEYWORDS};
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use smallvec::SmallVec;

/// Owned arguments of a call in progress; what is not taken is dropped.
pub struct Given<'a> {
    pub positional: &'a mut [Option<Ref>],
    pub keywords: &'a mut [Option<Ref>],
    pub names: Option<&'a PyTupleObject>,
}

/// Fills the locals of a new frame (all empty) from the arguments. TypeError with CPython's texts.
pub fn bind(frame: &Frame, function: &PyFunctionObject, given: Given<'_>) -> PyResult<()> {
    let code = frame.code();
    let argcount = code.co_argcount.get() as usize;
    let kwonly = code.co_kwonlyargcount.get() as usize;
    let total = argcount + kwonly;
    let count = given.positional.len();
    // SAFETY: the frame is new and ours: every slot is empty.
    let set = |index: usize, value: Ref| unsafe { *frame.local_ptr(index) = value.into_raw() };
    // SAFETY: as above; a filled slot holds a live object.
    let is_set = |index: usize| unsafe { !(*frame.local_ptr(index)).is_null() };

    let mut rest = total;
    let extra = if code.has_flag(VARARGS) {
        rest += 1;
        let more = given.positional.get_mut(argcount..).unwrap_or_default();
        // SAFETY: they are all there, and are given away.
        unsafe {
            let items = tuple::from_stack(more.as_ptr().cast(), more.len());
            more.as_mut_ptr().write_bytes(0, more.len());
            Some(items?)
        }
    } else {
        None
    };
    if let Some(extra) = extra {
        set(total, extra.into_object());
    }
    let kwdict = if code.has_flag(VARKEYWORDS) {
        let d = dict::new()?;
        set(rest, d.clone().into_object());
        Some(d)
    } else {
        None
    };
    for (i, value) in given.positional.iter_mut().enumerate().take(argcount) {
        if let Some(value) = value.take() {
            set(i, value);
        }
    }
    if let Some(names) = given.names {
        for (i, value) in given.keywords.iter_mut().enumerate() {
            let Some(value) = value.take() else { continue };
            let key = names.items()[i];
            let Some(name) = key.downcast::<Str>() else {
                return Err(raise!(
                    TypeError,
                    "{}() keywords must be strings",
                    qualname(function)
                ));
            };
            match parameter(code, name, code.co_posonlyargcount.get() as usize, total) {
                Some(index) => {
                    if is_set(index) {
                        return Err(raise!(
                            TypeError,
                            "{}() got multiple values for argument '{}'",
                            qualname(function),
                            name.to_string_lossy()
                        ));
                    }
                    set(index, value);
                }
                None => match &kwdict {
                    Some(d) => d.set_item(name, &value)?,
                    None => return Err(unexpected_keyword(function, code, names, name)),
                },
            }
        }
    }
    if count > argcount && !code.has_flag(VARARGS) {
        return Err(too_many(frame, function, count));
    }
    if count < argcount {
        let defaults = function.func_defaults.get().map(|d| {
            // SAFETY: `__defaults__` is a tuple.
            unsafe { d.cast::<PyTupleObject>() }
        });
        let defaults = defaults.map_or(&[][..], PyTupleObject::items);
        let required = argcount - defaults.len().min(argcount);
        let skip = defaults.len().saturating_sub(argcount);
        if (count..required).any(|i| !is_set(i)) {
            return Err(missing(frame, function, 0, required, "positional"));
        }
        for (i, default) in defaults.iter().skip(skip).enumerate() {
            if !is_set(required + i) {
                set(required + i, default.to_ref());
            }
        }
    }
    if kwonly > 0 {
        let mut lacking = false;
        for i in argcount..total {
            if is_set(i) {
                continue;
            }
            let default = match function
                .func_kwdefaults
                .get()
                .and_then(|d| d.downcast::<PyDictObject>())
            {
                Some(d) => d.get_item(code.local_name(i))?,
                None => None,
            };
            match default {
                Some(default) => set(i, default),
                None => lacking = true,
            }
        }
        if lacking {
            return Err(missing(frame, function, argcount, total, "keyword-only"));
        }
    }
    Ok(())
}

/// The index of the parameter of that name that may be given by keyword.
fn parameter(code: &PyCodeObject, name: &Str, from: usize, to: usize) -> Option<usize> {
    let names = code.localsplusnames().items();
    let names = names.get(from..to)?;
    names
        .iter()
        .position(|n| n.is(name))
        // SAFETY: variable names are strings.
        .or_else(|| {
            names
                .iter()
                .position(|n| unsafe { n.cast::<Str>() }.equals(name))
        })
        .map(|i| i + from)
}

fn qualname(function: &PyFunctionObject) -> String {
    function
        .func_qualname
        .get()
        .and_then(|q| q.downcast::<Str>())
        .map_or_else(String::new, Str::to_string_lossy)
}

#[cold]
fn unexpected_keyword(
    function: &PyFunctionObject,
    code: &PyCodeObject,
    given: &PyTupleObject,
    name: &Str,
) -> Raised {
    let posonly = code.co_posonlyargcount.get() as usize;
    let wrong: Vec<String> = given
        .items()
        .iter()
        .filter_map(|k| k.downcast::<Str>())
        .filter(|k| parameter(code, k, 0, posonly).is_some())
        .map(Str::to_string_lossy)
        .collect();
    if !wrong.is_empty() {
        return raise!(
            TypeError,
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            qualname(function),
            wrong.join(", ")
        );
    }
    let text = format!(
        "{}() got an unexpected keyword argument '{}'",
        qualname(function),
        name.to_string_lossy()
    );
    errors::raise_text(&exceptions::TypeError, &text)
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

#[cold]
fn too_many(frame: &Frame, function: &PyFunctionObject, given: usize) -> Raised {
    let code = frame.code();
    let argcount = code.co_argcount.get() as usize;
    let kwonly = code.co_kwonlyargcount.get() as usize;
    let kwonly_given = (argcount..argcount + kwonly)
        // SAFETY: locals of a frame that is being built are empty or live.
        .filter(|&i| unsafe { !(*frame.local_ptr(i)).is_null() })
        .count();
    let defaults = function
        .func_defaults
        .get()
        // SAFETY: `__defaults__` is a tuple.
        .map_or(0, |d| unsafe { d.cast::<PyTupleObject>() }.len());
    let (takes, plural_takes) = if defaults > 0 {
        (
            format!("from {} to {argcount}", argcount.saturating_sub(defaults)),
            "s",
        )
    } else {
        (argcount.to_string(), plural(argcount))
    };
    let kwonly_text = if kwonly_given > 0 {
        format!(
            " positional argument{} (and {kwonly_given} keyword-only argument{})",
            plural(given),
            plural(kwonly_given)
        )
    } else {
        String::new()
    };
    let were = if given == 1 && kwonly_given == 0 {
        "was"
    } else {
        "were"
    };
    raise!(
        TypeError,
        "{}() takes {takes} positional argument{plural_takes} but {given}{kwonly_text} {were} given",
        qualname(function)
    )
}

#[cold]
fn missing(
    frame: &Frame,
    function: &PyFunctionObject,
    from: usize,
    to: usize,
    kind: &str,
) -> Raised {
    let names: SmallVec<[String; 4]> = (from..to)
        // SAFETY: locals of a frame that is being built are empty or live.
        .filter(|&i| unsafe { (*frame.local_ptr(i)).is_null() })
        .map(|i| {
            protocol::repr(frame.code().local_name(i))
                .map_or_else(|_| String::new(), |r| r.to_string_lossy())
        })
        .collect();
    let list = match names.as_slice() {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [head @ .., last] => format!("{}, and {last}", head.join(", ")),
        [] => String::new(),
    };
    raise!(
        TypeError,
        "{}() missing {} required {kind} argument{}: {list}",
        qualname(function),
        names.len(),
        plural(names.len())
    )
}
