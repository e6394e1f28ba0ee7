//! Names: globals, builtins, local namespaces of modules and class bodies, cells.

use crate::calls::{Outcome, call_borrowed};
use crate::replay::{self, Job};
use hotpy_code::object::kind;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;

/// UnboundLocalError for local `index`.
#[cold]
pub fn unbound_local(frame: &Frame, index: usize) {
    let name = frame.code().local_name(index);
    let text = format!(
        "cannot access local variable '{}' where it is not associated with a value",
        name.to_string_lossy()
    );
    errors::raise_name_error(name, &text, true);
}

/// UnboundLocalError or NameError for an empty cell.
#[cold]
pub fn unbound_cell(frame: &Frame, index: usize) {
    let code = frame.code();
    let name = code.local_name(index);
    if code.localspluskinds()[index] & kind::FREE == 0 {
        return unbound_local(frame, index);
    }
    free_variable_error(name);
}

fn free_variable_error(name: &Str) -> Raised {
    let text = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        name.to_string_lossy()
    );
    errors::raise_name_error(name, &text, false)
}

#[cold]
fn name_error(name: &Str) -> Raised {
    errors::raise_name_error(
        name,
        &format!("name '{}' is not defined", name.to_string_lossy()),
        false,
    )
}

/// The frame's globals, a dict or a subclass of dict.
#[inline(always)]
pub fn globals(frame: &Frame) -> &PyDictObject {
    // SAFETY: a function's globals are a dict.
    unsafe { &*frame.f_globals.as_ptr().cast() }
}

/// The frame's builtins; mostly a dict.
#[inline(always)]
fn builtins(frame: &Frame) -> &PyObject {
    // SAFETY: a function always has builtins.
    unsafe { &*frame.f_builtins.as_ptr() }
}

/// What builtins have under a name. A mapping may be one of Python.
fn load_builtin(ts: &PyThreadState, frame: &Frame, name: &Str) -> Outcome {
    fn job(job: &Job<'_>) -> PyResult {
        // SAFETY: the operands are builtins and a name.
        from_builtins(job.args[0], unsafe { job.args[1].cast() })
    }
    let builtins = builtins(frame);
    if builtins.is_exact::<PyDictObject>() {
        return from_builtins(builtins, name).into();
    }
    replay::attempt(ts, job, 0, &[builtins, name])
}

fn from_builtins(builtins: &PyObject, name: &Str) -> PyResult {
    mapping_get(builtins, name)?.ok_or_else(|| name_error(name))
}

/// LOAD_GLOBAL. A subclass of dict is asked as any mapping is.
pub fn load_global(ts: &PyThreadState, frame: &Frame, name: &Str) -> Outcome {
    fn job(job: &Job<'_>) -> PyResult {
        // SAFETY: the operands are globals, a name and builtins.
        let name: &Str = unsafe { job.args[1].cast() };
        match mapping_get(job.args[0], name)? {
            Some(value) => Ok(value),
            None => from_builtins(job.args[2], name),
        }
    }
    let globals = globals(frame);
    if globals.is_exact::<PyDictObject>() {
        return from_globals(ts, frame, name);
    }
    replay::attempt(ts, job, 0, &[globals, name, builtins(frame)])
}

/// What the globals, as a dict, or builtins have under a name.
fn from_globals(ts: &PyThreadState, frame: &Frame, name: &Str) -> Outcome {
    match globals(frame).get_item(name) {
        Ok(Some(value)) => Outcome::Value(value),
        Ok(None) => load_builtin(ts, frame, name),
        Err(Raised) => Outcome::Raised,
    }
}

/// STORE_GLOBAL.
pub fn store_global(frame: &Frame, name: &Str, value: &PyObject) -> PyResult<()> {
    globals(frame).set_item(name, value)
}

/// DELETE_GLOBAL.
pub fn delete_global(frame: &Frame, name: &Str) -> PyResult<()> {
    if globals(frame).del_item(name)? {
        Ok(())
    } else {
        Err(name_error(name))
    }
}

/// The local namespace of a module or class body. SystemError if there is none.
fn locals(frame: &Frame, what: &str, name: &Str) -> PyResult {
    frame
        .f_locals
        .cloned()
        // A function made of a module's code.
        .or_else(|| {
            (!frame.code().has_flag(hotpy_code::object::flags::OPTIMIZED))
                .then(|| Ref::new(globals(frame)).into_object())
        })
        .ok_or_else(|| raise!(SystemError, "no locals {what} '{}'", name.to_string_lossy()))
}

/// What a mapping has under a name; `None` if nothing.
fn mapping_get(mapping: &PyObject, name: &Str) -> PyResult<Option<Ref>> {
    if let Some(d) = mapping.exact::<PyDictObject>() {
        return d.get_item(name);
    }
    match protocol::getitem(mapping, name) {
        Ok(value) => Ok(Some(value)),
        Err(Raised) if errors::matches(&exceptions::KeyError) => {
            errors::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// LOAD_NAME. A mapping may be one of Python.
pub fn load_name(ts: &PyThreadState, frame: &Frame, name: &Str) -> Outcome {
    fn job(job: &Job<'_>) -> PyResult {
        // SAFETY: the operands are a mapping, a name, a dict and builtins.
        let (name, globals): (&Str, &PyDictObject) =
            unsafe { (job.args[1].cast(), job.args[2].cast()) };
        if let Some(value) = mapping_get(job.args[0], name)? {
            return Ok(value);
        }
        match globals.get_item(name)? {
            Some(value) => Ok(value),
            None => from_builtins(job.args[3], name),
        }
    }
    let locals = match locals(frame, "when loading", name) {
        Ok(locals) => locals,
        Err(Raised) => return Outcome::Raised,
    };
    if let Some(d) = locals.exact::<PyDictObject>() {
        return match d.get_item(name) {
            Ok(Some(value)) => Outcome::Value(value),
            Ok(None) => from_globals(ts, frame, name),
            Err(Raised) => Outcome::Raised,
        };
    }
    let args = [&*locals, name, globals(frame), builtins(frame)];
    replay::attempt(ts, job, 0, &args)
}

/// STORE_NAME.
pub fn store_name(ts: &PyThreadState, frame: &Frame, name: &Str, value: &PyObject) -> Outcome {
    fn job(job: &Job<'_>) -> PyResult {
        protocol::setitem(job.args[0], job.args[1], job.args[2]).map(|()| singletons::none())
    }
    match locals(frame, "found when storing", name) {
        Ok(locals) => match locals.exact::<PyDictObject>() {
            Some(d) => d.set_item(name, value).map(|()| singletons::none()).into(),
            None => replay::attempt(ts, job, 0, &[&locals, name, value]),
        },
        Err(Raised) => Outcome::Raised,
    }
}

/// DELETE_NAME.
pub fn delete_name(ts: &PyThreadState, frame: &Frame, name: &Str) -> Outcome {
    fn job(job: &Job<'_>) -> PyResult {
        // SAFETY: the operands are a mapping and a name.
        let name: &Str = unsafe { job.args[1].cast() };
        match protocol::delitem(job.args[0], name) {
            Ok(()) => Ok(singletons::none()),
            Err(Raised) if errors::matches(&exceptions::KeyError) => {
                errors::clear();
                Err(name_error(name))
            }
            Err(raised) => Err(raised),
        }
    }
    let locals = match locals(frame, "when deleting", name) {
        Ok(locals) => locals,
        Err(Raised) => return Outcome::Raised,
    };
    match locals.exact::<PyDictObject>().map(|d| d.del_item(name)) {
        Some(Ok(true)) => Outcome::Value(singletons::none()),
        Some(Ok(false)) => {
            name_error(name);
            Outcome::Raised
        }
        Some(Err(Raised)) => Outcome::Raised,
        None => replay::attempt(ts, job, 0, &[&locals, name]),
    }
}

/// LOAD_CLASSDEREF.
pub fn load_class_deref(ts: &PyThreadState, frame: &Frame, index: usize) -> Outcome {
    fn job(job: &Job<'_>) -> PyResult {
        // SAFETY: the operands are a mapping, a name and a cell.
        let (name, cell): (&Str, &PyCellObject) =
            unsafe { (job.args[1].cast(), job.args[2].cast()) };
        if let Some(value) = mapping_get(job.args[0], name)? {
            return Ok(value);
        }
        cell.ob_ref
            .cloned()
            .ok_or_else(|| free_variable_error(name))
    }
    let name = frame.code().local_name(index);
    let Ok(locals) = locals(frame, "when loading", name) else {
        return Outcome::Raised;
    };
    // SAFETY: a free variable's slot holds a cell.
    let cell = unsafe { &**frame.local_ptr(index) };
    replay::attempt(ts, job, 0, &[&locals, name, cell])
}

/// SETUP_ANNOTATIONS.
pub fn setup_annotations(ts: &PyThreadState, frame: &Frame) -> Outcome {
    fn job(job: &Job<'_>) -> PyResult {
        if mapping_get(job.args[0], &names::__annotations__)?.is_none() {
            let d = dict::new()?;
            protocol::setitem(job.args[0], &names::__annotations__, &d)?;
        }
        Ok(singletons::none())
    }
    let what = "found when setting up annotations";
    match locals(frame, what, &names::__annotations__) {
        Ok(locals) => replay::attempt(ts, job, 0, &[&locals]),
        Err(Raised) => Outcome::Raised,
    }
}

/// LOAD_BUILD_CLASS.
pub fn load_build_class(ts: &PyThreadState, frame: &Frame) -> Outcome {
    fn job(job: &Job<'_>) -> PyResult {
        mapping_get(job.args[0], &names::__build_class__)?
            .ok_or_else(|| raise!(NameError, "__build_class__ not found"))
    }
    replay::attempt(ts, job, 0, &[builtins(frame)])
}

/// PRINT_EXPR.
pub fn print_expr(ts: &PyThreadState, value: &PyObject) -> Outcome {
    let hook = (hooks::hooks().import)("sys")
        .and_then(|sys| protocol::getattr_opt(&sys, &names::displayhook))
        .and_then(|hook| hook.ok_or_else(|| raise!(RuntimeError, "lost sys.displayhook")));
    match hook {
        Ok(hook) => call_borrowed(ts, &hook, &[value]),
        Err(Raised) => Outcome::Raised,
    }
}
