//! The method resolution order: C3 linearisation, and a metaclass's own `mro()`.
//!
//! C3 merges the bases' orders and the list of bases: the next class is the first head that stands in no other list's tail.

use super::{PyType_Type, is_subtype, new};
use crate::*;

/// The order by C3, of types. TypeError if there is none or a base stands twice.
pub fn c3(ty: &PyTypeObject) -> PyResult<Vec<Ref<PyTypeObject>>> {
    let bases = ty.bases();
    let mut order = vec![Ref::new(ty)];
    if let Some(base) = bases.iter().find(|b| b.tp_mro.is_null()) {
        return Err(raise!(
            TypeError,
            "Cannot extend an incomplete type '{}'",
            base.name()
        ));
    }
    if let [base] = bases {
        order.extend(base.mro().iter().map(|t| Ref::new(*t)));
        return Ok(order);
    }
    for (i, base) in bases.iter().enumerate() {
        if bases[..i].iter().any(|other| std::ptr::eq(*other, *base)) {
            return Err(raise!(
                TypeError,
                "duplicate base class {}",
                base.short_name()
            ));
        }
    }
    let mut lists: Vec<Vec<&PyTypeObject>> = bases.iter().map(|b| b.mro().to_vec()).collect();
    lists.push(bases.to_vec());
    let mut heads = vec![0; lists.len()];
    loop {
        let mut open = false;
        let mut chosen = None;
        for (list, &head) in lists.iter().zip(&heads) {
            let Some(&candidate) = list.get(head) else {
                continue;
            };
            open = true;
            let in_a_tail = lists.iter().zip(&heads).any(|(list, &head)| {
                list.iter()
                    .skip(head + 1)
                    .any(|t| std::ptr::eq(*t, candidate))
            });
            if !in_a_tail {
                chosen = Some(candidate);
                break;
            }
        }
        match chosen {
            Some(candidate) => {
                order.push(Ref::new(candidate));
                for (list, head) in lists.iter().zip(&mut heads) {
                    if list.get(*head).is_some_and(|t| std::ptr::eq(*t, candidate)) {
                        *head += 1;
                    }
                }
            }
            None if open => return Err(no_order(&lists, &heads)),
            None => return Ok(order),
        }
    }
}

fn no_order(lists: &[Vec<&PyTypeObject>], heads: &[usize]) -> Raised {
    let mut names: Vec<&str> = Vec::new();
    let mut seen: Vec<&PyTypeObject> = Vec::new();
    for (list, &head) in lists.iter().zip(heads) {
        if let Some(&t) = list.get(head)
            && !seen.iter().any(|s| std::ptr::eq(*s, t))
        {
            seen.push(t);
            names.push(t.short_name());
        }
    }
    raise!(
        TypeError,
        "Cannot create a consistent method resolution\norder (MRO) for bases {}",
        names.join(", ")
    )
}

/// The order that a metaclass's `mro()` answers, checked; plain C3 if the metaclass does not override it.
async fn invoke(ty: &PyTypeObject) -> PyResult<Ref<PyTupleObject>> {
    let meta = ty.ty();
    let custom = !std::ptr::eq(meta, &PyType_Type)
        && super::lookup(meta, &names::mro).is_some_and(|found| {
            super::lookup(&PyType_Type, &names::mro).is_none_or(|own| !std::ptr::eq(own, found))
        });
    if !custom {
        let order = c3(ty)?;
        return tuple::from_owned(order.into_iter().map(Ref::into_object).collect());
    }
    let method = protocol::lookup_special(ty, &names::mro)?.ok_or(Raised)?;
    let answer = task::call(&method, Vec::new()).await?;
    let items = task::collect(&answer).await?;
    if items.is_empty() {
        return Err(raise!(TypeError, "type MRO must not be empty"));
    }
    let solid = new::solid_base(ty);
    for item in &items {
        let Some(base) = item.downcast::<PyTypeObject>() else {
            return Err(raise!(
                TypeError,
                "mro() returned a non-class ('{}')",
                item.ty().name()
            ));
        };
        if !is_subtype(solid, new::solid_base(base)) {
            return Err(raise!(
                TypeError,
                "mro() returned base with unsuitable layout ('{}')",
                base.name()
            ));
        }
    }
    tuple::from_owned(items)
}

/// Computes and publishes the order. Answers false if `mro()` itself has changed it meanwhile (then nothing is published).
/// The old order is handed out through `old`. May run Python.
pub async fn compute(ty: &PyTypeObject, old: &mut Option<Ref>) -> PyResult<bool> {
    let before = ty.tp_mro.cloned();
    let order = invoke(ty).await?;
    let reentered =
        ty.tp_mro.as_ptr() != before.as_ref().map_or(std::ptr::null_mut(), |m| m.as_ptr());
    if reentered {
        return Ok(false);
    }
    let odd = order.items().iter().any(|t| {
        // SAFETY: checked above to be types.
        let base: &PyTypeObject = unsafe { t.cast() };
        !std::ptr::eq(base, ty) && !reachable(ty, base)
    });
    super::modified(ty);
    *old = ty.tp_mro.replace(Some(order.into_object()));
    super::modified(ty);
    let flags = ty.tp_flags.get() & !super::cache::NO_VERSION;
    ty.tp_flags.set(if odd {
        flags | super::cache::NO_VERSION
    } else {
        flags
    });
    Ok(true)
}

/// Whether `base` is an ancestor of `ty` through `__bases__`, so that its changes reach `ty`.
fn reachable(ty: &PyTypeObject, base: &PyTypeObject) -> bool {
    ty.bases()
        .iter()
        .any(|b| std::ptr::eq(*b, base) || is_subtype(b, base) && reachable(b, base))
}
