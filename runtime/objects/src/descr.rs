//! Descriptors of builtin types: method, member, getset, slot wrapper, class method; `method-wrapper`.
//!
//! All start with the type they belong to and a name; reading them on an object of another type is a TypeError.

use crate::def::{getset, noargs, slot, status};
use crate::*;
use flags::{member, meth, tp};
use std::mem::{offset_of, transmute};
use std::ptr;
use typeobject::{c_text, is_subtype, static_ref};

builtin!(PyMethodDescrObject = PyMethodDescr_Type);
builtin!(PyMemberDescrObject = PyMemberDescr_Type);
builtin!(PyGetSetDescrObject = PyGetSetDescr_Type);
builtin!(PyWrapperDescrObject = PyWrapperDescr_Type);

/// What a class attribute does when it is read through an instance; the interpreter's caches depend on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A Python function: binds to a method.
    Function,
    /// A builtin method: binds to a builtin.
    MethodDescr,
    Property,
    /// A field at an offset (`__slots__`, and fields of builtin types).
    Member,
    GetSet,
    ClassMethod,
    StaticMethod,
    /// Has `__set__` or `__delete__`: comes before the instance's own attributes.
    OtherData,
    /// Has only `__get__`.
    OtherNonData,
    /// No descriptor.
    Plain,
}

/// Classifies a class attribute.
#[inline]
pub fn kind(o: &PyObject) -> Kind {
    let ty = o.ob_type.as_ptr().cast_const();
    if ptr::eq(ty, &function::PyFunction_Type) {
        Kind::Function
    } else if ptr::eq(ty, &PyMethodDescr_Type) {
        Kind::MethodDescr
    } else if ptr::eq(ty, &property::PyProperty_Type) {
        Kind::Property
    } else if ptr::eq(ty, &PyMemberDescr_Type) {
        Kind::Member
    } else if ptr::eq(ty, &PyGetSetDescr_Type) {
        Kind::GetSet
    } else if ptr::eq(ty, &classmethod::PyClassMethod_Type) {
        Kind::ClassMethod
    } else if ptr::eq(ty, &classmethod::PyStaticMethod_Type) {
        Kind::StaticMethod
    } else if o.ty().tp_descr_set.get().is_some() {
        Kind::OtherData
    } else if o.ty().tp_descr_get.get().is_some() {
        Kind::OtherNonData
    } else {
        Kind::Plain
    }
}

// ---- creation ----

fn common(header: PyObject, ty: &PyTypeObject, name: Ref<Str>) -> PyDescrObject {
    let d = PyDescrObject {
        ob_base: header,
        d_type: Slot::EMPTY,
        d_name: Slot::EMPTY,
        d_qualname: Slot::EMPTY,
    };
    d.d_type.set(Some(Ref::new(ty)));
    d.d_name.set(Some(name.into_object()));
    d
}

/// A method of a builtin type.
pub fn new_method(
    ty: &PyTypeObject,
    def: &'static PyMethodDef,
) -> PyResult<Ref<PyMethodDescrObject>> {
    let name = str_::intern(c_text(def.ml_name.get()))?;
    let vectorcall = method_vectorcall(def.ml_flags.get());
    let o = mem::create_gc(&PyMethodDescr_Type, |header| PyMethodDescrObject {
        d_common: common(header, ty, name),
        d_method: Cell::new(def as *const PyMethodDef as *mut PyMethodDef),
        vectorcall: Cell::new(vectorcall),
    })?;
    gc::track(&*o);
    Ok(o)
}

/// A class method of a builtin type.
pub fn new_class_method(
    ty: &PyTypeObject,
    def: &'static PyMethodDef,
) -> PyResult<Ref<PyMethodDescrObject>> {
    let name = str_::intern(c_text(def.ml_name.get()))?;
    let o = mem::create_gc(&PyClassMethodDescr_Type, |header| PyMethodDescrObject {
        d_common: common(header, ty, name),
        d_method: Cell::new(def as *const PyMethodDef as *mut PyMethodDef),
        vectorcall: Cell::new(None),
    })?;
    gc::track(&*o);
    Ok(o)
}

/// A field; `def` lives as long as the type.
pub fn new_member(ty: &PyTypeObject, def: &PyMemberDef) -> PyResult<Ref<PyMemberDescrObject>> {
    let name = str_::intern(c_text(def.name.get()))?;
    let o = mem::create_gc(&PyMemberDescr_Type, |header| PyMemberDescrObject {
        d_common: common(header, ty, name),
        d_member: Cell::new(def as *const PyMemberDef as *mut PyMemberDef),
    })?;
    gc::track(&*o);
    Ok(o)
}

/// A computed attribute; `def` lives as long as the type.
pub fn new_getset(ty: &PyTypeObject, def: &PyGetSetDef) -> PyResult<Ref<PyGetSetDescrObject>> {
    let name = str_::intern(c_text(def.name.get()))?;
    let o = mem::create_gc(&PyGetSetDescr_Type, |header| PyGetSetDescrObject {
        d_common: common(header, ty, name),
        d_getset: Cell::new(def as *const PyGetSetDef as *mut PyGetSetDef),
    })?;
    gc::track(&*o);
    Ok(o)
}

/// The special method behind a native slot.
pub fn new_wrapper(
    ty: &PyTypeObject,
    row: &'static wrapperbase,
    wrapped: *mut c_void,
) -> PyResult<Ref<PyWrapperDescrObject>> {
    let o = mem::create_gc(&PyWrapperDescr_Type, |header| PyWrapperDescrObject {
        d_common: common(header, ty, Ref::new(row.name())),
        d_base: Cell::new(row as *const wrapperbase as *mut wrapperbase),
        d_wrapped: Cell::new(wrapped),
    })?;
    gc::track(&*o);
    Ok(o)
}

impl PyDescrObject {
    #[inline]
    pub fn name(&self) -> &Str {
        // SAFETY: every descriptor has a name, a str.
        unsafe { &*self.d_name.as_ptr().cast() }
    }
    #[inline]
    pub fn of(&self) -> &PyTypeObject {
        // SAFETY: every descriptor has a type.
        unsafe { &*self.d_type.as_ptr() }
    }
}

/// The name of any of these descriptors.
pub fn name_of<T: Object>(descr: &Ref<T>) -> &Str {
    // SAFETY: the callers pass descriptors, which share their first fields.
    unsafe { &*descr.as_ptr().cast::<PyDescrObject>() }.name()
}

// ---- checks ----

#[cold]
fn does_not_apply(d: &PyDescrObject, obj: &PyObject) -> Raised {
    raise!(
        TypeError,
        "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
        d.name().to_string_lossy(),
        d.of().name(),
        obj.ty().name()
    )
}

/// TypeError unless `obj` is an instance of the descriptor's type.
#[inline(always)]
pub fn check_self(d: &PyDescrObject, obj: &PyObject) -> PyResult<()> {
    if ptr::eq(obj.ob_type.as_ptr(), d.d_type.as_ptr()) || is_subtype(obj.ty(), d.of()) {
        return Ok(());
    }
    Err(does_not_apply(d, obj))
}

// ---- method_descriptor ----

type DescrCall = vectorcallfunc;

/// The vectorcall function for a method's kind of arguments.
fn method_vectorcall(ml_flags: i32) -> Option<DescrCall> {
    const KINDS: i32 =
        meth::VARARGS | meth::KEYWORDS | meth::NOARGS | meth::O | meth::FASTCALL | meth::METHOD;
    const VARARGS_KEYWORDS: i32 = meth::VARARGS | meth::KEYWORDS;
    const FAST_KEYWORDS: i32 = meth::FASTCALL | meth::KEYWORDS;
    const METHOD: i32 = meth::METHOD | meth::FASTCALL | meth::KEYWORDS;
    match ml_flags & KINDS {
        meth::NOARGS => Some(call_noargs),
        meth::O => Some(call_o),
        meth::FASTCALL => Some(call_fast),
        FAST_KEYWORDS => Some(call_fast_keywords),
        meth::VARARGS => Some(call_varargs),
        VARARGS_KEYWORDS => Some(call_varargs_keywords),
        METHOD => Some(call_method),
        _ => None,
    }
}

/// Splits off and checks `self`.
#[inline(always)]
fn take_self<'a>(
    callable: &'a PyObject,
    args: Args<'a>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult<(
    &'a PyMethodDescrObject,
    &'a PyObject,
    &'a [&'a PyObject],
    usize,
)> {
    // SAFETY: the vectorcall functions are only put into method descriptors.
    let d: &PyMethodDescrObject = unsafe { callable.cast() };
    let count = count & !flags::VECTORCALL_ARGUMENTS_OFFSET;
    let all = args.slice((count + kwnames.map_or(0, |k| k.len())) as isize);
    if count < 1 {
        return Err(raise!(
            TypeError,
            "unbound method {} needs an argument",
            cfunction::function_text(callable)
        ));
    }
    check_self(&d.d_common, all[0])?;
    Ok((d, all[0], &all[1..], count - 1))
}

#[inline(always)]
fn refuse_keywords(callable: &PyObject, kwnames: Option<&PyTupleObject>) -> PyResult<()> {
    match kwnames {
        Some(names) if names.len() > 0 => Err(cfunction::takes_no_keywords(callable)),
        _ => Ok(()),
    }
}

/// The C function with the signature that its flags promise.
macro_rules! c_function {
    ($def:expr => $ty:ty) => {{
        // SAFETY: a method table's entry lives as long as its type, and its flags tell the signature.
        let function = unsafe { (*$def.get()).ml_meth.get() };
        match function {
            Some(function) => unsafe { transmute::<PyCFunction, $ty>(function) },
            None => return Err(raise!(SystemError, "a method without function")),
        }
    }};
}

impl PyMethodDescrObject {
    /// Calls the C function at once, if it takes exactly what is given (the object first); `None`: somebody else must see to it.
    /// Methods that a surrogate replaces are for the caller to allow (`REPLACED`).
    #[inline(always)]
    pub fn call_directly<const REPLACED: bool>(&self, args: &[&PyObject]) -> Option<PyResult> {
        const FAST_KEYWORDS: i32 = meth::FASTCALL | meth::KEYWORDS;
        // SAFETY: a method's definition lives as long as its type, which the descriptor keeps.
        let def = unsafe { &*self.d_method.get() };
        let function = def.ml_meth.get()?;
        let [this, rest @ ..] = args else { return None };
        let this: &PyObject = this;
        let class = self.d_common.d_type.as_ptr();
        if !ptr::eq(this.ob_type.as_ptr(), class) && !is_subtype(this.ty(), self.d_common.of()) {
            return None;
        }
        let place = " while calling a Python object";
        let flags = def.ml_flags.get();
        let flags = if REPLACED {
            flags & ((1 << meth::SURROGATE_SHIFT) - 1)
        } else {
            flags
        };
        // SAFETY: the flags tell the signature.
        let result = unsafe {
            match (flags, rest) {
                (meth::O, [arg]) => match errors::enter_native(place) {
                    Ok(_guard) => {
                        transmute::<PyCFunction, PyCFunctionPlain>(function)(this, Some(arg))
                    }
                    Err(raised) => return Some(Err(raised)),
                },
                (meth::NOARGS, []) => match errors::enter_native(place) {
                    Ok(_guard) => transmute::<PyCFunction, PyCFunctionPlain>(function)(this, None),
                    Err(raised) => return Some(Err(raised)),
                },
                (meth::FASTCALL, rest) => transmute::<PyCFunction, PyCFunctionFast>(function)(
                    this,
                    Args::from_slice(rest),
                    rest.len() as isize,
                ),
                (FAST_KEYWORDS, rest) => transmute::<PyCFunction, PyCFunctionFastWithKeywords>(
                    function,
                )(
                    this, Args::from_slice(rest), rest.len() as isize, None
                ),
                _ => return None,
            }
        };
        Some(errors::checked(result, self))
    }
}

extern "C" fn call_noargs(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let (d, this, _, count) = take_self(callable, args, count, kwnames)?;
    refuse_keywords(callable, kwnames)?;
    if count != 0 {
        return Err(cfunction::takes_no_arguments(callable, count));
    }
    let _guard = errors::enter_native(" while calling a Python object")?;
    c_function!(d.d_method => PyCFunctionPlain)(this, None)
}

extern "C" fn call_o(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let (d, this, rest, count) = take_self(callable, args, count, kwnames)?;
    refuse_keywords(callable, kwnames)?;
    if count != 1 {
        return Err(cfunction::takes_one_argument(callable, count));
    }
    let _guard = errors::enter_native(" while calling a Python object")?;
    c_function!(d.d_method => PyCFunctionPlain)(this, Some(rest[0]))
}

extern "C" fn call_fast(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let (d, this, rest, count) = take_self(callable, args, count, kwnames)?;
    refuse_keywords(callable, kwnames)?;
    c_function!(d.d_method => PyCFunctionFast)(this, Args::from_slice(rest), count as isize)
}

extern "C" fn call_fast_keywords(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let (d, this, rest, count) = take_self(callable, args, count, kwnames)?;
    c_function!(d.d_method => PyCFunctionFastWithKeywords)(
        this,
        Args::from_slice(rest),
        count as isize,
        kwnames,
    )
}

extern "C" fn call_method(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let (d, this, rest, count) = take_self(callable, args, count, kwnames)?;
    c_function!(d.d_method => PyCMethod)(
        this,
        d.d_common.of(),
        Args::from_slice(rest),
        count,
        kwnames,
    )
}

extern "C" fn call_varargs(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let (d, this, rest, count) = take_self(callable, args, count, kwnames)?;
    refuse_keywords(callable, kwnames)?;
    let positional = tuple::from_borrowed(&rest[..count])?;
    let _guard = errors::enter_native(" while calling a Python object")?;
    c_function!(d.d_method => PyCFunctionPlain)(this, Some(&positional))
}

extern "C" fn call_varargs_keywords(
    callable: &PyObject,
    args: Args<'_>,
    count: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let (d, this, rest, count) = take_self(callable, args, count, kwnames)?;
    let positional = tuple::from_borrowed(&rest[..count])?;
    let named = cfunction::keyword_dict(kwnames, &rest[count..])?;
    let _guard = errors::enter_native(" while calling a Python object")?;
    c_function!(d.d_method => PyCFunctionWithKeywords)(
        this,
        &positional,
        named.as_deref().map(|d| &**d),
    )
}

/// `list.append.__get__(x)`: a builtin bound to x.
extern "C" fn method_get(
    this: &PyMethodDescrObject,
    obj: Option<&PyObject>,
    ty: Option<&PyObject>,
) -> PyResult {
    let Some(obj) = obj else {
        return Ok(this.to_ref());
    };
    check_self(&this.d_common, obj)?;
    // SAFETY: a method's definition lives as long as its type, which the descriptor keeps.
    let def = unsafe { &*this.d_method.get() };
    if def.ml_flags.get() & meth::METHOD != 0 {
        if !ty.is_some_and(|t| t.is_instance::<PyTypeObject>()) {
            return Err(raise!(
                TypeError,
                "descriptor '{}' needs a type, not '{}', as arg 2",
                this.d_common.name().to_string_lossy(),
                ty.map_or("NoneType", |t| t.ty().name())
            ));
        }
        return Ok(
            cfunction::new_in_class(static_ref(def), obj, this.d_common.of())?.into_object(),
        );
    }
    Ok(cfunction::new(static_ref(def), Some(obj), None)?.into_object())
}

/// `dict.fromkeys`: a builtin bound to the class.
extern "C" fn class_method_get(
    this: &PyMethodDescrObject,
    obj: Option<&PyObject>,
    ty: Option<&PyObject>,
) -> PyResult {
    let name = || this.d_common.name().to_string_lossy();
    let of = this.d_common.of().name();
    let class: &PyObject = match (ty, obj) {
        (Some(ty), _) => ty,
        (None, Some(obj)) => obj.ty(),
        (None, None) => {
            return Err(raise!(
                TypeError,
                "descriptor '{}' for type '{of}' needs either an object or a type",
                name()
            ));
        }
    };
    let Some(class) = class.downcast::<PyTypeObject>() else {
        return Err(raise!(
            TypeError,
            "descriptor '{}' for type '{of}' needs a type, not a '{}' as arg 2",
            name(),
            class.ty().name()
        ));
    };
    if !is_subtype(class, this.d_common.of()) {
        return Err(raise!(
            TypeError,
            "descriptor '{}' requires a subtype of '{of}' but received '{}'",
            name(),
            class.name()
        ));
    }
    // SAFETY: as in `method_get`.
    let def = unsafe { &*this.d_method.get() };
    if def.ml_flags.get() & meth::METHOD != 0 {
        return Ok(
            cfunction::new_in_class(static_ref(def), class, this.d_common.of())?.into_object(),
        );
    }
    Ok(cfunction::new(static_ref(def), Some(class), None)?.into_object())
}

/// `dict.__dict__['fromkeys'](cls, ..)`.
extern "C" fn class_method_call(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: U3; slots get a tuple and a dict.
    let (d, args): (&PyMethodDescrObject, &PyTupleObject) = unsafe { (this.cast(), args.cast()) };
    let Some(class) = args.items().first() else {
        return Err(raise!(
            TypeError,
            "descriptor '{}' of '{}' object needs an argument",
            d.d_common.name().to_string_lossy(),
            d.d_common.of().name()
        ));
    };
    let bound = class_method_get(d, None, Some(class))?;
    let rest = tuple::from_borrowed(&args.items()[1..])?;
    call::call_ex(&bound, &rest, kwargs.map(|d| unsafe { d.cast() }))
}

// ---- member_descriptor ----

macro_rules! number_kinds {
    ($address:expr, $kind:expr, $($name:ident: $ty:ty => $make:expr;)*) => {
        match $kind {
            $(member::$name => {
                // SAFETY: the member lies within the object.
                let value = unsafe { $address.cast::<$ty>().read_unaligned() };
                #[allow(clippy::redundant_closure_call)]
                Some(($make)(value))
            })*
            _ => None,
        }
    };
}

/// Reads a member of any kind. AttributeError for an empty OBJECT_EX.
pub fn read_member(obj: &PyObject, m: &PyMemberDef) -> PyResult {
    let address = obj.as_ptr().cast::<u8>().wrapping_offset(m.offset.get());
    let signed = |v: i64| int::from_i64(v).map(Ref::into_object);
    let unsigned = |v: u64| int::from_u64(v).map(Ref::into_object);
    let real = |v: f64| float::from_f64(v).map(Ref::into_object);
    // SAFETY: the type's table says what lies at the offset.
    let field = || unsafe { &*address.cast::<Slot<PyObject>>() };
    match m.type_.get() {
        member::OBJECT_EX => {
            return field().cloned().ok_or_else(|| empty_slot(obj, m));
        }
        member::OBJECT => return Ok(field().cloned().unwrap_or_else(singletons::none)),
        member::NONE => return Ok(singletons::none()),
        // SAFETY: as above.
        member::BOOL => return Ok(boolean::from(unsafe { *address } != 0)),
        member::CHAR => return Ok(str_::from_latin1(&[unsafe { *address }])?.into_object()),
        member::STRING => {
            let text = unsafe { address.cast::<*const c_char>().read_unaligned() };
            if text.is_null() {
                return Ok(singletons::none());
            }
            let bytes = unsafe { std::ffi::CStr::from_ptr(text) }.to_bytes();
            return Ok(str_::decode(bytes, None, None)?.into_object());
        }
        member::STRING_INPLACE => {
            let bytes = unsafe { std::ffi::CStr::from_ptr(address.cast()) }.to_bytes();
            return Ok(str_::decode(bytes, None, None)?.into_object());
        }
        _ => {}
    }
    let number = number_kinds! { address, m.type_.get(),
        SHORT: i16 => |v| signed(i64::from(v));
        INT: i32 => |v| signed(i64::from(v));
        LONG: i64 => signed;
        LONGLONG: i64 => signed;
        PYSSIZET: i64 => signed;
        BYTE: i8 => |v| signed(i64::from(v));
        UBYTE: u8 => |v| signed(i64::from(v));
        USHORT: u16 => |v| signed(i64::from(v));
        UINT: u32 => |v| signed(i64::from(v));
        ULONG: u64 => unsigned;
        ULONGLONG: u64 => unsigned;
        FLOAT: f32 => |v| real(f64::from(v));
        DOUBLE: f64 => real;
    };
    number.unwrap_or_else(|| Err(raise!(SystemError, "bad memberdescr type")))
}

#[cold]
fn empty_slot(obj: &PyObject, m: &PyMemberDef) -> Raised {
    let name = c_text(m.name.get());
    match str_::intern(name) {
        Ok(interned) => errors::raise_attribute_error(
            obj,
            &interned,
            format_args!("'{}' object has no attribute '{name}'", obj.ty().name()),
        ),
        Err(Raised) => Raised,
    }
}

/// Writes (or with `None` deletes) a member of any kind. TypeError, AttributeError, OverflowError.
pub fn write_member(obj: &PyObject, m: &PyMemberDef, value: Option<&PyObject>) -> PyResult<()> {
    let kind = m.type_.get();
    if m.flags.get() & member::READONLY != 0 {
        return Err(raise!(AttributeError, "readonly attribute"));
    }
    let address = obj.as_ptr().cast::<u8>().wrapping_offset(m.offset.get());
    if kind == member::OBJECT || kind == member::OBJECT_EX {
        // SAFETY: the type's table says what lies at the offset.
        let field = unsafe { &*address.cast::<Slot<PyObject>>() };
        if value.is_none() && kind == member::OBJECT_EX && field.is_null() {
            return Err(raise!(AttributeError, "{}", c_text(m.name.get())));
        }
        field.set(value.map(Ref::new));
        return Ok(());
    }
    let Some(value) = value else {
        return Err(raise!(TypeError, "can't delete numeric/char attribute"));
    };
    // SAFETY (all writes): the type's table says what lies at the offset.
    unsafe {
        match kind {
            member::BOOL => {
                if !boolean::is_true(value) && !boolean::is_false(value) {
                    return Err(raise!(TypeError, "attribute value type must be bool"));
                }
                *address = boolean::is_true(value) as u8;
            }
            member::CHAR => {
                let text = value
                    .downcast::<Str>()
                    .filter(|t| t.len() == 1 && t.is_ascii());
                let Some(text) = text else {
                    return Err(raise!(
                        TypeError,
                        "bad argument type for built-in operation"
                    ));
                };
                *address = text.char_at(0) as u8;
            }
            member::FLOAT => address
                .cast::<f32>()
                .write_unaligned(number::to_float(value)? as f32),
            member::DOUBLE => address
                .cast::<f64>()
                .write_unaligned(number::to_float(value)?),
            member::STRING | member::STRING_INPLACE | member::NONE => {
                return Err(raise!(TypeError, "readonly attribute"));
            }
            member::ULONG | member::ULONGLONG => {
                let index = number::index(value)?;
                let Some(n) = index.to_u64().or_else(|| index.to_i64().map(|n| n as u64)) else {
                    return Err(raise!(
                        OverflowError,
                        "Python int too large to convert to C unsigned long"
                    ));
                };
                address.cast::<u64>().write_unaligned(n);
            }
            _ => {
                let index = number::index(value)?;
                let Some(n) = index.to_i64() else {
                    return Err(raise!(
                        OverflowError,
                        "Python int too large to convert to C long"
                    ));
                };
                let (fits, what) = match kind {
                    member::BYTE => (i8::try_from(n).is_ok(), "char"),
                    member::UBYTE => (u8::try_from(n).is_ok(), "unsigned char"),
                    member::SHORT => (i16::try_from(n).is_ok(), "short"),
                    member::USHORT => (u16::try_from(n).is_ok(), "unsigned short"),
                    member::INT => (i32::try_from(n).is_ok(), "int"),
                    member::UINT => (n >= 0 && u32::try_from(n).is_ok(), "unsigned int"),
                    _ => (true, ""),
                };
                if !fits {
                    let text = if kind == member::UINT && n < 0 {
                        "Writing negative value into unsigned field".to_owned()
                    } else {
                        format!("Truncation of value to {what}")
                    };
                    errors::warn(&exceptions::RuntimeWarning, &text, 1)?;
                }
                match kind {
                    member::BYTE | member::UBYTE => *address = n as u8,
                    member::SHORT | member::USHORT => {
                        address.cast::<u16>().write_unaligned(n as u16);
                    }
                    member::INT | member::UINT => address.cast::<u32>().write_unaligned(n as u32),
                    member::LONG | member::LONGLONG | member::PYSSIZET => {
                        address.cast::<i64>().write_unaligned(n);
                    }
                    _ => {
                        return Err(raise!(SystemError, "bad memberdescr type"));
                    }
                }
            }
        }
    }
    Ok(())
}

extern "C" fn member_get(
    this: &PyMemberDescrObject,
    obj: Option<&PyObject>,
    _ty: Option<&PyObject>,
) -> PyResult {
    let Some(obj) = obj else {
        return Ok(this.to_ref());
    };
    check_self(&this.d_common, obj)?;
    // SAFETY: the definition lives as long as the type.
    let def = unsafe { &*this.d_member.get() };
    if def.flags.get() & flags::member::AUDIT_READ != 0 {
        hooks::audit_getattr(obj, c_text(def.name.get()))?;
    }
    read_member(obj, def)
}

extern "C" fn member_set(this: &PyObject, obj: &PyObject, value: Option<&PyObject>) -> c_int {
    // SAFETY: U3; the definition lives as long as the type.
    let d: &PyMemberDescrObject = unsafe { this.cast() };
    status(
        check_self(&d.d_common, obj)
            .and_then(|()| write_member(obj, unsafe { &*d.d_member.get() }, value)),
    )
}

// ---- getset_descriptor ----

extern "C" fn getset_get(
    this: &PyGetSetDescrObject,
    obj: Option<&PyObject>,
    _ty: Option<&PyObject>,
) -> PyResult {
    let Some(obj) = obj else {
        return Ok(this.to_ref());
    };
    check_self(&this.d_common, obj)?;
    // SAFETY: the definition lives as long as the type.
    let def = unsafe { &*this.d_getset.get() };
    match def.get.get() {
        Some(get) => get(obj, def.closure.get()),
        None => Err(raise!(
            AttributeError,
            "attribute '{}' of '{}' objects is not readable",
            this.d_common.name().to_string_lossy(),
            this.d_common.of().name()
        )),
    }
}

extern "C" fn getset_set(this: &PyObject, obj: &PyObject, value: Option<&PyObject>) -> c_int {
    // SAFETY: U3; the definition lives as long as the type.
    let d: &PyGetSetDescrObject = unsafe { this.cast() };
    if check_self(&d.d_common, obj).is_err() {
        return -1;
    }
    let def = unsafe { &*d.d_getset.get() };
    match def.set.get() {
        Some(set) => set(obj, value, def.closure.get()),
        None => {
            raise!(
                AttributeError,
                "attribute '{}' of '{}' objects is not writable",
                d.d_common.name().to_string_lossy(),
                d.d_common.of().name()
            );
            -1
        }
    }
}

// ---- wrapper_descriptor and method-wrapper ----

/// Calls the native slot behind a wrapper. Keywords only where the slot takes them.
fn call_wrapper(
    d: &PyWrapperDescrObject,
    this: &PyObject,
    args: &PyTupleObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: a wrapper's base is a row of the slot table.
    let row = unsafe { &*d.d_base.get() };
    let Some(wrapper) = row.wrapper.get() else {
        return Err(raise!(SystemError, "a slot wrapper without function"));
    };
    if row.flags.get() & typeobject::KEYWORDS != 0 {
        return wrapper(this, args, d.d_wrapped.get(), kwargs);
    }
    if kwargs.is_some_and(|k| unsafe { k.cast::<PyDictObject>() }.len() > 0) {
        return Err(raise!(
            TypeError,
            "wrapper {}() takes no keyword arguments",
            c_text(row.name.get())
        ));
    }
    wrapper(this, args, d.d_wrapped.get(), None)
}

/// `int.__add__(1, 2)`.
extern "C" fn wrapper_descr_call(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: U3; slots get a tuple and a dict.
    let (d, args): (&PyWrapperDescrObject, &PyTupleObject) = unsafe { (this.cast(), args.cast()) };
    let Some(first) = args.items().first() else {
        return Err(raise!(
            TypeError,
            "descriptor '{}' of '{}' object needs an argument",
            d.d_common.name().to_string_lossy(),
            d.d_common.of().name()
        ));
    };
    if !is_subtype(first.ty(), d.d_common.of()) {
        return Err(raise!(
            TypeError,
            "descriptor '{}' requires a '{}' object but received a '{}'",
            d.d_common.name().to_string_lossy(),
            d.d_common.of().name(),
            first.ty().name()
        ));
    }
    let rest = tuple::from_borrowed(&args.items()[1..])?;
    call_wrapper(d, first, &rest, kwargs)
}

/// C: `wrapperobject` (private there): a slot wrapper bound to an object.
#[repr(C)]
pub struct wrapperobject {
    pub ob_base: PyObject,
    pub descr: Slot<PyWrapperDescrObject>,
    pub this: Slot<PyObject>,
}
object_structs!(wrapperobject);
builtin!(wrapperobject = _PyMethodWrapper_Type);

extern "C" fn wrapper_descr_get(
    this: &PyWrapperDescrObject,
    obj: Option<&PyObject>,
    _ty: Option<&PyObject>,
) -> PyResult {
    let Some(obj) = obj else {
        return Ok(this.to_ref());
    };
    check_self(&this.d_common, obj)?;
    Ok(new_bound_wrapper(this, obj)?.into_object())
}

/// A slot wrapper bound to `obj`.
pub fn new_bound_wrapper(
    descr: &PyWrapperDescrObject,
    obj: &PyObject,
) -> PyResult<Ref<wrapperobject>> {
    let o = mem::create_gc(&_PyMethodWrapper_Type, |header| wrapperobject {
        ob_base: header,
        descr: Slot::EMPTY,
        this: Slot::EMPTY,
    })?;
    o.descr.set(Some(Ref::new(descr)));
    o.this.set(Some(obj.to_ref()));
    gc::track(&*o);
    Ok(o)
}

impl wrapperobject {
    fn parts(&self) -> PyResult<(&PyWrapperDescrObject, &PyObject)> {
        self.descr
            .get()
            .zip(self.this.get())
            .ok_or_else(|| raise!(SystemError, "a method-wrapper that has been cleared"))
    }
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn wrapper_dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        gc::trashcan(this, wrapper_dealloc, |this| {
            let w: &wrapperobject = &*this.cast();
            w.descr.set(None);
            w.this.set(None);
            mem::free_instance(this);
        });
    }
}

extern "C" fn wrapper_traverse(this: &wrapperobject, visit: visitproc, arg: *mut c_void) -> c_int {
    if let Some(d) = this.descr.get() {
        let answer = visit(d, arg);
        if answer != 0 {
            return answer;
        }
    }
    this.this.get().map_or(0, |o| visit(o, arg))
}

extern "C" fn wrapper_call(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: U3; slots get a tuple and a dict.
    let (w, args): (&wrapperobject, &PyTupleObject) = unsafe { (this.cast(), args.cast()) };
    let (d, obj) = w.parts()?;
    let (d, obj) = (Ref::new(d), obj.to_ref());
    call_wrapper(&d, &obj, args, kwargs)
}

extern "C" fn wrapper_repr(this: &wrapperobject) -> PyResult {
    let (d, obj) = this.parts()?;
    Ok(str_::new(&format!(
        "<method-wrapper '{}' of {} object at {:#x}>",
        d.d_common.name().to_string_lossy(),
        obj.ty().name(),
        obj.as_ptr() as usize
    ))?
    .into_object())
}

extern "C" fn wrapper_compare(this: &wrapperobject, other: &PyObject, op: c_int) -> PyResult {
    let Some(other) = other.exact::<wrapperobject>() else {
        return Ok(singletons::not_implemented());
    };
    let same =
        this.descr.as_ptr() == other.descr.as_ptr() && this.this.as_ptr() == other.this.as_ptr();
    match op {
        flags::cmp::EQ => Ok(boolean::from(same)),
        flags::cmp::NE => Ok(boolean::from(!same)),
        _ => Ok(singletons::not_implemented()),
    }
}

extern "C" fn wrapper_hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    let w: &wrapperobject = unsafe { this.cast() };
    let hash = protocol::hash_address(w.this.as_ptr()) ^ protocol::hash_address(w.descr.as_ptr());
    if hash == -1 { -2 } else { hash }
}

macro_rules! wrapper_getters {
    ($($name:ident => |$descr:ident, $obj:ident| $body:expr;)*) => { $(
        extern "C" fn $name(this: &wrapperobject, _: *mut c_void) -> PyResult {
            let ($descr, $obj) = this.parts()?;
            let _ = ($descr, $obj);
            $body
        }
    )* };
}
wrapper_getters! {
    wrapper_self => |d, obj| Ok(obj.to_ref());
    wrapper_objclass => |d, obj| Ok(d.d_common.of().to_ref());
    wrapper_name => |d, obj| Ok(d.d_common.name().to_ref());
    wrapper_qualname => |d, obj| qualname(&d.d_common);
    wrapper_doc => |d, obj| row_doc(d);
    wrapper_signature => |d, obj| row_signature(d);
}

extern "C" fn wrapper_reduce(this: &wrapperobject) -> PyResult {
    let (d, obj) = this.parts()?;
    reduce_as_attribute(obj, d.d_common.name())
}

static WRAPPER_METHODS: [PyMethodDef; 2] =
    [noargs(c"__reduce__", wrapper_reduce, c""), PyMethodDef::END];

static WRAPPER_GETSET: [PyGetSetDef; 7] = [
    getset(c"__self__", wrapper_self, None, c""),
    getset(c"__objclass__", wrapper_objclass, None, c""),
    getset(c"__name__", wrapper_name, None, c""),
    getset(c"__qualname__", wrapper_qualname, None, c""),
    getset(c"__doc__", wrapper_doc, None, c""),
    getset(c"__text_signature__", wrapper_signature, None, c""),
    PyGetSetDef::END,
];

#[unsafe(no_mangle)]
pub static _PyMethodWrapper_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(wrapper_dealloc)),
    tp_repr: slot::unary(wrapper_repr),
    tp_hash: Cell::new(Some(wrapper_hash)),
    tp_call: Cell::new(Some(wrapper_call)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
    tp_traverse: slot::traverse(wrapper_traverse),
    tp_richcompare: slot::compare(wrapper_compare),
    tp_methods: def::table(&WRAPPER_METHODS[0]),
    tp_getset: def::table(&WRAPPER_GETSET[0]),
    ..PyTypeObject::new::<wrapperobject>(c"method-wrapper")
};

// ---- what all descriptors share ----

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn descr_dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        gc::untrack(&*this);
        let d: &PyDescrObject = &*this.cast();
        d.d_type.set(None);
        d.d_name.set(None);
        d.d_qualname.set(None);
        mem::free_instance(this);
    }
}

extern "C" fn descr_traverse(this: &PyDescrObject, visit: visitproc, arg: *mut c_void) -> c_int {
    this.d_type.get().map_or(0, |t| visit(t, arg))
}

/// `getattr(owner, name)` as a pickle.
pub fn reduce_as_attribute(owner: &PyObject, name: &PyObject) -> PyResult {
    let builtins = (hooks::hooks().import)("builtins")?;
    let getattr = str_::intern("getattr")?;
    let function = protocol::getattr(&builtins, &getattr)?;
    let arguments = tuple::from_borrowed(&[owner, name])?;
    Ok(tuple::from_owned(vec![function, arguments.into_object()])?.into_object())
}

fn qualname(d: &PyDescrObject) -> PyResult {
    if d.d_qualname.is_null() {
        let of = protocol::getattr(d.of(), &names::__qualname__)?;
        let Some(of) = of.downcast::<Str>() else {
            return Err(raise!(
                TypeError,
                "<descriptor>.__objclass__.__qualname__ is not a unicode object"
            ));
        };
        let text = str_::new(&format!(
            "{}.{}",
            of.to_string_lossy(),
            d.name().to_string_lossy()
        ))?;
        d.d_qualname.set(Some(text.into_object()));
    }
    Ok(d.d_qualname.cloned().unwrap_or_else(singletons::none))
}

extern "C" fn get_qualname(this: &PyDescrObject, _: *mut c_void) -> PyResult {
    qualname(this)
}

extern "C" fn descr_reduce(this: &PyDescrObject) -> PyResult {
    reduce_as_attribute(this.of(), this.name())
}

/// A doc (or none) as an object.
fn text_or_none(text: Option<&str>) -> PyResult {
    match text {
        Some(text) => Ok(str_::new(text)?.into_object()),
        None => Ok(singletons::none()),
    }
}

/// The doc of a table entry, without its text signature.
pub fn doc_object(name: *const c_char, doc: *const c_char) -> PyResult {
    text_or_none(typeobject::doc_of(name, doc))
}

/// The text signature of a table entry.
pub fn signature_object(name: *const c_char, doc: *const c_char) -> PyResult {
    text_or_none(typeobject::text_signature_of(name, doc))
}

fn row_doc(d: &PyWrapperDescrObject) -> PyResult {
    // SAFETY: a wrapper's base is a row of the slot table.
    let row = unsafe { &*d.d_base.get() };
    doc_object(row.name.get(), row.doc.get())
}

fn row_signature(d: &PyWrapperDescrObject) -> PyResult {
    // SAFETY: as above.
    let row = unsafe { &*d.d_base.get() };
    signature_object(row.name.get(), row.doc.get())
}

extern "C" fn method_doc(this: &PyMethodDescrObject, _: *mut c_void) -> PyResult {
    // SAFETY: the definition lives as long as the type.
    let def = unsafe { &*this.d_method.get() };
    doc_object(def.ml_name.get(), def.ml_doc.get())
}

extern "C" fn method_signature(this: &PyMethodDescrObject, _: *mut c_void) -> PyResult {
    // SAFETY: as above.
    let def = unsafe { &*this.d_method.get() };
    signature_object(def.ml_name.get(), def.ml_doc.get())
}

extern "C" fn member_doc(this: &PyMemberDescrObject, _: *mut c_void) -> PyResult {
    // SAFETY: as above.
    let def = unsafe { &*this.d_member.get() };
    text_or_none(Some(c_text(def.doc.get())).filter(|t| !t.is_empty()))
}

extern "C" fn getset_doc(this: &PyGetSetDescrObject, _: *mut c_void) -> PyResult {
    // SAFETY: as above.
    let def = unsafe { &*this.d_getset.get() };
    text_or_none(Some(c_text(def.doc.get())).filter(|t| !t.is_empty()))
}

extern "C" fn wrapper_descr_doc(this: &PyWrapperDescrObject, _: *mut c_void) -> PyResult {
    row_doc(this)
}

extern "C" fn wrapper_descr_signature(this: &PyWrapperDescrObject, _: *mut c_void) -> PyResult {
    row_signature(this)
}

fn described(d: &PyDescrObject, what: &str) -> PyResult {
    Ok(str_::new(&format!(
        "<{what} '{}' of '{}' objects>",
        d.name().to_string_lossy(),
        d.of().name()
    ))?
    .into_object())
}
extern "C" fn method_repr(this: &PyDescrObject) -> PyResult {
    described(this, "method")
}
extern "C" fn member_repr(this: &PyDescrObject) -> PyResult {
    described(this, "member")
}
extern "C" fn getset_repr(this: &PyDescrObject) -> PyResult {
    described(this, "attribute")
}
extern "C" fn wrapper_descr_repr(this: &PyDescrObject) -> PyResult {
    described(this, "slot wrapper")
}

static REDUCE: [PyMethodDef; 2] = [noargs(c"__reduce__", descr_reduce, c""), PyMethodDef::END];

static MEMBERS: [PyMemberDef; 3] = [
    def::member(
        c"__objclass__",
        member::OBJECT,
        offset_of!(PyDescrObject, d_type),
        member::READONLY,
        c"",
    ),
    def::member(
        c"__name__",
        member::OBJECT,
        offset_of!(PyDescrObject, d_name),
        member::READONLY,
        c"",
    ),
    PyMemberDef::END,
];

static METHOD_GETSET: [PyGetSetDef; 4] = [
    getset(c"__doc__", method_doc, None, c""),
    getset(c"__qualname__", get_qualname, None, c""),
    getset(c"__text_signature__", method_signature, None, c""),
    PyGetSetDef::END,
];
static MEMBER_GETSET: [PyGetSetDef; 3] = [
    getset(c"__doc__", member_doc, None, c""),
    getset(c"__qualname__", get_qualname, None, c""),
    PyGetSetDef::END,
];
static GETSET_GETSET: [PyGetSetDef; 3] = [
    getset(c"__doc__", getset_doc, None, c""),
    getset(c"__qualname__", get_qualname, None, c""),
    PyGetSetDef::END,
];
static WRAPPER_DESCR_GETSET: [PyGetSetDef; 4] = [
    getset(c"__doc__", wrapper_descr_doc, None, c""),
    getset(c"__qualname__", get_qualname, None, c""),
    getset(c"__text_signature__", wrapper_descr_signature, None, c""),
    PyGetSetDef::END,
];

/// What the five types share.
const fn descr_type<T>(name: &'static std::ffi::CStr) -> PyTypeObject {
    PyTypeObject {
        tp_dealloc: Cell::new(Some(descr_dealloc)),
        tp_getattro: Cell::new(Some(protocol::PyObject_GenericGetAttr)),
        tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
        tp_traverse: slot::traverse(descr_traverse),
        tp_members: def::table(&MEMBERS[0]),
        ..PyTypeObject::new::<T>(name)
    }
}

#[unsafe(no_mangle)]
pub static PyMethodDescr_Type: PyTypeObject = PyTypeObject {
    tp_vectorcall_offset: Cell::new(offset_of!(PyMethodDescrObject, vectorcall) as isize),
    tp_repr: slot::unary(method_repr),
    tp_call: Cell::new(Some(cfunction::vectorcall_call)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::HAVE_VECTORCALL | tp::METHOD_DESCRIPTOR),
    tp_methods: def::table(&REDUCE[0]),
    tp_getset: def::table(&METHOD_GETSET[0]),
    tp_descr_get: slot::descr_get(method_get),
    ..descr_type::<PyMethodDescrObject>(c"method_descriptor")
};
#[unsafe(no_mangle)]
pub static PyClassMethodDescr_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(method_repr),
    tp_call: Cell::new(Some(class_method_call)),
    tp_getset: def::table(&METHOD_GETSET[0]),
    tp_descr_get: slot::descr_get(class_method_get),
    ..descr_type::<PyMethodDescrObject>(c"classmethod_descriptor")
};
#[unsafe(no_mangle)]
pub static PyMemberDescr_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(member_repr),
    tp_methods: def::table(&REDUCE[0]),
    tp_getset: def::table(&MEMBER_GETSET[0]),
    tp_descr_get: slot::descr_get(member_get),
    tp_descr_set: Cell::new(Some(member_set)),
    ..descr_type::<PyMemberDescrObject>(c"member_descriptor")
};
#[unsafe(no_mangle)]
pub static PyGetSetDescr_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(getset_repr),
    tp_getset: def::table(&GETSET_GETSET[0]),
    tp_descr_get: slot::descr_get(getset_get),
    tp_descr_set: Cell::new(Some(getset_set)),
    ..descr_type::<PyGetSetDescrObject>(c"getset_descriptor")
};
#[unsafe(no_mangle)]
pub static PyWrapperDescr_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(wrapper_descr_repr),
    tp_call: Cell::new(Some(wrapper_descr_call)),
    tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::METHOD_DESCRIPTOR),
    tp_methods: def::table(&REDUCE[0]),
    tp_getset: def::table(&WRAPPER_DESCR_GETSET[0]),
    tp_descr_get: slot::descr_get(wrapper_descr_get),
    ..descr_type::<PyWrapperDescrObject>(c"wrapper_descriptor")
};
