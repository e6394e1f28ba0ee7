//! The exception classes: the table of static types, their initialisation, and what the rest of the runtime needs of them.
//!
//! Each layout's behaviour is in a file of `exceptions/`. `ExceptionGroup` has two bases and is therefore a heap type.

use crate::*;
use std::mem::offset_of;

mod base;
mod fields;
mod group;
mod os_error;
mod syntax_error;
mod unicode;

pub use base::set_context;
pub(crate) use group::init_tasks;
pub use group::{match_group, prep_reraise_star};
pub use unicode::{
    is_same_unicode_error, new_unicode_decode_error, new_unicode_encode_error,
    new_unicode_translate_error,
};

/// An exception layout: where its own object fields lie, after those of `BaseException`.
trait Layout: Object {
    const FIELDS: &'static [usize];
}

macro_rules! layouts {
    ($($layout:ident { $($field:ident),* })*) => { $(
        impl Layout for $layout {
            const FIELDS: &'static [usize] = &[$(offset_of!($layout, $field)),*];
        }
    )* };
}

layouts! {
    PyBaseExceptionObject {}
    PyBaseExceptionGroupObject { msg, excs }
    PySyntaxErrorObject { msg, filename, lineno, offset, end_lineno, end_offset, text, print_file_and_line }
    PyImportErrorObject { msg, name, path }
    PyUnicodeErrorObject { encoding, object, reason }
    PySystemExitObject { code }
    PyOSErrorObject { myerrno, strerror, filename, filename2 }
    PyStopIterationObject { value }
    PyNameErrorObject { name }
    PyAttributeErrorObject { obj, name }
}

/// The object fields of every exception.
const BASE_FIELDS: [usize; 6] = [
    offset_of!(PyBaseExceptionObject, dict),
    offset_of!(PyBaseExceptionObject, args),
    offset_of!(PyBaseExceptionObject, notes),
    offset_of!(PyBaseExceptionObject, traceback),
    offset_of!(PyBaseExceptionObject, context),
    offset_of!(PyBaseExceptionObject, cause),
];

/// All object fields of an exception of layout `L`.
fn slots<L: Layout>(this: &PyObject) -> impl Iterator<Item = &Slot<PyObject>> {
    BASE_FIELDS.iter().chain(L::FIELDS).map(move |&offset| {
        // SAFETY: U3; the offsets are those of object fields of the layout.
        unsafe {
            &*(this as *const PyObject)
                .cast::<u8>()
                .add(offset)
                .cast::<Slot<PyObject>>()
        }
    })
}

extern "C" fn traverse<L: Layout>(this: &PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    for slot in slots::<L>(this) {
        if let Some(object) = slot.get() {
            let answer = visit(object, arg);
            if answer != 0 {
                return answer;
            }
        }
    }
    0
}

extern "C" fn clear<L: Layout>(this: &PyObject) -> c_int {
    for slot in slots::<L>(this) {
        slot.set(None);
    }
    0
}

/// Long `__context__` and `__traceback__` chains go through the trash can.
unsafe extern "C" fn dealloc<L: Layout>(this: *mut PyObject) {
    // SAFETY: the object is dead; its fields are intact until the body runs.
    unsafe {
        gc::untrack(&*this);
        gc::trashcan(this, dealloc::<L>, |this| {
            clear::<L>(&*this);
            mem::free_instance(this);
        });
    }
}

/// A class with nothing of its own but layout, base and doc; the rest is inherited or filled by struct update.
const fn class<L: Layout>(
    name: &'static std::ffi::CStr,
    base: &'static PyTypeObject,
    doc: &'static std::ffi::CStr,
) -> PyTypeObject {
    PyTypeObject {
        tp_dealloc: Cell::new(Some(dealloc::<L>)),
        tp_traverse: Cell::new(Some(traverse::<L>)),
        tp_clear: Cell::new(Some(clear::<L>)),
        tp_free: Cell::new(Some(mem::tp_free_gc)),
        tp_flags: Cell::new(
            flags::tp::DEFAULT
                | flags::tp::BASETYPE
                | flags::tp::HAVE_GC
                | flags::tp::BASE_EXC_SUBCLASS,
        ),
        tp_dictoffset: Cell::new(offset_of!(PyBaseExceptionObject, dict) as isize),
        tp_base: Slot::of(base),
        tp_doc: Cell::new(doc.as_ptr()),
        ..PyTypeObject::new::<L>(name)
    }
}

/// Declares classes: `Name(Base) "doc" Layout { slot: value }`, and the table of all of them.
macro_rules! classes {
    ($($name:ident($base:path) $doc:literal $layout:ident { $($slot:ident: $value:expr),* $(,)? })*) => {
        $(
            pub static $name: PyTypeObject = PyTypeObject {
                $($slot: Cell::new($value),)*
                ..class::<$layout>(name_of(concat!(stringify!($name), "\0")), &$base, name_of(concat!($doc, "\0")))
            };
        )*
        /// Every static class, bases first.
        pub static ALL: &[&PyTypeObject] = &[$(&$name),*];
    };
}

const fn name_of(text: &'static str) -> &'static std::ffi::CStr {
    match std::ffi::CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(name) => name,
        Err(_) => panic!("a name with a null"),
    }
}

const fn at<T>(table: &'static [T]) -> *mut T {
    table.as_ptr() as *mut T
}

classes! {
    BaseException(object::PyBaseObject_Type) "Root of the exception classes." PyBaseExceptionObject {
        tp_new: Some(base::new), tp_init: Some(base::init), tp_repr: Some(base::repr), tp_str: Some(base::str),
        tp_methods: at(&base::METHODS), tp_getset: at(&base::GETSET), tp_members: at(&base::MEMBERS),
        tp_getattro: Some(protocol::PyObject_GenericGetAttr), tp_setattro: Some(protocol::PyObject_GenericSetAttr)
    }
    Exception(BaseException) "Root of the exceptions that programs usually catch." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    TypeError(Exception) "The argument has the wrong type." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    StopAsyncIteration(Exception) "An asynchronous iterator is exhausted." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    StopIteration(Exception) "An iterator is exhausted." PyStopIterationObject {
        tp_init: Some(fields::stop_iteration_init), tp_members: at(&fields::STOP_ITERATION)
    }
    GeneratorExit(BaseException) "A generator is being closed." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    SystemExit(BaseException) "The interpreter shall exit." PySystemExitObject {
        tp_init: Some(fields::system_exit_init), tp_members: at(&fields::SYSTEM_EXIT)
    }
    KeyboardInterrupt(BaseException) "The user interrupted the program." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    ImportError(Exception) "A module or a name in it cannot be imported." PyImportErrorObject {
        tp_init: Some(fields::import_error_init), tp_str: Some(fields::import_error_str),
        tp_members: at(&fields::IMPORT_ERROR), tp_methods: at(&fields::IMPORT_ERROR_METHODS)
    }
    ModuleNotFoundError(ImportError) "There is no module of that name." PyImportErrorObject { tp_init: Some(fields::import_error_init) }
    OSError(Exception) "An operation of the operating system failed." PyOSErrorObject {
        tp_new: Some(os_error::new), tp_init: Some(os_error::init), tp_str: Some(os_error::str),
        tp_members: at(&os_error::MEMBERS), tp_methods: at(&os_error::METHODS), tp_getset: at(&os_error::GETSET)
    }
    EOFError(Exception) "The input ended." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    RuntimeError(Exception) "An error of no other category." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    RecursionError(RuntimeError) "Calls are nested too deeply." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    NotImplementedError(RuntimeError) "A subclass should have implemented this." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    NameError(Exception) "A global name is not defined." PyNameErrorObject {
        tp_init: Some(fields::name_error_init), tp_str: Some(base::str), tp_members: at(&fields::NAME_ERROR)
    }
    UnboundLocalError(NameError) "A local variable is used before it has a value." PyNameErrorObject { tp_init: Some(fields::name_error_init) }
    AttributeError(Exception) "The object has no such attribute." PyAttributeErrorObject {
        tp_init: Some(fields::attribute_error_init), tp_str: Some(base::str), tp_members: at(&fields::ATTRIBUTE_ERROR)
    }
    SyntaxError(Exception) "The source text is not Python." PySyntaxErrorObject {
        tp_init: Some(syntax_error::init), tp_str: Some(syntax_error::str), tp_members: at(&syntax_error::MEMBERS)
    }
    IndentationError(SyntaxError) "The source text is indented wrongly." PySyntaxErrorObject { tp_init: Some(syntax_error::init) }
    TabError(IndentationError) "Tabs and spaces are mixed." PySyntaxErrorObject { tp_init: Some(syntax_error::init) }
    LookupError(Exception) "Base class of failed look-ups." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    IndexError(LookupError) "The index is out of range." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    KeyError(LookupError) "The key is not there." PyBaseExceptionObject { tp_init: Some(base::init), tp_str: Some(fields::key_error_str) }
    ValueError(Exception) "The argument has the right type and a wrong value." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    UnicodeError(ValueError) "Base class of text encoding errors." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    UnicodeEncodeError(UnicodeError) "The text cannot be encoded." PyUnicodeErrorObject {
        tp_new: Some(base::new), tp_init: Some(unicode::encode_init), tp_str: Some(unicode::encode_str), tp_members: at(&unicode::MEMBERS)
    }
    UnicodeDecodeError(UnicodeError) "The bytes cannot be decoded." PyUnicodeErrorObject {
        tp_new: Some(base::new), tp_init: Some(unicode::decode_init), tp_str: Some(unicode::decode_str), tp_members: at(&unicode::MEMBERS)
    }
    UnicodeTranslateError(UnicodeError) "The text cannot be translated." PyUnicodeErrorObject {
        tp_new: Some(base::new), tp_init: Some(unicode::translate_init), tp_str: Some(unicode::translate_str), tp_members: at(&unicode::MEMBERS)
    }
    AssertionError(Exception) "An assertion failed." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    ArithmeticError(Exception) "Base class of arithmetic errors." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    FloatingPointError(ArithmeticError) "A floating point operation failed." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    OverflowError(ArithmeticError) "The result is too large." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    ZeroDivisionError(ArithmeticError) "The divisor is zero." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    SystemError(Exception) "The interpreter contradicts itself; please report it." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    ReferenceError(Exception) "The referent of a weak proxy is gone." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    MemoryError(Exception) "There is no memory." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    BufferError(Exception) "The buffer cannot be given or changed." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    BaseExceptionGroup(BaseException) "Several exceptions in one." PyBaseExceptionGroupObject {
        tp_new: Some(group::new), tp_init: Some(group::init), tp_str: Some(group::str),
        tp_members: at(&group::MEMBERS), tp_methods: at(&group::METHODS)
    }
    BlockingIOError(OSError) "The operation would have to wait." PyOSErrorObject { tp_init: Some(os_error::init) }
    ChildProcessError(OSError) "There is no such child process." PyOSErrorObject { tp_init: Some(os_error::init) }
    ConnectionError(OSError) "Base class of connection errors." PyOSErrorObject { tp_init: Some(os_error::init) }
    BrokenPipeError(ConnectionError) "The other end is closed." PyOSErrorObject { tp_init: Some(os_error::init) }
    ConnectionAbortedError(ConnectionError) "The connection was aborted." PyOSErrorObject { tp_init: Some(os_error::init) }
    ConnectionRefusedError(ConnectionError) "The connection was refused." PyOSErrorObject { tp_init: Some(os_error::init) }
    ConnectionResetError(ConnectionError) "The connection was reset." PyOSErrorObject { tp_init: Some(os_error::init) }
    FileExistsError(OSError) "The file is there already." PyOSErrorObject { tp_init: Some(os_error::init) }
    FileNotFoundError(OSError) "There is no such file." PyOSErrorObject { tp_init: Some(os_error::init) }
    IsADirectoryError(OSError) "It is a directory." PyOSErrorObject { tp_init: Some(os_error::init) }
    NotADirectoryError(OSError) "It is not a directory." PyOSErrorObject { tp_init: Some(os_error::init) }
    InterruptedError(OSError) "A signal interrupted the operation." PyOSErrorObject { tp_init: Some(os_error::init) }
    PermissionError(OSError) "The operation is not permitted." PyOSErrorObject { tp_init: Some(os_error::init) }
    ProcessLookupError(OSError) "There is no such process." PyOSErrorObject { tp_init: Some(os_error::init) }
    TimeoutError(OSError) "It took too long." PyOSErrorObject { tp_init: Some(os_error::init) }
    Warning(Exception) "Base class of warnings." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    UserWarning(Warning) "Default category of warnings." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    EncodingWarning(Warning) "About text encodings." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    DeprecationWarning(Warning) "About features that will go." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    PendingDeprecationWarning(Warning) "About features that may go." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    SyntaxWarning(Warning) "About dubious syntax." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    RuntimeWarning(Warning) "About dubious behaviour." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    FutureWarning(Warning) "About meanings that will change." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    ImportWarning(Warning) "About likely mistakes in imports." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    UnicodeWarning(Warning) "About text." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    BytesWarning(Warning) "About bytes used as text." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
    ResourceWarning(Warning) "About resources left open." PyBaseExceptionObject { tp_new: Some(base::new), tp_init: Some(base::init) }
}
builtin!(PyBaseExceptionObject = BaseException);
builtin!(PyBaseExceptionGroupObject = BaseExceptionGroup);
builtin!(PyStopIterationObject = StopIteration);
builtin!(PySystemExitObject = SystemExit);
builtin!(PyOSErrorObject = OSError);
builtin!(PySyntaxErrorObject = SyntaxError);
builtin!(PyImportErrorObject = ImportError);
builtin!(PyNameErrorObject = NameError);
builtin!(PyAttributeErrorObject = AttributeError);

/// How many MemoryErrors are kept ready.
const SPARES: usize = 16;

struct Shared {
    exception_group: Slot<PyTypeObject>,
    memory_errors: [Slot<PyObject>; SPARES],
    /// How exceptions die.
    dealloc: Cell<Option<destructor>>,
}

// SAFETY: U1.
unsafe impl Sync for Shared {}

static SHARED: Shared = Shared {
    exception_group: Slot::EMPTY,
    memory_errors: [const { Slot::EMPTY }; SPARES],
    dealloc: Cell::new(None),
};

/// Readies the types, makes the preallocated MemoryErrors. Part of `typeobject::init`.
pub fn init() -> PyResult<()> {
    for ty in ALL {
        ty.tp_flags.set(ty.tp_flags.get() | flags::tp::CORE);
        typeobject::ready(ty)?;
    }
    SHARED.dealloc.set(MemoryError.tp_dealloc.get());
    for slot in &SHARED.memory_errors {
        let spare = new_instance(&MemoryError, &tuple::empty())?;
        gc::untrack(&*spare);
        slot.set(Some(spare.into_object()));
    }
    MemoryError.tp_dealloc.set(Some(keep_memory_error));
    let bases = tuple::from_borrowed(&[&BaseExceptionGroup, &Exception])?;
    let dict = dict::new()?;
    dict.set_item(&names::__module__, &*str_::intern("builtins")?)?;
    let name = str_::intern("ExceptionGroup")?;
    let ty = typeobject::new_type(&typeobject::PyType_Type, &name, &bases, &dict, None)?;
    SHARED.exception_group.set(Some(ty));
    Ok(())
}

/// `ExceptionGroup`. Made by [`init`].
pub fn exception_group_type() -> &'static PyTypeObject {
    match SHARED.exception_group.get() {
        Some(ty) => ty,
        None => &BaseExceptionGroup,
    }
}

/// The class's call on `args` without running Python where the class is builtin.
pub fn new_instance(
    ty: &PyTypeObject,
    args: &PyTupleObject,
) -> PyResult<Ref<PyBaseExceptionObject>> {
    let (Some(new), Some(init)) = (ty.tp_new.get(), ty.tp_init.get()) else {
        return Err(raise!(TypeError, "cannot create '{}' instances", ty.name()));
    };
    let instance = new(ty, args, None)?;
    if !errors::is_exception_instance(&instance) {
        return Err(raise!(
            TypeError,
            "calling {} should have returned an instance of BaseException, not {}",
            protocol::repr(ty)?.to_string_lossy(),
            instance.ty().name()
        ));
    }
    // OSError's `__new__` may have chosen a subclass.
    let init = instance.ty().tp_init.get().unwrap_or(init);
    if init(&instance, args, None) < 0 {
        return Err(Raised);
    }
    // SAFETY: checked above.
    Ok(unsafe { instance.cast() })
}

/// A preallocated MemoryError, which comes back when it dies; `None` if all are in use, and before [`init`].
pub fn spare_memory_error() -> Option<Ref> {
    let spare = SHARED.memory_errors.iter().find_map(Slot::take)?;
    gc::track(&*spare);
    Some(spare)
}

/// MemoryErrors that die are kept, wiped, while there is a place for them.
unsafe extern "C" fn keep_memory_error(this: *mut PyObject) {
    // SAFETY: U3; the object is dead, and belongs to nobody while it is wiped.
    unsafe {
        let e = &*this.cast::<PyBaseExceptionObject>();
        let is_place = |slot: &&Slot<PyObject>| slot.is_null();
        if std::ptr::eq(e.ty(), &MemoryError) && SHARED.memory_errors.iter().any(|s| is_place(&s)) {
            gc::untrack(e);
            for slot in [&e.dict, &e.notes, &e.traceback, &e.context, &e.cause] {
                slot.set(None);
            }
            e.args.set(Some(tuple::empty().into_object()));
            e.suppress_context.set(0);
            if let Some(place) = SHARED.memory_errors.iter().find(is_place) {
                (*this).ob_refcnt.set(1);
                place.set(Some(Ref::from_owned(this)));
                return;
            }
            gc::track(e);
        }
        if let Some(dealloc) = SHARED.dealloc.get() {
            dealloc(this);
        }
    }
}

/// The argument tuple of a `tp_new` or `tp_init`.
fn args_of(args: &PyObject) -> &PyTupleObject {
    // SAFETY: type calls pass a tuple.
    unsafe { args.cast() }
}

/// A member that holds an object; deleting empties it, empty reads as None.
const fn object_member(
    name: &'static std::ffi::CStr,
    offset: usize,
    doc: &'static std::ffi::CStr,
) -> PyMemberDef {
    def::member(name, flags::member::OBJECT, offset, 0, doc)
}
