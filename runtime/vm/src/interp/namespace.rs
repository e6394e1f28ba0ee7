//! Names: globals, builtins, local namespaces of modules and class bodies, cells.

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
    let text = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        name.to_string_lossy()
    );
    errors::raise_name_error(name, &text, false);
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

fn load_builtin(frame: &Frame, name: &Str) -> PyResult {
    let builtins = builtins(frame);
    if let Some(d) = builtins.exact::<PyDictObject>() {
        return d.get_item(name)?.ok_or_else(|| name_error(name));
    }
    protocol::getitem(builtins, name).map_err(|raised| {
        if errors::matches(&exceptions::KeyError) {
            errors::clear();
            return name_error(name);
        }
        raised
    })
}

/// LOAD_GLOBAL.
pub fn load_global(frame: &Frame, name: &Str) -> PyResult {
    match globals(frame).get_item(name)? {
        Some(value) => Ok(value),
        None => load_builtin(frame, name),
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

/// LOAD_NAME.
pub fn load_name(frame: &Frame, name: &Str) -> PyResult {
    let locals = locals(frame, "when loading", name)?;
    if let Some(value) = mapping_get(&locals, name)? {
        return Ok(value);
    }
    load_global(frame, name)
}

/// STORE_NAME.
pub fn store_name(frame: &Frame, name: &Str, value: &PyObject) -> PyResult<()> {
    let locals = locals(frame, "found when storing", name)?;
    match locals.exact::<PyDictObject>() {
        Some(d) => d.set_item(name, value),
        None => protocol::setitem(&locals, name, value),
    }
}

/// DELETE_NAME.
pub fn delete_name(frame: &Frame, name: &Str) -> PyResult<()> {
    let locals = locals(frame, "when deleting", name)?;
    if let Some(d) = locals.exact::<PyDictObject>() {
        return if d.del_item(name)? {
            Ok(())
        } else {
            Err(name_error(name))
        };
    }
    protocol::delitem(&locals, name).map_err(|raised| {
        if errors::matches(&exceptions::KeyError) {
            errors::clear();
            return name_error(name);
        }
        raised
    })
}

/// LOAD_CLASSDEREF.
pub fn load_class_deref(frame: &Frame, index: usize) -> PyResult {
    let name = frame.code().local_name(index);
    let locals = locals(frame, "when loading", name)?;
    if let Some(value) = mapping_get(&locals, name)? {
        return Ok(value);
    }
    // SAFETY: a free variable's slot holds a cell.
    let cell: &PyCellObject = unsafe { (**frame.local_ptr(index)).cast() };
    match cell.ob_ref.cloned() {
        Some(value) => Ok(value),
        None => {
            unbound_cell(frame, index);
            Err(Raised)
        }
    }
}

/// SETUP_ANNOTATIONS.
pub fn setup_annotations(frame: &Frame) -> PyResult<()> {
    let locals = locals(
        frame,
        "found when setting up annotations",
        &names::__annotations__,
    )?;
    if mapping_get(&locals, &names::__annotations__)?.is_none() {
        let d = dict::new()?;
        protocol::setitem(&locals, &names::__annotations__, &d)?;
    }
    Ok(())
}

/// LOAD_BUILD_CLASS.
pub fn load_build_class(frame: &Frame) -> PyResult {
    match mapping_get(builtins(frame), &names::__build_class__)? {
        Some(f) => Ok(f),
        None => Err(raise!(NameError, "__build_class__ not found")),
    }
}

/// PRINT_EXPR.
pub fn print_expr(value: &PyObject) -> PyResult<()> {
    let sys = (hooks::hooks().import)("sys")?;
    match protocol::getattr_opt(&sys, &names::displayhook)? {
        Some(hook) => call::call1(&hook, value).map(drop),
        None => Err(raise!(RuntimeError, "lost sys.displayhook")),
    }
}
