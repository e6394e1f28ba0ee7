//! Quickening: base ops that have run a few times are rewritten in place to forms with an inline cache.
//!
//! The first CACHE unit of an instruction counts. A base op counts up and is looked at now and then ([`is_time`]); a quickened
//! form counts its misses and is put back after [`MAX_MISSES`]. Caches hold type versions, key table versions, indices
//! and borrowed pointers; each is valid as long as its version is.

use hotpy_isa::Op;
use hotpy_objects::flags::member;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;

/// Misses after which a quickened form is put back.
const MAX_MISSES: u16 = 12;

/// Counts an execution of a base op; whether it is time to look for a quicker form.
///
/// # Safety
/// `cache` is the instruction's first CACHE unit.
#[inline(always)]
pub unsafe fn is_time(cache: *mut u16) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let count = (*cache).wrapping_add(1);
        *cache = count;
        count & 31 == 2 && !crate::config::always_surrogates()
    }
}

/// Rewrites the instruction whose first CACHE unit is `cache`, and restarts its counter.
unsafe fn rewrite(cache: *mut u16, op: Op) {
    // SAFETY: the instruction's own unit comes before its cache.
    unsafe {
        *cache.sub(1).cast::<u8>() = op as u8;
        *cache = 0;
    }
}

/// Counts a miss of a quickened form; too many put it back.
///
/// # Safety
/// `cache` is the first CACHE unit of an instruction quickened from `base`.
#[cold]
#[inline(never)]
pub unsafe fn miss(cache: *mut u16, base: Op) {
    // SAFETY: the caller's promise.
    unsafe {
        *cache += 1;
        if *cache > MAX_MISSES {
            *cache.sub(1).cast::<u8>() = base as u8;
            *cache = 3;
        }
    }
}

/// Reads a 32-bit cache field.
#[inline(always)]
pub unsafe fn read_u32(at: *mut u16) -> u32 {
    // SAFETY: two CACHE units.
    unsafe { at.cast::<u32>().read_unaligned() }
}

unsafe fn write_u32(at: *mut u16, value: u32) {
    // SAFETY: two CACHE units.
    unsafe { at.cast::<u32>().write_unaligned(value) }
}

/// Reads a pointer cache field.
#[inline(always)]
pub unsafe fn read_ptr(at: *mut u16) -> *mut PyObject {
    // SAFETY: four CACHE units.
    unsafe { at.cast::<*mut PyObject>().read_unaligned() }
}

// ---- what the quickened forms look up; `cache` is the instruction's first CACHE unit ----

/// LOAD_GLOBAL_MODULE.
///
/// # Safety
/// The form's cache, and the running frame.
#[inline(always)]
pub unsafe fn module_global<'a>(cache: *mut u16, frame: &'a Frame) -> Option<&'a PyObject> {
    // SAFETY: the form is only for globals that are a dict; an entry index is valid for its version.
    unsafe {
        let globals = &*frame.f_globals.as_ptr().cast::<PyDictObject>();
        if globals.has_keys_version(read_u32(cache.add(2))) {
            globals.entry_value(*cache.add(1) as usize)
        } else {
            None
        }
    }
}

/// LOAD_GLOBAL_BUILTIN.
///
/// # Safety
/// As [`module_global`].
#[inline(always)]
pub unsafe fn builtin_global<'a>(cache: *mut u16, frame: &'a Frame) -> Option<&'a PyObject> {
    // SAFETY: as above, for the builtins too.
    unsafe {
        let globals = &*frame.f_globals.as_ptr().cast::<PyDictObject>();
        let builtins = &*frame.f_builtins.as_ptr().cast::<PyDictObject>();
        if globals.has_keys_version(read_u32(cache.add(2)))
            && builtins.has_keys_version(u32::from(*cache.add(4)))
        {
            builtins.entry_value(*cache.add(1) as usize)
        } else {
            None
        }
    }
}

/// Whether the object's type has the version in units 1-2.
///
/// # Safety
/// A cache with a type version.
#[inline(always)]
pub unsafe fn has_version(cache: *mut u16, object: &PyObject) -> bool {
    // SAFETY: the caller's promise.
    object.ty().tp_version_tag.get() == unsafe { read_u32(cache.add(1)) }
}

/// LOAD_ATTR_VALUE.
///
/// # Safety
/// The form's cache.
#[inline(always)]
pub unsafe fn inline_value<'a>(cache: *mut u16, object: &'a PyObject) -> Option<&'a PyObject> {
    // SAFETY: instances of a type with that version have inline values, or none, and the index is within them.
    unsafe {
        if has_version(cache, object) {
            dict::instance_values_unchecked(object)
                .and_then(|values| values.slot(*cache.add(3) as usize).get())
        } else {
            None
        }
    }
}

/// LOAD_ATTR_SLOT.
///
/// # Safety
/// The form's cache.
#[inline(always)]
pub unsafe fn slot_value<'a>(cache: *mut u16, object: &'a PyObject) -> Option<&'a PyObject> {
    // SAFETY: the offset is that of a member of the type with that version.
    unsafe {
        if has_version(cache, object) {
            super::support::slot_at(object, *cache.add(3) as usize).get()
        } else {
            None
        }
    }
}

/// What a module has in entry `index`, if its key table has the version in units 1-2.
///
/// # Safety
/// A cache with a key table's version; the index is valid for it.
#[inline(always)]
pub unsafe fn module_value(cache: *mut u16, index: u16, object: &PyObject) -> Option<&PyObject> {
    if !object.is_exact::<PyModuleObject>() {
        return None;
    }
    // SAFETY: the type was checked; the caller's promise.
    unsafe {
        let dict = object.cast::<PyModuleObject>().dict();
        if dict.has_keys_version(read_u32(cache.add(1))) {
            dict.entry_value(index as usize)
        } else {
            None
        }
    }
}

/// Whether LOAD_METHOD_VALUES hits.
///
/// # Safety
/// The form's cache.
#[inline(always)]
pub unsafe fn is_method_of_values(cache: *mut u16, object: &PyObject) -> bool {
    // SAFETY: types with that version are heap types with shared keys.
    unsafe {
        has_version(cache, object)
            && (*(*(object.ty() as *const PyTypeObject as *const PyHeapTypeObject))
                .ht_cached_keys
                .get())
            .dk_version
            .get()
                == read_u32(cache.add(3))
            && dict::instance_values_unchecked(object).is_some()
    }
}

// ---- quickening ----

/// LOAD_GLOBAL: units 1 index, 2-3 globals' keys version, 4 builtins' keys version.
pub unsafe fn load_global(cache: *mut u16, frame: &Frame, name: &Str) {
    // SAFETY: LOAD_GLOBAL has five CACHE units; a function's globals are a dict.
    unsafe {
        let globals: &PyDictObject = &*frame.f_globals.as_ptr().cast();
        if !globals.is_exact::<PyDictObject>() {
            return;
        }
        let Some(builtins) = frame
            .f_builtins
            .get()
            .and_then(|b| b.exact::<PyDictObject>())
        else {
            return;
        };
        let hash = str_::hash(name);
        let version = globals.keys_version();
        if version == 0 {
            return;
        }
        if let Some(index) = globals.lookup_str_index(name, hash) {
            let Ok(index) = u16::try_from(index) else {
                return;
            };
            *cache.add(1) = index;
            write_u32(cache.add(2), version);
            rewrite(cache, Op::LOAD_GLOBAL_MODULE);
            return;
        }
        let builtins_version = builtins.keys_version();
        let Some(index) = builtins.lookup_str_index(name, hash) else {
            return;
        };
        let (Ok(index), Ok(builtins_version)) =
            (u16::try_from(index), u16::try_from(builtins_version))
        else {
            return;
        };
        if builtins_version == 0 {
            return;
        }
        *cache.add(1) = index;
        write_u32(cache.add(2), version);
        *cache.add(4) = builtins_version;
        rewrite(cache, Op::LOAD_GLOBAL_BUILTIN);
    }
}

/// The offset of a `__slots__` member that holds an object.
fn slot_offset(descr: &PyObject) -> Option<u16> {
    let member: &PyMemberDescrObject = descr.exact()?;
    // SAFETY: a member descriptor's definition is live.
    let def = unsafe { &*member.d_member.get() };
    if def.type_.get() != member::OBJECT_EX || def.flags.get() != 0 {
        return None;
    }
    u16::try_from(def.offset.get()).ok()
}

fn is_generic(ty: &PyTypeObject) -> bool {
    same_slot!(ty, object::PyBaseObject_Type, tp_getattro)
}

/// Index of a name in a module's dict, if caches can hold it; with the version of the key table.
fn module_entry(object: &PyObject, name: &Str) -> Option<(u32, u16)> {
    if !object.is_exact::<PyModuleObject>() {
        return None;
    }
    // SAFETY: the type was checked.
    let dict = unsafe { object.cast::<PyModuleObject>() }.dict();
    let version = dict.keys_version();
    let index = dict.lookup_str_index(name, str_::hash(name))?;
    if version == 0 {
        None
    } else {
        Some((version, u16::try_from(index).ok()?))
    }
}

/// LOAD_ATTR: units 1-2 version, 3 index or offset.
pub unsafe fn load_attr(cache: *mut u16, object: &PyObject, name: &Str) {
    // SAFETY: LOAD_ATTR has four CACHE units.
    unsafe {
        if let Some((version, index)) = module_entry(object, name) {
            write_u32(cache.add(1), version);
            *cache.add(3) = index;
            rewrite(cache, Op::LOAD_ATTR_MODULE);
            return;
        }
        let ty = object.ty();
        if !is_generic(ty) {
            return;
        }
        let version = typeobject::version_tag(ty);
        if version == 0 {
            return;
        }
        let descr = typeobject::lookup(ty, name);
        if let Some(offset) = descr.and_then(slot_offset) {
            write_u32(cache.add(1), version);
            *cache.add(3) = offset;
            rewrite(cache, Op::LOAD_ATTR_SLOT);
            return;
        }
        if descr.is_some_and(|d| d.ty().tp_descr_set.get().is_some()) {
            return;
        }
        if let Some(index) = value_index(object, ty, name) {
            write_u32(cache.add(1), version);
            *cache.add(3) = index;
            rewrite(cache, Op::LOAD_ATTR_VALUE);
        }
    }
}

/// Index of a name among the inline values that the instance has now.
fn value_index(object: &PyObject, ty: &PyTypeObject, name: &Str) -> Option<u16> {
    if ty.tp_flags.get() & flags::tp::MANAGED_DICT == 0 || dict::instance_values(object).is_none() {
        return None;
    }
    u16::try_from(dict::shared_keys_index(ty, name)?).ok()
}

/// STORE_ATTR: units 1-2 version, 3 index or offset.
pub unsafe fn store_attr(cache: *mut u16, object: &PyObject, name: &Str) {
    // SAFETY: STORE_ATTR has four CACHE units.
    unsafe {
        let ty = object.ty();
        if !same_slot!(ty, object::PyBaseObject_Type, tp_setattro) {
            return;
        }
        let version = typeobject::version_tag(ty);
        if version == 0 {
            return;
        }
        let descr = typeobject::lookup(ty, name);
        if let Some(offset) = descr.and_then(slot_offset) {
            write_u32(cache.add(1), version);
            *cache.add(3) = offset;
            rewrite(cache, Op::STORE_ATTR_SLOT);
            return;
        }
        if descr.is_some_and(|d| d.ty().tp_descr_set.get().is_some()) {
            return;
        }
        if let Some(index) = value_index(object, ty, name) {
            write_u32(cache.add(1), version);
            *cache.add(3) = index;
            rewrite(cache, Op::STORE_ATTR_VALUE);
        }
    }
}

/// LOAD_METHOD: units 1-2 type version (or the module's keys version), 3-4 shared keys version, 5 index, 6-9 the method.
pub unsafe fn load_method(cache: *mut u16, object: &PyObject, name: &Str) {
    // SAFETY: LOAD_METHOD has ten CACHE units.
    unsafe {
        if let Some((version, index)) = module_entry(object, name) {
            write_u32(cache.add(1), version);
            *cache.add(5) = index;
            rewrite(cache, Op::LOAD_METHOD_MODULE);
            return;
        }
        let ty = object.ty();
        if !is_generic(ty) {
            return;
        }
        let Some(descr) = typeobject::lookup(ty, name) else {
            return;
        };
        let version = typeobject::version_tag(ty);
        if version == 0 || !descr.ty().is_subclass_flag(flags::tp::METHOD_DESCRIPTOR) {
            return;
        }
        write_u32(cache.add(1), version);
        cache
            .add(6)
            .cast::<*mut PyObject>()
            .write_unaligned(descr.as_ptr());
        if ty.tp_flags.get() & flags::tp::MANAGED_DICT != 0 {
            let keys = (*(ty as *const PyTypeObject as *const PyHeapTypeObject))
                .ht_cached_keys
                .get();
            if keys.is_null() || dict::shared_keys_index(ty, name).is_some() {
                return;
            }
            let keys_version = (*keys).version();
            if keys_version == 0 {
                return;
            }
            write_u32(cache.add(3), keys_version);
            rewrite(cache, Op::LOAD_METHOD_VALUES);
        } else if ty.tp_dictoffset.get() == 0 {
            rewrite(cache, Op::LOAD_METHOD_PLAIN);
        }
    }
}

/// BINARY_OP by the operands' types.
pub unsafe fn binary(cache: *mut u16, oparg: usize, left: &PyObject, right: &PyObject) {
    let op = if left.is_exact::<PyLongObject>() && right.is_exact::<PyLongObject>() {
        match oparg % 13 {
            0 => Op::BINARY_OP_ADD_INT,
            10 => Op::BINARY_OP_SUBTRACT_INT,
            5 => Op::BINARY_OP_MULTIPLY_INT,
            _ if super::operators::small_ints(oparg, left, right).is_some() => Op::BINARY_OP_INT,
            _ => return,
        }
    } else if left.is_exact::<PyFloatObject>() && right.is_exact::<PyFloatObject>() {
        match oparg % 13 {
            0 => Op::BINARY_OP_ADD_FLOAT,
            10 => Op::BINARY_OP_SUBTRACT_FLOAT,
            5 => Op::BINARY_OP_MULTIPLY_FLOAT,
            _ => return,
        }
    } else if oparg % 13 == 0 && left.is_exact::<Str>() && right.is_exact::<Str>() {
        Op::BINARY_OP_ADD_STR
    } else {
        return;
    };
    // SAFETY: BINARY_OP has one CACHE unit.
    unsafe { rewrite(cache, op) }
}

/// Whether an exact int has at most one digit.
#[inline(always)]
pub fn is_small(value: &PyLongObject) -> bool {
    value.ob_base.ob_size.get().unsigned_abs() <= 1
}

/// The value of an exact int of at most one digit.
#[inline(always)]
pub fn small_value(value: &PyLongObject) -> i64 {
    value.ob_base.ob_size.get() as i64 * value.ob_digit[0].get() as i64
}

/// COMPARE_OP by the operands' types.
pub unsafe fn compare(cache: *mut u16, left: &PyObject, right: &PyObject) {
    let op = match (left.exact::<PyLongObject>(), right.exact::<PyLongObject>()) {
        (Some(a), Some(b)) if is_small(a) && is_small(b) => Op::COMPARE_OP_INT,
        _ if left.is_exact::<PyFloatObject>() && right.is_exact::<PyFloatObject>() => {
            Op::COMPARE_OP_FLOAT
        }
        _ if left.is_exact::<Str>() && right.is_exact::<Str>() => Op::COMPARE_OP_STR,
        _ => return,
    };
    // SAFETY: COMPARE_OP has two CACHE units.
    unsafe { rewrite(cache, op) }
}

/// BINARY_SUBSCR by the operands' types.
pub unsafe fn subscript(cache: *mut u16, container: &PyObject, key: &PyObject) {
    let small = key.exact::<PyLongObject>().is_some_and(is_small);
    let op = if small && container.is_exact::<PyListObject>() {
        Op::BINARY_SUBSCR_LIST
    } else if small && container.is_exact::<PyTupleObject>() {
        Op::BINARY_SUBSCR_TUPLE
    } else if small && container.is_exact::<Str>() {
        Op::BINARY_SUBSCR_STR
    } else if super::subscript::plain_dict(container, key).is_some() {
        Op::BINARY_SUBSCR_DICT
    } else {
        return;
    };
    // SAFETY: BINARY_SUBSCR has four CACHE units.
    unsafe { rewrite(cache, op) }
}

/// STORE_SUBSCR by the operands' types.
pub unsafe fn store_subscript(cache: *mut u16, container: &PyObject, key: &PyObject) {
    let op = if key.exact::<PyLongObject>().is_some_and(is_small)
        && container.is_exact::<PyListObject>()
    {
        Op::STORE_SUBSCR_LIST
    } else if super::subscript::plain_dict(container, key).is_some() {
        Op::STORE_SUBSCR_DICT
    } else {
        return;
    };
    // SAFETY: STORE_SUBSCR has one CACHE unit.
    unsafe { rewrite(cache, op) }
}
