//! Between fast locals and the `f_locals` mapping.

use super::*;
use hotpy_code::object::flags::OPTIMIZED;
use hotpy_code::object::kind::{CELL, FREE, LOCAL};

/// The value of locals-plus variable `index`: cells are looked into once the frame has made them.
fn value_of(frame: &Frame, index: usize, kind: u8) -> Option<Ref> {
    // SAFETY: a local slot owns a live object or is null.
    let slot = unsafe { (*frame.local_ptr(index)).as_ref() };
    if kind & FREE != 0 || kind & CELL != 0 {
        if let Some(cell) = slot.and_then(|v| v.exact::<PyCellObject>()) {
            // Before MAKE_CELL has run the slot holds the argument itself, which may be a cell by chance only if
            // the frame has started.
            if frame.lasti() >= 0 {
                return cell.ob_ref.cloned();
            }
        }
    }
    slot.map(Ref::new)
}

/// Copies the free variables that RETURN_GENERATOR or COPY_FREE_VARS would have put into the frame, if it has not run yet.
fn ensure_free_vars(frame: &Frame) {
    let code = frame.code();
    let nfree = code.co_nfreevars.get() as usize;
    if nfree == 0 || frame.lasti() >= 0 {
        return;
    }
    let first = code.co_nlocalsplus.get() as usize - nfree;
    let Some(closure) = frame.f_func.get().and_then(|f| f.func_closure.get()) else {
        return;
    };
    // SAFETY: a function's closure is a tuple of cells; the slots are empty before COPY_FREE_VARS.
    unsafe {
        let closure: &PyTupleObject = closure.cast();
        for (i, cell) in closure.items().iter().enumerate().take(nfree) {
            if (*frame.local_ptr(first + i)).is_null() {
                *frame.local_ptr(first + i) = cell.to_ref().into_raw();
            }
        }
        // COPY_FREE_VARS is the first instruction; it has been done.
        frame.prev_instr.set(code.first_instr());
    }
}

/// Brings the mapping up to date with the fast locals and hands it out (C: `PyFrame_FastToLocals`).
pub fn fast_to_locals(frame: &Frame) -> PyResult {
    let locals = match frame.f_locals.cloned() {
        Some(locals) => locals,
        None => {
            let new = dict::new()?.into_object();
            frame.f_locals.set(Some(new.clone()));
            new
        }
    };
    ensure_free_vars(frame);
    let code = frame.code();
    let optimized = code.has_flag(OPTIMIZED);
    for (i, &kind) in code.localspluskinds().iter().enumerate() {
        // A class body's free variables are not part of its namespace.
        if kind & FREE != 0 && !optimized {
            continue;
        }
        if kind & (LOCAL | CELL | FREE) == 0 {
            continue;
        }
        let name = Ref::new(code.local_name(i));
        match value_of(frame, i, kind) {
            Some(value) => protocol::setitem(&locals, &name, &value)?,
            None => {
                if protocol::delitem(&locals, &name).is_err() {
                    if !errors::matches(&exceptions::KeyError) {
                        return Err(Raised);
                    }
                    errors::clear();
                }
            }
        }
    }
    Ok(locals)
}

/// Copies the mapping back into the fast locals; names missing from it are unbound if `clear` (C: `PyFrame_LocalsToFast`).
pub fn locals_to_fast(frame: &Frame, clear: bool) -> PyResult<()> {
    let Some(locals) = frame.f_locals.cloned() else {
        return Ok(());
    };
    let code = frame.code();
    let optimized = code.has_flag(OPTIMIZED);
    for (i, &kind) in code.localspluskinds().iter().enumerate() {
        if kind & FREE != 0 && !optimized {
            continue;
        }
        let name = Ref::new(code.local_name(i));
        let value = match protocol::getitem(&locals, &name) {
            Ok(value) => Some(value),
            Err(Raised) => {
                if !errors::matches(&exceptions::KeyError) {
                    return Err(Raised);
                }
                errors::clear();
                None
            }
        };
        if value.is_none() && !clear {
            continue;
        }
        // SAFETY: the slot owns a live object or is null; the old value is dropped after the new one is in place.
        unsafe {
            let slot = frame.local_ptr(i);
            if kind & (FREE | CELL) != 0 {
                if let Some(cell) = (*slot).as_ref().and_then(|v| v.exact::<PyCellObject>()) {
                    cell.ob_ref.set(value);
                    continue;
                }
            }
            let old = std::mem::replace(
                &mut *slot,
                value.map_or(std::ptr::null_mut(), Ref::into_raw),
            );
            drop(Ref::from_owned_opt(old));
        }
    }
    Ok(())
}
