//! Set operations of views of dicts with what Python iterates over, as tasks: each item is looked up in a step of its own. With all others they are
//! attempts.

use super::views::{_PyDictViewObject, PyDictItems_Type, PyDictKeys_Type, set_view, to_set};
use super::*;
use crate::number::BinaryOp;
use crate::task::{self, Begun, Native, Task};

/// The jobs of one item: `[view, item]`; to keep it in a result, `[view, item, result]`; of a whole operand, `[operand]`.
const CONTAINS: Native = |a| Ok(Some(boolean::from(view_of(a[0]).contains(a[1])?)));
const KEEP: Native = |a| {
    if view_of(a[0]).contains(a[1])? {
        // SAFETY: the result is a set.
        unsafe { a[2].cast::<PySetObject>() }.add(a[1])?;
    }
    Ok(None)
};
const TO_SET: Native = |a| Ok(Some(to_set(a[0])?.into_object()));

fn view_of(object: &PyObject) -> &_PyDictViewObject {
    // SAFETY: the first operand of the jobs is a view.
    unsafe { object.cast() }
}

/// Whether an operand is iterated over natively for sure.
fn is_native(operand: &PyObject) -> bool {
    set_view(operand).is_some() || set::is_native(operand)
}

async fn set_of(operand: &PyObject) -> PyResult<Ref<PySetObject>> {
    if is_native(operand) {
        let made = task::attempt(TO_SET, &[operand]).await?;
        // SAFETY: the job answers a set.
        return made.map(|m| unsafe { m.cast() }).ok_or(Raised);
    }
    let made = set::new()?;
    set::add_all(&made, operand).await?;
    Ok(made)
}

async fn run(op: BinaryOp, left: Ref, right: Ref) -> PyResult {
    if op == BinaryOp::And {
        let (view, other) = match set_view(&left) {
            Some(_) => (left, right),
            None => (right, left),
        };
        let result = set::new()?;
        let iterator = task::iter(&other).await?;
        while let Some(item) = task::next(&iterator).await? {
            task::attempt(KEEP, &[&view, &item, &result]).await?;
        }
        return Ok(result.into_object());
    }
    let result = set_of(&left).await?;
    match op {
        BinaryOp::Or => set::add_all(&result, &right).await?,
        BinaryOp::Subtract => set::discard_all(&result, &right).await?,
        _ => set::toggle(&result, &*set_of(&right).await?).await?,
    }
    Ok(result.into_object())
}

fn begin_operator(op: BinaryOp, left: &PyObject, right: &PyObject) -> Option<Task> {
    use BinaryOp::{And, Or, Subtract, Xor};
    let is_ours = matches!(op, And | Or | Subtract | Xor)
        && (set_view(left).is_some() || lacks_operator(op, left));
    if !is_ours || is_native(left) && is_native(right) {
        return None;
    }
    let (left, right) = (left.to_ref(), right.to_ref());
    Some(Box::pin(
        async move { run(op, left, right).await.map(Some) },
    ))
}

/// Whether an operand's type has no such operator, which would come first.
fn lacks_operator(op: BinaryOp, operand: &PyObject) -> bool {
    // SAFETY: a type's table pointers are null or valid.
    let table = unsafe { operand.ty().tp_as_number.get().as_ref() };
    table.is_none_or(|t| {
        let slot = match op {
            BinaryOp::And => &t.nb_and,
            BinaryOp::Or => &t.nb_or,
            BinaryOp::Subtract => &t.nb_subtract,
            _ => &t.nb_xor,
        };
        slot.get().is_none()
    })
}

fn begin_isdisjoint(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let ([other], None) = (args, names) else {
        return None;
    };
    if is_native(other) || set::is_any_set(other) {
        return (other.ty().tp_flags.get() & flags::tp::PLAIN == 0).then_some(Begun::Attempt);
    }
    set_view(this)?;
    let (this, other) = (this.to_ref(), other.to_ref());
    Some(Begun::Task(Box::pin(async move {
        let iterator = task::iter(&other).await?;
        while let Some(item) = task::next(&iterator).await? {
            let found = task::attempt(CONTAINS, &[&this, &item]).await?;
            if found.is_some_and(|f| boolean::is_true(&f)) {
                return Ok(Some(boolean::from(false)));
            }
        }
        Ok(Some(boolean::from(true)))
    })))
}

/// Operators and calls from bytecode are tasks.
pub(crate) fn init() -> PyResult<()> {
    for ty in [&PyDictKeys_Type, &PyDictItems_Type] {
        task::register_operators(ty, begin_operator);
        task::register_named(ty, "isdisjoint", begin_isdisjoint)?;
    }
    Ok(())
}
