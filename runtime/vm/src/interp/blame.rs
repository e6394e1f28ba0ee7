//! AttributeErrors of Python code that an attribute look-up entered learn, on their way to where it was asked for, the attribute's name and whose
//! it was to be: what `name` and `obj` say, and suggestions are made from.

use super::support::base_instruction;
use crate::frames;
use hotpy_isa::Op;
use hotpy_objects::exceptions::AttributeError;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;

/// Tells the exception that is set, which leaves `callee`, what its caller has looked up, if that is what it did.
///
/// # Safety
/// `caller` is the frame before `callee`, and stands at the instruction that has entered it.
#[inline(always)]
pub(super) unsafe fn blame(caller: &Frame, callee: &Frame) {
    if errors::matches(&AttributeError) {
        // SAFETY: passed on.
        unsafe { look(caller, callee) }
    }
}

#[cold]
#[inline(never)]
unsafe fn look(caller: &Frame, callee: &Frame) {
    // SAFETY: passed on.
    let (op, oparg) = unsafe { instruction(caller) };
    let code = callee.code();
    let hook = matches!(
        code.name().ascii(),
        Some("__getattr__" | "__getattribute__")
    );
    let (object, name) = if op == Op::LOAD_ATTR as u8 || op == Op::LOAD_METHOD as u8 {
        (
            receiver(callee),
            Some(caller.code().name_at(oparg).to_ref().into_object()),
        )
    } else if op == Op::CALL as u8 && hook && frames::charge(callee) == 2 {
        // A call of `getattr`, which counts for one more.
        (local(callee, 0), local(callee, 1))
    } else {
        return;
    };
    let (Some(object), Some(name)) = (object, name) else {
        return;
    };
    let plain = protocol::has_generic_getattr(object.ty());
    if op == Op::LOAD_METHOD as u8 && plain {
        return;
    }
    errors::note_attribute(&object, &name);
}

/// The instruction that the frame stands at, or behind whose CACHE units it does.
///
/// # Safety
/// The frame is not incomplete.
unsafe fn instruction(frame: &Frame) -> (u8, usize) {
    let mut at = frame.code().first_instr();
    loop {
        // SAFETY: whole instructions are stepped over up to the one that the frame is at.
        unsafe {
            let (op, oparg, unit) = base_instruction(at);
            let caches = Op::from_u8(op).map_or(0, |op| op.caches());
            at = unit.add(1 + caches);
            if at > frame.prev_instr.get() {
                return (op, oparg);
            }
        }
    }
}

/// The object whose attribute a look-up's function computes.
fn receiver(callee: &Frame) -> Option<Ref> {
    match callee.code().name().ascii().unwrap_or("") {
        "get_descriptor" if callee.code().is_hidden() => local(callee, 1),
        "__get__" => local(callee, 1)
            .filter(|o| !singletons::is_none(o))
            .or_else(|| local(callee, 2)),
        _ => local(callee, 0),
    }
}

/// An argument, as it is by now.
fn local(callee: &Frame, index: usize) -> Option<Ref> {
    if index >= callee.code().co_argcount.get() as usize {
        return None;
    }
    // SAFETY: slots of locals hold references or nothing.
    let value = unsafe { (*callee.local_ptr(index)).as_ref() }?;
    match value.exact::<PyCellObject>() {
        Some(cell) => cell.ob_ref.cloned(),
        None => Some(value.to_ref()),
    }
}
