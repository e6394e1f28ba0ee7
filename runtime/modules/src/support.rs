//! Shared ground of the builtin modules: objects with a Rust body, argument conversion, small constructors.
//!
//! [`Native<B>`] is an object whose fields are an ordinary Rust value `B`: created by [`new_native`] or through `tp_alloc`
//! plus `B::default()`, visited by the collector through [`Body::visit`], dropped with the object.

use hotpy_objects::def::Downcast;
use hotpy_objects::flags::{member, tp};
use hotpy_objects::*;
use std::ffi::CStr;
use std::mem::offset_of;
use std::ops::Deref;
use std::ptr;

pub use hotpy_objects::call::given;

/// The Rust part of a [`Native`] object.
pub trait Body: Default + 'static {
    /// Visits every object that the body owns; stops at the first answer that is not 0.
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        let _ = visit;
        0
    }
    /// Gives up the references that can be part of a cycle.
    fn clear(&self) {}
}

/// An object with a Rust body. `dict` and `weakrefs` are live only if the type declares their offsets.
#[repr(C)]
pub struct Native<B: Body> {
    pub ob_base: PyObject,
    pub dict: Slot<PyObject>,
    pub weakrefs: Slot<PyObject>,
    pub body: B,
}

// SAFETY: U2, repr(C) with the header first.
unsafe impl<B: Body> Object for Native<B> {}
// SAFETY: U1.
unsafe impl<B: Body> Sync for Native<B> {}

impl<B: Body> Deref for Native<B> {
    type Target = B;
    #[inline(always)]
    fn deref(&self) -> &B {
        &self.body
    }
}

impl<B: Body> Native<B> {
    /// The object that a body is part of.
    pub fn of(body: &B) -> &Native<B> {
        // SAFETY: bodies that methods see are part of an object.
        unsafe {
            &*(body as *const B)
                .byte_sub(offset_of!(Native<B>, body))
                .cast()
        }
    }

    /// The object itself.
    #[inline(always)]
    pub fn object(&self) -> &PyObject {
        &self.ob_base
    }

    /// A new reference to itself.
    pub fn to_ref(&self) -> Ref {
        Ref::new(&self.ob_base)
    }
}

/// `tp_dealloc` of native objects.
///
/// # Safety
/// U3, and the count has just become zero.
pub unsafe extern "C" fn dealloc<B: Body>(this: *mut PyObject) {
    // SAFETY: the object is complete; nothing refers to it any more.
    unsafe {
        gc::untrack(&*this);
        let native = this.cast::<Native<B>>();
        if !(*native).weakrefs.is_null() {
            weakref::clear_refs(&*this);
        }
        (*native).dict.take();
        ptr::drop_in_place(&raw mut (*native).body);
        mem::free_instance(this);
    }
}

/// The same with a finalizer (`tp_finalize`) that may resurrect the object.
///
/// # Safety
/// As [`dealloc`].
pub unsafe extern "C" fn dealloc_finalized<B: Body>(this: *mut PyObject) {
    // SAFETY: the finalizer sees a live object; if somebody kept it, it goes on living.
    unsafe {
        let own: destructor = dealloc_finalized::<B>;
        // A subclass's deallocator has finalized already.
        let exact = (*this)
            .ty()
            .tp_dealloc
            .get()
            .is_some_and(|f| std::ptr::fn_addr_eq(f, own));
        if exact && !gc::finalize_from_dealloc(this) {
            return;
        }
        dealloc::<B>(this)
    }
}

extern "C" fn traverse<B: Body>(this: &Native<B>, visit: visitproc, arg: *mut c_void) -> c_int {
    if let Some(dict) = this.dict.get() {
        let answer = visit(dict, arg);
        if answer != 0 {
            return answer;
        }
    }
    this.body.visit(&mut |object| visit(object, arg))
}

extern "C" fn clear<B: Body>(this: &Native<B>) -> c_int {
    this.dict.take();
    this.body.clear();
    0
}

/// A static type for native objects with body `B`, tracked by the collector, not instantiable unless `tp_new` is set.
pub const fn native_type<B: Body>(name: &'static CStr) -> PyTypeObject {
    PyTypeObject {
        tp_dealloc: Cell::new(Some(dealloc::<B>)),
        tp_traverse: def::slot::traverse(traverse::<B>),
        tp_clear: def::slot::inquiry(clear::<B>),
        tp_alloc: Cell::new(Some(mem::generic_alloc)),
        tp_free: Cell::new(Some(mem::tp_free_gc)),
        tp_flags: Cell::new(tp::DEFAULT | tp::HAVE_GC),
        ..PyTypeObject::new::<Native<B>>(name)
    }
}

/// `tp_dictoffset` of native objects that have a `__dict__`.
pub const fn dict_offset<B: Body>() -> Cell<isize> {
    Cell::new(offset_of!(Native<B>, dict) as isize)
}

/// `tp_weaklistoffset` of native objects that can be referred to weakly.
pub const fn weak_offset<B: Body>() -> Cell<isize> {
    Cell::new(offset_of!(Native<B>, weakrefs) as isize)
}

/// Instance flags of a type that can be subclassed.
pub const BASE_FLAGS: Cell<u64> = Cell::new(tp::DEFAULT | tp::HAVE_GC | tp::BASETYPE);

/// A new object of `ty` (a native type of body `B` or a subtype) with an initial body. Raises MemoryError.
pub fn new_native<B: Body>(ty: &PyTypeObject, body: B) -> PyResult<Ref<Native<B>>> {
    let alloc = ty.tp_alloc.get().unwrap_or(mem::generic_alloc);
    let object = alloc(ty, 0)?;
    // SAFETY: the type's instances have this layout; the zeroed body was never a value of `B`.
    unsafe {
        let object = object.cast::<Native<B>>();
        ptr::write(&raw mut (*object.as_ptr()).body, body);
        Ok(object)
    }
}

/// `tp_new` that makes an empty body and leaves the arguments to `tp_init`.
pub extern "C" fn new_default<B: Body>(
    ty: &PyTypeObject,
    _args: &PyObject,
    _kwargs: Option<&PyObject>,
) -> PyResult {
    Ok(new_native(ty, B::default())?.into_object())
}

/// A getset table's entry for `__dict__` of native objects.
pub extern "C" fn get_dict<B: Body>(this: &Native<B>, _: *mut c_void) -> PyResult {
    if this.dict.is_null() {
        this.dict.set(Some(dict::new()?.into_object()));
    }
    Ok(this.dict.cloned().unwrap_or_else(singletons::none))
}

/// The setter to it. TypeError for anything but a dict, and for deletion.
pub extern "C" fn set_dict<B: Body>(
    this: &Native<B>,
    value: Option<&PyObject>,
    _: *mut c_void,
) -> c_int {
    def::status(match value {
        None => Err(raise!(TypeError, "cannot delete __dict__")),
        Some(dict) if !dict.is_instance::<PyDictObject>() => Err(raise!(
            TypeError,
            "__dict__ must be set to a dictionary, not a '{}'",
            dict.ty().name()
        )),
        Some(dict) => {
            this.dict.set(Some(dict.to_ref()));
            Ok(())
        }
    })
}

/// A table's address for a type's slot.
pub const fn methods(table: &'static [PyMethodDef]) -> Cell<*mut PyMethodDef> {
    Cell::new(table.as_ptr() as *mut PyMethodDef)
}

/// A table's address for a type's slot.
pub const fn getsets(table: &'static [PyGetSetDef]) -> Cell<*mut PyGetSetDef> {
    Cell::new(table.as_ptr() as *mut PyGetSetDef)
}

/// A table's address for a type's slot.
pub const fn members(table: &'static [PyMemberDef]) -> Cell<*mut PyMemberDef> {
    Cell::new(table.as_ptr() as *mut PyMemberDef)
}

/// A read-only object member at a byte offset.
pub const fn readonly_object(
    name: &'static CStr,
    offset: usize,
    doc: &'static CStr,
) -> PyMemberDef {
    def::member(name, member::OBJECT, offset, member::READONLY, doc)
}

/// The tuple behind a `tp_new`'s or `tp_init`'s argument.
pub fn args_tuple(args: &PyObject) -> &PyTupleObject {
    // SAFETY: callers of tp_new and tp_init pass a tuple.
    unsafe { args.cast() }
}

// ---- argument conversion ----

/// What an error message calls the type of `o`.
pub fn type_text(o: &PyObject) -> String {
    if singletons::is_none(o) {
        "None".into()
    } else {
        o.ty().name().to_owned()
    }
}

/// TypeError "NAME() ARGUMENT must be EXPECTED, not TYPE".
pub fn bad_argument(function: &str, argument: &str, expected: &str, given: &PyObject) -> Raised {
    raise!(
        TypeError,
        "{function}() {argument} must be {expected}, not {}",
        type_text(given)
    )
}

/// A `str` argument (or of a subclass).
pub fn str_arg<'a>(function: &str, argument: &str, o: &'a PyObject) -> PyResult<&'a Str> {
    o.downcast::<Str>()
        .ok_or_else(|| bad_argument(function, argument, "str", o))
}

/// `str` or None.
pub fn opt_str_arg<'a>(
    function: &str,
    argument: &str,
    o: Option<&'a PyObject>,
) -> PyResult<Option<&'a Str>> {
    match o {
        None => Ok(None),
        Some(o) if singletons::is_none(o) => Ok(None),
        Some(o) => match o.downcast::<Str>() {
            Some(text) => Ok(Some(text)),
            None => Err(bad_argument(function, argument, "str or None", o)),
        },
    }
}

/// A C int: TypeError, OverflowError.
pub fn int_arg(o: &PyObject) -> PyResult<i32> {
    let value = number::index(o)?.to_i64();
    value
        .and_then(|v| i32::try_from(v).ok())
        .ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C int"))
}

/// An int, not what can be made one: TypeError.
pub fn plain_int_arg(o: &PyObject) -> PyResult<&PyLongObject> {
    o.downcast()
        .ok_or_else(|| raise!(TypeError, "an integer is required"))
}

/// A C int as functions take it that parse their arguments by a format: OverflowError with other texts.
pub fn parsed_int_arg(o: &PyObject) -> PyResult<i32> {
    let value = i64_arg(o)?;
    i32::try_from(value).map_err(|_| {
        let text = if value > 0 {
            "signed integer is greater than maximum"
        } else {
            "signed integer is less than minimum"
        };
        raise!(OverflowError, "{text}")
    })
}

/// A C long.
pub fn i64_arg(o: &PyObject) -> PyResult<i64> {
    match number::index(o)?.to_i64() {
        Some(v) => Ok(v),
        None => Err(raise!(
            OverflowError,
            "Python int too large to convert to C long"
        )),
    }
}

/// A size.
pub fn isize_arg(o: &PyObject) -> PyResult<isize> {
    match number::index(o)?.to_i64() {
        Some(v) => Ok(v as isize),
        None => Err(raise!(
            OverflowError,
            "Python int too large to convert to C ssize_t"
        )),
    }
}

/// A size where None (or nothing) means `default`.
pub fn opt_isize_arg(o: Option<&PyObject>, default: isize) -> PyResult<isize> {
    match o {
        None => Ok(default),
        Some(o) if singletons::is_none(o) => Ok(default),
        Some(o) if number::has_index(o) => number::index_isize(o, Some(&exceptions::OverflowError)),
        Some(o) => Err(raise!(
            TypeError,
            "argument should be integer or None, not '{}'",
            o.ty().name()
        )),
    }
}

/// A truth value with a default.
pub fn bool_arg(o: Option<&PyObject>, default: bool) -> PyResult<bool> {
    o.map_or(Ok(default), protocol::truth)
}

/// A flag that is given as an int: TypeError for anything else, OverflowError.
pub fn flag_arg(o: Option<&PyObject>, default: bool) -> PyResult<bool> {
    o.map_or(Ok(default), |o| Ok(int_arg(o)? != 0))
}

/// `None` for Python's None as well.
pub fn not_none(o: Option<&PyObject>) -> Option<&PyObject> {
    o.filter(|o| !singletons::is_none(o))
}

// ---- constructors ----

/// A new `str`.
pub fn text(s: &str) -> PyResult {
    Ok(str_::new(s)?.into_object())
}

/// A new `int`.
pub fn int(value: i64) -> PyResult {
    Ok(int::from_i64(value)?.into_object())
}

/// A new `int`.
pub fn uint(value: u64) -> PyResult {
    Ok(int::from_u64(value)?.into_object())
}

/// A new `float`.
pub fn float(value: f64) -> PyResult {
    Ok(float::from_f64(value)?.into_object())
}

/// A new `bytes`.
pub fn bytes(data: &[u8]) -> PyResult {
    Ok(bytes::new(data)?.into_object())
}

/// A new tuple.
pub fn tuple(items: Vec<Ref>) -> PyResult {
    Ok(tuple::from_owned(items)?.into_object())
}

/// A new list.
pub fn list(items: Vec<Ref>) -> PyResult {
    Ok(list::from_owned(items)?.into_object())
}

/// A new reference to None.
pub fn none() -> PyResult {
    Ok(singletons::none())
}

/// A new reference to True or False.
pub fn boolean(b: bool) -> PyResult {
    Ok(boolean::from(b))
}

/// A constant of a module.
pub fn add_int(module: &PyModuleObject, name: &str, value: i64) -> PyResult<()> {
    module.add(name, &*int(value)?)
}

/// Readies a static type and puts it into a module under the last part of its name.
pub fn add_type(module: &PyModuleObject, ty: &'static PyTypeObject) -> PyResult<()> {
    typeobject::ready(ty)?;
    module.add(ty.short_name(), ty)
}

/// `module.name` of an imported module.
pub fn imported(module: &str, name: &str) -> PyResult {
    let module = (hooks::hooks().import)(module)?;
    protocol::getattr(&module, &*str_::intern(name)?)
}

/// The attribute named by a Rust text.
pub fn attr(object: &PyObject, name: &str) -> PyResult {
    protocol::getattr(object, &*str_::intern(name)?)
}

/// The attribute, or nothing instead of AttributeError.
pub fn attr_opt(object: &PyObject, name: &str) -> PyResult<Option<Ref>> {
    protocol::getattr_opt(object, &*str_::intern(name)?)
}

/// Calls a method named by a Rust text.
pub fn method(object: &PyObject, name: &str, args: &[&PyObject]) -> PyResult {
    call::call_method(object, &*str_::intern(name)?, args)
}

/// An owned reference in a Rust body, replaced as a whole: a counted cell.
#[derive(Default)]
pub struct Held(std::cell::Cell<Option<Ref>>);

impl Held {
    pub fn new(object: Option<Ref>) -> Held {
        Held(std::cell::Cell::new(object))
    }
    /// A new reference to the content.
    pub fn get(&self) -> Option<Ref> {
        // SAFETY: U1; the reference is only read, and cloning a reference runs no code.
        unsafe { (*self.0.as_ptr()).clone() }
    }
    /// The content, or None.
    pub fn or_none(&self) -> Ref {
        self.get().unwrap_or_else(singletons::none)
    }
    pub fn is_some(&self) -> bool {
        // SAFETY: U1.
        unsafe { (*self.0.as_ptr()).is_some() }
    }
    /// Publishes the new content, then drops the old one.
    pub fn set(&self, object: Option<Ref>) {
        drop(self.0.replace(object));
    }
    pub fn take(&self) -> Option<Ref> {
        self.0.take()
    }
    /// For [`Body::visit`].
    pub fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        // SAFETY: U1; visiting changes nothing.
        match unsafe { &*self.0.as_ptr() } {
            Some(object) => visit(object),
            None => 0,
        }
    }
}

/// Visits several owned references in turn.
pub fn visit_all(held: &[&Held], visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
    for each in held {
        let answer = each.visit(visit);
        if answer != 0 {
            return answer;
        }
    }
    0
}

/// Hooks that the C type system needs as plain statuses.
pub fn deleted(value: Option<&PyObject>, what: &str) -> PyResult<()> {
    match value {
        Some(_) => Ok(()),
        None => Err(raise!(AttributeError, "cannot delete {what}")),
    }
}

/// Borrowed text of a C string of the static tables.
pub fn c_text(text: &CStr) -> &str {
    text.to_str().unwrap_or("")
}

/// A heap type made at start-up, kept for ever in a static.
pub struct TypeCell(std::cell::Cell<*mut PyTypeObject>);

// SAFETY: U1.
unsafe impl Sync for TypeCell {}

impl TypeCell {
    pub const EMPTY: TypeCell = TypeCell(std::cell::Cell::new(ptr::null_mut()));
    /// Keeps the type.
    pub fn set(&self, ty: Ref<PyTypeObject>) {
        self.0.set(ty.into_raw());
    }
    /// The type, made the first time: modules that are imported again, or by another interpreter, find it.
    pub fn once(
        &self,
        make: impl FnOnce() -> PyResult<Ref<PyTypeObject>>,
    ) -> PyResult<&'static PyTypeObject> {
        if self.0.get().is_null() {
            self.set(make()?);
        }
        Ok(self.get())
    }
    /// The type; `set` must have been called (the module's `init` does).
    pub fn get(&self) -> &'static PyTypeObject {
        debug_assert!(!self.0.get().is_null());
        // SAFETY: set once by the module's `init`, never freed.
        unsafe { &*self.0.get() }
    }
}

/// A value of a module that lives for ever, or until it is replaced, in a static.
pub struct Global(Held);

// SAFETY: U1.
unsafe impl Sync for Global {}

impl Global {
    pub const EMPTY: Global = Global(Held(std::cell::Cell::new(None)));
}

impl Deref for Global {
    type Target = Held;
    fn deref(&self) -> &Held {
        &self.0
    }
}

/// Runs `f`, which runs no Python, over the bytes of a writable buffer. TypeError
/// "NAME() argument must be read-write bytes-like object, not TYPE".
pub fn with_writable<R>(
    function: &str,
    obj: &PyObject,
    f: impl FnOnce(&mut [u8]) -> PyResult<R>,
) -> PyResult<R> {
    let Ok(buffer) = memoryview::Buffer::get(obj, flags::buffer::WRITABLE) else {
        errors::clear();
        return Err(bad_argument(
            function,
            "argument",
            "read-write bytes-like object",
            obj,
        ));
    };
    let raw = buffer.raw();
    let (start, len) = (raw.buf.get().cast::<u8>(), raw.len.get() as usize);
    if len == 0 {
        return f(&mut []);
    }
    // SAFETY: the exporter keeps `len` writable bytes in place until the buffer is released.
    f(unsafe { std::slice::from_raw_parts_mut(start, len) })
}

/// Fills in a buffer request for plain bytes (C: `PyBuffer_FillInfo`). BufferError for a writable view of read-only bytes.
pub fn fill_buffer(
    view: &Py_buffer,
    owner: &PyObject,
    start: *mut u8,
    len: usize,
    readonly: bool,
    flags: c_int,
) -> PyResult<()> {
    use hotpy_objects::flags::buffer::{FORMAT, ND, STRIDES, WRITABLE};
    if readonly && flags & WRITABLE != 0 {
        return Err(raise!(BufferError, "Object is not writable."));
    }
    view.obj.set_ptr(owner.to_ref().into_raw());
    view.buf.set(start.cast());
    view.len.set(len as isize);
    view.readonly.set(readonly as i32);
    view.itemsize.set(1);
    view.ndim.set(1);
    view.format.set(if flags & FORMAT == FORMAT {
        c"B".as_ptr()
    } else {
        ptr::null()
    });
    let shape = (&raw const view.len) as *mut c_void;
    view.shape.set(if flags & ND == ND {
        shape
    } else {
        ptr::null_mut()
    });
    let strides = (&raw const view.itemsize) as *mut c_void;
    view.strides.set(if flags & STRIDES == STRIDES {
        strides
    } else {
        ptr::null_mut()
    });
    view.suboffsets.set(ptr::null_mut());
    view.internal.set(ptr::null_mut());
    Ok(())
}
