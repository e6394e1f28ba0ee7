//! Builtins that run over an iterable: all, any, sum, min, max, sorted. Callbacks run in nested interpreters.

use crate::support::*;
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::Downcast;
use hotpy_objects::flags::cmp;
use hotpy_objects::number::BinaryOp;
use hotpy_objects::*;

pub extern "C" fn all(_: &PyObject, iterable: &PyObject) -> PyResult {
    let iterator = protocol::iter(iterable)?;
    while let Some(item) = protocol::next(&iterator)? {
        if !protocol::truth(&item)? {
            return boolean(false);
        }
    }
    boolean(true)
}

pub extern "C" fn any(_: &PyObject, iterable: &PyObject) -> PyResult {
    let iterator = protocol::iter(iterable)?;
    while let Some(item) = protocol::next(&iterator)? {
        if protocol::truth(&item)? {
            return boolean(true);
        }
    }
    boolean(false)
}

pub extern "C" fn sum(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "sum",
        names: &["", "start"],
        positional_only: 1,
        positional: 2,
        required: 1,
    };
    let a = PARAMS.bind(args, count, kwnames)?;
    let Some(iterable) = a[0] else { return none() };
    let iterator = protocol::iter(iterable)?;
    let mut result = match a[1] {
        None => int(0)?,
        Some(start) => {
            let refused = if start.is_instance::<Str>() {
                Some(("strings", "''"))
            } else if start.is_instance::<PyBytesObject>() {
                Some(("bytes", "b''"))
            } else if start.is_instance::<PyByteArrayObject>() {
                Some(("bytearray", "b''"))
            } else {
                None
            };
            if let Some((kind, joiner)) = refused {
                return Err(raise!(
                    TypeError,
                    "sum() can't sum {kind} [use {joiner}.join(seq) instead]"
                ));
            }
            start.to_ref()
        }
    };
    // Machine integers as long as it goes, then floats, then anything.
    if let Some(mut total) = result.exact::<PyLongObject>().and_then(|n| n.to_i64()) {
        loop {
            let Some(item) = protocol::next(&iterator)? else {
                return int(total);
            };
            let small = if item.is_exact::<PyLongObject>() || item.is_exact::<boolean::PyBool>() {
                // SAFETY: bool has int's layout.
                unsafe { item.cast_ref::<PyLongObject>() }
                    .to_i64()
                    .and_then(|v| total.checked_add(v))
            } else {
                None
            };
            match small {
                Some(sum) => total = sum,
                None => {
                    result = number::binary(BinaryOp::Add, &*int(total)?, &item)?;
                    break;
                }
            }
        }
    }
    if let Some(mut total) = result.exact::<PyFloatObject>().map(|f| f.ob_fval.get()) {
        loop {
            let Some(item) = protocol::next(&iterator)? else {
                return float(total);
            };
            if let Some(f) = item.exact::<PyFloatObject>() {
                total += f.ob_fval.get();
            } else if let Some(v) = item.exact::<PyLongObject>().and_then(|n| n.to_i64()) {
                total += v as f64;
            } else {
                result = number::binary(BinaryOp::Add, &*float(total)?, &item)?;
                break;
            }
        }
    }
    while let Some(item) = protocol::next(&iterator)? {
        result = number::binary(BinaryOp::Add, &result, &item)?;
    }
    Ok(result)
}

trait CastRef {
    unsafe fn cast_ref<T: Object>(&self) -> &T;
}

impl CastRef for Ref {
    unsafe fn cast_ref<T: Object>(&self) -> &T {
        // SAFETY: the caller's promise.
        unsafe { PyObject::cast(self) }
    }
}

fn extreme(
    name: &str,
    op: i32,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let total = count as usize + kwnames.map_or(0, |k| k.len());
    let all = args.slice(total as isize);
    let (positional, named) = all.split_at(count as usize);
    if positional.is_empty() {
        return Err(raise!(
            TypeError,
            "{name} expected at least 1 argument, got 0"
        ));
    }
    let (mut key, mut default) = (None, None);
    if named.len() > 2 {
        return Err(raise!(
            TypeError,
            "{name}() takes at most 2 keyword arguments ({} given)",
            named.len()
        ));
    }
    for (keyword, value) in kwnames.map_or(&[][..], |k| k.items()).iter().zip(named) {
        let keyword = keyword
            .downcast::<Str>()
            .map(|k| k.to_string_lossy())
            .unwrap_or_default();
        match keyword.as_str() {
            "key" => key = not_none(Some(value)),
            "default" => default = Some(*value),
            _ => {
                return Err(raise!(
                    TypeError,
                    "'{keyword}' is an invalid keyword argument for {name}()"
                ));
            }
        }
    }
    let packed;
    let source = if positional.len() > 1 {
        if default.is_some() {
            return Err(raise!(
                TypeError,
                "Cannot specify a default for {name}() with multiple positional arguments"
            ));
        }
        packed = tuple::from_borrowed(positional)?;
        &**packed
    } else {
        positional[0]
    };
    let iterator = protocol::iter(source)?;
    let mut best: Option<(Ref, Ref)> = None;
    while let Some(item) = protocol::next(&iterator)? {
        let value = match key {
            Some(key) => call::call1(key, &item)?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((_, best)) => {
                let answer = protocol::compare(&value, best, op)?;
                protocol::truth(&answer)?
            }
        };
        if better {
            best = Some((item, value));
        }
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default.to_ref()),
        (None, None) => Err(raise!(ValueError, "{name}() arg is an empty sequence")),
    }
}

pub extern "C" fn max(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    extreme("max", cmp::GT, args, count, kwnames)
}

pub extern "C" fn min(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    extreme("min", cmp::LT, args, count, kwnames)
}

pub extern "C" fn sorted(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    cfunction::check_count("sorted", count as usize, 1, 1)?;
    let total = count as usize + kwnames.map_or(0, |k| k.len());
    let all = args.slice(total as isize);
    let result = list::from_owned(protocol::collect(all[0])?)?;
    let sort = protocol::getattr(&result, &names::sort)?;
    call::vectorcall(&sort, &all[1..], kwnames)?;
    Ok(result.into_object())
}
