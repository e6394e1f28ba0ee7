//! The exception classes. (`ExceptionGroup` is a heap type, as in CPython.)

use crate::*;

pub static BaseException: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"BaseException");
pub static Exception: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"Exception");
pub static TypeError: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"TypeError");
pub static ValueError: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"ValueError");
pub static KeyError: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"KeyError");
pub static IndexError: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"IndexError");
pub static LookupError: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"LookupError");
pub static AttributeError: PyTypeObject =
    PyTypeObject::new::<PyAttributeErrorObject>(c"AttributeError");
pub static NameError: PyTypeObject = PyTypeObject::new::<PyNameErrorObject>(c"NameError");
pub static UnboundLocalError: PyTypeObject =
    PyTypeObject::new::<PyNameErrorObject>(c"UnboundLocalError");
pub static RuntimeError: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"RuntimeError");
pub static RecursionError: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"RecursionError");
pub static NotImplementedError: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"NotImplementedError");
pub static StopIteration: PyTypeObject =
    PyTypeObject::new::<PyStopIterationObject>(c"StopIteration");
pub static StopAsyncIteration: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"StopAsyncIteration");
pub static GeneratorExit: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"GeneratorExit");
pub static KeyboardInterrupt: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"KeyboardInterrupt");
pub static SystemExit: PyTypeObject = PyTypeObject::new::<PySystemExitObject>(c"SystemExit");
pub static SystemError: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"SystemError");
pub static MemoryError: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"MemoryError");
pub static OverflowError: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"OverflowError");
pub static ZeroDivisionError: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"ZeroDivisionError");
pub static FloatingPointError: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"FloatingPointError");
pub static ArithmeticError: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"ArithmeticError");
pub static AssertionError: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"AssertionError");
pub static BufferError: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"BufferError");
pub static EOFError: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"EOFError");
pub static ImportError: PyTypeObject = PyTypeObject::new::<PyImportErrorObject>(c"ImportError");
pub static ModuleNotFoundError: PyTypeObject =
    PyTypeObject::new::<PyImportErrorObject>(c"ModuleNotFoundError");
pub static OSError: PyTypeObject = PyTypeObject::new::<PyOSErrorObject>(c"OSError");
pub static BlockingIOError: PyTypeObject = PyTypeObject::new::<PyOSErrorObject>(c"BlockingIOError");
pub static ChildProcessError: PyTypeObject =
    PyTypeObject::new::<PyOSErrorObject>(c"ChildProcessError");
pub static ConnectionError: PyTypeObject = PyTypeObject::new::<PyOSErrorObject>(c"ConnectionError");
pub static BrokenPipeError: PyTypeObject = PyTypeObject::new::<PyOSErrorObject>(c"BrokenPipeError");
pub static ConnectionAbortedError: PyTypeObject =
    PyTypeObject::new::<PyOSErrorObject>(c"ConnectionAbortedError");
pub static ConnectionRefusedError: PyTypeObject =
    PyTypeObject::new::<PyOSErrorObject>(c"ConnectionRefusedError");
pub static ConnectionResetError: PyTypeObject =
    PyTypeObject::new::<PyOSErrorObject>(c"ConnectionResetError");
pub static FileExistsError: PyTypeObject = PyTypeObject::new::<PyOSErrorObject>(c"FileExistsError");
pub static FileNotFoundError: PyTypeObject =
    PyTypeObject::new::<PyOSErrorObject>(c"FileNotFoundError");
pub static InterruptedError: PyTypeObject =
    PyTypeObject::new::<PyOSErrorObject>(c"InterruptedError");
pub static IsADirectoryError: PyTypeObject =
    PyTypeObject::new::<PyOSErrorObject>(c"IsADirectoryError");
pub static NotADirectoryError: PyTypeObject =
    PyTypeObject::new::<PyOSErrorObject>(c"NotADirectoryError");
pub static PermissionError: PyTypeObject = PyTypeObject::new::<PyOSErrorObject>(c"PermissionError");
pub static ProcessLookupError: PyTypeObject =
    PyTypeObject::new::<PyOSErrorObject>(c"ProcessLookupError");
pub static TimeoutError: PyTypeObject = PyTypeObject::new::<PyOSErrorObject>(c"TimeoutError");
pub static ReferenceError: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"ReferenceError");
pub static SyntaxError: PyTypeObject = PyTypeObject::new::<PySyntaxErrorObject>(c"SyntaxError");
pub static IndentationError: PyTypeObject =
    PyTypeObject::new::<PySyntaxErrorObject>(c"IndentationError");
pub static TabError: PyTypeObject = PyTypeObject::new::<PySyntaxErrorObject>(c"TabError");
pub static UnicodeError: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"UnicodeError");
pub static UnicodeDecodeError: PyTypeObject =
    PyTypeObject::new::<PyUnicodeErrorObject>(c"UnicodeDecodeError");
pub static UnicodeEncodeError: PyTypeObject =
    PyTypeObject::new::<PyUnicodeErrorObject>(c"UnicodeEncodeError");
pub static UnicodeTranslateError: PyTypeObject =
    PyTypeObject::new::<PyUnicodeErrorObject>(c"UnicodeTranslateError");
pub static Warning: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"Warning");
pub static UserWarning: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"UserWarning");
pub static DeprecationWarning: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"DeprecationWarning");
pub static PendingDeprecationWarning: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"PendingDeprecationWarning");
pub static SyntaxWarning: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"SyntaxWarning");
pub static RuntimeWarning: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"RuntimeWarning");
pub static FutureWarning: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"FutureWarning");
pub static ImportWarning: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"ImportWarning");
pub static UnicodeWarning: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"UnicodeWarning");
pub static BytesWarning: PyTypeObject = PyTypeObject::new::<PyBaseExceptionObject>(c"BytesWarning");
pub static ResourceWarning: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"ResourceWarning");
pub static EncodingWarning: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionObject>(c"EncodingWarning");
pub static BaseExceptionGroup: PyTypeObject =
    PyTypeObject::new::<PyBaseExceptionGroupObject>(c"BaseExceptionGroup");
builtin!(PyBaseExceptionObject = BaseException);
/// Readies the types, makes the preallocated MemoryError. Part of `typeobject::init`.
pub fn init() -> PyResult<()> {
    todo!()
}
/// `ExceptionGroup`.
pub fn exception_group_type() -> &'static PyTypeObject {
    todo!()
}
/// The class's call on `args` without running Python where the class is builtin.
pub fn new_instance(
    ty: &PyTypeObject,
    args: &PyTupleObject,
) -> PyResult<Ref<PyBaseExceptionObject>> {
    todo!()
}
/// Sets the context, avoiding cycles.
pub fn set_context(exception: &PyBaseExceptionObject, context: Option<Ref>) {
    todo!()
}
/// A preallocated MemoryError that nobody holds; `None` before [`init`].
pub fn spare_memory_error() -> Option<Ref> {
    todo!()
}
