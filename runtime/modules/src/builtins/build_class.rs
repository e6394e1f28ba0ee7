//! `__build_class__`: bases, metaclass, namespace, body, class.

use crate::engine;
use hotpy_objects::def::Downcast;
use hotpy_objects::flags::tp;
use hotpy_objects::*;

/// The bases with `__mro_entries__` asked of those that are no types; `None` if nothing changed.
fn resolve_bases(bases: &PyTupleObject) -> PyResult<Option<Ref<PyTupleObject>>> {
    let mut resolved = Vec::with_capacity(bases.len());
    let mut changed = false;
    for base in bases.items() {
        if base.ty().is_subclass_flag(tp::TYPE_SUBCLASS) {
            resolved.push(base.to_ref());
            continue;
        }
        let Some(entries) = protocol::getattr_opt(base, &names::__mro_entries__)? else {
            resolved.push(base.to_ref());
            continue;
        };
        let new = call::call1(&entries, bases)?;
        let Some(new) = new.downcast::<PyTupleObject>() else {
            return Err(raise!(TypeError, "__mro_entries__ must return a tuple"));
        };
        changed = true;
        resolved.extend(new.items().iter().map(|b| b.to_ref()));
    }
    if changed {
        Ok(Some(tuple::from_owned(resolved)?))
    } else {
        Ok(None)
    }
}

fn is_mapping(o: &PyObject) -> bool {
    // SAFETY: a type's mapping table, if it has one.
    unsafe { o.ty().tp_as_mapping.get().as_ref() }.is_some_and(|m| m.mp_subscript.get().is_some())
}

fn shown(o: &PyObject) -> PyResult<String> {
    Ok(protocol::repr(o)?
        .to_string_lossy()
        .chars()
        .take(200)
        .collect())
}

pub extern "C" fn build_class(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let total = count as usize + kwnames.map_or(0, |k| k.len());
    let all = args.slice(total as isize);
    let (positional, named) = all.split_at(count as usize);
    if positional.len() < 2 {
        return Err(raise!(TypeError, "__build_class__: not enough arguments"));
    }
    let Some(function) = positional[0].exact::<PyFunctionObject>() else {
        return Err(raise!(
            TypeError,
            "__build_class__: func must be a function"
        ));
    };
    let Some(name) = positional[1].downcast::<Str>() else {
        return Err(raise!(TypeError, "__build_class__: name is not a string"));
    };
    let given_bases = tuple::from_borrowed(&positional[2..])?;
    let bases = resolve_bases(&given_bases)?.unwrap_or_else(|| given_bases.clone());

    let mut meta: Option<Ref> = None;
    let mut keywords: Option<Ref<PyDictObject>> = None;
    if let Some(kwnames) = kwnames {
        let dict = dict::new()?;
        for (key, value) in kwnames.items().iter().zip(named) {
            dict.set_item(key, value)?;
        }
        meta = dict.pop(&names::metaclass)?;
        keywords = Some(dict);
    }
    let mut meta = match meta {
        Some(meta) => meta,
        None => match bases.items().first() {
            None => Ref::new(&*typeobject::PyType_Type).into_object(),
            Some(base) => base.ty().to_ref(),
        },
    };
    let is_class = meta.ty().is_subclass_flag(tp::TYPE_SUBCLASS);
    if is_class {
        // SAFETY: it is a type.
        let winner = typeobject::calculate_metatype(unsafe { PyObject::cast(&meta) }, &bases)?;
        meta = winner.into_object();
    }

    let namespace = match protocol::getattr_opt(&meta, &names::__prepare__)? {
        None => dict::new()?.into_object(),
        Some(prepare) => {
            let args = tuple::from_borrowed(&[name, &**bases])?;
            call::call_ex(&prepare, &args, keywords.as_deref())?
        }
    };
    if !is_mapping(&namespace) {
        let of = if is_class {
            // SAFETY: it is a type.
            unsafe { PyObject::cast::<PyTypeObject>(&meta) }
                .name()
                .to_owned()
        } else {
            "<metaclass>".to_owned()
        };
        return Err(raise!(
            TypeError,
            "{of}.__prepare__() must return a mapping, not {}",
            namespace.ty().name()
        ));
    }
    let cell = engine::run_class_body(function, &namespace)?;
    if !bases.is(&*given_bases) {
        protocol::setitem(&namespace, &*str_::intern("__orig_bases__")?, &given_bases)?;
    }
    let args = tuple::from_borrowed(&[name, &**bases, &namespace])?;
    let class = call::call_ex(&meta, &args, keywords.as_deref())?;
    if class.ty().is_subclass_flag(tp::TYPE_SUBCLASS)
        && let Some(cell) = cell.exact::<PyCellObject>()
    {
        match cell.ob_ref.cloned() {
            None => {
                return Err(raise!(
                    RuntimeError,
                    "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                    shown(name)?,
                    shown(&class)?
                ));
            }
            Some(content) if !content.is(&*class) => {
                return Err(raise!(
                    TypeError,
                    "__class__ set to {} defining {} as {}",
                    shown(&content)?,
                    shown(name)?,
                    shown(&class)?
                ));
            }
            Some(_) => {}
        }
    }
    Ok(class)
}
