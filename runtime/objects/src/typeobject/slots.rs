//! The one table that ties special method names, type slots, slot wrappers and slot functions together.
//!
//! A row says: the slot at `offset` (within `PyHeapTypeObject`) carries the special method `name`; `wrapper` makes a Python
//! call of a native slot, `function` is the native slot that calls a Python method. Rows of one slot are adjacent: a *group*.
//! Where a method may fill several slots (`__getitem__`, `__len__`, `__add__` ...) it has several rows.
//!
//! Algorithm of an update: a slot of a class is the native function that all its group's methods agree on (each of them being
//! the slot wrapper of one and the same function), else the generic slot function.

use super::slot_functions as f;
use super::wrappers as w;
use super::{cache, is_subtype};
use crate::*;
use smallvec::SmallVec;
use std::collections::HashMap;
use std::mem::offset_of;
use std::ptr;
use std::sync::OnceLock;

/// Number of rows.
pub const ROWS: usize = 92;

/// `flags` of a row whose wrapper takes keyword arguments.
pub const KEYWORDS: i32 = 1;

const NONE: *mut c_void = ptr::null_mut();

macro_rules! row {
    ($name:literal, $($field:ident).+, $function:expr, $wrapper:expr, $doc:literal) => {
        row!($name, $($field).+, $function, Some($wrapper), $doc, 0)
    };
    ($name:literal, $($field:ident).+, $function:expr, $wrapper:expr, $doc:literal, $flags:expr) => {
        wrapperbase {
            name: Cell::new($name.as_ptr()),
            offset: Cell::new(offset_of!(PyHeapTypeObject, $($field).+) as i32),
            function: Cell::new($function as *mut c_void),
            wrapper: Cell::new($wrapper),
            doc: Cell::new($doc.as_ptr()),
            flags: Cell::new($flags),
            name_strobj: Slot::EMPTY,
        }
    };
}

/// The table, ordered by slot; the order of `as_*` tables is that of `PyHeapTypeObject`.
#[rustfmt::skip]
pub static SLOTS: [wrapperbase; ROWS] = [
    row!(c"__getattribute__", ht_type.tp_getattr, NONE, None, c"", 0),
    row!(c"__getattr__", ht_type.tp_getattr, NONE, None, c"", 0),
    row!(c"__setattr__", ht_type.tp_setattr, NONE, None, c"", 0),
    row!(c"__delattr__", ht_type.tp_setattr, NONE, None, c"", 0),
    row!(c"__repr__", ht_type.tp_repr, f::slot_tp_repr, w::unary, c"__repr__($self, /)\n--\n\nThe text of repr(self)."),
    row!(c"__hash__", ht_type.tp_hash, f::slot_tp_hash, w::hash, c"__hash__($self, /)\n--\n\nThe value of hash(self)."),
    row!(c"__call__", ht_type.tp_call, f::slot_tp_call, Some(w::call), c"__call__($self, /, *args, **kwargs)\n--\n\nCalls self as a function.", KEYWORDS),
    row!(c"__str__", ht_type.tp_str, f::slot_tp_str, w::unary, c"__str__($self, /)\n--\n\nThe text of str(self)."),
    row!(c"__getattribute__", ht_type.tp_getattro, f::slot_tp_getattr_hook, w::binary, c"__getattribute__($self, name, /)\n--\n\nThe value of self.name."),
    row!(c"__getattr__", ht_type.tp_getattro, f::slot_tp_getattr_hook, None, c"", 0),
    row!(c"__setattr__", ht_type.tp_setattro, f::slot_tp_setattro, w::setattr, c"__setattr__($self, name, value, /)\n--\n\nImplements self.name = value."),
    row!(c"__delattr__", ht_type.tp_setattro, f::slot_tp_setattro, w::delattr, c"__delattr__($self, name, /)\n--\n\nImplements del self.name."),
    row!(c"__lt__", ht_type.tp_richcompare, f::slot_tp_richcompare, w::lt, c"__lt__($self, value, /)\n--\n\nThe value of self < value."),
    row!(c"__le__", ht_type.tp_richcompare, f::slot_tp_richcompare, w::le, c"__le__($self, value, /)\n--\n\nThe value of self <= value."),
    row!(c"__eq__", ht_type.tp_richcompare, f::slot_tp_richcompare, w::eq, c"__eq__($self, value, /)\n--\n\nThe value of self == value."),
    row!(c"__ne__", ht_type.tp_richcompare, f::slot_tp_richcompare, w::ne, c"__ne__($self, value, /)\n--\n\nThe value of self != value."),
    row!(c"__gt__", ht_type.tp_richcompare, f::slot_tp_richcompare, w::gt, c"__gt__($self, value, /)\n--\n\nThe value of self > value."),
    row!(c"__ge__", ht_type.tp_richcompare, f::slot_tp_richcompare, w::ge, c"__ge__($self, value, /)\n--\n\nThe value of self >= value."),
    row!(c"__iter__", ht_type.tp_iter, f::slot_tp_iter, w::unary, c"__iter__($self, /)\n--\n\nThe value of iter(self)."),
    row!(c"__next__", ht_type.tp_iternext, f::slot_tp_iternext, w::next, c"__next__($self, /)\n--\n\nImplement next(self)."),
    row!(c"__get__", ht_type.tp_descr_get, f::slot_tp_descr_get, w::descr_get, c"__get__($self, instance, owner=None, /)\n--\n\nThe attribute's value for an instance of its owner."),
    row!(c"__set__", ht_type.tp_descr_set, f::slot_tp_descr_set, w::descr_set, c"__set__($self, instance, value, /)\n--\n\nSets the attribute of an instance."),
    row!(c"__delete__", ht_type.tp_descr_set, f::slot_tp_descr_set, w::descr_delete, c"__delete__($self, instance, /)\n--\n\nDeletes the attribute of an instance."),
    row!(c"__init__", ht_type.tp_init, f::slot_tp_init, Some(w::init), c"__init__($self, /, *args, **kwargs)\n--\n\nSets self up; help(type(self)) shows the real signature.", KEYWORDS),
    row!(c"__new__", ht_type.tp_new, f::slot_tp_new, None, c"__new__(type, /, *args, **kwargs)\n--\n\nCreates an object; help(type) shows the real signature.", 0),
    row!(c"__del__", ht_type.tp_finalize, f::slot_tp_finalize, w::del, c"__del__($self, /)\n--\n\nRuns before self is destroyed."),
    row!(c"__await__", as_async.am_await, f::slot_am_await, w::unary, c"__await__($self, /)\n--\n\nThe iterator that an await expression drives."),
    row!(c"__aiter__", as_async.am_aiter, f::slot_am_aiter, w::unary, c"__aiter__($self, /)\n--\n\nAn awaitable that gives the asynchronous iterator."),
    row!(c"__anext__", as_async.am_anext, f::slot_am_anext, w::unary, c"__anext__($self, /)\n--\n\nAn awaitable for the next value, or StopAsyncIteration."),
    row!(c"__add__", as_number.nb_add, f::slot_nb_add, w::binary_l, c"__add__($self, value, /)\n--\n\nThe value of self + value."),
    row!(c"__radd__", as_number.nb_add, f::slot_nb_add, w::binary_r, c"__radd__($self, value, /)\n--\n\nThe value of value + self."),
    row!(c"__sub__", as_number.nb_subtract, f::slot_nb_subtract, w::binary_l, c"__sub__($self, value, /)\n--\n\nThe value of self - value."),
    row!(c"__rsub__", as_number.nb_subtract, f::slot_nb_subtract, w::binary_r, c"__rsub__($self, value, /)\n--\n\nThe value of value - self."),
    row!(c"__mul__", as_number.nb_multiply, f::slot_nb_multiply, w::binary_l, c"__mul__($self, value, /)\n--\n\nThe value of self * value."),
    row!(c"__rmul__", as_number.nb_multiply, f::slot_nb_multiply, w::binary_r, c"__rmul__($self, value, /)\n--\n\nThe value of value * self."),
    row!(c"__mod__", as_number.nb_remainder, f::slot_nb_remainder, w::binary_l, c"__mod__($self, value, /)\n--\n\nThe value of self % value."),
    row!(c"__rmod__", as_number.nb_remainder, f::slot_nb_remainder, w::binary_r, c"__rmod__($self, value, /)\n--\n\nThe value of value % self."),
    row!(c"__divmod__", as_number.nb_divmod, f::slot_nb_divmod, w::binary_l, c"__divmod__($self, value, /)\n--\n\nThe value of divmod(self, value)."),
    row!(c"__rdivmod__", as_number.nb_divmod, f::slot_nb_divmod, w::binary_r, c"__rdivmod__($self, value, /)\n--\n\nThe value of divmod(value, self)."),
    row!(c"__pow__", as_number.nb_power, f::slot_nb_power, w::ternary, c"__pow__($self, value, mod=None, /)\n--\n\nThe value of pow(self, value, mod)."),
    row!(c"__rpow__", as_number.nb_power, f::slot_nb_power, w::ternary_r, c"__rpow__($self, value, mod=None, /)\n--\n\nThe value of pow(value, self, mod)."),
    row!(c"__neg__", as_number.nb_negative, f::slot_nb_negative, w::unary, c"__neg__($self, /)\n--\n\nThe value of -self."),
    row!(c"__pos__", as_number.nb_positive, f::slot_nb_positive, w::unary, c"__pos__($self, /)\n--\n\nThe value of +self."),
    row!(c"__abs__", as_number.nb_absolute, f::slot_nb_absolute, w::unary, c"__abs__($self, /)\n--\n\nThe value of abs(self)."),
    row!(c"__bool__", as_number.nb_bool, f::slot_nb_bool, w::predicate, c"__bool__($self, /)\n--\n\nWhether self counts as true."),
    row!(c"__invert__", as_number.nb_invert, f::slot_nb_invert, w::unary, c"__invert__($self, /)\n--\n\nThe value of ~self."),
    row!(c"__lshift__", as_number.nb_lshift, f::slot_nb_lshift, w::binary_l, c"__lshift__($self, value, /)\n--\n\nThe value of self << value."),
    row!(c"__rlshift__", as_number.nb_lshift, f::slot_nb_lshift, w::binary_r, c"__rlshift__($self, value, /)\n--\n\nThe value of value << self."),
    row!(c"__rshift__", as_number.nb_rshift, f::slot_nb_rshift, w::binary_l, c"__rshift__($self, value, /)\n--\n\nThe value of self >> value."),
    row!(c"__rrshift__", as_number.nb_rshift, f::slot_nb_rshift, w::binary_r, c"__rrshift__($self, value, /)\n--\n\nThe value of value >> self."),
    row!(c"__and__", as_number.nb_and, f::slot_nb_and, w::binary_l, c"__and__($self, value, /)\n--\n\nThe value of self & value."),
    row!(c"__rand__", as_number.nb_and, f::slot_nb_and, w::binary_r, c"__rand__($self, value, /)\n--\n\nThe value of value & self."),
    row!(c"__xor__", as_number.nb_xor, f::slot_nb_xor, w::binary_l, c"__xor__($self, value, /)\n--\n\nThe value of self ^ value."),
    row!(c"__rxor__", as_number.nb_xor, f::slot_nb_xor, w::binary_r, c"__rxor__($self, value, /)\n--\n\nThe value of value ^ self."),
    row!(c"__or__", as_number.nb_or, f::slot_nb_or, w::binary_l, c"__or__($self, value, /)\n--\n\nThe value of self | value."),
    row!(c"__ror__", as_number.nb_or, f::slot_nb_or, w::binary_r, c"__ror__($self, value, /)\n--\n\nThe value of value | self."),
    row!(c"__int__", as_number.nb_int, f::slot_nb_int, w::unary, c"__int__($self, /)\n--\n\nThe value of int(self)."),
    row!(c"__float__", as_number.nb_float, f::slot_nb_float, w::unary, c"__float__($self, /)\n--\n\nThe value of float(self)."),
    row!(c"__iadd__", as_number.nb_inplace_add, f::slot_nb_inplace_add, w::binary, c"__iadd__($self, value, /)\n--\n\nImplements self += value."),
    row!(c"__isub__", as_number.nb_inplace_subtract, f::slot_nb_inplace_subtract, w::binary, c"__isub__($self, value, /)\n--\n\nImplements self -= value."),
    row!(c"__imul__", as_number.nb_inplace_multiply, f::slot_nb_inplace_multiply, w::binary, c"__imul__($self, value, /)\n--\n\nImplements self *= value."),
    row!(c"__imod__", as_number.nb_inplace_remainder, f::slot_nb_inplace_remainder, w::binary, c"__imod__($self, value, /)\n--\n\nImplements self %= value."),
    row!(c"__ipow__", as_number.nb_inplace_power, f::slot_nb_inplace_power, w::ternary, c"__ipow__($self, value, /)\n--\n\nImplements self **= value."),
    row!(c"__ilshift__", as_number.nb_inplace_lshift, f::slot_nb_inplace_lshift, w::binary, c"__ilshift__($self, value, /)\n--\n\nImplements self <<= value."),
    row!(c"__irshift__", as_number.nb_inplace_rshift, f::slot_nb_inplace_rshift, w::binary, c"__irshift__($self, value, /)\n--\n\nImplements self >>= value."),
    row!(c"__iand__", as_number.nb_inplace_and, f::slot_nb_inplace_and, w::binary, c"__iand__($self, value, /)\n--\n\nImplements self &= value."),
    row!(c"__ixor__", as_number.nb_inplace_xor, f::slot_nb_inplace_xor, w::binary, c"__ixor__($self, value, /)\n--\n\nImplements self ^= value."),
    row!(c"__ior__", as_number.nb_inplace_or, f::slot_nb_inplace_or, w::binary, c"__ior__($self, value, /)\n--\n\nImplements self |= value."),
    row!(c"__floordiv__", as_number.nb_floor_divide, f::slot_nb_floor_divide, w::binary_l, c"__floordiv__($self, value, /)\n--\n\nThe value of self // value."),
    row!(c"__rfloordiv__", as_number.nb_floor_divide, f::slot_nb_floor_divide, w::binary_r, c"__rfloordiv__($self, value, /)\n--\n\nThe value of value // self."),
    row!(c"__truediv__", as_number.nb_true_divide, f::slot_nb_true_divide, w::binary_l, c"__truediv__($self, value, /)\n--\n\nThe value of self / value."),
    row!(c"__rtruediv__", as_number.nb_true_divide, f::slot_nb_true_divide, w::binary_r, c"__rtruediv__($self, value, /)\n--\n\nThe value of value / self."),
    row!(c"__ifloordiv__", as_number.nb_inplace_floor_divide, f::slot_nb_inplace_floor_divide, w::binary, c"__ifloordiv__($self, value, /)\n--\n\nImplements self //= value."),
    row!(c"__itruediv__", as_number.nb_inplace_true_divide, f::slot_nb_inplace_true_divide, w::binary, c"__itruediv__($self, value, /)\n--\n\nImplements self /= value."),
    row!(c"__index__", as_number.nb_index, f::slot_nb_index, w::unary, c"__index__($self, /)\n--\n\nSelf as an integer where one is needed as an index, such as list[self]."),
    row!(c"__matmul__", as_number.nb_matrix_multiply, f::slot_nb_matrix_multiply, w::binary_l, c"__matmul__($self, value, /)\n--\n\nThe value of self @ value."),
    row!(c"__rmatmul__", as_number.nb_matrix_multiply, f::slot_nb_matrix_multiply, w::binary_r, c"__rmatmul__($self, value, /)\n--\n\nThe value of value @ self."),
    row!(c"__imatmul__", as_number.nb_inplace_matrix_multiply, f::slot_nb_inplace_matrix_multiply, w::binary, c"__imatmul__($self, value, /)\n--\n\nImplements self @= value."),
    row!(c"__len__", as_mapping.mp_length, f::slot_mp_length, w::len, c"__len__($self, /)\n--\n\nThe value of len(self)."),
    row!(c"__getitem__", as_mapping.mp_subscript, f::slot_mp_subscript, w::binary, c"__getitem__($self, key, /)\n--\n\nThe value of self[key]."),
    row!(c"__setitem__", as_mapping.mp_ass_subscript, f::slot_mp_ass_subscript, w::set_item, c"__setitem__($self, key, value, /)\n--\n\nImplements self[key] = value."),
    row!(c"__delitem__", as_mapping.mp_ass_subscript, f::slot_mp_ass_subscript, w::del_item, c"__delitem__($self, key, /)\n--\n\nImplements del self[key]."),
    row!(c"__len__", as_sequence.sq_length, f::slot_sq_length, w::len, c"__len__($self, /)\n--\n\nThe value of len(self)."),
    row!(c"__add__", as_sequence.sq_concat, NONE, w::binary, c"__add__($self, value, /)\n--\n\nThe value of self + value."),
    row!(c"__mul__", as_sequence.sq_repeat, NONE, w::index_argument, c"__mul__($self, value, /)\n--\n\nThe value of self * value."),
    row!(c"__rmul__", as_sequence.sq_repeat, NONE, w::index_argument, c"__rmul__($self, value, /)\n--\n\nThe value of value * self."),
    row!(c"__getitem__", as_sequence.sq_item, f::slot_sq_item, w::sq_item, c"__getitem__($self, key, /)\n--\n\nThe value of self[key]."),
    row!(c"__setitem__", as_sequence.sq_ass_item, f::slot_sq_ass_item, w::sq_set_item, c"__setitem__($self, key, value, /)\n--\n\nImplements self[key] = value."),
    row!(c"__delitem__", as_sequence.sq_ass_item, f::slot_sq_ass_item, w::sq_del_item, c"__delitem__($self, key, /)\n--\n\nImplements del self[key]."),
    row!(c"__contains__", as_sequence.sq_contains, f::slot_sq_contains, w::contains, c"__contains__($self, key, /)\n--\n\nThe value of key in self."),
    row!(c"__iadd__", as_sequence.sq_inplace_concat, NONE, w::binary, c"__iadd__($self, value, /)\n--\n\nImplements self += value."),
    row!(c"__imul__", as_sequence.sq_inplace_repeat, NONE, w::index_argument, c"__imul__($self, value, /)\n--\n\nImplements self *= value."),
];

/// Rows by the address of their interned name.
static BY_NAME: OnceLock<HashMap<usize, SmallVec<[u8; 4]>, ahash::RandomState>> = OnceLock::new();

/// Interns the rows' names. Raises MemoryError.
pub fn init() -> PyResult<()> {
    let mut map: HashMap<usize, SmallVec<[u8; 4]>, _> =
        HashMap::with_capacity_and_hasher(ROWS, ahash::RandomState::new());
    for (number, row) in SLOTS.iter().enumerate() {
        if row.name_strobj.is_null() {
            let name = str_::intern(super::c_text(row.name.get()))?;
            row.name_strobj.set(Some(name.into_object()));
        }
        map.entry(row.name_strobj.as_ptr() as usize)
            .or_default()
            .push(number as u8);
    }
    let _ = BY_NAME.set(map);
    Ok(())
}

impl wrapperbase {
    /// The interned special method name.
    #[inline]
    pub fn name(&self) -> &Str {
        // SAFETY: filled by `init` with an interned str.
        unsafe { &*self.name_strobj.as_ptr().cast::<Str>() }
    }
}

/// The rows of a name; none for names that are no special method's.
fn rows_of(name: &Str) -> &'static [u8] {
    match BY_NAME.get() {
        Some(map) => map
            .get(&(name as *const Str as usize))
            .map_or(&[], |rows| rows),
        None => &[],
    }
}

/// The word of a type that holds the slot at `offset`; `None` if the type lacks that table.
#[inline]
pub fn word_at(ty: &PyTypeObject, offset: usize) -> Option<&Cell<*mut c_void>> {
    let tables = [
        (
            offset_of!(PyHeapTypeObject, as_buffer),
            ty.tp_as_buffer.get().cast::<u8>(),
        ),
        (
            offset_of!(PyHeapTypeObject, as_sequence),
            ty.tp_as_sequence.get().cast(),
        ),
        (
            offset_of!(PyHeapTypeObject, as_mapping),
            ty.tp_as_mapping.get().cast(),
        ),
        (
            offset_of!(PyHeapTypeObject, as_number),
            ty.tp_as_number.get().cast(),
        ),
        (
            offset_of!(PyHeapTypeObject, as_async),
            ty.tp_as_async.get().cast(),
        ),
        (0, ty as *const PyTypeObject as *mut u8),
    ];
    for (start, table) in tables {
        if offset >= start {
            if table.is_null() {
                return None;
            }
            // SAFETY: the offset is that of a pointer-sized cell of the table.
            return Some(unsafe { &*table.add(offset - start).cast::<Cell<*mut c_void>>() });
        }
    }
    None
}

/// The first row of the group that row `number` belongs to.
fn group_start(number: usize) -> usize {
    let offset = SLOTS[number].offset.get();
    let mut start = number;
    while start > 0 && SLOTS[start - 1].offset.get() == offset {
        start -= 1;
    }
    start
}

/// The one slot among those of `name` that the type fills; `None` if it fills none or several.
fn only_filled<'a>(ty: &'a PyTypeObject, name: &Str) -> Option<&'a Cell<*mut c_void>> {
    let mut found = None;
    for &number in rows_of(name) {
        let Some(word) = word_at(ty, SLOTS[number as usize].offset.get() as usize) else {
            continue;
        };
        if word.get().is_null() {
            continue;
        }
        if found.is_some() {
            return None;
        }
        found = Some(word);
    }
    found
}

/// Recomputes the slot of the group that starts at row `start`; answers the next group's start.
fn update_group(ty: &PyTypeObject, start: usize) -> usize {
    let offset = SLOTS[start].offset.get();
    let end = start
        + SLOTS[start..]
            .iter()
            .take_while(|r| r.offset.get() == offset)
            .count();
    let Some(word) = word_at(ty, offset as usize) else {
        return end;
    };
    let mut specific: *mut c_void = ptr::null_mut();
    let mut generic: *mut c_void = ptr::null_mut();
    let mut use_generic = false;
    for row in &SLOTS[start..end] {
        let Some(descr) = cache::lookup(ty, row.name()) else {
            continue;
        };
        if let Some(wrapper) = descr.exact::<PyWrapperDescrObject>()
            // SAFETY: a slot wrapper's base is a row that lives for ever.
            && unsafe { &*wrapper.d_base.get() }.name_strobj.as_ptr() == row.name_strobj.as_ptr()
        {
            if only_filled(ty, row.name()).is_none_or(|only| ptr::eq(only, word)) {
                generic = row.function.get();
            }
            let wrapped = wrapper.d_wrapped.get();
            // SAFETY: as above.
            let same_wrapper = unsafe { &*wrapper.d_base.get() }
                .wrapper
                .get()
                .map(|f| f as usize)
                == row.wrapper.get().map(|f| f as usize);
            let of_base = wrapper
                .d_common
                .d_type
                .get()
                .is_some_and(|of| is_subtype(ty, of));
            if (specific.is_null() || specific == wrapped) && same_wrapper && of_base {
                specific = wrapped;
            } else {
                use_generic = true;
            }
        } else if offset as usize == offset_of!(PyHeapTypeObject, ht_type.tp_new)
            && super::new::is_native_new(descr)
        {
            // Whatever has been inherited; a slot function that is there already finds the builtin by itself.
            specific = word.get();
        } else if offset as usize == offset_of!(PyHeapTypeObject, ht_type.tp_hash)
            && singletons::is_none(descr)
        {
            specific = protocol::PyObject_HashNotImplemented as *mut c_void;
        } else {
            use_generic = true;
            generic = row.function.get();
            if generic == f::slot_tp_call as *mut c_void {
                ty.tp_flags
                    .set(ty.tp_flags.get() & !flags::tp::HAVE_VECTORCALL);
            }
        }
    }
    word.set(if use_generic || specific.is_null() {
        generic
    } else {
        specific
    });
    end
}

/// Recomputes every slot of a new class from its MRO.
pub fn update_all(ty: &PyTypeObject) {
    let mut row = 0;
    while row < ROWS {
        row = update_group(ty, row);
    }
}

/// Recomputes the slots whose special methods stand in the class's own dict; enough for a class with a single base, whose slots
/// have been inherited already.
pub fn update_own(ty: &PyTypeObject) -> PyResult<()> {
    let mut position = 0;
    let mut done = [false; ROWS];
    let dict = Ref::new(ty.dict());
    while let Some((key, _, _)) = dict.next_entry(&mut position) {
        if !key.is_exact::<Str>() {
            continue;
        }
        // SAFETY: the type check proves the layout.
        let mut key: Ref<Str> = unsafe { key.cast() };
        if key.len() < 5 || key.char_at(0) != '_' as u32 || key.char_at(1) != '_' as u32 {
            continue;
        }
        if !str_::is_interned(&key) {
            str_::intern_in_place(&mut key);
        }
        for &number in rows_of(&key) {
            let start = group_start(number as usize);
            if !std::mem::replace(&mut done[start], true) {
                update_group(ty, start);
            }
        }
    }
    // Comparison and hash are inherited only together: with one of them of its own, the class has nothing for the other yet.
    for name in [&names::__eq__, &names::__hash__] {
        for &number in rows_of(name) {
            let start = group_start(number as usize);
            if !std::mem::replace(&mut done[start], true) {
                update_group(ty, start);
            }
        }
    }
    Ok(())
}

/// After the class attribute `name` has changed: recomputes its slots here and in all subtypes that inherit it.
pub fn update_slot(ty: &PyTypeObject, name: &Str) -> PyResult<()> {
    let mut interned = Ref::new(name);
    if !str_::is_interned(name) && name.is_exact::<Str>() {
        str_::intern_in_place(&mut interned);
    }
    let mut starts: SmallVec<[usize; 4]> = SmallVec::new();
    for &number in rows_of(&interned) {
        let start = group_start(number as usize);
        if !starts.contains(&start) {
            starts.push(start);
        }
    }
    if starts.is_empty() {
        return Ok(());
    }
    update_with_subtypes(ty, &interned, &starts)
}

fn update_with_subtypes(ty: &PyTypeObject, name: &Str, starts: &[usize]) -> PyResult<()> {
    for &start in starts {
        update_group(ty, start);
    }
    for subtype in super::subtypes(ty) {
        if subtype.dict().get_str(name).is_none() {
            update_with_subtypes(&subtype, name, starts)?;
        }
    }
    Ok(())
}

/// Whether a slot's content is one of the generic functions that call a Python method (for the interpreter, which enters a
/// surrogate instead).
pub fn is_python_slot(function: *const c_void) -> bool {
    static SORTED: OnceLock<Box<[usize]>> = OnceLock::new();
    let sorted = SORTED.get_or_init(|| {
        let getattro = f::slot_tp_getattro as *const c_void as usize;
        let mut all: Vec<usize> = SLOTS.iter().map(|r| r.function.get() as usize).collect();
        all.push(getattro);
        all.retain(|&a| a != 0);
        all.sort_unstable();
        all.into()
    });
    sorted.binary_search(&(function as usize)).is_ok()
}

/// Whether two types have the same function in a slot: `same_slot!(a, b, tp_call)`.
#[macro_export]
macro_rules! same_slot {
    ($a:expr, $b:expr, $slot:ident) => {
        $a.$slot.get().map(|f| f as usize) == $b.$slot.get().map(|f| f as usize)
    };
}

macro_rules! python_slot_tests {
    ($($(#[$doc:meta])* $name:ident: $field:ident is $($function:ident)|+;)*) => { $(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name(ty: &PyTypeObject) -> bool {
            ty.$field.get().is_some_and(|s| $(s as usize == f::$function as *const () as usize)||+)
        }
    )* };
}

python_slot_tests! {
    /// Whether `tp_getattro` calls `__getattribute__` or `__getattr__` of Python.
    is_python_slot_getattro: tp_getattro is slot_tp_getattr_hook | slot_tp_getattro;
    is_python_slot_setattro: tp_setattro is slot_tp_setattro;
    is_python_slot_call: tp_call is slot_tp_call;
    is_python_slot_init: tp_init is slot_tp_init;
    is_python_slot_new: tp_new is slot_tp_new;
    is_python_slot_repr: tp_repr is slot_tp_repr;
    is_python_slot_str: tp_str is slot_tp_str;
    is_python_slot_hash: tp_hash is slot_tp_hash;
    is_python_slot_richcompare: tp_richcompare is slot_tp_richcompare;
    is_python_slot_iter: tp_iter is slot_tp_iter;
    is_python_slot_iternext: tp_iternext is slot_tp_iternext;
    is_python_slot_descr_get: tp_descr_get is slot_tp_descr_get;
    is_python_slot_descr_set: tp_descr_set is slot_tp_descr_set;
}

/// Whether `nb_bool` calls `__bool__` (or `__len__`) of Python.
#[inline(always)]
pub fn is_python_slot_bool(ty: &PyTypeObject) -> bool {
    // SAFETY: a type's table pointers are null or valid.
    unsafe { ty.tp_as_number.get().as_ref() }
        .and_then(|n| n.nb_bool.get())
        .is_some_and(|s| s as usize == f::slot_nb_bool as *const () as usize)
}

/// Whether `len()` of the type's instances calls Python.
#[inline(always)]
pub fn is_python_slot_len(ty: &PyTypeObject) -> bool {
    // SAFETY: as above.
    unsafe { ty.tp_as_sequence.get().as_ref() }
        .and_then(|n| n.sq_length.get())
        .is_some_and(|s| s as usize == f::slot_sq_length as *const () as usize)
}

/// Whether subscripting (`mp_subscript`) calls `__getitem__` of Python.
#[inline(always)]
pub fn is_python_slot_subscript(ty: &PyTypeObject) -> bool {
    // SAFETY: as above.
    unsafe { ty.tp_as_mapping.get().as_ref() }
        .and_then(|n| n.mp_subscript.get())
        .is_some_and(|s| s as usize == f::slot_mp_subscript as *const () as usize)
}

/// Whether an item by its index (`sq_item`) is asked of a `__getitem__` of Python.
pub fn is_python_slot_item(ty: &PyTypeObject) -> bool {
    // SAFETY: as above.
    unsafe { ty.tp_as_sequence.get().as_ref() }
        .and_then(|n| n.sq_item.get())
        .is_some_and(|s| s as usize == f::slot_sq_item as *const () as usize)
}

/// Whether item assignment (`mp_ass_subscript`) calls `__setitem__` or `__delitem__` of Python.
#[inline(always)]
pub fn is_python_slot_ass_subscript(ty: &PyTypeObject) -> bool {
    // SAFETY: as above.
    unsafe { ty.tp_as_mapping.get().as_ref() }
        .and_then(|n| n.mp_ass_subscript.get())
        .is_some_and(|s| s as usize == f::slot_mp_ass_subscript as *const () as usize)
}

/// Whether `in` (`sq_contains`) calls `__contains__` of Python.
#[inline(always)]
pub fn is_python_slot_contains(ty: &PyTypeObject) -> bool {
    // SAFETY: as above.
    unsafe { ty.tp_as_sequence.get().as_ref() }
        .and_then(|n| n.sq_contains.get())
        .is_some_and(|s| s as usize == f::slot_sq_contains as *const () as usize)
}
