//! `_tracemalloc`: which line made which block of memory. The tables are in `hotpy_objects::tracemalloc`.

use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::{fast, noargs, one};
use hotpy_objects::tracemalloc::{self, MAX_FRAMES, Traceback};
use hotpy_objects::*;
use std::collections::HashMap;
use std::rc::Rc;

/// The frames as a tuple of pairs (file name, line).
pub fn frames(traceback: &Traceback) -> PyResult {
    let frames = traceback
        .frames
        .iter()
        .map(|(file, line)| tuple(vec![file.clone().into_object(), int(i64::from(*line))?]));
    tuple(frames.collect::<PyResult<_>>()?)
}

/// Begins to trace; traces of loops end, because they do not know at each block which line they are at.
pub fn start(limit: usize) {
    hotpy_trace::config::ENABLED.store(false, std::sync::atomic::Ordering::Relaxed);
    tracemalloc::start(limit);
}

/// For reports of damaged blocks: where a block was made, as text.
pub fn origin(block: usize) -> String {
    if tracemalloc::limit().is_none() {
        return "Enable tracemalloc to get the memory block allocation traceback\n".to_owned();
    }
    let Some(traceback) = tracemalloc::traceback(0, block) else {
        return String::new();
    };
    let mut text = "Memory block allocated at (most recent call first):\n".to_owned();
    for (file, line) in &traceback.frames {
        let file = file.to_string_lossy();
        text.push_str(&format!("  File \"{file}\", line {line}\n"));
    }
    text
}

extern "C" fn is_tracing(_: &PyObject) -> PyResult {
    boolean(tracemalloc::limit().is_some())
}

extern "C" fn clear_traces(_: &PyObject) -> PyResult {
    tracemalloc::clear();
    none()
}

extern "C" fn get_traces(_: &PyObject) -> PyResult {
    // Equal tracebacks are one object.
    let mut known: HashMap<*const Traceback, Ref> = HashMap::new();
    let mut all = Vec::new();
    for trace in tracemalloc::traces() {
        let key = Rc::as_ptr(&trace.traceback);
        let shown = match known.get(&key) {
            Some(shown) => shown.clone(),
            None => {
                let shown = frames(&trace.traceback)?;
                known.insert(key, shown.clone());
                shown
            }
        };
        all.push(tuple(vec![
            int(i64::from(trace.domain))?,
            int(trace.size as i64)?,
            shown,
            int(trace.traceback.total as i64)?,
        ])?);
    }
    Ok(list::from_owned(all)?.into_object())
}

extern "C" fn get_object_traceback(_: &PyObject, object: &PyObject) -> PyResult {
    match tracemalloc::traceback(0, tracemalloc::block_of(object)) {
        Some(traceback) => frames(&traceback),
        None => none(),
    }
}

extern "C" fn start_function(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("start", args.len(), 0, 1)?;
    let limit = args.first().map_or(Ok(1), |n| int_arg(n))?;
    match usize::try_from(limit) {
        Ok(limit @ 1..=MAX_FRAMES) => start(limit),
        _ => {
            return Err(raise!(
                ValueError,
                "the number of frames must be in range [1; {MAX_FRAMES}]"
            ));
        }
    }
    none()
}

extern "C" fn stop(_: &PyObject) -> PyResult {
    tracemalloc::stop();
    none()
}

extern "C" fn get_traceback_limit(_: &PyObject) -> PyResult {
    int(tracemalloc::limit().unwrap_or(1) as i64)
}

extern "C" fn get_tracemalloc_memory(_: &PyObject) -> PyResult {
    int(tracemalloc::own_size() as i64)
}

extern "C" fn get_traced_memory(_: &PyObject) -> PyResult {
    let (traced, peak) = tracemalloc::traced();
    tuple(vec![int(traced as i64)?, int(peak as i64)?])
}

extern "C" fn reset_peak(_: &PyObject) -> PyResult {
    tracemalloc::reset_peak();
    none()
}

static_table! {
static METHODS: [PyMethodDef] = [
    noargs::<PyObject>(c"is_tracing", is_tracing, c"is_tracing($module, /)\n--\n\nWhether blocks of memory are being traced."),
    noargs::<PyObject>(c"clear_traces", clear_traces, c"clear_traces($module, /)\n--\n\nForgets all traced blocks."),
    noargs::<PyObject>(c"_get_traces", get_traces, c"_get_traces($module, /)\n--\n\nAll traced blocks, as tuples of domain, size, frames, number of frames."),
    one::<PyObject>(c"_get_object_traceback", get_object_traceback, c"_get_object_traceback($module, obj, /)\n--\n\nThe frames in which an object was made, or None."),
    fast::<PyObject>(c"start", start_function, c"start($module, nframe=1, /)\n--\n\nBegins to trace blocks of memory, with so many frames each."),
    noargs::<PyObject>(c"stop", stop, c"stop($module, /)\n--\n\nEnds tracing, and forgets all traced blocks."),
    noargs::<PyObject>(c"get_traceback_limit", get_traceback_limit, c"get_traceback_limit($module, /)\n--\n\nHow many frames a traceback has at most."),
    noargs::<PyObject>(c"get_tracemalloc_memory", get_tracemalloc_memory, c"get_tracemalloc_memory($module, /)\n--\n\nRoughly, the bytes that tracing itself takes."),
    noargs::<PyObject>(c"reset_peak", reset_peak, c"reset_peak($module, /)\n--\n\nMakes the peak what is traced now."),
    noargs::<PyObject>(c"get_traced_memory", get_traced_memory, c"get_traced_memory($module, /)\n--\n\nThe bytes of the traced blocks, and their peak."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    module::with_methods(
        "_tracemalloc",
        "Which line made which block of memory.",
        METHODS,
    )
}
