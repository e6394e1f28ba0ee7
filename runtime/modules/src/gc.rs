//! `gc`: Python's hand on the cycle collector.

use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{fast, fast_kw, noargs, one};
use hotpy_objects::*;

const GENERATIONS: usize = 3;

extern "C" fn enable(_: &PyObject) -> PyResult {
    gc::set_enabled(true);
    none()
}

extern "C" fn disable(_: &PyObject) -> PyResult {
    gc::set_enabled(false);
    none()
}

extern "C" fn isenabled(_: &PyObject) -> PyResult {
    boolean(gc::STATE.enabled.get())
}

extern "C" fn collect(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "collect",
        names: &["generation"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let generation = PARAMS.bind(args, count, kwnames)?[0].map_or(Ok(2), int_arg)?;
    if !(0..GENERATIONS as i32).contains(&generation) {
        return Err(raise!(ValueError, "invalid generation"));
    }
    int(gc::collect(generation as usize)? as i64)
}

extern "C" fn get_count(_: &PyObject) -> PyResult {
    tuple(
        gc::STATE
            .generations
            .iter()
            .map(|g| int(g.count.get() as i64))
            .collect::<PyResult<_>>()?,
    )
}

extern "C" fn get_threshold(_: &PyObject) -> PyResult {
    tuple(
        gc::STATE
            .generations
            .iter()
            .map(|g| int(g.threshold.get() as i64))
            .collect::<PyResult<_>>()?,
    )
}

extern "C" fn set_threshold(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    if args.is_empty() {
        return Err(raise!(
            TypeError,
            "gc.set_threshold requires at least 1 argument"
        ));
    }
    check_count("set_threshold", args.len(), 1, 3)?;
    for (generation, value) in args.iter().enumerate() {
        gc::STATE.generations[generation]
            .threshold
            .set(parsed_int_arg(value)?);
    }
    none()
}

extern "C" fn get_debug(_: &PyObject) -> PyResult {
    int(gc::STATE.debug.get() as i64)
}

extern "C" fn set_debug(_: &PyObject, flags: &PyObject) -> PyResult {
    gc::STATE.debug.set(int_arg(flags)?);
    none()
}

extern "C" fn get_objects(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "get_objects",
        names: &["generation"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let generation = match not_none(PARAMS.bind(args, count, kwnames)?[0]) {
        None => None,
        Some(o) => {
            let n = opt_isize_arg(Some(o), -1)?;
            if n >= GENERATIONS as isize {
                return Err(raise!(
                    ValueError,
                    "generation parameter must be less than the number of available generations ({GENERATIONS})"
                ));
            }
            if n < -1 {
                return Err(raise!(
                    ValueError,
                    "generation parameter cannot be negative"
                ));
            }
            usize::try_from(n).ok()
        }
    };
    let told = int(generation.map_or(-1, |n| n as i64))?;
    crate::sys::audit("gc.get_objects", &[&told])?;
    list(gc::objects(generation))
}

extern "C" fn get_stats(_: &PyObject) -> PyResult {
    let mut all = Vec::new();
    for stats in &gc::STATE.stats {
        let one = dict::new()?;
        for (name, value) in ["collections", "collected", "uncollectable"].iter().zip([
            stats.collections.get(),
            stats.collected.get(),
            stats.uncollectable.get(),
        ]) {
            one.set_text(name, &*int(value as i64)?)?;
        }
        all.push(one.into_object());
    }
    list(all)
}

extern "C" fn is_tracked(_: &PyObject, object: &PyObject) -> PyResult {
    boolean(gc::is_gc(object) && gc::is_tracked(object))
}

extern "C" fn is_finalized(_: &PyObject, object: &PyObject) -> PyResult {
    boolean(gc::is_gc(object) && gc::is_finalized(object))
}

extern "C" fn get_referents(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    crate::sys::audit("gc.get_referents", &[&*tuple::from_borrowed(args)?])?;
    list(gc::referents(args))
}

extern "C" fn get_referrers(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    crate::sys::audit("gc.get_referrers", &[&*tuple::from_borrowed(args)?])?;
    list(gc::referrers(args, None))
}

extern "C" fn freeze(_: &PyObject) -> PyResult {
    gc::freeze();
    none()
}

extern "C" fn unfreeze(_: &PyObject) -> PyResult {
    gc::unfreeze();
    none()
}

extern "C" fn get_freeze_count(_: &PyObject) -> PyResult {
    int(gc::freeze_count() as i64)
}

static_table! {
static METHODS: [PyMethodDef] = [
    noargs::<PyObject>(c"enable", enable, c"enable($module, /)\n--\n\nSwitches automatic collection on."),
    noargs::<PyObject>(c"disable", disable, c"disable($module, /)\n--\n\nSwitches automatic collection off."),
    noargs::<PyObject>(c"isenabled", isenabled, c"isenabled($module, /)\n--\n\nWhether automatic collection is on."),
    fast_kw::<PyObject>(c"collect", collect, c"collect($module, /, generation=2)\n--\n\nCollects; the number of unreachable objects."),
    noargs::<PyObject>(c"get_count", get_count, c"get_count($module, /)\n--\n\nThe counters of the three generations."),
    noargs::<PyObject>(c"get_threshold", get_threshold, c"get_threshold($module, /)\n--\n\nThe thresholds of the three generations."),
    fast::<PyObject>(c"set_threshold", set_threshold, c"set_threshold(threshold0, [threshold1, threshold2]) -> None\n\nSets the thresholds; 0 switches collection off."),
    noargs::<PyObject>(c"get_debug", get_debug, c"get_debug($module, /)\n--\n\nThe debugging flags."),
    one::<PyObject>(c"set_debug", set_debug, c"set_debug($module, flags, /)\n--\n\nSets the debugging flags."),
    fast_kw::<PyObject>(c"get_objects", get_objects, c"get_objects($module, /, generation=None)\n--\n\nAll objects that are tracked."),
    noargs::<PyObject>(c"get_stats", get_stats, c"get_stats($module, /)\n--\n\nWhat has been collected so far."),
    one::<PyObject>(c"is_tracked", is_tracked, c"is_tracked($module, obj, /)\n--\n\nWhether the object is tracked."),
    one::<PyObject>(c"is_finalized", is_finalized, c"is_finalized($module, obj, /)\n--\n\nWhether the object has been finalized."),
    fast::<PyObject>(c"get_referents", get_referents, c"get_referents(*objs) -> list\n\nWhat the objects refer to."),
    fast::<PyObject>(c"get_referrers", get_referrers, c"get_referrers(*objs) -> list\n\nWhat refers to the objects."),
    noargs::<PyObject>(c"freeze", freeze, c"freeze($module, /)\n--\n\nTakes all objects out of future collections."),
    noargs::<PyObject>(c"unfreeze", unfreeze, c"unfreeze($module, /)\n--\n\nPuts frozen objects back."),
    noargs::<PyObject>(c"get_freeze_count", get_freeze_count, c"get_freeze_count($module, /)\n--\n\nThe number of frozen objects."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods("gc", "The collector of reference cycles.", METHODS)?;
    module.add("garbage", &*gc::garbage()?)?;
    module.add("callbacks", &*gc::callbacks()?)?;
    for (name, value) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ] {
        add_int(&module, name, value)?;
    }
    Ok(module)
}
